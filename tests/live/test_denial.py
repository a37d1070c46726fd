"""Denied is not absent: made over every operation that the collection asks.

For each of them the same account is collected with that operation denied by the server.  A finding may then become
unknown or go away; it may never become its opposite, nothing may pass or fail that was not there before, and only
findings of the controls change that the operation is declared to serve.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path

import msgspec
import pytest

from auditor.collecting import CollectOptions
from auditor.findings import Status
from auditor.snapshots.model import MANIFEST_NAME, Outcome
from auditor.snapshots.reading import read_entries
from auditor.snapshots.store import Folder
from auditor_aws.live.catalogue import Service, services
from tests.live import seeds
from tests.live.auditing import HOME, Audit, collect, judge
from tests.live.servers import AwsServer

OPTIONS = CollectOptions(regions=(HOME,))
OPERATIONS = [
    pytest.param(service, call.operation, id=f"{service.name}:{call.operation}")
    for service in services().values()
    for call in service.calls
]

Key = tuple[str, str, str]


class Baseline(msgspec.Struct):
    """The account with nothing denied."""

    server: AwsServer
    place: Path
    findings: Mapping[Key, set[Status]]
    answers: Mapping[str, str]
    asked: set[tuple[str, str]]
    """Service and operation of every call that was answered."""


def by_key(audit: Audit) -> dict[Key, set[Status]]:
    """Check, resource and facet -> statuses."""
    found: dict[Key, set[Status]] = {}
    for one in audit.report.findings:
        key = (one.check.id, one.resource.address, one.facet.key if one.facet is not None else "")
        found.setdefault(key, set()).add(one.status)
    return found


def answers_of(audit: Audit) -> dict[str, str]:
    """Policy and clause -> answer."""
    return {
        f"{assessment.pack.id}:{one.clause.id}": one.answer.value
        for assessment in audit.report.assessments
        for one in assessment.answers
    }


@pytest.fixture(scope="module")
def baseline(running_aws: AwsServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Baseline]:
    """Collected once."""
    running_aws.reset()
    seeds.seed(running_aws)
    place = tmp_path_factory.mktemp("denial") / "snapshot"
    collect(running_aws.url, place, OPTIONS)
    audit = judge(place)
    (source,) = audit.report.inventory.sources
    assert not source.incomplete, source.notes
    yield Baseline(
        running_aws,
        place,
        by_key(audit),
        answers_of(audit),
        answered(place),
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


def without(baseline: Baseline, service: Service, operation: str, place: Path) -> Audit:
    """The account with one operation denied; only its service is asked again."""
    shutil.copytree(baseline.place, place)
    (place / MANIFEST_NAME).unlink()
    for file in place.rglob(f"{service.name}.jsonl.gz"):
        file.unlink()
    (client,) = {call.client or service.api for call in service.calls if call.operation == operation}
    baseline.server.refuse([f"{client}:{operation}"])
    try:
        collect(baseline.server.url, place, OPTIONS)
    finally:
        baseline.server.clear_faults()
    return judge(place)


def test_every_operation_is_asked_of_the_account(baseline: Baseline) -> None:
    """What this account never answers would not be tested here."""
    never = {
        f"{service.name}:{call.operation}"
        for service in services().values()
        for call in service.calls
        if (service.name, call.operation) not in baseline.asked
    }
    assert never <= NOTHING_TO_ASK_OF, sorted(never - NOTHING_TO_ASK_OF)
    assert never >= NOTHING_TO_ASK_OF, sorted(NOTHING_TO_ASK_OF - never)


NOTHING_TO_ASK_OF: frozenset[str] = frozenset()
"""Operations about things that the account does not have; they are denied in the tests of their services."""


@pytest.mark.parametrize(("service", "operation"), OPERATIONS)
def test_denying_an_operation_turns_nothing_into_its_opposite(
    baseline: Baseline, service: Service, operation: str, tmp_path: Path
) -> None:
    audit = without(baseline, service, operation, tmp_path / "snapshot")
    denied = by_key(audit)
    wrong = []
    for key, statuses in denied.items():
        before = baseline.findings.get(key, set())
        new = {status for status in statuses - before if status in (Status.PASS, Status.FAIL, Status.ERROR)}
        if new:
            wrong.append((key, sorted(before), sorted(new)))
    assert not wrong
    call = next(call for call in service.calls if call.operation == operation)
    controls = {check.id: check.control for check in audit.report.checks}
    changed = {
        controls[key[0]]
        for key in baseline.findings.keys() | denied.keys()
        if baseline.findings.get(key) != denied.get(key) and key[0] in controls
    }
    declared = service.subjects_of(call)
    assert {control for control in changed if control.partition(".")[0] not in declared | {"inventory"}} == set()
    answers = answers_of(audit)
    settled = {"conforming", "nonconforming", "not_applicable"}
    assert {
        clause: (baseline.answers[clause], answer)
        for clause, answer in answers.items()
        if answer in settled and answer != baseline.answers[clause]
    } == {}
