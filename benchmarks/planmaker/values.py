"""What a planned resource looks like: its known, unknown and sensitive parts, as Terraform writes them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final

from benchmarks.planmaker.specs import SPECS

Json = Any  # a JSON value has no narrower type in the standard library


class _Unknown:
    """Marks an attribute that is known only after apply."""


UNKNOWN: Final = _Unknown()


@dataclass(slots=True)
class Resource:
    """One planned instance of a managed resource, or of a data source read during apply."""

    type: str
    name: str
    key: int | str | None
    known: dict[str, Json]
    mode: str = "managed"

    def address(self, module: str) -> str:
        """The absolute address inside `module` (an address, or an empty string for the root)."""
        own = f"{self.type}.{self.name}{index_suffix(self.key)}"
        if self.mode == "data":
            own = f"data.{own}"
        return f"{module}.{own}" if module else own


@dataclass(slots=True)
class ModuleNode:
    """One instance of a module: its resources and the module instances inside it."""

    address: str
    resources: list[Resource] = field(default_factory=list)
    children: list[ModuleNode] = field(default_factory=list)

    def child(self, name: str, key: int | str | None = None) -> ModuleNode:
        """Adds and returns the module instance called `name` inside this one."""
        node = ModuleNode(f"{self.address}.module.{name}{index_suffix(key)}")
        self.children.append(node)
        return node

    def add(self, type_: str, name: str, known: dict[str, Json], key: int | str | None = None) -> None:
        """Adds one managed resource instance."""
        self.resources.append(Resource(type_, name, key, known))


def index_suffix(key: int | str | None) -> str:
    """`[0]` for a count index, `["a"]` for a for_each key, nothing for a single instance."""
    if key is None:
        return ""
    return f"[{key}]" if isinstance(key, int) else f'["{key}"]'


def planned(resource: Resource) -> tuple[dict[str, Json], dict[str, Json], dict[str, Json]]:
    """`after`, `after_unknown` and `after_sensitive` of a resource that is to be created."""
    spec = SPECS[resource.type]
    full: dict[str, Json] = dict.fromkeys(spec.nulls)
    full.update(dict.fromkeys(spec.unknown, UNKNOWN))
    full.update(resource.known)
    after: dict[str, Json] = {}
    unknown: dict[str, Json] = {}
    sensitive: dict[str, Json] = {}
    for name in sorted(full):
        value = full[name]
        if value is UNKNOWN:
            unknown[name] = True
            if name in spec.collections:
                sensitive[name] = {} if name in ("tags_all", "labels") else []
            continue
        after[name] = _known(value)
        if isinstance(value, dict | list):
            unknown[name] = _unknown(value)
            sensitive[name] = _sensitive(value)
    for name in spec.sensitive:
        sensitive[name] = True
    return after, unknown, sensitive


def _known(value: Json) -> Json:
    if isinstance(value, dict):
        return {name: _known(part) for name, part in value.items() if part is not UNKNOWN}
    if isinstance(value, list):
        # Terraform keeps the place of an unknown list element with null.
        return [None if part is UNKNOWN else _known(part) for part in value]
    return value


def _unknown(value: Json) -> Json:
    if value is UNKNOWN:
        return True
    if isinstance(value, dict):
        return {
            name: _unknown(part) for name, part in value.items() if part is UNKNOWN or isinstance(part, dict | list)
        }
    if isinstance(value, list):
        return [_unknown(part) for part in value]
    return False


def _sensitive(value: Json) -> Json:
    if isinstance(value, dict):
        return {name: _sensitive(part) for name, part in value.items() if isinstance(part, dict | list)}
    if isinstance(value, list):
        return [_sensitive(part) for part in value]
    return False
