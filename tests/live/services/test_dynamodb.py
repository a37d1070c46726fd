"""Tables of DynamoDB in an account, the caches before them, and what scales them."""

from __future__ import annotations

import datetime
import json
from typing import Any

import msgspec
import pytest

from auditor.attr import Known, Reason, Unknown
from auditor.facets import (
    Backup,
    EncryptionAtRest,
    EncryptionInTransit,
    KeyOwner,
    Redundancy,
    Replica,
    Residue,
    Retirement,
    Scaling,
    Share,
)
from auditor.snapshots.model import Entry, Outcome
from auditor_aws.live.answers import Answers
from auditor_aws.live.services.dynamodb import SERVICES, tables
from tests.live.auditing import Audit, audit
from tests.live.servers import ACCOUNT, REGION, AwsServer
from tests.live.services.reading import said, why

SERVICE = SERVICES[0]
ARN = f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table"
CHECKED = ["dynamodb", "application-autoscaling", "kms"]


@pytest.fixture
def dynamodb(aws: AwsServer) -> AwsServer:
    """The server with an answer to what moto does not know."""
    aws.answer("dynamodb", "ListGlobalTables", {"GlobalTables": []})
    return aws


def table(name: str, **members: Any) -> dict[str, Any]:
    """A table as the API answers it."""
    return {"TableName": name, "TableArn": f"{ARN}/{name}", "TableStatus": "ACTIVE", **members}


def show(aws: AwsServer, *tables: dict[str, Any]) -> None:
    """Answer with these tables, of which moto has no policies, tags and recovery."""
    aws.answer("dynamodb", "ListTables", {"TableNames": [one["TableName"] for one in tables]}, region=REGION)
    for one in tables:
        aws.answer("dynamodb", "DescribeTable", {"Table": one}, match={"TableName": one["TableName"]})
    recovery = {"PointInTimeRecoveryStatus": "ENABLED", "RecoveryPeriodInDays": 10}
    described = {"ContinuousBackupsStatus": "ENABLED", "PointInTimeRecoveryDescription": recovery}
    aws.answer("dynamodb", "DescribeContinuousBackups", {"ContinuousBackupsDescription": described})
    aws.fail("dynamodb", "GetResourcePolicy", "PolicyNotFoundException")
    aws.answer("dynamodb", "ListTagsOfResource", {"Tags": []})


def seed(aws: AwsServer) -> None:
    """One table as it should be and one as it should not."""
    client = aws.client("dynamodb")
    key = aws.client("kms").create_key()["KeyMetadata"]["Arn"]
    shared: dict[str, Any] = {
        "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
        "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
    }
    client.create_table(
        TableName="good",
        BillingMode="PAY_PER_REQUEST",
        SSESpecification={"Enabled": True, "SSEType": "KMS", "KMSMasterKeyId": key},
        Tags=[{"Key": "system", "Value": "tax"}],
        **shared,
    )
    client.update_continuous_backups(
        TableName="good", PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True}
    )
    closed = {
        "Effect": "Deny",
        "Principal": "*",
        "Action": "dynamodb:*",
        "Resource": "*",
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }
    client.put_resource_policy(
        ResourceArn=f"{ARN}/good", Policy=json.dumps({"Version": "2012-10-17", "Statement": [closed]})
    )
    client.create_table(
        TableName="bad",
        BillingMode="PROVISIONED",
        ProvisionedThroughput={"ReadCapacityUnits": 1, "WriteCapacityUnits": 1},
        DeletionProtectionEnabled=True,
        **shared,
    )
    lent = {
        "Effect": "Allow",
        "Principal": {"AWS": "arn:aws:iam::210987654321:root"},
        "Action": "dynamodb:*",
        "Resource": "*",
    }
    client.put_resource_policy(
        ResourceArn=f"{ARN}/bad", Policy=json.dumps({"Version": "2012-10-17", "Statement": [lent]})
    )


