"""Networks: flow logs and time servers of VPCs, and what joins networks.

Sources: Terraform AWS provider documentation, page of each type; Amazon VPC User Guide, pages "Flow log basics" and
"DHCP option sets" (the default set of a Region names no NTP servers).
"""

from __future__ import annotations

from collections.abc import Iterable

from auditor.attr import Attr, Known, Reason, Unknown, any_of
from auditor.facets import Facet, NetworkFlowLog, Placement, TimeSource
from auditor.record import Action, Record
from auditor.text import Text
from auditor_aws import absent, computed
from auditor_aws.destinations import BUCKETS, STREAMS, log_export
from auditor_aws.placement import global_service, in_region, region_set
from auditor_aws.registry import REGISTRY
from auditor_aws.shown import derived

_OPTIONS = ("aws_vpc_dhcp_options", "aws_default_vpc_dhcp_options")
_ANY_OPTIONS = (*_OPTIONS, "data.aws_vpc_dhcp_options")


def _records_traffic(flow_log: Record) -> Attr[bool]:
    """A log of rejected traffic alone does not say who communicated."""
    arriving = flow_log.get("deliver_logs_status")
    if isinstance(arriving, Known) and arriving.value == "FAILED":
        # An account tells whether the entries arrive (EC2 API Reference, "FlowLog").
        return flow_log.known("deliver_logs_status", False)
    kind = flow_log.text_or("traffic_type", "ALL")
    if isinstance(kind, Unknown):
        return kind
    return flow_log.known("traffic_type", kind.value.upper() in ("ALL", "ACCEPT"))


def _logged(record: Record, path: str) -> Attr[bool] | None:
    """Whether flow logs whose ``path`` names the record record its traffic; ``None`` if there are none."""
    found = computed.joined(record, "aws_flow_log", path)
    if not found.certain and not found.possible:
        return None
    answers: list[Attr[bool]] = [_records_traffic(flow_log) for flow_log in found.certain]
    if found.possible:
        name = found.possible[0].address
        detail = Text(f"{name} の対象", f"what {name} is for")
        answers.append(Unknown(Reason.AMBIGUOUS, record, path, detail))
    return any_of(*answers)


def _by_subnets(vpc: Record) -> Attr[bool]:
    """Whether every subnet of the VPC has a flow log of its own; a VPC that is there already may have further ones."""
    subnets = computed.joined(vpc, "aws_subnet", "vpc_id")
    if not subnets.certain:
        return Known(False, vpc, "aws_flow_log")
    unknown: Unknown | None = None
    for subnet in subnets.certain:
        logged = _logged(subnet, "subnet_id")
        if logged is None:
            return Known(False, vpc, "aws_flow_log")
        if isinstance(logged, Unknown):
            unknown = logged
        elif not logged.value:
            return logged
    if unknown is None and not absent.shown_in_full(vpc):
        detail = Text("入力に現れないサブネットの有無", "whether it has subnets that the input does not show")
        return Unknown(Reason.NOT_COLLECTED, vpc, "aws_flow_log", detail)
    return Known(True, vpc, "aws_flow_log") if unknown is None else unknown


def _flow_log(vpc: Record) -> Attr[bool]:
    own = _logged(vpc, "vpc_id")
    if isinstance(own, Known) and own.value:
        return own
    subnets = _by_subnets(vpc)
    logged = subnets if own is None else any_of(own, subnets)
    if isinstance(logged, Known) and not logged.value and not absent.shown_in_full(vpc):
        detail = Text("他の構成のフローログの有無", "whether another configuration makes flow logs of it")
        return Unknown(Reason.NOT_COLLECTED, vpc, "aws_flow_log", detail)
    return logged


def _servers(options: Record) -> Attr[tuple[str, ...]]:
    servers = options.get("ntp_servers")
    if isinstance(servers, Unknown):
        return servers
    value = servers.value
    if isinstance(value, str):
        # aws_default_vpc_dhcp_options exports one text.
        return derived(tuple(part.strip() for part in value.split(",") if part.strip()), servers)
    if value is not None and not isinstance(value, list):
        return options.unknown("ntp_servers", Reason.UNPARSEABLE)
    # Each server may be marked sensitive by itself.
    each = [options.get(f"ntp_servers.{index}") for index in range(len(value or ()))]
    return derived(tuple(str(server) for server in value or ()), servers, *(e for e in each if isinstance(e, Known)))


