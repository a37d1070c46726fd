"""Users, groups, roles, policies, credentials and the root user.

Sources: IAM API Reference (GetAccountAuthorizationDetails, ListRoles, ListPolicies, GetPolicyVersion, GetAccountSummary,
GetCredentialReport, GetLoginProfile, ListMFADevices, ListVirtualMFADevices, GetAccountPasswordPolicy, ListSAMLProviders,
ListOpenIDConnectProviders, ListServerCertificates, ListSSHPublicKeys, ListServiceSpecificCredentials,
ListOrganizationsFeatures); AWS provider documentation, pages ``aws_iam_*``; IAM User Guide, "Generate credential reports
for your AWS account", "Set an account password policy for IAM users" (the default policy: 8 characters of three kinds,
no end), "Refine permissions using last accessed information" (400 days).
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from typing import Any, Final

import msgspec

from auditor_aws.live import iam_credentials as credentials
from auditor_aws.live.answers import Answer, Answers, Refusal
from auditor_aws.live.catalogue import Call, Service, Where
from auditor_aws.live.credential_report import Row, days_between
from auditor_aws.live.shapes import Shape, tags

_TRACKED_DAYS: Final = 400.0
"""For how long IAM keeps when a role was used (IAM API Reference, RoleLastUsed)."""
_SERVICE_LINKED: Final = "/aws-service-role/"
_REPORTED: Final = ("password_enabled", "active_key", "use")


def _json(document: Any) -> str | None:
    """A policy as text: botocore decodes what it can read."""
    if document is None or isinstance(document, str):
        return document
    return msgspec.json.encode(document).decode()


def _details(answers: Answers, name: str) -> Iterator[Mapping[str, Any]]:
    return answers.items("GetAccountAuthorizationDetails", name)


def _boundary(detail: Mapping[str, Any]) -> str | None:
    return (detail.get("PermissionsBoundary") or {}).get("PermissionsBoundaryArn")


def users(answers: Answers) -> Iterator[Shape]:
    """Users with what says of each whether a second factor is asked for, and when it was here last."""
    report = credentials.report_of(answers)
    for detail in _details(answers, "UserDetailList"):
        arn, name = detail["Arn"], detail["UserName"]
        shape = Shape("aws_iam_user", answers, arn, "GetAccountAuthorizationDetails", names=(name,))
        shape.values.update(
            arn=arn,
            id=name,
            name=name,
            path=detail.get("Path"),
            permissions_boundary=_boundary(detail),
            tags=tags(detail.get("Tags")),
            # only what Terraform does: whether it removes credentials that it does not manage
            force_destroy=True,
        )
        row = report.of(arn)
        _device(shape, row, answers.of("ListMFADevices", name), report.action)
        _reported(shape, row)
        yield shape
        yield from _attached(answers, detail, "user", arn, name)
        if groups := detail.get("GroupList"):
            yield _part(answers, "aws_iam_user_group_membership", f"{arn} groups", user=name, groups=list(groups))


def _device(shape: Shape, row: Row | Refusal, devices: Answer, report: str) -> None:
    """Whether the user has a device of any kind: virtual, hardware, passkey or security key.

    Only users with a password are asked of, for only at sign-in does a device decide; the report tells of the others.
    """
    if devices.refusal is None and not devices.absent:
        shape["mfa_active"] = bool(devices.items("MFADevices"))
        shape.calls["mfa_active"] = devices.call
    elif isinstance(row, Row):
        shape["mfa_active"] = row.mfa
        shape.calls["mfa_active"] = report
    else:
        shape.refuse(row, "mfa_active")


def _reported(shape: Shape, row: Row | Refusal) -> None:
    if isinstance(row, Refusal):
        shape.refuse(row, *_REPORTED)
        return
    shape["password_enabled"] = row.password
    shape["active_key"] = any(key.active for key in row.keys)
    shape["use"] = [{"days": row.unused_days}]


def _part(answers: Answers, type_: str, address: str, **values: Any) -> Shape:
    return Shape(type_, answers, address, "GetAccountAuthorizationDetails", values=values)


def _attached(answers: Answers, detail: Mapping[str, Any], kind: str, arn: str, name: str) -> Iterator[Shape]:
    """The policies of a user or group, which the provider has as separate resources."""
    for inline in detail.get(f"{kind.capitalize()}PolicyList") or ():
        address = f"{arn} {inline['PolicyName']}"
        values = {kind: name, "name": inline["PolicyName"], "policy": _json(inline.get("PolicyDocument"))}
        yield _part(answers, f"aws_iam_{kind}_policy", address, **values)
    for managed in detail.get("AttachedManagedPolicies") or ():
        address = f"{arn} {managed['PolicyArn']}"
        yield _part(
            answers, f"aws_iam_{kind}_policy_attachment", address, **{kind: name, "policy_arn": managed["PolicyArn"]}
        )


def groups(answers: Answers) -> Iterator[Shape]:
    """Groups with their policies; who is in them stands with the users."""
    for detail in _details(answers, "GroupDetailList"):
        arn, name = detail["Arn"], detail["GroupName"]
        shape = Shape("aws_iam_group", answers, arn, "GetAccountAuthorizationDetails", names=(name,))
        shape.values.update(arn=arn, id=name, name=name, path=detail.get("Path"), tags={})
        yield shape
        yield from _attached(answers, detail, "group", arn, name)


def roles(answers: Answers) -> Iterator[Shape]:
    """Roles; those that services make for themselves are of another type, as nobody can change them."""
    asked = answers.of("GetAccountAuthorizationDetails").time
    sessions = answers.of("ListRoles")
    longest = {role["Arn"]: role.get("MaxSessionDuration") for role in answers.items("ListRoles", "Roles")}
    for detail in _details(answers, "RoleDetailList"):
        arn, name, path = detail["Arn"], detail["RoleName"], detail.get("Path", "/")
        linked = path.startswith(_SERVICE_LINKED)
        type_ = "aws_iam_service_linked_role" if linked else "aws_iam_role"
        shape = Shape(type_, answers, arn, "GetAccountAuthorizationDetails", names=(name,))
        shape.values.update(arn=arn, id=name, name=name, path=path, tags=tags(detail.get("Tags")))
        if linked:
            shape["aws_service_name"] = path.split("/")[2]
            yield shape
            continue
        shape.values.update(
            assume_role_policy=_json(detail.get("AssumeRolePolicyDocument")),
            inline_policy=[
                {"name": inline["PolicyName"], "policy": _json(inline.get("PolicyDocument"))}
                for inline in detail.get("RolePolicyList") or ()
            ],
            managed_policy_arns=[one["PolicyArn"] for one in detail.get("AttachedManagedPolicies") or ()],
            permissions_boundary=_boundary(detail),
            force_detach_policies=True,
            use=[{"days": _unused(detail, asked)}],
        )
        if sessions.refusal is not None and arn not in longest:
            shape.refuse(sessions.refusal, "max_session_duration")
        elif arn in longest:
            shape["max_session_duration"] = longest[arn]
        shape.calls["max_session_duration"] = sessions.call
        yield shape
        for profile in detail.get("InstanceProfileList") or ():
            values = {"name": profile["InstanceProfileName"], "role": name, "arn": profile["Arn"]}
            yield _part(answers, "aws_iam_instance_profile", profile["Arn"], **values)


def _unused(detail: Mapping[str, Any], asked: datetime.datetime | None) -> float | None:
    """Days since the role was used, or since it was made; at most as many as IAM keeps."""
    used = (detail.get("RoleLastUsed") or {}).get("LastUsedDate")
    since = datetime.datetime.fromisoformat(used or detail["CreateDate"])
    days = days_between(since, asked or since)
    return days if used else min(days, _TRACKED_DAYS)


def policies(answers: Answers) -> Iterator[Shape]:
    """Managed policies of the account, and those of AWS that are attached to somebody."""
    for detail in _details(answers, "Policies"):
        arn = detail["Arn"]
        name = arn.rpartition("/")[2]
        shape = Shape("aws_iam_policy", answers, arn, "GetAccountAuthorizationDetails", names=(name,))
        shape.values.update(arn=arn, id=arn, name=name, path=detail.get("Path"))
        for version in detail.get("PolicyVersionList") or ():
            if version.get("IsDefaultVersion"):
                shape["policy"] = _json(version.get("Document"))
        yield shape
    for listed in answers.items("ListPolicies", "Policies"):
        version = answers.of("GetPolicyVersion", listed["Arn"])
        shape = Shape("data.aws_iam_policy", answers, listed["Arn"], "ListPolicies")
        shape.values.update(arn=listed["Arn"], name=listed["Arn"].rpartition("/")[2])
        shape.take("policy", version, lambda data: _json(data["PolicyVersion"].get("Document")))
        if version.refusal is None:
            yield shape


def _without_seeds(data: Any) -> None:
    """Seeds of devices are not part of the answer (ListVirtualMFADevices); should they be, they are not kept."""
    for device in data.get("VirtualMFADevices") or ():
        device.pop("Base32StringSeed", None)
        device.pop("QRCodePNG", None)


_PAGE: Final = {"MaxItems": 1000}
_EACH_USER: Final = {"each": "GetAccountAuthorizationDetails", "over": "UserDetailList[].UserName"}
_EACH_PERSON: Final = {
    "each": "GetCredentialReport",
    # the root user, in the first row, is no user that can be asked of
    "over": "csv(Content)[?contains(['true', 'TRUE'], password_enabled) && user != '<root_account>'].user",
}
"""Users with a password: an account may have thousands of users that are programs."""
_ATTACHMENTS: Final = ("policy", "policy_attachment", "policy_attachments_exclusive", "policies_exclusive")
_DETAILED: Final = (
    "aws_iam_user",
    "aws_iam_group",
    "aws_iam_role",
    "aws_iam_policy",
    "aws_iam_instance_profile",
    "aws_iam_service_linked_role",
    "aws_iam_policy_attachment",
    "aws_iam_user_group_membership",
    "aws_iam_group_membership",
    *(f"aws_iam_{kind}_{what}" for kind in ("user", "group", "role") for what in _ATTACHMENTS),
)
_LISTED: Final = frozenset(("teardown", "residency", "inventory"))
"""What every listed thing bears on: it is somewhere, and must be gone at the end."""
_USES: Final = _LISTED | {"identity", "mfa", "credential", "password", "privileged", "access"}


def _tags_of(operation: str, each: str, over: str, parameter: str) -> Call:
    return Call(operation=operation, each=each, over=over, parameters={parameter: "@"})


def _of_users(
    operation: str,
    *subjects: str,
    which: Mapping[str, str] = _EACH_USER,
    yields: tuple[str, ...] = (),
    pages: tuple[str, str] | None = None,
) -> Call:
    return Call(
        operation=operation,
        yields=yields,
        each=which["each"],
        over=which["over"],
        parameters={"UserName": "@"},
        pages=pages,
        # a user that was deleted on the way, or has nothing of the kind
        absent=("NoSuchEntity",),
        subjects=frozenset(subjects),
    )


SERVICES: Final = (
    Service(
        name="iam",
        where=Where.GLOBAL,
        calls=(
            Call(
                operation="GetAccountAuthorizationDetails",
                yields=_DETAILED,
                # without a filter all managed policies of AWS come, with every version
                fixed={**_PAGE, "Filter": ["User", "Role", "Group", "LocalManagedPolicy"]},
            ),
            Call(operation="ListRoles", fixed=_PAGE, subjects=frozenset(("privileged",))),
            Call(operation="ListPolicies", fixed={**_PAGE, "Scope": "AWS", "OnlyAttached": True}),
            Call(
                operation="GetPolicyVersion",
                each="ListPolicies",
                over="Policies[]",
                parameters={"PolicyArn": "Arn", "VersionId": "DefaultVersionId"},
            ),
            Call(operation="GenerateCredentialReport", until="State == 'COMPLETE'", subjects=_USES),
            Call(
                operation="GetCredentialReport",
                yields=("aws_iam_access_key", "aws_iam_signing_certificate", "aws_iam_user_login_profile"),
                subjects=_USES,
            ),
            Call(operation="GetAccountSummary", yields=("aws_account_root",), subjects=_USES),
            _of_users("ListMFADevices", "mfa", which=_EACH_PERSON),
            _of_users("GetLoginProfile", "password", which=_EACH_PERSON),
            _of_users("ListSSHPublicKeys", *_LISTED, yields=("aws_iam_user_ssh_key",)),
            _of_users(
                "ListServiceSpecificCredentials",
                "credential",
                *_LISTED,
                yields=("aws_iam_service_specific_credential",),
                # botocore does not describe its pages
                pages=("Marker", "Marker"),
            ),
            Call(
                operation="ListVirtualMFADevices",
                yields=("aws_iam_virtual_mfa_device",),
                fixed=_PAGE,
                redact=_without_seeds,
                subjects=_LISTED,
            ),
            Call(
                operation="GetAccountPasswordPolicy",
                yields=("aws_iam_account_password_policy",),
                absent=("NoSuchEntity",),
                subjects=frozenset(("password", "residency", "inventory")),
            ),
            Call(operation="ListSAMLProviders", yields=("aws_iam_saml_provider",)),
            _tags_of("ListSAMLProviderTags", "ListSAMLProviders", "SAMLProviderList[].Arn", "SAMLProviderArn"),
            Call(operation="ListOpenIDConnectProviders", yields=("aws_iam_openid_connect_provider",)),
            _tags_of(
                "ListOpenIDConnectProviderTags",
                "ListOpenIDConnectProviders",
                "OpenIDConnectProviderList[].Arn",
                "OpenIDConnectProviderArn",
            ),
            Call(
                operation="ListServerCertificates",
                yields=("aws_iam_server_certificate",),
                fixed=_PAGE,
                subjects=_LISTED,
            ),
            _tags_of(
                "ListServerCertificateTags",
                "ListServerCertificates",
                "ServerCertificateMetadataList[].ServerCertificateName",
                "ServerCertificateName",
            ),
            Call(
                operation="ListOrganizationsFeatures",
                yields=("aws_iam_organizations_features",),
                # an account that does not manage the organization has no such setting
                absent=(
                    "AccountNotManagementOrDelegatedAdministratorException",
                    "OrganizationNotFoundException",
                    "OrganizationNotInAllFeaturesModeException",
                    "ServiceAccessNotEnabledException",
                ),
                subjects=frozenset(("mfa", "residency", "inventory")),
            ),
        ),
        shapers=(
            users,
            groups,
            roles,
            policies,
            credentials.keys,
            credentials.devices,
            credentials.for_services,
            credentials.providers,
            credentials.certificates,
            credentials.password_policy,
            credentials.root,
            credentials.features,
        ),
        subjects=frozenset(
            ("access", "credential", "identity", "inventory", "mfa", "password", "privileged", "residency", "teardown")
        ),
    ),
)
