"""Load balancers, CloudFront, certificates, web ACLs, DNS, VPNs and API Gateway."""

from __future__ import annotations

from typing import Any

import pytest

from auditor.attr import Unknown
from auditor.facets import (
    DataAccessLog,
    EncryptionAtRest,
    EncryptionInTransit,
    KeyOwner,
    ObstacleKind,
    Placement,
    Replica,
    Retirement,
)
from auditor.record import Action
from auditor.testing import World
from auditor_aws import tls
from tests.aws.platform_reading import every, keyed, the, unknown, value


@pytest.mark.parametrize(
    ("policy", "version"),
    [
        ("ELBSecurityPolicy-TLS13-1-2-2021-06", "1.2"),
        ("ELBSecurityPolicy-TLS13-1-3-2021-06", "1.3"),
        ("ELBSecurityPolicy-TLS13-1-0-2021-06", "1.0"),
        ("ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09", "1.2"),
        ("ELBSecurityPolicy-TLS-1-2-Ext-2018-06", "1.2"),
        ("ELBSecurityPolicy-FS-1-1-2019-08", "1.1"),
        ("ELBSecurityPolicy-FS-2018-06", "1.0"),
        ("ELBSecurityPolicy-2016-08", "1.0"),
        ("ELBSecurityPolicy-2099-01", None),
    ],
)
def test_versions_of_load_balancer_policies(policy: str, version: str | None) -> None:
    assert tls.load_balancer(policy) == version


@pytest.mark.parametrize(
    ("name", "version"),
    [
        ("TLSv1.2_2021", "1.2"),
        ("TLSv1.3_2025", "1.3"),
        ("TLSv1_2016", "1.0"),
        ("TLSv1", "1.0"),
        ("SSLv3", "0"),
        ("TLSv9", None),
    ],
)
def test_versions_of_cloudfront(name: str, version: str | None) -> None:
    assert tls.cloudfront(name) == version


@pytest.mark.parametrize(
    ("name", "version"),
    [
        ("TLS_1_0", "1.0"),
        ("TLS_1_2", "1.2"),
        ("SecurityPolicy_TLS13_1_3_2025_09", "1.3"),
        ("SecurityPolicy_TLS12_PFS_2025_EDGE", "1.2"),
        ("other", None),
    ],
)
def test_versions_of_api_gateway(name: str, version: str | None) -> None:
    assert tls.api_gateway(name) == version


def _listener(**values: Any) -> EncryptionInTransit:
    return the(World().add("aws_lb_listener.l", values), EncryptionInTransit)


def test_a_tls_listener_and_its_policy() -> None:
    stated = _listener(protocol="HTTPS", ssl_policy="ELBSecurityPolicy-TLS13-1-2-2021-06")
    assert value(stated.required) is True
    assert value(stated.minimum_tls) == "1.2"
    assert value(_listener(protocol="TLS").minimum_tls) == "1.0"
    assert unknown(_listener(protocol="HTTPS", ssl_policy="made-up").minimum_tls)


@pytest.mark.parametrize(
    ("action", "refused"),
    [
        ({"type": "redirect", "redirect": [{"protocol": "HTTPS", "status_code": "HTTP_301"}]}, True),
        ({"type": "redirect", "redirect": [{"status_code": "HTTP_301"}]}, False),
        ({"type": "fixed-response", "fixed_response": [{"status_code": "403"}]}, True),
        ({"type": "forward"}, False),
    ],
)
def test_a_plain_listener_and_what_it_does(action: dict[str, Any], refused: bool) -> None:
    assert value(_listener(protocol="HTTP", default_action=[action]).required) is refused


def test_a_rule_can_let_plain_requests_through() -> None:
    world = World()
    redirect = {"type": "redirect", "redirect": [{"protocol": "HTTPS"}]}
    listener = world.add("aws_lb_listener.l", {"arn": "arn:l", "protocol": "HTTP", "default_action": [redirect]})
    world.add("aws_lb_listener_rule.r", {"listener_arn": "arn:l", "action": [redirect]})
    assert value(the(listener, EncryptionInTransit).required) is True
    world.add("aws_lb_listener_rule.s", {"action": [{"type": "forward"}]}, unknown={"listener_arn": True})
    assert unknown(the(listener, EncryptionInTransit).required)
    world.add("aws_lb_listener_rule.t", {"listener_arn": "arn:l", "action": [{"type": "forward"}]})
    assert value(the(listener, EncryptionInTransit).required) is False


