"""Zones, failover, lines, growth and quotas on Google Cloud."""

from __future__ import annotations

from typing import Any

import pytest

from auditor.facets import LineRedundancy, Redundancy, Scaling, ShareQuota
from auditor.record import Action, Record
from tests.google.google_world import UNKNOWN, all_of, one, project, value


def redundancy(record: Record) -> tuple[Any, Any]:
    facet = one(record, Redundancy)
    return value(facet.zones), None if facet.failover is None else value(facet.failover)


def _sql(**settings: Any) -> dict[str, Any]:
    return {"settings": [settings]}


@pytest.mark.parametrize(
    ("type_", "values", "expected"),
    [
        ("google_sql_database_instance", _sql(), (False, False)),
        ("google_sql_database_instance", _sql(availability_type="REGIONAL"), (True, True)),
        ("google_alloydb_instance", {"instance_type": "PRIMARY"}, (True, True)),
        ("google_alloydb_instance", {"instance_type": "PRIMARY", "availability_type": "ZONAL"}, (False, False)),
        ("google_redis_instance", {}, (False, False)),
        ("google_redis_instance", {"tier": "STANDARD_HA"}, (True, True)),
        ("google_redis_cluster", {}, (False, False)),
        ("google_redis_cluster", {"replica_count": 1}, (True, True)),
        (
            "google_redis_cluster",
            {"replica_count": 1, "zone_distribution_config": [{"mode": "SINGLE_ZONE"}]},
            (False, True),
        ),
        ("google_memcache_instance", {"node_count": 2}, (True, None)),
        ("google_memcache_instance", {"node_count": 1}, (False, None)),
        ("google_memcache_instance", {"node_count": 3, "zones": ["asia-northeast1-a"]}, (False, None)),
        ("google_filestore_instance", {"tier": "BASIC_SSD"}, (False, False)),
        ("google_filestore_instance", {"tier": "REGIONAL"}, (True, True)),
        ("google_bigtable_instance", {"cluster": [{"zone": "asia-northeast1-a"}]}, (False, None)),
        (
            "google_bigtable_instance",
            {"cluster": [{"zone": "asia-northeast1-a"}, {"zone": "asia-northeast2-a"}]},
            (True, None),
        ),
        ("google_container_cluster", {"location": "asia-northeast1"}, (True, None)),
        ("google_container_cluster", {"location": "asia-northeast1-a"}, (False, None)),
        (
            "google_container_cluster",
            {"location": "asia-northeast1", "node_locations": ["asia-northeast1-a"]},
            (False, None),
        ),
        ("google_container_cluster", {}, (UNKNOWN, None)),
        ("google_container_node_pool", {"node_locations": ["asia-northeast1-a"]}, (False, None)),
        ("google_compute_region_instance_group_manager", {"target_size": 2}, (True, None)),
        ("google_compute_region_instance_group_manager", {"target_size": 1}, (False, None)),
        ("google_compute_instance_group_manager", {"zone": "asia-northeast1-a"}, (False, None)),
    ],
)
def test_stores_and_services(type_: str, values: dict[str, Any], expected: tuple[Any, Any]) -> None:
    assert redundancy(project().add(f"{type_}.a", values)) == expected


@pytest.mark.parametrize(
    ("type_", "path"),
    [
        ("google_redis_instance", "tier"),
        ("google_filestore_instance", "tier"),
        ("google_alloydb_instance", "instance_type"),
        ("google_bigtable_instance", "cluster"),
        ("google_container_cluster", "location"),
        ("google_sql_database_instance", "settings"),
        ("google_compute_region_instance_group_manager", "target_size"),
    ],
)
def test_an_open_setting_leaves_it_open(type_: str, path: str) -> None:
    assert redundancy(project().add(f"{type_}.a", {}, unknown={path: True}))[0] == UNKNOWN


def test_a_replica_is_there_for_its_primary() -> None:
    world = project()
    primary = world.add("google_sql_database_instance.p", {"name": "p", **_sql()})
    named = world.add("google_sql_database_instance.n", {"master_instance_name": "p", **_sql()})
    referring = world.add(
        "google_sql_database_instance.r",
        _sql(),
        unknown={"master_instance_name": True},
        refs={"master_instance_name": primary},
    )
    left_out = world.add("google_sql_database_instance.l", _sql(), unset=["master_instance_name"])
    open_ = world.add("google_sql_database_instance.o", _sql(), unknown={"master_instance_name": True})
    assert all_of(named, Redundancy) == all_of(referring, Redundancy) == []
    assert redundancy(left_out) == (False, False)
    assert redundancy(open_) == (UNKNOWN, UNKNOWN)
    pool = world.add("google_alloydb_instance.p", {"instance_type": "READ_POOL"})
    assert all_of(pool, Redundancy) == []


def test_groups_of_one_load_balancer_may_stand_in_several_zones() -> None:
    world = project()
    group = world.add("google_compute_instance_group_manager.a", {"id": "a"})
    alone = {"name": "alone", "backend": [{"group": "a"}]}
    world.add("google_compute_backend_service.alone", alone, refs={"backend.group": group})
    assert redundancy(group)[0] is False
    both = {"name": "both", "backend": [{"group": "a"}, {"group": "b"}]}
    world.add("google_compute_backend_service.both", both, refs={"backend.group": group})
    assert redundancy(group)[0] == UNKNOWN


def test_machines_by_an_autoscaler() -> None:
    world = project()
    group = world.add("google_compute_region_instance_group_manager.a", {"id": "a"}, unset=["target_size"])
    assert redundancy(group)[0] == UNKNOWN
    world.add("google_compute_region_autoscaler.a", {"target": "a", "autoscaling_policy": [{"max_replicas": 3}]})
    assert redundancy(group)[0] is True


