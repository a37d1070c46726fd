"""A parsed text becomes a pack: what was read as it stands, what judges as a proposal."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest
import yaml

from auditor.policies.aligning import known_clauses
from auditor.policies.drafting import Draft, Names, draft
from auditor.policies.editions import edition_of, in_force_from
from auditor.policies.importing import ParsedPolicy, SourceText, parse, read_source
from auditor.policies.importing.source import read_bytes
from auditor.policies.loader import load_controls, load_pack, mappings_root
from auditor.policies.model import ClauseClass, Pack, Standing
from auditor.policies.writing import write_pack
from auditor.validation import validate_pack
from tests.importing.published import TEXTS
from tests.policies.small_packs import load, make

TEXT = """はじめに

この規程の束は、浜辺市の仕事で扱う情報を守るための決まりを集めたものである。

浜辺市情報セキュリティ対策基準

1 記録

(1) 操作の記録

情報システム管理者は、操作の記録を取り、消えないように保たなければならない。

(2) 委託先

委託先との契約に、秘密の保持を入れなければならない。

2 クラウド

ガバメントクラウドを使う場合は、次のことをしなければならない。

(1) 複製

情報の複製を毎日作る。

(2) 記録

操作の記録を取る。
"""


def parsed(text: str) -> tuple[SourceText, ParsedPolicy]:
    source = read_bytes("beach.txt", text.encode())
    return source, parse(source)


@pytest.fixture(scope="module")
def packs(tmp_path_factory: pytest.TempPathFactory) -> list[Pack]:
    return load(make(tmp_path_factory.mktemp("packs")))


@pytest.fixture(scope="module")
def made(packs: list[Pack]) -> Draft:
    return draft(*parsed(TEXT), Names("beach"), known_clauses(packs))


@pytest.fixture(scope="module")
def pack(made: Draft, tmp_path_factory: pytest.TempPathFactory) -> Pack:
    folder = tmp_path_factory.mktemp("made") / "beach"
    write_pack(folder, made.files)
    validate_pack(folder)
    return load_pack(folder, load_controls())


def test_headings_need_nobody_and_everything_else_is_a_proposal(pack: Pack) -> None:
    standings = {clause.id: (clause.class_ is ClauseClass.HEADING, clause.standing) for clause in pack.clauses}
    assert standings["std/1"] == (True, Standing.CONFIRMED)
    assert standings["std/1/1"] == (False, Standing.PROPOSED)
    # a lead-in says something itself
    assert standings["std/2"] == (False, Standing.PROPOSED)


def test_proposals_name_what_they_resemble(pack: Pack) -> None:
    (mapping, *_) = pack.mappings["std/2/2"]
    assert mapping.control == "log.audit-trail"
    assert mapping.resembles in ("hill:std/1", "lake:std/1")
    assert mapping.score is not None
    assert 0 < mapping.score < 1
    contract = pack.clause("std/1/2")
    assert contract is not None
    assert contract.class_ is ClauseClass.DOCUMENT
    assert [document.id for document in pack.clause_documents["std/1/2"]] == ["contract"]


def test_the_other_clauses_that_are_alike_stand_beside_the_first(made: Draft) -> None:
    rows = [row for row in made.files.mapping if row["clause"] == "std/2/2"]
    assert "std/" in rows[0]["also_resembles"]


def test_names_come_from_the_text(pack: Pack) -> None:
    assert pack.body.ja == "浜辺市"
    assert list(pack.documents) == ["policy", "std"]
    assert pack.documents["std"] == "浜辺市情報セキュリティ対策基準"
    assert pack.clauses[0].document == "policy"
    assert pack.clauses[0].level == "preamble"


def test_names_that_are_given_come_first(packs: list[Pack]) -> None:
    made = draft(*parsed(TEXT), Names("beach", title="海の決まり", body="海辺の市"), known_clauses(packs))
    assert made.files.head["title"]["ja"] == "海の決まり"
    assert made.files.head["body"]["ja"] == made.body == "海辺の市"


@pytest.mark.parametrize(
    ("text", "body"),
    [
        (
            "情報の扱い方\n\n第1条 この規則は、北つばめ町（以下「町」という。）の記録に適用する。\n第2条 複製を作る。\n",
            "北つばめ町",
        ),
        ("東谷広域組合 情報セキュリティ対策基準\n\n第1条 記録を取る。\n第2条 複製を作る。\n", "東谷広域組合"),
        ("浜辺市水道課における記録の保護に関する規程\n\n第1条 記録を取る。\n第2条 複製を作る。\n", "浜辺市"),
    ],
)
def test_the_body_is_that_which_the_text_names(packs: list[Pack], text: str, body: str) -> None:
    assert draft(*parsed(text), Names("x"), known_clauses(packs)).files.head["body"]["ja"] == body


def test_a_body_that_nothing_names_is_not_guessed(packs: list[Pack]) -> None:
    made = draft(*parsed("情報の扱い方\n\n第1条 記録を取る。\n第2条 複製を作る。\n"), Names("x"), known_clauses(packs))
    assert made.body == ""
    assert made.files.head["body"]["ja"] == "（団体名を記載）"


def test_the_condition_of_a_lead_in_holds_below_it(pack: Pack) -> None:
    assert {clause.id for clause in pack.clauses if clause.govcloud} == {"std/2", "std/2/1", "std/2/2"}


def test_the_wording_is_the_users_own_and_summaries_are_empty(pack: Pack) -> None:
    assert pack.wording["std/1/2"] == "委託先との契約に、秘密の保持を入れなければならない。"
    assert "std/1" not in pack.wording
    assert {clause.summary.ja + clause.summary.en for clause in pack.clauses} == {""}


def test_the_source_is_named(made: Draft) -> None:
    source, _ = parsed(TEXT)
    assert made.files.head["source"] == {"file": "beach.txt", "sha256": source.sha256}


@pytest.mark.parametrize(
    ("ending", "day"),
    [
        ("附則\n\nこの基準は、令和8年3月3日から施行する。\n", "2026-03-03"),
        ("附則\n\nこの基準は、平成 ２６年４月１日から施行する。\n", "2014-04-01"),
        ("附則\n\nこの基準は、令和元年5月1日から施行する。\n", "2019-05-01"),
        ("附則\n\nこの基準は、2024年10月1日より施行する。\n", "2024-10-01"),
        ("附則\n\nこの基準は、令和6年4月1日から施行する。ただし、第1号は、令和9年4月1日から施行する。\n", "2024-04-01"),
        (
            "附則\n\nこの基準は、令和2年4月1日から施行する。\n\n附則\n\nこの基準は、令和5年4月1日から施行する。\n",
            "2023-04-01",
        ),
        ("附則\n\nこの基準は、公布の日から施行する。\n", ""),
        ("附則\n\nこの基準は、令和5年2月30日から施行する。\n", ""),
        ("", ""),
    ],
)
def test_the_day_from_which_it_is_in_force(ending: str, day: str) -> None:
    source, policy = parsed(
        f"浜辺市情報セキュリティ対策基準\n\n1 記録\n\n記録を取る。\n\n2 複製\n\n複製を作る。\n\n{ending}"
    )
    assert in_force_from(source, policy) == day


@pytest.mark.parametrize(
    ("front", "edition", "day"),
    [
        ("(第 1.0 版)\n\n施行日：令和 8 年 4 月 1 日\n", "第1.0版", "2026-04-01"),
        ("第９版\n第１０版\n", "第10版", ""),
        ("令和５年４月\n", "", ""),
        ("令和５年４月１０日施行\n", "", "2023-04-10"),
    ],
)
def test_the_edition_on_the_title_page(front: str, edition: str, day: str) -> None:
    source, policy = parsed(
        f"浜辺市情報セキュリティ対策基準\n\n{front}\n1 記録\n\n記録を取る。\n\n2 複製\n\n複製を作る。\n"
    )
    assert edition_of(source, policy) == edition
    assert in_force_from(source, policy) == day


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: path.stem)
def test_published_policies_become_packs(path: Path, tmp_path: Path) -> None:
    controls = load_controls()
    shipped = [load_pack(head.parent, controls) for head in (mappings_root() / "policies").glob("*/policy.yaml")]
    source = read_source(path)
    policy = parse(source)
    made = draft(source, policy, Names(path.stem), known_clauses(one for one in shipped if one.id != path.stem))
    write_pack(tmp_path / "pack", made.files)
    validate_pack(tmp_path / "pack")
    pack = load_pack(tmp_path / "pack", controls)
    assert [clause.id for clause in pack.clauses] == [node.id for node in policy.nodes]
    own = yaml.safe_load((mappings_root() / "policies" / path.stem / "policy.yaml").read_text(encoding="utf-8"))
    assert pack.body.ja == own["body"]["ja"]
    assert (pack.edition, pack.in_force_from) == (own.get("edition", ""), own.get("in_force_from", ""))
    by_hand = {clause.id: clause for one in shipped if one.id == path.stem for clause in one.clauses}
    conditional = {clause.id for clause in pack.clauses if clause.govcloud}
    assert conditional == {id_ for id_, clause in by_hand.items() if clause.govcloud}
    lines = [clause.source_line or 0 for clause in pack.clauses]
    assert all(first <= second for first, second in itertools.pairwise(lines))
