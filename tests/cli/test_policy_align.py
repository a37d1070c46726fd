"""``auditor policy align`` tells how good proposals are."""

from __future__ import annotations

from pathlib import Path

import pytest

from auditor.cli.main import main
from auditor.cli.policy import align as command
from tests.policies.small_packs import make, offering


def test_each_policy_and_all_together(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(command, "Plugins", offering(make(tmp_path)))
    monkeypatch.chdir(tmp_path)
    assert main(["policy", "align"]) == 0
    head, *rows = capsys.readouterr().out.splitlines()
    assert head.split() == ["ポリシー", "条項", "1件目で的中", "3件以内で的中", "適合率", "再現率"]
    assert [row.split()[0] for row in rows[:3]] == ["hill", "lake", "計"]
    assert rows[0].split()[1:4] == ["3", "100.0%", "100.0%"]
    assert rows[2].split()[1] == "6"
    assert main(["policy", "align", "--lang", "en"]) == 0
    out = capsys.readouterr().out
    assert out.splitlines()[3].startswith("Total")
    assert "Each policy in turn is left out" in out


def test_the_packs_of_the_configuration_count_as_well(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    make(tmp_path)
    monkeypatch.setattr(command, "Plugins", offering([tmp_path / "hill"]))
    monkeypatch.chdir(tmp_path)
    assert main(["policy", "align"]) == 2
    assert "二つ以上" in capsys.readouterr().err
    (tmp_path / "auditor.toml").write_text('[run]\npacks = ["lake"]\n', encoding="utf-8")
    assert main(["policy", "align"]) == 0
    assert "lake" in capsys.readouterr().out


def test_an_action_that_there_is_not(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["policy", "aling"]) == 2
    assert "align" in capsys.readouterr().err
    assert main(["policy"]) == 2
    assert "ACTION" in capsys.readouterr().err
