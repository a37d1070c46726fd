"""Compute Engine: disks, snapshots, images and snapshot schedules.

https://registry.terraform.io/providers/hashicorp/google/latest/docs/resources/compute_disk
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from auditor.attr import Attr, Known, Reason, Unknown, map_attr
from auditor.facets import (
    BackupPlan,
    BackupVault,
    Exposure,
    Facet,
    Obstacle,
    ObstacleKind,
    Placement,
    Replica,
    ReplicaKind,
)
from auditor.record import Record
from auditor_google import iam
from auditor_google.backups import (
    attached_schedules,
    backup,
    inline_schedules,
    planned,
    schedule_interval,
    schedule_rule,
    snapshot_locations,
    together,
)
from auditor_google.building import keeps, located, placed, residue, retirement
from auditor_google.keys import at_rest, undecided
from auditor_google.locations import is_region
from auditor_google.reading import referrers, settled_text
from auditor_google.registry import REGISTRY

RAW: Final = ("raw_key", "rsa_encrypted_key")
_DISKS: Final = ("google_compute_disk", "google_compute_region_disk")
_ATTACHMENT: Final = {
    "google_compute_disk": "google_compute_disk_resource_policy_attachment",
    "google_compute_region_disk": "google_compute_region_disk_resource_policy_attachment",
}

for _disk, _attachment in _ATTACHMENT.items():
    REGISTRY.part(_disk, _attachment)
REGISTRY.part("google_compute_disk", "google_compute_disk_async_replication", "google_compute_snapshot_settings")


@REGISTRY.adapter(*_DISKS)
def disk(record: Record) -> Iterator[Facet]:
    """A disk with the schedules and backup plans that cover it."""
    regional = record.type == "google_compute_region_disk"
    place = placed(record, "region") if regional else placed(record, "zone")
    yield place
    yield at_rest(record.block("disk_encryption_key"), "kms_key_name" if regional else "kms_key_self_link", raw=RAW)
    cover = together(
        inline_schedules(record, "resource_policies"),
        attached_schedules(record, _ATTACHMENT[record.type]),
        planned(record),
    )
    yield backup(record, place.locations, cover)
    yield from _replicas(record)
    yield retirement(record, keeps(record, "create_snapshot_before_destroy"))
    yield residue("disk")


def _replicas(record: Record) -> Iterator[Replica]:
    """Asynchronous replication (https://cloud.google.com/compute/docs/disks/async-pd/about)."""
    for type_ in _DISKS:
        joined = referrers(record, type_, "async_primary_disk.0.disk")
        for secondary in joined.certain:
            location = located(secondary, "zone", "region")
            yield Replica(key=_key(location, secondary), location=location, kind=ReplicaKind.REPLICATION)
    for replication in referrers(record, "google_compute_disk_async_replication", "primary_disk").certain:
        path = "secondary_disk.0.disk"
        target = replication.target(path, *_DISKS)
        location = (
            target
            if isinstance(target, Unknown)
            else (
                located(target.value, "zone", "region")
                if target.value is not None
                else replication.unknown(path, Reason.OUTSIDE)
            )
        )
        yield Replica(key=_key(location, replication), location=location, kind=ReplicaKind.REPLICATION)


def _key(location: Attr[frozenset[str]], record: Record) -> str:
    return (
        ",".join(sorted(location.value)) if isinstance(location, Known) and not location.sensitive else record.address
    )


@REGISTRY.adapter("google_compute_resource_policy")
def resource_policy(record: Record) -> Iterator[Facet]:
    """A snapshot schedule; other kinds of resource policy bear on nothing."""
    interval = schedule_interval(record)
    if isinstance(interval, Known) and interval.value is None:
        return
    own = located(record, "region")
    rule = schedule_rule(record)
    locations = rule.locations
    offsite = locations
    if isinstance(own, Unknown):
        offsite = own
    elif isinstance(locations, Known):
        hidden = locations.sensitive or own.sensitive
        offsite = Known(locations.value - own.value, locations.origin, locations.path, hidden)
    yield BackupPlan(interval_hours=rule.interval_hours, retention_days=rule.retention_days, offsite=offsite)
    if isinstance(offsite, Unknown) or offsite.value:
        yield Replica(key="snapshots", location=locations, kind=ReplicaKind.SNAPSHOT_COPY)
    path = "snapshot_schedule_policy.0.retention_policy.0.on_source_disk_delete"
    kept = map_attr(record.text_or(path, "KEEP_AUTO_SNAPSHOTS"), lambda value: value == "KEEP_AUTO_SNAPSHOTS")
    yield retirement(record, Obstacle("on_source_disk_delete=KEEP_AUTO_SNAPSHOTS", ObstacleKind.KEEPS, kept))


@REGISTRY.adapter("google_compute_snapshot")
def snapshot(record: Record) -> Iterator[Facet]:
    """One snapshot."""
    yield Placement(locations=_stored(record, "source_disk"), stores_data=True)
    yield from _kept_copy(record, "snapshot_encryption_key", "kms_key_self_link", "snapshot")
    yield _exposure(record, "name")


@REGISTRY.adapter("google_compute_image")
def image(record: Record) -> Iterator[Facet]:
    """A custom image."""
    yield Placement(locations=_stored(record, "source_disk"), stores_data=True)
    yield from _kept_copy(record, "image_encryption_key", "kms_key_self_link", "image")
    yield _exposure(record, "image")


@REGISTRY.adapter("google_compute_machine_image")
def machine_image(record: Record) -> Iterator[Facet]:
    """An image of a whole machine with its disks."""
    yield Placement(locations=_stored(record, "source_instance"), stores_data=True)
    yield from _kept_copy(record, "machine_image_encryption_key", "kms_key_name", "machine-image")
    yield _exposure(record, "machine_image")


@REGISTRY.adapter("google_compute_instant_snapshot", "google_compute_region_instant_snapshot")
def instant_snapshot(record: Record) -> Iterator[Facet]:
    """A snapshot beside its disk, under the disk's key."""
    yield placed(record, "zone", "region")
    source = record.target("source_disk", *_DISKS)
    if isinstance(source, Known) and source.value is not None:
        regional = source.value.type == "google_compute_region_disk"
        block = source.value.block("disk_encryption_key")
        yield at_rest(block, "kms_key_name" if regional else "kms_key_self_link", raw=RAW)
    else:
        yield undecided(source if isinstance(source, Unknown) else record.unknown("source_disk", Reason.OUTSIDE))
    yield retirement(record)
    yield residue("snapshot")


def _stored(record: Record, source_path: str) -> Attr[frozenset[str]]:
    """Where a snapshot or image is: in the named places, else next to its source, else undecided."""
    named = record.elements("storage_locations")
    if isinstance(named, Known) and named.value:
        return snapshot_locations(record, "storage_locations")
    source = record.target(source_path, *_DISKS, "google_compute_instance")
    if isinstance(source, Unknown):
        return source
    if source.value is not None:
        return snapshot_locations(source.value, "storage_locations")
    own = located(record, "zone", "region")
    if isinstance(own, Known) and all(is_region(name) for name in own.value):
        return snapshot_locations(record, "storage_locations")
    return own if isinstance(own, Unknown) else record.unknown("storage_locations", Reason.OUTSIDE)


def _kept_copy(record: Record, block: str, path: str, what: str) -> Iterator[Facet]:
    encryption = at_rest(record.block(block), path, raw=RAW)
    yield encryption
    yield BackupVault(encrypted=Known(True, record), key_owner=encryption.key_owner)
    yield retirement(record)
    yield residue(what)


def _exposure(record: Record, path: str) -> Exposure:
    return Exposure(public=iam.public(record, record.type, path))


@REGISTRY.adapter("google_compute_storage_pool")
def storage_pool(record: Record) -> Iterator[Facet]:
    """Room for disks, which carry their data and keys themselves."""
    yield placed(record, "zone", stores_data=False)
    protected = map_attr(settled_text(record, "deletion_protection", "false"), lambda value: value == "true")
    yield retirement(record, Obstacle("deletion_protection", ObstacleKind.PROTECTS, protected))
