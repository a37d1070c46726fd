"""File systems of EFS of an account."""

from __future__ import annotations

import json
from typing import Any

from auditor.attr import Unknown
from auditor.facets import Backup, EncryptionAtRest, EncryptionInTransit, Exposure, KeyOwner, Replica, Retirement
from tests.live.auditing import HOME, Audit, audit
from tests.live.servers import ACCOUNT, AwsServer
from tests.live.services.reading import denied
from tests.live.services.reading import said as value

FILES = "aws_efs_file_system"
KEY = f"arn:aws:kms:{HOME}:{ACCOUNT}:key/mrk-0123456789abcdef0123456789abcdef"
TLS = {
    "Effect": "Deny",
    "Principal": {"AWS": "*"},
    "Action": "*",
    "Resource": "*",
    "Condition": {"Bool": {"aws:SecureTransport": "false"}},
}


def look(aws: AwsServer, *regions: str) -> Audit:
    return audit(aws.url, ["efs", "backup"], regions=regions or (HOME,))


def make(aws: AwsServer, name: str, region: str = HOME, **more: Any) -> str:
    """The id of a new file system; replications are none, which moto does not know."""
    aws.answer("efs", "DescribeReplicationConfigurations", {"Replications": []})
    made = aws.client("efs", region).create_file_system(CreationToken=name, **more)
    return str(made["FileSystemId"])


def test_files_that_are_kept_well_and_files_that_are_not(aws: AwsServer) -> None:
    good = make(aws, "good", Encrypted=True, KmsKeyId=KEY, Backup=True)
    policy = json.dumps({"Version": "2012-10-17", "Statement": [TLS]})
    aws.client("efs").put_file_system_policy(FileSystemId=good, Policy=policy)
    bad = make(aws, "bad")

    found = look(aws)

    encryption = found.facet(FILES, good, EncryptionAtRest)
    assert (value(encryption.enabled), value(encryption.key_owner)) == (True, KeyOwner.CUSTOMER)
    assert value(found.facet(FILES, good, EncryptionInTransit).required) is True
    backup = found.facet(FILES, good, Backup)
    assert (value(backup.enabled), value(backup.retention_days)) == (True, 35)
    assert value(found.facet(FILES, bad, EncryptionAtRest).enabled) is False
    assert value(found.facet(FILES, bad, EncryptionInTransit).required) is False
    assert value(found.facet(FILES, bad, Exposure).public) is False
    assert value(found.facet(FILES, bad, Backup).enabled) is False
    assert found.statuses(bad)["backup.enabled.active"] == {"fail"}


def test_files_of_one_zone_whose_backups_were_switched_off(aws: AwsServer) -> None:
    one = make(aws, "zone", AvailabilityZoneName=f"{HOME}a")
    aws.answer("efs", "DescribeBackupPolicy", {"BackupPolicy": {"Status": "DISABLED"}})
    assert value(look(aws).facet(FILES, one, Backup).enabled) is False


def replicated(aws: AwsServer, source: str, target: str, owner: str = ACCOUNT) -> None:
    destination = {"Status": "ENABLED", "FileSystemId": target, "Region": "us-east-1", "OwnerId": owner}
    replication = {
        "SourceFileSystemId": source,
        "SourceFileSystemRegion": HOME,
        "SourceFileSystemArn": f"arn:aws:elasticfilesystem:{HOME}:{ACCOUNT}:file-system/{source}",
        "OriginalSourceFileSystemArn": f"arn:aws:elasticfilesystem:{HOME}:{ACCOUNT}:file-system/{source}",
        "CreationTime": "2026-01-01T00:00:00+00:00",
        "Destinations": [destination],
    }
    # both ends tell of it
    aws.answer("efs", "DescribeReplicationConfigurations", {"Replications": [replication]})


def test_a_copy_in_another_region(aws: AwsServer) -> None:
    source, target = make(aws, "source", Encrypted=True), make(aws, "target", "us-east-1", Encrypted=True)
    replicated(aws, source, target)
    found = look(aws, HOME, "us-east-1")
    assert value(found.facet(FILES, source, Replica).location) == {"us-east-1"}
    assert found.resource(FILES, target).facet(Replica) is None
    obstacles = {one.name: one.present for one in found.facet(FILES, source, Retirement).obstacles}
    assert value(obstacles["aws_efs_replication_configuration"]) is False


