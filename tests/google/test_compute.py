"""Machines, disks, snapshots, networks and load balancers."""

from __future__ import annotations

from typing import Any

import pytest

from auditor.attr import Reason, Unknown
from auditor.facets import (
    Backup,
    BackupPlan,
    BackupVault,
    EncryptionAtRest,
    EncryptionInTransit,
    Exposure,
    KeyOwner,
    NetworkFlowLog,
    Placement,
    Replica,
    ReplicaKind,
    TimeSource,
)
from auditor.record import Action, Record
from auditor.testing import World
from tests.google.google_world import UNKNOWN, all_of, obstacle, one, project, value


def _schedule(world: World, schedule: dict[str, Any], **policy: Any) -> Record:
    values = {"schedule": [schedule], **policy}
    return world.add(
        "google_compute_resource_policy.daily",
        {"name": "daily", "region": "asia-northeast1", "snapshot_schedule_policy": [values]},
    )


DAILY = {"daily_schedule": [{"days_in_cycle": 1, "start_time": "03:00"}]}


def _disk(world: World, values: dict[str, Any] | None = None, **more: Any) -> Record:
    address = f"google_compute_disk.d_{len(world.records)}"
    return world.add(address, {"name": "d", "zone": "asia-northeast1-a", **(values or {})}, **more)


# ---------------------------------------------------------------- disks


def test_the_key_of_a_disk() -> None:
    world = project()
    plain = _disk(world)
    named = _disk(world, {"disk_encryption_key": [{"kms_key_self_link": "projects/p/cryptoKeys/k"}]})
    supplied = _disk(world, {"disk_encryption_key": [{"raw_key": "x"}]})
    open_ = _disk(world, unknown={"disk_encryption_key": True})
    regional = world.add(
        "google_compute_region_disk.d", {"region": "asia-northeast1", "disk_encryption_key": [{"kms_key_name": "k"}]}
    )
    owners = [value(one(r, EncryptionAtRest).key_owner) for r in (plain, named, supplied, open_, regional)]
    assert owners == [KeyOwner.PROVIDER, KeyOwner.CUSTOMER, KeyOwner.CUSTOMER, UNKNOWN, KeyOwner.CUSTOMER]
    assert value(one(regional, Placement).locations) == {"asia-northeast1"}


def test_a_disk_without_a_schedule_has_no_backup() -> None:
    world = project(complete=True)
    assert value(one(_disk(world, unset=["resource_policies"]), Backup).enabled) is False
    assert value(one(_disk(world, unknown={"resource_policies": True}), Backup).enabled) == UNKNOWN


def test_another_configuration_may_back_a_disk_up() -> None:
    facet = one(_disk(project(), unset=["resource_policies"]), Backup)
    assert isinstance(facet.enabled, Unknown)
    assert facet.enabled.reason is Reason.NOT_COLLECTED


def test_a_schedule_that_may_be_attached_too_leaves_open_how_often_and_how_long() -> None:
    world = project()
    _schedule(world, DAILY, retention_policy=[{"max_retention_days": 14}])
    disk = _disk(world, {"resource_policies": ["daily", None]}, unknown={"resource_policies": [False, True]})
    backup = one(disk, Backup)
    assert [value(a) for a in (backup.enabled, backup.interval_hours, backup.retention_days)] == [
        True,
        UNKNOWN,
        UNKNOWN,
    ]
    assert value(backup.offsite) == UNKNOWN


def test_another_configuration_may_copy_the_backups_of_a_disk() -> None:
    for complete, expected in ((False, UNKNOWN), (True, frozenset())):
        world = project(complete=complete)
        _schedule(
            world,
            DAILY,
            retention_policy=[{"max_retention_days": 14}],
            snapshot_properties=[{"storage_locations": ["asia-northeast1"]}],
        )
        disk = _disk(world)
        world.add("google_compute_disk_resource_policy_attachment.a", {"name": "daily", "disk": "d"})
        backup = one(disk, Backup)
        assert (value(backup.enabled), value(backup.offsite)) == (True, expected)


def test_an_attached_schedule_makes_backups() -> None:
    world = project()
    _schedule(world, DAILY, retention_policy=[{"max_retention_days": 14}])
    disk = _disk(world)
    world.add("google_compute_disk_resource_policy_attachment.a", {"name": "daily", "disk": "d"})
    backup = one(disk, Backup)
    assert [value(a) for a in (backup.enabled, backup.interval_hours, backup.retention_days)] == [True, 24, 14]
    assert value(backup.offsite) == {"asia"}  # next to Tokyo, without a place of its own


