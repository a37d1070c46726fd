"""Rights, shares, authentication, plain text, passwords and default accounts of Google Cloud."""

from __future__ import annotations

import json
from typing import Any

import pytest

from auditor.attr import Attr
from auditor.facets import (
    AccessAnalyser,
    Authentication,
    Breadth,
    Credential,
    DefaultAccount,
    DefaultAccountKind,
    DelegatedRights,
    Exposure,
    IdentityName,
    PasswordPolicy,
    PlaintextCredential,
    PrivilegedSession,
    Rights,
    Share,
    Usage,
    Utility,
)
from auditor.record import Action, Record
from auditor.testing import World
from tests.google.google_world import UNKNOWN, all_of, one, project, value

YAMADA = "user:t-yamada@city.example"
BATCH = "serviceAccount:batch@city-main.iam.gserviceaccount.com"


def grant(role: str, member: str, base: str = "google_project", **values: Any) -> Record:
    return project().add(f"{base}_iam_member.m", {"role": role, "member": member, **values})


def read(attr: Attr[Any] | None) -> Any:
    assert attr is not None
    return value(attr)


@pytest.mark.parametrize(
    ("role", "expected"),
    [
        ("roles/owner", Breadth.ALL),
        ("roles/editor", Breadth.NEARLY_ALL),
        ("roles/resourcemanager.projectIamAdmin", Breadth.IDENTITIES),
        ("roles/iam.securityAdmin", Breadth.IDENTITIES),
        ("roles/iam.serviceAccountTokenCreator", Breadth.ACTS_AS_OTHERS),
        ("roles/storage.admin", Breadth.LIMITED),
        ("roles/viewer", Breadth.LIMITED),
    ],
)
def test_reach_of_a_role(role: str, expected: Breadth) -> None:
    assert read(one(grant(role, BATCH), Rights).breadth) is expected


def test_whole_services() -> None:
    assert read(one(grant("roles/storage.admin", BATCH), Rights).whole_services) == ("storage",)
    narrowed = grant("roles/storage.admin", BATCH, condition=[{"expression": "true"}])
    assert read(one(narrowed, Rights).whole_services) == ()
    assert read(one(grant("roles/viewer", BATCH), Rights).whole_services) == ()


def test_a_condition_leaves_a_wide_role_open() -> None:
    made = grant("roles/iam.securityAdmin", BATCH, condition=[{"expression": "request.time < x"}])
    assert read(one(made, Rights).breadth) == UNKNOWN


@pytest.mark.parametrize(
    ("permissions", "expected"),
    [
        (["resourcemanager.projects.setIamPolicy"], Breadth.IDENTITIES),
        (["iam.serviceAccounts.getAccessToken"], Breadth.ACTS_AS_OTHERS),
        (["storage.objects.get"], Breadth.LIMITED),
    ],
)
def test_custom_roles(permissions: list[str], expected: Breadth) -> None:
    world = project()
    role = world.add("google_project_iam_custom_role.r", {"role_id": "r", "permissions": permissions})
    made = world.add("google_project_iam_member.m", {"member": BATCH}, unknown={"role": True}, refs={"role": role})
    assert read(one(made, Rights).breadth) is expected
    elsewhere = grant("projects/city-main/roles/other", BATCH)
    assert read(one(elsewhere, Rights).breadth) == UNKNOWN


@pytest.mark.parametrize(("member", "person"), [(YAMADA, True), ("group:g@city.example", True), (BATCH, False)])
def test_persons_and_workloads(member: str, person: bool) -> None:
    assert read(one(grant("roles/owner", member), Rights).person) is person


def test_unknown_members_matter_only_with_wide_roles() -> None:
    wide = project().add("google_project_iam_member.m", {"role": "roles/owner"}, unknown={"member": True})
    assert read(one(wide, Rights).person) == UNKNOWN
    narrow = project().add("google_project_iam_member.m", {"role": "roles/viewer"}, unknown={"member": True})
    assert not all_of(narrow, Rights)


def test_nobody_is_judged_who_is_gone() -> None:
    assert not all_of(grant("roles/owner", "deleted:user:a@b.example?uid=1"), Rights)


