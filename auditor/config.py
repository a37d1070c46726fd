"""``auditor.toml``: what a municipality or a project decides for its runs."""

from __future__ import annotations

import difflib
import math
import re
import tomllib
from collections.abc import Container, Mapping, Sequence
from itertools import zip_longest
from pathlib import Path
from typing import Any

import msgspec

from auditor.contractors import Contractor
from auditor.errors import ConfigError, reason_of
from auditor.phases import Phase
from auditor.policies.model import Parameter, ParameterSource
from auditor.scopes import Environment, Rule, Scoping, TagKeys, Zone
from auditor.text import Text
from auditor.validation import find_line, validate


class ScopeLines(msgspec.Struct, frozen=True):
    """Where a ``[[scope]]`` stands in its file, in lines from 1."""

    head: int
    policies: int
    """The line of its policies; that of the head where it has none."""


class Config(msgspec.Struct, frozen=True):
    """The configuration of a run.  Options of the command line come before it."""

    path: Path | None = None
    policies: tuple[str, ...] = ()
    packs: tuple[Path, ...] = ()
    """Folders of further policy packs."""
    phase: str | None = None
    platform: str | None = None
    """``government-cloud``: the accounts belong to ガバメントクラウド, and what its common layer answers for is inherited."""
    fail_on: str | None = None
    strict: bool = False
    parameters: tuple[dict[str, Any], ...] = ()
    """Values the municipality or project decided: id, value, source, decided_by_municipality."""
    wording: dict[str, Path] = {}
    """Policy id -> the user's own copy of the wording of its clauses."""
    scoping: Scoping = Scoping()
    lines: tuple[int, ...] = ()
    """The line of the file at which each of :attr:`parameters` begins; empty without a file."""
    scope_lines: tuple[ScopeLines, ...] = ()
    """Where each rule of :attr:`scoping` stands."""


