"""Machines, volumes, images, containers, and the time servers that machines are told to use."""

from __future__ import annotations

import base64
import gzip
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.attr import Reason, Unknown
from auditor.facets import (
    Backup,
    BackupVault,
    DataAccessLog,
    EncryptionAtRest,
    EncryptionInTransit,
    Exposure,
    KeyOwner,
    Placement,
    Replica,
    Residue,
    Retirement,
    TimeSource,
)
from auditor.record import Record
from auditor.testing import World
from auditor_aws.placement import region_of_arn, region_of_zone
from auditor_aws.time_sources import decoded, servers_in
from tests.aws.data_world import (
    KEY_ARN,
    OSAKA,
    OTHER_ACCOUNT,
    TOKYO,
    facet,
    facets,
    key,
    obstacles,
    policy,
    reason,
)


@pytest.mark.parametrize(
    ("zone", "region"),
    [("ap-northeast-1a", TOKYO), ("ap-northeast-1-tpe-1a", TOKYO), ("us-gov-west-1b", "us-gov-west-1")],
)
def test_regions_of_zones(zone: str, region: str) -> None:
    assert region_of_zone(zone) == region


@pytest.mark.parametrize(
    ("arn", "region"),
    [(KEY_ARN, TOKYO), ("arn:aws:s3:::docs", None), ("docs", None), ("arn:aws:kms:*:1:key/a", None)],
)
def test_regions_of_arns(arn: str, region: str | None) -> None:
    assert region_of_arn(arn) == region


def volume(world: World, values: dict[str, Any] | None = None, **more: Any) -> Record:
    return world.add("aws_ebs_volume.data", {"availability_zone": f"{OSAKA}a", **(values or {})}, **more)


def owner(encryption: EncryptionAtRest) -> tuple[bool | Reason, KeyOwner | Reason]:
    enabled, held = encryption.enabled, encryption.key_owner
    return (
        enabled.reason if isinstance(enabled, Unknown) else enabled.value,
        held.reason if isinstance(held, Unknown) else held.value,
    )


def test_a_volume_lies_in_the_region_of_its_provider() -> None:
    assert facet(volume(World(region=OSAKA)), Placement).locations.value == {OSAKA}
    assert reason(facet(volume(World(region=None)), Placement).locations) is Reason.UNRESOLVED


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"encrypted": True}, (True, KeyOwner.PROVIDER)),
        ({"encrypted": True, "kms_key_id": "alias/city"}, (True, KeyOwner.CUSTOMER)),
        ({"encrypted": False}, (False, KeyOwner.NONE)),
        ({}, (Reason.OUTSIDE, Reason.OUTSIDE)),
        ({"snapshot_id": "snap-1"}, (Reason.OUTSIDE, Reason.OUTSIDE)),
    ],
)
def test_encryption_of_a_volume(values: dict[str, Any], expected: tuple[Any, Any]) -> None:
    assert owner(facet(volume(World(), values), EncryptionAtRest)) == expected


def test_encryption_by_default_of_the_region() -> None:
    world = World()
    world.add("aws_ebs_encryption_by_default.tokyo", {"enabled": True})
    world.add("aws_ebs_default_kms_key.tokyo", {}, unknown={"key_arn": True}, refs={"key_arn": key(world)})
    bare = volume(world, {"encrypted": False})
    assert owner(facet(bare, EncryptionAtRest)) == (True, KeyOwner.CUSTOMER)
    named = world.add("aws_ebs_volume.named", {"encrypted": True, "kms_key_id": "alias/aws/ebs"})
    assert owner(facet(named, EncryptionAtRest)) == (True, KeyOwner.PROVIDER)
    far = world.add("aws_ebs_volume.far", {}, region=OSAKA)
    assert owner(facet(far, EncryptionAtRest)) == (Reason.OUTSIDE, Reason.OUTSIDE)


def test_encryption_by_default_that_is_off_or_open() -> None:
    off = World()
    off.add("aws_ebs_encryption_by_default.tokyo", {"enabled": False})
    assert owner(facet(volume(off), EncryptionAtRest)) == (False, KeyOwner.NONE)
    open_ = World()
    open_.add("aws_ebs_encryption_by_default.tokyo", {}, unknown={"enabled": True})
    assert owner(facet(volume(open_), EncryptionAtRest))[0] is Reason.AFTER_APPLY