@pytest.mark.parametrize(
    ("member", "outside"),
    [
        ("user:somebody@gmail.com", True),
        ("serviceAccount:deploy@contractor-prod-1.iam.gserviceaccount.com", True),
        ("principalSet://iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/p/*", True),
        ("principalSet://iam.googleapis.com/locations/global/workforcePools/p/group/g", False),
        (YAMADA, False),
    ],
)
def test_delegated_rights(member: str, outside: bool) -> None:
    facet = one(grant("roles/owner", member), DelegatedRights)
    assert (read(facet.outside), read(facet.breadth)) == (outside, Breadth.ALL)


@pytest.mark.parametrize(
    "member",
    [
        BATCH,
        "serviceAccount:service-12@gcp-sa-pubsub.iam.gserviceaccount.com",
        "serviceAccount:12@cloudservices.gserviceaccount.com",
    ],
)
def test_who_is_not_delegated_to(member: str) -> None:
    assert not all_of(grant("roles/owner", member), DelegatedRights)


def test_names_of_persons() -> None:
    assert read(one(grant("roles/viewer", YAMADA), IdentityName).name) == "t-yamada"
    assert not all_of(grant("roles/viewer", BATCH), IdentityName)


def test_use_of_service_accounts() -> None:
    assert not all_of(project().add("google_service_account.a", {"account_id": "a"}), Usage)
    old = project().add("google_service_account.a", {"account_id": "a"}, action=Action.NO_OP)
    assert read(one(old, Usage).unused_days) == UNKNOWN


@pytest.mark.parametrize(("state", "endless"), [("ACTIVE", True), ("INACTIVE", False)])
def test_hmac_keys(state: str, endless: bool) -> None:
    assert read(one(project().add("google_storage_hmac_key.k", {"state": state}), Credential).endless) is endless


@pytest.mark.parametrize(("text", "hours"), [(None, 1.0), ("43200s", 12.0), ("long", UNKNOWN)])
def test_workforce_sessions(text: str | None, hours: Any) -> None:
    facet = one(project().add("google_iam_workforce_pool.p", {"session_duration": text}), PrivilegedSession)
    assert (read(facet.hours), read(facet.administrative)) == (hours, UNKNOWN)


def test_analysers() -> None:
    made = project().add("google_project_service.s", {"service": "recommender.googleapis.com"})
    assert read(one(made, AccessAnalyser).active)
    assert not all_of(project().add("google_project_service.s", {"service": "compute.googleapis.com"}), AccessAnalyser)


# ---------------------------------------------------------------- shares


@pytest.mark.parametrize(
    ("role", "member", "recipients", "unlimited"),
    [
        ("roles/storage.objectViewer", "domain:other.example", ("domain:other.example",), False),
        ("roles/storage.admin", "domain:other.example", ("domain:other.example",), True),
        ("roles/storage.objectViewer", "user:a@gmail.com", ("user:a@gmail.com",), False),
        ("roles/storage.admin", BATCH, (), False),
    ],
)
def test_shares(role: str, member: str, recipients: tuple[str, ...], unlimited: bool) -> None:
    facet = one(grant(role, member, "google_storage_bucket", bucket="b"), Share)
    assert (read(facet.recipients), read(facet.unlimited)) == (recipients, unlimited)


def test_people_who_may_be_from_inside_are_no_share() -> None:
    assert not all_of(grant("roles/storage.objectViewer", YAMADA, "google_storage_bucket", bucket="b"), Share)


def test_unknown_recipients() -> None:
    made = project().add(
        "google_storage_bucket_iam_member.m", {"role": "roles/storage.admin"}, unknown={"member": True}
    )
    assert read(one(made, Share).recipients) == UNKNOWN


def test_everybody_on_a_store_of_the_input_is_told_by_the_store() -> None:
    world = project()
    bucket = world.add("google_storage_bucket.b", {"name": "b"})
    made = world.add(
        "google_storage_bucket_iam_member.m",
        {"role": "roles/storage.objectViewer", "member": "allUsers"},
        refs={"bucket": bucket},
    )
    assert read(one(bucket, Exposure).public)
    assert not all_of(made, Exposure)
    elsewhere = grant("roles/storage.objectViewer", "allUsers", "google_storage_bucket", bucket="other")
    assert read(one(elsewhere, Exposure).public)


def test_everybody_on_a_project_or_another_store() -> None:
    assert read(one(grant("roles/viewer", "allAuthenticatedUsers"), Exposure).public)
    assert not all_of(grant("roles/viewer", YAMADA), Exposure)
    assert read(one(grant("roles/viewer", "allUsers", "google_healthcare_dataset"), Exposure).public)


# ---------------------------------------------------------------- authentication


