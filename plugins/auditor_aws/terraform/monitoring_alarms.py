"""Alarms: what they watch, whom they tell, and which of them are made from logs.

Sources: Terraform AWS provider documentation, page of each type; Amazon CloudWatch User Guide, page "Alarm actions".
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from auditor.attr import Attr, Known, Reason, Unknown, all_of, any_of, map_attr
from auditor.facets import AlarmRecipient, Facet, LogAlert, Watched
from auditor.record import Record
from auditor.text import Text
from auditor_aws import alarms, computed
from auditor_aws.registry import REGISTRY

_TOPIC: Final = "aws_sns_topic"
_SUBSCRIPTION: Final = "aws_sns_topic_subscription"
_MACHINES: Final = ("aws_autoscaling_policy", "aws_appautoscaling_policy")
_MACHINE_ARNS: Final = (":autoscaling:", ":automate:", ":swf:", ":application-autoscaling:")
"""Actions that change machines and tell nobody."""
_DESKS: Final = (":ssm-incidents:", ":opsitem:", ":aiops:")
"""Actions that open a case for the operators."""
_ELSEWHERE: Final = Text(
    "他の構成又は画面による購読の有無", "whether somebody subscribes by another configuration or by hand"
)
_OUTSIDE: Final = Text("この入力に含まれない通知先", "a destination that is not in the input")


_MEMBERS: Final = {
    "aws_rds_cluster": ("aws_rds_cluster_instance", "cluster_identifier"),
    "aws_docdb_cluster": ("aws_docdb_cluster_instance", "cluster_identifier"),
    "aws_neptune_cluster": ("aws_neptune_cluster_instance", "cluster_identifier"),
    "aws_elasticache_replication_group": ("aws_elasticache_cluster", "replication_group_id"),
}
_WATCHED: Final = {
    "aws_instance": "server",
    "aws_autoscaling_group": "server",
    "aws_eks_cluster": "cluster",
    "aws_ecs_service": "service",
    "aws_db_instance": "database",
    "aws_rds_cluster": "database",
    "aws_docdb_cluster": "database",
    "aws_neptune_cluster": "database",
    "aws_redshift_cluster": "database",
    "aws_elasticache_replication_group": "cache",
    "aws_opensearch_domain": "search",
    "aws_elasticsearch_domain": "search",
}
_ENHANCED: Final = ("aws_db_instance", "aws_rds_cluster")


@REGISTRY.adapter(*_WATCHED)
def watched(record: Record) -> Iterable[Facet]:
    """A server or database, with the alarms on it and on its parts."""
    member = _MEMBERS.get(record.type)
    parts: Sequence[Record] = computed.joined(record, *member).certain if member is not None else ()
    seen = alarms.watched(record, parts)
    if not (isinstance(seen, Known) and seen.value) and record.type in _ENHANCED:
        # Enhanced Monitoring reports from an agent on the machine of the database (Amazon RDS User Guide).
        agents = (map_attr(computed.number(one, "monitoring_interval", 0), lambda s: s > 0) for one in (record, *parts))
        on = any_of(*agents)
        # Where the interval is open, the alarms say as much as it would.
        seen = any_of(on, seen)
    yield Watched(what=_WATCHED[record.type], watched=seen, capacity_percent=alarms.capacity_percent(record, parts))


@REGISTRY.adapter("aws_cloudwatch_metric_alarm", "aws_cloudwatch_composite_alarm")
def alarm(record: Record) -> Iterable[Facet]:
    """An alarm; one that only drives machines, or that a composite alarm looks at, need tell nobody by itself."""
    actions = record.elements("alarm_actions")
    if _drives_machines(record, actions) or _within_composite(record):
        return
    on = record.flag("actions_enabled", True)
    if isinstance(actions, Known):
        named: Attr[bool] = record.known("alarm_actions", bool(actions.value))
        received = any_of(
            *(_received(record, f"alarm_actions.{index}") for index in range(len(actions.value))),
        )
    else:
        target = record.target("alarm_actions", _TOPIC)
        certain = isinstance(target, Known) and target.value is not None
        named = record.known("alarm_actions", True) if certain else actions
        received = _received(record, "alarm_actions")
    yield AlarmRecipient(notifies=all_of(on, named), received=received)


def _drives_machines(record: Record, actions: Attr[tuple[Attr[str], ...]]) -> bool:
    if isinstance(actions, Known):
        return bool(actions.value) and all(
            _is_machine(record, f"alarm_actions.{index}", action) for index, action in enumerate(actions.value)
        )
    policy = record.target("alarm_actions", *_MACHINES)
    return isinstance(policy, Known) and policy.value is not None


def _is_machine(record: Record, path: str, action: Attr[str]) -> bool:
    if isinstance(action, Known):
        return any(part in str(action.value) for part in _MACHINE_ARNS)
    policy = record.target(path, *_MACHINES)
    return isinstance(policy, Known) and policy.value is not None


def _within_composite(record: Record) -> bool:
    """Whether the rule of a composite alarm of the input names the alarm."""
    name = record.text("alarm_name")
    if record.type != alarms.ALARM or isinstance(name, Unknown) or name.value is None:
        return False
    return any(name.value in rule for rule in _composite_rules(record))


def _composite_rules(record: Record) -> tuple[str, ...]:
    found: tuple[str, ...] | None = record.links.cache.get(_composite_rules)
    if found is None:
        rules = (one.text("alarm_rule") for one in record.links.of_type("aws_cloudwatch_composite_alarm"))
        found = tuple(rule.value for rule in rules if isinstance(rule, Known) and rule.value is not None)
        record.links.cache[_composite_rules] = found
    return found


def _received(record: Record, path: str) -> Attr[bool]:
    """Whether somebody receives what is sent to the destination that an attribute names."""
    topic = record.target(path, _TOPIC)
    if isinstance(topic, Known) and topic.value is not None:
        return subscribed(topic.value)
    value = record.text(path)
    if isinstance(value, Known) and value.value is not None and any(part in value.value for part in _DESKS):
        return record.known(path, True)
    if isinstance(topic, Unknown):
        return topic
    return value if isinstance(value, Unknown) else record.unknown(path, Reason.OUTSIDE, _OUTSIDE)


def subscribed(topic: Record) -> Attr[bool]:
    """Whether a topic has a subscription that is not waiting to be confirmed."""
    found = computed.joined(topic, _SUBSCRIPTION, "topic_arn")
    answers = [_confirmed(one) for one in found.certain]
    result = any_of(Known(False, topic, _SUBSCRIPTION), *answers)
    if isinstance(result, Unknown) or result.value:
        return result
    if found.possible:
        name = found.possible[0].address
        return topic.unknown(_SUBSCRIPTION, Reason.AMBIGUOUS, Text(f"{name} の購読先", f"to what {name} subscribes"))
    if topic.links.complete or topic.links.tells_missing:
        return result
    return topic.unknown(_SUBSCRIPTION, Reason.NOT_COLLECTED, _ELSEWHERE)


def _confirmed(subscription: Record) -> Attr[bool]:
    """One that is yet to be made cannot have been refused; its confirmation belongs to operation."""
    pending = subscription.get("pending_confirmation")
    if isinstance(pending, Unknown) and pending.reason is not Reason.AFTER_APPLY:
        return pending
    waiting = isinstance(pending, Known) and pending.value is True
    return subscription.known("pending_confirmation", not waiting)


@REGISTRY.adapter(alarms.FILTER)
def metric_filter(record: Record) -> Iterable[Facet]:
    """A pattern that is counted as a metric, on which an alarm may be set."""
    yield LogAlert(alerts=_alerted(record))


def _alerted(record: Record) -> Attr[bool]:
    known = alarms.of(record.links)
    by_reference = known.filters.get(record.address)
    if by_reference is not None:
        return Known(True, by_reference, "metric_name")
    name = record.text("metric_transformation.0.name")
    namespace = record.text("metric_transformation.0.namespace")
    if isinstance(name, Unknown):
        return name
    if isinstance(namespace, Unknown):
        return namespace
    alarm = known.metrics.get((namespace.value or "", name.value or ""))
    if alarm is not None:
        return Known(True, alarm, "metric_name")
    if known.open_metric is not None:
        other = known.open_metric.address
        detail = Text(f"{other} が見る指標", f"which metric {other} watches")
        return record.unknown("metric_transformation", Reason.AMBIGUOUS, detail)
    if record.links.complete:
        return record.known("metric_transformation", False)
    detail = Text("他の構成による警報の有無", "whether another configuration sets an alarm on the metric")
    return record.unknown("metric_transformation", Reason.NOT_COLLECTED, detail)
