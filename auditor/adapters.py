"""Adapters: from a record to the facets of a resource.

An adapter is a plain typed function of a few lines for one resource type of one kind of source.
All joins between separate resources happen in adapters and nowhere else.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

import msgspec

from auditor.facets import Facet
from auditor.record import Record
from auditor.scopes import TagReader

Adapter = Callable[[Record], Iterable[Facet]]


class AdapterSet(msgspec.Struct, frozen=True):
    """What a plugin knows of one provider's resource types in one form of source."""

    provider: str
    """``aws``, ``google`` … as in :attr:`auditor.record.Record.provider`."""
    form: str
    """``terraform`` (plan, state, HCL) or ``api``."""
    adapters: Mapping[str, tuple[Adapter, ...]]
    """Resource type -> its adapters, one a subject; their facets stand together on the resource."""
    parts: Mapping[str, str]
    """Types that only configure another resource and are read with it: type -> type of the other."""
    inert: frozenset[str]
    """Types that hold nothing a clause asks about; ``*`` for all other types of the provider."""

    read_tag: TagReader | None = None
    """How records of the provider tell their tags (labels); ``None`` where they have none."""

    def facets(self, record: Record) -> Iterator[Facet]:
        """All facets of a record.  Raises KeyError for a type without an adapter, and whatever an adapter raises."""
        for adapter in self.adapters[record.type]:
            yield from adapter(record)


class AdapterRegistry:
    """Collects adapters by decorator while the modules of a plugin are imported."""

    def __init__(self, provider: str, form: str, read_tag: TagReader | None = None) -> None:
        self._provider = provider
        self._form = form
        self._read_tag = read_tag
        self._adapters: dict[str, tuple[Adapter, ...]] = {}
        self._parts: dict[str, str] = {}
        self._inert: set[str] = set()

    def adapter(self, *types: str) -> Callable[[Adapter], Adapter]:
        """Register the function for these resource types, beside those that read other subjects of them."""

        def wrap(function: Adapter) -> Adapter:
            for type_ in types:
                self._adapters[type_] = (*self._adapters.get(type_, ()), function)
            return function

        return wrap

    def part(self, of: str, *types: str) -> None:
        """``types`` only configure a resource of type ``of`` and are read with it."""
        for type_ in types:
            self._parts[type_] = of

    def inert(self, *types: str) -> None:
        """``types`` hold nothing that a clause asks about."""
        self._inert.update(types)

    def build(self) -> AdapterSet:
        """The finished set.  Raises ValueError for a type that is both adapted and listed."""
        doubled = self._adapters.keys() & (self._parts.keys() | self._inert) | self._parts.keys() & self._inert
        if doubled:
            raise ValueError(f"types listed twice: {sorted(doubled)}")
        return AdapterSet(
            self._provider, self._form, self._adapters, self._parts, frozenset(self._inert), self._read_tag
        )
