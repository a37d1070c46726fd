"""Environments: production apart from the rest, and its data out of tests."""

from __future__ import annotations

from typing import Any

import pytest

from auditor.attr import Attr, Known
from auditor.facets import DataOrigin, Facet, Machine, Network, NetworkMember, Placement, Resident
from auditor.findings import Status
from auditor.inventory import Resource
from auditor.record import Action
from auditor.testing import World
from auditor_aws.tags import read_tag
from tests.govcloud.judging import TOKYO, UNKNOWN, whole

NETWORK = "environment.separation.network"
ACCOUNT = "environment.separation.account"
ORIGIN = "environment.test-data.origin"
WORLD = World()


def tagged(
    address: str,
    environment: str | None,
    *facets: Facet,
    account: str | None = "111122223333",
    action: Action = Action.CREATE,
    open_tags: bool = False,
) -> Resource:
    """A resource with a record that carries the tag."""
    tags = {} if environment is None else {"Environment": environment}
    unknown = {"tags": True, "tags_all": True} if open_tags else {}
    record = WORLD.add(address, {"tags": tags, "tags_all": tags}, unknown=unknown, action=action)
    return Resource(
        record.type,
        address,
        record.provider,
        "plan.json",
        action,
        UNKNOWN if account is None else Known(account),
        Known(TOKYO),
        facets,
        record,
        address,
        read_tag=read_tag,
    )


def vpc(name: str, environment: str | None = None) -> Resource:
    return tagged(f"aws_vpc.{name}", environment, Network(internet=Known(False)))


def resident(name: str, environment: str | None, network: Attr[str | None], **more: Any) -> Resource:
    return tagged(f"aws_instance.{name}", environment, Machine(what="machine"), Resident(network=network), **more)


MAIN: Attr[str | None] = Known("aws_vpc.main")


def statuses(check: str, *resources: Resource, **how: Any) -> list[tuple[str, Status]]:
    return [(address, verdict.status) for address, verdict in whole(check, *resources, **how)]


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("production", "prod", Status.PASS),
        ("dev", "テスト", Status.PASS),
        ("production", "dev", Status.FAIL),
        ("staging", "本番", Status.FAIL),
        ("production", None, Status.PASS),
        ("production", "green", Status.PASS),
    ],
)
def test_what_stands_in_a_network_is_of_one_side(one: str, other: str | None, expected: Status) -> None:
    found = statuses(NETWORK, vpc("main"), resident("one", one, MAIN), resident("other", other, MAIN))
    assert found == [("aws_vpc.main", expected)]


def test_a_network_and_its_members_have_environments_of_their_own() -> None:
    subnet = tagged("aws_subnet.test", "test", NetworkMember(network=MAIN))
    assert statuses(NETWORK, vpc("main", "production"), subnet) == [("aws_vpc.main", Status.FAIL)]
    elsewhere = resident("two", "test", Known("aws_vpc.other"))
    assert statuses(NETWORK, vpc("main", "production"), vpc("other"), elsewhere) == [
        ("aws_vpc.main", Status.PASS),
        ("aws_vpc.other", Status.PASS),
    ]


def test_what_goes_and_what_is_open_does_not_count() -> None:
    gone = resident("two", "test", MAIN, action=Action.DELETE)
    assert statuses(NETWORK, vpc("main", "production"), gone) == [("aws_vpc.main", Status.PASS)]


def test_what_is_open_leaves_it_open_unless_it_is_of_the_same_side() -> None:
    main = vpc("main", "production")
    for environment, expected in (("test", Status.UNKNOWN), ("prod", Status.PASS), (None, Status.PASS)):
        assert statuses(NETWORK, main, resident("two", environment, UNKNOWN)) == [("aws_vpc.main", expected)]
    open_tags = resident("two", None, MAIN, open_tags=True)
    assert statuses(NETWORK, main, open_tags) == [("aws_vpc.main", Status.UNKNOWN)]
    mixed = resident("three", "test", MAIN)
    assert statuses(NETWORK, main, open_tags, mixed) == [("aws_vpc.main", Status.FAIL)]


def test_where_nothing_says_any_environment_that_is_told_once() -> None:
    assert statuses(NETWORK, vpc("main"), resident("one", None, MAIN)) == [("aws:account", Status.UNKNOWN)]
    assert statuses(ACCOUNT, vpc("main"), resident("one", None, MAIN)) == []


def test_accounts_are_of_one_side() -> None:
    store = Placement(locations=Known(frozenset({TOKYO})), stores_data=True)
    one = tagged("aws_s3_bucket.docs", "production", store)
    other = tagged("aws_s3_bucket.trial", "dev", store)
    assert statuses(ACCOUNT, one, other) == [("aws:account", Status.FAIL)]
    assert statuses(ACCOUNT, one) == [("aws:account", Status.PASS)]
    elsewhere = tagged("aws_s3_bucket.trial", "dev", store, account="444455556666")
    assert [status for _, status in statuses(ACCOUNT, one, elsewhere)] == [Status.PASS, Status.PASS]
    nowhere = tagged("aws_s3_bucket.trial", "dev", store, account=None)
    assert statuses(ACCOUNT, one, nowhere) == [("aws:account", Status.UNKNOWN)]
    assert statuses(ACCOUNT, nowhere) == []


def test_where_every_place_is_open_it_is_told_that_the_sides_may_be_mixed() -> None:
    production, test = resident("one", "prod", UNKNOWN, account=None), resident("two", "test", UNKNOWN, account=None)
    open_ = resident("three", None, UNKNOWN, account=None, open_tags=True)
    silent = resident("four", None, UNKNOWN, account=None)
    for check in (NETWORK, ACCOUNT):
        for mixed in ((production, test), (production, open_), (test, open_, silent)):
            assert statuses(check, *mixed) == [("aws:account", Status.UNKNOWN)]
        for alike in ((production, silent), (test,), (open_,)):
            assert statuses(check, *alike) == []
    # a place that is known stands for what may be there, and a network without environments for nothing
    assert statuses(NETWORK, vpc("main", "production"), production, test) == [("aws_vpc.main", Status.UNKNOWN)]
    assert statuses(NETWORK, vpc("main"), production, test) == [("aws:account", Status.UNKNOWN)]


def copy(
    environment: str | None, source: Attr[str | None], record: Attr[str | None], how: str = "snapshot"
) -> Resource:
    return tagged("aws_db_instance.copy", environment, DataOrigin(how=how, source=source, record=record))


HERE: Attr[str | None] = Known("aws_db_instance.main")
NOTHING: Attr[str | None] = Known(None)


@pytest.mark.parametrize(
    ("environment", "source", "record", "of", "expected"),
    [
        ("test", HERE, HERE, "production", Status.FAIL),
        ("dev", HERE, HERE, "staging", Status.PASS),
        ("dev", HERE, HERE, None, Status.MANUAL),
        ("dev", Known("snap-1"), NOTHING, None, Status.MANUAL),
        ("dev", NOTHING, NOTHING, None, Status.PASS),
        ("dev", UNKNOWN, NOTHING, None, Status.UNKNOWN),
        ("dev", Known("x"), UNKNOWN, None, Status.UNKNOWN),
        ("production", HERE, HERE, "production", None),
        (None, HERE, HERE, "production", None),
    ],
)
def test_copies_of_production_stay_out_of_tests(
    environment: str | None, source: Attr[str | None], record: Attr[str | None], of: str | None, expected: Status | None
) -> None:
    found = statuses(ORIGIN, copy(environment, source, record), tagged("aws_db_instance.main", of))
    assert found == ([] if expected is None else [("aws_db_instance.copy", expected)])
