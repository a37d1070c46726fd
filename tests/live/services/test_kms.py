"""Keys of an account."""

from __future__ import annotations

import json
from typing import Any

import pytest

from auditor.facets import EncryptionAtRest, EncryptionKey, KeyOwner, KeyPolicy, KeyState, Replica, Retirement
from auditor.inventory import Phase
from auditor_aws.live.permissions import needed
from tests.live.auditing import HOME, Audit, audit
from tests.live.servers import ACCOUNT, AwsServer
from tests.live.services.reading import denied
from tests.live.services.reading import said as value

KEY = "aws_kms_key"
EXTERNAL = "aws_kms_external_key"


def look(aws: AwsServer, **more: Any) -> Audit:
    return audit(aws.url, ["kms"], **more)


def arn_of(region: str, key: str) -> str:
    return f"arn:aws:kms:{region}:{ACCOUNT}:key/{key}"


def described(aws: AwsServer, key: str, region: str = HOME, **more: Any) -> str:
    """A key that the service describes so; moto knows neither imported keys nor most states."""
    arn = arn_of(region, key)
    meta = {
        "KeyId": key,
        "Arn": arn,
        "AWSAccountId": ACCOUNT,
        "Enabled": True,
        "KeyState": "Enabled",
        "KeyManager": "CUSTOMER",
        "KeySpec": "SYMMETRIC_DEFAULT",
        "KeyUsage": "ENCRYPT_DECRYPT",
        "Origin": "AWS_KMS",
        **more,
    }
    aws.answer("kms", "DescribeKey", {"KeyMetadata": meta}, match={"KeyId": arn}, region=region)
    aws.answer("kms", "GetKeyPolicy", {"Policy": "{}"}, match={"KeyId": arn}, region=region)
    aws.answer("kms", "ListResourceTags", {"Tags": []}, match={"KeyId": arn}, region=region)
    aws.answer("kms", "GetKeyRotationStatus", {"KeyRotationEnabled": False}, match={"KeyId": arn}, region=region)
    return arn


def listed(aws: AwsServer, *arns: str, region: str = HOME) -> None:
    keys = [{"KeyId": arn.rpartition("/")[2], "KeyArn": arn} for arn in arns]
    aws.answer("kms", "ListKeys", {"Keys": keys}, region=region)


def test_a_key_that_rotates_and_one_that_anybody_may_use(aws: AwsServer) -> None:
    kms = aws.client("kms")
    good = kms.create_key(Tags=[{"TagKey": "Owner", "TagValue": "soumu"}])["KeyMetadata"]["KeyId"]
    kms.enable_key_rotation(KeyId=good, RotationPeriodInDays=180)
    bad = kms.create_key()["KeyMetadata"]["KeyId"]
    anybody = {"Effect": "Allow", "Principal": "*", "Action": "kms:*", "Resource": "*"}
    text = json.dumps({"Version": "2012-10-17", "Statement": [anybody]})
    kms.put_key_policy(KeyId=bad, PolicyName="default", Policy=text)

    found = look(aws)

    key = found.facet(KEY, good, EncryptionKey)
    assert (value(key.rotation), value(key.rotation_days), value(key.state)) == (True, 180, KeyState.ENABLED)
    assert value(found.facet(KEY, good, KeyPolicy).open_to_anyone) is False
    assert value(found.facet(KEY, bad, EncryptionKey).rotation) is False
    assert value(found.facet(KEY, bad, KeyPolicy).open_to_anyone) is True
    assert found.statuses(good)["key.rotation.automatic"] == {"pass"}
    assert found.statuses(bad)["key.rotation.automatic"] == {"fail"}
    assert found.statuses(bad)["key.policy.limited"] == {"fail"}


