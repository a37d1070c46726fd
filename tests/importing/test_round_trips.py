"""Whatever tree is written out as a policy, with wraps, page numbers and blank lines, is read back as that tree."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from dataclasses import dataclass, field

from hypothesis import assume, given
from hypothesis import strategies as st

from auditor.errors import InputError
from auditor.policies.importing import ParsedPolicy, parse
from auditor.policies.importing.source import read_bytes

_KANA = "アイウエオカキクケコサシスセソ"
_IROHA = "イロハニホヘトチリヌルヲワカヨ"
_KANJI = "一二三四五六七八九"
_FULL = str.maketrans("0123456789", "０１２３４５６７８９")

# Sentences cite numbers as rules do: none of these may become a node, wherever a line breaks.
SENTENCES = (
    "職員は、（１）の区分に従って記録を扱わなければならない。",
    "管理者は、第３条の規定により記録を十年間保存しなければならない。",
    "担当課は、前項（ア）の点検を終えたときは、その日時、場所及び方法を責任者に報告するものとする。",
    "鍵を作る者は、②に掲げる方法により、鍵を作った日と作った者を記録しなければならない。",
    "機器を廃棄する者は、４－１の手続を終えてから、中の記録を読めないようにしなければならない。",
    "この規程（平成２０年規則第１５号。以下「規程」という。）に定めのない事項は、別に定める。",
)
HEADINGS = ("記録の保存", "鍵の管理", "機器の廃棄", "点検の方法", "研修", "外部への委託")


def _kanji(number: int) -> str:
    tens, ones = divmod(number, 10)
    return ("" if not tens else ("" if tens == 1 else _KANJI[tens - 1]) + "十") + (_KANJI[ones - 1] if ones else "")


# How a level prints its numbers, and what its part of an id is.
STYLES: dict[str, tuple[Callable[[int], str], Callable[[int], str]]] = {
    "number-dot": (lambda n: f"{n}．".translate(_FULL), str),
    "number-blank": (lambda n: f"{n} ", str),
    "ordinal": (lambda n: f"第{n}　", str),
    "paren-full": (lambda n: f"（{n}）　".translate(_FULL), str),
    "paren-half": (lambda n: f"({n}) ", str),
    "paren-glyph": (lambda n: chr(0x2474 + n - 1) + " ", str),
    "circled": (lambda n: chr(0x2460 + n - 1) + " ", str),
    "kana": (lambda n: f"{_KANA[n - 1]}　", lambda n: chr(96 + n)),
    "paren-kana": (lambda n: f"（{_KANA[n - 1]}）　", lambda n: chr(96 + n)),
    "iroha": (lambda n: f"{_IROHA[n - 1]}　", lambda n: chr(96 + n)),
    "roman": (lambda n: f"{chr(0x2170 + n - 1)}）", str),
    "latin": (lambda n: f"{chr(0xFF41 + n - 1)}）", lambda n: chr(96 + n)),
    "kanji": (lambda n: f"{_kanji(n)}　", str),
}

# Levels that documents combine, from the outside in; any may be left out.
COMBINATIONS = (
    ("number-dot", "paren-full", "circled", "paren-kana"),
    ("number-blank", "paren-half", "kana", "paren-kana"),
    ("number-dot", "paren-glyph", "iroha", "circled"),
    ("ordinal", "number-blank", "paren-half", "kana", "roman"),
    ("number-dot", "circled", "latin"),
    ("number-blank", "paren-full", "kanji"),
)


@dataclass
class Planted:
    """A node that is written out."""

    id: str
    words: str
    lines: list[str] = field(default_factory=list)


@st.composite
def numbered_trees(draw: st.DrawFn) -> list[Planted]:
    """Nodes of a document with one series for each level, in the order of the text."""
    combination = draw(st.sampled_from(COMBINATIONS))
    kept = [combination[0], *(style for style in combination[1:] if draw(st.booleans()))]
    planted: list[Planted] = []

    def grow(depth: int, above: str) -> None:
        printed, own = STYLES[kept[depth]]
        # a first ideograph, letter or イ counts only if a second follows: alone it might be a word
        for number in range(1, draw(st.integers(2, 4)) + 1):
            id_ = f"{above}/{own(number)}"
            deeper = depth + 1 < len(kept) and draw(st.booleans())
            heading = draw(st.sampled_from(HEADINGS)) if deeper or depth == 0 else ""
            sentence = draw(st.sampled_from(SENTENCES)) if not deeper or draw(st.booleans()) else ""
            lines = [printed(number) + (heading or sentence)]
            if heading and sentence:
                lines.append(sentence)
            planted.append(Planted(id_, heading + sentence, lines))
            if deeper:
                grow(depth + 1, id_)

    grow(0, "std")
    return planted


@st.composite
def articled_trees(draw: st.DrawFn) -> list[Planted]:
    """Articles in chapters, with paragraphs, items and subitems, and branch numbers."""
    planted: list[Planted] = []
    ideographs = draw(st.booleans())
    chapters = draw(st.booleans())
    last, branch = 0, 1
    for chapter in range(1, draw(st.integers(1, 3)) + 1):
        if chapters:
            planted.append(Planted(f"std/ch{chapter}", "通則", [f"第{chapter}章　通則".translate(_FULL)]))
        for _ in range(draw(st.integers(1, 3))):
            branch = branch + 1 if last and draw(st.integers(0, 4)) == 0 else 1
            last += 1 if branch == 1 else 0
            own = f"art{last}" + (f"-{branch}" if branch > 1 else "")
            number = _kanji(last) if ideographs else str(last).translate(_FULL)
            tail = f"の{_kanji(branch) if ideographs else branch}" if branch > 1 else ""
            _article(draw, planted, f"std/{own}", f"第{number}条{tail}", ideographs)
    return planted


def _article(draw: st.DrawFn, planted: list[Planted], id_: str, printed: str, ideographs: bool) -> None:
    heading = draw(st.sampled_from(HEADINGS))
    paragraphs = draw(st.integers(1, 3))
    article = Planted(id_, heading, [f"（{heading}）"])
    planted.append(article)
    for number in range(1, paragraphs + 1):
        sentence = draw(st.sampled_from(SENTENCES))
        here = id_
        if paragraphs == 1:
            article.words += sentence
        else:
            here = f"{id_}/{number}"
            planted.append(Planted(here, sentence))
        if number == 1:
            article.lines.append(f"{printed}　{sentence}")
        else:
            planted[-1].lines.append(f"{number}　{sentence}".translate(_FULL))
        for item in range(1, draw(st.sampled_from((0, 2, 3))) + 1):
            marker = f"{_kanji(item)}　" if ideographs else f"({item}) "
            phrase = draw(st.sampled_from((*SENTENCES, "点検した日", "点検した者の氏名")))
            planted.append(Planted(f"{here}/i{item}", phrase, [marker + phrase]))


@st.composite
def documents(draw: st.DrawFn, trees: st.SearchStrategy[list[Planted]]) -> tuple[str, list[Planted]]:
    """A tree, and it written out."""
    planted = draw(trees)
    return _written(draw, planted), planted


def _written(draw: st.DrawFn, planted: list[Planted]) -> str:
    """The lines of a document: wrapped or not, with blank lines and page numbers here and there."""
    column = draw(st.sampled_from((0, 28, 38)))
    spaced = draw(st.booleans())
    breaks = draw(st.lists(st.integers(3, 120), max_size=4, unique=True))
    lines = ["朝日市情報安全対策基準"]
    for node in planted:
        for line in node.lines:
            lines.extend(line[at : at + column] for at in range(0, len(line), column)) if column else lines.append(line)
    page = 1
    written: list[str] = []
    for place, line in enumerate(lines):
        if place in breaks:
            page += 1
            written.extend(["", str(page), ""])
        written.append(line)
        if spaced:
            written.append("")
    return "\n".join(written)


def _bare(text: str) -> str:
    return "".join(text.split())


def _compare(text: str, planted: list[Planted]) -> None:
    policy = parse(read_bytes("generated.txt", text.encode()))
    assert [node.id for node in policy.nodes] == [node.id for node in planted]
    assert [_bare(node.heading + node.text) for node in policy.nodes] == [_bare(node.words) for node in planted]
    assert not policy.warnings or {warning.kind for warning in policy.warnings} == {"empty"}


@given(documents(numbered_trees()))
def test_numbers_of_every_style_are_read_back(document: tuple[str, list[Planted]]) -> None:
    _compare(*document)


@given(documents(articled_trees()))
def test_articles_are_read_back(document: tuple[str, list[Planted]]) -> None:
    _compare(*document)


@given(st.data())
def test_a_gap_is_a_warning_and_loses_nothing(data: st.DataObject) -> None:
    count = data.draw(st.integers(5, 9))
    gone = data.draw(st.integers(2, count - 2))
    kept = [number for number in range(1, count + 1) if number != gone]
    text = "朝日市情報安全対策基準\n１．点検\n" + "".join(f"（{number}）　{SENTENCES[2]}\n" for number in kept)
    policy = parse(read_bytes("generated.txt", text.encode()))
    assert [node.id for node in policy.nodes][1:] == [f"std/1/{number}" for number in kept]
    assert [(warning.kind, warning.node) for warning in policy.warnings if warning.kind != "empty"] == [
        ("gap", f"std/1/{gone + 1}")
    ]


_SIGNS = (
    "第条項章節の１２3０一二十百（）()①②⑴ⅰ㈠アイウロハa.．-―附則別表はじめに目次|<br>- \u3000 。、は者\n\n\n\t\f⼀⻑"
)


def _sound(policy: ParsedPolicy) -> None:
    seen = {""}
    for node in policy.nodes:
        assert node.parent in seen
        assert node.id not in seen
        assert 0 <= node.line <= node.line_end
        seen.add(node.id)
    assert {artefact.node for artefact in policy.artefacts} <= seen
    assert {warning.node for warning in policy.warnings} <= seen
    assert 0.0 <= policy.coverage <= 1.0


@given(st.text(alphabet=_SIGNS, min_size=1, max_size=300))
def test_no_text_breaks_the_parser(text: str) -> None:
    try:
        policy = parse(read_bytes("generated.txt", text.encode()))
    except InputError:
        return
    _sound(policy)


@given(
    st.lists(
        st.sampled_from(
            [*SENTENCES, *HEADINGS, "第１条", "２　", "(1) 甲", "① 乙", "ア 丙", "附　則", "別表第一", "1.1 丁"]
        ),
        max_size=60,
    )
)
def test_no_order_of_clauses_breaks_the_parser(lines: list[str]) -> None:
    try:
        policy = parse(read_bytes("generated.txt", "\n".join(lines).encode()))
    except InputError:
        return
    _sound(policy)


@given(st.binary(max_size=400))
def test_no_bytes_break_the_reader(data: bytes) -> None:
    assume(not data.startswith(b"PK"))
    with contextlib.suppress(InputError):
        assert read_bytes("generated.bin", data).lines


def test_a_long_list_of_chapters_is_one_series() -> None:
    text = "朝日市点検要領\n" + "".join(f"{number}．点検\n① 甲を見る。\n② 乙を見る。\n" for number in range(1, 1000))
    policy = parse(read_bytes("long.txt", text.encode()))
    assert len(policy.nodes) == 999 * 3
    assert not policy.warnings
