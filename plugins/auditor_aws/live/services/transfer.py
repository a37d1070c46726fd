"""Servers for file transfer and their users.

Sources: AWS Transfer Family API Reference (ListServers, DescribeServer, ListUsers); AWS provider documentation, pages
``aws_transfer_server``, ``aws_transfer_user``.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from auditor_aws.live.answers import Answers
from auditor_aws.live.catalogue import Call, Service
from auditor_aws.live.shapes import Shape, tags


def _without_banners(data: Any) -> None:
    server = data.get("Server") or {}
    for name in ("PreAuthenticationLoginBanner", "PostAuthenticationLoginBanner", "IdentityProviderDetails"):
        server.pop(name, None)


def servers(answers: Answers) -> Iterator[Shape]:
    """Servers with those of their users that the service itself keeps."""
    for listed in answers.items("ListServers", "Servers"):
        arn, id_ = listed["Arn"], listed["ServerId"]
        shape = Shape("aws_transfer_server", answers, arn, "ListServers", names=(id_,))
        shape["arn"] = arn
        said = answers.of("DescribeServer", id_)
        shape.take("protocols", said, lambda data: data["Server"].get("Protocols") or [])
        shape.take("tags", said, lambda data: tags(data["Server"].get("Tags")))
        yield shape
        users = answers.of("ListUsers", id_)
        if users.refusal is not None and listed.get("IdentityProviderType") == "SERVICE_MANAGED":
            yield Shape.unlisted("aws_transfer_user", answers, users.refusal, arn)
        for given in users.items("Users"):
            yield Shape("aws_transfer_user", answers, given["Arn"], "ListUsers")


SERVICES: Final = (
    Service(
        name="transfer",
        calls=(
            Call(operation="ListServers", yields=("aws_transfer_server", "aws_transfer_user")),
            Call(
                operation="DescribeServer",
                each="ListServers",
                over="Servers[]",
                parameters={"ServerId": "ServerId"},
                redact=_without_banners,
                subjects=frozenset(("encryption",)),
            ),
            Call(
                operation="ListUsers",
                each="ListServers",
                over="Servers[?IdentityProviderType=='SERVICE_MANAGED']",
                parameters={"ServerId": "ServerId"},
                subjects=frozenset(("environment", "inventory", "residency", "teardown")),
            ),
        ),
        shapers=(servers,),
        subjects=frozenset(("encryption", "environment", "inventory", "residency", "teardown")),
    ),
)
