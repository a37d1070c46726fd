"""Secrets, parameters, user pools and identity pools of accounts."""

from __future__ import annotations

from typing import Any

import pytest

from auditor.attr import Reason
from auditor.facets import (
    Authentication,
    EncryptionAtRest,
    Exposure,
    KeyOwner,
    PasswordPolicy,
    PlaintextCredential,
    Replica,
    Retirement,
    Share,
)
from tests.live.auditing import audit
from tests.live.servers import ACCOUNT, REGION, AwsServer
from tests.live.services.reading import facet, of, said, statuses, why

BASE = f"arn:aws:secretsmanager:{REGION}:{ACCOUNT}:secret"
KEY = f"arn:aws:kms:{REGION}:210987654321:key/11111111-2222-3333-4444-555555555555"
SHARED = (
    '{"Statement": [{"Effect": "Allow", "Principal": {"AWS": "210987654321"}, "Resource": "*",'
    ' "Action": "secretsmanager:GetSecretValue"}]}'
)


@pytest.fixture
def cloud(aws: AwsServer) -> AwsServer:
    """A secret that is shared and copied abroad, one with a key of the customer, and one whose deletion is planned."""
    names = ("loose", "good", "leaving")
    found: dict[str, dict[str, Any]] = {name: {"ARN": f"{BASE}:{name}-abcdef", "Name": name} for name in names}
    found["good"]["KmsKeyId"] = KEY
    found["leaving"]["DeletedDate"] = "2026-12-01T00:00:00Z"
    pages = [{"SecretList": [one]} for one in found.values()]
    aws.answer("secretsmanager", "ListSecrets", {"SecretList": [found["good"]]})
    aws.answer("secretsmanager", "ListSecrets", pages=pages, match={"IncludePlannedDeletion": True})
    aws.answer("secretsmanager", "DescribeSecret", {})
    copies = {"ReplicationStatus": [{"Region": "us-west-2", "Status": "InSync"}]}
    aws.answer("secretsmanager", "DescribeSecret", copies, match={"SecretId": found["loose"]["ARN"]})
    aws.answer("secretsmanager", "GetResourcePolicy", {})
    policy = {"ResourcePolicy": SHARED}
    aws.answer("secretsmanager", "GetResourcePolicy", policy, match={"SecretId": found["loose"]["ARN"]})
    return aws


def test_secrets_are_judged_by_their_keys_copies_and_policies(cloud: AwsServer) -> None:
    found = audit(cloud.url, ["secretsmanager"])
    good, loose = (found.resource("aws_secretsmanager_secret", name) for name in ("good", "loose"))
    assert said(of(good, EncryptionAtRest).key_owner) is KeyOwner.CUSTOMER
    assert said(of(loose, EncryptionAtRest, "").key_owner) is KeyOwner.PROVIDER
    assert said(of(loose, Replica).location) == frozenset({"us-west-2"})
    assert said(of(loose, Share).recipients) == ("210987654321",)
    assert said(of(good, Share).recipients) == ()
    assert said(of(good, Exposure).public) is False


def test_a_secret_whose_deletion_is_planned_is_seen(cloud: AwsServer) -> None:
    leaving = audit(cloud.url, ["secretsmanager"]).resource("aws_secretsmanager_secret", "leaving")
    assert said(of(leaving, Share).recipients) == ()
    assert [said(one.present) for one in of(leaving, Retirement).obstacles] == [False]
    asked = {one.parameters["SecretId"] for one in cloud.calls() if one.operation == "GetResourcePolicy"}
    assert not any("leaving" in one for one in asked)


def test_values_of_secrets_and_parameters_are_never_asked_for(cloud: AwsServer) -> None:
    cloud.answer("ssm", "DescribeParameters", {"Parameters": []})
    audit(cloud.url, ["secretsmanager", "ssm"])
    asked = {one.operation for one in cloud.calls()}
    assert not asked & {"GetSecretValue", "BatchGetSecretValue", "GetParameter", "GetParameters", "GetParametersByPath"}


@pytest.mark.parametrize(
    ("operation", "class_", "name"),
    [
        ("secretsmanager:DescribeSecret", Replica, "location"),
        ("secretsmanager:GetResourcePolicy", Exposure, "public"),
    ],
)
def test_what_a_secret_does_not_tell_is_unknown(cloud: AwsServer, operation: str, class_: type[Any], name: str) -> None:
    cloud.refuse([operation])
    found = facet(audit(cloud.url, ["secretsmanager"]), "aws_secretsmanager_secret", "good", class_)
    assert why(getattr(found, name)) is Reason.DENIED


def test_secrets_that_cannot_be_listed_are_stood_for(cloud: AwsServer) -> None:
    cloud.refuse(["secretsmanager:ListSecrets"])
    assert statuses(audit(cloud.url, ["secretsmanager"]), "aws_secretsmanager_secret") == {"unknown"}


