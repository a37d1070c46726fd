"""BigQuery, databases, caches, files, messages, containers, services without servers, and secrets."""

from __future__ import annotations

from typing import Any

import pytest

from auditor.facets import (
    Backup,
    BackupPlan,
    BackupVault,
    DataAccessLog,
    EncryptionAtRest,
    EncryptionInTransit,
    Exposure,
    KeyOwner,
    LogStore,
    Placement,
    Replica,
    Residue,
)
from auditor.record import Action, Record
from auditor_google.terraform.stores import STORES
from tests.google.google_world import UNKNOWN, all_of, obstacle, one, project, value


def _owner(record: Record, key: str | None = None) -> Any:
    return value(one(record, EncryptionAtRest, key).key_owner)


def _place(record: Record) -> Any:
    return value(one(record, Placement).locations)


def _covered(record: Record) -> list[Any]:
    facet = one(record, Backup)
    return [value(a) for a in (facet.enabled, facet.interval_hours, facet.retention_days)]


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
    assert [_place(plain), _place(tokyo)] == [{"us"}, {"asia-northeast1"}]
    assert [_owner(plain), _owner(tokyo)] == [KeyOwner.PROVIDER, KeyOwner.CUSTOMER]
    assert [_covered(plain), _covered(tokyo)] == [[True, 0, 7], [True, 0, 2]]
    assert obstacle(plain, "delete_contents_on_destroy") is True
    assert obstacle(tokyo, "delete_contents_on_destroy") is False
    assert value(one(plain, DataAccessLog).enabled) is True
    open_ = world.add("google_bigquery_dataset.c", {"dataset_id": "c"}, unknown={"location": True})
    assert _place(open_) == UNKNOWN


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
    assert (_place(table), _owner(table)) == ({"asia-northeast1"}, KeyOwner.CUSTOMER)
    assert obstacle(table, "deletion_protection") is True
    outside = world.add("google_bigquery_table.u", {"dataset_id": "elsewhere", "deletion_protection": False})
    assert (_place(outside), _owner(outside)) == (UNKNOWN, UNKNOWN)
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
        assert _covered(existing)[0] == UNKNOWN
        assert _covered(project().add(f"{type_}.d", {"name": "d"}))[0] is False


# ---------------------------------------------------------------- databases


def test_spanner() -> None:
    world = project()
    instance = world.add("google_spanner_instance.i", {"name": "i", "config": "dual-region-japan1"})
    assert _place(instance) == {"asia-northeast1", "asia-northeast2"}
    assert obstacle(instance, "force_destroy") is True
    database = world.add("google_spanner_database.d", {"name": "d", "instance": "i"})
    assert _place(database) == {"asia-northeast1", "asia-northeast2"}
    assert _covered(database) == [False, None, 0]
    assert obstacle(database, "deletion_protection") is True
    world.add(
        "google_spanner_backup_schedule.s",
        {"database": "d", "retention_duration": "2592000s", "spec": [{"cron_spec": [{"text": "0 */12 * * *"}]}]},
    )
    assert _covered(database) == [True, 12, 30]


def test_spanner_by_default_schedule_versions_and_own_configuration() -> None:
    world = project()
    world.add("google_spanner_instance.i", {"name": "i", "config": "regional-x", "default_backup_schedule_type": "AUTOMATIC"})
    database = world.add("google_spanner_database.d", {"instance": "i", "encryption_config": [{"kms_key_names": ["k"]}]})
    assert _covered(database) == [True, 24, 7]
    assert _owner(database) is KeyOwner.CUSTOMER
    kept = world.add("google_spanner_database.e", {"instance": "elsewhere", "version_retention_period": "7d"})
    assert _covered(kept) == [True, 0, 7]
    assert _place(kept) == UNKNOWN
    config = world.add(
        "google_spanner_instance_config.c",
        {"name": "custom", "replicas": [{"location": "asia-northeast1"}, {"location": "us-west1"}]},
    )
    own = world.add("google_spanner_instance.o", {}, unknown={"config": True}, refs={"config": config})
    assert _place(own) == {"asia-northeast1", "us-west1"}


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
    assert _place(instance) == {"asia-northeast1", "asia-northeast2"}
    assert [_owner(instance, "cluster.a"), _owner(instance, "cluster.b")] == [KeyOwner.CUSTOMER, KeyOwner.PROVIDER]
    policy = [{"retention_period": "72h0m0s", "frequency": "24h0m0s"}]
    table = world.add(
        "google_bigtable_table.t",
        {"instance_name": "i", "automated_backup_policy": policy, "deletion_protection": "PROTECTED"},
    )
    assert _covered(table) == [True, 24, 3]
    assert obstacle(table, "deletion_protection") is True
    off = world.add("google_bigtable_table.u", {"instance_name": "i"}, unset=["automated_backup_policy"])
    assert _covered(off) == [False, None, 0]
    open_ = world.add("google_bigtable_instance.o", {}, unknown={"cluster": True})
    assert (_place(open_), _owner(open_)) == (UNKNOWN, UNKNOWN)


