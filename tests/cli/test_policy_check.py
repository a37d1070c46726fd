"""``auditor policy check`` names every defect of a pack and ends with the code of a wrong configuration."""

from __future__ import annotations

from pathlib import Path

import pytest

from auditor.cli.main import main
from auditor.cli.policy import check as command
from tests.cli.scanning import auditor
from tests.policies.small_packs import make, offering


@pytest.fixture(autouse=True)
def alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(command, "Plugins", offering([make(tmp_path)[0]]))
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize("name", ["hill", "./hill", "hill/"])
def test_a_good_pack(capsys: pytest.CaptureFixture[str], name: str) -> None:
    assert main(["policy", "check", name]) == 0
    out, error = capsys.readouterr()
    assert "条項 5件（config 2, document 1, heading 1, process 1）、対応付け 5行、書面 2種類" in out
    assert "誤りは見つからなかった。" in out
    assert error == ""


def test_defects_stand_in_lines_of_their_own_in_the_order_of_files(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["policy", "check", "lake"]) == 2
    *defects, told, proposed, counted = capsys.readouterr().out.splitlines()
    assert len(defects) == 1
    assert "lake/mapping.csv 2行目 列「class」" in defects[0]
    assert "提案のままの行 1行（条項 1件）" in proposed
    assert counted == "誤り 1件。"
    assert "条項 5件" in told
    clauses = Path("lake/clauses.csv")
    clauses.write_bytes(clauses.read_bytes().replace(b",no,", b",maybe,", 1))
    assert main(["policy", "check", "lake", "--lang", "en"]) == 2
    first, second, *_ = capsys.readouterr().out.splitlines()
    assert first.startswith('lake/clauses.csv line 2 column govcloud: "maybe"')
    assert second.startswith("lake/mapping.csv line 2 column class: ")


def test_a_folder_comes_before_an_id_and_the_configuration_offers_packs(capsys: pytest.CaptureFixture[str]) -> None:
    Path("auditor.toml").write_text('[run]\npacks = ["lake"]\n', encoding="utf-8")
    Path("elsewhere").mkdir()
    Path("elsewhere/hill").symlink_to(Path("hill").resolve())
    assert main(["policy", "check", "lake"]) == 2
    capsys.readouterr()
    assert main(["policy", "check", "elsewhere/hill"]) == 0
    assert capsys.readouterr().out.startswith("elsewhere/hill: ")


@pytest.mark.parametrize(
    ("name", "ja", "en"),
    [
        ("nowhere", "ポリシーパック nowhere はありません", "there is no policy pack nowhere"),
        ("empty", "フォルダ empty に policy.yaml がありません", "there is no policy.yaml in the folder empty"),
    ],
)
def test_no_pack_is_one_sentence(capsys: pytest.CaptureFixture[str], name: str, ja: str, en: str) -> None:
    Path("empty").mkdir()
    for lang, words in (("ja", ja), ("en", en)):
        assert main(["policy", "check", name, "--lang", lang]) == 2
        out, error = capsys.readouterr()
        assert out == ""
        assert error.count("\n") == 1
        assert words in error


def test_the_shipped_policy_of_the_program_as_it_is_installed() -> None:
    done = auditor("policy", "check", "toyama", "--lang", "en")
    assert (done.returncode, done.stderr) == (0, b"")
    assert b"No defect was found." in done.stdout
