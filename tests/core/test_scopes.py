"""Which policies, zone, class, environment and phase a resource belongs to."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.attr import Attr, Known, Reason, Unknown
from auditor.phases import Phase
from auditor.scopes import Environment, Rule, Scope, Scoping, TagKeys, Zone, confidentiality_class

OPEN = Unknown(Reason.AFTER_APPLY)
JUKI = Rule("juki", frozenset({"111122223333"}), policies=("toyama",), zone=Zone.MYNUMBER, phase=Phase.OPERATE)
SHARED = Rule("shared", policies=("osaka-pref",), zone=Zone.LGWAN, confidentiality="2")
TAGGED = Rule("tagged", tags=(("System", frozenset({"tax", "juki"})),), environment=Environment.PRODUCTION)


def scope(*rules: Rule, account: Attr[str] | str = "111122223333", **tags: str | Unknown) -> Scope:
    def tag(key: str) -> Attr[str | None]:
        value = tags.get(key)
        return value if isinstance(value, Unknown) else Known(value)

    return Scoping(rules).of("aws", Known(account) if isinstance(account, str) else account, tag)


def test_without_rules_and_tags_nothing_is_assigned() -> None:
    assert scope() == Scope()


def test_the_first_rule_that_says_something_decides_and_policies_add_up() -> None:
    found = scope(JUKI, SHARED)
    assert found.zone.value is Zone.MYNUMBER
    assert found.confidentiality.value == "2"
    assert found.policies == frozenset({"toyama", "osaka-pref"})
    assert found.phase is Phase.OPERATE


def test_another_account_is_another_matter() -> None:
    found = scope(JUKI, SHARED, account="999988887777")
    assert found.zone.value is Zone.LGWAN
    assert found.policies == frozenset({"osaka-pref"})
    assert found.phase is None


def test_an_unknown_account_leaves_open_what_hangs_on_it_and_takes_no_policy_away() -> None:
    found = scope(JUKI, SHARED, account=OPEN)
    assert found.zone == OPEN
    assert found.policies == frozenset({"toyama", "osaka-pref"})
    assert found.phase is None


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        ({"System": "tax"}, Known(Environment.PRODUCTION)),
        ({"System": "web"}, Known(None)),
        ({}, Known(None)),
        ({"System": OPEN}, OPEN),
    ],
)
def test_a_rule_by_tag(tags: dict[str, str | Unknown], expected: object) -> None:
    found = scope(TAGGED, **tags).environment
    assert found == expected or (
        isinstance(found, Known) and isinstance(expected, Known) and found.value is expected.value
    )


@pytest.mark.parametrize(
    ("value", "zone"),
    [("mynumber", Zone.MYNUMBER), ("LGWAN接続系", Zone.LGWAN), (" Internet ", Zone.INTERNET), ("dmz", None)],
)
def test_tags_tell_the_zone_where_no_rule_does(value: str, zone: Zone | None) -> None:
    assert scope(zone=value).zone.value is zone
    assert scope(Zone=value).zone.value is zone
    assert scope(JUKI, zone="internet").zone.value is Zone.MYNUMBER


def test_an_unknown_tag_is_unknown() -> None:
    assert isinstance(scope(zone=OPEN).zone, Unknown)


def test_other_keys_can_be_named() -> None:
    found = Scoping(keys=TagKeys(environment="env")).of(
        "aws", Known("1"), lambda key: Known("stg" if key == "env" else None)
    )
    assert found.environment.value is Environment.STAGING


@pytest.mark.parametrize(
    ("written", "class_"),
    [
        ("3A", "3A"),
        ("自治体機密性3a", "3A"),
        ("機密性２Ｂ", "2B"),
        (" 自治体 機密性 1 ", "1"),
        ("２ｂ", "2B"),
        ("公開", "公開"),
        ("機密性", "機密性"),
    ],
)
def test_classes_are_compared_whatever_their_writing(written: str, class_: str) -> None:
    assert confidentiality_class(written) == class_


@given(
    class_=st.sampled_from(["3A", "3B", "3C", "3", "2A", "2B", "2", "1"]),
    word=st.sampled_from(["", "機密性", "自治体機密性"]),
    blanks=st.lists(st.sampled_from(["", " ", "\u3000"]), min_size=9, max_size=9),
    wide=st.booleans(),
    lower=st.booleans(),
)
def test_every_writing_of_a_class_is_that_class(
    class_: str, word: str, blanks: list[str], wide: bool, lower: bool
) -> None:
    written = class_.lower() if lower else class_
    if wide:
        written = "".join(chr(ord(sign) + 0xFEE0) for sign in written)
    signs = [*word, *written]
    assert confidentiality_class("".join(blank + sign for blank, sign in zip(blanks, signs, strict=False))) == class_


def test_rules_that_may_apply_and_agree_leave_nothing_open() -> None:
    one = Rule("one", frozenset({"1"}), zone=Zone.LGWAN)
    rest = Rule("rest", zone=Zone.LGWAN)
    assert scope(one, rest, account=OPEN).zone == Known(Zone.LGWAN)
    assert isinstance(scope(one, account=OPEN).zone, Unknown)
    assert isinstance(scope(one, Rule("rest", zone=Zone.INTERNET), account=OPEN).zone, Unknown)


def test_where_no_rule_is_certain_every_policy_remains() -> None:
    assert scope(JUKI, account=OPEN).policies is None


def test_accounts_and_projects_are_not_mixed_up() -> None:
    rule = Rule("x", accounts=frozenset({"111122223333"}), projects=frozenset({"juki"}), zone=Zone.LGWAN)
    only_aws = Rule("y", accounts=frozenset({"111122223333"}), zone=Zone.LGWAN)

    def zone(provider: str, account: Attr[str], one: Rule) -> object:
        found = Scoping((one,)).of(provider, account, lambda key: Known(None)).zone
        return found.reason if isinstance(found, Unknown) else found.value

    assert zone("google", Known("juki"), rule) is Zone.LGWAN
    assert zone("aws", Known("juki"), rule) is None
    assert zone("google", OPEN, only_aws) is None
    assert zone("aws", OPEN, only_aws) is Reason.AFTER_APPLY
    assert zone("kubernetes", OPEN, only_aws) is Reason.AFTER_APPLY
