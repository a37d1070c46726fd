"""RDS and Aurora.

Sources: Terraform AWS provider documentation, pages ``aws_db_instance``, ``aws_rds_cluster``, ``aws_rds_cluster_instance``,
``aws_rds_global_cluster``, ``aws_db_instance_automated_backups_replication``, ``aws_db_proxy``.  Automated backups are
a daily snapshot with transaction logs between (RDS User Guide, "Introduction to backups").
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from auditor.attr import Attr, Known, Reason, Unknown, all_of, any_of, map_attr
from auditor.facets import (
    DataAccessLog,
    EncryptionAtRest,
    EncryptionInTransit,
    Exposure,
    Facet,
    KeyOwner,
    Obstacle,
    ObstacleKind,
    Replica,
    ReplicaKind,
    Residue,
    Retirement,
)
from auditor.record import Record
from auditor.text import Text
from auditor_aws import backups, computed, database_logs, database_tls, keys, placement, restored, retirement
from auditor_aws.registry import REGISTRY
from auditor_aws.shown import derived, shown

REGISTRY.part("aws_db_instance", "aws_db_instance_automated_backups_replication")
REGISTRY.part("aws_db_instance", "aws_db_parameter_group", "aws_db_instance_role_association")
REGISTRY.part("aws_rds_cluster", "aws_rds_cluster_parameter_group", "aws_rds_cluster_activity_stream")
REGISTRY.part("aws_db_proxy", "aws_db_proxy_default_target_group", "aws_db_proxy_target", "aws_db_proxy_endpoint")
# Names, options, notifications and schedules of databases: nothing a clause asks about.
REGISTRY.inert(
    "aws_db_event_subscription",
    "aws_db_option_group",
    "aws_db_subnet_group",
    "aws_rds_certificate",
    "aws_rds_cluster_endpoint",
    "aws_rds_cluster_role_association",
    "aws_rds_custom_db_engine_version",
    "aws_rds_instance_state",
    "aws_rds_reserved_instance",
)

_DAILY: Final = 24.0
_AURORA_KEY: Final = Text(
    "2026年2月18日以後に作られたクラスターか（その場合は AWS 所有の鍵で暗号化される）",
    "whether the cluster was made since 18 February 2026 (it is then encrypted with a key that AWS owns)",
)
_EXPORTS: Final = "enabled_cloudwatch_logs_exports"


@REGISTRY.adapter("aws_db_instance")
def db_instance(record: Record) -> Iterator[Facet]:
    """A database by itself, or a read replica of one."""
    yield placement.in_region(record)
    source = _source(record, "replicate_source_db", "aws_db_instance", "aws_rds_cluster")
    yield _instance_encryption(record, source)
    engine = _engine(record, source)
    tls = database_tls.required(record, engine, (record, "parameter_group_name", "aws_db_parameter_group"))
    yield EncryptionInTransit(endpoint="database", required=tls)
    yield from _instance_backup(record, source)
    yield from _read_replicas(record)
    # Not reachable from outside unless set (provider documentation, publicly_accessible).
    yield Exposure(public=record.flag("publicly_accessible", False), by_address=True)
    stream = _streamed(record)
    recorded = (
        stream
        if stream.value
        else database_logs.recorded(
            record, engine, _EXPORTS, (record, "parameter_group_name", "aws_db_parameter_group")
        )
    )
    yield DataAccessLog(key="database-audit", what="database-audit", enabled=recorded)
    yield Retirement(
        obstacles=(
            retirement.protects(record, "deletion_protection"),
            *_final_snapshot(record, source),
            retirement.keeps(record, "delete_automated_backups", when=False, default=True),
            *_replicated_backups_kept(record),
        )
    )
    yield Residue(what="database")


def _streamed(record: Record) -> Known[bool]:
    """Whether an account tells that a stream of activities runs (Oracle and SQL Server have no resource for it)."""
    status = record.get("activity_stream_status")
    running = isinstance(status, Known) and status.value in ("started", "starting")
    return record.known("activity_stream_status", running)


def _source(record: Record, path: str, *types: str) -> Attr[Record | None]:
    """The database that this one is a replica of; ``None`` if it is none or its source is not in the input."""
    value = record.text(path)
    if isinstance(value, Known) and value.value is None:
        return record.known(path, None)
    return record.target(path, *types)


def _is_replica(record: Record, source: Attr[Record | None]) -> Attr[bool]:
    """Whether the instance copies another; it does if what it names is a database of the input."""
    if isinstance(source, Known) and source.value is not None:
        return record.known("replicate_source_db", True)
    return record.has("replicate_source_db")


def _engine(record: Record, source: Attr[Record | None]) -> Attr[str | None]:
    engine = record.text("engine")
    if isinstance(engine, Known) and engine.value is not None:
        return engine
    if isinstance(source, Known) and source.value is not None:
        return source.value.text("engine")
    return engine if isinstance(engine, Unknown) else record.unknown("engine", Reason.OUTSIDE)


def _instance_encryption(record: Record, source: Attr[Record | None]) -> EncryptionAtRest:
    """A replica is encrypted if its source is; with a key of its own in another region, else with the source's."""
    stated = record.flag("storage_encrypted", False)
    if isinstance(stated, Known) and stated.value:
        return keys.at_rest(record, "kms_key_id", KeyOwner.PROVIDER, stated)
    key = record.text("kms_key_id")
    if isinstance(key, Known) and key.value is not None:
        return keys.at_rest(record, "kms_key_id", KeyOwner.PROVIDER, record.known("kms_key_id", True))
    replica = _is_replica(record, source)
    if isinstance(replica, Known) and not replica.value:
        return restored.encryption(record, stated)
    if isinstance(source, Unknown):
        return EncryptionAtRest(enabled=source, key_owner=source)
    if source.value is None:
        detail = Text("レプリカ元の暗号化", "the encryption of the source of the replica")
        open_ = record.unknown("replicate_source_db", Reason.OUTSIDE, detail)
        return EncryptionAtRest(enabled=open_, key_owner=open_)
    return keys.at_rest(source.value, "kms_key_id", KeyOwner.PROVIDER, source.value.flag("storage_encrypted", False))


