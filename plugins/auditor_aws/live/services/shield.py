"""What Shield Advanced protects.

Sources: AWS Shield Advanced API Reference (ListProtections: ResourceNotFoundException without a subscription); AWS
provider documentation, page ``aws_shield_protection``.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from auditor_aws.live.answers import Answers
from auditor_aws.live.catalogue import Call, Service, Where
from auditor_aws.live.shapes import Shape


def protections(answers: Answers) -> Iterator[Shape]:
    """Protections of single resources."""
    for given in answers.items("ListProtections", "Protections"):
        built = f"arn:{answers.partition}:shield::{answers.account}:protection/{given['Id']}"
        address = given.get("ProtectionArn") or built
        shape = Shape("aws_shield_protection", answers, address, "ListProtections", names=(given["Id"],))
        shape["resource_arn"] = given.get("ResourceArn")
        yield shape


SERVICES: Final = (
    Service(
        name="shield",
        where=Where.GLOBAL,
        calls=(
            Call(
                operation="ListProtections",
                yields=("aws_shield_protection",),
                absent=("ResourceNotFoundException",),
            ),
        ),
        shapers=(protections,),
        subjects=frozenset(("web", "dos")),
    ),
)
