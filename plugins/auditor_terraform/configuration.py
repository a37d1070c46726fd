"""The configuration inside a plan: its module tree, and the expressions of its blocks.

An expression is ``{"references": [...]}``, ``{"constant_value": ...}`` or ``{}`` (a function of
nothing); a nested block is an object or a list of objects of expressions.  ``dynamic`` blocks do
not appear at all, and neither do ``locals``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec

from auditor_terraform.document import (
    ConfigResource,
    Configuration,
    ModuleCall,
    ModuleConfig,
    VariableConfig,
)


class ConfigModule:
    """One module of the configuration.  All its instances share it."""

    __slots__ = ("_children", "_deciders", "_expressions", "_resources", "call", "doc", "name", "parent")

    def __init__(self, doc: ModuleConfig, name: str, parent: ConfigModule | None, call: ModuleCall | None) -> None:
        self.doc = doc
        self.name = name
        """Name of the call; ``""`` for the root."""
        self.parent = parent
        self.call = call
        """The block that calls it; ``None`` for the root."""
        self._resources: dict[str, ConfigResource] | None = None
        self._deciders: frozenset[str] | None = None
        self._children: dict[str, ConfigModule] = {}
        self._expressions: dict[str, dict[str, Any]] = {}

    def resource(self, address: str) -> ConfigResource | None:
        """The block ``type.name`` or ``data.type.name``."""
        if self._resources is None:
            self._resources = {resource.address: resource for resource in self.doc.resources or ()}
        return self._resources.get(address)

    def expressions(self, address: str) -> dict[str, Any] | None:
        """Expressions of a resource block by argument; ``None`` if there is no such block."""
        found = self._expressions.get(address)
        if found is None:
            resource = self.resource(address)
            if resource is None:
                return None
            found = self._expressions[address] = _mapping(resource.expressions)
        return found

    def deciders(self) -> frozenset[str]:
        """Locals and variables (``local.x``, ``var.x``) that decide how many instances a block has.

        Terraform must know a count while planning, so they are never the unknown part of a value.
        """
        if self._deciders is None:
            blocks: list[ConfigResource | ModuleCall] = [*(self.doc.resources or ())]
            blocks.extend((self.doc.module_calls or {}).values())
            self._deciders = frozenset(
                reference
                for block in blocks
                for reference in references_of(block.count_expression)
                if reference.startswith(("local.", "var."))
            )
        return self._deciders

    def child(self, name: str) -> ConfigModule | None:
        """The module that the call ``name`` calls."""
        child = self._children.get(name)
        if child is None:
            call = (self.doc.module_calls or {}).get(name)
            if call is None:
                return None
            child = ConfigModule(call.module or ModuleConfig(), name, self, call)
            self._children[name] = child
        return child

    def arguments(self) -> dict[str, Any]:
        """Expressions that the caller passes, by input variable; empty for the root."""
        if self.call is None:
            return {}
        found = self._expressions.get("")
        if found is None:
            found = self._expressions[""] = _mapping(self.call.expressions)
        return found

    def variable(self, name: str) -> VariableConfig | None:
        """The declaration of an input variable."""
        return (self.doc.variables or {}).get(name)

    def output(self, name: str) -> Any:
        """Expression of an output; ``None`` if there is no such output."""
        output = (self.doc.outputs or {}).get(name)
        return None if output is None else (output.expression or {})


def _mapping(raw: msgspec.Raw) -> dict[str, Any]:
    value = msgspec.json.decode(raw)
    return value if isinstance(value, dict) else {}


def root(configuration: Configuration | None) -> ConfigModule:
    """The root module; an empty one if the plan has no configuration."""
    doc = configuration.root_module if configuration is not None else None
    return ConfigModule(doc or ModuleConfig(), "", None, None)


def is_expression(node: Any) -> bool:
    """Whether ``node`` is an expression rather than a nested block.

    A block has at least one argument whose name is neither of the two words; ``{}`` counts as an
    expression, because an empty block refers to nothing either.
    """
    return isinstance(node, dict) and node.keys() <= {"references", "constant_value"}


def references_of(node: Any) -> list[str]:
    """All references in an expression or below a block, in the order in which they stand."""
    if isinstance(node, list):
        return [reference for item in node for reference in references_of(item)]
    if not isinstance(node, dict):
        return []
    found = node.get("references")
    if isinstance(found, list):
        return [reference for reference in found if isinstance(reference, str)]
    return [reference for item in node.values() for reference in references_of(item)]


class Located:
    """What the configuration says about one attribute path."""

    __slots__ = ("node", "set", "unseen")

    def __init__(self, node: Any, is_set: bool, unseen: bool) -> None:
        self.node = node
        """Expression, block, or list of those; ``None`` if there is none."""
        self.set = is_set
        """Whether the configuration shows the attribute."""
        self.unseen = unseen
        """Whether a ``dynamic`` block, which the plan does not show, may have given the value."""


ABSENT = Located(None, False, False)
"""Of an argument that is not configured."""
_UNSEEN = Located(None, False, True)


def locate(
    expressions: dict[str, Any], steps: tuple[str | int, ...], values: Any, evaluate: Callable[[Any], Any]
) -> Located:
    """The expressions that give the attribute at ``steps``.

    ``values`` are the planned values of the same resource: they tell which of several blocks is
    meant (sets do not keep the order of the configuration), and how many blocks there are.  Where
    several blocks fit, all of them are meant.  ``evaluate`` gives the value of an expression, or
    ``None``, as far as the plan tells it.
    """
    nodes: list[Any] = [expressions]
    unseen = False
    for depth, step in enumerate(steps):
        following: list[Any] = []
        if isinstance(step, int):
            for node in nodes:
                if is_expression(node):
                    following.append(node)
                elif isinstance(node, list):
                    planned = values if isinstance(values, list) else []
                    unseen = unseen or len(planned) > len(node)
                    block = planned[step] if step < len(planned) else None
                    following.extend(node if len(node) == 1 else _fitting(node, block, evaluate))
                else:
                    following.append(node)
            values = values[step] if isinstance(values, list) and step < len(values) else None
        else:
            for node in nodes:
                if depth and is_expression(node):
                    following.append(node)
                elif isinstance(node, dict) and step in node:
                    following.append(node[step])
            values = values.get(step) if isinstance(values, dict) else None
        if not following:
            # A top-level argument that is not there is not set; a block may be dynamic.
            return ABSENT if len(steps) == 1 else _UNSEEN
        nodes = following
    return Located(nodes[0] if len(nodes) == 1 else nodes, True, unseen)


def _fitting(blocks: list[Any], planned: Any, evaluate: Callable[[Any], Any]) -> list[Any]:
    """The configured blocks that a planned one may come from."""
    fitting = [block for block in blocks if _fits(block, planned)]
    if len(fitting) < 2 or not isinstance(planned, dict):
        return fitting
    for name, value in planned.items():
        # An argument that is different in every block, and equal to the planned value in one.
        given = [evaluate(block.get(name)) if isinstance(block, dict) else None for block in fitting]
        texts = [_plain(one) for one in given if isinstance(one, str | int | float)]
        if len(texts) == len(fitting) == len(set(texts)) and _plain(value) in texts:
            return [fitting[texts.index(_plain(value))]]
    return fitting


def _fits(block: Any, planned: Any) -> bool:
    """Whether the constants of a configured block agree with a planned one."""
    if not isinstance(block, dict) or not isinstance(planned, dict):
        return True
    for name, expression in block.items():
        if is_expression(expression) and "constant_value" in expression:
            constant, value = expression["constant_value"], planned.get(name)
            if constant is not None and value is not None and _plain(constant) != _plain(value):
                return False
    return True


def _plain(value: Any) -> Any:
    """Terraform converts between strings, numbers and booleans."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, int | float) else value
