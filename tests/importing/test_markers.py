"""The grammar of markers: what begins a numbered clause, and what only looks as if it did."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.policies.importing.characters import without_radicals
from auditor.policies.importing.markers import Style, Value, candidates, follows, kanji_number


@pytest.mark.parametrize(
    ("line", "style", "value"),
    [
        ("第１部　総則", Style.PART, (1,)),
        ("第2編 保管", Style.VOLUME, (2,)),
        ("第２章の２　強化", Style.CHAPTER, (2, 2)),
        ("第三節　点検", Style.SECTION, (3,)),
        ("第４款　鍵", Style.SUBSECTION, (4,)),
        ("第79条の３", Style.ARTICLE, (79, 3)),
        ("第 15 条 職員は", Style.ARTICLE, (15,)),
        ("第十六条の三　職員は", Style.ARTICLE, (16, 3)),
        ("第24条職員は", Style.ARTICLE, (24,)),
        ("第3条（目的）この規程は", Style.ARTICLE, (3,)),
        ("第1　趣旨", Style.ORDINAL, (1,)),
        ("１．目的", Style.NUMBER, (1,)),
        ("2 定義", Style.NUMBER, (2,)),
        ("１０．見直し", Style.NUMBER, (10,)),
        ("２職員は", Style.NUMBER, (2,)),
        ("3）紙", Style.HALF_PAREN, (3,)),
        ("4-1 サーバ", Style.DASHED, (4, 1)),
        ("8. 3 外部", Style.DASHED, (8, 3)),
        ("1.1. 外部", Style.DASHED, (1, 1)),
        ("４―１　外部", Style.DASHED, (4, 1)),
        ("2―8―3 外部", Style.DASHED3, (2, 8, 3)),
        ("(1) 機器", Style.PAREN, (1,)),
        ("（１）機器", Style.PAREN, (1,)),
        ("(１)機器", Style.PAREN, (1,)),
        ("（1)機器", Style.PAREN, (1,)),
        ("⑳ 機器", Style.CIRCLED, (20,)),
        ("⒇ 機器", Style.PAREN, (20,)),
        ("㉟機器", Style.CIRCLED, (35,)),
        ("㊿機器", Style.CIRCLED, (50,)),
        ("- ①機器", Style.CIRCLED, (1,)),
        ("・②機器", Style.CIRCLED, (2,)),
        ("ア　機器", Style.KATAKANA, (1,)),
        ("（ウ）機器", Style.PAREN_KATAKANA, (3,)),
        ("(ｱ)機器", Style.PAREN_KATAKANA, (1,)),
        ("ロ　機器", Style.IROHA, (2,)),
        ("ⅰ）機器", Style.ROMAN, (1,)),
        ("(iv) 機器", Style.ROMAN, (4,)),
        ("Ⅲ　機器", Style.ROMAN, (3,)),
        ("十二　機器", Style.KANJI, (12,)),
        ("㈡　機器", Style.PAREN_KANJI, (2,)),
        ("（三）機器", Style.PAREN_KANJI, (3,)),
        ("ａ）機器", Style.LATIN, (1,)),
        ("(b) 機器", Style.PAREN_LATIN, (2,)),
        ("別表第一（第２条関係）", Style.ANNEX, (1,)),
        ("別紙４", Style.ANNEX, (4,)),
        ("第三号様式（第五条関係）", Style.ANNEX, (3,)),
        ("附　則", Style.SUPPLEMENT, (1,)),
        ("付則（令和元年規則第２号）抄", Style.SUPPLEMENT, (1,)),
        ("はじめに", Style.PREAMBLE, (1,)),
        ("序　文", Style.PREAMBLE, (1,)),
    ],
)
def test_each_style_is_read_with_its_value(line: str, style: Style, value: Value) -> None:
    assert (style, value) in [(marker.style, marker.value) for marker in candidates(line)]


@pytest.mark.parametrize(
    "line",
    [
        "（１）の分類に基づき",
        "（ア）～（キ）に掲げる",
        "第６条第１項に規定する",
        "第17条の分類",
        "第２条及び第３条",
        "４項による",
        "27 号）",
        "２Ｂ 情報資産",
        "12月から",
        "３年間保存する。",
        "（平成８年訓令第38号）",
        "（別紙４）",
        "アクセスの制御",
        "イベントの記録",
        "一般の職員",
        "附則に定める",
        "はじめに行うこと",
        "2024-04-01",
        "職員は、",
        "",
        "- ",
    ],
)
def test_what_begins_no_clause_is_no_marker(line: str) -> None:
    assert not candidates(line)


def test_one_sign_of_two_alphabets_is_read_both_ways() -> None:
    assert {(marker.style, marker.value) for marker in candidates("イ　記録")} == {
        (Style.KATAKANA, (2,)),
        (Style.IROHA, (1,)),
    }
    assert {(marker.style, marker.value) for marker in candidates("i) 記録")} == {
        (Style.LATIN, (9,)),
        (Style.ROMAN, (1,)),
    }


@pytest.mark.parametrize(
    ("value", "last", "expected"),
    [
        ((2,), (1,), True),
        ((3,), (1,), False),
        ((1,), (1,), False),
        ((79, 2), (79,), True),
        ((79, 3), (79,), False),
        ((79, 3), (79, 2), True),
        ((80,), (79, 4), True),
        ((4, 2), (4, 1), True),
        ((5, 1), (4, 4), False),
    ],
)
def test_the_next_number(value: Value, last: Value, expected: bool) -> None:
    assert follows(value, last) is expected


@given(st.integers(1, 999))
def test_ideographs_are_read_as_numbers(number: int) -> None:
    digits = "〇一二三四五六七八九"
    hundreds, tens, ones = number // 100, number // 10 % 10, number % 10
    text = "".join(
        (digits[digit] if digit > 1 or not unit else "") + unit
        for digit, unit in ((hundreds, "百"), (tens, "十"), (ones, ""))
        if digit
    )
    assert kanji_number(text) == number
    assert kanji_number("".join(digits[int(digit)] for digit in str(number))) == number


@given(st.text(max_size=40))
def test_no_line_breaks_the_grammar(line: str) -> None:
    for marker in candidates(line):
        assert marker.value
        assert all(part > 0 for part in marker.value)
        assert marker.printed in line
        assert marker.rest in line


@given(st.text(max_size=40))
def test_only_radicals_are_replaced(text: str) -> None:
    for before, after in zip(text, without_radicals(text), strict=True):
        assert before == after or 0x2E80 <= ord(before) <= 0x2FD5


def test_every_kangxi_radical_becomes_an_ideograph() -> None:
    for code in range(0x2F00, 0x2FD6):
        assert unicodedata.name(without_radicals(chr(code))).startswith("CJK UNIFIED IDEOGRAPH")
    assert without_radicals("⻑⺠⻄⻘⻝⻩①⑴（１）") == "長民西青食黄①⑴（１）"
