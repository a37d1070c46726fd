"""Attributes that the provider fills in after creation where the configuration leaves them out.

Terraform shows such an attribute (Optional and Computed) as known after apply, just like one that is set to a
value that is not known yet.  Only the configuration tells the two apart.
"""

from __future__ import annotations

from typing import Any

from auditor.attr import Attr, Known, Reason, Unknown
from auditor.record import Action, Joined, Node, Record

_CREATES = frozenset({Action.CREATE, Action.REPLACE})
_GOES = frozenset({Action.DELETE})


def left_out(node: Node, path: str) -> bool:
    """Whether ``path`` is certainly left out of the configuration of a resource that is yet to be created.

    Its value is then the service's default for new resources.  False where the source cannot tell.
    """
    record = node.record
    if record.action not in _CREATES:
        return False
    stated = record.links.configured(record, node.known(path, None).path)
    return isinstance(stated, Known) and not stated.value


def _open(attr: Attr[Any], node: Node, path: str) -> bool:
    return isinstance(attr, Unknown) and attr.reason is Reason.AFTER_APPLY and left_out(node, path)


def flag(node: Node, path: str, default: bool) -> Attr[bool]:
    """A boolean that the service decides (as ``default``) where the configuration leaves it out."""
    attr = node.flag(path, default)
    return node.known(path, default) if _open(attr, node, path) else attr


def number(node: Node, path: str, default: float) -> Attr[float]:
    """A number that the service decides (as ``default``) where the configuration leaves it out."""
    attr = node.number_or(path, default)
    return node.known(path, default) if _open(attr, node, path) else attr


def text(node: Node, path: str, default: str | None = None) -> Attr[str | None]:
    """A string that the service decides (as ``default``) where the configuration leaves it out."""
    attr = node.text(path)
    if _open(attr, node, path):
        return node.known(path, default)
    if isinstance(attr, Known) and attr.value is None:
        return node.known(path, default)
    return attr


def blocks(node: Node, path: str) -> Attr[tuple[Node, ...]]:
    """Nested blocks; () where the list of blocks is computed and the configuration leaves it out."""
    attr = node.blocks(path)
    return node.known(path, ()) if _open(attr, node, path) else attr


def block(node: Node, path: str) -> Attr[Node | None]:
    """The first of :func:`blocks`; ``None`` where there is none."""
    attr = blocks(node, path)
    if isinstance(attr, Unknown):
        return attr
    return node.known(path, attr.value[0] if attr.value else None)


def joined(record: Record, type_: str, path: str) -> Joined:
    """The records of ``type_`` that refer to ``record`` and that stay as long as it does."""
    found = record.referrers(type_, path)
    if record.action in _GOES or not any(r.action in _GOES for r in (*found.certain, *found.possible)):
        return found
    return Joined(
        tuple(r for r in found.certain if r.action not in _GOES),
        tuple(r for r in found.possible if r.action not in _GOES),
    )


def part(record: Record, type_: str, path: str) -> Attr[Record | None]:
    """The one separate record that configures ``record``, unless it is about to be removed."""
    return joined(record, type_, path).one(record, type_)
