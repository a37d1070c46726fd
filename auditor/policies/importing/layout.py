"""The lines of a source as the parser sees them: cleaned, with what their shape tells."""

from __future__ import annotations

import re

import msgspec

from auditor.policies.importing.characters import width, without_radicals
from auditor.policies.importing.model import Line, LineRole, SourceText

_BLANKS = " \t\u3000\u00a0\u200b\ufeff\f\v\r"
_TAG = re.compile(r"</?(?:[a-z][a-z0-9]{0,9})(?:\s[^<>]*)?/?>", re.IGNORECASE)
_MARKDOWN = re.compile(r"^(?:#{1,6}[ \t]+|>[ \t]+|[-*+][ \t]+(?=[・•ぁ-ん]))")
_FULL = 0.86
"""Share of the column from which a line counts as full: lists are indented, and lines break before signs."""
_SHORT = 0.7
"""Share below which the next line begins a new paragraph in any case."""
_FEWEST = 20
"""Lines from which a column can be told."""
_NARROWEST, _BROADEST = 20, 62
"""Columns of printed policies, in full-width characters."""
_ALONE = 30
"""Width below which a line without a column may be a phrase of its own."""
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
    marked_up: bool
    """Marks of Markdown or HTML were taken away."""
    stops: bool
    """A paragraph ends with it: at the end of a sentence that does not fill the column, or far from the column's end."""


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
    stripped = [(without_radicals(line.text).strip(_BLANKS), line) for line in source.lines]
    cleaned = [(_without_markup(text) or text, line) for text, line in stripped if text]
    column = _column([text for text, line in cleaned if line.role is LineRole.TEXT])
    rows = []
    for text, line in cleaned:
        share = width(text) / column if column else 0.0
        full, ended = share >= _FULL, text[-1] in _ENDS
        stops = (ended and not full) or (share < _SHORT and not text[-1].isascii() if column else _stands_alone(text))
        rows.append(Row(text, line, full, ended, len(text) < len(line.text.strip(_BLANKS)), stops))
    return Layout(tuple(rows), column)


def _without_markup(text: str) -> str:
    """``text`` without tags, Markdown's heading and emphasis marks, and bullets before a mark or in a sentence."""
    if "<" in text:
        text = _TAG.sub("", text).strip(_BLANKS)
    return _MARKDOWN.sub("", text).replace("**", "") if text[:1] in "-#*+>" or "**" in text else text


def _stands_alone(text: str) -> bool:
    """Whether a line of a text that is not wrapped at a column reads as a whole: short, and no particle at its end."""
    return width(text) < _ALONE and not ("ぁ" <= text[-1] <= "ん" or text[-1] in "、，")


def _column(texts: list[str]) -> float:
    """The column of a hard-wrapped text: a width that many lines share, most of them within a sentence."""
    if len(texts) < _FEWEST:
        return 0.0
    widths = sorted(width(text) for text in texts)
    broad = widths[int(len(widths) * 0.98)]
    near = [text for text in texts if broad - 4 <= width(text)]
    broken = sum(1 for text in near if text[-1] not in _ENDS)
    wrapped = len(near) >= len(texts) * 0.1 and broken >= len(near) * 0.6
    return broad if _NARROWEST <= broad <= _BROADEST and wrapped else 0.0


def open_brackets(text: str) -> bool:
    """Whether ``text`` ends inside a bracket or a quotation; a closing one too many closes nothing."""
    depth = 0
    for sign in text:
        depth = max(0, depth + _BRACKETS.get(sign, 0))
    return depth > 0
