"""The plan as ``terraform show -json`` writes it: only the fields that are needed.

Source: "JSON Output Format" in Terraform's documentation (format versions 0.1, 0.2 and 1.x, which
are alike in everything read here).  What differs from resource to resource stays encoded
(``msgspec.Raw``) until somebody asks for it.
"""

from __future__ import annotations

from typing import Any

import msgspec
from msgspec import Raw

from auditor_terraform.errors import PlanError

NULL = Raw(b"null")
EMPTY = Raw(b"{}")


class ValuesResource(msgspec.Struct, gc=False):
    """A resource instance with its values (``planned_values`` and ``prior_state``)."""

    address: str
    type: str
    name: str
    mode: str = "managed"
    index: int | str | None = None
    provider_name: str = ""
    values: Raw = NULL
    sensitive_values: Raw = NULL


class ValuesModule(msgspec.Struct):
    """A module instance with its resource instances."""

    address: str = ""
    resources: list[ValuesResource] | None = None
    child_modules: list[ValuesModule] | None = None


class Values(msgspec.Struct):
    """``planned_values`` or the ``values`` of a state."""

    root_module: ValuesModule | None = None


class State(msgspec.Struct):
    """``prior_state``."""

    values: Values | None = None


class Change(msgspec.Struct, gc=False):
    """What the plan does with one object."""

    actions: list[str]
    before: Raw = NULL
    after: Raw = NULL
    after_unknown: Raw = EMPTY
    before_sensitive: Raw = NULL
    after_sensitive: Raw = NULL


class ResourceChange(msgspec.Struct, gc=False):
    """A resource instance and its change.  ``deposed`` marks an old object that waits for deletion."""

    address: str
    type: str
    name: str
    change: Change
    mode: str = "managed"
    index: int | str | None = None
    module_address: str = ""
    provider_name: str = ""
    deposed: str | None = None


class ConfigResource(msgspec.Struct):
    """A resource block of the configuration.  ``address`` is relative to its module."""

    address: str
    type: str
    name: str
    mode: str = "managed"
    provider_config_key: str = ""
    expressions: Raw = EMPTY
    count_expression: Any = None
    for_each_expression: Any = None


class Output(msgspec.Struct):
    """An output value of a module."""

    expression: Any = None


class VariableConfig(msgspec.Struct):
    """A declared input variable; ``default`` stays encoded."""

    default: Raw = NULL
    sensitive: bool | None = None


class ModuleCall(msgspec.Struct):
    """A ``module`` block and the configuration it calls."""

    expressions: Raw = EMPTY
    count_expression: Any = None
    for_each_expression: Any = None
    module: ModuleConfig | None = None


class ModuleConfig(msgspec.Struct):
    """The configuration of one module."""

    resources: list[ConfigResource] | None = None
    module_calls: dict[str, ModuleCall] | None = None
    outputs: dict[str, Output] | None = None
    variables: dict[str, VariableConfig] | None = None


class ProviderConfig(msgspec.Struct):
    """A provider configuration.  ``expressions`` may hold credentials: read single arguments only."""

    name: str = ""
    alias: str | None = None
    module_address: str | None = None
    expressions: Raw = EMPTY


class Configuration(msgspec.Struct):
    """``configuration``."""

    provider_config: dict[str, ProviderConfig] | None = None
    root_module: ModuleConfig | None = None


class RelevantAttribute(msgspec.Struct):
    """A resource attribute that went into the configuration of something that changes."""

    resource: str
    attribute: list[str | int] = []


class Variable(msgspec.Struct):
    """Value of a root module's input variable."""

    value: Raw = NULL


class Plan(msgspec.Struct):
    """A plan."""

    format_version: str | None = None
    terraform_version: str | None = None
    planned_values: Values | None = None
    resource_changes: list[ResourceChange] | None = None
    configuration: Configuration | None = None
    prior_state: Raw = NULL
    """Still encoded, because only its data resources are of interest, and only to some."""
    variables: dict[str, Variable] | None = None
    relevant_attributes: list[RelevantAttribute] | None = None
    """Since Terraform 1.2.  It takes local values and ``dynamic`` blocks into account."""
    errored: bool | None = None
    complete: bool | None = None


def prior_data(plan: Plan) -> list[tuple[str, ValuesResource]]:
    """Data resources read while planning, each with the address of its module instance.

    Raises :class:`auditor_terraform.errors.PlanError`.
    """
    try:
        state = msgspec.json.decode(plan.prior_state, type=State | None)
    except msgspec.ValidationError as error:
        raise PlanError(
            f"プランの prior_state が Terraform の形をしていません（{error}）。",
            f"prior_state of the plan is not of Terraform's shape ({error}).",
            "",
        ) from None
    if state is None or state.values is None or state.values.root_module is None:
        return []
    out: list[tuple[str, ValuesResource]] = []
    stack = [state.values.root_module]
    while stack:
        module = stack.pop()
        out.extend((module.address, r) for r in module.resources or () if r.mode == "data")
        stack.extend(module.child_modules or ())
    return out
