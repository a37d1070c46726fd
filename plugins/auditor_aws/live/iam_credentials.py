"""Shapers of credentials, identity providers, the password policy and the root user; see :mod:`..services.iam`."""

from __future__ import annotations

import datetime
import functools
from collections.abc import Iterator, Mapping
from typing import Any, Final

from auditor_aws.live.answers import Answers, Refusal
from auditor_aws.live.credential_report import CredentialReport, Row, days_between
from auditor_aws.live.shapes import Shape, tags

_SAME_MOMENT: Final = datetime.timedelta(minutes=1)
"""How much two records of one change may differ."""


_REPORTED: Final = ("aws_iam_access_key", "aws_iam_signing_certificate", "aws_iam_user_login_profile")


def report_of(answers: Answers) -> CredentialReport:
    """The credential report of the account."""
    return CredentialReport(answers.of("GetCredentialReport"))


def keys(answers: Answers) -> Iterator[Shape]:
    """Access keys, passwords and signing certificates, as far as the report tells of them."""
    report = report_of(answers)
    for arn, row in report.users():
        name = arn.rpartition("/")[2]
        if isinstance(row, Refusal):
            for type_ in _REPORTED:
                yield Shape.unlisted(type_, answers, row, name)
            continue
        for key in row.keys:
            shape = Shape("aws_iam_access_key", answers, f"{arn} access_key_{key.number}", "GetCredentialReport")
            shape.values.update(
                user=name,
                status="Active" if key.active else "Inactive",
                use=[{"days": key.unused_days}],
                arn=None,
                tags={},
            )
            yield shape
        for one in row.certificates:
            shape = Shape("aws_iam_signing_certificate", answers, f"{arn} cert_{one.number}", "GetCredentialReport")
            shape.values.update(user_name=name, status="Active" if one.active else "Inactive", arn=None, tags={})
            yield shape
        if row.password:
            profile = Shape("aws_iam_user_login_profile", answers, f"{arn} password", "GetCredentialReport")
            profile.values.update(user=name, arn=None, tags={})
            profile.take(
                "password_reset_required",
                answers.of("GetLoginProfile", name),
                lambda data: bool(data.get("LoginProfile", {}).get("PasswordResetRequired", False)),
            )
            profile.take("password_kept", answers.of("GetLoginProfile", name), functools.partial(_kept, row))
            yield profile


def _kept(row: Row, data: Mapping[str, Any]) -> bool:
    """Whether the password certainly is still the one that somebody gave the user with the right to sign in.

    The date of the profile is that of the first password (IAM API Reference, GetLoginProfile).
    """
    made = data.get("LoginProfile", {}).get("CreateDate")
    if made is None or row.password_set is None:
        return False
    return abs(row.password_set - datetime.datetime.fromisoformat(made)) < _SAME_MOMENT


def devices(answers: Answers) -> Iterator[Shape]:
    """Virtual devices; those that are assigned to nobody as well."""
    for listed in answers.items("ListVirtualMFADevices", "VirtualMFADevices"):
        serial = listed["SerialNumber"]
        shape = Shape("aws_iam_virtual_mfa_device", answers, serial, "ListVirtualMFADevices")
        shape.values.update(arn=serial, user_name=(listed.get("User") or {}).get("UserName"), status=None)
        yield shape


def for_services(answers: Answers) -> Iterator[Shape]:
    """Public keys and credentials for single services."""
    for operation, type_ in _OF_USERS.items():
        for name, refusal in answers.refusals(operation).items():
            yield Shape.unlisted(type_, answers, refusal, name)
    for listed in answers.items("ListSSHPublicKeys", "SSHPublicKeys"):
        address = f"arn:aws:iam::{answers.account}:ssh-key/{listed['SSHPublicKeyId']}"
        shape = Shape("aws_iam_user_ssh_key", answers, address, "ListSSHPublicKeys")
        shape.values.update(username=listed["UserName"], status=listed.get("Status"), arn=None, tags={})
        yield shape
    for listed in answers.items("ListServiceSpecificCredentials", "ServiceSpecificCredentials"):
        address = f"arn:aws:iam::{answers.account}:service-credential/{listed['ServiceSpecificCredentialId']}"
        shape = Shape("aws_iam_service_specific_credential", answers, address, "ListServiceSpecificCredentials")
        shape.values.update(
            user_name=listed["UserName"],
            service_name=listed.get("ServiceName"),
            status=listed.get("Status"),
            credential_age_days=_age(listed),
            arn=None,
            tags={},
        )
        yield shape


_OF_USERS: Final = {
    "ListSSHPublicKeys": "aws_iam_user_ssh_key",
    "ListServiceSpecificCredentials": "aws_iam_service_specific_credential",
}
"""Lists that are asked of each user."""


def _age(listed: Mapping[str, Any]) -> float | None:
    """For how many days a credential was made; ``None`` for one without an end."""
    if not listed.get("ExpirationDate"):
        return None
    made = datetime.datetime.fromisoformat(listed["CreateDate"])
    return days_between(made, datetime.datetime.fromisoformat(listed["ExpirationDate"]))


