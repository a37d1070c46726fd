"""Grants of Google Cloud IAM: who gets which role by a Terraform resource.

``google_*_iam_member``, ``_iam_binding`` and ``_iam_policy`` say the same in three forms
(https://registry.terraform.io/providers/hashicorp/google/latest/docs/resources/google_project_iam).
"""

from __future__ import annotations

import enum
import re
from collections.abc import Iterator, Sequence
from typing import Any, Final

import msgspec

from auditor.attr import Attr, Known, Reason, Unknown, any_of
from auditor.record import Record
from auditor.text import Text
from auditor_google.reading import referrers

FORMS: Final = ("member", "binding", "policy")
_PUBLIC: Final = frozenset(("allUsers", "allAuthenticatedUsers"))
_GRANTED_ELSEWHERE: Final = Text("他の構成による権限の付与の有無", "whether another configuration grants roles on it")


class Kind(enum.StrEnum):
    """What stands behind a principal (https://cloud.google.com/iam/docs/principal-identifiers)."""

    ANYONE = "anyone"
    PERSON = "person"
    """A user, a group, a domain, or users of a workforce identity pool."""
    WORKLOAD = "workload"
    """A service account, or an identity of a workload identity pool."""
    NOBODY = "nobody"
    """A deleted principal, or a stand-in for holders of a basic role, who are judged by that role."""


_WORKLOAD_SETS: Final = re.compile(
    r"/workloadIdentityPools/|/type/(ServiceAccount|[a-z]+\.googleapis\.com)|/namespace/"
)


def kind(member: str) -> Kind:
    """Kind of the principal that ``member`` names."""
    if member in _PUBLIC:
        return Kind.ANYONE
    if member.startswith(("principal://", "principalSet://")):
        return Kind.WORKLOAD if _WORKLOAD_SETS.search(member) else Kind.PERSON
    prefix = member.split(":", 1)[0]
    if prefix == "serviceAccount":
        return Kind.WORKLOAD
    if prefix in ("deleted", "projectOwner", "projectEditor", "projectViewer"):
        return Kind.NOBODY
    return Kind.PERSON


class Grant(msgspec.Struct, frozen=True):
    """One role for one principal."""

    role: Attr[str | None]
    member: Attr[str]
    path: str
    """Where the principal stands in the record."""
    narrowed: bool = False
    """An IAM condition applies."""
    account: Record | None = None
    """The service account of the input that the principal is, where its name is not known yet."""

    @property
    def kind(self) -> Kind | None:
        """Kind of the principal; ``None`` where nothing says what it is."""
        if isinstance(self.member, Known):
            return kind(self.member.value)
        return None if self.account is None else Kind.WORKLOAD


def _members(record: Record) -> Iterator[tuple[Attr[str], str]]:
    elements = record.elements("members")
    if isinstance(elements, Unknown):
        yield elements, "members"
        return
    for index, element in enumerate(elements.value):
        path = f"members.{index}"
        if isinstance(element, Known) and not isinstance(element.value, str):
            yield record.unknown(path, Reason.UNPARSEABLE), path
        else:
            yield element, path


def _of_policy(record: Record) -> Iterator[Grant]:
    path = "policy_data"
    attr = record.text(path)
    if isinstance(attr, Unknown):
        yield Grant(attr, attr, path)
        return
    policy = parse_policy(attr.value)
    if policy is None:
        unknown = record.unknown(path, Reason.UNPARSEABLE)
        yield Grant(unknown, unknown, path)
        return
    for binding in policy.bindings:
        for member in binding.members:
            role: Attr[str | None] = record.known(path, binding.role)
            yield Grant(role, record.known(path, member), path, bool(binding.condition))


class _Binding(msgspec.Struct):
    role: str = ""
    members: list[str] = []
    condition: Any = None


class _AuditLogConfig(msgspec.Struct, rename="camel"):
    log_type: str = ""
    exempted_members: list[str] = []


class _AuditConfig(msgspec.Struct, rename="camel"):
    service: str = ""
    audit_log_configs: list[_AuditLogConfig] = []


class Policy(msgspec.Struct, rename="camel"):
    """An IAM policy as the API writes it."""

    bindings: list[_Binding] = []
    audit_configs: list[_AuditConfig] = []


