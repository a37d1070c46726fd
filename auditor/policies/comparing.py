"""Two editions of a policy, clause by clause: what moved, changed, came and went.

Clauses are matched by what they say, never by their number alone: an item put in before others moves all of them.
"""

from __future__ import annotations

import difflib
import enum
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from auditor.policies.aligning import scores
from auditor.policies.model import Clause, ClauseClass, Pack
from auditor.policies.wording import fold

LIKE = 0.35
"""Least likeness of two clauses that count as one clause changed.

In shipped policies where items were put in and taken out, and a third of the clauses rewritten by 10 to 40 %, at least
98 % of the matches were right and 99 % of the clauses were found; rewritten by 70 %, 94 % and 93 %.
"""
LIKE_ACROSS = 0.2
"""The same where one side is known by its wording and the other by its summary: 95 % and 98 %; 88 % and 91 %."""
_SAME_PLACE = 0.1
"""What a common parent adds to the likeness: short items are told apart by what they stand under."""
_SAME_ID = 0.02
"""What the same id adds, so that it decides between clauses that are equally alike."""
_NOT_SAME = 0.99
"""Most that is told of texts that are not the same."""
_JOINED = 2
"""Fewer equal characters than this between two differences make them one."""


class Kind(enum.StrEnum):
    """What became of a clause."""

    SAME = "same"
    RENUMBERED = "renumbered"
    CHANGED = "changed"
    OPEN = "open"
    """The same clause, but nobody can say whether it changed: its texts are not at hand in both, or the old one is of another file."""
    ADDED = "added"
    DROPPED = "dropped"


class Pair(msgspec.Struct, frozen=True):
    """A clause of either edition, or one of each that are the same clause."""

    kind: Kind
    old: Clause | None
    new: Clause | None
    likeness: float = 0.0
    """From 0 to 1; 1 for the same text."""
    worded_alike: bool = False
    """Both wordings are known, the old one is that of the file its pack was made from, and they, the headings and everything that the clause hangs from are the same."""
    text: str = ""
    """What the clause says, in the new edition if it is there."""
    differences: tuple[tuple[str, str], ...] = ()
    """What stands in the old text and in the new one in its place."""


class Comparison(msgspec.Struct, frozen=True):
    """Two packs compared."""

    by_wording: bool
    """By the wording of both; else by summaries, or by headings where one has neither."""
    pairs: tuple[Pair, ...]
    """In the order of the new edition; dropped clauses at the end, in the order of the old one."""

    def of(self, kind: Kind) -> list[Pair]:
        """The pairs of that kind."""
        return [pair for pair in self.pairs if pair.kind is kind]


def compare(old: Pack, new: Pack) -> Comparison:
    """Match the clauses of two packs.  Raises :class:`UsageError` where the library for it is not installed."""
    by_wording = bool(old.wording) and bool(new.wording)
    sides = _Side(old, by_wording), _Side(new, by_wording)
    if not old.clauses or not new.clauses:
        none: dict[int, int] = {}
        return Comparison(by_wording, (*_added(sides[1], none), *_dropped(sides[0], none)))
    likeness = _likeness(*sides)
    of_new = _assigned(*sides, likeness, {})
    # what the first pass matched tells which parents are the same
    of_new = _assigned(*sides, likeness, of_new)
    pairs = [_pair(*sides, row, column, float(likeness[row, column])) for column, row in of_new.items()]
    order = {clause.id: column for column, clause in enumerate(new.clauses)}
    pairs += _added(sides[1], of_new)
    pairs.sort(key=lambda pair: order[pair.new.id] if pair.new else 0)
    return Comparison(by_wording, (*pairs, *_dropped(sides[0], of_new)))


class _Side:
    """One edition, by the places of its clauses."""

    def __init__(self, pack: Pack, by_wording: bool) -> None:
        self.clauses: Sequence[Clause] = pack.clauses
        self.by_wording = by_wording
        self.vouched = not by_wording or pack.own_wording
        """Whether the texts are the pack's: a wording of another file may be another edition under the same numbers."""
        place = {clause.id: index for index, clause in enumerate(pack.clauses)}
        self.parents = [place.get(clause.parent) for clause in pack.clauses]
        told = [_text(pack, clause, by_wording) for clause in pack.clauses]
        self.texts = [text for text, _ in told]
        self.means = [means for _, means in told]
        self.folded = [fold(text) for text in self.texts]
        self.bare = [clause.class_ is ClauseClass.HEADING for clause in pack.clauses]
        """Whether a clause is a heading, of which nothing but the heading counts."""
        # a clause without a heading of its own bears the one above it
        self.headings = [
            "" if above is not None and pack.clauses[above].heading == clause.heading else fold(clause.heading)
            for clause, above in zip(pack.clauses, self.parents, strict=True)
        ]

    def passage(self, index: int) -> str:
        """What a clause is compared by."""
        return f"{fold(self.clauses[index].heading)}\n{self.folded[index]}"


def _text(pack: Pack, clause: Clause, by_wording: bool) -> tuple[str, str]:
    """What is known of a clause, and by what means."""
    summary, wording = clause.summary.ja, pack.wording.get(clause.id, "")
    if summary and not by_wording:
        return summary, "summary"
    return wording, "wording" if wording else ""


