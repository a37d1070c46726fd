"""Services around machines and networks of an account: groups, firewalls, resolvers, lines, licences."""

from __future__ import annotations

import base64
import gzip
from pathlib import Path
from typing import Any

import pytest

from auditor.attr import Attr, Known, Reason, Unknown
from auditor.collecting import CollectOptions
from auditor.facets import (
    BoundaryDevice,
    DataAccessLog,
    EncryptionAtRest,
    EncryptionInTransit,
    ExternalConnection,
    InternetBoundary,
    IntrusionDetection,
    LicensedSoftware,
    LineRedundancy,
    MalwareScan,
    Network,
    Placement,
    PlaintextCredential,
    Redundancy,
    Replica,
    Scaling,
)
from tests.live.auditing import Audit, audit, collect
from tests.live.servers import ACCOUNT, REGION, AwsServer
from tests.live.services.reading import said, why

SECRET = "made-up-for-a-test-9"
KEY = "made_up_session_key"


def kept(aws: AwsServer, place: Path, service: str) -> bytes:
    """Everything in a snapshot of one service."""
    collect(aws.url, place, CollectOptions(services=(service,), regions=(REGION,)))
    contents = [path.read_bytes() for path in place.rglob("*") if path.is_file()]
    assert contents
    return b"".join(gzip.decompress(one) if one[:2] == b"\x1f\x8b" else one for one in contents)


# ---------------------------------------------------------------- groups of machines


def _group(aws: AwsServer, **members: Any) -> None:
    group = {
        "AutoScalingGroupName": "web",
        "AutoScalingGroupARN": f"arn:aws:autoscaling:{REGION}:{ACCOUNT}:autoScalingGroup:1:autoScalingGroupName/web",
        "MinSize": 1,
        "MaxSize": 4,
        "DesiredCapacity": 1,
        "DefaultCooldown": 300,
        "AvailabilityZones": [f"{REGION}a", f"{REGION}c"],
        "HealthCheckType": "EC2",
        "CreatedTime": "2026-01-01T00:00:00Z",
        **members,
    }
    aws.answer("autoscaling", "DescribeAutoScalingGroups", {"AutoScalingGroups": [group]})


def _policy(aws: AwsServer, *, enabled: bool) -> None:
    arn = f"arn:aws:autoscaling:{REGION}:{ACCOUNT}:scalingPolicy:1:autoScalingGroupName/web:policyName/load"
    policy = {"AutoScalingGroupName": "web", "PolicyName": "load", "PolicyARN": arn, "Enabled": enabled}
    aws.answer("autoscaling", "DescribePolicies", {"ScalingPolicies": [policy]})


def scaling(aws: AwsServer) -> Attr[bool]:
    return audit(aws.url, ["autoscaling", "ecs"]).facet("aws_autoscaling_group", "web", Scaling).automatic


def test_a_group_grows_by_a_policy_that_is_switched_on(aws: AwsServer) -> None:
    _group(aws)
    assert said(scaling(aws)) is False
    _policy(aws, enabled=False)
    assert said(scaling(aws)) is False
    _policy(aws, enabled=True)
    assert said(scaling(aws)) is True
    aws.refuse(["autoscaling:DescribePolicies"])
    assert isinstance(scaling(aws), Unknown)


@pytest.mark.parametrize("zones", [[f"{REGION}a", f"{REGION}c"], [f"{REGION}a"]])
def test_zones_of_a_group(aws: AwsServer, zones: list[str]) -> None:
    _group(aws, AvailabilityZones=zones)
    found = audit(aws.url, ["autoscaling"])
    assert said(found.facet("aws_autoscaling_group", "web", Redundancy).zones) is (len(zones) > 1)


def test_a_group_that_is_being_deleted_is_none(aws: AwsServer) -> None:
    _group(aws, Status="Delete in progress")
    assert audit(aws.url, ["autoscaling"]).resources("aws_autoscaling_group") == []


