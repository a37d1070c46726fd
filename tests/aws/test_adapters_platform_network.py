"""VPCs with their flow logs and time servers, and connections between networks."""

from __future__ import annotations

from typing import Any

import pytest

from auditor.attr import Known
from auditor.facets import NetworkFlowLog, Placement, Replica, TimeSource
from auditor.record import Action
from auditor.testing import World
from tests.aws.platform_reading import every, keyed, the, unknown, value


@pytest.mark.parametrize(("traffic", "logged"), [("ALL", True), ("ACCEPT", True), (None, True), ("REJECT", False)])
def test_a_flow_log_of_the_network_itself(traffic: str | None, logged: bool) -> None:
    world = World()
    vpc = world.add("aws_vpc.v", {}, unknown={"id": True})
    world.add("aws_flow_log.f", {"traffic_type": traffic}, unknown={"vpc_id": True}, refs={"vpc_id": vpc})
    assert value(the(vpc, NetworkFlowLog).enabled) is logged


def test_a_network_without_a_flow_log() -> None:
    assert value(the(World().add("aws_vpc.v", {}), NetworkFlowLog).enabled) is False
    assert unknown(the(World().add("aws_vpc.v", {}, action=Action.NO_OP), NetworkFlowLog).enabled)


def test_the_default_network_is_there_before_it_is_created() -> None:
    world = World()
    vpc = world.add("aws_default_vpc.v", {})
    assert unknown(the(vpc, NetworkFlowLog).enabled)
    assert unknown(the(vpc, TimeSource).servers)
    assert value(the(World(complete=True).add("aws_default_vpc.v", {}), NetworkFlowLog).enabled) is False


def test_a_flow_log_of_rejected_traffic_of_a_network_that_exists() -> None:
    world = World()
    vpc = world.add("aws_vpc.v", {"id": "vpc-1"}, action=Action.NO_OP)
    world.add("aws_flow_log.f", {"vpc_id": "vpc-1", "traffic_type": "REJECT"})
    assert unknown(the(vpc, NetworkFlowLog).enabled)


def test_a_flow_log_that_goes_away_does_not_count() -> None:
    world = World()
    vpc = world.add("aws_vpc.v", {"id": "vpc-1"}, action=Action.NO_OP)
    world.add("aws_flow_log.f", {"vpc_id": "vpc-1"}, action=Action.DELETE)
    assert unknown(the(vpc, NetworkFlowLog).enabled)


def test_a_flow_log_of_which_the_network_is_not_known() -> None:
    world = World()
    vpc = world.add("aws_vpc.v", {})
    world.add("aws_flow_log.f", {}, unknown={"vpc_id": True})
    assert unknown(the(vpc, NetworkFlowLog).enabled)


def test_flow_logs_of_every_subnet_are_as_good() -> None:
    world = World()
    vpc = world.add("aws_vpc.v", {"id": "vpc-1"})
    world.add("aws_subnet.a", {"id": "subnet-a", "vpc_id": "vpc-1"})
    world.add("aws_subnet.b", {"id": "subnet-b", "vpc_id": "vpc-1"})
    world.add("aws_flow_log.a", {"subnet_id": "subnet-a"})
    assert value(the(vpc, NetworkFlowLog).enabled) is False
    world.add("aws_flow_log.b", {"subnet_id": "subnet-b"})
    assert value(the(vpc, NetworkFlowLog).enabled) is True


def test_a_network_that_exists_may_have_further_subnets() -> None:
    world = World()
    vpc = world.add("aws_vpc.v", {"id": "vpc-1"}, action=Action.UPDATE)
    world.add("aws_subnet.a", {"id": "subnet-a", "vpc_id": "vpc-1"})
    world.add("aws_flow_log.a", {"subnet_id": "subnet-a"})
    assert unknown(the(vpc, NetworkFlowLog).enabled)


def test_time_servers_of_the_associated_options() -> None:
    world = World()
    vpc = world.add("aws_vpc.v", {"id": "vpc-1"})
    options = world.add("aws_vpc_dhcp_options.o", {"id": "dopt-1", "ntp_servers": ["ntp.nict.jp", "10.0.0.5"]})
    world.add("aws_vpc_dhcp_options_association.a", {"vpc_id": "vpc-1", "dhcp_options_id": "dopt-1"})
    assert value(the(vpc, TimeSource).servers) == ("ntp.nict.jp", "10.0.0.5")
    assert value(the(options, TimeSource).servers) == ("ntp.nict.jp", "10.0.0.5")


