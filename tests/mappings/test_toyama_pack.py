"""The controls and the Toyama City pack are consistent with each other and hold no sentence of the source text."""

from __future__ import annotations

import csv
import hashlib
import re
import unicodedata
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from auditor.policies.loader import load_controls, load_pack

ROOT = Path(__file__).resolve().parents[2]
MAPPINGS = ROOT / "mappings"
PACK = MAPPINGS / "policies" / "toyama"
# The published text is not part of the repository. Where it lies beside the repository it is compared as well.
SOURCES = [path for path in [ROOT.parent / "shared" / "policies" / "toyama.txt"] if path.is_file()]

CONTROLS = {
    "residency.location",
    "residency.replication",
    "residency.guardrail",
    "encryption.at-rest",
    "encryption.customer-key",
    "encryption.in-transit",
    "key.rotation",
    "key.deletion-window",
    "key.pending-deletion",
    "key.policy",
    "mfa.delegated-admin",
    "mfa.privileged-user",
    "mfa.root",
    "log.audit-trail",
    "log.data-access",
    "log.network-flow",
    "log.retention",
    "log.integrity",
    "log.exposure",
    "backup.enabled",
    "backup.interval",
    "backup.retention",
    "backup.offsite",
    "backup.immutable",
    "backup.encrypted",
    "backup.object-versioning",
    "time.source",
    "teardown.deletable",
    "teardown.account",
    "teardown.residue",
    "inventory.coverage",
}
PARAMETERS = {
    "residency.allowed_regions.aws",
    "residency.allowed_regions.google",
    "encryption.min_tls_version",
    "key.rotation_max_days",
    "key.deletion_window_min_days",
    "log.retention_min_days",
    "log.retention_recommended_days",
    "backup.interval_max_hours",
    "backup.retention_min_days",
    "backup.retention_recommended_days",
    "time.allowed_sources",
}
# The nodes of the standards whose own text makes use on the Government Cloud a condition.
GOVERNMENT_CLOUD = [
    "2(4)⑦",
    "3(2)①(エ)",
    "3(2)⑩(エ)",
    "4-1(7)②",
    "5-1(1)⑧",
    "5-2(1)②",
    "5-3(1)⑤",
    "5-3(2)⑤",
    "6-1(2)④",
    "6-1(5)③",
    "6-1(5)④",
    "6-4(1)⑨",
    "6-5(1)⑤",
    "6-5(1)⑥",
    "6-5(1)⑦",
    "6-6(1)②",
    "7-1(3)②",
    "7-1(3)④",
    "7-1(3)⑤",
    "7-1(3)⑥",
    "7-3(1)②",
    "7-5(2)",
    "8-2(3)③",
    "8-2(3)⑤",
    "8-2(6)①(オ)",
    "8-2(6)②",
    "8-2(7)①(ケ)",
    "8-2(7)⑥",
    "8-2(8)③",
    "9-1(4)②",
]
# The items that inherit the condition from the lead-in of 7-1(3)⑥.
LEAVES = ["7-1(3)⑥(ア)", "7-1(3)⑥(イ)", "7-1(3)⑥(ウ)"]

CLASSES = {"config", "partial", "document", "process", "physical", "endpoint", "definition", "inherited"}
RELATIONSHIPS = {"equal", "subset-of", "superset-of", "intersects"}
CERTAINTIES = {"primary", "excerpt", "secondary", "practice"}
LONGEST_SHARED_RUN = 19
PROSE_COLUMNS = {
    "clauses.csv": ["summary_ja", "summary_en"],
    "mapping.csv": ["rationale_ja", "rationale_en"],
    "documents.csv": ["document_ja", "document_en"],
    "inherited.csv": ["part_ja", "evidence_ja", "part_en", "evidence_en"],
}
MARKER = re.compile(r"\([ア-ン]\)|[①-⑳]|\(\d+\)")


@cache
def rows(name: str) -> list[dict[str, str]]:
    with (PACK / name).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


@cache
def document(path: Path) -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    return loaded


def controls() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = document(MAPPINGS / "controls.yaml")["controls"]
    return found


def parameters() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = document(PACK / "parameters.yaml")["parameters"]
    return found


def clause_ids() -> set[str]:
    return {row["id"] for row in rows("clauses.csv")}


def normalised(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split())


def shared_run(text: str, source: str) -> str:
    """The first run of ``text`` longer than allowed that ``source`` holds too, else an empty string."""
    text = normalised(text)
    width = LONGEST_SHARED_RUN + 1
    for start in range(len(text) - width + 1):
        if text[start : start + width] in source:
            return text[start : start + width]
    return ""


