"""PDF, HTML and DOCX give the same nodes as the text that they show; what cannot be read is told in one sentence."""

from __future__ import annotations

import builtins
import importlib.util
import subprocess
import sys
import time
import zipfile
from io import BytesIO
from pathlib import Path

import pytest

from auditor.errors import ExitCode, InputError
from auditor.policies.importing import parse, read_source
from auditor.policies.importing.model import LineRole, ParsedPolicy, SourceKind
from auditor.policies.importing.source import read_bytes
from tests.importing import making

# The libraries belong to an optional extra; without it there is nothing to try.
WITH_PDF = [True] if importlib.util.find_spec("pypdfium2") else []
WITH_XML = [True] if importlib.util.find_spec("lxml") else []
pdf = pytest.mark.parametrize("with_pdf", WITH_PDF)
xml = pytest.mark.parametrize("with_xml", WITH_XML)


def _ids(policy: ParsedPolicy) -> list[str]:
    return [node.id for node in policy.nodes]


def _refused(data: bytes, name: str = "policy") -> str:
    with pytest.raises(InputError) as refused:
        parse(read_bytes(name, data))
    assert refused.value.exit_code is ExitCode.UNREADABLE
    for lang in ("ja", "en"):
        sentence = refused.value.sentence(lang)
        assert name in sentence
        assert "\n" not in sentence
    return refused.value.sentence("en")


PAGES = [
    ["森の里市", "情報安全対策基準", "令和7年"],
    ["目次", "１．目的 ・・・・・・・・・ 1", "２．鍵の管理 ・・・・・・・・・ 1", "情報安全対策基準", "1"],
    [
        "情報安全対策基準",
        "１．目的",
        "この基準は、市の情報を守るために職員が行うべきことを定めることを目的とし、全ての部局及び教育委",
        "員会に適用する。",
        "２．鍵の管理",
        "（１） 作成",
        "① 管理者は、暗号に用いる鍵を作るときは、あらかじめ情報担当課の承認を得て、作成した日時及び作成",
        "情報安全対策基準",
        "2",
    ],
    [
        "した者の氏名を記録しなければならない。",
        "② 管理者は、（１）の記録を五年間保存しなければならない。",
        "（２） 廃棄",
        "管理者は、不要となった鍵を消去しなければならない。",
        "情報安全対策基準",
        "3",
    ],
]


@pdf
def test_a_pdf_is_read_across_pages(with_pdf: bool) -> None:
    source = read_bytes("policy.bin", making.make_pdf(PAGES))
    assert source.kind is SourceKind.PDF
    policy = parse(source)
    assert _ids(policy) == ["std/1", "std/2", "std/2/1", "std/2/1/1", "std/2/1/2", "std/2/2"]
    sentence = policy.node("std/2/1/1")
    assert sentence is not None
    assert sentence.text.endswith("作成した日時及び作成した者の氏名を記録しなければならない。")
    assert sentence.page == 3
    kinds = {artefact.kind.value for artefact in policy.artefacts}
    assert {"contents", "page-number", "running-head"} <= kinds
    assert policy.coverage >= 0.99


@pdf
def test_a_scanned_pdf_is_told(with_pdf: bool) -> None:
    assert "OCR" in _refused(making.make_pdf([[], []], scanned=[0, 1]), "scan.pdf")


@pdf
def test_a_page_that_is_a_picture_is_named(with_pdf: bool) -> None:
    policy = parse(read_bytes("policy.pdf", making.make_pdf([PAGES[2], [], PAGES[3]], scanned=[1])))
    assert [warning.kind for warning in policy.warnings] == ["unread-page"]
    assert "2" in policy.warnings[0].message.en


@pdf
def test_a_number_under_a_picture_is_not_the_text_of_the_page(with_pdf: bool) -> None:
    pages = [PAGES[2], ["－ 2 －"], ["－ 3 －"], PAGES[3]]
    source = read_bytes("policy.pdf", making.make_pdf(pages, scanned=[0, 1]))
    # neither the page with a picture beside its text, nor the short one without a picture
    assert source.unread_pages == (2,)
    assert "画像の中は読んでいません" in next(
        one.message.ja for one in parse(source).warnings if one.kind == "unread-page"
    )


@pdf
def test_a_protected_pdf_is_told(with_pdf: bool) -> None:
    assert "password" in _refused(making.make_pdf(PAGES, protected=True), "locked.pdf")


@pdf
def test_a_damaged_pdf_is_told(with_pdf: bool) -> None:
    assert "damaged" in _refused(b"%PDF-1.7\nnothing else", "broken.pdf")


LISTS: dict[int, making.Levels] = {
    1: [
        ("decimalFullWidth", "第%1条"),
        ("decimalFullWidth", "%2"),
        ("decimal", "(%3)"),
        ("aiueoFullWidth", "（%4）"),
        ("decimalEnclosedCircle", "%5"),
        ("iroha", "%6."),
        ("lowerRoman", "%7)"),
    ],
    2: [("japaneseCounting", "第%1章")],
}


