"""Machines, their volumes, and the templates they are made from.

Sources: Amazon EC2 API Reference (DescribeInstances, DescribeInstanceAttribute, DescribeVolumes,
DescribeLaunchTemplates, DescribeLaunchTemplateVersions, GetEbsEncryptionByDefault, GetEbsDefaultKmsKeyId,
GetInstanceMetadataDefaults, GetSerialConsoleAccessStatus); AWS provider documentation, pages ``aws_instance``,
``aws_ebs_volume``, ``aws_volume_attachment``, ``aws_launch_template``, ``aws_ebs_encryption_by_default``,
``aws_ebs_default_kms_key``, ``aws_ec2_instance_metadata_defaults``, ``aws_ec2_serial_console_access``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from auditor_aws.live.answers import Answers
from auditor_aws.live.ec2 import copies
from auditor_aws.live.ec2.common import GONE, alive, arn, gather, made
from auditor_aws.live.scripts import stand_in_script
from auditor_aws.live.shapes import Shape, block, tags

SPOT: Final = "spot"
"""Machines that cannot be protected from termination (EC2 User Guide, "Change instance termination protection")."""
_PUBLIC_TOLD: Final = "running"
"""Only in this state do the answers show all addresses: one that is given at start is gone while the machine stops."""


def instances(answers: Answers) -> Iterator[Shape]:
    """Machines, running and stopped."""
    volumes = {one["VolumeId"]: one for one in answers.items("DescribeVolumes", "Volumes")}
    for reservation in answers.items("DescribeInstances", "Reservations"):
        for item in reservation.get("Instances") or ():
            if (item.get("State") or {}).get("Name") not in GONE:
                yield _instance(answers, item, volumes)


def _instance(answers: Answers, item: Mapping[str, Any], volumes: Mapping[str, Any]) -> Shape:
    id_ = item["InstanceId"]
    shape = made("aws_instance", answers, "instance", id_, "DescribeInstances", item)
    interfaces = item.get("NetworkInterfaces") or ()
    public = bool(item.get("PublicIpAddress")) or any(map(_addressed, interfaces))
    if public or (item.get("State") or {}).get("Name") == _PUBLIC_TOLD:
        shape["associate_public_ip_address"] = public
    groups = [*(item.get("SecurityGroups") or ()), *(group for one in interfaces for group in one.get("Groups") or ())]
    options = item.get("MetadataOptions")
    placement = item.get("Placement") or {}
    profile = (item.get("IamInstanceProfile") or {}).get("Arn")
    devices = [_device(one, volumes) for one in item.get("BlockDeviceMappings") or ()]
    root = item.get("RootDeviceName")
    shape.values.update(
        ami=item.get("ImageId"),
        instance_type=item.get("InstanceType"),
        availability_zone=placement.get("AvailabilityZone"),
        subnet_id=item.get("SubnetId"),
        vpc_security_group_ids=gather(groups),
        # names of groups outside of any network, which are no more
        security_groups=[],
        # the machine and its interfaces are described together
        network_interface=[],
        primary_network_interface=[],
        host_resource_group_arn=placement.get("HostResourceGroupArn"),
        iam_instance_profile=profile.rsplit("/", 1)[-1] if profile else None,
        # what a template gave stands in the machine itself
        launch_template=[],
        metadata_options=block(options and metadata(options)),
        root_block_device=[device for device in devices if device["device_name"] == root],
        ebs_block_device=[device for device in devices if device["device_name"] != root],
        # volumes are records of their own, whoever made them
        volumes_apart=True,
    )
    if item.get("InstanceLifecycle") == SPOT:
        shape["disable_api_termination"] = False
        return shape
    stop = answers.of("DescribeInstanceAttribute", id_)
    shape.take(
        "disable_api_termination", stop, lambda data: bool((data.get("DisableApiTermination") or {}).get("Value"))
    )
    return shape


def _addressed(interface: Mapping[str, Any]) -> bool:
    """Whether a public address belongs to an interface; each of its private addresses may have one."""
    return bool(interface.get("Association")) or any(
        one.get("Association") for one in interface.get("PrivateIpAddresses") or ()
    )


def _device(mapping: Mapping[str, Any], volumes: Mapping[str, Any]) -> dict[str, Any]:
    ebs = mapping.get("Ebs") or {}
    volume = volumes.get(ebs.get("VolumeId", ""), {})
    device = {
        "device_name": mapping.get("DeviceName"),
        "volume_id": ebs.get("VolumeId"),
        "delete_on_termination": ebs.get("DeleteOnTermination"),
    }
    if volume:
        device.update(
            encrypted=volume.get("Encrypted"),
            kms_key_id=volume.get("KmsKeyId"),
            snapshot_id=volume.get("SnapshotId") or None,
        )
    return device


def metadata(options: Mapping[str, Any]) -> dict[str, Any]:
    """The block ``metadata_options``."""
    return {
        "http_endpoint": options.get("HttpEndpoint"),
        "http_tokens": options.get("HttpTokens"),
        "http_put_response_hop_limit": options.get("HttpPutResponseHopLimit"),
        "http_protocol_ipv6": options.get("HttpProtocolIpv6"),
        "instance_metadata_tags": options.get("InstanceMetadataTags"),
    }


def volumes(answers: Answers) -> Iterator[Shape]:
    """Volumes, attached or not, and what they are attached to."""
    for item in alive(answers.items("DescribeVolumes", "Volumes"), "State"):
        id_ = item["VolumeId"]
        shape = made("aws_ebs_volume", answers, "volume", id_, "DescribeVolumes", item)
        shape.values.update(
            availability_zone=item.get("AvailabilityZone"),
            encrypted=bool(item.get("Encrypted", False)),
            kms_key_id=item.get("KmsKeyId"),
            snapshot_id=item.get("SnapshotId") or None,
            size=item.get("Size"),
            type=item.get("VolumeType"),
            # only Terraform makes a snapshot before it deletes
            final_snapshot=False,
        )
        yield shape
        for attachment in item.get("Attachments") or ():
            machine = attachment.get("InstanceId")
            if machine and attachment.get("State") not in ("detached", "detaching"):
                link = Shape("aws_volume_attachment", answers, f"{shape.address} {machine}", "DescribeVolumes")
                link.values.update(
                    volume_id=id_, instance_id=machine, device_name=attachment.get("Device"), skip_destroy=None
                )
                yield link


def settings(answers: Answers) -> Iterator[Shape]:
    """What the account has set for all machines and volumes of the region."""
    by_default = answers.of("GetEbsEncryptionByDefault")
    if by_default.refusal is None:
        shape = _setting("aws_ebs_encryption_by_default", answers, "GetEbsEncryptionByDefault")
        shape["enabled"] = bool(by_default.data.get("EbsEncryptionByDefault", False))
        yield shape
    key = answers.of("GetEbsDefaultKmsKeyId")
    if key.refusal is None:
        shape = _setting("aws_ebs_default_kms_key", answers, "GetEbsDefaultKmsKeyId")
        shape["key_arn"] = key.data.get("KmsKeyId")
        yield shape
    defaults = answers.of("GetInstanceMetadataDefaults")
    if defaults.refusal is None:
        level = defaults.data.get("AccountLevel") or {}
        shape = _setting("aws_ec2_instance_metadata_defaults", answers, "GetInstanceMetadataDefaults")
        # a member that is missing leaves it to the image
        shape["http_tokens"] = level.get("HttpTokens", "no-preference")
        shape["http_endpoint"] = level.get("HttpEndpoint", "no-preference")
        yield shape
    console = answers.of("GetSerialConsoleAccessStatus")
    if console.refusal is None:
        shape = _setting("aws_ec2_serial_console_access", answers, "GetSerialConsoleAccessStatus")
        shape["enabled"] = bool(console.data.get("SerialConsoleAccessEnabled", False))
        yield shape


def _setting(type_: str, answers: Answers, call: str) -> Shape:
    shape = Shape(type_, answers, arn(answers, "setting", type_.removeprefix("aws_")), call)
    # nothing that could carry tags
    shape.values.update(id=answers.region, arn=None, tags={})
    return shape


def templates(answers: Answers) -> Iterator[Shape]:
    """Templates: the version that is used by default, and the latest where it is another."""
    versions: dict[str, list[Any]] = {}
    said = answers.of("DescribeLaunchTemplateVersions")
    images = _Images(answers)
    for version in said.items("LaunchTemplateVersions"):
        versions.setdefault(version["LaunchTemplateId"], []).append(version)
    for item in answers.items("DescribeLaunchTemplates", "LaunchTemplates"):
        found = {one["VersionNumber"]: one for one in versions.get(item["LaunchTemplateId"], ())}
        default = item.get("DefaultVersionNumber")
        shape = made("aws_launch_template", answers, "launch-template", item["LaunchTemplateId"], _VERSIONS, item)
        shape.names.add(item["LaunchTemplateName"])
        shape["name"] = item["LaunchTemplateName"]
        if default in found:
            _content(shape, found[default].get("LaunchTemplateData") or {}, images)
        elif said.refusal is not None:
            shape.refuse(said.refusal, *_CONTENT)
        yield shape
        for number, version in found.items():
            if number != default:
                address = f"{shape.address}:{number}"
                latest = Shape("aws_launch_template", answers, address, _VERSIONS)
                latest.values.update(id=item["LaunchTemplateId"], arn=shape.address, name=item["LaunchTemplateName"])
                latest["tags"] = tags(item.get("Tags"))
                _content(latest, version.get("LaunchTemplateData") or {}, images)
                yield latest


_VERSIONS: Final = "DescribeLaunchTemplateVersions"
_CONTENT: Final = (
    "image_id",
    "instance_type",
    "block_device_mappings",
    "metadata_options",
    "network_interfaces",
    "vpc_security_group_ids",
    "license_specification",
    "user_data",
    "disable_api_termination",
)


class _Images:
    """What images give to the volumes that templates make of them.

    Source: Amazon EC2 User Guide, "Use encryption with EBS-backed AMIs" (a volume of an encrypted snapshot is
    encrypted whatever is said, with the key of the snapshot unless another is named; encrypted images are never public).
    """

    def __init__(self, answers: Answers) -> None:
        self._own: dict[str, dict[str, Any]] = {
            item["ImageId"]: {one.get("DeviceName"): one.get("Ebs") for one in item.get("BlockDeviceMappings") or ()}
            for item in answers.items("DescribeImages", "Images")
        }
        self._keys = {one["SnapshotId"]: one.get("KmsKeyId") for one in copies.listed(answers)}
        used = (one.get("ImageMetadata") or {} for one in answers.items(copies.USED, "InstanceImageMetadata"))
        self._public = {one["ImageId"] for one in used if one.get("IsPublic")}

    def complete(self, image: str | None, device: str | None, ebs: dict[str, Any]) -> bool:
        """Say of a volume what its image says of it.  False where it has a key that is not told."""
        if image is None or ebs["encrypted"] or ebs["snapshot_id"]:
            return True
        if image.startswith(_OF_AWS) or image in self._public:
            return True
        if image not in self._own:
            # it is made of a snapshot of the image, if the image has that device, of which nothing is known
            ebs["snapshot_id"] = image
            return True
        of_image = self._own[image].get(device or "") or {}
        if not of_image.get("Encrypted"):
            return True
        ebs["encrypted"] = True
        ebs["kms_key_id"] = ebs["kms_key_id"] or self._keys.get(of_image.get("SnapshotId", ""))
        return ebs["kms_key_id"] is not None


_OF_AWS: Final = "resolve:ssm:/aws/service/"
"""Start of what names the parameters of AWS, which hold public images."""


def _content(shape: Shape, data: Mapping[str, Any], images: _Images) -> None:
    options = data.get("MetadataOptions")
    mappings = [mapping(one) for one in data.get("BlockDeviceMappings") or ()]
    told = [
        all(images.complete(data.get("ImageId"), one["device_name"], ebs) for ebs in one["ebs"]) for one in mappings
    ]
    if not all(told):
        shape.open["block_device_mappings"] = [{} if one else {"ebs": [{"kms_key_id": True}]} for one in told]
    shape.values.update(
        image_id=data.get("ImageId"),
        instance_type=data.get("InstanceType"),
        block_device_mappings=mappings,
        metadata_options=block(options and metadata(options)),
        network_interfaces=[_interface(one) for one in data.get("NetworkInterfaces") or ()],
        vpc_security_group_ids=data.get("SecurityGroupIds") or [],
        license_specification=[
            {"license_configuration_arn": one.get("LicenseConfigurationArn")}
            for one in data.get("LicenseSpecifications") or ()
        ],
        # a template cannot be made from another
        launch_template=None,
        user_data=data.get("UserData"),
        disable_api_termination=data.get("DisableApiTermination"),
    )


def mapping(one: Mapping[str, Any]) -> dict[str, Any]:
    """A block device of a template or image, as ``block_device_mappings`` has it."""
    ebs = one.get("Ebs")
    return {
        "device_name": one.get("DeviceName"),
        "no_device": one.get("NoDevice"),
        "virtual_name": one.get("VirtualName"),
        "ebs": block(
            ebs
            and {
                "encrypted": ebs.get("Encrypted"),
                "kms_key_id": ebs.get("KmsKeyId"),
                "snapshot_id": ebs.get("SnapshotId"),
                "delete_on_termination": ebs.get("DeleteOnTermination"),
                "volume_size": ebs.get("VolumeSize"),
                "volume_type": ebs.get("VolumeType"),
            }
        ),
    }


def _interface(one: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "associate_public_ip_address": one.get("AssociatePublicIpAddress"),
        "subnet_id": one.get("SubnetId"),
        "network_interface_id": one.get("NetworkInterfaceId"),
        "security_groups": one.get("Groups") or [],
    }


def without_scripts(data: Any) -> None:
    """User data of templates, of which only what is judged stays: names of credentials and of time servers."""
    for version in data.get("LaunchTemplateVersions") or ():
        content = version.get("LaunchTemplateData") or {}
        if content.get("UserData"):
            content["UserData"] = stand_in_script(content["UserData"])
