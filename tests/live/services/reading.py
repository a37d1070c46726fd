"""How tests of services read what was found."""

from __future__ import annotations

import gzip
from pathlib import Path
from typing import Any, TypeVar

from auditor.attr import Attr, Known, Reason, Unknown
from auditor.facets import Facet
from auditor.inventory import Resource
from tests.live.auditing import Audit

F = TypeVar("F", bound=Facet)


def of(resource: Resource, class_: type[F], key: str | None = None) -> F:
    """The one facet of the class, or the one with the key."""
    found = [one for one in resource.facets if isinstance(one, class_) and key in (None, one.key)]
    assert len(found) == 1, f"{resource.address}: {[one.key for one in found]}"
    return found[0]


def facet(audit: Audit, type_: str, name: str, class_: type[F], key: str | None = None) -> F:
    """The facet of the one such resource."""
    return of(audit.resource(type_, name), class_, key)


def said(attr: Attr[Any] | None) -> Any:
    """A value that is known."""
    assert isinstance(attr, Known), attr
    return attr.value


def why(attr: Attr[Any] | None) -> Reason:
    """Why a value is not known."""
    assert isinstance(attr, Unknown), attr
    return attr.reason


def statuses(audit: Audit, type_: str) -> set[str]:
    """Of the findings on all resources of a type."""
    return {one.status.value for one in audit.report.findings if one.resource.type == type_}


def contents(place: Path) -> bytes:
    """Everything that a snapshot holds."""
    return b"".join(
        gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
        for path in sorted(place.rglob("*"))
        if path.is_file()
    )


def denied(attr: Any, action: str) -> None:
    """The value is not known because the action was denied."""
    assert isinstance(attr, Unknown), attr
    assert attr.reason is Reason.DENIED
    assert attr.detail is not None
    assert action in attr.detail.en