def parse_policy(text: str | None) -> Policy | None:
    """The policy in ``policy_data``; ``None`` if the text is none."""
    try:
        return msgspec.json.decode(text or "{}", type=Policy)
    except msgspec.DecodeError:
        return None


_ACCOUNTS: Final = (
    "google_service_account",
    "google_project_service_identity",
    "data.google_service_account",
    # Members made with the number of a project are its service agents and default service accounts:
    # https://cloud.google.com/iam/docs/service-agents
    "google_project",
    "data.google_project",
    "data.google_compute_default_service_account",
    "data.google_storage_project_service_account",
    "data.google_bigquery_default_service_account",
)


def _account(record: Record, member: Attr[str], path: str) -> Record | None:
    if isinstance(member, Known):
        return None
    target = record.target(path, *_ACCOUNTS)
    return target.value if isinstance(target, Known) else None


def grants(record: Record) -> Iterator[Grant]:
    """What a record of a type ``google_*_iam_*`` grants."""
    if record.type.endswith("_iam_policy"):
        yield from _of_policy(record)
        return
    role = record.text("role")
    condition = record.has("condition")
    narrowed = isinstance(condition, Known) and condition.value
    if record.type.endswith("_iam_binding"):
        for listed, path in _members(record):
            yield Grant(role, listed, path, narrowed, _account(record, listed, path))
        return
    stated = record.text("member")
    member: Attr[str]
    if isinstance(stated, Unknown):
        member = stated
    elif stated.value is None:
        member = record.unknown("member", Reason.UNPARSEABLE)
    else:
        member = record.known("member", stated.value)
    yield Grant(role, member, "member", narrowed, _account(record, member, "member"))


def _public(grant: Grant) -> Attr[bool]:
    what = grant.kind
    if isinstance(grant.member, Unknown) and what is None:
        return grant.member
    if what is not Kind.ANYONE:
        return Known(False, grant.member.origin, grant.member.path)
    if grant.narrowed:
        return Unknown(Reason.UNRESOLVED, grant.member.origin, "condition")
    return Known(True, grant.member.origin, grant.member.path)


def grants_on(record: Record, base: str, path: str) -> tuple[list[Record], list[Record]]:
    """The IAM records of ``<base>_iam_*`` on ``record``: those that certainly are, those that may be."""
    certain: list[Record] = []
    possible: list[Record] = []
    for form in FORMS:
        joined = referrers(record, f"{base}_iam_{form}", path)
        certain.extend(joined.certain)
        possible.extend(joined.possible)
    return certain, possible


def public(record: Record, base: str, path: str) -> Attr[bool]:
    """Whether IAM records of ``<base>_iam_*`` let everybody in; ``path`` is their attribute that names ``record``."""
    certain, possible = grants_on(record, base, path)
    found = any_of(Known(False, record), *(_public(grant) for other in certain for grant in grants(other)))
    if isinstance(found, Known) and found.value:
        return found
    for other in possible:
        open_ = any_of(Known(False), *(_public(grant) for grant in grants(other)))
        if isinstance(open_, Unknown) or open_.value:
            return Unknown(Reason.AMBIGUOUS, other, path)
    further = granted_elsewhere(record, certain)
    return found if further is None or isinstance(found, Unknown) else further


def granted_elsewhere(record: Record, certain: Sequence[Record]) -> Unknown | None:
    """What leaves open whether there are grants on ``record`` besides the ``certain`` ones of the input.

    Nothing does where the input shows all of them: those of a thing that is only now being made, and a policy as
    a whole, which replaces any other.
    """
    whole = any(other.type.endswith("_iam_policy") for other in certain)
    if whole or record.action.makes_new or record.links.complete:
        return None
    return Unknown(Reason.NOT_COLLECTED, record, "", _GRANTED_ELSEWHERE)


def callable_by_anybody(record: Record) -> Attr[bool]:
    """Whether anybody may call a Cloud Run service (second version) or a function that runs as one.

    Callers are let in by grants on the record itself and, as it is one thing under several names, by those of both
    versions of Cloud Run (documentation of Cloud Run functions, "Authorize access with IAM").
    """
    own = [public(record, record.type, "cloud_function")] if record.type == "google_cloudfunctions2_function" else []
    return any_of(
        *own,
        public(record, "google_cloud_run_v2_service", "name"),
        public(record, "google_cloud_run_service", "service"),
    )
