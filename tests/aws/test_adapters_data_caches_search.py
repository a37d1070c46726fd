"""Caches, search domains, data warehouses, document and graph databases."""

from __future__ import annotations

import json
from typing import Any

import pytest

from auditor.attr import Reason, Unknown
from auditor.facets import (
    Backup,
    DataAccessLog,
    EncryptionInTransit,
    Exposure,
    KeyOwner,
    Placement,
    Replica,
    Retirement,
)
from auditor.record import Record
from auditor.testing import World
from tests.aws.data_world import (
    ACCOUNT,
    OSAKA,
    TOKYO,
    backup,
    encryption,
    facet,
    facets,
    key,
    obstacles,
    outcome,
    policy,
    reason,
    tls,
)

CACHE = ("at_rest_encryption_enabled", "transit_encryption_enabled", "transit_encryption_mode", "engine")


def cache(**values: Any) -> Record:
    return World().add("aws_elasticache_replication_group.c", values, unset=[one for one in CACHE if one not in values])


@pytest.mark.parametrize(
    ("values", "rest", "transit"),
    [
        ({}, (False, KeyOwner.NONE), False),
        ({"engine": "valkey"}, (True, KeyOwner.PROVIDER), True),
        ({"at_rest_encryption_enabled": "true", "kms_key_id": "alias/city"}, (True, KeyOwner.CUSTOMER), False),
        ({"transit_encryption_enabled": True}, (False, KeyOwner.NONE), True),
        ({"transit_encryption_enabled": True, "transit_encryption_mode": "preferred"}, (False, KeyOwner.NONE), False),
    ],
)
def test_caches(values: dict[str, Any], rest: tuple[Any, Any], transit: bool) -> None:
    record = cache(**values)
    assert (encryption(record), tls(record)) == (rest, transit)


def test_snapshots_of_caches() -> None:
    assert backup(cache()) == (False, None, 0.0, frozenset())
    kept = cache(snapshot_retention_limit=5, final_snapshot_identifier="last")
    assert backup(kept) == (True, 24.0, 5, frozenset())
    assert obstacles(facet(kept, Retirement)) == {"final_snapshot_identifier": True}
    memcached = World().add("aws_elasticache_cluster.m", {"engine": "memcached"}, unset=["replication_group_id"])
    assert facets(memcached, Backup) == []
    assert encryption(memcached) == (False, KeyOwner.NONE)
    member = World().add("aws_elasticache_cluster.m", {"replication_group_id": "c"})
    assert facet(member, Placement).stores_data is False


def test_other_caches() -> None:
    serverless = World().add("aws_elasticache_serverless_cache.s", {"kms_key_id": "alias/city", "engine": "redis"})
    assert (encryption(serverless), tls(serverless)) == ((True, KeyOwner.CUSTOMER), True)
    memory = World().add("aws_memorydb_cluster.m", {"tls_enabled": False, "snapshot_retention_limit": 3})
    assert (encryption(memory), tls(memory)) == ((True, KeyOwner.PROVIDER), False)
    assert backup(memory)[:3] == (True, 24.0, 3)


def test_a_cache_of_several_regions() -> None:
    world = World()
    primary = world.add("aws_elasticache_replication_group.a", {})
    whole = world.add("aws_elasticache_global_replication_group.g", {}, refs={"primary_replication_group_id": primary})
    world.add("aws_elasticache_replication_group.b", {}, refs={"global_replication_group_id": whole}, region=OSAKA)
    assert {one.key for one in facets(whole, Replica)} == {TOKYO, OSAKA}


def domain(**values: Any) -> Record:
    return World().add(
        "aws_opensearch_domain.d",
        values,
        unset=[one for one in ("encrypt_at_rest", "access_policies") if one not in values],
    )


def transit(record: Record) -> dict[str, Any]:
    return {one.key: outcome(one.required) for one in facets(record, EncryptionInTransit)}


def test_a_search_domain_with_defaults() -> None:
    record = domain()
    assert encryption(record) == (False, KeyOwner.NONE)
    assert transit(record) == {"domain": False, "node-to-node": False}
    assert backup(record) == (True, 1.0, 14, frozenset())
    assert facet(record, DataAccessLog).enabled.value is False
    assert facet(record, Exposure).public.value is False


