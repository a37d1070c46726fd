"""What reports tell of a collection: what was asked, answered, refused and not looked at, and what follows from it."""

from __future__ import annotations

import datetime
import re
from pathlib import Path
from typing import Any

import pytest

from auditor.coverage import Coverage
from auditor.errors import ExitCode
from auditor.findings import Status
from auditor.reporting import Options, Report
from auditor.snapshots.model import Skipped
from auditor.snapshots.writing import now
from auditor.text import Lang
from auditor.validation import first_error
from auditor_reports.json_report import SCHEMA_VERSION, write_json
from auditor_reports.sarif import write_sarif
from auditor_reports.text_coverage import OPERATIONS
from auditor_reports.text_report import write_text
from tests.reports.coverage_making import WHY, call, collected, coverage, left_out
from tests.reports.report_making import loaded, make, world, written
from tests.reports.snapshot_making import (
    ACCOUNT,
    CALLER,
    OSAKA,
    OTHER,
    TOKYO,
    Files,
    answered,
    failed,
    key_arn,
    keys,
    put,
    refused,
    scan,
)

NOTHING_READ: Files = {
    (ACCOUNT, TOKYO, "kms"): [refused("ListKeys"), refused("ListAliases")],
    (ACCOUNT, "", "s3"): [refused("ListBuckets")],
}
BUCKET = answered("ListBuckets", {"Buckets": [{"Name": "docs", "BucketRegion": TOKYO}]})


def report_of(of: Coverage, **given: Any) -> Report:
    return make([world()], infos=[collected(of, **given)])


def text(report: Report, lang: Lang = "ja") -> str:
    return written(write_text, report, Options(lang=lang)).decode()


def section(said: str) -> str:
    begin = said.index("== 収集の範囲")
    return said[begin : said.index("\n== ", begin)]


def flat(said: str) -> str:
    return "".join(said.split())


def clause(report: Report, number: str) -> Any:
    (found,) = [one for one in report.assessments[0].answers if one.clause.number == number]
    return found


# ---------------------------------------------------------------- text


def test_the_text_says_what_was_asked_answered_refused_and_not_looked_at() -> None:
    of = coverage(call(count=3), call(region=OSAKA), left=(left_out("region", "eu-west-1"), left_out("service", "rds")))
    said = section(text(report_of(of)))
    assert "2026-04-01 08:50 - 09:10 JST" in said
    assert CALLER in said
    assert f"リージョン: 2件（{TOKYO}、{OSAKA}）" in said
    assert "呼出し 100件" in said
    assert "答えがあったもの: 90件" in said
    assert "4件（操作 1種）" in said
    assert f"kms:ListKeysAccessDenied（{WHY.ja}）:4件、{ACCOUNT}{TOKYO}、{ACCOUNT}{OSAKA}" in flat(said)
    assert "指定なし: リージョン 1件（eu-west-1）" in said
    assert "指定なし: サービス 1件（rds）" in said


def test_the_statement_stands_in_english_as_well() -> None:
    said = text(report_of(coverage(call(), left=(left_out("region", "eu-west-1"),))), "en")
    begin = said.index("== What was collected")
    part = said[begin : said.index("\n== ", begin)]
    assert "Asked: 100 calls" in part
    assert "kms:ListKeys AccessDenied" in part
    assert "not asked for: Regions 1 (eu-west-1)" in part
    assert not re.search("[ぁ-ん]", part)


def test_where_everything_was_answered_and_looked_at_it_says_so() -> None:
    said = section(text(report_of(coverage(answered_=100))))
    assert "拒否され、又は失敗したもの: 0件" in said
    assert "収集の対象から除いたものはない" in said


