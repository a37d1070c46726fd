"""Zones, failover, lines, growth and quotas on AWS."""

from __future__ import annotations

from typing import Any

import pytest

from auditor.attr import Attr, Unknown
from auditor.facets import LineRedundancy, Redundancy, Scaling, ShareQuota
from auditor.record import Action, Record
from auditor.testing import World
from tests.aws.platform_reading import every, the

OPEN = "open"


def state(attr: Attr[Any] | None) -> Any:
    """The value, :data:`OPEN`, or ``None`` where the facet has no such attribute."""
    if attr is None:
        return None
    return OPEN if isinstance(attr, Unknown) else attr.value


def redundancy(record: Record) -> tuple[Any, Any]:
    facet = the(record, Redundancy)
    return state(facet.zones), state(facet.failover)


@pytest.mark.parametrize(
    ("type_", "values", "expected"),
    [
        ("aws_db_instance", {"multi_az": True}, (True, True)),
        ("aws_db_instance", {"multi_az": False}, (False, False)),
        ("aws_db_instance", {}, (False, False)),
        ("aws_rds_cluster", {"db_cluster_instance_class": "db.m6gd.large"}, (True, True)),
        ("aws_rds_cluster", {"engine_mode": "serverless"}, (True, True)),
        ("aws_elasticache_replication_group", {}, (False, False)),
        ("aws_elasticache_replication_group", {"automatic_failover_enabled": True}, (False, True)),
        (
            "aws_elasticache_replication_group",
            {"automatic_failover_enabled": True, "multi_az_enabled": True},
            (True, True),
        ),
        ("aws_elasticache_cluster", {"engine": "redis"}, (False, False)),
        ("aws_elasticache_cluster", {"engine": "memcached"}, (False, None)),
        ("aws_elasticache_cluster", {"engine": "memcached", "az_mode": "cross-az"}, (True, None)),
        ("aws_memorydb_cluster", {}, (True, True)),
        ("aws_memorydb_cluster", {"num_replicas_per_shard": 0}, (False, False)),
        ("aws_dax_cluster", {"replication_factor": 1}, (False, False)),
        ("aws_dax_cluster", {"replication_factor": 3}, (True, True)),
        ("aws_fsx_windows_file_system", {}, (False, False)),
        ("aws_fsx_windows_file_system", {"deployment_type": "MULTI_AZ_1"}, (True, True)),
        ("aws_fsx_ontap_file_system", {"deployment_type": "MULTI_AZ_2"}, (True, True)),
        ("aws_timestreaminfluxdb_db_instance", {"deployment_type": "SINGLE_AZ"}, (False, False)),
        ("aws_mq_broker", {}, (False, False)),
        ("aws_mq_broker", {"deployment_mode": "ACTIVE_STANDBY_MULTI_AZ"}, (True, True)),
        ("aws_efs_file_system", {}, (True, None)),
        ("aws_efs_file_system", {"availability_zone_name": "ap-northeast-1a"}, (False, None)),
        ("aws_redshift_cluster", {}, (False, False)),
        ("aws_redshift_cluster", {"availability_zone_relocation_enabled": True}, (False, True)),
        ("aws_redshift_cluster", {"multi_az": True}, (True, True)),
        ("aws_opensearch_domain", {"cluster_config": [{"instance_count": 3}]}, (False, None)),
        (
            "aws_opensearch_domain",
            {"cluster_config": [{"instance_count": 3, "zone_awareness_enabled": True}]},
            (True, None),
        ),
        (
            "aws_opensearch_domain",
            {"cluster_config": [{"instance_count": 1, "zone_awareness_enabled": True}]},
            (False, None),
        ),
        ("aws_lb", {}, (True, None)),
        ("aws_lb", {"load_balancer_type": "network", "subnets": ["subnet-1"]}, (False, None)),
        ("aws_lb", {"load_balancer_type": "network", "subnets": ["subnet-1", "subnet-2"]}, (True, None)),
        ("aws_elb", {"availability_zones": ["ap-northeast-1a"]}, (False, None)),
        ("aws_eks_cluster", {}, (True, None)),
        ("aws_msk_cluster", {}, (True, None)),
    ],
)
def test_stores_and_services(type_: str, values: dict[str, Any], expected: tuple[Any, Any]) -> None:
    assert redundancy(World().add(f"{type_}.a", values)) == expected


