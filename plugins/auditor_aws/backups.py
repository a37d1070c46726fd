"""Backup of a store: its service's own function and the backup plans that cover it, taken together.

A plan that another configuration manages may select a store of this one by its tags or by a pattern of its ARN.  An
input that need not hold all of the account therefore never shows that no plan covers a store, nor that no plan copies
its backups elsewhere.
"""

from __future__ import annotations

from typing import Final

from auditor.attr import Attr, Known, Origin, Reason, Unknown, map_attr
from auditor.facets import Backup
from auditor.record import Record
from auditor.text import Text
from auditor_aws.backup_arns import SERVICES
from auditor_aws.backup_coverage import covered
from auditor_aws.backup_evidence import as_taken
from auditor_aws.backup_plans import PlanCoverage
from auditor_aws.shown import derived

_ELSEWHERE: Final = Text(
    "他の構成のバックアップ計画が及ぶかどうか", "whether a backup plan of another configuration applies"
)
_COPIED_ELSEWHERE: Final = Text(
    "他の構成のバックアップ計画が別のリージョンへ複写するかどうか",
    "whether a backup plan of another configuration copies to another Region",
)


def _may_be_planned_elsewhere(record: Record) -> bool:
    """Whether a plan that the input does not show may select the resource.

    The machine that a spot request starts is an instance like any other, with tags of its own.
    """
    return (record.type in SERVICES or record.type == "aws_spot_instance_request") and not record.links.complete


def _offsite(record: Record, own: Attr[frozenset[str]], plan: Attr[PlanCoverage | None]) -> Attr[frozenset[str]]:
    if isinstance(own, Unknown):
        return own
    further: Attr[frozenset[str]]
    if isinstance(plan, Unknown):
        further = plan
    else:
        further = plan.value.offsite if plan.value is not None else Known(frozenset())
    if isinstance(further, Unknown):
        # What a plan adds is open; regions that are certain already are enough to answer with.
        return own if own.value else further
    regions = own.value | further.value
    if not regions and _may_be_planned_elsewhere(record):
        return Unknown(Reason.NOT_COLLECTED, record, own.path, _COPIED_ELSEWHERE)
    return derived(regions, own, further)


def native(
    record: Record,
    *,
    enabled: Attr[bool],
    interval_hours: float,
    retention_days: Attr[float],
    offsite: Attr[frozenset[str]] | None = None,
    within: tuple[Record, ...] = (),
) -> Backup:
    """Backup by the service's own function, or by a plan of AWS Backup, or by both.

    With both, the shorter interval and the longer retention count.  Where it cannot be told whether a plan covers
    the resource, the service's own function answers for that there is a backup.  ``within`` are resources whose backup takes this
    one in (the machine to which a volume is attached).
    """
    plan = _coverage((record, *within))
    own_offsite: Attr[frozenset[str]] = offsite if offsite is not None else Known(frozenset())
    if isinstance(enabled, Known) and enabled.value:
        interval: Attr[float | None] = Known(interval_hours, enabled.origin, enabled.path)
        retention: Attr[float | None] = map_attr(retention_days, lambda days: days)
        if isinstance(plan, Unknown):
            # A plan can only shorten the interval and prolong the retention; by how much is open.
            interval = interval if interval_hours == 0 else plan
            retention = plan
        elif plan.value is not None:
            interval = _shorter(interval, plan.value.interval_hours)
            retention = _longer(retention, plan.value.retention_days)
        return Backup(
            enabled=enabled,
            interval_hours=interval,
            retention_days=retention,
            offsite=_offsite(record, own_offsite, plan),
        )
    if isinstance(enabled, Unknown):
        return _undecided(record, enabled, own_offsite, plan)
    if isinstance(plan, Unknown):
        return Backup(enabled=plan, interval_hours=plan, retention_days=plan, offsite=plan)
    if plan.value is not None:
        return Backup(
            enabled=Known(True, plan.origin),
            interval_hours=plan.value.interval_hours,
            retention_days=plan.value.retention_days,
            offsite=_offsite(record, own_offsite, plan),
        )
    return Backup(enabled=enabled, interval_hours=Known(None), retention_days=Known(0.0), offsite=own_offsite)


def _undecided(
    record: Record, enabled: Unknown, offsite: Attr[frozenset[str]], plan: Attr[PlanCoverage | None]
) -> Backup:
    """Where it is open whether the service's own function is on, a plan answers for that there is a backup."""
    if isinstance(plan, Unknown) or plan.value is None:
        return Backup(enabled=enabled, interval_hours=enabled, retention_days=enabled, offsite=enabled)
    return Backup(
        enabled=Known(True, plan.origin),
        interval_hours=enabled,
        retention_days=enabled,
        offsite=_offsite(record, offsite, plan),
    )


def _by_plan(record: Record, plan: PlanCoverage, selecting: Origin | None) -> Backup:
    """Backup by plans alone; ``selecting`` is what assigns the store to them."""
    return Backup(
        enabled=Known(True, selecting),
        interval_hours=plan.interval_hours,
        retention_days=plan.retention_days,
        offsite=_offsite(record, Known(frozenset()), Known(plan)),
    )


def by_plan(record: Record, *within: Record) -> Backup:
    """Backup of a store whose service has no function of its own for it; ``within`` as for :func:`native`."""
    plan = _coverage((record, *within))
    if isinstance(plan, Known) and plan.value is None and _may_be_planned_elsewhere(record):
        plan = Unknown(Reason.NOT_COLLECTED, record, "", _ELSEWHERE)
    if isinstance(plan, Unknown):
        return Backup(enabled=plan, interval_hours=plan, retention_days=plan, offsite=plan)
    if plan.value is not None:
        return _by_plan(record, plan.value, plan.origin)
    return Backup(
        enabled=Known(False, record),
        interval_hours=Known(None, record),
        retention_days=Known(0.0, record),
        offsite=Known(frozenset(), record),
    )


def _coverage(records: tuple[Record, ...]) -> Attr[PlanCoverage | None]:
    open_: Unknown | None = None
    for record in records:
        plan = as_taken(record, covered(record))
        if isinstance(plan, Unknown):
            open_ = plan if open_ is None else open_
        elif plan.value is not None:
            return plan
    return open_ if open_ is not None else Known(None, records[0])


def if_covered(record: Record) -> tuple[Backup, ...]:
    """Backup only where a plan certainly covers the resource; for stores that need none (buckets)."""
    plan = as_taken(record, covered(record))
    if isinstance(plan, Unknown) or plan.value is None:
        return ()
    return (_by_plan(record, plan.value, plan.origin),)


def _shorter(one: Attr[float | None], other: Attr[float | None]) -> Attr[float | None]:
    """The shorter of two intervals; ``None`` is no schedule at all.  Nothing is shorter than 0."""
    for attr in (one, other):
        if isinstance(attr, Known) and attr.value == 0:
            return attr
    if isinstance(one, Unknown) or isinstance(other, Unknown):
        return one if isinstance(one, Unknown) else other
    if one.value is None or other.value is None:
        return other if one.value is None else one
    return one if one.value <= other.value else other


def _longer(one: Attr[float | None], other: Attr[float | None]) -> Attr[float | None]:
    """The longer of two retentions; nothing is longer than ``None``, which is without an end."""
    for attr in (one, other):
        if isinstance(attr, Known) and attr.value is None:
            return attr
    if isinstance(one, Unknown) or isinstance(other, Unknown):
        return one if isinstance(one, Unknown) else other
    return one if (one.value or 0) >= (other.value or 0) else other
