"""File systems, queues, topics, streams, brokers and secrets."""

from __future__ import annotations

from typing import Any

import pytest

from auditor.attr import Reason
from auditor.facets import (
    Backup,
    DataAccessLog,
    EncryptionAtRest,
    EncryptionInTransit,
    Exposure,
    KeyOwner,
    Placement,
    Replica,
    Residue,
    Retirement,
)
from auditor.record import Action, Record
from auditor.testing import World
from auditor_aws.terraform import adapter_set
from tests.aws.data_world import (
    ACCOUNT,
    OSAKA,
    TOKYO,
    encryption,
    facet,
    facets,
    key,
    obstacles,
    outcome,
    policy,
    reason,
    tls,
)


def file_system(world: World, **values: Any) -> Record:
    names = ("encrypted", "kms_key_id", "availability_zone_name")
    return world.add("aws_efs_file_system.f", values, unset=[one for one in names if one not in values])


def test_a_file_system_with_defaults() -> None:
    record = file_system(World())
    assert encryption(record) == (False, KeyOwner.NONE)
    assert tls(record) is False
    assert facet(record, Backup).enabled.value is False
    assert facet(record, Exposure).public.value is False
    assert facets(record, Replica) == []


def test_a_file_system_with_settings() -> None:
    world = World()
    record = file_system(world, encrypted=True, kms_key_id="alias/city")
    deny = {
        "Effect": "Deny",
        "Principal": {"AWS": "*"},
        "Action": "*",
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }
    world.add("aws_efs_file_system_policy.f", {"policy": policy(deny)}, refs={"file_system_id": record})
    world.add("aws_efs_backup_policy.f", {"backup_policy": [{"status": "ENABLED"}]}, refs={"file_system_id": record})
    destination = {"destination": [{"region": OSAKA}]}
    world.add("aws_efs_replication_configuration.f", destination, refs={"source_file_system_id": record})
    own, copy = facets(record, EncryptionAtRest)
    assert (own.enabled.value, own.key_owner.value) == (True, KeyOwner.CUSTOMER)
    assert (copy.key, copy.enabled.value, copy.key_owner.value) == (OSAKA, True, KeyOwner.PROVIDER)
    # Neither the automatic backups nor the copy go with the file system.
    left = {"backup_policy": True, "aws_efs_replication_configuration": True}
    assert obstacles(facet(record, Retirement)) == left
    assert tls(record) is True
    found = facet(record, Backup)
    assert (found.enabled.value, found.interval_hours.value, found.retention_days.value) == (True, 24, 35)
    assert facet(record, Replica).location.value == {OSAKA}


def test_a_file_system_that_leaves_nothing_behind() -> None:
    world = World()
    record = file_system(world)
    assert obstacles(facet(record, Retirement)) == {"backup_policy": False, "aws_efs_replication_configuration": False}
    far = world.add("aws_efs_file_system.far", {"encrypted": True}, region=OSAKA)
    world.add(
        "aws_efs_replication_configuration.f",
        {"destination": [{}]},
        refs={"source_file_system_id": record, "destination.0.file_system_id": far},
    )
    # The destination is a resource of its own, which is judged by itself.
    assert obstacles(facet(record, Retirement))["aws_efs_replication_configuration"] is False
    assert [one.key for one in facets(record, EncryptionAtRest)] == [""]


def test_file_systems_that_are_backed_up_by_themselves_or_elsewhere() -> None:
    one_zone = file_system(World(), availability_zone_name=f"{TOKYO}a")
    assert facet(one_zone, Backup).enabled.value is True
    old = World().add("aws_efs_file_system.f", {"encrypted": True}, action=Action.NO_OP)
    assert reason(facet(old, Backup).enabled) is Reason.NOT_COLLECTED


@pytest.mark.parametrize(
    ("destination", "expected"),
    [
        ({"availability_zone_name": f"{OSAKA}a"}, {OSAKA}),
        ({}, {TOKYO}),
    ],
)
def test_where_a_file_system_is_copied_to(destination: dict[str, Any], expected: Any) -> None:
    world = World()
    record = file_system(world)
    world.add(
        "aws_efs_replication_configuration.f", {"destination": [destination]}, refs={"source_file_system_id": record}
    )
    assert facet(record, Replica).location.value == expected