def test_very_many_refusals_take_a_screenful_and_all_stand_in_json() -> None:
    calls = [
        call(f"svc{number:03}:List", region, account=account)
        for number in range(200)
        for region in (TOKYO, OSAKA)
        for account in (ACCOUNT, OTHER)
    ]
    regions = tuple(left_out("region", f"xx-east-{number}") for number in range(40))
    report = report_of(coverage(*calls, left=regions))
    said = section(text(report))
    assert len(said.splitlines()) <= 50
    assert f"ほか {200 - OPERATIONS}件" in said
    assert "ほか 1か所" in said
    assert "ほか 32件" in said
    (source,) = loaded(write_json, report)["run"]["sources"]
    assert len(source["coverage"]["refused"]) == 800
    assert len(source["coverage"]["not_looked_at"]) == 40


def test_the_head_says_what_kind_of_input_it_is() -> None:
    said = text(report_of(coverage(call())))
    assert "対象  test（AWS アカウントのスナップショット、auditor 0.1.0 で収集、資源 10件）" in said
    assert "答えあり 90件、拒否・失敗 1件" in said


def test_a_plan_has_no_such_statement() -> None:
    report = make()
    assert "収集の範囲" not in text(report)
    assert "coverage" not in loaded(write_json, report)["run"]["sources"][0]
    (run,) = loaded(write_sarif, report)["runs"]
    assert "properties" not in run["invocations"][0]


# ---------------------------------------------------------------- JSON and SARIF


def test_the_json_is_of_the_published_form_and_holds_every_call() -> None:
    of = coverage(call(count=3), call("s3:ListAllMyBuckets", ""), left=(left_out("account", OTHER, "no-sign-in"),))
    report = loaded(write_json, report_of(of))
    assert first_error(report, "report") is None
    assert report["schema_version"] == SCHEMA_VERSION == "1.2"
    (source,) = report["run"]["sources"]
    told = source["coverage"]
    assert (told["asked"], told["answered"], told["refused_calls"]) == (100, 90, 4)
    assert told["refused"][0] == {
        "account": ACCOUNT,
        "region": TOKYO,
        "operation": "kms:ListKeys",
        "code": "AccessDenied",
        "why": {"ja": WHY.ja, "en": WHY.en},
        "count": 3,
    }
    assert told["refused"][1]["region"] is None
    assert [(one["kind"], one["name"], one["reason"]) for one in told["not_looked_at"]] == [
        ("account", OTHER, "no-sign-in")
    ]


@pytest.mark.parametrize("break_", ["asked", "refused", "not_looked_at"])
def test_the_schema_demands_the_whole_statement(break_: str) -> None:
    report = loaded(write_json, report_of(coverage(call())))
    del report["run"]["sources"][0]["coverage"][break_]
    assert first_error(report, "report") is not None


def test_sarif_warns_of_each_refused_operation_and_holds_the_rest() -> None:
    of = coverage(call(), call(region=OSAKA), call("s3:ListAllMyBuckets", ""))
    (run,) = loaded(write_sarif, report_of(of))["runs"]
    (invocation,) = run["invocations"]
    told = [one for one in invocation["toolExecutionNotifications"] if one["descriptor"]["id"] == "auditor.refused"]
    assert [one["level"] for one in told] == ["warning", "warning"]
    assert "kms:ListKeys AccessDenied" in told[0]["message"]["text"]
    assert f"{ACCOUNT} {TOKYO}, {ACCOUNT} {OSAKA}" in told[0]["message"]["text"]
    assert "auditor.refused" in {one["id"] for one in run["tool"]["driver"]["notifications"]}
    (bag,) = invocation["properties"]["coverage"]
    assert bag["source"] == "test"
    assert bag["asked"] == 100
    assert run["artifacts"][0]["roles"] == ["analysisTarget", "directory"]


# ---------------------------------------------------------------- what follows for the answers


