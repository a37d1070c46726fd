"""Repositories of images, clusters of containers and Kubernetes clusters of accounts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from auditor.attr import Reason
from auditor.collecting import CollectOptions
from auditor.facets import (
    EncryptionAtRest,
    EncryptionInTransit,
    Exposure,
    KeyOwner,
    PlaintextCredential,
    PublicEndpoint,
    Redundancy,
    Replica,
    Scaling,
    Share,
    Software,
    Utility,
    VulnerabilityScan,
)
from tests.live.auditing import HOME, audit, collect
from tests.live.servers import ACCOUNT, REGION, AwsServer
from tests.live.services.reading import contents, facet, of, said, statuses, why

SECRET = "hunter22-very-secret"
CLUSTER = f"arn:aws:ecs:{REGION}:{ACCOUNT}:cluster/main"
TASK = f"arn:aws:ecs:{REGION}:{ACCOUNT}:task-definition/web:7"
KEY = f"arn:aws:kms:{REGION}:210987654321:key/11111111-2222-3333-4444-555555555555"
OPEN = '{"Statement": {"Effect": "Allow", "Principal": "*", "Action": "ecr:*"}}'
ALLIED = '{"Statement": [{"Effect": "Allow", "Principal": {"AWS": "210987654321"}, "Action": "ecr:BatchGetImage"}]}'


def repository(name: str, **members: Any) -> dict[str, Any]:
    return {
        "repositoryName": name,
        "repositoryArn": f"arn:aws:ecr:{REGION}:{ACCOUNT}:repository/{name}",
        "encryptionConfiguration": {"encryptionType": "AES256"},
        **members,
    }


@pytest.fixture
def images(aws: AwsServer) -> AwsServer:
    """A registry that scans some repositories and copies some to another region."""
    good = repository("app/good", encryptionConfiguration={"encryptionType": "KMS", "kmsKey": KEY})
    aws.answer("ecr", "DescribeRepositories", pages=[{"repositories": [good]}, {"repositories": [repository("bad")]}])
    aws.fail("ecr", "GetRepositoryPolicy", "RepositoryPolicyNotFoundException")
    aws.answer("ecr", "GetRepositoryPolicy", {"policyText": ALLIED}, match={"repositoryName": "app/good"})
    aws.answer("ecr", "GetRepositoryPolicy", {"policyText": OPEN}, match={"repositoryName": "bad"})
    aws.answer("ecr", "ListTagsForResource", {"tags": []})
    prefix = [{"filter": "bad", "filterType": "PREFIX_MATCH"}]
    abroad = {"destinations": [{"region": "us-east-1", "registryId": ACCOUNT}], "repositoryFilters": prefix}
    aws.answer("ecr", "DescribeRegistry", {"registryId": ACCOUNT, "replicationConfiguration": {"rules": [abroad]}})
    rule = {"scanFrequency": "CONTINUOUS_SCAN", "repositoryFilters": [{"filter": "app/*", "filterType": "WILDCARD"}]}
    aws.answer(
        "ecr",
        "GetRegistryScanningConfiguration",
        {"registryId": ACCOUNT, "scanningConfiguration": {"scanType": "ENHANCED", "rules": [rule]}},
    )
    return aws


def test_repositories_are_judged_by_themselves_and_by_their_registry(images: AwsServer) -> None:
    found = audit(images.url, ["ecr"])
    good, bad = (found.resource("aws_ecr_repository", name) for name in ("good", "bad"))
    assert said(of(good, EncryptionAtRest).key_owner) is KeyOwner.CUSTOMER
    assert said(of(bad, EncryptionAtRest).key_owner) is KeyOwner.PROVIDER
    assert said(of(good, Exposure).public) is False
    assert said(of(good, Share).recipients) == ("210987654321",)
    assert said(of(bad, Exposure).public) is True
    assert said(of(good, VulnerabilityScan).active) is True
    assert said(of(bad, VulnerabilityScan).active) is False
    assert said(of(bad, Replica).location) == frozenset({"us-east-1"})
    assert not [one for one in good.facets if isinstance(one, Replica)]
    assert found.statuses("repository/bad")["residency.replication.allowed"] == {"fail"}


def test_a_region_without_repositories_costs_one_call(images: AwsServer) -> None:
    images.answer("ecr", "DescribeRepositories", {"repositories": []})
    images.clear_calls()
    audit(images.url, ["ecr"])
    assert [one.operation for one in images.calls() if one.service == "ecr"] == ["DescribeRepositories"]


@pytest.mark.parametrize(
    ("operation", "class_", "name"),
    [
        ("ecr:GetRepositoryPolicy", Exposure, "public"),
        ("ecr:GetRegistryScanningConfiguration", VulnerabilityScan, "active"),
        ("ecr:DescribeRegistry", Replica, "location"),
    ],
)
def test_what_a_registry_does_not_show_is_unknown(
    images: AwsServer, operation: str, class_: type[Any], name: str
) -> None:
    images.refuse([operation])
    found = facet(audit(images.url, ["ecr"]), "aws_ecr_repository", "bad", class_)
    assert why(getattr(found, name)) is Reason.DENIED


def test_public_repositories_are_public(aws: AwsServer) -> None:
    arn = f"arn:aws:ecr-public::{ACCOUNT}:repository/tools"
    one = {"repositoryArn": arn, "repositoryName": "tools", "registryId": ACCOUNT}
    aws.answer("ecr-public", "DescribeRepositories", {"repositories": [one]})
    aws.answer("ecr-public", "ListTagsForResource", {"tags": []})
    assert said(facet(audit(aws.url, ["ecr-public"]), "aws_ecrpublic_repository", "tools", Exposure).public) is True


def service(name: str, **members: Any) -> dict[str, Any]:
    return {
        "serviceArn": f"arn:aws:ecs:{REGION}:{ACCOUNT}:service/main/{name}",
        "serviceName": name,
        "clusterArn": CLUSTER,
        "desiredCount": 1,
        "schedulingStrategy": "REPLICA",
        "taskDefinition": TASK,
        "enableExecuteCommand": False,
        "tags": [],
        **members,
    }


@pytest.fixture
def cloud(aws: AwsServer) -> AwsServer:
    """A cluster with two services of one definition of tasks, twelve more on the next page."""
    aws.answer("ecs", "ListClusters", {"clusterArns": [CLUSTER]})
    logs = {"logging": "OVERRIDE", "logConfiguration": {"cloudWatchLogGroupName": "exec"}}
    cluster = {"clusterArn": CLUSTER, "clusterName": "main", "configuration": {"executeCommandConfiguration": logs}}
    aws.answer("ecs", "DescribeClusters", {"clusters": [{**cluster, "tags": [{"key": "env", "value": "prod"}]}]})
    volumes = [
        {"name": "data", "managedEBSVolume": {"encrypted": True, "kmsKeyId": KEY, "roleArn": "arn:aws:iam::1:role/r"}}
    ]
    connected = {
        "enabled": True,
        "logConfiguration": {"logDriver": "splunk", "options": {"splunk-token": SECRET}},
    }
    network = {"awsvpcConfiguration": {"subnets": ["subnet-1"], "assignPublicIp": "ENABLED"}}
    bad = service(
        "bad",
        networkConfiguration=network,
        enableExecuteCommand=True,
        deployments=[{"status": "PRIMARY", "volumeConfigurations": volumes, "serviceConnectConfiguration": connected}],
        events=[{"id": "1", "message": SECRET}],
    )
    more = [service(f"more{number:02}") for number in range(12)]
    arns = [one["serviceArn"] for one in (bad, *more)]
    aws.answer("ecs", "ListServices", pages=[{"serviceArns": arns[:1]}, {"serviceArns": arns[1:]}])
    aws.answer("ecs", "DescribeServices", {"services": [bad, *more]})
    container = {
        "name": "web",
        "command": ["run", f"--password={SECRET}"],
        "environment": [{"name": "DB_PASSWORD", "value": SECRET}, {"name": "MODE", "value": "on-and-on"}],
        "logConfiguration": {"logDriver": "awslogs", "options": {"splunk-token": SECRET}},
    }
    shared = {"name": "files", "efsVolumeConfiguration": {"fileSystemId": "fs-1"}}
    mounted = {
        "name": "old",
        "dockerVolumeConfiguration": {"driver": "local", "driverOpts": {"o": f"password={SECRET}"}},
    }
    aws.answer(
        "ecs",
        "DescribeTaskDefinition",
        {
            "taskDefinition": {
                "taskDefinitionArn": TASK,
                "containerDefinitions": [container],
                "volumes": [shared, mounted],
            }
        },
    )
    aws.answer("ecs", "ListTaskDefinitionFamilies", {"families": ["web"]})
    aws.answer("ecs", "DescribeCapacityProviders", {"capacityProviders": [{"name": "FARGATE"}]})
    return aws


def test_services_are_judged_with_their_cluster_and_their_tasks(cloud: AwsServer) -> None:
    found = audit(cloud.url, ["ecs"])
    bad = found.resource("aws_ecs_service", "/bad")
    assert said(of(bad, Utility).enabled) is True
    assert said(of(bad, Utility).logged) is True
    assert said(of(bad, PublicEndpoint).public) is True
    assert said(of(bad, EncryptionAtRest).key_owner) is KeyOwner.CUSTOMER
    assert said(of(found.resource("aws_ecs_service", "more07"), Utility).enabled) is False
    task = found.resource("aws_ecs_task_definition")
    assert said(of(task, PlaintextCredential).places) == ("DB_PASSWORD",)
    assert said(of(task, EncryptionInTransit, "files").required) is False
    assert len(found.resources("aws_ecs_service")) == 13


def test_services_are_described_by_tens_with_their_cluster(cloud: AwsServer) -> None:
    cloud.clear_calls()
    audit(cloud.url, ["ecs"])
    asked = [one.parameters for one in cloud.calls() if one.operation == "DescribeServices"]
    assert sorted(len(one["services"]) for one in asked) == [3, 10]
    assert {one["cluster"] for one in asked} == {CLUSTER}
    # the one revision that all services run, and the newest of its family
    tasks = [one.parameters["taskDefinition"] for one in cloud.calls() if one.operation == "DescribeTaskDefinition"]
    assert sorted(tasks) == [TASK, "web"]


def test_the_newest_task_of_a_family_is_judged_though_no_service_runs_it(cloud: AwsServer) -> None:
    cloud.answer("ecs", "ListTaskDefinitionFamilies", {"families": ["batch", "web"]})
    nightly = TASK.replace("web:7", "batch:3")
    variables = [{"name": "DB_PASSWORD", "value": SECRET}]
    task = {"taskDefinitionArn": nightly, "containerDefinitions": [{"name": "batch", "environment": variables}]}
    cloud.answer("ecs", "DescribeTaskDefinition", {"taskDefinition": task}, match={"taskDefinition": "batch"})
    found = audit(cloud.url, ["ecs"])
    assert len(found.resources("aws_ecs_task_definition")) == 2
    assert said(facet(found, "aws_ecs_task_definition", "batch", PlaintextCredential).places) == ("DB_PASSWORD",)
    cloud.refuse(["ecs:ListTaskDefinitionFamilies"])
    assert "unknown" in statuses(audit(cloud.url, ["ecs"]), "aws_ecs_task_definition")


def test_a_cluster_that_is_deleted_is_none(cloud: AwsServer) -> None:
    gone = {"clusterArn": CLUSTER, "clusterName": "main", "status": "INACTIVE"}
    cloud.answer("ecs", "DescribeClusters", {"clusters": [gone]})
    cloud.fail("ecs", "ListServices", "ClusterNotFoundException")
    found = audit(cloud.url, ["ecs"])
    assert not found.resources("aws_ecs_cluster")
    assert not found.resources("aws_ecs_service")


def test_capacity_comes_in_pages(cloud: AwsServer) -> None:
    cloud.answer("ecs", "DescribeCapacityProviders", {"capacityProviders": [{"name": "FARGATE"}], "nextToken": "t"})
    last = {"capacityProviders": [{"name": "own"}]}
    cloud.answer("ecs", "DescribeCapacityProviders", last, match={"nextToken": "t"})
    cloud.clear_calls()
    audit(cloud.url, ["ecs"])
    asked = [one.parameters for one in cloud.calls() if one.operation == "DescribeCapacityProviders"]
    assert [one.get("nextToken") for one in asked] == [None, "t"]


def test_no_value_of_a_container_is_kept(cloud: AwsServer, tmp_path: Path) -> None:
    collect(cloud.url, tmp_path / "s", CollectOptions(services=("ecs",), regions=(HOME,)))
    text = contents(tmp_path / "s")
    assert b"DB_PASSWORD" in text
    assert SECRET.encode() not in text
    assert b"on-and-on" not in text


def test_a_service_that_is_scaled_grows(cloud: AwsServer) -> None:
    target = {
        "ServiceNamespace": "ecs",
        "ResourceId": "service/main/bad",
        "ScalableDimension": "ecs:service:DesiredCount",
        "MinCapacity": 2,
        "MaxCapacity": 4,
        "RoleARN": "arn:aws:iam::123456789012:role/scaling",
        "CreationTime": "2026-01-01T00:00:00Z",
    }
    cloud.answer("application-autoscaling", "DescribeScalableTargets", {"ScalableTargets": []})
    cloud.answer(
        "application-autoscaling",
        "DescribeScalableTargets",
        {"ScalableTargets": [target]},
        match={"ServiceNamespace": "ecs"},
    )
    found = audit(cloud.url, ["ecs", "application-autoscaling"])
    assert said(facet(found, "aws_ecs_service", "/bad", Scaling).automatic) is True
    assert said(facet(found, "aws_ecs_service", "more01", Scaling).automatic) is False


@pytest.mark.parametrize(
    ("operation", "type_", "class_", "name"),
    [
        ("ecs:DescribeServices", "aws_ecs_service", Utility, "enabled"),
        ("ecs:DescribeTaskDefinition", "aws_ecs_task_definition", PlaintextCredential, "places"),
    ],
)
def test_what_is_not_described_is_unknown(
    cloud: AwsServer, operation: str, type_: str, class_: type[Any], name: str
) -> None:
    cloud.refuse([operation])
    found = [of(one, class_) for one in audit(cloud.url, ["ecs"]).resources(type_)]
    assert found
    assert {why(getattr(one, name)) for one in found} == {Reason.DENIED}


def test_a_cluster_that_is_not_described_leaves_its_logs_open(cloud: AwsServer) -> None:
    cloud.refuse(["ecs:DescribeClusters"])
    found = audit(cloud.url, ["ecs"])
    assert why(facet(found, "aws_ecs_service", "/bad", Utility).logged) is Reason.DENIED


def test_services_that_cannot_be_listed_are_stood_for(cloud: AwsServer) -> None:
    cloud.refuse(["ecs:ListServices"])
    assert statuses(audit(cloud.url, ["ecs"]), "aws_ecs_service") == {"unknown"}


@pytest.fixture
def kubernetes(aws: AwsServer) -> AwsServer:
    """Two clusters, each with a group of machines of the same name."""
    aws.answer("eks", "ListClusters", pages=[{"clusters": ["good"]}, {"clusters": ["bad"]}])
    for name, members in (
        (
            "good",
            {
                "version": "1.35",
                "resourcesVpcConfig": {"endpointPublicAccess": True, "publicAccessCidrs": ["203.0.113.0/24"]},
                "encryptionConfig": [{"resources": ["secrets"], "provider": {"keyArn": KEY}}],
                "upgradePolicy": {"supportType": "STANDARD"},
                "deletionProtection": True,
            },
        ),
        (
            "bad",
            {
                "version": "1.20",
                "resourcesVpcConfig": {"endpointPublicAccess": True, "publicAccessCidrs": ["0.0.0.0/0"]},
            },
        ),
    ):
        arn = f"arn:aws:eks:{REGION}:{ACCOUNT}:cluster/{name}"
        cluster = {"name": name, "arn": arn, **members}
        aws.answer("eks", "DescribeCluster", {"cluster": cluster}, match={"name": name})
        group = {
            "nodegroupName": "nodes",
            "nodegroupArn": f"arn:aws:eks:{REGION}:{ACCOUNT}:nodegroup/{name}/nodes/1",
            "clusterName": name,
            "amiType": "AL2023_x86_64_STANDARD" if name == "good" else "WINDOWS_CORE_2019_x86_64",
            "scalingConfig": {"minSize": 1, "maxSize": 1},
            "subnets": ["subnet-1"],
        }
        aws.answer("eks", "DescribeNodegroup", {"nodegroup": group}, match={"clusterName": name})
    aws.answer("eks", "ListNodegroups", {"nodegroups": ["nodes"]})
    return aws


def test_kubernetes_clusters_are_judged_with_their_machines(kubernetes: AwsServer) -> None:
    found = audit(kubernetes.url, ["eks"])
    good, bad = (found.resource("aws_eks_cluster", f"cluster/{name}") for name in ("good", "bad"))
    assert said(of(good, Exposure).public) is False
    assert said(of(bad, Exposure).public) is True
    assert said(of(good, EncryptionAtRest).key_owner) is KeyOwner.CUSTOMER
    assert said(of(bad, EncryptionAtRest).key_owner) is KeyOwner.PROVIDER
    assert said(of(bad, Software).version) == "1.20"
    assert said(of(bad, Software).extended) is True
    groups = {one.address.split("/")[1]: one for one in found.resources("aws_eks_node_group")}
    assert said(of(groups["good"], Software).version) == "2023"
    assert said(of(groups["bad"], Software).version) == "2019"
    assert said(of(groups["bad"], Redundancy).zones) is False


def test_a_kubernetes_cluster_that_is_not_described_is_unknown(kubernetes: AwsServer) -> None:
    kubernetes.refuse(["eks:DescribeCluster", "eks:DescribeNodegroup"])
    found = audit(kubernetes.url, ["eks"])
    assert why(facet(found, "aws_eks_cluster", "cluster/bad", Exposure).public) is Reason.DENIED
    assert len(found.resources("aws_eks_node_group")) == 2
    assert {why(of(one, Redundancy).zones) for one in found.resources("aws_eks_node_group")} == {Reason.DENIED}
