"""References as the configuration in a plan lists them.

Terraform flattens an expression into the references that it holds: ``aws_s3_bucket.b[0].id`` is
listed as itself and then cut back step by step (``aws_s3_bucket.b[0]``, ``aws_s3_bucket.b``); an
index that is not a constant is listed behind what it indexes (``aws_s3_bucket.b``, ``each.key``),
and what follows the index is lost.  This module puts the pieces together again.
"""

from __future__ import annotations

import enum
from typing import Any

import msgspec

from auditor_terraform.address import AddressError, Key, Traversal, parse_traversal


class Kind(enum.Enum):
    """What a reference leads to."""

    RESOURCE = "resource"
    DATA = "data"
    VARIABLE = "variable"
    MODULE = "module"
    LOCAL = "local"
    EACH_VALUE = "each.value"
    CONSTANT = "constant"
    """Something that is never a resource: ``path``, ``terraform``, ``count.index``, ``each.key``, ``self``."""
    OTHER = "other"
    """Ephemeral values and whatever else cannot be followed."""


class Pairing(enum.Enum):
    """By what a reference is indexed, where the index is not a constant."""

    KEY = "key"
    """``each.key`` or ``count.index``: the instance with the same key."""
    VALUE = "value"
    """``each.value``: the same key only for sets."""


class Ref(msgspec.Struct, frozen=True):
    """One reference."""

    kind: Kind
    name: str = ""
    """``type.name``, ``data.type.name``, or the name of a variable, module call or local."""
    rest: Traversal = ()
    """The steps behind, first the constant index if there is one."""
    pairing: Pairing | None = None


Refs = tuple[Ref, ...]
_CONSTANTS = frozenset({"path", "terraform", "self", "count"})
_PAIRINGS = {"each.key": Pairing.KEY, "count.index": Pairing.KEY, "each.value": Pairing.VALUE}


def _is_cut(longer: str, shorter: str) -> bool:
    return longer.startswith(shorter) and longer[len(shorter) : len(shorter) + 1] in (".", "[")


def parse_references(references: list[str]) -> Refs:
    """The references of one expression, each once."""
    out: list[Ref] = []
    position = 0
    count = len(references)
    while position < count:
        text = references[position]
        position += 1
        last = text
        while position < count and _is_cut(last, references[position]):
            last = references[position]
            position += 1
        ref = _parse(text)
        if position < count and ref.kind in (Kind.RESOURCE, Kind.DATA, Kind.MODULE) and not ref.rest:
            pairing = _PAIRINGS.get(references[position])
            if pairing is not None:
                ref = Ref(ref.kind, ref.name, (), pairing)
                position += 1
        if ref not in out:
            out.append(ref)
    return tuple(out)


def _parse(text: str) -> Ref:
    try:
        steps: Traversal = parse_traversal(text)
    except AddressError:
        return Ref(Kind.OTHER, text)
    names = [step for step in steps[:3] if isinstance(step, str)]
    head = names[0] if names else ""
    if head in _CONSTANTS:
        return Ref(Kind.CONSTANT)
    if head == "each":
        return Ref(Kind.EACH_VALUE, "", steps[2:]) if names[1:2] == ["value"] else Ref(Kind.CONSTANT)
    if head == "data":
        if len(names) < 3:
            return Ref(Kind.OTHER, text)
        return Ref(Kind.DATA, f"data.{names[1]}.{names[2]}", steps[3:])
    if len(names) < 2 or head == "ephemeral":
        return Ref(Kind.OTHER, text)
    if head == "var":
        return Ref(Kind.VARIABLE, names[1], steps[2:])
    if head == "local":
        return Ref(Kind.LOCAL, names[1], steps[2:])
    if head == "module":
        return Ref(Kind.MODULE, names[1], steps[2:])
    # "resource.type.name" is the long form of "type.name".
    if head == "resource" and len(names) == 3:
        return Ref(Kind.RESOURCE, f"{names[1]}.{names[2]}", steps[3:])
    return Ref(Kind.RESOURCE, f"{head}.{names[1]}", steps[2:])


def first_key(rest: Traversal) -> tuple[int | str | None, Traversal]:
    """The index at the front of ``rest``, if there is one, and what follows it."""
    if rest and isinstance(rest[0], Key):
        return rest[0].value, rest[1:]
    return None, rest


def first_name(rest: Traversal) -> str | None:
    """The first attribute name in ``rest``."""
    for step in rest:
        if isinstance(step, str):
            return step
    return None


def constant(expression: Any) -> Any:
    """The constant of an expression; ``None`` if it is not a constant."""
    return expression.get("constant_value") if isinstance(expression, dict) else None
