"""What a collection asked, what was answered, what was refused and what was not looked at."""

from __future__ import annotations

import datetime

import msgspec

from auditor.text import Text


class RefusedCall(msgspec.Struct, frozen=True):
    """Calls of one operation that were refused for one reason in one place."""

    account: str
    region: str
    """Empty for a service without regions."""
    operation: str
    """As permissions name it, ``s3:GetBucketPolicy``."""
    code: str
    """The error code that the API gave."""
    why: Text
    count: int


class NotLookedAt(msgspec.Struct, frozen=True):
    """Something that the collection left out, and why."""

    kind: str
    """``account``, ``region`` or ``service``."""
    name: str
    """Of the account, region or service."""
    reason: str
    """``not-asked`` for what was left out by choice, ``not-enabled``, ``not-active``, ``denied``, ``no-sign-in``,
    ``not-known`` for what an earlier version of the tool did not read."""
    what: Text
    why: Text


class Coverage(msgspec.Struct, frozen=True):
    """How complete a collection is."""

    asked: int
    """Calls, each page of an answer counted."""
    answered: int
    """Calls that were answered; "nothing is set" is an answer."""
    refused: tuple[RefusedCall, ...]
    not_looked_at: tuple[NotLookedAt, ...]
    accounts: tuple[str, ...]
    regions: tuple[str, ...]
    services: tuple[str, ...]
    started: datetime.datetime
    finished: datetime.datetime
    callers: tuple[str, ...] = ()
    """The principals that asked."""

    @property
    def refused_calls(self) -> int:
        """Number of refused calls."""
        return sum(call.count for call in self.refused)
