"""JSON of anything, names of files that are no text included."""

from __future__ import annotations

from typing import Any

import msgspec

_encoder = msgspec.json.Encoder().encode


def encode(value: Any) -> bytes:
    """``value`` as JSON in UTF-8."""
    try:
        return _encoder(value)
    except UnicodeEncodeError:
        return _encoder(_writable(msgspec.to_builtins(value)))


def _writable(value: Any) -> Any:
    """``value`` with halves of surrogate pairs written out: Python keeps bytes of file names as such."""
    if isinstance(value, str):
        return value.encode("utf-8", "backslashreplace").decode()
    if isinstance(value, list | tuple):
        return [_writable(item) for item in value]
    if isinstance(value, dict):
        return {_writable(key): _writable(item) for key, item in value.items()}
    return value
