"""Logs: taken, kept and guarded."""

from __future__ import annotations

from typing import Any

import pytest

from auditor.attr import Attr, Known
from auditor.facets import (
    AuditTrail,
    DataAccessLog,
    Exposure,
    LogImmutability,
    LogStore,
    NetworkFlowLog,
    TrailIntegrity,
)
from auditor.findings import Status
from auditor.record import Action
from tests.govcloud.judging import UNKNOWN, judge, resource, status, whole

COMPLETE = "log.audit-trail.complete"
YES: Attr[bool] = Known(True)
NO: Attr[bool] = Known(False)
HERE: Attr[str] = Known("111122223333")
THERE: Attr[str] = Known("444455556666")


def trail(**changes: Attr[bool]) -> AuditTrail:
    values: dict[str, Any] = {"logging": YES, "all_regions": YES, "management_events": YES, "organization": NO}
    return AuditTrail(**values | changes)


@pytest.mark.parametrize("field", ["logging", "all_regions", "management_events"])
def test_a_trail_lacks_nothing(field: str) -> None:
    assert status(COMPLETE, trail()) is Status.PASS
    assert status(COMPLETE, trail(organization=UNKNOWN)) is Status.PASS
    assert status(COMPLETE, trail(**{field: NO})) is Status.FAIL
    assert status(COMPLETE, trail(**{field: UNKNOWN})) is Status.UNKNOWN


def test_what_a_trail_lacks_is_named() -> None:
    verdict = judge(COMPLETE, trail(logging=NO, all_regions=UNKNOWN, management_events=NO))
    assert verdict is not None
    assert verdict.status is Status.FAIL
    assert verdict.text is not None
    assert "not recording" in verdict.text.en
    assert "management operations" in verdict.text.en
    assert "regions" not in verdict.text.en


@pytest.mark.parametrize(
    ("other", "account", "action", "expected"),
    [
        (trail(), HERE, Action.NO_OP, Status.NOT_APPLICABLE),
        (trail(), THERE, Action.NO_OP, Status.FAIL),
        (trail(organization=YES), THERE, Action.NO_OP, Status.NOT_APPLICABLE),
        (trail(), UNKNOWN, Action.NO_OP, Status.UNKNOWN),
        (trail(), HERE, Action.DELETE, Status.FAIL),
        (trail(management_events=NO), HERE, Action.NO_OP, Status.FAIL),
        (trail(management_events=UNKNOWN), HERE, Action.NO_OP, Status.FAIL),
    ],
)
def test_a_trail_of_other_events_beside_a_whole_one(
    other: AuditTrail, account: Attr[str], action: Action, expected: Status
) -> None:
    beside = resource(other, address="aws_cloudtrail.other", account=account, action=action)
    verdict = judge(COMPLETE, trail(management_events=NO), account=HERE, others=[beside])
    assert verdict is not None
    assert verdict.status is expected
    if expected is Status.NOT_APPLICABLE:
        assert verdict.text is not None
        assert "aws_cloudtrail.other" in verdict.text.ja


@pytest.mark.parametrize(("own", "others"), [(UNKNOWN, HERE), (HERE, UNKNOWN)])
def test_the_account_that_decides_is_what_is_unknown(own: Attr[str], others: Attr[str]) -> None:
    beside = resource(trail(), address="aws_cloudtrail.other", account=others)
    verdict = judge(COMPLETE, trail(management_events=NO), account=own, others=[beside])
    assert verdict is not None
    assert verdict.unknown is not None
    assert "aws_cloudtrail.other" in verdict.unknown.text.en


class TestTrailPresent:
    id = "log.audit-trail.present"

    def test_present(self) -> None:
        assert whole(self.id, resource(trail(logging=NO))) == []

    def test_absent_from_a_plan(self) -> None:
        ((_, verdict),) = whole(self.id, resource())
        assert verdict.status is Status.UNKNOWN
        assert verdict.unknown is not None
        assert "組織の証跡" in verdict.unknown.text.ja

    def test_absent_from_a_complete_inventory(self) -> None:
        ((_, verdict),) = whole(self.id, resource(), complete=True)
        assert verdict.status is Status.FAIL

    def test_of_the_government_cloud(self) -> None:
        ((_, verdict),) = whole(self.id, resource(), platform="government-cloud")
        assert verdict.status is Status.INHERITED
        assert verdict.documents == ("org-trail",)

    def test_a_cloud_that_always_records(self) -> None:
        ((_, verdict),) = whole(self.id, resource(provider="google"))
        assert verdict.status is Status.INHERITED
        assert verdict.text is not None
        assert "Cloud Audit Logs overview" in verdict.text.en


