"""Whether machines, containers, load balancers and lines stand more than once.

Sources: Terraform AWS provider documentation, page of each type; Elastic Load Balancing documentation (an Application
Load Balancer takes subnets of at least two zones, and at most one of each zone; page "Application Load Balancers");
Amazon EKS User Guide, page "Amazon EKS networking requirements" (subnets of at least two zones); Amazon MSK Developer
Guide (brokers are spread over the subnets, each of another zone).
"""

from __future__ import annotations

from collections.abc import Iterable

from auditor.attr import Attr, Known, Reason, Unknown, all_of, any_of, map_attr
from auditor.facets import Facet, LineRedundancy, Redundancy
from auditor.record import Action, Record
from auditor.text import Text
from auditor_aws import absent, computed, zones
from auditor_aws.registry import REGISTRY

_GATEWAYS = (("vpn_gateway_id", "aws_vpn_gateway"), ("transit_gateway_id", "aws_ec2_transit_gateway"))
_FURTHER_LINES = Text("他の構成による第二の回線の有無", "whether another configuration makes a second line")


def _at_least_two(record: Record, *paths: str) -> Attr[bool]:
    """Whether one of the lists has two members, where each must be of another zone."""
    unknown: Unknown | None = None
    for path in paths:
        members = record.elements(path)
        if isinstance(members, Unknown):
            if not record.left_out(path):
                unknown = members
        elif members.value:
            return record.known(path, len(members.value) > 1)
    return unknown if unknown is not None else record.unknown(paths[0], Reason.NOT_COLLECTED)


@REGISTRY.adapter("aws_lb", "aws_alb")
def balancer(record: Record) -> Iterable[Facet]:
    """An Application Load Balancer always stands in two zones; others may be told to stand in one."""
    kind = record.text_or("load_balancer_type", "application")
    if isinstance(kind, Unknown):
        spread: Attr[bool] = kind
    elif kind.value == "application":
        spread = record.known("load_balancer_type", True)
    else:
        spread = _at_least_two(record, "subnet_mapping", "subnets")
    yield Redundancy(what="load-balancer", zones=spread, failover=None)


@REGISTRY.adapter("aws_elb")
def classic_balancer(record: Record) -> Iterable[Facet]:
    """A Classic Load Balancer, which takes one subnet of each zone."""
    yield Redundancy(what="load-balancer", zones=_at_least_two(record, "availability_zones", "subnets"), failover=None)


@REGISTRY.adapter("aws_autoscaling_group")
def group(record: Record) -> Iterable[Facet]:
    """Machines that are made anew when they fail; two are needed to stand in two zones."""
    two = map_attr(record.number_or("max_size", 1), lambda number: number >= 2)
    spread = zones.several(record, zones="availability_zones", subnets="vpc_zone_identifier")
    yield Redundancy(what="machines", zones=all_of(two, spread), failover=None)


@REGISTRY.adapter("aws_eks_cluster")
def kubernetes(record: Record) -> Iterable[Facet]:
    """The control plane, which always stands in at least two zones."""
    yield Redundancy(what="cluster", zones=record.known("vpc_config", True), failover=None)


@REGISTRY.adapter("aws_eks_node_group")
def nodes(record: Record) -> Iterable[Facet]:
    """The machines of a cluster."""
    two = map_attr(record.number_or("scaling_config.0.max_size", 1), lambda number: number >= 2)
    yield Redundancy(what="machines", zones=all_of(two, zones.several(record, subnets="subnet_ids")), failover=None)


@REGISTRY.adapter("aws_ecs_service")
def tasks(record: Record) -> Iterable[Facet]:
    """Tasks with addresses of their own; those without stand on machines that are judged by themselves."""
    network = record.block("network_configuration")
    strategy = record.text_or("scheduling_strategy", "REPLICA")
    if isinstance(network, Known) and network.value is None:
        return
    if isinstance(strategy, Known) and strategy.value == "DAEMON":
        return
    if isinstance(network, Unknown) or network.value is None:
        spread: Attr[bool] = network if isinstance(network, Unknown) else record.known("network_configuration", False)
    else:
        spread = zones.several(network.value, subnets="subnets")
    yield Redundancy(what="tasks", zones=all_of(_two_tasks(record), spread), failover=None)


