"""What joins networks with each other and with the outside: peerings, hubs, tunnels, entrances for users.

Sources: Amazon EC2 API Reference (DescribeVpcPeeringConnections, DescribeTransitGateways,
DescribeTransitGatewayAttachments, DescribeTransitGatewayVpcAttachments, DescribeTransitGatewayPeeringAttachments,
DescribeTransitGatewayRouteTables, GetTransitGatewayRouteTableAssociations, GetTransitGatewayRouteTablePropagations,
SearchTransitGatewayRoutes, DescribeVpnConnections, DescribeVpnGateways, DescribeCustomerGateways,
DescribeClientVpnEndpoints, DescribeClientVpnAuthorizationRules, DescribeVerifiedAccessTrustProviders,
DescribeVerifiedAccessEndpoints); AWS provider documentation, page of each type.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from auditor.attr import Reason
from auditor_aws.live.answers import Answers, Refusal
from auditor_aws.live.ec2.common import alive, joined, made, own
from auditor_aws.live.shapes import Shape, block


def peerings(answers: Answers) -> Iterator[Shape]:
    """Peerings, as seen from the side that asked; the other side has a record of its own that points there."""
    call = "DescribeVpcPeeringConnections"
    for item in joined(answers.items(call, "VpcPeeringConnections"), "Status", "Code"):
        asking, asked = item.get("RequesterVpcInfo") or {}, item.get("AccepterVpcInfo") or {}
        here = asking.get("OwnerId") == answers.account and asking.get("Region") in (None, answers.region)
        id_ = item["VpcPeeringConnectionId"]
        type_ = "aws_vpc_peering_connection" if here else "aws_vpc_peering_connection_accepter"
        near, far = (asking, asked) if here else (asked, asking)
        shape = made(type_, answers, "vpc-peering-connection", id_, call, item)
        if not here:
            shape["vpc_peering_connection_id"] = id_
        shape.values.update(
            vpc_id=near.get("VpcId"),
            peer_vpc_id=far.get("VpcId"),
            peer_owner_id=far.get("OwnerId"),
            peer_region=far.get("Region"),
            accept_status=(item.get("Status") or {}).get("Code"),
        )
        yield shape


# ---------------------------------------------------------------- hubs


def hubs(answers: Answers) -> Iterator[Shape]:
    """Transit gateways of the account, their tables, and what is attached to any hub."""
    for item in own(alive(answers.items("DescribeTransitGateways", "TransitGateways"), "State"), answers):
        id_ = item["TransitGatewayId"]
        shape = made("aws_ec2_transit_gateway", answers, "transit-gateway", id_, "DescribeTransitGateways", item)
        options = item.get("Options") or {}
        shape.values.update(
            default_route_table_association=options.get("DefaultRouteTableAssociation"),
            default_route_table_propagation=options.get("DefaultRouteTablePropagation"),
            auto_accept_shared_attachments=options.get("AutoAcceptSharedAttachments"),
            owner_id=item.get("OwnerId"),
            # who takes part in its default tables stands in these, which are records as well
            tables_told=True,
        )
        yield shape
    yield from _attachments(answers)
    yield from _hub_tables(answers)


def _attachments(answers: Answers) -> Iterator[Shape]:
    owners: dict[str, str | None] = {}
    for item in joined(answers.items("DescribeTransitGatewayAttachments", "TransitGatewayAttachments"), "State"):
        id_, kind = item["TransitGatewayAttachmentId"], item.get("ResourceType", "")
        owners[id_] = item.get("TransitGatewayOwnerId")
        if kind in _LINES:
            # a line or tunnel, which a table of the hub may name
            link = made(_LINES[kind], answers, _ATTACHMENT, id_, "DescribeTransitGatewayAttachments", item)
            link["transit_gateway_id"] = item.get("TransitGatewayId")
            yield link
    call = "DescribeTransitGatewayVpcAttachments"
    for item in joined(answers.items(call, "TransitGatewayVpcAttachments"), "State"):
        id_ = item["TransitGatewayAttachmentId"]
        ours = item.get("VpcOwnerId", answers.account) == answers.account
        type_ = "aws_ec2_transit_gateway_vpc_attachment"
        shape = made(type_ if ours else f"{type_}_accepter", answers, _ATTACHMENT, id_, call, item)
        shape.values.update(
            transit_gateway_id=item.get("TransitGatewayId"),
            vpc_id=item.get("VpcId"),
            vpc_owner_id=item.get("VpcOwnerId"),
            subnet_ids=item.get("SubnetIds") or [],
            transit_gateway_owner_id=owners.get(id_),
        )
        if not ours:
            shape["transit_gateway_attachment_id"] = id_
        yield shape
    call = "DescribeTransitGatewayPeeringAttachments"
    for item in joined(answers.items(call, "TransitGatewayPeeringAttachments"), "State"):
        asking, asked = item.get("RequesterTgwInfo") or {}, item.get("AccepterTgwInfo") or {}
        here = asking.get("OwnerId") == answers.account and asking.get("Region") in (None, answers.region)
        near, far = (asking, asked) if here else (asked, asking)
        id_ = item["TransitGatewayAttachmentId"]
        shape = made("aws_ec2_transit_gateway_peering_attachment", answers, _ATTACHMENT, id_, call, item)
        shape.values.update(
            transit_gateway_id=near.get("TransitGatewayId"),
            peer_transit_gateway_id=far.get("TransitGatewayId"),
            peer_account_id=far.get("OwnerId"),
            peer_region=far.get("Region"),
        )
        yield shape


_ATTACHMENT: Final = "transit-gateway-attachment"
_LINES: Final = {
    "connect": "aws_ec2_transit_gateway_connect",
    "direct-connect-gateway": "data.aws_ec2_transit_gateway_dx_gateway_attachment",
    "vpn": "data.aws_ec2_transit_gateway_vpn_attachment",
}
_IN_TABLE: Final = (
    ("GetTransitGatewayRouteTableAssociations", "Associations", "aws_ec2_transit_gateway_route_table_association"),
    (
        "GetTransitGatewayRouteTablePropagations",
        "TransitGatewayRouteTablePropagations",
        "aws_ec2_transit_gateway_route_table_propagation",
    ),
)


def _hub_tables(answers: Answers) -> Iterator[Shape]:
    """Tables, the default ones as any other, with who sends by them and who is reached."""
    call = "DescribeTransitGatewayRouteTables"
    for item in alive(answers.items(call, "TransitGatewayRouteTables"), "State"):
        id_ = item["TransitGatewayRouteTableId"]
        kind = "transit-gateway-route-table"
        table = made("aws_ec2_transit_gateway_route_table", answers, kind, id_, call, item)
        table["transit_gateway_id"] = item.get("TransitGatewayId")
        yield table
        for operation, member, type_ in _IN_TABLE:
            said = answers.of(operation, id_)
            if said.refusal is not None:
                yield _unread(answers, type_, operation, table, said.refusal)
                continue
            for one in alive(iter(said.items(member)), "State"):
                attachment = one.get("TransitGatewayAttachmentId")
                link = Shape(type_, answers, f"{table.address} {attachment}", operation)
                link.values.update(transit_gateway_route_table_id=id_, transit_gateway_attachment_id=attachment)
                yield link
        yield from _static(answers, table)


def _static(answers: Answers, table: Shape) -> Iterator[Shape]:
    said = answers.of("SearchTransitGatewayRoutes", table.values["id"])
    type_ = "aws_ec2_transit_gateway_route"
    if said.refusal is not None:
        yield _unread(answers, type_, "SearchTransitGatewayRoutes", table, said.refusal)
        return
    if said.pages and said.pages[-1].get("AdditionalRoutesAvailable"):
        # there are more, and no way to ask for them (the answer had no token)
        left = Refusal(said.call, Reason.NOT_COLLECTED, "AdditionalRoutesAvailable")
        yield _unread(answers, type_, "SearchTransitGatewayRoutes", table, left)
    for one in alive(iter(said.items("Routes")), "State"):
        to = one.get("DestinationCidrBlock") or one.get("PrefixListId")
        attachments = [part.get("TransitGatewayAttachmentId") for part in one.get("TransitGatewayAttachments") or ()]
        for attachment in attachments or [None]:
            link = Shape(type_, answers, f"{table.address} {to} {attachment}", "SearchTransitGatewayRoutes")
            link.values.update(
                transit_gateway_route_table_id=table.values["id"],
                transit_gateway_attachment_id=attachment,
                destination_cidr_block=to,
                blackhole=one.get("State") == "blackhole",
            )
            yield link


def _unread(answers: Answers, type_: str, operation: str, table: Shape, refusal: Any) -> Shape:
    link = Shape(type_, answers, f"{table.address} {operation}", operation)
    link["transit_gateway_route_table_id"] = table.values["id"]
    link.refuse(refusal, "transit_gateway_attachment_id", "blackhole")
    return link


# ---------------------------------------------------------------- tunnels

_TUNNEL: Final = {
    "ike_versions": "IkeVersions",
    "phase1_encryption_algorithms": "Phase1EncryptionAlgorithms",
    "phase2_encryption_algorithms": "Phase2EncryptionAlgorithms",
    "phase1_integrity_algorithms": "Phase1IntegrityAlgorithms",
    "phase2_integrity_algorithms": "Phase2IntegrityAlgorithms",
    "phase1_dh_group_numbers": "Phase1DHGroupNumbers",
    "phase2_dh_group_numbers": "Phase2DHGroupNumbers",
}


def tunnels(answers: Answers) -> Iterator[Shape]:
    """VPN connections and the gateways at both of their ends."""
    for item in alive(answers.items("DescribeVpnConnections", "VpnConnections"), "State"):
        id_ = item["VpnConnectionId"]
        shape = made("aws_vpn_connection", answers, "vpn-connection", id_, "DescribeVpnConnections", item)
        shape.values.update(
            customer_gateway_id=item.get("CustomerGatewayId"),
            transit_gateway_id=item.get("TransitGatewayId"),
            vpn_gateway_id=item.get("VpnGatewayId"),
            type=item.get("Type"),
        )
        options = (item.get("Options") or {}).get("TunnelOptions") or []
        if len(options) == 2:
            for number, one in enumerate(options, 1):
                for name, member in _TUNNEL.items():
                    # what is left out accepts everything that the service knows
                    shape[f"tunnel{number}_{name}"] = [found.get("Value") for found in one.get(member) or ()]
        yield shape
    for item in alive(answers.items("DescribeVpnGateways", "VpnGateways"), "State"):
        shape = made("aws_vpn_gateway", answers, "vpn-gateway", item["VpnGatewayId"], "DescribeVpnGateways", item)
        attached = (one for one in item.get("VpcAttachments") or () if one.get("State") in ("attached", "attaching"))
        shape["vpc_id"] = next((one.get("VpcId") for one in attached), None)
        yield shape
    for item in alive(answers.items("DescribeCustomerGateways", "CustomerGateways"), "State"):
        id_ = item["CustomerGatewayId"]
        shape = made("aws_customer_gateway", answers, "customer-gateway", id_, "DescribeCustomerGateways", item)
        shape["ip_address"] = item.get("IpAddress")
        yield shape


def without_keys(data: Any) -> None:
    """Secrets of tunnels: the shared keys, and the configuration of the device at the other end, which holds them."""
    for connection in data.get("VpnConnections") or ():
        connection.pop("CustomerGatewayConfiguration", None)
        for tunnel in (connection.get("Options") or {}).get("TunnelOptions") or ():
            tunnel.pop("PreSharedKey", None)


# ---------------------------------------------------------------- users from outside


def entrances(answers: Answers) -> Iterator[Shape]:
    """Client VPN endpoints with their grants, and Verified Access."""
    for item in alive(answers.items("DescribeClientVpnEndpoints", "ClientVpnEndpoints"), "Status", "Code"):
        id_ = item["ClientVpnEndpointId"]
        call = "DescribeClientVpnEndpoints"
        shape = made("aws_ec2_client_vpn_endpoint", answers, "client-vpn-endpoint", id_, call, item)
        log = item.get("ConnectionLogOptions")
        shape.values.update(
            authentication_options=[{"type": one.get("Type")} for one in item.get("AuthenticationOptions") or ()],
            connection_log_options=block(
                log and {"enabled": log.get("Enabled", False), "cloudwatch_log_group": log.get("CloudwatchLogGroup")}
            ),
            transport_protocol=item.get("TransportProtocol"),
            vpc_id=item.get("VpcId"),
            security_group_ids=item.get("SecurityGroupIds") or [],
        )
        yield shape
        yield from _grants(answers, shape)
    yield from _verified(answers)


def _grants(answers: Answers, entrance: Shape) -> Iterator[Shape]:
    call, type_ = "DescribeClientVpnAuthorizationRules", "aws_ec2_client_vpn_authorization_rule"
    said = answers.of(call, entrance.values["id"])
    if said.refusal is not None:
        rule = Shape(type_, answers, f"{entrance.address} {call}", call)
        rule["client_vpn_endpoint_id"] = entrance.values["id"]
        rule.refuse(said.refusal, "target_network_cidr", "access_group_id", "authorize_all_groups")
        yield rule
        return
    for one in alive(iter(said.items("AuthorizationRules")), "Status", "Code"):
        group, network = one.get("GroupId") or None, one.get("DestinationCidr")
        rule = Shape(type_, answers, f"{entrance.address} {network} {group or '*'}", call)
        rule.values.update(
            client_vpn_endpoint_id=entrance.values["id"],
            target_network_cidr=network,
            access_group_id=group,
            authorize_all_groups=bool(one.get("AccessAll", False)),
            tags={},
            arn=None,
        )
        yield rule


def _verified(answers: Answers) -> Iterator[Shape]:
    call = "DescribeVerifiedAccessTrustProviders"
    for item in answers.items(call, "VerifiedAccessTrustProviders"):
        id_ = item["VerifiedAccessTrustProviderId"]
        kind = "verified-access-trust-provider"
        shape = made("aws_verifiedaccess_trust_provider", answers, kind, id_, call, item)
        shape["trust_provider_type"] = item.get("TrustProviderType")
        yield shape
    call = "DescribeVerifiedAccessEndpoints"
    for item in alive(answers.items(call, "VerifiedAccessEndpoints"), "Status", "Code"):
        id_ = item["VerifiedAccessEndpointId"]
        shape = made("aws_verifiedaccess_endpoint", answers, "verified-access-endpoint", id_, call, item)
        shape["endpoint_type"] = item.get("EndpointType")
        yield shape


def without_client_secrets(data: Any) -> None:
    """Secrets by which Verified Access shows itself to identity providers."""
    for provider in data.get("VerifiedAccessTrustProviders") or ():
        for member in ("OidcOptions", "NativeApplicationOidcOptions"):
            (provider.get(member) or {}).pop("ClientSecret", None)
