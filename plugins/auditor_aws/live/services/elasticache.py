"""Caches of ElastiCache, with the groups that copy them to other regions and their snapshots.

Sources: Amazon ElastiCache API Reference (DescribeReplicationGroups, DescribeCacheClusters, DescribeServerlessCaches,
DescribeGlobalReplicationGroups, DescribeCacheSubnetGroups, DescribeSnapshots, DescribeServerlessCacheSnapshots,
ListTagsForResource); AWS provider documentation, pages ``aws_elasticache_replication_group``,
``aws_elasticache_cluster``, ``aws_elasticache_serverless_cache``, ``aws_elasticache_global_replication_group``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from auditor_aws.live.answers import Answers
from auditor_aws.live.catalogue import Call, Service
from auditor_aws.live.shapes import Shape, tags

_OF_MEMBERS: Final = ("engine_version", "subnet_group_name")
"""What a group does not say of itself, and its clusters do."""


_GONE: Final = ("deleting", "deleted", "create-failed")
"""States of what is being removed, and of what never came to be (API Reference, statuses of each type)."""
_NOT_OFFERED: Final = ("InvalidAction", "InvalidParameterValue")
"""What a region answers of which some part of the API is not offered, for calls that hold nothing of anybody's."""


def groups(answers: Answers) -> Iterator[Shape]:
    """Groups of nodes of Redis and Valkey."""
    members = {item["CacheClusterId"]: item for item in answers.items("DescribeCacheClusters", "CacheClusters")}
    listing = answers.of("DescribeCacheClusters")
    for item in answers.items("DescribeReplicationGroups", "ReplicationGroups"):
        if item.get("Status") in _GONE:
            continue
        arn, name = item["ARN"], item["ReplicationGroupId"]
        type_ = "aws_elasticache_replication_group"
        shape = Shape(type_, answers, arn, "DescribeReplicationGroups", names=(name,))
        shape.values.update(arn=arn, id=name, replication_group_id=name)
        shape["at_rest_encryption_enabled"] = _encrypted(item)
        shape["kms_key_id"] = item.get("KmsKeyId")
        shape["transit_encryption_enabled"] = item.get("TransitEncryptionEnabled", False)
        shape["transit_encryption_mode"] = item.get("TransitEncryptionMode")
        # the token itself is not told, only that there is one
        shape["auth_token"] = True if item.get("AuthTokenEnabled") else None
        shape["user_group_ids"] = item.get("UserGroupIds") or []
        shape["snapshot_retention_limit"] = item.get("SnapshotRetentionLimit", 0)
        shape["automatic_failover_enabled"] = item.get("AutomaticFailover") in ("enabled", "enabling")
        shape["multi_az_enabled"] = item.get("MultiAZ") == "enabled"
        shape["auto_minor_version_upgrade"] = item.get("AutoMinorVersionUpgrade")
        world = item.get("GlobalReplicationGroupInfo") or {}
        shape["global_replication_group_id"] = world.get("GlobalReplicationGroupId")
        shape["final_snapshot_identifier"] = None
        shape["engine"] = item.get("Engine")
        first = next((members[id_] for id_ in item.get("MemberClusters") or () if id_ in members), None)
        if first is not None:
            shape["engine_version"] = first.get("EngineVersion")
            shape["subnet_group_name"] = first.get("CacheSubnetGroupName")
            shape["security_group_ids"] = _groups(first)
            # older answers leave the engine to the clusters
            shape["engine"] = shape.values["engine"] or first.get("Engine")
        elif listing.refusal is not None:
            shape.refuse(listing.refusal, *_OF_MEMBERS)
        shape.take("tags", answers.of("ListTagsForResource", arn), lambda data: tags(data.get("TagList")))
        yield shape


def _encrypted(item: Mapping[str, Any]) -> bool:
    """The effective state: some groups are encrypted though the flag is off (StorageEncryptionType)."""
    return bool(item.get("AtRestEncryptionEnabled")) or item.get("StorageEncryptionType") in (
        "sse-elasticache",
        "sse-kms",
    )


