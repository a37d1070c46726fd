"""``auditor.toml``: what a municipality or a project decides for its runs."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec

from auditor.errors import ConfigError
from auditor.policies.model import Parameter, ParameterSource
from auditor.text import Text
from auditor.validation import validate


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


def load_config(path: Path) -> Config:
    """Read and check a configuration file.

    Raises :class:`ConfigError` with file, line and field for anything that the schema
    ``auditor/schemas/config.schema.json`` does not allow.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise ConfigError(
            f"設定ファイル {path} を読めません（{error.strerror}）。",
            f"the configuration {path} cannot be read ({error.strerror}).",
        ) from None
    except UnicodeDecodeError:
        raise ConfigError(f"{path} は UTF-8 ではありません。", f"{path} is not UTF-8.") from None
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(
            f"{path}: TOML として読めません（{error}）。", f"{path}: not readable as TOML ({error})."
        ) from None
    validate(data, "config", path, text)
    run = data.get("run", {})
    return Config(
        path=path,
        policies=tuple(run.get("policies", ())),
        packs=tuple(path.parent / pack for pack in run.get("packs", ())),
        phase=run.get("phase"),
        platform=run.get("platform"),
        fail_on=run.get("fail_on"),
        strict=run.get("strict", False),
        parameters=tuple(data.get("parameter", ())),
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
    for item in config.parameters:
        id_ = item["id"]
        if id_ not in values:
            raise ConfigError(
                f"{config.path}: パラメータ {id_} はありません（使えるもの: {'、'.join(sorted(values))}）。",
                f"{config.path}: there is no parameter {id_}; there are: {', '.join(sorted(values))}.",
            )
        base = values[id_]
        if _kind(base.value) is not _kind(item["value"]):
            raise ConfigError(
                f"{config.path}: パラメータ {id_} の値の型が違います（既定値は {base.value!r}）。",
                f"{config.path}: the value of parameter {id_} is of another type than its default {base.value!r}.",
            )
        source = str(item.get("source", ""))
        values[id_] = msgspec.structs.replace(
            base,
            value=item["value"],
            source=ParameterSource(Text(source or f"{config.path}", source or f"{config.path}"), "configuration"),
            decided_by_municipality=bool(item.get("decided_by_municipality", False)),
        )
    return values


def _kind(value: Any) -> type:
    """The kind of a value; whole numbers and others are one, true and false are no numbers."""
    return float if isinstance(value, int | float) and not isinstance(value, bool) else type(value)
