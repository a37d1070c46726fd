"""Security groups and network ACLs: every rule that lets traffic through, wherever it is written.

Sources: Terraform AWS provider documentation, pages ``aws_security_group`` (without ``egress`` Terraform removes the
rule that AWS makes), ``aws_default_security_group`` (without rules Terraform removes them all),
``aws_security_group_rule``, ``aws_vpc_security_group_ingress_rule``, ``aws_network_acl``, ``aws_network_acl_rule``,
``aws_lightsail_instance_public_ports``; Amazon VPC User Guide, pages "Default security group" and "Default network ACL".
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import msgspec

from auditor.attr import Attr, Known, Reason, Unknown
from auditor.facets import (
    DefaultNetwork,
    Direction,
    Facet,
    JoinKind,
    Layer,
    NetworkJoin,
    NetworkMember,
    TrafficRule,
)
from auditor.record import Action, Links, Node, Record
from auditor.text import Text
from auditor_aws import absent, computed
from auditor_aws.network_links import omitted
from auditor_aws.registry import REGISTRY
from auditor_aws.traffic import Side, beyond, open_rules, ports, rule, units

_OWN_GROUPS: Final = ("aws_security_group", "aws_default_security_group")
_RULE: Final = "aws_security_group_rule"
_INBOUND: Final = "aws_vpc_security_group_ingress_rule"
_OUTBOUND: Final = "aws_vpc_security_group_egress_rule"
_SEPARATE: Final = (_RULE, _INBOUND, _OUTBOUND)
_NETWORKS: Final = ("aws_vpc", "aws_default_vpc")
_ACL: Final = "aws_network_acl"
_ACL_RULE: Final = "aws_network_acl_rule"
_WAYS: Final = {"ingress": Direction.INBOUND, "egress": Direction.OUTBOUND}

REGISTRY.inert(
    # The list of the rules that a group may have, and the use of a group in a second network.
    "aws_vpc_security_group_rules_exclusive",
    "aws_vpc_security_group_vpc_association",
    # Groups of the networks that AWS has retired (EC2-Classic).
    "aws_db_security_group",
    "aws_elasticache_security_group",
    "aws_redshift_security_group",
    # Which subnets an ACL stands in front of, and the ACL that the network begins with, which lets everything through.
    "aws_default_network_acl",
    "aws_network_acl_association",
)


def member(record: Record, path: str = "vpc_id") -> NetworkMember:
    """The network that an attribute names."""
    target = record.target(path, *_NETWORKS)
    network: Attr[str | None]
    if isinstance(target, Unknown):
        network = target
    else:
        network = Known(target.value.address if target.value is not None else None, record, path)
    return NetworkMember(network=network)


# ---------------------------------------------------------------- rules of groups


def _inline(block: Node, direction: Direction, group: Record) -> tuple[TrafficRule, Side]:
    """A block of ``ingress`` or ``egress``."""
    side = Side(block, "cidr_blocks")
    side.ranges_of("cidr_blocks")
    side.ranges_of("ipv6_cidr_blocks")
    side.lists_of("prefix_list_ids")
    side.groups_of("security_groups")
    side.itself("self")
    way: Attr[Direction] = Known(direction, group, "ingress" if direction is Direction.INBOUND else "egress")
    return rule(way, ports(block), side, group=group), side


def _separate(record: Record, group: Record | None) -> tuple[TrafficRule, Side]:
    """A rule that is a resource of its own."""
    if record.type != _RULE:
        side = Side(record, "cidr_ipv4")
        side.range_of("cidr_ipv4")
        side.range_of("cidr_ipv6")
        side.list_of("prefix_list_id")
        side.group_of("referenced_security_group_id")
        way: Attr[Direction] = Known(
            Direction.INBOUND if record.type == _INBOUND else Direction.OUTBOUND, record, "ip_protocol"
        )
        return rule(way, ports(record, "ip_protocol"), side, group=group), side
    side = Side(record, "cidr_blocks")
    side.ranges_of("cidr_blocks")
    side.ranges_of("ipv6_cidr_blocks")
    side.lists_of("prefix_list_ids")
    side.group_of("source_security_group_id")
    side.itself("self")
    kind = record.text("type")
    direction: Attr[Direction]
    if isinstance(kind, Unknown):
        direction = kind
    elif kind.value in _WAYS:
        direction = record.known("type", _WAYS[kind.value])
    else:
        direction = record.unknown("type", Reason.UNPARSEABLE)
    return rule(direction, ports(record), side, group=group), side


def _written_inline(group: Record) -> Iterator[tuple[TrafficRule, Side | None]]:
    for path, direction in _WAYS.items():
        blocks = computed.blocks(group, path)
        if isinstance(blocks, Unknown):
            yield open_rules(direction, blocks), None
            continue
        for block in blocks.value:
            yield _inline(block, direction, group)


def _leaving(links: Links) -> dict[str, list[Record]]:
    """The separate rules that this input removes, by the id of their group."""
    found: dict[str, list[Record]] | None = links.cache.get(_leaving)
    if found is None:
        found = links.cache[_leaving] = {}
        for type_ in _SEPARATE:
            for record in links.of_type(type_):
                if record.action is Action.DELETE:
                    id_ = record.text("security_group_id")
                    if isinstance(id_, Known) and id_.value is not None:
                        found.setdefault(id_.value, []).append(record)
    return found


def _rules(group: Record) -> Iterator[tuple[TrafficRule, Side | None]]:
    """All rules of a group.

    The state of a group that exists shows the rules that separate resources have made as if they were its own; those
    are given once, and not at all where this input removes them.
    """
    apart = [
        _separate(record, group)
        for type_ in _SEPARATE
        for record in computed.joined(group, type_, "security_group_id").certain
    ]
    covered: set[tuple[str, str]] = set()
    if not group.action.makes_new:
        covered = units(found for found, _ in apart)
        id_ = group.text("id")
        if group.action is not Action.DELETE and isinstance(id_, Known) and id_.value is not None:
            covered |= units(_separate(gone, group)[0] for gone in _leaving(group.links).get(id_.value, ()))
    for found, side in _written_inline(group):
        if not covered or side is None or beyond(found, covered):
            yield found, side
    yield from apart


def _once(rules: Iterator[tuple[TrafficRule, Side | None]], group: Record) -> Iterator[Facet]:
    """The rules, those of the same words once, and the groups of other networks that they let in."""
    seen: set[str] = set()
    sources: set[str] = set()
    open_: Unknown | None = None
    outside = False
    for found, side in rules:
        key, count = found.key, 1
        while found.key in seen and found.key.endswith(("?", "-")):
            # Rules of which something is not known may differ in it.
            count += 1
            found = msgspec.structs.replace(found, key=f"{key} {count}")
        if found.key in seen or (side is not None and side.nobody):
            continue
        seen.add(found.key)
        yield found
        if side is None or not isinstance(found.direction, Known) or found.direction.value is not Direction.INBOUND:
            continue
        for target in side.groups:
            if isinstance(target, Unknown):
                open_ = target if open_ is None else open_
            elif target.value is None:
                outside = True
            elif target.value is not group:
                sources.add(target.value.address)
    if sources or open_ is not None:
        yield NetworkJoin(
            join=JoinKind.GROUP,
            senders=Known(frozenset(sources), group),
            receivers=Known(frozenset((group.address,)), group),
            whole=open_ if open_ is not None else Known(not outside, group),
        )


@REGISTRY.adapter("aws_security_group")
def security_group(record: Record) -> Iterator[Facet]:
    """A group with its rules, its own and those of separate resources."""
    yield member(record)
    yield from _once(_rules(record), record)


@REGISTRY.adapter("aws_default_security_group")
def default_group(record: Record) -> Iterator[Facet]:
    """The group that a network begins with; Terraform gives it the rules that are written, and no other."""
    unused = record.get("unused")
    used = isinstance(unused, Known) and not unused.value
    if used:
        yield member(record)
    closed: Attr[bool] = Known(True, record, "ingress")
    for facet in _once(_rules(record), record):
        if isinstance(facet, TrafficRule):
            if not isinstance(facet.ports, Unknown):
                closed = Known(False, record, "ingress")
            elif not isinstance(closed, Known) or closed.value:
                closed = facet.ports if isinstance(facet.ports, Unknown) else closed
        if used:
            # The rules of a group without members let nothing through; that they are there is judged below.
            yield facet
    if isinstance(closed, Known) and closed.value:
        closed = _unless_joined(record, closed)
    if isinstance(unused, Unknown):
        yield open_rules(Direction.INBOUND, unused)
        yield open_rules(Direction.OUTBOUND, unused)
    yield DefaultNetwork(key="group", what="group", closed=closed)


def _unless_joined(group: Record, closed: Attr[bool]) -> Attr[bool]:
    """Open where a separate rule may be one of the group."""
    for type_ in _SEPARATE:
        possible = computed.joined(group, type_, "security_group_id").possible
        if possible:
            name = possible[0].address
            return group.unknown(type_, Reason.AMBIGUOUS, Text(f"{name} のグループ", f"the group of {name}"))
    return closed


@REGISTRY.adapter(*_SEPARATE)
def separate_rule(record: Record) -> Iterator[Facet]:
    """A rule of a group that is not in the input, or that is not told; any other is judged with its group."""
    target = record.target("security_group_id", *_OWN_GROUPS)
    if isinstance(target, Known) and target.value is not None:
        return
    found, side = _separate(record, None)
    if not side.nobody:
        yield found


@REGISTRY.adapter(*_NETWORKS)
def group_of_network(record: Record) -> Iterator[Facet]:
    """The default group of a network that no resource takes over: its members reach each other and everything."""
    taken = computed.joined(record, "aws_default_security_group", "vpc_id")
    if taken.certain:
        return
    closed: Attr[bool]
    if taken.possible or any(
        isinstance(found := other.target("vpc_id", *_NETWORKS), Known) and found.value is None
        for other in record.links.of_type("aws_default_security_group")
    ):
        closed = record.unknown("default_security_group_id", Reason.AMBIGUOUS)
    elif absent.shown_in_full(record):
        closed = Known(False, record, "default_security_group_id")
    else:
        detail = Text("既定のセキュリティグループの規則", "the rules of the default security group")
        closed = record.unknown("default_security_group_id", Reason.NOT_COLLECTED, detail)
    yield DefaultNetwork(key="group", what="group", closed=closed)


# ---------------------------------------------------------------- network ACLs


def _allows(node: Node, path: str) -> bool | Unknown:
    action = node.text(path)
    if isinstance(action, Unknown):
        return action
    return (action.value or "").lower() == "allow"


def _acl_rule(node: Node, direction: Attr[Direction], action_path: str) -> TrafficRule | None:
    """``None`` for a rule that refuses."""
    allows = _allows(node, action_path)
    if allows is False:
        return None
    side = Side(node, "cidr_block")
    side.range_of("cidr_block")
    side.range_of("ipv6_cidr_block")
    traffic = allows if isinstance(allows, Unknown) else ports(node)
    return rule(direction, traffic, side, group=None, layer=Layer.SUBNET)


def _acl_rules(record: Record) -> Iterator[TrafficRule]:
    for path, direction in _WAYS.items():
        blocks = computed.blocks(record, path)
        if isinstance(blocks, Unknown):
            yield open_rules(direction, blocks, Layer.SUBNET)
            continue
        for block in blocks.value:
            found = _acl_rule(block, Known(direction, record, path), "action")
            if found is not None:
                yield found
    for separate in computed.joined(record, _ACL_RULE, "network_acl_id").certain:
        found = _separate_acl_rule(separate)
        if found is not None:
            yield found


def _separate_acl_rule(record: Record) -> TrafficRule | None:
    outbound = record.flag("egress", False)
    direction: Attr[Direction]
    if isinstance(outbound, Unknown):
        direction = outbound
    else:
        direction = record.known("egress", Direction.OUTBOUND if outbound.value else Direction.INBOUND)
    return _acl_rule(record, direction, "rule_action")


@REGISTRY.adapter(_ACL)
def network_acl(record: Record) -> Iterator[Facet]:
    """The filter in front of subnets that somebody made on purpose."""
    yield member(record)
    seen: set[str] = set()
    for found in _acl_rules(record):
        if found.key not in seen:
            seen.add(found.key)
            yield found


@REGISTRY.adapter(_ACL_RULE)
def network_acl_rule(record: Record) -> Iterator[Facet]:
    """A rule of an ACL that is not in the input, or that is not told; any other is judged with its ACL."""
    target = record.target("network_acl_id", _ACL, "aws_default_network_acl")
    if isinstance(target, Known) and target.value is not None and target.value.type == _ACL:
        return
    found = _separate_acl_rule(record)
    if found is not None:
        yield found


# ---------------------------------------------------------------- Lightsail


@REGISTRY.adapter("aws_lightsail_instance_public_ports")
def lightsail_ports(record: Record) -> Iterator[Facet]:
    """What a machine of Lightsail lets in; from every address unless ranges are given (page of the type)."""
    blocks = record.blocks("port_info")
    if isinstance(blocks, Unknown):
        yield open_rules(Direction.INBOUND, blocks)
        return
    for block in blocks.value:
        side = Side(block, "cidrs")
        for path in ("cidrs", "ipv6_cidrs"):
            if not omitted(block, path):
                side.ranges_of(path)
        if not side.ranges and not side.names and omitted(block, "cidr_list_aliases"):
            side.ranges.append("0.0.0.0/0")
        yield rule(Known(Direction.INBOUND, record, "port_info"), ports(block), side, group=None)
