"""The SARIF 2.1.0 report, for the displays of development platforms.

Checks are rules, policies are taxonomies with their clauses as taxa, and rules relate to the taxa
they bear on.  Conforming findings are not results: a log of a large input would hold little else.
"""

from __future__ import annotations

import datetime
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO
from urllib.parse import quote

from auditor.attr import Place
from auditor.checks import AnyCheck
from auditor.errors import ExitCode
from auditor.findings import Finding, Severity, Status
from auditor.inventory import SourceInfo
from auditor.policies.model import Clause, Pack
from auditor.reporting import Options, Report
from auditor.text import Lang, Text
from auditor_reports.coverage import by_operation, collected, coverage_json, is_silent, place_text, silent_text
from auditor_reports.encoding import encode
from auditor_reports.facts import calls, facts, message, place, shown

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"

_LEVELS = {Severity.CRITICAL: "error", Severity.HIGH: "error", Severity.MEDIUM: "warning", Severity.LOW: "note"}

_SECURITY_SEVERITY = {Severity.CRITICAL: "9.5", Severity.HIGH: "8.0", Severity.MEDIUM: "5.5", Severity.LOW: "2.0"}
"""The 0 to 10 scale that code-scanning displays read from this property; the middle of the band of the same name."""

_KINDS = {
    Status.FAIL: "fail",
    Status.WAIVED: "fail",
    Status.UNKNOWN: "open",
    Status.ERROR: "open",
    Status.MANUAL: "review",
}
"""Statuses that become results.  ``open``: there is not enough to decide; ``review``: a person has to."""

_NOTIFICATIONS = {
    "auditor.problem": Text("プラグインなどの不具合", "a fault of a plugin or the like"),
    "auditor.not-covered": Text("確認していない資源種別", "a resource type that was not checked"),
    "auditor.refused": Text(
        "収集の際に拒否され、又は失敗した操作", "an operation that was refused or failed when the input was collected"
    ),
    "auditor.input": Text("入力についての注意", "a remark on an input"),
    "auditor.scope": Text("設定ファイルの区分についての注意", "a remark on a scope of the configuration"),
}

_STRIDE = 1024


def write_sarif(report: Report, out: BinaryIO, options: Options) -> None:
    """Write the log; its texts are in the language of ``options``."""
    lang = options.lang
    checks = _checks(report)
    indices = {check.id: index for index, check in enumerate(checks)}
    artifacts = _Artifacts(report.inventory.sources)
    out.write(b'{"$schema":' + encode(SCHEMA) + b',"version":"2.1.0","runs":[{')
    head = {
        "tool": {"driver": _driver(report, checks, lang)},
        "taxonomies": [_taxonomy(assessment.pack, lang) for assessment in report.assessments],
        "artifacts": [_artifact(source, lang) for source in report.inventory.sources],
        "invocations": [_invocation(report, lang)],
        "language": lang,
        "columnKind": "utf16CodeUnits",
    }
    out.write(encode(head)[1:-1] + b',"results":[')
    divides = report.shared_use.scoping.divides
    lead = b"\n"
    parts: list[bytes] = []
    for finding in report.findings:
        kind = _KINDS.get(finding.status)
        if kind is None:
            continue
        parts.append(lead + encode(_result(finding, kind, indices, artifacts, divides, lang)))
        lead = b",\n"
        if len(parts) == _STRIDE:
            out.write(b"".join(parts))
            parts.clear()
    out.write(b"".join(parts) + b"]}]}\n")


def _checks(report: Report) -> list[AnyCheck]:
    """All checks, those of the engine among them where they have findings."""
    found = {check.id: check for check in report.checks}
    for finding in report.findings:
        if finding.status is not Status.PASS:
            found.setdefault(finding.check.id, finding.check)
    return [found[id_] for id_ in sorted(found)]


# ---------------------------------------------------------------- rules and clauses


def _driver(report: Report, checks: list[AnyCheck], lang: Lang) -> dict[str, Any]:
    places = {
        (assessment.pack.id, clause.id): (number, index)
        for number, assessment in enumerate(report.assessments)
        for index, clause in enumerate(assessment.pack.clauses)
    }
    return {
        "name": "auditor",
        "version": report.run.version,
        "language": lang,
        "rules": [_rule(check, report, places, lang) for check in checks],
        "notifications": [
            {"id": id_, "shortDescription": {"text": text.in_(lang)}} for id_, text in _NOTIFICATIONS.items()
        ],
        "supportedTaxonomies": [
            {"name": assessment.pack.id, "index": number} for number, assessment in enumerate(report.assessments)
        ],
    }


