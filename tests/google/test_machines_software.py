"""Versions in use, images of machines, patches, scans, services, networks, and where copies come from."""

from __future__ import annotations

from typing import Any

import pytest

from auditor.attr import Attr, Known, Unknown
from auditor.facets import (
    DataOrigin,
    EnabledService,
    ImageSource,
    LicensedSoftware,
    Machine,
    MalwareScan,
    NeedlessFunction,
    Patching,
    Resident,
    Software,
    VulnerabilityScan,
)
from auditor.record import Action, Record
from auditor_google.images import system_of
from auditor_google.labels import read_label
from auditor_google.terraform import adapter_set
from tests.google.google_world import UNKNOWN, all_of, one, project, value


def add(address: str, values: dict[str, Any] | None = None, **how: Any) -> Record:
    return project().add(address, values, **how)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("debian-12", ("debian", "12", True)),
        ("debian-11-bullseye-v20240213", ("debian", "11", True)),
        ("ubuntu-2204-lts", ("ubuntu", "22.04", False)),
        ("ubuntu-minimal-2404-lts-amd64", ("ubuntu", "24.04", False)),
        ("ubuntu-pro-2004-lts", ("ubuntu", "20.04", True)),
        ("centos-7", ("centos", "7", False)),
        ("centos-stream-9", ("centos-stream", "9", False)),
        ("rhel-9", ("rhel", "9", False)),
        ("rocky-linux-9-optimized-gcp", ("rocky-linux", "9", False)),
        ("almalinux-8", ("almalinux", "8", False)),
        ("windows-2019", ("windows-server", "2019", False)),
        ("windows-server-2022-dc-v20240214", ("windows-server", "2022", False)),
        ("sles-15-sp5-sap", ("sles", "15.5", False)),
        ("cos-113-lts", ("container-optimized-os", "113", False)),
        ("cos-stable", None),
        ("our-own", None),
    ],
)
def test_names_of_images_tell_the_system(name: str, expected: tuple[str, str, bool] | None) -> None:
    assert system_of(name) == expected


def machine(image: str | None, **how: Any) -> Record:
    return add("google_compute_instance.one", {"boot_disk": [{"initialize_params": [{"image": image}]}]}, **how)


@pytest.mark.parametrize(
    ("image", "product", "version", "publisher", "vouched"),
    [
        ("debian-cloud/debian-12", "debian", "12", "debian-cloud", True),
        ("projects/debian-cloud/global/images/family/debian-12", "debian", "12", "debian-cloud", True),
        (
            "https://www.googleapis.com/compute/v1/projects/ubuntu-os-cloud/global/images/ubuntu-2204-jammy-v20240307",
            "ubuntu",
            "22.04",
            "ubuntu-os-cloud",
            True,
        ),
        ("city-main/golden", "os", UNKNOWN, "city-main", True),
        ("projects/somebody/global/images/debian-12", "debian", "12", "somebody", UNKNOWN),
    ],
)
def test_an_image_by_its_name(image: str, product: str, version: str, publisher: str, vouched: Any) -> None:
    record = machine(image)
    found, source = one(record, Software), one(record, ImageSource)
    assert (found.product, value(found.version)) == (product, version)
    assert (value(source.publisher), value(source.vouched)) == (publisher, vouched)


def test_an_image_without_a_project() -> None:
    record = machine("debian-12")
    assert value(one(record, Software).version) == "12"
    assert all_of(record, ImageSource) == []
    assert all_of(machine(None), Software) == []
    open_ = add(
        "google_compute_instance.one", {"boot_disk": [{}]}, unknown={"boot_disk": [{"initialize_params": True}]}
    )
    assert value(one(open_, Software).version) == UNKNOWN


def test_an_image_that_is_looked_up_or_ones_own() -> None:
    world = project()
    looked_up = world.add("data.google_compute_image.this", {"family": "rhel-8", "project": "rhel-cloud"})
    looked_up.type = "data.google_compute_image"
    own = world.add("google_compute_image.golden", {"name": "golden"})
    path = "boot_disk.0.initialize_params.0.image"
    first = world.add("google_compute_instance.a", {"boot_disk": [{"initialize_params": [{}]}]}, refs={path: looked_up})
    second = world.add("google_compute_instance.b", {"boot_disk": [{"initialize_params": [{}]}]}, refs={path: own})
    assert (one(first, Software).product, value(one(first, Software).version)) == ("rhel", "8")
    assert value(one(first, ImageSource).vouched) is True
    assert all_of(second, Software) == []
    assert value(one(second, ImageSource).vouched) is True


