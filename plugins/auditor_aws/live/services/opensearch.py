"""Search domains of OpenSearch and Elasticsearch, and serverless collections.

Sources: Amazon OpenSearch Service API Reference (ListDomainNames, DescribeDomains, ListTags); OpenSearch Serverless API
Reference (ListCollections, BatchGetCollection, ListSecurityPolicies, GetSecurityPolicy, ListTagsForResource); AWS
provider documentation, pages ``aws_opensearch_domain``, ``aws_opensearchserverless_collection``,
``aws_opensearchserverless_security_policy``.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final

from auditor_aws.live.answers import Answers
from auditor_aws.live.catalogue import Call, Service
from auditor_aws.live.shapes import Shape, block, tags

_DESCRIBED: Final = (
    "access_policies",
    "advanced_security_options",
    "cluster_config",
    "domain_endpoint_options",
    "encrypt_at_rest",
    "engine_version",
    "log_publishing_options",
    "node_to_node_encryption",
    "vpc_options",
)


def domains(answers: Answers) -> Iterator[Shape]:
    """Domains of both engines, which one API describes."""
    for listed in answers.items("ListDomainNames", "DomainNames"):
        name = listed["DomainName"]
        described = answers.member("DescribeDomains", "DomainStatusList", "DomainName", name)
        if described.data.get("Deleted") or described.data.get("DomainProcessingStatus") == "Deleting":
            continue
        arn = answers.arn("es", f"domain/{name}")
        shape = Shape("aws_opensearch_domain", answers, arn, "DescribeDomains", names=(name,))
        shape.values.update(arn=arn, domain_name=name)
        if described.refusal is not None:
            shape.refuse(described.refusal, *_DESCRIBED)
        else:
            _describe(shape, described.data)
        shape.take("tags", answers.of("ListTags", arn), lambda data: tags(data.get("TagList")))
        yield shape


def _describe(shape: Shape, item: Mapping[str, Any]) -> None:
    shape["engine_version"] = item.get("EngineVersion")
    shape["access_policies"] = item.get("AccessPolicies") or None
    config = item.get("ClusterConfig") or {}
    shape["cluster_config"] = [
        {
            "instance_count": config.get("InstanceCount"),
            "zone_awareness_enabled": config.get("ZoneAwarenessEnabled", False),
            "multi_az_with_standby_enabled": config.get("MultiAZWithStandbyEnabled", False),
        }
    ]
    at_rest = item.get("EncryptionAtRestOptions") or {}
    shape["encrypt_at_rest"] = [{"enabled": at_rest.get("Enabled", False), "kms_key_id": at_rest.get("KmsKeyId")}]
    between = item.get("NodeToNodeEncryptionOptions") or {}
    shape["node_to_node_encryption"] = [{"enabled": between.get("Enabled", False)}]
    endpoint = item.get("DomainEndpointOptions") or {}
    shape["domain_endpoint_options"] = [
        {
            "enforce_https": endpoint.get("EnforceHTTPS", False),
            "tls_security_policy": endpoint.get("TLSSecurityPolicy"),
        }
    ]
    shape["log_publishing_options"] = [
        {
            "log_type": kind,
            "enabled": one.get("Enabled", False),
            "cloudwatch_log_group_arn": one.get("CloudWatchLogsLogGroupArn"),
        }
        for kind, one in sorted((item.get("LogPublishingOptions") or {}).items())
    ]
    network = item.get("VPCOptions") or {}
    shape["vpc_options"] = block(
        {"subnet_ids": network.get("SubnetIds") or [], "security_group_ids": network.get("SecurityGroupIds") or []}
        if network.get("VPCId")
        else None
    )
    _sign_in(shape, item.get("AdvancedSecurityOptions") or {})


def _sign_in(shape: Shape, options: Mapping[str, Any]) -> None:
    shape["advanced_security_options"] = [
        {
            "enabled": options.get("Enabled", False),
            "anonymous_auth_enabled": options.get("AnonymousAuthEnabled", False),
            "internal_user_database_enabled": options.get("InternalUserDatabaseEnabled", False),
            "master_user_options": [{"master_user_name": None, "master_user_arn": None}],
        }
    ]
    if options.get("InternalUserDatabaseEnabled"):
        # the users of the domain's own database, the administrator among them, are not told
        hidden = {"master_user_options": [{"master_user_name": True}]}
        shape.open["advanced_security_options"] = [hidden]


_POLICY: Final = "aws_opensearchserverless_security_policy"


def collections(answers: Answers) -> Iterator[Shape]:
    """Serverless collections, and the policies that say from where they are reached."""
    for item in answers.items("ListCollections", "collectionSummaries"):
        if item.get("status") in ("DELETING", "FAILED"):
            continue
        arn, id_, name = item["arn"], item["id"], item["name"]
        shape = Shape("aws_opensearchserverless_collection", answers, arn, "ListCollections", names=(id_, name))
        shape.values.update(arn=arn, id=id_, name=name)
        described = answers.member("BatchGetCollection", "collectionDetails", "id", id_)
        shape.take("deletion_protection", described, lambda data: data.get("deletionProtection", "DISABLED"))
        shape.take("encryption_config", described, _encryption)
        shape.take("tags", answers.of("ListTagsForResource", arn), lambda data: tags(data.get("tags")))
        yield shape
    for name, answer in answers.all("GetSecurityPolicy"):
        arn = answers.arn("aoss", f"networkpolicy/{name}")
        shape = Shape(_POLICY, answers, arn, "GetSecurityPolicy", names=(name,))
        shape["name"] = name
        shape["type"] = "network"
        shape.take("policy", answer, lambda data: json.dumps(data["securityPolicyDetail"]["policy"]))
        yield shape


def _encryption(data: Mapping[str, Any]) -> list[dict[str, Any]]:
    key = data.get("kmsKeyArn")
    # "auto" stands for a key that AWS owns
    return [{"kms_key_arn": key if key and key.startswith("arn:") else None}]


_PLACED: Final = frozenset(("residency", "encryption", "teardown", "environment", "inventory"))

SERVICES: Final = (
    Service(
        name="opensearch",
        prefix="es",
        calls=(
            Call(operation="ListDomainNames", yields=("aws_opensearch_domain",)),
            Call(
                operation="DescribeDomains",
                # policies stand in the description of their domain
                yields=("aws_opensearch_domain_policy",),
                each="ListDomainNames",
                over="DomainNames[].DomainName",
                parameters={"DomainNames": "@"},
                batch=5,
            ),
            Call(
                operation="ListTags",
                each="DescribeDomains",
                over="DomainStatusList[]",
                parameters={"ARN": "ARN"},
            ),
        ),
        shapers=(domains,),
        subjects=_PLACED
        | {
            *("access", "backup", "log", "monitoring", "capacity", "network", "privileged", "redundancy"),
            *("segmentation", "vulnerability"),
        },
    ),
    Service(
        name="opensearchserverless",
        prefix="aoss",
        calls=(
            Call(
                operation="ListCollections",
                yields=("aws_opensearchserverless_collection",),
                pages=("nextToken", "nextToken"),
            ),
            Call(
                operation="BatchGetCollection",
                each="ListCollections",
                over="collectionSummaries[]",
                parameters={"ids": "id"},
                batch=100,
                subjects=frozenset(("encryption", "teardown")),
            ),
            Call(
                operation="ListSecurityPolicies",
                yields=(_POLICY,),
                fixed={"type": "network"},
                pages=("nextToken", "nextToken"),
                subjects=frozenset(("access", "network")),
            ),
            Call(
                operation="GetSecurityPolicy",
                each="ListSecurityPolicies",
                over="securityPolicySummaries[]",
                parameters={"name": "name", "type": "type"},
                subjects=frozenset(("access", "network")),
            ),
            Call(
                operation="ListTagsForResource",
                each="ListCollections",
                over="collectionSummaries[]",
                parameters={"resourceArn": "arn"},
            ),
        ),
        shapers=(collections,),
        subjects=_PLACED | {"access", "network"},
    ),
)
