"""Keys of AWS KMS.

Sources: Terraform AWS provider documentation, pages ``aws_kms_key``, ``aws_kms_replica_key``, ``aws_kms_external_key``,
``aws_kms_replica_external_key``, ``aws_kms_key_policy``; AWS KMS Developer Guide, pages "Rotate AWS KMS keys" (which
keys can rotate, 365 days unless set), "Delete an AWS KMS key" (30 days unless set) and "Multi-Region keys".
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from auditor.attr import Attr, Known, Reason, Unknown, map_attr
from auditor.facets import (
    EncryptionKey,
    Facet,
    KeyPolicy,
    KeyState,
    Obstacle,
    ObstacleKind,
    Replica,
    ReplicaKind,
    Residue,
    Retirement,
)
from auditor.record import Record
from auditor.text import Text
from auditor_aws import computed, placement, policies, states
from auditor_aws.registry import REGISTRY

REGISTRY.part("aws_kms_key", "aws_kms_key_policy", "aws_kms_alias")
# Passing rights to services, connections to key stores, and text encrypted while planning.
REGISTRY.inert("aws_kms_ciphertext", "aws_kms_custom_key_store", "aws_kms_grant")

_DEFAULT_WINDOW: Final = 30.0
_DEFAULT_ROTATION_DAYS: Final = 365.0
_STATES: Final = {
    "Enabled": KeyState.ENABLED,
    "Disabled": KeyState.DISABLED,
    "PendingDeletion": KeyState.PENDING_DELETION,
    "PendingReplicaDeletion": KeyState.PENDING_DELETION,
}


@REGISTRY.adapter("aws_kms_key")
def key(record: Record) -> Iterator[Facet]:
    """A key whose material AWS makes, or that lies in a custom key store."""
    yield placement.in_region(record, stores_data=False)
    rotation = record.flag("enable_key_rotation", False)
    yield EncryptionKey(
        rotatable=_rotatable(record),
        rotation=rotation,
        rotation_days=_rotation_days(
            rotation, computed.number(record, "rotation_period_in_days", _DEFAULT_ROTATION_DAYS)
        ),
        deletion_window_days=_window(record),
        state=_state(record, "is_enabled"),
    )
    yield _policy(record)
    yield from _multi_region(record)
    yield from _end(record, _replicas_left(record))


@REGISTRY.adapter("aws_kms_external_key")
def external_key(record: Record) -> Iterator[Facet]:
    """A key whose material was imported: AWS cannot rotate it by itself."""
    yield placement.in_region(record, stores_data=False)
    yield _unrotatable(record)
    yield _policy(record)
    yield from _multi_region(record)
    yield from _end(record, _replicas_left(record))


@REGISTRY.adapter("aws_kms_replica_key")
def replica_key(record: Record) -> Iterator[Facet]:
    """A copy of a multi-Region key: its rotation is a property of the primary key."""
    yield placement.in_region(record, stores_data=False)
    primary = record.target("primary_key_arn", "aws_kms_key", "aws_kms_external_key")
    yield EncryptionKey(
        rotatable=_of_primary(record, primary, "rotatable"),
        rotation=_of_primary(record, primary, "rotation"),
        rotation_days=_primary_days(record, primary),
        deletion_window_days=_window(record),
        state=_state(record, "enabled"),
    )
    yield _policy(record)
    yield from _end(record)


@REGISTRY.adapter("aws_kms_replica_external_key")
def replica_external_key(record: Record) -> Iterator[Facet]:
    """A copy of a multi-Region key with imported material."""
    yield placement.in_region(record, stores_data=False)
    yield _unrotatable(record)
    yield _policy(record)
    yield from _end(record)


def _window(record: Record) -> Attr[float | None]:
    """Terraform orders the deletion with the days of the configuration; in an account whoever orders it names them."""
    ordered = record.get("deletion_ordered")
    if isinstance(ordered, Known) and ordered.value is False:
        return record.known("deletion_ordered", None)
    days = record.number("deletion_window_in_days")
    return map_attr(days, lambda value: _DEFAULT_WINDOW if value is None else value)


def _unrotatable(record: Record) -> EncryptionKey:
    return EncryptionKey(
        rotatable=Known(False, record),
        rotation=Known(False, record),
        rotation_days=Known(None, record),
        deletion_window_days=_window(record),
        state=_state(record, "enabled"),
    )


def _rotatable(record: Record) -> Attr[bool]:
    """Only symmetric encryption keys with material from KMS, outside of custom key stores, rotate by themselves."""
    spec = record.text_or("customer_master_key_spec", "SYMMETRIC_DEFAULT")
    usage = record.text_or("key_usage", "ENCRYPT_DECRYPT")
    store = record.has("custom_key_store_id")
    for attr in (spec, usage, store):
        if isinstance(attr, Unknown):
            return attr
    rotatable = spec.value == "SYMMETRIC_DEFAULT" and usage.value == "ENCRYPT_DECRYPT" and not store.value
    return record.known("customer_master_key_spec", rotatable)


def _rotation_days(rotation: Attr[bool], days: Attr[float]) -> Attr[float | None]:
    if isinstance(rotation, Unknown):
        return rotation
    if not rotation.value:
        return Known(None, rotation.origin, rotation.path)
    return map_attr(days, lambda value: value)


def _of_primary(record: Record, primary: Attr[Record | None], what: str) -> Attr[bool]:
    if isinstance(primary, Unknown):
        return primary
    found = primary.value
    if found is None:
        # State knows the rotation of a replica that exists (provider documentation, key_rotation_enabled).
        known = record.get("key_rotation_enabled")
        if what == "rotation" and isinstance(known, Known) and isinstance(known.value, bool):
            return record.flag("key_rotation_enabled", False)
        return record.unknown("primary_key_arn", Reason.OUTSIDE, _PRIMARY)
    if found.type == "aws_kms_external_key":
        return Known(False, found)
    return _rotatable(found) if what == "rotatable" else found.flag("enable_key_rotation", False)


def _primary_days(record: Record, primary: Attr[Record | None]) -> Attr[float | None]:
    if isinstance(primary, Unknown):
        return primary
    if primary.value is None:
        own = record.get("rotation_period_in_days")
        if isinstance(own, Known) and own.value is not None:
            # an account tells it of the replica as well
            return record.number("rotation_period_in_days")
        return record.unknown("primary_key_arn", Reason.OUTSIDE, _PRIMARY)
    return _rotation_days(
        _of_primary(record, primary, "rotation"),
        computed.number(primary.value, "rotation_period_in_days", _DEFAULT_ROTATION_DAYS),
    )


_PRIMARY: Final = Text("マルチリージョンの主キー", "the primary key of the multi-Region key")


def _state(record: Record, flag: str) -> Attr[KeyState]:
    stated = record.text("key_state")
    if isinstance(stated, Known) and stated.value in _STATES:
        return record.known("key_state", _STATES[stated.value])
    # Imported material makes the key usable at once unless it is switched off (computed, default true).
    enabled = computed.flag(record, flag, True)
    return map_attr(enabled, lambda value: KeyState.ENABLED if value else KeyState.DISABLED)


def _policy(record: Record) -> KeyPolicy:
    # Without a policy KMS gives the key the default one: its own account and nobody else.
    policy = policies.separate_or_inline(record, "aws_kms_key_policy", "key_id", inline="policy")
    return KeyPolicy(
        open_to_anyone=policies.public(policy), foreign_principals=policies.foreign_principals(policy, record)
    )


def _multi_region(record: Record) -> Iterator[Replica]:
    multi = computed.flag(record, "multi_region", False)
    if isinstance(multi, Known) and not multi.value:
        return
    stated = _stated_regions(record)
    if stated is not None:
        for region in stated:
            yield _replica(record.known("replica_regions", frozenset({region})), region)
        return
    found = 0
    for type_ in ("aws_kms_replica_key", "aws_kms_replica_external_key"):
        joined = computed.joined(record, type_, "primary_key_arn")
        for replica in joined.certain:
            found += 1
            yield _replica(placement.region_set(replica.region), replica.address)
        for replica in joined.possible:
            found += 1
            detail = Text(f"{replica.address} の主キー", f"the primary key of {replica.address}")
            yield _replica(record.unknown("multi_region", Reason.UNRESOLVED, detail), replica.address)
    if found:
        return
    if isinstance(multi, Unknown):
        yield _replica(multi, "multi-region")
    else:
        detail = Text("マルチリージョンキーの複製先", "where the multi-Region key has replicas")
        yield _replica(record.unknown("multi_region", Reason.NOT_COLLECTED, detail), "multi-region")


def _stated_regions(record: Record) -> list[str] | None:
    """Regions of the replicas, which an account tells and no configuration."""
    stated = record.get("replica_regions")
    if isinstance(stated, Known) and isinstance(stated.value, list):
        return [str(region).lower() for region in stated.value]
    return None


def _replica(location: Attr[frozenset[str]], name: str) -> Replica:
    key_ = ",".join(sorted(location.value)) if isinstance(location, Known) and not location.sensitive else name
    return Replica(location=location, kind=ReplicaKind.MULTI_REGION_KEY, key=key_)


def _replicas_left(record: Record) -> Obstacle:
    """Replicas that the input does not contain; those that it contains are judged by themselves.

    A primary key is deleted only after its replicas (KMS Developer Guide, "Deleting multi-Region keys").
    """
    multi = computed.flag(record, "multi_region", False)
    present: Attr[bool] = multi
    if isinstance(multi, Known) and multi.value:
        types = ("aws_kms_replica_key", "aws_kms_replica_external_key")
        stated = _stated_regions(record)
        if stated is not None:
            here = [one for type_ in types for one in computed.joined(record, type_, "primary_key_arn").certain]
            present = record.known("replica_regions", len(here) < len(stated))
        elif record.links.complete or any(computed.joined(record, one, "primary_key_arn").certain for one in types):
            present = record.known("multi_region", False)
        else:
            detail = Text("マルチリージョンキーの複製先", "where the multi-Region key has replicas")
            present = record.unknown("multi_region", Reason.NOT_COLLECTED, detail)
    return Obstacle("multi_region", ObstacleKind.PROTECTS, present)


def _end(record: Record, *obstacles: Obstacle) -> Iterator[Facet]:
    # No setting keeps a key; that its deletion only begins with the destroy is what the deletion window says.
    yield Retirement(obstacles=obstacles)
    yield Residue(what="key", state=states.of(record, "key_state", DeletionDate="deletion_date"))
