"""The engine: sources -> records -> resources -> findings.

It knows no provider, no clause and no check by name.  It is written for inputs of 100,000
resources: one pass over the records, checks looked up by the class of the facet, and texts only
for what is not conforming.
"""

from __future__ import annotations

import contextlib
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import PurePath
from typing import Any

import msgspec

from auditor.adapters import AdapterSet
from auditor.assessment import COVERAGE
from auditor.attr import Reason, Unknown, UnknownValueError
from auditor.checks import AnyCheck, Check, Context, InventoryCheck, Verdict, check, undecided
from auditor.facets import Facet, Unrecognised
from auditor.findings import Finding, Severity, Status
from auditor.inventory import Inventory, Phase, Resource, subject
from auditor.scopes import Scope, Scoping
from auditor.sources import Reading
from auditor.text import Text

AdapterLookup = Callable[[str, str], AdapterSet | None]
Progress = Callable[[int, int], None]
"""Called now and then with the number of records done and their total."""

NO_RULES = Scoping()

_RUN = "run"
"""What stands for the run as a whole, where a check over the inventory did not come to its end."""

_STRIDE = 512
"""Records between two calls of the progress function."""


@check(
    "inventory.readable",
    control=COVERAGE,
    facet=Unrecognised,
    severity=Severity.LOW,
    title=Text("資源の設定を読み取れること", "the resource's configuration can be read"),
    remediation=Text(
        "本ツールの不具合の可能性があります。資源の種別と設定を添えて報告してください。",
        "Probably a defect of the auditor; report the resource type and its configuration.",
    ),
    facts=(),
)
def readable(facet: Unrecognised, context: Context) -> Verdict:
    """Stands for the engine's own findings where an adapter cannot read a resource to its end."""
    return undecided(Unknown(Reason.UNSUPPORTED))


def take_inventory(
    readings: Sequence[Reading], lookup: AdapterLookup, progress: Progress, scoping: Scoping = NO_RULES
) -> tuple[Inventory, list[Finding]]:
    """Turn the records of all readings into resources.

    Returns the inventory and a finding for each resource whose adapter did not come to its end.
    """
    inventory = Inventory([reading.info for reading in readings], [], {}, {})
    broken: list[tuple[int, Status, Text | None, Unknown | None]] = []
    not_covered: Counter[str] = Counter()
    inert: Counter[str] = Counter()
    total = sum(source.resources for source in inventory.sources)
    done = 0
    unrecognised = (Unrecognised(),)
    sets: dict[tuple[str, str], AdapterSet | None] = {}
    resources = inventory.resources
    for reading in readings:
        form = reading.form
        for record in reading.records():
            done += 1
            if done % _STRIDE == 0:
                progress(done, total)
            where = (record.provider, form)
            if where not in sets:
                sets[where] = lookup(*where)
            known = sets[where]
            facets: Iterable[Facet]
            adapters = known.adapters.get(record.type) if known else None
            if adapters is None:
                if known and (record.type in known.inert or record.type in known.parts or "*" in known.inert):
                    inert[record.type] += 1
                    continue
                # what stands for a list that was refused is no resource
                if record.unlisted is None:
                    not_covered[record.type] += 1
                facets = unrecognised
            else:
                made: list[Facet] = []
                for adapter in adapters:
                    try:
                        made.extend(adapter(record))
                    except UnknownValueError as error:
                        broken.append((len(resources), Status.UNKNOWN, None, error.unknown))
                    except Exception as error:  # whatever an adapter raises becomes a finding; the run goes on
                        broken.append((len(resources), Status.ERROR, _broke(error), None))
                facets = made
            resource = Resource(
                record.type,
                record.address,
                record.provider,
                record.source,
                record.action,
                record.account,
                record.region,
                tuple(facets),
                record,
                record.address,
                scoping,
                known.read_tag if known else None,
            )
            resources.append(msgspec.structs.replace(resource, assigned=resource.scope) if scoping.rules else resource)
    if len(readings) > 1:
        _tell_apart(resources)
    inventory.not_covered = dict(sorted(not_covered.items()))
    inventory.inert = dict(sorted(inert.items()))
    findings = [
        Finding(readable, resources[index], None, status, text, None, unknown)
        for index, status, text, unknown in broken
    ]
    return inventory, findings


