"""What many adapters of networks ask: which network, which route table, which gateway.

Sources: Amazon VPC User Guide, pages "Subnet route tables" (a subnet without an association of its own uses the main
table, which begins with the local route alone) and "Internet gateways".
"""

from __future__ import annotations

from typing import Final

import msgspec

from auditor.attr import Attr, Known, Reason, Unknown, all_of
from auditor.record import Links, Node, Record
from auditor.text import Text
from auditor_aws import absent, computed

NETWORKS: Final = ("aws_vpc", "aws_default_vpc")
SUBNETS: Final = ("aws_subnet", "aws_default_subnet")
TABLES: Final = ("aws_route_table", "aws_default_route_table")
GATEWAY: Final = "aws_internet_gateway"
_ATTACHMENT: Final = "aws_internet_gateway_attachment"
_EVERYWHERE: Final = frozenset({"0.0.0.0/0", "::/0"})
_IN_TABLE: Final = ("cidr_block", "ipv6_cidr_block", "destination_prefix_list_id")
_BY_ITSELF: Final = ("destination_cidr_block", "destination_ipv6_cidr_block", "destination_prefix_list_id")
"""Attributes of a route of which one gives its destination."""


def omitted(node: Node, path: str) -> bool:
    """Whether the configuration certainly leaves an attribute out, so that the service decides."""
    attr = node.get(path)
    return node.left_out(path) if isinstance(attr, Unknown) else attr.value in (None, "", [])


class Route(msgspec.Struct, frozen=True):
    """One route of a table."""

    node: Node
    destination: Attr[str]
    path: str
    """Attribute that gives the destination."""
    inline: bool

    @property
    def default(self) -> Attr[bool]:
        """Whether it is for every address that no other route is for."""
        if isinstance(self.destination, Unknown):
            return self.destination
        return self.node.known(self.path, self.destination.value in _EVERYWHERE)


def _route(node: Node, *, inline: bool) -> Route | None:
    unknown: tuple[Unknown, str] | None = None
    for path in _IN_TABLE if inline else _BY_ITSELF:
        value = node.text(path)
        if isinstance(value, Unknown):
            unknown = (value, path) if unknown is None else unknown
        elif value.value is not None:
            return Route(node, node.known(path, value.value), path, inline)
    return None if unknown is None else Route(node, unknown[0], unknown[1], inline)


class Routes(msgspec.Struct, frozen=True):
    """The routes of a table."""

    listed: tuple[Route, ...]
    possible: tuple[Route, ...] = ()
    """Routes of which it is not told whether they belong to the table."""
    doubt: Unknown | None = None
    """Why there may be others, of which nothing is known."""


def routes_of(table: Record) -> Routes:
    """The routes of a table, in its blocks and in separate resources."""
    found: Routes | None = table.links.cache.get((routes_of, table.address))
    if found is None:
        found = table.links.cache[routes_of, table.address] = _routes_of(table)
    return found


def _routes_of(table: Record) -> Routes:
    blocks = computed.blocks(table, "route")
    separate = computed.joined(table, "aws_route", "route_table_id")
    doubt: Unknown | None = blocks if isinstance(blocks, Unknown) else None
    possible = [_route(record, inline=False) for record in separate.possible if not _of_another(record, table)]
    listed = [_route(record, inline=False) for record in separate.certain]
    if isinstance(blocks, Known):
        listed += [_route(block, inline=True) for block in blocks.value]
    return Routes(
        tuple(route for route in listed if route is not None),
        tuple(route for route in possible if route is not None),
        doubt,
    )


def to_internet(route: Route) -> Attr[bool]:
    """Whether a route leads straight to an internet gateway (not one that only lets traffic out)."""
    target = route.node.target("gateway_id", GATEWAY)
    if isinstance(target, Unknown):
        return target
    if target.value is not None:
        return Known(True, target.value)
    stated = route.node.text("gateway_id")
    if isinstance(stated, Unknown):
        # Not the gateway of this input; perhaps that of a virtual private network.
        other = route.node.target("gateway_id", "aws_vpn_gateway")
        return route.node.known("gateway_id", False) if isinstance(other, Known) and other.value is not None else stated
    return route.node.known("gateway_id", (stated.value or "").startswith("igw-"))


def _of_another(record: Record, table: Record) -> bool:
    """Whether a route belongs to another table, which only shows when tables of both kinds are asked about."""
    target = record.target("route_table_id", *TABLES)
    return isinstance(target, Known) and target.value is not table


def _straight(route: Route) -> Attr[bool]:
    """Whether a route is a default route that leads straight to an internet gateway."""
    return all_of(route.default, to_internet(route))


def straight_to_internet(table: Record) -> Attr[bool]:
    """Whether the default route of a table leads straight to an internet gateway."""
    found: Attr[bool] | None = table.links.cache.get((straight_to_internet, table.address))
    if found is None:
        found = table.links.cache[straight_to_internet, table.address] = _leads_straight(table)
    return found


