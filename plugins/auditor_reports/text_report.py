"""The text report: every clause first, then what was found, what was not seen, and with which values."""

from __future__ import annotations

from collections import Counter
from typing import BinaryIO

from auditor.assessment import ANSWER_TEXT, Answer, ClauseAnswer, PolicyAssessment
from auditor.errors import ExitCode
from auditor.findings import SEVERITY_TEXT, STATUS_TEXT, Severity, Status
from auditor.inventory import PHASE_TEXT
from auditor.layout import safe, table
from auditor.policies.model import Parameter
from auditor.reporting import Options, Report
from auditor.text import Text
from auditor_reports import words
from auditor_reports.facts import shown
from auditor_reports.page import Page
from auditor_reports.text_coverage import write_collected, write_coverage, write_silent
from auditor_reports.text_findings import (
    Failures,
    Sorted,
    documents_to_review,
    has_controls,
    write_documents,
    write_others,
    write_unverified,
)
from auditor_reports.text_scopes import write_judged_on, write_scopes

_UNITS = {
    "day": Text("日", " days"),
    "hour": Text("時間", " hours"),
}
_TYPES = 30
"""Resource types without adapter that are listed."""


def write_text(report: Report, out: BinaryIO, options: Options) -> None:
    """Write the report."""
    page = Page(options)
    found = Sorted(report.findings)
    _header(report, page)
    _clauses(report, page)
    Failures(report, found, page).write()
    write_unverified(report, found, page)
    write_documents(report, found, page)
    write_others(report, found, page)
    write_coverage(report, page)
    _not_covered(report, page)
    _parameters(report, page)
    _notes(report, page)
    _summary(report, page)
    out.write(page.bytes())


def _header(report: Report, page: Page) -> None:
    run = report.run
    ja = page.lang == "ja"
    page.line(page.dress(f"{page.say(words.TITLE)}  auditor {run.version}", "1"))
    page.text(page.say(words.CAVEAT))
    page.line()
    for source in report.inventory.sources:
        resources = f"資源 {source.resources:,}件" if ja else f"{source.resources:,} resources"
        kind = page.say(words.SOURCES[source.kind])
        tool = f" {source.tool}" if source.tool else ""
        if source.coverage is not None:
            tool = f"、{source.tool} で収集" if ja else f", collected by {source.tool}"
        digest = f"  sha256 {source.sha256[:16]}…" if source.sha256 else ""
        page.text(
            f"{source.name}（{kind}{tool}、{resources}）{digest}"
            if ja
            else f"{source.name} ({kind}{tool}, {resources}){digest}",
            label=f"{page.say(words.TARGET)}  ",
        )
    write_collected(report, page)
    page.text(
        f"{page.say(PHASE_TEXT[run.phase])}（{run.phase.value}）" if ja else page.say(PHASE_TEXT[run.phase]),
        label=f"{page.say(words.PHASE)}  ",
    )
    if run.platform is not None:
        known = words.PLATFORMS.get(run.platform)
        page.text(page.say(known) if known else run.platform, label=f"{page.say(words.PLATFORM)}  ")
    write_scopes(report, page)
    page.text(run.started.isoformat(), label=f"{page.say(words.TIME)}  ")


# ---------------------------------------------------------------- clauses


def _clauses(report: Report, page: Page) -> None:
    for assessment in report.assessments:
        pack = assessment.pack
        page.title(words.CLAUSES)
        page.text(
            f"{page.say(pack.title)}（{pack.id}）" if page.lang == "ja" else f"{page.say(pack.title)} ({pack.id})"
        )
        if pack.scope is not None:
            page.text(page.say(pack.scope), indent=2)
        write_judged_on(pack, report, page)
        page.text(page.say(words.kinds(Counter(clause.class_ for clause in pack.clauses))), indent=2)
        page.text(page.say(words.COLUMNS), indent=2)
        documents = dict.fromkeys(answer.clause.document for answer in assessment.answers)
        for document in documents:
            page.line()
            page.text(pack.documents.get(document, document))
            here = [a for a in assessment.answers if a.clause.document == document]
            judged = [a for a in here if has_controls(a)]
            if judged:
                _clause_table(judged, page)
            _by_number([a for a in here if not has_controls(a)], page)


