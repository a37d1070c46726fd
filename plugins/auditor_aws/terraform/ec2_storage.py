"""EBS volumes, their snapshots, and machine images.

Sources: Terraform AWS provider documentation, pages ``aws_ebs_volume``, ``aws_ebs_snapshot``, ``aws_ebs_snapshot_copy``,
``aws_ebs_snapshot_import``, ``aws_ami``, ``aws_ami_copy``, ``aws_ami_from_instance``, ``aws_ami_launch_permission``.
"""

from __future__ import annotations

from collections.abc import Iterator

from auditor.attr import Attr, Known, Reason, Unknown, any_of, map_attr
from auditor.facets import (
    BackupVault,
    EncryptionAtRest,
    Exposure,
    Facet,
    KeyOwner,
    Replica,
    ReplicaKind,
    Residue,
    Retirement,
)
from auditor.record import Node, Record
from auditor.text import Text
from auditor_aws import backups, computed, ebs, keys, placement, retirement
from auditor_aws.registry import REGISTRY

REGISTRY.part("aws_ebs_volume", "aws_ebs_encryption_by_default", "aws_ebs_default_kms_key", "aws_volume_attachment")
REGISTRY.part("aws_ami", "aws_ami_launch_permission")
# Restore speed, archive settings and account-wide blocks of sharing: no clause asks about them.
REGISTRY.inert("aws_ebs_fast_snapshot_restore", "aws_ebs_snapshot_block_public_access")
# Sharing with single accounts does not make a snapshot public.
REGISTRY.part("aws_ebs_snapshot", "aws_snapshot_create_volume_permission")


@REGISTRY.adapter("aws_ebs_volume")
def volume(record: Record) -> Iterator[Facet]:
    """A volume by itself."""
    # Its zone is always one of the region that its provider works in.
    yield placement.in_region(record)
    yield ebs.encryption(record)
    yield backups.by_plan(record, *_machines(record))
    yield Retirement(obstacles=(retirement.keeps(record, "final_snapshot"),))
    yield Residue(what="volume")


def _machines(record: Record) -> Iterator[Record]:
    """The machines that the volume is certainly attached to: their backups take it in."""
    for attachment in computed.joined(record, "aws_volume_attachment", "volume_id").certain:
        machine = attachment.target("instance_id", "aws_instance")
        if isinstance(machine, Known) and machine.value is not None:
            yield machine.value


@REGISTRY.adapter("aws_ebs_volume_copy")
def volume_copy(record: Record) -> Iterator[Facet]:
    """A copy of a volume in its zone; it is encrypted with the key of its source."""
    yield placement.in_region(record)
    yield _of_source(record, "source_volume_id", "aws_ebs_volume")
    yield backups.by_plan(record, *_machines(record))
    yield Retirement(obstacles=())
    yield Residue(what="volume")


def _of_source(record: Record, path: str, type_: str) -> EncryptionAtRest:
    """Encryption taken over from the source; state shows it once the resource exists."""
    own = record.get("encrypted")
    if isinstance(own, Known) and own.value is not None:
        return keys.at_rest(record, "kms_key_id", KeyOwner.PROVIDER, record.flag("encrypted", False))
    source = record.target(path, type_)
    if isinstance(source, Known) and source.value is not None:
        return ebs.encryption(source.value)
    if isinstance(source, Unknown):
        return EncryptionAtRest(enabled=source, key_owner=source)
    open_ = record.unknown(path, Reason.OUTSIDE, Text("複製元の暗号化", "the encryption of its source"))
    return EncryptionAtRest(enabled=open_, key_owner=open_)


def _backup(encryption: EncryptionAtRest) -> Iterator[Facet]:
    """A single backup, with its encryption."""
    yield encryption
    yield BackupVault(encrypted=encryption.enabled, key_owner=encryption.key_owner)


@REGISTRY.adapter("aws_ebs_snapshot")
def snapshot(record: Record) -> Iterator[Facet]:
    """A snapshot of a volume."""
    yield placement.in_region(record)
    yield from _backup(_of_source(record, "volume_id", "aws_ebs_volume"))
    yield Retirement(obstacles=())
    yield Residue(what="snapshot")


