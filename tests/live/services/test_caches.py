"""Caches of ElastiCache and databases of MemoryDB in an account."""

from __future__ import annotations

from typing import Any

import pytest

from auditor.attr import Reason, Unknown
from auditor.facets import (
    Authentication,
    Backup,
    EncryptionAtRest,
    EncryptionInTransit,
    KeyOwner,
    Patching,
    Redundancy,
    Replica,
    Residue,
    Software,
)
from auditor_aws.live.services import elasticache, memorydb
from tests.live.auditing import Audit, audit
from tests.live.servers import ACCOUNT, REGION, AwsServer
from tests.live.services.reading import said, why

ARN = f"arn:aws:elasticache:{REGION}:{ACCOUNT}"
MEMORY = f"arn:aws:memorydb:{REGION}:{ACCOUNT}"
CALLS = [(service, call) for service in (*elasticache.SERVICES, *memorydb.SERVICES) for call in service.calls]
CHECKED = ["elasticache", "memorydb"]


def group(name: str, **members: Any) -> dict[str, Any]:
    """A replication group as the API answers it."""
    return {
        "ReplicationGroupId": name,
        "ARN": f"{ARN}:replicationgroup:{name}",
        "MemberClusters": [f"{name}-001"],
        "SnapshotRetentionLimit": 0,
        "AutomaticFailover": "disabled",
        "MultiAZ": "disabled",
        "AtRestEncryptionEnabled": False,
        "TransitEncryptionEnabled": False,
        "AuthTokenEnabled": False,
        "AutoMinorVersionUpgrade": False,
        **members,
    }


def node(name: str, **members: Any) -> dict[str, Any]:
    """A cluster as the API answers it."""
    return {
        "CacheClusterId": name,
        "ARN": f"{ARN}:cluster:{name}",
        "Engine": "redis",
        "EngineVersion": "7.1",
        "CacheSubnetGroupName": "inside",
        "NumCacheNodes": 1,
        **members,
    }


@pytest.fixture
def caches(aws: AwsServer) -> AwsServer:
    """The server with caches as they should be and as they should not."""
    good = group(
        "good",
        AtRestEncryptionEnabled=True,
        KmsKeyId="alias/own",
        TransitEncryptionEnabled=True,
        TransitEncryptionMode="required",
        AuthTokenEnabled=True,
        AutomaticFailover="enabled",
        MultiAZ="enabled",
        SnapshotRetentionLimit=7,
        AutoMinorVersionUpgrade=True,
    )
    aws.answer(
        "elasticache",
        "DescribeReplicationGroups",
        pages=[{"ReplicationGroups": [good]}, {"ReplicationGroups": [group("bad")]}],
    )
    nodes = [
        node("good-001", ReplicationGroupId="good"),
        node("bad-001", ReplicationGroupId="bad"),
        node("spread", Engine="memcached", PreferredAvailabilityZone="Multiple", TransitEncryptionEnabled=True),
        node("single", Engine="memcached", PreferredAvailabilityZone=f"{REGION}a"),
        node("lone", AtRestEncryptionEnabled=True),
    ]
    aws.answer("elasticache", "DescribeCacheClusters", {"CacheClusters": nodes})
    serverless = {
        "ServerlessCacheName": "less",
        "ARN": f"{ARN}:serverlesscache:less",
        "Engine": "valkey",
        "KmsKeyId": "alias/own",
        "UserGroupId": "people",
        "SnapshotRetentionLimit": 3,
    }
    aws.answer("elasticache", "DescribeServerlessCaches", {"ServerlessCaches": [serverless]})
    aws.answer("elasticache", "DescribeGlobalReplicationGroups", {"GlobalReplicationGroups": []})
    subnets = {"CacheSubnetGroupName": "inside", "Subnets": [{"SubnetIdentifier": "subnet-1"}]}
    aws.answer("elasticache", "DescribeCacheSubnetGroups", {"CacheSubnetGroups": [subnets]})
    by_hand = [
        {"SnapshotName": "kept", "ARN": f"{ARN}:snapshot:kept", "KmsKeyId": "alias/own"},
        {"SnapshotName": "vague", "ARN": f"{ARN}:snapshot:vague"},
    ]
    aws.answer("elasticache", "DescribeSnapshots", {"Snapshots": by_hand}, match={"SnapshotSource": "user"})
    kept = [
        {"ARN": f"{ARN}:serverlesscachesnapshot:by-hand"},
        {"ARN": f"{ARN}:serverlesscachesnapshot:by-itself", "ExpiryTime": "2027-01-01T00:00:00Z"},
    ]
    aws.answer("elasticache", "DescribeServerlessCacheSnapshots", {"ServerlessCacheSnapshots": kept})
    aws.answer("elasticache", "ListTagsForResource", {"TagList": [{"Key": "system", "Value": "tax"}]})
    memory(aws)
    return aws


