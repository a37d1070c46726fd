"""What follows from a separate resource that is not in the input."""

from __future__ import annotations

from auditor.attr import Attr, Known, Reason, Unknown
from auditor.record import Record
from auditor.text import Text

_ADOPTED = "aws_default_"


def shown_in_full(record: Record) -> bool:
    """Whether the input shows everything that separate resources give to the record.

    It does for a resource that is only now being created, where the input holds all of the account, and where records
    stand for what was not or could not be listed, so that a join shows what may be missing.  The default network and
    its parts are there before Terraform "creates" them: the provider takes over what AWS has made (provider
    documentation, page ``aws_default_vpc``).
    """
    new = record.action.makes_new and not record.type.startswith(_ADOPTED)
    return new or record.links.complete or record.links.tells_missing


def without(record: Record, type_: str) -> Attr[bool]:
    """``False`` for a setting that a separate resource of ``type_`` would make, where there is none.

    A resource that exists may have been given the setting by another configuration, which the input does not show.
    """
    if shown_in_full(record):
        return Known(False, record, type_)
    detail = Text(f"これについての {type_} がこの入力にない", f"this input has no {type_} for it")
    return Unknown(Reason.NOT_COLLECTED, record, type_, detail)
