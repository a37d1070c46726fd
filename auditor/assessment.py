"""The assessment: every clause of a policy gets an answer.

Findings belong to controls, clauses point at controls.  An answer is drawn only from findings of
controls that *decide* the clause; those that merely support it are counted beside it.
"""

from __future__ import annotations

import enum
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from collections.abc import Mapping as Map

import msgspec

from auditor.findings import Finding, Status
from auditor.inventory import PHASE_TEXT, Phase
from auditor.policies.model import (
    Clause,
    ClauseClass,
    Control,
    Document,
    Inherited,
    Mapping,
    Pack,
    Role,
    Standing,
)
from auditor.text import Text


class Answer(enum.StrEnum):
    """Answer to one clause."""

    CONFORMING = "conforming"
    NONCONFORMING = "nonconforming"
    NOT_VERIFIED = "not_verified"
    DOCUMENT_REVIEW = "document_review"
    INHERITED = "inherited"
    WAIVED = "waived"
    NOT_APPLICABLE = "not_applicable"
    OUT_OF_SCOPE = "out_of_scope"
    BY_PARTS = "by_parts"
    """A heading or lead-in, which the clauses below it answer."""


ANSWER_TEXT: dict[Answer, Text] = {
    Answer.CONFORMING: Text("適合", "conforming"),
    Answer.NONCONFORMING: Text("不適合", "nonconforming"),
    Answer.NOT_VERIFIED: Text("未確認", "not verified"),
    Answer.DOCUMENT_REVIEW: Text("要書面確認", "document review"),
    Answer.INHERITED: Text("継承", "inherited"),
    Answer.WAIVED: Text("例外措置", "waived"),
    Answer.NOT_APPLICABLE: Text("対象外", "not applicable"),
    Answer.OUT_OF_SCOPE: Text("範囲外", "out of scope"),
    Answer.BY_PARTS: Text("下位の条項による", "answered below"),
}


class ControlResult(msgspec.Struct):
    """The findings of one control."""

    control: str
    counts: Counter[Status]
    notable: list[Finding]
    """All that are not pass: what a reader of the clause needs."""
    implemented: bool
    """Some check carries the control out."""


class ClauseAnswer(msgspec.Struct, frozen=True):
    """What the report says of one clause."""

    clause: Clause
    answer: Answer
    reason: Text
    counts: dict[Status, int]
    """Findings of the controls that decide the clause, by status."""
    supporting: dict[Status, int]
    findings: tuple[Finding, ...]
    """Findings of deciding and supporting controls that are not conforming ones."""
    documents: tuple[Document, ...]
    mappings: tuple[Mapping, ...]


class PolicyAssessment(msgspec.Struct, frozen=True):
    """All clauses of one policy with their answers."""

    pack: Pack
    answers: tuple[ClauseAnswer, ...]
    phases: frozenset[Phase] = frozenset()
    """The phases in which something was judged."""

    def counts(self) -> dict[Answer, int]:
        """Number of clauses by answer; every answer is listed."""
        counter = Counter(answer.answer for answer in self.answers)
        return {answer: counter[answer] for answer in Answer}


def results_by_control(
    findings: Iterable[Finding], controls: Iterable[str], implemented: frozenset[str]
) -> dict[str, ControlResult]:
    """Findings grouped by control."""
    results = {id_: ControlResult(id_, Counter(), [], id_ in implemented) for id_ in controls}
    passed: Counter[str] = Counter()
    for finding in findings:
        control = finding.check.control
        if finding.status is Status.PASS:
            passed[control] += 1
            continue
        result = results[control]
        result.counts[finding.status] += 1
        result.notable.append(finding)
    for control, number in passed.items():
        results[control].counts[Status.PASS] += number
    return results


_REASONS = 3
"""Refused calls that the reason of one answer names."""

COVERAGE = "inventory.coverage"
"""The control whose findings are resources that could not be read, whatever they would have been judged by."""


class Looked(msgspec.Struct, frozen=True):
    """What the findings were drawn from, for reasons of absence."""

    scope: Text
    """Names what was looked at."""
    left_out: Text | None = None
    """Names what was not looked at, if there is such a thing."""
    silent: bool = False
    """An input from which nothing at all could be read."""
    unlisted: Map[str, Sequence[Text]] = {}
    """First part of the ids of controls -> why things on which these bear could not be listed."""

    def unlisted_for(self, controls: Iterable[str]) -> list[Text]:
        """Why things on which one of the controls bears could not be listed, each reason once."""
        subjects = dict.fromkeys(control.partition(".")[0] for control in controls)
        return list(dict.fromkeys(text for subject in subjects for text in self.unlisted.get(subject, ())))


