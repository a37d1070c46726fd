"""Machines, volumes, snapshots, images and templates of an account."""

from __future__ import annotations

import base64
import gzip
from pathlib import Path
from typing import Any, TypeVar

import pytest

from auditor import plaintext
from auditor.attr import Known, Reason, Unknown
from auditor.collecting import CollectOptions
from auditor.facets import (
    EncryptionAtRest,
    Exposure,
    Facet,
    ImageSource,
    KeyOwner,
    NeedlessFunction,
    NetworkUse,
    Placement,
    PlaintextCredential,
    PublicEndpoint,
    Retirement,
    Share,
    Software,
    TimeSource,
    Utility,
)
from auditor.inventory import Resource
from auditor_aws import time_sources
from auditor_aws.live.answers import Answers
from auditor_aws.live.catalogue import services
from auditor_aws.live.ec2.common import arn
from auditor_aws.live.scripts import stand_in_script
from tests.live.auditing import Audit, audit, collect
from tests.live.servers import ACCOUNT, REGION, AwsServer
from tests.live.services.reading import said, why

F = TypeVar("F", bound=Facet)
OTHER = "111122223333"
SECRET = "made-up-for-a-test-9"
ZONE = f"{REGION}a"


def held(resource: Resource, class_: type[F]) -> F:
    """The facet of a resource that has one."""
    facet = resource.facet(class_)
    assert facet is not None
    return facet


@pytest.fixture
def ec2(aws: AwsServer) -> AwsServer:
    """The server with answers to what moto does not know."""
    aws.answer("ec2", "GetEbsDefaultKmsKeyId", {"KmsKeyId": "alias/aws/ebs"})
    aws.answer("ec2", "GetInstanceMetadataDefaults", {"AccountLevel": {}})
    aws.answer("ec2", "GetSerialConsoleAccessStatus", {"SerialConsoleAccessEnabled": False})
    aws.answer("ec2", "DescribeClientVpnEndpoints", {"ClientVpnEndpoints": []})
    aws.answer("ec2", "DescribeVerifiedAccessTrustProviders", {"VerifiedAccessTrustProviders": []})
    aws.answer("ec2", "DescribeInstanceImageMetadata", {"InstanceImageMetadata": []})
    return aws


def look(aws: AwsServer, *more: str) -> Audit:
    return audit(aws.url, ["ec2", *more])


def run(aws: AwsServer, **more: Any) -> str:
    """A machine; its image is one of the account unless another is named."""
    client = aws.client("ec2")
    if "ImageId" not in more:
        more["ImageId"] = client.register_image(Name="own", RootDeviceName="/dev/xvda")["ImageId"]
    return str(client.run_instances(MinCount=1, MaxCount=1, **more)["Instances"][0]["InstanceId"])


def network(aws: AwsServer) -> tuple[str, str]:
    """A subnet and a group of a network of its own."""
    client = aws.client("ec2")
    vpc = client.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    subnet = client.create_subnet(VpcId=vpc, CidrBlock="10.0.1.0/24", AvailabilityZone=ZONE)["Subnet"]["SubnetId"]
    group = client.create_security_group(GroupName="own", Description="own", VpcId=vpc)["GroupId"]
    return str(subnet), str(group)


def machine(**members: Any) -> dict[str, Any]:
    """A machine as the API answers it."""
    return {
        "InstanceId": "i-0aaaaaaaaaaaaaaa1",
        "ImageId": "ami-0aaaaaaaaaaaaaaa1",
        "State": {"Code": 16, "Name": "running"},
        "RootDeviceName": "/dev/xvda",
        "MetadataOptions": {"HttpEndpoint": "enabled", "HttpTokens": "required"},
        **members,
    }


def only(aws: AwsServer, *machines: dict[str, Any]) -> None:
    aws.answer("ec2", "DescribeInstances", {"Reservations": [{"Instances": list(machines)}]})


# ---------------------------------------------------------------- machines


