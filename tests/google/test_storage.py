"""Buckets and objects of Cloud Storage."""

from __future__ import annotations

from typing import Any

import pytest

from auditor.facets import (
    AccountIdentity,
    DataAccessLog,
    EncryptionAtRest,
    EncryptionInTransit,
    Exposure,
    KeyOwner,
    LogImmutability,
    LogStore,
    ObjectVersioning,
    Placement,
    Replica,
    Residue,
)
from auditor.record import Action, Record
from auditor.testing import World
from tests.google.google_world import UNKNOWN, all_of, obstacle, one, project, value


def _bucket(world: World, values: dict[str, Any] | None = None, **more: Any) -> Record:
    address = f"google_storage_bucket.docs_{len(world.records)}"
    return world.add(address, {"name": "docs", "location": "ASIA-NORTHEAST1", **(values or {})}, **more)


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({}, {"asia-northeast1"}),
        ({"location": "ASIA1"}, {"asia-northeast1", "asia-northeast2"}),
        ({"location": "ASIA"}, {"asia"}),
        (
            {
                "location": "ASIA",
                "custom_placement_config": [{"data_locations": ["ASIA-NORTHEAST1", "ASIA-NORTHEAST2"]}],
            },
            {"asia-northeast1", "asia-northeast2"},
        ),
    ],
)
def test_place(values: dict[str, Any], expected: set[str]) -> None:
    placement = one(_bucket(project(), values), Placement)
    assert placement.stores_data
    assert value(placement.locations) == expected


def test_an_open_place_is_unknown() -> None:
    record = project().add("google_storage_bucket.docs", {"name": "docs"}, unknown={"location": True})
    assert value(one(record, Placement).locations) == UNKNOWN


def test_regions_of_a_dual_region_that_are_open_leave_the_place_open() -> None:
    for mark in (True, [True, False]):
        unknown = {"custom_placement_config": [{"data_locations": mark}]}
        values = {
            "location": "ASIA-NORTHEAST1",
            "custom_placement_config": [{"data_locations": [None, "ASIA-NORTHEAST2"]}],
        }
        assert value(one(_bucket(project(), values, unknown=unknown), Placement).locations) == UNKNOWN


def test_keys() -> None:
    world = project()
    key = world.add("google_kms_crypto_key.k", {"name": "k"})
    plain = _bucket(world)
    named = _bucket(world, {"encryption": [{"default_kms_key_name": "projects/p/locations/l/keyRings/r/cryptoKeys/k"}]})
    joined = _bucket(
        world,
        unknown={"encryption": [{"default_kms_key_name": True}]},
        refs={"encryption.0.default_kms_key_name": key},
    )
    open_ = _bucket(world, unknown={"encryption": [{"default_kms_key_name": True}]})
    owners = [value(one(record, EncryptionAtRest).key_owner) for record in (plain, named, joined, open_)]
    assert owners == [KeyOwner.PROVIDER, KeyOwner.CUSTOMER, KeyOwner.CUSTOMER, UNKNOWN]


def test_versions() -> None:
    world = project()
    records = [
        _bucket(world),
        _bucket(world, {"versioning": [{"enabled": True}]}),
        _bucket(world, unset=["versioning"]),
        _bucket(world, unset=["versioning"], action=Action.UPDATE),
    ]
    assert [value(one(record, ObjectVersioning).enabled) for record in records] == [False, True, False, UNKNOWN]


