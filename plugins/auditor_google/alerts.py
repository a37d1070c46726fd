"""Which alert policies watch what, found once for each input.

A policy watches by a filter over metrics, and so everything of a kind in its project unless the filter picks some out.
https://cloud.google.com/monitoring/api/v3/filters , https://cloud.google.com/monitoring/api/metrics_gcp
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

import msgspec

from auditor.attr import Attr, Known, Reason, Unknown
from auditor.record import Action, Links, Node, Record
from auditor.text import Text
from auditor_google.audit import project_of

POLICY: Final = "google_monitoring_alert_policy"
USER_METRICS: Final = "logging.googleapis.com/user/"

KINDS: Final[dict[str, tuple[str, ...]]] = {
    "server": ("gce_instance", "compute.googleapis.com/instance", "agent.googleapis.com/"),
    "database": ("cloudsql_database", "cloudsql.googleapis.com/"),
    "alloydb": ("alloydb.googleapis.com/",),
    "spanner": ("spanner_instance", "spanner.googleapis.com/"),
    "cache": ("redis_instance", "redis.googleapis.com/"),
    "cluster": ("k8s_", "kubernetes.io/", "gke_container"),
}
"""Kinds of things, with what a filter over their metrics holds."""

_CONDITIONS: Final = (
    ("condition_threshold", "filter"),
    ("condition_absent", "filter"),
    ("condition_monitoring_query_language", "query"),
    ("condition_prometheus_query_language", "query"),
    ("condition_sql", "query"),
)
_PICKS: Final = re.compile(r"resource\.labels?\.|metadata\.|group\.id|metric\.labels?\.instance")
_FRACTIONS: Final = re.compile(
    r"(?:cpu|disk|memory)(?:/\w+)?/(?:usage_)?(?:utilization|ratio)|usage_ratio|limit_utilization|allocatable_utilization"
)
"""Metrics that give the use of a capacity as a fraction of one."""
_PERCENTAGES: Final = re.compile(r"percent_used|cpu/utilization_percent")
_ELSEWHERE: Final = Text("他の構成による警報の有無", "whether another configuration sets alarms on it")


class Condition(msgspec.Struct, frozen=True):
    """One condition of a policy."""

    policy: Record
    node: Node
    kind: str
    """Name of the block."""
    text: Attr[str | None]
    """Filter or query."""


def conditions(links: Links) -> tuple[Condition, ...]:
    """The conditions of all policies of the input that look at metrics."""
    found: tuple[Condition, ...] | None = links.cache.get(conditions)
    if found is None:
        found = links.cache[conditions] = tuple(_conditions(links))
    return found


def _conditions(links: Links) -> Iterator[Condition]:
    for policy in links.of_type(POLICY):
        enabled = policy.flag("enabled", True)
        if policy.action is Action.DELETE or (isinstance(enabled, Known) and not enabled.value):
            continue
        if isinstance(enabled, Unknown):
            yield Condition(policy, policy, "", enabled)
            continue
        blocks = policy.blocks("conditions")
        if isinstance(blocks, Unknown):
            yield Condition(policy, policy, "", blocks)
            continue
        for block in blocks.value:
            for kind, path in _CONDITIONS:
                inner = block.block(kind)
                if isinstance(inner, Unknown):
                    yield Condition(policy, block, kind, inner)
                elif inner.value is not None:
                    yield Condition(policy, inner.value, kind, inner.value.text(path))


def _of_kind(links: Links, kind: str) -> tuple[tuple[Condition, ...], Record | None]:
    """The conditions over a kind of things, and a policy of which it is open what it is over."""
    key = (_of_kind, kind)
    found: tuple[tuple[Condition, ...], Record | None] | None = links.cache.get(key)
    if found is None:
        marks = KINDS[kind]
        every = conditions(links)
        over = tuple(
            one
            for one in every
            if isinstance(one.text, Known) and any(mark in (one.text.value or "") for mark in marks)
        )
        open_ = next((one.policy for one in every if isinstance(one.text, Unknown)), None)
        found = links.cache[key] = (over, open_)
    return found


def _applies(condition: Condition, record: Record) -> bool | None:
    """Whether a condition over the record's kind takes in the record; ``None`` if that is open."""
    text = condition.text.value or "" if isinstance(condition.text, Known) else ""
    name = record.text("name")
    if _PICKS.search(text):
        if isinstance(name, Known) and name.value is not None and f'"{name.value}"' in text:
            return True
        return None
    own, other = project_of(record), project_of(condition.policy)
    if own is None or other is None:
        return True if own is other else None
    # A policy of another project sees the metrics of projects that are in its scope.
    return True if own == other else None


def watched(record: Record, kind: str) -> Attr[bool]:
    """Whether a policy of the input watches the record."""
    over, open_ = _of_kind(record.links, kind)
    for condition in over:
        applies = _applies(condition, record)
        if applies:
            return Known(True, condition.policy, "conditions")
        if applies is None:
            open_ = condition.policy
    if open_ is not None:
        return Unknown(Reason.AMBIGUOUS, record, "", Text(f"{open_.address} の対象", f"what {open_.address} watches"))
    if record.links.complete:
        return Known(False, record)
    return Unknown(Reason.NOT_COLLECTED, record, "", _ELSEWHERE)


def capacity_percent(record: Record, kind: str) -> Attr[float | None]:
    """Lowest use of a capacity, in per cent, at which a policy of the input raises an alarm."""
    over, _ = _of_kind(record.links, kind)
    lowest: Known[float | None] | None = None
    unknown: Unknown | None = None
    for condition in over:
        if not _applies(condition, record):
            continue
        percent = _percent(condition)
        if isinstance(percent, Unknown):
            unknown = percent
        elif percent.value is not None and (lowest is None or lowest.value is None or percent.value < lowest.value):
            lowest = percent
    if lowest is not None:
        return lowest
    if unknown is not None:
        return unknown
    present = watched(record, kind)
    if isinstance(present, Unknown) and present.reason is Reason.AMBIGUOUS:
        return present
    return Known(None, record) if record.links.complete else Unknown(Reason.NOT_COLLECTED, record, "", _ELSEWHERE)


def _percent(condition: Condition) -> Attr[float | None]:
    """The threshold as use of a capacity; ``None`` if the condition is about something else."""
    text = condition.text.value or "" if isinstance(condition.text, Known) else ""
    scale = 100.0 if _FRACTIONS.search(text) else 1.0 if _PERCENTAGES.search(text) else 0.0
    if not scale:
        return Known(None, condition.policy)
    if condition.kind != "condition_threshold":
        # The threshold stands inside the query, if there is one at all.
        return condition.node.unknown("query", Reason.UNPARSEABLE)
    comparison, value = condition.node.text("comparison"), condition.node.number("threshold_value")
    if isinstance(comparison, Unknown):
        return comparison
    if isinstance(value, Unknown):
        return value
    if comparison.value not in ("COMPARISON_GT", "COMPARISON_GE"):
        return Known(None, condition.policy)
    # Left out, the threshold is 0.
    return condition.node.known("threshold_value", (value.value or 0.0) * scale)
