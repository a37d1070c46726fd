"""Tables of DynamoDB, with their recovery, replicas and policies, and their backups.

Sources: Amazon DynamoDB API Reference (DescribeTable, DescribeContinuousBackups, GetResourcePolicy, ListTagsOfResource,
ListBackups, ListGlobalTables); AWS provider documentation, pages ``aws_dynamodb_table``,
``aws_dynamodb_resource_policy``, ``aws_dynamodb_global_table``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from auditor_aws.live.answers import Answer, Answers
from auditor_aws.live.catalogue import Call, Service
from auditor_aws.live.shapes import Shape, block, tags

_DESCRIBED: Final = (
    "billing_mode",
    "deletion_protection_enabled",
    "global_table_witness",
    "on_demand_throughput",
    "replica",
    "restore_source_table_arn",
    "server_side_encryption",
)


def tables(answers: Answers) -> Iterator[Shape]:
    """Tables, each with a record for its policy where it has one."""
    names = [name for page in answers.of("ListTables").pages for name in page.get("TableNames") or ()]
    for name in names:
        described = answers.of("DescribeTable", name)
        if described.refusal is None and described.data["Table"].get("TableStatus") == "DELETING":
            continue
        # in all its parts the ARN is made of what is known (Service Authorization Reference, DynamoDB)
        arn = answers.arn("dynamodb", f"table/{name}")
        shape = Shape("aws_dynamodb_table", answers, arn, "DescribeTable", names=(name, f"table/{name}"))
        shape.values.update(arn=arn, name=name, id=name)
        # Terraform's other way of naming what a table is restored from; the account tells an ARN
        shape["restore_source_name"] = None
        if described.refusal is not None:
            shape.refuse(described.refusal, *_DESCRIBED)
        else:
            _describe(shape, described.data["Table"], answers.region)
        shape.take("point_in_time_recovery", answers.of("DescribeContinuousBackups", name), _recovery)
        _tag(shape, answers.of("ListTagsOfResource", arn))
        yield shape
        policy = answers.of("GetResourcePolicy", arn)
        if not policy.absent:
            part = Shape("aws_dynamodb_resource_policy", answers, f"{arn} policy", "GetResourcePolicy")
            part["resource_arn"] = arn
            part.take("policy", policy, lambda data: data.get("Policy"))
            yield part


def _tag(shape: Shape, answer: Answer) -> None:
    shape.take("tags", answer, lambda _: tags(answer.items("Tags")))


def _describe(shape: Shape, table: Mapping[str, Any], region: str) -> None:
    shape["billing_mode"] = (table.get("BillingModeSummary") or {}).get("BillingMode", "PROVISIONED")
    shape["deletion_protection_enabled"] = table.get("DeletionProtectionEnabled", False)
    sse = table.get("SSEDescription")
    # without a description the table is encrypted with a key that AWS owns, as with enabled = false
    shape["server_side_encryption"] = block(
        {"enabled": sse.get("Status") != "DISABLED", "kms_key_arn": sse.get("KMSMasterKeyArn")} if sse else None
    )
    shape["replica"] = [
        {
            "region_name": one.get("RegionName"),
            "kms_key_arn": one.get("KMSMasterKeyId"),
        }
        for one in table.get("Replicas") or ()
        if one.get("RegionName") != region and one.get("ReplicaStatus") not in ("CREATION_FAILED", "DELETING")
    ]
    shape["global_table_witness"] = [
        {"region_name": one.get("RegionName")} for one in table.get("GlobalTableWitnesses") or ()
    ]
    limits = table.get("OnDemandThroughput")
    shape["on_demand_throughput"] = block(
        {
            "max_read_request_units": limits.get("MaxReadRequestUnits"),
            "max_write_request_units": limits.get("MaxWriteRequestUnits"),
        }
        if limits
        else None
    )
    restored = table.get("RestoreSummary") or {}
    shape["restore_source_table_arn"] = restored.get("SourceTableArn") or restored.get("SourceBackupArn")


def _recovery(data: Any) -> list[dict[str, Any]]:
    described = (data.get("ContinuousBackupsDescription") or {}).get("PointInTimeRecoveryDescription") or {}
    return [
        {
            "enabled": described.get("PointInTimeRecoveryStatus") == "ENABLED",
            "recovery_period_in_days": described.get("RecoveryPeriodInDays"),
        }
    ]


def global_tables(answers: Answers) -> Iterator[Shape]:
    """Global tables of the first version, which every region of a table tells."""
    for item in answers.items("ListGlobalTables", "GlobalTables"):
        name = item["GlobalTableName"]
        arn = f"arn:{answers.partition}:dynamodb::{answers.account}:global-table/{name}"
        shape = Shape("aws_dynamodb_global_table", answers, arn, "ListGlobalTables", names=(name,))
        shape.mirrored = True
        shape["name"] = name
        shape["replica"] = [{"region_name": one.get("RegionName")} for one in item.get("ReplicationGroup") or ()]
        yield shape


def backups(answers: Answers) -> Iterator[Shape]:
    """Backups made by hand, and those that DynamoDB keeps of deleted tables; AWS Backup's stand in its vaults."""
    for item in answers.items("ListBackups", "BackupSummaries"):
        if item.get("BackupStatus") != "DELETED" and item.get("BackupType") != "AWS_BACKUP":
            shape = Shape("aws_dynamodb_backup", answers, item["BackupArn"], "ListBackups")
            shape["arn"] = item["BackupArn"]
            shape["source_arn"] = item.get("TableArn")
            # a backup has no tags (Developer Guide, "Tagging resources": tables only), and its key is not listed
            shape["tags"] = {}
            yield shape


def _of_table(operation: str, *subjects: str, yields: tuple[str, ...] = (), absent: str = "") -> Call:
    """A call about one table by its name."""
    return Call(
        operation=operation,
        yields=yields,
        each="ListTables",
        over="TableNames[]",
        parameters={"TableName": "@"},
        absent=(absent,) if absent else (),
        subjects=frozenset(subjects),
    )


_TABLE: Final = "[Table]"

SERVICES: Final = (
    Service(
        name="dynamodb",
        calls=(
            Call(operation="ListTables", yields=("aws_dynamodb_table",)),
            # replicas and indexes stand in the description of their table
            _of_table("DescribeTable", yields=("aws_dynamodb_table_replica", "aws_dynamodb_global_secondary_index")),
            _of_table("DescribeContinuousBackups", "backup", "teardown"),
            Call(
                operation="GetResourcePolicy",
                yields=("aws_dynamodb_resource_policy",),
                each="DescribeTable",
                over=_TABLE,
                parameters={"ResourceArn": "TableArn"},
                absent=("PolicyNotFoundException",),
                subjects=frozenset(("access", "encryption")),
            ),
            Call(
                operation="ListTagsOfResource",
                each="DescribeTable",
                over=_TABLE,
                parameters={"ResourceArn": "TableArn"},
            ),
            Call(
                operation="ListGlobalTables",
                pages=("ExclusiveStartGlobalTableName", "LastEvaluatedGlobalTableName"),
                yields=("aws_dynamodb_global_table",),
                subjects=frozenset(("residency", "inventory")),
            ),
            Call(
                operation="ListBackups",
                yields=("aws_dynamodb_backup",),
                fixed={"BackupType": "ALL"},
                subjects=frozenset(("residency", "teardown", "environment", "inventory")),
            ),
        ),
        shapers=(tables, global_tables, backups),
        subjects=frozenset(
            ("residency", "encryption", "access", "backup", "teardown", "capacity", "environment", "inventory")
        ),
    ),
)
