"""Cloud Storage.

Attributes and defaults: https://registry.terraform.io/providers/hashicorp/google/latest/docs/resources/storage_bucket
"""

from __future__ import annotations

from collections.abc import Iterator

from auditor.attr import Attr, Known, Reason, Unknown, any_of, map_attr
from auditor.facets import (
    AccountIdentity,
    DataAccessLog,
    EncryptionAtRest,
    EncryptionInTransit,
    Exposure,
    Facet,
    LogImmutability,
    LogStore,
    ObjectVersioning,
    Obstacle,
    ObstacleKind,
    Placement,
    Replica,
    ReplicaKind,
)
from auditor.record import Node, Record
from auditor.text import Text
from auditor_google import iam
from auditor_google.audit import audited, project_of
from auditor_google.building import placed, protects, residue, retirement
from auditor_google.keys import at_rest
from auditor_google.log_destinations import holds_logs, store_location
from auditor_google.reading import (
    by_text,
    inside,
    left_to_default,
    referrers,
    settled_block,
    settled_flag,
    settled_number,
    settled_text,
)
from auditor_google.registry import REGISTRY

_ACLS = ("google_storage_bucket_acl", "google_storage_default_object_acl")
_ENTITIES = ("google_storage_bucket_access_control", "google_storage_default_object_access_control")
_PUBLIC_ENTITIES = frozenset(("allUsers", "allAuthenticatedUsers"))
_PUBLIC_ACLS = frozenset(("publicRead", "publicReadWrite", "authenticatedRead"))

REGISTRY.part("google_storage_bucket", *_ACLS, *_ENTITIES)
REGISTRY.part("google_storage_bucket_object", "google_storage_object_acl", "google_storage_object_access_control")


@REGISTRY.adapter("google_storage_bucket")
def bucket(record: Record) -> Iterator[Facet]:
    """A bucket with its IAM and ACL resources."""
    yield Placement(locations=store_location(record), stores_data=True)
    yield at_rest(record.block("encryption"), "default_kms_key_name")
    public = _public(record)
    yield EncryptionInTransit(endpoint="bucket", required=_https_only(record))
    versioned = inside(settled_block(record, "versioning"), lambda block: block.flag("enabled", False), False)
    yield ObjectVersioning(enabled=versioned)
    logs = holds_logs(
        record,
        ("google_storage_bucket", "logging.0.log_bucket"),
        ("google_sql_database_instance", "settings.0.sql_server_audit_config.0.bucket"),
    )
    yield Exposure(public=public, holds_logs=logs)
    yield _data_access(record)
    retention = record.block("retention_policy")
    locked = inside(retention, lambda block: block.flag("is_locked", False), False)
    retained = map_attr(retention, lambda block: block is not None)
    if isinstance(logs, Unknown):
        yield LogStore(retention_days=logs)
        yield LogImmutability(locked=logs, versioned=logs, deletion_denied=logs)
    elif logs.value:
        yield LogStore(retention_days=_expiry(record))
        # A retention policy, locked or not, refuses everybody the deletion of younger objects:
        # https://cloud.google.com/storage/docs/bucket-lock
        yield LogImmutability(locked=locked, versioned=versioned, deletion_denied=retained)
    yield retirement(
        record,
        protects(record, "force_destroy", when=False),
        protects(record, "default_event_based_hold"),
        Obstacle("retention_policy", ObstacleKind.PROTECTS, retained),
        Obstacle("retention_policy.is_locked", ObstacleKind.LOCKS, locked),
        Obstacle("soft_delete_policy", ObstacleKind.KEEPS, _soft_delete(record)),
    )
    yield residue("bucket")


_HTTPS_ONLY = "policies/storage.secureHttpTransport"


def _https_only(record: Record) -> Attr[bool]:
    """Whether an organisation policy on the project refuses plain HTTP, which the XML API otherwise accepts.

    https://cloud.google.com/storage/docs/org-policy-constraints ; such a policy may also stand on a folder or
    the organisation, so that without one in the input nothing is known.
    """
    project = project_of(record)
    policies, _ = by_text(record.links, "google_org_policy_policy", "name")
    for policy in policies.get(f"projects/{project}/{_HTTPS_ONLY}", ()):
        return policy.flag("spec.0.rules.0.enforce", False)
    if record.links.complete and not any(name.endswith(f"/{_HTTPS_ONLY}") for name in policies):
        return Known(False, record)
    detail = Text(
        "平文の HTTP を拒む組織のポリシー（storage.secureHttpTransport）の有無",
        "whether an organisation policy refuses plain HTTP (storage.secureHttpTransport)",
    )
    return record.unknown("", Reason.OUTSIDE, detail)