def test_a_computed_setting_of_a_volume() -> None:
    world = World()
    record = volume(world, unknown={"encrypted": True, "snapshot_id": True})
    assert owner(facet(record, EncryptionAtRest))[0] is Reason.AFTER_APPLY
    record = world.add("aws_ebs_volume.more", {}, unset=["encrypted", "snapshot_id"])
    assert owner(facet(record, EncryptionAtRest))[0] is Reason.OUTSIDE
    world.add("aws_ebs_encryption_by_default.tokyo", {"enabled": False})
    assert owner(facet(record, EncryptionAtRest))[0] is False


def test_a_volume_without_any_backup_plan() -> None:
    assert reason(facet(volume(World()), Backup).enabled) is Reason.NOT_COLLECTED
    found = facet(volume(World(complete=True)), Backup)
    assert (found.enabled.value, found.interval_hours.value) == (False, None)
    assert obstacles(facet(volume(World(), {"final_snapshot": True}), Retirement)) == {"final_snapshot": True}


def plan_for(world: World, store: Record) -> None:
    """A daily backup plan that selects the store by reference."""
    vault = world.add("aws_backup_vault.main", {"name": "main"})
    rule = {
        "rule_name": "daily",
        "target_vault_name": "main",
        "schedule": "cron(0 17 ? * * *)",
        "lifecycle": [{"delete_after": 90}],
    }
    plan = world.add("aws_backup_plan.main", {"rule": [rule]}, refs={"rule.0.target_vault_name": vault})
    world.add(
        "aws_backup_selection.main",
        {"resources": [None]},
        unknown={"resources": [True], "plan_id": True},
        refs={"plan_id": plan, "resources.0": store, "resources": store},
    )


def test_a_volume_in_a_backup_plan() -> None:
    world = World()
    record = volume(world)
    plan_for(world, record)
    found = facet(record, Backup)
    assert (found.enabled.value, found.interval_hours.value, found.retention_days.value) == (True, 24, 90)


def test_backups_of_a_machine_take_in_its_volumes() -> None:
    world = World()
    record = volume(world)
    machine = world.add("aws_instance.web", {})
    plan_for(world, machine)
    assert reason(facet(record, Backup).enabled) is Reason.NOT_COLLECTED
    world.add("aws_volume_attachment.web", {}, refs={"volume_id": record, "instance_id": machine})
    assert facet(record, Backup).enabled.value is True


def test_a_snapshot_is_encrypted_as_its_volume_is() -> None:
    world = World()
    record = world.add("aws_ebs_snapshot.a", {}, refs={"volume_id": volume(world, {"encrypted": True})})
    assert owner(facet(record, EncryptionAtRest)) == (True, KeyOwner.PROVIDER)
    vault = facet(record, BackupVault)
    assert (vault.encrypted.value, vault.key_owner.value, vault.immutable) == (True, KeyOwner.PROVIDER, None)
    known = world.add("aws_ebs_snapshot.b", {"encrypted": False, "volume_id": "vol-1"})
    assert owner(facet(known, EncryptionAtRest)) == (False, KeyOwner.NONE)
    far = world.add("aws_ebs_snapshot.c", {"volume_id": "vol-1"})
    assert owner(facet(far, EncryptionAtRest)) == (Reason.OUTSIDE, Reason.OUTSIDE)


def test_a_copy_of_a_snapshot() -> None:
    world = World()
    source = world.add("aws_ebs_snapshot.a", {}, refs={"volume_id": volume(world, {"encrypted": True})})
    copy = world.add(
        "aws_ebs_snapshot_copy.a", {"source_region": TOKYO}, refs={"source_snapshot_id": source}, region=OSAKA
    )
    assert facet(copy, Replica).location.value == {OSAKA}
    assert owner(facet(copy, EncryptionAtRest)) == (True, KeyOwner.PROVIDER)
    own = world.add("aws_ebs_snapshot_copy.b", {"encrypted": True, "kms_key_id": "alias/city"})
    assert owner(facet(own, EncryptionAtRest)) == (True, KeyOwner.CUSTOMER)
    far = world.add("aws_ebs_snapshot_copy.c", {"encrypted": False, "source_snapshot_id": "snap-1"})
    assert owner(facet(far, EncryptionAtRest))[0] is Reason.OUTSIDE


