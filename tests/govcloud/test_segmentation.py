"""The three zones: assignment, the internet, joins, and traffic into the My Number zone."""

from __future__ import annotations

from typing import Any

import pytest

from auditor.attr import Attr, Known, Unknown
from auditor.facets import (
    Direction,
    Facet,
    JoinKind,
    Network,
    NetworkJoin,
    NetworkMember,
    PortRange,
    Ports,
    TrafficRule,
)
from auditor.findings import Status
from auditor.inventory import UNPLACED, Resource
from auditor.record import Action
from auditor.testing import World
from tests.govcloud.judging import UNKNOWN, whole

YES: Attr[bool] = Known(True)
NO: Attr[bool] = Known(False)
ASSIGNED = "segmentation.zone-assigned.network"
INTERNET = "segmentation.mynumber-internet.closed"
JOINS = "segmentation.zone-separation.joins"
ROUTE = "segmentation.zone-route.limited"


def placed(address: str, zone: str | Unknown | None, *facets: Facet, action: Action = Action.NO_OP) -> Resource:
    """A resource with a tag that names its zone."""
    record = World().add(address)
    tag: Attr[str | None] = zone if isinstance(zone, Unknown) else Known(zone)
    return Resource(
        address.split(".")[0],
        address,
        "aws",
        "plan.json",
        action,
        UNPLACED,
        UNPLACED,
        facets,
        record,
        address,
        read_tag=lambda _, key: tag if key == "zone" else Known(None),
    )


def network(name: str, zone: str | Unknown | None, internet: Attr[bool] = NO, **how: Any) -> Resource:
    return placed(f"aws_vpc.{name}", zone, Network(internet=internet), **how)


def judged(id_: str, *resources: Resource) -> dict[str, Status]:
    return {address: verdict.status for address, verdict in whole(id_, *resources)}


@pytest.mark.parametrize(
    ("zone", "expected"),
    [
        ("mynumber", Status.PASS),
        ("LGWAN接続系", Status.PASS),
        (None, Status.MANUAL),
        ("other", Status.MANUAL),
        (UNKNOWN, Status.UNKNOWN),
    ],
)
def test_assignment(zone: str | Unknown | None, expected: Status) -> None:
    assert judged(ASSIGNED, network("a", zone)) == {"aws_vpc.a": expected}
    assert judged(ASSIGNED, network("a", zone, action=Action.DELETE)) == {}


@pytest.mark.parametrize(
    ("zone", "internet", "expected"),
    [
        ("mynumber", NO, Status.PASS),
        ("mynumber", YES, Status.FAIL),
        ("mynumber", UNKNOWN, Status.UNKNOWN),
        (UNKNOWN, YES, Status.UNKNOWN),
        (UNKNOWN, NO, Status.PASS),
        ("lgwan", YES, None),
        (None, YES, None),
    ],
)
def test_the_internet(zone: str | Unknown | None, internet: Attr[bool], expected: Status | None) -> None:
    found = judged(INTERNET, network("a", zone, internet), network("b", "lgwan"))
    assert found.get("aws_vpc.a") is expected


def test_an_open_zone_may_be_any_even_where_no_other_is_assigned() -> None:
    assert judged(INTERNET, network("a", UNKNOWN, YES)) == {"aws_vpc.a": Status.UNKNOWN}
    assert judged(INTERNET, network("a", None, YES)) == {}
    found = judged(JOINS, network("a", UNKNOWN), network("b", None), join(A, B))
    assert found["aws_peering.p"] is Status.UNKNOWN


def test_a_group_of_a_network_outside_of_the_input_may_be_of_any_zone() -> None:
    group = placed("aws_group.x", None, NetworkMember(network=Known(None)), rule(everywhere=YES))
    assert judged(ROUTE, network("a", "mynumber"), group) == {"aws_group.x": Status.UNKNOWN}
    assert judged(ROUTE, network("a", None), group) == {}


def join(*names: str, whole: Attr[bool] = YES, receivers: tuple[str, ...] | None = None) -> Resource:
    senders: Attr[frozenset[str]] = Known(frozenset(names))
    to: Attr[frozenset[str]] = senders if receivers is None else Known(frozenset(receivers))
    facet = NetworkJoin(join=JoinKind.PEERING, senders=senders, receivers=to, whole=whole)
    return placed("aws_peering.p", None, facet)


A, B = "aws_vpc.a", "aws_vpc.b"


