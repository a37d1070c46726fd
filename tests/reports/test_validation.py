"""Files of users are refused with file, line and field; the shipped ones are as their schemas want them."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from auditor.config import Config, effective_parameters, load_config
from auditor.errors import ConfigError
from auditor.plugins import Plugins
from auditor.policies.loader import PACK_FILES, load_controls, mappings_root
from auditor.policies.tables import read_bytes, read_yaml
from auditor.run import Packs
from auditor.validation import PACK_TABLES, PACK_YAML, SCHEMAS, find_line, first_error, validate_pack

PACKS = sorted((mappings_root() / "policies").iterdir())
PUBLISHED = {"report", "config", "policy", "controls", "parameters", "mapping", "clauses", "documents", "inherited"}


def test_every_schema_is_one_and_is_published() -> None:
    assert {path.name.removesuffix(".schema.json") for path in SCHEMAS.glob("*.json")} == PUBLISHED
    for path in SCHEMAS.glob("*.json"):
        document = json.loads(path.read_text(encoding="utf-8"))
        jsonschema.Draft202012Validator.check_schema(document)
        assert document["$schema"] == "https://json-schema.org/draft/2020-12/schema"
        assert document["title"]


def test_every_file_of_a_pack_has_its_schema() -> None:
    assert set(PACK_FILES) == PACK_YAML.keys() | PACK_TABLES.keys()


@pytest.mark.parametrize("folder", PACKS, ids=lambda folder: folder.name)
def test_the_shipped_packs_are_valid(folder: Path) -> None:
    validate_pack(folder)


def test_the_shipped_controls_are_valid() -> None:
    for path in (mappings_root() / "controls").glob("*.yaml"):
        assert first_error(read_yaml(path, read_bytes(path)), "controls") is None, path.name


def test_the_shipped_parameters_are_valid() -> None:
    path = mappings_root() / "parameters.yaml"
    assert first_error(read_yaml(path, read_bytes(path)), "parameters") is None


# ---------------------------------------------------------------- packs of users

DECIDED = """parameters:
  - id: key.rotation_max_days
    value: 400
    source: {ja: 鍵管理の内規, en: Internal rule on keys, certainty: primary}
    decided_by_municipality: true
"""


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    folder = tmp_path / "our-city"
    shutil.copytree(mappings_root() / "policies" / "toyama", folder)
    shutil.copy(mappings_root() / "inherited.csv", folder / "inherited.csv")
    with (folder / "policy.yaml").open("a", encoding="utf-8") as head:
        head.write(DECIDED)
    return folder


def change(path: Path, old: str, new: str) -> int:
    """Replace the first ``old``; returns its line."""
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return text[: text.index(old)].count("\n") + 1 + old.startswith("\n")


@pytest.mark.parametrize(
    ("name", "old", "new", "field", "ja"),
    [
        ("mapping.csv", "residency.replication,intersects,supports", "residency.replication,near,supports", "relationship", "near"),
        ("mapping.csv", ",intersects,supports,", ",intersects,maybe,", "role", "decides, supports"),
        ("mapping.csv", ",partial,", ",half,", "class", "half"),
        ("clauses.csv", "std,3(2)①(ウ),", "std,,", "number", "空にできません"),
        ("documents.csv", ",decides,", ",decide,", "role", "decides, supplements"),
        ("inherited.csv", "platform=government-cloud", "on monday", "when", "on monday"),
        ("policy.yaml", "id: toyama", "id: Toyama City", "id", "Toyama City"),
        ("policy.yaml", "schema_version: 1", "schema_version: 2", "schema_version", "2 は使えません"),
        ("policy.yaml", "citation: 富山市情報セキュリティ基本方針", "cite: x", "documents.1.cite", "この項目は使えません"),
        ("policy.yaml", "value: 400", "value: {days: 400}", "value", "形が違います"),
        ("policy.yaml", "certainty: primary", "certainty: sure", "source.certainty", "primary, excerpt"),
        ("policy.yaml", "\n    decided_by_municipality: true", "\n    decided: true", "decided", "この項目は使えません"),
    ],
)  # fmt: skip
def test_a_mistake_in_a_pack_is_named_with_file_line_and_field(
    pack: Path, name: str, old: str, new: str, field: str, ja: str
) -> None:
    line = change(pack / name, old, new)
    with pytest.raises(ConfigError) as error:
        validate_pack(pack)
    said = error.value.text
    assert name in said.ja
    assert f"{line}行目" in said.ja
    assert f"line {line} " in said.en
    assert field in said.ja
    assert ja in said.ja
    assert not re.search("is a required property|is not of type|does not match any", said.ja)


def test_a_date_needs_no_quotes(pack: Path) -> None:
    with (pack / "policy.yaml").open("a", encoding="utf-8") as head:
        head.write("in_force_from: 2026-04-01\n")
    validate_pack(pack)
    found = Packs(Plugins(), Config(packs=(pack,)), load_controls()).load("toyama")
    assert found is not None
    assert found.in_force_from == "2026-04-01"


def test_a_missing_item_is_named(pack: Path) -> None:
    change(
        pack / "policy.yaml",
        "title: {ja: 富山市情報セキュリティポリシー, en: Toyama City Information Security Policy}\n",
        "",
    )
    with pytest.raises(ConfigError, match="title is missing") as error:
        validate_pack(pack)
    assert "必要な項目 title がありません" in error.value.text.ja


@pytest.mark.parametrize("content", ["", "- a\n", "just text\n"])
def test_a_file_that_is_something_else_is_refused(pack: Path, content: str) -> None:
    (pack / "policy.yaml").write_text(content, encoding="utf-8")
    with pytest.raises(ConfigError) as error:
        validate_pack(pack)
    assert "policy.yaml" in error.value.text.ja
    assert "形が違います" in error.value.text.ja


def test_packs_of_the_configuration_are_checked_when_they_are_read(pack: Path) -> None:
    change(pack / "policy.yaml", "id: toyama", "id: our-city")
    plugins = Plugins()
    controls = load_controls()
    packs = Packs(plugins, Config(packs=(pack,)), controls)
    assert "our-city" in packs.ids
    assert packs.load("our-city") is not None
    change(pack / "policy.yaml", "certainty: primary", "certainty: sure")
    with pytest.raises(ConfigError, match=r"policy\.yaml line \d+ field parameters\.0\.source\.certainty"):
        Packs(plugins, Config(packs=(pack,)), controls).load("our-city")


def test_further_columns_are_the_users_own(pack: Path) -> None:
    path = pack / "mapping.csv"
    head, *rows = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join([f"{head},memo", *(f"{row},x" for row in rows)]) + "\n", encoding="utf-8")
    validate_pack(pack)


# ---------------------------------------------------------------- auditor.toml

GOOD = """\
[run]
policies = ["toyama"]
packs = ["policies/ours"]
phase = "operate"
platform = "government-cloud"
fail_on = "medium"
strict = true

