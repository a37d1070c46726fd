"""In which network machines and stores run, and what stores are copied from.

Sources: Terraform AWS provider documentation, page of each type.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from auditor.attr import Attr, Known, Unknown
from auditor.facets import DataOrigin, Facet, Resident
from auditor.record import Record
from auditor_aws import computed
from auditor_aws.network_links import NETWORKS, SUBNETS
from auditor_aws.registry import REGISTRY

_BY_SUBNET: Final = {
    "aws_instance": "subnet_id",
    "aws_spot_instance_request": "subnet_id",
    "aws_lb": "subnets.0",
    "aws_alb": "subnets.0",
    "aws_elb": "subnets.0",
    "aws_autoscaling_group": "vpc_zone_identifier.0",
    "aws_eks_cluster": "vpc_config.0.subnet_ids.0",
    "aws_eks_node_group": "subnet_ids.0",
    "aws_ecs_service": "network_configuration.0.subnets.0",
    "aws_lambda_function": "vpc_config.0.subnet_ids.0",
    "aws_fsx_windows_file_system": "subnet_ids.0",
    "aws_fsx_ontap_file_system": "subnet_ids.0",
    "aws_msk_cluster": "broker_node_group_info.0.client_subnets.0",
    "aws_mq_broker": "subnet_ids.0",
    "aws_opensearch_domain": "vpc_options.0.subnet_ids.0",
    "aws_elasticsearch_domain": "vpc_options.0.subnet_ids.0",
}
"""Types by the attribute that names a subnet; all subnets of one thing are of one network."""
_BY_GROUP: Final = {
    "aws_db_instance": ("db_subnet_group_name", "aws_db_subnet_group"),
    "aws_rds_cluster": ("db_subnet_group_name", "aws_db_subnet_group"),
    "aws_docdb_cluster": ("db_subnet_group_name", "aws_docdb_subnet_group"),
    "aws_neptune_cluster": ("neptune_subnet_group_name", "aws_neptune_subnet_group"),
    "aws_redshift_cluster": ("cluster_subnet_group_name", "aws_redshift_subnet_group"),
    "aws_elasticache_cluster": ("subnet_group_name", "aws_elasticache_subnet_group"),
    "aws_elasticache_replication_group": ("subnet_group_name", "aws_elasticache_subnet_group"),
    "aws_memorydb_cluster": ("subnet_group_name", "aws_memorydb_subnet_group"),
}
"""Types by the attribute that names a group of subnets, with the type of the group."""


@REGISTRY.adapter(*_BY_SUBNET)
def in_subnet(record: Record) -> Iterator[Facet]:
    """Something that stands in a subnet."""
    yield Resident(network=_network(record, _BY_SUBNET[record.type]))


@REGISTRY.adapter(*_BY_GROUP)
def in_group(record: Record) -> Iterator[Facet]:
    """Something that stands in the subnets of a group."""
    path, type_ = _BY_GROUP[record.type]
    group = record.target(path, type_)
    if isinstance(group, Unknown):
        yield Resident(network=group)
    elif group.value is None:
        yield Resident(network=Known(None, record, path))
    else:
        yield Resident(network=_network(group.value, "subnet_ids.0"))


def _network(record: Record, path: str) -> Attr[str | None]:
    """Address of the network of a subnet."""
    subnet = record.target(path, *SUBNETS)
    if isinstance(subnet, Unknown):
        # What a list of subnets as a whole refers to is as good as its first: all are of one network.
        whole = path.removesuffix(".0")
        subnet = record.target(whole, *SUBNETS) if whole != path else subnet
    if isinstance(subnet, Unknown):
        return subnet
    if subnet.value is None:
        return Known(None, record, path)
    network = subnet.value.target("vpc_id", *NETWORKS)
    if isinstance(network, Unknown):
        return network
    return Known(None if network.value is None else network.value.address, record, path)


_INSTANCES: Final = ("aws_db_instance",)
_CLUSTERS: Final = ("aws_rds_cluster", "aws_docdb_cluster", "aws_neptune_cluster")
_TIME: Final = "restore_to_point_in_time.0"
_ORIGINS: Final[dict[str, tuple[tuple[str, str, tuple[str, ...]], ...]]] = {
    "aws_db_instance": (
        ("snapshot", "snapshot_identifier", ("aws_db_snapshot", "aws_db_snapshot_copy")),
        ("point-in-time", f"{_TIME}.source_db_instance_identifier", _INSTANCES),
        ("point-in-time", f"{_TIME}.source_dbi_resource_id", _INSTANCES),
        ("point-in-time", f"{_TIME}.source_db_instance_automated_backups_arn", ()),
        ("replica", "replicate_source_db", (*_INSTANCES, *_CLUSTERS)),
    ),
    "aws_rds_cluster": (
        ("snapshot", "snapshot_identifier", ("aws_db_cluster_snapshot", "aws_rds_cluster_snapshot_copy")),
        ("point-in-time", f"{_TIME}.source_cluster_identifier", _CLUSTERS),
        ("point-in-time", f"{_TIME}.source_cluster_resource_id", _CLUSTERS),
        ("replica", "replication_source_identifier", (*_INSTANCES, *_CLUSTERS)),
    ),
    "aws_docdb_cluster": (
        ("snapshot", "snapshot_identifier", ("aws_docdb_cluster_snapshot",)),
        ("point-in-time", f"{_TIME}.source_cluster_identifier", _CLUSTERS),
    ),
    "aws_neptune_cluster": (("snapshot", "snapshot_identifier", ("aws_neptune_cluster_snapshot",)),),
    "aws_redshift_cluster": (
        ("snapshot", "snapshot_identifier", ("aws_redshift_cluster_snapshot",)),
        ("snapshot", "snapshot_arn", ("aws_redshift_cluster_snapshot",)),
    ),
    "aws_elasticache_cluster": (("snapshot", "snapshot_name", ()), ("snapshot", "snapshot_arns.0", ())),
    "aws_elasticache_replication_group": (("snapshot", "snapshot_name", ()), ("snapshot", "snapshot_arns.0", ())),
    "aws_ebs_volume": (("snapshot", "snapshot_id", ("aws_ebs_snapshot", "aws_ebs_snapshot_copy")),),
    "aws_dynamodb_table": (
        ("point-in-time", "restore_source_name", ("aws_dynamodb_table",)),
        ("point-in-time", "restore_source_table_arn", ("aws_dynamodb_table",)),
    ),
}
"""How a store can be filled from a copy, the attribute that names it, and the types of what it names."""
_SNAPSHOTS: Final = {
    "aws_db_snapshot": ("db_instance_identifier", _INSTANCES),
    "aws_db_snapshot_copy": ("source_db_snapshot_identifier", ("aws_db_snapshot",)),
    "aws_db_cluster_snapshot": ("db_cluster_identifier", _CLUSTERS),
    "aws_rds_cluster_snapshot_copy": ("source_db_cluster_snapshot_identifier", ("aws_db_cluster_snapshot",)),
    "aws_docdb_cluster_snapshot": ("db_cluster_identifier", _CLUSTERS),
    "aws_neptune_cluster_snapshot": ("db_cluster_identifier", _CLUSTERS),
    "aws_redshift_cluster_snapshot": ("cluster_identifier", ("aws_redshift_cluster",)),
    "aws_ebs_snapshot": ("volume_id", ("aws_ebs_volume",)),
    "aws_ebs_snapshot_copy": ("source_snapshot_id", ("aws_ebs_snapshot",)),
}
"""Snapshots by the attribute that names what they are made of."""


@REGISTRY.adapter(*_ORIGINS)
def store(record: Record) -> Iterator[Facet]:
    """A store with what it is copied from."""
    for how, path, types in _ORIGINS[record.type]:
        origin = _origin(record, how, path, types)
        if origin is not None:
            yield origin
            return
    yield DataOrigin(key="origin", how="none", source=Known(None, record), record=Known(None, record))


def _origin(record: Record, how: str, path: str, types: tuple[str, ...]) -> DataOrigin | None:
    """What ``path`` names; ``None`` where it certainly names nothing."""
    named = computed.text(record, path)
    if isinstance(named, Known) and named.value is None:
        return None
    source: Attr[Record | None] = record.target(path, *types) if types else Known(None, record, path)
    if isinstance(source, Known) and source.value is not None:
        first = _first(source.value)
        address: Attr[str | None] = Known(first.address, record, path)
        return DataOrigin(key="origin", how=how, source=address, record=address)
    outside: Attr[str | None] = source if isinstance(source, Unknown) else Known(None, record, path)
    return DataOrigin(key="origin", how=how, source=named, record=outside)


def _first(found: Record) -> Record:
    """What a snapshot is made of, as far back as the input tells."""
    for _ in range(len(_SNAPSHOTS)):
        further = _SNAPSHOTS.get(found.type)
        if further is None:
            return found
        source = found.target(further[0], *further[1])
        if isinstance(source, Unknown) or source.value is None:
            return found
        found = source.value
    return found
