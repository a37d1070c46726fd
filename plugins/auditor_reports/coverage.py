"""What collections asked and were answered, as all formats tell it."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import Any

import msgspec

from auditor.coverage import Coverage, RefusedCall
from auditor.inventory import SourceInfo
from auditor.text import Text
from auditor_reports.json_scopes import both

_JST = datetime.timezone(datetime.timedelta(hours=9))


class RefusedOperation(msgspec.Struct, frozen=True):
    """All calls of one operation that were not answered, wherever they were made."""

    operation: str
    codes: tuple[str, ...]
    """The error codes, sorted; empty where no answer came."""
    whys: tuple[Text, ...]
    """What is known besides the codes."""
    places: tuple[tuple[str, str], ...]
    """Account and region, sorted; the region is empty for a service without."""
    count: int


def by_operation(coverage: Coverage) -> list[RefusedOperation]:
    """The operations that were not answered, those with the most calls first."""
    groups: dict[str, list[RefusedCall]] = {}
    for call in coverage.refused:
        groups.setdefault(call.operation, []).append(call)
    made = [
        RefusedOperation(
            operation,
            tuple(sorted({call.code for call in calls if call.code})),
            # a reason that is no more than the code says nothing beside it
            tuple(dict.fromkeys(call.why for call in calls if call.why.ja != call.code)),
            tuple(sorted({(call.account, call.region) for call in calls})),
            sum(call.count for call in calls),
        )
        for operation, calls in groups.items()
    ]
    return sorted(made, key=lambda one: (-one.count, one.operation))


def is_silent(source: SourceInfo) -> bool:
    """Whether nothing at all could be read."""
    return source.coverage is not None and not source.coverage.answered


def silent_text(source: SourceInfo, coverage: Coverage) -> Text:
    """That nothing at all could be read, in one sentence."""
    return Text(
        f"{source.name}: 尋ねた呼出し {coverage.asked:,}件のいずれにも答えがなく、何も読み取れていない。",
        f"{source.name}: none of the {coverage.asked:,} calls was answered; nothing could be read.",
    )


def place_text(place: tuple[str, str]) -> str:
    """An account and region: ``111122223333 ap-northeast-1``."""
    return " ".join(filter(None, place))


def minute(moment: datetime.datetime) -> str:
    """The time in Japan, to the minute."""
    return moment.astimezone(_JST).strftime("%Y-%m-%d %H:%M")


def coverage_json(coverage: Coverage) -> dict[str, Any]:
    """All of it."""
    return {
        "started": coverage.started.isoformat(),
        "finished": coverage.finished.isoformat(),
        "callers": list(coverage.callers),
        "accounts": list(coverage.accounts),
        "regions": list(coverage.regions),
        "services": list(coverage.services),
        "asked": coverage.asked,
        "answered": coverage.answered,
        "refused_calls": coverage.refused_calls,
        "refused": [
            {
                "account": call.account,
                "region": call.region or None,
                "operation": call.operation,
                "code": call.code,
                "why": both(call.why),
                "count": call.count,
            }
            for call in coverage.refused
        ],
        "not_looked_at": [
            {
                "kind": one.kind,
                "name": one.name,
                "reason": one.reason,
                "what": both(one.what),
                "why": both(one.why),
            }
            for one in coverage.not_looked_at
        ],
    }


def collected(sources: Sequence[SourceInfo]) -> list[tuple[SourceInfo, Coverage]]:
    """The inputs that were collected, each with its coverage."""
    return [(source, source.coverage) for source in sources if source.coverage is not None]
