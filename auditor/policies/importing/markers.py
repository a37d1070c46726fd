"""The markers of Japanese rules: one style each, with the value of its number.

A marker found here is a candidate only: whether it numbers a clause is decided by its place in the
series (:mod:`auditor.policies.importing.tree`), because references at the start of a wrapped line
look the same.
"""

from __future__ import annotations

import enum
import re
from typing import NamedTuple

from auditor.policies.importing.characters import half_width_digits


class Style(enum.StrEnum):
    """How a marker is written.  Nodes of one series have one style."""

    PART = "part"  # 第１部
    VOLUME = "volume"  # 第１編
    CHAPTER = "chapter"  # 第２章の２
    SECTION = "section"  # 第３節
    SUBSECTION = "subsection"  # 第４款
    DIVISION = "division"  # 第５目
    ARTICLE = "article"  # 第79条の３
    ORDINAL = "ordinal"  # 第１ 趣旨
    NUMBER = "number"  # １．  2
    DASHED = "dashed"  # 4-1  8. 3
    DASHED3 = "dashed3"  # 2―8―3
    DASHED4 = "dashed4"
    PAREN = "paren"  # (1) （１） ⑴
    HALF_PAREN = "half-paren"  # 1) １）
    CIRCLED = "circled"  # ①
    KATAKANA = "katakana"  # ア
    PAREN_KATAKANA = "paren-katakana"  # （ア）
    IROHA = "iroha"  # イ ロ ハ
    PAREN_IROHA = "paren-iroha"
    ROMAN = "roman"  # ⅰ）
    KANJI = "kanji"  # 一
    PAREN_KANJI = "paren-kanji"  # ㈠ （一）
    LATIN = "latin"  # ａ
    PAREN_LATIN = "paren-latin"  # (a)
    ANNEX = "annex"  # 別表第一
    SUPPLEMENT = "supplement"  # 附則
    PREAMBLE = "preamble"  # はじめに


STRUCTURAL = (Style.PART, Style.VOLUME, Style.CHAPTER, Style.SECTION, Style.SUBSECTION, Style.DIVISION)
"""Headings above the articles, from the outside in."""

ROOTED = frozenset({Style.ANNEX, Style.SUPPLEMENT, Style.PREAMBLE})
"""These never stand under a clause."""

Value = tuple[int, ...]


class Marker(NamedTuple):
    """A marker at the start of a line."""

    style: Style
    value: Value
    """``(79, 3)`` for 第79条の３, ``(4, 1)`` for 4-1."""
    printed: str
    """As it stands in the text."""
    rest: str
    """What follows it on the line."""
    spaced: bool
    """A blank or the end of the line follows, so that it cannot be a part of a sentence."""
    until: Value | None = None
    """The last number of a range of articles that are gone: 第５条から第８条まで　削除."""


KATAKANA = "アイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワヲン"
IROHA = "イロハニホヘトチリヌルヲワカヨタレソツネナラムウヰノオクヤマケフコエテアサキユメミシヱヒモセスン"
_HALF_KATAKANA = dict(zip("ｱｲｳｴｵｶｷｸｹｺｻｼｽｾｿﾀﾁﾂﾃﾄﾅﾆﾇﾈﾉﾊﾋﾌﾍﾎﾏﾐﾑﾒﾓﾔﾕﾖﾗﾘﾙﾚﾛﾜｦﾝ", KATAKANA, strict=True))
_KANJI_DIGITS = {"〇": 0, "零": 0, "一": 1, "二": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}
_KANJI_UNITS = {"十": 10, "百": 100}

_B = r"[ \t\u3000]"
_N = r"(?:[0-9０-９]{1,3}|[一二三四五六七八九十百〇]{1,5})"
_D = r"[0-9０-９]{1,3}"
_DASH = r"[-‐‑‒–—―−－ー.．]"  # these are the dashes that texts print
_CIRCLED = "①-⑳㉑-㉟㊱-㊿"

