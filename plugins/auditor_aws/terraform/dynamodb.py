"""DynamoDB and DAX.

Sources: Terraform AWS provider documentation, pages ``aws_dynamodb_table``, ``aws_dynamodb_table_replica``,
``aws_dynamodb_global_table``, ``aws_dynamodb_resource_policy``, ``aws_dax_cluster``; DynamoDB Developer Guide, page
"Enable point-in-time recovery in DynamoDB" (continuous, 35 days unless set; of a table that is deleted a system backup
is kept for 35 days).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from auditor.attr import Attr, Known, Reason, Unknown, map_attr
from auditor.facets import (
    EncryptionAtRest,
    EncryptionInTransit,
    Exposure,
    Facet,
    KeyOwner,
    Obstacle,
    ObstacleKind,
    Placement,
    Replica,
    ReplicaKind,
    Residue,
    Retirement,
)
from auditor.record import Node, Record
from auditor_aws import backups, computed, keys, placement, policies, retirement
from auditor_aws.registry import REGISTRY

REGISTRY.part("aws_dynamodb_table", "aws_dynamodb_resource_policy", "aws_dynamodb_global_secondary_index")
# Metrics, streams to Kinesis (the stream is judged), tags; items and exports lie in their table and bucket.
REGISTRY.inert(
    "aws_dynamodb_contributor_insights",
    "aws_dynamodb_kinesis_streaming_destination",
    "aws_dynamodb_table_export",
    "aws_dynamodb_table_item",
    "aws_dynamodb_tag",
    "aws_dax_parameter_group",
    "aws_dax_subnet_group",
)

_RECOVERY_DAYS: Final = 35.0


@REGISTRY.adapter("aws_dynamodb_table")
def table(record: Record) -> Iterator[Facet]:
    """A table with the replicas that it names."""
    yield placement.in_region(record)
    yield _encryption(record)
    block = computed.block(record, "point_in_time_recovery")
    enabled: Attr[bool]
    days: Attr[float]
    if isinstance(block, Unknown):
        enabled, days = block, block
    elif block.value is None:
        enabled, days = record.known("point_in_time_recovery", False), Known(0.0, record)
    else:
        enabled = block.value.flag("enabled", False)
        days = computed.number(block.value, "recovery_period_in_days", _RECOVERY_DAYS)
    yield backups.native(record, enabled=enabled, interval_hours=0, retention_days=days)
    yield from _replicas(record)
    policy = policies.separate_or_inline(record, "aws_dynamodb_resource_policy", "resource_arn", inline=None)
    # The public endpoints speak HTTP as well as HTTPS (AWS General Reference, "Amazon DynamoDB endpoints and quotas").
    yield EncryptionInTransit(endpoint="table", required=policies.turns_away_plain_text(policy, "dynamodb:*"))
    yield Exposure(public=policies.public(policy))
    yield Retirement(
        obstacles=(
            retirement.protects(record, "deletion_protection_enabled"),
            Obstacle("point_in_time_recovery", ObstacleKind.KEEPS, enabled),
        )
    )
    yield Residue(what="table")


def _encryption(record: Record) -> EncryptionAtRest:
    """Always encrypted: with a key of DynamoDB's own, with aws/dynamodb if only ``enabled``, or with a named key."""
    block = computed.block(record, "server_side_encryption")
    if isinstance(block, Unknown):
        return EncryptionAtRest(enabled=Known(True, record), key_owner=block)
    if block.value is None:
        owner = record.known("server_side_encryption", KeyOwner.PROVIDER)
        return EncryptionAtRest(enabled=Known(True, record), key_owner=owner)
    enabled = block.value.flag("enabled", False)
    if isinstance(enabled, Unknown):
        return EncryptionAtRest(enabled=Known(True, record), key_owner=enabled)
    if not enabled.value:
        return EncryptionAtRest(enabled=Known(True, record), key_owner=block.value.known("enabled", KeyOwner.PROVIDER))
    return keys.at_rest(block.value, "kms_key_arn", KeyOwner.PROVIDER)


