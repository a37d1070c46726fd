"""Secrets, never their values.

Sources: AWS Secrets Manager API Reference (ListSecrets: secrets whose deletion is planned are shown only with
``IncludePlannedDeletion``, DescribeSecret, GetResourcePolicy: refused for such secrets); AWS provider documentation,
pages ``aws_secretsmanager_secret``, ``aws_secretsmanager_secret_policy``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from auditor_aws.live.answers import Answers
from auditor_aws.live.catalogue import Call, Service
from auditor_aws.live.shapes import Shape, tags


def secrets(answers: Answers) -> Iterator[Shape]:
    """Secrets with their copies in other regions."""
    for given in answers.items("ListSecrets", "SecretList"):
        arn = given["ARN"]
        shape = Shape("aws_secretsmanager_secret", answers, arn, "ListSecrets", names=(given.get("Name"),))
        deleted = given.get("DeletedDate")
        shape.values.update(
            arn=arn,
            name=given.get("Name"),
            kms_key_id=given.get("KmsKeyId"),
            # whoever deletes it says how long it can be recovered
            recovery_window_in_days=0,
            deleted_date=deleted,
            rotation_enabled=given.get("RotationEnabled", False),
            tags=tags(given.get("Tags")),
        )
        shape.take("replica", answers.of("DescribeSecret", arn), _replicas)
        if deleted:
            # nobody can read it any more, and its policy is not shown
            shape["policy"] = None
        else:
            shape.take("policy", answers.of("GetResourcePolicy", arn), lambda data: data.get("ResourcePolicy"))
        yield shape


def _replicas(data: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [
        {"region": one.get("Region"), "kms_key_id": one.get("KmsKeyId"), "status": one.get("Status")}
        for one in data.get("ReplicationStatus") or ()
    ]


_OF_SECRET: Final = {"SecretId": "ARN"}

SERVICES: Final = (
    Service(
        name="secretsmanager",
        calls=(
            Call(
                operation="ListSecrets",
                yields=("aws_secretsmanager_secret",),
                covers=("aws_secretsmanager_secret_policy",),
                fixed={"IncludePlannedDeletion": True, "MaxResults": 100},
            ),
            Call(
                operation="DescribeSecret",
                each="ListSecrets",
                over="SecretList[]",
                parameters=_OF_SECRET,
                subjects=frozenset(("encryption", "residency")),
            ),
            Call(
                operation="GetResourcePolicy",
                each="ListSecrets",
                over="SecretList[?!DeletedDate]",
                parameters=_OF_SECRET,
                subjects=frozenset(("access",)),
            ),
        ),
        shapers=(secrets,),
        subjects=frozenset(("access", "encryption", "environment", "inventory", "residency", "teardown")),
    ),
)
