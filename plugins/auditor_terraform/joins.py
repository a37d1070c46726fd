"""How the records of a plan hang together: the plan's :class:`auditor.record.Links`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from auditor.attr import Attr, Known, Place, Reason, Unknown
from auditor.record import Joined, Record
from auditor.text import Text
from auditor_terraform.document import Plan
from auditor_terraform.evaluation import Evaluator
from auditor_terraform.providers import Providers
from auditor_terraform.resolving import Resolution, Resolver, concrete_paths
from auditor_terraform.tree import ModuleInstance, PlanRecord, Tree

_SHOWN = 3
"""Candidates named in a reason."""


class _Referrers:
    """Who refers to records of one type, through one attribute of another type."""

    __slots__ = ("_joined", "anywhere", "certain", "possible", "scoped", "undecided")

    def __init__(self) -> None:
        self.certain: dict[str, list[PlanRecord]] = {}
        """By address of the target."""
        self.possible: dict[str, list[PlanRecord]] = {}
        self.scoped: dict[ModuleInstance, list[PlanRecord]] = {}
        """By module instance out of which the reference may come."""
        self.anywhere: list[PlanRecord] = []
        self.undecided: list[PlanRecord] = []
        self._joined: dict[tuple[int, ...], Joined] = {}

    def joined(self, groups: tuple[list[PlanRecord], ...]) -> Joined:
        """All referrers in the groups as possible ones; made once, for they may be many and so may the targets."""
        key = tuple(map(id, groups))
        found = self._joined.get(key)
        if found is None:
            spread = (referrer for group in groups for referrer in group)
            found = self._joined[key] = Joined((), tuple(dict.fromkeys(spread)))
        return found

    def add(self, referrer: PlanRecord, resolution: Resolution) -> None:
        if resolution.certain is not None:
            _put(self.certain.setdefault(resolution.certain.address, []), referrer)
        for candidate in resolution.candidates:
            _put(self.possible.setdefault(candidate.address, []), referrer)
        for scope in resolution.scopes:
            _put(self.scoped.setdefault(scope, []), referrer)
        if resolution.anywhere:
            _put(self.anywhere, referrer)
        if resolution.undecided:
            _put(self.undecided, referrer)


def _put(referrers: list[PlanRecord], referrer: PlanRecord) -> None:
    """Append a referrer that may refer several times; they come one after the other."""
    if not referrers or referrers[-1] is not referrer:
        referrers.append(referrer)


class PlanLinks:
    """The links of one plan."""

    def __init__(self, plan: Plan, source: str) -> None:
        self._source = source
        self.tree = Tree(plan, source, self)
        evaluator = Evaluator(plan, self.tree)
        self.resolver = Resolver(self.tree, evaluator)
        self._providers = Providers(plan, self.tree, evaluator)
        self._referrers: dict[tuple[str, str, str, bool], _Referrers] = {}
        self.cache: dict[object, Any] = {}
        """See :attr:`auditor.record.Links.cache`."""

    def target(self, record: Record, path: str, types: frozenset[str]) -> Attr[Record | None]:
        """See :meth:`auditor.record.Links.target`.  Data resources are of type ``data.<type>``."""
        if not isinstance(record, PlanRecord):
            return Unknown(Reason.UNRESOLVED, record, path)
        found = self.resolver.resolve(record, path, types)
        if not found.open:
            return Known(found.certain, record, path)
        if found.candidates:
            names = "、".join(candidate.address for candidate in found.candidates[:_SHOWN])
            return Unknown(
                Reason.AMBIGUOUS,
                record,
                path,
                Text(f"{names} などのどれを指すか定まらない", f"it may mean {names} or another"),
            )
        names = "、".join(self.resolver.written(record, path)[:_SHOWN])
        detail = Text(f"式 {names} の先が定まらない", f"it is not told where {names} leads") if names else None
        return Unknown(Reason.UNRESOLVED, record, path, detail)

    def referrers(self, record: Record, type_: str, path: str) -> Joined:
        """See :meth:`auditor.record.Links.referrers`.

        A step of ``path`` through a list goes into each of its elements.
        """
        if not isinstance(record, PlanRecord):
            return Joined()
        key = (type_, path, record.type, record.gone)
        index = self._referrers.get(key)
        if index is None:
            index = self._referrers[key] = self._index(type_, path, record)
        certain = index.certain.get(record.address, ())
        possible = index.possible.get(record.address, ())
        vague = self._vague(record, index)
        if not possible and not certain:
            return index.joined(vague) if vague else _NONE
        sure = set(certain)
        spread = (referrer for group in (possible, *vague) for referrer in group)
        return Joined(tuple(certain), tuple(r for r in dict.fromkeys(spread) if r not in sure))

    def _vague(self, record: PlanRecord, index: _Referrers) -> tuple[list[PlanRecord], ...]:
        """The groups of referrers of which nothing says that they do not mean the record."""
        groups: list[list[PlanRecord]] = []
        if not record.gone and (index.scoped or index.anywhere or index.undecided):
            identities = self.resolver.identities(frozenset({record.type}), gone=False)
            if record.address in identities.unknown and self.tree.may_be_referred_to(record):
                groups.extend(
                    index.scoped[instance] for instance in record.module.ancestors() if instance in index.scoped
                )
                groups.append(index.anywhere)
            if record.address in identities.undecided:
                groups.append(index.undecided)
        return tuple(group for group in groups if group)

    def _index(self, type_: str, path: str, target: PlanRecord) -> _Referrers:
        types = frozenset({target.type})
        index = _Referrers()
        for referrer in self.tree.of_type(type_):
            if referrer.gone and not target.gone:
                # What goes away no longer configures what stays.
                continue
            for concrete in concrete_paths(referrer, path):
                index.add(referrer, self.resolver.resolve(referrer, concrete, types))
        return index

    def configured(self, record: Record, path: str) -> Attr[bool]:
        """See :meth:`auditor.record.Links.configured`."""
        found = self.resolver.configured(record, path) if isinstance(record, PlanRecord) else None
        return Unknown(Reason.UNRESOLVED, record, path) if found is None else Known(found, record, path)

    def why_open(self, record: Record, path: str) -> tuple[Reason, Text | None]:
        """See :meth:`auditor.record.Links.why_open`: Terraform marks what it decides while applying."""
        return Reason.AFTER_APPLY, None

    @property
    def complete(self) -> bool:
        """A plan never is: other configurations may manage the same account."""
        return False

    @property
    def tells_missing(self) -> bool:
        """See :meth:`auditor.record.Links.tells_missing`: nothing stands for what other configurations manage."""
        return False

    def region(self, record: Record) -> Attr[str]:
        """See :meth:`auditor.record.Links.region`."""
        return self._providers.region(record)

    def account(self, record: Record) -> Attr[str]:
        """See :meth:`auditor.record.Links.account`."""
        return self._providers.account(record)

    def of_type(self, type_: str) -> Sequence[Record]:
        """See :meth:`auditor.record.Links.of_type`."""
        return self.tree.of_type(type_)

    def place(self, record: Record, path: str) -> Place:
        """See :meth:`auditor.record.Links.place`."""
        return Place(source=self._source, address=record.address, path=path)


_NONE = Joined()
