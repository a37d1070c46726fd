"""Networks of an account: logs, routes, rules, and what joins them."""

from __future__ import annotations

import gzip
from pathlib import Path
from typing import Any

import pytest

from auditor.attr import Reason, Unknown
from auditor.collecting import CollectOptions
from auditor.facets import (
    BoundaryDevice,
    DataAccessLog,
    DefaultNetwork,
    ExternalConnection,
    InternetBoundary,
    JoinKind,
    LineRedundancy,
    Network,
    NetworkFlowLog,
    NetworkJoin,
    Placement,
    RemoteAccess,
    RemoteGrant,
    RouteTable,
    SubnetRoute,
    TimeSource,
    TrafficRule,
    UserAuthentication,
    VpnTunnel,
)
from tests.live.auditing import Audit, audit, collect
from tests.live.servers import ACCOUNT, REGION, AwsServer
from tests.live.services.reading import said, why

OTHER = "111122223333"
KEY = "made_up_shared_key"
ARN = f"arn:aws:ec2:{REGION}:{ACCOUNT}"
NOTHING = (
    "DescribeVpcs.Vpcs",
    "DescribeSubnets.Subnets",
    "DescribeRouteTables.RouteTables",
    "DescribeInternetGateways.InternetGateways",
    "DescribeSecurityGroups.SecurityGroups",
    "DescribeNetworkAcls.NetworkAcls",
    "DescribeDhcpOptions.DhcpOptions",
)
"""Answers that say that there is nothing, also where AWS makes something by itself."""


@pytest.fixture
def ec2(aws: AwsServer) -> AwsServer:
    """The server with answers to what moto does not know."""
    aws.answer("ec2", "GetEbsDefaultKmsKeyId", {"KmsKeyId": "alias/aws/ebs"})
    aws.answer("ec2", "GetInstanceMetadataDefaults", {"AccountLevel": {}})
    aws.answer("ec2", "GetSerialConsoleAccessStatus", {"SerialConsoleAccessEnabled": False})
    aws.answer("ec2", "DescribeClientVpnEndpoints", {"ClientVpnEndpoints": []})
    aws.answer("ec2", "DescribeVerifiedAccessTrustProviders", {"VerifiedAccessTrustProviders": []})
    aws.answer("ec2", "DescribeInstanceImageMetadata", {"InstanceImageMetadata": []})
    aws.answer("networkmanager", "ListAttachments", {"Attachments": []})
    return aws


@pytest.fixture
def bare(ec2: AwsServer) -> AwsServer:
    """An account with nothing in it, not even what AWS makes by itself."""
    for one in NOTHING:
        operation, _, member = one.partition(".")
        ec2.answer("ec2", operation, {member: []})
    return ec2


def look(aws: AwsServer, *more: str) -> Audit:
    return audit(aws.url, ["ec2", "networkmanager", "network-firewall", *more])