def _soft_delete(record: Record) -> Attr[bool]:
    """Deleted objects stay for 7 days unless the period is set to 0 (https://cloud.google.com/storage/docs/soft-delete)."""
    block = settled_block(record, "soft_delete_policy")
    period = inside(block, lambda node: settled_number(node, "retention_duration_seconds", 604800), 604800.0)
    return map_attr(period, lambda seconds: seconds > 0)


def _data_access(record: Record) -> DataAccessLog:
    """Usage logs of the bucket itself, else the audit logs of its project."""
    logging = record.block("logging")
    if isinstance(logging, Unknown) or logging.value is None:
        return audited(record, "storage.googleapis.com")
    return DataAccessLog(key="access-log", what="access-log", enabled=logging.value.known("log_bucket", True))


def _entity_public(record: Record, path: str) -> Attr[bool]:
    return map_attr(record.text(path), lambda entity: entity in _PUBLIC_ENTITIES)


def _acl_public(record: Record) -> Attr[bool]:
    predefined = map_attr(record.text("predefined_acl"), lambda name: name in _PUBLIC_ACLS)
    listed = record.elements("role_entity")
    if isinstance(listed, Unknown):
        # A list that the provider computes from the predefined ACL says no more than that does.
        return predefined if left_to_default(record, "role_entity", listed) else any_of(predefined, listed)
    entries = (map_attr(entry, lambda text: str(text).split(":", 1)[-1] in _PUBLIC_ENTITIES) for entry in listed.value)
    return any_of(predefined, *entries)


def _public(record: Record) -> Attr[bool]:
    """Whether IAM or ACLs open the bucket and public access prevention does not forbid it.

    https://cloud.google.com/storage/docs/public-access-prevention ; the default is ``inherited``.
    """
    prevention = settled_text(record, "public_access_prevention", "inherited")
    if isinstance(prevention, Known) and prevention.value == "enforced":
        return record.known("public_access_prevention", False)
    opened = [iam.public(record, "google_storage_bucket", "bucket")]
    if not _without_acls(record):
        for type_ in _ACLS:
            opened.extend(_acl_public(other) for other in referrers(record, type_, "bucket").certain)
        for type_ in _ENTITIES:
            opened.extend(_entity_public(other, "entity") for other in referrers(record, type_, "bucket").certain)
        for type_ in (*_ACLS, *_ENTITIES):
            for other in referrers(record, type_, "bucket").possible:
                anyone = _acl_public(other) if type_ in _ACLS else _entity_public(other, "entity")
                if isinstance(anyone, Unknown) or anyone.value:
                    opened.append(Unknown(Reason.AMBIGUOUS, other, "bucket"))
    found = any_of(*opened)
    if isinstance(prevention, Unknown) and (isinstance(found, Unknown) or found.value):
        return prevention
    return found


def _without_acls(record: Record) -> bool:
    """Uniform bucket-level access makes ACLs void (https://cloud.google.com/storage/docs/uniform-bucket-level-access)."""
    uniform = settled_flag(record, "uniform_bucket_level_access", False)
    return isinstance(uniform, Known) and uniform.value


def _expiry(record: Record) -> Attr[float | None]:
    """Days until the earliest lifecycle rule deletes a live object; ``None`` if none does.

    https://cloud.google.com/storage/docs/lifecycle : all conditions of a rule must hold, and an age of 0
    counts only where the provider is told to send it.
    """
    rules = record.blocks("lifecycle_rule")
    if isinstance(rules, Unknown):
        return rules
    shortest: Attr[float | None] = record.known("lifecycle_rule", None)
    for rule in rules.value:
        action = rule.text("action.0.type")
        if isinstance(action, Unknown):
            return action
        if action.value != "Delete":
            continue
        age = _rule_age(rule)
        if isinstance(age, Unknown):
            return age
        if age.value is not None and (
            isinstance(shortest, Known) and (shortest.value is None or age.value < shortest.value)
        ):
            shortest = age
    return shortest


