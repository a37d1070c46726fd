"""Headings, and sentences joined across wrapped lines."""

from __future__ import annotations

import re
from collections.abc import Sequence

from auditor.policies.importing.layout import Row, open_brackets
from auditor.policies.importing.markers import ROOTED, STRUCTURAL, Style
from auditor.policies.importing.tree import Draft

_BULLET = re.compile(r"[・•◼■□＊※*\uf000-\uf0ff-](?!-)")
_BRACKETED = re.compile(r"[（(][^（）()]*[)）]")
_LEAD_BRACKET = re.compile(
    r"[（(【](?![0-9０-９ァ-ヺ一二三四五六七八九十]{1,3}[)）])([^（）()【】。]{1,60})[)）】][ \t\u3000]*"
)
_TERM = re.compile(r"([^\s。、，]{1,40}(?:[（(][^（）()]*[)）])?)[ \t\u3000]+(?=\S)(.+)", re.DOTALL)
_PREDICATE = re.compile(
    r"(?:こと|場合|もの|もって|ため|とし|され|れば|[なたくすよしき]い|[うくすつぬぐぶむるたださてでをにはがとや、，])$"
)
_GOES_ON = re.compile(r"[はがにとでも]、|[を、。）)]")
"""The start of a line that no sentence begins with."""
_JOINING = re.compile(r"(?:の|及び|又は|若しくは|並びに)$")
_UNFINISHED = re.compile(r"[をにがはとのでもや、]$")
"""A line that ends so goes on, even where Markdown set a bullet before the rest."""
_LATIN = re.compile(r"[A-Za-z0-9,.;:)\]]$")
_LATIN_START = re.compile(r"[A-Za-z0-9(\[]")
_SENTENCE = re.compile(r"。")
_TOPIC = re.compile(r"は、")
_SUBJECT = re.compile(r"[^、。]{2,39}(?:[者員長会課部局室等市町村県府都区A-ZＡ-Ｚ]|(?<!場)合)は、")
"""Somebody as the topic of a sentence that begins here."""
_LONGEST_HEADING = 200
_SHORT_NAME = re.compile(r"[、，]?[ \t\u3000]*以下[、，]?[「『][^」』]*[」』]と(?:いう|する)。?")
_SPELT_OUT = re.compile(r"(?<=[A-Za-z])[ \t\u3000]*[:：][ \t\u3000]*[A-Za-z][A-Za-z .,&-]*")
_EMPTY_BRACKETS = re.compile(r"[（(][ \t\u3000]*[)）]")
_LETTERS_APART = re.compile(r"(?<![A-Za-z])[A-Za-z](?: [A-Za-z]){2,}(?![A-Za-z])")
_SIGNS_APART = re.compile(r"[一-鿿](?:[ \t\u3000]+[一-鿿])+")
"""``目　的``, spread over the width of longer headings."""
_WHOLLY_BRACKETED = re.compile(r"[（(]([^（）()]+)[)）]")


def join(parts: Sequence[tuple[str, bool]]) -> str:
    """Lines as paragraphs.  A part is a line, and whether a paragraph ends with it.

    No blank goes between Japanese words, one between Latin ones.

    >>> join([("情報シス", False), ("テム ICT", False), ("plan", True)])
    '情報システム ICT plan'
    """
    text = ""
    before: tuple[str, bool] | None = None
    for part in parts:
        if not part[0]:
            continue
        if before is None:
            text = part[0]
        elif part[0].startswith("- ") and _UNFINISHED.search(before[0]):
            text += part[0][2:]
        elif _BULLET.match(part[0]) or before[1]:
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
    return (
        0 < len(plain) <= 60
        and not _SENTENCE.search(plain)
        and not _PREDICATE.search(plain)
        and not _JOINING.search(plain)
        and not _TOPIC.search(plain)
    )


def shown(heading: str) -> str:
    """A printed heading as it names the clause, without the short name that it gives to what it names.

    >>> shown("最高責任者（CISO: Chief Officer、以下「CISO」という。）"), shown("（第２条関係）"), shown("I o T機器")
    ('最高責任者（CISO）', '第２条関係', 'IoT機器')
    """
    text = _EMPTY_BRACKETS.sub("", _SPELT_OUT.sub("", _SHORT_NAME.sub("", heading))).strip() or heading
    whole = _WHOLLY_BRACKETED.fullmatch(text)
    text = whole[1] if whole else text
    if _SIGNS_APART.fullmatch(text):
        return "".join(text.split())
    return _LETTERS_APART.sub(lambda match: match[0].replace(" ", ""), text)


