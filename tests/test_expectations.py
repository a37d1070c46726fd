"""The examples and fixtures say what scanning them must yield, in both directions.

An expectation that nothing meets fails, and so does a nonconformity that nobody expects of a
control whose fails the folder lists exhaustively.  The format is described in fixtures/README.md.
"""

from __future__ import annotations

import functools
import io
from pathlib import Path
from typing import Any

import pytest
import yaml

from auditor.config import Config, load_config
from auditor.findings import Finding, Status
from auditor.inventory import Phase
from auditor.plugins import Plugins
from auditor.reporting import Options, Report
from auditor.run import Settings, run

ROOT = Path(__file__).resolve().parents[1]
FOLDERS = sorted(path.parent for part in ("fixtures", "examples") for path in (ROOT / part).rglob("expected.yaml"))
NAMES = [str(folder.relative_to(ROOT)) for folder in FOLDERS]

GRAVITY = [
    Status.ERROR,
    Status.FAIL,
    Status.UNKNOWN,
    Status.MANUAL,
    Status.INHERITED,
    Status.PASS,
    Status.NOT_APPLICABLE,
]
"""Of several results of one control on one resource the gravest counts."""

WHOLE = "(plan)"


@functools.cache
def scan(folder: Path, phase: Phase) -> Report:
    plugins = Plugins()
    own = folder / "auditor.toml"
    config = load_config(own) if own.is_file() else Config()
    report = run(Settings(targets=(str(folder / "plan.json"),), phase=phase, config=config), plugins)
    assert not plugins.failures, [failure.text.en for failure in plugins.failures]
    return report


def expected(folder: Path) -> dict[str, Any]:
    content: dict[str, Any] = yaml.safe_load((folder / "expected.yaml").read_text(encoding="utf-8"))
    return content


def address(finding: Finding) -> str:
    return finding.resource.address if finding.resource.record is not None else WHOLE


def said(finding: Finding) -> str:
    text = finding.text.en if finding.text is not None else ""
    if finding.unknown is not None:
        text = f"{finding.unknown.text.en} @ {finding.unknown.path}"
    return f"{finding.check.id} {finding.status.value} {text}"


def gravest(report: Report) -> dict[tuple[str, str], Status]:
    """(address, control) -> the status that counts."""
    out: dict[tuple[str, str], Status] = {}
    for finding in report.findings:
        key = address(finding), finding.check.control
        out[key] = min(out.get(key, finding.status), finding.status, key=GRAVITY.index)
    return out


def phases(folder: Path) -> set[Phase]:
    content = expected(folder)
    named = {Phase(item.get("phase", "build")) for item in content["expect"]}
    return named | {Phase(name) for name in content.get("exhaustive", {})}


@pytest.mark.parametrize("folder", FOLDERS, ids=NAMES)
def test_every_expectation_is_met(folder: Path) -> None:
    wrong = []
    for item in expected(folder)["expect"]:
        report = scan(folder, Phase(item.get("phase", "build")))
        found = gravest(report).get((item["address"], item["control"]))
        wanted = item["status"] if isinstance(item["status"], list) else [item["status"]]
        if (found.value if found else "none") not in wanted:
            texts = [
                said(finding)
                for finding in report.findings
                if (address(finding), finding.check.control) == (item["address"], item["control"])
            ]
            wrong.append(f"{item} -> {found.value if found else 'none'}: {texts}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("folder", FOLDERS, ids=NAMES)
def test_no_other_nonconformity_is_found(folder: Path) -> None:
    content = expected(folder)
    surprises = []
    for name, listed in content.get("exhaustive", {}).items():
        phase = Phase(name)
        known = {
            (item["address"], item["control"])
            for item in content["expect"]
            if item.get("phase", "build") == name and "fail" in item["status"]
        }
        for finding in scan(folder, phase).findings:
            if finding.status is not Status.FAIL or (address(finding), finding.check.control) in known:
                continue
            if listed == "all" or finding.check.control in listed:
                surprises.append(
                    f"{name} {address(finding)} {finding.check.id}: {finding.text.en if finding.text else ''}"
                )
    assert not surprises, "\n".join(surprises)


@pytest.mark.parametrize("folder", FOLDERS, ids=NAMES)
def test_nothing_breaks(folder: Path) -> None:
    for phase in phases(folder):
        errors = [
            f"{f.check.id} {f.resource.address} {f.text}"
            for f in scan(folder, phase).findings
            if f.status is Status.ERROR
        ]
        assert not errors, "\n".join(errors)


@pytest.mark.parametrize("folder", FOLDERS, ids=NAMES)
def test_what_must_not_be_shown_is_in_no_report(folder: Path) -> None:
    secrets = expected(folder).get("must_not_show", [])
    report = scan(folder, Phase.BUILD)
    for entry in Plugins().reporters().values():
        for lang in ("ja", "en"):
            out = io.BytesIO()
            entry.load()(report, out, Options(lang=lang))
            text = out.getvalue().decode()
            assert text
            assert not [secret for secret in secrets if secret in text], entry.format