_NONCURRENT = ("days_since_noncurrent_time", "num_newer_versions", "noncurrent_time_before")
_DATES = ("created_before", "custom_time_before", "days_since_custom_time")


def _rule_age(rule: Node) -> Attr[float | None]:
    """Age in days at which the rule deletes live objects; ``None`` if it leaves them alone."""
    condition = rule.block("condition")
    if isinstance(condition, Unknown):
        return condition
    node = condition.value
    if node is None:
        return rule.unknown("condition", Reason.UNPARSEABLE)
    state = node.text("with_state")
    if isinstance(state, Known) and state.value == "ARCHIVED":
        return node.known("with_state", None)
    for path in _NONCURRENT:
        set_ = node.get(path)
        if isinstance(set_, Unknown):
            return set_
        if set_.value not in (None, "", 0):
            return node.known(path, None)
    age = node.number("age")
    if isinstance(age, Unknown) or age.value:
        return age
    for path in _DATES:
        set_ = node.get(path)
        if isinstance(set_, Unknown) or set_.value not in (None, "", 0):
            return node.unknown(path, Reason.UNRESOLVED)
    return node.known("age", 0.0)


@REGISTRY.adapter("google_storage_bucket_object")
def object_(record: Record) -> Iterator[Facet]:
    """An object; its place, and its key unless it has one of its own, are those of its bucket."""
    holder = record.target("bucket", "google_storage_bucket")
    own = at_rest(record, "kms_key_name", raw=("customer_encryption.0.encryption_key",), computed=True)
    if isinstance(own.key_id, Known) and own.key_id.value is not None:
        yield own
    elif isinstance(holder, Unknown):
        yield EncryptionAtRest(enabled=Known(True), key_owner=holder, key_id=holder)
    elif holder.value is not None:
        yield at_rest(holder.value.block("encryption"), "default_kms_key_name")
    else:
        unknown = record.unknown("bucket", Reason.OUTSIDE)
        yield EncryptionAtRest(enabled=Known(True), key_owner=unknown, key_id=unknown)
    if isinstance(holder, Unknown):
        yield Placement(locations=holder, stores_data=True)
    elif holder.value is not None:
        yield Placement(locations=store_location(holder.value), stores_data=True)
    else:
        yield Placement(locations=record.unknown("bucket", Reason.OUTSIDE), stores_data=True)
    yield retirement(
        record,
        protects(record, "temporary_hold"),
        protects(record, "event_based_hold"),
        Obstacle(
            "retention.mode",
            ObstacleKind.LOCKS,
            map_attr(record.text("retention.0.mode"), lambda mode: mode in ("Locked", "LOCKED")),
        ),
    )
    yield residue("object")


@REGISTRY.adapter("google_storage_transfer_job")
def transfer_job(record: Record) -> Iterator[Facet]:
    """A job that copies objects to another bucket."""
    for spec in ("replication_spec", "transfer_spec"):
        path = f"{spec}.0.gcs_data_sink.0.bucket_name"
        sink = record.has(path)
        if isinstance(sink, Known) and not sink.value:
            continue
        target = record.target(path, "google_storage_bucket")
        if isinstance(target, Unknown):
            yield Replica(key=spec, location=target, kind=ReplicaKind.REPLICATION)
        elif target.value is not None:
            yield Replica(key=spec, location=store_location(target.value), kind=ReplicaKind.REPLICATION)
        else:
            yield Replica(key=spec, location=record.unknown(path, Reason.OUTSIDE), kind=ReplicaKind.REPLICATION)


@REGISTRY.adapter("google_storage_hmac_key")
def hmac_key(record: Record) -> Iterator[Facet]:
    """A key pair by which a service account signs requests, without an end."""
    yield AccountIdentity(what="hmac-key")


@REGISTRY.adapter("google_storage_anywhere_cache")
def anywhere_cache(record: Record) -> Iterator[Facet]:
    """Copies of objects in one zone."""
    yield placed(record, "zone")
