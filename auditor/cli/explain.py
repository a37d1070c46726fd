"""``auditor explain``: what a check, a control or a clause is, and how they hang together."""

from __future__ import annotations

import argparse
import difflib
import re
import shutil
import sys
from collections.abc import Iterable, Sequence

from auditor.checks import AnyCheck
from auditor.cli.common import add_config, add_lang, read_config, say_failures, show
from auditor.config import effective_parameters
from auditor.errors import ExitCode, UsageError
from auditor.findings import SEVERITY_TEXT
from auditor.layout import DEFAULT_WIDTH, hang
from auditor.plugins import Plugins
from auditor.policies.loader import load_controls
from auditor.policies.model import Clause, ClauseClass, Control, Document, Pack, Parameter, Relationship, Role, Standing
from auditor.run import Packs, choose_packs
from auditor.text import Lang, Text

_CLASSES = {
    ClauseClass.CONFIG: Text("設定で確認する", "decided by configuration"),
    ClauseClass.PARTIAL: Text(
        "一部を設定で、残りを書面で確認する", "in part by configuration, for the rest by documents"
    ),
    ClauseClass.DOCUMENT: Text("外部の文書で確認する", "by documents from others"),
    ClauseClass.PROCESS: Text("団体内の手続や記録で確認する", "by procedures and records of the body"),
    ClauseClass.PHYSICAL: Text("施設・設備の対策", "premises and equipment"),
    ClauseClass.ENDPOINT: Text("端末の対策", "terminals"),
    ClauseClass.DEFINITION: Text("定義", "a definition"),
    ClauseClass.INHERITED: Text("基盤が担う", "answered by the platform"),
    ClauseClass.HEADING: Text("見出し（下位の条項で確認する）", "a heading; the clauses below it are verified"),
}
_ROLES = {Role.DECIDES: Text("判定する", "decides"), Role.SUPPORTS: Text("補助", "supports")}
_RELATIONSHIPS = {
    Relationship.EQUAL: Text("同じ範囲", "equal"),
    Relationship.SUBSET_OF: Text("条項の方が狭い", "the clause is narrower"),
    Relationship.SUPERSET_OF: Text("条項の方が広い", "the clause is wider"),
    Relationship.INTERSECTS: Text("一部が重なる", "they intersect"),
}
_DOCUMENT_ROLES = {
    "decides": Text("条項を判定する", "decides the clause"),
    "supplements": Text("補足", "supplements"),
    "stands-in": Text("検査に代わり得る", "can answer in place of the check"),
    "supports": Text("補助", "supports"),
}
_NEAR = 8
"""Clauses below a number that are suggested."""

# Signs that keyboards give in full width, and those that look like a hyphen, where policies and their readers may
# write either.
_FOLD = str.maketrans("（）．／　‐‑‒–—−－ー０１２３４５６７８９", "()./ --------0123456789")


