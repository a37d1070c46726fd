"""APIs of accounts with their stages, methods and domain names."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from auditor.attr import Reason
from auditor.collecting import CollectOptions
from auditor.facets import (
    AccountIdentity,
    AllowedMethods,
    Authentication,
    DataAccessLog,
    EncryptionAtRest,
    EncryptionInTransit,
    PublishedService,
)
from tests.live.auditing import HOME, Audit, audit, collect
from tests.live.servers import ACCOUNT, REGION, AwsServer
from tests.live.services.reading import contents, facet, of, said, statuses, why

SECRET = "hunter22-very-secret"
STAGE = f"arn:aws:apigateway:{REGION}::/restapis/{{}}/stages/prod"
ACL = f"arn:aws:wafv2:{REGION}:{ACCOUNT}:regional/webacl/front/11111111-2222-3333-4444-555555555555"


def stage(**members: Any) -> dict[str, Any]:
    return {"item": [{"stageName": "prod", "variables": {"password": SECRET}, **members}]}


def resources(kind: str) -> dict[str, Any]:
    integration = {"type": "HTTP", "requestParameters": {"integration.request.header.x": f"'{SECRET}'"}}
    methods = {
        "GET": {"httpMethod": "GET", "authorizationType": kind, "methodIntegration": integration},
        "OPTIONS": {"httpMethod": "OPTIONS", "authorizationType": "NONE"},
    }
    return {"items": [{"id": "root", "path": "/", "resourceMethods": methods}]}


@pytest.fixture
def cloud(aws: AwsServer) -> AwsServer:
    """Two REST APIs with a stage of the same name each, an API of HTTP, and a key."""
    good = {
        "id": "good",
        "name": "good",
        "securityPolicy": "SecurityPolicy_TLS13_1_2_PFS_PQ_2025_09",
        "endpointConfiguration": {"types": ["REGIONAL"]},
    }
    bad = {"id": "bad", "name": "bad", "securityPolicy": "TLS_1_0", "endpointConfiguration": {"types": ["EDGE"]}}
    aws.answer("apigateway", "GetRestApis", pages=[{"items": [good]}, {"items": [bad]}])
    log = {"destinationArn": f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:api", "format": "x"}
    settings = {"*/*": {"cacheDataEncrypted": True, "throttlingRateLimit": 100.0}}
    kept = stage(accessLogSettings=log, cacheClusterEnabled=True, methodSettings=settings)
    aws.answer("apigateway", "GetStages", kept, match={"restApiId": "good"})
    loose = {"*/*": {"cacheDataEncrypted": False, "throttlingRateLimit": -1.0}}
    aws.answer(
        "apigateway", "GetStages", stage(cacheClusterEnabled=True, methodSettings=loose), match={"restApiId": "bad"}
    )
    aws.answer("apigateway", "GetResources", resources("AWS_IAM"), match={"restApiId": "good"})
    aws.answer("apigateway", "GetResources", resources("NONE"), match={"restApiId": "bad"})
    domain = {"domainName": "api.example.jp", "securityPolicy": "TLS_1_2", "regionalCertificateArn": "arn:aws:acm:x"}
    aws.answer("apigateway", "GetDomainNames", {"items": [domain]})
    key = {"id": "k1", "name": "partner", "value": SECRET, "enabled": True}
    aws.answer("apigateway", "GetApiKeys", {"items": [key]})
    http = {"ApiId": "h", "Name": "h", "ProtocolType": "HTTP", "RouteSelectionExpression": "x"}
    aws.answer("apigatewayv2", "GetApis", {"Items": [http]})
    limits = {"DefaultRouteSettings": {"ThrottlingRateLimit": 50.0}, "StageVariables": {"password": SECRET}}
    aws.answer("apigatewayv2", "GetStages", {"Items": [{"StageName": "$default", **limits}]})
    routes = [
        {"RouteId": "r1", "RouteKey": "GET /a", "AuthorizationType": "JWT"},
        {"RouteId": "r2", "RouteKey": "ANY /b", "AuthorizationType": "NONE"},
    ]
    aws.answer("apigatewayv2", "GetRoutes", {"Items": routes})
    aws.answer("apigatewayv2", "GetDomainNames", {"Items": []})
    aws.answer("wafv2", "ListWebACLs", {"WebACLs": []})
    aws.fail("shield", "ListProtections", "ResourceNotFoundException")
    return aws


def look(cloud: AwsServer) -> Audit:
    return audit(cloud.url, ["apigateway", "apigatewayv2", "wafv2", "wafv2-cloudfront", "shield"])


def test_rest_apis_are_judged_by_their_policy_and_methods(cloud: AwsServer) -> None:
    found = look(cloud)
    good, bad = (found.resource("aws_api_gateway_rest_api", f"restapis/{name}") for name in ("good", "bad"))
    assert said(of(good, EncryptionInTransit).minimum_tls) == "1.2"
    assert said(of(bad, EncryptionInTransit).minimum_tls) == "1.0"
    assert said(of(good, AllowedMethods).methods) == frozenset({"GET", "OPTIONS"})
    asked = {
        one.address: said(of(one, Authentication).required)
        for one in found.resources("aws_api_gateway_method")
        if one.address.endswith("/GET")
    }
    assert sorted(asked.values()) == [False, True]
    assert said(facet(found, "aws_api_gateway_domain_name", "api.example.jp", EncryptionInTransit).minimum_tls) == "1.2"
    assert facet(found, "aws_api_gateway_api_key", "k1", AccountIdentity)


def test_stages_of_the_same_name_keep_their_own_settings(cloud: AwsServer) -> None:
    found = look(cloud)
    good, bad = (found.resource("aws_api_gateway_stage", f"restapis/{name}/") for name in ("good", "bad"))
    assert said(of(good, DataAccessLog).enabled) is True
    assert said(of(bad, DataAccessLog).enabled) is False
    assert said(of(good, EncryptionAtRest).enabled) is True
    assert said(of(bad, EncryptionAtRest).enabled) is False
    assert said(of(good, PublishedService).flood_limited) is True
    assert said(of(bad, PublishedService).flood_limited) is False
    assert said(of(bad, PublishedService).public) is True


def test_a_stage_behind_a_web_acl_has_a_firewall(cloud: AwsServer) -> None:
    listed = {"Name": "front", "Id": ACL.rsplit("/", 1)[1], "ARN": ACL}
    cloud.answer("wafv2", "ListWebACLs", {"WebACLs": [listed]}, match={"Scope": "REGIONAL"})
    cloud.answer("wafv2", "ListResourcesForWebACL", {"ResourceArns": []})
    kind = {"ResourceType": "API_GATEWAY"}
    cloud.answer("wafv2", "ListResourcesForWebACL", {"ResourceArns": [STAGE.format("good")]}, match=kind)
    found = look(cloud)
    stages = [found.resource("aws_api_gateway_stage", f"restapis/{name}/") for name in ("good", "bad")]
    assert [said(of(one, PublishedService).firewall) for one in stages] == [True, False]


def test_http_apis_are_judged_by_their_routes_and_limits(cloud: AwsServer) -> None:
    found = look(cloud)
    required = {
        one.address[-2:]: said(of(one, Authentication).required) for one in found.resources("aws_apigatewayv2_route")
    }
    assert required == {"r1": True, "r2": False}
    assert said(facet(found, "aws_apigatewayv2_stage", "", PublishedService).flood_limited) is True
    assert said(facet(found, "aws_apigatewayv2_api", "", AllowedMethods).methods) == frozenset({"GET", "*"})


def test_no_key_variable_or_header_is_kept(cloud: AwsServer, tmp_path: Path) -> None:
    options = CollectOptions(services=("apigateway", "apigatewayv2"), regions=(HOME,))
    collect(cloud.url, tmp_path / "s", options)
    assert SECRET.encode() not in contents(tmp_path / "s")
    asked = next(one.parameters for one in cloud.calls() if one.operation == "GetApiKeys")
    assert not asked.get("includeValues")


def test_what_an_api_does_not_tell_is_unknown(cloud: AwsServer) -> None:
    cloud.refuse(["apigateway:GetResources", "apigateway:GetStages", "apigatewayv2:GetRoutes"])
    found = look(cloud)
    assert statuses(found, "aws_api_gateway_method") == {"unknown"}
    assert statuses(found, "aws_api_gateway_stage") == {"unknown"}
    assert statuses(found, "aws_apigatewayv2_route") == {"unknown"}
    assert said(facet(found, "aws_api_gateway_rest_api", "bad", EncryptionInTransit).minimum_tls) == "1.0"


def test_a_default_endpoint_whose_policy_is_not_told_stays_open(cloud: AwsServer) -> None:
    cloud.answer("apigateway", "GetRestApis", {"items": [{"id": "bad", "name": "bad"}]})
    version = facet(look(cloud), "aws_api_gateway_rest_api", "bad", EncryptionInTransit).minimum_tls
    assert why(version) is Reason.NOT_COLLECTED
