"""Buckets with all of their separate settings."""

from __future__ import annotations

from typing import Any

import pytest

from auditor.attr import Reason
from auditor.facets import (
    Backup,
    DataAccessLog,
    EncryptionAtRest,
    EncryptionInTransit,
    Exposure,
    KeyOwner,
    LogImmutability,
    LogStore,
    ObjectVersioning,
    Placement,
    Replica,
    Residue,
    Retirement,
)
from auditor.record import Action, Record
from auditor.testing import World
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

ARN = "arn:aws:s3:::docs"
EXISTING = Action.NO_OP
COMPUTED = (
    "acl",
    "grant",
    "lifecycle_rule",
    "logging",
    "object_lock_configuration",
    "object_lock_enabled",
    "policy",
    "replication_configuration",
    "server_side_encryption_configuration",
    "versioning",
)
"""What the provider computes since version 4 where the configuration leaves it out."""


def new_bucket(world: World, **values: Any) -> Record:
    """A bucket that is being created, as a plan of version 4 or later shows it."""
    return world.add("aws_s3_bucket.docs", values, unset=[name for name in COMPUTED if name not in values])


def with_part(world: World, bucket: Record, type_: str, values: dict[str, Any], **more: Any) -> Record:
    """A separate setting of the bucket."""
    return world.add(f"{type_}.docs", values, refs={"bucket": bucket, **more.pop("refs", {})}, **more)


def sse(algorithm: str, **more: Any) -> dict[str, Any]:
    return {"rule": [{"apply_server_side_encryption_by_default": [{"sse_algorithm": algorithm, **more}]}]}


SSE = "aws_s3_bucket_server_side_encryption_configuration"


def test_a_new_bucket_by_itself() -> None:
    record = new_bucket(World())
    assert facet(record, Placement).locations.value == {TOKYO}
    assert facet(record, Placement).stores_data is True
    encryption = facet(record, EncryptionAtRest)
    assert (encryption.enabled.value, encryption.key_owner.value) == (True, KeyOwner.PROVIDER)
    assert facet(record, EncryptionInTransit).required.value is False
    assert facet(record, ObjectVersioning).enabled.value is False
    assert reason(facet(record, DataAccessLog).enabled) is Reason.NOT_COLLECTED
    exposure = facet(record, Exposure)
    assert (exposure.public.value, exposure.holds_logs.value) == (False, False)
    assert facet(record, Residue).what == "bucket"
    for class_ in (Replica, LogStore, LogImmutability, Backup):
        assert facets(record, class_) == []


def test_what_the_configuration_sets_to_something_open_stays_unknown() -> None:
    record = World().add("aws_s3_bucket.docs", {}, unknown=dict.fromkeys(COMPUTED, True))
    assert reason(facet(record, EncryptionInTransit).required) is Reason.UNRESOLVED
    assert reason(facet(record, Exposure).public) is Reason.AFTER_APPLY
    assert reason(facet(record, EncryptionAtRest).key_owner) is Reason.AFTER_APPLY
    (replica,) = facets(record, Replica)
    assert reason(replica.location) is Reason.AFTER_APPLY


@pytest.mark.parametrize(
    ("values", "owner"),
    [
        (sse("AES256"), KeyOwner.PROVIDER),
        (sse("aws:kms"), KeyOwner.PROVIDER),
        (sse("aws:kms", kms_master_key_id="alias/aws/s3"), KeyOwner.PROVIDER),
        (sse("aws:kms", kms_master_key_id="alias/city"), KeyOwner.CUSTOMER),
        (sse("aws:kms:dsse", kms_master_key_id="alias/city"), KeyOwner.CUSTOMER),
        ({"rule": [{"bucket_key_enabled": True}]}, KeyOwner.PROVIDER),
    ],
)
def test_encryption_by_the_separate_resource(values: dict[str, Any], owner: KeyOwner) -> None:
    world = World()
    record = new_bucket(world)
    with_part(world, record, SSE, values)
    assert facet(record, EncryptionAtRest).key_owner.value is owner


