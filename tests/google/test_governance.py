"""Logging, audit configuration, organisation, identities, grants, and Backup and DR."""

from __future__ import annotations

import json
from typing import Any

import pytest

from auditor.attr import Known
from auditor.facets import (
    AccountClosure,
    AccountIdentity,
    AuditTrail,
    BackupPlan,
    BackupVault,
    DataAccessLog,
    Delegation,
    EncryptionAtRest,
    Exposure,
    Identity,
    KeyOwner,
    LogImmutability,
    LogStore,
    MfaDemand,
    Placement,
    RegionGuardrail,
    Replica,
    Retirement,
)
from auditor.record import Action, Record
from tests.google.google_world import UNKNOWN, all_of, facets, obstacle, one, project, value

# ---------------------------------------------------------------- logging

_BUCKET = "google_logging_project_bucket_config"


@pytest.mark.parametrize(
    ("values", "days", "locked"),
    [
        ({"bucket_id": "audit"}, 30, False),
        ({"bucket_id": "audit", "retention_days": 0}, 30, False),
        ({"bucket_id": "audit", "retention_days": 400, "locked": True}, 400, True),
        ({"bucket_id": "_Required", "retention_days": 30}, 400, True),
    ],
)
def test_log_buckets(values: dict[str, Any], days: float, locked: bool) -> None:
    record = project().add(f"{_BUCKET}.b", {"location": "asia-northeast1", **values})
    assert value(one(record, LogStore).retention_days) == days
    assert value(one(record, LogImmutability).locked) is locked
    assert value(one(record, Exposure).holds_logs) is True
    assert obstacle(record, "locked") is locked
    assert obstacle(record, "bucket_id") is (values["bucket_id"] == "_Required")


def test_place_and_key_of_log_buckets() -> None:
    world = project()
    plain = world.add(f"{_BUCKET}.a", {"location": "global", "bucket_id": "_Default"})
    keyed = world.add(f"{_BUCKET}.b", {"location": "asia-northeast1", "cmek_settings": [{"kms_key_name": "k"}]})
    open_ = world.add(f"{_BUCKET}.c", {}, unknown={"retention_days": True, "locked": True, "location": True})
    assert [value(one(r, Placement).locations) for r in (plain, keyed, open_)] == [
        {"global"},
        {"asia-northeast1"},
        UNKNOWN,
    ]
    assert [value(one(r, EncryptionAtRest).key_owner) for r in (plain, keyed)] == [
        KeyOwner.PROVIDER,
        KeyOwner.CUSTOMER,
    ]
    assert value(one(open_, LogStore).retention_days) == UNKNOWN
    assert value(one(open_, LogImmutability).locked) == UNKNOWN


@pytest.mark.parametrize(
    ("destination", "expected"),
    [
        ("storage.googleapis.com/logs", {"asia-northeast2"}),
        ("bigquery.googleapis.com/projects/city-main/datasets/audit", {"us"}),
        ("bigquery.googleapis.com/projects/other/datasets/audit", UNKNOWN),
        ("logging.googleapis.com/projects/p/locations/asia-northeast1/buckets/b", {"asia-northeast1"}),
        ("storage.googleapis.com/elsewhere", UNKNOWN),
        ("logging.googleapis.com/projects/p", UNKNOWN),
    ],
)
def test_where_a_sink_copies(destination: str, expected: Any) -> None:
    world = project()
    world.add("google_storage_bucket.b", {"name": "logs", "location": "ASIA-NORTHEAST2"})
    world.add("google_bigquery_dataset.d", {"dataset_id": "audit"})
    record = world.add("google_logging_project_sink.s", {"destination": destination})
    assert value(one(record, Replica).location) == expected


def test_a_destination_by_reference() -> None:
    world = project()
    bucket = world.add("google_storage_bucket.b", {"location": "ASIA1"}, unknown={"name": True})
    joined = world.add("google_logging_project_sink.s", {}, unknown={"destination": True}, refs={"destination": bucket})
    open_ = world.add("google_logging_project_sink.t", {}, unknown={"destination": True})
    off = world.add("google_logging_project_sink.u", {"destination": "storage.googleapis.com/x", "disabled": True})
    assert value(one(joined, Replica).location) == {"asia-northeast1", "asia-northeast2"}
    assert value(one(open_, Replica).location) == UNKNOWN
    assert not all_of(off, Replica)


_ACTIVITY = 'logName:"cloudaudit.googleapis.com%2Factivity"'