@pytest.mark.parametrize("by_default", [True, False])
def test_volumes_of_old_templates_are_encrypted_by_default_or_as_their_image(aws: AwsServer, by_default: bool) -> None:
    old = {
        "LaunchConfigurationName": "old",
        "LaunchConfigurationARN": f"arn:aws:autoscaling:{REGION}:{ACCOUNT}:launchConfiguration:1:name/old",
        "ImageId": "ami-0aaaaaaaaaaaaaaa1",
        "InstanceType": "t3.micro",
        "CreatedTime": "2026-01-01T00:00:00Z",
        "BlockDeviceMappings": [{"DeviceName": "/dev/xvda", "Ebs": {"VolumeSize": 8}}],
    }
    aws.answer("autoscaling", "DescribeLaunchConfigurations", {"LaunchConfigurations": [old]})
    aws.answer("ec2", "GetEbsEncryptionByDefault", {"EbsEncryptionByDefault": by_default})
    found = audit(aws.url, ["autoscaling", "ec2"]).resource("aws_launch_configuration")
    volumes = [one.enabled for one in found.facets if isinstance(one, EncryptionAtRest)]
    assert len(volumes) == 2
    for enabled in volumes:
        if by_default:
            assert said(enabled) is True
        else:
            assert why(enabled) is Reason.OUTSIDE


def test_scripts_of_old_templates_are_judged_and_not_kept(aws: AwsServer, tmp_path: Path) -> None:
    script = base64.b64encode(f"#!/bin/sh\nexport DB_PASSWORD={SECRET}\n".encode()).decode()
    arn = f"arn:aws:autoscaling:{REGION}:{ACCOUNT}:launchConfiguration:1:launchConfigurationName/old"
    old = {
        "LaunchConfigurationName": "old",
        "LaunchConfigurationARN": arn,
        "ImageId": "ami-0aaaaaaaaaaaaaaa1",
        "InstanceType": "t3.micro",
        "CreatedTime": "2026-01-01T00:00:00Z",
        "UserData": script,
    }
    aws.answer("autoscaling", "DescribeLaunchConfigurations", {"LaunchConfigurations": [old]})
    found = audit(aws.url, ["autoscaling"])
    assert said(found.facet("aws_launch_configuration", "", PlaintextCredential).places) == ("DB_PASSWORD",)
    content = kept(aws, tmp_path / "kept", "autoscaling")
    assert SECRET.encode() not in content
    assert script[:32].encode() not in content


@pytest.mark.parametrize("service", ["dynamodb", "ecs"])
def test_targets_of_scaling_of_each_service(aws: AwsServer, service: str) -> None:
    id_ = {"dynamodb": "table/records", "ecs": "service/web/api"}[service]
    target = {
        "ServiceNamespace": service,
        "ResourceId": id_,
        "ScalableDimension": f"{service}:dimension",
        "MinCapacity": 2,
        "MaxCapacity": 4,
        "RoleARN": f"arn:aws:iam::{ACCOUNT}:role/scaling",
        "CreationTime": "2026-01-01T00:00:00Z",
    }
    aws.answer(
        "application-autoscaling",
        "DescribeScalableTargets",
        {"ScalableTargets": [{**target, "ScalableDimension": "ecs:service:DesiredCount"}]},
        match={"ServiceNamespace": service},
    )
    aws.client("dynamodb").create_table(
        TableName="records",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        ProvisionedThroughput={"ReadCapacityUnits": 1, "WriteCapacityUnits": 1},
    )
    found = audit(aws.url, ["application-autoscaling", "dynamodb"])
    table = said(found.facet("aws_dynamodb_table", "records", Scaling).automatic)
    assert table is (service == "dynamodb")


# ---------------------------------------------------------------- firewalls

ID = "f0a1b2c3-0000-4000-8000-000000000001"
FIREWALL = f"arn:aws:network-firewall:{REGION}:{ACCOUNT}:firewall/edge"
POLICY = f"arn:aws:network-firewall:{REGION}:{ACCOUNT}:firewall-policy/edge"
MANAGED = f"arn:aws:network-firewall:{REGION}:aws-managed:stateful-rulegroup/MalwareDomainsStrictOrder"


