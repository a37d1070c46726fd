"""The sections of the text report that list findings.

Findings of one check stand together.  They are written in full under the first clause that the
check bears on; later clauses refer to their numbers.  Very long lists are cut, with the number of
what is left out.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

from auditor.assessment import ANSWER_TEXT, Answer, ClauseAnswer, PolicyAssessment
from auditor.checks import AnyCheck
from auditor.findings import SEVERITY_TEXT, STATUS_TEXT, Finding, Status
from auditor.layout import safe
from auditor.policies.model import Clause, Document, Role
from auditor.reporting import Report
from auditor.shared_use import under
from auditor_reports import words
from auditor_reports.facts import Fact, calls, facts, message, place, shown
from auditor_reports.page import Page

PER_CHECK = 20
"""Findings of one check that are written in full."""
PER_REASON = 5
"""Addresses that are listed for one reason of not being verified."""
REASONS = 10
"""Reasons that are listed for one check."""

QUOTED = 80
"""Characters of a clause's wording that are quoted."""

ByCheck = dict[str, list[Finding]]
"""Check id -> findings."""


class Sorted:
    """Findings that are not conforming, by status, control and check."""

    def __init__(self, findings: Iterable[Finding]) -> None:
        conforming = Status.PASS
        self._found: defaultdict[tuple[Status, str], ByCheck] = defaultdict(dict)
        for finding in findings:
            status = finding.status
            if status is not conforming:
                check = finding.check
                self._found[status, check.control].setdefault(check.id, []).append(finding)

    def of(self, status: Status, control: str) -> list[list[Finding]]:
        """Groups of one check each, the weightiest first."""
        groups = self._found.get((status, control), {})
        return sorted(groups.values(), key=lambda group: (-group[0].check.severity, group[0].check.id))

    def every(self, *statuses: Status) -> list[list[Finding]]:
        """All groups of these statuses, one for each check, by its id."""
        merged: defaultdict[str, list[Finding]] = defaultdict(list)
        for (status, _), groups in self._found.items():
            if status in statuses:
                for id_, group in groups.items():
                    merged[id_] += group
        return [merged[id_] for id_ in sorted(merged)]


def clauses_lines(report: Report, group: Sequence[Finding], page: Page) -> list[str]:
    """Numbers of the clauses that findings of one check bear on: a line for each policy that counts one of them."""
    divides = report.shared_use.scoping.divides
    lines = []
    for assessment in report.assessments:
        id_ = assessment.pack.id
        pointing = report.clauses_of.get(group[0].check.control, ())
        numbers = [clause.number for pack, clause in pointing if pack.id == id_]
        if numbers and (not divides or any(finding.resource.scope.under(id_) for finding in group)):
            whose = "" if len(report.assessments) == 1 else f"（{id_}）" if page.lang == "ja" else f" ({id_})"
            lines.append(
                f"条項{whose}: {'、'.join(numbers)}" if page.lang == "ja" else f"Clauses{whose}: {', '.join(numbers)}"
            )
    return lines


def reference(clause: Clause, report: Report) -> str:
    """The number of a clause, or its citation where the numbers of several policies would not be told apart."""
    return clause.number if len(report.assessments) == 1 else clause.citation


# ---------------------------------------------------------------- nonconforming


