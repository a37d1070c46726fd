"""Editions are matched by what clauses say; nothing is called the same or changed that is not known to be."""

from __future__ import annotations

from random import Random

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.policies.comparing import Comparison, Kind, compare, differences
from auditor.policies.loader import load_controls, load_pack
from auditor.policies.model import Clause, ClauseClass, Pack
from auditor.text import Text
from tests.policies.editions import FIRST, SECOND, make_pack

CONTROLS = load_controls()


@pytest.fixture(scope="module")
def old(tmp_path_factory: pytest.TempPathFactory) -> Pack:
    return load_pack(make_pack(tmp_path_factory.mktemp("old"), "r7", FIRST, confirmed=True), CONTROLS)


@pytest.fixture(scope="module")
def new(tmp_path_factory: pytest.TempPathFactory) -> Pack:
    return load_pack(make_pack(tmp_path_factory.mktemp("new"), "r8", SECOND), CONTROLS)


def ids(comparison: Comparison, kind: Kind) -> list[tuple[str, str]]:
    """Old and new ids of the pairs of that kind."""
    return [(pair.old.id if pair.old else "", pair.new.id if pair.new else "") for pair in comparison.of(kind)]


def test_an_item_put_in_moves_those_after_it(old: Pack, new: Pack) -> None:
    found = compare(old, new)
    assert found.by_wording
    assert ids(found, Kind.RENUMBERED) == [("std/1/1/2", "std/1/1/3"), ("std/1/1/3", "std/1/1/4")]
    assert ids(found, Kind.CHANGED) == [("std/1/1/1", "std/1/1/1")]
    assert ids(found, Kind.ADDED) == [("", "std/1/1/2"), ("", "std/3")]
    assert ids(found, Kind.DROPPED) == [("std/3", "")]
    assert ids(found, Kind.OPEN) == []
    (changed,) = found.of(Kind.CHANGED)
    assert changed.differences == (("一", "三"),)
    assert not changed.worded_alike
    assert 0.35 <= changed.likeness < 1


def test_an_edition_is_the_same_as_itself(old: Pack, new: Pack) -> None:
    for pack in (old, new):
        found = compare(pack, pack)
        assert len(found.of(Kind.SAME)) == len(pack.clauses) == len(found.pairs)
        assert all(pair.worded_alike for pair in found.pairs)


def test_without_the_wording_of_both_nobody_knows_what_changed(old: Pack, new: Pack) -> None:
    found = compare(msgspec.structs.replace(old, wording={}), new)
    assert not found.by_wording
    assert ids(found, Kind.CHANGED) == []
    assert ("std/1/2", "std/1/2") in ids(found, Kind.OPEN)
    assert not any(pair.worded_alike for pair in found.pairs)
    # of a heading without a text nothing else could change
    assert ("std/1", "std/1") in ids(found, Kind.SAME)


def test_summaries_alone_confirm_nothing(old: Pack) -> None:
    bare = msgspec.structs.replace(old, wording={})
    found = compare(bare, bare)
    assert len(found.of(Kind.SAME)) == len(old.clauses)
    assert not any(pair.worded_alike for pair in found.pairs)


def test_another_lead_in_is_another_duty(old: Pack) -> None:
    changed = {**old.wording, "std/1/1": "職員は、なるべく次の事項に努める。"}
    found = compare(old, msgspec.structs.replace(old, wording=changed))
    alike = {pair.new.id: pair.worded_alike for pair in found.pairs if pair.new}
    assert not any(alike[id_] for id_ in ("std/1/1", "std/1/1/1", "std/1/1/2"))
    assert alike["std/1/2"]


