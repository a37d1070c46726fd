"""Reading attributes of a record: known, absent, unknown, sensitive, of another type."""

from __future__ import annotations

import msgspec
import pytest

from auditor.attr import Known, Reason, Unknown, all_of, any_of
from auditor.record import Action, Record
from auditor.testing import World

VALUES = {
    "name": "docs",
    "size": "30",
    "on": "true",
    "empty": "",
    "tags": {"a": "1"},
    "rule": [{"days": 7, "filter": [{"prefix": "x"}]}, {"days": None}],
    "names": ["a", None],
}


def record(unknown: dict[str, object] | None = None, sensitive: dict[str, object] | None = None) -> Record:
    return World().add("aws_thing.x", VALUES, unknown=unknown or {}, sensitive=sensitive or {})


def test_values_of_each_kind() -> None:
    thing = record()
    assert thing.text("name").value == "docs"
    assert thing.text("empty").value is None
    assert thing.text("absent").value is None
    assert thing.text_or("absent", "default").value == "default"
    assert thing.number("size").value == 30
    assert thing.number_or("absent", 5).value == 5
    assert thing.flag("on", False).value is True
    assert thing.flag("absent", True).value is True
    assert thing.get("rule.0.filter.0.prefix").value == "x"
    assert thing.get("rule.7.filter").value is None
    assert thing.has("tags").value is True
    assert thing.has("absent").value is False


@pytest.mark.parametrize("unknown", [{}, {"rule": [{}, {}]}, {"rule": False}, {"rule": []}], ids=str)
def test_blocks_are_told_apart(unknown: dict[str, object]) -> None:
    blocks = record(unknown).blocks("rule").value
    assert [block.number("days").value for block in blocks] == [7, None]
    assert blocks[0].get("days").path == "rule.0.days"
    first = record(unknown).block("rule").value
    assert first is not None
    inner = first.block("filter").value
    assert inner is not None
    assert inner.text("prefix").value == "x"


def test_a_value_of_another_type_is_not_guessed() -> None:
    thing = record()
    for attr in (thing.flag("name", False), thing.number("name"), thing.text("tags"), thing.number("on")):
        assert isinstance(attr, Unknown)
        assert attr.reason is Reason.UNPARSEABLE


def test_the_unknown_is_unknown_wherever_it_stands() -> None:
    thing = record({"later": True, "rule": [{"days": True}, {}], "names": [False, True], "tags": {"a": True}})
    assert isinstance(thing.text("later"), Unknown)
    assert isinstance(thing.has("later"), Unknown)
    assert isinstance(thing.get("tags"), Unknown)
    assert isinstance(thing.get("later.below"), Unknown)
    first, second = thing.blocks("rule").value
    assert isinstance(first.number("days"), Unknown)
    assert isinstance(second.number("days"), Known)
    known, unknown = thing.elements("names").value
    assert isinstance(known, Known)
    assert isinstance(unknown, Unknown)
    assert isinstance(record({"rule": True}).blocks("rule"), Unknown)
    assert isinstance(record({"names": True}).elements("names"), Unknown)


def test_the_sensitive_is_marked_wherever_it_stands() -> None:
    thing = record(sensitive={"name": True, "rule": [{"filter": True}, {}]})
    name = thing.text("name")
    assert isinstance(name, Known)
    assert name.sensitive
    first, second = thing.blocks("rule").value
    inner = first.block("filter").value
    assert inner is not None
    assert isinstance(prefix := inner.text("prefix"), Known)
    assert prefix.sensitive
    assert isinstance(days := first.number("days"), Known)
    assert not days.sensitive
    assert isinstance(days := second.number("days"), Known)
    assert not days.sensitive
    assert isinstance(rules := thing.get("rule"), Known)
    assert rules.sensitive, "a part of it is"
    assert isinstance(computed := thing.known("name", "computed from it"), Known)
    assert computed.sensitive
    assert isinstance(deep := thing.get("rule.0.filter.0.prefix"), Known)
    assert deep.sensitive


def test_what_is_still_encoded_is_decoded_when_read() -> None:
    world = World()
    thing = Record(
        source="test",
        type_="aws_thing",
        address="aws_thing.x",
        provider="aws",
        action=Action.CREATE,
        links=world,
        values=msgspec.Raw(b'{"a": [{"b": 1}]}'),
        unknown=msgspec.Raw(b'{"c": true}'),
        sensitive=msgspec.Raw(b'{"a": [{"b": true}]}'),
    )
    blocks = thing.blocks("a").value
    assert isinstance(value := blocks[0].number("b"), Known)
    assert value.value == 1
    assert value.sensitive
    assert isinstance(thing.get("c"), Unknown)


def test_marks_may_be_encoded_where_the_values_are_not() -> None:
    thing = Record(
        source="test",
        type_="aws_thing",
        address="aws_thing.x",
        provider="aws",
        action=Action.CREATE,
        links=World(),
        values={"a": "hidden"},
        unknown=msgspec.Raw(b'{"c": true}'),
        sensitive=msgspec.Raw(b'{"a": true}'),
    )
    assert isinstance(thing.get("c"), Unknown)
    assert isinstance(hidden := thing.text("a"), Known)
    assert hidden.sensitive


def test_three_valued_conjunction_and_disjunction() -> None:
    yes, no, open_ = Known(True), Known(False), Unknown(Reason.AFTER_APPLY)
    assert all_of(yes, yes).value is True
    assert all_of(open_, no, open_).value is False
    assert isinstance(all_of(yes, open_, open_), Unknown)
    assert any_of(no, no).value is False
    assert any_of(open_, yes, open_).value is True
    assert isinstance(any_of(no, open_, open_), Unknown)
