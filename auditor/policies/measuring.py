"""How good proposals are: each policy in turn is aligned with the others, and the result compared with its own pack."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from auditor.policies.aligning import Known, align, known_clauses
from auditor.policies.model import ClauseClass, Pack
from auditor.policies.proposing import propose

_MEASURED = frozenset((ClauseClass.CONFIG, ClauseClass.PARTIAL, ClauseClass.DOCUMENT))


class Measure(msgspec.Struct):
    """Counts of one policy, or of several together."""

    clauses: int = 0
    """Of class config, partial or document, with a clause of another policy that asks the same.

    Packs name such clauses by their group; where a pack has none, those are meant that share a control (a document,
    where only documents decide).
    """
    first: int = 0
    """Those for which the first proposal names a right control or document."""
    three: int = 0
    """Those for which one of the first three does."""
    proposed: int = 0
    """Controls proposed, over all clauses of the policy but headings."""
    right: int = 0
    """Those among them that the pack names too."""
    actual: int = 0
    """Controls that the pack names."""

    def add(self, other: Measure) -> None:
        """Count ``other`` in."""
        for field in self.__struct_fields__:
            setattr(self, field, getattr(self, field) + getattr(other, field))

    @property
    def precision(self) -> float | None:
        """Share of the proposed controls that are right; ``None`` where none is proposed."""
        return self.right / self.proposed if self.proposed else None

    @property
    def recall(self) -> float | None:
        """Share of the pack's controls that are proposed; ``None`` where it has none."""
        return self.right / self.actual if self.actual else None


def measure(packs: Sequence[Pack]) -> dict[str, Measure]:
    """Policy id -> how well the other packs propose what it says.

    Raises :class:`auditor.errors.UsageError` where the library that compares texts is not installed.
    """
    known = known_clauses(packs)
    return {
        pack.id: _left_out(
            [one for one in known if one.policy == pack.id], [one for one in known if one.policy != pack.id]
        )
        for pack in packs
    }


def _left_out(own: Sequence[Known], others: Sequence[Known]) -> Measure:
    groups = {one.clause.group for one in others}
    elsewhere = {right for one in others for right in _right(one)}
    total = Measure()
    for one, likenesses in zip(own, align([one.passage for one in own], others), strict=True):
        wanted = _right(one)
        has_equal = one.clause.group in groups if one.clause.group else bool(wanted & elsewhere)
        if one.clause.class_ in _MEASURED and has_equal:
            hits = [bool(wanted & _right(likeness.known, one.clause.class_)) for likeness in likenesses]
            total.clauses += 1
            total.first += any(hits[:1])
            total.three += any(hits)
        controls = {mapping.control for mapping in one.mappings}
        proposed = {mapping.control for mapping in propose(one.clause.id, likenesses).mappings}
        total.proposed += len(proposed)
        total.right += len(proposed & controls)
        total.actual += len(controls)
    return total


def _right(known: Known, as_: ClauseClass | None = None) -> frozenset[str]:
    """What answers a clause: documents for one of class document, else controls."""
    _, controls, documents = known.answer
    return documents if (as_ or known.clause.class_) is ClauseClass.DOCUMENT else controls
