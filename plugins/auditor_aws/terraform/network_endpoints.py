"""What has an address or endpoint of its own on the internet, and what stands in networks that AWS made by itself.

Sources: Terraform AWS provider documentation, page of each type for the defaults; Amazon VPC User Guide, page "Default
VPCs" (what names no subnet is launched in the default one, and gets a public address there); Amazon RDS, Amazon EKS
and Amazon OpenSearch Service guides on public access.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from auditor.attr import Attr, Known, Reason, Unknown, any_of
from auditor.facets import EndpointKind, Facet, NetworkUse, PublicEndpoint
from auditor.facets.network import all_addresses
from auditor.record import Node, Record
from auditor.text import Text
from auditor_aws import computed
from auditor_aws.network_links import SUBNETS, omitted
from auditor_aws.registry import REGISTRY

_DEFAULT_GROUP: Final = "aws_default_security_group"
_INTERFACES: Final = ("network_interface", "primary_network_interface")


# ---------------------------------------------------------------- machines


def _fixed_address(record: Record, *links: tuple[str, str]) -> Attr[bool]:
    """Whether an address that is a resource of its own is given to the record."""
    answers: list[Attr[bool]] = [Known(False, record)]
    for type_, path in links:
        if record.links.of_type(type_):
            joined = computed.joined(record, type_, path)
            if joined.certain:
                return Known(True, joined.certain[0], path)
            if joined.possible:
                answers.append(Unknown(Reason.AMBIGUOUS, joined.possible[0], path))
    return any_of(*answers)


def _by_subnet(record: Node, path: str) -> Attr[bool]:
    """Whether the subnet gives public addresses; the default one does unless it is told otherwise."""
    if omitted(record, path):
        return record.known(path, True)
    target = record.target(path, *SUBNETS)
    if isinstance(target, Unknown):
        return target
    if target.value is None:
        return record.unknown(path, Reason.OUTSIDE, Text("サブネットの設定", "the settings of the subnet"))
    return computed.flag(target.value, "map_public_ip_on_launch", target.value.type == "aws_default_subnet")


def _interfaces(record: Record) -> Attr[tuple[Node, ...]]:
    """Interfaces that are resources of their own; () if the machine makes its own."""
    for path in _INTERFACES:
        blocks = computed.blocks(record, path)
        if isinstance(blocks, Unknown) or blocks.value:
            return blocks
    return Known((), record)


def _machine_public(record: Record, interfaces: Attr[tuple[Node, ...]]) -> Attr[bool]:
    fixed = _fixed_address(record, ("aws_eip", "instance"), ("aws_eip_association", "instance_id"))
    if isinstance(fixed, Known) and fixed.value:
        return fixed
    own = record.get("associate_public_ip_address")
    if not record.action.makes_new and isinstance(own, Known) and own.value is not None:
        return record.flag("associate_public_ip_address", False)
    answer: Attr[bool]
    if isinstance(interfaces, Unknown):
        answer = interfaces
    elif interfaces.value:
        answer = any_of(*(_interface_public(block) for block in interfaces.value))
    elif omitted(record, "associate_public_ip_address"):
        answer = _by_subnet(record, "subnet_id")
    else:
        answer = record.flag("associate_public_ip_address", False)
    return any_of(fixed, answer)


def _interface_public(block: Node) -> Attr[bool]:
    """Whether an address is given to an interface that a machine takes over."""
    target = block.target("network_interface_id", "aws_network_interface")
    if isinstance(target, Unknown):
        return target
    if target.value is None:
        return block.unknown("network_interface_id", Reason.OUTSIDE)
    return _fixed_address(
        target.value, ("aws_eip", "network_interface"), ("aws_eip_association", "network_interface_id")
    )


def _uses(record: Record) -> Iterator[NetworkUse]:
    """Networks and groups, as far as leaving them out or naming them tells."""
    if omitted(record, "subnet_id"):
        yield NetworkUse(key="network", what="network", by_default=record.known("subnet_id", True))
    else:
        subnet = record.target("subnet_id", *SUBNETS)
        if isinstance(subnet, Known) and subnet.value is not None:
            default = subnet.value.type == "aws_default_subnet"
            yield NetworkUse(key="network", what="network", by_default=record.known("subnet_id", default))
    path = "vpc_security_group_ids"
    if omitted(record, path):
        if omitted(record, "security_groups"):
            yield NetworkUse(key="group", what="group", by_default=record.known(path, True))
        return
    if not record.links.of_type(_DEFAULT_GROUP):
        yield NetworkUse(key="group", what="group", by_default=record.known(path, False))
        return
    group = record.target(path, _DEFAULT_GROUP)
    if isinstance(group, Known):
        yield NetworkUse(key="group", what="group", by_default=record.known(path, group.value is not None))


@REGISTRY.adapter("aws_instance", "aws_spot_instance_request")
def machine(record: Record) -> Iterator[Facet]:
    """A machine, by its address and by where it stands."""
    # Interfaces that are resources of their own and a subnet exclude each other (page aws_instance).
    makes_its_own: Attr[tuple[Node, ...]] = Known((), record)
    interfaces = _interfaces(record) if omitted(record, "subnet_id") else makes_its_own
    yield PublicEndpoint(kind=EndpointKind.MACHINE, public=_machine_public(record, interfaces))
    if isinstance(interfaces, Known) and not interfaces.value:
        yield from _uses(record)


@REGISTRY.adapter("aws_launch_template")
def template(record: Record) -> Iterator[Facet]:
    """Machines made from a template; without a word of it, the subnet decides, which the template does not know."""
    blocks = record.blocks("network_interfaces")
    if isinstance(blocks, Unknown):
        yield PublicEndpoint(kind=EndpointKind.MACHINE, public=blocks)
        return
    stated = [
        block.flag("associate_public_ip_address", False)
        for block in blocks.value
        if not isinstance(word := block.text("associate_public_ip_address"), Known) or word.value is not None
    ]
    if stated:
        yield PublicEndpoint(kind=EndpointKind.MACHINE, public=any_of(*stated))


@REGISTRY.adapter("aws_launch_configuration")
def old_template(record: Record) -> Iterator[Facet]:
    """Machines made from a template of the old kind."""
    if omitted(record, "associate_public_ip_address"):
        return
    yield PublicEndpoint(kind=EndpointKind.MACHINE, public=record.flag("associate_public_ip_address", False))


@REGISTRY.adapter("aws_ecs_service")
def container(record: Record) -> Iterator[Facet]:
    """Tasks with an interface of their own."""
    block = record.block("network_configuration")
    if isinstance(block, Unknown):
        yield PublicEndpoint(kind=EndpointKind.MACHINE, public=block)
    elif block.value is not None:
        yield PublicEndpoint(kind=EndpointKind.MACHINE, public=block.value.flag("assign_public_ip", False))


@REGISTRY.adapter("aws_lightsail_instance")
def simple_machine(record: Record) -> Iterator[Facet]:
    """A machine of Lightsail always has a public address (Lightsail User Guide, "IP addresses"), unless IPv6 alone."""
    kind = computed.text(record, "ip_address_type", "dualstack")
    public: Attr[bool] = kind if isinstance(kind, Unknown) else record.known("ip_address_type", True)
    yield PublicEndpoint(kind=EndpointKind.MACHINE, public=public)


# ---------------------------------------------------------------- databases and services

_ACCESSIBLE: Final = {
    "aws_db_instance": (EndpointKind.DATABASE, False),
    "aws_rds_cluster_instance": (EndpointKind.DATABASE, False),
    "aws_neptune_cluster_instance": (EndpointKind.DATABASE, False),
    "aws_redshiftserverless_workgroup": (EndpointKind.DATABASE, False),
    "aws_lightsail_database": (EndpointKind.DATABASE, False),
    "aws_mq_broker": (EndpointKind.SERVICE, False),
    "aws_dms_replication_instance": (EndpointKind.SERVICE, True),
}
"""Types with ``publicly_accessible``, and what it is where it is left out."""


@REGISTRY.adapter(*_ACCESSIBLE)
def accessible(record: Record) -> Iterator[Facet]:
    """A database or service with a switch for its public address."""
    kind, default = _ACCESSIBLE[record.type]
    yield PublicEndpoint(kind=kind, public=computed.flag(record, "publicly_accessible", default))


@REGISTRY.adapter("aws_redshift_cluster")
def warehouse(record: Record) -> Iterator[Facet]:
    """Its default was public before version 6 of the provider; plans show the value that is used."""
    stated = record.get("publicly_accessible")
    public: Attr[bool]
    if isinstance(stated, Known) and stated.value is None:
        detail = Text("プロバイダーの版で異なる既定値", "the default, which differs with the version of the provider")
        public = record.unknown("publicly_accessible", Reason.AMBIGUOUS, detail)
    else:
        public = record.flag("publicly_accessible", False)
    yield PublicEndpoint(kind=EndpointKind.DATABASE, public=public)


@REGISTRY.adapter("aws_eks_cluster")
def cluster(record: Record) -> Iterator[Facet]:
    """The control plane; public and open to every address unless it is told otherwise."""
    public = record.flag("vpc_config.0.endpoint_public_access", True)
    yield PublicEndpoint(kind=EndpointKind.CLUSTER, public=public, narrowed=_narrowed(record))


def _narrowed(record: Record) -> Attr[bool]:
    path = "vpc_config.0.public_access_cidrs"
    ranges = record.elements(path)
    if isinstance(ranges, Unknown):
        return record.known(path, False) if record.left_out(path) else ranges
    known = [one.value for one in ranges.value if isinstance(one, Known)]
    if not ranges.value or all_addresses(known):
        return record.known(path, False)
    unknown = next((one for one in ranges.value if isinstance(one, Unknown)), None)
    return unknown if unknown is not None else record.known(path, True)


@REGISTRY.adapter("aws_msk_cluster")
def brokers(record: Record) -> Iterator[Facet]:
    """Brokers of Kafka."""
    path = "broker_node_group_info.0.connectivity_info.0.public_access.0.type"
    kind = computed.text(record, path, "DISABLED")
    public: Attr[bool] = kind if isinstance(kind, Unknown) else record.known(path, kind.value != "DISABLED")
    yield PublicEndpoint(kind=EndpointKind.SERVICE, public=public)


@REGISTRY.adapter("aws_mwaa_environment")
def workflows(record: Record) -> Iterator[Facet]:
    """The web server of Airflow."""
    mode = computed.text(record, "webserver_access_mode", "PRIVATE_ONLY")
    public: Attr[bool] = (
        mode if isinstance(mode, Unknown) else record.known("webserver_access_mode", mode.value != "PRIVATE_ONLY")
    )
    yield PublicEndpoint(kind=EndpointKind.SERVICE, public=public)


@REGISTRY.adapter("aws_opensearch_domain", "aws_elasticsearch_domain")
def search(record: Record) -> Iterator[Facet]:
    """A domain outside of any network has a public endpoint; its policy may limit the addresses."""
    block = record.block("vpc_options")
    public: Attr[bool] = block if isinstance(block, Unknown) else record.known("vpc_options", block.value is None)
    policy = record.text("access_policies")
    narrowed: Attr[bool]
    if isinstance(policy, Unknown):
        narrowed = record.known("access_policies", False) if record.left_out("access_policies") else policy
    elif "aws:SourceIp" not in (policy.value or ""):
        narrowed = record.known("access_policies", False)
    else:
        detail = Text("ポリシーの条件による接続元の限定", "how far the policy limits the addresses")
        narrowed = record.unknown("access_policies", Reason.AMBIGUOUS, detail)
    yield PublicEndpoint(kind=EndpointKind.DATABASE, public=public, narrowed=narrowed)
