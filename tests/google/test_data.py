"""BigQuery and databases."""

from __future__ import annotations

from typing import Any

import pytest

from auditor.facets import (
    Backup,
    DataAccessLog,
    EncryptionAtRest,
    EncryptionInTransit,
    Exposure,
    KeyOwner,
    LogStore,
    Placement,
    Replica,
)
from auditor.record import Action
from tests.google.google_world import UNKNOWN, all_of, covered, obstacle, one, owner, place, project, value

# ---------------------------------------------------------------- BigQuery


def test_a_dataset() -> None:
    world = project()
    plain = world.add("google_bigquery_dataset.a", {"dataset_id": "a"})
    tokyo = world.add(
        "google_bigquery_dataset.b",
        {
            "dataset_id": "b",
            "location": "asia-northeast1",
            "default_encryption_configuration": [{"kms_key_name": "k"}],
            "delete_contents_on_destroy": True,
            "max_time_travel_hours": "48",
        },
    )
    assert [place(plain), place(tokyo)] == [{"us"}, {"asia-northeast1"}]
    assert [owner(plain), owner(tokyo)] == [KeyOwner.PROVIDER, KeyOwner.CUSTOMER]
    assert [covered(plain), covered(tokyo)] == [[True, 0, 7], [True, 0, 2]]
    assert obstacle(plain, "delete_contents_on_destroy") is True
    assert obstacle(tokyo, "delete_contents_on_destroy") is False
    assert value(one(plain, DataAccessLog).enabled) is True
    open_ = world.add("google_bigquery_dataset.c", {"dataset_id": "c"}, unknown={"location": True})
    assert place(open_) == UNKNOWN


@pytest.mark.parametrize(
    ("access", "expected"),
    [
        ([], False),
        ([{"special_group": "projectReaders"}], False),
        ([{"special_group": "allAuthenticatedUsers"}], True),
        ([{"iam_member": "allUsers"}], True),
    ],
)
def test_access_to_a_dataset(access: list[dict[str, Any]], *, expected: bool) -> None:
    record = project().add("google_bigquery_dataset.a", {"dataset_id": "a", "access": access})
    assert value(one(record, Exposure).public) is expected


def test_access_by_resources_of_their_own() -> None:
    world = project()
    record = world.add("google_bigquery_dataset.a", {"id": "ds"}, unset=["access"])
    assert value(one(record, Exposure).public) is False
    world.add("google_bigquery_dataset_access.x", {"dataset_id": "ds", "special_group": "allAuthenticatedUsers"})
    assert value(one(record, Exposure).public) is True
    open_ = world.add("google_bigquery_dataset.b", {"id": "other"}, unknown={"access": True})
    assert value(one(open_, Exposure).public) == UNKNOWN


def test_logs_in_a_dataset() -> None:
    world = project()
    record = world.add(
        "google_bigquery_dataset.a", {"dataset_id": "audit", "default_partition_expiration_ms": 34_560_000_000}
    )
    assert not all_of(record, LogStore)
    world.add(
        "google_logging_folder_sink.s", {"destination": "bigquery.googleapis.com/projects/city-main/datasets/audit"}
    )
    assert value(one(record, LogStore).retention_days) == 400


def test_a_table_takes_what_it_lacks_from_its_dataset() -> None:
    world = project()
    world.add(
        "google_bigquery_dataset.a",
        {"id": "ds", "location": "asia-northeast1", "default_encryption_configuration": [{"kms_key_name": "k"}]},
    )
    table = world.add("google_bigquery_table.t", {"dataset_id": "ds"})
    assert (place(table), owner(table)) == ({"asia-northeast1"}, KeyOwner.CUSTOMER)
    assert obstacle(table, "deletion_protection") is True
    outside = world.add("google_bigquery_table.u", {"dataset_id": "elsewhere", "deletion_protection": False})
    assert (place(outside), owner(outside)) == (UNKNOWN, UNKNOWN)
    assert obstacle(outside, "deletion_protection") is False


def test_copies_of_datasets() -> None:
    world = project()
    world.add("google_bigquery_dataset.a", {"id": "copy", "location": "US"})
    copy = world.add(
        "google_bigquery_data_transfer_config.c",
        {"data_source_id": "cross_region_copy", "destination_dataset_id": "copy", "location": "US"},
    )
    query = world.add("google_bigquery_data_transfer_config.q", {"data_source_id": "scheduled_query"})
    assert value(one(copy, Replica).location) == {"us"}
    assert not all_of(query, Replica)