@pytest.mark.parametrize(
    ("values", "management"),
    [
        ({}, True),
        ({"filter": _ACTIVITY}, True),
        ({"filter": 'logName:"cloudaudit.googleapis.com"'}, True),
        ({"filter": 'logName:"cloudaudit.googleapis.com/data_access"'}, False),
        ({"filter": f"NOT {_ACTIVITY}"}, UNKNOWN),
        ({"exclusions": [{"name": "x", "filter": _ACTIVITY}]}, False),
        ({"exclusions": [{"name": "x", "filter": _ACTIVITY, "disabled": True}]}, True),
        ({"exclusions": [{"name": "x", "filter": "severity<INFO"}]}, True),
    ],
)
def test_sinks_that_carry_the_audit_trail(values: dict[str, Any], management: Any) -> None:
    record = project().add("google_logging_project_sink.s", {"destination": "storage.googleapis.com/x", **values})
    trail = one(record, AuditTrail)
    assert value(trail.management_events) == management
    assert [value(a) for a in (trail.logging, trail.all_regions, trail.organization)] == [True, True, False]


def test_sinks_of_the_organisation_and_of_other_logs() -> None:
    world = project()
    wide = world.add(
        "google_logging_organization_sink.s", {"destination": "storage.googleapis.com/x", "include_children": True}
    )
    other = world.add(
        "google_logging_project_sink.t",
        {"destination": "storage.googleapis.com/x", "filter": 'resource.type="gce_instance"'},
    )
    assert value(one(wide, AuditTrail).organization) is True
    assert not all_of(other, AuditTrail)


def test_exclusions_and_settings() -> None:
    world = project()
    data = world.add("google_logging_project_exclusion.a", {"filter": 'logName:"data_access"'})
    off = world.add("google_logging_project_exclusion.b", {"filter": 'logName:"data_access"', "disabled": True})
    other = world.add("google_logging_project_exclusion.c", {"filter": "severity<INFO"})
    assert [value(one(r, DataAccessLog).enabled) for r in (data, off)] == [False, True]
    assert not facets(other)
    settings = world.add("google_logging_organization_settings.s", {"storage_location": "asia-northeast1"})
    bare = world.add("google_logging_organization_settings.t", {})
    assert [value(one(r, Placement).locations) for r in (settings, bare)] == [{"asia-northeast1"}, {"global"}]


def _audit_config(kinds: list[dict[str, Any]]) -> Record:
    return project().add(
        "google_organization_iam_audit_config.a", {"service": "allServices", "audit_log_config": kinds}
    )


def test_audit_configurations() -> None:
    both = _audit_config([{"log_type": "DATA_READ"}, {"log_type": "DATA_WRITE"}])
    half = _audit_config([{"log_type": "DATA_WRITE"}])
    some = _audit_config([{"log_type": "DATA_READ", "exempted_members": ["user:a@b.jp"]}, {"log_type": "DATA_WRITE"}])
    assert value(one(both, DataAccessLog).enabled) is True
    assert value(one(half, DataAccessLog).enabled) is False
    assert value(one(some, DataAccessLog, "audit-config:allServices").enabled) is True
    assert value(one(some, DataAccessLog, "exempted-members:allServices").enabled) is False
    open_ = project().add("google_project_iam_audit_config.b", {}, unknown={"audit_log_config": True})
    assert [value(facet.enabled) for facet in all_of(open_, DataAccessLog)] == [UNKNOWN, UNKNOWN]


# ---------------------------------------------------------------- organisation


def _guardrail(record: Record) -> list[Any]:
    facet = one(record, RegionGuardrail)
    return [value(facet.allowed), value(facet.enforced)]


_NAME = "organizations/1/policies/gcp.resourceLocations"
_TOKYO = {"values": [{"allowed_values": ["in:asia-northeast1-locations", "in:asia-northeast2-locations"]}]}


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        ([{"rules": [_TOKYO]}], [{"asia-northeast1", "asia-northeast2"}, True]),
        ([{"rules": [{"values": [{"allowed_values": ["in:asia-locations"]}]}]}], [{"asia"}, True]),
        ([{"rules": [_TOKYO, {"allow_all": "TRUE"}]}], [{"asia-northeast1", "asia-northeast2"}, False]),
        ([{"reset": True, "rules": []}], [frozenset(), False]),
        ([], [frozenset(), False]),
        ([{"rules": [{"values": [{"denied_values": ["in:us-locations"]}]}]}], [UNKNOWN, True]),
        ([{"rules": [{"deny_all": "TRUE"}]}], [frozenset(), True]),
        (
            [{"rules": [{**_TOKYO, "condition": [{"expression": "x"}]}]}],
            [{"asia-northeast1", "asia-northeast2"}, UNKNOWN],
        ),
    ],
)
def test_limits_of_place(spec: list[dict[str, Any]], expected: list[Any]) -> None:
    assert _guardrail(project().add("google_org_policy_policy.p", {"name": _NAME, "spec": spec})) == expected