def test_encryption_with_a_key_of_the_input_or_from_outside() -> None:
    path = "rule.0.apply_server_side_encryption_by_default.0.kms_master_key_id"
    world = World()
    record = new_bucket(world)
    mark = {"rule": [{"apply_server_side_encryption_by_default": [{"kms_master_key_id": True}]}]}
    with_part(world, record, SSE, sse("aws:kms"), unknown=mark, refs={path: key(world)})
    assert facet(record, EncryptionAtRest).key_owner.value is KeyOwner.CUSTOMER
    other = World()
    record = new_bucket(other)
    with_part(other, record, SSE, sse("aws:kms", kms_master_key_id=KEY_ARN))
    assert reason(facet(record, EncryptionAtRest).key_owner) is Reason.OUTSIDE


def test_encryption_that_is_open() -> None:
    world = World()
    record = new_bucket(world)
    world.add(f"{SSE}.docs", sse("AES256"), unknown={"bucket": True})
    found = facet(record, EncryptionAtRest)
    assert (found.enabled.value, reason(found.key_owner)) == (True, Reason.AMBIGUOUS)


def test_inline_encryption_of_provider_3() -> None:
    inline = [sse("aws:kms", kms_master_key_id="alias/city")]
    record = World().add("aws_s3_bucket.docs", {"server_side_encryption_configuration": inline})
    assert facet(record, EncryptionAtRest).key_owner.value is KeyOwner.CUSTOMER


@pytest.mark.parametrize(("status", "enabled"), [("Enabled", True), ("Suspended", False), ("Disabled", False)])
def test_versioning(status: str, enabled: bool) -> None:
    world = World()
    record = new_bucket(world)
    with_part(world, record, "aws_s3_bucket_versioning", {"versioning_configuration": [{"status": status}]})
    assert facet(record, ObjectVersioning).enabled.value is enabled


def test_versioning_inline_by_object_lock_and_open() -> None:
    inline = World().add("aws_s3_bucket.docs", {"versioning": [{"enabled": True}]}, action=EXISTING)
    assert facet(inline, ObjectVersioning).enabled.value is True
    locked = World().add("aws_s3_bucket.docs", {"object_lock_enabled": True}, unset=["versioning"])
    assert facet(locked, ObjectVersioning).enabled.value is True
    world = World()
    record = new_bucket(world)
    mark = {"versioning_configuration": [{"status": True}]}
    with_part(world, record, "aws_s3_bucket_versioning", {"versioning_configuration": [{}]}, unknown=mark)
    assert reason(facet(record, ObjectVersioning).enabled) is Reason.AFTER_APPLY


def test_a_setting_that_is_about_to_be_removed_does_not_count() -> None:
    world = World()
    record = world.add("aws_s3_bucket.docs", {}, action=EXISTING)
    values = {"versioning_configuration": [{"status": "Enabled"}]}
    with_part(world, record, "aws_s3_bucket_versioning", values, action=Action.DELETE)
    assert facet(record, ObjectVersioning).enabled.value is False


