"""Alarms, threat detection, intrusion detection, contacts, recorders and rules on AWS."""

from __future__ import annotations

from typing import Any

import pytest

from auditor.attr import Attr, Unknown
from auditor.facets import (
    AccountContact,
    AlarmRecipient,
    ChangeRecorder,
    IntrusionDetection,
    LogAlert,
    SettingRule,
    ThreatDetection,
    Watched,
)
from auditor.record import Action, Record
from auditor.testing import World
from tests.aws.platform_reading import every, the

OPEN = "open"
GIB = 1024**3


def state(attr: Attr[Any]) -> Any:
    return OPEN if isinstance(attr, Unknown) else attr.value


def watched(record: Record) -> tuple[Any, Any]:
    facet = the(record, Watched)
    return state(facet.watched), state(facet.capacity_percent)


def _alarm(world: World, dimensions: dict[str, str] | None, **values: Any) -> Record:
    shape = {"metric_name": "CPUUtilization", "namespace": "AWS/EC2", "comparison_operator": "GreaterThanThreshold"}
    number = len(world.records)
    return world.add(
        f"aws_cloudwatch_metric_alarm.a{number}",
        {"alarm_name": f"alarm-{number}", "dimensions": dimensions, "threshold": 80, **shape, **values},
    )


def test_what_no_alarm_of_the_input_watches() -> None:
    assert watched(World().add("aws_instance.i", {"id": "i-1"})) == (OPEN, OPEN)
    assert watched(World(complete=True).add("aws_instance.i", {"id": "i-1"})) == (False, None)


def test_an_alarm_on_a_machine() -> None:
    world = World()
    machine = world.add("aws_instance.i", {"id": "i-1"})
    other = world.add("aws_instance.o", {"id": "i-2"})
    _alarm(world, {"InstanceId": "i-1"}, threshold=90)
    assert watched(machine) == (True, 90)
    assert watched(other) == (OPEN, OPEN)
    _alarm(world, {"InstanceId": "i-1"}, threshold=70)
    assert watched(machine) == (True, 70)


@pytest.mark.parametrize(
    ("values", "percent"),
    [
        ({"metric_name": "StatusCheckFailed", "threshold": 1}, OPEN),
        ({"comparison_operator": "LessThanThreshold", "threshold": 5}, OPEN),
        ({"threshold": None, "threshold_metric_id": "e1"}, OPEN),
        ({"metric_name": "mem_used_percent", "threshold": 75}, 75),
    ],
)
def test_which_alarms_are_about_capacity(values: dict[str, Any], percent: Any) -> None:
    world = World()
    machine = world.add("aws_instance.i", {"id": "i-1"})
    _alarm(world, {"InstanceId": "i-1"}, **values)
    assert watched(machine) == (True, percent)


def test_an_alarm_that_goes_away_watches_nothing() -> None:
    world = World()
    machine = world.add("aws_instance.i", {"id": "i-1"})
    world.add(
        "aws_cloudwatch_metric_alarm.a",
        {"metric_name": "CPUUtilization", "dimensions": {"InstanceId": "i-1"}},
        action=Action.DELETE,
    )
    assert watched(machine) == (OPEN, OPEN)


def test_free_storage_counts_as_used_storage() -> None:
    world = World()
    database = world.add("aws_db_instance.d", {"id": "db-1", "allocated_storage": 100})
    free = {"metric_name": "FreeStorageSpace", "comparison_operator": "LessThanThreshold", "threshold": 25 * GIB}
    _alarm(world, {"DBInstanceIdentifier": "db-1"}, **free)
    assert watched(database) == (True, 75)


def test_an_alarm_by_metric_queries() -> None:
    world = World()
    machine = world.add("aws_instance.i", {"id": "i-1"})
    metric = {"metric_name": "CPUUtilization", "namespace": "AWS/EC2", "dimensions": {"InstanceId": "i-1"}}
    _alarm(world, None, metric_name=None, threshold=60, metric_query=[{"id": "m1", "metric": [metric]}])
    assert watched(machine) == (True, 60)


def test_an_alarm_of_which_the_object_is_open() -> None:
    world = World()
    machine = world.add("aws_instance.i", {"id": "i-1"})
    database = world.add("aws_db_instance.d", {"id": "db-1"})
    world.add(
        "aws_cloudwatch_metric_alarm.a",
        {"metric_name": "CPUUtilization", "dimensions": {}},
        unknown={"dimensions": {"InstanceId": True}},
    )
    found = the(machine, Watched).watched
    assert isinstance(found, Unknown)
    assert found.detail is not None
    assert "aws_cloudwatch_metric_alarm.a" in found.detail.en
    other = the(database, Watched).watched
    assert isinstance(other, Unknown)
    assert other.detail is not None
    assert "aws_cloudwatch_metric_alarm.a" not in other.detail.en


def test_an_alarm_on_a_member_watches_the_cluster() -> None:
    world = World()
    cluster = world.add("aws_rds_cluster.c", {"id": "c"})
    world.add("aws_rds_cluster_instance.m", {"id": "m", "cluster_identifier": "c"})
    _alarm(world, {"DBInstanceIdentifier": "m"})
    assert watched(cluster) == (True, 80)


