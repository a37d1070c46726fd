"""The JSON report: everything, for programs.  Its form is ``auditor/schemas/report.schema.json``.

Findings are written in pieces, and what findings of one check or one resource share is encoded
once: an input of a hundred thousand resources has several findings for each.
"""

from __future__ import annotations

import enum
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any, BinaryIO

import msgspec

from auditor.assessment import ClauseAnswer
from auditor.attr import Known, Place, Unknown
from auditor.checks import AnyCheck
from auditor.facets import Facet, Obstacle
from auditor.findings import Finding, Severity, Status
from auditor.inventory import Resource
from auditor.policies.model import Document
from auditor.reporting import Options, Report
from auditor.run import scope_text
from auditor.scopes import Scoping
from auditor.text import Text
from auditor_reports.coverage import coverage_json
from auditor_reports.encoding import encode
from auditor_reports.facts import SENSITIVE, Fact, facts, message, place_of, plain
from auditor_reports.json_scopes import both, judged_on, known_or_null, scope_key, scope_of_resource, scopes_of_run

SCHEMA_VERSION = "1.2"
"""The second number grows with additions, the first when something goes away or changes its meaning."""

_STRIDE = 4096
"""Findings between two writes."""


def write_json(report: Report, out: BinaryIO, options: Options) -> None:
    """Write the report; ``options`` do not change it, since it holds both languages."""
    ids = _Ids(report)
    out.write(b'{"schema_version":' + encode(SCHEMA_VERSION))
    out.write(b',\n"run":' + encode(_run(report)))
    out.write(b',\n"summary":' + encode(_summary(report)))
    out.write(b',\n"policies":[')
    for number, policy in enumerate(_policies(report, ids)):
        out.write((b",\n" if number else b"\n") + encode(policy))
    out.write(b'],\n"findings":[')
    _write_findings(report, out, ids)
    out.write(b"]}\n")


class _Ids:
    """Fingerprints of the findings that are not conforming: made once, and encoded once for each control."""

    def __init__(self, report: Report) -> None:
        self._made: dict[int, str] = {}
        for finding in report.findings:
            if finding.status is not Status.PASS:
                self._made[id(finding)] = finding.id

    def of(self, finding: Finding) -> str:
        return self._made[id(finding)]

    def listed(self, answer: ClauseAnswer) -> msgspec.Raw:
        """Those of all controls that the clause points at."""
        made = self._made
        return msgspec.Raw(encode([made[id(finding)] for finding in answer.findings]))


# ---------------------------------------------------------------- the run


def _run(report: Report) -> dict[str, Any]:
    run, inventory = report.run, report.inventory
    counts = report.counts()
    return {
        "version": run.version,
        "sources": [
            {
                "name": source.name,
                "kind": source.kind.value,
                "sha256": source.sha256,
                "tool": source.tool,
                "resources": source.resources,
                "complete": source.complete,
                "incomplete": source.incomplete,
                "notes": [both(note) for note in source.notes],
                **({} if source.coverage is None else {"coverage": coverage_json(source.coverage)}),
            }
            for source in inventory.sources
        ],
        "scope": both(scope_text(inventory.sources)),
        **scopes_of_run(report),
        "phase": run.phase.value,
        "platform": run.platform,
        "strict": run.strict,
        "fail_on": None if run.fail_on is None else run.fail_on.label,
        "started": run.started.isoformat(),
        "finished": run.finished.isoformat(),
        "completeness": {
            "not_covered": inventory.not_covered,
            "inert": inventory.inert,
            "unknown": counts[Status.UNKNOWN],
            "errors": counts[Status.ERROR],
            "problems": [both(problem) for problem in run.problems],
        },
        "parameters": [
            {
                "id": parameter.id,
                "title": both(parameter.title),
                "value": parameter.value,
                "unit": parameter.unit,
                "source": both(parameter.source.text),
                "certainty": parameter.source.certainty,
                "decided_by_municipality": parameter.decided_by_municipality,
                "clauses": sorted(
                    {clause.id for control in parameter.used_by for _, clause in report.clauses_of.get(control, ())}
                ),
            }
            for _, parameter in sorted(report.parameters.items())
        ],
        "exit_code": int(run.exit_code),
    }


def _summary(report: Report) -> dict[str, Any]:
    answers: Counter[str] = Counter()
    for assessment in report.assessments:
        for answer, number in assessment.counts().items():
            answers[answer.value] += number
    severities = Counter(finding.check.severity for finding in report.findings if finding.status is Status.FAIL)
    return {
        "by_status": {status.value: number for status, number in report.counts().items()},
        "by_answer": answers,
        "nonconforming_by_severity": {severity.label: severities[severity] for severity in reversed(Severity)},
    }


def _document(document: Document) -> dict[str, Any]:
    return {
        "id": document.id,
        "name": both(document.name),
        "role": document.role,
        "held_by": both(document.held_by),
    }


