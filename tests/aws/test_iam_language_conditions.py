"""When conditions hold: missing keys, set operators, and comparisons."""

from __future__ import annotations

from typing import Any

import pytest

from auditor_aws.iam_language import UNKNOWN, Policy, parse_policy
from auditor_aws.iam_language.conditions import Fit, Presence, Request, fit

ALWAYS, NEVER, SOMETIMES, UNDECIDED = Fit.ALWAYS, Fit.NEVER, Fit.SOMETIMES, Fit.UNDECIDED


def fit_of(condition: Any, request: Request) -> Fit:
    found = parse_policy({"Statement": {"Effect": "Deny", "Action": "*", "Condition": condition}})
    assert isinstance(found, Policy), found
    return fit(found.statements[0], request)


@pytest.mark.parametrize(
    ("operator", "absent", "open_key"),
    [
        ("StringEquals", NEVER, SOMETIMES),
        ("StringNotEquals", ALWAYS, SOMETIMES),
        ("StringEqualsIfExists", ALWAYS, SOMETIMES),
        ("StringNotEqualsIfExists", ALWAYS, SOMETIMES),
        ("ForAllValues:StringEquals", ALWAYS, SOMETIMES),
        ("ForAnyValue:StringEquals", NEVER, SOMETIMES),
        ("ForAnyValue:StringNotEquals", NEVER, SOMETIMES),
        ("ForAllValues:StringNotEquals", ALWAYS, SOMETIMES),
    ],
)
def test_missing_keys(operator: str, absent: Fit, open_key: Fit) -> None:
    assert fit_of({operator: {"Some:Key": "x"}}, {"some:key": Presence.ABSENT}) is absent
    assert fit_of({operator: {"Some:Key": "x"}}, {}) is open_key


@pytest.mark.parametrize(
    ("condition", "known", "expected"),
    [
        ({"StringEquals": {"k": ["x", "y"]}}, "y", ALWAYS),
        ({"StringEquals": {"k": "x"}}, "X", NEVER),
        ({"StringNotEquals": {"k": ["x", "y"]}}, "y", NEVER),
        ({"StringNotEquals": {"k": ["x", "y"]}}, "z", ALWAYS),
        ({"StringEqualsIgnoreCase": {"k": "x"}}, "X", ALWAYS),
        ({"StringLike": {"k": "a*c"}}, "abc", ALWAYS),
        ({"ArnNotLike": {"k": "arn:*"}}, "arn:aws:iam::1:role/x", NEVER),
        ({"Bool": {"k": "TRUE"}}, "true", ALWAYS),
        ({"NumericEquals": {"k": "5"}}, "5.0", ALWAYS),
        ({"NumericNotEquals": {"k": "5"}}, "5", NEVER),
        ({"NumericLessThan": {"k": 5}}, "5", NEVER),
        ({"NumericLessThanEquals": {"k": 5}}, "5", ALWAYS),
        ({"NumericGreaterThan": {"k": 5}}, "5", NEVER),
        ({"NumericGreaterThanEquals": {"k": 5}}, "5", ALWAYS),
        ({"NumericEquals": {"k": "five"}}, "5", UNDECIDED),
        ({"StringEquals": {"k": "${aws:username}"}}, "x", UNDECIDED),
        ({"StringEquals": {"k": ["${aws:username}", "x"]}}, "x", ALWAYS),
        ({"StringEquals": {"k": ["x", UNKNOWN]}}, "x", ALWAYS),
        ({"StringEquals": {"k": ["x", UNKNOWN]}}, "y", UNDECIDED),
        ({"StringNotEquals": {"k": ["x", UNKNOWN]}}, "x", NEVER),
        ({"StringEquals": {"k": []}}, "x", UNDECIDED),
        ({"DateLessThan": {"k": "2030-01-01T00:00:00Z"}}, "2029-01-01T00:00:00Z", UNDECIDED),
        ({"Null": {"k": "true"}}, Presence.ABSENT, ALWAYS),
        ({"Null": {"k": "true"}}, "x", NEVER),
        ({"Null": {"k": "false"}}, Presence.ANY, ALWAYS),
        ({"Null": {"k": ["true", "false"]}}, "x", ALWAYS),
        ({"Null": {"k": "perhaps"}}, "x", UNDECIDED),
        ({"StringLike": {"k": "*"}}, Presence.ANY, ALWAYS),
        ({"StringNotLike": {"k": "*"}}, Presence.ANY, NEVER),
        ({"NumericLessThan": {"k": "5"}}, Presence.ANY, SOMETIMES),
        ({"NumericLessThan": {"k": UNKNOWN}}, Presence.ANY, UNDECIDED),
    ],
)
def test_known_keys(condition: Any, known: str | Presence, expected: Fit) -> None:
    assert fit_of(condition, {"k": known}) is expected


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ({}, ALWAYS),
        ({"StringLikeIfExists": {"other": "*"}}, ALWAYS),
        ({"Null": {"other": "true"}}, SOMETIMES),
        ({"StringEquals": {"k": "x", "other": "y"}}, SOMETIMES),
        ({"StringEquals": {"k": "y", "other": UNKNOWN}}, NEVER),
        ({"StringEquals": {"k": "x", "other": UNKNOWN}}, UNDECIDED),
        (UNKNOWN, UNDECIDED),
    ],
)
def test_all_conditions_must_hold(condition: Any, expected: Fit) -> None:
    assert fit_of(condition, {"k": "x"}) is expected
