"""Services of accounts that need no more than a few settings: brokers, transfer, jobs, builds, notebooks, applications."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from auditor.attr import Reason
from auditor.collecting import CollectOptions
from auditor.facets import (
    AccountIdentity,
    Authentication,
    EncryptionAtRest,
    EncryptionInTransit,
    Exposure,
    KeyOwner,
    NeedlessFunction,
    PlaintextCredential,
    PublishedService,
    Replica,
)
from tests.live.auditing import HOME, audit, collect
from tests.live.servers import ACCOUNT, REGION, AwsServer
from tests.live.services.reading import contents, facet, of, said, statuses, why

SECRET = "hunter22-very-secret"
VARIABLES = {"DB_PASSWORD": SECRET, "MODE": "on-and-on"}
LISTED = [{"name": name, "value": value} for name, value in VARIABLES.items()]
TIME = "2026-01-01T00:00:00Z"


def arn(service: str, rest: str, region: str = REGION) -> str:
    return f"arn:aws:{service}:{region}:{ACCOUNT}:{rest}"


def brokers(aws: AwsServer) -> None:
    """A strict cluster, a loose one, and what copies to one abroad."""
    base = {"ClientSubnets": ["subnet-1"], "InstanceType": "kafka.m5.large"}
    strict = {
        "NumberOfBrokerNodes": 2,
        "BrokerNodeGroupInfo": base,
        "ClientAuthentication": {"Sasl": {"Iam": {"Enabled": True}}},
        "EncryptionInfo": {
            "EncryptionAtRest": {"DataVolumeKMSKeyId": arn("kms", "key/1").replace(ACCOUNT, "210987654321")},
            "EncryptionInTransit": {"ClientBroker": "TLS", "InCluster": True},
        },
    }
    loose = {
        "NumberOfBrokerNodes": 2,
        "BrokerNodeGroupInfo": {**base, "ConnectivityInfo": {"PublicAccess": {"Type": "SERVICE_PROVIDED_EIPS"}}},
        "ClientAuthentication": {"Unauthenticated": {"Enabled": True}},
        "EncryptionInfo": {"EncryptionInTransit": {"ClientBroker": "TLS_PLAINTEXT", "InCluster": False}},
    }
    clusters = [
        {"ClusterArn": arn("kafka", f"cluster/{name}/1"), "ClusterName": name, "Provisioned": one}
        for name, one in (("strict", strict), ("loose", loose))
    ]
    aws.answer("kafka", "ListClustersV2", pages=[{"ClusterInfoList": [one]} for one in clusters])
    replicator = arn("kafka", "replicator/r/1")
    aws.answer("kafka", "ListReplicators", {"Replicators": [{"ReplicatorArn": replicator, "ReplicatorName": "r"}]})
    abroad = {"KafkaClusterAlias": "b", "AmazonMskCluster": {"MskClusterArn": arn("kafka", "cluster/x/1", "us-east-1")}}
    described = {"KafkaClusters": [abroad], "ReplicationInfoList": [{"TargetKafkaClusterAlias": "b"}]}
    aws.answer("kafka", "DescribeReplicator", {"ReplicatorArn": replicator, **described})


def transfer(aws: AwsServer) -> None:
    """A server that still speaks FTP, with a user."""
    server = arn("transfer", "server/s-0123456789abcdef0")
    listed = {"Arn": server, "ServerId": "s-0123456789abcdef0", "IdentityProviderType": "SERVICE_MANAGED"}
    aws.answer("transfer", "ListServers", {"Servers": [listed]})
    aws.answer("transfer", "DescribeServer", {"Server": {"Arn": server, "Protocols": ["SFTP", "FTP"]}})
    user = {"Arn": arn("transfer", "user/s-0123456789abcdef0/partner"), "UserName": "partner"}
    aws.answer("transfer", "ListUsers", {"ServerId": "s-0123456789abcdef0", "Users": [user]})


def batch(aws: AwsServer) -> None:
    """A definition of jobs with a command and variables."""
    container = {"image": "x", "command": ["run", SECRET], "environment": LISTED}
    one = {
        "jobDefinitionName": "job",
        "jobDefinitionArn": arn("batch", "job-definition/job:1"),
        "revision": 1,
        "type": "container",
        "containerProperties": container,
        "parameters": {"password": SECRET},
    }
    aws.answer("batch", "DescribeJobDefinitions", {"jobDefinitions": [one]})
    aws.answer("batch", "DescribeComputeEnvironments", {"computeEnvironments": []})


def codebuild(aws: AwsServer) -> None:
    """A project with variables, a build specification and a webhook."""
    aws.answer("codebuild", "ListProjects", {"projects": ["build"]})
    project = {
        "name": "build",
        "arn": arn("codebuild", "project/build"),
        "source": {"type": "GITHUB", "buildspec": f"run {SECRET}"},
        "artifacts": {"type": "S3", "encryptionDisabled": True},
        "webhook": {"secret": SECRET},
        "environment": {
            "type": "LINUX_CONTAINER",
            "image": "x",
            "computeType": "BUILD_GENERAL1_SMALL",
            "environmentVariables": LISTED,
        },
    }
    aws.answer("codebuild", "BatchGetProjects", {"projects": [project]})


def glue(aws: AwsServer) -> None:
    """A job with arguments, and a catalog that is not encrypted."""
    aws.answer("glue", "GetDatabases", {"DatabaseList": [{"Name": "records"}]})
    rest = {"EncryptionAtRest": {"CatalogEncryptionMode": "DISABLED"}}
    aws.answer("glue", "GetDataCatalogEncryptionSettings", {"DataCatalogEncryptionSettings": rest})
    arguments = {f"--{name}": value for name, value in VARIABLES.items()}
    aws.answer("glue", "GetJobs", {"Jobs": [{"Name": "job", "DefaultArguments": arguments}]})


def app_runner(aws: AwsServer) -> None:
    """A public application with variables."""
    service = arn("apprunner", "service/app/1")
    summary = {"ServiceName": "app-1", "ServiceArn": service, "Status": "RUNNING"}
    gone = {"ServiceName": "gone", "ServiceArn": arn("apprunner", "service/gone/1"), "Status": "DELETED"}
    aws.answer("apprunner", "ListServices", {"ServiceSummaryList": [summary, gone]})
    image = {
        "ImageIdentifier": "public.ecr.aws/x/app:1",
        "ImageRepositoryType": "ECR_PUBLIC",
        "ImageConfiguration": {"RuntimeEnvironmentVariables": VARIABLES, "StartCommand": SECRET},
    }
    described = {
        "ServiceName": "app-1",
        "ServiceId": "a" * 32,
        "ServiceArn": service,
        "CreatedAt": TIME,
        "UpdatedAt": TIME,
        "Status": "RUNNING",
        "SourceConfiguration": {"ImageRepository": image},
        "InstanceConfiguration": {},
        "AutoScalingConfigurationSummary": {},
        "NetworkConfiguration": {"IngressConfiguration": {"IsPubliclyAccessible": True}},
    }
    aws.answer("apprunner", "DescribeService", {"Service": described})
    aws.answer("apprunner", "ListTagsForResource", {"Tags": []})


def amplify(aws: AwsServer, **members: Any) -> None:
    """An application with a password of its own, and a branch."""
    common = {"description": "", "environmentVariables": VARIABLES, "createTime": TIME, "updateTime": TIME}
    app = {
        **common,
        "appId": "d1",
        "appArn": arn("amplify", "apps/d1"),
        "name": "app",
        "repository": "x",
        "platform": "WEB",
        "defaultDomain": "d1.amplifyapp.com",
        "enableBranchAutoBuild": False,
        "enableBasicAuth": True,
        "basicAuthCredentials": SECRET,
        **members,
    }
    aws.answer("amplify", "ListApps", {"apps": [app]})
    branch = {
        **common,
        "branchArn": arn("amplify", "apps/d1/branches/main"),
        "branchName": "main",
        "stage": "PRODUCTION",
        "displayName": "main",
        "enableNotification": False,
        "enableAutoBuild": True,
        "customDomains": [],
        "framework": "x",
        "activeJobId": "1",
        "totalNumberOfJobs": "1",
        "enableBasicAuth": False,
        "ttl": "5",
        "enablePullRequestPreview": False,
    }
    aws.answer("amplify", "ListBranches", {"branches": [branch]})


PLAIN: list[tuple[str, Callable[[AwsServer], None], str, str]] = [
    ("batch", batch, "aws_batch_job_definition", "batch:DescribeJobDefinitions"),
    ("codebuild", codebuild, "aws_codebuild_project", "codebuild:BatchGetProjects"),
    ("glue", glue, "aws_glue_job", "glue:GetJobs"),
    ("apprunner", app_runner, "aws_apprunner_service", "apprunner:DescribeService"),
    ("amplify", amplify, "aws_amplify_branch", "amplify:ListBranches"),
]


@pytest.mark.parametrize(("service", "seed", "type_", "operation"), PLAIN)
def test_credentials_in_variables_are_told_and_not_kept(
    aws: AwsServer, tmp_path: Path, service: str, seed: Callable[[AwsServer], None], type_: str, operation: str
) -> None:
    seed(aws)
    collect(aws.url, tmp_path / "s", CollectOptions(services=(service,), regions=(HOME,)))
    text = contents(tmp_path / "s")
    assert b"DB_PASSWORD" in text
    assert SECRET.encode() not in text
    assert b"on-and-on" not in text
    found = facet(audit(aws.url, [service]), type_, "", PlaintextCredential)
    assert [place.removeprefix("--") for place in said(found.places)] == ["DB_PASSWORD"]
    aws.refuse([operation])
    assert why(facet(audit(aws.url, [service]), type_, "", PlaintextCredential).places) is Reason.DENIED


def test_brokers_are_judged_in_both_directions(aws: AwsServer) -> None:
    brokers(aws)
    found = audit(aws.url, ["kafka"])
    strict, loose = (found.resource("aws_msk_cluster", name) for name in ("strict", "loose"))
    assert said(of(strict, EncryptionAtRest).key_owner) is KeyOwner.CUSTOMER
    assert said(of(strict, EncryptionInTransit, "clients").required) is True
    assert said(of(loose, EncryptionInTransit, "clients").required) is False
    assert said(of(strict, Authentication).required) is True
    assert said(of(loose, Authentication).required) is False
    assert said(of(strict, Exposure).public) is False
    assert said(of(loose, Exposure).public) is True
    assert said(facet(found, "aws_msk_replicator", "", Replica).location) == frozenset({"us-east-1"})
    aws.refuse(["kafka:DescribeReplicator"])
    assert why(facet(audit(aws.url, ["kafka"]), "aws_msk_replicator", "", Replica).location) is Reason.DENIED


def test_a_server_for_file_transfer_is_judged_by_its_protocols(aws: AwsServer) -> None:
    transfer(aws)
    found = audit(aws.url, ["transfer"])
    assert said(facet(found, "aws_transfer_server", "", EncryptionInTransit).required) is False
    assert facet(found, "aws_transfer_user", "partner", AccountIdentity)
    aws.refuse(["transfer:DescribeServer"])
    required = facet(audit(aws.url, ["transfer"]), "aws_transfer_server", "", EncryptionInTransit).required
    assert why(required) is Reason.DENIED


def test_a_build_without_encryption_is_told(aws: AwsServer) -> None:
    codebuild(aws)
    assert said(facet(audit(aws.url, ["codebuild"]), "aws_codebuild_project", "", EncryptionAtRest).enabled) is False


def test_the_catalog_is_asked_about_where_it_holds_something(aws: AwsServer) -> None:
    glue(aws)
    type_ = "aws_glue_data_catalog_encryption_settings"
    assert said(facet(audit(aws.url, ["glue"]), type_, "", EncryptionAtRest).enabled) is False
    aws.answer("glue", "GetDatabases", {"DatabaseList": []})
    assert not audit(aws.url, ["glue"]).resources(type_)


def test_tags_of_jobs_come_by_one_listing(aws: AwsServer) -> None:
    glue(aws)
    database = {"ResourceARN": arn("glue", "database/records"), "Tags": [{"Key": "env", "Value": "prod"}]}
    aws.answer("resourcegroupstaggingapi", "GetResources", {"ResourceTagMappingList": [database]})
    aws.answer("glue", "GetDatabases", {"DatabaseList": [{"Name": "records"}, {"Name": "other"}]})
    found = audit(aws.url, ["glue"])
    assert said(found.resource("aws_glue_catalog_database", "records").tag("env")) == "prod"
    assert said(found.resource("aws_glue_job").tag("env")) is None
    # whether the listing knows all databases is not documented
    assert why(found.resource("aws_glue_catalog_database", "other").tag("env")) is Reason.NOT_COLLECTED
    aws.refuse(["resourcegroupstaggingapi:GetResources"])
    assert why(audit(aws.url, ["glue"]).resource("aws_glue_job").tag("env")) is Reason.DENIED


def test_a_hosted_application_is_on_the_internet(aws: AwsServer) -> None:
    app_runner(aws)
    found = audit(aws.url, ["apprunner"])
    assert said(facet(found, "aws_apprunner_service", "app", PublishedService).public) is True
    assert len(found.resources("aws_apprunner_service")) == 1


@pytest.mark.parametrize(("status", "guarded"), [("ASSOCIATION_SUCCESS", True), ("ASSOCIATION_FAILED", False)])
def test_a_hosted_application_names_its_firewall(aws: AwsServer, status: str, guarded: bool) -> None:
    acl = "arn:aws:wafv2:us-east-1:123456789012:global/webacl/edge/11111111-2222-3333-4444-555555555555"
    amplify(aws, wafConfiguration={"webAclArn": acl, "wafStatus": status})
    aws.answer("wafv2", "ListWebACLs", {"WebACLs": []})
    aws.fail("shield", "ListProtections", "ResourceNotFoundException")
    found = audit(aws.url, ["amplify", "wafv2", "wafv2-cloudfront", "shield"])
    assert said(facet(found, "aws_amplify_app", "", PublishedService).firewall) is guarded


def test_a_notebook_answers_requests_without_a_session(aws: AwsServer) -> None:
    notebook = arn("sagemaker", "notebook-instance/lab")
    listed = {"NotebookInstanceName": "lab", "NotebookInstanceArn": notebook}
    aws.answer("sagemaker", "ListNotebookInstances", {"NotebookInstances": [listed]})
    lowest = {"InstanceMetadataServiceConfiguration": {"MinimumInstanceMetadataServiceVersion": "1"}}
    aws.answer("sagemaker", "DescribeNotebookInstance", {**listed, **lowest})
    aws.answer("sagemaker", "ListTags", {"Tags": []})
    aws.answer("sagemaker", "ListDomains", {"Domains": []})
    found = audit(aws.url, ["sagemaker"])
    assert said(facet(found, "aws_sagemaker_notebook_instance", "lab", NeedlessFunction).enabled) is True
    aws.refuse(["sagemaker:DescribeNotebookInstance"])
    owner = facet(audit(aws.url, ["sagemaker"]), "aws_sagemaker_notebook_instance", "lab", EncryptionAtRest).key_owner
    assert why(owner) is Reason.DENIED


def test_an_api_of_graphql_is_judged_by_whom_it_asks(aws: AwsServer, tmp_path: Path) -> None:
    api: dict[str, Any] = {"apiId": "a", "name": "a", "arn": arn("appsync", "apis/a"), "authenticationType": "API_KEY"}
    aws.answer("appsync", "ListGraphqlApis", {"graphqlApis": [api]})
    aws.answer("appsync", "ListApiKeys", {"apiKeys": [{"id": f"da2-{SECRET}", "expires": 1800000000}]})
    found = audit(aws.url, ["appsync"])
    assert said(facet(found, "aws_appsync_graphql_api", "", Authentication).required) is False
    assert said(facet(found, "aws_appsync_graphql_api", "", PublishedService).public) is True
    assert facet(found, "aws_appsync_api_key", "", AccountIdentity)
    collect(aws.url, tmp_path / "s", CollectOptions(services=("appsync",), regions=(HOME,)))
    assert SECRET.encode() not in contents(tmp_path / "s")
    further = {"authenticationType": "API_KEY"}
    mixed = {**api, "authenticationType": "AWS_IAM", "additionalAuthenticationProviders": [further]}
    aws.answer("appsync", "ListGraphqlApis", {"graphqlApis": [mixed]})
    required = facet(audit(aws.url, ["appsync"]), "aws_appsync_graphql_api", "", Authentication).required
    assert why(required) is Reason.OUTSIDE
    aws.refuse(["appsync:ListApiKeys"])
    assert statuses(audit(aws.url, ["appsync"]), "aws_appsync_api_key") <= {"unknown"}
