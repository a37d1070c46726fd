"""Whether a statement applies to given actions, resources and principals.

Sources: AWS IAM User Guide, pages "IAM JSON policy elements: NotAction", "… NotResource", "… NotPrincipal" and
"AWS JSON policy elements: Principal" (an account principal stands for every identity of that account).
"""

from __future__ import annotations

import re

from .answers import Answer, Unknown
from .statements import Effect, Patterns, Principal, PrincipalType, Statement
from .wildcards import covers, normal_action, overlaps

_ACCOUNT = re.compile(r"(?:arn:[\w-]+:(?:iam|sts)::)?(\d{12})(?::.*)?", re.ASCII)
_ROOT = re.compile(r"(?:arn:[\w-]+:iam::)?\d{12}(?::root)?", re.ASCII)


def has_effect(statement: Statement, effect: Effect) -> Answer:
    """Whether the statement has that effect; UNDECIDED where its effect is not known."""
    if isinstance(statement.effect, Unknown):
        return Answer.UNDECIDED
    return Answer.YES if statement.effect is effect else Answer.NO


def patterns_cover(patterns: Patterns, wanted: str) -> Answer:
    """Whether the element applies to everything that the pattern ``wanted`` stands for."""
    if patterns.negated:
        if any(overlaps(value, wanted) for value in patterns.values):
            return Answer.NO
        return Answer.UNDECIDED if patterns.unknown else Answer.YES
    if any(covers(value, wanted) for value in patterns.values):
        return Answer.YES
    return Answer.UNDECIDED if patterns.unknown else Answer.NO


def covers_action(statement: Statement, action: str) -> Answer:
    """Whether the statement applies to every action that ``action`` (a name or pattern) stands for."""
    return patterns_cover(statement.actions, normal_action(action))


def covers_resource(statement: Statement, resource: str) -> Answer:
    """Whether the statement applies to every resource that ``resource`` (an ARN or pattern) stands for."""
    if statement.resources is None:
        return Answer.YES
    return patterns_cover(statement.resources, resource)


def covers_resources_of(statement: Statement, other: Statement) -> Answer:
    """Whether the statement applies to every resource that ``other`` applies to."""
    if statement.resources is None or covers_resource(statement, "*") is Answer.YES:
        return Answer.YES
    wanted = other.resources
    if wanted is None:
        return covers_resource(statement, "*")
    if wanted.negated:
        return Answer.UNDECIDED if statement.resources.unknown else Answer.NO
    answers = [covers_resource(statement, value) for value in wanted.values]
    if Answer.NO in answers:
        return Answer.NO
    return Answer.UNDECIDED if wanted.unknown or Answer.UNDECIDED in answers else Answer.YES


def account_of(principal: Principal) -> str | None:
    """The 12-digit account id named by an AWS principal; None where it names none."""
    if principal.type is not PrincipalType.AWS:
        return None
    found = _ACCOUNT.fullmatch(principal.identifier)
    return found.group(1) if found else None


def is_account(principal: Principal) -> bool:
    """Whether the principal is an account as a whole (its id, or the ARN of its root)."""
    return principal.type is PrincipalType.AWS and _ROOT.fullmatch(principal.identifier) is not None


def is_anyone(principal: Principal) -> bool:
    """Whether the principal stands for everyone: ``"*"`` or ``{"AWS": "*"}`` (or all of one type)."""
    return principal.identifier == "*"


def _stands_for(wide: Principal, narrow: Principal) -> bool:
    if wide == narrow or wide.type is PrincipalType.ANYONE:
        return True
    if wide.type is not narrow.type:
        # {"AWS": "*"} means everyone, as "*" does: page "AWS JSON policy elements: Principal", "All principals".
        return wide == Principal(PrincipalType.AWS, "*")
    return wide.identifier == "*" or (is_account(wide) and account_of(wide) == account_of(narrow))


def covers_principal(statement: Statement, principal: Principal) -> Answer:
    """Whether the statement applies to all that the principal stands for.

    A statement without a principal element belongs to an identity or an account: it applies to whoever that is.
    """
    named = statement.principals
    if named is None:
        return Answer.YES
    if named.negated:
        if any(_stands_for(value, principal) or _stands_for(principal, value) for value in named.values):
            return Answer.NO
        return Answer.UNDECIDED if named.unknown else Answer.YES
    if any(_stands_for(value, principal) for value in named.values):
        return Answer.YES
    return Answer.UNDECIDED if named.unknown else Answer.NO


EVERYONE = Principal(PrincipalType.ANYONE, "*")
