"""Whether databases, caches and file systems stand in more than one availability zone.

Sources: Terraform AWS provider documentation, page of each type; Amazon Aurora User Guide, page "High availability
for Amazon Aurora"; Amazon RDS User Guide, page "Multi-AZ DB cluster deployments"; the pages on deployment types of
Amazon FSx, Amazon MQ and Timestream for InfluxDB.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from auditor.attr import Attr, Known, Reason, Unknown, all_of, any_of, map_attr
from auditor.facets import Facet, Redundancy
from auditor.record import Record
from auditor.text import Text
from auditor_aws import absent, computed
from auditor_aws.registry import REGISTRY

_MEMBERS: Final = {
    "aws_rds_cluster": "aws_rds_cluster_instance",
    "aws_docdb_cluster": "aws_docdb_cluster_instance",
    "aws_neptune_cluster": "aws_neptune_cluster_instance",
}
_GLOBAL: Final = ("aws_rds_global_cluster", "aws_docdb_global_cluster", "aws_neptune_global_cluster")
_SECONDARY: Final = Text(
    "グローバルデータベースの副クラスター（インスタンスを要しない）かどうか",
    "whether it is a secondary cluster of a global database, which needs no instances",
)
_FURTHER_MEMBERS: Final = Text(
    "他の構成によるクラスターのインスタンスの有無", "whether another configuration adds instances to the cluster"
)


def _replica(record: Record, path: str, *types: str) -> Attr[bool]:
    """Whether the attribute names what this is a copy of."""
    stated = record.has(path)
    if isinstance(stated, Known):
        return stated
    if record.left_out(path):
        return record.known(path, False)
    source = record.target(path, *types)
    return record.known(path, True) if isinstance(source, Known) and source.value is not None else stated


@REGISTRY.adapter("aws_db_instance")
def instance(record: Record) -> Iterable[Facet]:
    """A database with a standby that takes over by itself, or without one (``multi_az`` is false by default).

    A replica is there for its primary, of which the same is asked.
    """
    replica = _replica(record, "replicate_source_db", "aws_db_instance", "aws_rds_cluster")
    if isinstance(replica, Known) and replica.value:
        return
    doubled = replica if isinstance(replica, Unknown) else computed.flag(record, "multi_az", False)
    yield Redundancy(what="database", zones=doubled, failover=doubled)


@REGISTRY.adapter("aws_rds_cluster", "aws_docdb_cluster", "aws_neptune_cluster")
def cluster(record: Record) -> Iterable[Facet]:
    """A cluster: a second instance takes over by itself.

    The storage always stands in three zones.  Multi-AZ DB clusters (which name the class of their instances) and
    Aurora Serverless v1 need no instances of their own.
    """
    replica = _replica(record, "replication_source_identifier", *_MEMBERS, "aws_db_instance")
    if isinstance(replica, Known) and replica.value:
        return
    answers = [_two_members(record)]
    if record.type == "aws_rds_cluster":
        # db_cluster_instance_class is given for Multi-AZ DB clusters only.
        answers.append(map_attr(record.text("db_cluster_instance_class"), lambda name: name is not None))
        answers.append(map_attr(record.text_or("engine_mode", "provisioned"), lambda mode: mode == "serverless"))
    zones = any_of(*answers)
    if isinstance(zones, Known) and not zones.value:
        if isinstance(replica, Unknown):
            zones = replica
        elif _may_be_secondary(record):
            zones = record.unknown("global_cluster_identifier", Reason.AMBIGUOUS, _SECONDARY)
    yield Redundancy(what="database", zones=zones, failover=zones)


def _may_be_secondary(cluster: Record) -> bool:
    named = _replica(cluster, "global_cluster_identifier", *_GLOBAL)
    return isinstance(named, Unknown) or named.value


def _two_members(cluster: Record) -> Attr[bool]:
    """Whether the cluster has two instances that are not told to be in the same zone.

    Where no zone is named the service spreads them (Aurora User Guide, page above).
    """
    type_ = _MEMBERS[cluster.type]
    found = computed.joined(cluster, type_, "cluster_identifier")
    zones = [computed.text(member, "availability_zone") for member in found.certain]
    if len(zones) > 1:
        known = {zone.value for zone in zones if isinstance(zone, Known)}
        if None in known or len(known) > 1:
            return Known(True, found.certain[1], "availability_zone")
        unknown = next((zone for zone in zones if isinstance(zone, Unknown)), None)
        if unknown is not None:
            return unknown
    if found.possible:
        return _open(cluster, found.possible[0], type_)
    if absent.shown_in_full(cluster):
        return Known(False, cluster, type_)
    return Unknown(Reason.NOT_COLLECTED, cluster, type_, _FURTHER_MEMBERS)


def _open(cluster: Record, other: Record, type_: str) -> Unknown:
    detail = Text(f"{other.address} が属するクラスター", f"the cluster of {other.address}")
    return Unknown(Reason.AMBIGUOUS, cluster, type_, detail)


@REGISTRY.adapter("aws_elasticache_replication_group")
def replication_group(record: Record) -> Iterable[Facet]:
    """Nodes of Redis or Valkey; both settings are false by default."""
    secondary = _replica(record, "global_replication_group_id", "aws_elasticache_global_replication_group")
    if isinstance(secondary, Unknown) or secondary.value:
        # A member of a global group takes its settings from the group.
        open_ = record.unknown("global_replication_group_id", Reason.OUTSIDE)
        yield Redundancy(what="cache", zones=open_, failover=open_)
        return
    failover = record.flag("automatic_failover_enabled", False)
    yield Redundancy(what="cache", zones=all_of(record.flag("multi_az_enabled", False), failover), failover=failover)


@REGISTRY.adapter("aws_elasticache_cluster")
def cache_cluster(record: Record) -> Iterable[Facet]:
    """Nodes of Memcached, which all serve, or a single node of Redis; one of a replication group is judged with it."""
    group = computed.text(record, "replication_group_id")
    if isinstance(group, Known) and group.value is not None:
        return
    engine = computed.text(record, "engine")
    if isinstance(group, Unknown):
        yield Redundancy(what="cache", zones=group, failover=None)
    elif isinstance(engine, Unknown):
        yield Redundancy(what="cache", zones=engine, failover=None)
    elif engine.value == "memcached":
        mode = computed.text(record, "az_mode", "single-az")
        yield Redundancy(what="cache", zones=map_attr(mode, lambda value: value == "cross-az"), failover=None)
    else:
        single = record.known("num_cache_nodes", False)
        yield Redundancy(what="cache", zones=single, failover=single)


@REGISTRY.adapter("aws_memorydb_cluster")
def memorydb(record: Record) -> Iterable[Facet]:
    """Each shard has a replica unless the number of replicas is 0 (the default is 1); a replica takes over by itself."""
    replicas = map_attr(record.number_or("num_replicas_per_shard", 1), lambda number: number >= 1)
    yield Redundancy(what="cache", zones=replicas, failover=replicas)


@REGISTRY.adapter("aws_dax_cluster")
def dax(record: Record) -> Iterable[Facet]:
    """Nodes of a cache in front of DynamoDB; more than one are spread and take over from each other."""
    nodes = map_attr(record.number_or("replication_factor", 1), lambda number: number >= 2)
    yield Redundancy(what="cache", zones=nodes, failover=nodes)


_DEPLOYMENTS: Final = {
    # Type: (attribute, what, beginning of the values that stand in several zones, the provider's default).
    "aws_fsx_windows_file_system": ("deployment_type", "files", "MULTI_AZ", "SINGLE_AZ_1"),
    "aws_fsx_ontap_file_system": ("deployment_type", "files", "MULTI_AZ", ""),
    "aws_fsx_openzfs_file_system": ("deployment_type", "files", "MULTI_AZ", ""),
    "aws_timestreaminfluxdb_db_instance": ("deployment_type", "database", "WITH_MULTIAZ_STANDBY", "SINGLE_AZ"),
}


@REGISTRY.adapter(*_DEPLOYMENTS)
def by_deployment(record: Record) -> Iterable[Facet]:
    """What names its kind of deployment; a standby in another zone takes over by itself."""
    path, what, several, default = _DEPLOYMENTS[record.type]
    kind = computed.text(record, path, default)
    zones = map_attr(kind, lambda value: (value or "").startswith(several))
    yield Redundancy(what=what, zones=zones, failover=zones)


@REGISTRY.adapter("aws_mq_broker")
def broker(record: Record) -> Iterable[Facet]:
    """A message broker; the default is a single one."""
    mode = record.text_or("deployment_mode", "SINGLE_INSTANCE")
    zones = map_attr(mode, lambda value: value in ("ACTIVE_STANDBY_MULTI_AZ", "CLUSTER_MULTI_AZ"))
    yield Redundancy(what="queue", zones=zones, failover=zones)


@REGISTRY.adapter("aws_efs_file_system")
def elastic_files(record: Record) -> Iterable[Facet]:
    """A file system of one zone names it; any other stands in all zones of its Region, which all serve."""
    one_zone = computed.text(record, "availability_zone_name")
    yield Redundancy(what="files", zones=map_attr(one_zone, lambda zone: zone is None), failover=None)


@REGISTRY.adapter("aws_redshift_cluster")
def warehouse(record: Record) -> Iterable[Facet]:
    """A cluster of one zone, unless it is deployed to two (``multi_az``, false by default).

    One that may be moved to another zone is moved by the service when its zone fails (Amazon Redshift Management
    Guide, page "Relocating a cluster").
    """
    zones = record.flag("multi_az", False)
    moved = record.flag("availability_zone_relocation_enabled", False)
    yield Redundancy(what="database", zones=zones, failover=any_of(zones, moved))


@REGISTRY.adapter("aws_opensearch_domain", "aws_elasticsearch_domain")
def search_domain(record: Record) -> Iterable[Facet]:
    """Nodes are spread only where the domain is told to (``zone_awareness_enabled``), and there are two of them."""
    nodes = map_attr(computed.number(record, "cluster_config.0.instance_count", 1), lambda number: number >= 2)
    spread = any_of(
        record.flag("cluster_config.0.zone_awareness_enabled", False),
        record.flag("cluster_config.0.multi_az_with_standby_enabled", False),
    )
    yield Redundancy(what="search", zones=all_of(nodes, spread), failover=None)
