"""Logs of the names that machines look up, and the endpoints of the resolver.

Sources: Route 53 Resolver API Reference (ListResolverQueryLogConfigs, ListResolverEndpoints, ListTagsForResource); AWS
provider documentation, pages ``aws_route53_resolver_query_log_config``, ``aws_route53_resolver_endpoint``.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from auditor_aws.live.answers import Answers
from auditor_aws.live.catalogue import Call, Service
from auditor_aws.live.shapes import Shape, tags

_LOGS: Final = "ListResolverQueryLogConfigs"
_ENDPOINTS: Final = "ListResolverEndpoints"
_SHARED: Final = "SHARED_WITH_ME"


def query_logs(answers: Answers) -> Iterator[Shape]:
    """Logs of queries; those that another account shares are that account's."""
    for item in answers.items(_LOGS, "ResolverQueryLogConfigs"):
        if item.get("ShareStatus") == _SHARED or item.get("Status") in ("DELETING", "FAILED"):
            continue
        shape = Shape("aws_route53_resolver_query_log_config", answers, item["Arn"], _LOGS, names=(item["Id"],))
        shape.values.update(
            id=item["Id"],
            arn=item["Arn"],
            name=item.get("Name"),
            destination_arn=item.get("DestinationArn"),
            # of how many networks it writes the queries
            association_count=item.get("AssociationCount"),
        )
        _tagged(answers, shape)
        yield shape


def endpoints(answers: Answers) -> Iterator[Shape]:
    """Endpoints through which names are looked up from or at other sites."""
    for item in answers.items(_ENDPOINTS, "ResolverEndpoints"):
        if item.get("Status") == "DELETING":
            continue
        shape = Shape("aws_route53_resolver_endpoint", answers, item["Arn"], _ENDPOINTS, names=(item["Id"],))
        shape.values.update(
            id=item["Id"],
            arn=item["Arn"],
            name=item.get("Name"),
            direction=item.get("Direction"),
            host_vpc_id=item.get("HostVPCId"),
            security_group_ids=item.get("SecurityGroupIds") or [],
        )
        _tagged(answers, shape)
        yield shape


def _tagged(answers: Answers, shape: Shape) -> None:
    said = answers.of("ListTagsForResource", shape.address)
    shape.take("tags", said, lambda data: {})
    if said.refusal is None:
        shape["tags"] = tags(said.items("Tags"))


SERVICES: Final = (
    Service(
        name="route53resolver",
        calls=(
            Call(
                operation=_LOGS,
                yields=("aws_route53_resolver_query_log_config",),
                covers=("aws_route53_resolver_query_log_config_association",),
            ),
            Call(operation=_ENDPOINTS, yields=("aws_route53_resolver_endpoint",)),
            Call(
                operation="ListTagsForResource",
                each=_LOGS,
                over=f"ResolverQueryLogConfigs[?ShareStatus!='{_SHARED}']",
                parameters={"ResourceArn": "Arn"},
            ),
            Call(
                operation="ListTagsForResource",
                each=_ENDPOINTS,
                over="ResolverEndpoints[]",
                parameters={"ResourceArn": "Arn"},
            ),
        ),
        shapers=(query_logs, endpoints),
        subjects=frozenset(("inventory", "log", "backup", "residency")),
    ),
)
