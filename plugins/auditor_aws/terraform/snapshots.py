"""Single backups of databases, caches and file systems, and their copies.

Sources: Terraform AWS provider documentation, pages ``aws_db_snapshot``, ``aws_db_cluster_snapshot``,
``aws_db_snapshot_copy``, ``aws_rds_cluster_snapshot_copy``, ``aws_rds_export_task``, ``aws_docdb_cluster_snapshot``,
``aws_neptune_cluster_snapshot``, ``aws_redshift_cluster_snapshot``, ``aws_redshiftserverless_snapshot``,
``aws_memorydb_snapshot``, ``aws_fsx_backup``.  A snapshot is encrypted as its source is.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from auditor.attr import Attr, Known, Reason, Unknown
from auditor.facets import (
    BackupVault,
    EncryptionAtRest,
    Exposure,
    Facet,
    KeyOwner,
    Placement,
    Replica,
    ReplicaKind,
    Residue,
    Retirement,
)
from auditor.record import Record
from auditor.text import Text
from auditor_aws import computed, keys, placement
from auditor_aws.registry import REGISTRY
from auditor_aws.terraform.containers import includes

_SOURCE: Final = Text("スナップショットの元の暗号化", "the encryption of the source of the snapshot")

_ALWAYS_ENCRYPTED: Final = frozenset({"aws_fsx_backup", "aws_memorydb_snapshot", "aws_redshiftserverless_snapshot"})
"""Their sources cannot be without encryption (see the modules of those services)."""

_SOURCES: Final = {
    "aws_db_snapshot": ("db_instance_identifier", ("aws_db_instance",)),
    "aws_db_cluster_snapshot": (
        "db_cluster_identifier",
        ("aws_rds_cluster", "aws_docdb_cluster", "aws_neptune_cluster"),
    ),
    "aws_docdb_cluster_snapshot": ("db_cluster_identifier", ("aws_docdb_cluster",)),
    "aws_neptune_cluster_snapshot": ("db_cluster_identifier", ("aws_neptune_cluster",)),
    "aws_redshift_cluster_snapshot": ("cluster_identifier", ("aws_redshift_cluster",)),
    "aws_redshiftserverless_snapshot": ("namespace_name", ("aws_redshiftserverless_namespace",)),
    "aws_memorydb_snapshot": ("cluster_name", ("aws_memorydb_cluster",)),
    "aws_fsx_backup": (
        "file_system_id",
        ("aws_fsx_windows_file_system", "aws_fsx_lustre_file_system", "aws_fsx_openzfs_file_system"),
    ),
}
"""Type -> the attribute that names the source, and the types it can be of."""

_KEYS: Final = {"aws_neptune_cluster": "kms_key_arn", "aws_memorydb_cluster": "kms_key_arn"}
_ENABLED: Final = {"aws_redshift_cluster": "encrypted"}


@REGISTRY.adapter(*_SOURCES)
def snapshot(record: Record) -> Iterator[Facet]:
    """One snapshot."""
    yield placement.in_region(record)
    path, types = _SOURCES[record.type]
    yield from _backup(_encryption(record, path, types))
    if record.type in ("aws_db_snapshot", "aws_db_cluster_snapshot"):
        yield Exposure(public=_shared_with_all(record))
    yield Retirement(obstacles=())
    yield Residue(what="snapshot")


def _backup(encryption: EncryptionAtRest) -> Iterator[Facet]:
    yield encryption
    yield BackupVault(encrypted=encryption.enabled, key_owner=encryption.key_owner)


def _shared_with_all(record: Record) -> Attr[bool]:
    """``all`` among the accounts makes a snapshot public (provider documentation, shared_accounts)."""
    return includes(record.elements("shared_accounts"), "all")


def _encryption(record: Record, path: str, types: tuple[str, ...]) -> EncryptionAtRest:
    own = _stated(record)
    if own is not None:
        return own
    source = record.target(path, *types)
    always = record.type in _ALWAYS_ENCRYPTED
    if isinstance(source, Unknown):
        return EncryptionAtRest(enabled=Known(True, record) if always else source, key_owner=source)
    found = source.value
    if found is None:
        open_ = record.unknown(path, Reason.OUTSIDE, _SOURCE)
        return EncryptionAtRest(enabled=Known(True, record) if always else open_, key_owner=open_)
    key = _KEYS.get(found.type, "kms_key_id")
    if always:
        return keys.at_rest(found, key, KeyOwner.PROVIDER)
    return keys.at_rest(found, key, KeyOwner.PROVIDER, found.flag(_ENABLED.get(found.type, "storage_encrypted"), False))


def _stated(record: Record) -> EncryptionAtRest | None:
    """What state says of a snapshot that exists, or an argument of one that is made with a key of its own."""
    key = record.text("kms_key_arn" if record.type == "aws_memorydb_snapshot" else "kms_key_id")
    if isinstance(key, Known) and key.value is not None:
        return keys.at_rest(record, key.path, KeyOwner.PROVIDER)
    for path in ("encrypted", "storage_encrypted"):
        enabled = record.get(path)
        if isinstance(enabled, Known) and isinstance(enabled.value, bool):
            return keys.at_rest(record, "kms_key_id", KeyOwner.PROVIDER, record.flag(path, False))
    return None


_COPIES: Final = {
    "aws_db_snapshot_copy": ("source_db_snapshot_identifier", "aws_db_snapshot"),
    "aws_rds_cluster_snapshot_copy": ("source_db_cluster_snapshot_identifier", "aws_db_cluster_snapshot"),
}


@REGISTRY.adapter(*_COPIES)
def snapshot_copy(record: Record) -> Iterator[Facet]:
    """A copy of a snapshot, in the region it names or else its own."""
    region = placement.named_region(record, "destination_region")
    yield Placement(locations=region, stores_data=True)
    yield Replica(location=region, kind=ReplicaKind.SNAPSHOT_COPY)
    yield from _backup(_copy_encryption(record))
    yield Exposure(public=_shared_with_all(record))
    yield Retirement(obstacles=())
    yield Residue(what="snapshot")


def _copy_encryption(record: Record) -> EncryptionAtRest:
    """With a key of its own a copy is encrypted; else it is as its source is."""
    own = _stated(record)
    if own is not None:
        return own
    key = computed.text(record, "kms_key_id")
    if isinstance(key, Unknown):
        # Only an encrypted copy has a key.
        return keys.at_rest(record, "kms_key_id", KeyOwner.PROVIDER)
    path, type_ = _COPIES[record.type]
    source = record.target(path, type_)
    if isinstance(source, Known) and source.value is not None:
        of_source, types = _SOURCES[type_]
        return _encryption(source.value, of_source, types)
    open_ = source if isinstance(source, Unknown) else record.unknown(path, Reason.OUTSIDE, _SOURCE)
    return EncryptionAtRest(enabled=open_, key_owner=open_)


@REGISTRY.adapter("aws_rds_export_task")
def export_task(record: Record) -> Iterator[Facet]:
    """An export of a snapshot to a bucket; it is always encrypted with the key that it names."""
    yield placement.in_region(record, stores_data=False)
    yield keys.at_rest(record, "kms_key_id", KeyOwner.PROVIDER)