def test_machine_of_an_own_network_and_group(ec2: AwsServer) -> None:
    subnet, group = network(ec2)
    id_ = run(ec2, SubnetId=subnet, SecurityGroupIds=[group], MetadataOptions={"HttpTokens": "required"})
    found = look(ec2)
    assert said(found.facet("aws_instance", id_, NeedlessFunction).enabled) is False
    uses = [one for one in found.resource("aws_instance", id_).facets if isinstance(one, NetworkUse)]
    assert {one.what: said(one.by_default) for one in uses} == {"network": False, "group": False}
    assert said(found.facet("aws_instance", id_, PublicEndpoint).public) is False


def test_machine_of_the_default_network_with_an_address(ec2: AwsServer) -> None:
    client = ec2.client("ec2")
    id_ = run(ec2, MetadataOptions={"HttpTokens": "optional"})
    address = client.allocate_address(Domain="vpc")["AllocationId"]
    client.associate_address(AllocationId=address, InstanceId=id_)
    found = look(ec2)
    assert said(found.facet("aws_instance", id_, NeedlessFunction).enabled) is True
    uses = [one for one in found.resource("aws_instance", id_).facets if isinstance(one, NetworkUse)]
    assert {one.what: said(one.by_default) for one in uses} == {"network": True, "group": True}
    assert said(found.facet("aws_instance", id_, PublicEndpoint).public) is True


def test_a_machine_that_is_stopped_may_get_an_address_when_it_starts(ec2: AwsServer) -> None:
    only(ec2, machine(State={"Code": 80, "Name": "stopped"}))
    found = look(ec2)
    assert why(found.facet("aws_instance", "", PublicEndpoint).public) is Reason.NOT_COLLECTED


def test_a_machine_that_is_gone_is_none(ec2: AwsServer) -> None:
    id_ = run(ec2)
    ec2.client("ec2").terminate_instances(InstanceIds=[id_])
    assert look(ec2).resources("aws_instance") == []


def test_protection_and_what_stays_behind(ec2: AwsServer) -> None:
    id_ = run(ec2)
    ec2.client("ec2").modify_instance_attribute(InstanceId=id_, DisableApiTermination={"Value": True})
    free = run(ec2)
    mappings = [{"DeviceName": "/dev/sdf", "Ebs": {"VolumeId": "vol-0aaaaaaaaaaaaaaa1", "DeleteOnTermination": False}}]
    found = look(ec2)
    assert said(_obstacles(found, id_)["disable_api_termination"]) is True
    assert said(_obstacles(found, free)["disable_api_termination"]) is False
    only(ec2, machine(BlockDeviceMappings=mappings))
    ec2.answer("ec2", "DescribeInstanceAttribute", {"DisableApiTermination": {"Value": False}})
    assert said(_obstacles(look(ec2), "")["delete_on_termination"]) is True


def _obstacles(found: Audit, name: str) -> dict[str, Any]:
    return {one.name: one.present for one in found.facet("aws_instance", name, Retirement).obstacles}


def test_refused_attribute_opens_only_the_protection(ec2: AwsServer) -> None:
    id_ = run(ec2)
    ec2.refuse(["ec2:DescribeInstanceAttribute"])
    found = look(ec2)
    assert why(_obstacles(found, id_)["disable_api_termination"]) is Reason.DENIED
    assert isinstance(found.facet("aws_instance", id_, NeedlessFunction).enabled, Known)


def test_refused_list_stands_for_any_machines(ec2: AwsServer) -> None:
    run(ec2)
    ec2.refuse(["ec2:DescribeInstances"])
    found = look(ec2)
    stand_in = found.resource("aws_instance")
    assert why(held(stand_in, NeedlessFunction).enabled) is Reason.DENIED
    assert "pass" not in found.statuses(stand_in.address)["service.minimum.functions"]


def test_user_data_of_machines_is_not_asked_for(ec2: AwsServer) -> None:
    id_ = run(ec2, UserData=f"#!/bin/sh\nDB_PASSWORD={SECRET}\n")
    found = look(ec2)
    assert why(found.facet("aws_instance", id_, PlaintextCredential).places) is Reason.NOT_COLLECTED
    asked = [call.parameters for call in ec2.calls() if call.operation == "DescribeInstanceAttribute"]
    assert {one["Attribute"] for one in asked} == {"disableApiTermination"}


