"""Principals of contractors in an account, as the configuration names them."""

from __future__ import annotations

import json

import pytest

from auditor.config import Config
from auditor.contractors import Contractor
from auditor.inventory import Phase
from auditor.scopes import Scoping
from tests.live.auditing import Audit, audit
from tests.live.servers import ACCOUNT, AwsServer
from tests.live.services.test_sso import ADMIN, GROUP, centre

VENDOR = "444455556666"
ADMINISTRATOR = "arn:aws:iam::aws:policy/AdministratorAccess"
CHECK = "mfa.delegated-admin.contractors"


def look(aws: AwsServer, *contractors: Contractor) -> Audit:
    config = Config(scoping=Scoping(contractors=contractors))
    return audit(aws.url, ["iam"], phase=Phase.OPERATE, config=config)


def user(aws: AwsServer, name: str, **tags: str) -> None:
    iam = aws.client("iam")
    iam.create_user(UserName=name, Tags=[{"Key": key, "Value": value} for key, value in tags.items()])
    iam.create_login_profile(UserName=name, Password="Example-passw0rd")  # noqa: S106  # of the test server
    iam.attach_user_policy(UserName=name, PolicyArn=ADMINISTRATOR)


def test_users_of_a_contractor_are_delegated_administrators(aws: AwsServer) -> None:
    user(aws, "vendor-1")
    user(aws, "sato", company="example")
    user(aws, "own")
    found = look(
        aws,
        Contractor("by name", arns=(f"arn:aws:iam::{ACCOUNT}:user/vendor-*",)),
        Contractor("by tag", tags=(("company", frozenset({"example"})),)),
    )
    findings = {one.resource.address.rpartition("/")[2]: one for one in found.findings(CHECK)}
    assert {name: one.status.value for name, one in findings.items()} == {"vendor-1": "fail", "sato": "fail"}
    assert findings["sato"].text is not None
    assert findings["sato"].text.ja.startswith("委託事業者等「by tag」: ")


def test_roles_that_trust_a_contractor_name_it(aws: AwsServer) -> None:
    iam = aws.client("iam")
    statement = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"AWS": f"arn:aws:iam::{VENDOR}:root"}}
    trust = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    iam.create_role(RoleName="operation", AssumeRolePolicyDocument=trust)
    iam.attach_role_policy(RoleName="operation", PolicyArn=ADMINISTRATOR)
    found = look(aws, Contractor("vendor", accounts=frozenset({VENDOR})))
    (finding,) = found.findings("mfa.delegated-admin.demanded", "operation")
    assert finding.status.value == "fail"
    assert finding.text is not None
    assert finding.text.en.startswith("contractor vendor: ")
    assert not found.findings(CHECK)


def test_a_contractor_without_principals_is_told(aws: AwsServer) -> None:
    found = look(aws, Contractor("vendor", groups=frozenset({"operators"})))
    (finding,) = found.findings(CHECK)
    # other services were not asked, so that it may be elsewhere
    assert finding.status.value == "unknown"
    assert "vendor" in finding.resource.address


def test_without_contractors_there_is_nothing_to_say(aws: AwsServer) -> None:
    user(aws, "own")
    assert not look(aws).findings(CHECK)


def test_too_many_administrators_are_told_apart(aws: AwsServer) -> None:
    for number in range(12):
        user(aws, f"vendor-{number}")
    found = look(aws, Contractor("vendor", arns=("arn:aws:iam::*:user/vendor-*",)))
    failed = [one for one in found.findings("privileged.minimum.count") if one.status.value == "fail"]
    assert failed
    assert failed[0].text is not None
    assert "うち委託事業者等 12" in failed[0].text.ja


@pytest.mark.parametrize("called", ["operators", GROUP])
def test_a_group_of_the_directory_goes_by_its_name_and_its_id(aws: AwsServer, called: str) -> None:
    centre(aws)
    config = Config(scoping=Scoping(contractors=(Contractor("vendor", groups=frozenset({called})),)))
    found = audit(aws.url, ["sso-admin"], phase=Phase.OPERATE, config=config)
    (finding,) = found.findings("mfa.delegated-admin.demanded", ADMIN)
    assert finding.status.value == "manual"
    assert finding.text is not None
    assert finding.text.en.startswith("contractor vendor: ")
    assert not found.findings(CHECK)
