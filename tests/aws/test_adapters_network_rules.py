"""Security groups, network ACLs and prefix lists: every rule, wherever it is written."""

from __future__ import annotations

from typing import Any, ClassVar

import pytest

from auditor.attr import Known
from auditor.facets import DefaultNetwork, Direction, Layer, NetworkJoin, NetworkMember, TrafficRule
from auditor.record import Action, Record
from auditor.testing import World
from tests.aws.platform_reading import every, keyed, the, unknown, value

ANY = "0.0.0.0/0"


def block(protocol: str = "tcp", first: int = 22, last: int = 22, **more: Any) -> dict[str, Any]:
    return {"protocol": protocol, "from_port": first, "to_port": last, **more}


def group(world: World, *ingress: dict[str, Any], name: str = "g", **how: Any) -> Record:
    return world.add(f"aws_security_group.{name}", {"id": f"sg-{name}", "ingress": list(ingress)}, **how)


def told(record: Record) -> dict[str, tuple[str, Any]]:
    """(traffic, whether from everywhere) by key."""
    return {
        rule.key: (str(value(rule.ports)), "?" if unknown(rule.everywhere) else value(rule.everywhere))
        for rule in every(record, TrafficRule)
    }


@pytest.mark.parametrize(
    ("written", "key", "everywhere"),
    [
        (block(cidr_blocks=[ANY]), "inbound tcp/22 0.0.0.0/0", True),
        (block(ipv6_cidr_blocks=["::/0"]), "inbound tcp/22 ::/0", True),
        (block(cidr_blocks=["10.0.0.0/8"]), "inbound tcp/22 10.0.0.0/8", False),
        (block(cidr_blocks=["128.0.0.0/1", "0.0.0.0/1"]), "inbound tcp/22 0.0.0.0/1,128.0.0.0/1", True),
        (block("-1", 0, 0, cidr_blocks=[ANY]), "inbound all 0.0.0.0/0", True),
        (block("17", 53, 53, cidr_blocks=[ANY]), "inbound udp/53 0.0.0.0/0", True),
        (block("icmp", -1, -1, cidr_blocks=[ANY]), "inbound icmp 0.0.0.0/0", True),
        (block(self=True), "inbound tcp/22 self", False),
    ],
)
def test_a_rule_inside_a_group(written: dict[str, Any], key: str, everywhere: bool) -> None:
    found = told(group(World(), written))
    assert found == {key: (key.split()[1], everywhere)}


def test_a_key_stays_when_rules_change_their_order() -> None:
    one, other = block(cidr_blocks=["10.0.0.0/8", "192.0.2.0/24"]), block(cidr_blocks=[ANY])
    turned = block(cidr_blocks=["192.0.2.0/24", "10.0.0.0/8"])
    assert set(told(group(World(), one, other))) == set(told(group(World(), other, turned)))


def test_many_ranges_make_a_short_key() -> None:
    ranges = [f"10.{number}.0.0/16" for number in range(60)]
    (key,) = told(group(World(), block(cidr_blocks=ranges)))
    assert len(key) < 100
    (other,) = told(group(World(), block(cidr_blocks=[*ranges[:-1], "10.99.0.0/16"])))
    assert key != other


def test_outgoing_rules() -> None:
    world = World()
    record = world.add("aws_security_group.g", {"egress": [block("-1", 0, 0, cidr_blocks=[ANY])]})
    rule = the(record, TrafficRule)
    assert value(rule.direction) is Direction.OUTBOUND
    assert value(rule.ports).everything


def test_rules_left_out_are_none_and_open_ones_are_unknown() -> None:
    assert told(World().add("aws_security_group.g", {}, unset=["ingress", "egress"])) == {}
    rules = every(World().add("aws_security_group.g", {}, unknown={"ingress": True}), TrafficRule)
    assert [(rule.key, unknown(rule.ports), unknown(rule.everywhere)) for rule in rules] == [("inbound ?", True, True)]


@pytest.mark.parametrize("open_", ["protocol", "from_port", "to_port"])
def test_open_ports(open_: str) -> None:
    record = group(World(), block(cidr_blocks=[ANY]), unknown={"ingress": [{open_: True}]})
    rule = the(record, TrafficRule)
    assert unknown(rule.ports)
    assert value(rule.everywhere) is True