def _groups(item: Mapping[str, Any]) -> list[str]:
    return [one["SecurityGroupId"] for one in item.get("SecurityGroups") or ()]


def clusters(answers: Answers) -> Iterator[Shape]:
    """Clusters: Memcached, a single node of Redis, or a member of a group."""
    for item in answers.items("DescribeCacheClusters", "CacheClusters"):
        if item.get("CacheClusterStatus") in _GONE:
            continue
        arn, name = item["ARN"], item["CacheClusterId"]
        shape = Shape("aws_elasticache_cluster", answers, arn, "DescribeCacheClusters", names=(name,))
        shape.values.update(arn=arn, id=name, cluster_id=name)
        shape["engine"] = item.get("Engine")
        shape["engine_version"] = item.get("EngineVersion")
        shape["replication_group_id"] = item.get("ReplicationGroupId")
        shape["at_rest_encryption_enabled"] = item.get("AtRestEncryptionEnabled", False)
        shape["transit_encryption_enabled"] = item.get("TransitEncryptionEnabled", False)
        shape["snapshot_retention_limit"] = item.get("SnapshotRetentionLimit", 0)
        shape["auto_minor_version_upgrade"] = item.get("AutoMinorVersionUpgrade")
        shape["num_cache_nodes"] = item.get("NumCacheNodes")
        # "Multiple" where the nodes are in different zones (type CacheCluster, PreferredAvailabilityZone)
        shape["az_mode"] = "cross-az" if item.get("PreferredAvailabilityZone") == "Multiple" else "single-az"
        shape["subnet_group_name"] = item.get("CacheSubnetGroupName")
        shape["security_group_ids"] = _groups(item)
        shape["final_snapshot_identifier"] = None
        # what a cache was filled from is not told: snapshot_name and snapshot_arns stay unknown
        shape.take("tags", answers.of("ListTagsForResource", arn), lambda data: tags(data.get("TagList")))
        yield shape


def serverless(answers: Answers) -> Iterator[Shape]:
    """Serverless caches."""
    for item in answers.items("DescribeServerlessCaches", "ServerlessCaches"):
        if str(item.get("Status")).lower() in _GONE:
            continue
        arn, name = item["ARN"], item["ServerlessCacheName"]
        shape = Shape("aws_elasticache_serverless_cache", answers, arn, "DescribeServerlessCaches", names=(name,))
        shape.values.update(arn=arn, id=name, name=name, auth_token=None)
        shape["engine"] = item.get("Engine")
        shape["kms_key_id"] = item.get("KmsKeyId")
        shape["user_group_id"] = item.get("UserGroupId")
        shape["snapshot_retention_limit"] = item.get("SnapshotRetentionLimit", 0)
        shape["security_group_ids"] = item.get("SecurityGroupIds") or []
        shape.take("tags", answers.of("ListTagsForResource", arn), lambda data: tags(data.get("TagList")))
        yield shape


def global_groups(answers: Answers) -> Iterator[Shape]:
    """Groups of caches in several regions, which every one of these tells."""
    for item in answers.items("DescribeGlobalReplicationGroups", "GlobalReplicationGroups"):
        arn, name = item["ARN"], item["GlobalReplicationGroupId"]
        type_ = "aws_elasticache_global_replication_group"
        shape = Shape(type_, answers, arn, "DescribeGlobalReplicationGroups", names=(name,))
        shape.mirrored = True
        shape["global_replication_group_id"] = name
        members = item.get("Members") or ()
        primaries = (one["ReplicationGroupId"] for one in members if str(one.get("Role")).upper() == "PRIMARY")
        shape["primary_replication_group_id"] = next(primaries, None)
        shape["replicas"] = [
            f"arn:{answers.partition}:elasticache:{one['ReplicationGroupRegion']}:{answers.account}"
            f":replicationgroup:{one['ReplicationGroupId']}"
            for one in members
        ]
        yield shape