# ---------------------------------------------------------------- volumes


def test_encryption_by_default_says_nothing_of_volumes_that_are_there(ec2: AwsServer) -> None:
    client = ec2.client("ec2")
    bare = client.create_volume(AvailabilityZone=ZONE, Size=8)["VolumeId"]
    client.enable_ebs_encryption_by_default()
    key = ec2.client("kms").create_key()["KeyMetadata"]["Arn"]
    kept = client.create_volume(AvailabilityZone=ZONE, Size=8, Encrypted=True, KmsKeyId=key)["VolumeId"]
    client.create_launch_template(
        LaunchTemplateName="new",
        LaunchTemplateData={"BlockDeviceMappings": [{"DeviceName": "/dev/sda1", "Ebs": {"VolumeSize": 8}}]},
    )
    found = look(ec2, "kms")
    assert said(found.facet("aws_ebs_volume", bare, EncryptionAtRest).enabled) is False
    assert said(found.facet("aws_ebs_volume", kept, EncryptionAtRest).key_owner) is KeyOwner.CUSTOMER
    # of what is yet to be made the setting decides
    new = found.facet("aws_launch_template", "", EncryptionAtRest)
    assert (said(new.enabled), said(new.key_owner)) == (True, KeyOwner.PROVIDER)


def test_the_regions_own_key_is_that_of_new_volumes(ec2: AwsServer) -> None:
    client = ec2.client("ec2")
    client.enable_ebs_encryption_by_default()
    key = ec2.client("kms").create_key()["KeyMetadata"]["Arn"]
    ec2.answer("ec2", "GetEbsDefaultKmsKeyId", {"KmsKeyId": key})
    client.create_launch_template(
        LaunchTemplateName="new",
        LaunchTemplateData={"BlockDeviceMappings": [{"DeviceName": "/dev/sda1", "Ebs": {"VolumeSize": 8}}]},
    )
    assert said(look(ec2, "kms").facet("aws_launch_template", "", EncryptionAtRest).key_owner) is KeyOwner.CUSTOMER
    ec2.refuse(["ec2:GetEbsDefaultKmsKeyId"])
    assert why(look(ec2, "kms").facet("aws_launch_template", "", EncryptionAtRest).key_owner) is Reason.DENIED


def test_refused_default_leaves_templates_open(ec2: AwsServer) -> None:
    ec2.client("ec2").create_launch_template(
        LaunchTemplateName="new",
        LaunchTemplateData={"BlockDeviceMappings": [{"DeviceName": "/dev/sda1", "Ebs": {"VolumeSize": 8}}]},
    )
    assert said(look(ec2).facet("aws_launch_template", "", EncryptionAtRest).enabled) is False
    ec2.refuse(["ec2:GetEbsEncryptionByDefault"])
    assert why(look(ec2).facet("aws_launch_template", "", EncryptionAtRest).enabled) is Reason.DENIED


def test_each_volume_is_judged_once(ec2: AwsServer) -> None:
    id_ = run(ec2)
    found = look(ec2)
    assert found.resource("aws_instance", id_).facet(EncryptionAtRest) is None
    (volume,) = found.resources("aws_ebs_volume")
    assert said(held(volume, EncryptionAtRest).enabled) is False


def test_every_page_is_read(ec2: AwsServer) -> None:
    pages = [
        {"Volumes": [{"VolumeId": f"vol-0aaaaaaaaaaaaaaa{n}", "Encrypted": n == 1, "State": "available"}]}
        for n in (1, 2)
    ]
    ec2.answer("ec2", "DescribeVolumes", pages=pages)
    found = look(ec2)
    encrypted = {
        one.address[-1]: said(held(one, EncryptionAtRest).enabled) for one in found.resources("aws_ebs_volume")
    }
    assert encrypted == {"1": True, "2": False}


