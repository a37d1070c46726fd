"""The decorator that makes the checks of this package.

It is :func:`auditor.checks.check` with one rule more, which holds for every check that does not say otherwise: what
the plan is about to remove is not judged by how it is set up while the system is built or operated.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import TypeVar

from auditor import checks
from auditor.checks import Check, Context, Verdict, not_applicable
from auditor.facets import Facet
from auditor.findings import Severity
from auditor.inventory import Phase
from auditor.record import Action
from auditor.text import Text

F = TypeVar("F", bound=Facet)

REMOVED = not_applicable("このプランで削除される資源である。", "This plan removes the resource.")

BUILD_AND_OPERATE: tuple[Phase, ...] = (Phase.BUILD, Phase.OPERATE)


def check(
    id: str,
    *,
    control: str,
    facet: type[F],
    severity: Severity,
    title: Text,
    remediation: Text,
    facts: tuple[str, ...],
    parameters: tuple[str, ...] = (),
    phases: tuple[Phase, ...] = BUILD_AND_OPERATE,
    judges_removal: bool = False,
) -> Callable[[Callable[[F, Context], Verdict | None]], Check[F]]:
    """Decorator that makes a :class:`auditor.checks.Check` of a function.

    ``judges_removal``: the check asks about the removal itself, so that it also judges what the plan deletes.
    At the end of use every check judges what the plan deletes.
    """
    declare = checks.check(
        id,
        control=control,
        facet=facet,
        severity=severity,
        title=title,
        remediation=remediation,
        facts=facts,
        parameters=parameters,
        phases=phases,
    )

    def wrap(function: Callable[[F, Context], Verdict | None]) -> Check[F]:
        if judges_removal:
            return declare(function)

        @functools.wraps(function)
        def unless_removed(found: F, context: Context) -> Verdict | None:
            if context.resource.action is Action.DELETE and context.phase is not Phase.TERMINATE:
                return REMOVED
            return function(found, context)

        return declare(unless_removed)

    return wrap