def test_tables_are_judged_both_ways(dynamodb: AwsServer) -> None:
    seed(dynamodb)
    found = audit(dynamodb.url, CHECKED)
    for check in (
        "encryption.customer-key.used",
        "encryption.in-transit.required",
        "capacity.scaling.automatic",
    ):
        shown = (found.statuses("table/good")[check], found.statuses("table/bad")[check])
        assert shown == ({"pass"}, {"fail"}), check
    assert said(found.facet("aws_dynamodb_table", "good", Backup).enabled) is True
    assert said(found.facet("aws_dynamodb_table", "bad", Share).recipients) == ("arn:aws:iam::210987654321:root",)
    (protection, _) = found.facet("aws_dynamodb_table", "bad", Retirement).obstacles
    assert said(protection.present) is True


@pytest.mark.parametrize(
    ("members", "owner"),
    [
        ({}, KeyOwner.PROVIDER),
        (
            {"SSEDescription": {"Status": "ENABLED", "SSEType": "KMS", "KMSMasterKeyArn": "alias/own"}},
            KeyOwner.CUSTOMER,
        ),
        (
            {"SSEDescription": {"Status": "ENABLED", "SSEType": "KMS", "KMSMasterKeyArn": "alias/aws/dynamodb"}},
            KeyOwner.PROVIDER,
        ),
    ],
)
def test_a_table_without_a_description_of_its_encryption_is_encrypted(
    dynamodb: AwsServer, members: dict[str, Any], owner: KeyOwner
) -> None:
    show(dynamodb, table("one", **members))
    facet = audit(dynamodb.url, ["dynamodb"]).facet("aws_dynamodb_table", "one", EncryptionAtRest)
    assert (said(facet.enabled), said(facet.key_owner)) == (True, owner)


def test_replicas_and_witnesses_lie_in_their_regions(dynamodb: AwsServer) -> None:
    show(
        dynamodb,
        table(
            "one",
            Replicas=[
                {"RegionName": REGION},
                {"RegionName": "ap-northeast-3"},
                {"RegionName": "us-east-1", "KMSMasterKeyId": "alias/own"},
            ],
            GlobalTableWitnesses=[{"RegionName": "us-west-2"}],
        ),
    )
    found = audit(dynamodb.url, ["dynamodb"])
    facets = found.resource("aws_dynamodb_table", "one").facets
    places = {said(one.location) for one in facets if isinstance(one, Replica)}
    assert places == {frozenset({name}) for name in ("ap-northeast-3", "us-east-1", "us-west-2")}
    owners = {one.key: said(one.key_owner) for one in facets if isinstance(one, EncryptionAtRest)}
    assert owners["us-east-1"] is KeyOwner.CUSTOMER
    assert owners["ap-northeast-3"] is KeyOwner.PROVIDER
    assert "fail" in found.statuses("table/one")["residency.replication.allowed"]


def test_old_global_tables_are_shown_once(dynamodb: AwsServer) -> None:
    group = [{"RegionName": REGION}, {"RegionName": "us-east-1"}]
    dynamodb.answer(
        "dynamodb", "ListGlobalTables", {"GlobalTables": [{"GlobalTableName": "old", "ReplicationGroup": group}]}
    )
    found = audit(dynamodb.url, ["dynamodb"], regions=(REGION, "ap-northeast-3"))
    facets = found.resource("aws_dynamodb_global_table", "old").facets
    assert frozenset({"us-east-1"}) in {said(one.location) for one in facets if isinstance(one, Replica)}


def test_recovery_is_as_long_as_it_is_set(dynamodb: AwsServer) -> None:
    show(dynamodb, table("one"))
    facet = audit(dynamodb.url, ["dynamodb"]).facet("aws_dynamodb_table", "one", Backup)
    assert said(facet.enabled) is True
    off = {"PointInTimeRecoveryStatus": "DISABLED"}
    described = {"ContinuousBackupsStatus": "ENABLED", "PointInTimeRecoveryDescription": off}
    dynamodb.answer("dynamodb", "DescribeContinuousBackups", {"ContinuousBackupsDescription": described})
    facet = audit(dynamodb.url, ["dynamodb"]).facet("aws_dynamodb_table", "one", Backup)
    assert not (isinstance(facet.enabled, Known) and facet.enabled.value)


