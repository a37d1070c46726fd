"""A plugin that does wrong is named; the run goes on, and its exit code is 3."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from auditor import hookspecs
from tests.cli.scanning import BAD, GOOD, auditor, loaded

HEAD = "from auditor.hookspecs import hookimpl\n@hookimpl\ndef "
CHECK = """from auditor.checks import check, passed
from auditor.facets import Placement
from auditor.findings import Severity
from auditor.text import Text
from auditor.hookspecs import hookimpl
@check({id!r}, control={control!r}, facet=Placement, severity=Severity.LOW, title=Text("a", "a"),
       remediation=Text("a", "a"), facts=())
def one(facet, context):
    "One."
    {body}
@hookimpl
def auditor_checks():
    return [one]
"""
DUPLICATE = CHECK.format(id="encryption.at-rest.enabled", control="encryption.at-rest", body="return passed()")
ODD_CONTROL = CHECK.format(id="acme.odd", control="acme.nowhere", body="return passed()")


def install(folder: Path, source: str, name: str = "zacme") -> dict[str, str]:
    """A distribution with one plugin; the environment in which it is found."""
    (folder / f"{name}_plugin.py").write_text(source, encoding="utf-8")
    info = folder / f"{name}-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n", encoding="utf-8")
    (info / "entry_points.txt").write_text(f"[auditor]\n{name} = {name}_plugin\n", encoding="utf-8")
    return {"PYTHONPATH": str(folder)}


@pytest.mark.parametrize(
    "source",
    [
        "raise RuntimeError('no')",
        "import nowhere",
        "def (",
        HEAD + "auditor_checks():\n    raise RuntimeError('no')",
        HEAD + "auditor_checks():\n    return 5",
        HEAD + "auditor_checks():\n    return ['x', None]",
        HEAD + "auditor_checks():\n    yield 1 / 0",
        HEAD + "auditor_sources():\n    return [5]",
        HEAD + "auditor_providers():\n    return 'aws'\n@hookimpl\ndef auditor_sources():\n    return 'x'",
        HEAD + "auditor_adapters(provider, form):\n    return {}",
        HEAD + "auditor_reporters():\n    return [('text', None)]",
        HEAD + "auditor_policy_packs():\n    return ['/nowhere']",
        HEAD + "auditor_checks(surprise):\n    return []",
        HEAD + "auditor_unheard_of():\n    return []",
        DUPLICATE,
        ODD_CONTROL,
    ],
)
def test_a_broken_plugin_is_named_and_the_run_goes_on(tmp_path: Path, source: str) -> None:
    environment = install(tmp_path, source)
    target = tmp_path / "result.json"
    done = auditor("scan", str(GOOD), "--report", f"json={target}", **environment)
    error = done.stderr.decode()
    assert done.returncode == 3, error
    assert "Traceback" not in error
    problems = json.dumps(loaded(target)["run"]["completeness"]["problems"])
    assert problems != "[]"
    assert any(name in problems for name in ("zacme", "acme.odd", "nowhere"))
    assert loaded(target)["summary"]["by_status"]["pass"] > 10
    assert auditor("scan", str(BAD), **environment).returncode == 1


def test_a_plugin_that_breaks_does_not_hide_the_lists(tmp_path: Path) -> None:
    environment = install(tmp_path, "raise RuntimeError('no')")
    done = auditor("list", "checks", **environment)
    assert done.returncode == 3
    assert "encryption.at-rest.enabled" in done.stdout.decode()
    assert "zacme" in done.stderr.decode()


@pytest.mark.parametrize("body", ["raise ValueError('hunter2')", "return 'garbage'", "return facet.nowhere"])
def test_a_check_that_breaks_is_an_error_finding_without_values(tmp_path: Path, body: str) -> None:
    source = CHECK.format(id="acme.bad", control="residency.location", body=body)
    environment = install(tmp_path, source)
    done = auditor("scan", str(GOOD), "--report", "text", "--report", f"json={tmp_path / 'x'}", **environment)
    assert done.returncode == 3
    broken = [finding for finding in loaded(tmp_path / "x")["findings"] if finding["status"] == "error"]
    assert broken
    assert {finding["check"] for finding in broken} == {"acme.bad"}
    assert b"hunter2" not in done.stdout + (tmp_path / "x").read_bytes()


def test_a_reporter_that_breaks_takes_no_other_with_it(tmp_path: Path) -> None:
    source = (
        "from auditor.reporting import ReporterEntry\nfrom auditor.text import Text\n"
        + HEAD
        + "auditor_reporters():\n    return [ReporterEntry('bad', Text('a', 'a'), lambda: 1 / 0)]"
    )
    environment = install(tmp_path, source)
    given = ("--report", f"bad={tmp_path / 'bad'}", "--report", f"json={tmp_path / 'x'}")
    done = auditor("scan", str(GOOD), *given, **environment)
    assert (done.returncode, done.stderr.count(b"\n")) == (3, 1)
    assert not (tmp_path / "bad").exists()
    assert loaded(tmp_path / "x")["findings"]


@pytest.mark.parametrize("body", ["return [5]", "return 1 / 0", "return 'aws'"])
def test_a_broken_collector_is_named_and_the_others_work(tmp_path: Path, body: str) -> None:
    environment = install(tmp_path, HEAD + f"auditor_collectors():\n    {body}")
    done = auditor("permissions", "aws", **environment)
    assert done.returncode == 3
    assert json.loads(done.stdout)["Statement"]
    assert "zacme" in done.stderr.decode()


def test_every_hook_is_documented_and_broken_on_purpose_here() -> None:
    pages = (Path(__file__).resolve().parents[2] / "docs" / "hooks.md").read_text(encoding="utf-8")
    tests = Path(__file__).read_text(encoding="utf-8")
    for name in (name for name in vars(hookspecs) if name.startswith("auditor_")):
        assert f"\n## {name}\n" in pages
        assert f"{name}(" in tests
