"""Buckets and their separate settings.

Sources: Amazon S3 API Reference (ListBuckets, GetBucketEncryption, GetBucketVersioning, GetBucketPolicy,
GetPublicAccessBlock, GetBucketOwnershipControls, GetBucketAcl, GetObjectLockConfiguration,
GetBucketLifecycleConfiguration, GetBucketLogging, GetBucketReplication, GetBucketWebsite, GetBucketTagging); S3 User
Guide, pages "Locking objects with Object Lock" and "What does Amazon S3 replicate?" (both need versioning), "Website
endpoints"; AWS provider documentation, pages ``aws_s3_bucket`` and ``aws_s3_bucket_*``.

Directory buckets are not asked: their endpoint stands in a few regions only, which botocore does not tell.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

import msgspec

from auditor_aws.live.answers import Answer, Answers
from auditor_aws.live.catalogue import Call, Service, Where
from auditor_aws.live.shapes import Shape, block, tags


def buckets(answers: Answers) -> Iterator[Shape]:
    """Buckets, each with a record for every separate setting, as the provider has them."""
    for listed in answers.items("ListBuckets", "Buckets"):
        name = listed["Name"]
        region = listed.get("BucketRegion")
        refusal = None
        if not region:
            said = answers.of("GetBucketLocation", name)
            refusal = said.refusal
            # null stands for the first region there was, EU for the second (S3 API Reference, GetBucketLocation)
            constraint = str(said.data.get("LocationConstraint") or "us-east-1")
            region = "" if refusal is not None else {"EU": "eu-west-1"}.get(constraint, constraint)
        for shape in _bucket(answers, name, region):
            if refusal is not None:
                shape.refuse(refusal, "region")
            yield shape


def _bucket(answers: Answers, name: str, region: str) -> Iterator[Shape]:
    arn = f"arn:aws:s3:::{name}"
    hosts = [f"{name}.s3.{middle}amazonaws.com" for middle in ("", f"{region}.")]
    bucket = Shape("aws_s3_bucket", answers, arn, "ListBuckets", names=(name, *hosts), region=region)
    bucket.values.update(bucket=name, id=name, arn=arn, region=region)
    # what the separate settings say is not said again, and what only Terraform knows does not hinder anybody
    for inline in _INLINE:
        bucket[inline] = []
    bucket.values.update(policy=None, acl=None, force_destroy=True, object_lock_enabled=None)
    bucket.take("tags", answers.of("GetBucketTagging", name), lambda data: tags(data.get("TagSet")))
    yield bucket

    for type_, operation, path, read in _PARTS:
        answer = _setting(answers, operation, name)
        if answer.absent:
            continue
        if answer.refusal is not None and operation in _SHOWN_BY_BEING:
            # of these the mere record says that there is such a setting
            bucket.refuse(answer.refusal, _SHOWN_BY_BEING[operation])
            continue
        shape = _part(answers, name, region, type_, operation)
        shape.take(path, answer, read)
        for extra, read_extra in _EXTRAS.get(operation, {}).items():
            shape.take(extra, answer, read_extra)
        yield shape
    answer = answers.of("GetPublicAccessBlock", name)
    if not answer.absent:
        block_ = _part(answers, name, region, "aws_s3_bucket_public_access_block", "GetPublicAccessBlock")
        for attribute, member in _BLOCKS.items():
            block_.take(attribute, answer, _flag(member))
        yield block_


def _part(answers: Answers, name: str, region: str, type_: str, operation: str) -> Shape:
    sites = [f"{name}.s3-website{dot}{region}.amazonaws.com" for dot in "-."] if operation == _WEBSITE else ()
    shape = Shape(type_, answers, f"arn:aws:s3:::{name} {operation}", operation, names=sites, region=region)
    shape["bucket"] = name
    return shape


def _setting(answers: Answers, operation: str, name: str) -> Answer:
    """What is said of a setting; nothing is set where what it needs is not."""
    if operation in _OF_VERSIONED:
        versioning = answers.of("GetBucketVersioning", name)
        if versioning.refusal is not None:
            return msgspec.structs.replace(versioning, pages=())
        if not versioning.data.get("Status"):
            return Answer(versioning.call, absent=True)
    answer = answers.of(operation, name)
    if operation == _LOGGING and answer.refusal is None and not answer.data.get("LoggingEnabled"):
        return Answer(answer.call, absent=True)
    return answer


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


def _redirect(given: Mapping[str, Any] | None) -> dict[str, Any] | None:
    return {"host_name": given.get("HostName"), "protocol": given.get("Protocol")} if given else None


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


_WEBSITE: Final = "GetBucketWebsite"
_LOGGING: Final = "GetBucketLogging"
_OF_VERSIONED: Final = frozenset(("GetObjectLockConfiguration", "GetBucketReplication"))
"""Settings that only a bucket can have that keeps, or has kept, versions."""
_SHOWN_BY_BEING: Final = {_LOGGING: "logging", _WEBSITE: "website"}
_INLINE: Final = (
    "website",
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
        _LOGGING,
        "target_bucket",
        lambda data: data["LoggingEnabled"].get("TargetBucket"),
    ),
    (
        "aws_s3_bucket_website_configuration",
        _WEBSITE,
        "redirect_all_requests_to",
        lambda data: block(_redirect(data.get("RedirectAllRequestsTo"))),
    ),
    ("aws_s3_bucket_replication_configuration", "GetBucketReplication", "rule", _replication),
)
_EXTRAS: Final[Mapping[str, Mapping[str, Any]]] = {
    "GetBucketAcl": {"acl": lambda data: None},
    "GetObjectLockConfiguration": {
        "object_lock_enabled": lambda data: data["ObjectLockConfiguration"].get("ObjectLockEnabled")
    },
    _LOGGING: {"target_prefix": lambda data: data["LoggingEnabled"].get("TargetPrefix")},
}


def _of_bucket(operation: str, action: str, yields: str, absent: str, *subjects: str) -> Call:
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


def _of_versioned(operation: str, action: str, yields: str, absent: str, *subjects: str) -> Call:
    """A call about a bucket that keeps versions, or has kept them."""
    return Call(
        operation=operation,
        yields=(yields,),
        each="GetBucketVersioning",
        over="[@]",
        parameters={"Bucket": "^Bucket"},
        when="Status",
        absent=(absent,),
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
                subjects=frozenset(("backup", "residency")),
            ),
            _of_bucket(
                "GetBucketEncryption",
                "GetEncryptionConfiguration",
                "aws_s3_bucket_server_side_encryption_configuration",
                "ServerSideEncryptionConfigurationNotFoundError",
                "encryption",
            ),
            _of_bucket(
                "GetBucketVersioning",
                "GetBucketVersioning",
                "aws_s3_bucket_versioning",
                "",
                *("backup", "log", "residency", "teardown", "web"),
            ),
            _of_bucket(
                "GetBucketPolicy",
                "GetBucketPolicy",
                "aws_s3_bucket_policy",
                "NoSuchBucketPolicy",
                *("access", "encryption", "log", "web"),
            ),
            _of_bucket(
                "GetPublicAccessBlock",
                "GetBucketPublicAccessBlock",
                "aws_s3_bucket_public_access_block",
                "NoSuchPublicAccessBlockConfiguration",
                *("access", "log", "web"),
            ),
            _of_bucket(
                "GetBucketOwnershipControls",
                "GetBucketOwnershipControls",
                "aws_s3_bucket_ownership_controls",
                "OwnershipControlsNotFoundError",
                *("access", "log", "web"),
            ),
            _of_bucket("GetBucketAcl", "GetBucketAcl", "aws_s3_bucket_acl", "", *("access", "log", "web")),
            _of_versioned(
                "GetObjectLockConfiguration",
                "GetBucketObjectLockConfiguration",
                "aws_s3_bucket_object_lock_configuration",
                "ObjectLockConfigurationNotFoundError",
                *("log", "teardown"),
            ),
            _of_bucket(
                "GetBucketLifecycleConfiguration",
                "GetLifecycleConfiguration",
                "aws_s3_bucket_lifecycle_configuration",
                "NoSuchLifecycleConfiguration",
                "log",
            ),
            # whether a bucket is one for logs decides which of the controls of logs bear on it
            _of_bucket("GetBucketLogging", "GetBucketLogging", "aws_s3_bucket_logging", "", "log"),
            _of_versioned(
                "GetBucketReplication",
                "GetReplicationConfiguration",
                "aws_s3_bucket_replication_configuration",
                "ReplicationConfigurationNotFoundError",
                *("residency", "teardown"),
            ),
            _of_bucket(
                "GetBucketWebsite",
                "GetBucketWebsite",
                "aws_s3_bucket_website_configuration",
                "NoSuchWebsiteConfiguration",
                "web",
            ),
            _of_bucket("GetBucketTagging", "GetBucketTagging", "", "NoSuchTagSet"),
        ),
        shapers=(buckets,),
        subjects=frozenset(
            ("access", "backup", "encryption", "environment", "inventory", "log", "residency", "teardown", "web")
        ),
    ),
)
