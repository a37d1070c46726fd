"""Which roles of Google Cloud IAM give administrative rights (管理権限).

Basic and predefined roles: https://cloud.google.com/iam/docs/roles-permissions .
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from auditor.attr import Attr, Known, Reason, Unknown, map_attr
from auditor.record import Record
from auditor_google.reading import by_text, texts

CUSTOM_ROLES: Final = ("google_project_iam_custom_role", "google_organization_iam_custom_role")

_BASIC: Final = frozenset(("roles/owner", "roles/editor", "roles/admin", "roles/writer"))
"""Basic roles that change nearly every resource; the last two are the newer names of such roles."""

_NAMED: Final = frozenset(
    (
        # Roles that hand out rights or act as somebody else without "admin" in their names.
        "roles/iam.serviceAccountTokenCreator",
        "roles/iam.serviceAccountKeyCreator",
        "roles/iam.workforcePoolEditor",
        "roles/resourcemanager.folderCreator",
        "roles/resourcemanager.folderEditor",
        "roles/resourcemanager.folderMover",
        "roles/resourcemanager.lienModifier",
        "roles/resourcemanager.projectCreator",
        "roles/resourcemanager.projectDeleter",
        "roles/resourcemanager.projectMover",
        "roles/deploymentmanager.editor",
        # Signing in to machines as their administrator: https://cloud.google.com/compute/docs/oslogin/set-up-oslogin
        "roles/compute.osAdminLogin",
    )
)
_ADMIN: Final = re.compile(r"(?:admin|Admin|AdminV\d|adminEditor|AdminEditor|superAdmin)$")

_PERMISSION: Final = re.compile(
    # Handing out rights, making credentials, destroying keys, changing the organisation or its audit trail.
    r".*\.setIamPolicy"
    r"|iam\.(roles\.(create|update|delete|undelete)|serviceAccountKeys\.create"
    r"|serviceAccounts\.(create|delete|actAs|getAccessToken|getOpenIdToken|implicitDelegation|signBlob|signJwt)"
    r"|(workloadIdentityPools|workforcePools|denypolicies)\w*\.(create|update|delete))"
    r"|resourcemanager\.(projects|folders|organizations)\.(create|delete|move|update|undelete|createPolicyBinding)"
    r"|orgpolicy\.policies?\.(create|update|delete|set)|orgpolicy\.policy\.set"
    r"|cloudkms\.cryptoKeyVersions\.destroy|cloudkms\.cryptoKeys\.update"
    r"|logging\.(sinks|buckets|exclusions)\.(create|update|delete)|logging\.logs\.delete"
    r"|billing\.\w+\.(update|close|delete|move)|compute\.instances\.osAdminLogin"
)


def predefined(role: str) -> bool:
    """Whether a basic or predefined role is administrative."""
    return role in _BASIC or role in _NAMED or _ADMIN.search(role) is not None


def of_permissions(permissions: Iterable[str]) -> bool:
    """Whether a custom role with these permissions is administrative."""
    return any(_PERMISSION.fullmatch(permission) for permission in permissions)


def custom(record: Record, path: str, role: str | None) -> Attr[Record | None]:
    """The custom role that ``path`` of an IAM record names; ``None`` for one that the input does not hold."""
    target = record.target(path, *CUSTOM_ROLES)
    if isinstance(target, Known) and target.value is not None:
        return target
    if role is not None:
        for type_ in CUSTOM_ROLES:
            known, _ = by_text(record.links, type_, "role_id")
            found = known.get(role.rsplit("/", 1)[-1], [])
            if len(found) == 1:
                return Known(found[0], record, path)
    return target


def administrative(record: Record, path: str, role: Attr[str | None]) -> Attr[bool]:
    """Whether the role at ``path`` of an IAM record is administrative.

    Unknown for a custom role that the input does not contain.
    """
    if isinstance(role, Known) and role.value is not None and role.value.startswith("roles/"):
        return map_attr(role, lambda value: predefined(value or ""))
    target = custom(record, path, role.value if isinstance(role, Known) else None)
    if isinstance(target, Unknown):
        return role if isinstance(role, Unknown) else target
    if target.value is not None:
        permissions = texts(target.value, "permissions")
        return (
            permissions if isinstance(permissions, Unknown) else Known(of_permissions(permissions.value), record, path)
        )
    return role if isinstance(role, Unknown) else Unknown(Reason.OUTSIDE, record, path)
