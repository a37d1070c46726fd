"""Jobs that run in containers, and where.

Sources: AWS Batch API Reference (DescribeComputeEnvironments, DescribeJobDefinitions); AWS provider documentation,
pages ``aws_batch_compute_environment``, ``aws_batch_job_definition``.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final

from auditor.plaintext import stand_in
from auditor_aws.live.answers import Answers
from auditor_aws.live.catalogue import Call, Service
from auditor_aws.live.shapes import Shape

_KEPT: Final = ("jobDefinitionName", "jobDefinitionArn", "revision", "status", "type", "tags", "platformCapabilities")


def _containers(definition: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """The containers of a job of any kind."""
    if definition.get("containerProperties"):
        yield definition["containerProperties"]
    for task in (definition.get("ecsProperties") or {}).get("taskProperties") or ():
        yield from task.get("containers") or ()
    pod = (definition.get("eksProperties") or {}).get("podProperties") or {}
    for name in ("containers", "initContainers"):
        for container in pod.get(name) or ():
            yield {"environment": container.get("env")}
    for group in (definition.get("nodeProperties") or {}).get("nodeRangeProperties") or ():
        yield from _containers({**group, "containerProperties": group.get("container")})


def _keep_no_values(data: Any) -> None:
    """Of the containers only the names of variables; commands and parameters may hold credentials."""
    data["jobDefinitions"] = [
        {
            **{name: one[name] for name in _KEPT if name in one},
            "environment": [
                {
                    "name": variable.get("name"),
                    "value": stand_in(variable.get("name") or "", variable.get("value") or ""),
                }
                for container in _containers(one)
                for variable in container.get("environment") or ()
            ],
        }
        for one in data.get("jobDefinitions") or ()
    ]


def jobs(answers: Answers) -> Iterator[Shape]:
    """Definitions of jobs in force, and environments that run them."""
    for given in answers.items("DescribeJobDefinitions", "jobDefinitions"):
        arn = given["jobDefinitionArn"]
        shape = Shape("aws_batch_job_definition", answers, arn, "DescribeJobDefinitions")
        shape.values.update(
            arn=arn,
            container_properties=json.dumps({"environment": given["environment"]}),
            tags=dict(given.get("tags") or {}),
        )
        yield shape
    for given in answers.items("DescribeComputeEnvironments", "computeEnvironments"):
        arn = given["computeEnvironmentArn"]
        shape = Shape("aws_batch_compute_environment", answers, arn, "DescribeComputeEnvironments")
        shape.values.update(arn=arn, tags=dict(given.get("tags") or {}))
        yield shape


SERVICES: Final = (
    Service(
        name="batch",
        calls=(
            Call(
                operation="DescribeJobDefinitions",
                yields=("aws_batch_job_definition",),
                fixed={"status": "ACTIVE"},
                redact=_keep_no_values,
                subjects=frozenset(("credential",)),
            ),
            Call(operation="DescribeComputeEnvironments", yields=("aws_batch_compute_environment",)),
        ),
        shapers=(jobs,),
        subjects=frozenset(("environment", "inventory", "residency")),
    ),
)
