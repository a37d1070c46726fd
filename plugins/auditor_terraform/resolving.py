"""Which record a reference means: by value where values are known, else by following references.

A value that is known joins through the known identities of the possible targets.  A value that is
decided only while applying must come from something that is undecided as well, so the constants
among its references do not count.  If more than one record remains, or something that cannot be
followed, then the answer is open; it is never guessed.
"""

from __future__ import annotations

from typing import Any

import msgspec

from auditor.attr import Known
from auditor_terraform.configuration import ABSENT, Located, locate, references_of
from auditor_terraform.evaluation import Evaluator
from auditor_terraform.identity import identifies, tokens
from auditor_terraform.tracing import Trace, Tracer
from auditor_terraform.tree import ModuleInstance, PlanRecord, Tree

_STEPS: dict[str, tuple[str | int, ...]] = {}


def split(path: str) -> tuple[str | int, ...]:
    """The steps of an attribute path, ``a.0.b``."""
    steps = _STEPS.get(path)
    if steps is None:
        steps = _STEPS[path] = tuple(int(step) if step.isdigit() else step for step in path.split("."))
    return steps


class Resolution(msgspec.Struct, frozen=True):
    """What one attribute of one record refers to, among the wanted types."""

    certain: PlanRecord | None = None
    candidates: tuple[PlanRecord, ...] = ()
    """Those that may be meant, where more than one may or none must."""
    scopes: tuple[ModuleInstance, ...] = ()
    """Module instances whose further records may be meant too."""
    anywhere: bool = False
    """Any record of the wanted types of which an identity is not known yet may be meant."""
    undecided: bool = False
    """Any record may be meant to which the configuration gives an identity that is not known yet:
    the same expression, or the same text, may stand on both sides."""

    @property
    def open(self) -> bool:
        """Whether the plan leaves open what is meant."""
        return bool(self.candidates or self.scopes or self.anywhere or self.undecided)

    @property
    def outside(self) -> bool:
        """Whether it refers to none of the wanted types in this plan, or to nothing at all."""
        return self.certain is None and not self.open


_NOTHING = Resolution()
_ANYWHERE = Resolution(anywhere=True)
_UNDECIDED = Resolution(undecided=True)


class Identities:
    """The known identities of all records of some types."""

    __slots__ = ("exact", "undecided", "unknown")

    def __init__(self, records: list[PlanRecord]) -> None:
        self.exact: dict[str, list[PlanRecord]] = {}
        self.undecided: set[str] = set()
        """Addresses of records to which the configuration gives an identity that is decided only
        while applying, and of which no other is known.

        Identities that the provider makes up while creating are not among them: nobody can have
        written those down beforehand.
        """
        self.unknown: set[str] = set()
        """Addresses of records of which any identity is not known."""
        for record in records:
            type_ = record.type
            values, unknown = record.decoded()
            known = False
            for name, value in values.items():
                if value.__class__ is str and value and identifies(type_, name):
                    known = True
                    found = self.exact.setdefault(value, [])
                    if not found or found[-1] is not record:
                        found.append(record)
            open_ = [name for name, mark in unknown.items() if mark is True and identifies(type_, name)]
            if open_:
                self.unknown.add(record.address)
                if not known and any(_written(record, name, values) for name in open_):
                    self.undecided.add(record.address)


def _written(record: PlanRecord, name: str, values: dict[str, Any]) -> bool:
    """Whether the configuration gives the attribute, so that the same may stand elsewhere.

    Not so for what the provider completes from a prefix, and for what data resources compute.
    """
    if record.type.startswith("data.") or values.get(f"{name}_prefix"):
        return False
    config = record.module.config
    expressions = config.expressions(record.config) if config is not None else None
    return expressions is None or name in expressions


