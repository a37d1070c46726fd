"""Networks: rules, default networks, public endpoints, routes, boundaries, connections, hubs."""

from __future__ import annotations

from typing import Any

import pytest

from auditor.attr import Attr, Known
from auditor.facets import (
    BoundaryDevice,
    DefaultNetwork,
    Direction,
    EndpointKind,
    ExternalConnection,
    Facet,
    InternetBoundary,
    JoinKind,
    Layer,
    NetworkJoin,
    NetworkUse,
    PortRange,
    Ports,
    PublicEndpoint,
    RouteTable,
    SubnetRoute,
    TrafficRule,
)
from auditor.facets.network import all_addresses
from auditor.findings import Status
from auditor.inventory import Resource
from auditor.record import Action
from tests.govcloud.judging import UNKNOWN, judge, resource, status, whole

YES: Attr[bool] = Known(True)
NO: Attr[bool] = Known(False)


def ports(protocol: str = "tcp", first: int = 0, last: int = 65535) -> Attr[Ports]:
    return Known(Ports((PortRange(protocol, first, last),)))


SSH, HTTPS, EVERYTHING = ports(first=22, last=22), ports(first=443, last=443), ports("all")


def rule(**changes: Any) -> TrafficRule:
    values: dict[str, Any] = {
        "direction": Known(Direction.INBOUND),
        "ports": SSH,
        "everywhere": YES,
        "peers": Known(("0.0.0.0/0",)),
    }
    return TrafficRule(**values | changes)


OUT = Known(Direction.OUTBOUND)


@pytest.mark.parametrize(
    ("facet", "expected"),
    [
        (rule(), Status.FAIL),
        (rule(ports=HTTPS), Status.PASS),
        (rule(ports=ports(first=80, last=443)), Status.FAIL),
        (rule(ports=ports("icmp")), Status.PASS),
        (rule(ports=ports("udp", 443, 443)), Status.PASS),
        (rule(everywhere=NO), Status.PASS),
        (rule(everywhere=NO, ports=UNKNOWN), Status.PASS),
        (rule(everywhere=UNKNOWN), Status.UNKNOWN),
        (rule(everywhere=UNKNOWN, ports=HTTPS), Status.PASS),
        (rule(ports=UNKNOWN), Status.UNKNOWN),
        (rule(direction=UNKNOWN), Status.UNKNOWN),
        (rule(direction=OUT), None),
        (rule(layer=Layer.SUBNET), None),
    ],
)
def test_ports_open_to_every_address(facet: TrafficRule, expected: Status | None) -> None:
    assert status("network.ingress.public-ports", facet) is expected


def test_an_open_rule_is_named() -> None:
    verdict = judge("network.ingress.public-ports", rule())
    assert verdict is not None
    assert verdict.text is not None
    assert "tcp/22" in verdict.text.ja
    assert "0.0.0.0/0" in verdict.text.en
    assert verdict.expected is not None
    assert "80, 443" in verdict.expected.en


@pytest.mark.parametrize(
    ("facet", "expected"),
    [
        (rule(ports=EVERYTHING), Status.FAIL),
        (rule(ports=ports(first=1)), Status.FAIL),
        (rule(ports=ports(first=1024)), Status.PASS),
        (rule(ports=ports("esp")), Status.PASS),
        (rule(ports=EVERYTHING, everywhere=NO), Status.FAIL),
        (rule(ports=EVERYTHING, everywhere=NO, own_group=YES), Status.PASS),
        (rule(ports=EVERYTHING, own_group=UNKNOWN), Status.UNKNOWN),
        (rule(ports=SSH, own_group=UNKNOWN), Status.PASS),
        (rule(ports=EVERYTHING, direction=OUT), None),
    ],
)
def test_ports_are_named(facet: TrafficRule, expected: Status | None) -> None:
    assert status("network.ports.named", facet) is expected


@pytest.mark.parametrize(
    ("facet", "expected"),
    [
        (rule(layer=Layer.SUBNET, ports=EVERYTHING), Status.FAIL),
        (rule(layer=Layer.SUBNET), Status.PASS),
        (rule(layer=Layer.SUBNET, ports=EVERYTHING, everywhere=NO), Status.PASS),
        (rule(layer=Layer.SUBNET, ports=EVERYTHING, everywhere=UNKNOWN), Status.UNKNOWN),
        (rule(layer=Layer.SUBNET, direction=OUT, ports=EVERYTHING), None),
        (rule(ports=EVERYTHING), None),
    ],
)
def test_filters_in_front_of_subnets(facet: TrafficRule, expected: Status | None) -> None:
    assert status("network.ports.subnet-filter", facet) is expected


