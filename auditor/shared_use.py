"""Shared use (共同利用方式): which findings count for which policy, and on what the policies were judged."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

import msgspec

from auditor.findings import Finding
from auditor.inventory import Inventory, Phase, Resource
from auditor.scopes import Rule, Scoping
from auditor.text import Text


class RuleUse(msgspec.Struct, frozen=True):
    """One rule of the configuration and what it came to in a run."""

    rule: Rule
    line: int
    """Line of the configuration file at which it begins."""
    resources: int
    """Resources to which it applies."""
    open_resources: int
    """Resources of which it is unknown whether it applies to them."""
    by_policy: Mapping[str, int]
    """Policy of the run -> how many of ``resources`` are under it."""


class SharedUse(msgspec.Struct, frozen=True):
    """What the rules of the configuration came to; without rules there is nothing to tell."""

    scoping: Scoping = Scoping()
    uses: tuple[RuleUse, ...] = ()
    unassigned: Mapping[str, int] = {}
    """Policy of the run -> resources under it that no rule is certain to apply to."""
    elsewhere: int = 0
    """Resources that are under policies of other runs only, so that this one judges none of them."""
    other_policies: tuple[str, ...] = ()
    """Those policies."""


def judged(resource: Resource, policies: Iterable[str]) -> bool:
    """Whether some policy of the run applies to the resource."""
    return any(map(resource.scope.under, policies))


def under(policy: str, findings: Sequence[Finding], scoping: Scoping) -> Sequence[Finding]:
    """The findings that count for a policy: those of resources that the configuration puts under it or under none."""
    if not scoping.divides:
        return findings
    return [finding for finding in findings if finding.resource.scope.under(policy)]


def phases_of(policy: str, inventory: Inventory, phase: Phase, scoping: Scoping) -> frozenset[Phase]:
    """The phases in which something was judged by the policy; that of the run where nothing is under it."""
    if not scoping.phases:
        return frozenset((phase,))
    found = (resource.scope for resource in inventory.resources)
    return frozenset(scope.phase or phase for scope in found if scope.under(policy)) or frozenset((phase,))


def told(inventory: Inventory, scoping: Scoping, lines: Sequence[int], policies: Sequence[str]) -> SharedUse:
    """Count what the rules apply to."""
    if not scoping.rules:
        return SharedUse(scoping)
    applied: Counter[int] = Counter()
    open_: Counter[int] = Counter()
    by_policy: Counter[tuple[int, str]] = Counter()
    unassigned: Counter[str] = Counter()
    others: set[str] = set()
    elsewhere = 0
    for resource in inventory.resources:
        scope = resource.scope
        here = [policy for policy in policies if scope.under(policy)]
        applied.update(scope.rules)
        open_.update(scope.open_rules)
        by_policy.update((place, policy) for place in scope.rules for policy in here)
        if not scope.rules:
            unassigned.update(here)
        if not here:
            elsewhere += 1
            others.update(scope.policies or ())
    uses = tuple(
        RuleUse(
            rule,
            lines[place] if place < len(lines) else 0,
            applied[place],
            open_[place],
            {policy: by_policy[place, policy] for policy in policies if by_policy[place, policy]},
        )
        for place, rule in enumerate(scoping.rules)
    )
    return SharedUse(scoping, uses, dict(unassigned), elsewhere, tuple(sorted(others)))


def remarks(use: SharedUse, file: str) -> list[Text]:
    """What the reader must know of the rules: those that came to nothing, and what was left out."""
    said = []
    for one in use.uses:
        if one.resources:
            continue
        where = Text(
            f"{file} {one.line}行目 scope「{one.rule.name}」: ", f"{file} line {one.line} scope {one.rule.name}: "
        )
        if one.open_resources:
            said.append(
                Text(
                    f"{where.ja}当たることが確かな資源は入力にない（アカウント又はタグが分からず、当たるかどうか決まらない資源 {one.open_resources}件）。",
                    f"{where.en}the input has no resource to which it certainly applies ({one.open_resources} with an "
                    "unknown account or tag may be meant).",
                )
            )
        else:
            said.append(
                Text(
                    f"{where.ja}当たる資源が入力にない。accounts、projects 及び tags の値を確かめる。",
                    f"{where.en}nothing in the input matches; look at the values of accounts, projects and tags.",
                )
            )
    if use.elsewhere:
        named = ", ".join(use.other_policies)
        said.append(
            Text(
                f"資源 {use.elsewhere}件は、この実行で用いないポリシー（{named}）だけの対象なので、判定していない。",
                f"{use.elsewhere} resources are under policies alone that this run does not use ({named}); they were not judged.",
            )
        )
    return said
