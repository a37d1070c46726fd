"""CloudWatch Logs, CloudTrail, AWS Config and what carries logs elsewhere."""

from __future__ import annotations

import json
from typing import Any

import pytest

from auditor.facets import (
    AuditTrail,
    DataAccessLog,
    EncryptionAtRest,
    Exposure,
    KeyOwner,
    LogStore,
    ObstacleKind,
    Placement,
    Replica,
    ReplicaKind,
    Residue,
    Retirement,
    TrailIntegrity,
)
from auditor.testing import World
from auditor_aws.trail_events import objects_logged
from tests.aws.platform_reading import every, keyed, the, unknown, value


@pytest.mark.parametrize(
    ("values", "days"),
    [
        ({"retention_in_days": 365}, 365),
        ({"retention_in_days": 0}, None),
        ({}, None),
        ({"retention_in_days": 365, "log_group_class": "DELIVERY"}, 2),
    ],
)
def test_retention_of_a_log_group(values: dict[str, Any], days: float | None) -> None:
    group = World().add("aws_cloudwatch_log_group.g", values)
    assert value(the(group, LogStore).retention_days) == days


def test_a_log_group_whose_settings_are_open() -> None:
    group = World().add(
        "aws_cloudwatch_log_group.g",
        {},
        unknown={"retention_in_days": True, "skip_destroy": True, "kms_key_id": True},
    )
    assert unknown(the(group, LogStore).retention_days)
    assert unknown(the(group, EncryptionAtRest).key_owner)
    obstacles = {o.name: o for o in the(group, Retirement).obstacles}
    assert unknown(obstacles["skip_destroy"].present)
    class_ = World().add("aws_cloudwatch_log_group.c", {"retention_in_days": 365}, unknown={"log_group_class": True})
    assert unknown(the(class_, LogStore).retention_days)
    standard = World().add("aws_cloudwatch_log_group.s", {"retention_in_days": 365}, unset=["log_group_class"])
    assert value(the(standard, LogStore).retention_days) == 365


def test_a_log_group_is_encrypted_and_must_go_in_the_end() -> None:
    world = World()
    key = world.add("aws_kms_key.k", {})
    plain = world.add("aws_cloudwatch_log_group.p", {"skip_destroy": True})
    keyed_ = world.add("aws_cloudwatch_log_group.k", {}, unknown={"kms_key_id": True}, refs={"kms_key_id": key})
    assert value(the(plain, EncryptionAtRest).key_owner) is KeyOwner.PROVIDER
    assert value(the(keyed_, EncryptionAtRest).key_owner) is KeyOwner.CUSTOMER
    obstacles = {o.name: o for o in the(plain, Retirement).obstacles}
    assert value(obstacles["skip_destroy"].present) is True
    assert obstacles["skip_destroy"].kind is ObstacleKind.KEEPS
    assert value(obstacles["deletion_protection_enabled"].present) is False
    assert the(plain, Placement).stores_data
    assert the(plain, Residue).what == "log-group"


def test_where_log_entries_are_copied_to() -> None:
    world = World()
    stream = world.add("aws_kinesis_stream.s", {}, region="ap-northeast-3")
    by_reference = world.add(
        "aws_cloudwatch_log_subscription_filter.r",
        {},
        unknown={"destination_arn": True},
        refs={"destination_arn": stream},
    )
    literal = world.add(
        "aws_cloudwatch_log_subscription_filter.l",
        {"destination_arn": "arn:aws:logs:us-east-1:444455556666:destination:central"},
    )
    open_ = world.add("aws_cloudwatch_log_subscription_filter.o", {}, unknown={"destination_arn": True})
    copy = the(by_reference, Replica)
    assert copy.kind is ReplicaKind.LOG_EXPORT
    assert value(copy.location) == {"ap-northeast-3"}
    assert value(the(literal, Replica).location) == {"us-east-1"}
    assert unknown(the(open_, Replica).location)
    destination = world.add("aws_cloudwatch_log_destination.d", {"target_arn": "arn:aws:kinesis:us-west-2:1:stream/s"})
    assert value(the(destination, Replica).location) == {"us-west-2"}


