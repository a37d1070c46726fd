"""What policies demand in the way of multi-factor authentication."""

from __future__ import annotations

from typing import Any

import pytest

from auditor_aws.iam_language import (
    UNKNOWN,
    Document,
    MfaDemand,
    PrincipalKind,
    Unparseable,
    identity_mfa_demand,
    mfa_demand,
    parse_policy,
    trusted_principals,
)
from tests.aws.iam_language_documents import FOREIGN, MFA, OWN, allow, deny, policy, trust

ROOT = {"AWS": f"arn:aws:iam::{OWN}:root"}
AGE = "aws:MultiFactorAuthAge"
NOT_MFA = {"BoolIfExists": {MFA: "false"}}


def refuse(condition: Any, principal: Any = "*", **more: Any) -> dict[str, Any]:
    return deny("sts:AssumeRole", None, condition, Principal=principal, **more)


def demand(*statements: dict[str, Any]) -> MfaDemand:
    (only,) = mfa_demand(policy(*statements), OWN)
    return only.demand


@pytest.mark.parametrize(
    ("statements", "expected"),
    [
        ([trust(ROOT)], MfaDemand.NOT_REQUIRED),
        ([trust(ROOT, condition={"Bool": {MFA: "true"}})], MfaDemand.REQUIRED),
        ([trust(ROOT, condition={"Bool": {MFA: True}})], MfaDemand.REQUIRED),
        ([trust(ROOT, condition={"BoolIfExists": {MFA: "true"}})], MfaDemand.IF_EXISTS_ONLY),
        ([trust(ROOT, condition={"Bool": {MFA: "false"}})], MfaDemand.NOT_REQUIRED),
        ([trust(ROOT, condition={"StringEquals": {MFA: "true"}})], MfaDemand.REQUIRED),
        ([trust(ROOT, condition={"ForAllValues:Bool": {MFA: "true"}})], MfaDemand.IF_EXISTS_ONLY),
        ([trust(ROOT, condition={"ForAnyValue:Bool": {MFA: "true"}})], MfaDemand.REQUIRED),
        ([trust(ROOT, condition={"Bool": {MFA: ["true", "false"]}})], MfaDemand.NOT_REQUIRED),
        ([trust(ROOT, condition={"Null": {MFA: "false"}})], MfaDemand.NOT_REQUIRED),
        ([trust(ROOT, condition={"Null": {AGE: "false"}})], MfaDemand.REQUIRED),
        ([trust(ROOT, condition={"NumericLessThan": {AGE: "3600"}})], MfaDemand.REQUIRED),
        ([trust(ROOT, condition={"NumericLessThanIfExists": {AGE: "3600"}})], MfaDemand.NOT_REQUIRED),
        ([trust(ROOT, condition={"StringEquals": {"sts:ExternalId": "x"}})], MfaDemand.NOT_REQUIRED),
        ([trust(ROOT, condition={"StringEquals": {"aws:PrincipalOrgID": "o-a"}})], MfaDemand.NOT_REQUIRED),
        (
            [trust(ROOT, condition={"StringEquals": {"sts:ExternalId": "x"}, "Bool": {MFA: "true"}})],
            MfaDemand.REQUIRED,
        ),
        ([trust(ROOT), refuse(NOT_MFA)], MfaDemand.REQUIRED),
        ([trust(ROOT), refuse(NOT_MFA, ROOT)], MfaDemand.REQUIRED),
        ([trust(ROOT), refuse(NOT_MFA, None, NotPrincipal={"Service": "ec2.amazonaws.com"})], MfaDemand.REQUIRED),
        ([trust(ROOT), refuse(NOT_MFA, {"AWS": FOREIGN})], MfaDemand.NOT_REQUIRED),
        ([trust(ROOT), refuse(NOT_MFA, None, NotPrincipal=ROOT)], MfaDemand.NOT_REQUIRED),
        ([trust(ROOT), refuse({"Bool": {MFA: "false"}})], MfaDemand.IF_EXISTS_ONLY),
        ([trust(ROOT), refuse({"Null": {MFA: "true"}})], MfaDemand.NOT_REQUIRED),
        ([trust(ROOT), refuse({"Null": {MFA: "true"}}), refuse({"Bool": {MFA: "false"}})], MfaDemand.REQUIRED),
        ([trust(ROOT), refuse({"Null": {AGE: "true"}})], MfaDemand.REQUIRED),
        ([trust(ROOT), refuse({"BoolIfExists": {MFA: "true"}})], MfaDemand.NOT_REQUIRED),
        ([trust(ROOT), refuse({"StringNotEquals": {MFA: "true"}})], MfaDemand.REQUIRED),
        ([trust(ROOT), refuse({"IpAddress": {"aws:SourceIp": "192.0.2.0/24"}})], MfaDemand.NOT_REQUIRED),
        (
            [trust(ROOT), refuse({**NOT_MFA, "IpAddress": {"aws:SourceIp": "192.0.2.0/24"}})],
            MfaDemand.UNDECIDED,
        ),
        (
            [
                trust(ROOT, condition={"IpAddress": {"aws:SourceIp": "192.0.2.0/24"}}),
                refuse({**NOT_MFA, "IpAddress": {"aws:SourceIp": "192.0.2.0/24"}}),
            ],
            MfaDemand.REQUIRED,
        ),
        ([trust(ROOT), refuse(None)], MfaDemand.NOTHING_GRANTED),
        ([trust(ROOT, "sts:TagSession")], MfaDemand.NOTHING_GRANTED),
        ([trust(ROOT), refuse(UNKNOWN)], MfaDemand.UNDECIDED),
        ([trust(ROOT, condition=UNKNOWN)], MfaDemand.UNDECIDED),
        ([trust(ROOT, condition={"Bool": {MFA: UNKNOWN}})], MfaDemand.UNDECIDED),
        ([trust(ROOT, condition={UNKNOWN: {MFA: "true"}})], MfaDemand.UNDECIDED),
        ([trust(ROOT, condition={"Bool": {MFA: "true"}, "StringEquals": UNKNOWN})], MfaDemand.REQUIRED),
    ],
)
def test_demand_of_the_own_account(statements: list[dict[str, Any]], expected: MfaDemand) -> None:
    assert demand(*statements) is expected


