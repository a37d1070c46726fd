"""Log groups of accounts and what carries their entries elsewhere."""

from __future__ import annotations

import pytest

from auditor.attr import Reason, Unknown
from auditor.facets import EncryptionAtRest, KeyOwner, LogAlert, LogStore, Replica
from auditor_aws.live import source
from tests.live.auditing import audit
from tests.live.servers import ACCOUNT, REGION, AwsServer
from tests.live.services.reading import facet, said, why

GROUP = "aws_cloudwatch_log_group"
ARN = f"arn:aws:logs:{REGION}:{ACCOUNT}"


@pytest.fixture
def logs(aws: AwsServer) -> AwsServer:
    """The server with an answer to what moto does not know."""
    aws.answer("logs", "DescribeAccountPolicies", {"accountPolicies": []})
    return aws


def test_groups_are_kept_as_long_as_they_say(logs: AwsServer) -> None:
    client = logs.client("logs")
    key = logs.client("kms").create_key()["KeyMetadata"]["Arn"]
    client.create_log_group(logGroupName="/long", kmsKeyId=key, tags={"class": "2"})
    client.create_log_group(logGroupName="/short")
    client.put_retention_policy(logGroupName="/short", retentionInDays=1)
    found = audit(logs.url, ["logs", "kms"])
    # without a number of days entries never expire
    assert said(facet(found, GROUP, ":/long", LogStore).retention_days) is None
    assert said(facet(found, GROUP, ":/short", LogStore).retention_days) == 1
    assert found.statuses(":/long")["log.retention.minimum"] == {"pass"}
    assert found.statuses(":/short")["log.retention.minimum"] == {"fail"}
    assert said(facet(found, GROUP, ":/long", EncryptionAtRest).key_owner) is KeyOwner.CUSTOMER
    assert said(facet(found, GROUP, ":/short", EncryptionAtRest).key_owner) is KeyOwner.PROVIDER
    assert said(found.resource(GROUP, ":/long").tag("class")) == "2"


def test_groups_come_in_pages(logs: AwsServer) -> None:
    group = {"storedBytes": 0, "metricFilterCount": 0, "logGroupClass": "STANDARD"}
    pages = [
        {
            "logGroups": [
                {**group, "logGroupName": n, "arn": f"{ARN}:log-group:{n}:*", "logGroupArn": f"{ARN}:log-group:{n}"}
            ]
        }
        for n in ("a", "b")
    ]
    logs.answer("logs", "DescribeLogGroups", pages=pages)
    logs.answer("logs", "DescribeSubscriptionFilters", {"subscriptionFilters": []})
    logs.answer("logs", "ListTagsForResource", {})
    found = audit(logs.url, ["logs"])
    assert [one.address for one in found.resources(GROUP)] == [f"{ARN}:log-group:a", f"{ARN}:log-group:b"]


def test_entries_are_carried_to_other_regions(logs: AwsServer) -> None:
    logs.client("logs").create_log_group(logGroupName="/app")
    abroad = f"arn:aws:kinesis:us-east-1:{ACCOUNT}:stream/s"
    one = {"filterName": "f", "logGroupName": "/app", "filterPattern": "", "destinationArn": abroad}
    logs.answer("logs", "DescribeSubscriptionFilters", {"subscriptionFilters": [one]})
    policy = {
        "policyName": "p",
        "policyType": "SUBSCRIPTION_FILTER_POLICY",
        "policyDocument": f'{{"DestinationArn":"{abroad}"}}',
    }
    logs.answer(
        "logs",
        "DescribeAccountPolicies",
        pages=[{"accountPolicies": [policy]}, {"accountPolicies": [{**policy, "policyName": "q"}]}],
    )
    found = audit(logs.url, ["logs"])
    for type_, name in (
        ("aws_cloudwatch_log_subscription_filter", "/app f"),
        ("aws_cloudwatch_log_account_policy", ":p"),
        ("aws_cloudwatch_log_account_policy", ":q"),
    ):
        assert said(facet(found, type_, name, Replica).location) == {"us-east-1"}, type_
    logs.refuse(["logs:DescribeSubscriptionFilters"])
    found = audit(logs.url, ["logs"])
    statuses = found.statuses("aws_cloudwatch_log_subscription_filter")
    assert {status for one in statuses.values() for status in one} == {"unknown"}


