"""Networks: subnets, route tables, gateways, addresses, flow logs, DHCP options, endpoints.

Sources: Amazon EC2 API Reference (DescribeVpcs, DescribeSubnets, DescribeRouteTables, DescribeInternetGateways,
DescribeEgressOnlyInternetGateways, DescribeNatGateways, DescribeAddresses, DescribeFlowLogs, DescribeDhcpOptions,
DescribeVpcEndpoints, DescribeVpcEndpointServiceConfigurations, DescribeVpcEndpointServicePermissions); AWS provider
documentation, page of each type; Amazon VPC User Guide, pages "Default VPCs" and "Subnet sizing" (five addresses of
each subnet cannot be used).
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator, Mapping
from typing import Any, Final

import msgspec

from auditor_aws.live.answers import Answers, Refusal
from auditor_aws.live.ec2.common import alive, arn, gather, made, own
from auditor_aws.live.shapes import Shape, tags

_RESERVED: Final = 5
"""Addresses of a subnet that AWS keeps for itself."""


class Unused(msgspec.Struct, frozen=True):
    """Networks that AWS made by itself and in which nothing stands.

    Every account has one in every region.
    """

    networks: frozenset[str]
    doubtful: frozenset[str] = frozenset()
    """Those that AWS made, where it is not told whether anything stands in them."""
    refusal: Refusal | None = None
    """Why it is not told."""


def unused_networks(answers: Answers) -> Unused:
    """By the free addresses of the subnets; one that somebody added, or whose size cannot be told, counts as used."""
    default = frozenset(one["VpcId"] for one in answers.items("DescribeVpcs", "Vpcs") if one.get("IsDefault"))
    said = answers.of("DescribeSubnets")
    if said.refusal is not None:
        return Unused(frozenset(), default, said.refusal)
    subnets = said.items("Subnets")
    if answers.of("DescribeVpcs").refusal is not None:
        default = frozenset(one.get("VpcId", "") for one in subnets if one.get("DefaultForAz"))
    return Unused(default - {one.get("VpcId", "") for one in subnets if _used(one)})


def _used(subnet: Mapping[str, Any]) -> bool:
    free, block = subnet.get("AvailableIpAddressCount"), subnet.get("CidrBlock")
    if free is None or not block or not subnet.get("DefaultForAz"):
        return True
    return bool(ipaddress.ip_network(block).num_addresses - _RESERVED > free)


def networks(answers: Answers) -> Iterator[Shape]:
    """Networks and subnets; of a network that AWS made and nobody uses, only the network itself."""
    unused = unused_networks(answers)
    for item in alive(answers.items("DescribeVpcs", "Vpcs"), "State"):
        id_, owner = item["VpcId"], item.get("OwnerId", answers.account)
        kind = "default_vpc" if item.get("IsDefault") else "vpc"
        type_ = f"aws_{kind}" if owner == answers.account else "data.aws_vpc"
        address = arn(answers, "vpc", id_, owner)
        shape = Shape(type_, answers, address, "DescribeVpcs", names=(id_,))
        shape.values.update(
            id=id_,
            arn=address,
            cidr_block=item.get("CidrBlock"),
            dhcp_options_id=item.get("DhcpOptionsId"),
            tags=tags(item.get("Tags")),
            unused=id_ in unused.networks,
        )
        if unused.refusal is not None and id_ in unused.doubtful:
            shape.refuse(unused.refusal, "unused")
        yield shape
    for item in answers.items("DescribeSubnets", "Subnets"):
        if item.get("VpcId") not in unused.networks:
            yield _subnet(answers, item)


def _subnet(answers: Answers, item: Mapping[str, Any]) -> Shape:
    id_, owner = item["SubnetId"], item.get("OwnerId", answers.account)
    kind = "default_subnet" if item.get("DefaultForAz") else "subnet"
    type_ = f"aws_{kind}" if owner == answers.account else "data.aws_subnet"
    address = item.get("SubnetArn") or arn(answers, "subnet", id_, owner)
    shape = Shape(type_, answers, address, "DescribeSubnets", names=(id_,))
    shape.values.update(
        id=id_,
        arn=address,
        vpc_id=item.get("VpcId"),
        cidr_block=item.get("CidrBlock"),
        availability_zone=item.get("AvailabilityZone"),
        map_public_ip_on_launch=bool(item.get("MapPublicIpOnLaunch", False)),
        tags=tags(item.get("Tags")),
    )
    return shape


# ---------------------------------------------------------------- routes

_HOPS: Final = {
    "gateway_id": "GatewayId",
    "nat_gateway_id": "NatGatewayId",
    "transit_gateway_id": "TransitGatewayId",
    "vpc_peering_connection_id": "VpcPeeringConnectionId",
    "egress_only_gateway_id": "EgressOnlyInternetGatewayId",
    "network_interface_id": "NetworkInterfaceId",
    "core_network_arn": "CoreNetworkArn",
    "local_gateway_id": "LocalGatewayId",
    "carrier_gateway_id": "CarrierGatewayId",
}
_ENDPOINT: Final = "vpce-"


def tables(answers: Answers) -> Iterator[Shape]:
    """Route tables with their routes, and every subnet with the table that it uses."""
    unused = unused_networks(answers)
    main: dict[str, str] = {}
    explicit: set[str] = set()
    for item in own(answers.items("DescribeRouteTables", "RouteTables"), answers):
        id_, network = item["RouteTableId"], item.get("VpcId")
        if network in unused.networks:
            continue
        shape = made("aws_route_table", answers, "route-table", id_, "DescribeRouteTables", item)
        shape["vpc_id"] = network
        shape["route"] = [_route(one) for one in item.get("Routes") or () if one.get("GatewayId") != "local"]
        if unused.refusal is not None and network in unused.doubtful:
            shape.refuse(unused.refusal, "route")
        yield shape
        for one in item.get("Associations") or ():
            if one.get("Main"):
                main[network] = id_
                link = Shape(
                    "aws_main_route_table_association", answers, f"{shape.address} main", "DescribeRouteTables"
                )
                link.values.update(vpc_id=network, route_table_id=id_)
                yield link
            elif one.get("SubnetId"):
                explicit.add(one["SubnetId"])
                yield _association(answers, one["SubnetId"], id_)
    for subnet in own(answers.items("DescribeSubnets", "Subnets"), answers):
        # without a table of its own a subnet uses the main one (Amazon VPC User Guide, "Subnet route tables")
        if subnet["SubnetId"] not in explicit and subnet.get("VpcId") in main:
            yield _association(answers, subnet["SubnetId"], main[subnet["VpcId"]])


def _association(answers: Answers, subnet: str, table: str) -> Shape:
    address = f"{arn(answers, 'route-table', table)} {subnet}"
    link = Shape("aws_route_table_association", answers, address, "DescribeRouteTables")
    link.values.update(subnet_id=subnet, route_table_id=table, gateway_id=None)
    return link


def _route(one: Mapping[str, Any]) -> dict[str, Any]:
    route = {name: one.get(member) for name, member in _HOPS.items()}
    endpoint = str(route["gateway_id"] or "").startswith(_ENDPOINT)
    route["vpc_endpoint_id"] = route["gateway_id"] if endpoint else None
    if endpoint:
        route["gateway_id"] = None
    return {
        **route,
        "cidr_block": one.get("DestinationCidrBlock"),
        "ipv6_cidr_block": one.get("DestinationIpv6CidrBlock"),
        "destination_prefix_list_id": one.get("DestinationPrefixListId"),
        "state": one.get("State"),
    }


# ---------------------------------------------------------------- ways out


def gateways(answers: Answers) -> Iterator[Shape]:
    """Gateways to the internet, and addresses."""
    unused = unused_networks(answers)
    for item in own(answers.items("DescribeInternetGateways", "InternetGateways"), answers):
        network = next((one.get("VpcId") for one in item.get("Attachments") or ()), None)
        if network in unused.networks:
            continue
        shape = made("aws_internet_gateway", answers, "internet-gateway", item["InternetGatewayId"], _INTERNET, item)
        shape["vpc_id"] = network
        if unused.refusal is not None and network in unused.doubtful:
            shape.refuse(unused.refusal, "vpc_id")
        yield shape
    for item in answers.items("DescribeEgressOnlyInternetGateways", "EgressOnlyInternetGateways"):
        id_ = item["EgressOnlyInternetGatewayId"]
        shape = made("aws_egress_only_internet_gateway", answers, "egress-only-internet-gateway", id_, _EGRESS, item)
        shape["vpc_id"] = next((one.get("VpcId") for one in item.get("Attachments") or ()), None)
        yield shape
    for item in alive(answers.items("DescribeNatGateways", "NatGateways"), "State"):
        shape = made("aws_nat_gateway", answers, "natgateway", item["NatGatewayId"], "DescribeNatGateways", item)
        shape.values.update(
            subnet_id=item.get("SubnetId"),
            vpc_id=item.get("VpcId"),
            connectivity_type=item.get("ConnectivityType", "public"),
        )
        yield shape
    for item in answers.items("DescribeAddresses", "Addresses"):
        id_ = item.get("AllocationId") or item["PublicIp"]
        shape = made("aws_eip", answers, "elastic-ip", id_, "DescribeAddresses", item)
        shape.values.update(
            instance=item.get("InstanceId"),
            network_interface=item.get("NetworkInterfaceId"),
            public_ip=item.get("PublicIp"),
        )
        yield shape


_INTERNET: Final = "DescribeInternetGateways"
_EGRESS: Final = "DescribeEgressOnlyInternetGateways"


# ---------------------------------------------------------------- logs and options

_LOGGED: Final = {
    "vpc-": "vpc_id",
    "subnet-": "subnet_id",
    "eni-": "eni_id",
    "tgw-attach-": "transit_gateway_attachment_id",
    "tgw-": "transit_gateway_id",
}
"""Start of the id of what is logged -> attribute; the first that fits counts."""


def flow_logs(answers: Answers) -> Iterator[Shape]:
    """Flow logs, with whether their entries arrive."""
    for item in answers.items("DescribeFlowLogs", "FlowLogs"):
        shape = made("aws_flow_log", answers, "vpc-flow-log", item["FlowLogId"], "DescribeFlowLogs", item)
        logged = str(item.get("ResourceId", ""))
        shape.values.update(dict.fromkeys(_LOGGED.values()))
        shape.values.update({"regional_nat_gateway_id": None})
        start = next((start for start in _LOGGED if logged.startswith(start)), None)
        if start is not None:
            shape[_LOGGED[start]] = logged
        group, destination = item.get("LogGroupName"), item.get("LogDestination")
        if destination is None and group and not item.get("DeliverCrossAccountRole"):
            destination = answers.arn("logs", f"log-group:{group}")
        shape.values.update(
            traffic_type=item.get("TrafficType"),
            log_destination_type=item.get("LogDestinationType"),
            log_destination=destination,
            log_group_name=group,
            log_format=item.get("LogFormat"),
            deliver_logs_status=item.get("DeliverLogsStatus"),
        )
        yield shape


def dhcp_options(answers: Answers) -> Iterator[Shape]:
    """Sets of DHCP options; the one that AWS makes in every region is nobody's to set."""
    for item in own(answers.items("DescribeDhcpOptions", "DhcpOptions"), answers):
        options = {
            one["Key"]: [value.get("Value") for value in one.get("Values") or ()]
            for one in item.get("DhcpConfigurations") or ()
        }
        type_ = "data.aws_vpc_dhcp_options" if _by_aws(answers, item, options) else "aws_vpc_dhcp_options"
        shape = made(type_, answers, "dhcp-options", item["DhcpOptionsId"], "DescribeDhcpOptions", item)
        shape.values.update(
            domain_name=next(iter(options.get("domain-name", ())), None),
            domain_name_servers=options.get("domain-name-servers", []),
            ntp_servers=options.get("ntp-servers", []),
        )
        yield shape