@pytest.mark.parametrize(("group", "public"), [("all", True), (None, False)])
def test_who_may_launch_an_image(group: str | None, public: bool) -> None:
    world = World()
    image = world.add("aws_ami.a", {"ebs_block_device": [{"device_name": "/dev/xvda", "encrypted": True}]})
    world.add("aws_ami_launch_permission.a", {"group": group}, refs={"image_id": image})
    assert facet(image, Exposure).public.value is public
    assert owner(facet(image, EncryptionAtRest)) == (True, KeyOwner.PROVIDER)


def test_images_that_are_copied_or_made_of_machines() -> None:
    world = World()
    copy = world.add("aws_ami_copy.a", {"encrypted": False, "source_ami_id": "ami-1"})
    assert owner(facet(copy, EncryptionAtRest))[0] is Reason.OUTSIDE
    machine = world.add("aws_instance.web", {"root_block_device": [{"encrypted": True, "kms_key_id": "alias/city"}]})
    image = world.add("aws_ami_from_instance.a", {}, refs={"source_instance_id": machine})
    assert owner(facet(image, EncryptionAtRest)) == (True, KeyOwner.CUSTOMER)
    open_ = world.add("aws_ami.b", {}, unknown={"ebs_block_device": True})
    assert owner(facet(open_, EncryptionAtRest))[0] is Reason.AFTER_APPLY


def test_devices_of_a_machine() -> None:
    devices = {
        "root_block_device": [{"encrypted": True, "kms_key_id": "alias/city"}],
        "ebs_block_device": [{"device_name": "/dev/sdb", "encrypted": False, "delete_on_termination": False}],
    }
    record = World().add("aws_instance.web", {**devices, "disable_api_termination": True})
    found = {one.key: owner(one) for one in facets(record, EncryptionAtRest)}
    assert found == {"root": (True, KeyOwner.CUSTOMER), "/dev/sdb": (False, KeyOwner.NONE)}
    names = [(one.name, one.present.value) for one in facet(record, Retirement).obstacles]
    assert names == [
        ("disable_api_termination", True),
        ("delete_on_termination", False),
        ("delete_on_termination", True),
    ]


def test_a_root_device_that_nobody_describes() -> None:
    record = World().add("aws_instance.web", {})
    assert [(one.key, owner(one)[0]) for one in facets(record, EncryptionAtRest)] == [("root", Reason.OUTSIDE)]


def test_devices_of_templates() -> None:
    world = World()
    template = world.add(
        "aws_launch_template.a",
        {"block_device_mappings": [{"device_name": "/dev/xvda", "ebs": [{"encrypted": "true"}]}]},
    )
    assert owner(facet(template, EncryptionAtRest)) == (True, KeyOwner.PROVIDER)
    assert facet(template, Placement).stores_data is False
    old = world.add("aws_launch_configuration.a", {"root_block_device": [{"encrypted": False}]})
    assert owner(facet(old, EncryptionAtRest)) == (False, KeyOwner.NONE)
    fleet = world.add(
        "aws_spot_fleet_request.a", {"launch_specification": [{"root_block_device": [{"encrypted": True}]}]}
    )
    assert owner(facet(fleet, EncryptionAtRest)) == (True, KeyOwner.PROVIDER)


