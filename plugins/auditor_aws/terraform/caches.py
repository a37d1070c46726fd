"""ElastiCache and MemoryDB.

Sources: Terraform AWS provider documentation, pages ``aws_elasticache_replication_group``, ``aws_elasticache_cluster``,
``aws_elasticache_serverless_cache``, ``aws_elasticache_global_replication_group``, ``aws_memorydb_cluster``;
ElastiCache and MemoryDB guides, pages on encryption at rest and on snapshots (daily).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from auditor.attr import Attr, Known, Unknown, all_of, map_attr
from auditor.facets import (
    EncryptionAtRest,
    EncryptionInTransit,
    Facet,
    KeyOwner,
    ReplicaKind,
    Residue,
    Retirement,
)
from auditor.record import Record
from auditor_aws import backups, computed, keys, placement, retirement
from auditor_aws.registry import REGISTRY
from auditor_aws.terraform.databases import replicas, told_replicas

# Groups of parameters, subnets and users, and reservations.
REGISTRY.inert(
    "aws_elasticache_parameter_group",
    "aws_elasticache_reserved_cache_node",
    "aws_elasticache_subnet_group",
    "aws_elasticache_user",
    "aws_elasticache_user_group",
    "aws_elasticache_user_group_association",
    "aws_memorydb_acl",
    "aws_memorydb_parameter_group",
    "aws_memorydb_subnet_group",
    "aws_memorydb_user",
)

_DAILY: Final = 24.0


@REGISTRY.adapter("aws_elasticache_replication_group")
def replication_group(record: Record) -> Iterator[Facet]:
    """A Redis or Valkey cache."""
    yield placement.in_region(record)
    engine = computed.text(record, "engine", "redis")
    by_default = isinstance(engine, Known) and engine.value == "valkey"
    encrypted = computed.flag(record, "at_rest_encryption_enabled", by_default)
    yield keys.at_rest(record, "kms_key_id", KeyOwner.PROVIDER, encrypted)
    yield EncryptionInTransit(endpoint="cache", required=_tls(record, by_default))
    yield _snapshots(record, record.number_or("snapshot_retention_limit", 0))
    yield Retirement(obstacles=(retirement.keeps_if_set(record, "final_snapshot_identifier"),))
    yield Residue(what="cache")


def _tls(record: Record, by_default: bool) -> Attr[bool]:
    """TLS is on, and connections without it are not merely discouraged (mode ``preferred`` takes both)."""
    enabled = computed.flag(record, "transit_encryption_enabled", by_default)
    mode = computed.text(record, "transit_encryption_mode", "required")
    if isinstance(enabled, Known) and not enabled.value:
        return enabled
    return all_of(enabled, map_attr(mode, lambda value: value != "preferred"))


def _snapshots(record: Record, days: Attr[float]) -> Facet:
    enabled: Attr[bool] = map_attr(days, lambda value: value > 0)
    return backups.native(record, enabled=enabled, interval_hours=_DAILY, retention_days=days)


@REGISTRY.adapter("aws_elasticache_cluster")
def cluster(record: Record) -> Iterator[Facet]:
    """A Memcached cache, a single Redis node, or a member of a replication group (which says the rest)."""
    group = record.has("replication_group_id")
    if isinstance(group, Unknown) and record.left_out("replication_group_id"):
        group = record.known("replication_group_id", False)
    if isinstance(group, Known) and group.value:
        yield placement.in_region(record, stores_data=False)
        return
    yield placement.in_region(record)
    yield _of_node(record, group)
    yield EncryptionInTransit(endpoint="cache", required=computed.flag(record, "transit_encryption_enabled", False))
    engine = computed.text(record, "engine")
    if not (isinstance(engine, Known) and engine.value == "memcached"):
        # Memcached keeps nothing that could be backed up.
        yield _snapshots(record, record.number_or("snapshot_retention_limit", 0))
    yield Retirement(obstacles=(retirement.keeps_if_set(record, "final_snapshot_identifier"),))
    yield Residue(what="cache")


def _of_node(record: Record, group: Attr[bool]) -> EncryptionAtRest:
    """A cluster by itself cannot be encrypted at rest: the API (CreateCacheCluster) has no such setting.

    Of one that exists the API says whether it is (DescribeCacheClusters, ``AtRestEncryptionEnabled``).
    """
    told = record.get("at_rest_encryption_enabled")
    if isinstance(told, Known) and told.value is True:
        owner = record.known("at_rest_encryption_enabled", KeyOwner.PROVIDER)
        return EncryptionAtRest(enabled=record.known("at_rest_encryption_enabled", True), key_owner=owner)
    enabled: Attr[bool] = map_attr(group, lambda _: False)
    return EncryptionAtRest(enabled=enabled, key_owner=map_attr(group, lambda _: KeyOwner.NONE))


@REGISTRY.adapter("aws_elasticache_serverless_cache")
def serverless(record: Record) -> Iterator[Facet]:
    """A serverless cache: always encrypted at rest and on the way."""
    yield placement.in_region(record)
    yield keys.at_rest(record, "kms_key_id", KeyOwner.PROVIDER)
    yield EncryptionInTransit(endpoint="cache", required=Known(True, record))
    engine = record.text("engine")
    if not (isinstance(engine, Known) and engine.value == "memcached"):
        yield _snapshots(record, computed.number(record, "snapshot_retention_limit", 0))
    yield Retirement(obstacles=())
    yield Residue(what="cache")


@REGISTRY.adapter("aws_elasticache_global_replication_group")
def global_group(record: Record) -> Iterator[Facet]:
    """Caches of several regions that copy one of them."""
    yield placement.in_region(record, stores_data=False)
    members = computed.joined(record, "aws_elasticache_replication_group", "global_replication_group_id")
    primary = record.target("primary_replication_group_id", "aws_elasticache_replication_group")
    certain = members.certain
    if isinstance(primary, Known) and primary.value is not None and primary.value not in certain:
        certain = (primary.value, *certain)
    yield from replicas(record, certain, members.possible, ReplicaKind.REPLICATION, told_replicas(record))


@REGISTRY.adapter("aws_memorydb_cluster")
def memorydb(record: Record) -> Iterator[Facet]:
    """A MemoryDB cluster: always encrypted at rest; TLS is on unless switched off."""
    yield placement.in_region(record)
    yield keys.at_rest(record, "kms_key_arn", KeyOwner.PROVIDER)
    yield EncryptionInTransit(endpoint="cache", required=record.flag("tls_enabled", True))
    yield _snapshots(record, computed.number(record, "snapshot_retention_limit", 0))
    yield Retirement(obstacles=(retirement.keeps_if_set(record, "final_snapshot_name"),))
    yield Residue(what="database")


@REGISTRY.adapter("aws_memorydb_multi_region_cluster")
def memorydb_multi_region(record: Record) -> Iterator[Facet]:
    """Clusters of several regions with the same data."""
    yield placement.in_region(record, stores_data=False)
    members = computed.joined(record, "aws_memorydb_cluster", "multi_region_cluster_name")
    yield from replicas(record, members.certain, members.possible, ReplicaKind.REPLICATION, told_replicas(record))
    yield EncryptionInTransit(endpoint="cache", required=computed.flag(record, "tls_enabled", True))
