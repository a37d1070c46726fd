"""Users, roles, policies, credentials and the root user of an account."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

from auditor.attr import Reason, Unknown
from auditor.facets import (
    AccountIdentity,
    Breadth,
    Credential,
    DefaultAccount,
    Identity,
    MfaDemand,
    PasswordPolicy,
    PrivilegedSession,
    Rights,
    RootUser,
    Usage,
)
from auditor.inventory import Phase
from auditor.scopes import Zone
from tests.live.auditing import Audit, audit
from tests.live.servers import ACCOUNT, AwsServer
from tests.live.services.reading import said as value

ADMINISTRATOR = "arn:aws:iam::aws:policy/AdministratorAccess"
WITHOUT_MFA = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Deny",
            "Action": "*",
            "Resource": "*",
            "Condition": {"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}},
        }
    ],
}
PASSWORD = "Example-passw0rd"  # of a user of the test server


def trust(principal: Any) -> str:
    statement = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": principal}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def user(
    aws: AwsServer, name: str, *, password: bool = False, key: bool = False, device: bool = False, admin: bool = True
) -> None:
    iam = aws.client("iam")
    iam.create_user(UserName=name, Tags=[{"Key": "Owner", "Value": "soumu"}])
    if password:
        iam.create_login_profile(UserName=name, Password=PASSWORD, PasswordResetRequired=False)
    if key:
        iam.create_access_key(UserName=name)
    if device:
        serial = iam.create_virtual_mfa_device(VirtualMFADeviceName=name)["VirtualMFADevice"]["SerialNumber"]
        iam.enable_mfa_device(
            UserName=name, SerialNumber=serial, AuthenticationCode1="123456", AuthenticationCode2="654321"
        )
    if admin:
        iam.attach_user_policy(UserName=name, PolicyArn=ADMINISTRATOR)


def look(aws: AwsServer, **more: Any) -> Audit:
    return audit(aws.url, ["iam"], phase=Phase.OPERATE, **more)


def identity(found: Audit, name: str) -> Identity:
    facet = found.facet("aws_iam_user", f"/{name}", Identity)
    assert isinstance(facet, Identity)
    return facet


def statuses(found: Audit, check: str, name: str) -> set[str]:
    return {one.status.value for one in found.findings(check, name)}


def test_a_second_factor_is_of_each_user_by_itself(aws: AwsServer) -> None:
    user(aws, "with-device", password=True, device=True)
    user(aws, "without", password=True)
    user(aws, "device-and-key", password=True, device=True, key=True)
    found = look(aws)
    assert value(identity(found, "with-device").mfa) is MfaDemand.REQUIRED
    assert value(identity(found, "without").mfa) is MfaDemand.NOT_REQUIRED
    # an access key passes by the device
    assert value(identity(found, "device-and-key").mfa) is MfaDemand.IF_EXISTS
    check = "mfa.privileged-user.demanded"
    assert statuses(found, check, "/with-device") == {"pass"}
    assert statuses(found, check, "/without") == {"fail"}
    assert statuses(found, check, "/device-and-key") == {"fail"}
    assert statuses(found, "mfa.privileged-user.no-long-lived-key", "/device-and-key") == {"fail"}


def test_policies_that_refuse_everything_without_mfa_count_for_keys_too(aws: AwsServer) -> None:
    user(aws, "bound", password=True, key=True)
    aws.client("iam").put_user_policy(UserName="bound", PolicyName="mfa", PolicyDocument=json.dumps(WITHOUT_MFA))
    assert value(identity(look(aws), "bound").mfa) is MfaDemand.REQUIRED


def test_users_without_a_password_are_no_persons(aws: AwsServer) -> None:
    user(aws, "program", key=True)
    user(aws, "empty")
    found = look(aws)
    assert value(identity(found, "program").person) is False
    assert value(identity(found, "program").long_lived_key) is True
    assert value(identity(found, "empty").person) is False
    assert value(identity(found, "empty").long_lived_key) is False


def test_rights_come_from_groups_and_managed_policies(aws: AwsServer) -> None:
    iam = aws.client("iam")
    iam.create_group(GroupName="administrators")
    iam.attach_group_policy(GroupName="administrators", PolicyArn=ADMINISTRATOR)
    iam.create_policy(
        PolicyName="narrow",
        PolicyDocument=json.dumps(
            {
                "Version": "2012-10-17",
                "Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::x/*"}],
            }
        ),
    )
    user(aws, "member", password=True, admin=False)
    user(aws, "reader", password=True, admin=False)
    iam.add_user_to_group(GroupName="administrators", UserName="member")
    iam.attach_user_policy(UserName="reader", PolicyArn=f"arn:aws:iam::{ACCOUNT}:policy/narrow")
    found = look(aws)
    assert value(identity(found, "member").administrative) is True
    assert value(identity(found, "reader").administrative) is False
    rights = found.facet("aws_iam_user", "/reader", Rights)
    assert isinstance(rights, Rights)
    assert value(rights.breadth) is Breadth.LIMITED


def test_policies_of_aws_are_read_and_are_no_resources(aws: AwsServer) -> None:
    iam = aws.client("iam")
    iam.create_role(RoleName="auditor", AssumeRolePolicyDocument=trust({"AWS": "999988887777"}))
    # its rights are told by its document alone
    iam.attach_role_policy(RoleName="auditor", PolicyArn="arn:aws:iam::aws:policy/job-function/ViewOnlyAccess")
    found = look(aws)
    rights = found.facet("aws_iam_role", "/auditor", Rights)
    assert isinstance(rights, Rights)
    assert value(rights.breadth) is Breadth.LIMITED
    assert not found.resources("data.aws_iam_policy")
    aws.refuse(["iam:GetPolicyVersion"])
    denied = look(aws).facet("aws_iam_role", "/auditor", Rights)
    assert isinstance(denied, Rights)


def test_roles_of_services_are_left_to_them(aws: AwsServer) -> None:
    aws.client("iam").create_service_linked_role(AWSServiceName="guardduty.amazonaws.com")
    found = look(aws)
    assert not found.resources("aws_iam_role")
    assert not [one for one in found.report.findings if "aws-service-role" in one.resource.address]


def test_last_use_of_roles_within_what_iam_keeps(aws: AwsServer) -> None:
    details = {
        "Path": "/",
        "RoleId": "AROAEXAMPLEEXAMPLE01",
        "AssumeRolePolicyDocument": trust({"Service": "lambda.amazonaws.com"}),
    }

    def role(name: str, made: str, used: str = "") -> dict[str, Any]:
        last = {"LastUsedDate": used, "Region": "ap-northeast-1"} if used else {}
        arn = f"arn:aws:iam::{ACCOUNT}:role/{name}"
        return {**details, "RoleName": name, "Arn": arn, "CreateDate": made, "RoleLastUsed": last}

    aws.answer(
        "iam",
        "GetAccountAuthorizationDetails",
        pages=[
            {"RoleDetailList": [role("old", "2015-01-01T00:00:00Z")]},
            {"RoleDetailList": [role("used", "2015-01-01T00:00:00Z", "2026-01-01T00:00:00Z")]},
        ],
    )
    found = look(aws)
    days = {}
    for name in ("old", "used"):
        usage = found.facet("aws_iam_role", f"/{name}", Usage)
        assert isinstance(usage, Usage)
        days[name] = value(usage.unused_days)
    # nothing is told of what was before
    assert days["old"] == 400
    assert 100 < days["used"] != 400
    assert statuses(found, "identity.unused.last-use", "/old") == {"fail"}


def test_sessions_of_roles_come_from_their_list(aws: AwsServer) -> None:
    iam = aws.client("iam")
    iam.create_role(RoleName="long", AssumeRolePolicyDocument=trust({"AWS": "999988887777"}), MaxSessionDuration=43_200)
    iam.attach_role_policy(RoleName="long", PolicyArn=ADMINISTRATOR)
    session = look(aws).facet("aws_iam_role", "/long", PrivilegedSession)
    assert isinstance(session, PrivilegedSession)
    assert value(session.hours) == 12
    aws.refuse(["iam:ListRoles"])
    found = look(aws)
    session = found.facet("aws_iam_role", "/long", PrivilegedSession)
    assert isinstance(session, PrivilegedSession)
    assert isinstance(session.hours, Unknown)
    assert session.hours.reason is Reason.DENIED
    assert statuses(found, "privileged.session.length", "/long") == {"unknown"}
    assert statuses(found, "mfa.delegated-admin.demanded", "/long") == {"fail"}


def test_users_that_the_report_does_not_name_are_unknown(aws: AwsServer) -> None:
    user(aws, "earlier", password=True)
    report = aws.client("iam")
    report.generate_credential_report()
    report.generate_credential_report()
    said = report.get_credential_report()
    user(aws, "later", password=True)
    aws.answer(
        "iam",
        "GetCredentialReport",
        {name: said[name] for name in ("Content", "ReportFormat", "GeneratedTime")},
    )
    found = look(aws)
    later = identity(found, "later")
    assert isinstance(later.person, Unknown)
    assert isinstance(later.long_lived_key, Unknown)
    assert value(identity(found, "earlier").person) is True
    assert statuses(found, "credential.long-lived-key.identity", "/later") == {"unknown"}


def test_a_refused_report_leaves_credentials_open_and_nothing_else(aws: AwsServer) -> None:
    user(aws, "admin", password=True, device=True)
    aws.refuse(["iam:GetCredentialReport"])
    found = look(aws)
    facet = identity(found, "admin")
    assert isinstance(facet.person, Unknown)
    assert facet.person.reason is Reason.DENIED
    assert isinstance(facet.mfa, Unknown)
    assert value(facet.administrative) is True
    assert statuses(found, "mfa.privileged-user.demanded", "/admin") == {"unknown"}
    assert {one.address for one in found.resources("aws_iam_access_key")} == {f"aws_iam_access_key（{ACCOUNT}）"}


def test_a_refused_list_of_devices_is_made_up_for_by_the_report(aws: AwsServer) -> None:
    user(aws, "admin", password=True, device=True)
    aws.refuse(["iam:ListMFADevices"])
    assert value(identity(look(aws), "admin").mfa) is MfaDemand.REQUIRED
    aws.refuse(["iam:GetCredentialReport"])
    assert isinstance(identity(look(aws), "admin").mfa, Unknown)


def test_refused_details_are_unknown_users_and_roles(aws: AwsServer) -> None:
    user(aws, "admin", password=True)
    aws.refuse(["iam:GetAccountAuthorizationDetails"])
    found = look(aws)
    for type_ in ("aws_iam_user", "aws_iam_role", "aws_iam_group"):
        assert [one.address for one in found.resources(type_)] == [f"{type_}（{ACCOUNT}）"]
    seen = {one.status.value for one in found.findings("mfa.privileged-user.demanded")}
    assert seen == {"unknown"}


def test_the_root_user(aws: AwsServer) -> None:
    def protected() -> Any:
        found = look(aws).facet("aws_account_root", "", RootUser)
        assert isinstance(found, RootUser)
        return value(found.protected)

    assert protected() is False
    aws.root_user(mfa_active=True)
    assert protected() is True
    aws.root_user(mfa_active=False, active_access_keys=1)
    found = look(aws)
    key = found.facet("aws_account_root", "", Credential)
    assert isinstance(key, Credential)
    assert value(key.endless) is True
    assert statuses(found, "mfa.root.protected", ":root") == {"fail"}
    assert statuses(found, "credential.long-lived-key.credential", ":root") == {"fail"}


def test_an_account_without_root_credentials_is_protected(aws: AwsServer) -> None:
    counts = {"AccountMFAEnabled": 0, "AccountPasswordPresent": 0, "AccountAccessKeysPresent": 0}
    aws.answer("iam", "GetAccountSummary", {"SummaryMap": counts})
    found = look(aws)
    assert statuses(found, "mfa.root.protected", ":root") == {"pass"}
    # where the summary does not say whether there is a password, nothing is known without MFA
    del counts["AccountPasswordPresent"]
    aws.answer("iam", "GetAccountSummary", {"SummaryMap": counts})
    assert statuses(look(aws), "mfa.root.protected", ":root") == {"unknown"}


def test_a_root_user_of_which_nothing_is_told_is_unknown(aws: AwsServer) -> None:
    aws.root_user(mfa_active=True)
    aws.refuse(["iam:GetAccountSummary"])
    # the report says the same of MFA
    assert statuses(look(aws), "mfa.root.protected", ":root") == {"pass"}
    aws.refuse(["iam:GetCredentialReport"])
    found = look(aws)
    assert {one.status.value for one in found.findings("mfa.root.protected")} == {"unknown"}


def test_a_root_user_for_everyday_tasks(aws: AwsServer) -> None:
    report = aws.client("iam")
    report.generate_credential_report()
    report.generate_credential_report()
    said = report.get_credential_report()

    def used(when: str) -> bool:
        content = said["Content"].decode().replace("no_information", when, 1)
        answer = {"Content": content, "ReportFormat": "text/csv", "GeneratedTime": "2026-11-21T00:00:00Z"}
        aws.answer("iam", "GetCredentialReport", answer)
        found = look(aws).facet("aws_account_root", "", DefaultAccount)
        assert isinstance(found, DefaultAccount)
        return bool(value(found.in_use))

    assert used("2026-11-20T00:00:00+00:00") is True
    assert used("2026-01-20T00:00:00+00:00") is False
    assert used("no_information") is False


def test_the_password_policy_and_whom_it_binds(aws: AwsServer) -> None:
    iam = aws.client("iam")
    found = look(aws)
    # nobody has a password
    for check in ("password.strength.length", "password.expiry.max-age", "password.reuse.history"):
        assert statuses(found, check, "account-password-policy") == {"not_applicable"}
    user(aws, "person", password=True)
    found = look(aws)
    policy = found.facet("aws_iam_account_password_policy", "", PasswordPolicy)
    assert isinstance(policy, PasswordPolicy)
    assert policy.min_length is not None
    assert policy.kinds is not None
    # the policy that AWS has for accounts without one
    assert (value(policy.min_length), value(policy.kinds)) == (8, 3)
    assert statuses(found, "password.expiry.max-age", "account-password-policy") == {"fail"}
    iam.update_account_password_policy(
        MinimumPasswordLength=14,
        RequireSymbols=True,
        RequireNumbers=True,
        RequireUppercaseCharacters=True,
        RequireLowercaseCharacters=True,
        MaxPasswordAge=90,
        PasswordReusePrevention=24,
    )
    found = look(aws)
    assert statuses(found, "password.strength.length", "account-password-policy") == {"pass"}
    assert statuses(found, "password.strength.kinds", "account-password-policy") == {"pass"}
    assert statuses(found, "password.reuse.history", "account-password-policy") == {"pass"}
    aws.refuse(["iam:GetAccountPasswordPolicy"])
    found = look(aws)
    assert {one.status.value for one in found.findings("password.strength.length")} == {"unknown"}


def test_first_passwords(aws: AwsServer) -> None:
    iam = aws.client("iam")
    user(aws, "kept", password=True)
    iam.create_user(UserName="asked")
    iam.create_login_profile(UserName="asked", Password=PASSWORD)
    asked = {"UserName": "asked", "CreateDate": "2026-11-21T00:00:00Z", "PasswordResetRequired": True}
    aws.answer("iam", "GetLoginProfile", {"LoginProfile": asked}, match={"UserName": "asked"})
    found = look(aws)
    assert statuses(found, "password.temporary.changed", "/kept password") == {"fail"}
    assert statuses(found, "password.temporary.changed", "/asked password") == {"pass"}
    # a password that was changed does not say what was demanded of it
    profile = {"UserName": "kept", "CreateDate": "2020-01-01T00:00:00Z", "PasswordResetRequired": False}
    aws.answer("iam", "GetLoginProfile", {"LoginProfile": profile}, match={"UserName": "kept"})
    assert statuses(look(aws), "password.temporary.changed", "/kept password") == {"unknown"}
    aws.refuse(["iam:GetLoginProfile"])
    assert statuses(look(aws), "password.temporary.changed", "/asked password") == {"unknown"}


def test_credentials_for_single_services(aws: AwsServer) -> None:
    user(aws, "developer", admin=False)
    one = {
        "UserName": "developer",
        "Status": "Active",
        "ServiceUserName": "developer-at-1",
        "CreateDate": "2026-01-01T00:00:00Z",
        "ServiceSpecificCredentialId": "ACCAEXAMPLEEXAMPLE01",
        "ServiceName": "codecommit.amazonaws.com",
    }
    other = {**one, "ServiceSpecificCredentialId": "ACCAEXAMPLEEXAMPLE02", "ExpirationDate": "2026-04-01T00:00:00Z"}
    aws.answer("iam", "ListServiceSpecificCredentials", {"ServiceSpecificCredentials": [one, other]})
    found = look(aws)
    check = "credential.long-lived-key.credential"
    assert statuses(found, check, "EXAMPLE01") == {"fail"}
    assert statuses(found, check, "EXAMPLE02") == {"pass"}
    aws.refuse(["iam:ListServiceSpecificCredentials"])
    found = look(aws)
    assert statuses(found, check, "developer") == {"unknown"}


def test_identity_providers_and_devices_are_listed(aws: AwsServer) -> None:
    iam = aws.client("iam")
    iam.create_saml_provider(Name="adfs", SAMLMetadataDocument="a" * 1024)
    aws.answer("iam", "ListSAMLProviderTags", {"Tags": [{"Key": "Zone", "Value": "lgwan"}]})
    iam.create_open_id_connect_provider(Url="https://token.actions.githubusercontent.com", ThumbprintList=["a" * 40])
    iam.create_virtual_mfa_device(VirtualMFADeviceName="spare")
    found = look(aws)
    assert found.resource("aws_iam_saml_provider").scope.zone.value is Zone.LGWAN
    assert found.resource("aws_iam_openid_connect_provider")
    assert found.resource("aws_iam_virtual_mfa_device", "mfa/spare")


def test_central_management_says_nothing_of_one_root_user(aws: AwsServer) -> None:
    aws.answer(
        "iam",
        "ListOrganizationsFeatures",
        {"OrganizationId": "o-exampleorgid", "EnabledFeatures": ["RootCredentialsManagement"]},
    )
    found = look(aws)
    assert found.resource("aws_iam_organizations_features").facet(RootUser) is None
    aws.fail(
        "iam",
        "ListOrganizationsFeatures",
        "AccountNotManagementOrDelegatedAdministratorException",
        "not the management account",
    )
    found = look(aws)
    assert not found.resources("aws_iam_organizations_features")


def report(aws: AwsServer, **changes: dict[str, str]) -> None:
    """The report that the server makes, with other values in the rows of these users."""
    iam = aws.client("iam")
    iam.generate_credential_report()
    iam.generate_credential_report()
    said = iam.get_credential_report()
    rows = list(csv.DictReader(io.StringIO(said["Content"].decode())))
    for row in rows:
        row.update(changes.get(row["user"], {}))
    out = io.StringIO()
    table = csv.DictWriter(out, list(rows[0]), lineterminator="\n")
    table.writeheader()
    table.writerows(rows)
    answer = {"Content": out.getvalue(), "ReportFormat": "text/csv", "GeneratedTime": "2026-11-21T00:00:00Z"}
    aws.answer("iam", "GetCredentialReport", answer)


def test_passkeys_and_security_keys_are_devices(aws: AwsServer) -> None:
    user(aws, "admin", password=True)
    device = {
        "UserName": "admin",
        "SerialNumber": f"arn:aws:iam::{ACCOUNT}:u2f/user/admin/key-EXAMPLEEXAMPLEEXAMPLE0000",
        "EnableDate": "2026-01-01T00:00:00Z",
    }
    assert value(identity(look(aws), "admin").mfa) is MfaDemand.NOT_REQUIRED
    # no virtual device, and enabled since the report was made
    aws.answer("iam", "ListMFADevices", {"MFADevices": [device], "IsTruncated": False}, match={"UserName": "admin"})
    found = look(aws)
    assert value(identity(found, "admin").mfa) is MfaDemand.REQUIRED
    assert statuses(found, "mfa.privileged-user.demanded", "/admin") == {"pass"}


def test_of_programs_the_report_tells_enough(aws: AwsServer) -> None:
    user(aws, "person", password=True, device=True)
    for number in range(3):
        user(aws, f"program-{number}", key=True)
    report(aws, **{"<root_account>": {"password_enabled": "TRUE"}, "program-1": {"mfa_active": "true"}})
    found = look(aws)
    asked = {(call.operation, call.parameters.get("UserName")) for call in aws.calls() if call.service == "iam"}
    for operation in ("ListMFADevices", "GetLoginProfile"):
        assert {name for one, name in asked if one == operation} == {"person"}
    assert value(identity(found, "program-0").mfa) is MfaDemand.NOT_REQUIRED
    assert value(identity(found, "program-1").mfa) is MfaDemand.IF_EXISTS
    assert statuses(found, "mfa.privileged-user.demanded", "/program-0") == {"not_applicable"}


def test_a_row_that_cannot_be_read_hides_no_other(aws: AwsServer) -> None:
    user(aws, "odd", password=True, key=True)
    user(aws, "even", password=True, device=True)
    report(aws, odd={"access_key_1_active": "perhaps"})
    found = look(aws)
    facet = identity(found, "odd")
    assert isinstance(facet.long_lived_key, Unknown)
    assert facet.long_lived_key.reason is Reason.UNPARSEABLE
    assert statuses(found, "mfa.privileged-user.demanded", "/odd") == {"unknown"}
    assert statuses(found, "mfa.privileged-user.demanded", "/even") == {"pass"}
    assert "aws_iam_access_key（odd）" in {one.address for one in found.resources("aws_iam_access_key")}


def test_a_report_that_is_no_table_is_unknown(aws: AwsServer) -> None:
    user(aws, "admin", password=True)
    answer = {"Content": 'a,"b', "ReportFormat": "text/csv", "GeneratedTime": "2026-11-21T00:00:00Z"}
    aws.answer("iam", "GetCredentialReport", answer)
    assert isinstance(identity(look(aws), "admin").person, Unknown)


def test_signing_certificates_that_are_not_active_are_there(aws: AwsServer) -> None:
    user(aws, "old", admin=False)
    dates = {"cert_1_last_rotated": "2020-01-01T00:00:00Z", "cert_2_last_rotated": "2021-01-01T00:00:00Z"}
    report(aws, old={**dates, "cert_1_active": "false", "cert_2_active": "true"})
    states = {
        one.address.rpartition(" ")[2]: value(facet.state)
        for one in look(aws).resources("aws_iam_signing_certificate")
        if (facet := one.facet(AccountIdentity)) is not None
    }
    assert states == {"cert_1": "Inactive", "cert_2": "Active"}


def test_a_signing_certificate_of_the_root_user_is_a_credential(aws: AwsServer) -> None:
    counts = {"AccountMFAEnabled": 0, "AccountPasswordPresent": 0, "AccountAccessKeysPresent": 0}
    aws.answer("iam", "GetAccountSummary", {"SummaryMap": {**counts, "AccountSigningCertificatesPresent": 1}})
    assert statuses(look(aws), "mfa.root.protected", ":root") == {"fail"}


def test_all_pages_of_credentials_for_services_are_read(aws: AwsServer) -> None:
    user(aws, "developer", admin=False)
    one = {
        "UserName": "developer",
        "Status": "Active",
        "CreateDate": "2026-01-01T00:00:00Z",
        "ServiceSpecificCredentialId": "ACCAEXAMPLEEXAMPLE01",
        "ServiceName": "codecommit.amazonaws.com",
    }
    other = {**one, "ServiceSpecificCredentialId": "ACCAEXAMPLEEXAMPLE02"}
    first = {"ServiceSpecificCredentials": [one], "IsTruncated": True, "Marker": "next"}
    rest = {"ServiceSpecificCredentials": [other], "IsTruncated": False}
    aws.answer("iam", "ListServiceSpecificCredentials", first)
    aws.answer("iam", "ListServiceSpecificCredentials", rest, match={"Marker": "next"})
    assert len(look(aws).resources("aws_iam_service_specific_credential")) == 2


def test_organizations_without_all_features_have_no_central_management(aws: AwsServer) -> None:
    aws.fail("iam", "ListOrganizationsFeatures", "OrganizationNotInAllFeaturesModeException", "billing only")
    assert not look(aws).resources("aws_iam_organizations_features")
