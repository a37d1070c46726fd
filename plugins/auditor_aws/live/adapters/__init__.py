"""Adapters for what only an account tells: users with their devices, the root user, recovery points, the account itself.

The types that the Terraform provider has are read by the adapters of :mod:`auditor_aws.terraform`, so that a plan and an
account are judged alike; a module here adds facets to such a type, or reads a type of its own.
"""

from __future__ import annotations

import functools
import importlib
import pkgutil
from typing import Final

from auditor.adapters import AdapterRegistry, AdapterSet
from auditor_aws.tags import read_tag
from auditor_aws.terraform import adapter_set

LIVE: Final = AdapterRegistry("aws", "api", read_tag)
"""The registry that every module of this package enters its adapters in."""


@functools.cache
def live_adapter_set() -> AdapterSet:
    """The adapters for records of accounts.  Imports every module of this package, once."""
    for module in pkgutil.iter_modules(__path__):
        importlib.import_module(f"{__name__}.{module.name}")
    own = LIVE.build()
    shared = adapter_set()
    types = dict.fromkeys((*shared.adapters, *own.adapters))
    return AdapterSet(
        "aws",
        "api",
        {type_: (*shared.adapters.get(type_, ()), *own.adapters.get(type_, ())) for type_ in types},
        {type_: of for type_, of in {**shared.parts, **own.parts}.items() if type_ not in own.adapters},
        frozenset(type_ for type_ in shared.inert | own.inert if type_ not in own.adapters),
        read_tag,
    )