@REGISTRY.adapter("aws_ebs_snapshot_copy")
def snapshot_copy(record: Record) -> Iterator[Facet]:
    """A copy of a snapshot, in the region of the copy."""
    yield placement.in_region(record)
    yield Replica(location=placement.region_set(record.region), kind=ReplicaKind.SNAPSHOT_COPY)
    encryption = ebs.encryption(record)
    if isinstance(encryption.enabled, Unknown) or not encryption.enabled.value:
        # A copy of an encrypted snapshot is encrypted whether it asks for it or not.
        encryption = _of_copied(record, encryption)
    yield from _backup(encryption)
    yield Retirement(obstacles=())
    yield Residue(what="snapshot")


def _of_copied(record: Record, own: EncryptionAtRest) -> EncryptionAtRest:
    source = record.target("source_snapshot_id", "aws_ebs_snapshot")
    if isinstance(source, Known) and source.value is not None:
        return _of_source(source.value, "volume_id", "aws_ebs_volume")
    if isinstance(own.enabled, Known):
        open_ = record.unknown(
            "source_snapshot_id", Reason.OUTSIDE, Text("複製元の暗号化", "the encryption of its source")
        )
        return EncryptionAtRest(enabled=open_, key_owner=open_)
    return own


@REGISTRY.adapter("aws_ebs_snapshot_import")
def snapshot_import(record: Record) -> Iterator[Facet]:
    """A snapshot made from a disk image."""
    yield placement.in_region(record)
    yield from _backup(ebs.encryption(record))
    yield Retirement(obstacles=())
    yield Residue(what="snapshot")


@REGISTRY.adapter("aws_ami")
def image(record: Record) -> Iterator[Facet]:
    """An image registered over existing snapshots."""
    yield placement.in_region(record)
    devices = record.blocks("ebs_block_device")
    if isinstance(devices, Unknown):
        yield from _backup(EncryptionAtRest(enabled=devices, key_owner=devices))
    else:
        for device in devices.value:
            # Terraform names no key here; an account tells that of the snapshot.
            yield ebs.encryption(device, key=device_name(device))
    yield Exposure(public=_public(record))
    yield Retirement(obstacles=())
    yield Residue(what="image")


def device_name(device: Node) -> str:
    """Name of a block device, which tells the devices of one machine apart."""
    name = device.text("device_name")
    return name.value if isinstance(name, Known) and name.value else "device"


@REGISTRY.adapter("aws_ami_copy")
def image_copy(record: Record) -> Iterator[Facet]:
    """A copy of an image, in the region of the copy."""
    yield placement.in_region(record)
    yield Replica(location=placement.region_set(record.region), kind=ReplicaKind.SNAPSHOT_COPY)
    encryption = ebs.encryption(record)
    if isinstance(encryption.enabled, Known) and not encryption.enabled.value:
        # The argument only adds encryption: a copy of an encrypted image stays encrypted.
        open_ = record.unknown("source_ami_id", Reason.OUTSIDE, Text("複製元の暗号化", "the encryption of its source"))
        encryption = EncryptionAtRest(enabled=open_, key_owner=open_)
    yield from _backup(encryption)
    yield Exposure(public=_public(record))
    yield Retirement(obstacles=())
    yield Residue(what="image")


@REGISTRY.adapter("aws_ami_from_instance")
def image_of_instance(record: Record) -> Iterator[Facet]:
    """An image made of a machine; its snapshots are encrypted as the machine's volumes are."""
    yield placement.in_region(record)
    source = record.target("source_instance_id", "aws_instance")
    root: Attr[Node | None]
    if isinstance(source, Unknown):
        root = source
    elif source.value is None:
        root = record.unknown(
            "source_instance_id", Reason.OUTSIDE, Text("元のマシンの暗号化", "the encryption of its machine")
        )
    else:
        root = source.value.block("root_block_device")
    if isinstance(root, Unknown):
        yield from _backup(EncryptionAtRest(enabled=root, key_owner=root))
    elif root.value is not None:
        yield from _backup(ebs.encryption(root.value))
    yield Exposure(public=_public(record))
    yield Retirement(obstacles=())
    yield Residue(what="image")


def _public(record: Record) -> Attr[bool]:
    """Whether every AWS account may launch the image."""
    permissions = computed.joined(record, "aws_ami_launch_permission", "image_id")
    for_all = [map_attr(one.text("group"), lambda group: group == "all") for one in permissions.certain]
    for one in permissions.possible:
        named = one.text("group")
        if isinstance(named, Unknown) or named.value == "all":
            for_all.append(one.unknown("image_id", Reason.UNRESOLVED))
    # An image that exists says itself whether it is public; a new one is not.
    own = record.flag("public", False)
    return any_of(*for_all, own if isinstance(own, Known) else Known(False, record))
