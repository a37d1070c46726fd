"""File systems of EFS.

Sources: Amazon EFS API Reference (DescribeFileSystems, DescribeFileSystemPolicy, DescribeBackupPolicy,
DescribeReplicationConfigurations); AWS provider documentation, pages ``aws_efs_file_system``,
``aws_efs_file_system_policy``, ``aws_efs_backup_policy``, ``aws_efs_replication_configuration``.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from auditor_aws.live.answers import Answers
from auditor_aws.live.catalogue import Call, Service
from auditor_aws.live.shapes import Shape, tags

_GOING: Final = ("deleting", "deleted")


def file_systems(answers: Answers) -> Iterator[Shape]:
    """File systems with their separate settings."""
    for listed in answers.items("DescribeFileSystems", "FileSystems"):
        if listed.get("LifeCycleState") in _GOING:
            continue
        arn, id_ = listed["FileSystemArn"], listed["FileSystemId"]
        shape = Shape("aws_efs_file_system", answers, arn, "DescribeFileSystems", names=(id_,))
        shape.values.update(arn=arn, id=id_, name=listed.get("Name"), tags=tags(listed.get("Tags")))
        shape["encrypted"] = bool(listed.get("Encrypted", False))
        shape["kms_key_id"] = listed.get("KmsKeyId")
        shape["availability_zone_name"] = listed.get("AvailabilityZoneName")
        yield shape
        policy = answers.of("DescribeFileSystemPolicy", id_)
        if not policy.absent:
            part = Shape("aws_efs_file_system_policy", answers, f"{arn} policy", "DescribeFileSystemPolicy")
            part["file_system_id"] = id_
            part.take("policy", policy, lambda data: data.get("Policy"))
            yield part
        # without a backup policy there are no automatic backups, also of One Zone file systems that were created so
        backup = answers.of("DescribeBackupPolicy", id_)
        part = Shape("aws_efs_backup_policy", answers, f"{arn} backup-policy", "DescribeBackupPolicy")
        part["file_system_id"] = id_
        part.take(
            "backup_policy",
            backup,
            lambda data: [{"status": (data.get("BackupPolicy") or {}).get("Status", "DISABLED")}],
        )
        yield part


def replications(answers: Answers) -> Iterator[Shape]:
    """Replications of the file systems of the region; those that end in it are told by the region they come from."""
    going = {
        listed["FileSystemId"]
        for listed in answers.items("DescribeFileSystems", "FileSystems")
        if listed.get("LifeCycleState") in _GOING
    }
    for one in answers.items("DescribeReplicationConfigurations", "Replications"):
        if one["SourceFileSystemRegion"] != answers.region or one["SourceFileSystemId"] in going:
            continue
        address = f"{one['SourceFileSystemArn']} replication"
        shape = Shape("aws_efs_replication_configuration", answers, address, "DescribeReplicationConfigurations")
        shape["source_file_system_id"] = one["SourceFileSystemId"]
        shape["destination"] = [
            {
                "region": to.get("Region"),
                "file_system_id": to.get("FileSystemId"),
                "availability_zone_name": None,
                "kms_key_id": None,
            }
            for to in one["Destinations"]
        ]
        # the key is that of the destination, which is read where its region and account are
        shape.open["destination"] = [{"kms_key_id": True} for _ in one["Destinations"]]
        yield shape


def _setting(operation: str, type_: str, *subjects: str) -> Call:
    return Call(
        operation=operation,
        yields=(type_,),
        each="DescribeFileSystems",
        over="FileSystems[?LifeCycleState != 'deleting' && LifeCycleState != 'deleted']",
        parameters={"FileSystemId": "FileSystemId"},
        absent=("PolicyNotFound",),
        action=f"elasticfilesystem:{operation}",
        subjects=frozenset(subjects),
    )


SERVICES: Final = (
    Service(
        name="efs",
        prefix="elasticfilesystem",
        calls=(
            Call(operation="DescribeFileSystems", yields=("aws_efs_file_system", "aws_efs_replication_configuration")),
            _setting("DescribeFileSystemPolicy", "aws_efs_file_system_policy", "access", "encryption"),
            _setting("DescribeBackupPolicy", "aws_efs_backup_policy", "backup", "teardown"),
            Call(
                operation="DescribeReplicationConfigurations",
                yields=("aws_efs_replication_configuration",),
                each="DescribeFileSystems",
                # one call tells those of all file systems of the region
                over="FileSystems[:1]",
                absent=("ReplicationNotFound",),
                subjects=frozenset(("encryption", "residency", "teardown")),
            ),
        ),
        shapers=(file_systems, replications),
        subjects=frozenset(
            (
                *("access", "backup", "capacity", "encryption", "environment", "inventory", "redundancy", "residency"),
                "teardown",
            )
        ),
    ),
)