def assess(
    pack: Pack,
    results: dict[str, ControlResult],
    controls: dict[str, Control],
    phases: frozenset[Phase],
    platform: str | None,
    looked: Looked,
) -> PolicyAssessment:
    """Answer every clause of the pack; ``phases`` are those in which something was judged."""
    inherited: defaultdict[str, list[Inherited]] = defaultdict(list)
    for row in pack.inherited:
        if row.clause and _holds(row.when, platform):
            inherited[row.clause].append(row)
    answers = [
        _answer(
            clause,
            pack.mappings.get(clause.id, ()),
            pack.clause_documents.get(clause.id, ()),
            inherited.get(clause.id, ()),
            results,
            controls,
            phases,
            looked,
        )
        for clause in pack.clauses
    ]
    return PolicyAssessment(pack, tuple(_with_parts(answers)), phases)


def _with_parts(answers: list[ClauseAnswer]) -> list[ClauseAnswer]:
    """The answers, those of headings with what the clauses below them were answered."""
    below: defaultdict[str, Counter[Answer]] = defaultdict(Counter)
    parents = {answer.clause.id: answer.clause.parent for answer in answers}
    for answer in answers:
        if answer.answer is Answer.BY_PARTS:
            continue
        parent = answer.clause.parent
        while parent:
            below[parent][answer.answer] += 1
            parent = parents.get(parent, "")
    return [
        msgspec.structs.replace(answer, reason=_parts(below[answer.clause.id]))
        if answer.answer is Answer.BY_PARTS
        else answer
        for answer in answers
    ]


def _parts(below: Counter[Answer]) -> Text:
    if not below:
        return Text("本文のない見出し。", "A heading without text.")
    listed = [(ANSWER_TEXT[answer], below[answer]) for answer in Answer if below[answer]]
    return Text(
        f"下位の条項 {below.total()}件: {'、'.join(f'{text.ja} {number}件' for text, number in listed)}。",
        f"{below.total()} clauses below: {', '.join(f'{number} {text.en}' for text, number in listed)}.",
    )


def _holds(when: str, platform: str | None) -> bool:
    return not when or when == f"platform={platform}"


def _sum(results: Sequence[ControlResult]) -> Counter[Status]:
    total: Counter[Status] = Counter()
    for result in results:
        total.update(result.counts)
    return total


def _answer(
    clause: Clause,
    mappings: tuple[Mapping, ...],
    documents: tuple[Document, ...],
    inherited: Sequence[Inherited],
    results: dict[str, ControlResult],
    controls: dict[str, Control],
    phases: frozenset[Phase],
    looked: Looked,
) -> ClauseAnswer:
    proposed = clause.standing is Standing.PROPOSED
    deciding = [m.control for m in mappings if m.role is Role.DECIDES and not proposed]
    now = [id_ for id_ in deciding if not phases.isdisjoint(controls[id_].phases)]
    decided = [results[id_] for id_ in now]
    supported = [results[m.control] for m in mappings if m.role is Role.SUPPORTS or proposed]
    counts = _sum(decided)
    when = _when(deciding, controls)
    unread = (
        sum(results[COVERAGE].counts[status] for status in (Status.UNKNOWN, Status.ERROR)) if COVERAGE in results else 0
    )
    answer, reason = _decide(clause, documents, inherited, deciding, now, decided, counts, looked, when, unread)
    supporting = _sum(supported)
    if supporting[Status.FAIL]:
        reason = Text(
            f"{reason.ja} 補助的な自動確認では不適合 {supporting[Status.FAIL]}件。",
            f"{reason.en} Supporting checks: {supporting[Status.FAIL]} nonconforming.",
        )
    unimplemented = [result.control for result in supported if not result.implemented]
    if unimplemented:
        reason = Text(
            f"{reason.ja} 補助の統制のうち検査未実装: {'、'.join(unimplemented)}。",
            f"{reason.en} Supporting controls without a check yet: {', '.join(unimplemented)}.",
        )
    notable = [finding for result in (*decided, *supported) for finding in result.notable]
    return ClauseAnswer(clause, answer, reason, dict(counts), dict(supporting), tuple(notable), documents, mappings)


def _nothing_for(decided: Sequence[ControlResult], lang: str) -> str:
    """Controls that found nothing to judge, so that nobody takes them for verified."""
    empty = [result.control for result in decided if not result.counts]
    if not empty:
        return ""
    if lang == "ja":
        return f"対象となる資源がなく判定していない統制: {'、'.join(empty)}。"
    return f" Not judged for want of resources: {', '.join(empty)}."


