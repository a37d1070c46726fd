"""What holds for all buckets of an account, and access points.

Sources: Amazon S3 Control API Reference (GetPublicAccessBlock, ListAccessPoints, GetAccessPoint, GetAccessPointPolicy,
ListTagsForResource);
Service Authorization Reference, "Actions, resources, and condition keys for Amazon S3"; AWS provider documentation,
pages ``aws_s3_account_public_access_block`` and ``aws_s3_access_point``.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from auditor_aws.live.answers import Answers
from auditor_aws.live.catalogue import ACCOUNT, Call, Service, Where
from auditor_aws.live.shapes import Shape, block, tags

_BLOCKS: Final = {
    "block_public_acls": "BlockPublicAcls",
    "block_public_policy": "BlockPublicPolicy",
    "ignore_public_acls": "IgnorePublicAcls",
    "restrict_public_buckets": "RestrictPublicBuckets",
}


def _blocks(given: dict[str, Any]) -> dict[str, bool]:
    """The four settings; one that is left out is off (API Reference, PublicAccessBlockConfiguration)."""
    return {name: bool(given.get(member, False)) for name, member in _BLOCKS.items()}


def account_block(answers: Answers) -> Iterator[Shape]:
    """The public access block of the account, where there is one."""
    answer = answers.of("GetPublicAccessBlock")
    if answer.refusal is not None or answer.absent:
        return
    address = f"arn:{answers.partition}:s3::{answers.account}:account-public-access-block"
    shape = Shape("aws_s3_account_public_access_block", answers, address, "GetPublicAccessBlock")
    shape["account_id"] = answers.account
    shape.values.update(_blocks(answer.data["PublicAccessBlockConfiguration"]))
    yield shape


def access_points(answers: Answers) -> Iterator[Shape]:
    """Access points, with their policies."""
    for listed in answers.items("ListAccessPoints", "AccessPointList"):
        arn, name = listed["AccessPointArn"], listed["Name"]
        shape = Shape("aws_s3_access_point", answers, arn, "ListAccessPoints", names=(name, listed.get("Alias")))
        shape.values.update(arn=arn, name=name, bucket=listed.get("Bucket"))
        network = listed.get("VpcConfiguration")
        shape["vpc_configuration"] = block(network and {"vpc_id": network.get("VpcId")})
        shape.take(
            "public_access_block_configuration",
            answers.of("GetAccessPoint", name),
            lambda data: block(_blocks(data.get("PublicAccessBlockConfiguration") or {})),
        )
        shape.take("policy", answers.of("GetAccessPointPolicy", name), lambda data: data.get("Policy"))
        shape.take("tags", answers.of("ListTagsForResource", arn), lambda data: tags(data.get("Tags")))
        yield shape


def _of_point(operation: str, yields: tuple[str, ...] = (), absent: tuple[str, ...] = ()) -> Call:
    return Call(
        operation=operation,
        yields=yields,
        each="ListAccessPoints",
        over="AccessPointList[]",
        parameters={"Name": "Name"},
        fixed={"AccountId": ACCOUNT},
        absent=absent,
        subjects=frozenset(("access", "log")),
    )


SERVICES: Final = (
    Service(
        name="s3control-account",
        client="s3control",
        prefix="s3",
        where=Where.GLOBAL,
        calls=(
            Call(
                operation="GetPublicAccessBlock",
                yields=("aws_s3_account_public_access_block",),
                fixed={"AccountId": ACCOUNT},
                absent=("NoSuchPublicAccessBlockConfiguration",),
                action="s3:GetAccountPublicAccessBlock",
            ),
        ),
        shapers=(account_block,),
        subjects=frozenset(("access", "log", "web")),
    ),
    Service(
        name="s3control",
        prefix="s3",
        calls=(
            Call(
                operation="ListAccessPoints",
                yields=("aws_s3_access_point",),
                fixed={"AccountId": ACCOUNT},
                pages=("NextToken", "NextToken"),
            ),
            _of_point("GetAccessPoint"),
            Call(
                operation="ListTagsForResource",
                each="ListAccessPoints",
                over="AccessPointList[]",
                parameters={"ResourceArn": "AccessPointArn"},
                fixed={"AccountId": ACCOUNT},
            ),
            _of_point("GetAccessPointPolicy", ("aws_s3control_access_point_policy",), ("NoSuchAccessPointPolicy",)),
        ),
        shapers=(access_points,),
        subjects=frozenset(("access", "inventory", "log", "residency")),
    ),
)
