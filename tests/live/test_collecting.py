"""Snapshots: written whole, resumed, verified, and honest about what was not answered."""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from auditor.collecting import CollectOptions
from auditor.errors import AuditorError, ExitCode, InputError, UsageError
from auditor.snapshots.model import Summary
from tests.live.auditing import CREDENTIALS, HOME, collect, judge
from tests.live.servers import AwsServer

ONE = CollectOptions(services=("s3", "kms"), regions=(HOME,))


@pytest.fixture
def seeded(aws: AwsServer) -> AwsServer:
    """Two buckets and a key."""
    s3 = aws.client("s3")
    for name in ("records", "logs"):
        s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": HOME})
    s3.put_bucket_versioning(Bucket="records", VersioningConfiguration={"Status": "Enabled"})
    aws.client("kms").create_key(Description="records")
    aws.clear_calls()
    return aws


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in gzip.decompress(path.read_bytes()).splitlines()]


def run(server: AwsServer, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "auditor", *arguments],
        env={**os.environ, **CREDENTIALS, "AWS_ENDPOINT_URL": server.url, **more},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_every_answer_is_kept_with_its_request_and_named_in_the_manifest(seeded: AwsServer, tmp_path: Path) -> None:
    place = tmp_path / "snapshot"
    collect(seeded.url, place, ONE)
    manifest = json.loads((place / "manifest.json").read_text())
    found = {path.relative_to(place).as_posix() for path in place.rglob("*.gz")}
    assert (
        found
        == set(manifest["files"])
        == {
            "accounts/123456789012/global/s3.jsonl.gz",
            f"accounts/123456789012/{HOME}/kms.jsonl.gz",
        }
    )
    for path, file in manifest["files"].items():
        data = (place / path).read_bytes()
        assert (hashlib.sha256(data).hexdigest(), len(data)) == (file["sha256"], file["size"])
    head, *entries, foot = lines(place / "accounts/123456789012/global/s3.jsonl.gz")
    assert head["caller"].startswith("arn:aws:")
    assert foot["calls"] == len(entries)
    versioning = [entry for entry in entries if entry["operation"] == "GetBucketVersioning"]
    assert {entry["item"] for entry in versioning} == {"records", "logs"}
    for entry in entries:
        assert entry["time"].endswith("Z")
        assert entry["status"] >= 200
        if entry["outcome"] == "answered":
            assert entry["request_id"]


def test_a_file_that_was_changed_later_is_refused(seeded: AwsServer, tmp_path: Path) -> None:
    place = tmp_path / "snapshot"
    collect(seeded.url, place, ONE)
    judge(place)
    path = place / "accounts/123456789012/global/s3.jsonl.gz"
    told = gzip.decompress(path.read_bytes())
    path.write_bytes(gzip.compress(told.replace(b'"Enabled"', b'"Suspended"')))
    with pytest.raises(InputError, match=r"s3\.jsonl\.gz is not what was collected"):
        judge(place)
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(InputError, match="cut off"):
        judge(place)
    path.unlink()
    with pytest.raises(InputError, match=r"lacks accounts/123456789012/global/s3\.jsonl\.gz"):
        judge(place)


def test_a_collection_that_was_killed_goes_on_where_it_was(seeded: AwsServer, tmp_path: Path) -> None:
    place = tmp_path / "snapshot"
    seeded.delay("s3:GetBucketVersioning", 60)
    arguments = [sys.executable, "-m", "auditor", "collect", "aws", "-o", str(place)]
    arguments += ["--services", "s3,kms", "--regions", HOME]
    environment = {**os.environ, **CREDENTIALS, "AWS_ENDPOINT_URL": seeded.url}
    process = subprocess.Popen(arguments, env=environment, stdout=subprocess.DEVNULL)
    kms = place / f"accounts/123456789012/{HOME}/kms.jsonl.gz"
    deadline = time.monotonic() + 60
    while not kms.exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    process.send_signal(signal.SIGKILL)
    process.wait()
    seeded.clear_faults()
    assert kms.exists()
    assert not (place / "manifest.json").exists()
    with pytest.raises(InputError, match="not finished"):
        judge(place)
    before = kms.read_bytes()
    seeded.clear_calls()
    again = run(seeded, "collect", "aws", "-o", str(place), "--services", "s3,kms", "--regions", HOME)
    assert again.returncode == ExitCode.VERIFIED, again.stderr
    asked = Counter(call.service for call in seeded.calls())
    assert asked["kms"] == 0
    assert asked["s3"] > 0
    assert kms.read_bytes() == before
    assert not [path for path in json.loads((place / "manifest.json").read_text())["files"] if ".part" in path]
    judge(place)


