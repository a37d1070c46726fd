"""The source: which records a plan yields, and what it says about its own completeness."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from auditor.attr import Known, Unknown
from auditor.errors import InputError
from auditor.inventory import SourceKind
from auditor.record import Action, Record
from auditor_terraform import auditor_sources
from auditor_terraform.errors import PlanError
from auditor_terraform.joins import PlanLinks
from auditor_terraform.source import PlanReading, PlanSource

Find = Callable[[PlanLinks, str], Record]


def records(builder: Any) -> dict[str, Record]:
    return {record.address: record for record in builder.open().records()}


@pytest.mark.parametrize(
    ("actions", "action"),
    [
        ("create", Action.CREATE),
        ("update", Action.UPDATE),
        ("no-op", Action.NO_OP),
        ("delete,create", Action.REPLACE),
        ("create,delete", Action.REPLACE),
        ("forget,create", Action.REPLACE),
    ],
)
def test_actions_are_told(builder: Any, actions: str, action: Action) -> None:
    builder.instance("aws_s3_bucket.b", {"bucket": "b"}, {"id": True}, actions)
    record = records(builder)["aws_s3_bucket.b"]
    assert record.action is action
    assert isinstance(record.get("id"), Unknown)


def test_what_goes_away_has_its_present_values(builder: Any) -> None:
    builder.leaving("aws_s3_bucket.d", {"bucket": "d"}).leaving("aws_s3_bucket.f", {"bucket": "f"}, "forget")
    builder.leaving("aws_s3_bucket.o", {"bucket": "o"}, deposed="abcd1234")
    builder.instance("aws_s3_bucket.o", {"bucket": "new"})
    found = records(builder)
    assert found["aws_s3_bucket.d"].action is Action.DELETE
    assert found["aws_s3_bucket.f"].action is Action.FORGET
    deposed = found["aws_s3_bucket.o (deposed abcd1234)"]
    assert deposed.action is Action.DELETE
    values = [found[a].get("bucket") for a in ("aws_s3_bucket.d", "aws_s3_bucket.f", "aws_s3_bucket.o")]
    assert [value.value for value in [*values, deposed.get("bucket")] if isinstance(value, Known)] == [
        "d",
        "f",
        "new",
        "o",
    ]


def test_records_know_type_name_provider_and_sensitivity(builder: Any) -> None:
    builder.instance('module.m["k"].aws_db_instance.d[0]', {"password": "hunter2"})
    builder.instance("google_storage_bucket.g").instance("random_id.r")
    module = builder.plan["planned_values"]["root_module"]["child_modules"][0]
    module["resources"][0]["sensitive_values"] = {"password": True}
    builder.plan["planned_values"]["root_module"]["resources"][0]["provider_name"] = "registry.example/x/google-beta"
    found = records(builder)
    record = found['module.m["k"].aws_db_instance.d[0]']
    assert (record.type, record.name, record.provider, record.source) == ("aws_db_instance", "d", "aws", "plan.json")
    password = record.get("password")
    assert isinstance(password, Known)
    assert password.sensitive
    assert found["google_storage_bucket.g"].provider == "google"
    assert found["random_id.r"].provider == "random"


def test_an_instance_comes_once(builder: Any) -> None:
    builder.instance("aws_s3_bucket.b").instance("aws_s3_bucket.c[0]").instance("aws_s3_bucket.c[1]")
    reading = builder.open()
    addresses = [record.address for record in reading.records()]
    assert sorted(addresses) == sorted(set(addresses))
    assert len(addresses) == 3 == reading.info.resources


def test_a_plan_says_what_it_is(builder: Any) -> None:
    info = builder.instance("aws_kms_key.k").open().info
    assert (info.kind, info.complete, info.incomplete, info.tool) == (SourceKind.PLAN, False, False, "Terraform 1.11.4")
    assert info.notes == ()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"errored": True, "complete": False}, "errored"),
        ({"complete": False}, "complete: false"),
        ({"configuration": None}, "no configuration"),
    ],
)
def test_a_partial_plan_is_read_and_says_so(builder: Any, changes: dict[str, Any], words: str) -> None:
    builder.instance("aws_s3_bucket.b")
    builder.plan.update(changes)
    info = builder.open().info
    assert info.incomplete
    assert info.resources == 1
    assert words in " ".join(note.en for note in info.notes)


def test_without_changes_what_is_configured_and_missing_is_unknown(builder: Any) -> None:
    builder.block("aws_s3_bucket.b", {"bucket": {"references": ["local.b"]}, "tags": {"constant_value": {}}})
    builder.instance("aws_s3_bucket.b", {"tags": {}})
    builder.plan["resource_changes"] = None
    reading = builder.open()
    record = next(iter(reading.records()))
    assert isinstance(record.get("bucket"), Unknown)
    assert isinstance(record.get("tags"), Known)
    assert reading.info.incomplete


def test_odd_addresses_do_not_stop_the_reading(builder: Any) -> None:
    builder.block("aws_x.y", {"k": {"references": ["local.k"]}}).instance("aws_x.y", {}, {"k": True})
    builder.instance("aws_kms_key.k", {}, {"id": True})
    odd = builder.plan["planned_values"]["root_module"]["resources"][1]
    odd["address"] = builder.plan["resource_changes"][1]["address"] = "[odd"
    builder.plan["planned_values"]["root_module"]["child_modules"] = [{"address": "odd]", "resources": [odd]}]
    builder.plan["relevant_attributes"] = [{"resource": "aws_kms_key.k", "attribute": ["id"]}]
    found = records(builder)["[odd"].referrers("aws_x", "k")
    assert [record.address for record in found.possible] == ["aws_x.y"]
    builder.plan["relevant_attributes"] = [{"resource": "[odd", "attribute": []}]
    assert records(builder)["[odd"].referrers("aws_x", "k").possible


def test_an_empty_plan_has_no_records(builder: Any) -> None:
    assert records(builder) == {}


def test_the_source_opens_files_and_leaves_other_targets_alone(builder: Any, tmp_path: Path) -> None:
    (source,) = auditor_sources()
    assert isinstance(source, PlanSource)
    path = tmp_path / "plan.json"
    path.write_bytes(builder.instance("aws_s3_bucket.b").data())
    assert source.open("aws:production") is None
    reading = source.open(str(path))
    assert isinstance(reading, PlanReading)
    assert reading.info.name == str(path)
    assert len(reading.info.sha256) == 64
    with pytest.raises(PlanError) as caught:
        source.open(str(tmp_path / "missing.json"))
    assert isinstance(caught.value, InputError)