def _firewall(aws: AwsServer, vpc: str, subnet: str, *groups: str) -> None:
    listed = {"FirewallName": "edge", "FirewallArn": FIREWALL}
    aws.answer("network-firewall", "ListFirewalls", {"Firewalls": [listed]})
    described = {
        **listed,
        "FirewallPolicyArn": POLICY,
        "VpcId": vpc,
        "SubnetMappings": [{"SubnetId": subnet}],
        "FirewallId": ID,
        "Tags": [{"Key": "owner", "Value": "network"}],
    }
    aws.answer("network-firewall", "DescribeFirewall", {"Firewall": described})
    response = {"FirewallPolicyName": "edge", "FirewallPolicyArn": POLICY, "FirewallPolicyId": ID}
    policy = {
        "StatelessDefaultActions": ["aws:forward_to_sfe"],
        "StatelessFragmentDefaultActions": ["aws:forward_to_sfe"],
        "StatefulRuleGroupReferences": [{"ResourceArn": group} for group in groups],
    }
    aws.answer(
        "network-firewall",
        "DescribeFirewallPolicy",
        {"UpdateToken": ID, "FirewallPolicyResponse": response, "FirewallPolicy": policy},
    )
    logs = {"LogType": "ALERT", "LogDestinationType": "S3", "LogDestination": {"bucketName": "records-logs"}}
    aws.answer(
        "network-firewall", "DescribeLoggingConfiguration", {"LoggingConfiguration": {"LogDestinationConfigs": [logs]}}
    )


def _network(aws: AwsServer) -> tuple[str, str, str]:
    client = aws.client("ec2")
    vpc = client.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    subnet = client.create_subnet(VpcId=vpc, CidrBlock="10.0.1.0/24")["Subnet"]["SubnetId"]
    gateway = client.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    client.attach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc)
    return str(vpc), str(subnet), str(gateway)


def test_a_firewall_before_the_internet(aws: AwsServer) -> None:
    vpc, subnet, gateway = _network(aws)
    _firewall(aws, vpc, subnet, MANAGED)
    found = audit(aws.url, ["ec2", "network-firewall"])
    type_ = "aws_networkfirewall_firewall"
    assert said(found.facet("aws_internet_gateway", gateway, InternetBoundary).device) is BoundaryDevice.FIREWALL
    assert said(found.facet(type_, "edge", IntrusionDetection).inspects) is True
    assert said(found.facet(type_, "edge", MalwareScan).active) is True
    assert said(found.resource(type_).tag("owner")) == "network"


def test_a_firewall_without_stateful_rules_looks_into_nothing(aws: AwsServer) -> None:
    vpc, subnet, _ = _network(aws)
    _firewall(aws, vpc, subnet)
    found = audit(aws.url, ["ec2", "network-firewall"])
    assert said(found.facet("aws_networkfirewall_firewall", "edge", IntrusionDetection).inspects) is False
    assert found.resource("aws_networkfirewall_firewall").facet(MalwareScan) is None


def test_a_firewall_that_is_being_deleted_is_none(aws: AwsServer) -> None:
    vpc, subnet, _ = _network(aws)
    _firewall(aws, vpc, subnet)
    listed = {"FirewallName": "edge", "FirewallArn": FIREWALL, "FirewallPolicyArn": POLICY, "FirewallId": ID}
    status = {"Status": "DELETING", "ConfigurationSyncStateSummary": "PENDING"}
    described = {**listed, "VpcId": vpc, "SubnetMappings": [{"SubnetId": subnet}]}
    aws.answer("network-firewall", "DescribeFirewall", {"Firewall": described, "FirewallStatus": status})
    found = audit(aws.url, ["ec2", "network-firewall"])
    assert found.resources("aws_networkfirewall_firewall") == []


