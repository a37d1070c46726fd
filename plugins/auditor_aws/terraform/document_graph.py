"""DocumentDB and Neptune.

Sources: Terraform AWS provider documentation, pages ``aws_docdb_cluster``, ``aws_docdbelastic_cluster``,
``aws_neptune_cluster``, ``aws_neptunegraph_graph``.  Backups are continuous with a daily snapshot, kept one day unless
set (guides of both services, pages on backing up).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from auditor.attr import Attr, Known, Reason, any_of, map_attr
from auditor.facets import (
    DataAccessLog,
    EncryptionInTransit,
    Exposure,
    Facet,
    KeyOwner,
    ReplicaKind,
    Residue,
    Retirement,
)
from auditor.record import Record
from auditor_aws import backups, computed, database_logs, database_tls, keys, placement, restored, retirement
from auditor_aws.registry import REGISTRY
from auditor_aws.terraform.databases import replicas, told_replicas

REGISTRY.part("aws_docdb_cluster", "aws_docdb_cluster_parameter_group")
REGISTRY.part("aws_neptune_cluster", "aws_neptune_cluster_parameter_group")
# Names, subnets, notifications and parameters of single instances.
REGISTRY.inert(
    "aws_docdb_event_subscription",
    "aws_docdb_subnet_group",
    "aws_neptune_cluster_endpoint",
    "aws_neptune_event_subscription",
    "aws_neptune_parameter_group",
    "aws_neptune_subnet_group",
)

_DAILY: Final = 24.0


def _backup(record: Record, days: Attr[float]) -> Facet:
    enabled: Attr[bool] = map_attr(days, lambda value: value > 0)
    return backups.native(record, enabled=enabled, interval_hours=_DAILY, retention_days=days)


@REGISTRY.adapter("aws_docdb_cluster")
def docdb(record: Record) -> Iterator[Facet]:
    """A DocumentDB cluster; it can be reached from its VPC only."""
    yield placement.in_region(record)
    yield restored.encryption(record, record.flag("storage_encrypted", False))
    group = (record, "db_cluster_parameter_group_name", "aws_docdb_cluster_parameter_group")
    yield EncryptionInTransit(
        endpoint="database", required=database_tls.required(record, Known("docdb", record, "engine"), group)
    )
    yield _backup(record, record.number_or("backup_retention_period", 1))
    recorded = database_logs.recorded(
        record, Known("docdb", record, "engine"), "enabled_cloudwatch_logs_exports", group
    )
    yield DataAccessLog(key="database-audit", what="database-audit", enabled=recorded)
    yield Exposure(public=Known(False, record), by_address=True)
    yield _end(record)
    yield Residue(what="database")


def _end(record: Record) -> Retirement:
    return Retirement(
        obstacles=(
            retirement.protects(record, "deletion_protection"),
            retirement.keeps(record, "skip_final_snapshot", when=False),
        )
    )


@REGISTRY.adapter("aws_docdb_cluster_instance")
def docdb_instance(record: Record) -> Iterator[Facet]:
    """An instance of a cluster; encryption and backup are the cluster's."""
    yield placement.in_region(record, stores_data=False)


@REGISTRY.adapter("aws_docdbelastic_cluster")
def docdb_elastic(record: Record) -> Iterator[Facet]:
    """An elastic cluster: always encrypted, TLS always on (DocumentDB Developer Guide, "Using elastic clusters")."""
    yield placement.in_region(record)
    yield keys.at_rest(record, "kms_key_id", KeyOwner.PROVIDER)
    yield EncryptionInTransit(endpoint="database", required=Known(True, record))
    yield _backup(record, computed.number(record, "backup_retention_period", 1))
    yield Retirement(obstacles=())
    yield Residue(what="database")


@REGISTRY.adapter("aws_neptune_cluster")
def neptune(record: Record) -> Iterator[Facet]:
    """A Neptune cluster: engines since 1.0.4.0 take TLS connections only."""
    yield placement.in_region(record)
    yield restored.encryption(record, record.flag("storage_encrypted", False), "kms_key_arn")
    yield EncryptionInTransit(endpoint="database", required=Known(True, record))
    yield _backup(record, record.number_or("backup_retention_period", 1))
    joined = computed.joined(record, "aws_neptune_cluster", "replication_source_identifier")
    yield from replicas(record, joined.certain, joined.possible, ReplicaKind.READ_REPLICA, told_replicas(record))
    group = (record, "neptune_cluster_parameter_group_name", "aws_neptune_cluster_parameter_group")
    recorded = database_logs.recorded(
        record, Known("neptune", record, "engine"), "enable_cloudwatch_logs_exports", group
    )
    yield DataAccessLog(key="database-audit", what="database-audit", enabled=recorded)
    yield Exposure(public=_instances_public(record), by_address=True)
    yield _end(record)
    yield Residue(what="database")


def _instances_public(record: Record) -> Attr[bool]:
    joined = computed.joined(record, "aws_neptune_cluster_instance", "cluster_identifier")
    public = any_of(*(one.flag("publicly_accessible", False) for one in joined.certain))
    if joined.possible and not (isinstance(public, Known) and public.value):
        return joined.possible[0].unknown("cluster_identifier", Reason.UNRESOLVED)
    return public if joined.certain else Known(False, record)


@REGISTRY.adapter("aws_neptune_cluster_instance")
def neptune_instance(record: Record) -> Iterator[Facet]:
    """An instance of a cluster; encryption and backup are the cluster's."""
    yield placement.in_region(record, stores_data=False)
    yield Exposure(public=record.flag("publicly_accessible", False), by_address=True)


@REGISTRY.adapter("aws_neptunegraph_graph")
def neptune_graph(record: Record) -> Iterator[Facet]:
    """A graph of Neptune Analytics: always encrypted; it has no backups but snapshots made by hand."""
    yield placement.in_region(record)
    yield keys.at_rest(record, "kms_key_identifier", KeyOwner.PROVIDER)
    yield EncryptionInTransit(endpoint="database", required=Known(True, record))
    yield backups.by_plan(record)
    yield Exposure(public=computed.flag(record, "public_connectivity", False), by_address=True)
    # On unless switched off (API Reference, CreateGraph, deletionProtection).
    yield Retirement(obstacles=(retirement.protects(record, "deletion_protection", default=True),))
    yield Residue(what="database")