def test_an_open_range_is_not_taken_for_a_limit() -> None:
    written = block(cidr_blocks=["10.0.0.0/8", None])
    rule = the(group(World(), written, unknown={"ingress": [{"cidr_blocks": [False, True]}]}), TrafficRule)
    assert unknown(rule.everywhere)
    certain = block(cidr_blocks=[ANY, None])
    rule = the(group(World(), certain, unknown={"ingress": [{"cidr_blocks": [False, True]}]}), TrafficRule)
    assert value(rule.everywhere) is True


def test_sensitive_ranges_are_in_no_key() -> None:
    rule = the(group(World(), block(cidr_blocks=["192.0.2.7/32"]), sensitive={"ingress": True}), TrafficRule)
    assert "192.0.2.7" not in rule.key
    assert isinstance(rule.peers, Known)
    assert rule.peers.sensitive


def test_separate_rules_are_judged_with_their_group() -> None:
    world = World()
    record = group(world)
    ssh = world.add(
        "aws_security_group_rule.ssh",
        {**block(cidr_blocks=[ANY]), "type": "ingress"},
        unknown={"security_group_id": True},
        refs={"security_group_id": record},
    )
    world.add(
        "aws_vpc_security_group_egress_rule.out",
        {"ip_protocol": "-1", "cidr_ipv4": ANY, "security_group_id": "sg-g"},
    )
    world.add(
        "aws_vpc_security_group_ingress_rule.web",
        {"ip_protocol": "tcp", "from_port": 443, "to_port": 443, "cidr_ipv6": "::/0", "security_group_id": "sg-g"},
    )
    assert set(told(record)) == {"inbound tcp/22 0.0.0.0/0", "inbound tcp/443 ::/0", "outbound all 0.0.0.0/0"}
    assert every(ssh, TrafficRule) == []


@pytest.mark.parametrize("how", [{"unknown": {"security_group_id": True}}, {}])
def test_rules_of_groups_elsewhere_are_judged_by_themselves(how: dict[str, Any]) -> None:
    world = World()
    group(world)
    values = {**block(cidr_blocks=[ANY]), "type": "ingress", "security_group_id": "sg-elsewhere"}
    rule = the(world.add("aws_security_group_rule.ssh", values, **how), TrafficRule)
    assert value(rule.everywhere) is True


@pytest.mark.parametrize(("kind", "expected"), [("ingress", Direction.INBOUND), ("egress", Direction.OUTBOUND)])
def test_the_direction_of_a_separate_rule(kind: str, expected: Direction) -> None:
    values = {**block(cidr_blocks=[ANY]), "type": kind, "security_group_id": "sg-x"}
    assert value(the(World().add("aws_security_group_rule.r", values), TrafficRule).direction) is expected
    rule = the(World().add("aws_security_group_rule.r", values, unknown={"type": True}), TrafficRule)
    assert unknown(rule.direction)


class TestTheStateOfAGroup:
    """The state shows the rules of separate resources as if they were the group's own."""

    def test_a_rule_is_given_once(self) -> None:
        world = World()
        record = group(world, block(cidr_blocks=[ANY, "10.0.0.0/8"]), action=Action.NO_OP)
        for index, cidr in enumerate((ANY, "10.0.0.0/8")):
            values = {**block(cidr_blocks=[cidr]), "type": "ingress", "security_group_id": "sg-g"}
            world.add(f"aws_security_group_rule.r{index}", values, action=Action.NO_OP)
        assert set(told(record)) == {"inbound tcp/22 0.0.0.0/0", "inbound tcp/22 10.0.0.0/8"}

    def test_a_rule_that_goes_away_does_not_count(self) -> None:
        world = World()
        record = group(world, block(cidr_blocks=[ANY]), action=Action.NO_OP)
        values = {**block(cidr_blocks=[ANY]), "type": "ingress", "security_group_id": "sg-g"}
        world.add("aws_security_group_rule.r", values, action=Action.DELETE)
        assert told(record) == {}

    def test_a_rule_that_nobody_declares_counts(self) -> None:
        world = World()
        record = group(world, block(cidr_blocks=[ANY]), action=Action.NO_OP)
        values = {**block(first=443, last=443, cidr_blocks=[ANY]), "type": "ingress", "security_group_id": "sg-g"}
        world.add("aws_security_group_rule.r", values, action=Action.DELETE)
        assert set(told(record)) == {"inbound tcp/22 0.0.0.0/0"}


