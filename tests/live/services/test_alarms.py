"""Alarms, topics and subscriptions of accounts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from auditor.attr import Reason, Unknown
from auditor.collecting import CollectOptions
from auditor.facets import (
    AlarmRecipient,
    EncryptionAtRest,
    EncryptionInTransit,
    Exposure,
    KeyOwner,
    LogAlert,
    Watched,
)
from auditor_aws.live import source
from tests.live.auditing import audit, collect
from tests.live.servers import ACCOUNT, REGION, AwsServer
from tests.live.services.reading import contents, facet, said, why

TOPIC = f"arn:aws:sns:{REGION}:{ACCOUNT}:ops"
ALARM = "aws_cloudwatch_metric_alarm"
PERSON = "taro@city.example.jp"


@pytest.fixture
def watch(aws: AwsServer, monkeypatch: pytest.MonkeyPatch) -> AwsServer:
    """A server with a topic; nothing counts as left out."""
    monkeypatch.setattr(source, "_whole", lambda manifest: True)
    aws.client("sns").create_topic(Name="ops")
    return aws


def alarm(aws: AwsServer, name: str, *actions: str, **more: Any) -> None:
    aws.client("cloudwatch").put_metric_alarm(
        AlarmName=name,
        MetricName="CPUUtilization",
        Namespace="AWS/EC2",
        ComparisonOperator="GreaterThanThreshold",
        EvaluationPeriods=1,
        Threshold=80.0,
        Period=60,
        Statistic="Average",
        AlarmActions=list(actions),
        **more,
    )


def subscribe(aws: AwsServer, arn: str = f"{TOPIC}:1", protocol: str = "email") -> None:
    subscription = {
        "SubscriptionArn": arn,
        "Owner": ACCOUNT,
        "Protocol": protocol,
        "Endpoint": PERSON,
        "TopicArn": TOPIC,
    }
    # of the topic, whoever made it
    aws.answer("sns", "ListSubscriptionsByTopic", {"Subscriptions": [subscription]}, match={"TopicArn": TOPIC})


def test_alarms_reach_somebody(watch: AwsServer) -> None:
    alarm(watch, "told", TOPIC)
    alarm(watch, "silent")
    alarm(watch, "off", TOPIC, ActionsEnabled=False)
    subscribe(watch)
    found = audit(watch.url, ["cloudwatch", "sns"])
    facets = {name: facet(found, ALARM, f":{name}", AlarmRecipient) for name in ("told", "silent", "off")}
    assert {name: said(told.notifies) for name, told in facets.items()} == {
        "told": True,
        "silent": False,
        "off": False,
    }
    assert found.statuses(":told")["monitoring.recipient.told"] == {"pass"}
    assert found.statuses(":silent")["monitoring.recipient.told"] == {"fail"}


@pytest.mark.parametrize(("arn", "received"), [(None, False), ("PendingConfirmation", False), (f"{TOPIC}:1", True)])
def test_a_topic_needs_a_confirmed_subscription(watch: AwsServer, arn: str | None, received: bool) -> None:
    alarm(watch, "told", TOPIC)
    if arn is not None:
        subscribe(watch, arn)
    found = audit(watch.url, ["cloudwatch", "sns"])
    assert said(facet(found, ALARM, ":told", AlarmRecipient).received) is received


def test_subscriptions_are_all_told_by_the_topic_whatever_else_is_left_out(aws: AwsServer) -> None:
    aws.client("sns").create_topic(Name="ops")
    alarm(aws, "told", TOPIC)
    found = audit(aws.url, ["cloudwatch", "sns"])
    assert said(facet(found, ALARM, ":told", AlarmRecipient).received) is False
    found = audit(aws.url, ["cloudwatch"])
    assert why(facet(found, ALARM, ":told", AlarmRecipient).received) is Reason.OUTSIDE


def test_refused_subscriptions_are_not_missing(watch: AwsServer) -> None:
    alarm(watch, "told", TOPIC)
    subscribe(watch)
    watch.refuse(["sns:ListSubscriptionsByTopic"])
    found = audit(watch.url, ["cloudwatch", "sns"])
    told = facet(found, ALARM, ":told", AlarmRecipient)
    assert (said(told.notifies), why(told.received)) == (True, Reason.DENIED)


def test_addresses_of_people_are_not_stored(watch: AwsServer, tmp_path: Path) -> None:
    subscribe(watch)
    collect(watch.url, tmp_path / "s", CollectOptions(services=("sns",), regions=(REGION,)))
    kept = contents(tmp_path / "s")
    assert b"SubscriptionArn" in kept
    assert PERSON.encode() not in kept


def test_subscriptions_by_http_are_not_encrypted(watch: AwsServer) -> None:
    subscribe(watch, protocol="http")
    found = audit(watch.url, ["sns"])
    assert said(facet(found, "aws_sns_topic_subscription", TOPIC, EncryptionInTransit).required) is False


def test_topics_with_keys_and_policies(watch: AwsServer) -> None:
    key = watch.client("kms").create_key()["KeyMetadata"]["Arn"]
    policy = '{"Statement":[{"Effect":"Allow","Principal":"*","Action":"sns:Subscribe","Resource":"*"}]}'
    watch.client("sns").create_topic(
        Name="secret", Attributes={"KmsMasterKeyId": key, "Policy": policy}, Tags=[{"Key": "class", "Value": "2"}]
    )
    found = audit(watch.url, ["sns", "kms"])
    type_ = "aws_sns_topic"
    assert said(facet(found, type_, ":secret", EncryptionAtRest).key_owner) is KeyOwner.CUSTOMER
    assert said(facet(found, type_, ":ops", EncryptionAtRest).enabled) is False
    assert said(facet(found, type_, ":secret", Exposure).public) is True
    assert said(found.resource(type_, ":secret").tag("class")) == "2"
    watch.refuse(["sns:GetTopicAttributes"])
    found = audit(watch.url, ["sns", "kms"])
    assert why(facet(found, type_, ":secret", Exposure).public) is Reason.DENIED
    assert why(facet(found, type_, ":secret", EncryptionAtRest).enabled) is Reason.DENIED


def test_composite_and_log_alarms_are_asked_for(watch: AwsServer) -> None:
    subscribe(watch)
    alarm(watch, "part")
    told = {"ActionsEnabled": True, "AlarmActions": [TOPIC]}
    arn = f"arn:aws:cloudwatch:{REGION}:{ACCOUNT}:alarm"
    metric = {"AlarmName": "part", "AlarmArn": f"{arn}:part", "MetricName": "m", "Namespace": "n", "AlarmActions": []}
    composite = {"AlarmName": "both", "AlarmArn": f"{arn}:both", "AlarmRule": 'ALARM("part")', **told}
    log = {"AlarmName": "query", "AlarmArn": f"{arn}:query", **told}
    watch.answer(
        "cloudwatch",
        "DescribeAlarms",
        pages=[{"MetricAlarms": [metric]}, {"CompositeAlarms": [composite]}, {"LogAlarms": [log]}],
        match={"AlarmTypes": ["MetricAlarm", "CompositeAlarm", "LogAlarm"]},
    )
    found = audit(watch.url, ["cloudwatch", "sns"])
    # one that a composite alarm looks at need tell nobody by itself
    assert found.resource(ALARM, ":part").facet(AlarmRecipient) is None
    assert said(facet(found, "aws_cloudwatch_composite_alarm", ":both", AlarmRecipient).received) is True
    assert said(facet(found, "aws_cloudwatch_log_alarm", ":query", AlarmRecipient).received) is True
    assert said(facet(found, "aws_cloudwatch_log_alarm", ":query", LogAlert).alerts) is True


def test_no_alarm_watches_a_database(watch: AwsServer) -> None:
    shared = {"Engine": "postgres", "DBInstanceClass": "db.t3.micro", "AllocatedStorage": 20}
    for name in ("seen", "unseen"):
        watch.client("rds").create_db_instance(
            DBInstanceIdentifier=name, MasterUsername="ops", MasterUserPassword="Kept-secret-1", **shared
        )
    alarm(watch, "of-seen", TOPIC, Dimensions=[{"Name": "DBInstanceIdentifier", "Value": "seen"}])
    found = audit(watch.url, ["cloudwatch", "rds"])
    type_ = "aws_db_instance"
    assert said(facet(found, type_, ":seen", Watched).watched) is True
    assert said(facet(found, type_, ":seen", Watched).capacity_percent) == 80
    assert said(facet(found, type_, ":unseen", Watched).watched) is False
    watch.refuse(["cloudwatch:DescribeAlarms"])
    found = audit(watch.url, ["cloudwatch", "rds"])
    assert isinstance(facet(found, type_, ":unseen", Watched).watched, Unknown)
