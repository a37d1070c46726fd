"""Carrying what was decided for one edition of a policy over to the next, clause by clause as they were matched."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec

from auditor.policies.comparing import Comparison, Pair
from auditor.policies.loader import OPTIONAL_FILES, WORDING_FILE
from auditor.policies.model import Pack, Standing
from auditor.policies.tables import (
    CLAUSE_COLUMNS,
    DOCUMENT_COLUMNS,
    MAPPING_COLUMNS,
    Row,
    read_bytes,
    read_table,
    read_yaml,
)
from auditor.policies.writing import PackFiles, TableRow

_COLUMNS = {
    "clauses.csv": CLAUSE_COLUMNS,
    "mapping.csv": MAPPING_COLUMNS,
    "documents.csv": DOCUMENT_COLUMNS,
}


class Carried(msgspec.Struct, frozen=True):
    """The new edition with what was carried over, and how many clauses were treated how."""

    files: PackFiles
    same: int
    """Clauses that keep what was confirmed, because the wording is the same."""
    proposed: int
    """Clauses whose rows were carried over as proposals."""
    kept: int
    """Clauses that stay as the new pack has confirmed them."""
    new: int
    """Clauses without a counterpart; what the new pack proposes for them stays."""
    left: tuple[str, ...]
    """What of the old pack judges too and is not carried over: it rests on the text as it was."""


def carry(old: Pack, new: Pack, comparison: Comparison) -> Carried:
    """``new`` with the mapping and documents of ``old``.

    A row stays confirmed only where the wording of the clause is known in both and the same; otherwise it becomes a
    proposal with the likeness of the clauses.  What ``new`` itself has confirmed is not touched.
    """
    pairs = {pair.new.id: pair for pair in comparison.pairs if pair.new is not None}
    before = {name: _by_clause(old.folder, name) for name in ("mapping.csv", "documents.csv")}
    after = {name: _by_clause(new.folder, name) for name in ("mapping.csv", "documents.csv")}
    summaries = {clause.id: clause.summary for clause in old.clauses}
    files = PackFiles(
        head=read_yaml(new.folder / "policy.yaml", read_bytes(new.folder / "policy.yaml")),
        clauses=[],
        mapping=[],
        documents=[],
        wording={},
        further={
            name: read_bytes(new.folder / name)
            for name in (*OPTIONAL_FILES, WORDING_FILE)
            if (new.folder / name).is_file()
        },
    )
    counts = {"same": 0, "proposed": 0, "kept": 0, "new": 0}
    for row in _rows(new.folder, "clauses.csv"):
        id_ = row["id"]
        pair = pairs[id_]
        own = after["mapping.csv"][id_]
        documents: Sequence[TableRow] = after["documents.csv"][id_]
        clause: TableRow = row
        mapping: Sequence[TableRow] = own
        if all(one["status"] == Standing.CONFIRMED for one in own):
            counts["kept"] += 1
        elif pair.old is None:
            counts["new"] += 1
        else:
            named = {name: own[0][name] for name in ("number", "heading") if name in own[0]}
            mapping = [_mapping_row(one, pair, id_, old.id) | named for one in before["mapping.csv"][pair.old.id]]
            documents = [{**one, "clause": id_} for one in before["documents.csv"][pair.old.id]]
            confirmed = all(one["status"] == Standing.CONFIRMED for one in mapping)
            counts["same" if confirmed else "proposed"] += 1
        if pair.old is not None and pair.worded_alike and not row["summary_ja"]:
            summary = summaries[pair.old.id]
            clause = {**row, "summary_ja": summary.ja, "summary_en": summary.en}
        files.clauses.append(clause)
        files.mapping += mapping
        files.documents += documents
    left = [name for name in OPTIONAL_FILES if (old.folder / name).is_file()]
    if read_yaml(old.folder / "policy.yaml", read_bytes(old.folder / "policy.yaml")).get("parameters"):
        left.append("policy.yaml (parameters)")
    return Carried(files, **counts, left=tuple(left))


def _mapping_row(row: Row, pair: Pair, clause: str, policy: str) -> dict[str, str]:
    taken = {"score": "", "resembles": "", **row, "clause": clause}
    if not pair.worded_alike and pair.old is not None:
        taken |= {
            "status": Standing.PROPOSED.value,
            "score": f"{pair.likeness:.2f}",
            "resembles": f"{policy}:{pair.old.id}",
            "also_resembles": "",
        }
    return taken


def _rows(folder: Path, name: str) -> list[Row]:
    path = folder / name
    return list(read_table(path, read_bytes(path), _COLUMNS[name]))


def _by_clause(folder: Path, name: str) -> Mapping[str, list[Row]]:
    out: defaultdict[str, list[Row]] = defaultdict(list)
    for row in _rows(folder, name):
        out[row["clause"]].append(row)
    return out
