"""Data streams.

Sources: Amazon Kinesis Data Streams API Reference (ListStreams, DescribeStreamSummary, GetResourcePolicy,
ListTagsForStream); AWS provider documentation, pages ``aws_kinesis_stream`` and ``aws_kinesis_resource_policy``.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from auditor_aws.live.answers import Answers
from auditor_aws.live.catalogue import Call, Service
from auditor_aws.live.shapes import Shape, tags


def streams(answers: Answers) -> Iterator[Shape]:
    """Streams, with their policies."""
    for name in answers.items("ListStreams", "StreamNames"):
        arn = answers.arn("kinesis", f"stream/{name}")
        shape = Shape("aws_kinesis_stream", answers, arn, "ListStreams", names=(name,))
        shape["arn"] = arn
        shape["name"] = name
        told = answers.of("DescribeStreamSummary", name)
        shape.take("encryption_type", told, lambda data: data["StreamDescriptionSummary"].get("EncryptionType", "NONE"))
        shape.take("kms_key_id", told, lambda data: data["StreamDescriptionSummary"].get("KeyId"))
        shape.take("tags", answers.of("ListTagsForStream", name), lambda data: tags(data.get("Tags")))
        yield shape
        yield from _policy(answers, arn)


def _policy(answers: Answers, arn: str) -> Iterator[Shape]:
    answer = answers.of("GetResourcePolicy", arn)
    if answer.absent or (answer.refusal is None and _text(answer.data) is None):
        return
    shape = Shape("aws_kinesis_resource_policy", answers, f"{arn} policy", "GetResourcePolicy")
    shape["resource_arn"] = arn
    shape.take("policy", answer, _text)
    yield shape


def _text(data: Any) -> str | None:
    # an empty document stands for a stream that has none
    policy = data.get("Policy")
    return None if policy in (None, "", "{}") else str(policy)


SERVICES: Final = (
    Service(
        name="kinesis",
        calls=(
            Call(operation="ListStreams", yields=("aws_kinesis_stream",)),
            Call(
                operation="DescribeStreamSummary",
                each="ListStreams",
                over="StreamNames",
                parameters={"StreamName": "@"},
            ),
            Call(
                operation="ListTagsForStream",
                each="ListStreams",
                over="StreamNames",
                parameters={"StreamName": "@"},
                # a stream has fifty tags at the most
                fixed={"Limit": 50},
            ),
            Call(
                operation="GetResourcePolicy",
                yields=("aws_kinesis_resource_policy",),
                each="DescribeStreamSummary",
                over="[StreamDescriptionSummary.StreamARN]",
                parameters={"ResourceARN": "@"},
                absent=("ResourceNotFoundException",),
                subjects=frozenset(("access",)),
            ),
        ),
        shapers=(streams,),
        subjects=frozenset(("access", "encryption", "inventory", "residency", "teardown")),
    ),
)