def _policies(report: Report, ids: _Ids) -> Iterator[dict[str, Any]]:
    for assessment in report.assessments:
        pack = assessment.pack
        yield {
            "id": pack.id,
            "title": both(pack.title),
            "sha256": pack.sha256,
            "scope": both(pack.scope),
            **judged_on(pack, report),
            "counts": {answer.value: number for answer, number in assessment.counts().items()},
            "clauses": [
                {
                    "id": answer.clause.id,
                    "citation": answer.clause.citation,
                    "number": answer.clause.number,
                    "heading": answer.clause.heading,
                    "level": answer.clause.level,
                    "parent": answer.clause.parent or None,
                    "class": answer.clause.class_.value,
                    "mapping": answer.clause.standing.value,
                    "unanswered": both(answer.clause.unanswered),
                    "summary": both(answer.clause.summary),
                    "wording": pack.wording.get(answer.clause.id),
                    "status": answer.answer.value,
                    "reason": both(answer.reason),
                    "counts": {status.value: number for status, number in answer.counts.items() if number},
                    "supporting": {status.value: number for status, number in answer.supporting.items() if number},
                    "controls": [{"id": mapping.control, "role": mapping.role.value} for mapping in answer.mappings],
                    "findings": ids.listed(answer),
                    "documents": [_document(document) for document in answer.documents],
                }
                for answer in assessment.answers
            ],
        }


# ---------------------------------------------------------------- findings


class _Shared:
    """What all findings of one check share that count for the same policies, already encoded."""

    __slots__ = ("documents", "facts", "head", "passed", "remediation")

    def __init__(self, check: AnyCheck, report: Report, policies: frozenset[str] | None) -> None:
        clauses = [
            {"policy": pack.id, "id": clause.id, "citation": clause.citation}
            for pack, clause in report.clauses_of.get(check.control, ())
            if policies is None or pack.id in policies
        ]
        self.head = (
            b'","check":'
            + encode(check.id)
            + b',"control":'
            + encode(check.control)
            + b',"severity":'
            + encode(check.severity.label)
            + b',"clauses":'
            + encode(clauses)
            + b',"status":"'
        )
        self.passed = self.head + b"pass"
        self.facts = tuple(_FactHeads(name) for name in check.facts)
        self.remediation = b',"remediation":' + encode(both(check.remediation))
        control = report.controls.get(check.control)
        self.documents = {document.id: document for document in control.documents} if control else {}


def _write_findings(report: Report, out: BinaryIO, ids: _Ids) -> None:
    checks: dict[str, _Shared] = {}
    by_policies: dict[frozenset[str] | None, dict[str, _Shared]] = {None: checks}
    divides = report.shared_use.scoping.divides
    policies: frozenset[str] | None = None
    value = _ValueEncoder()
    encode_resource = _ResourceEncoder(report.shared_use.scoping)
    resource: Resource | None = None
    resource_bytes = b""
    passed = Status.PASS
    parts: list[bytes] = []
    add = parts.extend
    lead = b'\n{"id":"'
    for number, finding in enumerate(report.findings):
        if finding.resource is not resource:
            resource = finding.resource
            resource_bytes = encode_resource(resource)
            if divides:
                policies = resource.scope.policies
                checks = by_policies.setdefault(policies, {})
        check = finding.check
        shared = checks.get(check.id)
        if shared is None:
            shared = checks[check.id] = _Shared(check, report, policies)
        if finding.status is passed:
            facet = finding.facet
            made = b"" if facet is None else _passed_facts(facet, shared.facts, value)
            end = b'],"key":' + encode(facet.key) + b"}" if facet is not None and facet.key else b"]}"
            add((lead, finding.id.encode(), shared.passed, resource_bytes, b',"facts":[', made, end))
        else:
            status = finding.status.value.encode()
            add((lead, ids.of(finding).encode(), shared.head, status, resource_bytes, _detail(finding, shared)))
        lead = b',\n{"id":"'
        if number % _STRIDE == _STRIDE - 1:
            out.write(b"".join(parts))
            parts.clear()
    out.write(b"".join(parts))


class _ResourceEncoder:
    """Encodes resources; all but the address is the same for very many.

    Members of enumerations are told apart by identity, which is quicker than hashing them.
    """

    def __init__(self, scoping: Scoping) -> None:
        self._made: dict[object, bytes] = {}
        self._scoping = scoping
        self._stated = scoping.stated

    def __call__(self, resource: Resource) -> bytes:
        scope = resource.scope if self._stated else None
        account, region = resource.account, resource.region
        key = (
            resource.type,
            resource.provider,
            resource.source,
            id(resource.action),
            id(account.reason) if isinstance(account, Unknown) else (account.value, account.sensitive),
            id(region.reason) if isinstance(region, Unknown) else (region.value, region.sensitive),
            None if scope is None else scope_key(scope),
        )
        rest = self._made.get(key)
        if rest is None:
            rest = self._made[key] = (
                b","
                + encode(
                    {
                        "type": resource.type,
                        "provider": resource.provider,
                        **known_or_null(account, "account"),
                        **known_or_null(region, "region"),
                        "action": resource.action.value,
                        "source": resource.source,
                        **(
                            {"scope": said}
                            if scope is not None and (said := scope_of_resource(scope, self._scoping))
                            else {}
                        ),
                    }
                )[1:]
            )
        return b'","resource":{"address":' + encode(resource.address) + rest


