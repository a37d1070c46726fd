"""Queues.

Sources: Amazon SQS API Reference (ListQueues, GetQueueAttributes, ListQueueTags); AWS provider documentation, page
``aws_sqs_queue``.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from auditor_aws.live.answers import Answers
from auditor_aws.live.catalogue import Call, Service
from auditor_aws.live.shapes import Shape


def queues(answers: Answers) -> Iterator[Shape]:
    """Queues."""
    for url in answers.items("ListQueues", "QueueUrls"):
        name = url.rpartition("/")[2]
        arn = answers.arn("sqs", name)
        shape = Shape("aws_sqs_queue", answers, arn, "ListQueues", names=(url, name))
        shape["arn"] = arn
        shape["url"] = shape["id"] = url
        shape["name"] = name
        told = answers.of("GetQueueAttributes", url)
        if told.refusal is not None:
            shape.refuse(told.refusal, "kms_master_key_id", "sqs_managed_sse_enabled", "policy")
        else:
            attributes = told.data.get("Attributes") or {}
            shape["kms_master_key_id"] = attributes.get("KmsMasterKeyId")
            shape["policy"] = attributes.get("Policy")
            # all attributes are strings; one that is not given stays unknown
            if "SqsManagedSseEnabled" in attributes:
                shape["sqs_managed_sse_enabled"] = attributes["SqsManagedSseEnabled"] == "true"
        shape.take("tags", answers.of("ListQueueTags", url), lambda data: dict(data.get("Tags") or {}))
        yield shape


SERVICES: Final = (
    Service(
        name="sqs",
        calls=(
            # without a number there are no pages, and at most a thousand queues
            Call(operation="ListQueues", yields=("aws_sqs_queue",), fixed={"MaxResults": 1000}),
            Call(
                operation="GetQueueAttributes",
                covers=("aws_sqs_queue_policy",),
                each="ListQueues",
                over="QueueUrls",
                parameters={"QueueUrl": "@"},
                subjects=frozenset(("access", "encryption")),
                fixed={"AttributeNames": ["KmsMasterKeyId", "SqsManagedSseEnabled", "Policy"]},
            ),
            Call(operation="ListQueueTags", each="ListQueues", over="QueueUrls", parameters={"QueueUrl": "@"}),
        ),
        shapers=(queues,),
        subjects=frozenset(("access", "encryption", "inventory", "residency", "teardown")),
    ),
)
