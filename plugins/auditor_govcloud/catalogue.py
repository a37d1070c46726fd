"""All checks, found in the modules of the topics."""

from __future__ import annotations

import functools
from types import ModuleType

from auditor.checks import AnyCheck, Check, InventoryCheck
from auditor_govcloud import (
    access,
    backup,
    capacity,
    changes,
    classification,
    coverage,
    credentials,
    encryption,
    environments,
    keys,
    logs,
    malware,
    mfa,
    monitoring,
    network,
    network_structure,
    passwords,
    privileged,
    redundancy,
    remote_access,
    residency,
    segmentation,
    services,
    teardown,
    time_sync,
    vulnerability,
    web,
)

TOPICS: tuple[ModuleType, ...] = (
    residency,
    encryption,
    keys,
    mfa,
    access,
    credentials,
    passwords,
    privileged,
    network,
    network_structure,
    segmentation,
    remote_access,
    logs,
    backup,
    time_sync,
    teardown,
    web,
    redundancy,
    capacity,
    monitoring,
    changes,
    malware,
    vulnerability,
    environments,
    classification,
    services,
    coverage,
)


@functools.cache
def all_checks() -> tuple[AnyCheck, ...]:
    """Every check that a module of a topic holds, in the order in which the modules declare them."""
    return tuple(
        value for topic in TOPICS for value in vars(topic).values() if isinstance(value, Check | InventoryCheck)
    )
