"""What ``auditor scan`` is given: one clear sentence or a reading, and never half a result."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path
from typing import Any

import pytest

from auditor.cli.main import main
from tests.cli.scanning import BAD, auditor, example, loaded, put, small

EDGE = sorted((BAD.parents[3] / "shared" / "plans" / "real" / "edge").glob("*"))


def refused(capsys: pytest.CaptureFixture[str], *arguments: str, code: int = 4) -> str:
    """The one sentence with which the program refuses."""
    assert main(["scan", *arguments]) == code
    out, error = capsys.readouterr()
    assert out == ""
    assert error.startswith("auditor: ")
    assert error.count("\n") == 1
    assert "Traceback" not in error
    return error


@pytest.mark.parametrize("lang", ["ja", "en"])
@pytest.mark.parametrize(
    ("content", "ja", "en"),
    [
        (b"", "空です", "is empty"),
        (b"\xff\xfe", "空です", "is empty"),
        (b"null", "形をしていません", "not of the shape"),
        (b"[]", "形をしていません", "not of the shape"),
        (b"{}", "ではありません", "not a Terraform plan"),
        (b"hello", "JSON ではありません", "is not JSON"),
        (b"\xff\xfe\r\0\n\0", "空です", "is empty"),
        (b"\xef\xbb\xbf", "空です", "is empty"),
        (b"\x00" * 64, "空です", "is empty"),
        (b"PK\x03\x04rest", "バイナリ", "binary plan"),
        ("{'a': '日本'}".encode("cp932"), "UTF-8", "UTF-8"),
        (b"[" * 100_000, "形をしていません", "not of the shape"),
        (b'{"planned_values":{"root_module":{"child_modules":[' * 5_000, "入れ子が深すぎ", "nested too deeply"),
        (b'{"version":4,"serial":1,"lineage":"x","resources":[]}', "tfstate", "tfstate"),
        (b'{"format_version":"1.0","values":{"root_module":{}}}', "状態", "is a state"),
        (b'{"@level":"info","@message":"x"}\n{"@level":"info"}', "進行メッセージ", "messages of terraform plan"),
        (b'{"tfplan":{"planned_values":{}}}', "jq .tfplan", "jq .tfplan"),
        (b'{"format_version":"2.0","planned_values":{}}', "2.0", "2.0"),
        (b'{"planned_values":{}} extra', "壊れ", "malformed JSON"),
    ],
)
def test_what_is_no_plan_gets_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: bytes, ja: str, en: str, lang: str
) -> None:
    path = tmp_path / "plan.json"
    path.write_bytes(content)
    error = refused(capsys, str(path), "--lang", lang)
    assert str(path) in error
    assert (ja if lang == "ja" else en) in error


@pytest.mark.parametrize("share", [0.001, 0.01, 0.1, 0.3, 0.5, 0.7, 0.9, 0.99, 0.9999])
def test_a_plan_that_is_cut_off_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str], share: float) -> None:
    data = BAD.read_bytes().rstrip()
    path = tmp_path / "plan.json"
    path.write_bytes(data[: int(len(data) * share)])
    assert "途切れています" in refused(capsys, str(path))


@pytest.mark.parametrize("path", EDGE, ids=lambda path: path.name)
def test_published_odd_files_are_refused_in_one_sentence(capsys: pytest.CaptureFixture[str], path: Path) -> None:
    assert path.name in refused(capsys, str(path))


@pytest.mark.parametrize(
    ("target", "words"), [("missing.json", "見つかりません"), (".", "ディレクトリ"), ("", "空"), ("x\0y", "ファイル名")]
)
def test_what_cannot_be_opened_is_named(capsys: pytest.CaptureFixture[str], target: str, words: str) -> None:
    assert words in refused(capsys, target)


def test_a_file_without_permission_is_named_with_the_reason(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    target = put(tmp_path, small("aws_kms_key"))
    read = Path.read_bytes

    def deny(self: Path) -> bytes:
        if str(self) == target:
            raise PermissionError(13, "Permission denied")
        return read(self)

    monkeypatch.setattr(Path, "read_bytes", deny)
    assert f"{target} を読めません（権限がない）" in refused(capsys, target)
    assert "(no permission)" in refused(capsys, target, "--lang", "en")


def test_a_target_of_no_known_kind_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert "aws:123" in refused(capsys, "aws:123")


def test_one_unreadable_target_stops_the_run_and_nothing_is_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    target = tmp_path / "result.json"
    target.write_text("old", encoding="utf-8")
    assert "missing.json" in refused(capsys, str(BAD), "missing.json", "--report", f"json={target}")
    assert target.read_text(encoding="utf-8") == "old"


@pytest.mark.parametrize("other", ["{0}", "{0.parent}/../aws-nonconforming/plan.json"])
def test_one_plan_is_not_read_twice(capsys: pytest.CaptureFixture[str], other: str) -> None:
    assert "二度" in refused(capsys, str(BAD), other.format(BAD), code=2)


def test_standard_input_is_read(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(BAD.read_bytes())))
    assert main(["scan", "-", "--report", f"json={tmp_path / 'x'}"]) == 1
    assert loaded(tmp_path / "x")["run"]["sources"][0]["name"] == "-"


def test_standard_input_that_is_closed_is_one_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "stdin", None)
    assert "標準入力が閉じられています" in refused(capsys, "-")


def scanned(tmp_path: Path, plan: Any, *arguments: str) -> tuple[int, Any]:
    """Exit code and JSON report of a plan."""
    target = tmp_path / "result.json"
    code = main(["scan", put(tmp_path, plan), "--report", f"json={target}", *arguments])
    return code, loaded(target)


@pytest.mark.parametrize("version", ["0.1", "0.2", "1.0", "1.1", "1.2", ""])
def test_known_versions_of_the_format_are_read(tmp_path: Path, version: str) -> None:
    plan = example()
    managed = [change for change in plan["resource_changes"] if change["mode"] == "managed"]
    code, report = scanned(tmp_path, {**plan, "format_version": version})
    assert (code, report["run"]["sources"][0]["resources"]) == (1, len(managed))


@pytest.mark.parametrize(
    ("change", "words"), [({"errored": True}, "errored"), ({"complete": False}, "complete: false")]
)
def test_a_plan_that_is_not_whole_is_incomplete_and_says_so(tmp_path: Path, change: Any, words: str) -> None:
    plan = {**small("aws_kms_key"), **change}
    code, report = scanned(tmp_path, plan, "--fail-on", "never")
    assert code == report["run"]["exit_code"] == 3
    assert words in report["run"]["sources"][0]["notes"][0]["en"]
    assert main(["scan", str(tmp_path / "plan.json"), "--report", f"text={tmp_path / 't'}", "--lang", "en"]) in (1, 3)
    assert words in " ".join((tmp_path / "t").read_text(encoding="utf-8").split())


def test_a_plan_without_resources_answers_every_clause_and_is_incomplete(tmp_path: Path) -> None:
    code, report = scanned(tmp_path, small())
    _, full = scanned(tmp_path, example())
    assert code == 3
    assert "資源が一つもなく" in report["run"]["sources"][0]["notes"][0]["ja"]
    answers = {clause["id"]: clause["status"] for clause in report["policies"][0]["clauses"]}
    assert answers.keys() == {clause["id"] for clause in full["policies"][0]["clauses"]}
    assert not {"conforming", "nonconforming"} & set(answers.values())


def test_a_type_that_nobody_knows_is_named_and_unverified(tmp_path: Path) -> None:
    code, report = scanned(tmp_path, small("acme_vault"))
    assert code == 0
    assert report["run"]["completeness"]["not_covered"] == {"acme_vault": 1}
    assert report["summary"]["by_status"]["unknown"] == 1
    assert scanned(tmp_path, small("acme_vault"), "--strict")[0] == 3


@pytest.mark.parametrize("action", ["create", "update", "no-op", "forget", "delete", "unheard-of"])
def test_every_action_is_read(tmp_path: Path, action: str) -> None:
    plan = small("aws_kms_key", action=action, importing={"id": "x"}, before={"enable_key_rotation": False})
    plan["resource_changes"][0]["previous_address"] = "aws_kms_key.old"
    code, report = scanned(tmp_path, plan)
    assert code in (0, 1)
    assert report["run"]["sources"][0]["resources"] == 1


def test_a_deposed_object_is_an_object_of_its_own(tmp_path: Path) -> None:
    plan = small("aws_kms_key")
    change = json.loads(json.dumps(plan["resource_changes"][0]))
    change["deposed"] = "4f3c2b1a"
    change["change"].update(actions=["delete"], before={"enable_key_rotation": False}, after=None)
    plan["resource_changes"].append(change)
    _, report = scanned(tmp_path, plan)
    assert report["run"]["sources"][0]["resources"] == 2
    ids = [finding["id"] for finding in report["findings"]]
    assert len(ids) == len(set(ids))


def test_values_of_wrong_types_break_nothing(tmp_path: Path) -> None:
    odd: Any
    for odd in (12345, "x", [[]], {"a": {"b": 1}}, None, True):
        plan = example()
        for resource in plan["planned_values"]["root_module"]["resources"]:
            resource["values"] = dict.fromkeys(resource["values"], odd)
            resource["sensitive_values"] = odd
        _, report = scanned(tmp_path, plan)
        assert report["summary"]["by_status"]["error"] == 0


def test_the_same_addresses_in_two_files_are_told_apart_in_any_order(tmp_path: Path) -> None:
    one, other = put(tmp_path, example(), "one.json"), put(tmp_path, example(), "other.json")
    found = []
    for order in ((one, other), (other, one)):
        assert main(["scan", *order, "--report", f"json={tmp_path / 'x'}"]) == 1
        found.append([finding["id"] for finding in loaded(tmp_path / "x")["findings"]])
    assert len(set(found[0])) == len(found[0])
    assert sorted(found[0]) == sorted(found[1])


def names_of(plan: Any, name: str) -> Any:
    """The plan with its first resource called something else."""
    for one in (plan["planned_values"]["root_module"]["resources"][0], plan["resource_changes"][0]):
        one.update(address=f'acme_vault.one["{name}"]', index=name)
    return plan


@pytest.mark.parametrize(
    "name", ["\x1b[31mred\x1b[0m", "a\r\nb\tc", "\u202eright", "x" * 5000, "長" * 500, "\x00", "\ud800"]
)
def test_odd_names_steer_no_terminal_and_break_no_report(tmp_path: Path, name: str) -> None:
    plan = put(tmp_path, names_of(small("acme_vault"), name))
    reports = [f"--report={kind}={tmp_path / kind}" for kind in ("text", "json", "sarif")]
    code = main(["scan", plan, *reports])
    if code == 4:
        return  # half of a surrogate pair is no JSON text at all
    text = (tmp_path / "text").read_text(encoding="utf-8")
    assert all(char.isprintable() or char in "\n\u3000" for char in text)
    assert loaded(tmp_path / "json")["findings"][0]["resource"]["address"] == f'acme_vault.one["{name}"]'
    assert loaded(tmp_path / "sarif")["version"] == "2.1.0"


def test_windows_newlines_and_byte_order_marks_are_read(tmp_path: Path) -> None:
    text = json.dumps(example(), indent=1).replace("\n", "\r\n")
    for encoding in ("utf-8", "utf-8-sig", "utf-16"):
        path = tmp_path / "plan.json"
        path.write_bytes(text.encode(encoding))
        assert main(["scan", str(path), "--report", f"json={tmp_path / 'x'}"]) == 1


def test_a_process_tells_standard_input_that_is_closed() -> None:
    done = auditor("scan", "-", redirected="<&-")
    assert (done.returncode, done.stdout) == (4, b"")
    assert "標準入力" in done.stderr.decode()