@pytest.mark.parametrize(
    ("script", "servers"),
    [
        ("#!/bin/sh\nyum update -y\n", ()),
        ("server clock.example.jp iburst", ()),
        (
            "cat > /etc/chrony.conf <<X\nserver ntp1.example.jp iburst\npool ntp2.example.jp\nX",
            ("ntp1.example.jp", "ntp2.example.jp"),
        ),
        ("echo 'server 10.0.0.5 iburst' >> /etc/chrony.conf", ("10.0.0.5",)),
        ('echo "server 169.254.169.123 prefer" > /etc/ntp.conf', ("169.254.169.123",)),
        ("sed -i 's/^pool .*/server ntp.example.jp iburst/' /etc/chrony/chrony.conf", ("ntp.example.jp",)),
        ("# chrony\n#server old.example.jp iburst", ()),
        ("# ntp here\nupstream app { server 10.0.0.1:8080; }", ()),
        (
            "cat > /etc/systemd/timesyncd.conf <<X\n[Time]\nNTP=a.example.jp b.example.jp\nX",
            ("a.example.jp", "b.example.jp"),
        ),
        (
            "#cloud-config\nntp:\n  enabled: true\n  servers:\n    - a.example.jp\n    - b.example.jp\nruncmd:\n - ls",
            ("a.example.jp", "b.example.jp"),
        ),
        ("#cloud-config\nntp:\n  pools: [p.example.jp, q.example.jp]\n", ("p.example.jp", "q.example.jp")),
        ('w32tm /config /manualpeerlist:"a.example.jp,0x9 b.example.jp" /update', ("a.example.jp", "b.example.jp")),
    ],
)
def test_time_servers_in_scripts(script: str, servers: tuple[str, ...]) -> None:
    assert servers_in(script) == servers


@given(st.text(max_size=300))
def test_any_script_is_read_without_an_error(script: str) -> None:
    assert all(servers_in("chrony\n" + script))
    assert decoded(base64.b64encode(script.encode()).decode()) == script


@given(st.from_regex(r"[a-z][a-z0-9]{0,10}(\.[a-z][a-z0-9]{0,10}){1,3}", fullmatch=True))
def test_any_server_in_a_chrony_file_is_found(name: str) -> None:
    assert servers_in(f"cat > /etc/chrony.conf <<X\nserver {name} iburst\nX\n") == (name,)


SCRIPT = "cat > /etc/chrony.conf <<X\nserver ntp.example.jp iburst\nX\n"
PACKED = base64.b64encode(SCRIPT.encode()).decode()
ZIPPED = base64.b64encode(gzip.compress(SCRIPT.encode())).decode()


@pytest.mark.parametrize(
    ("type_", "values", "servers"),
    [
        ("aws_instance", {"user_data": SCRIPT}, ("ntp.example.jp",)),
        ("aws_instance", {"user_data": PACKED}, ("ntp.example.jp",)),
        ("aws_instance", {"user_data_base64": PACKED}, ("ntp.example.jp",)),
        ("aws_instance", {"user_data_base64": ZIPPED}, ("ntp.example.jp",)),
        ("aws_instance", {}, ()),
        ("aws_instance", {"user_data": "da39a3ee5e6b4b0d3255bfef95601890afd80709"}, Reason.NOT_COLLECTED),
        ("aws_launch_template", {"user_data": PACKED}, ("ntp.example.jp",)),
        ("aws_launch_template", {"user_data": "////"}, Reason.UNPARSEABLE),
        ("aws_launch_configuration", {"user_data": SCRIPT}, ("ntp.example.jp",)),
    ],
)
def test_time_sources_of_machines(type_: str, values: dict[str, Any], servers: Any) -> None:
    found = facet(World().add(f"{type_}.a", values), TimeSource).servers
    assert (found.reason if isinstance(found, Unknown) else found.value) == servers


@pytest.mark.parametrize("path", ["user_data", "user_data_base64"])
def test_user_data_that_is_open(path: str) -> None:
    record = World().add("aws_instance.a", {}, unknown={path: True})
    assert reason(facet(record, TimeSource).servers) is Reason.AFTER_APPLY


def test_servers_in_sensitive_user_data_stay_sensitive() -> None:
    record = World().add("aws_instance.a", {"user_data": SCRIPT}, sensitive={"user_data": True})
    found = facet(record, TimeSource).servers
    assert not isinstance(found, Unknown)
    assert found.sensitive


def test_functions() -> None:
    plain = World().add("aws_lambda_function.a", {"skip_destroy": True})
    assert facets(plain, EncryptionAtRest) == []
    assert obstacles(facet(plain, Retirement)) == {"skip_destroy": True}
    named = World().add(
        "aws_lambda_function.b", {"environment": [{"variables": {"A": "b"}}], "kms_key_arn": "alias/city"}
    )
    assert owner(facet(named, EncryptionAtRest)) == (True, KeyOwner.CUSTOMER)
    assert facet(World().add("aws_lambda_function_url.a", {}), EncryptionInTransit).required.value is True