@pytest.mark.parametrize(
    ("said", "state", "erased"),
    [
        # switching it off is undone by switching it on
        ({"KeyState": "Disabled", "Enabled": False}, KeyState.DISABLED, "fail"),
        ({"KeyState": "PendingDeletion", "Enabled": False}, KeyState.PENDING_DELETION, "pass"),
        # and importing the material again brings it back
        ({"Origin": "EXTERNAL", "KeyState": "PendingImport", "Enabled": False}, KeyState.DISABLED, "fail"),
        ({"KeyState": "Unavailable", "Enabled": False, "CustomKeyStoreId": "cks-1"}, KeyState.DISABLED, "fail"),
    ],
)
def test_states(aws: AwsServer, said: dict[str, Any], state: KeyState, erased: str) -> None:
    listed(aws, described(aws, "11111111-0000-0000-0000-000000000000", **said))
    found = look(aws, phase=Phase.TERMINATE)
    type_ = EXTERNAL if said.get("Origin") == "EXTERNAL" else KEY
    assert value(found.facet(type_, "11111111", EncryptionKey).state) is state
    assert found.statuses("11111111")["key.pending-deletion.ended"] == {erased}


def test_keys_that_cannot_rotate(aws: AwsServer) -> None:
    listed(
        aws,
        described(aws, "aaaaaaaa-0", KeySpec="RSA_2048", KeyUsage="SIGN_VERIFY"),
        described(aws, "bbbbbbbb-0", Origin="EXTERNAL"),
        described(aws, "cccccccc-0", Origin="AWS_CLOUDHSM", CustomKeyStoreId="cks-1"),
    )
    found = look(aws)
    for type_, key in ((KEY, "aaaaaaaa"), (EXTERNAL, "bbbbbbbb"), (KEY, "cccccccc")):
        assert value(found.facet(type_, key, EncryptionKey).rotatable) is False
    assert not [call for call in aws.calls() if call.operation == "GetKeyRotationStatus"]


def multi(kind: str, *regions: str) -> dict[str, Any]:
    configuration = {
        "MultiRegionKeyType": kind,
        "PrimaryKey": {"Arn": arn_of(HOME, "mrk-1"), "Region": HOME},
        "ReplicaKeys": [{"Arn": arn_of(region, "mrk-1"), "Region": region} for region in regions],
    }
    return {"MultiRegion": True, "MultiRegionConfiguration": configuration}


def test_replicas_are_told_by_the_primary_key(aws: AwsServer) -> None:
    waiting = {"KeyState": "PendingReplicaDeletion", "Enabled": False, "PendingDeletionWindowInDays": 7}
    listed(aws, described(aws, "mrk-1", HOME, **multi("PRIMARY", "us-east-1"), **waiting))
    listed(aws, described(aws, "mrk-1", "us-east-1", **multi("REPLICA", "us-east-1")), region="us-east-1")

    found = look(aws, regions=[HOME, "us-east-1"])

    assert value(found.facet(KEY, "mrk-1", Replica).location) == {"us-east-1"}
    assert value(found.facet(KEY, "mrk-1", EncryptionKey).deletion_window_days) == 7
    assert value(found.facet(KEY, "mrk-1", EncryptionKey).state) is KeyState.PENDING_DELETION
    # what is in the input is judged itself
    (obstacle,) = found.facet(KEY, "mrk-1", Retirement).obstacles
    assert value(obstacle.present) is False
    assert value(found.facet("aws_kms_replica_key", "mrk-1", EncryptionKey).rotation) is False

    # and what is not there was left out by choice, but is told
    (obstacle,) = look(aws).facet(KEY, "mrk-1", Retirement).obstacles
    assert value(obstacle.present) is True
    assert value(look(aws).facet(KEY, "mrk-1", Replica).location) == {"us-east-1"}


def test_a_multi_region_key_without_replicas_has_none(aws: AwsServer) -> None:
    listed(aws, described(aws, "mrk-1", **multi("PRIMARY")))
    assert look(aws).resource(KEY, "mrk-1").facet(Replica) is None


def test_a_replica_whose_primary_key_was_not_asked(aws: AwsServer) -> None:
    listed(aws, region=HOME)
    arn = described(aws, "mrk-1", "us-east-1", **multi("REPLICA", "us-east-1"))
    aws.answer(
        "kms",
        "GetKeyRotationStatus",
        {"KeyRotationEnabled": True, "RotationPeriodInDays": 90},
        match={"KeyId": arn},
        region="us-east-1",
    )
    listed(aws, arn, region="us-east-1")
    key = look(aws, regions=["us-east-1"]).facet("aws_kms_replica_key", "mrk-1", EncryptionKey)
    assert (value(key.rotation), value(key.rotation_days)) == (True, 90)