def _instance_backup(record: Record, source: Attr[Record | None]) -> Iterator[Facet]:
    # 0 unless set; a replica in the same region is a copy of a store that has its own backup.
    days = computed.number(record, "backup_retention_period", 0)
    replica = _is_replica(record, source)
    if isinstance(replica, Known) and replica.value and isinstance(days, Known) and days.value == 0:
        return
    if isinstance(days, Unknown) and isinstance(source, Known) and source.value is not None:
        return
    offsite, kept = _replicated_backups(record)
    enabled: Attr[bool] = map_attr(days, lambda value: value > 0)
    yield backups.native(record, enabled=enabled, interval_hours=_DAILY, retention_days=days, offsite=offsite)
    yield from kept


def _replicated_backups(record: Record) -> tuple[Attr[frozenset[str]], tuple[Replica, ...]]:
    """The regions to which automated backups are replicated: those in which the replicating resources stand."""
    joined = computed.joined(record, "aws_db_instance_automated_backups_replication", "source_db_instance_arn")
    own = record.region
    regions: dict[str, Known[str]] = {}
    open_: Unknown | None = None
    for one in joined.certain:
        region = one.region
        if isinstance(region, Unknown):
            open_ = region
        else:
            regions[region.value.lower()] = region
    for one in joined.possible:
        open_ = one.unknown("source_db_instance_arn", Reason.UNRESOLVED) if open_ is None else open_
    replicas = [
        Replica(
            location=Known(frozenset({code}), record, sensitive=region.sensitive),
            kind=ReplicaKind.BACKUP_COPY,
            key=shown(region) or str(index),
        )
        for index, (code, region) in enumerate(sorted(regions.items()))
    ]
    if open_ is not None:
        replicas.append(Replica(location=open_, kind=ReplicaKind.BACKUP_COPY, key="automated-backups"))
        return open_, tuple(replicas)
    if isinstance(own, Known):
        regions.pop(own.value.lower(), None)
    away = Known(frozenset(regions), record, "backup_retention_period")
    return derived(away.value, away, *regions.values()), tuple(replicas)


def _replicated_backups_kept(record: Record) -> Iterator[Obstacle]:
    """Replicated backups go only with a resource of their own, and outlive the database otherwise."""
    joined = computed.joined(record, "aws_db_instance_automated_backups_replication", "source_db_instance_arn")
    if joined.certain:
        present: Attr[bool] = Known(True, joined.certain[0])
        yield Obstacle("aws_db_instance_automated_backups_replication", ObstacleKind.KEEPS, present)


def _read_replicas(record: Record) -> Iterator[Replica]:
    joined = computed.joined(record, "aws_db_instance", "replicate_source_db")
    yield from replicas(record, joined.certain, joined.possible, ReplicaKind.READ_REPLICA, told_replicas(record))


