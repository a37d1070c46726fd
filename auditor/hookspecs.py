"""The hooks.  Hooks only register objects; nothing heavy is imported until an object is used."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pluggy

from auditor.adapters import AdapterSet
from auditor.checks import AnyCheck
from auditor.collecting import Collector
from auditor.reporting import ReporterEntry
from auditor.sources import Source

hookspec = pluggy.HookspecMarker("auditor")
hookimpl = pluggy.HookimplMarker("auditor")


@hookspec
def auditor_sources() -> Iterable[Source]:  # type: ignore[empty-body]  # a hook specification has no body
    """Sources that turn a target of the command line into records."""


@hookspec
def auditor_collectors() -> Iterable[Collector]:  # type: ignore[empty-body]  # a hook specification has no body
    """What asks a cloud's APIs and writes snapshots, one for each provider."""


@hookspec
def auditor_providers() -> Iterable[str]:  # type: ignore[empty-body]  # a hook specification has no body
    """Providers (``aws``, ``google`` …) that the plugin has adapters for, for lists and documents."""


@hookspec
def auditor_adapters(provider: str, form: str) -> AdapterSet | None:
    """Adapters for ``provider`` in ``form``; ``None`` from a plugin that has none.

    Called once for each provider that occurs in the input, so that a plugin imports its adapters
    only when they are needed.
    """


@hookspec
def auditor_checks() -> Iterable[AnyCheck]:  # type: ignore[empty-body]  # a hook specification has no body
    """Checks."""


@hookspec
def auditor_policy_packs() -> Iterable[Path]:  # type: ignore[empty-body]  # a hook specification has no body
    """Folders that each hold one policy pack."""


@hookspec
def auditor_reporters() -> Iterable[ReporterEntry]:  # type: ignore[empty-body]  # a hook specification has no body
    """Report formats."""
