"""Databases and tables, with their backups and copies."""

from __future__ import annotations

from typing import Any

import pytest

from auditor.attr import Reason
from auditor.facets import (
    Backup,
    BackupVault,
    DataAccessLog,
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
from auditor_aws.database_tls import default_of, parameter_of
from tests.aws.data_world import (
    ACCOUNT,
    OSAKA,
    POSTGRES,
    TOKYO,
    backup,
    cluster,
    database,
    encryption,
    facet,
    facets,
    obstacles,
    outcome,
    policy,
    reason,
    tls,
)


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({}, (False, KeyOwner.NONE)),
        ({"storage_encrypted": True}, (True, KeyOwner.PROVIDER)),
        ({"storage_encrypted": True, "kms_key_id": "alias/city"}, (True, KeyOwner.CUSTOMER)),
    ],
)
def test_encryption_of_a_database(values: dict[str, Any], expected: tuple[Any, Any]) -> None:
    assert encryption(database(World(), **values)) == expected


def test_encryption_of_a_database_that_is_open() -> None:
    record = World().add("aws_db_instance.db", {}, unknown={"storage_encrypted": True})
    assert encryption(record) == (Reason.AFTER_APPLY, Reason.AFTER_APPLY)


def test_a_read_replica_in_another_region() -> None:
    world = World()
    source = database(world, storage_encrypted=True, backup_retention_period=7)
    copy = world.add(
        "aws_db_instance.copy",
        {"kms_key_id": "alias/osaka"},
        unknown={"engine": True, "backup_retention_period": True, "replicate_source_db": True},
        refs={"replicate_source_db": source},
        region=OSAKA,
    )
    (replica,) = facets(source, Replica)
    assert (outcome(replica.location), replica.kind) == ({OSAKA}, ReplicaKind.READ_REPLICA)
    assert encryption(copy) == (True, KeyOwner.CUSTOMER)
    assert facets(copy, Backup) == []
    assert "skip_final_snapshot" not in obstacles(facet(copy, Retirement))


def test_a_replica_is_encrypted_as_its_source_is() -> None:
    world = World()
    source = database(world, storage_encrypted=True)
    copy = world.add("aws_db_instance.copy", {"replicate_source_db": "x"}, refs={"replicate_source_db": source})
    assert encryption(copy) == (True, KeyOwner.PROVIDER)
    assert "skip_final_snapshot" not in obstacles(facet(copy, Retirement))
    lone = World().add("aws_db_instance.copy", {"replicate_source_db": "elsewhere"})
    assert encryption(lone) == (Reason.OUTSIDE, Reason.OUTSIDE)


def test_automated_backups() -> None:
    assert backup(database(World())) == (False, None, 0.0, frozenset())
    assert backup(database(World(), backup_retention_period=14)) == (True, 24.0, 14, Reason.NOT_COLLECTED)
    assert backup(database(World(complete=True), backup_retention_period=14)) == (True, 24.0, 14, frozenset())
    open_ = World().add("aws_db_instance.db", {}, unknown={"backup_retention_period": True})
    assert backup(open_)[0] is Reason.AFTER_APPLY


def test_automated_backups_in_another_region() -> None:
    world = World()
    record = database(world, backup_retention_period=14)
    world.add(
        "aws_db_instance_automated_backups_replication.osaka",
        {},
        refs={"source_db_instance_arn": record},
        region=OSAKA,
    )
    assert backup(record) == (True, 24.0, 14, {OSAKA})
    (replica,) = facets(record, Replica)
    assert (replica.kind, replica.key) == (ReplicaKind.BACKUP_COPY, OSAKA)
    assert obstacles(facet(record, Retirement))["aws_db_instance_automated_backups_replication"] is True


def test_automated_backups_that_may_be_replicated() -> None:
    world = World()
    record = database(world, backup_retention_period=14)
    world.add("aws_db_instance_automated_backups_replication.osaka", {}, unknown={"source_db_instance_arn": True})
    assert backup(record) == (True, 24.0, 14, Reason.UNRESOLVED)


