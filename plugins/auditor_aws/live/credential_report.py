"""The credential report of IAM: when passwords and keys were set and used.

Source: IAM User Guide, "Generate credential reports for your AWS account": the columns; the report is made anew after
four hours at the earliest; the first row is the root user's.
"""

from __future__ import annotations

import base64
import csv
import datetime
import io
from collections.abc import Iterator, Mapping
from typing import Final

import msgspec

from auditor.attr import Reason
from auditor_aws.live.answers import Answer, Refusal

_NO_DATE: Final = frozenset(("", "N/A", "no_information", "not_supported"))
_NO_ROW: Final = "not-in-report"
_KEYS: Final = (1, 2)


class Key(msgspec.Struct, frozen=True):
    """One of the two access keys that a user may have."""

    number: int
    active: bool
    unused_days: float | None
    """Days since its last use, or since it was made; ``None`` for one that is not active."""


class Certificate(msgspec.Struct, frozen=True):
    """One of the two signing certificates that the report tells of."""

    number: int
    active: bool


class Row(msgspec.Struct, frozen=True):
    """What the report says of one user."""

    password: bool | None
    """Whether it has a password; ``None`` where the report does not say (the root user)."""
    password_set: datetime.datetime | None
    """When the password was set last."""
    mfa: bool
    keys: tuple[Key, ...]
    """Those that are there, active or not."""
    certificates: tuple[Certificate, ...]
    """Signing certificates that are there, active or not."""
    unused_days: float | None
    """Days since a password or key was used last, or since it was made; ``None`` where nothing is in force."""
    used_days: float | None
    """Days since the last use; ``None`` where none is on record."""


class CredentialReport:
    """The report, or why there is none."""

    def __init__(self, answer: Answer) -> None:
        self._action = answer.call
        self._refusal = answer.refusal
        self._rows: dict[str, Row | Refusal] = {}
        if answer.refusal is not None or answer.absent:
            return
        made = _date(str(answer.data.get("GeneratedTime", ""))) or answer.time
        try:
            # bytes stand in a snapshot in base64
            text = base64.b64decode(answer.data["Content"]).decode()
            for row in csv.DictReader(io.StringIO(text), strict=True):
                self._rows[row["arn"]] = self._read(row, made)
        except (KeyError, ValueError, TypeError, csv.Error):
            self._rows.clear()
            self._refusal = Refusal(self._action, Reason.UNPARSEABLE, why="unreadable-answer")

    def _read(self, row: Mapping[str, str], made: datetime.datetime | None) -> Row | Refusal:
        """A row; one of a form that nobody foresaw does not hide the others."""
        try:
            return _row(row, made)
        except (KeyError, ValueError, TypeError, AttributeError):
            return Refusal(self._action, Reason.UNPARSEABLE, why="unreadable-answer")

    @property
    def action(self) -> str:
        """The permission by which it was read."""
        return self._action

    @property
    def refusal(self) -> Refusal | None:
        """Why nothing is known of anybody."""
        return self._refusal

    def of(self, arn: str) -> Row | Refusal:
        """What it says of a user.  Users that were made after the report have no row."""
        row = self._rows.get(arn)
        if row is not None:
            return row
        return self._refusal or Refusal(self._action, Reason.NOT_COLLECTED, why=_NO_ROW)

    def users(self) -> Iterator[tuple[str, Row | Refusal]]:
        """All users but the root user, by ARN."""
        return ((arn, row) for arn, row in self._rows.items() if not arn.endswith(":root"))


def _row(row: Mapping[str, str], made: datetime.datetime | None) -> Row:
    created = _date(row["user_creation_time"])
    password = {"true": True, "false": False}.get(row["password_enabled"].lower())
    password_used = _date(row["password_last_used"])
    keys, uses = [], [] if password_used is None else [password_used]
    # a password that is in force and was never used counts from the day on which it was set
    in_force = [password_used or _date(row["password_last_changed"]) or created] if password else []
    for number in _KEYS:
        prefix = f"access_key_{number}_"
        active, set_ = _flag(row[prefix + "active"]), _date(row[prefix + "last_rotated"])
        used = _date(row[prefix + "last_used_date"])
        if not active and set_ is None:
            continue
        latest = used or set_ or created
        keys.append(Key(number, active, _days(latest, made) if active else None))
        uses += [] if used is None else [used]
        in_force += [latest] if active else []
    known = [date for date in in_force if date is not None]
    return Row(
        password=password,
        password_set=_date(row["password_last_changed"]),
        mfa=_flag(row["mfa_active"]),
        keys=tuple(keys),
        certificates=tuple(_certificates(row)),
        unused_days=_days(max(known), made) if known else None,
        used_days=_days(max(uses), made) if uses else None,
    )


def _certificates(row: Mapping[str, str]) -> Iterator[Certificate]:
    for number in _KEYS:
        active = _flag(row[f"cert_{number}_active"])
        # one that is not active keeps the date on which it was set
        if active or _date(row[f"cert_{number}_last_rotated"]) is not None:
            yield Certificate(number, active)


def _flag(value: str) -> bool:
    if value.lower() not in ("true", "false"):
        raise ValueError(value)
    return value.lower() == "true"


def _date(value: str) -> datetime.datetime | None:
    if value in _NO_DATE:
        return None
    date = datetime.datetime.fromisoformat(value)
    return date if date.tzinfo is not None else date.replace(tzinfo=datetime.UTC)


def _days(date: datetime.datetime | None, made: datetime.datetime | None) -> float | None:
    return None if date is None or made is None else days_between(date, made)


def days_between(first: datetime.datetime, last: datetime.datetime) -> float:
    """Whole days from one moment to another, never less than 0."""
    return float(max(0, (last - first).days))
