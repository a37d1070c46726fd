"""What is published on AWS: firewalls, floods, methods, headers, and content."""

from __future__ import annotations

import json
from typing import Any

import pytest

from auditor.attr import Attr, Unknown
from auditor.facets import (
    AllowedMethods,
    ContentWriters,
    PublishedContent,
    PublishedService,
    RequestFilter,
    ResponseHeaders,
)
from auditor.record import Action, Record
from auditor.testing import World
from tests.aws.platform_reading import every, keyed, the

OPEN = "open"
BLOCKING: dict[str, Any] = {"name": "b", "action": [{"block": [{}]}], "statement": [{"geo_match_statement": [{}]}]}
COUNTING: dict[str, Any] = {"name": "c", "action": [{"count": [{}]}], "statement": [{"geo_match_statement": [{}]}]}
RATE: dict[str, Any] = {"name": "r", "statement": [{"rate_based_statement": [{"limit": 1000}]}]}


def group(name: str, override: str = "none") -> dict[str, Any]:
    statement = {"managed_rule_group_statement": [{"name": name, "vendor_name": "AWS"}]}
    return {"name": "g", "override_action": [{override: [{}]}], "statement": [statement]}


def state(attr: Attr[Any] | None) -> Any:
    if attr is None:
        return None
    return OPEN if isinstance(attr, Unknown) else attr.value


def published(record: Record) -> tuple[Any, Any, Any]:
    facet = the(record, PublishedService)
    return state(facet.public), state(facet.firewall), state(facet.flood_limited)


# ---------------------------------------------------------------- firewalls


def test_a_load_balancer_without_anything() -> None:
    assert published(World().add("aws_lb.a", {})) == (True, False, False)
    assert published(World().add("aws_lb.a", {}, unset=["internal"])) == (True, False, False)
    assert published(World().add("aws_lb.a", {"internal": True})) == (False, False, False)
    assert published(World().add("aws_lb.a", {}, action=Action.NO_OP)) == (True, OPEN, OPEN)
    assert published(World(complete=True).add("aws_lb.a", {}, action=Action.EXISTS)) == (True, False, False)
    assert published(World().add("aws_lb.a", {}, unknown={"internal": True}))[0] == OPEN
    assert published(World().add("aws_lb.a", {}, unknown={"load_balancer_type": True})) == (True, OPEN, OPEN)


@pytest.mark.parametrize(
    ("rules", "limited"),
    [
        ([BLOCKING], False),
        ([RATE], False),
        ([{**RATE, "action": [{"count": [{}]}]}], False),
        ([{**RATE, "action": [{"block": [{}]}]}], True),
        ([group("AWSManagedRulesCommonRuleSet")], False),
        ([group("AWSManagedRulesAntiDDoSRuleSet")], True),
        ([group("AWSManagedRulesAntiDDoSRuleSet", "count")], False),
    ],
)
def test_an_associated_acl(rules: list[dict[str, Any]], limited: bool) -> None:
    world = World()
    balancer = world.add("aws_lb.a", {"arn": "arn:lb"})
    world.add("aws_wafv2_web_acl.w", {"arn": "arn:acl", "rule": rules})
    world.add("aws_wafv2_web_acl_association.x", {"resource_arn": "arn:lb", "web_acl_arn": "arn:acl"})
    assert published(balancer) == (True, True, limited)


def test_an_acl_that_is_not_in_the_input() -> None:
    world = World()
    balancer = world.add("aws_lb.a", {"arn": "arn:lb"})
    world.add("aws_wafv2_web_acl_association.x", {"resource_arn": "arn:lb", "web_acl_arn": "arn:elsewhere"})
    assert published(balancer) == (True, True, OPEN)


def test_an_association_of_which_the_object_is_open() -> None:
    world = World()
    balancer = world.add("aws_lb.a", {"arn": "arn:lb"})
    world.add("aws_wafv2_web_acl_association.x", {}, unknown={"resource_arn": True})
    assert published(balancer) == (True, OPEN, OPEN)


