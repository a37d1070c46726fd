"""The engine: what adapters and checks do wrong becomes a finding, and the run goes on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pytest

from auditor.adapters import AdapterRegistry, AdapterSet
from auditor.attr import Attr, Reason, Unknown
from auditor.checks import (
    AnyCheck,
    Context,
    Verdict,
    check,
    failed,
    inventory_check,
    not_applicable,
    passed,
)
from auditor.engine import run_checks, take_inventory
from auditor.facets import ObjectVersioning, Unrecognised
from auditor.findings import Finding, Severity, Status
from auditor.inventory import Inventory, Phase, Resource, SourceInfo, SourceKind, subject
from auditor.record import Record
from auditor.testing import World
from auditor.text import Text

TITLE = Text("題", "title")


class Reading:
    """A hand-made input."""

    form = "terraform"

    def __init__(self, world: World, name: str = "plan.json", *, complete: bool = False) -> None:
        self.world = world
        for record in world.records:
            record.source = name
        self.info = SourceInfo(name, SourceKind.PLAN, len(world.records), complete)

    def records(self) -> Iterable[Record]:
        return self.world.records


def adapters() -> AdapterSet:
    registry = AdapterRegistry("aws", "terraform")

    @registry.adapter("aws_store")
    def store(record: Record) -> Iterator[ObjectVersioning]:
        yield ObjectVersioning(enabled=record.flag("versioned", False))

    @registry.adapter("aws_broken")
    def broken(record: Record) -> Iterator[ObjectVersioning]:
        yield ObjectVersioning(enabled=record.flag("versioned", False))
        raise KeyError("defect")

    @registry.adapter("aws_open")
    def open_(record: Record) -> Iterator[ObjectVersioning]:
        undecided: Attr[bool] = Unknown(Reason.AFTER_APPLY, record, "versioned")
        yield ObjectVersioning(enabled=record.known("versioned", undecided.value))

    registry.part("aws_store", "aws_store_setting")
    registry.inert("aws_tag")
    return registry.build()


@check(
    "test.versioned",
    control="backup.object-versioning",
    facet=ObjectVersioning,
    severity=Severity.MEDIUM,
    title=TITLE,
    remediation=TITLE,
    facts=("enabled",),
)
def versioned(facet: ObjectVersioning, context: Context) -> Verdict | None:
    """Test."""
    if context.resource.address == "aws_store.defect":
        raise RuntimeError("defect")
    if context.resource.address == "aws_store.other":
        return None
    return passed() if facet.enabled.value else failed("無効", "off")


def lookup(provider: str, form: str) -> AdapterSet | None:
    return adapters() if (provider, form) == ("aws", "terraform") else None


def scan(*worlds: World, checks: tuple[AnyCheck, ...] = (versioned,), phase: Phase = Phase.BUILD) -> list[Finding]:
    readings = [Reading(world, f"plan{index}.json") for index, world in enumerate(worlds)]
    inventory, broken = take_inventory(readings, lookup, lambda done, total: None)
    return broken + run_checks(inventory, checks, {}, phase, None)


def statuses(findings: list[Finding]) -> dict[tuple[str, str], Status]:
    return {(finding.check.id, finding.resource.address): finding.status for finding in findings}


def test_pass_fail_and_unknown() -> None:
    world = World()
    world.add("aws_store.yes", {"versioned": True})
    world.add("aws_store.no", {})
    world.add("aws_store.open", unknown={"versioned": True})
    world.add("aws_store.other", {})
    findings = scan(world)
    assert statuses(findings) == {
        ("test.versioned", "aws_store.yes"): Status.PASS,
        ("test.versioned", "aws_store.no"): Status.FAIL,
        ("test.versioned", "aws_store.open"): Status.UNKNOWN,
    }
    open_ = next(finding for finding in findings if finding.status is Status.UNKNOWN)
    assert open_.unknown is not None
    assert open_.unknown.path == "versioned"


def test_a_check_that_breaks_is_an_error_of_that_resource_only() -> None:
    world = World()
    world.add("aws_store.defect", {"versioned": True})
    world.add("aws_store.yes", {"versioned": True})
    found = statuses(scan(world))
    assert found["test.versioned", "aws_store.defect"] is Status.ERROR
    assert found["test.versioned", "aws_store.yes"] is Status.PASS


def test_an_adapter_that_breaks_is_named_and_what_it_read_before_is_judged() -> None:
    world = World()
    world.add("aws_broken.x", {"versioned": True})
    world.add("aws_open.x")
    found = statuses(scan(world))
    assert found["inventory.readable", "aws_broken.x"] is Status.ERROR
    assert found["test.versioned", "aws_broken.x"] is Status.PASS
    assert found["inventory.readable", "aws_open.x"] is Status.UNKNOWN


def test_types_are_adapted_read_with_others_inert_or_not_covered() -> None:
    world = World()
    for address in ("aws_store.a", "aws_store_setting.a", "aws_tag.a", "aws_new.a", "aws_new.b", "other_thing.a"):
        world.add(address)
    inventory, _ = take_inventory([Reading(world)], lookup, lambda done, total: None)
    assert inventory.not_covered == {"aws_new": 2, "other_thing": 1}
    assert inventory.inert == {"aws_store_setting": 1, "aws_tag": 1}
    unrecognised = [r.address for r, _ in inventory.with_facet(Unrecognised)]
    assert unrecognised == ["aws_new.a", "aws_new.b", "other_thing.a"]


def test_fingerprints_do_not_depend_on_order_or_values() -> None:
    first, second = World(), World()
    first.add("aws_store.a", {"versioned": True})
    first.add("aws_store.b", {"versioned": True})
    second.add("aws_store.b", {"versioned": False})
    second.add("aws_store.a", {"versioned": True})
    ids = {finding.resource.address: finding.id for finding in scan(first)}
    assert ids == {finding.resource.address: finding.id for finding in scan(second)}
    assert len(set(ids.values())) == 2


def test_the_same_address_in_two_inputs_is_told_apart() -> None:
    worlds = World(), World()
    for world in worlds:
        world.add("aws_store.a", {"versioned": True})
    worlds[1].add("aws_store.b", {"versioned": True})
    findings = scan(*worlds)
    assert len({finding.id for finding in findings}) == 3
    alone = next(finding.id for finding in scan(worlds[1]) if finding.resource.address == "aws_store.b")
    assert alone in {finding.id for finding in findings}


def test_checks_are_judged_in_their_phases() -> None:
    world = World()
    world.add("aws_store.a")
    assert scan(world, phase=Phase.TERMINATE) == []


@pytest.mark.parametrize("raising", [False, True])
def test_checks_over_the_whole_inventory(raising: bool) -> None:
    @inventory_check("test.whole", control="log.audit-trail", severity=Severity.HIGH, title=TITLE, remediation=TITLE)
    def whole(inventory: Inventory, context: Context) -> Iterator[tuple[Resource, Verdict]]:
        """Test."""
        yield subject(inventory, "aws", "account"), not_applicable("なし", "none")
        if raising:
            Unknown(Reason.DENIED).value  # noqa: B018  # reading it is what raises

    found = scan(World(), checks=(whole,))
    expected = [Status.NOT_APPLICABLE, Status.UNKNOWN] if raising else [Status.NOT_APPLICABLE]
    assert [finding.status for finding in found] == expected


def test_a_fact_must_be_a_field_of_the_facet() -> None:
    with pytest.raises(TypeError, match="no field"):
        check(
            "test.wrong",
            control="x",
            facet=ObjectVersioning,
            severity=Severity.LOW,
            title=TITLE,
            remediation=TITLE,
            facts=("absent",),
        )


def test_a_type_is_listed_once() -> None:
    registry = AdapterRegistry("aws", "terraform")
    registry.adapter("aws_a")(lambda record: ())
    registry.inert("aws_a")
    with pytest.raises(ValueError, match="listed twice"):
        registry.build()