def test_a_schedule_in_the_disk_itself() -> None:
    world = project()
    _schedule(
        world,
        {"hourly_schedule": [{"hours_in_cycle": 6}]},
        snapshot_properties=[{"storage_locations": ["asia-northeast2"]}],
    )
    backup = one(_disk(world, {"resource_policies": ["daily"]}), Backup)
    assert [value(a) for a in (backup.interval_hours, backup.retention_days)] == [6, None]
    assert value(backup.offsite) == {"asia-northeast2"}


def test_schedules_that_the_input_does_not_hold() -> None:
    world = project()
    assert value(one(_disk(world, {"resource_policies": ["elsewhere"]}), Backup).enabled) == UNKNOWN
    attached = project()
    disk = _disk(attached)
    attached.add("google_compute_disk_resource_policy_attachment.a", {"name": "elsewhere", "disk": "d"})
    assert value(one(disk, Backup).enabled) == UNKNOWN
    possible = project()
    disk = _disk(possible)
    possible.add("google_compute_disk_resource_policy_attachment.a", {"name": "x"}, unknown={"disk": True})
    assert value(one(disk, Backup).enabled) == UNKNOWN


def test_backup_plans_of_backup_and_dr() -> None:
    world = project()
    disk = _disk(world, {"id": "disk-id"})
    world.add("google_backup_dr_backup_vault.v", {"id": "vault-id", "location": "asia-northeast2"})
    rule = {
        "rule_id": "daily",
        "backup_retention_days": 30,
        "standard_schedule": [{"recurrence_type": "HOURLY", "hourly_frequency": 6}],
    }
    world.add(
        "google_backup_dr_backup_plan.p",
        {"id": "plan-id", "location": "asia-northeast1", "backup_vault": "vault-id", "backup_rules": [rule]},
    )
    world.add("google_backup_dr_backup_plan_association.a", {"resource": "disk-id", "backup_plan": "plan-id"})
    backup = one(disk, Backup)
    assert [value(a) for a in (backup.enabled, backup.interval_hours, backup.retention_days)] == [True, 6, 30]
    assert value(backup.offsite) == {"asia-northeast2"}


def test_a_plan_outside_of_the_input() -> None:
    world = project()
    disk = _disk(world, {"id": "disk-id"})
    world.add("google_backup_dr_backup_plan_association.a", {"resource": "disk-id", "backup_plan": "elsewhere"})
    backup = one(disk, Backup)
    assert [value(a) for a in (backup.enabled, backup.interval_hours)] == [True, UNKNOWN]


def test_asynchronous_replication() -> None:
    world = project()
    disk = _disk(world, {"id": "disk-id"})
    copy = world.add("google_compute_disk.copy", {"id": "copy-id", "zone": "asia-northeast2-a"})
    world.add(
        "google_compute_disk_async_replication.r", {"primary_disk": "disk-id", "secondary_disk": [{"disk": "copy-id"}]}
    )
    replica = one(disk, Replica)
    assert (replica.kind, replica.key, value(replica.location)) == (
        ReplicaKind.REPLICATION,
        "asia-northeast2",
        {"asia-northeast2"},
    )
    assert not all_of(copy, Replica)


def test_a_secondary_disk_names_its_primary() -> None:
    world = project()
    disk = _disk(world, {"id": "disk-id"})
    world.add("google_compute_disk.copy", {"zone": "us-central1-a", "async_primary_disk": [{"disk": "disk-id"}]})
    assert value(one(disk, Replica).location) == {"us-central1"}


def test_a_snapshot_before_the_destruction_stays() -> None:
    assert (
        obstacle(_disk(project(), {"create_snapshot_before_destroy": True}), "create_snapshot_before_destroy") is True
    )
    assert obstacle(_disk(project()), "create_snapshot_before_destroy") is False


# ---------------------------------------------------------------- schedules and snapshots


