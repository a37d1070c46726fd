"""Application, network and gateway load balancers with their listeners.

Sources: Elastic Load Balancing API Reference, version 2015-12-01 (DescribeLoadBalancers,
DescribeLoadBalancerAttributes, DescribeListeners, DescribeRules, DescribeTags); AWS provider documentation, pages
``aws_lb``, ``aws_lb_listener``, ``aws_lb_listener_rule``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from auditor_aws.live.answers import Answer, Answers
from auditor_aws.live.catalogue import Call, Service
from auditor_aws.live.shapes import Shape, block, tags

_REDIRECT: Final = ("Protocol", "Host", "Port")


def _without_conditions(data: Any) -> None:
    """Headers that rules ask for may be secrets by which CloudFront is known, and so may what sign-in is set up with."""
    for listener in data.get("Listeners") or ():
        listener["DefaultActions"] = [_kind(one) for one in listener.get("DefaultActions") or ()]
    for rule in data.get("Rules") or ():
        rule.pop("Conditions", None)
        rule.pop("Transforms", None)
        rule["Actions"] = [_kind(one) for one in rule.get("Actions") or ()]


def _kind(action: Mapping[str, Any]) -> dict[str, Any]:
    redirect = action.get("RedirectConfig")
    kept: dict[str, Any] = {"Type": action.get("Type")}
    if redirect:
        kept["RedirectConfig"] = {name: redirect[name] for name in _REDIRECT if name in redirect}
    return kept


def _tags(answers: Answers, arn: str) -> Answer:
    return answers.member("DescribeTags", "TagDescriptions", "ResourceArn", arn)


def balancers(answers: Answers) -> Iterator[Shape]:
    """Load balancers."""
    for given in answers.items("DescribeLoadBalancers", "LoadBalancers"):
        arn = given["LoadBalancerArn"]
        shape = Shape(
            "aws_lb", answers, arn, "DescribeLoadBalancers", names=(given["LoadBalancerName"], given.get("DNSName"))
        )
        zones = given.get("AvailabilityZones") or ()
        shape.values.update(
            arn=arn,
            id=arn,
            name=given["LoadBalancerName"],
            internal=given.get("Scheme") == "internal",
            load_balancer_type=given.get("Type"),
            subnets=[zone["SubnetId"] for zone in zones if zone.get("SubnetId")],
            # the same subnets with their fixed addresses, which nothing asks about
            subnet_mapping=[],
        )
        said = answers.of("DescribeLoadBalancerAttributes", arn)
        shape.take("access_logs", said, lambda data: _log(data, "access_logs"))
        shape.take("connection_logs", said, lambda data: _log(data, "connection_logs"))
        shape.take(
            "enable_deletion_protection",
            said,
            lambda data: _attributes(data).get("deletion_protection.enabled") == "true",
        )
        shape.take("tags", _tags(answers, arn), lambda data: tags(data.get("Tags")))
        yield shape
        yield from _listeners(answers, arn)


def _attributes(data: Mapping[str, Any]) -> dict[str, str]:
    return {one["Key"]: one.get("Value") or "" for one in data.get("Attributes") or ()}


def _log(data: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
    given = _attributes(data)
    if f"{name}.s3.enabled" not in given:
        return []
    return [{"enabled": given[f"{name}.s3.enabled"] == "true", "bucket": given.get(f"{name}.s3.bucket") or None}]


def _listeners(answers: Answers, balancer: str) -> Iterator[Shape]:
    listed = answers.of("DescribeListeners", balancer)
    if listed.refusal is not None:
        yield Shape.unlisted("aws_lb_listener", answers, listed.refusal, balancer)
    for given in listed.items("Listeners"):
        arn = given["ListenerArn"]
        shape = Shape("aws_lb_listener", answers, arn, "DescribeListeners")
        shape.values.update(
            arn=arn,
            load_balancer_arn=balancer,
            # listeners of gateway load balancers have neither
            protocol=given.get("Protocol"),
            port=given.get("Port"),
            ssl_policy=given.get("SslPolicy"),
            default_action=[_action(one) for one in given.get("DefaultActions") or ()],
        )
        shape.take("tags", _tags(answers, arn), lambda data: tags(data.get("Tags")))
        yield shape
        if given.get("Protocol") == "HTTP":
            yield from _rules(answers, arn)


def _rules(answers: Answers, listener: str) -> Iterator[Shape]:
    said = answers.of("DescribeRules", listener)
    if said.refusal is not None:
        shape = Shape("aws_lb_listener_rule", answers, f"{listener} DescribeRules", "DescribeRules")
        shape["listener_arn"] = listener
        shape.refuse(said.refusal, "action")
        yield shape
    for given in said.items("Rules"):
        if given.get("IsDefault"):
            continue
        shape = Shape("aws_lb_listener_rule", answers, given["RuleArn"], "DescribeRules")
        shape["listener_arn"] = listener
        shape["action"] = [_action(one) for one in given.get("Actions") or ()]
        yield shape


def _action(given: Mapping[str, Any]) -> dict[str, Any]:
    redirect = given.get("RedirectConfig")
    return {
        "type": given.get("Type"),
        "redirect": block(redirect and {name.lower(): redirect.get(name) for name in _REDIRECT}),
    }


SERVICES: Final = (
    Service(
        name="elbv2",
        prefix="elasticloadbalancing",
        calls=(
            Call(
                operation="DescribeLoadBalancers",
                yields=("aws_lb", "aws_lb_listener"),
                covers=("aws_alb", "aws_alb_listener", "aws_alb_listener_rule"),
            ),
            Call(
                operation="DescribeLoadBalancerAttributes",
                each="DescribeLoadBalancers",
                over="LoadBalancers[]",
                parameters={"LoadBalancerArn": "LoadBalancerArn"},
                subjects=frozenset(("log", "teardown")),
            ),
            Call(
                operation="DescribeTags",
                each="DescribeLoadBalancers",
                over="LoadBalancers[].LoadBalancerArn",
                parameters={"ResourceArns": "@"},
                batch=20,
            ),
            Call(
                operation="DescribeListeners",
                each="DescribeLoadBalancers",
                over="LoadBalancers[]",
                parameters={"LoadBalancerArn": "LoadBalancerArn"},
                redact=_without_conditions,
                subjects=frozenset(("encryption", "environment", "inventory", "log", "residency")),
            ),
            Call(
                operation="DescribeTags",
                each="DescribeListeners",
                over="Listeners[].ListenerArn",
                parameters={"ResourceArns": "@"},
                batch=20,
            ),
            Call(
                operation="DescribeRules",
                yields=("aws_lb_listener_rule",),
                each="DescribeListeners",
                over="Listeners[?Protocol=='HTTP']",
                parameters={"ListenerArn": "ListenerArn"},
                redact=_without_conditions,
                subjects=frozenset(("encryption",)),
            ),
        ),
        shapers=(balancers,),
        subjects=frozenset(
            (
                "dos",
                "encryption",
                "environment",
                "inventory",
                "log",
                "network",
                "redundancy",
                "residency",
                "teardown",
                "web",
            )
        ),
    ),
)