def test_a_dry_run_limits_nothing() -> None:
    record = project().add("google_org_policy_policy.p", {"name": _NAME, "dry_run_spec": [{"rules": [_TOKYO]}]})
    assert _guardrail(record) == [frozenset(), False]


def test_other_policies_are_no_limit_of_place() -> None:
    world = project()
    known = world.add(
        "google_org_policy_policy.a", {"name": "projects/p/policies/iam.disableServiceAccountKeyCreation"}
    )
    boolean = world.add(
        "google_org_policy_policy.b", {"spec": [{"rules": [{"enforce": "TRUE"}]}]}, unknown={"name": True}
    )
    open_ = world.add("google_org_policy_policy.c", {"spec": [{"rules": [_TOKYO]}]}, unknown={"name": True})
    assert not all_of(known, RegionGuardrail)
    assert not all_of(boolean, RegionGuardrail)
    assert _guardrail(open_) == [UNKNOWN, UNKNOWN]


@pytest.mark.parametrize(
    ("policy", "expected"),
    [
        ({"list_policy": [{"allow": [{"values": ["in:asia-northeast1-locations"]}]}]}, [{"asia-northeast1"}, True]),
        ({"list_policy": [{"allow": [{"all": True}]}]}, [frozenset(), False]),
        ({"list_policy": [{"deny": [{"values": ["in:us-locations"]}]}]}, [UNKNOWN, True]),
        ({"restore_policy": [{"default": True}]}, [frozenset(), False]),
    ],
)
def test_the_older_form(policy: dict[str, Any], expected: list[Any]) -> None:
    world = project()
    values = {"constraint": "constraints/gcp.resourceLocations", **policy}
    assert _guardrail(world.add("google_project_organization_policy.p", values)) == expected
    other = world.add("google_project_organization_policy.q", {"constraint": "compute.vmExternalIpAccess", **policy})
    assert not all_of(other, RegionGuardrail)


def test_projects() -> None:
    world = project()
    new = world.add("google_project.a", {}, unset=["deletion_policy"])
    deleted = world.add("google_project.b", {"deletion_policy": "DELETE"})
    left = world.add("google_project.c", {"deletion_policy": "ABANDON"})
    older = world.add("google_project.d", {"skip_delete": False})
    skipped = world.add("google_project.e", {"skip_delete": True})
    open_ = world.add("google_project.f", {}, unknown={"deletion_policy": True})
    either = world.add("google_project.g", {"deletion_policy": "DELETE"}, unknown={"skip_delete": True})
    neither = world.add("google_project.h", {"deletion_policy": "PREVENT"}, unknown={"skip_delete": True})
    default = world.add("google_project.i", {"deletion_policy": "DELETE"}, unset=["skip_delete"])
    projects = (new, deleted, left, older, skipped, open_, either, neither, default)
    closes = [value(one(r, AccountClosure).closes) for r in projects]
    assert closes == [False, True, False, True, False, UNKNOWN, UNKNOWN, False, True]
    assert obstacle(new, "deletion_policy=PREVENT") is True
    assert obstacle(left, "deletion_policy=ABANDON") is True


def test_liens_protect_projects() -> None:
    world = project()
    record = world.add("google_project.a", {"deletion_policy": "DELETE", "number": "42"})
    assert obstacle(record, "google_resource_manager_lien") is False
    world.add("google_resource_manager_lien.l", {"parent": "projects/42"})
    assert obstacle(record, "google_resource_manager_lien") is True


def test_folders() -> None:
    world = project()
    assert obstacle(world.add("google_folder.a", {}), "deletion_protection") is True
    assert obstacle(world.add("google_folder.b", {"deletion_protection": False}), "deletion_protection") is False


# ---------------------------------------------------------------- identities


def test_service_accounts() -> None:
    world = project()
    account = world.add("google_service_account.a", {"name": "a"})
    identity = one(account, Identity)
    assert value(identity.person) is False
    assert value(identity.mfa) is MfaDemand.NOT_A_PERSON
    assert [value(identity.administrative), value(identity.long_lived_key)] == [False, False]
    key = world.add("google_service_account_key.k", {"service_account_id": "a"})
    identity = one(account, Identity)
    assert [value(identity.administrative), value(identity.long_lived_key)] == [UNKNOWN, True]
    world.add("google_project_iam_member.m", {"role": "roles/owner", "member": "x"}, refs={"member": account})
    assert value(one(account, Identity).administrative) is True
    assert one(key, AccountIdentity).what == "service-account-key"
    assert not all_of(key, Identity)