def test_a_copy_of_a_file_system_that_is_open() -> None:
    world = World()
    record = file_system(world)
    world.add("aws_efs_replication_configuration.f", {}, unknown={"source_file_system_id": True})
    assert reason(facet(record, Replica).location) is Reason.AMBIGUOUS


@pytest.mark.parametrize(
    ("type_", "values", "enabled", "kept"),
    [
        ("windows", {}, True, True),
        ("windows", {"automatic_backup_retention_days": 0, "skip_final_backup": True}, False, False),
        ("openzfs", {}, False, True),
        ("openzfs", {"automatic_backup_retention_days": 30}, True, True),
        ("lustre", {}, False, False),
    ],
)
def test_fsx(type_: str, values: dict[str, Any], enabled: bool, kept: bool) -> None:
    record = World().add(f"aws_fsx_{type_}_file_system.f", values)
    assert encryption(record) == (True, KeyOwner.PROVIDER)
    assert facet(record, Backup).enabled.value is enabled
    assert obstacles(facet(record, Retirement)) == {"skip_final_backup": kept}


def test_audit_logs_of_windows_shares() -> None:
    level = {"audit_log_configuration": [{"file_access_audit_log_level": "SUCCESS_AND_FAILURE"}]}
    assert facet(World().add("aws_fsx_windows_file_system.f", level), DataAccessLog).enabled.value is True
    assert facet(World().add("aws_fsx_windows_file_system.f", {}), DataAccessLog).enabled.value is False


@pytest.mark.parametrize(
    ("kind", "bypass", "locked", "protected"),
    [("COMPLIANCE", None, True, False), ("ENTERPRISE", None, False, True), ("ENTERPRISE", True, False, False)],
)
def test_locks_of_ontap_volumes(kind: str, bypass: bool | None, locked: bool, protected: bool) -> None:
    values = {"snaplock_configuration": [{"snaplock_type": kind}], "bypass_snaplock_enterprise_retention": bypass}
    found = obstacles(facet(World().add("aws_fsx_ontap_volume.v", values), Retirement))
    assert found["snaplock_configuration.COMPLIANCE"] is locked
    assert found["bypass_snaplock_enterprise_retention"] is protected


def queue(world: World, **values: Any) -> Record:
    return world.add(
        "aws_sqs_queue.q", values, unset=[one for one in ("sqs_managed_sse_enabled", "policy") if one not in values]
    )


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({}, (True, KeyOwner.PROVIDER)),
        ({"sqs_managed_sse_enabled": False}, (False, KeyOwner.NONE)),
        ({"kms_master_key_id": "alias/aws/sqs"}, (True, KeyOwner.PROVIDER)),
        ({"kms_master_key_id": "alias/city"}, (True, KeyOwner.CUSTOMER)),
    ],
)
def test_encryption_of_queues(values: dict[str, Any], expected: tuple[Any, Any]) -> None:
    assert encryption(queue(World(), **values)) == expected


ANYBODY = {"Effect": "Allow", "Principal": "*", "Action": "sqs:*", "Resource": "*"}
PLAIN = {"Effect": "Deny", "Principal": "*", "Action": "sqs:*", "Resource": "*"}
TLS_ONLY = {**PLAIN, "Condition": {"Bool": {"aws:SecureTransport": "false"}}}


def test_policies_of_queues() -> None:
    world = World()
    record = queue(world)
    assert (tls(record), facet(record, Exposure).public.value) == (False, False)
    part = world.add("aws_sqs_queue_policy.q", {"policy": policy(TLS_ONLY)}, refs={"queue_url": record})
    assert (tls(record), facet(record, Exposure).public.value) == (True, False)
    world.records.remove(part)
    world.add("aws_sqs_queue_policy.r", {"policy": policy(ANYBODY)}, refs={"queue_url": record})
    assert (tls(record), facet(record, Exposure).public.value) == (False, True)


def test_policies_of_queues_that_are_open() -> None:
    record = World().add("aws_sqs_queue.q", {}, unknown={"policy": True})
    assert tls(record) is Reason.UNRESOLVED
    broken = World().add("aws_sqs_queue.q", {"policy": "no"})
    assert tls(broken) is Reason.UNPARSEABLE


