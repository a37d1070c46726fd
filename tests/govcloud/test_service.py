"""Publishing, redundancy, capacity, monitoring and changes."""

from __future__ import annotations

from typing import Any

import pytest

from auditor.attr import Attr, Known
from auditor.facets import (
    AccountContact,
    AlarmRecipient,
    AllowedMethods,
    ChangeRecorder,
    ContentWriters,
    IntrusionDetection,
    NetworkFlowLog,
    PublishedContent,
    PublishedService,
    Redundancy,
    SettingRule,
    ShareQuota,
    ThreatDetection,
    Watched,
)
from auditor.findings import Status
from auditor.inventory import Phase
from auditor.record import Action
from tests.govcloud.judging import UNKNOWN, judge, resource, status, whole

YES: Attr[bool] = Known(True)
NO: Attr[bool] = Known(False)


def service(**changes: Any) -> PublishedService:
    values: dict[str, Any] = {"service": "load-balancer", "public": YES, "firewall": YES, "flood_limited": YES}
    return PublishedService(**values | changes)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, Status.PASS),
        ({"firewall": NO}, Status.FAIL),
        ({"firewall": UNKNOWN}, Status.UNKNOWN),
        ({"firewall": None}, Status.MANUAL),
        ({"firewall": NO, "public": UNKNOWN}, Status.UNKNOWN),
        ({"firewall": None, "public": UNKNOWN}, Status.UNKNOWN),
        ({"firewall": YES, "public": UNKNOWN}, Status.PASS),
        ({"firewall": NO, "public": NO}, Status.NOT_APPLICABLE),
        ({"firewall": UNKNOWN, "public": NO}, Status.NOT_APPLICABLE),
    ],
)
def test_a_firewall_in_front(changes: dict[str, Any], expected: Status) -> None:
    assert status("web.firewall.attached", service(**changes)) is expected


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, Status.PASS),
        ({"flood_limited": NO}, Status.FAIL),
        ({"flood_limited": UNKNOWN}, Status.UNKNOWN),
        ({"flood_limited": None}, Status.NOT_APPLICABLE),
        ({"flood_limited": NO, "public": NO}, Status.NOT_APPLICABLE),
        ({"flood_limited": NO, "public": UNKNOWN}, Status.UNKNOWN),
    ],
)
def test_floods(changes: dict[str, Any], expected: Status) -> None:
    assert status("dos.protection.active", service(**changes)) is expected


@pytest.mark.parametrize(
    ("versioned", "writable", "expected"),
    [
        (YES, NO, Status.PASS),
        (NO, NO, Status.FAIL),
        (YES, YES, Status.FAIL),
        (UNKNOWN, YES, Status.FAIL),
        (NO, UNKNOWN, Status.FAIL),
        (UNKNOWN, NO, Status.UNKNOWN),
        (YES, UNKNOWN, Status.UNKNOWN),
    ],
)
def test_published_content(versioned: Attr[bool], writable: Attr[bool], expected: Status) -> None:
    content = PublishedContent(versioned=versioned, publicly_writable=writable, publicly_listed=NO)
    assert status("web.content-protection.kept", content) is expected
    assert status("web.disclosure.listing", content) is Status.PASS


@pytest.mark.parametrize(
    ("anybody", "confined", "expected"),
    [
        (YES, YES, Status.FAIL),
        (NO, YES, Status.PASS),
        (NO, NO, Status.MANUAL),
        (NO, UNKNOWN, Status.UNKNOWN),
        (UNKNOWN, NO, Status.UNKNOWN),
        (UNKNOWN, YES, Status.UNKNOWN),
    ],
)
def test_editors(anybody: Attr[bool], confined: Attr[bool], expected: Status) -> None:
    names: Attr[tuple[str, ...]] = Known(("role/publish",))
    writers = ContentWriters(anybody=anybody, confined=confined, named=names)
    verdict = judge("web.edit-rights.limited", writers)
    assert verdict is not None
    assert verdict.status is expected
    if expected is Status.MANUAL:
        assert verdict.documents == ("content-editors",)
        assert verdict.text is not None
        assert "role/publish" in verdict.text.ja


@pytest.mark.parametrize(
    ("methods", "only_stored", "expected"),
    [
        ({"GET", "HEAD", "OPTIONS"}, UNKNOWN, Status.PASS),
        ({"GET", "DELETE"}, YES, Status.FAIL),
        ({"GET", "POST"}, NO, Status.MANUAL),
        ({"*"}, NO, Status.MANUAL),
        ({"*"}, UNKNOWN, Status.UNKNOWN),
    ],
)
def test_methods(methods: set[str], only_stored: Attr[bool], expected: Status) -> None:
    facet = AllowedMethods(methods=Known(frozenset(methods)), only_stored=only_stored)
    assert status("web.methods.limited", facet) is expected


@pytest.mark.parametrize(
    ("failover", "expected"),
    [(YES, Status.PASS), (NO, Status.FAIL), (None, Status.NOT_APPLICABLE), (UNKNOWN, Status.UNKNOWN)],
)
def test_failover(failover: Attr[bool] | None, expected: Status) -> None:
    assert status("redundancy.failover.automatic", Redundancy(what="x", zones=NO, failover=failover)) is expected


