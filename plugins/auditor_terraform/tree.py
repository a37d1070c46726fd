"""Module instances and the records in them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from auditor.record import Action, Links, Record
from auditor_terraform.address import AddressError, Index, block_of, last_call, parse_module, render_index
from auditor_terraform.configuration import ConfigModule, root
from auditor_terraform.document import EMPTY, Plan, ResourceChange, ValuesModule, ValuesResource, prior_data
from auditor_terraform.identity import identifies

_ACTIONS = {
    ("create",): Action.CREATE,
    ("update",): Action.UPDATE,
    ("delete",): Action.DELETE,
    ("forget",): Action.FORGET,
    ("no-op",): Action.NO_OP,
    ("read",): Action.NO_OP,
    (): Action.NO_OP,
}
"""Every other combination replaces the resource ("delete", "create" in either order, "forget", "create")."""


class PlanRecord(Record):
    """A resource instance of a plan, and where it stands in the module tree."""

    __slots__ = ("config", "gone", "index", "module")

    module: ModuleInstance
    config: str
    """``type.name`` or ``data.type.name``."""
    index: Index
    gone: bool
    """It will not be there once the plan is applied."""

    def decoded(self) -> tuple[dict[str, Any], dict[str, Any]]:
        """All values, and the marks of what is unknown, by attribute."""
        values, unknown, _ = self._root()
        return values if isinstance(values, dict) else {}, unknown if isinstance(unknown, dict) else {}


class ModuleInstance:
    """One instance of a module call, or the root."""

    __slots__ = ("address", "children", "config", "key", "parent", "records")

    def __init__(self, address: str, key: Index, parent: ModuleInstance | None, config: ConfigModule | None) -> None:
        self.address = address
        self.key = key
        self.parent = parent
        self.config = config
        """``None`` if the configuration no longer has the module."""
        self.children: dict[str, dict[Index, ModuleInstance]] = {}
        self.records: dict[str, dict[Index, PlanRecord]] = {}
        """By address inside the module, then by key.  Objects that go away are not among them."""

    def walk(self) -> Iterator[ModuleInstance]:
        """This instance and all below it."""
        yield self
        for instances in self.children.values():
            for instance in instances.values():
                yield from instance.walk()

    def ancestors(self) -> Iterator[ModuleInstance]:
        """This instance and all that contain it, the root last."""
        instance: ModuleInstance | None = self
        while instance is not None:
            yield instance
            instance = instance.parent


class Tree:
    """All instances of a plan."""

    def __init__(self, plan: Plan, source: str, links: Links) -> None:
        self._plan = plan
        self._source = source
        self._links = links
        self.root = ModuleInstance("", None, None, root(plan.configuration))
        self._modules: dict[str, ModuleInstance] = {"": self.root}
        self._strays: dict[str, ModuleInstance] = {}
        """By what is not an address that Terraform writes; their resources stand by themselves."""
        self.managed: list[PlanRecord] = []
        """Managed resources, those that go away and deposed objects included."""
        self._by_type: dict[str, list[PlanRecord]] = {}
        self._kinds: dict[tuple[str, bool, str], tuple[str, str]] = {}
        """Type and cloud of a record, each one text for all, by what the plan says."""
        self.unmarked = 0
        """Planned resources for which the plan gives no change and so no marks of what is unknown."""
        self._data_read = False
        self._relevant: frozenset[str] | None = None
        self._relevant_types: frozenset[str] = frozenset()
        self._build()

    def of_type(self, type_: str) -> list[PlanRecord]:
        """All records of ``type_``; data resources are of type ``data.<type>``."""
        if type_.startswith("data."):
            self.read_data()
        return self._by_type.get(type_, [])

    def module(self, address: str) -> ModuleInstance:
        """The module instance at ``address``, made if it is not there yet."""
        found = self._modules.get(address) or self._strays.get(address)
        if found is not None:
            return found
        # Mostly the module around it is there already, and only the last call needs to be read.
        call = last_call(address)
        around = self._modules.get(call[0]) if call is not None else None
        if call is not None and around is not None:
            instance = self._modules[address] = self.child(around, call[1], call[2])
            return instance
        try:
            calls = parse_module(address)
        except AddressError:
            calls = ()
        if not calls:
            instance = self._strays[address] = ModuleInstance(address, None, self.root, None)
            return instance
        instance = self.root
        for name, key in calls:
            instance = self.child(instance, name, key)
        self._modules[address] = instance
        return instance

    def child(self, parent: ModuleInstance, name: str, key: Index) -> ModuleInstance:
        """The instance of the call ``name`` with ``key``, made if it is not there yet."""
        instances = parent.children.setdefault(name, {})
        instance = instances.get(key)
        if instance is None:
            prefix = f"{parent.address}." if parent.address else ""
            config = parent.config.child(name) if parent.config is not None else None
            address = f"{prefix}module.{name}{render_index(key)}"
            instance = instances[key] = ModuleInstance(address, key, parent, config)
            self._modules[address] = instance
        return instance

    def may_be_referred_to(self, record: PlanRecord) -> bool:
        """Whether anything that changes refers to the record at all, local values and ``dynamic`` blocks included.

        Judged by resource block, not by instance, because the plan leaves some keys out.
        """
        relevant = self._relevant_blocks()
        if relevant is None:
            return True
        try:
            return block_of(record.address)[0] in relevant
        except AddressError:
            return True

    def any_referred_to(self, types: frozenset[str]) -> bool:
        """Whether anything that changes may refer to a resource of ``types`` at all."""
        return self._relevant_blocks() is None or not types.isdisjoint(self._relevant_types)

    def _relevant_blocks(self) -> frozenset[str] | None:
        relevant = self._plan.relevant_attributes
        if relevant is not None and self._relevant is None:
            blocks, types = set(), set()
            for entry in relevant:
                try:
                    block, type_ = block_of(entry.resource)
                except AddressError:
                    # Nothing is concluded from a list that cannot be read.
                    self._plan.relevant_attributes = None
                    return None
                if _says_which(type_, entry.attribute):
                    blocks.add(block)
                    types.add(type_)
            self._relevant, self._relevant_types = frozenset(blocks), frozenset(types)
            # Taken up: only that there was a list still counts.
            relevant.clear()
        return self._relevant

    def read_data(self) -> None:
        """Take up the data resources that were read while planning (they stand in ``prior_state``)."""
        if self._data_read:
            return
        self._data_read = True
        for address, resource in prior_data(self._plan):
            module = self.module(address)
            config = f"data.{resource.type}.{resource.name}"
            # One that is read again only while applying stands in the changes already.
            if resource.index not in module.records.get(config, ()):
                self._add(resource, module, config, Action.NO_OP, EMPTY)

    def _build(self) -> None:
        changes: dict[str, ResourceChange] = {}
        apart: list[ResourceChange] = []
        for change in self._plan.resource_changes or ():
            if change.deposed is None:
                changes[change.address] = change
            else:
                apart.append(change)
        planned = self._plan.planned_values
        stack: list[ValuesModule] = [planned.root_module] if planned is not None and planned.root_module else []
        while stack:
            values = stack.pop()
            stack.extend(reversed(values.child_modules or ()))
            if not values.resources:
                continue
            module = self.module(values.address)
            configs: dict[tuple[str, str], str] = {}
            for resource in values.resources:
                if resource.mode != "managed":
                    continue
                planned_change = changes.pop(resource.address, None)
                named = (resource.type, resource.name)
                config = configs.get(named) or configs.setdefault(named, ".".join(named))
                if planned_change is None:
                    self.unmarked += 1
                    marks = self._marks(module, config, resource.values)
                    self._add(resource, module, config, Action.NO_OP, marks)
                else:
                    what = planned_change.change
                    action = _ACTIONS.get(tuple(what.actions), Action.REPLACE)
                    self._add(resource, module, config, action, what.after_unknown)
        apart.extend(changes.values())
        for change in apart:
            self._add_change(change)
        # Every record holds what it needs of these; the rest would stay in the memory until the end.
        self._plan.resource_changes = self._plan.planned_values = None

    def _marks(self, module: ModuleInstance, config: str, values: msgspec.Raw) -> msgspec.Raw:
        """What must be unknown, judged by what is configured and yet has no value."""
        expressions = module.config.expressions(config) if module.config is not None else None
        decoded = msgspec.json.decode(values)
        present = decoded if isinstance(decoded, dict) else {}
        return msgspec.Raw(msgspec.json.encode({name: True for name in expressions or () if present.get(name) is None}))

    def _add_change(self, change: ResourceChange) -> None:
        """A change of something that is not among the planned values."""
        if change.mode not in ("managed", "data"):
            return
        what = change.change
        action = _ACTIONS.get(tuple(what.actions), Action.REPLACE)
        leaves = action in (Action.DELETE, Action.FORGET)
        resource = ValuesResource(
            address=change.address if change.deposed is None else f"{change.address} (deposed {change.deposed})",
            type=change.type,
            name=change.name,
            mode=change.mode,
            index=change.index,
            provider_name=change.provider_name,
            values=what.before if leaves else what.after,
            sensitive_values=what.before_sensitive if leaves else what.after_sensitive,
        )
        prefix = "data." if change.mode == "data" else ""
        module = self.module(change.module_address)
        gone = action is Action.DELETE or change.deposed is not None
        config = f"{prefix}{change.type}.{change.name}"
        self._add(resource, module, config, action, EMPTY if leaves else what.after_unknown, gone=gone)

    def _add(
        self,
        resource: ValuesResource,
        module: ModuleInstance,
        config: str,
        action: Action,
        unknown: msgspec.Raw,
        *,
        gone: bool = False,
    ) -> None:
        data = resource.mode == "data"
        kind = self._kinds.get((resource.type, data, resource.provider_name))
        if kind is None:
            kind = (f"data.{resource.type}" if data else resource.type, _provider(resource))
            self._kinds[resource.type, data, resource.provider_name] = kind
        type_, provider = kind
        record = PlanRecord(
            source=self._source,
            type_=type_,
            address=resource.address,
            provider=provider,
            action=action,
            links=self._links,
            values=resource.values,
            unknown=unknown,
            sensitive=resource.sensitive_values,
            name=resource.name,
        )
        record.module = module
        record.config = config
        record.index = resource.index
        record.gone = gone
        if not gone:
            module.records.setdefault(config, {})[resource.index] = record
        self._by_type.setdefault(type_, []).append(record)
        if not data:
            self.managed.append(record)


def _provider(resource: ValuesResource) -> str:
    """The short name of the cloud: google-beta manages the same resources as google."""
    prefix = resource.type.split("_", 1)[0]
    if prefix in ("aws", "google"):
        return prefix
    return resource.provider_name.rsplit("/", 1)[-1] or prefix


def _says_which(type_: str, attribute: list[str | int]) -> bool:
    """Whether the attribute, or one that the plan does not name, tells which resource is meant."""
    return not attribute or not isinstance(attribute[0], str) or identifies(type_, attribute[0])
