"""Networks: firewall rules and policies, routes, connections, tunnels, entrances, public endpoints."""

from __future__ import annotations

from typing import Any

import pytest

from auditor.facets import (
    BoundaryDevice,
    DefaultNetwork,
    Direction,
    EndpointKind,
    ExternalConnection,
    InternetBoundary,
    Network,
    NetworkJoin,
    NetworkMember,
    NetworkUse,
    PublicEndpoint,
    RemoteAccess,
    RemoteGrant,
    RouteTable,
    TrafficRule,
    UserAuthentication,
    VpnTunnel,
)
from auditor.record import Action, Record
from auditor.testing import World
from tests.google.google_world import UNKNOWN, all_of, one, project, value

ANY = "0.0.0.0/0"
SSH = [{"protocol": "tcp", "ports": ["22"]}]
FIREWALL = "google_compute_firewall.f"


def net(world: World, **values: Any) -> Record:
    return world.add("google_compute_network.n", {"name": "n", "id": "n", "auto_create_subnetworks": False, **values})


class TestFirewalls:
    def rule(self, values: dict[str, Any], **how: Any) -> TrafficRule:
        return one(project().add(FIREWALL, {"network": "n", **values}, **how), TrafficRule)

    @pytest.mark.parametrize(
        ("sources", "everywhere"),
        [
            ({"source_ranges": [ANY]}, True),
            ({"source_ranges": ["::/0"]}, True),
            ({"source_ranges": ["10.0.0.0/8"]}, False),
            ({"source_tags": ["web"]}, False),
            ({"source_service_accounts": ["a@b.iam.gserviceaccount.com"]}, False),
            ({"source_tags": ["web"], "source_ranges": [ANY]}, True),
            ({}, True),
        ],
    )
    def test_sources(self, sources: dict[str, Any], everywhere: bool) -> None:
        rule = self.rule({"allow": SSH, **sources})
        assert value(rule.everywhere) is everywhere
        assert value(rule.direction) is Direction.INBOUND

    @pytest.mark.parametrize(
        ("allowed", "said"),
        [
            (SSH, "tcp/22"),
            ([{"protocol": "tcp", "ports": ["80", "8000-8080"]}], "tcp/80, tcp/8000-8080"),
            ([{"protocol": "tcp"}], "tcp"),
            ([{"protocol": "all"}], "all"),
            ([{"protocol": "17", "ports": ["53"]}], "udp/53"),
            ([{"protocol": "icmp"}, *SSH], "icmp, tcp/22"),
        ],
    )
    def test_ports(self, allowed: list[dict[str, Any]], said: str) -> None:
        assert str(value(self.rule({"allow": allowed}).ports)) == said

    def test_open_values(self) -> None:
        values = {"allow": SSH, "source_ranges": ["10.0.0.0/8"]}
        assert value(self.rule(values, unknown={"source_ranges": True}).everywhere) == UNKNOWN
        assert value(self.rule(values, unknown={"allow": True}).ports) == UNKNOWN
        assert value(self.rule(values, unknown={"allow": [{"ports": True}]}).ports) == UNKNOWN
        assert value(self.rule(values, unknown={"direction": True}).direction) == UNKNOWN
        assert value(self.rule(values, unknown={"disabled": True}).ports) == UNKNOWN
        assert value(self.rule({"allow": [{"protocol": "tcp", "ports": ["ssh"]}]}).ports) == UNKNOWN

    def test_outgoing(self) -> None:
        rule = self.rule({"direction": "EGRESS", "allow": [{"protocol": "all"}]}, unset=["destination_ranges"])
        assert value(rule.direction) is Direction.OUTBOUND
        assert value(rule.everywhere) is True
        rule = self.rule({"direction": "EGRESS", "allow": SSH, "destination_ranges": ["10.0.0.0/8"]})
        assert value(rule.everywhere) is False

    @pytest.mark.parametrize("values", [{"deny": [{"protocol": "all"}]}, {"allow": SSH, "disabled": True}])
    def test_what_lets_nothing_through(self, values: dict[str, Any]) -> None:
        assert all_of(project().add(FIREWALL, {"network": "n", **values}), TrafficRule) == []

    @pytest.mark.parametrize(
        ("targets", "expected"), [(["db", "web"], True), (["web"], True), (["db"], False), ([], False)]
    )
    def test_the_same_tags(self, targets: list[str], expected: bool) -> None:
        rule = self.rule({"allow": SSH, "source_tags": ["web"], "target_tags": targets})
        assert value(rule.own_group) is expected
        rule = self.rule(
            {"allow": SSH, "source_tags": ["web"], "target_tags": targets, "source_ranges": ["10.0.0.0/8"]}
        )
        assert value(rule.own_group) is False

    def test_the_network(self) -> None:
        world = project()
        net(world)
        assert value(one(world.add(FIREWALL, {"network": "n"}), NetworkMember).network) == "google_compute_network.n"


