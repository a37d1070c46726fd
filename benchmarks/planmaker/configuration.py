"""Collects the `configuration` part of a plan: resource blocks, module calls, variables and outputs."""

from __future__ import annotations

import re
from typing import Any, Final

from benchmarks.planmaker.specs import SPECS

Json = Any  # a JSON value has no narrower type in the standard library

_PART = re.compile(r"[^.\[]+(?:\[[^\]]*\])?")


def refs(*references: str) -> Json:
    """An expression with these references, each followed by its shorter forms as Terraform lists them."""
    listed: list[str] = []
    for reference in references:
        parts = _PART.findall(reference)
        shortest = 3 if parts[0] == "data" else 2
        if parts[0] in ("var", "local", "each", "count"):
            listed.append(reference)
            continue
        for length in range(len(parts), shortest - 1, -1):
            listed.append(".".join(parts[:length]))
        if listed[-1].endswith("]"):
            listed.append(listed[-1][: listed[-1].index("[")])
    return {"references": listed}


def const(value: Json) -> Json:
    """An expression that is a literal."""
    return {"constant_value": value}


# A value worked out for each instance: what an instance is set to stands in the plan, not in the configuration.
PER_KEY: Final = refs("var.name", "each.key")
PER_INDEX: Final = refs("var.name", "count.index")


class Module:
    """Collects the configuration of one module."""

    def __init__(self, provider: str, **variables: str) -> None:
        self._provider = provider
        self._resources: list[Json] = []
        self._outputs: dict[str, Json] = {}
        self._calls: dict[str, Json] = {}
        self._variables = variables

    def block(
        self,
        type_: str,
        name: str,
        /,
        *,
        count: Json = None,
        for_each: Json = None,
        mode: str = "managed",
        **expressions: Json,
    ) -> None:
        """Adds a resource block; `data` sources by `mode`."""
        block = {
            "address": f"{'data.' if mode == 'data' else ''}{type_}.{name}",
            "mode": mode,
            "type": type_,
            "name": name,
            "provider_config_key": self._provider,
            "expressions": expressions,
            "schema_version": SPECS[type_].version,
        }
        if count is not None:
            block["count_expression"] = count
        if for_each is not None:
            block["for_each_expression"] = for_each
        self._resources.append(block)

    def output(self, name: str, *references: str) -> None:
        """Adds an output that reads `references`."""
        self._outputs[name] = {"expression": refs(*references), "description": f"{name} of the module"}

    def call(
        self, name: str, module: Module, /, *, count: Json = None, for_each: Json = None, **expressions: Json
    ) -> None:
        """Adds a call of `module`."""
        call = {"source": f"./modules/{name}", "expressions": expressions, "module": module.json()}
        if count is not None:
            call["count_expression"] = count
        if for_each is not None:
            call["for_each_expression"] = for_each
        self._calls[name] = call

    def json(self) -> Json:
        """The module as Terraform writes it, without empty parts."""
        variables = {name: {"description": text} for name, text in self._variables.items()}
        parts = {
            "outputs": self._outputs,
            "resources": sorted(self._resources, key=lambda block: block["address"]),
            "module_calls": self._calls,
            "variables": variables,
        }
        return {name: part for name, part in parts.items() if part}
