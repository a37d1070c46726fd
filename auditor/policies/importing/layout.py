"""The lines of a source as the parser sees them: cleaned, with what their shape tells."""

from __future__ import annotations

import re

import msgspec

from auditor.policies.importing.characters import width, without_radicals
from auditor.policies.importing.markers import candidates
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
_NARROWEST, _BROADEST = 17, 62
"""Columns of printed policies, in full-width characters."""
_ALONE = 30
"""Width below which a line without a column may be a phrase of its own."""
_ENDS = "。」』．："
_SPACED = re.compile(r"(?<=[⺀-鿿！-￮])[ \t\u3000]+(?=[⺀-鿿！-￮])")
_SIGN_ALONE = re.compile(r"(?:^|(?<=[ \t\u3000]))[⺀-鿿](?=[ \t\u3000]|$)")
_FEWEST_SIGNS = 5
_SIGNS = 0.4
"""Signs that stand alone, and their share of a line's words, from which on the line is letter-spaced."""
_NUMBER_ALONE = re.compile(r"[0-9０-９]{1,2}")
_ORNAMENTED = re.compile(r"[■□○◎●◆◇〇・•※-]")
_HEADING_WIDTH = 30
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
    cleaned = _numbers_joined([(_closed_up(_without_markup(text) or text), line) for text, line in stripped if text])
    column = _column([text for text, line in cleaned if line.role is LineRole.TEXT])
    rows = []
    for text, line in cleaned:
        share = width(text) / column if column else 0.0
        full, ended = share >= _FULL, text[-1] in _ENDS
        stops = (ended and not full) or (share < _SHORT and not text[-1].isascii() if column else _stands_alone(text))
        marked_up = _signs(text) < _signs(line.text)
        rows.append(Row(text, line, full, ended, marked_up, stops))
    return Layout(tuple(rows), column)


def _signs(text: str) -> int:
    return sum(len(part) for part in text.split())


def _without_markup(text: str) -> str:
    """``text`` without tags, Markdown's heading and emphasis marks, and bullets before a mark or in a sentence."""
    if "<" in text:
        text = _TAG.sub("", text).strip(_BLANKS)
    return _MARKDOWN.sub("", text).replace("**", "") if text[:1] in "-#*+>" or "**" in text else text


def _closed_up(text: str) -> str:
    """``text`` without the blanks that a text layer sets between the signs of a justified line.

    >>> _closed_up("(1) 情 報 資 産 の 管 理 を い う"), _closed_up("目 次"), _closed_up("ア 情報　イ 記録")
    ('(1) 情報資産の管理をいう', '目 次', 'ア 情報　イ 記録')
    """
    alone = len(_SIGN_ALONE.findall(text))
    letter_spaced = alone >= _FEWEST_SIGNS and alone >= len(text.split()) * _SIGNS
    return _SPACED.sub("", text) if letter_spaced else text


def _numbers_joined(lines: list[tuple[str, Line]]) -> list[tuple[str, Line]]:
    """Numbers that a text layer sets on a line of their own, put before their headings.

    Within a page such a number is a clause's.  In a text without pages it may be that of a page, unless all of them
    count from 1 and stand before headings, no two the same as running heads are.
    """
    alone = [
        place
        for place, (text, line) in enumerate(lines)
        if _NUMBER_ALONE.fullmatch(text) and line.role is LineRole.TEXT
    ]
    if not alone:
        return lines
    if lines[0][1].page is None:
        counted = [int(lines[place][0]) for place in alone] == list(range(1, len(alone) + 1))
        headed = {lines[place + 1][0] for place in alone if _before_heading(lines, place)}
        if len(alone) < 2 or not counted or len(headed) < len(alone):
            return lines
    else:
        alone = [place for place in alone if _within_page(lines, place) and _before_heading(lines, place)]
    joined = list(lines)
    for place in alone:
        text, line = lines[place]
        joined[place] = f"{text}\u3000{lines[place + 1][0]}", line
    headings = {place + 1 for place in alone}
    return [one for place, one in enumerate(joined) if place not in headings]


def _within_page(lines: list[tuple[str, Line]], place: int) -> bool:
    page = lines[place][1].page
    return 0 < place < len(lines) - 1 and lines[place - 1][1].page == page == lines[place + 1][1].page


def _before_heading(lines: list[tuple[str, Line]], place: int) -> bool:
    text = lines[place + 1][0] if place + 1 < len(lines) else ""
    return (
        0 < width(text) <= _HEADING_WIDTH
        and text[-1] not in _ENDS
        and not _ORNAMENTED.match(text)
        and not candidates(text)
    )


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