def test_firestore() -> None:
    world = project()
    bare = world.add("google_firestore_database.a", {"name": "a", "location_id": "asia-northeast1"})
    assert _covered(bare) == [False, None, 0]
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
    assert _place(full) == {"us-central1", "us-central2", "us-east1"}
    assert (_covered(full), _owner(full)) == ([True, 0, 7], KeyOwner.CUSTOMER)
    assert obstacle(full, "deletion_policy=ABANDON") is False
    assert obstacle(full, "delete_protection_state") is True
    world.add("google_firestore_backup_schedule.w", {"database": "a", "retention": "8467200s", "weekly_recurrence": [{}]})
    assert _covered(bare) == [True, 168, 98]


def test_alloydb() -> None:
    world = project()
    default = world.add(
        "google_alloydb_cluster.a",
        {"name": "a", "location": "asia-northeast1"},
        unset=["continuous_backup_config", "automated_backup_policy"],
    )
    assert _covered(default) == [True, 0, 14]
    assert obstacle(default, "deletion_protection") is True
    off = world.add(
        "google_alloydb_cluster.b",
        {
            "name": "b",
            "location": "asia-northeast1",
            "continuous_backup_config": [{"enabled": False}],
            "automated_backup_policy": [
                {"enabled": True, "weekly_schedule": [{"days_of_week": ["MONDAY"]}], "quantity_based_retention": [{"count": 4}]}
            ],
            "encryption_config": [{"kms_key_name": "k"}],
        },
    )
    assert (_covered(off), _owner(off)) == ([True, 168, 28], KeyOwner.CUSTOMER)
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
            {"network_config": [{"enable_public_ip": True, "authorized_external_networks": [{"cidr_range": "0.0.0.0/0"}]}]},
            True,
            True,
        ),
    ],
)
def test_connections_of_alloydb(values: dict[str, Any], required: bool, public: bool) -> None:
    record = project().add("google_alloydb_instance.i", values)
    assert value(one(record, EncryptionInTransit).required) is required
    assert value(one(record, Exposure).public) is public


# ---------------------------------------------------------------- caches, files, messages


def test_caches() -> None:
    world = project()
    redis = world.add("google_redis_instance.r", {"region": "asia-northeast1"})
    assert value(one(redis, EncryptionInTransit).required) is False
    assert (_owner(redis), _covered(redis)) == (KeyOwner.PROVIDER, [UNKNOWN, UNKNOWN, UNKNOWN])
    secure = world.add(
        "google_redis_instance.s", {"transit_encryption_mode": "SERVER_AUTHENTICATION", "customer_managed_key": "k"}
    )
    assert value(one(secure, EncryptionInTransit).required) is True
    assert _owner(secure) is KeyOwner.CUSTOMER
    valkey = world.add(
        "google_memorystore_instance.v",
        {
            "location": "asia-northeast1",
            "transit_encryption_mode": "SERVER_AUTHENTICATION",
            "automated_backup_config": [{"retention": "604800s"}],
        },
    )
    assert _covered(valkey) == [True, 24, 7]
    assert value(one(valkey, EncryptionInTransit).required) is True
    assert obstacle(valkey, "deletion_protection_enabled") is True
    memcached = world.add("google_memcache_instance.m", {"region": "asia-northeast1"})
    assert not all_of(memcached, Backup)


