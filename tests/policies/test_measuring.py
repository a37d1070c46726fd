"""Precision and recall of proposals, each policy left out in turn."""

from __future__ import annotations

import pytest

from auditor.policies.loader import load_controls, load_pack, mappings_root
from auditor.policies.measuring import Measure, measure
from tests.policies.small_packs import load, make


def test_counts_of_two_small_packs(tmp_path_factory: pytest.TempPathFactory) -> None:
    found = measure(load(make(tmp_path_factory.mktemp("packs"))))
    # the record, the copy and the contract have their equals; the training of lake is a proposal itself
    assert (found["hill"].clauses, found["hill"].first, found["hill"].three) == (3, 3, 3)
    assert (found["lake"].clauses, found["lake"].first, found["lake"].three) == (3, 3, 3)
    # lake proposes log.retention and backup.interval, which hill does not have; the reverse misses them
    assert (found["hill"].actual, found["hill"].right) == (2, 2)
    assert found["hill"].proposed >= 4
    assert found["hill"].recall == 1.0
    assert (found["lake"].actual, found["lake"].right) == (4, 2)
    assert found["lake"].recall == 0.5


def test_shares_of_nothing_are_none() -> None:
    empty = Measure()
    assert (empty.precision, empty.recall) == (None, None)
    empty.add(Measure(1, 1, 1, 4, 1, 2))
    empty.add(Measure(1, 0, 1, 0, 0, 2))
    assert (empty.clauses, empty.first, empty.three, empty.precision, empty.recall) == (2, 1, 2, 0.25, 0.25)


def test_the_shipped_policies_propose_each_others_mapping() -> None:
    controls = load_controls()
    packs = [load_pack(head.parent, controls) for head in (mappings_root() / "policies").glob("*/policy.yaml")]
    total = Measure()
    for one in measure(packs).values():
        total.add(one)
        assert one.three / one.clauses > 0.85
    assert total.clauses > 250
    assert total.first / total.clauses > 0.9
    assert total.precision is not None
    assert total.precision > 0.65
    assert total.recall is not None
    assert total.recall > 0.72
