"""Buckets and their separate settings.

Sources: Amazon S3 API Reference (ListBuckets, GetBucketEncryption, GetBucketVersioning, GetBucketPolicy,
GetPublicAccessBlock, GetBucketOwnershipControls, GetBucketAcl, GetObjectLockConfiguration,
GetBucketLifecycleConfiguration, GetBucketLogging, GetBucketReplication, GetBucketTagging); AWS provider documentation,
pages ``aws_s3_bucket`` and ``aws_s3_bucket_*``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from auditor_aws.live.answers import Answer, Answers
from auditor_aws.live.catalogue import Call, Service, Where
from auditor_aws.live.shapes import Shape, block, tags


def buckets(answers: Answers) -> Iterator[Shape]:
    """Buckets, each with a record for every separate setting, as the provider has them."""
    for listed in answers.items("ListBuckets", "Buckets"):
        name = listed["Name"]
        region = listed.get("BucketRegion") or answers.of("GetBucketLocation", name).data.get("LocationConstraint")
        # null stands for the first region there was (S3 API Reference, GetBucketLocation)
        yield from _bucket(answers, name, str(region or "us-east-1"))


def _bucket(answers: Answers, name: str, region: str) -> Iterator[Shape]:
    arn = f"arn:aws:s3:::{name}"
    bucket = Shape("aws_s3_bucket", answers, arn, "ListBuckets", names=(name,), region=region)
    bucket.values.update(bucket=name, id=name, arn=arn, region=region)
    # what the separate settings say is not said again, and what only Terraform knows does not hinder anybody
    for inline in _INLINE:
        bucket[inline] = []
    bucket.values.update(policy=None, acl=None, force_destroy=True, object_lock_enabled=None)
    bucket.take("tags", answers.of("GetBucketTagging", name), lambda data: tags(data.get("TagSet")))
    yield bucket

    def part(type_: str, operation: str) -> tuple[Shape, Answer]:
        shape = Shape(type_, answers, f"{arn} {operation}", operation, region=region)
        shape["bucket"] = name
        return shape, answers.of(operation, name)

    for type_, operation, path, read in _PARTS:
        shape, answer = part(type_, operation)
        if not answer.absent:
            shape.take(path, answer, read)
            for extra, read_extra in _EXTRAS.get(operation, {}).items():
                shape.take(extra, answer, read_extra)
            yield shape
    block_, answer = part("aws_s3_bucket_public_access_block", "GetPublicAccessBlock")
    if not answer.absent:
        for attribute, member in _BLOCKS.items():
            block_.take(attribute, answer, _flag(member))
        yield block_


def _flag(member: str) -> Callable[[Any], bool]:
    return lambda data: bool(data["PublicAccessBlockConfiguration"].get(member, False))


def _encryption(data: Any) -> list[dict[str, Any]]:
    return [
        {
            "apply_server_side_encryption_by_default": [
                {"sse_algorithm": default.get("SSEAlgorithm"), "kms_master_key_id": default.get("KMSMasterKeyID")}
            ],
            "bucket_key_enabled": rule.get("BucketKeyEnabled"),
        }
        for rule in data["ServerSideEncryptionConfiguration"]["Rules"]
        for default in (rule.get("ApplyServerSideEncryptionByDefault") or {},)
    ]


def _versioning(data: Any) -> list[dict[str, Any]]:
    # a bucket that never had versions says nothing
    return [{"status": data.get("Status", "Disabled"), "mfa_delete": data.get("MFADelete", "Disabled")}]


def _grants(data: Any) -> list[dict[str, Any]]:
    return [
        {
            "grant": [
                {
                    "permission": grant.get("Permission"),
                    "grantee": [
                        {
                            "type": grant["Grantee"].get("Type"),
                            "uri": grant["Grantee"].get("URI"),
                            "id": grant["Grantee"].get("ID"),
                        }
                    ],
                }
                for grant in data.get("Grants") or ()
            ],
            "owner": [{"id": (data.get("Owner") or {}).get("ID")}],
        }
    ]


def _lock(data: Any) -> list[dict[str, Any]]:
    rule = data["ObjectLockConfiguration"].get("Rule")
    if not rule:
        return []
    retention = rule.get("DefaultRetention") or {}
    return [
        {
            "default_retention": [
                {"mode": retention.get("Mode"), "days": retention.get("Days"), "years": retention.get("Years")}
            ]
        }
    ]


def _lifecycle(data: Any) -> list[dict[str, Any]]:
    rules = []
    for rule in data.get("Rules") or ():
        expiration = rule.get("Expiration")
        later = rule.get("NoncurrentVersionExpiration")
        rules.append(
            {
                "id": rule.get("ID"),
                "status": rule.get("Status"),
                "prefix": rule.get("Prefix"),
                "filter": _filter(rule.get("Filter")),
                "expiration": block(
                    expiration
                    and {
                        "days": expiration.get("Days"),
                        "date": expiration.get("Date"),
                        "expired_object_delete_marker": expiration.get("ExpiredObjectDeleteMarker"),
                    }
                ),
                "noncurrent_version_expiration": block(
                    later
                    and {
                        "noncurrent_days": later.get("NoncurrentDays"),
                        "newer_noncurrent_versions": later.get("NewerNoncurrentVersions"),
                    }
                ),
            }
        )
    return rules


def _filter(given: Mapping[str, Any] | None) -> list[dict[str, Any]]:
    if not given:
        return []
    both = given.get("And")
    return [
        {
            "prefix": given.get("Prefix"),
            "object_size_greater_than": given.get("ObjectSizeGreaterThan"),
            "object_size_less_than": given.get("ObjectSizeLessThan"),
            "tag": block(_tag(given.get("Tag"))),
            "and": block(
                both
                and {
                    "prefix": both.get("Prefix"),
                    "tags": tags(both.get("Tags")),
                    "object_size_greater_than": both.get("ObjectSizeGreaterThan"),
                    "object_size_less_than": both.get("ObjectSizeLessThan"),
                }
            ),
        }
    ]


def _tag(given: Mapping[str, Any] | None) -> dict[str, Any] | None:
    return {"key": given.get("Key"), "value": given.get("Value")} if given else None


def _replication(data: Any) -> list[dict[str, Any]]:
    return [
        {
            "id": rule.get("ID"),
            "status": rule.get("Status"),
            "destination": [
                {
                    "bucket": rule["Destination"].get("Bucket"),
                    "account": rule["Destination"].get("Account"),
                    "storage_class": rule["Destination"].get("StorageClass"),
                }
            ],
        }
        for rule in data["ReplicationConfiguration"]["Rules"]
    ]


_INLINE: Final = (
    "server_side_encryption_configuration",
    "versioning",
    "logging",
    "lifecycle_rule",
    "replication_configuration",
    "object_lock_configuration",
    "grant",
)
_BLOCKS: Final = {
    "block_public_acls": "BlockPublicAcls",
    "block_public_policy": "BlockPublicPolicy",
    "ignore_public_acls": "IgnorePublicAcls",
    "restrict_public_buckets": "RestrictPublicBuckets",
}
_PARTS: Final[tuple[tuple[str, str, str, Any], ...]] = (
    ("aws_s3_bucket_server_side_encryption_configuration", "GetBucketEncryption", "rule", _encryption),
    ("aws_s3_bucket_versioning", "GetBucketVersioning", "versioning_configuration", _versioning),
    ("aws_s3_bucket_policy", "GetBucketPolicy", "policy", lambda data: data["Policy"]),
    (
        "aws_s3_bucket_ownership_controls",
        "GetBucketOwnershipControls",
        "rule",
        lambda data: [{"object_ownership": rule.get("ObjectOwnership")} for rule in data["OwnershipControls"]["Rules"]],
    ),
    ("aws_s3_bucket_acl", "GetBucketAcl", "access_control_policy", _grants),
    ("aws_s3_bucket_object_lock_configuration", "GetObjectLockConfiguration", "rule", _lock),
    ("aws_s3_bucket_lifecycle_configuration", "GetBucketLifecycleConfiguration", "rule", _lifecycle),
    (
        "aws_s3_bucket_logging",
        "GetBucketLogging",
        "target_bucket",
        lambda data: (data.get("LoggingEnabled") or {}).get("TargetBucket"),
    ),
    ("aws_s3_bucket_replication_configuration", "GetBucketReplication", "rule", _replication),
)
_EXTRAS: Final[Mapping[str, Mapping[str, Any]]] = {
    "GetBucketAcl": {"acl": lambda data: None},
    "GetObjectLockConfiguration": {
        "object_lock_enabled": lambda data: data["ObjectLockConfiguration"].get("ObjectLockEnabled")
    },
    "GetBucketLogging": {"target_prefix": lambda data: (data.get("LoggingEnabled") or {}).get("TargetPrefix")},
}


def _of_bucket(operation: str, action: str, yields: str, absent: str = "", *subjects: str) -> Call:
    """A call about one bucket, made in the region of the bucket."""
    return Call(
        operation=operation,
        yields=(yields,) if yields else (),
        each="ListBuckets",
        over="Buckets[]",
        parameters={"Bucket": "Name"},
        region="BucketRegion",
        absent=(absent,) if absent else (),
        action=f"s3:{action}",
        subjects=frozenset(subjects),
    )


SERVICES: Final = (
    Service(
        name="s3",
        where=Where.GLOBAL,
        # S3 takes thousands of requests a second; what limits is this machine
        at_once=16,
        calls=(
            # any parameter makes the answer say the regions (S3 API Reference, ListBuckets)
            Call(
                operation="ListBuckets",
                yields=("aws_s3_bucket",),
                fixed={"MaxBuckets": 1000},
                action="s3:ListAllMyBuckets",
            ),
            Call(
                operation="GetBucketLocation",
                each="ListBuckets",
                over="Buckets[]",
                parameters={"Bucket": "Name"},
                when="!BucketRegion",
            ),
            _of_bucket(
                "GetBucketEncryption",
                "GetEncryptionConfiguration",
                "aws_s3_bucket_server_side_encryption_configuration",
                "ServerSideEncryptionConfigurationNotFoundError",
            ),
            _of_bucket("GetBucketVersioning", "GetBucketVersioning", "aws_s3_bucket_versioning"),
            _of_bucket("GetBucketPolicy", "GetBucketPolicy", "aws_s3_bucket_policy", "NoSuchBucketPolicy"),
            _of_bucket(
                "GetPublicAccessBlock",
                "GetBucketPublicAccessBlock",
                "aws_s3_bucket_public_access_block",
                "NoSuchPublicAccessBlockConfiguration",
            ),
            _of_bucket(
                "GetBucketOwnershipControls",
                "GetBucketOwnershipControls",
                "aws_s3_bucket_ownership_controls",
                "OwnershipControlsNotFoundError",
            ),
            _of_bucket("GetBucketAcl", "GetBucketAcl", "aws_s3_bucket_acl"),
            _of_bucket(
                "GetObjectLockConfiguration",
                "GetBucketObjectLockConfiguration",
                "aws_s3_bucket_object_lock_configuration",
                "ObjectLockConfigurationNotFoundError",
            ),
            _of_bucket(
                "GetBucketLifecycleConfiguration",
                "GetLifecycleConfiguration",
                "aws_s3_bucket_lifecycle_configuration",
                "NoSuchLifecycleConfiguration",
            ),
            _of_bucket("GetBucketLogging", "GetBucketLogging", "aws_s3_bucket_logging"),
            _of_bucket(
                "GetBucketReplication",
                "GetReplicationConfiguration",
                "aws_s3_bucket_replication_configuration",
                "ReplicationConfigurationNotFoundError",
            ),
            _of_bucket("GetBucketTagging", "GetBucketTagging", "", "NoSuchTagSet"),
        ),
        shapers=(buckets,),
        subjects=frozenset(("access", "backup", "encryption", "inventory", "log", "residency", "teardown", "web")),
    ),
)
