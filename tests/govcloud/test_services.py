"""Outdated functions, images, services that are on, and licences."""

from __future__ import annotations

import pytest

from auditor.attr import Attr, Known
from auditor.facets import EnabledService, ImageSource, LicensedSoftware, NeedlessFunction
from auditor.findings import Status
from auditor.inventory import Resource
from auditor.record import Action
from tests.govcloud.judging import UNKNOWN, judge, resource, status, whole

YES: Attr[bool] = Known(True)
NO: Attr[bool] = Known(False)


@pytest.mark.parametrize(("attr", "expected"), [(NO, "pass"), (YES, "fail"), (UNKNOWN, "unknown")])
def test_outdated_functions_are_off(attr: Attr[bool], expected: str) -> None:
    assert status("service.minimum.functions", NeedlessFunction(function="IMDSv1", enabled=attr)) == expected


@pytest.mark.parametrize(("attr", "expected"), [(YES, "pass"), (NO, "fail"), (UNKNOWN, "unknown")])
def test_images_are_of_somebody_vouched_for(attr: Attr[bool], expected: str) -> None:
    facet = ImageSource(publisher=Known("444455556666"), vouched=attr)
    assert status("service.minimum.images", facet) == expected


def test_a_doubtful_publisher_is_named() -> None:
    verdict = judge("service.minimum.images", ImageSource(publisher=Known("444455556666"), vouched=NO))
    assert verdict is not None
    assert "444455556666" in str(verdict.text)


def service(name: Attr[str | None], project: str = "main", action: Action = Action.CREATE) -> Resource:
    return resource(
        EnabledService(service=name),
        provider="google",
        address=f"google_project_service.{project}",
        account=Known(project),
        action=action,
    )


def test_services_are_listed_once_for_each_project() -> None:
    found = whole("service.minimum.services", service(Known("b.example")), service(Known("a.example")))
    assert [(address, verdict.status) for address, verdict in found] == [("google:account", Status.MANUAL)]
    assert "a.example, b.example" in str(found[0][1].text)
    several = whole("service.minimum.services", service(Known("a.example")), service(Known("a.example"), "other"))
    assert len(several) == 2


def test_services_that_go_or_are_not_known_are_not_counted() -> None:
    found = whole("service.minimum.services", service(UNKNOWN), service(Known("a.example"), action=Action.DELETE))
    assert "0 services" in str(found[0][1].text)
    assert whole("service.minimum.services", service(Known("a.example"), action=Action.DELETE)) == []
    assert whole("service.minimum.services", resource()) == []


@pytest.mark.parametrize(
    ("own", "tracked", "expected"),
    [
        (YES, YES, Status.PASS),
        (YES, NO, Status.MANUAL),
        (YES, UNKNOWN, Status.UNKNOWN),
        (NO, UNKNOWN, Status.NOT_APPLICABLE),
        (UNKNOWN, YES, Status.UNKNOWN),
    ],
)
def test_licences_of_ones_own_are_tracked(own: Attr[bool], tracked: Attr[bool], expected: Status) -> None:
    machine = resource(LicensedSoftware(what="machine-image", own_licence=own, tracked=tracked))
    assert [verdict.status for _, verdict in whole("license.tracking.tracked", machine)] == [expected]
