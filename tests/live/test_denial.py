"""Denied is not absent: made over every operation that the collection asks.

For each of them the same account is collected with that operation denied by the server.  A finding may then become
unknown or go away; it may never become its opposite, nothing may pass or fail that was not there before, and only
findings of the controls change that the operation is declared to serve.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import msgspec
import pytest

from auditor.cli.main import main
from auditor.collecting import CollectOptions
from auditor.errors import ExitCode
from auditor.findings import Status
from auditor.inventory import Phase
from auditor.snapshots.model import MANIFEST_NAME, Outcome
from auditor.snapshots.reading import read_entries
from auditor.snapshots.store import Folder
from auditor_aws.live.catalogue import Service, services
from tests.live import auditing, seeds
from tests.live.auditing import HOME, POLICIES, Audit, collect, judge
from tests.live.servers import AwsServer

OPTIONS = CollectOptions(regions=(HOME,))
OPERATIONS = {
    f"{service.name}:{call.operation}": (service, call.operation)
    for service in services().values()
    for call in service.calls
}
"""Every operation once; several calls of a service may make the same."""

_TAGS = (
    "acm:ListTagsForCertificate",
    "cloudfront:ListTagsForResource",
    "config:ListTagsForResource",
    "ecr-public:ListTagsForResource",
    "elb:DescribeTags",
    "events:ListTagsForResource",
    "fsx:ListTagsForResource",
    "glue:GetResources",
    "iam:ListOpenIDConnectProviderTags",
    "iam:ListSAMLProviderTags",
    "iam:ListServerCertificateTags",
    "kms:ListResourceTags",
    "license-manager:ListTagsForResource",
    "organizations:ListTagsForResource",
    "route53:ListTagsForResources",
    "route53resolver:ListTagsForResource",
    "s3control:ListTagsForResource",
    "sso-admin:ListTagsForResource",
    "vpc-lattice:ListTagsForResource",
    "wafv2-cloudfront:ListTagsForResource",
    "wafv2:ListTagsForResource",
)
"""Tags place a thing in a scope, and the baseline is judged without a configuration that names any."""

_NOT_DECISIVE = (
    "backup:DescribeRegionSettings",
    "cloudtrail:GetEventSelectors",
    "cognito-idp:DescribeUserPoolDomain",
    "dax:DescribeSubnetGroups",
    "ec2:DescribeAddresses",
    "ec2:DescribeCustomerGateways",
    "ec2:DescribeInstanceAttribute",
    "ec2:DescribeInstanceImageMetadata",
    "ec2:DescribeManagedPrefixLists",
    "ec2:GetManagedPrefixListEntries",
    "ec2:GetTransitGatewayRouteTableAssociations",
    "ec2:GetTransitGatewayRouteTablePropagations",
    "ec2:SearchTransitGatewayRoutes",
    "elasticache:DescribeCacheSubnetGroups",
    "elbv2:DescribeRules",
    "iam:GenerateCredentialReport",
    "iam:GetPolicyVersion",
    "iam:ListMFADevices",
    "iam:ListPolicies",
    "kms:ListAliases",
    "memorydb:DescribeSubnetGroups",
    "networkmanager:ListAttachments",
    "opensearchserverless:GetSecurityPolicy",
    "opensearchserverless:ListSecurityPolicies",
    "rds:DescribeOptionGroups",
    "redshift:DescribeClusterSubnetGroups",
    "route53:ListQueryLoggingConfigs",
    "s3:GetBucketOwnershipControls",
    "sso-admin:ListGroups",
)
"""No finding of the seeded account rests on these; why was not looked into for each."""

CHANGES_NOTHING = frozenset((*_TAGS, *_NOT_DECISIVE))
"""Operations whose denial changes no finding of the seeded account."""

TERMINATING = frozenset(("backup", "dynamodb", "kms", "s3", "secretsmanager"))
"""Services that are judged for the end of use as well: their checks of that phase are those of data that must go."""

PROTOCOLS = (
    "sns:ListTopics",
    "ec2:DescribeVolumes",
    "kms:ListKeys",
    "backup:ListBackupVaults",
    "s3:GetBucketVersioning",
)
"""An operation of each protocol: query, ec2, json, rest-json, rest-xml."""

FAULTS: Mapping[str, Callable[[AwsServer, str], None]] = {
    "throttled": lambda server, operation: server.throttle(operation),
    "error": lambda server, operation: server.answer_html(operation, 503),
    "no answer": lambda server, operation: server.time_out(operation, 0.05),
    "closed": lambda server, operation: server.close_connection(operation),
}

Key = tuple[str, str, str]
_JUDGED = (Status.PASS, Status.FAIL, Status.ERROR)


class Judged(msgspec.Struct):
    """What is compared of a run."""

    findings: Mapping[Key, set[Status]]
    """Check, resource and facet -> statuses."""
    answers: Mapping[str, str]
    """Policy and clause -> answer."""
    controls: Mapping[str, str]
    """Check -> control."""


class Baseline(msgspec.Struct):
    """The account with nothing denied."""

    server: AwsServer
    place: Path
    judged: Mapping[Phase | None, Judged]
    asked: set[tuple[str, str]]
    """Service and operation of every call that was answered."""


def judged(place: Path, phase: Phase | None = None) -> Judged:
    """Judge a snapshot; its answers must have been understood."""
    audit = judge(place, phase=phase)
    (source,) = audit.report.inventory.sources
    assert not [note.en for note in source.notes if "not foreseen" in note.en]
    return of(audit)


def of(audit: Audit) -> Judged:
    """What is compared."""
    found: dict[Key, set[Status]] = {}
    for one in audit.report.findings:
        key = (one.check.id, one.resource.address, one.facet.key if one.facet is not None else "")
        found.setdefault(key, set()).add(one.status)
    answers = {
        f"{assessment.pack.id}:{one.clause.id}": one.answer.value
        for assessment in audit.report.assessments
        for one in assessment.answers
    }
    return Judged(found, answers, {check.id: check.control for check in audit.report.checks})


@pytest.fixture(scope="module")
def baseline(running_aws: AwsServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Baseline]:
    """Collected once."""
    running_aws.reset()
    seeds.seed(running_aws)
    place = tmp_path_factory.mktemp("denial") / "snapshot"
    collect(running_aws.url, place, OPTIONS)
    yield Baseline(
        running_aws, place, {phase: judged(place, phase) for phase in (None, Phase.TERMINATE)}, answered(place)
    )
    running_aws.reset()


def answered(place: Path) -> set[tuple[str, str]]:
    """Service and operation of every call that was answered."""
    store = Folder(place)
    manifest = msgspec.json.decode((place / MANIFEST_NAME).read_bytes())
    return {
        (path.rsplit("/", 1)[1].removesuffix(".jsonl.gz"), entry.operation)
        for path, file in manifest["files"].items()
        for entry in read_entries(store, path, file["sha256"])
        if entry.outcome is Outcome.ANSWERED or entry.outcome is Outcome.ABSENT
    }


def again(baseline: Baseline, asked: Service, place: Path, fault: Callable[[AwsServer], None]) -> None:
    """The account with a fault; only the service is asked again."""
    shutil.copytree(baseline.place, place)
    (place / MANIFEST_NAME).unlink()
    for file in place.rglob(f"{asked.name}.jsonl.gz"):
        file.unlink()
    fault(baseline.server)
    try:
        collect(baseline.server.url, place, OPTIONS)
    finally:
        baseline.server.clear_faults()


def clients(service: Service, operation: str) -> set[str]:
    """The clients by which a service makes an operation."""
    return {call.client or service.api for call in service.calls if call.operation == operation}


def declared(service: Service, operation: str = "") -> frozenset[str]:
    """First parts of the ids of the controls on which an operation (or all) of a service bears."""
    calls = [call for call in service.calls if operation in ("", call.operation)]
    return frozenset().union({"inventory"}, *(service.subjects_of(call) for call in calls))


def assert_nothing_guessed(before: Judged, after: Judged, bears_on: frozenset[str]) -> set[str]:
    """Nothing passes or fails anew, and nothing but what is declared changes; the controls that changed."""
    wrong = [
        (key, sorted(before.findings.get(key, ())), sorted(new))
        for key, statuses in after.findings.items()
        if (new := {one for one in statuses - before.findings.get(key, set()) if one in _JUDGED})
    ]
    assert not wrong
    changed = {
        after.controls[key[0]]
        for key in before.findings.keys() | after.findings.keys()
        if before.findings.get(key) != after.findings.get(key) and key[0] in after.controls
    }
    assert {control for control in changed if control.partition(".")[0] not in bears_on} == set()
    settled = {"conforming", "nonconforming", "not_applicable"}
    assert {
        clause: (before.answers[clause], answer)
        for clause, answer in after.answers.items()
        if answer in settled and answer != before.answers[clause]
    } == {}
    return changed


def test_every_operation_is_asked_of_the_account(baseline: Baseline) -> None:
    """What this account never answers would not be tested here."""
    assert {name for name, asked in OPERATIONS.items() if (asked[0].name, asked[1]) not in baseline.asked} == set()


@pytest.mark.parametrize("name", OPERATIONS)
def test_denying_an_operation_turns_nothing_into_its_opposite(baseline: Baseline, name: str, tmp_path: Path) -> None:
    service, operation = OPERATIONS[name]
    place = tmp_path / "snapshot"
    denied = [f"{client}:{operation}" for client in clients(service, operation)]
    again(baseline, service, place, lambda server: server.refuse(denied))
    changed = assert_nothing_guessed(baseline.judged[None], judged(place), declared(service, operation))
    assert bool(changed) is (name not in CHANGES_NOTHING)
    if service.name in TERMINATING:
        after = judged(place, Phase.TERMINATE)
        assert_nothing_guessed(baseline.judged[Phase.TERMINATE], after, declared(service, operation))


@pytest.mark.parametrize("name", services())
def test_denying_a_service_leaves_nothing_judged_of_it(baseline: Baseline, name: str, tmp_path: Path) -> None:
    service = services()[name]
    place = tmp_path / "snapshot"
    denied = [f"{client}:*" for client in {call.client or service.api for call in service.calls}]
    again(baseline, service, place, lambda server: server.refuse(denied))
    audit = judge(place)
    assert_nothing_guessed(baseline.judged[None], of(audit), declared(service))
    elsewhere = {
        type_
        for other in services().values()
        if other is not service
        for call in other.calls
        for type_ in (*call.yields, *call.covers)
    }
    own = {type_ for call in service.calls for type_ in call.yields} - elsewhere
    assert [
        (one.check.id, one.resource.address, one.status)
        for one in audit.report.findings
        if one.resource.type in own and one.status in _JUDGED
    ] == []


def test_denying_everything_leaves_nothing_judged(
    baseline: Baseline, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    place = tmp_path / "snapshot"
    every = {call.client or service.api for service in services().values() for call in service.calls}
    baseline.server.refuse([f"{client}:*" for client in every])
    try:
        collect(baseline.server.url, place, OPTIONS)
    finally:
        baseline.server.clear_faults()
    audit = judge(place)
    assert not {one.status for one in audit.report.findings} & set(_JUDGED)
    after = of(audit)
    assert not {"conforming", "nonconforming"} & set(after.answers.values())
    monkeypatch.chdir(tmp_path)
    policies = [argument for policy in POLICIES for argument in ("--policy", policy)]
    assert main(["scan", str(place), *policies]) == ExitCode.INCOMPLETE
    assert capsys.readouterr().out


@pytest.mark.parametrize("name", PROTOCOLS)
@pytest.mark.parametrize("fault", FAULTS)
def test_an_operation_that_fails_is_as_open_as_one_that_is_denied(
    baseline: Baseline, name: str, fault: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    service, operation = OPERATIONS[name]
    # how often it is asked again is no matter here
    monkeypatch.setitem(auditing.CREDENTIALS, "AWS_MAX_ATTEMPTS", "1")
    again(baseline, service, tmp_path / "failed", lambda server: FAULTS[fault](server, name))
    again(baseline, service, tmp_path / "denied", lambda server: server.refuse([name]))
    failed = judged(tmp_path / "failed")
    assert assert_nothing_guessed(baseline.judged[None], failed, declared(service, operation))
    assert failed.findings == judged(tmp_path / "denied").findings
