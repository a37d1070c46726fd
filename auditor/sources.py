"""Sources: what turns a target into records."""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import Protocol

from auditor.inventory import SourceInfo
from auditor.record import Record


class Reading(Protocol):
    """One opened input."""

    @property
    def info(self) -> SourceInfo:
        """What it is and how complete."""

    @property
    def form(self) -> str:
        """``terraform`` or ``api``: which adapters apply."""

    def records(self) -> Iterable[Record]:
        """Every record, each once."""


class Source(Protocol):
    """Reads one kind of input."""

    @property
    def name(self) -> str:
        """Short name, for messages."""

    def open(self, target: str) -> Reading | None:
        """The opened target; ``None`` if it is not of this source's kind.

        Raises :class:`auditor.errors.InputError` if it is of this kind but cannot be read.
        """


def real_path(target: str) -> str:
    """What ``target`` is as a file, so that two names of one file can be told; itself where it can be none."""
    try:
        return os.path.realpath(target)
    except ValueError:  # a null character in the name
        return target
