"""The table of further stores, services with settings of their own, and the set of adapters as a whole."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pytest

import auditor_aws
from auditor.attr import Known
from auditor.facets import (
    AccountIdentity,
    Backup,
    EncryptionAtRest,
    EncryptionInTransit,
    Exposure,
    KeyOwner,
    ObstacleKind,
    Placement,
    Replica,
    Residue,
    Retirement,
)
from auditor.testing import World
from auditor_aws.terraform import adapter_set
from auditor_aws.terraform.stores import ROWS
from tests.aws.platform_reading import every, keyed, the, unknown, value


def test_the_plugin_answers_for_its_provider_and_form_only() -> None:
    found = auditor_aws.auditor_adapters("aws", "terraform")
    assert found is not None
    assert (found.provider, found.form) == ("aws", "terraform")
    live = auditor_aws.auditor_adapters("aws", "api")
    assert live is not None
    assert (live.provider, live.form) == ("aws", "api")
    # an account is read by what reads a plan, and by more
    assert found.adapters.keys() < live.adapters.keys()
    for provider, form in (("google", "terraform"), ("google", "api"), ("aws", "other")):
        assert auditor_aws.auditor_adapters(provider, form) is None


def test_importing_the_plugin_imports_no_adapter() -> None:
    code = "import sys, auditor_aws; print([n for n in sys.modules if n.startswith('auditor_aws.')])"
    path = ":".join(entry for entry in sys.path if entry)
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env={"PYTHONPATH": path}
    )
    assert done.stdout.strip() == "[]"


def test_every_type_is_an_aws_type_and_parts_belong_to_something_that_is_read() -> None:
    found = adapter_set()
    assert all(type_.startswith("aws_") for type_ in [*found.adapters, *found.parts, *found.inert])
    assert not set(found.parts.values()) - set(found.adapters)
    assert len(found.inert) > 150


@pytest.mark.parametrize("type_", sorted(ROWS))
def test_each_line_of_the_table(type_: str) -> None:
    row = ROWS[type_]
    world = World()
    record = world.add(f"{type_}.a", {})
    placement = the(record, Placement)
    assert value(placement.locations) == {"ap-northeast-1"}
    assert placement.stores_data is row.stores_data
    assert [r.what for r in every(record, Residue)] == ([row.what] if row.stores_data else [])
    encryption = every(record, EncryptionAtRest)
    assert [value(e.key_owner) for e in encryption] == ([KeyOwner.PROVIDER] if row.key else [])
    if row.key:
        open_ = world.add(f"{type_}.b", {}, unknown={row.key.split(".")[0]: True})
        assert unknown(the(open_, EncryptionAtRest).key_owner)


def test_a_key_of_the_customer_in_a_nested_block() -> None:
    world = World()
    key = world.add("aws_kms_key.k", {})
    index = world.add(
        "aws_kendra_index.i",
        {"server_side_encryption_configuration": [{}]},
        unknown={"server_side_encryption_configuration": [{"kms_key_id": True}]},
        refs={"server_side_encryption_configuration.0.kms_key_id": key},
    )
    assert value(the(index, EncryptionAtRest).key_owner) is KeyOwner.CUSTOMER


def test_the_kind_of_a_key_says_whose_it_is() -> None:
    def owner(kind: str | None, **marks: Any) -> Any:
        block = {"kms_key_id": None, "type": kind}
        unknown_marks = {"encryption_configuration": [{"kms_key_id": True, **marks}]}
        machine = World().add("aws_sfn_state_machine.m", {"encryption_configuration": [block]}, unknown=unknown_marks)
        return the(machine, EncryptionAtRest).key_owner

    assert value(owner("CUSTOMER_MANAGED_KMS_KEY")) is KeyOwner.CUSTOMER
    assert unknown(owner("AWS_OWNED_KEY"))
    assert unknown(owner(None, type=True))


@pytest.mark.parametrize("forced", [True, False])
def test_obstacles_of_the_table(forced: bool) -> None:
    workgroup = World().add("aws_athena_workgroup.w", {"force_destroy": forced})
    (obstacle,) = the(workgroup, Retirement).obstacles
    assert obstacle.kind is ObstacleKind.PROTECTS
    assert value(obstacle.present) is not forced
    component = World().add("aws_imagebuilder_component.c", {"skip_destroy": True})
    assert [(o.kind, value(o.present)) for o in the(component, Retirement).obstacles] == [(ObstacleKind.KEEPS, True)]


def test_encryption_by_mode() -> None:
    world = World()
    key = world.add("aws_kms_key.k", {})
    security = world.add(
        "aws_glue_security_configuration.s",
        {
            "encryption_configuration": [
                {
                    "s3_encryption": [{"s3_encryption_mode": "SSE-KMS"}],
                    "cloudwatch_encryption": [{}],
                    "job_bookmarks_encryption": [{}],
                }
            ]
        },
        unknown={
            "encryption_configuration": [
                {
                    "s3_encryption": [{"kms_key_arn": True}],
                    "job_bookmarks_encryption": [{"job_bookmarks_encryption_mode": True}],
                }
            ]
        },
        refs={"encryption_configuration.0.s3_encryption.0.kms_key_arn": key},
    )
    assert value(keyed(security, EncryptionAtRest, "s3_encryption").key_owner) is KeyOwner.CUSTOMER
    assert value(keyed(security, EncryptionAtRest, "cloudwatch_encryption").enabled) is False
    assert unknown(keyed(security, EncryptionAtRest, "job_bookmarks_encryption").enabled)


@pytest.mark.parametrize(("mode", "enabled"), [("DISABLED", False), ("SSE-KMS", True)])
def test_encryption_of_the_data_catalog(mode: str, enabled: bool) -> None:
    settings = World().add(
        "aws_glue_data_catalog_encryption_settings.s",
        {"data_catalog_encryption_settings": [{"encryption_at_rest": [{"catalog_encryption_mode": mode}]}]},
    )
    assert value(the(settings, EncryptionAtRest).enabled) is enabled


def test_volumes_of_a_desktop() -> None:
    desktop = World().add(
        "aws_workspaces_workspace.w",
        {"root_volume_encryption_enabled": True, "volume_encryption_key": "alias/aws/workspaces"},
    )
    assert value(keyed(desktop, EncryptionAtRest, "root").key_owner) is KeyOwner.PROVIDER
    assert value(keyed(desktop, EncryptionAtRest, "user").enabled) is False


def test_protection_of_ledgers_and_user_pools() -> None:
    world = World()
    (ledger,) = the(world.add("aws_qldb_ledger.l", {}), Retirement).obstacles
    assert value(ledger.present) is True
    (pool,) = the(world.add("aws_cognito_user_pool.p", {}), Retirement).obstacles
    assert value(pool.present) is False
    (active,) = the(world.add("aws_cognito_user_pool.q", {"deletion_protection": "ACTIVE"}), Retirement).obstacles
    assert value(active.present) is True


@pytest.mark.parametrize("disabled", [True, False])
def test_build_output(disabled: bool) -> None:
    project = World().add("aws_codebuild_project.p", {"artifacts": [{"encryption_disabled": disabled}]})
    found = the(project, EncryptionAtRest)
    assert value(found.enabled) is not disabled
    assert value(found.key_owner) is (KeyOwner.NONE if disabled else KeyOwner.PROVIDER)


def test_a_pipeline_copies_artifacts_to_the_regions_of_its_stores() -> None:
    pipeline = World().add(
        "aws_codepipeline.p",
        {
            "artifact_store": [
                {"region": "ap-northeast-1"},
                {"region": "us-east-1", "encryption_key": [{"id": "alias/own"}]},
            ]
        },
    )
    assert value(keyed(pipeline, Replica, "us-east-1").location) == {"us-east-1"}
    assert value(keyed(pipeline, EncryptionAtRest, "us-east-1").key_owner) is KeyOwner.CUSTOMER
    assert every(World().add("aws_codepipeline.q", {"artifact_store": [{}]}), Replica) == []


def test_file_shares_are_always_encrypted() -> None:
    world = World()
    plain = world.add("aws_storagegateway_nfs_file_share.n", {})
    open_ = world.add("aws_storagegateway_smb_file_share.s", {}, unknown={"kms_encrypted": True})
    keyed_ = world.add("aws_storagegateway_smb_file_share.k", {"kms_encrypted": True, "kms_key_arn": "alias/own"})
    assert value(the(plain, EncryptionAtRest).key_owner) is KeyOwner.PROVIDER
    assert unknown(the(open_, EncryptionAtRest).key_owner)
    assert value(the(keyed_, EncryptionAtRest).key_owner) is KeyOwner.CUSTOMER


@pytest.mark.parametrize(("lock", "locked"), [("COMPLIANCE", True), ("GOVERNANCE", False), (None, False)])
def test_tapes_under_a_retention_lock(lock: str | None, locked: bool) -> None:
    pool = World().add("aws_storagegateway_tape_pool.t", {"retention_lock_type": lock})
    assert [value(o.present) for o in the(pool, Retirement).obstacles] == [locked]


def test_databases_of_lightsail() -> None:
    world = World()
    default = world.add("aws_lightsail_database.d", {})
    assert value(the(default, Backup).enabled) is True
    assert value(the(default, Backup).retention_days) == 7
    assert value(the(default, Exposure).public) is False
    assert [value(o.present) for o in the(default, Retirement).obstacles] == [True]
    off = world.add("aws_lightsail_database.o", {"backup_retention_enabled": False, "skip_final_snapshot": True})
    assert value(the(off, Backup).enabled) is False
    assert [value(o.present) for o in the(off, Retirement).obstacles] == [False]
    open_ = world.add("aws_lightsail_database.u", {}, unknown={"backup_retention_enabled": True})
    assert unknown(the(open_, Backup).enabled)


def test_snapshots_of_a_lightsail_server() -> None:
    world = World()
    add_on = {"type": "AutoSnapshot", "snapshot_time": "06:00", "status": "Enabled"}
    assert value(the(world.add("aws_lightsail_instance.i", {"add_on": [add_on]}), Backup).interval_hours) == 24
    assert every(world.add("aws_lightsail_instance.j", {}), Backup) == []
    (obstacle,) = the(world.add("aws_lightsail_bucket.b", {}), Retirement).obstacles
    assert value(obstacle.present) is True


@pytest.mark.parametrize(
    ("protocols", "encrypted"), [(["SFTP"], True), (["SFTP", "FTPS", "AS2"], True), (["SFTP", "FTP"], False)]
)
def test_protocols_of_a_transfer_server(protocols: list[str], encrypted: bool) -> None:
    server = World().add("aws_transfer_server.s", {"protocols": protocols})
    assert value(the(server, EncryptionInTransit).required) is encrypted


def test_protocols_that_are_not_stated() -> None:
    left_out = World().add("aws_transfer_server.l", {}, unset=("protocols",))
    assert value(the(left_out, EncryptionInTransit).required) is True
    open_ = World().add("aws_transfer_server.o", {}, unknown={"protocols": True})
    assert unknown(the(open_, EncryptionInTransit).required)


@pytest.mark.parametrize("encrypted", [True, False])
def test_disks_of_a_cluster_by_its_security_configuration(encrypted: bool) -> None:
    world = World()
    text = json.dumps({"EncryptionConfiguration": {"EnableAtRestEncryption": encrypted}})
    world.add("aws_emr_security_configuration.s", {"name": "s", "configuration": text})
    cluster = world.add("aws_emr_cluster.c", {"security_configuration": "s"})
    assert value(the(cluster, EncryptionAtRest).enabled) is encrypted


def test_disks_of_a_cluster_without_one_are_up_to_the_account() -> None:
    world = World()
    assert unknown(the(world.add("aws_emr_cluster.c", {}), EncryptionAtRest).enabled)
    world.add("aws_emr_security_configuration.s", {"name": "s", "configuration": "{"})
    assert unknown(the(world.add("aws_emr_cluster.d", {"security_configuration": "s"}), EncryptionAtRest).enabled)


@pytest.mark.parametrize(("policy", "kept"), [([], True), ([{"home_efs_file_system": "Delete"}], False)])
def test_homes_of_a_sagemaker_domain(policy: list[dict[str, Any]], kept: bool) -> None:
    domain = World().add("aws_sagemaker_domain.d", {"retention_policy": policy})
    assert [(o.kind, value(o.present)) for o in the(domain, Retirement).obstacles] == [(ObstacleKind.KEEPS, kept)]


def test_stores_of_a_feature_group() -> None:
    group = World().add(
        "aws_sagemaker_feature_group.g",
        {"online_store_config": [{"security_config": [{"kms_key_id": "alias/own"}]}]},
    )
    assert [e.key for e in every(group, EncryptionAtRest)] == ["online"]
    assert value(the(group, EncryptionAtRest).key_owner) is KeyOwner.CUSTOMER


def test_caches_and_apis_of_appsync() -> None:
    world = World()
    cache = world.add("aws_appsync_api_cache.c", {"transit_encryption_enabled": True})
    assert value(the(cache, EncryptionAtRest).enabled) is False
    assert value(the(cache, EncryptionInTransit).required) is True
    assert value(the(world.add("aws_appsync_graphql_api.a", {}), EncryptionInTransit).required) is True


def test_things_that_are_in_several_regions() -> None:
    world = World()
    sync = world.add("aws_ssm_resource_data_sync.s", {"s3_destination": [{"region": "us-east-1"}]})
    assert value(the(sync, Replica).location) == {"us-east-1"}
    incidents = world.add(
        "aws_ssmincidents_replication_set.i", {"region": [{"name": "ap-northeast-1"}, {"name": "us-west-2"}]}
    )
    assert value(the(incidents, Placement).locations) == {"ap-northeast-1", "us-west-2"}
    directory = world.add("aws_directory_service_region.r", {"region_name": "us-east-1"})
    assert value(the(directory, Replica).location) == {"us-east-1"}
    report = world.add("aws_cur_report_definition.c", {"s3_region": "us-east-1"})
    assert value(the(report, Placement).locations) == {"us-east-1"}


@pytest.mark.parametrize("complete", [True, False])
def test_a_lock_of_an_archive(complete: bool) -> None:
    world = World()
    vault = world.add("aws_glacier_vault.v", {"name": "v"})
    assert [value(o.present) for o in the(vault, Retirement).obstacles] == [False]
    assert value(the(vault, Exposure).public) is False
    world.add("aws_glacier_vault_lock.l", {"vault_name": "v", "complete_lock": complete})
    assert [value(o.present) for o in the(vault, Retirement).obstacles] == [complete]


def test_directories_are_copied_daily_unless_they_are_elsewhere() -> None:
    world = World()
    directory = world.add("aws_directory_service_directory.d", {"type": "MicrosoftAD"})
    assert value(the(directory, Backup).interval_hours) == 24
    assert unknown(the(directory, Backup).retention_days)
    assert every(world.add("aws_directory_service_directory.c", {"type": "ADConnector"}), Backup) == []


def test_the_recycle_bin_keeps_what_was_deleted() -> None:
    rule = World().add("aws_rbin_rule.r", {"lock_configuration": [{"unlock_delay": [{}]}]})
    assert [(o.kind, value(o.present)) for o in the(rule, Retirement).obstacles] == [
        (ObstacleKind.KEEPS, True),
        (ObstacleKind.LOCKS, True),
    ]
    open_ = World().add("aws_rbin_rule.s", {})
    assert isinstance(the(open_, Retirement).obstacles[1].present, Known)
    assert value(the(open_, Retirement).obstacles[1].present) is False


def test_credentials_of_single_services() -> None:
    world = World()
    assert the(world.add("aws_ram_principal_association.p", {}), AccountIdentity).what == "resource-share"
    assert the(world.add("aws_transfer_user.u", {}), AccountIdentity).what == "service-user"


def test_recordings_are_encrypted_where_it_is_stated() -> None:
    world = World()
    config = {"s3_config": [{"encryption_config": [{"key_id": "alias/own"}]}]}
    stated = world.add("aws_connect_instance_storage_config.s", {"storage_config": [config]})
    assert value(the(stated, EncryptionAtRest).key_owner) is KeyOwner.CUSTOMER
    assert every(world.add("aws_connect_instance_storage_config.n", {"storage_config": [{}]}), EncryptionAtRest) == []


@pytest.mark.parametrize(("mode", "required"), [("verify-full", True), ("none", False), (None, False)])
def test_connections_of_a_migration(mode: str | None, required: bool) -> None:
    world = World()
    endpoint = world.add("aws_dms_endpoint.e", {"engine_name": "postgres", "ssl_mode": mode})
    assert value(the(endpoint, EncryptionInTransit).required) is required
    bucket = world.add("aws_dms_endpoint.b", {"engine_name": "s3"})
    assert every(bucket, EncryptionInTransit) == []


def test_a_migration_server_is_public_unless_stated() -> None:
    world = World()
    assert value(the(world.add("aws_dms_replication_instance.d", {}), Exposure).public) is True
    private = world.add("aws_dms_replication_instance.p", {"publicly_accessible": False})
    assert value(the(private, Exposure).public) is False
