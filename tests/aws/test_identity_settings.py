"""Password policies, default administrators, and utilities that reach into machines."""

from __future__ import annotations

import json
from typing import Any

import pytest

from auditor.attr import Attr
from auditor.facets import DefaultAccount, DefaultAccountKind, PasswordPolicy, Utility
from auditor.record import Action
from auditor.testing import World
from tests.aws.platform_reading import every, the, unknown, value


def read(attr: Attr[Any] | None) -> Any:
    assert attr is not None
    return "unknown" if unknown(attr) else value(attr)


def test_the_policy_of_an_account() -> None:
    stated = {
        "minimum_password_length": 14,
        "require_lowercase_characters": True,
        "require_uppercase_characters": True,
        "require_numbers": True,
        "require_symbols": False,
        "password_reuse_prevention": 5,
        "max_password_age": 90,
    }
    facet = the(World().add("aws_iam_account_password_policy.p", stated), PasswordPolicy)
    assert [read(a) for a in (facet.min_length, facet.kinds, facet.history, facet.max_age_days)] == [14, 3, 5, 90]
    assert facet.attempts is None


def test_the_defaults_of_that_policy() -> None:
    left = ["require_lowercase_characters", "require_uppercase_characters", "require_numbers", "require_symbols"]
    left += ["password_reuse_prevention", "max_password_age"]
    facet = the(World().add("aws_iam_account_password_policy.p", {}, unset=left), PasswordPolicy)
    assert [read(a) for a in (facet.min_length, facet.kinds, facet.history, facet.max_age_days)] == [6, 0, 0, None]
    open_ = the(World().add("aws_iam_account_password_policy.p", {}, unknown={"require_symbols": True}), PasswordPolicy)
    assert read(open_.kinds) == "unknown"


def test_user_pools() -> None:
    plain = the(World().add("aws_cognito_user_pool.p", {"name": "p"}), PasswordPolicy)
    assert [read(a) for a in (plain.min_length, plain.kinds, plain.attempts)] == [8, 4, 5]
    block = {"minimum_length": 6, "require_lowercase": True, "password_history_size": 3}
    weak = the(World().add("aws_cognito_user_pool.p", {"password_policy": [block]}), PasswordPolicy)
    assert [read(a) for a in (weak.min_length, weak.kinds, weak.history)] == [6, 1, 3]
    partial = the(World().add("aws_cognito_user_pool.p", {"password_policy": [{}]}), PasswordPolicy)
    assert read(partial.min_length) == "unknown"
    old = the(World().add("aws_cognito_user_pool.p", {"name": "p"}, action=Action.NO_OP), PasswordPolicy)
    assert read(old.min_length) == "unknown"


def test_users_of_pools() -> None:
    def first(path: str) -> Any:
        made = World().add("aws_cognito_user.u", {"username": "u", path: "Sakura-9"})
        return read(the(made, PasswordPolicy).changed_at_first)

    assert first("password") is False
    assert first("temporary_password") is True
    assert not every(World().add("aws_cognito_user.u", {"username": "u"}), PasswordPolicy)


def test_directories() -> None:
    facet = the(World().add("aws_directory_service_directory.d", {"type": "MicrosoftAD"}), PasswordPolicy)
    assert read(facet.min_length) == "unknown"
    connector = World().add("aws_directory_service_directory.d", {"type": "ADConnector"})
    assert not every(connector, PasswordPolicy)


@pytest.mark.parametrize(("name", "used"), [("admin", True), ("Postgres", True), ("ledger_owner", False)])
def test_names_of_administrators(name: str, used: bool) -> None:
    facet = the(World().add("aws_db_instance.d", {"username": name}), DefaultAccount)
    assert facet.kind is DefaultAccountKind.DATABASE
    assert read(facet.in_use) is used


def test_replicas_and_unstated_names() -> None:
    replica = World().add("aws_db_instance.d", {"replicate_source_db": "primary"}, unknown={"username": True})
    assert not every(replica, DefaultAccount)
    left = World().add("aws_db_instance.d", {}, unset=["username"])
    assert not every(left, DefaultAccount)
    open_ = World().add("aws_rds_cluster.d", {}, unknown={"master_username": True})
    assert read(the(open_, DefaultAccount).in_use) == "unknown"


def test_serial_consoles() -> None:
    on = the(World().add("aws_ec2_serial_console_access.c", {}), Utility)
    assert (read(on.enabled), read(on.logged)) == (True, False)
    off = the(World().add("aws_ec2_serial_console_access.c", {"enabled": False}), Utility)
    assert read(off.enabled) is False


@pytest.mark.parametrize(
    ("content", "logged"),
    [
        ({"inputs": {"cloudWatchLogGroupName": "sessions"}}, True),
        ({"inputs": {"s3BucketName": "sessions"}}, True),
        ({"inputs": {"s3BucketName": ""}}, False),
        ({}, False),
    ],
)
def test_sessions(content: dict[str, Any], logged: bool) -> None:
    made = World().add("aws_ssm_document.d", {"document_type": "Session", "content": json.dumps(content)})
    assert read(the(made, Utility).logged) is logged


def test_other_documents_and_unreadable_ones() -> None:
    assert not every(World().add("aws_ssm_document.d", {"document_type": "Command", "content": "{}"}), Utility)
    made = World().add("aws_ssm_document.d", {"document_type": "Session", "content": "inputs: {}"})
    assert read(the(made, Utility).logged) == "unknown"


@pytest.mark.parametrize(
    ("settings", "containers", "logged"),
    [
        ([{"logging": "NONE"}], "[]", False),
        ([{"logging": "OVERRIDE", "log_configuration": [{"s3_bucket_name": "b"}]}], "[]", True),
        ([{"logging": "OVERRIDE"}], "[]", False),
        ([], '[{"logConfiguration": {"logDriver": "awslogs"}}]', True),
        ([], "[]", False),
    ],
)
def test_remote_execution(settings: list[Any], containers: str, logged: bool) -> None:
    world = World()
    configuration = [{"execute_command_configuration": settings}] if settings else []
    cluster = world.add("aws_ecs_cluster.c", {"configuration": configuration})
    task = world.add("aws_ecs_task_definition.t", {"container_definitions": containers})
    service = world.add(
        "aws_ecs_service.s", {"enable_execute_command": True}, refs={"cluster": cluster, "task_definition": task}
    )
    assert read(the(service, Utility).logged) is logged


def test_remote_execution_that_is_off_or_in_a_cluster_elsewhere() -> None:
    off = World().add("aws_ecs_service.s", {"cluster": "elsewhere"})
    assert read(the(off, Utility).enabled) is False
    on = World().add("aws_ecs_service.s", {"cluster": "elsewhere", "enable_execute_command": True})
    assert read(the(on, Utility).logged) == "unknown"