def _replicas(record: Record) -> Iterator[Facet]:
    """Replicas in blocks, as resources of their own, and by a global table of the first version."""
    seen: set[str] = set()
    blocks = record.blocks("replica")
    if isinstance(blocks, Unknown):
        yield Replica(location=blocks, kind=ReplicaKind.GLOBAL_TABLE, key="replica")
    else:
        for index, block in enumerate(blocks.value):
            for replica in _replica(_region(block), str(index), seen):
                yield replica
                yield _replica_encryption(record, block, replica.key)
    # The witness of a strongly consistent table keeps its changes (Developer Guide, "Global tables consistency modes").
    witnesses = computed.blocks(record, "global_table_witness")
    for index, block in enumerate(witnesses.value if isinstance(witnesses, Known) else ()):
        yield from _replica(_region(block), f"witness-{index}", seen)
    separate = computed.joined(record, "aws_dynamodb_table_replica", "global_table_arn")
    for one in separate.certain:
        yield from _replica(placement.region_set(one.region), one.address, seen)
    for one in separate.possible:
        yield from _replica(one.unknown("global_table_arn", _why_open(one, "global_table_arn")), one.address, seen)


def _replica_encryption(record: Record, block: Node, name: str) -> EncryptionAtRest:
    """Encryption of a replica: with the key that it names, else with the same kind of key as its table."""
    key = computed.text(block, "kms_key_arn")
    if isinstance(key, Known) and key.value is None:
        return EncryptionAtRest(key=name, enabled=Known(True, record), key_owner=_encryption(record).key_owner)
    found = keys.at_rest(block, "kms_key_arn", KeyOwner.PROVIDER)
    return EncryptionAtRest(key=name, enabled=found.enabled, key_owner=found.key_owner, key_id=found.key_id)


def _why_open(record: Record, path: str) -> Reason:
    """Why an attribute does not say what it refers to."""
    value = record.get(path)
    return value.reason if isinstance(value, Unknown) else Reason.AMBIGUOUS


def _region(block: Node) -> Attr[frozenset[str]]:
    return placement.named_region(block, "region_name")


def _replica(location: Attr[frozenset[str]], name: str, seen: set[str]) -> Iterator[Replica]:
    key = ",".join(sorted(location.value)) if isinstance(location, Known) and not location.sensitive else name
    if key not in seen:
        seen.add(key)
        yield Replica(location=location, kind=ReplicaKind.GLOBAL_TABLE, key=key)


@REGISTRY.adapter("aws_dynamodb_table_replica")
def table_replica(record: Record) -> Iterator[Facet]:
    """A replica as a resource of its own; it uses the same kind of key as its table unless it names one."""
    yield placement.in_region(record)
    key = computed.text(record, "kms_key_arn")
    main = record.target("global_table_arn", "aws_dynamodb_table")
    if isinstance(key, Known) and key.value is not None:
        yield keys.at_rest(record, "kms_key_arn", KeyOwner.PROVIDER)
    elif isinstance(main, Known) and main.value is not None:
        yield EncryptionAtRest(enabled=Known(True, record), key_owner=_encryption(main.value).key_owner)
    else:
        yield EncryptionAtRest(
            enabled=Known(True, record),
            key_owner=record.unknown("global_table_arn", _why_open(record, "global_table_arn")),
        )
    yield backups.native(
        record,
        enabled=record.flag("point_in_time_recovery", False),
        interval_hours=0,
        retention_days=Known(_RECOVERY_DAYS, record),
    )
    yield Retirement(
        obstacles=(
            retirement.protects(record, "deletion_protection_enabled"),
            retirement.keeps(record, "point_in_time_recovery"),
        )
    )
    yield Residue(what="table")


@REGISTRY.adapter("aws_dynamodb_global_table")
def global_table(record: Record) -> Iterator[Facet]:
    """A global table of version 2017.11.29: it ties tables of the same name in several regions together."""
    blocks = record.blocks("replica")
    if isinstance(blocks, Unknown):
        yield Placement(locations=blocks, stores_data=False)
        yield Replica(location=blocks, kind=ReplicaKind.GLOBAL_TABLE, key="replica")
        return
    yield placement.in_region(record, stores_data=False)
    seen: set[str] = set()
    for index, block in enumerate(blocks.value):
        yield from _replica(_region(block), str(index), seen)


@REGISTRY.adapter("aws_dax_cluster")
def dax(record: Record) -> Iterator[Facet]:
    """A cache before tables; neither encryption is on unless set."""
    yield placement.in_region(record)
    enabled = record.flag("server_side_encryption.0.enabled", False)
    # DAX encrypts with a key of AWS only (DynamoDB Developer Guide, "DAX encryption at rest").
    owner = map_attr(enabled, lambda on: KeyOwner.PROVIDER if on else KeyOwner.NONE)
    yield EncryptionAtRest(enabled=enabled, key_owner=owner)
    kind = record.text_or("cluster_endpoint_encryption_type", "NONE")
    yield EncryptionInTransit(endpoint="cache", required=map_attr(kind, lambda value: value == "TLS"))
    yield Retirement(obstacles=())
    yield Residue(what="cache")
