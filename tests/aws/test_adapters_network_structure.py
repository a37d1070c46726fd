"""Routes, boundaries, connections, entrances and public endpoints."""

from __future__ import annotations

from typing import Any

import pytest

from auditor.facets import (
    BoundaryDevice,
    EndpointKind,
    ExternalConnection,
    InternetBoundary,
    Network,
    NetworkJoin,
    NetworkUse,
    PublicEndpoint,
    RemoteAccess,
    RemoteGrant,
    RouteTable,
    SubnetRoute,
    UserAuthentication,
    VpnTunnel,
)
from auditor.record import Action, Record
from auditor.testing import World
from tests.aws.platform_reading import every, keyed, the, unknown, value

ANY = "0.0.0.0/0"


def shown(attr: Any) -> Any:
    return "?" if unknown(attr) else value(attr)


class Net:
    """A network with a gateway, a table and a subnet."""

    def __init__(self, **route: Any) -> None:
        self.world = World()
        self.vpc = self.world.add("aws_vpc.v", {"id": "vpc-1"})
        self.gateway = self.world.add("aws_internet_gateway.g", {"id": "igw-1", "vpc_id": "vpc-1"})
        routes = [{"cidr_block": ANY, **route}] if route else []
        self.table = self.world.add("aws_route_table.t", {"id": "rtb-1", "vpc_id": "vpc-1", "route": routes})
        self.subnet = self.world.add("aws_subnet.s", {"id": "subnet-1", "vpc_id": "vpc-1"})
        self.link = self.world.add(
            "aws_route_table_association.a", {"subnet_id": "subnet-1", "route_table_id": "rtb-1"}
        )

    def route(self) -> Any:
        return shown(the(self.subnet, SubnetRoute).internet)


class TestWhereSubnetsLead:
    def test_straight_to_the_internet(self) -> None:
        assert Net(gateway_id="igw-1").route() is True
        assert Net(gateway_id="igw-0123").route() is True

    @pytest.mark.parametrize("hop", [{"nat_gateway_id": "nat-1"}, {"gateway_id": "vgw-1"}, {"vpc_endpoint_id": "v"}])
    def test_elsewhere(self, hop: dict[str, str]) -> None:
        assert Net(**hop).route() is False

    def test_not_by_default(self) -> None:
        assert Net(gateway_id="igw-1", cidr_block="198.51.100.0/24").route() is False

    def test_a_separate_route(self) -> None:
        net = Net()
        net.world.add("aws_route.r", {"route_table_id": "rtb-1", "destination_cidr_block": ANY, "gateway_id": "igw-1"})
        assert net.route() is True

    def test_open_ends(self) -> None:
        net = Net()
        values = {"route_table_id": "rtb-1", "destination_cidr_block": ANY}
        net.world.add("aws_route.r", values, unknown={"gateway_id": True})
        assert net.route() == "?"
        net = Net()
        net.world.add(
            "aws_route.r", {"route_table_id": "rtb-1", "gateway_id": "igw-1"}, unknown={"destination_cidr_block": True}
        )
        assert net.route() == "?"

    def test_without_a_table_of_its_own(self) -> None:
        world = World()
        world.add("aws_vpc.v", {"id": "vpc-1"})
        subnet = world.add("aws_subnet.s", {"vpc_id": "vpc-1"})
        assert shown(the(subnet, SubnetRoute).internet) is False
        there = world.add("aws_subnet.old", {"vpc_id": "vpc-1"}, action=Action.NO_OP)
        assert shown(the(there, SubnetRoute).internet) == "?"

    def test_the_main_table(self) -> None:
        world = World()
        world.add("aws_vpc.v", {"id": "vpc-1"})
        world.add("aws_route_table.t", {"id": "rtb-1", "route": [{"cidr_block": ANY, "gateway_id": "igw-9"}]})
        world.add("aws_main_route_table_association.m", {"vpc_id": "vpc-1", "route_table_id": "rtb-1"})
        subnet = world.add("aws_subnet.s", {"vpc_id": "vpc-1"})
        assert shown(the(subnet, SubnetRoute).internet) is True

    def test_a_main_table_that_is_taken_over(self) -> None:
        world = World()
        world.add("aws_vpc.v", {"id": "vpc-1"})
        world.add("aws_default_route_table.d", {}, unknown={"default_route_table_id": True})
        assert shown(the(world.add("aws_subnet.s", {"vpc_id": "vpc-1"}), SubnetRoute).internet) == "?"

    def test_tables_that_agree_decide_though_it_is_not_told_which(self) -> None:
        world = World()
        world.add("aws_vpc.v", {"id": "vpc-1"})
        tables = tuple(
            world.add(f"aws_route_table.t{n}", {"route": [{"cidr_block": ANY, "nat_gateway_id": "nat-1"}]})
            for n in range(2)
        )
        subnet = world.add("aws_subnet.s", {"id": "subnet-1", "vpc_id": "vpc-1"})
        world.add(
            "aws_route_table_association.a",
            {"subnet_id": "subnet-1"},
            unknown={"route_table_id": True},
            refs={"route_table_id": tables},
        )
        assert shown(the(subnet, SubnetRoute).internet) is False