class TestPolicies:
    def match(self, **values: Any) -> dict[str, Any]:
        layer4 = [{"ip_protocol": "tcp", "ports": ["22"]}]
        return {
            "priority": 10,
            "direction": "INGRESS",
            "action": "allow",
            "match": [{"layer4_configs": layer4, **values}],
        }

    def rule(self, **values: Any) -> TrafficRule:
        record = project().add("google_compute_network_firewall_policy_rule.r", self.match(**values))
        return one(record, TrafficRule)

    @pytest.mark.parametrize(
        ("values", "everywhere"),
        [
            ({"src_ip_ranges": [ANY]}, True),
            ({"src_ip_ranges": ["10.0.0.0/8"]}, False),
            ({"src_region_codes": ["JP"]}, False),
            ({"src_secure_tags": [{"name": "tagValues/1"}]}, False),
            ({"src_address_groups": ["groups/office"]}, UNKNOWN),
            ({"src_ip_ranges": [ANY], "src_network_context": "INTRA_VPC"}, False),
            ({"src_ip_ranges": [ANY], "src_network_context": "INTERNET"}, True),
            ({}, True),
        ],
    )
    def test_sources(self, values: dict[str, Any], everywhere: Any) -> None:
        assert value(self.rule(**values).everywhere) == everywhere

    @pytest.mark.parametrize(
        ("action", "lets"),
        [("allow", True), ("apply_security_profile_group", True), ("deny", False), ("goto_next", False)],
    )
    def test_actions(self, action: str, lets: bool) -> None:
        record = project().add("google_compute_firewall_policy_rule.r", {**self.match(), "action": action})
        assert bool(all_of(record, TrafficRule)) is lets

    def test_with_their_policy(self) -> None:
        world = project()
        policy = world.add("google_compute_network_firewall_policy.p", {"name": "p"})
        values = {**self.match(src_ip_ranges=[ANY]), "firewall_policy": "p"}
        own = world.add("google_compute_network_firewall_policy_rule.r", values)
        assert one(policy, TrafficRule).key == "ingress 10"
        assert all_of(own, TrafficRule) == []

    def test_inside_a_policy(self) -> None:
        rule = {**self.match(), "match": [{"src_ip_ranges": [ANY], "layer4_config": [{"ip_protocol": "all"}]}]}
        record = project().add("google_compute_network_firewall_policy_with_rules.p", {"rule": [rule]})
        found = one(record, TrafficRule)
        assert value(found.ports).everything
        open_ = project().add("google_compute_network_firewall_policy_with_rules.p", unknown={"rule": True})
        assert {value(found.ports) for found in all_of(open_, TrafficRule)} == {UNKNOWN}

    def test_a_private_cloud(self) -> None:
        values = {"action": "ALLOW", "ip_protocol": "TCP", "destination_ports": ["22"]}
        source = {"source_ip_ranges": [{"ip_address_range": ANY}]}
        rule = one(project().add("google_vmwareengine_external_access_rule.r", {**values, **source}), TrafficRule)
        assert value(rule.everywhere) is True
        assert str(value(rule.ports)) == "tcp/22"


