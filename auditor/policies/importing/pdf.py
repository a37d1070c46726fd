"""PDF: the lines of the text layer, page by page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from auditor.errors import InputError
from auditor.policies.importing.model import Line

if TYPE_CHECKING:
    from types import ModuleType

_PASSWORD = 4
"""``FPDF_ERR_PASSWORD``: a password is needed."""
_FEW = 20
"""Fewer signs than this beside pictures are a page number or a stamp: the text of the page is in the pictures."""


def read(name: str, data: bytes) -> tuple[tuple[Line, ...], tuple[int, ...]]:
    """The lines, and the pages whose text stands in pictures; raises :class:`InputError` if there is no text to read."""
    pdfium = _library(name)
    try:
        document = pdfium.PdfDocument(data)
    except pdfium.PdfiumError as error:
        raise _unopened(name, getattr(error, "err_code", None)) from None
    lines: list[Line] = []
    unread: list[int] = []
    try:
        for page in range(1, len(document) + 1):
            text, pictures = _page(pdfium, document, page - 1)
            for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n"):
                lines.append(Line(line, len(lines) + 1, page))
            if pictures:
                unread.append(page)
    finally:
        document.close()
    if not any(line.text.strip() for line in lines):
        raise InputError(
            f"{name} の PDF には文字がありません（画像だけです）。文字認識（OCR）をした PDF か、テキストを指定してください。",
            f"{name} is a PDF without text (pictures only); give one with recognised text (OCR), or plain text.",
        )
    return tuple(lines), tuple(unread)


def _page(pdfium: ModuleType, document: object, index: int) -> tuple[str, bool]:
    """The text of one page, and whether pictures stand in for it (looked up only where there is hardly any)."""
    page = document[index]  # type: ignore[index]  # the library is untyped
    try:
        textpage = page.get_textpage()
        try:
            # U+FFFE stands for a hyphen at a line's end, U+0002 for one within: neither is a sign of the text
            text = str(textpage.get_text_range()).replace("\ufffe", "").replace("\x02", "")
        finally:
            textpage.close()
        few = len("".join(text.split())) < _FEW
        pictures = few and any(True for _ in page.get_objects(filter=[pdfium.raw.FPDF_PAGEOBJ_IMAGE]))
        return text, pictures
    finally:
        page.close()


def _library(name: str) -> ModuleType:
    try:
        import pypdfium2
    except ImportError:
        raise missing_library(name, "PDF") from None
    module: ModuleType = pypdfium2
    return module


def missing_library(name: str, format_: str) -> InputError:
    """The library for a format is not installed."""
    return InputError(
        f'{name} は {format_} です。読むには pip install "jichitai-cloud-auditor[policy]" で追加の部品を入れてください。',
        f'{name} is {format_}; to read it, install the extra: pip install "jichitai-cloud-auditor[policy]".',
    )


def _unopened(name: str, code: int | None) -> InputError:
    if code == _PASSWORD:
        return InputError(
            f"{name} はパスワードで保護された PDF です。保護を外した PDF を指定してください。",
            f"{name} is a PDF protected by a password; give one without protection.",
        )
    return InputError(
        f"{name} は壊れているか、PDF ではありません。ファイルを取り直してください。",
        f"{name} is damaged or no PDF; obtain the file again.",
    )
