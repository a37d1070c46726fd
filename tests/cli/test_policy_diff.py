"""``auditor policy diff`` tells what became of clauses and carries over what was decided for them."""

from __future__ import annotations

from pathlib import Path

import pytest

from auditor.cli.main import main
from auditor.cli.policy import check as check_command
from auditor.cli.policy import diff as command
from tests.policies.editions import FIRST, SECOND, make_pack, table
from tests.policies.small_packs import offering


@pytest.fixture(autouse=True)
def alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    make_pack(tmp_path, "r7", FIRST, confirmed=True)
    make_pack(tmp_path, "r8", SECOND)
    for module in (command, check_command):
        monkeypatch.setattr(module, "Plugins", offering([]))
    monkeypatch.chdir(tmp_path)


def rows(pack: str, clause: str) -> list[dict[str, str]]:
    """The rows of a clause's mapping."""
    return [row for row in table(Path(pack), "mapping.csv") if row["clause"] == clause]


def test_what_became_of_the_clauses(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["policy", "diff", "r7", "r8"]) == 0
    out, error = capsys.readouterr()
    assert error == ""
    lines = out.splitlines()
    assert lines[0] == "条文どうしを比べました。"
    assert "番号の変更 2件、変更 1件、" in lines[1]
    assert "追加 2件、削除 1件" in lines[1]
    assert "  浜辺市情報セキュリティ対策基準 1(1)③ 操作の記録 (前の番号 1(1)②)" in lines
    at = next(number for number, line in enumerate(lines) if "1(1)① " in line)
    assert lines[at + 1 : at + 3] == ["    - 一", "    + 三"]
    assert lines[lines.index("追加 (2)") + 2] == "    時計を正しい時刻に合わせること。"
    assert lines[-2:] == [
        "  浜辺市情報セキュリティ対策基準 3 教育",
        "    職員に毎年度一回の研修を受けさせなければならない。",
    ]
    assert main(["policy", "diff", "r7", "r8", "--lang", "en"]) == 0
    assert "renumbered 2, changed 1," in capsys.readouterr().out


def test_without_wording_it_says_what_it_cannot_know(capsys: pytest.CaptureFixture[str]) -> None:
    Path("r7/wording.json").unlink()
    assert main(["policy", "diff", "r7", "r8"]) == 0
    out = capsys.readouterr().out
    assert out.startswith("条文がそろわないため")
    assert "変更の有無は分からない" in out
    assert "\n変更 (" not in out


def test_the_configuration_names_the_wording_of_a_pack(capsys: pytest.CaptureFixture[str]) -> None:
    Path("r7/wording.json").rename("old.json")
    Path("auditor.toml").write_text('[wording]\nr7 = "old.json"\n', encoding="utf-8")
    assert main(["policy", "diff", "r7", "r8"]) == 0
    assert capsys.readouterr().out.startswith("条文どうしを比べました。")


def test_what_was_confirmed_stays_so_only_with_the_same_wording(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["policy", "diff", "r7", "r8", "-o", "made"]) == 0
    out = capsys.readouterr().out
    assert "made を作成しました" in out
    assert "確定のまま引き継いだ条項 5件、提案として引き継いだ条項 1件" in out
    assert "対応する条項がないもの 2件" in out
    # moved with the same wording
    old, new = rows("r7", "std/1/1/2"), rows("made", "std/1/1/3")
    assert {row["status"] for row in new} == {"confirmed"}
    place = {"clause": "", "number": ""}
    assert [{**row, **place} for row in new] == [{**row, **place} for row in old]
    # what tells the reviewer which clause it is belongs to the new text
    assert {(row["number"], row["heading"]) for row in new} == {("1(1)③", "操作の記録")}
    assert "made/mapping.csv の提案の行" in out
    # of another wording
    changed = rows("made", "std/1/1/1")
    assert {row["status"] for row in changed} == {"proposed"}
    assert {row["resembles"] for row in changed} == {"r7:std/1/1/1"}
    assert all(0.35 <= float(row["score"]) < 1 for row in changed)
    assert [row["control"] for row in changed] == [row["control"] for row in rows("r7", "std/1/1/1")]
    # new: the new pack's own proposal
    assert rows("made", "std/1/1/2") == rows("r8", "std/1/1/2")
    assert rows("made", "std/3") == rows("r8", "std/3")
    # summaries follow the wording
    summaries = {row["id"]: row["summary_ja"] for row in table(Path("made"), "clauses.csv")}
    assert summaries["std/1/1/3"] == "1(1)②の要旨"
    assert summaries["std/1/1/1"] == summaries["std/3"] == ""
    # documents follow the mapping
    papers = {
        pack: {(row["clause"], row["document"]) for row in table(Path(pack), "documents.csv")}
        for pack in ("r7", "r8", "made")
    }
    assert {paper for clause, paper in papers["made"] if clause == "std/1/2"} == {
        paper for clause, paper in papers["r7"] if clause == "std/1/2"
    }
    assert (Path("made") / "wording.json").read_bytes() == (Path("r8") / "wording.json").read_bytes()
    assert main(["policy", "check", "made"]) == 0


