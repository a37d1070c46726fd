"""The state of a thing that is to go, in the provider's own words."""

from __future__ import annotations

from auditor.attr import Attr, Known, Unknown
from auditor.record import Record
from auditor_aws.shown import derived


def of(record: Record, state: str = "", **dates: str) -> Attr[str | None]:
    """The attribute ``state`` and the days that others hold, each under the name that the API gives it.

    ``None`` where none of them is set, as in every plan: only accounts say them.
    """
    parts: list[str] = []
    sources: list[Known[str | None]] = []
    for name, path in (("", state), *dates.items()):
        attr = record.text(path) if path else Known(None)
        if isinstance(attr, Unknown):
            return attr
        if attr.value is not None:
            parts.append(f"{name} {attr.value[:10]}" if name else attr.value)
            sources.append(attr)
    return derived(", ".join(parts), *sources) if parts else Known(None)
