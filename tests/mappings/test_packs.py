"""The shipped packs hold every numbered node, answer each, agree with each other, and repeat no sentence of a source."""

from __future__ import annotations

import csv
import hashlib
from collections import Counter, defaultdict

import pytest

from auditor.policies.loader import load_controls, load_pack
from auditor.policies.model import ClauseClass, Role
from tests.mappings.packs import NODES, PACKS, POLICIES, SOURCES, controls, document, normalised, rows, shared_run

# The nodes of the Toyama standards whose own text makes use on the Government Cloud a condition.
GOVERNMENT_CLOUD = [
    "2(4)⑦", "3(2)①(エ)", "3(2)⑩(エ)", "4-1(7)②", "5-1(1)⑧", "5-2(1)②", "5-3(1)⑤", "5-3(2)⑤", "6-1(2)④", "6-1(5)③", "6-1(5)④",
    "6-4(1)⑨", "6-5(1)⑤", "6-5(1)⑥", "6-5(1)⑦", "6-6(1)②", "7-1(3)②", "7-1(3)④", "7-1(3)⑤", "7-1(3)⑥", "7-3(1)②", "7-5(2)",
    "8-2(3)③", "8-2(3)⑤", "8-2(6)①(オ)", "8-2(6)②", "8-2(7)①(ケ)", "8-2(7)⑥", "8-2(8)③", "9-1(4)②",
]  # fmt: skip
# The items that inherit the condition from the lead-in of 7-1(3)⑥.
LEAVES = ["7-1(3)⑥(ア)", "7-1(3)⑥(イ)", "7-1(3)⑥(ウ)"]
LEVELS = {
    "document", "chapter", "section", "article", "paragraph", "item", "subitem", "annex", "supplement", "preamble",
}  # fmt: skip
OBLIGATIONS = {"しなければならない", "確認する", "してはならない", "努める", "望ましい", "できる", "定義", ""}
PROSE_COLUMNS = {
    "clauses.csv": ["summary_ja", "summary_en"],
    "mapping.csv": ["rationale_ja", "rationale_en"],
    "documents.csv": ["document_ja", "document_en"],
}
each_pack = pytest.mark.parametrize("pack", PACKS)
each_source = pytest.mark.parametrize("pack", SOURCES)


def test_every_numbered_node_of_the_five_policies_is_held() -> None:
    assert {pack: len(rows(pack, "clauses.csv")) for pack in PACKS} == NODES
    assert sum(NODES.values()) == 1744


@each_pack
@pytest.mark.parametrize("name", ["clauses.csv", "mapping.csv", "documents.csv"])
def test_tables_are_complete_rectangles(pack: str, name: str) -> None:
    with (POLICIES / pack / name).open(encoding="utf-8-sig", newline="") as file:
        head, *body = csv.reader(file)
    assert body
    assert all(len(row) == len(head) and all(cell.strip() == cell for cell in row) for row in body)


@each_pack
def test_clauses_are_unique_and_stand_below_their_parents(pack: str) -> None:
    table = rows(pack, "clauses.csv")
    titles = {item["id"]: item["citation"] for item in document(POLICIES / pack / "policy.yaml")["documents"]}
    seen: set[str] = set()
    for row in table:
        assert row["parent"] in seen | {""}, row["id"]
        seen.add(row["id"])
        assert row["citation"] == f"{titles[row['document']]} {row['number']}".strip(), row["id"]
        assert row["level"] in LEVELS, row["id"]
        assert row["obligation"].split("（")[0] in OBLIGATIONS, row["id"]
        assert row["govcloud"] in {"yes", "no"}, row["id"]
        assert row["summary_ja"], row["id"]
        assert row["summary_en"], row["id"]
    for column in ("id", "citation"):
        assert [value for value, count in Counter(row[column] for row in table).items() if count > 1] == []
    assert [int(row["source_line"]) for row in table] == sorted(int(row["source_line"]) for row in table)


@each_pack
def test_headings_are_what_has_clauses_below_it_and_nothing_else_to_say(pack: str) -> None:
    classes = {row["clause"]: row["class"] for row in rows(pack, "mapping.csv")}
    parents = {row["parent"] for row in rows(pack, "clauses.csv")}
    for row in rows(pack, "clauses.csv"):
        if classes[row["id"]] == "heading":
            assert row["id"] in parents, row["id"]
            assert not row["group"], row["id"]
        else:
            assert row["group"], row["id"]