class TestNetworks:
    def test_the_default_route(self) -> None:
        assert value(one(net(project()), Network).internet) is True
        removed = net(project(), delete_default_routes_on_create=True)
        assert value(one(removed, Network).internet) is False
        assert all_of(removed, ExternalConnection) == []

    def test_a_route_or_translation_of_its_own(self) -> None:
        world = project()
        record = net(world, delete_default_routes_on_create=True)
        world.add("google_compute_route.r", {"network": "n", "next_hop_gateway": "default-internet-gateway"})
        assert value(one(record, Network).internet) is True
        world = project()
        record = net(world, delete_default_routes_on_create=True)
        world.add("google_compute_router.r", {"network": "n", "name": "router"})
        world.add("google_compute_router_nat.n", {"router": "router"})
        assert value(one(record, Network).internet) is True

    @pytest.mark.parametrize(("destination", "internet"), [("199.36.153.4/30", False), ("0.0.0.0/0", True)])
    def test_a_route_to_the_apis_of_google(self, destination: str, internet: bool) -> None:
        world = project()
        record = net(world, delete_default_routes_on_create=True)
        route = {"network": "n", "dest_range": destination, "next_hop_gateway": "default-internet-gateway"}
        world.add("google_compute_route.r", route)
        assert value(one(record, Network).internet) is internet

    def test_a_network_that_exists(self) -> None:
        values = {"name": "n", "delete_default_routes_on_create": True}
        record = project().add("google_compute_network.n", values, action=Action.NO_OP)
        assert value(one(record, Network).internet) == UNKNOWN
        complete = project(complete=True).add("google_compute_network.n", values, action=Action.NO_OP)
        assert value(one(complete, Network).internet) is False

    def test_the_boundary(self) -> None:
        world = project()
        record = net(world)
        assert value(one(record, InternetBoundary).device) is BoundaryDevice.PACKET_FILTER
        world.add("google_compute_network_firewall_policy_association.a", {"attachment_target": "n"})
        assert value(one(record, InternetBoundary).device) is BoundaryDevice.FIREWALL

    def test_outgoing_traffic_is_allowed_unless_refused(self) -> None:
        record = net(project())
        assert value(one(record, TrafficRule).everywhere) == UNKNOWN
        record = net(project(complete=True))
        assert value(one(record, TrafficRule).everywhere) is True
        world = project()
        record = net(world)
        refused = {"network": "n", "direction": "EGRESS", "deny": [{"protocol": "all"}], "destination_ranges": [ANY]}
        world.add(FIREWALL, refused)
        assert all_of(record, TrafficRule) == []
        world.add("google_compute_network.m", {"name": "m", "id": "m"})
        world.add("google_compute_firewall.part", {**refused, "network": "m", "target_tags": ["web"]})
        (other,) = (r for r in world.records if r.address == "google_compute_network.m")
        assert value(one(other, TrafficRule).everywhere) == UNKNOWN

    @pytest.mark.parametrize(("made", "expected"), [(False, True), (True, UNKNOWN), (None, UNKNOWN)])
    def test_the_network_that_a_project_begins_with(self, made: bool | None, expected: Any) -> None:
        record = project().add("google_project.p", {"auto_create_network": made})
        assert value(one(record, DefaultNetwork).closed) == expected

    def test_routes(self) -> None:
        world = project()
        record = net(world)
        assert all_of(record, RouteTable) == []
        values = {"network": "n", "dest_range": "10.9.0.0/16", "priority": 100}
        world.add("google_compute_route.a", {**values, "next_hop_instance": "gone"})
        table = one(record, RouteTable)
        assert value(table.overlapping) == ()
        assert value(table.dead) == ()
        world.add("google_compute_route.b", {**values, "next_hop_vpn_tunnel": "t"})
        world.add("google_compute_instance.i", {"name": "gone"}, action=Action.DELETE)
        table = one(record, RouteTable)
        assert value(table.overlapping) == ("10.9.0.0/16",)
        assert value(table.dead) == ("10.9.0.0/16",)

    def test_hops_that_are_open(self) -> None:
        world = project()
        record = net(world)
        values = {"network": "n", "dest_range": "10.9.0.0/16"}
        world.add("google_compute_route.a", {**values, "next_hop_ip": "10.0.0.9"}, unknown={"next_hop_instance": True})
        assert value(one(record, RouteTable).overlapping) == ()
        world.add("google_compute_route.b", values, unknown={"next_hop_instance": True, "next_hop_ilb": True})
        assert value(one(record, RouteTable).overlapping) == UNKNOWN


