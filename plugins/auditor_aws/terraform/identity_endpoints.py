"""What asks callers for authentication: functions, APIs, identity pools, caches, search and graph databases.

Sources: Terraform AWS provider documentation, page of each type; API Gateway Developer Guide, "Controlling and managing
access"; AppSync Developer Guide, "Configuring authorization and authentication" (API keys are for unauthenticated
APIs); Neptune User Guide, "Enabling IAM database authentication" (off by default); ElastiCache User Guide,
"Authentication and Authorization"; MemoryDB Developer Guide, "Authenticating users with Access Control Lists".
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from auditor.attr import Attr, Known, Reason, Unknown, any_of, map_attr
from auditor.facets import Authentication, Facet
from auditor.record import Record
from auditor.text import Text
from auditor_aws import computed
from auditor_aws.placement import in_region
from auditor_aws.registry import REGISTRY

_IN_DEFINITION: Final = Text("API の定義にあるメソッドの認証", "the authentication of methods in the API's definition")

_BY_SCHEMA: Final = Text("スキーマが API キーで許すフィールド", "the fields that the schema opens to API keys")


@REGISTRY.adapter("aws_lambda_function_url")
def function_url(record: Record) -> Iterable[Facet]:
    """An address of a function: NONE lets everybody call it, as far as the function's policy does."""
    kind = record.text("authorization_type")
    yield Authentication(what="function-url", required=map_attr(kind, lambda value: value != "NONE"))


@REGISTRY.adapter("aws_lambda_permission")
def function_permission(record: Record) -> Iterable[Facet]:
    """Who may call a function; everybody without a condition is nobody that is asked.

    Permissions by ``function_url_auth_type`` or ``invoked_via_function_url`` belong to a URL, which is judged by itself.
    """
    yield in_region(record, stores_data=False)
    principal, url = record.text("principal"), record.text("function_url_auth_type")
    if isinstance(url, Known) and url.value is not None:
        return
    by_url = record.flag("invoked_via_function_url", False)
    if isinstance(by_url, Known) and by_url.value:
        return
    if isinstance(principal, Known) and principal.value != "*":
        return
    tied = any_of(*(record.has(path) for path in ("source_arn", "source_account", "principal_org_id")))
    required: Attr[bool] = tied if isinstance(principal, Known) else principal
    if isinstance(url, Unknown) and isinstance(required, Known) and not required.value:
        # Whether the permission is judged here or with its URL is open.
        required = url
    yield Authentication(what="function", required=required)


@REGISTRY.adapter("aws_api_gateway_method")
def rest_method(record: Record) -> Iterable[Facet]:
    """A method of a REST API.  OPTIONS answers browsers before they sign in, and an API key names no caller."""
    yield in_region(record, stores_data=False)
    verb = record.text("http_method")
    if isinstance(verb, Known) and verb.value == "OPTIONS":
        return
    kind = record.text_or("authorization", "NONE")
    required = map_attr(kind, lambda value: value != "NONE")
    if isinstance(verb, Unknown) and isinstance(required, Known) and not required.value:
        required = verb
    yield Authentication(what="api-method", internal=_private(record), required=required)


def _private(method: Record) -> bool:
    """Whether the API is certainly reached from inside a network only."""
    api = method.target("rest_api_id", "aws_api_gateway_rest_api")
    kind = api.value.text("endpoint_configuration.0.types.0") if isinstance(api, Known) and api.value else None
    return isinstance(kind, Known) and kind.value == "PRIVATE"


@REGISTRY.adapter("aws_api_gateway_rest_api")
def rest_api(record: Record) -> Iterable[Facet]:
    """An API whose methods stand in a definition of its own."""
    body = record.has("body")
    if isinstance(body, Unknown) or body.value:
        unread = record.unknown("body", Reason.UNRESOLVED, _IN_DEFINITION)
        yield Authentication(what="api-definition", required=unread)


@REGISTRY.adapter("aws_apigatewayv2_route")
def route(record: Record) -> Iterable[Facet]:
    """A route; of a WebSocket API only ``$connect`` can ask who is calling."""
    yield in_region(record, stores_data=False)
    key = record.text("route_key")
    if isinstance(key, Known) and key.value is not None:
        if key.value.startswith("OPTIONS "):
            return
        api = record.target("api_id", "aws_apigatewayv2_api")
        protocol = api.value.text("protocol_type") if isinstance(api, Known) and api.value is not None else None
        if isinstance(protocol, Known) and protocol.value == "WEBSOCKET" and key.value != "$connect":
            return
    kind = record.text_or("authorization_type", "NONE")
    required = map_attr(kind, lambda value: value != "NONE")
    yield Authentication(what="api-route", required=key if isinstance(key, Unknown) else required)