def _by_aws(answers: Answers, item: Mapping[str, Any], options: Mapping[str, list[Any]]) -> bool:
    """Whether it holds what the set that AWS makes holds (Amazon VPC User Guide, "DHCP option sets"), and no name."""
    domain = "ec2.internal" if answers.region == "us-east-1" else f"{answers.region}.compute.internal"
    made_by_aws = {"domain-name": [domain], "domain-name-servers": ["AmazonProvidedDNS"]}
    return not item.get("Tags") and options == made_by_aws


# ---------------------------------------------------------------- endpoints


def endpoints(answers: Answers) -> Iterator[Shape]:
    """Endpoints, and services that others reach by endpoints."""
    for item in own(alive(answers.items("DescribeVpcEndpoints", "VpcEndpoints"), "State"), answers):
        shape = made("aws_vpc_endpoint", answers, "vpc-endpoint", item["VpcEndpointId"], "DescribeVpcEndpoints", item)
        shape.values.update(
            vpc_id=item.get("VpcId"),
            vpc_endpoint_type=item.get("VpcEndpointType"),
            service_name=item.get("ServiceName"),
            policy=item.get("PolicyDocument"),
            subnet_ids=item.get("SubnetIds") or [],
            security_group_ids=gather(item.get("Groups")),
        )
        yield shape
    call = "DescribeVpcEndpointServiceConfigurations"
    for item in alive(answers.items(call, "ServiceConfigurations"), "ServiceState"):
        id_ = item["ServiceId"]
        shape = made("aws_vpc_endpoint_service", answers, "vpc-endpoint-service", id_, call, item)
        shape.values.update(service_name=item.get("ServiceName"), acceptance_required=item.get("AcceptanceRequired"))
        permitted = answers.of("DescribeVpcEndpointServicePermissions", id_)
        shape.take("allowed_principals", permitted, lambda data: [])
        if permitted.refusal is None:
            shape["allowed_principals"] = [one.get("Principal") for one in permitted.items("AllowedPrincipals")]
        yield shape
