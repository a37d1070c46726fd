"""Facets that many resource types build in the same way."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from auditor.attr import Attr, Known, Unknown, map_attr
from auditor.facets import Obstacle, ObstacleKind, Placement, Residue, Retirement
from auditor.record import Node, Record
from auditor_google.locations import STORAGE, in_path, regions
from auditor_google.reading import left_to_default, settled_flag, settled_text


def located(record: Record, *paths: str, table: Mapping[str, frozenset[str]] = STORAGE) -> Attr[frozenset[str]]:
    """Regions of the first of the attributes that is set, else of the provider that manages the record."""
    for path in paths:
        attr = record.text(path)
        if isinstance(attr, Unknown):
            if left_to_default(record, path, attr):
                continue
            return attr
        if attr.value is not None:
            return record.known(path, regions(attr.value, table))
    return map_attr(record.region, lambda name: regions(name, table))


def located_by(record: Record, path: str, *types: str) -> Attr[frozenset[str]]:
    """Regions of the resource that ``path`` refers to, or of the full resource name that stands there."""
    target = record.target(path, *types)
    if isinstance(target, Known) and target.value is not None:
        return located(target.value, "location", "region", "zone")
    attr = record.text(path)
    if isinstance(attr, Known) and attr.value is not None:
        location = in_path(attr.value)
        if location is not None:
            return record.known(path, regions(location))
    if isinstance(target, Unknown):
        return target
    return map_attr(record.region, regions)


def placed(record: Record, *paths: str, stores_data: bool = True) -> Placement:
    """Placement by the first of the attributes that is set, else by the provider."""
    return Placement(locations=located(record, *paths), stores_data=stores_data)


def protects(node: Node, name: str, *, default: bool = False, when: bool = True) -> Obstacle:
    """A flag that makes a destroy fail while it has the value ``when``; ``default`` is the provider's."""
    return Obstacle(name, ObstacleKind.PROTECTS, map_attr(settled_flag(node, name, default), lambda on: on is when))


def keeps(node: Node, name: str, *, default: bool = False, when: bool = True) -> Obstacle:
    """A flag that leaves data behind after a destroy while it has the value ``when``."""
    return Obstacle(name, ObstacleKind.KEEPS, map_attr(settled_flag(node, name, default), lambda on: on is when))


def deletion_policy(record: Record, default: str = "DELETE") -> tuple[Obstacle, Obstacle]:
    """What ``deletion_policy`` does to a destroy.

    Nearly every resource type of the provider has it since version 7; each type's page gives the default,
    ``DELETE`` unless the caller says otherwise (https://registry.terraform.io/providers/hashicorp/google).
    """
    policy = settled_text(record, "deletion_policy", default)
    return (
        Obstacle("deletion_policy=PREVENT", ObstacleKind.PROTECTS, map_attr(policy, lambda value: value == "PREVENT")),
        Obstacle("deletion_policy=ABANDON", ObstacleKind.KEEPS, map_attr(policy, lambda value: value == "ABANDON")),
    )


def retirement(record: Record, *obstacles: Obstacle, default_policy: str = "DELETE") -> Retirement:
    """The given obstacles and those of ``deletion_policy``."""
    return Retirement(obstacles=(*obstacles, *deletion_policy(record, default_policy)))


def residue(what: str) -> Residue:
    """The resource must not be left behind at the end of use."""
    return Residue(what=what)


def union(sets: Iterable[Attr[frozenset[str]]]) -> Attr[frozenset[str]]:
    """All members; unknown if one of the sets is."""
    found: frozenset[str] = frozenset()
    hidden = False
    for attr in sets:
        if isinstance(attr, Unknown):
            return attr
        found |= attr.value
        hidden = hidden or attr.sensitive
    return Known(found, sensitive=hidden)
