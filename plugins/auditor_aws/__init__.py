"""What the auditor knows of AWS.

Importing the package registers nothing heavier than its hooks; the adapters are imported when they are asked for.
"""

from __future__ import annotations

from collections.abc import Iterable

from auditor.adapters import AdapterSet
from auditor.hookspecs import hookimpl


@hookimpl
def auditor_adapters(provider: str, form: str) -> AdapterSet | None:
    """Adapters for resources of the ``aws`` provider in Terraform plans, states and configurations."""
    if provider != "aws" or form != "terraform":
        return None
    from auditor_aws.terraform import adapter_set

    return adapter_set()


@hookimpl
def auditor_providers() -> Iterable[str]:
    """Amazon Web Services."""
    return ("aws",)
