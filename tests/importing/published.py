"""The published policies that a collection beside the project may hold; without one there is nothing to compare."""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path

from auditor.policies.importing import ParsedPolicy, parse, read_source

_ROOT = Path(__file__).resolve().parents[2]
_PACKS = _ROOT / "mappings" / "policies"
TEXTS = sorted(path for path in (_ROOT.parent / "shared" / "policies").glob("*.txt") if (_PACKS / path.stem).is_dir())


@cache
def parsed(path: Path) -> ParsedPolicy:
    """The policy in ``path``, read without any hint."""
    return parse(read_source(path))


@cache
def pack(path: Path) -> list[dict[str, str]]:
    """The clauses of the pack for the policy in ``path``, in order."""
    with (_PACKS / path.stem / "clauses.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))
