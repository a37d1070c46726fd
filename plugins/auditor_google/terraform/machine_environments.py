"""In which network machines and stores run, and what stores are copied from.

Attributes: https://registry.terraform.io/providers/hashicorp/google/latest/docs , one page a type.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from auditor.attr import Attr, Known, Unknown
from auditor.facets import DataOrigin, Facet, Resident
from auditor.record import Record
from auditor_google.reading import left_to_default
from auditor_google.registry import REGISTRY

_NETWORK: Final = "google_compute_network"
_SUBNET: Final = "google_compute_subnetwork"
_NETWORKS: Final[dict[str, tuple[str, ...]]] = {
    "google_compute_instance": ("network_interface.0.subnetwork", "network_interface.0.network"),
    "google_compute_instance_template": ("network_interface.0.subnetwork", "network_interface.0.network"),
    "google_compute_region_instance_template": ("network_interface.0.subnetwork", "network_interface.0.network"),
    "google_container_cluster": ("subnetwork", "network"),
    "google_sql_database_instance": ("settings.0.ip_configuration.0.private_network",),
    "google_alloydb_cluster": ("network_config.0.network",),
    "google_redis_instance": ("authorized_network",),
    "google_filestore_instance": ("networks.0.network",),
}
"""Types by the attributes that name a subnetwork or a network."""


@REGISTRY.adapter(*_NETWORKS)
def in_network(record: Record) -> Iterator[Facet]:
    """Something that stands in a network."""
    yield Resident(network=_network(record))


def _network(record: Record) -> Attr[str | None]:
    """Address of the network, straight or by way of a subnetwork."""
    unknown: Unknown | None = None
    for path in _NETWORKS[record.type]:
        found = record.target(path, _NETWORK, _SUBNET)
        if isinstance(found, Unknown):
            if not left_to_default(record, path, record.text(path)):
                unknown = found if unknown is None else unknown
            continue
        if found.value is None:
            continue
        if found.value.type == _NETWORK:
            return Known(found.value.address, record, path)
        network = found.value.target("network", _NETWORK)
        if isinstance(network, Unknown):
            return network
        return Known(None if network.value is None else network.value.address, record, path)
    return unknown if unknown is not None else Known(None, record)


_SQL: Final = "google_sql_database_instance"
_DISKS: Final = ("google_compute_disk", "google_compute_region_disk")
_ORIGINS: Final[dict[str, tuple[tuple[str, str, tuple[str, ...]], ...]]] = {
    _SQL: (
        ("clone", "clone.0.source_instance_name", (_SQL,)),
        ("backup", "restore_backup_context.0.instance_id", (_SQL,)),
        ("point-in-time", "point_in_time_restore_context.0.datasource", ()),
        ("backup", "backupdr_backup", ()),
        ("replica", "master_instance_name", (_SQL,)),
    ),
    "google_compute_disk": (
        ("snapshot", "snapshot", ("google_compute_snapshot",)),
        ("disk", "source_disk", _DISKS),
        ("snapshot", "source_instant_snapshot", ("google_compute_instant_snapshot",)),
    ),
    "google_compute_region_disk": (
        ("snapshot", "snapshot", ("google_compute_snapshot",)),
        ("disk", "source_disk", _DISKS),
    ),
    "google_alloydb_cluster": (
        ("backup", "restore_backup_source.0.backup_name", ("google_alloydb_backup",)),
        ("point-in-time", "restore_continuous_backup_source.0.cluster", ("google_alloydb_cluster",)),
        ("replica", "secondary_config.0.primary_cluster_name", ("google_alloydb_cluster",)),
    ),
    "google_filestore_instance": (("backup", "file_shares.0.source_backup", ("google_filestore_backup",)),),
}
"""How a store can be filled from a copy, the attribute that names it, and the types of what it names."""
_SNAPSHOTS: Final = {
    "google_compute_snapshot": ("source_disk", _DISKS),
    "google_compute_instant_snapshot": ("source_disk", _DISKS),
    "google_alloydb_backup": ("cluster_name", ("google_alloydb_cluster",)),
    "google_filestore_backup": ("source_instance", ("google_filestore_instance",)),
}
"""Snapshots and backups by the attribute that names what they are made of."""


@REGISTRY.adapter(*_ORIGINS)
def store(record: Record) -> Iterator[Facet]:
    """A store with what it is copied from."""
    for how, path, types in _ORIGINS[record.type]:
        named = record.text(path)
        if left_to_default(record, path, named) or (isinstance(named, Known) and named.value is None):
            continue
        source: Attr[Record | None] = record.target(path, *types) if types else Known(None, record, path)
        yield _origin(record, how, path, source, named)
        return
    yield DataOrigin(key="origin", how="none", source=Known(None, record), record=Known(None, record))


def _origin(record: Record, how: str, path: str, source: Attr[Record | None], named: Attr[str | None]) -> DataOrigin:
    if isinstance(source, Known) and source.value is not None:
        address: Attr[str | None] = Known(_first(source.value).address, record, path)
        return DataOrigin(key="origin", how=how, source=address, record=address)
    outside: Attr[str | None] = source if isinstance(source, Unknown) else Known(None, record, path)
    return DataOrigin(key="origin", how=how, source=named, record=outside)


def _first(found: Record) -> Record:
    """What a snapshot is made of, as far back as the input tells."""
    further = _SNAPSHOTS.get(found.type)
    if further is None:
        return found
    source = found.target(further[0], *further[1])
    return found if isinstance(source, Unknown) or source.value is None else source.value