@pytest.mark.parametrize(("setting", "required"), [("ENABLED", True), ("DISABLED", False), (None, False)])
def test_file_systems_of_tasks(setting: str | None, required: bool) -> None:
    mounted = {"name": "docs", "efs_volume_configuration": [{"transit_encryption": setting}]}
    record = World().add("aws_ecs_task_definition.a", {"volume": [mounted, {"name": "scratch"}]})
    found = facet(record, EncryptionInTransit)
    assert (found.key, found.required.value) == ("docs", required)


def test_volumes_of_services() -> None:
    managed = {"name": "data", "managed_ebs_volume": [{"encrypted": False}]}
    record = World().add("aws_ecs_service.a", {"volume_configuration": [managed]})
    assert owner(facet(record, EncryptionAtRest)) == (False, KeyOwner.NONE)


def test_a_kubernetes_cluster() -> None:
    world = World()
    record = world.add(
        "aws_eks_cluster.a",
        {
            "enabled_cluster_log_types": ["api", "audit"],
            "encryption_config": [{"provider": [{}], "resources": ["secrets"]}],
            "vpc_config": [{"endpoint_public_access": True, "public_access_cidrs": ["203.0.113.0/24"]}],
            "deletion_protection": True,
        },
        unknown={"encryption_config": [{"provider": [{"key_arn": True}]}]},
        refs={"encryption_config.0.provider.0.key_arn": key(world)},
    )
    assert owner(facet(record, EncryptionAtRest)) == (True, KeyOwner.CUSTOMER)
    assert facet(record, DataAccessLog).enabled.value is True
    assert facet(record, Exposure).public.value is False
    assert obstacles(facet(record, Retirement)) == {"deletion_protection": True}


def test_a_kubernetes_cluster_with_defaults() -> None:
    record = World().add("aws_eks_cluster.a", {"vpc_config": [{}]})
    assert owner(facet(record, EncryptionAtRest)) == (True, KeyOwner.PROVIDER)
    assert facet(record, DataAccessLog).enabled.value is False
    assert facet(record, Exposure).public.value is True
    open_ = World().add("aws_eks_cluster.b", {}, unknown={"enabled_cluster_log_types": [True]})
    assert reason(facet(open_, DataAccessLog).enabled) is Reason.AFTER_APPLY


PULL = {"Effect": "Allow", "Principal": "*", "Action": "ecr:BatchGetImage"}


def test_a_repository() -> None:
    world = World()
    record = world.add(
        "aws_ecr_repository.app",
        {"name": "city/app", "encryption_configuration": [{"encryption_type": "KMS", "kms_key": "alias/city"}]},
    )
    assert owner(facet(record, EncryptionAtRest)) == (True, KeyOwner.CUSTOMER)
    assert obstacles(facet(record, Retirement)) == {"force_delete": True}
    assert facet(record, Exposure).public.value is False
    world.add("aws_ecr_repository_policy.app", {"policy": policy(PULL)}, refs={"repository": record})
    assert facet(record, Exposure).public.value is True
    assert facet(record, Residue).what == "repository"


@pytest.mark.parametrize(("prefix", "regions"), [("city/", [OSAKA]), ("other/", []), (None, [OSAKA])])
def test_replication_of_a_registry(prefix: str | None, regions: list[str]) -> None:
    world = World()
    record = world.add("aws_ecr_repository.app", {"name": "city/app"})
    filters = [] if prefix is None else [{"filter": prefix, "filter_type": "PREFIX_MATCH"}]
    rule = {"destination": [{"region": OSAKA, "registry_id": OTHER_ACCOUNT}], "repository_filter": filters}
    world.add("aws_ecr_replication_configuration.all", {"replication_configuration": [{"rule": [rule]}]})
    assert [one.key for one in facets(record, Replica)] == regions


def test_a_public_registry() -> None:
    record = World().add("aws_ecrpublic_repository.app", {})
    assert facet(record, Placement).global_service == "ECR Public"
    assert facet(record, Exposure).public.value is True
