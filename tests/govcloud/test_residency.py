"""Where information and its copies are."""

from __future__ import annotations

import pytest

from auditor.attr import Attr, Known, Reason
from auditor.facets import Placement, RegionGuardrail, Replica, ReplicaKind
from auditor.findings import Status
from auditor.record import Action
from tests.govcloud.judging import OSAKA, SINGAPORE, TOKYO, UNKNOWN, judge, resource, status, whole

DATA = "residency.location.data-allowed"
OTHER = "residency.location.other-allowed"
COPIES = "residency.replication.allowed"
GUARDRAIL = "residency.guardrail.permitted"


def at(*regions: str) -> Attr[frozenset[str]]:
    return Known(frozenset(regions))


def store(*regions: str, service: str | None = None) -> Placement:
    return Placement(locations=at(*regions), stores_data=True, global_service=service)


@pytest.mark.parametrize(
    ("provider", "regions", "expected"),
    [
        ("aws", [TOKYO], Status.PASS),
        ("aws", [TOKYO, OSAKA], Status.PASS),
        ("aws", [TOKYO, SINGAPORE], Status.FAIL),
        ("aws", ["asia-northeast1"], Status.FAIL),
        ("google", ["asia-northeast1", "asia-northeast2"], Status.PASS),
        ("google", ["asia"], Status.FAIL),
        ("azurerm", ["japaneast"], Status.UNKNOWN),
        ("aws", [], Status.UNKNOWN),
    ],
)
def test_location(provider: str, regions: list[str], expected: Status) -> None:
    locations = at(*regions)
    assert status(DATA, Placement(locations=locations, stores_data=True), provider=provider) is expected
    assert status(OTHER, Placement(locations=locations), provider=provider) is expected
    assert status(COPIES, Replica(location=locations, kind=ReplicaKind.BACKUP_COPY), provider=provider) is expected


def test_each_location_is_judged_by_one_of_the_two_checks() -> None:
    assert status(DATA, Placement(locations=at(TOKYO))) is None
    assert status(OTHER, store(TOKYO)) is None


def test_the_text_names_what_is_outside_and_what_is_allowed() -> None:
    verdict = judge(DATA, store(TOKYO, SINGAPORE))
    assert verdict is not None
    assert verdict.text is not None
    assert verdict.expected is not None
    assert SINGAPORE in verdict.text.ja
    assert TOKYO not in verdict.text.ja
    assert TOKYO in verdict.expected.en
    assert OSAKA in verdict.expected.en


def test_a_global_service_is_named() -> None:
    verdict = judge(OTHER, Placement(locations=at(), global_service="CloudFront"))
    assert verdict is not None
    assert verdict.status is Status.NOT_APPLICABLE
    assert verdict.text is not None
    assert "CloudFront" in verdict.text.ja


def test_data_in_a_global_service_needs_a_record() -> None:
    verdict = judge(DATA, store(service="CloudFront"))
    assert verdict is not None
    assert verdict.status is Status.MANUAL
    assert verdict.documents == ("region-exception",)


def test_a_provider_without_allowed_regions_is_named() -> None:
    verdict = judge(DATA, store("japaneast"), provider="azurerm")
    assert verdict is not None
    assert verdict.unknown is not None
    assert verdict.unknown.detail is not None
    assert "residency.allowed_regions.azurerm" in verdict.unknown.detail.ja


def test_values_of_the_configuration_are_read_anew() -> None:
    values = {"residency.allowed_regions.aws": ["AP-SOUTHEAST-1"]}
    assert status(DATA, store(SINGAPORE), values=values) is Status.PASS
    assert status(DATA, store(TOKYO), values=values) is Status.FAIL
    assert status(DATA, store(TOKYO)) is Status.PASS


@pytest.mark.parametrize(
    ("allowed", "enforced", "expected"),
    [
        (at(TOKYO), Known(True), Status.PASS),
        (at(TOKYO, OSAKA), Known(True), Status.PASS),
        (at(TOKYO, SINGAPORE), Known(True), Status.FAIL),
        (at(TOKYO), Known(False), Status.FAIL),
        (at(TOKYO, SINGAPORE), UNKNOWN, Status.FAIL),
        (UNKNOWN, Known(False), Status.FAIL),
        (at(TOKYO), UNKNOWN, Status.UNKNOWN),
        (UNKNOWN, Known(True), Status.UNKNOWN),
    ],
)
def test_guardrail(allowed: Attr[frozenset[str]], enforced: Attr[bool], expected: Status) -> None:
    assert status(GUARDRAIL, RegionGuardrail(allowed=allowed, enforced=enforced)) is expected


class TestGuardrailPresent:
    id = "residency.guardrail.present"
    rule = RegionGuardrail(allowed=Known(frozenset({TOKYO})), enforced=Known(True))

    def test_present(self) -> None:
        assert whole(self.id, resource(self.rule)) == []

    def test_absent_from_a_plan(self) -> None:
        ((address, verdict),) = whole(self.id, resource())
        assert address == "aws:account"
        assert verdict.status is Status.UNKNOWN
        assert verdict.unknown is not None
        assert verdict.unknown.reason is Reason.NOT_COLLECTED

    def test_absent_from_a_complete_inventory(self) -> None:
        ((_, verdict),) = whole(self.id, resource(), complete=True)
        assert verdict.status is Status.FAIL

    @pytest.mark.parametrize("provider", ["aws", "google"])
    def test_of_the_government_cloud(self, provider: str) -> None:
        ((_, verdict),) = whole(self.id, resource(provider=provider), platform="government-cloud", complete=True)
        assert verdict.status is Status.INHERITED
        assert verdict.documents == ("platform-guardrail",)
        assert verdict.text is not None
        assert "デジタル庁" in verdict.text.ja

    def test_one_that_the_plan_deletes_is_none(self) -> None:
        assert len(whole(self.id, resource(self.rule, action=Action.DELETE))) == 1

    def test_each_cloud_by_itself_and_no_helpers(self) -> None:
        found = whole(self.id, resource(self.rule), resource(provider="google"), resource(provider="random"))
        assert [address for address, _ in found] == ["google:account"]
