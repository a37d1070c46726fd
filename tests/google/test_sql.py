"""Cloud SQL."""

from __future__ import annotations

from typing import Any

import pytest

from auditor.facets import (
    AccountIdentity,
    Backup,
    DataAccessLog,
    EncryptionAtRest,
    EncryptionInTransit,
    Exposure,
    KeyOwner,
    Placement,
    Replica,
    ReplicaKind,
)
from auditor.record import Record
from auditor.testing import World
from tests.google.google_world import UNKNOWN, all_of, obstacle, one, project, value

_TYPE = "google_sql_database_instance"


def _instance(
    world: World, settings: dict[str, Any] | None = None, values: dict[str, Any] | None = None, **more: Any
) -> Record:
    base = {"name": "db", "region": "asia-northeast1", "database_version": "POSTGRES_15", "settings": [settings or {}]}
    return world.add(f"{_TYPE}.db", {**base, **(values or {})}, **more)


def _backup(settings: dict[str, Any]) -> list[Any]:
    facet = one(_instance(project(), {"backup_configuration": [settings]}), Backup)
    return [value(a) for a in (facet.enabled, facet.interval_hours, facet.retention_days, facet.offsite)]


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({}, [False, None, 0, frozenset()]),
        ({"enabled": False}, [False, None, 0, frozenset()]),
        ({"enabled": True}, [True, 24, 7, {"asia"}]),
        ({"enabled": True, "location": "asia-northeast1"}, [True, 24, 7, frozenset()]),
        (
            {
                "enabled": True,
                "location": "asia-northeast2",
                "point_in_time_recovery_enabled": True,
                "backup_retention_settings": [{"retained_backups": 30}],
            },
            [True, 0, 30, {"asia-northeast2"}],
        ),
        ({"enabled": True, "binary_log_enabled": True}, [True, 0, 7, {"asia"}]),
    ],
)
def test_backups(settings: dict[str, Any], expected: list[Any]) -> None:
    assert _backup(settings) == expected


def test_backups_without_settings_and_open_ones() -> None:
    assert value(one(_instance(project()), Backup).enabled) is False
    unset = _instance(
        project(), unknown={"settings": [{"backup_configuration": True}]}, unset=["settings.0.backup_configuration"]
    )
    assert value(one(unset, Backup).enabled) is False
    open_ = _instance(project(), unknown={"settings": [{"backup_configuration": True}]})
    assert value(one(open_, Backup).enabled) == UNKNOWN


def test_the_edition_decides_about_retention() -> None:
    settings = {"edition": "ENTERPRISE_PLUS", "backup_configuration": [{"enabled": True}]}
    assert value(one(_instance(project(), settings), Backup).retention_days) == 15


def test_backups_elsewhere_are_copies() -> None:
    replica = one(_instance(project(), {"backup_configuration": [{"enabled": True}]}), Replica)
    assert (replica.kind, value(replica.location)) == (ReplicaKind.BACKUP_COPY, {"asia"})
    local = _instance(project(), {"backup_configuration": [{"enabled": True, "location": "asia-northeast1"}]})
    assert not all_of(local, Replica)


def test_read_replicas() -> None:
    world = project()
    primary = _instance(world)
    far = world.add(f"{_TYPE}.far", {"region": "us-central1", "master_instance_name": "db", "settings": [{}]})
    world.add(f"{_TYPE}.near", {"region": "asia-northeast1", "master_instance_name": "db"})
    replica = one(primary, Replica)
    assert (replica.kind, replica.key, value(replica.location)) == (
        ReplicaKind.READ_REPLICA,
        "us-central1",
        {"us-central1"},
    )
    assert not all_of(far, Backup)
    assert value(one(far, Placement).locations) == {"us-central1"}


def test_keys() -> None:
    world = project()
    plain = _instance(world)
    named = _instance(project(), values={"encryption_key_name": "projects/p/cryptoKeys/k"})
    unset = _instance(project(), unset=["encryption_key_name"])
    open_ = _instance(project(), unknown={"encryption_key_name": True})
    owners = [value(one(r, EncryptionAtRest).key_owner) for r in (plain, named, unset, open_)]
    assert owners == [KeyOwner.PROVIDER, KeyOwner.CUSTOMER, KeyOwner.PROVIDER, UNKNOWN]


