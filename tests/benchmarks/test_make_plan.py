"""The benchmark plans have the shape of Terraform's own, and are the same for the same seed."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

MAKE_PLAN = Path(__file__).resolve().parents[2] / "benchmarks" / "make_plan.py"
SIZE = 200
Json = Any  # a JSON value has no narrower type in the standard library


def make(out: Path, size: int, seed: int = 1) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(MAKE_PLAN), str(size), str(out), "--seed", str(seed)],
        check=False,
        capture_output=True,
        text=True,
    )


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("plans") / "plan.json"
    made = make(out, SIZE)
    assert made.returncode == 0, made.stderr
    return out


@pytest.fixture(scope="module")
def plan(path: Path) -> Json:
    return json.loads(path.read_bytes())


def managed(plan: Json) -> list[Json]:
    return [change for change in plan["resource_changes"] if change["mode"] == "managed"]


def planned_resources(module: Json) -> Iterator[Json]:
    yield from module.get("resources", [])
    for child in module.get("child_modules", []):
        yield from planned_resources(child)


def modules(module: Json, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Json]]:
    yield path, module
    for name, call in module.get("module_calls", {}).items():
        yield from modules(call["module"], (*path, name))


def references(value: Json) -> Iterator[str]:
    if isinstance(value, list):
        for part in value:
            yield from references(part)
    elif isinstance(value, dict):
        yield from value.get("references", [])
        for part in value.values():
            yield from references(part)


def configured_blocks(plan: Json) -> dict[str, Json]:
    """Resource blocks by their absolute address without indexes."""
    blocks: dict[str, Json] = {}
    for path, module in modules(plan["configuration"]["root_module"]):
        prefix = "".join(f"module.{name}." for name in path)
        blocks.update({prefix + block["address"]: block for block in module.get("resources", [])})
    return blocks


def without_indexes(address: str) -> str:
    return re.sub(r"\[[^\]]*\]", "", address)


@pytest.mark.parametrize("size", [20, 77, SIZE])
def test_the_plan_has_exactly_the_asked_number_of_managed_resources(tmp_path: Path, size: int) -> None:
    out = tmp_path / "plan.json"
    assert make(out, size).returncode == 0
    plan = json.loads(out.read_bytes())
    assert plan["format_version"] == "1.2"
    assert plan["terraform_version"].startswith("1.11.")
    assert len({change["address"] for change in managed(plan)}) == len(managed(plan)) == size


def test_too_few_resources_are_refused_in_one_sentence_and_nothing_is_written(tmp_path: Path) -> None:
    out = tmp_path / "plan.json"
    refused = make(out, 3)
    assert refused.returncode == 2
    assert "N must be 20 or more" in refused.stderr
    assert "Traceback" not in refused.stderr
    assert not out.exists()


def test_the_same_seed_gives_the_same_text_and_another_seed_another(path: Path, tmp_path: Path) -> None:
    again, other = tmp_path / "again.json", tmp_path / "other.json"
    make(again, SIZE)
    make(other, SIZE, seed=2)
    assert again.read_bytes() == path.read_bytes()
    assert other.read_bytes() != path.read_bytes()


def test_a_resource_takes_about_two_and_a_half_kilobytes(path: Path) -> None:
    assert 2_200 < path.stat().st_size / SIZE < 2_800


def test_planned_values_repeat_what_the_changes_say(plan: Json) -> None:
    changes = {change["address"]: change["change"] for change in plan["resource_changes"]}
    planned = {one["address"]: one for one in planned_resources(plan["planned_values"]["root_module"])}
    assert planned.keys() == changes.keys()
    for address, one in planned.items():
        assert one["values"] == changes[address]["after"]
        assert one["sensitive_values"] == changes[address]["after_sensitive"]


def test_every_managed_resource_is_created_and_its_unknown_parts_have_no_value(plan: Json) -> None:
    for change in managed(plan):
        assert change["change"]["actions"] == ["create"]
        assert change["change"]["before"] is None
        unknown = {name for name, flag in change["change"]["after_unknown"].items() if flag is True}
        assert unknown
        assert not unknown & change["change"]["after"].keys()


def test_every_resource_has_its_block_and_every_block_its_provider(plan: Json) -> None:
    blocks = configured_blocks(plan)
    for change in plan["resource_changes"]:
        block = blocks[without_indexes(change["address"])]
        repeated = "count_expression" if isinstance(change.get("index"), int) else "for_each_expression"
        assert (repeated in block) == ("index" in change)
    assert {block["provider_config_key"] for block in blocks.values()} <= plan["configuration"][
        "provider_config"
    ].keys()


def test_every_reference_names_something_in_its_own_module(plan: Json) -> None:
    seen: set[str] = set()
    for _, module in modules(plan["configuration"]["root_module"]):
        addresses = {block["address"] for block in module.get("resources", [])}
        calls = module.get("module_calls", {})
        # The modules inside have references of their own, judged in their turn.
        own = [module.get("resources", []), module.get("outputs", {})]
        own += [{name: part for name, part in call.items() if name != "module"} for call in calls.values()]
        for reference in references(own):
            kind, *rest = without_indexes(reference).split(".")
            seen.add(kind)
            if kind == "var":
                assert rest[0] in module["variables"], reference
            elif kind == "module":
                assert rest[0] in calls, reference
                assert len(rest) == 1 or rest[1] in calls[rest[0]]["module"]["outputs"], reference
            elif kind == "data":
                assert ".".join([kind, *rest[:2]]) in addresses, reference
            elif kind not in ("each", "count"):
                assert f"{kind}.{rest[0]}" in addresses, reference
    assert {"var", "module", "data", "each", "count", "aws_vpc", "google_kms_crypto_key"} <= seen


def contradictions(expression: Json, value: Json) -> Iterator[tuple[Json, Json]]:
    """Literals of an expression that differ from the value planned at the same place."""
    if isinstance(expression, list) and isinstance(value, list):
        for part, planned in zip(expression, value, strict=False):
            yield from contradictions(part, planned)
    elif isinstance(expression, dict) and "constant_value" in expression:
        if expression["constant_value"] != value:
            yield expression["constant_value"], value
    elif isinstance(expression, dict) and isinstance(value, dict):
        for name in expression.keys() - {"references"}:
            yield from contradictions(expression[name], value.get(name))


def test_literals_in_the_configuration_are_what_the_plan_says(plan: Json) -> None:
    blocks = configured_blocks(plan)
    for change in managed(plan):
        block = blocks[without_indexes(change["address"])]
        assert not list(contradictions(block["expressions"], change["change"]["after"])), change["address"]


def test_calls_give_every_variable_of_their_module(plan: Json) -> None:
    for _, module in modules(plan["configuration"]["root_module"]):
        for call in module.get("module_calls", {}).values():
            assert call["expressions"].keys() == call["module"].get("variables", {}).keys()


def test_relevant_attributes_and_read_data_exist(plan: Json) -> None:
    addresses = {change["address"] for change in plan["resource_changes"]}
    assert {one["resource"] for one in plan["relevant_attributes"]} <= addresses
    prior = list(planned_resources(plan["prior_state"]["values"]["root_module"]))
    assert {one["mode"] for one in prior} == {"data"}
    assert "data.aws_region.current" in {one["address"] for one in prior}


def test_modules_are_three_deep_and_repeated_by_count_and_by_key(plan: Json) -> None:
    addresses = {change["module_address"] for change in plan["resource_changes"]}
    assert max(address.count("module.") for address in addresses) == 3
    assert any(address.endswith("[0]") for address in addresses)
    assert any(address.endswith('"]') for address in addresses)


def test_the_mix_of_types_is_near_the_intended_shares(plan: Json) -> None:
    types = [change["type"] for change in managed(plan)]
    assert sum(name.startswith("aws_s3_") for name in types) / SIZE == pytest.approx(0.25, abs=0.06)
    assert sum(name.startswith("google_") for name in types) / SIZE == pytest.approx(0.20, abs=0.06)


def test_bucket_companions_know_their_bucket_by_reference_alone(plan: Json) -> None:
    companions = [change for change in managed(plan) if change["type"].startswith("aws_s3_bucket_")]
    assert companions
    assert all(change["change"]["after_unknown"]["bucket"] is True for change in companions)


def test_some_values_conform_some_breach_and_some_are_unknown(tmp_path: Path) -> None:
    out = tmp_path / "plan.json"
    make(out, 1_000)
    changes = managed(json.loads(out.read_bytes()))
    blocks = [one["change"] for one in changes if one["type"] == "aws_s3_bucket_versioning"]
    assert {one["after"]["versioning_configuration"][0].get("status", "unknown") for one in blocks} == {
        "Enabled",
        "Suspended",
        "unknown",
    }
    trusts = [one["change"]["after"]["assume_role_policy"] for one in changes if one["type"] == "aws_iam_role"]
    principals = {next(iter(json.loads(trust)["Statement"][0]["Principal"])) for trust in trusts}
    assert principals == {"AWS", "Service"}