# ---------------------------------------------------------------- snapshots


@pytest.fixture
def snapshot(ec2: AwsServer) -> str:
    """A snapshot that nobody else may use."""
    client = ec2.client("ec2")
    volume = client.create_volume(AvailabilityZone=ZONE, Size=8, Encrypted=True)["VolumeId"]
    return str(client.create_snapshot(VolumeId=volume)["SnapshotId"])


def _share(aws: AwsServer, snapshot: str, **whom: Any) -> None:
    aws.client("ec2").modify_snapshot_attribute(
        SnapshotId=snapshot, Attribute="createVolumePermission", OperationType="add", **whom
    )


def test_snapshot_of_ones_own(ec2: AwsServer, snapshot: str) -> None:
    found = look(ec2)
    assert said(found.facet("aws_ebs_snapshot", snapshot, Exposure).public) is False
    assert said(found.facet("aws_ebs_snapshot", snapshot, Share).recipients) == ()
    assert said(found.facet("aws_ebs_snapshot", snapshot, EncryptionAtRest).enabled) is True


@pytest.mark.parametrize(("block", "public"), [("block-new-sharing", True), ("block-all-sharing", False)])
def test_public_snapshot_and_the_block_of_all_sharing(ec2: AwsServer, snapshot: str, block: str, public: bool) -> None:
    _share(ec2, snapshot, GroupNames=["all"])
    ec2.answer("ec2", "GetSnapshotBlockPublicAccessState", {"State": block})
    found = look(ec2)
    assert said(found.facet("aws_ebs_snapshot", snapshot, Exposure).public) is public
    assert ("fail" in found.statuses(snapshot)["access.public-store.closed"]) is public


def test_public_snapshot_whose_block_is_not_told(ec2: AwsServer, snapshot: str) -> None:
    _share(ec2, snapshot, GroupNames=["all"])
    ec2.refuse(["ec2:GetSnapshotBlockPublicAccessState"])
    assert why(look(ec2).facet("aws_ebs_snapshot", snapshot, Exposure).public) is Reason.DENIED


def test_what_is_public_the_list_says_where_sharing_is_refused(ec2: AwsServer, snapshot: str) -> None:
    _share(ec2, snapshot, GroupNames=["all"])
    ec2.answer("ec2", "GetSnapshotBlockPublicAccessState", {"State": "unblocked"})
    ec2.refuse(["ec2:DescribeSnapshotAttribute"])
    found = look(ec2)
    assert said(found.facet("aws_ebs_snapshot", snapshot, Exposure).public) is True
    assert why(found.facet("aws_ebs_snapshot", snapshot, Share).recipients) is Reason.DENIED


def test_a_snapshot_says_that_it_is_public_where_the_list_fails(ec2: AwsServer, snapshot: str) -> None:
    _share(ec2, snapshot, GroupNames=["all"])
    ec2.answer("ec2", "GetSnapshotBlockPublicAccessState", {"State": "unblocked"})
    ec2.fail("ec2", "DescribeSnapshots", "InternalError", match={"RestorableByUserIds": ["all"]})
    found = look(ec2)
    assert said(found.facet("aws_ebs_snapshot", snapshot, Exposure).public) is True
    ec2.fail("ec2", "DescribeSnapshotAttribute", "InternalError")
    assert why(look(ec2).facet("aws_ebs_snapshot", snapshot, Exposure).public) is Reason.FAILED


def test_a_snapshot_that_was_not_finished_is_none(ec2: AwsServer) -> None:
    failed = {"SnapshotId": "snap-0aaaaaaaaaaaaaaa1", "OwnerId": ACCOUNT, "State": "error"}
    ec2.answer("ec2", "DescribeSnapshots", {"Snapshots": [failed]})
    assert look(ec2).resources("aws_ebs_snapshot") == []


