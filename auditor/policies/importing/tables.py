"""Tables and figures that a text layer prints as lines among the sentences, also in the middle of one.

Only a hard-wrapped text tells them: its sentences fill the column, so that a run of short lines
without a full stop is none.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from auditor.policies.importing.artefacts import Marked
from auditor.policies.importing.characters import width
from auditor.policies.importing.layout import Layout, Row
from auditor.policies.importing.model import ArtefactKind
from auditor.policies.importing.tree import Draft

_BULLET = re.compile(r"[・•◼■□○●◯◇◆▪※＊*\uf000-\uf0ff-]")
_CELLS = re.compile(r"\S[ \t\u3000]+\S")
_NARROW = 0.72
"""Share of the column that a cell's line stays below."""
_FEWEST = 3
"""Lines that make a table; fewer may be a heading."""


def take_tables(draft: Draft, layout: Layout, marked: Marked) -> None:
    """Moves tables and figures from the drafts below ``draft`` to ``marked``."""
    for child in draft.children:
        take_tables(child, layout, marked)
    for run in _runs(draft, layout):
        kind = _kind([layout.rows[index] for index in run])
        marked.update(dict.fromkeys(run, kind))
    draft.lines = [index for index in draft.lines if index not in marked]


def _kind(run: Sequence[Row]) -> ArtefactKind:
    """A table has cells side by side; the words of a figure stand alone on their lines."""
    celled = sum(1 for row in run if _CELLS.search(row.text))
    return ArtefactKind.TABLE if celled * 4 >= len(run) else ArtefactKind.FIGURE


def _runs(draft: Draft, layout: Layout) -> list[list[int]]:
    """Runs of rows of ``draft`` that belong to no sentence."""
    rows, lines = layout.rows, draft.lines
    found: list[list[int]] = []
    place = 0
    while place < len(lines):
        before = rows[lines[place - 1]] if place else (rows[draft.row] if draft.row >= 0 else None)
        run = _run(place, lines, layout)
        if before is not None and _is_table(before, [rows[index] for index in run], place + len(run) == len(lines)):
            found.append(run)
        place += max(1, len(run))
    return found


def _run(place: int, lines: Sequence[int], layout: Layout) -> list[int]:
    """From ``place`` on, the lines up to the next sentence."""
    rows = layout.rows
    tail = [index for index in lines[place:] if rows[index].ended]
    if not tail:
        return list(lines[place:])
    run = []
    for index in lines[place:]:
        row = rows[index]
        if row.ended or width(row.text) >= layout.column * _NARROW:
            break
        run.append(index)
    return run


def _is_table(before: Row, run: Sequence[Row], last: bool) -> bool:
    if len(run) < _FEWEST or any(_BULLET.match(row.text) for row in run):
        return False
    narrow = sum(1 for row in run if not row.full)
    if before.ended:
        return narrow * 2 >= len(run) and (last or len(run) > _FEWEST)
    return before.full and not last and len(run) > _FEWEST