class TestConnections:
    @pytest.mark.parametrize(
        ("peer", "outside", "whole"),
        [
            ("m", False, True),
            ("projects/city-main/global/networks/x", False, False),
            ("projects/other/global/networks/x", True, False),
        ],
    )
    def test_peerings(self, peer: str, outside: bool, whole: bool) -> None:
        world = project()
        net(world)
        world.add("google_compute_network.m", {"name": "m", "id": "m"})
        record = world.add("google_compute_network_peering.p", {"network": "n", "peer_network": peer})
        assert value(one(record, ExternalConnection).outside) is outside
        assert value(one(record, NetworkJoin).whole) is whole
        assert "google_compute_network.n" in value(one(record, NetworkJoin).senders)

    @pytest.mark.parametrize(
        ("topology", "group", "receivers"),
        [
            ("MESH", "default", {"google_compute_network.n"}),
            ("STAR", "edge", set()),
            ("STAR", "center", {"google_compute_network.n"}),
        ],
    )
    def test_hubs(self, topology: str, group: str, receivers: set[str]) -> None:
        world = project()
        network = net(world)
        hub = world.add("google_network_connectivity_hub.h", {"name": "h", "preset_topology": topology})
        world.add(
            "google_network_connectivity_spoke.s",
            {"hub": "h", "group": group, "linked_vpc_network": [{"uri": "n"}]},
            refs={"linked_vpc_network.0.uri": network},
        )
        join = one(hub, NetworkJoin)
        assert value(join.senders) == {"google_compute_network.n"}
        assert value(join.receivers) == receivers

    def test_a_shared_network_is_a_hub(self) -> None:
        record = project().add("google_compute_shared_vpc_host_project.h", {"project": "city-main"})
        assert value(one(record, NetworkJoin).senders) == frozenset()

    @pytest.mark.parametrize(
        ("values", "expected"),
        [
            ({"connection_preference": "ACCEPT_AUTOMATIC"}, True),
            ({"connection_preference": "ACCEPT_MANUAL"}, False),
            ({"connection_preference": "ACCEPT_MANUAL", "consumer_accept_lists": [{"project_id_or_num": "x"}]}, True),
            (
                {
                    "connection_preference": "ACCEPT_MANUAL",
                    "consumer_accept_lists": [{"project_id_or_num": "city-main"}],
                },
                False,
            ),
        ],
    )
    def test_private_links(self, values: dict[str, Any], expected: bool) -> None:
        record = project().add("google_compute_service_attachment.s", values)
        assert value(one(record, ExternalConnection).outside) is expected

    def test_lines(self) -> None:
        record = project().add("google_compute_interconnect_attachment.a", {})
        assert one(record, ExternalConnection).kind == "dedicated-line"