def prose() -> list[tuple[str, str]]:
    """Every text of ours that might repeat the source, with the place where it stands."""
    found = [
        (f"{name} {number} {column}", row[column])
        for name, columns in PROSE_COLUMNS.items()
        for number, row in enumerate(rows(name), start=2)
        for column in columns
    ]
    for item in controls():
        found += [
            (f"{item['id']} {part} {lang}", item[part][lang])
            for part in ("title", "statement")
            for lang in ("ja", "en")
        ]
        found += [(f"{item['id']} {entry['id']}", entry["ja"]) for entry in item["documents"]]
    found += [(f"{item['id']} note", item["note"]["ja"]) for item in parameters()]
    policy = document(PACK / "policy.yaml")
    return [*found, ("scope", policy["scope"]["ja"]), *((item["id"], item["ja"]) for item in policy["conditions"])]


def test_controls_are_exactly_the_known_ones() -> None:
    assert Counter(item["id"] for item in controls()) == Counter(CONTROLS)


def test_controls_speak_both_languages_and_name_documents() -> None:
    standards = {item["id"] for item in document(MAPPINGS / "controls.yaml")["standards"]}
    for item in controls():
        assert item["id"].startswith(item["topic"] + "."), item["id"]
        assert item["phases"], item["id"]
        assert set(item["phases"]) <= {"select", "build", "operate", "terminate"}, item["id"]
        for part in ("title", "statement"):
            assert set(item[part]) == {"ja", "en"}, item["id"]
            assert all(item[part].values()), item["id"]
        assert item["documents"], item["id"]
        for entry in item["documents"]:
            assert set(entry) == {"id", "role", "ja", "en"}, item["id"]
            assert entry["role"] in {"supports", "stands-in"}, item["id"]
        assert {reference.split(" ")[0] for reference in item["references"]} <= standards, item["id"]


def test_controls_stay_small_enough_to_read_at_every_start() -> None:
    assert (MAPPINGS / "controls.yaml").stat().st_size < 40_000


def test_parameters_and_controls_name_each_other() -> None:
    by_control = {(item["id"], name) for item in controls() for name in item["parameters"]}
    by_parameter = {(name, item["id"]) for item in parameters() for name in item["used_by"]}
    assert by_control == by_parameter


def test_parameters_are_exactly_the_known_ones_and_name_their_source() -> None:
    assert Counter(item["id"] for item in parameters()) == Counter(PARAMETERS)
    for item in parameters():
        assert item["type"] in {"regions", "days", "hours", "list", "choice", "version", "bool"}, item["id"]
        assert item["source"]["certainty"] in CERTAINTIES, item["id"]
        assert all(item["source"].values()), item["id"]
        assert isinstance(item["decided_by_municipality"], bool), item["id"]
        assert set(item["clauses"]) <= clause_ids(), item["id"]


def test_only_values_of_practice_lack_a_source() -> None:
    for id_, parameter in load_pack(PACK, load_controls()).parameters.items():
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


@pytest.mark.parametrize("name", ["clauses.csv", "mapping.csv", "documents.csv", "inherited.csv"])
def test_tables_are_complete_rectangles(name: str) -> None:
    with (PACK / name).open(encoding="utf-8-sig", newline="") as file:
        head, *body = csv.reader(file)
    assert body
    assert all(len(row) == len(head) and all(cell.strip() == cell for cell in row) for row in body)
    may_be_empty = {"clause", "control", "when"} if name == "inherited.csv" else set()
    empty = {column for row in body for column, cell in zip(head, row, strict=True) if not cell}
    assert empty <= may_be_empty


def test_a_byte_order_mark_changes_nothing(tmp_path: Path) -> None:
    copy = tmp_path / "clauses.csv"
    copy.write_bytes(b"\xef\xbb\xbf" + (PACK / "clauses.csv").read_bytes())
    with copy.open(encoding="utf-8-sig", newline="") as file:
        assert list(csv.DictReader(file)) == rows("clauses.csv")


def test_clauses_are_unique_and_well_formed() -> None:
    table = rows("clauses.csv")
    titles = {item["id"]: item["citation"] for item in document(PACK / "policy.yaml")["documents"]}
    for column in ("id", "citation", "source_line"):
        assert [value for value, count in Counter(row[column] for row in table).items() if count > 1] == []
    for row in table:
        assert row["citation"] == f"{titles[row['document']]} {row['number']}", row["id"]
        assert row["id"].startswith(row["parent"] + "/"), row["id"]
        assert row["id"].startswith(row["document"] + "/"), row["id"]
        assert row["class"] in CLASSES, row["id"]
        assert row["govcloud"] in {"yes", "no"}, row["id"]
        assert row["level"] in {"paragraph", "item", "subitem"}, row["id"]
    assert [int(row["source_line"]) for row in table] == sorted(int(row["source_line"]) for row in table)


