"""Alert policies, threat detection, intrusion detection, contacts and rules on Google Cloud."""

from __future__ import annotations

from typing import Any

import pytest

from auditor.attr import Unknown
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
from auditor.record import Record
from auditor.testing import World
from tests.google.google_world import UNKNOWN, all_of, one, project, value

CPU = 'resource.type = "gce_instance" AND metric.type = "compute.googleapis.com/instance/cpu/utilization"'


def watched(record: Record) -> tuple[Any, Any]:
    facet = one(record, Watched)
    return value(facet.watched), value(facet.capacity_percent)


def _policy(world: World, filter_: str = CPU, threshold: float = 0.8, **values: Any) -> Record:
    condition = {"filter": filter_, "comparison": "COMPARISON_GT", "threshold_value": threshold}
    address = f"google_monitoring_alert_policy.p{len(world.records)}"
    return world.add(address, {"conditions": [{"condition_threshold": [condition]}], **values})


def _machine(world: World, name: str = "web") -> Record:
    return world.add(f"google_compute_instance.{name}", {"name": name})


def test_what_no_policy_of_the_input_watches() -> None:
    assert watched(_machine(project())) == (UNKNOWN, UNKNOWN)
    assert watched(_machine(project(complete=True))) == (False, None)


def test_a_policy_watches_everything_of_its_kind() -> None:
    world = project()
    machine = _machine(world)
    database = world.add("google_sql_database_instance.d", {"name": "d", "settings": [{}]})
    _policy(world, threshold=0.75)
    assert watched(machine) == (True, 75)
    assert watched(database) == (UNKNOWN, UNKNOWN)
    _policy(world, 'metric.type = "cloudsql.googleapis.com/database/disk/utilization"', 0.9)
    assert watched(database) == (True, 90)


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"enabled": False}, (UNKNOWN, UNKNOWN)),
        ({"project": "city-other"}, (UNKNOWN, UNKNOWN)),
    ],
)
def test_a_policy_that_is_off_or_of_another_project(values: dict[str, Any], expected: tuple[Any, Any]) -> None:
    world = project()
    machine = _machine(world)
    _policy(world, **values)
    assert watched(machine) == expected


def test_a_policy_that_picks_some_out() -> None:
    world = project()
    web, batch = _machine(world), _machine(world, "batch")
    _policy(world, CPU + ' AND metric.labels.instance_name = "web"')
    assert watched(web) == (True, 80)
    assert watched(batch) == (UNKNOWN, UNKNOWN)


@pytest.mark.parametrize(
    ("filter_", "threshold", "percent"),
    [
        ('metric.type = "agent.googleapis.com/memory/percent_used"', 85, 85),
        ('metric.type = "compute.googleapis.com/instance/uptime"', 1, UNKNOWN),
    ],
)
def test_which_conditions_are_about_capacity(filter_: str, threshold: float, percent: Any) -> None:
    world = project()
    machine = _machine(world)
    _policy(world, filter_, threshold)
    assert watched(machine) == (True, percent)


def test_a_query_says_its_threshold_by_itself() -> None:
    world = project()
    machine = _machine(world)
    query = "fetch gce_instance::compute.googleapis.com/instance/cpu/utilization | condition val() > 0.8"
    block = {"conditions": [{"condition_monitoring_query_language": [{"query": query}]}]}
    world.add("google_monitoring_alert_policy.q", block)
    assert watched(machine) == (True, UNKNOWN)


def test_a_policy_with_an_open_filter() -> None:
    world = project()
    machine = _machine(world)
    block = {"conditions": [{"condition_threshold": [{"comparison": "COMPARISON_GT"}]}]}
    marks = {"conditions": [{"condition_threshold": [{"filter": True}]}]}
    world.add("google_monitoring_alert_policy.o", block, unknown=marks)
    found = one(machine, Watched).watched
    assert isinstance(found, Unknown)
    assert found.detail is not None
    assert "google_monitoring_alert_policy.o" in found.detail.en


def test_what_reports_from_inside() -> None:
    insights = {"insights_config": [{"query_insights_enabled": True}]}
    database = project().add("google_sql_database_instance.d", {"settings": [insights]})
    assert watched(database)[0] is True
    cluster = project().add("google_container_cluster.c", {})
    assert watched(cluster)[0] is True
    silent = project().add("google_container_cluster.c", {"monitoring_service": "none"})
    assert watched(silent)[0] == UNKNOWN
    without = project().add("google_container_cluster.c", {"monitoring_config": [{"enable_components": []}]})
    assert watched(without)[0] == UNKNOWN


def told(record: Record) -> tuple[Any, Any]:
    facet = one(record, AlarmRecipient)
    return value(facet.notifies), value(facet.received)


def test_channels_of_a_policy() -> None:
    world = project()
    world.add("google_monitoring_notification_channel.on", {"name": "on", "type": "email"})
    world.add("google_monitoring_notification_channel.off", {"name": "off", "type": "email", "enabled": False})
    waiting = {"name": "waiting", "type": "sms", "verification_status": "UNVERIFIED"}
    world.add("google_monitoring_notification_channel.waiting", waiting)
    assert told(_policy(world)) == (False, False)
    assert told(_policy(world, notification_channels=["on"])) == (True, True)
    assert told(_policy(world, notification_channels=["on"], enabled=False))[0] is False
    assert told(_policy(world, notification_channels=["off", "waiting"])) == (True, False)
    assert told(_policy(world, notification_channels=["off", "on"])) == (True, True)
    assert told(_policy(world, notification_channels=["elsewhere"])) == (True, UNKNOWN)
    open_ = world.add("google_monitoring_alert_policy.u", {}, unknown={"notification_channels": True})
    assert told(open_) == (UNKNOWN, UNKNOWN)