def _likeness(old: _Side, new: _Side) -> Any:
    """Likeness of each old clause (rows) to each new one (columns)."""
    matrix = scores(
        [old.passage(index) for index in range(len(old.clauses))],
        [new.passage(index) for index in range(len(new.clauses))],
    )
    places: dict[tuple[str, str], list[int]] = {}
    for column, said in enumerate(zip(new.headings, new.folded, strict=True)):
        places.setdefault(said, []).append(column)
    for row, said in enumerate(zip(old.headings, old.folded, strict=True)):
        # what adding up leaves a little below 1
        matrix[row, places.get(said, [])] = 1.0
    return matrix


def _assigned(old: _Side, new: _Side, likeness: Any, before: Mapping[int, int]) -> dict[int, int]:
    """New place -> old place, each at most once, so that the sum of likenesses is greatest.

    ``before`` is an earlier answer, which says what parents are the same.
    """
    from scipy.optimize import linear_sum_assignment  # type: ignore[import-untyped]  # has no stubs

    weights = likeness.copy()
    below: dict[int | None, list[int]] = {}
    for row, parent in enumerate(old.parents):
        below.setdefault(parent, []).append(row)
    ids = {clause.id: row for row, clause in enumerate(old.clauses)}
    for column, clause in enumerate(new.clauses):
        parent = new.parents[column]
        if parent is None or parent in before:
            weights[below.get(None if parent is None else before[parent], []), column] += _SAME_PLACE
        if clause.id in ids:
            weights[ids[clause.id], column] += _SAME_ID
    for row, means in enumerate(old.means):
        least = [
            LIKE_ACROSS if means != other and ((means and other) or (old.bare[row] and bare)) else LIKE
            for other, bare in zip(new.means, new.bare, strict=True)
        ]
        weights[row, likeness[row] < least] = 0.0
    rows, columns = linear_sum_assignment(weights, maximize=True)
    return {int(column): int(row) for row, column in zip(rows, columns, strict=True) if weights[row, column] > 0}


def _added(new: _Side, of_new: Mapping[int, int]) -> list[Pair]:
    return [
        Pair(Kind.ADDED, None, clause, text=new.texts[column])
        for column, clause in enumerate(new.clauses)
        if column not in of_new
    ]


def _dropped(old: _Side, of_new: Mapping[int, int]) -> list[Pair]:
    taken = set(of_new.values())
    return [
        Pair(Kind.DROPPED, clause, None, text=old.texts[row])
        for row, clause in enumerate(old.clauses)
        if row not in taken
    ]


def _pair(old: _Side, new: _Side, row: int, column: int, likeness: float) -> Pair:
    before, after = old.clauses[row], new.clauses[column]
    bare = old.bare[row] and new.bare[column]
    same_means = old.means[row] == new.means[column]
    text_alike = old.folded[row] == new.folded[column] or (bare and not same_means)
    alike = text_alike and old.headings[row] == new.headings[column]
    found: tuple[tuple[str, str], ...] = ()
    told = bool(old.folded[row] or new.folded[column])
    vouched = old.vouched and new.vouched
    if (not bare and not (same_means and old.means[row])) or (alike and not vouched and (told or not bare)):
        kind = Kind.OPEN
    elif not alike:
        kind = Kind.CHANGED
        texts = (before.heading, after.heading) if text_alike else (old.texts[row], new.texts[column])
        found = differences(*texts)
    else:
        moved = before.id != after.id or before.number != after.number
        kind = Kind.RENUMBERED if moved else Kind.SAME
    return Pair(
        kind=kind,
        old=before,
        new=after,
        likeness=1.0 if kind in (Kind.SAME, Kind.RENUMBERED) else min(likeness, _NOT_SAME),
        worded_alike=old.by_wording
        and vouched
        and _known_alike(old, new, row, column)
        and _same_lead_in(old, new, row, column),
        text=new.texts[column],
        differences=found,
    )


def _same_lead_in(old: _Side, new: _Side, row: int, column: int) -> bool:
    """Whether everything above both clauses, up to the top, is known and the same."""
    above, over = old.parents[row], new.parents[column]
    seen: set[int] = set()
    while above is not None and over is not None:
        # parents that go round in a circle have no top
        if above in seen or not _known_alike(old, new, above, over):
            return False
        seen.add(above)
        above, over = old.parents[above], new.parents[over]
    return above is over


def _known_alike(old: _Side, new: _Side, row: int, column: int) -> bool:
    """Whether everything that both clauses say themselves is known, and the same."""
    bare = old.bare[row] and new.bare[column]
    return (
        old.means[row] == new.means[column]
        and (bare or bool(old.means[row]))
        and old.folded[row] == new.folded[column]
        and old.headings[row] == new.headings[column]
    )


def differences(old: str, new: str) -> tuple[tuple[str, str], ...]:
    """What stands in one text and in the other in its place, in their order.

    >>> differences("記録を1年間保存する。", "記録を3年間、安全に保存する。")
    (('1', '3'), ('', '、安全に'))
    """
    found: list[tuple[int, int, int, int]] = []
    for tag, i1, i2, j1, j2 in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            continue
        if found and i1 - found[-1][1] < _JOINED:
            found[-1] = (found[-1][0], i2, found[-1][2], j2)
        else:
            found.append((i1, i2, j1, j2))
    return tuple((old[i1:i2], new[j1:j2]) for i1, i2, j1, j2 in found)
