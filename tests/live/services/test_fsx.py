"""File systems of FSx of an account."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from auditor.collecting import CollectOptions
from auditor.facets import (
    Backup,
    BackupVault,
    DataAccessLog,
    EncryptionAtRest,
    KeyOwner,
    Redundancy,
    Residue,
    Retirement,
    ShareQuota,
)
from tests.live.auditing import HOME, Audit, audit, collect
from tests.live.servers import ACCOUNT, AwsServer
from tests.live.services.reading import contents, denied
from tests.live.services.reading import said as value

WINDOWS = "aws_fsx_windows_file_system"
KEY = f"arn:aws:kms:{HOME}:{ACCOUNT}:key/mrk-0123456789abcdef0123456789abcdef"


def look(aws: AwsServer) -> Audit:
    return audit(aws.url, ["fsx", "backup", "dlm"])


def system(kind: str, number: int, **more: Any) -> dict[str, Any]:
    id_ = f"fs-{number:017x}"
    arn = f"arn:aws:fsx:{HOME}:{ACCOUNT}:file-system/{id_}"
    said = {"FileSystemId": id_, "ResourceARN": arn, "FileSystemType": kind, "KmsKeyId": KEY, "StorageCapacity": 1024}
    return {**said, "SubnetIds": [f"subnet-{number:017x}"], "Tags": [{"Key": "Owner", "Value": "soumu"}], **more}


def scene(
    aws: AwsServer,
    *systems: dict[str, Any],
    volumes: list[dict[str, Any]] | None = None,
    backups: list[dict[str, Any]] | None = None,
) -> None:
    aws.answer("dlm", "GetLifecyclePolicies", {"Policies": []})
    aws.answer("fsx", "DescribeFileSystems", {"FileSystems": list(systems)})
    aws.answer("fsx", "DescribeVolumes", {"Volumes": volumes or []})
    aws.answer("fsx", "DescribeBackups", {"Backups": backups or []})
    aws.answer("fsx", "DescribeSnapshots", {"Snapshots": []})
    aws.answer("fsx", "DescribeFileCaches", {"FileCaches": []})


def volume(kind: str, number: int, **more: Any) -> dict[str, Any]:
    id_ = f"fsvol-{number:017x}"
    arn = f"arn:aws:fsx:{HOME}:{ACCOUNT}:volume/{id_}"
    return {
        "VolumeId": id_,
        "ResourceARN": arn,
        "VolumeType": kind,
        "FileSystemId": "fs-00000000000000001",
        "Tags": [{"Key": "Owner", "Value": "soumu"}],
        **more,
    }


def test_shares_for_windows(aws: AwsServer) -> None:
    audit_log = {"FileAccessAuditLogLevel": "SUCCESS_AND_FAILURE", "FileShareAccessAuditLogLevel": "DISABLED"}
    good = {"DeploymentType": "MULTI_AZ_1", "AutomaticBackupRetentionDays": 30, "AuditLogConfiguration": audit_log}
    bad = {"DeploymentType": "SINGLE_AZ_2", "AutomaticBackupRetentionDays": 0}
    scene(aws, system("WINDOWS", 1, WindowsConfiguration=good), system("WINDOWS", 2, WindowsConfiguration=bad))
    found = look(aws)
    backup = found.facet(WINDOWS, "0001", Backup)
    assert (value(backup.enabled), value(backup.retention_days)) == (True, 30)
    assert value(found.facet(WINDOWS, "0001", EncryptionAtRest).key_owner) is KeyOwner.CUSTOMER
    assert value(found.facet(WINDOWS, "0001", DataAccessLog).enabled) is True
    assert value(found.facet(WINDOWS, "0001", Redundancy).zones) is True
    assert value(found.facet(WINDOWS, "0002", Backup).enabled) is False
    assert value(found.facet(WINDOWS, "0002", DataAccessLog).enabled) is False
    assert value(found.facet(WINDOWS, "0002", Redundancy).zones) is False
    assert found.statuses("0002")["backup.enabled.active"] == {"fail"}


def test_scratch_space_has_no_backups(aws: AwsServer) -> None:
    scene(aws, system("LUSTRE", 1, LustreConfiguration={"DeploymentType": "SCRATCH_2"}))
    assert value(look(aws).facet("aws_fsx_lustre_file_system", "", Backup).enabled) is False


def test_volumes_without_those_that_come_with_their_file_systems(aws: AwsServer) -> None:
    root = volume("OPENZFS", 9)
    lock = {"SnaplockConfiguration": {"SnaplockType": "COMPLIANCE"}}
    scene(
        aws,
        system("OPENZFS", 1, OpenZFSConfiguration={"RootVolumeId": root["VolumeId"], "DeploymentType": "MULTI_AZ_1"}),
        system("ONTAP", 2, OntapConfiguration={"DeploymentType": "MULTI_AZ_2"}),
        volumes=[
            root,
            volume("OPENZFS", 1, OpenZFSConfiguration={"StorageCapacityQuotaGiB": 10}),
            volume("OPENZFS", 2, OpenZFSConfiguration={}),
            volume("ONTAP", 3, OntapConfiguration=lock),
            volume("ONTAP", 4, OntapConfiguration={"StorageVirtualMachineRoot": True}),
        ],
    )
    found = look(aws)
    zfs, ontap = "aws_fsx_openzfs_volume", "aws_fsx_ontap_volume"
    assert len(found.resources(zfs)) == 2
    assert value(found.facet(zfs, "0001", ShareQuota).limited) is True
    assert value(found.facet(zfs, "0002", ShareQuota).limited) is False
    obstacles = {one.name: one.present for one in found.facet(ontap, "", Retirement).obstacles}
    assert value(obstacles["snaplock_configuration.COMPLIANCE"]) is True


def test_backups_outlive_their_file_systems(aws: AwsServer) -> None:
    gone = system("WINDOWS", 1)
    backup = {
        "BackupId": "backup-0123456789abcdef0",
        "ResourceARN": f"arn:aws:fsx:{HOME}:{ACCOUNT}:backup/backup-0123456789abcdef0",
    }
    made = {"Lifecycle": "AVAILABLE", "Type": "USER_INITIATED", "CreationTime": "2026-01-01T00:00:00+00:00"}
    scene(aws, backups=[{**backup, **made, "KmsKeyId": KEY, "FileSystem": gone}])
    found = look(aws)
    assert value(found.facet("aws_fsx_backup", "", BackupVault).encrypted) is True
    assert value(found.facet("aws_fsx_backup", "", EncryptionAtRest).key_owner) is KeyOwner.CUSTOMER
    assert found.facet("aws_fsx_backup", "", Residue)


def test_what_cannot_be_listed_is_unknown(aws: AwsServer) -> None:
    scene(aws)
    aws.refuse(["fsx:DescribeFileSystems", "fsx:DescribeBackups"])
    found = look(aws)
    for type_ in (WINDOWS, "aws_fsx_backup"):
        stand_in = found.resource(type_)
        assert {one for all_ in found.statuses(stand_in.address).values() for one in all_} <= {"unknown"}


def test_volumes_that_cannot_be_listed_are_unknown(aws: AwsServer) -> None:
    scene(aws, system("ONTAP", 2, OntapConfiguration={"DeploymentType": "MULTI_AZ_2"}))
    aws.refuse(["fsx:DescribeVolumes"])
    found = look(aws)
    (obstacle, *_) = found.facet("aws_fsx_ontap_volume", "", Retirement).obstacles
    denied(obstacle.present, "fsx:DescribeVolumes")
    assert value(found.facet("aws_fsx_ontap_file_system", "", Redundancy).zones) is True


def test_all_pages_are_listed(aws: AwsServer) -> None:
    scene(aws)
    pages = [{"FileSystems": [system("WINDOWS", number)]} for number in (1, 2)]
    aws.answer("fsx", "DescribeFileSystems", pages=pages)
    assert len(look(aws).resources(WINDOWS)) == 2


def test_what_goes_with_its_file_system_or_lies_in_a_vault_is_not_a_backup_of_its_own(aws: AwsServer) -> None:
    made = {"Lifecycle": "AVAILABLE", "CreationTime": "2026-01-01T00:00:00+00:00", "FileSystem": system("WINDOWS", 1)}
    kinds = ("AUTOMATIC", "AWS_BACKUP", "USER_INITIATED")
    arn = f"arn:aws:fsx:{HOME}:{ACCOUNT}:backup/backup-"
    listed = [
        {**made, "BackupId": f"backup-{number:017x}", "ResourceARN": f"{arn}{number:017x}", "Type": kind}
        for number, kind in enumerate(kinds)
    ]
    scene(aws, backups=listed)
    assert [one.address for one in look(aws).resources("aws_fsx_backup")] == [f"{arn}{2:017x}"]
    filters = [{"Name": "backup-type", "Values": ["USER_INITIATED"]}]
    assert [one.parameters for one in aws.calls() if one.operation == "DescribeBackups"] == [{"Filters": filters}]


def test_what_is_being_deleted_is_not_judged(aws: AwsServer) -> None:
    scene(
        aws, system("WINDOWS", 1), system("WINDOWS", 2, Lifecycle="DELETING"), system("WINDOWS", 3, Lifecycle="FAILED")
    )
    assert look(aws).resource(WINDOWS).address.endswith("1")


def test_a_region_without_file_caches(aws: AwsServer) -> None:
    scene(aws, system("WINDOWS", 1))
    aws.fail("fsx", "DescribeFileCaches", "UnsupportedOperation", "This operation is unsupported.")
    assert look(aws).resources("aws_fsx_file_cache") == []


def test_passwords_are_not_stored(aws: AwsServer, tmp_path: Path) -> None:
    secret = "Kept-secret-1"
    ontap = system("ONTAP", 1, OntapConfiguration={"DeploymentType": "MULTI_AZ_1", "FsxAdminPassword": secret})
    made = {"Lifecycle": "AVAILABLE", "Type": "USER_INITIATED", "CreationTime": "2026-01-01T00:00:00+00:00"}
    arn = f"arn:aws:fsx:{HOME}:{ACCOUNT}:backup/backup-0"
    scene(aws, ontap, backups=[{**made, "BackupId": "backup-00000", "ResourceARN": arn, "FileSystem": ontap}])
    collect(aws.url, tmp_path / "kept", CollectOptions(services=("fsx",), regions=(HOME,)))
    kept = contents(tmp_path / "kept")
    assert b"MULTI_AZ_1" in kept
    assert secret.encode() not in kept
