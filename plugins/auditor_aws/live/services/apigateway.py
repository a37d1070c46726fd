"""REST, HTTP and WebSocket APIs.

Sources: Amazon API Gateway REST API Reference, versions 1 (GetRestApis, GetStages, GetResources, GetDomainNames,
GetApiKeys) and 2 (GetApis, GetStages, GetRoutes, GetDomainNames); Service Authorization Reference, "Actions for Amazon
API Gateway Management" (``apigateway:GET`` allows all of them); AWS provider documentation, pages
``aws_api_gateway_rest_api``, ``aws_api_gateway_stage``, ``aws_api_gateway_method``, ``aws_api_gateway_method_settings``,
``aws_api_gateway_domain_name``, ``aws_api_gateway_api_key``, ``aws_apigatewayv2_api``, ``aws_apigatewayv2_stage``,
``aws_apigatewayv2_route``, ``aws_apigatewayv2_domain_name``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from auditor_aws.live.answers import Answers
from auditor_aws.live.catalogue import Call, Service
from auditor_aws.live.shapes import Shape, block

_GET: Final = "apigateway:GET"


def _without_stage_variables(data: Any) -> None:
    """Values of variables and headers may be secrets."""
    for stage in (*(data.get("item") or ()), *(data.get("Items") or ())):
        for name in ("variables", "StageVariables", "canarySettings"):
            stage.pop(name, None)


def _methods_alone(data: Any) -> None:
    for resource in data.get("items") or ():
        for name, method in (resource.get("resourceMethods") or {}).items():
            kept = ("httpMethod", "authorizationType", "apiKeyRequired")
            resource["resourceMethods"][name] = {one: method[one] for one in kept if one in method}


def _without_key(data: Any) -> None:
    for key in data.get("items") or ():
        key.pop("value", None)


def _without_target(data: Any) -> None:
    for route in data.get("Items") or ():
        route.pop("RequestParameters", None)


def rest_apis(answers: Answers) -> Iterator[Shape]:
    """REST APIs with their stages and methods."""
    for given in answers.items("GetRestApis", "items"):
        id_ = given["id"]
        arn = f"arn:{answers.partition}:apigateway:{answers.region}::/restapis/{id_}"
        shape = Shape("aws_api_gateway_rest_api", answers, arn, "GetRestApis", names=(id_,))
        endpoint = given.get("endpointConfiguration")
        shape.values.update(
            arn=arn,
            id=id_,
            name=given.get("name"),
            # a definition becomes methods, which are read
            body=None,
            disable_execute_api_endpoint=given.get("disableExecuteApiEndpoint", False),
            endpoint_configuration=block(
                endpoint
                and {"types": endpoint.get("types") or [], "vpc_endpoint_ids": endpoint.get("vpcEndpointIds") or []}
            ),
            policy=given.get("policy"),
            security_policy=given.get("securityPolicy"),
            tags=dict(given.get("tags") or {}),
        )
        yield shape
        yield from _stages(answers, id_, arn)
        yield from _methods(answers, id_, arn)


def _stages(answers: Answers, api: str, of: str) -> Iterator[Shape]:
    said = answers.of("GetStages", api)
    if said.refusal is not None:
        yield Shape.unlisted("aws_api_gateway_stage", answers, said.refusal, of)
    for given in said.items("item"):
        arn = f"{of}/stages/{given['stageName']}"
        shape = Shape("aws_api_gateway_stage", answers, arn, "GetStages")
        log = given.get("accessLogSettings")
        shape.values.update(
            arn=arn,
            rest_api_id=api,
            stage_name=given["stageName"],
            access_log_settings=block(log and {"destination_arn": log.get("destinationArn")}),
            cache_cluster_enabled=given.get("cacheClusterEnabled", False),
            tags=dict(given.get("tags") or {}),
        )
        yield shape
        for path, settings in (given.get("methodSettings") or {}).items():
            part = Shape("aws_api_gateway_method_settings", answers, f"{arn} {path}", "GetStages")
            part.values.update(
                # stages of several APIs have the same name: it is the ARN that tells which is meant
                stage_name=arn,
                method_path=path,
                settings=[
                    {
                        "cache_data_encrypted": settings.get("cacheDataEncrypted"),
                        "throttling_rate_limit": settings.get("throttlingRateLimit"),
                    }
                ],
            )
            yield part


def _methods(answers: Answers, api: str, of: str) -> Iterator[Shape]:
    said = answers.of("GetResources", api)
    if said.refusal is not None:
        yield Shape.unlisted("aws_api_gateway_method", answers, said.refusal, of)
    for resource in said.items("items"):
        for verb, given in (resource.get("resourceMethods") or {}).items():
            address = f"{of}/resources/{resource['id']}/methods/{verb}"
            shape = Shape("aws_api_gateway_method", answers, address, "GetResources")
            shape.values.update(
                rest_api_id=api, http_method=verb, authorization=given.get("authorizationType"), tags={}
            )
            yield shape


def domain_names(answers: Answers) -> Iterator[Shape]:
    """Domain names of one's own, and keys of users of the APIs."""
    for given in answers.items("GetDomainNames", "items"):
        id_ = given.get("domainNameId") or given["domainName"]
        address = f"arn:{answers.partition}:apigateway:{answers.region}::/domainnames/{id_}"
        shape = Shape("aws_api_gateway_domain_name", answers, address, "GetDomainNames", names=(given["domainName"],))
        shape.values.update(
            arn=address,
            domain_name=given["domainName"],
            certificate_arn=given.get("certificateArn"),
            regional_certificate_arn=given.get("regionalCertificateArn"),
            security_policy=given.get("securityPolicy"),
            tags=dict(given.get("tags") or {}),
        )
        yield shape
    for given in answers.items("GetApiKeys", "items"):
        address = f"arn:{answers.partition}:apigateway:{answers.region}::/apikeys/{given['id']}"
        shape = Shape("aws_api_gateway_api_key", answers, address, "GetApiKeys", names=(given["id"],))
        shape.values.update(arn=address, enabled=given.get("enabled"), tags=dict(given.get("tags") or {}))
        yield shape


