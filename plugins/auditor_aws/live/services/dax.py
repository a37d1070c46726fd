"""Caches before tables of DynamoDB.

Sources: DAX API Reference (DescribeClusters, DescribeSubnetGroups, ListTags); AWS provider documentation, pages
``aws_dax_cluster`` and ``aws_dax_subnet_group``.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from auditor_aws.live.answers import Answer, Answers
from auditor_aws.live.catalogue import Call, Service
from auditor_aws.live.shapes import Shape, tags


def clusters(answers: Answers) -> Iterator[Shape]:
    """Clusters; neither encryption is on unless it is said."""
    for item in answers.items("DescribeClusters", "Clusters"):
        if item.get("Status") == "deleting":
            continue
        arn, name = item["ClusterArn"], item["ClusterName"]
        shape = Shape("aws_dax_cluster", answers, arn, "DescribeClusters", names=(name,))
        shape.values.update(arn=arn, cluster_name=name)
        shape["server_side_encryption"] = [
            {"enabled": (item.get("SSEDescription") or {}).get("Status") in ("ENABLED", "ENABLING")}
        ]
        shape["cluster_endpoint_encryption_type"] = item.get("ClusterEndpointEncryptionType", "NONE")
        shape["replication_factor"] = item.get("TotalNodes")
        shape["subnet_group_name"] = item.get("SubnetGroup")
        shape["security_group_ids"] = [one["SecurityGroupIdentifier"] for one in item.get("SecurityGroups") or ()]
        _tag(shape, answers.of("ListTags", arn))
        yield shape


def _tag(shape: Shape, answer: Answer) -> None:
    shape.take("tags", answer, lambda _: tags(answer.items("Tags")))


def subnet_groups(answers: Answers) -> Iterator[Shape]:
    """The groups of subnets in use."""
    for name, answer in answers.all("DescribeSubnetGroups"):
        arn = answers.arn("dax", f"subnetgroup/{name}")
        shape = Shape("aws_dax_subnet_group", answers, arn, "DescribeSubnetGroups", names=(name,))
        shape["name"] = name
        shape.take(
            "subnet_ids",
            answer,
            lambda data: [
                subnet["SubnetIdentifier"] for group in data["SubnetGroups"] for subnet in group.get("Subnets") or ()
            ],
        )
        yield shape


SERVICES: Final = (
    Service(
        name="dax",
        calls=(
            Call(
                operation="DescribeClusters",
                yields=("aws_dax_cluster",),
                # a region without DAX ("Access Denied to API Version"), and an account in which it never was used
                absent=("InvalidParameterValueException", "ServiceLinkedRoleNotFoundFault"),
            ),
            Call(
                operation="DescribeSubnetGroups",
                yields=("aws_dax_subnet_group",),
                each="DescribeClusters",
                over="Clusters[?SubnetGroup]",
                # asked by itself each, so that the answer is of this group
                parameters={"SubnetGroupNames": "[SubnetGroup]"},
                key="SubnetGroup",
                subjects=frozenset(("network", "segmentation")),
            ),
            Call(
                operation="ListTags",
                each="DescribeClusters",
                over="Clusters[]",
                parameters={"ResourceName": "ClusterArn"},
            ),
        ),
        shapers=(clusters, subnet_groups),
        subjects=frozenset(
            ("residency", "encryption", "teardown", "redundancy", "environment", "inventory", "network", "segmentation")
        ),
    ),
)
