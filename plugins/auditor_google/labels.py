"""Labels of Google Cloud resources, which are what tags are elsewhere."""

from __future__ import annotations

from auditor.attr import Attr, Known, Unknown
from auditor.record import Record

_OWN = ("labels", "user_labels", "resource_labels", "settings.0.user_labels")
_COMPUTED = ("terraform_labels", "effective_labels")
"""Where types of the provider keep labels: their own under one of the first names, those of the provider's
``default_labels`` besides in the computed ones."""


def read_label(record: Record, key: str) -> Attr[str | None]:
    """Value of a label; keys of labels are in lower case.  ``Known(None)`` without a place for what cannot carry any.

    Source: Google Cloud documentation, "Labels overview", requirements for labels.
    """
    key = key.lower()
    everything = record.get("effective_labels")
    if isinstance(everything, Known) and isinstance(everything.value, dict):
        # All of them are known, the record's own among them, which is so nearly always.
        found = everything.value.get(key)
        return Known(None if found is None else str(found), record, "effective_labels", everything.sensitive)
    plain = "." not in key and not key.isdigit()
    for path in (*_OWN, *_COMPUTED):
        value = record.get(f"{path}.{key}" if plain else path)
        if isinstance(value, Unknown):
            if path in _COMPUTED and _bare(record):
                break
            if path in _OWN and record.left_out(path):
                continue
            return value
        found = value.value.get(key) if isinstance(value.value, dict) else value.value
        if found is not None:
            return Known(str(found), record, path, value.sensitive)
    return Known(None, record, "labels") if _labelled(record) else Known(None)


def _bare(record: Record) -> bool:
    """Whether a new resource certainly has no labels.

    The provider knows the computed labels while it plans, unless the value of one is open; where there is none at
    all, it leaves them to be computed (provider's source, ``SetLabelsDiff``).
    """
    if not record.action.makes_new:
        return False
    return not any(isinstance(value := record.get(path), Unknown) or value.value for path in _OWN)


def _labelled(record: Record) -> bool:
    """Whether the type has labels: an attribute of such a name with a value, or one that is to be computed."""
    for path in (*reversed(_COMPUTED), *_OWN):
        value = record.get(path)
        if isinstance(value, Unknown) or value.value is not None:
            return True
    return False
