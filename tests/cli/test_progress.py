"""How a collection tells of itself on a terminal."""

from __future__ import annotations

import io

from auditor.cli.live import Teller
from auditor.collecting import Done, Step, Total


class Terminal(io.StringIO):
    """A stream that says that it is a terminal."""

    def isatty(self) -> bool:
        return True


def test_accounts_services_calls_and_an_estimate_are_told() -> None:
    stream = Terminal()
    teller = Teller(stream, "en")
    teller(Total(1, 0))
    teller(Total(0, 4))
    teller(Step("111122223333", "ap-northeast-1", "s3", 12))
    line = stream.getvalue().rsplit("\r", 1)[1]
    assert "accounts 0/1" in line
    assert "1/4" in line
    assert "12 calls" in line
    assert "111122223333 ap-northeast-1 s3" in line
    assert "s left" in line
    teller(Done("111122223333"))
    teller.end()
    assert stream.getvalue().endswith("\r\x1b[K")


def test_nothing_is_told_where_nobody_looks() -> None:
    stream = io.StringIO()
    teller = Teller(stream, "ja")
    teller(Total(1, 4))
    teller(Step("111122223333", "", "iam", 3))
    teller.end()
    assert stream.getvalue() == ""