def test_the_duty_is_another_however_far_above_the_change_stands(old: Pack) -> None:
    below = {"std/1/1/1": "std/1/1", "std/1/1/2": "std/1/1/1", "std/1/1/3": "std/1/1/2"}
    clauses = tuple(
        msgspec.structs.replace(clause, parent=below.get(clause.id, clause.parent)) for clause in old.clauses
    )
    deep = msgspec.structs.replace(old, clauses=clauses)
    changed = {**old.wording, "std/1/1": "職員は、なるべく次の事項に努める。"}
    found = compare(deep, msgspec.structs.replace(deep, wording=changed))
    alike = {pair.new.id: pair.worded_alike for pair in found.pairs if pair.new}
    assert not any(alike[id_] for id_ in below)
    assert alike["std/1/2"]
    assert all(pair.worded_alike for pair in compare(deep, deep).pairs)
    circle = tuple(
        msgspec.structs.replace(clause, parent="std/1/1/3" if clause.id == "std/1/1" else clause.parent)
        for clause in clauses
    )
    circular = msgspec.structs.replace(old, clauses=circle)
    alike = {pair.new.id: pair.worded_alike for pair in compare(circular, circular).pairs if pair.new}
    assert not any(alike[id_] for id_ in below)


def test_the_wording_of_another_file_is_not_that_of_the_pack(old: Pack) -> None:
    for source in ("", "0" * 64):
        foreign = msgspec.structs.replace(old, wording_source=source)
        for found in (compare(foreign, old), compare(old, foreign)):
            assert not any(pair.worded_alike for pair in found.pairs)
            assert ids(found, Kind.SAME) == [("std/1", "std/1")]  # a heading, which stands in the pack itself
            assert len(found.of(Kind.OPEN)) == len(old.clauses) - 1


def test_width_and_blanks_are_no_change(old: Pack) -> None:
    spaced = {id_: text.replace("、", "、 ") + "\n" for id_, text in old.wording.items()}
    assert len(compare(old, msgspec.structs.replace(old, wording=spaced)).of(Kind.SAME)) == len(old.clauses)


def test_an_empty_side(old: Pack) -> None:
    empty = msgspec.structs.replace(old, clauses=())
    assert len(compare(empty, old).of(Kind.ADDED)) == len(old.clauses)
    assert len(compare(old, empty).of(Kind.DROPPED)) == len(old.clauses)


TEXTS = st.lists(st.text("記録複製鍵管理者職員端末点検毎月保つ限る", min_size=6, max_size=30), max_size=8, unique=True)


def made(pack: Pack, texts: list[str]) -> Pack:
    """A pack whose clauses are those texts in a row."""
    clause = Clause(
        id="",
        citation="",
        document="std",
        number="",
        heading="",
        level="item",
        parent="",
        obligation="",
        addressee="",
        govcloud=False,
        summary=Text("", ""),
        source_line=None,
        class_=ClauseClass.PROCESS,
    )
    clauses = tuple(
        msgspec.structs.replace(clause, id=f"std/{at}", number=str(at), citation=f"基準 {at}")
        for at in range(1, len(texts) + 1)
    )
    wording = {clause.id: text for clause, text in zip(clauses, texts, strict=True)}
    return msgspec.structs.replace(pack, clauses=clauses, wording=wording)


@settings(max_examples=60, deadline=None)
@given(before=TEXTS, after=TEXTS, kept=TEXTS, order=st.randoms(use_true_random=False))
def test_every_clause_has_one_place_and_the_same_text_is_found_wherever_it_went(
    old: Pack, before: list[str], after: list[str], kept: list[str], order: Random
) -> None:
    first = [*dict.fromkeys([*before, *kept])]
    second = [*dict.fromkeys([*after, *kept])]
    order.shuffle(second)
    found = compare(made(old, first), made(old, second))
    olds = [pair.old.id for pair in found.pairs if pair.old]
    news = [pair.new.id for pair in found.pairs if pair.new]
    assert sorted(olds) == sorted(f"std/{at}" for at in range(1, len(first) + 1))
    assert news == [f"std/{at}" for at in range(1, len(second) + 1)]
    for pair in found.pairs:
        if pair.old and pair.new:
            same = first[int(pair.old.number) - 1] == second[int(pair.new.number) - 1]
            assert pair.worded_alike == same == (pair.kind in (Kind.SAME, Kind.RENUMBERED))
    matched = {first[int(pair.old.number) - 1] for pair in found.pairs if pair.worded_alike and pair.old}
    assert matched == set(first) & set(second)


@given(st.text("あいう、1", max_size=20), st.text("あいう、1", max_size=20))
def test_differences_are_all_that_differs(old: str, new: str) -> None:
    found = differences(old, new)
    assert bool(found) == (old != new)
    assert all(before in old and after in new for before, after in found)
