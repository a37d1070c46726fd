"""Keys, their grants, and who holds the key of a store."""

from __future__ import annotations

from typing import Any

import pytest

from auditor.facets import EncryptionAtRest, EncryptionKey, KeyOwner, KeyPolicy, KeyState, Placement
from auditor.record import Action, Record
from auditor.testing import World
from auditor_google.keys import at_rest
from tests.google.google_world import UNKNOWN, obstacle, one, project, value


def _key_in_a_ring(world: World, action: Action = Action.CREATE) -> Record:
    world.add("google_kms_key_ring.r", {"id": "ring-id", "location": "asia-northeast1"}, action=action)
    return world.add("google_kms_crypto_key.k", {"id": "key-id", "key_ring": "ring-id"}, action=action)


@pytest.mark.parametrize(
    ("values", "rotatable", "days"),
    [
        ({}, True, None),
        ({"rotation_period": "7776000s"}, True, 90),
        ({"purpose": "ASYMMETRIC_SIGN"}, False, None),
        ({"import_only": True}, False, None),
        ({"version_template": [{"algorithm": "X", "protection_level": "EXTERNAL"}]}, False, None),
        ({"version_template": [{"algorithm": "X", "protection_level": "HSM"}]}, True, None),
        ({"rotation_period": "often"}, True, UNKNOWN),
    ],
)
def test_rotation(values: dict[str, Any], rotatable: bool, days: Any) -> None:
    key = one(project().add("google_kms_crypto_key.k", {"name": "k", **values}), EncryptionKey)
    assert value(key.rotatable) is rotatable
    assert value(key.rotation_days) == days
    assert value(key.rotation) == (UNKNOWN if days == UNKNOWN else days is not None)


def test_time_before_destruction() -> None:
    world = project()
    default = world.add("google_kms_crypto_key.a", {}, unset=["destroy_scheduled_duration"])
    short = world.add("google_kms_crypto_key.b", {"destroy_scheduled_duration": "86400s"})
    open_ = world.add("google_kms_crypto_key.c", {}, unknown={"destroy_scheduled_duration": True})
    assert [value(one(r, EncryptionKey).deletion_window_days) for r in (default, short, open_)] == [30, 1, UNKNOWN]


def test_states() -> None:
    world = project()
    new = world.add("google_kms_crypto_key.a", {}, unset=["primary"])
    bare = world.add("google_kms_crypto_key.b", {"skip_initial_version_creation": True})
    old = world.add("google_kms_crypto_key.c", {"primary": [{"state": "DISABLED"}]}, action=Action.NO_OP)
    going = world.add("google_kms_crypto_key.d", {"primary": [{"state": "DESTROY_SCHEDULED"}]}, action=Action.NO_OP)
    asymmetric = world.add("google_kms_crypto_key.e", {"primary": []}, action=Action.NO_OP)
    states = [value(one(r, EncryptionKey).state) for r in (new, bare, old, going, asymmetric)]
    assert states == [KeyState.ENABLED, UNKNOWN, KeyState.DISABLED, KeyState.PENDING_DELETION, UNKNOWN]


def test_place_by_ring_or_by_name() -> None:
    world = project()
    ring = world.add("google_kms_key_ring.r", {"name": "r", "location": "asia-northeast1"})
    joined = world.add("google_kms_crypto_key.a", {}, unknown={"key_ring": True}, refs={"key_ring": ring})
    full = world.add("google_kms_crypto_key.b", {"key_ring": "projects/p/locations/asia1/keyRings/r"})
    short = world.add("google_kms_crypto_key.c", {"key_ring": "p/global/r"})
    open_ = world.add("google_kms_crypto_key.d", {}, unknown={"key_ring": True})
    assert [value(one(r, Placement).locations) for r in (ring, joined, full, short, open_)] == [
        {"asia-northeast1"},
        {"asia-northeast1"},
        {"asia-northeast1", "asia-northeast2", "asia-northeast3"},
        {"global"},
        UNKNOWN,
    ]


@pytest.mark.parametrize(
    ("member", "open_", "foreign"),
    [
        ("allUsers", True, ()),
        ("allAuthenticatedUsers", True, ()),
        ("serviceAccount:app@city-main.iam.gserviceaccount.com", False, ()),
        (
            "serviceAccount:app@vendor.iam.gserviceaccount.com",
            False,
            ("serviceAccount:app@vendor.iam.gserviceaccount.com",),
        ),
        ("serviceAccount:service-1@gcp-sa-secretmanager.iam.gserviceaccount.com", False, ()),
        ("serviceAccount:service-1@compute-system.iam.gserviceaccount.com", False, ()),
        ("group:ops@example.jp", False, UNKNOWN),
    ],
)
def test_grants(member: str, open_: bool, foreign: Any) -> None:
    world = project()
    key = _key_in_a_ring(world)
    role = "roles/cloudkms.cryptoKeyEncrypterDecrypter"
    world.add("google_kms_crypto_key_iam_member.m", {"crypto_key_id": "key-id", "role": role, "member": member})
    policy = one(key, KeyPolicy)
    assert value(policy.open_to_anyone) is open_
    assert value(policy.foreign_principals) == foreign


def test_grants_on_the_ring_hold_for_its_keys() -> None:
    world = project()
    ring = world.add("google_kms_key_ring.r", {"id": "ring-id", "location": "asia-northeast1"})
    key = world.add("google_kms_crypto_key.k", {"key_ring": "ring-id"})
    world.add(
        "google_kms_key_ring_iam_binding.b", {"key_ring_id": "ring-id", "role": "roles/x", "members": ["allUsers"]}
    )
    assert value(one(ring, KeyPolicy).open_to_anyone) is True
    assert value(one(key, KeyPolicy).open_to_anyone) is True


