"""Tables and wrapping know how wide East Asian characters are."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.layout import char_width, fit, hang, pad, safe, table, width, wrap

WORDS = st.text(st.sampled_from("ab. 、。（）あア漢①ｱ-"), max_size=60)


@pytest.mark.parametrize(
    ("text", "columns"),
    [
        ("", 0),
        ("abc", 3),
        ("番号", 4),
        ("6-5(1)⑥", 7),
        ("ｱｲｳ", 3),
        ("Ａ", 2),
        ("e\u0301", 1),
        ("か\u3099", 2),
        ("…", 1),
    ],
)
def test_width(text: str, columns: int) -> None:
    assert width(text) == columns


@given(WORDS, st.integers(4, 30))
def test_wrapped_lines_fit_and_lose_nothing_but_spaces(text: str, columns: int) -> None:
    lines = wrap(text, columns)
    assert "".join("".join(lines).split()) == "".join(text.split())
    marks = set("、。）.)ー")
    for line in lines:
        # a mark that must not begin a line hangs with its word, which is cut only when it is longer than a line
        assert width(line) <= columns or set(line[1:]) <= marks


@pytest.mark.parametrize("text", ["保存時の暗号化、鍵の管理。次の行（括弧の中）も同じ。", "語「かぎ括弧」の前後"])
@pytest.mark.parametrize("columns", range(8, 40))
def test_no_line_begins_with_a_closing_mark_or_ends_with_an_opening_one(text: str, columns: int) -> None:
    for line in wrap(text, columns)[1:]:
        assert line[0] not in "、。）」"
    for line in wrap(text, columns)[:-1]:
        assert line[-1] not in "（「"


def test_words_stay_whole() -> None:
    assert wrap("alpha beta gamma", 11) == ["alpha beta", "gamma"]


def test_a_long_name_is_cut() -> None:
    assert wrap("x" * 25, 10) == ["x" * 10, "x" * 10, "x" * 5]


@given(WORDS, st.integers(1, 30))
def test_fit_takes_what_fits(text: str, columns: int) -> None:
    taken = fit(text, columns)
    assert text.startswith(taken)
    assert width(taken) <= columns or len(taken) == 1


@given(st.text(max_size=40))
def test_safe_text_is_printable_and_encodable(text: str) -> None:
    made = safe(text)
    made.encode()
    assert all(char.isprintable() or char == "\u3000" for char in made)
    if text.isprintable():
        assert made == text


def test_safe_writes_out_what_steers_terminals() -> None:
    assert safe("a\x1b[2J\r\nb\u202e\udcff\u3000") == r"a\x1b[2J\r\nb\u202e\udcff" + "\u3000"


@given(st.lists(st.tuples(WORDS, WORDS, WORDS), max_size=5))
def test_columns_of_a_table_are_aligned(rows: list[tuple[str, str, str]]) -> None:
    lines = table(["番号", "見出し", "c"], [list(row) for row in rows], indent=2)
    starts = set()
    sizes = [max(width(safe(row[i])) for row in [("番号", "見出し", "c"), *rows]) for i in range(3)]
    for line, row in zip(lines[1:], rows, strict=True):
        assert line == ("  " + "  ".join(pad(safe(row[i]), sizes[i]) for i in range(3))).rstrip()
        starts.add(len(row))
    assert len(lines) == len(rows) + 1


def test_the_flexible_column_gives_way() -> None:
    lines = table(["a", "b"], [["x", "見出しがとても長いので切られる"]], columns=20, flexible=1)
    assert lines[1] == "x  見出しがとても長…"
    assert max(map(width, lines)) <= 20


def test_numbers_stand_to_the_right() -> None:
    assert table(["n", "x"], [["5", "a"], ["1,000", "b"]], right=frozenset({0})) == [
        "    n  x",
        "    5  a",
        "1,000  b",
    ]


def test_hanging_lines_stand_under_the_text() -> None:
    assert hang("求める値  ", "暗号化する。鍵を持つ。", 26, 2) == "  求める値  暗号化する。鍵\n            を持つ。"


def test_a_long_label_stands_by_itself() -> None:
    assert hang("a.very.long.name: ", "text", 24, 2) == "  a.very.long.name:\n      text"


def test_zero_width_characters() -> None:
    assert char_width("\u200b") == 0
