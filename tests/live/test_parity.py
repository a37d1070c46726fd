"""The same things written as a Terraform plan and standing in an account get the same verdicts.

Every folder ``fixtures/parity-*`` holds a plan (``plan.json``) and ``seed.py``, which makes the same things under the
same names in the test server.  Both are judged under all five policies.

Pairing: a resource of the plan and one of the account are the same where type and name are.  The name is the tag
``Name`` where there is one, otherwise the first of :data:`NAMES` that is told; what has neither (a setting of the
account, of which there is one) is paired by its type alone.  What only the account has (default networks, roles of
services) is not compared.

Compared are the results of each check on each pair.  Where both sides decide, they must decide the same, and where the
plan decides, the account must.  Of checks on the whole input only what the plan decides is compared.  Other differences
stand in ``parity.toml`` of the folder, each with its reason:

.. code-block:: toml

    [[difference]]
    check = "key.rotation.automatic"   # id of the check
    resource = "aws_x.name"    # type and name; the kind in brackets for a check on the whole input
    reason = "..."
"""

from __future__ import annotations

import functools
import importlib.util
import tomllib
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import ModuleType

import pytest

from auditor.attr import Known
from auditor.collecting import CollectOptions
from auditor.config import Config
from auditor.findings import Finding, Status
from auditor.inventory import Phase, Resource
from auditor.plugins import Plugins
from auditor.record import Record
from auditor.reporting import Report
from auditor.run import Settings, run
from tests.live.auditing import HOME, POLICIES, collect, judge
from tests.live.servers import REGION, AwsServer

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = sorted(path.parent for path in (ROOT / "fixtures").glob("parity-*/seed.py"))
NAMES = (
    "bucket",
    "identifier",
    "cluster_identifier",
    "replication_group_id",
    "function_name",
    "alarm_name",
    "domain_name",
    "family",
    "backup_vault_name",
    "name",
)
"""Attributes that are names of the thing itself."""
PHASES = (Phase.OPERATE, Phase.TERMINATE)
"""What is judged while building is judged in operation as well."""
DECIDED = frozenset({Status.PASS, Status.FAIL, Status.NOT_APPLICABLE})

EMPTY: Mapping[str, tuple[str, ...]] = {
    "accessanalyzer": ("ListAnalyzers",),
    "cloudtrail": ("ListEventDataStores",),
    "config": ("DescribeConformancePacks",),
    "detective": ("ListGraphs",),
    "dlm": ("GetLifecyclePolicies",),
    "dynamodb": ("ListGlobalTables",),
    "ec2": ("DescribeClientVpnEndpoints", "DescribeVerifiedAccessTrustProviders", "GetInstanceMetadataDefaults"),
    "ecr-public": ("DescribeRepositories",),
    "elasticache": (
        "DescribeGlobalReplicationGroups",
        "DescribeServerlessCacheSnapshots",
        "DescribeServerlessCaches",
    ),
    "efs": ("DescribeReplicationConfigurations",),
    "fsx": ("DescribeFileCaches",),
    "guardduty": ("ListMalwareProtectionPlans",),
    "iam": ("ListOrganizationsFeatures",),
    "logs": ("DescribeAccountPolicies",),
    "rds": ("DescribeDBClusterAutomatedBackups", "DescribeDBInstanceAutomatedBackups", "DescribeIntegrations"),
    "redshift": ("DescribeIntegrations",),
    "redshift-serverless": ("ListSnapshots",),
    "ssm": ("DescribeActivations", "DescribeInstanceInformation", "ListAssociations", "ListResourceDataSync"),
}
"""What moto cannot answer, and what there is none of in any of the accounts here."""

Results = dict[tuple[str, str], frozenset[Status]]
"""(check, type and name) -> what came of it."""


def name_of(record: Record) -> str:
    """See the rule above."""
    for path in ("tags.Name", *NAMES):
        said = record.get(path)
        if isinstance(said, Known) and isinstance(said.value, str) and said.value:
            # of an ARN its last part, as functions are referred to by either
            return said.value.rpartition(":")[2] if said.value.startswith("arn:") else said.value
    return ""


def key_of(resource: Resource) -> str:
    if resource.record is None:
        return f"({resource.type})"
    return f"{resource.type}.{name_of(resource.record)}".rstrip(".")


def results(report: Report) -> Results:
    found: defaultdict[tuple[str, str], set[Status]] = defaultdict(set)
    for finding in report.findings:
        found[finding.check.id, key_of(finding.resource)].add(finding.status)
    return {key: frozenset(statuses) for key, statuses in found.items()}


DECIDED_LATER = ("key.deletion-window.long-enough", "aws_kms_key.", frozenset({Status.NOT_APPLICABLE}))
"""Terraform orders the deletion of a key with the days that the configuration names; in an account whoever orders it
names them, and until then there are none (KMS API Reference, ScheduleKeyDeletion)."""


