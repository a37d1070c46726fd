"""Names of places and the regions behind them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor_google.locations import (
    KMS,
    guardrail_regions,
    in_path,
    nearest_multi_region,
    regions,
    spanner_regions,
)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("asia-northeast1", {"asia-northeast1"}),
        ("ASIA-NORTHEAST1", {"asia-northeast1"}),
        ("asia-northeast2-b", {"asia-northeast2"}),
        ("https://www.googleapis.com/compute/v1/projects/p/zones/asia-northeast1-a", {"asia-northeast1"}),
        ("ASIA1", {"asia-northeast1", "asia-northeast2"}),
        ("EUR4", {"europe-north1", "europe-west4"}),
        ("NAM4", {"us-central1", "us-east1"}),
        ("ASIA", {"asia"}),
        ("global", {"global"}),
    ],
)
def test_a_name_gives_its_regions(name: str, expected: set[str]) -> None:
    assert regions(name) == expected


def test_asia1_of_cloud_kms_reaches_seoul() -> None:
    assert regions("asia1", KMS) == {"asia-northeast1", "asia-northeast2", "asia-northeast3"}


@pytest.mark.parametrize(
    ("config", "expected"),
    [
        ("regional-asia-northeast1", {"asia-northeast1"}),
        ("projects/p/instanceConfigs/dual-region-japan1", {"asia-northeast1", "asia-northeast2"}),
        ("asia1", {"asia-northeast1", "asia-northeast2", "asia-northeast3"}),
        ("custom-tokyo", {"custom-tokyo"}),
    ],
)
def test_instance_configurations_of_spanner(config: str, expected: set[str]) -> None:
    assert spanner_regions(config) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("in:asia-northeast1-locations", {"asia-northeast1"}),
        ("in:japan-locations", {"asia-northeast1", "asia-northeast2"}),
        ("is:ASIA1", {"asia-northeast1", "asia-northeast2"}),
        ("asia-northeast2", {"asia-northeast2"}),
        ("in:asia-locations", {"asia"}),
        ("us", {"us"}),
    ],
)
def test_values_of_the_location_constraint(text: str, expected: set[str]) -> None:
    assert guardrail_regions(text) == expected


@pytest.mark.parametrize(
    ("region", "expected"),
    [("asia-northeast1", "asia"), ("europe-west1", "eu"), ("us-east1", "us"), ("me-west1", None)],
)
def test_the_nearest_multi_region(region: str, expected: str | None) -> None:
    assert nearest_multi_region(region) == expected


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("projects/p/locations/asia-northeast1/keyRings/r", "asia-northeast1"),
        ("projects/p/zones/asia-northeast1-a/disks/d", "asia-northeast1-a"),
        ("projects/p/topics/t", None),
    ],
)
def test_a_location_in_a_resource_name(path: str, expected: str | None) -> None:
    assert in_path(path) == expected


@given(st.text())
def test_any_text_names_some_place_in_lower_case(text: str) -> None:
    assert all(name == name.lower() for name in regions(text))
