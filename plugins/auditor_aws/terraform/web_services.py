"""What takes requests from the internet: what stands in front of it, and which requests it passes on.

Sources: Terraform AWS provider documentation, page of each type; AWS WAF Developer Guide, page "Resources that you can
protect with AWS WAF" (Application Load Balancers, REST APIs, AppSync, App Runner, Amplify, CloudFront; not HTTP APIs,
Network and Classic Load Balancers, or function URLs); CloudFront Developer Guide, page "Using the managed response
headers policies".
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from auditor.attr import Attr, Known, Reason, Unknown, all_of, any_of, map_attr
from auditor.facets import AllowedMethods, Facet, PublishedService, RequestFilter, ResponseHeaders
from auditor.record import Node, Record
from auditor.text import Text
from auditor_aws import absent, computed, web_acls
from auditor_aws.origins import is_bucket
from auditor_aws.registry import REGISTRY
from auditor_aws.shown import shown

_WITH_HEADERS: Final = frozenset(
    {
        "67f7725c-6f97-4210-82d7-5512b31e9d03",
        "eaab4381-ed33-4a86-88ca-d9558dc6cd63",
        "e61eb60c-9c35-4d20-a928-2b84e02af89c",
    }
)
"""CloudFront's own policies that add security headers: SecurityHeadersPolicy, and with CORS in two forms."""
_HEADERS: Final = "aws_cloudfront_response_headers_policy"
_LIMIT_BEHIND: Final = Text(
    "奥のサーバ又は関数による頻度の制限の有無", "whether the server or function behind limits the rate"
)
_BEHIND: Final = Text("オリジンが付けるヘッダー", "the headers that the origin adds")


def _published(record: Record, service: str, public: Attr[bool]) -> PublishedService:
    firewall, acl = web_acls.associated(record)
    held = web_acls.held_back(record, firewall, acl)
    return PublishedService(service=service, public=public, firewall=firewall, flood_limited=held)


def _without_firewall(record: Record, service: str, public: Attr[bool], limit: Attr[bool] | None = None) -> Facet:
    """What takes no web ACL.  Shield Advanced or a limit of its own may hold floods back; without a limit of the
    service, what stands behind may have one."""
    if limit is None:
        limit = record.unknown("", Reason.OUTSIDE, _LIMIT_BEHIND)
    shield = web_acls.held_back(record, record.known("id", False), Known(None, record))
    return PublishedService(service=service, public=public, firewall=None, flood_limited=any_of(shield, limit))


@REGISTRY.adapter("aws_lb", "aws_alb")
def balancer(record: Record) -> Iterable[Facet]:
    """A load balancer; it is on the internet unless it is told to be internal."""
    kind = record.text_or("load_balancer_type", "application")
    public = map_attr(computed.flag(record, "internal", False), lambda internal: not internal)
    if isinstance(kind, Unknown):
        yield PublishedService(service="load-balancer", public=public, firewall=kind, flood_limited=kind)
    elif kind.value == "application":
        yield _published(record, "load-balancer", public)
    elif kind.value == "network":
        yield _without_firewall(record, "network-load-balancer", public)


@REGISTRY.adapter("aws_elb")
def classic_balancer(record: Record) -> Iterable[Facet]:
    """A Classic Load Balancer."""
    public = map_attr(computed.flag(record, "internal", False), lambda internal: not internal)
    yield _without_firewall(record, "classic-load-balancer", public)


@REGISTRY.adapter("aws_api_gateway_stage")
def rest_stage(record: Record) -> Iterable[Facet]:
    """A stage of a REST API, which a private endpoint keeps off the internet."""
    api = record.target("rest_api_id", "aws_api_gateway_rest_api")
    public: Attr[bool]
    if isinstance(api, Unknown):
        public = api
    elif api.value is None:
        public = record.unknown("rest_api_id", Reason.OUTSIDE)
    else:
        public = _not_private(api.value)
    firewall, acl = web_acls.associated(record)
    limited = any_of(web_acls.held_back(record, firewall, acl), _throttled(record))
    yield PublishedService(service="api", public=public, firewall=firewall, flood_limited=limited)


def _not_private(api: Record) -> Attr[bool]:
    configuration = computed.block(api, "endpoint_configuration")
    if isinstance(configuration, Unknown):
        return configuration
    if configuration.value is None:
        return api.known("endpoint_configuration", True)
    types = configuration.value.elements("types")
    if isinstance(types, Unknown):
        return types
    private = any(isinstance(kind, Known) and kind.value == "PRIVATE" for kind in types.value)
    return configuration.value.known("types", not private)


