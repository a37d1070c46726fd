"""Principals of contractors (委託事業者等), as far as the configuration names them."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from auditor.attr import Attr, Known
from auditor.checks import Verdict
from auditor.contractors import Contractor, contractor_of
from auditor.inventory import Inventory, Resource
from auditor.text import Text


def listed(inventory: Inventory) -> tuple[Contractor, ...]:
    """The contractors of the configuration, which every resource carries."""
    return inventory.resources[0].scoping.contractors if inventory.resources else ()


def contractor(resource: Resource, principal: Attr[str], names: Iterable[str] = ()) -> Attr[str | None]:
    """Whose a principal is that the resource names or, by its tags, is; ``names``: what else it is called."""
    if not resource.scoping.contractors:
        return Known(None)
    found = contractor_of(resource.scoping.contractors, principal, resource.tag)
    for name in names:
        if isinstance(found, Known) and found.value is not None:
            break
        other = contractor_of(resource.scoping.contractors, Known(name), resource.tag)
        if isinstance(other, Known) and other.value is not None:
            found = other
    return found


def naming(verdict: Verdict, resource: Resource, principal: Attr[str], names: Iterable[str] = ()) -> Verdict:
    """The verdict with the contractor's name in front, where the principal certainly is a contractor's."""
    whose = contractor(resource, principal, names)
    if verdict.text is None or not isinstance(whose, Known) or whose.value is None:
        return verdict
    ja, en = verdict.text.ja, verdict.text.en
    return msgspec.structs.replace(
        verdict, text=Text(f"委託事業者等「{whose.value}」: {ja}", f"contractor {whose.value}: {en}")
    )
