"""Queues, topics, streams and brokers.

Sources: Terraform AWS provider documentation, pages ``aws_sqs_queue``, ``aws_sns_topic``, ``aws_kinesis_stream``,
``aws_kinesis_firehose_delivery_stream``, ``aws_kinesis_video_stream``, ``aws_msk_cluster``, ``aws_msk_serverless_cluster``,
``aws_msk_replicator``, ``aws_mq_broker``; AWS General Reference, "Amazon SQS endpoints and quotas" and the same for SNS
(the public endpoints of both speak HTTP as well as HTTPS) and the guides' "security best practices" (a policy with
aws:SecureTransport turns HTTP away); SQS Developer Guide, "Encryption at rest" (with keys of its own since 2022).
"""

from __future__ import annotations

from collections.abc import Iterator

from auditor.attr import Attr, Known, Reason, Unknown, all_of, any_of, map_attr
from auditor.facets import (
    DataAccessLog,
    EncryptionAtRest,
    EncryptionInTransit,
    Exposure,
    Facet,
    KeyOwner,
    Placement,
    Replica,
    ReplicaKind,
    Residue,
    Retirement,
)
from auditor.record import Node, Record
from auditor_aws import computed, keys, placement, policies
from auditor_aws.registry import REGISTRY

REGISTRY.part(
    "aws_sqs_queue", "aws_sqs_queue_policy", "aws_sqs_queue_redrive_allow_policy", "aws_sqs_queue_redrive_policy"
)
REGISTRY.part("aws_sns_topic", "aws_sns_topic_policy", "aws_sns_topic_data_protection_policy")
REGISTRY.part("aws_kinesis_stream", "aws_kinesis_resource_policy")
REGISTRY.part("aws_msk_cluster", "aws_msk_cluster_policy")
# Readers, topics, settings and secrets' associations of streams and brokers; apps and spending limits for messages to phones.
REGISTRY.inert(
    "aws_kinesis_stream_consumer",
    "aws_mq_configuration",
    "aws_msk_configuration",
    "aws_msk_topic",
    "aws_mskconnect_custom_plugin",
    "aws_mskconnect_worker_configuration",
    "aws_msk_scram_secret_association",
    "aws_msk_single_scram_secret_association",
    "aws_msk_vpc_connection",
    "aws_sns_platform_application",
    "aws_sns_sms_preferences",
)


@REGISTRY.adapter("aws_sqs_queue")
def queue(record: Record) -> Iterator[Facet]:
    """A queue."""
    yield placement.in_region(record)
    yield _queue_encryption(record)
    policy = policies.separate_or_inline(record, "aws_sqs_queue_policy", "queue_url", inline="policy")
    yield EncryptionInTransit(endpoint="queue", required=policies.turns_away_plain_text(policy, "sqs:*"))
    yield Exposure(public=policies.public(policy))
    yield Retirement(obstacles=())
    yield Residue(what="queue")


def _queue_encryption(record: Record) -> EncryptionAtRest:
    """With a KMS key if one is named; else with keys of SQS unless that is switched off."""
    key = record.text("kms_master_key_id")
    named = keys.key_owner(record, "kms_master_key_id", KeyOwner.NONE)
    managed = computed.flag(record, "sqs_managed_sse_enabled", True)
    if isinstance(key, Known) and key.value is None:
        owner = map_attr(managed, lambda on: KeyOwner.PROVIDER if on else KeyOwner.NONE)
        return EncryptionAtRest(enabled=managed, key_owner=owner)
    certain = isinstance(key, Known) or isinstance(named, Known)
    enabled = Known(True, record, "kms_master_key_id") if certain else any_of(managed, map_attr(key, lambda _: True))
    return EncryptionAtRest(enabled=enabled, key_owner=named, key_id=key)


@REGISTRY.adapter("aws_sns_topic")
def topic(record: Record) -> Iterator[Facet]:
    """A topic; messages pass through it, and are encrypted while it keeps them only with a key that is named."""
    yield placement.in_region(record)
    owner = keys.key_owner(record, "kms_master_key_id", KeyOwner.NONE)
    named = record.has("kms_master_key_id")
    yield EncryptionAtRest(
        enabled=named if isinstance(named, Known) else map_attr(owner, lambda held: held is not KeyOwner.NONE),
        key_owner=owner,
        key_id=record.text("kms_master_key_id"),
    )
    policy = policies.separate_or_inline(record, "aws_sns_topic_policy", "arn", inline="policy")
    yield EncryptionInTransit(endpoint="topic", required=policies.turns_away_plain_text(policy, "sns:Publish"))
    yield Exposure(public=policies.public(policy))
    yield Retirement(obstacles=())
    yield Residue(what="topic")


