"""States in the provider's own words, which only accounts say."""

from __future__ import annotations

import pytest

from auditor.attr import Attr, Known, Unknown
from auditor.facets import AccountIdentity, Residue
from auditor.testing import World
from auditor_aws import states
from auditor_aws.terraform import adapter_set


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({}, None),
        ({"state": "Enabled"}, "Enabled"),
        ({"state": "PendingDeletion", "date": "2026-05-01T09:00:00+09:00"}, "PendingDeletion, DeletionDate 2026-05-01"),
        ({"date": "2026-05-01"}, "DeletionDate 2026-05-01"),
        ({"state": None, "date": None}, None),
    ],
)
def test_a_state_and_its_day(values: dict[str, str], expected: str | None) -> None:
    record = World().add("aws_kms_key.k", values)
    assert states.of(record, "state", DeletionDate="date") == (
        Known(None) if expected is None else Known(expected, record, "state" if "state" in values else "date")
    )


@pytest.mark.parametrize("open_", ["state", "date"])
def test_a_state_that_is_open_in_part_is_unknown(open_: str) -> None:
    values = {name: "x" for name in ("state", "date") if name != open_}
    record = World().add("aws_kms_key.k", values, unknown={open_: True})
    assert isinstance(states.of(record, "state", DeletionDate="date"), Unknown)


def test_a_sensitive_state_stays_marked() -> None:
    record = World().add("aws_kms_key.k", {"state": "x", "date": "2026-05-01"}, sensitive={"date": True})
    found = states.of(record, "state", DeletionDate="date")
    assert isinstance(found, Known)
    assert found.sensitive


def state_of(type_: str, **values: object) -> Attr[str | None]:
    record = World().add(f"{type_}.one", values)
    (found,) = [
        facet.state
        for adapter in adapter_set().adapters[type_]
        for facet in adapter(record)
        if isinstance(facet, Residue | AccountIdentity)
    ]
    return found


@pytest.mark.parametrize(
    ("type_", "values", "said"),
    [
        ("aws_kms_key", {"key_state": "PendingDeletion", "deletion_date": "2026-05-01T00:00:00+00:00"}, "2026-05-01"),
        ("aws_secretsmanager_secret", {"deleted_date": "2026-05-02T00:00:00+00:00"}, "DeletedDate 2026-05-02"),
        ("aws_iam_access_key", {"status": "Inactive"}, "Inactive"),
    ],
)
def test_what_an_account_says_of_a_thing_and_a_plan_does_not(type_: str, values: dict[str, str], said: str) -> None:
    found = state_of(type_, **values)
    assert isinstance(found, Known)
    assert found.value is not None
    assert said in found.value
    assert state_of(type_) == Known(None) or state_of(type_).value is None