def _leads_straight(table: Record) -> Attr[bool]:
    routes = routes_of(table)
    unknown = routes.doubt
    for route in routes.listed:
        straight = _straight(route)
        if isinstance(straight, Unknown):
            unknown = straight if unknown is None else unknown
        elif straight.value:
            return straight
    if unknown is None:
        for route in routes.possible:
            straight = _straight(route)
            if isinstance(straight, Unknown) or straight.value:
                return Unknown(Reason.AMBIGUOUS, route.node.record, "route_table_id")
    if unknown is None and not absent.shown_in_full(table) and not _whole(table):
        detail = Text("他の構成の経路の有無", "whether another configuration adds routes")
        unknown = table.unknown("route", Reason.NOT_COLLECTED, detail)
    return unknown if unknown is not None else Known(False, table, "route")


def _whole(table: Record) -> bool:
    """Whether the table shows all its routes.

    The state of one that exists does; so does the main table of a network when Terraform takes it over, for it removes
    the routes that it finds (provider documentation, page ``aws_default_route_table``).
    """
    if table.action.makes_new:
        return table.type == "aws_default_route_table"
    return isinstance(table.get("route"), Known)


def straight_from(subnet: Record) -> Attr[bool]:
    """Whether the default route of a subnet leads straight to an internet gateway."""
    table = table_of(subnet)
    if isinstance(table, Known):
        return straight_to_internet(table.value) if table.value is not None else Known(False, subnet, "route_table_id")
    joined = computed.joined(subnet, "aws_route_table_association", "subnet_id")
    if len(joined.certain) != 1:
        return table
    # It is not told which table it is, but those that it may be may agree.
    answers = [straight_to_internet(one) for one in _candidates(subnet.links).get(joined.certain[0].address, ())]
    known = [answer for answer in answers if isinstance(answer, Known)]
    if not answers or len(known) < len(answers) or any(one.value != known[0].value for one in known):
        return table
    return known[0]


def _candidates(links: Links) -> dict[str, list[Record]]:
    """The tables that an association may mean, by its address, where it is not told which."""
    found: dict[str, list[Record]] | None = links.cache.get(_candidates)
    if found is None:
        found = links.cache[_candidates] = {}
        for type_ in TABLES:
            for table in links.of_type(type_):
                for association in computed.joined(table, "aws_route_table_association", "route_table_id").possible:
                    found.setdefault(association.address, []).append(table)
    return found


def table_of(subnet: Record) -> Attr[Record | None]:
    """The route table of a subnet; ``None`` where it is certain that nothing but the local route is in it."""
    joined = computed.joined(subnet, "aws_route_table_association", "subnet_id")
    if joined.possible and not joined.certain:
        return Unknown(Reason.AMBIGUOUS, joined.possible[0], "subnet_id")
    if joined.certain:
        table = joined.certain[0].target("route_table_id", *TABLES)
        if isinstance(table, Known) and table.value is None:
            return subnet.unknown("route_table_id", Reason.OUTSIDE)
        return table
    if not absent.shown_in_full(subnet):
        detail = Text("サブネットの経路表", "the route table of the subnet")
        return subnet.unknown("route_table_id", Reason.NOT_COLLECTED, detail)
    network = subnet.target("vpc_id", *NETWORKS)
    if isinstance(network, Unknown):
        return network
    return _main_table(subnet, network.value)


def _main_table(subnet: Record, network: Record | None) -> Attr[Record | None]:
    if network is None:
        return subnet.unknown("vpc_id", Reason.OUTSIDE)
    main = computed.joined(network, "aws_main_route_table_association", "vpc_id")
    if main.certain:
        table = main.certain[0].target("route_table_id", *TABLES)
        if isinstance(table, Known) and table.value is None:
            return subnet.unknown("route_table_id", Reason.OUTSIDE)
        return table
    adopted = network.links.of_type("aws_default_route_table")
    if main.possible or adopted or not absent.shown_in_full(network):
        return subnet.unknown("vpc_id", Reason.AMBIGUOUS, Text("メインの経路表", "the main route table"))
    return Known(None, network, "main_route_table_id")


def gateways_of(network: Record) -> tuple[list[Record], Unknown | None]:
    """The internet gateways attached to a network, and why there may be others."""
    direct = computed.joined(network, GATEWAY, "vpc_id")
    attached = computed.joined(network, _ATTACHMENT, "vpc_id")
    found = list(direct.certain)
    doubt: Unknown | None = None
    for attachment in attached.certain:
        gateway = attachment.target("internet_gateway_id", GATEWAY)
        if isinstance(gateway, Known) and gateway.value is not None:
            found.append(gateway.value)
        else:
            found.append(attachment)
    possible = (*direct.possible, *attached.possible)
    if possible:
        doubt = Unknown(Reason.AMBIGUOUS, possible[0], "vpc_id")
    return found, doubt


def network_of(gateway: Record) -> Attr[Record | None]:
    """The network to which an internet gateway is attached; ``None`` for one that is not in the input."""
    own = gateway.target("vpc_id", *NETWORKS)
    if isinstance(own, Unknown) and gateway.left_out("vpc_id"):
        own = Known(None, gateway, "vpc_id")
    if isinstance(own, Unknown) or own.value is not None:
        return own
    attachment = computed.part(gateway, _ATTACHMENT, "internet_gateway_id")
    if isinstance(attachment, Unknown):
        return attachment
    return own if attachment.value is None else attachment.value.target("vpc_id", *NETWORKS)
