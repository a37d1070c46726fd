"""File systems of FSx, their volumes, backups and caches.

Sources: Amazon FSx API Reference (DescribeFileSystems, DescribeVolumes, DescribeSnapshots, DescribeBackups,
DescribeFileCaches); AWS provider documentation, pages ``aws_fsx_windows_file_system``, ``aws_fsx_lustre_file_system``,
``aws_fsx_ontap_file_system``, ``aws_fsx_openzfs_file_system``, ``aws_fsx_ontap_volume``, ``aws_fsx_openzfs_volume``,
``aws_fsx_openzfs_snapshot``, ``aws_fsx_backup``, ``aws_fsx_file_cache``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from auditor_aws.live.answers import Answer, Answers
from auditor_aws.live.catalogue import Call, Service
from auditor_aws.live.shapes import Shape, block, tags

_KINDS: Final = {
    "WINDOWS": ("aws_fsx_windows_file_system", "WindowsConfiguration"),
    "LUSTRE": ("aws_fsx_lustre_file_system", "LustreConfiguration"),
    "ONTAP": ("aws_fsx_ontap_file_system", "OntapConfiguration"),
    "OPENZFS": ("aws_fsx_openzfs_file_system", "OpenZFSConfiguration"),
}


_GONE: Final = ("DELETING", "DELETED", "FAILED")
"""What is being removed, and what never came to be (API Reference, Lifecycle of each type)."""
_BY_HAND: Final = "USER_INITIATED"
"""The kind of backups that stay by themselves: automatic ones go with their file system (User Guides, "Working with
backups"), and those of AWS Backup lie in its vaults, which are read there."""


def _standing(answers: Answers, operation: str, members: str) -> Iterator[Any]:
    return (one for one in answers.items(operation, members) if one.get("Lifecycle") not in _GONE)


def file_systems(answers: Answers) -> Iterator[Shape]:
    """File systems of the four kinds."""
    for listed in _standing(answers, "DescribeFileSystems", "FileSystems"):
        type_, member = _KINDS[listed["FileSystemType"]]
        settings = listed.get(member) or {}
        shape = _shape(type_, answers, listed, "FileSystemId", "DescribeFileSystems")
        shape["kms_key_id"] = listed.get("KmsKeyId")
        shape["subnet_ids"] = listed.get("SubnetIds") or []
        shape["storage_capacity"] = listed.get("StorageCapacity")
        shape["deployment_type"] = settings.get("DeploymentType")
        # not there for what cannot have automatic backups (scratch file systems)
        shape["automatic_backup_retention_days"] = settings.get("AutomaticBackupRetentionDays") or 0
        # whoever deletes it decides whether a last backup is made
        shape["skip_final_backup"] = True
        audit = settings.get("AuditLogConfiguration")
        shape["audit_log_configuration"] = block(
            audit
            and {
                "file_access_audit_log_level": audit.get("FileAccessAuditLogLevel"),
                "file_share_access_audit_log_level": audit.get("FileShareAccessAuditLogLevel"),
                "audit_log_destination": audit.get("AuditLogDestination"),
            }
        )
        yield shape


def _shape(type_: str, answers: Answers, listed: Mapping[str, Any], id_: str, call: str) -> Shape:
    shape = Shape(type_, answers, listed["ResourceARN"], call, names=(listed[id_],))
    shape.values.update(arn=listed["ResourceARN"], id=listed[id_], tags=tags(listed.get("Tags")))
    return shape


def volumes(answers: Answers) -> Iterator[Shape]:
    """Volumes, without the roots that every file system and virtual machine comes with."""
    roots = {
        (one.get("OpenZFSConfiguration") or {}).get("RootVolumeId")
        for one in answers.items("DescribeFileSystems", "FileSystems")
    }
    for listed in _standing(answers, "DescribeVolumes", "Volumes"):
        ontap, zfs = listed.get("OntapConfiguration") or {}, listed.get("OpenZFSConfiguration") or {}
        if listed["VolumeId"] in roots or ontap.get("StorageVirtualMachineRoot"):
            continue
        type_ = "aws_fsx_ontap_volume" if listed["VolumeType"] == "ONTAP" else "aws_fsx_openzfs_volume"
        shape = _shape(type_, answers, listed, "VolumeId", "DescribeVolumes")
        shape["file_system_id"] = listed.get("FileSystemId")
        if type_ == "aws_fsx_ontap_volume":
            lock = ontap.get("SnaplockConfiguration")
            shape["snaplock_configuration"] = block(lock and {"snaplock_type": lock.get("SnaplockType")})
            shape["skip_final_backup"] = True
            # nobody has asked yet to delete it against its lock
            shape["bypass_snaplock_enterprise_retention"] = False
        else:
            quota = zfs.get("StorageCapacityQuotaGiB")
            shape["storage_capacity_quota_gib"] = -1 if quota is None else quota
        yield shape


def snapshots(answers: Answers) -> Iterator[Shape]:
    """Snapshots of OpenZFS volumes."""
    for listed in _standing(answers, "DescribeSnapshots", "Snapshots"):
        shape = _shape("aws_fsx_openzfs_snapshot", answers, listed, "SnapshotId", "DescribeSnapshots")
        shape["volume_id"] = listed.get("VolumeId")
        yield shape


def backups(answers: Answers) -> Iterator[Shape]:
    """Backups made by hand, also those of file systems that are gone."""
    for listed in _standing(answers, "DescribeBackups", "Backups"):
        if listed["Type"] != _BY_HAND:
            continue
        shape = _shape("aws_fsx_backup", answers, listed, "BackupId", "DescribeBackups")
        shape["kms_key_id"] = listed.get("KmsKeyId")
        shape["file_system_id"] = (listed.get("FileSystem") or {}).get("FileSystemId")
        shape["volume_id"] = (listed.get("Volume") or {}).get("VolumeId")
        yield shape


def caches(answers: Answers) -> Iterator[Shape]:
    """Caches before other file systems; the listing does not tell their tags."""
    for listed in _standing(answers, "DescribeFileCaches", "FileCaches"):
        shape = Shape(
            "aws_fsx_file_cache", answers, listed["ResourceARN"], "DescribeFileCaches", names=(listed["FileCacheId"],)
        )
        shape.values.update(arn=listed["ResourceARN"], id=listed["FileCacheId"], kms_key_id=listed.get("KmsKeyId"))
        said = answers.of("ListTagsForResource", listed["ResourceARN"])
        _tag(shape, said)
        yield shape


def _tag(shape: Shape, said: Answer) -> None:
    shape.take("tags", said, lambda _: tags(said.items("Tags")))


def _hide_passwords(data: Any) -> None:
    """The shape of an ONTAP file system has a member for its administrator's password, wherever it stands."""
    for value in data.values() if isinstance(data, dict) else data if isinstance(data, list) else ():
        if isinstance(value, dict):
            value.pop("FsxAdminPassword", None)
        _hide_passwords(value)


_OF_CACHES: Final = frozenset(("encryption", "environment", "inventory", "residency", "teardown"))

SERVICES: Final = (
    Service(
        name="fsx",
        calls=(
            Call(
                operation="DescribeFileSystems",
                yields=(
                    *(type_ for type_, _ in _KINDS.values()),
                    "aws_fsx_ontap_volume",
                    "aws_fsx_openzfs_volume",
                    "aws_fsx_openzfs_snapshot",
                ),
                redact=_hide_passwords,
            ),
            Call(
                operation="DescribeBackups",
                yields=("aws_fsx_backup",),
                fixed={"Filters": [{"Name": "backup-type", "Values": [_BY_HAND]}]},
                redact=_hide_passwords,
                subjects=frozenset(("backup", "encryption", "environment", "inventory", "residency", "teardown")),
            ),
            Call(
                operation="DescribeFileCaches",
                yields=("aws_fsx_file_cache",),
                pages=("NextToken", "NextToken"),
                # a region that has file systems only
                absent=("UnsupportedOperation",),
                subjects=_OF_CACHES,
            ),
            Call(
                operation="DescribeVolumes",
                yields=("aws_fsx_ontap_volume", "aws_fsx_openzfs_volume", "aws_fsx_openzfs_snapshot"),
                each="DescribeFileSystems",
                over="FileSystems[?FileSystemType=='ONTAP' || FileSystemType=='OPENZFS'] | [:1]",
                redact=_hide_passwords,
                subjects=frozenset(("capacity", "environment", "inventory", "residency", "teardown")),
            ),
            Call(
                operation="DescribeSnapshots",
                yields=("aws_fsx_openzfs_snapshot",),
                each="DescribeVolumes",
                over="Volumes[?VolumeType=='OPENZFS'] | [:1]",
                redact=_hide_passwords,
                subjects=frozenset(("environment", "inventory", "residency", "teardown")),
            ),
            Call(
                operation="ListTagsForResource",
                each="DescribeFileCaches",
                over="FileCaches[]",
                parameters={"ResourceARN": "ResourceARN"},
                subjects=_OF_CACHES,
            ),
        ),
        shapers=(file_systems, volumes, snapshots, backups, caches),
        subjects=frozenset(
            (
                *("backup", "capacity", "encryption", "environment", "inventory", "log", "redundancy", "residency"),
                *("segmentation", "teardown"),
            )
        ),
    ),
)
