"""Controls, parameters and what the platform answers for are consistent with each other."""

from __future__ import annotations

from collections import Counter

import pytest

from auditor.policies.loader import load_parameters
from auditor.policies.tables import read_bytes, read_table
from tests.mappings.packs import MAPPINGS, PACKS, SOURCES, controls, document, normalised, parameters, rows, shared_run

CERTAINTIES = {"primary", "excerpt", "secondary", "practice"}
TYPES = {"regions", "days", "hours", "list", "choice", "version", "bool", "number"}


def test_a_control_stands_once() -> None:
    assert [id_ for id_, count in Counter(item["id"] for item in controls()).items() if count > 1] == []


def test_controls_speak_both_languages_and_name_documents() -> None:
    standards = {item["id"] for item in document(MAPPINGS / "controls" / "standards.yaml")["standards"]}
    for item in controls():
        assert item["id"].startswith(item["topic"] + "."), item["id"]
        assert item["phases"], item["id"]
        assert set(item["phases"]) <= {"select", "build", "operate", "terminate"}, item["id"]
        for part in ("title", "statement"):
            assert set(item[part]) == {"ja", "en"}, item["id"]
            assert all(item[part].values()), item["id"]
        for entry in item["documents"]:
            assert set(entry) == {"id", "role", "ja", "en"}, item["id"]
            assert entry["role"] in {"supports", "stands-in"}, item["id"]
        assert {reference.split(" ")[0] for reference in item["references"]} <= standards, item["id"]


def test_controls_stay_small_enough_to_read_at_every_start() -> None:
    assert sum(path.stat().st_size for path in (MAPPINGS / "controls").glob("*.yaml")) < 120_000


def test_every_control_answers_some_clause() -> None:
    used = {row["control"] for pack in PACKS for row in rows(pack, "mapping.csv")}
    assert {item["id"] for item in controls()} == used - {""}


def test_parameters_and_controls_name_each_other() -> None:
    by_control = {(item["id"], name) for item in controls() for name in item["parameters"]}
    by_parameter = {(name, item["id"]) for item in parameters() for name in item["used_by"]}
    assert by_control == by_parameter


def test_parameters_stand_once_and_name_their_source() -> None:
    assert [id_ for id_, count in Counter(item["id"] for item in parameters()).items() if count > 1] == []
    for item in parameters():
        assert item["type"] in TYPES, item["id"]
        assert item["source"]["certainty"] in CERTAINTIES, item["id"]
        assert all(item["source"].values()), item["id"]
        assert item["decided_by_municipality"] is False, "a default is nobody's decision"


def test_only_values_of_practice_lack_a_source() -> None:
    for id_, parameter in load_parameters().items():
        said = parameter.source.sentence
        practice = parameter.source.certainty == "practice"
        assert said.ja.startswith("出典なし（慣行による値）。" if practice else "出典（"), id_
        assert said.en.startswith("No source (common practice). " if practice else "Source ("), id_


@pytest.mark.parametrize(
    ("minimum", "recommended"),
    [
        ("log.retention_min_days", "log.retention_recommended_days"),
        ("backup.retention_min_days", "backup.retention_recommended_days"),
    ],
)
def test_recommended_values_are_not_below_the_minimum(minimum: str, recommended: str) -> None:
    values = {item["id"]: item["value"] for item in parameters()}
    assert values[minimum] <= values[recommended]


def test_inherited_refers_to_known_controls_and_conditions() -> None:
    path = MAPPINGS / "inherited.csv"
    known = {item["id"] for item in controls()}
    for row in read_table(path, read_bytes(path), ["clause", "control", "when", "provider", "certainty"]):
        # the bodies are bound to confirm what the provider does, so that no clause is inherited as a whole
        assert not row["clause"], row
        assert row["control"] in known, row
        assert row["when"] in {"platform=government-cloud", ""}, row
        assert row["provider"] in {"aws", "google", "any"}, row
        assert row["certainty"] in CERTAINTIES - {"practice"}, row


@pytest.mark.parametrize("pack", SOURCES)
def test_no_text_repeats_a_source(pack: str) -> None:
    source = normalised(SOURCES[pack].read_text(encoding="utf-8"))
    said = [
        (item["id"], item[part][lang])
        for item in controls()
        for part in ("title", "statement")
        for lang in ("ja", "en")
    ]
    said += [(item["id"], entry["ja"]) for item in controls() for entry in item["documents"]]
    said += [(item["id"], item["note"]["ja"]) for item in parameters() if "note" in item]
    assert {place: run for place, text in said if (run := shared_run(text, source))} == {}