def _rule(
    check: AnyCheck, report: Report, places: dict[tuple[str, str], tuple[int, int]], lang: Lang
) -> dict[str, Any]:
    clauses = report.clauses_of.get(check.control, ())
    control = report.controls.get(check.control)
    rule: dict[str, Any] = {
        "id": check.id,
        "shortDescription": {"text": check.title.in_(lang)},
        "fullDescription": {"text": control.statement.in_(lang) if control else check.title.in_(lang)},
        "help": _help(check, clauses, lang),
        "defaultConfiguration": {"level": _LEVELS[check.severity]},
        "properties": {
            "control": check.control,
            "severity": check.severity.label,
            "security-severity": _SECURITY_SEVERITY[check.severity],
            "tags": ["security", check.control],
        },
    }
    if clauses:
        rule["relationships"] = [
            {
                "target": {
                    "id": clause.id,
                    "index": places[pack.id, clause.id][1],
                    "toolComponent": {"name": pack.id, "index": places[pack.id, clause.id][0]},
                },
                "kinds": ["relevant"],
            }
            for pack, clause in clauses
        ]
    return rule


def _help(check: AnyCheck, clauses: tuple[tuple[Pack, Clause], ...], lang: Lang) -> dict[str, str]:
    remediation, listed = ("是正", "条項") if lang == "ja" else ("Remediation", "Clauses")
    text = f"{check.title.in_(lang)}\n\n{remediation}: {check.remediation.in_(lang)}"
    markdown = f"**{check.title.in_(lang)}**\n\n{remediation}: {check.remediation.in_(lang)}"
    if clauses:
        text += f"\n\n{listed}: " + ", ".join(clause.citation for _, clause in clauses)
        markdown += f"\n\n{listed}:\n" + "".join(f"\n- {clause.citation}" for _, clause in clauses)
    return {"text": text, "markdown": markdown}


def _taxonomy(pack: Pack, lang: Lang) -> dict[str, Any]:
    return {
        "name": pack.id,
        "organization": pack.body.in_(lang),
        "shortDescription": {"text": pack.title.in_(lang)},
        "isComprehensive": pack.scope is None,
        "language": lang,
        "taxa": [
            {
                "id": clause.id,
                "name": clause.citation,
                "shortDescription": {"text": clause.summary.in_(lang) or clause.citation},
            }
            for clause in pack.clauses
        ],
        "properties": {"sha256": pack.sha256},
    }


# ---------------------------------------------------------------- places


def uri(name: str) -> str:
    """The URI of a file: relative to the current folder where it is inside, absolute elsewhere.

    >>> uri("plans/main plan.json")
    'plans/main%20plan.json'
    >>> uri("-")
    'stdin'
    >>> uri("s3://bucket/snap 1")
    's3://bucket/snap%201'
    """
    if name in ("", "-"):
        return "stdin"
    if "://" in name:
        return quote(name, safe=":/", errors="surrogateescape")
    path = Path(os.path.normpath(Path.cwd() / name))
    try:
        return quote(path.relative_to(Path.cwd()).as_posix(), errors="surrogateescape")
    except ValueError:
        return "file://" + quote(path.as_posix(), errors="surrogateescape")


def _artifact(source: SourceInfo, lang: Lang) -> dict[str, Any]:
    artifact: dict[str, Any] = {"location": {"uri": uri(source.name)}, "roles": ["analysisTarget"]}
    if source.coverage is not None:
        artifact["roles"].append("directory")
    if source.sha256:
        artifact["hashes"] = {"sha-256": source.sha256}
    if source.notes:
        artifact["description"] = {"text": " ".join(note.in_(lang) for note in source.notes)}
    return artifact


class _Artifacts:
    """Locations of files, each made once."""

    def __init__(self, sources: list[SourceInfo]) -> None:
        self._made: dict[str, dict[str, Any]] = {
            source.name: {"uri": uri(source.name), "index": index} for index, source in enumerate(sources)
        }

    def of(self, name: str) -> dict[str, Any]:
        made = self._made.get(name)
        if made is None:
            made = self._made[name] = {"uri": uri(name)}
        return made


def _location(finding: Finding, found: Place | None, artifacts: _Artifacts) -> dict[str, Any]:
    """Physical and logical place.  Where no line is known it is the first, which displays demand."""
    if found is None:
        artifact, line = artifacts.of(finding.resource.source), 1
    elif found.file is None:
        artifact, line = artifacts.of(found.source), 1
    else:
        artifact, line = artifacts.of(found.file), found.line or 1
    address = finding.resource.address
    return {
        "physicalLocation": {"artifactLocation": artifact, "region": {"startLine": line}},
        "logicalLocations": [
            {
                "name": address.rsplit(".", 1)[-1],
                "fullyQualifiedName": address,
                "kind": "resource",
            }
        ],
    }