def test_a_snapshot_that_is_deleted_meanwhile_is_shared_with_nobody(ec2: AwsServer, snapshot: str) -> None:
    ec2.fail("ec2", "DescribeSnapshotAttribute", "InvalidSnapshot.NotFound")
    assert said(look(ec2).facet("aws_ebs_snapshot", snapshot, Share).recipients) == ()


def test_snapshot_shared_with_an_account(ec2: AwsServer, snapshot: str) -> None:
    _share(ec2, snapshot, UserIds=[OTHER])
    found = look(ec2)
    assert said(found.facet("aws_ebs_snapshot", snapshot, Share).recipients) == (OTHER,)
    assert said(found.facet("aws_ebs_snapshot", snapshot, Exposure).public) is False


def test_refused_permissions_open_sharing_alone(ec2: AwsServer, snapshot: str) -> None:
    ec2.refuse(["ec2:DescribeSnapshotAttribute"])
    found = look(ec2)
    # the list of what everybody may use was answered
    assert said(found.facet("aws_ebs_snapshot", snapshot, Exposure).public) is False
    assert why(found.facet("aws_ebs_snapshot", snapshot, Share).recipients) is Reason.DENIED
    assert said(found.facet("aws_ebs_snapshot", snapshot, EncryptionAtRest).enabled) is True


def test_snapshots_of_others_are_not_the_accounts(ec2: AwsServer) -> None:
    theirs = {"SnapshotId": "snap-0aaaaaaaaaaaaaaa1", "OwnerId": OTHER, "Encrypted": False, "State": "completed"}
    ours = {**theirs, "SnapshotId": "snap-0aaaaaaaaaaaaaaa2", "OwnerId": ACCOUNT, "VolumeId": "vol-ffffffff"}
    ec2.answer("ec2", "DescribeSnapshots", {"Snapshots": [theirs, ours]})
    ec2.answer("ec2", "DescribeSnapshotAttribute", {"CreateVolumePermissions": []})
    (found,) = look(ec2).resources("aws_ebs_snapshot")
    assert found.address.endswith("2")
    asked = [call.parameters for call in ec2.calls() if call.operation == "DescribeSnapshots"]
    assert [one["OwnerIds"] for one in asked] == [["self"], ["self"]]
    assert [one.get("RestorableByUserIds") for one in asked] == [None, ["all"]]


def test_copies_abroad_are_found_where_they_are(ec2: AwsServer) -> None:
    client = ec2.client("ec2", "us-east-1")
    volume = client.create_volume(AvailabilityZone="us-east-1a", Size=8)["VolumeId"]
    abroad = client.create_snapshot(VolumeId=volume)["SnapshotId"]
    found = audit(ec2.url, ["ec2"], regions=(REGION, "us-east-1"))
    assert said(found.facet("aws_ebs_snapshot", abroad, Placement).locations) == {"us-east-1"}
    assert found.statuses(abroad)["residency.location.data-allowed"] == {"fail"}


# ---------------------------------------------------------------- images


def test_images_and_who_may_launch_them(ec2: AwsServer) -> None:
    client = ec2.client("ec2")
    closed = client.register_image(Name="closed", RootDeviceName="/dev/xvda")["ImageId"]
    shared = client.register_image(Name="shared", RootDeviceName="/dev/xvda")["ImageId"]
    opened = client.register_image(Name="opened", RootDeviceName="/dev/xvda")["ImageId"]
    for image, whom in ((shared, {"UserId": OTHER}), (opened, {"Group": "all"})):
        client.modify_image_attribute(ImageId=image, LaunchPermission={"Add": [whom]})
    found = look(ec2)
    public = {image: said(found.facet("aws_ami", image, Exposure).public) for image in (closed, shared, opened)}
    assert public == {closed: False, shared: False, opened: True}
    assert said(found.facet("aws_ami", shared, Share).recipients) == (OTHER,)
    assert said(found.facet("aws_ami", closed, Share).recipients) == ()
    ec2.refuse(["ec2:DescribeImageAttribute"])
    found = look(ec2)
    assert why(found.facet("aws_ami", closed, Share).recipients) is Reason.DENIED
    # whether an image is public stands in the list as well
    assert said(found.facet("aws_ami", closed, Exposure).public) is False