def _left_out(looked: Looked) -> Text:
    """That more may exist than was looked at, so that nobody takes the input for all there is."""
    if looked.left_out is None:
        return Text("", "")
    return Text(
        f"ただし、次のものは見ていないため、そこに対象があるかどうかは分からない: {looked.left_out.ja}。",
        f" What was not looked at may hold more: {looked.left_out.en}.",
    )


def _papers(documents: Sequence[Document]) -> Text:
    """The papers that answer a clause in another way, if some are named."""
    if not documents:
        return Text("", "")
    return Text(f"確認する資料: {_names(documents, 'ja')}。", f" Material: {_names(documents, 'en')}.")


def _names(documents: Sequence[Document], lang: str) -> str:
    if lang == "ja":
        return "、".join(document.name.ja for document in documents)
    return "; ".join(document.name.en for document in documents)


def _decide(
    clause: Clause,
    documents: tuple[Document, ...],
    inherited: Sequence[Inherited],
    deciding: list[str],
    now: list[str],
    decided: list[ControlResult],
    counts: Counter[Status],
    looked: Looked,
    when: Text,
    unread: int,
) -> tuple[Answer, Text]:
    if clause.class_ is ClauseClass.HEADING and not deciding:
        return Answer.BY_PARTS, Text("", "")  # what stands below is known when every clause is answered
    if clause.standing is Standing.PROPOSED:
        return Answer.NOT_VERIFIED, Text(
            "条項の区分と統制への対応付けが提案のままで、確定していない。mapping.csv を確認し、status を confirmed にする。",
            "The class of the clause and its mapping are proposals that nobody has confirmed; review mapping.csv and set "
            "status to confirmed.",
        )
    if counts[Status.FAIL]:
        return Answer.NONCONFORMING, Text(
            f"自動確認した範囲で不適合 {counts[Status.FAIL]}件（適合 {counts[Status.PASS]}件、"
            f"未確認 {counts[Status.UNKNOWN] + counts[Status.ERROR]}件）。",
            f"{counts[Status.FAIL]} nonconforming in what was checked ({counts[Status.PASS]} conforming, "
            f"{counts[Status.UNKNOWN] + counts[Status.ERROR]} not verified).",
        )
    missing = [result.control for result in decided if not result.implemented]
    if counts[Status.UNKNOWN] or counts[Status.ERROR] or missing:
        gap_ja = f"未確認（検査未実装）: {'、'.join(missing)}。" if missing else ""
        gap_en = f"Not verified (no check yet): {', '.join(missing)}. " if missing else ""
        return Answer.NOT_VERIFIED, Text(
            f"{gap_ja}未確認 {counts[Status.UNKNOWN]}件、エラー {counts[Status.ERROR]}件（適合 {counts[Status.PASS]}件）。",
            f"{gap_en}{counts[Status.UNKNOWN]} not verified, {counts[Status.ERROR]} errors "
            f"({counts[Status.PASS]} conforming).",
        )
    empty = [result.control for result in decided if result.counts.total() == result.counts[Status.NOT_APPLICABLE]]
    blind = [control for control in empty if looked.unlisted_for((control,))]
    if blind:
        unlisted = looked.unlisted_for(blind)
        more = len(unlisted) - _REASONS
        more_ja, more_en = (f" ほか {more}件", f" and {more} more") if more > 0 else ("", "")
        return Answer.NOT_VERIFIED, Text(
            f"適合 {counts[Status.PASS]}件。一覧を読み取れなかったもの"
            f"（{'、'.join(text.ja for text in unlisted[:_REASONS])}{more_ja}）があり、"
            f"この条項の対象があるかどうか分からない統制: {'、'.join(blind)}。",
            f"{counts[Status.PASS]} conforming. Something could not be listed "
            f"({'; '.join(text.en for text in unlisted[:_REASONS])}{more_en}), so that it is open whether there is "
            f"anything to judge for: {', '.join(blind)}.",
        )
    if empty and looked.silent:
        return Answer.NOT_VERIFIED, Text(
            f"適合 {counts[Status.PASS]}件。何も読み取れなかった入力があり、この条項の対象があるかどうか分からない統制: {'、'.join(empty)}。",
            f"{counts[Status.PASS]} conforming. Nothing could be read from an input, so that it is open whether there is "
            f"anything to judge for: {', '.join(empty)}.",
        )
    if unread and now and clause.class_ is ClauseClass.CONFIG:
        return Answer.NOT_VERIFIED, Text(
            f"適合 {counts[Status.PASS]}件。読み取れない資源又は対応していない種別の資源が {unread}件あり、"
            "この条項の対象かどうか分からない。",
            f"{counts[Status.PASS]} conforming. {unread} resources could not be read or are of types that are not "
            "known, so that it is open whether the clause applies to them.",
        )
    if inherited:
        row = inherited[0]
        return Answer.INHERITED, Text(
            f"{row.by.ja}が担う部分。確認する資料: {row.evidence.ja}",
            f"Answered by {row.by.en}. Evidence to review: {row.evidence.en}",
        )
    if clause.class_ is ClauseClass.DEFINITION:
        return Answer.NOT_APPLICABLE, Text("定義であり、確認する義務を含まない。", "A definition; nothing to verify.")
    if clause.class_ in (ClauseClass.PHYSICAL, ClauseClass.ENDPOINT):
        return Answer.OUT_OF_SCOPE, Text(
            f"クラウドの設定では確認できない（施設・端末の対策）。{_papers(documents).ja}",
            f"Premises or terminals; not in cloud configuration.{_papers(documents).en}",
        )
    if clause.class_ in (ClauseClass.DOCUMENT, ClauseClass.PROCESS, ClauseClass.PARTIAL) or (
        not deciding and documents
    ):
        seen = f"自動確認した範囲では適合 {counts[Status.PASS]}件、不適合 0件。" if counts[Status.PASS] else ""
        seen_en = (
            f"{counts[Status.PASS]} conforming, none nonconforming in what was checked. " if counts[Status.PASS] else ""
        )
        if deciding and not now:
            seen, seen_en = when.ja, f"{when.en} "
        return Answer.DOCUMENT_REVIEW, Text(
            f"{seen}書面で確認する事項が残る: {_names(documents, 'ja')}。",
            f"{seen_en}Documents still to review: {_names(documents, 'en')}.",
        )
    if deciding and not now:
        return Answer.NOT_APPLICABLE, Text(f"この段階では対象外。{when.ja}", f"Not judged in this phase. {when.en}")
    return _from_configuration(decided, counts, looked)


