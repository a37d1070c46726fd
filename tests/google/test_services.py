"""Caches, files, messages, containers, services without servers, secrets and further stores."""

from __future__ import annotations

from typing import Any

import pytest

from auditor.facets import (
    Backup,
    BackupPlan,
    BackupVault,
    EncryptionAtRest,
    EncryptionInTransit,
    Exposure,
    KeyOwner,
    Placement,
    Residue,
)
from auditor_google.terraform.stores import STORES
from tests.google.google_world import UNKNOWN, all_of, covered, obstacle, one, owner, place, project, value

# ---------------------------------------------------------------- caches, files, messages


def test_caches() -> None:
    world = project()
    redis = world.add("google_redis_instance.r", {"region": "asia-northeast1"})
    assert value(one(redis, EncryptionInTransit).required) is False
    assert (owner(redis), covered(redis)) == (KeyOwner.PROVIDER, [UNKNOWN, UNKNOWN, UNKNOWN])
    secure = world.add(
        "google_redis_instance.s", {"transit_encryption_mode": "SERVER_AUTHENTICATION", "customer_managed_key": "k"}
    )
    assert value(one(secure, EncryptionInTransit).required) is True
    assert owner(secure) is KeyOwner.CUSTOMER
    valkey = world.add(
        "google_memorystore_instance.v",
        {
            "location": "asia-northeast1",
            "transit_encryption_mode": "SERVER_AUTHENTICATION",
            "automated_backup_config": [{"retention": "604800s"}],
        },
    )
    assert covered(valkey) == [True, 24, 7]
    assert value(one(valkey, EncryptionInTransit).required) is True
    assert obstacle(valkey, "deletion_protection_enabled") is True
    memcached = world.add("google_memcache_instance.m", {"region": "asia-northeast1"})
    assert not all_of(memcached, Backup)


def test_file_shares() -> None:
    world = project()
    share = world.add("google_filestore_instance.f", {"id": "f", "location": "asia-northeast1-a", "kms_key_name": "k"})
    assert (place(share), owner(share)) == ({"asia-northeast1"}, KeyOwner.CUSTOMER)
    assert covered(share) == [UNKNOWN, UNKNOWN, UNKNOWN]  # by a plan of Backup and DR elsewhere
    backup = world.add("google_filestore_backup.b", {"location": "asia-northeast2", "source_instance": "f"})
    assert value(one(backup, BackupVault).key_owner) is KeyOwner.CUSTOMER
    outside = world.add("google_filestore_backup.c", {"location": "asia-northeast2", "source_instance": "x"})
    assert value(one(outside, BackupVault).key_owner) == UNKNOWN
    pool = world.add("google_netapp_storage_pool.p", {"name": "p", "kms_config": "c", "location": "asia-northeast1"})
    volume = world.add("google_netapp_volume.v", {"storage_pool": "p", "location": "asia-northeast1"})
    assert [owner(pool), owner(volume)] == [KeyOwner.CUSTOMER, KeyOwner.CUSTOMER]
    assert obstacle(volume, "deletion_policy=DEFAULT") is True
    scheduled = world.add("google_netapp_volume.w", {"backup_config": [{"scheduled_backup_enabled": True}]})
    assert covered(scheduled) == [True, UNKNOWN, UNKNOWN]


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
    assert place(bound) == {"asia-northeast1", "asia-northeast2"}
    assert place(anywhere) == UNKNOWN
    subscription = world.add("google_pubsub_subscription.s", {"name": "s", "topic": "a"})
    assert (place(subscription), owner(subscription)) == ({"asia-northeast1", "asia-northeast2"}, KeyOwner.CUSTOMER)
    outside = world.add("google_pubsub_subscription.t", {"topic": "x"})
    assert (place(outside), owner(outside)) == (UNKNOWN, UNKNOWN)
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
    assert owner(record, "database") is expected
    assert place(record) == {"asia-northeast1"}
    assert obstacle(record, "deletion_protection") is True


def test_a_key_that_must_be_given_is_one_of_the_customer_before_its_name_is_known() -> None:
    for state, expected in (("ENCRYPTED", KeyOwner.CUSTOMER), ("DECRYPTED", KeyOwner.PROVIDER)):
        record = project().add(
            "google_container_cluster.c",
            {"database_encryption": [{"state": state}]},
            unknown={"database_encryption": [{"key_name": True}]},
        )
        assert owner(record, "database") is expected


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
    assert covered(cluster) == [False, None, 0]
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
    assert covered(cluster) == [True, 24, 30]
    assert value(one(plan, BackupPlan).offsite) == {"asia-northeast2"}
    vault = one(plan, BackupVault)
    assert vault.immutable is not None
    assert (value(vault.immutable), value(vault.key_owner)) == (True, KeyOwner.CUSTOMER)


def test_a_paused_plan_makes_no_backups() -> None:
    world = project(complete=True)
    cluster = world.add("google_container_cluster.c", {"id": "c"})
    schedule = [{"cron_schedule": "0 3 * * *", "paused": True}]
    plan = world.add("google_gke_backup_backup_plan.p", {"cluster": "c", "backup_schedule": schedule})
    assert covered(cluster) == [False, None, 0]
    assert value(one(plan, BackupPlan).interval_hours) is None


def test_node_pools_and_repositories() -> None:
    world = project()
    pool = world.add(
        "google_container_node_pool.p", {"location": "asia-northeast1", "node_config": [{"boot_disk_kms_key": "k"}]}
    )
    assert owner(pool) is KeyOwner.CUSTOMER
    repository = world.add("google_artifact_registry_repository.r", {"name": "r", "location": "asia-northeast1"})
    assert value(one(repository, Exposure).public) is False
    registry = world.add("google_container_registry.g", {"location": "ASIA"})
    assert place(registry) == {"asia"}


