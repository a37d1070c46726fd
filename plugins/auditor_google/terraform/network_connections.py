"""Networks, their ways to the internet and to each other, tunnels, lines, and entrances for users.

https://registry.terraform.io/providers/hashicorp/google/latest/docs/resources/compute_network and the page of each
type; https://cloud.google.com/vpc/docs/routes (a new network has a default route to the internet unless it is told
otherwise); https://cloud.google.com/firewall/docs/firewalls#default_firewall_rules (without a rule for it, traffic may
go everywhere).
"""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Iterator
from typing import Final

from auditor.attr import Attr, Known, Reason, Unknown, any_of, map_attr
from auditor.facets import (
    BoundaryDevice,
    DefaultNetwork,
    Direction,
    ExternalConnection,
    Facet,
    InternetBoundary,
    JoinKind,
    Network,
    NetworkJoin,
    PortRange,
    Ports,
    RemoteAccess,
    RemoteGrant,
    RouteTable,
    TrafficRule,
    UserAuthentication,
    VpnTunnel,
)
from auditor.facets.network import ALL, all_addresses
from auditor.record import Action, Links, Record
from auditor.text import Text
from auditor_google.reading import left_to_default, referrers, settled_number, settled_text, texts
from auditor_google.registry import REGISTRY
from auditor_google.terraform.network_firewalls import NETWORK, switched_off
from auditor_google.traffic import direction, ports

_ROUTE: Final = "google_compute_route"
_ROUTER: Final = "google_compute_router"
_NAT: Final = "google_compute_router_nat"
_PEERING: Final = "google_compute_network_peering"
_SPOKE: Final = "google_network_connectivity_spoke"
_GATEWAYS: Final = ("google_compute_ha_vpn_gateway", "google_compute_vpn_gateway")
_TO_INTERNET: Final = "default-internet-gateway"
_GOOGLE_ONLY: Final = frozenset(
    ("199.36.153.4/30", "199.36.153.8/30", "2600:2d00:2:1000::/64", "2600:2d00:2:2000::/64")
)
"""restricted.googleapis.com and private.googleapis.com, which do not lie on the internet though the same hop leads there.

https://cloud.google.com/vpc/docs/configure-private-google-access#requirements
"""
_HOPS: Final = {
    "next_hop_instance": ("google_compute_instance",),
    "next_hop_vpn_tunnel": ("google_compute_vpn_tunnel",),
    "next_hop_ilb": ("google_compute_forwarding_rule",),
}

REGISTRY.part(NETWORK, _ROUTE, _ROUTER)
REGISTRY.part("google_network_connectivity_hub", _SPOKE)


def _stays(records: tuple[Record, ...]) -> list[Record]:
    return [record for record in records if record.action is not Action.DELETE]


# ---------------------------------------------------------------- networks


def _translated(network: Record) -> Attr[bool]:
    """Whether a router of the network translates addresses for the internet."""
    answers: list[Attr[bool]] = [Known(False, network)]
    routers = referrers(network, _ROUTER, "network")
    if routers.possible:
        answers.append(Unknown(Reason.AMBIGUOUS, routers.possible[0], "network"))
    for router in _stays(routers.certain):
        nats = referrers(router, _NAT, "router")
        if nats.possible:
            answers.append(Unknown(Reason.AMBIGUOUS, nats.possible[0], "router"))
        for nat in _stays(nats.certain):
            kind = settled_text(nat, "type", "PUBLIC")
            answers.append(kind if isinstance(kind, Unknown) else nat.known("router", kind.value == "PUBLIC"))
    return any_of(*answers)


def _routed(network: Record) -> Attr[bool]:
    """Whether a route of its own leads to the internet."""
    joined = referrers(network, _ROUTE, "network")
    answers: list[Attr[bool]] = [Known(False, network)]
    for route in _stays(joined.certain):
        hop, destination = route.text("next_hop_gateway"), route.text("dest_range")
        if isinstance(destination, Known) and destination.value in _GOOGLE_ONLY:
            continue
        answers.append(
            hop
            if isinstance(hop, Unknown)
            else route.known("next_hop_gateway", (hop.value or "").endswith(_TO_INTERNET))
        )
    if joined.possible:
        answers.append(Unknown(Reason.AMBIGUOUS, joined.possible[0], "network"))
    return any_of(*answers)


