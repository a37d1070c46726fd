"""What the tests of adapters share: what a record says, by class of facet."""

from __future__ import annotations

from typing import TypeVar

from auditor.attr import Attr, Known, Unknown
from auditor.facets import Facet
from auditor.record import Record
from auditor_aws.terraform import adapter_set

F = TypeVar("F", bound=Facet)
T = TypeVar("T")


def every(record: Record, class_: type[F]) -> list[F]:
    """All facets of the class."""
    return [facet for facet in adapter_set().facets(record) if isinstance(facet, class_)]


def the(record: Record, class_: type[F]) -> F:
    """The one facet of the class."""
    found = every(record, class_)
    assert len(found) == 1, found
    return found[0]


def keyed(record: Record, class_: type[F], key: str) -> F:
    """The facet of the class with that key."""
    return next(facet for facet in every(record, class_) if facet.key == key)


def value(attr: Attr[T]) -> T:
    """The value of an attribute that must be known."""
    assert isinstance(attr, Known), attr
    return attr.value


def unknown(attr: object) -> bool:
    """Whether an attribute is unknown."""
    return isinstance(attr, Unknown)
