"""DOCX: paragraphs with the numbers that Word counts for itself, and tables."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator
from typing import TYPE_CHECKING

from auditor.errors import InputError
from auditor.policies.importing.model import Line, LineRole
from auditor.policies.importing.numbering import Numbering
from auditor.policies.importing.pdf import missing_library

if TYPE_CHECKING:
    from lxml.etree import _Element

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_AROUND = frozenset(
    f"{W}{name}" for name in ("sdt", "sdtContent", "ins", "moveTo", "smartTag", "customXml", "dir", "bdo")
)
"""Elements around paragraphs or runs that are text of the document like those without them."""
_LARGEST = 200 * 1024 * 1024
"""Bytes of one unpacked part; a policy has less than one hundredth of that."""


def read(name: str, data: bytes) -> tuple[Line, ...]:
    """One line for every paragraph, line break and row of a table."""
    parts = _parts(name, data)
    body = parts["word/document.xml"].find(f"{W}body")
    numbering = Numbering(parts.get("word/numbering.xml"), parts.get("word/styles.xml"))
    found = list(_blocks(body, numbering)) if body is not None else []
    return tuple(Line(text, number, None, role) for number, (text, role) in enumerate(found, start=1))


def _parts(name: str, data: bytes) -> dict[str, _Element]:
    try:
        from lxml import etree
    except ImportError:
        raise missing_library(name, "DOCX") from None
    # no entities and no network: the file comes from anywhere
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
    parts: dict[str, _Element] = {}
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for part in ("word/document.xml", "word/numbering.xml", "word/styles.xml"):
                if part in archive.namelist():
                    if archive.getinfo(part).file_size > _LARGEST:
                        raise _unreadable(name)
                    parts[part] = etree.fromstring(archive.read(part), parser)
    except (zipfile.BadZipFile, zlib.error, etree.XMLSyntaxError, RuntimeError, NotImplementedError, EOFError):
        raise _unreadable(name) from None  # damaged, encrypted, or packed in an unknown way
    if "word/document.xml" not in parts:
        raise _unreadable(name)
    return parts


def _unreadable(name: str) -> InputError:
    return InputError(
        f"{name} は Word 文書（DOCX）として読めません。壊れていないか、保護されていないかを確認してください。",
        f"{name} is not readable as a Word document (DOCX); check that it is neither damaged nor protected.",
    )


def _blocks(parent: _Element, numbering: Numbering) -> Iterator[tuple[str, LineRole]]:
    for child in parent:
        if child.tag == f"{W}p":
            yield from _paragraph(child, numbering)
        elif child.tag == f"{W}tbl":
            yield from _table(child)
        elif child.tag in _AROUND:
            yield from _blocks(child, numbering)


def _paragraph(paragraph: _Element, numbering: Numbering) -> Iterator[tuple[str, LineRole]]:
    text = "".join(_runs(paragraph))
    marker = numbering.marker(paragraph)
    if marker and text.strip():
        text = f"{marker}\u3000{text}"
    for line in text.split("\n"):
        yield line, LineRole.TEXT
    for box in paragraph.iter(f"{W}txbxContent"):
        if next(box.iterancestors(_FALLBACK), None) is None:
            for inner in box.iter(f"{W}p"):
                words = "".join(_runs(inner))
                if words.strip():
                    yield words, LineRole.FIGURE


def _runs(element: _Element) -> Iterator[str]:
    """The text of an element without what stands in drawings, and without what a reviser took out or moved away."""
    for child in element:
        tag = child.tag
        if tag == f"{W}t":
            yield child.text or ""
        elif tag == f"{W}tab":
            yield "\t"
        elif tag in (f"{W}br", f"{W}cr"):
            yield "\n"
        elif tag == f"{W}noBreakHyphen":
            yield "-"
        elif tag in _AROUND or tag in (f"{W}r", f"{W}hyperlink", f"{W}fldSimple"):
            yield from _runs(child)
        elif tag == f"{W}ruby":
            base = child.find(f"{W}rubyBase")
            if base is not None:
                yield from _runs(base)


def _table(table: _Element) -> Iterator[tuple[str, LineRole]]:
    for row in table.iter(f"{W}tr"):
        cells = (
            "".join(text for paragraph in cell.iter(f"{W}p") for text in _runs(paragraph)).strip()
            for cell in row.iter(f"{W}tc")
        )
        text = " ".join(cell.replace("\n", " ") for cell in cells if cell)
        if text:
            yield text, LineRole.TABLE
