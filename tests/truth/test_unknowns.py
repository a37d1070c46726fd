"""The truth of unknowns, tested by generation.

For every attribute that anything reads of the examples and fixtures, the plan is changed so that
the attribute is known only after apply.  A finding may then still pass or fail, but only if the
attribute does not matter to it: that is tried out by giving the attribute other values.
"""

from __future__ import annotations

import copy
import itertools
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from auditor.attr import Unknown
from auditor.engine import run_checks, take_inventory
from auditor.findings import Status
from auditor.inventory import Phase
from auditor.plugins import Plugins
from auditor.policies.loader import load_controls, load_pack, mappings_root
from auditor.record import Node
from auditor.run import no_progress

ROOT = Path(__file__).resolve().parents[2]
FIXTURES = sorted(ROOT.glob("fixtures/**/plan.json"))
EXAMPLES = sorted(ROOT.glob("examples/*/plan.json"))
# few checks are peculiar to the end of use, and the fixtures hold what they look at
CASES = [(path, Phase.BUILD) for path in (*EXAMPLES, *FIXTURES)] + [(path, Phase.TERMINATE) for path in FIXTURES]
Verdicts = dict[tuple[str, str, str], Status]
DECIDED = (Status.PASS, Status.FAIL)


Plan = dict[str, Any]
Step = str | int

UNDECIDED = object()
"""Stands for a value that is known only after apply and whose expression cannot be followed."""


def modules(module: Plan) -> Iterator[Plan]:
    """The module and all below it."""
    yield module
    for child in module.get("child_modules", ()):
        yield from modules(child)


def planned(plan: Plan, address: str) -> Plan | None:
    """The planned resource at an address."""
    for module in modules(plan["planned_values"]["root_module"]):
        for resource in module.get("resources", ()):
            if resource["address"] == address:
                found: Plan = resource
                return found
    return None


def _change(plan: Plan, address: str) -> Plan | None:
    for change in plan.get("resource_changes", ()):
        if change["address"] == address and "deposed" not in change:
            found: Plan = change
            return found
    return None


def _configured(plan: Plan, resource: Plan, change: Plan) -> Plan | None:
    """The resource's block in the configuration."""
    module: Plan = plan["configuration"]["root_module"]
    path = change.get("module_address", "")
    names = [part.split("[")[0] for part in _split(path)][1::2]
    for name in names:
        module = module["module_calls"][name]["module"]
    for block in module.get("resources", ()):
        if block["type"] == resource["type"] and block["name"] == resource["name"] and block["mode"] == "managed":
            found: Plan = block
            return found
    return None


def _split(address: str) -> list[str]:
    """Parts of a module address; the examples use no dots in keys."""
    return address.split(".") if address else []


def _put(root: Any, steps: list[Step], value: Any) -> None:
    """Set a value deep in JSON, making what is missing on the way."""
    for step, following in itertools.pairwise(steps):
        empty: Any = [] if isinstance(following, int) else {}
        if isinstance(root, list):
            while len(root) <= int(step):
                root.append(None)
            if not isinstance(root[int(step)], dict | list):
                root[int(step)] = empty
            root = root[int(step)]
        else:
            if not isinstance(root.get(step), dict | list):
                root[step] = empty
            root = root[step]
    last = steps[-1]
    if isinstance(root, list):
        while len(root) <= int(last):
            root.append(None)
        root[int(last)] = value
    else:
        root[last] = value


def changed(plan: Plan, address: str, path: str, value: Any) -> Plan | None:
    """A copy of the plan in which one attribute has another value, or :data:`UNDECIDED`.

    ``None`` if the plan has no such resource to change (it is being deleted).
    """
    plan = copy.deepcopy(plan)
    # what Terraform knew to refer to what no longer holds once an expression is another one
    plan.pop("relevant_attributes", None)
    resource, change = planned(plan, address), _change(plan, address)
    if resource is None or change is None:
        return None
    steps: list[Step] = [int(step) if step.isdigit() else step for step in path.split(".")]
    undecided = value is UNDECIDED
    _put(resource["values"], steps, None if undecided else value)
    if not isinstance(change["change"].get("after_unknown"), dict):
        change["change"]["after_unknown"] = {}
    _put(change["change"]["after_unknown"], steps, undecided)
    block = _configured(plan, resource, change)
    if block is not None:
        expression = {"references": ["local.undecided"]} if undecided else {"constant_value": value}
        # nested blocks stand in the configuration as the plan lists them; where its shape differs
        # (a dynamic block), the whole block's expression is replaced
        expressions = block.setdefault("expressions", {})
        target = expressions.get(steps[0])
        if len(steps) == 1 or not isinstance(target, list):
            expressions[steps[0]] = expression
        else:
            _put(expressions, steps, expression)
    return plan


def askable(plan: Plan, address: str, path: str) -> str | None:
    """What of an attribute the plan could leave open.

    The attribute itself; the list around it, where that has no such element; ``None`` for one that the provider does not
    have (an account may tell more of a type than Terraform): the plan names every attribute, if only to say that it is null.
    """
    resource, change = planned(plan, address), _change(plan, address)
    if resource is None or change is None:
        return path
    marks = change["change"].get("after_unknown")
    values: Any = resource["values"]
    steps = path.split(".")
    for place, step in enumerate(steps):
        if isinstance(values, dict):
            if step not in values and not (isinstance(marks, dict) and step in marks):
                return None
            values = values.get(step)
            marks = marks.get(step) if isinstance(marks, dict) else None
        elif isinstance(values, list) and step.isdigit():
            if int(step) >= len(values):
                return ".".join(steps[:place])
            values = values[int(step)]
            marks = marks[int(step)] if isinstance(marks, list) and int(step) < len(marks) else None
        else:
            return path
    return path