def http_apis(answers: Answers) -> Iterator[Shape]:
    """HTTP and WebSocket APIs with their stages and routes."""
    for given in answers.items("GetApis", "Items"):
        id_ = given["ApiId"]
        arn = f"arn:{answers.partition}:apigateway:{answers.region}::/apis/{id_}"
        shape = Shape("aws_apigatewayv2_api", answers, arn, "GetApis", names=(id_,))
        shape.values.update(
            arn=arn,
            id=id_,
            name=given.get("Name"),
            protocol_type=given.get("ProtocolType"),
            disable_execute_api_endpoint=given.get("DisableExecuteApiEndpoint", False),
            # a definition and a target become routes, which are read
            body=None,
            target=None,
            tags=dict(given.get("Tags") or {}),
        )
        yield shape
        yield from _http_parts(answers, id_, arn)


def _http_parts(answers: Answers, api: str, of: str) -> Iterator[Shape]:
    stages = answers.of("GetStages", api)
    if stages.refusal is not None:
        yield Shape.unlisted("aws_apigatewayv2_stage", answers, stages.refusal, of)
    for given in stages.items("Items"):
        arn = f"{of}/stages/{given['StageName']}"
        shape = Shape("aws_apigatewayv2_stage", answers, arn, "GetStages")
        log = given.get("AccessLogSettings")
        limits = given.get("DefaultRouteSettings") or {}
        shape.values.update(
            arn=arn,
            api_id=api,
            name=given["StageName"],
            access_log_settings=block(log and {"destination_arn": log.get("DestinationArn")}),
            default_route_settings=[{"throttling_rate_limit": limits.get("ThrottlingRateLimit")}],
            tags=dict(given.get("Tags") or {}),
        )
        yield shape
    routes = answers.of("GetRoutes", api)
    if routes.refusal is not None:
        yield Shape.unlisted("aws_apigatewayv2_route", answers, routes.refusal, of)
    for given in routes.items("Items"):
        shape = Shape("aws_apigatewayv2_route", answers, f"{of}/routes/{given['RouteId']}", "GetRoutes")
        shape.values.update(
            api_id=api, route_key=given.get("RouteKey"), authorization_type=given.get("AuthorizationType"), tags={}
        )
        yield shape