@pytest.mark.parametrize(
    ("percent", "expected"),
    [
        (Known(80.0), Status.PASS),
        (Known(80.5), Status.FAIL),
        (Known(None), Status.FAIL),
        (UNKNOWN, Status.UNKNOWN),
    ],
)
def test_alarms_on_capacity(percent: Attr[float | None], expected: Status) -> None:
    facet = Watched(what="database", watched=YES, capacity_percent=percent)
    assert status("capacity.alarm.threshold", facet) is expected


@pytest.mark.parametrize(
    ("limited", "expected"),
    [(YES, Status.PASS), (NO, Status.FAIL), (None, Status.MANUAL), (UNKNOWN, Status.UNKNOWN)],
)
def test_quotas(limited: Attr[bool] | None, expected: Status) -> None:
    assert status("capacity.quota.set", ShareQuota(limited=limited)) is expected


@pytest.mark.parametrize(
    ("notifies", "received", "expected"),
    [
        (YES, YES, Status.PASS),
        (NO, YES, Status.FAIL),
        (NO, UNKNOWN, Status.FAIL),
        (YES, NO, Status.FAIL),
        (YES, UNKNOWN, Status.UNKNOWN),
        (UNKNOWN, YES, Status.UNKNOWN),
    ],
)
def test_recipients(notifies: Attr[bool], received: Attr[bool], expected: Status) -> None:
    assert status("monitoring.recipient.told", AlarmRecipient(notifies=notifies, received=received)) is expected


@pytest.mark.parametrize(
    ("recording", "everything", "expected"),
    [
        (YES, YES, Status.PASS),
        (NO, UNKNOWN, Status.FAIL),
        (YES, NO, Status.FAIL),
        (UNKNOWN, YES, Status.UNKNOWN),
        (YES, UNKNOWN, Status.UNKNOWN),
    ],
)
def test_recorders(recording: Attr[bool], everything: Attr[bool], expected: Status) -> None:
    facet = ChangeRecorder(recording=recording, all_resources=everything)
    assert status("change.record.complete", facet) is expected


PRESENCE = {
    "monitoring.threat-detection.present": ThreatDetection(service="GuardDuty", enabled=NO),
    "monitoring.log-analysis.present": None,
    "change.record.present": ChangeRecorder(recording=YES, all_resources=YES),
}


@pytest.mark.parametrize("id_", sorted(PRESENCE))
def test_absence_is_concluded_of_a_complete_input_only(id_: str) -> None:
    other = resource(address="aws_thing.other")
    assert [verdict.status for _, verdict in whole(id_, other)] == [Status.UNKNOWN]
    assert [verdict.status for _, verdict in whole(id_, other, complete=True)] == [Status.FAIL]
    facet = PRESENCE[id_]
    if facet is not None:
        assert whole(id_, resource(facet), complete=True) == []


def test_changes_are_always_recorded_by_one_cloud() -> None:
    found = whole("change.record.present", resource(provider="google", address="google_thing.a"), complete=True)
    assert [verdict.status for _, verdict in found] == [Status.INHERITED]


def test_intrusion_is_asked_about_where_there_are_networks() -> None:
    assert whole("monitoring.intrusion.present", resource()) == []
    network = resource(NetworkFlowLog(enabled=YES), address="aws_vpc.v")
    found = whole("monitoring.intrusion.present", network)
    assert [verdict.status for _, verdict in found] == [Status.UNKNOWN]
    inspecting = resource(IntrusionDetection(inspects=UNKNOWN), address="aws_networkfirewall_firewall.f")
    assert whole("monitoring.intrusion.present", network, inspecting, complete=True) == []


@pytest.mark.parametrize(
    ("id_", "met", "unmet", "open_"),
    [
        (
            "monitoring.contact.security",
            AccountContact(security=YES),
            AccountContact(security=NO),
            AccountContact(security=UNKNOWN),
        ),
        (
            "change.rules.active",
            SettingRule(rule="config-rule", active=YES),
            SettingRule(rule="config-rule", active=NO),
            SettingRule(rule="config-rule", active=UNKNOWN),
        ),
    ],
)
def test_one_of_them_is_enough(id_: str, met: Any, unmet: Any, open_: Any) -> None:
    other = resource(unmet, address="aws_thing.other")
    good = resource(met, address="aws_thing.good")
    assert [(address, v.status) for address, v in whole(id_, other, good)] == [("aws_thing.good", Status.PASS)]
    assert [verdict.status for _, verdict in whole(id_, other)] == [Status.UNKNOWN]
    assert [verdict.status for _, verdict in whole(id_, other, complete=True)] == [Status.FAIL]
    undecided = resource(open_, address="aws_thing.open")
    assert [verdict.status for _, verdict in whole(id_, other, undecided, complete=True)] == [Status.UNKNOWN]
    going = resource(met, address="aws_thing.going", action=Action.DELETE)
    assert [verdict.status for _, verdict in whole(id_, going, complete=True)] == [Status.FAIL]
    assert [verdict.status for _, verdict in whole(id_, good, phase=Phase.OPERATE)] == [Status.PASS]


def test_a_provider_that_is_no_cloud_is_not_asked() -> None:
    assert whole("change.rules.active", resource(provider="random", address="random_id.a")) == []


def test_the_common_area_of_the_government_cloud_records_changes() -> None:
    for complete in (True, False):
        ((_, verdict),) = whole("change.record.present", resource(), platform="government-cloud", complete=complete)
        assert verdict.status is Status.INHERITED
        assert verdict.documents == ("central-configuration-record",)