def test_another_configuration_may_add_rules_to_a_listener_that_exists() -> None:
    world = World()
    redirect = {"type": "redirect", "redirect": [{"protocol": "HTTPS"}]}
    values = {"protocol": "HTTP", "default_action": [redirect]}
    assert unknown(the(world.add("aws_lb_listener.l", values, action=Action.NO_OP), EncryptionInTransit).required)
    plain = {"protocol": "HTTP", "default_action": [{"type": "forward"}]}
    listener = world.add("aws_lb_listener.p", plain, action=Action.NO_OP)
    assert value(the(listener, EncryptionInTransit).required) is False


def test_listeners_that_do_not_end_tls() -> None:
    assert unknown(_listener(protocol="TCP").required)
    gateway = World().add("aws_lb_listener.g", {"protocol": "GENEVE"})
    assert every(gateway, EncryptionInTransit) == []
    open_ = World().add("aws_lb_listener.o", {"port": 443}, unknown={"protocol": True})
    assert unknown(the(open_, EncryptionInTransit).required)
    without_port = World().add("aws_lb_listener.w", {}, unset=("protocol",))
    assert every(without_port, EncryptionInTransit) == []


@pytest.mark.parametrize(("logs", "enabled"), [([], False), ([{"enabled": True}], True), ([{"bucket": "b"}], False)])
def test_access_logs_of_a_load_balancer(logs: list[dict[str, Any]], enabled: bool) -> None:
    balancer = World().add("aws_lb.b", {"access_logs": logs, "enable_deletion_protection": True})
    assert value(the(balancer, DataAccessLog).enabled) is enabled
    (obstacle,) = the(balancer, Retirement).obstacles
    assert obstacle.kind is ObstacleKind.PROTECTS
    assert value(obstacle.present) is True


def test_access_logs_of_a_network_load_balancer_hold_tls_requests_only() -> None:
    world = World()
    balancer = world.add("aws_lb.n", {"arn": "arn:n", "load_balancer_type": "network"})
    world.add("aws_lb_listener.t", {"load_balancer_arn": "arn:n", "protocol": "TCP"})
    assert every(balancer, DataAccessLog) == []
    world.add("aws_lb_listener.s", {"load_balancer_arn": "arn:n", "protocol": "TLS"})
    assert value(the(balancer, DataAccessLog).enabled) is False


def test_a_gateway_load_balancer_writes_no_access_logs() -> None:
    assert every(World().add("aws_lb.b", {"load_balancer_type": "gateway"}), DataAccessLog) == []
    assert unknown(the(World().add("aws_lb.b", {}, unknown={"access_logs": True}), DataAccessLog).enabled)


def test_a_classic_load_balancer() -> None:
    world = World()
    balancer = world.add(
        "aws_elb.e",
        {
            "name": "e",
            "access_logs": [{"bucket": "b"}],
            "listener": [
                {"lb_port": 443, "lb_protocol": "https"},
                {"lb_port": 80, "lb_protocol": "HTTP"},
                {"lb_port": 22, "lb_protocol": "tcp"},
            ],
        },
    )
    assert value(the(balancer, DataAccessLog).enabled) is True
    assert value(keyed(balancer, EncryptionInTransit, "443").required) is True
    assert value(keyed(balancer, EncryptionInTransit, "443").minimum_tls) == "1.0"
    assert value(keyed(balancer, EncryptionInTransit, "80").required) is False
    assert unknown(keyed(balancer, EncryptionInTransit, "22").required)
    attributes = [{"name": "Protocol-TLSv1.2", "value": "true"}, {"name": "Protocol-TLSv1", "value": "false"}]
    world.add("aws_lb_ssl_negotiation_policy.p", {"load_balancer": "e", "attribute": attributes})
    assert value(keyed(balancer, EncryptionInTransit, "443").minimum_tls) == "1.2"


