"""Reading: plans in every form that people have them in, and one sentence for what is none."""

from __future__ import annotations

import contextlib
import io
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.errors import ExitCode
from auditor_terraform.errors import PlanError
from auditor_terraform.reading import parse, read

_PLAN: dict[str, Any] = {
    "format_version": "1.2",
    "terraform_version": "1.11.4",
    "planned_values": {"root_module": {}},
    "resource_changes": [],
    "configuration": {"root_module": {}},
}


def _text(**changes: Any) -> str:
    return json.dumps({**_PLAN, **changes}, ensure_ascii=False)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("indent", [None, 2])
def test_a_plan_is_read_in_every_encoding_and_layout(encoding: str, indent: int | None) -> None:
    text = json.dumps({**_PLAN, "terraform_version": "版"}, ensure_ascii=False, indent=indent)
    assert parse(text.encode(encoding), "p").terraform_version == "版"


@pytest.mark.parametrize("version", ["0.1", "0.2", "1.0", "1.2", "1.99"])
def test_all_known_format_versions_are_read(version: str) -> None:
    assert parse(_text(format_version=version).encode(), "p").format_version == version


def test_null_and_missing_parts_are_read() -> None:
    assert parse(_text(resource_changes=None, prior_state=None, configuration=None).encode(), "p") is not None
    assert parse(b'{"resource_changes": []}', "p") is not None


@pytest.mark.parametrize(
    ("data", "english", "japanese"),
    [
        (b"", "empty", "空"),
        (b" \n", "empty", "空"),
        (b"PK\x03\x04...", "binary plan file", "バイナリ"),
        (b"Terraform will perform the following actions", "not JSON", "JSON ではありません"),
        (_text().encode()[:-10], "cut off at byte", "途切れています"),
        (_text().encode().replace(b"1.2", b'1"2'), "malformed JSON", "JSON が壊れています"),
        (_text(format_version="2.0").encode(), "format_version 2.0", "format_version"),
        (b'{"format_version": "1.0", "terraform_version": "1.5.0", "values": {}}', "is a state", "状態"),
        (b'{"format_version": "1.0"}', "is a state", "状態"),
        (b'{"version": 4, "serial": 1, "lineage": "x", "resources": []}', "is a state (tfstate)", "状態"),
        (b'{"tfplan": ' + _text().encode() + b"}", 'key "tfplan"', "包んでいます"),
        (b'{"plan": ' + _text().encode() + b"}", "jq .plan", "jq .plan"),
        (
            b'{"@level":"info","@message":"x"}\n{"@level":"info"}\n',
            "messages of terraform plan -json",
            "進行メッセージ",
        ),
        (b'{"@level":"info","@message":"x"}', "messages of terraform plan -json", "進行メッセージ"),
        (b'{"name": "x"}', "not a Terraform plan", "プランではありません"),
        (b'{"resource_changes": [], "x": ' + b"[" * 10**5 + b"]" * 10**5 + b"}", "nested too deeply", "入れ子"),
        (b"[]", "not of the shape", "形をしていません"),
        (_text(resource_changes=[{"address": 1}]).encode(), "$.resource_changes[0]", "$.resource_changes"),
        (_text(terraform_version="版").encode("cp932"), "neither UTF-8", "Shift_JIS"),
        (_text().encode("utf-16")[:-1], "cut off or damaged", "壊れています"),
        (_text().replace('"1.2"', '"1.2??').encode("utf-16"), "PowerShell", "PowerShell"),
    ],
)
def test_what_is_no_plan_gets_one_sentence(data: bytes, english: str, japanese: str) -> None:
    with pytest.raises(PlanError) as caught:
        parse(data, "target.json")
    error = caught.value
    assert english in error.en
    assert japanese in error.ja
    assert error.path == "target.json"
    assert "target.json" in error.en
    assert "target.json" in error.ja
    assert "\n" not in error.en + error.ja
    assert error.exit_code is ExitCode.UNREADABLE


def test_text_in_other_scripts_is_read_across_pieces() -> None:
    long = "表" * 700_000
    assert parse(_text(terraform_version=f"a{long}").encode(), "p").terraform_version == f"a{long}"


def test_the_byte_at_which_it_is_cut_off_is_named() -> None:
    data = _text().encode()[:50]
    with pytest.raises(PlanError, match="cut off at byte 50"):
        parse(data, "p")


def test_values_of_a_file_that_is_no_plan_are_not_shown() -> None:
    with pytest.raises(PlanError) as caught:
        parse(_text(resource_changes=[{"address": {"password": "hunter2"}}]).encode(), "p")
    assert "hunter2" not in caught.value.en + caught.value.ja


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    with contextlib.suppress(PlanError):
        assert parse(data, "p")


@given(st.integers(min_value=0, max_value=len(_text()) - 1))
def test_a_plan_cut_off_anywhere_is_refused(length: int) -> None:
    with pytest.raises(PlanError):
        parse(_text().encode()[:length], "p")


def test_a_file_is_read_and_hashed(tmp_path: Path) -> None:
    path = tmp_path / "plan.json"
    path.write_text(_text(), encoding="utf-8")
    document = read(str(path))
    assert document.path == str(path)
    assert len(document.sha256) == 64


def test_standard_input_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    class Stdin:
        buffer = io.BytesIO(_text().encode())

    monkeypatch.setattr(sys, "stdin", Stdin)
    assert read("-").plan.terraform_version == "1.11.4"


@pytest.mark.parametrize(
    ("make", "english"),
    [
        (lambda path: path, "is a directory"),
        (lambda path: path / "missing.json", "does not exist"),
        (lambda path: path / ("n" * 300), "cannot be read"),
        (lambda path: "a\0b", "cannot be a file name"),
    ],
)
def test_what_cannot_be_opened_gets_one_sentence(make: Callable[[Path], object], english: str, tmp_path: Path) -> None:
    with pytest.raises(PlanError, match=english):
        read(str(make(tmp_path)))