class TestWhatStandsInSubnets:
    @pytest.mark.parametrize(
        ("address", "values", "expected"),
        [
            ("aws_nat_gateway.n", {"subnet_id": "subnet-1"}, True),
            ("aws_nat_gateway.n", {"subnet_id": "subnet-1", "connectivity_type": "private"}, False),
            ("aws_lb.l", {"subnets": ["subnet-1"], "internal": False}, True),
            ("aws_lb.l", {"subnets": ["subnet-1"], "internal": True}, False),
            ("aws_lb.l", {"subnet_mapping": [{"subnet_id": "subnet-1"}]}, True),
            ("aws_networkfirewall_firewall.f", {"subnet_mapping": [{"subnet_id": "subnet-1"}]}, True),
            ("aws_lb.l", {"subnets": ["subnet-9"]}, False),
        ],
    )
    def test_published(self, address: str, values: dict[str, Any], expected: bool) -> None:
        net = Net(gateway_id="igw-1")
        paths = {
            "aws_lb": ("subnets", "subnet_mapping.subnet_id"),
            "aws_networkfirewall_firewall": ("subnet_mapping.subnet_id",),
        }
        refs: dict[str, Any] = {}
        for path in paths.get(address.split(".")[0], ()):
            named = (
                values.get("subnets")
                if path == "subnets"
                else [m["subnet_id"] for m in values.get("subnet_mapping", ())]
            )
            refs[path] = net.subnet if named == ["subnet-1"] else None
        net.world.add(address, values, refs=refs)
        assert shown(the(net.subnet, SubnetRoute).published) is expected

    def test_public_addresses_for_machines(self) -> None:
        world = World()
        world.add("aws_vpc.v", {"id": "vpc-1"})
        world.add("aws_route_table.t", {"id": "rtb-1", "route": [{"cidr_block": ANY, "gateway_id": "igw-9"}]})
        subnet = world.add("aws_subnet.s", {"id": "subnet-1", "vpc_id": "vpc-1", "map_public_ip_on_launch": True})
        world.add("aws_route_table_association.a", {"subnet_id": "subnet-1", "route_table_id": "rtb-1"})
        assert shown(the(subnet, SubnetRoute).published) is True

    def test_databases(self) -> None:
        net = Net(gateway_id="igw-1")
        assert shown(the(net.subnet, SubnetRoute).data_stores) is False
        net.world.add("aws_db_subnet_group.d", {"subnet_ids": ["subnet-1"]}, refs={"subnet_ids": net.subnet})
        assert shown(the(net.subnet, SubnetRoute).data_stores) is True
        net = Net(gateway_id="igw-1")
        net.world.add("aws_elasticache_subnet_group.d", {}, unknown={"subnet_ids": True})
        assert shown(the(net.subnet, SubnetRoute).data_stores) == "?"