@pytest.mark.parametrize(
    ("schedule", "hours"),
    [
        (DAILY, 24),
        ({"hourly_schedule": [{"hours_in_cycle": 4}]}, 4),
        ({"weekly_schedule": [{"day_of_weeks": [{"day": "MONDAY"}]}]}, 168),
        ({"weekly_schedule": [{"day_of_weeks": [{"day": "MONDAY"}, {"day": "THURSDAY"}]}]}, 96),
        ({"weekly_schedule": [{"day_of_weeks": [{"day": "SOMEDAY"}]}]}, UNKNOWN),
    ],
)
def test_intervals(schedule: dict[str, Any], hours: Any) -> None:
    assert value(one(_schedule(project(), schedule), BackupPlan).interval_hours) == hours


def test_other_policies_say_nothing() -> None:
    record = project().add("google_compute_resource_policy.p", {"group_placement_policy": [{"vm_count": 2}]})
    assert not all_of(record, BackupPlan)


def test_snapshots_kept_after_the_disk() -> None:
    world = project()
    name = "on_source_disk_delete=KEEP_AUTO_SNAPSHOTS"
    assert obstacle(_schedule(world, DAILY), name) is True
    other = _schedule(world, DAILY, retention_policy=[{"on_source_disk_delete": "APPLY_RETENTION_POLICY"}])
    assert obstacle(other, name) is False


def test_snapshot_settings_of_the_project() -> None:
    world = project()
    world.add("google_compute_snapshot_settings.s", {"storage_location": [{"policy": "LOCAL_REGION"}]})
    policy = _schedule(world, DAILY)
    assert value(one(policy, BackupPlan).offsite) == frozenset()
    assert not all_of(policy, Replica)
    specific = project()
    specific.add("google_compute_snapshot_settings.s", {"storage_location": [{"policy": "SPECIFIC_LOCATIONS"}]})
    assert value(one(_schedule(specific, DAILY), BackupPlan).offsite) == UNKNOWN


def test_a_snapshot_is_a_backup_of_its_own() -> None:
    world = project()
    _disk(world)
    near = world.add("google_compute_snapshot.a", {"source_disk": "d"}, unset=["storage_locations"])
    named = world.add(
        "google_compute_snapshot.b",
        {
            "source_disk": "d",
            "storage_locations": ["asia-northeast1"],
            "snapshot_encryption_key": [{"kms_key_self_link": "k"}],
        },
    )
    assert value(one(near, Placement).locations) == {"asia"}
    assert value(one(named, Placement).locations) == {"asia-northeast1"}
    assert value(one(near, BackupVault).key_owner) is KeyOwner.PROVIDER
    assert value(one(named, BackupVault).key_owner) is KeyOwner.CUSTOMER
    assert one(near, BackupVault).immutable is None


def test_an_image_for_everybody() -> None:
    world = project()
    image = world.add("google_compute_image.i", {"name": "i", "storage_locations": ["asia-northeast1"]})
    assert value(one(image, Exposure).public) is False
    world.add(
        "google_compute_image_iam_member.m",
        {"image": "i", "role": "roles/compute.imageUser", "member": "allAuthenticatedUsers"},
    )
    assert value(one(image, Exposure).public) is True


def test_an_instant_snapshot_has_the_key_of_its_disk() -> None:
    world = project()
    _disk(world, {"disk_encryption_key": [{"kms_key_self_link": "k"}]})
    record = world.add("google_compute_instant_snapshot.s", {"source_disk": "d", "zone": "asia-northeast1-a"})
    assert value(one(record, EncryptionAtRest).key_owner) is KeyOwner.CUSTOMER


# ---------------------------------------------------------------- machines


def _instance(world: World, values: dict[str, Any] | None = None, **more: Any) -> Record:
    base = {"name": "vm", "zone": "asia-northeast1-b", "boot_disk": [{"auto_delete": True}]}
    return world.add("google_compute_instance.vm", {**base, **(values or {})}, **more)


def test_a_machine() -> None:
    record = _instance(project())
    assert value(one(record, Placement).locations) == {"asia-northeast1"}
    assert value(one(record, EncryptionAtRest, "boot_disk").key_owner) is KeyOwner.PROVIDER
    assert value(one(record, Backup).enabled) == UNKNOWN
    assert value(one(record, TimeSource).servers) == ()
    assert obstacle(record, "deletion_protection") is False
    assert obstacle(record, "boot_disk.0.auto_delete") is False


