"""Loading controls and policy packs."""

from __future__ import annotations

import enum
import hashlib
import json
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeVar

import msgspec

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
    Standing,
)
from auditor.policies.tables import (
    CLAUSE_COLUMNS,
    DOCUMENT_COLUMNS,
    MAPPING_COLUMNS,
    Row,
    decode_text,
    read_bytes,
    read_table,
    read_yaml,
)
from auditor.text import Text

E = TypeVar("E", bound=enum.Enum)

PACK_FILES = ("policy.yaml", "clauses.csv", "mapping.csv", "documents.csv")
OPTIONAL_FILES = ("inherited.csv",)
WORDING_FILE = "wording.json"
"""The user's own copy of the text by clause; no shipped pack has one."""


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


def _malformed(path: Path, error: Exception) -> ConfigError:
    return ConfigError(
        f"{path}: 項目 {error} がないか、形が違います。docs/policy-packs.md の形式を確認してください。",
        f"{path}: item {error} is missing or of another form; see docs/policy-packs.md.",
    )


def load_controls(folder: Path | None = None) -> dict[str, Control]:
    """The neutral requirements by id, in the order of the files and their rows."""
    controls: dict[str, Control] = {}
    for path in sorted((folder or mappings_root() / "controls").glob("*.yaml")):
        data = read_yaml(path, read_bytes(path))
        try:
            for item in data.get("controls") or ():
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
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise _malformed(path, error) from None
    return controls


def load_parameters(path: Path | None = None) -> dict[str, Parameter]:
    """The shared defaults of what policies leave open, by id."""
    path = path or mappings_root() / "parameters.yaml"
    out: dict[str, Parameter] = {}
    try:
        for item in read_yaml(path, read_bytes(path))["parameters"]:
            source = item["source"]
            out[item["id"]] = Parameter(
                id=item["id"],
                title=_text(item["title"]),
                type=item["type"],
                value=item["value"],
                unit=str(item.get("unit") or ""),
                used_by=tuple(item.get("used_by") or ()),
                source=ParameterSource(_text(source), source["certainty"]),
                decided_by_municipality=bool(item["decided_by_municipality"]),
                note=_optional_text(item.get("note")),
            )
    except (KeyError, TypeError) as error:
        raise _malformed(path, error) from None
    return out


def pack_id(folder: Path) -> str:
    """The id that the pack in ``folder`` gives itself; raises :class:`ConfigError` if its head cannot be read."""
    path = folder / "policy.yaml"
    head = read_yaml(path, read_bytes(path))
    try:
        return str(head["id"])
    except (KeyError, TypeError) as error:
        raise _malformed(path, error) from None


def load_pack(folder: Path, controls: dict[str, Control], *, worded: bool = True) -> Pack:
    """The pack in ``folder``, with the wording of its clauses if it lies beside them and ``worded`` asks for it.

    Raises :class:`ConfigError` naming file, line and field if anything in it is not as it must be,
    or points at a clause or control that does not exist.
    """
    contents = {name: read_bytes(folder / name) for name in PACK_FILES}
    contents |= {name: read_bytes(folder / name) for name in OPTIONAL_FILES if (folder / name).is_file()}
    digest = hashlib.sha256()
    for data in contents.values():
        digest.update(data)
    head_path = folder / "policy.yaml"
    head = read_yaml(head_path, contents["policy.yaml"])
    rows = _read_mapping(folder, contents["mapping.csv"], controls)
    clauses = tuple(_clauses(folder, contents["clauses.csv"], rows))
    known = {clause.id for clause in clauses}
    for clause_rows in rows.values():
        _check_clause(clause_rows[0].row, known)
    shared = mappings_root() / "inherited.csv"
    try:
        pack = Pack(
            id=head["id"],
            title=_text(head["title"]),
            body=_text(head["body"]),
            edition=str(head.get("edition") or ""),
            in_force_from=str(head.get("in_force_from") or ""),
            scope=_optional_text(head.get("scope")),
            documents={str(d["id"]): str(d["citation"]) for d in head["documents"]},
            clauses=clauses,
            mappings={
                clause: found
                for clause, read in rows.items()
                if (found := tuple(one.mapping for one in read if one.mapping))
            },
            clause_documents=_documents(folder, contents["documents.csv"], known),
            inherited=(
                *_inherited(folder / "inherited.csv", contents.get("inherited.csv"), known, controls),
                *_inherited(shared, read_bytes(shared), known, controls),
            ),
            parameters=_parameters(head_path, head),
            wording={},
            folder=folder,
            sha256=digest.hexdigest(),
            source_sha256=str((head.get("source") or {}).get("sha256") or ""),
        )
    except (AttributeError, KeyError, TypeError) as error:
        raise _malformed(head_path, error) from None
    return attach_wording(pack, folder / WORDING_FILE) if worded and (folder / WORDING_FILE).is_file() else pack


def attach_wording(pack: Pack, path: Path) -> Pack:
    """``pack`` with the wording in a file that ``auditor policy wording`` made, and what that was read from."""
    wording, source = load_wording(path)
    return msgspec.structs.replace(pack, wording=wording, wording_source=source)


def load_wording(path: Path) -> tuple[dict[str, str], str]:
    """Clause id -> text, and the SHA-256 of what it was read from (empty where the file does not say)."""
    try:
        data = json.loads(decode_text(path, read_bytes(path)))
        clauses = {str(id_): str(text) for id_, text in data["clauses"].items()}
        return clauses, str((data.get("source") or {}).get("sha256") or "")
    except json.JSONDecodeError as error:
        raise ConfigError(
            f"{path} {error.lineno}行目: JSON として読めません。`auditor policy wording` で作り直してください。",
            f"{path} line {error.lineno}: not readable as JSON; make it again with `auditor policy wording`.",
        ) from None
    except (AttributeError, KeyError, TypeError) as error:
        raise _malformed(path, error) from None


