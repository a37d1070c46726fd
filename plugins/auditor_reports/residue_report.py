"""The list of what remains, as CSV for spreadsheets: an attachment to the record of the end of use.

UTF-8 with a byte order mark, as Excel needs it; the separators and line ends of RFC 4180.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import BinaryIO, Final

from auditor.inventory import PHASE_TEXT, Phase, SourceInfo
from auditor.layout import safe
from auditor.reporting import Options, Report
from auditor.text import Text
from auditor_reports import residue_words as words
from auditor_reports.coverage import minute
from auditor_reports.residue import rows
from auditor_reports.words import SOURCES

_FORMULA: Final = frozenset("=+-@＝＋－＠")
"""What begins a formula (OWASP, "CSV Injection"), in half and in full width."""
_DIGITS: Final = 11
"""Longer numbers are shown in powers of ten, and lose their leading zeros (Excel, "Keeping leading zeros and large
numbers")."""

_FIELDS: Final = ("account", "region", "type", "resource", "what", "state", "check", "result", "evidence")
"""Of a row, in the order of the columns."""


def write_residue(report: Report, out: BinaryIO, options: Options) -> None:
    """Write the list; its values are in the language of ``options``, its headings in both."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    found = rows(report, options.lang)
    for line in _head(report, options, len(found)):
        writer.writerow([cell(one) for one in line])
    writer.writerow([])
    writer.writerow([_both(column) for column in words.COLUMNS])
    for number, row in enumerate(found, 1):
        writer.writerow([str(number), *(cell(getattr(row, name)) for name in _FIELDS)])
    out.write(text.getvalue().encode("utf-8-sig", "backslashreplace"))


def cell(value: str) -> str:
    """A value that no spreadsheet takes for a formula or a number.

    >>> cell("=1+1"), cell("012345678901"), cell("ap-northeast-1")
    ("'=1+1", "'012345678901", 'ap-northeast-1')
    """
    value = safe(value)
    begins = value.lstrip()[:1]
    numeric = value.isdigit() and (len(value) > _DIGITS or value.startswith("0"))
    return f"'{value}" if begins in _FORMULA or numeric else value


def _both(text: Text) -> str:
    return f"{text.ja} / {text.en}"


def _head(report: Report, options: Options, number: int) -> Iterator[list[str]]:
    run = report.run
    yield [_both(words.TITLE), f"auditor {run.version}"]
    yield [words.PURPOSE.in_(options.lang)]
    yield [words.QUOTED.in_(options.lang)]
    yield [_both(words.RUN), run.started.isoformat()]
    yield [_both(words.PHASE), f"{_both(PHASE_TEXT[run.phase])} ({run.phase.value})"]
    if run.phase is not Phase.TERMINATE:
        yield [_both(words.NOTE), words.OTHER_PHASE.in_(options.lang)]
    for source in report.inventory.sources:
        yield [_both(words.SOURCE), *_source(source, options)]
        yield from ([_both(words.NOTE), f"{source.name}: {note.in_(options.lang)}"] for note in source.notes)
    clauses = dict.fromkeys(
        clause.citation
        for control in ("teardown.residue", "teardown.account")
        for _, clause in report.clauses_of.get(control, ())
    )
    if clauses:
        yield [_both(words.CLAUSES), ("、" if options.lang == "ja" else ", ").join(clauses)]
    yield [_both(words.ROWS), str(number)]


def _source(source: SourceInfo, options: Options) -> list[str]:
    told = [source.name, SOURCES[source.kind].in_(options.lang), source.tool, f"sha256 {source.sha256}"]
    if source.coverage is not None:
        told.append(f"{minute(source.coverage.started)} - {minute(source.coverage.finished)} JST")
    return told