TLS_ONLY = {
    "Effect": "Deny",
    "Principal": "*",
    "Action": "s3:*",
    "Resource": [ARN, f"{ARN}/*"],
    "Condition": {"Bool": {"aws:SecureTransport": "false"}},
}
PUBLIC_READ = {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": f"{ARN}/*"}
OWN_READ = {**PUBLIC_READ, "Principal": {"AWS": f"arn:aws:iam::{OTHER_ACCOUNT}:root"}}
NO_DELETE = {
    "Effect": "Deny",
    "Principal": "*",
    "Action": ["s3:DeleteObject", "s3:DeleteObjectVersion"],
    "Resource": f"{ARN}/*",
}


@pytest.mark.parametrize(
    ("statement", "required"),
    [(TLS_ONLY, True), (OWN_READ, False), ({**TLS_ONLY, "Principal": {"AWS": ACCOUNT}}, False)],
)
def test_transport_by_the_bucket_policy(statement: dict[str, Any], required: bool) -> None:
    world = World()
    record = new_bucket(world, arn=ARN)
    with_part(world, record, "aws_s3_bucket_policy", {"policy": policy(statement)})
    assert facet(record, EncryptionInTransit).required.value is required


def test_a_policy_that_is_open_or_no_policy() -> None:
    world = World()
    record = new_bucket(world)
    with_part(world, record, "aws_s3_bucket_policy", {}, unknown={"policy": True})
    assert reason(facet(record, EncryptionInTransit).required) is Reason.UNRESOLVED
    assert reason(facet(record, Exposure).public) is not None
    broken = World().add("aws_s3_bucket.docs", {"policy": "{]"})
    assert reason(facet(broken, EncryptionInTransit).required) is Reason.UNPARSEABLE


PAB = "aws_s3_bucket_public_access_block"


@pytest.mark.parametrize(("block", "public"), [({"restrict_public_buckets": True}, False), ({}, True)])
def test_a_public_policy_unless_it_is_blocked(block: dict[str, bool], public: bool) -> None:
    world = World()
    record = new_bucket(world, acl="private")
    with_part(world, record, "aws_s3_bucket_policy", {"policy": policy(PUBLIC_READ)})
    with_part(world, record, PAB, block)
    assert facet(record, Exposure).public.value is public


@pytest.mark.parametrize(("block", "public"), [({"ignore_public_acls": True}, False), ({}, True)])
def test_a_public_acl_unless_it_is_ignored(block: dict[str, bool], public: bool) -> None:
    world = World()
    record = new_bucket(world)
    with_part(world, record, "aws_s3_bucket_acl", {"acl": "public-read"})
    with_part(world, record, PAB, block)
    assert facet(record, Exposure).public.value is public


@pytest.mark.parametrize(("ownership", "public"), [("BucketOwnerEnforced", False), ("ObjectWriter", True)])
def test_a_public_acl_unless_acls_are_disabled(ownership: str, public: bool) -> None:
    world = World()
    record = new_bucket(world)
    grant = {"grantee": [{"uri": "http://acs.amazonaws.com/groups/global/AllUsers"}], "permission": "READ"}
    with_part(world, record, "aws_s3_bucket_acl", {"access_control_policy": [{"grant": [grant]}]})
    with_part(world, record, "aws_s3_bucket_ownership_controls", {"rule": [{"object_ownership": ownership}]})
    assert facet(record, Exposure).public.value is public


@pytest.mark.parametrize(("account", "public"), [(ACCOUNT, False), (OTHER_ACCOUNT, True)])
def test_a_block_of_the_whole_account(account: str, public: bool) -> None:
    world = World()
    record = new_bucket(world, acl="public-read", grant=[], policy=policy(PUBLIC_READ))
    flags = {"ignore_public_acls": True, "restrict_public_buckets": True, "account_id": account}
    world.add("aws_s3_account_public_access_block.all", flags)
    assert facet(record, Exposure).public.value is public


def test_whether_an_existing_bucket_is_blocked_may_be_decided_elsewhere() -> None:
    record = World().add("aws_s3_bucket.docs", {"policy": policy(PUBLIC_READ)}, action=EXISTING)
    assert reason(facet(record, Exposure).public) is Reason.NOT_COLLECTED
    private = World().add("aws_s3_bucket.docs", {"policy": policy(OWN_READ)}, action=EXISTING)
    assert facet(private, Exposure).public.value is False


def test_inline_acl_and_grants_of_provider_3() -> None:
    assert facet(World().add("aws_s3_bucket.a", {"acl": "public-read"}), Exposure).public.value is True
    group = {"uri": "http://acs.amazonaws.com/groups/global/AuthenticatedUsers", "permissions": ["READ"]}
    assert facet(World().add("aws_s3_bucket.b", {"grant": [group]}), Exposure).public.value is True
    assert facet(World().add("aws_s3_bucket.c", {"acl": "private"}), Exposure).public.value is False


def replication(*rules: dict[str, Any]) -> dict[str, Any]:
    return {"rule": list(rules)}


def test_replication_to_a_bucket_of_the_input() -> None:
    world = World()
    record = new_bucket(world)
    copy = world.add("aws_s3_bucket.copy", {}, region=OSAKA)
    rules = replication({"id": "all", "status": "Enabled", "destination": [{}]}, {"id": "off", "status": "Disabled"})
    mark = {"rule": [{"destination": [{"bucket": True}]}]}
    refs = {"rule.0.destination.0.bucket": copy}
    with_part(world, record, "aws_s3_bucket_replication_configuration", rules, unknown=mark, refs=refs)
    (replica,) = facets(record, Replica)
    assert replica.location.value == {OSAKA}
    assert replica.key == OSAKA


def test_replication_to_a_bucket_elsewhere_or_one_that_is_open() -> None:
    world = World()
    record = new_bucket(world)
    rule = {"id": "all", "status": "Enabled", "destination": [{"bucket": "arn:aws:s3:::far"}]}
    part = with_part(world, record, "aws_s3_bucket_replication_configuration", replication(rule))
    (replica,) = facets(record, Replica)
    assert (reason(replica.location), replica.key) == (Reason.OUTSIDE, "all")
    world.records.remove(part)
    world.add("aws_s3_bucket_replication_configuration.other", replication(rule), unknown={"bucket": True})
    (replica,) = facets(record, Replica)
    assert reason(replica.location) is Reason.AMBIGUOUS


def test_inline_replication_of_provider_3() -> None:
    world = World()
    world.add("aws_s3_bucket.copy", {"arn": "arn:aws:s3:::copy"}, region=OSAKA, action=EXISTING)
    rule = {"status": "Enabled", "destination": [{"bucket": "arn:aws:s3:::copy"}]}
    record = world.add("aws_s3_bucket.docs", {"replication_configuration": [{"rules": [rule]}]}, action=EXISTING)
    (replica,) = facets(record, Replica)
    assert replica.location.value == {OSAKA}


@pytest.mark.parametrize(
    ("mode", "expected"),
    [
        ("COMPLIANCE", {"object_lock.COMPLIANCE": True, "object_lock.GOVERNANCE": False}),
        ("GOVERNANCE", {"object_lock.COMPLIANCE": False, "object_lock.GOVERNANCE": True}),
    ],
)
def test_what_keeps_a_bucket_from_going(mode: str, expected: dict[str, bool]) -> None:
    world = World()
    record = new_bucket(world, force_destroy=True)
    lock = {"rule": [{"default_retention": [{"mode": mode, "days": 30}]}]}
    with_part(world, record, "aws_s3_bucket_object_lock_configuration", lock)
    found = obstacles(facet(record, Retirement))
    assert found == {"force_destroy": False, "replication_configuration": False, **expected}


@pytest.mark.parametrize(("status", "expected"), [("Enabled", True), ("Disabled", False)])
def test_copies_outside_of_the_input_stay(status: str, expected: bool) -> None:
    world = World()
    record = new_bucket(world)
    rule = {"status": status, "destination": [{"bucket": "arn:aws:s3:::elsewhere"}]}
    part = with_part(world, record, "aws_s3_bucket_replication_configuration", replication(rule))
    assert obstacles(facet(record, Retirement))["replication_configuration"] is expected
    copy = world.add("aws_s3_bucket.copy", {}, region=OSAKA)
    world._refs[part.address, "rule.0.destination.0.bucket"] = copy
    assert obstacles(facet(record, Retirement))["replication_configuration"] is False


def test_copies_that_are_open() -> None:
    world = World()
    record = new_bucket(world)
    with_part(world, record, "aws_s3_bucket_replication_configuration", {}, unknown={"rule": True})
    assert obstacles(facet(record, Retirement))["replication_configuration"] is Reason.AFTER_APPLY


def test_a_bucket_with_objects_in_it_is_not_destroyed() -> None:
    assert obstacles(facet(new_bucket(World()), Retirement))["force_destroy"] is True
    open_ = World().add("aws_s3_bucket.docs", {}, unknown={"force_destroy": True})
    assert obstacles(facet(open_, Retirement))["force_destroy"] is Reason.AFTER_APPLY


def log_bucket(world: World, **values: Any) -> Record:
    record = new_bucket(world, **values)
    world.add("aws_cloudtrail.all", {}, refs={"s3_bucket_name": record})
    return record


@pytest.mark.parametrize(
    ("type_", "path"),
    [
        ("aws_cloudtrail", "s3_bucket_name"),
        ("aws_s3_bucket_logging", "target_bucket"),
        ("aws_flow_log", "log_destination"),
        ("aws_config_delivery_channel", "s3_bucket_name"),
    ],
)
def test_destinations_of_logs(type_: str, path: str) -> None:
    world = World()
    record = new_bucket(world)
    world.add(f"{type_}.all", {}, refs={path: record})
    assert facet(record, Exposure).holds_logs.value is True
    assert facets(record, LogStore) != []


def test_destinations_in_blocks() -> None:
    world = World()
    record = new_bucket(world)
    world.add("aws_lb.web", {"access_logs": [{"enabled": True}]}, refs={"access_logs.0.bucket": record})
    assert facet(record, Exposure).holds_logs.value is True


def test_a_destination_that_is_open() -> None:
    world = World()
    record = new_bucket(world)
    world.add("aws_cloudtrail.all", {}, unknown={"s3_bucket_name": True})
    assert reason(facet(record, Exposure).holds_logs) is Reason.UNRESOLVED
    assert reason(facet(record, LogStore).retention_days) is Reason.UNRESOLVED
    kept = facet(record, LogImmutability)
    assert {reason(one) for one in (kept.locked, kept.versioned, kept.deletion_denied)} == {Reason.UNRESOLVED}


def test_where_a_bucket_says_that_it_keeps_no_versions() -> None:
    assert facet(new_bucket(World()), ObjectVersioning).enabled.path == "versioning"


def test_a_computed_logging_block_of_another_bucket_is_no_destination() -> None:
    world = World()
    record = new_bucket(world)
    world.add("aws_s3_bucket.other", {}, unset=["logging"])
    assert facet(record, Exposure).holds_logs.value is False


LIFECYCLE = "aws_s3_bucket_lifecycle_configuration"


def expiry(days: float | None, **more: Any) -> dict[str, Any]:
    return {"status": "Enabled", "expiration": [{"days": days}], **more}


@pytest.mark.parametrize(
    ("rules", "days"),
    [
        ([], None),
        ([expiry(365)], 365),
        ([expiry(365, filter=[{}])], 365),
        ([expiry(365, filter=[{"prefix": ""}])], 365),
        ([expiry(365), expiry(400, filter=[{"prefix": "AWSLogs/"}])], 365),
        ([{**expiry(30), "status": "Disabled"}], None),
        ([{"status": "Enabled", "noncurrent_version_expiration": [{"noncurrent_days": 30}]}], None),
        ([{"status": "Enabled", "expiration": [{"expired_object_delete_marker": True}]}], None),
        ([expiry(30, filter=[{"prefix": "tmp/"}])], Reason.AMBIGUOUS),
        ([expiry(365), expiry(30, filter=[{"tag": [{"key": "a", "value": "b"}]}])], Reason.AMBIGUOUS),
        ([{"status": "Enabled", "expiration": [{"date": "2030-01-01"}]}], Reason.AMBIGUOUS),
    ],
)
def test_how_long_a_log_bucket_keeps_its_entries(rules: list[dict[str, Any]], days: float | Reason | None) -> None:
    world = World()
    record = log_bucket(world)
    with_part(world, record, LIFECYCLE, {"rule": rules})
    found = facet(record, LogStore).retention_days
    assert (reason(found) if isinstance(days, Reason) else found.value) == days


def test_retention_that_is_open_and_retention_inline() -> None:
    world = World()
    record = log_bucket(world)
    with_part(world, record, LIFECYCLE, {"rule": [expiry(None)]}, unknown={"rule": [{"expiration": [{"days": True}]}]})
    assert reason(facet(record, LogStore).retention_days) is Reason.AFTER_APPLY
    inline = log_bucket(World(), lifecycle_rule=[{"enabled": True, "expiration": [{"days": 90}]}])
    assert facet(inline, LogStore).retention_days.value == 90
    part = log_bucket(World(), lifecycle_rule=[{"enabled": True, "prefix": "a/", "expiration": [{"days": 90}]}])
    assert reason(facet(part, LogStore).retention_days) is Reason.AMBIGUOUS


def test_a_log_bucket_that_nobody_can_alter() -> None:
    world = World()
    record = log_bucket(world, arn=ARN, object_lock_enabled=True)
    with_part(world, record, "aws_s3_bucket_policy", {"policy": policy(NO_DELETE)})
    lock = {"rule": [{"default_retention": [{"mode": "COMPLIANCE", "years": 1}]}]}
    with_part(world, record, "aws_s3_bucket_object_lock_configuration", lock)
    found = facet(record, LogImmutability)
    assert (found.locked.value, found.versioned.value, found.deletion_denied.value) == (True, True, True)


def test_a_log_bucket_that_can_be_altered() -> None:
    found = facet(log_bucket(World()), LogImmutability)
    assert (found.locked.value, found.versioned.value, found.deletion_denied.value) == (False, False, False)


def test_access_logs() -> None:
    world = World()
    record = new_bucket(world)
    with_part(world, record, "aws_s3_bucket_logging", {"target_bucket": "logs"})
    assert facet(record, DataAccessLog).enabled.value is True
    inline = World().add("aws_s3_bucket.docs", {"logging": [{"target_bucket": "logs"}]})
    assert facet(inline, DataAccessLog).enabled.value is True
    other = World()
    record = new_bucket(other)
    other.add("aws_s3_bucket_logging.docs", {}, unknown={"bucket": True})
    assert reason(facet(record, DataAccessLog).enabled) is Reason.AMBIGUOUS


def test_without_an_access_log_the_trail_of_the_account_answers() -> None:
    world = World()
    record = new_bucket(world)
    trail = world.add("aws_cloudtrail.all", {"is_multi_region_trail": True})
    assert facet(record, DataAccessLog).enabled.value is False
    assert facet(record, DataAccessLog).enabled.origin is trail
    assert facet(new_bucket(World(complete=True)), DataAccessLog).enabled.value is False


def test_a_bucket_for_logs_needs_no_access_log() -> None:
    world = World()
    record = new_bucket(world)
    trail = world.add("aws_cloudtrail.all", {"is_multi_region_trail": True}, refs={"s3_bucket_name": record})
    assert facets(record, DataAccessLog) == []
    other = World()
    record = new_bucket(other)
    other.add(trail.address, {"is_multi_region_trail": True}, unknown={"s3_bucket_name": True})
    assert reason(facet(record, DataAccessLog).enabled) is Reason.UNRESOLVED


def test_data_events_of_a_trail_log_accesses_too() -> None:
    world = World()
    record = new_bucket(world)
    fields = [
        {"field": "eventCategory", "equals": ["Data"]},
        {"field": "resources.type", "equals": ["AWS::S3::Object"]},
    ]
    world.add(
        "aws_cloudtrail.all", {"is_multi_region_trail": True, "advanced_event_selector": [{"field_selector": fields}]}
    )
    found = facet(record, DataAccessLog)
    assert (found.what, found.enabled.value) == ("s3-data-events", True)
    other = World()
    record = new_bucket(other)
    other.add("aws_cloudtrail.all", {"is_multi_region_trail": True}, unknown={"advanced_event_selector": True})
    assert reason(facet(record, DataAccessLog).enabled) is Reason.AMBIGUOUS
