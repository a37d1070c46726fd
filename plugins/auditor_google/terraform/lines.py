"""Whether VPNs and interconnects are doubled.

https://cloud.google.com/network-connectivity/docs/vpn/concepts/topologies ,
https://cloud.google.com/network-connectivity/docs/interconnect/concepts/terminology
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from auditor.attr import Attr, Known, Reason, Unknown
from auditor.facets import Facet, LineRedundancy
from auditor.record import Record
from auditor.text import Text
from auditor_google.reading import left_to_default, referrers
from auditor_google.registry import REGISTRY

_TUNNEL: Final = "google_compute_vpn_tunnel"
_CLASSIC: Final = "google_compute_vpn_gateway"
_ATTACHMENT: Final = "google_compute_interconnect_attachment"
_ELSEWHERE: Final = Text("他の構成による第二の回線の有無", "whether another configuration makes a second line")


def _elsewhere(record: Record, path: str) -> Attr[bool]:
    if record.links.complete:
        return record.known(path, False)
    return record.unknown(path, Reason.NOT_COLLECTED, _ELSEWHERE)


@REGISTRY.adapter("google_compute_ha_vpn_gateway")
def ha_gateway(record: Record) -> Iterator[Facet]:
    """A gateway of two interfaces, each of which needs a tunnel; one without tunnels is no line yet."""
    joined = referrers(record, _TUNNEL, "vpn_gateway")
    if joined.possible:
        name = joined.possible[0].address
        detail = Text(f"{name} のゲートウェイ", f"the gateway of {name}")
        yield LineRedundancy(doubled=record.unknown(_TUNNEL, Reason.AMBIGUOUS, detail))
        return
    if not joined.certain:
        return
    interfaces = [tunnel.number("vpn_gateway_interface") for tunnel in joined.certain]
    used = {one.value for one in interfaces if isinstance(one, Known)}
    open_ = next((one for one in interfaces if isinstance(one, Unknown)), None)
    if len(used) > 1:
        yield LineRedundancy(doubled=record.known(_TUNNEL, True))
    elif open_ is not None:
        yield LineRedundancy(doubled=open_)
    elif record.action.makes_new:
        yield LineRedundancy(doubled=record.known(_TUNNEL, False))
    else:
        yield LineRedundancy(doubled=_elsewhere(record, _TUNNEL))


@REGISTRY.adapter(_CLASSIC)
def classic_gateway(record: Record) -> Iterator[Facet]:
    """A gateway with one address; a second one in the same network doubles it."""
    network = record.target("network", "google_compute_network")
    for other in record.links.of_type(_CLASSIC):
        if other is record:
            continue
        beside = other.target("network", "google_compute_network")
        same = isinstance(beside, Known) and isinstance(network, Known) and beside.value is network.value
        if same and network.value is not None:
            yield LineRedundancy(doubled=Known(True, other, "network"))
            return
    yield LineRedundancy(doubled=_elsewhere(record, "network"))


@REGISTRY.adapter(_ATTACHMENT)
def attachment(record: Record) -> Iterator[Facet]:
    """A line to an interconnect; another one by another edge domain, or another interconnect, doubles it."""
    unknown: Unknown | None = None
    for path in ("edge_availability_domain", "interconnect"):
        own = _named(record, path)
        for other in record.links.of_type(_ATTACHMENT):
            if other is record or (isinstance(own, Known) and own.value is None):
                continue
            beside = _named(other, path)
            if isinstance(own, Unknown) or isinstance(beside, Unknown):
                unknown = own if isinstance(own, Unknown) else beside if isinstance(beside, Unknown) else unknown
            elif beside.value is not None and beside.value != own.value:
                yield LineRedundancy(doubled=Known(True, other, path))
                return
    yield LineRedundancy(doubled=_elsewhere(record, "edge_availability_domain") if unknown is None else unknown)


def _named(record: Record, path: str) -> Attr[str | None]:
    """Left out, the domain is any (AVAILABILITY_DOMAIN_ANY), which says nothing."""
    attr = record.text(path)
    if left_to_default(record, path, attr):
        return record.known(path, None)
    if isinstance(attr, Known) and attr.value == "AVAILABILITY_DOMAIN_ANY":
        return record.known(path, None)
    return attr
