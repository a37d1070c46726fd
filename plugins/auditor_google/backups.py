"""Backups of a store from the rules that cover it: its own settings, snapshot schedules, backup plans."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, TypeVar

import msgspec

from auditor.attr import Attr, Known, Reason, Unknown, any_of, map_attr
from auditor.facets import Backup
from auditor.record import Joined, Node, Record
from auditor.text import Text
from auditor_google.building import located
from auditor_google.locations import is_region, nearest_multi_region, regions
from auditor_google.reading import by_text, inside, left_to_default, referrers, texts

T = TypeVar("T")

HOUR: Final = 1.0
DAY: Final = 24.0
WEEK: Final = 168.0
MONTH: Final = 744.0
"""Hours of the longest month."""
YEAR: Final = 8784.0
"""Hours of the longest year."""
_CONTINUOUS: Final = 0.0

_COVERED_ELSEWHERE: Final = Text(
    "他の構成（バックアップの計画、スナップショットの予定など）によるバックアップの有無",
    "whether another configuration (a backup plan, a snapshot schedule) backs it up",
)
_COPIED_ELSEWHERE: Final = Text(
    "他の構成による別のリージョンへの複写の有無", "whether another configuration copies it to another region"
)


class Rule(msgspec.Struct, frozen=True):
    """One thing that makes backups of a store."""

    interval_hours: Attr[float | None]
    retention_days: Attr[float | None]
    locations: Attr[frozenset[str]]
    """Where the backups are kept."""
    enabled: Attr[bool] = Known(True)


class Cover(msgspec.Struct, frozen=True):
    """The rules that certainly cover a store, and what leaves open whether more do."""

    rules: tuple[Rule, ...] = ()
    open: Unknown | None = None


def together(*covers: Cover) -> Cover:
    """All of them as one."""
    return Cover(
        tuple(rule for cover in covers for rule in cover.rules),
        next((cover.open for cover in covers if cover.open is not None), None),
    )


def _smallest(attrs: Sequence[Attr[float | None]]) -> Attr[float | None]:
    best: Attr[float | None] | None = None
    for attr in attrs:
        if isinstance(attr, Unknown):
            return next((other for other in attrs if isinstance(other, Known) and other.value == _CONTINUOUS), attr)
        if attr.value is not None and (best is None or best.value is None or attr.value < best.value):
            best = attr
    return best if best is not None else attrs[0]


def _longest(attrs: Sequence[Attr[float | None]]) -> Attr[float | None]:
    best: Attr[float | None] = attrs[0]
    for attr in attrs:
        if isinstance(attr, Unknown):
            return next((other for other in attrs if isinstance(other, Known) and other.value is None), attr)
        if attr.value is None:
            return attr
        if best.value is not None and attr.value > best.value:
            best = attr
    return best


def _elsewhere(rules: Sequence[Rule], own: Attr[frozenset[str]]) -> Attr[frozenset[str]]:
    if isinstance(own, Unknown):
        return own
    found: frozenset[str] = frozenset()
    hidden = own.sensitive
    for rule in rules:
        if isinstance(rule.locations, Unknown):
            return rule.locations
        found |= rule.locations.value
        hidden = hidden or rule.locations.sensitive
    return Known(found - own.value, sensitive=hidden)


def _certain(sure: Attr[T], all_: Attr[T], cover: Cover, doubt: Unknown | None) -> Attr[T]:
    """What the certain rules say, unless it may be otherwise by rules of which it is open whether they apply."""
    if doubt is None or isinstance(sure, Unknown):
        return sure
    same = cover.open is None and isinstance(all_, Known) and all_.value == sure.value
    return sure if same else doubt


def backup(
    record: Record, own: Attr[frozenset[str]], cover: Cover, *, decided: bool = False, place_decided: bool = False
) -> Backup:
    """The facet: shortest interval and longest retention of the rules that are switched on.

    ``own`` are the regions of the store itself.  ``decided`` says that a setting of the store itself switches its
    backups on, so that without one there are none; else another configuration may cover the store, of which only
    a complete input tells.  ``place_decided`` says the same of the place where the backups are kept.
    """
    whole = record.links.complete
    on = [rule for rule in cover.rules if isinstance(rule.enabled, Unknown) or rule.enabled.value]
    if not on:
        nothing = cover.open
        if nothing is None and not decided and not whole:
            nothing = Unknown(Reason.NOT_COLLECTED, record, "", _COVERED_ELSEWHERE)
        if nothing is None:
            origin = cover.rules[0].enabled if cover.rules else Known(False, record)
            return Backup(
                enabled=origin,
                interval_hours=Known(None, record),
                retention_days=Known(0.0, record),
                offsite=Known(frozenset(), record),
            )
        return Backup(enabled=nothing, interval_hours=nothing, retention_days=nothing, offsite=nothing)
    sure = [rule for rule in on if isinstance(rule.enabled, Known)]
    used = sure or on
    doubt = cover.open
    if doubt is None:
        doubt = next((rule.enabled for rule in on if isinstance(rule.enabled, Unknown)), None)
    interval = _smallest([rule.interval_hours for rule in used])
    if not (isinstance(interval, Known) and interval.value == _CONTINUOUS):
        interval = _certain(interval, _smallest([rule.interval_hours for rule in on]), cover, doubt)
    retention = _longest([rule.retention_days for rule in used])
    if not (isinstance(retention, Known) and retention.value is None):
        retention = _certain(retention, _longest([rule.retention_days for rule in on]), cover, doubt)
    offsite = _certain(_elsewhere(used, own), _elsewhere(on, own), cover, doubt)
    if isinstance(offsite, Known) and not offsite.value and not place_decided and not whole:
        offsite = Unknown(Reason.NOT_COLLECTED, record, "", _COPIED_ELSEWHERE)
    return Backup(
        enabled=any_of(*(rule.enabled for rule in on)),
        interval_hours=interval,
        retention_days=retention,
        offsite=offsite,
    )


# ---------------------------------------------------------------- snapshot schedules of disks

_SCHEDULE: Final = "snapshot_schedule_policy.0"
_WEEKDAYS: Final = ("MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY")


def _weekly(node: Node) -> Attr[float | None]:
    listed = node.blocks("day_of_weeks")
    if isinstance(listed, Unknown):
        return listed
    positions: set[int] = set()
    for block in listed.value:
        day = block.text("day")
        if isinstance(day, Unknown):
            return day
        if day.value not in _WEEKDAYS:
            return block.unknown("day", Reason.UNPARSEABLE)
        positions.add(_WEEKDAYS.index(day.value))
    return node.known("day_of_weeks", weekly_gap(positions))


def weekly_gap(positions: set[int]) -> float | None:
    """Longest time in hours between two of the days of a week (0 = Monday); ``None`` without a day."""
    if not positions:
        return None
    ordered = sorted(positions)
    following = [*ordered[1:], ordered[0] + 7]
    return max(later - earlier for earlier, later in zip(ordered, following, strict=True)) * DAY


def schedule_interval(policy: Record) -> Attr[float | None]:
    """Hours between two snapshots of a ``google_compute_resource_policy``; ``None`` if it makes none."""
    schedule = policy.block(f"{_SCHEDULE}.schedule")
    if isinstance(schedule, Unknown):
        return schedule
    node = schedule.value
    if node is None:
        return policy.known(_SCHEDULE, None)
    hourly = node.number("hourly_schedule.0.hours_in_cycle")
    if isinstance(hourly, Unknown) or hourly.value is not None:
        return hourly
    daily = node.number("daily_schedule.0.days_in_cycle")
    if isinstance(daily, Unknown) or daily.value is not None:
        return map_attr(daily, lambda value: None if value is None else value * DAY)
    return inside(node.block("weekly_schedule"), _weekly, None)


def snapshot_locations(record: Record, path: str) -> Attr[frozenset[str]]:
    """Where a snapshot goes: the named locations, else those of the project's snapshot settings.

    Without settings in the input the service's default holds: the multi-region next to the disk
    (https://cloud.google.com/compute/docs/disks/snapshots#selecting_a_storage_location).
    """
    named = texts(record, path)
    if isinstance(named, Known) and named.value:
        return record.known(path, frozenset(r for name in named.value for r in regions(name)))
    if isinstance(named, Unknown) and not left_to_default(record, path, named):
        return named
    for settings in record.links.of_type("google_compute_snapshot_settings"):
        policy = settings.text("storage_location.0.policy")
        if isinstance(policy, Unknown):
            return policy
        if policy.value == "LOCAL_REGION":
            return located(record, "region", "zone")
        if policy.value != "NEAREST_MULTI_REGION":
            return settings.unknown("storage_location.0.policy", Reason.UNRESOLVED)
    return nearest(record, located(record, "region", "zone"), path)


def nearest(record: Record, own: Attr[frozenset[str]], path: str) -> Attr[frozenset[str]]:
    """The multi-region next to the region ``own``."""
    if isinstance(own, Unknown):
        return own
    found: set[str] = set()
    for name in own.value:
        multi = nearest_multi_region(name) if is_region(name) else None
        if multi is None:
            return record.unknown(path, Reason.OUTSIDE)
        found.add(multi)
    return record.known(path, frozenset(found))


def schedule_rule(policy: Record) -> Rule:
    """What a snapshot schedule does for the disks it is attached to."""
    retention = policy.number(f"{_SCHEDULE}.retention_policy.0.max_retention_days")
    interval = schedule_interval(policy)
    return Rule(
        interval_hours=interval,
        retention_days=retention,
        locations=snapshot_locations(policy, f"{_SCHEDULE}.snapshot_properties.0.storage_locations"),
        enabled=map_attr(interval, lambda value: value is not None),
    )


def _policy_rules(record: Record, path: str) -> Cover:
    policy = record.target(path, "google_compute_resource_policy")
    if isinstance(policy, Unknown):
        return Cover(open=policy)
    if policy.value is not None:
        return Cover((schedule_rule(policy.value),))
    return Cover(open=record.unknown(path, Reason.OUTSIDE))


def inline_schedules(record: Record, path: str) -> Cover:
    """Schedules in the list of resource policies at ``path`` of a disk.

    A computed list of a new disk holds none; separate attachments are read by :func:`attached_schedules`.
    """
    elements = record.elements(path)
    if isinstance(elements, Unknown):
        return Cover() if left_to_default(record, path, elements) else _policy_rules(record, path)
    return together(*(_policy_rules(record, f"{path}.{index}") for index in range(len(elements.value))))


def attached_schedules(record: Record, attachment: str) -> Cover:
    """Schedules of separate attachments of type ``attachment``, which name their disk and their policy."""
    joined = referrers(record, attachment, "disk")
    certain = together(*(_attached_policy(record, other) for other in joined.certain))
    # An attachment names its disk by name, which a disk of the same name in another zone may share.
    return certain if not joined.possible else together(certain, Cover(open=_open(joined)))


def _attached_policy(record: Record, attachment: Record) -> Cover:
    policy = attachment.target("name", "google_compute_resource_policy")
    if isinstance(policy, Known) and policy.value is None:
        name = attachment.text("name")
        if isinstance(name, Known) and name.value is not None:
            known, _ = by_text(record.links, "google_compute_resource_policy", "name")
            found = known.get(name.value.rsplit("/", 1)[-1], [])
            if len(found) == 1:
                return Cover((schedule_rule(found[0]),))
        return Cover(open=attachment.unknown("name", Reason.OUTSIDE))
    if isinstance(policy, Unknown):
        return Cover(open=policy)
    return Cover((schedule_rule(policy.value),)) if policy.value is not None else Cover()


def _open(joined: Joined) -> Unknown:
    return Unknown(Reason.AMBIGUOUS, joined.possible[0], "disk")


# ---------------------------------------------------------------- plans of Backup and DR

_RECURRENCES: Final = {"DAILY": DAY, "WEEKLY": WEEK, "MONTHLY": MONTH, "YEARLY": YEAR}


def plan_interval(rule: Node) -> Attr[float | None]:
    """Hours between two backups of one rule of a ``google_backup_dr_backup_plan``."""
    recurrence = rule.text("standard_schedule.0.recurrence_type")
    if isinstance(recurrence, Unknown):
        return recurrence
    if recurrence.value == "HOURLY":
        return rule.number("standard_schedule.0.hourly_frequency")
    if recurrence.value == "WEEKLY":
        days = texts(rule, "standard_schedule.0.days_of_week")
        if isinstance(days, Unknown):
            return days
        positions = {_WEEKDAYS.index(day) for day in days.value if day in _WEEKDAYS}
        return rule.known("standard_schedule.0.days_of_week", weekly_gap(positions) or WEEK)
    hours = _RECURRENCES.get(recurrence.value or "")
    if hours is None:
        return rule.unknown("standard_schedule.0.recurrence_type", Reason.UNPARSEABLE)
    return rule.known("standard_schedule.0.recurrence_type", hours)


def plan_locations(plan: Record) -> Attr[frozenset[str]]:
    """Where the backups of a plan are kept: in the location of its vault."""
    vault = plan.target("backup_vault", "google_backup_dr_backup_vault")
    if isinstance(vault, Unknown):
        return vault
    if vault.value is not None:
        return located(vault.value, "location")
    return map_attr(plan.text("backup_vault"), lambda name: regions(_location_of(name or "")))


def _location_of(name: str) -> str:
    steps = name.split("/")
    return steps[steps.index("locations") + 1] if "locations" in steps[:-1] else name


def _plan_rules(plan: Record) -> Cover:
    rules = plan.blocks("backup_rules")
    if isinstance(rules, Unknown):
        return Cover(open=rules)
    locations = plan_locations(plan)
    return Cover(
        tuple(Rule(plan_interval(rule), rule.number("backup_retention_days"), locations) for rule in rules.value)
    )


def planned(record: Record) -> Cover:
    """Plans of Backup and DR that are associated with the resource."""
    joined = referrers(record, "google_backup_dr_backup_plan_association", "resource")
    covers: list[Cover] = []
    for association in joined.certain:
        plan = association.target("backup_plan", "google_backup_dr_backup_plan")
        if isinstance(plan, Unknown):
            covers.append(Cover(open=plan))
        elif plan.value is None:
            outside = association.unknown("backup_plan", Reason.OUTSIDE)
            covers.append(Cover((Rule(outside, outside, outside),)))
        else:
            covers.append(_plan_rules(plan.value))
    if joined.possible:
        covers.append(Cover(open=Unknown(Reason.AMBIGUOUS, joined.possible[0], "resource")))
    return together(*covers)