def test_backups_of_deleted_tables_are_found(dynamodb: AwsServer) -> None:
    def backup(name: str, kind: str, status: str = "AVAILABLE") -> dict[str, Any]:
        return {"BackupArn": f"{ARN}/gone/backup/{name}", "BackupType": kind, "BackupStatus": status}

    dynamodb.answer(
        "dynamodb",
        "ListBackups",
        {
            "BackupSummaries": [
                backup("1", "USER"),
                backup("2", "AWS_BACKUP"),
                backup("3", "SYSTEM"),
                backup("4", "USER", "DELETED"),
            ]
        },
        match={"BackupType": "ALL"},
    )
    found = audit(dynamodb.url, ["dynamodb"])
    assert {one.address[-1] for one in found.resources("aws_dynamodb_backup")} == {"1", "3"}
    assert isinstance(found.facet("aws_dynamodb_backup", "backup/3", Residue), Residue)


@pytest.mark.parametrize(
    ("target", "grows"), [("table/one", True), ("table/one/index/two", False), ("table/two", False)]
)
def test_a_table_grows_by_a_target_of_its_own(dynamodb: AwsServer, target: str, grows: bool) -> None:
    show(dynamodb, table("one"))
    one = {
        "ServiceNamespace": "dynamodb",
        "ResourceId": target,
        "ScalableDimension": "dynamodb:table:ReadCapacityUnits",
        "MinCapacity": 1,
        "MaxCapacity": 9,
        "RoleARN": f"arn:aws:iam::{ACCOUNT}:role/scaling",
        "CreationTime": "2026-01-01T00:00:00Z",
    }
    dynamodb.answer(
        "application-autoscaling",
        "DescribeScalableTargets",
        {"ScalableTargets": [one]},
        match={"ServiceNamespace": "dynamodb"},
    )
    facet = audit(dynamodb.url, CHECKED).facet("aws_dynamodb_table", "one", Scaling)
    assert said(facet.automatic) is grows


def test_what_scales_is_not_known_where_it_is_refused(dynamodb: AwsServer) -> None:
    show(dynamodb, table("one"))
    dynamodb.refuse(["application-autoscaling:DescribeScalableTargets"])
    assert isinstance(audit(dynamodb.url, CHECKED).facet("aws_dynamodb_table", "one", Scaling).automatic, Unknown)


def test_all_pages_are_read(dynamodb: AwsServer) -> None:
    show(dynamodb, table("one"), table("two"))
    dynamodb.answer("dynamodb", "ListTables", pages=[{"TableNames": ["one"]}, {"TableNames": ["two"]}])
    assert len(audit(dynamodb.url, ["dynamodb"]).resources("aws_dynamodb_table")) == 2


def _everything(found: Audit) -> set[tuple[str, str, str]]:
    return {(one.check.id, one.resource.address, one.status.value) for one in found.report.findings}


@pytest.mark.parametrize("operation", [call.operation for call in SERVICE.calls])
def test_a_refusal_makes_only_unknown_what_the_call_tells(dynamodb: AwsServer, operation: str) -> None:
    seed(dynamodb)
    before = _everything(audit(dynamodb.url, CHECKED))
    dynamodb.refuse([f"dynamodb:{operation}"])
    after = _everything(audit(dynamodb.url, CHECKED))
    call = next(one for one in SERVICE.calls if one.operation == operation)
    assert {check.split(".")[0] for check, _, _ in before ^ after} <= SERVICE.subjects_of(call)
    assert {status for _, _, status in after - before} <= {"unknown", "manual"}


def test_a_refused_policy_is_no_missing_policy(dynamodb: AwsServer) -> None:
    seed(dynamodb)
    dynamodb.refuse(["dynamodb:GetResourcePolicy"])
    found = audit(dynamodb.url, CHECKED)
    assert why(found.facet("aws_dynamodb_table", "good", EncryptionInTransit).required) is Reason.DENIED


def dax(name: str, **members: Any) -> dict[str, Any]:
    """A cache as the API answers it."""
    return {
        "ClusterName": name,
        "ClusterArn": f"arn:aws:dax:{REGION}:{ACCOUNT}:cache/{name}",
        "TotalNodes": 1,
        "SubnetGroup": "inside",
        **members,
    }


