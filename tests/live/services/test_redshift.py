"""Data warehouses in an account."""

from __future__ import annotations

import gzip
from pathlib import Path
from typing import Any

import pytest

from auditor.attr import Known, Reason
from auditor.collecting import CollectOptions
from auditor.facets import (
    Backup,
    DataAccessLog,
    DefaultAccount,
    EncryptionAtRest,
    EncryptionInTransit,
    Exposure,
    KeyOwner,
    PublicEndpoint,
    Redundancy,
    Replica,
    Share,
)
from auditor_aws.live.services.redshift import SERVICES
from tests.live.auditing import Audit, audit, collect
from tests.live.servers import ACCOUNT, REGION, AwsServer
from tests.live.services.reading import said, why

CALLS = [(service, call) for service in SERVICES for call in service.calls]
PASSWORD = "Kept-secret-1"
CHECKED = ["redshift", "redshift-serverless"]
SERVERLESS = f"arn:aws:redshift-serverless:{REGION}:{ACCOUNT}"


def cluster(name: str, **members: Any) -> dict[str, Any]:
    """A cluster as the API answers it."""
    return {
        "ClusterIdentifier": name,
        "MasterUsername": "ops",
        "AutomatedSnapshotRetentionPeriod": 7,
        "PubliclyAccessible": False,
        "Encrypted": True,
        "ClusterSubnetGroupName": "inside",
        "MultiAZ": "Disabled",
        **members,
    }


def snapshot(name: str, **members: Any) -> dict[str, Any]:
    """A snapshot as the API answers it."""
    return {"SnapshotIdentifier": name, "ClusterIdentifier": "good", "OwnerAccount": ACCOUNT, **members}


@pytest.fixture
def redshift(aws: AwsServer) -> AwsServer:
    """The server with a warehouse as it should be and one as it should not."""
    good = cluster(
        "good",
        KmsKeyId="alias/own",
        MultiAZ="Enabled",
        ClusterParameterGroups=[{"ParameterGroupName": "strict"}],
        ClusterSnapshotCopyStatus={"DestinationRegion": "us-east-1"},
        SnapshotScheduleIdentifier="daily",
        PendingModifiedValues={"MasterUserPassword": PASSWORD},
        Tags=[{"Key": "system", "Value": "tax"}],
    )
    bad = cluster(
        "bad",
        Encrypted=False,
        PubliclyAccessible=True,
        MasterUsername="admin",
        AutomatedSnapshotRetentionPeriod=0,
        ClusterParameterGroups=[{"ParameterGroupName": "default.redshift-1.0"}],
    )
    aws.answer("redshift", "DescribeClusters", pages=[{"Clusters": [good]}, {"Clusters": [bad]}])
    logging = {"LoggingEnabled": True, "LogDestinationType": "s3", "BucketName": "logs"}
    aws.answer("redshift", "DescribeLoggingStatus", logging, match={"ClusterIdentifier": "good"})
    aws.answer("redshift", "DescribeLoggingStatus", {"LoggingEnabled": False}, match={"ClusterIdentifier": "bad"})
    strict = [
        {"ParameterName": name, "ParameterValue": "true"} for name in ("require_ssl", "enable_user_activity_logging")
    ]
    aws.answer("redshift", "DescribeClusterParameters", {"Parameters": strict}, match={"ParameterGroupName": "strict"})
    subnets = {"ClusterSubnetGroupName": "inside", "Subnets": [{"SubnetIdentifier": "subnet-1"}]}
    aws.answer("redshift", "DescribeClusterSubnetGroups", {"ClusterSubnetGroups": [subnets]})
    schedule = {"ScheduleIdentifier": "daily", "ScheduleDefinitions": ["rate(24 hours)"]}
    aws.answer("redshift", "DescribeSnapshotSchedules", {"SnapshotSchedules": [schedule]})
    aws.answer("redshift", "DescribeIntegrations", {"Integrations": []})
    lent = snapshot("lent", Encrypted=True, AccountsWithRestoreAccess=[{"AccountId": "210987654321"}])
    others = snapshot("others", OwnerAccount="210987654321")
    aws.answer("redshift", "DescribeClusterSnapshots", {"Snapshots": [lent, snapshot("own", Encrypted=False), others]})
    serverless(aws)
    return aws


