"""Permission sets, who gets them, analyzers and shares."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

from auditor.attr import Reason, Unknown
from auditor.collecting import CollectOptions
from auditor.facets import AccessAnalyser, Breadth, Delegation, MfaDemand, PrivilegedSession, Rights, Share
from auditor.inventory import Phase
from tests.live.auditing import HOME, Audit, audit, collect, judge
from tests.live.servers import ACCOUNT, AwsServer

INSTANCE = "arn:aws:sso:::instance/ssoins-1234567890abcdef"
STORE = "d-1234567890"
ADMIN = f"{INSTANCE.replace('instance', 'permissionSet')}/ps-1234567890abcde1"
READER = f"{INSTANCE.replace('instance', 'permissionSet')}/ps-1234567890abcde2"
GROUP = "11111111-2222-3333-4444-555555555555"
PERSON = "66666666-7777-8888-9999-000000000000"


def centre(aws: AwsServer) -> None:
    """Two permission sets: one of administrators for a group, one that reads for a user."""

    def of_set(operation: str, arn: str, answer: dict[str, Any]) -> None:
        aws.answer("sso-admin", operation, answer, match={"PermissionSetArn": arn})

    aws.answer(
        "sso-admin",
        "ListInstances",
        {"Instances": [{"InstanceArn": INSTANCE, "IdentityStoreId": STORE, "OwnerAccountId": ACCOUNT}]},
    )
    aws.answer("sso-admin", "ListPermissionSets", pages=[{"PermissionSets": [ADMIN]}, {"PermissionSets": [READER]}])
    for arn, name, hours in ((ADMIN, "Administrator", "PT12H"), (READER, "Reader", "PT1H")):
        shown = {"Name": name, "PermissionSetArn": arn, "SessionDuration": hours}
        of_set("DescribePermissionSet", arn, {"PermissionSet": shown})
    aws.answer("sso-admin", "ListTagsForResource", {"Tags": []})
    managed = {"Name": "AdministratorAccess", "Arn": "arn:aws:iam::aws:policy/AdministratorAccess"}
    of_set("ListManagedPoliciesInPermissionSet", ADMIN, {"AttachedManagedPolicies": [managed]})
    of_set("ListManagedPoliciesInPermissionSet", READER, {"AttachedManagedPolicies": []})
    reads = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::example/*"}
    inline = json.dumps({"Version": "2012-10-17", "Statement": [reads]})
    of_set("GetInlinePolicyForPermissionSet", ADMIN, {})
    of_set("GetInlinePolicyForPermissionSet", READER, {"InlinePolicy": inline})
    aws.answer("sso-admin", "ListCustomerManagedPolicyReferencesInPermissionSet", {})
    aws.fail("sso-admin", "GetPermissionsBoundaryForPermissionSet", "ResourceNotFoundException", status=404)
    aws.answer("sso-admin", "ListAccountsForProvisionedPermissionSet", {"AccountIds": [ACCOUNT]})
    for arn, kind, who in ((ADMIN, "GROUP", GROUP), (READER, "USER", PERSON)):
        given = {"AccountId": ACCOUNT, "PermissionSetArn": arn, "PrincipalType": kind, "PrincipalId": who}
        of_set("ListAccountAssignments", arn, {"AccountAssignments": [given]})
    user = {
        "IdentityStoreId": STORE,
        "UserId": PERSON,
        "UserArn": f"arn:aws:identitystore:::user/{PERSON}",
        "Revision": "1",
        "UserName": "yamada",
        "Emails": [{"Value": "yamada@example.jp", "Primary": True}],
        "PhoneNumbers": [{"Value": "+81-00-0000-0000"}],
    }
    aws.answer("identitystore", "ListUsers", {"Users": [user]})
    group = {
        "IdentityStoreId": STORE,
        "GroupId": GROUP,
        "GroupArn": f"arn:aws:identitystore:::group/{GROUP}",
        "Revision": "1",
        "DisplayName": "operators",
    }
    aws.answer("identitystore", "ListGroups", {"Groups": [group]})


def look(aws: AwsServer, **more: Any) -> Audit:
    return audit(aws.url, ["sso-admin"], phase=Phase.OPERATE, **more)


def given(found: Audit, arn: str) -> Delegation:
    facet = found.facet("aws_ssoadmin_account_assignment", arn, Delegation)
    assert isinstance(facet, Delegation)
    return facet


def test_assignments_are_administrators_whose_sign_in_decides(aws: AwsServer) -> None:
    centre(aws)
    found = look(aws)
    admin, reader = given(found, ADMIN), given(found, READER)
    assert admin.administrative.value is True
    assert reader.administrative.value is False
    # no API tells the second factor of these users
    assert admin.mfa.value is MfaDemand.AT_IDENTITY_PROVIDER
    assert {one.status.value for one in found.findings("mfa.delegated-admin.demanded", ADMIN)} == {"manual"}
    assert (admin.principal.value, reader.principal.value) == ("operators", "yamada")


def test_rights_and_sessions_of_permission_sets(aws: AwsServer) -> None:
    centre(aws)
    found = look(aws)
    for arn, breadth, hours in ((ADMIN, Breadth.ALL, 12), (READER, Breadth.LIMITED, 1)):
        rights = found.facet("aws_ssoadmin_permission_set", arn, Rights)
        session = found.facet("aws_ssoadmin_permission_set", arn, PrivilegedSession)
        assert isinstance(rights, Rights)
        assert isinstance(session, PrivilegedSession)
        assert rights.breadth.value is breadth
        assert session.hours.value == hours


def test_policies_of_the_account_leave_rights_open(aws: AwsServer) -> None:
    centre(aws)
    own = {"CustomerManagedPolicyReferences": [{"Name": "own", "Path": "/"}]}
    aws.answer("sso-admin", "ListCustomerManagedPolicyReferencesInPermissionSet", own)
    assert isinstance(given(look(aws), READER).administrative, Unknown)


def test_a_boundary_limits(aws: AwsServer) -> None:
    centre(aws)
    boundary = {"ManagedPolicyArn": "arn:aws:iam::aws:policy/ReadOnlyAccess"}
    aws.answer("sso-admin", "GetPermissionsBoundaryForPermissionSet", {"PermissionsBoundary": boundary})
    assert given(look(aws), ADMIN).administrative.value is False


def test_refused_details_leave_their_permission_set_open(aws: AwsServer) -> None:
    centre(aws)
    aws.refuse(["sso-admin:ListManagedPoliciesInPermissionSet"])
    found = look(aws)
    open_ = given(found, READER).administrative
    assert isinstance(open_, Unknown)
    assert open_.reason is Reason.DENIED
    aws.clear_faults()
    aws.refuse(["sso-admin:GetInlinePolicyForPermissionSet"])
    assert isinstance(given(look(aws), READER).administrative, Unknown)
    aws.clear_faults()
    aws.refuse(["sso-admin:DescribePermissionSet"])
    session = look(aws).facet("aws_ssoadmin_permission_set", ADMIN, PrivilegedSession)
    assert isinstance(session, PrivilegedSession)
    assert isinstance(session.hours, Unknown)


def test_refused_lists_are_unknown(aws: AwsServer) -> None:
    centre(aws)
    aws.refuse(["sso-admin:ListPermissionSets"])
    found = look(aws)
    assert [one.address for one in found.resources("aws_ssoadmin_account_assignment")] == [
        f"aws_ssoadmin_account_assignment（{INSTANCE}）"
    ]
    assert {one.status.value for one in found.findings("mfa.delegated-admin.demanded")} == {"unknown"}
    aws.clear_faults()
    aws.refuse(["sso-admin:ListAccountAssignments"])
    found = look(aws)
    assert {one.status.value for one in found.findings("mfa.delegated-admin.demanded")} == {"unknown"}
    aws.clear_faults()
    # without names, ids are shown
    aws.refuse(["identitystore:ListGroups"])
    assert given(look(aws), ADMIN).principal.value == GROUP


def test_a_member_without_insight_does_not_hide_what_the_owner_shows(aws: AwsServer, tmp_path: Path) -> None:
    other = "444455556666"
    centre(aws)
    for operation in ("ListPermissionSets", "ListTagsForResource"):
        aws.fail("sso-admin", operation, "AccessDeniedException", account=other)
    options = CollectOptions(services=("sso-admin",), regions=(HOME,), accounts=(ACCOUNT, other))
    collect(aws.url, tmp_path / "snapshot", options)
    found = judge(tmp_path / "snapshot", phase=Phase.OPERATE)
    assert not [one for one in found.resources("aws_ssoadmin_account_assignment") if one.address.endswith("）")]
    assert given(found, ADMIN).administrative.value is True


def test_of_a_member_its_own_roles_tell(aws: AwsServer) -> None:
    owner = {"InstanceArn": INSTANCE, "IdentityStoreId": STORE, "OwnerAccountId": "444455556666"}
    aws.answer("sso-admin", "ListInstances", {"Instances": [owner]})
    aws.fail("sso-admin", "ListPermissionSets", "AccessDeniedException", status=400)
    for operation in ("ListUsers", "ListGroups"):
        aws.fail("identitystore", operation, "AccessDeniedException", status=400)
    reserved(aws)
    found = audit(aws.url, ["sso-admin", "iam"], phase=Phase.OPERATE)
    assert not [
        one for one in found.report.inventory.resources if "ssoadmin" in one.type or "identitystore" in one.type
    ]
    # who signs in is known elsewhere, and how long a session lasts as well
    assert {one.status.value for one in found.findings("mfa.delegated-admin.demanded", "Reserved")} == {"manual"}
    assert {one.status.value for one in found.findings("privileged.session.length", "Reserved")} == {"unknown"}


def reserved(aws: AwsServer) -> None:
    """The role that a permission set of administrators has in an account."""
    provider = f"arn:aws:iam::{ACCOUNT}:saml-provider/AWSSSO_0123456789abcdef_DO_NOT_DELETE"
    statement = {
        "Effect": "Allow",
        "Principal": {"Federated": provider},
        "Action": ["sts:AssumeRoleWithSAML", "sts:TagSession"],
        "Condition": {"StringEquals": {"SAML:aud": "https://signin.aws.amazon.com/saml"}},
    }
    iam = aws.client("iam")
    name = "AWSReservedSSO_Administrator_0123456789abcdef"
    iam.create_role(
        RoleName=name,
        Path=f"/aws-reserved/sso.amazonaws.com/{HOME}/",
        AssumeRolePolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [statement]}),
        MaxSessionDuration=43_200,
    )
    iam.attach_role_policy(RoleName=name, PolicyArn="arn:aws:iam::aws:policy/AdministratorAccess")


def test_permission_sets_say_how_long_sessions_of_their_roles_last(aws: AwsServer) -> None:
    centre(aws)
    reserved(aws)
    shown = {"Name": "Administrator", "PermissionSetArn": ADMIN, "SessionDuration": "PT2H"}
    aws.answer("sso-admin", "DescribePermissionSet", {"PermissionSet": shown}, match={"PermissionSetArn": ADMIN})
    found = audit(aws.url, ["sso-admin", "iam"], phase=Phase.OPERATE)
    assert not found.findings("privileged.session.length", "Reserved")
    assert {one.status.value for one in found.findings("privileged.session.length", ADMIN)} == {"pass"}


def test_what_a_directory_holds_of_persons_is_not_kept(aws: AwsServer, tmp_path: Path) -> None:
    centre(aws)
    collect(aws.url, tmp_path / "snapshot", CollectOptions(services=("sso-admin",), regions=(HOME,)))
    kept = b"".join(gzip.decompress(file.read_bytes()) for file in (tmp_path / "snapshot").rglob("*.gz"))
    assert b"yamada" in kept
    assert b"example.jp" not in kept
    assert b"+81" not in kept


def test_an_instance_that_another_region_repeats_is_taken_once(aws: AwsServer) -> None:
    centre(aws)
    instance = {"InstanceArn": INSTANCE, "IdentityStoreId": STORE, "PrimaryRegion": HOME}
    aws.answer("sso-admin", "ListInstances", {"Instances": [instance]})
    found = look(aws, regions=(HOME, "ap-northeast-3"))
    assert len(found.resources("aws_ssoadmin_permission_set")) == 2


def test_analyzers_must_work(aws: AwsServer) -> None:
    def analyzer(status: str) -> bool | None:
        one = {
            "arn": f"arn:aws:access-analyzer:{HOME}:{ACCOUNT}:analyzer/example",
            "name": "example",
            "type": "ACCOUNT_UNUSED_ACCESS",
            "createdAt": "2026-01-01T00:00:00Z",
            "status": status,
            "tags": {"Zone": "lgwan"},
        }
        aws.answer("accessanalyzer", "ListAnalyzers", {"analyzers": [one]})
        facet = audit(aws.url, ["accessanalyzer"]).facet("aws_accessanalyzer_analyzer", "example", AccessAnalyser)
        assert isinstance(facet, AccessAnalyser)
        return None if isinstance(facet.active, Unknown) else facet.active.value

    assert analyzer("ACTIVE") is True
    assert analyzer("CREATING") is None
    assert analyzer("FAILED") is False
    aws.fail("accessanalyzer", "ListAnalyzers", "AccessDeniedException", status=403)
    found = audit(aws.url, ["accessanalyzer"])
    assert [one.address.endswith("）") for one in found.resources("aws_accessanalyzer_analyzer")] == [True]


def test_shares_with_other_accounts(aws: AwsServer) -> None:
    share = f"arn:aws:ram:{HOME}:{ACCOUNT}:resource-share/example"
    one = {"resourceShareArn": share, "associationType": "PRINCIPAL", "status": "ASSOCIATED"}
    gone = {**one, "associatedEntity": "777788889999", "status": "DISASSOCIATED"}
    aws.answer(
        "ram",
        "GetResourceShareAssociations",
        {"resourceShareAssociations": [{**one, "associatedEntity": "444455556666"}, gone]},
    )
    facet = audit(aws.url, ["ram"]).facet("aws_ram_principal_association", "444455556666", Share)
    assert isinstance(facet, Share)
    assert facet.recipients.value == ("444455556666",)
    assert len(audit(aws.url, ["ram"]).resources("aws_ram_principal_association")) == 1
