"""Buckets of an account, what holds for all of them, and access points."""

from __future__ import annotations

import json
from typing import Any

import pytest

from auditor.attr import Unknown
from auditor.facets import (
    DataAccessLog,
    EncryptionAtRest,
    EncryptionInTransit,
    Exposure,
    KeyOwner,
    LogImmutability,
    LogStore,
    ObjectVersioning,
    Placement,
    PublishedContent,
    Replica,
    Retirement,
)
from tests.live.auditing import Audit, audit
from tests.live.servers import ACCOUNT, AwsServer
from tests.live.services.reading import denied
from tests.live.services.reading import said as value

BUCKET = "aws_s3_bucket"
OPEN = {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject"}


def look(aws: AwsServer, *further: str) -> Audit:
    return audit(aws.url, ["s3", "s3control-account", *further], regions=["ap-northeast-1", "us-east-1"])


def make(aws: AwsServer, name: str, region: str = "ap-northeast-1", **more: Any) -> Any:
    s3 = aws.client("s3", region)
    if region != "us-east-1":
        more["CreateBucketConfiguration"] = {"LocationConstraint": region}
    s3.create_bucket(Bucket=name, **more)
    return s3


def policy(s3: Any, name: str, *statements: dict[str, Any]) -> None:
    named = [{"Resource": [f"arn:aws:s3:::{name}", f"arn:aws:s3:::{name}/*"], **one} for one in statements]
    s3.put_bucket_policy(Bucket=name, Policy=json.dumps({"Version": "2012-10-17", "Statement": named}))


def test_a_bucket_that_is_kept_well_and_one_that_is_not(aws: AwsServer) -> None:
    key = aws.client("kms").create_key()["KeyMetadata"]["Arn"]
    s3 = make(aws, "well-kept")
    default = {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": key}
    rules = {"Rules": [{"ApplyServerSideEncryptionByDefault": default}]}
    s3.put_bucket_encryption(Bucket="well-kept", ServerSideEncryptionConfiguration=rules)
    s3.put_bucket_versioning(Bucket="well-kept", VersioningConfiguration={"Status": "Enabled"})
    s3.put_public_access_block(
        Bucket="well-kept",
        PublicAccessBlockConfiguration=dict.fromkeys(
            ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"), True
        ),
    )
    plain = {"Bool": {"aws:SecureTransport": "false"}}
    policy(s3, "well-kept", {"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Condition": plain}, OPEN)
    policy(make(aws, "wide-open"), "wide-open", OPEN)

    found = look(aws, "kms")

    well = found.resource(BUCKET, "well-kept")
    assert value(found.facet(BUCKET, "well-kept", EncryptionAtRest).key_owner) is KeyOwner.CUSTOMER
    assert value(found.facet(BUCKET, "well-kept", EncryptionInTransit).required) is True
    assert value(found.facet(BUCKET, "well-kept", ObjectVersioning).enabled) is True
    assert value(found.facet(BUCKET, "well-kept", Exposure).public) is False
    assert value(well.facet(Placement).locations) == {"ap-northeast-1"}  # type: ignore[union-attr]  # buckets have it
    # what nobody has set is encrypted all the same, with a key that nobody can destroy
    wide = found.facet(BUCKET, "wide-open", EncryptionAtRest)
    assert (value(wide.enabled), value(wide.key_owner)) == (True, KeyOwner.PROVIDER)
    assert value(found.facet(BUCKET, "wide-open", EncryptionInTransit).required) is False
    assert value(found.facet(BUCKET, "wide-open", ObjectVersioning).enabled) is False
    assert value(found.facet(BUCKET, "wide-open", Exposure).public) is True
    assert {one.status.value for one in found.findings("backup.object-versioning.enabled", "wide-open")} == {"fail"}


def test_the_account_blocks_what_a_bucket_leaves_open(aws: AwsServer) -> None:
    policy(make(aws, "wide-open"), "wide-open", OPEN)
    aws.client("s3control").put_public_access_block(
        AccountId=ACCOUNT, PublicAccessBlockConfiguration={"RestrictPublicBuckets": True}
    )
    assert value(look(aws).facet(BUCKET, "wide-open", Exposure).public) is False

    aws.refuse(["s3control:GetPublicAccessBlock"])
    denied(look(aws).facet(BUCKET, "wide-open", Exposure).public, "s3:GetAccountPublicAccessBlock")


def test_a_bucket_is_where_it_is(aws: AwsServer) -> None:
    make(aws, "far-away", "us-east-1")
    make(aws, "at-home")
    found = look(aws)
    assert value(found.facet(BUCKET, "far-away", Placement).locations) == {"us-east-1"}
    assert value(found.facet(BUCKET, "at-home", Placement).locations) == {"ap-northeast-1"}
    assert {one.status.value for one in found.findings("residency.location.region", "far-away")} <= {"fail"}


@pytest.mark.parametrize(("said", "region"), [({}, "us-east-1"), ({"LocationConstraint": "EU"}, "eu-west-1")])
def test_old_names_of_locations(aws: AwsServer, said: dict[str, str], region: str) -> None:
    aws.answer("s3", "ListBuckets", {"Buckets": [{"Name": "old"}]})
    aws.answer("s3", "GetBucketLocation", said)
    found = look(aws)
    assert value(found.facet(BUCKET, "old", Placement).locations) == {region}


def test_a_bucket_whose_location_is_refused_may_be_anywhere(aws: AwsServer) -> None:
    aws.answer("s3", "ListBuckets", {"Buckets": [{"Name": "old"}]})
    aws.refuse(["s3:GetBucketLocation"])
    found = look(aws)
    denied(found.facet(BUCKET, "old", Placement).locations, "s3:GetBucketLocation")
    assert found.statuses("old")["residency.location.region"] <= {"unknown"}


def test_all_pages_of_buckets_are_listed(aws: AwsServer) -> None:
    pages = [{"Buckets": [{"Name": name, "BucketRegion": "ap-northeast-1"}]} for name in ("one", "two", "three")]
    for name in ("one", "two", "three"):
        make(aws, name)
    aws.answer("s3", "ListBuckets", pages=pages)
    assert len(look(aws).resources(BUCKET)) == 3


def test_an_object_lock_without_a_rule_locks_nothing(aws: AwsServer) -> None:
    s3 = make(aws, "logs", ObjectLockEnabledForBucket=True)
    s3.put_object_lock_configuration(
        Bucket="logs",
        ObjectLockConfiguration={
            "ObjectLockEnabled": "Enabled",
            "Rule": {"DefaultRetention": {"Mode": "COMPLIANCE", "Days": 400}},
        },
    )
    make(aws, "loose", ObjectLockEnabledForBucket=True)
    source = make(aws, "source")
    for target in ("logs", "loose"):
        s3.put_bucket_acl(Bucket=target, ACL="log-delivery-write")
    source.put_bucket_logging(
        Bucket="source", BucketLoggingStatus={"LoggingEnabled": {"TargetBucket": "logs", "TargetPrefix": "a/"}}
    )
    s3.put_bucket_logging(
        Bucket="logs", BucketLoggingStatus={"LoggingEnabled": {"TargetBucket": "loose", "TargetPrefix": "b/"}}
    )
    s3.put_bucket_lifecycle_configuration(
        Bucket="logs",
        LifecycleConfiguration={
            "Rules": [{"ID": "old", "Status": "Enabled", "Filter": {}, "Expiration": {"Days": 400}}]
        },
    )
    found = look(aws)
    assert value(found.facet(BUCKET, ":logs", LogImmutability).locked) is True
    assert value(found.facet(BUCKET, "loose", LogImmutability).locked) is False
    assert value(found.facet(BUCKET, ":logs", LogStore).retention_days) == 400
    assert value(found.facet(BUCKET, "source", DataAccessLog).enabled) is True
    obstacles = {one.name: one.present for one in found.facet(BUCKET, ":logs", Retirement).obstacles}
    assert value(obstacles["object_lock.COMPLIANCE"]) is True


def test_copies_in_another_region(aws: AwsServer) -> None:
    rule = {"ID": "all", "Status": "Enabled", "Filter": {}, "Priority": 1}
    s3 = make(aws, "source")
    for name, region in (("source", ""), ("target", "us-east-1")):
        if region:
            make(aws, name, region)
        s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
    destination = {"DeleteMarkerReplication": {"Status": "Disabled"}, "Destination": {"Bucket": "arn:aws:s3:::target"}}
    s3.put_bucket_replication(
        Bucket="source",
        ReplicationConfiguration={"Role": f"arn:aws:iam::{ACCOUNT}:role/copy", "Rules": [{**rule, **destination}]},
    )
    assert value(look(aws).facet(BUCKET, "source", Replica).location) == {"us-east-1"}
    aws.refuse(["s3:GetBucketReplication"])
    denied(look(aws).facet(BUCKET, "source", Replica).location, "s3:GetReplicationConfiguration")


def test_what_needs_versions_is_asked_of_no_other_bucket(aws: AwsServer) -> None:
    make(aws, "plain")
    aws.clear_calls()
    look(aws)
    asked = [call.operation for call in aws.calls() if call.parameters.get("Bucket") == "plain"]
    assert len(asked) == len(set(asked))
    assert not {"GetObjectLockConfiguration", "GetBucketReplication", "GetBucketLocation"} & set(asked)
    assert not {call.operation for call in aws.calls()} & {"GetObject", "ListObjectsV2", "ListObjects", "HeadObject"}


def test_a_web_site_publishes(aws: AwsServer) -> None:
    s3 = make(aws, "site")
    s3.put_bucket_website(Bucket="site", WebsiteConfiguration={"IndexDocument": {"Suffix": "index.html"}})
    redirecting = make(aws, "elsewhere")
    to = {"RedirectAllRequestsTo": {"HostName": "example.jp", "Protocol": "https"}}
    redirecting.put_bucket_website(Bucket="elsewhere", WebsiteConfiguration=to)
    make(aws, "private")

    found = look(aws)

    assert value(found.facet(BUCKET, "site", PublishedContent).versioned) is False
    assert found.resource(BUCKET, "elsewhere").facet(PublishedContent) is None
    assert found.resource(BUCKET, "private").facet(PublishedContent) is None
    aws.refuse(["s3:GetBucketWebsite"])
    # whether it publishes anything is not known then
    denied(look(aws).facet(BUCKET, "private", PublishedContent).versioned, "s3:GetBucketWebsite")


@pytest.mark.parametrize(
    ("operation", "facet", "attribute", "action"),
    [
        ("GetBucketEncryption", EncryptionAtRest, "key_owner", "s3:GetEncryptionConfiguration"),
        ("GetBucketVersioning", ObjectVersioning, "enabled", "s3:GetBucketVersioning"),
        ("GetBucketPolicy", EncryptionInTransit, "required", "s3:GetBucketPolicy"),
        ("GetBucketPolicy", Exposure, "public", "s3:GetBucketPolicy"),
        ("GetBucketAcl", Exposure, "public", "s3:GetBucketAcl"),
    ],
)
def test_what_is_refused_is_unknown(
    aws: AwsServer, operation: str, facet: type[Any], attribute: str, action: str
) -> None:
    make(aws, "plain")
    aws.refuse([f"s3:{operation}"])
    found = look(aws)
    denied(getattr(found.facet(BUCKET, "plain", facet), attribute), action)
    # and all that was answered is known still
    assert value(found.facet(BUCKET, "plain", Placement).locations) == {"ap-northeast-1"}


def test_a_refused_log_setting_says_neither_that_there_is_one_nor_that_there_is_none(aws: AwsServer) -> None:
    make(aws, "plain")
    aws.refuse(["s3:GetBucketLogging"])
    log = look(aws, "cloudtrail").facet(BUCKET, "plain", DataAccessLog)
    assert isinstance(log.enabled, Unknown)


def test_buckets_that_cannot_be_listed_are_unknown(aws: AwsServer) -> None:
    make(aws, "hidden")
    aws.refuse(["s3:ListBuckets"])
    found = look(aws)
    stand_in = found.resource(BUCKET)
    assert "hidden" not in stand_in.address
    assert {status for all_ in found.statuses(stand_in.address).values() for status in all_} <= {"unknown"}
    denied(found.facet(BUCKET, "", Exposure).public, "s3:ListAllMyBuckets")
    denied(found.facet(BUCKET, "", Placement).locations, "s3:ListAllMyBuckets")


def point(aws: AwsServer, name: str, **more: Any) -> None:
    client = aws.client("s3control", "us-east-1")
    client.create_access_point(AccountId=ACCOUNT, Name=name, Bucket="behind", **more)
    arn = f"arn:aws:s3:us-east-1:{ACCOUNT}:accesspoint/{name}"
    statement = {**OPEN, "Resource": [arn, f"{arn}/object/*"]}
    text = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    client.put_access_point_policy(AccountId=ACCOUNT, Name=name, Policy=text)


def test_access_points_are_doors_of_their_own(aws: AwsServer) -> None:
    make(aws, "behind", "us-east-1")
    point(aws, "closed-door")
    off = dict.fromkeys(("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"), False)
    point(aws, "open-door", PublicAccessBlockConfiguration=off)
    vpc = {"VpcConfiguration": {"VpcId": "vpc-12345678"}}
    point(aws, "inner-door", PublicAccessBlockConfiguration=off, **vpc)

    doors = ["s3", "s3control", "s3control-account"]
    found = audit(aws.url, doors, regions=["us-east-1"])

    type_ = "aws_s3_access_point"
    assert value(found.facet(type_, "closed-door", Exposure).public) is False
    assert value(found.facet(type_, "open-door", Exposure).public) is True
    assert value(found.facet(type_, "inner-door", Exposure).public) is False
    aws.refuse(["s3control:GetAccessPointPolicy"])
    found = audit(aws.url, doors, regions=["us-east-1"])
    denied(found.facet(type_, "open-door", Exposure).public, "s3:GetAccessPointPolicy")


@pytest.mark.parametrize("of_account", [True, False])
def test_a_block_of_the_bucket_or_the_account_closes_its_access_points(aws: AwsServer, of_account: bool) -> None:
    make(aws, "behind", "us-east-1")
    off = dict.fromkeys(("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"), False)
    point(aws, "open-door", PublicAccessBlockConfiguration=off)
    block: Any = {"PublicAccessBlockConfiguration": {**off, "RestrictPublicBuckets": True}}
    if of_account:
        aws.client("s3control", "us-east-1").put_public_access_block(AccountId=ACCOUNT, **block)
    else:
        aws.client("s3", "us-east-1").put_public_access_block(Bucket="behind", **block)
    found = audit(aws.url, ["s3", "s3control", "s3control-account"], regions=["us-east-1"])
    assert value(found.facet("aws_s3_access_point", "open-door", Exposure).public) is False