def test_a_classic_load_balancer_with_a_predefined_policy() -> None:
    world = World()
    balancer = world.add("aws_elb.e", {"name": "e", "listener": [{"lb_port": 443, "lb_protocol": "ssl"}]})
    reference = [{"name": "Reference-Security-Policy", "value": "ELBSecurityPolicy-TLS-1-2-2017-01"}]
    kind = {"policy_type_name": "SSLNegotiationPolicyType", "policy_attribute": reference}
    world.add("aws_load_balancer_policy.k", {"load_balancer_name": "e", "policy_type_name": "PublicKeyPolicyType"})
    world.add("aws_load_balancer_policy.p", {"load_balancer_name": "e", **kind})
    assert value(the(balancer, EncryptionInTransit).minimum_tls) == "1.2"
    world.add("aws_load_balancer_policy.q", {"load_balancer_name": "e", **kind})
    assert unknown(the(balancer, EncryptionInTransit).minimum_tls)


def _distribution(world: World | None = None, **values: Any) -> Any:
    base: dict[str, Any] = {
        "default_cache_behavior": [{"viewer_protocol_policy": "redirect-to-https"}],
        "viewer_certificate": [{"acm_certificate_arn": "arn:c", "minimum_protocol_version": "TLSv1.2_2021"}],
    }
    return (world or World()).add("aws_cloudfront_distribution.d", {**base, **values})


def test_a_distribution_that_demands_tls() -> None:
    record = _distribution()
    facet = keyed(record, EncryptionInTransit, "")
    assert value(facet.required) is True
    assert value(facet.minimum_tls) == "1.2"
    assert the(record, Placement).global_service == "CloudFront"


def test_a_distribution_that_does_not() -> None:
    plain = _distribution(ordered_cache_behavior=[{"viewer_protocol_policy": "allow-all"}])
    assert value(keyed(plain, EncryptionInTransit, "").required) is False
    default = _distribution(viewer_certificate=[{"cloudfront_default_certificate": True}])
    assert value(keyed(default, EncryptionInTransit, "").minimum_tls) == "1.0"
    odd = _distribution(viewer_certificate=[{"minimum_protocol_version": "new"}])
    assert unknown(keyed(odd, EncryptionInTransit, "").minimum_tls)


def test_connections_to_origins() -> None:
    origins = [
        {"origin_id": "a", "custom_origin_config": [{"origin_protocol_policy": "https-only"}]},
        {"origin_id": "b", "custom_origin_config": [{"origin_protocol_policy": "http-only"}]},
        {"origin_id": "c", "custom_origin_config": [{"origin_protocol_policy": "match-viewer"}]},
        {"origin_id": "d", "s3_origin_config": [{}]},
    ]
    record = _distribution(origin=origins)
    found = {f.key: value(f.required) for f in every(record, EncryptionInTransit) if f.endpoint == "origin"}
    assert found == {"origin:a": True, "origin:b": False, "origin:c": True}


def test_access_logs_of_a_distribution() -> None:
    assert value(the(_distribution(), DataAccessLog).enabled) is False
    assert value(the(_distribution(logging_config=[{"bucket": "logs"}]), DataAccessLog).enabled) is True
    world = World()
    record = _distribution(world, arn="arn:aws:cloudfront::1:distribution/d")
    world.add("aws_cloudwatch_log_delivery_source.s", {"resource_arn": "arn:aws:cloudfront::1:distribution/d"})
    assert value(the(record, DataAccessLog).enabled) is True
    world = World()
    record = _distribution(world)
    world.add("aws_cloudwatch_log_delivery_source.s", {}, unknown={"resource_arn": True})
    assert unknown(the(record, DataAccessLog).enabled)
    there = World().add("aws_cloudfront_distribution.d", {}, action=Action.NO_OP)
    assert unknown(the(there, DataAccessLog).enabled)


def test_a_distribution_that_is_kept() -> None:
    (obstacle,) = the(_distribution(retain_on_delete=True), Retirement).obstacles
    assert obstacle.kind is ObstacleKind.KEEPS
    assert value(obstacle.present) is True


