"""Rules of security groups and network ACLs, in whatever block or resource they stand.

Sources: Terraform AWS provider documentation, pages ``aws_security_group``, ``aws_security_group_rule``,
``aws_vpc_security_group_ingress_rule``, ``aws_network_acl`` and ``aws_ec2_managed_prefix_list``.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable
from typing import Final

from auditor.attr import Attr, Known, Reason, Unknown
from auditor.facets import Direction, Layer, PortRange, Ports, TrafficRule
from auditor.facets.network import ALL, all_addresses
from auditor.record import Node, Record
from auditor.text import Text
from auditor_aws import absent, computed
from auditor_aws.shown import derived

GROUPS: Final = ("aws_security_group", "aws_default_security_group", "data.aws_security_group")
_LISTS: Final = ("aws_ec2_managed_prefix_list", "data.aws_ec2_managed_prefix_list", "data.aws_prefix_list")
_OWNED_BY_AWS: Final = "com.amazonaws."
"""Start of the names of the lists that AWS keeps, which name the addresses of its own services."""

_PROTOCOLS: Final = {"-1": ALL, "1": "icmp", "6": "tcp", "17": "udp", "58": "icmpv6", "132": "sctp"}
_PORTLESS: Final = frozenset({"icmp", "icmpv6"})
_SHOWN: Final = 3
_OPEN: Final = "?"
"""Stands in a key for what is not known."""


def ports(node: Node, protocol_path: str = "protocol") -> Attr[Ports]:
    """Protocol and ports of a rule; those of ``-1`` (every protocol) are not asked about."""
    protocol = node.text(protocol_path)
    if isinstance(protocol, Unknown):
        return protocol
    name = (protocol.value or "-1").lower()
    name = _PROTOCOLS.get(name, name)
    if name == ALL or name in _PORTLESS:
        return node.known(protocol_path, Ports((PortRange(name),)))
    first, last = node.number("from_port"), node.number("to_port")
    if isinstance(first, Unknown):
        return first
    if isinstance(last, Unknown):
        return last
    if first.value is None or last.value is None or first.value < 0:
        # Protocols other than TCP and UDP have no ports; -1 stands for all of them.
        return derived(Ports((PortRange(name),)), first, last, protocol)
    return derived(Ports((PortRange(name, int(first.value), int(last.value)),)), first, last, protocol)


class Side:
    """The other side of a rule, put together piece by piece."""

    __slots__ = (
        "_everywhere",
        "_hidden",
        "_itself",
        "_node",
        "_path",
        "_unknown",
        "groups",
        "names",
        "others",
        "ranges",
    )

    def __init__(self, node: Node, path: str) -> None:
        self._node = node
        self._path = path
        self._unknown: Unknown | None = None
        """The first thing that is not known and may be every address."""
        self._everywhere = False
        self._hidden = False
        self._itself = False
        self.ranges: list[str] = []
        self.names: list[str] = []
        """Groups and lists, for people."""
        self.groups: list[Attr[Record | None]] = []
        self.others = False
        """Whether anything else than groups is named."""

    def range_of(self, path: str) -> None:
        """One range of addresses."""
        value = self._node.text(path)
        if isinstance(value, Unknown):
            self._open(value)
        elif value.value is not None:
            self._path = path
            self._hidden = self._hidden or value.sensitive
            self.ranges.append(value.value)
            self.others = True

    def ranges_of(self, path: str) -> None:
        """A list of ranges of addresses."""
        elements = self._node.elements(path)
        if isinstance(elements, Unknown):
            self._open(elements)
            return
        for index in range(len(elements.value)):
            self.range_of(f"{path}.{index}")

    def list_of(self, path: str) -> None:
        """One prefix list."""
        value = self._node.text(path)
        if isinstance(value, Known) and value.value is None:
            return
        self.others = True
        target = self._node.target(path, *_LISTS)
        if isinstance(target, Unknown):
            self._open(target)
        elif target.value is None:
            self.names.append(value.value if isinstance(value, Known) and value.value else _OPEN)
            self._open(self._node.unknown(path, Reason.OUTSIDE), named=True)
        else:
            self.names.append(target.value.address)
            anything = _list_everywhere(target.value)
            if isinstance(anything, Unknown):
                self._open(anything, named=True)
            else:
                self._everywhere = self._everywhere or anything.value

    def lists_of(self, path: str) -> None:
        """Several prefix lists."""
        elements = self._node.elements(path)
        if isinstance(elements, Unknown):
            self.others = True
            self._open(elements)
            return
        for index in range(len(elements.value)):
            self.list_of(f"{path}.{index}")

    def group_of(self, path: str) -> None:
        """One group of another or the same network: never every address."""
        value = self._node.text(path)
        if isinstance(value, Known) and value.value is None:
            return
        if isinstance(value, Unknown) and self._node.left_out(path):
            return
        target = self._node.target(path, *GROUPS)
        self.groups.append(target)
        if isinstance(target, Known) and target.value is not None:
            self.names.append(target.value.address)
        else:
            self.names.append(value.value if isinstance(value, Known) and value.value else _OPEN)

    def groups_of(self, path: str) -> None:
        """Several groups."""
        elements = self._node.elements(path)
        if isinstance(elements, Unknown):
            self.groups.append(self._node.target(path, *GROUPS))
            self.names.append(_OPEN)
            return
        for index in range(len(elements.value)):
            self.group_of(f"{path}.{index}")

    def itself(self, path: str) -> None:
        """The members of the group itself, whichever it is, if the flag at ``path`` says so."""
        flag = self._node.flag(path, False)
        if isinstance(flag, Unknown):
            self.groups.append(flag)
            self.names.append(_OPEN)
        elif flag.value:
            self._itself = True
            self.names.append("self")

    @property
    def nobody(self) -> bool:
        """Whether nothing is named at all, so that the rule lets nothing through."""
        return not (self.ranges or self.names or self.groups or self.others)

    def _open(self, unknown: Unknown, *, named: bool = False) -> None:
        self.others = True
        self._unknown = unknown if self._unknown is None else self._unknown
        if not named:
            self.names.append(_OPEN)

    @property
    def everywhere(self) -> Attr[bool]:
        """Whether every address is meant."""
        if self._everywhere or all_addresses(self.ranges):
            return Known(True, self._node.record, self._where)
        return self._unknown if self._unknown is not None else Known(False, self._node.record, self._where)

    @property
    def _where(self) -> str:
        return self._node.known(self._path, None).path

    @property
    def peers(self) -> Attr[tuple[str, ...]]:
        """The other side for people."""
        if self._unknown is not None and not self.ranges and not any(name != _OPEN for name in self.names):
            return self._unknown
        return Known((*self.ranges, *self.names), self._node.record, self._where, self._hidden)

    def own_group(self, group: Record | None) -> Attr[bool]:
        """Whether only members of the group itself are meant."""
        if self.others or not (self.groups or self._itself):
            return Known(False, self._node.record, self._where)
        unknown: Unknown | None = None
        for target in self.groups:
            if isinstance(target, Unknown):
                unknown = target if unknown is None else unknown
            elif group is None or target.value is not group:
                return Known(False, self._node.record, self._where)
        return unknown if unknown is not None else Known(True, self._node.record, self._where)

    def key(self) -> str:
        """The other side as part of a key."""
        if self._hidden:
            return self._where
        parts = [*sorted(self.ranges), *sorted(self.names)]
        if len(parts) <= _SHOWN:
            return ",".join(parts) or "-"
        return f"{','.join(parts[:_SHOWN])},+{len(parts) - _SHOWN}#{zlib.crc32(','.join(parts).encode()):08x}"


def rule(
    direction: Attr[Direction],
    traffic: Attr[Ports],
    side: Side,
    *,
    group: Record | None,
    layer: Layer = Layer.MACHINE,
) -> TrafficRule:
    """A rule with a key that says the same as its words, so that it outlives a new order of the rules."""
    way = direction.value.value if isinstance(direction, Known) else _OPEN
    what = str(traffic.value) if isinstance(traffic, Known) and not traffic.sensitive else _OPEN
    return TrafficRule(
        key=f"{way} {what} {side.key()}",
        direction=direction,
        ports=traffic,
        everywhere=side.everywhere,
        peers=side.peers,
        own_group=side.own_group(group),
        layer=layer,
    )


def open_rules(direction: Direction, unknown: Unknown, layer: Layer = Layer.MACHINE) -> TrafficRule:
    """Rules of which nothing is known, not even how many they are."""
    return TrafficRule(
        key=f"{direction.value} {_OPEN}",
        direction=Known(direction, unknown.origin, unknown.path),
        ports=unknown,
        everywhere=unknown,
        peers=unknown,
        own_group=unknown,
        layer=layer,
    )


def _list_everywhere(found: Record) -> Attr[bool]:
    """Whether a prefix list holds every address."""
    known: Attr[bool] | None = found.links.cache.get((_list_everywhere, found.address))
    if known is None:
        known = found.links.cache[_list_everywhere, found.address] = _entries_everywhere(found)
    return known


def _entries_everywhere(found: Record) -> Attr[bool]:
    if found.type != "aws_ec2_managed_prefix_list":
        name = found.text("name")
        if isinstance(name, Known) and name.value is not None and name.value.startswith(_OWNED_BY_AWS):
            return Known(False, found, "name")
        shown = found.get("entries")
        if isinstance(shown, Known) and isinstance(shown.value, list):
            ranges = [found.text(f"entries.{index}.cidr") for index in range(len(shown.value))]
            if all_addresses([one.value for one in ranges if isinstance(one, Known) and one.value is not None]):
                return Known(True, found, "entries")
            return next((one for one in ranges if isinstance(one, Unknown)), Known(False, found, "entries"))
        return found.unknown(
            "entries", Reason.OUTSIDE, Text("プレフィックスリストの中身", "what the prefix list holds")
        )
    inline = computed.blocks(found, "entry")
    joined = computed.joined(found, "aws_ec2_managed_prefix_list_entry", "prefix_list_id")
    cidrs: list[Attr[str | None]] = [entry.text("cidr") for entry in joined.certain]
    if isinstance(inline, Known):
        cidrs += [entry.text("cidr") for entry in inline.value]
    if all_addresses([cidr.value for cidr in cidrs if isinstance(cidr, Known) and cidr.value is not None]):
        return Known(True, found, "entry")
    unknown = next((cidr for cidr in cidrs if isinstance(cidr, Unknown)), None)
    if unknown is None and isinstance(inline, Unknown):
        unknown = inline
    if unknown is None and (joined.possible or not absent.shown_in_full(found)):
        unknown = found.unknown("entry", Reason.NOT_COLLECTED)
    return unknown if unknown is not None else Known(False, found, "entry")


def units(rules: Iterable[TrafficRule]) -> set[tuple[str, str]]:
    """What the rules let through, one pair of traffic and other side each; rules that are not known have none."""
    return {
        (f"{found.direction.value} {found.ports.value}", peer)
        for found in rules
        if isinstance(found.direction, Known) and isinstance(found.ports, Known) and isinstance(found.peers, Known)
        for peer in found.peers.value
    }


def beyond(found: TrafficRule, covered: set[tuple[str, str]]) -> bool:
    """Whether a rule lets through anything that ``covered`` does not hold."""
    own = units((found,))
    return not own or not own <= covered