@pytest.mark.parametrize("path", ["disk_encryption_key_raw", "disk_encryption_key_rsa"])
def test_a_key_that_the_customer_may_supply_leaves_the_boot_disk_open(path: str) -> None:
    record = _instance(
        project(),
        {"boot_disk": [{}]},
        unknown={"boot_disk": [{path: True, "kms_key_self_link": True}]},
        unset=["boot_disk.0.kms_key_self_link"],
    )
    assert value(one(record, EncryptionAtRest, "boot_disk").key_owner) == UNKNOWN


def test_a_machine_with_settings() -> None:
    record = _instance(
        project(),
        {
            "boot_disk": [{"auto_delete": False, "kms_key_self_link": "k"}],
            "deletion_protection": True,
            "metadata_startup_script": "echo 'server ntp.example.jp' > /etc/ntp.conf",
        },
    )
    assert value(one(record, EncryptionAtRest, "boot_disk").key_owner) is KeyOwner.CUSTOMER
    assert value(one(record, TimeSource).servers) == ("ntp.example.jp",)
    assert obstacle(record, "deletion_protection") is True
    assert obstacle(record, "boot_disk.0.auto_delete") is True


@pytest.mark.parametrize(
    ("values", "unknown"),
    [
        ({}, {"metadata_startup_script": True}),
        ({"metadata": {"startup-script-url": "gs://b/s.sh"}}, {}),
        ({"metadata": {"startup-script": "apt-get install -y chrony"}}, {}),
    ],
)
def test_time_servers_that_cannot_be_read(values: dict[str, Any], unknown: dict[str, Any]) -> None:
    assert value(one(_instance(project(), values, unknown=unknown), TimeSource).servers) == UNKNOWN


def test_disks_of_their_own_carry_their_facets() -> None:
    world = project()
    _disk(world)
    record = _instance(world, {"boot_disk": [{"source": "d"}], "attached_disk": [{"source": "d"}]})
    assert not all_of(record, EncryptionAtRest)
    assert not all_of(record, Backup)


def test_attached_disks_outside_of_the_input() -> None:
    world = project()
    record = _instance(world, {"attached_disk": [{"source": "x"}, {"source": "y", "kms_key_self_link": "k"}]})
    assert value(one(record, EncryptionAtRest, "attached_disk.0").key_owner) == UNKNOWN
    assert value(one(record, EncryptionAtRest, "attached_disk.1").key_owner) is KeyOwner.CUSTOMER
    open_ = _instance(project(), unknown={"attached_disk": True})
    assert value(one(open_, EncryptionAtRest, "attached_disk").key_owner) == UNKNOWN


def test_a_schedule_on_the_boot_disk() -> None:
    world = project()
    _schedule(world, DAILY)
    record = _instance(world, {"boot_disk": [{"initialize_params": [{"resource_policies": ["daily"]}]}]})
    assert value(one(record, Backup).interval_hours) == 24


def test_templates() -> None:
    world = project()
    disk = {"boot": True, "disk_encryption_key": [{"kms_key_self_link": "k"}]}
    template = world.add(
        "google_compute_instance_template.t",
        {"id": "t-id", "disk": [disk, {"source": "d"}], "metadata": {"startup-script": "sntp ntp.example.jp"}},
    )
    assert value(one(template, EncryptionAtRest, "disk.0").key_owner) is KeyOwner.CUSTOMER
    assert len(all_of(template, EncryptionAtRest)) == 1
    assert not one(template, Placement).stores_data
    made = world.add(
        "google_compute_instance_from_template.i", {"source_instance_template": "t-id", "zone": "asia-northeast1-a"}
    )
    assert value(one(made, EncryptionAtRest).key_owner) is KeyOwner.CUSTOMER
    assert value(one(made, TimeSource).servers) == ("ntp.example.jp",)
    alone = world.add("google_compute_instance_from_template.j", {"source_instance_template": "elsewhere"})
    assert value(one(alone, EncryptionAtRest).key_owner) == UNKNOWN
    assert value(one(alone, TimeSource).servers) == UNKNOWN


def test_metadata_of_the_project() -> None:
    record = project().add(
        "google_compute_project_metadata.m", {"metadata": {"startup-script": "ntpdate ntp.example.jp"}}
    )
    assert value(one(record, TimeSource).servers) == ("ntp.example.jp",)


# ---------------------------------------------------------------- networks


