"""Time sources, what stands at the end of use, and what is not known at all."""

from __future__ import annotations

import enum

import msgspec

from auditor.attr import Attr, Known
from auditor.facets.base import Facet


class ObstacleKind(enum.StrEnum):
    """What stands between a resource and its removal at the end of use."""

    PROTECTS = "protects"
    """A destroy fails until somebody switches it off: deletion protection, a bucket that must be empty first."""
    KEEPS = "keeps"
    """A destroy succeeds but data stays: final snapshot, retained backups, abandon or skip-destroy settings."""
    LOCKS = "locks"
    """Nobody can remove the data before a period is over: locked retention policies, vault and object locks."""


class TimeSource(Facet, frozen=True, kw_only=True):
    """Time servers that a network or a machine is told to use."""

    servers: Attr[tuple[str, ...]]
    """Names or addresses; () leaves the provider's own time service in use."""


class Obstacle(msgspec.Struct, frozen=True):
    """One thing that keeps a resource or its data from going away."""

    name: str
    """The setting as the provider writes it (``deletion_protection``)."""
    kind: ObstacleKind
    present: Attr[bool]


class Retirement(Facet, frozen=True, kw_only=True):
    """What would keep data or fail a destroy."""

    obstacles: tuple[Obstacle, ...]
    """Every setting that bears on it, present or not; () only where the provider has none."""


class AccountClosure(Facet, frozen=True, kw_only=True):
    """Whether an account or project goes away with its Terraform resource."""

    closes: Attr[bool]
    state: Attr[str | None] = Known(None)
    """As the provider says it (``ACTIVE``); ``None`` where the input does not have it."""


class AccountIdentity(Facet, frozen=True, kw_only=True):
    """An identity or credential that must be gone at the end of use (user, key, foreign trust)."""

    what: str
    state: Attr[str | None] = Known(None)
    """As the provider says it (``Inactive``); ``None`` where the input does not have it."""


class Residue(Facet, frozen=True, kw_only=True):
    """Something that must not be left behind at the end of use: a store, a backup, a key, a log."""

    what: str
    state: Attr[str | None] = Known(None)
    """As the provider says it, with the date of a planned deletion; ``None`` where the input does not have it."""


class Unrecognised(Facet, frozen=True, kw_only=True):
    """A resource of a type that the auditor does not know; it may hold data."""