def test_what_the_new_pack_has_confirmed_stays_and_so_do_the_users_columns() -> None:
    path = Path("r8/mapping.csv")
    lines = path.read_text(encoding="utf-8-sig").splitlines()
    lines = [
        line.replace(",proposed,", ",confirmed,") + (",memo" if not at else ",mine")
        for at, line in enumerate(lines)
        if not line.startswith("std/2,") or ",proposed," in line
    ]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    assert main(["policy", "diff", "r7", "r8", "-o", "made"]) == 0
    assert table(Path("made"), "mapping.csv") == table(Path("r8"), "mapping.csv")
    assert rows("made", "std/2")[0]["memo"] == "mine"


def test_what_was_proposed_before_stays_proposed() -> None:
    path = Path("r7/mapping.csv")
    text = path.read_text(encoding="utf-8-sig")
    text = "\n".join(
        line.replace(",confirmed,", ",proposed,") if line.startswith("std/2,") else line for line in text.splitlines()
    )
    path.write_text(text + "\n", encoding="utf-8")
    assert main(["policy", "diff", "r7", "r8", "-o", "made"]) == 0
    assert {row["status"] for row in rows("made", "std/2")} == {"proposed"}
    assert rows("made", "std/2") == rows("r7", "std/2")


def test_values_and_inheritance_of_the_old_text_are_left_to_a_person(capsys: pytest.CaptureFixture[str]) -> None:
    head = "clause,control,by_ja,by_en,evidence_ja,evidence_en,when\n"
    Path("r7/inherited.csv").write_text(head + "std/2,,国,the state,資料,papers,\n", encoding="utf-8")
    assert main(["policy", "diff", "r7", "r8", "-o", "made", "--lang", "en"]) == 0
    assert "Not carried over: inherited.csv of OLD" in capsys.readouterr().out
    assert not Path("made/inherited.csv").exists()


def test_nothing_is_written_over(capsys: pytest.CaptureFixture[str]) -> None:
    before = {path: path.read_bytes() for path in Path("r8").iterdir()}
    assert main(["policy", "diff", "r7", "r8", "-o", "r8"]) == 2
    assert capsys.readouterr().err.count("\n") == 1
    assert {path: path.read_bytes() for path in Path("r8").iterdir()} == before


@pytest.mark.parametrize("arguments", [["r7"], ["r7", "nowhere"], ["nowhere", "r8"]])
def test_mistakes(capsys: pytest.CaptureFixture[str], arguments: list[str]) -> None:
    assert main(["policy", "diff", *arguments]) == 2
    out, error = capsys.readouterr()
    assert out == ""
    assert error.count("\n") == 1


def test_the_wording_of_another_file_confirms_nothing(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    rewritten = FIRST.replace("なければならない。", "ないこともできる。").replace("こと。", "よう努めること。")
    make_pack(tmp_path, "next", rewritten)
    Path("r7/wording.json").unlink()
    assert main(["policy", "wording", "r7", "next.txt"]) == 0
    assert "文そのものは比べられない" in capsys.readouterr().out
    assert main(["policy", "diff", "r7", "next", "-o", "made"]) == 0
    out = capsys.readouterr().out
    assert "確定のまま引き継いだ条項 0件" in out
    assert "変更の有無は分からない" in out
    # but a heading, of which the new pack says itself that the clauses below it answer
    stay = {row["clause"] for row in table(Path("made"), "mapping.csv") if row["status"] == "confirmed"}
    assert stay == {row["clause"] for row in table(Path("next"), "mapping.csv") if row["status"] == "confirmed"}
    assert stay == {"std/1"}
    # the file that the pack was made from lets what is the same stay
    assert main(["policy", "wording", "r7", "r7.txt"]) == 0
    assert "文そのものは比べられない" not in capsys.readouterr().out
    assert main(["policy", "diff", "r7", "r8", "-o", "kept"]) == 0
    assert "確定のまま引き継いだ条項 5件" in capsys.readouterr().out
