"""Log groups, and what carries their entries elsewhere.

Sources: Amazon CloudWatch Logs API Reference (DescribeLogGroups, ListTagsForResource, DescribeSubscriptionFilters,
DescribeMetricFilters, DescribeResourcePolicies, DescribeDestinations, DescribeAccountPolicies, DescribeDeliverySources,
DescribeDeliveryDestinations, DescribeDeliveries); AWS provider documentation, pages ``aws_cloudwatch_log_*``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from auditor_aws.live.answers import Answers
from auditor_aws.live.catalogue import Call, Service
from auditor_aws.live.shapes import Shape

_STREAMS: Final = ":*"
"""What ARNs of log groups end in that stand for their streams as well."""


def _arn(group: Mapping[str, Any]) -> str:
    return str(group.get("logGroupArn") or group["arn"]).removesuffix(_STREAMS)


def groups(answers: Answers) -> Iterator[Shape]:
    """Log groups, with their subscription filters."""
    for listed in answers.items("DescribeLogGroups", "logGroups"):
        name, arn = listed["logGroupName"], _arn(listed)
        shape = Shape("aws_cloudwatch_log_group", answers, arn, "DescribeLogGroups", names=(name, arn + _STREAMS))
        shape["arn"] = arn
        shape["name"] = name
        # left out where entries never expire; the provider has 0 for that.  A retention policy of the account is
        # already taken into account
        shape["retention_in_days"] = listed.get("retentionInDays", 0)
        shape["kms_key_id"] = listed.get("kmsKeyId")
        shape["log_group_class"] = listed.get("logGroupClass", "STANDARD")
        shape["deletion_protection_enabled"] = bool(listed.get("deletionProtectionEnabled", False))
        # only Terraform leaves groups behind
        shape["skip_destroy"] = False
        shape.take("tags", answers.of("ListTagsForResource", arn), lambda data: dict(data.get("tags") or {}))
        yield shape
        yield from _subscriptions(answers, name, arn)


def _subscriptions(answers: Answers, group: str, arn: str) -> Iterator[Shape]:
    answer = answers.of("DescribeSubscriptionFilters", group)
    for listed in answer.items("subscriptionFilters"):
        name = listed["filterName"]
        shape = Shape("aws_cloudwatch_log_subscription_filter", answers, f"{arn} {name}", "DescribeSubscriptionFilters")
        shape["name"] = name
        shape["log_group_name"] = group
        shape["destination_arn"] = listed.get("destinationArn")
        yield shape
    if answer.refusal is not None:
        yield Shape.unlisted("aws_cloudwatch_log_subscription_filter", answers, answer.refusal, arn)


def metric_filters(answers: Answers) -> Iterator[Shape]:
    """Patterns that are counted as metrics."""
    for listed in answers.items("DescribeMetricFilters", "metricFilters"):
        group, name = listed.get("logGroupName"), listed["filterName"]
        address = answers.arn("logs", f"log-group:{group} {name}")
        shape = Shape("aws_cloudwatch_log_metric_filter", answers, address, "DescribeMetricFilters", names=(name,))
        shape["name"] = name
        shape["log_group_name"] = group
        shape["pattern"] = listed.get("filterPattern")
        shape["metric_transformation"] = [
            {"name": one.get("metricName"), "namespace": one.get("metricNamespace"), "value": one.get("metricValue")}
            for one in listed.get("metricTransformations") or ()
        ]
        yield shape


def resource_policies(answers: Answers) -> Iterator[Shape]:
    """Who besides the account's own identities may write to or read its log groups."""
    for listed in answers.items("DescribeResourcePolicies", "resourcePolicies"):
        name = listed["policyName"]
        address = answers.arn("logs", f"resource-policy:{name}")
        shape = Shape("aws_cloudwatch_log_resource_policy", answers, address, "DescribeResourcePolicies", names=(name,))
        shape["policy_name"] = name
        shape["policy_document"] = listed.get("policyDocument")
        yield shape


def destinations(answers: Answers) -> Iterator[Shape]:
    """What takes the entries of other accounts."""
    for listed in answers.items("DescribeDestinations", "destinations"):
        name = listed["destinationName"]
        shape = Shape("aws_cloudwatch_log_destination", answers, listed["arn"], "DescribeDestinations", names=(name,))
        shape["arn"] = listed["arn"]
        shape["name"] = name
        shape["target_arn"] = listed.get("targetArn")
        yield shape


