"""Kubernetes clusters and their machines.

Sources: Amazon EKS API Reference (ListClusters, DescribeCluster, ListNodegroups, DescribeNodegroup); AWS provider
documentation, pages ``aws_eks_cluster``, ``aws_eks_node_group``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from auditor_aws.live.answers import Answers
from auditor_aws.live.catalogue import Call, Service
from auditor_aws.live.shapes import Shape, block

_CLUSTER: Final = (
    "version",
    "deletion_protection",
    "enabled_cluster_log_types",
    "encryption_config",
    "upgrade_policy",
    "vpc_config",
    "tags",
)


def clusters(answers: Answers) -> Iterator[Shape]:
    """Clusters with their groups of machines."""
    for name in answers.items("ListClusters", "clusters"):
        said = answers.of("DescribeCluster", name)
        arn = answers.arn("eks", f"cluster/{name}")
        if said.refusal is not None:
            shape = Shape("aws_eks_cluster", answers, arn, "ListClusters", names=(name,))
            shape.refuse(said.refusal, *_CLUSTER)
        else:
            arn = said.data["cluster"]["arn"]
            shape = Shape("aws_eks_cluster", answers, arn, "DescribeCluster", names=(name,))
            shape.values.update(_cluster(said.data["cluster"]))
        shape.values.update(arn=arn, name=name)
        yield shape
        yield from _groups(answers, name, arn)


def _cluster(given: Mapping[str, Any]) -> dict[str, Any]:
    network = given.get("resourcesVpcConfig") or {}
    support = given.get("upgradePolicy")
    return {
        "version": given.get("version"),
        "deletion_protection": given.get("deletionProtection", False),
        "enabled_cluster_log_types": [
            kind
            for setup in (given.get("logging") or {}).get("clusterLogging") or ()
            if setup.get("enabled")
            for kind in setup.get("types") or ()
        ],
        "encryption_config": [
            {"provider": block({"key_arn": (one.get("provider") or {}).get("keyArn")}), "resources": one["resources"]}
            for one in given.get("encryptionConfig") or ()
        ],
        "upgrade_policy": block(support and {"support_type": support.get("supportType")}),
        "vpc_config": [
            {
                "endpoint_public_access": network.get("endpointPublicAccess"),
                "endpoint_private_access": network.get("endpointPrivateAccess"),
                "public_access_cidrs": network.get("publicAccessCidrs") or [],
                "subnet_ids": network.get("subnetIds") or [],
                "security_group_ids": network.get("securityGroupIds") or [],
                "vpc_id": network.get("vpcId"),
            }
        ],
        "tags": dict(given.get("tags") or {}),
    }


def _groups(answers: Answers, cluster: str, arn: str) -> Iterator[Shape]:
    listed = answers.of("ListNodegroups", cluster)
    if listed.refusal is not None:
        yield Shape.unlisted("aws_eks_node_group", answers, listed.refusal, arn)
    for name in listed.items("nodegroups"):
        said = answers.of("DescribeNodegroup", f"{cluster}/{name}")
        if said.refusal is not None:
            # its ARN has a part that only the refused call tells
            yield Shape.unlisted("aws_eks_node_group", answers, said.refusal, f"{arn} {name}")
            continue
        given = said.data.get("nodegroup") or {}
        address = given.get("nodegroupArn") or f"{arn} {name}"
        shape = Shape("aws_eks_node_group", answers, address, "ListNodegroups", names=(f"{cluster}:{name}",))
        shape.values.update(
            arn=address,
            cluster_name=cluster,
            node_group_name=name,
            ami_type=given.get("amiType"),
            scaling_config=block(_scaling(given.get("scalingConfig") or {})),
            subnet_ids=given.get("subnets") or [],
            tags=dict(given.get("tags") or {}),
        )
        yield shape


def _scaling(given: Mapping[str, Any]) -> dict[str, Any]:
    return {f"{name}_size": given.get(f"{name}Size") for name in ("min", "max", "desired")}


SERVICES: Final = (
    Service(
        name="eks",
        calls=(
            Call(operation="ListClusters", yields=("aws_eks_cluster", "aws_eks_node_group")),
            Call(operation="DescribeCluster", each="ListClusters", over="clusters[]", parameters={"name": "@"}),
            Call(operation="ListNodegroups", each="ListClusters", over="clusters[]", parameters={"clusterName": "@"}),
            Call(
                operation="DescribeNodegroup",
                each="ListNodegroups",
                over="nodegroups[]",
                parameters={"clusterName": "^clusterName", "nodegroupName": "@"},
                key="^clusterName / @",
            ),
        ),
        shapers=(clusters,),
        subjects=frozenset(
            (
                "access",
                "backup",
                "capacity",
                "encryption",
                "environment",
                "inventory",
                "license",
                "log",
                "malware",
                "monitoring",
                "network",
                "redundancy",
                "residency",
                "teardown",
                "vulnerability",
            )
        ),
    ),
)
