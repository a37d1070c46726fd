"""What the input leaves open of names, joins, states and switches is not taken for settled."""

from __future__ import annotations

import pytest

from auditor.attr import Known, Unknown
from auditor.facets import MalwareScan, PlaintextCredential, PublishedService, Redundancy, Scaling, VulnerabilityScan
from auditor.record import Record
from auditor.testing import World
from auditor_google.alerts import conditions
from tests.google.google_world import all_of, project

GROUP = "google_compute_region_instance_group_manager"
FUNCTION = "google_cloudfunctions2_function"


def scaled_group(world: World, certain: bool) -> Record:
    group = world.add(f"{GROUP}.g", {"name": "g", "target_size": 1, "distribution_policy_zones": ["a", "b"]})
    other = world.add(f"{GROUP}.h", {"name": "h", "target_size": 1, "distribution_policy_zones": ["a", "b"]})
    world.add(
        "google_compute_region_autoscaler.s",
        {"autoscaling_policy": [{"max_replicas": 3}]},
        refs={"target": group if certain else (group, other)},
    )
    return group


@pytest.mark.parametrize("certain", [True, False])
def test_an_autoscaler_counts_for_the_group_that_is_certainly_meant(certain: bool) -> None:
    (found,) = all_of(scaled_group(project(), certain), Redundancy)
    assert isinstance(found.zones, Known) is certain


def test_a_line_of_the_environment_that_is_open_may_hold_a_credential() -> None:
    def places(**unknown: object) -> object:
        values = {"build": [{"step": [{"name": "x", "env": ["MODE=fast"]}]}]}
        (found,) = all_of(project().add("google_cloudbuild_trigger.t", values, unknown=unknown), PlaintextCredential)
        return found.places

    assert isinstance(places(), Known)
    assert isinstance(places(build=[{"step": [{"env": [True]}]}]), Unknown)


def test_a_package_of_which_the_state_is_open_may_be_removed() -> None:
    def active(**unknown: object) -> object:
        values = {"packages": [{"name": "clamav", "desired_state": None if unknown else "INSTALLED"}]}
        record = project().add("google_os_config_guest_policies.p", values, unknown=unknown)
        return all_of(record, MalwareScan)[0].active

    assert isinstance(active(), Known)
    assert isinstance(active(packages=[{"desired_state": True}]), Unknown)


def test_an_agent_that_a_policy_may_remove_is_not_kept() -> None:
    def active(**unknown: object) -> object:
        package = {"desired_state": None if unknown else "INSTALLED", "apt": [{"name": "clamav"}]}
        policy = {"mode": "ENFORCEMENT", "resource_groups": [{"resources": [{"pkg": [package]}]}]}
        record = project().add("google_os_config_os_policy_assignment.p", {"os_policies": [policy]}, unknown=unknown)
        return all_of(record, MalwareScan)[0].active

    open_ = [{"resource_groups": [{"resources": [{"pkg": [{"desired_state": True}]}]}]}]
    assert isinstance(active(), Known)
    assert isinstance(active(os_policies=open_), Unknown)


@pytest.mark.parametrize("enabled", [True, None])
def test_a_policy_that_may_be_switched_off_watches_nothing_for_certain(enabled: bool | None) -> None:
    world = project()
    condition = {"condition_threshold": [{"filter": 'resource.type = "gce_instance"', "threshold_value": 0.8}]}
    world.add(
        "google_monitoring_alert_policy.p",
        {"enabled": enabled, "conditions": [condition]},
        unknown={} if enabled else {"enabled": True},
    )
    (only,) = conditions(world)
    assert isinstance(only.text, Unknown) is (enabled is None)


def test_scanning_that_may_be_switched_off_is_not_on() -> None:
    def active(**unknown: object) -> object:
        world = project()
        world.add("google_project_service.s", {"service": "containerscanning.googleapis.com"})
        config = [{} if unknown else {"enablement_config": "INHERITED"}]
        record = world.add(
            "google_artifact_registry_repository.r",
            {"format": "DOCKER", "vulnerability_scanning_config": config},
            unknown=unknown,
        )
        return all_of(record, VulnerabilityScan)[0].active

    assert isinstance(active(), Known)
    assert isinstance(active(vulnerability_scanning_config=[{"enablement_config": True}]), Unknown)


def test_an_instance_without_clusters_in_the_input_says_nothing_of_growth() -> None:
    (found,) = all_of(project().add("google_bigtable_instance.b", {"name": "b"}), Scaling)
    assert isinstance(found.automatic, Unknown)


@pytest.mark.parametrize(
    ("type_", "path"),
    [("google_cloud_run_v2_service", "name"), ("google_cloud_run_service", "service"), (FUNCTION, "cloud_function")],
)
def test_a_function_is_public_by_a_grant_under_any_of_its_names(type_: str, path: str) -> None:
    world = project()
    function = world.add(f"{FUNCTION}.f", {"name": "f", "location": "asia-northeast1"})
    grant = {"role": "roles/run.invoker", "member": "allUsers"}
    world.add(f"{type_}_iam_member.all", grant, refs={path: function})
    (found,) = all_of(function, PublishedService)
    assert isinstance(found.public, Known)
    assert found.public.value
