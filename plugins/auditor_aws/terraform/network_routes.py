"""Subnets, route tables and internet gateways: which way leads to the internet, and past what.

Sources: Terraform AWS provider documentation, page of each type (``aws_route_table``: routes in the table and
``aws_route`` resources of the same table overwrite each other); Amazon VPC User Guide, pages "Subnets" (default
subnets give public addresses) and "Routing options"; AWS Network Firewall Developer Guide, page "Route table
configurations" (only the subnets of the firewall route to the internet gateway).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Final

from auditor.attr import Attr, Known, Reason, Unknown, any_of
from auditor.facets import (
    BoundaryDevice,
    ExternalConnection,
    Facet,
    InternetBoundary,
    Network,
    RouteTable,
    SubnetRoute,
)
from auditor.record import Action, Links, Record
from auditor.text import Text
from auditor_aws import absent, computed
from auditor_aws.network_links import (
    GATEWAY,
    NETWORKS,
    SUBNETS,
    TABLES,
    Route,
    gateways_of,
    network_of,
    omitted,
    routes_of,
    straight_from,
)
from auditor_aws.registry import REGISTRY

REGISTRY.part(SUBNETS[0], "aws_route_table_association")
REGISTRY.part(TABLES[0], "aws_route", "aws_main_route_table_association")
REGISTRY.part(GATEWAY, "aws_internet_gateway_attachment")

_BALANCERS: Final = (
    ("aws_lb", "subnets"),
    ("aws_lb", "subnet_mapping.subnet_id"),
    ("aws_alb", "subnets"),
    ("aws_alb", "subnet_mapping.subnet_id"),
    ("aws_elb", "subnets"),
)
_STORES: Final = (
    ("aws_db_subnet_group", "subnet_ids"),
    ("aws_docdb_subnet_group", "subnet_ids"),
    ("aws_dax_subnet_group", "subnet_ids"),
    ("aws_elasticache_subnet_group", "subnet_ids"),
    ("aws_memorydb_subnet_group", "subnet_ids"),
    ("aws_neptune_subnet_group", "subnet_ids"),
    ("aws_redshift_subnet_group", "subnet_ids"),
    ("aws_redshiftserverless_workgroup", "subnet_ids"),
)
_INSPECTING: Final = "GatewayLoadBalancer"
"""Kind of endpoint that leads traffic through appliances."""
_HOPS: Final = {
    "gateway_id": (GATEWAY, "aws_vpn_gateway"),
    "nat_gateway_id": ("aws_nat_gateway",),
    "transit_gateway_id": ("aws_ec2_transit_gateway",),
    "vpc_peering_connection_id": ("aws_vpc_peering_connection",),
    "vpc_endpoint_id": ("aws_vpc_endpoint",),
    "egress_only_gateway_id": ("aws_egress_only_internet_gateway",),
    "network_interface_id": ("aws_network_interface",),
}
"""Where a route may lead to: attribute -> types."""


# ---------------------------------------------------------------- subnets


def _stands_in(subnet: Record, type_: str, path: str) -> tuple[tuple[Record, ...], Unknown | None]:
    if not subnet.links.of_type(type_):
        return (), None
    joined = computed.joined(subnet, type_, path)
    doubt = Unknown(Reason.AMBIGUOUS, joined.possible[0], path) if joined.possible else None
    return joined.certain, doubt


def _published(subnet: Record) -> Attr[bool]:
    answers: list[Attr[bool]] = [
        computed.flag(subnet, "map_public_ip_on_launch", subnet.type == "aws_default_subnet"),
        Known(False, subnet, "map_public_ip_on_launch"),
    ]
    gateways, doubt = _stands_in(subnet, "aws_nat_gateway", "subnet_id")
    for gateway in gateways:
        kind = gateway.text_or("connectivity_type", "public")
        answers.append(kind if isinstance(kind, Unknown) else gateway.known("subnet_id", kind.value == "public"))
    if doubt is not None:
        answers.append(doubt)
    for type_, path in _BALANCERS:
        balancers, doubt = _stands_in(subnet, type_, path)
        for balancer in balancers:
            internal = computed.flag(balancer, "internal", False)
            answers.append(
                internal if isinstance(internal, Unknown) else Known(not internal.value, balancer, "subnets")
            )
        if doubt is not None:
            answers.append(doubt)
    firewalls, doubt = _stands_in(subnet, "aws_networkfirewall_firewall", "subnet_mapping.subnet_id")
    answers += [Known(True, firewall, "subnet_mapping") for firewall in firewalls]
    if doubt is not None:
        answers.append(doubt)
    return any_of(*answers)


def _data_stores(subnet: Record) -> Attr[bool]:
    unknown: Unknown | None = None
    for type_, path in _STORES:
        certain, doubt = _stands_in(subnet, type_, path)
        if certain:
            return Known(True, certain[0], path)
        unknown = doubt if unknown is None else unknown
    return unknown if unknown is not None else Known(False, subnet)


@REGISTRY.adapter(*SUBNETS)
def subnet(record: Record) -> Iterator[Facet]:
    """A subnet: whether its routes lead to the internet, and what stands in it."""
    if record.type != SUBNETS[0] and not record.links.of_type("aws_route_table_association"):
        # The default subnets are as AWS makes them; that they are not used is asked elsewhere.
        return
    internet = straight_from(record)
    asked = not (isinstance(internet, Known) and not internet.value)
    no: Attr[bool] = Known(False, record)
    yield SubnetRoute(
        internet=internet,
        published=_published(record) if asked else no,
        data_stores=_data_stores(record) if asked else no,
    )


# ---------------------------------------------------------------- route tables


def _leaving(links: Links) -> frozenset[str]:
    """Ids of what a route may lead to and this input removes."""
    found: frozenset[str] | None = links.cache.get(_leaving)
    if found is None:
        ids = [
            record.text("id")
            for types in _HOPS.values()
            for type_ in types
            for record in links.of_type(type_)
            if record.action is Action.DELETE
        ]
        found = frozenset(id_.value for id_ in ids if isinstance(id_, Known) and id_.value is not None)
        links.cache[_leaving] = found
    return found


def _elsewhere(route: Route, table: Record) -> bool:
    """Whether a route certainly ends at a gateway or peering of other networks."""
    gateway = route.node.target("gateway_id", GATEWAY)
    if isinstance(gateway, Known) and gateway.value is not None:
        ends = [network_of(gateway.value)]
    else:
        peering = route.node.target("vpc_peering_connection_id", "aws_vpc_peering_connection")
        if isinstance(peering, Unknown) or peering.value is None:
            return False
        ends = [peering.value.target(path, *NETWORKS) for path in ("vpc_id", "peer_vpc_id")]
    others = [end.value for end in ends if isinstance(end, Known) and end.value is not None]
    network = table.target("vpc_id", *NETWORKS)
    known = isinstance(network, Known) and network.value is not None
    return known and len(others) == len(ends) and all(other is not network.value for other in others)


def _dead(route: Route, table: Record) -> bool:
    # Terraform shows the state of a separate route only, an account that of every one.
    state = route.node.text("state")
    if isinstance(state, Known) and state.value == "blackhole":
        return True
    leaving = _leaving(route.node.record.links)
    if leaving:
        hops = (route.node.text(path) for path in _HOPS)
        if any(isinstance(hop, Known) and hop.value in leaving for hop in hops):
            return True
    return _elsewhere(route, table)


@REGISTRY.adapter(*TABLES)
def route_table(record: Record) -> Iterator[Facet]:
    """A table with its routes, its own and those of separate resources."""
    routes = routes_of(record)
    new = record.action.makes_new
    # The state of a table that exists shows the routes of separate resources as if they were its own.
    counted = [route for route in routes.listed if new or not route.inline]
    unknown = routes.doubt if new else None
    open_ = routes.doubt
    if routes.possible:
        open_ = Unknown(Reason.AMBIGUOUS, routes.possible[0].node.record, "route_table_id")
        unknown = open_ if unknown is None else unknown
    destinations: Counter[str] = Counter()
    hidden = False
    for route in counted:
        if isinstance(route.destination, Unknown):
            unknown = route.destination if unknown is None else unknown
        else:
            destinations[route.destination.value] += 1
            hidden = hidden or route.destination.sensitive
    both = new and any(route.inline for route in counted) and any(not route.inline for route in counted)
    doubled = tuple(
        dict.fromkeys(
            route.destination.value
            for route in counted
            if isinstance(route.destination, Known)
            and (destinations[route.destination.value] > 1 or (both and not route.inline))
        )
    )
    dead = tuple(
        route.destination.value if isinstance(route.destination, Known) else "?"
        for route in routes.listed
        if _dead(route, record)
    )
    yield RouteTable(
        overlapping=unknown if unknown is not None and not doubled else Known(doubled, record, "route", hidden),
        dead=open_ if open_ is not None and not dead else Known(dead, record, "route", hidden),
    )


# ---------------------------------------------------------------- gateways


def _firewall_subnets(firewall: Record) -> tuple[set[str], Unknown | None]:
    mappings = firewall.blocks("subnet_mapping")
    if isinstance(mappings, Unknown):
        found = [firewall.target("subnet_mapping.0.subnet_id", *SUBNETS)]
    else:
        found = [mapping.target("subnet_id", *SUBNETS) for mapping in mappings.value]
    unknown = next((one for one in found if isinstance(one, Unknown)), None)
    return {one.value.address for one in found if isinstance(one, Known) and one.value is not None}, unknown


def _past(network: Record, firewalls: tuple[Record, ...]) -> Attr[bool]:
    """Whether a subnet other than the firewall's own routes straight to the internet."""
    own: set[str] = set()
    unknown: Unknown | None = None
    maybe: Unknown | None = None
    for firewall in firewalls:
        subnets, doubt = _firewall_subnets(firewall)
        own |= subnets
        unknown = doubt if unknown is None else unknown
    for type_ in SUBNETS:
        joined = computed.joined(network, type_, "vpc_id")
        if maybe is None:
            other = next((one for one in joined.possible if one.address not in own), None)
            maybe = Unknown(Reason.AMBIGUOUS, other, "vpc_id") if other is not None else None
        for found in joined.certain:
            if found.address in own:
                continue
            straight = straight_from(found)
            if isinstance(straight, Unknown):
                unknown = straight if unknown is None else unknown
            elif straight.value:
                return unknown if unknown is not None else Known(True, found)
    unknown = maybe if unknown is None else unknown
    return unknown if unknown is not None else Known(False, network)


