"""What is published on Google Cloud: firewalls, floods, methods, headers, and content."""

from __future__ import annotations

from typing import Any

import pytest

from auditor.facets import (
    AllowedMethods,
    ContentWriters,
    PublishedContent,
    PublishedService,
    RequestFilter,
    ResponseHeaders,
)
from auditor.record import Action, Record
from auditor.testing import World
from tests.google.google_world import UNKNOWN, all_of, one, project, value


def published(record: Record) -> tuple[Any, Any, Any]:
    facet = one(record, PublishedService)
    attrs = (facet.public, facet.firewall, facet.flood_limited)
    return tuple(None if attr is None else value(attr) for attr in attrs)  # type: ignore[return-value]  # three of them


def _backend(world: World, **values: Any) -> Record:
    return world.add("google_compute_backend_service.b", {"name": "b", "protocol": "HTTP", **values})


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        ([{"action": "deny(403)"}, {"action": "allow"}], (True, True, False)),
        ([{"action": "throttle"}], (True, True, True)),
        ([{"action": "rate_based_ban", "preview": True}], (True, True, False)),
    ],
)
def test_a_backend_with_a_policy(rules: list[dict[str, Any]], expected: tuple[Any, Any, Any]) -> None:
    world = project()
    world.add("google_compute_security_policy.p", {"name": "p", "rule": rules})
    assert published(_backend(world, security_policy="p")) == expected


def test_a_backend_without_a_policy() -> None:
    assert published(_backend(project())) == (True, False, False)
    assert published(_backend(project(), protocol="TCP")) == (True, None, False)
    assert all_of(_backend(project(), load_balancing_scheme="INTERNAL_MANAGED"), PublishedService) == []
    open_ = project().add("google_compute_backend_service.b", {"protocol": "HTTP"}, unknown={"security_policy": True})
    assert published(open_) == (True, UNKNOWN, UNKNOWN)


def test_a_policy_that_adapts_or_is_not_in_the_input() -> None:
    world = project()
    adaptive = {"adaptive_protection_config": [{"layer_7_ddos_defense_config": [{"enable": True}]}]}
    world.add("google_compute_security_policy.p", {"name": "p", "rule": [{"action": "allow"}], **adaptive})
    assert published(_backend(world, security_policy="p")) == (True, True, True)
    assert published(_backend(project(), security_policy="elsewhere")) == (True, True, UNKNOWN)


def test_regional_backends() -> None:
    world = project()
    world.add(
        "google_compute_region_security_policy.p",
        {"name": "p", "ddos_protection_config": [{"ddos_protection": "ADVANCED"}]},
    )
    internal = world.add("google_compute_region_backend_service.i", {"name": "i"})
    packets = world.add(
        "google_compute_region_backend_service.e", {"load_balancing_scheme": "EXTERNAL", "security_policy": "p"}
    )
    assert all_of(internal, PublishedService) == []
    assert published(packets) == (True, None, True)


def test_a_backend_bucket() -> None:
    world = project()
    plain = world.add("google_compute_backend_bucket.p", {"bucket_name": "docs"})
    guarded = world.add("google_compute_backend_bucket.g", {"bucket_name": "docs", "edge_security_policy": "e"})
    internal = world.add("google_compute_backend_bucket.i", {"load_balancing_scheme": "INTERNAL_MANAGED"})
    assert published(plain) == (True, False, None)
    assert published(guarded) == (True, True, None)
    assert published(internal)[0] is False


@pytest.mark.parametrize(
    ("values", "acts"),
    [
        ({"rule": [{"action": "allow"}]}, False),
        ({"rule": [{"action": "deny(403)", "preview": True}]}, False),
        ({"rule": [{"action": "deny(403)"}]}, True),
    ],
)
def test_rules_of_a_policy(values: dict[str, Any], acts: bool) -> None:
    policy = project().add("google_compute_security_policy.p", values)
    assert value(one(policy, RequestFilter).acts) is acts


def test_rules_beside_a_policy() -> None:
    world = project()
    policy = world.add("google_compute_security_policy.p", {"name": "p"}, unset=["rule"])
    assert value(one(policy, RequestFilter).acts) is False
    world.add("google_compute_security_policy_rule.r", {"security_policy": "p", "action": "deny(403)"})
    assert value(one(policy, RequestFilter).acts) is True
    existing = project().add("google_compute_security_policy.p", {"name": "p"}, action=Action.NO_OP)
    assert value(one(existing, RequestFilter).acts) == UNKNOWN


def test_methods_and_headers() -> None:
    backend = _backend(project())
    assert value(one(backend, AllowedMethods).methods) == {"*"}
    assert value(one(backend, ResponseHeaders).protective) == UNKNOWN
    headers = ["Strict-Transport-Security: max-age=31536000"]
    assert value(one(_backend(project(), custom_response_headers=headers), ResponseHeaders).protective) is True


# ---------------------------------------------------------------- without servers


def _grant(world: World, type_: str, path: str, member: str = "allUsers") -> None:
    world.add(f"{type_}_iam_member.g", {path: "s", "role": "roles/run.invoker", "member": member})