@REGISTRY.adapter("aws_apigatewayv2_api")
def http_api(record: Record) -> Iterable[Facet]:
    """An API made with its one route at once (``target``), which asks nobody, or by a definition of its own."""
    body, target = record.has("body"), record.has("target")
    if isinstance(body, Unknown) or body.value:
        unread = record.unknown("body", Reason.UNRESOLVED, _IN_DEFINITION)
        yield Authentication(what="api-definition", required=unread)
    elif isinstance(target, Unknown) or target.value:
        yield Authentication(what="api-route", required=map_attr(target, lambda given: not given))


@REGISTRY.adapter("aws_appsync_graphql_api")
def graphql(record: Record) -> Iterable[Facet]:
    """An API whose callers sign in by IAM, a user pool, OpenID Connect or a function; an API key names no caller.

    What a further provider lets in is said field by field in the schema, which is not read.
    """
    required = map_attr(record.text("authentication_type"), lambda value: value != "API_KEY")
    if isinstance(required, Known) and required.value:
        further = record.blocks("additional_authentication_provider")
        for one in further.value if isinstance(further, Known) else ():
            kind = one.text("authentication_type")
            if isinstance(kind, Unknown):
                required = kind
            elif kind.value == "API_KEY":
                required = one.unknown("authentication_type", Reason.OUTSIDE, _BY_SCHEMA)
        if isinstance(further, Unknown):
            required = further
    yield Authentication(what="graphql-api", required=required)


@REGISTRY.adapter("aws_cognito_identity_pool")
def identity_pool(record: Record) -> Iterable[Facet]:
    """A pool that may give credentials of AWS to guests."""
    guests = record.flag("allow_unauthenticated_identities", False)
    yield Authentication(what="identity-pool", required=map_attr(guests, lambda value: not value))


@REGISTRY.adapter("aws_elasticache_replication_group", "aws_elasticache_serverless_cache", "aws_elasticache_cluster")
def cache(record: Record) -> Iterable[Facet]:
    """A cache: Redis and Valkey ask for a token or a user of a group, Memcached asks nobody.

    A cluster that belongs to a replication group is judged with it.
    """
    if record.type == "aws_elasticache_cluster":
        group = record.has("replication_group_id")
        if (isinstance(group, Unknown) and not record.left_out("replication_group_id")) or (
            isinstance(group, Known) and group.value
        ):
            return
        # Neither a token nor users can be set for a cluster by itself: pages of both types.
        yield Authentication(what="cache", internal=True, required=record.known("engine", False))
        return
    token = record.has("auth_token")
    users = record.has("user_group_ids" if record.type == "aws_elasticache_replication_group" else "user_group_id")
    yield Authentication(what="cache", internal=True, required=any_of(token, users))


@REGISTRY.adapter("aws_memorydb_cluster")
def memory_database(record: Record) -> Iterable[Facet]:
    """A cluster; the list ``open-access`` lets everybody in."""
    acl: Attr[str | None] = record.text("acl_name")
    own = record.target("acl_name", "aws_memorydb_acl")
    if isinstance(own, Known) and own.value is not None:
        acl = record.known("acl_name", "")  # a list of one's own is another than open-access, whatever its name
    yield Authentication(
        what="memory-database", internal=True, required=map_attr(acl, lambda value: value != "open-access")
    )


@REGISTRY.adapter("aws_neptune_cluster")
def graph_database(record: Record) -> Iterable[Facet]:
    """A graph database has no users of its own: without IAM authentication it asks nobody."""
    required = record.flag("iam_database_authentication_enabled", False)
    yield Authentication(what="graph-database", internal=True, required=required)


@REGISTRY.adapter("aws_msk_cluster")
def broker(record: Record) -> Iterable[Facet]:
    """A cluster of brokers; without a setting clients are not asked who they are (API reference, ClientAuthentication)."""
    block = computed.block(record, "client_authentication")
    if isinstance(block, Unknown):
        yield Authentication(what="broker", internal=True, required=block)
        return
    if block.value is None:
        yield Authentication(what="broker", internal=True, required=record.known("client_authentication", False))
        return
    guests = computed.flag(block.value, "unauthenticated", False)
    ways = any_of(
        computed.flag(block.value, "sasl.0.iam", False),
        computed.flag(block.value, "sasl.0.scram", False),
        block.value.has("tls.0.certificate_authority_arns"),
    )
    required: Attr[bool] = ways
    if isinstance(guests, Unknown):
        required = guests
    elif guests.value:
        required = block.value.known("unauthenticated", False)
    yield Authentication(what="broker", internal=True, required=required)


@REGISTRY.adapter("aws_opensearch_domain", "aws_elasticsearch_domain")
def search_domain(record: Record) -> Iterable[Facet]:
    """A domain: fine-grained access control asks everybody; without it the access policy decides, see exposure."""
    block = computed.block(record, "advanced_security_options")
    if isinstance(block, Unknown):
        yield Authentication(what="search", internal=True, required=block)
    elif block.value is not None:
        enabled = computed.flag(block.value, "enabled", False)
        if isinstance(enabled, Unknown) or enabled.value:
            yield Authentication(what="search", internal=True, required=enabled)
