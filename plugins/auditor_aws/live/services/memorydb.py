"""Databases in memory.

Sources: MemoryDB API Reference (DescribeClusters, DescribeSubnetGroups, DescribeSnapshots,
DescribeMultiRegionClusters, ListTags); AWS provider documentation, pages ``aws_memorydb_cluster``,
``aws_memorydb_multi_region_cluster``, ``aws_memorydb_snapshot``, ``aws_memorydb_subnet_group``.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from auditor_aws.live.answers import Answers
from auditor_aws.live.catalogue import Call, Service
from auditor_aws.live.shapes import Shape, tags


def clusters(answers: Answers) -> Iterator[Shape]:
    """Clusters; always encrypted at rest."""
    for item in answers.items("DescribeClusters", "Clusters"):
        if item.get("Status") == "deleting":
            continue
        arn, name = item["ARN"], item["Name"]
        shape = Shape("aws_memorydb_cluster", answers, arn, "DescribeClusters", names=(name,))
        shape.values.update(arn=arn, id=name, name=name)
        shape["engine"] = item.get("Engine")
        shape["engine_version"] = item.get("EngineVersion")
        shape["kms_key_arn"] = item.get("KmsKeyId")
        shape["tls_enabled"] = item.get("TLSEnabled")
        shape["acl_name"] = item.get("ACLName")
        shape["snapshot_retention_limit"] = item.get("SnapshotRetentionLimit", 0)
        shape["auto_minor_version_upgrade"] = item.get("AutoMinorVersionUpgrade")
        shape["subnet_group_name"] = item.get("SubnetGroupName")
        shape["security_group_ids"] = [one["SecurityGroupId"] for one in item.get("SecurityGroups") or ()]
        shape["multi_region_cluster_name"] = item.get("MultiRegionClusterName")
        nodes = [one.get("NumberOfNodes") for one in item.get("Shards") or ()]
        if nodes and None not in nodes:
            # the shard with the fewest decides; one of its nodes is the primary
            shape["num_replicas_per_shard"] = min(nodes) - 1
        shape["final_snapshot_name"] = None
        shape.take("tags", answers.of("ListTags", arn), lambda data: tags(data.get("TagList")))
        yield shape


def multi_region(answers: Answers) -> Iterator[Shape]:
    """Clusters of several regions, which every one of these tells."""
    for item in answers.items("DescribeMultiRegionClusters", "MultiRegionClusters"):
        arn, name = item["ARN"], item["MultiRegionClusterName"]
        type_ = "aws_memorydb_multi_region_cluster"
        shape = Shape(type_, answers, arn, "DescribeMultiRegionClusters", names=(name,))
        shape.mirrored = True
        shape["multi_region_cluster_name"] = name
        shape["tls_enabled"] = item.get("TLSEnabled")
        shape["replicas"] = [one["ARN"] for one in item.get("Clusters") or () if one.get("ARN")]
        yield shape


def snapshots(answers: Answers) -> Iterator[Shape]:
    """Snapshots made by hand, which stay when their cluster is gone."""
    for item in answers.items("DescribeSnapshots", "Snapshots"):
        if item.get("Status") == "deleting":
            continue
        arn, name = item["ARN"], item["Name"]
        shape = Shape("aws_memorydb_snapshot", answers, arn, "DescribeSnapshots", names=(name,))
        shape["cluster_name"] = (item.get("ClusterConfiguration") or {}).get("Name")
        shape["kms_key_arn"] = item.get("KmsKeyId")
        # snapshots of MemoryDB are always encrypted, with a key of AWS where none is named
        shape["encrypted"] = True
        shape["kms_key_id"] = item.get("KmsKeyId")
        shape.take("tags", answers.of("ListTags", arn), lambda data: tags(data.get("TagList")))
        yield shape


def subnet_groups(answers: Answers) -> Iterator[Shape]:
    """The groups of subnets in use."""
    for name, answer in answers.all("DescribeSubnetGroups"):
        arn = answers.arn("memorydb", f"subnetgroup/{name}")
        shape = Shape("aws_memorydb_subnet_group", answers, arn, "DescribeSubnetGroups", names=(name,))
        shape["name"] = name
        shape.take("subnet_ids", answer, _subnets)
        yield shape


def _subnets(data: Any) -> list[str]:
    return [subnet["Identifier"] for group in data["SubnetGroups"] for subnet in group.get("Subnets") or ()]


_KEPT: Final = frozenset(("residency", "encryption", "backup", "teardown", "environment", "inventory"))

SERVICES: Final = (
    Service(
        name="memorydb",
        calls=(
            Call(
                operation="DescribeClusters",
                yields=("aws_memorydb_cluster",),
                fixed={"ShowShardDetails": True},
            ),
            Call(
                operation="DescribeMultiRegionClusters",
                yields=("aws_memorydb_multi_region_cluster",),
                fixed={"ShowClusterDetails": True},
                # some regions have clusters of their own only
                absent=("InvalidParameterValue", "InvalidParameterValueException"),
                subjects=frozenset(("residency", "encryption", "environment", "inventory")),
            ),
            Call(
                operation="DescribeSnapshots",
                yields=("aws_memorydb_snapshot",),
                fixed={"Source": "user"},
                subjects=_KEPT,
            ),
            Call(
                operation="DescribeSubnetGroups",
                yields=("aws_memorydb_subnet_group",),
                each="DescribeClusters",
                over="Clusters[]",
                parameters={"SubnetGroupName": "SubnetGroupName"},
                subjects=frozenset(("environment", "network", "segmentation")),
            ),
            Call(operation="ListTags", each="DescribeClusters", over="Clusters[]", parameters={"ResourceArn": "ARN"}),
            Call(operation="ListTags", each="DescribeSnapshots", over="Snapshots[]", parameters={"ResourceArn": "ARN"}),
        ),
        shapers=(clusters, multi_region, snapshots, subnet_groups),
        subjects=_KEPT | {"access", "network", "redundancy", "segmentation", "vulnerability"},
    ),
)