def test_each_principal_is_judged_by_the_statements_that_name_it() -> None:
    saml = f"arn:aws:iam::{OWN}:saml-provider/adfs"
    found = mfa_demand(
        policy(
            trust(ROOT, condition={"Bool": {MFA: "true"}}),
            trust({"AWS": [f"arn:aws:iam::{FOREIGN}:user/x", "*"], "Service": "ec2.amazonaws.com"}),
            trust({"Federated": saml}, "sts:AssumeRoleWithSAML"),
            trust({"Federated": "token.example.com"}, "sts:AssumeRoleWithWebIdentity"),
            trust({"Federated": "idp.example.com"}, "sts:AssumeRole"),
        ),
        OWN,
    )
    assert [(one.principal.kind, one.demand) for one in found] == [
        (PrincipalKind.OWN_ACCOUNT, MfaDemand.REQUIRED),
        (PrincipalKind.FOREIGN_ACCOUNT, MfaDemand.NOT_REQUIRED),
        (PrincipalKind.ANYONE, MfaDemand.NOT_REQUIRED),
        (PrincipalKind.SERVICE, MfaDemand.NOT_APPLICABLE),
        (PrincipalKind.FEDERATED_SAML, MfaDemand.AT_IDENTITY_PROVIDER),
        (PrincipalKind.FEDERATED_OIDC, MfaDemand.AT_IDENTITY_PROVIDER),
        (PrincipalKind.FEDERATED_OIDC, MfaDemand.NOTHING_GRANTED),
    ]


def test_one_unguarded_statement_is_enough_to_pass_without() -> None:
    found = mfa_demand(policy(trust(ROOT, condition={"Bool": {MFA: "true"}}), trust(ROOT)), OWN)
    assert [(one.demand, [ref.index for ref in one.evidence]) for one in found] == [(MfaDemand.NOT_REQUIRED, [1])]


@pytest.mark.parametrize("document", [Unparseable("x"), parse_policy(UNKNOWN)])
def test_an_unknown_trust_policy_names_an_unknown_principal(document: Document) -> None:
    (only,) = mfa_demand(document, OWN)
    assert only.principal.kind is PrincipalKind.UNKNOWN
    assert only.demand is MfaDemand.UNDECIDED


def test_a_statement_that_is_not_known_may_let_the_principal_in() -> None:
    found = mfa_demand(parse_policy({"Statement": [trust(ROOT, condition={"Bool": {MFA: "true"}}), UNKNOWN]}), OWN)
    assert [one.demand for one in found] == [MfaDemand.UNDECIDED, MfaDemand.UNDECIDED]


