"""Plain text: UTF-8, UTF-16, CP932 or EUC-JP."""

from __future__ import annotations

import codecs

from auditor.errors import InputError
from auditor.policies.importing.model import Line

EUC_JP = "euc_jis_2004"
"""Holds the circled figures that texts called EUC-JP use; the plain codec does not."""
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def decode(name: str, data: bytes) -> str:
    """The text in ``data``; raises :class:`InputError` if it is in none of the encodings of Japanese texts."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            try:
                return data.decode(encoding)
            except UnicodeDecodeError:
                raise unreadable(name) from None
    if b"\x00" in data:
        raise unreadable(name)
    for encoding in ("utf-8", EUC_JP, "cp932"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if encoding != EUC_JP or _reads_as_japanese(text):
            return text
    raise unreadable(name)


def _reads_as_japanese(text: str) -> bool:
    """Whether kana stand among the signs: CP932 bytes read as EUC-JP give rare ideographs and half-width kana."""
    foreign = [sign for sign in text if ord(sign) > 0x7F]
    kana = sum(1 for sign in foreign if "ぁ" <= sign <= "ヺ")
    return not foreign or kana * 5 >= len(foreign)


def unreadable(name: str) -> InputError:
    """Neither text nor a format that can be read."""
    return InputError(
        f"{name} は文書として読めません。PDF、HTML、DOCX 又はテキスト（UTF-8、UTF-16、Shift_JIS、EUC-JP）を指定してください。",
        f"{name} is not readable as a document; give PDF, HTML, DOCX or plain text (UTF-8, UTF-16, Shift_JIS, EUC-JP).",
    )


def read(name: str, data: bytes) -> tuple[Line, ...]:
    """The lines; a form feed begins a new page."""
    text = decode(name, data).replace("\r\n", "\n").replace("\r", "\n")
    paged = "\f" in text
    lines: list[Line] = []
    page = 1
    for number, line in enumerate(text.split("\n"), start=1):
        page += line.count("\f")
        lines.append(Line(line.replace("\f", ""), number, page if paged else None))
    return tuple(lines)
