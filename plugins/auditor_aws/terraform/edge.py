"""What faces the internet besides load balancers: CloudFront, certificates, web ACLs, DNS, VPNs.

Sources: Terraform AWS provider documentation, page of each type; CloudFront Developer Guide, page "Requirements for
using SSL/TLS certificates with CloudFront" (certificates and web ACLs of distributions are in us-east-1).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from auditor.attr import Attr, Known, Reason, Unknown, all_of, any_of
from auditor.facets import DataAccessLog, EncryptionInTransit, Facet, Obstacle, ObstacleKind, Placement, Retirement
from auditor.record import Node, Record
from auditor.text import Text
from auditor_aws import absent, computed, retirement, tls
from auditor_aws.destinations import STREAMS, log_export
from auditor_aws.placement import global_service, in_region
from auditor_aws.registry import REGISTRY
from auditor_aws.shown import shown

_CLOUDFRONT: Final = "CloudFront"
_ROUTE53: Final = "Route 53"
_EDGE_REGION: Final = "us-east-1"
_CERTIFIED: Final = (
    ("aws_cloudfront_distribution", "viewer_certificate.0.acm_certificate_arn"),
    ("aws_cloudfront_multitenant_distribution", "viewer_certificate.0.acm_certificate_arn"),
    ("aws_api_gateway_domain_name", "certificate_arn"),
    ("aws_cognito_user_pool_domain", "certificate_arn"),
)
"""What CloudFront serves with a certificate of us-east-1, and the attribute that names it."""


def _encrypted_viewers(distribution: Record) -> Attr[bool]:
    answers: list[Attr[bool]] = []
    for path in ("default_cache_behavior", "ordered_cache_behavior", "cache_behavior"):
        behaviours = distribution.blocks(path)
        if isinstance(behaviours, Unknown):
            return behaviours
        for behaviour in behaviours.value:
            policy = behaviour.text("viewer_protocol_policy")
            answers.append(
                policy
                if isinstance(policy, Unknown)
                else behaviour.known("viewer_protocol_policy", policy.value in ("https-only", "redirect-to-https"))
            )
    return all_of(*answers)


def _viewer_version(distribution: Record) -> Attr[str | None]:
    """With the certificate of *.cloudfront.net, CloudFront accepts TLS 1.0 whatever the argument says."""
    certificate = distribution.block("viewer_certificate")
    if isinstance(certificate, Unknown):
        return certificate
    block = certificate.value
    if block is None:
        return distribution.known("viewer_certificate", "1.0")
    default = block.flag("cloudfront_default_certificate", False)
    if isinstance(default, Unknown):
        return default
    if default.value:
        return block.known("cloudfront_default_certificate", "1.0")
    stated = block.text_or("minimum_protocol_version", "TLSv1")
    if isinstance(stated, Unknown):
        return stated
    version = tls.cloudfront(stated.value)
    if version is None:
        return block.unknown("minimum_protocol_version", Reason.UNPARSEABLE)
    return block.known("minimum_protocol_version", version)


def _access_log(distribution: Record) -> Attr[bool]:
    """Standard logs (in the distribution or delivered by CloudWatch Logs) or real-time logs."""
    bucket = distribution.has("logging_config.0.bucket")
    streamed = distribution.has("default_cache_behavior.0.realtime_log_config_arn")
    sources = computed.joined(distribution, "aws_cloudwatch_log_delivery_source", "resource_arn")
    delivered: Attr[bool] = absent.without(distribution, "aws_cloudwatch_log_delivery_source")
    if sources.certain:
        delivered = Known(True, sources.certain[0], "resource_arn")
    elif sources.possible:
        name = sources.possible[0].address
        delivered = Unknown(
            Reason.AMBIGUOUS, distribution, "logging_config", Text(f"{name} の対象", f"what {name} is for")
        )
    return any_of(bucket, streamed, delivered)


def _origins(distribution: Record) -> Iterable[Facet]:
    """Connections from CloudFront to origins other than buckets."""
    origins = distribution.blocks("origin")
    if isinstance(origins, Unknown):
        yield EncryptionInTransit(key="origin", endpoint="origin", required=origins)
        return
    for index, origin in enumerate(origins.value):
        policy = origin.text("custom_origin_config.0.origin_protocol_policy")
        name = origin.text("id" if distribution.type == "aws_cloudfront_multitenant_distribution" else "origin_id")
        key = f"origin:{shown(name) or index}"
        if isinstance(policy, Unknown):
            yield EncryptionInTransit(key=key, endpoint="origin", required=policy)
        elif policy.value == "match-viewer":
            yield EncryptionInTransit(key=key, endpoint="origin", required=_encrypted_viewers(distribution))
        elif policy.value is not None:
            required = origin.known("custom_origin_config.0.origin_protocol_policy", policy.value == "https-only")
            yield EncryptionInTransit(key=key, endpoint="origin", required=required)


@REGISTRY.adapter("aws_cloudfront_distribution", "aws_cloudfront_multitenant_distribution")
def distribution(record: Record) -> Iterable[Facet]:
    """A distribution; it serves from points of presence everywhere.

    One for several tenants has the same arguments but for the name of its further cache behaviours.
    """
    yield global_service(record, _CLOUDFRONT)
    yield EncryptionInTransit(
        endpoint="distribution", required=_encrypted_viewers(record), minimum_tls=_viewer_version(record)
    )
    yield from _origins(record)
    yield DataAccessLog(what="access-log", enabled=_access_log(record))
    yield Retirement(obstacles=(retirement.keeps(record, "retain_on_delete"),))


REGISTRY.part("aws_cloudfront_distribution", "aws_cloudfront_monitoring_subscription")


@REGISTRY.adapter("aws_cloudfront_realtime_log_config")
def realtime_log(record: Record) -> Iterable[Facet]:
    """Sends entries of viewer requests to a stream."""
    yield global_service(record, _CLOUDFRONT)
    path = "endpoint.0.kinesis_stream_config.0.stream_arn"
    yield log_export(record, path, "aws_kinesis_stream", key="endpoint")


@REGISTRY.adapter("aws_cloudfront_key_value_store", "aws_cloudfront_function")
def at_the_edge(record: Record) -> Iterable[Facet]:
    """Code and settings that CloudFront carries to all points of presence."""
    yield global_service(record, _CLOUDFRONT, stores_data=record.type == "aws_cloudfront_key_value_store")


def _of_cloudfront(certificate: Record) -> Attr[bool]:
    """Whether a distribution, or an edge-optimized API domain, of the input uses the certificate."""
    users = [certificate]
    users += computed.joined(certificate, "aws_acm_certificate_validation", "certificate_arn").certain
    perhaps: Record | None = None
    for user in users:
        for type_, path in _CERTIFIED:
            found = computed.joined(user, type_, path)
            if found.certain:
                return Known(True, found.certain[0], path)
            perhaps = perhaps or next(iter(found.possible), None)
    if perhaps is None:
        return Known(False, certificate, "arn")
    name = perhaps.address
    return Unknown(Reason.AMBIGUOUS, certificate, "arn", Text(f"{name} が使う証明書か", f"whether {name} uses it"))


@REGISTRY.adapter("aws_acm_certificate")
def certificate(record: Record) -> Iterable[Facet]:
    """A certificate; one of a distribution must be in us-east-1 and belongs to the global service."""
    region = record.region
    if isinstance(region, Known) and region.value != _EDGE_REGION:
        yield in_region(record, stores_data=False)
        return
    edge = _of_cloudfront(record)
    if isinstance(edge, Unknown):
        yield Placement(locations=edge)
    elif edge.value:
        yield global_service(record, _CLOUDFRONT)
    else:
        yield in_region(record, stores_data=False)


REGISTRY.part("aws_acm_certificate", "aws_acm_certificate_validation")


@REGISTRY.adapter("aws_wafv2_web_acl", "aws_wafv2_ip_set", "aws_wafv2_regex_pattern_set", "aws_wafv2_rule_group")
def web_acl(record: Record) -> Iterable[Facet]:
    """Rules for requests, of CloudFront or of a Region."""
    scope = record.text("scope")
    if isinstance(scope, Unknown):
        yield Placement(locations=scope)
    elif (scope.value or "").upper() == "CLOUDFRONT":
        yield global_service(record, _CLOUDFRONT)
    else:
        yield in_region(record, stores_data=False)


REGISTRY.part(
    "aws_wafv2_web_acl",
    "aws_wafv2_web_acl_association",
    "aws_wafv2_web_acl_logging_configuration",
    "aws_wafv2_web_acl_rule_group_association",
)


@REGISTRY.adapter("aws_route53_zone")
def zone(record: Record) -> Iterable[Facet]:
    """A hosted zone; a destroy fails while it holds records that Terraform does not manage."""
    yield global_service(record, _ROUTE53)
    destroyed = record.flag("force_destroy", False)
    present = destroyed if isinstance(destroyed, Unknown) else record.known("force_destroy", not destroyed.value)
    yield Retirement(obstacles=(Obstacle("force_destroy", ObstacleKind.PROTECTS, present),))
    logs = computed.joined(record, "aws_route53_query_log", "zone_id")
    if logs.certain:
        # Queries are no accesses to data, so that only a log that is there is of interest.
        yield DataAccessLog(what="dns-query-log", enabled=record.known("aws_route53_query_log", True))


REGISTRY.part(
    "aws_route53_zone",
    "aws_route53_query_log",
    "aws_route53_record",
    "aws_route53_records_exclusive",
    "aws_route53_zone_association",
    "aws_route53_vpc_association_authorization",
    "aws_route53_hosted_zone_dnssec",
    "aws_route53_key_signing_key",
)


@REGISTRY.adapter("aws_route53_resolver_query_log_config")
def resolver_query_log(record: Record) -> Iterable[Facet]:
    """Writes the names that machines of a network look up."""
    yield in_region(record, stores_data=False)
    networks = record.get("association_count")
    if not (isinstance(networks, Known) and networks.value == 0):
        # Only an account tells of how many networks it writes the queries.
        yield DataAccessLog(what="dns-query-log", enabled=record.known("destination_arn", True))
    yield log_export(record, "destination_arn", *STREAMS)


REGISTRY.part("aws_route53_resolver_query_log_config", "aws_route53_resolver_query_log_config_association")


@REGISTRY.adapter("aws_globalaccelerator_accelerator", "aws_globalaccelerator_custom_routing_accelerator")
def accelerator(record: Record) -> Iterable[Facet]:
    """Takes traffic in at points of presence."""
    yield global_service(record, "Global Accelerator")


REGISTRY.part(
    "aws_globalaccelerator_accelerator",
    "aws_globalaccelerator_listener",
    "aws_globalaccelerator_endpoint_group",
    "aws_globalaccelerator_cross_account_attachment",
)
REGISTRY.part(
    "aws_globalaccelerator_custom_routing_accelerator",
    "aws_globalaccelerator_custom_routing_listener",
    "aws_globalaccelerator_custom_routing_endpoint_group",
)


@REGISTRY.adapter("aws_vpn_connection")
def site_to_site(record: Record) -> Iterable[Facet]:
    """IPsec tunnels: nothing passes unencrypted."""
    yield in_region(record, stores_data=False)
    yield EncryptionInTransit(endpoint="vpn", required=record.known("type", True))


REGISTRY.part("aws_vpn_connection", "aws_vpn_connection_route")


def _connection_log(endpoint: Node) -> Attr[bool]:
    block = endpoint.block("connection_log_options")
    if isinstance(block, Unknown):
        return block
    return (
        endpoint.known("connection_log_options", False) if block.value is None else block.value.flag("enabled", False)
    )


@REGISTRY.adapter("aws_ec2_client_vpn_endpoint")
def client_vpn(record: Record) -> Iterable[Facet]:
    """TLS tunnels of single users."""
    yield in_region(record, stores_data=False)
    yield EncryptionInTransit(endpoint="vpn", required=record.known("transport_protocol", True))
    yield DataAccessLog(what="connection-log", enabled=_connection_log(record))


REGISTRY.part(
    "aws_ec2_client_vpn_endpoint",
    "aws_ec2_client_vpn_network_association",
    "aws_ec2_client_vpn_route",
)