def http_domain_names(answers: Answers) -> Iterator[Shape]:
    """Domain names of one's own; those of REST APIs are listed here as well, and read there."""
    for given in answers.items("GetDomainNames", "Items"):
        yield from _http_domain_name(answers, given)


def _http_domain_name(answers: Answers, given: Mapping[str, Any]) -> Iterator[Shape]:
    setups = given.get("DomainNameConfigurations") or ()
    address = f"arn:{answers.partition}:apigateway:{answers.region}::/v2/domainnames/{given['DomainName']}"
    shape = Shape("aws_apigatewayv2_domain_name", answers, address, "GetDomainNames", names=(given["DomainName"],))
    shape.values.update(
        arn=address,
        domain_name=given["DomainName"],
        domain_name_configuration=[
            {"security_policy": setup.get("SecurityPolicy"), "certificate_arn": setup.get("CertificateArn")}
            for setup in setups
        ],
        tags=dict(given.get("Tags") or {}),
    )
    yield shape


SERVICES: Final = (
    Service(
        name="apigateway",
        # most operations of API Gateway take five requests a second or fewer (Developer Guide, "Quotas")
        at_once=2,
        calls=(
            Call(operation="GetRestApis", yields=("aws_api_gateway_rest_api",), fixed={"limit": 500}, action=_GET),
            Call(
                operation="GetStages",
                yields=("aws_api_gateway_stage", "aws_api_gateway_method_settings"),
                each="GetRestApis",
                over="items[]",
                parameters={"restApiId": "id"},
                redact=_without_stage_variables,
                action=_GET,
            ),
            Call(
                operation="GetResources",
                yields=("aws_api_gateway_method",),
                each="GetRestApis",
                over="items[]",
                parameters={"restApiId": "id"},
                fixed={"embed": ["methods"], "limit": 500},
                redact=_methods_alone,
                action=_GET,
            ),
            Call(
                operation="GetDomainNames", yields=("aws_api_gateway_domain_name",), fixed={"limit": 500}, action=_GET
            ),
            Call(
                operation="GetApiKeys",
                yields=("aws_api_gateway_api_key",),
                fixed={"limit": 500, "includeValues": False},
                redact=_without_key,
                action=_GET,
            ),
        ),
        shapers=(rest_apis, domain_names),
        subjects=frozenset(
            ("access", "dos", "encryption", "environment", "inventory", "log", "residency", "teardown", "web")
        ),
    ),
    Service(
        name="apigatewayv2",
        prefix="apigateway",
        at_once=2,
        calls=(
            Call(operation="GetApis", yields=("aws_apigatewayv2_api",), action=_GET),
            Call(
                operation="GetStages",
                yields=("aws_apigatewayv2_stage",),
                each="GetApis",
                over="Items[]",
                parameters={"ApiId": "ApiId"},
                redact=_without_stage_variables,
                action=_GET,
            ),
            Call(
                operation="GetRoutes",
                yields=("aws_apigatewayv2_route",),
                each="GetApis",
                over="Items[]",
                parameters={"ApiId": "ApiId"},
                redact=_without_target,
                action=_GET,
            ),
            Call(operation="GetDomainNames", yields=("aws_apigatewayv2_domain_name",), action=_GET),
        ),
        shapers=(http_apis, http_domain_names),
        subjects=frozenset(("access", "dos", "encryption", "environment", "inventory", "log", "residency", "web")),
    ),
)
