"""Classic Load Balancers.

Sources: Elastic Load Balancing API Reference, version 2012-06-01 (DescribeLoadBalancers,
DescribeLoadBalancerAttributes, DescribeLoadBalancerPolicies, DescribeTags); AWS provider documentation, pages
``aws_elb``, ``aws_lb_ssl_negotiation_policy``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from auditor_aws.live.answers import Answers
from auditor_aws.live.catalogue import Call, Service
from auditor_aws.live.shapes import Shape, tags

_ENCRYPTED: Final = ("HTTPS", "SSL")


def balancers(answers: Answers) -> Iterator[Shape]:
    """Load balancers with the policies that their encrypted listeners negotiate by."""
    for given in answers.items("DescribeLoadBalancers", "LoadBalancerDescriptions"):
        name = given["LoadBalancerName"]
        arn = answers.arn("elasticloadbalancing", f"loadbalancer/{name}")
        shape = Shape("aws_elb", answers, arn, "DescribeLoadBalancers", names=(name,))
        shape.values.update(
            arn=arn,
            id=name,
            name=name,
            internal=given.get("Scheme") == "internal",
            subnets=given.get("Subnets") or [],
            availability_zones=given.get("AvailabilityZones") or [],
            listener=[
                {
                    "lb_protocol": one["Listener"].get("Protocol"),
                    "lb_port": one["Listener"].get("LoadBalancerPort"),
                    "instance_protocol": one["Listener"].get("InstanceProtocol"),
                }
                for one in given.get("ListenerDescriptions") or ()
            ],
        )
        shape.take("access_logs", answers.of("DescribeLoadBalancerAttributes", name), _log)
        said = answers.member("DescribeTags", "TagDescriptions", "LoadBalancerName", name)
        shape.take("tags", said, lambda data: tags(data.get("Tags")))
        yield shape
        yield from _negotiated(answers, name, arn, given)


def _log(data: Mapping[str, Any]) -> list[dict[str, Any]]:
    given = (data.get("LoadBalancerAttributes") or {}).get("AccessLog")
    if not given:
        return []
    return [{"enabled": given.get("Enabled", False), "bucket": given.get("S3BucketName")}]


def _negotiated(answers: Answers, name: str, arn: str, given: Mapping[str, Any]) -> Iterator[Shape]:
    used = {
        policy
        for one in given.get("ListenerDescriptions") or ()
        if one["Listener"].get("Protocol") in _ENCRYPTED
        for policy in one.get("PolicyNames") or ()
    }
    if not used:
        return
    type_ = "aws_lb_ssl_negotiation_policy"
    said = answers.of("DescribeLoadBalancerPolicies", name)
    if said.refusal is not None:
        shape = Shape(type_, answers, f"{arn} DescribeLoadBalancerPolicies", "DescribeLoadBalancerPolicies")
        shape["load_balancer"] = name
        shape.refuse(said.refusal, "attribute")
        yield shape
    for policy in said.items("PolicyDescriptions"):
        if policy.get("PolicyName") in used and policy.get("PolicyTypeName") == "SSLNegotiationPolicyType":
            shape = Shape(type_, answers, f"{arn} {policy['PolicyName']}", "DescribeLoadBalancerPolicies")
            shape["load_balancer"] = name
            shape["attribute"] = [
                {"name": one.get("AttributeName"), "value": one.get("AttributeValue")}
                for one in policy.get("PolicyAttributeDescriptions") or ()
            ]
            yield shape


_NAMED: Final = {"LoadBalancerName": "LoadBalancerName"}

SERVICES: Final = (
    Service(
        name="elb",
        prefix="elasticloadbalancing",
        calls=(
            Call(operation="DescribeLoadBalancers", yields=("aws_elb",), covers=("aws_load_balancer_policy",)),
            Call(
                operation="DescribeLoadBalancerAttributes",
                each="DescribeLoadBalancers",
                over="LoadBalancerDescriptions[]",
                parameters=_NAMED,
                subjects=frozenset(("log",)),
            ),
            Call(
                operation="DescribeLoadBalancerPolicies",
                yields=("aws_lb_ssl_negotiation_policy",),
                each="DescribeLoadBalancers",
                over="LoadBalancerDescriptions[?ListenerDescriptions[?contains(['HTTPS','SSL'], Listener.Protocol)]]",
                parameters=_NAMED,
                subjects=frozenset(("encryption",)),
            ),
            Call(
                operation="DescribeTags",
                each="DescribeLoadBalancers",
                over="LoadBalancerDescriptions[].LoadBalancerName",
                parameters={"LoadBalancerNames": "@"},
                batch=20,
            ),
        ),
        shapers=(balancers,),
        subjects=frozenset(
            ("dos", "encryption", "environment", "inventory", "log", "network", "redundancy", "residency", "web")
        ),
    ),
)