@REGISTRY.adapter("aws_sns_topic_subscription")
def subscription(record: Record) -> Iterator[Facet]:
    """Where a topic delivers to; only the protocol ``http`` is without encryption on the way."""
    yield placement.in_region(record, stores_data=False)
    protocol = record.text("protocol")
    required = map_attr(protocol, lambda value: value != "http")
    yield EncryptionInTransit(endpoint="subscription", required=required)


@REGISTRY.adapter("aws_kinesis_stream")
def stream(record: Record) -> Iterator[Facet]:
    """A data stream; encrypted only with ``encryption_type = KMS``, with aws/kinesis if no key is named."""
    yield placement.in_region(record)
    kind = record.text_or("encryption_type", "NONE")
    yield keys.at_rest(record, "kms_key_id", KeyOwner.PROVIDER, map_attr(kind, lambda value: value == "KMS"))
    policy = policies.separate_or_inline(record, "aws_kinesis_resource_policy", "resource_arn", inline=None)
    yield Exposure(public=policies.public(policy))
    yield Retirement(obstacles=())
    yield Residue(what="stream")


@REGISTRY.adapter("aws_kinesis_video_stream")
def video_stream(record: Record) -> Iterator[Facet]:
    """A video stream: always encrypted, with aws/kinesisvideo unless a key is named."""
    yield placement.in_region(record)
    yield keys.at_rest(record, "kms_key_id", KeyOwner.PROVIDER)
    yield Retirement(obstacles=())
    yield Residue(what="stream")


@REGISTRY.adapter("aws_kinesis_firehose_delivery_stream")
def firehose(record: Record) -> Iterator[Facet]:
    """A delivery stream; what it buffers is encrypted only if set, or by the data stream that it reads."""
    yield placement.in_region(record)
    source = record.block("kinesis_source_configuration")
    brokers = record.block("msk_source_configuration")
    if isinstance(source, Known) and source.value is not None:
        yield _of_source(source.value)
    elif isinstance(brokers, Known) and brokers.value is not None:
        yield _of_brokers(brokers.value)
    else:
        yield _firehose_encryption(record)
    for path in ("http_endpoint_configuration", "splunk_configuration"):
        endpoint = record.block(path)
        if isinstance(endpoint, Known) and endpoint.value is not None:
            address = endpoint.value.text("url" if path.startswith("http") else "hec_endpoint")
            required = map_attr(address, lambda value: (value or "").lower().startswith("https:"))
            yield EncryptionInTransit(key=path, endpoint="delivery", required=required)
    yield Retirement(obstacles=())
    yield Residue(what="stream")


def _firehose_encryption(record: Record) -> EncryptionAtRest:
    block = record.block("server_side_encryption")
    if isinstance(block, Unknown):
        return EncryptionAtRest(enabled=block, key_owner=block)
    if block.value is None:
        off = record.known("server_side_encryption", False)
        return EncryptionAtRest(enabled=off, key_owner=record.known("server_side_encryption", KeyOwner.NONE))
    # A key is used only with key_type CUSTOMER_MANAGED_CMK; the default is a key of AWS.
    kind = block.value.text_or("key_type", "AWS_OWNED_CMK")
    enabled = block.value.flag("enabled", False)
    if isinstance(kind, Known) and kind.value != "CUSTOMER_MANAGED_CMK":
        owner = map_attr(enabled, lambda on: KeyOwner.PROVIDER if on else KeyOwner.NONE)
        return EncryptionAtRest(enabled=enabled, key_owner=owner)
    found = keys.at_rest(block.value, "key_arn", KeyOwner.PROVIDER, enabled)
    if isinstance(kind, Unknown):
        return EncryptionAtRest(enabled=found.enabled, key_owner=kind)
    return found


