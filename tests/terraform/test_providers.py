"""Region and account: from the resource, its provider's configuration, or what data resources answered."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from auditor.attr import Attr, Known, Reason, Unknown
from auditor.record import Record
from auditor_terraform.joins import PlanLinks

Find = Callable[[PlanLinks, str], Record]


def refs(*references: str) -> dict[str, Any]:
    return {"references": list(references)}


def shown(attr: Attr[str]) -> str | Reason:
    return attr.reason if isinstance(attr, Unknown) else attr.value


def provider(builder: Any, key: str, expressions: dict[str, Any] | None = None, **more: Any) -> None:
    entry = {"name": key.rsplit(":", 1)[-1].split(".")[0], **more}
    if expressions is not None:
        entry["expressions"] = expressions
    builder.plan["configuration"]["provider_config"][key] = entry


@pytest.fixture
def bucket(builder: Any) -> Any:
    return builder.block("aws_s3_bucket.b").instance("aws_s3_bucket.b", {"bucket": "b"})


def region(builder: Any, find: Find, address: str = "aws_s3_bucket.b") -> str | Reason:
    return shown(find(builder.links(), address).region)


def account(builder: Any, find: Find, address: str = "aws_s3_bucket.b") -> str | Reason:
    return shown(find(builder.links(), address).account)


def test_a_constant_counts(bucket: Any, find: Find) -> None:
    provider(bucket, "aws", {"region": {"constant_value": "ap-northeast-1"}})
    assert region(bucket, find) == "ap-northeast-1"


def test_a_variable_counts_by_its_value_or_else_its_default(bucket: Any, find: Find) -> None:
    provider(bucket, "aws", {"region": refs("var.region")})
    bucket.module()["variables"] = {"region": {"default": "us-east-1"}}
    assert region(bucket, find) == "us-east-1"
    bucket.plan["variables"] = {"region": {"value": "ap-northeast-3"}}
    assert region(bucket, find) == "ap-northeast-3"


def test_an_element_of_a_variable_counts(bucket: Any, find: Find) -> None:
    provider(bucket, "aws", {"region": refs("var.place.region", "var.place")})
    bucket.plan["variables"] = {"place": {"value": {"region": "ap-northeast-1"}}}
    assert region(bucket, find) == "ap-northeast-1"


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        (refs("local.region"), None),
        (refs("var.region", "var.other"), "ap-northeast-1"),
        (refs("var.region"), "tokyo"),
        (refs("var.region"), None),
        (refs("var.region"), ["ap-northeast-1", "us-east-1"]),
    ],
)
def test_what_cannot_be_followed_is_left_open(bucket: Any, find: Find, expression: Any, value: Any) -> None:
    provider(bucket, "aws", {"region": expression})
    bucket.plan["variables"] = {"region": {"value": value}}
    assert region(bucket, find) is Reason.UNRESOLVED


def test_what_the_environment_decides_is_not_in_the_plan(bucket: Any, find: Find) -> None:
    provider(bucket, "aws", {})
    assert region(bucket, find) is Reason.NOT_COLLECTED
    assert account(bucket, find) is Reason.NOT_COLLECTED


def test_data_resources_that_ask_the_provider_answer(bucket: Any, find: Find) -> None:
    provider(bucket, "aws", {"region": refs("local.region")})
    bucket.block("data.aws_region.here").read("data.aws_region.here", {"name": "ap-northeast-1"})
    bucket.block("data.aws_caller_identity.me").read("data.aws_caller_identity.me", {"account_id": "111122223333"})
    assert region(bucket, find) == "ap-northeast-1"
    assert account(bucket, find) == "111122223333"


def test_a_data_resource_about_something_else_does_not_answer(bucket: Any, find: Find) -> None:
    provider(bucket, "aws", {"region": refs("local.region")})
    bucket.block("data.aws_region.other", {"name": {"constant_value": "us-east-1"}})
    bucket.read("data.aws_region.other", {"name": "us-east-1"})
    bucket.block("data.aws_region.alias", provider_config_key="aws.other")
    bucket.read("data.aws_region.alias", {"name": "us-east-2"})
    assert region(bucket, find) is Reason.UNRESOLVED


@pytest.mark.parametrize("block", [{"role_arn": {"constant_value": "arn:aws:iam::444455556666:role/r"}}])
def test_the_account_of_the_assumed_role_counts(bucket: Any, find: Find, block: Any) -> None:
    provider(bucket, "aws", {"assume_role": [block]})
    assert account(bucket, find) == "444455556666"


def test_the_only_allowed_account_counts_and_one_of_several_does_not(bucket: Any, find: Find) -> None:
    provider(bucket, "aws", {"allowed_account_ids": {"constant_value": ["777788889999"]}})
    assert account(bucket, find) == "777788889999"
    provider(bucket, "aws", {"allowed_account_ids": {"constant_value": ["777788889999", "111122223333"]}})
    assert account(bucket, find) is Reason.AMBIGUOUS


@pytest.mark.parametrize(
    "expressions",
    [
        {"allowed_account_ids": refs("var.account")},
        {"assume_role": [{"role_arn": refs("var.account")}]},
        {"assume_role": [{"role_arn": refs("var.role")}], "allowed_account_ids": refs("local.accounts")},
    ],
)
def test_an_account_in_a_variable_counts(bucket: Any, find: Find, expressions: Any) -> None:
    provider(bucket, "aws", expressions)
    role = "arn:aws:iam::444455556666:role/deploy"
    bucket.plan["variables"] = {"account": {"value": "444455556666"}, "role": {"value": role}}
    assert account(bucket, find) == "444455556666"


def test_the_resource_itself_comes_first(builder: Any, find: Find) -> None:
    provider(builder, "aws", {"region": {"constant_value": "us-east-1"}})
    builder.block("aws_s3_bucket.own").instance("aws_s3_bucket.own", {"region": "ap-northeast-1"})
    arn = "arn:aws:sqs:ap-northeast-3:111122223333:q"
    builder.block("aws_sqs_queue.q").instance("aws_sqs_queue.q", {"arn": arn})
    builder.block("aws_s3_bucket.later", {"region": refs("local.r")})
    builder.instance("aws_s3_bucket.later", {}, {"region": True})
    builder.block("aws_s3_bucket.filled").instance("aws_s3_bucket.filled", {}, {"region": True})
    assert region(builder, find, "aws_s3_bucket.own") == "ap-northeast-1"
    assert region(builder, find, "aws_sqs_queue.q") == "ap-northeast-3"
    assert account(builder, find, "aws_sqs_queue.q") == "111122223333"
    assert region(builder, find, "aws_s3_bucket.later") is Reason.AFTER_APPLY
    assert region(builder, find, "aws_s3_bucket.filled") == "us-east-1"


def test_aliases_passed_to_modules_count(builder: Any, find: Find) -> None:
    provider(builder, "aws", {"region": {"constant_value": "ap-northeast-1"}})
    provider(builder, "aws.osaka", {"region": {"constant_value": "ap-northeast-3"}}, alias="osaka")
    builder.call("m").block("aws_s3_bucket.b", path="m", provider_config_key="aws.osaka")
    builder.instance("module.m.aws_s3_bucket.b", {})
    assert region(builder, find, "module.m.aws_s3_bucket.b") == "ap-northeast-3"


def test_old_plans_tell_only_if_there_is_one_configuration_to_pass(builder: Any, find: Find) -> None:
    provider(builder, "aws", {"region": {"constant_value": "ap-northeast-1"}})
    builder.call("m").block("aws_s3_bucket.b", path="m", provider_config_key="m:aws")
    builder.instance("module.m.aws_s3_bucket.b", {})
    assert region(builder, find, "module.m.aws_s3_bucket.b") == "ap-northeast-1"
    provider(builder, "aws.osaka", {"region": {"constant_value": "ap-northeast-3"}}, alias="osaka")
    assert region(builder, find, "module.m.aws_s3_bucket.b") is Reason.AMBIGUOUS


def test_a_provider_inside_a_module_is_followed_to_the_caller(builder: Any, find: Find) -> None:
    builder.call("m", {"place": refs("var.region")})
    builder.plan["variables"] = {"region": {"value": "ap-northeast-1"}}
    provider(builder, "module.m:aws", {"region": refs("var.place")}, module_address="module.m")
    builder.block("aws_s3_bucket.b", path="m", provider_config_key="module.m:aws")
    builder.instance("module.m.aws_s3_bucket.b", {})
    assert region(builder, find, "module.m.aws_s3_bucket.b") == "ap-northeast-1"


def test_google_tells_project_and_place(builder: Any, find: Find) -> None:
    provider(
        builder,
        "google",
        {"project": refs("var.project"), "region": {"constant_value": "asia-northeast1"}, "credentials": {}},
    )
    builder.plan["variables"] = {"project": {"value": "town-docs"}}
    builder.block("google_storage_bucket.b").instance("google_storage_bucket.b", {"location": "ASIA-NORTHEAST2"})
    builder.block("google_pubsub_topic.t").instance("google_pubsub_topic.t", {}, {"project": True})
    builder.block("google_sql_database_instance.d")
    builder.instance("google_sql_database_instance.d", {"project": "other-project", "region": "asia-northeast2"})
    builder.block("google_compute_disk.d").instance("google_compute_disk.d", {"zone": "asia-northeast1-b"})
    assert region(builder, find, "google_compute_disk.d") == "asia-northeast1"
    assert region(builder, find, "google_storage_bucket.b") == "ASIA-NORTHEAST2"
    assert account(builder, find, "google_storage_bucket.b") == "town-docs"
    assert account(builder, find, "google_pubsub_topic.t") == "town-docs"
    assert region(builder, find, "google_pubsub_topic.t") == "asia-northeast1"
    assert account(builder, find, "google_sql_database_instance.d") == "other-project"
    assert region(builder, find, "google_sql_database_instance.d") == "asia-northeast2"


def test_a_project_of_this_plan_is_decided_later(builder: Any, find: Find) -> None:
    provider(builder, "google", {"project": refs("google_project.p.project_id", "google_project.p")})
    builder.block("google_project.p").instance("google_project.p", {}, {"project_id": True})
    builder.block("google_pubsub_topic.t").instance("google_pubsub_topic.t", {}, {"project": True})
    assert account(builder, find, "google_pubsub_topic.t") is Reason.UNRESOLVED


def test_sensitive_variables_stay_marked(bucket: Any, find: Find) -> None:
    provider(bucket, "aws", {"region": refs("var.region")})
    bucket.module()["variables"] = {"region": {"sensitive": True}}
    bucket.plan["variables"] = {"region": {"value": "ap-northeast-1"}}
    attr = find(bucket.links(), "aws_s3_bucket.b").region
    assert isinstance(attr, Known)
    assert attr.sensitive


def test_credentials_are_never_told(bucket: Any, find: Find) -> None:
    secret = {"constant_value": "AKIA-secret"}
    provider(bucket, "aws", {"access_key": secret, "secret_key": secret, "token": secret, "region": refs("local.x")})
    record = find(bucket.links(), "aws_s3_bucket.b")
    for attr in (record.region, record.account):
        assert isinstance(attr, Unknown)
        assert "secret" not in attr.text.ja + attr.text.en


def test_other_providers_have_no_region(builder: Any, find: Find) -> None:
    builder.block("random_id.r").instance("random_id.r", {})
    assert region(builder, find, "random_id.r") is Reason.NOT_COLLECTED
