"""IAM Access Analyzer, and what AWS RAM shares with others.

Sources: IAM Access Analyzer API Reference, ListAnalyzers; AWS RAM API Reference, GetResourceShareAssociations; AWS
provider documentation, pages ``aws_accessanalyzer_analyzer``, ``aws_ram_principal_association``.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from auditor_aws.live.answers import Answers
from auditor_aws.live.catalogue import Call, Service
from auditor_aws.live.shapes import Shape

_GONE: Final = frozenset(("DISASSOCIATED", "DISASSOCIATING", "FAILED"))


def analyzers(answers: Answers) -> Iterator[Shape]:
    """Analyzers, with whether they work."""
    for listed in answers.items("ListAnalyzers", "analyzers"):
        shape = Shape("aws_accessanalyzer_analyzer", answers, listed["arn"], "ListAnalyzers", names=(listed["name"],))
        shape.values.update(
            arn=listed["arn"],
            analyzer_name=listed["name"],
            type=listed["type"],
            status=listed.get("status"),
            tags=listed.get("tags") or {},
        )
        yield shape


def shares(answers: Answers) -> Iterator[Shape]:
    """Whom the account shares with."""
    for listed in answers.items("GetResourceShareAssociations", "resourceShareAssociations"):
        if listed.get("status") in _GONE:
            continue
        address = f"{listed['resourceShareArn']} {listed['associatedEntity']}"
        shape = Shape("aws_ram_principal_association", answers, address, "GetResourceShareAssociations")
        shape.values.update(
            principal=listed["associatedEntity"], resource_share_arn=listed["resourceShareArn"], arn=None, tags={}
        )
        yield shape


SERVICES: Final = (
    Service(
        name="accessanalyzer",
        prefix="access-analyzer",
        calls=(Call(operation="ListAnalyzers", yields=("aws_accessanalyzer_analyzer",)),),
        shapers=(analyzers,),
        subjects=frozenset(("access", "residency", "inventory")),
    ),
    Service(
        name="ram",
        calls=(
            Call(
                operation="GetResourceShareAssociations",
                yields=("aws_ram_principal_association",),
                fixed={"associationType": "PRINCIPAL"},
            ),
        ),
        shapers=(shares,),
        subjects=frozenset(("access", "residency", "inventory", "teardown")),
    ),
)
