"""Clusters of Kafka brokers, and what copies from one to another.

Sources: Amazon MSK API Reference, version 2 (ListClustersV2) and 1 (ListReplicators, DescribeReplicator); AWS provider
documentation, pages ``aws_msk_cluster``, ``aws_msk_serverless_cluster``, ``aws_msk_replicator``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from auditor_aws.live.answers import Answers
from auditor_aws.live.catalogue import Call, Service
from auditor_aws.live.shapes import Shape, block


def clusters(answers: Answers) -> Iterator[Shape]:
    """Clusters of both kinds."""
    for given in answers.items("ListClustersV2", "ClusterInfoList"):
        arn = given["ClusterArn"]
        provisioned = given.get("Provisioned")
        type_ = "aws_msk_cluster" if provisioned else "aws_msk_serverless_cluster"
        shape = Shape(type_, answers, arn, "ListClustersV2", names=(given.get("ClusterName"),))
        shape.values.update(arn=arn, cluster_name=given.get("ClusterName"), tags=dict(given.get("Tags") or {}))
        if provisioned:
            shape.values.update(_provisioned(provisioned))
        yield shape


def _provisioned(given: Mapping[str, Any]) -> dict[str, Any]:
    nodes = given.get("BrokerNodeGroupInfo") or {}
    public = (nodes.get("ConnectivityInfo") or {}).get("PublicAccess")
    rest = (given.get("EncryptionInfo") or {}).get("EncryptionAtRest") or {}
    transit = (given.get("EncryptionInfo") or {}).get("EncryptionInTransit")
    logs = (given.get("LoggingInfo") or {}).get("BrokerLogs")
    return {
        "kafka_version": (given.get("CurrentBrokerSoftwareInfo") or {}).get("KafkaVersion"),
        "broker_node_group_info": [
            {
                "client_subnets": nodes.get("ClientSubnets") or [],
                "security_groups": nodes.get("SecurityGroups") or [],
                "connectivity_info": [{"public_access": block(public and {"type": public.get("Type")})}],
            }
        ],
        "client_authentication": block(_authentication(given.get("ClientAuthentication"))),
        "encryption_info": [
            {
                "encryption_at_rest_kms_key_arn": rest.get("DataVolumeKMSKeyId"),
                "encryption_in_transit": block(
                    transit and {"client_broker": transit.get("ClientBroker"), "in_cluster": transit.get("InCluster")}
                ),
            }
        ],
        "logging_info": block(logs and {"broker_logs": [_logs(logs)]}),
    }


def _logs(given: Mapping[str, Any]) -> dict[str, Any]:
    bucket = given.get("S3") or {}
    return {
        "cloudwatch_logs": [{"enabled": (given.get("CloudWatchLogs") or {}).get("Enabled", False)}],
        "firehose": [{"enabled": (given.get("Firehose") or {}).get("Enabled", False)}],
        "s3": [{"enabled": bucket.get("Enabled", False), "bucket": bucket.get("Bucket")}],
    }


def _authentication(given: Mapping[str, Any] | None) -> dict[str, Any] | None:
    if not given:
        return None
    sasl, tls = given.get("Sasl") or {}, given.get("Tls") or {}
    authorities = tls.get("CertificateAuthorityArnList") or [] if tls.get("Enabled", True) else []
    return {
        "unauthenticated": (given.get("Unauthenticated") or {}).get("Enabled", False),
        "sasl": [
            {
                "iam": (sasl.get("Iam") or {}).get("Enabled", False),
                "scram": (sasl.get("Scram") or {}).get("Enabled", False),
            }
        ],
        "tls": [{"certificate_authority_arns": authorities}],
    }


def replicators(answers: Answers) -> Iterator[Shape]:
    """What copies topics from one cluster to another."""
    for listed in answers.items("ListReplicators", "Replicators"):
        arn = listed["ReplicatorArn"]
        shape = Shape("aws_msk_replicator", answers, arn, "ListReplicators")
        shape["arn"] = arn
        said = answers.of("DescribeReplicator", arn)
        shape.take("replication_info_list", said, _targets)
        shape.take("tags", said, lambda data: dict(data.get("Tags") or {}))
        yield shape


def _targets(data: Mapping[str, Any]) -> list[dict[str, Any]]:
    named = {
        one.get("KafkaClusterAlias"): (one.get("AmazonMskCluster") or {}).get("MskClusterArn")
        for one in data.get("KafkaClusters") or ()
    }
    return [
        {"target_kafka_cluster_arn": named.get(one.get("TargetKafkaClusterAlias"))}
        for one in data.get("ReplicationInfoList") or ()
    ]


SERVICES: Final = (
    Service(
        name="kafka",
        calls=(
            Call(operation="ListClustersV2", yields=("aws_msk_cluster",), covers=("aws_msk_serverless_cluster",)),
            Call(
                operation="ListReplicators",
                yields=("aws_msk_replicator",),
                each="ListClustersV2",
                # only where there is a cluster
                over="ClusterInfoList[:1]",
                subjects=frozenset(("environment", "inventory", "residency")),
            ),
            Call(
                operation="DescribeReplicator",
                each="ListReplicators",
                over="Replicators[]",
                parameters={"ReplicatorArn": "ReplicatorArn"},
                subjects=frozenset(("residency",)),
            ),
        ),
        shapers=(clusters, replicators),
        subjects=frozenset(
            (
                "access",
                "encryption",
                "environment",
                "inventory",
                "log",
                "network",
                "redundancy",
                "residency",
                "teardown",
                "vulnerability",
            )
        ),
    ),
)
