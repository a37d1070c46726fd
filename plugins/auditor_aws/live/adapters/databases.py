"""Backups of databases that Terraform has no type for, and with whom snapshots of databases are shared.

Sources: Amazon RDS API Reference, DescribeDBInstanceAutomatedBackups and DescribeDBClusterAutomatedBackups; Amazon
DynamoDB API Reference, ListBackups; Amazon ElastiCache API Reference, DescribeSnapshots; Amazon Redshift API
Reference, type Snapshot (AccountsWithRestoreAccess).
"""

from __future__ import annotations

from collections.abc import Iterator

from auditor.attr import Attr, Known, Unknown
from auditor.facets import BackupVault, Facet, KeyOwner, Residue, Retirement, Share
from auditor.record import Record
from auditor_aws import keys, placement
from auditor_aws.live.adapters import LIVE


@LIVE.adapter("aws_db_instance_automated_backup", "aws_rds_cluster_automated_backup", "aws_elasticache_snapshot")
def encrypted_backup(record: Record) -> Iterator[Facet]:
    """The backups of one database or a snapshot of one cache, which stay when that is gone."""
    yield placement.in_region(record)
    encryption = keys.at_rest(record, "kms_key_id", KeyOwner.PROVIDER, record.flag("encrypted", False))
    yield encryption
    yield BackupVault(encrypted=encryption.enabled, key_owner=encryption.key_owner)
    yield Retirement(obstacles=())
    yield Residue(what="snapshot")


@LIVE.adapter("aws_dynamodb_backup")
def table_backup(record: Record) -> Iterator[Facet]:
    """A backup of one table, which stays when the table is gone; how it is encrypted is not listed."""
    yield placement.in_region(record)
    yield Retirement(obstacles=())
    yield Residue(what="snapshot")


@LIVE.adapter("aws_redshift_cluster_snapshot", "aws_redshiftserverless_snapshot")
def warehouse_snapshot(record: Record) -> Iterator[Facet]:
    """A snapshot that other accounts may restore; whoever does has a copy, and no hold on the snapshot itself."""
    accounts = record.elements("shared_accounts")
    recipients: Attr[tuple[str, ...]]
    if isinstance(accounts, Unknown):
        recipients = accounts
    else:
        names = tuple(sorted({str(one.value) for one in accounts.value if isinstance(one, Known)}))
        recipients = record.known("shared_accounts", names)
    yield Share(recipients=recipients, unlimited=record.known("shared_accounts", False))