def test_flow_logs() -> None:
    world = project()
    off = world.add("google_compute_subnetwork.a", {"name": "a", "network": "n"})
    on = world.add("google_compute_subnetwork.b", {"name": "b", "network": "n", "log_config": [{}]})
    open_ = world.add("google_compute_subnetwork.c", {"name": "c", "network": "n"}, unknown={"log_config": True})
    proxy = world.add("google_compute_subnetwork.d", {"name": "d", "purpose": "REGIONAL_MANAGED_PROXY"})
    assert [value(one(r, NetworkFlowLog).enabled) for r in (off, on, open_)] == [False, True, UNKNOWN]
    assert not all_of(proxy, NetworkFlowLog)


def test_flow_logs_of_what_exists_may_be_configured_elsewhere() -> None:
    for complete, expected in ((False, UNKNOWN), (True, False)):
        world = project(complete=complete)
        network = world.add("google_compute_network.n", {"name": "n"}, action=Action.NO_OP)
        off = world.add("google_compute_subnetwork.a", {"name": "a", "network": "n"}, action=Action.NO_OP)
        on = world.add("google_compute_subnetwork.b", {"network": "n", "log_config": [{}]}, action=Action.NO_OP)
        assert [value(one(r, NetworkFlowLog).enabled) for r in (network, off, on)] == [expected, expected, True]


def test_flow_logs_by_a_configuration_of_their_own() -> None:
    world = project()
    network = world.add("google_compute_network.n", {"name": "n", "auto_create_subnetworks": True})
    subnet = world.add("google_compute_subnetwork.a", {"name": "a", "network": "n"})
    assert value(one(network, NetworkFlowLog).enabled) is False
    config = "google_network_management_vpc_flow_logs_config"
    world.add(f"{config}.off", {"subnet": "a", "state": "DISABLED"})
    assert value(one(subnet, NetworkFlowLog).enabled) is False
    world.add(f"{config}.on", {"network": "n"})
    assert value(one(subnet, NetworkFlowLog).enabled) is True
    assert value(one(network, NetworkFlowLog).enabled) is True


def test_an_open_configuration_leaves_flow_logs_open() -> None:
    world = project()
    subnet = world.add("google_compute_subnetwork.a", {"name": "a", "network": "n"})
    world.add("google_network_management_vpc_flow_logs_config.x", {}, unknown={"subnet": True})
    assert value(one(subnet, NetworkFlowLog).enabled) == UNKNOWN


def test_a_network_with_subnets_of_its_own_is_judged_by_them() -> None:
    record = project().add("google_compute_network.n", {"name": "n", "auto_create_subnetworks": False})
    assert not all_of(record, NetworkFlowLog)


def test_tls_versions_of_proxies() -> None:
    world = project()
    world.add("google_compute_ssl_policy.p", {"name": "p", "min_tls_version": "TLS_1_2"})
    world.add("google_compute_ssl_policy.q", {"name": "q"})
    cases = {"p": "1.2", "q": "1.0", "elsewhere": UNKNOWN}
    for policy, expected in cases.items():
        proxy = world.add(f"google_compute_target_https_proxy.{policy}", {"ssl_policy": policy})
        facet = one(proxy, EncryptionInTransit)
        assert (value(facet.required), value(facet.minimum_tls)) == (True, expected)
    own = world.add("google_compute_region_ssl_policy.r", {"min_tls_version": "TLS_1_3"})
    assert value(one(own, EncryptionInTransit).minimum_tls) == "1.3"
    bare = world.add("google_compute_region_target_https_proxy.bare", {})
    assert value(one(bare, EncryptionInTransit).minimum_tls) == "1.0"


@pytest.mark.parametrize(
    ("url_map", "expected"),
    [
        ({"default_service": "s"}, False),
        ({"default_url_redirect": [{"https_redirect": True}]}, True),
        (
            {
                "default_url_redirect": [{"https_redirect": True}],
                "host_rule": [{"hosts": ["*"]}],
                "path_matcher": [{"default_service": "s"}],
            },
            False,
        ),
    ],
)
def test_plain_http(url_map: dict[str, Any], *, expected: bool) -> None:
    world = project()
    world.add("google_compute_url_map.m", {"name": "m", **url_map})
    proxy = world.add("google_compute_target_http_proxy.p", {"url_map": "m"})
    assert value(one(proxy, EncryptionInTransit).required) is expected
    outside = world.add("google_compute_target_http_proxy.q", {"url_map": "elsewhere"})
    assert value(one(outside, EncryptionInTransit).required) == UNKNOWN
