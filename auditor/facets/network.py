"""Networks: what traffic rules let through, where routes lead, and how networks hang together."""

from __future__ import annotations

import enum
from collections.abc import Collection

import msgspec

from auditor.attr import Attr, Known
from auditor.facets.base import Facet


class Direction(enum.StrEnum):
    """Seen from what the rule protects."""

    INBOUND = "inbound"
    OUTBOUND = "outbound"


class Layer(enum.StrEnum):
    """What a traffic rule stands in front of."""

    MACHINE = "machine"
    """Machines and other things with an address of their own: security groups, firewall rules."""
    SUBNET = "subnet"
    """Whole subnets, without a memory of connections, so that answers need rules too: network ACLs."""


class PortRange(msgspec.Struct, frozen=True):
    """Ports of one protocol, both ends included."""

    protocol: str
    """``tcp``, ``udp``, ``icmp`` …; ``all`` for every protocol."""
    first: int = 0
    last: int = 65535


ALL = "all"
"""Every protocol."""
_WITH_PORTS = frozenset({"tcp", "udp", "sctp", ALL})
_HIGHEST = 65535


class Ports(msgspec.Struct, frozen=True):
    """What traffic a rule is about."""

    ranges: tuple[PortRange, ...]

    @property
    def everything(self) -> bool:
        """All protocols, or all ports of TCP or UDP (port 0 is in no use)."""
        return any(
            one.protocol == ALL or (one.protocol in _WITH_PORTS and one.first <= 1 and one.last >= _HIGHEST)
            for one in self.ranges
        )

    @property
    def every_protocol(self) -> bool:
        """All protocols with all their ports."""
        return any(one.protocol == ALL for one in self.ranges)

    def beyond(self, allowed: frozenset[int]) -> bool:
        """Whether a port other than these is open.  Protocols without ports (ICMP, IPsec) open none."""
        return any(
            not (one.last - one.first < len(allowed) and allowed.issuperset(range(one.first, one.last + 1)))
            for one in self.ranges
            if one.protocol in _WITH_PORTS
        )

    def among(self, asked: frozenset[int]) -> tuple[int, ...]:
        """Those of the ports that are open, in order."""
        found = {
            port
            for one in self.ranges
            if one.protocol in _WITH_PORTS
            for port in asked
            if one.first <= port <= one.last
        }
        return tuple(sorted(found))

    def __str__(self) -> str:
        return ", ".join(map(_written, self.ranges))


def _written(one: PortRange) -> str:
    if one.protocol == ALL or one.protocol not in _WITH_PORTS or (one.first <= 0 and one.last >= _HIGHEST):
        return one.protocol
    return f"{one.protocol}/{one.first}" if one.first == one.last else f"{one.protocol}/{one.first}-{one.last}"


_HALVES = (frozenset({"0.0.0.0/1", "128.0.0.0/1"}), frozenset({"::/1", "8000::/1"}))


def all_addresses(ranges: Collection[str]) -> bool:
    """Whether ranges of addresses take in every address of IPv4 or IPv6, at once or as two halves."""
    whole = any(one.endswith("/0") for one in ranges)
    return whole or (len(ranges) > 1 and any(halves <= set(ranges) for halves in _HALVES))


class TrafficRule(Facet, frozen=True, kw_only=True):
    """One rule that lets traffic through; rules that refuse traffic are none."""

    direction: Attr[Direction]
    ports: Attr[Ports]
    everywhere: Attr[bool]
    """The other side is every address (0.0.0.0/0, ::/0)."""
    peers: Attr[tuple[str, ...]]
    """The other side as the provider writes it: ranges of addresses, groups, tags, service accounts."""
    own_group: Attr[bool] = Known(False)
    """The other side is nothing but the members of the same group."""
    layer: Layer = Layer.MACHINE


class NetworkMember(Facet, frozen=True, kw_only=True):
    """Something that stands in a network and by which traffic is let in or sent on: a group of rules, an attachment."""

    network: Attr[str | None]
    """Address of the network's record in the same input; ``None`` where it is not in it."""


class DefaultNetwork(Facet, frozen=True, kw_only=True):
    """A network or group of rules that the provider makes without being asked."""

    what: str
    """``network`` or ``group``."""
    closed: Attr[bool]
    """It holds no rule, or is not made at all."""


class NetworkUse(Facet, frozen=True, kw_only=True):
    """In which network or group something stands."""

    what: str
    """``network`` or ``group``."""
    by_default: Attr[bool]
    """It is the one that the provider made without being asked."""


