"""Values on their way into names, reasons and facets, where a sensitive one must stay marked or stay away."""

from __future__ import annotations

from typing import Any, TypeVar

from auditor.attr import Attr, Known, Unknown

T = TypeVar("T")


def shown(attr: Attr[str] | Attr[str | None]) -> str | None:
    """The text for a name or a reason; ``None`` where it is not known, empty, or must not be shown."""
    if isinstance(attr, Unknown) or attr.sensitive:
        return None
    return attr.value or None


def derived(value: T, *sources: Known[Any]) -> Known[T]:
    """A value computed from others: it stands where the first does and is as sensitive as any of them."""
    return Known(value, sources[0].origin, sources[0].path, any(source.sensitive for source in sources))