class TestTunnels:
    def tunnel(self, values: dict[str, Any], **how: Any) -> VpnTunnel:
        return one(project().add("google_compute_vpn_tunnel.t", values, **how), VpnTunnel)

    @pytest.mark.parametrize(("stated", "expected"), [(None, {2}), (1, {1})])
    def test_versions(self, stated: int | None, expected: set[int]) -> None:
        assert value(self.tunnel({"ike_version": stated}).ike_versions) == expected

    def test_without_ciphers_the_gateways_settle_it(self) -> None:
        tunnel = self.tunnel({})
        assert {value(attr) for attr in (tunnel.encryption, tunnel.integrity, tunnel.dh_groups)} == {UNKNOWN}

    def test_ciphers(self) -> None:
        phase1 = {"encryption": ["AES-CBC-256"], "integrity": ["HMAC-SHA2-256-128"], "dh": ["Group-14"]}
        phase2 = {"encryption": ["AES-GCM-16-256"], "integrity": ["HMAC-SHA2-256-128"], "pfs": ["Group-2"]}
        tunnel = self.tunnel({"cipher_suite": [{"phase1": [phase1], "phase2": [phase2]}]})
        assert value(tunnel.dh_groups) == {2, 14}
        assert value(tunnel.encryption) == {"aes-cbc-256", "aes-gcm-16-256"}
        phase1["dh"] = ["something"]
        tunnel = self.tunnel({"cipher_suite": [{"phase1": [phase1], "phase2": [phase2]}]})
        assert value(tunnel.dh_groups) == UNKNOWN

    def test_the_other_side(self) -> None:
        world = project()
        world.add("google_compute_ha_vpn_gateway.g", {"name": "g"})
        inner = world.add("google_compute_vpn_tunnel.t", {"peer_gcp_gateway": "g"})
        assert value(one(inner, ExternalConnection).outside) is False
        outer = world.add("google_compute_vpn_tunnel.u", {"peer_external_gateway": "office"})
        assert value(one(outer, ExternalConnection).outside) is True


class TestUsersFromOutside:
    @pytest.mark.parametrize(
        ("type_", "values", "everybody", "everything"),
        [
            ("google_iap_tunnel_iam_member", {"member": "allUsers"}, True, True),
            ("google_iap_tunnel_iam_member", {"member": "group:a@b.jp"}, False, True),
            ("google_iap_tunnel_iam_member", {"member": "allUsers", "condition": [{"expression": "e"}]}, True, False),
            ("google_iap_tunnel_instance_iam_member", {"member": "allAuthenticatedUsers"}, True, False),
            ("google_iap_tunnel_iam_binding", {"members": ["allUsers"]}, True, True),
            ("google_iap_tunnel_iam_binding", {"members": ["user:a@b.jp"]}, False, True),
        ],
    )
    def test_grants(self, type_: str, values: dict[str, Any], everybody: bool, everything: bool) -> None:
        record = project().add(f"{type_}.g", {"role": "roles/iap.tunnelResourceAccessor", **values})
        grant = one(record, RemoteGrant)
        assert value(grant.everybody) is everybody
        assert value(grant.every_network) is everything
        assert value(one(record, RemoteAccess).authentication) == {UserAuthentication.IDENTITY_PROVIDER}

    def test_open_grants(self) -> None:
        record = project().add("google_iap_tunnel_iam_member.g", unknown={"member": True, "condition": True})
        assert value(one(record, RemoteGrant).everybody) == UNKNOWN
        assert value(one(record, RemoteGrant).every_network) == UNKNOWN