def test_a_backup_plan_beside_automated_backups() -> None:
    world = World()
    record = database(world, backup_retention_period=7, arn="arn:aws:rds:x", tags_all={"backup": "yes"})
    vault = world.add("aws_backup_vault.far", {"name": "far"}, region=OSAKA)
    rule = {
        "rule_name": "daily",
        "target_vault_name": "near",
        "schedule": "cron(0 17 ? * * *)",
        "lifecycle": [{"delete_after": 90}],
        "copy_action": [{"destination_vault_arn": f"arn:aws:backup:{OSAKA}:{ACCOUNT}:backup-vault:far"}],
    }
    plan = world.add(
        "aws_backup_plan.all", {"rule": [rule]}, refs={"rule.0.copy_action.0.destination_vault_arn": vault}
    )
    tag = {"type": "STRINGEQUALS", "key": "backup", "value": "yes"}
    world.add("aws_backup_selection.all", {"selection_tag": [tag]}, refs={"plan_id": plan})
    enabled, _, retention, offsite = backup(record)
    assert (enabled, retention, offsite) == (True, 90, {OSAKA})


@pytest.mark.parametrize(
    ("engine", "version", "expected"),
    [
        ("postgres", "14.9", False),
        ("postgres", "15.4", True),
        ("postgres", None, None),
        ("aurora-postgresql", "16.1", False),
        ("aurora-postgresql", "17.4", True),
        ("mysql", "8.0.36", False),
        ("mysql", "8.4.3", False),
        ("mariadb", "10.11", False),
        ("mariadb", "11.4.5", False),
        ("mariadb", "11.8.3", True),
        ("mariadb", "11", None),
        ("aurora-mysql", "8.4.mysql_aurora.8.4.7", True),
        ("aurora-mysql", "8", None),
        ("aurora-mysql", "8.0.mysql_aurora.3.05.2", False),
        ("sqlserver-se", None, False),
        ("docdb", None, True),
        ("oracle-se2", "19", None),
    ],
)
def test_which_engines_demand_tls_by_default(engine: str, version: str | None, expected: bool | None) -> None:
    assert default_of(engine, version) is expected


def test_which_parameter_demands_tls() -> None:
    assert parameter_of("aurora-postgresql") == "rds.force_ssl"
    assert parameter_of("mariadb") == "require_secure_transport"
    assert parameter_of("oracle-ee") is None


@pytest.mark.parametrize(
    ("parameters", "expected"),
    [
        ([{"name": "rds.force_ssl", "value": "1"}], True),
        ([{"name": "rds.force_ssl", "value": "0"}], False),
        ([{"name": "log_connections", "value": "1"}], False),
        ([{"name": "rds.force_ssl", "value": "perhaps"}], Reason.UNPARSEABLE),
    ],
)
def test_tls_by_a_parameter_group(parameters: list[dict[str, str]], expected: Any) -> None:
    world = World()
    group = world.add("aws_db_parameter_group.pg", {"name": "pg", "parameter": parameters})
    record = database(world, parameter_group_name="pg")
    assert group.name == ""
    assert tls(record) == expected


def test_tls_that_is_open_or_decided_elsewhere() -> None:
    world = World()
    world.add("aws_db_parameter_group.pg", {"name": "pg", "parameter": [{}]}, unknown={"parameter": [{"name": True}]})
    assert tls(database(world, parameter_group_name="pg")) is Reason.AFTER_APPLY
    assert tls(database(World(), parameter_group_name="elsewhere")) is Reason.OUTSIDE
    assert tls(database(World(), engine="oracle-se2")) is Reason.NOT_COLLECTED
    assert tls(database(World(), parameter_group_name="default.postgres14")) is False
    assert tls(World().add("aws_db_instance.db", {}, unknown={"engine": True})) is Reason.AFTER_APPLY


def test_what_keeps_a_database_from_going() -> None:
    record = database(World(), deletion_protection=True, skip_final_snapshot=True, delete_automated_backups=False)
    assert obstacles(facet(record, Retirement)) == {
        "deletion_protection": True,
        "skip_final_snapshot": False,
        "delete_automated_backups": True,
    }
    defaults = obstacles(facet(database(World()), Retirement))
    assert defaults == {"deletion_protection": False, "skip_final_snapshot": True, "delete_automated_backups": False}


def test_exposure_and_logs_of_a_database() -> None:
    record = database(World(), publicly_accessible=True, enabled_cloudwatch_logs_exports=["postgresql"])
    assert facet(record, Exposure).public.value is True
    assert facet(record, DataAccessLog).enabled.value is False
    quiet = database(World(), enabled_cloudwatch_logs_exports=["upgrade"])
    assert facet(quiet, Exposure).public.value is False
    assert facet(quiet, DataAccessLog).enabled.value is False