def test_topics() -> None:
    bare = World().add("aws_sns_topic.t", {}, unset=["policy"])
    assert (encryption(bare), tls(bare)) == ((False, KeyOwner.NONE), False)
    world = World()
    named = world.add(
        "aws_sns_topic.t", {}, unknown={"kms_master_key_id": True}, refs={"kms_master_key_id": key(world)}
    )
    assert encryption(named) == (True, KeyOwner.CUSTOMER)
    open_ = World().add("aws_sns_topic.t", {}, unknown={"kms_master_key_id": True})
    assert encryption(open_) == (Reason.UNRESOLVED, Reason.UNRESOLVED)
    literal = World().add("aws_sns_topic.t", {"kms_master_key_id": "alias/city"})
    assert encryption(literal) == (True, KeyOwner.CUSTOMER)


@pytest.mark.parametrize(("protocol", "expected"), [("https", True), ("http", False), ("sqs", True)])
def test_subscriptions(protocol: str, expected: bool) -> None:
    assert tls(World().add("aws_sns_topic_subscription.s", {"protocol": protocol})) is expected


def test_streams() -> None:
    assert encryption(World().add("aws_kinesis_stream.s", {})) == (False, KeyOwner.NONE)
    on = World().add("aws_kinesis_stream.s", {"encryption_type": "KMS", "kms_key_id": "alias/aws/kinesis"})
    assert encryption(on) == (True, KeyOwner.PROVIDER)
    open_ = World().add("aws_kinesis_stream.s", {}, unknown={"encryption_type": True})
    assert encryption(open_)[0] is Reason.AFTER_APPLY
    assert encryption(World().add("aws_kinesis_video_stream.s", {})) == (True, KeyOwner.PROVIDER)


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ([], (False, KeyOwner.NONE)),
        ([{"enabled": True}], (True, KeyOwner.PROVIDER)),
        ([{"enabled": True, "key_type": "CUSTOMER_MANAGED_CMK", "key_arn": "alias/city"}], (True, KeyOwner.CUSTOMER)),
        ([{"enabled": False}], (False, KeyOwner.NONE)),
    ],
)
def test_delivery_streams(settings: list[dict[str, Any]], expected: tuple[Any, Any]) -> None:
    record = World().add("aws_kinesis_firehose_delivery_stream.d", {"server_side_encryption": settings})
    assert encryption(record) == expected


def test_delivery_streams_that_read_a_stream() -> None:
    world = World()
    stream = world.add("aws_kinesis_stream.s", {"encryption_type": "KMS", "kms_key_id": "alias/city"})
    record = world.add(
        "aws_kinesis_firehose_delivery_stream.d",
        {"kinesis_source_configuration": [{}], "http_endpoint_configuration": [{"url": "http://example.jp/"}]},
        refs={"kinesis_source_configuration.0.kinesis_stream_arn": stream},
    )
    assert encryption(record) == (True, KeyOwner.CUSTOMER)
    assert tls(record) is False


def brokers(record: Record) -> dict[str, Any]:
    return {one.key: outcome(one.required) for one in facets(record, EncryptionInTransit)}


def test_kafka() -> None:
    bare = World().add("aws_msk_cluster.k", {}, unset=["encryption_info"])
    assert encryption(bare) == (True, KeyOwner.PROVIDER)
    assert brokers(bare) == {"clients": True, "in-cluster": True}
    info = {
        "encryption_at_rest_kms_key_arn": "alias/city",
        "encryption_in_transit": [{"client_broker": "TLS_PLAINTEXT", "in_cluster": False}],
    }
    log = {"broker_logs": [{"s3": [{"enabled": True}]}]}
    record = World().add("aws_msk_cluster.k", {"encryption_info": [info], "logging_info": [log]})
    assert encryption(record) == (True, KeyOwner.CUSTOMER)
    assert brokers(record) == {"clients": False, "in-cluster": False}
    assert facet(record, DataAccessLog).enabled.value is True
    assert facet(record, Exposure).public.value is False


