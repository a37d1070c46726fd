"""API Gateway: endpoints, custom domain names and access logs.

Sources: Terraform AWS provider documentation, page of each type; API Gateway Developer Guide, pages "Security
policies" (default endpoints of REST APIs: TLS 1.0 and later, of private ones TLS 1.2, unless ``security_policy`` says
otherwise) and "Security policy for HTTP APIs" (TLS 1.2 always).
"""

from __future__ import annotations

from collections.abc import Iterable

from auditor.attr import Attr, Known, Reason, Unknown
from auditor.facets import DataAccessLog, EncryptionAtRest, EncryptionInTransit, Facet, KeyOwner
from auditor.record import Node, Record
from auditor.text import Text
from auditor_aws import absent, computed, tls
from auditor_aws.placement import in_region
from auditor_aws.registry import REGISTRY


def _rest_version(api: Record) -> Attr[str | None]:
    stated = computed.text(api, "security_policy")
    if isinstance(stated, Unknown) or stated.value is not None:
        return _domain_version(api, stated)
    if not api.action.makes_new:
        detail = Text("既定のエンドポイントのセキュリティポリシー", "the security policy of the default endpoint")
        return Unknown(Reason.NOT_COLLECTED, api, "endpoint_configuration", detail)
    configuration = computed.block(api, "endpoint_configuration")
    if isinstance(configuration, Unknown):
        return configuration
    if configuration.value is None:
        return api.known("endpoint_configuration", "1.0")
    types = configuration.value.elements("types")
    if isinstance(types, Unknown):
        return types
    private = any(isinstance(kind, Known) and kind.value == "PRIVATE" for kind in types.value)
    return configuration.value.known("types", "1.2" if private else "1.0")


@REGISTRY.adapter("aws_api_gateway_rest_api")
def rest_api(record: Record) -> Iterable[Facet]:
    """The endpoint that AWS names; it speaks HTTPS only, and can be switched off in favour of a domain name."""
    yield in_region(record, stores_data=False)
    off = computed.flag(record, "disable_execute_api_endpoint", False)
    if isinstance(off, Known) and off.value:
        return
    version = off if isinstance(off, Unknown) else _rest_version(record)
    yield EncryptionInTransit(
        endpoint="api", required=record.known("endpoint_configuration", True), minimum_tls=version
    )


@REGISTRY.adapter("aws_apigatewayv2_api")
def http_api(record: Record) -> Iterable[Facet]:
    """HTTP and WebSocket APIs."""
    yield in_region(record, stores_data=False)
    off = record.flag("disable_execute_api_endpoint", False)
    if isinstance(off, Known) and off.value:
        return
    yield EncryptionInTransit(
        endpoint="api", required=record.known("protocol_type", True), minimum_tls=record.known("protocol_type", "1.2")
    )


def _domain_version(node: Node, policy: Attr[str | None]) -> Attr[str | None]:
    if isinstance(policy, Unknown):
        return policy
    version = tls.api_gateway(policy.value or "")
    return (
        node.unknown("security_policy", Reason.UNPARSEABLE)
        if version is None
        else node.known("security_policy", version)
    )


@REGISTRY.adapter("aws_api_gateway_domain_name")
def domain_name(record: Record) -> Iterable[Facet]:
    """A domain name of one's own; which policy it gets without ``security_policy`` is not documented."""
    yield in_region(record, stores_data=False)
    policy = record.text("security_policy")
    yield EncryptionInTransit(
        endpoint="domain",
        required=record.known("domain_name", True),
        minimum_tls=_domain_version(record, policy),
    )


@REGISTRY.adapter("aws_apigatewayv2_domain_name")
def http_domain_name(record: Record) -> Iterable[Facet]:
    """A domain name of one's own; TLS_1_2 is the only policy."""
    yield in_region(record, stores_data=False)
    path = "domain_name_configuration.0.security_policy"
    yield EncryptionInTransit(
        endpoint="domain",
        required=record.known("domain_name", True),
        minimum_tls=_domain_version(record, computed.text(record, path, "TLS_1_2")),
    )


def _cache(stage: Record) -> Iterable[Facet]:
    """Responses that a stage keeps; they are in the clear unless the method settings say otherwise."""
    cached = stage.flag("cache_cluster_enabled", False)
    if isinstance(cached, Known) and not cached.value:
        return
    settings = computed.joined(stage, "aws_api_gateway_method_settings", "stage_name")
    if isinstance(cached, Unknown) or settings.possible or len(settings.certain) > 1:
        open_ = cached if isinstance(cached, Unknown) else stage.unknown("cache_cluster_enabled", Reason.AMBIGUOUS)
        yield EncryptionAtRest(enabled=open_, key_owner=open_)
        return
    encrypted: Attr[bool] = absent.without(stage, "aws_api_gateway_method_settings")
    if settings.certain:
        encrypted = computed.flag(settings.certain[0], "settings.0.cache_data_encrypted", False)
    owner: Attr[KeyOwner] = (
        encrypted
        if isinstance(encrypted, Unknown)
        else stage.known("cache_cluster_enabled", KeyOwner.PROVIDER if encrypted.value else KeyOwner.NONE)
    )
    yield EncryptionAtRest(enabled=encrypted, key_owner=owner)


@REGISTRY.adapter("aws_api_gateway_stage", "aws_apigatewayv2_stage")
def stage(record: Record) -> Iterable[Facet]:
    """A stage and its access log."""
    yield in_region(record, stores_data=False)
    yield DataAccessLog(what="access-log", enabled=record.has("access_log_settings"))
    if record.type == "aws_api_gateway_stage":
        yield from _cache(record)


REGISTRY.part(
    "aws_api_gateway_rest_api",
    "aws_api_gateway_authorizer",
    "aws_api_gateway_base_path_mapping",
    "aws_api_gateway_deployment",
    "aws_api_gateway_documentation_part",
    "aws_api_gateway_documentation_version",
    "aws_api_gateway_gateway_response",
    "aws_api_gateway_integration",
    "aws_api_gateway_integration_response",
    "aws_api_gateway_method_response",
    "aws_api_gateway_model",
    "aws_api_gateway_request_validator",
    "aws_api_gateway_resource",
    "aws_api_gateway_rest_api_policy",
    "aws_api_gateway_rest_api_put",
)
REGISTRY.part("aws_api_gateway_stage", "aws_api_gateway_method_settings")
REGISTRY.part("aws_api_gateway_domain_name", "aws_api_gateway_domain_name_access_association")
REGISTRY.part(
    "aws_apigatewayv2_api",
    "aws_apigatewayv2_api_mapping",
    "aws_apigatewayv2_authorizer",
    "aws_apigatewayv2_deployment",
    "aws_apigatewayv2_integration",
    "aws_apigatewayv2_integration_response",
    "aws_apigatewayv2_model",
    "aws_apigatewayv2_route_response",
    "aws_apigatewayv2_routing_rule",
)