@pytest.mark.parametrize(
    ("type_", "path"),
    [
        ("aws_db_instance", "multi_az"),
        ("aws_elasticache_replication_group", "global_replication_group_id"),
        ("aws_memorydb_cluster", "num_replicas_per_shard"),
        ("aws_mq_broker", "deployment_mode"),
        ("aws_efs_file_system", "availability_zone_name"),
        ("aws_redshift_cluster", "multi_az"),
        ("aws_lb", "load_balancer_type"),
        ("aws_elasticache_cluster", "replication_group_id"),
        ("aws_elasticache_cluster", "engine"),
        ("aws_fsx_windows_file_system", "deployment_type"),
    ],
)
def test_an_open_setting_leaves_it_open(type_: str, path: str) -> None:
    assert redundancy(World().add(f"{type_}.a", {}, unknown={path: True}))[0] == OPEN


def test_what_the_configuration_leaves_out_has_the_default() -> None:
    assert redundancy(World().add("aws_db_instance.a", {}, unset=["multi_az"])) == (False, False)
    assert redundancy(World().add("aws_efs_file_system.a", {}, unset=["availability_zone_name"])) == (True, None)


def test_a_replica_is_there_for_its_primary() -> None:
    world = World()
    primary = world.add("aws_db_instance.primary", {"multi_az": True})
    named = world.add("aws_db_instance.named", {"replicate_source_db": "primary"})
    referring = world.add(
        "aws_db_instance.referring", {}, unknown={"replicate_source_db": True}, refs={"replicate_source_db": primary}
    )
    open_ = world.add("aws_db_instance.open", {}, unknown={"replicate_source_db": True})
    assert every(named, Redundancy) == []
    assert every(referring, Redundancy) == []
    assert redundancy(open_) == (OPEN, OPEN)


@pytest.mark.parametrize("engine", ["rds", "docdb", "neptune"])
def test_a_cluster_needs_two_instances(engine: str) -> None:
    world = World()
    cluster = world.add(f"aws_{engine}_cluster.c", {"id": "c"})
    assert redundancy(cluster) == (False, False)
    world.add(f"aws_{engine}_cluster_instance.a", {"cluster_identifier": "c"})
    assert redundancy(cluster) == (False, False)
    world.add(f"aws_{engine}_cluster_instance.b", {"cluster_identifier": "c"})
    assert redundancy(cluster) == (True, True)


def test_two_instances_in_one_zone_are_not_spread() -> None:
    world = World()
    cluster = world.add("aws_rds_cluster.c", {"id": "c"})
    for name in "ab":
        zone = {"availability_zone": "ap-northeast-1a"}
        world.add(f"aws_rds_cluster_instance.{name}", {"cluster_identifier": "c", **zone})
    assert redundancy(cluster) == (False, False)


def test_instances_whose_zones_are_told_later() -> None:
    world = World()
    cluster = world.add("aws_rds_cluster.c", {"id": "c"})
    for name in "ab":
        values, later = {"cluster_identifier": "c"}, {"availability_zone": True}
        world.add(f"aws_rds_cluster_instance.{name}", values, unknown=later)
    assert redundancy(cluster) == (OPEN, OPEN)
    world.add("aws_rds_cluster_instance.c", {"cluster_identifier": "c"}, unset=["availability_zone"])
    assert redundancy(cluster) == (True, True)


def test_a_cluster_may_have_instances_elsewhere() -> None:
    existing = World().add("aws_rds_cluster.c", {"id": "c"}, action=Action.NO_OP)
    assert redundancy(existing) == (OPEN, OPEN)
    whole = World(complete=True).add("aws_rds_cluster.c", {"id": "c"}, action=Action.EXISTS)
    assert redundancy(whole) == (False, False)
    world = World()
    cluster = world.add("aws_rds_cluster.c", {"id": "c"})
    world.add("aws_rds_cluster_instance.a", {}, unknown={"cluster_identifier": True})
    assert redundancy(cluster) == (OPEN, OPEN)
    secondary = World().add("aws_rds_cluster.c", {"global_cluster_identifier": "g"})
    assert redundancy(secondary) == (OPEN, OPEN)


def _subnets(world: World, *zones: str) -> list[str]:
    for index, zone in enumerate(zones):
        world.add(f"aws_subnet.s{index}", {"id": f"subnet-{index}", "availability_zone": zone})
    return [f"subnet-{index}" for index in range(len(zones))]


@pytest.mark.parametrize(("zones", "spread"), [(["a", "c"], True), (["a", "a"], False), (["a"], False)])
def test_machines_stand_where_their_subnets_are(zones: list[str], spread: bool) -> None:
    world = World()
    ids = _subnets(world, *zones)
    group = world.add("aws_autoscaling_group.g", {"max_size": 3, "vpc_zone_identifier": ids})
    nodes = world.add("aws_eks_node_group.n", {"subnet_ids": ids, "scaling_config": [{"max_size": 2, "min_size": 1}]})
    tasks = world.add("aws_ecs_service.t", {"desired_count": 2, "network_configuration": [{"subnets": ids}]})
    assert [redundancy(one)[0] for one in (group, nodes, tasks)] == [spread] * 3