def _throttled(stage: Record) -> Attr[bool]:
    """Whether the methods of the stage have a limit of their own (-1 stands for none)."""
    settings = computed.joined(stage, "aws_api_gateway_method_settings", "stage_name")
    rates = [
        map_attr(computed.number(one, "settings.0.throttling_rate_limit", -1), lambda rate: rate > 0)
        for one in settings.certain
    ]
    if not rates and settings.possible:
        return stage.unknown("aws_api_gateway_method_settings", Reason.AMBIGUOUS)
    return any_of(*rates) if rates else absent.without(stage, "aws_api_gateway_method_settings")


@REGISTRY.adapter("aws_apigatewayv2_stage")
def http_stage(record: Record) -> Iterable[Facet]:
    """A stage of an HTTP or WebSocket API, which takes no web ACL and is always on the internet."""
    rate = map_attr(computed.number(record, "default_route_settings.0.throttling_rate_limit", 0), lambda n: n > 0)
    yield _without_firewall(record, "http-api", record.known("api_id", True), rate)


@REGISTRY.adapter("aws_appsync_graphql_api")
def graphql(record: Record) -> Iterable[Facet]:
    """A GraphQL API, on the internet unless it is private."""
    public = map_attr(record.text_or("visibility", "GLOBAL"), lambda value: value != "PRIVATE")
    yield _published(record, "graphql-api", public)


@REGISTRY.adapter("aws_apprunner_service")
def app_runner(record: Record) -> Iterable[Facet]:
    """An application of App Runner; it is on the internet unless its ingress is private."""
    path = "network_configuration.0.ingress_configuration.0.is_publicly_accessible"
    yield _published(record, "application", computed.flag(record, path, True))


@REGISTRY.adapter("aws_amplify_app")
def amplify(record: Record) -> Iterable[Facet]:
    """An application of Amplify Hosting, always on the internet; in an account it names its web ACL itself."""
    public = record.known("name", True)
    own = computed.text(record, "web_acl_arn")
    if isinstance(own, Known) and own.value is None:
        yield _published(record, "application", public)
        return
    firewall, acl = web_acls.named(record, "web_acl_arn")
    held = web_acls.held_back(record, firewall, acl)
    yield PublishedService(service="application", public=public, firewall=firewall, flood_limited=held)


@REGISTRY.adapter("aws_lambda_function_url")
def function_url(record: Record) -> Iterable[Facet]:
    """The address of a function; one that demands signatures answers nobody unknown."""
    public = map_attr(record.text("authorization_type"), lambda value: value == "NONE")
    yield _without_firewall(record, "function-url", public)


@REGISTRY.adapter("aws_cloudfront_distribution", "aws_cloudfront_multitenant_distribution")
def distribution(record: Record) -> Iterable[Facet]:
    """A distribution, with the requests that it passes on and the headers that it adds."""
    firewall, acl = web_acls.named(record, "web_acl_id")
    yield PublishedService(
        service="distribution",
        public=record.flag("enabled", True),
        firewall=firewall,
        flood_limited=web_acls.held_back(record, firewall, acl),
    )
    stored = _stored_origins(record)
    for key, behaviour in _behaviours(record):
        yield AllowedMethods(
            key=key, methods=_texts(behaviour, "allowed_methods"), only_stored=_answers_stored(behaviour, stored)
        )
        yield ResponseHeaders(key=key, protective=_protective(behaviour, stored))


def _behaviours(record: Record) -> Iterable[tuple[str, Node]]:
    for path in ("default_cache_behavior", "ordered_cache_behavior", "cache_behavior"):
        blocks = record.blocks(path)
        for index, block in enumerate(blocks.value if isinstance(blocks, Known) else ()):
            pattern = shown(block.text("path_pattern"))
            yield pattern or (path if path.startswith("default") else f"{path}.{index}"), block


def _texts(node: Node, path: str) -> Attr[frozenset[str]]:
    values = node.get(path)
    if isinstance(values, Unknown):
        return values
    if not isinstance(values.value, list):
        # The distribution for several tenants has the methods in a block of their own.
        return _texts(node, f"{path}.0.items") if path == "allowed_methods" else node.unknown(path, Reason.UNPARSEABLE)
    if values.value and isinstance(values.value[0], dict):
        return _texts(node, f"{path}.0.items")
    return node.known(path, frozenset(str(value).upper() for value in values.value))