class _ValueEncoder:
    """Encodes values of facets; those that come again and again only once."""

    def __init__(self) -> None:
        self._sets: dict[frozenset[Any], bytes] = {}
        self._enums: dict[int, bytes] = {}
        """By identity of the member, which is quicker than hashing it."""
        self._sensitive = encode(SENSITIVE)

    def __call__(self, attr: Any) -> bytes:
        if type(attr) is Known:
            if attr.sensitive:
                return self._sensitive
            attr = attr.value
        if attr is True:
            return b"true"
        if attr is False:
            return b"false"
        if attr is None:
            return b"null"
        kind = type(attr)
        if kind is frozenset:
            made = self._sets.get(attr)
            if made is None:
                made = self._sets[attr] = encode(plain(attr))
            return made
        if issubclass(kind, enum.Enum):
            made = self._enums.get(id(attr))
            if made is None:
                made = self._enums[id(attr)] = encode(attr.value)
            return made
        return encode(attr if kind is str else plain(attr))


class _FactHeads:
    """One fact's encoded name, alone and with the values that nearly all facts have."""

    __slots__ = ("false", "head", "name", "null", "true")

    def __init__(self, name: str) -> None:
        self.name = name
        self.head = b'{"name":' + encode(name) + b',"value":'
        self.true = self.head + b"true}"
        self.false = self.head + b"false}"
        self.null = self.head + b"null}"


def _passed_facts(facet: Facet, names: tuple[_FactHeads, ...], value: Callable[[Any], bytes]) -> bytes:
    """Facts of a conforming finding: name and value only."""
    out = []
    for fact in names:
        attr = getattr(facet, fact.name)
        kind = attr.__class__
        if kind is Known and not attr.sensitive:
            inner = attr.value
            if inner is True:
                out.append(fact.true)
            elif inner is False:
                out.append(fact.false)
            elif inner is None:
                out.append(fact.null)
            else:
                out.append(fact.head + value(inner) + b"}")
        elif kind is tuple and attr and attr[0].__class__ is Obstacle:
            out += [_passed_fact(f"{fact.name}.{obstacle.name}", obstacle.present, value) for obstacle in attr]
        elif kind is Unknown:
            out.append(_passed_fact(fact.name, attr, value))
        else:
            out.append(fact.head + value(attr) + b"}")
    return b",".join(out)


def _passed_fact(name: str, attr: Any, value: Callable[[Any], bytes]) -> bytes:
    head = b'{"name":' + encode(name)
    if type(attr) is Unknown:
        return head + b',"unknown":' + encode(_unknown(attr)) + b"}"
    return head + b',"value":' + value(attr) + b"}"


# Structs are encoded as they are, several times faster than dictionaries made of them.


class _Reason(msgspec.Struct, frozen=True):
    reason: str
    text: Text


class _FindingReason(msgspec.Struct, frozen=True):
    reason: str
    text: Text
    location: Place | None


class _FactEntry(msgspec.Struct, frozen=True):
    name: str
    value: Any = msgspec.UNSET
    unknown: _Reason | msgspec.UnsetType = msgspec.UNSET
    location: Place | None = None


class _Detail(msgspec.Struct, frozen=True):
    facts: list[_FactEntry]
    message: Text
    expected: Text | None
    key: str | msgspec.UnsetType
    unknown: _FindingReason | msgspec.UnsetType
    documents: list[dict[str, Any]] | msgspec.UnsetType


def _unknown(unknown: Unknown) -> _Reason:
    return _Reason(unknown.reason.value, unknown.text)


def _fact(fact: Fact) -> _FactEntry:
    if fact.unknown is None:
        return _FactEntry(fact.name, fact.value, location=fact.place)
    return _FactEntry(fact.name, unknown=_unknown(fact.unknown), location=fact.place)


def _detail(finding: Finding, shared: _Shared) -> bytes:
    """The rest of a finding that is not conforming."""
    facet, unknown = finding.facet, finding.unknown
    detail = _Detail(
        facts=[_fact(fact) for fact in facts(finding)],
        message=message(finding),
        expected=finding.expected,
        key=facet.key if facet is not None and facet.key else msgspec.UNSET,
        unknown=(
            msgspec.UNSET if unknown is None else _FindingReason(unknown.reason.value, unknown.text, place_of(unknown))
        ),
        documents=(
            [_document(shared.documents[id_]) if id_ in shared.documents else {"id": id_} for id_ in finding.documents]
            if finding.documents
            else msgspec.UNSET
        ),
    )
    return b"," + encode(detail)[1:-1] + shared.remediation + b"}"
