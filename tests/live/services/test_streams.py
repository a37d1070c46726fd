"""Queues, streams and events of accounts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import pytest

from auditor.attr import Reason, Unknown
from auditor.collecting import CollectOptions
from auditor.facets import EncryptionAtRest, EncryptionInTransit, Exposure, KeyOwner
from auditor.snapshots.model import Entry, Outcome
from auditor.snapshots.writing import now
from auditor_aws.live import source
from auditor_aws.live.answers import Answers
from auditor_aws.live.catalogue import services
from tests.live.auditing import audit, collect
from tests.live.servers import ACCOUNT, REGION, AwsServer
from tests.live.services.reading import contents, facet, said, why

QUEUE = "aws_sqs_queue"
STREAM = "aws_kinesis_stream"
DELIVERY = "aws_kinesis_firehose_delivery_stream"
OPEN = '{"Statement":[{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}]}'
SECRET = "b1946ac9-2492-4d23-8c1e-token"


@pytest.fixture
def streams(aws: AwsServer, monkeypatch: pytest.MonkeyPatch) -> AwsServer:
    """The server; nothing counts as left out."""
    monkeypatch.setattr(source, "_whole", lambda manifest: True)
    return aws


def test_queues_have_keys_of_their_own_of_the_service_or_none(streams: AwsServer) -> None:
    key = streams.client("kms").create_key()["KeyMetadata"]["Arn"]
    client = streams.client("sqs")
    client.create_queue(QueueName="own", Attributes={"KmsMasterKeyId": key, "Policy": OPEN}, tags={"class": "2"})
    client.create_queue(QueueName="service", Attributes={"SqsManagedSseEnabled": "true"})
    client.create_queue(QueueName="none", Attributes={"SqsManagedSseEnabled": "false"})
    found = audit(streams.url, ["sqs", "kms"])
    owners = {name: facet(found, QUEUE, f":{name}", EncryptionAtRest).key_owner for name in ("own", "service", "none")}
    assert {name: said(owner) for name, owner in owners.items()} == {
        "own": KeyOwner.CUSTOMER,
        "service": KeyOwner.PROVIDER,
        "none": KeyOwner.NONE,
    }
    assert said(facet(found, QUEUE, ":own", Exposure).public) is True
    assert said(facet(found, QUEUE, ":none", Exposure).public) is False
    assert said(found.resource(QUEUE, ":own").tag("class")) == "2"
    streams.refuse(["sqs:GetQueueAttributes"])
    found = audit(streams.url, ["sqs", "kms"])
    assert why(facet(found, QUEUE, ":none", EncryptionAtRest).enabled) is Reason.DENIED
    assert why(facet(found, QUEUE, ":none", Exposure).public) is Reason.DENIED


def test_addresses_are_of_the_partition_of_the_account() -> None:
    url = f"https://sqs.cn-north-1.amazonaws.com.cn/{ACCOUNT}/q"
    service = services()["sqs"]
    answers = Answers(service, ACCOUNT, "cn-north-1", "aws-cn")
    data = msgspec.Raw(msgspec.json.encode({"QueueUrls": [url]}))
    answers.add(Entry("ListQueues", Outcome.ANSWERED, now(), data=data))
    (shape,) = (shape for shaper in service.shapers for shape in shaper(answers))
    assert shape.address == f"arn:aws-cn:sqs:cn-north-1:{ACCOUNT}:q"


def test_queues_come_in_pages(streams: AwsServer) -> None:
    url = f"https://sqs.{REGION}.amazonaws.com/{ACCOUNT}"
    pages = [{"QueueUrls": [f"{url}/{name}"]} for name in ("first", "second")]
    # without a number of results there are no pages
    streams.answer("sqs", "ListQueues", pages=pages, match={"MaxResults": 1000})
    streams.answer("sqs", "GetQueueAttributes", {"Attributes": {}})
    streams.answer("sqs", "ListQueueTags", {})
    found = audit(streams.url, ["sqs"])
    assert [one.address.rpartition(":")[2] for one in found.resources(QUEUE)] == ["first", "second"]
    # what an answer leaves out is neither on nor off
    assert isinstance(facet(found, QUEUE, ":first", EncryptionAtRest).enabled, Unknown)


def test_streams_and_their_policies(streams: AwsServer) -> None:
    client = streams.client("kinesis")
    for name in ("open", "plain"):
        client.create_stream(StreamName=name, ShardCount=1)
    client.start_stream_encryption(StreamName="open", EncryptionType="KMS", KeyId="alias/aws/kinesis")
    client.put_resource_policy(ResourceARN=f"arn:aws:kinesis:{REGION}:{ACCOUNT}:stream/open", Policy=OPEN)
    found = audit(streams.url, ["kinesis"])
    assert said(facet(found, STREAM, "/open", EncryptionAtRest).key_owner) is KeyOwner.PROVIDER
    assert said(facet(found, STREAM, "/plain", EncryptionAtRest).enabled) is False
    assert said(facet(found, STREAM, "/open", Exposure).public) is True
    assert said(facet(found, STREAM, "/plain", Exposure).public) is False
    streams.refuse(["kinesis:GetResourcePolicy"])
    found = audit(streams.url, ["kinesis"])
    assert why(facet(found, STREAM, "/plain", Exposure).public) is Reason.DENIED
    assert said(facet(found, STREAM, "/plain", EncryptionAtRest).enabled) is False


def described(name: str, **more: Any) -> dict[str, Any]:
    arn = f"arn:aws:firehose:{REGION}:{ACCOUNT}:deliverystream/{name}"
    return {
        "DeliveryStreamDescription": {
            "DeliveryStreamName": name,
            "DeliveryStreamARN": arn,
            "DeliveryStreamStatus": "ACTIVE",
            "DeliveryStreamType": "DirectPut",
            "VersionId": "1",
            "Destinations": [],
            "HasMoreDestinations": False,
            **more,
        }
    }


def test_delivery_streams(streams: AwsServer, tmp_path: Path) -> None:
    names = ("kept", "splunk", "web")
    for number, name in enumerate(names):
        more = number < len(names) - 1
        answer = {"DeliveryStreamNames": [name], "HasMoreDeliveryStreams": more}
        match = {"ExclusiveStartDeliveryStreamName": names[number - 1]} if number else {}
        streams.answer("firehose", "ListDeliveryStreams", answer, match=match)
    streams.answer("firehose", "ListTagsForDeliveryStream", {"Tags": [], "HasMoreTags": False})
    key = {
        "KeyARN": f"arn:aws:kms:{REGION}:{ACCOUNT}:key/mrk-1",
        "KeyType": "CUSTOMER_MANAGED_CMK",
        "Status": "ENABLED",
    }
    splunk = {"HECEndpoint": f"https://hec.example.jp:8088/{SECRET}", "HECEndpointType": "Raw", "HECToken": SECRET}
    web = {
        "EndpointConfiguration": {"Url": f"http://user:{SECRET}@logs.example.jp/in?key={SECRET}", "Name": "n"},
        "RequestConfiguration": {"CommonAttributes": [{"AttributeName": "key", "AttributeValue": SECRET}]},
    }
    answers = {
        "kept": described("kept", DeliveryStreamEncryptionConfiguration=key),
        "splunk": described("splunk", Destinations=[{"DestinationId": "1", "SplunkDestinationDescription": splunk}]),
        "web": described("web", Destinations=[{"DestinationId": "1", "HttpEndpointDestinationDescription": web}]),
    }
    for name, answer in answers.items():
        streams.answer("firehose", "DescribeDeliveryStream", answer, match={"DeliveryStreamName": name})
    found = audit(streams.url, ["firehose"])
    assert said(facet(found, DELIVERY, "/kept", EncryptionAtRest).key_owner) is KeyOwner.CUSTOMER
    assert said(facet(found, DELIVERY, "/web", EncryptionAtRest).enabled) is False
    assert said(facet(found, DELIVERY, "/splunk", EncryptionInTransit).required) is True
    assert said(facet(found, DELIVERY, "/web", EncryptionInTransit).required) is False
    collect(streams.url, tmp_path / "s", CollectOptions(services=("firehose",), regions=(REGION,)))
    kept = contents(tmp_path / "s")
    assert b"hec.example.jp" in kept
    assert SECRET.encode() not in kept
    streams.refuse(["firehose:DescribeDeliveryStream"])
    found = audit(streams.url, ["firehose"])
    assert why(facet(found, DELIVERY, "/kept", EncryptionAtRest).enabled) is Reason.DENIED


@pytest.mark.parametrize(
    ("status", "enabled"),
    [
        ("ENABLED", True),
        ("DISABLED", False),
        ("ENABLING", None),
        ("ENABLING_FAILED", None),
        ("DISABLING", None),
        ("DISABLING_FAILED", None),
    ],
)
def test_an_attempt_to_encrypt_a_delivery_stream_is_not_its_state(
    streams: AwsServer, status: str, enabled: bool | None
) -> None:
    streams.answer("firehose", "ListDeliveryStreams", {"DeliveryStreamNames": ["d"], "HasMoreDeliveryStreams": False})
    streams.answer("firehose", "ListTagsForDeliveryStream", {"Tags": [], "HasMoreTags": False})
    key = {"KeyType": "AWS_OWNED_CMK", "Status": status}
    streams.answer("firehose", "DescribeDeliveryStream", described("d", DeliveryStreamEncryptionConfiguration=key))
    found = facet(audit(streams.url, ["firehose"]), DELIVERY, "/d", EncryptionAtRest)
    if enabled is None:
        assert isinstance(found.enabled, Unknown)
        assert isinstance(found.key_owner, Unknown)
    else:
        assert said(found.enabled) is enabled


def test_a_delivery_stream_is_encrypted_by_the_stream_it_reads(streams: AwsServer) -> None:
    client = streams.client("kinesis")
    client.create_stream(StreamName="s", ShardCount=1)
    client.start_stream_encryption(StreamName="s", EncryptionType="KMS", KeyId="alias/own")
    arn = f"arn:aws:kinesis:{REGION}:{ACCOUNT}:stream/s"
    streams.answer("firehose", "ListDeliveryStreams", {"DeliveryStreamNames": ["d"], "HasMoreDeliveryStreams": False})
    streams.answer("firehose", "ListTagsForDeliveryStream", {"Tags": [], "HasMoreTags": False})
    reading = {"KinesisStreamSourceDescription": {"KinesisStreamARN": arn}}
    streams.answer("firehose", "DescribeDeliveryStream", described("d", Source=reading))
    found = audit(streams.url, ["firehose", "kinesis"])
    assert said(facet(found, DELIVERY, "/d", EncryptionAtRest).key_owner) is KeyOwner.CUSTOMER


def test_a_delivery_stream_that_reads_brokers_or_a_database_has_no_encryption_of_its_own(streams: AwsServer) -> None:
    names = ["brokers", "database"]
    streams.answer("firehose", "ListDeliveryStreams", {"DeliveryStreamNames": names, "HasMoreDeliveryStreams": False})
    streams.answer("firehose", "ListTagsForDeliveryStream", {"Tags": [], "HasMoreTags": False})
    cluster = f"arn:aws:kafka:{REGION}:{ACCOUNT}:cluster/c/1"
    reading = {"MSKSourceDescription": {"MSKClusterARN": cluster, "TopicName": "t"}}
    answers = {
        "brokers": described("brokers", DeliveryStreamType="MSKAsSource", Source=reading),
        "database": described("database", DeliveryStreamType="DatabaseAsSource"),
    }
    for name, answer in answers.items():
        streams.answer("firehose", "DescribeDeliveryStream", answer, match={"DeliveryStreamName": name})
    found = audit(streams.url, ["firehose"])
    assert said(facet(found, DELIVERY, "/brokers", EncryptionAtRest).enabled) is True
    assert isinstance(facet(found, DELIVERY, "/brokers", EncryptionAtRest).key_owner, Unknown)
    assert isinstance(facet(found, DELIVERY, "/database", EncryptionAtRest).enabled, Unknown)


def test_events(streams: AwsServer, tmp_path: Path) -> None:
    client = streams.client("events")
    bus = client.create_event_bus(Name="own", Tags=[{"Key": "class", "Value": "2"}])["EventBusArn"]
    client.create_archive(ArchiveName="kept", EventSourceArn=bus, RetentionDays=10)
    client.create_connection(
        Name="out",
        AuthorizationType="BASIC",
        AuthParameters={"BasicAuthParameters": {"Username": "u", "Password": SECRET}},
    )
    arn = f"arn:aws:events:{REGION}:{ACCOUNT}:event-bus/own"
    streams.answer("events", "DescribeEventBus", {"Name": "own", "Arn": arn, "KmsKeyIdentifier": "alias/own"})
    found = audit(streams.url, ["events"])
    # the default bus is there in every region and keeps nothing
    assert len(found.resources("aws_cloudwatch_event_bus")) == 1
    owner = facet(found, "aws_cloudwatch_event_bus", "", EncryptionAtRest).key_owner
    assert said(owner) is KeyOwner.CUSTOMER
    assert said(found.resource("aws_cloudwatch_event_bus").tag("class")) == "2"
    for type_ in ("aws_cloudwatch_event_archive", "aws_cloudwatch_event_connection"):
        assert said(facet(found, type_, "", EncryptionAtRest).key_owner) is KeyOwner.PROVIDER
    parameters = {"BasicAuthParameters": {"Username": SECRET}}
    streams.answer("events", "DescribeConnection", {"Name": "out", "AuthParameters": parameters})
    collect(streams.url, tmp_path / "s", CollectOptions(services=("events",), regions=(REGION,)))
    assert SECRET.encode() not in contents(tmp_path / "s")
    streams.refuse(["events:DescribeArchive", "events:ListConnections"])
    found = audit(streams.url, ["events"])
    assert why(facet(found, "aws_cloudwatch_event_archive", "", EncryptionAtRest).key_owner) is Reason.DENIED
    statuses = found.statuses("aws_cloudwatch_event_connection")
    assert {status for one in statuses.values() for status in one} == {"unknown"}
