"""The JSON report says everything, in the published form, and nothing that is sensitive."""

from __future__ import annotations

import copy
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.attr import Known, Reason, Unknown
from auditor.checks import Context, Verdict, check, passed
from auditor.engine import run_checks
from auditor.facets import EncryptionAtRest, Facet, KeyOwner, Obstacle, ObstacleKind, Retirement
from auditor.findings import Severity, Status
from auditor.inventory import Inventory, Phase, Resource
from auditor.record import Action
from auditor.reporting import Options
from auditor.testing import World
from auditor.text import Text
from auditor.validation import first_error
from auditor_reports.facts import facts
from auditor_reports.json_report import write_json
from tests.reports.report_making import CHECKS, loaded, make, source, world, written


def finding(report: Any, check: str, address: str) -> Any:
    """The one finding of a check on a resource."""
    (found,) = [one for one in report["findings"] if one["check"] == check and one["resource"]["address"] == address]
    return found


@pytest.fixture(scope="module")
def report() -> Any:
    return loaded(write_json, make(problems=(Text("読めない", "does not load"),)))


def test_it_is_of_the_published_form(report: Any) -> None:
    assert first_error(report, "report") is None


@pytest.mark.parametrize("phase", list(Phase))
@pytest.mark.parametrize("platform", [None, "government-cloud"])
def test_it_is_of_the_published_form_in_every_phase(phase: Phase, platform: str | None) -> None:
    assert first_error(loaded(write_json, make(phase=phase, platform=platform)), "report") is None


def test_an_empty_input_makes_a_report_with_every_clause() -> None:
    report = loaded(write_json, make([World()]))
    assert first_error(report, "report") is None
    assert report["findings"] == []
    assert len(report["policies"][0]["clauses"]) == sum(report["policies"][0]["counts"].values())


@pytest.mark.parametrize(
    "break_",
    [
        lambda report: report.pop("summary"),
        lambda report: report.update(more=1),
        lambda report: report["findings"][0].update(status="fine"),
        lambda report: report["findings"][0].pop("resource"),
        lambda report: report["findings"][0].update(message={"ja": "a", "en": "b"}, status="pass"),
        lambda report: next(one for one in report["findings"] if one["status"] == "fail").pop("message"),
        lambda report: report["policies"][0]["clauses"][0].update(status="pass"),
        lambda report: report["findings"][0]["facts"].append({"name": "x", "value": 1, "unknown": {}}),
        lambda report: report["run"].update(exit_code=9),
    ],
)
def test_the_schema_refuses_what_is_not_of_the_form(report: Any, break_: Any) -> None:
    broken = copy.deepcopy(report)
    break_(broken)
    assert first_error(broken, "report") is not None


def test_every_status_is_counted_and_every_finding_listed(report: Any) -> None:
    by_status = report["summary"]["by_status"]
    assert sum(by_status.values()) == len(report["findings"])
    assert by_status["fail"] == sum(report["summary"]["nonconforming_by_severity"].values())
    assert {status for status, number in by_status.items() if number} == {one["status"] for one in report["findings"]}


def test_a_conforming_finding_is_short(report: Any) -> None:
    good = finding(report, "encryption.at-rest.enabled", "aws_thing_store.good")
    assert good["status"] == "pass"
    assert not {"message", "expected", "remediation"} & good.keys()
    assert good["facts"] == [
        {"name": "enabled", "value": True},
        {"name": "key_owner", "value": "customer"},
        {"name": "key_id", "value": "key-1"},
    ]
    assert good["resource"]["account"] == "111122223333"
    assert {clause["id"] for clause in good["clauses"]} >= {"std/8-2/8/3"}


def test_a_nonconforming_finding_tells_all(report: Any) -> None:
    bad = finding(report, "encryption.at-rest.enabled", "aws_thing_store.bad")
    assert bad["status"] == "fail"
    assert bad["message"] == {"ja": "暗号化が無効である", "en": "encryption is off"}
    assert bad["expected"] == {"ja": "有効", "en": "on"}
    assert bad["remediation"]["en"] == "Switch encryption on."
    assert bad["severity"] == "high"
    enabled = bad["facts"][0]
    assert enabled["value"] is False
    assert enabled["location"]["path"] == "encrypted"
    assert enabled["location"]["address"] == "aws_thing_store.bad"


