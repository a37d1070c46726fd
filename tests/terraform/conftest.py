"""A small builder of plans, so that tests say only what they are about."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from auditor_terraform.address import module_prefix, parse_address
from auditor_terraform.joins import PlanLinks
from auditor_terraform.reading import Document, parse
from auditor_terraform.source import PlanReading
from auditor_terraform.tree import PlanRecord

Json = dict[str, Any]
_TARGET = "plan.json"


class PlanBuilder:
    """Puts a plan together: instances by address, blocks and module calls by module."""

    def __init__(self) -> None:
        self.plan: Json = {
            "format_version": "1.2",
            "terraform_version": "1.11.4",
            "planned_values": {"root_module": {}},
            "resource_changes": [],
            "configuration": {"provider_config": {}, "root_module": {}},
        }

    def module(self, path: str = "") -> Json:
        """The configuration of a module, ``a.b`` for module b called in a."""
        found: Json = self.plan["configuration"]["root_module"]
        for name in path.split(".") if path else ():
            found = found.setdefault("module_calls", {}).setdefault(name, {}).setdefault("module", {})
        return found

    def call(self, path: str, arguments: Json | None = None, **more: Any) -> PlanBuilder:
        """A module call with its arguments; ``more`` are ``for_each_expression`` and the like."""
        *above, name = path.split(".")
        call = self.module(".".join(above)).setdefault("module_calls", {}).setdefault(name, {"module": {}})
        call.update(more, expressions=arguments or {})
        return self

    def output(self, path: str, name: str, *references: str) -> PlanBuilder:
        """An output of a module."""
        outputs = self.module(path).setdefault("outputs", {})
        outputs[name] = {"expression": {"references": list(references)}}
        return self

    def block(self, address: str, expressions: Json | None = None, path: str = "", **more: Any) -> PlanBuilder:
        """A resource or data block in the configuration."""
        parsed = parse_address(address)
        self.module(path).setdefault("resources", []).append(
            {
                "address": address,
                "mode": parsed.mode,
                "type": parsed.type,
                "name": parsed.name,
                "provider_config_key": parsed.type.split("_")[0],
                "expressions": expressions or {},
                **more,
            }
        )
        return self

    def _about(self, address: str) -> tuple[Json, str]:
        parsed = parse_address(address)
        about: Json = {
            "address": address,
            "mode": parsed.mode,
            "type": parsed.type,
            "name": parsed.name,
            "provider_name": f"registry.terraform.io/hashicorp/{parsed.type.split('_')[0]}",
        }
        if parsed.index is not None:
            about["index"] = parsed.index
        return about, module_prefix(parsed.modules).rstrip(".")

    def instance(
        self, address: str, values: Json | None = None, unknown: Json | None = None, actions: str = "create"
    ) -> PlanBuilder:
        """A resource instance that will be there."""
        about, module = self._about(address)
        values = values or {}
        change = {"actions": actions.split(","), "before": None, "after": values, "after_unknown": unknown or {}}
        self.plan["resource_changes"].append(
            {**about, **({"module_address": module} if module else {}), "change": change}
        )
        if about["mode"] == "managed":
            where = self._values_module(self.plan["planned_values"]["root_module"], module)
            where.setdefault("resources", []).append({**about, "values": values, "sensitive_values": {}})
        return self

    def leaving(self, address: str, before: Json, actions: str = "delete", deposed: str | None = None) -> PlanBuilder:
        """A resource instance that goes away."""
        about, module = self._about(address)
        change = {"actions": actions.split(","), "before": before, "after": None, "after_unknown": {}}
        self.plan["resource_changes"].append(
            {
                **about,
                **({"module_address": module} if module else {}),
                **({"deposed": deposed} if deposed else {}),
                "change": change,
            }
        )
        return self

    def read(self, address: str, values: Json) -> PlanBuilder:
        """A data resource that was read while planning."""
        about, module = self._about(address)
        state = self.plan.setdefault("prior_state", {"values": {"root_module": {}}})
        where = self._values_module(state["values"]["root_module"], module)
        where.setdefault("resources", []).append({**about, "values": values})
        return self

    def _values_module(self, root: Json, address: str) -> Json:
        if not address:
            return root
        where = root
        calls = parse_address(address + ".any.any").modules
        for depth in range(1, len(calls) + 1):
            part = module_prefix(calls[:depth]).rstrip(".")
            children = where.setdefault("child_modules", [])
            found = next((child for child in children if child["address"] == part), None)
            if found is None:
                found = {"address": part}
                children.append(found)
            where = found
        return where

    def data(self) -> bytes:
        """The plan as JSON."""
        return msgspec.json.encode(copy.deepcopy(self.plan))

    def open(self) -> PlanReading:
        """The plan as the source opens it."""
        return PlanReading(Document(_TARGET, parse(self.data(), _TARGET), ""))

    def links(self) -> PlanLinks:
        """The links of the opened plan."""
        return self.open().links


def record(links: PlanLinks, address: str) -> PlanRecord:
    """The record at ``address``, data resources included."""
    links.tree.read_data()
    parsed = parse_address(address)
    type_ = f"data.{parsed.type}" if parsed.mode == "data" else parsed.type
    return next(found for found in links.tree.of_type(type_) if found.address == address)


@pytest.fixture
def builder() -> PlanBuilder:
    """An empty plan to build on."""
    return PlanBuilder()


@pytest.fixture
def find() -> Callable[[PlanLinks, str], PlanRecord]:
    """Finds a record by address."""
    return record
