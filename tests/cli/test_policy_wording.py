"""``auditor policy wording`` attaches a text only to the clauses that it certainly is the text of."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import pytest

from auditor.cli import explain as explain_command
from auditor.cli.main import main
from auditor.cli.policy import wording as command
from tests.cli.scanning import BAD
from tests.policies.editions import FIRST, SECOND, make_pack, put, wording
from tests.policies.small_packs import offering

HERE = Path()


@pytest.fixture(autouse=True)
def alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    pack = make_pack(tmp_path, "beach", FIRST, confirmed=True, worded=False)
    monkeypatch.setattr(command, "Plugins", offering([pack]))
    monkeypatch.setattr(explain_command, "Plugins", offering([pack]))
    monkeypatch.chdir(tmp_path)


def said(capsys: pytest.CaptureFixture[str], *arguments: str, code: int = 0) -> str:
    assert main(["policy", "wording", *arguments]) == code
    return capsys.readouterr().out


def test_the_file_that_a_shipped_pack_was_made_from(capsys: pytest.CaptureFixture[str]) -> None:
    out = said(capsys, "beach", "beach.txt")
    assert "SHA-256" in out
    assert not Path("beach/wording.json").exists()
    clauses = wording(Path("wording/beach.json"))
    assert clauses["std/1/2"] == "委託先との契約に、秘密の保持を入れなければならない。"
    assert "std/1" not in clauses  # a heading has no sentences
    assert json.loads(Path("wording/beach.json").read_bytes())["source"]["file"] == "beach.txt"
    # the lines for the configuration are the last, and they work
    lines = out[out.index("[wording]") :]
    assert tomllib.loads(lines) == {"wording": {"beach": "wording/beach.json"}}
    Path("auditor.toml").write_text(lines, encoding="utf-8")
    assert main(["explain", "1(2)", "--policy", "beach"]) == 0
    assert "条文: 委託先との契約に、秘密の保持を入れなければならない。" in capsys.readouterr().out


def test_paragraphs_of_a_clause_are_told_in_a_row(capsys: pytest.CaptureFixture[str]) -> None:
    put(HERE, "own.json", json.dumps({"clauses": {"std/2": "毎日写す。\n離して置く。"}}))
    Path("auditor.toml").write_text('[wording]\nbeach = "own.json"\n', encoding="utf-8")
    assert main(["explain", "std/2", "--policy", "beach"]) == 0
    assert "条文: 毎日写す。 離して置く。" in capsys.readouterr().out


def test_another_place(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    Path("conf").mkdir()
    put(Path("conf"), "a.toml", "")
    out = said(capsys, "beach", "beach.txt", "-o", "mine/w.json", "--config", "conf/a.toml")
    assert 'beach = "../mine/w.json"' in out
    out = said(capsys, "beach", "beach.txt", "-o", str(tmp_path / "w.json"), "--lang", "en")
    assert f'beach = "{(tmp_path / "w.json").as_posix()}"' in out
    assert wording(tmp_path / "w.json") == wording(Path("mine/w.json"))


def test_the_users_own_pack_gets_it_into_its_folder_and_again_where_it_was_broken(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(command, "Plugins", offering([]))
    for _ in range(2):
        out = said(capsys, "beach", "beach.txt")
        assert "[wording]" not in out
        assert len(wording(Path("beach/wording.json"))) == 7
        Path("beach/wording.json").write_text("{", encoding="utf-8")
    assert sorted(path.name for path in Path("beach").iterdir() if path.name.startswith(".")) == []


def test_another_file_with_the_same_clauses(capsys: pytest.CaptureFixture[str]) -> None:
    put(HERE, "copy.txt", FIRST.replace("\n", "\r\n"))
    out = said(capsys, "beach", "copy.txt")
    assert "条項ごとに比べました" in out
    assert "条項 " not in out
    said(capsys, "beach", "beach.txt", "-o", "same.json")
    assert wording(Path("wording/beach.json")) == wording(Path("same.json"))


def longer(text: str) -> str:
    """The text with a long chapter at its end, so that one series is a small part of it."""
    items = "\n\n".join(
        f"({at}) 事項その{at}\n\n担当者は、{at}番目の事項を行わなければならない。" for at in range(1, 41)
    )
    return f"{text}\n4 雑則\n\n{items}\n"


def test_where_a_number_is_new_its_whole_series_goes_without(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    make_pack(tmp_path, "long", longer(FIRST), worded=False)
    moved = FIRST.replace("③ 記録を置く", "④ 記録を置く").replace(
        "② 記録を毎月", "② 時計を合わせること。\n\n③ 記録を毎月"
    )
    put(HERE, "moved.txt", longer(moved))
    out = said(capsys, "long", "moved.txt", "-o", "w.json")
    assert "パックにない条項: 浜辺市情報セキュリティ対策基準 1(1)④" in out
    assert "条文を付けない条項 3件: 1(1)①、1(1)②、1(1)③" in out
    clauses = wording(Path("w.json"))
    assert not [id_ for id_ in clauses if id_.startswith("std/1/1/")]
    assert {"std/1/1", "std/1/2", "std/4/40"} <= set(clauses)


def test_below_another_heading_nothing_is_attached(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    make_pack(tmp_path, "long", longer(FIRST), worded=False)
    put(HERE, "renamed.txt", longer(FIRST.replace("(1) 操作の記録", "(1) 鍵の管理")))
    out = said(capsys, "long", "renamed.txt", "-o", "w.json", "--lang", "en")
    assert (
        "another heading: 浜辺市情報セキュリティ対策基準 1(1) '操作の記録' in the pack, '鍵の管理' in the text" in out
    )
    clauses = wording(Path("w.json"))
    assert not [id_ for id_ in clauses if id_.startswith("std/1/1")]
    assert "std/1/2" in clauses


def test_the_text_of_another_policy_is_refused_with_the_differences(capsys: pytest.CaptureFixture[str]) -> None:
    put(HERE, "next.txt", SECOND)
    assert main(["policy", "wording", "beach", "next.txt"]) == 2
    out, error = capsys.readouterr()
    assert "パックにない条項: 浜辺市情報セキュリティ対策基準 1(1)④" in out
    assert "見出しの違い: 浜辺市情報セキュリティ対策基準 3 パック「教育」 本文「廃棄」" in out
    assert error.count("\n") == 1
    assert "一致しません（条項 8件のうち同じと分かるのは 4件）" in error
    assert not Path("wording").exists()
    assert main(["policy", "wording", "beach", "next.txt", "--lang", "en"]) == 2
    assert "make a pack with `auditor policy import`" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("source", "output", "code"), [("missing.txt", "w.json", 4), ("plain.txt", "w.json", 4), ("beach.txt", "beach", 2)]
)
def test_what_cannot_be_read_or_written(
    capsys: pytest.CaptureFixture[str], source: str, output: str, code: int
) -> None:
    put(HERE, "plain.txt", "番号のない文章である。\n")
    assert main(["policy", "wording", "beach", source, "-o", output]) == code
    assert capsys.readouterr().err.count("\n") == 1
    assert not Path("w.json").exists()
    assert not list(Path().glob(".*.part"))


def test_reports_quote_what_is_attached(capsys: pytest.CaptureFixture[str]) -> None:
    Path("auditor.toml").write_text('[run]\npacks = ["beach"]\npolicies = ["beach"]\n', encoding="utf-8")
    scan = ["scan", str(BAD), "--report", "text=a.txt", "--report", "json=a.json"]
    main(scan)
    assert "条文  " not in Path("a.txt").read_text(encoding="utf-8")
    with Path("auditor.toml").open("a", encoding="utf-8") as out:
        out.write(said(capsys, "beach", "beach.txt")[-40:].partition("[wording]")[1])
        out.write('\nbeach = "wording/beach.json"\n')
    main(scan)
    assert "  条文  重要な情報の複製を毎日作り、離れた場所に置かなければならない。" in Path("a.txt").read_text(
        encoding="utf-8"
    )
    (policy,) = json.loads(Path("a.json").read_bytes())["policies"]
    quoted = {clause["id"]: clause["wording"] for clause in policy["clauses"]}
    assert quoted["std/2"] == "重要な情報の複製を毎日作り、離れた場所に置かなければならない。"
    assert quoted["std/1"] is None