def _kept_route(network: Record) -> Attr[bool]:
    """Whether the route to the internet stays that a network begins with."""
    removed = network.flag("delete_default_routes_on_create", False)
    return (
        removed if isinstance(removed, Unknown) else network.known("delete_default_routes_on_create", not removed.value)
    )


def _internet(network: Record) -> Attr[bool]:
    found = any_of(_kept_route(network), _routed(network), _translated(network))
    if isinstance(found, Known) and not found.value and not (network.action.makes_new or network.links.complete):
        detail = Text(
            "他の構成のインターネット接続の有無", "whether another configuration connects it with the internet"
        )
        return network.unknown("", Reason.NOT_COLLECTED, detail)
    return found


def _device(network: Record) -> BoundaryDevice:
    for type_, path in (
        ("google_compute_network_firewall_policy_association", "attachment_target"),
        ("google_network_security_firewall_endpoint_association", "network"),
    ):
        for found in _stays(referrers(network, type_, path).certain):
            off = switched_off(found)
            if isinstance(off, Known) and not off.value:
                return BoundaryDevice.FIREWALL
    return BoundaryDevice.PACKET_FILTER


def _outbound_refused(network: Record) -> bool:
    """Whether a rule of the network refuses all outgoing traffic that no other rule lets through."""
    for rule in _stays(referrers(network, "google_compute_firewall", "network").certain):
        way, off, traffic = direction(rule), switched_off(rule), ports(rule, "deny", "protocol")
        if not (isinstance(way, Known) and isinstance(off, Known) and isinstance(traffic, Known)):
            continue
        ranges = texts(rule, "destination_ranges")
        everywhere = left_to_default(rule, "destination_ranges", ranges) or (
            isinstance(ranges, Known) and (not ranges.value or all_addresses(ranges.value))
        )
        targets = [rule.has(path) for path in ("target_tags", "target_service_accounts")]
        whole = all(isinstance(target, Known) and not target.value for target in targets)
        if way.value is Direction.OUTBOUND and not off.value and everywhere and whole and traffic.value.every_protocol:
            return True
    return False


def _implied(network: Record) -> Iterator[TrafficRule]:
    """The rule that every network has without being asked: traffic may go everywhere."""
    if _outbound_refused(network):
        return
    everywhere: Attr[bool] = Known(True, network)
    if not network.links.complete:
        detail = Text(
            "外部への通信を拒否する規則の有無（組織のファイアウォールポリシーなど）",
            "whether a rule elsewhere, such as a firewall policy of the organisation, refuses outgoing traffic",
        )
        everywhere = network.unknown("", Reason.NOT_COLLECTED, detail)
    yield TrafficRule(
        key="implied egress",
        direction=Known(Direction.OUTBOUND, network),
        ports=Known(Ports((PortRange(ALL),)), network),
        everywhere=everywhere,
        peers=Known(("0.0.0.0/0",), network),
    )


@REGISTRY.adapter(NETWORK)
def network(record: Record) -> Iterator[Facet]:
    """A network, by its connection with the internet and its routes."""
    internet = _internet(record)
    yield Network(internet=internet)
    if isinstance(internet, Known) and internet.value:
        yield ExternalConnection(kind="internet")
        yield InternetBoundary(device=Known(_device(record), record))
    yield from _implied(record)
    yield from _route_table(record)


@REGISTRY.adapter("google_project")
def project(record: Record) -> Iterator[Facet]:
    """A project begins with a network that has wide rules, unless it or an organisation policy says otherwise.

    https://cloud.google.com/resource-manager/docs/organization-policy/org-policy-constraints :
    ``compute.skipDefaultNetworkCreation``.
    """
    made = record.flag("auto_create_network", True)
    closed: Attr[bool]
    if isinstance(made, Unknown) or not made.value:
        closed = map_attr(made, lambda value: not value)
    elif record.links.complete:
        closed = record.known("auto_create_network", False)
    else:
        detail = Text(
            "既定のネットワークの作成を禁じる組織ポリシーの有無",
            "whether an organisation policy keeps the default network from being made",
        )
        closed = record.unknown("auto_create_network", Reason.NOT_COLLECTED, detail)
    yield DefaultNetwork(key="network", what="network", closed=closed)


