"""Adapters for Terraform resources of the Google Cloud providers; one module a group of services."""

from __future__ import annotations

import functools
import importlib
import pkgutil

from auditor.adapters import AdapterSet
from auditor_google.registry import REGISTRY


@functools.cache
def adapter_set() -> AdapterSet:
    """All adapters of this package.  Imports every module of it, once."""
    for module in pkgutil.iter_modules(__path__):
        importlib.import_module(f"{__name__}.{module.name}")
    return REGISTRY.build()
