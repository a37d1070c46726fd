"""Dedicated lines.

Sources: AWS Direct Connect API Reference (DescribeConnections, DescribeLags, DescribeVirtualInterfaces,
DescribeDirectConnectGateways, DescribeDirectConnectGatewayAssociations); AWS provider documentation, pages
``aws_dx_connection``, ``aws_dx_lag``, ``aws_dx_private_virtual_interface``, ``aws_dx_public_virtual_interface``,
``aws_dx_transit_virtual_interface``, ``aws_dx_gateway``, ``aws_dx_gateway_association``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from auditor_aws.live.answers import Answers
from auditor_aws.live.catalogue import Call, Service, Where
from auditor_aws.live.shapes import Shape, tags

_GONE: Final = frozenset(("deleted", "deleting", "rejected", "disassociated", "disassociating"))
_TO_COME: Final = frozenset(("ordering", "requested", "pending", "confirming", "verifying"))
"""States of lines that are ordered or still to be accepted: they carry nothing, and are no second line."""
_NO_LINE: Final = _GONE | _TO_COME
_INTERFACES: Final = {
    "private": "aws_dx_private_virtual_interface",
    "public": "aws_dx_public_virtual_interface",
    "transit": "aws_dx_transit_virtual_interface",
}


def lines(answers: Answers) -> Iterator[Shape]:
    """Lines, bundles of lines, and the networks that are carried over them."""
    for item in answers.items("DescribeConnections", "connections"):
        if item.get("connectionState") not in _NO_LINE:
            id_ = item["connectionId"]
            shape = _made(answers, "aws_dx_connection", "dxcon", id_, "DescribeConnections", item)
            shape.values.update(name=item.get("connectionName"), location=item.get("location"))
            yield shape
    for item in answers.items("DescribeLags", "lags"):
        if item.get("lagState") not in _NO_LINE:
            shape = _made(answers, "aws_dx_lag", "dxlag", item["lagId"], "DescribeLags", item)
            shape.values.update(name=item.get("lagName"), location=item.get("location"))
            yield shape
    for item in answers.items("DescribeVirtualInterfaces", "virtualInterfaces"):
        type_ = _INTERFACES.get(item.get("virtualInterfaceType", ""))
        if type_ is not None and item.get("virtualInterfaceState") not in _NO_LINE:
            id_ = item["virtualInterfaceId"]
            shape = _made(answers, type_, "dxvif", id_, "DescribeVirtualInterfaces", item)
            shape.values.update(
                name=item.get("virtualInterfaceName"),
                connection_id=item.get("connectionId"),
                dx_gateway_id=item.get("directConnectGatewayId"),
                vpn_gateway_id=item.get("virtualGatewayId"),
            )
            yield shape


def _made(answers: Answers, type_: str, kind: str, id_: str, call: str, item: Mapping[str, Any]) -> Shape:
    region, owner = item.get("region") or answers.region, item.get("ownerAccount") or answers.account
    arn = f"arn:{answers.partition}:directconnect:{region}:{owner}:{kind}/{id_}"
    shape = Shape(type_, answers, arn, call, names=(id_,))
    shape.values.update(id=id_, arn=arn, tags=tags(item.get("tags")))
    return shape


def gateways(answers: Answers) -> Iterator[Shape]:
    """Gateways, which belong to no region, and the gateways of networks that they lead to."""
    for item in answers.items("DescribeDirectConnectGateways", "directConnectGateways"):
        id_ = item["directConnectGatewayId"]
        if item.get("directConnectGatewayState") in _GONE:
            continue
        arn = f"arn:{answers.partition}:directconnect::{item.get('ownerAccount') or answers.account}:dx-gateway/{id_}"
        shape = Shape("aws_dx_gateway", answers, arn, "DescribeDirectConnectGateways", names=(id_,))
        shape.values.update(id=id_, arn=arn, name=item.get("directConnectGatewayName"), tags=tags(item.get("tags")))
        yield shape
        said = answers.of(_ASSOCIATIONS, id_)
        if said.refusal is not None:
            link = Shape(_ASSOCIATION, answers, f"{arn} {_ASSOCIATIONS}", _ASSOCIATIONS)
            link["dx_gateway_id"] = id_
            link.refuse(said.refusal, "associated_gateway_id")
            yield link
            continue
        for one in said.items("directConnectGatewayAssociations"):
            if one.get("associationState") not in _GONE:
                gateway = (one.get("associatedGateway") or {}).get("id")
                link = Shape(_ASSOCIATION, answers, f"{arn} {gateway}", _ASSOCIATIONS)
                link.values.update(dx_gateway_id=id_, associated_gateway_id=gateway)
                yield link


_ASSOCIATION: Final = "aws_dx_gateway_association"
_ASSOCIATIONS: Final = "DescribeDirectConnectGatewayAssociations"


def _without_keys(data: Any) -> None:
    """Keys of BGP sessions, and the configuration of the router at the other end, which holds them."""
    for interface in data.get("virtualInterfaces") or ():
        for member in ("authKey", "customerRouterConfig"):
            interface.pop(member, None)
        for peer in interface.get("bgpPeers") or ():
            peer.pop("authKey", None)


_PAGES: Final = ("nextToken", "nextToken")
_SUBJECTS: Final = frozenset(("inventory", "network", "redundancy", "residency", "segmentation"))

SERVICES: Final = (
    Service(
        name="directconnect",
        calls=(
            Call(operation="DescribeConnections", yields=("aws_dx_connection",), pages=_PAGES),
            Call(operation="DescribeLags", yields=("aws_dx_lag",), pages=_PAGES),
            Call(
                operation="DescribeVirtualInterfaces",
                yields=tuple(_INTERFACES.values()),
                pages=_PAGES,
                redact=_without_keys,
            ),
        ),
        shapers=(lines,),
        subjects=_SUBJECTS,
    ),
    # every region shows all gateways; they are asked once, in the region that is allowed in Japan
    Service(
        name="directconnect-gateways",
        client="directconnect",
        where=Where.GLOBAL,
        home="ap-northeast-1",
        calls=(
            Call(operation="DescribeDirectConnectGateways", yields=("aws_dx_gateway", _ASSOCIATION)),
            Call(
                operation=_ASSOCIATIONS,
                each="DescribeDirectConnectGateways",
                over="directConnectGateways[]",
                parameters={"directConnectGatewayId": "directConnectGatewayId"},
            ),
        ),
        shapers=(gateways,),
        subjects=_SUBJECTS,
    ),
)
