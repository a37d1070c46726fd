"""What is wrong with a policy pack beyond its schemas: references, order and coverage, every defect with its place.

:mod:`auditor.validation` holds the files against the schemas; here stands what no schema can say.  Nothing is
raised for a defect, so that a person sees all of them at once.
"""

from __future__ import annotations

import difflib
import json
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec

from auditor.errors import ConfigError
from auditor.policies.loader import WORDING_FILE, load_parameters
from auditor.policies.model import ClauseClass, Control, Role, Standing
from auditor.policies.tables import Row, decode_text, read_bytes, read_table, read_yaml, repeated_keys
from auditor.text import Text

_RANKS = {
    "document": 0,
    "preamble": 1,
    "supplement": 1,
    "annex": 1,
    "part": 2,
    "chapter": 3,
    "section": 4,
    "article": 5,
    "paragraph": 6,
    "item": 7,
    "subitem": 8,
    "subsubitem": 9,
}
"""How deep the levels stand that the importer names; a pack may name others."""
_DEEPEST = "subsubitem"
_ANSWERED_BY_DOCUMENTS = (ClauseClass.PARTIAL, ClauseClass.DOCUMENT, ClauseClass.PROCESS)


class Defect(msgspec.Struct, frozen=True):
    """One thing to mend."""

    file: str
    """Name within the pack's folder."""
    line: int
    """Counted from 1; 0 where the whole file is meant."""
    said: Text
    """File, line, column and what is wrong, in one line."""


class Checked(msgspec.Struct, frozen=True):
    """A pack's defects and what it holds."""

    defects: tuple[Defect, ...]
    """Each once, in no particular order."""
    clauses: int
    classes: dict[str, int]
    """Class -> clauses of it."""
    rows: int
    """Rows of mapping.csv."""
    proposed: int
    """Those of them that wait for a person."""
    open: int
    """Clauses that have such rows."""
    documents: int
    """Different documents that answer clauses."""
    worded: int
    """Clauses with wording in the pack's own folder."""


def check_pack(folder: Path, controls: Mapping[str, Control]) -> Checked:
    """Everything wrong with the references, the order and the coverage of the pack in ``folder``."""
    return _Checking(folder, controls).result()


def defect_at(row: Row, field: str, ja: str, en: str) -> Defect:
    """A defect in one field of a row."""
    return Defect(row.path.name, row.line, row.fail(field, ja, en).text)


def at_line(path: Path, line: int, field: str, ja: str, en: str) -> Defect:
    """A defect in an item of a file that is no table."""
    return Defect(
        path.name, line, Text(f"{path} {line}行目 項目「{field}」: {ja}", f"{path} line {line} field {field}: {en}")
    )


