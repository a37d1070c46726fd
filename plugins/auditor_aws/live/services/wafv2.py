"""Web access control lists, what they protect and where they log.

Sources: AWS WAF API Reference, WAFV2 (ListWebACLs, GetWebACL, ListResourcesForWebACL, ListTagsForResource,
ListLoggingConfigurations: what belongs to CloudFront is asked for in us-east-1 with the scope CLOUDFRONT); AWS provider
documentation, pages ``aws_wafv2_web_acl``, ``aws_wafv2_web_acl_association``,
``aws_wafv2_web_acl_logging_configuration``; AWS WAF Classic Developer Guide (support ended on 2025-09-30, so that no
associations of WAF Classic are asked for).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from auditor_aws.live.answers import Answers
from auditor_aws.live.catalogue import Call, Service, Where
from auditor_aws.live.shapes import Shape, tags

_ACTIONS: Final = ("Allow", "Block", "Captcha", "Challenge", "Count", "None")


def lists(answers: Answers) -> Iterator[Shape]:
    """Web ACLs with what they protect."""
    scope = "CLOUDFRONT" if answers.service.where is Where.GLOBAL else "REGIONAL"
    for listed in answers.items("ListWebACLs", "WebACLs"):
        arn = listed["ARN"]
        shape = Shape("aws_wafv2_web_acl", answers, arn, "ListWebACLs", names=(listed["Id"],))
        # rules given as one text are a way of writing them in Terraform
        shape.values.update(arn=arn, id=listed["Id"], name=listed.get("Name"), scope=scope, rule_json=None)
        said = answers.of("GetWebACL", arn)
        shape.take("default_action", said, lambda data: [_action(data["WebACL"].get("DefaultAction"))])
        shape.take("rule", said, lambda data: [_rule(one) for one in _rules(data["WebACL"])])
        shape.take(
            "tags",
            answers.of("ListTagsForResource", arn),
            lambda data: tags((data.get("TagInfoForResource") or {}).get("TagList")),
        )
        yield shape
        yield from _protected(answers, arn)


def _rules(acl: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Its own, and those that Firewall Manager puts before and after them."""
    yield from acl.get("Rules") or ()
    for name in ("PreProcessFirewallManagerRuleGroups", "PostProcessFirewallManagerRuleGroups"):
        for group in acl.get(name) or ():
            yield {**group, "Statement": group.get("FirewallManagerStatement")}


def _action(given: Mapping[str, Any] | None) -> dict[str, Any]:
    return {name.lower(): [{}] if given and name in given else [] for name in _ACTIONS}


def _rule(given: Mapping[str, Any]) -> dict[str, Any]:
    statement = given.get("Statement") or {}
    managed = statement.get("ManagedRuleGroupStatement")
    group = statement.get("RuleGroupReferenceStatement")
    return {
        "name": given.get("Name"),
        "action": [_action(given.get("Action"))],
        "override_action": [_action(given.get("OverrideAction"))],
        "statement": [
            {
                "rate_based_statement": [{}] if "RateBasedStatement" in statement else [],
                "managed_rule_group_statement": [{"name": managed.get("Name")}] if managed else [],
                "rule_group_reference_statement": [{"arn": group.get("ARN")}] if group else [],
            }
        ],
    }


def _protected(answers: Answers, acl: str) -> Iterator[Shape]:
    said = answers.of("ListResourcesForWebACL", acl)
    if said.refusal is not None:
        yield Shape.unlisted("aws_wafv2_web_acl_association", answers, said.refusal, acl)
    for arn in said.items("ResourceArns"):
        shape = Shape("aws_wafv2_web_acl_association", answers, f"{acl} {arn}", "ListResourcesForWebACL")
        shape.values.update(resource_arn=arn, web_acl_arn=acl)
        yield shape


def logs(answers: Answers) -> Iterator[Shape]:
    """Where the requests that a list looked at are written."""
    for given in answers.items("ListLoggingConfigurations", "LoggingConfigurations"):
        address = f"{given['ResourceArn']} {given.get('LogScope', 'CUSTOMER')}"
        shape = Shape("aws_wafv2_web_acl_logging_configuration", answers, address, "ListLoggingConfigurations")
        shape.values.update(
            resource_arn=given["ResourceArn"], log_destination_configs=given.get("LogDestinationConfigs") or []
        )
        yield shape


_SUBJECTS: Final = frozenset(("dos", "environment", "inventory", "residency", "web"))
_LISTED: Final = "WebACLs[]"
_CLOSED: Final = (
    "aws_wafregional_web_acl_association",
    "aws_wafv2_web_acl_rule",
    "aws_wafv2_web_acl_rule_group_association",
)


def _calls(scope: str, *protected: str) -> tuple[Call, ...]:
    return (
        Call(
            operation="ListWebACLs",
            yields=("aws_wafv2_web_acl", "aws_wafv2_web_acl_association"),
            covers=_CLOSED,
            fixed={"Scope": scope, "Limit": 100},
            pages=("NextMarker", "NextMarker"),
        ),
        Call(
            operation="GetWebACL",
            each="ListWebACLs",
            over=_LISTED,
            parameters={"Name": "Name", "Id": "Id"},
            fixed={"Scope": scope},
            key="ARN",
            subjects=frozenset(("web", "dos")),
        ),
        *(
            Call(
                operation="ListResourcesForWebACL",
                each="ListWebACLs",
                over=_LISTED,
                parameters={"WebACLArn": "ARN"},
                fixed={"ResourceType": kind},
                subjects=frozenset(("web", "dos")),
            )
            for kind in protected
        ),
        Call(operation="ListTagsForResource", each="ListWebACLs", over=_LISTED, parameters={"ResourceARN": "ARN"}),
        Call(
            operation="ListLoggingConfigurations",
            yields=("aws_wafv2_web_acl_logging_configuration",),
            each="ListWebACLs",
            # only where there is a list
            over="WebACLs[:1]",
            fixed={"Scope": scope, "Limit": 100},
            pages=("NextMarker", "NextMarker"),
            subjects=frozenset(("log",)),
        ),
    )


SERVICES: Final = (
    Service(
        name="wafv2",
        calls=_calls("REGIONAL", "APPLICATION_LOAD_BALANCER", "API_GATEWAY", "APPSYNC", "APP_RUNNER_SERVICE"),
        shapers=(lists, logs),
        subjects=_SUBJECTS,
    ),
    Service(
        name="wafv2-cloudfront",
        client="wafv2",
        where=Where.GLOBAL,
        # distributions name their list themselves
        calls=_calls("CLOUDFRONT", "AMPLIFY"),
        shapers=(lists, logs),
        subjects=_SUBJECTS,
    ),
)