def _of_source(source: Node) -> EncryptionAtRest:
    found = source.target("kinesis_stream_arn", "aws_kinesis_stream")
    if isinstance(found, Known) and found.value is not None:
        stream_ = found.value
        kind = stream_.text_or("encryption_type", "NONE")
        return keys.at_rest(stream_, "kms_key_id", KeyOwner.PROVIDER, map_attr(kind, lambda value: value == "KMS"))
    open_ = found if isinstance(found, Unknown) else source.unknown("kinesis_stream_arn", Reason.OUTSIDE)
    return EncryptionAtRest(enabled=open_, key_owner=open_)


def _of_brokers(source: Node) -> EncryptionAtRest:
    """What is read from a Kafka cluster is kept by the cluster, always encrypted; by itself the stream cannot be.

    Firehose API Reference, StartDeliveryStreamEncryption: only a stream that is written to directly has encryption of
    its own.
    """
    on = Known(True, source.record, "msk_source_configuration")
    found = source.target("msk_cluster_arn", "aws_msk_cluster", "aws_msk_serverless_cluster")
    if isinstance(found, Unknown):
        return EncryptionAtRest(enabled=on, key_owner=found)
    if found.value is None:
        return EncryptionAtRest(enabled=on, key_owner=source.unknown("msk_cluster_arn", Reason.OUTSIDE))
    info = computed.block(found.value, "encryption_info") if found.value.type == "aws_msk_cluster" else None
    if isinstance(info, Unknown):
        return EncryptionAtRest(enabled=on, key_owner=info)
    if info is None or info.value is None:
        return EncryptionAtRest(enabled=on, key_owner=found.value.known("arn", KeyOwner.PROVIDER))
    return keys.at_rest(info.value, "encryption_at_rest_kms_key_arn", KeyOwner.PROVIDER)


@REGISTRY.adapter("aws_msk_cluster")
def msk(record: Record) -> Iterator[Facet]:
    """A Kafka cluster: always encrypted at rest, with a key of AWS unless one is named."""
    yield placement.in_region(record)
    info = computed.block(record, "encryption_info")
    if isinstance(info, Unknown):
        yield EncryptionAtRest(enabled=Known(True, record), key_owner=info)
    elif info.value is None:
        yield EncryptionAtRest(
            enabled=Known(True, record), key_owner=record.known("encryption_info", KeyOwner.PROVIDER)
        )
    else:
        yield keys.at_rest(info.value, "encryption_at_rest_kms_key_arn", KeyOwner.PROVIDER)
    yield from _msk_transit(record, info)
    logs = "logging_info.0.broker_logs.0"
    written = [record.flag(f"{logs}.{kind}.0.enabled", False) for kind in ("cloudwatch_logs", "firehose", "s3")]
    yield DataAccessLog(key="broker-log", what="broker-log", enabled=any_of(*written))
    yield Exposure(public=_msk_public(record), by_address=True)
    yield Retirement(obstacles=())
    yield Residue(what="broker")


def _msk_transit(record: Record, info: Attr[Node | None]) -> Iterator[EncryptionInTransit]:
    """TLS with clients and between brokers unless set otherwise; TLS_PLAINTEXT takes both."""
    clients: Attr[bool]
    inside: Attr[bool]
    block = (
        info if isinstance(info, Unknown) or info.value is None else computed.block(info.value, "encryption_in_transit")
    )
    if isinstance(block, Unknown):
        clients = inside = block
    elif block.value is None:
        clients = inside = record.known("encryption_info", True)
    else:
        clients = map_attr(block.value.text_or("client_broker", "TLS"), lambda value: value == "TLS")
        inside = block.value.flag("in_cluster", True)
    yield EncryptionInTransit(key="clients", endpoint="broker", required=clients)
    yield EncryptionInTransit(key="in-cluster", endpoint="in-cluster", required=inside)


def _msk_public(record: Record) -> Attr[bool]:
    """Brokers with public addresses demand a sign-in, so that not anybody can read."""
    reachable = computed.text(record, "broker_node_group_info.0.connectivity_info.0.public_access.0.type", "DISABLED")
    open_ = record.flag("client_authentication.0.unauthenticated", False)
    return all_of(map_attr(reachable, lambda value: value == "SERVICE_PROVIDED_EIPS"), open_)


@REGISTRY.adapter("aws_msk_serverless_cluster")
def msk_serverless(record: Record) -> Iterator[Facet]:
    """A serverless Kafka cluster: always encrypted, with a key of AWS; clients sign in by IAM over TLS."""
    yield placement.in_region(record)
    yield EncryptionAtRest(enabled=Known(True, record), key_owner=Known(KeyOwner.PROVIDER, record))
    yield EncryptionInTransit(endpoint="broker", required=Known(True, record))
    yield Retirement(obstacles=())
    yield Residue(what="broker")


