"""How far the rights of roles, users, groups and permission sets reach, and how long a session lasts.

Sources: Terraform AWS provider documentation, pages ``aws_iam_role`` (max_session_duration: 3600 seconds unless
stated), ``aws_ssoadmin_permission_set`` (session_duration: PT1H unless stated), ``aws_accessanalyzer_analyzer``; IAM Identity
Center User Guide, "Set session duration" (the roles it makes allow 12 hours, and permission sets decide).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from auditor.attr import Attr, Known, Reason, Unknown, map_attr
from auditor.facets import (
    AccessAnalyser,
    Breadth,
    Credential,
    DelegatedRights,
    Facet,
    IdentityName,
    PasswordPolicy,
    PrivilegedSession,
    Rights,
    Usage,
)
from auditor.record import Record
from auditor.text import Text
from auditor_aws import breadth, computed, grants, policies, trust
from auditor_aws.grants import Grants
from auditor_aws.iam_language import PrincipalKind, TrustedPrincipal, trusted_principals
from auditor_aws.placement import global_service, in_region
from auditor_aws.policies import Stated
from auditor_aws.registry import REGISTRY
from auditor_aws.shown import shown
from auditor_aws.terraform.iam import active_key, person
from auditor_aws.terraform.organizations import permission_set_boundary, permission_set_grants

_PERIOD: Final = re.compile(r"P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?")
_IDENTITY_CENTER: Final = "/aws-reserved/sso.amazonaws.com/"
_RESERVED: Final = "AWSReservedSSO_"
_LAST_USE: Final = Text("最後に使われた日", "when it was used last")


def _rights(found: Grants, boundary: Grants | None, persons: Attr[bool]) -> tuple[Attr[Breadth], Rights]:
    reach = breadth.breadth(found, boundary)
    return reach, Rights(breadth=reach, whole_services=breadth.whole_services(found, boundary), person=persons)


def _wide(reach: Attr[Breadth]) -> Attr[bool]:
    return map_attr(reach, lambda value: value is not Breadth.LIMITED)


@REGISTRY.adapter("aws_iam_role")
def role(record: Record) -> Iterable[Facet]:
    """Rights of a role, of whom it lets in from outside, and the length of its sessions.

    Roles that services assume have no sessions of persons; the length then bears on nobody.
    """
    stated = trust.of_role(record)
    persons = trust.persons(record, stated)
    reach, rights = _rights(grants.of_role(record), grants.boundary_of(record), persons)
    yield rights
    yield from _delegated(record, stated, reach)
    if (isinstance(persons, Unknown) or persons.value) and not _of_seen_set(record):
        yield PrivilegedSession(
            hours=_role_hours(record),
            administrative=_wide(reach) if isinstance(persons, Known) else persons,
        )


def _permission_set(role: Record) -> str:
    """The name of the permission set that IAM Identity Center has made the role for; empty for any other role."""
    path, name = role.text("path"), role.text("name")
    if not (isinstance(path, Known) and (path.value or "").startswith(_IDENTITY_CENTER) and isinstance(name, Known)):
        return ""
    return (name.value or "").removeprefix(_RESERVED).rpartition("_")[0]


def _of_seen_set(role: Record) -> bool:
    """Whether a permission set of the input tells how long sessions of the role last."""
    name = _permission_set(role)
    return bool(name) and any(
        isinstance(one, Known) and one.value == name
        for one in (found.text("name") for found in role.links.of_type("aws_ssoadmin_permission_set"))
    )


def _role_hours(role: Record) -> Attr[float]:
    if _permission_set(role):
        # such roles allow 12 hours, and the permission set says how many of them a session gets
        detail = Text("権限セットの接続時間", "how long sessions of the permission set last")
        return role.unknown("max_session_duration", Reason.OUTSIDE, detail)
    return map_attr(role.number_or("max_session_duration", 3600), lambda value: value / 3600)


def _delegated(record: Record, stated: Stated, reach: Attr[Breadth]) -> Iterable[DelegatedRights]:
    if isinstance(stated, Unknown) or stated.value is None:
        return
    hidden = isinstance(policy := record.get("assume_role_policy"), Known) and policy.sensitive
    for index, trusted in enumerate(trusted_principals(stated.value, policies.account_id(record))):
        inside = trusted.kind in (PrincipalKind.SERVICE, PrincipalKind.OWN_ACCOUNT) or trust.is_of_own_cluster(trusted)
        if inside or not trusted.identifier:
            continue
        yield DelegatedRights(
            key=str(index) if hidden else trusted.identifier,
            principal=Known(trusted.identifier, record, "assume_role_policy", hidden),
            outside=_outside(record, trusted),
            breadth=reach,
        )


def _outside(record: Record, trusted: TrustedPrincipal) -> Attr[bool]:
    if trusted.kind in (PrincipalKind.FOREIGN_ACCOUNT, PrincipalKind.ANYONE):
        return record.known("assume_role_policy", True)
    if trusted.kind in (PrincipalKind.FEDERATED_SAML, PrincipalKind.FEDERATED_OIDC):
        # Jobs sign in at providers of others; persons may sign in at the organisation's own.
        return record.known("assume_role_policy", trust.is_workload(trusted))
    detail = Text("信頼された相手が外部か", "whether the principal is from outside")
    return record.unknown("assume_role_policy", Reason.UNRESOLVED, detail)


@REGISTRY.adapter("aws_iam_user")
def user(record: Record) -> Iterable[Facet]:
    """Rights, name and last use of a user."""
    who = person(record, active_key(record))
    yield _rights(grants.of_user(record), grants.boundary_of(record), who)[1]
    name = record.text("name")
    if isinstance(name, Unknown) or name.value is not None:
        yield IdentityName(name=map_attr(name, lambda value: value or ""), person=who)
    yield from _usage(record, "iam-user")


def _usage(record: Record, what: str) -> Iterable[Usage]:
    """What the plan makes has not been used yet; of what is there no plan says when it was, but an account does."""
    told = record.block("use")
    if isinstance(told, Unknown):
        yield Usage(what=what, unused_days=told)
    elif told.value is not None:
        yield Usage(what=what, unused_days=told.value.number("days"))
    elif not record.action.makes_new:
        yield Usage(what=what, unused_days=record.unknown("", Reason.NOT_COLLECTED, _LAST_USE))


@REGISTRY.adapter("aws_iam_access_key")
def access_key(record: Record) -> Iterable[Facet]:
    """A key; that of a user of the input counts among the user's, see ``aws_iam_user``."""
    yield from _usage(record, "access-key")
    owner = record.target("user", "aws_iam_user")
    if isinstance(owner, Known) and owner.value is not None:
        return
    if isinstance(owner, Unknown) and record.links.tells_missing:
        # a user that could not be listed has it
        return
    state = record.text_or("status", "Active")
    yield Credential(what="access-key", endless=map_attr(state, lambda value: value == "Active"))


