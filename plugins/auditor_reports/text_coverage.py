"""What the text report tells of how inputs were collected: asked, answered, refused, not looked at."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from auditor.coverage import Coverage
from auditor.layout import safe
from auditor.reporting import Report
from auditor.text import Text
from auditor_reports import words
from auditor_reports.coverage import (
    RefusedOperation,
    by_operation,
    collected,
    is_silent,
    minute,
    place_text,
    silent_text,
)
from auditor_reports.page import Page

OPERATIONS = 12
"""Refused operations that are listed for one input."""
_PLACES = 3
"""Accounts with regions that are listed for one refused operation."""
_NAMES = 8
"""Accounts, regions or services that are listed in one line."""


def write_collected(report: Report, page: Page) -> None:
    """A line for each input that was collected, for the head of the report."""
    for source, coverage in collected(report.inventory.sources):
        counts = (
            f"呼出し {coverage.asked:,}件、答えあり {coverage.answered:,}件、拒否・失敗 {coverage.refused_calls:,}件"
            if page.lang == "ja"
            else f"{coverage.asked:,} calls, {coverage.answered:,} answered, {coverage.refused_calls:,} refused or failed"
        )
        see = f"（後の「{words.COVERAGE.ja}」）" if page.lang == "ja" else f' (see "{words.COVERAGE.en}")'
        page.text(f"{_span(coverage)}  {counts}{see}", label=f"{page.say(words.COLLECTED)}  ")
        if is_silent(source):
            page.text(page.say(silent_text(source, coverage)), label=f"{page.say(words.ATTENTION)}  ")


def write_silent(report: Report, page: Page) -> None:
    """A line for each input from which nothing could be read, for the end of the report."""
    for source, coverage in collected(report.inventory.sources):
        if is_silent(source):
            page.text(page.say(silent_text(source, coverage)), indent=2)


def write_coverage(report: Report, page: Page) -> None:
    """What was asked, answered, refused and not looked at, for each input that was collected."""
    found = collected(report.inventory.sources)
    if not found:
        return
    page.title(words.COVERAGE)
    for source, coverage in found:
        page.text(source.name, indent=2)
        _asked(coverage, page)
        _refused(coverage, page)
        _not_looked_at(coverage, page)


def _span(coverage: Coverage) -> str:
    begin, end = minute(coverage.started), minute(coverage.finished)
    day, time = end.split(" ")
    if begin == end:
        return f"{end} JST"
    return f"{begin} - {time if begin.startswith(day) else end} JST"


def _asked(coverage: Coverage, page: Page) -> None:
    ja = page.lang == "ja"
    rows = [
        (words.WHEN, _span(coverage)),
        (words.CALLERS, _names(coverage.callers, page)),
        (words.ACCOUNTS, _counted(coverage.accounts, page)),
        (words.REGIONS, _counted(coverage.regions, page)),
        (words.SERVICES, _counted(coverage.services, page)),
        (words.ASKED, f"呼出し {coverage.asked:,}件" if ja else f"{coverage.asked:,} calls"),
        (
            words.ANSWERED,
            f"{coverage.answered:,}件（「設定がない」という答えを含む）"
            if ja
            else f"{coverage.answered:,} (the answer that nothing is set included)",
        ),
    ]
    for label, said in rows:
        page.text(said, indent=4, label=f"{page.say(label)}: ")


def _refused(coverage: Coverage, page: Page) -> None:
    operations = by_operation(coverage)
    ja = page.lang == "ja"
    total = f"{coverage.refused_calls:,}件" if ja else f"{coverage.refused_calls:,}"
    if operations:
        total += f"（操作 {len(operations):,}種）" if ja else f" ({len(operations):,} operations)"
    page.text(total, indent=4, label=f"{page.say(words.REFUSED)}: ")
    for one in operations[:OPERATIONS]:
        page.text(_operation(one, page), indent=6, label="- ")
    if len(operations) > OPERATIONS:
        page.text(page.say(words.more(len(operations) - OPERATIONS)), indent=6)


def _operation(one: RefusedOperation, page: Page) -> str:
    ja = page.lang == "ja"
    why = "、".join(text.ja for text in one.whys) if ja else ", ".join(text.en for text in one.whys)
    said = " ".join((one.operation, *one.codes))
    if why:
        said += f"（{why}）" if ja else f" ({why})"
    places = [place_text(place) for place in one.places[:_PLACES]]
    more = len(one.places) - len(places)
    listed = ("、" if ja else ", ").join(places)
    if more:
        listed += f" ほか {more:,}か所" if ja else f" and {more:,} more places"
    number = words.count(one.count, page.lang)
    return f"{said}: {number}、{listed}" if ja else f"{said}: {number}, {listed}"


def _not_looked_at(coverage: Coverage, page: Page) -> None:
    label = f"{page.say(words.NOT_LOOKED_AT)}: "
    if not coverage.not_looked_at:
        page.text(page.say(words.NOTHING_LEFT_OUT), indent=4, label=label)
        return
    groups: defaultdict[tuple[Text, str], list[str]] = defaultdict(list)
    for one in coverage.not_looked_at:
        groups[one.why, one.kind].append(one.name)
    page.text(words.count(len(coverage.not_looked_at), page.lang), indent=4, label=label)
    for (why, kind), names in groups.items():
        said = page.say(words.KINDS_OF_PLACES[kind])
        page.text(f"{said} {_counted(names, page)}", indent=6, label=f"- {safe(page.say(why))}: ")


def _names(names: Sequence[str], page: Page) -> str:
    ja = page.lang == "ja"
    shown = ("、" if ja else ", ").join(names[:_NAMES])
    more = len(names) - _NAMES
    if more > 0:
        shown += f" ほか {more:,}件" if ja else f" and {more:,} more"
    return shown or page.say(words.NONE)


def _counted(names: Sequence[str], page: Page) -> str:
    number = words.count(len(names), page.lang)
    if not names:
        return number
    return f"{number}（{_names(names, page)}）" if page.lang == "ja" else f"{number} ({_names(names, page)})"
