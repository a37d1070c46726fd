"""Hosted zones and the logs of their queries.

Sources: Amazon Route 53 API Reference (ListHostedZones, ListQueryLoggingConfigs, ListTagsForResources); AWS provider
documentation, pages ``aws_route53_zone``, ``aws_route53_query_log``.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from auditor_aws.live.answers import Answers
from auditor_aws.live.catalogue import Call, Service, Where
from auditor_aws.live.shapes import Shape, tags


def zones(answers: Answers) -> Iterator[Shape]:
    """Hosted zones, public and private."""
    for given in answers.items("ListHostedZones", "HostedZones"):
        id_ = given["Id"].rsplit("/", 1)[-1]
        arn = f"arn:{answers.partition}:route53:::hostedzone/{id_}"
        shape = Shape("aws_route53_zone", answers, arn, "ListHostedZones", names=(id_,))
        # whoever deletes a zone removes its records first
        shape.values.update(arn=arn, zone_id=id_, name=given.get("Name"), force_destroy=True)
        said = answers.member("ListTagsForResources", "ResourceTagSets", "ResourceId", id_)
        shape.take("tags", said, lambda data: tags(data.get("Tags")))
        yield shape
    for given in answers.items("ListQueryLoggingConfigs", "QueryLoggingConfigs"):
        shape = Shape(
            "aws_route53_query_log",
            answers,
            f"arn:{answers.partition}:route53:::queryloggingconfig/{given['Id']}",
            "ListQueryLoggingConfigs",
        )
        shape.values.update(
            zone_id=given["HostedZoneId"].rsplit("/", 1)[-1],
            cloudwatch_log_group_arn=given.get("CloudWatchLogsLogGroupArn"),
        )
        yield shape


SERVICES: Final = (
    Service(
        name="route53",
        where=Where.GLOBAL,
        # Route 53 takes five requests a second of an account (Route 53 Developer Guide, "Quotas")
        at_once=2,
        calls=(
            Call(operation="ListHostedZones", yields=("aws_route53_zone",)),
            Call(
                operation="ListTagsForResources",
                each="ListHostedZones",
                over="HostedZones[].tail(Id)",
                parameters={"ResourceIds": "@"},
                batch=10,
                fixed={"ResourceType": "hostedzone"},
            ),
            Call(
                operation="ListQueryLoggingConfigs",
                yields=("aws_route53_query_log",),
                each="ListHostedZones",
                # only where there is a zone
                over="HostedZones[:1]",
                subjects=frozenset(("log",)),
            ),
        ),
        shapers=(zones,),
        subjects=frozenset(("environment", "inventory", "log", "residency", "teardown")),
    ),
)
