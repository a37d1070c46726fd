"""Memorystore and Filestore.

Attributes and defaults: https://registry.terraform.io/providers/hashicorp/google/latest/docs , one page a type.
"""

from __future__ import annotations

from collections.abc import Iterator

from auditor.attr import Attr, Known, Reason, Unknown, map_attr
from auditor.facets import BackupVault, EncryptionInTransit, Facet, KeyOwner, Obstacle, ObstacleKind
from auditor.record import Record
from auditor_google.backups import DAY, Cover, Rule, backup, planned
from auditor_google.building import placed, protects, residue, retirement
from auditor_google.keys import at_rest, by_google, undecided
from auditor_google.reading import days, settled_text
from auditor_google.registry import REGISTRY

_FILESTORE = "google_filestore_instance"


@REGISTRY.adapter("google_redis_instance")
def redis(record: Record) -> Iterator[Facet]:
    """A Redis instance; it has no automatic backups, only exports on request.

    https://cloud.google.com/memorystore/docs/redis/import-export-overview
    """
    place = placed(record, "region", "location_id")
    yield place
    yield at_rest(record, "customer_managed_key")
    mode = record.text_or("transit_encryption_mode", "DISABLED")
    yield EncryptionInTransit(endpoint="cache", required=map_attr(mode, lambda value: value != "DISABLED"))
    yield backup(record, place.locations, Cover())
    yield retirement(record, protects(record, "deletion_protection"))
    yield residue("cache")


@REGISTRY.adapter("google_redis_cluster", "google_memorystore_instance")
def cluster(record: Record) -> Iterator[Facet]:
    """A cluster of Redis or Valkey; automated backups run daily where they are set up."""
    place = placed(record, "region", "location")
    yield place
    yield at_rest(record, "kms_key")
    mode = settled_text(record, "transit_encryption_mode", "TRANSIT_ENCRYPTION_DISABLED")
    yield EncryptionInTransit(endpoint="cache", required=map_attr(mode, lambda value: not value.endswith("DISABLED")))
    block = record.block("automated_backup_config")
    cover = Cover()
    if isinstance(block, Unknown):
        cover = Cover(open=block)
    elif block.value is not None:
        kept: Attr[float | None] = map_attr(
            days(block.value, "retention"), lambda value: 35.0 if value is None else value
        )
        cover = Cover((Rule(Known(DAY, record), kept, place.locations),))
    yield backup(record, place.locations, cover, decided=True)
    yield retirement(record, protects(record, "deletion_protection_enabled", default=True))
    yield residue("cache")


@REGISTRY.adapter("google_memcache_instance")
def memcached(record: Record) -> Iterator[Facet]:
    """A Memcached instance: in memory only, so without backups by nature."""
    yield placed(record, "region")
    yield by_google()
    yield retirement(record, protects(record, "deletion_protection"))
    yield residue("cache")


@REGISTRY.adapter(_FILESTORE)
def filestore(record: Record) -> Iterator[Facet]:
    """A file share; only plans of Backup and DR back it up on a schedule."""
    place = placed(record, "location", "zone")
    yield place
    yield at_rest(record, "kms_key_name")
    yield backup(record, place.locations, planned(record))
    yield retirement(record, protects(record, "deletion_protection_enabled"))
    yield residue("file-share")


@REGISTRY.adapter("google_filestore_backup")
def filestore_backup(record: Record) -> Iterator[Facet]:
    """One backup, under the key of its instance."""
    yield placed(record, "location")
    source = record.target("source_instance", _FILESTORE)
    owner: Attr[KeyOwner]
    if isinstance(source, Unknown):
        owner = source
    elif source.value is None:
        owner = record.unknown("source_instance", Reason.OUTSIDE)
    else:
        encryption = at_rest(source.value, "kms_key_name")
        owner = encryption.key_owner
        yield encryption
    yield BackupVault(encrypted=Known(True, record), key_owner=owner)
    yield retirement(record)
    yield residue("backup")


@REGISTRY.adapter("google_filestore_snapshot")
def filestore_snapshot(record: Record) -> Iterator[Facet]:
    """A snapshot inside its instance."""
    yield placed(record, "location")
    yield retirement(record)
    yield residue("snapshot")


@REGISTRY.adapter("google_netapp_volume")
def netapp_volume(record: Record) -> Iterator[Facet]:
    """A volume; its key is a matter of its pool."""
    place = placed(record, "location")
    yield place
    pool = record.target("storage_pool", "google_netapp_storage_pool")
    if isinstance(pool, Known) and pool.value is not None:
        yield at_rest(pool.value, "kms_config")
    else:
        yield undecided(pool if isinstance(pool, Unknown) else record.unknown("storage_pool", Reason.OUTSIDE))
    scheduled = record.flag("backup_config.0.scheduled_backup_enabled", False)
    policy = record.unknown("backup_config.0.backup_policies", Reason.OUTSIDE)
    cover = Cover()
    if isinstance(scheduled, Unknown) or scheduled.value:
        cover = Cover((Rule(policy, policy, policy, enabled=scheduled),))
    yield backup(record, place.locations, cover, decided=True)
    forced = map_attr(record.text_or("deletion_policy", "DEFAULT"), lambda value: value != "FORCE")
    yield retirement(record, Obstacle("deletion_policy=DEFAULT", ObstacleKind.PROTECTS, forced))
    yield residue("file-share")
