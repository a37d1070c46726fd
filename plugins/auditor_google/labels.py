"""Labels of Google Cloud resources, which are what tags are elsewhere."""

from __future__ import annotations

from typing import Any, Final

from auditor.attr import Attr, Known, Unknown
from auditor.record import Record

_OWN: Final = ("labels", "user_labels", "resource_labels", "settings.0.user_labels")
_ALL: Final = "effective_labels"
"""Where types of the provider keep labels: their own under one of the first names, and in the last, which it
computes, those of its ``default_labels`` besides."""


def read_label(record: Record, key: str) -> Attr[str | None]:
    """Value of a label; keys of labels are in lower case.  ``Known(None)`` without a place for what cannot carry any.

    Source: Google Cloud documentation, "Labels overview", requirements for labels.
    """
    key = key.lower()
    everything = record.get(_ALL)
    if isinstance(everything, Known) and everything.value.__class__ is dict:
        # All of them are known, the record's own among them, which is so nearly always.
        return _of(everything, key)
    some = False
    place: Known[str | None] = Known(None)
    for path in _OWN:
        own = record.get(path)
        if isinstance(own, Unknown):
            if record.left_out(path):
                place = Known(None, record, path)
                continue
            found = _member(record, path, key, own)
        elif own.value.__class__ is dict:
            found = _of(own, key)
        else:
            continue
        if isinstance(found, Unknown) or found.value is not None:
            return found
        place = Known(None, record, path)
        some = some or isinstance(own, Unknown) or bool(own.value)
    if isinstance(everything, Unknown):
        if not some and record.left_out(_ALL):
            # The provider knows the labels that it computes while it plans, unless the value of one is open; where
            # there is none at all, it leaves them to be computed (provider's source, SetLabelsDiff).
            return Known(None, record, _ALL)
        return _member(record, _ALL, key, everything)
    return place


def _of(labels: Known[Any], key: str) -> Known[str | None]:
    found = labels.value.get(key)
    return Known(None if found is None else str(found), labels.origin, labels.path, labels.sensitive)


def _member(record: Record, path: str, key: str, whole: Unknown) -> Attr[str | None]:
    """One label of those of which some are open."""
    if "." in key or key.isdigit():
        return whole
    value = record.get(f"{path}.{key}")
    if isinstance(value, Unknown):
        return value
    return Known(None if value.value is None else str(value.value), record, path, value.sensitive)
