"""What follows from a separate resource that is not in the input."""

from __future__ import annotations

from auditor.attr import Attr, Known, Reason, Unknown
from auditor.record import Action, Record
from auditor.text import Text

_NEW = frozenset({Action.CREATE, Action.REPLACE})


def shown_in_full(record: Record) -> bool:
    """Whether the input shows everything that separate resources give to the record.

    It does for a resource that is only now being created, and where the input holds all of the account.
    """
    return record.action in _NEW or record.links.complete


def without(record: Record, type_: str) -> Attr[bool]:
    """``False`` for a setting that a separate resource of ``type_`` would make, where there is none.

    A resource that exists may have been given the setting by another configuration, which the input does not show.
    """
    if shown_in_full(record):
        return Known(False, record, type_)
    detail = Text(f"この入力に {type_} がない", f"no {type_} in this input")
    return Unknown(Reason.NOT_COLLECTED, record, type_, detail)
