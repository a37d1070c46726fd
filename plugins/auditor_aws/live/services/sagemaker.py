"""Notebooks and domains of SageMaker AI.

Sources: Amazon SageMaker API Reference (ListNotebookInstances, DescribeNotebookInstance, ListDomains, DescribeDomain,
ListTags); AWS provider documentation, pages ``aws_sagemaker_notebook_instance``, ``aws_sagemaker_domain``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from auditor_aws.live.answers import Answers
from auditor_aws.live.catalogue import Call, Service
from auditor_aws.live.shapes import Shape, block, tags


def notebooks(answers: Answers) -> Iterator[Shape]:
    """Machines with notebooks."""
    for listed in answers.items("ListNotebookInstances", "NotebookInstances"):
        arn, name = listed["NotebookInstanceArn"], listed["NotebookInstanceName"]
        shape = Shape("aws_sagemaker_notebook_instance", answers, arn, "ListNotebookInstances", names=(name,))
        shape.values.update(arn=arn, name=name)
        said = answers.of("DescribeNotebookInstance", name)
        shape.take("kms_key_id", said, lambda data: data.get("KmsKeyId"))
        shape.take("instance_metadata_service_configuration", said, _metadata)
        shape.take("tags", answers.of("ListTags", arn), lambda data: tags(data.get("Tags")))
        yield shape


def _metadata(data: Mapping[str, Any]) -> list[dict[str, Any]]:
    given = data.get("InstanceMetadataServiceConfiguration")
    version = (given or {}).get("MinimumInstanceMetadataServiceVersion")
    return block(given and {"minimum_instance_metadata_service_version": version})


def domains(answers: Answers) -> Iterator[Shape]:
    """Domains with the homes of their users."""
    for listed in answers.items("ListDomains", "Domains"):
        arn, id_ = listed["DomainArn"], listed["DomainId"]
        shape = Shape("aws_sagemaker_domain", answers, arn, "ListDomains", names=(id_,))
        shape["arn"] = arn
        # whoever deletes it says whether the homes go with it
        shape["retention_policy"] = [{"home_efs_file_system": "Delete"}]
        shape.take("kms_key_id", answers.of("DescribeDomain", id_), lambda data: data.get("KmsKeyId"))
        shape.take("tags", answers.of("ListTags", arn), lambda data: tags(data.get("Tags")))
        yield shape


SERVICES: Final = (
    Service(
        name="sagemaker",
        calls=(
            Call(operation="ListNotebookInstances", yields=("aws_sagemaker_notebook_instance",)),
            Call(
                operation="DescribeNotebookInstance",
                each="ListNotebookInstances",
                over="NotebookInstances[]",
                parameters={"NotebookInstanceName": "NotebookInstanceName"},
                subjects=frozenset(("encryption", "service")),
            ),
            Call(
                operation="ListTags",
                each="ListNotebookInstances",
                over="NotebookInstances[]",
                parameters={"ResourceArn": "NotebookInstanceArn"},
            ),
            Call(operation="ListDomains", yields=("aws_sagemaker_domain",)),
            Call(operation="ListTags", each="ListDomains", over="Domains[]", parameters={"ResourceArn": "DomainArn"}),
            Call(
                operation="DescribeDomain",
                each="ListDomains",
                over="Domains[]",
                parameters={"DomainId": "DomainId"},
                subjects=frozenset(("encryption",)),
            ),
        ),
        shapers=(notebooks, domains),
        subjects=frozenset(("encryption", "environment", "inventory", "residency", "service", "teardown")),
    ),
)