def _existing_identities(plan: Plan) -> set[str]:
    """What the resources that exist already are called by others.

    An expression that leads to one of them is known when the plan is made, so that it cannot be what a value known
    only after apply turns out to be.
    """
    return {
        value
        for change in plan.get("resource_changes", ())
        if "create" not in change["change"]["actions"] and isinstance(change["change"].get("before"), dict)
        for name in ("id", "arn", "name", "bucket", "key_id")
        if isinstance(value := change["change"]["before"].get(name), str) and value
    }


class Auditor:
    """Everything that stays the same from one scan to the next."""

    def __init__(self, folder: Path) -> None:
        self.plugins = Plugins()
        assert not self.plugins.failures
        self.checks = self.plugins.checks()
        pack = load_pack(mappings_root() / "policies" / "toyama", load_controls())
        self.parameters = {id_: parameter.value for id_, parameter in pack.parameters.items()}
        self.source = next(source for source in self.plugins.sources() if source.name == "terraform-plan")
        self.file = folder / "plan.json"

    def scan(self, plan: Plan, phase: Phase) -> Verdicts:
        self.file.write_text(json.dumps(plan), encoding="utf-8")
        reading = self.source.open(str(self.file))
        assert reading is not None
        inventory, broken = take_inventory([reading], self.plugins.adapters, no_progress)
        findings = broken + run_checks(inventory, self.checks, self.parameters, phase, None)
        verdicts: Verdicts = {}
        for finding in findings:
            assert finding.status is not Status.ERROR, (finding.check.id, finding.resource.address, finding.text)
            key = finding.facet.key if finding.facet is not None else ""
            verdicts[finding.check.id, finding.resource.address, key] = finding.status
        return verdicts


@pytest.fixture(scope="module")
def auditor(tmp_path_factory: pytest.TempPathFactory) -> Auditor:
    return Auditor(tmp_path_factory.mktemp("plans"))


def _reads(auditor: Auditor, plan: Plan, phase: Phase, monkeypatch: pytest.MonkeyPatch) -> dict[tuple[str, str], Any]:
    """Every known attribute that the scan reads: (address, path) -> value."""
    seen: dict[tuple[str, str], Any] = {}
    walk = Node._walk

    def watched(self: Node, path: str) -> tuple[Any, Any, Any]:
        value, unknown, sensitive = walk(self, path)
        if not unknown:
            seen[self.record.address, self._full(path)] = value
        return value, unknown, sensitive

    with monkeypatch.context() as patch:
        patch.setattr(Node, "_walk", watched)
        auditor.scan(plan, phase)
    return seen


def _others(value: Any) -> Iterator[Any]:
    """Other values of the same kind."""
    if isinstance(value, bool):
        yield not value
    elif isinstance(value, int | float):
        yield from (0, 1, 40_000)
    elif isinstance(value, str):
        yield from (None, "something-else", "alias/something")
        if value.isdigit():
            yield from ("0", "40000")
    elif value is None:
        yield from (True, False, 40_000, "something-else", ["something-else"])
    elif isinstance(value, list):
        yield from (None, [])


@pytest.mark.parametrize(
    ("path", "phase"), CASES, ids=[f"{path.parent.relative_to(ROOT)}-{phase}" for path, phase in CASES]
)
def test_nothing_is_decided_by_a_value_known_after_apply(
    path: Path, phase: Phase, auditor: Auditor, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = json.loads(path.read_text(encoding="utf-8"))
    baseline = auditor.scan(plan, phase)
    wrong: list[str] = []
    tried: set[tuple[str, str, str]] = set()
    existing = _existing_identities(plan)
    for (address, read), value in _reads(auditor, plan, phase, monkeypatch).items():
        attribute = askable(plan, address, read)
        if attribute is None:
            continue
        kind = address.split("[")[0].split(".")[-2]
        same = (kind, attribute, json.dumps(value, sort_keys=True))
        if same in tried:
            continue
        tried.add(same)
        if isinstance(value, str) and value in existing:
            continue
        undecided = changed(plan, address, attribute, UNDECIDED)
        if undecided is None:
            continue
        verdicts = auditor.scan(undecided, phase)
        suspicious = {key: status for key, status in verdicts.items() if status in DECIDED}
        possible = {key: {baseline[key]} if key in baseline else set() for key in suspicious}
        for other in _others(value):
            alternative = changed(plan, address, attribute, other)
            assert alternative is not None
            for key, status in auditor.scan(alternative, phase).items():
                if key in possible:
                    possible[key].add(status)
        wrong += [
            f"{address} {attribute}: {key} is {status.value} although it can be {sorted(possible[key])}"
            for key, status in suspicious.items()
            if {*DECIDED} <= possible[key] or (possible[key] & {*DECIDED} and status not in possible[key])
        ]
    assert not wrong, "\n".join(wrong)


def test_an_unknown_cannot_be_used_as_a_truth_value() -> None:
    from auditor.attr import Known, Reason

    for attr in (Known(True), Unknown(Reason.AFTER_APPLY)):
        with pytest.raises(TypeError):
            bool(attr)
