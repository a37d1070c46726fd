"""The checks that carry out the neutral controls, and the policy packs that the distribution brings.

Importing the package registers nothing heavier than its hooks; the checks are imported when they are asked for.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from auditor.hookspecs import hookimpl

if TYPE_CHECKING:
    from auditor.checks import AnyCheck


@hookimpl
def auditor_checks() -> Iterable[AnyCheck]:
    """All checks of this package."""
    from auditor_govcloud.catalogue import all_checks

    return all_checks()


@hookimpl
def auditor_policy_packs() -> Iterable[Path]:
    """The folders below ``policies`` of the shipped mappings that hold a policy, in the order of their names."""
    from auditor.policies.loader import mappings_root

    return sorted(file.parent for file in (mappings_root() / "policies").glob("*/policy.yaml"))
