"""Wildcards of the policy language against simple oracles."""

from __future__ import annotations

import re
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor_aws.iam_language.wildcards import action_matches, covers, matches, normal_action, overlaps

PATTERNS = st.text(alphabet="ab*?", max_size=6)
WORDS = st.text(alphabet="abc", max_size=7)
#: Every word of up to five letters; "c" stands for a letter that no pattern spells out.
SHORT_WORDS = ["".join(letters) for length in range(6) for letters in product("abc", repeat=length)]


def oracle(pattern: str, text: str) -> bool:
    expression = "".join(".*" if c == "*" else "." if c == "?" else re.escape(c) for c in pattern)
    return re.fullmatch(expression, text, re.DOTALL) is not None


@given(PATTERNS, WORDS)
def test_matches_agrees_with_a_regular_expression(pattern: str, text: str) -> None:
    assert matches(pattern, text) is oracle(pattern, text)


@settings(deadline=None)  # busy machines are no failure
@given(st.text(alphabet="ab*?", max_size=3), st.text(alphabet="ab*?", max_size=3))
def test_covers_and_overlaps_agree_with_all_short_words(wide: str, narrow: str) -> None:
    words = [word for word in SHORT_WORDS if oracle(narrow, word)]
    assert covers(wide, narrow) is all(oracle(wide, word) for word in words)
    assert overlaps(wide, narrow) is any(oracle(wide, word) for word in words)


@given(PATTERNS, PATTERNS, WORDS)
def test_what_is_covered_is_matched(wide: str, narrow: str, text: str) -> None:
    if covers(wide, narrow) and matches(narrow, text):
        assert matches(wide, text)


@given(PATTERNS, PATTERNS)
def test_overlap_is_symmetric_and_follows_from_cover(one: str, other: str) -> None:
    assert overlaps(one, other) is overlaps(other, one)
    if covers(one, other):
        assert overlaps(one, other)


def test_a_search_that_grows_too_large_proves_nothing_and_ends() -> None:
    assert covers("*a" + "?" * 40 + "*b*", ("?*a" * 12) + "*") is False


@pytest.mark.parametrize(
    ("pattern", "action", "expected"),
    [
        ("s3:GetObject", "S3:getobject", True),
        ("s3:Get*", "s3:GetObjectAcl", True),
        ("s3:Get?bject", "s3:GetObject", True),
        ("s3:Get*", "s3:PutObject", False),
        ("*", "iam:PassRole", True),
    ],
)
def test_actions_ignore_case(pattern: str, action: str, expected: bool) -> None:
    assert action_matches(pattern, action) is expected


def test_arns_do_not_ignore_case() -> None:
    assert matches("arn:aws:s3:::Bucket/*", "arn:aws:s3:::Bucket/a/b")
    assert not matches("arn:aws:s3:::Bucket/*", "arn:aws:s3:::bucket/a/b")


def test_a_lone_star_means_every_action_of_every_service() -> None:
    assert normal_action("*") == normal_action("**") == "*:*"
    assert normal_action("S3:Get*") == "s3:get*"
