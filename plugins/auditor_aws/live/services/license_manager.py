"""Counts of licences.

Sources: AWS License Manager API Reference (ListLicenseConfigurations, ListAssociationsForLicenseConfiguration,
ListTagsForResource); AWS provider documentation, pages ``aws_licensemanager_license_configuration``,
``aws_licensemanager_association``.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from auditor_aws.live.answers import Answers
from auditor_aws.live.catalogue import Call, Service
from auditor_aws.live.shapes import Shape, tags

_LIST: Final = "ListLicenseConfigurations"
_USED: Final = "ListAssociationsForLicenseConfiguration"
_ASSOCIATION: Final = "aws_licensemanager_association"
_NEVER_SET_UP: Final = "AccessDeniedException: Service role not found"
"""What accounts are answered that never set the service up: nothing can be made before its role is there (License
Manager User Guide, "Core role")."""


def licences(answers: Answers) -> Iterator[Shape]:
    """Counts, and what they count."""
    for item in answers.items(_LIST, "LicenseConfigurations"):
        arn = item["LicenseConfigurationArn"]
        if item.get("OwnerAccountId", answers.account) == answers.account:
            shape = Shape(
                "aws_licensemanager_license_configuration",
                answers,
                arn,
                _LIST,
                names=(item.get("LicenseConfigurationId"),),
            )
            shape.values.update(
                id=arn, arn=arn, name=item.get("Name"), license_counting_type=item.get("LicenseCountingType")
            )
            shape.take("tags", answers.of("ListTagsForResource", arn), lambda data: tags(data.get("Tags")))
            yield shape
        said = answers.of(_USED, arn)
        if said.refusal is not None:
            link = Shape(_ASSOCIATION, answers, f"{arn} {_USED}", _USED)
            link["license_configuration_arn"] = arn
            link.refuse(said.refusal, "resource_arn")
            yield link
            continue
        for one in said.items("LicenseConfigurationAssociations"):
            link = Shape(_ASSOCIATION, answers, f"{arn} {one.get('ResourceArn')}", _USED)
            link.values.update(license_configuration_arn=arn, resource_arn=one.get("ResourceArn"))
            yield link


SERVICES: Final = (
    Service(
        name="license-manager",
        calls=(
            Call(
                operation=_LIST,
                yields=("aws_licensemanager_license_configuration", _ASSOCIATION),
                absent=(_NEVER_SET_UP,),
            ),
            Call(
                operation=_USED,
                each=_LIST,
                over="LicenseConfigurations[]",
                parameters={"LicenseConfigurationArn": "LicenseConfigurationArn"},
                subjects=frozenset(("license",)),
            ),
            Call(
                operation="ListTagsForResource",
                each=_LIST,
                over="LicenseConfigurations[]",
                parameters={"ResourceArn": "LicenseConfigurationArn"},
            ),
        ),
        shapers=(licences,),
        subjects=frozenset(("inventory", "license")),
    ),
)
