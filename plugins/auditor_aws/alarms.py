"""Which alarms watch what, found once for each input.

Source: Amazon CloudWatch User Guide, page "Dimensions"; the pages on metrics of each service name its dimensions.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

import msgspec

from auditor.attr import Attr, Known, Reason, Unknown
from auditor.record import Action, Links, Node, Record
from auditor.text import Text

ALARM: Final = "aws_cloudwatch_metric_alarm"
LOG_ALARM: Final = "aws_cloudwatch_log_alarm"
"""An alarm on what a query finds in logs; the Terraform provider has no such type."""
FILTER: Final = "aws_cloudwatch_log_metric_filter"

DIMENSIONS: Final[dict[str, tuple[str, ...]]] = {
    "InstanceId": ("aws_instance",),
    "AutoScalingGroupName": ("aws_autoscaling_group",),
    "DBInstanceIdentifier": (
        "aws_db_instance",
        "aws_rds_cluster_instance",
        "aws_docdb_cluster_instance",
        "aws_neptune_cluster_instance",
    ),
    "DBClusterIdentifier": ("aws_rds_cluster", "aws_docdb_cluster", "aws_neptune_cluster"),
    "CacheClusterId": ("aws_elasticache_cluster", "aws_elasticache_replication_group"),
    "ReplicationGroupId": ("aws_elasticache_replication_group",),
    "ServiceName": ("aws_ecs_service",),
    "ClusterName": ("aws_ecs_cluster", "aws_eks_cluster", "aws_memorydb_cluster"),
    "DomainName": ("aws_opensearch_domain", "aws_elasticsearch_domain"),
    "ClusterIdentifier": ("aws_redshift_cluster",),
}
"""Names of dimensions, with the types of what they name."""

_PERCENTAGES: Final = frozenset(
    {
        "CPUUtilization",
        "EngineCPUUtilization",
        "MemoryUtilization",
        "DatabaseMemoryUsagePercentage",
        "PercentageDiskSpaceUsed",
        "JVMMemoryPressure",
        "mem_used_percent",
        "disk_used_percent",
        "node_cpu_utilization",
        "node_memory_utilization",
        "node_filesystem_utilization",
    }
)
"""Metrics that give the use of a capacity in per cent."""

_GIB: Final = 1024.0**3
_THRESHOLD: Final = Text("警報のしきい値", "the threshold of the alarm")
_ELSEWHERE: Final = Text("他の構成による警報の有無", "whether another configuration sets alarms on it")


class _Watch(msgspec.Struct, frozen=True):
    """One metric of one alarm that is about something."""

    alarm: Record
    metric: Node
    """The alarm, or the block of it that names the metric."""


class Alarms(msgspec.Struct, frozen=True):
    """The alarms of an input."""

    watching: dict[str, list[_Watch]]
    """By address of what they watch."""
    open: dict[str, Record]
    """By type, an alarm of which it is open what of the type it watches."""
    metrics: dict[tuple[str, str], Record]
    """By namespace and name, an alarm on the metric."""
    filters: dict[str, Record]
    """By address of a metric filter, an alarm that names its metric by a reference."""
    open_metric: Record | None
    """An alarm of which it is open on what metric it is."""


def of(links: Links) -> Alarms:
    """The alarms of the input."""
    found: Alarms | None = links.cache.get(of)
    if found is None:
        found = links.cache[of] = _read(links)
    return found


def _read(links: Links) -> Alarms:
    watching: dict[str, list[_Watch]] = {}
    open_: dict[str, Record] = {}
    metrics: dict[tuple[str, str], Record] = {}
    filters: dict[str, Record] = {}
    open_metric: Record | None = None
    for alarm in links.of_type(ALARM):
        if alarm.action is Action.DELETE:
            continue
        for metric in _metrics(alarm):
            name, namespace = metric.text("metric_name"), metric.text("namespace")
            if isinstance(name, Unknown):
                source = metric.target("metric_name", FILTER)
                if isinstance(source, Known) and source.value is not None:
                    filters.setdefault(source.value.address, alarm)
                else:
                    open_metric = alarm
            elif isinstance(namespace, Unknown):
                open_metric = alarm
            elif name.value is not None:
                metrics.setdefault((namespace.value or "", name.value), alarm)
            for target in _targets(metric):
                if isinstance(target, str):
                    open_.setdefault(target, alarm)
                else:
                    watching.setdefault(target.address, []).append(_Watch(alarm, metric))
    return Alarms(watching, open_, metrics, filters, open_metric)


def _metrics(alarm: Record) -> Iterator[Node]:
    yield alarm
    queries = alarm.blocks("metric_query")
    for query in queries.value if isinstance(queries, Known) else ():
        metric = query.block("metric")
        if isinstance(metric, Known) and metric.value is not None:
            yield metric.value


def _targets(metric: Node) -> Iterator[Record | str]:
    """What the dimensions name; for one that is open, the types of which it may name something."""
    names = metric.members("dimensions")
    if isinstance(names, Unknown):
        for types in DIMENSIONS.values():
            yield from types
        return
    for name in names.value:
        kinds = DIMENSIONS.get(name)
        if kinds is None:
            continue
        target = metric.target(f"dimensions.{name}", *kinds)
        if isinstance(target, Unknown):
            yield from kinds
        elif target.value is not None:
            yield target.value


def watched(record: Record, parts: Iterable[Record] = ()) -> Attr[bool]:
    """Whether an alarm of the input watches the record, or one of its parts."""
    alarms = of(record.links)
    open_: Record | None = None
    for one in (record, *parts):
        found = alarms.watching.get(one.address)
        if found:
            return Known(True, found[0].alarm, "dimensions")
        open_ = open_ or alarms.open.get(one.type)
    if open_ is not None:
        return Unknown(Reason.AMBIGUOUS, record, "", Text(f"{open_.address} の対象", f"what {open_.address} watches"))
    if record.links.complete:
        return Known(False, record)
    return Unknown(Reason.NOT_COLLECTED, record, "", _ELSEWHERE)


def capacity_percent(record: Record, parts: Iterable[Record] = ()) -> Attr[float | None]:
    """Lowest use of a capacity, in per cent, at which an alarm of the input is raised."""
    alarms = of(record.links)
    lowest: Known[float | None] | None = None
    unknown: Unknown | None = None
    for one in (record, *parts):
        for watch in alarms.watching.get(one.address, ()):
            percent = _percent(watch, one)
            if isinstance(percent, Unknown):
                unknown = percent
            elif percent.value is not None and (lowest is None or lowest.value is None or percent.value < lowest.value):
                lowest = percent
    if unknown is not None:
        # An alarm that is open may have the lowest threshold; a known one is raised in any case.
        return lowest if lowest is not None else unknown
    if lowest is not None:
        return lowest
    present = watched(record, parts)
    if isinstance(present, Unknown) and present.reason is Reason.AMBIGUOUS:
        return present
    return Known(None, record) if record.links.complete else Unknown(Reason.NOT_COLLECTED, record, "", _ELSEWHERE)


def _percent(watch: _Watch, record: Record) -> Attr[float | None]:
    """The threshold as use of a capacity; ``None`` if the alarm is about something else."""
    alarm, name = watch.alarm, watch.metric.text("metric_name")
    if isinstance(name, Unknown):
        return name
    free = name.value == "FreeStorageSpace" and record.type == "aws_db_instance"
    if name.value not in _PERCENTAGES and not free:
        return Known(None, alarm)
    comparison = alarm.text("comparison_operator")
    if isinstance(comparison, Unknown):
        return comparison
    threshold = alarm.number("threshold")
    if isinstance(threshold, Unknown):
        return threshold
    if threshold.value is None:
        # A band of usual values, or an expression over several metrics.
        return alarm.unknown("threshold", Reason.UNRESOLVED, _THRESHOLD)
    upwards = (comparison.value or "").startswith("GreaterThan")
    if not free:
        return alarm.known("threshold", threshold.value if upwards else None)
    # The metric counts free bytes; allocated_storage is in GiB (provider documentation, aws_db_instance).
    whole = record.number("allocated_storage")
    if isinstance(whole, Unknown):
        return whole
    if upwards or not whole.value:
        return Known(None, alarm)
    return alarm.known("threshold", max(0.0, 100 * (1 - threshold.value / (whole.value * _GIB))))
