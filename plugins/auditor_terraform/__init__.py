"""Terraform plans as a source of records."""

from __future__ import annotations

from collections.abc import Iterable

from auditor.hookspecs import hookimpl
from auditor.sources import Source


@hookimpl
def auditor_sources() -> Iterable[Source]:
    """The source of plans."""
    from auditor_terraform.source import PlanSource

    return (PlanSource(),)
