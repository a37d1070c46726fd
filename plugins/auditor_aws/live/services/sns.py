"""Topics and their subscriptions.

Sources: Amazon SNS API Reference (ListTopics, GetTopicAttributes, ListSubscriptionsByTopic, ListTagsForResource); AWS
provider documentation, pages ``aws_sns_topic`` and ``aws_sns_topic_subscription``.

Subscriptions are asked of each topic: ListSubscriptions has only those that the account itself has made.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from auditor_aws.live.answers import Answers
from auditor_aws.live.catalogue import Call, Service
from auditor_aws.live.shapes import Shape, tags

_PENDING: Final = "PendingConfirmation"
_DELETED: Final = "Deleted"
_SUBSCRIPTION: Final = "aws_sns_topic_subscription"


def without_endpoints(data: Any) -> None:
    """Addresses and telephone numbers of people, and URLs that may hold credentials, are nobody's to keep."""
    for subscription in data.get("Subscriptions") or ():
        subscription.pop("Endpoint", None)


def topics(answers: Answers) -> Iterator[Shape]:
    """Topics."""
    for listed in answers.items("ListTopics", "Topics"):
        arn = listed["TopicArn"]
        shape = Shape("aws_sns_topic", answers, arn, "ListTopics", names=(arn.rpartition(":")[2],))
        shape["arn"] = shape["id"] = arn
        shape["name"] = arn.rpartition(":")[2]
        told = answers.of("GetTopicAttributes", arn)
        shape.take("kms_master_key_id", told, lambda data: data["Attributes"].get("KmsMasterKeyId"))
        shape.take("policy", told, lambda data: data["Attributes"].get("Policy"))
        shape.take("tags", answers.of("ListTagsForResource", arn), lambda data: tags(data.get("Tags")))
        yield shape
        yield from _subscriptions(answers, arn)


def _subscriptions(answers: Answers, topic: str) -> Iterator[Shape]:
    answer = answers.of("ListSubscriptionsByTopic", topic)
    for number, listed in enumerate(answer.items("Subscriptions"), start=1):
        arn = listed.get("SubscriptionArn") or _PENDING
        if arn == _DELETED:
            continue
        address = arn if arn.startswith("arn:") else f"{topic} {arn} {number}"
        shape = Shape(_SUBSCRIPTION, answers, address, "ListSubscriptionsByTopic")
        shape["topic_arn"] = topic
        shape["protocol"] = listed.get("Protocol")
        shape["pending_confirmation"] = arn == _PENDING
        yield shape
    if answer.refusal is not None:
        unlisted = Shape.unlisted(_SUBSCRIPTION, answers, answer.refusal, topic)
        # whatever there is, it is of this topic
        unlisted["topic_arn"] = topic
        yield unlisted


_TOPIC: Final = "Topics[].TopicArn"

SERVICES: Final = (
    Service(
        name="sns",
        calls=(
            Call(operation="ListTopics", yields=("aws_sns_topic", _SUBSCRIPTION)),
            Call(
                operation="GetTopicAttributes",
                covers=("aws_sns_topic_policy",),
                each="ListTopics",
                over=_TOPIC,
                parameters={"TopicArn": "@"},
                subjects=frozenset(("access", "encryption")),
            ),
            Call(
                operation="ListSubscriptionsByTopic",
                each="ListTopics",
                over=_TOPIC,
                parameters={"TopicArn": "@"},
                subjects=frozenset(("encryption", "inventory", "monitoring", "residency")),
                redact=without_endpoints,
            ),
            Call(operation="ListTagsForResource", each="ListTopics", over=_TOPIC, parameters={"ResourceArn": "@"}),
        ),
        shapers=(topics,),
        subjects=frozenset(("access", "encryption", "inventory", "monitoring", "residency", "teardown")),
    ),
)
