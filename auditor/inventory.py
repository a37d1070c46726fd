"""The inventory: resources with their facets, and what the inventory covers."""

from __future__ import annotations

import builtins
import enum
from collections import defaultdict
from collections.abc import Iterable
from typing import TypeVar

import msgspec

from auditor.attr import Attr, Known
from auditor.coverage import Coverage
from auditor.facets import Facet
from auditor.phases import PHASE_TEXT, Phase
from auditor.record import Action, Record, Unlisted
from auditor.scopes import NOWHERE, Environment, Scope, Scoping, TagReader
from auditor.text import Text

__all__ = ["PHASE_TEXT", "UNPLACED", "Inventory", "Phase", "Resource", "SourceInfo", "SourceKind", "subject"]

F = TypeVar("F", bound=Facet)


class SourceKind(enum.StrEnum):
    """Kind of an input."""

    PLAN = "terraform-plan"
    STATE = "terraform-state"
    HCL = "terraform-hcl"
    AWS = "aws"
    GOOGLE = "google"


class SourceInfo(msgspec.Struct, frozen=True):
    """One input and how complete it is."""

    name: str
    """As the user named it."""
    kind: SourceKind
    resources: int
    """Number of managed resources in it."""
    complete: bool
    """Whether "there is no X" can be concluded from it.  A plan is never complete in this sense:
    other configurations may manage the same account."""
    notes: tuple[Text, ...] = ()
    """What the reader must know: errored plan, targets left out, tool version."""
    sha256: str = ""
    tool: str = ""
    """Version of the program that wrote the input."""
    coverage: Coverage | None = None
    """What was asked and answered, for inputs that were collected from an API."""
    incomplete: bool = False
    """The input itself says that something is missing from it (an errored or partial plan)."""


class Resource(msgspec.Struct, frozen=True):
    """A resource as the checks see it."""

    type: str
    address: str
    provider: str
    source: str
    """Name of the input."""
    action: Action
    account: Attr[str]
    region: Attr[str]
    facets: tuple[Facet, ...]
    record: Record | None = None
    identity: str = ""
    """What tells it from every other resource of the run; the address, unless two inputs share one."""
    scoping: Scoping = Scoping()
    read_tag: TagReader | None = None
    """How the provider's records tell their tags; ``None`` where they have none."""
    assigned: Scope | None = None
    """The scope, where it is told once and for all: by the rules of the run, or of what is no record."""

    def tag(self, key: str) -> Attr[str | None]:
        """The value of a tag (label); ``None`` where there is none of that key."""
        if self.record is None or self.read_tag is None:
            return Known(None)
        return self.read_tag(self.record, key)

    @property
    def scope(self) -> Scope:
        """Zone, class, environment, policies and phase, by the configuration and the resource's tags."""
        if self.assigned is not None:
            return self.assigned
        return NOWHERE if self.record is None else self.scoping.of(self.provider, self.account, self.tag)

    @property
    def confidentiality(self) -> Attr[str | None]:
        """The class of :attr:`scope`, without the rest of it."""
        if self.assigned is not None or self.scoping.rules or self.record is None:
            return self.scope.confidentiality
        return self.scoping.tagged_class(self.tag)

    @property
    def environment(self) -> Attr[Environment | None]:
        """The environment of :attr:`scope`, without the rest of it."""
        if self.assigned is not None or self.scoping.rules or self.record is None:
            return self.scope.environment
        return self.scoping.tagged_environment(self.tag)

    def facet(self, class_: builtins.type[F]) -> F | None:
        """The first facet of the class."""
        for facet in self.facets:
            if isinstance(facet, class_):
                return facet
        return None


UNPLACED: Known[str] = Known("")
"""Account and region of things that have none, such as the run as a whole."""


class Inventory(msgspec.Struct):
    """Everything that was read."""

    sources: list[SourceInfo]
    resources: list[Resource]
    not_covered: dict[str, int]
    """Resource types that no adapter knows and that are not listed as holding nothing: type -> count."""
    inert: dict[str, int]
    """Resource types listed as holding nothing that a clause asks about, or read as part of another resource."""
    part: Scope = NOWHERE
    """The policies and the phase to which this is limited, where it is a part of what was read."""
    part_name: str = ""
    """Tells the part from the others; empty for the whole."""
    _by_facet: defaultdict[type[Facet], list[tuple[Resource, Facet]]] | None = None
    """Resources by the class of their facets, made when it is first asked for; the resources no longer change then."""

    _unlisted: list[tuple[Resource, Unlisted]] | None = None

    @property
    def complete(self) -> bool:
        """Whether absence can be concluded for the scope of the run."""
        return bool(self.sources) and all(source.complete for source in self.sources)

    @property
    def unlisted(self) -> list[tuple[Resource, Unlisted]]:
        """What stands for records that could not be listed."""
        if self._unlisted is None:
            self._unlisted = [
                (resource, unlisted)
                for resource in self.resources
                if resource.record is not None and (unlisted := resource.record.unlisted) is not None
            ]
        return self._unlisted

    @property
    def providers(self) -> list[str]:
        """Providers that occur, sorted; that of an account that was asked occurs without any resource as well."""
        asked = () if self.part_name else (source.kind.value for source in self.sources if source.coverage is not None)
        return sorted({*(resource.provider for resource in self.resources), *asked})

    def with_facet(self, class_: type[F], provider: str | None = None) -> Iterable[tuple[Resource, F]]:
        """Resources that have a facet of the class, each with the facet."""
        if self._by_facet is None:
            self._by_facet = defaultdict(list)
            for resource in self.resources:
                for facet in resource.facets:
                    self._by_facet[type(facet)].append((resource, facet))
        for resource, found in self._by_facet.get(class_, ()):
            if isinstance(found, class_) and (provider is None or resource.provider == provider):
                yield resource, found


def subject(inventory: Inventory, provider: str, kind: str) -> Resource:
    """A resource that stands for something that no single record is: an account, a project, the run."""
    name = inventory.sources[0].name if inventory.sources else ""
    address = f"{provider}:{kind}" if provider else kind
    if inventory.part_name:
        address += f"[{inventory.part_name}]"
    return Resource(
        kind, address, provider, name, Action.EXISTS, UNPLACED, UNPLACED, (), None, address, assigned=inventory.part
    )