def asks(record: Record) -> Any:
    return read(one(record, Authentication).required)


def test_services_that_everybody_may_invoke() -> None:
    for base, path in (
        ("google_cloud_run_service", "service"),
        ("google_cloud_run_v2_service", "name"),
        ("google_cloudfunctions2_function", "cloud_function"),
    ):
        world = project()
        service = world.add(f"{base}.s", {"name": "s"})
        assert asks(service) is True
        world.add(f"{base}_iam_member.m", {"role": "roles/run.invoker", "member": "allUsers"}, refs={path: service})
        assert asks(service) is False


def test_a_service_that_exists_may_be_open_by_another_configuration() -> None:
    assert asks(project().add("google_cloud_run_v2_service.s", {"name": "s"}, action=Action.NO_OP)) == UNKNOWN


def test_the_proxy_asks_and_the_check_may_be_off() -> None:
    off = project().add("google_cloud_run_v2_service.s", {"invoker_iam_disabled": True})
    assert asks(off) is False
    proxied = project().add("google_cloud_run_v2_service.s", {"invoker_iam_disabled": True, "iap_enabled": True})
    assert asks(proxied) is True


def test_internal_services() -> None:
    inside = project().add("google_cloud_run_v2_service.s", {"ingress": "INGRESS_TRAFFIC_INTERNAL_ONLY"})
    assert one(inside, Authentication).internal
    annotated = {"metadata": [{"annotations": {"run.googleapis.com/ingress": "internal"}}]}
    assert one(project().add("google_cloud_run_service.s", annotated), Authentication).internal


def test_functions_that_events_start_answer_nobody() -> None:
    assert not all_of(project().add("google_cloudfunctions_function.f", {"name": "f"}), Authentication)
    assert asks(project().add("google_cloudfunctions_function.f", {"trigger_http": True})) is True


@pytest.mark.parametrize(
    ("type_", "values", "expected"),
    [
        ("google_redis_instance", {}, False),
        ("google_redis_instance", {"auth_enabled": True}, True),
        ("google_redis_cluster", {}, False),
        ("google_redis_cluster", {"authorization_mode": "AUTH_MODE_IAM_AUTH"}, True),
        ("google_memorystore_instance", {"authorization_mode": "IAM_AUTH"}, True),
        ("google_memorystore_instance", {}, False),
        ("google_memcache_instance", {"name": "m"}, False),
        ("google_identity_platform_config", {}, True),
        ("google_identity_platform_config", {"sign_in": [{"anonymous": [{"enabled": True}]}]}, False),
    ],
)
def test_authentication(type_: str, values: dict[str, Any], expected: bool) -> None:
    assert asks(project().add(f"{type_}.x", values)) is expected


# ---------------------------------------------------------------- plain text


def places(record: Record) -> Any:
    return read(one(record, PlaintextCredential).places)


SCRIPT = "#!/bin/bash\nexport DB_PASSWORD=tsubaki27\n"


@pytest.mark.parametrize(
    ("type_", "values", "expected"),
    [
        ("google_compute_instance", {"metadata": {"startup-script": SCRIPT}}, ("DB_PASSWORD",)),
        ("google_compute_instance", {"metadata_startup_script": SCRIPT}, ("DB_PASSWORD",)),
        ("google_compute_instance", {"metadata": {"db-password": "tsubaki27"}}, ("db-password",)),
        ("google_compute_instance", {"metadata": {"ssh-keys": "me:ssh-ed25519 AAAA"}}, ()),
        ("google_compute_instance", {}, ()),
        ("google_compute_project_metadata", {"metadata": {"api_key": "abc123xyz"}}, ("api_key",)),
        ("google_compute_project_metadata_item", {"key": "api_key", "value": "abc123xyz"}, ("api_key",)),
        (
            "google_cloud_run_v2_service",
            {"template": [{"containers": [{"env": [{"name": "TOKEN", "value": "abc123xyz"}]}]}]},
            ("TOKEN",),
        ),
        (
            "google_cloud_run_v2_service",
            {"template": [{"containers": [{"env": [{"name": "TOKEN", "value_source": [{"secret_key_ref": []}]}]}]}]},
            (),
        ),
        (
            "google_cloud_run_service",
            {"template": [{"spec": [{"containers": [{"env": [{"name": "TOKEN", "value": "abc123xyz"}]}]}]}]},
            ("TOKEN",),
        ),
        ("google_app_engine_standard_app_version", {"env_variables": {"TOKEN": "abc123xyz"}}, ("TOKEN",)),
        ("google_cloudbuild_trigger", {"build": [{"step": [{"env": ["NPM_TOKEN=abc123xyz"]}]}]}, ("NPM_TOKEN",)),
    ],
)
def test_plain_text(type_: str, values: dict[str, Any], expected: tuple[str, ...]) -> None:
    assert places(project().add(f"{type_}.x", values)) == expected


