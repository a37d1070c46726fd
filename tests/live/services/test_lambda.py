"""Functions of accounts, their addresses and callers, and layers."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from auditor.attr import Reason
from auditor.collecting import CollectOptions
from auditor.facets import (
    Authentication,
    EncryptionAtRest,
    Exposure,
    KeyOwner,
    Patching,
    PlaintextCredential,
    PublishedService,
    Share,
    Software,
)
from tests.live.auditing import HOME, Audit, audit, collect
from tests.live.servers import ACCOUNT, REGION, AwsServer
from tests.live.services.reading import contents, facet, of, said, statuses, why

SECRET = "hunter22-very-secret"
GOOD = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:good"
BAD = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:bad"
LAYER = f"arn:aws:lambda:{REGION}:{ACCOUNT}:layer:common"
KEY = f"arn:aws:kms:{REGION}:210987654321:key/11111111-2222-3333-4444-555555555555"


def statement(sid: str, **members: Any) -> dict[str, Any]:
    return {"Sid": sid, "Effect": "Allow", "Action": "lambda:InvokeFunction", "Resource": "*", **members}


def policy(*statements: dict[str, Any]) -> dict[str, str]:
    return {"Policy": json.dumps({"Version": "2012-10-17", "Statement": list(statements)})}


@pytest.fixture
def cloud(aws: AwsServer) -> AwsServer:
    """Two functions on two pages, and a layer that everybody may use."""
    aws.answer(
        "lambda",
        "ListFunctions",
        pages=[
            {
                "Functions": [
                    {
                        "FunctionName": "good",
                        "FunctionArn": GOOD,
                        "Runtime": "python3.13",
                        "PackageType": "Zip",
                        "KMSKeyArn": KEY,
                        "Environment": {"Variables": {"LOG_LEVEL": "debug-on-and-on"}},
                    }
                ]
            },
            {
                "Functions": [
                    {
                        "FunctionName": "bad",
                        "FunctionArn": BAD,
                        "Runtime": "python3.7",
                        "PackageType": "Zip",
                        "Environment": {"Variables": {"DB_PASSWORD": SECRET, "URL": f"postgres://app:{SECRET}@db/x"}},
                    }
                ]
            },
        ],
    )
    aws.answer("lambda", "ListTags", {"Tags": {}})
    aws.answer("lambda", "ListFunctionUrlConfigs", {"FunctionUrlConfigs": []})
    address = {
        "FunctionUrl": "https://abcdefghijklmnopqrstuvwxyz012345.lambda-url.ap-northeast-1.on.aws/",
        "CreationTime": "2026-01-01",
        "LastModifiedTime": "2026-01-01",
        "AuthType": "NONE",
        "FunctionArn": BAD,
    }
    aws.answer("lambda", "ListFunctionUrlConfigs", {"FunctionUrlConfigs": [address]}, match={"FunctionName": BAD})
    aws.fail("lambda", "GetPolicy", "ResourceNotFoundException", status=404)
    aws.answer(
        "lambda",
        "GetPolicy",
        policy(
            statement("anybody", Principal="*"),
            statement("bucket", Principal="*", Condition={"ArnLike": {"AWS:SourceArn": "arn:aws:s3:::data"}}),
            statement("tied-otherwise", Principal="*", Condition={"StringEquals": {"aws:SourceVpc": "vpc-1"}}),
            statement("service", Principal={"Service": "events.amazonaws.com"}),
            statement("address", Principal="*", Condition={"Bool": {"lambda:InvokedViaFunctionUrl": "true"}}),
            statement("all-but", Principal="*", Condition={"StringNotEquals": {"aws:SourceAccount": "210987654321"}}),
            statement("any-source", Principal="*", Condition={"ArnLike": {"aws:SourceArn": "*"}}),
        ),
        match={"FunctionName": BAD},
    )
    aws.answer("lambda", "GetRuntimeManagementConfig", {"UpdateRuntimeOn": "Auto", "FunctionArn": GOOD})
    aws.answer(
        "lambda",
        "GetRuntimeManagementConfig",
        {"UpdateRuntimeOn": "Manual", "FunctionArn": BAD},
        match={"FunctionName": BAD},
    )
    aws.answer("lambda", "ListLayers", {"Layers": [{"LayerName": "common", "LayerArn": LAYER}]})
    versions = [{"LayerVersionArn": f"{LAYER}:{number}", "Version": number} for number in (1, 2)]
    aws.answer("lambda", "ListLayerVersions", {"LayerVersions": versions})
    aws.fail("lambda", "GetLayerVersionPolicy", "ResourceNotFoundException", status=404)
    shared = statement("public", Principal="*", Action="lambda:GetLayerVersion")
    aws.answer("lambda", "GetLayerVersionPolicy", policy(shared), match={"VersionNumber": 2})
    return aws


@pytest.fixture
def audited(cloud: AwsServer) -> Audit:
    return audit(cloud.url, ["lambda"])


def test_a_function_is_judged_by_its_runtime_its_key_and_its_variables(audited: Audit) -> None:
    good = audited.resource("aws_lambda_function", "good")
    assert said(of(good, Software).version) == "python3.13"
    assert said(of(good, EncryptionAtRest).key_owner) is KeyOwner.CUSTOMER
    assert said(of(good, PlaintextCredential).places) == ()
    bad = audited.resource("aws_lambda_function", "bad")
    assert said(of(bad, PlaintextCredential).places) == (
        "DB_PASSWORD",
        "URL (password in a URL)",
    )
    assert said(of(bad, EncryptionAtRest).key_owner) is KeyOwner.PROVIDER
    assert audited.statuses("function:bad")["vulnerability.supported-version.in-support"] == {"fail"}
    assert audited.statuses("function:good")["vulnerability.supported-version.in-support"] == {"pass"}


def test_the_snapshot_holds_no_value_of_a_variable(cloud: AwsServer, tmp_path: Path) -> None:
    collect(cloud.url, tmp_path / "s", CollectOptions(services=("lambda",), regions=(HOME,)))
    text = contents(tmp_path / "s")
    assert b"DB_PASSWORD" in text
    assert SECRET.encode() not in text
    assert b"debug-on-and-on" not in text


def test_an_address_that_asks_nobody_is_published(audited: Audit) -> None:
    url = audited.resource("aws_lambda_function_url")
    assert said(of(url, Authentication).required) is False
    assert said(of(url, PublishedService).public) is True


def test_who_may_call_is_read_statement_by_statement(audited: Audit) -> None:
    required = {
        one.address.split(" ")[-1]: facet.required
        for one in audited.resources("aws_lambda_permission")
        if (facet := one.facet(Authentication)) is not None
    }
    assert said(required["anybody"]) is False
    assert said(required["bucket"]) is True
    # whom a condition of another kind ties it to is not known
    assert why(required["tied-otherwise"]) is Reason.NOT_COLLECTED
    # whoever is not of an account is not told
    assert why(required["all-but"]) is Reason.NOT_COLLECTED
    assert said(required["any-source"]) is False
    # which goes with the address, and is judged there
    assert "address" not in required
    assert "service" not in required


def test_a_runtime_that_is_updated_by_hand_is_told_from_others(audited: Audit) -> None:
    automatic = {
        one.address.split(" ")[0]: said(of(one, Patching).automatic)
        for one in audited.resources("aws_lambda_runtime_management_config")
    }
    assert automatic == {GOOD: True, BAD: False}


def test_one_version_of_a_layer_may_be_public(audited: Audit) -> None:
    assert len(audited.resources("aws_lambda_layer_version")) == 2
    shared = audited.resource("aws_lambda_layer_version_permission")
    assert shared.address.startswith(f"{LAYER}:2")
    assert said(of(shared, Exposure).public) is True


def test_a_layer_for_one_account_is_shared_with_it(cloud: AwsServer) -> None:
    given = statement("one", Principal={"AWS": "arn:aws:iam::210987654321:root"}, Action="lambda:GetLayerVersion")
    cloud.answer("lambda", "GetLayerVersionPolicy", policy(given), match={"VersionNumber": 2})
    shared = audit(cloud.url, ["lambda"]).resource("aws_lambda_layer_version_permission")
    assert said(of(shared, Share).recipients) == ("210987654321",)
    assert said(of(shared, Exposure).public) is False


def test_what_is_denied_is_unknown_and_nothing_else(cloud: AwsServer) -> None:
    cloud.refuse(["lambda:GetPolicy", "lambda:GetRuntimeManagementConfig", "lambda:ListFunctionUrlConfigs"])
    found = audit(cloud.url, ["lambda"])
    for type_, class_, name in (
        ("aws_lambda_permission", Authentication, "required"),
        ("aws_lambda_runtime_management_config", Patching, "automatic"),
        ("aws_lambda_function_url", Authentication, "required"),
    ):
        attrs = [getattr(of(one, class_), name) for one in found.resources(type_)]
        assert [why(attr) for attr in attrs] == [Reason.DENIED, Reason.DENIED]
    assert said(facet(found, "aws_lambda_function", "bad", Software).version) == "python3.7"


def test_variables_that_the_caller_may_not_decrypt_are_unknown(cloud: AwsServer) -> None:
    function = {
        "FunctionName": "good",
        "FunctionArn": GOOD,
        "Runtime": "python3.13",
        "Environment": {"Error": {"ErrorCode": "AccessDeniedException", "Message": "of a key"}},
    }
    cloud.answer("lambda", "ListFunctions", {"Functions": [function]})
    found = facet(audit(cloud.url, ["lambda"]), "aws_lambda_function", "good", PlaintextCredential)
    assert why(found.places) is Reason.DENIED


def test_functions_that_cannot_be_listed_are_stood_for(cloud: AwsServer) -> None:
    cloud.refuse(["lambda:ListFunctions"])
    found = audit(cloud.url, ["lambda"])
    assert len(found.resources("aws_lambda_function")) == 1
    assert statuses(found, "aws_lambda_function") == {"unknown"}