def test_a_search_domain_with_settings() -> None:
    record = domain(
        encrypt_at_rest=[{"enabled": True, "kms_key_id": "alias/city"}],
        node_to_node_encryption=[{"enabled": True}],
        domain_endpoint_options=[{"enforce_https": True, "tls_security_policy": "Policy-Min-TLS-1-2-PFS-2023-10"}],
        log_publishing_options=[{"log_type": "SEARCH_SLOW_LOGS"}, {"log_type": "AUDIT_LOGS"}],
    )
    assert encryption(record) == (True, KeyOwner.CUSTOMER)
    assert transit(record) == {"domain": True, "node-to-node": True}
    assert facets(record, EncryptionInTransit)[0].minimum_tls.value == "1.2"
    assert facet(record, DataAccessLog).enabled.value is True


def test_the_tls_policy_that_the_service_chooses() -> None:
    record = domain(domain_endpoint_options=[{}])
    found = facets(record, EncryptionInTransit)[0]
    assert (found.required.value, reason(found.minimum_tls)) == (True, Reason.OUTSIDE)


ANYBODY = policy({"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "es:*", "Resource": "*"})


@pytest.mark.parametrize(
    ("values", "public"),
    [
        ({}, True),
        ({"vpc_options": [{"subnet_ids": ["subnet-1"]}]}, False),
        ({"advanced_security_options": [{"enabled": True}]}, False),
        ({"advanced_security_options": [{"enabled": True, "anonymous_auth_enabled": True}]}, True),
    ],
)
def test_who_can_search(values: dict[str, Any], public: bool) -> None:
    assert facet(domain(access_policies=ANYBODY, **values), Exposure).public.value is public


@pytest.mark.parametrize(("version", "hours"), [("5.1", 24.0), ("7.10", 1.0), (None, 24.0)])
def test_backups_of_old_search_domains(version: str | None, hours: float) -> None:
    record = World().add("aws_elasticsearch_domain.d", {"elasticsearch_version": version})
    assert backup(record)[1] == hours


@pytest.mark.parametrize(
    ("content", "owner"),
    [
        ({"AWSOwnedKey": True}, KeyOwner.PROVIDER),
        ({"KmsARN": f"arn:aws:kms:{TOKYO}:{ACCOUNT}:key/mrk-1"}, KeyOwner.CUSTOMER),
        ({"KmsARN": f"arn:aws:kms:{TOKYO}:{ACCOUNT}:key/1"}, Reason.OUTSIDE),
    ],
)
def test_encryption_of_a_collection(content: dict[str, Any], owner: Any) -> None:
    world = World()
    rules = [{"Resource": ["collection/docs*"], "ResourceType": "collection"}]
    text = json.dumps({"Rules": rules, **content})
    world.add("aws_opensearchserverless_security_policy.e", {"type": "encryption", "policy": text})
    network = json.dumps([{"Rules": rules, "AllowFromPublic": True}])
    world.add("aws_opensearchserverless_security_policy.n", {"type": "network", "policy": network})
    record = world.add("aws_opensearchserverless_collection.c", {"name": "docs-1"})
    assert encryption(record) == (True, owner)
    assert facet(record, Exposure).public.value is True


def test_a_collection_whose_policies_are_open() -> None:
    world = World()
    world.add("aws_opensearchserverless_security_policy.e", {"type": "encryption"}, unknown={"policy": True})
    record = world.add("aws_opensearchserverless_collection.c", {"name": "docs-1"})
    assert encryption(record) == (True, Reason.UNRESOLVED)
    assert facet(record, Exposure).public.value is False


def warehouse(world: World, **values: Any) -> Record:
    return world.add(
        "aws_redshift_cluster.w",
        values,
        unset=[one for one in ("cluster_parameter_group_name", "kms_key_id") if one not in values],
    )


def test_a_warehouse_with_defaults() -> None:
    record = warehouse(World())
    assert encryption(record) == (True, KeyOwner.PROVIDER)
    assert tls(record) is True
    assert backup(record) == (True, 8.0, 1, Reason.NOT_COLLECTED)
    assert facet(record, DataAccessLog).enabled.value is False
    assert facet(record, Exposure).public.value is False
    assert obstacles(facet(record, Retirement)) == {"skip_final_snapshot": True}


def test_a_warehouse_as_an_older_provider_states_it() -> None:
    record = warehouse(
        World(),
        encrypted="false",
        publicly_accessible=True,
        cluster_parameter_group_name="default.redshift-1.0",
        logging=[{"enable": True}],
        snapshot_copy=[{"destination_region": OSAKA}],
    )
    assert encryption(record) == (False, KeyOwner.NONE)
    assert tls(record) is False
    assert backup(record)[3] == {OSAKA}
    assert facet(record, DataAccessLog).enabled.value is False
    assert facet(record, Exposure).public.value is True


def test_separate_settings_of_a_warehouse() -> None:
    world = World()
    record = warehouse(world, cluster_parameter_group_name="own", automated_snapshot_retention_period=0)
    world.add(
        "aws_redshift_parameter_group.own",
        {
            "name": "own",
            "parameter": [
                {"name": "require_ssl", "value": "true"},
                {"name": "enable_user_activity_logging", "value": "true"},
            ],
        },
    )
    assert facet(record, DataAccessLog).enabled.value is False
    world.add("aws_redshift_logging.w", {}, refs={"cluster_identifier": record})
    world.add("aws_redshift_snapshot_copy.w", {"destination_region": OSAKA}, refs={"cluster_identifier": record})
    assert tls(record) is True
    assert facet(record, DataAccessLog).enabled.value is True
    assert facet(record, Replica).location.value == {OSAKA}
    assert backup(record)[0] is False


@pytest.mark.parametrize(
    ("logs", "setting", "expected"),
    [
        (["connectionlog", "useractivitylog"], "true", True),
        (["connectionlog"], "true", False),
        (["useractivitylog"], "false", False),
    ],
)
def test_queries_that_a_warehouse_logs(logs: list[str], setting: str, expected: bool) -> None:
    world = World()
    parameter = {"name": "enable_user_activity_logging", "value": setting}
    world.add("aws_redshift_parameter_group.own", {"name": "own", "parameter": [parameter]})
    record = warehouse(world, cluster_parameter_group_name="own")
    world.add("aws_redshift_logging.w", {"log_exports": logs}, refs={"cluster_identifier": record})
    assert facet(record, DataAccessLog).enabled.value is expected


@pytest.mark.parametrize(
    ("definitions", "expected"),
    [
        (["rate(12 hours)"], 12.0),
        (["rate(12 hours)", "cron(0 3 * * ? *)"], 12.0),
        (["at noon"], Reason.UNPARSEABLE),
        (None, Reason.UNPARSEABLE),
    ],
)
def test_a_schedule_of_snapshots(definitions: list[str] | None, expected: Any) -> None:
    world = World()
    record = warehouse(world)
    assert backup(record)[1] == 8.0
    schedule = world.add("aws_redshift_snapshot_schedule.s", {"definitions": definitions})
    world.add(
        "aws_redshift_snapshot_schedule_association.s",
        {},
        refs={"cluster_identifier": record, "schedule_identifier": schedule},
    )
    assert backup(record)[:2] == (True, expected)


def test_a_schedule_of_snapshots_that_is_elsewhere_or_open() -> None:
    world = World()
    record = warehouse(world)
    path = "aws_redshift_snapshot_schedule_association.s"
    world.add(path, {"schedule_identifier": "far"}, refs={"cluster_identifier": record})
    assert backup(record)[1] is Reason.OUTSIDE
    world = World()
    record = warehouse(world)
    world.add(path, {}, unknown={"cluster_identifier": True})
    assert isinstance(backup(record)[1], Reason)


@pytest.mark.parametrize(("family", "expected"), [("redshift-1.0", False), ("redshift-2.0", True)])
def test_a_parameter_group_that_leaves_tls_alone(family: str, expected: bool) -> None:
    world = World()
    world.add("aws_redshift_parameter_group.own", {"name": "own", "family": family})
    assert tls(warehouse(world, cluster_parameter_group_name="own")) is expected


def test_serverless_warehouses() -> None:
    world = World()
    space = world.add(
        "aws_redshiftserverless_namespace.n", {"kms_key_id": "alias/city", "log_exports": ["useractivitylog"]}
    )
    assert encryption(space) == (True, KeyOwner.CUSTOMER)
    assert facet(space, DataAccessLog).enabled.value is True
    connections = world.add("aws_redshiftserverless_namespace.c", {"log_exports": ["connectionlog"]})
    assert facet(connections, DataAccessLog).enabled.value is False
    off = world.add(
        "aws_redshiftserverless_workgroup.w",
        {"config_parameter": [{"parameter_key": "require_ssl", "parameter_value": "false"}]},
    )
    assert tls(off) is False
    new = world.add("aws_redshiftserverless_workgroup.x", {"publicly_accessible": True}, unset=["config_parameter"])
    assert (tls(new), facet(new, Exposure).public.value) == (True, True)


def test_documents_and_graphs() -> None:
    world = World()
    documents = world.add(
        "aws_docdb_cluster.d",
        {"storage_encrypted": True, "enabled_cloudwatch_logs_exports": ["audit"]},
        unset=["kms_key_id", "db_cluster_parameter_group_name"],
    )
    assert (encryption(documents), tls(documents)) == ((True, KeyOwner.PROVIDER), True)
    assert backup(documents) == (True, 24.0, 1, Reason.NOT_COLLECTED)
    assert facet(documents, DataAccessLog).enabled.value is False
    world.add(
        "aws_docdb_cluster_parameter_group.all", {"name": "all", "parameter": [{"name": "audit_logs", "value": "all"}]}
    )
    audited = world.add(
        "aws_docdb_cluster.a",
        {"enabled_cloudwatch_logs_exports": ["audit"], "db_cluster_parameter_group_name": "all"},
    )
    assert facet(audited, DataAccessLog).enabled.value is True
    world.add(
        "aws_docdb_cluster_parameter_group.off", {"name": "off", "parameter": [{"name": "tls", "value": "disabled"}]}
    )
    plain = world.add("aws_docdb_cluster.p", {"db_cluster_parameter_group_name": "off"})
    assert (encryption(plain), tls(plain)) == ((False, KeyOwner.NONE), False)
    graph = world.add(
        "aws_neptune_cluster.g",
        {"storage_encrypted": True},
        unknown={"kms_key_arn": True},
        refs={"kms_key_arn": key(world)},
    )
    assert (encryption(graph), tls(graph)) == ((True, KeyOwner.CUSTOMER), True)
    world.add(
        "aws_neptune_cluster_parameter_group.a",
        {"name": "a", "parameter": [{"name": "neptune_enable_audit_log", "value": "1"}]},
    )
    sent = {"enable_cloudwatch_logs_exports": ["audit"]}
    silent = world.add("aws_neptune_cluster.s", sent)
    assert facet(silent, DataAccessLog).enabled.value is False
    heard = world.add("aws_neptune_cluster.h", {**sent, "neptune_cluster_parameter_group_name": "a"})
    assert facet(heard, DataAccessLog).enabled.value is True
    world.add("aws_neptune_cluster_instance.g", {"publicly_accessible": True}, refs={"cluster_identifier": graph})
    assert facet(graph, Exposure).public.value is True


@pytest.mark.parametrize(
    ("version", "hours"),
    [("OpenSearch_1.3", 1), ("Elasticsearch_7.10", 1), ("Elasticsearch_5.1", 24), (None, 1), ("newest", None)],
)
def test_how_often_a_search_domain_is_backed_up_depends_on_its_version(version: str | None, hours: int | None) -> None:
    domain = World().add("aws_opensearch_domain.d", {"engine_version": version})
    interval = facet(domain, Backup).interval_hours
    if hours is None:
        assert isinstance(interval, Unknown)
    else:
        assert interval.value == hours


def test_an_open_version_leaves_the_interval_open() -> None:
    domain = World().add("aws_opensearch_domain.d", unknown={"engine_version": True})
    found = facet(domain, Backup)
    assert isinstance(found.interval_hours, Unknown)
    assert found.enabled.value is True