def test_shield_protects_what_it_names() -> None:
    world = World()
    balancer = world.add("aws_lb.a", {"arn": "arn:lb", "load_balancer_type": "network"})
    assert published(balancer) == (True, None, OPEN)
    world.add("aws_shield_protection.s", {"resource_arn": "arn:lb"})
    assert published(balancer) == (True, None, True)


def test_a_distribution_names_its_acl() -> None:
    world = World()
    plain = world.add("aws_cloudfront_distribution.p", {"enabled": True})
    off = world.add("aws_cloudfront_distribution.o", {"enabled": False})
    acl = world.add("aws_wafv2_web_acl.w", {"arn": "arn:acl", "rule": [BLOCKING]})
    with_acl = world.add("aws_cloudfront_distribution.w", {"enabled": True, "web_acl_id": "arn:acl"})
    referring = world.add(
        "aws_cloudfront_distribution.r", {"enabled": True}, unknown={"web_acl_id": True}, refs={"web_acl_id": acl}
    )
    assert published(plain) == (True, False, False)
    assert published(off)[0] is False
    assert published(with_acl) == published(referring) == (True, True, False)


@pytest.mark.parametrize(("types", "public"), [(["PRIVATE"], False), (["REGIONAL"], True), (["EDGE"], True)])
def test_a_stage_of_a_rest_api(types: list[str], public: bool) -> None:
    world = World()
    world.add("aws_api_gateway_rest_api.a", {"id": "api", "endpoint_configuration": [{"types": types}]})
    stage = world.add("aws_api_gateway_stage.s", {"id": "st", "rest_api_id": "api"})
    assert published(stage) == (public, False, False)
    settings = {"stage_name": "st", "settings": [{"throttling_rate_limit": 50}]}
    world.add("aws_api_gateway_method_settings.m", settings)
    assert published(stage) == (public, False, True)


def test_a_stage_of_an_api_that_is_not_in_the_input() -> None:
    stage = World().add("aws_api_gateway_stage.s", {"rest_api_id": "elsewhere"})
    assert published(stage) == (OPEN, False, False)


@pytest.mark.parametrize(
    ("type_", "values", "expected"),
    [
        ("aws_apigatewayv2_stage", {}, (True, None, False)),
        ("aws_apigatewayv2_stage", {"default_route_settings": [{"throttling_rate_limit": 10}]}, (True, None, True)),
        ("aws_appsync_graphql_api", {}, (True, False, False)),
        ("aws_appsync_graphql_api", {"visibility": "PRIVATE"}, (False, False, False)),
        ("aws_apprunner_service", {}, (True, False, False)),
        ("aws_amplify_app", {}, (True, False, False)),
        ("aws_lambda_function_url", {"authorization_type": "NONE"}, (True, None, OPEN)),
        ("aws_lambda_function_url", {"authorization_type": "AWS_IAM"}, (False, None, OPEN)),
        ("aws_elb", {}, (True, None, OPEN)),
    ],
)
def test_other_services(type_: str, values: dict[str, Any], expected: tuple[Any, Any, Any]) -> None:
    assert published(World().add(f"{type_}.a", values)) == expected


@pytest.mark.parametrize(
    ("values", "acts"),
    [
        ({"rule": []}, False),
        ({"rule": [COUNTING]}, False),
        ({"rule": [COUNTING, BLOCKING]}, True),
        ({"rule": [group("AWSManagedRulesCommonRuleSet")]}, True),
        ({"rule": [group("AWSManagedRulesCommonRuleSet", "count")]}, False),
        ({"rule": [], "default_action": [{"block": [{}]}]}, True),
        ({"rule": [], "rule_json": "[]"}, OPEN),
    ],
)
def test_whether_an_acl_acts(values: dict[str, Any], acts: Any) -> None:
    assert state(the(World().add("aws_wafv2_web_acl.w", values), RequestFilter).acts) == acts


