"""Keys.

Sources: AWS KMS API Reference (DescribeKey, GetKeyRotationStatus, ListAliases); AWS provider documentation, pages
``aws_kms_key``, ``aws_kms_external_key``, ``aws_kms_replica_key``, ``aws_kms_replica_external_key``, ``aws_kms_alias``.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from auditor_aws.live.answers import Answer, Answers, Refusal
from auditor_aws.live.catalogue import Call, Service
from auditor_aws.live.shapes import Shape, tags

_KEY_TYPES: Final = ("aws_kms_key", "aws_kms_external_key", "aws_kms_replica_key", "aws_kms_replica_external_key")


_ROTATES: Final = {"KeySpec": "SYMMETRIC_DEFAULT", "Origin": "AWS_KMS"}
"""Only these rotate by themselves (KMS Developer Guide, "Rotate AWS KMS keys"); such a spec is for encryption only."""
_OF_AWS: Final = "alias/aws/"
"""Nobody but AWS can make these (KMS Developer Guide, "AWS managed keys")."""
_OWN: Final = "[KeyMetadata][?KeyManager=='CUSTOMER']"
_DESCRIBED: Final = (
    "key_state",
    "is_enabled",
    "enabled",
    "customer_master_key_spec",
    "key_usage",
    "custom_key_store_id",
    "multi_region",
    "deletion_ordered",
    "deletion_window_in_days",
    "deletion_date",
    "enable_key_rotation",
    "rotation_period_in_days",
    "replica_regions",
    "policy",
    "tags",
)


def keys(answers: Answers) -> Iterator[Shape]:
    """Keys of the customer; those that AWS manages are nobody's to set, rotate or erase."""
    for listed in answers.items("ListKeys", "Keys"):
        arn = listed["KeyArn"]
        described = answers.of("DescribeKey", arn)
        if described.refusal is not None:
            yield from _undescribed(answers, arn, listed["KeyId"], described.refusal)
            continue
        meta = described.data["KeyMetadata"]
        if meta.get("KeyManager") == "AWS":
            # there to be referred to: the provider has a data resource for it, and no resource
            theirs = Shape("data.aws_kms_key", answers, arn, "DescribeKey", names=(meta["KeyId"],))
            theirs["key_manager"] = "AWS"
            yield theirs
            continue
        shape = _key(answers, arn, meta)
        shape.take("policy", answers.of("GetKeyPolicy", arn), lambda data: data.get("Policy"))
        _tag(shape, answers.of("ListResourceTags", arn))
        if all(meta.get(name) == value for name, value in _ROTATES.items()):
            rotation = answers.of("GetKeyRotationStatus", arn)
            shape.take("enable_key_rotation", rotation, lambda data: data.get("KeyRotationEnabled", False))
            shape.take("rotation_period_in_days", rotation, lambda data: data.get("RotationPeriodInDays"))
            # the provider's name for it where the key is a replica
            shape.take("key_rotation_enabled", rotation, lambda data: data.get("KeyRotationEnabled", False))
        else:
            shape["enable_key_rotation"] = shape["key_rotation_enabled"] = False
            shape["rotation_period_in_days"] = None
        yield shape


def _tag(shape: Shape, answer: Answer) -> None:
    shape.take("tags", answer, lambda _: tags(answer.items("Tags")))


def _undescribed(answers: Answers, arn: str, key_id: str, refusal: Refusal) -> Iterator[Shape]:
    """A key of which only the name is known: it may be one of AWS's own, which have an alias ``alias/aws/``.

    What refers to it is led to a data resource, which may say whose it is; what is not known to be AWS's is a key that
    may have to be judged as well.
    """
    whose = Shape("data.aws_kms_key", answers, arn, "ListKeys", names=(key_id,))
    aliases_ = answers.of("ListAliases")
    if aliases_.refusal is not None:
        whose.refuse(refusal, "key_manager")
    else:
        theirs = any(
            one.get("TargetKeyId") == key_id and one["AliasName"].startswith(_OF_AWS)
            for one in aliases_.items("Aliases")
        )
        whose["key_manager"] = "AWS" if theirs else "CUSTOMER"
        whose.calls["key_manager"] = aliases_.call
        if theirs:
            yield whose
            return
    yield whose
    shape = Shape("aws_kms_key", answers, arn, "ListKeys")
    shape.names = set()
    shape["arn"], shape["key_id"] = arn, key_id
    shape.refuse(refusal, *_DESCRIBED)
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
    # said of primary keys only, while their replicas are waited for; else the order to delete says it
    shape["deletion_ordered"] = meta["KeyState"] in ("PendingDeletion", "PendingReplicaDeletion")
    shape["deletion_window_in_days"] = meta.get("PendingDeletionWindowInDays")
    shape["deletion_date"] = meta.get("DeletionDate")
    shape["replica_regions"] = [one["Region"] for one in multi.get("ReplicaKeys") or ()]
    shape["bypass_policy_lockout_safety_check"] = None
    if replica:
        shape["primary_key_arn"] = multi.get("PrimaryKey", {}).get("Arn")
    return shape


def aliases(answers: Answers) -> Iterator[Shape]:
    """Names of keys; those of AWS's own keys are only there to be referred to."""
    for listed in answers.items("ListAliases", "Aliases"):
        type_ = "data.aws_kms_alias" if listed["AliasName"].startswith(_OF_AWS) else "aws_kms_alias"
        shape = Shape(type_, answers, listed["AliasArn"], "ListAliases", names=(listed["AliasName"],))
        shape["name"] = listed["AliasName"]
        shape["target_key_id"] = listed.get("TargetKeyId")
        yield shape


SERVICES: Final = (
    Service(
        name="kms",
        calls=(
            Call(operation="ListKeys", yields=(*_KEY_TYPES, "data.aws_kms_key")),
            Call(
                operation="ListAliases",
                yields=("aws_kms_alias", "data.aws_kms_alias"),
                subjects=frozenset(("encryption",)),
            ),
            Call(operation="DescribeKey", each="ListKeys", over="Keys[]", parameters={"KeyId": "KeyArn"}),
            Call(
                operation="GetKeyPolicy",
                # a policy stands with its key: there are no separate ones
                yields=("aws_kms_key_policy",),
                each="DescribeKey",
                over=_OWN,
                parameters={"KeyId": "Arn"},
                # the only name that a policy of a key can have (API Reference)
                fixed={"PolicyName": "default"},
                subjects=frozenset(("key",)),
            ),
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
        subjects=frozenset(("encryption", "environment", "inventory", "key", "residency", "teardown")),
    ),
)
