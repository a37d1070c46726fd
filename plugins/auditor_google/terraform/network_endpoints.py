"""What has an address or endpoint of its own on the internet, and what stands in the default network.

https://registry.terraform.io/providers/hashicorp/google/latest/docs and there the page of each type for its defaults.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from auditor.attr import Attr, Known, Unknown, any_of, map_attr
from auditor.facets import EndpointKind, Facet, NetworkUse, PublicEndpoint
from auditor.facets.network import all_addresses
from auditor.record import Node, Record
from auditor_google.reading import inside, left_to_default, settled_block, settled_flag, settled_text
from auditor_google.registry import REGISTRY

_DEFAULT: Final = "default"
"""Name of the network that a project begins with."""


def _not(attr: Attr[bool]) -> Attr[bool]:
    return map_attr(attr, lambda value: not value)


# ---------------------------------------------------------------- machines

_ADDRESSES: Final = ("access_config", "ipv6_access_config")
_MACHINES: Final = (
    "google_compute_instance",
    "google_compute_instance_template",
    "google_compute_region_instance_template",
)


def _interface_public(block: Node) -> Attr[bool]:
    answers: list[Attr[bool]] = []
    for path in _ADDRESSES:
        found = block.blocks(path)
        answers.append(found if isinstance(found, Unknown) else block.known(path, bool(found.value)))
    return any_of(*answers)


def _default_network(node: Node, path: str) -> Attr[bool] | None:
    """Whether the network of that name is meant; ``None`` where nothing is named there."""
    name = node.text(path)
    if left_to_default(node, path, name):
        return None
    if isinstance(name, Unknown):
        # A network of this input is not the one that the project began with.
        target = node.target(path, "google_compute_network")
        return node.known(path, False) if isinstance(target, Known) and target.value is not None else name
    if name.value is None:
        return None
    return node.known(path, name.value.rsplit("/", 1)[-1] == _DEFAULT)


def _use(node: Node, network: str, subnet: str) -> Iterator[NetworkUse]:
    """By the network, or by a subnet, which the default network has under the same name."""
    for path in (network, subnet):
        default = _default_network(node, path)
        if default is not None and not (path == subnet and isinstance(default, Unknown)):
            yield NetworkUse(key=node.known(path, None).path, what="network", by_default=default)
            return


@REGISTRY.adapter(*_MACHINES)
def machine(record: Record) -> Iterator[Facet]:
    """A machine or its template, by its interfaces."""
    blocks = record.blocks("network_interface")
    if isinstance(blocks, Unknown):
        yield PublicEndpoint(kind=EndpointKind.MACHINE, public=blocks)
        return
    if blocks.value:
        public = any_of(*(_interface_public(block) for block in blocks.value))
        yield PublicEndpoint(kind=EndpointKind.MACHINE, public=public)
    for block in blocks.value:
        yield from _use(block, "network", "subnetwork")


@REGISTRY.adapter("google_workbench_instance")
def workbench(record: Record) -> Iterator[Facet]:
    """A machine for notebooks; with a public address unless that is switched off."""
    yield PublicEndpoint(
        kind=EndpointKind.MACHINE, public=_not(settled_flag(record, "gce_setup.0.disable_public_ip", False))
    )


@REGISTRY.adapter("google_notebooks_instance")
def notebook(record: Record) -> Iterator[Facet]:
    """A machine for notebooks of the older kind."""
    yield PublicEndpoint(kind=EndpointKind.MACHINE, public=_not(record.flag("no_public_ip", False)))


@REGISTRY.adapter("google_dataproc_cluster")
def workers(record: Record) -> Iterator[Facet]:
    """Machines of a cluster; without a word about it, the version of the image decides."""
    block = settled_block(record, "cluster_config.0.gce_cluster_config")
    if isinstance(block, Unknown):
        yield PublicEndpoint(kind=EndpointKind.MACHINE, public=block)
    elif block.value is not None:
        yield PublicEndpoint(kind=EndpointKind.MACHINE, public=_not(block.value.flag("internal_ip_only", False)))


@REGISTRY.adapter("google_dataflow_job", "google_dataflow_flex_template_job")
def job(record: Record) -> Iterator[Facet]:
    """Machines of a job; with public addresses unless they are to be private."""
    way = settled_text(record, "ip_configuration", "WORKER_IP_PUBLIC")
    yield PublicEndpoint(kind=EndpointKind.MACHINE, public=map_attr(way, lambda name: name != "WORKER_IP_PRIVATE"))


# ---------------------------------------------------------------- databases


def _limited(node: Node, path: str, value: str) -> Attr[bool]:
    """Whether the listed ranges, and only those, are let in, and are not every address."""
    blocks = node.blocks(path)
    if isinstance(blocks, Unknown):
        return blocks
    found = [block.text(value) for block in blocks.value]
    if all_addresses([one.value for one in found if isinstance(one, Known) and one.value is not None]):
        return node.known(path, False)
    unknown = next((one for one in found if isinstance(one, Unknown)), None)
    return unknown if unknown is not None else node.known(path, True)


@REGISTRY.adapter("google_sql_database_instance")
def sql(record: Record) -> Iterator[Facet]:
    """A database; with a public address unless it is told otherwise, which only listed networks reach.

    https://cloud.google.com/sql/docs/mysql/configure-ip
    """
    block = settled_block(record, "settings.0.ip_configuration")
    yield PublicEndpoint(
        kind=EndpointKind.DATABASE,
        public=inside(block, lambda node: settled_flag(node, "ipv4_enabled", True), True),
        narrowed=inside(block, lambda node: _limited(node, "authorized_networks", "value"), True),
    )


@REGISTRY.adapter("google_alloydb_instance")
def alloydb(record: Record) -> Iterator[Facet]:
    """A database; without a public address unless it is asked for."""
    block = settled_block(record, "network_config")
    yield PublicEndpoint(
        kind=EndpointKind.DATABASE,
        public=inside(block, lambda node: settled_flag(node, "enable_public_ip", False), False),
        narrowed=inside(block, lambda node: _limited(node, "authorized_external_networks", "cidr_range"), True),
    )


# ---------------------------------------------------------------- clusters and services


@REGISTRY.adapter("google_container_cluster")
def cluster(record: Record) -> Iterator[Facet]:
    """The control plane; public unless its endpoint is private or has no address at all."""
    private = settled_block(record, "private_cluster_config")
    hidden = inside(private, lambda node: settled_flag(node, "enable_private_endpoint", False), False)
    addresses = settled_flag(record, "control_plane_endpoints_config.0.ip_endpoints_config.0.enabled", True)
    list_ = settled_block(record, "master_authorized_networks_config")
    yield PublicEndpoint(
        kind=EndpointKind.CLUSTER,
        public=_not(any_of(hidden, _not(addresses))),
        narrowed=inside(list_, lambda node: _limited(node, "cidr_blocks", "cidr_block"), False),
    )
    yield PublicEndpoint(
        key="nodes",
        kind=EndpointKind.MACHINE,
        public=_not(inside(private, lambda node: settled_flag(node, "enable_private_nodes", False), False)),
    )
    named = [_default_network(record, path) for path in ("network", "subnetwork")]
    if named[0] is None and named[1] is None:
        # The page of the type: without either, the default network.
        yield NetworkUse(key="network", what="network", by_default=record.known("network", True))
    else:
        yield from _use(record, "network", "subnetwork")


@REGISTRY.adapter("google_composer_environment")
def workflows(record: Record) -> Iterator[Facet]:
    """The web server of Airflow; public unless the environment is private (version 3) or its endpoint is."""
    whole = settled_flag(record, "config.0.enable_private_environment", False)
    block = settled_block(record, "config.0.private_environment_config")
    hidden = inside(block, lambda node: settled_flag(node, "enable_private_endpoint", True), False)
    list_ = settled_block(record, "config.0.web_server_network_access_control")
    yield PublicEndpoint(
        kind=EndpointKind.SERVICE,
        public=_not(any_of(whole, hidden)),
        narrowed=inside(list_, lambda node: _limited(node, "allowed_ip_range", "value"), False),
    )


@REGISTRY.adapter("google_data_fusion_instance")
def pipelines(record: Record) -> Iterator[Facet]:
    """An instance of Data Fusion; public unless it is private."""
    yield PublicEndpoint(kind=EndpointKind.SERVICE, public=_not(record.flag("private_instance", False)))


@REGISTRY.adapter("google_looker_instance")
def reports(record: Record) -> Iterator[Facet]:
    """An instance of Looker; public unless that is switched off."""
    yield PublicEndpoint(kind=EndpointKind.SERVICE, public=record.flag("public_ip_enabled", True))


@REGISTRY.adapter("google_vertex_ai_index_endpoint")
def index_endpoint(record: Record) -> Iterator[Facet]:
    """An endpoint for searching vectors; inner unless it is made public."""
    yield PublicEndpoint(kind=EndpointKind.SERVICE, public=record.flag("public_endpoint_enabled", False))