def _broke(error: Exception) -> Text:
    """What broke and where; the message of an exception may hold a value of the input that is sensitive."""
    name = type(error).__name__
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    if trace is not None:
        name += f", {PurePath(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}"
    return Text(f"検査の処理が失敗しました（{name}）", f"the check broke ({name})")


def _tell_apart(resources: list[Resource]) -> None:
    """Where two inputs hold the same address, the name of the input becomes part of the identity."""
    counts = Counter((resource.type, resource.address) for resource in resources)
    for index, resource in enumerate(resources):
        if counts[resource.type, resource.address] > 1:
            resources[index] = msgspec.structs.replace(resource, identity=f"{resource.source}\0{resource.address}")


def run_checks(
    inventory: Inventory,
    checks: Iterable[AnyCheck],
    parameters: Mapping[str, Any],
    phase: Phase,
    platform: str | None,
    policies: Sequence[str] = (),
) -> list[Finding]:
    """Judge every resource in the phase that its scope assigns, then the inventory as a whole.

    ``policies`` are those of the run.  Where rules assign policies or phases, what no resource shows by itself (that
    something stands nowhere) is judged for each part of the inventory that is under other policies or in another phase.
    """
    checks = list(checks)
    findings: list[Finding] = []
    parts = _parts(inventory, phase, policies)
    for own, resources in _by_phase(inventory, phase).items():
        context = Context(parameters, own, inventory, platform)
        findings += _each(resources, checks, context)
        here = None if parts is None else [part for part in parts if part.part.phase is own]
        for one in checks:
            if isinstance(one, InventoryCheck) and own in one.phases:
                findings += _whole(one, inventory, context) if here is None else _in_parts(one, here, context, phase)
    return findings


def _in_parts(one: InventoryCheck, parts: Sequence[Inventory], context: Context, phase: Phase) -> Iterator[Finding]:
    """Judge the resources of a phase among all there are, and what no resource shows part by part."""
    own = context.phase
    whole = _whole(one, msgspec.structs.replace(context.inventory, part=Scope(phase=own), part_name=own.value), context)
    for finding in whole:
        resource = finding.resource
        if resource.type == _RUN if resource.record is None else (resource.scope.phase or phase) is own:
            yield finding
    broke = any(finding.resource.type == _RUN for finding in whole)
    for part in parts:
        for finding in _whole(one, part, Context(context.parameters, own, part, context.platform, context.today)):
            if finding.resource.record is None and not (broke and finding.resource.type == _RUN):
                yield finding


def _by_phase(inventory: Inventory, phase: Phase) -> Mapping[Phase, Sequence[Resource]]:
    """The resources by the phase in which they are judged."""
    resources = inventory.resources
    if not resources or not resources[0].scoping.phases:
        return {phase: resources}
    parts: defaultdict[Phase, list[Resource]] = defaultdict(list)
    for resource in resources:
        parts[resource.scope.phase or phase].append(resource)
    return {own: parts[own] for own in Phase if own in parts}


def _parts(inventory: Inventory, phase: Phase, policies: Sequence[str]) -> list[Inventory] | None:
    """The parts of the inventory that are under the same policies and in the same phase; ``None`` where it is one whole.

    A resource that is under several policies stands in the part of each.
    """
    scoping = inventory.resources[0].scoping if inventory.resources else NO_RULES
    by_policy = tuple(policies) if scoping.divides else ()
    if not by_policy and not scoping.phases:
        return None
    found: list[tuple[Phase, set[str], list[Resource]]] = []
    for own, resources in _by_phase(inventory, phase).items():
        alike: dict[tuple[int, ...], set[str]] = {}
        for policy in by_policy:
            under = tuple(place for place, resource in enumerate(resources) if resource.scope.under(policy))
            if under:
                alike.setdefault(under, set()).add(policy)
        found += [(own, named, [resources[place] for place in places]) for places, named in alike.items()]
        if not by_policy:
            found.append((own, set(), list(resources)))
    phases = {own for own, _, _ in found}
    parts = []
    for own, named, resources in found:
        words = sorted(named) if len(found) > len(phases) else []
        words += [own.value] if len(phases) > 1 else []
        scope = Scope(policies=frozenset(named) if named else None, phase=own)
        parts.append(
            Inventory(
                inventory.sources,
                resources,
                inventory.not_covered,
                inventory.inert,
                part=scope,
                part_name=", ".join(words),
            )
        )
    return parts


