"""The SARIF log keeps the rules of the standard that displays rely on."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from auditor.attr import Place
from auditor.record import Record
from auditor.reporting import Options
from auditor.testing import World
from auditor.text import Text
from auditor_reports.sarif import uri, write_sarif
from tests.reports.coverage_making import call, collected, coverage
from tests.reports.report_making import CHECKS, loaded, make, source, world, written


@pytest.fixture(scope="module")
def log() -> Any:
    remarks = (Text("当たる資源がない", "nothing matches"),)
    infos = [collected(coverage(call()), notes=(Text("古い", "old"),))]
    return loaded(write_sarif, make(problems=(Text("読めない", "does not load"),), remarks=remarks, infos=infos))


@pytest.fixture(scope="module")
def run(log: Any) -> Any:
    (only,) = log["runs"]
    return only


def results(run: Any, status: str) -> list[Any]:
    return [result for result in run["results"] if result["properties"]["status"] == status]


def test_the_frame(log: Any, run: Any) -> None:
    assert log["version"] == "2.1.0"
    assert log["$schema"].endswith("sarif-schema-2.1.0.json")
    assert run["columnKind"] == "utf16CodeUnits"
    assert run["language"] == "ja"
    driver = run["tool"]["driver"]
    assert driver["name"] == "auditor"
    assert driver["version"] == "0.0.0"


def test_every_check_is_a_rule(run: Any) -> None:
    rules = run["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == sorted(rule["id"] for rule in rules)
    assert {check.id for check in CHECKS} <= {rule["id"] for rule in rules}
    for rule in rules:
        assert rule["shortDescription"]["text"]
        assert rule["fullDescription"]["text"]
        assert rule["help"]["text"]
        assert rule["help"]["markdown"]
        assert rule["defaultConfiguration"]["level"] in {"error", "warning", "note"}
        assert 0 <= float(rule["properties"]["security-severity"]) <= 10


def test_policies_are_taxonomies_and_rules_relate_to_their_clauses(run: Any) -> None:
    (taxonomy,) = run["taxonomies"]
    assert taxonomy["name"] == "toyama"
    assert run["tool"]["driver"]["supportedTaxonomies"] == [{"name": "toyama", "index": 0}]
    related = 0
    for rule in run["tool"]["driver"]["rules"]:
        for relationship in rule.get("relationships", ()):
            target = relationship["target"]
            assert taxonomy["taxa"][target["index"]]["id"] == target["id"]
            assert target["toolComponent"] == {"name": "toyama", "index": 0}
            related += 1
    assert related
    assert all(taxon["name"] and taxon["shortDescription"]["text"] for taxon in taxonomy["taxa"])


def test_results_name_their_rule_and_place(run: Any) -> None:
    rules = run["tool"]["driver"]["rules"]
    assert run["results"]
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        assert result["message"]["text"]
        assert re.fullmatch("[0-9a-f]{20}", result["partialFingerprints"]["auditorFinding/v1"])
        (location,) = result["locations"]
        physical = location["physicalLocation"]
        assert physical["region"]["startLine"] >= 1
        artifact = physical["artifactLocation"]
        assert run["artifacts"][artifact["index"]]["location"]["uri"] == artifact["uri"]
        assert location["logicalLocations"][0]["fullyQualifiedName"] in result["message"]["text"]


def test_only_failures_have_a_level(run: Any) -> None:
    kinds = {status: {r["kind"] for r in results(run, status)} for status in ("fail", "unknown", "error", "manual")}
    assert kinds == {"fail": {"fail"}, "unknown": {"open"}, "error": {"open"}, "manual": {"review"}}
    for result in run["results"]:
        assert (result["level"] == "none") == (result["kind"] != "fail")
    assert {result["level"] for result in results(run, "fail")} == {"error", "warning", "note"}


def test_what_conforms_or_does_not_apply_is_no_result(run: Any) -> None:
    assert {result["properties"]["status"] for result in run["results"]} == {"fail", "unknown", "error", "manual"}


def test_the_invocation_tells_how_the_run_ended(run: Any) -> None:
    (invocation,) = run["invocations"]
    assert invocation["exitCode"] == 3
    assert invocation["executionSuccessful"] is False
    assert invocation["startTimeUtc"] == "2026-04-01T00:00:00Z"
    declared = {descriptor["id"] for descriptor in run["tool"]["driver"]["notifications"]}
    told = invocation["toolExecutionNotifications"]
    assert {one["descriptor"]["id"] for one in told} == declared
    assert any("aws_thing_new" in one["message"]["text"] for one in told)


def test_nonconformity_is_a_successful_run() -> None:
    (run,) = loaded(write_sarif, make())["runs"]
    assert run["invocations"][0]["exitCode"] in (1, 3)
    made = World()
    made.add("aws_thing_store.s", {"encrypted": False})
    (run,) = loaded(write_sarif, make([made]))["runs"]
    assert run["invocations"][0] | {"toolExecutionNotifications": []} == {
        "executionSuccessful": True,
        "exitCode": 1,
        "startTimeUtc": "2026-04-01T00:00:00Z",
        "endTimeUtc": "2026-04-01T00:00:02Z",
        "toolExecutionNotifications": [],
    }


def test_english() -> None:
    (run,) = loaded(write_sarif, make(), Options(lang="en"))["runs"]
    assert run["language"] == "en"
    messages = [result["message"]["text"] for result in run["results"]]
    assert "aws_thing_store.bad: encryption is off (expected: on)" in messages


def test_sensitive_values_are_never_written() -> None:
    raw = written(write_sarif, make())
    assert b"hunter2" not in raw
    assert b"(sensitive)" in raw


class LinedWorld(World):
    """A world that knows files and lines."""

    def place(self, record: Record, path: str) -> Place:
        return Place("test", record.address, path, "modules/store/main.tf", 12)


def test_file_and_line_are_given_where_they_are_known() -> None:
    made = LinedWorld()
    made.add("aws_thing_store.s", {"encrypted": False})
    (run,) = loaded(write_sarif, make([made]))["runs"]
    physical = run["results"][0]["locations"][0]["physicalLocation"]
    assert physical == {"artifactLocation": {"uri": "modules/store/main.tf"}, "region": {"startLine": 12}}


def test_uris(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert uri("plan.json") == "plan.json"
    assert uri("./a/../plan 1.json") == "plan%201.json"
    assert uri(str(tmp_path / "in" / "plan.json")) == "in/plan.json"
    assert uri("../plan.json") == f"file://{tmp_path.parent}/plan.json"
    assert uri("計画.json") == "%E8%A8%88%E7%94%BB.json"
    assert uri("a:b.json") == "a%3Ab.json"
    assert uri("plan\udcff.json") == "plan%FF.json"
    assert uri("-") == "stdin"


def test_an_empty_input_is_a_log_without_results() -> None:
    (run,) = loaded(write_sarif, make([World()]))["runs"]
    assert run["results"] == []


def test_findings_of_the_run_as_a_whole_have_a_place() -> None:
    report = make([world()], infos=[source("plan\udcff.json", 1)])
    (run,) = loaded(write_sarif, report)["runs"]
    assert all(result["locations"] for result in run["results"])
