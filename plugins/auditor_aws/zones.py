"""In how many availability zones something stands, from the zones or subnets that it names."""

from __future__ import annotations

from typing import Final

from auditor.attr import Attr, Known, Reason, Unknown
from auditor.record import Node
from auditor.text import Text

SUBNETS: Final = ("aws_subnet", "aws_default_subnet", "data.aws_subnet")
_OUTSIDE: Final = Text(
    "サブネットのアベイラビリティゾーン（入力に含まれない）",
    "the availability zones of subnets that are not in the input",
)
_OPEN: Final = Text("サブネットがどのアベイラビリティゾーンにあるか", "in which availability zones the subnets are")


def several(node: Node, *, subnets: str, zones: str | None = None) -> Attr[bool]:
    """Whether the zones that an attribute lists, or else those of the subnets that another lists, are at least two.

    The configuration gives one of the two attributes, and the provider computes the other.
    """
    if zones is not None:
        named = node.elements(zones)
        if isinstance(named, Known) and named.value:
            return _differ(node, zones, named.value)
    listed = node.elements(subnets)
    if isinstance(listed, Unknown):
        # The only subnet that a list can mean decides it as well as the list.
        only = node.target(subnets, *SUBNETS)
        if isinstance(only, Known) and only.value is not None:
            return node.known(subnets, False)
        return Unknown(listed.reason, listed.origin, listed.path, _OPEN)
    if not listed.value:
        return node.unknown(subnets, Reason.NOT_COLLECTED, _OUTSIDE)
    return _differ(node, subnets, tuple(_zone(node, f"{subnets}.{index}") for index in range(len(listed.value))))


def _differ(node: Node, path: str, zones: tuple[Attr[str], ...]) -> Attr[bool]:
    """Whether at least two of the zones differ; an unknown one may be the same as any other."""
    if len({zone.value for zone in zones if isinstance(zone, Known)}) > 1:
        return node.known(path, True)
    unknown = next((zone for zone in zones if isinstance(zone, Unknown)), None)
    return unknown if unknown is not None and len(zones) > 1 else node.known(path, False)


def _zone(node: Node, path: str) -> Attr[str]:
    subnet = node.target(path, *SUBNETS)
    if isinstance(subnet, Unknown):
        return subnet
    if subnet.value is None:
        return node.unknown(path, Reason.OUTSIDE, _OUTSIDE)
    zone = subnet.value.text("availability_zone")
    if isinstance(zone, Unknown):
        return zone
    if zone.value is None:
        return subnet.value.unknown("availability_zone", Reason.NOT_COLLECTED, _OPEN)
    return Known(zone.value, zone.origin, zone.path)
