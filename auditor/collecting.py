"""Collectors: what asks a cloud and writes a snapshot."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor
from typing import Protocol

import msgspec

from auditor.snapshots.model import Summary
from auditor.text import Text


class CollectOptions(msgspec.Struct, frozen=True):
    """What the user asks of a collection."""

    profile: str = ""
    roles: tuple[str, ...] = ()
    """Roles to take on one after the other before anything is asked."""
    external_id: str = ""
    session_tags: Mapping[str, str] = {}
    accounts: tuple[str, ...] = ()
    """Accounts to collect by the role of :attr:`member_role`; empty: the one that the credentials lead to."""
    organization: bool = False
    """All accounts of the organization."""
    member_role: str = ""
    """Name of the role to take on in each of the accounts."""
    regions: tuple[str, ...] = ()
    services: tuple[str, ...] = ()
    per_second: float | None = None
    controls: frozenset[str] | None = None
    """Ids of the controls that the chosen clauses ask for; ``None``: of all."""
    name: str = ""
    """What reports call the snapshot; empty for the place where it lies."""


class Step(msgspec.Struct, frozen=True):
    """One service in one region is done."""

    account: str
    region: str
    service: str
    calls: int = 0


class Done(msgspec.Struct, frozen=True):
    """One account is done."""

    account: str


class Total(msgspec.Struct, frozen=True):
    """What there is to do, as far as it is known."""

    accounts: int
    steps: int


Told = Callable[[Step | Done | Total], None]
"""Hears how a collection goes."""


class Permission(msgspec.Struct, frozen=True):
    """An action that must be allowed, and what for."""

    action: str
    controls: frozenset[str]
    """Ids of the controls that cannot be answered without it."""


class Trial(msgspec.Struct, frozen=True):
    """What came of trying an action before a scan."""

    action: str
    allowed: bool | None
    """``None``: it could not be tried, because there was nothing to try it on."""
    why: Text | None
    controls: frozenset[str]


class Collector(Protocol):
    """Asks one cloud."""

    @property
    def provider(self) -> str:
        """Short name, as on the command line."""

    def collect(self, place: str, options: CollectOptions, executor: Executor | None, told: Told) -> Summary:
        """Write a snapshot, or finish one that was begun with the same options.

        Raises a subclass of :class:`auditor.errors.AuditorError` for what the user must mend.
        """

    def permissions(self, controls: frozenset[str] | None) -> Sequence[Permission]:
        """The actions that the collection needs for these controls."""

    def permission_documents(self, controls: frozenset[str] | None, *, split: bool) -> Sequence[Mapping[str, object]]:
        """The least policy that allows them, in the provider's own language.

        ``split``: as several documents, each of the size that the provider takes for one policy.
        """

    def trials(self, options: CollectOptions) -> Sequence[Trial]:
        """Try which of them are allowed, by few calls."""