def load_config(path: Path) -> Config:
    """Read and check a configuration file.

    Raises :class:`ConfigError` with file, line and field for anything that the schema
    ``auditor/schemas/config.schema.json`` does not allow.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        reason = reason_of(error)
        raise ConfigError(
            f"設定ファイル {path} を読めません（{reason.ja}）。",
            f"the configuration {path} cannot be read ({reason.en}).",
        ) from None
    except UnicodeDecodeError:
        raise ConfigError(
            f"{path} は UTF-8 ではありません。UTF-8 で保存してください。",
            f"{path} is not UTF-8; save it as UTF-8.",
        ) from None
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise _not_toml(path, text, error) from None
    validate(data, "config", path, text)
    run = data.get("run", {})
    packs = tuple(path.parent / pack for pack in run.get("packs", ()))
    for index, pack in enumerate(packs):
        if not pack.is_dir():
            line = find_line(path, text, ["run", "packs", index])
            raise ConfigError(
                f"{path} {line}行目 項目「run.packs」: フォルダ {pack} がありません。",
                f"{path} line {line} field run.packs: there is no folder {pack}.",
            )
    wording = {id_: path.parent / file for id_, file in data.get("wording", {}).items()}
    for id_, file in wording.items():
        if not file.is_file():
            line = find_line(path, text, ["wording", id_])
            raise ConfigError(
                f"{path} {line}行目 項目「wording.{id_}」: ファイル {file} がありません。",
                f"{path} line {line} field wording.{id_}: there is no file {file}.",
            )
    given = data.get("parameter", ())
    return Config(
        path=path,
        policies=tuple(run.get("policies", ())),
        packs=packs,
        phase=run.get("phase"),
        platform=run.get("platform"),
        fail_on=run.get("fail_on"),
        strict=run.get("strict", False),
        parameters=tuple(given),
        wording=wording,
        scoping=_scoping(data, path, text),
        scope_lines=tuple(
            ScopeLines(find_line(path, text, ["scope", place]), find_line(path, text, ["scope", place, "policies"]))
            for place in range(len(data.get("scope", ())))
        ),
        lines=tuple(find_line(path, text, ["parameter", index]) for index in range(len(given))),
    )


def _scoping(data: Mapping[str, Any], path: Path, text: str) -> Scoping:
    rules: list[Rule] = []
    for place, item in enumerate(data.get("scope", ())):
        wrong = _misplaced(item) or _contradiction(item, data["scope"][:place])
        if wrong is not None:
            field, said = wrong
            line = find_line(path, text, ["scope", place, field])
            raise ConfigError(
                f"{path} {line}行目 項目「scope.{place}.{field}」: {said.ja}",
                f"{path} line {line} field scope.{place}.{field}: {said.en}",
            )
        rules.append(
            Rule(
                name=item["name"],
                accounts=frozenset(item.get("accounts", ())),
                projects=frozenset(item.get("projects", ())),
                tags=tuple((key, frozenset(values)) for key, values in _tags(item).items()),
                policies=tuple(item["policies"]) if "policies" in item else None,
                zone=Zone(item["zone"]) if "zone" in item else None,
                confidentiality=item.get("confidentiality"),
                environment=Environment(item["environment"]) if "environment" in item else None,
                phase=Phase(item["phase"]) if "phase" in item else None,
            )
        )
    return Scoping(
        tuple(rules), TagKeys(**data.get("tags", {})), "scope" in data or "tags" in data, _contractors(data, path, text)
    )


def _contractors(data: Mapping[str, Any], path: Path, text: str) -> tuple[Contractor, ...]:
    found: list[Contractor] = []
    for place, item in enumerate(data.get("contractor", ())):
        wrong = _misplaced(item)
        if not wrong and not any(item.get(field) for field in ("accounts", "arns", "groups", "tags")):
            wrong = (
                "name",
                Text(
                    f"「{item['name']}」の主体が書かれていません。accounts、arns、groups、tags のいずれかを書いてください。",
                    f"no principals of {item['name']} are named; give accounts, arns, groups or tags.",
                ),
            )
        if not wrong and any(one.name == item["name"] for one in found):
            wrong = "name", Text(f"「{item['name']}」が二度書かれています。", f"{item['name']} stands twice.")
        if wrong is not None:
            field, said = wrong
            line = find_line(path, text, ["contractor", place, field])
            raise ConfigError(
                f"{path} {line}行目 項目「contractor.{place}.{field}」: {said.ja}",
                f"{path} line {line} field contractor.{place}.{field}: {said.en}",
            )
        found.append(
            Contractor(
                name=item["name"],
                accounts=frozenset(item.get("accounts", ())),
                arns=tuple(item.get("arns", ())),
                groups=frozenset(item.get("groups", ())),
                tags=tuple((key, frozenset(values)) for key, values in _tags(item).items()),
            )
        )
    return tuple(found)


def _tags(item: Mapping[str, Any]) -> dict[str, list[str]]:
    """The tags of a scope, each with all the values that count."""
    return {
        key: [values] if isinstance(values, str) else sorted(values) for key, values in item.get("tags", {}).items()
    }


def _misplaced(item: Mapping[str, Any]) -> tuple[str, Text] | None:
    """What stands among the accounts or projects of a scope and is none, with the field."""
    for account in item.get("accounts", ()):
        if not re.fullmatch(r"\d{12}", account):
            return "accounts", Text(
                f"{account} は AWS のアカウント番号（12桁の数字、区切りなし）ではありません。"
                "Google Cloud のプロジェクトは projects に書いてください。",
                f"{account} is no AWS account (12 digits, nothing between them); Google Cloud projects go to projects.",
            )
    for project in item.get("projects", ()):
        if project.isdigit():
            return "projects", Text(
                f"{project} は Google Cloud のプロジェクト ID ではありません（番号でなく ID を書いてください）。"
                "AWS のアカウントは accounts に書いてください。",
                f"{project} is no Google Cloud project id (the id is wanted, not the number); AWS accounts go to accounts.",
            )
    return None


def _contradiction(item: Mapping[str, Any], earlier: Sequence[Mapping[str, Any]]) -> tuple[str, Text] | None:
    """What a scope says of an account or project of which an earlier one, on the same terms, says something else."""
    for other in earlier:
        if _tags(other) != _tags(item):
            continue
        for owner in ("accounts", "projects"):
            shared = sorted({*item.get(owner, ())} & {*other.get(owner, ())})
            for field in ("zone", "confidentiality", "environment", "phase"):
                first, second = other.get(field, item.get(field)), item.get(field)
                if shared and second is not None and first != second:
                    return field, Text(
                        f"{shared[0]} の {field} は scope「{other['name']}」で {first} とされ、ここで {second} とされています。"
                        "一つにするか、tags で分けてください。",
                        f"{field} of {shared[0]} is {first} in scope {other['name']} and {second} here; keep one, or "
                        "tell them apart by tags.",
                    )
    return None


def _not_toml(path: Path, text: str, error: tomllib.TOMLDecodeError) -> ConfigError:
    said = str(error)
    found = re.search(r" \(at line (\d+), column \d+\)$", said)
    line = int(found[1]) if found else len(text.splitlines())
    what = said[: found.start()] if found else said.removesuffix(" (at end of document)")
    return ConfigError(
        f"{path} {line}行目: TOML として読めません（{what}）。", f"{path} line {line}: not readable as TOML ({what})."
    )


def effective_parameters(packs: list[tuple[str, Mapping[str, Parameter]]], config: Config) -> dict[str, Parameter]:
    """The values of a run: those of the packs, then those the configuration sets.

    Raises :class:`ConfigError` where two packs differ in a value and the configuration does not
    decide, and for a parameter that no pack knows.
    """
    values: dict[str, Parameter] = {}
    holders: dict[str, str] = {}
    decided = {item["id"] for item in config.parameters}
    for pack, parameters in packs:
        for id_, parameter in parameters.items():
            if id_ in values and values[id_].value != parameter.value and id_ not in decided:
                raise ConfigError(
                    f"パラメータ {id_} の値が {holders[id_]} と {pack} で異なります。別々に実行するか、auditor.toml の [[parameter]] で定めてください。",
                    f"parameter {id_} differs between {holders[id_]} and {pack}; run them apart or set it in auditor.toml.",
                )
            values.setdefault(id_, parameter)
            holders.setdefault(id_, pack)
    set_: set[str] = set()
    for item, line in zip_longest(config.parameters, config.lines):
        id_ = item["id"]
        wrong = _wrong(item, values, set_)
        if wrong is not None:
            raise ConfigError(
                f"{config.path} {line}行目 パラメータ {id_}: {wrong.ja}",
                f"{config.path} line {line}: parameter {id_} {wrong.en}",
            )
        set_.add(id_)
        source = str(item.get("source", ""))
        values[id_] = msgspec.structs.replace(
            values[id_],
            value=item["value"],
            source=ParameterSource(Text(source or f"{config.path}", source or f"{config.path}"), "configuration"),
            decided_by_municipality=bool(item.get("decided_by_municipality", False)),
        )
    return values


def _wrong(item: Mapping[str, Any], values: Mapping[str, Parameter], done: Container[str]) -> Text | None:
    """What is wrong with a parameter of the configuration, if anything is."""
    id_, value = item["id"], item["value"]
    if id_ not in values:
        near = difflib.get_close_matches(id_, values, n=1)
        known = ", ".join(near or sorted(values))
        return Text(
            f"このパラメータはありません（{'近いもの' if near else '使えるもの'}: {known}）。",
            f"does not exist; {'close to it' if near else 'there are'}: {known}.",
        )
    if id_ in done:
        return Text("二度定められています。一つにしてください。", "is set twice; keep one.")
    base = values[id_]
    if _kind(base.value) is not _kind(value):
        return Text(
            f"値の型が違います（既定値は {base.value!r}）。", f"is of another type than its default {base.value!r}."
        )
    if isinstance(value, int | float) and not isinstance(value, bool) and not 0 <= value < math.inf:
        return Text(
            f"{value} は使えません（0 以上の数にしてください）。", f"must be a number from 0 upwards, not {value}."
        )
    if isinstance(value, list) and not all(isinstance(one, str) and one.strip() for one in value):
        return Text("空でない文字列の一覧にしてください。", "must be a list of strings that are not empty.")
    if base.type == "regions" and not value:
        return Text("空にできません。リージョンを一つ以上書いてください。", "must not be empty; name a region.")
    if base.type == "version" and not re.fullmatch(r"\d+(\.\d+)*", str(value)):
        return Text(
            f"{value!r} は版の番号ではありません（例 {base.value!r}）。",
            f"must be a version number such as {base.value!r}, not {value!r}.",
        )
    return None


def _kind(value: Any) -> type:
    """The kind of a value; whole numbers and others are one, true and false are no numbers."""
    return float if isinstance(value, int | float) and not isinstance(value, bool) else type(value)