def _stored_origins(record: Record) -> Attr[dict[str, bool]]:
    """The origins by name: whether each is a bucket."""
    origins = record.blocks("origin")
    if isinstance(origins, Unknown):
        return origins
    found: dict[str, bool] = {}
    for origin in origins.value:
        name = origin.text("origin_id" if record.type == "aws_cloudfront_distribution" else "id")
        stored = is_bucket(origin)
        if isinstance(name, Known) and name.value is not None and isinstance(stored, Known):
            found[name.value] = stored.value
    return record.known("origin", found)


def _answers_stored(behaviour: Node, stored: Attr[dict[str, bool]]) -> Attr[bool]:
    """Whether the origin of a behaviour is a bucket; a function at the edge may answer in its place."""
    origin = behaviour.text("target_origin_id")
    if isinstance(origin, Unknown):
        return origin
    if isinstance(stored, Unknown):
        return stored
    answer = stored.value.get(origin.value or "")
    if answer is None:
        # A group of origins, or one of which it is open what it is.
        return behaviour.unknown("target_origin_id", Reason.UNRESOLVED)
    functions = behaviour.blocks("lambda_function_association")
    if isinstance(functions, Unknown):
        return functions
    return behaviour.known("target_origin_id", answer and not functions.value)


def _protective(behaviour: Node, stored: Attr[dict[str, bool]]) -> Attr[bool]:
    path = "response_headers_policy_id"
    policy = behaviour.target(path, _HEADERS, f"data.{_HEADERS}")
    if isinstance(policy, Unknown):
        return policy
    if policy.value is not None:
        return _adds_headers(policy.value)
    stated = behaviour.text(path)
    if isinstance(stated, Unknown):
        return stated
    if stated.value in _WITH_HEADERS:
        return behaviour.known(path, True)
    if stated.value is not None:
        return behaviour.unknown(path, Reason.OUTSIDE)
    functions = behaviour.blocks("function_association")
    plain = all_of(_answers_stored(behaviour, stored), map_attr(functions, lambda found: not found))
    if isinstance(plain, Known) and plain.value:
        return behaviour.known(path, False)
    return behaviour.unknown(path, Reason.OUTSIDE, _BEHIND)


def _adds_headers(policy: Record) -> Attr[bool]:
    if policy.type.startswith("data."):
        name = policy.text("name")
        return map_attr(name, lambda text: "SecurityHeaders" in (text or ""))
    security = policy.blocks("security_headers_config")
    if isinstance(security, Unknown):
        return security
    own = policy.blocks("custom_headers_config.0.items")
    if isinstance(own, Unknown):
        return own
    names = [item.text("header") for item in own.value]
    stated = any(
        isinstance(name, Known) and (name.value or "").lower() == "strict-transport-security" for name in names
    )
    return policy.known("security_headers_config", bool(security.value) or stated)


@REGISTRY.adapter("aws_api_gateway_rest_api", "aws_apigatewayv2_api")
def api_methods(record: Record) -> Iterable[Facet]:
    """The methods of an API, which its parts name; one without any in the input says nothing."""
    rest = record.type == "aws_api_gateway_rest_api"
    type_, path = ("aws_api_gateway_method", "rest_api_id") if rest else ("aws_apigatewayv2_route", "api_id")
    if not rest and _websocket(record):
        return
    parts = computed.joined(record, type_, path).certain
    if not parts:
        return
    found: set[str] = set()
    for part in parts:
        stated = part.text("http_method" if rest else "route_key")
        if isinstance(stated, Unknown):
            yield AllowedMethods(methods=stated, only_stored=record.known("name", False))
            return
        word = (stated.value or "").split(" ", 1)[0].upper()
        found.add("*" if word in ("ANY", "$DEFAULT", "") else word)
    yield AllowedMethods(methods=record.known("name", frozenset(found)), only_stored=record.known("name", False))


def _websocket(record: Record) -> bool:
    protocol = record.text("protocol_type")
    return isinstance(protocol, Known) and protocol.value == "WEBSOCKET"


@REGISTRY.adapter(web_acls.ACL)
def web_acl(record: Record) -> Iterable[Facet]:
    """The rules for requests."""
    yield RequestFilter(acts=web_acls.acts(record))


REGISTRY.part("aws_lb", "aws_shield_protection", "aws_wafregional_web_acl_association")
REGISTRY.part("aws_cloudfront_distribution", "aws_cloudfront_response_headers_policy")
REGISTRY.part(web_acls.ACL, web_acls.RULE)
