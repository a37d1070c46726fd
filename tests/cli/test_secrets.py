"""Nothing that the input marks sensitive comes out: canaries are planted and looked for in every report.

The values of the examples are replaced by canaries, attribute by attribute, and marked sensitive,
in every shape that attributes have: texts, numbers, lists, blocks, and JSON documents in texts.
"""

from __future__ import annotations

import copy
import io
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, get_args

import pytest

from auditor.inventory import Phase
from auditor.plugins import Plugins
from auditor.reporting import Options
from auditor.run import Settings, run
from auditor.text import Lang

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = sorted((ROOT / "examples").glob("*/plan.json"))
CANARY = "kanaria"
NUMBER = 918273645
Plan = dict[str, Any]


def planted(value: Any) -> Any:
    """The value with a canary in the place of every text and number."""
    if isinstance(value, dict):
        return {key: planted(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [planted(inner) for inner in value]
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, int | float):
        return NUMBER
    try:
        document = json.loads(value)
    except ValueError:
        return CANARY
    return json.dumps(planted(document)) if isinstance(document, dict | list) else CANARY


def prefixed(value: Any) -> Any:
    """The value with a canary at the end of every text, so that it is still read as what it is."""
    if isinstance(value, dict):
        return {key: prefixed(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [prefixed(inner) for inner in value]
    if not isinstance(value, str):
        return value
    try:
        document = json.loads(value)
    except ValueError:
        return f"{value}-{CANARY}"
    return json.dumps(prefixed(document)) if isinstance(document, dict | list) else f"{value}-{CANARY}"


def resources(module: Plan) -> Iterator[Plan]:
    yield from module.get("resources", ())
    for child in module.get("child_modules", ()):
        yield from resources(child)


def sensitive(plan: Plan, column: int | None, replace: Callable[[Any], Any]) -> Plan:
    """The plan with one attribute of each resource (the ``column``-th, or all of them) replaced and marked."""
    made = copy.deepcopy(plan)
    changes = {change["address"]: change["change"] for change in made["resource_changes"]}
    for resource in resources(made["planned_values"]["root_module"]):
        values = resource["values"]
        names = sorted(values) if column is None else sorted(values)[column : column + 1]
        for name in names:
            values[name] = replace(values[name])
            change = changes[resource["address"]]
            change["after"] = {**(change["after"] or {}), name: values[name]}
            if isinstance(resource.setdefault("sensitive_values", {}), dict):
                resource["sensitive_values"][name] = True
            if not isinstance(change.get("after_sensitive"), dict):
                change["after_sensitive"] = {}
            change["after_sensitive"][name] = True
    return made


@pytest.fixture(scope="module")
def plugins() -> Plugins:
    return Plugins()


def reports(plan: Plan, plugins: Plugins, folder: Path, phase: Phase = Phase.BUILD) -> Iterator[tuple[str, bytes]]:
    """Every report on the plan in every language."""
    path = folder / "plan.json"
    path.write_text(json.dumps(plan), encoding="utf-8")
    report = run(Settings(targets=(str(path),), phase=phase), plugins)
    for name, entry in plugins.reporters().items():
        for lang in get_args(Lang):
            out = io.BytesIO()
            entry.load()(report, out, Options(lang=lang))
            yield f"{name} {lang}", out.getvalue()


def leaks(plan: Plan, plugins: Plugins, folder: Path, phase: Phase = Phase.BUILD) -> list[str]:
    """The lines of reports that show a canary."""
    return [
        f"{name}: {line[:500].decode(errors='replace')}"
        for name, written in reports(plan, plugins, folder, phase)
        for line in written.splitlines()
        if CANARY.encode() in line or str(NUMBER).encode() in line
    ]


@pytest.mark.parametrize("replace", [planted, prefixed])
@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.parent.name)
def test_no_sensitive_value_is_in_any_report(
    path: Path, replace: Callable[[Any], Any], plugins: Plugins, tmp_path: Path
) -> None:
    plan = json.loads(path.read_bytes())
    widest = max(len(resource["values"]) for resource in resources(plan["planned_values"]["root_module"]))
    for column in [None, *range(widest)]:
        assert leaks(sensitive(plan, column, replace), plugins, tmp_path) == []


@pytest.mark.parametrize("phase", list(Phase))
def test_no_sensitive_value_is_in_any_report_of_a_phase(phase: Phase, plugins: Plugins, tmp_path: Path) -> None:
    for path in EXAMPLES:
        plan = json.loads(path.read_bytes())
        for replace in (planted, prefixed):
            assert leaks(sensitive(plan, None, replace), plugins, tmp_path, phase) == []