def test_a_parameter_is_told_by_its_kind_and_its_name(aws: AwsServer) -> None:
    ssm = aws.client("ssm")
    ssm.put_parameter(Name="/app/db_password", Value="hunter22", Type="String")
    named = f"arn:aws:ssm:{REGION}:{ACCOUNT}:parameter/app/"
    pages: list[dict[str, Any]] = [
        {"ResourceTagMappingList": [{"ResourceARN": f"{named}token", "Tags": []}]},
        {"ResourceTagMappingList": [{"ResourceARN": f"{named}db_password", "Tags": [{"Key": "env", "Value": "prod"}]}]},
    ]
    aws.answer("resourcegroupstaggingapi", "GetResources", pages=pages)
    ssm.put_parameter(Name="/app/mode", Value="fast", Type="String")
    ssm.put_parameter(Name="/app/token", Value="hunter22", Type="SecureString", KeyId="alias/app")
    found = audit(aws.url, ["ssm"])
    assert said(facet(found, "aws_ssm_parameter", "mode", PlaintextCredential).places) == ()
    # whether it stands there itself, or a name of the place where it is kept, only its value would tell
    assert why(facet(found, "aws_ssm_parameter", "db_password", PlaintextCredential).places) is Reason.NOT_COLLECTED
    assert said(facet(found, "aws_ssm_parameter", "token", EncryptionAtRest).key_owner) is KeyOwner.CUSTOMER
    assert said(found.resource("aws_ssm_parameter", "db_password").tag("env")) == "prod"
    assert said(found.resource("aws_ssm_parameter", "mode").tag("env")) is None
    assert len([one for one in aws.calls() if one.operation == "GetResources"]) == 2
    aws.refuse(["resourcegroupstaggingapi:GetResources"])
    assert why(audit(aws.url, ["ssm"]).resource("aws_ssm_parameter", "mode").tag("env")) is Reason.DENIED
    aws.refuse(["ssm:DescribeParameters"])
    assert statuses(audit(aws.url, ["ssm"]), "aws_ssm_parameter") == {"unknown"}


@pytest.fixture
def pools(aws: AwsServer) -> AwsServer:
    """A strict user pool and a weak one, and an identity pool that lets guests in."""
    listed = [{"Id": f"{REGION}_{name}", "Name": name} for name in ("strict", "weak")]
    aws.answer("cognito-idp", "ListUserPools", pages=[{"UserPools": [one]} for one in listed])
    for one, length, kinds in ((listed[0], 14, True), (listed[1], 6, False)):
        policy = {
            "MinimumLength": length,
            **{f"Require{kind}": kinds for kind in ("Lowercase", "Uppercase", "Numbers", "Symbols")},
        }
        pool = {**one, "Policies": {"PasswordPolicy": policy}, "DeletionProtection": "ACTIVE" if kinds else "INACTIVE"}
        aws.answer("cognito-idp", "DescribeUserPool", {"UserPool": pool}, match={"UserPoolId": one["Id"]})
    pool_id = f"{REGION}:11111111-2222-3333-4444-555555555555"
    given = {"IdentityPoolId": pool_id, "IdentityPoolName": "guests"}
    aws.answer("cognito-identity", "ListIdentityPools", {"IdentityPools": [given]})
    aws.answer("cognito-identity", "DescribeIdentityPool", {**given, "AllowUnauthenticatedIdentities": True})
    return aws


def test_pools_are_judged_by_what_they_demand(pools: AwsServer) -> None:
    found = audit(pools.url, ["cognito-idp", "cognito-identity"])
    strict, weak = (found.resource("aws_cognito_user_pool", name) for name in ("strict", "weak"))
    assert (said(of(strict, PasswordPolicy).min_length), said(of(strict, PasswordPolicy).kinds)) == (14, 4)
    assert (said(of(weak, PasswordPolicy).min_length), said(of(weak, PasswordPolicy).kinds)) == (6, 0)
    assert [said(one.present) for one in of(strict, Retirement).obstacles] == [True]
    assert said(facet(found, "aws_cognito_identity_pool", "", Authentication).required) is False


def test_pools_that_are_not_described_are_unknown(pools: AwsServer) -> None:
    pools.refuse(["cognito-idp:DescribeUserPool", "cognito-identity:DescribeIdentityPool"])
    found = audit(pools.url, ["cognito-idp", "cognito-identity"])
    assert why(facet(found, "aws_cognito_user_pool", "weak", PasswordPolicy).min_length) is Reason.DENIED
    assert why(facet(found, "aws_cognito_identity_pool", "", Authentication).required) is Reason.DENIED
