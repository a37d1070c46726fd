"""Ids, numbers and citations: how officials write the place of a clause."""

from __future__ import annotations

import re

from auditor.policies.importing.characters import half_width_digits
from auditor.policies.importing.markers import IROHA, KATAKANA, STRUCTURAL, Marker, Style
from auditor.policies.importing.model import Level
from auditor.policies.importing.tree import Draft

_ITEM_STYLES = frozenset({Style.PAREN, Style.KANJI, Style.PAREN_KANJI})
_KANA = frozenset({Style.KATAKANA, Style.PAREN_KATAKANA, Style.IROHA, Style.PAREN_IROHA})
_LETTERED = _KANA | {Style.LATIN, Style.PAREN_LATIN}
_DASHED = frozenset({Style.DASHED, Style.DASHED3, Style.DASHED4})
_UPPER_ROMAN = "ⅠⅡⅢⅣⅤⅥⅦⅧⅨⅩⅪⅫ"
_STRUCTURE_IDS = dict(zip(STRUCTURAL, ("part", "vol", "ch", "sec", "sub", "div"), strict=True))
_ANNEX_IDS = (("別表", "table"), ("様式", "form"), ("別紙", "sheet"), ("別記", "note"), ("別", "figure"))
_LEVELS = (Level.PARAGRAPH, Level.ITEM, Level.SUBITEM, Level.SUBSUBITEM)
_NATURAL = {Style.PAREN: 0, Style.NUMBER: 0, Style.CIRCLED: 1} | dict.fromkeys(_LETTERED, 2)


class Place:
    """Where a node stands: what its children's ids, numbers and levels build on."""

    __slots__ = ("articled", "id", "level", "number")

    def __init__(self, id_: str, number: str, level: Level, articled: bool) -> None:
        self.id = id_
        """The id; what children add theirs to."""
        self.number = number
        self.level = level
        self.articled = articled
        """Inside an article or a supplement, where 項 and 号 are counted."""


def _letter(number: int) -> str:
    """1 -> a, 26 -> z, 27 -> aa."""
    text = ""
    while number > 0:
        number, rest = divmod(number - 1, 26)
        text = chr(ord("a") + rest) + text
    return text


def _joined(marker: Marker) -> str:
    return "-".join(str(part) for part in marker.value)


def _ordinal(marker: Marker, word: str) -> str:
    """``(79, 3)`` -> 第79条の3."""
    return f"第{marker.value[0]}{word}" + "".join(f"の{part}" for part in marker.value[1:])


def _structural(marker: Marker, above: Place, scope: str) -> Place:
    word = "部編章節款目"[STRUCTURAL.index(marker.style)]
    inside = above.number.startswith("第") and above.level in (Level.PART, Level.CHAPTER, Level.SECTION)
    own = f"{_STRUCTURE_IDS[marker.style]}{_joined(marker)}"
    level = {"部": Level.PART, "編": Level.PART, "章": Level.CHAPTER}.get(word, Level.SECTION)
    return Place(
        f"{above.id}/{own}" if inside else _under(scope, own),
        (above.number if inside else "") + _ordinal(marker, word),
        level,
        False,
    )


def _under(above: str, own: str) -> str:
    return f"{above}/{own}" if above else own


def place_of(draft: Draft, above: Place, scope: str) -> Place:
    """The place of ``draft`` under ``above`` in the document with the id ``scope``."""
    marker = draft.marker
    if marker is None:
        return Place(f"{above.id}/1", above.number + "第1項", Level.PARAGRAPH, True)
    style = marker.style
    if style in STRUCTURAL:
        return _structural(marker, above, scope)
    if style is Style.ARTICLE:
        inside = above.level is Level.SUPPLEMENT
        own = f"art{_joined(marker)}"
        number = (above.number if inside else "") + _ordinal(marker, "条")
        return Place(_under(above.id if inside else scope, own), number, Level.ARTICLE, True)
    if style in _DASHED:
        return _section(marker, above, scope)
    if above.articled:
        return _below_article(marker, above)
    return _below_number(marker, above)


def _section(marker: Marker, above: Place, scope: str) -> Place:
    sign = "." if re.search(r"[.．]", marker.printed) else "-"
    own = _joined(marker)
    structural = above.level in (Level.PART, Level.CHAPTER, Level.SECTION) and above.number.startswith("第")
    base = above.id if structural else scope
    return Place(_under(base, own), sign.join(str(part) for part in marker.value), Level.SECTION, False)


def _below_article(marker: Marker, above: Place) -> Place:
    style, (first, *_) = marker.style, marker.value
    if style is Style.NUMBER:
        return Place(f"{above.id}/{first}", f"{above.number}第{first}項", Level.PARAGRAPH, True)
    if style in _ITEM_STYLES and above.level in (Level.ARTICLE, Level.PARAGRAPH, Level.SUPPLEMENT):
        number = above.number + _ordinal(marker, "号")
        return Place(f"{above.id}/i{_joined(marker)}", number, Level.ITEM, True)
    level = _LEVELS[min(_LEVELS.index(above.level) + 1, 3)] if above.level in _LEVELS else Level.ITEM
    if style in _LETTERED:
        level = _LEVELS[max(2, _LEVELS.index(level))]
    return Place(f"{above.id}/{_own_id(marker)}", _appended(above.number, _printed(marker)), level, True)


