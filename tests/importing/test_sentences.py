"""What a sentence demands, of whom and when: read off its ending and its topic."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.policies.importing.headings import join
from auditor.policies.importing.sentences import addressee_of, conditions_of, obligation_of, sentences


@pytest.mark.parametrize(
    ("text", "obligation"),
    [
        ("職員は、記録を書かなければならない。", "しなければならない"),
        ("職員は、記録を保存しなくてはならない。", "しなければならない"),
        ("記録を保存するものとする。", "しなければならない"),
        ("記録を保存すること。", "しなければならない"),
        ("職員は、記録を捨ててはならない。", "してはならない"),
        ("記録を捨ててはならない（ただし、写しを除く。）。", "してはならない"),
        ("記録を捨ててはならない。ただし、写しについては、この限りでない。", "してはならない"),
        ("記録を捨ててはならない。また、写しを返さなければならない。", "しなければならない"),
        ("記録を増やすよう努めなければならない。", "努める"),
        ("記録を増やすことが望ましい。", "望ましい"),
        ("課長は、記録を見ることができる。", "できる"),
        ("「記録」とは、書かれたものをいう。", "定義"),
        ("課長を管理者とする。", "定義"),
        ("この規程は、令和6年4月1日から施行する。", "定義"),
    ],
)
def test_the_ending_decides(text: str, obligation: str) -> None:
    assert obligation_of(text, "", "") == obligation


def test_a_phrase_takes_over_what_the_sentence_above_says() -> None:
    assert obligation_of("記録の保存", "できる", "記録") == "できる"
    assert obligation_of("記録の保存", "できる", "用語の定義\n記録") == "定義"
    assert obligation_of("", "できる", "記録") == ""


@pytest.mark.parametrize(
    ("text", "heading", "addressee"),
    [
        ("職員は、記録を書かなければならない。", "", "職員"),
        ("課長及び管理者は、記録を見る。", "", "課長及び管理者"),
        ("記録を書く場合には、担当者は、日付を書く。", "", "担当者"),
        ("記録については、管理者は、年限を定める。", "", "管理者"),
        ("職員等が記録を持ち出す場合は、届け出る。", "", "職員等"),
        ("記録は、消してはならない。", "", ""),
        ("記録を総括する。", "最高責任者（以下「責任者」という。）", "最高責任者"),
        ("課長を管理者とする。", "", "（明示なし）"),
        ("課長を管理者とする。管理者は、記録を点検しなければならない。", "", "管理者"),
    ],
)
def test_the_topic_is_the_addressee(text: str, heading: str, addressee: str) -> None:
    assert addressee_of(text, heading) == addressee


def test_phrases_that_limit_a_sentence_are_its_conditions() -> None:
    text = "職員は、庁外で利用する際には、届け出なければならない。紛失した場合は、直ちに知らせる。"
    assert conditions_of(text) == ("職員は、庁外で利用する際には", "紛失した場合は")
    assert conditions_of("職員は、届け出なければならない。") == ()


def test_stops_inside_brackets_end_no_sentence() -> None:
    assert sentences("甲（乙をいう。以下同じ。）を行う。「丙。」と書く。丁") == [
        "甲（乙をいう。以下同じ。）を行う",
        "「丙。」と書く",
        "丁",
    ]


@given(st.lists(st.text(alphabet="甲乙AB。（）", min_size=1, max_size=12), max_size=8))
def test_joining_keeps_every_sign(lines: list[str]) -> None:
    joined = join([(line, line.endswith("。")) for line in lines])
    assert "".join(joined.split()) == "".join(lines)