def test_patterns_raise_alarms(logs: AwsServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(source, "_whole", lambda manifest: True)
    client = logs.client("logs")
    client.create_log_group(logGroupName="/app")
    for name in ("heard", "unheard"):
        client.put_metric_filter(
            logGroupName="/app",
            filterName=name,
            filterPattern="ERROR",
            metricTransformations=[{"metricName": name, "metricNamespace": "own", "metricValue": "1"}],
        )
    logs.client("cloudwatch").put_metric_alarm(
        AlarmName="a",
        MetricName="heard",
        Namespace="own",
        ComparisonOperator="GreaterThanThreshold",
        EvaluationPeriods=1,
        Threshold=1.0,
        Period=60,
        Statistic="Sum",
    )
    filters = "aws_cloudwatch_log_metric_filter"
    found = audit(logs.url, ["logs", "cloudwatch"])
    assert said(facet(found, filters, " heard", LogAlert).alerts) is True
    assert said(facet(found, filters, " unheard", LogAlert).alerts) is False
    logs.refuse(["cloudwatch:DescribeAlarms"])
    found = audit(logs.url, ["logs", "cloudwatch"])
    assert isinstance(facet(found, filters, " unheard", LogAlert).alerts, Unknown)


def test_refused_groups_and_tags_are_unknown(logs: AwsServer) -> None:
    logs.client("logs").create_log_group(logGroupName="/app")
    logs.refuse(["logs:ListTagsForResource"])
    found = audit(logs.url, ["logs"])
    assert why(found.resource(GROUP, ":/app").tag("class")) is Reason.DENIED
    assert said(facet(found, GROUP, ":/app", LogStore).retention_days) is None
    logs.refuse(["logs:DescribeLogGroups"])
    found = audit(logs.url, ["logs"])
    assert {status for one in found.statuses(GROUP).values() for status in one} == {"unknown"}


def test_everybody_may_write_to_groups(logs: AwsServer) -> None:
    document = '{"Statement":[{"Effect":"Allow","Principal":"*","Action":"logs:*","Resource":"*"}]}'
    logs.client("logs").put_resource_policy(policyName="open", policyDocument=document)
    found = audit(logs.url, ["logs"])
    assert found.statuses("resource-policy:open")["log.exposure.not-public"] == {"fail"}


@pytest.mark.parametrize("delivered", [True, False])
def test_a_source_counts_only_where_something_is_delivered(logs: AwsServer, delivered: bool) -> None:
    distribution = f"arn:aws:cloudfront::{ACCOUNT}:distribution/E1"
    source_ = {
        "name": "s",
        "arn": f"{ARN}:delivery-source:s",
        "resourceArns": [distribution],
        "service": "cloudfront",
        "logType": "ACCESS_LOGS",
    }
    target = {
        "name": "d",
        "arn": f"{ARN}:delivery-destination:d",
        "deliveryDestinationConfiguration": {
            "destinationResourceArn": f"arn:aws:firehose:us-east-1:{ACCOUNT}:deliverystream/f"
        },
    }
    logs.answer("logs", "DescribeDeliverySources", {"deliverySources": [source_]})
    logs.answer("logs", "DescribeDeliveryDestinations", {"deliveryDestinations": [target]})
    logs.answer(
        "logs", "DescribeDeliveries", {"deliveries": [{"id": "1", "deliverySourceName": "s"}] if delivered else []}
    )
    found = audit(logs.url, ["logs"])
    assert said(facet(found, "aws_cloudwatch_log_delivery_destination", ":d", Replica).location) == {"us-east-1"}
    kinds = {one.type for one in found.report.inventory.resources} | set(found.report.inventory.inert)
    assert ("aws_cloudwatch_log_delivery_source" in kinds) is delivered