def test_a_delivery_destination_without_a_resource_copies_nowhere() -> None:
    world = World()
    traces = world.add("aws_cloudwatch_log_delivery_destination.x", {"delivery_destination_type": "XRAY"})
    assert every(traces, Replica) == []
    arn = "arn:aws:logs:us-east-1:111122223333:log-group:g"
    configuration = {"delivery_destination_configuration": [{"destination_resource_arn": arn}]}
    group = world.add("aws_cloudwatch_log_delivery_destination.g", configuration)
    assert value(the(group, Replica).location) == {"us-east-1"}


def test_account_policies_that_carry_logs() -> None:
    world = World()
    document = json.dumps({"DestinationArn": "arn:aws:lambda:us-east-1:1:function:f"})
    kind = {"policy_type": "SUBSCRIPTION_FILTER_POLICY"}
    carried = world.add("aws_cloudwatch_log_account_policy.a", {**kind, "policy_document": document})
    broken = world.add("aws_cloudwatch_log_account_policy.b", {**kind, "policy_document": "{"})
    open_ = world.add("aws_cloudwatch_log_account_policy.c", kind, unknown={"policy_document": True})
    masked = world.add("aws_cloudwatch_log_account_policy.d", {"policy_type": "DATA_PROTECTION_POLICY"})
    assert value(the(carried, Replica).location) == {"us-east-1"}
    assert unknown(the(broken, Replica).location)
    assert unknown(the(open_, Replica).location)
    assert every(masked, Replica) == []


def test_centralised_logs_go_to_one_or_two_regions() -> None:
    destination: dict[str, Any] = {"region": "ap-northeast-1", "account": "1"}
    world = World()
    one = world.add(
        "aws_observabilityadmin_centralization_rule_for_organization.a", {"rule": [{"destination": [destination]}]}
    )
    destination = {
        **destination,
        "destination_logs_configuration": [{"backup_configuration": [{"region": "us-east-1"}]}],
    }
    two = world.add(
        "aws_observabilityadmin_centralization_rule_for_organization.b", {"rule": [{"destination": [destination]}]}
    )
    assert value(the(one, Replica).location) == {"ap-northeast-1"}
    assert value(keyed(two, Replica, "backup").location) == {"us-east-1"}


ANYONE = '{"Statement":[{"Effect":"Allow","Principal":"*","Action":"logs:*","Resource":"*"}]}'
SERVICE = (
    '{"Statement":[{"Effect":"Allow","Principal":{"Service":"es.amazonaws.com"},"Action":"logs:*","Resource":"*"}]}'
)


@pytest.mark.parametrize(
    ("type_", "attribute"),
    [("aws_cloudwatch_log_resource_policy", "policy_document"), ("aws_oam_sink_policy", "policy")],
)
def test_policies_that_open_logs_to_anyone(type_: str, attribute: str) -> None:
    world = World()
    assert value(the(world.add(f"{type_}.a", {attribute: ANYONE}), Exposure).public) is True
    closed = the(world.add(f"{type_}.b", {attribute: SERVICE}), Exposure)
    assert value(closed.public) is False
    assert value(closed.holds_logs) is True
    assert unknown(the(world.add(f"{type_}.c", {}, unknown={attribute: True}), Exposure).public)


def _trail(**values: Any) -> AuditTrail:
    return the(World().add("aws_cloudtrail.t", values), AuditTrail)


def test_the_defaults_of_a_trail() -> None:
    trail = _trail()
    assert value(trail.logging) is True
    assert value(trail.all_regions) is False
    assert value(trail.management_events) is True
    assert value(trail.organization) is False


def test_a_trail_with_everything_stated() -> None:
    world = World()
    bucket = world.add("aws_s3_bucket.logs", {"bucket": "logs"}, region="ap-northeast-3")
    key = world.add("aws_kms_key.k", {})
    record = world.add(
        "aws_cloudtrail.t",
        {
            "enable_logging": False,
            "is_multi_region_trail": True,
            "is_organization_trail": True,
            "enable_log_file_validation": True,
            "s3_bucket_name": "logs",
        },
        unknown={"kms_key_id": True},
        refs={"kms_key_id": key},
    )
    trail = the(record, AuditTrail)
    assert value(trail.logging) is False
    assert value(trail.all_regions) is True
    assert value(trail.organization) is True
    assert value(the(record, TrailIntegrity).validated) is True
    assert value(the(record, EncryptionAtRest).key_owner) is KeyOwner.CUSTOMER
    assert bucket.address
    assert value(the(record, Replica).location) == {"ap-northeast-3"}


