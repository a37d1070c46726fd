"""The organization, its policies on the chain above each account, and its delegated administrators."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from auditor.attr import Known, Unknown
from auditor.collecting import CollectOptions
from auditor.config import Config
from auditor.facets import AccountClosure, AccountContact, Delegation, MfaDemand, RegionGuardrail
from auditor.inventory import Phase
from tests.live.auditing import HOME, Audit, audit, collect, judge
from tests.live.servers import ACCOUNT, AwsServer

MANAGEMENT = "111122223333"
OTHER = "444455556666"
ORGANIZATION = "o-exampleorgid"
ROOT = "r-examplerootid"
UNIT = "ou-examplerootid-exampleou1"
ELSEWHERE = "ou-examplerootid-exampleou2"
DENY = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Deny",
            "NotAction": ["iam:*", "organizations:*", "sts:*", "support:*"],
            "Resource": "*",
            "Condition": {"StringNotEquals": {"aws:RequestedRegion": ["ap-northeast-1", "ap-northeast-3"]}},
        }
    ],
}


def arn(kind: str, name: str) -> str:
    return f"arn:aws:organizations::{MANAGEMENT}:{kind}/{ORGANIZATION}/{name}"


def described(aws: AwsServer, management: str = MANAGEMENT) -> None:
    aws.answer(
        "organizations",
        "DescribeOrganization",
        {
            "Organization": {
                "Id": ORGANIZATION,
                "Arn": f"arn:aws:organizations::{MANAGEMENT}:organization/{ORGANIZATION}",
                "FeatureSet": "ALL",
                "MasterAccountId": management,
            }
        },
    )


def seen(aws: AwsServer, target: str, kind: str, *, paths: bool = True, management: str = MANAGEMENT) -> None:
    """An organization with the tested account in one unit and another account in another, and a policy."""
    described(aws, management)
    types = [{"Type": "SERVICE_CONTROL_POLICY", "Status": "ENABLED"}, {"Type": "BACKUP_POLICY", "Status": "ENABLED"}]
    aws.answer("organizations", "ListRoots", {"Roots": [{"Id": ROOT, "Arn": arn("root", ROOT), "PolicyTypes": types}]})
    accounts: list[dict[str, Any]] = [
        {"Id": ACCOUNT, "Arn": arn("account", ACCOUNT), "Name": "system", "State": "ACTIVE"},
        {"Id": OTHER, "Arn": arn("account", OTHER), "Name": "other", "State": "ACTIVE"},
        {"Id": "777788889999", "Arn": arn("account", "777788889999"), "Name": "gone", "State": "CLOSED"},
    ]
    if paths:
        accounts[0]["Paths"] = [f"{ORGANIZATION}/{ROOT}/{UNIT}/{ACCOUNT}/"]
        accounts[1]["Paths"] = [f"{ORGANIZATION}/{ROOT}/{ELSEWHERE}/{OTHER}/"]
        accounts[2]["Paths"] = [f"{ORGANIZATION}/{ROOT}/777788889999/"]
    aws.answer("organizations", "ListAccounts", pages=[{"Accounts": accounts[:1]}, {"Accounts": accounts[1:]}])
    given = {"Id": "p-FullAWSAccess", "Arn": "arn:aws:organizations::aws:policy/p-FullAWSAccess", "AwsManaged": True}
    own = {"Id": "p-examplepolicy1", "Arn": arn("policy", "p-examplepolicy1"), "AwsManaged": False}
    kinds = {"Type": "SERVICE_CONTROL_POLICY"}
    aws.answer("organizations", "ListPolicies", {"Policies": [{**given, **kinds}, {**own, **kinds}]})
    policy = {"PolicySummary": {**own, **kinds}, "Content": json.dumps(DENY)}
    aws.answer("organizations", "DescribePolicy", {"Policy": policy})
    targets = [{"TargetId": target, "Type": kind}] if target else []
    aws.answer("organizations", "ListTargetsForPolicy", {"Targets": targets})
    aws.answer("organizations", "ListTagsForResource", {"Tags": []})
    aws.answer("organizations", "ListDelegatedAdministrators", {"DelegatedAdministrators": []})


def look(aws: AwsServer, *more: str, phase: Phase = Phase.OPERATE) -> Audit:
    return audit(aws.url, ["organizations", *more], phase=phase)


def guardrail(found: Audit) -> RegionGuardrail:
    facet = found.facet("aws_organizations_policy", "p-examplepolicy1", RegionGuardrail)
    assert isinstance(facet, RegionGuardrail)
    return facet


@pytest.mark.parametrize(
    ("target", "kind", "enforced"),
    [
        (ROOT, "ROOT", True),
        (UNIT, "ORGANIZATIONAL_UNIT", True),
        (ACCOUNT, "ACCOUNT", True),
        (ELSEWHERE, "ORGANIZATIONAL_UNIT", False),
        (OTHER, "ACCOUNT", False),
        ("", "ROOT", False),
    ],
)
def test_a_policy_binds_below_what_it_is_attached_to(aws: AwsServer, target: str, kind: str, enforced: bool) -> None:
    seen(aws, target, kind)
    found = look(aws)
    assert guardrail(found).enforced == Known(enforced, guardrail(found).enforced.origin, "bound_accounts")
    statuses = {one.status.value for one in found.findings("residency.guardrail.permitted")}
    assert statuses == {"pass" if enforced else "fail"}


def test_the_management_account_is_never_bound(aws: AwsServer) -> None:
    seen(aws, ROOT, "ROOT", management=ACCOUNT)
    enforced = guardrail(look(aws)).enforced
    assert isinstance(enforced, Known)
    assert enforced.value is False


def test_units_above_accounts_may_be_unknown(aws: AwsServer) -> None:
    seen(aws, UNIT, "ORGANIZATIONAL_UNIT", paths=False)
    assert isinstance(guardrail(look(aws)).enforced, Unknown)
    # the root is above all of them
    seen(aws, ROOT, "ROOT", paths=False)
    assert guardrail(look(aws)).enforced.value is True


def test_what_aws_gives_to_every_organization_is_no_rule(aws: AwsServer) -> None:
    seen(aws, ROOT, "ROOT")
    assert [one.address for one in look(aws).resources("aws_organizations_policy")] == [
        arn("policy", "p-examplepolicy1")
    ]


def test_refused_contents_and_targets(aws: AwsServer) -> None:
    seen(aws, ROOT, "ROOT")
    aws.refuse(["organizations:DescribePolicy"])
    found = look(aws)
    assert isinstance(guardrail(found).allowed, Unknown)
    aws.clear_faults()
    aws.refuse(["organizations:ListTargetsForPolicy"])
    found = look(aws)
    assert isinstance(guardrail(found).enforced, Unknown)
    assert {one.status.value for one in found.findings("residency.guardrail.permitted")} == {"unknown"}


def test_a_member_that_is_told_nothing(aws: AwsServer) -> None:
    described(aws)
    aws.refuse(["organizations:ListRoots"])
    found = look(aws)
    assert {one.status.value for one in found.findings("residency.guardrail.permitted")} == {"unknown"}
    asked = {call.operation for call in aws.calls() if call.service == "organizations"}
    assert asked == {"DescribeOrganization", "ListRoots"}
    # what is the organization's own is none of the member's: only what binds it is open
    open_ = {one.check.control for one in found.report.findings if one.status.value == "unknown" and one.facet}
    assert open_ == {"residency.guardrail"}
    assert {one.status.value for one in found.findings("change.rules.active")} == {"unknown"}


def test_a_member_whose_organization_cannot_be_listed_for_another_reason(aws: AwsServer) -> None:
    described(aws, management=ACCOUNT)
    aws.refuse(["organizations:ListRoots"])
    found = look(aws)
    assert "unknown" in {one.status.value for one in found.findings("mfa.delegated-admin.demanded")}


def test_the_platform_answers_for_what_a_member_is_not_told(aws: AwsServer) -> None:
    described(aws)
    aws.refuse(["organizations:ListRoots", "iam:GetAccountSummary", "iam:GetCredentialReport"])
    config = Config(platform="government-cloud")
    found = audit(aws.url, ["organizations", "iam"], phase=Phase.OPERATE, config=config)
    for check in ("residency.guardrail.permitted", "mfa.root.protected"):
        assert {one.status.value for one in found.findings(check)} == {"inherited"}, check
    aws.clear_faults()
    # the account shows its root user, which the platform keeps all the same
    (root,) = audit(aws.url, ["iam"], phase=Phase.OPERATE, config=config).findings("mfa.root.protected")
    assert root.status.value == "inherited"
    assert root.documents == ("root-custody",)
    assert root.text is not None
    assert "MFA is not active" in root.text.en
    # its keys are judged on every platform, and so is a root user elsewhere
    aws.root_user(active_access_keys=1)
    found = audit(aws.url, ["iam"], phase=Phase.OPERATE, config=config)
    assert {one.status.value for one in found.findings("credential.long-lived-key.credential", ":root")} == {"fail"}
    found = audit(aws.url, ["iam"], phase=Phase.OPERATE)
    assert {one.status.value for one in found.findings("mfa.root.protected")} == {"fail"}


def test_the_platform_answers_for_records_that_cannot_be_read(aws: AwsServer) -> None:
    aws.refuse(["cloudtrail:DescribeTrails", "config:DescribeConfigurationRecorders"])
    expected = {
        "log.audit-trail.complete": ("aws_cloudtrail（", "org-trail"),
        "change.record.complete": ("aws_config_configuration_recorder（", "central-configuration-record"),
    }
    for platform, status in (("government-cloud", "inherited"), (None, "unknown")):
        config = Config(platform=platform)
        found = audit(aws.url, ["cloudtrail", "config"], phase=Phase.OPERATE, config=config)
        for check, (name, document) in expected.items():
            (finding,) = found.findings(check, name)
            assert finding.status.value == status, check
            assert finding.documents == ((document,) if status == "inherited" else ()), check


def test_what_the_management_account_shows_is_not_missing_in_a_member(aws: AwsServer, tmp_path: Path) -> None:
    seen(aws, ROOT, "ROOT")
    # the other account is a member and is told nothing
    aws.fail("organizations", "ListRoots", "AccessDeniedException", account=OTHER)
    options = CollectOptions(services=("organizations",), regions=(HOME,), accounts=(ACCOUNT, OTHER))
    collect(aws.url, tmp_path / "snapshot", options)
    found = judge(tmp_path / "snapshot", phase=Phase.OPERATE)
    assert not [one for one in found.report.inventory.resources if one.address.startswith("aws_organizations_policy（")]
    assert len(found.resources("aws_organizations_organization")) == 1
    assert {one.status.value for one in found.findings("residency.guardrail.permitted")} == {"pass"}


def test_an_account_of_no_organization_has_no_policy(aws: AwsServer) -> None:
    for operation in ("DescribeOrganization", "ListRoots"):
        aws.fail("organizations", operation, "AWSOrganizationsNotInUseException")
    assert not [one for one in look(aws).report.inventory.resources if "organizations" in one.type]


def test_closed_accounts(aws: AwsServer) -> None:
    seen(aws, ROOT, "ROOT")
    found = look(aws, phase=Phase.TERMINATE)
    closes = {
        one.address.rpartition("/")[2]: facet.closes.value
        for one in found.resources("aws_organizations_account")
        if isinstance(facet := one.facet(AccountClosure), AccountClosure)
    }
    # another account that is in use is not at its end
    assert closes == {ACCOUNT: False, "777788889999": True}


def test_delegated_administrators(aws: AwsServer) -> None:
    seen(aws, ROOT, "ROOT")
    one = {"Id": OTHER, "Arn": arn("account", OTHER)}
    aws.answer("organizations", "ListDelegatedAdministrators", {"DelegatedAdministrators": [one]})
    services = [{"ServicePrincipal": "sso.amazonaws.com"}, {"ServicePrincipal": "guardduty.amazonaws.com"}]
    aws.answer("organizations", "ListDelegatedServicesForAccount", {"DelegatedServices": services})
    found = look(aws)
    facets = {
        resource.address.rpartition(" ")[2]: resource.facet(Delegation)
        for resource in found.resources("aws_organizations_delegated_administrator")
    }
    sso, guardduty = facets["sso.amazonaws.com"], facets["guardduty.amazonaws.com"]
    assert isinstance(sso, Delegation)
    assert isinstance(guardduty, Delegation)
    assert sso.administrative.value is True
    assert guardduty.administrative.value is False
    assert isinstance(sso.mfa, Unknown)


def test_an_account_that_is_closed_administers_nothing(aws: AwsServer) -> None:
    seen(aws, ROOT, "ROOT")
    one = {"Id": OTHER, "Arn": arn("account", OTHER), "State": "CLOSED"}
    aws.answer("organizations", "ListDelegatedAdministrators", {"DelegatedAdministrators": [one]})
    aws.answer("organizations", "ListDelegatedServicesForAccount", {"DelegatedServices": [{"ServicePrincipal": "sso"}]})
    assert not look(aws).resources("aws_organizations_delegated_administrator")


def test_the_administrators_of_a_delegated_administrator(aws: AwsServer) -> None:
    seen(aws, ROOT, "ROOT")
    one = {"Id": ACCOUNT, "Arn": arn("account", ACCOUNT)}
    aws.answer("organizations", "ListDelegatedAdministrators", {"DelegatedAdministrators": [one]})
    services = [{"ServicePrincipal": "sso.amazonaws.com"}]
    aws.answer("organizations", "ListDelegatedServicesForAccount", {"DelegatedServices": services})

    def demand() -> MfaDemand | None:
        found = look(aws, "iam").facet("aws_organizations_delegated_administrator", "sso", Delegation)
        assert isinstance(found, Delegation)
        return found.mfa.value if isinstance(found.mfa, Known) else None

    # it has no users of its own: they sign in elsewhere
    assert demand() is MfaDemand.AT_IDENTITY_PROVIDER
    iam = aws.client("iam")
    iam.create_user(UserName="admin")
    iam.create_login_profile(UserName="admin", Password="Example-passw0rd")  # noqa: S106  # of the test server
    assert demand() is MfaDemand.AT_IDENTITY_PROVIDER
    iam.attach_user_policy(UserName="admin", PolicyArn="arn:aws:iam::aws:policy/AdministratorAccess")
    assert demand() is MfaDemand.NOT_REQUIRED
    aws.refuse(["iam:GetCredentialReport"])
    assert demand() is None


def test_the_contact_for_security(aws: AwsServer, tmp_path: Path) -> None:
    contact = {
        "AlternateContactType": "SECURITY",
        "Name": "Example Person",
        "Title": "CISO",
        "EmailAddress": "person@example.jp",
        "PhoneNumber": "+81-00-0000-0000",
    }
    aws.answer("account", "GetAlternateContact", {"AlternateContact": contact})
    place = tmp_path / "snapshot"
    collect(aws.url, place, CollectOptions(services=("account",), regions=(HOME,)))
    found = judge(place).facet("aws_account_alternate_contact", "", AccountContact)
    assert isinstance(found, AccountContact)
    assert found.security.value is True
    for file in place.rglob("*.gz"):
        assert b"example.jp" not in gzip.decompress(file.read_bytes())
    aws.fail("account", "GetAlternateContact", "ResourceNotFoundException", status=404)
    assert not audit(aws.url, ["account"]).resources("aws_account_alternate_contact")
    aws.fail("account", "GetAlternateContact", "AccessDeniedException", status=403)
    assert audit(aws.url, ["account"]).resources("aws_account_alternate_contact")[0].address.endswith("）")