def _any_device(links: Links) -> bool:
    """Whether the input holds anything that may be a firewall of a network."""
    found: bool | None = links.cache.get(_any_device)
    if found is None:
        found = links.cache[_any_device] = bool(links.of_type("aws_networkfirewall_firewall")) or any(
            not isinstance(kind := endpoint.text_or("vpc_endpoint_type", "Gateway"), Known) or kind.value == _INSPECTING
            for endpoint in links.of_type("aws_vpc_endpoint")
        )
    return found


def _device(network: Record) -> Attr[BoundaryDevice]:
    firewalls = computed.joined(network, "aws_networkfirewall_firewall", "vpc_id")
    if firewalls.certain:
        past = _past(network, firewalls.certain)
        if isinstance(past, Unknown):
            return past
        return Known(BoundaryDevice.BYPASSED if past.value else BoundaryDevice.FIREWALL, firewalls.certain[0], "vpc_id")
    if firewalls.possible:
        return Unknown(Reason.AMBIGUOUS, firewalls.possible[0], "vpc_id")
    endpoints = computed.joined(network, "aws_vpc_endpoint", "vpc_id")
    for endpoint in endpoints.certain:
        kind = endpoint.text_or("vpc_endpoint_type", "Gateway")
        if isinstance(kind, Unknown):
            return kind
        if kind.value == _INSPECTING:
            return endpoint.known("vpc_endpoint_type", BoundaryDevice.FIREWALL)
    return Known(BoundaryDevice.PACKET_FILTER, network)