class Resolver:
    """Answers what attributes refer to, in one plan."""

    def __init__(self, tree: Tree, evaluator: Evaluator) -> None:
        self._tree = tree
        self._evaluator = evaluator
        self._tracer = Tracer(tree)
        self._identities: dict[tuple[frozenset[str], bool], Identities] = {}
        self._resolved: dict[tuple[int, str, frozenset[str]], Resolution] = {}

    def resolve(self, record: PlanRecord, path: str, types: frozenset[str]) -> Resolution:
        """What ``path`` of ``record`` refers to among the records of ``types``."""
        key = (id(record), path, types)
        found = self._resolved.get(key)
        if found is None:
            found = self._resolved[key] = self._resolve(record, path, types)
        return found

    def _resolve(self, record: PlanRecord, path: str, types: frozenset[str]) -> Resolution:
        attr = record.get(path)
        if not isinstance(attr, Known):
            return self._by_reference(record, path, types)
        value = attr.value
        if value is None or value == "" or value == []:
            return _NOTHING
        if isinstance(value, str):
            return self._by_value(record, path, value, types)
        if isinstance(value, list) and all(isinstance(item, str) for item in value):
            return self._by_values(record, path, value, types)
        return _NOTHING

    def _by_values(self, record: PlanRecord, path: str, values: list[str], types: frozenset[str]) -> Resolution:
        """A list refers to one record if exactly one of its elements does."""
        ones = [self._by_value(record, f"{path}.{index}", value, types) for index, value in enumerate(values)]
        candidates = dict.fromkeys(hit for one in ones for hit in (one.certain, *one.candidates) if hit is not None)
        if len(candidates) == 1 and not any(one.open for one in ones):
            return Resolution(certain=next(iter(candidates)))
        return Resolution(candidates=tuple(candidates), undecided=any(one.undecided for one in ones))

    def _by_value(self, record: PlanRecord, path: str, value: str, types: frozenset[str]) -> Resolution:
        identities = self.identities(types, gone=record.gone)
        hits = [hit for hit in identities.exact.get(value, ()) if hit is not record]
        if len(hits) == 1:
            return Resolution(certain=hits[0])
        exact = bool(hits)
        if not hits:
            for token in tokens(value):
                hits.extend(hit for hit in identities.exact.get(token, ()) if hit is not record)
        if not hits and not identities.undecided:
            return _NOTHING
        trace = self._trace(record, path, types)
        if trace is not None and not trace.opaque:
            meant = [hit for hit in hits if hit.address in trace.found]
            if len(meant) == 1 and (exact or len(trace.found) == 1):
                return Resolution(certain=meant[0])
        if hits:
            return Resolution(candidates=tuple(dict.fromkeys(hits)))
        return _UNDECIDED

    def _by_reference(self, record: PlanRecord, path: str, types: frozenset[str]) -> Resolution:
        located = self._locate(record, path)
        if located is None:
            return _ANYWHERE if self._tree.any_referred_to(types) else _NOTHING
        if not located.set and not located.unseen:
            # Not configured: the provider fills it in, and not with something of this plan.
            return _NOTHING
        trace = self._tracer.trace(record, located.node, types)
        found = tuple(hit for hit in trace.found.values() if hit is not record)
        hidden = (trace.opaque or located.unseen) and self._tree.any_referred_to(types)
        if not hidden and not located.unseen and len(found) == 1:
            return Resolution(certain=found[0])
        if hidden:
            scopes = tuple(trace.scopes.values())
            return Resolution(candidates=found, scopes=scopes, anywhere=trace.anywhere or located.unseen)
        if found:
            return Resolution(candidates=found)
        # It comes from something else that is not known yet; so may the identity of a record.
        return _UNDECIDED if self.identities(types, gone=False).undecided else _NOTHING

    def configured(self, record: PlanRecord, path: str) -> bool | None:
        """Whether the configuration gives an attribute without a known value something of its own.

        ``None`` where the plan does not show it.  An expression of which Terraform knows the value
        while planning gives nothing: it must have come out null, for the plan would show any other value.
        """
        located = self._locate(record, path)
        if located is None:
            return None
        if not located.set:
            # A block that is not shown may be dynamic; an argument of a block that is shown is not there.
            steps = split(path)
            return False if len(steps) == 1 or not self._hidden(record, steps[:-1]) else None
        if located.unseen:
            return None
        return not self._tracer.known_while_planning(record, located.node)

    def _hidden(self, record: PlanRecord, steps: tuple[str | int, ...]) -> bool:
        """Whether the configuration does not show the block at ``steps``, or not all that may be it."""
        located = self._locate(record, ".".join(map(str, steps)))
        return located is None or located.unseen or not located.set

    def written(self, record: PlanRecord, path: str) -> list[str]:
        """The references that the configuration gives for an attribute, each in full."""
        located = self._locate(record, path)
        listed = references_of(located.node) if located is not None else []
        return [
            reference
            for position, reference in enumerate(listed)
            if not position or not listed[position - 1].startswith((f"{reference}.", f"{reference}["))
        ]

    def _locate(self, record: PlanRecord, path: str) -> Located | None:
        config = record.module.config
        expressions = config.expressions(record.config) if config is not None else None
        if expressions is None:
            return None
        steps = split(path)
        if len(steps) == 1:
            node = expressions.get(path, ABSENT)
            return node if node is ABSENT else Located(node, True, False)
        return locate(
            expressions,
            steps,
            record.decoded()[0],
            lambda expression: self._evaluator.value(expression, record.module)[0],
        )

    def _trace(self, record: PlanRecord, path: str, types: frozenset[str]) -> Trace | None:
        located = None if record.gone else self._locate(record, path)
        if located is None or located.unseen or not located.set:
            return None
        return self._tracer.trace(record, located.node, types)

    def identities(self, types: frozenset[str], *, gone: bool) -> Identities:
        """Of what stays; for a record that goes away, also of what goes with it."""
        key = (types, gone)
        found = self._identities.get(key)
        if found is None:
            records = [r for type_ in types for r in self._tree.of_type(type_) if gone or not r.gone]
            found = self._identities[key] = Identities(records)
        return found


def concrete_paths(record: PlanRecord, path: str) -> list[str]:
    """The paths that ``path`` stands for: where a list stands in between or at the end, one for each element."""
    steps = split(path)
    value: Any = record.decoded()[0]
    if len(steps) == 1:
        value = value.get(path)
        return [f"{path}.{index}" for index in range(len(value))] if isinstance(value, list) and value else [path]
    out: list[str] = []

    def descend(value: Any, rest: tuple[str | int, ...], prefix: tuple[str | int, ...]) -> None:
        if isinstance(value, list) and value and not (rest and isinstance(rest[0], int)):
            for index, item in enumerate(value):
                descend(item, rest, (*prefix, index))
        elif not rest:
            out.append(".".join(map(str, prefix)))
        else:
            step = rest[0]
            if isinstance(step, int):
                inner = value[step] if isinstance(value, list) and step < len(value) else None
            else:
                inner = value.get(step) if isinstance(value, dict) else None
            descend(inner, rest[1:], (*prefix, step))

    descend(value, steps, ())
    return out