class _Checking:
    def __init__(self, folder: Path, controls: Mapping[str, Control]) -> None:
        self.folder = folder
        self.controls = controls
        self.defects: list[Defect] = []
        self.head, self.head_read = self._yaml("policy.yaml")
        self.clauses, self.clauses_read = self._table("clauses.csv", ("id", "citation", "document", "level", "parent"))
        self.mapping, self.mapping_read = self._table(
            "mapping.csv", ("clause", "class", "control", "relationship", "role", "status")
        )
        self.documents, self.documents_read = self._table(
            "documents.csv", ("clause", "document", "document_ja", "document_en", "role")
        )
        self.known = {row["id"] for row in self.clauses}
        self.rows_of: defaultdict[str, list[Row]] = defaultdict(list)
        for row in self.mapping:
            self.rows_of[row["clause"]].append(row)

    def result(self) -> Checked:
        """Check, and count."""
        self.defects += self._head()
        self.defects += self._unique()
        self.defects += self._places()
        self.defects += self._lines()
        self.defects += self._mapped()
        self.defects += self._answered()
        self.defects += self._named_documents()
        self.defects += self._inherited()
        wording = self._wording()
        classes = Counter(rows[0]["class"] for clause, rows in self.rows_of.items() if clause in self.known)
        return Checked(
            defects=tuple(dict.fromkeys(self.defects)),
            clauses=len(self.clauses),
            classes=dict(sorted(classes.items())),
            rows=len(self.mapping),
            proposed=sum(row["status"] == Standing.PROPOSED for row in self.mapping),
            open=len({row["clause"] for row in self.mapping if row["status"] == Standing.PROPOSED}),
            documents=len({row["document"] for row in self.documents}),
            worded=len(wording),
        )

    # -- reading --------------------------------------------------------------------------------

    def _table(self, name: str, columns: tuple[str, ...]) -> tuple[list[Row], bool]:
        """The rows that can be read, and whether those were all."""
        path = self.folder / name
        rows: list[Row] = []
        try:
            for row in read_table(path, read_bytes(path), columns):
                rows.append(row)  # the rows before a broken one are kept
        except ConfigError as error:
            self.defects.append(Defect(name, 0, error.text))
            return rows, False
        return rows, True

    def _yaml(self, name: str) -> tuple[dict[str, Any], bool]:
        path = self.folder / name
        try:
            data = read_yaml(path, read_bytes(path))
        except ConfigError as error:
            self.defects.append(Defect(name, 0, error.text))
            return {}, False
        return (data, True) if isinstance(data, dict) else ({}, False)

    def _items(self, name: str) -> list[tuple[int, dict[str, Any]]]:
        """The tables of a list of policy.yaml with their lines; what is none is the schema's to tell."""
        given = self.head.get(name)
        if not isinstance(given, list):
            return []
        lines = _lines_of(self.folder / "policy.yaml", name)
        return [
            (line, item) for line, item in zip(lines, given, strict=False) if isinstance(item, dict) and "id" in item
        ]

    # -- policy.yaml ----------------------------------------------------------------------------

    def _head(self) -> Iterator[Defect]:
        path = self.folder / "policy.yaml"
        for line, key in repeated_keys(path, read_bytes(path)) if self.head_read else ():
            yield at_line(path, line, key, f"項目 {key} が二度あります。", f"item {key} stands twice.")
        for name in ("documents", "conditions", "parameters"):
            seen: set[str] = set()
            for line, item in self._items(name):
                id_ = str(item["id"])
                if id_ in seen:
                    yield at_line(path, line, f"{name}.id", f"{id_} が二度あります。", f"{id_} stands twice.")
                seen.add(id_)
        parameters = load_parameters()
        for line, item in self._items("parameters"):
            if str(item["id"]) not in parameters:
                yield at_line(
                    path,
                    line,
                    "parameters.id",
                    f"パラメータ {item['id']} は mappings/parameters.yaml にありません。",
                    f"there is no parameter {item['id']} in mappings/parameters.yaml.",
                )
        for line, item in self._items("conditions"):
            clause = item.get("clause")
            if clause and self.clauses_read and clause not in self.known:
                yield at_line(
                    path,
                    line,
                    "conditions.clause",
                    f"条項 {clause} は clauses.csv にありません。",
                    f"there is no clause {clause} in clauses.csv.",
                )

    # -- clauses.csv ----------------------------------------------------------------------------

    def _unique(self) -> Iterator[Defect]:
        documents = {str(item["id"]) for _, item in self._items("documents")}
        for field in ("id", "citation"):
            first: dict[str, int] = {}
            for row in self.clauses:
                value = row[field]
                if value in first:
                    yield defect_at(
                        row,
                        field,
                        f"「{value}」は {first[value]}行目にもあります。",
                        f"{value} stands in line {first[value]} too.",
                    )
                first.setdefault(value, row.line)
        for row in self.clauses:
            if self.head_read and row["document"] and row["document"] not in documents:
                yield defect_at(
                    row,
                    "document",
                    f"文書 {row['document']} は policy.yaml の documents にありません。",
                    f"there is no document {row['document']} in the documents of policy.yaml.",
                )

    def _places(self) -> Iterator[Defect]:
        """Whether every clause stands below its parent, as in the text."""
        partial = bool(self.head.get("scope"))
        parents = {row["id"]: row["parent"] for row in self.clauses}
        levels = {row["id"]: row["level"] for row in self.clauses}
        lines = {row["id"]: row.line for row in self.clauses}
        open_: list[str] = []
        for row in self.clauses:
            id_, parent = row["id"], row["parent"]
            if parent and parent not in parents:
                if self.clauses_read and not partial:
                    yield defect_at(row, "parent", f"条項 {parent} がありません。", f"there is no clause {parent}.")
                open_ = [id_]
                continue
            if parent and parent not in open_:
                if parent == id_ or lines[parent] > row.line:
                    ja = f"上位の条項 {parent} より前にあります。上位の条項の後に置いてください。"
                    en = f"it stands before its parent {parent}; put it after."
                else:
                    ja = f"上位の条項 {parent} の下ではなく、ほかの条項の後にあります。原文の順に並べてください。"
                    en = f"it does not stand below its parent {parent} but after other clauses; keep the order of the text."
                yield defect_at(row, "parent", ja, en)
                open_ = _chain(parent, parents)
            open_ = [*open_[: open_.index(parent) + 1], id_] if parent in open_ else [id_]
            above, own = _RANKS.get(levels.get(parent, "")), _RANKS.get(row["level"])
            if above is not None and own is not None and own <= above and row["level"] != _DEEPEST:
                yield defect_at(
                    row,
                    "level",
                    f"{row['level']} は、上位の条項 {parent} の {levels[parent]} の下に置けません。",
                    f"{row['level']} cannot stand below {levels[parent]}, the level of its parent {parent}.",
                )

    def _lines(self) -> Iterator[Defect]:
        before = 0
        for row in self.clauses:
            given = row.get("source_line", "")
            if not given.isdecimal():
                continue
            if int(given) < before:
                yield defect_at(
                    row,
                    "source_line",
                    f"{given} は、前の条項の {before} より小さい値です。原文の順に並べてください。",
                    f"{given} is less than {before} of the clause before; keep the order of the text.",
                )
            before = int(given)

    # -- mapping.csv ----------------------------------------------------------------------------

    def _mapped(self) -> Iterator[Defect]:
        for row in self.clauses:
            if self.mapping_read and row["id"] not in self.rows_of:
                yield defect_at(
                    row,
                    "id",
                    f"条項 {row['id']} の行が mapping.csv にありません。",
                    f"clause {row['id']} has no row in mapping.csv.",
                )
        for clause, rows in self.rows_of.items():
            if self.clauses_read and clause not in self.known:
                yield self._no_clause(rows[0])
            controls: dict[str, int] = {}
            for row in rows:
                yield from self._mapping_row(row, rows)
                control = row["control"]
                if control in controls:
                    yield defect_at(
                        row,
                        "control",
                        f"条項 {clause} と統制「{control}」の組は {controls[control]}行目にもあります。",
                        f"clause {clause} with control {control!r} stands in line {controls[control]} too.",
                    )
                controls.setdefault(control, row.line)

    def _mapping_row(self, row: Row, rows: list[Row]) -> Iterator[Defect]:
        first, control = rows[0], row["control"]
        if row["class"] != first["class"]:
            yield defect_at(
                row,
                "class",
                f"条項 {row['clause']} の区分が {first.line}行目では {first['class']} です。一つにそろえてください。",
                f"the class of clause {row['clause']} is {first['class']} in line {first.line}; make them one.",
            )
        if control and control not in self.controls:
            yield defect_at(
                row,
                "control",
                *self._no_control(control),
            )
        if not control and len(rows) > 1:
            yield defect_at(
                row,
                "control",
                f"条項 {row['clause']} には統制のない行とほかの行があります。統制を記載するか、行を一つにしてください。",
                f"clause {row['clause']} has a row without a control beside others; give the control or keep one row.",
            )
        score = row.get("score", "")
        if _is_number(score) and float(score) > 1:
            yield defect_at(row, "score", f"{score} は 1 より大きい値です。", f"{score} is more than 1.")

    def _answered(self) -> Iterator[Defect]:
        """Whether what a person has confirmed can be answered; proposals are open anyway, and are counted."""
        papers = Counter(row["clause"] for row in self.documents)
        for clause, rows in self.rows_of.items():
            if clause not in self.known or any(row["status"] != Standing.CONFIRMED for row in rows):
                continue
            row = rows[0]
            if row["class"] == ClauseClass.CONFIG and not any(
                one["control"] and one["role"] == Role.DECIDES for one in rows
            ):
                yield defect_at(
                    row,
                    "role",
                    f"条項 {clause} は区分が config ですが、decides の統制がありません。",
                    f"clause {clause} is of class config without a control that decides.",
                )
            if row["class"] in _ANSWERED_BY_DOCUMENTS and self.documents_read and not papers[clause]:
                yield defect_at(
                    row,
                    "class",
                    f"条項 {clause} は区分が {row['class']} ですが、書面が documents.csv にありません。",
                    f"clause {clause} is of class {row['class']} without a document in documents.csv.",
                )

    def _no_control(self, control: str) -> tuple[str, str]:
        near = difflib.get_close_matches(control, self.controls, 1)
        ja, en = (f"{near[0]} のことではありませんか。", f" Is {near[0]} meant?") if near else ("", "")
        return f"統制 {control} はありません。{ja}", f"there is no control {control}.{en}"

    def _no_clause(self, row: Row) -> Defect:
        clause = row["clause"]
        return defect_at(
            row,
            "clause",
            f"条項 {clause} は clauses.csv にありません。",
            f"there is no clause {clause} in clauses.csv.",
        )

    # -- documents.csv, inherited.csv, wording.json ---------------------------------------------

    def _named_documents(self) -> Iterator[Defect]:
        pairs: dict[tuple[str, str], int] = {}
        for row in self.documents:
            if self.clauses_read and row["clause"] not in self.known:
                yield self._no_clause(row)
            pair = row["clause"], row["document"]
            if pair in pairs:
                yield defect_at(
                    row,
                    "document",
                    f"条項 {pair[0]} と書面 {pair[1]} の組は {pairs[pair]}行目にもあります。",
                    f"clause {pair[0]} with document {pair[1]} stands in line {pairs[pair]} too.",
                )
            pairs.setdefault(pair, row.line)

    def _inherited(self) -> Iterator[Defect]:
        if not (self.folder / "inherited.csv").is_file():
            return
        for row in self._table("inherited.csv", ("clause", "control"))[0]:
            clause, control = row["clause"], row["control"]
            if clause and self.clauses_read and clause not in self.known:
                yield self._no_clause(row)
            if control and control not in self.controls:
                yield defect_at(
                    row,
                    "control",
                    *self._no_control(control),
                )
            if not clause and not control:
                yield defect_at(
                    row,
                    "clause",
                    "条項か統制を記載してください。",
                    "name the clause or the control that is answered for.",
                )

    def _wording(self) -> dict[str, Any]:
        """The clauses with wording in the folder."""
        path = self.folder / WORDING_FILE
        if not path.is_file():
            return {}
        try:
            text = decode_text(path, read_bytes(path))
            data = json.loads(text)
        except ConfigError as error:
            self.defects.append(Defect(path.name, 0, error.text))
            return {}
        except json.JSONDecodeError as error:
            ja, en = f"JSON として読めません（{error.msg}）。", f"not readable as JSON ({error.msg})."
            self.defects.append(at_line(path, error.lineno, "(root)", ja, en))
            return {}
        clauses = data.get("clauses") if isinstance(data, dict) else None
        if not isinstance(clauses, dict):
            self.defects.append(at_line(path, 1, "clauses", "条文がありません。", "there is no wording."))
            return {}
        if data.get("policy") not in (None, self.head.get("id")) and self.head.get("id"):
            ja = f"ポリシー {data['policy']} の条文です（このパックは {self.head.get('id')}）。"
            en = f"it is the wording of policy {data['policy']}, where the pack is {self.head.get('id')}."
            self.defects.append(at_line(path, _json_line(text, "policy"), "policy", ja, en))
        for id_ in clauses:
            if self.clauses_read and id_ not in self.known:
                ja, en = f"条項 {id_} は clauses.csv にありません。", f"there is no clause {id_} in clauses.csv."
                self.defects.append(at_line(path, _json_line(text, id_), "clauses", ja, en))
        return clauses


def _chain(id_: str, parents: Mapping[str, str]) -> list[str]:
    """The clause and those above it, the topmost first."""
    chain: list[str] = []
    while id_ in parents and id_ not in chain:
        chain.insert(0, id_)
        id_ = parents[id_]
    return chain


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _json_line(text: str, key: str) -> int:
    at = text.find(json.dumps(key, ensure_ascii=False) + ":")
    return text.count("\n", 0, max(at, 0)) + 1


def _lines_of(path: Path, name: str) -> list[int]:
    """The lines on which the items of a list of a YAML file begin."""
    import yaml  # imported here: the core starts without it when no pack is read

    node = yaml.compose(decode_text(path, read_bytes(path)), Loader=yaml.SafeLoader)
    for key, value in node.value if isinstance(node, yaml.MappingNode) else ():
        if key.value == name and isinstance(value, yaml.SequenceNode):
            return [item.start_mark.line + 1 for item in value.value]
    return []
