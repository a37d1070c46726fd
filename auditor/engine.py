"""The engine: sources -> records -> resources -> findings.

It knows no provider, no clause and no check by name.  It is written for inputs of 100,000
resources: one pass over the records, checks looked up by the class of the facet, and texts only
for what is not conforming.
"""

from __future__ import annotations

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
from auditor.scopes import Scoping
from auditor.sources import Reading
from auditor.text import Text

AdapterLookup = Callable[[str, str], AdapterSet | None]
Progress = Callable[[int, int], None]
"""Called now and then with the number of records done and their total."""

NO_RULES = Scoping()

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
    inventory = Inventory(sources=[reading.info for reading in readings], resources=[], not_covered={}, inert={})
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
            resources.append(
                Resource(
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
            )
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
) -> list[Finding]:
    """Judge every resource, then the inventory as a whole; each resource in the phase that its scope assigns."""
    checks = list(checks)
    findings: list[Finding] = []
    for own, part in _by_phase(inventory, phase):
        findings += _run_phase(part, checks, parameters, own, platform)
    return findings


def _by_phase(inventory: Inventory, phase: Phase) -> Iterator[tuple[Phase, Inventory]]:
    """The inventory, in parts by the phase of its resources where the configuration assigns more than one."""
    resources = inventory.resources
    if not resources or not resources[0].scoping.phases:
        yield phase, inventory
        return
    parts: defaultdict[Phase, list[Resource]] = defaultdict(list)
    for resource in resources:
        parts[resource.scope.phase or phase].append(resource)
    for own in Phase:
        if own in parts:
            yield own, Inventory(inventory.sources, parts[own], inventory.not_covered, inventory.inert)


def _run_phase(
    inventory: Inventory, checks: Sequence[AnyCheck], parameters: Mapping[str, Any], phase: Phase, platform: str | None
) -> list[Finding]:
    by_facet: defaultdict[type[Facet], list[Check[Any]]] = defaultdict(list)
    whole: list[InventoryCheck] = []
    for one in checks:
        if phase not in one.phases:
            continue
        if isinstance(one, InventoryCheck):
            whole.append(one)
        else:
            by_facet[one.facet].append(one)
    context = Context(parameters, phase, inventory, platform)
    findings: list[Finding] = []
    add = findings.append
    get = by_facet.get
    passed = Status.PASS
    for resource in inventory.resources:
        context.resource = resource
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
    for inventory_check in whole:
        findings.extend(_whole(inventory_check, inventory, context))
    return findings


def _finding(one: AnyCheck, resource: Resource, facet: Facet | None, verdict: Verdict) -> Finding:
    return Finding(
        one, resource, facet, verdict.status, verdict.text, verdict.expected, verdict.unknown, verdict.documents
    )


def _whole(one: InventoryCheck, inventory: Inventory, context: Context) -> list[Finding]:
    found: list[Finding] = []
    try:
        for judged, verdict in one.function(inventory, context):
            found.append(_finding(one, judged, None, verdict))
    except UnknownValueError as error:
        found.append(Finding(one, subject(inventory, "", "run"), None, Status.UNKNOWN, unknown=error.unknown))
    except Exception as error:  # whatever a check raises becomes a finding; the run goes on
        found.append(Finding(one, subject(inventory, "", "run"), None, Status.ERROR, _broke(error)))
    return found