def test_an_acl_with_open_rules() -> None:
    acl = World().add("aws_wafv2_web_acl.w", {}, unknown={"rule": True})
    assert state(the(acl, RequestFilter).acts) == OPEN
    world = World()
    acl = world.add("aws_wafv2_web_acl.w", {"arn": "arn:w", "rule": [COUNTING]})
    world.add("aws_wafv2_web_acl_rule_group_association.g", {"web_acl_arn": "arn:w"})
    assert state(the(acl, RequestFilter).acts) == OPEN


def test_rules_that_stand_beside_their_acl() -> None:
    world = World()
    balancer = world.add("aws_lb.a", {"arn": "arn:lb"})
    acl = world.add("aws_wafv2_web_acl.w", {"arn": "arn:acl", "rule": []})
    world.add("aws_wafv2_web_acl_association.x", {"resource_arn": "arn:lb", "web_acl_arn": "arn:acl"})
    assert state(the(acl, RequestFilter).acts) is False
    world.add("aws_wafv2_web_acl_rule.c", {"web_acl_arn": "arn:acl", **COUNTING})
    assert state(the(acl, RequestFilter).acts) is False
    world.add("aws_wafv2_web_acl_rule.r", {"web_acl_arn": "arn:acl", **RATE, "action": [{"block": [{}]}]})
    assert state(the(acl, RequestFilter).acts) is True
    assert published(balancer) == (True, True, True)
    other = world.add("aws_wafv2_web_acl.o", {"arn": "arn:other", "rule": []})
    world.add("aws_wafv2_web_acl_rule.u", BLOCKING, unknown={"web_acl_arn": True})
    assert state(the(other, RequestFilter).acts) == OPEN


# ---------------------------------------------------------------- methods and headers

HOST = "docs.s3.ap-northeast-1.amazonaws.com"


def _distribution(world: World, host: str = HOST, **behaviour: Any) -> Record:
    block = {"target_origin_id": "o", "allowed_methods": ["GET", "HEAD"], **behaviour}
    return world.add(
        "aws_cloudfront_distribution.d",
        {"enabled": True, "origin": [{"origin_id": "o", "domain_name": host}], "default_cache_behavior": [block]},
    )


def test_methods_and_what_answers() -> None:
    stored = the(_distribution(World(), allowed_methods=["GET", "HEAD", "put"]), AllowedMethods)
    assert (state(stored.methods), state(stored.only_stored)) == ({"GET", "HEAD", "PUT"}, True)
    assert state(the(_distribution(World(), "app.example.jp"), AllowedMethods).only_stored) is False
    function = _distribution(World(), lambda_function_association=[{"event_type": "viewer-request"}])
    assert state(the(function, AllowedMethods).only_stored) is False
    group_ = _distribution(World(), target_origin_id="group")
    assert state(the(group_, AllowedMethods).only_stored) == OPEN


def test_each_behaviour_by_itself() -> None:
    world = World()
    values = {
        "enabled": True,
        "origin": [{"origin_id": "o", "domain_name": HOST}],
        "default_cache_behavior": [{"target_origin_id": "o", "allowed_methods": ["GET"]}],
        "ordered_cache_behavior": [{"target_origin_id": "o", "path_pattern": "/api/*", "allowed_methods": ["POST"]}],
    }
    distribution = world.add("aws_cloudfront_distribution.d", values)
    assert state(keyed(distribution, AllowedMethods, "/api/*").methods) == {"POST"}
    assert state(keyed(distribution, AllowedMethods, "default_cache_behavior").methods) == {"GET"}


