"""Distributions, and what they refer to.

Sources: Amazon CloudFront API Reference (ListDistributions, GetDistributionConfig, ListTagsForResource,
ListResponseHeadersPolicies, ListRealtimeLogConfigs, ListKeyValueStores, ListFunctions); AWS provider documentation,
pages ``aws_cloudfront_distribution``, ``aws_cloudfront_multitenant_distribution``,
``aws_cloudfront_response_headers_policy``, ``aws_cloudfront_realtime_log_config``, ``aws_cloudfront_key_value_store``,
``aws_cloudfront_function``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from auditor_aws.live.answers import Answers
from auditor_aws.live.catalogue import Call, Service, Where
from auditor_aws.live.shapes import Shape, block, tags


def _without_headers(data: Any) -> None:
    """Headers by which an origin knows CloudFront are secrets."""
    for distribution in (data.get("DistributionList") or {}).get("Items") or ():
        for origin in (distribution.get("Origins") or {}).get("Items") or ():
            origin.pop("CustomHeaders", None)


def _logging_alone(data: Any) -> None:
    data["DistributionConfig"] = {"Logging": (data.get("DistributionConfig") or {}).get("Logging")}


def distributions(answers: Answers) -> Iterator[Shape]:
    """Distributions, those for several tenants included."""
    for page in answers.of("ListDistributions").pages:
        for given in page["DistributionList"].get("Items") or ():
            yield _distribution(answers, given)


def _distribution(answers: Answers, given: Mapping[str, Any]) -> Shape:
    tenants = given.get("ConnectionMode") == "tenant-only"
    arn, id_ = given["ARN"], given["Id"]
    shape = Shape(
        "aws_cloudfront_multitenant_distribution" if tenants else "aws_cloudfront_distribution",
        answers,
        arn,
        "ListDistributions",
        names=(id_, given.get("DomainName")),
    )
    further = [_behaviour(one) for one in _items(given.get("CacheBehaviors"))]
    shape.values.update(
        arn=arn,
        id=id_,
        enabled=given.get("Enabled"),
        web_acl_id=given.get("WebACLId") or None,
        viewer_certificate=[_certificate(given.get("ViewerCertificate") or {})],
        default_cache_behavior=[_behaviour(given.get("DefaultCacheBehavior") or {})],
        ordered_cache_behavior=[] if tenants else further,
        cache_behavior=further if tenants else [],
        origin=[_origin(one) for one in _items(given.get("Origins"))],
        # whoever deletes a distribution disables it first
        retain_on_delete=False,
    )
    shape.take("logging_config", answers.of("GetDistributionConfig", id_), _logging)
    shape.take("tags", answers.of("ListTagsForResource", arn), lambda data: tags((data.get("Tags") or {}).get("Items")))
    return shape


def _items(given: Mapping[str, Any] | None) -> list[Any]:
    return (given or {}).get("Items") or []


def _logging(data: Mapping[str, Any]) -> list[dict[str, Any]]:
    given = data["DistributionConfig"].get("Logging") or {}
    # version 2 of the logs is delivered by CloudWatch Logs and stands there
    return block({"bucket": given["Bucket"]} if given.get("Enabled") and given.get("Bucket") else None)


def _certificate(given: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "cloudfront_default_certificate": given.get("CloudFrontDefaultCertificate", False),
        "acm_certificate_arn": given.get("ACMCertificateArn"),
        "iam_certificate_id": given.get("IAMCertificateId"),
        "minimum_protocol_version": given.get("MinimumProtocolVersion"),
    }


def _behaviour(given: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "path_pattern": given.get("PathPattern"),
        "target_origin_id": given.get("TargetOriginId"),
        "viewer_protocol_policy": given.get("ViewerProtocolPolicy"),
        "allowed_methods": _items(given.get("AllowedMethods")),
        "realtime_log_config_arn": given.get("RealtimeLogConfigArn"),
        "response_headers_policy_id": given.get("ResponseHeadersPolicyId"),
        "lambda_function_association": [
            {"lambda_arn": one.get("LambdaFunctionARN")} for one in _items(given.get("LambdaFunctionAssociations"))
        ],
        "function_association": [
            {"function_arn": one.get("FunctionARN")} for one in _items(given.get("FunctionAssociations"))
        ],
    }


def _origin(given: Mapping[str, Any]) -> dict[str, Any]:
    custom = given.get("CustomOriginConfig")
    return {
        "origin_id": given.get("Id"),
        # the name of the same in distributions for several tenants
        "id": given.get("Id"),
        "domain_name": given.get("DomainName"),
        "custom_origin_config": block(custom and {"origin_protocol_policy": custom.get("OriginProtocolPolicy")}),
    }


def headers(answers: Answers) -> Iterator[Shape]:
    """Policies of one's own for headers of answers."""
    for page in answers.of("ListResponseHeadersPolicies").pages:
        for listed in page["ResponseHeadersPolicyList"].get("Items") or ():
            given = listed["ResponseHeadersPolicy"]
            config = given["ResponseHeadersPolicyConfig"]
            address = f"arn:{answers.partition}:cloudfront::{answers.account}:response-headers-policy/{given['Id']}"
            shape = Shape(
                "aws_cloudfront_response_headers_policy",
                answers,
                address,
                "ListResponseHeadersPolicies",
                names=(given["Id"],),
            )
            shape["name"] = config.get("Name")
            # that any of them is there is all that is asked
            shape["security_headers_config"] = block(dict.fromkeys(config.get("SecurityHeadersConfig") or ()) or None)
            shape["custom_headers_config"] = [
                {"items": [{"header": one.get("Header")} for one in _items(config.get("CustomHeadersConfig"))]}
            ]
            yield shape


