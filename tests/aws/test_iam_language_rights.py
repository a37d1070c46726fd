"""Which identity policies are administrative."""

from __future__ import annotations

from typing import Any

import pytest

from auditor_aws.iam_language import UNKNOWN, Answer, Right, Unparseable, administrative, combine, managed_policy_rights
from tests.aws.iam_language_documents import FOREIGN, MFA, OWN, allow, deny, policy

NOT_MFA = {"BoolIfExists": {MFA: "false"}}
RUN = allow("ec2:RunInstances")


@pytest.mark.parametrize(
    ("statements", "rights"),
    [
        ([allow()], {Right.FULL, Right.IDENTITY, Right.KEYS, Right.ORGANIZATION, Right.ROLE_USE}),
        ([allow("*:*")], {Right.FULL, Right.IDENTITY, Right.KEYS, Right.ORGANIZATION, Right.ROLE_USE}),
        ([allow("IAM:*")], {Right.IDENTITY}),
        ([allow("iam:Put*Policy")], {Right.IDENTITY}),
        ([allow("iam:CreatePolicyVersion", "arn:aws:iam::*:policy/*")], {Right.IDENTITY}),
        ([allow("iam:AttachUserPolicy", "arn:aws:iam::*:user/${aws:username}")], {Right.IDENTITY}),
        ([allow(None, "*", NotAction=["iam:*", "organizations:*", "sso:*", "sts:*", "kms:*"])], {Right.SERVICES}),
        ([allow("organizations:*")], {Right.ORGANIZATION}),
        ([allow("kms:*", "arn:aws:kms:*:111122223333:key/*")], {Right.KEYS}),
        ([allow("sts:AssumeRole")], {Right.ROLE_USE}),
        ([allow("sts:AssumeRole", f"arn:aws:iam::{FOREIGN}:role/*")], {Right.ROLE_USE}),
        ([allow("iam:PassRole"), RUN], {Right.ROLE_USE}),
        ([allow("iam:*", condition={"Bool": {MFA: "true"}})], {Right.IDENTITY}),
        ([allow("iam:*", condition={"StringEquals": {"aws:PrincipalTag/team": "ops"}})], {Right.IDENTITY}),
        ([allow("iam:*"), deny("iam:*", condition=NOT_MFA)], {Right.IDENTITY}),
        ([allow("iam:*"), deny("iam:DeleteUser")], {Right.IDENTITY}),
        ([allow("iam:*"), deny("iam:*", f"arn:aws:iam::{OWN}:role/admin")], {Right.IDENTITY}),
        ([allow("iam:*", None, NotResource="arn:aws:iam::111122223333:role/admin")], {Right.IDENTITY}),
    ],
)
def test_administrative(statements: list[dict[str, Any]], rights: set[Right]) -> None:
    found = administrative(policy(*statements))
    assert found.answer is Answer.YES
    assert found.rights == rights
    assert found.judgement.evidence[0].index == 0


def test_denying_identities_leaves_administration_of_services() -> None:
    found = administrative(policy(allow(), deny(["iam:*", "sso:*", "sts:*", "organizations:*"])))
    assert found.answer is Answer.YES
    assert found.rights == {Right.SERVICES, Right.KEYS}


@pytest.mark.parametrize(
    "statements",
    [
        [],
        [allow(["s3:*", "ec2:*", "iam:Get*", "iam:List*"])],
        [allow("*", "arn:aws:s3:::bucket/*")],
        [allow(), deny()],
        [allow("iam:*"), deny("iam:*")],
        [allow("iam:PutUserPolicy"), deny("*", "*")],
        [allow("iam:PassRole"), allow("s3:GetObject")],
        [allow("iam:PassRole", f"arn:aws:iam::{OWN}:role/app"), RUN],
        [allow("sts:AssumeRole", f"arn:aws:iam::{OWN}:role/deploy")],
        [allow("iam:CreateAccessKey", "arn:aws:iam::*:user/${aws:username}")],
        [allow("kms:*", f"arn:aws:kms:ap-northeast-1:{OWN}:key/1234")],
        [allow("iam:PutUserPolicy", "arn:aws:iam::*:role/*")],
        [allow(None, "*", NotAction="*")],
        [deny()],
    ],
)
def test_not_administrative(statements: list[dict[str, Any]]) -> None:
    found = administrative(policy(*statements))
    assert found.answer is Answer.NO
    assert not found.rights