@pytest.mark.parametrize(
    ("facet", "expected"),
    [
        (rule(direction=OUT, ports=EVERYTHING), Status.FAIL),
        (rule(direction=OUT, ports=HTTPS), Status.PASS),
        (rule(direction=OUT, ports=EVERYTHING, everywhere=NO), Status.PASS),
        (rule(direction=OUT, ports=EVERYTHING, everywhere=UNKNOWN), Status.UNKNOWN),
        (rule(ports=EVERYTHING), None),
    ],
)
def test_outgoing_traffic(facet: TrafficRule, expected: Status | None) -> None:
    assert status("network.egress.limited", facet) is expected


@pytest.mark.parametrize(
    ("ranges", "expected"),
    [
        (["0.0.0.0/0"], True),
        (["::/0"], True),
        (["0.0.0.0/1", "128.0.0.0/1"], True),
        (["0.0.0.0/1"], False),
        (["10.0.0.0/8", "192.0.2.10/32"], False),
        ([], False),
    ],
)
def test_every_address(ranges: list[str], expected: bool) -> None:
    assert all_addresses(ranges) is expected


@pytest.mark.parametrize("what", ["network", "group"])
@pytest.mark.parametrize(("value", "expected"), [(YES, Status.PASS), (NO, Status.FAIL), (UNKNOWN, Status.UNKNOWN)])
def test_default_networks(what: str, value: Attr[bool], expected: Status) -> None:
    assert status("network.default-network.closed", DefaultNetwork(what=what, closed=value)) is expected
    used = {Status.PASS: Status.FAIL, Status.FAIL: Status.PASS}.get(expected, expected)
    assert status("network.default-network.unused", NetworkUse(what=what, by_default=value)) is used


@pytest.mark.parametrize(
    ("public", "narrowed", "open_", "own"),
    [
        (NO, NO, Status.PASS, Status.PASS),
        (YES, NO, Status.FAIL, None),
        (YES, YES, Status.PASS, Status.FAIL),
        (YES, UNKNOWN, Status.UNKNOWN, Status.UNKNOWN),
        (UNKNOWN, YES, Status.PASS, Status.UNKNOWN),
        (UNKNOWN, NO, Status.UNKNOWN, Status.UNKNOWN),
    ],
)
def test_public_endpoints(public: Attr[bool], narrowed: Attr[bool], open_: Status, own: Status | None) -> None:
    facet = PublicEndpoint(kind=EndpointKind.DATABASE, public=public, narrowed=narrowed)
    assert status("network.public-endpoint.open", facet) is open_
    assert status("network.public-endpoint.narrowed", facet) is own
    assert status("network.public-endpoint.machine", facet) is None


@pytest.mark.parametrize(("value", "expected"), [(NO, Status.PASS), (YES, Status.FAIL), (UNKNOWN, Status.UNKNOWN)])
def test_public_machines(value: Attr[bool], expected: Status) -> None:
    facet = PublicEndpoint(kind=EndpointKind.MACHINE, public=value)
    assert status("network.public-endpoint.machine", facet) is expected
    assert status("network.public-endpoint.open", facet) is None


@pytest.mark.parametrize(
    ("internet", "published", "stores", "expected"),
    [
        (NO, NO, YES, Status.PASS),
        (YES, YES, NO, Status.PASS),
        (YES, YES, YES, Status.FAIL),
        (YES, NO, NO, Status.MANUAL),
        (YES, UNKNOWN, NO, Status.UNKNOWN),
        (YES, YES, UNKNOWN, Status.UNKNOWN),
        (UNKNOWN, YES, NO, Status.UNKNOWN),
    ],
)
def test_subnets_with_a_route_to_the_internet(
    internet: Attr[bool], published: Attr[bool], stores: Attr[bool], expected: Status
) -> None:
    facet = SubnetRoute(internet=internet, published=published, data_stores=stores)
    assert status("network.routing.public-subnet", facet) is expected


NONE: Attr[tuple[str, ...]] = Known(())
SOME: Attr[tuple[str, ...]] = Known(("10.9.0.0/16",))