def test_a_copy_of_a_dataset_is_a_backup_elsewhere() -> None:
    world = project()
    source = world.add("google_bigquery_dataset.s", {"id": "source", "location": "asia-northeast1"})
    target = world.add("google_bigquery_dataset.t", {"id": "target", "location": "asia-northeast2"})
    assert value(one(source, Backup).offsite) == UNKNOWN  # another configuration may copy it
    world.add(
        "google_bigquery_data_transfer_config.c",
        {
            "data_source_id": "cross_region_copy",
            "destination_dataset_id": "target",
            "params": {"source_dataset_id": "source"},
        },
    )
    assert value(one(source, Backup).offsite) == {"asia-northeast2"}
    assert not all_of(target, Backup)


def test_a_transfer_that_may_copy_a_dataset_leaves_its_copies_open() -> None:
    world = project(complete=True)
    source = world.add("google_bigquery_dataset.s", {"id": "source", "location": "asia-northeast1"})
    assert value(one(source, Backup).offsite) == frozenset()
    world.add("google_bigquery_dataset.t", {"id": "target", "location": "asia-northeast2"})
    transfer = world.add(
        "google_bigquery_data_transfer_config.c",
        {"destination_dataset_id": "target", "params": {"source_dataset_id": "source"}},
        unknown={"data_source_id": True},
    )
    backup = one(source, Backup)
    assert [value(a) for a in (backup.enabled, backup.interval_hours, backup.offsite)] == [True, 0, UNKNOWN]
    assert value(backup.retention_days) == 7  # a copy cannot keep less than the time travel does
    assert value(one(transfer, Replica).location) == UNKNOWN


@pytest.mark.parametrize("block", ["view", "external_data_configuration"])
def test_a_view_or_external_table_keeps_no_rows(block: str) -> None:
    world = project()
    world.add("google_bigquery_dataset.s", {"dataset_id": "s", "id": "s", "location": "asia-northeast1"})
    record = world.add("google_bigquery_table.t", {"dataset_id": "s", block: [{"query": "SELECT 1"}]})
    placement = one(record, Placement)
    assert (value(placement.locations), placement.stores_data) == ({"asia-northeast1"}, False)
    assert not all_of(record, EncryptionAtRest)
    outside = world.add("google_bigquery_table.u", {"dataset_id": "elsewhere", block: [{"query": "SELECT 1"}]})
    assert value(one(outside, Placement).locations) == UNKNOWN


def test_a_backup_schedule_elsewhere_may_cover_a_database_that_exists() -> None:
    for type_ in ("google_spanner_database", "google_firestore_database"):
        existing = project().add(f"{type_}.d", {"name": "d"}, action=Action.NO_OP)
        assert covered(existing)[0] == UNKNOWN
        assert covered(project().add(f"{type_}.d", {"name": "d"}))[0] is False


# ---------------------------------------------------------------- databases


def test_spanner() -> None:
    world = project()
    instance = world.add("google_spanner_instance.i", {"name": "i", "config": "dual-region-japan1"})
    assert place(instance) == {"asia-northeast1", "asia-northeast2"}
    assert obstacle(instance, "force_destroy") is True
    database = world.add("google_spanner_database.d", {"name": "d", "instance": "i"})
    assert place(database) == {"asia-northeast1", "asia-northeast2"}
    assert covered(database) == [False, None, 0]
    assert obstacle(database, "deletion_protection") is True
    world.add(
        "google_spanner_backup_schedule.s",
        {"database": "d", "retention_duration": "2592000s", "spec": [{"cron_spec": [{"text": "0 */12 * * *"}]}]},
    )
    assert covered(database) == [True, 12, 30]


def test_spanner_by_default_schedule_versions_and_own_configuration() -> None:
    world = project()
    world.add(
        "google_spanner_instance.i", {"name": "i", "config": "regional-x", "default_backup_schedule_type": "AUTOMATIC"}
    )
    database = world.add(
        "google_spanner_database.d", {"instance": "i", "encryption_config": [{"kms_key_names": ["k"]}]}
    )
    assert covered(database) == [True, 24, 7]
    assert owner(database) is KeyOwner.CUSTOMER
    kept = world.add("google_spanner_database.e", {"instance": "elsewhere", "version_retention_period": "7d"})
    assert covered(kept) == [True, 0, 7]
    assert place(kept) == UNKNOWN
    config = world.add(
        "google_spanner_instance_config.c",
        {"name": "custom", "replicas": [{"location": "asia-northeast1"}, {"location": "us-west1"}]},
    )
    own = world.add("google_spanner_instance.o", {}, unknown={"config": True}, refs={"config": config})
    assert place(own) == {"asia-northeast1", "us-west1"}


def test_a_cron_expression_that_cannot_be_read() -> None:
    world = project()
    database = world.add("google_spanner_database.d", {"name": "d"})
    world.add(
        "google_spanner_backup_schedule.s", {"database": "d", "spec": [{"cron_spec": [{"text": "now and then"}]}]}
    )
    assert value(one(database, Backup).interval_hours) == UNKNOWN