def _runs(aws: AwsServer, **image: Any) -> None:
    only(aws, machine())
    used = {"InstanceId": "i-0aaaaaaaaaaaaaaa1", "ImageMetadata": {"ImageId": "ami-0aaaaaaaaaaaaaaa1", **image}}
    aws.answer("ec2", "DescribeInstanceImageMetadata", {"InstanceImageMetadata": [used]})


def test_image_of_a_vendor_tells_the_system(ec2: AwsServer) -> None:
    _runs(ec2, Name="al2023-ami-2023.5-kernel-6.1-x86_64", OwnerId="137112412989", ImageOwnerAlias="amazon")
    found = look(ec2)
    system = found.facet("aws_instance", "", Software)
    assert (system.product, said(system.version)) == ("amazon-linux", "2023")
    assert said(found.facet("aws_instance", "", ImageSource).vouched) is True


def test_image_of_another_account_is_vouched_for_by_nobody_known(ec2: AwsServer) -> None:
    _runs(ec2, Name="ubuntu-noble-24.04-amd64-server", OwnerId=OTHER)
    found = look(ec2)
    assert isinstance(found.facet("aws_instance", "", ImageSource).vouched, Unknown)
    assert said(found.facet("aws_instance", "", Software).version) == "24.04"


def test_own_image_that_is_gone_is_still_ones_own(ec2: AwsServer) -> None:
    _runs(ec2, Name="records-al2023", OwnerId=ACCOUNT, State="deregistered")
    assert said(look(ec2).facet("aws_instance", "", ImageSource).vouched) is True


def test_refused_images_leave_the_system_open(ec2: AwsServer) -> None:
    only(ec2, machine())
    ec2.refuse(["ec2:DescribeInstanceImageMetadata"])
    found = look(ec2)
    assert isinstance(found.facet("aws_instance", "", Software).version, Unknown)


IMAGE = "ami-0aaaaaaaaaaaaaaa9"
OLD = "snap-0aaaaaaaaaaaaaaa9"


def _image(aws: AwsServer, *, encrypted: bool = True, **members: Any) -> None:
    device = {"DeviceName": "/dev/xvda", "Ebs": {"SnapshotId": OLD, "Encrypted": encrypted, "VolumeSize": 8}}
    image = {"ImageId": IMAGE, "OwnerId": ACCOUNT, "State": "available", "Public": False}
    aws.answer("ec2", "DescribeImages", {"Images": [{**image, "BlockDeviceMappings": [device], **members}]})
    aws.answer("ec2", "DescribeImageAttribute", {"LaunchPermissions": [{"UserId": OTHER}]})


def _of_key(aws: AwsServer, key: str) -> None:
    own = {"SnapshotId": OLD, "OwnerId": ACCOUNT, "State": "completed", "Encrypted": True, "KmsKeyId": key}
    aws.answer("ec2", "DescribeSnapshots", {"Snapshots": [own]})
    aws.answer("ec2", "DescribeSnapshots", {"Snapshots": []}, match={"RestorableByUserIds": ["all"]})
    aws.answer("ec2", "DescribeSnapshotAttribute", {"CreateVolumePermissions": []})


def test_the_key_of_an_image_is_that_of_its_snapshot(ec2: AwsServer) -> None:
    _image(ec2)
    assert why(look(ec2).facet("aws_ami", IMAGE, EncryptionAtRest).key_owner) is Reason.NOT_COLLECTED
    _of_key(ec2, ec2.client("kms").create_key()["KeyMetadata"]["Arn"])
    assert said(look(ec2, "kms").facet("aws_ami", IMAGE, EncryptionAtRest).key_owner) is KeyOwner.CUSTOMER


def test_a_disabled_image_is_kept_and_shared_with_nobody(ec2: AwsServer) -> None:
    _image(ec2, State="disabled")
    found = look(ec2)
    assert said(found.facet("aws_ami", IMAGE, Share).recipients) == ()
    calls = {call.operation: call.parameters for call in ec2.calls()}
    assert calls["DescribeImages"]["IncludeDisabled"] is True
    assert "DescribeImageAttribute" not in calls