class TestGroupsAsSources:
    def rule(self, world: World, record: Record, source: Record | None, **values: Any) -> Record:
        return world.add(
            "aws_vpc_security_group_ingress_rule.r",
            {"ip_protocol": "-1", "security_group_id": "sg-g", **values},
            unknown={"referenced_security_group_id": source is not None},
            refs={"referenced_security_group_id": source} if source is not None else {},
        )

    def test_the_group_itself(self) -> None:
        world = World()
        record = group(world)
        self.rule(world, record, record)
        rule = the(record, TrafficRule)
        assert value(rule.own_group) is True
        assert value(rule.everywhere) is False
        assert every(record, NetworkJoin) == []

    def test_another_group_is_joined(self) -> None:
        world = World()
        record, other = group(world), group(world, name="web")
        self.rule(world, record, other)
        assert value(the(record, TrafficRule).own_group) is False
        join = the(record, NetworkJoin)
        assert value(join.senders) == {"aws_security_group.web"}
        assert value(join.receivers) == {"aws_security_group.g"}
        assert value(join.whole) is True

    def test_the_group_itself_though_it_is_not_told_which(self) -> None:
        values = {"type": "ingress", "protocol": "-1", "from_port": 0, "to_port": 0, "self": True}
        record = World().add("aws_security_group_rule.r", values, unknown={"security_group_id": True})
        assert value(the(record, TrafficRule).own_group) is True
        open_ = {"security_group_id": True, "self": True}
        record = World().add("aws_security_group_rule.r", {**values, "self": None}, unknown=open_)
        assert unknown(the(record, TrafficRule).own_group)

    def test_nobody(self) -> None:
        assert told(group(World(), block())) == {}
        values = {"type": "ingress", "protocol": "-1", "security_group_id": "sg-x", "self": False}
        assert every(World().add("aws_security_group_rule.r", values), TrafficRule) == []

    def test_the_group_beside_a_range(self) -> None:
        assert value(the(group(World(), block(self=True, cidr_blocks=["10.0.0.0/8"])), TrafficRule).own_group) is False


class TestPrefixLists:
    def judged(self, world: World, **how: Any) -> Any:
        values = {"ip_protocol": "tcp", "from_port": 22, "to_port": 22, "security_group_id": "sg-x", **how}
        rule = the(world.add("aws_vpc_security_group_ingress_rule.r", values), TrafficRule)
        return "?" if unknown(rule.everywhere) else value(rule.everywhere)

    @pytest.mark.parametrize(("cidr", "expected"), [("10.0.0.0/8", False), (ANY, True)])
    def test_of_the_input(self, cidr: str, expected: bool) -> None:
        world = World()
        world.add("aws_ec2_managed_prefix_list.l", {"id": "pl-1", "entry": [{"cidr": cidr}]})
        assert self.judged(world, prefix_list_id="pl-1") is expected

    def test_entries_that_are_resources(self) -> None:
        world = World()
        world.add("aws_ec2_managed_prefix_list.l", {"id": "pl-1"}, unset=["entry"])
        world.add("aws_ec2_managed_prefix_list_entry.e", {"prefix_list_id": "pl-1", "cidr": ANY})
        assert self.judged(world, prefix_list_id="pl-1") is True

    def test_of_nobody_knows(self) -> None:
        assert self.judged(World(), prefix_list_id="pl-3") == "?"

    def test_that_exists_may_hold_more(self) -> None:
        world = World()
        values = {"id": "pl-1", "entry": [{"cidr": "10.0.0.0/8"}]}
        world.add("aws_ec2_managed_prefix_list.l", values, action=Action.NO_OP)
        assert self.judged(world, prefix_list_id="pl-1") == "?"


