"""Security Hub of each region.

What is said of all accounts of an organisation is not asked for: the hub of each account says what is on there.

Sources: AWS Security Hub API Reference (DescribeHub, GetEnabledStandards, DescribeSecurityHubV2); AWS provider
documentation, pages ``aws_securityhub_account``, ``aws_securityhub_account_v2``, ``aws_securityhub_standards_subscription``.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from auditor_aws.live.answers import Answers
from auditor_aws.live.catalogue import Call, Service
from auditor_aws.live.shapes import Shape

_NOT_THERE: Final = ("InvalidAccessException", "ResourceNotFoundException")
"""The account is not subscribed; that the caller may not ask has the code AccessDeniedException."""


def hub(answers: Answers) -> Iterator[Shape]:
    """The hub, and the standards by which it checks."""
    described = answers.of("DescribeHub")
    arn = described.data.get("HubArn")
    if not arn:
        return
    shape = Shape("aws_securityhub_account", answers, arn, "DescribeHub")
    shape["arn"] = shape["id"] = arn
    standards = answers.of("GetEnabledStandards")
    # whether there are any now, not whether the first ones were taken when the hub was made
    shape.take("enable_default_standards", standards, lambda _: any(True for _ in _standards(answers)))
    yield shape
    yield from _standards(answers)


def _standards(answers: Answers) -> Iterator[Shape]:
    for listed in answers.items("GetEnabledStandards", "StandardsSubscriptions"):
        # FAILED says that one could not be switched off (API Reference, StandardsSubscription)
        if listed.get("StandardsStatus") != "DELETING":
            arn = listed["StandardsSubscriptionArn"]
            shape = Shape("aws_securityhub_standards_subscription", answers, arn, "GetEnabledStandards")
            shape["arn"] = shape["id"] = arn
            shape["standards_arn"] = listed.get("StandardsArn")
            yield shape


def hub_v2(answers: Answers) -> Iterator[Shape]:
    """The later service of the same name, which may be on by itself."""
    arn = answers.of("DescribeSecurityHubV2").data.get("HubV2Arn")
    if arn:
        shape = Shape("aws_securityhub_account_v2", answers, arn, "DescribeSecurityHubV2")
        shape["arn"] = shape["id"] = arn
        yield shape


SERVICES: Final = (
    Service(
        name="securityhub",
        calls=(
            Call(operation="DescribeHub", yields=("aws_securityhub_account",), absent=_NOT_THERE),
            Call(
                operation="DescribeSecurityHubV2",
                yields=("aws_securityhub_account_v2",),
                absent=("ResourceNotFoundException",),
                subjects=frozenset(("inventory", "monitoring")),
            ),
            Call(
                operation="GetEnabledStandards",
                yields=("aws_securityhub_standards_subscription",),
                each="DescribeHub",
                over="[HubArn]",
                absent=_NOT_THERE,
                subjects=frozenset(("change", "inventory")),
            ),
        ),
        shapers=(hub, hub_v2),
        subjects=frozenset(("change", "inventory", "monitoring")),
    ),
)
