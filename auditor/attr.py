"""Attributes with more than two values of truth.

Every attribute that a check reads is either :class:`Known` or :class:`Unknown`.  Reading
``.value`` of an unknown one raises :class:`UnknownValueError`, which the engine turns into a
finding of status ``unknown`` that names the reason.  Neither class has a truth value, so that
``if facet.encrypted:`` is an error instead of a guess.
"""

from __future__ import annotations

import enum
from collections.abc import Callable
from typing import Generic, NoReturn, Protocol, TypeAlias, TypeVar

import msgspec

from auditor.text import Text

T = TypeVar("T")
U = TypeVar("U")


class Reason(enum.StrEnum):
    """Why a value is not known."""

    AFTER_APPLY = "after-apply"
    """Terraform decides it only when the plan is applied."""
    AMBIGUOUS = "ambiguous"
    """Several things could be meant, and the input does not say which."""
    UNRESOLVED = "unresolved"
    """The expression that gives the value cannot be followed in the input."""
    OUTSIDE = "outside"
    """It is decided by something that the input does not contain."""
    UNPARSEABLE = "unparseable"
    """There is a value, but not of the form that the provider documents."""
    NOT_COLLECTED = "not-collected"
    """The input never says it, for instance an inventory that is not complete."""
    DENIED = "denied"
    """The API refused to say it."""
    FAILED = "failed"
    """The API was asked and did not answer: throttled to the end, timed out, or an operation it does not know."""
    UNSUPPORTED = "unsupported"
    """The auditor does not know this kind of resource."""


REASON_TEXT: dict[Reason, Text] = {
    Reason.AFTER_APPLY: Text("適用後に決まる値（known after apply）", "known only after apply"),
    Reason.AMBIGUOUS: Text("参照先を一つに決められない", "more than one thing could be meant"),
    Reason.UNRESOLVED: Text("式を入力の中でたどれない", "the expression cannot be followed in the input"),
    Reason.OUTSIDE: Text("この入力に含まれないもので決まる", "decided by something outside this input"),
    Reason.UNPARSEABLE: Text("値の形式を解釈できない", "the value is not of a form that can be read"),
    Reason.NOT_COLLECTED: Text("この入力からは分からない（収集されていない）", "not contained in this input"),
    Reason.DENIED: Text("読取りが拒否された", "reading was refused"),
    Reason.FAILED: Text("読取りの呼出しが失敗した", "the call to read it failed"),
    Reason.UNSUPPORTED: Text("本ツールが対応していない資源種別", "a resource type that the auditor does not know"),
}


class Place(msgspec.Struct, frozen=True, omit_defaults=True):
    """Where a value stands, as precisely as its source can say."""

    source: str
    """Name of the input, as the user gave it."""
    address: str
    """Terraform address or cloud resource name."""
    path: str = ""
    """Attribute path inside the resource, ``a.0.b``."""
    file: str | None = None
    line: int | None = None
    """Line in ``file``, from 1."""
    call: str | None = None
    """API operation that answered, for live sources."""


class Origin(Protocol):
    """Something that can say where its attributes stand; records do."""

    def place(self, path: str) -> Place: ...


class UnknownValueError(Exception):
    """Somebody asked for the value of an unknown attribute; ``unknown`` says which and why."""

    def __init__(self, unknown: Unknown) -> None:
        super().__init__(unknown.reason.value)
        self.unknown = unknown


class Known(msgspec.Struct, Generic[T], frozen=True):
    """A value that the input states."""

    value: T
    origin: Origin | None = None
    path: str = ""
    sensitive: bool = False
    """Marked sensitive by its source: it may be judged but is never shown, stored or sent."""

    def __bool__(self) -> NoReturn:
        raise TypeError("an attribute has no truth value; read .value")


class Unknown(msgspec.Struct, frozen=True):
    """A value that the input does not state, and why."""

    reason: Reason
    origin: Origin | None = None
    path: str = ""
    detail: Text | None = None
    """What exactly is not known, where the reason alone would leave the reader guessing."""

    def __bool__(self) -> NoReturn:
        raise TypeError("an attribute has no truth value; read .value")

    @property
    def value(self) -> NoReturn:
        """Raises :class:`UnknownValueError`, always."""
        raise UnknownValueError(self)

    @property
    def text(self) -> Text:
        """The reason for people."""
        general = REASON_TEXT[self.reason]
        if self.detail is None:
            return general
        return Text(f"{self.detail.ja}（{general.ja}）", f"{self.detail.en} ({general.en})")


Attr: TypeAlias = Known[T] | Unknown


def map_attr(attr: Attr[T], function: Callable[[T], U]) -> Attr[U]:
    """``function`` of the value, at the same place; an unknown stays as it is."""
    if isinstance(attr, Unknown):
        return attr
    return Known(function(attr.value), attr.origin, attr.path, attr.sensitive)


def all_of(*attrs: Attr[bool]) -> Attr[bool]:
    """Three-valued conjunction: false as soon as one is known to be false, else unknown if one is."""
    unknown: Unknown | None = None
    last: Attr[bool] | None = None
    for attr in attrs:
        if isinstance(attr, Unknown):
            unknown = attr if unknown is None else unknown
        elif not attr.value:
            return attr
        else:
            last = attr
    if unknown is not None:
        return unknown
    return last if last is not None else Known(True)


def any_of(*attrs: Attr[bool]) -> Attr[bool]:
    """Three-valued disjunction: true as soon as one is known to be true, else unknown if one is."""
    unknown: Unknown | None = None
    last: Attr[bool] | None = None
    for attr in attrs:
        if isinstance(attr, Unknown):
            unknown = attr if unknown is None else unknown
        elif attr.value:
            return attr
        else:
            last = attr
    if unknown is not None:
        return unknown
    return last if last is not None else Known(False)
