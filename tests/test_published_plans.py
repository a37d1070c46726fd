"""Plans that other people published are scanned without an error, where a collection of them lies beside the project."""

from __future__ import annotations

import functools
from pathlib import Path

import pytest

from auditor.assessment import Answer
from auditor.findings import Status
from auditor.plugins import Plugins
from auditor.run import Settings, run

FOLDER = Path(__file__).resolve().parents[2] / "shared" / "plans"
PLANS = sorted([*FOLDER.glob("made/*.json"), *FOLDER.glob("real/plan__*.json")])


@functools.cache
def plugins() -> Plugins:
    return Plugins()


@pytest.mark.parametrize("path", PLANS, ids=lambda path: path.name)
def test_a_published_plan_is_scanned_without_an_error(path: Path) -> None:
    report = run(Settings(targets=(str(path),)), plugins())
    assert not plugins().failures
    errors = [f"{f.check.id} {f.resource.address}: {f.text}" for f in report.findings if f.status is Status.ERROR]
    assert not errors, "\n".join(errors)
    for assessment in report.assessments:
        assert len(assessment.answers) == len(assessment.pack.clauses)
        assert all(answer.answer in Answer for answer in assessment.answers)
