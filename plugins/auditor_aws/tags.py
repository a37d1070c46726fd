"""Tags of AWS resources."""

from __future__ import annotations

from auditor.attr import Attr, Known, Unknown
from auditor.record import Record


def read_tag(record: Record, key: str) -> Attr[str | None]:
    """Value of a tag of the record itself or of the provider's default_tags."""
    for path in ("tags", "tags_all"):
        plain = "." not in key and not key.isdigit()
        value = record.get(f"{path}.{key}" if plain else path)
        if isinstance(value, Unknown):
            # tags_all as a whole is unknown as soon as one value is; the record's own tags win over the defaults.
            return value
        found = value.value if plain else (value.value or {}).get(key)
        if found is not None:
            return Known(str(found), record, path, value.sensitive)
    return Known(None, record, "tags_all")