def test_a_trail_into_a_bucket_outside_of_the_input() -> None:
    record = World().add("aws_cloudtrail.t", {"s3_bucket_name": "elsewhere"})
    assert unknown(the(record, Replica).location)
    assert value(the(record, TrailIntegrity).validated) is False


@pytest.mark.parametrize(
    ("selectors", "whole"),
    [
        ([{"read_write_type": "All", "include_management_events": True}], True),
        ([{}], True),
        ([{"include_management_events": False}], False),
        ([{"read_write_type": "WriteOnly"}], False),
        ([{"read_write_type": "WriteOnly"}, {"read_write_type": "ReadOnly"}], True),
        ([{"exclude_management_event_sources": ["kms.amazonaws.com"]}], False),
    ],
)
def test_management_events_by_basic_selectors(selectors: list[dict[str, Any]], whole: bool) -> None:
    assert value(_trail(event_selector=selectors).management_events) is whole


def test_global_services_must_be_included() -> None:
    assert value(_trail(include_global_service_events=False).management_events) is False


def _advanced(*fields: tuple[str, list[str]], **other: Any) -> dict[str, Any]:
    return {"field_selector": [{"field": name, "equals": values} for name, values in fields] + list(other.values())}


@pytest.mark.parametrize(
    ("selectors", "whole"),
    [
        ([_advanced(("eventCategory", ["Management"]))], True),
        ([_advanced(("eventCategory", ["Management"]), ("readOnly", ["false"]))], False),
        (
            [
                _advanced(("eventCategory", ["Management"]), ("readOnly", ["false"])),
                _advanced(("eventCategory", ["Management"]), ("readOnly", ["true"])),
            ],
            True,
        ),
        (
            [
                _advanced(
                    ("eventCategory", ["Management"]),
                    left={"field": "eventSource", "not_equals": ["kms.amazonaws.com"]},
                )
            ],
            False,
        ),
        ([_advanced(("eventCategory", ["Data"]), ("resources.type", ["AWS::S3::Object"]))], False),
    ],
)
def test_management_events_by_advanced_selectors(selectors: list[dict[str, Any]], whole: bool) -> None:
    assert value(_trail(advanced_event_selector=selectors).management_events) is whole


def test_selectors_that_are_not_known_leave_the_trail_open() -> None:
    world = World()
    basic = world.add(
        "aws_cloudtrail.b", {"event_selector": [{}]}, unknown={"event_selector": [{"read_write_type": True}]}
    )
    assert unknown(the(basic, AuditTrail).management_events)
    advanced = world.add(
        "aws_cloudtrail.a",
        {"advanced_event_selector": [{"field_selector": [{"field": "eventCategory"}]}]},
        unknown={"advanced_event_selector": [{"field_selector": [{"equals": True}]}]},
    )
    assert unknown(the(advanced, AuditTrail).management_events)
    assert every(advanced, DataAccessLog) == []
    whole = world.add("aws_cloudtrail.w", {}, unknown={"event_selector": True, "is_multi_region_trail": True})
    assert unknown(the(whole, AuditTrail).management_events)
    assert unknown(the(whole, AuditTrail).all_regions)


def test_data_events_by_either_kind_of_selector() -> None:
    world = World()
    basic = world.add(
        "aws_cloudtrail.b",
        {"event_selector": [{"data_resource": [{"type": "AWS::S3::Object", "values": ["arn:aws:s3"]}]}]},
    )
    advanced = world.add(
        "aws_cloudtrail.a",
        {
            "advanced_event_selector": [
                _advanced(("eventCategory", ["Data"]), ("resources.type", ["AWS::DynamoDB::Table"]))
            ]
        },
    )
    assert value(keyed(basic, DataAccessLog, "s3-data-events").enabled) is True
    assert value(keyed(advanced, DataAccessLog, "dynamodb-data-events").enabled) is True


def test_a_trail_without_data_events_is_no_access_log() -> None:
    assert every(World().add("aws_cloudtrail.t", {}), DataAccessLog) == []
    selector = {"data_resource": [{"type": "AWS::S3::Object", "values": ["arn:aws:s3"]}]}
    half = {**selector, "read_write_type": "WriteOnly"}
    assert every(World().add("aws_cloudtrail.w", {"event_selector": [half]}), DataAccessLog) == []
    both = [half, {**selector, "read_write_type": "ReadOnly"}]
    assert value(the(World().add("aws_cloudtrail.b", {"event_selector": both}), DataAccessLog).enabled) is True
    open_ = World().add(
        "aws_cloudtrail.o", {"event_selector": [selector]}, unknown={"event_selector": [{"read_write_type": True}]}
    )
    assert every(open_, DataAccessLog) == []


