"""What the shapers of EC2 share: ARNs, states of what is on its way out, and devices.

Source of the forms of ARNs: Service Authorization Reference, "Actions, resources, and condition keys for Amazon EC2",
table of resource types.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from auditor_aws.live.answers import Answers
from auditor_aws.live.shapes import Shape, tags

GONE: Final = frozenset(
    (
        *(
            "deleted",
            "deleting",
            "delete-complete",
            "delete-in-progress",
            "terminated",
            "shutting-down",
            "deregistered",
        ),
        *("failed", "failing", "create-failed", "rollingback", "rejected", "rejecting", "expired"),
    )
)
"""States of what is no more, or never came to be; the API shows it for a while."""
_ASKED_FOR: Final = frozenset(("initiating-request", "initiatingrequest", "pending-acceptance", "pendingacceptance"))
"""States of connections that one side has asked for and the other has not accepted: nothing passes."""


def arn(answers: Answers, kind: str, id_: str, owner: str = "") -> str:
    """The ARN of something in EC2; the API gives only ids for most things."""
    return f"arn:{answers.partition}:ec2:{answers.region}:{owner or answers.account}:{kind}/{id_}"


def made(type_: str, answers: Answers, kind: str, id_: str, call: str, item: Mapping[str, Any]) -> Shape:
    """A shape with id, ARN and tags."""
    address = arn(answers, kind, id_)
    shape = Shape(type_, answers, address, call, names=(id_,))
    shape.values.update(id=id_, arn=address, tags=tags(item.get("Tags")))
    return shape


def own(items: Iterator[Any], answers: Answers) -> Iterator[Any]:
    """Those of the account itself; what others share with it is theirs to set."""
    return (item for item in items if item.get("OwnerId", answers.account) == answers.account)


def alive(items: Iterator[Any], *members: str) -> Iterator[Any]:
    """Those that are not on their way out; ``members`` lead to the state."""
    for item in items:
        state: Any = item
        for member in members:
            state = (state or {}).get(member)
        if str(state or "").lower() not in GONE:
            yield item


def joined(items: Iterator[Any], *members: str) -> Iterator[Any]:
    """Connections that stand: neither on their way out nor still to be accepted by the other side."""
    for item in alive(items, *members):
        state: Any = item
        for member in members:
            state = (state or {}).get(member)
        if str(state or "").lower() not in _ASKED_FOR:
            yield item


def gather(groups: Any) -> list[str]:
    """Ids of security groups, each once."""
    return list(dict.fromkeys(group["GroupId"] for group in groups or () if group.get("GroupId")))
