"""Checking files of users against the published schemas, with file, line and field in every complaint."""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from auditor.errors import ConfigError
from auditor.policies.checking import Defect
from auditor.policies.tables import decode_text, read_bytes, read_table, read_yaml
from auditor.text import Text

if TYPE_CHECKING:
    from jsonschema import Draft202012Validator
    from jsonschema.exceptions import ValidationError

SCHEMAS = Path(__file__).resolve().parent / "schemas"

PACK_YAML = {"policy.yaml": "policy"}
PACK_TABLES = {
    "clauses.csv": "clauses",
    "mapping.csv": "mapping",
    "documents.csv": "documents",
}
OPTIONAL_TABLES = {"inherited.csv": "inherited"}

Step = str | int

_TYPES = {
    "string": Text("文字列", "a string"),
    "number": Text("数", "a number"),
    "integer": Text("整数", "an integer"),
    "boolean": Text("true 又は false", "true or false"),
    "array": Text("一覧（配列）", "a list"),
    "object": Text("項目の組（表）", "a table of items"),
    "null": Text("空", "null"),
}


def schema(name: str) -> dict[str, Any]:
    """A published schema by its name (``config``, ``report`` …)."""
    document: dict[str, Any] = json.loads((SCHEMAS / f"{name}.schema.json").read_text(encoding="utf-8"))
    return document


def first_error(data: Any, name: str) -> ValidationError | None:
    """What is most wrong with ``data``; ``None`` if it is as the schema wants it."""
    import jsonschema  # imported here: start-up without a configuration does not pay for it

    # an item that is not allowed is usually a misspelt one, and says more than that the right one is missing
    relevance = jsonschema.exceptions.by_relevance(strong={"additionalProperties"})
    found: ValidationError | None = jsonschema.exceptions.best_match(_validator(name).iter_errors(data), relevance)
    return found


def every_error(data: Any, name: str) -> Iterator[ValidationError]:
    """All that is wrong with ``data``, in the order of its items."""
    return iter(
        sorted(_validator(name).iter_errors(data), key=lambda error: [str(step) for step in error.absolute_path])
    )


@functools.cache
def _validator(name: str) -> Draft202012Validator:
    import jsonschema

    return jsonschema.Draft202012Validator(schema(name))


def validate(data: Any, name: str, path: Path, text: str) -> None:
    """Check the content of a TOML or YAML file; raises :class:`ConfigError` naming file, line and field."""
    error = first_error(data, name)
    if error is not None:
        said = _complaint(error, path, text)[1]
        raise ConfigError(said.ja, said.en)


def _complaint(error: ValidationError, path: Path, text: str) -> tuple[int, Text]:
    """The line of an error of the validator, and the sentence on it."""
    steps: list[Step] = list(error.absolute_path)
    extra = _surplus(error)
    line = find_line(path, text, [*steps, extra] if extra is not None else steps)
    said = describe(error)
    field = dotted([*steps, extra] if extra is not None else steps)
    return line, Text(f"{path} {line}行目 項目「{field}」: {said.ja}", f"{path} line {line} field {field}: {said.en}")


def validate_pack(folder: Path) -> None:
    """Check every file of a policy pack; raises :class:`ConfigError` naming file, line and field or column."""
    for name, kind in PACK_YAML.items():
        path = folder / name
        data = read_bytes(path)
        validate(read_yaml(path, data), kind, path, decode_text(path, data))
    optional = {name: kind for name, kind in OPTIONAL_TABLES.items() if (folder / name).is_file()}
    for name, kind in (PACK_TABLES | optional).items():
        path = folder / name
        columns = schema(kind)["required"]
        for row in read_table(path, read_bytes(path), columns):
            error = first_error(dict(row), kind)
            if error is not None:
                said = describe(error)
                raise row.fail(dotted(list(error.absolute_path)), said.ja, said.en)


def schema_defects(folder: Path) -> list[Defect]:
    """Everything in the files of a policy pack that the schemas do not allow."""
    found: list[Defect] = []
    optional = {name: kind for name, kind in OPTIONAL_TABLES.items() if (folder / name).is_file()}
    for name, kind in (PACK_YAML | PACK_TABLES | optional).items():
        path = folder / name
        try:
            data = read_bytes(path)
            if name in PACK_YAML:
                text = decode_text(path, data)
                for error in every_error(read_yaml(path, data), kind):
                    line, said = _complaint(error, path, text)
                    found.append(Defect(name, line, said))
            else:
                for row in read_table(path, data, schema(kind)["required"]):
                    for error in every_error(dict(row), kind):
                        said = describe(error)
                        field = dotted(list(error.absolute_path))
                        found.append(Defect(name, row.line, row.fail(field, said.ja, said.en).text))
        except ConfigError as unreadable:
            found.append(Defect(name, 0, unreadable.text))
    return found