def test_every_government_cloud_node_is_present_and_no_other_is_marked() -> None:
    assert len(GOVERNMENT_CLOUD) == 30
    marked = [row["number"] for row in rows("clauses.csv") if row["govcloud"] == "yes"]
    assert sorted(marked) == sorted([*GOVERNMENT_CLOUD, *LEAVES])


def test_mapping_refers_to_known_clauses_and_controls() -> None:
    table = rows("mapping.csv")
    assert {row["clause"] for row in table} <= clause_ids()
    assert {row["control"] for row in table} <= CONTROLS
    assert {row["relationship"] for row in table} <= RELATIONSHIPS
    assert {row["role"] for row in table} == {"decides", "supports"}
    assert len({(row["clause"], row["control"]) for row in table}) == len(table)


def test_every_control_answers_some_clause() -> None:
    assert {row["control"] for row in rows("mapping.csv")} == CONTROLS


def test_documents_refer_to_known_clauses_and_are_named_alike_everywhere() -> None:
    table = rows("documents.csv")
    assert {row["clause"] for row in table} <= clause_ids()
    assert {row["role"] for row in table} == {"decides", "supplements"}
    assert len({(row["clause"], row["document"]) for row in table}) == len(table)
    names = {
        (row["document"], row["document_ja"], row["document_en"], row["held_by_ja"], row["held_by_en"]) for row in table
    }
    assert len(names) == len({row["document"] for row in table})


def test_inherited_refers_to_known_controls_and_conditions() -> None:
    conditions = {item["id"] for item in document(PACK / "policy.yaml")["conditions"]}
    for row in rows("inherited.csv"):
        # Every clause here binds the city to confirm what the provider does, so none is inherited as a whole.
        assert not row["clause"], row
        assert row["control"] in CONTROLS, row
        assert row["when"] in conditions | {""}, row
        assert row["provider"] in {"aws", "google", "any"}, row
        assert row["certainty"] in CERTAINTIES - {"practice"}, row


def test_every_clause_can_be_answered() -> None:
    deciding_controls = {row["clause"] for row in rows("mapping.csv") if row["role"] == "decides"}
    deciding_documents = {row["clause"] for row in rows("documents.csv") if row["role"] == "decides"}
    for row in rows("clauses.csv"):
        assert row["id"] in deciding_controls | deciding_documents, row["id"]
        if row["class"] == "config":
            assert row["id"] in deciding_controls, row["id"]
        if row["class"] in {"partial", "document", "process"}:
            assert row["id"] in deciding_documents, row["id"]
        if row["class"] in {"document", "process"}:
            assert row["id"] not in deciding_controls, row["id"]


def test_a_shared_run_is_noticed_across_widths_and_line_breaks() -> None:
    source = normalised(
        "これは比較のために用意した、\n 充分に長い架空の規程の文章であり（１）どこにも公表されていない。"
    )
    assert shared_run("比較のために用意した、充分に長い架空の規程の文章であり(1)", source)
    assert shared_run("比較のために用意した", source) == ""


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.name)
def test_no_text_repeats_the_source(path: Path) -> None:
    source = normalised(path.read_text(encoding="utf-8"))
    assert {place: run for place, text in prose() if (run := shared_run(text, source))} == {}


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.name)
def test_the_source_is_the_one_the_pack_was_made_from(path: Path) -> None:
    assert hashlib.sha256(path.read_bytes()).hexdigest() == document(PACK / "policy.yaml")["source"]["sha256"]


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.name)
def test_every_clause_begins_at_its_source_line(path: Path) -> None:
    lines = path.read_text(encoding="utf-8").split("\n")
    for row in rows("clauses.csv"):
        marker = MARKER.findall(row["number"])[-1]
        begin = lines[int(row["source_line"]) - 1].lstrip().replace("（", "(").replace("）", ")")
        # Only digits are folded: folding circled numbers would make ① and 1 alike.
        begin = begin.translate(str.maketrans("０１２３４５６７８９", "0123456789"))
        assert begin.startswith(marker), row["id"]


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.name)
def test_every_heading_stands_before_its_clause(path: Path) -> None:
    lines = path.read_text(encoding="utf-8").split("\n")
    for row in rows("clauses.csv"):
        before = normalised("".join(lines[: int(row["source_line"])]))
        assert normalised(row["heading"]) in before, row["id"]