class TestRouteTables:
    def test_one_destination_twice(self) -> None:
        net = Net()
        for name in "ab":
            values = {"route_table_id": "rtb-1", "destination_cidr_block": "10.9.0.0/16", "nat_gateway_id": name}
            net.world.add(f"aws_route.{name}", values)
        assert shown(the(net.table, RouteTable).overlapping) == ("10.9.0.0/16",)

    def test_both_ways_of_writing(self) -> None:
        net = Net(nat_gateway_id="nat-1")
        assert shown(the(net.table, RouteTable).overlapping) == ()
        net.world.add("aws_route.r", {"route_table_id": "rtb-1", "destination_cidr_block": "10.9.0.0/16"})
        assert shown(the(net.table, RouteTable).overlapping) == ("10.9.0.0/16",)

    def test_the_state_of_a_table_shows_separate_routes(self) -> None:
        world = World()
        routes = [{"cidr_block": ANY, "nat_gateway_id": "nat-1"}]
        table = world.add("aws_route_table.t", {"id": "rtb-1", "route": routes}, action=Action.NO_OP)
        world.add("aws_route.r", {"route_table_id": "rtb-1", "destination_cidr_block": ANY}, action=Action.NO_OP)
        assert shown(the(table, RouteTable).overlapping) == ()

    def test_an_end_that_goes_away(self) -> None:
        net = Net(nat_gateway_id="nat-1")
        assert shown(the(net.table, RouteTable).dead) == ()
        net.world.add("aws_nat_gateway.n", {"id": "nat-1"}, action=Action.DELETE)
        assert shown(the(net.table, RouteTable).dead) == (ANY,)

    def test_a_gateway_of_another_network(self) -> None:
        net = Net(gateway_id="igw-2")
        net.world.add("aws_vpc.w", {"id": "vpc-2"})
        net.world.add("aws_internet_gateway.h", {"id": "igw-2", "vpc_id": "vpc-2"})
        assert shown(the(net.table, RouteTable).dead) == (ANY,)

    def test_a_peering_of_other_networks(self) -> None:
        net = Net(vpc_peering_connection_id="pcx-1")
        for name in ("a", "b"):
            net.world.add(f"aws_vpc.{name}", {"id": f"vpc-{name}"})
        net.world.add("aws_vpc_peering_connection.p", {"id": "pcx-1", "vpc_id": "vpc-a", "peer_vpc_id": "vpc-b"})
        assert shown(the(net.table, RouteTable).dead) == (ANY,)

    def test_open_routes(self) -> None:
        table = World().add("aws_route_table.t", {}, unknown={"route": True})
        assert shown(the(table, RouteTable).overlapping) == "?"
        assert shown(the(table, RouteTable).dead) == "?"


class TestBoundaries:
    def device(self, net: Net) -> Any:
        return shown(the(net.gateway, InternetBoundary).device)

    def firewall(self, net: Net, subnet: Record | None) -> None:
        values = {"vpc_id": "vpc-1", "subnet_mapping": [{"subnet_id": "subnet-f"}]}
        net.world.add(
            "aws_networkfirewall_firewall.f",
            values,
            refs={"subnet_mapping.0.subnet_id": subnet, "subnet_mapping.subnet_id": subnet},
        )

    def test_without_a_firewall(self) -> None:
        assert self.device(Net(gateway_id="igw-1")) is BoundaryDevice.PACKET_FILTER

    def test_through_the_firewall(self) -> None:
        net = Net(gateway_id="igw-1")
        self.firewall(net, net.subnet)
        assert self.device(net) is BoundaryDevice.FIREWALL

    def test_past_the_firewall(self) -> None:
        net = Net(gateway_id="igw-1")
        self.firewall(net, None)
        assert self.device(net) is BoundaryDevice.BYPASSED

    def test_a_subnet_of_an_open_network_may_lead_past_the_firewall(self) -> None:
        net = Net(gateway_id="igw-1")
        self.firewall(net, net.subnet)
        net.world.add("aws_subnet.elsewhere", {"vpc_id": "vpc-8"})
        assert self.device(net) is BoundaryDevice.FIREWALL
        net.world.add("aws_subnet.open", {}, unknown={"vpc_id": True})
        assert self.device(net) == "?"

    def test_a_subnet_that_leads_past_the_firewall_outweighs_an_open_one(self) -> None:
        net = Net(gateway_id="igw-1")
        self.firewall(net, None)
        net.world.add("aws_subnet.open", {}, unknown={"vpc_id": True})
        assert self.device(net) is BoundaryDevice.BYPASSED

    def test_a_firewall_of_an_open_network(self) -> None:
        net = Net(gateway_id="igw-1")
        net.world.add("aws_networkfirewall_firewall.f", {}, unknown={"vpc_id": True})
        assert self.device(net) == "?"

    def test_appliances(self) -> None:
        net = Net(gateway_id="igw-1")
        net.world.add("aws_vpc_endpoint.e", {"vpc_id": "vpc-1", "vpc_endpoint_type": "GatewayLoadBalancer"})
        assert self.device(net) is BoundaryDevice.FIREWALL

    def test_a_gateway_of_no_network(self) -> None:
        gateway = World().add("aws_internet_gateway.g", {}, unset=["vpc_id"])
        assert every(gateway, InternetBoundary) == []
        assert every(gateway, ExternalConnection) == []

    def test_a_gateway_of_a_network_elsewhere(self) -> None:
        world = World()
        gateway = world.add("aws_internet_gateway.g", {"vpc_id": "vpc-9"})
        world.add("aws_networkfirewall_firewall.f", {"vpc_id": "vpc-8"})
        assert shown(the(gateway, InternetBoundary).device) == "?"
        assert the(gateway, ExternalConnection).kind == "internet"