def test_machines_in_subnets_that_are_not_known() -> None:
    world = World()
    outside = world.add("aws_autoscaling_group.o", {"max_size": 3, "vpc_zone_identifier": ["subnet-8", "subnet-9"]})
    unknown = world.add("aws_autoscaling_group.u", {"max_size": 3}, unknown={"vpc_zone_identifier": True})
    named = world.add("aws_autoscaling_group.n", {"max_size": 3, "availability_zones": ["a", "c"]})
    single = world.add("aws_autoscaling_group.s", {"max_size": 1, "availability_zones": ["a", "c"]})
    assert [redundancy(one)[0] for one in (outside, unknown, named, single)] == [OPEN, OPEN, True, False]


def test_the_only_subnet_that_can_be_meant() -> None:
    world = World()
    subnet = world.add("aws_subnet.a", {})
    group = world.add(
        "aws_autoscaling_group.g",
        {"max_size": 2},
        unknown={"vpc_zone_identifier": True},
        refs={"vpc_zone_identifier": subnet},
    )
    assert redundancy(group)[0] is False


def test_tasks() -> None:
    world = World()
    ids = _subnets(world, "a", "c")
    network = {"network_configuration": [{"subnets": ids}]}
    one = world.add("aws_ecs_service.one", {"desired_count": 1, "id": "one", **network})
    assert redundancy(one)[0] is False
    world.add("aws_appautoscaling_target.t", {"resource_id": "one", "min_capacity": 2})
    assert redundancy(one)[0] is True
    daemon = world.add("aws_ecs_service.d", {"scheduling_strategy": "DAEMON", **network})
    on_machines = world.add("aws_ecs_service.m", {"desired_count": 1})
    assert every(daemon, Redundancy) == every(on_machines, Redundancy) == []


def doubled(record: Record) -> Any:
    return state(the(record, LineRedundancy).doubled)


def test_a_second_line_leads_to_another_device() -> None:
    world = World()
    world.add("aws_vpn_gateway.g", {"id": "vgw-1"})
    for name in "ab":
        world.add(f"aws_customer_gateway.{name}", {"id": f"cgw-{name}"})
    line = world.add("aws_vpn_connection.one", {"vpn_gateway_id": "vgw-1", "customer_gateway_id": "cgw-a"})
    assert doubled(line) is False
    world.add("aws_vpn_connection.same", {"vpn_gateway_id": "vgw-1", "customer_gateway_id": "cgw-a"})
    assert doubled(line) is False
    world.add("aws_vpn_connection.two", {"vpn_gateway_id": "vgw-1", "customer_gateway_id": "cgw-b"})
    assert doubled(line) is True


def test_a_line_of_which_the_input_does_not_show_the_other() -> None:
    world = World()
    world.add("aws_vpn_gateway.g", {"id": "vgw-1"}, action=Action.NO_OP)
    existing = world.add("aws_vpn_connection.one", {"vpn_gateway_id": "vgw-1", "customer_gateway_id": "cgw-a"})
    outside = world.add("aws_vpn_connection.two", {"transit_gateway_id": "tgw-9"})
    assert doubled(existing) == doubled(outside) == OPEN
    world.add("aws_dx_gateway_association.d", {"associated_gateway_id": "vgw-1"})
    assert doubled(existing) is True


def test_dedicated_lines() -> None:
    world = World()
    first = world.add("aws_dx_connection.a", {"location": "EqTY2"})
    assert doubled(first) == OPEN
    second = world.add("aws_dx_connection.b", {"location": "EqTY2"})
    assert doubled(second) == OPEN
    world.add("aws_dx_connection.gone", {"location": "EqOS1"}, action=Action.DELETE)
    assert doubled(first) == OPEN
    third = world.add("aws_dx_connection.c", {"location": "EqOS1"})
    assert doubled(first) is doubled(third) is True
    whole = World(complete=True).add("aws_dx_connection.a", {"location": "EqTY2"})
    assert doubled(whole) is False


