"""Values of expressions that are nothing but a constant or a single reference.

The plan does not say what an expression does with what it refers to.  Whoever asks has to compare
the value with something else, or with the form it must have.
"""

from __future__ import annotations

from typing import Any

import msgspec

from auditor.attr import Known
from auditor_terraform.address import Traversal
from auditor_terraform.configuration import references_of
from auditor_terraform.document import Plan
from auditor_terraform.references import Kind, Ref, parse_references
from auditor_terraform.tree import ModuleInstance, Tree


class Evaluator:
    """Evaluates expressions of one plan."""

    def __init__(self, plan: Plan, tree: Tree) -> None:
        self._plan = plan
        self._tree = tree

    def value(self, expression: Any, module: ModuleInstance) -> tuple[Any, bool]:
        """The value of ``expression`` in ``module``, and whether it is sensitive; ``None`` if it is not told."""
        return self._of(expression, module, ())

    def _value(self, ref: Ref, module: ModuleInstance, rest: Traversal) -> tuple[Any, bool]:
        """The value a single reference stands for, and whether it is sensitive; ``None`` if not told."""
        steps = ref.rest + rest
        if ref.kind is Kind.VARIABLE:
            return self._variable(ref.name, module, steps)
        if ref.kind is Kind.DATA or ref.kind is Kind.RESOURCE:
            self._tree.read_data()
            record = module.records.get(ref.name, {}).get(None)
            if record is not None and steps and all(isinstance(step, str) for step in steps):
                attr = record.get(".".join(map(str, steps)))
                if isinstance(attr, Known):
                    return attr.value, attr.sensitive
        if ref.kind is Kind.MODULE and len(steps) == 1 and isinstance(steps[0], str):
            child = module.children.get(ref.name, {}).get(None)
            node = child.config.output(steps[0]) if child is not None and child.config is not None else None
            if child is not None and node is not None:
                return self._of(node, child, ())
        return None, False

    def _variable(self, name: str, module: ModuleInstance, steps: Traversal) -> tuple[Any, bool]:
        config = module.config
        if config is None:
            return None, False
        declared = config.variable(name)
        sensitive = declared is not None and declared.sensitive is True
        if module.parent is not None:
            argument = config.arguments().get(name)
            if argument is not None:
                value, inherited = self._of(argument, module.parent, steps)
                return value, sensitive or inherited
        elif (given := (self._plan.variables or {}).get(name)) is not None:
            return _step_into(msgspec.json.decode(given.value), steps), sensitive
        if declared is None:
            return None, False
        return _step_into(msgspec.json.decode(declared.default), steps), sensitive

    def _of(self, expression: Any, module: ModuleInstance, steps: Traversal) -> tuple[Any, bool]:
        if isinstance(expression, dict) and "constant_value" in expression:
            return _step_into(expression["constant_value"], steps), False
        refs = parse_references(references_of(expression))
        return self._value(refs[0], module, steps) if len(refs) == 1 else (None, False)


def _step_into(value: Any, steps: Traversal) -> Any:
    for step in steps:
        if isinstance(step, str):
            value = value.get(step) if isinstance(value, dict) else None
        elif isinstance(value, dict):
            value = value.get(str(step.value))
        elif isinstance(value, list) and isinstance(step.value, int) and step.value < len(value):
            value = value[step.value]
        else:
            value = None
    return value