@pytest.mark.parametrize(
    ("type_", "values", "expected"),
    [
        ("google_storage_bucket_iam_member", {"role": "roles/storage.objectViewer", "member": "allUsers"}, True),
        ("google_storage_bucket_iam_member", {"role": "roles/storage.objectViewer", "member": "user:a@b.jp"}, False),
        (
            "google_storage_bucket_iam_binding",
            {"role": "roles/storage.objectViewer", "members": ["user:a@b.jp", "allAuthenticatedUsers"]},
            True,
        ),
        (
            "google_storage_bucket_iam_policy",
            {"policy_data": '{"bindings": [{"role": "roles/storage.admin", "members": ["allUsers"]}]}'},
            True,
        ),
        ("google_storage_bucket_iam_policy", {"policy_data": "{}"}, False),
        ("google_storage_bucket_iam_policy", {"policy_data": "no policy"}, UNKNOWN),
        ("google_storage_bucket_acl", {"predefined_acl": "publicRead"}, True),
        ("google_storage_bucket_acl", {"role_entity": ["OWNER:user-a@b.jp", "READER:allUsers"]}, True),
        ("google_storage_bucket_acl", {"predefined_acl": "private"}, False),
        ("google_storage_bucket_access_control", {"entity": "allUsers"}, True),
        ("google_storage_default_object_access_control", {"entity": "user-a@b.jp"}, False),
    ],
)
def test_exposure(type_: str, values: dict[str, Any], expected: Any) -> None:
    world = project()
    record = _bucket(world)
    world.add(f"{type_}.grant", {"bucket": "docs", **values})
    assert value(one(record, Exposure).public) == expected


def test_plain_http_is_refused_by_a_policy_only() -> None:
    world = project()
    record = _bucket(world)
    assert value(one(record, EncryptionInTransit).required) == UNKNOWN
    policy = {
        "name": "projects/city-main/policies/storage.secureHttpTransport",
        "spec": [{"rules": [{"enforce": "TRUE"}]}],
    }
    world.add("google_org_policy_policy.p", policy)
    assert value(one(record, EncryptionInTransit).required) is True
    complete = World(account="city-main", complete=True)
    assert value(one(_bucket(complete), EncryptionInTransit).required) is False


def test_public_access_prevention_overrules_grants() -> None:
    world = project()
    record = _bucket(world, {"public_access_prevention": "enforced"})
    world.add("google_storage_bucket_iam_member.all", {"bucket": "docs", "role": "roles/x", "member": "allUsers"})
    assert value(one(record, Exposure).public) is False


def test_uniform_access_makes_acls_void() -> None:
    world = project()
    record = _bucket(world, {"uniform_bucket_level_access": True})
    world.add("google_storage_bucket_acl.all", {"bucket": "docs", "predefined_acl": "publicRead"})
    assert value(one(record, Exposure).public) is False


def test_a_public_grant_on_some_bucket_leaves_it_open() -> None:
    world = project()
    record = _bucket(world)
    world.add(
        "google_storage_bucket_iam_member.all", {"role": "roles/x", "member": "allUsers"}, unknown={"bucket": True}
    )
    world.add(
        "google_storage_bucket_iam_member.one", {"role": "roles/x", "member": "user:a@b.jp"}, unknown={"bucket": True}
    )
    assert value(one(record, Exposure).public) == UNKNOWN


def test_a_public_grant_under_a_condition_is_open() -> None:
    world = project()
    record = _bucket(world)
    condition = [{"title": "t", "expression": "request.time < timestamp('2030-01-01T00:00:00Z')"}]
    world.add(
        "google_storage_bucket_iam_member.all",
        {"bucket": "docs", "role": "roles/x", "member": "allUsers", "condition": condition},
    )
    assert value(one(record, Exposure).public) == UNKNOWN


def test_a_destination_of_logs_is_a_log_store() -> None:
    world = project()
    record = _bucket(
        world,
        {
            "lifecycle_rule": [{"action": [{"type": "Delete"}], "condition": [{"age": 400}]}],
            "retention_policy": [{"retention_period": "31536000", "is_locked": True}],
        },
    )
    world.add("google_logging_project_sink.s", {"destination": "storage.googleapis.com/docs"})
    assert value(one(record, Exposure).holds_logs) is True
    assert value(one(record, LogStore).retention_days) == 400
    guard = one(record, LogImmutability)
    assert [value(a) for a in (guard.locked, guard.versioned, guard.deletion_denied)] == [True, False, True]


