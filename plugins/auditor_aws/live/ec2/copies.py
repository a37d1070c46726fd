"""Snapshots and images, with whom they are shared.

Sources: Amazon EC2 API Reference (DescribeSnapshots, DescribeSnapshotAttribute, GetSnapshotBlockPublicAccessState,
DescribeImages, DescribeImageAttribute, DescribeInstanceImageMetadata); EBS User Guide, "Block public access for
snapshots"; EC2 User Guide, "Disable an AMI" (a disabled image is shared with nobody, and is still kept); AWS provider documentation, pages ``aws_ebs_snapshot``,
``aws_snapshot_create_volume_permission``, ``aws_ami``, ``aws_ami_launch_permission`` and data source ``aws_ami``.

What is public the lists say (``RestorableByUserIds``, ``Public``).  With which accounts a snapshot or an image is shared
no list says of all at a time: one can only be asked for a single account's.  One call for each snapshot
(DescribeSnapshotAttribute) and for each image that is not disabled (DescribeImageAttribute) is left.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from auditor_aws.live.answers import Answer, Answers
from auditor_aws.live.ec2.common import alive, arn, made, own
from auditor_aws.live.shapes import Shape

PUBLIC: Final = "public"
"""Key of the list of snapshots that everybody may use."""
DISABLED: Final = "disabled"
USED: Final = "DescribeInstanceImageMetadata"
_FAILED: Final = "error"
"""State of a snapshot that was not finished."""
_NO_VOLUME: Final = "vol-ffffffff"
"""Copies of snapshots name a volume that is none (API Reference, Snapshot)."""


def listed(answers: Answers) -> list[Any]:
    """The snapshots of the account."""
    found = own(iter(answers.of("DescribeSnapshots").items("Snapshots")), answers)
    return [one for one in found if one.get("State") != _FAILED]


def snapshots(answers: Answers) -> Iterator[Shape]:
    """Snapshots of the account, and the accounts that may make volumes of them."""
    blocked, everybodys = answers.of("GetSnapshotBlockPublicAccessState"), answers.of("DescribeSnapshots", PUBLIC)
    public = frozenset(one["SnapshotId"] for one in everybodys.items("Snapshots"))
    for item in listed(answers):
        id_ = item["SnapshotId"]
        shape = made("aws_ebs_snapshot", answers, "snapshot", id_, "DescribeSnapshots", item)
        volume = item.get("VolumeId")
        shape.values.update(
            encrypted=bool(item.get("Encrypted", False)),
            kms_key_id=item.get("KmsKeyId"),
            volume_id=None if volume == _NO_VOLUME else volume,
            volume_size=item.get("VolumeSize"),
            owner_id=item.get("OwnerId"),
            storage_tier=item.get("StorageTier"),
            # when it was made, for those that ask how old the newest copy is
            start_time=item.get("StartTime"),
        )
        permissions = answers.of("DescribeSnapshotAttribute", id_)
        if everybodys.refusal is None or id_ in public:
            shape["public"] = id_ in public
        else:
            shape.take("public", permissions, lambda data: any(one.get("Group") == "all" for one in _granted(data)))
        _blocked(shape, blocked)
        yield shape
        yield from _shared(answers, shape, permissions)


def _blocked(shape: Shape, blocked: Answer) -> None:
    """A block of all sharing takes back what was public before."""
    if shape.values.get("public"):
        if blocked.refusal is not None:
            shape.refuse(blocked.refusal, "public")
        else:
            shape["public"] = blocked.data.get("State") != "block-all-sharing"


def _granted(data: Any) -> list[Any]:
    return data.get("CreateVolumePermissions") or []


def _shared(answers: Answers, snapshot: Shape, permissions: Answer) -> Iterator[Shape]:
    type_, call = "aws_snapshot_create_volume_permission", "DescribeSnapshotAttribute"
    if permissions.refusal is not None:
        link = Shape(type_, answers, f"{snapshot.address} permissions", call)
        link["snapshot_id"] = snapshot.values["id"]
        link.refuse(permissions.refusal, "account_id")
        yield link
        return
    for account in dict.fromkeys(one["UserId"] for one in _granted(permissions.data) if one.get("UserId")):
        link = Shape(type_, answers, f"{snapshot.address} {account}", call)
        link.values.update(snapshot_id=snapshot.values["id"], account_id=account)
        yield link


def images(answers: Answers) -> Iterator[Shape]:
    """Images of the account, and those that its machines run, though they may be another's or gone."""
    seen: set[str] = set()
    keys = {one["SnapshotId"]: one.get("KmsKeyId") for one in listed(answers)}
    for item in own(alive(answers.items("DescribeImages", "Images"), "State"), answers):
        id_ = item["ImageId"]
        seen.add(id_)
        shape = made("aws_ami", answers, "image", id_, "DescribeImages", item)
        devices = [one for one in item.get("BlockDeviceMappings") or () if one.get("Ebs")]
        shape.values.update(
            name=item.get("Name"),
            owner_id=item.get("OwnerId"),
            public=bool(item.get("Public", False)),
            root_device_name=item.get("RootDeviceName"),
            ebs_block_device=[_device(one, keys) for one in devices],
            creation_date=item.get("CreationDate"),
            deprecation_time=item.get("DeprecationTime"),
        )
        # the image does not say with which key, but its snapshots do
        open_ = [{"kms_key_id": True} if _key_untold(one["Ebs"], keys) else {} for one in devices]
        if any(open_):
            shape.open["ebs_block_device"] = open_
        yield shape
        if item.get("State") == DISABLED:
            continue
        yield from _launched(answers, shape, answers.of("DescribeImageAttribute", id_))
    for machine in answers.items(USED, "InstanceImageMetadata"):
        image = machine.get("ImageMetadata") or {}
        if image.get("ImageId") and image["ImageId"] not in seen:
            seen.add(image["ImageId"])
            yield _foreign(answers, image)