def test_an_unknown_attribute_is_named_with_its_reason(report: Any) -> None:
    open_ = finding(report, "encryption.at-rest.enabled", "aws_thing_store.open")
    assert open_["status"] == "unknown"
    assert open_["unknown"]["reason"] == "after-apply"
    assert open_["unknown"]["location"]["path"] == "encrypted"
    assert open_["facts"][0]["unknown"]["reason"] == "after-apply"
    assert "value" not in open_["facts"][0]


def test_settings_in_the_way_are_facts_of_their_own(report: Any) -> None:
    for address, value in (("aws_thing_store.good", False), ("aws_thing_store.bad", True)):
        facts_ = finding(report, "teardown.deletable.free", address)["facts"]
        assert [(fact["name"], fact["value"]) for fact in facts_] == [("obstacles.deletion_protection", value)]


def test_documents_of_a_manual_finding_are_named(report: Any) -> None:
    (document,) = finding(report, "mfa.delegated-admin.demanded", "aws_thing_role.manual")["documents"]
    assert document["id"] == "idp-mfa-evidence"
    assert document["name"]["ja"]


def test_clauses_list_findings_that_are_not_conforming(report: Any) -> None:
    by_id = {one["id"]: one for one in report["findings"]}
    (clause,) = [one for one in report["policies"][0]["clauses"] if one["id"] == "std/8-2/8/3"]
    assert clause["status"] == "nonconforming"
    assert clause["findings"]
    assert all(by_id[id_]["status"] != "pass" for id_ in clause["findings"])
    assert all("std/8-2/8/3" in {c["id"] for c in by_id[id_]["clauses"]} for id_ in clause["findings"])


def test_the_run_tells_what_it_did_not_see(report: Any) -> None:
    completeness = report["run"]["completeness"]
    assert completeness["not_covered"] == {"aws_thing_new": 1}
    assert completeness["inert"] == {"aws_thing_part": 1}
    assert completeness["unknown"] == report["summary"]["by_status"]["unknown"] > 0
    assert completeness["errors"] == 1
    assert completeness["problems"] == [{"ja": "読めない", "en": "does not load"}]
    assert report["run"]["sources"][0]["notes"][0]["en"] == "a partial plan"
    assert report["run"]["exit_code"] == 3


def test_parameters_say_who_decided_them(report: Any) -> None:
    values = {one["id"]: one for one in report["run"]["parameters"]}
    retention = values["log.retention_min_days"]
    assert retention["value"] == 365
    assert retention["decided_by_municipality"] is False
    assert retention["source"]["ja"]


@pytest.mark.parametrize("encrypted", [True, False])
def test_sensitive_values_are_never_written(encrypted: bool) -> None:
    made = World()
    made.add(
        "aws_thing_store.s",
        {"encrypted": encrypted, "kms": "hunter2"},
        sensitive={"kms": True, "encrypted": True},
    )
    raw = written(write_json, make([made]))
    assert b"hunter2" not in raw
    assert raw.count(b'"(sensitive)"') >= 2


def test_an_unknown_place_is_null_with_its_reason() -> None:
    made = World(region=None, account=None)
    made.add("aws_thing_store.s", {"encrypted": True})
    resource = loaded(write_json, make([made]))["findings"][0]["resource"]
    assert resource["account"] is None
    assert resource["account_unknown"] == "not-collected"
    assert resource["region"] is None
    assert resource["region_unknown"] == "unresolved"


def test_resources_that_differ_in_one_property_only_are_told_apart() -> None:
    made = World()
    made.add("aws_thing_store.a", {"encrypted": True}, region="ap-northeast-1")
    made.add("aws_thing_store.b", {"encrypted": True}, region="ap-northeast-3")
    made.add("aws_thing_store.c", {"encrypted": True}, action=Action.NO_OP)
    report = loaded(write_json, make([made]))
    seen = {
        one["resource"]["address"]: (one["resource"]["region"], one["resource"]["action"]) for one in report["findings"]
    }
    assert seen == {
        "aws_thing_store.a": ("ap-northeast-1", "create"),
        "aws_thing_store.b": ("ap-northeast-3", "create"),
        "aws_thing_store.c": ("ap-northeast-1", "no-op"),
    }


