"""Repositories of container images.

Sources: Amazon ECR API Reference (DescribeRepositories, GetRepositoryPolicy, ListTagsForResource, DescribeRegistry,
GetRegistryScanningConfiguration); Amazon ECR Public API Reference (DescribeRepositories); AWS provider documentation,
pages ``aws_ecr_repository``, ``aws_ecr_repository_policy``, ``aws_ecr_replication_configuration``,
``aws_ecr_registry_scanning_configuration``, ``aws_ecrpublic_repository``.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from auditor_aws.live.answers import Answers
from auditor_aws.live.catalogue import Call, Service, Where
from auditor_aws.live.shapes import Shape, block, tags


def repositories(answers: Answers) -> Iterator[Shape]:
    """Repositories with their policies."""
    for given in answers.items("DescribeRepositories", "repositories"):
        arn, name = given["repositoryArn"], given["repositoryName"]
        shape = Shape("aws_ecr_repository", answers, arn, "DescribeRepositories", names=(name,))
        encryption = given.get("encryptionConfiguration")
        scanning = given.get("imageScanningConfiguration") or {}
        shape.values.update(
            arn=arn,
            name=name,
            encryption_configuration=block(
                encryption
                and {"encryption_type": encryption.get("encryptionType"), "kms_key": encryption.get("kmsKey")}
            ),
            image_scanning_configuration=block({"scan_on_push": scanning.get("scanOnPush", False)}),
            image_tag_mutability=given.get("imageTagMutability"),
            # whoever deletes it says whether its images go with it
            force_delete=True,
        )
        shape.take("tags", answers.of("ListTagsForResource", arn), lambda data: tags(data.get("tags")))
        yield shape
        said = answers.of("GetRepositoryPolicy", name)
        if not said.absent:
            policy = Shape("aws_ecr_repository_policy", answers, f"{arn} GetRepositoryPolicy", "GetRepositoryPolicy")
            policy["repository"] = name
            policy.take("policy", said, lambda data: data.get("policyText"))
            yield policy


def registry(answers: Answers) -> Iterator[Shape]:
    """What holds for all repositories of the account in the region."""
    where = answers.arn("ecr", "registry")
    for page in answers.of("DescribeRegistry").pages:
        rules = (page.get("replicationConfiguration") or {}).get("rules") or ()
        if rules:
            shape = Shape("aws_ecr_replication_configuration", answers, f"{where}/replication", "DescribeRegistry")
            shape["replication_configuration"] = [{"rule": [_replicated(rule) for rule in rules]}]
            yield shape
    for page in answers.of("GetRegistryScanningConfiguration").pages:
        given = page.get("scanningConfiguration") or {}
        shape = Shape(
            "aws_ecr_registry_scanning_configuration",
            answers,
            f"{where}/scanning",
            "GetRegistryScanningConfiguration",
        )
        shape["scan_type"] = given.get("scanType")
        shape["rule"] = [
            {"scan_frequency": rule.get("scanFrequency"), "repository_filter": _filters(rule.get("repositoryFilters"))}
            for rule in given.get("rules") or ()
        ]
        yield shape


def _replicated(rule: dict[str, Any]) -> dict[str, Any]:
    return {
        "destination": [
            {"region": one.get("region"), "registry_id": one.get("registryId")}
            for one in rule.get("destinations") or ()
        ],
        "repository_filter": _filters(rule.get("repositoryFilters")),
    }


def _filters(given: list[dict[str, Any]] | None) -> list[dict[str, Any]]:
    return [{"filter": one.get("filter"), "filter_type": one.get("filterType")} for one in given or ()]


def public_repositories(answers: Answers) -> Iterator[Shape]:
    """Repositories that anybody may pull from."""
    for given in answers.items("DescribeRepositories", "repositories"):
        arn = given["repositoryArn"]
        shape = Shape("aws_ecrpublic_repository", answers, arn, "DescribeRepositories")
        # whoever deletes it says whether its images go with it
        shape.values.update(arn=arn, repository_name=given.get("repositoryName"), force_destroy=True)
        shape.take("tags", answers.of("ListTagsForResource", arn), lambda data: tags(data.get("tags")))
        yield shape


_ONCE: Final = "repositories[:1]"
"""The registry is asked about only where it has repositories."""
_OWN: Final = {"resourceArn": "repositoryArn"}

SERVICES: Final = (
    Service(
        name="ecr",
        calls=(
            Call(operation="DescribeRepositories", yields=("aws_ecr_repository",)),
            Call(
                operation="GetRepositoryPolicy",
                yields=("aws_ecr_repository_policy",),
                each="DescribeRepositories",
                over="repositories[]",
                parameters={"repositoryName": "repositoryName"},
                absent=("RepositoryPolicyNotFoundException",),
                subjects=frozenset(("access",)),
            ),
            Call(operation="ListTagsForResource", each="DescribeRepositories", over="repositories[]", parameters=_OWN),
            Call(
                operation="DescribeRegistry",
                yields=("aws_ecr_replication_configuration",),
                each="DescribeRepositories",
                over=_ONCE,
                subjects=frozenset(("residency",)),
            ),
            Call(
                operation="GetRegistryScanningConfiguration",
                yields=("aws_ecr_registry_scanning_configuration",),
                each="DescribeRepositories",
                over=_ONCE,
                subjects=frozenset(("vulnerability",)),
            ),
        ),
        shapers=(repositories, registry),
        subjects=frozenset(
            ("access", "encryption", "environment", "inventory", "residency", "teardown", "vulnerability")
        ),
    ),
    Service(
        name="ecr-public",
        where=Where.GLOBAL,
        calls=(
            Call(operation="DescribeRepositories", yields=("aws_ecrpublic_repository",)),
            Call(operation="ListTagsForResource", each="DescribeRepositories", over="repositories[]", parameters=_OWN),
        ),
        shapers=(public_repositories,),
        subjects=frozenset(("access", "environment", "inventory", "residency", "teardown")),
    ),
)