def test_caches_before_tables_are_judged_both_ways(aws: AwsServer) -> None:
    good = dax("good", TotalNodes=3, SSEDescription={"Status": "ENABLED"}, ClusterEndpointEncryptionType="TLS")
    aws.answer("dax", "DescribeClusters", {"Clusters": [good, dax("bad")]})
    group = {"SubnetGroupName": "inside", "Subnets": [{"SubnetIdentifier": "subnet-1"}]}
    aws.answer("dax", "DescribeSubnetGroups", {"SubnetGroups": [group]}, match={"SubnetGroupNames": ["inside"]})
    aws.answer("dax", "ListTags", {"Tags": [{"Key": "system", "Value": "tax"}]})
    found = audit(aws.url, ["dax"])
    for name, expected in (("good", True), ("bad", False)):
        assert said(found.facet("aws_dax_cluster", name, EncryptionAtRest).enabled) is expected
        assert said(found.facet("aws_dax_cluster", name, EncryptionInTransit).required) is expected
        assert said(found.facet("aws_dax_cluster", name, Redundancy).zones) is expected


@pytest.mark.parametrize("code", ["InvalidParameterValueException", "ServiceLinkedRoleNotFoundFault"])
def test_a_region_or_an_account_without_caches_before_tables(aws: AwsServer, code: str) -> None:
    aws.fail("dax", "DescribeClusters", code, "Access Denied to API Version: DAX_V3")
    assert audit(aws.url, ["dax"]).resources("aws_dax_cluster") == []


def test_what_is_being_deleted_is_not_judged(dynamodb: AwsServer) -> None:
    replicas = [
        {"RegionName": "ap-northeast-3", "ReplicaStatus": "ACTIVE"},
        {"RegionName": "us-east-1", "ReplicaStatus": "CREATION_FAILED"},
    ]
    show(dynamodb, table("kept", Replicas=replicas), table("gone", TableStatus="DELETING"))
    dynamodb.answer("dax", "DescribeClusters", {"Clusters": [dax("going", Status="deleting")]})
    found = audit(dynamodb.url, [*CHECKED, "dax"])
    assert said(found.facet("aws_dynamodb_table", "", Replica).location) == {"ap-northeast-3"}
    assert found.resources("aws_dax_cluster") == []


@pytest.mark.parametrize(("suspended", "grows"), [(True, False), (False, True)])
def test_a_target_that_may_not_grow(dynamodb: AwsServer, suspended: bool, grows: bool) -> None:
    show(dynamodb, table("one"))
    one = {
        "ServiceNamespace": "dynamodb",
        "ResourceId": "table/one",
        "ScalableDimension": "dynamodb:table:ReadCapacityUnits",
        "MinCapacity": 1,
        "MaxCapacity": 9,
        "RoleARN": f"arn:aws:iam::{ACCOUNT}:role/scaling",
        "CreationTime": "2026-01-01T00:00:00Z",
        "SuspendedState": {"DynamicScalingOutSuspended": suspended},
    }
    dynamodb.answer(
        "application-autoscaling",
        "DescribeScalableTargets",
        {"ScalableTargets": [one]},
        match={"ServiceNamespace": "dynamodb"},
    )
    facet = audit(dynamodb.url, CHECKED).facet("aws_dynamodb_table", "one", Scaling)
    assert said(facet.automatic) is grows


def test_arns_that_the_listing_does_not_give_are_those_of_the_partition() -> None:
    answers = Answers(SERVICE, ACCOUNT, "us-gov-west-1", "aws-us-gov")
    moment = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)
    listed = msgspec.Raw(b'{"TableNames": ["one"]}')
    answers.add(Entry("ListTables", Outcome.ANSWERED, moment, data=listed))
    (shape,) = (one for one in tables(answers) if one.type == "aws_dynamodb_table")
    assert shape.address == f"arn:aws-us-gov:dynamodb:us-gov-west-1:{ACCOUNT}:table/one"