def test_an_account_that_exists_may_have_keys_made_elsewhere() -> None:
    for action, complete, expected in (
        (Action.CREATE, False, False),
        (Action.NO_OP, True, False),
        (Action.NO_OP, False, UNKNOWN),
    ):
        account = project(complete=complete).add("google_service_account.a", {"name": "a"}, action=action)
        assert value(one(account, Identity).long_lived_key) == expected


def test_a_grant_that_names_the_account_by_its_address() -> None:
    world = project()
    account = world.add("google_service_account.a", {"account_id": "app"})
    member = "serviceAccount:app@city-main.iam.gserviceaccount.com"
    world.add("google_project_iam_binding.b", {"role": "roles/owner", "members": ["user:x@y.jp", member]})
    assert value(one(account, Identity).administrative) is True


def test_a_key_of_an_account_outside_of_the_input() -> None:
    record = project().add("google_service_account_key.k", {"service_account_id": "elsewhere"})
    identity = one(record, Identity)
    assert [value(identity.administrative), value(identity.long_lived_key)] == [UNKNOWN, True]


def test_an_open_key_leaves_the_account_open() -> None:
    world = project()
    account = world.add("google_service_account.a", {"name": "a"})
    world.add("google_service_account_key.k", {}, unknown={"service_account_id": True})
    assert value(one(account, Identity).long_lived_key) == UNKNOWN


@pytest.mark.parametrize(
    "type_",
    ["google_iam_workload_identity_pool", "google_iam_workforce_pool_provider", "google_apikeys_key"],
)
def test_identities_that_must_go(type_: str) -> None:
    assert one(project().add(f"{type_}.a", {}), AccountIdentity).what


# ---------------------------------------------------------------- grants


@pytest.mark.parametrize(
    ("member", "role", "administrative", "mfa"),
    [
        ("user:a@vendor.jp", "roles/owner", True, MfaDemand.AT_IDENTITY_PROVIDER),
        ("group:ops@vendor.jp", "roles/viewer", False, MfaDemand.AT_IDENTITY_PROVIDER),
        ("serviceAccount:a@p.iam.gserviceaccount.com", "roles/editor", True, MfaDemand.NOT_A_PERSON),
        ("allUsers", "roles/editor", True, MfaDemand.NOT_REQUIRED),
        ("user:a@vendor.jp", "roles/compute.osAdminLogin", True, MfaDemand.AT_IDENTITY_PROVIDER),
        ("user:a@vendor.jp", "projects/p/roles/elsewhere", UNKNOWN, MfaDemand.AT_IDENTITY_PROVIDER),
    ],
)
def test_grants(member: str, role: str, administrative: Any, mfa: MfaDemand) -> None:
    record = project().add("google_project_iam_member.m", {"project": "p", "role": role, "member": member})
    facet = one(record, Delegation)
    assert facet.key == f"{member}+{role}"
    assert [value(facet.principal), value(facet.administrative), value(facet.mfa)] == [member, administrative, mfa]


def test_grants_that_let_nobody_in() -> None:
    world = project()
    workload = world.add(
        "google_project_iam_member.a", {"role": "roles/viewer", "member": "serviceAccount:a@p.iam.gserviceaccount.com"}
    )
    gone = world.add("google_project_iam_member.b", {"role": "roles/owner", "member": "deleted:user:a@b.jp?uid=1"})
    assert not all_of(workload, Delegation)
    assert not all_of(gone, Delegation)


def test_custom_roles() -> None:
    world = project()
    world.add(
        "google_project_iam_custom_role.strong",
        {"role_id": "strong", "permissions": ["resourcemanager.projects.setIamPolicy"]},
    )
    weak = world.add("google_project_iam_custom_role.weak", {"role_id": "weak", "permissions": ["storage.objects.get"]})
    by_name = world.add(
        "google_folder_iam_binding.a", {"role": "projects/p/roles/strong", "members": ["user:a@vendor.jp"]}
    )
    by_reference = world.add(
        "google_folder_iam_binding.b", {"members": ["user:a@vendor.jp"]}, unknown={"role": True}, refs={"role": weak}
    )
    assert value(one(by_name, Delegation).administrative) is True
    assert value(one(by_reference, Delegation).administrative) is False


