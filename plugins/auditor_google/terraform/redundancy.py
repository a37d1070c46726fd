"""Whether databases, caches, files, machines and clusters stand in more than one zone.

Attributes and defaults: https://registry.terraform.io/providers/hashicorp/google/latest/docs , one page a type.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from auditor.attr import Attr, Known, Reason, Unknown, all_of, map_attr
from auditor.facets import Facet, Redundancy
from auditor.record import Record
from auditor.text import Text
from auditor_google.machine_groups import AUTOSCALERS
from auditor_google.reading import left_to_default, referrers, settled_number, settled_text, texts
from auditor_google.registry import REGISTRY

_ZONE: Final = re.compile(r".*-[a-z]")
_BACKENDS: Final = ("google_compute_backend_service", "google_compute_region_backend_service")
_WITH_OTHERS: Final = Text(
    "同じ負荷分散装置の他のグループが別のゾーンにあるか", "whether other groups of the same load balancer are elsewhere"
)


@REGISTRY.adapter("google_sql_database_instance")
def sql(record: Record) -> Iterator[Facet]:
    """An instance with a standby in another zone, or without one (the default); a replica is there for its primary.

    https://cloud.google.com/sql/docs/mysql/high-availability
    """
    primary = record.has("master_instance_name")
    if left_to_default(record, "master_instance_name", primary):
        primary = record.known("master_instance_name", False)
    if isinstance(primary, Unknown):
        found = record.target("master_instance_name", "google_sql_database_instance")
        if isinstance(found, Known) and found.value is not None:
            return
    elif primary.value:
        return
    regional = map_attr(settled_text(record, "settings.0.availability_type", "ZONAL"), lambda v: v == "REGIONAL")
    zones: Attr[bool] = primary if isinstance(primary, Unknown) else regional
    yield Redundancy(what="database", zones=zones, failover=zones)


@REGISTRY.adapter("google_alloydb_instance")
def alloydb(record: Record) -> Iterator[Facet]:
    """A primary instance has a standby in another zone unless it is zonal; pools for reading are no primaries."""
    kind = record.text("instance_type")
    if isinstance(kind, Known) and kind.value != "PRIMARY":
        return
    regional = map_attr(settled_text(record, "availability_type", "REGIONAL"), lambda value: value != "ZONAL")
    zones: Attr[bool] = kind if isinstance(kind, Unknown) else regional
    yield Redundancy(what="database", zones=zones, failover=zones)


@REGISTRY.adapter("google_redis_instance")
def redis(record: Record) -> Iterator[Facet]:
    """The tier STANDARD_HA has a replica in another zone that takes over; the default BASIC has none."""
    zones = map_attr(record.text_or("tier", "BASIC"), lambda tier: tier == "STANDARD_HA")
    yield Redundancy(what="cache", zones=zones, failover=zones)


@REGISTRY.adapter("google_redis_cluster", "google_memorystore_instance")
def redis_cluster(record: Record) -> Iterator[Facet]:
    """Shards are spread over zones unless one is chosen; only replicas (by default none) take over."""
    mode = settled_text(record, "zone_distribution_config.0.mode", "MULTI_ZONE")
    if left_to_default(record, "zone_distribution_config", record.get("zone_distribution_config")):
        mode = record.known("zone_distribution_config", "MULTI_ZONE")
    replicas = map_attr(settled_number(record, "replica_count", 0), lambda number: number >= 1)
    spread = map_attr(mode, lambda value: value != "SINGLE_ZONE")
    yield Redundancy(what="cache", zones=all_of(spread, replicas), failover=replicas)


@REGISTRY.adapter("google_memcache_instance")
def memcache(record: Record) -> Iterator[Facet]:
    """Nodes that all serve; they are spread over all zones of the region unless some are named."""
    nodes = map_attr(record.number_or("node_count", 1), lambda number: number >= 2)
    yield Redundancy(what="cache", zones=all_of(nodes, _several(record, "zones")), failover=None)


def _several(record: Record, path: str) -> Attr[bool]:
    """Whether a list of zones has two members; one that is left to the service has all zones of the region."""
    named = texts(record, path)
    if isinstance(named, Unknown):
        return record.known(path, True) if left_to_default(record, path, named) else named
    return record.known(path, len(named.value) != 1)


@REGISTRY.adapter("google_filestore_instance")
def files(record: Record) -> Iterator[Facet]:
    """The tiers ENTERPRISE and REGIONAL stand in several zones, all others in one.

    https://cloud.google.com/filestore/docs/service-tiers
    """
    zones = map_attr(record.text("tier"), lambda tier: tier in ("ENTERPRISE", "REGIONAL"))
    yield Redundancy(what="files", zones=zones, failover=zones)


@REGISTRY.adapter("google_bigtable_instance")
def bigtable(record: Record) -> Iterator[Facet]:
    """Clusters of one instance replicate to each other; two of different zones are needed.

    Which of them takes over, and whether by itself, is set where applications connect (application profiles).
    """
    clusters = record.blocks("cluster")
    if isinstance(clusters, Unknown):
        yield Redundancy(what="database", zones=clusters, failover=None)
        return
    zones = [cluster.text("zone") for cluster in clusters.value]
    known = {zone.value for zone in zones if isinstance(zone, Known) and zone.value is not None}
    open_ = next((zone for zone in zones if isinstance(zone, Unknown)), None)
    several: Attr[bool] = record.known("cluster", len(known) > 1)
    if len(known) < 2 and open_ is not None and len(zones) > 1:
        several = open_
    yield Redundancy(what="database", zones=several, failover=None)


@REGISTRY.adapter("google_container_cluster")
def kubernetes(record: Record) -> Iterator[Facet]:
    """A regional cluster has its control plane and nodes in several zones; a zonal one has its control plane in one."""
    place = record.text("location")
    if isinstance(place, Known) and place.value is None:
        # The provider's zone decides, or its region.
        place = record.unknown("location", Reason.OUTSIDE)
    zones = map_attr(place, lambda name: _ZONE.fullmatch(name or "") is None)
    nodes = record.elements("node_locations")
    if isinstance(zones, Known) and zones.value and isinstance(nodes, Known) and len(nodes.value) == 1:
        zones = record.known("node_locations", False)
    yield Redundancy(what="cluster", zones=zones, failover=None)


@REGISTRY.adapter("google_compute_region_instance_group_manager")
def regional_group(record: Record) -> Iterator[Facet]:
    """Machines that are spread over the zones of a region, or over those that are named."""
    spread = _several(record, "distribution_policy_zones")
    yield Redundancy(what="machines", zones=all_of(spread, _two_machines(record)), failover=None)


@REGISTRY.adapter("google_compute_instance_group_manager")
def zonal_group(record: Record) -> Iterator[Facet]:
    """Machines of one zone; a load balancer may have further groups in others."""
    zones: Attr[bool] = record.known("zone", False)
    for type_ in _BACKENDS:
        joined = referrers(record, type_, "backend.group")
        for service in (*joined.certain, *joined.possible):
            backends = service.blocks("backend")
            if isinstance(backends, Unknown) or len(backends.value) > 1:
                zones = record.unknown("zone", Reason.OUTSIDE, _WITH_OTHERS)
    yield Redundancy(what="machines", zones=zones, failover=None)


def _two_machines(record: Record) -> Attr[bool]:
    """By the number of machines, or by that which an autoscaler may make of them."""
    scaled = referrers(record, AUTOSCALERS[record.type], "target")
    if scaled.possible and not scaled.certain:
        return Unknown(Reason.AMBIGUOUS, scaled.possible[0], "target")
    if scaled.certain:
        one = scaled.certain[0]
        most = one.number("autoscaling_policy.0.max_replicas")
        return map_attr(most, lambda number: number is not None and number >= 2)
    size = record.number("target_size")
    if isinstance(size, Known) and size.value is not None:
        fixed = record.known("target_size", size.value >= 2)
        shown = record.action.makes_new or record.links.complete
        if fixed.value or shown:
            return fixed
    detail = Text("他の構成による台数", "the number of machines that another configuration sets")
    return record.unknown("target_size", Reason.NOT_COLLECTED, detail)


@REGISTRY.adapter("google_container_node_pool")
def node_pool(record: Record) -> Iterator[Facet]:
    """Nodes of a pool that names zones of its own; those of any other pool stand where the cluster does."""
    named = texts(record, "node_locations")
    if isinstance(named, Unknown) or not named.value:
        return
    zones = record.known("node_locations", len(named.value) > 1)
    yield Redundancy(what="machines", zones=zones, failover=None)
