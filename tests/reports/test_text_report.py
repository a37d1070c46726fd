"""The text report: clauses first, every nonconformity once, nothing that sounds like an assurance."""

from __future__ import annotations

import re
import time

import msgspec
import pytest

from auditor.assessment import Answer
from auditor.errors import ExitCode
from auditor.findings import Severity, Status
from auditor.inventory import Phase
from auditor.layout import width
from auditor.policies.model import ParameterSource
from auditor.reporting import Options, Report
from auditor.testing import World
from auditor.text import Lang, Text
from auditor_reports.text_findings import PER_CHECK, documents_to_review
from auditor_reports.text_report import write_text
from tests.reports.report_making import make, source, world, written

ASSURING = re.compile(
    "準拠して|問題ありません|問題はない|問題がない|適合しています|安全です|保証し|compliant|no problems?|no issues?|guarantee",
    re.I,
)
JAPANESE = re.compile("[ぁ-ん]")


def text(report: Report, lang: Lang = "ja", columns: int | None = None, color: bool = False) -> str:
    return written(write_text, report, Options(lang=lang, width=columns, color=color)).decode()


def section(report: str, title: str) -> str:
    """From the heading of a section to the next."""
    begin = report.index(f"== {title}")
    end = report.find("\n== ", begin)
    return report[begin : end if end >= 0 else None]


@pytest.fixture(scope="module")
def report() -> Report:
    return make(problems=(Text("プラグイン x を読み込めません", "plugin x does not load"),))


def test_every_clause_has_its_line(report: Report) -> None:
    listed = section(text(report), "条項ごとの結果")
    answers = report.assessments[0].answers
    flat = "".join(listed.split())
    for answer in answers:
        number = answer.clause.number or answer.clause.heading
        with_line = re.search(rf"^  {re.escape(number)} ", listed, re.M)
        assert with_line or re.search(rf"[:、]{re.escape(number)}(?![(①-⑳-])", flat), answer.clause.id
    assert "富山市情報セキュリティ対策基準" in listed
    assert re.search(r"8-2\(8\)③ .* 不適合 +5 +1 +2 +- +-$", listed, re.M)


def test_a_clause_that_no_failing_check_decides_still_tells_what_bears_on_it(report: Report) -> None:
    listed = section(text(report), "条項ごとの結果")
    answer = next(a for a in report.assessments[0].answers if a.clause.number == "3(2)①(エ)")
    failed = answer.supporting[Status.FAIL]
    decisive = [document for document in answer.documents if document.role == "decides"]
    assert failed
    assert decisive
    assert re.search(rf"^  3\(2\)①\(エ\) .* 要書面確認 +- +- +- +{failed} +{len(decisive)}$", listed, re.M)
    assert "「補助」は条項に関わるが判定には用いない" in "".join(listed.split())


def test_documents_of_clauses_that_failed_are_named_too() -> None:
    made = World()
    made.add("aws_thing_store.bad", {"encrypted": False})
    report = make([made])
    documents = section(text(report), "要書面確認")
    for answer in report.assessments[0].answers:
        decisive = [document for document in answer.documents if document.role == "decides"]
        if answer.answer in (Answer.NONCONFORMING, Answer.NOT_VERIFIED) and decisive:
            block = documents[documents.index("書面の確認も要する") :]
            assert answer.clause.number in block
            assert all("".join(d.name.ja.split()) in "".join(block.split()) for d in decisive)


def test_documents_that_findings_ask_for_are_counted_once(report: Report) -> None:
    answer = next(a for a in report.assessments[0].answers if a.clause.number == "6-5(1)⑥")
    assert answer.counts[Status.MANUAL]
    decisive = {document.id for document in answer.documents if document.role == "decides"}
    assert documents_to_review(answer) == decisive | {"idp-mfa-evidence"}
    inherited = msgspec.structs.replace(answer, answer=Answer.INHERITED)
    assert documents_to_review(inherited) == frozenset()


def test_columns_stand_under_their_heads(report: Report) -> None:
    listed = section(text(report), "条項ごとの結果").splitlines()
    head = next(line for line in listed if line.startswith("  番号"))
    column = width(head[: head.index("結果")])
    for line in listed[listed.index(head) + 1 :]:
        if re.match("  (要書面確認|対象外|範囲外|見出し)（", line):
            break  # the clauses on which no setting bears are listed by number
        used = 0
        for index, char in enumerate(line):
            if used == column:
                assert line[index - 1] == " "
                assert any(
                    line[index:].startswith(word)
                    for word in ("適合", "不適合", "未確認", "要書面確認", "継承", "対象外", "範囲外")
                )
                break
            used += width(char)
        else:
            pytest.fail(line)