def test_licences_that_are_brought_along() -> None:
    found = one(machine("projects/rhel-byos-cloud/global/images/family/rhel-9-byos"), LicensedSoftware)
    assert (value(found.own_licence), value(found.tracked)) == (True, False)
    assert all_of(machine("rhel-cloud/rhel-9"), LicensedSoftware) == []


def test_disks_of_templates_tell_of_their_images() -> None:
    record = add("google_compute_instance_template.one", {"disk": [{"source_image": "centos-cloud/centos-7"}, {}]})
    assert value(one(record, Software).version) == "7"
    assert value(one(add("google_compute_disk.one", {"image": "debian-cloud/debian-9"}), Software).version) == "9"
    assert all_of(add("google_compute_disk.two", {}), Software) == []


@pytest.mark.parametrize(
    ("version", "product", "number"),
    [
        ("MYSQL_8_0", "sql-mysql", "8.0"),
        ("MYSQL_8_0_31", "sql-mysql", "8.0"),
        ("MYSQL_5_7", "sql-mysql", "5.7"),
        ("POSTGRES_16", "sql-postgres", "16"),
        ("POSTGRES_9_6", "sql-postgres", "9.6"),
        ("SQLSERVER_2019_STANDARD", "sql-server", "15"),
        ("SQLSERVER_2099_WEB", "sql-server", "2099"),
        ("ORACLE_1", "sql", "ORACLE_1"),
    ],
)
def test_versions_of_cloud_sql(version: str, product: str, number: str) -> None:
    record = add("google_sql_database_instance.one", {"database_version": version})
    found = one(record, Software)
    assert (found.product, value(found.version), value(found.extended)) == (product, number, True)
    assert value(one(record, Patching).automatic) is True


@pytest.mark.parametrize(
    ("type_", "values", "product", "version"),
    [
        ("google_redis_instance", {"redis_version": "REDIS_6_X"}, "memorystore-redis", "6.x"),
        ("google_memorystore_instance", {"engine_version": "VALKEY_8_0"}, "memorystore-valkey", "8.0"),
        ("google_alloydb_cluster", {"database_version": "POSTGRES_15"}, "alloydb", "15"),
        ("google_cloudfunctions_function", {"runtime": "python39"}, "runtime", "python39"),
        ("google_cloudfunctions2_function", {"build_config": [{"runtime": "go122"}]}, "runtime", "go122"),
        ("google_app_engine_standard_app_version", {"runtime": "nodejs20"}, "runtime", "nodejs20"),
    ],
)
def test_products_and_versions(type_: str, values: dict[str, Any], product: str, version: str) -> None:
    found = one(add(f"{type_}.one", values), Software)
    assert (found.product, value(found.version)) == (product, version)


@pytest.mark.parametrize(
    ("type_", "path"),
    [
        ("google_redis_instance", "redis_version"),
        ("google_sql_database_instance", "database_version"),
        ("google_cloudfunctions_function", "runtime"),
        ("google_alloydb_cluster", "database_version"),
    ],
)
def test_versions_that_are_open(type_: str, path: str) -> None:
    assert value(one(add(f"{type_}.one", {}, unknown={path: True}), Software).version) == UNKNOWN
    assert value(one(add(f"{type_}.one", {}, unset=[path]), Software).version) == UNKNOWN


@pytest.mark.parametrize(
    ("values", "how", "kept", "version"),
    [
        ({"release_channel": [{"channel": "REGULAR"}]}, {}, True, UNKNOWN),
        ({"release_channel": [{"channel": "EXTENDED"}]}, {}, True, UNKNOWN),
        ({"release_channel": [{"channel": "UNSPECIFIED"}], "min_master_version": "1.30.1-gke.1"}, {}, False, "1.30.1"),
        ({"min_master_version": "1.30"}, {}, UNKNOWN, "1.30"),
        ({"min_master_version": "latest"}, {}, UNKNOWN, UNKNOWN),
        ({"enable_autopilot": True}, {"unknown": {"release_channel": True}}, True, UNKNOWN),
        ({}, {"unknown": {"release_channel": True}}, UNKNOWN, UNKNOWN),
    ],
)
def test_versions_of_clusters(values: dict[str, Any], how: dict[str, Any], kept: Any, version: str) -> None:
    found = one(add("google_container_cluster.one", values, **how), Software)
    assert (value(found.kept_current), value(found.version)) == (kept, version)


