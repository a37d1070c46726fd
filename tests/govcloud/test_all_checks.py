"""What holds for every check: sources, phases, documents, and that less knowledge never turns a verdict round."""

from __future__ import annotations

import csv
import re
import subprocess
import sys
from typing import Any

import msgspec
import pytest

from auditor.attr import Known
from auditor.checks import AnyCheck, Check, Context, InventoryCheck
from auditor.facets import Retirement
from auditor.findings import Status
from auditor.inventory import Phase
from auditor.policies.loader import mappings_root
from auditor.record import Action
from auditor_govcloud import auditor_checks, auditor_policy_packs, clouds, values
from auditor_govcloud.catalogue import all_checks
from tests.govcloud.judging import (
    SAMPLES,
    all_unknown,
    context,
    controls,
    judge_in,
    less_known,
    parameters,
    resource,
    samples,
    toyama,
)

EVERY = all_checks()
ON_FACETS = [check for check in EVERY if isinstance(check, Check)]
WHOLE = [check for check in EVERY if isinstance(check, InventoryCheck)]
JUDGES_REMOVAL = {"key.pending-deletion.in-use", "teardown.deletable.not-feigned"}
ASSURANCE = re.compile("準拠して|問題ありません|安全です|compliant|no problem|is secure|are secure")


def _name(check: AnyCheck) -> str:
    return check.id


def _contexts(check: Check[Any]) -> list[Context]:
    return [
        context(resource(action=action, provider=provider), phase)
        for phase in check.phases
        for action in Action
        for provider in ("aws", "google", "azurerm")
    ]


def test_the_hook_gives_every_check_once() -> None:
    ids = [check.id for check in auditor_checks()]
    assert sorted(ids) == sorted(check.id for check in EVERY)
    assert len(ids) == len(set(ids))


def test_every_control_has_a_check_in_each_of_its_phases() -> None:
    covered = {(check.control, phase) for check in EVERY for phase in check.phases}
    demanded = {(control.id, phase) for control in controls().values() for phase in control.phases}
    assert demanded <= covered


def test_the_packs_are_those_of_the_mappings() -> None:
    assert mappings_root() / "policies" / "toyama" in auditor_policy_packs()


def test_importing_the_package_imports_no_check() -> None:
    code = "import sys, auditor_govcloud; print(*[m for m in sys.modules if m.startswith('auditor_govcloud.')])"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.split() == []


@pytest.mark.parametrize("check", EVERY, ids=_name)
def test_what_people_read_of_a_check(check: AnyCheck) -> None:
    assert check.control in controls()
    assert check.id.startswith(check.control + ".")
    japanese, _, english = check.description.partition("\n\n")
    assert japanese.startswith("見るもの: ")
    assert english.startswith("Looks at: ")
    for text in (check.title, check.remediation):
        assert text.ja
        assert text.en
    assert not ASSURANCE.search(f"{check.title} {check.remediation} {check.description}")


@pytest.mark.parametrize("check", EVERY, ids=_name)
def test_parameters_exist_and_belong_to_the_control(check: AnyCheck) -> None:
    known = toyama().parameters
    for id_ in check.parameters:
        assert id_ in known
        assert check.control in known[id_].used_by
        assert id_ in controls()[check.control].parameters


@pytest.mark.parametrize("check", ON_FACETS, ids=_name)
def test_facts_are_fields_of_the_facet(check: Check[Any]) -> None:
    assert set(check.facts) <= set(check.facet.__struct_fields__)
    assert check.facet in SAMPLES


@pytest.mark.parametrize("check", ON_FACETS, ids=_name)
def test_less_knowledge_never_turns_a_verdict_round(check: Check[Any]) -> None:
    turned = {(Status.PASS, Status.FAIL), (Status.FAIL, Status.PASS)}
    for around in _contexts(check):
        for facet in samples(check.facet):
            before = judge_in(check, facet, around)
            for changed in less_known(facet):
                after = judge_in(check, changed, around)
                if before is not None and after is not None:
                    assert (before.status, after.status) not in turned, (facet, changed)


# What the plan does with the resource decides these; their facets have no attribute.
WITHOUT_ATTRIBUTES = {"teardown.account.identity-gone", "teardown.residue.gone"}


@pytest.mark.parametrize("check", [c for c in ON_FACETS if c.id not in WITHOUT_ATTRIBUTES], ids=_name)
def test_with_nothing_known_nothing_passes_or_fails(check: Check[Any]) -> None:
    for phase in check.phases:
        around = context(resource(action=Action.CREATE), phase)
        for facet in samples(check.facet):
            if isinstance(facet, Retirement) and not _asked_about(check, facet):
                continue
            verdict = judge_in(check, all_unknown(facet), around)
            assert verdict is None or verdict.status not in (Status.PASS, Status.FAIL), facet