def test_file_shares() -> None:
    world = project()
    share = world.add("google_filestore_instance.f", {"id": "f", "location": "asia-northeast1-a", "kms_key_name": "k"})
    assert (_place(share), _owner(share)) == ({"asia-northeast1"}, KeyOwner.CUSTOMER)
    assert _covered(share) == [UNKNOWN, UNKNOWN, UNKNOWN]  # by a plan of Backup and DR elsewhere
    backup = world.add("google_filestore_backup.b", {"location": "asia-northeast2", "source_instance": "f"})
    assert value(one(backup, BackupVault).key_owner) is KeyOwner.CUSTOMER
    outside = world.add("google_filestore_backup.c", {"location": "asia-northeast2", "source_instance": "x"})
    assert value(one(outside, BackupVault).key_owner) == UNKNOWN
    pool = world.add("google_netapp_storage_pool.p", {"name": "p", "kms_config": "c", "location": "asia-northeast1"})
    volume = world.add("google_netapp_volume.v", {"storage_pool": "p", "location": "asia-northeast1"})
    assert [_owner(pool), _owner(volume)] == [KeyOwner.CUSTOMER, KeyOwner.CUSTOMER]
    assert obstacle(volume, "deletion_policy=DEFAULT") is True
    scheduled = world.add("google_netapp_volume.w", {"backup_config": [{"scheduled_backup_enabled": True}]})
    assert _covered(scheduled) == [True, UNKNOWN, UNKNOWN]


def test_messages() -> None:
    world = project()
    bound = world.add(
        "google_pubsub_topic.a",
        {
            "name": "a",
            "kms_key_name": "k",
            "message_storage_policy": [{"allowed_persistence_regions": ["asia-northeast1", "asia-northeast2"]}],
        },
    )
    anywhere = world.add("google_pubsub_topic.b", {"name": "b"})
    assert _place(bound) == {"asia-northeast1", "asia-northeast2"}
    assert _place(anywhere) == UNKNOWN
    subscription = world.add("google_pubsub_subscription.s", {"name": "s", "topic": "a"})
    assert (_place(subscription), _owner(subscription)) == ({"asia-northeast1", "asia-northeast2"}, KeyOwner.CUSTOMER)
    outside = world.add("google_pubsub_subscription.t", {"topic": "x"})
    assert (_place(outside), _owner(outside)) == (UNKNOWN, UNKNOWN)
    world.add("google_pubsub_topic_iam_member.m", {"topic": "a", "role": "roles/pubsub.viewer", "member": "allUsers"})
    assert value(one(bound, Exposure).public) is True


# ---------------------------------------------------------------- containers


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({}, KeyOwner.PROVIDER),
        ({"database_encryption": [{"state": "DECRYPTED", "key_name": ""}]}, KeyOwner.PROVIDER),
        ({"database_encryption": [{"state": "ENCRYPTED", "key_name": "k"}]}, KeyOwner.CUSTOMER),
    ],
)
def test_secrets_of_a_cluster(values: dict[str, Any], expected: KeyOwner) -> None:
    record = project().add("google_container_cluster.c", {"location": "asia-northeast1-a", **values})
    assert _owner(record, "database") is expected
    assert _place(record) == {"asia-northeast1"}
    assert obstacle(record, "deletion_protection") is True


def test_a_key_that_must_be_given_is_one_of_the_customer_before_its_name_is_known() -> None:
    for state, expected in (("ENCRYPTED", KeyOwner.CUSTOMER), ("DECRYPTED", KeyOwner.PROVIDER)):
        record = project().add(
            "google_container_cluster.c",
            {"database_encryption": [{"state": state}]},
            unknown={"database_encryption": [{"key_name": True}]},
        )
        assert _owner(record, "database") is expected


@pytest.mark.parametrize(
    ("values", "unknown", "expected"),
    [
        ({}, {}, {"boot_disk": KeyOwner.PROVIDER}),
        ({"node_config": [{"boot_disk_kms_key": "k"}]}, {}, {"boot_disk": KeyOwner.CUSTOMER}),
        ({"remove_default_node_pool": True}, {}, {}),
        ({}, {"remove_default_node_pool": True}, {"boot_disk": UNKNOWN}),
        (
            {"node_config": [{"boot_disk_kms_key": "k"}]},
            {"remove_default_node_pool": True},
            {"boot_disk": KeyOwner.CUSTOMER},
        ),
        (
            {"node_pool": [{"node_config": [{"boot_disk_kms_key": "k"}]}, {"node_config": []}]},
            {},
            {"node_pool.0": KeyOwner.CUSTOMER, "node_pool.1": KeyOwner.PROVIDER},
        ),
        ({"enable_autopilot": True}, {}, {"provisioned_boot_disk": KeyOwner.PROVIDER}),
        (
            {
                "remove_default_node_pool": True,
                "cluster_autoscaling": [{"enabled": True, "auto_provisioning_defaults": [{"boot_disk_kms_key": "k"}]}],
            },
            {},
            {"provisioned_boot_disk": KeyOwner.CUSTOMER},
        ),
    ],
)
def test_boot_disks_of_a_cluster(values: dict[str, Any], unknown: dict[str, Any], expected: dict[str, Any]) -> None:
    record = project().add("google_container_cluster.c", values, unknown=unknown)
    found = {facet.key: value(facet.key_owner) for facet in all_of(record, EncryptionAtRest) if facet.key != "database"}
    assert found == expected


