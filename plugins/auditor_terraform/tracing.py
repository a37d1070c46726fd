"""Following references through the module tree, instance by instance.

A trace starts at the references of one expression and ends at records of the wanted types.  It
goes from an input variable to the caller's expression, from a module's output to the expression
inside, from ``each.value`` to what ``for_each`` iterates over, and through resources that only
hand on an identity.  What it cannot follow is written down instead of being guessed.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from auditor_terraform.address import Index, Key, Traversal
from auditor_terraform.configuration import ConfigModule, references_of
from auditor_terraform.identity import carried_by, identifies, utility
from auditor_terraform.references import Kind, Pairing, Ref, Refs, first_key, first_name, parse_references
from auditor_terraform.tree import ModuleInstance, PlanRecord, Tree

_LONGEST = 16
"""Steps behind a reference.  Longer ones arise only from circles, which Terraform cannot write."""


_MANY = 100
"""Instances between which an open index is no longer followed one by one: the answer is open anyway."""


class Trace:
    """Where references lead."""

    __slots__ = ("anywhere", "found", "scopes", "seen", "types")

    def __init__(self, types: frozenset[str]) -> None:
        self.types = types
        self.found: dict[str, PlanRecord] = {}
        """Records that the references lead to, by address."""
        self.scopes: dict[str, ModuleInstance] = {}
        """Module instances out of which something opaque may come (``local`` values), by address."""
        self.anywhere = False
        """Something opaque that may come from anywhere."""
        self.seen: set[tuple[object, ...]] = set()

    @property
    def opaque(self) -> bool:
        """Whether it may also lead elsewhere than to ``found``."""
        return self.anywhere or bool(self.scopes)

    def add(self, other: Trace) -> None:
        """Where ``other`` leads, this leads as well."""
        self.found.update(other.found)
        self.scopes.update(other.scopes)
        self.anywhere = self.anywhere or other.anywhere

    def visit(self, *what: object) -> bool:
        """Whether this is the first visit."""
        if what in self.seen:
            return False
        self.seen.add(what)
        return True


class _Context:
    """The block that an expression stands in: what its ``each`` and ``count`` mean."""

    __slots__ = ("for_each", "key", "siblings")

    def __init__(self, key: Index, for_each: Any, siblings: Mapping[Index, object]) -> None:
        self.key = key
        self.for_each = for_each
        """Expression of ``for_each``; ``None`` where it is a constant or there is none."""
        self.siblings = siblings
        """The instances of the block, by key."""


_OUTSIDE_BLOCKS = _Context(None, None, {})


class Tracer:
    """Follows references in one plan."""

    def __init__(self, tree: Tree) -> None:
        self._tree = tree
        self._parsed: dict[int, Refs] = {}
        self._behind_variables: dict[tuple[str, str, Traversal, frozenset[str]], Trace] = {}
        self._behind_locals: dict[tuple[str, frozenset[str]], Trace] = {}
        self._covered: dict[tuple[int, int], bool] = {}

    def trace(self, record: PlanRecord, node: Any, types: frozenset[str]) -> Trace:
        """Where the expression ``node`` of ``record`` leads."""
        # Before the way leads through modules, for it also makes known those that hold nothing but data.
        self._tree.read_data()
        trace = Trace(types)
        self._follow_record(record, node, (), trace)
        return trace

    def known_while_planning(self, record: PlanRecord, node: Any) -> bool:
        """Whether the expression is made of nothing but constants and variables of the root.

        Terraform knows the value of such an expression when it plans.
        """
        module = record.module
        block = module.config.resource(record.config) if module.config is not None else None
        return self._known(module, node, block.for_each_expression if block is not None else None, 0)

    def _known(self, module: ModuleInstance, node: Any, for_each: Any, depth: int) -> bool:
        if depth > _LONGEST:
            return False
        for ref in self.refs(node):
            if ref.kind is Kind.VARIABLE:
                config = module.config
                if module.parent is None or config is None or config.call is None:
                    continue
                argument = config.arguments().get(ref.name)
                if not self._known(module.parent, argument, config.call.for_each_expression, depth + 1):
                    return False
            elif ref.kind is Kind.EACH_VALUE:
                if not self._known(module, for_each, None, depth + 1):
                    return False
            elif ref.kind is not Kind.CONSTANT:
                return False
        return True

    def refs(self, node: Any) -> Refs:
        """The references of an expression or block."""
        if not node:
            return ()
        # Expressions stay decoded as long as the tree; lists of several blocks are made anew each time.
        kept = isinstance(node, dict)
        parsed = self._parsed.get(id(node)) if kept else None
        if parsed is None:
            parsed = parse_references(references_of(node))
            if kept:
                self._parsed[id(node)] = parsed
        return parsed

    def _follow_record(self, record: PlanRecord, node: Any, rest: Traversal, trace: Trace) -> None:
        refs = self.refs(node)
        if not refs:
            return
        module = record.module
        block = module.config.resource(record.config) if module.config is not None else None
        context = _Context(
            record.index,
            block.for_each_expression if block is not None else None,
            module.records.get(record.config, {}),
        )
        self._follow(module, refs, context, rest, trace)

    def _follow(self, module: ModuleInstance, refs: Refs, context: _Context, rest: Traversal, trace: Trace) -> None:
        if len(rest) > _LONGEST:
            trace.anywhere = True
            return
        if len(refs) > 1 and module.config is not None:
            refs = _without_conditions(refs, module.config)
        for ref in refs:
            kind = ref.kind
            if kind is Kind.RESOURCE or kind is Kind.DATA:
                self._resource(module, ref, context, rest, trace)
            elif kind is Kind.VARIABLE:
                self._variable(module, ref.name, ref.rest + rest, trace)
            elif kind is Kind.MODULE:
                self._module(module, ref, context, rest, trace)
            elif kind is Kind.EACH_VALUE:
                # each.value is the element of what for_each iterates over that has the block's key.
                refs_behind = self.refs(context.for_each)
                if refs_behind and context.key is not None:
                    behind = (Key(context.key), *ref.rest, *rest)
                    self._follow(module, refs_behind, _OUTSIDE_BLOCKS, behind, trace)
            elif kind is Kind.LOCAL:
                self._local(module, trace)
            elif kind is Kind.OTHER:
                trace.anywhere = True

    def _somewhere_in(self, module: ModuleInstance, trace: Trace) -> None:
        if module.parent is None:
            trace.anywhere = True
        else:
            trace.scopes[module.address] = module

    def _local(self, module: ModuleInstance, trace: Trace) -> None:
        """A local value: the plan does not show it, but it can only come from inside or from the caller."""
        if module.parent is None:
            trace.anywhere = True
            return
        key = (module.address, trace.types)
        behind = self._behind_locals.get(key)
        if behind is None:
            # Whoever comes here again while this is under way meets the open answer.
            behind = self._behind_locals[key] = Trace(trace.types)
            behind.anywhere = True
            arguments = Trace(trace.types)
            arguments.scopes[module.address] = module
            for name in module.config.arguments() if module.config is not None else ():
                self._variable(module, name, (), arguments)
            behind = self._behind_locals[key] = arguments
        trace.add(behind)

    def _variable(self, module: ModuleInstance, name: str, rest: Traversal, trace: Trace) -> None:
        config = module.config
        if module.parent is None or config is None or config.call is None:
            # The root's variables are values, never references.
            return
        node = config.arguments().get(name)
        if node is None:
            return
        # What a variable of a module instance was given is asked by every resource in the module.
        key = (module.address, name, rest, trace.types)
        behind = self._behind_variables.get(key)
        if behind is None:
            # Whoever comes here again while this is under way meets the open answer.
            behind = self._behind_variables[key] = Trace(trace.types)
            behind.anywhere = True
            given = Trace(trace.types)
            siblings = module.parent.children.get(config.name, {})
            context = _Context(module.key, config.call.for_each_expression, siblings)
            self._follow(module.parent, self.refs(node), context, rest, given)
            behind = self._behind_variables[key] = given
        trace.add(behind)

    def _module(self, module: ModuleInstance, ref: Ref, context: _Context, rest: Traversal, trace: Trace) -> None:
        config = module.config.child(ref.name) if module.config is not None else None
        if config is None or config.call is None:
            trace.anywhere = True
            return
        key, behind = first_key(ref.rest)
        exact = key is not None
        if not ref.rest:
            key, behind = first_key(rest)
        else:
            behind = behind + rest
        instances = module.children.get(ref.name, {})
        if not instances and config.call.count_expression is None and config.call.for_each_expression is None:
            # A module without resources of its own still hands on what it is given.
            instances = {None: self._tree.child(module, ref.name, None)}
        chosen: Collection[ModuleInstance] = self._choose(instances, key, exact, ref.pairing, context)
        name = first_name(behind)
        for instance in chosen:
            if name is not None:
                self._output(instance, config, name, behind[behind.index(name) + 1 :], trace)
            else:
                self._some_output(instance, config, trace)

    def _output(self, instance: ModuleInstance, config: ConfigModule, name: str, rest: Traversal, trace: Trace) -> None:
        node = config.output(name)
        if node is None:
            trace.anywhere = True
        elif trace.visit("output", instance.address, name, rest):
            self._follow(instance, self.refs(node), _OUTSIDE_BLOCKS, rest, trace)

    def _some_output(self, instance: ModuleInstance, config: ConfigModule, trace: Trace) -> None:
        """An output whose name the plan has lost (``module.m[each.key].name``).

        Outputs that cannot lead to a wanted type are left out of the account; what local values
        hide counts only if their module holds further records of the wanted types.
        """
        if not trace.visit("outputs", instance.address):
            return
        inner = Trace(trace.types)
        inner.seen = trace.seen
        for name in config.doc.outputs or {}:
            self._output(instance, config, name, (), inner)
        trace.found.update(inner.found)
        trace.anywhere = trace.anywhere or inner.anywhere
        for address, scope in inner.scopes.items():
            if not inner.found or any(
                record.type in trace.types and record.address not in inner.found
                for part in scope.walk()
                for records in part.records.values()
                for record in records.values()
            ):
                trace.scopes[address] = scope

    def _resource(self, module: ModuleInstance, ref: Ref, context: _Context, rest: Traversal, trace: Trace) -> None:
        instances = module.records.get(ref.name)
        if instances is None:
            known = module.config is not None and module.config.resource(ref.name) is not None
            # A block with no instance (count = 0) is nothing that a value could come from.
            trace.anywhere = trace.anywhere or not known
            return
        key, behind = first_key(ref.rest)
        exact = key is not None
        if not ref.rest:
            key, behind = first_key(rest)
        elif first_name(behind) is None:
            behind = behind + rest
        attribute = first_name(behind)
        chosen: Collection[PlanRecord] = self._choose(instances, key, exact, ref.pairing, context)
        if len(chosen) > _MANY:
            self._somewhere_in(module, trace)
            return
        for record in chosen:
            if record.type in trace.types and (attribute is None or identifies(record.type, attribute)):
                trace.found[record.address] = record
            else:
                self._hand_on(record, attribute, trace)

    def _hand_on(self, record: PlanRecord, attribute: str | None, trace: Trace) -> None:
        """A resource of another type, or an attribute that is no identity: what it got that from."""
        config = record.module.config
        expressions = (config.expressions(record.config) if config is not None else None) or {}
        if attribute is None:
            # The plan has lost which attribute it is: whatever the resource got hold of may be meant.
            inner = Trace(trace.types)
            inner.seen = trace.seen
            if trace.visit("block", record.address):
                self._follow_record(record, expressions, (), inner)
            trace.found.update(inner.found)
            if inner.found or inner.opaque or utility(record.type, trace.types):
                trace.anywhere = True
            return
        argument = carried_by(record.type, attribute)
        node = expressions.get(argument)
        if node is not None:
            if trace.visit("argument", record.address, argument):
                self._follow_record(record, node, (), trace)
        elif record.type in trace.types or utility(record.type, trace.types):
            trace.anywhere = True

    def _choose(
        self, instances: Mapping[Index, Any], key: Index, exact: bool, pairing: Pairing | None, context: _Context
    ) -> Collection[Any]:
        """The instances that an index selects; all of them where it is not known.

        ``exact``: the reference itself states ``key``.  Otherwise it is the key of the asking block,
        under which an expression of ``for_each`` may hold something else.
        """
        if key is not None and (exact or key in instances):
            return [instances[key]] if key in instances else []
        paired = key is None and len(instances) > 1 and pairing is not None and context.key in instances
        if paired and (pairing is Pairing.KEY or self._covers(instances, context.siblings)):
            return [instances[context.key]]
        return instances.values()

    def _covers(self, instances: Mapping[Index, Any], siblings: Mapping[Index, object]) -> bool:
        """Whether every instance of the asking block has a counterpart.

        ``each.value`` is the key only where ``for_each`` is a set; then this holds.
        """
        pair = (id(instances), id(siblings))
        found = self._covered.get(pair)
        if found is None:
            found = self._covered[pair] = all(sibling in instances for sibling in siblings)
        return found


def _without_conditions(refs: Refs, config: ConfigModule) -> Refs:
    """The references that may give a value, without those that only choose between them.

    ``local.create ? aws_kms_key.this[0].arn : null`` refers to ``local.create`` as well.  What
    stands before the first resource and decides a count elsewhere is taken for such a condition;
    a list whose length decides a count is told from it by the index behind it.
    """
    deciders = config.deciders()
    if not deciders or not any(ref.kind in _LEADING for ref in refs):
        return refs
    kept: list[Ref] = []
    for position, ref in enumerate(refs):
        if ref.kind in _LEADING:
            kept.extend(refs[position:])
            break
        word = _CHOOSING.get(ref.kind)
        indexed = bool(ref.rest) or refs[position + 1].kind is Kind.CONSTANT
        if word is None or indexed or f"{word}.{ref.name}" not in deciders:
            kept.append(ref)
    return tuple(kept)


_CHOOSING = {Kind.LOCAL: "local", Kind.VARIABLE: "var"}
_LEADING = frozenset({Kind.RESOURCE, Kind.DATA, Kind.MODULE})
