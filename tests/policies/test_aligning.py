"""Clauses are likened by their wording, and proposals follow from what they resemble."""

from __future__ import annotations

import itertools
import sys

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.errors import UsageError
from auditor.policies.aligning import MOST, Known, Likeness, align, known_clauses, passage, passages, scores
from auditor.policies.model import ClauseClass, Pack, Standing
from auditor.policies.proposing import CLOSE, UNLIKE, neutral, propose
from auditor.text import Text
from tests.policies.small_packs import load, make


@pytest.fixture(scope="module")
def packs(tmp_path_factory: pytest.TempPathFactory) -> list[Pack]:
    return load(make(tmp_path_factory.mktemp("packs")))


def by_name(known: list[Known]) -> dict[str, Known]:
    return {one.name: one for one in known}


def test_a_clause_resembles_its_equals_most(packs: list[Pack]) -> None:
    (found,) = align([passage(["情報の複製"], "毎日、重要な情報の複製を作る。")], known_clauses(packs))
    assert {one.known.name for one in found[:2]} == {"hill:std/2", "lake:std/2"}
    assert len(found) == MOST
    assert all(first.score >= second.score for first, second in itertools.pairwise(found))


def test_headings_and_proposals_are_no_source_of_proposals(packs: list[Pack]) -> None:
    names = by_name(known_clauses(packs))
    assert "hill:std/4" in names
    assert "hill:std/5" not in names
    assert "lake:std/5" not in names


def test_of_clauses_with_one_answer_the_most_alike_stands_for_all(packs: list[Pack]) -> None:
    (found,) = align(["委託先との契約に秘密の保持を入れる。"], known_clauses(packs))
    assert found[0].known.name == "hill:std/4"
    assert "lake:std/3" not in [one.known.name for one in found]


def test_the_attached_wording_counts_in_place_of_the_summary(packs: list[Pack]) -> None:
    worded = msgspec.structs.replace(packs[0], wording={"std/3": "鳥を数える。"})
    assert passages(worded)["std/3"] == "研修\n鳥を数える。"
    assert passages(worded)["std/1"].endswith("消されないように保つ。")


def test_the_nearest_headings_count_each_once() -> None:
    assert passage(["章", "節", "", "節", "条"], "文") == "節\n条\n文"
    assert passage(["章"], "文") == "章\n文"


def test_nothing_in_common_is_no_likeness(packs: list[Pack]) -> None:
    assert align(["zzz"], known_clauses(packs)) == [()]
    assert align(["文"], []) == [()]
    assert align([], known_clauses(packs)) == []
    assert scores([""], [""]).tolist() == [[0.0]]


@settings(max_examples=30, deadline=None)
@given(st.lists(st.text(), min_size=1, max_size=4))
def test_any_text_has_a_likeness_between_0_and_1(packs: list[Pack], texts: list[str]) -> None:
    for found in align(texts, known_clauses(packs)):
        assert all(0 < one.score <= 1 for one in found)


def test_a_missing_library_is_told_in_one_sentence(packs: list[Pack], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "scipy", None)
    with pytest.raises(UsageError, match=r"jichitai-cloud-auditor\[policy\]"):
        align(["文"], known_clauses(packs))


# ---------------------------------------------------------------- proposals


def test_class_and_documents_are_those_of_the_best(packs: list[Pack]) -> None:
    known = by_name(known_clauses(packs))
    proposal = propose("x", [Likeness(known["hill:std/3"], 0.8), Likeness(known["lake:std/2"], 0.79)])
    assert proposal.class_ is ClauseClass.PROCESS
    assert proposal.mappings == ()
    assert [document.id for document in proposal.documents] == ["training"]
    assert proposal.documents[0].name.ja == "本団体のtraining"
    assert proposal.documents[0].held_by == Text(
        "本団体（情報セキュリティ管理者）", "the body (information security manager)"
    )
    assert "丘野町情報セキュリティ対策基準 3との類似度 0.80" in proposal.rationale.ja
    assert proposal.rationale.ja.endswith("本団体の記録で確かめる。")


def test_only_close_runners_up_add_controls(packs: list[Pack]) -> None:
    known = by_name(known_clauses(packs))
    best, next_ = known["hill:std/1"], known["lake:std/1"]

    def controls(score: float) -> list[tuple[str, str, float | None]]:
        found = propose("x", [Likeness(best, 0.5), Likeness(next_, score)]).mappings
        assert all(mapping.standing is Standing.PROPOSED and mapping.clause == "x" for mapping in found)
        return [(mapping.control, mapping.resembles, mapping.score) for mapping in found]

    assert controls(0.5 * CLOSE + 0.001) == [
        ("log.audit-trail", "hill:std/1", 0.5),
        ("log.retention", "lake:std/1", 0.49),
    ]
    assert controls(0.5 * CLOSE - 0.01) == [("log.audit-trail", "hill:std/1", 0.5)]


def test_a_low_likeness_is_told(packs: list[Pack]) -> None:
    known = by_name(known_clauses(packs))["hill:std/1"]
    low = propose("x", [Likeness(known, UNLIKE - 0.01)])
    assert low.doubtful
    assert "類似度が低い" in low.mappings[0].rationale.ja
    assert "likeness is low" in low.mappings[0].rationale.en
    high = propose("x", [Likeness(known, UNLIKE)])
    assert not high.doubtful
    assert "低い" not in high.mappings[0].rationale.ja


def test_without_any_likeness_nothing_is_said_to_answer() -> None:
    proposal = propose("x", [])
    assert (proposal.mappings, proposal.documents, proposal.resembles) == ((), (), "")
    assert proposal.doubtful
    assert "似た条項がない" in proposal.rationale.ja


@pytest.mark.parametrize(
    ("own", "any_"),
    [
        ("本市（管理者）", "本団体（管理者）"),
        ("本組合と本府", "本団体と本団体"),
        ("本消防組合", "本団体"),
        ("本市民", "本市民"),
        ("本区域及び本市", "本区域及び本団体"),
        ("日本道路", "日本道路"),
        ("基本区分", "基本区分"),
    ],
)
def test_only_the_word_for_the_body_is_replaced(own: str, any_: str) -> None:
    assert neutral(Text(own, "")).ja == any_


def test_the_english_word_for_the_body_is_replaced() -> None:
    said = neutral(Text("", "The fire-service association and the city of others keep the cityscape."))
    assert said.en == "The body and the body of others keep the cityscape."
