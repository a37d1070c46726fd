"""Grants of roles to principals, on every kind of resource.

https://cloud.google.com/iam/docs/principal-identifiers and :mod:`auditor_google.roles`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from auditor.attr import Attr, Known, Unknown
from auditor.facets import AccountIdentity, DataAccessLog, Delegation, Facet, MfaDemand
from auditor.record import Record
from auditor_google import iam, roles
from auditor_google.iam import Grant, Kind
from auditor_google.registry import REGISTRY
from auditor_google.terraform.iam_types import GRANTED

_MFA: Final = {
    # People sign in at Google, Cloud Identity or an identity provider, and their second factor is set there:
    # https://cloud.google.com/identity/solutions/enforce-mfa
    Kind.PERSON: MfaDemand.AT_IDENTITY_PROVIDER,
    Kind.WORKLOAD: MfaDemand.NOT_A_PERSON,
    Kind.ANYONE: MfaDemand.NOT_REQUIRED,
}


@REGISTRY.adapter(*(f"{base}_iam_{form}" for base in GRANTED for form in iam.FORMS))
def access(record: Record) -> Iterator[Facet]:
    """Principals that get roles: people and everybody always, workloads where a role is administrative or open.

    The organisation's own domain is not part of a configuration, and no person has an account inside a
    project, so every person counts as let in from outside.
    """
    answers: dict[str | None, Attr[bool]] = {}
    outside = False
    for grant in iam.grants(record):
        role = grant.role.value if isinstance(grant.role, Known) else None
        name = "role" if role is None or (isinstance(grant.role, Known) and grant.role.sensitive) else role
        administrative = answers.get(role)
        if administrative is None:
            administrative = answers[role] = roles.administrative(record, "role", grant.role)
        facet = _delegation(grant, name, administrative)
        if facet is not None:
            outside = outside or grant.kind is not Kind.WORKLOAD
            yield facet
    if outside:
        yield AccountIdentity(what="grant-to-person")
    if record.type.endswith("_iam_policy"):
        yield from _audit_configs(record)


def _delegation(grant: Grant, role: str, administrative: Attr[bool]) -> Delegation | None:
    member = grant.member
    if isinstance(member, Unknown) and grant.account is None:
        if isinstance(administrative, Known) and not administrative.value:
            return None  # whoever it is, it gets no administrative rights
        return Delegation(key=f"{grant.path}+{role}", principal=member, administrative=administrative, mfa=member)
    kind = Kind.WORKLOAD if isinstance(member, Unknown) else iam.kind(member.value)
    if kind is Kind.NOBODY:
        return None
    if kind is Kind.WORKLOAD and isinstance(administrative, Known) and not administrative.value:
        return None
    return Delegation(
        key=f"{member.value if isinstance(member, Known) and not member.sensitive else grant.path}+{role}",
        principal=member,
        administrative=administrative,
        mfa=Known(_MFA[kind], member.origin, member.path),
    )


def _audit_configs(record: Record) -> Iterator[DataAccessLog]:
    """A policy as a whole also says which accesses to data are recorded."""
    text = record.text("policy_data")
    policy = iam.parse_policy(text.value) if isinstance(text, Known) else None
    for index, config in enumerate(policy.audit_configs if policy is not None else ()):
        kinds = {entry.log_type for entry in config.audit_log_configs}
        recorded = kinds.issuperset(("DATA_READ", "DATA_WRITE"))
        hidden = isinstance(text, Known) and text.sensitive
        key = f"audit-config:{index if hidden else config.service}"
        yield DataAccessLog(key=key, what="audit-config", enabled=record.known("policy_data", recorded))
