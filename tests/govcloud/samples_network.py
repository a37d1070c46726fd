"""Sample values of the facets of networks; see ``judging.SAMPLES``."""

from __future__ import annotations

from typing import Any

from auditor.attr import Known
from auditor.facets import (
    BoundaryDevice,
    DefaultNetwork,
    Direction,
    EndpointKind,
    Facet,
    InternetBoundary,
    Layer,
    NetworkUse,
    PortRange,
    Ports,
    PublicEndpoint,
    RemoteAccess,
    RemoteGrant,
    RouteTable,
    SubnetRoute,
    TrafficRule,
    UserAuthentication,
    VpnTunnel,
)


def _kind(*values: Any) -> tuple[Known[Any], ...]:
    return tuple(Known(value) for value in values)


_BOOL = _kind(True, False)
_PORTS = _kind(
    Ports((PortRange("tcp", 443, 443),)),
    Ports((PortRange("tcp", 22, 22),)),
    Ports((PortRange("all"),)),
    Ports((PortRange("icmp"),)),
)

SAMPLES: dict[type[Facet], dict[str, tuple[Any, ...]]] = {
    TrafficRule: {
        "direction": _kind(*Direction),
        "ports": _PORTS,
        "everywhere": _BOOL,
        "peers": _kind(("0.0.0.0/0",)),
        "own_group": _BOOL,
        "layer": tuple(Layer),
    },
    DefaultNetwork: {"what": ("network", "group"), "closed": _BOOL},
    NetworkUse: {"what": ("network", "group"), "by_default": _BOOL},
    PublicEndpoint: {"kind": tuple(EndpointKind), "public": _BOOL, "narrowed": _BOOL},
    SubnetRoute: {"internet": _BOOL, "published": _BOOL, "data_stores": _BOOL},
    RouteTable: {"overlapping": _kind((), ("10.0.0.0/8",)), "dead": _kind((), ("0.0.0.0/0",))},
    InternetBoundary: {"device": _kind(*BoundaryDevice)},
    RemoteAccess: {
        "authentication": _kind(
            frozenset({UserAuthentication.CERTIFICATE, UserAuthentication.DIRECTORY}),
            frozenset({UserAuthentication.MULTI_FACTOR}),
            frozenset({UserAuthentication.IDENTITY_PROVIDER}),
            frozenset({UserAuthentication.NONE}),
            frozenset(),
        )
    },
    RemoteGrant: {"everybody": _BOOL, "every_network": _BOOL},
    VpnTunnel: {
        "ike_versions": _kind(frozenset({1, 2}), frozenset({2})),
        "encryption": _kind(frozenset({"aes256"}), frozenset({"3des"})),
        "integrity": _kind(frozenset({"sha2-256"}), frozenset({"sha1"}), frozenset()),
        "dh_groups": _kind(frozenset({2, 14}), frozenset({14})),
    },
}