# ---------------------------------------------------------------- routes


def _leaving(links: Links) -> frozenset[str]:
    """Names of what a route may lead to and this input removes."""
    found: frozenset[str] | None = links.cache.get(_leaving)
    if found is None:
        names = [
            record.text(path)
            for types in _HOPS.values()
            for type_ in types
            for record in links.of_type(type_)
            if record.action is Action.DELETE
            for path in ("id", "self_link", "name")
        ]
        found = frozenset(name.value for name in names if isinstance(name, Known) and name.value is not None)
        links.cache[_leaving] = found
    return found


def _route_table(network: Record) -> Iterator[RouteTable]:
    joined = referrers(network, _ROUTE, "network")
    routes = _stays(joined.certain)
    if not routes and not joined.possible:
        return
    doubt: Unknown | None = Unknown(Reason.AMBIGUOUS, joined.possible[0], "network") if joined.possible else None
    kinds: defaultdict[tuple[str, float, frozenset[str]], set[frozenset[str]]] = defaultdict(set)
    dead: list[str] = []
    leaving = _leaving(network.links)
    for route in routes:
        destination, priority, tags = route.text("dest_range"), route.number_or("priority", 1000), texts(route, "tags")
        hops = {
            path: hop
            for path in ("next_hop_gateway", "next_hop_ip", *_HOPS)
            if not isinstance(hop := route.text(path), Known) or hop.value is not None
        }
        for attr in (destination, priority, tags):
            if isinstance(attr, Unknown):
                doubt = attr if doubt is None else doubt
        if isinstance(destination, Known) and isinstance(priority, Known) and isinstance(tags, Known):
            # A route has one next hop: one that is known leaves no room for those that are open.
            stated = frozenset(path for path, hop in hops.items() if isinstance(hop, Known))
            open_ = frozenset(path for path, hop in hops.items() if not left_to_default(route, path, hop))
            if not stated and len(open_) > 1:
                doubt = route.unknown(min(open_), Reason.AMBIGUOUS) if doubt is None else doubt
            elif stated or open_:
                kinds[destination.value or "", priority.value, tags.value].add(stated or open_)
        if any(isinstance(hop, Known) and hop.value in leaving for hop in hops.values()):
            dead.append(destination.value or "" if isinstance(destination, Known) else "?")
    # Routes of one kind to one destination share the traffic, which is meant; of two kinds, they contradict each other.
    doubled = tuple(destination for (destination, _, _), found in kinds.items() if len(found) > 1)
    yield RouteTable(
        overlapping=doubt if doubt is not None and not doubled else Known(doubled, network),
        dead=doubt if doubt is not None and not dead else Known(tuple(dead), network),
    )


# ---------------------------------------------------------------- peerings and hubs


def _project_in(path: str | None) -> str | None:
    steps = (path or "").split("/")
    for step, following in itertools.pairwise(steps):
        if step == "projects" and following:
            return following
    return None


def _other_project(record: Record, path: str, *types: str) -> Attr[bool]:
    """Whether what an attribute names is of another project than the record."""
    own = record.account
    target = record.target(path, *types)
    if isinstance(target, Known) and target.value is not None:
        theirs: Attr[str] = target.value.account
    else:
        stated = record.text(path)
        if isinstance(stated, Unknown):
            return target if isinstance(target, Unknown) else stated
        project = _project_in(stated.value)
        if project is None:
            return record.unknown(path, Reason.OUTSIDE)
        theirs = record.known(path, project)
    if isinstance(own, Unknown):
        return own
    return theirs if isinstance(theirs, Unknown) else record.known(path, own.value != theirs.value)


def _end(record: Record, path: str) -> tuple[str | None, Attr[bool]]:
    target = record.target(path, NETWORK)
    if isinstance(target, Unknown):
        return None, target
    if target.value is not None:
        return target.value.address, Known(True, record, path)
    stated = record.text(path)
    return (stated.value if isinstance(stated, Known) and not stated.sensitive else None), Known(False, record, path)