def test_a_bucket_that_another_logs_to() -> None:
    world = project()
    record = _bucket(world)
    world.add("google_storage_bucket.other", {"name": "other", "logging": [{"log_bucket": "docs"}]})
    assert value(one(record, Exposure).holds_logs) is True
    assert value(one(record, LogStore).retention_days) is None


def test_other_buckets_are_no_log_stores() -> None:
    world = project()
    record = _bucket(world)
    world.add("google_logging_project_sink.s", {"destination": "storage.googleapis.com/elsewhere"})
    assert value(one(record, Exposure).holds_logs) is False
    assert not all_of(record, LogStore)


def test_an_open_destination_leaves_every_bucket_open() -> None:
    world = project()
    record = _bucket(world)
    world.add("google_logging_project_sink.s", {}, unknown={"destination": True})
    assert value(one(record, Exposure).holds_logs) == UNKNOWN
    assert value(one(record, LogStore).retention_days) == UNKNOWN
    assert value(one(record, LogImmutability).locked) == UNKNOWN


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        ([], None),
        ([{"action": [{"type": "SetStorageClass"}], "condition": [{"age": 10}]}], None),
        ([{"action": [{"type": "Delete"}], "condition": [{"age": 365}]}], 365),
        (
            [
                {"action": [{"type": "Delete"}], "condition": [{"age": 365}]},
                {"action": [{"type": "Delete"}], "condition": [{"age": 30, "matches_prefix": ["tmp/"]}]},
            ],
            30,
        ),
        ([{"action": [{"type": "Delete"}], "condition": [{"num_newer_versions": 3}]}], None),
        ([{"action": [{"type": "Delete"}], "condition": [{"age": 5, "with_state": "ARCHIVED"}]}], None),
        ([{"action": [{"type": "Delete"}], "condition": [{"created_before": "2025-01-01"}]}], UNKNOWN),
        ([{"action": [{"type": "Delete"}], "condition": [{"matches_prefix": ["tmp/"]}]}], 0),
    ],
)
def test_expiry_of_logs(rules: list[dict[str, Any]], expected: Any) -> None:
    world = project()
    record = _bucket(world, {"lifecycle_rule": rules})
    world.add("google_logging_project_sink.s", {"destination": "storage.googleapis.com/docs"})
    assert value(one(record, LogStore).retention_days) == expected


@pytest.mark.parametrize("path", ["days_since_noncurrent_time", "num_newer_versions", "noncurrent_time_before", "age"])
def test_expiry_by_a_condition_that_is_open(path: str) -> None:
    world = project()
    rules = [{"action": [{"type": "Delete"}], "condition": [{"age": 30, path: None}]}]
    unknown = {"lifecycle_rule": [{"condition": [{path: True}]}]}
    record = _bucket(world, {"lifecycle_rule": rules}, unknown=unknown)
    world.add("google_logging_project_sink.s", {"destination": "storage.googleapis.com/docs"})
    assert value(one(record, LogStore).retention_days) == UNKNOWN


def test_a_bucket_that_exists_may_be_opened_elsewhere() -> None:
    existing = _bucket(project(), action=Action.NO_OP)
    prevented = _bucket(project(), {"public_access_prevention": "enforced"}, action=Action.NO_OP)
    shown = _bucket(project(complete=True), action=Action.NO_OP)
    assert [value(one(r, Exposure).public) for r in (existing, prevented, shown)] == [UNKNOWN, False, False]


def test_data_access() -> None:
    world = project()
    logged = _bucket(world, {"logging": [{"log_bucket": "logs"}]})
    assert value(one(logged, DataAccessLog).enabled) is True
    elsewhere = project()
    assert value(one(_bucket(elsewhere), DataAccessLog).enabled) == UNKNOWN
    complete = World(account="city-main", complete=True)
    assert value(one(_bucket(complete), DataAccessLog).enabled) is False