@xml
def test_numbers_that_word_counts_are_written_out(with_xml: bool) -> None:
    paragraphs = [
        making.plain("海辺市情報安全規程"),
        making.numbered("総則", 2, 0),
        making.plain("（目的）"),
        making.numbered("この規程は、情報の安全を保つことを目的とする。", 1, 0),
        making.plain("（記録）"),
        making.numbered("記録を作る者は、次の事項を書かなければならない。", 1, 0),
        making.numbered("作成の日時", 1, 2),
        making.numbered("作成の目的", 1, 2),
        making.numbered("業務上の目的", 1, 3),
        making.numbered("その他の目的", 1, 3),
        making.numbered("調査のための目的", 1, 4),
        making.numbered("試験のための目的", 1, 4),
        making.numbered("補則", 2, 0),
        making.plain("（委任）"),
        making.numbered("この規程に定めのない事項は、市長が別に定める。", 1, 0),
    ]
    source = read_bytes("rules.docx", making.make_docx(paragraphs, LISTS))
    assert source.kind is SourceKind.DOCX
    assert [line.text for line in source.lines][7:12] == [
        "(2)　作成の目的",
        "（ア）　業務上の目的",
        "（イ）　その他の目的",
        "①　調査のための目的",
        "②　試験のための目的",
    ]
    policy = parse(source)
    assert _ids(policy) == [
        "basic/ch1",
        "basic/art1",
        "basic/art2",
        "basic/art2/i1",
        "basic/art2/i2",
        "basic/art2/i2/a",
        "basic/art2/i2/b",
        "basic/art2/i2/b/1",
        "basic/art2/i2/b/2",
        "basic/ch2",
        "basic/art3",
    ]
    assert [policy.nodes[7].citation, policy.nodes[7].level.value] == [
        "海辺市情報安全規程 第2条第2号(イ)①",
        "subsubitem",
    ]


@xml
def test_lists_go_on_after_text_and_begin_again_where_word_says_so(with_xml: bool) -> None:
    lists: dict[int, making.Levels] = {1: [("decimal", "(%1)")], 2: [("decimal", "%1.")]}
    paragraphs = [
        making.styled("保存", "Heading"),
        making.numbered("職員は、記録を保存しなければならない。", 1, 0),
        making.numbered("職員は、記録を点検しなければならない。", 1, 0),
        making.styled("廃棄", "Heading"),
        making.numbered("職員は、記録を廃棄するときは、承認を得なければならない。", 3, 0),
        making.plain("承認は、文書による。"),
        making.numbered("職員は、廃棄した日を書かなければならない。", 3, 0),
        making.table([["区分", "年限"], ["甲", "十年"]]),
    ]
    data = making.make_docx(paragraphs, lists, {"Heading": (2, 0)}, {3: 1})
    policy = parse(read_bytes("rules.docx", data))
    assert [node.number for node in policy.nodes if node.number] == ["1", "1(1)", "1(2)", "2", "2(1)", "2(2)"]
    assert [(one.kind.value, one.node) for one in policy.artefacts] == [("table", "doc/2/2")]


@xml
def test_other_archives_and_damaged_ones_are_told(with_xml: bool) -> None:
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
    assert "DOCX" in _refused(out.getvalue(), "table.xlsx")
    good = making.make_docx([making.plain("第1条　目的")])
    assert "DOCX" in _refused(good[:-40], "cut.docx")


@xml
def test_entities_of_a_word_document_are_not_expanded(with_xml: bool) -> None:
    bomb = '<!DOCTYPE w [<!ENTITY a "第1条　甲"><!ENTITY b "&a;&a;">]>'
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        namespace = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
        archive.writestr(
            "word/document.xml",
            f'{bomb}<w:document xmlns:w="{namespace}"><w:body><w:p><w:r><w:t>&b;</w:t></w:r></w:p></w:body></w:document>',
        )
    assert "empty" in _refused(out.getvalue(), "bomb.docx")


@xml
def test_what_stands_in_other_elements_of_word_is_text_and_what_was_moved_away_is_not(with_xml: bool) -> None:
    def run(text: str) -> str:
        return f"<w:r><w:t>{text}</w:t></w:r>"

    around = ("moveTo", "customXml", "dir", "bdo", "ins")
    inline = "".join(f"<w:{name}>{run(name)}</w:{name}>" for name in (*around, "moveFrom", "del"))
    paragraphs = [f"<w:p>{inline}</w:p>"]
    paragraphs += [f"<w:{name}>{making.plain(name)}</w:{name}>" for name in (*around, "moveFrom", "del")]
    lines = read_bytes("rules.docx", making.make_docx(paragraphs)).lines
    assert [line.text for line in lines] == ["".join(around), *around]


@xml
def test_struck_out_text_of_a_page_is_left_out(with_xml: bool) -> None:
    page = """<html><head><meta charset="utf-8"></head><body><p>記録は<del>一年</del><ins>三年</ins>間<s>ほど</s>、<strike>なるべく</strike>保つ。</p>
<table><tr><td>期間</td><td><b>三年</b><s>一年<b>半</b></s>間</td></tr></table></body></html>"""
    lines = read_bytes("rules.html", page.encode()).lines
    assert [line.text for line in lines] == ["記録は三年間、保つ。", "期間 三年間"]


