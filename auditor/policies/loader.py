"""Loading controls and policy packs."""

from __future__ import annotations

import enum
import hashlib
from collections import defaultdict
from pathlib import Path
from typing import Any, TypeVar

from auditor.errors import ConfigError
from auditor.inventory import Phase
from auditor.policies.model import (
    Clause,
    ClauseClass,
    Control,
    Document,
    Inherited,
    Mapping,
    Pack,
    Parameter,
    ParameterSource,
    Relationship,
    Role,
)
from auditor.policies.tables import Row, read_bytes, read_table, read_yaml
from auditor.text import Text

E = TypeVar("E", bound=enum.Enum)

PACK_FILES = ("policy.yaml", "clauses.csv", "mapping.csv", "documents.csv", "inherited.csv", "parameters.yaml")


def mappings_root() -> Path:
    """The shipped ``mappings`` folder: inside the installed package, or beside it in a source tree."""
    package = Path(__file__).resolve().parent.parent
    installed = package / "_mappings"
    return installed if installed.is_dir() else package.parent / "mappings"


def _text(data: Any) -> Text:
    return Text(str(data["ja"]), str(data["en"]))


def _optional_text(data: Any) -> Text | None:
    return _text(data) if data else None


def _choice(row: Row, field: str, choices: type[E]) -> E:
    try:
        return choices(row[field])
    except ValueError:
        allowed = ", ".join(str(choice.value) for choice in choices)
        raise row.fail(
            field, f"「{row[field]}」は使えません（{allowed} のいずれか）。", f"{row[field]!r} is not one of {allowed}."
        ) from None


def _list(cell: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in cell.split(";") if part.strip())


def _malformed(path: Path, error: Exception) -> ConfigError:
    return ConfigError(
        f"{path}: 項目 {error} がないか、形が違います。docs/policy-packs.md の形式を確認してください。",
        f"{path}: item {error} is missing or of another form; see docs/policy-packs.md.",
    )


def load_controls(path: Path | None = None) -> dict[str, Control]:
    """The neutral requirements by id, in the order of the file."""
    path = path or mappings_root() / "controls.yaml"
    data = read_yaml(path, read_bytes(path))
    controls: dict[str, Control] = {}
    try:
        for item in data["controls"]:
            controls[item["id"]] = Control(
                id=item["id"],
                topic=item["topic"],
                phases=tuple(Phase(phase) for phase in item["phases"]),
                title=_text(item["title"]),
                statement=_text(item["statement"]),
                documents=tuple(
                    Document(id=d["id"], name=_text(d), role=d["role"]) for d in item.get("documents") or ()
                ),
                parameters=tuple(item.get("parameters") or ()),
                references=tuple(str(reference) for reference in item.get("references") or ()),
            )
    except (KeyError, TypeError, ValueError) as error:
        raise _malformed(path, error) from None
    return controls


def load_pack(folder: Path, controls: dict[str, Control]) -> Pack:
    """The pack in ``folder``.

    Raises :class:`ConfigError` naming file, line and field if anything in it is not as it must be,
    or points at a clause or control that does not exist.
    """
    contents = {name: read_bytes(folder / name) for name in PACK_FILES}
    digest = hashlib.sha256()
    for name in PACK_FILES:
        digest.update(contents[name])
    head_path = folder / "policy.yaml"
    head = read_yaml(head_path, contents["policy.yaml"])
    clauses = tuple(_clauses(folder, contents["clauses.csv"]))
    known = {clause.id for clause in clauses}
    try:
        return Pack(
            id=head["id"],
            title=_text(head["title"]),
            body=_text(head["body"]),
            edition=str(head.get("edition") or ""),
            scope=_optional_text(head.get("scope")),
            documents={str(d["id"]): str(d["citation"]) for d in head["documents"]},
            clauses=clauses,
            mappings=_mappings(folder, contents["mapping.csv"], known, controls),
            clause_documents=_documents(folder, contents["documents.csv"], known),
            inherited=tuple(_inherited(folder, contents["inherited.csv"], known, controls)),
            parameters=_parameters(folder / "parameters.yaml", contents["parameters.yaml"]),
            folder=folder,
            sha256=digest.hexdigest(),
        )
    except (KeyError, TypeError) as error:
        raise _malformed(head_path, error) from None