def test_open_values() -> None:
    secret = project().add("google_compute_instance.i", {"metadata": {}}, unknown={"metadata": {"db-password": True}})
    assert places(secret) == UNKNOWN
    script = project().add(
        "google_compute_instance.i", {"metadata": {}}, unknown={"metadata": {"startup-script": True}}
    )
    assert places(script) == UNKNOWN
    other = project().add("google_compute_instance.i", {"metadata": {}}, unknown={"metadata": {"zone-name": True}})
    assert places(other) == ()


@pytest.mark.parametrize(("value", "expected"), [("abc123xyz", UNKNOWN), (None, ())])
def test_a_variable_whose_name_is_open(value: str | None, expected: object) -> None:
    env, open_ = [{"value": value}], [{"name": True}]
    made = project().add(
        "google_cloud_run_v2_service.s",
        {"template": [{"containers": [{"env": env}]}]},
        unknown={"template": [{"containers": [{"env": open_}]}]},
    )
    assert places(made) == expected


def test_each_map_of_a_function_has_its_own_facet() -> None:
    made = project().add("google_cloudfunctions_function.f", {"environment_variables": {"TOKEN": "abc123xyz"}})
    found = {facet.key: read(facet.places) for facet in all_of(made, PlaintextCredential)}
    assert found == {"environment_variables": ("TOKEN",), "build_environment_variables": ()}


# ---------------------------------------------------------------- passwords and default accounts


def instance(world: World, policy: dict[str, Any] | None, version: str = "MYSQL_8_0", **values: Any) -> Record:
    settings = [{"password_validation_policy": [] if policy is None else [policy]}]
    return world.add(
        "google_sql_database_instance.i", {"name": "i", "database_version": version, "settings": settings, **values}
    )


@pytest.mark.parametrize(
    ("policy", "expected"),
    [
        (None, [0, 0, 0]),
        ({"enable_password_policy": False, "min_length": 12}, [0, 0, 0]),
        (
            {"enable_password_policy": True, "min_length": 12, "complexity": "COMPLEXITY_DEFAULT", "reuse_interval": 5},
            [12, 4, 5],
        ),
        ({"enable_password_policy": True}, [0, 0, 0]),
    ],
)
def test_policies_of_instances(policy: dict[str, Any] | None, expected: list[float]) -> None:
    facet = one(instance(project(), policy), PasswordPolicy)
    assert [read(a) for a in (facet.min_length, facet.kinds, facet.history)] == expected


def test_instances_without_a_policy_of_their_own() -> None:
    assert not all_of(instance(project(), None, "SQLSERVER_2022_STANDARD"), PasswordPolicy)
    assert not all_of(instance(project(), None, master_instance_name="primary"), PasswordPolicy)


def test_users_of_databases() -> None:
    world = project()
    mysql = instance(world, None)
    plain = world.add("google_sql_user.u", {"name": "root"}, refs={"instance": mysql})
    assert read(one(plain, DefaultAccount).in_use) is True
    policy = one(plain, PasswordPolicy)
    assert [read(policy.max_age_days), read(policy.attempts)] == [None, None]
    block = {
        "allowed_failed_attempts": 5,
        "enable_failed_attempts_check": True,
        "password_expiration_duration": "2592000s",
    }
    strict = world.add("google_sql_user.s", {"name": "app", "password_policy": [block]}, refs={"instance": mysql})
    policy = one(strict, PasswordPolicy)
    assert [read(policy.max_age_days), read(policy.attempts)] == [30, 5]
    assert read(one(strict, DefaultAccount).in_use) is False
    named = world.add("google_sql_user.i", {"name": "a@b.example", "type": "CLOUD_IAM_USER"}, refs={"instance": mysql})
    assert not all_of(named, PasswordPolicy)
    assert not all_of(named, DefaultAccount)


def test_root_passwords_and_first_users() -> None:
    assert read(one(instance(project(), None, root_password="x"), DefaultAccount).in_use) is True  # noqa: S106  # stands for one
    assert not all_of(instance(project(), None), DefaultAccount)
    first = project().add("google_alloydb_cluster.c", {"initial_user": [{"password": "x"}]})
    assert read(one(first, DefaultAccount).in_use) is True