def test_a_nonconformity_tells_what_is_and_what_should_be(report: Report) -> None:
    failed = section(text(report), "不適合")
    block = failed[failed.index("#1 aws_thing_store.bad") : failed.index("#2 ")]
    assert "暗号化が無効である" in block
    assert "enabled = false" in block
    assert "encrypted" in block
    assert "求める値  有効" in failed
    assert "是正  暗号化を有効にする。" in failed


def test_each_nonconformity_is_written_once_and_referred_to_afterwards(report: Report) -> None:
    failed = section(text(report), "不適合")
    assert len(re.findall(r"^ +#1 ", failed, re.M)) == 1
    assert failed.count("暗号化が無効である") == 2  # two resources
    assert "→ 上記 #1-#2" in failed
    # every nonconforming clause and every clause that a failing check bears on is there
    assert re.search(rf"^{re.escape('8-2(8)③')}  ", failed, re.M)
    flat = "".join(failed.split())
    for clause in ("3(2)①(エ)", "8-2(6)①(イ)"):
        assert re.search(rf"[条項、]{re.escape(clause)}(?![(①-⑳-])", flat), clause


def test_nonconforming_clauses_come_before_those_that_checks_only_bear_on(report: Report) -> None:
    failed = section(text(report), "不適合")
    assert (
        failed.index("\n8-2(8)③  ") < failed.index("補助的な自動確認で不適合が見つかった") < failed.index("3(2)①(エ)")
    )


def test_unverified_findings_name_their_reason_and_attribute(report: Report) -> None:
    open_ = section(text(report), "未確認")
    assert "適用後に決まる値（known after apply）: 1件" in open_
    assert "aws_thing_store.open  encrypted" in open_
    assert re.search(r"RuntimeError, report_making\.py:\d+", open_)


def test_clauses_left_to_documents_name_them(report: Report) -> None:
    documents = section(text(report), "要書面確認")
    for answer in report.assessments[0].answers:
        if answer.answer is Answer.DOCUMENT_REVIEW and answer.mappings:
            assert answer.clause.number in documents
            flat = "".join(documents.split())
            assert all("".join(d.name.ja.split()) in flat for d in answer.documents if d.role == "decides")
    assert "aws_thing_role.manual: 認証基盤の設定による" in documents
    left = [a for a in report.assessments[0].answers if a.answer is Answer.DOCUMENT_REVIEW and not a.mappings]
    assert f"設定には現れない {len(left)}条項は" in "".join(documents.split("\n"))


def test_what_was_not_seen_is_named(report: Report) -> None:
    said = text(report)
    assert "aws_thing_new" in section(said, "確認していない資源種別")
    notes = section(said, "入力についての注意")
    assert "test: 一部だけのプラン" in notes
    assert "プラグイン x を読み込めません" in notes
    assert "デジタル庁が対応" in said


def test_values_that_nobody_decided_are_said_to_be_so(report: Report) -> None:
    values = section(text(report), "判定に使った値")
    assert "log.retention_min_days" in values
    assert "貴団体が値を定めていないため、既定の 365日 で判定した" in values
    assert "backup.retention_min_days" not in values  # no check of the run reads it


@pytest.mark.parametrize(
    ("lang", "none", "cited"),
    [("ja", "出典なし（慣行による値）", "出典[:（]"), ("en", "No source (common practice)", "Source[: (]")],
)
def test_a_value_of_common_practice_never_looks_cited(report: Report, lang: Lang, none: str, cited: str) -> None:
    parameter = msgspec.structs.replace(
        report.parameters["log.retention_min_days"], source=ParameterSource(Text("定めがない。", "None."), "practice")
    )
    changed = msgspec.structs.replace(report, parameters={**report.parameters, parameter.id: parameter})
    said = text(changed, lang)
    after = said[said.rindex(parameter.id) :].splitlines()
    block = " ".join(after[1:3])
    assert "".join(none.split()) in "".join(block.split())
    assert not re.search(cited, block)


@pytest.mark.parametrize(("decided", "said"), [(True, "貴団体が定めた 1095日"), (False, "設定ファイルの 1095日")])
def test_configured_values_tell_their_source(report: Report, decided: bool, said: str) -> None:
    parameter = msgspec.structs.replace(
        report.parameters["log.retention_min_days"],
        value=1095,
        source=ParameterSource(Text("実施手順 第5条", "Procedure 5"), "configuration"),
        decided_by_municipality=decided,
    )
    changed = msgspec.structs.replace(report, parameters={**report.parameters, parameter.id: parameter})
    values = section(text(changed), "判定に使った値")
    assert said in values
    assert "実施手順 第5条" in values