def test_where_nothing_could_be_read_the_run_is_incomplete_and_nothing_is_judged(tmp_path: Path) -> None:
    report = scan(put(tmp_path / "snap", NOTHING_READ))
    assert report.run.exit_code is ExitCode.INCOMPLETE
    counts = report.counts()
    assert counts[Status.UNKNOWN]
    assert not counts[Status.PASS]
    assert not counts[Status.FAIL]
    for answer in report.assessments[0].answers:
        assert answer.answer.value not in ("conforming", "nonconforming")
        if answer.mappings and answer.clause.class_.value == "config":
            assert answer.answer.value == "not_verified", answer.clause.id
    said = text(report)
    line = "尋ねた呼出し 3件のいずれにも答えがなく、何も読み取れていない。"
    assert flat(line) in flat(said[: said.index("== 条項ごとの結果")])
    assert flat(line) in flat(said[said.index("== まとめ") :])
    told = loaded(write_sarif, report)["runs"][0]["invocations"][0]["toolExecutionNotifications"]
    assert next(one["level"] for one in told if one["descriptor"]["id"] == "auditor.refused") == "error"


def test_an_account_that_answered_is_not_incomplete_for_a_refused_call(tmp_path: Path) -> None:
    files: Files = {(ACCOUNT, TOKYO, "kms"): keys("Enabled"), (ACCOUNT, "", "s3"): [refused("ListBuckets")]}
    report = scan(put(tmp_path / "snap", files))
    assert report.run.exit_code is not ExitCode.INCOMPLETE
    assert "何も読み取れていない" not in text(report)


def test_unknown_findings_name_the_operation_and_the_code(tmp_path: Path) -> None:
    arn = key_arn(1)
    calls = [one for one in keys("Enabled") if one.operation != "GetKeyRotationStatus"]
    files: Files = {(ACCOUNT, TOKYO, "kms"): [*calls, refused("GetKeyRotationStatus", arn)]}
    report = scan(put(tmp_path / "snap", files))
    (found,) = [one for one in report.findings if one.check.id == "key.rotation.automatic"]
    assert found.status is Status.UNKNOWN
    unverified = text(report)
    assert "kms:GetKeyRotationStatus AccessDenied" in unverified[unverified.index("== 未確認") :]
    (made,) = [one for one in loaded(write_json, report)["findings"] if one["id"] == found.id]
    assert made["unknown"]["reason"] == "denied"
    assert "kms:GetKeyRotationStatus AccessDenied" in made["unknown"]["text"]["ja"]
    assert made["unknown"]["location"]["call"] == "kms:GetKeyRotationStatus"
    (result,) = [
        one
        for one in loaded(write_sarif, report)["runs"][0]["results"]
        if one["partialFingerprints"]["auditorFinding/v1"] == found.id
    ]
    assert "kms:GetKeyRotationStatus AccessDenied" in result["message"]["text"]
    assert "kms:GetKeyRotationStatus" in result["properties"]["calls"]


def test_the_call_that_told_a_nonconformity_is_shown(tmp_path: Path) -> None:
    report = scan(put(tmp_path / "snap", {(ACCOUNT, TOKYO, "kms"): keys("PendingDeletion")}))
    said = text(report)
    failed_ = said[said.index("== 不適合") :]
    assert re.search(r"key_state\n +呼出し  kms:DescribeKey\n", failed_)
    (made,) = [one for one in loaded(write_json, report)["findings"] if one["check"] == "key.pending-deletion.in-use"]
    assert made["status"] == "fail"
    assert made["facts"][0]["location"]["call"] == "kms:DescribeKey"


def test_what_could_not_be_listed_neither_passes_nor_fails(tmp_path: Path) -> None:
    """A region that is not allowed is no nonconformity of buckets and keys of which nobody knows."""
    files: Files = {
        (ACCOUNT, "us-east-1", "kms"): [failed("ListKeys"), answered("ListAliases", {"Aliases": []})],
        (ACCOUNT, "", "s3"): [refused("ListBuckets")],
    }
    report = scan(put(tmp_path / "snap", files))
    about = [one for one in report.findings if one.resource.record is not None]
    assert about
    assert {one.status for one in about} == {Status.UNKNOWN}
    reasons = {one.unknown.text.ja for one in about if one.unknown is not None}
    assert any("kms:ListKeys Throttling" in reason for reason in reasons)
    assert any("s3:ListAllMyBuckets AccessDenied" in reason for reason in reasons)


