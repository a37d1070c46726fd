"""Short ways to write policies in the tests of the policy language."""

from __future__ import annotations

from typing import Any

from auditor_aws.iam_language import Document, Policy, parse_policy

OWN = "111122223333"
FOREIGN = "444455556666"
MFA = "aws:MultiFactorAuthPresent"


def policy(*statements: dict[str, Any]) -> Document:
    """A policy of these statements."""
    found = parse_policy({"Version": "2012-10-17", "Statement": list(statements)})
    assert isinstance(found, Policy), found
    return found


def allow(action: Any = "*", resource: Any = "*", condition: Any = None, **more: Any) -> dict[str, Any]:
    """An Allow statement of an identity policy."""
    return statement("Allow", action, resource, condition, **more)


def deny(action: Any = "*", resource: Any = "*", condition: Any = None, **more: Any) -> dict[str, Any]:
    """A Deny statement of an identity policy."""
    return statement("Deny", action, resource, condition, **more)


def statement(effect: str, action: Any, resource: Any, condition: Any, **more: Any) -> dict[str, Any]:
    """A statement; a value of None leaves its element out."""
    written = {"Effect": effect, "Action": action, "Resource": resource, "Condition": condition, **more}
    return {name: value for name, value in written.items() if value is not None}


def trust(principal: Any, action: Any = "sts:AssumeRole", condition: Any = None, **more: Any) -> dict[str, Any]:
    """An Allow statement of a trust policy."""
    return statement("Allow", action, None, condition, Principal=principal, **more)
