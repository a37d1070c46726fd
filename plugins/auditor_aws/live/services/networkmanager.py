"""Networks that span regions.

Sources: AWS Network Manager API Reference (DescribeGlobalNetworks, ListAttachments); AWS provider documentation, pages
``aws_networkmanager_global_network``, ``aws_networkmanager_vpc_attachment``.  Its one endpoint is in us-west-2 (AWS
General Reference, "AWS Network Manager endpoints and quotas").
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from auditor_aws.live.answers import Answers
from auditor_aws.live.catalogue import Call, Service, Where
from auditor_aws.live.shapes import Shape, tags

_GONE: Final = frozenset(("DELETING", "FAILED", "REJECTED", "PENDING_ATTACHMENT_ACCEPTANCE"))
"""States of what is not joined, or no more."""


def global_networks(answers: Answers) -> Iterator[Shape]:
    """Networks of the account."""
    for item in answers.items("DescribeGlobalNetworks", "GlobalNetworks"):
        arn, id_ = item["GlobalNetworkArn"], item["GlobalNetworkId"]
        shape = Shape("aws_networkmanager_global_network", answers, arn, "DescribeGlobalNetworks", names=(id_,))
        shape.values.update(id=id_, arn=arn, tags=tags(item.get("Tags")))
        yield shape


def attachments(answers: Answers) -> Iterator[Shape]:
    """Networks of one region that are attached to a core network."""
    for item in answers.items("ListAttachments", "Attachments"):
        if item.get("State") in _GONE or item.get("AttachmentType") != "VPC":
            continue
        id_ = item["AttachmentId"]
        owner = item.get("OwnerAccountId") or answers.account
        arn = f"arn:{answers.partition}:networkmanager::{owner}:attachment/{id_}"
        region = item.get("EdgeLocation")
        shape = Shape("aws_networkmanager_vpc_attachment", answers, arn, "ListAttachments", names=(id_,), region=region)
        shape.values.update(id=id_, arn=arn, vpc_arn=item.get("ResourceArn"), core_network_id=item.get("CoreNetworkId"))
        yield shape


SERVICES: Final = (
    Service(
        name="networkmanager",
        where=Where.GLOBAL,
        home="us-west-2",
        calls=(
            Call(operation="DescribeGlobalNetworks", yields=("aws_networkmanager_global_network",)),
            Call(
                operation="ListAttachments",
                yields=("aws_networkmanager_vpc_attachment",),
                fixed={"AttachmentType": "VPC"},
                subjects=frozenset(("network", "segmentation")),
            ),
        ),
        shapers=(global_networks, attachments),
        subjects=frozenset(("inventory", "network", "residency", "segmentation")),
    ),
)