class Failures:
    """Writes nonconforming findings clause by clause and remembers what stands where."""

    def __init__(self, report: Report, found: Sorted, page: Page) -> None:
        self._report = report
        self._found = found
        self._page = page
        self._next = 1
        self._numbers: dict[int, int] = {}
        """Number of each finding that stands in the report, by identity; 0 for one that was left out of a long list."""
        self._written: dict[int, tuple[str, int]] = {}
        """Group, by identity -> numbers of its findings, and how many were left out."""
        scoping = report.shared_use.scoping
        self._of_policy = {
            assessment.pack.id: Sorted(under(assessment.pack.id, report.findings, scoping))
            if scoping.divides
            else found
            for assessment in report.assessments
        }

    def write(self) -> None:
        """The whole section; nothing where there are no failures.

        Nonconforming clauses come first, then those that failing checks only bear on.
        """
        page = self._page
        every = self._found.every(Status.FAIL)
        if not every:
            return
        page.title(words.FAILED, sum(map(len, every)))
        page.text(page.say(words.MARKED))
        borne: list[tuple[PolicyAssessment, ClauseAnswer]] = []
        for assessment in self._report.assessments:
            for answer in assessment.answers:
                if answer.answer is Answer.NONCONFORMING:
                    self._clause(answer, assessment)
                elif self._groups(answer, assessment):
                    borne.append((assessment, answer))
        if borne:
            page.line()
            page.line()
            page.text(page.say(words.BORNE_ON))
        self._borne(borne)
        left = [rest for group in every if (rest := [one for one in group if id(one) not in self._numbers])]
        if left:
            page.head(page.say(words.NO_CLAUSE))
            for group in left:
                self._group(group, supporting=False)

    def _borne(self, answers: Sequence[tuple[PolicyAssessment, ClauseAnswer]]) -> None:
        """Failing checks that bear on clauses without deciding them, each with the numbers of those clauses."""
        page = self._page
        clauses: defaultdict[int, list[str]] = defaultdict(list)
        groups: dict[int, list[Finding]] = {}
        for assessment, answer in answers:
            for group, _ in self._groups(answer, assessment):
                groups[id(group)] = group
                clauses[id(group)].append(reference(answer.clause, self._report))
        for key, group in groups.items():
            page.line()
            self._group(group, supporting=False)
            page.text(
                ("、" if page.lang == "ja" else ", ").join(clauses[key]), indent=4, label=page.say(words.BEARS_ON)
            )

    def _groups(self, answer: ClauseAnswer, assessment: PolicyAssessment) -> list[tuple[list[Finding], bool]]:
        """Failing checks of a clause, each with whether it only supports the clause."""
        found, phases = self._of_policy[assessment.pack.id], assessment.phases
        groups: list[tuple[list[Finding], bool]] = []
        for mapping in answer.mappings:
            supporting = mapping.role is Role.SUPPORTS
            if supporting or not phases.isdisjoint(self._report.controls[mapping.control].phases):
                groups += [(group, supporting) for group in found.of(Status.FAIL, mapping.control)]
        return groups

    def _clause(self, answer: ClauseAnswer, assessment: PolicyAssessment) -> None:
        page, clause = self._page, answer.clause
        wording = assessment.pack.wording.get(clause.id, "")
        page.head(
            f"{reference(clause, self._report)}  {clause.heading}", page.say(ANSWER_TEXT[answer.answer]), answer.answer
        )
        if wording:
            page.text(_beginning(wording), indent=2, label=page.say(words.WORDING))
        if page.say(clause.summary):  # that of an imported clause is its wording alone
            page.text(page.say(clause.summary), indent=2)
        page.text(page.say(answer.reason), indent=2)
        for group, supporting in self._groups(answer, assessment):
            self._group(group, supporting)

    def _group(self, group: Sequence[Finding], supporting: bool) -> None:
        page, check = self._page, group[0].check
        head = _check_head(check, len(group), page)
        if supporting:
            head += page.say(words.SUPPORTING)
        written = self._written.get(id(group))
        fresh = [] if written is not None else [one for one in group if id(one) not in self._numbers]
        if written is None and len(fresh) < len(group):
            # another policy counts some of them, under which they were written
            written = self._listed(group)
            if not fresh:
                self._written[id(group)] = written
        if written is not None:
            head += f" → {page.say(words.above(*written))}"
        page.text(head, indent=2, label="* ")
        if fresh:
            self._in_full(fresh)
            self._written[id(group)] = self._listed(group)

    def _in_full(self, group: Sequence[Finding]) -> None:
        """Findings of one check that stand nowhere yet."""
        page, check = self._page, group[0].check
        expected = group[0].expected
        same = all(finding.expected == expected for finding in group)
        if same and expected is not None:
            page.text(page.say(expected), indent=4, label=page.say(words.EXPECTED))
        page.text(page.say(check.remediation), indent=4, label=page.say(words.REMEDY))
        for finding in group[:PER_CHECK]:
            self._finding(finding, with_expected=not same)
            self._numbers[id(finding)] = self._next
            self._next += 1
        left = group[PER_CHECK:]
        self._numbers.update((id(finding), 0) for finding in left)
        if left:
            page.text(page.say(words.more(len(left))), indent=4)

    def _listed(self, group: Sequence[Finding]) -> tuple[str, int]:
        """The numbers of what is written of the group, as ranges, and how many are left out."""
        found = [self._numbers[id(one)] for one in group if id(one) in self._numbers]
        ranges: list[list[int]] = []
        for number in sorted(filter(None, found)):
            if ranges and ranges[-1][1] == number - 1:
                ranges[-1][1] = number
            else:
                ranges.append([number, number])
        said = [f"#{first}" if first == last else f"#{first}-#{last}" for first, last in ranges]
        return ("、" if self._page.lang == "ja" else ", ").join(said), found.count(0)

    def _finding(self, finding: Finding, with_expected: bool) -> None:
        page = self._page
        page.text(_subject(finding, self._report), indent=4, label=f"#{self._next} ")
        page.text(page.say(message(finding)), indent=7, label=page.say(words.ACTUAL))
        if with_expected and finding.expected is not None:
            page.text(page.say(finding.expected), indent=7, label=page.say(words.EXPECTED))
        evidence = list(facts(finding))
        if evidence:
            listed = "  ".join(_attribute(fact, page) for fact in evidence)
            page.text(listed, indent=7, label=page.say(words.FACTS))
        where = _where(finding, evidence)
        if where:
            page.text(where, indent=7, label=page.say(words.WHERE))
        said = calls(finding, evidence)
        if said:
            page.text("  ".join(said), indent=7, label=page.say(words.CALLS))


