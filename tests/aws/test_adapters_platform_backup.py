"""AWS Backup and Data Lifecycle Manager: schedules, coverage of stores, vaults and plans."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.attr import Known, Reason, Unknown
from auditor.facets import (
    Backup,
    BackupPlan,
    BackupVault,
    EncryptionAtRest,
    Exposure,
    KeyOwner,
    Placement,
    Replica,
    ReplicaKind,
    Retirement,
)
from auditor.record import Action, Record
from auditor.testing import World
from auditor_aws.backup_arns import arn_pattern, partition_of
from auditor_aws.backup_coverage import covered
from auditor_aws.backup_plans import PlanCoverage
from auditor_aws.schedules import interval_hours
from tests.aws.platform_reading import every, keyed, the, unknown, value

DAY = 24.0


@pytest.mark.parametrize(
    ("expression", "hours"),
    [
        ("cron(0 5 ? * * *)", DAY),
        ("cron(0 12 * * ? *)", DAY),
        ("cron(15 * ? * * *)", 1.0),
        ("cron(0/15 * * * ? *)", 0.25),
        ("cron(0 0,12 * * ? *)", 12.0),
        ("cron(0 1,13,20 * * ? *)", 12.0),
        ("cron(0 5 ? * SUN *)", 7 * DAY),
        ("cron(0 5 ? * 1 *)", 7 * DAY),
        ("cron(0 5 ? * MON-FRI *)", 3 * DAY),
        ("cron(0 5 ? * FRI-MON *)", 4 * DAY),
        ("cron(0 5 1 * ? *)", 31 * DAY),
        ("cron(0 5 L * ? *)", 31 * DAY),
        ("cron(0 5 ? * 2#1 *)", 35 * DAY),
        ("cron(0 5 ? * 6L *)", 35 * DAY),
        ("cron(0 5 1 1 ? *)", 366 * DAY),
        ("cron(0 5 ? JAN,JUL L *)", 161 * DAY),
        ("rate(12 hours)", 12.0),
        ("rate(1 day)", DAY),
        ("rate(30 minutes)", 0.5),
    ],
)
def test_interval_of_a_schedule(expression: str, hours: float) -> None:
    assert interval_hours(expression) == pytest.approx(hours)


@pytest.mark.parametrize(
    "expression",
    [
        "",
        "daily",
        "cron(0 5 * * ?)",
        "cron(0 5 * * ? 2030)",
        "cron(61 5 * * ? *)",
        "cron(0 5 30 FEB ? *)",
        "cron(x 5 * * ? *)",
        "rate(0 hours)",
        "rate(1 fortnight)",
        "cron(0 5 W * ? *)",
        "cron(0 5 ? * 9#1 *)",
    ],
)
def test_a_schedule_that_cannot_be_read_has_no_interval(expression: str) -> None:
    assert interval_hours(expression) is None


def test_the_nearest_weekday_never_leaves_its_month() -> None:
    longest = interval_hours("cron(0 5 1W * ? *)")
    assert longest is not None
    assert 31 * DAY <= longest <= 33 * DAY
    assert interval_hours("cron(0 5 LW * ? *)") is not None


@given(st.text(max_size=40))
def test_any_text_is_read_without_an_error(text: str) -> None:
    for expression in (text, f"cron({text})", f"cron(0 0 {text} * ? *)"):
        hours = interval_hours(expression)
        assert hours is None or hours > 0


@given(st.sets(st.integers(0, 23), min_size=1), st.integers(0, 59))
def test_hours_of_the_day_leave_the_widest_gap(hours: set[int], minute: int) -> None:
    ordered = sorted(hours)
    gaps = [b - a for a, b in zip(ordered, [*ordered[1:], ordered[0] + 24], strict=True)]
    listed = ",".join(map(str, ordered))
    assert interval_hours(f"cron({minute} {listed} * * ? *)") == pytest.approx(max(gaps))


RULE: dict[str, Any] = {
    "rule_name": "daily",
    "target_vault_name": "vault",
    "schedule": "cron(0 12 * * ? *)",
    "lifecycle": [{"delete_after": 35}],
    "copy_action": [],
}


def _selection(world: World, plan: Record, **values: Any) -> Record:
    unknown_marks = values.pop("unknown", None)
    refs = {"not_resources": None, **values.pop("refs", {}), "plan_id": plan}
    return world.add("aws_backup_selection.s", values, unknown=unknown_marks, refs=refs)


def _world(*rules: dict[str, Any]) -> tuple[World, Record]:
    world = World()
    return world, world.add("aws_backup_plan.p", {"rule": list(rules or (RULE,))})


def _cover(record: Record) -> PlanCoverage:
    found = value(covered(record))
    assert found is not None
    return found


def test_a_referenced_store_is_covered_and_another_is_not() -> None:
    world, plan = _world()
    table = world.add("aws_dynamodb_table.a", {"name": "a"}, unknown={"arn": True})
    other = world.add("aws_dynamodb_table.b", {"name": "b"}, unknown={"arn": True})
    _selection(world, plan, unknown={"resources": True}, refs={"resources": table})
    found = _cover(table)
    assert value(found.interval_hours) == DAY
    assert value(found.retention_days) == 35
    assert value(found.offsite) == frozenset()
    assert value(covered(other)) is None


def test_without_any_selection_nothing_is_covered() -> None:
    table = World().add("aws_dynamodb_table.a", {"name": "a"})
    assert value(covered(table)) is None


def test_a_type_that_backup_does_not_know_is_never_covered() -> None:
    world, plan = _world()
    _selection(world, plan, resources=["*"])
    assert value(covered(world.add("aws_sns_topic.t", {"name": "t"}))) is None


@pytest.mark.parametrize(
    ("pattern", "inside"),
    [
        ("*", True),
        ("arn:aws:dynamodb:*:*:table/*", True),
        ("arn:aws:dynamodb:ap-northeast-1:111122223333:table/records", True),
        ("arn:aws:dynamodb:*:*:table/rec*", True),
        ("arn:aws:dynamodb:us-east-1:*:table/*", False),
        ("arn:aws:rds:*:*:db:*", False),
    ],
)
def test_patterns_are_compared_with_the_arn_to_be(pattern: str, inside: bool) -> None:
    world, plan = _world()
    table = world.add("aws_dynamodb_table.t", {"name": "records"}, unknown={"arn": True})
    _selection(world, plan, resources=[pattern])
    assert (value(covered(table)) is not None) is inside


def test_a_pattern_over_a_name_that_is_not_known_yet_is_open() -> None:
    world, plan = _world()
    volume = world.add("aws_ebs_volume.v", {}, unknown={"arn": True, "id": True})
    _selection(world, plan, resources=["arn:aws:ec2:*:*:volume/vol-1*"])
    assert unknown(covered(volume))


def test_an_ambiguous_reference_is_open() -> None:
    world, plan = _world()
    one = world.add("aws_dynamodb_table.a", {"name": "a"})
    two = world.add("aws_dynamodb_table.b", {"name": "b"})
    _selection(world, plan, unknown={"resources": True}, refs={"resources": (one, two)})
    assert unknown(covered(one))
    assert unknown(covered(two))


def test_tags_select_any_of_them() -> None:
    world, plan = _world()
    _selection(
        world,
        plan,
        selection_tag=[
            {"type": "STRINGEQUALS", "key": "backup", "value": "yes"},
            {"type": "STRINGEQUALS", "key": "tier", "value": "1"},
        ],
    )
    tagged = world.add("aws_efs_file_system.a", {"tags": {"backup": "yes"}})
    default = world.add("aws_efs_file_system.b", {"tags": None, "tags_all": {"tier": "1"}})
    other = world.add("aws_efs_file_system.c", {"tags": {"backup": "no"}})
    late = world.add("aws_efs_file_system.d", {"tags": {}}, unknown={"tags": {"backup": True}})
    assert value(covered(tagged)) is not None
    assert value(covered(default)) is not None
    assert value(covered(other)) is None
    assert unknown(covered(late))


def test_conditions_must_all_hold() -> None:
    world, plan = _world()
    condition = {
        "string_equals": [{"key": "aws:ResourceTag/app", "value": "tax"}],
        "string_like": [{"key": "aws:ResourceTag/env", "value": "pro*"}],
        "string_not_equals": [{"key": "aws:ResourceTag/backup", "value": "false"}],
        "string_not_like": [],
    }
    _selection(world, plan, resources=["*"], condition=[condition])
    tags = {"app": "tax", "env": "prod", "backup": "true"}
    assert value(covered(world.add("aws_efs_file_system.a", {"tags": tags}))) is not None
    assert value(covered(world.add("aws_efs_file_system.b", {"tags": {**tags, "env": "test"}}))) is None
    assert value(covered(world.add("aws_efs_file_system.c", {"tags": {**tags, "backup": "false"}}))) is None
    untagged = {"app": "tax", "env": "prod"}
    assert unknown(covered(world.add("aws_efs_file_system.d", {"tags": untagged})))


def test_a_condition_that_is_not_known_leaves_it_open() -> None:
    world, plan = _world()
    table = world.add("aws_dynamodb_table.a", {"name": "a", "tags": {"app": "tax"}})
    _selection(
        world,
        plan,
        resources=["*"],
        condition=[{"string_equals": [{"key": "aws:ResourceTag/app", "value": None}]}],
        unknown={"condition": [{"string_equals": [{"value": True}]}]},
    )
    assert unknown(covered(table))


def test_excluded_resources_are_not_covered() -> None:
    world, plan = _world()
    kept = world.add("aws_dynamodb_table.a", {"name": "a"})
    dropped = world.add("aws_dynamodb_table.b", {"name": "b"})
    named = world.add("aws_dynamodb_table.scratch", {"name": "scratch"})
    _selection(
        world,
        plan,
        resources=["*"],
        not_resources=["arn:aws:dynamodb:*:*:table/scratch"],
        refs={"not_resources": dropped},
    )
    assert value(covered(kept)) is not None
    assert value(covered(dropped)) is None
    assert value(covered(named)) is None


def test_a_selection_covers_its_own_region_only() -> None:
    world, plan = _world()
    far = world.add("aws_dynamodb_table.far", {"name": "far"}, region="ap-northeast-3")
    _selection(world, plan, resources=["*"])
    assert value(covered(far)) is None
    placeless = World(region=None)
    table = placeless.add("aws_dynamodb_table.t", {"name": "t"})
    _selection(placeless, placeless.add("aws_backup_plan.p", {"rule": [RULE]}), resources=["*"])
    assert unknown(covered(table))


def test_a_service_that_is_switched_off_is_covered_by_name_only() -> None:
    world, plan = _world()
    world.add("aws_backup_region_settings.r", {"resource_type_opt_in_preference": {"DynamoDB": False, "EFS": True}})
    table = world.add("aws_dynamodb_table.t", {"name": "t"})
    files = world.add("aws_efs_file_system.f", {"id": "fs-1"})
    _selection(world, plan, resources=["*"])
    assert value(covered(table)) is None
    assert value(covered(files)) is not None
    world.add(
        "aws_backup_selection.named",
        {"resources": [f"arn:aws:dynamodb:ap-northeast-1:111122223333:table/{'t'}"]},
        refs={"plan_id": plan, "not_resources": None},
    )
    assert value(covered(table)) is not None


@pytest.mark.parametrize(
    "unknown", [{"resource_type_opt_in_preference": True}, {"resource_type_opt_in_preference": {"DynamoDB": True}}]
)
def test_an_opt_in_that_is_open_leaves_open_what_is_not_assigned_by_name(unknown: dict[str, object]) -> None:
    world, plan = _world()
    world.add("aws_backup_region_settings.r", unknown=unknown)
    table = world.add("aws_dynamodb_table.t", {"name": "t"})
    _selection(world, plan, resources=["*"])
    assert isinstance(covered(table), Unknown)
    world.add(
        "aws_backup_selection.named",
        {"resources": ["arn:aws:dynamodb:ap-northeast-1:111122223333:table/t"]},
        refs={"plan_id": plan, "not_resources": None},
    )
    assert value(covered(table)) is not None


def test_rules_of_a_plan_are_taken_together() -> None:
    world = World()
    vault = world.add("aws_backup_vault.osaka", {"name": "osaka"}, region="ap-northeast-3")
    monthly = {**RULE, "rule_name": "monthly", "schedule": "cron(0 5 1 * ? *)", "lifecycle": []}
    copied = {**RULE, "copy_action": [{"destination_vault_arn": None}]}
    plan = world.add(
        "aws_backup_plan.p",
        {"rule": [copied, monthly]},
        unknown={"rule": [{"copy_action": [{"destination_vault_arn": True}]}]},
        refs={"rule.0.copy_action.0.destination_vault_arn": vault},
    )
    table = world.add("aws_dynamodb_table.t", {"name": "t"})
    _selection(world, plan, resources=["*"])
    found = _cover(table)
    assert value(found.interval_hours) == DAY
    assert value(found.retention_days) is None
    assert value(found.offsite) == {"ap-northeast-3"}


def test_continuous_backups_count_for_stores_that_have_them() -> None:
    world, plan = _world({**RULE, "enable_continuous_backup": True})
    _selection(world, plan, resources=["*"])
    assert value(_cover(world.add("aws_db_instance.d", {"identifier": "d"})).interval_hours) == 0
    assert value(_cover(world.add("aws_dynamodb_table.t", {"name": "t"})).interval_hours) == DAY


def test_a_plan_outside_of_the_input_leaves_its_rules_open() -> None:
    world = World()
    table = world.add("aws_dynamodb_table.t", {"name": "t"})
    world.add(
        "aws_backup_selection.s",
        {"plan_id": "1f2e", "resources": ["*"]},
        refs={"not_resources": None, "plan_id": None},
    )
    found = _cover(table)
    assert unknown(found.interval_hours)
    assert unknown(found.offsite)


def test_a_selection_that_may_apply_leaves_open_only_what_it_would_change() -> None:
    world, plan = _world()
    table = world.add("aws_dynamodb_table.t", {"name": "t", "tags": {}}, unknown={"tags": {"more": True}})
    _selection(world, plan, resources=["*"])
    hourly = world.add("aws_backup_plan.h", {"rule": [{**RULE, "schedule": "cron(0 * * * ? *)"}]})
    world.add(
        "aws_backup_selection.maybe",
        {"selection_tag": [{"type": "STRINGEQUALS", "key": "more", "value": "yes"}]},
        refs={"plan_id": hourly, "not_resources": None, "resources": None},
    )
    found = _cover(table)
    assert unknown(found.interval_hours)
    assert value(found.retention_days) == 35


def test_a_backup_policy_of_the_organisation_leaves_it_open() -> None:
    world = World()
    world.add("aws_organizations_policy.b", {"type": "BACKUP_POLICY", "content": "{}"})
    assert unknown(covered(world.add("aws_dynamodb_table.t", {"name": "t"})))


def test_a_selection_that_is_deleted_covers_nothing() -> None:
    world, plan = _world()
    table = world.add("aws_dynamodb_table.t", {"name": "t"})
    world.add(
        "aws_backup_selection.s",
        {"resources": ["*"]},
        refs={"plan_id": plan, "not_resources": None},
        action=Action.DELETE,
    )
    assert value(covered(table)) is None


def test_backup_of_an_instance_holds_its_volumes() -> None:
    world, plan = _world()
    instance = world.add("aws_instance.i", {"id": "i-1"})
    volume = world.add("aws_ebs_volume.v", {"id": "vol-1"})
    world.add("aws_volume_attachment.a", {}, refs={"volume_id": volume, "instance_id": instance})
    _selection(world, plan, unknown={"resources": True}, refs={"resources": instance})
    assert value(covered(volume)) is not None


DLM: dict[str, Any] = {
    "state": "ENABLED",
    "policy_details": [
        {
            "resource_types": ["VOLUME"],
            "target_tags": {"snapshot": "yes"},
            "schedule": [
                {
                    "name": "two a day",
                    "create_rule": [{"interval": 12, "interval_unit": "HOURS"}],
                    "retain_rule": [{"count": 14}],
                    "cross_region_copy_rule": [{"target": "ap-northeast-3", "encrypted": True}],
                }
            ],
        }
    ],
}


def test_lifecycle_policies_cover_tagged_volumes() -> None:
    world = World()
    policy = world.add("aws_dlm_lifecycle_policy.p", DLM)
    volume = world.add("aws_ebs_volume.v", {"tags": {"snapshot": "yes"}})
    other = world.add("aws_ebs_volume.o", {"tags": {"snapshot": "no"}})
    instance = world.add("aws_instance.i", {"tags": {"snapshot": "yes"}})
    found = _cover(volume)
    assert value(found.interval_hours) == 12
    assert value(found.retention_days) == 7
    assert value(found.offsite) == {"ap-northeast-3"}
    assert value(covered(other)) is None
    assert value(covered(instance)) is None
    plan = the(policy, BackupPlan)
    assert plan.key == "two a day"
    assert value(plan.interval_hours) == 12
    copy = the(policy, Replica)
    assert copy.kind is ReplicaKind.SNAPSHOT_COPY
    assert value(copy.location) == {"ap-northeast-3"}


def test_a_disabled_lifecycle_policy_makes_no_backups() -> None:
    world = World()
    policy = world.add("aws_dlm_lifecycle_policy.p", {**DLM, "state": "DISABLED"})
    volume = world.add("aws_ebs_volume.v", {"tags": {"snapshot": "yes"}})
    assert value(covered(volume)) is None
    assert value(the(policy, BackupPlan).interval_hours) is None


def test_a_default_lifecycle_policy_covers_all_volumes() -> None:
    world = World()
    details = {"create_interval": 2, "retain_interval": None}
    policy = world.add("aws_dlm_lifecycle_policy.p", {"default_policy": "VOLUME", "policy_details": [details]})
    found = _cover(world.add("aws_ebs_volume.v", {}))
    assert value(found.interval_hours) == 48
    assert value(found.retention_days) == 7
    assert the(policy, BackupPlan).key == "VOLUME"


def test_lifecycle_retention_by_age_and_by_cron() -> None:
    world = World()
    schedule = {
        "name": "weekly",
        "create_rule": [{"cron_expression": "cron(0 5 ? * SUN *)"}],
        "retain_rule": [{"interval": 3, "interval_unit": "MONTHS"}],
    }
    details = {**DLM["policy_details"][0], "schedule": [schedule]}
    plan = the(world.add("aws_dlm_lifecycle_policy.p", {"policy_details": [details]}), BackupPlan)
    assert value(plan.interval_hours) == 7 * DAY
    assert value(plan.retention_days) == 90


def test_a_volume_names_its_backup_by_a_plan() -> None:
    world, plan = _world()
    table = world.add("aws_timestreamwrite_table.t", {"database_name": "d", "table_name": "t"})
    _selection(world, plan, resources=["arn:aws:timestream:*:*:database/d/table/t"])
    assert value(the(table, Backup).enabled) is True


def test_a_plan_of_another_configuration_may_cover_a_store() -> None:
    values = {"database_name": "d", "table_name": "t"}
    bare = the(World().add("aws_timestreamwrite_table.t", values), Backup)
    assert isinstance(bare.enabled, Unknown)
    assert (bare.enabled.reason, bare.enabled.text.en) == (
        Reason.NOT_COLLECTED,
        "whether a backup plan of another configuration applies (not contained in this input)",
    )
    assert value(the(World(complete=True).add("aws_timestreamwrite_table.t", values), Backup).enabled) is False
    spot = World().add("aws_spot_instance_request.s", {})
    assert unknown(the(spot, Backup).enabled)
    # AWS Backup does not know the graphs of Neptune Analytics.
    assert value(the(World().add("aws_neptunegraph_graph.g", {}), Backup).enabled) is False


def test_the_evidence_of_a_backup_is_what_selects_the_store() -> None:
    world, plan = _world()
    volume = world.add("aws_ebs_volume.v", {})
    table = world.add("aws_dynamodb_table.t", {"name": "t", "point_in_time_recovery": [{"enabled": False}]})
    selection = _selection(world, plan, resources=["*"])
    for store in (volume, table):
        enabled = the(store, Backup).enabled
        assert isinstance(enabled, Known)
        assert enabled.origin is selection


def test_a_function_of_the_service_that_is_off_is_no_backup_whatever_other_configurations_do() -> None:
    database = World().add("aws_db_instance.d", {"backup_retention_period": 0})
    assert value(the(database, Backup).enabled) is False


def test_a_plan_of_another_configuration_may_copy_elsewhere() -> None:
    world, plan = _world()
    table = world.add("aws_dynamodb_table.t", {"name": "t", "point_in_time_recovery": [{"enabled": True}]})
    bucket = world.add("aws_s3_bucket.b", {"bucket": "b"})
    _selection(world, plan, resources=["*"])
    for store in (table, bucket):
        found = the(store, Backup)
        assert value(found.enabled) is True
        assert isinstance(found.offsite, Unknown)
        assert found.offsite.reason is Reason.NOT_COLLECTED
    rule = the(plan, BackupPlan).offsite
    assert value(rule) == frozenset()
    assert isinstance(rule, Known)
    assert rule.path == "rule.0.copy_action"


def test_arns_name_what_is_known() -> None:
    world = World(account=None)
    bucket = world.add("aws_s3_bucket.b", {"bucket": "docs"})
    assert arn_pattern(bucket) == "arn:aws:s3:::docs"
    volume = world.add("aws_ebs_volume.v", {})
    assert arn_pattern(volume) == "arn:aws:ec2:ap-northeast-1:*:volume/*"
    assert partition_of("cn-north-1") == "aws-cn"
    assert partition_of("us-gov-west-1") == "aws-us-gov"


def test_a_plan_yields_one_facet_a_rule_and_its_copies() -> None:
    literal = {
        **RULE,
        "copy_action": [{"destination_vault_arn": "arn:aws:backup:us-east-1:111122223333:backup-vault:v"}],
    }
    weekly = {"rule_name": "weekly", "schedule": None, "lifecycle": [{"delete_after": None}]}
    plan = World().add("aws_backup_plan.p", {"rule": [literal, weekly]})
    daily = keyed(plan, BackupPlan, "daily")
    assert value(daily.offsite) == {"us-east-1"}
    default = keyed(plan, BackupPlan, "weekly")
    assert value(default.interval_hours) == DAY
    assert value(default.retention_days) is None
    copy = the(plan, Replica)
    assert copy.kind is ReplicaKind.BACKUP_COPY
    assert value(copy.location) == {"us-east-1"}


def test_what_a_plan_does_not_say_stays_unknown() -> None:
    rule = {"rule_name": "r", "schedule": "whenever", "lifecycle": [{}], "copy_action": [{}]}
    marks = {"rule": [{"lifecycle": [{"delete_after": True}], "copy_action": [{"destination_vault_arn": True}]}]}
    plan = World().add("aws_backup_plan.p", {"rule": [rule]}, unknown=marks)
    facet = the(plan, BackupPlan)
    assert unknown(facet.interval_hours)
    assert unknown(facet.retention_days)
    assert unknown(facet.offsite)
    assert unknown(the(plan, Replica).location)
    open_plan = World().add("aws_backup_plan.p", {}, unknown={"rule": True})
    assert unknown(the(open_plan, BackupPlan).interval_hours)


@pytest.mark.parametrize(("changeable", "locked"), [(3, True), (None, False)])
def test_only_a_lock_in_compliance_mode_makes_a_vault_immutable(changeable: int | None, locked: bool) -> None:
    world = World()
    vault = world.add("aws_backup_vault.v", {"name": "v", "kms_key_arn": None})
    world.add(
        "aws_backup_vault_lock_configuration.l",
        {"backup_vault_name": "v", "min_retention_days": 7, "changeable_for_days": changeable},
    )
    facet = the(vault, BackupVault)
    assert facet.immutable is not None
    assert value(facet.immutable) is locked
    assert value(facet.encrypted) is True
    assert value(facet.key_owner) is KeyOwner.PROVIDER
    assert {o.name: value(o.present) for o in the(vault, Retirement).obstacles} == {
        "force_destroy": True,
        "vault lock": locked,
    }
    assert value(the(vault, Placement).locations) == {"ap-northeast-1"}


def test_a_vault_without_a_lock_in_the_input() -> None:
    created = the(World().add("aws_backup_vault.v", {"name": "v", "force_destroy": True}), BackupVault)
    assert created.immutable is not None
    assert value(created.immutable) is False
    there = the(World().add("aws_backup_vault.v", {"name": "v"}, action=Action.NO_OP), BackupVault)
    assert unknown(there.immutable)


def test_a_vault_with_a_key_and_a_policy() -> None:
    world = World()
    key = world.add("aws_kms_key.k", {})
    vault = world.add("aws_backup_vault.v", {"name": "v"}, unknown={"kms_key_arn": True}, refs={"kms_key_arn": key})
    anyone = '{"Statement":[{"Effect":"Allow","Principal":"*","Action":"backup:*","Resource":"*"}]}'
    world.add("aws_backup_vault_policy.p", {"backup_vault_name": "v", "policy": anyone})
    assert value(the(vault, EncryptionAtRest).key_owner) is KeyOwner.CUSTOMER
    assert value(the(vault, Exposure).public) is True
    air_gapped = world.add("aws_backup_logically_air_gapped_vault.a", {"name": "a", "min_retention_days": 7})
    immutable = the(air_gapped, BackupVault).immutable
    assert immutable is not None
    assert value(immutable) is True


def test_a_vault_of_another_partition_of_the_input_is_not_mixed_up() -> None:
    world = World()
    vault = world.add("aws_backup_vault.v", {"name": "v"})
    world.add("aws_backup_vault_lock_configuration.l", {"changeable_for_days": 3}, unknown={"backup_vault_name": True})
    assert unknown(the(vault, BackupVault).immutable)
    assert every(vault, Exposure) == []


def test_sensitive_names_and_places_are_not_shown() -> None:
    rule = {
        **RULE,
        "schedule": "cron(bad)",
        "copy_action": [{"destination_vault_arn": "arn:aws:backup:us-east-1:1:backup-vault:v"}],
    }
    plan = World().add(
        "aws_backup_plan.p",
        {"rule": [rule]},
        sensitive={"rule": [{"rule_name": True, "schedule": True, "copy_action": [{"destination_vault_arn": True}]}]},
    )
    facet = the(plan, BackupPlan)
    assert facet.key == "0"
    assert isinstance(facet.interval_hours, Unknown)
    assert "bad" not in facet.interval_hours.text.en
    assert isinstance(facet.offsite, Known)
    assert facet.offsite.sensitive
    assert the(plan, Replica).key == "0:0"