def differences(plan: Report, account: Report) -> dict[tuple[str, str], str]:
    """(check, type and name) -> what is different."""
    planned, live = results(plan), results(account)
    paired = {key_of(one) for one in account.inventory.resources}
    there = {key_of(one) for one in plan.inventory.resources}
    out = {}
    for key, said in planned.items():
        if not said & DECIDED:
            continue
        told = live.get(key, frozenset())
        if key[1].startswith("(") or key[1] in paired:
            check, kind, later = DECIDED_LATER
            if told != said and not (key[0] == check and key[1].startswith(kind) and told == later):
                out[key] = f"plan {show(said)}, account {show(told)}"
        else:
            out[key] = f"plan {show(said)}, not in the account"
    for key, told in live.items():
        said = planned.get(key, frozenset())
        if key[1] in there and Status.FAIL in told and told != said and key not in out and Status.UNKNOWN not in said:
            out[key] = f"plan {show(said)}, account {show(told)}"
    return out


def show(statuses: frozenset[Status]) -> str:
    return "/".join(sorted(status.value for status in statuses)) or "nothing"


def texts(report: Report, key: tuple[str, str]) -> Iterator[str]:
    for finding in report.findings:
        if (finding.check.id, key_of(finding.resource)) == key:
            yield f"{finding.resource.address}: {finding.status.value} {said(finding)}"


def said(finding: Finding) -> str:
    if finding.unknown is not None:
        return f"{finding.unknown.text.en} @ {finding.unknown.path}"
    return finding.text.en if finding.text is not None else ""


@functools.cache
def seed_of(folder: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"seed_{folder.name.replace('-', '_')}", folder / "seed.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def collect_account(aws: AwsServer, folder: Path, place: Path) -> None:
    """A snapshot of the things that the folder's seed makes."""
    seed = seed_of(folder)
    for service in seed.SERVICES:
        for operation in EMPTY.get(service, ()):
            aws.answer(service, operation, {})
    for part in ("Namespaces", "Workgroups"):
        aws.answer("redshift-serverless", f"List{part}", {part.lower(): []})
    seed.seed(lambda service, region=REGION: aws.client(service, region))
    if hasattr(seed, "answers"):
        seed.answers(aws)
    regions = getattr(seed, "REGIONS", (HOME,))
    collect(aws.url, place, CollectOptions(services=seed.SERVICES, regions=regions))


@pytest.mark.parametrize("folder", FOLDERS, ids=[folder.name for folder in FOLDERS])
def test_a_plan_and_an_account_of_the_same_things_are_judged_alike(
    aws: AwsServer, folder: Path, tmp_path: Path
) -> None:
    collect_account(aws, folder, tmp_path / "snapshot")
    excused = excuses(folder)
    used = set()
    wrong = []
    for phase in PHASES:
        plan = judge_plan(folder, phase)
        account = judge(tmp_path / "snapshot", phase=phase).report
        found = differences(plan, account)
        used |= excused.keys() & found.keys()
        wrong += [
            "\n    ".join([f"{phase} {key[0]} {key[1]}: {what}", *texts(plan, key), *texts(account, key)])
            for key, what in sorted(found.items())
            if key not in excused
        ]
    assert not wrong, "\n".join(wrong)
    assert not excused.keys() - used, "no such difference"


def test_a_thing_that_is_otherwise_in_the_account_is_found(aws: AwsServer, tmp_path: Path) -> None:
    folder = ROOT / "fixtures" / "parity-keys"
    seed = seed_of(folder)
    seed.seed(aws.client)
    kms = aws.client("kms")
    aliases = kms.list_aliases()["Aliases"]
    rotated = next(one["TargetKeyId"] for one in aliases if one["AliasName"] == "alias/parity-rotated")
    kms.disable_key_rotation(KeyId=rotated)
    collect(aws.url, tmp_path / "snapshot", CollectOptions(services=seed.SERVICES, regions=(HOME,)))
    account = judge(tmp_path / "snapshot", phase=Phase.OPERATE).report
    found = differences(judge_plan(folder, Phase.OPERATE), account)
    assert found == {("key.rotation.automatic", "aws_kms_key.parity-rotated"): "plan pass, account fail"}


def test_a_thing_that_is_only_in_the_plan_is_found(aws: AwsServer, tmp_path: Path) -> None:
    collect(aws.url, tmp_path / "snapshot", CollectOptions(services=("sqs",), regions=(HOME,)))
    account = judge(tmp_path / "snapshot", phase=Phase.OPERATE).report
    found = differences(judge_plan(ROOT / "fixtures" / "parity-messages", Phase.OPERATE), account)
    assert found["access.public-store.closed", "aws_sqs_queue.parity-bad"] == "plan fail, not in the account"


def judge_plan(folder: Path, phase: Phase) -> Report:
    return run(Settings((str(folder / "plan.json"),), POLICIES, phase, config=Config()), Plugins())


def excuses(folder: Path) -> dict[tuple[str, str], str]:
    """(check, type and name) -> the reason why the sides may differ."""
    place = folder / "parity.toml"
    if not place.is_file():
        return {}
    listed = tomllib.loads(place.read_text(encoding="utf-8"))["difference"]
    return {(one["check"], one["resource"]): one["reason"] for one in listed}
