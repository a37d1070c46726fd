"""Web access control lists, what they protect and where they log.

Sources: AWS WAF API Reference, WAFV2 (ListWebACLs, GetWebACL, ListResourcesForWebACL, ListTagsForResource,
ListLoggingConfigurations: what belongs to CloudFront is asked for in us-east-1 with the scope CLOUDFRONT); AWS provider
documentation, pages ``aws_wafv2_web_acl``, ``aws_wafv2_web_acl_association``,
``aws_wafv2_web_acl_logging_configuration``; AWS WAF Classic Developer Guide (support ended on 2025-09-30, so that no
associations of WAF Classic are asked for); App Runner Developer Guide, "Associating an AWS WAF web ACL with your service"
(the permission that the list of associated services needs besides).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from auditor_aws.live.answers import Answers
from auditor_aws.live.catalogue import Call, Service, Where
from auditor_aws.live.shapes import Shape, tags

_ACTIONS: Final = ("Allow", "Block", "Captcha", "Challenge", "Count", "None")
_PROTECTED: Final = {
    "APP_RUNNER_SERVICE": "aws_apprunner_service",
    "APPLICATION_LOAD_BALANCER": "aws_lb",
    "API_GATEWAY": "aws_api_gateway_stage",
    "APPSYNC": "aws_appsync_graphql_api",
}
"""Kinds of what a regional list protects -> types.  Distributions and applications of Amplify name their list."""
_FURTHER: Final = {
    "APP_RUNNER_SERVICE": "wafv2:ListResourcesForWebACL,apprunner:ListAssociatedServicesForWebAcl",
}
"""What must be allowed for a kind besides."""
_STATEMENTS: Final = ("RateBasedStatement", "ManagedRuleGroupStatement", "RuleGroupReferenceStatement")
_REFERENCES: Final = ("Name", "VendorName", "ARN")


def _without_patterns(data: Any) -> None:
    """What rules look for may be a secret by which an origin knows CloudFront: only their kinds are kept."""
    acl = data.get("WebACL") or {}
    for rule in acl.get("Rules") or ():
        rule["Statement"] = _kind(rule.get("Statement"))
    for name in ("PreProcessFirewallManagerRuleGroups", "PostProcessFirewallManagerRuleGroups"):
        for group in acl.get(name) or ():
            group["FirewallManagerStatement"] = _kind(group.get("FirewallManagerStatement"))
    acl.pop("CustomResponseBodies", None)
    for action in (acl.get("DefaultAction"), *(rule.get("Action") for rule in acl.get("Rules") or ())):
        for name in action or {}:
            # headers that are added to requests and answers
            action[name] = {}
    data.pop("ApplicationIntegrationURL", None)


def _kind(statement: Mapping[str, Any] | None) -> dict[str, Any]:
    return {
        name: {one: given[one] for one in _REFERENCES if one in given}
        for name, given in (statement or {}).items()
        if name in _STATEMENTS
    }


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
        shape.take("tags", answers.of("ListTagsForResource", arn), _tags)
        yield shape
        if scope == "REGIONAL":
            yield from _protected(answers, arn)


def _tags(data: Mapping[str, Any]) -> dict[str, str]:
    return tags((data.get("TagInfoForResource") or {}).get("TagList"))


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
    for kind, type_ in _PROTECTED.items():
        said = answers.of("ListResourcesForWebACL", f"{acl}/{kind}")
        if said.refusal is not None:
            # a kind may be refused by itself, for it needs another permission or is not offered in the region
            unlisted = Shape.unlisted("aws_wafv2_web_acl_association", answers, said.refusal, f"{acl} {kind}")
            unlisted["resource_type"] = type_
            yield unlisted
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
            redact=_without_patterns,
            subjects=frozenset(("web", "dos")),
        ),
        *(
            Call(
                operation="ListResourcesForWebACL",
                each="ListWebACLs",
                over=_LISTED,
                parameters={"WebACLArn": "ARN"},
                fixed={"ResourceType": kind},
                key=f"ARN / '{kind}'",
                action=_FURTHER.get(kind, ""),
                subjects=frozenset(("web", "dos")),
            )
            for kind in protected
        ),
        Call(
            operation="ListTagsForResource",
            each="ListWebACLs",
            over=_LISTED,
            parameters={"ResourceARN": "ARN"},
            # of the most tags that a list can have (50)
            fixed={"Limit": 100},
        ),
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
        # one list is asked of by each kind that it may protect: few at a time, whatever the service would take
        at_once=2,
        calls=_calls("REGIONAL", *_PROTECTED),
        shapers=(lists, logs),
        subjects=_SUBJECTS,
    ),
    Service(
        name="wafv2-cloudfront",
        client="wafv2",
        where=Where.GLOBAL,
        at_once=2,
        # what they protect names its list itself, and ListResourcesForWebACL takes regional lists only
        calls=_calls("CLOUDFRONT"),
        shapers=(lists, logs),
        subjects=_SUBJECTS,
    ),
)