def test_an_agent_reports_from_inside_a_database() -> None:
    assert watched(World().add("aws_db_instance.d", {"monitoring_interval": 60}))[0] is True
    assert watched(World().add("aws_db_instance.d", {"monitoring_interval": 0}))[0] == OPEN
    open_ = World().add("aws_db_instance.d", {}, unknown={"monitoring_interval": True})
    assert watched(open_)[0] == OPEN


# ---------------------------------------------------------------- recipients


def told(record: Record) -> tuple[Any, Any]:
    facet = the(record, AlarmRecipient)
    return state(facet.notifies), state(facet.received)


def test_an_alarm_without_actions() -> None:
    world = World()
    assert told(_alarm(world, None))[0] is False
    assert told(_alarm(world, None, alarm_actions=[]))[0] is False
    assert told(_alarm(world, None, alarm_actions=["arn:aws:sns:x"], actions_enabled=False))[0] is False


def test_an_alarm_reaches_a_topic_with_a_subscription() -> None:
    world = World()
    topic = world.add("aws_sns_topic.t", {"arn": "arn:aws:sns:t"})
    alarm = _alarm(world, None, alarm_actions=["arn:aws:sns:t"])
    assert told(alarm) == (True, OPEN)
    world.add("aws_sns_topic_subscription.s", {"topic_arn": "arn:aws:sns:t", "pending_confirmation": True})
    assert told(alarm) == (True, OPEN)
    world.add("aws_sns_topic_subscription.u", {"topic_arn": "arn:aws:sns:t"})
    assert told(alarm) == (True, True)
    referring = world.add(
        "aws_cloudwatch_composite_alarm.c", {}, unknown={"alarm_actions": True}, refs={"alarm_actions": topic}
    )
    assert told(referring) == (True, True)


def test_a_topic_that_nobody_subscribes_to() -> None:
    world = World(complete=True)
    world.add("aws_sns_topic.t", {"arn": "arn:aws:sns:t"})
    assert told(_alarm(world, None, alarm_actions=["arn:aws:sns:t"])) == (True, False)


def test_other_destinations() -> None:
    world = World()
    outside = _alarm(world, None, alarm_actions=["arn:aws:sns:ap-northeast-1:444455556666:ops"])
    desk = _alarm(world, None, alarm_actions=["arn:aws:ssm:ap-northeast-1:1:opsitem:1"])
    open_ = world.add("aws_cloudwatch_metric_alarm.u", {}, unknown={"alarm_actions": True})
    assert [told(one) for one in (outside, desk, open_)] == [(True, OPEN), (True, True), (OPEN, OPEN)]


def test_alarms_that_need_tell_nobody() -> None:
    world = World()
    scaling = _alarm(world, None, alarm_actions=["arn:aws:autoscaling:ap-northeast-1:1:scalingPolicy:x"])
    policy = world.add("aws_autoscaling_policy.p", {})
    referring = world.add(
        "aws_cloudwatch_metric_alarm.r", {}, unknown={"alarm_actions": True}, refs={"alarm_actions": policy}
    )
    child = _alarm(world, None, alarm_name="child")
    world.add("aws_cloudwatch_composite_alarm.c", {"alarm_rule": "ALARM(child) OR ALARM(other)"})
    assert every(scaling, AlarmRecipient) == every(referring, AlarmRecipient) == every(child, AlarmRecipient) == []


# ---------------------------------------------------------------- logs


def alerts(record: Record) -> Any:
    return state(the(record, LogAlert).alerts)


def _filter(world: World, name: str = "RootUse") -> Record:
    metric = {"name": name, "namespace": "Security", "value": "1"}
    return world.add(f"aws_cloudwatch_log_metric_filter.{name}", {"id": name, "metric_transformation": [metric]})


def test_a_filter_with_an_alarm() -> None:
    world = World()
    filter_ = _filter(world)
    assert alerts(filter_) == OPEN
    _alarm(world, None, metric_name="RootUse", namespace="Other")
    assert alerts(filter_) == OPEN
    _alarm(world, None, metric_name="RootUse", namespace="Security")
    assert alerts(filter_) is True
    assert alerts(_filter(World(complete=True))) is False


def test_an_alarm_that_refers_to_its_filter() -> None:
    world = World()
    filter_, other = _filter(world), _filter(world, "Other")
    alarm: dict[str, Any] = {"namespace": "Security"}
    world.add("aws_cloudwatch_metric_alarm.a", alarm, unknown={"metric_name": True}, refs={"metric_name": filter_})
    assert alerts(filter_) is True
    assert alerts(other) == OPEN
    world.add("aws_cloudwatch_metric_alarm.u", alarm, unknown={"metric_name": True})
    found = the(other, LogAlert).alerts
    assert isinstance(found, Unknown)
    assert found.detail is not None
    assert "aws_cloudwatch_metric_alarm.u" in found.detail.en


# ---------------------------------------------------------------- services