def test_replicators() -> None:
    target = f"arn:aws:kafka:{OSAKA}:{ACCOUNT}:cluster/a/1"
    record = World().add("aws_msk_replicator.r", {"replication_info_list": [{"target_kafka_cluster_arn": target}]})
    assert facet(record, Replica).location.value == {OSAKA}
    assert facet(record, Placement).stores_data is False


@pytest.mark.parametrize(
    ("options", "owner"),
    [
        ([], KeyOwner.PROVIDER),
        ([{"use_aws_owned_key": True, "kms_key_id": "alias/city"}], KeyOwner.PROVIDER),
        ([{"use_aws_owned_key": False, "kms_key_id": "alias/city"}], KeyOwner.CUSTOMER),
        ([{"use_aws_owned_key": False}], KeyOwner.PROVIDER),
    ],
)
def test_message_brokers(options: list[dict[str, Any]], owner: KeyOwner) -> None:
    record = World().add("aws_mq_broker.m", {"encryption_options": options, "publicly_accessible": True})
    assert encryption(record) == (True, owner)
    assert tls(record) is True
    assert facet(record, Exposure).public.value is True
    assert facet(record, DataAccessLog).enabled.value is False


def test_secrets() -> None:
    world = World()
    record = world.add(
        "aws_secretsmanager_secret.s",
        {"replica": [{"region": OSAKA, "kms_key_id": "alias/osaka"}], "recovery_window_in_days": 0},
        unset=["policy"],
    )
    found = {one.key: outcome(one.key_owner) for one in facets(record, EncryptionAtRest)}
    assert found == {"": KeyOwner.PROVIDER, OSAKA: KeyOwner.CUSTOMER}
    assert facet(record, Replica).location.value == {OSAKA}
    assert obstacles(facet(record, Retirement)) == {"recovery_window_in_days": False}
    assert facet(record, Exposure).public.value is False
    default = world.add("aws_secretsmanager_secret.t", {}, unknown={"replica": True})
    assert obstacles(facet(default, Retirement)) == {"recovery_window_in_days": True}
    assert reason(facet(default, Replica).location) is Reason.AFTER_APPLY


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"type": "SecureString", "key_id": "alias/city"}, (True, KeyOwner.CUSTOMER)),
        ({"type": "SecureString"}, (True, KeyOwner.PROVIDER)),
    ],
)
def test_secret_parameters(values: dict[str, Any], expected: tuple[Any, Any]) -> None:
    assert encryption(World().add("aws_ssm_parameter.p", values)) == expected


def test_plain_parameters() -> None:
    record = World().add("aws_ssm_parameter.p", {"type": "String"})
    assert facets(record, EncryptionAtRest) == []
    assert facet(record, Placement).stores_data is False
    open_ = World().add("aws_ssm_parameter.p", {}, unknown={"type": True})
    assert encryption(open_)[0] is Reason.AFTER_APPLY


HERE = {
    "caches",
    "compute",
    "containers",
    "databases",
    "distributed_databases",
    "document_graph",
    "dynamodb",
    "ec2_storage",
    "files",
    "kms",
    "messaging",
    "redshift",
    "s3",
    "search",
    "secrets",
    "snapshots",
}
TYPES = sorted(
    type_
    for type_, adapters in adapter_set().adapters.items()
    if any(adapter.__module__.rsplit(".", 1)[-1] in HERE for adapter in adapters)
)


@pytest.mark.parametrize("type_", TYPES)
def test_every_type_is_read_with_nothing_and_with_everything_open(type_: str) -> None:
    for unknown in ({}, dict.fromkeys(("policy", "kms_key_id", "encrypted", "replica", "bucket", "engine"), True)):
        made = list(adapter_set().facets(World(region=None, account=None).add(f"{type_}.one", {}, unknown=unknown)))
        assert made
        keys = [(type(one), one.key) for one in made]
        assert len(keys) == len(set(keys)), "facets of one class need keys of their own"


@pytest.mark.parametrize("type_", TYPES)
def test_every_store_says_what_must_not_stay_behind(type_: str) -> None:
    made = list(adapter_set().facets(World().add(f"{type_}.one", {})))
    stores = any(isinstance(one, Placement) and one.stores_data for one in made)
    if stores:
        assert any(isinstance(one, Residue) for one in made)