def test_bigtable() -> None:
    world = project()
    clusters = [
        {"cluster_id": "a", "zone": "asia-northeast1-a", "kms_key_name": "k"},
        {"cluster_id": "b", "zone": "asia-northeast2-a"},
    ]
    instance = world.add("google_bigtable_instance.i", {"name": "i", "cluster": clusters})
    assert place(instance) == {"asia-northeast1", "asia-northeast2"}
    assert [owner(instance, "cluster.a"), owner(instance, "cluster.b")] == [KeyOwner.CUSTOMER, KeyOwner.PROVIDER]
    policy = [{"retention_period": "72h0m0s", "frequency": "24h0m0s"}]
    table = world.add(
        "google_bigtable_table.t",
        {"instance_name": "i", "automated_backup_policy": policy, "deletion_protection": "PROTECTED"},
    )
    assert covered(table) == [True, 24, 3]
    assert obstacle(table, "deletion_protection") is True
    off = world.add("google_bigtable_table.u", {"instance_name": "i"}, unset=["automated_backup_policy"])
    assert covered(off) == [False, None, 0]
    open_ = world.add("google_bigtable_instance.o", {}, unknown={"cluster": True})
    assert (place(open_), owner(open_)) == (UNKNOWN, UNKNOWN)


def test_firestore() -> None:
    world = project()
    bare = world.add("google_firestore_database.a", {"name": "a", "location_id": "asia-northeast1"})
    assert covered(bare) == [False, None, 0]
    assert obstacle(bare, "deletion_policy=ABANDON") is True
    assert obstacle(bare, "delete_protection_state") is False
    full = world.add(
        "google_firestore_database.b",
        {
            "name": "b",
            "location_id": "nam5",
            "point_in_time_recovery_enablement": "POINT_IN_TIME_RECOVERY_ENABLED",
            "delete_protection_state": "DELETE_PROTECTION_ENABLED",
            "deletion_policy": "DELETE",
            "cmek_config": [{"kms_key_name": "k"}],
        },
    )
    assert place(full) == {"us-central1", "us-central2", "us-east1"}
    assert (covered(full), owner(full)) == ([True, 0, 7], KeyOwner.CUSTOMER)
    assert obstacle(full, "deletion_policy=ABANDON") is False
    assert obstacle(full, "delete_protection_state") is True
    world.add(
        "google_firestore_backup_schedule.w", {"database": "a", "retention": "8467200s", "weekly_recurrence": [{}]}
    )
    assert covered(bare) == [True, 168, 98]


def test_alloydb() -> None:
    world = project()
    default = world.add(
        "google_alloydb_cluster.a",
        {"name": "a", "location": "asia-northeast1"},
        unset=["continuous_backup_config", "automated_backup_policy"],
    )
    assert covered(default) == [True, 0, 14]
    assert obstacle(default, "deletion_protection") is True
    off = world.add(
        "google_alloydb_cluster.b",
        {
            "name": "b",
            "location": "asia-northeast1",
            "continuous_backup_config": [{"enabled": False}],
            "automated_backup_policy": [
                {
                    "enabled": True,
                    "weekly_schedule": [{"days_of_week": ["MONDAY"]}],
                    "quantity_based_retention": [{"count": 4}],
                }
            ],
            "encryption_config": [{"kms_key_name": "k"}],
        },
    )
    assert (covered(off), owner(off)) == ([True, 168, 28], KeyOwner.CUSTOMER)
    second = world.add(
        "google_alloydb_cluster.c",
        {"location": "us-central1", "cluster_type": "SECONDARY", "secondary_config": [{"primary_cluster_name": "a"}]},
    )
    assert value(one(default, Replica).location) == {"us-central1"}
    assert not all_of(second, Backup)
    assert obstacle(second, "deletion_policy=DEFAULT") is True


@pytest.mark.parametrize(
    ("values", "required", "public"),
    [
        ({}, True, False),
        (
            {"client_connection_config": [{"ssl_config": [{"ssl_mode": "ALLOW_UNENCRYPTED_AND_ENCRYPTED"}]}]},
            False,
            False,
        ),
        (
            {
                "network_config": [
                    {"enable_public_ip": True, "authorized_external_networks": [{"cidr_range": "0.0.0.0/0"}]}
                ]
            },
            True,
            True,
        ),
    ],
)
def test_connections_of_alloydb(values: dict[str, Any], required: bool, public: bool) -> None:
    record = project().add("google_alloydb_instance.i", values)
    assert value(one(record, EncryptionInTransit).required) is required
    assert value(one(record, Exposure).public) is public
