"""Likeness of clauses by their wording: which clause of the known packs does another one resemble?

Texts are compared by the characters and pairs of characters that they share, rare ones weighing more, which needs no
dictionary of Japanese (longer runs found fewer of the right clauses).  A clause of a pack is known by its headings and its summary, or by its wording where the user
has attached it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from auditor.errors import UsageError
from auditor.policies.model import Clause, ClauseClass, Document, Mapping, Pack, Standing

MOST = 3
"""Different answers that are proposed for a clause at most."""
_BLANKS = re.compile(r"\s+")
_HEADINGS = 2
"""Headings that count, the nearest: with those of chapters, clauses of one chapter are like each other, not like
their equals in another policy."""


class Known(msgspec.Struct, frozen=True):
    """A clause whose answer a person has confirmed."""

    policy: str
    clause: Clause
    mappings: tuple[Mapping, ...]
    documents: tuple[Document, ...]
    passage: str
    """What it is compared by."""

    @property
    def name(self) -> str:
        """``toyama:std/8-2/8/3``."""
        return f"{self.policy}:{self.clause.id}"

    @property
    def answer(self) -> tuple[ClauseClass, frozenset[str], frozenset[str]]:
        """Class, controls and documents: clauses that agree in them give the same proposal."""
        return (
            self.clause.class_,
            frozenset(mapping.control for mapping in self.mappings),
            frozenset(document.id for document in self.documents),
        )


class Likeness(msgspec.Struct, frozen=True):
    """A known clause, and how much another one is like it."""

    known: Known
    score: float
    """From 0 (nothing in common) to 1 (the same runs of characters)."""


def passage(headings: Iterable[str], text: str) -> str:
    """What a clause is compared by: the nearest of its ``headings``, which run from the top down, and its text."""
    different = list(dict.fromkeys(heading for heading in headings if heading))
    return "\n".join([*different[-_HEADINGS:], text])


def passages(pack: Pack) -> dict[str, str]:
    """Clause id -> what the clause is compared by."""
    above = {clause.id: clause for clause in pack.clauses}
    out: dict[str, str] = {}
    for clause in pack.clauses:
        headings = []
        one: Clause | None = clause
        while one is not None and one.level != "document":
            headings.append(one.heading)
            one = above.get(one.parent)
        out[clause.id] = passage(reversed(headings), pack.wording.get(clause.id) or clause.summary.ja)
    return out


def known_clauses(packs: Iterable[Pack]) -> list[Known]:
    """The clauses that proposals are taken from: all but headings and what is itself only proposed."""
    out = []
    for pack in packs:
        texts = passages(pack)
        out += [
            Known(
                policy=pack.id,
                clause=clause,
                mappings=pack.mappings.get(clause.id, ()),
                documents=pack.clause_documents.get(clause.id, ()),
                passage=texts[clause.id],
            )
            for clause in pack.clauses
            if clause.class_ is not ClauseClass.HEADING and clause.standing is Standing.CONFIRMED
        ]
    return out


def align(queries: Sequence[str], known: Sequence[Known]) -> list[tuple[Likeness, ...]]:
    """For each passage of ``queries`` the clauses it is most like, the best first, at most :data:`MOST`.

    Of known clauses with the same answer the most alike stands for all.  Raises as :func:`scores` does.
    """
    if not queries or not known:
        return [() for _ in queries]
    matrix = scores(queries, [one.passage for one in known])
    # the order of the packs decides between equal scores, so that proposals are the same in every run
    orders = (-matrix).argsort(axis=1, kind="stable")
    answers = [one.answer for one in known]
    return [
        tuple(Likeness(known[index], min(float(row[index]), 1.0)) for index in _distinct(order, answers) if row[index])
        for row, order in zip(matrix, orders, strict=True)
    ]


def scores(queries: Sequence[str], known: Sequence[str]) -> Any:
    """How alike the passages of two lists are: a matrix of a row for each of the first, a column for each of the second.

    The cosine of the angle between the passages as vectors of their runs.  Raises :class:`UsageError` where the library
    for it is not installed.
    """
    try:
        import numpy as np
        from scipy import sparse  # type: ignore[import-untyped]  # has no stubs
    except ImportError:
        raise UsageError(
            "条項どうしの比較には scipy が必要です。`pip install 'jichitai-cloud-auditor[policy]'` で追加してください。",
            "comparing clauses takes scipy; add it with `pip install 'jichitai-cloud-auditor[policy]'`.",
        ) from None
    places: dict[str, int] = {}
    """Run -> its column."""
    columns: list[int] = []
    times: list[int] = []
    ends = [0]
    for text in (*known, *queries):
        runs = _runs(text)
        columns += [places.setdefault(run, len(places)) for run in runs]
        times += runs.values()
        ends.append(len(columns))
    passages, column = len(ends) - 1, np.array(columns, dtype=np.int64)
    row = np.repeat(np.arange(passages), np.diff(ends))
    # a run weighs less the more passages have it, and its second to tenth time in one less than its first
    rarity = np.log((1 + passages) / (1 + np.bincount(column, minlength=len(places)))) + 1
    weights = (1 + np.log(np.array(times, dtype=np.float64))) * rarity[column]
    lengths = np.sqrt(np.bincount(row, weights * weights, minlength=passages))
    weights /= lengths[row]
    vectors = sparse.csr_array((weights, column, ends), shape=(passages, len(places)))
    return (vectors[len(known) :] @ vectors[: len(known)].T).toarray()


def _runs(text: str) -> Counter[str]:
    """How often each character and pair of characters stands in ``text``; several blanks count as one."""
    text = _BLANKS.sub(" ", text.lower())
    found = Counter(text)
    found.update(map(str.__add__, text, text[1:]))
    return found


def _distinct(order: Iterable[int], answers: Sequence[object]) -> list[int]:
    """The first of ``order`` whose answers differ from each other."""
    taken: list[int] = []
    seen: set[object] = set()
    for index in order:
        if answers[index] not in seen:
            seen.add(answers[index])
            taken.append(int(index))
            if len(taken) == MOST:
                break
    return taken
