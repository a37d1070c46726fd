"""Projects that build software.

Sources: AWS CodeBuild API Reference (ListProjects, BatchGetProjects); AWS provider documentation, page
``aws_codebuild_project``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from auditor.plaintext import stand_in
from auditor_aws.live.answers import Answers
from auditor_aws.live.catalogue import Call, Service
from auditor_aws.live.shapes import Shape, block, tags

_KEPT: Final = ("name", "arn", "encryptionKey", "tags")


def _keep_no_values(data: Any) -> None:
    """Sources, build specifications and webhooks may hold credentials."""
    data["projects"] = [
        {
            **{name: one[name] for name in _KEPT if name in one},
            "artifacts": {"encryptionDisabled": (one.get("artifacts") or {}).get("encryptionDisabled", False)},
            "logs": {
                "encryptionDisabled": ((one.get("logsConfig") or {}).get("s3Logs") or {}).get(
                    "encryptionDisabled", False
                )
            },
            "variables": [
                {
                    "name": variable.get("name"),
                    "type": variable.get("type", "PLAINTEXT"),
                    # those of other types are names of places
                    "value": stand_in(variable.get("name") or "", variable.get("value") or ""),
                }
                for variable in (one.get("environment") or {}).get("environmentVariables") or ()
            ],
        }
        for one in data.get("projects") or ()
    ]


def projects(answers: Answers) -> Iterator[Shape]:
    """Projects; of one that could not be described only the name is known."""
    for name in answers.items("ListProjects", "projects"):
        arn = answers.arn("codebuild", f"project/{name}")
        shape = Shape("aws_codebuild_project", answers, arn, "ListProjects", names=(name,))
        shape.values.update(arn=arn, name=name)
        said = answers.member("BatchGetProjects", "projects", "name", name)
        shape.take("artifacts", said, lambda data: _encryption(data, "artifacts"))
        shape.take("logs_config", said, lambda data: [{"s3_logs": _encryption(data, "logs")}])
        shape.take("encryption_key", said, lambda data: data.get("encryptionKey"))
        shape.take("environment", said, lambda data: [{"environment_variable": data["variables"]}])
        shape.take("tags", said, lambda data: tags(data.get("tags")))
        yield shape


def _encryption(data: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
    return block({"encryption_disabled": data[name]["encryptionDisabled"]})


SERVICES: Final = (
    Service(
        name="codebuild",
        calls=(
            Call(operation="ListProjects", yields=("aws_codebuild_project",)),
            Call(
                operation="BatchGetProjects",
                each="ListProjects",
                over="projects[]",
                parameters={"names": "@"},
                batch=100,
                redact=_keep_no_values,
            ),
        ),
        shapers=(projects,),
        subjects=frozenset(("credential", "encryption", "environment", "inventory", "residency", "teardown")),
    ),
)