[[parameter]]
id = "log.retention_min_days"
value = 1095
source = "実施手順 第5条"
decided_by_municipality = true

[[parameter]]
id = "residency.allowed_regions.aws"
value = ["ap-northeast-1"]
"""


def config(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "auditor.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_good_configuration_is_read(tmp_path: Path) -> None:
    (tmp_path / "policies" / "ours").mkdir(parents=True)
    loaded = load_config(config(tmp_path, GOOD))
    assert loaded.policies == ("toyama",)
    assert loaded.packs == (tmp_path / "policies" / "ours",)
    assert (loaded.phase, loaded.platform, loaded.fail_on, loaded.strict) == (
        "operate",
        "government-cloud",
        "medium",
        True,
    )
    assert [item["id"] for item in loaded.parameters] == ["log.retention_min_days", "residency.allowed_regions.aws"]


def test_an_empty_configuration_is_one(tmp_path: Path) -> None:
    assert load_config(config(tmp_path, "")).policies == ()


@pytest.mark.parametrize(
    ("old", "new", "line", "field", "ja", "en"),
    [
        ('phase = "operate"', 'phase = "running"', 4, "run.phase", "使えません", "not one of"),
        ("strict = true", 'strict = "yes"', 7, "run.strict", "true 又は false", "true or false"),
        ("strict = true", "stirct = true", 7, "run.stirct", "この項目は使えません", "there is no such item"),
        ('policies = ["toyama"]', 'policies = "toyama"', 2, "run.policies", "一覧（配列）", "a list"),
        ('policies = ["toyama"]', "policies = [1]", 2, "run.policies.0", "文字列", "a string"),
        ('policies = ["toyama"]', "policies = []", 2, "run.policies", "空にできません", "must not be empty"),
        ("value = 1095", "values = 1095", 11, "parameter.0.values", "この項目は使えません", "there is no such item"),
        ("value = 1095\n", "", 9, "parameter.0", "必要な項目 value", "value is missing"),
        ('id = "residency.allowed_regions.aws"', 'id = 3', 16, "parameter.1.id", "文字列", "a string"),
        ('value = ["ap-northeast-1"]', "value = {a = 1}", 17, "parameter.1.value", "形が違います", "is not"),
        ("[run]", "[runs]", 1, "runs", "この項目は使えません", "there is no such item"),
        ('platform = "government-cloud"', 'platform = "gcas"', 5, "run.platform", "government-cloud", "government-cloud"),
    ],
)  # fmt: skip
def test_a_mistake_in_the_configuration_is_named(
    tmp_path: Path, old: str, new: str, line: int, field: str, ja: str, en: str
) -> None:
    path = config(tmp_path, GOOD.replace(old, new))
    with pytest.raises(ConfigError) as error:
        load_config(path)
    said = error.value.text
    assert said.ja.startswith(f"{path} {line}行目 項目「{field}」: ")
    assert said.en.startswith(f"{path} line {line} field {field}: ")
    assert ja in said.ja
    assert en in said.en


@pytest.mark.parametrize(
    ("steps", "line"),
    [(["a", 1, "b"], 5), (["a", 0, "b"], 2), (["c", "d"], 7), (["nowhere"], 1), ([], 1), (["a", 9], 1)],
)
def test_lines_of_yaml(steps: list[Any], line: int) -> None:
    text = "a:\n  - b: 1\n    x: 2\n  # more\n  - b: 2\nc:\n  d: 3\n"
    assert find_line(Path("x.yaml"), text, steps) == line


@pytest.mark.parametrize("value", ["true", '"1095"', "[1095]"])
def test_a_value_of_another_type_than_the_default_is_refused(tmp_path: Path, value: str) -> None:
    given = load_config(config(tmp_path, f'[[parameter]]\nid = "log.retention_min_days"\nvalue = {value}\n'))
    pack = Packs(Plugins(), Config(), load_controls()).load("toyama")
    assert pack is not None
    with pytest.raises(ConfigError, match=r"log\.retention_min_days is of another type than its default 365"):
        effective_parameters([(pack.id, pack.parameters)], given)


@pytest.mark.parametrize("value", ["1095", "1095.0"])
def test_a_value_of_the_same_type_is_taken(tmp_path: Path, value: str) -> None:
    given = load_config(config(tmp_path, f'[[parameter]]\nid = "log.retention_min_days"\nvalue = {value}\n'))
    pack = Packs(Plugins(), Config(), load_controls()).load("toyama")
    assert pack is not None
    assert effective_parameters([(pack.id, pack.parameters)], given)["log.retention_min_days"].value == 1095
