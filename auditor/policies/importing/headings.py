"""Headings, and sentences joined across wrapped lines."""

from __future__ import annotations

import re
from collections.abc import Sequence

from auditor.policies.importing.layout import Row, open_brackets
from auditor.policies.importing.markers import ROOTED, STRUCTURAL, Style
from auditor.policies.importing.tree import Draft

_BULLET = re.compile(r"[・•◼■□＊※*\uf000-\uf0ff-](?!-)")
_BRACKETED = re.compile(r"[（(][^（）()]*[)）]")
_LEAD_BRACKET = re.compile(r"[（(]([^（）()。]{1,60})[)）][ \t\u3000]*")
_TERM = re.compile(r"([^\s。、，]{1,40}(?:[（(][^（）()]*[)）])?)[ \t\u3000]+(?=\S)(.+)", re.DOTALL)
_PREDICATE = re.compile(
    r"(?:する|した|しない|ない|こと|である|ある|いる|れる|せる|きる|える|める|ける|れば|とき|場合|もの|もって|ため|とし|され|講ずる|定める|[うくすつぬむゆるいただ])$"
)
_LATIN = re.compile(r"[A-Za-z0-9,.;:)\]]$")
_LATIN_START = re.compile(r"[A-Za-z0-9(\[]")
_SENTENCE = re.compile(r"。")


def join(parts: Sequence[tuple[str, bool, bool]]) -> str:
    """Lines as paragraphs.  A part is a line, whether it fills the column, and whether it ends a sentence.

    No blank goes between Japanese words, one between Latin ones.
    """
    text = ""
    before: tuple[str, bool, bool] | None = None
    for part in parts:
        if not part[0]:
            continue
        if before is None:
            text = part[0]
        elif _BULLET.match(part[0]) or (before[2] and not before[1]):
            text += "\n" + part[0]
        elif _LATIN.search(before[0]) and _LATIN_START.match(part[0]):
            text += " " + part[0]
        else:
            text += part[0]
        before = part
    return text


def _plain(text: str) -> str:
    """``text`` without what stands in brackets."""
    while True:
        shorter = _BRACKETED.sub("", text)
        if shorter == text:
            return text
        text = shorter


def _names_something(text: str) -> bool:
    """Whether ``text`` can be a heading: short and without a predicate."""
    plain = _plain(text).strip()
    return 0 < len(plain) <= 60 and not _SENTENCE.search(plain) and not _PREDICATE.search(plain)


class Worded:
    """A node's words: heading and sentences."""

    __slots__ = ("heading", "text")

    def __init__(self, heading: str, text: str) -> None:
        self.heading = heading
        self.text = text


def word(draft: Draft, rows: Sequence[Row], articled: bool) -> Worded:
    """Heading and sentences of ``draft``; ``articled`` says that it stands below an article or in a supplement."""
    marker = draft.marker
    if marker is None:
        return Worded("", _joined(draft, rows, 0, ""))
    row = rows[draft.row]
    first, used = marker.rest, 0
    while used < len(draft.lines) and first and open_brackets(first) and len(first) < 200 and not row.ended:
        row = rows[draft.lines[used]]
        first = join([(first, True, False), (row.text, True, True)])
        used += 1
    if draft.caption is not None:
        caption = _LEAD_BRACKET.match(rows[draft.caption].text)
        return Worded(caption[1] if caption else rows[draft.caption].text, _joined(draft, rows, used, first))
    if marker.style in STRUCTURAL or marker.style is Style.ANNEX:
        return Worded(first, _joined(draft, rows, used, ""))
    if marker.style in ROOTED:
        return Worded("", _joined(draft, rows, used, first))
    if marker.style is Style.ARTICLE:
        lead = _LEAD_BRACKET.match(first)
        if lead:
            return Worded(lead[1], _joined(draft, rows, used, first[lead.end() :]))
    elif articled and marker.style is Style.NUMBER:
        return Worded("", _joined(draft, rows, used, first))
    return _by_what_follows(draft, rows, used, first, row)


def _by_what_follows(draft: Draft, rows: Sequence[Row], used: int, first: str, row: Row) -> Worded:
    """A line without a predicate is a heading if clauses of its own or a new sentence follow."""
    term = _TERM.fullmatch(first)
    if term and _names_something(term[1]) and ("、" in term[2] or _SENTENCE.search(term[2]) or row.full):
        return Worded(term[1], _joined(draft, rows, used, term[2]))
    follows = bool(draft.children) or used < len(draft.lines)
    if follows and _names_something(first) and not (row.full and used < len(draft.lines) and not _closes(first)):
        return Worded(first, _joined(draft, rows, used, ""))
    section = draft.style in (Style.DASHED, Style.DASHED3, Style.DASHED4, Style.ORDINAL)
    if (section or draft.style is Style.NUMBER) and _names_something(first) and not draft.lines[used:]:
        return Worded(first, "")
    return Worded("", _joined(draft, rows, used, first))


def _closes(text: str) -> bool:
    return text.endswith(("）", ")"))


def _joined(draft: Draft, rows: Sequence[Row], used: int, first: str) -> str:
    own = rows[draft.row] if draft.row >= 0 else None
    if used:
        own = rows[draft.lines[used - 1]]
    parts = [(first, own.full, own.ended)] if first and own else []
    parts.extend((rows[index].text, rows[index].full, rows[index].ended) for index in draft.lines[used:])
    return join(parts)