def test_spot_machines_cannot_be_protected(ec2: AwsServer) -> None:
    only(ec2, machine(InstanceLifecycle="spot"))
    ec2.refuse(["ec2:DescribeInstanceAttribute"])
    assert said(_obstacles(look(ec2), "")["disable_api_termination"]) is False


def test_an_address_of_a_further_private_address_is_public(ec2: AwsServer) -> None:
    addresses = [{"PrivateIpAddress": "10.0.0.4"}, {"PrivateIpAddress": "10.0.0.5", "Association": {"IpOwnerId": "1"}}]
    only(ec2, machine(NetworkInterfaces=[{"PrivateIpAddresses": addresses}]))
    ec2.answer("ec2", "DescribeInstanceAttribute", {"DisableApiTermination": {"Value": False}})
    assert said(look(ec2).facet("aws_instance", "", PublicEndpoint).public) is True


def test_arns_are_of_the_partition() -> None:
    answers = Answers(services()["ec2"], ACCOUNT, "us-gov-west-1", "aws-us-gov")
    assert arn(answers, "volume", "vol-1") == f"arn:aws-us-gov:ec2:us-gov-west-1:{ACCOUNT}:volume/vol-1"


# ---------------------------------------------------------------- templates


def _root(aws: AwsServer, image: str) -> EncryptionAtRest:
    mappings = [{"DeviceName": "/dev/xvda", "Ebs": {"VolumeSize": 8}}]
    id_ = _template(aws, image.replace(":", "_"), ImageId=image, BlockDeviceMappings=mappings)
    return look(aws, "kms").facet("aws_launch_template", id_, EncryptionAtRest)


@pytest.mark.parametrize("encrypted", [True, False])
def test_a_volume_that_a_template_makes_of_an_image_is_encrypted_as_that_is(ec2: AwsServer, encrypted: bool) -> None:
    _image(ec2, encrypted=encrypted)
    _of_key(ec2, ec2.client("kms").create_key()["KeyMetadata"]["Arn"])
    root = _root(ec2, IMAGE)
    assert said(root.enabled) is encrypted
    assert said(root.key_owner) is (KeyOwner.CUSTOMER if encrypted else KeyOwner.NONE)


def test_the_key_of_an_image_whose_snapshot_is_not_shown_is_open(ec2: AwsServer) -> None:
    _image(ec2)
    root = _root(ec2, IMAGE)
    assert said(root.enabled) is True
    assert why(root.key_owner) is Reason.NOT_COLLECTED


def test_an_image_of_which_nothing_is_known_may_be_encrypted(ec2: AwsServer) -> None:
    assert why(_root(ec2, IMAGE).enabled) is Reason.OUTSIDE
    assert said(_root(ec2, "resolve:ssm:/aws/service/ami-amazon-linux-latest/al2023").enabled) is False
    _runs(ec2, IsPublic=True)
    assert said(_root(ec2, "ami-0aaaaaaaaaaaaaaa1").enabled) is False


def _template(aws: AwsServer, name: str, **data: Any) -> str:
    made = aws.client("ec2").create_launch_template(LaunchTemplateName=name, LaunchTemplateData=data)
    return str(made["LaunchTemplate"]["LaunchTemplateId"])


