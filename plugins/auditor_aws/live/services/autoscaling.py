"""Groups of machines that grow and are made anew, and their templates of the old kind.

Sources: Amazon EC2 Auto Scaling API Reference (DescribeAutoScalingGroups, DescribePolicies,
DescribeLaunchConfigurations); AWS provider documentation, pages ``aws_autoscaling_group``, ``aws_autoscaling_policy``,
``aws_launch_configuration``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from auditor_aws.live.answers import Answers
from auditor_aws.live.catalogue import Call, Service
from auditor_aws.live.ec2.machines import metadata
from auditor_aws.live.scripts import stand_in_script
from auditor_aws.live.shapes import Shape, block, tags

_GROUPS: Final = "DescribeAutoScalingGroups"
_CONFIGURATIONS: Final = "DescribeLaunchConfigurations"


def groups(answers: Answers) -> Iterator[Shape]:
    """Groups, unless they are being deleted."""
    for item in answers.items(_GROUPS, "AutoScalingGroups"):
        if item.get("Status"):
            # only a group that is being deleted has one (API Reference, AutoScalingGroup)
            continue
        name, arn = item["AutoScalingGroupName"], item["AutoScalingGroupARN"]
        shape = Shape("aws_autoscaling_group", answers, arn, _GROUPS, names=(name,))
        template = item.get("LaunchTemplate")
        shape.values.update(
            id=name,
            name=name,
            arn=arn,
            min_size=item.get("MinSize"),
            max_size=item.get("MaxSize"),
            desired_capacity=item.get("DesiredCapacity"),
            availability_zones=item.get("AvailabilityZones") or [],
            vpc_zone_identifier=[
                one.strip() for one in (item.get("VPCZoneIdentifier") or "").split(",") if one.strip()
            ],
            launch_configuration=item.get("LaunchConfigurationName"),
            launch_template=block(
                template
                and {
                    "id": template.get("LaunchTemplateId"),
                    "name": template.get("LaunchTemplateName"),
                    "version": template.get("Version"),
                }
            ),
            health_check_type=item.get("HealthCheckType"),
            tags=tags(item.get("Tags")),
        )
        yield shape


def policies(answers: Answers) -> Iterator[Shape]:
    """What makes groups grow."""
    for item in answers.items("DescribePolicies", "ScalingPolicies"):
        arn = item["PolicyARN"]
        shape = Shape("aws_autoscaling_policy", answers, arn, "DescribePolicies", names=(item.get("PolicyName"),))
        shape.values.update(
            arn=arn,
            name=item.get("PolicyName"),
            autoscaling_group_name=item.get("AutoScalingGroupName"),
            policy_type=item.get("PolicyType"),
            enabled=item.get("Enabled"),
            tags={},
        )
        yield shape


def configurations(answers: Answers) -> Iterator[Shape]:
    """Templates of the old kind."""
    for item in answers.items(_CONFIGURATIONS, "LaunchConfigurations"):
        name, arn = item["LaunchConfigurationName"], item["LaunchConfigurationARN"]
        shape = Shape("aws_launch_configuration", answers, arn, _CONFIGURATIONS, names=(name,))
        options = item.get("MetadataOptions")
        mappings = item.get("BlockDeviceMappings") or ()
        shape.values.update(
            id=name,
            name=name,
            arn=arn,
            # the type has none
            tags={},
            image_id=item.get("ImageId"),
            instance_type=item.get("InstanceType"),
            associate_public_ip_address=item.get("AssociatePublicIpAddress"),
            metadata_options=block(options and metadata(options)),
            # which of the devices is the root the image says, so that none is told from the others
            root_block_device=[_of_image(item)],
            ebs_block_device=[_device(one, item) for one in mappings if one.get("Ebs")],
            launch_template=None,
            user_data=None,
            user_data_base64=item.get("UserData") or None,
        )
        yield shape


def _of_image(item: Mapping[str, Any]) -> dict[str, Any]:
    """A device of which nothing is said but that it is made of the image, whose snapshots decide of its encryption."""
    return {"encrypted": None, "snapshot_id": item.get("ImageId"), "delete_on_termination": None}


def _device(one: Mapping[str, Any], item: Mapping[str, Any]) -> dict[str, Any]:
    ebs = one["Ebs"]
    said = {"encrypted": ebs.get("Encrypted"), "snapshot_id": ebs.get("SnapshotId")}
    if not any(said.values()):
        said["snapshot_id"] = item.get("ImageId")
    return {
        **said,
        "device_name": one.get("DeviceName"),
        "delete_on_termination": ebs.get("DeleteOnTermination"),
    }


def _without_scripts(data: Any) -> None:
    for item in data.get("LaunchConfigurations") or ():
        if item.get("UserData"):
            item["UserData"] = stand_in_script(item["UserData"])


SERVICES: Final = (
    Service(
        name="autoscaling",
        calls=(
            Call(operation=_GROUPS, yields=("aws_autoscaling_group",)),
            Call(operation="DescribePolicies", yields=("aws_autoscaling_policy",), subjects=frozenset(("capacity",))),
            Call(operation=_CONFIGURATIONS, yields=("aws_launch_configuration",), redact=_without_scripts),
        ),
        shapers=(groups, policies, configurations),
        subjects=frozenset(
            (
                "capacity",
                "credential",
                "encryption",
                "inventory",
                "malware",
                "monitoring",
                "network",
                "redundancy",
                "residency",
                "segmentation",
                "service",
                "time",
                "vulnerability",
            )
        ),
    ),
)
