"""What the collection asks is what it says that it asks, and nothing but reading."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import botocore.session
import jmespath
import pytest

from auditor.cli.main import main
from auditor.collecting import CollectOptions
from auditor.config import Config
from auditor.errors import ExitCode
from auditor.plugins import Plugins
from auditor.policies.loader import load_controls
from auditor.run import controls_of
from auditor_aws.live import permissions
from auditor_aws.live.catalogue import Call, Service, services
from tests.live import seeds
from tests.live.auditing import HOME, POLICIES, collect, surroundings
from tests.live.servers import AwsServer

_READS = re.compile(r"(Describe|Get|List|BatchGet|Search|Lookup)[A-Z]")
_MAKES_A_REPORT = {"GenerateCredentialReport"}
"""Makes AWS write down what can be read already; there is no other way to the report (IAM API Reference)."""
_CONTENTS = {
    "BatchGetSecretValue",
    "GetObject",
    "GetParameter",
    "GetParameters",
    "GetParametersByPath",
    "GetPasswordData",
    "GetSecretValue",
    "GetRandomPassword",
    "ReceiveMessage",
}


def calls() -> Iterator[object]:
    """Every call of every service."""
    for service in services().values():
        for call in service.calls:
            yield pytest.param(service, call, id=f"{service.name}:{call.operation}")


@pytest.mark.parametrize(("service", "call"), list(calls()))
def test_every_call_is_one_that_the_service_has_and_reads(service: Service, call: Call) -> None:
    model = botocore.session.get_session().get_service_model(call.client or service.api)
    assert call.operation in model.operation_names
    assert _READS.match(call.operation) or call.operation in _MAKES_A_REPORT
    assert call.operation not in _CONTENTS
    shape = model.operation_model(call.operation).input_shape
    taken = set(shape.members) if shape is not None else set()
    assert {*call.parameters, *call.fixed} <= taken
    required = set(shape.required_members) if shape is not None else set()
    assert required <= {*call.parameters, *call.fixed}
    for path in (call.over, call.when, call.region, call.until, *call.key.split(" / ")):
        if path and not path.startswith("^"):
            jmespath.compile(path)
    if call.each:
        assert call.each in {other.operation for other in service.calls}
        assert call.over
    for action in service.action_of(call).split(","):
        assert re.fullmatch(r"[a-z0-9-]+:[A-Z][A-Za-z0-9]+", action)
    subjects = {control.partition(".")[0] for control in load_controls()}
    assert service.subjects_of(call) <= subjects


def allowed_actions(*arguments: str) -> set[str]:
    controls = controls_of(Plugins(), Config(), arguments)
    return set(actions_of(*permissions.documents(controls, split=False)))


def actions_of(document: Mapping[str, Any]) -> list[str]:
    (statement,) = document["Statement"]
    assert statement["Effect"] == "Allow"
    found: list[str] = statement["Action"]
    return found


@pytest.mark.parametrize("policies", [("toyama",), ("moriguchi-kadoma",), POLICIES], ids=["toyama", "one", "all"])
def test_no_call_is_made_that_the_permissions_do_not_list(
    aws: AwsServer, tmp_path: Path, policies: tuple[str, ...]
) -> None:
    seeds.seed(aws)
    aws.clear_calls()
    collect(
        aws.url,
        tmp_path / "snapshot",
        CollectOptions(regions=(HOME,), controls=controls_of(Plugins(), Config(), policies)),
    )
    allowed = allowed_actions(*policies)
    actions = {
        (call.client or service.api, call.operation): service.action_of(call).split(",")
        for service in services().values()
        for call in service.calls
    }
    # needs no permission of its own (STS API Reference, GetCallerIdentity)
    actions["sts", "GetCallerIdentity"] = []
    actions["account", "ListRegions"] = ["account:ListRegions"]
    asked = {(call.service, call.operation) for call in aws.calls()}
    assert asked
    assert {call for call in asked if not allowed.issuperset(actions.get(call, ["?"]))} == set()


def test_fewer_clauses_need_fewer_permissions() -> None:
    assert allowed_actions("moriguchi-kadoma") <= allowed_actions(*POLICIES)
    assert allowed_actions("toyama") < allowed_actions(*POLICIES) | {"*"}
    few = actions_of(*permissions.documents(frozenset(("time.source",)), split=False))
    assert "ec2:DescribeDhcpOptions" in few
    assert "s3:GetBucketPolicy" not in few


def test_the_policy_is_printed_or_written_in_parts_that_fit(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["permissions", "aws", "--policy", "toyama"]) == ExitCode.VERIFIED
    printed = json.loads(capsys.readouterr().out)
    assert main(["permissions", "aws", "--policy", "toyama", "-o", "parts"]) == ExitCode.VERIFIED
    parts = sorted((tmp_path / "parts").iterdir())
    assert len(parts) > 1
    written: list[str] = []
    for part in parts:
        text = part.read_text()
        # blanks do not count (IAM User Guide, "IAM and AWS STS quotas")
        assert len("".join(text.split())) <= 6144
        written += json.loads(text)["Statement"][0]["Action"]
    assert written == printed["Statement"][0]["Action"]


def test_preflight_names_the_clauses_that_a_refusal_leaves_open(
    aws: AwsServer, capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    aws.client("s3").create_bucket(Bucket="records", CreateBucketConfiguration={"LocationConstraint": HOME})
    with surroundings(aws.url):
        aws.refuse(["s3:GetBucketVersioning", "cloudtrail:DescribeTrails"])
        assert main(["preflight", "aws", "--policy", "toyama", "--lang", "en"]) == ExitCode.INCOMPLETE
        said = capsys.readouterr().out
        assert "  s3:GetBucketVersioning (AccessDenied)" in said
        assert "  cloudtrail:DescribeTrails (AccessDenied" in said
        assert re.search(r"富山市情報セキュリティ対策基準 6-1\(5\)① .*cloudtrail:DescribeTrails", said)
        aws.clear_faults()
        assert main(["preflight", "aws", "--policy", "toyama", "--lang", "en"]) in (
            ExitCode.VERIFIED,
            ExitCode.INCOMPLETE,
        )
        assert "s3:GetBucketVersioning" not in capsys.readouterr().out
    assert not any(tmp_path.iterdir())