def test_keys_of_aws_are_nobodys(aws: AwsServer) -> None:
    arn = described(aws, "aaaaaaaa-1", KeyManager="AWS")
    listed(aws, arn)
    name = "alias/aws/s3"
    alias = {"AliasName": name, "AliasArn": f"arn:aws:kms:{HOME}:{ACCOUNT}:{name}", "TargetKeyId": "aaaaaaaa-1"}
    aws.answer("kms", "ListAliases", {"Aliases": [alias]})
    aws.client("s3").create_bucket(Bucket="one", CreateBucketConfiguration={"LocationConstraint": HOME})
    aws.client("s3").create_bucket(Bucket="two", CreateBucketConfiguration={"LocationConstraint": HOME})
    for bucket, key in (("one", arn), ("two", name)):
        default = {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": key}
        rules = {"Rules": [{"ApplyServerSideEncryptionByDefault": default}]}
        aws.client("s3").put_bucket_encryption(Bucket=bucket, ServerSideEncryptionConfiguration=rules)

    found = audit(aws.url, ["kms", "s3"])

    assert not [one for one in found.report.inventory.resources if "kms" in one.type]
    for bucket in ("one", "two"):
        assert value(found.facet("aws_s3_bucket", bucket, EncryptionAtRest).key_owner) is KeyOwner.PROVIDER
    # where the key may not be described, its alias tells whose it is; without aliases, nothing does
    aws.refuse(["kms:DescribeKey"])
    owner = audit(aws.url, ["kms", "s3"]).facet("aws_s3_bucket", "one", EncryptionAtRest).key_owner
    assert value(owner) is KeyOwner.PROVIDER
    aws.refuse(["kms:ListAliases"])
    owner = audit(aws.url, ["kms", "s3"]).facet("aws_s3_bucket", "one", EncryptionAtRest).key_owner
    denied(owner, "kms:DescribeKey")


@pytest.mark.parametrize(
    ("operation", "attributes"),
    [
        ("DescribeKey", ("rotation", "state", "deletion_window_days")),
        ("GetKeyRotationStatus", ("rotation", "rotation_days")),
    ],
)
def test_what_is_refused_is_unknown(aws: AwsServer, operation: str, attributes: tuple[str, ...]) -> None:
    key = aws.client("kms").create_key()["KeyMetadata"]["KeyId"]
    aws.refuse([f"kms:{operation}"])
    found = look(aws).facet(KEY, key, EncryptionKey)
    for attribute in attributes:
        denied(getattr(found, attribute), f"kms:{operation}")


def test_a_refused_policy_is_unknown_and_nothing_else(aws: AwsServer) -> None:
    key = aws.client("kms").create_key()["KeyMetadata"]["KeyId"]
    before = look(aws).statuses(key)
    aws.refuse(["kms:GetKeyPolicy"])
    found = look(aws)
    denied(found.facet(KEY, key, KeyPolicy).open_to_anyone, "kms:GetKeyPolicy")
    changed = {check for check, status in found.statuses(key).items() if before[check] != status}
    assert changed == {"key.policy.limited"}


def test_keys_that_cannot_be_listed_are_unknown(aws: AwsServer) -> None:
    aws.client("kms").create_key()
    aws.refuse(["kms:ListKeys"])
    found = look(aws)
    for type_ in (KEY, EXTERNAL):
        stand_in = found.resource(type_)
        assert {one for all_ in found.statuses(stand_in.address).values() for one in all_} <= {"unknown"}


def test_keys_are_among_what_an_environment_holds() -> None:
    """What they are tagged with says of which environment they are."""
    for control in ("environment.separation", "inventory.ledger-tags"):
        asked = {service.name: {call.operation for call in calls} for service, calls in needed(frozenset((control,)))}
        assert "ListResourceTags" in asked["kms"]


def test_all_pages_of_keys_are_listed(aws: AwsServer) -> None:
    arns = [described(aws, f"{number}-key") for number in range(3)]
    aws.answer("kms", "ListKeys", pages=[{"Keys": [{"KeyId": arn[-5:], "KeyArn": arn}]} for arn in arns])
    assert len(look(aws).resources(KEY)) == 3
