"""The evidence of a finding, and the words for it, as all formats show them."""

from __future__ import annotations

import enum
from collections.abc import Iterator, Sequence
from typing import Any

import msgspec

from auditor.attr import Known, Place, Unknown
from auditor.facets import Obstacle
from auditor.findings import Finding
from auditor.text import Text

SENSITIVE = "(sensitive)"


class Fact(msgspec.Struct, frozen=True):
    """One attribute that a check looked at."""

    name: str
    value: Any = None
    """As JSON holds it; ``(sensitive)`` where the source marks the value so."""
    unknown: Unknown | None = None
    """Why there is no value."""
    place: Place | None = None


def plain(value: Any) -> Any:
    """A value of a facet as JSON holds it; nothing that is marked sensitive comes through."""
    if value is None or isinstance(value, bool | int | float | str):
        return value.value if isinstance(value, enum.Enum) else value
    if isinstance(value, Known):
        return SENSITIVE if value.sensitive else plain(value.value)
    if isinstance(value, Unknown):
        return {"unknown": value.reason.value}
    if isinstance(value, frozenset | set):
        return sorted((plain(item) for item in value), key=str)
    if isinstance(value, tuple | list):
        return [plain(item) for item in value]
    if isinstance(value, dict):
        return {str(plain(key)): plain(item) for key, item in value.items()}
    if isinstance(value, enum.Enum):
        return value.value
    if isinstance(value, msgspec.Struct):
        return {name: plain(getattr(value, name)) for name in value.__struct_fields__}
    return str(value)


def facts(finding: Finding) -> Iterator[Fact]:
    """The attributes that the check names, in its order.

    Settings that stand in the way of a removal are facts of their own, ``obstacles.<setting>``.
    """
    if finding.facet is None:
        return
    for name in finding.check.facts:
        value = getattr(finding.facet, name)
        if isinstance(value, tuple) and value and isinstance(value[0], Obstacle):
            for obstacle in value:
                yield _fact(f"{name}.{obstacle.name}", obstacle.present)
        else:
            yield _fact(name, value)


def _fact(name: str, value: Any) -> Fact:
    if isinstance(value, Unknown):
        return Fact(name, unknown=value, place=place_of(value))
    if isinstance(value, Known):
        return Fact(name, plain(value), place=place_of(value))
    return Fact(name, plain(value))


def place_of(attr: Known[Any] | Unknown) -> Place | None:
    """Where the attribute stands, if it says so."""
    return attr.origin.place(attr.path) if attr.origin is not None else None


def place(finding: Finding, evidence: Sequence[Fact]) -> Place | None:
    """The best single place of a finding.

    The attribute that is not known, the first fact with a line, the first with a place, the
    resource itself; ``None`` for a subject that no record stands for.  ``evidence`` are its :func:`facts`.
    """
    if finding.unknown is not None and (found := place_of(finding.unknown)) is not None:
        return found
    places = [fact.place for fact in evidence if fact.place is not None]
    for found in places:
        if found.line is not None:
            return found
    if places:
        return places[0]
    return finding.resource.record.place("") if finding.resource.record is not None else None


def calls(finding: Finding, evidence: Sequence[Fact]) -> list[str]:
    """The calls that told the evidence, for findings on what was read from an API; each once."""
    found = [fact.place for fact in evidence] or [place(finding, evidence)]
    return list(dict.fromkeys(one.call for one in found if one is not None and one.call is not None))


def message(finding: Finding) -> Text:
    """What was found."""
    if finding.text is not None:
        return finding.text
    if finding.unknown is not None:
        return finding.unknown.text
    return finding.check.title


def shown(value: Any) -> str:
    """A plain value in the words of configuration files."""
    if isinstance(value, str):
        return value
    if value is True or value is False:
        return "true" if value else "false"
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return "[" + ", ".join(value) + "]"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return msgspec.json.encode(value).decode()
