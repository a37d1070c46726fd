"""Service networks: listeners, and where accesses are logged.

Sources: Amazon VPC Lattice API Reference (ListServices, ListServiceNetworks, ListListeners, ListAccessLogSubscriptions,
ListTagsForResource); AWS provider documentation, pages ``aws_vpclattice_listener``,
``aws_vpclattice_access_log_subscription``.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from auditor_aws.live.answers import Answers
from auditor_aws.live.catalogue import Call, Service
from auditor_aws.live.shapes import Shape

_LISTENER: Final = "aws_vpclattice_listener"
_SUBSCRIPTION: Final = "aws_vpclattice_access_log_subscription"
_GONE: Final = ("DELETE_IN_PROGRESS", "CREATE_FAILED")


def _own(answers: Answers, operation: str) -> Iterator[Any]:
    """Those of the account: the lists show what others share as well, whose ARN has their account."""
    for item in answers.items(operation, "items"):
        if item["arn"].split(":")[4] == answers.account and item.get("status") not in _GONE:
            yield item


def listeners(answers: Answers) -> Iterator[Shape]:
    """Listeners of the services."""
    for service in _own(answers, "ListServices"):
        said = answers.of("ListListeners", service["arn"])
        if said.refusal is not None:
            yield Shape.unlisted(_LISTENER, answers, said.refusal, service["arn"])
            continue
        for item in said.items("items"):
            shape = Shape(_LISTENER, answers, item["arn"], "ListListeners", names=(item["id"],))
            shape.values.update(
                arn=item["arn"],
                name=item.get("name"),
                protocol=item.get("protocol"),
                port=item.get("port"),
                service_arn=service["arn"],
            )
            said_tags = answers.of("ListTagsForResource", item["arn"])
            shape.take("tags", said_tags, lambda data: dict(data.get("tags") or {}))
            yield shape


def subscriptions(answers: Answers) -> Iterator[Shape]:
    """Where accesses to services and networks of services are logged."""
    for listed in ("ListServices", "ListServiceNetworks"):
        for item in _own(answers, listed):
            said = answers.of("ListAccessLogSubscriptions", item["arn"])
            if said.refusal is not None:
                shape = Shape(_SUBSCRIPTION, answers, f"{item['arn']} logs", "ListAccessLogSubscriptions")
                shape["resource_arn"] = item["arn"]
                shape.refuse(said.refusal, "destination_arn")
                yield shape
                continue
            for one in said.items("items"):
                shape = Shape(_SUBSCRIPTION, answers, one["arn"], "ListAccessLogSubscriptions", names=(one["id"],))
                shape.values.update(
                    arn=one["arn"], resource_arn=one.get("resourceArn"), destination_arn=one.get("destinationArn")
                )
                yield shape


SERVICES: Final = (
    Service(
        name="vpc-lattice",
        calls=(
            Call(operation="ListServices", yields=(_LISTENER, _SUBSCRIPTION)),
            Call(operation="ListServiceNetworks", yields=(_SUBSCRIPTION,), subjects=frozenset(("log", "backup"))),
            Call(
                operation="ListListeners",
                each="ListServices",
                over="items[]",
                parameters={"serviceIdentifier": "arn"},
            ),
            Call(
                operation="ListTagsForResource", each="ListListeners", over="items[]", parameters={"resourceArn": "arn"}
            ),
            *(
                Call(
                    operation="ListAccessLogSubscriptions",
                    each=parent,
                    over="items[]",
                    parameters={"resourceIdentifier": "arn"},
                    subjects=frozenset(("log", "backup")),
                )
                for parent in ("ListServices", "ListServiceNetworks")
            ),
        ),
        shapers=(listeners, subscriptions),
        subjects=frozenset(("encryption", "inventory", "log", "backup", "residency")),
    ),
)