def test_principals_of_a_trust_policy() -> None:
    found = trusted_principals(
        policy(
            trust({"AWS": [OWN, f"arn:aws:iam::{FOREIGN}:root", UNKNOWN, "AROAEXAMPLEID"]}),
            {"Effect": "Allow", "Action": "sts:AssumeRole", "NotPrincipal": ROOT},
            refuse(None, {"AWS": "999999999999"}),
            trust({"CanonicalUser": "79a5", "AWS": OWN}),
        ),
        OWN,
    )
    assert [(one.kind, one.identifier, one.account) for one in found] == [
        (PrincipalKind.OWN_ACCOUNT, OWN, OWN),
        (PrincipalKind.FOREIGN_ACCOUNT, f"arn:aws:iam::{FOREIGN}:root", FOREIGN),
        (PrincipalKind.UNKNOWN, "AROAEXAMPLEID", None),
        (PrincipalKind.UNKNOWN, "", None),
        (PrincipalKind.ANYONE, "*", None),
        (PrincipalKind.UNKNOWN, "79a5", None),
    ]
    assert [ref.index for ref in found[0].evidence] == [0, 3]


def test_without_the_own_account_no_account_is_called_own_or_foreign() -> None:
    (only,) = trusted_principals(policy(trust(ROOT)), UNKNOWN)
    assert only.kind is PrincipalKind.UNKNOWN
    assert only.account == OWN


SELF = ["iam:ChangePassword", "iam:EnableMFADevice", "iam:CreateVirtualMFADevice", "sts:GetSessionToken"]


@pytest.mark.parametrize(
    ("statements", "expected"),
    [
        ([allow()], MfaDemand.NOT_REQUIRED),
        ([allow(condition={"Bool": {MFA: "true"}})], MfaDemand.REQUIRED),
        ([allow(condition={"BoolIfExists": {MFA: "true"}})], MfaDemand.IF_EXISTS_ONLY),
        ([allow(), deny(condition=NOT_MFA)], MfaDemand.REQUIRED),
        ([allow(), deny(None, condition=NOT_MFA, NotAction=SELF)], MfaDemand.REQUIRED),
        ([allow(), deny(None, condition=NOT_MFA, NotAction=[*SELF, "s3:*"])], MfaDemand.NOT_REQUIRED),
        ([allow("ec2:*"), deny(None, condition=NOT_MFA, NotAction=[*SELF, "s3:*"])], MfaDemand.REQUIRED),
        ([allow(), deny("iam:*", condition=NOT_MFA)], MfaDemand.NOT_REQUIRED),
        ([allow(["iam:*", "s3:*"]), deny("iam:*", condition=NOT_MFA)], MfaDemand.NOT_REQUIRED),
        ([allow(), deny("*", "arn:aws:s3:::b", condition=NOT_MFA)], MfaDemand.NOT_REQUIRED),
        ([allow(SELF), deny(None, condition=NOT_MFA, NotAction=SELF)], MfaDemand.REQUIRED),
        ([deny(None, condition={"Bool": {MFA: "false"}}, NotAction=SELF)], MfaDemand.IF_EXISTS_ONLY),
        ([allow(), deny(UNKNOWN, condition=NOT_MFA)], MfaDemand.UNDECIDED),
        ([allow(UNKNOWN), deny("s3:*", condition=NOT_MFA)], MfaDemand.UNDECIDED),
        ([allow(UNKNOWN), deny(condition=NOT_MFA)], MfaDemand.REQUIRED),
        ([allow(), deny(None, condition=NOT_MFA, NotAction=[*SELF, UNKNOWN])], MfaDemand.UNDECIDED),
        ([], MfaDemand.NOT_REQUIRED),
    ],
)
def test_demand_of_identity_policies(statements: list[dict[str, Any]], expected: MfaDemand) -> None:
    assert identity_mfa_demand(policy(*statements)).demand is expected


def test_identity_demand_is_given_for_each_grant_with_the_exemptions() -> None:
    found = identity_mfa_demand(
        policy(
            allow("s3:*"),
            allow("iam:*", condition={"Bool": {MFA: "true"}}),
            deny(None, NotAction=SELF, condition=NOT_MFA),
        )
    )
    assert [(one.statement.index, one.demand) for one in found.statements] == [
        (0, MfaDemand.REQUIRED),
        (1, MfaDemand.REQUIRED),
    ]
    assert found.exemptions == tuple(action.lower() for action in SELF)
    with pytest.raises(TypeError):
        bool(found.demand)
