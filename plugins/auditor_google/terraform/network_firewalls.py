"""Firewall rules of networks, and rules of firewall policies, one by one.

https://registry.terraform.io/providers/hashicorp/google/latest/docs/resources/compute_firewall and the pages of the
policies and their rules.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from auditor.attr import Attr, Known, Reason, Unknown, map_attr
from auditor.facets import Direction, Facet, NetworkMember, Ports, TrafficRule
from auditor.record import Node, Record
from auditor_google.reading import left_to_default, referrers, texts
from auditor_google.registry import REGISTRY
from auditor_google.traffic import Side, direction, ports, ranges, rule

NETWORK: Final = "google_compute_network"
_RULES: Final = {
    "google_compute_firewall_policy": "google_compute_firewall_policy_rule",
    "google_compute_network_firewall_policy": "google_compute_network_firewall_policy_rule",
    "google_compute_region_network_firewall_policy": "google_compute_region_network_firewall_policy_rule",
}
"""Policies and the type of their rules."""
_ASSOCIATIONS: Final = tuple(f"{policy}_association" for policy in _RULES)
_LETS: Final = frozenset({"allow", "apply_security_profile_group"})
_INSIDE: Final = frozenset({"NON_INTERNET", "INTRA_VPC", "VPC_NETWORKS"})

REGISTRY.part("google_compute_network_firewall_policy", *_ASSOCIATIONS)


def member(record: Record, path: str = "network") -> NetworkMember:
    """The network that an attribute names."""
    target = record.target(path, NETWORK)
    network: Attr[str | None]
    if isinstance(target, Unknown):
        network = target
    else:
        network = Known(target.value.address if target.value is not None else None, record, path)
    return NetworkMember(network=network)


# ---------------------------------------------------------------- rules of networks


def _among_targets(record: Record, source: str, target: str) -> Attr[bool]:
    """Whether the sources are machines that the rule itself protects."""
    sources, targets = texts(record, source), texts(record, target)
    if isinstance(sources, Unknown):
        return sources
    if not sources.value:
        return Known(False, record, source)
    if isinstance(targets, Unknown):
        return targets
    return record.known(source, sources.value <= targets.value)


def _own_group(record: Record, side: Side) -> Attr[bool]:
    if side.ranges or side.unknown is not None:
        return side.unknown if side.unknown is not None and not side.ranges else Known(False, record)
    by_tags = _among_targets(record, "source_tags", "target_tags")
    by_accounts = _among_targets(record, "source_service_accounts", "target_service_accounts")
    for attr in (by_tags, by_accounts):
        if isinstance(attr, Known) and attr.value:
            return attr
    return by_accounts if isinstance(by_accounts, Unknown) else by_tags


def _side(record: Record, way: Attr[Direction]) -> Side:
    if isinstance(way, Known) and way.value is Direction.OUTBOUND:
        side = Side(record, "destination_ranges")
        if not left_to_default(record, "destination_ranges", record.elements("destination_ranges")):
            side.ranges_of("destination_ranges")
        return side
    side = Side(record, "source_ranges")
    side.ranges_of("source_ranges")
    side.names_of("source_tags")
    side.names_of("source_service_accounts")
    return side


def switched_off(node: Node) -> Attr[bool]:
    """Whether a rule is disabled."""
    return node.flag("disabled", False)


@REGISTRY.adapter("google_compute_firewall")
def firewall(record: Record) -> Iterator[Facet]:
    """A rule of a network; one that refuses, or is switched off, lets nothing through."""
    yield member(record)
    off = switched_off(record)
    refuses = record.blocks("deny")
    if (isinstance(off, Known) and off.value) or (isinstance(refuses, Known) and refuses.value):
        return
    way = direction(record)
    traffic = ports(record, "allow", "protocol")
    for doubt in (off, refuses):
        if isinstance(doubt, Unknown):
            traffic = doubt
    side = _side(record, way)
    yield rule("", way, traffic, side, _own_group(record, side))


# ---------------------------------------------------------------- rules of policies


def _policy_rule(node: Node, key: str, layer4: str) -> TrafficRule | None:
    """``None`` for a rule that lets nothing through by itself."""
    action = node.text("action")
    off = switched_off(node)
    if isinstance(off, Known) and off.value:
        return None
    if isinstance(action, Known) and (action.value or "").lower() not in _LETS:
        return None
    way = direction(node)
    match = node.block("match")
    inbound = not (isinstance(way, Known) and way.value is Direction.OUTBOUND)
    if isinstance(match, Unknown) or match.value is None:
        unknown = match if isinstance(match, Unknown) else node.unknown("match", Reason.UNPARSEABLE)
        return TrafficRule(key=key, direction=way, ports=unknown, everywhere=unknown, peers=unknown, own_group=unknown)
    inner, end = match.value, "src" if inbound else "dest"
    side = Side(inner, f"{end}_ip_ranges")
    side.ranges_of(f"{end}_ip_ranges")
    for name in ("fqdns", "region_codes", "threat_intelligences"):
        side.names_of(f"{end}_{name}")
    side.names_of(f"{end}_address_groups", everywhere=True)
    if inbound:
        side.names_of("src_networks")
        for tags in ("src_secure_tags", "src_secure_tag"):
            blocks = inner.blocks(tags)
            if isinstance(blocks, Known) and not blocks.value:
                continue
            side.stated = True
            side.names.append(tags)
    traffic = ports(inner, layer4, "ip_protocol")
    for doubt in (action, off):
        if isinstance(doubt, Unknown):
            traffic = doubt
    no: Attr[bool] = Known(False, node.record)
    return rule(key, way, traffic, side, no, narrowed=_narrowed(inner, f"{end}_network_context"))


def _narrowed(match: Node, path: str) -> Attr[bool]:
    """Whether only traffic that does not come from the internet is meant."""
    context = match.text(path)
    if left_to_default(match, path, context):
        return match.known(path, False)
    return context if isinstance(context, Unknown) else match.known(path, context.value in _INSIDE)


def _rule_key(node: Node) -> str:
    priority, way = node.number("priority"), node.text("direction")
    told = isinstance(priority, Known) and not priority.sensitive
    number = str(int(priority.value)) if told and priority.value is not None else "?"
    return f"{(way.value or 'INGRESS').lower() if isinstance(way, Known) and not way.sensitive else '?'} {number}"


@REGISTRY.adapter(*_RULES)
def policy(record: Record) -> Iterator[Facet]:
    """A policy with its rules."""
    for separate in referrers(record, _RULES[record.type], "firewall_policy").certain:
        found = _policy_rule(separate, _rule_key(separate), "layer4_configs")
        if found is not None:
            yield found


@REGISTRY.adapter(*_RULES.values())
def policy_rule(record: Record) -> Iterator[Facet]:
    """A rule of a policy that is not in the input, or that is not told; any other is judged with its policy."""
    target = record.target("firewall_policy", *_RULES)
    if isinstance(target, Known) and target.value is not None:
        return
    found = _policy_rule(record, "", "layer4_configs")
    if found is not None:
        yield found


@REGISTRY.adapter(*(f"{policy}_with_rules" for policy in _RULES))
def policy_with_rules(record: Record) -> Iterator[Facet]:
    """A policy that holds its rules in itself."""
    blocks = record.blocks("rule")
    if isinstance(blocks, Unknown):
        for way in Direction:
            known: Attr[Direction] = Known(way, record, "rule")
            yield TrafficRule(
                key=f"{way.value} ?",
                direction=known,
                ports=blocks,
                everywhere=blocks,
                peers=blocks,
                own_group=blocks,
            )
        return
    for block in blocks.value:
        found = _policy_rule(block, _rule_key(block), "layer4_config")
        if found is not None:
            yield found


@REGISTRY.adapter("google_vmwareengine_external_access_rule")
def external_access(record: Record) -> Iterator[Facet]:
    """A rule that lets traffic from the internet reach an external address of a private cloud."""
    action = record.text("action")
    if isinstance(action, Known) and action.value != "ALLOW":
        return
    side = Side(record, "source_ip_ranges")
    blocks = record.blocks("source_ip_ranges")
    if isinstance(blocks, Unknown):
        side.stated, side.unknown = True, blocks
    else:
        for block in blocks.value:
            for path in ("ip_address", "ip_address_range"):
                value = block.text(path)
                if isinstance(value, Unknown):
                    side.stated, side.unknown = True, value
                elif value.value is not None:
                    side.stated = True
                    side.ranges.append(value.value)
    traffic: Attr[Ports] = (
        action if isinstance(action, Unknown) else map_attr(ranges(record, "ip_protocol", "destination_ports"), Ports)
    )
    yield rule("", Known(Direction.INBOUND, record, "action"), traffic, side, Known(False, record))
