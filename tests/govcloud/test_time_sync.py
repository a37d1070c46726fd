"""Where clocks take their time from."""

from __future__ import annotations

import pytest

from auditor.attr import Attr, Known
from auditor.facets import TimeSource
from auditor.findings import Status
from tests.govcloud.judging import UNKNOWN, judge, status

ID = "time.source.allowed"


@pytest.mark.parametrize(
    ("servers", "expected"),
    [
        (Known(()), Status.PASS),
        (Known(("169.254.169.123",)), Status.PASS),
        (Known(("FD00:EC2::123", "ntp.nict.jp.")), Status.PASS),
        (Known(("169.254.169.123", "pool.example")), Status.FAIL),
        (UNKNOWN, Status.UNKNOWN),
    ],
)
def test_servers(servers: Attr[tuple[str, ...]], expected: Status) -> None:
    assert status(ID, TimeSource(servers=servers)) is expected


def test_servers_that_are_not_approved_are_named() -> None:
    verdict = judge(ID, TimeSource(servers=Known(("169.254.169.123", "pool.example"))))
    assert verdict is not None
    assert verdict.text is not None
    assert verdict.expected is not None
    assert "pool.example" in verdict.text.ja
    assert "169.254.169.123" not in verdict.text.ja
    assert "ntp.nict.jp" in verdict.expected.ja
