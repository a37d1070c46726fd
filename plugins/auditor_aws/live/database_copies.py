"""Snapshots and kept backups of databases, as :mod:`auditor_aws.live.services.rds` asks for them.

Sources: Amazon RDS API Reference (types DBSnapshot, DBClusterSnapshot, DBInstanceAutomatedBackup,
DBClusterAutomatedBackup); AWS provider documentation, pages ``aws_db_snapshot`` and ``aws_db_cluster_snapshot``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from auditor_aws.live.answers import Answers
from auditor_aws.live.shapes import Shape, tags


def encrypted(item: Mapping[str, Any], stated: str) -> bool | None:
    """Whether data are encrypted, with a key of KMS (``stated``) or with one that AWS owns (StorageEncryptionType)."""
    return True if item.get("StorageEncryptionType") == "sse-rds" else item.get(stated)


def snapshots(answers: Answers) -> Iterator[Shape]:
    """Snapshots made by hand; those that a database makes by itself belong to it, those of AWS Backup to its vault."""
    for item in answers.items("DescribeDBSnapshots", "DBSnapshots"):
        name = item["DBSnapshotIdentifier"]
        shape = Shape("aws_db_snapshot", answers, item["DBSnapshotArn"], "DescribeDBSnapshots", names=(name,))
        shape["db_instance_identifier"] = item.get("DBInstanceIdentifier")
        shape["encrypted"] = encrypted(item, "Encrypted")
        shape["kms_key_id"] = item.get("KmsKeyId")
        shape["tags"] = tags(item.get("TagList"))
        attributes = answers.of("DescribeDBSnapshotAttributes", name)
        shape.take("shared_accounts", attributes, lambda data: _shared(data["DBSnapshotAttributesResult"]))
        yield shape
    for item in answers.items("DescribeDBClusterSnapshots", "DBClusterSnapshots"):
        name, arn = item["DBClusterSnapshotIdentifier"], item["DBClusterSnapshotArn"]
        # of all three services: the types of DocumentDB and Neptune do not say with whom a snapshot is shared
        shape = Shape("aws_db_cluster_snapshot", answers, arn, "DescribeDBClusterSnapshots", names=(name,))
        shape["db_cluster_identifier"] = item.get("DBClusterIdentifier")
        shape["storage_encrypted"] = encrypted(item, "StorageEncrypted")
        shape["encrypted"] = shape.values["storage_encrypted"]
        shape["kms_key_id"] = item.get("KmsKeyId")
        shape["tags"] = tags(item.get("TagList"))
        attributes = answers.of("DescribeDBClusterSnapshotAttributes", name)
        shape.take("shared_accounts", attributes, lambda data: _shared(data["DBClusterSnapshotAttributesResult"]))
        yield shape


def _shared(result: Mapping[str, Any]) -> list[str]:
    """Accounts that may restore a snapshot, and ``all``."""
    of_snapshot = result.get("DBSnapshotAttributes") or result.get("DBClusterSnapshotAttributes") or ()
    return [
        value
        for attribute in of_snapshot
        if attribute.get("AttributeName") == "restore"
        for value in attribute.get("AttributeValues") or ()
    ]


def kept_backups(answers: Answers) -> Iterator[Shape]:
    """Automated backups that are not those of a database standing here: replicated ones, and those of deleted ones."""
    for item in answers.items("DescribeDBInstanceAutomatedBackups", "DBInstanceAutomatedBackups"):
        arn, source = item.get("DBInstanceAutomatedBackupsArn"), item.get("DBInstanceArn")
        if arn and _kept(item, source, answers.region):
            call = "DescribeDBInstanceAutomatedBackups"
            yield _kept_backup(answers, "aws_db_instance_automated_backup", call, arn, source, item, "Encrypted")
    for item in answers.items("DescribeDBClusterAutomatedBackups", "DBClusterAutomatedBackups"):
        arn, source = item.get("DBClusterAutomatedBackupsArn"), item.get("DBClusterArn")
        if arn and _kept(item, source, answers.region):
            call = "DescribeDBClusterAutomatedBackups"
            yield _kept_backup(answers, "aws_rds_cluster_automated_backup", call, arn, source, item, "StorageEncrypted")


def _kept(item: Mapping[str, Any], source: str | None, region: str) -> bool:
    return item.get("Status") == "retained" or (source or "").split(":", 5)[3:4] != [region]


def _kept_backup(
    answers: Answers, type_: str, call: str, arn: str, source: str | None, item: Mapping[str, Any], stated: str
) -> Shape:
    shape = Shape(type_, answers, arn, call)
    shape["arn"] = arn
    shape["source_arn"] = source
    shape["status"] = item.get("Status")
    shape["encrypted"] = encrypted(item, stated)
    shape["kms_key_id"] = item.get("KmsKeyId")
    shape["tags"] = tags(item.get("TagList"))
    return shape