@pytest.mark.parametrize(
    ("overlapping", "dead", "expected"),
    [
        (NONE, NONE, Status.PASS),
        (SOME, NONE, Status.FAIL),
        (NONE, SOME, Status.FAIL),
        (UNKNOWN, SOME, Status.FAIL),
        (UNKNOWN, NONE, Status.UNKNOWN),
        (NONE, UNKNOWN, Status.UNKNOWN),
    ],
)
def test_routes(overlapping: Attr[tuple[str, ...]], dead: Attr[tuple[str, ...]], expected: Status) -> None:
    verdict = judge("network.routing.consistent", RouteTable(overlapping=overlapping, dead=dead))
    assert verdict is not None
    assert verdict.status is expected
    if expected is Status.FAIL:
        assert verdict.text is not None
        assert "10.9.0.0/16" in verdict.text.ja


@pytest.mark.parametrize(
    ("device", "expected"),
    [
        (Known(BoundaryDevice.FIREWALL), Status.PASS),
        (Known(BoundaryDevice.PACKET_FILTER), Status.MANUAL),
        (Known(BoundaryDevice.BYPASSED), Status.FAIL),
        (UNKNOWN, Status.UNKNOWN),
    ],
)
def test_boundaries(device: Attr[BoundaryDevice], expected: Status) -> None:
    assert status("network.boundary.device", InternetBoundary(device=device)) is expected


class TestConnections:
    id = "network.external-connection.approved"

    def test_each_needs_its_approval(self) -> None:
        found = whole(self.id, resource(ExternalConnection(kind="vpn", peer=Known("203.0.113.9"))))
        ((address, verdict),) = found
        assert address == "aws_thing.one"
        assert verdict.status is Status.MANUAL
        assert verdict.documents == ("connection-approval",)
        assert verdict.text is not None
        assert "203.0.113.9" in verdict.text.ja

    def test_none(self) -> None:
        inner = ExternalConnection(kind="peering", outside=NO)
        for held in (resource(), resource(inner), resource(ExternalConnection(kind="vpn"), action=Action.DELETE)):
            ((address, verdict),) = whole(self.id, held)
            assert address == "aws:account"
            assert verdict.status is Status.NOT_APPLICABLE

    def test_another_account_or_not(self) -> None:
        ((_, verdict),) = whole(self.id, resource(ExternalConnection(kind="peering", outside=UNKNOWN)))
        assert verdict.status is Status.UNKNOWN

    def test_a_sensitive_peer_is_not_shown(self) -> None:
        facet = ExternalConnection(kind="vpn", peer=Known("mark-of-secret", sensitive=True))
        ((_, verdict),) = whole(self.id, resource(facet))
        assert "mark-of-secret" not in f"{verdict.text}"


def peering(name: str, one: str, other: str) -> Resource:
    both: Attr[frozenset[str]] = Known(frozenset({one, other}))
    join = NetworkJoin(join=JoinKind.PEERING, senders=both, receivers=both, whole=YES)
    return resource(join, address=f"aws_peering.{name}")


class TestAggregation:
    id = "network.aggregation.hub"

    def judged(self, *resources: Resource, complete: bool = False) -> dict[str, Status]:
        return {address: verdict.status for address, verdict in whole(self.id, *resources, complete=complete)}

    def test_a_mesh(self) -> None:
        found = self.judged(peering("ab", "a", "b"), peering("bc", "b", "c"), peering("ca", "c", "a"))
        assert found["aws_peering.ca"] is Status.FAIL
        assert found["aws_peering.ab"] is Status.UNKNOWN

    def test_branches(self) -> None:
        branches = [peering("ab", "a", "b"), peering("ac", "a", "c"), peering("ba", "b", "a")]
        assert set(self.judged(*branches, complete=True).values()) == {Status.PASS}
        assert set(self.judged(*branches).values()) == {Status.UNKNOWN}

    def test_a_hub(self) -> None:
        nobody: Attr[frozenset[str]] = Known(frozenset())
        facet: Facet = NetworkJoin(join=JoinKind.HUB, senders=nobody, receivers=nobody, whole=YES)
        assert self.judged(resource(facet)) == {"aws_thing.one": Status.PASS}
        assert self.judged(resource(facet, action=Action.DELETE)) == {}

    def test_ends_that_are_not_known(self) -> None:
        facet = NetworkJoin(join=JoinKind.PEERING, senders=UNKNOWN, receivers=UNKNOWN, whole=UNKNOWN)
        assert self.judged(resource(facet)) == {"aws_thing.one": Status.UNKNOWN}
