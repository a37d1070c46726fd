"""Firewall rules and rules of firewall policies.

Sources: Terraform Google provider documentation, pages ``google_compute_firewall`` and
``google_compute_network_firewall_policy_rule``; Cloud NGFW documentation, pages "VPC firewall rules" (a rule that names
no source is for every source) and "Firewall policy rule details" (sources add up; a context of networks narrows them).
"""

from __future__ import annotations

import re
from typing import Final

from auditor.attr import Attr, Known, Reason, Unknown
from auditor.facets import Direction, PortRange, Ports, TrafficRule
from auditor.facets.network import ALL, all_addresses
from auditor.record import Node
from auditor.text import Text
from auditor_google.reading import settled_text

_NUMBERS: Final = {"1": "icmp", "6": "tcp", "17": "udp", "50": "esp", "51": "ah", "58": "icmpv6", "132": "sctp"}
_RANGE: Final = re.compile(r"(\d+)(?:-(\d+))?")
WAYS: Final = {"INGRESS": Direction.INBOUND, "EGRESS": Direction.OUTBOUND}
EVERY: Final = "0.0.0.0/0"


def direction(node: Node) -> Attr[Direction]:
    """Of a rule; inbound unless it says otherwise."""
    stated = settled_text(node, "direction", "INGRESS")
    if isinstance(stated, Unknown):
        return stated
    found = WAYS.get(stated.value.upper())
    return node.unknown("direction", Reason.UNPARSEABLE) if found is None else node.known("direction", found)


def ranges(node: Node, protocol: str, path: str) -> Attr[tuple[PortRange, ...]]:
    """Protocol and ports of one block; without ports it is for all of them."""
    name = node.text(protocol)
    listed = node.elements(path)
    if isinstance(name, Unknown):
        return name
    if isinstance(listed, Unknown):
        return listed
    word = (name.value or ALL).lower()
    word = _NUMBERS.get(word, word)
    found: list[PortRange] = []
    for one in listed.value:
        if isinstance(one, Unknown):
            return one
        match = _RANGE.fullmatch(str(one.value).strip())
        if match is None:
            return node.unknown(path, Reason.UNPARSEABLE)
        found.append(PortRange(word, int(match[1]), int(match[2] or match[1])))
    return node.known(path, tuple(found) or (PortRange(word),))


def ports(node: Node, path: str, protocol: str) -> Attr[Ports]:
    """What the blocks at ``path`` name together."""
    blocks = node.blocks(path)
    if isinstance(blocks, Unknown):
        return blocks
    found: tuple[PortRange, ...] = ()
    for block in blocks.value:
        named = ranges(block, protocol, "ports")
        if isinstance(named, Unknown):
            return named
        found += named.value
    return node.known(path, Ports(found))


class Side:
    """The other side of a rule."""

    __slots__ = ("hidden", "names", "node", "path", "ranges", "stated", "unknown")

    def __init__(self, node: Node, path: str) -> None:
        self.node = node
        self.path = path
        self.unknown: Unknown | None = None
        self.hidden = False
        self.ranges: list[str] = []
        self.names: list[str] = []
        self.stated = False
        """Whether the rule limits the other side at all."""

    def ranges_of(self, path: str) -> None:
        """Ranges of addresses."""
        elements = self.node.elements(path)
        if isinstance(elements, Unknown):
            self._doubt(elements)
            return
        for element in elements.value:
            if isinstance(element, Unknown):
                self._doubt(element)
            else:
                self.stated = True
                self.hidden = self.hidden or element.sensitive
                self.ranges.append(str(element.value))

    def names_of(self, path: str, *, everywhere: bool = False) -> None:
        """Tags, accounts, regions and the like; ``everywhere``: some of them may hold every address."""
        elements = self.node.elements(path)
        if isinstance(elements, Unknown):
            self.stated = True
            self.names.append("?")
            if everywhere:
                self._doubt(elements)
            return
        for element in elements.value:
            self.stated = True
            known = isinstance(element, Known) and not element.sensitive
            self.names.append(str(element.value) if known and isinstance(element, Known) else "?")
            if everywhere:
                detail = Text("アドレスの集まりの中身", "what a group of addresses holds")
                self._doubt(self.node.unknown(path, Reason.OUTSIDE, detail))

    def _doubt(self, unknown: Unknown) -> None:
        self.stated = True
        self.unknown = unknown if self.unknown is None else self.unknown

    def everywhere(self) -> Attr[bool]:
        """Whether every address is meant."""
        if not self.stated or all_addresses(self.ranges):
            return self.node.known(self.path, True)
        return self.unknown if self.unknown is not None else self.node.known(self.path, False)

    def peers(self) -> Attr[tuple[str, ...]]:
        """The other side for people."""
        if not self.stated:
            return self.node.known(self.path, (EVERY,))
        if self.unknown is not None and not self.ranges and not self.names:
            return self.unknown
        found = self.node.known(self.path, (*self.ranges, *self.names))
        return Known(found.value, found.origin, found.path, self.hidden)


def rule(
    key: str,
    way: Attr[Direction],
    traffic: Attr[Ports],
    side: Side,
    own_group: Attr[bool],
    *,
    narrowed: Attr[bool] | None = None,
) -> TrafficRule:
    """A rule; ``narrowed`` tells that a context keeps the internet out whatever the ranges say."""
    everywhere = side.everywhere()
    if narrowed is not None and (isinstance(narrowed, Unknown) or narrowed.value):
        keeps = isinstance(everywhere, Known) and not everywhere.value
        everywhere = everywhere if keeps else narrowed if isinstance(narrowed, Unknown) else side.node.known("", False)
    return TrafficRule(
        key=key, direction=way, ports=traffic, everywhere=everywhere, peers=side.peers(), own_group=own_group
    )