def _time_servers(vpc: Record) -> Attr[tuple[str, ...]]:
    association = computed.part(vpc, "aws_vpc_dhcp_options_association", "vpc_id")
    if isinstance(association, Unknown):
        return association
    if association.value is not None:
        options = association.value.target("dhcp_options_id", *_ANY_OPTIONS)
        default = association.value.text("dhcp_options_id")
        if isinstance(default, Known) and default.value == "default":
            return vpc.known("dhcp_options_id", ())
    else:
        options = vpc.target("dhcp_options_id", *_ANY_OPTIONS)
        none = vpc.text("dhcp_options_id")
        if vpc.action is Action.EXISTS and isinstance(none, Known) and none.value == "default":
            # It has no options at all (EC2 API Reference, "AssociateDhcpOptions").
            return vpc.known("dhcp_options_id", ())
        if vpc.action.makes_new and vpc.type == "aws_vpc":
            # A new network gets the default set of its Region.
            return vpc.known("dhcp_options_id", ())
    if isinstance(options, Unknown):
        return options
    if options.value is None:
        detail = Text("入力に含まれない DHCP オプション", "DHCP options that are not in the input")
        return Unknown(Reason.OUTSIDE, vpc, "dhcp_options_id", detail)
    return _servers(options.value)


@REGISTRY.adapter("aws_vpc", "aws_default_vpc")
def vpc(record: Record) -> Iterable[Facet]:
    """A network; nothing happens in one that AWS made by itself and nobody uses."""
    unused = record.get("unused")
    if isinstance(unused, Unknown):
        yield Placement(locations=unused)
        yield NetworkFlowLog(enabled=unused)
        yield TimeSource(servers=unused)
        return
    if unused.value:
        return
    yield in_region(record, stores_data=False)
    yield NetworkFlowLog(enabled=_flow_log(record))
    yield TimeSource(servers=_time_servers(record))


@REGISTRY.adapter(*_OPTIONS)
def dhcp_options(record: Record) -> Iterable[Facet]:
    """What machines are told when they join a network."""
    yield in_region(record, stores_data=False)
    yield TimeSource(servers=_servers(record))


REGISTRY.part("aws_vpc", "aws_vpc_dhcp_options_association")


@REGISTRY.adapter("aws_flow_log")
def flow_log(record: Record) -> Iterable[Facet]:
    """Where the entries go; what they are of is read with the network."""
    yield in_region(record, stores_data=False)
    kind = record.text_or("log_destination_type", "cloud-watch-logs")
    if isinstance(kind, Known) and kind.value == "s3":
        yield log_export(record, "log_destination", *BUCKETS)
    elif isinstance(kind, Known) and kind.value == "kinesis-data-firehose":
        yield log_export(record, "log_destination", *STREAMS)


@REGISTRY.adapter("aws_ec2_transit_gateway")
def transit_gateway(record: Record) -> Iterable[Facet]:
    """Its flow log counts where there is one; without, the logs of the networks it joins show the traffic."""
    yield in_region(record, stores_data=False)
    logged = _logged(record, "transit_gateway_id")
    if logged is not None:
        yield NetworkFlowLog(enabled=logged)


@REGISTRY.adapter("aws_vpc_peering_connection")
def peering(record: Record) -> Iterable[Facet]:
    """Joins two networks; both ends are named, because the other may be in another Region."""
    region = computed.text(record, "peer_region")
    yield in_region(record, stores_data=False)
    if isinstance(region, Known) and region.value is None:
        return
    locations = region if isinstance(region, Unknown) else region_set(record.known("peer_region", str(region.value)))
    yield Placement(key="peer", locations=locations)


@REGISTRY.adapter("aws_ec2_transit_gateway_peering_attachment")
def transit_peering(record: Record) -> Iterable[Facet]:
    """Joins transit gateways of two Regions."""
    yield in_region(record, stores_data=False)
    region = record.text("peer_region")
    yield Placement(
        key="peer",
        locations=region
        if isinstance(region, Unknown)
        else region_set(record.known("peer_region", region.value or "")),
    )


@REGISTRY.adapter(
    "aws_nat_gateway",
    "aws_vpc_endpoint",
    "aws_vpc_endpoint_service",
    "aws_vpn_gateway",
    "aws_dx_connection",
    "aws_dx_lag",
    "aws_dx_private_virtual_interface",
    "aws_dx_public_virtual_interface",
    "aws_dx_transit_virtual_interface",
    "aws_ec2_host",
    "aws_networkfirewall_firewall",
    "aws_route53_resolver_endpoint",
)
def regional(record: Record) -> Iterable[Facet]:
    """Things that traffic passes through in one Region."""
    yield in_region(record, stores_data=False)


@REGISTRY.adapter("aws_dx_gateway", "aws_networkmanager_global_network")
def worldwide(record: Record) -> Iterable[Facet]:
    """Things that belong to no Region."""
    yield global_service(record, "Direct Connect" if record.type == "aws_dx_gateway" else "Network Manager")
