"""Regions of the places to which a service writes its records."""

from __future__ import annotations

from typing import Final

from auditor.attr import Attr, Known, Reason, Unknown
from auditor.facets import Replica, ReplicaKind
from auditor.record import Node
from auditor.text import Text
from auditor_aws.placement import region_of_arn, region_set
from auditor_aws.shown import derived

BUCKETS: Final = ("aws_s3_bucket",)
STREAMS: Final = (
    "aws_cloudwatch_log_group",
    "aws_kinesis_firehose_delivery_stream",
    "aws_kinesis_stream",
    "aws_lambda_function",
    "aws_cloudwatch_log_destination",
    *BUCKETS,
)
_OUTSIDE = Text("出力先のリージョン（入力に含まれない）", "Region of a destination that is not in the input")


def region_of(node: Node, path: str, *types: str) -> Attr[str]:
    """Region of what ``path`` names, from its record or from the ARN; bucket names and ARNs carry none."""
    target = node.target(path, *types)
    if isinstance(target, Known) and target.value is not None:
        return target.value.region
    value = node.text(path)
    if isinstance(value, Known) and value.value is not None:
        region = region_of_arn(value.value)
        if region is not None:
            return derived(region, value)
        return target if isinstance(target, Unknown) else node.unknown(path, Reason.OUTSIDE, _OUTSIDE)
    if isinstance(target, Unknown):
        return target
    return value if isinstance(value, Unknown) else node.unknown(path, Reason.NOT_COLLECTED, _OUTSIDE)


def log_export(node: Node, path: str, *types: str, key: str = "") -> Replica:
    """The copy of log entries that is made at what ``path`` names."""
    return Replica(key=key or path, location=region_set(region_of(node, path, *types)), kind=ReplicaKind.LOG_EXPORT)
