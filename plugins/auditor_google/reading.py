"""Reading of Terraform values as the Google Cloud provider documents them."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Final, TypeVar

from auditor.attr import Attr, Known, Reason, Unknown, map_attr
from auditor.record import Joined, Links, Node, Record

T = TypeVar("T")


def left_to_default(node: Node, path: str, attr: Attr[T]) -> bool:
    """Whether ``attr`` is unknown only because the resource does not exist yet.

    That is the case for an optional and computed attribute of a resource that is created, if nothing
    in the configuration gives it; the documented default of new resources then decides.  An attribute of
    a block that is computed as a whole is given if the block is.
    """
    if not isinstance(attr, Unknown) or attr.reason is not Reason.AFTER_APPLY:
        return False
    return node.record.left_out(_outermost(node.record, node.known(path, None).path))


def _outermost(record: Record, path: str) -> str:
    """``path``, or the outermost block on the way to it that is unknown as a whole."""
    steps = path.split(".")
    for length in range(1, len(steps) - 1):
        block = ".".join(steps[:length])
        if steps[length].isdigit() and isinstance(record.blocks(block), Unknown):
            return block
    return path


def settled_flag(node: Node, path: str, default: bool) -> Attr[bool]:
    """A boolean that is optional and computed, with the default of new resources."""
    attr = node.flag(path, default)
    return node.known(path, default) if left_to_default(node, path, attr) else attr


def settled_text(node: Node, path: str, default: str) -> Attr[str]:
    """A string that is optional and computed, with the default of new resources."""
    attr = node.text_or(path, default)
    return node.known(path, default) if left_to_default(node, path, attr) else attr


def settled_number(node: Node, path: str, default: float) -> Attr[float]:
    """A number that is optional and computed, with the default of new resources."""
    attr = node.number_or(path, default)
    return node.known(path, default) if left_to_default(node, path, attr) else attr


def settled_block(node: Node, path: str) -> Attr[Node | None]:
    """A block that is optional and computed; ``None`` if the configuration leaves it out."""
    attr = node.block(path)
    return node.known(path, None) if left_to_default(node, path, attr) else attr


_DURATION: Final = re.compile(r"(?:\d+(?:\.\d+)?[smhd])+|\d+(?:\.\d+)?")
_PART: Final = re.compile(r"(\d+(?:\.\d+)?)([smhd]?)")
_UNITS: Final = {"": 1.0, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}


def seconds(text: str) -> float | None:
    """Length of a duration (``2592000s``, ``7d``, ``72h0m0s``, a bare number of seconds); ``None`` if it is none."""
    if not _DURATION.fullmatch(text.strip()):
        return None
    return sum(float(number) * _UNITS[unit] for number, unit in _PART.findall(text))


def _days(node: Node, path: str, attr: Attr[str | None]) -> Attr[float | None]:
    if isinstance(attr, Unknown):
        return attr
    if attr.value is None:
        return node.known(path, None)
    length = seconds(attr.value)
    return node.unknown(path, Reason.UNPARSEABLE) if length is None else node.known(path, length / 86400)


def days(node: Node, path: str) -> Attr[float | None]:
    """A duration such as ``2592000s`` or ``7d`` in days; ``None`` if absent."""
    return _days(node, path, node.text(path))


def settled_days(node: Node, path: str, default: float) -> Attr[float]:
    """A duration that is optional and computed, in days, with the default of new resources in days."""
    attr = node.text(path)
    if left_to_default(node, path, attr):
        return node.known(path, default)
    return map_attr(_days(node, path, attr), lambda value: default if value is None else value)


def inside(node: Attr[Node | None], read: Callable[[Node], Attr[T]], absent: T) -> Attr[T]:
    """``read`` of a block; ``absent`` if there is no such block."""
    if isinstance(node, Unknown):
        return node
    if node.value is None:
        return Known(absent, node.origin, node.path)
    return read(node.value)


def texts(node: Node, path: str) -> Attr[frozenset[str]]:
    """A list or set of strings; unknown if one of them is."""
    elements = node.elements(path)
    if isinstance(elements, Unknown):
        return elements
    found: set[str] = set()
    for element in elements.value:
        if isinstance(element, Unknown):
            return element
        if not isinstance(element.value, str):
            return node.unknown(path, Reason.UNPARSEABLE)
        found.add(element.value)
    return node.known(path, frozenset(found))


_NOBODY: Final = Joined()


def referrers(record: Record, type_: str, path: str) -> Joined:
    """As :meth:`Record.referrers`, without a search where the input has no record of ``type_``."""
    return record.referrers(type_, path) if record.links.of_type(type_) else _NOBODY


def any_referrer(record: Record, *links: tuple[str, str]) -> Attr[bool]:
    """Whether a record of one of the types refers to this one; ``links`` are (type, path)."""
    unknown: Unknown | None = None
    for type_, path in links:
        joined = referrers(record, type_, path)
        if joined.certain:
            return Known(True, joined.certain[0], path)
        if joined.possible:
            unknown = unknown or Unknown(Reason.AMBIGUOUS, joined.possible[0], path)
    return unknown if unknown is not None else Known(False, record)


def by_text(links: Links, type_: str, path: str) -> tuple[dict[str, list[Record]], Sequence[Record]]:
    """The records of ``type_`` by the text at ``path``, and those whose text is unknown; made once for each input."""
    key = (by_text, type_, path)
    found: tuple[dict[str, list[Record]], list[Record]] | None = links.cache.get(key)
    if found is None:
        found = links.cache[key] = _by_text(links, type_, path)
    return found


def _by_text(links: Links, type_: str, path: str) -> tuple[dict[str, list[Record]], list[Record]]:
    known: dict[str, list[Record]] = {}
    unknown: list[Record] = []
    for record in links.of_type(type_):
        attr = record.text(path)
        if isinstance(attr, Unknown):
            unknown.append(record)
        elif attr.value is not None:
            known.setdefault(attr.value, []).append(record)
    return known, unknown