def test_a_cluster_with_defaults() -> None:
    record = cluster(World())
    assert encryption(record) == (True, KeyOwner.PROVIDER)
    assert encryption(cluster(World(), engine="mysql")) == (False, KeyOwner.NONE)
    assert backup(record) == (True, 24.0, 1, Reason.NOT_COLLECTED)
    assert tls(record) is False
    assert facet(record, Exposure).public.value is False
    assert encryption(cluster(World(), engine_mode="serverless")) == (True, KeyOwner.PROVIDER)


def test_aurora_encrypts_what_is_made_now() -> None:
    assert encryption(cluster(World(), storage_encrypted=False)) == (True, KeyOwner.PROVIDER)
    assert encryption(cluster(World(), kms_key_id="alias/city")) == (True, KeyOwner.CUSTOMER)
    there = World().add("aws_rds_cluster.a", {"engine": "aurora-mysql"}, action=Action.NO_OP)
    assert encryption(there) == (Reason.NOT_COLLECTED, Reason.NOT_COLLECTED)
    open_ = World().add("aws_rds_cluster.a", {"storage_encrypted": False}, unknown={"engine": True})
    assert encryption(open_) == (Reason.AFTER_APPLY, Reason.AFTER_APPLY)
    again = cluster(World(), snapshot_identifier="old")
    assert encryption(again) == (True, Reason.OUTSIDE)


def test_a_database_is_encrypted_as_what_it_is_restored_from() -> None:
    assert encryption(database(World(), snapshot_identifier="old")) == (Reason.OUTSIDE, Reason.OUTSIDE)
    assert encryption(database(World(), snapshot_identifier="old", storage_encrypted=True)) == (True, KeyOwner.PROVIDER)
    there = World().add("aws_db_instance.db", {**POSTGRES, "snapshot_identifier": "old"}, action=Action.NO_OP)
    assert encryption(there) == (False, KeyOwner.NONE)
    world = World()
    source = database(world, "first", storage_encrypted=True, kms_key_id="alias/city")
    path = "restore_to_point_in_time.0.source_db_instance_identifier"
    block = [{"use_latest_restorable_time": True}]
    again = database(world, "again", restore_to_point_in_time=block)
    world._refs[again.address, path] = source
    assert encryption(again) == (False, KeyOwner.NONE)
    named = database(world, "named", restore_to_point_in_time=[{"source_db_instance_identifier": "first"}])
    world._refs[named.address, path] = source
    assert encryption(named) == (True, KeyOwner.CUSTOMER)


def test_an_instance_of_an_open_cluster_may_be_public() -> None:
    world = World()
    record = cluster(world)
    world.add("aws_rds_cluster_instance.a", {"publicly_accessible": True}, unknown={"cluster_identifier": True})
    assert outcome(facet(record, Exposure).public) is Reason.UNRESOLVED


def test_a_cluster_with_settings() -> None:
    world = World()
    world.add(
        "aws_rds_cluster_parameter_group.tls",
        {"name": "tls", "parameter": [{"name": "require_secure_transport", "value": "ON"}]},
    )
    record = cluster(world, storage_encrypted=True, db_cluster_parameter_group_name="tls", backup_retention_period=0)
    assert encryption(record) == (True, KeyOwner.PROVIDER)
    assert tls(record) is True
    assert backup(record)[0] is False
    world.add("aws_rds_cluster_instance.a", {"publicly_accessible": True}, refs={"cluster_identifier": record})
    assert facet(record, Exposure).public.value is True


def test_a_global_cluster() -> None:
    world = World()
    whole = world.add("aws_rds_global_cluster.all", {"deletion_protection": True})
    primary = cluster(world)
    second = cluster(world, name="second")
    world._regions[second.address] = OSAKA
    for member in (primary, second):
        world._refs[member.address, "global_cluster_identifier"] = whole
    assert {one.key for one in facets(whole, Replica)} == {TOKYO, OSAKA}
    assert obstacles(facet(whole, Retirement)) == {"deletion_protection": True}


def test_a_member_of_a_global_cluster_that_is_open() -> None:
    world = World()
    whole = world.add("aws_rds_global_cluster.all", {})
    world.add("aws_rds_cluster.main", {}, unknown={"global_cluster_identifier": True})
    (replica,) = facets(whole, Replica)
    assert reason(replica.location) is Reason.UNRESOLVED


@pytest.mark.parametrize(("value", "expected"), [(True, True), (None, False)])
def test_a_proxy(value: bool | None, expected: bool) -> None:
    assert tls(World().add("aws_db_proxy.a", {"require_tls": value})) is expected


