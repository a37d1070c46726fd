"""Reference lists of Terraform, put together again."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor_terraform.address import Key
from auditor_terraform.configuration import locate, references_of
from auditor_terraform.references import Kind, Pairing, Ref, parse_references


@pytest.mark.parametrize(
    ("listed", "expected"),
    [
        (["aws_a.b.id", "aws_a.b"], [Ref(Kind.RESOURCE, "aws_a.b", ("id",))]),
        (["aws_a.b[0].id", "aws_a.b[0]", "aws_a.b"], [Ref(Kind.RESOURCE, "aws_a.b", (Key(0), "id"))]),
        (['aws_a.b["x.y"].id', 'aws_a.b["x.y"]', "aws_a.b"], [Ref(Kind.RESOURCE, "aws_a.b", (Key("x.y"), "id"))]),
        (["aws_a.b", "count.index"], [Ref(Kind.RESOURCE, "aws_a.b", (), Pairing.KEY)]),
        (["aws_a.b", "each.key"], [Ref(Kind.RESOURCE, "aws_a.b", (), Pairing.KEY)]),
        (["aws_a.b", "each.value"], [Ref(Kind.RESOURCE, "aws_a.b", (), Pairing.VALUE)]),
        (["module.m.out", "module.m"], [Ref(Kind.MODULE, "m", ("out",))]),
        (['module.m["k"].out', 'module.m["k"]'], [Ref(Kind.MODULE, "m", (Key("k"), "out"))]),
        (["module.m", "each.key"], [Ref(Kind.MODULE, "m", (), Pairing.KEY)]),
        (["each.value.x", "each.value"], [Ref(Kind.EACH_VALUE, "", ("x",))]),
        (["var.c.k", "var.c"], [Ref(Kind.VARIABLE, "c", ("k",))]),
        (["local.x"], [Ref(Kind.LOCAL, "x")]),
        (["data.aws_a.b.json", "data.aws_a.b"], [Ref(Kind.DATA, "data.aws_a.b", ("json",))]),
        (["path.module"], [Ref(Kind.CONSTANT)]),
        (["ephemeral.aws_a.b"], [Ref(Kind.OTHER, "ephemeral.aws_a.b")]),
        (["resource.aws_a.b"], [Ref(Kind.RESOURCE, "aws_a.b")]),
        (
            ["var.x", "aws_a.b.id", "aws_a.b", "aws_a.c[1].id", "aws_a.c[1]", "aws_a.c"],
            [
                Ref(Kind.VARIABLE, "x"),
                Ref(Kind.RESOURCE, "aws_a.b", ("id",)),
                Ref(Kind.RESOURCE, "aws_a.c", (Key(1), "id")),
            ],
        ),
        # An index is paired only if it stands right behind what it indexes.
        (
            ["aws_a.b", "var.one", "count.index"],
            [Ref(Kind.RESOURCE, "aws_a.b"), Ref(Kind.VARIABLE, "one"), Ref(Kind.CONSTANT)],
        ),
        (["aws_a.b.id", "aws_a.b", "aws_a.b.id", "aws_a.b"], [Ref(Kind.RESOURCE, "aws_a.b", ("id",))]),
        (["aws_a.bc", "aws_a.b"], [Ref(Kind.RESOURCE, "aws_a.bc"), Ref(Kind.RESOURCE, "aws_a.b")]),
    ],
)
def test_cut_back_references_are_joined_again(listed: list[str], expected: list[Ref]) -> None:
    assert list(parse_references(listed)) == expected


@given(st.lists(st.text(max_size=20), max_size=6))
def test_any_list_is_read(listed: list[str]) -> None:
    assert len(parse_references(listed)) <= len(listed)


def untold(expression: Any) -> None:
    """An evaluation that tells nothing."""


_JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=5)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(st.sampled_from(["references", "constant_value", "a", "b"]), inner, max_size=3),
    ),
    max_leaves=12,
)


@given(
    st.dictionaries(st.sampled_from(["a", "b"]), _JSON, max_size=2),
    st.lists(st.one_of(st.sampled_from(["a", "b"]), st.integers(min_value=0, max_value=2)), min_size=1, max_size=4),
    _JSON,
)
def test_any_configuration_can_be_looked_through(
    expressions: dict[str, Any], steps: list[str | int], values: Any
) -> None:
    located = locate(expressions, tuple(steps), values, untold)
    assert all(isinstance(reference, str) for reference in references_of(located.node))


def test_the_block_with_the_same_constants_is_meant() -> None:
    blocks = [
        {"priority": {"constant_value": 1}, "target": {"references": ["aws_a.x.id", "aws_a.x"]}},
        {"priority": {"constant_value": 2}, "target": {"references": ["aws_a.y.id", "aws_a.y"]}},
    ]
    planned = {"rule": [{"priority": 2}, {"priority": "1"}]}
    first = locate({"rule": blocks}, ("rule", 0, "target"), planned, untold)
    second = locate({"rule": blocks}, ("rule", 1, "target"), planned, untold)
    assert references_of(first.node)[0] == "aws_a.y.id"
    assert references_of(second.node)[0] == "aws_a.x.id"


def test_blocks_that_cannot_be_told_apart_are_all_meant() -> None:
    blocks = [{"target": {"references": ["aws_a.x"]}}, {"target": {"references": ["aws_a.y"]}}]
    located = locate({"rule": blocks}, ("rule", 0, "target"), {"rule": [{}, {}]}, untold)
    assert references_of(located.node) == ["aws_a.x", "aws_a.y"]


def test_more_blocks_than_configured_come_from_a_dynamic_block() -> None:
    blocks = [{"target": {"references": ["aws_a.x"]}}]
    assert locate({"rule": blocks}, ("rule", 0, "target"), {"rule": [{}, {}]}, untold).unseen
    assert not locate({"rule": blocks}, ("rule", 0, "target"), {"rule": [{}]}, untold).unseen


def test_an_argument_that_is_not_set_differs_from_a_block_that_is_not_shown() -> None:
    assert not locate({}, ("kms_key_id",), {}, untold).unseen
    assert locate({}, ("rule", 0, "target"), {}, untold).unseen


def test_the_block_whose_variable_has_the_planned_value_is_meant() -> None:
    values = {"var.one": "tokyo", "var.two": "osaka", "var.same": "tokyo"}
    blocks = [
        {"place": {"references": ["var.one"]}, "key": {"references": ["aws_a.x"]}},
        {"place": {"references": ["var.two"]}, "key": {"references": ["aws_a.y"]}},
    ]

    def evaluate(expression: Any) -> Any:
        listed = references_of(expression)
        return values.get(listed[0]) if listed else None

    planned = {"replica": [{"place": "osaka"}, {"place": "tokyo"}]}
    first = locate({"replica": blocks}, ("replica", 0, "key"), planned, evaluate)
    assert references_of(first.node) == ["aws_a.y"]
    blocks[1]["place"] = {"references": ["var.same"]}
    first = locate({"replica": blocks}, ("replica", 1, "key"), planned, evaluate)
    assert references_of(first.node) == ["aws_a.x", "aws_a.y"]