class TestInternetOfNetworks:
    def test_gateways(self) -> None:
        assert shown(the(Net().vpc, Network).internet) is True
        world = World()
        vpc = world.add("aws_vpc.v", {"id": "vpc-1"})
        assert shown(the(vpc, Network).internet) is False
        world.add("aws_egress_only_internet_gateway.e", {"vpc_id": "vpc-1"})
        assert shown(the(vpc, Network).internet) is True

    def test_an_attachment_of_its_own(self) -> None:
        world = World()
        vpc = world.add("aws_vpc.v", {"id": "vpc-1"})
        world.add("aws_internet_gateway.g", {"id": "igw-1"}, unset=["vpc_id"])
        world.add("aws_internet_gateway_attachment.a", {"vpc_id": "vpc-1", "internet_gateway_id": "igw-1"})
        assert shown(the(vpc, Network).internet) is True

    @pytest.mark.parametrize("action", [Action.NO_OP, Action.UPDATE])
    def test_a_network_that_exists(self, action: Action) -> None:
        assert shown(the(World().add("aws_vpc.v", {}, action=action), Network).internet) == "?"
        complete = World(complete=True).add("aws_vpc.v", {}, action=action)
        assert shown(the(complete, Network).internet) is False

    def test_what_lies_behind_a_hub(self) -> None:
        world = World()
        vpc = world.add("aws_vpc.v", {"id": "vpc-1"})
        world.add("aws_ec2_transit_gateway_vpc_attachment.a", {"vpc_id": "vpc-1"})
        assert shown(the(vpc, Network).internet) == "?"

    def test_an_open_gateway(self) -> None:
        world = World()
        vpc = world.add("aws_vpc.v", {"id": "vpc-1"})
        world.add("aws_internet_gateway.g", {}, unknown={"vpc_id": True})
        assert shown(the(vpc, Network).internet) == "?"


class TestPeerings:
    def made(self, **values: Any) -> Record:
        world = World()
        for name in ("a", "b"):
            world.add(f"aws_vpc.{name}", {"id": f"vpc-{name}"})
        return world.add("aws_vpc_peering_connection.p", {"vpc_id": "vpc-a", "peer_vpc_id": "vpc-b", **values})

    def test_ends(self) -> None:
        join = the(self.made(), NetworkJoin)
        assert shown(join.senders) == shown(join.receivers) == {"aws_vpc.a", "aws_vpc.b"}
        assert shown(join.whole) is True
        join = the(self.made(peer_vpc_id="vpc-9"), NetworkJoin)
        assert shown(join.senders) == {"aws_vpc.a", "vpc-9"}
        assert shown(join.whole) is False

    @pytest.mark.parametrize(("owner", "expected"), [(None, False), ("111122223333", False), ("444455556666", True)])
    def test_another_account(self, owner: str | None, expected: bool) -> None:
        assert shown(the(self.made(peer_owner_id=owner), ExternalConnection).outside) is expected

    def test_accepting(self) -> None:
        world = World()
        world.add("aws_vpc_peering_connection.p", {"id": "pcx-1"})
        own = world.add("aws_vpc_peering_connection_accepter.a", {"vpc_peering_connection_id": "pcx-1"})
        assert every(own, ExternalConnection) == []
        other = world.add("aws_vpc_peering_connection_accepter.b", {"vpc_peering_connection_id": "pcx-2"})
        assert shown(the(other, ExternalConnection).outside) == "?"