@REGISTRY.adapter("aws_mskconnect_connector")
def connector(record: Record) -> Iterator[Facet]:
    """What moves data between a Kafka cluster and other systems; TLS unless set otherwise."""
    yield placement.in_region(record, stores_data=False)
    kind = record.text_or("kafka_cluster_encryption_in_transit.0.encryption_type", "PLAINTEXT")
    yield EncryptionInTransit(endpoint="connector", required=map_attr(kind, lambda value: value == "TLS"))


@REGISTRY.adapter("aws_kinesis_analytics_application", "aws_kinesisanalyticsv2_application")
def analytics(record: Record) -> Iterator[Facet]:
    """A program that reads streams; its state is encrypted, with a key of AWS unless one is named."""
    yield placement.in_region(record)
    block = record.block("application_configuration.0.application_encryption_configuration")
    if isinstance(block, Unknown):
        yield EncryptionAtRest(enabled=Known(True, record), key_owner=block)
    elif block.value is not None:
        yield keys.at_rest(block.value, "key_id", KeyOwner.PROVIDER)
    else:
        owner = record.known("application_configuration", KeyOwner.PROVIDER)
        yield EncryptionAtRest(enabled=Known(True, record), key_owner=owner)
    yield Retirement(obstacles=())
    yield Residue(what="application")


@REGISTRY.adapter("aws_kinesisanalyticsv2_application_snapshot")
def analytics_snapshot(record: Record) -> Iterator[Facet]:
    """A snapshot of the state of such a program."""
    yield placement.in_region(record)
    yield Retirement(obstacles=())
    yield Residue(what="snapshot")


@REGISTRY.adapter("aws_msk_replicator")
def msk_replicator(record: Record) -> Iterator[Facet]:
    """What copies topics from one cluster to another."""
    location = placement.arn_region(
        record, "replication_info_list.0.target_kafka_cluster_arn", "aws_msk_cluster", "aws_msk_serverless_cluster"
    )
    yield Placement(locations=placement.region_set(record.region), stores_data=False)
    yield Replica(location=location, kind=ReplicaKind.REPLICATION)


@REGISTRY.adapter("aws_mq_broker")
def mq(record: Record) -> Iterator[Facet]:
    """A broker: always encrypted; its endpoints take TLS only (Amazon MQ Developer Guide, "Encryption in transit")."""
    yield placement.in_region(record)
    options = record.block("encryption_options")
    if isinstance(options, Unknown):
        yield EncryptionAtRest(enabled=Known(True, record), key_owner=options)
    elif options.value is None:
        owner = record.known("encryption_options", KeyOwner.PROVIDER)
        yield EncryptionAtRest(enabled=Known(True, record), key_owner=owner)
    else:
        yield _mq_encryption(options.value)
    yield EncryptionInTransit(endpoint="broker", required=Known(True, record))
    yield DataAccessLog(key="audit-log", what="audit-log", enabled=record.flag("logs.0.audit", False))
    yield Exposure(public=record.flag("publicly_accessible", False), by_address=True)
    yield from _mq_replica(record)
    yield Retirement(obstacles=())
    yield Residue(what="broker")


def _mq_encryption(options: Node) -> EncryptionAtRest:
    # A key is only used with use_aws_owned_key = false, which is not the default.
    owned = options.flag("use_aws_owned_key", True)
    if isinstance(owned, Unknown):
        return EncryptionAtRest(enabled=Known(True, options.record), key_owner=owned)
    if owned.value:
        owner = options.known("use_aws_owned_key", KeyOwner.PROVIDER)
        return EncryptionAtRest(enabled=Known(True, options.record), key_owner=owner)
    return keys.at_rest(options, "kms_key_id", KeyOwner.PROVIDER)


def _mq_replica(record: Record) -> Iterator[Replica]:
    """The brokers that copy this one's data."""
    joined = computed.joined(record, "aws_mq_broker", "data_replication_primary_broker_arn")
    for one in joined.certain:
        location = placement.region_set(one.region)
        key = (
            ",".join(sorted(location.value)) if isinstance(location, Known) and not location.sensitive else one.address
        )
        yield Replica(location=location, kind=ReplicaKind.REPLICATION, key=key)
