"""What follows from a separate resource that is not in the input."""

from __future__ import annotations

from auditor.attr import Attr, Known, Reason, Unknown
from auditor.record import Action, Record
from auditor.text import Text

_NEW = frozenset({Action.CREATE, Action.REPLACE})


def without(record: Record, type_: str) -> Attr[bool]:
    """``False`` for a setting that a separate resource of ``type_`` would make, where there is none.

    A resource that is only now being created has what the input gives it and nothing else.  One that exists may
    have been given it by another configuration, which the input does not show.
    """
    if record.action in _NEW:
        return Known(False, record, type_)
    detail = Text(f"この入力に {type_} がない", f"no {type_} in this input")
    return Unknown(Reason.NOT_COLLECTED, record, type_, detail)
