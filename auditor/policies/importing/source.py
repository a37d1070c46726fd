"""Reading a policy text from a file, whatever its format; the content decides, not the suffix."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

from auditor.errors import InputError, reason_of
from auditor.policies.importing.model import Line, SourceKind, SourceText

_HTML = re.compile(rb"<(?:!doctype\s+html|html|head|body|div|p|table|meta|title)\b", re.IGNORECASE)
_HEAD = 1024
_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:/+")
_LONGEST = 20_000
"""Characters of a line: ten times the longest article of a policy, and more than parsing can do with in good time."""
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def read_source(path: Path) -> SourceText:
    """The lines of the file; raises :class:`InputError` if it cannot be read as a policy text."""
    if _URL.match(str(path)):
        raise InputError(
            f"{path} は URL です。ダウンロードして、そのファイルを指定してください。",
            f"{path} is a URL; download it and name the file.",
        )
    try:
        data = path.read_bytes()
    except OSError as error:
        reason = reason_of(error)
        raise InputError(
            f"{path} を読めません（{reason.ja}）。ファイルを確認してください。",
            f"{path} cannot be read ({reason.en}); check the file.",
        ) from None
    return read_bytes(path.name, data)


def read_bytes(name: str, data: bytes) -> SourceText:
    """The lines of a file's content; ``name`` is for messages."""
    if not data.strip(b"\x00\t\r\n\f \xef\xbb\xbf\xff\xfe"):
        raise _empty(name)
    kind = _kind(name, data)
    lines, unread = _lines(name, kind, data)
    if not any(line.text.strip() for line in lines):
        raise _empty(name)
    for line in lines:
        if len(line.text) > _LONGEST:
            raise InputError(
                f"{name} {line.number}行目: {len(line.text):,}文字あり、長すぎます（{_LONGEST:,}文字まで）。条項ごとに改行した本文を指定してください。",
                f"{name} line {line.number}: {len(line.text):,} characters are too long (at most {_LONGEST:,}); "
                "give the text with a line break after each clause.",
            )
    return SourceText(name, kind, hashlib.sha256(data).hexdigest(), lines, unread)


def _lines(name: str, kind: SourceKind, data: bytes) -> tuple[tuple[Line, ...], tuple[int, ...]]:
    # each reader is imported when its format is met: three of them need a library
    if kind is SourceKind.PDF:
        from auditor.policies.importing import pdf

        return pdf.read(name, data)
    if kind is SourceKind.DOCX:
        from auditor.policies.importing import docx

        return docx.read(name, data), ()
    if kind is SourceKind.HTML:
        from auditor.policies.importing import html

        return html.read(name, data), ()
    from auditor.policies.importing import plain

    return plain.read(name, data), ()


def _kind(name: str, data: bytes) -> SourceKind:
    head = data[:_HEAD]
    if b"%PDF-" in head:
        return SourceKind.PDF
    if head.startswith(b"PK\x03\x04"):
        return SourceKind.DOCX
    if head.startswith((_OLE, b"{\\rtf")):
        raise InputError(
            f"{name} は以前の Word などの形式です。DOCX 又は PDF として保存し直してください。",
            f"{name} is in a former format of Word or another program; save it as DOCX or PDF.",
        )
    opening = head.lstrip(b"\xef\xbb\xbf\xff\xfe\x00 \t\r\n")
    if opening.startswith(b"<") and _HTML.search(head.replace(b"\x00", b"")):
        return SourceKind.HTML
    return SourceKind.PLAIN


def _empty(name: str) -> InputError:
    return InputError(
        f"{name} は空です。ポリシーの本文のファイルを指定してください。",
        f"{name} is empty; give the file with the policy's text.",
    )
