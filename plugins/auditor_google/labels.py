"""Labels of Google Cloud resources, which are what tags are elsewhere."""

from __future__ import annotations

from auditor.attr import Attr, Known, Unknown
from auditor.record import Record

_PATHS = ("labels", "user_labels", "resource_labels", "settings.0.user_labels", "terraform_labels", "effective_labels")
"""Where types of the provider keep labels: their own under one of the first four names, those of the provider's
``default_labels`` in the computed last two."""


def read_label(record: Record, key: str) -> Attr[str | None]:
    """Value of a label; keys of labels are in lower case.

    Source: Google Cloud documentation, "Labels overview", requirements for labels.
    """
    key = key.lower()
    for path in _PATHS:
        value = record.get(f"{path}.{key}" if "." not in key and not key.isdigit() else path)
        if isinstance(value, Unknown):
            return value
        found = value.value.get(key) if isinstance(value.value, dict) else value.value
        if found is not None:
            return Known(str(found), record, path, value.sensitive)
    return Known(None, record, "labels")