def test_grants_that_the_input_need_not_show_leave_the_policy_open() -> None:
    for action, complete, expected in (
        (Action.CREATE, False, [False, ()]),
        (Action.NO_OP, True, [False, ()]),
        (Action.NO_OP, False, [UNKNOWN, UNKNOWN]),
    ):
        policy = one(_key_in_a_ring(project(complete=complete), action), KeyPolicy)
        assert [value(policy.open_to_anyone), value(policy.foreign_principals)] == expected
    new = project().add("google_kms_crypto_key.k", {"key_ring": "projects/p/locations/asia-northeast1/keyRings/old"})
    assert value(one(new, KeyPolicy).open_to_anyone) == UNKNOWN


def test_a_policy_as_a_whole_shows_all_grants() -> None:
    world = project()
    ring = world.add("google_kms_key_ring.r", {"id": "ring-id"}, action=Action.NO_OP)
    assert value(one(ring, KeyPolicy).open_to_anyone) == UNKNOWN
    world.add("google_kms_key_ring_iam_policy.p", {"key_ring_id": "ring-id", "policy_data": "{}"})
    assert value(one(ring, KeyPolicy).open_to_anyone) is False


def test_a_member_of_this_input_is_not_foreign() -> None:
    world = project()
    key = _key_in_a_ring(world)
    account = world.add("google_service_account.app", {"account_id": "app"})
    world.add(
        "google_kms_crypto_key_iam_member.m",
        {"crypto_key_id": "key-id", "role": "roles/x"},
        unknown={"member": True},
        refs={"member": account},
    )
    policy = one(key, KeyPolicy)
    assert value(policy.open_to_anyone) is False
    assert value(policy.foreign_principals) == ()


def test_a_member_of_this_input_may_be_foreign_where_projects_are_not_known() -> None:
    world = World(account=None)
    key = _key_in_a_ring(world)
    account = world.add("google_service_account.app", {"account_id": "app"})
    world.add(
        "google_kms_crypto_key_iam_member.m",
        {"crypto_key_id": "key-id", "role": "roles/x"},
        unknown={"member": True},
        refs={"member": account},
    )
    assert value(one(key, KeyPolicy).foreign_principals) == UNKNOWN


def test_open_members_leave_the_policy_open() -> None:
    world = project()
    key = world.add("google_kms_crypto_key.k", {"id": "key-id"})
    world.add(
        "google_kms_crypto_key_iam_member.m", {"crypto_key_id": "key-id", "role": "roles/x"}, unknown={"member": True}
    )
    policy = one(key, KeyPolicy)
    assert value(policy.open_to_anyone) == UNKNOWN
    assert value(policy.foreign_principals) == UNKNOWN


def test_grants_on_some_key_matter_only_by_whom_they_name() -> None:
    world = project()
    key = _key_in_a_ring(world)
    agent = "serviceAccount:service-1@compute-system.iam.gserviceaccount.com"
    world.add(
        "google_kms_crypto_key_iam_member.m", {"role": "roles/x", "member": agent}, unknown={"crypto_key_id": True}
    )
    assert value(one(key, KeyPolicy).foreign_principals) == ()
    world.add(
        "google_kms_crypto_key_iam_member.n",
        {"role": "roles/x", "member": "user:a@vendor.jp"},
        unknown={"crypto_key_id": True},
    )
    assert value(one(key, KeyPolicy).foreign_principals) == UNKNOWN


def test_versions_take_the_window_of_their_key() -> None:
    world = project()
    key = world.add("google_kms_crypto_key.k", {"id": "key-id", "destroy_scheduled_duration": "604800s"})
    version = world.add("google_kms_crypto_key_version.v", {"crypto_key": "key-id", "state": "DESTROYED"})
    outside = world.add("google_kms_crypto_key_version.w", {"crypto_key": "elsewhere"}, unset=["state"])
    odd = world.add("google_kms_crypto_key_version.x", {"crypto_key": "key-id", "state": "PENDING_GENERATION"})
    assert value(one(version, EncryptionKey).deletion_window_days) == 7
    assert value(one(version, EncryptionKey).state) is KeyState.DESTROYED
    assert value(one(outside, EncryptionKey).deletion_window_days) == UNKNOWN
    assert value(one(outside, EncryptionKey).state) is KeyState.ENABLED
    assert value(one(odd, EncryptionKey).state) == UNKNOWN
    assert obstacle(key, "deletion_policy=ABANDON") is False


def test_keys_of_autokey_rotate_yearly() -> None:
    handle = project().add("google_kms_key_handle.h", {"location": "asia-northeast1"})
    assert value(one(handle, EncryptionKey).rotation_days) == 365


def test_owners_by_form_of_the_attribute() -> None:
    world = project()
    supplied = world.add("google_x.a", {}, unknown={"raw": True})
    stated = world.add("google_x.b", {"raw": "c2VjcmV0"}, sensitive={"raw": True})
    left_out = world.add("google_x.c", {}, unset=["key"])
    needed = world.add("google_x.d", {}, unknown={"key": True})
    elsewhere = world.add("google_x.e", {}, unknown={"key": True}, refs={"key": None})
    facets = [
        at_rest(supplied, "key", raw=("raw",)),
        at_rest(stated, "key", raw=("raw",)),
        at_rest(left_out, "key", computed=True),
        at_rest(needed, "key", required=True),
        at_rest(elsewhere, "key"),
    ]
    assert [value(facet.key_owner) for facet in facets] == [
        UNKNOWN,
        KeyOwner.CUSTOMER,
        KeyOwner.PROVIDER,
        KeyOwner.CUSTOMER,
        UNKNOWN,
    ]
    assert all(isinstance(facet, EncryptionAtRest) and value(facet.enabled) is True for facet in facets)
