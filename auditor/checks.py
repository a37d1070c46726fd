"""Checks: typed predicates over one facet, or over the whole inventory.

A check is a plain function.  It reads attributes with ``.value``; an unknown one ends it there,
and the engine reports the finding as ``unknown`` with the reason.  It answers with
:func:`passed`, :func:`failed`, :func:`manual`, :func:`not_applicable` or :func:`inherited`.
``None`` means that the facet is not what the check asks about, and makes no finding.
A check knows its control; it knows no clause, no cloud and no source.
"""

from __future__ import annotations

import datetime
import inspect
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Generic, TypeVar

import msgspec

from auditor.attr import Unknown
from auditor.facets import Facet
from auditor.findings import Severity, Status
from auditor.inventory import Inventory, Phase, Resource
from auditor.text import Text

F = TypeVar("F", bound=Facet)

_JST = datetime.timezone(datetime.timedelta(hours=9), "JST")


class Verdict(msgspec.Struct, frozen=True):
    """What a check says."""

    status: Status
    text: Text | None = None
    expected: Text | None = None
    documents: tuple[str, ...] = ()
    unknown: Unknown | None = None


_PASS = Verdict(Status.PASS)


def passed() -> Verdict:
    """Verified from configuration."""
    return _PASS


def failed(ja: str, en: str, *, expected: Text | None = None) -> Verdict:
    """Verified that it does not hold; the text says what is the case, ``expected`` what should be."""
    return Verdict(Status.FAIL, Text(ja, en), expected)


def manual(ja: str, en: str, *documents: str) -> Verdict:
    """Needs a document or a person; ``documents`` are ids of the control's documents."""
    return Verdict(Status.MANUAL, Text(ja, en), documents=documents)


def inherited(ja: str, en: str, *documents: str) -> Verdict:
    """The platform answers for it; the text says who and by what evidence."""
    return Verdict(Status.INHERITED, Text(ja, en), documents=documents)


def not_applicable(ja: str, en: str) -> Verdict:
    """Nothing here that the check applies to; the text names the reason."""
    return Verdict(Status.NOT_APPLICABLE, Text(ja, en))


def undecided(unknown: Unknown) -> Verdict:
    """Not verified because of ``unknown``; for checks that look at several attributes at once."""
    return Verdict(Status.UNKNOWN, unknown=unknown)


class Context:
    """What a check may know besides its facet."""

    __slots__ = ("inventory", "parameters", "phase", "platform", "resource", "today")

    def __init__(
        self,
        parameters: Mapping[str, Any],
        phase: Phase,
        inventory: Inventory,
        platform: str | None = None,
        today: datetime.date | None = None,
    ) -> None:
        self.parameters = parameters
        self.phase = phase
        self.inventory = inventory
        self.platform = platform
        """``government-cloud`` if the configuration says that the accounts belong to it."""
        self.today: datetime.date = today or datetime.datetime.now(_JST).date()
        """The day on which dates are judged: that of the run, in Japan."""
        self.resource: Resource
        """The resource that is judged."""


class Check(msgspec.Struct, Generic[F], frozen=True, kw_only=True):
    """One check.  ``function`` judges; the rest is what people read of it."""

    id: str
    control: str
    facet: type[F]
    severity: Severity
    title: Text
    """What is demanded, in a few words."""
    remediation: Text
    """What to do about a nonconformity."""
    facts: tuple[str, ...]
    """Fields of the facet that are the evidence."""
    parameters: tuple[str, ...] = ()
    """Ids of the policy parameters that it reads."""
    phases: tuple[Phase, ...] = (Phase.BUILD, Phase.OPERATE)
    """Phases in which it is judged; in others it makes no finding."""
    function: Callable[[F, Context], Verdict | None]
    description: str = ""
    """The function's docstring: the published page of the check."""


class InventoryCheck(msgspec.Struct, frozen=True, kw_only=True):
    """A check over the whole inventory; ``function`` yields (subject, verdict) pairs.

    A subject is a resource that stands for what is judged: an account, a project, or the run.
    """

    id: str
    control: str
    severity: Severity
    title: Text
    remediation: Text
    parameters: tuple[str, ...] = ()
    phases: tuple[Phase, ...] = (Phase.BUILD, Phase.OPERATE)
    function: Callable[[Inventory, Context], Iterable[tuple[Resource, Verdict]]]
    description: str = ""
    facts: tuple[str, ...] = ()


AnyCheck = Check[Any] | InventoryCheck


def check(
    id: str,
    *,
    control: str,
    facet: type[F],
    severity: Severity,
    title: Text,
    remediation: Text,
    facts: tuple[str, ...],
    parameters: tuple[str, ...] = (),
    phases: tuple[Phase, ...] = (Phase.BUILD, Phase.OPERATE),
) -> Callable[[Callable[[F, Context], Verdict | None]], Check[F]]:
    """Decorator that makes a :class:`Check` of a function.

    Raises :class:`TypeError` when ``facts`` names a field that the facet does not have.
    """
    fields = set(facet.__struct_fields__)
    for fact in facts:
        if fact not in fields:
            raise TypeError(f"{id}: {facet.__name__} has no field {fact!r}")

    def wrap(function: Callable[[F, Context], Verdict | None]) -> Check[F]:
        return Check(
            id=id,
            control=control,
            facet=facet,
            severity=severity,
            title=title,
            remediation=remediation,
            facts=facts,
            parameters=parameters,
            phases=phases,
            function=function,
            description=inspect.cleandoc(function.__doc__ or ""),
        )

    return wrap


def inventory_check(
    id: str,
    *,
    control: str,
    severity: Severity,
    title: Text,
    remediation: Text,
    parameters: tuple[str, ...] = (),
    phases: tuple[Phase, ...] = (Phase.BUILD, Phase.OPERATE),
) -> Callable[[Callable[[Inventory, Context], Iterable[tuple[Resource, Verdict]]]], InventoryCheck]:
    """Decorator that makes an :class:`InventoryCheck` of a function."""

    def wrap(function: Callable[[Inventory, Context], Iterable[tuple[Resource, Verdict]]]) -> InventoryCheck:
        return InventoryCheck(
            id=id,
            control=control,
            severity=severity,
            title=title,
            remediation=remediation,
            parameters=parameters,
            phases=phases,
            function=function,
            description=inspect.cleandoc(function.__doc__ or ""),
        )

    return wrap