def _two_tasks(service: Record) -> Attr[bool]:
    """By the number of tasks, or by the least number that scaling keeps."""
    desired = map_attr(service.number_or("desired_count", 0), lambda number: number >= 2)
    if isinstance(desired, Known) and desired.value:
        return desired
    scaled = computed.joined(service, "aws_appautoscaling_target", "resource_id")
    kept = (map_attr(target.number_or("min_capacity", 0), lambda number: number >= 2) for target in scaled.certain)
    by_scaling = any_of(service.known("desired_count", False), *kept)
    if isinstance(by_scaling, Known) and not by_scaling.value:
        if scaled.possible:
            detail = Text(f"{scaled.possible[0].address} の対象", f"what {scaled.possible[0].address} scales")
            by_scaling = service.unknown("desired_count", Reason.AMBIGUOUS, detail)
        elif not scaled.certain and not absent.shown_in_full(service):
            by_scaling = service.unknown("desired_count", Reason.NOT_COLLECTED)
    return any_of(desired, by_scaling)


@REGISTRY.adapter("aws_msk_cluster")
def brokers(record: Record) -> Iterable[Facet]:
    """Brokers of Kafka, which a cluster always spreads over subnets of two or three zones."""
    yield Redundancy(what="queue", zones=record.known("broker_node_group_info", True), failover=None)


@REGISTRY.adapter("aws_vpn_connection")
def vpn_line(record: Record) -> Iterable[Facet]:
    """A connection has two tunnels to one device; a second line needs another device, or a dedicated line.

    Source: AWS Site-to-Site VPN User Guide, page "Redundant Site-to-Site VPN connections".
    """
    yield LineRedundancy(doubled=_second_line(record))


def _second_line(connection: Record) -> Attr[bool]:
    for path, type_ in _GATEWAYS:
        gateway = connection.target(path, type_)
        if isinstance(gateway, Unknown):
            return gateway
        if gateway.value is not None:
            return _lines_of(connection, gateway.value, path)
    return connection.unknown("vpn_gateway_id", Reason.NOT_COLLECTED, _FURTHER_LINES)


def _lines_of(connection: Record, gateway: Record, path: str) -> Attr[bool]:
    """Whether the gateway has a line to another device than that of the connection."""
    own = connection.target("customer_gateway_id", "aws_customer_gateway")
    others = computed.joined(gateway, "aws_vpn_connection", path)
    unknown: Unknown | None = own if isinstance(own, Unknown) else None
    for other in others.certain:
        if other is connection:
            continue
        device = other.target("customer_gateway_id", "aws_customer_gateway")
        if isinstance(device, Unknown):
            unknown = device
        elif isinstance(own, Known) and device.value is not None and device.value is not own.value:
            return Known(True, other, "customer_gateway_id")
        elif device.value is None:
            unknown = other.unknown("customer_gateway_id", Reason.OUTSIDE)
    dedicated = computed.joined(gateway, "aws_dx_gateway_association", "associated_gateway_id")
    if dedicated.certain:
        return Known(True, dedicated.certain[0], "associated_gateway_id")
    if others.possible or dedicated.possible:
        name = (*others.possible, *dedicated.possible)[0].address
        detail = Text(f"{name} の接続先", f"to what {name} leads")
        return connection.unknown(path, Reason.AMBIGUOUS, detail)
    if unknown is not None:
        return unknown
    if absent.shown_in_full(gateway):
        return connection.known(path, False)
    return connection.unknown(path, Reason.NOT_COLLECTED, _FURTHER_LINES)


@REGISTRY.adapter("aws_dx_connection")
def dedicated_line(record: Record) -> Iterable[Facet]:
    """A dedicated line; a second one at another place doubles it.

    Source: AWS Direct Connect User Guide, page "Direct Connect resiliency recommendations".
    """
    own = record.text("location")
    unknown: Unknown | None = None
    for other in record.links.of_type("aws_dx_connection"):
        if other is record or other.action is Action.DELETE:
            continue
        place = other.text("location")
        if isinstance(place, Unknown) or isinstance(own, Unknown):
            unknown = place if isinstance(place, Unknown) else unknown
        elif place.value != own.value:
            yield LineRedundancy(doubled=Known(True, other, "location"))
            return
    if unknown is None and record.links.complete:
        yield LineRedundancy(doubled=record.known("location", False))
        return
    elsewhere = record.unknown("location", Reason.NOT_COLLECTED, _FURTHER_LINES)
    yield LineRedundancy(doubled=elsewhere if unknown is None else unknown)


REGISTRY.part("aws_vpn_connection", "aws_dx_gateway_association")
