"""Reading a policy text from a file, whatever its format; the content decides, not the suffix."""

from __future__ import annotations

import hashlib
from pathlib import Path

from auditor.errors import InputError, reason_of
from auditor.policies.importing.model import SourceKind, SourceText


def read_source(path: Path) -> SourceText:
    """The lines of the file; raises :class:`InputError` if it cannot be read as a policy text."""
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
    if not data.strip():
        raise InputError(
            f"{name} は空です。ポリシーの本文のファイルを指定してください。",
            f"{name} is empty; give the file with the policy's text.",
        )
    from auditor.policies.importing import plain

    lines = plain.read(name, data)
    return SourceText(name, SourceKind.PLAIN, hashlib.sha256(data).hexdigest(), lines)