def serverless(aws: AwsServer) -> None:
    """Two namespaces, two workgroups and a snapshot."""
    spaces: list[dict[str, Any]] = [
        {"namespaceName": "good", "namespaceId": "1", "kmsKeyId": "alias/own", "logExports": ["useractivitylog"]},
        {"namespaceName": "bad", "namespaceId": "2", "kmsKeyId": "AWS_OWNED_KMS_KEY", "adminUsername": "admin"},
    ]
    for one in spaces:
        one["namespaceArn"] = f"{SERVERLESS}:namespace/{one['namespaceId']}"
    aws.answer("redshift-serverless", "ListNamespaces", {"namespaces": spaces})
    groups = [
        {
            "workgroupName": name,
            "workgroupArn": f"{SERVERLESS}:workgroup/{name}",
            "namespaceName": name,
            "publiclyAccessible": not strict,
            "configParameters": [{"parameterKey": "require_ssl", "parameterValue": str(strict).lower()}],
            "subnetIds": ["subnet-1"],
        }
        for name, strict in (("good", True), ("bad", False))
    ]
    aws.answer("redshift-serverless", "ListWorkgroups", {"workgroups": groups})
    kept = {
        "snapshotName": "kept",
        "snapshotArn": f"{SERVERLESS}:snapshot/kept",
        "namespaceName": "good",
        "ownerAccount": ACCOUNT,
        "kmsKeyId": "AWS_OWNED_KMS_KEY",
        "accountsWithRestoreAccess": ["210987654321"],
    }
    aws.answer("redshift-serverless", "ListSnapshots", {"snapshots": [kept]})
    aws.answer("redshift-serverless", "ListTagsForResource", {"tags": [{"key": "system", "value": "tax"}]})


def test_clusters_are_judged_both_ways(redshift: AwsServer) -> None:
    found = audit(redshift.url, CHECKED)
    good = {
        "encryption.at-rest.enabled": {"pass"},
        "encryption.in-transit.required": {"pass"},
        "log.data-access.enabled": {"pass"},
        "network.public-endpoint.open": {"pass"},
        "redundancy.zones.several": {"pass"},
        "privileged.default-account.administrator": {"pass"},
    }
    assert {check: found.statuses("cluster:good")[check] for check in good} == good
    bad = found.statuses("cluster:bad")
    assert {check: bad[check] for check in good} == {check: {"fail"} for check in good}


def test_copies_and_schedules_stand_for_backup(redshift: AwsServer) -> None:
    found = audit(redshift.url, CHECKED)
    resource = found.resource("aws_redshift_cluster", "cluster:good")
    assert {said(one.location) for one in resource.facets if isinstance(one, Replica)} == {frozenset({"us-east-1"})}
    assert said(found.facet("aws_redshift_cluster", "cluster:good", Backup).offsite) == frozenset({"us-east-1"})
    assert "fail" in found.statuses("cluster:good")["residency.replication.allowed"]
    assert not any(isinstance(one, Replica) for one in found.resource("aws_redshift_cluster", "cluster:bad").facets)


@pytest.mark.parametrize(
    ("status", "recorded"),
    [
        ({"LoggingEnabled": True, "LogDestinationType": "s3"}, True),
        ({"LoggingEnabled": True, "LogDestinationType": "cloudwatch", "LogExports": ["useractivitylog"]}, True),
        ({"LoggingEnabled": True, "LogDestinationType": "cloudwatch", "LogExports": ["connectionlog"]}, False),
        ({"LoggingEnabled": True, "LogDestinationType": "s3table", "LogExports": ["sys_query_history"]}, None),
        ({"LoggingEnabled": False}, False),
    ],
)
def test_only_the_log_of_activities_records_queries(
    redshift: AwsServer, status: dict[str, Any], recorded: bool | None
) -> None:
    redshift.answer("redshift", "DescribeLoggingStatus", status, match={"ClusterIdentifier": "good"})
    enabled = audit(redshift.url, CHECKED).facet("aws_redshift_cluster", "cluster:good", DataAccessLog).enabled
    assert enabled.value is recorded if isinstance(enabled, Known) else recorded is None