def test_a_trail_that_is_off_records_no_data_events() -> None:
    selector = {"data_resource": [{"type": "AWS::S3::Object", "values": ["arn:aws:s3"]}]}
    trail = World().add("aws_cloudtrail.t", {"event_selector": [selector], "enable_logging": False})
    assert value(the(trail, DataAccessLog).enabled) is False
    late = World().add("aws_cloudtrail.t", {"event_selector": [selector]}, unknown={"enable_logging": True})
    assert unknown(the(late, DataAccessLog).enabled)


def test_the_defaults_of_an_event_data_store() -> None:
    store = World().add("aws_cloudtrail_event_data_store.e", {})
    trail = the(store, AuditTrail)
    assert value(trail.logging) is True
    assert value(trail.all_regions) is True
    assert value(trail.management_events) is True
    assert value(the(store, LogStore).retention_days) == 2555
    assert [value(o.present) for o in the(store, Retirement).obstacles] == [True]


def test_an_event_data_store_with_everything_stated() -> None:
    store = World().add(
        "aws_cloudtrail_event_data_store.e",
        {
            "suspend": "true",
            "multi_region_enabled": False,
            "retention_period": 90,
            "termination_protection_enabled": False,
        },
        unknown={"organization_enabled": True},
    )
    trail = the(store, AuditTrail)
    assert value(trail.logging) is False
    assert value(trail.all_regions) is False
    assert unknown(trail.organization)
    assert value(the(store, LogStore).retention_days) == 90
    assert [value(o.present) for o in the(store, Retirement).obstacles] == [False]


def test_config_writes_histories_into_a_bucket() -> None:
    world = World()
    world.add("aws_s3_bucket.h", {"bucket": "history"}, region="us-east-1")
    channel = world.add("aws_config_delivery_channel.c", {"s3_bucket_name": "history"})
    assert value(the(channel, Replica).location) == {"us-east-1"}
    assert every(channel, EncryptionAtRest) == []
    with_key = world.add("aws_config_delivery_channel.k", {"s3_bucket_name": "history", "s3_kms_key_arn": "alias/own"})
    assert value(the(with_key, EncryptionAtRest).key_owner) is KeyOwner.CUSTOMER
    retention = world.add("aws_config_retention_configuration.r", {"retention_period_in_days": 2557})
    assert value(the(retention, LogStore).retention_days) == 2557
    assert the(world.add("aws_config_configuration_recorder.r", {}), Placement).stores_data


def test_findings_are_exported_to_a_bucket() -> None:
    record = World().add("aws_guardduty_publishing_destination.p", {}, unknown={"destination_arn": True})
    assert unknown(the(record, Replica).location)


def test_a_security_lake_is_in_the_regions_it_names() -> None:
    world = World()
    lake = world.add(
        "aws_securitylake_data_lake.l",
        {
            "configuration": [
                {"region": "ap-northeast-1", "lifecycle_configuration": [{"expiration": [{"days": 365}]}]},
                {"region": "us-east-1"},
            ]
        },
    )
    assert value(the(lake, Placement).locations) == {"ap-northeast-1", "us-east-1"}
    assert value(keyed(lake, LogStore, "ap-northeast-1").retention_days) == 365
    assert value(keyed(lake, LogStore, "us-east-1").retention_days) is None
    open_ = world.add("aws_securitylake_data_lake.o", {}, unknown={"configuration": True})
    assert unknown(the(open_, Placement).locations)


def test_an_event_archive_keeps_what_happened() -> None:
    archive = World().add("aws_cloudwatch_event_archive.a", {"kms_key_identifier": "alias/own"})
    assert value(the(archive, EncryptionAtRest).key_owner) is KeyOwner.CUSTOMER
    assert the(archive, Residue).what == "event-archive"


def _logs_of(selector: dict[str, Any], **trail: Any) -> Any:
    world = World()
    bucket = world.add("aws_s3_bucket.docs", {"bucket": "docs"}, unknown={"arn": True})
    world.add("aws_cloudtrail.t", {**selector, **trail})
    world.add("aws_cloudtrail.management", {})
    return objects_logged(bucket)


