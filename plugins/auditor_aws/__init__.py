"""What the auditor knows of AWS.

Importing the package registers nothing heavier than its hooks; the adapters are imported when they are asked for.
"""

from __future__ import annotations

from collections.abc import Iterable

from auditor.adapters import AdapterSet
from auditor.collecting import Collector
from auditor.hookspecs import hookimpl
from auditor.sources import Source


@hookimpl
def auditor_adapters(provider: str, form: str) -> AdapterSet | None:
    """Adapters for resources of the ``aws`` provider in Terraform plans, states and configurations, and in accounts."""
    if provider != "aws":
        return None
    if form == "api":
        from auditor_aws.live.adapters import live_adapter_set

        return live_adapter_set()
    from auditor_aws.terraform import adapter_set

    return adapter_set() if form == "terraform" else None


@hookimpl
def auditor_sources() -> Iterable[Source]:
    """Snapshots of accounts."""
    from auditor_aws.live.source import SnapshotSource

    return (SnapshotSource(),)


@hookimpl
def auditor_collectors() -> Iterable[Collector]:
    """What asks live accounts."""
    from auditor_aws.live.collector import AwsCollector

    return (AwsCollector(),)


@hookimpl
def auditor_providers() -> Iterable[str]:
    """Amazon Web Services."""
    return ("aws",)
