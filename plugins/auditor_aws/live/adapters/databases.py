"""Backups of databases that stay when their database is gone or stand in another region.

Source: Amazon RDS API Reference, DescribeDBInstanceAutomatedBackups and DescribeDBClusterAutomatedBackups.  Terraform
has no type for them.
"""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facets import BackupVault, Facet, KeyOwner, Residue, Retirement
from auditor.record import Record
from auditor_aws import keys, placement
from auditor_aws.live.adapters import LIVE


@LIVE.adapter("aws_db_instance_automated_backup", "aws_rds_cluster_automated_backup")
def automated_backup(record: Record) -> Iterator[Facet]:
    """The backups of one database, encrypted as it was."""
    yield placement.in_region(record)
    encryption = keys.at_rest(record, "kms_key_id", KeyOwner.PROVIDER, record.flag("encrypted", False))
    yield encryption
    yield BackupVault(encrypted=encryption.enabled, key_owner=encryption.key_owner)
    yield Retirement(obstacles=())
    yield Residue(what="snapshot")