def test_a_key_outside_the_allowed_regions_fails_where_it_was_listed(tmp_path: Path) -> None:
    files: Files = {(ACCOUNT, "us-east-1", "kms"): keys("Enabled", region="us-east-1")}
    report = scan(put(tmp_path / "snap", files))
    assert any(one.status is Status.FAIL and one.check.control == "residency.location" for one in report.findings)


def test_a_clause_whose_things_could_not_be_listed_is_not_verified(tmp_path: Path) -> None:
    listed: Files = {
        (ACCOUNT, TOKYO, "kms"): keys(),
        (ACCOUNT, "", "s3"): [answered("ListBuckets", {"Buckets": []})],
    }
    refused_: Files = {(ACCOUNT, TOKYO, "kms"): keys(), (ACCOUNT, "", "s3"): [refused("ListBuckets")]}
    nothing = clause(scan(put(tmp_path / "listed", listed)), "6-1(2)①")
    assert nothing.answer.value == "not_applicable"
    unread = clause(scan(put(tmp_path / "refused", refused_)), "6-1(2)①")
    assert unread.answer.value == "not_verified"
    assert "s3:ListAllMyBuckets AccessDenied" in unread.reason.ja
    assert "backup.enabled" in unread.reason.en


def test_what_was_left_out_by_choice_is_named_where_nothing_was_found(tmp_path: Path) -> None:
    files: Files = {(ACCOUNT, TOKYO, "kms"): keys(), (ACCOUNT, "", "s3"): [answered("ListBuckets", {"Buckets": []})]}
    skipped = [
        Skipped("region:eu-west-1", "not-asked"),
        Skipped("region:af-south-1", "not-enabled"),
        Skipped("service:rds", "not-asked"),
    ]
    report = scan(put(tmp_path / "snap", files, skipped=skipped))
    answer = clause(report, "6-1(2)①")
    assert answer.answer.value == "not_applicable"
    assert "見ていない" in answer.reason.ja
    assert "リージョン eu-west-1" in answer.reason.ja
    assert "rds" in answer.reason.ja
    assert "af-south-1" not in answer.reason.ja
    assert "What was not looked at may hold more: regions eu-west-1" in answer.reason.en


def test_absence_is_not_concluded_beside_what_could_not_be_listed(tmp_path: Path) -> None:
    """A snapshot of an earlier version lacks services that are read by now, so that nothing is missing for certain."""
    report = scan(put(tmp_path / "snap", {(ACCOUNT, TOKYO, "kms"): keys("Enabled")}))
    assert not any(one.status is Status.FAIL and one.resource.record is None for one in report.findings)
    said = section(text(report))
    assert "収集した版の本ツールが読まない" in said


def test_the_age_of_a_snapshot_is_told(tmp_path: Path) -> None:
    files: Files = {(ACCOUNT, TOKYO, "kms"): keys("Enabled")}
    old = put(tmp_path / "old", files, finished=now() - datetime.timedelta(days=9))
    fresh = put(tmp_path / "fresh", files)
    assert "9日前" in text(scan(old))
    assert "日前）です" not in text(scan(fresh))
    notes = loaded(write_sarif, scan(old))["runs"][0]["invocations"][0]["toolExecutionNotifications"]
    assert any("9日前" in one["message"]["text"] for one in notes)


def test_resources_are_counted_without_what_stands_for_unlisted_ones(tmp_path: Path) -> None:
    files: Files = {(ACCOUNT, TOKYO, "kms"): keys("Enabled", "Enabled"), (ACCOUNT, "", "s3"): [refused("ListBuckets")]}
    report = scan(put(tmp_path / "snap", files))
    assert report.inventory.sources[0].resources == 2
    assert len(report.inventory.resources) > 2
