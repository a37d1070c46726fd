"""Writing the answers of one service, line by line, so that memory stays small."""

from __future__ import annotations

import contextlib
import datetime
import gzip
import threading
from collections.abc import Iterator

import msgspec

from auditor.snapshots.model import Entry, Foot, Head, Outcome
from auditor.snapshots.store import Store

_ENCODER = msgspec.json.Encoder()
_LEVEL = 4
"""Of gzip: API answers are repetitive, and higher levels cost more time than they save space."""


class Writer:
    """Takes the calls of one file, from any thread."""

    def __init__(self, file: gzip.GzipFile, head: Head) -> None:
        self._file = file
        self._lock = threading.Lock()
        self.calls = self.refused = self.passing = 0
        self._line(head)

    def _line(self, value: msgspec.Struct) -> None:
        self._file.write(_ENCODER.encode(value) + b"\n")

    def add(self, entry: Entry, passing: bool) -> None:
        """Keep a call; ``passing``: it failed for a reason that may pass."""
        line = _ENCODER.encode(entry) + b"\n"
        with self._lock:
            self._file.write(line)
            self.calls += 1
            self.refused += not (entry.outcome.answers or entry.outcome is Outcome.NOT_OFFERED)
            self.passing += passing

    def end(self) -> None:
        """Write the last line."""
        self._line(Foot(now(), self.calls, self.refused, self.passing))


@contextlib.contextmanager
def writing(store: Store, path: str, head: Head) -> Iterator[Writer]:
    """A file of answers; it is there when the block ends without an exception, and not before."""
    with store.write(path) as raw, gzip.GzipFile(fileobj=raw, mode="wb", compresslevel=_LEVEL, mtime=0) as file:
        writer = Writer(file, head)
        yield writer
        writer.end()


def write_json(store: Store, path: str, value: msgspec.Struct) -> None:
    """Write a document of the snapshot, readable for people."""
    with store.write(path) as file:
        file.write(msgspec.json.format(_ENCODER.encode(value), indent=2) + b"\n")


def now() -> datetime.datetime:
    """The time, in UTC and to the millisecond."""
    moment = datetime.datetime.now(datetime.UTC)
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)
