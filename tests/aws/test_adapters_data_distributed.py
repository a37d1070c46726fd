"""Aurora DSQL, Keyspaces and groups of machines."""

from __future__ import annotations

from auditor.attr import Reason
from auditor.facets import Backup, EncryptionAtRest, KeyOwner, Placement, Replica, Retirement
from auditor.testing import World
from tests.aws.data_world import ACCOUNT, OSAKA, TOKYO, facet, facets, obstacles, reason

PEER = f"arn:aws:dsql:{OSAKA}:{ACCOUNT}:cluster/a"


def test_a_dsql_cluster_of_one_region() -> None:
    record = World().add("aws_dsql_cluster.a", {"deletion_protection_enabled": True}, unset=["kms_encryption_key"])
    assert facet(record, EncryptionAtRest).key_owner.value is KeyOwner.PROVIDER
    assert facets(record, Replica) == []
    assert obstacles(facet(record, Retirement)) == {"deletion_protection_enabled": True}
    assert reason(facet(record, Backup).enabled) is Reason.NOT_COLLECTED


def test_peers_and_witness_of_a_dsql_cluster() -> None:
    world = World()
    inline = world.add(
        "aws_dsql_cluster.a", {"multi_region_properties": [{"clusters": [PEER], "witness_region": "us-west-2"}]}
    )
    assert {one.key for one in facets(inline, Replica)} == {OSAKA, "us-west-2"}
    record = world.add("aws_dsql_cluster.b", {"kms_encryption_key": "alias/city"})
    peering = {"clusters": [PEER], "witness_region": "us-west-2"}
    world.add("aws_dsql_cluster_peering.b", peering, refs={"identifier": record})
    assert {one.key for one in facets(record, Replica)} == {OSAKA, "us-west-2"}
    assert facet(record, EncryptionAtRest).key_owner.value is KeyOwner.CUSTOMER


def test_peers_of_a_dsql_cluster_that_are_open() -> None:
    record = World().add("aws_dsql_cluster.a", {}, unknown={"multi_region_properties": True})
    assert reason(facet(record, Replica).location) is Reason.AFTER_APPLY


def test_regions_of_a_keyspace() -> None:
    many = {"replication_specification": [{"region_list": [TOKYO, OSAKA], "replication_strategy": "MULTI_REGION"}]}
    assert {one.key for one in facets(World().add("aws_keyspaces_keyspace.k", many), Replica)} == {TOKYO, OSAKA}
    assert facets(World().add("aws_keyspaces_keyspace.k", {}, unset=["replication_specification"]), Replica) == []
    open_ = World().add("aws_keyspaces_keyspace.k", {}, unknown={"replication_specification": True})
    assert reason(facet(open_, Replica).location) is Reason.AFTER_APPLY


def test_tables_of_a_keyspace() -> None:
    bare = World().add("aws_keyspaces_table.t", {}, unset=["encryption_specification", "point_in_time_recovery"])
    assert facet(bare, EncryptionAtRest).key_owner.value is KeyOwner.PROVIDER
    assert facet(bare, Backup).enabled.value is False
    settings = {
        "encryption_specification": [{"type": "CUSTOMER_MANAGED_KMS_KEY", "kms_key_identifier": "alias/city"}],
        "point_in_time_recovery": [{"status": "ENABLED"}],
    }
    record = World().add("aws_keyspaces_table.t", settings)
    assert facet(record, EncryptionAtRest).key_owner.value is KeyOwner.CUSTOMER
    assert (facet(record, Backup).interval_hours.value, facet(record, Backup).retention_days.value) == (0, 35)


def test_groups_of_machines_keep_nothing_themselves() -> None:
    assert facet(World().add("aws_autoscaling_group.g", {}), Placement).stores_data is False
