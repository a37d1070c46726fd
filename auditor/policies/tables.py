"""Reading the tables and YAML files of a pack, with file, line and field in every complaint."""

from __future__ import annotations

import codecs
import csv
import functools
import io
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from auditor.errors import ConfigError, reason_of

CLAUSE_COLUMNS = (
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
    "summary_ja",
    "summary_en",
    "source_line",
)
MAPPING_COLUMNS = ("clause", "class", "control", "relationship", "role", "status", "rationale_ja", "rationale_en")
DOCUMENT_COLUMNS = ("clause", "document", "document_ja", "document_en", "role", "held_by_ja", "held_by_en")


def read_bytes(path: Path) -> bytes:
    """The file; raises :class:`ConfigError` if it cannot be read."""
    try:
        return path.read_bytes()
    except OSError as error:
        reason = reason_of(error)
        raise ConfigError(
            f"{path} を読めません（{reason.ja}）。ポリシーパックのフォルダを確認してください。",
            f"{path} cannot be read ({reason.en}); check the folder of the policy pack.",
        ) from None


def decode_text(path: Path, data: bytes) -> str:
    """UTF-8, with or without BOM."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        found = _encoding(data)
        found_ja, found_en = (f"（{found} のようです）", f" (it seems to be {found})") if found else ("", "")
        table = path.suffix == ".csv"
        ja = "表計算ソフトで「CSV UTF-8（コンマ区切り）」として" if table else "UTF-8 で"
        en = "as CSV UTF-8 (comma delimited)" if table else "as UTF-8"
        raise ConfigError(
            f"{path} {line}行目: UTF-8 ではありません{found_ja}。{ja}保存し直してください。",
            f"{path} line {line}: not UTF-8{found_en}; save it {en}.",
        ) from None


def _encoding(data: bytes) -> str:
    """What a spreadsheet or an editor saved instead; empty if that cannot be told."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "UTF-16"
    try:
        data.decode("cp932")
    except UnicodeDecodeError:
        return ""
    return "Shift_JIS"


class Row(dict[str, str]):
    """One row of a table that knows its place."""

    def __init__(self, path: Path, line: int, cells: dict[str, str]) -> None:
        super().__init__(cells)
        self.path = path
        self.line = line

    def fail(self, field: str, ja: str, en: str) -> ConfigError:
        """A complaint about one field of this row."""
        return ConfigError(
            f"{self.path} {self.line}行目 列「{field}」: {ja}",
            f"{self.path} line {self.line} column {field}: {en}",
        )


def read_table(path: Path, data: bytes, columns: Sequence[str]) -> Iterator[Row]:
    """Rows of a CSV table whose header must hold ``columns``; further columns are the user's own."""
    reader = csv.reader(io.StringIO(decode_text(path, data), newline=""), strict=True)
    try:
        header = next(reader, [])
        missing = [column for column in columns if column not in header]
        if missing and len(header) == 1:
            raise _one_cell(path, header[0], columns)
        if missing:
            raise ConfigError(
                f"{path} 1行目: 列 {'、'.join(missing)} がありません。見出し行を確認してください。",
                f"{path} line 1: column {', '.join(missing)} is missing; check the heading row.",
            )
        for cells in reader:
            if not any(cells):
                continue
            if len(cells) != len(header):
                raise ConfigError(
                    f"{path} {reader.line_num}行目: 列の数が {len(cells)} です（見出しは {len(header)}）。",
                    f"{path} line {reader.line_num}: {len(cells)} cells where the heading has {len(header)}.",
                )
            yield Row(path, reader.line_num, dict(zip(header, cells, strict=True)))
    except csv.Error as error:
        raise ConfigError(
            f"{path} {reader.line_num}行目: CSV として読めません（{error}）。引用符を確認してください。",
            f"{path} line {reader.line_num}: not readable as CSV ({error}); check the quotes.",
        ) from None


def _one_cell(path: Path, header: str, columns: Sequence[str]) -> ConfigError:
    """A heading row without a comma: other signs stand between its columns, or it is none."""
    for sign, ja, en in ((";", "セミコロン", "semicolons"), ("\t", "タブ", "tabs")):
        if set(columns) & set(header.split(sign)):
            return ConfigError(
                f"{path} 1行目: 列が{ja}で区切られています。表計算ソフトで「CSV UTF-8（コンマ区切り）」として保存し直してください。",
                f"{path} line 1: columns are separated by {en}; save it as CSV UTF-8 (comma delimited).",
            )
    return ConfigError(
        f"{path} 1行目: 列の見出し（{', '.join(columns)}）がありません。見出し行を戻してください。",
        f"{path} line 1: there is no heading row ({', '.join(columns)}); restore it.",
    )


@functools.cache
def _loader() -> Any:
    """The safe loader, which leaves dates the strings that people write."""
    import yaml

    safe: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    resolvers = {
        sign: [one for one in known if one[0] != "tag:yaml.org,2002:timestamp"]
        for sign, known in safe.yaml_implicit_resolvers.items()
    }
    return type("DatesAsWritten", (safe,), {"yaml_implicit_resolvers": resolvers})


def read_yaml(path: Path, data: bytes) -> Any:
    """A YAML document; raises :class:`ConfigError` with line and column if it is none."""
    import yaml  # imported here: the core starts without it when no pack is read

    try:
        return yaml.load(decode_text(path, data), Loader=_loader())  # noqa: S506  # it is a safe loader
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        line = mark.line + 1 if mark else 1
        raise ConfigError(
            f"{path} {line}行目: YAML として読めません（{error.problem}）。",
            f"{path} line {line}: not readable as YAML ({error.problem}).",
        ) from None


def repeated_keys(path: Path, data: bytes) -> list[tuple[int, str]]:
    """Line and name of every key that a table of a YAML document gives twice, of which YAML keeps the last unsaid."""
    import yaml  # imported here, as above

    found: list[tuple[int, str]] = []
    waiting = [yaml.compose(decode_text(path, data), Loader=yaml.SafeLoader)]
    while waiting:
        node = waiting.pop()
        if isinstance(node, yaml.MappingNode):
            seen: set[str] = set()
            for key, value in node.value:
                if key.value in seen:
                    found.append((key.start_mark.line + 1, str(key.value)))
                seen.add(str(key.value))
                waiting.append(value)
        elif isinstance(node, yaml.SequenceNode):
            waiting += node.value
    return sorted(found)
