"""Which principals are a contractor's, and how the configuration says so."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.attr import Attr, Known, Reason, Unknown
from auditor.config import load_config
from auditor.contractors import Contractor, account_of, contractor_of
from auditor.errors import ConfigError

OPEN = Unknown(Reason.AFTER_APPLY)
VENDOR = "444455556666"


def tags(**values: str) -> Mapping[str, str]:
    return values


def whose(
    contractor: Contractor, principal: Attr[str], found: Mapping[str, str] | None = None, *, open_tags: bool = False
) -> str | None:
    def tag(key: str) -> Attr[str | None]:
        return OPEN if open_tags else Known((found or {}).get(key))

    answer = contractor_of((contractor,), principal, tag)
    return "open" if isinstance(answer, Unknown) else answer.value


@pytest.mark.parametrize(
    ("principal", "account"),
    [
        (f"arn:aws:iam::{VENDOR}:root", VENDOR),
        (f"arn:aws:iam::{VENDOR}:role/deploy", VENDOR),
        (VENDOR, VENDOR),
        ("lambda.amazonaws.com", ""),
        ("*", ""),
        ("arn:aws:s3:::bucket", ""),
    ],
)
def test_the_account_of_a_principal(principal: str, account: str) -> None:
    assert account_of(principal) == account


def test_accounts_patterns_groups_and_tags_each_suffice() -> None:
    account = Contractor("v", accounts=frozenset({VENDOR}))
    assert whose(account, Known(f"arn:aws:iam::{VENDOR}:root")) == "v"
    assert whose(account, Known("arn:aws:iam::111122223333:root")) is None
    users = Contractor("v", arns=("arn:aws:iam::111122223333:user/vendor-*",))
    assert whose(users, Known("arn:aws:iam::111122223333:user/vendor-1")) == "v"
    assert whose(users, Known("arn:aws:iam::111122223333:user/own")) is None
    # a dot is a dot
    assert whose(Contractor("v", arns=("a.c",)), Known("abc")) is None
    group = Contractor("v", groups=frozenset({"operators"}))
    assert whose(group, Known("operators")) == "v"
    tagged = Contractor("v", tags=(("company", frozenset({"x", "y"})), ("kind", frozenset({"person"}))))
    assert whose(tagged, Known("anybody"), tags(company="y", kind="person")) == "v"
    assert whose(tagged, Known("anybody"), tags(company="y")) is None


def test_what_is_not_known_is_open_unless_something_fits() -> None:
    named = Contractor("v", arns=("arn:*",), tags=(("company", frozenset({"x"})),))
    assert whose(named, OPEN) == "open"
    assert whose(named, OPEN, tags(company="x")) == "v"
    assert whose(named, Known("arn:x"), open_tags=True) == "v"
    assert whose(named, Known("other"), open_tags=True) == "open"
    assert whose(named, OPEN, open_tags=True) == "open"
    two = (named, Contractor("w", tags=(("kind", frozenset({"x"})),)))
    assert isinstance(contractor_of(two, OPEN, lambda key: OPEN), Unknown)
    # where only tags tell, the name does not matter
    assert whose(Contractor("v", tags=(("company", frozenset({"x"})),)), OPEN) is None


@given(st.text(), st.text())
def test_a_pattern_without_stars_fits_itself_alone(pattern: str, principal: str) -> None:
    plain = pattern.replace("*", "")
    found = whose(Contractor("v", arns=(plain,)), Known(principal))
    assert (found == "v") == (plain == principal)


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "auditor.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_configuration_names_contractors(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        '[[contractor]]\nname = "例示"\naccounts = ["444455556666"]\narns = ["arn:aws:iam::1:user/*"]\n'
        'groups = ["g"]\ntags = { company = "x", kind = ["a", "b"] }\n',
    )
    assert load_config(path).scoping.contractors == (
        Contractor(
            "例示",
            frozenset({VENDOR}),
            ("arn:aws:iam::1:user/*",),
            frozenset({"g"}),
            (("company", frozenset({"x"})), ("kind", frozenset({"a", "b"}))),
        ),
    )
    assert load_config(written(tmp_path, "")).scoping.contractors == ()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[[contractor]]\nname = "a"\n', "2行目 項目「contractor.0.name」"),
        ('[[contractor]]\nname = "a"\naccounts = ["4444-5555-6666"]\n', "3行目 項目「contractor.0.accounts」"),
        (
            '[[contractor]]\nname = "a"\ngroups = ["g"]\n[[contractor]]\nname = "a"\ngroups = ["h"]\n',
            "5行目 項目「contractor.1.name」",
        ),
        ('[[contractor]]\ngroups = ["g"]\n', "name"),
        ('[[contractor]]\nname = "a"\ngroup = ["g"]\n', "group"),
    ],
)
def test_mistakes_are_named_with_their_line(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(ConfigError) as caught:
        load_config(written(tmp_path, text))
    assert said in caught.value.text.ja
