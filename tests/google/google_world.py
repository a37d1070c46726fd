"""A small Google Cloud project, and reading of what the adapters make of its records."""

from __future__ import annotations

from typing import Any, TypeVar

from auditor.attr import Attr, Unknown
from auditor.facets import Backup, EncryptionAtRest, Facet, Obstacle, Placement, Retirement
from auditor.record import Record
from auditor.testing import World
from auditor_google.terraform import adapter_set

F = TypeVar("F", bound=Facet)

UNKNOWN = "unknown"
"""Stands for an unknown attribute in expectations."""


def project(*, complete: bool = False) -> World:
    """An empty input in Tokyo; ``complete`` says that it holds all that the project has."""
    return World(region="asia-northeast1", account="city-main", complete=complete)


def facets(record: Record) -> list[Facet]:
    """All facets of the record."""
    return list(adapter_set().facets(record))


def all_of(record: Record, class_: type[F]) -> list[F]:
    """The facets of one class."""
    return [facet for facet in facets(record) if isinstance(facet, class_)]


def one(record: Record, class_: type[F], key: str | None = None) -> F:
    """The only facet of a class, or the one with the key."""
    found = [facet for facet in all_of(record, class_) if key is None or facet.key == key]
    assert len(found) == 1, found
    return found[0]


def value(attr: Attr[Any]) -> Any:
    """The value, or :data:`UNKNOWN`."""
    return UNKNOWN if isinstance(attr, Unknown) else attr.value


def obstacle(record: Record, name: str) -> Any:
    """Whether the obstacle is present, or :data:`UNKNOWN`."""
    found: list[Obstacle] = [o for o in one(record, Retirement).obstacles if o.name == name]
    assert len(found) == 1, one(record, Retirement)
    return value(found[0].present)


def owner(record: Record, key: str | None = None) -> Any:
    """Who holds the key of the only encryption at rest of the record, or of the one with the key."""
    return value(one(record, EncryptionAtRest, key).key_owner)


def place(record: Record) -> Any:
    """The regions of the record."""
    return value(one(record, Placement).locations)


def covered(record: Record) -> list[Any]:
    """Whether the record is backed up, how often in hours, and for how long in days."""
    facet = one(record, Backup)
    return [value(a) for a in (facet.enabled, facet.interval_hours, facet.retention_days)]
