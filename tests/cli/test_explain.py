"""``auditor explain`` tells what a check, a control or a clause is."""

from __future__ import annotations

from pathlib import Path

import pytest

from auditor.cli import explain as explain_command
from auditor.cli.main import main
from auditor.layout import width
from tests.cli.test_list import OnlyMade


@pytest.fixture(autouse=True)
def alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(explain_command, "Plugins", OnlyMade)
    monkeypatch.chdir(tmp_path)


def said(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert main(["explain", *arguments]) == 0
    return capsys.readouterr().out


@pytest.mark.parametrize(
    "id_",
    [
        "std/6-5/1/6",
        "6-5(1)⑥",
        "6-5（1）⑥",
        "６-５(１)⑥",
        "富山市情報セキュリティ対策基準 6-5(1)⑥",
        "富山市情報セキュリティ対策基準　6-5（１）⑥",
        " 6-5(1)⑥ ",
    ],
)
def test_a_clause_goes_by_id_number_and_citation(capsys: pytest.CaptureFixture[str], id_: str) -> None:
    out = said(capsys, id_)
    assert out.startswith("条項 富山市情報セキュリティ対策基準 6-5(1)⑥")
    assert "std/6-5/1/6 (toyama)" in out
    assert "mfa.delegated-admin [判定する" in out
    assert "mfa.delegated-admin.demanded" in out
    assert "書面:" in out


def test_a_circled_number_is_not_a_plain_one(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", "6-5(1)6"]) == 2
    assert "6-5(1)⑥" in capsys.readouterr().err


def test_a_check(capsys: pytest.CaptureFixture[str]) -> None:
    out = said(capsys, "encryption.at-rest.enabled")
    assert "検査 encryption.at-rest.enabled  保存時に暗号化すること" in out
    assert "重大度: 高" in out
    assert "enabled, key_owner, key_id" in out
    assert "log.retention_min_days = 365 day [貴団体が定めていない値]" in out
    assert "8-2(8)③ [判定する]" in out
    assert "Looks at the encryption of a store." in out


def test_a_control(capsys: pytest.CaptureFixture[str]) -> None:
    out = said(capsys, "mfa.delegated-admin", "--lang", "en")
    assert out.startswith("Control mfa.delegated-admin  ")
    assert "mfa.delegated-admin.demanded  delegated administrators need MFA" in out
    assert "can answer in place of the check" in " ".join(out.split())


def test_values_of_the_configuration_are_shown(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    (tmp_path / "auditor.toml").write_text(
        '[[parameter]]\nid = "log.retention_min_days"\nvalue = 1095\nsource = "規程"\ndecided_by_municipality = true\n',
        encoding="utf-8",
    )
    assert "log.retention_min_days = 1095 day [貴団体が定めた値] 出典: 規程" in said(
        capsys, "encryption.at-rest.enabled"
    )


def test_nothing_of_that_name_is_one_sentence_with_what_is_near(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", "encryption.at-rset"]) == 2
    error = capsys.readouterr().err
    assert error.count("\n") == 1
    assert "encryption.at-rest" in error
    assert main(["explain", "zzz", "--lang", "en"]) == 2
    assert "there is no check, control or clause zzz" in capsys.readouterr().err


@pytest.mark.parametrize("id_", ["8-2(8)③", "encryption.at-rest.enabled", "encryption.at-rest"])
def test_lines_keep_to_the_width_of_a_page(capsys: pytest.CaptureFixture[str], id_: str) -> None:
    assert max(map(width, said(capsys, id_).splitlines())) <= 100