def test_without_options_the_time_is_that_of_aws() -> None:
    for action in (Action.CREATE, Action.REPLACE):
        assert value(the(World().add("aws_vpc.v", {}, action=action), TimeSource).servers) == ()
    assert value(the(World().add("aws_vpc_dhcp_options.o", {"domain_name": "x"}), TimeSource).servers) == ()


def test_options_that_the_input_does_not_show() -> None:
    world = World()
    existing = world.add("aws_vpc.v", {"id": "vpc-1", "dhcp_options_id": "dopt-9"}, action=Action.NO_OP)
    assert unknown(the(existing, TimeSource).servers)
    associated = world.add("aws_vpc.w", {"id": "vpc-2"})
    world.add("aws_vpc_dhcp_options_association.a", {"vpc_id": "vpc-2", "dhcp_options_id": "dopt-9"})
    assert unknown(the(associated, TimeSource).servers)
    open_ = world.add("aws_vpc_dhcp_options.o", {}, unknown={"ntp_servers": True})
    assert unknown(the(open_, TimeSource).servers)


def test_an_association_with_the_default_options() -> None:
    world = World()
    vpc = world.add("aws_vpc.v", {"id": "vpc-1"}, action=Action.UPDATE)
    world.add("aws_vpc_dhcp_options_association.a", {"vpc_id": "vpc-1", "dhcp_options_id": "default"})
    assert value(the(vpc, TimeSource).servers) == ()


def test_default_options_export_one_text() -> None:
    options = World().add("aws_default_vpc_dhcp_options.o", {"ntp_servers": "10.0.0.1, 10.0.0.2"})
    assert value(the(options, TimeSource).servers) == ("10.0.0.1", "10.0.0.2")


@pytest.mark.parametrize(
    ("values", "region"),
    [
        ({"log_destination_type": "s3", "log_destination": "arn:aws:s3:::logs"}, "ap-northeast-3"),
        (
            {
                "log_destination_type": "kinesis-data-firehose",
                "log_destination": "arn:aws:firehose:us-east-1:1:deliverystream/d",
            },
            "us-east-1",
        ),
    ],
)
def test_where_a_flow_log_is_written(values: dict[str, Any], region: str) -> None:
    world = World()
    world.add("aws_s3_bucket.logs", {"arn": "arn:aws:s3:::logs"}, region="ap-northeast-3")
    assert value(the(world.add("aws_flow_log.f", values), Replica).location) == {region}


def test_a_flow_log_in_cloudwatch_stays_in_its_region() -> None:
    assert every(World().add("aws_flow_log.f", {}), Replica) == []


def test_a_transit_gateway_shows_a_flow_log_that_it_has() -> None:
    world = World()
    bare = world.add("aws_ec2_transit_gateway.a", {"id": "tgw-a"})
    logged = world.add("aws_ec2_transit_gateway.b", {"id": "tgw-b"})
    world.add("aws_flow_log.f", {"transit_gateway_id": "tgw-b"})
    assert every(bare, NetworkFlowLog) == []
    assert value(the(logged, NetworkFlowLog).enabled) is True


def test_both_ends_of_a_peering_are_placed() -> None:
    world = World()
    far = world.add("aws_vpc_peering_connection.p", {"peer_region": "us-east-1"})
    near = world.add("aws_vpc_peering_connection.q", {})
    open_ = world.add("aws_vpc_peering_connection.r", {}, unknown={"peer_region": True})
    gateway = world.add("aws_ec2_transit_gateway_peering_attachment.t", {"peer_region": "us-west-2"})
    assert value(keyed(far, Placement, "peer").locations) == {"us-east-1"}
    assert [p.key for p in every(near, Placement)] == [""]
    assert unknown(keyed(open_, Placement, "peer").locations)
    assert value(keyed(gateway, Placement, "peer").locations) == {"us-west-2"}


def test_what_belongs_to_no_region() -> None:
    gateway = World().add("aws_dx_gateway.g", {})
    assert the(gateway, Placement).global_service == "Direct Connect"
    assert value(the(World(region=None).add("aws_dx_gateway.g", {}), Placement).locations) == frozenset()
    assert unknown(the(World(region=None).add("aws_nat_gateway.g", {}), Placement).locations)


def test_sensitive_time_servers_stay_marked() -> None:
    values = {"ntp_servers": ["ntp.example.jp"]}
    options = World().add("aws_vpc_dhcp_options.o", values, sensitive={"ntp_servers": [True]})
    servers = the(options, TimeSource).servers
    assert isinstance(servers, Known)
    assert servers.sensitive
