"""Checks of access, credentials, passwords and privileged identities."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from auditor.attr import Attr, Known
from auditor.facets import (
    AccessAnalyser,
    Authentication,
    Breadth,
    Credential,
    DefaultAccount,
    DefaultAccountKind,
    DelegatedRights,
    Delegation,
    Exposure,
    Identity,
    IdentityName,
    MfaDemand,
    PasswordPolicy,
    PlaintextCredential,
    PrivilegedSession,
    Rights,
    Share,
    Usage,
    Utility,
)
from auditor.findings import Status
from auditor.inventory import Resource
from auditor.record import Action
from tests.govcloud.judging import UNKNOWN, judge, resource, status, whole

WHO = "arn:aws:iam::444455556666:root"
YES: Attr[bool] = Known(True)
NO: Attr[bool] = Known(False)


def rights(breadth: Attr[Breadth], *services: str, person: Attr[bool] = NO) -> Rights:
    return Rights(breadth=breadth, whole_services=Known(services), person=person)


@pytest.mark.parametrize("breadth", [one for one in Breadth if one is not Breadth.LIMITED])
def test_wide_rights(breadth: Breadth) -> None:
    id_ = "access.least-privilege.breadth"
    assert status(id_, rights(Known(breadth))) is Status.FAIL
    assert status(id_, rights(Known(breadth), person=Known(True))) is Status.MANUAL
    assert status(id_, rights(Known(breadth), person=UNKNOWN)) is Status.UNKNOWN


def test_limited_and_unknown_rights() -> None:
    id_ = "access.least-privilege.breadth"
    assert status(id_, rights(Known(Breadth.LIMITED), person=UNKNOWN)) is Status.PASS
    assert status(id_, rights(UNKNOWN)) is Status.UNKNOWN


def test_whole_services() -> None:
    id_ = "access.least-privilege.whole-service"
    assert status(id_, rights(Known(Breadth.LIMITED))) is Status.PASS
    verdict = judge(id_, rights(Known(Breadth.LIMITED), "s3", "sqs"))
    assert verdict is not None
    assert verdict.status is Status.FAIL
    assert "s3, sqs" in str(verdict.text)
    assert status(id_, rights(Known(Breadth.ALL), "s3")) is None
    assert status(id_, rights(UNKNOWN, "s3")) is Status.FAIL
    assert status(id_, rights(UNKNOWN)) is None


@pytest.mark.parametrize(
    ("facet", "expected"),
    [
        (Exposure(public=Known(True)), Status.FAIL),
        (Exposure(public=Known(False)), Status.PASS),
        (Exposure(public=UNKNOWN), Status.UNKNOWN),
        (Exposure(public=Known(True), by_address=True), None),
    ],
)
def test_public_stores(facet: Exposure, expected: Status | None) -> None:
    assert status("access.public-store.closed", facet) is expected


@pytest.mark.parametrize(
    ("recipients", "unlimited", "expected"),
    [
        (Known(()), UNKNOWN, Status.PASS),
        (Known((WHO,)), Known(False), Status.MANUAL),
        (Known((WHO,)), Known(True), Status.FAIL),
        (Known((WHO,)), UNKNOWN, Status.UNKNOWN),
        (UNKNOWN, Known(False), Status.UNKNOWN),
    ],
)
def test_shares(recipients: Attr[tuple[str, ...]], unlimited: Attr[bool], expected: Status) -> None:
    assert status("access.foreign-share.approved", Share(recipients=recipients, unlimited=unlimited)) is expected


@pytest.mark.parametrize(("required", "expected"), [(True, Status.PASS), (False, Status.FAIL)])
def test_authentication(required: bool, expected: Status) -> None:
    outside = Authentication(what="function-url", required=Known(required))
    inside = Authentication(what="cache", internal=True, required=Known(required))
    assert status("access.authentication.endpoint", outside) is expected
    assert status("access.authentication.endpoint", inside) is None
    assert status("access.authentication.internal-store", inside) is expected
    assert status("access.authentication.internal-store", outside) is None


@pytest.mark.parametrize(
    ("breadth", "outside", "expected"),
    [
        (Known(Breadth.LIMITED), UNKNOWN, Status.PASS),
        (Known(Breadth.ALL), Known(True), Status.FAIL),
        (Known(Breadth.IDENTITIES), Known(True), Status.FAIL),
        (Known(Breadth.ALL), Known(False), Status.MANUAL),
        (Known(Breadth.ALL), UNKNOWN, Status.UNKNOWN),
        (UNKNOWN, Known(True), Status.UNKNOWN),
    ],
)
def test_delegated_rights(breadth: Attr[Breadth], outside: Attr[bool], expected: Status) -> None:
    facet = DelegatedRights(principal=Known("arn:aws:iam::444455556666:root"), outside=outside, breadth=breadth)
    assert status("access.delegated-rights.limited", facet) is expected


@pytest.mark.parametrize(
    ("principal", "expected"),
    [
        ("arn:aws:iam::444455556666:role/operator", Status.MANUAL),
        ("serviceAccount:deploy@vendor.iam.gserviceaccount.com", Status.MANUAL),
        ("arn:aws:iam::444455556666:root", Status.FAIL),
        ("user:somebody@gmail.com", Status.FAIL),
    ],
)
def test_one_named_principal_may_have_been_permitted_wide_rights(principal: str, expected: Status) -> None:
    facet = DelegatedRights(principal=Known(principal), outside=Known(True), breadth=Known(Breadth.ALL))
    assert status("access.delegated-rights.limited", facet) is expected


def test_review_tools() -> None:
    id_ = "access.review-tool.present"
    without, analyser = resource(), resource(AccessAnalyser(what="ACCOUNT", active=Known(True)))
    assert [verdict.status for _, verdict in whole(id_, without)] == [Status.UNKNOWN]
    assert [verdict.status for _, verdict in whole(id_, without, complete=True)] == [Status.FAIL]
    assert whole(id_, analyser) == []
    assert status("access.review-tool.active", analyser.facets[0]) is Status.PASS
    assert status("access.review-tool.active", AccessAnalyser(what="ACCOUNT", active=Known(False))) is Status.FAIL


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        (Known(90.0), Status.PASS),
        (Known(91.0), Status.FAIL),
        (Known(None), Status.NOT_APPLICABLE),
        (UNKNOWN, Status.UNKNOWN),
    ],
)
def test_last_use(days: Attr[float | None], expected: Status) -> None:
    assert status("identity.unused.last-use", Usage(what="iam-user", unused_days=days)) is expected


def test_use_that_no_input_shows() -> None:
    assert [v.status for _, v in whole("identity.unused.known", resource())] == [Status.UNKNOWN]
    assert [v.status for _, v in whole("identity.unused.known", resource(), complete=True)] == [Status.NOT_APPLICABLE]


def named(name: Attr[str], person: Attr[bool] = YES, **how: Any) -> Resource:
    return resource(IdentityName(name=name, person=person), **how)


@pytest.mark.parametrize(
    "name", ["admin", "Administrator", "shared-ops", "user01", "test", "共用端末", "city.admin", "保守用"]
)
def test_names_of_nobody(name: str) -> None:
    assert [v.status for _, v in whole("identity.individual.name", named(Known(name)))] == [Status.MANUAL]


@pytest.mark.parametrize("name", ["t-yamada", "badminton", "operetta", "usertani", "suzuki.hanako"])
def test_names_of_somebody(name: str) -> None:
    assert whole("identity.individual.name", named(Known(name))) == []


def test_names_that_matter_and_unknown_ones() -> None:
    id_ = "identity.individual.name"
    assert whole(id_, named(Known("admin"), Known(False))) == []
    assert whole(id_, named(Known("admin"), action=Action.DELETE)) == []
    assert [v.status for _, v in whole(id_, named(UNKNOWN))] == [Status.UNKNOWN]
    assert [v.status for _, v in whole(id_, named(Known("admin"), UNKNOWN))] == [Status.UNKNOWN]


def user(*, administrative: Attr[bool] = NO, person: bool = True, key: Attr[bool] = NO) -> Identity:
    return Identity(
        administrative=administrative, person=Known(person), mfa=Known(MfaDemand.REQUIRED), long_lived_key=key
    )


def let_in(who: str = WHO, administrative: Attr[bool] = YES, mfa: MfaDemand = MfaDemand.REQUIRED) -> Delegation:
    return Delegation(key=who, principal=Known(who), administrative=administrative, mfa=Known(mfa))


def test_the_ledger_is_asked_for_where_persons_are_named() -> None:
    id_ = "identity.individual.ledger"
    assert [v.status for _, v in whole(id_, resource(user()))] == [Status.MANUAL]
    assert whole(id_, resource(user(person=False))) == []
    assert [v.status for _, v in whole(id_, resource(let_in(mfa=MfaDemand.AT_IDENTITY_PROVIDER)))] == [Status.MANUAL]


@pytest.mark.parametrize(
    ("key", "expected"), [(Known(True), Status.FAIL), (Known(False), Status.PASS), (UNKNOWN, Status.UNKNOWN)]
)
def test_keys_without_an_end(key: Attr[bool], expected: Status) -> None:
    assert status("credential.long-lived-key.identity", user(key=key)) is expected
    assert status("credential.long-lived-key.credential", Credential(what="access-key", endless=key)) is expected


def test_plain_text() -> None:
    id_ = "credential.plaintext.absent"
    verdict = judge(id_, PlaintextCredential(where="environment", places=Known(("DB_PASSWORD",))))
    assert verdict is not None
    assert verdict.status is Status.FAIL
    assert "DB_PASSWORD" in str(verdict.text)
    assert status(id_, PlaintextCredential(where="environment", places=Known(()))) is Status.PASS
    assert status(id_, PlaintextCredential(where="environment", places=UNKNOWN)) is Status.UNKNOWN


@pytest.mark.parametrize(
    ("id_", "field", "good", "bad"),
    [
        ("password.strength.length", "min_length", 8.0, 7.0),
        ("password.strength.kinds", "kinds", 3.0, 2.0),
        ("password.reuse.history", "history", 1.0, 0.0),
        ("password.expiry.max-age", "max_age_days", 365.0, 366.0),
        ("password.expiry.max-age", "max_age_days", 30.0, None),
        ("password.temporary.changed", "changed_at_first", True, False),
        ("password.lockout.attempts", "attempts", 10.0, 11.0),
        ("password.lockout.attempts", "attempts", 5.0, None),
    ],
)
def test_passwords(id_: str, field: str, good: Any, bad: Any) -> None:
    unset = PasswordPolicy(what="iam-users")

    def stated(value: Attr[Any]) -> PasswordPolicy:
        return msgspec.structs.replace(unset, **{field: value})

    assert status(id_, stated(Known(good))) is Status.PASS
    assert status(id_, stated(Known(bad))) is Status.FAIL
    assert status(id_, stated(UNKNOWN)) is Status.UNKNOWN
    assert status(id_, unset) is None


def test_password_settings_that_no_input_shows() -> None:
    id_ = "password.lockout.known"
    policy = resource(PasswordPolicy(what="iam-users", account=True, min_length=Known(14.0)))
    pool = resource(PasswordPolicy(what="user-pool", min_length=Known(14.0)))
    assert [v.status for _, v in whole("password.strength.known", pool)] == [Status.UNKNOWN]
    assert [v.status for _, v in whole(id_, policy)] == [Status.UNKNOWN]
    assert whole("password.strength.known", policy) == []
    google = resource(provider="google", address="google_thing.one")
    assert [v.status for _, v in whole(id_, google)] == [Status.MANUAL]


def administrators(number: int) -> list[Resource]:
    return [resource(user(administrative=Known(True)), address=f"aws_iam_user.u{index}") for index in range(number)]


def test_number_of_administrators() -> None:
    id_ = "privileged.minimum.count"

    def counted(*judged: Resource, complete: bool = False) -> list[Status]:
        return [verdict.status for _, verdict in whole(id_, *judged, complete=complete)]

    assert counted(*administrators(6)) == [Status.FAIL]
    assert counted(*administrators(5)) == [Status.UNKNOWN]
    assert counted(*administrators(5), complete=True) == [Status.PASS]
    assert counted(*administrators(5), resource(user(administrative=UNKNOWN)), complete=True) == [Status.UNKNOWN]
    assert counted(*administrators(5), resource(let_in()), complete=True) == [Status.FAIL]
    assert counted(*administrators(5), resource(let_in(mfa=MfaDemand.NOT_A_PERSON)), complete=True) == [Status.PASS]
    twice = [resource(let_in(), address=f"aws_iam_role.r{index}") for index in range(9)]
    assert counted(*twice, complete=True) == [Status.PASS]  # one principal, by whichever roles it comes


def test_administrators_of_an_open_account_may_be_of_several() -> None:
    def admins(number: int, account: Attr[str], name: str = "u") -> list[Resource]:
        held = user(administrative=Known(True))
        return [resource(held, address=f"aws_iam_user.{name}{index}", account=account) for index in range(number)]

    def counted(*judged: Resource, complete: bool = True) -> list[Status]:
        return [verdict.status for _, verdict in whole("privileged.minimum.count", *judged, complete=complete)]

    mine = Known("1" * 12)
    assert counted(*admins(6, mine)) == [Status.FAIL]
    assert counted(*admins(6, UNKNOWN)) == [Status.UNKNOWN]
    assert counted(*admins(6, UNKNOWN), complete=False) == [Status.UNKNOWN]
    assert counted(*admins(5, UNKNOWN)) == [Status.PASS]
    assert counted(*admins(2, UNKNOWN, "o"), *admins(3, mine)) == [Status.PASS, Status.PASS]
    assert counted(*admins(2, UNKNOWN, "o"), *admins(4, mine)) == [Status.PASS, Status.UNKNOWN]
    assert counted(*admins(2, UNKNOWN, "o"), *admins(6, mine)) == [Status.PASS, Status.FAIL]


def test_open_principals_may_be_one() -> None:
    def counted(*judged: Resource) -> list[Status]:
        return [verdict.status for _, verdict in whole("privileged.minimum.count", *judged, complete=True)]

    someone = msgspec.structs.replace(let_in(), principal=UNKNOWN)
    let = [resource(someone, address=f"aws_iam_role.r{index}") for index in range(6)]
    assert counted(*let) == [Status.UNKNOWN]
    assert counted(*let[:5]) == [Status.PASS]
    assert counted(*let, *administrators(6)) == [Status.FAIL]


def test_what_gives_no_administrative_rights_does_not_tell_how_long_sessions_last() -> None:
    def told(administrative: Attr[bool]) -> list[Status]:
        facet = PrivilegedSession(hours=Known(1.0), administrative=administrative)
        return [verdict.status for _, verdict in whole("privileged.session.known", resource(facet))]

    assert told(Known(True)) == []
    assert told(UNKNOWN) == []
    assert told(Known(False)) == [Status.UNKNOWN]


def test_administrators_are_counted_by_account() -> None:
    apart = [
        resource(user(administrative=Known(True)), address=f"aws_iam_user.u{index}", account=Known(f"{index % 2}" * 12))
        for index in range(8)
    ]
    found = whole("privileged.minimum.count", *apart, complete=True)
    assert [(address, verdict.status) for address, verdict in found] == [
        ("aws:account 000000000000", Status.PASS),
        ("aws:account 111111111111", Status.PASS),
    ]


@pytest.mark.parametrize(
    ("hours", "administrative", "expected"),
    [
        (Known(4.0), Known(True), Status.PASS),
        (Known(4.5), Known(True), Status.FAIL),
        (Known(12.0), Known(False), None),
        (Known(12.0), UNKNOWN, Status.UNKNOWN),
        (Known(1.0), UNKNOWN, Status.PASS),
        (UNKNOWN, Known(True), Status.UNKNOWN),
    ],
)
def test_sessions(hours: Attr[float], administrative: Attr[bool], expected: Status | None) -> None:
    assert (
        status("privileged.session.length", PrivilegedSession(hours=hours, administrative=administrative)) is expected
    )


@pytest.mark.parametrize("kind", list(DefaultAccountKind))
def test_default_accounts(kind: DefaultAccountKind) -> None:
    mine, other = "privileged.default-account.service", "privileged.default-account.administrator"
    if kind is not DefaultAccountKind.SERVICE:
        mine, other = other, mine
    assert status(mine, DefaultAccount(kind=kind, in_use=Known(True))) is Status.FAIL
    assert status(mine, DefaultAccount(kind=kind, in_use=Known(False))) is Status.PASS
    assert status(mine, DefaultAccount(kind=kind, in_use=UNKNOWN)) is Status.UNKNOWN
    assert status(other, DefaultAccount(kind=kind, in_use=Known(True))) is None


@pytest.mark.parametrize(
    ("enabled", "logged", "expected"),
    [
        (Known(False), UNKNOWN, Status.PASS),
        (UNKNOWN, Known(True), Status.PASS),
        (Known(True), Known(True), Status.PASS),
        (Known(True), Known(False), Status.FAIL),
        (Known(True), UNKNOWN, Status.UNKNOWN),
        (UNKNOWN, Known(False), Status.UNKNOWN),
    ],
)
def test_utilities(enabled: Attr[bool], logged: Attr[bool], expected: Status) -> None:
    facet = Utility(what="serial-console", enabled=enabled, logged=logged)
    assert status("privileged.utility.controlled", facet) is expected
