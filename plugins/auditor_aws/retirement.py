"""Obstacles to the removal of a resource, from the flags of its own that bear on it."""

from __future__ import annotations

from auditor.attr import Attr, map_attr
from auditor.facets import Obstacle, ObstacleKind
from auditor.record import Node
from auditor_aws import computed


def protects(node: Node, name: str, *, when: bool = True, default: bool = False) -> Obstacle:
    """A flag that makes a destroy fail while it has the value ``when``."""
    return _from_flag(node, name, ObstacleKind.PROTECTS, when, default)


def keeps(node: Node, name: str, *, when: bool = True, default: bool = False) -> Obstacle:
    """A flag that leaves data behind after a destroy while it has the value ``when``."""
    return _from_flag(node, name, ObstacleKind.KEEPS, when, default)


def keeps_if_set(node: Node, name: str) -> Obstacle:
    """A name for a final backup: it is made if there is one."""
    return Obstacle(name, ObstacleKind.KEEPS, node.has(name))


def locks(name: str, present: Attr[bool]) -> Obstacle:
    """A retention that nobody can end before its time."""
    return Obstacle(name, ObstacleKind.LOCKS, present)


def _from_flag(node: Node, name: str, kind: ObstacleKind, when: bool, default: bool) -> Obstacle:
    return Obstacle(name, kind, map_attr(computed.flag(node, name, default), lambda value: value is when))
