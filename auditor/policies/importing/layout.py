"""The lines of a source as the parser sees them: cleaned, with what their shape tells."""

from __future__ import annotations

import msgspec

from auditor.policies.importing.characters import width, without_radicals
from auditor.policies.importing.model import Line, SourceText

_BLANKS = " \t\u3000\u00a0\u200b\ufeff\f\v\r"
_ENDS = "。」』．："
_BRACKETS = {"（": 1, "(": 1, "「": 1, "『": 1, "）": -1, ")": -1, "」": -1, "』": -1}


class Row(msgspec.Struct, frozen=True):
    """One line that is not blank."""

    text: str
    """Stripped; radicals replaced."""
    line: Line
    full: bool
    """As wide as the column of a hard-wrapped text, so that its sentence may go on."""
    ended: bool
    """Ends a sentence."""


class Layout(msgspec.Struct, frozen=True):
    """A source as rows."""

    rows: tuple[Row, ...]
    column: float
    """Width of the column, in full-width characters, if the text is hard-wrapped; else 0."""

    @property
    def wrapped(self) -> bool:
        """Whether lines end where the column does, and not where paragraphs do."""
        return self.column > 0


def lay_out(source: SourceText) -> Layout:
    """The rows of ``source``."""
    cleaned = [(without_radicals(line.text).strip(_BLANKS), line) for line in source.lines]
    cleaned = [(text, line) for text, line in cleaned if text]
    column = _column([text for text, line in cleaned if not line.table])
    return Layout(
        tuple(
            Row(text, line, bool(column) and width(text) >= column - 2.5, text[-1] in _ENDS) for text, line in cleaned
        ),
        column,
    )


def _column(texts: list[str]) -> float:
    """The column of a hard-wrapped text: the width that many lines share and none exceeds by much."""
    widths = sorted(width(text) for text in texts)
    if len(widths) < 20:
        return 0.0
    broad = widths[int(len(widths) * 0.98)]
    near = sum(1 for one in widths if broad - 4 <= one)
    return broad if 20 <= broad <= 62 and near >= len(widths) * 0.2 else 0.0


def open_brackets(text: str) -> bool:
    """Whether ``text`` ends inside a bracket or a quotation; a closing one too many closes nothing."""
    depth = 0
    for sign in text:
        depth = max(0, depth + _BRACKETS.get(sign, 0))
    return depth > 0