def test_realtime_logs_go_to_a_stream() -> None:
    arn = "arn:aws:kinesis:us-east-1:1:stream/s"
    config = World().add(
        "aws_cloudfront_realtime_log_config.c", {"endpoint": [{"kinesis_stream_config": [{"stream_arn": arn}]}]}
    )
    assert value(the(config, Replica).location) == {"us-east-1"}


def test_certificates_of_cloudfront_belong_to_no_region() -> None:
    world = World(region="us-east-1")
    used = world.add("aws_acm_certificate.used", {"arn": "arn:used"})
    validated = world.add("aws_acm_certificate.validated", {"arn": "arn:validated"})
    other = world.add("aws_acm_certificate.other", {"arn": "arn:other"})
    validation = world.add("aws_acm_certificate_validation.v", {"certificate_arn": "arn:validated"})
    for name, target in (("a", used), ("b", validation)):
        world.add(
            f"aws_cloudfront_distribution.{name}",
            {"viewer_certificate": [{}]},
            unknown={"viewer_certificate": [{"acm_certificate_arn": True}]},
            refs={"viewer_certificate.0.acm_certificate_arn": target},
        )
    assert the(used, Placement).global_service == "CloudFront"
    assert the(validated, Placement).global_service == "CloudFront"
    assert value(the(other, Placement).locations) == {"us-east-1"}


def test_a_certificate_that_a_distribution_may_use() -> None:
    world = World(region="us-east-1")
    certificate = world.add("aws_acm_certificate.c", {"arn": "arn:c"})
    world.add(
        "aws_cloudfront_distribution.d",
        {"viewer_certificate": [{}]},
        unknown={"viewer_certificate": [{"acm_certificate_arn": True}]},
    )
    assert unknown(the(certificate, Placement).locations)
    elsewhere = world.add("aws_acm_certificate.e", {"arn": "arn:e"}, region="ap-northeast-1")
    assert value(the(elsewhere, Placement).locations) == {"ap-northeast-1"}


def test_scope_of_a_web_acl() -> None:
    world = World()
    assert the(world.add("aws_wafv2_web_acl.g", {"scope": "CLOUDFRONT"}), Placement).global_service == "CloudFront"
    assert value(the(world.add("aws_wafv2_web_acl.r", {"scope": "REGIONAL"}), Placement).locations) == {
        "ap-northeast-1"
    }
    assert unknown(the(world.add("aws_wafv2_web_acl.o", {}, unknown={"scope": True}), Placement).locations)


def test_a_hosted_zone() -> None:
    world = World()
    zone = world.add("aws_route53_zone.z", {"id": "Z1"})
    assert the(zone, Placement).global_service == "Route 53"
    assert [value(o.present) for o in the(zone, Retirement).obstacles] == [True]
    assert every(zone, DataAccessLog) == []
    world.add("aws_route53_query_log.q", {"zone_id": "Z1"})
    assert value(the(zone, DataAccessLog).enabled) is True
    free = world.add("aws_route53_zone.f", {"force_destroy": True})
    assert [value(o.present) for o in the(free, Retirement).obstacles] == [False]


def test_resolver_query_logs() -> None:
    arn = "arn:aws:logs:ap-northeast-1:1:log-group:g"
    config = World().add("aws_route53_resolver_query_log_config.c", {"destination_arn": arn})
    assert value(the(config, DataAccessLog).enabled) is True
    assert value(the(config, Replica).location) == {"ap-northeast-1"}


def test_vpns_are_encrypted() -> None:
    world = World()
    assert value(the(world.add("aws_vpn_connection.v", {}), EncryptionInTransit).required) is True
    client = world.add("aws_ec2_client_vpn_endpoint.c", {"connection_log_options": [{"enabled": True}]})
    assert value(the(client, DataAccessLog).enabled) is True
    silent = world.add("aws_ec2_client_vpn_endpoint.d", {"connection_log_options": [{"enabled": False}]})
    assert value(the(silent, DataAccessLog).enabled) is False
    assert the(world.add("aws_globalaccelerator_accelerator.g", {}), Placement).global_service is not None