def alerts(record: Record) -> Any:
    return value(one(record, LogAlert).alerts)


def test_alarms_made_from_logs() -> None:
    world = project()
    metric = world.add("google_logging_metric.m", {"name": "iam-changes", "filter": "x"})
    off = world.add("google_logging_metric.o", {"name": "iam-changes", "filter": "x", "disabled": True})
    assert alerts(metric) == UNKNOWN
    assert alerts(off) is False
    _policy(world, 'metric.type = "logging.googleapis.com/user/iam-changes"', 1)
    assert alerts(metric) is True
    direct = {"conditions": [{"condition_matched_log": [{"filter": "severity >= ERROR"}]}]}
    assert alerts(world.add("google_monitoring_alert_policy.d", direct)) is True
    assert all_of(_policy(world), LogAlert) == []
    assert alerts(project(complete=True).add("google_logging_metric.m", {"name": "n", "filter": "x"})) is False


# ---------------------------------------------------------------- services


@pytest.mark.parametrize(
    ("type_", "values", "enabled"),
    [
        ("google_scc_v2_project_notification_config", {}, True),
        ("google_scc_event_threat_detection_custom_module", {"enablement_state": "ENABLED"}, True),
        ("google_scc_event_threat_detection_custom_module", {"enablement_state": "DISABLED"}, None),
    ],
)
def test_threat_detection(type_: str, values: dict[str, Any], enabled: bool | None) -> None:
    found = all_of(project().add(f"{type_}.a", values), ThreatDetection)
    assert [value(facet.enabled) for facet in found] == ([] if enabled is None else [enabled])


def test_traffic_is_led_to_an_endpoint() -> None:
    world = project()
    ids = world.add("google_cloud_ids_endpoint.i", {"name": "i"})
    firewall = world.add("google_network_security_firewall_endpoint.f", {"name": "f"})
    assert [value(one(r, IntrusionDetection).inspects) for r in (ids, firewall)] == [UNKNOWN, UNKNOWN]
    world.add("google_compute_packet_mirroring.m", {"name": "m"}, refs={"collector_ilb.0.url": ids})
    world.add("google_network_security_firewall_endpoint_association.a", {"firewall_endpoint": "f"})
    assert [value(one(r, IntrusionDetection).inspects) for r in (ids, firewall)] == [True, True]
    alone = project(complete=True).add("google_cloud_ids_endpoint.i", {"name": "i"})
    assert value(one(alone, IntrusionDetection).inspects) is False


@pytest.mark.parametrize(
    ("categories", "security"),
    [(["SECURITY"], True), (["ALL"], True), (["BILLING", "LEGAL"], False)],
)
def test_contacts(categories: list[str], security: bool) -> None:
    values = {"notification_category_subscriptions": categories}
    contact = project().add("google_essential_contacts_contact.c", values)
    assert value(one(contact, AccountContact).security) is security


def test_feeds_of_all_assets() -> None:
    whole = project().add("google_cloud_asset_project_feed.w", {"asset_types": [".*"]})
    assert value(one(whole, ChangeRecorder).all_resources) is True
    part = project().add("google_cloud_asset_project_feed.p", {"asset_types": ["compute.googleapis.com/Instance"]})
    assert all_of(part, ChangeRecorder) == []


@pytest.mark.parametrize(
    ("type_", "values", "active"),
    [
        ("google_org_policy_policy", {"spec": [{"rules": [{"enforce": "TRUE"}]}]}, True),
        ("google_org_policy_policy", {"spec": [{"rules": [{"enforce": "FALSE"}]}]}, False),
        ("google_org_policy_policy", {"spec": [{"rules": [{"deny_all": "TRUE"}]}]}, True),
        ("google_org_policy_policy", {"spec": [{"rules": [{"values": [{"allowed_values": ["a"]}]}]}]}, True),
        ("google_org_policy_policy", {"dry_run_spec": [{"rules": [{"enforce": "TRUE"}]}]}, False),
        ("google_project_organization_policy", {"boolean_policy": [{"enforced": True}]}, True),
        ("google_project_organization_policy", {"boolean_policy": [{"enforced": False}]}, False),
        ("google_project_organization_policy", {"list_policy": [{"deny": [{"all": True}]}]}, True),
        ("google_project_organization_policy", {"list_policy": [{"allow": [{"all": True}]}]}, False),
        ("google_organization_policy", {"list_policy": [{"allow": [{"values": ["in:japan-locations"]}]}]}, True),
        ("google_scc_project_custom_module", {"enablement_state": "ENABLED"}, True),
        ("google_scc_project_custom_module", {"enablement_state": "DISABLED"}, False),
        ("google_securityposture_posture_deployment", {}, True),
    ],
)
def test_rules(type_: str, values: dict[str, Any], active: bool) -> None:
    assert value(one(project().add(f"{type_}.a", values), SettingRule).active) is active
