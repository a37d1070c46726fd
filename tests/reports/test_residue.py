"""The list of what remains: every thing that is there, with its state, and every place of which that is not known."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.adapters import AdapterRegistry
from auditor.attr import Known, Reason, Unknown
from auditor.facets import AccountClosure, AccountIdentity, Delegation, Facet, MfaDemand, Residue
from auditor.inventory import Phase, Resource
from auditor.record import Action
from auditor.reporting import Options, Report
from auditor.snapshots.model import Skipped
from auditor.testing import World
from auditor.text import Lang
from auditor_reports.residue_report import cell, write_residue
from auditor_reports.residue_words import COLUMNS
from tests.cli.scanning import auditor, small
from tests.cli.scanning import put as put_plan
from tests.reports.report_making import make, source, world, written
from tests.reports.snapshot_making import (
    ACCOUNT,
    OSAKA,
    OTHER,
    TOKYO,
    Files,
    answered,
    key_arn,
    keys,
    put,
    refused,
    scan,
)

registry = AdapterRegistry("aws", "terraform")
Row = dict[str, str]


def read(data: bytes) -> tuple[list[list[str]], list[Row]]:
    """The lines before the table, and the table."""
    lines = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))
    begin = next(number for number, line in enumerate(lines) if line and line[0].startswith("番号"))
    names = [name.partition(" / ")[0] for name in lines[begin]]
    return lines[:begin], [dict(zip(names, line, strict=True)) for line in lines[begin + 1 :]]


def table(report: Report, lang: Lang = "ja") -> list[Row]:
    return read(written(write_residue, report, Options(lang=lang)))[1]


def about(rows: list[Row], resource: str) -> Row:
    (found,) = [row for row in rows if resource in row["資源"]]
    return found


def snapshot(folder: Path, files: Files, *skipped: Skipped, phase: Phase | None = Phase.TERMINATE) -> Report:
    return scan(put(folder, files, skipped=skipped), phase=phase)


def holding(*facets: Facet, action: Action = Action.EXISTS, account: str = ACCOUNT, name: str = "t.a") -> Resource:
    return Resource(
        "aws_thing", name, "aws", "test", action, Known(account), Known(TOKYO), facets, World().add("aws_thing.a"), name
    )


def of(*resources: Resource) -> Report:
    """A report over these resources, with nothing judged."""
    report = make([World()])
    report.inventory.resources[:] = resources
    return report


# ---------------------------------------------------------------- the file


def test_it_is_csv_that_excel_opens() -> None:
    data = written(write_residue, make())
    assert data.startswith(b"\xef\xbb\xbf")
    assert data.endswith(b"\r\n")
    head, _ = read(data)
    assert head[0][0] == "残存資源一覧 / List of what remains"


def test_headings_stand_in_both_languages() -> None:
    data = written(write_residue, make(), Options(lang="en")).decode("utf-8-sig")
    assert ",".join(f"{column.ja} / {column.en}" for column in COLUMNS) in data


def test_the_head_tells_run_phase_input_and_its_hash() -> None:
    head, rows = read(written(write_residue, make(phase=Phase.OPERATE)))
    told = {line[0]: line[1:] for line in head if len(line) > 1}
    assert told["実施 / Run"] == ["2026-04-01T09:00:00+09:00"]
    assert told["段階 / Phase"] == ["運用 / operate (operate)"]
    assert "sha256 " + "ab" * 32 in told["入力 / Input"]
    assert told["件数 / Rows"] == [str(len(rows))]
    assert any("利用終了（terminate）の段階ではない" in "".join(line) for line in head)
    ending, _ = read(written(write_residue, make(phase=Phase.TERMINATE)))
    assert not any("段階ではない" in "".join(line) for line in ending)
    assert any("8-2(8)②" in "".join(line) for line in ending)


@pytest.mark.parametrize("value", ["=1+1", "+1", "-1", "@SUM(A1)", " =1", "\t=1", "\r=1", "＝1", "＠x"])
def test_no_value_begins_a_formula(value: str) -> None:
    assert cell(value).startswith(("'", "\\"))


@pytest.mark.parametrize("value", ["", "ap-northeast-1", "arn:aws:s3:::docs", "2026", "a=b", "1.2"])
def test_plain_values_stay_as_they_are(value: str) -> None:
    assert cell(value) == value


def test_numbers_of_accounts_keep_all_their_digits() -> None:
    assert cell("012345678901") == "'012345678901"
    assert cell("111122223333") == "'111122223333"


@given(st.text())
def test_cells_never_begin_a_formula_and_never_break_a_line(value: str) -> None:
    made = cell(value)
    assert made.lstrip()[:1] not in tuple("=+-@＝＋－＠")
    assert "\n" not in made
    assert "\r" not in made


def test_names_that_are_formulas_are_written_as_text() -> None:
    (row,) = table(of(holding(Residue(what="bucket"), name="=cmd|' /C calc'!A0")))
    assert row["資源"].startswith("'=cmd")


# ---------------------------------------------------------------- things of an account


def test_keys_are_listed_with_their_state_and_the_day_of_their_end(tmp_path: Path) -> None:
    report = snapshot(tmp_path / "snap", {(ACCOUNT, TOKYO, "kms"): keys("Enabled", "PendingDeletion", "Disabled")})
    rows = table(report)
    enabled, pending, disabled = (about(rows, key_arn(number)) for number in (1, 2, 3))
    assert "有効" in enabled["状態"]
    assert "削除待ち" in pending["状態"]
    assert "2026-05-01" in pending["状態"]
    assert "無効" in disabled["状態"]
    assert enabled["残っているもの"] == "暗号鍵（key）"
    assert enabled["根拠"] == "kms:DescribeKey"
    assert (enabled["アカウント"], enabled["リージョン"]) == (f"'{ACCOUNT}", TOKYO)
    judged = dict(zip(enabled["検査"].split("、"), enabled["判定"].split("、"), strict=True))
    assert judged["teardown.residue.gone"] == "不適合"
    going = dict(zip(pending["検査"].split("、"), pending["判定"].split("、"), strict=True))
    assert going["teardown.residue.gone"] == "対象外"
    assert going["key.pending-deletion.ended"] == "適合"


def test_the_account_itself_is_listed_where_it_answered(tmp_path: Path) -> None:
    rows = table(snapshot(tmp_path / "snap", {(ACCOUNT, TOKYO, "kms"): keys(), (OTHER, TOKYO, "kms"): keys()}))
    accounts = [row for row in rows if row["残っているもの"] == "アカウント自体"]
    assert [row["資源"] for row in accounts] == [f"'{ACCOUNT}", f"'{OTHER}"]
    assert {row["判定"] for row in accounts} == {"要書面確認"}
    silent = table(snapshot(tmp_path / "none", {(ACCOUNT, TOKYO, "kms"): [refused("ListKeys")]}))
    assert not [row for row in silent if row["残っているもの"] == "アカウント自体"]


def test_what_could_not_be_listed_and_what_was_not_looked_at_is_not_verified(tmp_path: Path) -> None:
    files: Files = {
        (ACCOUNT, TOKYO, "kms"): keys("Enabled"),
        (ACCOUNT, OSAKA, "kms"): [refused("ListKeys"), answered("ListAliases", {"Aliases": []})],
    }
    skipped = (Skipped("region:eu-west-1", "not-asked"), Skipped(f"account:{OTHER}", "no-sign-in"))
    rows = table(snapshot(tmp_path / "snap", files, *skipped))
    open_ = [row for row in rows if row["状態"] == "未確認"]
    assert rows[-len(open_) :] == open_
    assert {row["判定"] for row in open_} == {"未確認"}
    (unlisted,) = [row for row in open_ if row["リージョン"] == OSAKA]
    assert "aws_kms_key" in unlisted["種別"]
    assert "kms:ListKeys AccessDenied" in unlisted["根拠"]
    (region,) = [row for row in open_ if row["リージョン"] == "eu-west-1"]
    assert "指定されていない" in region["根拠"]
    (account,) = [row for row in open_ if row["アカウント"] == f"'{OTHER}"]
    assert "見ていない" in account["残っているもの"]
    (services,) = [row for row in open_ if row["種別"] == "service"]
    assert "s3" in services["残っているもの"]


def test_where_everything_was_seen_nothing_is_open() -> None:
    report = of(holding(Residue(what="bucket")))
    assert [row["状態"] for row in table(report)] == ["ある"]


# ---------------------------------------------------------------- other things


def test_users_keys_trust_and_accounts_are_told_with_their_state() -> None:
    trust = Delegation(
        principal=Known(f"arn:aws:iam::{OTHER}:root"), administrative=Known(True), mfa=Known(MfaDemand.REQUIRED)
    )
    rows = table(
        of(
            holding(AccountIdentity(what="access-key", state=Known("Inactive")), name="key"),
            holding(AccountIdentity(what="external-trust"), trust, name="role"),
            holding(trust, name="bare"),
            holding(AccountClosure(closes=Known(False), state=Known("SUSPENDED")), name="account"),
            holding(Residue(what="secret", state=Known("DeletedDate 2026-05-01")), name="secret"),
        )
    )
    assert about(rows, "key")["残っているもの"] == "アクセスキー（access-key）"
    assert "Inactive" in about(rows, "key")["状態"]
    for name in ("role", "bare"):
        assert "外部からの信頼" in about(rows, name)["残っているもの"]
        assert f"arn:aws:iam::{OTHER}:root" in about(rows, name)["残っているもの"]
    assert "SUSPENDED" in about(rows, "account")["状態"]
    assert "DeletedDate 2026-05-01" in about(rows, "secret")["状態"]


def test_one_thing_is_one_row_and_each_thing_has_its_own() -> None:
    both = holding(Residue(what="identity-center-user"), AccountIdentity(what="identity-center-user"))
    assert len(table(of(both))) == 1
    two = holding(Residue(what="secret"), AccountIdentity(what="api-key"))
    assert len(table(of(two))) == 2


def test_unknown_and_sensitive_values_are_told_as_such() -> None:
    rows = table(
        of(
            holding(Residue(what="key", state=Unknown(Reason.DENIED)), name="open"),
            holding(Residue(what="key", state=Known("hunter2", sensitive=True)), name="hidden"),
        )
    )
    assert "未確認（読取りが拒否された）" in about(rows, "open")["状態"]
    assert "hunter2" not in str(rows)
    assert "(sensitive)" in about(rows, "hidden")["状態"]


def test_a_resource_of_an_unknown_type_may_hold_something() -> None:
    row = about(table(make([world()])), "aws_thing_new.y")
    assert "対応していない種別" in row["残っているもの"]


def test_a_resource_that_holds_nothing_is_not_listed() -> None:
    assert table(of(holding())) == []
    assert table(make([World()])) == []


@pytest.mark.parametrize(
    ("action", "said"),
    [
        (Action.CREATE, "プランが作る"),
        (Action.DELETE, "プランが削除する（適用までは残る）"),
        (Action.FORGET, "Terraform の管理から外れるだけで残る"),
        (Action.NO_OP, "残る（プランは変更しない）"),
        (Action.EXISTS, "ある"),
    ],
)
def test_the_state_of_a_plan_is_what_it_does(action: Action, said: str) -> None:
    (row,) = table(of(holding(Residue(what="volume"), action=action)))
    assert row["状態"] == said


def test_outside_of_the_end_of_use_nothing_is_judged(tmp_path: Path) -> None:
    files: Files = {(ACCOUNT, "", "s3"): [answered("ListBuckets", {"Buckets": [{"Name": "d", "BucketRegion": TOKYO}]})]}
    for phase, expected in ((Phase.OPERATE, "判定していない"), (Phase.TERMINATE, "不適合")):
        report = snapshot(tmp_path / phase.value, files, phase=phase)
        assert expected in about(table(report), "arn:aws:s3:::d")["判定"]


def test_the_order_does_not_depend_on_that_of_the_input() -> None:
    things = [
        holding(Residue(what="volume"), account=account, name=name) for account in (OTHER, ACCOUNT) for name in "zxy"
    ]
    rows = table(of(*things))
    assert rows == table(of(*reversed(things)))
    assert [(row["アカウント"], row["資源"]) for row in rows] == [
        (f"'{account}", name) for account in (ACCOUNT, OTHER) for name in "xyz"
    ]
    assert [row["番号"] for row in rows] == [str(number) for number in range(1, 7)]


def test_two_inputs_are_both_named() -> None:
    report = make([World(), World()], infos=[source("a.json"), source("b.json", sha256="cd" * 32)])
    head, _ = read(written(write_residue, report))
    assert [line[1] for line in head if line and line[0] == "入力 / Input"] == ["a.json", "b.json"]


def test_the_program_writes_it_for_plans(tmp_path: Path) -> None:
    plan = put_plan(tmp_path, small("aws_ebs_volume", action="delete"))
    done = auditor("scan", plan, "--phase", "terminate", "--report", f"residue={tmp_path / 'list.csv'}")
    assert done.returncode in (0, 1, 3), done.stderr
    _, (row,) = read((tmp_path / "list.csv").read_bytes())
    assert row["資源"] == "aws_ebs_volume.one"
    assert row["残っているもの"] == "ボリューム（volume）"
    assert row["状態"] == "プランが削除する（適用までは残る）"
    assert "teardown.residue.gone" in row["検査"]
