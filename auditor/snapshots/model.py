"""The parts of a snapshot."""

from __future__ import annotations

import datetime
import enum
from collections.abc import Mapping
from typing import Any, Final

import msgspec

FORMAT: Final = 1
"""Version of the form; a reader refuses a later one."""
PLAN_NAME: Final = "collection.json"
MANIFEST_NAME: Final = "manifest.json"


class Outcome(enum.StrEnum):
    """What came of a call."""

    ANSWERED = "answered"
    ABSENT = "absent"
    """The API says that nothing is set there."""
    DENIED = "denied"
    FAILED = "failed"
    """Throttled to the end, timed out, no connection, or an operation that is not known there."""
    NOT_OFFERED = "not-offered"
    """The service does not exist in the region."""

    @property
    def answers(self) -> bool:
        """Whether the API said what was asked."""
        return self is Outcome.ANSWERED or self is Outcome.ABSENT


class Head(msgspec.Struct, frozen=True, omit_defaults=True):
    """The first line of a file."""

    format: int
    provider: str
    account: str
    region: str
    service: str
    caller: str
    """The principal that asked, as the provider names it."""
    tool: str
    started: datetime.datetime


class Entry(msgspec.Struct, frozen=True, omit_defaults=True):
    """One call and its answer; one page, where an answer has several."""

    operation: str
    """As the service names it, ``GetBucketPolicy``."""
    outcome: Outcome
    time: datetime.datetime
    item: str = ""
    """What it was asked of, for calls that are made for each of many things."""
    parameters: Mapping[str, Any] = {}
    request_id: str = ""
    status: int = 0
    """Of HTTP; 0 where no answer came."""
    code: str = ""
    """The error code."""
    why: str = ""
    """What is known of a refusal besides its code: ``service-control-policy``, ``timeout`` …"""
    data: msgspec.Raw = msgspec.Raw(b"null")


class Foot(msgspec.Struct, frozen=True):
    """The last line of a file; without it the file is cut off."""

    finished: datetime.datetime
    calls: int
    refused: int
    """Calls that were not answered."""
    passing: int
    """Those of them that failed for a reason that may pass: they are made again when the collection is run again."""


class FileInfo(msgspec.Struct, frozen=True):
    """One file of a finished snapshot."""

    sha256: str
    size: int
    """In bytes."""
    calls: int
    refused: int
    passing: int


class Skipped(msgspec.Struct, frozen=True):
    """Something that was left out."""

    what: str
    """``region:eu-west-1``, ``account:111122223333``, ``service:s3`` …"""
    why: str
    """``not-enabled``, ``not-asked``, ``denied`` …"""
    detail: str = ""


class Plan(msgspec.Struct, frozen=True):
    """What is to be collected; a collection is resumed only with the same one."""

    format: int
    provider: str
    tool: str
    started: datetime.datetime
    options: Mapping[str, Any]
    """The choices of the user that decide what is asked."""
    name: str = ""
    """What reports call it; empty for the place where it lies."""


class Manifest(msgspec.Struct, frozen=True):
    """What a finished snapshot holds."""

    format: int
    provider: str
    tool: str
    started: datetime.datetime
    finished: datetime.datetime
    options: Mapping[str, Any]
    accounts: Mapping[str, str]
    """Account -> the caller's principal there."""
    regions: tuple[str, ...]
    services: Mapping[str, tuple[str, ...]]
    """Service -> the operations that were asked."""
    skipped: tuple[Skipped, ...]
    files: Mapping[str, FileInfo]


class Summary(msgspec.Struct, frozen=True):
    """What came of a collection."""

    calls: int
    refused: int
    passing: int

    @property
    def answered(self) -> int:
        """Calls that were answered."""
        return self.calls - self.refused


def path_of(account: str, region: str, service: str) -> str:
    """Where the answers of one service lie; ``global`` stands for the services without regions."""
    return f"accounts/{account}/{region or 'global'}/{service}.jsonl.gz"