@pytest.mark.parametrize("operation", ["DescribeFirewall", "DescribeFirewallPolicy"])
def test_refused_firewall_is_open(aws: AwsServer, operation: str) -> None:
    vpc, subnet, gateway = _network(aws)
    _firewall(aws, vpc, subnet, MANAGED)
    aws.refuse([f"network-firewall:{operation}"])
    found = audit(aws.url, ["ec2", "network-firewall"])
    inspects = found.facet("aws_networkfirewall_firewall", "edge", IntrusionDetection).inspects
    assert isinstance(inspects, Unknown)
    device = found.facet("aws_internet_gateway", gateway, InternetBoundary).device
    assert isinstance(device, Known) is (operation == "DescribeFirewallPolicy")


# ---------------------------------------------------------------- resolvers


def test_logs_of_queries(aws: AwsServer) -> None:
    config = {
        "Id": "rqlc-1",
        "Arn": f"arn:aws:route53resolver:{REGION}:{ACCOUNT}:resolver-query-log-config/rqlc-1",
        "OwnerId": ACCOUNT,
        "Name": "names",
        "Status": "CREATED",
        "ShareStatus": "NOT_SHARED",
        "DestinationArn": f"arn:aws:logs:us-east-1:{ACCOUNT}:log-group:names:*",
    }
    shared = {**config, "Id": "rqlc-2", "Arn": config["Arn"][:-1] + "2", "ShareStatus": "SHARED_WITH_ME"}
    pages = [{"ResolverQueryLogConfigs": [one]} for one in (shared, config)]
    aws.answer("route53resolver", "ListResolverQueryLogConfigs", pages=pages)
    aws.answer("route53resolver", "ListTagsForResource", {"Tags": [{"Key": "owner", "Value": "network"}]})
    found = audit(aws.url, ["route53resolver"])
    type_ = "aws_route53_resolver_query_log_config"
    assert said(found.facet(type_, "", DataAccessLog).enabled) is True
    assert said(found.facet(type_, "", Replica).location) == {"us-east-1"}
    assert said(found.resource(type_).tag("owner")) == "network"


def test_logs_of_queries_of_no_network_log_nothing(aws: AwsServer) -> None:
    arn = f"arn:aws:route53resolver:{REGION}:{ACCOUNT}:resolver-query-log-config/rqlc-1"
    config = {"Id": "rqlc-1", "Arn": arn, "Status": "CREATED", "DestinationArn": f"arn:aws:s3:::{ACCOUNT}-logs"}
    aws.answer("route53resolver", "ListTagsForResource", {"Tags": []})
    for networks in (0, 2):
        one = {**config, "AssociationCount": networks}
        aws.answer("route53resolver", "ListResolverQueryLogConfigs", {"ResolverQueryLogConfigs": [one]})
        found = audit(aws.url, ["route53resolver"]).resource("aws_route53_resolver_query_log_config")
        assert (found.facet(DataAccessLog) is not None) is (networks > 0)


def test_an_endpoint_that_is_being_deleted_is_none(aws: AwsServer) -> None:
    arn = f"arn:aws:route53resolver:{REGION}:{ACCOUNT}:resolver-endpoint/rslvr-in-1"
    endpoint = {"Id": "rslvr-in-1", "Arn": arn, "Direction": "INBOUND"}
    aws.answer("route53resolver", "ListTagsForResource", {"Tags": []})
    for status in ("DELETING", "OPERATIONAL"):
        aws.answer("route53resolver", "ListResolverEndpoints", {"ResolverEndpoints": [{**endpoint, "Status": status}]})
        found = audit(aws.url, ["route53resolver"]).resources("aws_route53_resolver_endpoint")
        assert len(found) == (status == "OPERATIONAL")


# ---------------------------------------------------------------- dedicated lines


def _line(id_: str, location: str) -> dict[str, Any]:
    line = {"connectionId": id_, "connectionName": id_, "connectionState": "available", "location": location}
    return {**line, "region": REGION, "ownerAccount": ACCOUNT}