_BULLET = re.compile(rf"{_B}*(?:[-*+・•]{_B}*(?=[{_CIRCLED}(（⑴-⒇])|[-*+]{_B}+(?=\S))?{_B}*")
_STRUCTURAL = re.compile(rf"第{_B}?({_N}){_B}?(部|編|章|節|款|目)((?:{_B}?の{_B}?{_N})*)(?={_B}|$)")
_ARTICLE = re.compile(rf"第{_B}?({_N}){_B}?条((?:{_B}?の{_B}?{_N}(?![項号]))*)")
_GONE = re.compile(
    rf"(第{_B}?({_N}){_B}?条((?:の{_N})*)(?:から|及び|、).*第{_B}?({_N}){_B}?条((?:の{_N})*)(?:まで)?){_B}*削除"
)
_ORDINAL = re.compile(rf"第{_B}?({_D}|[一二三四五六七八九十]{{1,3}})(?:{_B}+|[．.、]{_B}*)(?=\S)")
_DASHED = re.compile(rf"({_D}(?:{_B}?{_DASH}{_B}?{_D}){{1,3}})[.．]?(?=[^0-9０-９.．]|$)")
_NUMBER = re.compile(rf"({_D})(?:({_B}*[．.、,，])(?![0-9０-９])|(?=[^0-9０-９]|$))")
_HALF_PAREN = re.compile(rf"({_D})[)）](?=\S|{_B})")
_PAREN = re.compile(r"[(（]\s?([0-9０-９]{1,3})\s?[)）]")
_GLYPH_PAREN = re.compile(r"[⑴-⒇]")
_CIRCLED_ONE = re.compile(rf"[{_CIRCLED}]")
_PAREN_KANA = re.compile(r"[(（]\s?([ァ-ヺｱ-ﾝ])\s?[)）]")
_KANA = re.compile(rf"([ア-ンヰヱｱ-ﾝ])(?:{_B}+|[．.、)）](?!$))(?=\S)")
_ROMAN = re.compile(rf"[(（]?([ⅰ-ⅻⅠ-Ⅻ])(?:[)）．.]|(?={_B}))")
_PAREN_KANJI = re.compile(r"[(（]([一二三四五六七八九十]{1,3})[)）]|([㈠-㈩])")
_KANJI = re.compile(rf"([一二三四五六七八九十]{{1,4}})(?:{_B}+|[．.、])(?=\S)")
_ASCII_ROMAN = re.compile(r"[(（]?(x{0,2}(?:ix|iv|v?i{0,3}))[)）.]")
_PAREN_LATIN = re.compile(r"[(（]([a-zａ-ｚ])[)）]")
_LATIN = re.compile(rf"([a-zA-Zａ-ｚＡ-Ｚ])(?:[)）．.]|(?:{_B}(?=[^\x00-\x7f])))")
_ANNEX = re.compile(
    rf"(別表|別紙|別記|別図|別添|様式)(?:{_B}?第?{_B}?({_N}){_B}?(?:号(?:様式)?)?)?(?:様式)?(?={_B}|[（(]|$)"
)
_NUMBERED_FORM = re.compile(rf"(第{_B}?({_N}){_B}?号様式)(?={_B}|[（(]|$)")
_SUPPLEMENT = re.compile(rf"[附付]{_B}*則(?:{_B}*[（(][^）)]*[)）])?(?:{_B}*抄)?(?={_B}|$)")
_PREAMBLE = re.compile(rf"[■○◆●]?{_B}*(は{_B}*じ{_B}*め{_B}*に|序{_B}*文?|前{_B}*文)(?={_B}*$)")

_REFERRING = re.compile(r"[のにをはがともへ、。～〜~・]|及び|又は|若しくは|並びに|から|まで|以[上下外]")
"""What follows a number that is cited in a sentence."""
_COUNTED = re.compile(
    r"[年月日条項号章節款部編人回時分秒つ以万千百億円％%倍歳名件台箇か個ヶ割点桁文字世者次種階級系字層巡度期頁－-]"
)
"""What follows a number that counts something."""
_UNIT = re.compile(rf"{_B}*[年月日号条項章節](?:[）)」、。のにはを及又]|から|まで|法律|$)")
"""The rest of a date or of an act's number (平成 25 年法律第 27 号) that a line break cut off."""


def kanji_number(text: str) -> int | None:
    """The value of a number below 1,000 in ideographs or digits, positional or with units; ``None`` for none.

    >>> kanji_number("十六"), kanji_number("二百三"), kanji_number("１０"), kanji_number("百百")
    (16, 203, 10, None)
    """
    text = half_width_digits(text)
    if text.isascii() and text.isdigit():
        return int(text)
    if not any(sign in _KANJI_UNITS for sign in text):
        digits = [_KANJI_DIGITS.get(sign) for sign in text]
        return None if None in digits or not digits else int("".join(str(digit) for digit in digits))
    total, pending, unit_above = 0, None, 1000
    for sign in text:
        if sign in _KANJI_DIGITS:
            if pending is not None:
                return None
            pending = _KANJI_DIGITS[sign]
        else:
            unit = _KANJI_UNITS.get(sign)
            if unit is None or unit >= unit_above:
                return None
            total += (1 if pending is None else pending) * unit
            unit_above, pending = unit, None
    return total + (pending or 0)