def test_backups_of_a_cluster() -> None:
    world = project(complete=True)
    cluster = world.add("google_container_cluster.c", {"id": "c", "location": "asia-northeast1"})
    assert _covered(cluster) == [False, None, 0]
    plan = world.add(
        "google_gke_backup_backup_plan.p",
        {
            "cluster": "c",
            "location": "asia-northeast2",
            "backup_schedule": [{"cron_schedule": "0 3 * * *"}],
            "retention_policy": [{"backup_retain_days": 30, "backup_delete_lock_days": 7}],
            "backup_config": [{"encryption_key": [{"gcp_kms_encryption_key": "k"}]}],
        },
    )
    assert _covered(cluster) == [True, 24, 30]
    assert value(one(plan, BackupPlan).offsite) == {"asia-northeast2"}
    vault = one(plan, BackupVault)
    assert vault.immutable is not None
    assert (value(vault.immutable), value(vault.key_owner)) == (True, KeyOwner.CUSTOMER)


def test_a_paused_plan_makes_no_backups() -> None:
    world = project(complete=True)
    cluster = world.add("google_container_cluster.c", {"id": "c"})
    schedule = [{"cron_schedule": "0 3 * * *", "paused": True}]
    plan = world.add("google_gke_backup_backup_plan.p", {"cluster": "c", "backup_schedule": schedule})
    assert _covered(cluster) == [False, None, 0]
    assert value(one(plan, BackupPlan).interval_hours) is None


def test_node_pools_and_repositories() -> None:
    world = project()
    pool = world.add("google_container_node_pool.p", {"location": "asia-northeast1", "node_config": [{"boot_disk_kms_key": "k"}]})
    assert _owner(pool) is KeyOwner.CUSTOMER
    repository = world.add("google_artifact_registry_repository.r", {"name": "r", "location": "asia-northeast1"})
    assert value(one(repository, Exposure).public) is False
    registry = world.add("google_container_registry.g", {"location": "ASIA"})
    assert _place(registry) == {"asia"}


# ---------------------------------------------------------------- services without servers


def test_services() -> None:
    world = project()
    run = world.add(
        "google_cloud_run_v2_service.a", {"location": "asia-northeast1", "template": [{"encryption_key": "k"}]}
    )
    assert _owner(run) is KeyOwner.CUSTOMER
    assert not one(run, Placement).stores_data
    assert obstacle(run, "deletion_protection") is True
    old = world.add("google_cloud_run_service.b", {"location": "asia-northeast1"})
    keyed = world.add(
        "google_cloud_run_service.c",
        {"template": [{"metadata": [{"annotations": {"run.googleapis.com/encryption-key": "k"}}]}]},
    )
    assert [_owner(old), _owner(keyed)] == [KeyOwner.PROVIDER, KeyOwner.CUSTOMER]
    open_ = world.add(
        "google_cloud_run_service.d", {}, unknown={"template": [{"metadata": [{"annotations": True}]}]}
    )
    assert _owner(open_) == UNKNOWN


@pytest.mark.parametrize(
    ("values", "expected"), [({}, [False]), ({"https_trigger_security_level": "SECURE_ALWAYS"}, [True])]
)
def test_functions_by_http(values: dict[str, Any], expected: list[bool]) -> None:
    record = project().add("google_cloudfunctions_function.f", {"trigger_http": True, **values})
    assert [value(facet.required) for facet in all_of(record, EncryptionInTransit)] == expected


def test_app_engine_cannot_be_deleted() -> None:
    record = project().add("google_app_engine_application.a", {"location_id": "us-central"})
    assert _place(record) == {"us-central1"}
    assert obstacle(record, "app_engine_application") is True


# ---------------------------------------------------------------- secrets


