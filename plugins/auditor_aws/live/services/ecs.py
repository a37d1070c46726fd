"""Clusters of containers, their services, and the definitions of the tasks that these run.

Sources: Amazon ECS API Reference (ListClusters, DescribeClusters, ListServices, DescribeServices,
ListTaskDefinitionFamilies, DescribeTaskDefinition: of a family its newest revision in force,
DescribeCapacityProviders); AWS provider documentation, pages ``aws_ecs_cluster``,
``aws_ecs_service``, ``aws_ecs_task_definition``, ``aws_ecs_capacity_provider``.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final

from auditor.plaintext import stand_in
from auditor_aws.live.answers import Answers
from auditor_aws.live.catalogue import Call, Service
from auditor_aws.live.shapes import Shape, block, tags

_KEPT: Final = ("name", "image", "essential", "privileged", "user", "readonlyRootFilesystem", "portMappings")
"""What is kept of a container; commands, labels and options of drivers may hold credentials."""


_KEPT_OF_TASK: Final = ("taskDefinitionArn", "family", "revision", "status", "networkMode")
_KEPT_OF_SERVICE: Final = (
    "serviceArn",
    "serviceName",
    "clusterArn",
    "status",
    "desiredCount",
    "schedulingStrategy",
    "enableExecuteCommand",
    "networkConfiguration",
    "taskDefinition",
    "tags",
)


def _keep_no_values(data: Any) -> None:
    definition = data.get("taskDefinition") or {}
    containers = [
        {
            **{name: container[name] for name in _KEPT if name in container},
            "environment": [
                {"name": one.get("name"), "value": stand_in(one.get("name") or "", one.get("value") or "")}
                for one in container.get("environment") or ()
            ],
            "secrets": [{"name": one.get("name")} for one in container.get("secrets") or ()],
            "logConfiguration": {"logDriver": (container.get("logConfiguration") or {}).get("logDriver")},
        }
        for container in definition.get("containerDefinitions") or ()
    ]
    data["taskDefinition"] = {
        **{name: definition[name] for name in _KEPT_OF_TASK if name in definition},
        "containerDefinitions": containers,
        # options of drivers of other volumes may hold credentials
        "volumes": [
            {name: volume[name] for name in ("name", "efsVolumeConfiguration") if name in volume}
            for volume in definition.get("volumes") or ()
        ],
    }


def _settings_alone(data: Any) -> None:
    """Events tell what happened, and options of drivers of logs may hold credentials."""
    data["services"] = [
        {
            **{name: service[name] for name in _KEPT_OF_SERVICE if name in service},
            "deployments": [
                {name: one[name] for name in ("status", "volumeConfigurations") if name in one}
                for one in service.get("deployments") or ()
            ],
        }
        for service in data.get("services") or ()
    ]


def clusters(answers: Answers) -> Iterator[Shape]:
    """Clusters; of one that could not be described only the name is known."""
    for arn in answers.items("ListClusters", "clusterArns"):
        said = answers.member("DescribeClusters", "clusters", "clusterArn", arn)
        if said.data.get("status") == "INACTIVE":
            # it is deleted, and shown for a while
            continue
        name = arn.rsplit("/", 1)[-1]
        shape = Shape("aws_ecs_cluster", answers, arn, "ListClusters", names=(name,))
        shape.values.update(arn=arn, name=name)
        shape.take("configuration", said, _configuration)
        shape.take("tags", said, lambda data: tags(data.get("tags")))
        yield shape


def _configuration(cluster: Mapping[str, Any]) -> list[dict[str, Any]]:
    given = cluster.get("configuration")
    if not given:
        return []
    commands, storage = given.get("executeCommandConfiguration"), given.get("managedStorageConfiguration")
    return [
        {
            "execute_command_configuration": block(commands and _commands(commands)),
            "managed_storage_configuration": block(
                storage
                and {
                    "kms_key_id": storage.get("kmsKeyId"),
                    "fargate_ephemeral_storage_kms_key_id": storage.get("fargateEphemeralStorageKmsKeyId"),
                }
            ),
        }
    ]


def _commands(given: Mapping[str, Any]) -> dict[str, Any]:
    logs = given.get("logConfiguration")
    return {
        "kms_key_id": given.get("kmsKeyId"),
        "logging": given.get("logging"),
        "log_configuration": block(
            logs
            and {
                "cloud_watch_log_group_name": logs.get("cloudWatchLogGroupName"),
                "cloud_watch_encryption_enabled": logs.get("cloudWatchEncryptionEnabled"),
                "s3_bucket_name": logs.get("s3BucketName"),
                "s3_bucket_encryption_enabled": logs.get("s3EncryptionEnabled"),
            }
        ),
    }


_SERVICE: Final = (
    "desired_count",
    "scheduling_strategy",
    "enable_execute_command",
    "network_configuration",
    "volume_configuration",
    "task_definition",
    "tags",
)


def services(answers: Answers) -> Iterator[Shape]:
    """Services of every cluster."""
    for cluster, listed in answers.all("ListServices"):
        if listed.refusal is not None:
            yield Shape.unlisted("aws_ecs_service", answers, listed.refusal, cluster)
        for arn in listed.items("serviceArns"):
            name = arn.rsplit("/", 1)[-1]
            # the last is what targets of scaling call it
            by_id = f"service/{cluster.rsplit('/', 1)[-1]}/{name}"
            shape = Shape("aws_ecs_service", answers, arn, "ListServices", names=(name, by_id))
            shape.values.update(arn=arn, name=name, cluster=cluster)
            said = answers.member("DescribeServices", "services", "serviceArn", arn)
            if said.refusal is not None:
                shape.refuse(said.refusal, *_SERVICE)
            else:
                shape.values.update(_service(said.data))
            yield shape


def _service(given: Mapping[str, Any]) -> dict[str, Any]:
    network = (given.get("networkConfiguration") or {}).get("awsvpcConfiguration")
    current: Mapping[str, Any] = next(
        (one for one in given.get("deployments") or () if one.get("status") == "PRIMARY"), {}
    )
    return {
        "desired_count": given.get("desiredCount"),
        "scheduling_strategy": given.get("schedulingStrategy"),
        "enable_execute_command": given.get("enableExecuteCommand", False),
        "network_configuration": block(
            network
            and {
                "subnets": network.get("subnets") or [],
                "security_groups": network.get("securityGroups") or [],
                "assign_public_ip": network.get("assignPublicIp") == "ENABLED",
            }
        ),
        "volume_configuration": [
            {
                "name": volume.get("name"),
                "managed_ebs_volume": block(
                    (disk := volume.get("managedEBSVolume"))
                    and {"encrypted": disk.get("encrypted"), "kms_key_id": disk.get("kmsKeyId")}
                ),
            }
            for volume in current.get("volumeConfigurations") or ()
        ],
        # a service whose deployments another controller makes has none of its own
        "task_definition": given.get("taskDefinition"),
        "tags": tags(given.get("tags")),
    }


def definitions(answers: Answers) -> Iterator[Shape]:
    """Definitions that services run, and of each family the newest, which schedules and people run."""
    seen: set[str] = set()
    for asked, said in answers.all("DescribeTaskDefinition"):
        arn = (said.data.get("taskDefinition") or {}).get("taskDefinitionArn") or asked
        if not arn.startswith("arn:"):
            # of a family alone it is not known which revision is in force
            if said.refusal is not None:
                yield Shape.unlisted("aws_ecs_task_definition", answers, said.refusal, asked)
                continue
            arn = answers.arn("ecs", f"task-definition/{asked}")
        if arn in seen:
            continue
        seen.add(arn)
        shape = Shape("aws_ecs_task_definition", answers, arn, "DescribeTaskDefinition")
        # revisions stay only where Terraform is told to leave them
        shape.values.update(arn=arn, skip_destroy=False)
        shape.take("container_definitions", said, _containers)
        shape.take("volume", said, _volumes)
        shape.take("tags", said, lambda data: tags(data.get("tags")))
        yield shape


def _containers(data: Mapping[str, Any]) -> str:
    return json.dumps(data["taskDefinition"].get("containerDefinitions") or [])


def _volumes(data: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [
        {
            "name": volume.get("name"),
            "efs_volume_configuration": block(
                (mounted := volume.get("efsVolumeConfiguration"))
                and {
                    "file_system_id": mounted.get("fileSystemId"),
                    "transit_encryption": mounted.get("transitEncryption"),
                }
            ),
        }
        for volume in data["taskDefinition"].get("volumes") or ()
    ]


def capacity(answers: Answers) -> Iterator[Shape]:
    """Providers of capacity that scale a group of machines."""
    for given in answers.items("DescribeCapacityProviders", "capacityProviders"):
        group = given.get("autoScalingGroupProvider")
        if not group:
            continue
        shape = Shape("aws_ecs_capacity_provider", answers, given["capacityProviderArn"], "DescribeCapacityProviders")
        scaling = group.get("managedScaling") or {}
        shape.values.update(
            arn=given["capacityProviderArn"],
            name=given.get("name"),
            tags=tags(given.get("tags")),
            auto_scaling_group_provider=[
                {
                    "auto_scaling_group_arn": group.get("autoScalingGroupArn"),
                    "managed_scaling": [{"status": scaling.get("status")}],
                }
            ],
        )
        yield shape


_OF_TASKS: Final = frozenset(
    ("credential", "encryption", "environment", "inventory", "privileged", "residency", "teardown")
)

SERVICES: Final = (
    Service(
        name="ecs",
        calls=(
            Call(operation="ListClusters", yields=("aws_ecs_cluster", "aws_ecs_service", "aws_ecs_capacity_provider")),
            Call(
                operation="DescribeClusters",
                each="ListClusters",
                over="clusterArns[]",
                parameters={"clusters": "@"},
                batch=100,
                fixed={"include": ["CONFIGURATIONS", "TAGS"]},
            ),
            Call(
                operation="ListServices",
                each="ListClusters",
                over="clusterArns[]",
                parameters={"cluster": "@"},
                fixed={"maxResults": 100},
                # a cluster that is deleted, and shown for a while
                absent=("ClusterNotFoundException",),
            ),
            Call(
                operation="DescribeServices",
                yields=("aws_ecs_task_definition",),
                each="ListServices",
                over="serviceArns[]",
                parameters={"services": "@", "cluster": "^cluster"},
                batch=10,
                fixed={"include": ["TAGS"]},
                redact=_settings_alone,
            ),
            Call(
                operation="DescribeTaskDefinition",
                each="DescribeServices",
                over="services[].taskDefinition",
                parameters={"taskDefinition": "@"},
                fixed={"include": ["TAGS"]},
                redact=_keep_no_values,
                subjects=_OF_TASKS,
            ),
            Call(
                operation="ListTaskDefinitionFamilies",
                yields=("aws_ecs_task_definition",),
                fixed={"status": "ACTIVE", "maxResults": 100},
                subjects=_OF_TASKS,
            ),
            Call(
                operation="DescribeTaskDefinition",
                each="ListTaskDefinitionFamilies",
                # there may be thousands of revisions: the newest of a family is what is run without naming one
                over="families[]",
                parameters={"taskDefinition": "@"},
                fixed={"include": ["TAGS"]},
                redact=_keep_no_values,
                subjects=_OF_TASKS,
            ),
            Call(
                operation="DescribeCapacityProviders",
                yields=("aws_ecs_capacity_provider",),
                # the regional list is asked for once, and only where there is a cluster
                each="ListClusters",
                over="clusterArns[:1]",
                fixed={"include": ["TAGS"]},
                pages=("nextToken", "nextToken"),
                subjects=frozenset(("capacity",)),
            ),
        ),
        shapers=(clusters, services, definitions, capacity),
        subjects=frozenset(
            (
                "capacity",
                "credential",
                "encryption",
                "environment",
                "inventory",
                "log",
                "monitoring",
                "network",
                "privileged",
                "redundancy",
                "residency",
                "teardown",
            )
        ),
    ),
)
