"""Shares with other accounts, authentication of callers, and credentials in plain text."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest

from auditor.facets import Authentication, Exposure, PlaintextCredential, Share
from auditor.record import Action, Record
from auditor.testing import World
from tests.aws.platform_reading import every, the, unknown, value

FOREIGN = "arn:aws:iam::444455556666:root"


def shared(action: Any, principal: str = FOREIGN, **more: Any) -> str:
    statement = {"Effect": "Allow", "Action": action, "Principal": {"AWS": principal}, "Resource": "*", **more}
    return json.dumps({"Statement": [statement]})


def bucket(document: str | None, **how: Any) -> Record:
    world = World()
    made = world.add("aws_s3_bucket.b", {"bucket": "b"}, **how)
    if document is not None:
        world.add("aws_s3_bucket_policy.p", {"policy": document}, refs={"bucket": made})
    return made


@pytest.mark.parametrize(
    ("document", "recipients", "unlimited"),
    [
        (None, (), False),
        (shared("s3:GetObject"), (FOREIGN,), False),
        (shared("s3:*"), (FOREIGN,), True),
        (shared("*"), (FOREIGN,), True),
        (shared("s3:*", Condition={"StringEquals": {"s3:prefix": "a/"}}), (FOREIGN,), False),
        (shared("s3:*", "arn:aws:iam::111122223333:root"), (), False),
    ],
)
def test_shares_by_policy(document: str | None, recipients: tuple[str, ...], unlimited: bool) -> None:
    facet = the(bucket(document), Share)
    assert (value(facet.recipients), value(facet.unlimited)) == (recipients, unlimited)


def test_an_unknown_policy_leaves_the_share_open() -> None:
    world = World()
    made = world.add("aws_s3_bucket.b", {"bucket": "b"})
    world.add("aws_s3_bucket_policy.p", {}, unknown={"policy": True}, refs={"bucket": made})
    assert unknown(the(made, Share).recipients)


@pytest.mark.parametrize(
    "type_", ["aws_ecr_repository", "aws_efs_file_system", "aws_dynamodb_table", "aws_kinesis_stream"]
)
def test_what_exists_may_have_a_policy_elsewhere(type_: str) -> None:
    new = World().add(f"{type_}.x", {"name": "x"})
    assert value(the(new, Share).recipients) == ()
    assert not value(the(new, Exposure).public)
    old = World().add(f"{type_}.x", {"name": "x"}, action=Action.NO_OP)
    assert unknown(the(old, Share).recipients)
    assert unknown(the(old, Exposure).public)


def test_shared_snapshots_of_databases() -> None:
    def share(*accounts: str) -> Share:
        return the(World().add("aws_db_snapshot.s", {"shared_accounts": list(accounts)}), Share)

    assert value(share("444455556666").recipients) == ("444455556666",)
    assert value(share("all").recipients) == ()  # public, which exposure says
    assert value(share().recipients) == ()


def test_shared_images_and_snapshots() -> None:
    world = World()
    image = world.add("aws_ami.i", {"name": "i"})
    assert value(the(image, Share).recipients) == ()
    world.add("aws_ami_launch_permission.p", {"account_id": "444455556666"}, refs={"image_id": image})
    assert value(the(image, Share).recipients) == ("444455556666",)
    snapshot = world.add("aws_ebs_snapshot.s", {}, action=Action.NO_OP)
    assert unknown(the(snapshot, Share).recipients)


@pytest.mark.parametrize(("principal", "recipients"), [("444455556666", ("444455556666",)), ("111122223333", ())])
def test_resource_shares(principal: str, recipients: tuple[str, ...]) -> None:
    made = World().add("aws_ram_principal_association.a", {"principal": principal})
    assert value(the(made, Share).recipients) == recipients


def test_layers() -> None:
    def add(**values: Any) -> Record:
        return World().add("aws_lambda_layer_version_permission.p", values)

    assert value(the(add(principal="*"), Exposure).public)
    assert not value(the(add(principal="*", organization_id="o-abc"), Exposure).public)
    assert value(the(add(principal="*", organization_id="o-abc"), Share).recipients) == ("o-abc",)
    assert value(the(add(principal="444455556666"), Share).recipients) == ("444455556666",)


def asks(record: Record) -> bool | None:
    """Whether callers are asked; ``None`` if that is not known."""
    facet = the(record, Authentication)
    return None if unknown(facet.required) else value(facet.required)


@pytest.mark.parametrize(
    ("type_", "values", "expected"),
    [
        ("aws_lambda_function_url", {"authorization_type": "NONE"}, False),
        ("aws_lambda_function_url", {"authorization_type": "AWS_IAM"}, True),
        ("aws_lambda_permission", {"principal": "*"}, False),
        ("aws_lambda_permission", {"principal": "*", "source_account": "111122223333"}, True),
        ("aws_api_gateway_method", {"http_method": "GET", "authorization": "NONE"}, False),
        ("aws_api_gateway_method", {"http_method": "GET", "authorization": "NONE", "api_key_required": True}, False),
        ("aws_api_gateway_method", {"http_method": "GET", "authorization": "AWS_IAM"}, True),
        ("aws_apigatewayv2_route", {"route_key": "GET /a"}, False),
        ("aws_apigatewayv2_route", {"route_key": "GET /a", "authorization_type": "JWT"}, True),
        ("aws_apigatewayv2_api", {"protocol_type": "HTTP", "target": "arn:x"}, False),
        ("aws_apigatewayv2_api", {"protocol_type": "HTTP", "body": "{}"}, None),
        ("aws_api_gateway_rest_api", {"name": "a", "body": "{}"}, None),
        ("aws_appsync_graphql_api", {"authentication_type": "API_KEY"}, False),
        ("aws_appsync_graphql_api", {"authentication_type": "AWS_IAM"}, True),
        (
            "aws_appsync_graphql_api",
            {
                "authentication_type": "AWS_IAM",
                "additional_authentication_provider": [{"authentication_type": "API_KEY"}],
            },
            None,
        ),
        (
            "aws_appsync_graphql_api",
            {
                "authentication_type": "AWS_IAM",
                "additional_authentication_provider": [{"authentication_type": "OPENID_CONNECT"}],
            },
            True,
        ),
        ("aws_cognito_identity_pool", {"allow_unauthenticated_identities": True}, False),
        ("aws_cognito_identity_pool", {}, True),
        ("aws_elasticache_replication_group", {}, False),
        ("aws_elasticache_replication_group", {"auth_token": "long-token-value"}, True),
        ("aws_elasticache_replication_group", {"user_group_ids": ["group"]}, True),
        ("aws_elasticache_serverless_cache", {"user_group_id": "group"}, True),
        ("aws_elasticache_cluster", {"engine": "memcached"}, False),
        ("aws_memorydb_cluster", {"acl_name": "open-access"}, False),
        ("aws_memorydb_cluster", {"acl_name": "staff"}, True),
        ("aws_neptune_cluster", {}, False),
        ("aws_neptune_cluster", {"iam_database_authentication_enabled": True}, True),
        ("aws_msk_cluster", {}, False),
        ("aws_msk_cluster", {"client_authentication": [{"sasl": [{"iam": True}]}]}, True),
        ("aws_msk_cluster", {"client_authentication": [{"sasl": [{"iam": True}], "unauthenticated": True}]}, False),
        ("aws_opensearch_domain", {"advanced_security_options": [{"enabled": True}]}, True),
    ],
)
def test_authentication(type_: str, values: dict[str, Any], expected: bool | None) -> None:
    assert asks(World().add(f"{type_}.x", values)) is expected


@pytest.mark.parametrize(
    ("type_", "values"),
    [
        ("aws_api_gateway_method", {"http_method": "OPTIONS", "authorization": "NONE"}),
        ("aws_apigatewayv2_route", {"route_key": "OPTIONS /a"}),
        ("aws_lambda_permission", {"principal": "s3.amazonaws.com"}),
        ("aws_lambda_permission", {"principal": "*", "function_url_auth_type": "NONE"}),
        ("aws_lambda_permission", {"principal": "*", "invoked_via_function_url": True}),
        ("aws_elasticache_cluster", {"replication_group_id": "group"}),
        ("aws_opensearch_domain", {"advanced_security_options": [{"enabled": False}]}),
        ("aws_apigatewayv2_api", {"protocol_type": "HTTP"}),
    ],
)
def test_where_nothing_is_said_of_authentication(type_: str, values: dict[str, Any]) -> None:
    assert not every(World().add(f"{type_}.x", values), Authentication)


def test_what_is_unknown_of_authentication() -> None:
    assert asks(World().add("aws_lambda_function_url.x", {}, unknown={"authorization_type": True})) is None
    assert asks(World().add("aws_neptune_cluster.x", {}, unknown={"iam_database_authentication_enabled": True})) is None


def test_only_connect_can_ask_callers_of_a_websocket() -> None:
    world = World()
    api = world.add("aws_apigatewayv2_api.a", {"protocol_type": "WEBSOCKET"})
    connect = world.add("aws_apigatewayv2_route.c", {"route_key": "$connect"}, refs={"api_id": api})
    assert asks(connect) is False
    other = world.add("aws_apigatewayv2_route.d", {"route_key": "$default"}, refs={"api_id": api})
    assert not every(other, Authentication)


def test_methods_of_a_private_api_are_internal() -> None:
    world = World()
    api = world.add("aws_api_gateway_rest_api.a", {"endpoint_configuration": [{"types": ["PRIVATE"]}]})
    made = world.add(
        "aws_api_gateway_method.m", {"http_method": "GET", "authorization": "NONE"}, refs={"rest_api_id": api}
    )
    assert the(made, Authentication).internal


def test_an_access_list_of_ones_own_is_not_the_open_one() -> None:
    world = World()
    acl = world.add("aws_memorydb_acl.a", {})
    made = world.add("aws_memorydb_cluster.c", {}, unknown={"acl_name": True}, refs={"acl_name": acl})
    assert asks(made) is True


def places(record: Record) -> tuple[str, ...] | None:
    facet = the(record, PlaintextCredential)
    return None if unknown(facet.places) else value(facet.places)


SCRIPT = "#!/bin/bash\nexport DB_PASSWORD=tsubaki27\n"
CONTAINERS = json.dumps(
    [{"name": "a", "environment": [{"name": "API_KEY", "value": "himawari88x"}, {"name": "HOST", "value": "db"}]}]
)


@pytest.mark.parametrize(
    ("type_", "values", "expected"),
    [
        ("aws_instance", {"user_data": SCRIPT}, ("DB_PASSWORD",)),
        ("aws_instance", {"user_data_base64": base64.b64encode(SCRIPT.encode()).decode()}, ("DB_PASSWORD",)),
        ("aws_instance", {"user_data": "a" * 40}, None),
        ("aws_instance", {}, ()),
        ("aws_launch_template", {"user_data": base64.b64encode(SCRIPT.encode()).decode()}, ("DB_PASSWORD",)),
        ("aws_lambda_function", {"environment": [{"variables": {"TOKEN": "abc123xyz"}}]}, ("TOKEN",)),
        ("aws_lambda_function", {"environment": [{"variables": {"TOKEN_ARN": "arn:aws:x"}}]}, ()),
        ("aws_lambda_function", {}, ()),
        ("aws_ecs_task_definition", {"container_definitions": CONTAINERS}, ("API_KEY",)),
        ("aws_ecs_task_definition", {"container_definitions": "[]"}, ()),
        ("aws_ecs_task_definition", {"container_definitions": "not json"}, None),
        ("aws_batch_job_definition", {"container_properties": CONTAINERS[1:-1]}, ("API_KEY",)),
        (
            "aws_codebuild_project",
            {"environment": [{"environment_variable": [{"name": "NPM_TOKEN", "value": "abc123xyz"}]}]},
            ("NPM_TOKEN",),
        ),
        (
            "aws_codebuild_project",
            {
                "environment": [
                    {"environment_variable": [{"name": "NPM_TOKEN", "value": "npm", "type": "PARAMETER_STORE"}]}
                ]
            },
            (),
        ),
        ("aws_ssm_parameter", {"name": "/app/db/password", "type": "String", "value": "sakura99"}, ("password",)),
        ("aws_ssm_parameter", {"name": "/app/db/host", "type": "String", "value": "db.internal"}, ()),
        ("aws_glue_job", {"default_arguments": {"--db_password": "sakura99"}}, ("--db_password",)),
    ],
)
def test_plain_text(type_: str, values: dict[str, Any], expected: tuple[str, ...] | None) -> None:
    assert places(World().add(f"{type_}.x", values)) == expected


def test_an_encrypted_parameter_says_nothing() -> None:
    made = World().add("aws_ssm_parameter.p", {"name": "password", "type": "SecureString", "value": "sakura99"})
    assert not every(made, PlaintextCredential)


@pytest.mark.parametrize(
    ("more", "unknown_parts", "expected"),
    [
        ({}, {"name": True}, None),
        ({"type": "PARAMETER_STORE"}, {"name": True}, ()),
        ({"name": "NPM_TOKEN"}, {"type": True}, None),
        ({"name": "HOST"}, {"type": True}, ()),
    ],
)
def test_an_open_name_or_kind_of_a_variable(more: dict[str, Any], unknown_parts: Any, expected: Any) -> None:
    def build(*further: dict[str, Any]) -> Record:
        block = {"value": "abc123xyz", **more}
        return World().add(
            "aws_codebuild_project.b",
            {"environment": [{"environment_variable": [block, *further]}]},
            unknown={"environment": [{"environment_variable": [unknown_parts, *({} for _ in further)]}]},
        )

    assert places(build()) == expected
    assert places(build({"name": "API_TOKEN", "value": "xyz987abc"})) == ("API_TOKEN",)


def test_an_open_kind_of_address_leaves_a_permission_for_everybody_open() -> None:
    def permission(**values: str) -> Record:
        return World().add("aws_lambda_permission.p", values, unknown={"function_url_auth_type": True})

    assert unknown(the(permission(principal="*"), Authentication).required)
    assert value(the(permission(principal="*", source_account="111122223333"), Authentication).required) is True
    assert not every(permission(principal="s3.amazonaws.com"), Authentication)


def test_an_open_value_matters_only_under_the_name_of_a_secret() -> None:
    def variables(name: str) -> Record:
        mark = {"environment": [{"variables": {name: True}}]}
        return World().add("aws_lambda_function.f", {"environment": [{"variables": {}}]}, unknown=mark)

    assert places(variables("DB_PASSWORD")) is None
    assert places(variables("BUCKET")) == ()


def test_what_is_found_counts_whatever_else_is_open() -> None:
    made = World().add(
        "aws_lambda_function.f",
        {"environment": [{"variables": {"API_KEY": "abc123xyz"}}]},
        unknown={"environment": [{"variables": {"DB_PASSWORD": True}}]},
    )
    assert places(made) == ("API_KEY",)