def _subject(finding: Finding, report: Report) -> str:
    """The address, with what is meant of it and the input where there are several of them."""
    subject = finding.resource.address
    if finding.facet is not None and finding.facet.key:
        subject += f" ({finding.facet.key})"
    return f"{subject} [{finding.resource.source}]" if len(report.inventory.sources) > 1 else subject


def _beginning(wording: str) -> str:
    """As much of a clause's wording as a heading needs to be recognised."""
    line = " ".join(wording.split())
    return line if len(line) <= QUOTED else line[:QUOTED] + "…"


def _check_head(check: AnyCheck, number: int, page: Page) -> str:
    severity = page.say(SEVERITY_TEXT[check.severity])
    title = page.say(check.title)
    if page.lang == "ja":
        return f"[{severity}] {title}（{check.id}） {words.count(number, 'ja')}"
    return f"[{severity}] {title} ({check.id}): {number:,}"


def _where(finding: Finding, evidence: Sequence[Fact]) -> str:
    """File and line, and the paths of the attributes."""
    parts = []
    found = place(finding, evidence)
    if found is not None and found.file is not None:
        parts.append(found.file if found.line is None else f"{found.file}:{found.line}")
    own = finding.resource.address
    parts += dict.fromkeys(
        fact.place.path if fact.place.address == own else f"{fact.place.address}: {fact.place.path}"
        for fact in evidence
        if fact.place is not None and fact.place.path
    )
    return "  ".join(parts)


def _attribute(fact: Fact, page: Page) -> str:
    if fact.unknown is not None:
        return f"{fact.name} = ({page.say(STATUS_TEXT[Status.UNKNOWN])})"
    return f"{fact.name} = {shown(fact.value)}"


# ---------------------------------------------------------------- not verified


def write_unverified(report: Report, found: Sorted, page: Page) -> None:
    """What could not be read or is not decided yet, by check and reason."""
    groups = found.every(Status.UNKNOWN, Status.ERROR)
    if not groups:
        return
    page.title(words.UNVERIFIED, sum(map(len, groups)))
    for group in groups:
        check = group[0].check
        page.text(_check_head(check, len(group), page), label="* ")
        for line in clauses_lines(report, group, page):
            page.text(line, indent=4)
        reasons: defaultdict[str, list[Finding]] = defaultdict(list)
        for finding in group:
            reasons[page.say(message(finding))].append(finding)
        ranked = sorted(reasons.items(), key=lambda item: (-len(item[1]), item[0]))
        for reason, findings in ranked[:REASONS]:
            page.text(f"{reason}: {words.count(len(findings), page.lang)}", indent=4)
            for finding in findings[:PER_REASON]:
                page.text(_open(finding, report), indent=6, label="- ")
            if len(findings) > PER_REASON:
                page.text(page.say(words.more(len(findings) - PER_REASON)), indent=6)
        left = sum(len(findings) for _, findings in ranked[REASONS:])
        if left:
            page.text(page.say(words.more(left)), indent=4)


def _open(finding: Finding, report: Report) -> str:
    """Address, attribute and line of something that is not verified."""
    parts = [_subject(finding, report)]
    found = place(finding, list(facts(finding)))
    if found is not None:
        if finding.unknown is not None and found.path:
            parts.append(found.path if found.address == finding.resource.address else f"{found.address}: {found.path}")
        if found.file is not None:
            parts.append(found.file if found.line is None else f"{found.file}:{found.line}")
        if found.call is not None and found.call not in message(finding).en:
            parts.append(f"[{found.call}]")
    return "  ".join(parts)


# ---------------------------------------------------------------- documents and the rest


def _names(documents: Sequence[Document], page: Page) -> list[str]:
    out = []
    for document in documents:
        name = page.say(document.name)
        if document.held_by is not None and page.say(document.held_by):
            holder = page.say(document.held_by)
            name += f"（保有: {holder}）" if page.lang == "ja" else f" (held by {holder})"
        out.append(name)
    return out


