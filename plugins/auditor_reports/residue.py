"""What is still there: one entry for each thing, and for each place of which that is not known."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any, Final

import msgspec

from auditor.assessment import COVERAGE
from auditor.attr import Attr, Known, Place, Unknown
from auditor.facets import (
    AccountClosure,
    AccountIdentity,
    Delegation,
    EncryptionKey,
    Residue,
    Retirement,
    Unrecognised,
)
from auditor.findings import STATUS_TEXT, Finding
from auditor.inventory import Resource
from auditor.record import Action
from auditor.reporting import Report
from auditor.text import Lang, Text
from auditor_reports import residue_words as words
from auditor_reports.coverage import collected
from auditor_reports.facts import SENSITIVE

_CONTROLS: Final = ("teardown.account", "teardown.deletable", "teardown.residue", "key.pending-deletion", COVERAGE)
"""Controls whose findings say something of what remains."""


class Row(msgspec.Struct, frozen=True, order=True):
    """One entry; sorted by where it is, with what is not known at the end."""

    open: bool
    """It is not known whether there is anything."""
    account: str
    region: str
    type: str
    resource: str
    what: str
    state: str
    check: str
    result: str
    evidence: str


def rows(report: Report, lang: Lang) -> list[Row]:
    """All entries in their order, each once."""
    lister = _Lister(report, lang)
    found = {*lister.things(), *lister.unlisted(), *lister.accounts(), *lister.left_out()}
    return sorted(found)


class _Lister:
    def __init__(self, report: Report, lang: Lang) -> None:
        self._report = report
        self._lang = lang
        self._findings: defaultdict[int, list[Finding]] = defaultdict(list)
        self._of_accounts: list[Finding] = []
        for finding in report.findings:
            if finding.check.control in _CONTROLS:
                if finding.resource.record is not None:
                    self._findings[id(finding.resource)].append(finding)
                elif finding.check.control == "teardown.account":
                    self._of_accounts.append(finding)

    def _say(self, text: Text) -> str:
        return text.in_(self._lang)

    def _join(self, parts: Sequence[str]) -> str:
        return ("、" if self._lang == "ja" else ", ").join(parts)

    # ------------------------------------------------------------ what is there

    def things(self) -> Iterator[Row]:
        """Things of the inventory that must be gone at the end."""
        for resource in self._report.inventory.resources:
            if resource.record is not None and resource.record.unlisted is not None:
                continue
            seen: set[str] = set()
            for name, state, controls in self._things_of(resource):
                if name not in seen:
                    seen.add(name)
                    yield self._row(resource, name, state, controls)

    def _things_of(self, resource: Resource) -> Iterator[tuple[str, Attr[str | None], Sequence[str]]]:
        """What remains, its state as the provider says it, and the controls that judge it, the main one first."""
        key = resource.facet(EncryptionKey)
        outside = False
        none: Attr[str | None] = Known(None)
        for facet in resource.facets:
            if isinstance(facet, Residue):
                controls = ["teardown.residue", "teardown.deletable", *(["key.pending-deletion"] if key else [])]
                yield self._say(words.what(facet.what)), facet.state, controls
            elif isinstance(facet, AccountIdentity):
                yield self._identity(resource, facet.what), facet.state, ("teardown.account", "teardown.deletable")
                outside = True
            elif isinstance(facet, AccountClosure):
                yield self._say(words.what("account")), facet.state, ("teardown.account",)
            elif isinstance(facet, Unrecognised):
                yield self._say(words.UNRECOGNISED), none, (COVERAGE,)
        if not outside and resource.facet(Delegation) is not None:
            yield self._identity(resource, "external-trust"), none, ("teardown.account",)
        if not resource.facets and id(resource) in self._findings:
            yield self._say(words.UNREADABLE), none, (COVERAGE,)

    def _identity(self, resource: Resource, what: str) -> str:
        said = self._say(words.what(what))
        principals = sorted(
            {self._known(facet.principal) for facet in resource.facets if isinstance(facet, Delegation)}
        )
        if not principals:
            return said
        named = f"{self._say(words.PRINCIPALS)}: {self._join(principals)}"
        return f"{said} {named}"

    def _row(self, resource: Resource, name: str, state: Attr[str | None], controls: Sequence[str]) -> Row:
        found = [one for one in self._findings.get(id(resource), ()) if one.check.control in controls]
        if all(one.check.control != controls[0] for one in found):
            # that a setting conforms while the system runs says nothing of what remains
            found = []
        return Row(
            False,
            self._known(resource.account),
            self._known(resource.region),
            resource.type,
            resource.address,
            name,
            self._state(resource, state),
            self._join([one.check.id for one in found]),
            self._results(found),
            self._evidence(resource),
        )

    def _results(self, found: Sequence[Finding]) -> str:
        if not found:
            return self._say(words.NOT_JUDGED)
        return self._join([self._say(STATUS_TEXT[one.status]) for one in found])

    def _state(self, resource: Resource, stated: Attr[str | None]) -> str:
        parts = [self._say(words.STATES[resource.action])]
        key = resource.facet(EncryptionKey)
        if key is not None and resource.action is Action.EXISTS:
            parts.append(
                self._known(key.state)
                if isinstance(key.state, Unknown) or key.state.sensitive
                else self._say(words.KEY_STATES[key.state.value])
            )
        if isinstance(stated, Unknown):
            # what a plan is about to make has no state yet
            if resource.action is Action.EXISTS:
                parts.append(self._known(stated))
        elif stated.value is not None:
            parts.append(self._known(stated))
        retirement = resource.facet(Retirement)
        present = [
            obstacle.name
            for obstacle in (retirement.obstacles if retirement is not None else ())
            if isinstance(obstacle.present, Known) and obstacle.present.value
        ]
        if present:
            parts.append(f"{self._say(words.OBSTACLES)}: {self._join(present)}")
        return ("。" if self._lang == "ja" else "; ").join(parts)

    def _known(self, attr: Attr[Any]) -> str:
        if isinstance(attr, Unknown):
            said = self._say(attr.text)
            label = self._say(words.NOT_VERIFIED)
            return f"{label}（{said}）" if self._lang == "ja" else f"{label} ({said})"
        return SENSITIVE if attr.sensitive else str(attr.value or "")

    def _evidence(self, resource: Resource) -> str:
        place = resource.record.place("") if resource.record is not None else None
        if place is None:
            return resource.source
        if place.call is not None:
            return place.call
        return _written(place)

    # ------------------------------------------------------------ what is not known

    def unlisted(self) -> Iterator[Row]:
        """Places in which something could not be listed."""
        groups: defaultdict[tuple[str, str, str], set[str]] = defaultdict(set)
        for resource, unlisted in self._report.inventory.unlisted:
            bears = resource.facet(Residue) or resource.facet(AccountIdentity) or resource.facet(Delegation)
            if bears is not None or "teardown" in unlisted.subjects:
                place = (self._known(resource.account), self._known(resource.region))
                groups[*place, self._say(unlisted.unknown.text)].add(resource.type)
        for (account, region, why), types in groups.items():
            listed = ", ".join(sorted(types))
            yield self._open(account, region, listed, self._say(words.UNLISTED), why)

    def left_out(self) -> Iterator[Row]:
        """Accounts and regions that were not looked at, each, and services, those with one reason together."""
        for source, coverage in collected(self._report.inventory.sources):
            services: defaultdict[Text, list[str]] = defaultdict(list)
            for one in coverage.not_looked_at:
                if one.kind == "service":
                    services[one.why].append(one.name)
                    continue
                account, region = (one.name, "") if one.kind == "account" else ("", one.name)
                yield self._not_seen(account, region, one.kind, self._say(one.what), one.why, source.name)
            for why, names in services.items():
                said = self._join(sorted(names))
                yield self._not_seen("", "", "service", said, why, source.name)

    def _not_seen(self, account: str, region: str, kind: str, what: str, why: Text, source: str) -> Row:
        said = f"{self._say(words.LEFT_OUT)}: {what}"
        return self._open(account, region, kind, said, f"{self._say(why)} [{source}]")

    def _open(self, account: str, region: str, types: str, said: str, why: str) -> Row:
        unverified = self._say(words.NOT_VERIFIED)
        return Row(True, account, region, types, "", said, unverified, "", unverified, why)

    # ------------------------------------------------------------ accounts

    def accounts(self) -> Iterator[Row]:
        """The accounts that answered: they are still there."""
        for source, coverage in collected(self._report.inventory.sources):
            found = [one for one in self._of_accounts if one.resource.provider == source.kind.value]
            # an account that refused everything has not shown that it is still there
            for account in coverage.accounts if coverage.answered else ():
                yield Row(
                    False,
                    account,
                    "",
                    "account",
                    account,
                    self._say(words.ACCOUNT),
                    self._say(words.ACCOUNT_STATE),
                    self._join([one.check.id for one in found]),
                    self._results(found),
                    source.name,
                )


def _written(place: Place) -> str:
    """File and line, else the address in its input."""
    if place.file is not None:
        return place.file if place.line is None else f"{place.file}:{place.line}"
    return f"{place.source}: {place.address}"