def fold(name: str) -> str:
    """``name`` without what its writers may do one way or another: width, spaces, case.

    >>> fold("６－５（１） ⑥") == fold("6-5(1)⑥")
    True
    """
    return name.translate(_FOLD).replace(" ", "").lower()


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of the command."""
    parser.add_argument(
        "id",
        metavar="ID",
        help="検査・統制の ID、又は条項の ID・番号・引用（例 std/6-5/1/6、'6-5(1)⑥'） / id of a check or control; id, number or citation of a clause",
    )
    parser.add_argument(
        "--policy",
        action="append",
        default=[],
        metavar="ID",
        help="条項を探すポリシー（既定 toyama、繰返し可） / policy in which clauses are looked up, may be repeated",
    )
    add_lang(parser)
    add_config(parser)


def execute(options: argparse.Namespace) -> ExitCode:
    """Explain.  Raises :class:`UsageError` if there is nothing of that id."""
    plugins = Plugins()
    config = read_config(options)
    controls = load_controls()
    packs = choose_packs(Packs(plugins, config, controls), options.policy, config)
    parameters = effective_parameters([(pack.id, pack.parameters) for pack in packs], config)
    known = Known(plugins.checks(), controls, packs, parameters)
    width = shutil.get_terminal_size().columns if sys.stdout and sys.stdout.isatty() else DEFAULT_WIDTH
    show("\n\n".join(explain(options.id, known, Writer(options.lang, width))))
    return say_failures(plugins, options.lang)


class Known:
    """Everything that can be explained."""

    def __init__(
        self,
        checks: Sequence[AnyCheck],
        controls: dict[str, Control],
        packs: Sequence[Pack],
        parameters: dict[str, Parameter],
    ) -> None:
        self.checks = {check.id: check for check in checks}
        self.controls = controls
        self.packs = packs
        self.parameters = parameters

    def clauses(self, id_: str) -> list[tuple[Pack, Clause]]:
        """Clauses of that id, number or citation; see :func:`fold`."""
        wanted = fold(id_)
        return [
            (pack, clause)
            for pack in self.packs
            for clause in pack.clauses
            if wanted in (fold(clause.id), fold(clause.number), fold(clause.citation))
        ]

    def near(self, id_: str) -> list[str]:
        """What may have been meant: clauses below it, else ids and numbers that look like it."""
        wanted = fold(id_)
        if not wanted:
            return []
        names = {fold(name): name for name in reversed(self.names())}
        below = [name for name in self.names() if fold(name).startswith(wanted)]
        return below[:_NEAR] or [names[near] for near in difflib.get_close_matches(wanted, names, n=3)]

    def names(self) -> list[str]:
        """Every id, number and citation, for suggestions."""
        clauses = [clause for pack in self.packs for clause in pack.clauses]
        return [
            *self.checks,
            *self.controls,
            *(clause.id for clause in clauses),
            *(clause.number for clause in clauses),
            *(clause.citation for clause in clauses),
        ]


class Writer:
    """Lines of one explanation in one language and width."""

    def __init__(self, lang: Lang, width: int) -> None:
        self.lang = lang
        self._width = max(40, width)
        self._lines: list[str] = []

    def say(self, text: Text) -> str:
        """``text`` in the language."""
        return text.in_(self.lang)

    def title(self, text: str) -> None:
        """First line."""
        self._lines.append(hang("", text, self._width, 0))

    def field(self, label: Text, text: str) -> None:
        """A label with a text; nothing for an empty text."""
        if text:
            self._lines.append(hang(f"{self.say(label)}: ", text, self._width, 2))

    def items(self, label: Text, items: Iterable[str]) -> None:
        """A label with a list; nothing for an empty list."""
        listed = list(items)
        if listed:
            self._lines.append(f"  {self.say(label)}:")
            self._lines += [hang("- ", item, self._width, 4) for item in listed]

    def description(self, text: str) -> None:
        """The docstring of a check: Japanese first, then English, one labelled statement after the other."""
        if text:
            paragraphs = text.split("\n\n")
            chosen = paragraphs[0] if self.lang == "ja" else paragraphs[-1]
            self._lines.append("")
            self._lines += [hang("", line, self._width, 2) for line in _statements(chosen)]

    def take(self) -> str:
        """What was written since the last time."""
        taken = "\n".join(self._lines)
        self._lines = []
        return taken


_LABEL = re.compile(r"[^:。.、,]{1,24}: ")


def _statements(paragraph: str) -> list[str]:
    """The lines of a docstring, those that only continue a statement joined to it."""
    out: list[str] = []
    for line in paragraph.splitlines():
        if out and not _LABEL.match(line):
            glue = "" if ord(out[-1][-1]) > 0x2E7F else " "
            out[-1] += glue + line
        else:
            out.append(line)
    return out


def explain(id_: str, known: Known, out: Writer) -> list[str]:
    """One explanation for each thing of that id.  Raises :class:`UsageError` if there is none."""
    found: list[str] = []
    if id_ in known.checks:
        _check(known.checks[id_], known, out)
        found.append(out.take())
    if id_ in known.controls:
        _control(known.controls[id_], known, out)
        found.append(out.take())
    for pack, clause in known.clauses(id_):
        _clause(pack, clause, known, out)
        found.append(out.take())
    if not found:
        near = known.near(id_)
        hint = f"近いもの: {'、'.join(near)}。" if near else "`auditor list checks` などで確認してください。"
        hint_en = f"close to it: {', '.join(near)}." if near else "see `auditor list checks` and the like."
        raise UsageError(
            f"「{id_}」という検査・統制・条項はありません。{hint}",
            f"there is no check, control or clause {id_}; {hint_en}",
        )
    return found


def _phases(one: AnyCheck | Control) -> str:
    return ", ".join(phase.value for phase in one.phases)


def _clause_lines(control: str, known: Known, out: Writer) -> list[str]:
    return [
        f"{clause.citation} [{out.say(_ROLES[mapping.role])}]"
        for pack in known.packs
        for clause in pack.clauses
        for mapping in pack.mappings.get(clause.id, ())
        if mapping.control == control
    ]


def _value(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _parameter_lines(ids: Iterable[str], known: Known, out: Writer) -> list[str]:
    lines = []
    for id_ in ids:
        parameter = known.parameters.get(id_)
        if parameter is None:
            continue
        decided = (
            Text("貴団体が定めた値", "decided by the municipality")
            if parameter.decided_by_municipality
            else Text("貴団体が定めていない値", "not decided by the municipality")
        )
        unit = f" {parameter.unit}" if parameter.unit and not isinstance(parameter.value, list) else ""
        lines.append(
            f"{out.say(parameter.title)} {id_} = {_value(parameter.value)}{unit} [{out.say(decided)}] {out.say(parameter.source.sentence)}"
        )
    return lines


def _document_lines(documents: Iterable[Document], out: Writer) -> list[str]:
    return [
        f"{out.say(document.name)} [{out.say(_DOCUMENT_ROLES[document.role]) if document.role in _DOCUMENT_ROLES else document.role}]"
        for document in documents
    ]


_CLAUSES = Text("条項", "Clauses")
_CONTROL = Text("統制", "Control")
_PHASES = Text("段階", "Phases")
_DOCUMENTS = Text("書面", "Documents")
_PARAMETERS = Text("判定に使う値", "Values used")


def _check(check: AnyCheck, known: Known, out: Writer) -> None:
    control = known.controls.get(check.control)
    out.title(f"{out.say(Text('検査', 'Check'))} {check.id}  {out.say(check.title)}")
    out.field(_CONTROL, f"{check.control} {out.say(control.title) if control else ''}".rstrip())
    out.field(Text("重大度", "Severity"), out.say(SEVERITY_TEXT[check.severity]))
    out.field(_PHASES, _phases(check))
    out.field(Text("見る項目", "Facts"), ", ".join(check.facts))
    out.field(Text("是正", "Remedy"), out.say(check.remediation))
    out.items(_PARAMETERS, _parameter_lines(check.parameters, known, out))
    out.items(_CLAUSES, _clause_lines(check.control, known, out))
    out.description(check.description)


def _control(control: Control, known: Known, out: Writer) -> None:
    out.title(f"{out.say(_CONTROL)} {control.id}  {out.say(control.title)}")
    out.field(Text("求めること", "Statement"), out.say(control.statement))
    out.field(_PHASES, _phases(control))
    out.items(
        Text("検査", "Checks"),
        (f"{check.id}  {out.say(check.title)}" for check in known.checks.values() if check.control == control.id),
    )
    out.items(_PARAMETERS, _parameter_lines(control.parameters, known, out))
    out.items(_DOCUMENTS, _document_lines(control.documents, out))
    out.items(Text("参照", "References"), control.references)
    out.items(_CLAUSES, _clause_lines(control.id, known, out))


def _clause(pack: Pack, clause: Clause, known: Known, out: Writer) -> None:
    mappings = pack.mappings.get(clause.id, ())
    out.title(f"{out.say(Text('条項', 'Clause'))} {clause.citation}  {clause.heading}")
    out.field(Text("ID", "Id"), f"{clause.id} ({pack.id})")
    out.field(Text("要旨", "Summary"), out.say(clause.summary))
    if clause.id in pack.wording:
        out.field(Text("条文", "Wording"), " ".join(pack.wording[clause.id].split("\n")))
    out.field(Text("主語", "Addressee"), clause.addressee)
    out.field(Text("文末", "Modality"), clause.obligation)
    if clause.govcloud:
        out.field(
            Text("適用", "Applies"),
            out.say(Text("ガバメントクラウド等で使う場合", "where the Government Cloud or its equivalent is used")),
        )
    out.field(Text("確認の方法", "Verified"), out.say(_CLASSES[clause.class_]))
    if clause.unanswered is not None:
        out.field(Text("統制がない理由", "Why no control"), out.say(clause.unanswered))
    if clause.standing is Standing.PROPOSED:
        out.field(Text("対応付け", "Mapping"), out.say(Text("提案（未確定）", "proposed, not confirmed")))
    out.items(
        Text("統制", "Controls"),
        (
            f"{mapping.control} [{out.say(_ROLES[mapping.role])}, {out.say(_RELATIONSHIPS[mapping.relationship])}] "
            f"{out.say(mapping.rationale)}"
            for mapping in mappings
        ),
    )
    controls = {mapping.control for mapping in mappings}
    out.items(
        Text("検査", "Checks"),
        (f"{check.id}  {out.say(check.title)}" for check in known.checks.values() if check.control in controls),
    )
    out.items(_PARAMETERS, _parameter_lines(pack.parameters_of(clause), known, out))
    documents = pack.clause_documents.get(clause.id, ())
    out.items(
        _DOCUMENTS,
        (
            line + (f" {out.say(document.held_by)}" if document.held_by else "")
            for line, document in zip(_document_lines(documents, out), documents, strict=True)
        ),
    )
    out.items(
        Text("基盤が担う部分", "Answered by the platform"),
        (
            f"{out.say(row.by)}: {out.say(row.evidence)}" + (f" ({row.when})" if row.when else "")
            for row in pack.inherited
            if row.clause == clause.id or row.control in controls
        ),
    )