def dotted(steps: Sequence[Step]) -> str:
    """``parameter.1.value``; places in lists count from 0."""
    return ".".join(map(str, steps)) or "(root)"


# ---------------------------------------------------------------- words


def _allowed(error: ValidationError) -> list[str]:
    """The items that a table may have."""
    within = error.schema
    return sorted(within.get("properties", {})) if isinstance(within, Mapping) else []


def _surplus(error: ValidationError) -> str | None:
    """The item that is not allowed, if that is what is wrong."""
    if error.validator != "additionalProperties" or not isinstance(error.instance, dict):
        return None
    allowed = _allowed(error)
    return next((str(key) for key in error.instance if key not in allowed), None)


def _value(value: Any) -> str:
    shown = json.dumps(value, ensure_ascii=False, default=str)
    return shown if len(shown) <= 60 else shown[:59] + "…"


def describe(error: ValidationError) -> Text:
    """One sentence on an error of the validator."""
    wanted: Any = error.validator_value
    instance: Any = error.instance
    match error.validator:
        case "required":
            missing = [name for name in wanted if name not in instance]
            return Text(f"必要な項目 {'、'.join(missing)} がありません。", f"{', '.join(missing)} is missing.")
        case "additionalProperties":
            allowed = _allowed(error)
            return Text(
                f"この項目は使えません（使えるもの: {'、'.join(allowed)}）。",
                f"there is no such item; there are: {', '.join(allowed)}.",
            )
        case "enum" | "const":
            choices = wanted if error.validator == "enum" else [wanted]
            listed = ", ".join(str(choice) for choice in choices)
            return Text(
                f"{_value(instance)} は使えません（{listed} のいずれか）。",
                f"{_value(instance)} is not one of {listed}.",
            )
        case "type" | "anyOf":
            types = _types(error)
            return Text(
                f"{_value(instance)} は形が違います（{'又は'.join(type_.ja for type_ in types)}にしてください）。",
                f"{_value(instance)} is not {' or '.join(type_.en for type_ in types)}.",
            )
        case "minLength" | "minItems":
            return Text("空にできません。", "must not be empty.")
        case "pattern":
            return Text(
                f"{_value(instance)} は形式 {wanted} に合いません。", f"{_value(instance)} does not match {wanted}."
            )
        case "uniqueItems":
            return Text(f"{_value(instance)} に同じものが二つあります。", f"{_value(instance)} holds something twice.")
    return Text(f"{_value(instance)} は使えません（{error.validator}）。", error.message)


def _types(error: ValidationError) -> list[Text]:
    wanted: Any = error.validator_value
    if error.validator == "anyOf":
        names = [option["type"] for option in wanted if isinstance(option.get("type"), str)]
    else:
        names = [wanted] if isinstance(wanted, str) else list(wanted)
    return [_TYPES[name] for name in dict.fromkeys(names)]


# ---------------------------------------------------------------- lines


def find_line(path: Path, text: str, steps: Sequence[Step]) -> int:
    """The line, from 1, on which the item at ``steps`` stands, or the nearest above it that exists."""
    if path.suffix in (".yaml", ".yml"):
        return _yaml_line(text, steps)
    return _toml_line(text, steps)


def _yaml_line(text: str, steps: Sequence[Step]) -> int:
    import yaml  # imported here: only a complaint needs it

    node = yaml.compose(text, Loader=yaml.SafeLoader)
    line = 1
    for step in steps:
        if isinstance(node, yaml.MappingNode):
            pair = next(((key, value) for key, value in node.value if key.value == str(step)), None)
            if pair is None:
                break
            line, node = pair[0].start_mark.line + 1, pair[1]
        elif isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
            node = node.value[step]
            line = node.start_mark.line + 1
        else:
            break
    return line


def _toml_line(text: str, steps: Sequence[Step]) -> int:
    """Tables, arrays of tables and keys as files are commonly written; inline tables count as their line."""
    lines = text.splitlines()
    at, end = 0, len(lines)
    path = ""
    for index, step in enumerate(steps):
        if isinstance(step, int):
            continue
        follower = steps[index + 1] if index + 1 < len(steps) else None
        name = rf"\"?{re.escape(step)}\"?"
        path += rf"\s*\.\s*{name}" if path else name
        heads = [n for n in range(at, end) if re.match(rf"\s*\[\[?\s*{path}\s*\]", lines[n])]
        keys = [n for n in range(at, end) if re.match(rf"\s*{name}\s*[=.]", lines[n])]
        if heads:
            at = heads[min(follower, len(heads) - 1)] if isinstance(follower, int) else heads[0]
            # what stands under the next head that is not within this one is another table's
            others = (n for n in range(at + 1, end) if re.match(rf"\s*\[(?!\[?\s*{path}\s*\.)", lines[n]))
            end = next(others, end)
        elif keys:
            at = keys[0]
        else:
            break
    return at + 1
