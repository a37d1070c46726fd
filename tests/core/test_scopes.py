"""Which policies, zone, class, environment and phase a resource belongs to."""

from __future__ import annotations

import pytest

from auditor.attr import Attr, Known, Reason, Unknown
from auditor.phases import Phase
from auditor.scopes import Environment, Rule, Scope, Scoping, TagKeys, Zone

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