def _below_number(marker: Marker, above: Place) -> Place:
    style = marker.style
    top = above.level in (
        Level.DOCUMENT,
        Level.PART,
        Level.CHAPTER,
        Level.SECTION,
        Level.ANNEX,
        Level.PREAMBLE,
    )
    headed = above.number.startswith("第") or above.level is Level.ANNEX
    if style is Style.ROMAN and top and not above.number and marker.printed.strip("(（)）．.") in _UPPER_ROMAN:
        return Place(_under(above.id, _own_id(marker)), chr(0x2160 + marker.value[0] - 1), Level.CHAPTER, False)
    if above.number and above.number[0] in _UPPER_ROMAN and top:
        number = _appended(above.number, ("-" if style is Style.NUMBER else "") + _printed(marker))
        return Place(
            _under(above.id, _own_id(marker)),
            number,
            Level.SECTION if style is Style.NUMBER else Level.PARAGRAPH,
            False,
        )
    if style is Style.ORDINAL:
        return Place(_under(above.id, _own_id(marker)), f"第{marker.value[0]}", Level.CHAPTER, False)
    if style is Style.NUMBER and top and not above.number:
        return Place(_under(above.id, _own_id(marker)), str(marker.value[0]), Level.CHAPTER, False)
    joint = "の" if style is Style.NUMBER and headed else ""
    natural = _NATURAL.get(style, 0)
    level = _LEVELS[natural if top else min(max(natural, _LEVELS.index(above.level) + 1), 3)]
    return Place(_under(above.id, _own_id(marker)), _appended(above.number, joint + _printed(marker)), level, False)


def _appended(number: str, own: str) -> str:
    """``own`` behind ``number``, with a blank where two figures would run together."""
    return f"{number} {own}" if number[-1:].isdecimal() and own[:1].isdecimal() else number + own


def _own_id(marker: Marker) -> str:
    if marker.style in _LETTERED:
        return _letter(marker.value[0])
    return _joined(marker)


def _printed(marker: Marker) -> str:
    """The marker as citations write it: half-width brackets and digits, circled figures as they are."""
    style, (first, *_) = marker.style, marker.value
    if style is Style.PAREN:
        return f"({first})"
    if style is Style.HALF_PAREN:
        return f"{first})"
    if style is Style.CIRCLED:
        return marker.printed[-1]
    if style in _KANA:
        sign = (KATAKANA if style in (Style.KATAKANA, Style.PAREN_KATAKANA) else IROHA)[first - 1]
        return f"({sign})" if style in (Style.PAREN_KATAKANA, Style.PAREN_IROHA) else sign
    if style is Style.ROMAN:
        return f"{chr(0x2170 + first - 1)})"
    if style in (Style.LATIN, Style.PAREN_LATIN):
        letter = _letter(first).upper() if re.search("[A-ZＡ-Ｚ]", marker.printed) else _letter(first)
        return f"({letter})" if style is Style.PAREN_LATIN else letter
    if style is Style.PAREN_KANJI:
        return f"({_kanji(first)})"
    if style is Style.KANJI:
        return _kanji(first)
    return half_width_digits(str(first))


def _kanji(number: int) -> str:
    digits = "一二三四五六七八九"
    tens, ones = divmod(number, 10)
    return ("" if not tens else ("" if tens == 1 else digits[tens - 1]) + "十") + (digits[ones - 1] if ones else "")


def annex_place(marker: Marker, above: str) -> Place:
    """別表第一 and the like."""
    word = next(id_ for start, id_ in _ANNEX_IDS if start in marker.printed)
    number = re.sub(r"[ \t\u3000]", "", half_width_digits(marker.printed))
    return Place(_under(above, f"{word}{_joined(marker)}"), number, Level.ANNEX, False)


def supplement_place(marker: Marker, above: str, count: int, place: int, date: str) -> Place:
    """附則, the ``place``-th (from 1) of ``count``; later ones are told apart by their date (empty for none)."""
    name = re.sub(r"[ \t\u3000]|[（(].*", "", marker.printed)
    own = "suppl" if count == 1 else f"suppl{place}"
    return Place(_under(above, own), f"{name}（{date}）" if place > 1 and date else name, Level.SUPPLEMENT, True)


def preamble_place(marker: Marker, above: str) -> Place:
    """はじめに, 序, 前文."""
    name = re.sub(r"[ \t\u3000■○◆●]", "", marker.printed)
    return Place(_under(above, "intro" if name == "はじめに" else "preamble"), name, Level.PREAMBLE, False)
