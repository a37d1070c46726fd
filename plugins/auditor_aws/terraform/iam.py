"""IAM: who is let into an account, with which rights, and whether a second factor is demanded.

Sources: Terraform AWS provider documentation, page of each type; IAM User Guide, pages "IAM roles" and
"Centrally manage root access for member accounts".
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from auditor.attr import Attr, Known, Reason, Unknown
from auditor.facets import (
    AccountIdentity,
    Delegation,
    Facet,
    Identity,
    MfaDemand,
    Obstacle,
    ObstacleKind,
    Residue,
    Retirement,
    RootUser,
)
from auditor.record import Record
from auditor.text import Text
from auditor_aws import absent, computed, grants, policies, trust
from auditor_aws import iam_language as iam
from auditor_aws.iam_language import Document, PrincipalDemand, PrincipalKind, Unparseable
from auditor_aws.placement import global_service
from auditor_aws.registry import REGISTRY

_IAM: Final = "IAM"
_INSIDE: Final = frozenset({PrincipalKind.OWN_ACCOUNT, PrincipalKind.SERVICE})
_FEDERATED: Final = frozenset({PrincipalKind.FEDERATED_SAML, PrincipalKind.FEDERATED_OIDC})
_FEDERATED_ACTIONS: Final = frozenset(
    {"sts:assumerolewithsaml", "sts:assumerolewithwebidentity", "sts:tagsession", "sts:setsourceidentity"}
)


def _only_federated(document: Document, demand: PrincipalDemand) -> bool:
    """Whether the statements let in nobody but users of an identity provider, whoever that is."""
    if isinstance(document, Unparseable) or not demand.principal.evidence:
        return False
    found = [s for s in document.statements if s.ref in demand.principal.evidence]
    return all(
        not s.actions.negated
        and not s.actions.unknown
        and bool(s.actions.values)
        and _FEDERATED_ACTIONS.issuperset(s.actions.values)
        for s in found
    )


def _mfa(role: Record, document: Document, demand: PrincipalDemand) -> Attr[MfaDemand]:
    trusted = demand.principal
    if trust.is_workload(trusted):
        return role.known("assume_role_policy", MfaDemand.NOT_A_PERSON)
    if trusted.kind is PrincipalKind.UNKNOWN and _only_federated(document, demand):
        return role.known("assume_role_policy", MfaDemand.AT_IDENTITY_PROVIDER)
    found = grants.DEMANDS.get(demand.demand)
    if found is None or (trusted.kind is PrincipalKind.UNKNOWN and found is not MfaDemand.REQUIRED):
        who = "?" if _hidden(role) else trusted.identifier or "?"
        detail = Text(
            f"信頼された相手 {who} が外部か、多要素認証を要求されるか",
            f"whether {who} is from outside and must use a second factor",
        )
        return role.unknown("assume_role_policy", Reason.UNRESOLVED, detail)
    return role.known("assume_role_policy", found)


def _hidden(role: Record) -> bool:
    """Whether the trust policy is marked sensitive, so that whom it names must not be shown."""
    policy = role.get("assume_role_policy")
    return isinstance(policy, Known) and policy.sensitive


def _principal(role: Record, demand: PrincipalDemand) -> Attr[str]:
    trusted = demand.principal
    if trusted.identifier:
        return Known(trusted.identifier, role, "assume_role_policy", _hidden(role))
    detail = Text("信頼ポリシーの相手", "whom the trust policy names")
    return role.unknown("assume_role_policy", Reason.AFTER_APPLY, detail)


def _delegations(role: Record, document: Document) -> list[Delegation]:
    demands = [
        demand for demand in iam.mfa_demand(document, policies.account_id(role)) if demand.principal.kind not in _INSIDE
    ]
    if not demands:
        return []
    administrative = grants.role_administrative(role)
    return [
        Delegation(
            key=str(index) if _hidden(role) else demand.principal.identifier or "?",
            principal=_principal(role, demand),
            administrative=administrative,
            mfa=_mfa(role, document, demand),
        )
        for index, demand in enumerate(demands)
    ]


@REGISTRY.adapter("aws_iam_role")
def role(record: Record) -> Iterable[Facet]:
    """A role; each principal from outside that may assume it is a delegation."""
    yield global_service(record, _IAM)
    stated = trust.of_role(record)
    if isinstance(stated, Unknown):
        yield Delegation(key="?", principal=stated, administrative=grants.role_administrative(record), mfa=stated)
        return
    if stated.value is None:
        return
    found = _delegations(record, stated.value)
    yield from found
    if any(isinstance(one.principal, Known) for one in found):
        yield AccountIdentity(what="external-trust")


REGISTRY.part(
    "aws_iam_role",
    "aws_iam_role_policy",
    "aws_iam_role_policy_attachment",
    "aws_iam_role_policy_attachments_exclusive",
    "aws_iam_role_policies_exclusive",
    "aws_iam_instance_profile",
    "aws_iam_policy",
    "aws_iam_policy_attachment",
)


def _certain(user: Record, type_: str, path: str = "user") -> Attr[bool]:
    """Whether a separate resource of ``type_`` gives the user something; open for a user that exists already."""
    found = computed.joined(user, type_, path)
    if found.certain:
        return Known(True, found.certain[0], path)
    if found.possible:
        detail = Text(f"{found.possible[0].address} の利用者", f"the user of {found.possible[0].address}")
        return user.unknown(type_, Reason.AMBIGUOUS, detail)
    return absent.without(user, type_)


def _told(user: Record, path: str) -> Attr[bool] | None:
    """What an account says of its users; ``None`` for a plan, which has no such attribute."""
    stated = user.get(path)
    return None if isinstance(stated, Known) and stated.value is None else user.flag(path, False)


def active_key(user: Record) -> Attr[bool]:
    """Whether the user has an access key in force."""
    told = _told(user, "active_key")
    if told is not None:
        return told
    key = _certain(user, "aws_iam_access_key")
    if isinstance(key, Unknown) or not key.value:
        return key
    found = computed.joined(user, "aws_iam_access_key", "user").certain
    states = [one.text_or("status", "Active") for one in found]
    if any(isinstance(state, Known) and state.value == "Active" for state in states):
        return key
    open_ = next((state for state in states if isinstance(state, Unknown)), None)
    return user.known("aws_iam_access_key", False) if open_ is None else open_


def person(user: Record, key: Attr[bool]) -> Attr[bool]:
    """A new user that gets a key and no password is a program's; with neither, nothing says that it is.

    One that is there already and has no password does not sign in as a person.
    """
    told = _told(user, "password_enabled")
    if told is not None:
        return told
    password = _certain(user, "aws_iam_user_login_profile")
    if isinstance(password, Unknown) or password.value:
        return password
    if isinstance(key, Unknown):
        return key
    return user.known("aws_iam_user_login_profile", not key.value)


def user_mfa(user: Record, demand: Attr[MfaDemand], key: Attr[bool]) -> Attr[MfaDemand]:
    """Whether the user needs a second factor: by its policies, or by a device where it only signs in with a password.

    Sign-in asks whoever has a device for it; access keys pass by it unless policies demand it (IAM User Guide, "AWS
    multi-factor authentication in IAM").
    """
    device = _told(user, "mfa_active")
    if device is None or (isinstance(demand, Known) and demand.value is MfaDemand.REQUIRED):
        return demand
    if isinstance(device, Unknown):
        return device
    if not device.value:
        return demand
    if isinstance(key, Unknown):
        return key
    if not key.value:
        return user.known("mfa_active", MfaDemand.REQUIRED)
    return demand if isinstance(demand, Unknown) else user.known("mfa_active", MfaDemand.IF_EXISTS)


def _arn(user: Record) -> Attr[str]:
    """The ARN; that of a new user follows from account, path and name."""
    arn = user.text("arn")
    if isinstance(arn, Known) and arn.value is not None:
        return user.known("arn", arn.value)
    account, path, name = user.account, user.text_or("path", "/"), user.text("name")
    if isinstance(account, Known) and isinstance(path, Known) and isinstance(name, Known) and name.value is not None:
        return user.known("name", f"arn:aws:iam::{account.value}:user{path.value}{name.value}")
    return next((one for one in (account, path, name, arn) if isinstance(one, Unknown)), user.known("arn", ""))


@REGISTRY.adapter("aws_iam_user")
def user(record: Record) -> Iterable[Facet]:
    """A user of the account.  A destroy fails while the user has keys or devices that Terraform does not manage,
    unless ``force_destroy`` is set."""
    yield global_service(record, _IAM)
    rights = grants.of_user(record)
    key = active_key(record)
    yield Identity(
        administrative=grants.user_administrative(record, rights),
        person=person(record, key),
        mfa=user_mfa(record, rights.mfa(), key),
        long_lived_key=key,
        principal=_arn(record),
    )
    yield AccountIdentity(what="iam-user")
    forced = record.flag("force_destroy", False)
    present = forced if isinstance(forced, Unknown) else record.known("force_destroy", not forced.value)
    yield Retirement(obstacles=(Obstacle("force_destroy", ObstacleKind.PROTECTS, present),))


REGISTRY.part(
    "aws_iam_user",
    "aws_iam_user_policy",
    "aws_iam_user_policy_attachment",
    "aws_iam_user_policy_attachments_exclusive",
    "aws_iam_user_policies_exclusive",
    "aws_iam_user_group_membership",
)
REGISTRY.part(
    "aws_iam_user",
    "aws_iam_group_policy",
    "aws_iam_group_policy_attachment",
    "aws_iam_group_policy_attachments_exclusive",
    "aws_iam_group_policies_exclusive",
    "aws_iam_group_membership",
)

_CREDENTIALS: Final = {
    "aws_iam_access_key": "access-key",
    "aws_iam_user_ssh_key": "ssh-key",
    "aws_iam_service_specific_credential": "service-credential",
    "aws_iam_signing_certificate": "signing-certificate",
    "aws_iam_virtual_mfa_device": "mfa-device",
    "aws_iam_saml_provider": "saml-provider",
    "aws_iam_openid_connect_provider": "oidc-provider",
    "aws_rolesanywhere_trust_anchor": "trust-anchor",
}


@REGISTRY.adapter(*_CREDENTIALS)
def credential(record: Record) -> Iterable[Facet]:
    """Something by which somebody gets in, to be gone at the end of use."""
    yield global_service(record, _IAM)
    yield AccountIdentity(what=_CREDENTIALS[record.type], state=record.text("status"))


@REGISTRY.adapter("aws_iam_server_certificate")
def server_certificate(record: Record) -> Iterable[Facet]:
    """Holds a private key."""
    yield global_service(record, _IAM)
    yield Residue(what="server-certificate")


@REGISTRY.adapter("aws_iam_organizations_features")
def root_access(record: Record) -> Iterable[Facet]:
    """Central management of root credentials.  That it is on does not say that the credentials of every member
    account have been removed, nor anything of the management account."""
    yield global_service(record, _IAM)
    if record.links.tells_missing:
        # the root user of every account has a record of its own
        return
    features = record.elements("enabled_features")
    if isinstance(features, Unknown):
        yield RootUser(protected=features)
        return
    enabled = {str(item.value) for item in features.value if isinstance(item, Known)}
    if "RootCredentialsManagement" in enabled:
        detail = Text(
            "ルート認証情報の一元管理は有効だが、各アカウントで削除済みかどうか",
            "root credentials are managed centrally; whether they have been removed from each account",
        )
    else:
        detail = Text("ルートユーザーの多要素認証", "multi-factor authentication of root users")
    yield RootUser(protected=record.unknown("enabled_features", Reason.NOT_COLLECTED, detail))