def snapshots(answers: Answers) -> Iterator[Shape]:
    """Snapshots made by hand, which stay when their cache is gone."""
    listings = (("DescribeSnapshots", "Snapshots"), ("DescribeServerlessCacheSnapshots", "ServerlessCacheSnapshots"))
    for operation, members in listings:
        for item in answers.items(operation, members):
            # those of a serverless cache that it makes by itself expire
            if item.get("ExpiryTime") or (item.get("SnapshotStatus") or item.get("Status")) in _GONE:
                continue
            arn = item["ARN"]
            shape = Shape("aws_elasticache_snapshot", answers, arn, operation)
            shape["arn"] = arn
            shape["kms_key_id"] = item.get("KmsKeyId")
            if item.get("KmsKeyId") or operation == "DescribeServerlessCacheSnapshots":
                # serverless caches are always encrypted; of others without a key of KMS it is not told
                shape["encrypted"] = True
            shape.take("tags", answers.of("ListTagsForResource", arn), lambda data: tags(data.get("TagList")))
            yield shape


def subnet_groups(answers: Answers) -> Iterator[Shape]:
    """The groups of subnets in use."""
    for name, answer in answers.all("DescribeCacheSubnetGroups"):
        arn = answers.arn("elasticache", f"subnetgroup:{name}")
        shape = Shape("aws_elasticache_subnet_group", answers, arn, "DescribeCacheSubnetGroups", names=(name,))
        shape["name"] = name
        shape.take("subnet_ids", answer, _subnets)
        yield shape


def _subnets(data: Any) -> list[str]:
    return [subnet["SubnetIdentifier"] for group in data["CacheSubnetGroups"] for subnet in group.get("Subnets") or ()]


def _tags_of(listing: str, over: str) -> Call:
    return Call(operation="ListTagsForResource", each=listing, over=over, parameters={"ResourceName": "ARN"})


_KEPT: Final = frozenset(("residency", "encryption", "backup", "teardown", "environment", "inventory"))

SERVICES: Final = (
    Service(
        name="elasticache",
        calls=(
            Call(operation="DescribeReplicationGroups", yields=("aws_elasticache_replication_group",)),
            Call(operation="DescribeCacheClusters", yields=("aws_elasticache_cluster",)),
            Call(
                operation="DescribeServerlessCaches",
                yields=("aws_elasticache_serverless_cache",),
                absent=_NOT_OFFERED,
            ),
            Call(
                operation="DescribeGlobalReplicationGroups",
                yields=("aws_elasticache_global_replication_group",),
                fixed={"ShowMemberInfo": True},
                absent=_NOT_OFFERED,
                subjects=frozenset(("residency", "environment", "inventory")),
            ),
            Call(
                operation="DescribeCacheSubnetGroups",
                yields=("aws_elasticache_subnet_group",),
                each="DescribeCacheClusters",
                over="CacheClusters[]",
                parameters={"CacheSubnetGroupName": "CacheSubnetGroupName"},
                subjects=frozenset(("environment", "network", "segmentation")),
            ),
            Call(
                operation="DescribeSnapshots",
                yields=("aws_elasticache_snapshot",),
                fixed={"SnapshotSource": "user"},
                subjects=_KEPT,
            ),
            Call(
                operation="DescribeServerlessCacheSnapshots",
                yields=("aws_elasticache_snapshot",),
                absent=_NOT_OFFERED,
                subjects=_KEPT,
            ),
            _tags_of("DescribeReplicationGroups", "ReplicationGroups[]"),
            _tags_of("DescribeCacheClusters", "CacheClusters[]"),
            _tags_of("DescribeServerlessCaches", "ServerlessCaches[]"),
            _tags_of("DescribeSnapshots", "Snapshots[]"),
            _tags_of("DescribeServerlessCacheSnapshots", "ServerlessCacheSnapshots[?!ExpiryTime]"),
        ),
        shapers=(groups, clusters, serverless, global_groups, snapshots, subnet_groups),
        subjects=_KEPT
        | {
            *("access", "capacity", "monitoring", "network", "redundancy", "segmentation"),
            "vulnerability",
        },
    ),
)
