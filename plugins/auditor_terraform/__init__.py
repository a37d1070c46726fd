"""Terraform plans as a source of records."""

from __future__ import annotations

from collections.abc import Iterable

from auditor.adapters import AdapterSet
from auditor.hookspecs import hookimpl
from auditor.sources import Source


@hookimpl
def auditor_sources() -> Iterable[Source]:
    """The source of plans."""
    from auditor_terraform.source import PlanSource

    return (PlanSource(),)


UTILITIES = frozenset(
    {"archive", "external", "http", "local", "null", "random", "template", "terraform", "time", "tls"}
)
"""Providers of Terraform's own that manage nothing in any cloud, only values and files of the run itself."""


@hookimpl
def auditor_adapters(provider: str, form: str) -> AdapterSet | None:
    """None of the utility providers' types holds anything that a clause asks about."""
    if form != "terraform" or provider not in UTILITIES:
        return None
    return AdapterSet(provider, form, {}, {}, frozenset({"*"}))