def test_headers() -> None:
    assert state(the(_distribution(World()), ResponseHeaders).protective) is False
    assert state(the(_distribution(World(), "app.example.jp"), ResponseHeaders).protective) == OPEN
    edge = _distribution(World(), function_association=[{"event_type": "viewer-response"}])
    assert state(the(edge, ResponseHeaders).protective) == OPEN
    managed = _distribution(World(), response_headers_policy_id="67f7725c-6f97-4210-82d7-5512b31e9d03")
    assert state(the(managed, ResponseHeaders).protective) is True
    other = _distribution(World(), response_headers_policy_id="11111111-2222-3333-4444-555555555555")
    assert state(the(other, ResponseHeaders).protective) == OPEN


@pytest.mark.parametrize(
    ("values", "protective"),
    [
        ({}, False),
        ({"security_headers_config": [{"strict_transport_security": [{}]}]}, True),
        ({"custom_headers_config": [{"items": [{"header": "X-Hello"}]}]}, False),
        ({"custom_headers_config": [{"items": [{"header": "Strict-Transport-Security"}]}]}, True),
    ],
)
def test_a_policy_of_headers(values: dict[str, Any], protective: bool) -> None:
    world = World()
    world.add("aws_cloudfront_response_headers_policy.p", {"id": "policy", **values})
    distribution = _distribution(world, response_headers_policy_id="policy")
    assert state(the(distribution, ResponseHeaders).protective) is protective


def test_methods_of_apis() -> None:
    world = World()
    api = world.add("aws_api_gateway_rest_api.a", {"id": "api"})
    assert every(api, AllowedMethods) == []
    world.add("aws_api_gateway_method.g", {"rest_api_id": "api", "http_method": "GET"})
    assert state(the(api, AllowedMethods).methods) == {"GET"}
    world.add("aws_api_gateway_method.a", {"rest_api_id": "api", "http_method": "ANY"})
    assert state(the(api, AllowedMethods).methods) == {"GET", "*"}
    http = world.add("aws_apigatewayv2_api.h", {"id": "http", "protocol_type": "HTTP"})
    world.add("aws_apigatewayv2_route.p", {"api_id": "http", "route_key": "POST /forms"})
    world.add("aws_apigatewayv2_route.d", {"api_id": "http", "route_key": "$default"})
    assert state(the(http, AllowedMethods).methods) == {"POST", "*"}
    socket = world.add("aws_apigatewayv2_api.s", {"id": "socket", "protocol_type": "WEBSOCKET"})
    world.add("aws_apigatewayv2_route.s", {"api_id": "socket", "route_key": "$connect"})
    assert every(socket, AllowedMethods) == []


# ---------------------------------------------------------------- content


def _bucket(statement: dict[str, Any] | None = None, **values: Any) -> Record:
    world = World()
    bucket = world.add("aws_s3_bucket.b", {"bucket": "docs", **values})
    world.add("aws_s3_bucket_website_configuration.w", {"bucket": "docs"})
    if statement is not None:
        document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
        world.add("aws_s3_bucket_policy.p", {"bucket": "docs", "policy": document})
    return bucket


def content(record: Record) -> tuple[Any, Any, Any]:
    facet = the(record, PublishedContent)
    return state(facet.versioned), state(facet.publicly_writable), state(facet.publicly_listed)


def _allow(*actions: str, **more: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Principal": "*", "Action": list(actions), "Resource": "*", **more}


def test_a_bucket_that_is_not_published_says_nothing() -> None:
    assert every(World().add("aws_s3_bucket.b", {"bucket": "docs"}), PublishedContent) == []
    world = World()
    bucket = world.add("aws_s3_bucket.b", {"bucket": "docs"})
    redirect = {"bucket": "docs", "redirect_all_requests_to": [{"host_name": "example.jp"}]}
    world.add("aws_s3_bucket_website_configuration.w", redirect)
    assert every(bucket, PublishedContent) == []


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        (None, (False, False, False)),
        (_allow("s3:GetObject"), (False, False, False)),
        (_allow("s3:GetObject", "s3:ListBucket"), (False, False, True)),
        (_allow("s3:*"), (False, True, True)),
        (_allow("s3:PutObject"), (False, True, False)),
        (
            _allow("s3:PutObject", Condition={"StringEquals": {"aws:PrincipalOrgID": "o-abcdefghij"}}),
            (False, False, False),
        ),
    ],
)
def test_who_may_write_and_list_by_policy(statement: dict[str, Any] | None, expected: tuple[Any, Any, Any]) -> None:
    assert content(_bucket(statement)) == expected