def test_what_failed_for_the_moment_is_asked_again_and_nothing_else(seeded: AwsServer, tmp_path: Path) -> None:
    place = tmp_path / "snapshot"
    seeded.throttle("s3:GetBucketVersioning")
    arguments = ("collect", "aws", "-o", str(place), "--services", "s3,kms", "--regions", HOME, "--lang", "en")
    first = run(seeded, *arguments, AWS_MAX_ATTEMPTS="2")
    assert first.returncode == ExitCode.VERIFIED, first.stderr
    assert "2 failed for the moment" in first.stdout
    unknown = judge(place).findings("backup.object-versioning.enabled", "records")
    assert [finding.status.value for finding in unknown] == ["unknown"]
    assert unknown[0].unknown is not None
    assert "s3:GetBucketVersioning" in unknown[0].unknown.text.en
    seeded.clear_faults()
    seeded.clear_calls()
    second = run(seeded, *arguments)
    assert second.returncode == ExitCode.VERIFIED, second.stderr
    assert Counter(call.service for call in seeded.calls())["kms"] == 0
    assert [
        finding.status.value for finding in judge(place).findings("backup.object-versioning.enabled", "records")
    ] == ["pass"]


def test_a_place_is_never_mixed_with_another_collection(seeded: AwsServer, tmp_path: Path) -> None:
    place = tmp_path / "snapshot"
    collect(seeded.url, place, ONE)
    with pytest.raises(UsageError, match="is finished"):
        collect(seeded.url, place, ONE)
    with pytest.raises(UsageError, match="with other options"):
        collect(seeded.url, place, CollectOptions(services=("s3",), regions=(HOME,)))
    other = tmp_path / "other"
    other.mkdir()
    (other / "letter.txt").write_text("not a snapshot")
    with pytest.raises(UsageError, match="neither empty nor a snapshot"):
        collect(seeded.url, other, ONE)
    assert (other / "letter.txt").read_text() == "not a snapshot"


def test_nothing_readable_is_said_and_is_no_success(seeded: AwsServer, tmp_path: Path) -> None:
    place = tmp_path / "snapshot"
    seeded.refuse(["s3:*", "kms:*"])
    came = run(seeded, "collect", "aws", "-o", str(place), "--services", "s3,kms", "--regions", HOME, "--lang", "en")
    assert came.returncode == ExitCode.INCOMPLETE
    assert "Nothing could be read" in came.stdout
    scan = run(seeded, "scan", str(place), "--lang", "en")
    assert scan.returncode == ExitCode.INCOMPLETE, scan.stdout
    audit = judge(place)
    assert not {finding.status.value for finding in audit.report.findings} & {"pass", "fail"}


def test_signing_in_that_is_refused_is_one_sentence(seeded: AwsServer, tmp_path: Path) -> None:
    seeded.refuse(["sts:GetCallerIdentity"])
    came = run(seeded, "collect", "aws", "-o", str(tmp_path / "snapshot"), "--lang", "en")
    assert came.returncode == ExitCode.UNREADABLE
    assert came.stderr.count("\n") == 1
    assert "signing in to AWS was refused" in came.stderr


def test_data_outside_japan_is_found_and_regions_that_are_off_are_named(seeded: AwsServer, tmp_path: Path) -> None:
    seeded.client("kms", "eu-west-1").create_key(Description="abroad")
    place = tmp_path / "snapshot"
    collect(seeded.url, place, CollectOptions(services=("kms",)))
    audit = judge(place)
    keys = {str(one.region.value) for one in audit.resources("aws_kms_key")}
    assert keys == {HOME, "eu-west-1"}
    (source,) = audit.report.inventory.sources
    assert source.coverage is not None
    assert "eu-west-1" in source.coverage.regions
    off = [one.what.en for one in source.coverage.not_looked_at if one.why.en == "not enabled"]
    assert "region me-south-1" in off


def test_regions_are_asked_once_and_cheaply(seeded: AwsServer, tmp_path: Path) -> None:
    collect(seeded.url, tmp_path / "snapshot", CollectOptions(services=("kms",)))
    calls = Counter((call.region, call.operation) for call in seeded.calls() if call.service == "kms")
    abroad = {operation for region, operation in calls if region == "us-west-2"}
    assert abroad == {"ListKeys", "ListAliases"}
    assert max(count for (_, operation), count in calls.items() if operation.startswith("List")) == 1


