"""Functions that reach into machines and containers: serial console, Session Manager, ECS Exec.

Sources: EC2 User Guide, "EC2 Serial Console" (what is done there is recorded nowhere); Systems Manager User Guide,
"Logging session activity" and "Session document schema"; API Reference of ECS, ExecuteCommandConfiguration.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import msgspec

from auditor.attr import Attr, Known, Reason, Unknown, any_of
from auditor.facets import Facet, Utility
from auditor.record import Action, Node, Record
from auditor.text import Text
from auditor_aws import computed
from auditor_aws.placement import in_region
from auditor_aws.registry import REGISTRY

_AWSLOGS: Final = '"awslogs"'


@REGISTRY.adapter("aws_ec2_serial_console_access")
def serial_console(record: Record) -> Iterable[Facet]:
    """Whether the account lets its users open serial consoles."""
    if record.action is not Action.EXISTS:
        # Every account has the setting in every region, whether or not the region is used.
        yield in_region(record, stores_data=False)
    yield Utility(what="serial-console", enabled=record.flag("enabled", True), logged=record.known("enabled", False))


class _Inputs(msgspec.Struct, rename="camel"):
    s3_bucket_name: str = ""
    cloud_watch_log_group_name: str = ""


class _Session(msgspec.Struct):
    inputs: _Inputs | None = None


_SESSION: Final = msgspec.json.Decoder(_Session, strict=False)


@REGISTRY.adapter("aws_ssm_document")
def session_document(record: Record) -> Iterable[Facet]:
    """Preferences of Session Manager: where what is done in sessions is recorded."""
    yield in_region(record, stores_data=False)
    kind = record.text("document_type")
    if isinstance(kind, Known) and kind.value != "Session":
        return
    logged: Attr[bool] = kind if isinstance(kind, Unknown) else _recorded(record)
    yield Utility(what="session-manager", enabled=record.known("document_type", True), logged=logged)


def _recorded(record: Record) -> Attr[bool]:
    content = record.text("content")
    if isinstance(content, Unknown):
        return content
    try:
        session = _SESSION.decode(content.value or "{}")
    except msgspec.DecodeError:
        return record.unknown("content", Reason.UNPARSEABLE)
    inputs = session.inputs
    return record.known(
        "content", inputs is not None and bool(inputs.s3_bucket_name or inputs.cloud_watch_log_group_name)
    )


@REGISTRY.adapter("aws_ecs_service")
def remote_execution(record: Record) -> Iterable[Facet]:
    """Commands in running containers; the cluster says where their output goes."""
    enabled = record.flag("enable_execute_command", False)
    logged: Attr[bool]
    if isinstance(enabled, Known) and not enabled.value:
        logged = record.known("enable_execute_command", False)
    else:
        logged = _cluster_logs(record)
    yield Utility(what="ecs-exec", enabled=enabled, logged=logged)


def _cluster_logs(service: Record) -> Attr[bool]:
    cluster = service.target("cluster", "aws_ecs_cluster")
    if isinstance(cluster, Unknown):
        return cluster
    if cluster.value is None:
        detail = Text("クラスタの実行記録の設定", "the cluster's setting of logs of executed commands")
        return service.unknown("cluster", Reason.OUTSIDE, detail)
    block = computed.block(cluster.value, "configuration.0.execute_command_configuration")
    if isinstance(block, Unknown):
        return block
    mode: Attr[str] = cluster.value.known("configuration", "DEFAULT")
    if block.value is not None:
        mode = block.value.text_or("logging", "DEFAULT")
    if isinstance(mode, Unknown):
        return mode
    if mode.value == "OVERRIDE" and block.value is not None:
        return _overridden(block.value)
    return _task_logs(service) if mode.value == "DEFAULT" else Known(False, mode.origin, mode.path)


def _overridden(block: Node) -> Attr[bool]:
    path = "log_configuration.0"
    return any_of(block.has(f"{path}.cloud_watch_log_group_name"), block.has(f"{path}.s3_bucket_name"))


def _task_logs(service: Record) -> Attr[bool]:
    """By default the output goes where the driver ``awslogs`` of the task's containers writes."""
    task = service.target("task_definition", "aws_ecs_task_definition")
    if isinstance(task, Unknown):
        return task
    if task.value is None:
        return service.unknown("task_definition", Reason.OUTSIDE)
    text = task.value.text("container_definitions")
    return (
        text if isinstance(text, Unknown) else task.value.known("container_definitions", _AWSLOGS in (text.value or ""))
    )