def _branched(number: str, branches: str) -> Value | None:
    """``("79", "の３")`` -> ``(79, 3)``."""
    parts = [number, *(part for part in re.split(r"[の \t\u3000]+", branches) if part)]
    values = [kanji_number(part) for part in parts]
    known = tuple(value for value in values if value)
    return known if len(known) == len(values) else None


def _is_spaced(text: str, end: int) -> bool:
    return end >= len(text) or text[end] in " \t\u3000" or text[end - 1] in " \t\u3000"


def _circled_value(sign: str) -> int:
    code = ord(sign)
    if 0x2460 <= code <= 0x2473:
        return code - 0x2460 + 1
    if 0x3251 <= code <= 0x325F:
        return code - 0x3251 + 21
    return code - 0x32B1 + 36


_STRUCTURAL_STYLES = dict(zip("部編章節款目", STRUCTURAL, strict=True))
_DASHED_STYLES = {2: Style.DASHED, 3: Style.DASHED3, 4: Style.DASHED4}


def _ordinals(text: str) -> list[tuple[Style, Value | None, int]]:
    """Candidates that begin with 第."""
    found: list[tuple[Style, Value | None, int]] = []
    if match := _STRUCTURAL.match(text):
        found.append((_STRUCTURAL_STYLES[match[2]], _branched(match[1], match[3]), match.end()))
    elif match := _ARTICLE.match(text):
        after = text[match.end() :]
        if not after.startswith("第") and not _REFERRING.match(after):
            found.append((Style.ARTICLE, _branched(match[1], match[2]), match.end()))
    elif match := _NUMBERED_FORM.match(text):
        found.append((Style.ANNEX, _branched(match[2], ""), match.end()))
    elif match := _ORDINAL.match(text):
        found.append((Style.ORDINAL, _branched(match[1], ""), match.end()))
    return found


def _digits(text: str) -> list[tuple[Style, Value | None, int]]:
    """Candidates that begin with a digit."""
    found: list[tuple[Style, Value | None, int]] = []
    if match := _DASHED.match(text):
        value = tuple(int(part) for part in re.findall(r"[0-9]+", half_width_digits(match[1])))
        if not _COUNTED.match(text[match.end() :]) and not _REFERRING.match(text[match.end() :]):
            return [(_DASHED_STYLES[len(value)], value, match.end())]
    if match := _HALF_PAREN.match(text):
        return [(Style.HALF_PAREN, (int(half_width_digits(match[1])),), match.end())]
    if match := _NUMBER.match(text):
        after = text[match.end() :]
        spaced = match[2] is not None or not after or after[0] in " \t\u3000"
        direct = "ぁ" <= after[:1] <= "鿿" and not _COUNTED.match(after) and not _REFERRING.match(after)
        if (spaced or direct) and after.strip() and not _UNIT.match(after):
            found.append((Style.NUMBER, (int(half_width_digits(match[1])),), match.end()))
    return found


def _bracketed(text: str) -> list[tuple[Style, Value | None, int]]:
    """Candidates in brackets, and glyphs that hold their number."""
    found: list[tuple[Style, Value | None, int]] = []
    if match := _PAREN.match(text):
        found.append((Style.PAREN, (int(half_width_digits(match[1])),), match.end()))
    elif match := _GLYPH_PAREN.match(text):
        found.append((Style.PAREN, (ord(match[0]) - 0x2474 + 1,), match.end()))
    elif match := _CIRCLED_ONE.match(text):
        found.append((Style.CIRCLED, (_circled_value(match[0]),), match.end()))
    elif match := _PAREN_KANA.match(text):
        found.extend(_kana(match[1], match.end(), Style.PAREN_KATAKANA, Style.PAREN_IROHA))
    elif match := _PAREN_KANJI.match(text):
        number = match[1] or "一二三四五六七八九十"[ord(match[2]) - 0x3220]
        found.append((Style.PAREN_KANJI, _branched(number, ""), match.end()))
    elif (match := _PAREN_LATIN.match(text)) or _ASCII_ROMAN.match(text):
        if match:
            found.append((Style.PAREN_LATIN, (_latin_value(match[1]),), match.end()))
        found.extend(_ascii_roman(text))
    elif match := _ROMAN.match(text):
        code = ord(match[1])
        found.append((Style.ROMAN, (code - (0x2170 if code >= 0x2170 else 0x2160) + 1,), match.end()))
    return found


