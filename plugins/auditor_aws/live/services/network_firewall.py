"""Firewalls of networks, their policies, and where they log.

Sources: AWS Network Firewall API Reference (ListFirewalls, DescribeFirewall, DescribeFirewallPolicy,
DescribeLoggingConfiguration); AWS provider documentation, pages ``aws_networkfirewall_firewall``,
``aws_networkfirewall_firewall_policy``, ``aws_networkfirewall_logging_configuration``.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from auditor_aws.live.answers import Answers
from auditor_aws.live.catalogue import Call, Service
from auditor_aws.live.shapes import Shape, tags

_FIREWALL: Final = ("firewall_policy_arn", "vpc_id", "subnet_mapping", "delete_protection", "tags")


def firewalls(answers: Answers) -> Iterator[Shape]:
    """Firewalls, with where each logs."""
    for listed in answers.items("ListFirewalls", "Firewalls"):
        arn = listed["FirewallArn"]
        said = answers.of("DescribeFirewall", arn)
        if ((said.data.get("FirewallStatus") or {}).get("Status")) == "DELETING":
            continue
        shape = Shape(
            "aws_networkfirewall_firewall", answers, arn, "DescribeFirewall", names=(listed.get("FirewallName"),)
        )
        shape.values.update(id=arn, arn=arn, name=listed.get("FirewallName"))
        if said.refusal is not None:
            shape.refuse(said.refusal, *_FIREWALL)
        else:
            item = said.data["Firewall"]
            shape.values.update(
                firewall_policy_arn=item.get("FirewallPolicyArn"),
                vpc_id=item.get("VpcId"),
                subnet_mapping=[{"subnet_id": one.get("SubnetId")} for one in item.get("SubnetMappings") or ()],
                delete_protection=bool(item.get("DeleteProtection", False)),
                tags=tags(item.get("Tags")),
            )
        yield shape
        logs = Shape(
            "aws_networkfirewall_logging_configuration", answers, f"{arn} logs", "DescribeLoggingConfiguration"
        )
        logs["firewall_arn"] = arn
        logs.take("logging_configuration", answers.of("DescribeLoggingConfiguration", arn), _destinations)
        yield logs


def _destinations(data: Any) -> list[dict[str, Any]]:
    found = (data.get("LoggingConfiguration") or {}).get("LogDestinationConfigs") or ()
    return [
        {
            "log_destination_config": [
                {
                    "log_type": one.get("LogType"),
                    "log_destination_type": one.get("LogDestinationType"),
                    "log_destination": one.get("LogDestination") or {},
                }
                for one in found
            ]
        }
    ]


def policies(answers: Answers) -> Iterator[Shape]:
    """The policies that firewalls use."""
    type_ = "aws_networkfirewall_firewall_policy"
    for arn, said in answers.all("DescribeFirewallPolicy"):
        shape = Shape(type_, answers, arn, "DescribeFirewallPolicy")
        shape.values.update(id=arn, arn=arn)
        shape.take("firewall_policy", said, _rules)
        shape.take("tags", said, lambda data: tags(data["FirewallPolicyResponse"].get("Tags")))
        yield shape


def _rules(data: Any) -> list[dict[str, Any]]:
    policy = data.get("FirewallPolicy") or {}
    return [
        {
            "stateful_rule_group_reference": [
                {"resource_arn": one.get("ResourceArn")} for one in policy.get("StatefulRuleGroupReferences") or ()
            ],
            "stateless_rule_group_reference": [
                {"resource_arn": one.get("ResourceArn")} for one in policy.get("StatelessRuleGroupReferences") or ()
            ],
            "stateless_default_actions": policy.get("StatelessDefaultActions") or [],
            "stateful_default_actions": policy.get("StatefulDefaultActions") or [],
        }
    ]


_OF_FIREWALL: Final = {"FirewallArn": "FirewallArn"}

SERVICES: Final = (
    Service(
        name="network-firewall",
        calls=(
            Call(
                operation="ListFirewalls",
                yields=(
                    "aws_networkfirewall_firewall",
                    "aws_networkfirewall_firewall_policy",
                    "aws_networkfirewall_logging_configuration",
                ),
            ),
            Call(operation="DescribeFirewall", each="ListFirewalls", over="Firewalls[]", parameters=_OF_FIREWALL),
            Call(
                operation="DescribeFirewallPolicy",
                each="DescribeFirewall",
                over="[Firewall]",
                parameters={"FirewallPolicyArn": "FirewallPolicyArn"},
                subjects=frozenset(("malware", "monitoring")),
            ),
            Call(
                operation="DescribeLoggingConfiguration",
                each="ListFirewalls",
                over="Firewalls[]",
                parameters=_OF_FIREWALL,
                subjects=frozenset(("log", "backup")),
            ),
        ),
        shapers=(firewalls, policies),
        subjects=frozenset(
            ("inventory", "log", "backup", "malware", "monitoring", "network", "residency", "segmentation")
        ),
    ),
)
