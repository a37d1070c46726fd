"""Reading policies from JSON: every accepted form, and a typed refusal for everything else."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor_aws.iam_language import (
    UNKNOWN,
    Effect,
    Policy,
    Principal,
    PrincipalType,
    Unparseable,
    administrative,
    denies_insecure_transport,
    identity_mfa_demand,
    key_policy,
    mfa_demand,
    parse_policy,
    policy_from_terraform,
    public_access,
    region_guardrail,
)
from auditor_aws.iam_language.statements import Condition, Operator, Patterns, Qualifier

LEAVES = st.one_of(
    st.none(),
    st.just(UNKNOWN),
    st.booleans(),
    st.integers(),
    st.text(max_size=5),
    st.sampled_from(["Allow", "Deny", "*", "s3:*", "iam:PassRole", "2012-10-17", "arn:aws:iam::111122223333:root"]),
)
NAMES = st.sampled_from(
    [
        "Version",
        "Id",
        "Statement",
        "Sid",
        "Effect",
        "Principal",
        "NotPrincipal",
        "Action",
        "NotAction",
        "Resource",
        "NotResource",
        "Condition",
        "AWS",
        "Service",
        "Federated",
        "Bool",
        "BoolIfExists",
        "Null",
        "StringEquals",
        "ForAnyValue:StringLike",
        "aws:MultiFactorAuthPresent",
        "statement",
        "effect",
        "actions",
        "not_actions",
        "resources",
        "principals",
        "condition",
        "type",
        "identifiers",
        "test",
        "variable",
        "values",
    ]
)
JUNK = st.recursive(
    LEAVES,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(NAMES, inner, max_size=5)),
    max_leaves=20,
)


def parsed(source: Any) -> Policy:
    found = parse_policy(source)
    assert isinstance(found, Policy), found
    return found


def test_a_single_statement_and_single_strings_read_as_lists_of_one() -> None:
    found = parsed(
        '{"Statement": {"Sid": "One", "Effect": "Deny", "Action": "S3:Get*", "Resource": "arn:aws:s3:::B/*"}}'
    )
    (statement,) = found.statements
    assert statement.effect is Effect.DENY
    assert statement.actions == Patterns(("s3:get*",))
    assert statement.resources == Patterns(("arn:aws:s3:::B/*",))
    assert statement.principals is None
    assert str(statement.ref) == "Statement[0] (One)"


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("*", [Principal(PrincipalType.ANYONE, "*")]),
        ({"AWS": "*"}, [Principal(PrincipalType.AWS, "*")]),
        ({"AWS": ["111122223333"]}, [Principal(PrincipalType.AWS, "111122223333")]),
        (
            {"Service": "ec2.amazonaws.com", "Federated": "accounts.google.com", "CanonicalUser": "79a5"},
            [
                Principal(PrincipalType.SERVICE, "ec2.amazonaws.com"),
                Principal(PrincipalType.FEDERATED, "accounts.google.com"),
                Principal(PrincipalType.CANONICAL_USER, "79a5"),
            ],
        ),
    ],
)
def test_principal_forms(written: Any, expected: list[Principal]) -> None:
    found = parsed({"Statement": [{"Effect": "Allow", "Action": "*", "Principal": written}]})
    principals = found.statements[0].principals
    assert principals is not None
    assert list(principals.values) == expected
    assert not principals.negated


def test_negative_elements() -> None:
    item = {"Effect": "Deny", "NotAction": ["iam:*"], "NotResource": "*", "NotPrincipal": {"AWS": "111122223333"}}
    (statement,) = parsed({"Statement": [item]}).statements
    assert statement.actions.negated
    assert statement.resources is not None
    assert statement.resources.negated
    assert statement.principals is not None
    assert statement.principals.negated


def test_conditions_read_their_operator_in_parts() -> None:
    condition = {
        "ForAnyValue:StringLikeIfExists": {"aws:PrincipalOrgPaths": ["o-a/*"]},
        "bool": {"AWS:SecureTransport": False},
        "NumericLessThan": {"aws:MultiFactorAuthAge": 3600},
    }
    item = {"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": condition}
    assert parsed({"Statement": [item]}).statements[0].conditions == (
        Condition(Operator.STRING_LIKE, "aws:principalorgpaths", ("o-a/*",), Qualifier.ANY_VALUE, if_exists=True),
        Condition(Operator.BOOL, "aws:securetransport", ("false",)),
        Condition(Operator.NUMERIC_LESS_THAN, "aws:multifactorauthage", ("3600",)),
    )


def test_unknown_parts_are_marked_as_such() -> None:
    item = {
        "Effect": UNKNOWN,
        "Action": ["s3:*", UNKNOWN],
        "Resource": UNKNOWN,
        "Principal": {"AWS": UNKNOWN},
        "Condition": {"StringEquals": {"aws:SourceArn": UNKNOWN}, "Bool": UNKNOWN},
    }
    found = parsed({"Statement": [item, UNKNOWN]})
    (statement,) = found.statements
    assert found.unknown
    assert statement.effect is UNKNOWN
    assert statement.actions == Patterns(("s3:*",), unknown=True)
    assert statement.resources == Patterns((), unknown=True)
    assert statement.principals is not None
    assert statement.principals.unknown
    assert statement.conditions[0].unknown
    assert statement.unknown_conditions


def test_a_document_not_known_at_all_is_a_policy_of_unknown_statements() -> None:
    assert parsed(UNKNOWN).unknown
    assert parsed({"Statement": UNKNOWN}).unknown


GOOD = {"Effect": "Allow", "Action": "*", "Resource": "*"}


@pytest.mark.parametrize(
    "source",
    [
        "",
        "{",
        "[]",
        b"\xff\xfe\x00",
        '"text"',
        "[" * 100_000,
        "{}",
        '{"Statement": [], "Statement": []}',
        {"Statement": [GOOD], "Version": "2020-01-01"},
        {"Statement": [GOOD], "Extra": 1},
        {"Statement": ["text"]},
        {"Statement": [{**GOOD, "Extra": 1}]},
        {"Statement": [{**GOOD, "Sid": 1}]},
        {"Statement": [{**GOOD, "Effect": "allow"}]},
        {"Statement": [{"Action": "*", "Resource": "*"}]},
        {"Statement": [{"Effect": "Allow", "Resource": "*"}]},
        {"Statement": [{**GOOD, "NotAction": "*"}]},
        {"Statement": [{**GOOD, "Action": 1}]},
        {"Statement": [{**GOOD, "Principal": "arn:aws:iam::111122223333:root"}]},
        {"Statement": [{**GOOD, "Principal": {"Group": "x"}}]},
        {"Statement": [{**GOOD, "Principal": "*", "NotPrincipal": "*"}]},
        {"Statement": [{**GOOD, "Condition": []}]},
        {"Statement": [{**GOOD, "Condition": {"Bool": "x"}}]},
        {"Statement": [{**GOOD, "Condition": {"Boolean": {"aws:SecureTransport": "true"}}}]},
        {"Statement": [{**GOOD, "Condition": {"ForSome:Bool": {"aws:SecureTransport": "true"}}}]},
        {"Statement": [{**GOOD, "Condition": {"NullIfExists": {"aws:SecureTransport": "true"}}}]},
        {"Statement": [{**GOOD, "Condition": {"Bool": {"aws:SecureTransport": {}}}}]},
    ],
)
def test_what_is_no_policy_is_refused_with_a_reason(source: Any) -> None:
    found = parse_policy(source)
    assert isinstance(found, Unparseable)
    assert found.reason


def test_the_reason_never_quotes_the_document() -> None:
    found = parse_policy({"Statement": [{**GOOD, "Effect": "hunter2"}]})
    assert isinstance(found, Unparseable)
    assert "hunter2" not in found.reason


@settings(deadline=None)  # busy machines are no failure
@given(JUNK)
def test_reading_and_judging_never_raise(source: Any) -> None:
    documents = [parse_policy(json.dumps(source, default=str))]
    if isinstance(source, dict):
        documents += [parse_policy({"Statement": source})]
        documents += [parse_policy(source), policy_from_terraform(source), policy_from_terraform({}, source)]
    for document in documents:
        administrative(document)
        identity_mfa_demand(document)
        mfa_demand(document)
        public_access(document)
        denies_insecure_transport(document)
        region_guardrail(document)
        key_policy(document)


@given(st.one_of(st.text(), st.binary()))
def test_any_text_is_read_or_refused(source: str | bytes) -> None:
    assert isinstance(parse_policy(source), Policy | Unparseable)