def replicas(
    record: Record,
    certain: tuple[Record, ...],
    possible: tuple[Record, ...],
    kind: ReplicaKind,
    told: tuple[Attr[str], ...] = (),
) -> Iterator[Replica]:
    """One replica for each record that copies ``record``, in the region of the copy.

    ``told`` are names of copies by the service itself, which need not be in the input; a copy in another region is
    named by its ARN.
    """
    seen: set[str] = set()
    for one in certain:
        location = placement.region_set(one.region)
        key = (
            ",".join(sorted(location.value)) if isinstance(location, Known) and not location.sensitive else one.address
        )
        if key not in seen:
            seen.add(key)
            yield Replica(location=location, kind=kind, key=key)
    for one in possible:
        detail = Text(f"{one.address} の複製元", f"what {one.address} is a copy of")
        location = record.unknown("", Reason.UNRESOLVED, detail)
        yield Replica(location=location, kind=kind, key=one.address)
    for index, name in enumerate(told):
        if isinstance(name, Unknown):
            continue
        region = placement.region_of_arn(name.value)
        if region is not None and region not in seen:
            seen.add(region)
            key = str(index) if name.sensitive else region
            yield Replica(location=derived(frozenset({region}), name), kind=kind, key=key)


def told_replicas(record: Record) -> tuple[Attr[str], ...]:
    """What the service calls the copies of a database; () where it does not tell."""
    names = record.elements("replicas")
    return names.value if isinstance(names, Known) else ()


def _final_snapshot(record: Record, source: Attr[Record | None]) -> Iterator[Obstacle]:
    # A read replica leaves no final snapshot (RDS User Guide, "Deleting a DB instance").
    replica = _is_replica(record, source)
    if isinstance(replica, Known) and replica.value:
        return
    kept = retirement.keeps(record, "skip_final_snapshot", when=False)
    if isinstance(replica, Unknown):
        kept = Obstacle(kept.name, kept.kind, all_of(kept.present, replica))
    yield kept


@REGISTRY.adapter("aws_rds_cluster")
def rds_cluster(record: Record) -> Iterator[Facet]:
    """An Aurora or Multi-AZ cluster; it keeps the data of its instances."""
    yield placement.in_region(record)
    yield _cluster_encryption(record)
    tls = database_tls.required(
        record,
        record.text("engine"),
        (record, "db_cluster_parameter_group_name", "aws_rds_cluster_parameter_group"),
        (record, "db_instance_parameter_group_name", "aws_db_parameter_group"),
    )
    yield EncryptionInTransit(endpoint="database", required=tls)
    # One day unless set (provider documentation, backup_retention_period).
    days = computed.number(record, "backup_retention_period", 1)
    enabled: Attr[bool] = map_attr(days, lambda value: value > 0)
    yield backups.native(record, enabled=enabled, interval_hours=_DAILY, retention_days=days)
    joined = computed.joined(record, "aws_rds_cluster", "replication_source_identifier")
    yield from replicas(record, joined.certain, joined.possible, ReplicaKind.READ_REPLICA, told_replicas(record))
    yield DataAccessLog(key="database-audit", what="database-audit", enabled=_cluster_log(record))
    yield Exposure(public=_instances_public(record), by_address=True)
    yield Retirement(
        obstacles=(
            retirement.protects(record, "deletion_protection"),
            retirement.keeps(record, "skip_final_snapshot", when=False),
            retirement.keeps(record, "delete_automated_backups", when=False, default=True),
        )
    )
    yield Residue(what="database")


def _cluster_encryption(record: Record) -> EncryptionAtRest:
    """Off unless set, except in engine mode ``serverless`` and in Aurora.

    Aurora encrypts every cluster that is made since 18 February 2026, with a key of its own where nothing else is set
    (Aurora User Guide, "Encrypting Amazon Aurora resources").  Of a cluster that exists the input does not say when
    it was made, and ``storage_encrypted`` tells only whether a KMS key is used.
    """
    mode = record.text_or("engine_mode", "provisioned")
    serverless = isinstance(mode, Known) and mode.value == "serverless"
    stated = computed.flag(record, "storage_encrypted", serverless)
    if isinstance(stated, Known) and stated.value:
        return keys.at_rest(record, "kms_key_id", KeyOwner.PROVIDER, stated)
    engine = record.text("engine")
    if isinstance(engine, Known) and not (engine.value or "").startswith("aurora"):
        return restored.encryption(record, stated)
    if isinstance(engine, Unknown) and not isinstance(stated, Unknown):
        return EncryptionAtRest(enabled=engine, key_owner=engine)
    if not record.action.makes_new:
        kind = record.get("storage_encryption_type")
        if isinstance(kind, Known) and kind.value == "none":
            # What an account says of it; an input of Terraform does not have it.
            return keys.at_rest(record, "kms_key_id", KeyOwner.PROVIDER, record.known("storage_encryption_type", False))
        open_ = record.unknown("storage_encrypted", Reason.NOT_COLLECTED, _AURORA_KEY)
        return EncryptionAtRest(enabled=open_, key_owner=open_)
    always = record.known("engine", True)
    key = computed.text(record, "kms_key_id")
    if isinstance(stated, Unknown) or isinstance(key, Unknown) or key.value is not None:
        return keys.at_rest(record, "kms_key_id", KeyOwner.PROVIDER, always)
    made_of = restored.encryption(record, record.known("storage_encrypted", False))
    # What is restored or copied keeps the customer's key of its source.
    owner: Attr[KeyOwner] = map_attr(made_of.key_owner, _aurora_owner)
    return EncryptionAtRest(enabled=always, key_owner=owner, key_id=made_of.key_id)


