"""Every clause gets an answer, drawn only from findings of controls that decide it."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from auditor.assessment import COVERAGE, Answer, ClauseAnswer, ControlResult, Looked, assess, results_by_control
from auditor.findings import Finding, Status
from auditor.inventory import Phase
from auditor.policies.loader import load_controls, load_pack, mappings_root
from auditor.policies.model import (
    Clause,
    ClauseClass,
    Control,
    Document,
    Inherited,
    Mapping,
    Pack,
    Relationship,
    Role,
)
from auditor.text import Text

EMPTY = Text("", "")
SCOPE = Text("確認した範囲（plan.json）", "the scope (plan.json)")
LOOKED = Looked(SCOPE)


def control(id_: str, *phases: Phase) -> Control:
    return Control(id_, "topic", phases or (Phase.BUILD, Phase.OPERATE), Text(id_, id_), EMPTY)


CONTROLS = {c.id: c for c in (control("a"), control("b"), control("end", Phase.TERMINATE), control(COVERAGE))}


def clause(class_: ClauseClass) -> Clause:
    return Clause("c", "某市 1(1)①", "std", "1(1)①", "", "item", "", "", "", False, EMPTY, None, class_)


def answer(
    class_: ClauseClass,
    deciding: tuple[str, ...] = (),
    results: dict[str, dict[Status, int]] | None = None,
    *,
    supporting: tuple[str, ...] = (),
    documents: tuple[str, ...] = (),
    inherited: tuple[Inherited, ...] = (),
    implemented: tuple[str, ...] = ("a", "b", "end"),
    phase: Phase = Phase.BUILD,
    platform: str | None = None,
    looked: Looked = LOOKED,
) -> ClauseAnswer:
    mappings = [Mapping("c", id_, Relationship.INTERSECTS, Role.DECIDES, EMPTY) for id_ in deciding]
    mappings += [Mapping("c", id_, Relationship.INTERSECTS, Role.SUPPORTS, EMPTY) for id_ in supporting]
    pack = Pack(
        id="test",
        title=EMPTY,
        body=EMPTY,
        edition="",
        in_force_from="",
        scope=None,
        documents={},
        clauses=(clause(class_),),
        mappings={"c": tuple(mappings)},
        clause_documents={"c": tuple(Document(name, Text(name, name), "decides") for name in documents)},
        inherited=inherited,
        parameters={},
        wording={},
        folder=Path(),
        sha256="",
    )
    found = {id_: ControlResult(id_, Counter((results or {}).get(id_, {})), [], id_ in implemented) for id_ in CONTROLS}
    return assess(pack, found, CONTROLS, frozenset({phase}), platform, looked).answers[0]


PASS, FAIL, UNKNOWN = Status.PASS, Status.FAIL, Status.UNKNOWN


@pytest.mark.parametrize(
    ("results", "expected"),
    [
        ({"a": {PASS: 3}}, Answer.CONFORMING),
        ({"a": {PASS: 3, FAIL: 1}}, Answer.NONCONFORMING),
        ({"a": {PASS: 3, UNKNOWN: 1}}, Answer.NOT_VERIFIED),
        ({"a": {PASS: 3, Status.ERROR: 1}}, Answer.NOT_VERIFIED),
        ({"a": {FAIL: 1, UNKNOWN: 1}}, Answer.NONCONFORMING),
        ({"a": {PASS: 1}, "b": {FAIL: 1}}, Answer.NONCONFORMING),
        ({"a": {PASS: 1, Status.MANUAL: 1}}, Answer.DOCUMENT_REVIEW),
        ({"a": {PASS: 1, Status.WAIVED: 1}}, Answer.WAIVED),
        ({"a": {Status.NOT_APPLICABLE: 2}}, Answer.NOT_APPLICABLE),
        ({}, Answer.NOT_APPLICABLE),
    ],
)
def test_a_clause_that_configuration_decides(results: dict[str, dict[Status, int]], expected: Answer) -> None:
    assert answer(ClauseClass.CONFIG, ("a", "b"), results).answer is expected


REFUSED = Looked(SCOPE, unlisted={"a": [Text("kms:ListKeys AccessDenied", "kms:ListKeys AccessDenied")]})


@pytest.mark.parametrize("class_", [ClauseClass.CONFIG, ClauseClass.PARTIAL])
@pytest.mark.parametrize("results", [{}, {"b": {PASS: 2}}, {"a": {Status.NOT_APPLICABLE: 1}, "b": {PASS: 2}}])
def test_nothing_found_beside_what_could_not_be_listed_is_not_verified(
    class_: ClauseClass, results: dict[str, dict[Status, int]]
) -> None:
    found = answer(class_, ("a", "b"), results, documents=("手順書",), looked=REFUSED)
    assert found.answer is Answer.NOT_VERIFIED
    assert "kms:ListKeys AccessDenied" in found.reason.ja
    assert "統制: a。" in found.reason.ja


def test_what_could_not_be_listed_leaves_other_controls_alone() -> None:
    assert answer(ClauseClass.CONFIG, ("b",), {"b": {PASS: 2}}, looked=REFUSED).answer is Answer.CONFORMING
    assert answer(ClauseClass.CONFIG, ("b",), looked=REFUSED).answer is Answer.NOT_APPLICABLE
    assert answer(ClauseClass.CONFIG, ("a",), {"a": {PASS: 1}}, looked=REFUSED).answer is Answer.CONFORMING
    assert answer(ClauseClass.CONFIG, ("a", "b"), {"b": {FAIL: 1}}, looked=REFUSED).answer is Answer.NONCONFORMING
    assert answer(ClauseClass.DEFINITION, looked=REFUSED).answer is Answer.NOT_APPLICABLE


def test_an_input_of_which_nothing_could_be_read_shows_no_absence() -> None:
    silent = Looked(SCOPE, silent=True)
    assert answer(ClauseClass.CONFIG, ("a",), looked=silent).answer is Answer.NOT_VERIFIED
    assert answer(ClauseClass.CONFIG, ("a",), {"a": {PASS: 1}}, looked=silent).answer is Answer.CONFORMING


def test_what_was_left_out_is_named_beside_absence_and_conformity() -> None:
    some = Looked(SCOPE, Text("リージョン eu-west-1", "regions eu-west-1"))
    for results in ({}, {"a": {PASS: 1}}):
        assert "リージョン eu-west-1" in answer(ClauseClass.CONFIG, ("a",), results, looked=some).reason.ja
        assert "regions eu-west-1" in answer(ClauseClass.CONFIG, ("a",), results, looked=some).reason.en
        assert "見ていない" not in answer(ClauseClass.CONFIG, ("a",), results).reason.ja


def test_a_partial_clause_is_never_conforming_by_configuration_alone() -> None:
    partial = answer(ClauseClass.PARTIAL, ("a",), {"a": {PASS: 3}}, documents=("手順書",))
    assert partial.answer is Answer.DOCUMENT_REVIEW
    assert "手順書" in partial.reason.ja
    assert "適合 3件" in partial.reason.ja
    failing = answer(ClauseClass.PARTIAL, ("a",), {"a": {FAIL: 1}}, documents=("手順書",))
    assert failing.answer is Answer.NONCONFORMING


def test_supporting_findings_do_not_decide_but_are_told() -> None:
    supported = answer(ClauseClass.PROCESS, (), {"a": {FAIL: 2}}, supporting=("a",), documents=("記録",))
    assert supported.answer is Answer.DOCUMENT_REVIEW
    assert "2件" in supported.reason.ja
    assert supported.counts == {}
    assert supported.supporting == {FAIL: 2}


def test_a_control_without_a_check_leaves_the_clause_unverified_and_is_named() -> None:
    open_ = answer(ClauseClass.CONFIG, ("a", "b"), {"a": {PASS: 1}}, implemented=("a",))
    assert open_.answer is Answer.NOT_VERIFIED
    assert "b" in open_.reason.ja


def test_a_control_that_found_nothing_is_named_beside_one_that_conforms() -> None:
    assert "b" in answer(ClauseClass.CONFIG, ("a", "b"), {"a": {PASS: 1}}).reason.ja


def test_absence_names_what_was_looked_at() -> None:
    assert "plan.json" in answer(ClauseClass.CONFIG, ("a",)).reason.ja


def test_another_phase_is_named() -> None:
    later = answer(ClauseClass.CONFIG, ("end",), {"end": {FAIL: 1}})
    assert later.answer is Answer.NOT_APPLICABLE
    assert "利用終了" in later.reason.ja
    assert (
        answer(ClauseClass.CONFIG, ("end",), {"end": {FAIL: 1}}, phase=Phase.TERMINATE).answer is Answer.NONCONFORMING
    )
    earlier = answer(ClauseClass.CONFIG, ("a",), {}, phase=Phase.SELECT)
    assert "構築・運用" in earlier.reason.ja


def test_what_the_platform_answers_for() -> None:
    row = Inherited(
        "c", "", Text("デジタル庁", "Digital Agency"), Text("資料", "material"), "platform=government-cloud"
    )
    assert answer(ClauseClass.DOCUMENT, documents=("契約",), inherited=(row,)).answer is Answer.DOCUMENT_REVIEW
    there = answer(ClauseClass.DOCUMENT, documents=("契約",), inherited=(row,), platform="government-cloud")
    assert there.answer is Answer.INHERITED
    assert "デジタル庁" in there.reason.ja
    assert "資料" in there.reason.ja
    failing = answer(ClauseClass.CONFIG, ("a",), {"a": {FAIL: 1}}, inherited=(row,), platform="government-cloud")
    assert failing.answer is Answer.NONCONFORMING, "what fails here is not covered up by what somebody else does"


@pytest.mark.parametrize(
    ("class_", "expected"),
    [
        (ClauseClass.PHYSICAL, Answer.OUT_OF_SCOPE),
        (ClauseClass.ENDPOINT, Answer.OUT_OF_SCOPE),
        (ClauseClass.DEFINITION, Answer.NOT_APPLICABLE),
    ],
)
def test_clauses_that_no_cloud_configuration_can_answer(class_: ClauseClass, expected: Answer) -> None:
    assert answer(class_).answer is expected


@pytest.mark.parametrize("phase", list(Phase))
@pytest.mark.parametrize("platform", [None, "government-cloud"])
def test_every_clause_of_the_shipped_pack_is_answered_without_an_assurance(phase: Phase, platform: str | None) -> None:
    controls = load_controls()
    pack = load_pack(mappings_root() / "policies" / "toyama", controls)
    findings: list[Finding] = []
    results = results_by_control(findings, controls, frozenset(controls))
    answers = assess(pack, results, controls, frozenset({phase}), platform, Looked(SCOPE)).answers
    assert [one.clause.id for one in answers] == [one.id for one in pack.clauses]
    for one in answers:
        assert one.reason.ja
        assert one.reason.en
        own = one.reason.ja
        for document in one.documents:
            own = own.replace(document.name.ja, "")
        assert not [word for word in ("準拠し", "問題あり", "問題な", "安全") if word in own]
        assert one.answer is not Answer.CONFORMING, "nothing was looked at"
        assert one.answer is not Answer.NONCONFORMING


@pytest.mark.parametrize("status", [UNKNOWN, Status.ERROR])
@pytest.mark.parametrize("results", [{"a": {PASS: 3}}, {}])
def test_resources_that_could_not_be_read_leave_a_clause_open(
    results: dict[str, dict[Status, int]], status: Status
) -> None:
    open_ = answer(ClauseClass.CONFIG, ("a",), {**results, COVERAGE: {status: 2}})
    assert open_.answer is Answer.NOT_VERIFIED
    assert "2件" in open_.reason.ja
    failing = answer(ClauseClass.CONFIG, ("a",), {"a": {FAIL: 1}, COVERAGE: {status: 2}})
    assert failing.answer is Answer.NONCONFORMING


def test_what_is_inherited_is_told_beside_what_conforms() -> None:
    both = answer(ClauseClass.CONFIG, ("a",), {"a": {PASS: 1, Status.INHERITED: 1}})
    assert both.answer is Answer.CONFORMING
    assert "継承 1件" in both.reason.ja


def test_a_heading_is_answered_below_unless_a_control_decides_it() -> None:
    assert answer(ClauseClass.HEADING).answer is Answer.BY_PARTS
    assert answer(ClauseClass.HEADING, ("a",), {"a": {FAIL: 1}}).answer is Answer.NONCONFORMING