def _key_untold(ebs: Mapping[str, Any], keys: Mapping[str, Any]) -> bool:
    return bool(ebs.get("Encrypted")) and keys.get(ebs.get("SnapshotId", "")) is None


def _device(one: Mapping[str, Any], keys: Mapping[str, Any]) -> dict[str, Any]:
    ebs = one["Ebs"]
    return {
        "kms_key_id": keys.get(ebs.get("SnapshotId", "")),
        "device_name": one.get("DeviceName"),
        "encrypted": ebs.get("Encrypted"),
        "snapshot_id": ebs.get("SnapshotId"),
        "delete_on_termination": ebs.get("DeleteOnTermination"),
        "volume_size": ebs.get("VolumeSize"),
    }


def _foreign(answers: Answers, item: Mapping[str, Any]) -> Shape:
    id_, owner = item["ImageId"], item.get("OwnerId")
    address = arn(answers, "image", id_, owner or "")
    shape = Shape("data.aws_ami", answers, address, USED, names=(id_,))
    shape.values.update(
        id=id_,
        arn=address,
        name=item.get("Name"),
        owner_id=owner,
        image_owner_alias=item.get("ImageOwnerAlias"),
        # it is this image, of this owner, and not what a search happened to find
        owners=["self" if owner == answers.account else item.get("ImageOwnerAlias") or owner],
        name_regex=None,
        filter=[],
        deprecation_time=item.get("DeprecationTime"),
    )
    return shape


_GRANTED_TO: Final = {
    "account_id": "UserId",
    "group": "Group",
    "organization_arn": "OrganizationArn",
    "organizational_unit_arn": "OrganizationalUnitArn",
}


def _launched(answers: Answers, image: Shape, permissions: Answer) -> Iterator[Shape]:
    type_, call = "aws_ami_launch_permission", "DescribeImageAttribute"
    if permissions.refusal is not None:
        link = Shape(type_, answers, f"{image.address} permissions", call)
        # the image itself says whether it is public
        link.values.update(image_id=image.values["id"], group="all" if image.values["public"] else None)
        link.refuse(permissions.refusal, "account_id", "organization_arn", "organizational_unit_arn")
        yield link
        return
    for one in permissions.data.get("LaunchPermissions") or ():
        who = next((str(one[member]) for member in _GRANTED_TO.values() if one.get(member)), "")
        if not who:
            continue
        link = Shape(type_, answers, f"{image.address} {who}", call)
        link["image_id"] = image.values["id"]
        link.values.update({name: one.get(member) for name, member in _GRANTED_TO.items()})
        yield link