def memory(aws: AwsServer) -> None:
    """Two databases in memory and a snapshot of one."""

    def cluster(name: str, nodes: int, **members: Any) -> dict[str, Any]:
        return {
            "Name": name,
            "ARN": f"{MEMORY}:cluster/{name}",
            "Engine": "valkey",
            "EngineVersion": "7.3",
            "Shards": [{"NumberOfNodes": nodes}, {"NumberOfNodes": 3}],
            "SubnetGroupName": "inside",
            **members,
        }

    good = cluster("good", 2, TLSEnabled=True, ACLName="people", KmsKeyId="alias/own", SnapshotRetentionLimit=7)
    bad = cluster("bad", 1, TLSEnabled=False, ACLName="open-access", AutoMinorVersionUpgrade=False)
    aws.answer("memorydb", "DescribeClusters", {"Clusters": [good, bad]}, match={"ShowShardDetails": True})
    aws.answer("memorydb", "DescribeMultiRegionClusters", {"MultiRegionClusters": []})
    kept = {"Name": "kept", "ARN": f"{MEMORY}:snapshot/kept", "ClusterConfiguration": {"Name": "good"}}
    aws.answer("memorydb", "DescribeSnapshots", {"Snapshots": [kept]}, match={"Source": "user"})
    subnets = {"Name": "inside", "Subnets": [{"Identifier": "subnet-1"}]}
    aws.answer("memorydb", "DescribeSubnetGroups", {"SubnetGroups": [subnets]})
    aws.answer("memorydb", "ListTags", {"TagList": [{"Key": "system", "Value": "tax"}]})


def test_groups_are_judged_both_ways(caches: AwsServer) -> None:
    found = audit(caches.url, CHECKED)
    type_ = "aws_elasticache_replication_group"
    for name, expected in (("group:good", True), ("group:bad", False)):
        assert said(found.facet(type_, name, EncryptionAtRest).enabled) is expected
        assert said(found.facet(type_, name, EncryptionInTransit).required) is expected
        assert said(found.facet(type_, name, Authentication).required) is expected
        assert said(found.facet(type_, name, Patching).automatic) is expected
        redundancy = found.facet(type_, name, Redundancy)
        assert redundancy.failover is not None
        assert (said(redundancy.zones), said(redundancy.failover)) == (expected, expected)
        # told by a cluster of the group
        assert said(found.facet(type_, name, Software).version) == "7.1"
    assert said(found.facet(type_, "group:good", EncryptionAtRest).key_owner) is KeyOwner.CUSTOMER
    assert said(found.facet(type_, "group:good", Backup).enabled) is True


@pytest.mark.parametrize(
    ("members", "enabled"),
    [
        ({"StorageEncryptionType": "sse-elasticache"}, True),
        ({"StorageEncryptionType": "none"}, False),
        ({}, False),
    ],
)
def test_a_group_may_be_encrypted_though_the_flag_is_off(
    caches: AwsServer, members: dict[str, Any], enabled: bool
) -> None:
    caches.answer("elasticache", "DescribeReplicationGroups", {"ReplicationGroups": [group("one", **members)]})
    facet = audit(caches.url, CHECKED).facet("aws_elasticache_replication_group", "one", EncryptionAtRest)
    assert said(facet.enabled) is enabled


def test_tls_that_is_only_preferred_is_not_demanded(caches: AwsServer) -> None:
    one = group("one", TransitEncryptionEnabled=True, TransitEncryptionMode="preferred")
    caches.answer("elasticache", "DescribeReplicationGroups", {"ReplicationGroups": [one]})
    facet = audit(caches.url, CHECKED).facet("aws_elasticache_replication_group", "one", EncryptionInTransit)
    assert said(facet.required) is False


def test_clusters_by_themselves_are_judged_both_ways(caches: AwsServer) -> None:
    found = audit(caches.url, CHECKED)
    type_ = "aws_elasticache_cluster"
    for name, expected in ((":spread", True), (":single", False)):
        assert said(found.facet(type_, name, Redundancy).zones) is expected
        assert said(found.facet(type_, name, EncryptionInTransit).required) is expected
        assert said(found.facet(type_, name, EncryptionAtRest).enabled) is False
    assert said(found.facet(type_, ":lone", EncryptionAtRest).enabled) is True
    assert said(found.facet("aws_elasticache_serverless_cache", "less", Authentication).required) is True


def test_snapshots_by_hand_stay(caches: AwsServer) -> None:
    found = audit(caches.url, CHECKED)
    names = {one.address.rpartition(":")[2] for one in found.resources("aws_elasticache_snapshot")}
    assert names == {"kept", "vague", "by-hand"}
    type_ = "aws_elasticache_snapshot"
    assert isinstance(found.facet(type_, "kept", Residue), Residue)
    assert said(found.facet(type_, "kept", EncryptionAtRest).key_owner) is KeyOwner.CUSTOMER
    assert said(found.facet(type_, "by-hand", EncryptionAtRest).enabled) is True
    assert isinstance(found.facet(type_, "vague", EncryptionAtRest).enabled, Unknown)


