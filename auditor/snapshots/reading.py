"""Reading a snapshot back, and whether it is still what was written."""

from __future__ import annotations

import gzip
import hashlib
import zlib
from collections.abc import Iterator
from typing import BinaryIO, TypeVar

import msgspec

from auditor.errors import InputError, reason_of
from auditor.snapshots.model import FORMAT, MANIFEST_NAME, PLAN_NAME, Entry, Foot, Head, Manifest, Plan
from auditor.snapshots.store import Store, missing

T = TypeVar("T", bound=msgspec.Struct)

_HEADS = msgspec.json.Decoder(Head)
_ENTRIES = msgspec.json.Decoder(Entry)
_FEET = msgspec.json.Decoder(Foot)


class _Hashing:
    """A file that is hashed and counted while it is read."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.sum = hashlib.sha256()
        self.size = 0

    def read(self, size: int = -1) -> bytes:
        data = self._file.read(size)
        self.sum.update(data)
        self.size += len(data)
        return data


def read_plan(store: Store) -> Plan | None:
    """What the snapshot was begun with; ``None`` where there is no snapshot."""
    return _document(store, PLAN_NAME, Plan)


def read_manifest(store: Store) -> Manifest:
    """The manifest.  Raises :class:`InputError` for a snapshot that is not finished or of a later form."""
    manifest = _document(store, MANIFEST_NAME, Manifest)
    if manifest is None:
        raise InputError(
            f"スナップショット {store.name} は収集の途中です。同じ `auditor collect` をもう一度実行すると続きから収集します。",
            f"the snapshot {store.name} is not finished; run the same `auditor collect` again to go on.",
        )
    return manifest


def _document(store: Store, path: str, type_: type[T]) -> T | None:
    try:
        with store.read(path) as file:
            data = file.read()
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        if path == PLAN_NAME:
            # a name that is too long, a folder that nobody may enter: no snapshot that could be told
            return None
        reason = reason_of(error)
        raise InputError(
            f"{store.name}/{path} を読めません（{reason.ja}）。", f"{store.name}/{path} cannot be read ({reason.en})."
        ) from None
    except ValueError:
        # a null character in the name
        return None
    try:
        found = msgspec.json.decode(data)
        form = found.get("format") if isinstance(found, dict) else None
        if isinstance(form, int) and form > FORMAT:
            raise InputError(
                f"{store.name}/{path} は新しい形式（{form}）です。本ツールを新しくしてください。",
                f"{store.name}/{path} is of a later form ({form}); a newer version of this tool is needed.",
            )
        return msgspec.convert(found, type_)
    except msgspec.MsgspecError as error:
        raise InputError(
            f"{store.name}/{path} が壊れています（{error}）。収集し直してください。",
            f"{store.name}/{path} is damaged ({error}); collect it again.",
        ) from None


def read_foot(store: Store, path: str) -> Foot | None:
    """How a file ends; ``None`` where it is not there or cut off."""
    try:
        last = b""
        with store.read(path) as raw, gzip.GzipFile(fileobj=raw) as file:
            for line in file:
                last = line
        return _FEET.decode(last)
    except (OSError, EOFError, zlib.error, msgspec.MsgspecError):
        return None


def digest(store: Store, path: str) -> tuple[str, int]:
    """SHA-256 and size of a file."""
    with store.read(path) as raw:
        file = _Hashing(raw)
        while file.read(1 << 20):
            pass
    return file.sum.hexdigest(), file.size


def read_head(store: Store, path: str) -> Head:
    """How a file begins.  Raises :class:`InputError`."""
    try:
        with store.read(path) as raw, gzip.GzipFile(fileobj=raw) as file:
            return _HEADS.decode(file.readline())
    except FileNotFoundError:
        raise missing(store, path) from None
    except (OSError, EOFError, zlib.error, msgspec.MsgspecError):
        raise _damaged(store, path) from None


def read_entries(store: Store, path: str, sha256: str) -> Iterator[Entry]:
    """The calls of one file, in their order.

    Raises :class:`InputError` after the last of them if the file is not the one that the manifest names, so nothing
    may be concluded before the end.
    """
    try:
        with store.read(path) as raw:
            hashing = _Hashing(raw)
            # gzip asks for read() alone
            with gzip.GzipFile(fileobj=hashing) as file:  # type: ignore[call-overload]  # typeshed wants a whole file
                _HEADS.decode(file.readline())
                previous = b""
                for line in file:
                    if previous:
                        yield _ENTRIES.decode(previous)
                    previous = line
                _FEET.decode(previous)
            while hashing.read(1 << 20):
                pass
    except FileNotFoundError:
        raise missing(store, path) from None
    except (OSError, EOFError, zlib.error, msgspec.MsgspecError):
        raise _damaged(store, path) from None
    if hashing.sum.hexdigest() != sha256:
        raise _damaged(store, path)


def _damaged(store: Store, path: str) -> InputError:
    return InputError(
        f"{store.name}/{path} は収集した時のままではありません（SHA-256 が manifest.json と一致しないか、途中で切れている）。"
        "収集し直してください。",
        f"{store.name}/{path} is not what was collected (its SHA-256 differs from manifest.json, or it is cut off); "
        "collect it again.",
    )