@pytest.mark.parametrize(("second", "doubled"), [("TY2", False), ("OS1", True)])
def test_lines_at_two_places_of_two_pages(aws: AwsServer, second: str, doubled: bool) -> None:
    first, other = ({"connections": [_line(f"dxcon-{place}{n}", place)]} for n, place in enumerate(("TY2", second)))
    aws.answer("directconnect", "DescribeConnections", {**first, "nextToken": "more"})
    aws.answer("directconnect", "DescribeConnections", other, match={"nextToken": "more"})
    aws.answer("directconnect", "DescribeVirtualInterfaces", {"virtualInterfaces": []})
    found = audit(aws.url, ["directconnect"])
    assert len(found.resources("aws_dx_connection")) == 2
    attr = found.facet("aws_dx_connection", "dxcon-TY20", LineRedundancy).doubled
    # that there is no second line is only certain where every region was asked
    assert said(attr) is True if doubled else isinstance(attr, Unknown)


def test_a_line_that_is_ordered_is_none_yet(aws: AwsServer) -> None:
    ordered = {**_line("dxcon-OS1", "OS1"), "connectionState": "ordering"}
    aws.answer("directconnect", "DescribeConnections", {"connections": [_line("dxcon-TY2", "TY2"), ordered]})
    aws.answer("directconnect", "DescribeVirtualInterfaces", {"virtualInterfaces": []})
    found = audit(aws.url, ["directconnect"])
    assert isinstance(found.facet("aws_dx_connection", "", LineRedundancy).doubled, Unknown)


def test_keys_of_lines_are_not_kept(aws: AwsServer, tmp_path: Path) -> None:
    interface = {
        "virtualInterfaceId": "dxvif-1",
        "virtualInterfaceType": "private",
        "virtualInterfaceState": "available",
        "region": REGION,
        "ownerAccount": ACCOUNT,
        "authKey": KEY,
        "customerRouterConfig": f"<router><key>{KEY}</key></router>",
        "bgpPeers": [{"authKey": KEY}],
    }
    aws.answer("directconnect", "DescribeVirtualInterfaces", {"virtualInterfaces": [interface]})
    found = audit(aws.url, ["directconnect"])
    assert found.facet("aws_dx_private_virtual_interface", "", ExternalConnection).kind == "dedicated-line"
    assert KEY.encode() not in kept(aws, tmp_path / "kept", "directconnect")


def test_gateways_of_lines_are_asked_once(aws: AwsServer) -> None:
    gateway = {"directConnectGatewayId": "5f294f92", "directConnectGatewayState": "available", "ownerAccount": ACCOUNT}
    aws.answer("directconnect", "DescribeDirectConnectGateways", {"directConnectGateways": [gateway]})
    aws.answer("directconnect", "DescribeDirectConnectGatewayAssociations", {"directConnectGatewayAssociations": []})
    found = audit(aws.url, ["directconnect-gateways"], regions=(REGION, "us-east-1"))
    placed = found.facet("aws_dx_gateway", "", Placement)
    assert placed.global_service == "Direct Connect"


# ---------------------------------------------------------------- others


@pytest.mark.parametrize(("protocol", "required"), [("HTTPS", True), ("HTTP", False)])
def test_listeners_of_service_networks(aws: AwsServer, protocol: str, required: bool) -> None:
    service = f"arn:aws:vpc-lattice:{REGION}:{ACCOUNT}:service/svc-0aaaaaaaaaaaaaaa1"
    listener = {"arn": f"{service}/listener/listener-0aaaaaaaaaaaaaaa1", "id": "listener-0aaaaaaaaaaaaaaa1"}
    aws.answer("vpc-lattice", "ListServices", {"items": [{"arn": service, "id": "svc-0aaaaaaaaaaaaaaa1"}]})
    aws.answer("vpc-lattice", "ListServiceNetworks", {"items": []})
    aws.answer("vpc-lattice", "ListListeners", {"items": [{**listener, "protocol": protocol}]})
    aws.answer("vpc-lattice", "ListAccessLogSubscriptions", {"items": []})
    aws.answer("vpc-lattice", "ListTagsForResource", {"tags": {}})
    found = audit(aws.url, ["vpc-lattice"])
    assert said(found.facet("aws_vpclattice_listener", "", EncryptionInTransit).required) is required
    aws.refuse(["vpc-lattice:ListListeners"])
    found = audit(aws.url, ["vpc-lattice"])
    assert why(found.facet("aws_vpclattice_listener", "", EncryptionInTransit).required) is Reason.DENIED