def test_the_key_of_a_copy_in_another_account_is_not_known(aws: AwsServer) -> None:
    source = make(aws, "source", Encrypted=True)
    replicated(aws, source, "fs-0123456789abcdef0", "210987654321")
    found = look(aws, HOME, "us-east-1")
    copies = [one for one in found.resource(FILES, source).facets if isinstance(one, EncryptionAtRest) and one.key]
    assert [one.key for one in copies] == ["us-east-1"]
    assert isinstance(copies[0].key_owner, Unknown)
    obstacles = {one.name: one.present for one in found.facet(FILES, source, Retirement).obstacles}
    assert value(obstacles["aws_efs_replication_configuration"]) is True


def test_what_is_refused_is_unknown(aws: AwsServer) -> None:
    one = make(aws, "one")
    aws.refuse(["efs:DescribeFileSystemPolicy", "efs:DescribeBackupPolicy", "efs:DescribeReplicationConfigurations"])
    found = look(aws)
    denied(found.facet(FILES, one, Exposure).public, "elasticfilesystem:DescribeFileSystemPolicy")
    denied(found.facet(FILES, one, Backup).enabled, "elasticfilesystem:DescribeBackupPolicy")
    denied(found.facet(FILES, one, Replica).location, "elasticfilesystem:DescribeReplicationConfigurations")
    assert value(found.facet(FILES, one, EncryptionAtRest).enabled) is False


def test_files_that_cannot_be_listed_are_unknown(aws: AwsServer) -> None:
    aws.refuse(["efs:DescribeFileSystems"])
    found = look(aws)
    stand_in = found.resource(FILES)
    assert {one for all_ in found.statuses(stand_in.address).values() for one in all_} <= {"unknown"}
    denied(found.facet(FILES, "", Exposure).public, "elasticfilesystem:DescribeFileSystems")


def test_a_region_without_files_costs_one_call(aws: AwsServer) -> None:
    aws.clear_calls()
    audit(aws.url, ["efs"])
    assert [call.operation for call in aws.calls() if call.service == "efs"] == ["DescribeFileSystems"]


def test_all_pages_of_file_systems_are_listed(aws: AwsServer) -> None:
    aws.answer("efs", "DescribeReplicationConfigurations", {"Replications": []})
    pages: list[dict[str, Any]] = [
        {
            "FileSystems": [
                {
                    "OwnerId": ACCOUNT,
                    "CreationToken": name,
                    "FileSystemId": f"fs-{name}",
                    "FileSystemArn": f"arn:aws:elasticfilesystem:{HOME}:{ACCOUNT}:file-system/fs-{name}",
                    "CreationTime": "2026-01-01T00:00:00+00:00",
                    "LifeCycleState": "available",
                    "NumberOfMountTargets": 0,
                    "SizeInBytes": {"Value": 0},
                    "PerformanceMode": "generalPurpose",
                    "Tags": [],
                }
            ]
        }
        for name in ("one", "two")
    ]
    aws.answer("efs", "DescribeFileSystems", pages=pages)
    assert len(look(aws).resources(FILES)) == 2


def test_what_is_being_deleted_is_not_judged(aws: AwsServer) -> None:
    going = {
        "OwnerId": ACCOUNT,
        "CreationToken": "going",
        "FileSystemId": "fs-1",
        "FileSystemArn": f"arn:aws:elasticfilesystem:{HOME}:{ACCOUNT}:file-system/fs-1",
        "CreationTime": "2026-01-01T00:00:00+00:00",
        "LifeCycleState": "deleting",
        "NumberOfMountTargets": 0,
        "SizeInBytes": {"Value": 0},
        "PerformanceMode": "generalPurpose",
        "Tags": [],
    }
    copy = {
        "SourceFileSystemId": "fs-1",
        "SourceFileSystemRegion": HOME,
        "SourceFileSystemArn": going["FileSystemArn"],
        "OriginalSourceFileSystemArn": going["FileSystemArn"],
        "CreationTime": "2026-01-01T00:00:00+00:00",
        "Destinations": [{"Status": "DELETING", "FileSystemId": "fs-2", "Region": "us-east-1"}],
    }
    aws.answer("efs", "DescribeFileSystems", {"FileSystems": [going]})
    aws.answer("efs", "DescribeReplicationConfigurations", {"Replications": [copy]})
    found = look(aws)
    types = (FILES, "aws_efs_backup_policy", "aws_efs_replication_configuration")
    assert not any(found.resources(type_) for type_ in types)
    assert "DescribeBackupPolicy" not in {one.operation for one in aws.calls()}
