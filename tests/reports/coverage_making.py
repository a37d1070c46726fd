"""Statements of coverage made by hand."""

from __future__ import annotations

import datetime
from typing import Any

from auditor.coverage import Coverage, NotLookedAt, RefusedCall
from auditor.inventory import SourceInfo, SourceKind
from auditor.text import Text
from tests.reports.snapshot_making import ACCOUNT, CALLER, OSAKA, TOKYO

UTC = datetime.UTC
WHY = Text("組織のポリシーによる拒否", "denied by a policy of the organization")


def coverage(
    *refused_: RefusedCall, answered_: int = 90, left: tuple[NotLookedAt, ...] = (), asked: int = 100
) -> Coverage:
    return Coverage(
        asked=asked,
        answered=answered_,
        refused=refused_,
        not_looked_at=left,
        accounts=(ACCOUNT,),
        regions=(TOKYO, OSAKA),
        services=("kms", "s3"),
        started=datetime.datetime(2026, 3, 31, 23, 50, tzinfo=UTC),
        finished=datetime.datetime(2026, 4, 1, 0, 10, tzinfo=UTC),
        callers=(CALLER,),
    )


def call(operation: str = "kms:ListKeys", region: str = TOKYO, count: int = 1, account: str = ACCOUNT) -> RefusedCall:
    return RefusedCall(account, region, operation, "AccessDenied", WHY, count)


def left_out(kind: str, name: str, reason: str = "not-asked") -> NotLookedAt:
    return NotLookedAt(kind, name, reason, Text(f"{kind} {name}", f"{kind} {name}"), Text("指定なし", "not asked for"))


def collected(of: Coverage | None, **given: Any) -> SourceInfo:
    values = {"complete": True, "tool": "auditor 0.1.0", "sha256": "cd" * 32, **given}
    return SourceInfo(name="test", kind=SourceKind.AWS, resources=10, coverage=of, **values)
