"""The published policies that a collection beside the project may hold; without one there is nothing to compare."""

from __future__ import annotations

import csv
from collections import defaultdict
from functools import cache
from pathlib import Path

from auditor.policies.importing import ParsedPolicy, parse, read_source

_COLLECTION = Path(__file__).resolve().parents[2].parent / "shared"
TEXTS = sorted((_COLLECTION / "policies").glob("*.txt"))


@cache
def parsed(path: Path) -> ParsedPolicy:
    """The policy in ``path``, read without any hint."""
    return parse(read_source(path))


@cache
def expected() -> dict[str, list[dict[str, str]]]:
    """Policy -> the rows of its leaf clauses, in order."""
    found: defaultdict[str, list[dict[str, str]]] = defaultdict(list)
    with (_COLLECTION / "domain" / "clauses.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            # the table calls the annexes of one policy by another name than packs do
            found[row["doc"]].append({**row, "id": row["id"].replace("/table", "/annex")})
    return dict(found)
