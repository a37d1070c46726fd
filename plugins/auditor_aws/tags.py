"""Tags of AWS resources."""

from __future__ import annotations

from auditor.attr import Attr, Known, Unknown
from auditor.record import Record


def read_tag(record: Record, key: str) -> Attr[str | None]:
    """Value of a tag of the record itself or of the provider's default_tags.

    ``Known(None)`` without a place for what cannot carry tags.
    """
    everything = record.get("tags_all")
    if isinstance(everything, Unknown):
        if _bare(record):
            return Known(None, record, "tags_all")
    elif isinstance(everything.value, dict):
        # All of them are known, the record's own among them, which is so nearly always.
        found = everything.value.get(key)
        return Known(None if found is None else str(found), record, "tags_all", everything.sensitive)
    plain = "." not in key and not key.isdigit()
    for path in ("tags", "tags_all"):
        value = record.get(f"{path}.{key}" if plain else path)
        if isinstance(value, Unknown):
            # tags_all as a whole is unknown as soon as one value is; the record's own tags win over the defaults.
            return value
        found = value.value.get(key) if isinstance(value.value, dict) else value.value if plain else None
        if found is not None:
            return Known(str(found), record, path, value.sensitive)
    return Known(None, record, "tags_all") if _taggable(record) else Known(None)


def _bare(record: Record) -> bool:
    """Whether a new resource certainly has no tags.

    The provider knows tags_all while it plans, unless the value of a tag is open; where there is no tag at all, it
    leaves it to be computed (provider's source, ``setTagsAll``).
    """
    own = record.get("tags")
    return record.action.makes_new and isinstance(own, Known) and not own.value


def _taggable(record: Record) -> bool:
    """Whether the type has tags: an attribute of that name with a value, or one that is to be computed."""
    for path in ("tags_all", "tags"):
        value = record.get(path)
        if isinstance(value, Unknown) or value.value is not None:
            return True
    return False