def test_who_may_write_and_list_by_acl() -> None:
    assert content(_bucket(acl="public-read")) == (False, False, True)
    assert content(_bucket(acl="public-read-write")) == (False, True, True)
    assert content(_bucket(acl="private")) == (False, False, False)


def test_blocked_public_access() -> None:
    bucket = _bucket(_allow("s3:*"), acl="public-read-write")
    world = bucket.links
    assert isinstance(world, World)
    settings = ("block_public_acls", "block_public_policy", "ignore_public_acls", "restrict_public_buckets")
    world.add("aws_s3_bucket_public_access_block.x", {"bucket": "docs", **dict.fromkeys(settings, True)})
    assert content(bucket) == (False, False, False)


def test_a_bucket_behind_a_distribution() -> None:
    world = World()
    bucket = world.add("aws_s3_bucket.b", {"bucket": "docs"})
    world.add("aws_s3_bucket_versioning.v", {"bucket": "docs", "versioning_configuration": [{"status": "Enabled"}]})
    origin = {"origin": [{"origin_id": "o", "domain_name": HOST}]}
    refs = {"origin.domain_name": bucket, "origin.0.domain_name": bucket}
    distribution = world.add("aws_cloudfront_distribution.d", origin, refs=refs)
    assert content(bucket) == (True, False, False)
    assert every(distribution, PublishedContent) == []


def test_content_of_a_bucket_that_cannot_be_told() -> None:
    outside = _distribution(World())
    assert content(outside) == (OPEN, OPEN, OPEN)
    assert every(_distribution(World(), "app.example.jp"), PublishedContent) == []


def editors(record: Record) -> tuple[Any, Any, Any]:
    facet = the(record, ContentWriters)
    return state(facet.anybody), state(facet.confined), state(facet.named)


PUBLISHER = "arn:aws:iam::111122223333:role/publish"


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        (None, (False, False, ())),
        (_allow("s3:PutObject"), (True, False, ("*",))),
        (
            {"Effect": "Allow", "Principal": {"AWS": PUBLISHER}, "Action": "s3:PutObject", "Resource": "*"},
            (False, False, (PUBLISHER,)),
        ),
        (
            {"Effect": "Deny", "NotPrincipal": {"AWS": PUBLISHER}, "Action": "s3:PutObject", "Resource": "*"},
            (False, True, (PUBLISHER,)),
        ),
        (
            {
                "Effect": "Deny",
                "Principal": "*",
                "Action": "s3:Put*",
                "Resource": "*",
                "Condition": {"ArnNotEquals": {"aws:PrincipalArn": PUBLISHER}},
            },
            (False, True, (PUBLISHER,)),
        ),
        (
            {
                "Effect": "Deny",
                "Principal": "*",
                "Action": "s3:*",
                "Resource": "*",
                "Condition": {"Bool": {"aws:SecureTransport": "false"}},
            },
            (False, False, ()),
        ),
    ],
)
def test_editors(statement: dict[str, Any] | None, expected: tuple[Any, Any, Any]) -> None:
    assert editors(_bucket(statement)) == expected


def test_editors_of_an_open_policy() -> None:
    world = World()
    bucket = world.add("aws_s3_bucket.b", {"bucket": "docs"})
    world.add("aws_s3_bucket_website_configuration.w", {"bucket": "docs"})
    world.add("aws_s3_bucket_policy.p", {"bucket": "docs"}, unknown={"policy": True})
    assert editors(bucket) == (OPEN, OPEN, OPEN)
