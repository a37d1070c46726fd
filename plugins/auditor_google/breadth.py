"""How far a role reaches that is granted on a whole project, folder or organisation, and to whom it is granted.

Basic and predefined roles: https://cloud.google.com/iam/docs/roles-permissions ; how rights are widened:
https://cloud.google.com/iam/docs/best-practices-service-accounts (impersonation, keys, changing policies).
"""

from __future__ import annotations

import re
from typing import Final

from auditor.attr import Attr, Known, Reason, Unknown, map_attr
from auditor.facets import Breadth
from auditor.record import Record
from auditor.text import Text
from auditor_google import roles
from auditor_google.iam import Grant
from auditor_google.reading import texts

_BASIC: Final = {
    "roles/owner": Breadth.ALL,
    "roles/admin": Breadth.ALL,
    "roles/editor": Breadth.NEARLY_ALL,
    "roles/writer": Breadth.NEARLY_ALL,
}
_IDENTITIES: Final = frozenset(
    (
        "roles/iam.securityAdmin",
        "roles/iam.roleAdmin",
        "roles/iam.organizationRoleAdmin",
        "roles/iam.workforcePoolAdmin",
        "roles/iam.workloadIdentityPoolAdmin",
        "roles/resourcemanager.organizationAdmin",
        "roles/resourcemanager.folderAdmin",
        "roles/resourcemanager.folderIamAdmin",
        "roles/resourcemanager.projectIamAdmin",
    )
)
_OTHERS: Final = frozenset(
    (
        "roles/iam.serviceAccountAdmin",
        "roles/iam.serviceAccountKeyAdmin",
        "roles/iam.serviceAccountTokenCreator",
    )
)
_WHOLE_SERVICE: Final = re.compile(r"roles/([\w.]+)\.admin")
_SETS_RIGHTS: Final = re.compile(
    r"resourcemanager\.(?:projects|folders|organizations)\.setIamPolicy|iam\.roles\.update"
)
_ACTS: Final = re.compile(
    r"iam\.serviceAccounts\.(?:setIamPolicy|getAccessToken|implicitDelegation|signBlob|signJwt)"
    r"|iam\.serviceAccountKeys\.create"
)
_CONDITION: Final = Text("条件が残す権限", "what the condition leaves of the role")

_AGENT: Final = re.compile(r"serviceAccount:(?:service-\d+@|[^@]+@gcp-sa-)")
_ACCOUNT: Final = re.compile(r"serviceAccount:[^@]+@([a-z0-9][a-z0-9.:-]*)\.iam\.gserviceaccount\.com")
_CONSUMER: Final = re.compile(r"(?:user|group):[^@]+@(?:gmail|googlemail|googlegroups|outlook|yahoo)\.\w+(?:\.\w+)?")


def breadth(grant: Grant, record: Record) -> Attr[Breadth]:
    """How far the role of the grant reaches on the whole of the project, folder or organisation."""
    found = _of_role(grant, record)
    if grant.narrowed and isinstance(found, Known) and found.value is not Breadth.LIMITED:
        return record.unknown("condition", Reason.UNRESOLVED, _CONDITION)
    return found


def _of_role(grant: Grant, record: Record) -> Attr[Breadth]:
    role = grant.role
    name = role.value if isinstance(role, Known) else None
    if name is not None and name.startswith("roles/"):
        return map_attr(role, lambda _: _predefined(name))
    custom = roles.custom(record, "role", name)
    if isinstance(custom, Unknown) or custom.value is None:
        if isinstance(role, Unknown):
            return role
        return custom if isinstance(custom, Unknown) else record.unknown("role", Reason.OUTSIDE)
    return map_attr(texts(custom.value, "permissions"), _of_permissions)


def _predefined(role: str) -> Breadth:
    if role in _IDENTITIES:
        return Breadth.IDENTITIES
    return Breadth.ACTS_AS_OTHERS if role in _OTHERS else _BASIC.get(role, Breadth.LIMITED)


def _of_permissions(permissions: frozenset[str]) -> Breadth:
    if any(map(_SETS_RIGHTS.fullmatch, permissions)):
        return Breadth.IDENTITIES
    return Breadth.ACTS_AS_OTHERS if any(map(_ACTS.fullmatch, permissions)) else Breadth.LIMITED


def whole_services(grant: Grant) -> Attr[tuple[str, ...]]:
    """The service of which the role is the administrator's."""
    if grant.narrowed and isinstance(grant.role, Known):
        return map_attr(grant.role, lambda _: ())
    return map_attr(grant.role, lambda role: tuple(_WHOLE_SERVICE.findall(role or "")))


def consumer(member: str) -> bool:
    """Whether the principal signs in with an account of everybody's, of no organisation."""
    return _CONSUMER.fullmatch(member) is not None


def other_project(member: str, own: str | None) -> bool:
    """Whether the principal is a service account that a project other than ``own`` has made."""
    found = None if own is None or _AGENT.match(member) else _ACCOUNT.fullmatch(member)
    return found is not None and found[1] != own and not found[1].endswith(("-system", "-robot", "-prod"))