@pytest.mark.parametrize(
    ("values", "version"),
    [
        ({}, "1.0"),
        ({"endpoint_configuration": [{"types": ["REGIONAL"]}]}, "1.0"),
        ({"endpoint_configuration": [{"types": ["PRIVATE"]}]}, "1.2"),
    ],
)
def test_the_default_endpoint_of_a_rest_api(values: dict[str, Any], version: str) -> None:
    for action in (Action.CREATE, Action.REPLACE):
        api = World().add("aws_api_gateway_rest_api.a", values, action=action)
        facet = the(api, EncryptionInTransit)
        assert value(facet.required) is True
        assert value(facet.minimum_tls) == version


def test_a_rest_api_without_its_default_endpoint() -> None:
    off = World().add("aws_api_gateway_rest_api.a", {"disable_execute_api_endpoint": True})
    assert every(off, EncryptionInTransit) == []
    there = World().add("aws_api_gateway_rest_api.a", {}, action=Action.NO_OP)
    assert unknown(the(there, EncryptionInTransit).minimum_tls)


def test_http_apis_and_domain_names() -> None:
    world = World()
    api = world.add("aws_apigatewayv2_api.a", {"protocol_type": "HTTP"})
    assert value(the(api, EncryptionInTransit).minimum_tls) == "1.2"
    old = world.add("aws_api_gateway_domain_name.o", {"security_policy": "TLS_1_0"})
    assert value(the(old, EncryptionInTransit).minimum_tls) == "1.0"
    unsaid = world.add("aws_api_gateway_domain_name.u", {})
    assert unknown(the(unsaid, EncryptionInTransit).minimum_tls)
    new = world.add("aws_apigatewayv2_domain_name.n", {"domain_name_configuration": [{"security_policy": "TLS_1_2"}]})
    assert value(the(new, EncryptionInTransit).minimum_tls) == "1.2"


def test_stages_and_their_access_logs() -> None:
    world = World()
    logged = world.add("aws_apigatewayv2_stage.l", {"access_log_settings": [{"destination_arn": "arn:x"}]})
    silent = world.add("aws_api_gateway_stage.s", {"access_log_settings": []})
    open_ = world.add("aws_api_gateway_stage.o", {}, unknown={"access_log_settings": True})
    assert value(the(logged, DataAccessLog).enabled) is True
    assert value(the(silent, DataAccessLog).enabled) is False
    assert unknown(the(open_, DataAccessLog).enabled)
    assert every(silent, EncryptionAtRest) == []


def test_a_cache_of_a_stage() -> None:
    world = World()
    stage = world.add("aws_api_gateway_stage.s", {"id": "s", "cache_cluster_enabled": True})
    assert value(the(stage, EncryptionAtRest).key_owner) is KeyOwner.NONE
    settings = {"stage_name": "s", "settings": [{"cache_data_encrypted": True}]}
    world.add("aws_api_gateway_method_settings.m", settings)
    assert value(the(stage, EncryptionAtRest).key_owner) is KeyOwner.PROVIDER
    world.add("aws_api_gateway_method_settings.n", {}, unknown={"stage_name": True})
    assert unknown(the(stage, EncryptionAtRest).enabled)


@pytest.mark.parametrize(("protocol", "required"), [("HTTPS", True), ("HTTP", False)])
def test_a_listener_of_a_service_network(protocol: str, required: bool) -> None:
    listener = World().add("aws_vpclattice_listener.l", {"protocol": protocol})
    assert value(the(listener, EncryptionInTransit).required) is required
    passing = World().add("aws_vpclattice_listener.p", {"protocol": "TLS_PASSTHROUGH"})
    assert unknown(the(passing, EncryptionInTransit).required)


def test_origins_that_are_open_are_told() -> None:
    distribution = World().add("aws_cloudfront_distribution.d", unknown={"origin": True})
    found = [one for one in every(distribution, EncryptionInTransit) if one.endpoint == "origin"]
    assert [isinstance(one.required, Unknown) for one in found] == [True]