@pytest.mark.parametrize(
    ("values", "function", "expected"),
    [
        ({}, "legacy ABAC", False),
        ({"enable_legacy_abac": True}, "legacy ABAC", True),
        ({}, "client certificate", False),
        (
            {"master_auth": [{"client_certificate_config": [{"issue_client_certificate": True}]}]},
            "client certificate",
            True,
        ),
        (
            {"node_config": [{"kubelet_config": [{"insecure_kubelet_readonly_port_enabled": "TRUE"}]}]},
            "kubelet read-only port",
            True,
        ),
        (
            {"node_config": [{"kubelet_config": [{"insecure_kubelet_readonly_port_enabled": "FALSE"}]}]},
            "kubelet read-only port",
            False,
        ),
        ({"node_config": [{"metadata": {"disable-legacy-endpoints": "true"}}]}, "legacy metadata endpoints", False),
        ({"node_config": [{"metadata": {"disable-legacy-endpoints": "false"}}]}, "legacy metadata endpoints", True),
        ({}, "kubelet read-only port", None),
    ],
)
def test_old_functions_of_clusters(values: dict[str, Any], function: str, expected: bool | None) -> None:
    found = all_of(add("google_container_cluster.one", values), NeedlessFunction)
    assert [value(facet.enabled) for facet in found if facet.function == function] == (
        [] if expected is None else [expected]
    )


def test_open_functions_of_clusters() -> None:
    record = add("google_container_cluster.one", {}, unknown={"enable_legacy_abac": True, "master_auth": True})
    assert [value(facet.enabled) for facet in all_of(record, NeedlessFunction)] == [UNKNOWN, UNKNOWN]


@pytest.mark.parametrize(
    ("values", "how", "expected"),
    [
        ({}, {}, True),
        ({"management": [{"auto_upgrade": True}]}, {}, True),
        ({"management": [{"auto_upgrade": False}]}, {}, False),
        ({}, {"unset": ["management"]}, True),
        ({}, {"unknown": {"management": True}}, UNKNOWN),
    ],
)
def test_nodes_are_upgraded_by_themselves(values: dict[str, Any], how: dict[str, Any], expected: Any) -> None:
    assert value(one(add("google_container_node_pool.one", values, **how), Patching).automatic) == expected
    if not how:
        cluster = add("google_container_cluster.one", {"node_pool": [values]})
        assert value(one(cluster, Patching).automatic) == expected


@pytest.mark.parametrize(
    ("build", "expected"),
    [
        ({}, True),
        ({"automatic_update_policy": [{}]}, True),
        ({"on_deploy_update_policy": [{}]}, False),
    ],
)
def test_patches_of_runtimes(build: dict[str, Any], expected: bool) -> None:
    record = add("google_cloudfunctions2_function.one", {"build_config": [{"runtime": "go122", **build}]})
    assert value(one(record, Patching).automatic) is expected


@pytest.mark.parametrize(
    ("values", "how", "expected"),
    [
        ({"recurring_schedule": [{"weekly": [{"day_of_week": "MONDAY"}]}]}, {}, [True]),
        ({"one_time_schedule": [{"execute_time": "2026-01-01T00:00:00Z"}]}, {}, []),
        ({}, {"unknown": {"recurring_schedule": True}}, [UNKNOWN]),
    ],
)
def test_patch_deployments(values: dict[str, Any], how: dict[str, Any], expected: list[Any]) -> None:
    record = add("google_os_config_patch_deployment.one", values, **how)
    assert [value(facet.automatic) for facet in all_of(record, Patching)] == expected


def scanned(values: dict[str, Any], *, complete: bool = False, api: str | None = None) -> Any:
    world = project(complete=complete)
    if api is not None:
        world.add("google_project_service.scanning", {"service": api})
    record = world.add("google_artifact_registry_repository.one", {"format": "DOCKER", **values})
    return [value(facet.active) for facet in all_of(record, VulnerabilityScan)]