@pytest.mark.parametrize(
    ("type_", "path", "narrow"),
    [
        ("google_cloud_run_v2_service", "name", {"ingress": "INGRESS_TRAFFIC_INTERNAL_ONLY"}),
        ("google_cloud_run_v2_service", "name", {"default_uri_disabled": True}),
        ("google_cloud_run_v2_service", "name", {"iap_enabled": True}),
        (
            "google_cloud_run_service",
            "service",
            {"metadata": [{"annotations": {"run.googleapis.com/ingress": "internal"}}]},
        ),
        ("google_cloudfunctions2_function", "cloud_function", {"service_config": [{"ingress_settings": "INTERNAL"}]}),
    ],
)
def test_services_at_an_address_of_their_own(type_: str, path: str, narrow: dict[str, Any]) -> None:
    world = project()
    service = world.add(f"{type_}.s", {"name": "s"})
    assert published(service)[0] is False
    _grant(world, type_, path)
    assert published(service) == (True, False, False)
    other = project()
    narrowed = other.add(f"{type_}.s", {"name": "s", **narrow})
    _grant(other, type_, path)
    assert published(narrowed)[0] is False


def test_who_may_call_is_open_for_what_exists() -> None:
    existing = project().add("google_cloud_run_v2_service.s", {"name": "s"}, action=Action.NO_OP)
    assert published(existing)[0] == UNKNOWN
    unchecked = project().add("google_cloud_run_v2_service.s", {"name": "s", "invoker_iam_disabled": True})
    assert published(unchecked)[0] is True


def test_functions_of_the_older_form() -> None:
    world = project()
    called = world.add("google_cloudfunctions_function.f", {"name": "s", "trigger_http": True})
    driven = world.add("google_cloudfunctions_function.e", {"name": "e"})
    _grant(world, "google_cloudfunctions_function", "cloud_function")
    assert published(called) == (True, False, False)
    assert all_of(driven, PublishedService) == []


# ---------------------------------------------------------------- content


def _bucket(*grants: tuple[str, str], **values: Any) -> Record:
    world = project()
    bucket = world.add("google_storage_bucket.b", {"name": "docs", **values})
    world.add("google_compute_backend_bucket.p", {"bucket_name": "docs"})
    for index, (role, member) in enumerate(grants):
        values = {"bucket": "docs", "role": role, "member": member}
        world.add(f"google_storage_bucket_iam_member.g{index}", values)
    return bucket


def content(record: Record) -> tuple[Any, Any, Any]:
    facet = one(record, PublishedContent)
    return value(facet.versioned), value(facet.publicly_writable), value(facet.publicly_listed)


@pytest.mark.parametrize(
    ("role", "expected"),
    [
        ("roles/storage.legacyObjectReader", (False, False, False)),
        ("roles/storage.objectViewer", (False, False, True)),
        ("roles/storage.objectCreator", (False, True, False)),
        ("roles/storage.objectAdmin", (False, True, True)),
        ("projects/p/roles/custom", (False, UNKNOWN, UNKNOWN)),
    ],
)
def test_what_everybody_may_do(role: str, expected: tuple[Any, Any, Any]) -> None:
    assert content(_bucket((role, "allUsers"))) == expected
    prevented = _bucket((role, "allUsers"), public_access_prevention="enforced")
    assert content(prevented) == (False, False, False)


def test_what_acls_permit() -> None:
    bucket = _bucket()
    world = bucket.links
    assert isinstance(world, World)
    world.add("google_storage_bucket_acl.a", {"bucket": "docs", "predefined_acl": "publicRead"})
    assert content(bucket) == (False, False, True)
    world.add("google_storage_bucket_access_control.w", {"bucket": "docs", "entity": "allUsers", "role": "WRITER"})
    assert content(bucket) == (False, True, True)
    uniform = _bucket(uniform_bucket_level_access=True)
    assert content(uniform) == (False, False, False)


def test_a_bucket_that_is_not_published_says_nothing() -> None:
    assert all_of(project().add("google_storage_bucket.b", {"name": "docs"}), PublishedContent) == []
    site = {"name": "docs", "website": [{"main_page_suffix": "index.html"}], "versioning": [{"enabled": True}]}
    assert content(project().add("google_storage_bucket.b", site)) == (True, False, False)


def test_a_published_bucket_that_is_not_in_the_input() -> None:
    outside = project().add("google_compute_backend_bucket.p", {"bucket_name": "elsewhere"})
    assert content(outside) == (UNKNOWN, UNKNOWN, UNKNOWN)


def editors(record: Record) -> tuple[Any, Any, Any]:
    facet = one(record, ContentWriters)
    return value(facet.anybody), value(facet.confined), value(facet.named)


def test_editors() -> None:
    publisher = "group:web@city.example.jp"
    named = _bucket(("roles/storage.objectAdmin", publisher), ("roles/storage.objectViewer", "allUsers"))
    assert editors(named) == (False, False, (publisher,))
    domain = _bucket(("roles/storage.objectAdmin", "domain:city.example.jp"))
    assert editors(domain)[0] is True
    assert content(domain)[1] is False
    assert editors(_bucket(("roles/storage.objectCreator", "allUsers")))[0] is True
