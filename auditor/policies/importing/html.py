"""HTML: the blocks of the text, with tables and the page around it told apart by their elements."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from auditor.policies.importing.markers import Style, candidates
from auditor.policies.importing.model import Line, LineRole
from auditor.policies.importing.pdf import missing_library
from auditor.policies.importing.plain import EUC_JP, decode

if TYPE_CHECKING:
    from lxml.etree import _Element

_CHARSET = re.compile(rb"""charset\s*=\s*["']?\s*([A-Za-z0-9_.:-]+)""", re.IGNORECASE)
_CODECS = {
    "shift_jis": "cp932",
    "shift-jis": "cp932",
    "x-sjis": "cp932",
    "sjis": "cp932",
    "windows-31j": "cp932",
    "euc-jp": EUC_JP,
    "x-euc-jp": EUC_JP,
}
_STRUCK = frozenset({"del", "s", "strike"})
"""What is struck out is no text of the policy any more."""
_SKIPPED = _STRUCK | {"script", "style", "head", "noscript", "template", "rt", "rp", "svg", "select", "textarea"}
_ASIDE = frozenset({"nav", "header", "footer", "aside", "form", "button"})
_INLINE = frozenset(
    [
        "a",
        "abbr",
        "b",
        "bdi",
        "bdo",
        "big",
        "cite",
        "code",
        "data",
        "dfn",
        "em",
        "font",
        "i",
        "ins",
        "kbd",
        "label",
        "mark",
        "q",
        "ruby",
        "rb",
        "samp",
        "small",
        "span",
        "strong",
        "sub",
        "sup",
        "time",
        "tt",
        "u",
        "var",
        "wbr",
    ]
)
_BREAKS = re.compile(r"[ \t\r\f]*\n[ \t\r\n\f]*")
_BLANKS = re.compile(r"[ \t\r\n\f\xa0]+")
_ROMAN = "ⅰⅱⅲⅳⅴⅵⅶⅷⅸⅹ"


def read(name: str, data: bytes) -> tuple[Line, ...]:
    """One line for every block, row of a table, and line break."""
    try:
        from lxml import etree
    except ImportError:
        raise missing_library(name, "HTML") from None
    text = _decoded(name, data)
    parser = etree.HTMLParser(encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True, huge_tree=False)
    root = etree.fromstring(text.encode("utf-8", "replace"), parser)
    walk = _Walk()
    if root is not None:
        walk.block(root, LineRole.TEXT)
        walk.flush(LineRole.TEXT)
    numbered = walk.numbers_marked
    return tuple(
        Line(text, number, None, role, begins if numbered and role is LineRole.TEXT else None)
        for number, (text, role, begins) in enumerate(walk.lines, start=1)
    )


def _decoded(name: str, data: bytes) -> str:
    declared = _CHARSET.search(data[:4096])
    if declared and not data.startswith((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")):
        label = declared[1].decode("ascii").lower()
        try:
            return data.decode(_CODECS.get(label, label))
        except (LookupError, UnicodeDecodeError):
            pass  # the page names another encoding than it has
    return decode(name, data)


class _Walk:
    """Collects lines from elements in document order."""

    def __init__(self) -> None:
        self.lines: list[tuple[str, LineRole, bool]] = []
        self.numbers_marked = False
        """Elements of class ``num`` hold the numbers, as systems for municipal rules write them."""
        self._parts: list[str] = []
        self._begins = False

    def flush(self, role: LineRole) -> None:
        """Ends the line that is being collected."""
        text = squeezed("".join(self._parts))
        if text:
            self.lines.append((text, role, self._begins))
        self._parts, self._begins = [], False

    def block(self, element: _Element, role: LineRole) -> None:
        """An element and everything in it."""
        tag = element.tag
        if not isinstance(tag, str) or tag in _SKIPPED or _hidden(element):
            return
        if tag == "br":
            self.flush(role)
            return
        if tag == "table" and not _lays_out(element):
            self.flush(role)
            self._table(element, role)
            return
        inline = tag in _INLINE
        inner = LineRole.ASIDE if tag in _ASIDE else role
        if not inline:
            self.flush(role)
        if tag == "li":
            self._parts.append(_list_marker(element))
        self._inside(element, inner)
        if not inline:
            self.flush(inner)

    def _inside(self, element: _Element, role: LineRole) -> None:
        number = element.tag == "span" and "num" in (element.get("class") or "").split()
        if number and not squeezed("".join(self._parts)):
            self.numbers_marked = self._begins = True
        self._parts.append(element.text or "")
        for child in element:
            self.block(child, role)
            self._parts.append(child.tail or "")
        if number:
            self._parts.append("\u3000")

    def _table(self, table: _Element, role: LineRole) -> None:
        for row in table.iter("tr"):
            cells = (squeezed("".join(_texts(cell))) for cell in row.iter("td", "th"))
            text = " ".join(cell for cell in cells if cell)
            if text:
                self.lines.append((text, LineRole.TABLE if role is LineRole.TEXT else role, False))


def _texts(element: _Element) -> Iterator[str]:
    """The pieces of text in an element, without what is struck out."""
    yield element.text or ""
    for child in element:
        if child.tag not in _STRUCK:
            yield from _texts(child)
        yield child.tail or ""


def squeezed(text: str) -> str:
    """``text`` with the source's own line breaks and runs of blanks as a browser shows them, none between Japanese."""
    text = _BREAKS.sub(_break, text)
    return _BLANKS.sub(" ", text).strip(" ")


def _break(match: re.Match[str]) -> str:
    text, start, end = match.string, match.start(), match.end()
    ascii_around = start > 0 and text[start - 1].isascii() and end < len(text) and text[end].isascii()
    return " " if ascii_around else ""


def _hidden(element: _Element) -> bool:
    style = (element.get("style") or "").replace(" ", "").lower()
    return element.get("hidden") is not None or "display:none" in style


def _lays_out(table: _Element) -> bool:
    """Whether a table only arranges the page: tables or articles stand in its cells."""
    if next(table.iterdescendants("table"), None) is not None:
        return True
    return any(_begins_article(cell) for cell in table.iter("td"))


def _begins_article(cell: _Element) -> bool:
    texts: Iterator[str] = (squeezed(str(text)) for text in cell.itertext())
    return any(marker.style is Style.ARTICLE for text in texts for marker in candidates(text))


def _list_marker(item: _Element) -> str:
    """The number that a browser prints before an item of an ordered list."""
    parent = item.getparent()
    if parent is None or parent.tag != "ol":
        return "・"
    number = _integer(parent.get("start"), 1) - 1
    for sibling in parent.iterchildren("li"):
        number = _integer(sibling.get("value"), number + 1)
        if sibling is item:
            break
    kind = parent.get("type") or "1"
    if kind in ("a", "A") and 1 <= number <= 26:
        return f"{chr(ord(kind) + number - 1)}) "
    if kind in ("i", "I") and 1 <= number <= len(_ROMAN):
        return f"{_ROMAN[number - 1]}) "
    return f"{number}. "


def _integer(text: str | None, otherwise: int) -> int:
    try:
        return int(text or otherwise)
    except ValueError:
        return otherwise