def _when(deciding: list[str], controls: dict[str, Control]) -> Text:
    """In which phases the controls are judged."""
    phases = [phase for phase in Phase if any(phase in controls[id_].phases for id_ in deciding)]
    options = ", ".join(phases)
    return Text(
        f"自動確認は{'・'.join(PHASE_TEXT[phase].ja for phase in phases)}の段階（--phase {options}）で行う。",
        f"Checked in another phase (--phase {options}).",
    )


def _from_configuration(decided: list[ControlResult], counts: Counter[Status], looked: Looked) -> tuple[Answer, Text]:
    if counts[Status.WAIVED]:
        return Answer.WAIVED, Text(
            f"例外措置 {counts[Status.WAIVED]}件（適合 {counts[Status.PASS]}件）。",
            f"{counts[Status.WAIVED]} under waiver ({counts[Status.PASS]} conforming).",
        )
    if counts[Status.MANUAL]:
        return Answer.DOCUMENT_REVIEW, Text(
            f"書面で確認する事項 {counts[Status.MANUAL]}件（適合 {counts[Status.PASS]}件）。",
            f"{counts[Status.MANUAL]} to be reviewed by document ({counts[Status.PASS]} conforming).",
        )
    if counts[Status.PASS]:
        borne = counts[Status.INHERITED]
        borne_ja, borne_en = (f"継承 {borne}件。", f" {borne} inherited.") if borne else ("", "")
        return Answer.CONFORMING, Text(
            f"自動確認した範囲で適合 {counts[Status.PASS]}件、不適合 0件、未確認 0件。{borne_ja}{_nothing_for(decided, 'ja')}"
            f"{_left_out(looked).ja}",
            f"{counts[Status.PASS]} conforming, none nonconforming, none unverified in what was checked."
            f"{borne_en}{_nothing_for(decided, 'en')}{_left_out(looked).en}",
        )
    if counts[Status.INHERITED]:
        texts = [
            finding.text
            for result in decided
            for finding in result.notable
            if finding.status is Status.INHERITED and finding.text is not None
        ]
        return Answer.INHERITED, Text("".join(text.ja for text in texts), " ".join(text.en for text in texts))
    return Answer.NOT_APPLICABLE, Text(
        f"{looked.scope.ja}に、この条項の対象となる資源がない。{_left_out(looked).ja}",
        f"Nothing in {looked.scope.en} that the clause applies to.{_left_out(looked).en}",
    )