def test_snapshots_of_databases() -> None:
    world = World()
    source = database(world, storage_encrypted=True, kms_key_id="alias/city")
    record = world.add(
        "aws_db_snapshot.a",
        {"shared_accounts": ["all"]},
        unknown={"encrypted": True},
        refs={"db_instance_identifier": source},
    )
    assert encryption(record) == (True, KeyOwner.CUSTOMER)
    assert facet(record, BackupVault).key_owner.value is KeyOwner.CUSTOMER
    assert facet(record, Exposure).public.value is True
    copy = world.add(
        "aws_db_snapshot_copy.a", {"destination_region": OSAKA}, refs={"source_db_snapshot_identifier": record}
    )
    assert facet(copy, Placement).locations.value == {OSAKA}
    assert facet(copy, Replica).location.value == {OSAKA}
    assert encryption(copy) == (True, KeyOwner.CUSTOMER)
    assert facet(copy, Exposure).public.value is False


def test_snapshots_of_databases_elsewhere() -> None:
    record = World().add("aws_db_cluster_snapshot.a", {"db_cluster_identifier": "far"})
    assert encryption(record) == (Reason.OUTSIDE, Reason.OUTSIDE)
    known = World().add("aws_db_snapshot.a", {"encrypted": False}, action=Action.NO_OP)
    assert encryption(known) == (False, KeyOwner.NONE)
    cache = World().add("aws_memorydb_snapshot.a", {"cluster_name": "far"})
    assert encryption(cache) == (True, Reason.OUTSIDE)


def table(world: World, **values: Any) -> Record:
    return world.add("aws_dynamodb_table.t", values, unset=[] if "policy" in values else ["point_in_time_recovery"])


@pytest.mark.parametrize(
    ("settings", "owner"),
    [
        ([], KeyOwner.PROVIDER),
        ([{"enabled": False}], KeyOwner.PROVIDER),
        ([{"enabled": True}], KeyOwner.PROVIDER),
        ([{"enabled": True, "kms_key_arn": "alias/city"}], KeyOwner.CUSTOMER),
    ],
)
def test_encryption_of_a_table(settings: list[dict[str, Any]], owner: KeyOwner) -> None:
    assert encryption(table(World(), server_side_encryption=settings)) == (True, owner)


def test_recovery_of_a_table() -> None:
    off = World().add("aws_dynamodb_table.t", {}, unset=["point_in_time_recovery"])
    assert backup(off) == (False, None, 0.0, frozenset())
    on = World().add(
        "aws_dynamodb_table.t", {"point_in_time_recovery": [{"enabled": True, "recovery_period_in_days": 7}]}
    )
    assert backup(on) == (True, 0, 7, Reason.NOT_COLLECTED)
    year = World().add("aws_dynamodb_table.t", {"point_in_time_recovery": [{"enabled": True}]})
    assert backup(year)[2] == 35
    # A system backup outlives the table.
    assert obstacles(facet(year, Retirement))["point_in_time_recovery"] is True
    open_ = World().add("aws_dynamodb_table.t", {}, unknown={"point_in_time_recovery": True})
    assert obstacles(facet(open_, Retirement))["point_in_time_recovery"] is Reason.AFTER_APPLY


def test_keys_of_the_replicas_of_a_table() -> None:
    replicas = [{"region_name": OSAKA, "kms_key_arn": "alias/osaka"}, {"region_name": "ap-southeast-1"}]
    found = facets(table(World(), replica=replicas), EncryptionAtRest)
    owners = {one.key: one.key_owner.value for one in found}
    assert owners == {"": KeyOwner.PROVIDER, OSAKA: KeyOwner.CUSTOMER, "ap-southeast-1": KeyOwner.PROVIDER}
    world = World()
    open_ = world.add(
        "aws_dynamodb_table.t", {"replica": [{"region_name": OSAKA}]}, unknown={"replica": [{"kms_key_arn": True}]}
    )
    assert outcome(facets(open_, EncryptionAtRest)[1].key_owner) is Reason.UNRESOLVED