@pytest.mark.parametrize(("value", "expected"), [(YES, Status.PASS), (NO, Status.FAIL), (UNKNOWN, Status.UNKNOWN)])
def test_switches(value: Attr[bool], expected: Status) -> None:
    assert status("log.data-access.enabled", DataAccessLog(what="audit-config", enabled=value)) is expected
    assert status("log.network-flow.enabled", NetworkFlowLog(enabled=value)) is expected
    assert status("log.integrity.validated", TrailIntegrity(validated=value)) is expected


def test_the_kind_of_an_access_log_is_named() -> None:
    verdict = judge("log.data-access.enabled", DataAccessLog(what="audit-config", enabled=NO))
    assert verdict is not None
    assert verdict.text is not None
    assert "audit-config" in verdict.text.ja


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        (Known(365.0), Status.PASS),
        (Known(None), Status.PASS),
        (Known(364.0), Status.FAIL),
        (UNKNOWN, Status.UNKNOWN),
    ],
)
def test_retention(days: Attr[float | None], expected: Status) -> None:
    assert status("log.retention.minimum", LogStore(retention_days=days)) is expected


def test_the_periods_are_named() -> None:
    verdict = judge("log.retention.minimum", LogStore(retention_days=Known(30.0)))
    assert verdict is not None
    assert verdict.text is not None
    assert verdict.expected is not None
    assert "30日" in verdict.text.ja
    assert "365日以上（推奨 1095日以上）" in verdict.expected.ja
    bare = judge("log.retention.minimum", LogStore(retention_days=Known(0.5)), values={"log.retention_min_days": 1.5})
    assert bare is not None
    assert bare.text is not None
    assert bare.expected is not None
    assert "0.5" in bare.text.en
    assert bare.expected.en == "at least 1.5 days"


@pytest.mark.parametrize(
    ("locked", "versioned", "denied", "expected"),
    [
        (YES, NO, NO, Status.PASS),
        (YES, UNKNOWN, UNKNOWN, Status.PASS),
        (NO, YES, YES, Status.PASS),
        (NO, YES, NO, Status.FAIL),
        (NO, NO, UNKNOWN, Status.FAIL),
        (NO, YES, UNKNOWN, Status.UNKNOWN),
        (UNKNOWN, NO, NO, Status.UNKNOWN),
    ],
)
def test_immutability(locked: Attr[bool], versioned: Attr[bool], denied: Attr[bool], expected: Status) -> None:
    facet = LogImmutability(locked=locked, versioned=versioned, deletion_denied=denied)
    assert status("log.integrity.immutable", facet) is expected


@pytest.mark.parametrize(
    ("versioned", "denied", "said", "unsaid"),
    [
        (YES, NO, ["削除が拒否されていない"], ["バージョニングが無効"]),
        (NO, YES, ["バージョニングが無効"], ["削除が拒否されていない"]),
        (NO, NO, ["バージョニングが無効", "削除が拒否されていない"], []),
        (NO, UNKNOWN, ["バージョニングが無効"], ["削除が拒否されていない"]),
    ],
)
def test_what_the_log_store_lacks_is_named(
    versioned: Attr[bool], denied: Attr[bool], said: list[str], unsaid: list[str]
) -> None:
    verdict = judge("log.integrity.immutable", LogImmutability(locked=NO, versioned=versioned, deletion_denied=denied))
    assert verdict is not None
    assert verdict.text is not None
    assert all(text in verdict.text.ja for text in [*said, "ロックされていない"])
    assert not any(text in verdict.text.ja for text in unsaid)


@pytest.mark.parametrize(
    ("public", "holds_logs", "expected"),
    [
        (YES, YES, Status.FAIL),
        (NO, YES, Status.PASS),
        (YES, NO, None),
        (UNKNOWN, NO, None),
        (NO, UNKNOWN, Status.PASS),
        (YES, UNKNOWN, Status.UNKNOWN),
        (UNKNOWN, YES, Status.UNKNOWN),
    ],
)
def test_exposure(public: Attr[bool], holds_logs: Attr[bool], expected: Status | None) -> None:
    assert status("log.exposure.not-public", Exposure(public=public, holds_logs=holds_logs)) is expected