def _clauses(folder: Path, data: bytes) -> list[Clause]:
    columns = [
        "id",
        "citation",
        "document",
        "number",
        "heading",
        "level",
        "parent",
        "obligation",
        "addressee",
        "govcloud",
        "class",
        "topics",
        "summary_ja",
        "summary_en",
        "source_line",
    ]
    out: list[Clause] = []
    seen: set[str] = set()
    for row in read_table(folder / "clauses.csv", data, columns):
        if row["id"] in seen:
            raise row.fail("id", f"条項 {row['id']} が二度あります。", f"clause {row['id']} stands twice.")
        seen.add(row["id"])
        line = row["source_line"]
        if line and not line.isdigit():
            raise row.fail("source_line", f"「{line}」は行番号ではありません。", f"{line!r} is not a line number.")
        out.append(
            Clause(
                id=row["id"],
                citation=row["citation"],
                document=row["document"],
                number=row["number"],
                heading=row["heading"],
                level=row["level"],
                parent=row["parent"],
                obligation=row["obligation"],
                addressee=row["addressee"],
                govcloud=row["govcloud"] == "yes",
                class_=_choice(row, "class", ClauseClass),
                topics=_list(row["topics"]),
                summary=Text(row["summary_ja"], row["summary_en"]),
                source_line=int(line) if line else None,
            )
        )
    return out


def _check_clause(row: Row, known: set[str]) -> str:
    if row["clause"] not in known:
        raise row.fail("clause", f"条項 {row['clause']} は clauses.csv にありません。", f"no clause {row['clause']}.")
    return row["clause"]


def _check_control(row: Row, controls: dict[str, Control]) -> str:
    if row["control"] not in controls:
        raise row.fail(
            "control", f"統制 {row['control']} は controls.yaml にありません。", f"no control {row['control']}."
        )
    return row["control"]


def _mappings(
    folder: Path, data: bytes, known: set[str], controls: dict[str, Control]
) -> dict[str, tuple[Mapping, ...]]:
    out: defaultdict[str, list[Mapping]] = defaultdict(list)
    columns = ("clause", "control", "relationship", "role", "rationale_ja", "rationale_en")
    for row in read_table(folder / "mapping.csv", data, columns):
        clause = _check_clause(row, known)
        out[clause].append(
            Mapping(
                clause=clause,
                control=_check_control(row, controls),
                relationship=_choice(row, "relationship", Relationship),
                role=_choice(row, "role", Role),
                rationale=Text(row["rationale_ja"], row["rationale_en"]),
            )
        )
    return {clause: tuple(rows) for clause, rows in out.items()}


def _documents(folder: Path, data: bytes, known: set[str]) -> dict[str, tuple[Document, ...]]:
    out: defaultdict[str, list[Document]] = defaultdict(list)
    columns = ("clause", "document", "document_ja", "document_en", "role", "held_by_ja", "held_by_en")
    for row in read_table(folder / "documents.csv", data, columns):
        out[_check_clause(row, known)].append(
            Document(
                id=row["document"],
                name=Text(row["document_ja"], row["document_en"]),
                role=row["role"],
                held_by=Text(row["held_by_ja"], row["held_by_en"]),
            )
        )
    return {clause: tuple(rows) for clause, rows in out.items()}


def _inherited(folder: Path, data: bytes, known: set[str], controls: dict[str, Control]) -> list[Inherited]:
    columns = ("clause", "control", "by_ja", "by_en", "evidence_ja", "evidence_en", "when")
    out = []
    for row in read_table(folder / "inherited.csv", data, columns):
        out.append(
            Inherited(
                clause=_check_clause(row, known) if row["clause"] else "",
                control=_check_control(row, controls) if row["control"] else "",
                by=Text(row["by_ja"], row["by_en"]),
                evidence=Text(row["evidence_ja"], row["evidence_en"]),
                when=row["when"],
            )
        )
    return out


def _parameters(path: Path, data: bytes) -> dict[str, Parameter]:
    out: dict[str, Parameter] = {}
    try:
        for item in read_yaml(path, data)["parameters"]:
            source = item["source"]
            out[item["id"]] = Parameter(
                id=item["id"],
                title=_text(item["title"]),
                type=item["type"],
                value=item["value"],
                unit=str(item.get("unit") or ""),
                used_by=tuple(item.get("used_by") or ()),
                clauses=tuple(item.get("clauses") or ()),
                source=ParameterSource(_text(source), source["certainty"]),
                decided_by_municipality=bool(item["decided_by_municipality"]),
                note=_optional_text(item.get("note")),
            )
    except (KeyError, TypeError) as error:
        raise _malformed(path, error) from None
    return out