def _aurora_owner(held: KeyOwner) -> KeyOwner:
    return KeyOwner.PROVIDER if held is KeyOwner.NONE else held


def _cluster_log(record: Record) -> Attr[bool]:
    """Recorded by an activity stream, or in the log of every instance (whose own group goes before the cluster's)."""
    stream = database_logs.activity_stream(record)
    if isinstance(stream, Known) and stream.value:
        return stream
    engine = record.text("engine")
    cluster_group = (record, "db_cluster_parameter_group_name", "aws_rds_cluster_parameter_group")
    instances = computed.joined(record, "aws_rds_cluster_instance", "cluster_identifier").certain
    groups = [(one, "db_parameter_group_name", "aws_db_parameter_group") for one in instances]
    if not groups:
        groups = [(record, "db_instance_parameter_group_name", "aws_db_parameter_group")]
    logs = [database_logs.recorded(record, engine, _EXPORTS, group, cluster_group) for group in groups]
    return any_of(stream, all_of(*logs))


def _instances_public(record: Record) -> Attr[bool]:
    """Whether an instance of the cluster can be reached from outside."""
    joined = computed.joined(record, "aws_rds_cluster_instance", "cluster_identifier")
    public = any_of(*(computed.flag(one, "publicly_accessible", False) for one in joined.certain))
    if joined.possible and not (isinstance(public, Known) and public.value):
        return joined.possible[0].unknown("cluster_identifier", Reason.UNRESOLVED)
    return public if joined.certain else Known(False, record)


@REGISTRY.adapter("aws_rds_cluster_instance")
def rds_cluster_instance(record: Record) -> Iterator[Facet]:
    """An instance of a cluster; encryption and backup are the cluster's."""
    yield placement.in_region(record, stores_data=False)
    yield Exposure(public=computed.flag(record, "publicly_accessible", False), by_address=True)


@REGISTRY.adapter("aws_rds_shard_group")
def rds_shard_group(record: Record) -> Iterator[Facet]:
    """The instances of a Limitless Database."""
    yield placement.in_region(record, stores_data=False)
    yield Exposure(public=computed.flag(record, "publicly_accessible", False), by_address=True)


@REGISTRY.adapter("aws_rds_global_cluster", "aws_docdb_global_cluster", "aws_neptune_global_cluster")
def global_cluster(record: Record) -> Iterator[Facet]:
    """What holds the clusters of several regions together; each member is a copy of the data."""
    cluster = record.type.replace("_global", "")
    members = computed.joined(record, cluster, "global_cluster_identifier")
    primary = record.target("source_db_cluster_identifier", cluster)
    certain = members.certain
    if isinstance(primary, Known) and primary.value is not None and primary.value not in certain:
        certain = (primary.value, *certain)
    yield from replicas(record, certain, members.possible, ReplicaKind.REPLICATION, _told_members(record))
    yield Retirement(obstacles=(retirement.protects(record, "deletion_protection"),))


def _told_members(record: Record) -> tuple[Attr[str], ...]:
    blocks = record.blocks("global_cluster_members")
    names = (block.text("db_cluster_arn") for block in (blocks.value if isinstance(blocks, Known) else ()))
    return tuple(derived(name.value, name) for name in names if isinstance(name, Known) and name.value is not None)


@REGISTRY.adapter("aws_rds_integration", "aws_redshift_integration")
def integration(record: Record) -> Iterator[Facet]:
    """A copy of a database that is kept up to date in a data warehouse (zero-ETL)."""
    yield placement.in_region(record, stores_data=False)
    yield keys.at_rest(record, "kms_key_id", KeyOwner.PROVIDER)
    location = placement.arn_region(record, "target_arn", "aws_redshift_cluster", "aws_redshiftserverless_namespace")
    yield Replica(location=location, kind=ReplicaKind.REPLICATION)


@REGISTRY.adapter("aws_db_proxy")
def db_proxy(record: Record) -> Iterator[Facet]:
    """A proxy before a database; it takes connections without TLS unless set."""
    yield placement.in_region(record, stores_data=False)
    yield EncryptionInTransit(endpoint="proxy", required=record.flag("require_tls", False))
