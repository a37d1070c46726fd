"""Joins: what refers to what, and what is left open instead of being guessed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from auditor.attr import Known, Reason, Unknown
from auditor.record import Record
from auditor_terraform.joins import PlanLinks

Find = Callable[[PlanLinks, str], Record]
_NEW = {"id": True, "arn": True}
_BUCKET = {**_NEW, "bucket": True}
_ASKS = {"id": True, "bucket": True}
V = "aws_s3_bucket_versioning"


def refs(*references: str) -> dict[str, Any]:
    return {"references": list(references)}


def attr(address: str, name: str = "id") -> dict[str, Any]:
    """The expression ``address.name`` as Terraform lists it."""
    listed = [f"{address}.{name}", address]
    if address.endswith("]"):
        listed.append(address[: address.index("[")])
    return refs(*listed)


def target(find: Find, links: PlanLinks, address: str, path: str, *types: str) -> str | Reason | None:
    """Address of the target, ``None`` for none, or the reason why it is open."""
    found = find(links, address).target(path, *types)
    if isinstance(found, Unknown):
        return found.reason
    return found.value.address if found.value is not None else None


def referrers(find: Find, links: PlanLinks, address: str, type_: str, path: str) -> tuple[list[str], list[str]]:
    joined = find(links, address).referrers(type_, path)
    return [r.address for r in joined.certain], [r.address for r in joined.possible]


def test_a_reference_to_a_resource_that_is_created_is_certain(builder: Any, find: Find) -> None:
    builder.block("aws_s3_bucket.a").instance("aws_s3_bucket.a", {}, _BUCKET)
    builder.block("aws_s3_bucket.b").instance("aws_s3_bucket.b", {}, _BUCKET)
    builder.block(f"{V}.v", {"bucket": attr("aws_s3_bucket.a")}).instance(f"{V}.v", {}, _ASKS)
    links = builder.links()
    assert target(find, links, f"{V}.v", "bucket", "aws_s3_bucket") == "aws_s3_bucket.a"
    assert referrers(find, links, "aws_s3_bucket.a", V, "bucket") == ([f"{V}.v"], [])
    assert referrers(find, links, "aws_s3_bucket.b", V, "bucket") == ([], [])


def test_known_values_join_and_beat_references(builder: Any, find: Find) -> None:
    builder.block("aws_s3_bucket.a").instance("aws_s3_bucket.a", {"bucket": "a"}, _NEW)
    builder.block("aws_s3_bucket.b").instance("aws_s3_bucket.b", {"bucket": "b"}, _NEW)
    builder.block(f"{V}.v", {"bucket": refs("local.name")}).instance(f"{V}.v", {"bucket": "b"})
    builder.block(f"{V}.w", {"bucket": refs("local.name")}).instance(f"{V}.w", {"bucket": "elsewhere"})
    links = builder.links()
    assert target(find, links, f"{V}.v", "bucket", "aws_s3_bucket") == "aws_s3_bucket.b"
    assert target(find, links, f"{V}.w", "bucket", "aws_s3_bucket") is None
    assert referrers(find, links, "aws_s3_bucket.a", V, "bucket") == ([], [])


def test_equal_names_are_told_apart_by_the_reference_or_not_at_all(builder: Any, find: Find) -> None:
    for name in "ab":
        builder.block(f"aws_backup_vault.{name}").instance(f"aws_backup_vault.{name}", {"name": "main"}, _NEW)
    lock = "aws_backup_vault_lock_configuration"
    builder.block(f"{lock}.a", {"backup_vault_name": attr("aws_backup_vault.a", "name")})
    builder.instance(f"{lock}.a", {"backup_vault_name": "main"})
    builder.block(f"{lock}.l", {"backup_vault_name": {"constant_value": "main"}})
    builder.instance(f"{lock}.l", {"backup_vault_name": "main"})
    links = builder.links()
    assert target(find, links, f"{lock}.a", "backup_vault_name", "aws_backup_vault") == "aws_backup_vault.a"
    assert target(find, links, f"{lock}.l", "backup_vault_name", "aws_backup_vault") is Reason.AMBIGUOUS
    assert referrers(find, links, "aws_backup_vault.a", lock, "backup_vault_name") == ([f"{lock}.a"], [f"{lock}.l"])
    assert referrers(find, links, "aws_backup_vault.b", lock, "backup_vault_name") == ([], [f"{lock}.l"])


def test_an_arn_that_ends_in_a_known_name_may_mean_it(builder: Any, find: Find) -> None:
    builder.block("aws_sns_topic.t").instance("aws_sns_topic.t", {"name": "alerts"}, _NEW)
    builder.block("aws_x.y", {"topic_arn": {"constant_value": "…"}})
    builder.instance("aws_x.y", {"topic_arn": "arn:aws:sns:ap-northeast-1:111122223333:alerts"})
    builder.block("aws_x.z", {"topic_arn": {"constant_value": "…"}})
    builder.instance("aws_x.z", {"topic_arn": "arn:aws:sns:ap-northeast-1:111122223333:others"})
    builder.block("aws_x.w", {"topic_arn": attr("aws_sns_topic.t", "name")})
    builder.instance("aws_x.w", {"topic_arn": "arn:aws:sns:ap-northeast-1:111122223333:alerts"})
    links = builder.links()
    assert target(find, links, "aws_x.y", "topic_arn", "aws_sns_topic") is Reason.AMBIGUOUS
    assert target(find, links, "aws_x.z", "topic_arn", "aws_sns_topic") is None
    assert target(find, links, "aws_x.w", "topic_arn", "aws_sns_topic") == "aws_sns_topic.t"


def test_a_literal_may_equal_a_name_that_is_decided_later_but_not_a_made_up_one(builder: Any, find: Find) -> None:
    builder.block(f"{V}.v", {"bucket": {"constant_value": "docs"}}).instance(f"{V}.v", {"bucket": "docs"})
    builder.block("aws_s3_bucket.prefixed", {"bucket": refs("var.no"), "bucket_prefix": {"constant_value": "d"}})
    builder.instance("aws_s3_bucket.prefixed", {"bucket_prefix": "d"}, _BUCKET)
    builder.block("aws_s3_bucket.made_up", {"bucket_prefix": {"constant_value": "d"}})
    builder.instance("aws_s3_bucket.made_up", {"bucket_prefix": "d"}, _BUCKET)
    assert target(find, builder.links(), f"{V}.v", "bucket", "aws_s3_bucket") is None
    builder.block("aws_s3_bucket.later", {"bucket": refs("random_pet.p.id", "random_pet.p")})
    builder.instance("aws_s3_bucket.later", {}, _BUCKET)
    links = builder.links()
    assert target(find, links, f"{V}.v", "bucket", "aws_s3_bucket") is Reason.UNRESOLVED
    assert referrers(find, links, "aws_s3_bucket.later", V, "bucket") == ([], [f"{V}.v"])
    assert referrers(find, links, "aws_s3_bucket.made_up", V, "bucket") == ([], [])


def test_the_same_expression_on_both_sides_is_left_open(builder: Any, find: Find) -> None:
    name = attr("random_pet.p")
    builder.block("random_pet.p").instance("random_pet.p", {}, {"id": True})
    builder.block("aws_s3_bucket.a", {"bucket": name}).instance("aws_s3_bucket.a", {}, _BUCKET)
    builder.block(f"{V}.v", {"bucket": name}).instance(f"{V}.v", {}, _ASKS)
    links = builder.links()
    assert target(find, links, f"{V}.v", "bucket", "aws_s3_bucket") is Reason.UNRESOLVED
    assert referrers(find, links, "aws_s3_bucket.a", V, "bucket") == ([], [f"{V}.v"])


@pytest.mark.parametrize(
    "expression",
    [refs("aws_s3_bucket.b", "each.key"), refs("each.value.id", "each.value"), refs("each.value")],
)
def test_instances_pair_by_key(builder: Any, find: Find, expression: dict[str, Any]) -> None:
    builder.block("aws_s3_bucket.b", for_each_expression=refs("var.names"))
    builder.block(f"{V}.v", {"bucket": expression}, for_each_expression=refs("aws_s3_bucket.b"))
    for key in ('"a.b"', r'"c[\"d\"]"'):
        builder.instance(f"aws_s3_bucket.b[{key}]", {}, _BUCKET).instance(f"{V}.v[{key}]", {}, _ASKS)
    links = builder.links()
    for key in ('"a.b"', r'"c[\"d\"]"'):
        assert target(find, links, f"{V}.v[{key}]", "bucket", "aws_s3_bucket") == f"aws_s3_bucket.b[{key}]"


def test_an_index_that_is_computed_is_left_open(builder: Any, find: Find) -> None:
    builder.block("aws_kms_key.k", count_expression={"constant_value": 2})
    builder.block("aws_sns_topic.paired", {"kms_master_key_id": refs("aws_kms_key.k", "count.index")})
    builder.block("aws_sns_topic.some", {"kms_master_key_id": refs("aws_kms_key.k", "var.one", "count.index")})
    builder.block("aws_sns_topic.first", {"kms_master_key_id": attr("aws_kms_key.k[0]", "arn")})
    for index in range(2):
        builder.instance(f"aws_kms_key.k[{index}]", {}, _NEW)
        builder.instance(f"aws_sns_topic.paired[{index}]", {}, {"kms_master_key_id": True})
        builder.instance(f"aws_sns_topic.some[{index}]", {}, {"kms_master_key_id": True})
    builder.instance("aws_sns_topic.first", {}, {"kms_master_key_id": True})
    links = builder.links()
    path = "kms_master_key_id"
    assert target(find, links, "aws_sns_topic.paired[1]", path, "aws_kms_key") == "aws_kms_key.k[1]"
    assert target(find, links, "aws_sns_topic.some[1]", path, "aws_kms_key") is Reason.AMBIGUOUS
    assert target(find, links, "aws_sns_topic.first", path, "aws_kms_key") == "aws_kms_key.k[0]"


def test_a_condition_between_two_is_left_open_and_a_constant_alternative_is_not(builder: Any, find: Find) -> None:
    for name in "ab":
        builder.block(f"aws_kms_key.{name}").instance(f"aws_kms_key.{name}", {}, _NEW)
    one = attr("aws_kms_key.a", "arn")["references"]
    two = attr("aws_kms_key.b", "arn")["references"]
    builder.block("aws_x.two", {"k": refs("var.c", *one, *two)}).instance("aws_x.two", {}, {"k": True})
    builder.block("aws_x.one", {"k": refs("var.c", *one)}).instance("aws_x.one", {}, {"k": True})
    links = builder.links()
    assert target(find, links, "aws_x.two", "k", "aws_kms_key") is Reason.AMBIGUOUS
    assert target(find, links, "aws_x.one", "k", "aws_kms_key") == "aws_kms_key.a"


def test_a_block_without_instances_is_nothing(builder: Any, find: Find) -> None:
    builder.block("aws_kms_key.off").block("aws_kms_key.on").instance("aws_kms_key.on[0]", {}, _NEW)
    both = attr("aws_kms_key.off[0]", "arn")["references"] + attr("aws_kms_key.on[0]", "arn")["references"]
    builder.block("aws_x.y", {"k": refs(*both)}).instance("aws_x.y", {}, {"k": True})
    assert target(find, builder.links(), "aws_x.y", "k", "aws_kms_key") == "aws_kms_key.on[0]"


def test_a_local_value_may_be_anything(builder: Any, find: Find) -> None:
    builder.block("aws_s3_bucket.a").instance("aws_s3_bucket.a", {}, _BUCKET)
    builder.block("aws_s3_bucket.b").instance("aws_s3_bucket.b", {}, _BUCKET)
    builder.block("aws_s3_bucket.known").instance("aws_s3_bucket.known", {"bucket": "k", "id": "k", "arn": "k"})
    builder.block(f"{V}.l", {"bucket": refs("local.b")}).instance(f"{V}.l", {}, _ASKS)
    builder.block(f"{V}.b", {"bucket": attr("aws_s3_bucket.b")}).instance(f"{V}.b", {}, _ASKS)
    links = builder.links()
    assert target(find, links, f"{V}.l", "bucket", "aws_s3_bucket") is Reason.UNRESOLVED
    assert referrers(find, links, "aws_s3_bucket.a", V, "bucket") == ([], [f"{V}.l"])
    # a bucket with a record of its own may have another: grants, routes and rules are many to one
    assert referrers(find, links, "aws_s3_bucket.b", V, "bucket") == ([f"{V}.b"], [f"{V}.l"])
    # what has a known identity is not meant by an unknown value
    assert referrers(find, links, "aws_s3_bucket.known", V, "bucket") == ([], [])


def _bucket_module(builder: Any) -> None:
    """Module m: a bucket and its name as output; inside it module inner asks for the bucket."""
    builder.block("aws_s3_bucket.this", path="m")
    builder.output("m", "bucket_id", "aws_s3_bucket.this[0].id", "aws_s3_bucket.this[0]", "aws_s3_bucket.this")
    builder.output("m", "role_arn", "aws_iam_role.r.arn", "aws_iam_role.r")
    builder.block("aws_iam_role.r", path="m")
    builder.call("m.inner", {"bucket": attr("aws_s3_bucket.this[0]"), "key_arn": refs("var.key_arn")})
    builder.block(f"{V}.v", {"bucket": refs("var.bucket")}, path="m.inner")
    builder.block("aws_x.y", {"k": refs("var.key_arn")}, path="m.inner")
    builder.block("aws_x.l", {"bucket": refs("local.b")}, path="m.inner")


def test_variables_lead_to_the_callers_expression_and_outputs_inside(builder: Any, find: Find) -> None:
    _bucket_module(builder)
    builder.call("m", {"key_arn": refs("aws_kms_key.k", "each.key")}, for_each_expression=refs("var.names"))
    builder.block("aws_kms_key.k")
    p = "aws_s3_bucket_public_access_block"
    builder.block(f"{p}.lost", {"bucket": refs("module.m", "each.key")})
    builder.block(
        f"{p}.each", {"bucket": refs("each.value.bucket_id", "each.value")}, for_each_expression=refs("module.m")
    )
    builder.block(f"{p}.named", {"bucket": refs('module.m["x.y"].bucket_id', 'module.m["x.y"]')})
    builder.instance(f"{p}.named", {}, _ASKS)
    for key in ('"x.y"', '"z"'):
        m = f"module.m[{key}]"
        builder.instance(f"aws_kms_key.k[{key}]", {}, _NEW)
        builder.instance(f"{m}.aws_s3_bucket.this[0]", {}, _BUCKET)
        builder.instance(f"{m}.aws_iam_role.r", {}, _NEW)
        builder.instance(f"{m}.module.inner.{V}.v", {}, _ASKS)
        builder.instance(f"{m}.module.inner.aws_x.y", {}, {"k": True})
        builder.instance(f"{p}.lost[{key}]", {}, _ASKS).instance(f"{p}.each[{key}]", {}, _ASKS)
    links = builder.links()
    for key in ('"x.y"', '"z"'):
        m = f"module.m[{key}]"
        bucket = f"{m}.aws_s3_bucket.this[0]"
        assert target(find, links, f"{m}.module.inner.{V}.v", "bucket", "aws_s3_bucket") == bucket
        assert target(find, links, f"{m}.module.inner.aws_x.y", "k", "aws_kms_key") == f"aws_kms_key.k[{key}]"
        assert target(find, links, f"{p}.lost[{key}]", "bucket", "aws_s3_bucket") == bucket
        assert target(find, links, f"{p}.each[{key}]", "bucket", "aws_s3_bucket") == bucket
        assert referrers(find, links, bucket, V, "bucket") == ([f"{m}.module.inner.{V}.v"], [])
    assert target(find, links, f"{p}.named", "bucket", "aws_s3_bucket") == 'module.m["x.y"].aws_s3_bucket.this[0]'


def test_a_local_inside_a_module_reaches_no_further_than_the_module_and_its_caller(builder: Any, find: Find) -> None:
    _bucket_module(builder)
    builder.call("m", {})
    builder.block("aws_s3_bucket.apart").instance("aws_s3_bucket.apart", {}, _BUCKET)
    builder.instance("module.m.aws_s3_bucket.this[0]", {}, _BUCKET)
    builder.instance("module.m.module.inner.aws_x.l", {}, _ASKS)
    links = builder.links()
    asker = "module.m.module.inner.aws_x.l"
    assert target(find, links, asker, "bucket", "aws_s3_bucket") is Reason.AMBIGUOUS
    assert referrers(find, links, "module.m.aws_s3_bucket.this[0]", "aws_x", "bucket") == ([], [asker])
    assert referrers(find, links, "aws_s3_bucket.apart", "aws_x", "bucket") == ([], [])


def test_what_decides_a_count_is_a_condition_and_not_a_value(builder: Any, find: Find) -> None:
    builder.block("aws_s3_bucket.a", count_expression=refs("local.create")).instance("aws_s3_bucket.a[0]", {}, _BUCKET)
    bucket = attr("aws_s3_bucket.a[0]")["references"]
    builder.block(f"{V}.c", {"bucket": refs("local.create", *bucket)}).instance(f"{V}.c", {}, _ASKS)
    builder.block(f"{V}.o", {"bucket": refs("local.other", *bucket)}).instance(f"{V}.o", {}, _ASKS)
    builder.block(f"{V}.last", {"bucket": refs(*bucket, "local.create")}).instance(f"{V}.last", {}, _ASKS)
    links = builder.links()
    assert target(find, links, f"{V}.c", "bucket", "aws_s3_bucket") == "aws_s3_bucket.a[0]"
    assert target(find, links, f"{V}.o", "bucket", "aws_s3_bucket") is Reason.AMBIGUOUS
    assert target(find, links, f"{V}.last", "bucket", "aws_s3_bucket") is Reason.AMBIGUOUS


def test_a_list_whose_length_is_the_count_still_gives_values(builder: Any, find: Find) -> None:
    keys = [*attr("aws_kms_key.a")["references"], *attr("aws_kms_key.b")["references"]]
    builder.call("m", {"keys": refs(*keys)})
    for name in "ab":
        builder.block(f"aws_kms_key.{name}").instance(f"aws_kms_key.{name}", {}, _NEW)
    builder.block("aws_x.y", {"k": refs("var.keys", "count.index")}, path="m", count_expression=refs("var.keys"))
    builder.instance("module.m.aws_x.y[0]", {}, {"k": True}).instance("module.m.aws_x.y[1]", {}, {"k": True})
    assert target(find, builder.links(), "module.m.aws_x.y[1]", "k", "aws_kms_key") is Reason.AMBIGUOUS


def test_nothing_that_changes_refers_to_what_the_plan_does_not_list(builder: Any, find: Find) -> None:
    for name in "ab":
        builder.block(f"aws_s3_bucket.{name}").instance(f"aws_s3_bucket.{name}", {}, _BUCKET)
    builder.block(f"{V}.l", {"bucket": refs("local.b")}).instance(f"{V}.l", {}, _ASKS)
    builder.block("aws_x.y", {"k": refs("local.k")}).instance("aws_x.y", {}, {"k": True})
    builder.block("aws_kms_key.k").instance("aws_kms_key.k", {}, _NEW)
    builder.plan["relevant_attributes"] = [
        {"resource": "aws_s3_bucket.a", "attribute": ["id"]},
        {"resource": "aws_s3_bucket.b", "attribute": ["tags", "Name"]},
    ]
    links = builder.links()
    assert target(find, links, f"{V}.l", "bucket", "aws_s3_bucket") is Reason.UNRESOLVED
    assert target(find, links, "aws_x.y", "k", "aws_kms_key") is None
    assert referrers(find, links, "aws_s3_bucket.a", V, "bucket") == ([], [f"{V}.l"])
    assert referrers(find, links, "aws_s3_bucket.b", V, "bucket") == ([], [])


def test_a_lost_output_name_is_left_open_if_the_module_has_several(builder: Any, find: Find) -> None:
    builder.call("m", {}, for_each_expression=refs("var.names"))
    for name in "ab":
        builder.block(f"aws_s3_bucket.{name}", path="m").output("m", name, f"aws_s3_bucket.{name}.id")
        builder.instance(f'module.m["k"].aws_s3_bucket.{name}', {}, _BUCKET)
    builder.block(f"{V}.v", {"bucket": refs("module.m", "each.key")}).instance(f'{V}.v["k"]', {}, _ASKS)
    assert target(find, builder.links(), f'{V}.v["k"]', "bucket", "aws_s3_bucket") is Reason.AMBIGUOUS


def test_a_lost_output_that_a_local_hides_is_left_open_if_it_could_be_another(builder: Any, find: Find) -> None:
    builder.call("m", {}, for_each_expression=refs("var.names"))
    builder.block("aws_s3_bucket.a", path="m").output("m", "a", "aws_s3_bucket.a.id").output("m", "l", "local.l")
    builder.instance('module.m["k"].aws_s3_bucket.a', {}, _BUCKET)
    builder.block(f"{V}.v", {"bucket": refs("module.m", "each.key")}).instance(f'{V}.v["k"]', {}, _ASKS)
    assert target(find, builder.links(), f'{V}.v["k"]', "bucket", "aws_s3_bucket") == 'module.m["k"].aws_s3_bucket.a'
    builder.block("aws_s3_bucket.b", path="m").instance('module.m["k"].aws_s3_bucket.b', {}, _BUCKET)
    assert target(find, builder.links(), f'{V}.v["k"]', "bucket", "aws_s3_bucket") is Reason.AMBIGUOUS


def test_a_module_without_resources_hands_on_what_it_is_given(builder: Any, find: Find) -> None:
    builder.call("names", {"b": attr("aws_s3_bucket.a")}).output("names", "b", "var.b")
    builder.block("aws_s3_bucket.a").instance("aws_s3_bucket.a", {}, _BUCKET)
    builder.block(f"{V}.v", {"bucket": refs("module.names.b", "module.names")}).instance(f"{V}.v", {}, _ASKS)
    assert target(find, builder.links(), f"{V}.v", "bucket", "aws_s3_bucket") == "aws_s3_bucket.a"


def test_modules_that_feed_each_other_end(builder: Any, find: Find) -> None:
    builder.call("m", {"x": refs("module.n", "each.key")}).output("m", "o", "var.x.y", "var.x")
    builder.call("n", {"x": refs("module.m", "each.key")}).output("n", "o", "var.x.y", "var.x")
    builder.call("s", {"x": refs("module.s.o", "module.s")}).output("s", "o", "var.x.y", "var.x")
    builder.block("aws_x.y", {"k": refs("module.m.o", "module.m", "module.s.o", "module.s")})
    builder.instance("aws_x.y", {}, {"k": True})
    assert target(find, builder.links(), "aws_x.y", "k", "aws_kms_key") in (None, Reason.UNRESOLVED)


def test_resources_in_between_hand_on_the_identity(builder: Any, find: Find) -> None:
    builder.block("aws_s3_bucket.a").instance("aws_s3_bucket.a", {}, _BUCKET)
    policy = "aws_s3_bucket_policy"
    builder.block(f"{policy}.p", {"bucket": attr("aws_s3_bucket.a")}).instance(f"{policy}.p", {}, _ASKS)
    builder.block(f"{V}.id", {"bucket": attr(f"{policy}.p")}).instance(f"{V}.id", {}, _ASKS)
    builder.block(f"{V}.arg", {"bucket": attr(f"{policy}.p", "bucket")}).instance(f"{V}.arg", {}, _ASKS)
    builder.block("aws_kms_key.k").instance("aws_kms_key.k", {}, _NEW)
    builder.block("aws_kms_alias.a", {"target_key_id": attr("aws_kms_key.k", "key_id")})
    builder.instance("aws_kms_alias.a", {"name": "alias/a"}, {**_NEW, "target_key_id": True, "target_key_arn": True})
    builder.block("aws_x.y", {"k": attr("aws_kms_alias.a", "target_key_arn")}).instance("aws_x.y", {}, {"k": True})
    links = builder.links()
    assert target(find, links, f"{V}.id", "bucket", "aws_s3_bucket") == "aws_s3_bucket.a"
    assert target(find, links, f"{V}.arg", "bucket", "aws_s3_bucket") == "aws_s3_bucket.a"
    assert target(find, links, "aws_x.y", "k", "aws_kms_key") == "aws_kms_key.k"


def test_an_attribute_that_is_no_identity_is_not_taken_for_one(builder: Any, find: Find) -> None:
    builder.block("aws_s3_bucket.a").instance("aws_s3_bucket.a", {}, {**_BUCKET, "hosted_zone_id": True})
    builder.block("aws_x.y", {"zone": attr("aws_s3_bucket.a", "hosted_zone_id")}).instance(
        "aws_x.y", {}, {"zone": True}
    )
    assert target(find, builder.links(), "aws_x.y", "zone", "aws_s3_bucket") is Reason.UNRESOLVED


def test_what_the_provider_fills_in_refers_to_nothing_here(builder: Any, find: Find) -> None:
    builder.block("aws_kms_key.k").instance("aws_kms_key.k", {}, _NEW)
    builder.block("aws_db_instance.d").instance("aws_db_instance.d", {}, {"kms_key_id": True})
    assert target(find, builder.links(), "aws_db_instance.d", "kms_key_id", "aws_kms_key") is None


def test_nested_blocks_are_followed_and_dynamic_ones_left_open(builder: Any, find: Find) -> None:
    builder.block("aws_kms_key.k").instance("aws_kms_key.k", {}, _NEW)
    path = "rule.0.apply.0.key"
    rule = {"rule": [{"apply": [{"key": attr("aws_kms_key.k", "arn")}]}]}
    values: dict[str, Any] = {"rule": [{"apply": [{}]}]}
    unknown = {"rule": [{"apply": [{"key": True}]}]}
    builder.block("aws_x.static", rule).instance("aws_x.static", values, unknown)
    builder.block("aws_x.dynamic").instance("aws_x.dynamic", values, unknown)
    links = builder.links()
    assert target(find, links, "aws_x.static", path, "aws_kms_key") == "aws_kms_key.k"
    assert target(find, links, "aws_x.dynamic", path, "aws_kms_key") is Reason.UNRESOLVED
    assert referrers(find, links, "aws_kms_key.k", "aws_x", "rule.apply.key") == (["aws_x.static"], ["aws_x.dynamic"])


def test_referrers_are_found_in_lists_and_counted_once(builder: Any, find: Find) -> None:
    for name in ("a", "b"):
        builder.block(f"aws_sns_topic.{name}").instance(f"aws_sns_topic.{name}", {"arn": f"arn-{name}"}, {"id": True})
    builder.block("aws_x.y", {"actions": refs("local.l")})
    builder.instance("aws_x.y", {"actions": ["arn-a", "arn-b", "arn-a"]})
    links = builder.links()
    assert referrers(find, links, "aws_sns_topic.a", "aws_x", "actions") == (["aws_x.y"], [])
    assert referrers(find, links, "aws_sns_topic.b", "aws_x", "actions") == (["aws_x.y"], [])
    assert target(find, links, "aws_x.y", "actions", "aws_sns_topic") is Reason.AMBIGUOUS
    assert target(find, links, "aws_x.y", "actions.1", "aws_sns_topic") == "aws_sns_topic.b"


def test_data_resources_are_targets(builder: Any, find: Find) -> None:
    document = "data.aws_iam_policy_document"
    builder.block(f"{document}.later").instance(f"{document}.later", {"statement": [{}]}, {"json": True}, "read")
    builder.block(f"{document}.read").read(f"{document}.read", {"json": "{}"})
    builder.block("aws_p.later", {"policy": attr(f"{document}.later", "json")})
    builder.instance("aws_p.later", {}, {"policy": True})
    builder.block("aws_p.read", {"policy": attr(f"{document}.read", "json")}).instance("aws_p.read", {"policy": "{}"})
    links = builder.links()
    assert target(find, links, "aws_p.later", "policy", document) == f"{document}.later"
    assert [record.address for record in links.of_type(document)] == [f"{document}.later", f"{document}.read"]
    assert all(not record.type.startswith("data.") for record in builder.open().records())


def test_a_lookup_of_a_resource_of_this_plan_leads_to_it(builder: Any, find: Find) -> None:
    builder.block("aws_kms_key.k").instance("aws_kms_key.k", {}, _NEW)
    builder.block("data.aws_kms_key.d", {"key_id": attr("aws_kms_key.k")})
    builder.instance("data.aws_kms_key.d", {}, {"arn": True, "id": True}, "read")
    builder.block("aws_x.y", {"k": attr("data.aws_kms_key.d", "arn")}).instance("aws_x.y", {}, {"k": True})
    assert target(find, builder.links(), "aws_x.y", "k", "aws_kms_key") == "aws_kms_key.k"


def test_what_goes_away_configures_only_what_goes_away(builder: Any, find: Find) -> None:
    builder.block("aws_s3_bucket.stays").instance("aws_s3_bucket.stays", {"bucket": "s", "id": "s"}, {}, "no-op")
    builder.leaving("aws_s3_bucket.goes", {"bucket": "g", "id": "g"})
    builder.leaving(f"{V}.stays", {"bucket": "s"}).leaving(f"{V}.goes", {"bucket": "g"})
    builder.leaving(f"{V}.forgotten", {"bucket": "s"}, "forget")
    links = builder.links()
    assert referrers(find, links, "aws_s3_bucket.stays", V, "bucket") == ([f"{V}.forgotten"], [])
    assert referrers(find, links, "aws_s3_bucket.goes", V, "bucket") == ([f"{V}.goes"], [])
    assert target(find, links, f"{V}.goes", "bucket", "aws_s3_bucket") == "aws_s3_bucket.goes"


def test_places_name_the_plan_and_the_attribute(builder: Any, find: Find) -> None:
    builder.instance("aws_s3_bucket.a", {"bucket": "a"})
    record = find(builder.links(), "aws_s3_bucket.a")
    place = record.place("bucket")
    assert (place.source, place.address, place.path) == ("plan.json", "aws_s3_bucket.a", "bucket")
    assert isinstance(record.get("bucket"), Known)


def test_thousands_of_open_references_stay_open(builder: Any, find: Find) -> None:
    builder.call("m", {"names": refs("local.names")})
    for path, prefix in (("", ""), ("m", "module.m.")):
        builder.block("aws_s3_bucket.b", path=path, for_each_expression=refs("local.names"))
        builder.block(f"{V}.v", {"bucket": refs("aws_s3_bucket.b", "local.key")}, path=path)
        for index in range(150):
            builder.instance(f'{prefix}aws_s3_bucket.b["{index}"]', {}, _BUCKET)
        builder.instance(f"{prefix}{V}.v", {}, _ASKS)
    links = builder.links()
    assert target(find, links, f"{V}.v", "bucket", "aws_s3_bucket") is Reason.UNRESOLVED
    assert target(find, links, f"module.m.{V}.v", "bucket", "aws_s3_bucket") is Reason.UNRESOLVED
    assert f"module.m.{V}.v" in referrers(find, links, 'module.m.aws_s3_bucket.b["7"]', V, "bucket")[1]
    assert f"{V}.v" in referrers(find, links, 'aws_s3_bucket.b["7"]', V, "bucket")[1]
    outer = find(links, 'aws_s3_bucket.b["8"]').referrers(V, "bucket")
    assert outer is find(links, 'aws_s3_bucket.b["9"]').referrers(V, "bucket")


def test_an_open_reference_says_what_stands_there(builder: Any, find: Find) -> None:
    builder.block("aws_kms_key.k").instance("aws_kms_key.k", {}, _NEW)
    builder.block("aws_x.y", {"k": refs("local.keys.main", "local.keys", "var.x")}).instance("aws_x.y", {}, {"k": True})
    found = find(builder.links(), "aws_x.y").target("k", "aws_kms_key")
    assert isinstance(found, Unknown)
    assert "local.keys.main、var.x" in found.text.ja
    assert "local.keys、" not in found.text.ja
