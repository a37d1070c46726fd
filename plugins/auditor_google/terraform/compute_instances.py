"""Compute Engine: machines and what they are made from.

https://registry.terraform.io/providers/hashicorp/google/latest/docs/resources/compute_instance
"""

from __future__ import annotations

from collections.abc import Iterator

from auditor.attr import Attr, Known, Reason, Unknown
from auditor.facets import EncryptionAtRest, Facet, KeyOwner, TimeSource
from auditor.record import Node, Record
from auditor_google.backups import attached_schedules, backup, inline_schedules, planned, together
from auditor_google.building import keeps, placed, protects, residue, retirement
from auditor_google.keys import at_rest
from auditor_google.reading import left_to_default
from auditor_google.registry import REGISTRY
from auditor_google.terraform.compute_disks import RAW
from auditor_google.time_servers import servers

_DISKS = ("google_compute_disk", "google_compute_region_disk")
_TEMPLATES = ("google_compute_instance_template", "google_compute_region_instance_template")
_RAW = ("disk_encryption_key_raw", "disk_encryption_key_rsa")

REGISTRY.part("google_compute_instance", "google_compute_attached_disk")


def _own_disk(block: Node) -> Attr[Record | None]:
    """The disk resource that a machine uses as it is, with facets of its own."""
    source = block.has("source")
    if left_to_default(block, "source", source) or (isinstance(source, Known) and not source.value):
        return block.known("source", None)
    return block.target("source", *_DISKS)


@REGISTRY.adapter("google_compute_instance")
def instance(record: Record) -> Iterator[Facet]:
    """A machine with its boot disk; disks that are resources of their own have facets of their own."""
    place = placed(record, "zone")
    yield place
    boot = record.block("boot_disk")
    separate = boot if isinstance(boot, Unknown) or boot.value is None else _own_disk(boot.value)
    if not (isinstance(separate, Known) and isinstance(separate.value, Record)):
        yield at_rest(boot, "kms_key_self_link", key="boot_disk", raw=_RAW, computed=True)
        cover = together(
            inline_schedules(record, "boot_disk.0.initialize_params.0.resource_policies"),
            attached_schedules(record, "google_compute_disk_resource_policy_attachment"),
            planned(record),
        )
        yield backup(record, place.locations, cover)
    yield from _attached(record)
    yield TimeSource(servers=servers(record, "metadata_startup_script"))
    yield retirement(
        record,
        protects(record, "deletion_protection"),
        keeps(record, "boot_disk.0.auto_delete", default=True, when=False),
    )
    yield residue("instance")


def _attached(record: Record) -> Iterator[EncryptionAtRest]:
    blocks = record.blocks("attached_disk")
    if isinstance(blocks, Unknown):
        yield EncryptionAtRest(key="attached_disk", enabled=Known(True), key_owner=blocks, key_id=blocks)
        return
    for index, block in enumerate(blocks.value):
        separate = _own_disk(block)
        if isinstance(separate, Known) and separate.value is not None:
            continue
        facet = at_rest(block, "kms_key_self_link", key=f"attached_disk.{index}", raw=_RAW, computed=True)
        if isinstance(facet.key_owner, Known) and facet.key_owner.value is KeyOwner.PROVIDER:
            # The disk is not in the input, and its key is a matter of the disk.
            unknown = block.unknown("source", Reason.OUTSIDE)
            facet = EncryptionAtRest(key=facet.key, enabled=Known(True), key_owner=unknown, key_id=unknown)
        yield facet


@REGISTRY.adapter("google_compute_instance_from_template", "google_compute_instance_from_machine_image")
def instance_from(record: Record) -> Iterator[Facet]:
    """A machine that takes what it does not state from a template or a machine image."""
    place = placed(record, "zone")
    yield place
    stated = record.has("boot_disk.0.kms_key_self_link")
    source = record.target("source_instance_template", *_TEMPLATES)
    template = source.value if isinstance(source, Known) else None
    if isinstance(stated, Known) and stated.value:
        yield at_rest(record, "boot_disk.0.kms_key_self_link", key="boot_disk")
    elif template is not None:
        yield at_rest(template.block("disk.0.disk_encryption_key"), "kms_key_self_link", key="boot_disk")
    else:
        unknown = source if isinstance(source, Unknown) else record.unknown("boot_disk", Reason.OUTSIDE)
        yield EncryptionAtRest(key="boot_disk", enabled=Known(True), key_owner=unknown, key_id=unknown)
    own = record.has("metadata_startup_script")
    scripted = isinstance(own, Known) and own.value
    if scripted or template is None:
        metadata = record.get("metadata")
        known = scripted or (isinstance(metadata, Known) and metadata.value)
        unknown = source if isinstance(source, Unknown) else record.unknown("metadata", Reason.OUTSIDE)
        yield TimeSource(servers=servers(record, "metadata_startup_script") if known else unknown)
    else:
        yield TimeSource(servers=servers(template, "metadata_startup_script"))
    cover = together(attached_schedules(record, "google_compute_disk_resource_policy_attachment"), planned(record))
    yield backup(record, place.locations, cover)
    yield retirement(record, protects(record, "deletion_protection"))
    yield residue("instance")


@REGISTRY.adapter(*_TEMPLATES)
def instance_template(record: Record) -> Iterator[Facet]:
    """A template for machines; the disks that it describes come to be with the machines."""
    yield placed(record, "region", stores_data=False)
    disks = record.blocks("disk")
    if isinstance(disks, Unknown):
        yield EncryptionAtRest(key="disk", enabled=Known(True), key_owner=disks, key_id=disks)
    else:
        for index, disk in enumerate(disks.value):
            source = disk.has("source")
            if isinstance(source, Known) and source.value:
                continue  # an existing disk, with a key of its own
            key = f"disk.{index}"
            yield at_rest(disk.block("disk_encryption_key"), "kms_key_self_link", key=key, raw=RAW)
    yield TimeSource(servers=servers(record, "metadata_startup_script"))


@REGISTRY.adapter("google_compute_project_metadata")
def project_metadata(record: Record) -> Iterator[Facet]:
    """Metadata of all machines of a project, start-up scripts among them."""
    yield TimeSource(servers=servers(record))


@REGISTRY.adapter(
    "google_compute_instance_group_manager",
    "google_compute_region_instance_group_manager",
    "google_compute_instance_group",
    "google_compute_per_instance_config",
    "google_compute_region_per_instance_config",
)
def group(record: Record) -> Iterator[Facet]:
    """Machines that are made from a template, in one place."""
    yield placed(record, "zone", "region", stores_data=False)
