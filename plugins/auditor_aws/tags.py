"""Tags of AWS resources."""

from __future__ import annotations

from typing import Any, Final

from auditor.attr import Attr, Known, Unknown
from auditor.record import Record

_ALL: Final = "tags_all"
_OWN: Final = "tags"


def read_tag(record: Record, key: str) -> Attr[str | None]:
    """Value of a tag of the record itself or of the provider's default_tags.

    ``Known(None)`` without a place for what cannot carry tags.
    """
    everything = record.get(_ALL)
    if isinstance(everything, Known) and everything.value.__class__ is dict:
        # All of them are known, the record's own among them, which is so nearly always.
        return _of(everything, key)
    own = record.get(_OWN)
    if isinstance(own, Unknown):
        found = _member(record, _OWN, key, own)
    else:
        found = _of(own, key) if own.value.__class__ is dict else Known(None)
    if isinstance(found, Unknown) or found.value is not None:
        return found
    if isinstance(everything, Unknown):
        if isinstance(own, Known) and not own.value and record.left_out(_ALL):
            # The provider knows tags_all while it plans, unless the value of a tag is open; where there is no tag at
            # all, it leaves it to be computed (provider's source, setTagsAll).
            return Known(None, record, _ALL)
        return _member(record, _ALL, key, everything)
    return found


def _of(tags: Known[Any], key: str) -> Known[str | None]:
    found = tags.value.get(key)
    return Known(None if found is None else str(found), tags.origin, tags.path, tags.sensitive)


def _member(record: Record, path: str, key: str, whole: Unknown) -> Attr[str | None]:
    """One tag of those of which some are open."""
    if "." in key or key.isdigit():
        return whole
    value = record.get(f"{path}.{key}")
    if isinstance(value, Unknown):
        return value
    return Known(None if value.value is None else str(value.value), record, path, value.sensitive)