def _asked_about(check: Check[Any], facet: Retirement) -> bool:
    """Whether the check asks about one of the settings; while the system runs, only about those that feign deletion."""
    at_the_end = check.phases == (Phase.TERMINATE,)
    return any(at_the_end or obstacle.name == "skip_destroy" for obstacle in facet.obstacles)


@pytest.mark.parametrize("check", ON_FACETS, ids=_name)
def test_verdicts_say_what_their_status_needs(check: Check[Any]) -> None:
    documents = {document.id for document in controls()[check.control].documents}
    seen: set[Status | None] = set()
    for around in _contexts(check):
        for facet in (known for sample in samples(check.facet) for known in (sample, *less_known(sample))):
            verdict = judge_in(check, facet, around)
            seen.add(verdict.status if verdict is not None else None)
            if verdict is None or verdict.status is Status.PASS:
                continue
            assert set(verdict.documents) <= documents
            if verdict.status is Status.UNKNOWN:
                assert verdict.unknown is not None
                continue
            assert verdict.text is not None
            assert not ASSURANCE.search(f"{verdict.text}{verdict.expected}")
            assert (verdict.status is Status.MANUAL) == bool(verdict.documents)
            assert (verdict.status is Status.FAIL) == (verdict.expected is not None)
    if check.facet.__struct_fields__ != ("key",):
        assert {Status.PASS, Status.FAIL} <= seen


@pytest.mark.parametrize("check", ON_FACETS, ids=_name)
def test_sensitive_values_are_judged_but_not_shown(check: Check[Any]) -> None:
    secrets = {
        "float": 5432.125,
        "str": "mark-of-secret",
        "frozenset": frozenset({"mark-of-secret"}),
        "tuple": ("mark-of-secret",),
    }
    shown: list[str] = []
    for sample in samples(check.facet)[:40]:
        for field in sample.__struct_fields__:
            attr = getattr(sample, field)
            if not isinstance(attr, Known) or type(attr.value).__name__ not in secrets:
                continue
            for value in (secrets[type(attr.value).__name__], 0.125 if type(attr.value) is float else attr.value):
                facet = msgspec.structs.replace(sample, **{field: Known(value, sensitive=True)})
                for around in _contexts(check):
                    verdict = judge_in(check, facet, around)
                    if verdict is not None:
                        shown.append(f"{verdict.text}")
    assert not any("mark-of-secret" in text or "5432" in text or "0.125" in text for text in shown)


@pytest.mark.parametrize("check", ON_FACETS, ids=_name)
@pytest.mark.parametrize("phase", [Phase.SELECT, Phase.BUILD, Phase.OPERATE])
def test_what_the_plan_removes_is_not_judged_by_its_settings(check: Check[Any], phase: Phase) -> None:
    if check.id in JUDGES_REMOVAL or phase not in check.phases:
        return
    around = context(resource(action=Action.DELETE), phase)
    for facet in samples(check.facet):
        for known in (facet, all_unknown(facet)):
            verdict = judge_in(check, known, around)
            assert verdict is not None
            assert verdict.status is Status.NOT_APPLICABLE


@pytest.mark.parametrize("check", [c for c in ON_FACETS if c.parameters], ids=_name)
def test_a_missing_parameter_decides_nothing(check: Check[Any]) -> None:
    for phase in check.phases:
        around = context(resource(action=Action.CREATE), phase, values={})
        complete = context(resource(action=Action.CREATE), phase)
        for facet in samples(check.facet):
            before, after = judge_in(check, facet, complete), judge_in(check, facet, around)
            if before is None:
                assert after is None
                continue
            assert after is not None
            assert after.status in (before.status, Status.UNKNOWN)
            if after.status is Status.UNKNOWN and before.status is not Status.UNKNOWN:
                assert after.unknown is not None
                assert after.unknown.detail is not None
                assert any(id_ in after.unknown.detail.ja for id_ in parameters())


def test_region_parameters_are_those_of_the_pack() -> None:
    assert {id_ for id_ in parameters() if id_.startswith(values.REGIONS)} == set(values.REGION_PARAMETERS)


def test_what_the_platform_answers_for_is_what_the_pack_says() -> None:
    """The table of the checks and inherited.csv agree, apart from controls that single principals decide."""
    with (mappings_root() / "inherited.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["when"] == f"platform={clouds.GOVERNMENT_CLOUD}"]
    listed = {(row["control"], row["provider"]) for row in rows}
    by_principal = {("mfa.delegated-admin", "aws"), ("mfa.privileged-user", "aws")}
    assert set(clouds.BY_PLATFORM) == listed - by_principal


@pytest.mark.parametrize(("control", "answer"), [(key[0], answer) for key, answer in clouds.BY_PLATFORM.items()])
def test_inherited_documents_belong_to_the_control(control: str, answer: clouds.Answered) -> None:
    assert set(answer.documents) <= {document.id for document in controls()[control].documents}