def test_registries_are_scanned_as_their_project_has_it() -> None:
    off = {"vulnerability_scanning_config": [{"enablement_config": "DISABLED"}]}
    assert scanned(off, api="containerscanning.googleapis.com") == [False]
    assert scanned({}, api="containerscanning.googleapis.com") == [True]
    assert scanned({}, api="run.googleapis.com") == [UNKNOWN]
    assert scanned({}, complete=True) == [False]
    assert scanned({"format": "MAVEN"}) == []
    assert scanned({"mode": "VIRTUAL_REPOSITORY"}) == []


def test_services_are_told_and_scanning_is_one_of_them() -> None:
    record = add("google_project_service.one", {"service": "containerscanning.googleapis.com"})
    assert value(one(record, EnabledService).service) == "containerscanning.googleapis.com"
    assert one(record, VulnerabilityScan).what == "images"
    assert all_of(add("google_project_service.two", {"service": "run.googleapis.com"}), VulnerabilityScan) == []


@pytest.mark.parametrize(("schedule", "expected"), [([{"interval_duration_days": 7}], True), ([], False)])
def test_scans_of_published_services(schedule: list[Any], expected: bool) -> None:
    record = add("google_security_scanner_scan_config.one", {"schedule": schedule})
    assert value(one(record, VulnerabilityScan).active) is expected


@pytest.mark.parametrize(("setting", "expected"), [("TRUE", [True]), ("FALSE", [False]), (None, [])])
def test_vm_manager_is_switched_on_by_metadata(setting: str | None, expected: list[bool]) -> None:
    whole = add("google_compute_project_metadata.one", {"metadata": {"enable-osconfig": setting}})
    item = add("google_compute_project_metadata_item.one", {"key": "enable-osconfig", "value": setting})
    for record in (whole, item):
        assert [value(facet.active) for facet in all_of(record, VulnerabilityScan)] == expected
    other = add("google_compute_project_metadata_item.two", {"key": "ssh-keys", "value": "TRUE"})
    assert all_of(other, VulnerabilityScan) == []


def policy(name: str, mode: str = "ENFORCEMENT", state: str = "INSTALLED") -> Record:
    package = {"pkg": [{"desired_state": state, "yum": [{"name": name}]}]}
    policies = [{"mode": mode, "resource_groups": [{"resources": [package]}]}]
    return add("google_os_config_os_policy_assignment.one", {"os_policies": policies})


def test_agents_that_a_policy_keeps_on_machines() -> None:
    found = one(policy("clamav"), MalwareScan)
    assert (value(found.active), value(found.updated)) == (True, UNKNOWN)
    assert value(one(policy("falcon-sensor", "VALIDATION"), MalwareScan).active) is False
    assert all_of(policy("nginx"), MalwareScan) == []
    assert all_of(policy("clamav", state="REMOVED"), MalwareScan) == []


@pytest.mark.parametrize(("state", "expected"), [("UPDATED", True), ("INSTALLED", UNKNOWN), (None, UNKNOWN)])
def test_agents_of_the_older_policies(state: str | None, expected: Any) -> None:
    packages = [{"name": "nginx"}, {"name": "clamav", "desired_state": state}]
    record = add("google_os_config_guest_policies.one", {"packages": packages})
    assert value(one(record, MalwareScan).updated) == expected


def test_profiles_against_malware_count_where_a_rule_applies_them() -> None:
    world = project()
    group = world.add("google_network_security_security_profile_group.one", {"threat_prevention_profile": "p"})
    assert value(one(group, MalwareScan).active) == UNKNOWN
    world.add("google_compute_network_firewall_policy_rule.one", {}, refs={"security_profile_group": group})
    assert value(one(group, MalwareScan).active) is True
    other = world.add("google_network_security_security_profile_group.two", {"custom_mirroring_profile": "p"})
    assert all_of(other, MalwareScan) == []
    profile = world.add("google_network_security_security_profile.new", {})
    refs = {"threat_prevention_profile": profile}
    new = world.add(
        "google_network_security_security_profile_group.new", unknown={"threat_prevention_profile": True}, refs=refs
    )
    world.add("google_compute_network_firewall_policy_rule.new", {}, refs={"security_profile_group": new})
    assert value(one(new, MalwareScan).active) is True


