"""What the rules of AWS Backup plans and of Data Lifecycle Manager policies do: how often, for how long, where to.

Sources of the defaults: Terraform AWS provider documentation, pages ``aws_backup_plan`` and
``aws_dlm_lifecycle_policy``; AWS Backup Developer Guide, page "BackupRule" (schedule where none is given).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import msgspec

from auditor.attr import Attr, Known, Reason, Unknown
from auditor.record import Node, Record
from auditor.text import Text
from auditor_aws.placement import region_of_arn
from auditor_aws.schedules import interval_hours
from auditor_aws.shown import derived, shown

VAULT_TYPES: Final = ("aws_backup_vault", "aws_backup_logically_air_gapped_vault")
UNIT_DAYS: Final = {"DAYS": 1.0, "WEEKS": 7.0, "MONTHS": 30.0, "YEARS": 365.0}
_DEFAULT_SCHEDULE = "cron(0 5 ? * * *)"


class PlanCoverage(msgspec.Struct, frozen=True):
    """What one rule, or all rules together that cover a store, do for it."""

    interval_hours: Attr[float | None]
    """Longest time between two backups; 0 for continuous ones; ``None`` if there is no schedule."""
    retention_days: Attr[float | None]
    """How long a backup is kept; ``None``: without an end."""
    offsite: Attr[frozenset[str]]
    """Regions other than the plan's own to which backups are copied."""


def _schedule_hours(node: Node, path: str, default: str | None) -> Attr[float | None]:
    value = node.text(path)
    if isinstance(value, Unknown):
        return value
    expression = value.value or default
    if expression is None:
        return node.known(path, None)
    hours = interval_hours(expression)
    if hours is None:
        name = shown(value)
        detail = Text(f"スケジュール {name}", f"schedule {name}") if name else None
        return node.unknown(path, Reason.UNPARSEABLE, detail)
    return derived(hours, value)


def vault_region(node: Node, path: str) -> Attr[str]:
    """Region of the backup vault that ``path`` names by its ARN."""
    target = node.target(path, *VAULT_TYPES)
    if isinstance(target, Known) and target.value is not None:
        return target.value.region
    value = node.text(path)
    if isinstance(value, Known) and value.value is not None:
        region = region_of_arn(value.value)
        return derived(region, value) if region else node.unknown(path, Reason.UNPARSEABLE)
    if isinstance(target, Unknown):
        return target
    return value if isinstance(value, Unknown) else node.unknown(path, Reason.NOT_COLLECTED)


def _away(node: Node, path: str, regions: Iterable[Attr[str]]) -> Attr[frozenset[str]]:
    """The regions of the copies at ``path`` that are not the plan's own."""
    found: list[Known[str]] = []
    for region in regions:
        if isinstance(region, Unknown):
            return region
        found.append(region)
    if not found:
        return node.known(path, frozenset())
    own = node.record.region
    if isinstance(own, Unknown):
        return own
    away = frozenset(region.value.lower() for region in found) - {own.value.lower()}
    return derived(away, *found)


def _delete_after(rule: Node) -> Attr[float | None]:
    lifecycle = rule.block("lifecycle")
    if isinstance(lifecycle, Unknown):
        return lifecycle
    if lifecycle.value is None:
        # Without delete_after a recovery point is kept for ever (API_Lifecycle).
        return rule.known("lifecycle", None)
    days = lifecycle.value.number("delete_after")
    # -1 and 0 stand for "never" in state written by older provider versions.
    if isinstance(days, Known) and days.value is not None and days.value <= 0:
        return rule.known("lifecycle.0.delete_after", None)
    return days


def continuous(rule: Node) -> Attr[bool]:
    """Whether a rule makes continuous backups of the stores that can have them."""
    return rule.flag("enable_continuous_backup", False)


def rule_coverage(rule: Node) -> PlanCoverage:
    """One ``rule`` block of an aws_backup_plan."""
    copies = rule.blocks("copy_action")
    offsite: Attr[frozenset[str]]
    if isinstance(copies, Unknown):
        offsite = copies
    else:
        offsite = _away(rule, "copy_action", [vault_region(copy, "destination_vault_arn") for copy in copies.value])
    return PlanCoverage(_schedule_hours(rule, "schedule", _DEFAULT_SCHEDULE), _delete_after(rule), offsite)


def lifecycle_days(node: Node) -> Attr[float | None]:
    """Days of a ``retain_rule`` of DLM given by age: ``interval`` and ``interval_unit``."""
    number, unit = node.number("interval"), node.text("interval_unit")
    if isinstance(number, Unknown):
        return number
    if isinstance(unit, Unknown):
        return unit
    if number.value is None or unit.value not in UNIT_DAYS:
        return node.unknown("interval", Reason.UNPARSEABLE)
    return node.known("interval", number.value * UNIT_DAYS[unit.value])


def _dlm_interval(schedule: Node) -> Attr[float | None]:
    rule = schedule.block("create_rule")
    if isinstance(rule, Unknown):
        return rule
    if rule.value is None:
        return schedule.known("create_rule", None)
    hours = rule.value.number("interval")
    if isinstance(hours, Unknown) or hours.value:
        # interval_unit has one value only, HOURS.
        return hours
    return _schedule_hours(rule.value, "cron_expression", None)


