"""Classes of confidentiality, and tags that lead to the ledger."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from auditor.attr import Known
from auditor.checks import InventoryCheck
from auditor.facets import Facet, Machine, Placement
from auditor.findings import Status
from auditor.inventory import Resource
from auditor.record import Action
from auditor.testing import World
from auditor_aws.tags import read_tag
from tests.govcloud.judging import TOKYO, by_id, context, inventory, parameters, whole

CLASSES = "inventory.classification.tagged"
LEDGER = "inventory.ledger-tags.tagged"
WORLD = World()
STORE = Placement(locations=Known(frozenset({TOKYO})), stores_data=True)


def store(
    name: str,
    tags: Mapping[str, str] | None,
    *facets: Facet,
    action: Action = Action.NO_OP,
    unknown: Mapping[str, Any] | None = None,
) -> Resource:
    """A bucket with those tags; without any such attribute for ``None``."""
    address = f"aws_s3_bucket.{name}"
    values = {} if tags is None else {"tags": dict(tags), "tags_all": dict(tags)}
    record = WORLD.add(address, values, unknown=unknown, action=action)
    return Resource(
        "aws_s3_bucket",
        address,
        "aws",
        "plan.json",
        action,
        Known("111122223333"),
        Known(TOKYO),
        facets or (STORE,),
        record,
        address,
        read_tag=read_tag,
    )


def statuses(check: str, *resources: Resource) -> list[tuple[str, Status]]:
    return [(address, verdict.status) for address, verdict in whole(check, *resources)]


@pytest.mark.parametrize("value", ["3A", "3b", "機密性２", "自治体機密性3C", " 1 ", "機密性 3 A", "自治体 機密性2"])
def test_classes_are_read_as_people_write_them(value: str) -> None:
    assert statuses(CLASSES, store("a", {"Confidentiality": value})) == [("aws:account", Status.PASS)]


def test_a_class_that_nobody_has_set_is_told_where_it_stands() -> None:
    found = statuses(CLASSES, store("a", {"confidentiality": "secret"}), store("b", {"confidentiality": "2"}))
    assert found == [("aws_s3_bucket.a", Status.FAIL), ("aws:account", Status.PASS)]


def test_stores_without_a_class_are_told_together() -> None:
    lacking = [store(f"n{number}", {}) for number in range(5)]
    (found,) = whole(CLASSES, store("a", {"confidentiality": "2"}), *lacking)
    assert found[1].status is Status.FAIL
    assert "5" in str(found[1].text)
    assert "n0" in str(found[1].text)
    assert "n4" not in str(found[1].text)


def test_where_nobody_uses_tags_the_ledger_is_asked_for() -> None:
    assert statuses(CLASSES, store("a", {}), store("b", {"Name": "b"})) == [("aws:account", Status.MANUAL)]
    assert statuses(LEDGER, store("a", {}), store("b", {"System": "juki"})) == [("aws:account", Status.MANUAL)]


def test_none_is_said_only_where_it_is_certain() -> None:
    open_ = store("a", {}, unknown={"tags": True, "tags_all": True})
    for check in (CLASSES, LEDGER):
        assert statuses(check, open_, store("b", {})) == [("aws:account", Status.UNKNOWN)]
    one = store("c", {"confidentiality": "2"})
    assert statuses(CLASSES, open_, store("b", {}), one) == [("aws:account", Status.FAIL)]


def test_an_odd_value_shows_that_tags_are_in_use() -> None:
    odd = store("a", {"confidentiality": "secret"})
    assert statuses(CLASSES, odd, store("b", {})) == [("aws_s3_bucket.a", Status.FAIL), ("aws:account", Status.FAIL)]
    assert statuses(CLASSES, odd) == [("aws_s3_bucket.a", Status.FAIL)]


def test_what_cannot_be_tagged_goes_or_stores_nothing_is_not_asked() -> None:
    settings = Placement(locations=Known(frozenset({TOKYO})), stores_data=False)
    others = (store("a", None), store("b", {}, action=Action.DELETE), store("c", {}, settings))
    assert statuses(CLASSES, *others) == []
    assert statuses(LEDGER, *others) == []


def test_open_tags_leave_it_open() -> None:
    open_ = store("a", {}, unknown={"tags": True, "tags_all": True})
    assert statuses(CLASSES, open_, store("b", {"confidentiality": "2"})) == [("aws:account", Status.UNKNOWN)]
    assert statuses(LEDGER, open_) == [("aws:account", Status.UNKNOWN)]


@pytest.mark.parametrize("first", ["owner", "Owner"])
def test_all_tags_of_the_ledger_are_needed(first: str) -> None:
    whole_set = store("a", {"System": "juki", first: "shimin-ka"})
    assert statuses(LEDGER, whole_set) == [("aws:account", Status.PASS)]
    assert statuses(LEDGER, whole_set, store("b", {"System": "juki"})) == [("aws:account", Status.FAIL)]


@pytest.mark.parametrize(
    ("key", "expected"),
    [("CostCenter", Status.PASS), ("costCenter", Status.PASS), ("costcenter", Status.MANUAL)],
)
def test_keys_of_the_ledger_are_taken_as_they_are_written(key: str, expected: Status) -> None:
    check = by_id(LEDGER)
    assert isinstance(check, InventoryCheck)
    around = context(None, values={**parameters(), "inventory.required_tags": ["CostCenter"]})
    assert [verdict.status for _, verdict in check.function(inventory(store("a", {key: "1"})), around)] == [expected]


def test_machines_count_for_the_ledger_and_groups_are_tagged_by_their_template() -> None:
    assert statuses(LEDGER, store("m", {}, Machine(what="machine"))) == [("aws:account", Status.MANUAL)]
    assert statuses(LEDGER, store("g", {}, Machine(what="group"))) == []


@pytest.mark.parametrize(
    ("values", "how", "expected"),
    [
        ({"tags": {"a": "1"}, "tags_all": {"a": "1", "b": "2"}}, {"action": Action.NO_OP}, ("1", "2", None)),
        ({"tags": {"a": "1"}}, {"unknown": {"tags_all": True}}, ("1", "unknown", "unknown")),
        ({"tags": None}, {"unset": ["tags_all"]}, (None, None, None)),
        ({"tags": None}, {"unset": ["tags_all"], "action": Action.UPDATE}, ("unknown", "unknown", "unknown")),
        ({"tags": None}, {"unknown": {"tags_all": True}}, ("unknown", "unknown", "unknown")),
        (
            {"tags": {"a": "1"}, "tags_all": {"a": "1", "c": "3"}},
            {"unknown": {"tags": {"b": True}, "tags_all": {"b": True}}},
            ("1", "unknown", "3"),
        ),
        ({"tags": {"a": "1"}}, {"unknown": {"tags": {"b": True}, "tags_all": True}}, ("1", "unknown", "unknown")),
        ({"tags": {"a": "1"}}, {"action": Action.EXISTS}, ("1", None, None)),
    ],
)
def test_tags_are_told_as_far_as_they_are_known(
    values: dict[str, Any], how: dict[str, Any], expected: tuple[str | None, ...]
) -> None:
    record = World().add("aws_s3_bucket.a", values, **how)
    found = [read_tag(record, key) for key in "abc"]
    assert tuple(attr.value if isinstance(attr, Known) else "unknown" for attr in found) == expected