class TestEndpoints:
    @pytest.mark.parametrize(
        ("interface", "expected"),
        [({}, False), ({"access_config": [{}]}, True), ({"ipv6_access_config": [{"network_tier": "PREMIUM"}]}, True)],
    )
    @pytest.mark.parametrize("type_", ["google_compute_instance", "google_compute_instance_template"])
    def test_machines(self, type_: str, interface: dict[str, Any], expected: bool) -> None:
        record = project().add(f"{type_}.m", {"network_interface": [{"network": "n", **interface}]})
        assert value(one(record, PublicEndpoint).public) is expected

    @pytest.mark.parametrize(
        ("interface", "expected"),
        [
            ({"network": "default"}, [True]),
            ({"network": "projects/p/global/networks/default"}, [True]),
            ({"network": "n"}, [False]),
            ({"subnetwork": "default"}, [True]),
            ({"subnetwork": "inner"}, [False]),
            ({}, []),
        ],
    )
    def test_the_default_network(self, interface: dict[str, Any], expected: list[bool]) -> None:
        record = project().add("google_compute_instance.m", {"network_interface": [interface]})
        assert [value(use.by_default) for use in all_of(record, NetworkUse)] == expected

    def test_a_network_that_is_yet_to_be_made(self) -> None:
        world = project()
        network = net(world)
        record = world.add(
            "google_compute_instance.m",
            {"network_interface": [{}]},
            unknown={"network_interface": [{"network": True}]},
            refs={"network_interface.0.network": network},
        )
        assert value(one(record, NetworkUse).by_default) is False

    @pytest.mark.parametrize(
        ("config", "public", "narrowed"),
        [
            (None, True, True),
            ({"ipv4_enabled": True}, True, True),
            ({"ipv4_enabled": True, "authorized_networks": [{"value": ANY}]}, True, False),
            ({"ipv4_enabled": True, "authorized_networks": [{"value": "192.0.2.0/24"}]}, True, True),
            ({"ipv4_enabled": False}, False, True),
        ],
    )
    def test_sql(self, config: dict[str, Any] | None, public: bool, narrowed: bool) -> None:
        settings = [{"ip_configuration": [config]}] if config is not None else [{}]
        facet = one(project().add("google_sql_database_instance.d", {"settings": settings}), PublicEndpoint)
        assert value(facet.public) is public
        assert value(facet.narrowed) is narrowed

    @pytest.mark.parametrize(
        ("values", "public", "narrowed", "nodes"),
        [
            ({}, True, False, True),
            ({"private_cluster_config": [{"enable_private_nodes": True}]}, True, False, False),
            ({"private_cluster_config": [{"enable_private_endpoint": True}]}, False, False, True),
            (
                {"master_authorized_networks_config": [{"cidr_blocks": [{"cidr_block": "192.0.2.0/24"}]}]},
                True,
                True,
                True,
            ),
            ({"master_authorized_networks_config": [{"cidr_blocks": [{"cidr_block": ANY}]}]}, True, False, True),
            ({"control_plane_endpoints_config": [{"ip_endpoints_config": [{"enabled": False}]}]}, False, False, True),
        ],
    )
    def test_clusters(self, values: dict[str, Any], public: bool, narrowed: bool, nodes: bool) -> None:
        record = project().add("google_container_cluster.c", values)
        facet = one(record, PublicEndpoint, "")
        assert facet.kind is EndpointKind.CLUSTER
        assert value(facet.public) is public
        assert value(facet.narrowed) is narrowed
        assert value(one(record, PublicEndpoint, "nodes").public) is nodes

    @pytest.mark.parametrize(
        ("values", "expected"), [({}, True), ({"network": "default"}, True), ({"network": "n"}, False)]
    )
    def test_the_network_of_a_cluster(self, values: dict[str, Any], expected: bool) -> None:
        record = project().add("google_container_cluster.c", values)
        assert value(one(record, NetworkUse).by_default) is expected

    @pytest.mark.parametrize(
        ("type_", "off", "default"),
        [
            ("google_alloydb_instance", {"network_config": [{"enable_public_ip": False}]}, False),
            ("google_workbench_instance", {"gce_setup": [{"disable_public_ip": True}]}, True),
            ("google_notebooks_instance", {"no_public_ip": True}, True),
            ("google_dataflow_job", {"ip_configuration": "WORKER_IP_PRIVATE"}, True),
            ("google_composer_environment", {"config": [{"enable_private_environment": True}]}, True),
            ("google_data_fusion_instance", {"private_instance": True}, True),
            ("google_looker_instance", {"public_ip_enabled": False}, True),
            ("google_vertex_ai_index_endpoint", {"public_endpoint_enabled": False}, False),
        ],
    )
    def test_services(self, type_: str, off: dict[str, Any], default: bool) -> None:
        assert value(one(project().add(f"{type_}.s", off), PublicEndpoint).public) is False
        assert value(one(project().add(f"{type_}.s", {}), PublicEndpoint).public) is default
        (path,) = off
        open_ = project().add(f"{type_}.s", {}, unknown={path: True})
        assert value(one(open_, PublicEndpoint).public) == UNKNOWN

    def test_workers(self) -> None:
        assert all_of(project().add("google_dataproc_cluster.c", {}), PublicEndpoint) == []
        values = {"cluster_config": [{"gce_cluster_config": [{"internal_ip_only": True}]}]}
        assert value(one(project().add("google_dataproc_cluster.c", values), PublicEndpoint).public) is False