def _kana(sign: str, end: int, plain: Style, iroha: Style) -> list[tuple[Style, Value | None, int]]:
    sign = _HALF_KATAKANA.get(sign, sign)
    found: list[tuple[Style, Value | None, int]] = []
    if sign in KATAKANA:
        found.append((plain, (KATAKANA.index(sign) + 1,), end))
    if sign in IROHA:
        found.append((iroha, (IROHA.index(sign) + 1,), end))
    return found


def _latin_value(sign: str) -> int:
    code = ord(sign)
    for first in (ord("a"), ord("A"), ord("ａ"), ord("Ａ")):
        if first <= code < first + 26:
            return code - first + 1
    return 0


def _letters(text: str) -> list[tuple[Style, Value | None, int]]:
    """Candidates that begin with a letter, syllable or ideograph, and the named ones."""
    found: list[tuple[Style, Value | None, int]] = []
    if match := _KANA.match(text):
        found.extend(_kana(match[1], match.end(), Style.KATAKANA, Style.IROHA))
    elif match := _KANJI.match(text):
        found.append((Style.KANJI, _branched(match[1], ""), match.end()))
    elif match := _ANNEX.match(text):
        found.append((Style.ANNEX, _branched(match[2], "") if match[2] else (1,), match.end()))
    elif match := _SUPPLEMENT.match(text):
        found.append((Style.SUPPLEMENT, (1,), match.end()))
    elif match := _PREAMBLE.match(text):
        found.append((Style.PREAMBLE, (1,), match.end()))
    elif match := _LATIN.match(text):
        found.append((Style.LATIN, (_latin_value(match[1]),), match.end()))
        found.extend(_ascii_roman(text))
    else:
        found.extend(_ascii_roman(text))
    return found


def _ascii_roman(text: str) -> list[tuple[Style, Value | None, int]]:
    """``ii)`` and ``(iv)``, up to 29."""
    match = _ASCII_ROMAN.match(text)
    if not match or not match[1]:
        return []
    values = [{"i": 1, "v": 5, "x": 10}[sign] for sign in match[1]]
    total = sum(-one if values[place + 1 : place + 2] > [one] else one for place, one in enumerate(values))
    return [(Style.ROMAN, (total,), match.end())]


_PUNCTUATED = (
    Style.NUMBER,
    Style.HALF_PAREN,
    Style.KATAKANA,
    Style.IROHA,
    Style.LATIN,
    Style.ROMAN,
    Style.KANJI,
    Style.ORDINAL,
)
"""Styles whose own sign after the number tells them from a word."""


def candidates(line: str) -> list[Marker]:
    """Every way to read the start of ``line`` as a marker; empty for plain text.

    >>> [(marker.style.value, marker.value) for marker in candidates("イ 記録")]
    [('katakana', (2,)), ('iroha', (1,))]
    """
    bullet = _BULLET.match(line)
    text = line[bullet.end() :] if bullet else line
    if not text:
        return []
    sign = text[0]
    if gone := _GONE.match(text):
        first, last = _branched(gone[2], gone[3]), _branched(gone[4], gone[5])
        if first and last:
            return [Marker(Style.ARTICLE, first, gone[1], text[gone.end(1) :].strip(), True, last)]
    if sign == "第":
        found = _ordinals(text)
    elif sign in "0123456789０１２３４５６７８９":
        found = _digits(text)
    elif sign in "(（" or 0x2160 <= ord(sign) <= 0x2487 or 0x3220 <= ord(sign) <= 0x32BF:
        found = _bracketed(text)
    else:
        found = _letters(text)
    markers = []
    for style, value, end in found:
        if value is None or not all(value):
            continue
        spaced = _is_spaced(text, end) or (style in _PUNCTUATED and text[end - 1] in "．.、,，)）")
        spaced = spaced or (style is Style.ARTICLE and text[end] in "（(【")
        if not spaced and style not in (Style.NUMBER, Style.ARTICLE) and _REFERRING.match(text[end:]):
            continue
        markers.append(Marker(style, value, text[:end].strip(), text[end:].strip(), spaced))
    return markers


def follows(value: Value, last: Value) -> bool:
    """Whether ``value`` is the number printed next after ``last``, a branch (79の２) or the end of branches included.

    >>> follows((79, 2), (79,)), follows((80,), (79, 4)), follows((79, 4), (79, 3)), follows((81,), (79,))
    (True, True, True, False)
    """
    if value == (*last, 2):
        return True
    return any(value == (*last[:depth], last[depth] + 1) for depth in range(len(last)))