class TestDefaultGroups:
    def test_without_rules(self) -> None:
        record = World().add("aws_default_security_group.d", {}, unset=["ingress", "egress"])
        assert value(the(record, DefaultNetwork).closed) is True

    def test_with_rules(self) -> None:
        record = World().add("aws_default_security_group.d", {"ingress": [block(self=True)]})
        assert value(the(record, DefaultNetwork).closed) is False

    def test_with_open_rules(self) -> None:
        record = World().add("aws_default_security_group.d", {}, unknown={"ingress": True}, unset=["egress"])
        assert unknown(the(record, DefaultNetwork).closed)

    def test_with_separate_rules(self) -> None:
        rule = {"from_port": 22, "to_port": 22, "protocol": "tcp", "cidr_blocks": ["10.0.0.0/8"]}
        for world, path in ((World(), "type"), (World(), "security_group_id")):
            record = world.add("aws_default_security_group.d", {"id": "sg-d"}, unset=["ingress", "egress"])
            elsewhere = world.add("aws_default_security_group.e", {"id": "sg-e"}, unset=["ingress", "egress"])
            world.add("aws_security_group_rule.e", {"type": "ingress", "security_group_id": "sg-x", **rule})
            assert value(the(record, DefaultNetwork).closed) is True
            values = {"type": "ingress", "security_group_id": "sg-d", **rule}
            del values[path]
            world.add("aws_security_group_rule.r", values, unknown={path: True})
            if path == "type":
                assert value(the(record, DefaultNetwork).closed) is False
                assert value(the(elsewhere, DefaultNetwork).closed) is True
            else:
                assert unknown(the(record, DefaultNetwork).closed)

    def test_of_a_network_that_nobody_takes_over(self) -> None:
        assert value(the(World().add("aws_vpc.v", {}), DefaultNetwork).closed) is False
        assert unknown(the(World().add("aws_vpc.v", {}, action=Action.NO_OP), DefaultNetwork).closed)
        complete = World(complete=True).add("aws_vpc.v", {}, action=Action.EXISTS)
        assert value(the(complete, DefaultNetwork).closed) is False

    def test_of_a_network_whose_group_is_taken_over(self) -> None:
        world = World()
        vpc = world.add("aws_vpc.v", {"id": "vpc-1"})
        world.add("aws_default_security_group.d", {"vpc_id": "vpc-1"})
        assert every(vpc, DefaultNetwork) == []

    def test_of_a_network_whose_group_may_be_taken_over(self) -> None:
        world = World()
        vpc = world.add("aws_vpc.v", {"id": "vpc-1"})
        world.add("aws_default_security_group.d", {}, unknown={"vpc_id": True})
        assert unknown(the(vpc, DefaultNetwork).closed)


class TestNetworkAcls:
    rule: ClassVar[dict[str, Any]] = {
        "action": "allow",
        "protocol": "-1",
        "from_port": 0,
        "to_port": 0,
        "cidr_block": ANY,
        "rule_no": 100,
    }

    def test_rules_that_allow(self) -> None:
        refused = {**self.rule, "action": "deny", "rule_no": 90}
        record = World().add("aws_network_acl.a", {"ingress": [refused, self.rule]}, unset=["egress"])
        rule = the(record, TrafficRule)
        assert rule.layer is Layer.SUBNET
        assert value(rule.everywhere) is True
        assert value(rule.ports).everything

    def test_separate_rules(self) -> None:
        world = World()
        record = world.add("aws_network_acl.a", {"id": "acl-1"}, unset=["ingress", "egress"])
        values = {"network_acl_id": "acl-1", "rule_action": "allow", "protocol": "tcp", "cidr_block": ANY}
        own = world.add("aws_network_acl_rule.r", {**values, "from_port": 22, "to_port": 22, "egress": False})
        assert keyed(record, TrafficRule, "inbound tcp/22 0.0.0.0/0")
        assert every(own, TrafficRule) == []
        other = world.add("aws_network_acl_rule.o", {**values, "network_acl_id": "acl-9", "egress": True})
        assert value(the(other, TrafficRule).direction) is Direction.OUTBOUND

    def test_an_open_action(self) -> None:
        record = World().add("aws_network_acl.a", {"ingress": [self.rule]}, unknown={"ingress": [{"action": True}]})
        assert unknown(the(record, TrafficRule).ports)


def test_machines_of_lightsail_are_open_unless_ranges_are_given() -> None:
    values = {"port_info": [{"protocol": "tcp", "from_port": 22, "to_port": 22}]}
    record = World().add("aws_lightsail_instance_public_ports.p", values)
    assert value(the(record, TrafficRule).everywhere) is True
    values = {"port_info": [{"protocol": "tcp", "from_port": 22, "to_port": 22, "cidrs": ["192.0.2.0/24"]}]}
    record = World().add("aws_lightsail_instance_public_ports.p", values)
    assert value(the(record, TrafficRule).everywhere) is False


def test_the_network_of_a_group() -> None:
    world = World()
    world.add("aws_vpc.v", {"id": "vpc-1"})
    inside = world.add("aws_security_group.g", {"vpc_id": "vpc-1"})
    assert value(the(inside, NetworkMember).network) == "aws_vpc.v"
    outside = world.add("aws_security_group.h", {"vpc_id": "vpc-9"})
    assert value(the(outside, NetworkMember).network) is None
    open_ = world.add("aws_security_group.i", {}, unknown={"vpc_id": True})
    assert unknown(the(open_, NetworkMember).network)