def others(answers: Answers) -> Iterator[Shape]:
    """Logs in real time, settings and code that are carried to all points of presence."""
    for page in answers.of("ListRealtimeLogConfigs").pages:
        for given in (page.get("RealtimeLogConfigs") or {}).get("Items") or ():
            shape = Shape("aws_cloudfront_realtime_log_config", answers, given["ARN"], "ListRealtimeLogConfigs")
            shape.values.update(arn=given["ARN"], tags={}, endpoint=[_endpoint(one) for one in given["EndPoints"]])
            yield shape
    for page in answers.of("ListKeyValueStores").pages:
        for given in (page.get("KeyValueStoreList") or {}).get("Items") or ():
            shape = Shape("aws_cloudfront_key_value_store", answers, given["ARN"], "ListKeyValueStores")
            shape.values.update(arn=given["ARN"], tags={})
            yield shape
    seen: set[str] = set()
    for page in answers.of("ListFunctions").pages:
        for given in (page.get("FunctionList") or {}).get("Items") or ():
            # one that is published is listed in both of its stages
            arn = given["FunctionMetadata"]["FunctionARN"]
            if arn not in seen:
                seen.add(arn)
                shape = Shape("aws_cloudfront_function", answers, arn, "ListFunctions")
                shape.values.update(arn=arn, tags={})
                yield shape


def _endpoint(given: Mapping[str, Any]) -> dict[str, Any]:
    stream = given.get("KinesisStreamConfig")
    return {
        "stream_type": given.get("StreamType"),
        "kinesis_stream_config": block(stream and {"stream_arn": stream.get("StreamARN")}),
    }


_EACH: Final = "DistributionList.Items[]"

SERVICES: Final = (
    Service(
        name="cloudfront",
        where=Where.GLOBAL,
        calls=(
            Call(
                operation="ListDistributions",
                yields=("aws_cloudfront_distribution",),
                covers=("aws_cloudfront_multitenant_distribution",),
                redact=_without_headers,
            ),
            Call(
                operation="GetDistributionConfig",
                each="ListDistributions",
                over=_EACH,
                parameters={"Id": "Id"},
                redact=_logging_alone,
                subjects=frozenset(("log",)),
            ),
            Call(operation="ListTagsForResource", each="ListDistributions", over=_EACH, parameters={"Resource": "ARN"}),
            Call(
                operation="ListResponseHeadersPolicies",
                yields=("aws_cloudfront_response_headers_policy",),
                each="ListDistributions",
                # only where there is a distribution
                over="DistributionList.Items[:1]",
                fixed={"Type": "custom"},
                pages=("Marker", "ResponseHeadersPolicyList.NextMarker"),
                subjects=frozenset(("web",)),
            ),
            Call(
                operation="ListRealtimeLogConfigs",
                yields=("aws_cloudfront_realtime_log_config",),
                each="ListDistributions",
                over="DistributionList.Items[:1]",
                pages=("Marker", "RealtimeLogConfigs.NextMarker"),
                subjects=frozenset(("environment", "inventory", "residency")),
            ),
            Call(
                operation="ListKeyValueStores",
                yields=("aws_cloudfront_key_value_store",),
                subjects=frozenset(("environment", "inventory", "residency")),
            ),
            Call(
                operation="ListFunctions",
                yields=("aws_cloudfront_function",),
                pages=("Marker", "FunctionList.NextMarker"),
                subjects=frozenset(("environment", "inventory", "residency")),
            ),
        ),
        shapers=(distributions, headers, others),
        subjects=frozenset(("dos", "encryption", "environment", "inventory", "log", "residency", "teardown", "web")),
    ),
)
