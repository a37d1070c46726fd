"""``auditor list`` shows what there is, one line each."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import pytest

from auditor.adapters import AdapterSet
from auditor.cli import list as list_command
from auditor.cli.main import main
from auditor.hookspecs import hookimpl
from auditor.layout import width
from auditor.plugins import Plugins
from auditor.policies.loader import load_controls, mappings_root
from tests.reports.report_making import CHECKS, registry


class Made:
    """A plugin with a few checks and types, and the shipped pack."""

    @hookimpl
    def auditor_checks(self) -> Iterable[object]:
        return CHECKS

    @hookimpl
    def auditor_policy_packs(self) -> list[Path]:
        return [mappings_root() / "policies" / "toyama"]

    @hookimpl
    def auditor_providers(self) -> list[str]:
        return ["aws"]

    @hookimpl
    def auditor_adapters(self, provider: str, form: str) -> AdapterSet | None:
        return registry.build() if (provider, form) == ("aws", "terraform") else None


class OnlyMade(Plugins):
    """The plugin above and no installed one."""

    def __init__(self) -> None:
        super().__init__()
        for plugin in list(self._manager.get_plugins()):
            self._manager.unregister(plugin)
        self._register(Made(), "made")


@pytest.fixture(autouse=True)
def alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(list_command, "Plugins", OnlyMade)
    monkeypatch.chdir(tmp_path)


def lines(capsys: pytest.CaptureFixture[str], *arguments: str) -> list[str]:
    assert main(["list", *arguments]) == 0
    return capsys.readouterr().out.splitlines()


def test_checks(capsys: pytest.CaptureFixture[str]) -> None:
    head, *rows = lines(capsys, "checks")
    assert head.split() == ["検査", "統制", "重大度", "段階", "求めること"]
    assert [row.split()[0] for row in rows] == sorted(check.id for check in CHECKS)
    assert rows[0].split()[2] == "高"


def test_english(capsys: pytest.CaptureFixture[str]) -> None:
    head, first, *_ = lines(capsys, "checks", "--lang", "en")
    assert head.split()[:2] == ["Check", "Control"]
    assert "high" in first


def test_controls_are_sorted(capsys: pytest.CaptureFixture[str]) -> None:
    rows = lines(capsys, "controls")[1:]
    assert [row.split()[0] for row in rows] == sorted(load_controls())


def test_policies(capsys: pytest.CaptureFixture[str]) -> None:
    (row,) = lines(capsys, "policies")[1:]
    assert row.split()[:3] == ["toyama", "富山市", "富山市情報セキュリティポリシー"]


def test_clauses_stand_in_the_order_of_the_policy(capsys: pytest.CaptureFixture[str]) -> None:
    rows = lines(capsys, "clauses", "--policy", "toyama")[1:]
    assert rows[0].split()[:3] == ["toyama", "intro", "はじめに"]
    assert any(row.split()[1:4] == ["std/8-2/8/3", "8-2(8)③", "config"] or "8-2(8)③" in row for row in rows)


def test_resource_types_tell_how_each_is_treated(capsys: pytest.CaptureFixture[str]) -> None:
    rows = [row.split(maxsplit=2) for row in lines(capsys, "resource-types")[1:]]
    assert rows == [
        ["aws", "aws_thing_part", "aws_thing_store と併せて読む"],
        ["aws", "aws_thing_role", "確認する"],
        ["aws", "aws_thing_store", "確認する"],
    ]


def test_columns_are_aligned(capsys: pytest.CaptureFixture[str]) -> None:
    head, *rows = lines(capsys, "clauses")
    column = width(head[: head.index("番号")])
    for row in rows:
        if row.split()[1] == "basic" or row.split()[1] == "std":
            continue  # documents as a whole have no number
        number = row.split()[2]
        assert width(row[: row.index(f" {number} ") + 1]) == column


def test_an_unknown_policy_is_refused_in_one_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["list", "clauses", "--policy", "nowhere"]) == 2
    assert capsys.readouterr().err == "auditor: ポリシー nowhere はありません（使えるもの: toyama）。\n"


def test_a_reader_that_goes_away_is_no_error() -> None:
    program = f"{sys.executable} -m auditor list controls | head -1"
    done = subprocess.run(["sh", "-c", program], capture_output=True, text=True, check=False)
    assert len(done.stdout.splitlines()) == 1
    assert done.stderr == ""


def test_an_encoding_without_japanese_is_no_error() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "auditor", "list", "controls"],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONIOENCODING": "ascii"},
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "backup.enabled" in done.stdout