def test_accounts_of_an_organization_by_a_role_in_each(aws: AwsServer, tmp_path: Path) -> None:
    organizations = aws.client("organizations")
    organizations.create_organization(FeatureSet="ALL")
    made = organizations.create_account(AccountName="member", Email="member@example.jp")
    member = made["CreateAccountStatus"]["AccountId"]
    aws.client("kms", account=member).create_key(Description="of the member")
    place = tmp_path / "snapshot"
    options = CollectOptions(
        services=("kms",), regions=(HOME,), organization=True, member_role="auditor", external_id="shared-secret"
    )
    collect(aws.url, place, options)
    manifest = json.loads((place / "manifest.json").read_text())
    assert set(manifest["accounts"]) == {"123456789012", member}
    assert "shared-secret" not in (place / "manifest.json").read_text() + (place / "collection.json").read_text()
    taken = [call for call in aws.calls() if call.operation == "AssumeRole"]
    assert {call.parameters["RoleArn"] for call in taken} >= {f"arn:aws:iam::{member}:role/auditor"}
    (key,) = judge(place).resources("aws_kms_key")
    assert key.account.value == member


def test_an_account_without_its_role_is_named_and_nothing_is_concluded(aws: AwsServer, tmp_path: Path) -> None:
    aws.refuse(["sts:AssumeRole"])
    place = tmp_path / "snapshot"
    options = CollectOptions(services=("kms",), regions=(HOME,), accounts=("111122223333",), member_role="auditor")
    collect(aws.url, place, options)
    audit = judge(place)
    (source,) = audit.report.inventory.sources
    assert source.coverage is not None
    assert [one.what.en for one in source.coverage.not_looked_at if one.what.en.startswith("account")] == [
        "account 111122223333"
    ]
    assert not source.complete
    assert audit.report.run.exit_code is ExitCode.INCOMPLETE


def test_calls_a_second_are_limited(seeded: AwsServer, tmp_path: Path) -> None:
    began = time.monotonic()
    collect(seeded.url, tmp_path / "snapshot", CollectOptions(services=("kms",), regions=(HOME,), per_second=5))
    asked = sum(call.service == "kms" for call in seeded.calls())
    assert asked >= 5
    assert time.monotonic() - began >= (asked - 1) / 5


@pytest.mark.parametrize(
    "arguments",
    [
        ["collect", "azure", "-o", "x"],
        ["collect", "aws", "-o", "x", "--services", "nonsense"],
        ["collect", "aws", "-o", "x", "--accounts", "12"],
        ["collect", "aws", "-o", "x", "--org"],
        ["collect", "aws", "-o", "x", "--member-role", "auditor"],
        ["collect", "aws", "-o", "x", "--role", "auditor"],
        ["collect", "aws", "-o", "x", "--session-tag", "no-equals"],
        ["collect", "aws", "-o", "x", "--max-calls-per-second", "0"],
        ["collect", "aws", "-o", "x", "--executor", "cluster"],
        ["scan", "plan.json", "--profile", "x"],
    ],
)
def test_what_does_not_fit_is_told_before_anything_is_asked(
    arguments: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from auditor.cli.main import main

    monkeypatch.chdir(tmp_path)
    assert main(arguments) == ExitCode.USAGE
    assert capsys.readouterr().err.count("\n") == 1
    assert not any(tmp_path.iterdir())


def test_summary_counts_what_was_answered() -> None:
    assert Summary(10, 4, 1).answered == 6
    assert issubclass(InputError, AuditorError)


def test_what_other_policies_need_is_left_open_not_absent(seeded: AwsServer, tmp_path: Path) -> None:
    """Collected for one clause, judged for all of them."""
    place = tmp_path / "snapshot"
    collect(seeded.url, place, CollectOptions(controls=frozenset(("time.source",))))
    audit = judge(place)
    (source,) = audit.report.inventory.sources
    assert source.complete
    statuses = {finding.status.value for finding in audit.report.findings if finding.check.control == "log.audit-trail"}
    assert statuses == {"unknown"}
    assert not audit.findings("backup.object-versioning.enabled", "records")
    reasons = [one.unknown.text.en for one in audit.report.findings if one.unknown is not None]
    assert any("left out of the collection" in reason for reason in reasons)
    trail = [
        one for one in audit.report.findings if one.check.id == "time.source.provider" and one.status.value == "unknown"
    ]
    assert not trail


@pytest.mark.parametrize("command", [["collect", "aws", "-o", "x"], ["scan", "aws"], ["preflight", "aws"]])
def test_without_boto3_one_sentence_says_what_to_install(
    command: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from auditor.cli.main import main

    monkeypatch.chdir(tmp_path)
    monkeypatch.setitem(sys.modules, "boto3", None)
    assert main(command) == ExitCode.USAGE
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert "[aws]" in said