@each_pack
def test_every_clause_says_what_answers_it_or_why_nothing_does(pack: str) -> None:
    known = {item["id"] for item in controls()}
    deciding = {row["clause"] for row in rows(pack, "documents.csv") if row["role"] == "decides"}
    by_clause: defaultdict[str, list[dict[str, str]]] = defaultdict(list)
    for row in rows(pack, "mapping.csv"):
        by_clause[row["clause"]].append(row)
        assert row["status"] == "confirmed", row
        assert row["rationale_ja"], row
        assert row["rationale_en"], row
        assert row["control"] in known | {""}, row
    assert list(by_clause) == [row["id"] for row in rows(pack, "clauses.csv")]
    for clause, found in by_clause.items():
        pointed = [row["control"] for row in found if row["control"]]
        assert len(pointed) == len(set(pointed)), clause
        assert len(pointed) == len(found) or len(found) == 1, clause
        (class_,) = {row["class"] for row in found}
        decided = [row for row in found if row["role"] == "decides"]
        if class_ == "config":
            assert decided, clause
        if class_ in {"config", "partial"}:
            assert pointed, clause
        if class_ in {"partial", "document", "process"}:
            assert clause in deciding, clause
        if class_ not in {"config", "partial"}:
            assert not decided, clause


def test_clauses_that_ask_the_same_are_judged_alike() -> None:
    judged: defaultdict[str, dict[str, set[tuple[str, str]]]] = defaultdict(dict)
    for pack in PACKS:
        mapped: defaultdict[str, set[tuple[str, str]]] = defaultdict(set)
        for row in rows(pack, "mapping.csv"):
            if row["role"] == "decides" or row["class"] != "heading":
                mapped[row["clause"]].add((row["class"], row["control"] if row["role"] == "decides" else ""))
        for row in rows(pack, "clauses.csv"):
            if row["group"]:
                decided = {pair for pair in mapped[row["id"]] if pair[1]} or mapped[row["id"]]
                judged[row["group"]][row["citation"]] = decided
    assert {
        group: found for group, found in judged.items() if len({frozenset(one) for one in found.values()}) > 1
    } == {}


@each_pack
def test_documents_are_named_alike_everywhere(pack: str) -> None:
    table = rows(pack, "documents.csv")
    assert {row["clause"] for row in table} <= {row["id"] for row in rows(pack, "clauses.csv")}
    assert {row["role"] for row in table} <= {"decides", "supplements"}
    assert len({(row["clause"], row["document"]) for row in table}) == len(table)
    names: defaultdict[str, set[tuple[str, str]]] = defaultdict(set)
    for row in table:
        names[row["document"]].add((row["document_ja"], row["document_en"]))
    assert {id_: found for id_, found in names.items() if len(found) > 1} == {}


def test_every_government_cloud_node_of_toyama_is_marked_and_no_other() -> None:
    assert len(GOVERNMENT_CLOUD) == 30
    marked = [row["number"] for row in rows("toyama", "clauses.csv") if row["govcloud"] == "yes"]
    assert sorted(marked) == sorted([*GOVERNMENT_CLOUD, *LEAVES])
    assert all(row["govcloud"] == "no" for pack in PACKS if pack != "toyama" for row in rows(pack, "clauses.csv"))


def test_a_basic_policy_leaves_nothing_to_configuration_alone() -> None:
    pack = load_pack(POLICIES / "moriguchi-kadoma", load_controls())
    assert all(clause.class_ is not ClauseClass.CONFIG for clause in pack.clauses)
    assert all(mapping.role is Role.SUPPORTS for mappings in pack.mappings.values() for mapping in mappings)


def test_a_shared_run_is_noticed_across_widths_and_line_breaks() -> None:
    source = normalised(
        "これは比較のために用意した、\n 充分に長い架空の規程の文章であり（１）どこにも公表されていない。"
    )
    assert shared_run("比較のために用意した、充分に長い架空の規程の文章であり(1)", source)
    assert shared_run("比較のために用意した", source) == ""


@each_source
def test_no_text_repeats_the_source(pack: str) -> None:
    source = normalised(SOURCES[pack].read_text(encoding="utf-8"))
    said = [
        (f"{name} {number} {column}", row[column])
        for name, columns in PROSE_COLUMNS.items()
        for number, row in enumerate(rows(pack, name), start=2)
        for column in columns
    ]
    assert {place: run for place, text in said if (run := shared_run(text, source))} == {}


@each_source
def test_the_source_is_the_one_the_pack_was_made_from(pack: str) -> None:
    stated = document(POLICIES / pack / "policy.yaml")["source"]["sha256"]
    assert hashlib.sha256(SOURCES[pack].read_bytes()).hexdigest() == stated