def account_policies(answers: Answers) -> Iterator[Shape]:
    """Subscriptions of all log groups of the account."""
    for listed in answers.items("DescribeAccountPolicies", "accountPolicies"):
        name, kind = listed["policyName"], listed["policyType"]
        address = answers.arn("logs", f"account-policy:{kind}:{name}")
        shape = Shape("aws_cloudwatch_log_account_policy", answers, address, "DescribeAccountPolicies")
        shape["policy_name"] = name
        shape["policy_type"] = kind
        shape["policy_document"] = listed.get("policyDocument")
        yield shape


def deliveries(answers: Answers) -> Iterator[Shape]:
    """Logs of services that are delivered: where from, and where to."""
    for listed in answers.items("DescribeDeliveryDestinations", "deliveryDestinations"):
        shape = Shape(
            "aws_cloudwatch_log_delivery_destination",
            answers,
            listed["arn"],
            "DescribeDeliveryDestinations",
            names=(listed["name"],),
        )
        shape["arn"] = listed["arn"]
        shape["name"] = listed["name"]
        shape["delivery_destination_type"] = listed.get("deliveryDestinationType")
        configuration = listed.get("deliveryDestinationConfiguration") or {}
        shape["delivery_destination_configuration"] = [
            {"destination_resource_arn": configuration.get("destinationResourceArn")}
        ]
        shape["tags"] = dict(listed.get("tags") or {})
        yield shape
    carried = answers.of("DescribeDeliveries")
    delivered = {one.get("deliverySourceName") for one in carried.items("deliveries")}
    for listed in answers.items("DescribeDeliverySources", "deliverySources"):
        # a source from which nothing is delivered is no log; where that is not known, neither is what the source is of
        if carried.refusal is None and listed["name"] not in delivered:
            continue
        for number, resource in enumerate(listed.get("resourceArns") or (), start=1):
            shape = Shape(
                "aws_cloudwatch_log_delivery_source",
                answers,
                listed["arn"] if number == 1 else f"{listed['arn']} {number}",
                "DescribeDeliverySources",
                names=(listed["name"],),
            )
            shape["arn"] = listed["arn"]
            shape["name"] = listed["name"]
            shape["log_type"] = listed.get("logType")
            shape["resource_arn"] = resource
            if carried.refusal is not None and listed["name"] not in delivered:
                shape.refuse(carried.refusal, "resource_arn")
            yield shape


_COPIES: Final = frozenset(("log", "residency"))
_WATCHES: Final = frozenset(("monitoring", "log"))

SERVICES: Final = (
    Service(
        name="logs",
        calls=(
            Call(operation="DescribeLogGroups", yields=("aws_cloudwatch_log_group",)),
            Call(operation="DescribeMetricFilters", yields=("aws_cloudwatch_log_metric_filter",), subjects=_WATCHES),
            Call(operation="DescribeResourcePolicies", yields=("aws_cloudwatch_log_resource_policy",)),
            Call(operation="DescribeDestinations", yields=("aws_cloudwatch_log_destination",), subjects=_COPIES),
            Call(
                operation="DescribeAccountPolicies",
                yields=("aws_cloudwatch_log_account_policy",),
                fixed={"policyType": "SUBSCRIPTION_FILTER_POLICY"},
                pages=("nextToken", "nextToken"),
                subjects=_COPIES,
            ),
            Call(operation="DescribeDeliveryDestinations", yields=("aws_cloudwatch_log_delivery_destination",)),
            Call(operation="DescribeDeliverySources", yields=("aws_cloudwatch_log_delivery_source",), subjects=_COPIES),
            Call(
                operation="DescribeDeliveries",
                each="DescribeDeliverySources",
                over="deliverySources[].name",
                parameters={"deliverySourceNames": "@"},
                batch=20,
                subjects=_COPIES,
            ),
            Call(
                operation="DescribeSubscriptionFilters",
                yields=("aws_cloudwatch_log_subscription_filter",),
                each="DescribeLogGroups",
                over="logGroups[]",
                parameters={"logGroupName": "logGroupName"},
                subjects=_COPIES,
            ),
            Call(
                operation="ListTagsForResource",
                each="DescribeLogGroups",
                over="logGroups[]",
                parameters={"resourceArn": "logGroupArn || arn"},
                key="logGroupArn || arn",
            ),
        ),
        shapers=(groups, metric_filters, resource_policies, destinations, account_policies, deliveries),
        subjects=frozenset(("access", "encryption", "inventory", "log", "residency", "teardown")),
        # DescribeSubscriptionFilters may be called five times a second (CloudWatch Logs quotas)
        at_once=4,
    ),
)
