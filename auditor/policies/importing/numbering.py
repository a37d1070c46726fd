"""Word's automatic numbering, written out as Word shows it.

Source of the rules: ECMA-376 part 1, 17.9 (numbering) and 17.18.59 (``ST_NumberFormat``).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from auditor.policies.importing.markers import IROHA, KATAKANA

if TYPE_CHECKING:
    from lxml.etree import _Element

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")
_HALF_KATAKANA = "ｱｲｳｴｵｶｷｸｹｺｻｼｽｾｿﾀﾁﾂﾃﾄﾅﾆﾇﾈﾉﾊﾋﾌﾍﾎﾏﾐﾑﾒﾓﾔﾕﾖﾗﾘﾙﾚﾛﾜｦﾝ"
_KANJI = "〇一二三四五六七八九"
_ROMAN = ((10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))
_PLACE = re.compile(r"%([1-9])")


class _Level:
    __slots__ = ("format", "restart", "start", "text")

    def __init__(self, start: int, format_: str, text: str, restart: int | None) -> None:
        self.start = start
        self.format = format_
        self.text = text
        """With ``%1`` … ``%9`` for the numbers of the levels."""
        self.restart = restart
        """The level above (counted from 1) that resets it; 0 for none, ``None`` for any."""


class Numbering:
    """Counts the paragraphs of a document as they come."""

    def __init__(self, numbering: _Element | None, styles: _Element | None) -> None:
        self._abstract: dict[str, dict[int, _Level]] = {}
        self._of: dict[str, str] = {}
        """Numbering instance -> the definition whose counters it shares."""
        self._overrides: dict[str, dict[int, int]] = {}
        self._counters: dict[str, dict[int, int]] = {}
        self._begun: set[str] = set()
        self._styles: dict[str, tuple[str | None, int | None, str]] = {}
        if numbering is not None:
            self._read_definitions(numbering)
        if styles is not None:
            self._read_styles(styles)

    def marker(self, paragraph: _Element) -> str:
        """The number before ``paragraph``, and counts it; empty if it has none."""
        number, depth = self._numbered(paragraph)
        if not number or number not in self._of:
            return ""
        levels = self._abstract.get(self._of[number], {})
        level = levels.get(depth)
        if level is None:
            return ""
        counters = self._counters.setdefault(self._of[number], {})
        if number not in self._begun:
            self._begun.add(number)
            for at, start in self._overrides.get(number, {}).items():
                counters[at] = start - 1
        counters[depth] = counters.get(depth, level.start - 1) + 1
        for deeper, other in levels.items():
            if deeper > depth and (other.restart is None or other.restart > depth):
                counters.pop(deeper, None)
        if level.format == "bullet":
            return "・"
        return _PLACE.sub(lambda match: self._part(levels, counters, int(match[1]) - 1), level.text).strip()

    @staticmethod
    def _part(levels: dict[int, _Level], counters: dict[int, int], depth: int) -> str:
        level = levels.get(depth)
        if level is None:
            return ""
        return formatted(counters.get(depth, level.start), level.format)

    def _numbered(self, paragraph: _Element) -> tuple[str, int]:
        """Instance and level (from 0), from the paragraph itself or its style."""
        properties = paragraph.find(f"{_W}pPr")
        number, depth, style = _properties(properties)
        while style and (number is None or depth is None):
            inherited = self._styles.get(style)
            if inherited is None:
                break
            number = inherited[0] if number is None else number
            depth = inherited[1] if depth is None else depth
            style = inherited[2]
        return number or "", depth or 0

    def _read_definitions(self, numbering: _Element) -> None:
        for definition in numbering.iter(f"{_W}abstractNum"):
            levels = {
                int(level.get(f"{_W}ilvl") or 0): _Level(
                    int(_value(level, "start") or 1),
                    _format(level),
                    _value(level, "lvlText") or "",
                    int(restart) if (restart := _value(level, "lvlRestart")) else None,
                )
                for level in definition.iter(f"{_W}lvl")
            }
            self._abstract[definition.get(f"{_W}abstractNumId") or ""] = levels
        for instance in numbering.iter(f"{_W}num"):
            id_ = instance.get(f"{_W}numId") or ""
            self._of[id_] = _value(instance, "abstractNumId") or ""
            self._overrides[id_] = {
                int(override.get(f"{_W}ilvl") or 0): int(start)
                for override in instance.iter(f"{_W}lvlOverride")
                if (start := _value(override, "startOverride"))
            }

    def _read_styles(self, styles: _Element) -> None:
        for style in styles.iter(f"{_W}style"):
            number, depth, _ = _properties(style.find(f"{_W}pPr"))
            self._styles[style.get(f"{_W}styleId") or ""] = number, depth, _value(style, "basedOn") or ""


def _value(element: _Element, name: str) -> str | None:
    child = element.find(f"{_W}{name}")
    return None if child is None else child.get(f"{_W}val")


def _format(level: _Element) -> str:
    """The number format, also where it stands among alternatives for newer programs."""
    found = next(level.iter(f"{_W}numFmt"), None)
    return (found.get(f"{_W}val") if found is not None else None) or "decimal"


def _properties(properties: _Element | None) -> tuple[str | None, int | None, str]:
    """Instance, level and style of paragraph properties."""
    if properties is None:
        return None, None, ""
    numbered = properties.find(f"{_W}numPr")
    style = _value(properties, "pStyle") or ""
    if numbered is None:
        return None, None, style
    depth = _value(numbered, "ilvl")
    return _value(numbered, "numId"), int(depth) if depth else None, style


def formatted(number: int, format_: str) -> str:
    """``number`` in one of Word's formats; digits for those that Japanese documents do not use.

    >>> [formatted(12, name) for name in ("decimalEnclosedCircle", "aiueoFullWidth", "iroha", "japaneseCounting")]
    ['⑫', 'シ', 'ｦ', '十二']
    """
    if format_ in ("decimalFullWidth", "decimalFullWidth2"):
        return str(number).translate(_FULL_WIDTH)
    if format_ in ("decimalEnclosedCircle", "decimalEnclosedCircleChinese"):
        return _circled(number)
    if format_ == "decimalEnclosedParen" and 1 <= number <= 20:
        return chr(0x2474 + number - 1)
    if format_ == "decimalEnclosedFullstop" and 1 <= number <= 20:
        return f"{number}."
    if format_ in ("aiueo", "aiueoFullWidth", "iroha", "irohaFullWidth"):
        return _syllable(number, format_)
    if format_ in ("japaneseCounting", "japaneseLegal", "ideographDigital", "japaneseDigitalTenThousand"):
        return _kanji(number, format_)
    if format_ in ("lowerLetter", "upperLetter") and number >= 1:
        letter = chr(ord("a") + (number - 1) % 26) * ((number - 1) // 26 + 1)
        return letter.upper() if format_ == "upperLetter" else letter
    if format_ in ("lowerRoman", "upperRoman") and 1 <= number <= 39:
        roman = _roman(number)
        return roman.upper() if format_ == "upperRoman" else roman
    if format_ == "decimalZero":
        return f"{number:02}"
    return "" if format_ == "none" else str(number)


def _circled(number: int) -> str:
    for first, last, code in ((1, 20, 0x2460), (21, 35, 0x3251), (36, 50, 0x32B1)):
        if first <= number <= last:
            return chr(code + number - first)
    return str(number)


def _syllable(number: int, format_: str) -> str:
    full = KATAKANA if format_.startswith("aiueo") else IROHA
    if not 1 <= number <= len(full):
        return str(number)
    sign = full[number - 1]
    half = format_ in ("aiueo", "iroha") and sign in KATAKANA
    return _HALF_KATAKANA[KATAKANA.index(sign)] if half else sign


def _kanji(number: int, format_: str) -> str:
    if format_ in ("ideographDigital", "japaneseDigitalTenThousand"):
        return "".join(_KANJI[int(digit)] for digit in str(number))
    if not 1 <= number <= 999:
        return str(number)
    text = ""
    for unit, name in ((100, "百"), (10, "十"), (1, "")):
        digit, number = divmod(number, unit)
        if digit:
            text += ("" if digit == 1 and name else _KANJI[digit]) + name
    return text


def _roman(number: int) -> str:
    text = ""
    for value, letters in _ROMAN:
        while number >= value:
            text, number = text + letters, number - value
    return text