def test_service_networks_that_another_account_shares_are_its_own(aws: AwsServer) -> None:
    theirs = f"arn:aws:vpc-lattice:{REGION}:111122223333:service/svc-0aaaaaaaaaaaaaaa1"
    aws.answer("vpc-lattice", "ListServices", {"items": [{"arn": theirs, "id": "svc-0aaaaaaaaaaaaaaa1"}]})
    aws.answer("vpc-lattice", "ListServiceNetworks", {"items": []})
    aws.refuse(["vpc-lattice:ListListeners", "vpc-lattice:ListAccessLogSubscriptions"])
    assert audit(aws.url, ["vpc-lattice"]).resources("aws_vpclattice_listener") == []


def test_a_network_behind_a_core_network_may_reach_the_internet(aws: AwsServer) -> None:
    vpc = aws.client("ec2").create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    arn = f"arn:aws:ec2:{REGION}:{ACCOUNT}:vpc/{vpc}"
    attachment = {
        "AttachmentId": "attachment-1",
        "AttachmentType": "VPC",
        "State": "AVAILABLE",
        "ResourceArn": arn,
        "EdgeLocation": REGION,
        "OwnerAccountId": ACCOUNT,
    }
    aws.answer("networkmanager", "ListAttachments", {"Attachments": [attachment]})
    attr = audit(aws.url, ["ec2", "networkmanager"]).facet("aws_vpc", vpc, Network).internet
    assert why(attr) is Reason.OUTSIDE
    aws.answer("networkmanager", "ListAttachments", {"Attachments": []})
    assert said(audit(aws.url, ["ec2", "networkmanager"]).facet("aws_vpc", vpc, Network).internet) is False


def _licences(aws: AwsServer, machine: str) -> None:
    arn = f"arn:aws:license-manager:{REGION}:{ACCOUNT}:license-configuration:lic-1"
    counted = {"LicenseConfigurationArn": arn, "LicenseConfigurationId": "lic-1", "OwnerAccountId": ACCOUNT}
    aws.answer(
        "license-manager",
        "ListLicenseConfigurations",
        {"LicenseConfigurations": [{**counted, "LicenseCountingType": "vCPU", "Name": "database"}]},
    )
    used = {"LicenseConfigurationAssociations": [{"ResourceArn": machine, "ResourceType": "EC2_INSTANCE"}]}
    aws.answer("license-manager", "ListAssociationsForLicenseConfiguration", used)
    aws.answer("license-manager", "ListTagsForResource", {"Tags": []})


def test_machines_whose_licences_are_counted(aws: AwsServer) -> None:
    client = aws.client("ec2")
    image = client.register_image(Name="own", RootDeviceName="/dev/xvda")["ImageId"]
    ids = [one["InstanceId"] for one in client.run_instances(ImageId=image, MinCount=2, MaxCount=2)["Instances"]]
    _licences(aws, f"arn:aws:ec2:{REGION}:{ACCOUNT}:instance/{ids[0]}")
    found: Audit = audit(aws.url, ["ec2", "license-manager"])
    assert found.resource("aws_instance", ids[0]).facet(LicensedSoftware) is not None
    assert found.resource("aws_instance", ids[1]).facet(LicensedSoftware) is None
    assert len(found.resources("aws_licensemanager_license_configuration")) == 1


def test_an_account_that_never_set_licence_manager_up_counts_none(aws: AwsServer) -> None:
    said_by_aws = "Service role not found. Consult setup procedures in License Manager User Guide."
    aws.fail("license-manager", "ListLicenseConfigurations", "AccessDeniedException", said_by_aws)
    type_ = "aws_licensemanager_license_configuration"
    assert audit(aws.url, ["license-manager"]).resources(type_) == []
    aws.fail("license-manager", "ListLicenseConfigurations", "AccessDeniedException", "not authorized to perform")
    (stand_in,) = audit(aws.url, ["license-manager"]).resources(type_)
    assert stand_in.address.startswith(type_)
