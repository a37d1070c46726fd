"""Aurora DSQL and Keyspaces (for Apache Cassandra).

Sources: Terraform AWS provider documentation, pages ``aws_dsql_cluster``, ``aws_dsql_cluster_peering``,
``aws_keyspaces_keyspace``, ``aws_keyspaces_table``; Keyspaces Developer Guide, pages "Encryption at rest" (always, with
a key of AWS unless one is named), "Encryption in transit" (TLS only) and "Point-in-time recovery" (35 days).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from auditor.attr import Attr, Known, Unknown, map_attr
from auditor.facets import (
    EncryptionAtRest,
    EncryptionInTransit,
    Facet,
    KeyOwner,
    Placement,
    Replica,
    ReplicaKind,
    Residue,
    Retirement,
)
from auditor.record import Node, Record
from auditor_aws import backups, computed, keys, placement, retirement
from auditor_aws.registry import REGISTRY

REGISTRY.part("aws_dsql_cluster", "aws_dsql_cluster_peering")

_RECOVERY_DAYS: Final = 35.0


@REGISTRY.adapter("aws_dsql_cluster")
def dsql(record: Record) -> Iterator[Facet]:
    """A distributed SQL cluster: always encrypted, TLS only; its peers and its witness hold copies."""
    yield placement.in_region(record)
    yield keys.at_rest(record, "kms_encryption_key", KeyOwner.PROVIDER)
    yield EncryptionInTransit(endpoint="database", required=Known(True, record))
    # The service has no backups of its own beyond what AWS Backup makes.
    yield backups.by_plan(record)
    yield from _peers(record)
    yield Retirement(obstacles=(retirement.protects(record, "deletion_protection_enabled"),))
    yield Residue(what="database")


def _peers(record: Record) -> Iterator[Replica]:
    blocks = computed.blocks(record, "multi_region_properties")
    if isinstance(blocks, Unknown):
        yield Replica(location=blocks, kind=ReplicaKind.REPLICATION, key="peers")
        return
    peering = computed.part(record, "aws_dsql_cluster_peering", "identifier")
    if isinstance(peering, Unknown):
        yield Replica(location=peering, kind=ReplicaKind.REPLICATION, key="peers")
        return
    nodes: list[Node] = list(blocks.value)
    if peering.value is not None:
        nodes.append(peering.value)
    seen: set[str] = set()
    for node in nodes:
        yield from _of(node, seen)


def _of(node: Node, seen: set[str]) -> Iterator[Replica]:
    clusters = node.elements("clusters")
    if isinstance(clusters, Unknown):
        yield Replica(location=clusters, kind=ReplicaKind.REPLICATION, key="peers")
    else:
        for index in range(len(clusters.value)):
            yield from _replica(placement.arn_region(node, f"clusters.{index}", "aws_dsql_cluster"), str(index), seen)
    witness = node.text("witness_region")
    if isinstance(witness, Unknown) or witness.value is not None:
        yield from _replica(placement.named_region(node, "witness_region"), "witness", seen)


def _replica(location: Attr[frozenset[str]], name: str, seen: set[str]) -> Iterator[Replica]:
    key = ",".join(sorted(location.value)) if isinstance(location, Known) and not location.sensitive else name
    if key not in seen:
        seen.add(key)
        yield Replica(location=location, kind=ReplicaKind.REPLICATION, key=key)


@REGISTRY.adapter("aws_keyspaces_keyspace")
def keyspace(record: Record) -> Iterator[Facet]:
    """A keyspace; with a list of regions its tables are copied to each of them."""
    block = computed.block(record, "replication_specification")
    yield placement.in_region(record, stores_data=False)
    if isinstance(block, Unknown):
        yield Replica(location=block, kind=ReplicaKind.GLOBAL_TABLE, key="replication")
        return
    regions = block.value.elements("region_list") if block.value is not None else record.known("", ())
    if isinstance(regions, Unknown):
        yield Replica(location=regions, kind=ReplicaKind.GLOBAL_TABLE, key="replication")
        return
    for index, region in enumerate(regions.value):
        location: Attr[frozenset[str]] = map_attr(region, lambda code: frozenset({str(code).lower()}))
        key = ",".join(sorted(location.value)) if isinstance(location, Known) and not location.sensitive else str(index)
        yield Replica(location=location, kind=ReplicaKind.GLOBAL_TABLE, key=key)


@REGISTRY.adapter("aws_keyspaces_table")
def keyspaces_table(record: Record) -> Iterator[Facet]:
    """A table of a keyspace."""
    yield Placement(locations=placement.region_set(record.region), stores_data=True)
    yield _table_encryption(record)
    yield EncryptionInTransit(endpoint="database", required=Known(True, record))
    block = computed.block(record, "point_in_time_recovery")
    enabled: Attr[bool]
    if isinstance(block, Unknown):
        enabled = block
    elif block.value is None:
        enabled = record.known("point_in_time_recovery", False)
    else:
        enabled = map_attr(computed.text(block.value, "status", "DISABLED"), lambda value: value == "ENABLED")
    yield backups.native(record, enabled=enabled, interval_hours=0, retention_days=Known(_RECOVERY_DAYS, record))
    yield Retirement(obstacles=())
    yield Residue(what="table")


def _table_encryption(record: Record) -> EncryptionAtRest:
    block = computed.block(record, "encryption_specification")
    if isinstance(block, Unknown):
        return EncryptionAtRest(enabled=Known(True, record), key_owner=block)
    if block.value is None:
        owner = record.known("encryption_specification", KeyOwner.PROVIDER)
        return EncryptionAtRest(enabled=Known(True, record), key_owner=owner)
    return keys.at_rest(block.value, "kms_key_identifier", KeyOwner.PROVIDER)