@pytest.mark.parametrize(
    ("one", "other", "whole", "expected"),
    [
        ("mynumber", "lgwan", YES, Status.FAIL),
        ("mynumber", "lgwan", UNKNOWN, Status.FAIL),
        ("mynumber", "mynumber", YES, Status.PASS),
        ("mynumber", "mynumber", NO, Status.UNKNOWN),
        ("mynumber", "mynumber", UNKNOWN, Status.UNKNOWN),
        ("mynumber", None, YES, Status.UNKNOWN),
        ("mynumber", UNKNOWN, YES, Status.UNKNOWN),
        (None, None, YES, None),
    ],
)
def test_joins(one: str | None, other: str | Unknown | None, whole: Attr[bool], expected: Status | None) -> None:
    found = judged(JOINS, network("a", one), network("b", other), join(A, B, whole=whole))
    assert found.get("aws_peering.p") is expected


def test_a_hub_that_only_leads_one_way() -> None:
    networks = network("a", "mynumber"), network("b", "lgwan"), network("c", "mynumber")
    assert judged(JOINS, *networks, join(A, receivers=("aws_vpc.c",))) == {"aws_peering.p": Status.PASS}
    assert judged(JOINS, *networks, join(B, receivers=(A,))) == {"aws_peering.p": Status.FAIL}


def test_groups_stand_in_the_zone_of_their_network() -> None:
    groups = [
        placed(f"aws_group.{name}", own, NetworkMember(network=Known(at)))
        for name, own, at in (("x", None, A), ("y", "lgwan", A), ("z", None, None))
    ]
    networks = network("a", "mynumber"), *groups
    assert judged(JOINS, *networks, join("aws_group.x", A)) == {"aws_peering.p": Status.PASS}
    assert judged(JOINS, *networks, join("aws_group.y", A)) == {"aws_peering.p": Status.FAIL}
    assert judged(JOINS, *networks, join("aws_group.z", A)) == {"aws_peering.p": Status.UNKNOWN}


def rule(**changes: Any) -> TrafficRule:
    values: dict[str, Any] = {
        "key": "inbound tcp/443 10.0.0.0/8",
        "direction": Known(Direction.INBOUND),
        "ports": Known(Ports((PortRange("tcp", 443, 443),))),
        "everywhere": NO,
        "peers": Known(("10.0.0.0/8",)),
    }
    return TrafficRule(**values | changes)


ALL = Known(Ports((PortRange("all"),)))


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        ([rule()], Status.PASS),
        ([rule(), rule(everywhere=YES)], Status.FAIL),
        ([rule(ports=ALL)], Status.FAIL),
        ([rule(ports=ALL, own_group=YES)], Status.PASS),
        ([rule(ports=ALL, own_group=UNKNOWN)], Status.UNKNOWN),
        ([rule(everywhere=UNKNOWN)], Status.UNKNOWN),
        ([rule(ports=UNKNOWN)], Status.UNKNOWN),
        ([rule(direction=UNKNOWN)], Status.UNKNOWN),
        ([rule(direction=Known(Direction.OUTBOUND), everywhere=YES)], None),
    ],
)
def test_traffic_into_the_zone(rules: list[TrafficRule], expected: Status | None) -> None:
    group = placed("aws_group.x", None, NetworkMember(network=Known(A)), *rules)
    assert judged(ROUTE, network("a", "mynumber"), group).get("aws_group.x") is expected
    assert judged(ROUTE, network("a", "lgwan"), group) == {}


def test_the_rules_without_a_limit_are_named() -> None:
    ((_, verdict),) = whole(ROUTE, placed("aws_group.x", "mynumber", rule(everywhere=YES)))
    assert verdict.text is not None
    assert "inbound tcp/443 10.0.0.0/8" in verdict.text.ja
    hidden = rule(everywhere=YES, peers=Known(("mark-of-secret",), sensitive=True), key="mark-of-secret")
    ((_, verdict),) = whole(ROUTE, placed("aws_group.x", "mynumber", hidden))
    assert "mark-of-secret" not in f"{verdict.text}"


def test_an_open_zone_leaves_a_wide_rule_open() -> None:
    group = placed("aws_group.x", UNKNOWN, rule(everywhere=YES))
    assert judged(ROUTE, group) == {}
    assert judged(ROUTE, network("a", "lgwan"), group) == {"aws_group.x": Status.UNKNOWN}
