"""Security groups, network ACLs and prefix lists.

Sources: Amazon EC2 API Reference (DescribeSecurityGroups, DescribeNetworkAcls, DescribeManagedPrefixLists,
GetManagedPrefixListEntries); AWS provider documentation, pages ``aws_security_group``, ``aws_default_security_group``,
``aws_network_acl``, ``aws_default_network_acl``, ``aws_ec2_managed_prefix_list``; Amazon VPC User Guide, page "Network ACL
rules" (the last rule, which cannot be removed, refuses everything).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from auditor_aws.live.answers import Answers
from auditor_aws.live.ec2.common import alive, arn, made
from auditor_aws.live.ec2.networks import unused_networks
from auditor_aws.live.shapes import Shape, tags

_AWS: Final = "AWS"
"""Owner of the lists of the addresses of AWS's own services."""
_LAST: Final = 32767
"""Number of the rule of every ACL that refuses what no other rule lets through; 32768 for IPv6."""


def security_groups(answers: Answers) -> Iterator[Shape]:
    """Security groups with their rules, which stand inside of them."""
    unused = unused_networks(answers)
    for item in answers.items("DescribeSecurityGroups", "SecurityGroups"):
        id_, owner = item["GroupId"], item.get("OwnerId", answers.account)
        kind = "default_security_group" if item.get("GroupName") == "default" else "security_group"
        type_ = f"aws_{kind}" if owner == answers.account else "data.aws_security_group"
        address = item.get("SecurityGroupArn") or arn(answers, "security-group", id_, owner)
        shape = Shape(type_, answers, address, "DescribeSecurityGroups", names=(id_,))
        shape.values.update(
            id=id_,
            arn=address,
            name=item.get("GroupName"),
            description=item.get("Description"),
            vpc_id=item.get("VpcId"),
            tags=tags(item.get("Tags")),
            ingress=[_permission(one, id_, owner) for one in item.get("IpPermissions") or ()],
            egress=[_permission(one, id_, owner) for one in item.get("IpPermissionsEgress") or ()],
            unused=item.get("VpcId") in unused.networks,
        )
        if unused.refusal is not None and item.get("VpcId") in unused.doubtful:
            shape.refuse(unused.refusal, "unused")
        yield shape


def _permission(one: Mapping[str, Any], group: str, owner: str) -> dict[str, Any]:
    pairs = [pair for pair in one.get("UserIdGroupPairs") or () if pair.get("GroupId")]
    return {
        "protocol": one.get("IpProtocol"),
        "from_port": one.get("FromPort"),
        "to_port": one.get("ToPort"),
        "cidr_blocks": [found["CidrIp"] for found in one.get("IpRanges") or ()],
        "ipv6_cidr_blocks": [found["CidrIpv6"] for found in one.get("Ipv6Ranges") or ()],
        "prefix_list_ids": [found["PrefixListId"] for found in one.get("PrefixListIds") or ()],
        # groups of other accounts are named with the account, as the provider does
        "security_groups": [
            pair["GroupId"] if pair.get("UserId", owner) == owner else f"{pair['UserId']}/{pair['GroupId']}"
            for pair in pairs
            if pair["GroupId"] != group
        ],
        "self": any(pair["GroupId"] == group for pair in pairs),
    }


def acls(answers: Answers) -> Iterator[Shape]:
    """Network ACLs, of unused networks as well: they are of no type that is judged."""
    for item in answers.items("DescribeNetworkAcls", "NetworkAcls"):
        if item.get("OwnerId", answers.account) != answers.account:
            continue
        type_ = "aws_default_network_acl" if item.get("IsDefault") else "aws_network_acl"
        shape = made(type_, answers, "network-acl", item["NetworkAclId"], "DescribeNetworkAcls", item)
        entries = [one for one in item.get("Entries") or () if one.get("RuleNumber", 0) < _LAST]
        shape.values.update(
            vpc_id=item.get("VpcId"),
            subnet_ids=[one["SubnetId"] for one in item.get("Associations") or () if one.get("SubnetId")],
            ingress=[_entry(one) for one in entries if not one.get("Egress")],
            egress=[_entry(one) for one in entries if one.get("Egress")],
        )
        yield shape


def _entry(one: Mapping[str, Any]) -> dict[str, Any]:
    ports = one.get("PortRange") or {}
    return {
        "action": one.get("RuleAction"),
        "rule_no": one.get("RuleNumber"),
        "protocol": one.get("Protocol"),
        "from_port": ports.get("From"),
        "to_port": ports.get("To"),
        "cidr_block": one.get("CidrBlock"),
        "ipv6_cidr_block": one.get("Ipv6CidrBlock"),
    }


def prefix_lists(answers: Answers) -> Iterator[Shape]:
    """Lists of address ranges; those of AWS and of other accounts are only referred to."""
    for item in alive(answers.items("DescribeManagedPrefixLists", "PrefixLists"), "State"):
        id_ = item["PrefixListId"]
        ours = item.get("OwnerId") == answers.account
        type_ = "aws_ec2_managed_prefix_list" if ours else "data.aws_ec2_managed_prefix_list"
        address = item.get("PrefixListArn") or arn(answers, "prefix-list", id_, item.get("OwnerId", ""))
        shape = Shape(type_, answers, address, "DescribeManagedPrefixLists", names=(id_,))
        shape.values.update(id=id_, arn=address, name=item.get("PrefixListName"), tags=tags(item.get("Tags")))
        if item.get("OwnerId") != _AWS:
            # who may use a list of another account may read it as well
            held = answers.of("GetManagedPrefixListEntries", id_)
            # as the resource names them, and as the data source does
            name = "entry" if ours else "entries"
            shape.take(name, held, lambda data: [])
            if held.refusal is None:
                shape[name] = [
                    {"cidr": one.get("Cidr"), "description": one.get("Description")} for one in held.items("Entries")
                ]
        yield shape