def test_two_inputs_with_the_same_address_keep_their_fingerprints_apart() -> None:
    first, second = World(), World()
    for one in (first, second):
        one.add("aws_thing_store.s", {"encrypted": False})
    second.records[0].source = "second"
    report = loaded(write_json, make([first, second], infos=[source("test", 1), source("second", 1)]))
    ids = [one["id"] for one in report["findings"]]
    assert len(ids) == len(set(ids)) == 6
    assert {one["resource"]["source"] for one in report["findings"]} == {"test", "second"}


def test_names_of_files_that_are_no_text_are_written() -> None:
    made = World()
    made.add("aws_thing_store.s", {"encrypted": False})
    report = loaded(write_json, make([made], infos=[source("plan\udcff.json", 1)]))
    assert report["run"]["sources"][0]["name"] == "plan\\udcff.json"


def test_options_do_not_change_it() -> None:
    report = make()
    assert written(write_json, report, Options(lang="en", width=40, color=True)) == written(write_json, report)


def test_many_findings_come_out_as_one_document() -> None:
    made = World()
    for number in range(3000):
        made.add(f"aws_thing_store.s{number}", {"encrypted": number % 7 != 0})
    report = make([made])
    assert len(loaded(write_json, report)["findings"]) == len(report.findings) == 9000


VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**40), 2**40),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(),
    st.sampled_from(list(KeyOwner)),
    st.frozensets(st.text(max_size=5), max_size=3),
    st.lists(st.text(max_size=5), max_size=3).map(tuple),
)
ATTRS = st.one_of(
    VALUES.map(Known),
    VALUES.map(lambda value: Known(value, sensitive=True)),
    st.sampled_from(Reason).map(Unknown),
    st.tuples(VALUES.map(Known), st.sampled_from(Reason).map(Unknown)).map(Known),
)


@settings(deadline=None)  # each example makes a whole report, which takes its time on a busy machine
@given(enabled=ATTRS, owner=ATTRS, key=ATTRS, present=ATTRS)
def test_conforming_findings_have_the_same_facts_as_others(enabled: Any, owner: Any, key: Any, present: Any) -> None:
    facets: tuple[Facet, ...] = (
        EncryptionAtRest(enabled=enabled, key_owner=owner, key_id=key),
        Retirement(obstacles=(Obstacle("lock", ObstacleKind.LOCKS, present),)),
    )
    place = Known("somewhere")
    resource = Resource("t", "t.a", "aws", "test", Action.CREATE, place, place, facets, None, "t.a")
    inventory = Inventory(sources=[source()], resources=[resource], not_covered={}, inert={})

    @check(
        "encryption.at-rest.enabled",
        control="encryption.at-rest",
        facet=EncryptionAtRest,
        severity=Severity.LOW,
        title=Text("題", "title"),
        remediation=Text("是正", "remedy"),
        facts=("enabled", "key_owner", "key_id"),
    )
    def fine(facet: EncryptionAtRest, context: Context) -> Verdict:
        """Passes."""
        return passed()

    @check(
        "teardown.deletable.free",
        control="teardown.deletable",
        facet=Retirement,
        severity=Severity.LOW,
        title=Text("題", "title"),
        remediation=Text("是正", "remedy"),
        facts=("obstacles",),
    )
    def free(facet: Retirement, context: Context) -> Verdict:
        """Passes."""
        return passed()

    report = make([World()], checks=[fine, free])
    found = run_checks(inventory, [fine, free], {}, Phase.BUILD, None)
    assert {one.status for one in found} == {Status.PASS}
    report = msgspec.structs.replace(report, findings=found)
    written_ = loaded(write_json, report)
    for one, made in zip(written_["findings"], found, strict=True):
        for fact, expected in zip(one["facts"], facts(made), strict=True):
            assert fact["name"] == expected.name
            if expected.unknown is not None:
                assert fact["unknown"]["reason"] == expected.unknown.reason.value
            else:
                wanted = expected.value
                assert fact["value"] == pytest.approx(wanted) if isinstance(wanted, float) else fact["value"] == wanted


def test_the_made_checks_have_their_controls() -> None:
    assert {check.control for check in CHECKS} <= set(make([world()]).controls)