@REGISTRY.adapter("aws_iam_service_specific_credential")
def service_credential(record: Record) -> Iterable[Facet]:
    """User name and password, or a key, for one service; without an age of its own it has no end."""
    state, age = record.text_or("status", "Active"), record.number("credential_age_days")
    endless: Attr[bool]
    if isinstance(state, Unknown):
        endless = state
    elif state.value != "Active":
        endless = record.known("status", False)
    else:
        endless = map_attr(age, lambda days: days is None)
    yield Credential(what="service-credential", endless=endless)


@REGISTRY.adapter("aws_iam_user_login_profile")
def login_profile(record: Record) -> Iterable[Facet]:
    """The console password of a user, made by whoever applies the plan.

    Without ``password_reset_required`` the user need not change it: API reference of IAM, CreateLoginProfile.
    """
    yield global_service(record, "IAM")
    required = computed.flag(record, "password_reset_required", False)
    kept = record.get("password_kept")
    if isinstance(required, Known) and not required.value and (isinstance(kept, Unknown) or kept.value is False):
        # an account tells of passwords that were changed since neither who did nor what was demanded then
        detail = Text("最初のパスワードの変更を求められたか", "whether a change of the first password was demanded")
        required = record.unknown("password_reset_required", Reason.NOT_COLLECTED, detail)
    yield PasswordPolicy(what="iam-user", account=True, changed_at_first=required)


@REGISTRY.adapter("aws_iam_group")
def group(record: Record) -> Iterable[Facet]:
    """Rights of a group; members of it may be named anywhere."""
    yield global_service(record, "IAM")
    yield _rights(grants.of_group(record), None, record.known("name", True))[1]


@REGISTRY.adapter("aws_ssoadmin_permission_set")
def permission_set(record: Record) -> Iterable[Facet]:
    """Rights that persons get in accounts, and the length of their sessions."""
    yield in_region(record, stores_data=False)
    persons = record.known("name", True)
    reach, rights = _rights(permission_set_grants(record), permission_set_boundary(record), persons)
    yield rights
    yield PrivilegedSession(hours=_hours(record), administrative=_wide(reach))


def _hours(record: Record) -> Attr[float]:
    period = record.text_or("session_duration", "PT1H")
    if isinstance(period, Unknown):
        return period
    match = _PERIOD.fullmatch(period.value)
    if match is None:
        return record.unknown("session_duration", Reason.UNPARSEABLE)
    days, hours, minutes, seconds = (int(part or 0) for part in match.groups())
    return record.known("session_duration", days * 24 + hours + minutes / 60 + seconds / 3600)


@REGISTRY.adapter("aws_accessanalyzer_analyzer")
def analyser(record: Record) -> Iterable[Facet]:
    """An analyser; it works as soon as it is there, unless the account says that it does not."""
    yield in_region(record, stores_data=False)
    kind, status = record.text_or("type", "ACCOUNT"), record.text_or("status", "ACTIVE")
    active: Attr[bool] = map_attr(status, lambda state: state == "ACTIVE")
    if isinstance(status, Known) and status.value == "CREATING":
        active = record.unknown("status", Reason.UNRESOLVED, Text("作成の途中である", "it is being created"))
    yield AccessAnalyser(what=shown(kind) or "analyzer", active=active)