def test_scripts_of_templates_are_judged_and_not_kept(ec2: AwsServer, tmp_path: Path) -> None:
    script = f"#!/bin/sh\nexport DB_PASSWORD={SECRET}\necho 'server ntp.example.jp iburst' > /etc/chrony.conf\n"
    bad = _template(ec2, "bad", UserData=base64.b64encode(script.encode()).decode())
    good = _template(ec2, "good", UserData=base64.b64encode(b"#!/bin/sh\nyum update\n").decode())
    found = look(ec2)
    assert said(found.facet("aws_launch_template", bad, PlaintextCredential).places) == ("DB_PASSWORD",)
    assert said(found.facet("aws_launch_template", bad, TimeSource).servers) == ("ntp.example.jp",)
    assert said(found.facet("aws_launch_template", good, PlaintextCredential).places) == ()
    assert said(found.facet("aws_launch_template", good, TimeSource).servers) == ()
    collect(ec2.url, tmp_path / "kept", CollectOptions(services=("ec2",), regions=(REGION,)))
    for path in (tmp_path / "kept").rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            content = gzip.decompress(content) if content[:2] == b"\x1f\x8b" else content
            assert SECRET.encode() not in content
            assert base64.b64encode(script.encode())[:40] not in content


@pytest.mark.parametrize(
    "script",
    [
        "#!/bin/sh\n",
        f"DB_PASSWORD={SECRET}",
        "-----BEGIN RSA PRIVATE " + "KEY-----\nMIIE",
        "curl https://user:verysecret@example.jp/",
        "#cloud-config\nntp:\n  servers:\n    - ntp1.example.jp\n    - ntp2.example.jp\n",
        "chronyd\nserver 192.0.2.1 iburst\nAPI_TOKEN=abcdef123456\n",
    ],
)
def test_stand_in_is_judged_like_the_script(script: str) -> None:
    kept = time_sources.decoded(stand_in_script(base64.b64encode(script.encode()).decode()))
    assert kept is not None
    assert plaintext.in_script(kept) == plaintext.in_script(script)
    assert time_sources.servers_in(kept) == time_sources.servers_in(script)
    assert SECRET not in kept
    assert "verysecret" not in kept


def test_stand_in_of_what_is_no_text_is_no_text() -> None:
    assert time_sources.decoded(stand_in_script(base64.b64encode(b"\xff\xfe\xfd").decode())) is None


def test_latest_version_is_judged_besides_the_default(ec2: AwsServer) -> None:
    id_ = _template(ec2, "two", MetadataOptions={"HttpTokens": "required"})
    ec2.client("ec2").create_launch_template_version(
        LaunchTemplateId=id_, LaunchTemplateData={"MetadataOptions": {"HttpTokens": "optional"}}
    )
    found = {
        one.address.rpartition("/")[2]: said(held(one, NeedlessFunction).enabled)
        for one in look(ec2).resources("aws_launch_template")
    }
    assert found == {id_: False, f"{id_}:2": True}


def test_templates_without_metadata_options_follow_the_account(ec2: AwsServer) -> None:
    id_ = _template(ec2, "plain", InstanceType="t3.micro")
    assert why(look(ec2).facet("aws_launch_template", id_, NeedlessFunction).enabled) is Reason.OUTSIDE
    ec2.answer("ec2", "GetInstanceMetadataDefaults", {"AccountLevel": {"HttpTokens": "required"}})
    assert said(look(ec2).facet("aws_launch_template", id_, NeedlessFunction).enabled) is False


def test_refused_versions_open_what_templates_hold(ec2: AwsServer) -> None:
    id_ = _template(ec2, "plain", InstanceType="t3.micro")
    ec2.refuse(["ec2:DescribeLaunchTemplateVersions"])
    found = look(ec2)
    assert why(found.facet("aws_launch_template", id_, NeedlessFunction).enabled) is Reason.DENIED
    assert why(found.facet("aws_launch_template", id_, PlaintextCredential).places) is Reason.DENIED


# ---------------------------------------------------------------- settings


@pytest.mark.parametrize("on", [True, False])
def test_serial_console(ec2: AwsServer, on: bool) -> None:
    ec2.answer("ec2", "GetSerialConsoleAccessStatus", {"SerialConsoleAccessEnabled": on})
    found = audit(ec2.url, ["ec2"], regions=("us-east-1",))
    assert said(found.facet("aws_ec2_serial_console_access", "", Utility).enabled) is on
    # a setting that every region has is no thing that stands abroad
    assert found.resource("aws_ec2_serial_console_access").facet(Placement) is None