class TestHubs:
    def hub(self, **values: Any) -> tuple[World, Record]:
        world = World()
        record = world.add("aws_ec2_transit_gateway.t", {"id": "tgw-1", **values})
        for name in ("a", "b"):
            world.add(f"aws_vpc.{name}", {"id": f"vpc-{name}"})
            world.add(
                f"aws_ec2_transit_gateway_vpc_attachment.{name}",
                {"id": f"att-{name}", "vpc_id": f"vpc-{name}", "transit_gateway_id": "tgw-1"},
            )
        return world, record

    def test_the_default_table_joins_all(self) -> None:
        _, record = self.hub()
        join = the(record, NetworkJoin)
        assert shown(join.senders) == shown(join.receivers) == {"aws_vpc.a", "aws_vpc.b"}
        assert shown(join.whole) is True

    def test_without_the_default_table(self) -> None:
        _, record = self.hub(default_route_table_association="disable", default_route_table_propagation="disable")
        assert shown(the(record, NetworkJoin).senders) == frozenset()

    def test_a_table_of_its_own(self) -> None:
        world, _ = self.hub()
        table = world.add("aws_ec2_transit_gateway_route_table.r", {"id": "rtb-1"})
        link = {"transit_gateway_route_table_id": "rtb-1"}
        world.add(
            "aws_ec2_transit_gateway_route_table_association.a", {**link, "transit_gateway_attachment_id": "att-a"}
        )
        world.add("aws_ec2_transit_gateway_route.b", {**link, "transit_gateway_attachment_id": "att-b"})
        join = the(table, NetworkJoin)
        assert shown(join.senders) == {"aws_vpc.a"}
        assert shown(join.receivers) == {"aws_vpc.b"}

    def test_a_dropped_route_leads_nowhere(self) -> None:
        world, _ = self.hub()
        table = world.add("aws_ec2_transit_gateway_route_table.r", {"id": "rtb-1"})
        values = {"transit_gateway_route_table_id": "rtb-1", "blackhole": True}
        world.add("aws_ec2_transit_gateway_route.b", values)
        assert shown(the(table, NetworkJoin).receivers) == frozenset()
        assert shown(the(table, NetworkJoin).whole) is True

    def test_a_hub_that_exists_may_have_more(self) -> None:
        record = World().add("aws_ec2_transit_gateway.t", {}, action=Action.NO_OP)
        assert shown(the(record, NetworkJoin).whole) == "?"

    def test_a_hub_elsewhere(self) -> None:
        record = World().add("aws_ec2_transit_gateway_vpc_attachment.a", {"transit_gateway_id": "tgw-9"})
        assert shown(the(record, ExternalConnection).outside) == "?"


class TestTunnels:
    def test_the_defaults_take_in_weak_ones(self) -> None:
        tunnel = keyed(World().add("aws_vpn_connection.v", {}), VpnTunnel, "tunnel1")
        assert shown(tunnel.ike_versions) == {1, 2}
        assert "sha1" in shown(tunnel.integrity)
        assert 2 in shown(tunnel.dh_groups)

    def test_what_is_named(self) -> None:
        values: dict[str, Any] = {"tunnel2_ike_versions": ["ikev2"]}
        for phase in (1, 2):
            values[f"tunnel2_phase{phase}_dh_group_numbers"] = [20]
            values[f"tunnel2_phase{phase}_encryption_algorithms"] = ["AES256"]
            values[f"tunnel2_phase{phase}_integrity_algorithms"] = ["SHA2-384"]
        tunnel = keyed(World().add("aws_vpn_connection.v", values), VpnTunnel, "tunnel2")
        assert shown(tunnel.ike_versions) == {2}
        assert shown(tunnel.encryption) == {"aes256"}
        assert shown(tunnel.dh_groups) == {20}

    @pytest.mark.parametrize(
        ("path", "field"),
        [
            ("tunnel1_ike_versions", "ike_versions"),
            ("tunnel1_phase1_encryption_algorithms", "encryption"),
            ("tunnel1_phase2_integrity_algorithms", "integrity"),
            ("tunnel1_phase2_dh_group_numbers", "dh_groups"),
        ],
    )
    def test_open_options(self, path: str, field: str) -> None:
        tunnel = keyed(World().add("aws_vpn_connection.v", {}, unknown={path: True}), VpnTunnel, "tunnel1")
        assert unknown(getattr(tunnel, field))