@pytest.mark.parametrize(
    ("service", "kinds", "expected"),
    [
        ("allServices", ["DATA_READ", "DATA_WRITE"], True),
        ("storage.googleapis.com", ["DATA_READ", "DATA_WRITE", "ADMIN_READ"], True),
        ("storage.googleapis.com", ["DATA_WRITE"], False),
        ("bigquery.googleapis.com", ["DATA_READ", "DATA_WRITE"], UNKNOWN),
    ],
)
def test_audit_logs_of_the_project(service: str, kinds: list[str], expected: Any) -> None:
    world = project()
    record = _bucket(world)
    world.add(
        "google_project_iam_audit_config.all",
        {"project": "city-main", "service": service, "audit_log_config": [{"log_type": kind} for kind in kinds]},
    )
    assert value(one(record, DataAccessLog).enabled) == expected


@pytest.mark.parametrize(
    ("name", "values", "expected"),
    [
        ("force_destroy", {}, True),
        ("force_destroy", {"force_destroy": True}, False),
        ("default_event_based_hold", {"default_event_based_hold": True}, True),
        ("retention_policy", {"retention_policy": [{"retention_period": "86400"}]}, True),
        ("retention_policy.is_locked", {"retention_policy": [{"retention_period": "86400"}]}, False),
        ("retention_policy.is_locked", {"retention_policy": [{"retention_period": "1", "is_locked": True}]}, True),
        ("soft_delete_policy", {}, True),
        ("soft_delete_policy", {"soft_delete_policy": [{"retention_duration_seconds": 0}]}, False),
        ("deletion_policy=PREVENT", {"deletion_policy": "PREVENT"}, True),
        ("deletion_policy=ABANDON", {}, False),
    ],
)
def test_obstacles(name: str, values: dict[str, Any], *, expected: bool) -> None:
    assert obstacle(_bucket(project(), values), name) is expected


def test_open_obstacles() -> None:
    record = _bucket(project(), unknown={"force_destroy": True, "retention_policy": True})
    assert obstacle(record, "force_destroy") == UNKNOWN
    assert obstacle(record, "retention_policy.is_locked") == UNKNOWN


def test_an_object_takes_place_and_key_of_its_bucket() -> None:
    world = project()
    _bucket(world, {"encryption": [{"default_kms_key_name": "projects/p/cryptoKeys/k"}]})
    record = world.add("google_storage_bucket_object.o", {"bucket": "docs", "name": "o"}, unset=["kms_key_name"])
    assert value(one(record, Placement).locations) == {"asia-northeast1"}
    assert value(one(record, EncryptionAtRest).key_owner) is KeyOwner.CUSTOMER
    outside = world.add("google_storage_bucket_object.x", {"bucket": "elsewhere", "name": "o"})
    assert value(one(outside, Placement).locations) == UNKNOWN
    assert value(one(outside, EncryptionAtRest).key_owner) == UNKNOWN


def test_an_object_under_a_locked_retention() -> None:
    world = project()
    record = world.add("google_storage_bucket_object.o", {"bucket": "x", "retention": [{"mode": "Locked"}]})
    assert obstacle(record, "retention.mode") is True
    assert obstacle(record, "temporary_hold") is False


def test_a_transfer_is_a_replica_where_its_sink_is() -> None:
    world = project()
    world.add("google_storage_bucket.copy", {"name": "copy", "location": "US"})
    spec = [{"gcs_data_sink": [{"bucket_name": "copy"}]}]
    record = world.add("google_storage_transfer_job.t", {"transfer_spec": spec})
    assert value(one(record, Replica).location) == {"us"}
    outside = world.add(
        "google_storage_transfer_job.u", {"transfer_spec": [{"gcs_data_sink": [{"bucket_name": "other"}]}]}
    )
    assert value(one(outside, Replica).location) == UNKNOWN


def test_credentials_and_leftovers() -> None:
    world = project()
    assert one(world.add("google_storage_hmac_key.k", {}), AccountIdentity).what == "hmac-key"
    assert one(_bucket(world), Residue).what == "bucket"
    cache = world.add("google_storage_anywhere_cache.c", {"zone": "us-central1-a"})
    assert value(one(cache, Placement).locations) == {"us-central1"}
