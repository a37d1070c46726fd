"""Encryption of databases that are made from a snapshot or from the backups of another database.

They are encrypted as what they are made from, whatever ``storage_encrypted`` says: the calls that restore have no such
argument (Amazon RDS API Reference, RestoreDBInstanceFromDBSnapshot, RestoreDBInstanceToPointInTime,
RestoreDBClusterFromSnapshot, RestoreDBClusterToPointInTime; only a cluster can be given a key while it is restored).
"""

from __future__ import annotations

from typing import Final

from auditor.attr import Attr, Known, Reason, Unknown
from auditor.facets import EncryptionAtRest, KeyOwner
from auditor.record import Record
from auditor.text import Text
from auditor_aws import computed, keys

_SOURCES: Final = (
    ("snapshot_identifier", ()),
    ("restore_to_point_in_time.0.source_db_instance_identifier", ("aws_db_instance",)),
    ("restore_to_point_in_time.0.source_dbi_resource_id", ("aws_db_instance",)),
    ("restore_to_point_in_time.0.source_db_instance_automated_backups_arn", ()),
    ("restore_to_point_in_time.0.source_cluster_identifier", ("aws_rds_cluster", "aws_docdb_cluster")),
    ("restore_to_point_in_time.0.source_cluster_resource_id", ("aws_rds_cluster",)),
)
"""Arguments that name what a database is made from, with the types of databases that they can name."""

_SOURCE: Final = Text("復元元の暗号化", "the encryption of what the database is restored from")


def encryption(record: Record, stated: Attr[bool], key_path: str = "kms_key_id") -> EncryptionAtRest:
    """Encryption as ``stated``; that of its source where a database that is yet to be made is restored."""
    own = keys.at_rest(record, key_path, KeyOwner.PROVIDER, stated)
    if not record.action.makes_new or (isinstance(stated, Known) and stated.value):
        return own
    for path, types in _SOURCES:
        named = computed.text(record, path)
        if isinstance(named, Known) and named.value is None:
            continue
        source = record.target(path, *types) if types else record.known(path, None)
        if isinstance(source, Unknown):
            return EncryptionAtRest(enabled=source, key_owner=source)
        if source.value is None:
            open_ = record.unknown(path, Reason.OUTSIDE, _SOURCE)
            return EncryptionAtRest(enabled=open_, key_owner=open_)
        return keys.at_rest(
            source.value, key_path, KeyOwner.PROVIDER, computed.flag(source.value, "storage_encrypted", False)
        )
    return own