@REGISTRY.adapter(_PEERING)
def peering(record: Record) -> Iterator[Facet]:
    """Two networks that can send to each other; each end declares it by itself."""
    ends = [_end(record, path) for path in ("network", "peer_network")]
    both: Attr[frozenset[str]] = Known(frozenset(name for name, _ in ends if name is not None), record, "peer_network")
    whole: Attr[bool] = Known(True, record, "peer_network")
    for _, inside in ends:
        if isinstance(inside, Unknown) or not inside.value:
            whole = inside
    yield NetworkJoin(join=JoinKind.PEERING, senders=both, receivers=both, whole=whole)
    peer = record.text("peer_network")
    yield ExternalConnection(
        kind="peering",
        peer=peer if isinstance(peer, Known) else Known(None),
        outside=_other_project(record, "peer_network", NETWORK),
    )


@REGISTRY.adapter("google_network_connectivity_hub")
def hub(record: Record) -> Iterator[Facet]:
    """A hub with the networks that are its spokes; in a star those at the edge do not reach each other."""
    joined = referrers(record, _SPOKE, "hub")
    senders: set[str] = set()
    receivers: set[str] = set()
    unknown: Unknown | None = Unknown(Reason.AMBIGUOUS, joined.possible[0], "hub") if joined.possible else None
    star = settled_text(record, "preset_topology", "MESH")
    if isinstance(star, Unknown):
        unknown = star
    for spoke in _stays(joined.certain):
        linked = spoke.target("linked_vpc_network.0.uri", NETWORK)
        group = settled_text(spoke, "group", "default")
        if isinstance(linked, Unknown) or isinstance(group, Unknown):
            unknown = linked if isinstance(linked, Unknown) else group if isinstance(group, Unknown) else unknown
        elif linked.value is not None:
            senders.add(linked.value.address)
            edge = isinstance(star, Known) and star.value == "STAR" and group.value.endswith("edge")
            if not edge:
                receivers.add(linked.value.address)
    if unknown is None and not (record.action.makes_new or record.links.complete):
        unknown = record.unknown("", Reason.NOT_COLLECTED)
    yield NetworkJoin(
        join=JoinKind.HUB,
        senders=Known(frozenset(senders), record),
        receivers=Known(frozenset(receivers), record),
        whole=unknown if unknown is not None else Known(True, record),
    )


@REGISTRY.adapter("google_compute_shared_vpc_host_project")
def shared_network(record: Record) -> Iterator[Facet]:
    """A project whose network others use instead of one of their own."""
    nobody: Attr[frozenset[str]] = Known(frozenset(), record, "project")
    yield NetworkJoin(join=JoinKind.HUB, senders=nobody, receivers=nobody, whole=Known(True, record, "project"))


# ---------------------------------------------------------------- tunnels, lines, private links

_GROUPS: Final = {
    "modp-1024": 2,
    "modp-1536": 5,
    "modp-2048": 14,
    "modp-3072": 15,
    "modp-4096": 16,
    "modp-6144": 17,
    "modp-8192": 18,
    "ecp-256": 19,
    "ecp-384": 20,
    "ecp-521": 21,
    "modp-1024-160": 22,
    "modp-2048-224": 23,
    "modp-2048-256": 24,
    "curve-25519": 31,
}


def _ciphers(record: Record, *paths: str) -> Attr[frozenset[str]]:
    """What both phases accept; without a list, what the two gateways settle on."""
    found: set[str] = set()
    path, hidden = paths[0], False
    for path in paths:
        listed = texts(record, f"cipher_suite.0.{path}")
        if isinstance(listed, Unknown):
            return listed
        if not listed.value:
            detail = Text(
                "両方の装置が折衝で選ぶ暗号方式（指定がない）",
                "the algorithms that the two gateways settle on, none being named",
            )
            return record.unknown(f"cipher_suite.0.{path}", Reason.OUTSIDE, detail)
        found |= {value.lower() for value in listed.value}
        hidden = hidden or listed.sensitive
    return Known(frozenset(found), record, f"cipher_suite.0.{path}", hidden)


def _group_numbers(record: Record) -> Attr[frozenset[int]]:
    named = _ciphers(record, "phase1.0.dh", "phase2.0.pfs")
    if isinstance(named, Unknown):
        return named
    found: set[int] = set()
    for name in named.value:
        word = name.replace("_", "-").removeprefix("group-")
        number = int(word) if word.isdigit() else _GROUPS.get(word)
        if number is None:
            return record.unknown("cipher_suite", Reason.UNPARSEABLE)
        found.add(number)
    return Known(frozenset(found), record, "cipher_suite", named.sensitive)