def _each(resources: Sequence[Resource], checks: Sequence[AnyCheck], context: Context) -> list[Finding]:
    """Judge the resources one by one."""
    by_facet: defaultdict[type[Facet], list[Check[Any]]] = defaultdict(list)
    for one in checks:
        if isinstance(one, Check) and context.phase in one.phases:
            by_facet[one.facet].append(one)
    findings: list[Finding] = []
    add = findings.append
    get = by_facet.get
    passed = Status.PASS
    for resource in resources:
        context.resource = resource
        if resource.record is not None and (unlisted := resource.record.unlisted) is not None:
            findings += _of_unlisted(resource, unlisted.unknown, by_facet, context)
            continue
        for facet in resource.facets:
            for one_check in get(type(facet), ()):
                try:
                    verdict = one_check.function(facet, context)
                    if verdict is None:
                        continue
                    if verdict.status is passed:
                        add(Finding(one_check, resource, facet, passed))
                    else:
                        add(_finding(one_check, resource, facet, verdict))
                except UnknownValueError as error:
                    add(Finding(one_check, resource, facet, Status.UNKNOWN, unknown=error.unknown))
                except Exception as error:  # whatever a check does amiss becomes a finding; the run goes on
                    add(Finding(one_check, resource, facet, Status.ERROR, _broke(error)))
    return findings


def _of_unlisted(
    resource: Resource, unknown: Unknown, checks: Mapping[type[Facet], Sequence[Check[Any]]], context: Context
) -> Iterator[Finding]:
    """Of what could not be listed nothing is verified, also where an attribute is known that all would share."""
    for facet in resource.facets:
        for one in checks.get(type(facet), ()):
            with contextlib.suppress(UnknownValueError):
                verdict = one.function(facet, context)
                if verdict is None:
                    continue
                if verdict.status is Status.INHERITED:
                    # somebody else answers for it, whatever there is
                    yield _finding(one, resource, facet, verdict)
                    continue
            yield Finding(one, resource, facet, Status.UNKNOWN, unknown=unknown)


def _finding(one: AnyCheck, resource: Resource, facet: Facet | None, verdict: Verdict) -> Finding:
    return Finding(
        one, resource, facet, verdict.status, verdict.text, verdict.expected, verdict.unknown, verdict.documents
    )


def _unlisted_for(control: str, inventory: Inventory) -> Mapping[str, Unknown]:
    """Provider -> why something that bears on the control could not be listed, the first of several."""
    found: dict[str, Unknown] = {}
    for resource, unlisted in inventory.unlisted:
        if control.partition(".")[0] in unlisted.subjects:
            found.setdefault(resource.provider, unlisted.unknown)
    return found


def _open(judged: Resource, verdict: Verdict, unlisted: Mapping[str, Unknown]) -> Unknown | None:
    """Why a verdict is none: it is about what could not be listed, or takes something for all there is that is not."""
    if judged.record is not None:
        own = judged.record.unlisted
        return None if own is None else own.unknown
    if verdict.status in (Status.PASS, Status.FAIL, Status.NOT_APPLICABLE):
        return unlisted.get(judged.provider) if judged.provider else next(iter(unlisted.values()), None)
    return None


def _whole(one: InventoryCheck, inventory: Inventory, context: Context) -> list[Finding]:
    found: list[Finding] = []
    unlisted = _unlisted_for(one.control, context.inventory)
    try:
        for judged, verdict in one.function(inventory, context):
            open_ = _open(judged, verdict, unlisted)
            if open_ is None:
                found.append(_finding(one, judged, None, verdict))
            else:
                found.append(Finding(one, judged, None, Status.UNKNOWN, unknown=open_))
    except UnknownValueError as error:
        found.append(Finding(one, subject(inventory, "", _RUN), None, Status.UNKNOWN, unknown=error.unknown))
    except Exception as error:  # whatever a check raises becomes a finding; the run goes on
        found.append(Finding(one, subject(inventory, "", _RUN), None, Status.ERROR, _broke(error)))
    return found