# ---------------------------------------------------------------- results


def _result(
    finding: Finding, kind: str, indices: dict[str, int], artifacts: _Artifacts, divides: bool, lang: Lang
) -> dict[str, Any]:
    check = finding.check
    evidence = list(facts(finding))
    text = message(finding).in_(lang)
    if finding.expected is not None:
        text += f"（求める値: {finding.expected.ja}）" if lang == "ja" else f" (expected: {finding.expected.en})"
    result: dict[str, Any] = {
        "ruleId": check.id,
        "ruleIndex": indices[check.id],
        "kind": kind,
        # the standard demands "none" for every kind but "fail"
        "level": _LEVELS[check.severity] if kind == "fail" else "none",
        "message": {"text": f"{finding.resource.address}: {text}"},
        "locations": [_location(finding, place(finding, evidence), artifacts)],
        "partialFingerprints": {"auditorFinding/v1": finding.id},
        "properties": {
            "status": finding.status.value,
            "severity": check.severity.label,
            "resourceType": finding.resource.type,
            "facts": [
                f"{fact.name}: {shown(fact.value) if fact.unknown is None else fact.unknown.text.in_(lang)}"
                for fact in evidence
            ],
        },
    }
    if told := calls(finding, evidence):
        result["properties"]["calls"] = told
    if divides and (policies := finding.resource.scope.policies) is not None:
        result["properties"]["policies"] = sorted(policies)
    if finding.status is Status.WAIVED:
        result["suppressions"] = [{"kind": "external", "status": "accepted", "justification": text}]
    return result


def _utc(moment: datetime.datetime) -> str:
    return moment.astimezone(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _invocation(report: Report, lang: Lang) -> dict[str, Any]:
    run = report.run
    notifications: list[dict[str, Any]] = [
        {"level": "error", "message": {"text": problem.in_(lang)}, "descriptor": {"id": "auditor.problem"}}
        for problem in run.problems
    ]
    for type_, number in report.inventory.not_covered.items():
        text = (
            f"資源種別 {type_}（{number}件）は本ツールが対応していないため、確認していません。"
            if lang == "ja"
            else f"resource type {type_} ({number}) is not known to the auditor and was not checked."
        )
        notifications.append(
            {"level": "warning", "message": {"text": text}, "descriptor": {"id": "auditor.not-covered"}}
        )
    notifications += [
        {"level": "note", "message": {"text": remark.in_(lang)}, "descriptor": {"id": "auditor.scope"}}
        for remark in run.remarks
    ]
    notifications += [
        {
            "level": "warning" if source.incomplete else "note",
            "message": {"text": note.in_(lang)},
            "descriptor": {"id": "auditor.input"},
            "locations": [{"physicalLocation": {"artifactLocation": {"uri": uri(source.name), "index": index}}}],
        }
        for index, source in enumerate(report.inventory.sources)
        for note in source.notes
    ]
    notifications += [
        one for index, source in enumerate(report.inventory.sources) for one in _refused(source, index, lang)
    ]
    invocation: dict[str, Any] = {
        "executionSuccessful": run.exit_code in (ExitCode.VERIFIED, ExitCode.NONCONFORMING),
        "exitCode": int(run.exit_code),
        "startTimeUtc": _utc(run.started),
        "endTimeUtc": _utc(run.finished),
        "toolExecutionNotifications": notifications,
    }
    said = [
        {"source": source.name, **coverage_json(coverage)} for source, coverage in collected(report.inventory.sources)
    ]
    if said:
        invocation["properties"] = {"coverage": said}
    return invocation


def _refused(source: SourceInfo, index: int, lang: Lang) -> Iterator[dict[str, Any]]:
    """A notification for each operation that was not answered, and one where none was."""
    if source.coverage is None:
        return
    locations = [{"physicalLocation": {"artifactLocation": {"uri": uri(source.name), "index": index}}}]
    descriptor = {"id": "auditor.refused"}
    if is_silent(source):
        text = silent_text(source, source.coverage).in_(lang)
        yield {"level": "error", "message": {"text": text}, "descriptor": descriptor, "locations": locations}
    for one in by_operation(source.coverage):
        said = " ".join((one.operation, *one.codes))
        places = ", ".join(map(place_text, one.places))
        text = (
            f"{said}: 拒否され、又は失敗した呼出し {one.count}件（{places}）"
            if lang == "ja"
            else f"{said}: {one.count} calls refused or failed ({places})"
        )
        yield {"level": "warning", "message": {"text": text}, "descriptor": descriptor, "locations": locations}