def test_snapshots_tell_their_encryption_and_who_may_restore_them(redshift: AwsServer) -> None:
    found = audit(redshift.url, CHECKED)
    type_ = "aws_redshift_cluster_snapshot"
    assert {one.address.rpartition("/")[2] for one in found.resources(type_)} == {"lent", "own"}
    assert said(found.facet(type_, "lent", Share).recipients) == ("210987654321",)
    assert said(found.facet(type_, "own", Share).recipients) == ()
    assert said(found.facet(type_, "own", EncryptionAtRest).enabled) is False
    kept = found.facet("aws_redshiftserverless_snapshot", "kept", EncryptionAtRest)
    assert (said(kept.enabled), said(kept.key_owner)) == (True, KeyOwner.PROVIDER)
    assert said(found.facet("aws_redshiftserverless_snapshot", "kept", Share).recipients) == ("210987654321",)


def test_serverless_warehouses_are_judged_both_ways(redshift: AwsServer) -> None:
    found = audit(redshift.url, CHECKED)
    space, group = "aws_redshiftserverless_namespace", "aws_redshiftserverless_workgroup"
    assert said(found.facet(space, "namespace/1", EncryptionAtRest).key_owner) is KeyOwner.CUSTOMER
    assert said(found.facet(space, "namespace/2", EncryptionAtRest).key_owner) is KeyOwner.PROVIDER
    assert said(found.facet(space, "namespace/2", DefaultAccount).in_use) is True
    assert said(found.facet(space, "namespace/1", DataAccessLog).enabled) is True
    assert said(found.facet(space, "namespace/2", DataAccessLog).enabled) is False
    for name, strict in (("good", True), ("bad", False)):
        assert said(found.facet(group, name, EncryptionInTransit).required) is strict
        assert said(found.facet(group, name, Exposure).public) is not strict
        assert said(found.facet(group, name, PublicEndpoint).public) is not strict


def test_passwords_are_not_stored(redshift: AwsServer, tmp_path: Path) -> None:
    collect(redshift.url, tmp_path / "snapshot", CollectOptions(services=tuple(CHECKED), regions=(REGION,)))
    texts = [gzip.decompress(path.read_bytes()) for path in (tmp_path / "snapshot").rglob("*.gz")]
    assert any(b"PendingModifiedValues" in text for text in texts)
    assert not any(PASSWORD.encode() in text for text in texts)


def _everything(found: Audit) -> set[tuple[str, str, str]]:
    return {(one.check.id, one.resource.address, one.status.value) for one in found.report.findings}


@pytest.mark.parametrize(("service", "operation"), [(service.name, call.operation) for service, call in CALLS])
def test_a_refusal_makes_only_unknown_what_the_call_tells(redshift: AwsServer, service: str, operation: str) -> None:
    before = _everything(audit(redshift.url, CHECKED))
    redshift.refuse([f"{service}:{operation}"])
    after = _everything(audit(redshift.url, CHECKED))
    bearing = frozenset[str]().union(
        *(one.subjects_of(call) for one, call in CALLS if (one.name, call.operation) == (service, operation))
    )
    assert {check.split(".")[0] for check, _, _ in before ^ after} <= bearing
    assert {status for _, _, status in after - before} <= {"unknown", "manual"}


def test_refused_details_are_named(redshift: AwsServer) -> None:
    redshift.refuse(["redshift:DescribeLoggingStatus", "redshift:DescribeClusterParameters"])
    found = audit(redshift.url, CHECKED)
    name = "cluster:good"
    assert why(found.facet("aws_redshift_cluster", name, DataAccessLog).enabled) is Reason.DENIED
    assert why(found.facet("aws_redshift_cluster", name, EncryptionInTransit).required) is Reason.DENIED
    assert said(found.facet("aws_redshift_cluster", name, Redundancy).zones) is True


def test_what_a_region_does_not_offer_is_not_there(redshift: AwsServer) -> None:
    redshift.fail("redshift", "DescribeIntegrations", "UnsupportedOperation", "The operation isn't supported.")
    assert audit(redshift.url, CHECKED).resources("aws_redshift_integration") == []


@pytest.mark.parametrize("state", ["deleting", "final-snapshot"])
def test_what_is_being_deleted_is_not_judged(aws: AwsServer, state: str) -> None:
    aws.answer("redshift", "DescribeClusters", {"Clusters": [cluster("kept"), cluster("gone", ClusterStatus=state)]})
    assert audit(aws.url, ["redshift"]).resource("aws_redshift_cluster").address.endswith(":kept")
