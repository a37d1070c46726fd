"""Mistakes on the command line and in the configuration: one sentence in the language asked for; and the exit codes."""

from __future__ import annotations

import copy
import random
from pathlib import Path
from typing import Any

import pytest

from auditor.cli.main import main
from tests.cli.scanning import BAD, GOOD, example, loaded, put, small


def sentence(capsys: pytest.CaptureFixture[str], code: int, *arguments: str) -> str:
    """The one sentence with which the program ends."""
    assert main(arguments) == code
    out, error = capsys.readouterr()
    assert (out, error.count("\n")) == ("", 1)
    assert error.startswith("auditor: ")
    return error


@pytest.mark.parametrize(
    ("arguments", "ja", "en"),
    [
        ([], "コマンド（scan, collect, preflight, permissions, explain, list, policy）", "name a command"),
        (["nonsense"], "「nonsense」は指定できません", "invalid choice: 'nonsense'"),
        (["--strict", "scan", "x"], "を先に", "first and options such as --strict after"),
        (["scan"], "TARGET を指定してください", "required: TARGET"),
        (["scan", "x", "--bogus"], "--bogus", "--bogus"),
        (["scan", "x", "--rep", "json"], "--rep", "--rep"),
        (["scan", "x", "--phase"], "--phase の後に値がありません", "expected one argument"),
        (["scan", "x", "--strict=yes"], "--strict に値（yes）", "explicit argument 'yes'"),
        (["scan", "x", "--fail-on", "worst"], "low, medium, high, critical, never", "invalid choice: 'worst'"),
        (["list", "things"], "resource-types", "invalid choice: 'things'"),
        (["explain"], "ID を指定", "required: ID"),
        (["scan", "x", "--policy", "nowhere"], "toyama", "there is no policy nowhere"),
        (["scan", "x", "--config", "nowhere.toml"], "ファイル又はフォルダがない", "no such file or folder"),
    ],
)
def test_a_mistake_is_told_in_the_language_asked_for(
    capsys: pytest.CaptureFixture[str], arguments: list[str], ja: str, en: str
) -> None:
    assert ja in sentence(capsys, 2, *arguments)
    if arguments:
        assert en in sentence(capsys, 2, *arguments, "--lang", "en")
        assert en in sentence(capsys, 2, *arguments, "--lang=en")


@pytest.mark.parametrize("command", [[], ["scan"], ["explain"], ["list"], ["policy"], ["policy", "import"]])
def test_help_is_in_both_languages(capsys: pytest.CaptureFixture[str], command: list[str]) -> None:
    with pytest.raises(SystemExit, match="0"):
        main([*command, "--help"])
    out = capsys.readouterr().out
    assert "引数 / arguments" in out
    assert "この説明を示して終わる / show this help and exit" in out


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("[run\n", 1, "TOML として読めません"),
        ("a = 1\na = 2\n", 2, "TOML として読めません"),
        ('[run]\npolicies = ["nowhere"]\n', None, "項目「run.policies」: ポリシー nowhere"),
        ('[run]\n\npacks = ["nowhere"]\n', 3, "フォルダ"),
        ('[[parameter]]\nid = "log.retention"\nvalue = 1\n', 1, "近いもの: log.retention_min_days"),
        ('[[parameter]]\nid = "log.retention_min_days"\nvalue = -1\n', 1, "0 以上の数"),
        ('[[parameter]]\nid = "log.retention_min_days"\nvalue = nan\n', 1, "0 以上の数"),
        ('[[parameter]]\nid = "log.retention_min_days"\nvalue = inf\n', 1, "0 以上の数"),
        ('[[parameter]]\nid = "log.retention_min_days"\nvalue = "x"\n', 1, "型が違います"),
        (2 * '[[parameter]]\nid = "log.retention_min_days"\nvalue = 9\n', 4, "二度"),
        ('[[parameter]]\nid = "residency.allowed_regions.aws"\nvalue = []\n', 1, "空にできません"),
        ('[[parameter]]\nid = "residency.allowed_regions.aws"\nvalue = [1]\n', 1, "文字列の一覧"),
        ('[[parameter]]\nid = "encryption.min_tls_version"\nvalue = "TLS"\n', 1, "版の番号"),
    ],
)
def test_a_mistake_in_the_configuration_names_file_and_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str, line: int | None, words: str
) -> None:
    path = tmp_path / "auditor.toml"
    path.write_text(text, encoding="utf-8")
    error = sentence(capsys, 2, "scan", str(BAD), "--config", str(path))
    assert words in error
    assert f"auditor: {path} " + (f"{line}行目" if line else "") in error


def test_a_configuration_that_cannot_be_read_is_never_passed_over(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "auditor.toml").symlink_to("nowhere")
    assert "auditor.toml" in sentence(capsys, 2, "scan", str(BAD))
    (tmp_path / "auditor.toml").unlink()
    (tmp_path / "auditor.toml").write_bytes(b"\xff\xfe")
    assert "UTF-8 で保存" in sentence(capsys, 2, "scan", str(BAD))


@pytest.mark.parametrize(
    ("plan", "arguments", "code"),
    [
        (GOOD, [], 0),
        (GOOD, ["--strict"], 3),
        (BAD, [], 1),
        (BAD, ["--strict"], 1),
        (BAD, ["--fail-on", "critical"], 1),
        (BAD, ["--fail-on", "never"], 0),
        (BAD, ["--fail-on", "never", "--strict"], 3),
        (Path("missing"), [], 4),
        (BAD, ["--phase", "never"], 2),
    ],
)
def test_exit_codes_are_those_of_the_readme(plan: Path, arguments: list[str], code: int, tmp_path: Path) -> None:
    assert main(["scan", str(plan), f"--report=json={tmp_path / 'x'}", *arguments]) == code
    if code in (0, 1, 3):
        assert loaded(tmp_path / "x")["run"]["exit_code"] == code


@pytest.mark.parametrize("level", ["low", "medium", "high", "critical"])
def test_fail_on_looks_at_the_severity(tmp_path: Path, level: str) -> None:
    order = ["low", "medium", "high", "critical"]
    code = main(
        [
            "scan",
            put(tmp_path, small("aws_cloudwatch_log_group")),
            f"--report=json={tmp_path / 'x'}",
            "--fail-on",
            level,
        ]
    )
    found = loaded(tmp_path / "x")["summary"]["nonconforming_by_severity"]
    assert found["low"] or found["medium"] or found["high"]
    assert not found["critical"]
    assert code == int(any(found[one] for one in order[order.index(level) :]))


def test_findings_keep_their_names_whatever_the_order_of_the_plan(tmp_path: Path) -> None:
    def shuffled(plan: Any) -> Any:
        made = copy.deepcopy(plan)
        for part in (made["planned_values"]["root_module"]["resources"], made["resource_changes"]):
            random.Random(1).shuffle(part)  # noqa: S311  # an order, no secret
        return made

    ids = []
    for plan in (example(), shuffled(example())):
        main(["scan", put(tmp_path, plan), f"--report=json={tmp_path / 'x'}"])
        found = loaded(tmp_path / "x")["findings"]
        ids.append({(finding["id"], finding["check"], finding["status"]) for finding in found})
        assert len(ids[-1]) == len(found)
    assert ids[0] == ids[1]