def _basic(*values: str, kind: str = "All") -> dict[str, Any]:
    resource = {"type": "AWS::S3::Object", "values": list(values)}
    return {"event_selector": [{"read_write_type": kind, "data_resource": [resource]}]}


@pytest.mark.parametrize(
    ("selector", "logged"),
    [
        (_basic("arn:aws:s3"), True),
        (_basic("arn:aws:s3:::"), True),
        (_basic("arn:aws:s3:::docs/"), True),
        (_basic("arn:aws:s3:::docs/open/"), False),
        (_basic("arn:aws:s3:::other/"), False),
        (_basic("arn:aws:s3", kind="WriteOnly"), False),
        ({}, False),
        (
            {
                "advanced_event_selector": [
                    _advanced(("eventCategory", ["Data"]), ("resources.type", ["AWS::S3::Object"]))
                ]
            },
            True,
        ),
        (
            {
                "advanced_event_selector": [
                    _advanced(
                        ("eventCategory", ["Data"]),
                        ("resources.type", ["AWS::S3::Object"]),
                        where={"field": "resources.ARN", "starts_with": ["arn:aws:s3:::other/"]},
                    )
                ]
            },
            False,
        ),
        (
            {
                "advanced_event_selector": [
                    _advanced(
                        ("eventCategory", ["Data"]), ("resources.type", ["AWS::S3::Object"]), ("readOnly", ["true"])
                    )
                ]
            },
            False,
        ),
    ],
)
def test_whether_accesses_to_a_bucket_are_recorded(selector: dict[str, Any], logged: bool) -> None:
    found = _logs_of(selector)
    assert value(found) is logged
    if logged:
        assert found.path in selector


def test_trails_that_record_nothing_of_the_bucket() -> None:
    assert value(_logs_of(_basic("arn:aws:s3"), enable_logging=False)) is False
    lake = World()
    bucket = lake.add("aws_s3_bucket.docs", {"bucket": "docs"})
    store = lake.add("aws_cloudtrail_event_data_store.l", {})
    assert value(objects_logged(bucket)) is False
    assert store.address
    world = World()
    bucket = world.add("aws_s3_bucket.docs", {"bucket": "docs"}, region="ap-northeast-3")
    trail = world.add("aws_cloudtrail.t", _basic("arn:aws:s3"))
    assert trail.address
    assert unknown(objects_logged(bucket))
    management = {"event_selector": [{"read_write_type": "WriteOnly"}], "is_multi_region_trail": True}
    assert world.add("aws_cloudtrail.writes", management).address
    assert value(objects_logged(bucket)) is False
    world.add("aws_cloudtrail.all", {**_basic("arn:aws:s3"), "is_multi_region_trail": True})
    assert value(objects_logged(bucket)) is True


@pytest.mark.parametrize(
    "trail",
    [None, {"enable_logging": False}, {"event_selector": [{"include_management_events": False}]}],
)
def test_without_the_trail_of_the_account_nothing_is_said_of_accesses(trail: dict[str, Any] | None) -> None:
    def world_with(*, complete: bool) -> World:
        world = World(complete=complete)
        if trail is not None:
            world.add("aws_cloudtrail.t", trail)
        return world

    assert unknown(objects_logged(world_with(complete=False).add("aws_s3_bucket.docs", {"bucket": "docs"})))
    bucket = world_with(complete=True).add("aws_s3_bucket.docs", {"bucket": "docs"})
    assert value(objects_logged(bucket)) is False


def test_trails_that_may_record_the_bucket() -> None:
    world = World()
    bucket = world.add("aws_s3_bucket.docs", {}, unknown={"bucket": True, "arn": True})
    world.add("aws_cloudtrail.t", _basic("arn:aws:s3:::docs/"))
    assert unknown(objects_logged(bucket))
    world = World()
    bucket = world.add("aws_s3_bucket.docs", {"bucket": "docs"})
    selector = {"data_resource": [{"type": "AWS::S3::Object", "values": [None]}]}
    marks = {"event_selector": [{"data_resource": [{"values": [True]}]}]}
    path = "event_selector.0.data_resource.0.values.0"
    world.add("aws_cloudtrail.t", {"event_selector": [selector]}, unknown=marks, refs={path: bucket})
    assert value(objects_logged(bucket)) is True