@pytest.mark.parametrize(
    ("type_", "values", "enabled"),
    [
        ("aws_guardduty_detector", {}, True),
        ("aws_guardduty_detector", {"enable": False}, False),
        ("aws_guardduty_organization_configuration", {"auto_enable_organization_members": "ALL"}, True),
        ("aws_guardduty_organization_configuration", {"auto_enable_organization_members": "NONE"}, False),
        ("aws_guardduty_organization_configuration", {"auto_enable": True}, True),
        ("aws_securityhub_account", {}, True),
        ("aws_securityhub_organization_configuration", {"auto_enable": False}, False),
        (
            "aws_securityhub_organization_configuration",
            {"auto_enable": False, "organization_configuration": [{"configuration_type": "CENTRAL"}]},
            True,
        ),
        ("aws_detective_graph", {}, True),
    ],
)
def test_threat_detection(type_: str, values: dict[str, Any], enabled: bool) -> None:
    assert state(the(World().add(f"{type_}.a", values), ThreatDetection).enabled) is enabled


def test_open_threat_detection() -> None:
    detector = World().add("aws_guardduty_detector.a", {}, unknown={"enable": True})
    assert state(the(detector, ThreatDetection).enabled) == OPEN


def test_a_firewall_inspects_by_stateful_rules() -> None:
    world = World()
    firewall = world.add("aws_networkfirewall_firewall.f", {"firewall_policy_arn": "arn:p"})
    assert state(the(firewall, IntrusionDetection).inspects) == OPEN
    block: dict[str, Any] = {"stateful_rule_group_reference": [{"resource_arn": "arn:g"}]}
    world.add("aws_networkfirewall_firewall_policy.p", {"arn": "arn:p", "firewall_policy": [block]})
    assert state(the(firewall, IntrusionDetection).inspects) is True
    empty = world.add("aws_networkfirewall_firewall.e", {"firewall_policy_arn": "arn:e"})
    world.add("aws_networkfirewall_firewall_policy.e", {"arn": "arn:e", "firewall_policy": [{}]})
    assert state(the(empty, IntrusionDetection).inspects) is False


@pytest.mark.parametrize(("kind", "security"), [("SECURITY", True), ("BILLING", False)])
def test_contacts(kind: str, security: bool) -> None:
    contact = World().add("aws_account_alternate_contact.c", {"alternate_contact_type": kind})
    assert state(the(contact, AccountContact).security) is security


def recorder(record: Record) -> tuple[Any, Any]:
    facet = the(record, ChangeRecorder)
    return state(facet.recording), state(facet.all_resources)


def _recorder(world: World, name: str = "default", **group: Any) -> Record:
    values = {"id": name, "name": name, "recording_group": [group]} if group else {"id": name, "name": name}
    return world.add(f"aws_config_configuration_recorder.{name}", values)


def test_a_recorder_is_started_by_a_resource_of_its_own() -> None:
    world = World()
    record = _recorder(world)
    assert recorder(record)[0] is False
    world.add("aws_config_configuration_recorder_status.s", {"name": "default", "is_enabled": True})
    assert recorder(record)[0] is True
    existing = World().add("aws_config_configuration_recorder.e", {"name": "e"}, action=Action.NO_OP)
    assert recorder(existing)[0] == OPEN


def test_what_a_recorder_takes_in() -> None:
    assert recorder(_recorder(World()))[1] == OPEN
    assert recorder(_recorder(World(), all_supported=False))[1] is False
    assert recorder(_recorder(World(), all_supported=True, include_global_resource_types=True))[1] is True
    world = World()
    regional = _recorder(world, "osaka")
    values = {"recording_group": [{"include_global_resource_types": True}]}
    world.add("aws_config_configuration_recorder.gone", values, action=Action.DELETE)
    assert recorder(regional)[1] == OPEN
    _recorder(world, "tokyo", include_global_resource_types=True)
    assert recorder(regional)[1] is True
    assert recorder(_recorder(World(complete=True)))[1] is False


@pytest.mark.parametrize(
    ("type_", "values", "active"),
    [
        ("aws_config_config_rule", {}, True),
        ("aws_config_conformance_pack", {}, True),
        ("aws_securityhub_standards_subscription", {}, True),
        ("aws_securityhub_account", {}, True),
        ("aws_securityhub_account", {"enable_default_standards": False}, False),
        ("aws_securityhub_configuration_policy", {"configuration_policy": [{"service_enabled": False}]}, False),
        (
            "aws_securityhub_configuration_policy",
            {"configuration_policy": [{"service_enabled": True, "enabled_standard_arns": ["arn:s"]}]},
            True,
        ),
        ("aws_organizations_policy", {}, False),
    ],
)
def test_rules(type_: str, values: dict[str, Any], active: bool) -> None:
    assert state(the(World().add(f"{type_}.a", values), SettingRule).active) is active


def test_a_policy_of_the_organization_counts_once_it_is_attached() -> None:
    world = World()
    policy = world.add("aws_organizations_policy.p", {"id": "p"})
    tags = world.add("aws_organizations_policy.t", {"id": "t", "type": "TAG_POLICY"})
    world.add("aws_organizations_policy_attachment.a", {"policy_id": "p"})
    assert state(the(policy, SettingRule).active) is True
    assert every(tags, SettingRule) == []
