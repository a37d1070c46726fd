"""Attributes that the provider fills in after creation where the configuration leaves them out.

Terraform shows such an attribute (Optional and Computed) as known after apply, just like one that is set to a
value that is not known yet.  Only the configuration tells the two apart.
"""

from __future__ import annotations

from typing import Any

from auditor.attr import Attr, Known, Reason, Unknown
from auditor.record import Action, Joined, Links, Node, Record


def _open(attr: Attr[Any], node: Node, path: str) -> bool:
    return attr.__class__ is Unknown and attr.reason is Reason.AFTER_APPLY and node.left_out(path)


def flag(node: Node, path: str, default: bool) -> Attr[bool]:
    """A boolean that the service decides (as ``default``) where the configuration leaves it out."""
    attr = node.flag(path, default)
    return node.known(path, default) if _open(attr, node, path) else attr


def is_on(node: Node, path: str) -> bool:
    """Whether an attribute that only accounts have is certainly set; no plan has it."""
    attr = node.get(path)
    return isinstance(attr, Known) and attr.value is True


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
    if not (found.certain or found.possible) or record.action is Action.DELETE or not _any_goes(record.links, type_):
        return found
    return Joined(
        tuple(r for r in found.certain if r.action is not Action.DELETE),
        tuple(r for r in found.possible if r.action is not Action.DELETE),
    )


def _any_goes(links: Links, type_: str) -> bool:
    """Whether any record of ``type_`` is about to be removed; asked once for each input."""
    known = links.cache.get((_any_goes, type_))
    if known is None:
        known = any(record.action is Action.DELETE for record in links.of_type(type_))
        links.cache[_any_goes, type_] = known
    return bool(known)


def part(record: Record, type_: str, path: str) -> Attr[Record | None]:
    """The one separate record that configures ``record``, unless it is about to be removed."""
    return joined(record, type_, path).one(record, type_)
