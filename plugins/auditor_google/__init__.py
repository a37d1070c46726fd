"""Google Cloud: adapters for its Terraform resource types."""

from __future__ import annotations

from collections.abc import Iterable

from auditor.adapters import AdapterSet
from auditor.hookspecs import hookimpl


@hookimpl
def auditor_adapters(provider: str, form: str) -> AdapterSet | None:
    """The adapters for Google Cloud in Terraform; they are imported on the first call only.

    Resources of the provider ``google-beta`` carry the same resource types and the provider name ``google``.
    """
    if provider != "google" or form != "terraform":
        return None
    from auditor_google.terraform import adapter_set

    return adapter_set()


@hookimpl
def auditor_providers() -> Iterable[str]:
    """Google Cloud."""
    return ("google",)