# ---------------------------------------------------------------- lines


def doubled(record: Record) -> Any:
    return value(one(record, LineRedundancy).doubled)


def test_a_gateway_of_two_interfaces() -> None:
    world = project()
    gateway = world.add("google_compute_ha_vpn_gateway.g", {"name": "g"})
    assert all_of(gateway, LineRedundancy) == []
    world.add("google_compute_vpn_tunnel.a", {"vpn_gateway": "g", "vpn_gateway_interface": 0})
    assert doubled(gateway) is False
    world.add("google_compute_vpn_tunnel.b", {"vpn_gateway": "g", "vpn_gateway_interface": 1})
    assert doubled(gateway) is True


def test_tunnels_elsewhere_or_open() -> None:
    world = project()
    gateway = world.add("google_compute_ha_vpn_gateway.g", {"name": "g"}, action=Action.NO_OP)
    world.add("google_compute_vpn_tunnel.a", {"vpn_gateway": "g", "vpn_gateway_interface": 0})
    assert doubled(gateway) == UNKNOWN
    other = project()
    gateway = other.add("google_compute_ha_vpn_gateway.g", {"name": "g"})
    other.add("google_compute_vpn_tunnel.a", {"vpn_gateway_interface": 0}, unknown={"vpn_gateway": True})
    assert doubled(gateway) == UNKNOWN


def test_a_gateway_with_one_address() -> None:
    world = project()
    world.add("google_compute_network.n", {"name": "n"})
    first = world.add("google_compute_vpn_gateway.a", {"network": "n"})
    assert doubled(first) == UNKNOWN
    world.add("google_compute_vpn_gateway.b", {"network": "n"})
    assert doubled(first) is True
    assert doubled(project(complete=True).add("google_compute_vpn_gateway.a", {"network": "n"})) is False


def test_attachments_of_interconnects() -> None:
    world = project()
    first = world.add("google_compute_interconnect_attachment.a", {"edge_availability_domain": "AVAILABILITY_DOMAIN_1"})
    assert doubled(first) == UNKNOWN
    world.add("google_compute_interconnect_attachment.b", {"edge_availability_domain": "AVAILABILITY_DOMAIN_1"})
    assert doubled(first) == UNKNOWN
    world.add("google_compute_interconnect_attachment.c", {"edge_availability_domain": "AVAILABILITY_DOMAIN_2"})
    assert doubled(first) is True
    alone = project(complete=True).add("google_compute_interconnect_attachment.a", {"interconnect": "i"})
    assert doubled(alone) is False


# ---------------------------------------------------------------- growth


def grows(record: Record) -> Any:
    return value(one(record, Scaling).automatic)


def test_storage_of_cloud_sql() -> None:
    plain = one(project().add("google_sql_database_instance.a", _sql()), Scaling)
    assert (value(plain.automatic), value(plain.limited)) == (True, False)
    limited = one(project().add("google_sql_database_instance.a", _sql(disk_autoresize_limit=500)), Scaling)
    assert value(limited.limited) is True
    assert grows(project().add("google_sql_database_instance.a", _sql(disk_autoresize=False))) is False


def test_machines_grow_by_an_autoscaler() -> None:
    world = project()
    group = world.add("google_compute_instance_group_manager.g", {"id": "g"})
    assert grows(group) is False
    world.add("google_compute_autoscaler.o", {"target": "g", "autoscaling_policy": [{"mode": "OFF"}]})
    assert grows(group) is False
    world.add("google_compute_autoscaler.a", {"target": "g", "autoscaling_policy": [{"max_replicas": 3}]})
    assert grows(group) is True
    existing = project().add("google_compute_instance_group_manager.g", {"id": "g"}, action=Action.NO_OP)
    assert grows(existing) == UNKNOWN


def test_nodes_grow_by_their_pool_or_their_cluster() -> None:
    world = project()
    world.add("google_container_cluster.c", {"name": "c"})
    world.add("google_container_cluster.d", {"name": "d", "cluster_autoscaling": [{"enabled": True}]})
    fixed = world.add("google_container_node_pool.f", {"cluster": "c", "node_count": 2})
    own = world.add("google_container_node_pool.o", {"cluster": "c", "autoscaling": [{"max_node_count": 4}]})
    made = world.add("google_container_node_pool.m", {"cluster": "d", "node_count": 2})
    outside = world.add("google_container_node_pool.e", {"cluster": "elsewhere", "node_count": 2})
    assert [grows(pool) for pool in (fixed, own, made, outside)] == [False, True, True, UNKNOWN]


@pytest.mark.parametrize(
    ("type_", "values", "expected"),
    [
        ("google_bigtable_instance", {"cluster": [{"num_nodes": 1}]}, False),
        ("google_bigtable_instance", {"cluster": [{"autoscaling_config": [{"max_nodes": 3}]}]}, True),
        ("google_spanner_instance", {"num_nodes": 1}, False),
        ("google_spanner_instance", {"autoscaling_config": [{}]}, True),
    ],
)
def test_throughput(type_: str, values: dict[str, Any], expected: bool) -> None:
    assert grows(project().add(f"{type_}.a", values)) is expected


@pytest.mark.parametrize("type_", ["google_filestore_instance", "google_netapp_volume"])
def test_files_have_a_size(type_: str) -> None:
    quota = one(project().add(f"{type_}.a", {}), ShareQuota).limited
    assert quota is not None
    assert value(quota) is True
