"""What Systems Manager runs on machines of accounts, and the machines that report to it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from auditor.attr import Reason
from auditor.collecting import CollectOptions
from auditor.facets import (
    AccountIdentity,
    Exposure,
    MalwareScan,
    Patching,
    Placement,
    Replica,
    Share,
    Software,
    Utility,
)
from tests.live.auditing import HOME, Audit, audit, collect
from tests.live.servers import AwsServer
from tests.live.services.reading import contents, facet, of, said, statuses, why

SECRET = "hunter22-very-secret"
PREFERENCES = "SSM-SessionManagerRunShell"
PATCHES, AGENT, OTHER = (f"{number}" * 8 + "-1111-1111-1111-111111111111" for number in range(1, 4))
WINDOW = "mw-0123456789abcdef0"
TASK = "11111111-2222-3333-4444-555555555555"
LINUX = {"InstanceId": "i-0123456789abcdef0", "PlatformName": "Amazon Linux", "PlatformVersion": "2023"}
WINDOWS = {
    "InstanceId": "mi-0123456789abcdef0",
    "PlatformName": "Microsoft Windows Server 2012 R2 Standard",
    "PlatformVersion": "6.3.9600",
}


@pytest.fixture
def cloud(aws: AwsServer) -> AwsServer:
    """Two machines, patched by an association; a shared document; an activation."""
    aws.answer("ssm", "DescribeParameters", {"Parameters": []})
    documents(aws, {"Name": "deploy", "DocumentType": "Command", "Owner": "123456789012"})
    listed = [
        {"AssociationId": PATCHES, "Name": "AWS-RunPatchBaseline", "ScheduleExpression": "rate(1 day)"},
        {"AssociationId": AGENT, "Name": "AWS-ConfigureAWSPackage", "ScheduleExpression": "rate(1 day)"},
        {"AssociationId": OTHER, "Name": "AWS-RunShellScript"},
    ]
    aws.answer("ssm", "ListAssociations", pages=[{"Associations": listed[:1]}, {"Associations": listed[1:]}])
    run(aws, PATCHES, Operation=["Install"], RebootOption=["NoReboot"])
    run(aws, AGENT, action=["Install"], name=["ClamAV"], additionalArguments=[f'{{"key": "{SECRET}"}}'])
    run(aws, OTHER, commands=[f"export PASSWORD={SECRET}"])
    aws.answer("ssm", "DescribeMaintenanceWindows", {"WindowIdentities": [{"WindowId": WINDOW, "Enabled": True}]})
    tasks = [{"WindowId": WINDOW, "WindowTaskId": TASK, "TaskArn": "AWS-RunPatchBaseline"}]
    aws.answer("ssm", "DescribeMaintenanceWindowTasks", {"Tasks": tasks})
    parameters = {"Operation": ["Install"], "password": [SECRET]}
    command = {"RunCommand": {"Parameters": parameters}}
    aws.answer(
        "ssm", "GetMaintenanceWindowTask", {"TaskInvocationParameters": command, "TaskArn": "AWS-RunPatchBaseline"}
    )
    aws.answer("ssm", "DescribeActivations", {"ActivationList": [{"ActivationId": TASK, "Expired": False}]})
    where = {"BucketName": "inventory", "SyncFormat": "JsonSerDe", "Region": "us-east-1"}
    aws.answer("ssm", "ListResourceDataSync", {"ResourceDataSyncItems": [{"SyncName": "all", "S3Destination": where}]})
    pages = [{"InstanceInformationList": [one]} for one in (LINUX, WINDOWS)]
    aws.answer("ssm", "DescribeInstanceInformation", pages=pages)
    return aws


def documents(aws: AwsServer, *found: dict[str, Any]) -> None:
    aws.answer("ssm", "ListDocuments", {"DocumentIdentifiers": list(found)})
    aws.answer("ssm", "DescribeDocumentPermission", {"AccountIds": []})


def run(aws: AwsServer, association: str, **parameters: list[str]) -> None:
    described = {"AssociationId": association, "Parameters": parameters}
    aws.answer(
        "ssm", "DescribeAssociation", {"AssociationDescription": described}, match={"AssociationId": association}
    )


def look(cloud: AwsServer) -> Audit:
    return audit(cloud.url, ["ssm"])


def test_what_is_run_again_and_again_patches_and_looks_for_malware(cloud: AwsServer) -> None:
    found = look(cloud)
    assert said(facet(found, "aws_ssm_association", PATCHES, Patching).automatic) is True
    agent = facet(found, "aws_ssm_association", AGENT, MalwareScan)
    assert (said(agent.active), said(agent.updated)) == (True, True)
    assert said(facet(found, "aws_ssm_maintenance_window_task", "", Patching).automatic) is True
    other = found.resource("aws_ssm_association", OTHER)
    assert not [one for one in other.facets if isinstance(one, Patching | MalwareScan)]


def test_a_window_that_is_closed_patches_nothing(cloud: AwsServer) -> None:
    cloud.answer("ssm", "DescribeMaintenanceWindows", {"WindowIdentities": [{"WindowId": WINDOW, "Enabled": False}]})
    assert said(facet(look(cloud), "aws_ssm_maintenance_window_task", "", Patching).automatic) is False


def test_what_is_run_is_kept_without_what_may_be_secret(cloud: AwsServer, tmp_path: Path) -> None:
    collect(cloud.url, tmp_path / "s", CollectOptions(services=("ssm",), regions=(HOME,)))
    text = contents(tmp_path / "s")
    assert b"ClamAV" in text
    assert SECRET.encode() not in text
    asked = [one.parameters["AssociationId"] for one in cloud.calls() if one.operation == "DescribeAssociation"]
    assert sorted(asked) == [PATCHES, AGENT]


def test_machines_are_judged_by_what_their_agents_find(cloud: AwsServer) -> None:
    found = look(cloud)
    linux = facet(found, "aws_ssm_managed_machine", "/i-", Software)
    assert (linux.product, said(linux.version)) == ("amazon-linux", "2023")
    windows = facet(found, "aws_ssm_managed_machine", "/mi-", Software)
    assert (windows.product, said(windows.version)) == ("windows-server", "2012")
    assert found.statuses("managed-instance/mi-")["vulnerability.supported-version.in-support"] == {"fail"}


def test_an_activation_and_a_copy_of_the_inventory_are_seen(cloud: AwsServer) -> None:
    found = look(cloud)
    assert facet(found, "aws_ssm_activation", TASK, AccountIdentity)
    assert said(facet(found, "aws_ssm_resource_data_sync", "", Replica).location) == frozenset({"us-east-1"})


def test_a_document_may_be_shared_with_everybody(cloud: AwsServer) -> None:
    closed = look(cloud).resource("aws_ssm_document", "deploy")
    assert said(of(closed, Exposure).public) is False
    assert said(of(closed, Placement).locations) == frozenset({HOME})
    cloud.answer("ssm", "DescribeDocumentPermission", {"AccountIds": ["all", "210987654321"]})
    found = look(cloud)
    assert said(facet(found, "aws_ssm_document", "deploy", Exposure).public) is True
    assert said(facet(found, "aws_ssm_document", "deploy", Share).recipients) == ("210987654321",)
    cloud.refuse(["ssm:DescribeDocumentPermission"])
    assert why(facet(look(cloud), "aws_ssm_document", "deploy", Exposure).public) is Reason.DENIED


@pytest.mark.parametrize("logged", [True, False])
def test_session_preferences_say_whether_sessions_are_logged(cloud: AwsServer, tmp_path: Path, logged: bool) -> None:
    documents(cloud, {"Name": PREFERENCES, "DocumentType": "Session", "Owner": "123456789012"})
    inputs: dict[str, Any] = {"cloudWatchLogGroupName": "sessions" if logged else "", "s3BucketName": ""}
    inputs["shellProfile"] = {"linux": f"export PASSWORD={SECRET}"}
    content = json.dumps({"sessionType": "Standard_Stream", "inputs": inputs})
    cloud.answer("ssm", "GetDocument", {"Name": PREFERENCES, "Content": content})
    collect(cloud.url, tmp_path / "s", CollectOptions(services=("ssm",), regions=(HOME,)))
    assert SECRET.encode() not in contents(tmp_path / "s")
    found = look(cloud)
    assert said(facet(found, "aws_ssm_document", PREFERENCES, Utility).logged) is logged
    assert not found.resources("aws_ssm_session_preferences")
    cloud.refuse(["ssm:GetDocument"])
    assert why(facet(look(cloud), "aws_ssm_document", PREFERENCES, Utility).logged) is Reason.DENIED


def test_preferences_of_another_form_are_not_read(cloud: AwsServer) -> None:
    documents(cloud, {"Name": PREFERENCES, "DocumentType": "Session", "Owner": "123456789012"})
    cloud.answer("ssm", "GetDocument", {"Name": PREFERENCES, "Content": "inputs:\n  s3BucketName: x\n"})
    assert why(facet(look(cloud), "aws_ssm_document", PREFERENCES, Utility).logged) is Reason.UNPARSEABLE


def test_sessions_without_preferences_are_logged_nowhere(cloud: AwsServer) -> None:
    assert said(facet(look(cloud), "aws_ssm_session_preferences", "", Utility).logged) is False
    cloud.refuse(["ssm:ListDocuments"])
    found = look(cloud)
    assert not found.resources("aws_ssm_session_preferences")
    assert statuses(found, "aws_ssm_document") == {"unknown"}


def test_without_machines_there_are_no_sessions(cloud: AwsServer) -> None:
    cloud.answer("ssm", "DescribeInstanceInformation", {"InstanceInformationList": []})
    assert not look(cloud).resources("aws_ssm_session_preferences")
