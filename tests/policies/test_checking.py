"""Defects of packs: each kind is named with its place, and a good pack has none."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from auditor.policies.checking import Checked, check_pack
from auditor.policies.loader import load_controls, mappings_root
from auditor.policies.writing import write_pack
from auditor.validation import schema_defects
from tests.policies.small_packs import HILL, Given, files

CONTROLS = load_controls()
SHIPPED = sorted(path.parent for path in (mappings_root() / "policies").glob("*/policy.yaml"))


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    write_pack(tmp_path / "hill", files("hill", "丘野町", HILL))
    return tmp_path / "hill"


def change(pack: Path, name: str, old: str, new: str) -> None:
    """Put ``new`` in the place of ``old``, once."""
    text = (pack / name).read_text(encoding="utf-8-sig")
    assert old in text
    (pack / name).write_text(text.replace(old, new, 1), encoding="utf-8")


def add(pack: Path, name: str, line: str) -> None:
    """A further last line."""
    with (pack / name).open("a", encoding="utf-8") as out:
        out.write(line + "\n")


def said(pack: Path) -> list[str]:
    """The sentences on the defects that no schema finds."""
    return [defect.said.ja for defect in check_pack(pack, CONTROLS).defects]


@pytest.mark.parametrize("folder", SHIPPED, ids=[folder.name for folder in SHIPPED])
def test_shipped_packs_have_no_defect(folder: Path) -> None:
    found = check_pack(folder, CONTROLS)
    assert [defect.said.ja for defect in (*schema_defects(folder), *found.defects)] == []
    assert found.proposed == 0
    assert sum(found.classes.values()) == found.clauses > 0


def test_a_good_pack_is_counted(pack: Path) -> None:
    assert schema_defects(pack) == []
    assert check_pack(pack, CONTROLS) == Checked(
        defects=(),
        clauses=5,
        classes={"config": 2, "document": 1, "heading": 1, "process": 1},
        rows=5,
        proposed=0,
        open=0,
        documents=2,
        worded=0,
    )


CITED = "丘野町情報セキュリティ対策基準"


@pytest.mark.parametrize(
    ("name", "old", "new", "place", "words"),
    [
        ("clauses.csv", "std/2,", "std/1,", "3行目 列「id」", "2行目にもあります"),
        ("clauses.csv", f"{CITED} 2,", f"{CITED} 1,", "3行目 列「citation」", "2行目にもあります"),
        ("clauses.csv", "1,std,1", "1,basic,1", "2行目 列「document」", "文書 basic は policy.yaml"),
        ("clauses.csv", "複製,chapter,,", "複製,chapter,std/9,", "3行目 列「parent」", "条項 std/9 がありません"),
        ("clauses.csv", "複製,chapter,,", "複製,item,std/4,", "3行目 列「parent」", "std/4 より前"),
        ("clauses.csv", "複製,chapter,,", "複製,item,std/2,", "3行目 列「parent」", "std/2 より前"),
        ("clauses.csv", "研修,chapter,,", "研修,item,std/1,", "4行目 列「parent」", "std/1 の下ではなく"),
        ("clauses.csv", "複製,chapter,,", "複製,part,std/1,", "3行目 列「level」", "part は"),
        ("mapping.csv", "std/3,", "std/7,", "4行目 列「clause」", "条項 std/7 は clauses.csv"),
        ("mapping.csv", "std/3,", "std/7,", "clauses.csv 4行目 列「id」", "std/3 の行が mapping.csv"),
        ("mapping.csv", "std/2,,,config", "std/1,,,partial", "3行目 列「class」", "2行目では config"),
        ("mapping.csv", "backup.enabled", "backup.enable", "3行目 列「control」", "統制 backup.enable は"),
        (
            "mapping.csv",
            "std/2,,,config,backup.enabled",
            "std/1,,,config,log.audit-trail",
            "3行目 列「control」",
            "2行目にも",
        ),
        (
            "mapping.csv",
            "std/2,,,config,backup.enabled",
            "std/1,,,config,",
            "3行目 列「control」",
            "統制のない行とほかの行",
        ),
        ("mapping.csv", ",decides,", ",supports,", "2行目 列「role」", "decides の統制がありません"),
        ("mapping.csv", "confirmed,,", "proposed,1.5,", "2行目 列「score」", "1 より大きい"),
        ("documents.csv", "std/3,", "std/5,", "mapping.csv 4行目 列「class」", "書面が documents.csv にありません"),
        ("documents.csv", "std/3,", "std/8,", "2行目 列「clause」", "条項 std/8 は clauses.csv"),
        ("documents.csv", "std/3,training", "std/4,contract", "3行目 列「document」", "2行目にもあります"),
    ],
)
def test_a_defect_is_told_with_file_line_and_column(
    pack: Path, name: str, old: str, new: str, place: str, words: str
) -> None:
    change(pack, name, old, new)
    found = said(pack)
    assert [one for one in found if place in one and words in one], found
    assert all(one.startswith(str(pack)) for one in found)


def test_every_defect_is_told_at_once(pack: Path) -> None:
    change(pack, "mapping.csv", "log.audit-trail", "log.trail")
    change(pack, "mapping.csv", "backup.enabled", "backup.enable")
    change(pack, "documents.csv", "std/3,", "std/8,")
    change(pack, "clauses.csv", f"{CITED} 2,", f"{CITED} 1,")
    assert len(said(pack)) == 5  # with the document that std/3 now lacks


def test_lines_of_the_source_ascend(pack: Path) -> None:
    text = (pack / "clauses.csv").read_text(encoding="utf-8-sig").splitlines()
    numbered = [text[0], *(row + str(line) for row, line in zip(text[1:], (3, 9, 9, 8, 10), strict=True))]
    (pack / "clauses.csv").write_text("\n".join(numbered) + "\n", encoding="utf-8")
    (found,) = said(pack)
    assert "5行目 列「source_line」: 8 は、前の条項の 9 より小さい" in found


def test_a_pack_of_a_part_of_a_policy_need_not_hold_what_stands_above(pack: Path) -> None:
    change(pack, "clauses.csv", "複製,chapter,,", "複製,item,std/9,")
    assert len(said(pack)) == 1
    add(pack, "policy.yaml", "scope: {ja: 一部, en: a part}")
    assert said(pack) == []


def test_proposals_are_counted_and_need_no_answer_yet(tmp_path: Path) -> None:
    open_ = (
        Given("std/1", "複製", "複製を作る。", "config", (), (), "proposed"),
        Given("std/2", "研修", "研修を受けさせる。", "process", (), (), "proposed"),
    )
    write_pack(tmp_path / "lake", files("lake", "湖畔町", open_))
    found = check_pack(tmp_path / "lake", CONTROLS)
    assert (found.defects, found.rows, found.proposed, found.open) == ((), 2, 2, 2)
    change(tmp_path / "lake", "mapping.csv", "proposed", "confirmed")
    assert len(said(tmp_path / "lake")) == 1


def test_the_head_refers_to_what_there_is(pack: Path) -> None:
    source = "source: {ja: 規程, en: rules, certainty: primary}, decided_by_municipality: true"
    add(pack, "policy.yaml", f"parameters:\n- {{id: log.retention, value: 1, {source}}}")
    add(pack, "policy.yaml", "conditions:\n- {id: c, ja: あ, en: a, clause: std/9}\n- {id: c, ja: あ, en: a}")
    lines = (pack / "policy.yaml").read_text(encoding="utf-8").splitlines()
    at = next(number for number, line in enumerate(lines, start=1) if "log.retention" in line)
    found = said(pack)
    assert len(found) == 3
    assert any(f"{at}行目 項目「parameters.id」" in one for one in found)
    assert any(f"{at + 2}行目 項目「conditions.clause」: 条項 std/9" in one for one in found)
    assert any(f"{at + 3}行目 項目「conditions.id」: c が二度" in one for one in found)


def test_inherited_rows_name_what_there_is(pack: Path) -> None:
    head = "clause,control,by_ja,by_en,evidence_ja,evidence_en,when\n"
    (pack / "inherited.csv").write_text(
        head + "std/9,,国,the state,資料,papers,\n,no.control,国,the state,資料,papers,\n"
    )
    add(pack, "inherited.csv", ",,国,the state,資料,papers,")
    add(pack, "inherited.csv", "std/1,,国,the state,資料,papers,platform=government-cloud")
    found = said(pack)
    assert ["2行目" in found[0], "3行目" in found[1], "4行目" in found[2], len(found)] == [True, True, True, 3]


def test_wording_belongs_to_clauses_of_the_pack(pack: Path) -> None:
    data = {"schema_version": 1, "policy": "lake", "source": {}, "clauses": {"std/1": "甲", "std/9": "乙"}}
    (pack / "wording.json").write_text(json.dumps(data, ensure_ascii=False, indent=1), encoding="utf-8")
    found = said(pack)
    assert any("3行目 項目「policy」: ポリシー lake" in one for one in found)
    assert any("7行目 項目「clauses」: 条項 std/9" in one for one in found)
    assert len(found) == 2
    assert check_pack(pack, CONTROLS).worded == 2
    (pack / "wording.json").write_text('{\n"clauses": ', encoding="utf-8")
    assert "2行目" in said(pack)[0]
    (pack / "wording.json").write_text("[]", encoding="utf-8")
    assert "条文がありません" in said(pack)[0]


@pytest.mark.parametrize(
    ("saved", "words"),
    [
        (lambda text: text.encode("cp932"), "2行目: UTF-8 ではありません（Shift_JIS のようです）"),
        (lambda text: text.encode("utf-16"), "1行目: UTF-8 ではありません（UTF-16 のようです）"),
        (lambda text: text.replace(",", ";").encode(), "1行目: 列がセミコロンで区切られています"),
        (lambda text: text.replace(",", "\t").encode(), "1行目: 列がタブで区切られています"),
        (lambda text: b"memo\r\n", "1行目: 列の見出し"),
    ],
    ids=["cp932", "utf-16", "semicolons", "tabs", "no heading"],
)
def test_what_a_spreadsheet_saved_otherwise_is_one_sentence(
    pack: Path, saved: Callable[[str], bytes], words: str
) -> None:
    path = pack / "mapping.csv"
    path.write_bytes(saved(path.read_text(encoding="utf-8-sig")))
    told = [defect.said.ja for defect in check_pack(pack, CONTROLS).defects if defect.file == "mapping.csv"]
    assert len(told) == 1
    assert words in told[0]


def test_a_table_as_spreadsheets_write_it_is_the_same(pack: Path) -> None:
    path = pack / "mapping.csv"
    text = path.read_text(encoding="utf-8-sig")
    path.write_bytes(f"{text}{',' * text.splitlines()[0].count(',')}\n".replace("\n", "\r\n").encode("utf-8-sig"))
    assert said(pack) == []


def test_an_item_given_twice_and_a_control_misspelt_are_told(pack: Path) -> None:
    change(pack, "mapping.csv", "log.audit-trail", "log.audit-trial")
    add(pack, "policy.yaml", "edition: 第9版")
    add(pack, "policy.yaml", "edition: 第10版")
    found = said(pack)
    assert any("log.audit-trail のことではありませんか" in one for one in found)
    assert any("項目「edition」: 項目 edition が二度" in one for one in found)


@pytest.mark.parametrize("name", ["policy.yaml", "clauses.csv", "mapping.csv", "documents.csv", "wording.json"])
@pytest.mark.parametrize("data", [b"\xff\xfe\x00", b"", b'a,"b\n', b"id: [", b"- 1\n- 2\n"])
def test_a_broken_file_is_one_defect_and_hides_no_others(pack: Path, name: str, data: bytes) -> None:
    change(pack, "mapping.csv", "log.audit-trail", "log.trail")
    (pack / name).write_bytes(data)
    found = [*check_pack(pack, CONTROLS).defects, *schema_defects(pack)]
    assert any(defect.file == name for defect in found)
    if name != "mapping.csv":
        assert any("log.trail" in defect.said.ja for defect in found)
    # what is not known to be missing is not called missing
    if name == "clauses.csv":
        assert not any("clauses.csv にありません" in defect.said.ja for defect in found)


def test_schemas_tell_every_field(pack: Path) -> None:
    change(pack, "mapping.csv", "config,", "settings,")
    change(pack, "mapping.csv", "decides,confirmed", "rules,sure")
    change(pack, "documents.csv", "decides", "")
    change(pack, "policy.yaml", "id: hill", "id: Hill\nname: x")
    found = [defect.said.ja for defect in schema_defects(pack)]
    assert len(found) == 6
    for place in ("2行目 列「class」", "2行目 列「role」", "2行目 列「status」", "項目「id」", "項目「name」"):
        assert sum(place in one for one in found) == 1 + (place == "2行目 列「role」")
