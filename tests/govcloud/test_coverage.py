"""Types that nobody can judge are named."""

from __future__ import annotations

import pytest

from auditor.attr import Reason
from auditor.facets import Unrecognised
from auditor.findings import Status
from auditor.inventory import Phase
from auditor.record import Action
from tests.govcloud.judging import judge


@pytest.mark.parametrize("phase", [Phase.BUILD, Phase.OPERATE, Phase.TERMINATE])
def test_the_type_is_named(phase: Phase) -> None:
    verdict = judge("inventory.coverage.recognised", Unrecognised(), phase=phase)
    assert verdict is not None
    assert verdict.status is Status.UNKNOWN
    assert verdict.unknown is not None
    assert verdict.unknown.reason is Reason.UNSUPPORTED
    assert "aws_thing" in verdict.unknown.text.ja


def test_what_is_deleted_at_the_end_is_named_too() -> None:
    verdict = judge("inventory.coverage.recognised", Unrecognised(), phase=Phase.TERMINATE, action=Action.DELETE)
    assert verdict is not None
    assert verdict.status is Status.UNKNOWN