class Worded:
    """A node's words: heading and sentences."""

    __slots__ = ("heading", "text")

    def __init__(self, heading: str, text: str) -> None:
        self.heading = heading
        self.text = text


def word(draft: Draft, rows: Sequence[Row], articled: bool) -> Worded:
    """Heading and sentences of ``draft``; ``articled`` says that it stands below an article or in a supplement."""
    if draft.marker is None and draft.parent is not None:
        return Worded("", _words(draft.parent, rows, draft.lines, articled).text)
    words = _words(draft, rows, draft.lines, articled)
    if (first := draft.first_paragraph) is not None:
        return Worded(_words(draft, rows, first.lines, articled).heading, "")
    return words


def _words(draft: Draft, rows: Sequence[Row], lines: Sequence[int], articled: bool) -> Worded:
    marker = draft.marker
    if marker is None:
        return Worded("", "")
    row, first, used = rows[draft.row], marker.rest, 0
    if not first and lines and marker.style not in ROOTED and draft.caption is None:
        # the text layer of some PDFs sets the number on a line of its own
        row, first, used = rows[lines[0]], rows[lines[0]].text, 1
    while used < len(lines) and open_brackets(first) and len(first) < _LONGEST_HEADING and not row.ended:
        row = rows[lines[used]]
        first = join([(first, False), (row.text, True)])
        used += 1
    rest = lines[used:]
    if draft.caption is None and _runs_over(first, row, [rows[index] for index in rest[:2]], bool(draft.children)):
        row = rows[rest[0]]
        first, rest = join([(first, False), (row.text, True)]), rest[1:]

    def text(start: str) -> str:
        """``start`` and the rows after the heading, joined."""
        parts = [(start, row.stops)] if start else []
        parts.extend((rows[index].text, rows[index].stops) for index in rest)
        return join(parts)

    if draft.caption is not None:
        caption = _LEAD_BRACKET.match(rows[draft.caption].text)
        return Worded(caption[1] if caption else rows[draft.caption].text, text(first))
    if marker.style in STRUCTURAL or marker.style is Style.ANNEX:
        return Worded(first, text(""))
    if marker.style in ROOTED or (articled and marker.style is Style.NUMBER):
        return Worded("", text(first))
    if marker.style is Style.ARTICLE:
        lead = _LEAD_BRACKET.match(first)
        if lead:
            return Worded(lead[1], text(first[lead.end() :]))
    if marker.style not in _UNNAMED and (term := _TERM.fullmatch(first)) and _is_term(term[1]):
        return Worded(term[1], text(term[2]))
    if _is_heading(draft, first, row, [rows[index] for index in rest[:1]]):
        return Worded(first, text(""))
    return Worded("", text(first))


def _runs_over(first: str, row: Row, following: Sequence[Row], children: bool) -> bool:
    """Whether a heading fills its line and ends on the next one: a short line, with more of the clause after it."""
    if not (row.full and following and (children or len(following) > 1)):
        return False
    end = following[0]
    return end.stops and not end.ended and _names_something(first + end.text)


_UNNAMED = frozenset({Style.ARTICLE, Style.NUMBER, Style.DASHED, Style.DASHED3, Style.DASHED4, Style.ORDINAL})
_HEADED = _UNNAMED - {Style.ARTICLE}


def _is_term(text: str) -> bool:
    """Whether ``text`` is what an item defines or is about: 「事業者　府との委託契約により…」."""
    return (
        (len(text) > 1 or "一" <= text <= "鿿")
        and _plain(text)[-1:] >= "\u3000"
        and not open_brackets(text)
        and _names_something(text)
    )


def _is_heading(draft: Draft, first: str, row: Row, following: Sequence[Row]) -> bool:
    """A line without a predicate is a heading if clauses of its own or a new sentence follow."""
    if not _names_something(first):
        return False
    if not following:
        return bool(draft.children) or draft.style in _HEADED
    if _GOES_ON.match(following[0].text):
        return False
    if row.full and not first.endswith(("）", ")")):
        begins = _SUBJECT.match(following[0].text) is not None and following[0].line.text[:1].isspace()
        return begins and "、" not in first and "は" not in first
    return True