@pytest.mark.parametrize(
    "statements",
    [
        [allow("iam:PutRolePolicy", f"arn:aws:iam::{OWN}:role/app-*")],
        [allow("iam:PutRolePolicy", f"arn:aws:iam::{OWN}:role/app")],
        [allow("sts:AssumeRole", "arn:aws:iam::*:role/OrganizationAccountAccessRole")],
        [allow("iam:*", condition={"StringEquals": {"iam:PermissionsBoundary": f"arn:aws:iam::{OWN}:policy/b"}})],
        [allow("iam:PassRole", condition={"StringEquals": {"iam:PassedToService": "ec2.amazonaws.com"}}), RUN],
        [allow("iam:*"), deny("iam:*", condition={"ArnNotLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/x"}})],
        [allow("iam:*", UNKNOWN)],
        [allow(UNKNOWN)],
        [allow("iam:*", condition=UNKNOWN)],
        [allow("iam:*"), deny("iam:*", condition=UNKNOWN)],
        [allow("iam:*"), deny(UNKNOWN)],
        [allow("iam:*"), deny("iam:*", UNKNOWN)],
        [{**allow("iam:*"), "Effect": UNKNOWN}],
    ],
)
def test_undecided(statements: list[dict[str, Any]]) -> None:
    assert administrative(policy(*statements)).answer is Answer.UNDECIDED


def test_an_unknown_denial_of_something_else_changes_nothing() -> None:
    assert administrative(policy(allow("iam:*"), deny("s3:*", UNKNOWN, UNKNOWN))).answer is Answer.YES


def test_a_denial_in_another_policy_of_the_same_identity_counts() -> None:
    both = combine(policy(allow("iam:*")), policy(deny("iam:*")))
    assert administrative(both).answer is Answer.NO
    assert [statement.ref.index for statement in both.statements] == [0, 1]


def test_an_unreadable_policy_leaves_the_question_open() -> None:
    unreadable = Unparseable("why")
    assert administrative(unreadable).answer is Answer.UNDECIDED
    assert administrative(combine(policy(allow("s3:*")), unreadable)).judgement.reason == "why"


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("AdministratorAccess", Answer.YES),
        ("PowerUserAccess", Answer.YES),
        ("IAMFullAccess", Answer.YES),
        ("job-function/SystemAdministrator", Answer.YES),
        ("AWSOrganizationsFullAccess", Answer.YES),
        ("ReadOnlyAccess", Answer.NO),
        ("service-role/AWSLambdaBasicExecutionRole", Answer.NO),
        ("SomethingNewFullAccess", Answer.UNDECIDED),
    ],
)
def test_policies_managed_by_aws(name: str, expected: Answer) -> None:
    for partition in ("aws", "aws-us-gov", "aws-cn"):
        found = managed_policy_rights(f"arn:{partition}:iam::aws:policy/{name}")
        assert found.answer is expected
        assert (found.rights != frozenset()) is (expected is Answer.YES)


def test_a_customer_policy_with_the_same_name_is_not_taken_for_the_one_of_aws() -> None:
    found = managed_policy_rights(f"arn:aws:iam::{OWN}:policy/AdministratorAccess")
    assert found.answer is Answer.UNDECIDED


def test_results_have_no_truth_value() -> None:
    found = administrative(policy(allow()))
    for result in (found, found.judgement, found.answer, UNKNOWN):
        with pytest.raises(TypeError):
            bool(result)
