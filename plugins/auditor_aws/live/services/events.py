"""Event buses, archives of events, and connections to other services.

Rules and targets are not asked for: no check reads them.  The default bus is there in every region and keeps nothing.

Sources: Amazon EventBridge API Reference (ListEventBuses, DescribeEventBus, ListArchives, DescribeArchive,
ListConnections, DescribeConnection); AWS provider documentation, pages ``aws_cloudwatch_event_bus``,
``aws_cloudwatch_event_archive``, ``aws_cloudwatch_event_connection``.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from auditor_aws.live.answers import Answers
from auditor_aws.live.catalogue import Call, Service
from auditor_aws.live.shapes import Shape, tags


def without_parameters(data: Any) -> None:
    """What a connection signs in with is not kept, nor what its requests carry."""
    data.pop("AuthParameters", None)


def buses(answers: Answers) -> Iterator[Shape]:
    """Event buses of the account's own."""
    for listed in answers.items("ListEventBuses", "EventBuses"):
        if listed["Name"] != "default":
            yield _with_key(
                answers, "aws_cloudwatch_event_bus", listed["Arn"], listed["Name"], "ListEventBuses", "DescribeEventBus"
            )


def archives(answers: Answers) -> Iterator[Shape]:
    """Archives."""
    for listed in answers.items("ListArchives", "Archives"):
        name = listed["ArchiveName"]
        arn = answers.arn("events", f"archive/{name}")
        shape = _with_key(answers, "aws_cloudwatch_event_archive", arn, name, "ListArchives", "DescribeArchive")
        shape["retention_days"] = listed.get("RetentionDays", 0)
        yield shape


def connections(answers: Answers) -> Iterator[Shape]:
    """Connections."""
    for listed in answers.items("ListConnections", "Connections"):
        yield _with_key(
            answers,
            "aws_cloudwatch_event_connection",
            listed["ConnectionArn"],
            listed["Name"],
            "ListConnections",
            "DescribeConnection",
        )


def _with_key(answers: Answers, type_: str, arn: str, name: str, listing: str, operation: str) -> Shape:
    shape = Shape(type_, answers, arn, listing, names=(name,))
    shape["arn"] = arn
    shape["name"] = name
    # without one the service uses a key of its own
    shape.take("kms_key_identifier", answers.of(operation, name), lambda data: data.get("KmsKeyIdentifier"))
    if type_ == "aws_cloudwatch_event_bus":
        shape.take("tags", answers.of("ListTagsForResource", arn), lambda data: tags(data.get("Tags")))
    else:
        # these carry none (EventBridge API Reference, ListTagsForResource)
        shape["tags"] = {}
    return shape


_NOT_DEFAULT: Final = "Name != 'default'"
_TOKEN: Final = ("NextToken", "NextToken")

SERVICES: Final = (
    Service(
        name="events",
        calls=(
            Call(operation="ListEventBuses", yields=("aws_cloudwatch_event_bus",), pages=_TOKEN),
            Call(operation="ListArchives", yields=("aws_cloudwatch_event_archive",), pages=_TOKEN),
            Call(operation="ListConnections", yields=("aws_cloudwatch_event_connection",), pages=_TOKEN),
            Call(
                operation="DescribeEventBus",
                each="ListEventBuses",
                over="EventBuses[]",
                when=_NOT_DEFAULT,
                parameters={"Name": "Name"},
            ),
            Call(
                operation="ListTagsForResource",
                each="ListEventBuses",
                over="EventBuses[]",
                when=_NOT_DEFAULT,
                parameters={"ResourceARN": "Arn"},
            ),
            Call(
                operation="DescribeArchive",
                each="ListArchives",
                over="Archives[].ArchiveName",
                parameters={"ArchiveName": "@"},
            ),
            Call(
                operation="DescribeConnection",
                each="ListConnections",
                over="Connections[].Name",
                parameters={"Name": "@"},
                redact=without_parameters,
            ),
        ),
        shapers=(buses, archives, connections),
        subjects=frozenset(("encryption", "inventory", "residency", "teardown")),
    ),
)
