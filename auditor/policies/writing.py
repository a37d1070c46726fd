"""Writing the files of a pack: whole or not at all, tables as spreadsheets open them."""

from __future__ import annotations

import csv
import io
import json
import os
import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import msgspec

from auditor.errors import OutputError, reason_of
from auditor.policies.loader import WORDING_FILE
from auditor.policies.tables import CLAUSE_COLUMNS, DOCUMENT_COLUMNS, MAPPING_COLUMNS

# number, heading and also_resembles (further clauses that a proposal is like) are for the person who confirms it
MAPPING_WRITTEN = (
    MAPPING_COLUMNS[0],
    "number",
    "heading",
    *MAPPING_COLUMNS[1:6],
    "score",
    "resembles",
    "also_resembles",
    *MAPPING_COLUMNS[6:],
)

TableRow = Mapping[str, str]


class PackFiles(msgspec.Struct):
    """The content of a pack's folder."""

    head: dict[str, Any]
    """``policy.yaml``."""
    clauses: list[TableRow]
    mapping: list[TableRow]
    documents: list[TableRow]
    wording: dict[str, str]
    """Clause id -> text; no file is written where it is empty."""
    further: dict[str, bytes] = {}
    """Name -> content of files that are taken over as they are."""


def table_bytes(columns: Iterable[str], rows: Iterable[TableRow]) -> bytes:
    """A CSV table in UTF-8 with BOM, without which spreadsheet programs take it for another encoding.

    Columns that the rows have beyond ``columns`` are the user's own and follow them.
    """
    listed = list(rows)
    out = io.StringIO(newline="")
    names = dict.fromkeys([*columns, *(name for row in listed for name in row)])
    writer = csv.DictWriter(out, list(names), lineterminator="\n")
    writer.writeheader()
    writer.writerows(listed)
    return out.getvalue().encode("utf-8-sig")


def wording_bytes(policy: str, source: Mapping[str, str], clauses: Mapping[str, str]) -> bytes:
    """``wording.json``: the user's own copy of the text; ``source`` is ``file`` and ``sha256`` of what it was read from."""
    data = {"schema_version": 1, "policy": policy, "source": dict(source), "clauses": dict(clauses)}
    return (json.dumps(data, ensure_ascii=False, indent=1) + "\n").encode()


def check_place(folder: Path) -> None:
    """Raise :class:`OutputError` if a pack cannot be written to ``folder``: nothing that exists is written over."""
    try:
        if folder.is_dir() and not any(folder.iterdir()):
            return
        taken = os.path.lexists(folder)
        above = next((one for one in folder.parents if os.path.lexists(one)), Path())
        if not taken and not above.is_dir():
            raise OutputError(
                f"{folder} に書けません。{above} はフォルダではありません。",
                f"{folder} cannot be written: {above} is no folder.",
            )
    except OSError as error:
        raise _unwritable(folder, error) from None
    if taken:
        raise OutputError(
            f"{folder} は既にあり、上書きはしません。ないフォルダ又は空のフォルダを指定してください。",
            f"{folder} exists and is not written over; name a folder that does not exist or is empty.",
        )


def write_pack(folder: Path, files: PackFiles) -> None:
    """Write the pack to ``folder``, which appears when it is complete; raises :class:`OutputError` if it cannot be."""
    import yaml  # imported here: only who writes a pack pays for it

    check_place(folder)
    contents = {
        "policy.yaml": yaml.safe_dump(files.head, allow_unicode=True, sort_keys=False, width=120).encode(),
        "clauses.csv": table_bytes(CLAUSE_COLUMNS, files.clauses),
        "mapping.csv": table_bytes(MAPPING_WRITTEN, files.mapping),
        "documents.csv": table_bytes(DOCUMENT_COLUMNS, files.documents),
    }
    if files.wording:
        contents[WORDING_FILE] = wording_bytes(files.head["id"], files.head["source"], files.wording)
    contents |= files.further
    place = Path(os.path.realpath(folder))
    part = place.with_name(f".{place.name}.{os.getpid()}.part")
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        part.mkdir()
        try:
            for name, data in contents.items():
                (part / name).write_bytes(data)
            if place.is_dir():
                place.rmdir()
            part.rename(place)
        except BaseException:  # an interruption too must not leave half a pack beside its place
            shutil.rmtree(part, ignore_errors=True)
            raise
    except OSError as error:
        raise _unwritable(folder, error) from None


def _unwritable(folder: Path, error: OSError) -> OutputError:
    reason = reason_of(error)
    return OutputError(
        f"{folder} に書けません（{reason.ja}）。書込み先と権限を確認してください。",
        f"{folder} cannot be written ({reason.en}); check the place and its permissions.",
    )