def test_the_end_counts(report: Report) -> None:
    end = text(report)[text(report).index("== まとめ") :]
    counts = report.counts()
    assert f"自動確認した範囲で不適合 {sum(v for k, v in counts.items() if k == 'fail')}件、未確認 2件。" in end
    assert "終了コード 3" in end
    assert "全71条項" in end or "条項:" in end


@pytest.mark.parametrize("lang", ["ja", "en"])
@pytest.mark.parametrize("phase", list(Phase))
def test_it_never_assures(lang: Lang, phase: Phase) -> None:
    fine = World()
    fine.add("aws_thing_store.good", {"encrypted": True, "owner": "customer", "kms": "key-1"})
    for made in ([fine], [world()], [World()]):
        said = text(make(made, phase=phase, platform="government-cloud"), lang)
        assert not ASSURING.search(said), ASSURING.search(said)


def test_exit_code_zero_is_told_without_comment() -> None:
    fine = World()
    fine.add("aws_thing_store.good", {"encrypted": True, "owner": "customer", "kms": "key-1"})
    report = make([fine])
    assert report.run.exit_code is ExitCode.VERIFIED
    assert text(report).endswith("  終了コード 0\n")


@pytest.mark.parametrize("columns", [72, 80, 100, 160])
@pytest.mark.parametrize("lang", ["ja", "en"])
def test_lines_keep_to_the_width(report: Report, lang: Lang, columns: int) -> None:
    too_long = [line for line in text(report, lang, columns).splitlines() if width(line) > columns]
    assert too_long == []


def test_english_has_no_japanese_but_citations(report: Report) -> None:
    said = text(report, "en")
    for title in ("Result by clause", "Nonconforming", "Not verified", "Left to documents", "Values used", "Summary"):
        assert f"== {title}" in said
    headings = {answer.clause.heading for answer in report.assessments[0].answers}
    citations = set(report.assessments[0].pack.documents.values()) | {"はじめに"}
    rest = re.sub("|".join(sorted(map(re.escape, headings | citations), key=len, reverse=True)), "", said)
    # cut headings of the table end in …
    rest = "\n".join(line for line in rest.splitlines() if "…" not in line)
    assert not JAPANESE.search(rest), JAPANESE.search(rest)


def test_colour_only_where_it_is_wanted(report: Report) -> None:
    assert "\x1b" not in text(report)
    painted = text(report, color=True)
    assert "\x1b[31m" in painted
    assert re.sub(r"\x1b\[\d+m", "", painted) == text(report)


def test_names_cannot_steer_the_terminal() -> None:
    made = World()
    made.add('aws_thing_store.bad["\x1b[2J"]', {"encrypted": False})
    made.records[0].type = "aws_thing_store"
    said = text(make([made], infos=[source("plan\x07\udcff.json", 1)]))
    assert "\x1b" not in said
    assert "\x07" not in said
    assert r"\x1b[2J" in said


def test_sensitive_values_are_never_written(report: Report) -> None:
    assert "hunter2" not in text(report)
    assert "(sensitive)" in text(report)


def test_several_inputs_are_told_apart() -> None:
    first, second = World(), World()
    for one in (first, second):
        one.add("aws_thing_store.s", {"encrypted": False})
    second.records[0].source = "second"
    said = text(make([first, second], infos=[source("test", 1), source("second", 1)]))
    assert "aws_thing_store.s [test]" in said
    assert "aws_thing_store.s [second]" in said


def test_very_many_nonconformities_stay_readable_and_quick() -> None:
    made = World()
    for number in range(10_000):
        made.add(f"aws_thing_store.s{number}", {"encrypted": False})
    report = make([made])
    begin = time.perf_counter()
    said = text(report)
    assert time.perf_counter() - begin < 5
    assert len(said.splitlines()) < 1000
    left = 10_000 - PER_CHECK
    assert f"ほか {left:,}件（全件は --report json=FILE で出力）" in said
    assert f"→ 上記 #1-#{PER_CHECK}、ほか {left:,}件" in said
    assert "不適合 20,000件" in said


def test_the_weightiest_come_first(report: Report) -> None:
    failed = section(text(report), "不適合")
    clause = failed[failed.index("\n8-2(8)③  ") :]
    assert clause.index("[高]") < clause.index("[中]")
    assert list(Severity)[-1] is Severity.CRITICAL