def vpc(aws: AwsServer) -> str:
    return str(aws.client("ec2").create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"])


def subnet(aws: AwsServer, network: str, block: str = "10.0.1.0/24") -> str:
    made = aws.client("ec2").create_subnet(VpcId=network, CidrBlock=block, AvailabilityZone=f"{REGION}a")
    return str(made["Subnet"]["SubnetId"])


def facets(found: Audit, type_: str, name: str, class_: type[Any]) -> list[Any]:
    return [one for one in found.resource(type_, name).facets if isinstance(one, class_)]


# ---------------------------------------------------------------- flow logs


def _log(aws: AwsServer, network: str, **more: Any) -> None:
    members = {
        "FlowLogId": "fl-0aaaaaaaaaaaaaaa1",
        "ResourceId": network,
        "TrafficType": "ALL",
        "LogDestinationType": "cloud-watch-logs",
        "LogGroupName": "flows",
        "DeliverLogsStatus": "SUCCESS",
        **more,
    }
    aws.answer("ec2", "DescribeFlowLogs", {"FlowLogs": [members]})


def test_network_without_a_flow_log(ec2: AwsServer) -> None:
    network = vpc(ec2)
    found = look(ec2)
    assert said(found.facet("aws_vpc", network, NetworkFlowLog).enabled) is False
    assert found.statuses(network)["log.network-flow.enabled"] == {"fail"}


@pytest.mark.parametrize(
    ("more", "enabled"),
    [({}, True), ({"TrafficType": "REJECT"}, False), ({"DeliverLogsStatus": "FAILED"}, False)],
)
def test_a_flow_log_counts_if_it_shows_who_communicated_and_arrives(
    ec2: AwsServer, more: dict[str, Any], enabled: bool
) -> None:
    network = vpc(ec2)
    _log(ec2, network, **more)
    assert said(look(ec2).facet("aws_vpc", network, NetworkFlowLog).enabled) is enabled


def test_flow_logs_of_all_subnets_are_those_of_the_network(ec2: AwsServer) -> None:
    network = vpc(ec2)
    first = subnet(ec2, network)
    _log(ec2, first)
    assert said(look(ec2).facet("aws_vpc", network, NetworkFlowLog).enabled) is True
    subnet(ec2, network, "10.0.2.0/24")
    assert said(look(ec2).facet("aws_vpc", network, NetworkFlowLog).enabled) is False


def test_refused_flow_logs_are_neither_there_nor_missing(ec2: AwsServer) -> None:
    network = vpc(ec2)
    ec2.refuse(["ec2:DescribeFlowLogs"])
    found = look(ec2)
    assert isinstance(found.facet("aws_vpc", network, NetworkFlowLog).enabled, Unknown)
    assert found.statuses(network)["log.network-flow.enabled"] == {"unknown"}


# ---------------------------------------------------------------- time servers


def test_the_set_of_options_that_aws_makes_names_no_servers(ec2: AwsServer) -> None:
    network = vpc(ec2)
    found = look(ec2)
    assert said(found.facet("aws_vpc", network, TimeSource).servers) == ()
    assert found.resources("aws_vpc_dhcp_options") == []


def test_options_with_time_servers(ec2: AwsServer) -> None:
    network, client = vpc(ec2), ec2.client("ec2")
    options = client.create_dhcp_options(
        DhcpConfigurations=[{"Key": "ntp-servers", "Values": ["169.254.169.123", "192.0.2.1"]}]
    )["DhcpOptions"]["DhcpOptionsId"]
    client.associate_dhcp_options(DhcpOptionsId=options, VpcId=network)
    assert said(look(ec2).facet("aws_vpc", network, TimeSource).servers) == ("169.254.169.123", "192.0.2.1")
    ec2.refuse(["ec2:DescribeDhcpOptions"])
    assert why(look(ec2).facet("aws_vpc", network, TimeSource).servers) is Reason.DENIED


def test_a_network_without_any_options(bare: AwsServer) -> None:
    bare.answer(
        "ec2",
        "DescribeVpcs",
        {
            "Vpcs": [
                {"VpcId": "vpc-0aaaaaaaaaaaaaaa1", "OwnerId": ACCOUNT, "DhcpOptionsId": "default", "IsDefault": False}
            ]
        },
    )
    assert said(look(bare).facet("aws_vpc", "", TimeSource).servers) == ()


# ---------------------------------------------------------------- the network that AWS makes


def test_an_unused_default_network_says_only_that_its_group_is_open(ec2: AwsServer) -> None:
    found = audit(ec2.url, ["ec2"], regions=("us-east-1",))
    network = found.resource("aws_default_vpc")
    assert network.facets == ()
    assert found.resources("aws_internet_gateway") == []
    assert found.resources("aws_default_subnet") == []
    (group,) = found.resources("aws_default_security_group")
    assert [type(one) for one in group.facets] == [DefaultNetwork]
    assert found.statuses(group.address)["network.default-network.closed"] == {"fail"}


def test_a_default_network_in_use_is_judged_like_any_other(ec2: AwsServer) -> None:
    client = ec2.client("ec2")
    image = client.register_image(Name="own", RootDeviceName="/dev/xvda")["ImageId"]
    client.run_instances(ImageId=image, MinCount=1, MaxCount=1)
    default = client.describe_vpcs(Filters=[{"Name": "is-default", "Values": ["true"]}])["Vpcs"][0]["VpcId"]
    _internet(ec2, default)
    found = look(ec2)
    network = found.resource("aws_default_vpc")
    assert said(found.facet("aws_default_vpc", "", NetworkFlowLog).enabled) is False
    assert network.facet(Placement) is not None
    assert said(found.facet("aws_default_vpc", "", Network).internet) is True
    assert found.resources("aws_internet_gateway") != []


def test_whether_a_network_is_used_is_open_where_subnets_are_refused(ec2: AwsServer) -> None:
    ec2.refuse(["ec2:DescribeSubnets"])
    found = look(ec2)
    assert why(found.facet("aws_default_vpc", "", NetworkFlowLog).enabled) is Reason.DENIED
    assert why(found.facet("aws_default_vpc", "", Placement).locations) is Reason.DENIED
    rules = _rules(found, "aws_default_security_group")
    assert [why(one.ports) for one in rules] == [Reason.DENIED] * 2
    # that the group lets something through is told all the same
    assert said(found.facet("aws_default_security_group", "", DefaultNetwork).closed) is False


def test_subnets_alone_tell_that_nothing_stands_in_the_default_network(ec2: AwsServer) -> None:
    ec2.refuse(["ec2:DescribeVpcs"])
    found = look(ec2)
    assert found.resources("aws_default_subnet") == []
    assert found.resources("aws_route_table") == []


def test_what_is_being_deleted_is_none(bare: AwsServer) -> None:
    network = {"VpcId": "vpc-0aaaaaaaaaaaaaaa1", "OwnerId": ACCOUNT, "State": "deleting"}
    bare.answer("ec2", "DescribeVpcs", {"Vpcs": [network]})
    listed = {"PrefixListId": "pl-0aaaaaaaaaaaaaaa1", "PrefixListName": "offices", "OwnerId": ACCOUNT}
    bare.answer("ec2", "DescribeManagedPrefixLists", {"PrefixLists": [{**listed, "State": "delete-complete"}]})
    bare.answer("ec2", "GetManagedPrefixListEntries", {"Entries": []})
    found = look(bare)
    assert found.resources("aws_vpc") == []
    assert found.resources("aws_ec2_managed_prefix_list") == []


def test_a_refused_region_is_not_an_empty_one(ec2: AwsServer) -> None:
    ec2.refuse(["ec2:*"], region="us-east-1")
    found = audit(ec2.url, ["ec2"], regions=(REGION, "us-east-1"))
    stand_ins = [one for one in found.resources("aws_vpc") if "us-east-1" in one.address]
    assert len(stand_ins) == 1
    assert found.statuses(stand_ins[0].address)["residency.location.other-allowed"] != {"pass"}


# ---------------------------------------------------------------- routes


def _internet(aws: AwsServer, network: str) -> str:
    client = aws.client("ec2")
    gateway = client.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    client.attach_internet_gateway(InternetGatewayId=gateway, VpcId=network)
    return str(gateway)


def test_subnets_use_the_main_table_unless_they_have_their_own(ec2: AwsServer) -> None:
    network, client = vpc(ec2), ec2.client("ec2")
    public, inner = subnet(ec2, network), subnet(ec2, network, "10.0.2.0/24")
    gateway = _internet(ec2, network)
    table = client.create_route_table(VpcId=network)["RouteTable"]["RouteTableId"]
    client.create_route(RouteTableId=table, DestinationCidrBlock="0.0.0.0/0", GatewayId=gateway)
    client.associate_route_table(RouteTableId=table, SubnetId=public)
    found = look(ec2)
    assert said(found.facet("aws_subnet", public, SubnetRoute).internet) is True
    assert said(found.facet("aws_subnet", inner, SubnetRoute).internet) is False
    assert said(found.facet("aws_internet_gateway", gateway, InternetBoundary).device) is BoundaryDevice.PACKET_FILTER
    assert said(found.facet("aws_vpc", network, Network).internet) is True


def test_main_table_with_a_way_out(ec2: AwsServer) -> None:
    network, client = vpc(ec2), ec2.client("ec2")
    inner = subnet(ec2, network)
    gateway = _internet(ec2, network)
    tables = client.describe_route_tables(Filters=[{"Name": "vpc-id", "Values": [network]}])["RouteTables"]
    main = tables[0]["RouteTableId"]
    client.create_route(RouteTableId=main, DestinationCidrBlock="0.0.0.0/0", GatewayId=gateway)
    assert said(look(ec2).facet("aws_subnet", inner, SubnetRoute).internet) is True
    ec2.refuse(["ec2:DescribeRouteTables"])
    assert isinstance(look(ec2).facet("aws_subnet", inner, SubnetRoute).internet, Unknown)


def test_routes_that_end_nowhere(bare: AwsServer) -> None:
    routes = [
        {"DestinationCidrBlock": "10.0.0.0/16", "GatewayId": "local", "State": "active"},
        {"DestinationCidrBlock": "192.0.2.0/24", "NatGatewayId": "nat-0aaaaaaaaaaaaaaa1", "State": "blackhole"},
        {
            "DestinationCidrBlock": "198.51.100.0/24",
            "VpcPeeringConnectionId": "pcx-0aaaaaaaaaaaaaaa1",
            "State": "active",
        },
    ]
    table = {
        "RouteTableId": "rtb-0aaaaaaaaaaaaaaa1",
        "VpcId": "vpc-0aaaaaaaaaaaaaaa1",
        "OwnerId": ACCOUNT,
        "Routes": routes,
    }
    bare.answer("ec2", "DescribeRouteTables", {"RouteTables": [table]})
    found = look(bare).facet("aws_route_table", "", RouteTable)
    assert said(found.dead) == ("192.0.2.0/24",)


def test_a_gateway_that_nothing_is_behind_connects_nothing(ec2: AwsServer) -> None:
    free = ec2.client("ec2").create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    assert look(ec2).resource("aws_internet_gateway", free).facet(ExternalConnection) is None


def test_refused_gateways_leave_the_internet_open(ec2: AwsServer) -> None:
    network = vpc(ec2)
    assert said(look(ec2).facet("aws_vpc", network, Network).internet) is False
    ec2.refuse(["ec2:DescribeInternetGateways"])
    assert isinstance(look(ec2).facet("aws_vpc", network, Network).internet, Unknown)


# ---------------------------------------------------------------- rules


def _group(aws: AwsServer, *permissions: dict[str, Any], **more: Any) -> None:
    group = {
        "GroupId": "sg-0aaaaaaaaaaaaaaa1",
        "GroupName": "web",
        "OwnerId": ACCOUNT,
        "VpcId": "vpc-0aaaaaaaaaaaaaaa1",
        "IpPermissions": list(permissions),
        "IpPermissionsEgress": [],
        **more,
    }
    aws.answer("ec2", "DescribeSecurityGroups", {"SecurityGroups": [group]})


def _rules(found: Audit, type_: str = "aws_security_group") -> list[TrafficRule]:
    return facets(found, type_, "", TrafficRule)


def test_rules_of_a_group(bare: AwsServer) -> None:
    tcp = {"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22}
    _group(
        bare,
        {**tcp, "IpRanges": [{"CidrIp": "0.0.0.0/0"}]},
        {**tcp, "FromPort": 443, "ToPort": 443, "Ipv6Ranges": [{"CidrIpv6": "2001:db8::/32"}]},
        {"IpProtocol": "-1", "UserIdGroupPairs": [{"GroupId": "sg-0aaaaaaaaaaaaaaa1", "UserId": ACCOUNT}]},
        {
            **tcp,
            "FromPort": 25,
            "ToPort": 25,
            "UserIdGroupPairs": [{"GroupId": "sg-0bbbbbbbbbbbbbbb1", "UserId": OTHER}],
        },
        IpPermissionsEgress=[{"IpProtocol": "-1", "IpRanges": [{"CidrIp": "10.0.0.0/8"}]}],
    )
    found = {one.key: (said(one.everywhere), said(one.own_group)) for one in _rules(look(bare))}
    assert found == {
        "inbound tcp/22 0.0.0.0/0": (True, False),
        "inbound tcp/443 2001:db8::/32": (False, False),
        "inbound all self": (False, True),
        f"inbound tcp/25 {OTHER}/sg-0bbbbbbbbbbbbbbb1": (False, False),
        "outbound all 10.0.0.0/8": (False, False),
    }


def test_refused_groups_are_unknown_rules(ec2: AwsServer) -> None:
    ec2.refuse(["ec2:DescribeSecurityGroups"])
    found = look(ec2)
    (rule, *_) = _rules(found)
    assert why(rule.ports) is Reason.DENIED
    assert "pass" not in found.statuses("aws_security_group")["network.ingress.public-ports"]


@pytest.mark.parametrize(("cidr", "everywhere"), [("0.0.0.0/0", True), ("192.0.2.0/24", False)])
def test_own_prefix_lists_are_looked_into(bare: AwsServer, cidr: str, everywhere: bool) -> None:
    tcp = {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443}
    _group(bare, {**tcp, "PrefixListIds": [{"PrefixListId": "pl-0aaaaaaaaaaaaaaa1"}]})
    listed = {"PrefixListId": "pl-0aaaaaaaaaaaaaaa1", "PrefixListName": "offices", "OwnerId": ACCOUNT}
    bare.answer("ec2", "DescribeManagedPrefixLists", {"PrefixLists": [{**listed, "State": "create-complete"}]})
    bare.answer("ec2", "GetManagedPrefixListEntries", {"Entries": [{"Cidr": cidr}]})
    (rule,) = _rules(look(bare))
    assert said(rule.everywhere) is everywhere
    bare.refuse(["ec2:GetManagedPrefixListEntries"])
    (rule,) = _rules(look(bare))
    assert why(rule.everywhere) is Reason.DENIED


def test_prefix_lists_of_aws_name_its_own_services(bare: AwsServer) -> None:
    _group(bare, {"IpProtocol": "-1", "PrefixListIds": [{"PrefixListId": "pl-61a54008"}]})
    listed = {"PrefixListId": "pl-61a54008", "PrefixListName": f"com.amazonaws.{REGION}.s3", "OwnerId": "AWS"}
    bare.answer("ec2", "DescribeManagedPrefixLists", {"PrefixLists": [listed]})
    (rule,) = _rules(look(bare))
    assert said(rule.everywhere) is False
    assert not any(call.operation == "GetManagedPrefixListEntries" for call in bare.calls())


@pytest.mark.parametrize(("cidr", "everywhere"), [("0.0.0.0/0", True), ("192.0.2.0/24", False)])
def test_prefix_lists_that_another_account_shares_are_looked_into(bare: AwsServer, cidr: str, everywhere: bool) -> None:
    _group(bare, {"IpProtocol": "-1", "PrefixListIds": [{"PrefixListId": "pl-0aaaaaaaaaaaaaaa1"}]})
    listed = {"PrefixListId": "pl-0aaaaaaaaaaaaaaa1", "PrefixListName": "offices", "OwnerId": OTHER}
    bare.answer("ec2", "DescribeManagedPrefixLists", {"PrefixLists": [listed]})
    bare.answer("ec2", "GetManagedPrefixListEntries", {"Entries": [{"Cidr": cidr}]})
    (rule,) = _rules(look(bare))
    assert said(rule.everywhere) is everywhere
    bare.refuse(["ec2:GetManagedPrefixListEntries"])
    (rule,) = _rules(look(bare))
    assert isinstance(rule.everywhere, Unknown)


def test_filters_of_subnets(bare: AwsServer) -> None:
    entry = {"Protocol": "6", "RuleAction": "allow", "RuleNumber": 100, "Egress": False, "CidrBlock": "0.0.0.0/0"}
    last = {"Protocol": "-1", "RuleAction": "deny", "RuleNumber": 32767, "Egress": False, "CidrBlock": "0.0.0.0/0"}
    acl = {"NetworkAclId": "acl-0aaaaaaaaaaaaaaa1", "VpcId": "vpc-0aaaaaaaaaaaaaaa1", "IsDefault": False}
    bare.answer(
        "ec2",
        "DescribeNetworkAcls",
        {"NetworkAcls": [{**acl, "Entries": [{**entry, "PortRange": {"From": 80, "To": 80}}, last]}]},
    )
    (rule,) = facets(look(bare), "aws_network_acl", "", TrafficRule)
    assert (rule.key, said(rule.everywhere)) == ("inbound tcp/80 0.0.0.0/0", True)


# ---------------------------------------------------------------- peerings


def _peering(aws: AwsServer, requester: dict[str, Any], accepter: dict[str, Any], status: str = "active") -> None:
    one = {
        "VpcPeeringConnectionId": "pcx-0aaaaaaaaaaaaaaa1",
        "RequesterVpcInfo": {"VpcId": "vpc-0aaaaaaaaaaaaaaa1", "Region": REGION, "OwnerId": ACCOUNT, **requester},
        "AccepterVpcInfo": {"VpcId": "vpc-0bbbbbbbbbbbbbbb1", "Region": REGION, "OwnerId": ACCOUNT, **accepter},
        "Status": {"Code": status},
    }
    gone = {**one, "VpcPeeringConnectionId": "pcx-0aaaaaaaaaaaaaaa2", "Status": {"Code": "deleted"}}
    aws.answer("ec2", "DescribeVpcPeeringConnections", {"VpcPeeringConnections": [one, gone]})


@pytest.mark.parametrize("owner", [ACCOUNT, OTHER])
def test_peering_that_the_account_asked_for(bare: AwsServer, owner: str) -> None:
    _peering(bare, {}, {"OwnerId": owner})
    connection = look(bare).facet("aws_vpc_peering_connection", "", ExternalConnection)
    assert (said(connection.peer), said(connection.outside)) == (owner, owner != ACCOUNT)


def test_peering_that_another_account_asked_for(bare: AwsServer) -> None:
    _peering(bare, {"OwnerId": OTHER}, {})
    connection = look(bare).facet("aws_vpc_peering_connection_accepter", "", ExternalConnection)
    assert (said(connection.peer), said(connection.outside)) == (OTHER, True)


# ---------------------------------------------------------------- hubs

HUB = "tgw-0aaaaaaaaaaaaaaa1"
TABLE = "tgw-rtb-0aaaaaaaaaaaaaaa1"


def _hub(aws: AwsServer, owner: str = ACCOUNT) -> None:
    options = {"DefaultRouteTableAssociation": "enable", "DefaultRouteTablePropagation": "enable"}
    hub = {"TransitGatewayId": HUB, "OwnerId": owner, "State": "available", "Options": options}
    aws.answer("ec2", "DescribeTransitGateways", {"TransitGateways": [hub]})
    attached = [
        {
            "TransitGatewayAttachmentId": f"tgw-attach-0aaaaaaaaaaaaaaa{number}",
            "TransitGatewayId": HUB,
            "TransitGatewayOwnerId": owner,
            "ResourceType": kind,
            "ResourceOwnerId": ACCOUNT if number == 1 else OTHER,
            "State": "available",
        }
        for number, kind in ((1, "vpc"), (2, "vpc"), (3, "direct-connect-gateway"))
    ]
    aws.answer("ec2", "DescribeTransitGatewayAttachments", {"TransitGatewayAttachments": attached})
    networks = [
        {
            "TransitGatewayAttachmentId": one["TransitGatewayAttachmentId"],
            "TransitGatewayId": HUB,
            "VpcId": f"vpc-0{one['TransitGatewayAttachmentId'][-1] * 16}",
            "VpcOwnerId": one["ResourceOwnerId"],
            "State": "available",
        }
        for one in attached[:2]
    ]
    aws.answer("ec2", "DescribeTransitGatewayVpcAttachments", {"TransitGatewayVpcAttachments": networks})
    table = {"TransitGatewayRouteTableId": TABLE, "TransitGatewayId": HUB, "State": "available"}
    aws.answer("ec2", "DescribeTransitGatewayRouteTables", {"TransitGatewayRouteTables": [table]})
    members = [{"TransitGatewayAttachmentId": one["TransitGatewayAttachmentId"]} for one in attached]
    sending = [{**one, "State": "associated"} for one in members]
    aws.answer("ec2", "GetTransitGatewayRouteTableAssociations", {"Associations": sending})
    reached = [{**members[0], "State": "enabled"}]
    aws.answer("ec2", "GetTransitGatewayRouteTablePropagations", {"TransitGatewayRouteTablePropagations": reached})
    aws.answer("ec2", "SearchTransitGatewayRoutes", {"Routes": [], "AdditionalRoutesAvailable": False})


def test_tables_of_a_hub_tell_who_reaches_whom(bare: AwsServer) -> None:
    _hub(bare)
    found = look(bare)
    join = found.facet("aws_ec2_transit_gateway_route_table", "", NetworkJoin)
    first, second = (f"{ARN}:transit-gateway-attachment/tgw-attach-0aaaaaaaaaaaaaaa{number}" for number in (1, 2))
    assert join.join is JoinKind.HUB
    # the line is no network; the network of the other account counts by its attachment
    assert said(join.senders) == {first, second}
    assert said(join.receivers) == {first}
    assert said(join.whole) is True
    assert found.resource("aws_ec2_transit_gateway", HUB).facet(NetworkJoin) is None


@pytest.mark.parametrize(
    "operation",
    [
        "GetTransitGatewayRouteTableAssociations",
        "GetTransitGatewayRouteTablePropagations",
        "SearchTransitGatewayRoutes",
    ],
)
def test_refused_members_leave_the_table_open(bare: AwsServer, operation: str) -> None:
    _hub(bare)
    bare.refuse([f"ec2:{operation}"])
    join = look(bare).facet("aws_ec2_transit_gateway_route_table", "", NetworkJoin)
    assert why(join.whole) is Reason.DENIED


def test_a_peering_that_nobody_has_accepted_joins_nothing(bare: AwsServer) -> None:
    _peering(bare, {"OwnerId": OTHER}, {}, "pending-acceptance")
    assert look(bare).resources("aws_vpc_peering_connection_accepter") == []


def test_routes_of_a_hub_that_are_not_shown_leave_the_table_open(bare: AwsServer) -> None:
    _hub(bare)
    bare.answer("ec2", "SearchTransitGatewayRoutes", {"Routes": [], "AdditionalRoutesAvailable": True})
    join = look(bare).facet("aws_ec2_transit_gateway_route_table", "", NetworkJoin)
    assert why(join.whole) is Reason.NOT_COLLECTED


def test_an_attachment_that_nobody_has_accepted_joins_nothing(bare: AwsServer) -> None:
    _hub(bare, OTHER)
    asked = {
        "TransitGatewayAttachmentId": "tgw-attach-0aaaaaaaaaaaaaaa1",
        "TransitGatewayId": HUB,
        "VpcOwnerId": ACCOUNT,
        "State": "pendingAcceptance",
    }
    bare.answer("ec2", "DescribeTransitGatewayVpcAttachments", {"TransitGatewayVpcAttachments": [asked]})
    assert look(bare).resources("aws_ec2_transit_gateway_vpc_attachment") == []


def test_hub_of_another_account(bare: AwsServer) -> None:
    _hub(bare, OTHER)
    found = look(bare)
    assert found.resources("aws_ec2_transit_gateway") == []
    connection = found.facet("aws_ec2_transit_gateway_vpc_attachment", "attach-0aaaaaaaaaaaaaaa1", ExternalConnection)
    assert (said(connection.peer), said(connection.outside)) == (OTHER, True)


# ---------------------------------------------------------------- tunnels


def _vpn(aws: AwsServer, **tunnel: Any) -> None:
    ends = [{"OutsideIpAddress": f"192.0.2.{number}", "PreSharedKey": KEY, **tunnel} for number in (1, 2)]
    connection = {
        "VpnConnectionId": "vpn-0aaaaaaaaaaaaaaa1",
        "CustomerGatewayId": "cgw-0aaaaaaaaaaaaaaa1",
        "VpnGatewayId": "vgw-0aaaaaaaaaaaaaaa1",
        "CustomerGatewayConfiguration": f"<vpn_connection><pre_shared_key>{KEY}</pre_shared_key></vpn_connection>",
        "State": "available",
        "Type": "ipsec.1",
        "Options": {"TunnelOptions": ends},
    }
    aws.answer("ec2", "DescribeVpnConnections", {"VpnConnections": [connection]})
    gateway = {"CustomerGatewayId": "cgw-0aaaaaaaaaaaaaaa1", "IpAddress": "203.0.113.1", "State": "available"}
    aws.answer("ec2", "DescribeCustomerGateways", {"CustomerGateways": [gateway]})
    near = {"VpnGatewayId": "vgw-0aaaaaaaaaaaaaaa1", "State": "available"}
    aws.answer("ec2", "DescribeVpnGateways", {"VpnGateways": [near]})


def test_tunnels_without_options_accept_everything(bare: AwsServer) -> None:
    _vpn(bare)
    found = look(bare, "directconnect-gateways")
    tunnels = facets(found, "aws_vpn_connection", "", VpnTunnel)
    assert [said(one.ike_versions) for one in tunnels] == [{1, 2}, {1, 2}]
    assert said(found.facet("aws_vpn_connection", "", ExternalConnection).peer) == "203.0.113.1"


def test_tunnels_with_strong_options(bare: AwsServer) -> None:
    phases = {
        f"Phase{number}{kind}": [{"Value": value}]
        for number in (1, 2)
        for kind, value in (
            ("EncryptionAlgorithms", "AES256-GCM-16"),
            ("IntegrityAlgorithms", "SHA2-384"),
            ("DHGroupNumbers", 20),
        )
    }
    _vpn(bare, IkeVersions=[{"Value": "ikev2"}], **phases)
    tunnels = facets(look(bare), "aws_vpn_connection", "", VpnTunnel)
    assert [said(one.ike_versions) for one in tunnels] == [{2}, {2}]
    assert [said(one.encryption) for one in tunnels] == [{"aes256-gcm-16"}] * 2
    assert [said(one.dh_groups) for one in tunnels] == [{20}] * 2


def test_keys_of_tunnels_are_not_kept(bare: AwsServer, tmp_path: Path) -> None:
    _vpn(bare)
    collect(bare.url, tmp_path / "kept", CollectOptions(services=("ec2",), regions=(REGION,)))
    files = [path for path in (tmp_path / "kept").rglob("*") if path.is_file()]
    assert files
    for path in files:
        content = path.read_bytes()
        content = gzip.decompress(content) if content[:2] == b"\x1f\x8b" else content
        assert KEY.encode() not in content


@pytest.mark.parametrize("associated", [True, False])
def test_a_dedicated_line_doubles_a_tunnel(bare: AwsServer, associated: bool) -> None:
    _vpn(bare)
    gateway = {
        "directConnectGatewayId": "5f294f92-bafb-4011-916d-9b0bexample",
        "directConnectGatewayState": "available",
    }
    bare.answer("directconnect", "DescribeDirectConnectGateways", {"directConnectGateways": [gateway]})
    link = {
        "associatedGateway": {"id": "vgw-0aaaaaaaaaaaaaaa1" if associated else "vgw-0bbbbbbbbbbbbbbb1"},
        "associationState": "associated",
    }
    bare.answer(
        "directconnect", "DescribeDirectConnectGatewayAssociations", {"directConnectGatewayAssociations": [link]}
    )
    found = look(bare, "directconnect-gateways")
    assert said(found.facet("aws_vpn_connection", "", LineRedundancy).doubled) is associated
    bare.refuse(["directconnect:DescribeDirectConnectGatewayAssociations"])
    found = look(bare, "directconnect-gateways")
    assert isinstance(found.facet("aws_vpn_connection", "", LineRedundancy).doubled, Unknown)


# ---------------------------------------------------------------- users from outside


def _entrance(aws: AwsServer) -> None:
    endpoint = {
        "ClientVpnEndpointId": "cvpn-endpoint-0aaaaaaaaaaaaaaa1",
        "Status": {"Code": "available"},
        "AuthenticationOptions": [{"Type": "certificate-authentication"}],
        "ConnectionLogOptions": {"Enabled": False},
        "TransportProtocol": "udp",
    }
    aws.answer("ec2", "DescribeClientVpnEndpoints", {"ClientVpnEndpoints": [endpoint]})
    rules = [
        {"DestinationCidr": "0.0.0.0/0", "AccessAll": True, "GroupId": "", "Status": {"Code": "active"}},
        {"DestinationCidr": "10.0.1.0/24", "AccessAll": False, "GroupId": "staff", "Status": {"Code": "active"}},
    ]
    aws.answer("ec2", "DescribeClientVpnAuthorizationRules", pages=[{"AuthorizationRules": [one]} for one in rules])


def test_entrance_with_its_grants_of_all_pages(bare: AwsServer) -> None:
    _entrance(bare)
    found = look(bare)
    type_ = "aws_ec2_client_vpn_endpoint"
    assert said(found.facet(type_, "", RemoteAccess).authentication) == {UserAuthentication.CERTIFICATE}
    assert said(found.facet(type_, "", DataAccessLog).enabled) is False
    grants = {one.key: (said(one.everybody), said(one.every_network)) for one in facets(found, type_, "", RemoteGrant)}
    assert grants == {"0.0.0.0/0 *": (True, True), "10.0.1.0/24 staff": (False, False)}


@pytest.mark.parametrize("code", ["InvalidAction", "UnsupportedOperation"])
def test_a_region_without_a_part_of_the_service_has_nothing_of_it(bare: AwsServer, code: str) -> None:
    for operation in ("DescribeClientVpnEndpoints", "DescribeVerifiedAccessTrustProviders"):
        bare.fail("ec2", operation, code)
    found = look(bare)
    for type_ in ("aws_ec2_client_vpn_endpoint", "aws_verifiedaccess_trust_provider", "aws_verifiedaccess_endpoint"):
        assert found.resources(type_) == []
    bare.refuse(["ec2:DescribeClientVpnEndpoints"])
    assert len(look(bare).resources("aws_ec2_client_vpn_endpoint")) == 1


def test_refused_grants_are_open(bare: AwsServer) -> None:
    _entrance(bare)
    bare.refuse(["ec2:DescribeClientVpnAuthorizationRules"])
    (grant,) = facets(look(bare), "aws_ec2_client_vpn_endpoint", "", RemoteGrant)
    assert why(grant.everybody) is Reason.DENIED


@pytest.mark.parametrize(("principal", "outside"), [(f"arn:aws:iam::{ACCOUNT}:root", False), ("*", True)])
def test_services_that_others_reach(bare: AwsServer, principal: str, outside: bool) -> None:
    service = {"ServiceId": "vpce-svc-0aaaaaaaaaaaaaaa1", "ServiceState": "Available", "ServiceName": "x"}
    bare.answer("ec2", "DescribeVpcEndpointServiceConfigurations", {"ServiceConfigurations": [service]})
    allowed = {"AllowedPrincipals": [{"Principal": principal}]}
    bare.answer("ec2", "DescribeVpcEndpointServicePermissions", allowed)
    assert said(look(bare).facet("aws_vpc_endpoint_service", "", ExternalConnection).outside) is outside
    bare.refuse(["ec2:DescribeVpcEndpointServicePermissions"])
    assert why(look(bare).facet("aws_vpc_endpoint_service", "", ExternalConnection).outside) is Reason.DENIED