def _by_number(answers: list[ClauseAnswer], page: Page) -> None:
    """Clauses that no setting bears on: their numbers, by answer, so that none is missing from the report."""
    for answer in Answer:
        numbers = [one.clause.number or one.clause.heading for one in answers if one.answer is answer]
        if numbers:
            label = f"{page.say(words.WITHOUT_CONTROLS.get(answer, ANSWER_TEXT[answer]))} "
            page.text(_join(numbers, page), indent=2, label=f"{label}{words.count(len(numbers), page.lang)}: ")


def _clause_table(answers: list[ClauseAnswer], page: Page) -> None:
    def row(answer: ClauseAnswer) -> list[str]:
        counts = answer.counts
        numbers = (
            counts.get(Status.FAIL, 0),
            counts.get(Status.UNKNOWN, 0) + counts.get(Status.ERROR, 0),
            counts.get(Status.PASS, 0),
            answer.supporting.get(Status.FAIL, 0),
            len(documents_to_review(answer)),
        )
        return [
            answer.clause.number,
            answer.clause.heading,
            page.say(ANSWER_TEXT[answer.answer]),
            *(f"{number:,}" if number else "-" for number in numbers),
        ]

    def paint(number: int, column: int, cell: str) -> str:
        return page.tint(cell, answers[number].answer) if column == 2 and number >= 0 else cell

    head = [
        page.say(text)
        for text in (
            words.NUMBER,
            words.HEADING,
            words.RESULT,
            words.FAIL_COLUMN,
            words.UNKNOWN_COLUMN,
            words.PASS_COLUMN,
            words.SUPPORTING_COLUMN,
            words.DOCUMENTS_COLUMN,
        )
    ]
    page.lines(
        table(
            head,
            [row(answer) for answer in answers],
            indent=2,
            columns=page.columns,
            flexible=1,
            right=frozenset({3, 4, 5, 6, 7}),
            paint=paint,
        )
    )


# ---------------------------------------------------------------- the frame of the run


def _not_covered(report: Report, page: Page) -> None:
    types = report.inventory.not_covered
    if not types:
        return
    page.title(words.NOT_COVERED, sum(types.values()))
    ranked = sorted(types.items(), key=lambda item: (-item[1], item[0]))
    head = [page.say(words.TYPE), page.say(words.COUNT)]
    rows = [[type_, f"{number:,}"] for type_, number in ranked[:_TYPES]]
    page.lines(table(head, rows, indent=2, columns=page.columns, flexible=0, right=frozenset({1})))
    left = sum(number for _, number in ranked[_TYPES:])
    if left:
        page.text(page.say(words.more(left)), indent=2)


def value_text(parameter: Parameter, page: Page) -> str:
    """The value with its unit: ``365日``."""
    value = parameter.value
    if isinstance(value, list):
        return ("、" if page.lang == "ja" else ", ").join(shown(item) for item in value)
    if parameter.unit == "TLS":
        return f"TLS {shown(value)}"
    unit = _UNITS.get(parameter.unit)
    return shown(value) + (page.say(unit) if unit is not None else f" {parameter.unit}" if parameter.unit else "")


def _parameters(report: Report, page: Page) -> None:
    used = {id_ for check in report.checks for id_ in check.parameters}
    parameters = [parameter for id_, parameter in sorted(report.parameters.items()) if id_ in used]
    if not parameters:
        return
    page.title(words.PARAMETERS)
    for parameter in parameters:
        value, source = value_text(parameter, page), page.say(parameter.source.sentence)
        configured = parameter.source.certainty == "configuration"
        note = None if parameter.decided_by_municipality or configured else parameter.note
        if parameter.decided_by_municipality:
            ja = f"貴団体が定めた {value} で判定した。{source}"
            en = f"judged by {value}, which the municipality has decided. {source}"
        elif configured:
            ja = f"設定ファイルの {value} で判定した（貴団体が定めた値とは示されていない）。{source}"
            en = f"judged by {value} from the configuration, which is not marked as decided by the municipality. {source}"
        else:
            ja = f"貴団体が値を定めていないため、既定の {value} で判定した。{source}"
            en = f"the municipality has decided no value, so the default {value} was used. {source}"
        page.text(
            f"{page.say(parameter.title)}（{parameter.id}）"
            if page.lang == "ja"
            else f"{page.say(parameter.title)} ({parameter.id})",
            indent=2,
        )
        page.text(ja if page.lang == "ja" else en, indent=6)
        if note is not None:
            page.text(page.say(note), indent=6, label=page.say(words.NOTE))


