"""Keys.

Sources: AWS KMS API Reference (DescribeKey, GetKeyRotationStatus, ListAliases); AWS provider documentation, pages
``aws_kms_key``, ``aws_kms_external_key``, ``aws_kms_replica_key``, ``aws_kms_replica_external_key``, ``aws_kms_alias``.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from auditor_aws.live.answers import Answers
from auditor_aws.live.catalogue import Call, Service
from auditor_aws.live.shapes import Shape, tags

_KEY_TYPES: Final = ("aws_kms_key", "aws_kms_external_key", "aws_kms_replica_key", "aws_kms_replica_external_key")


_ROTATES: Final = {"KeySpec": "SYMMETRIC_DEFAULT", "Origin": "AWS_KMS", "KeyUsage": "ENCRYPT_DECRYPT"}
"""Only these rotate by themselves (KMS Developer Guide, "Rotate AWS KMS keys")."""
_OWN: Final = "[KeyMetadata][?KeyManager=='CUSTOMER']"
_DESCRIBED: Final = (
    "key_state",
    "is_enabled",
    "enabled",
    "customer_master_key_spec",
    "key_usage",
    "custom_key_store_id",
    "multi_region",
    "deletion_window_in_days",
    "enable_key_rotation",
    "rotation_period_in_days",
    "policy",
    "tags",
)


def keys(answers: Answers) -> Iterator[Shape]:
    """Keys of the customer; those that AWS manages are nobody's to set, rotate or erase."""
    for listed in answers.items("ListKeys", "Keys"):
        arn = listed["KeyArn"]
        described = answers.of("DescribeKey", arn)
        if described.refusal is not None:
            shape = Shape("aws_kms_key", answers, arn, "ListKeys", names=(listed["KeyId"],))
            shape.refuse(described.refusal, *_DESCRIBED)
            yield shape
            continue
        meta = described.data["KeyMetadata"]
        if meta.get("KeyManager") == "AWS":
            # there to be referred to: the provider has a data resource for it, and no resource
            theirs = Shape("data.aws_kms_key", answers, arn, "DescribeKey", names=(meta["KeyId"],))
            theirs["key_manager"] = "AWS"
            yield theirs
            continue
        shape = _key(answers, arn, meta)
        if all(meta.get(name) == value for name, value in _ROTATES.items()):
            rotation = answers.of("GetKeyRotationStatus", arn)
            shape.take("enable_key_rotation", rotation, lambda data: data.get("KeyRotationEnabled", False))
            shape.take("rotation_period_in_days", rotation, lambda data: data.get("RotationPeriodInDays"))
        else:
            shape["enable_key_rotation"] = False
            shape["rotation_period_in_days"] = None
        shape.take("policy", answers.of("GetKeyPolicy", arn), lambda data: data.get("Policy"))
        shape.take("tags", answers.of("ListResourceTags", arn), lambda data: tags(data.get("Tags")))
        yield shape


def _key(answers: Answers, arn: str, meta: dict[str, Any]) -> Shape:
    external = meta.get("Origin") == "EXTERNAL"
    multi = meta.get("MultiRegionConfiguration") or {}
    replica = multi.get("MultiRegionKeyType") == "REPLICA"
    type_ = f"aws_kms_{'replica_' if replica else ''}{'external_' if external else ''}key"
    shape = Shape(type_, answers, arn, "DescribeKey", names=(meta["KeyId"],))
    shape["arn"] = arn
    shape["key_id"] = meta["KeyId"]
    shape["key_state"] = meta["KeyState"]
    shape["is_enabled"] = shape["enabled"] = meta["Enabled"]
    shape["customer_master_key_spec"] = meta.get("KeySpec")
    shape["key_usage"] = meta.get("KeyUsage")
    shape["custom_key_store_id"] = meta.get("CustomKeyStoreId")
    # single-region keys may leave the member out
    shape["multi_region"] = bool(meta.get("MultiRegion", False))
    shape["deletion_window_in_days"] = meta.get("PendingDeletionWindowInDays")
    shape["bypass_policy_lockout_safety_check"] = None
    if replica:
        shape["primary_key_arn"] = multi.get("PrimaryKey", {}).get("Arn")
    return shape


def aliases(answers: Answers) -> Iterator[Shape]:
    """Names of keys, those of AWS's own keys included: they tell whose a key is."""
    for listed in answers.items("ListAliases", "Aliases"):
        shape = Shape("aws_kms_alias", answers, listed["AliasArn"], "ListAliases", names=(listed["AliasName"],))
        shape["name"] = listed["AliasName"]
        shape["target_key_id"] = listed.get("TargetKeyId")
        yield shape


SERVICES: Final = (
    Service(
        name="kms",
        calls=(
            Call(operation="ListKeys", yields=(*_KEY_TYPES, "data.aws_kms_key")),
            Call(operation="ListAliases", yields=("aws_kms_alias",)),
            Call(operation="DescribeKey", each="ListKeys", over="Keys[]", parameters={"KeyId": "KeyArn"}),
            Call(operation="GetKeyPolicy", each="DescribeKey", over=_OWN, parameters={"KeyId": "Arn"}),
            Call(operation="ListResourceTags", each="DescribeKey", over=_OWN, parameters={"KeyId": "Arn"}),
            Call(
                operation="GetKeyRotationStatus",
                each="DescribeKey",
                over=_OWN,
                parameters={"KeyId": "Arn"},
                when=" && ".join(f"{name} == '{value}'" for name, value in _ROTATES.items()),
                subjects=frozenset(("key",)),
            ),
        ),
        shapers=(keys, aliases),
        subjects=frozenset(("key", "encryption", "teardown", "residency", "inventory")),
    ),
)
