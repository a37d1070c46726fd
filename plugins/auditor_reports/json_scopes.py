"""What the JSON report tells of the scopes of the configuration and of the scope of each resource."""

from __future__ import annotations

from typing import Any

from auditor.attr import Attr, Unknown
from auditor.policies.model import Pack
from auditor.reporting import Report
from auditor.scopes import NOWHERE, Scope, Scoping
from auditor.text import Text
from auditor_reports.facts import plain


def both(text: Text | None) -> dict[str, str] | None:
    """A text in both languages."""
    return None if text is None else {"ja": text.ja, "en": text.en}


def known_or_null(attr: Attr[Any], name: str) -> dict[str, str | None]:
    """An attribute under its name; ``null`` and why where it is unknown, ``null`` alone where there is nothing."""
    if isinstance(attr, Unknown):
        return {name: None, f"{name}_unknown": attr.reason.value}
    return {name: plain(attr) or None}


def scopes_of_run(report: Report) -> dict[str, Any]:
    """The scopes of the configuration and what they came to; nothing where it says nothing of scopes."""
    use = report.shared_use
    said: dict[str, Any] = {}
    if use.scoping.stated:
        said["scopes"] = [
            {
                "name": one.rule.name,
                "line": one.line or None,
                "accounts": sorted(one.rule.accounts),
                "projects": sorted(one.rule.projects),
                "tags": {key: sorted(values) for key, values in one.rule.tags},
                "zone": one.rule.zone,
                "confidentiality": one.rule.confidentiality,
                "environment": one.rule.environment,
                "phase": one.rule.phase,
                "policies": None if one.rule.policies is None else list(one.rule.policies),
                "resources": one.resources,
                "open_resources": one.open_resources,
            }
            for one in use.uses
        ]
        said["scope_tags"] = use.scoping.keys
    if report.run.remarks:
        said["remarks"] = [both(remark) for remark in report.run.remarks]
    return said


def judged_on(pack: Pack, report: Report) -> dict[str, Any]:
    """The scopes on which a policy was judged."""
    use = report.shared_use
    if not use.uses:
        return {}
    return {
        "judged_on": {
            "scopes": [
                {"name": one.rule.name, "resources": one.by_policy[pack.id]}
                for one in use.uses
                if pack.id in one.by_policy
            ],
            "unassigned": use.unassigned.get(pack.id, 0),
        }
    }


def scope_key(scope: Scope) -> tuple[object, ...]:
    """What tells one scope from another, whatever place in the input its parts were read from."""
    attrs: tuple[Attr[Any], ...] = (scope.zone, scope.confidentiality, scope.environment)
    return (
        *(attr.reason if isinstance(attr, Unknown) else (attr.value, attr.sensitive) for attr in attrs),
        scope.policies,
        scope.phase,
        scope.rules,
        scope.open_rules,
    )


def scope_of_resource(scope: Scope, scoping: Scoping) -> dict[str, Any] | None:
    """Where a resource belongs; ``None`` where nothing is assigned."""
    if scope_key(scope) == scope_key(NOWHERE):
        return None
    said: dict[str, Any] = {}
    for name in ("zone", "confidentiality", "environment"):
        said |= known_or_null(getattr(scope, name), name)
    said["policies"] = None if scope.policies is None else sorted(scope.policies)
    said["phase"] = scope.phase
    said["scopes"] = [scoping.rules[place].name for place in scope.rules]
    if scope.open_rules:
        said["open_scopes"] = [scoping.rules[place].name for place in scope.open_rules]
    return said