class TestUsersFromOutside:
    @pytest.mark.parametrize(
        ("kind", "expected"),
        [
            ("certificate-authentication", UserAuthentication.CERTIFICATE),
            ("federated-authentication", UserAuthentication.IDENTITY_PROVIDER),
            ("directory-service-authentication", UserAuthentication.DIRECTORY),
        ],
    )
    def test_authentication(self, kind: str, expected: UserAuthentication) -> None:
        record = World().add("aws_ec2_client_vpn_endpoint.e", {"authentication_options": [{"type": kind}]})
        assert shown(the(record, RemoteAccess).authentication) == {expected}

    def test_open_authentication(self) -> None:
        options: dict[str, Any] = {"authentication_options": [{"type": None}]}
        record = World().add(
            "aws_ec2_client_vpn_endpoint.e", options, unknown={"authentication_options": [{"type": True}]}
        )
        assert shown(the(record, RemoteAccess).authentication) == "?"

    def test_grants(self) -> None:
        world = World()
        endpoint = world.add("aws_ec2_client_vpn_endpoint.e", {"id": "cvpn-1"})
        values = {"client_vpn_endpoint_id": "cvpn-1", "target_network_cidr": ANY, "authorize_all_groups": True}
        own = world.add("aws_ec2_client_vpn_authorization_rule.r", values)
        grant = the(endpoint, RemoteGrant)
        assert shown(grant.everybody) is True
        assert shown(grant.every_network) is True
        assert every(own, RemoteGrant) == []
        values = {"client_vpn_endpoint_id": "cvpn-9", "target_network_cidr": "10.0.0.0/24", "access_group_id": "g"}
        grant = the(world.add("aws_ec2_client_vpn_authorization_rule.o", values), RemoteGrant)
        assert shown(grant.everybody) is False
        assert shown(grant.every_network) is False

    @pytest.mark.parametrize(
        ("principals", "expected"),
        [
            ([], False),
            (["arn:aws:iam::111122223333:root"], False),
            (["arn:aws:iam::444455556666:root"], True),
            (["*"], True),
        ],
    )
    def test_private_links(self, principals: list[str], expected: bool) -> None:
        record = World().add("aws_vpc_endpoint_service.s", {"allowed_principals": principals})
        assert shown(the(record, ExternalConnection).outside) is expected


class TestMachines:
    def public(self, world: World, **how: Any) -> Any:
        return shown(the(world.add("aws_instance.i", **how), PublicEndpoint).public)

    def test_by_itself(self) -> None:
        assert self.public(World(), values={"associate_public_ip_address": True, "subnet_id": "s"}) is True
        assert self.public(World(), values={"associate_public_ip_address": False, "subnet_id": "s"}) is False
        assert self.public(World(), values={"subnet_id": "s"}, unknown={"associate_public_ip_address": True}) == "?"

    def test_by_its_subnet(self) -> None:
        for mapped in (True, False):
            world = World()
            world.add("aws_subnet.s", {"id": "subnet-1", "map_public_ip_on_launch": mapped})
            assert self.public(world, values={"subnet_id": "subnet-1"}) is mapped
        assert self.public(World(), values={"subnet_id": "subnet-9"}) == "?"
        assert self.public(World(), unset=["subnet_id"]) is True

    def test_by_an_address(self) -> None:
        world = World()
        world.add("aws_eip.e", {"instance": "i-1"})
        values = {"id": "i-1", "associate_public_ip_address": False, "subnet_id": "s"}
        assert self.public(world, values=values) is True

    def test_by_its_interface(self) -> None:
        for given in (True, False):
            world = World()
            world.add("aws_network_interface.n", {"id": "eni-1"})
            if given:
                world.add("aws_eip.e", {"network_interface": "eni-1"})
            values = {"primary_network_interface": [{"network_interface_id": "eni-1"}]}
            assert self.public(world, values=values) is given

    def test_what_it_uses(self) -> None:
        record = World().add("aws_instance.i", unset=["subnet_id", "vpc_security_group_ids", "security_groups"])
        assert {use.key: shown(use.by_default) for use in every(record, NetworkUse)} == {"network": True, "group": True}
        world = World()
        world.add("aws_subnet.s", {"id": "subnet-1"})
        record = world.add("aws_instance.i", {"subnet_id": "subnet-1", "vpc_security_group_ids": ["sg-1"]})
        assert {use.key: shown(use.by_default) for use in every(record, NetworkUse)} == {
            "network": False,
            "group": False,
        }

    @pytest.mark.parametrize(("stated", "expected"), [("true", True), ("false", False)])
    def test_templates(self, stated: str, expected: bool) -> None:
        values = {"network_interfaces": [{"associate_public_ip_address": stated}]}
        assert shown(the(World().add("aws_launch_template.t", values), PublicEndpoint).public) is expected
        assert every(World().add("aws_launch_template.t", {"network_interfaces": [{}]}), PublicEndpoint) == []
        values = {"associate_public_ip_address": expected}
        assert shown(the(World().add("aws_launch_configuration.c", values), PublicEndpoint).public) is expected
        assert (
            every(World().add("aws_launch_configuration.c", unset=["associate_public_ip_address"]), PublicEndpoint)
            == []
        )

    def test_containers(self) -> None:
        values = {"network_configuration": [{"assign_public_ip": True}]}
        assert shown(the(World().add("aws_ecs_service.s", values), PublicEndpoint).public) is True
        assert every(World().add("aws_ecs_service.s", {}), PublicEndpoint) == []


