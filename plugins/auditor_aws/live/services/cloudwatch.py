"""Alarms.

Sources: Amazon CloudWatch API Reference (DescribeAlarms); AWS provider documentation, pages
``aws_cloudwatch_metric_alarm`` and ``aws_cloudwatch_composite_alarm``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from auditor_aws.alarms import LOG_ALARM
from auditor_aws.live.answers import Answers
from auditor_aws.live.catalogue import Call, Service
from auditor_aws.live.shapes import Shape, block


def alarms(answers: Answers) -> Iterator[Shape]:
    """Alarms on metrics, on what queries find in logs, and on other alarms."""
    for listed in answers.items("DescribeAlarms", "MetricAlarms"):
        shape = _alarm("aws_cloudwatch_metric_alarm", answers, listed)
        shape["metric_name"] = listed.get("MetricName")
        shape["namespace"] = listed.get("Namespace")
        shape["dimensions"] = _dimensions(listed)
        shape["comparison_operator"] = listed.get("ComparisonOperator")
        shape["threshold"] = listed.get("Threshold")
        shape["metric_query"] = [_query(one) for one in listed.get("Metrics") or ()]
        yield shape
    for listed in answers.items("DescribeAlarms", "LogAlarms"):
        yield _alarm(LOG_ALARM, answers, listed)
    for listed in answers.items("DescribeAlarms", "CompositeAlarms"):
        shape = _alarm("aws_cloudwatch_composite_alarm", answers, listed)
        shape["alarm_rule"] = listed.get("AlarmRule")
        yield shape


def _alarm(type_: str, answers: Answers, listed: Mapping[str, Any]) -> Shape:
    name, arn = listed["AlarmName"], listed["AlarmArn"]
    shape = Shape(type_, answers, arn, "DescribeAlarms", names=(name,))
    shape["arn"] = arn
    shape["alarm_name"] = name
    shape["actions_enabled"] = bool(listed.get("ActionsEnabled", True))
    shape["alarm_actions"] = listed.get("AlarmActions") or []
    return shape


def _dimensions(metric: Mapping[str, Any]) -> dict[str, str]:
    return {one["Name"]: one["Value"] for one in metric.get("Dimensions") or ()}


def _query(given: Mapping[str, Any]) -> dict[str, Any]:
    metric = (given.get("MetricStat") or {}).get("Metric")
    return {
        "id": given.get("Id"),
        "expression": given.get("Expression"),
        "metric": block(
            metric
            and {
                "metric_name": metric.get("MetricName"),
                "namespace": metric.get("Namespace"),
                "dimensions": _dimensions(metric),
            }
        ),
    }


SERVICES: Final = (
    Service(
        name="cloudwatch",
        calls=(
            Call(
                operation="DescribeAlarms",
                yields=("aws_cloudwatch_metric_alarm", "aws_cloudwatch_composite_alarm", LOG_ALARM),
                # without the kinds the answer has alarms on metrics only
                fixed={"AlarmTypes": ["MetricAlarm", "CompositeAlarm", "LogAlarm"], "MaxRecords": 100},
            ),
        ),
        shapers=(alarms,),
        subjects=frozenset(("capacity", "inventory", "monitoring")),
    ),
)
