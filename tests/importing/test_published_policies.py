"""Five published policies, five styles: every clause has the id and citation that people gave it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.importing.published import TEXTS, expected, parsed

# Chapters that hold no clause of their own, so that the table of clauses does not name them.
CHAPTERS = {
    "toyama": [f"std/{number}" for number in range(4, 10)],
    "osaka-minami": [f"std/{number}" for number in range(4, 10)],
    "osaka-pref": [f"std/ch{number}" for number in ("1", "2", "2-2", "3", "4", "5", "6")],
}

each_text = pytest.mark.parametrize("path", [pytest.param(path, id=path.stem) for path in TEXTS])


@each_text
def test_clauses_have_their_ids_in_order(path: Path) -> None:
    rows = expected()[path.stem]
    wanted = {row["id"] for row in rows}
    assert [node.id for node in parsed(path).nodes if node.id in wanted] == [row["id"] for row in rows]


@each_text
def test_clauses_are_cited_as_officials_cite_them(path: Path) -> None:
    citations = {node.id: node.citation for node in parsed(path).nodes}
    assert {row["id"]: citations[row["id"]] for row in expected()[path.stem]} == {
        row["id"]: row["citation"] for row in expected()[path.stem]
    }


@each_text
def test_nothing_else_is_a_node_but_what_stands_above_clauses(path: Path) -> None:
    above = {
        "/".join(parts[:depth])
        for row in expected()[path.stem]
        for parts in [row["id"].split("/")]
        for depth in range(1, len(parts) + 1)
    }
    assert {node.id for node in parsed(path).nodes} - above == set(CHAPTERS.get(path.stem, ()))


@each_text
def test_parents_stand_before_their_children(path: Path) -> None:
    seen = {""}
    for node in parsed(path).nodes:
        assert node.parent in seen
        assert node.id not in seen
        seen.add(node.id)


@each_text
def test_nothing_is_lost(path: Path) -> None:
    assert parsed(path).coverage >= 0.99


@each_text
def test_these_texts_number_without_gaps(path: Path) -> None:
    # one of them prints a chapter and two annexes as headings alone
    assert {warning.kind for warning in parsed(path).warnings} <= {"empty"}


@each_text
def test_who_has_to_do_what_is_proposed_as_people_read_it(path: Path) -> None:
    rows = expected()[path.stem]
    nodes = {node.id: node for node in parsed(path).nodes}
    obligations = sum(1 for row in rows if nodes[row["id"]].obligation == row["obligation"])
    addressees = sum(1 for row in rows if nodes[row["id"]].addressee == row["who"])
    assert obligations >= 0.95 * len(rows)
    assert addressees >= 0.85 * len(rows)
