"""Web application firewalls: whether one stands in front of something, and what its rules do.

Sources: Terraform AWS provider documentation, pages ``aws_wafv2_web_acl``, ``aws_wafv2_web_acl_rule``,
``aws_wafv2_web_acl_association``, ``aws_shield_protection``; AWS WAF Developer Guide, pages "Rule actions" and "Rate-based rule statement".
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeAlias

from auditor.attr import Attr, Known, Reason, Unknown, any_of
from auditor.record import Node, Record
from auditor.text import Text
from auditor_aws import absent, computed

Asked: TypeAlias = Callable[[Node], Attr[bool]]

ACL: Final = "aws_wafv2_web_acl"
RULE: Final = "aws_wafv2_web_acl_rule"
"""A rule that stands beside its web ACL."""
_ASSOCIATIONS: Final = (
    ("aws_wafv2_web_acl_association", "web_acl_arn"),
    ("aws_wafregional_web_acl_association", "web_acl_id"),
)
_PROTECTION: Final = "aws_shield_protection"
_TURNS_AWAY: Final = ("block", "captcha", "challenge")
_GROUPS: Final = ("managed_rule_group_statement", "rule_group_reference_statement")
_AGAINST_FLOODS: Final = "AWSManagedRulesAntiDDoSRuleSet"
_OUTSIDE: Final = Text("この入力に含まれない Web ACL の規則", "the rules of a web ACL that is not in the input")


def associated(record: Record) -> tuple[Attr[bool], Attr[Record | None]]:
    """Whether a web ACL is associated with the record, and which, if it is in the input."""
    for type_, path in _ASSOCIATIONS:
        found = computed.joined(record, type_, "resource_arn")
        if found.certain:
            return Known(True, found.certain[0], "resource_arn"), found.certain[0].target(path, ACL)
        possible = [one for one in found.possible if _may_be_of(one, record)]
        if possible:
            name = possible[0].address
            detail = Text(f"{name} の対象", f"what {name} is for")
            unknown = Unknown(Reason.AMBIGUOUS, record, type_, detail)
            return unknown, unknown
    return absent.without(record, _ASSOCIATIONS[0][0]), Known(None, record)


def _may_be_of(association: Record, record: Record) -> bool:
    """Associations that an account does not list may say of which type of things they are (``resource_type``)."""
    kind = association.text("resource_type")
    return isinstance(kind, Unknown) or kind.value in (None, record.type)


def named(record: Record, path: str) -> tuple[Attr[bool], Attr[Record | None]]:
    """As :func:`associated`, for a record that names its web ACL by an attribute."""
    acl = record.target(path, ACL)
    if isinstance(acl, Known) and acl.value is not None:
        return record.known(path, True), acl
    return record.has(path), acl


def held_back(record: Record, firewall: Attr[bool], acl: Attr[Record | None]) -> Attr[bool]:
    """Whether a rule of the web ACL limits floods of requests, or Shield Advanced protects the record."""
    protections = computed.joined(record, _PROTECTION, "resource_arn")
    if protections.certain:
        return Known(True, protections.certain[0], "resource_arn")
    shield: Attr[bool] = absent.without(record, _PROTECTION)
    if protections.possible:
        name = protections.possible[0].address
        shield = Unknown(Reason.AMBIGUOUS, record, _PROTECTION, Text(f"{name} の対象", f"what {name} protects"))
    if isinstance(firewall, Unknown):
        return any_of(firewall, shield)
    if not firewall.value:
        return shield
    if isinstance(acl, Unknown):
        return any_of(acl, shield)
    if acl.value is None:
        return any_of(Unknown(Reason.OUTSIDE, firewall.origin, firewall.path, _OUTSIDE), shield)
    return any_of(_limits_rate(acl.value), shield)


def acts(acl: Record) -> Attr[bool]:
    """Whether the web ACL can turn requests away."""
    default = acl.blocks("default_action.0.block")
    if isinstance(default, Unknown):
        return default
    if default.value:
        return acl.known("default_action", True)
    return _some_rule(acl, _turns_away)


def _limits_rate(acl: Record) -> Attr[bool]:
    return _some_rule(acl, _against_floods)


def _some_rule(acl: Record, asks: Asked) -> Attr[bool]:
    rules = acl.blocks("rule")
    if isinstance(rules, Unknown):
        return rules
    separate = computed.joined(acl, RULE, "web_acl_arn")
    answers = [asks(rule) for rule in (*rules.value, *separate.certain)]
    if separate.possible:
        name = separate.possible[0].address
        answers.append(
            acl.unknown("rule", Reason.AMBIGUOUS, Text(f"{name} の属する Web ACL", f"the web ACL of {name}"))
        )
    if not rules.value:
        # Rules may also be given as one text, which is not read.
        text = acl.has("rule_json")
        if isinstance(text, Unknown) or text.value:
            return acl.unknown("rule_json", Reason.UNPARSEABLE)
    added = computed.joined(acl, "aws_wafv2_web_acl_rule_group_association", "web_acl_arn")
    if added.certain or added.possible:
        # Groups that are added later turn requests away as their own rules say.
        other = (*added.certain, *added.possible)[0]
        answers.append(other.unknown("web_acl_arn", Reason.OUTSIDE, _OUTSIDE))
    return any_of(acl.known("rule", False), *answers)


def _present(node: Node, path: str) -> Attr[bool]:
    blocks = node.blocks(path)
    return blocks if isinstance(blocks, Unknown) else node.known(path, bool(blocks.value))


def _turns_away(rule: Node) -> Attr[bool]:
    """By its action; a group of rules acts by itself unless the reference overrides it to count."""
    own = [_present(rule, f"action.0.{action}") for action in _TURNS_AWAY]
    by_group = _present(rule, "override_action.0.none")
    return any_of(*own, by_group)


def _against_floods(rule: Node) -> Attr[bool]:
    """A rule that turns away whoever sends too often, or AWS's own group of rules for that."""
    turns_away = _turns_away(rule)
    if isinstance(turns_away, Known) and not turns_away.value:
        return turns_away
    rate = _present(rule, "statement.0.rate_based_statement")
    managed = rule.text(f"statement.0.{_GROUPS[0]}.0.name")
    group: Attr[bool]
    if isinstance(managed, Unknown):
        group = managed
    elif managed.value is None and not _refers(rule):
        group = rule.known("statement", False)
    elif managed.value is None:
        group = rule.unknown("statement", Reason.OUTSIDE, _OUTSIDE)
    else:
        group = rule.known("statement", managed.value == _AGAINST_FLOODS)
    found = any_of(rate, group)
    if isinstance(turns_away, Unknown) and isinstance(found, Known) and found.value:
        return turns_away
    return found


def _refers(rule: Node) -> bool:
    """Whether the rule refers to a group whose rules stand elsewhere."""
    group = rule.blocks(f"statement.0.{_GROUPS[1]}")
    return isinstance(group, Unknown) or bool(group.value)