@REGISTRY.adapter(GATEWAY)
def internet_gateway(record: Record) -> Iterator[Facet]:
    """A connection of a network with the internet."""
    network = network_of(record)
    if isinstance(network, Known) and network.value is None and omitted(record, "vpc_id"):
        # Not attached to any network.
        return
    yield ExternalConnection(kind="internet")
    device: Attr[BoundaryDevice]
    if not _any_device(record.links):
        device = Known(BoundaryDevice.PACKET_FILTER, record)
    elif isinstance(network, Unknown):
        device = network
    elif network.value is None:
        device = record.unknown("vpc_id", Reason.OUTSIDE)
    else:
        device = _device(network.value)
    yield InternetBoundary(device=device)


@REGISTRY.adapter("aws_egress_only_internet_gateway")
def egress_only_gateway(record: Record) -> Iterator[Facet]:
    """A connection with the internet that only lets traffic of IPv6 out."""
    yield ExternalConnection(kind="internet")


# ---------------------------------------------------------------- networks


def _internet(network: Record) -> Attr[bool]:
    gateways, doubt = gateways_of(network)
    outward = computed.joined(network, "aws_egress_only_internet_gateway", "vpc_id")
    for found in (*gateways, *outward.certain):
        return Known(True, found, "vpc_id")
    if doubt is not None:
        return doubt
    if outward.possible:
        return Unknown(Reason.AMBIGUOUS, outward.possible[0], "vpc_id")
    for type_ in ("aws_ec2_transit_gateway_vpc_attachment", "aws_networkmanager_vpc_attachment"):
        path = "vpc_id" if type_.startswith("aws_ec2") else "vpc_arn"
        attached = computed.joined(network, type_, path)
        for found in (*attached.certain, *attached.possible):
            detail = Text("集約点の先のインターネット接続", "whether the internet lies behind the hub")
            return Unknown(Reason.OUTSIDE, found, path, detail)
    if absent.shown_in_full(network):
        return Known(False, network)
    detail = Text("他の構成のインターネット接続の有無", "whether another configuration connects it with the internet")
    return Unknown(Reason.NOT_COLLECTED, network, "", detail)


@REGISTRY.adapter(*NETWORKS)
def network(record: Record) -> Iterator[Facet]:
    """A network, by its connection with the internet; one that AWS made and nobody uses connects nothing."""
    unused = record.get("unused")
    if isinstance(unused, Known) and unused.value:
        return
    yield Network(internet=unused if isinstance(unused, Unknown) else _internet(record))