def _notes(report: Report, page: Page) -> None:
    notes = [(source.name, note) for source in report.inventory.sources for note in source.notes]
    if not notes and not report.run.problems and not report.run.remarks:
        return
    page.title(words.NOTES)
    for name, note in notes:
        page.text(page.say(note), indent=2, label=f"{safe(name)}: ")
    for remark in report.run.remarks:
        page.text(page.say(remark), indent=2, label="- ")
    for problem in report.run.problems:
        page.text(page.say(problem), indent=2, label="- ")


# ---------------------------------------------------------------- the end


def _join(parts: list[str], page: Page) -> str:
    return ("、" if page.lang == "ja" else ", ").join(parts)


def _summary(report: Report, page: Page) -> None:
    counts = report.counts()
    ja = page.lang == "ja"
    page.title(words.SUMMARY)
    for assessment in report.assessments:
        page.text(_clause_counts(assessment, page), indent=2, label=("条項  " if ja else "Clauses   "))
    failed = Counter(finding.check.severity for finding in report.findings if finding.status is Status.FAIL)
    parts = []
    for status in Status:
        if not counts[status] and status not in (Status.PASS, Status.FAIL, Status.UNKNOWN):
            continue
        part = f"{page.say(STATUS_TEXT[status])} {words.count(counts[status], page.lang)}"
        if status is Status.FAIL and failed:
            weights = [
                f"{page.say(SEVERITY_TEXT[severity])} {failed[severity]:,}"
                for severity in reversed(Severity)
                if failed[severity]
            ]
            part += f"（{'、'.join(weights)}）" if ja else f" ({', '.join(weights)})"
        parts.append(part)
    page.text(_join(parts, page), indent=2, label=("確認  " if ja else "Findings  "))
    types = report.inventory.not_covered
    if types:
        page.text(
            f"資源種別 {len(types):,}種、{sum(types.values()):,}件は確認していない。"
            if ja
            else f"{len(types):,} resource types with {sum(types.values()):,} resources were not checked.",
            indent=2,
        )
    unverified = counts[Status.UNKNOWN] + counts[Status.ERROR]
    page.text(
        f"自動確認した範囲で不適合 {counts[Status.FAIL]:,}件、未確認 {unverified:,}件。"
        if ja
        else f"{counts[Status.FAIL]:,} nonconforming and {unverified:,} not verified in what was checked.",
        indent=2,
    )
    write_silent(report, page)
    page.text(_exit_text(report, page), indent=2)


def _clause_counts(assessment: PolicyAssessment, page: Page) -> str:
    counts = assessment.counts()
    parts = [
        f"{page.say(ANSWER_TEXT[answer])} {counts[answer]:,}"
        for answer in Answer
        if counts[answer] or answer in (Answer.CONFORMING, Answer.NONCONFORMING, Answer.NOT_VERIFIED)
    ]
    total = len(assessment.answers)
    if page.lang == "ja":
        return f"{page.say(assessment.pack.title)} 全{total:,}条項: {_join(parts, page)}"
    return f"{page.say(assessment.pack.title)}, {total:,} clauses: {_join(parts, page)}"


def _exit_text(report: Report, page: Page) -> str:
    run = report.run
    code = run.exit_code
    if code is ExitCode.NONCONFORMING and run.fail_on is not None:
        reason = Text(
            f"重大度「{SEVERITY_TEXT[run.fail_on].ja}」以上の不適合がある",
            f"nonconformities of severity {run.fail_on.label} or above",
        )
    elif code is ExitCode.INCOMPLETE:
        reason = Text("確認が終わっていないものがある", "something was left unchecked")
    else:
        # nothing that could be read as an assurance
        return f"終了コード {int(code)}" if page.lang == "ja" else f"Exit code {int(code)}"
    return f"終了コード {int(code)}（{reason.ja}）" if page.lang == "ja" else f"Exit code {int(code)} ({reason.en})"