# ---------------------------------------------------------------- services without servers


def test_services() -> None:
    world = project()
    run = world.add(
        "google_cloud_run_v2_service.a", {"location": "asia-northeast1", "template": [{"encryption_key": "k"}]}
    )
    assert owner(run) is KeyOwner.CUSTOMER
    assert not one(run, Placement).stores_data
    assert obstacle(run, "deletion_protection") is True
    old = world.add("google_cloud_run_service.b", {"location": "asia-northeast1"})
    keyed = world.add(
        "google_cloud_run_service.c",
        {"template": [{"metadata": [{"annotations": {"run.googleapis.com/encryption-key": "k"}}]}]},
    )
    assert [owner(old), owner(keyed)] == [KeyOwner.PROVIDER, KeyOwner.CUSTOMER]
    open_ = world.add("google_cloud_run_service.d", {}, unknown={"template": [{"metadata": [{"annotations": True}]}]})
    assert owner(open_) == UNKNOWN


@pytest.mark.parametrize(
    ("values", "expected"), [({}, [False]), ({"https_trigger_security_level": "SECURE_ALWAYS"}, [True])]
)
def test_functions_by_http(values: dict[str, Any], expected: list[bool]) -> None:
    record = project().add("google_cloudfunctions_function.f", {"trigger_http": True, **values})
    assert [value(facet.required) for facet in all_of(record, EncryptionInTransit)] == expected


def test_app_engine_cannot_be_deleted() -> None:
    record = project().add("google_app_engine_application.a", {"location_id": "us-central"})
    assert place(record) == {"us-central1"}
    assert obstacle(record, "app_engine_application") is True


# ---------------------------------------------------------------- secrets


def test_secrets() -> None:
    world = project()
    automatic = world.add("google_secret_manager_secret.a", {"replication": [{"auto": [{}]}]})
    assert (place(automatic), owner(automatic)) == ({"global"}, KeyOwner.PROVIDER)
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
    assert place(managed) == {"asia-northeast1", "asia-northeast2"}
    assert owner(managed, "asia-northeast1") is KeyOwner.CUSTOMER
    assert owner(managed, "asia-northeast2") is KeyOwner.PROVIDER
    assert obstacle(managed, "version_destroy_ttl") is True
    assert obstacle(managed, "deletion_protection") is True
    open_ = world.add(
        "google_secret_manager_secret.c", {}, unknown={"replication": [{"user_managed": [{"replicas": True}]}]}
    )
    assert (place(open_), owner(open_)) == (UNKNOWN, UNKNOWN)
    version = world.add("google_secret_manager_secret_version.v", {"deletion_policy": "DISABLE"})
    assert obstacle(version, "deletion_policy=DISABLE") is True


# ---------------------------------------------------------------- further stores


@pytest.mark.parametrize("type_", sorted(STORES))
def test_further_stores(type_: str) -> None:
    form = STORES[type_]
    world = project()
    plain = world.add(f"{type_}.a", {"location": "asia-northeast2", "region": "asia-northeast2"})
    assert place(plain) == ({"asia-northeast2"} if form.places else {"asia-northeast1"})
    assert owner(plain) == (UNKNOWN if form.holder or form.elsewhere else KeyOwner.PROVIDER)
    assert one(plain, Residue).what == form.what
    if form.holder:
        path, type_of_holder = form.holder
        holder = STORES[type_of_holder]
        value_of_holder: dict[str, Any] = {holder.key: "k"}
        for step in reversed([step for step in holder.block.split(".") if step]):
            value_of_holder = {step: [value_of_holder]}
        world.add(f"{type_of_holder}.h", {"name": "holder", **value_of_holder})
        assert owner(world.add(f"{type_}.c", {path: "holder"})) is KeyOwner.CUSTOMER
    if form.protection:
        assert obstacle(plain, form.protection) is form.protected
    if form.key:
        values: dict[str, Any] = {form.key: "k"}
        for step in reversed([step for step in form.block.split(".") if step and not step.isdigit()]):
            values = {step: [values]}
        assert owner(world.add(f"{type_}.b", values)) is KeyOwner.CUSTOMER


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
    assert (place(record), owner(record)) == ({"asia-northeast1"}, KeyOwner.CUSTOMER)
    outside = world.add("google_healthcare_fhir_store.t", {"dataset": "projects/p/locations/us-central1/datasets/x"})
    assert (place(outside), owner(outside)) == ({"us-central1"}, UNKNOWN)


def test_snapshots_of_a_volume_are_under_the_key_of_its_pool() -> None:
    world = project()
    world.add("google_netapp_storage_pool.p", {"name": "pool", "kms_config": "c"})
    world.add("google_netapp_volume.v", {"name": "volume", "storage_pool": "pool"})
    world.add("google_netapp_volume.w", {"name": "other", "storage_pool": "elsewhere"})
    for name, expected in (("volume", KeyOwner.CUSTOMER), ("other", UNKNOWN), ("nowhere", UNKNOWN)):
        record = world.add(
            f"google_netapp_volume_snapshot.{name}", {"location": "asia-northeast1", "volume_name": name}
        )
        assert (place(record), owner(record)) == ({"asia-northeast1"}, expected)
    assert owner(world.add("google_netapp_volume.x", {"storage_pool": "elsewhere"})) == UNKNOWN