@REGISTRY.adapter("google_compute_vpn_tunnel")
def tunnel(record: Record) -> Iterator[Facet]:
    """A tunnel to a gateway at another site or in another network."""
    inner = record.has("peer_gcp_gateway")
    outside: Attr[bool] = Known(True, record, "peer_external_gateway")
    if isinstance(inner, Unknown):
        outside = inner
    elif inner.value:
        outside = _other_project(record, "peer_gcp_gateway", *_GATEWAYS)
    address = record.text("peer_ip")
    yield ExternalConnection(kind="vpn", peer=address if isinstance(address, Known) else Known(None), outside=outside)
    version = settled_number(record, "ike_version", 2)
    aead = _ciphers(record, "phase1.0.encryption", "phase2.0.encryption")
    integrity = _ciphers(record, "phase1.0.integrity", "phase2.0.integrity")
    if isinstance(aead, Known) and all("gcm" in name for name in aead.value):
        # Encryption of this kind carries its own proof of integrity.
        integrity = Known(frozenset(), record, "cipher_suite")
    yield VpnTunnel(
        ike_versions=map_attr(version, lambda number: frozenset({int(number)})),
        encryption=aead,
        integrity=integrity,
        dh_groups=_group_numbers(record),
    )


@REGISTRY.adapter("google_compute_interconnect", "google_compute_interconnect_attachment")
def dedicated_line(record: Record) -> Iterator[Facet]:
    """A line of the customer's own to a place outside of the cloud."""
    yield ExternalConnection(kind="dedicated-line")


@REGISTRY.adapter("google_compute_service_attachment")
def private_link(record: Record) -> Iterator[Facet]:
    """A service that others may reach by an endpoint in their own network."""
    preference = record.text("connection_preference")
    outside: Attr[bool]
    if isinstance(preference, Unknown):
        outside = preference
    elif preference.value == "ACCEPT_AUTOMATIC":
        outside = record.known("connection_preference", True)
    else:
        outside = _accepted(record)
    yield ExternalConnection(kind="private-link", outside=outside)


def _accepted(record: Record) -> Attr[bool]:
    blocks = record.blocks("consumer_accept_lists")
    if isinstance(blocks, Unknown):
        return blocks
    own = record.account
    answers: list[Attr[bool]] = [record.known("consumer_accept_lists", False)]
    for block in blocks.value:
        named = block.text("project_id_or_num")
        if isinstance(named, Unknown) or isinstance(own, Unknown):
            answers.append(named if isinstance(named, Unknown) else record.unknown("project", Reason.UNRESOLVED))
        else:
            answers.append(block.known("project_id_or_num", named.value != own.value))
    return any_of(*answers)


# ---------------------------------------------------------------- users from outside

_ANYBODY: Final = frozenset({"allusers", "allauthenticatedusers"})
_TUNNELS: Final = ("google_iap_tunnel", "google_iap_tunnel_instance", "google_iap_tunnel_dest_group")
_WIDE: Final = "google_iap_tunnel"


def _everybody(record: Record) -> Attr[bool]:
    if record.type.endswith("_member"):
        member_ = record.text("member")
        return map_attr(member_, lambda name: (name or "").lower() in _ANYBODY)
    return map_attr(texts(record, "members"), lambda names: any(name.lower() in _ANYBODY for name in names))


@REGISTRY.adapter(*(f"{type_}_iam_{kind}" for type_ in _TUNNELS for kind in ("member", "binding")))
def relay_grant(record: Record) -> Iterator[Facet]:
    """Who may reach machines through the relay of Identity-Aware Proxy; users sign in with their Google identity.

    https://cloud.google.com/iap/docs/using-tcp-forwarding
    """
    condition = record.has("condition")
    wide: Attr[bool] = Known(record.type.startswith(f"{_WIDE}_iam_"), record, "condition")
    if wide.value:
        wide = condition if isinstance(condition, Unknown) else record.known("condition", not condition.value)
    yield RemoteGrant(everybody=_everybody(record), every_network=wide)
    yield RemoteAccess(authentication=Known(frozenset({UserAuthentication.IDENTITY_PROVIDER}), record, "role"))
