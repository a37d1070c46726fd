"""Amazon Inspector of each region.

Sources: Amazon Inspector API Reference (BatchGetAccountStatus); AWS provider documentation, page ``aws_inspector2_enabler``.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from auditor_aws.live.answers import Answers
from auditor_aws.live.catalogue import Call, Service
from auditor_aws.live.shapes import Shape

_KINDS: Final = {
    "ec2": "EC2",
    "ecr": "ECR",
    "lambda": "LAMBDA",
    "lambdaCode": "LAMBDA_CODE",
    "codeRepository": "CODE_REPOSITORY",
}


def enabler(answers: Answers) -> Iterator[Shape]:
    """What Inspector is on for; it is there in every region, on or off."""
    status = answers.of("BatchGetAccountStatus")
    if status.refusal is not None:
        return
    arn = answers.arn("inspector2", f"account/{answers.account}")
    shape = Shape("aws_inspector2_enabler", answers, arn, "BatchGetAccountStatus")
    shape["account_ids"] = [answers.account]
    for account in status.items("accounts"):
        if account.get("accountId") not in (None, answers.account):
            continue
        states = account.get("resourceState") or {}
        shape["resource_types"] = [
            kind for name, kind in _KINDS.items() if (states.get(name) or {}).get("status") == "ENABLED"
        ]
        if not shape.values["resource_types"]:
            return
    # without an account in the answer its status could not be told, and the attribute stays open
    yield shape


SERVICES: Final = (
    Service(
        name="inspector2",
        calls=(Call(operation="BatchGetAccountStatus", yields=("aws_inspector2_enabler",)),),
        shapers=(enabler,),
        subjects=frozenset(("inventory", "vulnerability")),
    ),
)
