"""File systems: EFS and FSx.

Sources: Terraform AWS provider documentation, pages ``aws_efs_file_system``, ``aws_efs_backup_policy``,
``aws_efs_replication_configuration``, ``aws_efs_file_system_policy`` and those of the FSx types; EFS User Guide, page
"Automatic backups" (daily, kept 35 days); FSx User Guides, pages on encryption (always at rest).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from auditor.attr import Attr, Known, Unknown, map_attr
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
from auditor_aws import absent, backups, computed, keys, placement, policies, retirement
from auditor_aws.registry import REGISTRY

REGISTRY.part(
    "aws_efs_file_system",
    "aws_efs_backup_policy",
    "aws_efs_file_system_policy",
    "aws_efs_replication_configuration",
)
# Doors to file systems that are judged themselves.
REGISTRY.inert(
    "aws_efs_access_point",
    "aws_efs_mount_target",
    "aws_fsx_data_repository_association",
    "aws_fsx_s3_access_point_attachment",
    "aws_fsx_ontap_storage_virtual_machine",
)

_DAILY: Final = 24.0
_EFS_BACKUP_DAYS: Final = 35.0


@REGISTRY.adapter("aws_efs_file_system")
def efs(record: Record) -> Iterator[Facet]:
    """An EFS file system with its separate settings."""
    yield placement.in_region(record)
    # Not encrypted unless set: the provider passes the argument on (API Reference, CreateFileSystem, Encrypted).
    encrypted = computed.flag(record, "encrypted", False)
    yield keys.at_rest(record, "kms_key_id", KeyOwner.PROVIDER, encrypted)
    policy = policies.separate_or_inline(record, "aws_efs_file_system_policy", "file_system_id", inline=None)
    yield EncryptionInTransit(
        endpoint="file-system", required=policies.turns_away_plain_text(policy, "elasticfilesystem:*")
    )
    yield Exposure(public=policies.public(policy))
    yield backups.native(
        record,
        enabled=_automatic_backup(record),
        interval_hours=_DAILY,
        retention_days=Known(_EFS_BACKUP_DAYS, record),
    )
    yield from _efs_replicas(record)
    yield Retirement(obstacles=_efs_obstacles(record))
    yield Residue(what="file-system")


def _efs_obstacles(record: Record) -> tuple[Obstacle, ...]:
    """What outlives the file system.

    Automatic backups lie in a vault of their own until their time is over (EFS User Guide, "Backing up EFS file
    systems"), and a destination stays, and can be written to, once its replication is deleted ("Deleting replication
    configurations").
    """
    copied = record.referrers("aws_efs_replication_configuration", "source_file_system_id").one(
        record, "aws_efs_replication_configuration"
    )
    return (
        Obstacle("backup_policy", ObstacleKind.KEEPS, _automatic_backup(record)),
        Obstacle("aws_efs_replication_configuration", ObstacleKind.KEEPS, map_attr(copied, _left_behind)),
    )


def _left_behind(setting: Record | None) -> bool:
    """Whether a replication makes a destination that is no resource of the input and so stays by itself."""
    if setting is None:
        return False
    target = setting.target("destination.0.file_system_id", "aws_efs_file_system")
    return not (isinstance(target, Known) and target.value is not None)


def _automatic_backup(record: Record) -> Attr[bool]:
    """Off for file systems made through the API unless it is asked for; One Zone file systems have it on.

    Source: EFS API Reference, CreateFileSystem, Backup.
    """
    separate = computed.part(record, "aws_efs_backup_policy", "file_system_id")
    if isinstance(separate, Unknown):
        return separate
    if separate.value is not None:
        status = separate.value.text("backup_policy.0.status")
        return map_attr(status, lambda value: value in ("ENABLED", "ENABLING"))
    one_zone = computed.text(record, "availability_zone_name")
    if isinstance(one_zone, Known) and one_zone.value is None:
        return absent.without(record, "aws_efs_backup_policy")
    return map_attr(one_zone, lambda zone: zone is not None)


def _efs_replicas(record: Record) -> Iterator[Facet]:
    separate = computed.part(record, "aws_efs_replication_configuration", "source_file_system_id")
    if isinstance(separate, Unknown):
        yield Replica(location=separate, kind=ReplicaKind.REPLICATION, key="replication")
    elif separate.value is not None:
        location = _efs_destination(separate.value)
        key = (
            ",".join(sorted(location.value))
            if isinstance(location, Known) and not location.sensitive
            else "replication"
        )
        yield Replica(location=location, kind=ReplicaKind.REPLICATION, key=key)
        destination = separate.value.block("destination")
        if isinstance(destination, Known) and destination.value is not None and _left_behind(separate.value):
            # Always encrypted; with aws/elasticfilesystem unless a key is named (provider documentation, destination).
            found = keys.at_rest(destination.value, "kms_key_id", KeyOwner.PROVIDER)
            yield EncryptionAtRest(key=key, enabled=found.enabled, key_owner=found.key_owner, key_id=found.key_id)


def _efs_destination(setting: Record) -> Attr[frozenset[str]]:
    """Region of the destination: named, that of its zone or of the file system it names, else the source's."""
    block = setting.block("destination")
    if isinstance(block, Unknown) or block.value is None:
        return block if isinstance(block, Unknown) else placement.region_set(setting.region)
    destination = block.value
    region = destination.text("region")
    if isinstance(region, Unknown) or region.value is not None:
        return placement.named_region(destination, "region")
    zone = destination.text("availability_zone_name")
    if isinstance(zone, Unknown):
        return zone
    if zone.value is not None:
        return destination.known("availability_zone_name", frozenset({placement.region_of_zone(zone.value)}))
    target = destination.target("file_system_id", "aws_efs_file_system")
    if isinstance(target, Known) and target.value is not None:
        return placement.region_set(target.value.region)
    return placement.region_set(setting.region)


_FSX: Final = {
    # Type -> days of automatic backups where none are given (provider documentation).
    "aws_fsx_windows_file_system": 7.0,
    "aws_fsx_lustre_file_system": 0.0,
    "aws_fsx_ontap_file_system": 0.0,
    "aws_fsx_openzfs_file_system": 0.0,
}


@REGISTRY.adapter(*_FSX)
def fsx(record: Record) -> Iterator[Facet]:
    """A file system of FSx: always encrypted, with a key of AWS unless one is named."""
    yield placement.in_region(record)
    yield keys.at_rest(record, "kms_key_id", KeyOwner.PROVIDER)
    days = computed.number(record, "automatic_backup_retention_days", _FSX[record.type])
    enabled: Attr[bool] = map_attr(days, lambda value: value > 0)
    yield backups.native(record, enabled=enabled, interval_hours=_DAILY, retention_days=days)
    if record.type == "aws_fsx_windows_file_system":
        yield _audit_log(record)
    yield Retirement(obstacles=tuple(_fsx_obstacles(record)))
    yield Residue(what="file-system")


def _fsx_obstacles(record: Record) -> Iterator[Obstacle]:
    if record.type == "aws_fsx_ontap_file_system":
        # Its volumes hold the data and say whether they leave a backup.
        return
    # Lustre makes a final backup only if told to; its argument has no default of its own.
    yield retirement.keeps(record, "skip_final_backup", when=False, default=record.type == "aws_fsx_lustre_file_system")


def _audit_log(record: Record) -> DataAccessLog:
    level = record.text_or("audit_log_configuration.0.file_access_audit_log_level", "DISABLED")
    return DataAccessLog(
        key="file-access-audit", what="file-access-audit", enabled=map_attr(level, lambda value: value != "DISABLED")
    )


@REGISTRY.adapter("aws_fsx_ontap_volume")
def ontap_volume(record: Record) -> Iterator[Facet]:
    """A volume of an ONTAP file system; backups of the file system take it in."""
    yield placement.in_region(record)
    kind = record.text("snaplock_configuration.0.snaplock_type")
    yield Retirement(
        obstacles=(
            retirement.keeps(record, "skip_final_backup", when=False),
            retirement.locks("snaplock_configuration.COMPLIANCE", map_attr(kind, lambda value: value == "COMPLIANCE")),
            Obstacle(
                "bypass_snaplock_enterprise_retention",
                ObstacleKind.PROTECTS,
                _enterprise_lock(record, kind),
            ),
        )
    )
    yield Residue(what="volume")


def _enterprise_lock(record: Record, kind: Attr[str | None]) -> Attr[bool]:
    """A volume of SnapLock Enterprise can only be deleted with leave to bypass its retention."""
    if isinstance(kind, Unknown) or kind.value != "ENTERPRISE":
        return map_attr(kind, lambda _: False)
    return map_attr(record.flag("bypass_snaplock_enterprise_retention", False), lambda value: not value)


@REGISTRY.adapter("aws_fsx_openzfs_volume", "aws_fsx_openzfs_snapshot")
def openzfs_volume(record: Record) -> Iterator[Facet]:
    """A volume or snapshot inside an OpenZFS file system."""
    yield placement.in_region(record)
    yield Retirement(obstacles=())
    yield Residue(what="volume")


@REGISTRY.adapter("aws_fsx_file_cache")
def file_cache(record: Record) -> Iterator[Facet]:
    """A cache before other file systems."""
    yield placement.in_region(record)
    yield keys.at_rest(record, "kms_key_id", KeyOwner.PROVIDER)
    yield Retirement(obstacles=())
    yield Residue(what="cache")
