"""Typed statements of a policy, whatever form it was written in.

Source of the elements: AWS IAM User Guide, page "IAM JSON policy element reference" and the pages below it.
"""

from __future__ import annotations

from enum import Enum

import msgspec

from .answers import StatementRef, Unknown


class Effect(Enum):
    """What a statement does with the requests it applies to."""

    ALLOW = "Allow"
    DENY = "Deny"


class Patterns(msgspec.Struct, frozen=True):
    """An Action/NotAction or Resource/NotResource element.

    ``values`` are the known members (actions in lower case, resources as written); ``negated`` for the Not… form;
    ``unknown`` where there are, or may be, members whose value is not known.
    """

    values: tuple[str, ...]
    negated: bool = False
    unknown: bool = False


class PrincipalType(Enum):
    """The key under which a principal is named; ``ANYONE`` is the bare ``"Principal": "*"``."""

    ANYONE = "*"
    AWS = "AWS"
    SERVICE = "Service"
    FEDERATED = "Federated"
    CANONICAL_USER = "CanonicalUser"


class Principal(msgspec.Struct, frozen=True):
    """One principal as named in a policy, e.g. type AWS and identifier ``arn:aws:iam::123456789012:root``."""

    type: PrincipalType
    identifier: str


class Principals(msgspec.Struct, frozen=True):
    """A Principal/NotPrincipal element; ``unknown`` where there are, or may be, members that are not known."""

    values: tuple[Principal, ...]
    negated: bool = False
    unknown: bool = False


class Operator(Enum):
    """The condition operators, without their ``ForAnyValue:``/``ForAllValues:`` prefix and ``IfExists`` suffix.

    Source: AWS IAM User Guide, page "IAM JSON policy elements: Condition operators".
    """

    STRING_EQUALS = "StringEquals"
    STRING_NOT_EQUALS = "StringNotEquals"
    STRING_EQUALS_IGNORE_CASE = "StringEqualsIgnoreCase"
    STRING_NOT_EQUALS_IGNORE_CASE = "StringNotEqualsIgnoreCase"
    STRING_LIKE = "StringLike"
    STRING_NOT_LIKE = "StringNotLike"
    NUMERIC_EQUALS = "NumericEquals"
    NUMERIC_NOT_EQUALS = "NumericNotEquals"
    NUMERIC_LESS_THAN = "NumericLessThan"
    NUMERIC_LESS_THAN_EQUALS = "NumericLessThanEquals"
    NUMERIC_GREATER_THAN = "NumericGreaterThan"
    NUMERIC_GREATER_THAN_EQUALS = "NumericGreaterThanEquals"
    DATE_EQUALS = "DateEquals"
    DATE_NOT_EQUALS = "DateNotEquals"
    DATE_LESS_THAN = "DateLessThan"
    DATE_LESS_THAN_EQUALS = "DateLessThanEquals"
    DATE_GREATER_THAN = "DateGreaterThan"
    DATE_GREATER_THAN_EQUALS = "DateGreaterThanEquals"
    BOOL = "Bool"
    BINARY_EQUALS = "BinaryEquals"
    IP_ADDRESS = "IpAddress"
    NOT_IP_ADDRESS = "NotIpAddress"
    ARN_EQUALS = "ArnEquals"
    ARN_NOT_EQUALS = "ArnNotEquals"
    ARN_LIKE = "ArnLike"
    ARN_NOT_LIKE = "ArnNotLike"
    NULL = "Null"

    @property
    def negated(self) -> bool:
        """Whether the operator tests that none of its values matches."""
        return "Not" in self.value


class Qualifier(Enum):
    """How an operator takes a key with several values. ``PLAIN`` is the form without a prefix."""

    PLAIN = ""
    ANY_VALUE = "ForAnyValue"
    ALL_VALUES = "ForAllValues"


class Condition(msgspec.Struct, frozen=True):
    """One operator, key and its values. All conditions of a statement must hold; of the values, one is enough.

    ``key`` is in lower case (keys ignore case). ``operator`` or ``key`` may be UNKNOWN;
    ``unknown`` where there are, or may be, values that are not known.
    """

    operator: Operator | Unknown
    key: str | Unknown
    values: tuple[str, ...]
    qualifier: Qualifier = Qualifier.PLAIN
    if_exists: bool = False
    unknown: bool = False


class Statement(msgspec.Struct, frozen=True):
    """One statement.

    ``resources`` and ``principals`` are None where the policy has no such element (a trust policy has no resources,
    an identity policy no principals). ``unknown_conditions`` where there may be further conditions not known.
    """

    ref: StatementRef
    effect: Effect | Unknown
    actions: Patterns
    resources: Patterns | None
    principals: Principals | None
    conditions: tuple[Condition, ...] = ()
    unknown_conditions: bool = False
    #: The Sid itself is not known, so whether another document overrides the statement is not known either.
    unknown_sid: bool = False


class Policy(msgspec.Struct, frozen=True):
    """A policy. ``unknown`` says why there may be further statements that are not known; "" where all are known."""

    statements: tuple[Statement, ...]
    unknown: str = ""


class Unparseable(msgspec.Struct, frozen=True):
    """A document that is no policy AWS would accept, or none this package can read; ``reason`` says what and where.

    The reason never quotes a value of the document.
    """

    reason: str


#: What the parsers return and every question accepts.
Document = Policy | Unparseable


def as_policy(document: Document) -> Policy:
    """The policy; for an unparseable document one of which nothing is known, so that answers come out undecided."""
    if isinstance(document, Unparseable):
        return Policy((), unknown=document.reason)
    return document


def combine(*documents: Document) -> Policy:
    """All statements of several policies that apply to one identity (or account) together, numbered throughout."""
    statements: list[Statement] = []
    unknown: list[str] = []
    for document in documents:
        policy = as_policy(document)
        if policy.unknown:
            unknown.append(policy.unknown)
        for statement in policy.statements:
            ref = StatementRef(len(statements), statement.ref.sid)
            statements.append(msgspec.structs.replace(statement, ref=ref))
    return Policy(tuple(statements), unknown="; ".join(unknown))