def test_residents_of_a_network() -> None:
    world = project()
    network = world.add("google_compute_network.main", {})
    subnet = world.add("google_compute_subnetwork.one", {}, refs={"network": network})
    vm = world.add(
        "google_compute_instance.one", {"network_interface": [{}]}, refs={"network_interface.0.subnetwork": subnet}
    )
    database = world.add(
        "google_sql_database_instance.one", {}, refs={"settings.0.ip_configuration.0.private_network": network}
    )
    for record in (vm, database):
        assert value(one(record, Resident).network) == "google_compute_network.main"
    assert value(one(world.add("google_compute_instance.two", {}), Resident).network) is None


def test_copies_are_followed_to_what_they_are_made_of() -> None:
    world = project()
    main = world.add("google_compute_disk.main", {})
    snapshot = world.add("google_compute_snapshot.daily", {}, refs={"source_disk": main})
    copy = world.add("google_compute_disk.copy", {"snapshot": "s"}, refs={"snapshot": snapshot})
    found = one(copy, DataOrigin)
    assert (found.how, value(found.record)) == ("snapshot", "google_compute_disk.main")
    clone = world.add("google_sql_database_instance.trial", {"clone": [{"source_instance_name": "prod"}]})
    found = one(clone, DataOrigin)
    assert (found.how, value(found.source), value(found.record)) == ("clone", "prod", None)
    assert value(one(world.add("google_compute_disk.empty", {}), DataOrigin).source) is None
    open_ = world.add("google_compute_disk.open", {}, unknown={"snapshot": True})
    assert value(one(open_, DataOrigin).source) == UNKNOWN


def test_machines_are_those_whose_system_the_user_looks_after() -> None:
    assert one(machine("debian-12"), Machine).what == "machine"
    assert one(add("google_compute_instance_template.one", {}), Machine).what == "template"
    assert all_of(add("google_container_node_pool.one", {}), Machine) == []


@pytest.mark.parametrize(
    ("values", "how", "expected"),
    [
        ({"effective_labels": {"a": "1"}, "labels": None}, {"action": Action.NO_OP}, ("1", None)),
        ({"labels": {"a": "1"}}, {"unknown": {"effective_labels": True}}, ("1", UNKNOWN)),
        ({"labels": {"c": "1"}}, {"unset": ["effective_labels"]}, (UNKNOWN, UNKNOWN)),
        ({"labels": None}, {"unset": ["effective_labels"]}, (None, None)),
        ({"labels": None}, {"unset": ["effective_labels"], "action": Action.UPDATE}, (UNKNOWN, UNKNOWN)),
        ({"labels": {"a": "1"}}, {"unknown": {"labels": {"b": True}, "effective_labels": True}}, ("1", UNKNOWN)),
        ({"settings": [{"user_labels": {"a": "1"}}]}, {}, ("1", None)),
        ({"resource_labels": {"a": "1"}}, {}, ("1", None)),
        ({}, {"unset": ["user_labels"]}, (None, None)),
        ({}, {"unknown": {"user_labels": True}}, (UNKNOWN, UNKNOWN)),
    ],
)
def test_labels_are_told_as_far_as_they_are_known(
    values: dict[str, Any], how: dict[str, Any], expected: tuple[Any, ...]
) -> None:
    record = add("google_thing.one", values, **how)
    assert tuple(value(read_label(record, key)) for key in "AB") == expected


def test_what_cannot_carry_labels_tells_of_no_place_for_them() -> None:
    bare, labelled = add("google_thing.one", {"name": "x"}), add("google_thing.two", {"labels": {"b": "1"}})
    assert read_label(bare, "a") == Known(None)
    assert isinstance(found := read_label(labelled, "a"), Known)
    assert found.origin is labelled


def test_everything_reads_records_that_say_nothing() -> None:
    adapters = adapter_set().adapters
    mine = [type_ for type_, found in adapters.items() if any(".machine_" in each.__module__ for each in found)]
    assert len(mine) > 20
    for type_ in mine:
        for action in (Action.CREATE, Action.NO_OP):
            record = add(f"{type_}.one", {}, action=action)
            for facet in all_of(record, Software) + all_of(record, Patching) + all_of(record, Resident):
                assert all(isinstance(attr, Known | Unknown) for attr in _attributes(facet))


def _attributes(facet: Any) -> list[Attr[Any]]:
    return [getattr(facet, field) for field in facet.__struct_fields__ if field not in ("key", "what", "product")]