def test_a_replica_takes_the_key_of_its_primary() -> None:
    world = project()
    _instance(world, values={"encryption_key_name": "k"})
    replica = world.add(f"{_TYPE}.r", {"master_instance_name": "db"}, unset=["encryption_key_name"])
    assert value(one(replica, EncryptionAtRest).key_owner) is KeyOwner.CUSTOMER


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({}, False),
        ({"ip_configuration": [{"ssl_mode": "ENCRYPTED_ONLY"}]}, True),
        ({"ip_configuration": [{"ssl_mode": "TRUSTED_CLIENT_CERTIFICATE_REQUIRED"}]}, True),
        ({"ip_configuration": [{"ssl_mode": "ALLOW_UNENCRYPTED_AND_ENCRYPTED"}]}, False),
        ({"ip_configuration": [{"require_ssl": True}]}, True),
        ({"connector_enforcement": "REQUIRED"}, True),
    ],
)
def test_encryption_in_transit(settings: dict[str, Any], *, expected: bool) -> None:
    assert value(one(_instance(project(), settings), EncryptionInTransit).required) is expected


def test_an_open_mode_is_unknown() -> None:
    record = _instance(project(), unknown={"settings": [{"ip_configuration": [{"ssl_mode": True}]}]})
    assert value(one(record, EncryptionInTransit).required) == UNKNOWN


@pytest.mark.parametrize(
    ("flag", "expected"), [(None, None), ("TLSv1.2", "1.2"), ("TLSv1", "1.0"), ("strong", UNKNOWN)]
)
def test_the_lowest_tls_version(flag: str | None, expected: Any) -> None:
    flags = [{"name": "ssl_min_protocol_version", "value": flag}] if flag else []
    assert value(one(_instance(project(), {"database_flags": flags}), EncryptionInTransit).minimum_tls) == expected


@pytest.mark.parametrize(
    ("ip", "expected"),
    [
        ({}, False),
        ({"authorized_networks": [{"value": "203.0.113.0/24"}]}, False),
        ({"authorized_networks": [{"value": "0.0.0.0/0"}]}, True),
        ({"ipv4_enabled": False, "authorized_networks": [{"value": "0.0.0.0/0"}]}, False),
    ],
)
def test_exposure(ip: dict[str, Any], *, expected: bool) -> None:
    assert value(one(_instance(project(), {"ip_configuration": [ip]}), Exposure).public) is expected


def test_open_networks_leave_exposure_open() -> None:
    record = _instance(project(), unknown={"settings": [{"ip_configuration": [{"authorized_networks": True}]}]})
    assert value(one(record, Exposure).public) == UNKNOWN


@pytest.mark.parametrize(
    ("version", "flags", "expected"),
    [
        ("POSTGRES_15", {}, False),
        ("POSTGRES_15", {"cloudsql.enable_pgaudit": "on"}, False),
        ("POSTGRES_15", {"cloudsql.enable_pgaudit": "on", "pgaudit.log": "all"}, True),
        ("MYSQL_8_0", {"cloudsql_mysql_audit": "ON"}, True),
        ("MYSQL_8_0", {}, False),
        ("SQLSERVER_2019_STANDARD", {}, False),
        ("ORACLE_1", {}, UNKNOWN),
    ],
)
def test_audit(version: str, flags: dict[str, str], expected: Any) -> None:
    listed = [{"name": name, "value": text} for name, text in flags.items()]
    record = _instance(project(), {"database_flags": listed}, {"database_version": version})
    assert value(one(record, DataAccessLog).enabled) == expected


def test_audit_files_of_sql_server() -> None:
    settings = {"sql_server_audit_config": [{"bucket": "gs://logs"}]}
    record = _instance(project(), settings, {"database_version": "SQLSERVER_2019_STANDARD"})
    assert value(one(record, DataAccessLog).enabled) is True


@pytest.mark.parametrize(
    ("name", "values", "settings", "expected"),
    [
        ("deletion_protection", {}, {}, True),
        ("deletion_protection", {"deletion_protection": False}, {}, False),
        ("settings.0.deletion_protection_enabled", {}, {}, False),
        ("settings.0.deletion_protection_enabled", {}, {"deletion_protection_enabled": True}, True),
        ("settings.0.retain_backups_on_delete", {}, {"retain_backups_on_delete": True}, True),
        ("settings.0.final_backup_config.0.enabled", {}, {"final_backup_config": [{"enabled": True}]}, True),
        ("settings.0.final_backup_config.0.enabled", {}, {}, False),
    ],
)
def test_obstacles(name: str, values: dict[str, Any], settings: dict[str, Any], *, expected: bool) -> None:
    assert obstacle(_instance(project(), settings, values), name) is expected


def test_databases_and_users() -> None:
    world = project()
    _instance(world)
    inside = world.add("google_sql_database.d", {"instance": "db", "deletion_policy": "ABANDON"})
    outside = world.add("google_sql_database.e", {"instance": "elsewhere"})
    assert value(one(inside, Placement).locations) == {"asia-northeast1"}
    assert obstacle(inside, "deletion_policy=ABANDON") is True
    assert value(one(outside, Placement).locations) == UNKNOWN
    user = world.add("google_sql_user.u", {"instance": "db", "name": "app"})
    assert one(user, AccountIdentity).what == "database-user"
