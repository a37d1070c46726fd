"""Organisation, folders, projects and the policies on them.

https://registry.terraform.io/providers/hashicorp/google/latest/docs/resources/org_policy_policy
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from auditor.attr import Attr, Known, Reason, Unknown, map_attr
from auditor.facets import AccountClosure, Facet, Obstacle, ObstacleKind, RegionGuardrail, Retirement
from auditor.record import Node, Record
from auditor_google.building import protects, retirement
from auditor_google.locations import guardrail_regions
from auditor_google.reading import any_referrer, by_text, left_to_default, texts
from auditor_google.registry import REGISTRY

_CONSTRAINT: Final = "gcp.resourceLocations"
_LIEN: Final = "google_resource_manager_lien"

REGISTRY.part("google_project", _LIEN, "google_project_default_service_accounts")


def _mapped(node: Node, path: str) -> Attr[frozenset[str]]:
    return map_attr(texts(node, path), lambda names: frozenset(r for name in names for r in guardrail_regions(name)))


@REGISTRY.adapter("google_org_policy_policy")
def policy(record: Record) -> Iterator[Facet]:
    """A policy; only the one on the places of resources says something a clause asks about.

    A dry run is not enforced: https://cloud.google.com/resource-manager/docs/organization-policy/dry-run-policy
    """
    name = record.text("name")
    if isinstance(name, Known) and not (name.value or "").endswith(f"/{_CONSTRAINT}"):
        return
    if isinstance(name, Unknown):
        if _only_boolean(record):
            return
        yield RegionGuardrail(allowed=name, enforced=name)
        return
    spec = record.block("spec")
    if isinstance(spec, Unknown):
        yield RegionGuardrail(allowed=spec, enforced=spec)
        return
    if spec.value is None:
        yield _without(record, "spec")
        return
    yield _of_rules(spec.value)


def _only_boolean(record: Record) -> bool:
    """Whether the rules are those of a constraint without values, which cannot be the one on places."""
    return isinstance(record.text("spec.0.rules.0.enforce"), Known) and bool(
        record.text("spec.0.rules.0.enforce").value
    )


def _without(record: Record, path: str) -> RegionGuardrail:
    nowhere: Attr[frozenset[str]] = record.known(path, frozenset())
    return RegionGuardrail(allowed=nowhere, enforced=record.known(path, False))


def _of_rules(spec: Node) -> RegionGuardrail:
    reset = spec.flag("reset", False)
    rules = spec.blocks("rules")
    if isinstance(reset, Unknown):
        return RegionGuardrail(allowed=reset, enforced=reset)
    if isinstance(rules, Unknown):
        return RegionGuardrail(allowed=rules, enforced=rules)
    allowed: Attr[frozenset[str]] = spec.known("rules", frozenset())
    enforced: Attr[bool] = spec.known("rules", False)
    for rule in rules.value:
        everything = rule.flag("allow_all", False)
        condition = rule.has("condition")
        if isinstance(everything, Unknown):
            return RegionGuardrail(allowed=everything, enforced=everything)
        if isinstance(condition, Unknown):
            return RegionGuardrail(allowed=condition, enforced=condition)
        if everything.value and not condition.value:
            return RegionGuardrail(allowed=allowed, enforced=rule.known("allow_all", False))
        values = _mapped(rule, "values.0.allowed_values")
        if isinstance(values, Unknown):
            return RegionGuardrail(allowed=values, enforced=rule.known("values", True))
        if values.value and isinstance(allowed, Known):
            allowed = rule.known("values", allowed.value | values.value)
        denied = rule.has("values.0.denied_values")
        shut = rule.flag("deny_all", False)
        if isinstance(denied, Known) and denied.value and not values.value:
            # What is left open by a list of forbidden places is not in the configuration.
            allowed = rule.unknown("values.0.denied_values", Reason.UNRESOLVED)
        limits = (
            values.value or (isinstance(denied, Known) and denied.value) or (isinstance(shut, Known) and shut.value)
        )
        if limits:
            # A rule under a condition holds only for resources with certain tags.
            open_ = rule.unknown("condition", Reason.UNRESOLVED)
            if not condition.value:
                enforced = rule.known("values", True)
            elif isinstance(enforced, Known) and not enforced.value:
                enforced = open_
    return RegionGuardrail(allowed=allowed, enforced=spec.known("reset", False) if reset.value else enforced)


@REGISTRY.adapter(
    "google_project_organization_policy", "google_folder_organization_policy", "google_organization_policy"
)
def list_policy(record: Record) -> Iterator[Facet]:
    """The older form of such a policy."""
    constraint = record.text("constraint")
    if isinstance(constraint, Known) and (constraint.value or "").removeprefix("constraints/") != _CONSTRAINT:
        return
    if isinstance(constraint, Unknown):
        yield RegionGuardrail(allowed=constraint, enforced=constraint)
        return
    block = record.block("list_policy")
    if isinstance(block, Unknown):
        yield RegionGuardrail(allowed=block, enforced=block)
        return
    node = block.value
    if node is None:
        yield _without(record, "list_policy")
        return
    everything = node.flag("allow.0.all", False)
    allowed = _mapped(node, "allow.0.values")
    denied = node.has("deny.0.values")
    enforced: Attr[bool] = map_attr(everything, lambda value: not value)
    if isinstance(allowed, Known) and not allowed.value and isinstance(denied, Known) and denied.value:
        allowed = node.unknown("deny.0.values", Reason.UNRESOLVED)
    yield RegionGuardrail(allowed=allowed, enforced=enforced)


@REGISTRY.adapter("google_project")
def project(record: Record) -> Iterator[Facet]:
    """A project.  Destroying it shuts it down; Google removes it 30 days later.

    https://registry.terraform.io/providers/hashicorp/google/latest/docs/resources/google_project :
    ``deletion_policy`` is ``PREVENT`` by default since version 6.  Version 5 has ``skip_delete`` besides, and writes
    its own default, ``DELETE``, into the plan.
    """
    deletion = _project_policy(record)
    yield AccountClosure(closes=map_attr(deletion, lambda value: value == "DELETE"))
    yield Retirement(
        obstacles=(
            Obstacle("deletion_policy=PREVENT", ObstacleKind.PROTECTS, map_attr(deletion, lambda v: v == "PREVENT")),
            Obstacle("deletion_policy=ABANDON", ObstacleKind.KEEPS, map_attr(deletion, lambda v: v == "ABANDON")),
            Obstacle("google_resource_manager_lien", ObstacleKind.PROTECTS, _lien(record)),
        )
    )


def _project_policy(record: Record) -> Attr[str]:
    skipped = record.get("skip_delete")
    if isinstance(skipped, Known) and skipped.value is True:
        return record.known("skip_delete", "ABANDON")
    stated = record.text("deletion_policy")
    if isinstance(skipped, Unknown) and not left_to_default(record, "skip_delete", skipped):
        # Whether the project is left behind is open, unless nothing may destroy it anyway.
        prevented = isinstance(stated, Known) and stated.value == "PREVENT"
        return record.known("deletion_policy", "PREVENT") if prevented else skipped
    if isinstance(stated, Known) and stated.value is not None:
        return record.known("deletion_policy", stated.value)
    if left_to_default(record, "deletion_policy", stated):
        return record.known("deletion_policy", "PREVENT")
    if isinstance(stated, Unknown):
        return stated
    if left_to_default(record, "skip_delete", skipped) or (isinstance(skipped, Known) and skipped.value is False):
        return record.known("skip_delete", "DELETE")
    return skipped if isinstance(skipped, Unknown) else record.known("deletion_policy", "PREVENT")


def _lien(record: Record) -> Attr[bool]:
    """Liens name the project as ``projects/<number>``."""
    number = record.text("number")
    if isinstance(number, Known) and number.value is not None:
        known, _ = by_text(record.links, _LIEN, "parent")
        if known.get(f"projects/{number.value}"):
            return record.known("number", True)
    return any_referrer(record, (_LIEN, "parent"))


@REGISTRY.adapter("google_folder")
def folder(record: Record) -> Iterator[Facet]:
    """A folder."""
    yield retirement(record, protects(record, "deletion_protection", default=True))