class EndpointKind(enum.StrEnum):
    """What has an address."""

    MACHINE = "machine"
    DATABASE = "database"
    CLUSTER = "cluster"
    """The control plane of a cluster."""
    SERVICE = "service"
    """A managed service that processes data inside: queues, pipelines, notebooks."""


class PublicEndpoint(Facet, frozen=True, kw_only=True):
    """Whether something that belongs inside has an address or endpoint of its own on the internet."""

    kind: EndpointKind
    public: Attr[bool]
    narrowed: Attr[bool] = Known(False)
    """A setting of its own lets only listed addresses in."""


class SubnetRoute(Facet, frozen=True, kw_only=True):
    """Whether a subnet has a route of its own to the internet, and what for."""

    internet: Attr[bool]
    """Its default route leads to an internet gateway, so that the internet reaches what has an address in it."""
    published: Attr[bool]
    """Something that is meant for the internet stands in it: an internet-facing load balancer, a NAT gateway, a
    firewall, or machines that the subnet itself gives public addresses."""
    data_stores: Attr[bool]
    """Databases or caches are placed in it."""


class RouteTable(Facet, frozen=True, kw_only=True):
    """The routes of one table, judged against each other and by their ends."""

    overlapping: Attr[tuple[str, ...]]
    """Destinations for which there is more than one route, or that two ways of configuration take from each other."""
    dead: Attr[tuple[str, ...]]
    """Destinations whose route ends at something that this input removes, or that is not joined to the network."""


class BoundaryDevice(enum.StrEnum):
    """What controls the traffic between a network and the internet."""

    FIREWALL = "firewall"
    """A firewall of the network, or a firewall policy attached to it: traffic passes through it."""
    PACKET_FILTER = "packet-filter"
    """Nothing but the rules of single machines (security groups, firewall rules)."""
    BYPASSED = "bypassed"
    """There is a firewall, but routes lead past it."""


class InternetBoundary(Facet, frozen=True, kw_only=True):
    """A connection of a network with the internet."""

    device: Attr[BoundaryDevice]


class ExternalConnection(Facet, frozen=True, kw_only=True):
    """A point at which a network meets the outside."""

    kind: str
    """``internet``, ``vpn``, ``dedicated-line``, ``peering``, ``remote-access``, ``private-link`` …"""
    peer: Attr[str | None] = Known(None)
    """Who is on the other side, as far as the input says it."""
    outside: Attr[bool] = Known(True)
    """The other side is not of the same account or project."""


class JoinKind(enum.StrEnum):
    """What joins networks."""

    PEERING = "peering"
    HUB = "hub"
    GROUP = "group"
    """A rule that names a group of another network."""


class NetworkJoin(Facet, frozen=True, kw_only=True):
    """Networks that can send to each other."""

    join: JoinKind
    senders: Attr[frozenset[str]]
    """Addresses of the records, in the same input, of what sends."""
    receivers: Attr[frozenset[str]]
    """Addresses of the records of what is sent to; the same as the senders where traffic goes both ways."""
    whole: Attr[bool]
    """Whether these are all: false where an end is not in the input."""


class Network(Facet, frozen=True, kw_only=True):
    """A virtual network of its own."""

    internet: Attr[bool]
    """It has a connection with the internet: a gateway, a route, or address translation."""


class UserAuthentication(enum.StrEnum):
    """How those who come from outside prove who they are."""

    CERTIFICATE = "certificate"
    """A certificate of each client."""
    MULTI_FACTOR = "multi-factor"
    DIRECTORY = "directory"
    """A directory, of which the input does not say whether it asks for a second factor."""
    IDENTITY_PROVIDER = "identity-provider"
    """An identity provider, which decides for itself what it asks for."""
    NONE = "none"
    """Nobody is asked, or all share one secret."""


class RemoteAccess(Facet, frozen=True, kw_only=True):
    """An entrance for persons who work from outside."""

    authentication: Attr[frozenset[UserAuthentication]]
    """All of these must be passed."""


class RemoteGrant(Facet, frozen=True, kw_only=True):
    """Who may reach what through an entrance from outside."""

    everybody: Attr[bool]
    """Every user who gets through the entrance."""
    every_network: Attr[bool]
    """All that lies behind the entrance."""


class VpnTunnel(Facet, frozen=True, kw_only=True):
    """What a tunnel between sites accepts; the gateway of the other side chooses from it."""

    ike_versions: Attr[frozenset[int]]
    encryption: Attr[frozenset[str]]
    """Algorithms in lower case."""
    integrity: Attr[frozenset[str]]
    """Algorithms in lower case."""
    dh_groups: Attr[frozenset[int]]
    """Numbers of the Diffie-Hellman groups of both phases."""