def test_copies_in_other_regions_are_told_by_what_holds_them_together(caches: AwsServer) -> None:
    members = [
        {"ReplicationGroupId": "good", "ReplicationGroupRegion": REGION, "Role": "PRIMARY"},
        {"ReplicationGroupId": "far", "ReplicationGroupRegion": "us-east-1", "Role": "SECONDARY"},
    ]
    world = {"GlobalReplicationGroupId": "world", "ARN": f"arn:aws:elasticache::{ACCOUNT}:globalreplicationgroup:world"}
    caches.answer(
        "elasticache", "DescribeGlobalReplicationGroups", {"GlobalReplicationGroups": [{**world, "Members": members}]}
    )
    several = {
        "MultiRegionClusterName": "everywhere",
        "ARN": f"arn:aws:memorydb::{ACCOUNT}:multiregioncluster/everywhere",
        "TLSEnabled": True,
        "Clusters": [{"ARN": f"arn:aws:memorydb:us-east-1:{ACCOUNT}:cluster/far"}],
    }
    caches.answer("memorydb", "DescribeMultiRegionClusters", {"MultiRegionClusters": [several]})
    found = audit(caches.url, CHECKED, regions=(REGION, "ap-northeast-3"))
    for type_ in ("aws_elasticache_global_replication_group", "aws_memorydb_multi_region_cluster"):
        facets = found.resource(type_).facets
        assert frozenset({"us-east-1"}) in {said(one.location) for one in facets if isinstance(one, Replica)}
        assert "fail" in found.statuses(found.resource(type_).address)["residency.replication.allowed"]


def test_databases_in_memory_are_judged_both_ways(caches: AwsServer) -> None:
    found = audit(caches.url, CHECKED)
    type_ = "aws_memorydb_cluster"
    for name, expected in (("/good", True), ("/bad", False)):
        assert said(found.facet(type_, name, EncryptionInTransit).required) is expected
        assert said(found.facet(type_, name, Authentication).required) is expected
        assert said(found.facet(type_, name, Redundancy).zones) is expected
    assert said(found.facet(type_, "/good", EncryptionAtRest).key_owner) is KeyOwner.CUSTOMER
    assert said(found.facet(type_, "/bad", EncryptionAtRest).key_owner) is KeyOwner.PROVIDER
    kept = found.facet("aws_memorydb_snapshot", "kept", EncryptionAtRest)
    assert (said(kept.enabled), said(kept.key_owner)) == (True, KeyOwner.PROVIDER)


def _everything(found: Audit) -> set[tuple[str, str, str]]:
    return {(one.check.id, one.resource.address, one.status.value) for one in found.report.findings}


@pytest.mark.parametrize(("service", "operation"), sorted({(service.name, call.operation) for service, call in CALLS}))
def test_a_refusal_makes_only_unknown_what_the_call_tells(caches: AwsServer, service: str, operation: str) -> None:
    before = _everything(audit(caches.url, CHECKED))
    caches.refuse([f"{service}:{operation}"])
    after = _everything(audit(caches.url, CHECKED))
    bearing = frozenset[str]().union(
        *(one.subjects_of(call) for one, call in CALLS if (one.name, call.operation) == (service, operation))
    )
    assert {check.split(".")[0] for check, _, _ in before ^ after} <= bearing
    assert {status for _, _, status in after - before} <= {"unknown", "manual"}


def test_what_a_group_does_not_say_itself_is_unknown_without_its_clusters(caches: AwsServer) -> None:
    caches.refuse(["elasticache:DescribeCacheClusters"])
    found = audit(caches.url, CHECKED)
    type_ = "aws_elasticache_replication_group"
    assert said(found.facet(type_, "group:good", EncryptionAtRest).enabled) is True
    assert why(found.facet(type_, "group:good", Software).version) is Reason.DENIED


@pytest.mark.parametrize(
    ("service", "operation", "code", "type_"),
    [
        (
            *("elasticache", "DescribeGlobalReplicationGroups"),
            *("InvalidParameterValue", "aws_elasticache_global_replication_group"),
        ),
        ("elasticache", "DescribeServerlessCaches", "InvalidAction", "aws_elasticache_serverless_cache"),
        (
            *("memorydb", "DescribeMultiRegionClusters"),
            *("InvalidParameterValueException", "aws_memorydb_multi_region_cluster"),
        ),
    ],
)
def test_what_a_region_does_not_offer_is_not_there(
    caches: AwsServer, service: str, operation: str, code: str, type_: str
) -> None:
    caches.fail(service, operation, code, "Access Denied to API Version")
    assert audit(caches.url, CHECKED).resources(type_) == []


def test_what_is_being_deleted_is_not_judged(caches: AwsServer) -> None:
    groups = [group("kept"), group("gone", Status="deleting"), group("never", Status="create-failed")]
    caches.answer("elasticache", "DescribeReplicationGroups", {"ReplicationGroups": groups})
    nodes = [node("one"), node("two", CacheClusterStatus="deleting")]
    caches.answer("elasticache", "DescribeCacheClusters", {"CacheClusters": nodes})
    found = audit(caches.url, CHECKED)
    assert found.resource("aws_elasticache_replication_group").address.endswith(":kept")
    assert found.resource("aws_elasticache_cluster").address.endswith(":one")