class TestDatabasesAndServices:
    @pytest.mark.parametrize(
        ("type_", "default"),
        [
            ("aws_db_instance", False),
            ("aws_rds_cluster_instance", False),
            ("aws_redshiftserverless_workgroup", False),
            ("aws_mq_broker", False),
            ("aws_dms_replication_instance", True),
        ],
    )
    def test_publicly_accessible(self, type_: str, default: bool) -> None:
        for stated, expected in ((True, True), (False, False), (None, default)):
            record = World().add(f"{type_}.d", {"publicly_accessible": stated})
            assert shown(the(record, PublicEndpoint).public) is expected
        record = World().add(f"{type_}.d", unknown={"publicly_accessible": True})
        assert shown(the(record, PublicEndpoint).public) == "?"

    def test_a_default_that_changed(self) -> None:
        assert shown(the(World().add("aws_redshift_cluster.r", {}), PublicEndpoint).public) == "?"
        stated = World().add("aws_redshift_cluster.r", {"publicly_accessible": False})
        assert shown(the(stated, PublicEndpoint).public) is False

    @pytest.mark.parametrize(
        ("config", "public", "narrowed"),
        [
            ({}, True, False),
            ({"public_access_cidrs": [ANY]}, True, False),
            ({"public_access_cidrs": ["192.0.2.0/24"]}, True, True),
            ({"endpoint_public_access": False}, False, False),
        ],
    )
    def test_clusters(self, config: dict[str, Any], public: bool, narrowed: bool) -> None:
        facet = the(World().add("aws_eks_cluster.c", {"vpc_config": [config]}), PublicEndpoint)
        assert facet.kind is EndpointKind.CLUSTER
        assert shown(facet.public) is public
        assert shown(facet.narrowed) is narrowed

    def test_search(self) -> None:
        inner = World().add("aws_opensearch_domain.d", {"vpc_options": [{"subnet_ids": ["s"]}]})
        assert shown(the(inner, PublicEndpoint).public) is False
        outer = World().add(
            "aws_opensearch_domain.d", {"access_policies": '{"Condition": {"IpAddress": {"aws:SourceIp": []}}}'}
        )
        assert shown(the(outer, PublicEndpoint).public) is True
        assert shown(the(outer, PublicEndpoint).narrowed) == "?"
        assert shown(the(World().add("aws_opensearch_domain.d", {}), PublicEndpoint).narrowed) is False


def test_a_machine_in_the_default_group() -> None:
    world = World()
    default = world.add("aws_default_security_group.d", {"id": "sg-d"})
    for group, expected in ((default, True), (None, False)):
        record = world.add(
            f"aws_instance.{expected}",
            {"subnet_id": "subnet-9", "vpc_security_group_ids": ["sg-d" if expected else "sg-1"]},
            refs={"vpc_security_group_ids": group},
        )
        assert {use.key: shown(use.by_default) for use in every(record, NetworkUse)} == {"group": expected}