def runs_as_default(record: Record) -> Any:
    facet = one(record, DefaultAccount)
    assert facet.kind is DefaultAccountKind.SERVICE
    return read(facet.in_use)


@pytest.mark.parametrize(
    ("account", "expected"),
    [
        ([], False),
        ([{"scopes": ["cloud-platform"]}], True),
        ([{"email": "123-compute@developer.gserviceaccount.com"}], True),
        ([{"email": "batch@city-main.iam.gserviceaccount.com"}], False),
    ],
)
def test_accounts_of_machines(account: list[Any], expected: bool) -> None:
    assert runs_as_default(project().add("google_compute_instance.i", {"service_account": account})) is expected


def test_an_account_of_the_input_is_none_of_the_default_ones() -> None:
    world = project()
    own = world.add("google_service_account.a", {"account_id": "a"})
    mark = {"service_account": [{"email": True}]}
    made = world.add(
        "google_compute_instance.i", {"service_account": [{}]}, unknown=mark, refs={"service_account.0.email": own}
    )
    assert runs_as_default(made) is False
    open_ = project().add("google_compute_instance.i", {"service_account": [{}]}, unknown=mark)
    assert runs_as_default(open_) == UNKNOWN


@pytest.mark.parametrize(
    ("type_", "values", "expected"),
    [
        ("google_cloud_run_v2_service", {}, True),
        ("google_cloud_run_v2_service", {"template": [{"service_account": "a@p.iam.gserviceaccount.com"}]}, False),
        ("google_container_node_pool", {"node_config": [{"service_account": "default"}]}, True),
        ("google_container_node_pool", {"node_config": [{"service_account": "a@p.iam.gserviceaccount.com"}]}, False),
        ("google_container_cluster", {"name": "c"}, True),
        ("google_container_cluster", {"enable_autopilot": True}, True),
        ("google_app_engine_standard_app_version", {"service_account": "p@appspot.gserviceaccount.com"}, True),
    ],
)
def test_accounts_of_workloads(type_: str, values: dict[str, Any], expected: bool) -> None:
    assert runs_as_default(project().add(f"{type_}.x", values)) is expected


def test_clusters_whose_nodes_are_resources_of_their_own() -> None:
    made = project().add("google_container_cluster.c", {"remove_default_node_pool": True})
    assert not all_of(made, DefaultAccount)
    pools = project().add(
        "google_container_cluster.c",
        {"node_pool": [{"node_config": [{"service_account": "a@p.iam.gserviceaccount.com"}]}]},
    )
    assert runs_as_default(pools) is False


@pytest.mark.parametrize(
    ("metadata", "expected"),
    [
        ({"serial-port-enable": "TRUE"}, (True, False)),
        ({"serial-port-enable": "true", "serial-port-logging-enable": "1"}, (True, True)),
        ({"serial-port-enable": "FALSE"}, (False, False)),
    ],
)
def test_serial_consoles(metadata: dict[str, str], expected: tuple[bool, bool]) -> None:
    for type_ in ("google_compute_instance", "google_compute_project_metadata"):
        facet = one(project().add(f"{type_}.x", {"metadata": metadata}), Utility)
        assert (read(facet.enabled), read(facet.logged)) == expected


def test_metadata_that_does_not_speak_of_serial_consoles() -> None:
    assert not all_of(project().add("google_compute_instance.i", {"metadata": {"a": "b"}}), Utility)
    item = project().add("google_compute_project_metadata_item.i", {"key": "serial-port-enable", "value": "TRUE"})
    assert (read(one(item, Utility).enabled), read(one(item, Utility).logged)) == (True, UNKNOWN)


def test_policies_as_a_whole() -> None:
    bindings = [{"role": "roles/owner", "members": [YAMADA, BATCH]}, {"role": "roles/viewer", "members": ["allUsers"]}]
    made = project().add("google_project_iam_policy.p", {"policy_data": json.dumps({"bindings": bindings})})
    found = {facet.key: read(facet.breadth) for facet in all_of(made, Rights)}
    assert found == {
        f"{YAMADA}+roles/owner": Breadth.ALL,
        f"{BATCH}+roles/owner": Breadth.ALL,
        "allUsers+roles/viewer": Breadth.LIMITED,
    }
    assert read(one(made, Exposure).public)