def grows(record: Record) -> Any:
    return state(the(record, Scaling).automatic)


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"allocated_storage": 100}, False),
        ({"allocated_storage": 100, "max_allocated_storage": 0}, False),
        ({"allocated_storage": 100, "max_allocated_storage": 100}, False),
        ({"allocated_storage": 100, "max_allocated_storage": 500}, True),
    ],
)
def test_storage_of_a_database(values: dict[str, Any], expected: bool) -> None:
    assert grows(World().add("aws_db_instance.d", values)) is expected
    open_ = World().add("aws_db_instance.d", values, unknown={"max_allocated_storage": True})
    assert grows(open_) == OPEN
    assert every(World().add("aws_db_instance.d", {"engine": "aurora-mysql", **values}), Scaling) == []


def test_a_group_grows_by_a_policy() -> None:
    world = World()
    group = world.add("aws_autoscaling_group.g", {"id": "g", "min_size": 2, "max_size": 6})
    assert grows(group) is False
    world.add("aws_autoscaling_policy.p", {"autoscaling_group_name": "g"})
    assert grows(group) is True
    fixed = world.add("aws_autoscaling_group.f", {"id": "f", "min_size": 2, "max_size": 2})
    world.add("aws_autoscaling_policy.f", {"autoscaling_group_name": "f"})
    assert grows(fixed) is False


def test_a_group_that_something_else_scales() -> None:
    existing = World().add("aws_autoscaling_group.g", {"min_size": 2, "max_size": 6}, action=Action.NO_OP)
    assert grows(existing) == OPEN
    world = World()
    group = world.add("aws_autoscaling_group.g", {"id": "g", "min_size": 2, "max_size": 6})
    provider = {"auto_scaling_group_arn": "g", "managed_scaling": [{"status": "ENABLED"}]}
    path = "auto_scaling_group_provider.0.auto_scaling_group_arn"
    world.add("aws_ecs_capacity_provider.p", {"auto_scaling_group_provider": [provider]}, refs={path: group})
    assert grows(group) is True


def test_tasks_and_throughput_grow_by_a_target() -> None:
    world = World()
    service = world.add("aws_ecs_service.s", {"id": "s", "name": "web", "cluster": "main"})
    table = world.add("aws_dynamodb_table.t", {"id": "t", "name": "ledger"})
    assert grows(service) is grows(table) is False
    world.add("aws_appautoscaling_target.s", {"resource_id": "service/main/web"})
    world.add("aws_appautoscaling_target.t", {"resource_id": "table/ledger"})
    assert grows(service) is grows(table) is True
    paid = world.add("aws_dynamodb_table.p", {"billing_mode": "PAY_PER_REQUEST"})
    assert grows(paid) is True
    world.add("aws_appautoscaling_target.u", {}, unknown={"resource_id": True})
    assert grows(world.add("aws_dynamodb_table.u", {"name": "other"})) == OPEN


def test_a_target_of_another_kind_or_cluster_or_that_goes_makes_nothing_grow() -> None:
    world = World()
    cluster = world.add("aws_ecs_cluster.c", {"id": "arn:aws:ecs:r:1:cluster/main", "name": "main"})
    service = world.add("aws_ecs_service.s", {"name": "web", "cluster": "arn:aws:ecs:r:1:cluster/main"})
    by_reference = world.add("aws_ecs_service.r", {"name": "web"}, unknown={"cluster": True}, refs={"cluster": cluster})
    open_ = world.add("aws_ecs_service.o", {"name": "web"}, unknown={"cluster": True})
    table = world.add("aws_dynamodb_table.t", {"name": "web"})
    world.add("aws_appautoscaling_target.other", {"resource_id": "service/staging/web"})
    world.add("aws_appautoscaling_target.index", {"resource_id": "table/ledger/index/web"})
    world.add("aws_appautoscaling_target.gone", {"resource_id": "table/web"}, action=Action.DELETE)
    assert grows(service) is grows(by_reference) is grows(table) is False
    assert grows(open_) == OPEN
    world.add("aws_appautoscaling_target.s", {"resource_id": "service/main/web"})
    assert grows(service) is grows(by_reference) is True
    assert grows(table) is False


@pytest.mark.parametrize(
    ("type_", "values", "limited"),
    [
        ("aws_fsx_windows_file_system", {}, True),
        ("aws_fsx_ontap_volume", {}, True),
        ("aws_fsx_openzfs_volume", {}, False),
        ("aws_fsx_openzfs_volume", {"storage_capacity_quota_gib": -1}, False),
        ("aws_fsx_openzfs_volume", {"storage_capacity_quota_gib": 100}, True),
        ("aws_efs_file_system", {}, None),
        ("aws_storagegateway_smb_file_share", {}, None),
    ],
)
def test_quotas(type_: str, values: dict[str, Any], limited: bool | None) -> None:
    assert state(the(World().add(f"{type_}.a", values), ShareQuota).limited) is limited