HTML = """<html><head><title>x</title></head><body><h1>丘の上町情報安全要綱</h1>
<ol><li>目的<p>この要綱は、情報の
安全を保つことを目的とする。</p></li><li>鍵<ol type="a"><li>作成</li><li>廃棄<br>鍵は、消去する。</li></ol></li></ol>
<div hidden>第9条</div><table><tr><td>区分</td><td>内容</td></tr></table></body></html>"""


@xml
@pytest.mark.parametrize(
    ("encoding", "head"),
    [
        ("utf-8", ""),
        ("utf-8", '<meta charset="utf-8">'),
        ("cp932", '<meta charset="Shift_JIS">'),
        ("euc_jp", '<meta http-equiv="Content-Type" content="text/html; charset=EUC-JP">'),
        ("cp932", '<meta charset="utf-8">'),
        ("utf-16", ""),
    ],
)
def test_html_lists_are_numbered_in_any_encoding(with_xml: bool, encoding: str, head: str) -> None:
    source = read_bytes("rules.htm", HTML.replace("<title>", head + "<title>").encode(encoding))
    assert source.kind is SourceKind.HTML
    policy = parse(source)
    assert _ids(policy) == ["basic/1", "basic/2", "basic/2/a", "basic/2/b"]
    assert policy.nodes[0].text == "この要綱は、情報の安全を保つことを目的とする。"
    assert [line.text for line in source.lines if line.role is LineRole.TABLE] == ["区分 内容"]


TEXT = "湖岸町情報安全要綱\n\n１．目的\nこの要綱は、情報の安全を保つことを目的とする。\n２．鍵の作り方と捨て方\n① 鍵を作ること。\n② 鍵を捨てること。\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp932", "euc_jis_2004"])
def test_plain_text_is_read_in_the_encodings_of_japanese_texts(encoding: str) -> None:
    bom = b"\xff\xfe" if encoding == "utf-16-le" else b""
    source = read_bytes("rules.txt", bom + TEXT.encode(encoding))
    assert [line.text for line in source.lines] == TEXT.split("\n")


def test_line_ends_of_other_systems_and_form_feeds() -> None:
    source = read_bytes("rules.txt", TEXT.replace("\n", "\r\n").replace("２", "\f２").encode())
    assert [line.text for line in source.lines] == TEXT.split("\n")
    assert [line.page for line in source.lines] == [1] * 4 + [2] * 4


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "empty"),
        (b"\xef\xbb\xbf \r\n\t", "empty"),
        (bytes(range(256)) * 4, "not readable as a document"),
        (b"\xff\xfe\x00\xd8a", "not readable as a document"),
        ("ここには番号がない。".encode(), "no numbered clause"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "former format"),
        (rb"{\rtf1 abc}", "former format"),
    ],
)
def test_what_is_no_policy_text_is_told(data: bytes, said: str) -> None:
    assert said in _refused(data)


def test_a_file_that_cannot_be_opened_is_told(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "none.txt"):
        with pytest.raises(InputError, match="cannot be read"):
            read_source(path)


def test_an_address_is_told_from_a_file() -> None:
    with pytest.raises(InputError, match="download it"):
        read_source(Path("https://city.invalid/policy.pdf"))


def test_a_line_that_no_text_has_is_told_with_its_number() -> None:
    assert "line 2" in _refused(("第1条 目的\n第2条 " + "あ" * 20_000).encode())


@pytest.mark.parametrize("signs", ["あ", "（", "第2条の2", "者は", "・", "a ", "市"])
def test_long_lines_are_read_in_good_time(signs: str) -> None:
    text = f"第1条 目的\n第2条 {signs * (19_900 // len(signs))}\n第3条 委任\n"
    begun = time.perf_counter()
    parse(read_bytes("policy.txt", text.encode()))
    assert time.perf_counter() - begun < 2


@pytest.mark.parametrize(
    ("library", "data"),
    [
        ("pypdfium2", making.make_pdf(PAGES)),
        ("lxml", making.make_docx([making.plain("第1条　目的")])),
        ("lxml", HTML.encode()),
    ],
    ids=["pdf", "docx", "html"],
)
def test_a_missing_library_is_told_with_the_extra(library: str, data: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    genuine = builtins.__import__

    def without(name: str, *rest: object, **more: object) -> object:
        if name.split(".")[0] == library:
            raise ImportError(name)
        return genuine(name, *rest, **more)  # type: ignore[arg-type]  # passes on whatever it is given

    monkeypatch.setattr(builtins, "__import__", without)
    assert "jichitai-cloud-auditor[policy]" in _refused(data, "policy.bin")


def test_importing_needs_no_library_before_a_file_is_read() -> None:
    code = "import sys, auditor.policies.importing; print(sorted({'lxml', 'pypdfium2', 'zipfile', 'yaml'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