def _dlm_retention(schedule: Node, interval: Attr[float | None]) -> Attr[float | None]:
    rule = schedule.block("retain_rule")
    if isinstance(rule, Unknown):
        return rule
    if rule.value is None:
        return schedule.known("retain_rule", None)
    count = rule.value.number("count")
    if isinstance(count, Unknown):
        return count
    if not count.value:
        return lifecycle_days(rule.value)
    if isinstance(interval, Unknown):
        return interval
    if interval.value is None:
        return rule.value.unknown("count", Reason.UNPARSEABLE)
    # The oldest of n snapshots goes when the next one is made.
    return rule.value.known("count", count.value * interval.value / 24)


def dlm_copy_region(node: Node) -> Attr[str]:
    """Destination region of a cross-region copy; ``target`` may also be the ARN of an Outpost."""
    for path in ("target_region", "target"):
        value = node.text(path)
        if isinstance(value, Unknown):
            return value
        if value.value is not None:
            return derived(region_of_arn(value.value) or value.value.lower(), value)
    return node.unknown("target", Reason.NOT_COLLECTED)


def dlm_copies(policy: Record) -> Attr[tuple[Node, ...]]:
    """The blocks of a DLM policy that copy snapshots to a region."""
    found: list[Node] = []
    for path, inner in (("schedule", "cross_region_copy_rule"), ("action", "cross_region_copy")):
        outer = policy.blocks(f"policy_details.0.{path}")
        if isinstance(outer, Unknown):
            return outer
        for node in outer.value:
            copies = node.blocks(inner)
            if isinstance(copies, Unknown):
                return copies
            found.extend(copies.value)
    targets = policy.blocks(_DEFAULT_COPIES)
    if isinstance(targets, Unknown):
        return targets
    return Known((*found, *targets.value), policy, "policy_details")


_DEFAULT_COPIES: Final = "policy_details.0.cross_region_copy_targets"
"""Copies of default policies: accounts tell them, the provider has no argument for them."""


def dlm_schedules(policy: Record) -> Attr[tuple[tuple[str, PlanCoverage], ...]]:
    """Name and effect of each schedule of an aws_dlm_lifecycle_policy."""
    default = policy.text("default_policy")
    if isinstance(default, Unknown):
        return default
    if default.value is not None:
        return policy.known("default_policy", ((default.value, _default_policy(policy)),))
    schedules = policy.blocks("policy_details.0.schedule")
    if isinstance(schedules, Unknown):
        return schedules
    found: list[tuple[str, PlanCoverage]] = []
    for index, schedule in enumerate(schedules.value):
        interval = _dlm_interval(schedule)
        copies = schedule.blocks("cross_region_copy_rule")
        offsite: Attr[frozenset[str]] = (
            copies
            if isinstance(copies, Unknown)
            else _away(schedule, "cross_region_copy_rule", [dlm_copy_region(copy) for copy in copies.value])
        )
        key = shown(schedule.text("name")) or str(index)
        found.append((key, PlanCoverage(interval, _dlm_retention(schedule, interval), offsite)))
    return policy.known("policy_details.0.schedule", tuple(found))


def _default_policy(policy: Record) -> PlanCoverage:
    # Default policies: every 1 day, kept 7 days, unless stated (aws_dlm_lifecycle_policy, create_interval and
    # retain_interval).
    details = "policy_details.0."
    days = policy.number_or(details + "create_interval", 1)
    retention = policy.number_or(details + "retain_interval", 7)
    interval: Attr[float | None] = days if isinstance(days, Unknown) else Known(days.value * 24, policy, days.path)
    kept: Attr[float | None] = (
        retention if isinstance(retention, Unknown) else Known(retention.value, policy, retention.path)
    )
    copies = policy.blocks(_DEFAULT_COPIES)
    offsite: Attr[frozenset[str]] = (
        copies
        if isinstance(copies, Unknown)
        else _away(policy, "policy_details", [dlm_copy_region(copy) for copy in copies.value])
    )
    return PlanCoverage(interval, kept, offsite)


def combined(parts: list[PlanCoverage], where: Record) -> PlanCoverage:
    """Several rules together: the shortest interval, the longest retention, every destination.

    Raises ValueError if there is none.
    """
    interval = _extreme([part.interval_hours for part in parts], where, shortest=True)
    retention = _extreme([part.retention_days for part in parts], where, shortest=False)
    regions: set[str] = set()
    hidden = False
    for part in parts:
        if isinstance(part.offsite, Unknown):
            return PlanCoverage(interval, retention, part.offsite)
        regions |= part.offsite.value
        hidden = hidden or part.offsite.sensitive
    return PlanCoverage(interval, retention, Known(frozenset(regions), where, "", hidden))


def _extreme(attrs: list[Attr[float | None]], where: Record, *, shortest: bool) -> Attr[float | None]:
    """Shortest interval (none counts as longest) or longest retention (none counts as without an end)."""
    best: Known[float | None] | None = None
    for attr in attrs:
        if isinstance(attr, Unknown):
            return attr
        if best is None:
            best = attr
        elif best.value is None or attr.value is None:
            if (attr.value is None) != shortest:
                best = attr
        elif (attr.value < best.value) == shortest and attr.value != best.value:
            best = attr
    if best is None:
        raise ValueError(f"no rules for {where.address}")
    return best