def test_replicas_of_a_table() -> None:
    world = World()
    record = world.add(
        "aws_dynamodb_table.t", {"replica": [{"region_name": OSAKA}], "deletion_protection_enabled": True}
    )
    copy = world.add("aws_dynamodb_table_replica.r", {}, refs={"global_table_arn": record}, region="ap-southeast-1")
    assert {one.key for one in facets(record, Replica)} == {OSAKA, "ap-southeast-1"}
    assert encryption(copy) == (True, KeyOwner.PROVIDER)
    assert obstacles(facet(record, Retirement)) == {
        "deletion_protection_enabled": True,
        "point_in_time_recovery": False,
    }
    (own, replica) = facets(record, EncryptionAtRest)
    assert (own.key, replica.key, replica.key_owner.value) == ("", OSAKA, KeyOwner.PROVIDER)
    open_ = World().add("aws_dynamodb_table.t", {}, unknown={"replica": True})
    assert reason(facet(open_, Replica).location) is Reason.AFTER_APPLY


def test_a_policy_of_a_table() -> None:
    world = World()
    record = world.add("aws_dynamodb_table.t", {})
    read = {"Effect": "Allow", "Principal": "*", "Action": "dynamodb:GetItem", "Resource": "*"}
    world.add("aws_dynamodb_resource_policy.t", {"policy": policy(read)}, refs={"resource_arn": record})
    assert facet(record, Exposure).public.value is True


def test_plain_http_to_a_table_is_turned_away_by_a_policy() -> None:
    world = World()
    record = world.add("aws_dynamodb_table.t", {})
    assert tls(record) is False
    deny = {
        "Effect": "Deny",
        "Principal": "*",
        "Action": "dynamodb:*",
        "Resource": "*",
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }
    world.add("aws_dynamodb_resource_policy.t", {"policy": policy(deny)}, refs={"resource_arn": record})
    assert tls(record) is True
    open_ = World()
    record = open_.add("aws_dynamodb_table.t", {})
    open_.add("aws_dynamodb_resource_policy.t", {}, unknown={"policy": True}, refs={"resource_arn": record})
    assert isinstance(tls(record), Reason)


def test_old_global_tables() -> None:
    record = World().add("aws_dynamodb_global_table.t", {"replica": [{"region_name": TOKYO}, {"region_name": OSAKA}]})
    assert {one.key for one in facets(record, Replica)} == {TOKYO, OSAKA}


def test_a_cache_before_tables() -> None:
    off = World().add("aws_dax_cluster.a", {})
    assert (encryption(off), tls(off)) == ((False, KeyOwner.NONE), False)
    on = World().add(
        "aws_dax_cluster.a", {"server_side_encryption": [{"enabled": True}], "cluster_endpoint_encryption_type": "TLS"}
    )
    assert (encryption(on), tls(on)) == ((True, KeyOwner.PROVIDER), True)


def selected(world: World, record: Record, tag: str) -> None:
    """A daily backup plan, kept 90 days, for what carries a tag."""
    rule = {"rule_name": "daily", "schedule": "cron(0 17 ? * * *)", "lifecycle": [{"delete_after": 90}]}
    plan = world.add("aws_backup_plan.all", {"rule": [rule]})
    test = {"type": "STRINGEQUALS", "key": "backup", "value": tag}
    world.add("aws_backup_selection.all", {"selection_tag": [test]}, refs={"plan_id": plan})


@pytest.mark.parametrize(
    ("days", "tags", "expected"),
    [
        (7, {"backup": "no"}, (True, 24.0, 7)),
        (7, {"backup": "yes"}, (True, 24.0, 90)),
        (0, {"backup": "yes"}, (True, 24.0, 90)),
        (0, {"backup": "no"}, (False, None, 0.0)),
    ],
)
def test_both_functions_together(days: int, tags: dict[str, str], expected: tuple[object, ...]) -> None:
    world = World()
    record = database(world, backup_retention_period=days, tags_all=tags)
    selected(world, record, "yes")
    assert backup(record)[:3] == expected


def test_a_plan_that_may_cover_a_database() -> None:
    world = World()
    record = world.add("aws_db_instance.db", {"backup_retention_period": 7}, unknown={"tags_all": True, "tags": True})
    selected(world, record, "yes")
    assert backup(record) == (True, Reason.AMBIGUOUS, Reason.AMBIGUOUS, Reason.AMBIGUOUS)
    bare = world.add("aws_db_instance.bare", {"backup_retention_period": 0}, unknown={"tags_all": True, "tags": True})
    assert backup(bare)[0] is Reason.AMBIGUOUS


def test_a_plan_beside_automated_backups_that_are_open() -> None:
    world = World()
    record = world.add("aws_db_instance.db", {"tags_all": {"backup": "yes"}}, unknown={"backup_retention_period": True})
    selected(world, record, "yes")
    assert backup(record)[:3] == (True, Reason.AFTER_APPLY, Reason.AFTER_APPLY)
