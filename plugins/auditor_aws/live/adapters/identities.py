"""Identities of an account as it uses them: when roles were used, how the root user is protected, what is above it.

Sources: IAM API Reference, RoleLastUsed, GetAccountSummary; IAM User Guide, "Root user best practices for your AWS
account" (not for everyday tasks) and "Centrally manage root access for member accounts" (accounts without credentials
of the root user).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from auditor.attr import Attr, Known, Unknown, map_attr
from auditor.facets import (
    Credential,
    DefaultAccount,
    DefaultAccountKind,
    Facet,
    RegionGuardrail,
    RootUser,
    SettingRule,
    Usage,
)
from auditor.record import Record
from auditor_aws.live.adapters import LIVE
from auditor_aws.placement import global_service

_EVERYDAY_DAYS: Final = 30
"""A root user that was used within so many days counts as one for everyday tasks (the auditor's own measure: tasks
that need it, such as closing the account, come up less than monthly)."""

_CREDENTIALS: Final = ("password_enabled", "active_key", "certificate")


@LIVE.adapter("aws_iam_role")
def role(record: Record) -> Iterable[Facet]:
    """When the role was used last."""
    used = record.block("use")
    if isinstance(used, Unknown):
        yield Usage(what="iam-role", unused_days=used)
    elif used.value is not None:
        yield Usage(what="iam-role", unused_days=used.value.number("days"))


@LIVE.adapter("aws_account_root")
def root(record: Record) -> Iterable[Facet]:
    """The root user: protected by MFA, or without any credential; and whether anybody works with it."""
    yield global_service(record, "IAM")
    device, *credentials = (record.flag(name, False) for name in ("mfa_active", *_CREDENTIALS))
    key = credentials[1]
    yield RootUser(protected=_protected(device, credentials, record))
    yield Credential(what="root-access-key", endless=key)
    used = record.block("use")
    days: Attr[float | None]
    if isinstance(used, Unknown):
        days = used
    else:
        days = record.known("use", None) if used.value is None else used.value.number("days")
    yield DefaultAccount(
        kind=DefaultAccountKind.TOPMOST,
        in_use=map_attr(days, lambda since: since is not None and since <= _EVERYDAY_DAYS),
    )


def _protected(device: Attr[bool], credentials: Sequence[Attr[bool]], record: Record) -> Attr[bool]:
    if isinstance(device, Unknown) or device.value:
        return device
    for credential in credentials:
        if isinstance(credential, Known) and credential.value:
            return record.known("mfa_active", False)
    return next((one for one in credentials if isinstance(one, Unknown)), record.known("password_enabled", True))


@LIVE.adapter("aws_organizations_policies_above")
def above(record: Record) -> Iterable[Facet]:
    """Stands for the policies of the organization, which binds its members by them and does not tell them."""
    content = record.text("content")
    if isinstance(content, Unknown):
        yield RegionGuardrail(allowed=content, enforced=content)
        yield SettingRule(rule="organisation-policy", active=content)
