"""Parameters (never their values), documents, what is run on machines, and the machines that report to the service.

Sources: AWS Systems Manager API Reference (DescribeParameters, ListDocuments, GetDocument, DescribeDocumentPermission,
DescribeMaintenanceWindows, DescribeMaintenanceWindowTasks, GetMaintenanceWindowTask,
ListAssociations, DescribeAssociation, DescribeActivations, ListResourceDataSync, DescribeInstanceInformation); Resource
Groups Tagging API Reference (GetResources: what is not in it never had a tag; asked for parameters, of which there may be
tens of thousands with no other listing of their tags); Systems Manager User Guide, "Configure session preferences" (kept in the document SSM-SessionManagerRunShell, where there are
any); AWS provider documentation, pages ``aws_ssm_*``.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final

from auditor_aws.live.answers import Answers
from auditor_aws.live.catalogue import Call, Service
from auditor_aws.live.shapes import Shape, block, tags

PREFERENCES: Final = "SSM-SessionManagerRunShell"
"""The document that holds the session preferences of an account in a region."""
_UNREADABLE: Final = "withheld"
"""In place of a document that is not of the form that is expected."""


def _operation_alone(data: Any) -> None:
    """Parameters of what is run may hold credentials; whether it installs is all that is asked."""
    data.pop("TaskParameters", None)
    data["TaskInvocationParameters"] = {
        name: {"Parameters": _operation(given.get("Parameters"))}
        for name, given in (data.get("TaskInvocationParameters") or {}).items()
        if name == "RunCommand"
    }


def _without_parameters(data: Any) -> None:
    for task in data.get("Tasks") or ():
        task.pop("TaskParameters", None)


def _operation(given: Mapping[str, Any] | None) -> dict[str, Any]:
    return {name: value for name, value in (given or {}).items() if name in ("Operation", "name", "action")}


def _described(data: Any) -> None:
    description = data.get("AssociationDescription") or {}
    description["Parameters"] = _operation(description.get("Parameters"))


def _logging_alone(data: Any) -> None:
    """Commands that a session begins with may hold credentials."""
    try:
        inputs = dict(json.loads(data.get("Content") or "{}").get("inputs") or {})
    except (AttributeError, TypeError, ValueError):
        data["Content"] = _UNREADABLE
        return
    kept = ("s3BucketName", "cloudWatchLogGroupName")
    data["Content"] = json.dumps({"inputs": {name: inputs[name] for name in kept if name in inputs}})


def _tags_alone(data: Any) -> None:
    data["ResourceTagMappingList"] = [
        {name: one.get(name) for name in ("ResourceARN", "Tags")} for one in data.get("ResourceTagMappingList") or ()
    ]


def parameters(answers: Answers) -> Iterator[Shape]:
    """Parameters.  What they hold is not asked for, so whether a plain one is a credential is told by its name."""
    listed = answers.of("GetResources")
    tagged = {one["ResourceARN"]: tags(one.get("Tags")) for one in listed.items("ResourceTagMappingList")}
    for given in answers.items("DescribeParameters", "Parameters"):
        name = given["Name"]
        slash = "" if name.startswith("/") else "/"
        arn = given.get("ARN") or answers.arn("ssm", f"parameter{slash}{name}")
        shape = Shape("aws_ssm_parameter", answers, arn, "DescribeParameters", names=(name,))
        shape.values.update(arn=arn, name=name, type=given.get("Type"), key_id=given.get("KeyId"))
        if listed.refusal is None or arn in tagged:
            shape["tags"] = tagged.get(arn, {})
            shape.calls["tags"] = listed.call
        else:
            shape.refuse(listed.refusal, "tags")
        yield shape


def documents(answers: Answers) -> Iterator[Shape]:
    """Documents of the account, and whom they are shared with."""
    found = False
    for given in answers.items("ListDocuments", "DocumentIdentifiers"):
        name = given["Name"]
        found = found or name == PREFERENCES
        arn = answers.arn("ssm", f"document/{name}")
        shape = Shape("aws_ssm_document", answers, arn, "ListDocuments", names=(name,))
        shape.values.update(arn=arn, name=name, document_type=given.get("DocumentType"), tags=tags(given.get("Tags")))
        if given.get("DocumentType") == "Session":
            shape.take("content", answers.of("GetDocument", name), lambda data: data.get("Content"))
        shape.take("shared_with", answers.of("DescribeDocumentPermission", name), _shared)
        yield shape
    listed = answers.of("ListDocuments")
    machines = next(answers.items("DescribeInstanceInformation", "InstanceInformationList"), None)
    if machines is not None and not found and listed.refusal is None:
        # sessions can be opened on the machines, by the preferences that hold where nobody set any
        address = answers.arn("ssm", f"document/{PREFERENCES}")
        shape = Shape("aws_ssm_session_preferences", answers, address, "ListDocuments")
        shape["document"] = None
        yield shape


def _shared(data: Mapping[str, Any]) -> list[str]:
    return [str(one) for one in data.get("AccountIds") or ()]


def runs(answers: Answers) -> Iterator[Shape]:
    """What is run on machines again and again."""
    for given in answers.items("ListAssociations", "Associations"):
        id_ = given["AssociationId"]
        arn = answers.arn("ssm", f"association/{id_}")
        shape = Shape("aws_ssm_association", answers, arn, "ListAssociations", names=(id_,))
        shape.values.update(
            arn=arn, name=given.get("Name"), schedule_expression=given.get("ScheduleExpression"), tags={}
        )
        shape.take("parameters", answers.of("DescribeAssociation", id_), _parameters)
        yield shape
    for given in answers.items("DescribeMaintenanceWindows", "WindowIdentities"):
        id_ = given["WindowId"]
        arn = answers.arn("ssm", f"maintenancewindow/{id_}")
        shape = Shape("aws_ssm_maintenance_window", answers, arn, "DescribeMaintenanceWindows", names=(id_,))
        shape.values.update(arn=arn, enabled=given.get("Enabled"), schedule=given.get("Schedule"))
        yield shape
        yield from _tasks(answers, id_, arn)


def _parameters(data: Mapping[str, Any]) -> dict[str, Any]:
    # the provider gives one text for each
    given = (data.get("AssociationDescription") or {}).get("Parameters") or {}
    return {name: ",".join(value) for name, value in given.items()}


def _tasks(answers: Answers, window: str, of: str) -> Iterator[Shape]:
    listed = answers.of("DescribeMaintenanceWindowTasks", window)
    if listed.refusal is not None:
        yield Shape.unlisted("aws_ssm_maintenance_window_task", answers, listed.refusal, of)
    for given in listed.items("Tasks"):
        id_ = given["WindowTaskId"]
        shape = Shape("aws_ssm_maintenance_window_task", answers, f"{of} {id_}", "DescribeMaintenanceWindowTasks")
        shape.values.update(window_id=window, task_arn=given.get("TaskArn"), tags={})
        said = answers.of("GetMaintenanceWindowTask", f"{window}/{id_}")
        shape.take("task_invocation_parameters", said, _invocation)
        yield shape


def _invocation(data: Mapping[str, Any]) -> list[dict[str, Any]]:
    command = (data.get("TaskInvocationParameters") or {}).get("RunCommand")
    return [
        {
            "run_command_parameters": block(
                command
                and {
                    "parameter": [
                        {"name": name, "values": values} for name, values in (command.get("Parameters") or {}).items()
                    ]
                }
            )
        }
    ]


def others(answers: Answers) -> Iterator[Shape]:
    """Activations of machines outside, copies of inventories, and the machines that report."""
    where = f"arn:{answers.partition}:ssm:{answers.region}:{answers.account}"
    for given in answers.items("DescribeActivations", "ActivationList"):
        address = f"{where}:activation/{given['ActivationId']}"
        shape = Shape("aws_ssm_activation", answers, address, "DescribeActivations", names=(given["ActivationId"],))
        shape.values.update(arn=address, expired=given.get("Expired"), tags=tags(given.get("Tags")))
        yield shape
    for given in answers.items("ListResourceDataSync", "ResourceDataSyncItems"):
        bucket = given.get("S3Destination")
        if bucket:
            address = f"{where}:resource-data-sync/{given['SyncName']}"
            shape = Shape("aws_ssm_resource_data_sync", answers, address, "ListResourceDataSync")
            shape["s3_destination"] = [{"bucket_name": bucket.get("BucketName"), "region": bucket.get("Region")}]
            shape["tags"] = {}
            yield shape
    for given in answers.items("DescribeInstanceInformation", "InstanceInformationList"):
        id_ = given["InstanceId"]
        shape = Shape(
            "aws_ssm_managed_machine", answers, f"{where}:managed-instance/{id_}", "DescribeInstanceInformation"
        )
        shape.values.update(
            instance_id=id_, platform_name=given.get("PlatformName"), platform_version=given.get("PlatformVersion")
        )
        yield shape


_PATCHING: Final = "['AWS-RunPatchBaseline','AWS-PatchInstance','AWS-ApplyPatchBaseline']"
_PATCHES: Final = "contains(@.{} || '', 'AWS-RunPatchBaseline') || contains(" + _PATCHING + ", @.{} || '')"
_WITH_PACKAGES: Final = _PATCHES.format("Name", "Name") + " || Name == 'AWS-ConfigureAWSPackage'"

SERVICES: Final = (
    Service(
        name="ssm",
        at_once=4,
        calls=(
            Call(operation="DescribeParameters", yields=("aws_ssm_parameter",), fixed={"MaxResults": 50}),
            Call(
                operation="GetResources",
                client="resourcegroupstaggingapi",
                each="DescribeParameters",
                # only where there is a parameter
                over="Parameters[:1]",
                fixed={"ResourceTypeFilters": ["ssm:parameter"], "ResourcesPerPage": 100},
                action="tag:GetResources",
                redact=_tags_alone,
            ),
            Call(
                operation="ListDocuments",
                yields=("aws_ssm_document",),
                fixed={"Filters": [{"Key": "Owner", "Values": ["Self"]}], "MaxResults": 50},
            ),
            Call(
                operation="GetDocument",
                each="ListDocuments",
                over="DocumentIdentifiers[?DocumentType=='Session']",
                parameters={"Name": "Name"},
                redact=_logging_alone,
                subjects=frozenset(("privileged",)),
            ),
            Call(
                operation="DescribeDocumentPermission",
                each="ListDocuments",
                over="DocumentIdentifiers[]",
                parameters={"Name": "Name"},
                fixed={"PermissionType": "Share"},
                pages=("NextToken", "NextToken"),
                subjects=frozenset(("access",)),
            ),
            Call(
                operation="ListAssociations",
                yields=("aws_ssm_association",),
                fixed={"MaxResults": 50},
                subjects=frozenset(("malware", "vulnerability")),
            ),
            Call(
                operation="DescribeAssociation",
                each="ListAssociations",
                over="Associations[]",
                when=_WITH_PACKAGES,
                parameters={"AssociationId": "AssociationId"},
                redact=_described,
                subjects=frozenset(("malware", "vulnerability")),
            ),
            Call(
                operation="DescribeMaintenanceWindows",
                yields=("aws_ssm_maintenance_window", "aws_ssm_maintenance_window_task"),
                subjects=frozenset(("vulnerability",)),
            ),
            Call(
                operation="DescribeMaintenanceWindowTasks",
                each="DescribeMaintenanceWindows",
                over="WindowIdentities[]",
                parameters={"WindowId": "WindowId"},
                redact=_without_parameters,
                subjects=frozenset(("vulnerability",)),
            ),
            Call(
                operation="GetMaintenanceWindowTask",
                each="DescribeMaintenanceWindowTasks",
                over="Tasks[]",
                when=_PATCHES.format("TaskArn", "TaskArn"),
                parameters={"WindowId": "WindowId", "WindowTaskId": "WindowTaskId"},
                key="WindowId / WindowTaskId",
                redact=_operation_alone,
                subjects=frozenset(("vulnerability",)),
            ),
            Call(
                operation="DescribeActivations",
                yields=("aws_ssm_activation",),
                subjects=frozenset(("environment", "inventory", "residency", "teardown")),
            ),
            Call(
                operation="ListResourceDataSync",
                yields=("aws_ssm_resource_data_sync",),
                subjects=frozenset(("environment", "inventory", "residency")),
            ),
            Call(
                operation="DescribeInstanceInformation",
                yields=("aws_ssm_managed_machine",),
                subjects=frozenset(("privileged", "vulnerability")),
            ),
        ),
        shapers=(parameters, documents, runs, others),
        subjects=frozenset(
            ("access", "credential", "encryption", "environment", "inventory", "privileged", "residency", "teardown")
        ),
    ),
)