_REVIEWED = frozenset({Answer.DOCUMENT_REVIEW, Answer.NONCONFORMING, Answer.NOT_VERIFIED})
"""Answers beside which documents are still to be read."""


def documents_to_review(answer: ClauseAnswer) -> frozenset[str]:
    """Ids of the documents that the clause still needs.

    They are those that decide it, and those that findings of its deciding controls leave the matter to.
    """
    if answer.answer not in _REVIEWED:
        return frozenset()
    ids = {document.id for document in answer.documents if document.role == "decides"}
    if answer.counts.get(Status.MANUAL):
        deciding = {mapping.control for mapping in answer.mappings if mapping.role is Role.DECIDES}
        for finding in answer.findings:
            if finding.status is Status.MANUAL and finding.check.control in deciding:
                ids.update(finding.documents)
    return frozenset(ids)


def has_controls(answer: ClauseAnswer) -> bool:
    """Whether settings bear on the clause, so that it has a line of its own; the others are listed by number."""
    return bool(answer.mappings) or answer.answer in (Answer.NOT_VERIFIED, Answer.INHERITED, Answer.WAIVED)


def write_documents(report: Report, found: Sorted, page: Page) -> None:
    """Clauses that need documents, each with them, and findings that need a person."""
    answers = [answer for assessment in report.assessments for answer in assessment.answers]
    every = [answer for answer in answers if answer.answer is Answer.DOCUMENT_REVIEW]
    waiting = [answer for answer in every if has_controls(answer)]
    also = [
        answer
        for answer in answers
        if answer.answer in (Answer.NONCONFORMING, Answer.NOT_VERIFIED) and _deciding(answer)
    ]
    manual = found.every(Status.MANUAL)
    if not every and not also and not manual:
        return
    page.title(words.DOCUMENTS, len(every) or None)
    page.text(page.say(words.EXPLAIN))
    rest = [answer for answer in every if not has_controls(answer)]
    if rest:
        kinds = {document.id for answer in rest for document in _deciding(answer)}
        page.text(page.say(words.by_documents(len(rest), len(kinds))))
    page.line()
    for answer in waiting:
        _documents(answer, report, page)
    if also:
        page.line()
        page.text(page.say(words.ALSO_DOCUMENTS))
        page.line()
    for answer in also:
        _documents(answer, report, page)
    for group in manual:
        _manual(group, report, page)


def _deciding(answer: ClauseAnswer) -> list[Document]:
    return [document for document in answer.documents if document.role == "decides"]


def _documents(answer: ClauseAnswer, report: Report, page: Page) -> None:
    page.text(f"{reference(answer.clause, report)}  {answer.clause.heading}", indent=2)
    deciding = _deciding(answer)
    if not deciding:
        page.text(page.say(answer.reason), indent=6)
    for name in _names(deciding, page):
        page.text(name, indent=6, label="- ")


def _manual(group: list[Finding], report: Report, page: Page) -> None:
    check = group[0].check
    page.line()
    page.text(_check_head(check, len(group), page), label="* ")
    control = report.controls.get(check.control)
    wanted = {id_ for finding in group for id_ in finding.documents}
    for document in control.documents if control else ():
        if document.id in wanted:
            page.text(page.say(document.name), indent=4, label="- ")
    for finding in group[:PER_CHECK]:
        page.text(page.say(message(finding)), indent=6, label=f"{safe(_subject(finding, report))}: ")
    if len(group) > PER_CHECK:
        page.text(page.say(words.more(len(group) - PER_CHECK)), indent=6)


def write_others(report: Report, found: Sorted, page: Page) -> None:
    """Clauses that somebody else answers for or that do not apply, each with its reason."""
    kinds = (Answer.INHERITED, Answer.WAIVED, Answer.NOT_APPLICABLE, Answer.OUT_OF_SCOPE)
    answers = [
        answer
        for assessment in report.assessments
        for answer in assessment.answers
        if answer.answer in kinds and has_controls(answer)
    ]
    inherited = found.every(Status.INHERITED)
    if not answers and not inherited:
        return
    page.title(words.OTHERS, len(answers) or None)
    for answer in answers:
        label = f"{reference(answer.clause, report)}  {page.say(ANSWER_TEXT[answer.answer])}  "
        page.text(page.say(answer.reason), indent=2, label=label)
    for group in inherited:
        page.text(_check_head(group[0].check, len(group), page), indent=2, label="* ")
        texts = Counter(page.say(message(finding)) for finding in group)
        for text, number in texts.most_common(REASONS):
            page.text(f"{text}: {words.count(number, page.lang)}", indent=4, label="- ")
