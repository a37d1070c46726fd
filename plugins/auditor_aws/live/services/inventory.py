"""Resources of services that are not read, so that the report can say what was not looked at.

Neither list is complete: the one holds what has, or has had, tags (Resource Groups Tagging API Reference,
GetResources), the other what Resource Explorer has indexed and its default view shows (Resource Explorer API
Reference, GetDefaultView, ListResources).  That something stands in neither says nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any, Final

from auditor_aws.live.answers import Answers
from auditor_aws.live.catalogue import Call, Service, services
from auditor_aws.live.shapes import Shape


@cache
def _read() -> frozenset[str]:
    """Services that are read, as their ARNs name them: in the manner of the IAM actions."""
    every = services().values()
    return frozenset(
        action.partition(":")[0] for one in every for call in one.calls for action in one.action_of(call).split(",")
    )


def type_of(arn: str) -> str | None:
    """``aws:<service>:<kind>`` for a resource of a service that is not read; ``None`` for any other."""
    parts = arn.split(":", 5)
    if len(parts) < 6 or parts[2] in _read():
        return None
    resource = parts[5]
    separators = [place for mark in "/:" if (place := resource.find(mark)) > 0]
    # a name alone says no kind
    return f"aws:{parts[2]}:{resource[: min(separators)]}" if separators else f"aws:{parts[2]}"


def _arns_alone(data: Any) -> None:
    data["ResourceTagMappingList"] = [
        {"ResourceARN": one.get("ResourceARN")} for one in data.get("ResourceTagMappingList") or ()
    ]


def _places_alone(data: Any) -> None:
    data["Resources"] = [{"Arn": one.get("Arn"), "Region": one.get("Region")} for one in data.get("Resources") or ()]


_UNLISTED: Final = "aws:unlisted"
"""Stands for what may be there of services that are not read, where the list of it is refused."""


def tagged(answers: Answers) -> Iterator[Shape]:
    """What has or has had tags."""
    for given in answers.items("GetResources", "ResourceTagMappingList"):
        type_ = type_of(given["ResourceARN"])
        if type_ is not None:
            yield Shape(type_, answers, given["ResourceARN"], "GetResources")


def indexed(answers: Answers) -> Iterator[Shape]:
    """What Resource Explorer knows; the index of one region may hold those of all."""
    for view, refusal in answers.refusals("ListResources").items():
        yield Shape.unlisted(_UNLISTED, answers, refusal, view)
    for given in answers.items("ListResources", "Resources"):
        type_ = type_of(given["Arn"])
        if type_ is not None:
            region = given.get("Region") or answers.region
            shape = Shape(type_, answers, given["Arn"], "ListResources", region="" if region == "global" else region)
            shape.mirrored = True
            yield shape


SERVICES: Final = (
    Service(
        name="resourcegroupstaggingapi",
        prefix="tag",
        calls=(
            Call(
                operation="GetResources",
                yields=(_UNLISTED,),
                fixed={"ResourcesPerPage": 100},
                redact=_arns_alone,
            ),
        ),
        shapers=(tagged,),
        subjects=frozenset(("inventory",)),
    ),
    Service(
        name="resource-explorer-2",
        calls=(
            # a region without an index has no default view
            Call(operation="GetDefaultView", yields=(_UNLISTED,), absent=("ResourceNotFoundException",)),
            Call(
                operation="ListResources",
                each="GetDefaultView",
                over="[ViewArn || `null`]",
                parameters={"ViewArn": "@"},
                fixed={"MaxResults": 1000},
                redact=_places_alone,
            ),
        ),
        shapers=(indexed,),
        subjects=frozenset(("inventory",)),
    ),
)
