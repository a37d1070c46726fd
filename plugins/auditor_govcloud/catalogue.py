"""All checks, found in the modules of the topics."""

from __future__ import annotations

import functools
from types import ModuleType

from auditor.checks import AnyCheck, Check, InventoryCheck
from auditor_govcloud import (
    backup,
    coverage,
    encryption,
    keys,
    logs,
    mfa,
    residency,
    teardown,
    time_sync,
)

TOPICS: tuple[ModuleType, ...] = (residency, encryption, keys, mfa, logs, backup, time_sync, teardown, coverage)


@functools.cache
def all_checks() -> tuple[AnyCheck, ...]:
    """Every check that a module of a topic holds, in the order in which the modules declare them."""
    return tuple(
        value for topic in TOPICS for value in vars(topic).values() if isinstance(value, Check | InventoryCheck)
    )
