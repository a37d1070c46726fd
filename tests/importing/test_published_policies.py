"""Five published policies, five styles: every node of their packs is found in the text, with its number and place."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.importing.published import TEXTS, pack, parsed

each_text = pytest.mark.parametrize("path", [pytest.param(path, id=path.stem) for path in TEXTS])


@each_text
def test_the_nodes_are_those_of_the_pack_in_order(path: Path) -> None:
    assert [node.id for node in parsed(path).nodes] == [row["id"] for row in pack(path)]


@each_text
def test_nodes_are_cited_as_officials_cite_them(path: Path) -> None:
    found = [(node.citation, node.number, node.document) for node in parsed(path).nodes]
    assert found == [(row["citation"], row["number"], row["document"]) for row in pack(path)]


@each_text
def test_levels_parents_and_headings_are_those_of_the_pack(path: Path) -> None:
    found = [(node.level.value, node.parent, node.heading) for node in parsed(path).nodes]
    assert found == [(row["level"], row["parent"], row["heading"]) for row in pack(path)]


@each_text
def test_nodes_begin_where_the_pack_says(path: Path) -> None:
    assert [str(node.line) for node in parsed(path).nodes] == [row["source_line"] for row in pack(path)]


@each_text
def test_nothing_is_lost(path: Path) -> None:
    assert parsed(path).coverage >= 0.99


@each_text
def test_these_texts_number_without_gaps(path: Path) -> None:
    # one of them prints a chapter and two annexes as headings alone
    assert {warning.kind for warning in parsed(path).warnings} <= {"empty"}


@each_text
def test_who_has_to_do_what_is_proposed_as_people_read_it(path: Path) -> None:
    rows = [row for row in pack(path) if row["obligation"]]
    nodes = {node.id: node for node in parsed(path).nodes}
    obligations = sum(1 for row in rows if nodes[row["id"]].obligation == row["obligation"])
    addressees = sum(1 for row in rows if nodes[row["id"]].addressee == row["addressee"])
    assert obligations >= 0.95 * len(rows)
    assert addressees >= 0.85 * len(rows)
