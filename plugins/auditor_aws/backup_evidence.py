"""When AWS Backup last backed a resource up, which an account tells and no configuration.

Source: AWS Backup API Reference, ListProtectedResources (resources of which there are recovery points, with the time of
the last).  A plan that selects a resource may never have run for it, or may have stopped: a role that is gone, a vault
that refuses.
"""

from __future__ import annotations

import msgspec

from auditor.attr import Attr, Known, Reason, Unknown
from auditor.record import Links, Record
from auditor.text import Text
from auditor_aws.backup_arns import SERVICES, arn_pattern
from auditor_aws.backup_coverage import PlanCoverage, instances_of

_TYPE = "aws_backup_protected_resource"
_WINDOW_HOURS = 24.0
"""How much later than its schedule a backup may be made before the schedule counts as not kept (practice: jobs start
within 8 hours unless stated, and large backups take hours)."""
_NEVER = Text(
    "計画の対象だが、AWS Backup にはまだ復元ポイントがない",
    "a plan selects it, but AWS Backup has no recovery point of it yet",
)


def _index(links: Links) -> tuple[dict[str, list[Record]], Record | None]:
    """What has recovery points, by ARN, and what stands for listings that were refused.

    A Region into which copies are made lists the resource as well.
    """
    found: tuple[dict[str, list[Record]], Record | None] | None = links.cache.get(_index)
    if found is None:
        listed: dict[str, list[Record]] = {}
        refused = None
        for record in links.of_type(_TYPE):
            arn = record.text("resource_arn")
            if isinstance(arn, Known) and arn.value:
                listed.setdefault(arn.value, []).append(record)
            else:
                refused = record
        found = links.cache[_index] = (listed, refused)
    return found


def as_taken(record: Record, plan: Attr[PlanCoverage | None]) -> Attr[PlanCoverage | None]:
    """What plans do for ``record``, with an interval that is no shorter than the time since its last backup.

    Unknown where plans select it and no backup was made yet.  Inputs that do not tell what was taken leave all as it is.
    """
    if not record.links.tells_missing or isinstance(plan, Unknown) or plan.value is None:
        return plan
    selecting = plan.origin
    if not isinstance(selecting, Record) or selecting.type != "aws_backup_selection" or record.type not in SERVICES:
        return plan
    listed, refused = _index(record.links)
    machines = instances_of(record)[0] if record.type == "aws_ebs_volume" else ()
    found = [one for arn in map(arn_pattern, (record, *machines)) for one in listed.get(arn, ())]
    if not found:
        if refused is not None and refused.unlisted is not None:
            # there may be no recovery point at all, as below
            return refused.unlisted.unknown
        return Unknown(Reason.NOT_COLLECTED, record, "", _NEVER)
    ages = [(age.value, one) for one in found if isinstance(age := one.number("hours_since_backup"), Known)]
    known = [(hours, one) for hours, one in ages if hours is not None]
    if not known:
        return plan
    hours, latest = min(known, key=lambda one: one[0])
    interval = plan.value.interval_hours
    # a continuous backup is one recovery point that goes on, whose time says nothing
    if isinstance(interval, Unknown) or not interval.value or hours <= interval.value + _WINDOW_HOURS:
        return plan
    return _with_interval(plan, latest.known("hours_since_backup", hours))


def _with_interval(plan: Known[PlanCoverage | None], interval: Attr[float | None]) -> Attr[PlanCoverage | None]:
    if plan.value is None:
        return plan
    coverage = msgspec.structs.replace(plan.value, interval_hours=interval)
    return Known(coverage, plan.origin, plan.path, plan.sensitive)
