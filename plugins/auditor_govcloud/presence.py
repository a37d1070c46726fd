"""Judging whether an account has something at least once, whichever resource of it that is."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

from auditor.attr import Attr, Unknown
from auditor.checks import Context, Verdict, passed, undecided
from auditor.facets import Facet, Machine
from auditor.inventory import Inventory, Phase, Resource, subject
from auditor.record import Action
from auditor.text import Text
from auditor_govcloud.clouds import answered, unseen
from auditor_govcloud.values import region_parameter

F = TypeVar("F", bound=Facet)


def clouds_of(inventory: Inventory, context: Context) -> Iterator[str]:
    """The clouds of the input: providers whose allowed regions the policy names."""
    return (name for name in inventory.providers if region_parameter(name) in context.parameters)


def judge_presence(
    control: str,
    facet: type[F],
    read: Callable[[F], Attr[bool]],
    inventory: Inventory,
    context: Context,
    *,
    lacking: Verdict,
    doubt: Text,
) -> Iterator[tuple[Resource, Verdict]]:
    """Judge each cloud by whether ``read`` is true of one facet of the class; every resource of which it is passes.

    Where it is true of none, the provider or the platform may answer; else ``lacking`` is the verdict on a complete
    inventory, and on any other the matter is not verified, with ``doubt`` saying what is not known.
    """
    for provider in clouds_of(inventory, context):
        unknown: Unknown | None = None
        met = False
        for resource, found in inventory.with_facet(facet, provider):
            if resource.action is Action.DELETE and context.phase is not Phase.TERMINATE:
                continue
            attr = read(found)
            if isinstance(attr, Unknown):
                unknown = attr
            elif attr.value:
                met = True
                yield resource, passed()
        if met:
            continue
        verdict = undecided(unknown) if unknown is not None else answered(control, provider, context)
        if verdict is None:
            verdict = lacking if inventory.complete else unseen(doubt)
        yield subject(inventory, provider, "account"), verdict


def where_machines(
    found: Iterable[tuple[Resource, Verdict]], inventory: Inventory, context: Context
) -> Iterator[tuple[Resource, Verdict]]:
    """Those verdicts that are about a resource, or about a cloud that has machines."""
    having = {
        resource.provider
        for resource, _ in inventory.with_facet(Machine)
        if resource.action is not Action.DELETE or context.phase is Phase.TERMINATE
    }
    return ((judged, verdict) for judged, verdict in found if judged.record is not None or judged.provider in having)
