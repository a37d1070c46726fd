"""Owners of keys, and keys themselves."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.attr import Known, Reason, Unknown
from auditor.facets import (
    EncryptionKey,
    KeyOwner,
    KeyPolicy,
    KeyState,
    Placement,
    Replica,
    ReplicaKind,
    Residue,
    Retirement,
)
from auditor.record import Action
from auditor.testing import World
from auditor_aws.keys import at_rest, key_owner, owner_of_literal
from tests.aws.data_world import (
    ACCOUNT,
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

FOREIGN_KEY = f"arn:aws:kms:{TOKYO}:{OTHER_ACCOUNT}:key/0a1b2c3d-0000-4000-8000-000000000002"


@pytest.mark.parametrize(
    ("literal", "owner"),
    [
        ("alias/aws/s3", KeyOwner.PROVIDER),
        (f"arn:aws:kms:{TOKYO}:{ACCOUNT}:alias/aws/ebs", KeyOwner.PROVIDER),
        ("alias/city", KeyOwner.CUSTOMER),
        (f"arn:aws:kms:{TOKYO}:{ACCOUNT}:alias/city", KeyOwner.CUSTOMER),
        (FOREIGN_KEY, KeyOwner.CUSTOMER),
        ("mrk-1234abcd12ab34cd56ef1234567890ab", KeyOwner.CUSTOMER),
        (f"arn:aws:kms:{TOKYO}:{ACCOUNT}:key/mrk-1234abcd12ab34cd56ef1234567890ab", KeyOwner.CUSTOMER),
        (KEY_ARN, None),
        ("0a1b2c3d-0000-4000-8000-000000000001", None),
        ("arn:aws:kms", None),
    ],
)
def test_what_a_literal_key_says_of_its_owner(literal: str, owner: KeyOwner | None) -> None:
    assert owner_of_literal(literal, Known(ACCOUNT)) is owner


def test_a_key_of_an_account_is_nobodys_where_the_own_account_is_open() -> None:
    assert owner_of_literal(FOREIGN_KEY, Unknown(Reason.NOT_COLLECTED)) is None


@given(st.text(max_size=80))
def test_any_text_is_judged_without_an_error(literal: str) -> None:
    owner_of_literal(literal, Known(ACCOUNT))


def test_a_key_of_the_input_is_the_customers() -> None:
    world = World()
    own = key(world)
    volume = world.add("aws_ebs_volume.data", {}, unknown={"kms_key_id": True}, refs={"kms_key_id": own})
    assert key_owner(volume, "kms_key_id", KeyOwner.PROVIDER).value is KeyOwner.CUSTOMER


def test_a_literal_arn_that_is_in_the_input_is_the_customers() -> None:
    world = World()
    world.add("aws_kms_key.own", {"arn": KEY_ARN}, action=Action.NO_OP)
    volume = world.add("aws_ebs_volume.data", {"kms_key_id": KEY_ARN})
    assert key_owner(volume, "kms_key_id", KeyOwner.PROVIDER).value is KeyOwner.CUSTOMER


def test_a_literal_arn_from_outside_may_be_a_key_of_aws() -> None:
    volume = World().add("aws_ebs_volume.data", {"kms_key_id": KEY_ARN})
    assert reason(key_owner(volume, "kms_key_id", KeyOwner.PROVIDER)) is Reason.OUTSIDE


def test_no_key_means_the_services_own() -> None:
    volume = World().add("aws_ebs_volume.data", {"kms_key_id": None})
    assert key_owner(volume, "kms_key_id", KeyOwner.PROVIDER).value is KeyOwner.PROVIDER


def test_a_computed_key_is_the_services_own_only_if_the_configuration_leaves_it_out() -> None:
    world = World()
    volume = world.add("aws_ebs_volume.data", {}, unknown={"kms_key_id": True}, refs={"kms_key_id": None})
    assert reason(key_owner(volume, "kms_key_id", KeyOwner.PROVIDER)) is Reason.OUTSIDE
    volume = world.add("aws_ebs_volume.more", {}, unset=["kms_key_id"])
    assert key_owner(volume, "kms_key_id", KeyOwner.PROVIDER).value is KeyOwner.PROVIDER


def test_a_key_that_cannot_be_followed_stays_unknown() -> None:
    volume = World().add("aws_ebs_volume.data", {}, unknown={"kms_key_id": True})
    assert reason(key_owner(volume, "kms_key_id", KeyOwner.PROVIDER)) is Reason.UNRESOLVED


@pytest.mark.parametrize(
    ("type_", "values", "owner"),
    [
        ("aws_kms_alias", {"name": "alias/aws/s3"}, KeyOwner.PROVIDER),
        ("aws_kms_alias", {"name": "alias/city"}, KeyOwner.CUSTOMER),
        ("aws_kms_key", {"key_manager": "AWS"}, KeyOwner.PROVIDER),
        ("aws_kms_key", {"key_manager": "CUSTOMER"}, KeyOwner.CUSTOMER),
        ("aws_kms_key", {"key_id": "alias/city"}, KeyOwner.CUSTOMER),
        ("aws_kms_key", {"key_id": "0a1b2c3d-0000-4000-8000-000000000001"}, Reason.OUTSIDE),
        ("aws_kms_alias", {}, Reason.OUTSIDE),
    ],
)
def test_keys_by_data_sources(type_: str, values: dict[str, str], owner: KeyOwner | Reason) -> None:
    world = World()
    source = world.add("made_up.source", values)
    source.type = f"data.{type_}"
    volume = world.add("aws_ebs_volume.data", {}, unknown={"kms_key_id": True}, refs={"kms_key_id": source})
    found = key_owner(volume, "kms_key_id", KeyOwner.PROVIDER)
    assert (found.reason if isinstance(found, Unknown) else found.value) is owner


def test_without_encryption_there_is_no_key() -> None:
    volume = World().add("aws_ebs_volume.data", {"kms_key_id": KEY_ARN})
    off = at_rest(volume, "kms_key_id", KeyOwner.PROVIDER, Known(False))
    assert (off.enabled.value, off.key_owner.value) == (False, KeyOwner.NONE)
    open_ = at_rest(volume, "kms_key_id", KeyOwner.PROVIDER, Unknown(Reason.AFTER_APPLY))
    assert reason(open_.key_owner) is Reason.AFTER_APPLY


def test_a_rotating_key() -> None:
    own = key(
        World(), enable_key_rotation=True, rotation_period_in_days=180, deletion_window_in_days=14, is_enabled=True
    )
    found = facet(own, EncryptionKey)
    assert found.rotatable.value is True
    assert found.rotation.value is True
    assert found.rotation_days.value == 180
    assert found.deletion_window_days.value == 14
    assert found.state.value is KeyState.ENABLED


def test_a_key_with_all_defaults() -> None:
    found = facet(key(World()), EncryptionKey)
    assert found.rotation.value is False
    assert found.rotation_days.value is None
    assert found.deletion_window_days.value == 30


def test_rotation_each_year_unless_a_period_is_set() -> None:
    world = World()
    own = world.add("aws_kms_key.own", {"enable_key_rotation": True}, unknown={"rotation_period_in_days": True})
    assert reason(facet(own, EncryptionKey).rotation_days) is Reason.AFTER_APPLY
    own = world.add("aws_kms_key.more", {"enable_key_rotation": True}, unset=["rotation_period_in_days"])
    assert facet(own, EncryptionKey).rotation_days.value == 365


@pytest.mark.parametrize(
    "values",
    [
        {"customer_master_key_spec": "RSA_4096"},
        {"key_usage": "SIGN_VERIFY"},
        {"custom_key_store_id": "cks-1234"},
    ],
)
def test_keys_that_cannot_rotate(values: dict[str, str]) -> None:
    assert facet(key(World(), **values), EncryptionKey).rotatable.value is False


def test_whether_a_key_can_rotate_is_open_where_its_kind_is() -> None:
    own = World().add("aws_kms_key.own", {}, unknown={"customer_master_key_spec": True})
    assert reason(facet(own, EncryptionKey).rotatable) is Reason.AFTER_APPLY


@pytest.mark.parametrize(
    ("values", "state"),
    [
        ({"is_enabled": False}, KeyState.DISABLED),
        ({"is_enabled": "true"}, KeyState.ENABLED),
        ({"key_state": "PendingDeletion"}, KeyState.PENDING_DELETION),
    ],
)
def test_states_of_keys(values: dict[str, Any], state: KeyState) -> None:
    assert facet(key(World(), **values), EncryptionKey).state.value is state


def test_an_external_key_cannot_rotate() -> None:
    own = World().add("aws_kms_external_key.own", {"enabled": True, "deletion_window_in_days": 7})
    found = facet(own, EncryptionKey)
    assert (found.rotatable.value, found.rotation.value, found.deletion_window_days.value) == (False, False, 7)


def test_a_replica_rotates_as_its_primary_does() -> None:
    world = World()
    primary = key(world, multi_region=True, enable_key_rotation=True, rotation_period_in_days=90)
    copy = world.add("aws_kms_replica_key.osaka", {}, refs={"primary_key_arn": primary}, region=OSAKA)
    found = facet(copy, EncryptionKey)
    assert (found.rotatable.value, found.rotation.value, found.rotation_days.value) == (True, True, 90)
    assert facet(copy, Placement).locations.value == {OSAKA}
    (replica,) = facets(primary, Replica)
    assert replica.location.value == {OSAKA}
    assert (replica.kind, replica.key) == (ReplicaKind.MULTI_REGION_KEY, OSAKA)


def test_a_replica_of_a_key_elsewhere() -> None:
    world = World()
    copy = world.add("aws_kms_replica_key.osaka", {"primary_key_arn": KEY_ARN})
    assert reason(facet(copy, EncryptionKey).rotation) is Reason.OUTSIDE
    old = world.add("aws_kms_replica_key.old", {"primary_key_arn": KEY_ARN, "key_rotation_enabled": True})
    assert facet(old, EncryptionKey).rotation.value is True


def test_a_multi_region_key_without_a_replica_may_have_one_elsewhere() -> None:
    (replica,) = facets(key(World(), multi_region=True), Replica)
    assert reason(replica.location) is Reason.NOT_COLLECTED
    assert facets(key(World(), multi_region=False), Replica) == []


def test_replicas_stand_in_the_way_of_a_primary_key() -> None:
    assert obstacles(facet(key(World()), Retirement)) == {"multi_region": False}
    lone = key(World(), multi_region=True)
    assert obstacles(facet(lone, Retirement)) == {"multi_region": Reason.NOT_COLLECTED}
    assert obstacles(facet(key(World(complete=True), multi_region=True), Retirement)) == {"multi_region": False}
    world = World()
    primary = key(world, multi_region=True)
    world.add("aws_kms_replica_key.osaka", {}, refs={"primary_key_arn": primary}, region=OSAKA)
    assert obstacles(facet(primary, Retirement)) == {"multi_region": False}
    open_ = World().add("aws_kms_key.own", {}, unknown={"multi_region": True})
    assert obstacles(facet(open_, Retirement)) == {"multi_region": Reason.AFTER_APPLY}


def test_a_replica_whose_primary_is_open_may_be_this_keys() -> None:
    world = World()
    primary = key(world, multi_region=True)
    world.add("aws_kms_replica_key.osaka", {}, unknown={"primary_key_arn": True})
    (replica,) = facets(primary, Replica)
    assert reason(replica.location) is Reason.UNRESOLVED


OWN_ROOT = {"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}, "Action": "kms:*", "Resource": "*"}
ANYONE = {"Effect": "Allow", "Principal": "*", "Action": "kms:Decrypt", "Resource": "*"}
FOREIGN = {
    "Effect": "Allow",
    "Principal": {"AWS": f"arn:aws:iam::{OTHER_ACCOUNT}:root"},
    "Action": "kms:Decrypt",
    "Resource": "*",
}


@pytest.mark.parametrize(
    ("statements", "open_", "foreign"),
    [
        ([OWN_ROOT], False, ()),
        ([OWN_ROOT, ANYONE], True, ()),
        ([{**ANYONE, "Condition": {"StringEquals": {"kms:CallerAccount": ACCOUNT}}}], False, ()),
        ([OWN_ROOT, FOREIGN], False, (f"arn:aws:iam::{OTHER_ACCOUNT}:root",)),
    ],
)
def test_key_policies(statements: list[dict[str, object]], open_: bool, foreign: tuple[str, ...]) -> None:
    found = facet(key(World(), policy=policy(*statements)), KeyPolicy)
    assert found.open_to_anyone.value is open_
    assert found.foreign_principals.value == foreign


def test_the_default_key_policy_lets_nobody_else_in() -> None:
    own = World().add("aws_kms_key.own", {}, unset=["policy"])
    found = facet(own, KeyPolicy)
    assert (found.open_to_anyone.value, found.foreign_principals.value) == (False, ())


def test_a_separate_key_policy_counts() -> None:
    world = World()
    own = key(world, policy=policy(OWN_ROOT))
    world.add("aws_kms_key_policy.own", {"policy": policy(ANYONE)}, refs={"key_id": own})
    assert facet(own, KeyPolicy).open_to_anyone.value is True


def test_key_policies_that_are_open_or_malformed() -> None:
    world = World()
    assert reason(facet(world.add("aws_kms_key.a", {}, unknown={"policy": True}), KeyPolicy).open_to_anyone)
    broken = facet(world.add("aws_kms_key.b", {"policy": "{"}), KeyPolicy)
    assert reason(broken.open_to_anyone) is Reason.UNPARSEABLE
    assert reason(broken.foreign_principals) is Reason.UNPARSEABLE
    elsewhere = World(account=None).add("aws_kms_key.c", {"policy": policy(FOREIGN)})
    assert reason(facet(elsewhere, KeyPolicy).foreign_principals) is Reason.UNRESOLVED


def test_a_policy_document_with_open_parts_still_says_the_rest() -> None:
    world = World()
    source = world.add(
        "made_up.document",
        {
            "statement": [
                {
                    "effect": "Allow",
                    "actions": ["kms:Decrypt"],
                    "resources": ["*"],
                    "principals": [{"type": "AWS", "identifiers": ["*"]}],
                },
                {"actions": ["kms:*"], "resources": ["*"], "principals": [{"type": "AWS", "identifiers": [None]}]},
            ]
        },
        unknown={"json": True, "statement": [{}, {"principals": [{"identifiers": [True]}]}]},
    )
    source.type = "data.aws_iam_policy_document"
    own = world.add("aws_kms_key.own", {}, unknown={"policy": True}, refs={"policy": source})
    found = facet(own, KeyPolicy)
    assert found.open_to_anyone.value is True
    assert reason(found.foreign_principals) is Reason.UNRESOLVED


def test_policy_documents_made_of_others() -> None:
    world = World()
    inner = world.add("made_up.inner", {"json": policy(ANYONE)})
    inner.type = "data.aws_iam_policy_document"
    outer = world.add(
        "made_up.outer",
        {"source_policy_documents": [None]},
        unknown={"json": True, "source_policy_documents": [True]},
        refs={"source_policy_documents.0": inner},
    )
    outer.type = "data.aws_iam_policy_document"
    own = world.add("aws_kms_key.own", {}, unknown={"policy": True}, refs={"policy": outer})
    assert facet(own, KeyPolicy).open_to_anyone.value is True


def test_every_kind_of_key_must_not_stay_behind() -> None:
    for type_ in ("aws_kms_key", "aws_kms_external_key", "aws_kms_replica_key", "aws_kms_replica_external_key"):
        record = World().add(f"{type_}.one", {})
        assert facet(record, Residue).what == "key"
        assert facet(record, Placement).stores_data is False
