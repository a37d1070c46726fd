"""Multi-factor authentication of those who administer."""

from __future__ import annotations

import pytest

from auditor.attr import Attr, Known
from auditor.checks import Verdict
from auditor.facets import Delegation, Identity, MfaDemand, RootUser
from auditor.findings import Status
from auditor.inventory import Phase
from tests.govcloud.judging import UNKNOWN, judge, resource, status, whole

YES: Attr[bool] = Known(True)
NO: Attr[bool] = Known(False)

BY_DEMAND = [
    (MfaDemand.REQUIRED, Status.PASS),
    (MfaDemand.NOT_REQUIRED, Status.FAIL),
    (MfaDemand.IF_EXISTS, Status.FAIL),
    (MfaDemand.AT_IDENTITY_PROVIDER, Status.MANUAL),
    (MfaDemand.NOT_A_PERSON, Status.NOT_APPLICABLE),
]


def delegation(administrative: Attr[bool], mfa: Attr[MfaDemand]) -> Delegation:
    return Delegation(principal=Known("partner"), administrative=administrative, mfa=mfa)


def identity(
    mfa: Attr[MfaDemand], *, administrative: Attr[bool] = YES, person: Attr[bool] = YES, long_lived_key: Attr[bool] = NO
) -> Identity:
    return Identity(administrative=administrative, person=person, mfa=mfa, long_lived_key=long_lived_key)


@pytest.mark.parametrize(("demand", "expected"), BY_DEMAND)
def test_administrators_from_outside(demand: MfaDemand, expected: Status) -> None:
    id_ = "mfa.delegated-admin.demanded"
    assert status(id_, delegation(YES, Known(demand))) is expected
    assert status(id_, delegation(NO, Known(demand))) is Status.NOT_APPLICABLE
    assert status(id_, delegation(NO, UNKNOWN)) is Status.NOT_APPLICABLE
    # Whether they administer matters only where MFA is not required.
    open_ = expected if demand in (MfaDemand.REQUIRED, MfaDemand.NOT_A_PERSON) else Status.UNKNOWN
    assert status(id_, delegation(UNKNOWN, Known(demand))) is open_
    assert status(id_, delegation(YES, UNKNOWN)) is Status.UNKNOWN


def test_if_exists_is_explained() -> None:
    verdict = judge("mfa.delegated-admin.demanded", delegation(YES, Known(MfaDemand.IF_EXISTS)))
    assert verdict is not None
    assert verdict.text is not None
    assert "長期のアクセスキー" in verdict.text.ja
    assert "long-term access keys" in verdict.text.en


def test_an_identity_provider_is_named_with_its_document() -> None:
    verdict = judge("mfa.delegated-admin.demanded", delegation(YES, Known(MfaDemand.AT_IDENTITY_PROVIDER)))
    assert verdict is not None
    assert verdict.documents == ("idp-mfa-evidence",)
    assert verdict.text is not None
    assert "partner" in verdict.text.ja


@pytest.mark.parametrize(("demand", "expected"), BY_DEMAND)
def test_privileged_users(demand: MfaDemand, expected: Status) -> None:
    id_ = "mfa.privileged-user.demanded"
    assert status(id_, identity(Known(demand))) is expected
    assert status(id_, identity(Known(demand), administrative=NO)) is Status.NOT_APPLICABLE
    assert status(id_, identity(Known(demand), person=NO)) is Status.NOT_APPLICABLE
    open_ = expected if demand in (MfaDemand.REQUIRED, MfaDemand.NOT_A_PERSON) else Status.UNKNOWN
    assert status(id_, identity(Known(demand), administrative=UNKNOWN)) is open_
    assert status(id_, identity(Known(demand), person=UNKNOWN)) is open_
    assert status(id_, identity(UNKNOWN)) is Status.UNKNOWN


@pytest.mark.parametrize(
    ("administrative", "key", "mfa", "expected"),
    [
        (YES, YES, Known(MfaDemand.NOT_REQUIRED), Status.FAIL),
        (YES, YES, Known(MfaDemand.NOT_A_PERSON), Status.FAIL),
        (YES, YES, Known(MfaDemand.IF_EXISTS), Status.FAIL),
        (YES, YES, Known(MfaDemand.REQUIRED), Status.PASS),
        (YES, NO, Known(MfaDemand.NOT_REQUIRED), Status.PASS),
        (NO, YES, Known(MfaDemand.NOT_REQUIRED), None),
        (UNKNOWN, YES, Known(MfaDemand.NOT_REQUIRED), Status.UNKNOWN),
        (UNKNOWN, NO, UNKNOWN, Status.PASS),
        (YES, UNKNOWN, Known(MfaDemand.NOT_REQUIRED), Status.UNKNOWN),
        (YES, YES, UNKNOWN, Status.UNKNOWN),
    ],
)
def test_long_lived_keys(
    administrative: Attr[bool], key: Attr[bool], mfa: Attr[MfaDemand], expected: Status | None
) -> None:
    facet = identity(mfa, administrative=administrative, person=NO, long_lived_key=key)
    assert status("mfa.privileged-user.no-long-lived-key", facet) is expected


@pytest.mark.parametrize(("protected", "expected"), [(YES, Status.PASS), (NO, Status.FAIL), (UNKNOWN, Status.UNKNOWN)])
def test_root(protected: Attr[bool], expected: Status) -> None:
    assert status("mfa.root.protected", RootUser(protected=protected)) is expected


def test_root_that_the_platform_keeps() -> None:
    def said(protected: Attr[bool]) -> Verdict | None:
        root = RootUser(protected=protected)
        return judge("mfa.root.protected", root, phase=Phase.OPERATE, platform="government-cloud")

    safe, unseen, seen = said(YES), said(UNKNOWN), said(NO)
    assert safe is not None
    assert safe.status is Status.PASS
    assert unseen is not None
    assert seen is not None
    assert (unseen.status, seen.status) == (Status.INHERITED, Status.INHERITED)
    assert unseen.documents == seen.documents == ("root-custody",)
    # what the account shows is told
    assert unseen.text is not None
    assert seen.text is not None
    assert seen.text.en != unseen.text.en


def test_root_in_the_input_is_judged_by_the_other_check() -> None:
    assert whole("mfa.root.known", resource(RootUser(protected=NO)), phase=Phase.OPERATE) == []


@pytest.mark.parametrize("complete", [True, False])
@pytest.mark.parametrize("provider", ["aws", "google"])
def test_root_that_the_input_does_not_show_is_not_verified(provider: str, complete: bool) -> None:
    ((address, verdict),) = whole("mfa.root.known", resource(provider=provider), complete=complete)
    assert address == f"{provider}:account"
    assert verdict.status is Status.UNKNOWN


def test_root_of_the_government_cloud() -> None:
    found = dict(whole("mfa.root.known", resource(), resource(provider="google"), platform="government-cloud"))
    assert found["aws:account"].status is Status.INHERITED
    assert found["aws:account"].documents == ("root-custody",)
    assert found["google:account"].status is Status.UNKNOWN