def test_open_principals_and_roles() -> None:
    world = project()
    nobody = world.add("google_project_iam_member.a", {"role": "roles/viewer"}, unknown={"member": True})
    anybody = world.add("google_project_iam_member.b", {"role": "roles/owner"}, unknown={"member": True})
    roles = world.add("google_project_iam_member.c", {"member": "user:a@vendor.jp"}, unknown={"role": True})
    members = world.add("google_project_iam_binding.d", {"role": "roles/owner"}, unknown={"members": True})
    assert not all_of(nobody, Delegation)
    assert [value(one(anybody, Delegation).principal), value(one(anybody, Delegation).mfa)] == [UNKNOWN, UNKNOWN]
    assert value(one(roles, Delegation).administrative) == UNKNOWN
    assert value(one(members, Delegation).principal) == UNKNOWN


def test_a_service_account_of_this_input_is_no_person() -> None:
    world = project()
    account = world.add("google_service_account.a", {"name": "a"})
    record = world.add(
        "google_project_iam_member.m", {"role": "roles/owner"}, unknown={"member": True}, refs={"member": account}
    )
    assert value(one(record, Delegation).mfa) is MfaDemand.NOT_A_PERSON
    assert not all_of(record, AccountIdentity)


def test_policies_as_a_whole() -> None:
    policy = {
        "bindings": [{"role": "roles/owner", "members": ["user:a@vendor.jp", "group:ops@vendor.jp"]}],
        "auditConfigs": [
            {"service": "allServices", "auditLogConfigs": [{"logType": "DATA_READ"}, {"logType": "DATA_WRITE"}]}
        ],
    }
    world = project()
    record = world.add("google_project_iam_policy.p", {"policy_data": json.dumps(policy)})
    assert {facet.key for facet in all_of(record, Delegation)} == {
        "user:a@vendor.jp+roles/owner",
        "group:ops@vendor.jp+roles/owner",
    }
    assert value(one(record, DataAccessLog).enabled) is True
    assert len(all_of(record, AccountIdentity)) == 1
    broken = world.add("google_project_iam_policy.q", {"policy_data": "{"})
    assert value(one(broken, Delegation).principal) == UNKNOWN


# ---------------------------------------------------------------- Backup and DR


def test_vaults() -> None:
    world = project()
    record = world.add(
        "google_backup_dr_backup_vault.v",
        {"location": "asia-northeast2", "backup_minimum_enforced_retention_duration": "259200s"},
    )
    vault = one(record, BackupVault)
    assert vault.immutable is not None
    assert (value(vault.immutable), value(vault.key_owner)) == (True, KeyOwner.PROVIDER)
    assert obstacle(record, "backup_minimum_enforced_retention_duration") is True
    assert obstacle(record, "ignore_inactive_datasources") is True
    forced = world.add("google_backup_dr_backup_vault.w", {"force_delete": True})
    assert obstacle(forced, "ignore_inactive_datasources") is False


@pytest.mark.parametrize(
    ("schedule", "hours"),
    [
        ({"recurrence_type": "HOURLY", "hourly_frequency": 6}, 6),
        ({"recurrence_type": "DAILY"}, 24),
        ({"recurrence_type": "WEEKLY", "days_of_week": ["MONDAY", "THURSDAY"]}, 96),
        ({"recurrence_type": "MONTHLY"}, 744),
        ({"recurrence_type": "SOMETIMES"}, UNKNOWN),
    ],
)
def test_rules_of_plans(schedule: dict[str, Any], hours: Any) -> None:
    rule = {"rule_id": "r", "backup_retention_days": 14, "standard_schedule": [schedule]}
    record = project().add(
        "google_backup_dr_backup_plan.p",
        {
            "location": "asia-northeast1",
            "backup_vault": "projects/p/locations/asia-northeast2/backupVaults/v",
            "backup_rules": [rule],
        },
    )
    plan = one(record, BackupPlan, "r")
    assert [value(plan.interval_hours), value(plan.retention_days)] == [hours, 14]
    assert value(plan.offsite) == {"asia-northeast2"}


def test_open_rules() -> None:
    record = project().add("google_backup_dr_backup_plan.p", {}, unknown={"backup_rules": True})
    assert value(one(record, BackupPlan).interval_hours) == UNKNOWN


def test_every_obstacle_says_whether_it_is_present() -> None:
    record = project().add("google_storage_bucket.b", {"name": "b", "location": "ASIA1"})
    assert all(isinstance(found.present, Known) for found in one(record, Retirement).obstacles)