def providers(answers: Answers) -> Iterator[Shape]:
    """Identity providers that users may sign in at."""
    for listed in answers.items("ListSAMLProviders", "SAMLProviderList"):
        arn = listed["Arn"]
        shape = Shape("aws_iam_saml_provider", answers, arn, "ListSAMLProviders")
        shape.values.update(arn=arn, name=arn.rpartition("/")[2], valid_until=listed.get("ValidUntil"), status=None)
        shape.take("tags", answers.of("ListSAMLProviderTags", arn), lambda data: tags(data.get("Tags")))
        yield shape
    for listed in answers.items("ListOpenIDConnectProviders", "OpenIDConnectProviderList"):
        arn = listed["Arn"]
        shape = Shape("aws_iam_openid_connect_provider", answers, arn, "ListOpenIDConnectProviders")
        shape.values.update(arn=arn, url=arn.partition("/")[2], status=None)
        shape.take("tags", answers.of("ListOpenIDConnectProviderTags", arn), lambda data: tags(data.get("Tags")))
        yield shape


def certificates(answers: Answers) -> Iterator[Shape]:
    """Certificates with private keys that IAM keeps."""
    for listed in answers.items("ListServerCertificates", "ServerCertificateMetadataList"):
        arn, name = listed["Arn"], listed["ServerCertificateName"]
        shape = Shape("aws_iam_server_certificate", answers, arn, "ListServerCertificates", names=(name,))
        shape.values.update(arn=arn, name=name, expiration=listed.get("Expiration"))
        shape.take("tags", answers.of("ListServerCertificateTags", name), lambda data: tags(data.get("Tags")))
        yield shape


def password_policy(answers: Answers) -> Iterator[Shape]:
    """What passwords of users must be; without a policy of its own an account has that of AWS."""
    answer = answers.of("GetAccountPasswordPolicy")
    if answer.refusal is not None:
        return
    address = f"arn:aws:iam::{answers.account}:account-password-policy"
    shape = Shape("aws_iam_account_password_policy", answers, address, "GetAccountPasswordPolicy")
    shape.values.update(arn=None, tags={})
    if answer.absent:
        shape.values.update(
            minimum_password_length=8, kinds=3, password_reuse_prevention=None, max_password_age=None, **_FLAGS
        )
    else:
        said = answer.data["PasswordPolicy"]
        shape.values.update(
            minimum_password_length=said.get("MinimumPasswordLength"),
            kinds=None,
            password_reuse_prevention=said.get("PasswordReusePrevention"),
            max_password_age=said.get("MaxPasswordAge"),
            **{name: said.get(member, False) for name, member in _REQUIRED.items()},
        )
    report = report_of(answers)
    if report.refusal is not None:
        shape.refuse(report.refusal, "users_with_passwords")
    else:
        rows = [row for _, row in report.users()]
        unread = next((row for row in rows if isinstance(row, Refusal)), None)
        having = sum(isinstance(row, Row) and bool(row.password) for row in rows)
        if unread is not None and not having:
            shape.refuse(unread, "users_with_passwords")
        else:
            shape["users_with_passwords"] = having
    yield shape


_REQUIRED: Final = {
    "require_lowercase_characters": "RequireLowercaseCharacters",
    "require_uppercase_characters": "RequireUppercaseCharacters",
    "require_numbers": "RequireNumbers",
    "require_symbols": "RequireSymbols",
}
_FLAGS: Final = dict.fromkeys(_REQUIRED)


def root(answers: Answers) -> Iterator[Shape]:
    """The root user; no type of the provider has it."""
    arn = f"arn:aws:iam::{answers.account}:root"
    summary = answers.of("GetAccountSummary")
    row = report_of(answers).of(arn)
    if summary.refusal is not None and isinstance(row, Refusal):
        return
    shape = Shape("aws_account_root", answers, arn, "GetAccountSummary")
    shape.values.update(arn=arn, tags={})
    counts = summary.data.get("SummaryMap", {}) if summary.refusal is None else {}
    for name, member in _OF_ROOT.items():
        if member in counts:
            shape[name] = counts[member] > 0
        elif isinstance(row, Row) and (said := _root_row(row, name)) is not None:
            shape[name] = said
        elif summary.refusal is not None:
            shape.refuse(summary.refusal, name)
    if isinstance(row, Refusal):
        shape.refuse(row, "use")
    else:
        shape["use"] = [{"days": row.used_days}]
    yield shape


_OF_ROOT: Final = {
    "mfa_active": "AccountMFAEnabled",
    "password_enabled": "AccountPasswordPresent",
    "active_key": "AccountAccessKeysPresent",
    "certificate": "AccountSigningCertificatesPresent",
}


def _root_row(row: Row, name: str) -> bool | None:
    if name == "mfa_active":
        return row.mfa
    if name == "password_enabled":
        return row.password
    return any(one.active for one in (row.keys if name == "active_key" else row.certificates))


def features(answers: Answers) -> Iterator[Shape]:
    """Central management of root credentials; only the organization's own account and its delegate are told."""
    answer = answers.of("ListOrganizationsFeatures")
    if answer.refusal is None and not answer.absent:
        address = f"arn:aws:iam::{answers.account}:organizations-features"
        shape = Shape("aws_iam_organizations_features", answers, address, "ListOrganizationsFeatures")
        shape.values.update(arn=None, enabled_features=list(answer.data.get("EnabledFeatures") or ()), tags={})
        yield shape