def test_secrets() -> None:
    world = project()
    automatic = world.add("google_secret_manager_secret.a", {"replication": [{"auto": [{}]}]})
    assert (_place(automatic), _owner(automatic)) == ({"global"}, KeyOwner.PROVIDER)
    replicas = [
        {"location": "asia-northeast1", "customer_managed_encryption": [{"kms_key_name": "k"}]},
        {"location": "asia-northeast2"},
    ]
    managed = world.add(
        "google_secret_manager_secret.b",
        {
            "replication": [{"user_managed": [{"replicas": replicas}]}],
            "version_destroy_ttl": "86400s",
            "deletion_protection": True,
        },
    )
    assert _place(managed) == {"asia-northeast1", "asia-northeast2"}
    assert _owner(managed, "asia-northeast1") is KeyOwner.CUSTOMER
    assert _owner(managed, "asia-northeast2") is KeyOwner.PROVIDER
    assert obstacle(managed, "version_destroy_ttl") is True
    assert obstacle(managed, "deletion_protection") is True
    open_ = world.add(
        "google_secret_manager_secret.c", {}, unknown={"replication": [{"user_managed": [{"replicas": True}]}]}
    )
    assert (_place(open_), _owner(open_)) == (UNKNOWN, UNKNOWN)
    version = world.add("google_secret_manager_secret_version.v", {"deletion_policy": "DISABLE"})
    assert obstacle(version, "deletion_policy=DISABLE") is True


# ---------------------------------------------------------------- further stores


@pytest.mark.parametrize("type_", sorted(STORES))
def test_further_stores(type_: str) -> None:
    form = STORES[type_]
    world = project()
    plain = world.add(f"{type_}.a", {"location": "asia-northeast2", "region": "asia-northeast2"})
    assert _place(plain) == ({"asia-northeast2"} if form.places else {"asia-northeast1"})
    assert _owner(plain) == (UNKNOWN if form.holder or form.elsewhere else KeyOwner.PROVIDER)
    assert one(plain, Residue).what == form.what
    if form.holder:
        path, type_of_holder = form.holder
        holder = STORES[type_of_holder]
        value_of_holder: dict[str, Any] = {holder.key: "k"}
        for step in reversed([step for step in holder.block.split(".") if step]):
            value_of_holder = {step: [value_of_holder]}
        world.add(f"{type_of_holder}.h", {"name": "holder", **value_of_holder})
        assert _owner(world.add(f"{type_}.c", {path: "holder"})) is KeyOwner.CUSTOMER
    if form.protection:
        assert obstacle(plain, form.protection) is form.protected
    if form.key:
        values: dict[str, Any] = {form.key: "k"}
        for step in reversed([step for step in form.block.split(".") if step and not step.isdigit()]):
            values = {step: [values]}
        assert _owner(world.add(f"{type_}.b", values)) is KeyOwner.CUSTOMER


def test_a_store_that_terraform_keeps_by_default() -> None:
    world = project()
    record = world.add("google_secure_source_manager_instance.i", {}, unset=["deletion_policy"])
    assert obstacle(record, "deletion_policy=PREVENT") is True


def test_stores_in_a_dataset_of_healthcare() -> None:
    world = project()
    world.add(
        "google_healthcare_dataset.d",
        {"id": "ds", "location": "asia-northeast1", "encryption_spec": [{"kms_key_name": "k"}]},
    )
    record = world.add("google_healthcare_fhir_store.s", {"dataset": "ds"})
    assert (_place(record), _owner(record)) == ({"asia-northeast1"}, KeyOwner.CUSTOMER)
    outside = world.add("google_healthcare_fhir_store.t", {"dataset": "projects/p/locations/us-central1/datasets/x"})
    assert (_place(outside), _owner(outside)) == ({"us-central1"}, UNKNOWN)


def test_snapshots_of_a_volume_are_under_the_key_of_its_pool() -> None:
    world = project()
    world.add("google_netapp_storage_pool.p", {"name": "pool", "kms_config": "c"})
    world.add("google_netapp_volume.v", {"name": "volume", "storage_pool": "pool"})
    world.add("google_netapp_volume.w", {"name": "other", "storage_pool": "elsewhere"})
    for name, expected in (("volume", KeyOwner.CUSTOMER), ("other", UNKNOWN), ("nowhere", UNKNOWN)):
        record = world.add(f"google_netapp_volume_snapshot.{name}", {"location": "asia-northeast1", "volume_name": name})
        assert (_place(record), _owner(record)) == ({"asia-northeast1"}, expected)
    assert _owner(world.add("google_netapp_volume.x", {"storage_pool": "elsewhere"})) == UNKNOWN