class _MappingRow(msgspec.Struct, frozen=True):
    """One row of mapping.csv: a clause and its class, and the control that answers it or why there is none."""

    row: Row
    class_: ClauseClass
    standing: Standing
    mapping: Mapping | None
    rationale: Text


def _read_mapping(folder: Path, data: bytes, controls: dict[str, Control]) -> dict[str, list[_MappingRow]]:
    """The rows of mapping.csv by clause."""
    out: dict[str, list[_MappingRow]] = {}
    for row in read_table(folder / "mapping.csv", data, MAPPING_COLUMNS):
        rationale = Text(row["rationale_ja"], row["rationale_en"])
        class_ = _choice(row, "class", ClauseClass)
        standing = _choice(row, "status", Standing)
        mapping = None
        if row["control"]:
            mapping = Mapping(
                clause=row["clause"],
                control=_check_control(row, controls),
                relationship=_choice(row, "relationship", Relationship),
                role=_choice(row, "role", Role),
                rationale=rationale,
                standing=standing,
                score=_score(row),
                resembles=row.get("resembles", ""),
            )
        before = out.setdefault(row["clause"], [])
        if before and before[0].class_ is not class_:
            raise row.fail(
                "class",
                f"条項 {row['clause']} の区分が {before[0].class_} と {class_} の二通りあります。一つにそろえてください。",
                f"clause {row['clause']} is of class {before[0].class_} in one row and {class_} in another; make them one.",
            )
        before.append(_MappingRow(row, class_, standing, mapping, rationale))
    return out


def _score(row: Row) -> float | None:
    given = row.get("score", "")
    if not given:
        return None
    try:
        return float(given)
    except ValueError:
        raise row.fail("score", f"「{given}」は数ではありません。", f"{given!r} is not a number.") from None


def _clauses(folder: Path, data: bytes, mapping: dict[str, list[_MappingRow]]) -> list[Clause]:
    out: list[Clause] = []
    headings: dict[str, str] = {}
    for row in read_table(folder / "clauses.csv", data, CLAUSE_COLUMNS):
        if row["id"] in headings:
            raise row.fail("id", f"条項 {row['id']} が二度あります。", f"clause {row['id']} stands twice.")
        # items without a heading of their own stand under that of the clause above them
        headings[row["id"]] = row["heading"] or headings.get(row["parent"], "")
        line = row["source_line"]
        if line and not line.isdigit():
            raise row.fail("source_line", f"「{line}」は行番号ではありません。", f"{line!r} is not a line number.")
        read = mapping.get(row["id"])
        if not read:
            raise row.fail(
                "id",
                f"条項 {row['id']} の行が mapping.csv にありません。統制、又は統制がない理由となる区分を記載してください。",
                f"clause {row['id']} has no row in mapping.csv; give a control, or the class that says why there is none.",
            )
        confirmed = all(one.standing is Standing.CONFIRMED for one in read)
        out.append(
            Clause(
                id=row["id"],
                citation=row["citation"],
                document=row["document"],
                number=row["number"],
                heading=headings[row["id"]],
                level=row["level"],
                parent=row["parent"],
                obligation=row["obligation"],
                addressee=row["addressee"],
                govcloud=row["govcloud"] == "yes",
                summary=Text(row["summary_ja"], row["summary_en"]),
                source_line=int(line) if line else None,
                class_=read[0].class_,
                standing=Standing.CONFIRMED if confirmed else Standing.PROPOSED,
                group=row.get("group", ""),
                unanswered=read[0].rationale if all(one.mapping is None for one in read) else None,
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
            "control", f"統制 {row['control']} は mappings/controls にありません。", f"no control {row['control']}."
        )
    return row["control"]


def _documents(folder: Path, data: bytes, known: set[str]) -> dict[str, tuple[Document, ...]]:
    out: defaultdict[str, list[Document]] = defaultdict(list)
    for row in read_table(folder / "documents.csv", data, DOCUMENT_COLUMNS):
        out[_check_clause(row, known)].append(
            Document(
                id=row["document"],
                name=Text(row["document_ja"], row["document_en"]),
                role=row["role"],
                held_by=Text(row["held_by_ja"], row["held_by_en"]),
            )
        )
    return {clause: tuple(rows) for clause, rows in out.items()}


def _inherited(path: Path, data: bytes | None, known: set[str], controls: dict[str, Control]) -> Iterator[Inherited]:
    columns = ("clause", "control", "by_ja", "by_en", "evidence_ja", "evidence_en", "when")
    for row in () if data is None else read_table(path, data, columns):
        yield Inherited(
            clause=_check_clause(row, known) if row["clause"] else "",
            control=_check_control(row, controls) if row["control"] else "",
            by=Text(row["by_ja"], row["by_en"]),
            evidence=Text(row["evidence_ja"], row["evidence_en"]),
            when=row["when"],
        )


def _parameters(path: Path, head: Any) -> dict[str, Parameter]:
    """The shared defaults, with the values that the policy's text or its body decides in their place."""
    out = load_parameters()
    for item in head.get("parameters") or ():
        if item["id"] not in out:
            raise ConfigError(
                f"{path}: パラメータ {item['id']} はありません（使えるもの: {', '.join(sorted(out))}）。",
                f"{path}: there is no parameter {item['id']}; there are: {', '.join(sorted(out))}.",
            )
        out[item["id"]] = msgspec.structs.replace(
            out[item["id"]],
            value=item["value"],
            source=ParameterSource(_text(item["source"]), item["source"]["certainty"]),
            decided_by_municipality=bool(item["decided_by_municipality"]),
            note=_optional_text(item.get("note")),
        )
    return out
