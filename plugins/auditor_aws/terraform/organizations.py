"""AWS Organizations, Control Tower and IAM Identity Center.

Sources: Terraform AWS provider documentation, page of each type; IAM Identity Center User Guide, page
"Multi-factor authentication" (set where users sign in, which no Terraform resource shows); Control Tower User Guide,
page "Region deny control" (parameter AllowedRegions).
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any, Final

from auditor.attr import Attr, Known, Reason, Unknown
from auditor.facets import (
    AccountClosure,
    AccountIdentity,
    Delegation,
    Facet,
    MfaDemand,
    RegionGuardrail,
    Residue,
    Retirement,
)
from auditor.record import Record
from auditor.text import Text
from auditor_aws import absent, computed, grants, policies, retirement
from auditor_aws import iam_language as iam
from auditor_aws.grants import Grants
from auditor_aws.iam_language import Answer, Unparseable
from auditor_aws.placement import global_service, in_region
from auditor_aws.registry import REGISTRY
from auditor_aws.terraform.iam import active_key, person, user_mfa

_ORGANIZATIONS: Final = "Organizations"
_CALLER: Final = "data.aws_caller_identity"
"""There is one for every account of a collection."""
_SETS_RIGHTS: Final = frozenset(
    {
        "sso.amazonaws.com",
        "iam.amazonaws.com",
        "account.amazonaws.com",
        "stacksets.cloudformation.amazonaws.com",
        "member.org.stacksets.cloudformation.amazonaws.com",
    }
)
"""Services whose delegated administrator can give itself or others rights in every account."""


def _asked(account: Record) -> bool:
    """Whether the account is one of those of the collection."""
    own = account.account
    callers = (one.account for one in account.links.of_type(_CALLER))
    return isinstance(own, Known) and any(isinstance(one, Known) and one.value == own.value for one in callers)


@REGISTRY.adapter("aws_organizations_account")
def account(record: Record) -> Iterable[Facet]:
    """A member account; unless ``close_on_deletion`` is set, it leaves the organization and stays open.

    Of accounts that were not asked and are in use, an organization says nothing that bears on those that were.
    """
    yield global_service(record, _ORGANIZATIONS)
    state = record.get("state")
    if record.links.tells_missing and isinstance(state, Known) and state.value == "ACTIVE" and not _asked(record):
        return
    yield AccountClosure(closes=record.flag("close_on_deletion", False), state=record.text("status"))


@REGISTRY.adapter("aws_organizations_organization")
def organization(record: Record) -> Iterable[Facet]:
    """The organization itself."""
    yield global_service(record, _ORGANIZATIONS)


REGISTRY.part(
    "aws_organizations_organization",
    "aws_organizations_organizational_unit",
    "aws_organizations_aws_service_access",
    "aws_organizations_resource_policy",
    "aws_organizations_tag",
)


def _attached(policy: Record) -> Attr[bool]:
    told = policy.get("bound_accounts")
    if isinstance(told, Unknown):
        return told
    if told.value is not None:
        return policy.known("bound_accounts", _binds(policy, frozenset(told.value)))
    found = computed.joined(policy, "aws_organizations_policy_attachment", "policy_id")
    if found.certain:
        return Known(True, found.certain[0], "target_id")
    if found.possible:
        return policy.unknown("aws_organizations_policy_attachment", Reason.AMBIGUOUS)
    return absent.without(policy, "aws_organizations_policy_attachment")


def _binds(policy: Record, bound: frozenset[str]) -> bool:
    """Whether the policy binds every account that was asked.

    The management account is never bound (AWS Organizations User Guide, "Service control policies"); it does not count
    beside others, as nothing but the organization should be managed in it.
    """
    asked = {account.value for one in policy.links.of_type(_CALLER) if isinstance(account := one.account, Known)}
    management = {
        owner.value
        for one in policy.links.of_type("aws_organizations_organization")
        if isinstance(owner := one.text("master_account_id"), Known)
    }
    return bool(bound) and (asked - management or asked) <= bound


@REGISTRY.adapter("aws_organizations_policy")
def policy(record: Record) -> Iterable[Facet]:
    """A policy of the organization; only service control policies keep accounts inside Regions."""
    yield global_service(record, _ORGANIZATIONS)
    yield Retirement(obstacles=(retirement.keeps(record, "skip_destroy"),))
    kind = record.text_or("type", "SERVICE_CONTROL_POLICY")
    if isinstance(kind, Known) and kind.value != "SERVICE_CONTROL_POLICY":
        return
    stated = policies.stated(record, "content")
    if isinstance(kind, Unknown):
        yield RegionGuardrail(allowed=kind, enforced=kind)
        return
    if isinstance(stated, Unknown):
        yield RegionGuardrail(allowed=stated, enforced=_attached(record))
        return
    if stated.value is None or isinstance(stated.value, Unparseable):
        return
    found = iam.region_guardrail(stated.value)
    if found.allowed is not None and found.judgement.answer is Answer.YES:
        allowed = frozenset(region.lower() for region in found.allowed)
        yield RegionGuardrail(allowed=record.known("content", allowed), enforced=_attached(record))
    elif found.judgement.answer is Answer.UNDECIDED:
        ja, _, en = found.judgement.reason.partition(" / ")
        undecided = record.unknown("content", Reason.UNRESOLVED, Text(ja, en))
        yield RegionGuardrail(allowed=undecided, enforced=_attached(record))


REGISTRY.part("aws_organizations_policy", "aws_organizations_policy_attachment")


@REGISTRY.adapter("aws_organizations_delegated_administrator", "aws_cloudtrail_organization_delegated_admin_account")
def delegated_administrator(record: Record) -> Iterable[Facet]:
    """An account that administers a service for the whole organization."""
    yield global_service(record, _ORGANIZATIONS)
    service = record.text_or("service_principal", "cloudtrail.amazonaws.com")
    if record.type != "aws_organizations_delegated_administrator":
        service = record.known("account_id", "cloudtrail.amazonaws.com")
    administrative: Attr[bool] = (
        service if isinstance(service, Unknown) else record.known("service_principal", service.value in _SETS_RIGHTS)
    )
    identifier = record.text_or("account_id", "")
    mfa = _users_mfa(record, identifier.value) if isinstance(identifier, Known) else None
    if mfa is None:
        detail = Text(
            "委任先アカウントの利用者の多要素認証", "multi-factor authentication of the users of that account"
        )
        mfa = record.unknown("account_id", Reason.OUTSIDE, detail)
    yield Delegation(principal=identifier, administrative=administrative, mfa=mfa)


def _users_mfa(record: Record, account: str) -> Attr[MfaDemand] | None:
    """What the administrators of another account need, where that was asked as well; the weakest of them decides.

    Others may sign in to it at an identity provider, which is for material to show.
    """
    links = record.links
    if not links.tells_missing or not any(_of_account(one, account) for one in links.of_type(_CALLER)):
        return None
    open_: Unknown | None = None
    for user in links.of_type("aws_iam_user"):
        if not _of_account(user, account):
            continue
        if user.unlisted is not None:
            return user.unlisted.unknown
        found = grants.of_user(user)
        administrative, key = grants.user_administrative(user, found), active_key(user)
        if isinstance(administrative, Known) and not administrative.value:
            continue
        demand = user_mfa(user, found.mfa(), key)
        for attr in (administrative, person(user, key), demand):
            if isinstance(attr, Unknown):
                open_ = attr if open_ is None else open_
                break
            if attr.value in (False, MfaDemand.REQUIRED):
                break
        else:
            return demand
    return record.known("account_id", MfaDemand.AT_IDENTITY_PROVIDER) if open_ is None else open_


def _of_account(record: Record, account: str) -> bool:
    own = record.account
    return isinstance(own, Known) and own.value == account


def _regions(value: Any) -> frozenset[str] | None:
    """``AllowedRegions`` of a control: a JSON list, or a list already."""
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except ValueError:
            return None
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return frozenset(item.lower() for item in value)
    return None


@REGISTRY.adapter("aws_controltower_control")
def control(record: Record) -> Iterable[Facet]:
    """A control that is switched on for an organizational unit; the one that denies Regions names the allowed ones."""
    yield in_region(record, stores_data=False)
    parameters = record.blocks("parameters")
    if isinstance(parameters, Unknown):
        return
    for parameter in parameters.value:
        name = parameter.text("key")
        if not isinstance(name, Known) or name.value != "AllowedRegions":
            continue
        value = parameter.get("value")
        allowed: Attr[frozenset[str]]
        if isinstance(value, Unknown):
            allowed = value
        else:
            regions = _regions(value.value)
            allowed = (
                parameter.unknown("value", Reason.UNPARSEABLE) if regions is None else parameter.known("value", regions)
            )
        yield RegionGuardrail(allowed=allowed, enforced=record.known("target_identifier", True))


REGISTRY.inert("aws_controltower_landing_zone", "aws_controltower_baseline")


def permission_set_grants(record: Record) -> Grants:
    """The policies of a permission set."""
    grants = Grants(record)
    attachments = computed.joined(record, "aws_ssoadmin_managed_policy_attachment", "permission_set_arn")
    grants.add_separate(attachments, "managed_policy_arn", managed=True)
    exclusive = computed.joined(record, "aws_ssoadmin_managed_policy_attachments_exclusive", "permission_set_arn")
    grants.add_separate(exclusive, "managed_policy_arns", managed=True, listed=True)
    inline = computed.joined(record, "aws_ssoadmin_permission_set_inline_policy", "permission_set_arn")
    grants.add_separate(inline, "inline_policy", managed=False)
    customer = computed.joined(record, "aws_ssoadmin_customer_managed_policy_attachment", "permission_set_arn")
    named = [one.get("customer_managed_policy_reference") for one in (*customer.certain, *customer.possible)]
    refused = [one for one in named if isinstance(one, Unknown) and one.reason in (Reason.DENIED, Reason.FAILED)]
    if refused and len(refused) == len(named):
        # whether there is any was not told
        grants.leave_open(refused[0])
    elif named:
        # They are named, and each account has its own policy of that name.
        detail = Text("各アカウントにある同名のポリシーの内容", "the policies of that name in each account")
        grants.leave_open(Unknown(Reason.OUTSIDE, record, "customer_managed_policy_reference", detail))
    listed = absent.without(record, "aws_ssoadmin_managed_policy_attachment")
    if isinstance(listed, Unknown):
        grants.leave_open(listed)
    return grants


def permission_set_boundary(record: Record) -> Grants | None:
    """What the permissions boundary of a permission set allows; ``None`` if it has none."""
    boundary = computed.joined(record, "aws_ssoadmin_permissions_boundary_attachment", "permission_set_arn")
    if not (boundary.certain or boundary.possible):
        return None
    limit = Grants(record)
    for one in boundary.certain:
        limit.add_managed(one, "permissions_boundary.0.managed_policy_arn")
    if (not limit.documents and not limit.managed) or boundary.possible:
        limit.leave_open(Unknown(Reason.OUTSIDE, record, "permissions_boundary"))
    return limit


def permission_set_administrative(record: Record) -> Attr[bool]:
    """Whether a permission set carries administrative rights."""
    rights = permission_set_grants(record).administrative()
    boundary = permission_set_boundary(record)
    if boundary is not None and isinstance(rights, Known) and rights.value:
        return boundary.administrative()
    return rights


def _who(assignment: Record) -> Attr[str]:
    """The user or group by its name, where the directory was asked for it."""
    name = assignment.text("principal_name")
    if isinstance(name, Known) and name.value is not None:
        return assignment.known("principal_name", name.value)
    return assignment.text_or("principal_id", "")


@REGISTRY.adapter("aws_ssoadmin_account_assignment")
def assignment(record: Record) -> Iterable[Facet]:
    """A user or group of the identity provider that gets a permission set in an account."""
    yield in_region(record, stores_data=False)
    found = record.target("permission_set_arn", "aws_ssoadmin_permission_set")
    administrative: Attr[bool]
    if isinstance(found, Unknown):
        administrative = found
    elif found.value is None:
        detail = Text("入力に含まれない権限セット", "a permission set that is not in the input")
        administrative = record.unknown("permission_set_arn", Reason.OUTSIDE, detail)
    else:
        administrative = permission_set_administrative(found.value)
    identifier = record.text("principal_id")
    yield Delegation(
        principal=_who(record),
        administrative=administrative,
        mfa=record.known("permission_set_arn", MfaDemand.AT_IDENTITY_PROVIDER),
        # both the name and the id stand for it
        names=(identifier.value,) if isinstance(identifier, Known) and identifier.value else (),
    )
    yield AccountIdentity(what="identity-center-assignment")


REGISTRY.part(
    "aws_ssoadmin_account_assignment",
    "aws_ssoadmin_managed_policy_attachment",
    "aws_ssoadmin_managed_policy_attachments_exclusive",
    "aws_ssoadmin_permission_set_inline_policy",
    "aws_ssoadmin_customer_managed_policy_attachment",
    "aws_ssoadmin_customer_managed_policy_attachments_exclusive",
    "aws_ssoadmin_permissions_boundary_attachment",
)


@REGISTRY.adapter("aws_identitystore_user")
def directory_user(record: Record) -> Iterable[Facet]:
    """A user of the directory of IAM Identity Center: name and address of a person."""
    yield in_region(record)
    yield AccountIdentity(what="identity-center-user")
    yield Residue(what="identity-center-user")


REGISTRY.part("aws_identitystore_user", "aws_identitystore_group", "aws_identitystore_group_membership")
