"""What a policy text says of its own edition and of the day from which it is in force."""

from __future__ import annotations

import datetime
import re

from auditor.policies.importing.characters import half_width_digits
from auditor.policies.importing.model import ArtefactKind, Level, ParsedPolicy, SourceText

_ERAS = {"明治": 1867, "大正": 1911, "昭和": 1925, "平成": 1988, "令和": 2018}
"""The year before the first of each era."""
_DATE = rf"(?:({'|'.join(_ERAS)})(元|[0-9]+)|([0-9]{{4}}))年([0-9]+)月([0-9]+)日"
_FROM_THEN = re.compile(rf"{_DATE}(?:から|より)(?:これを)?(?:施行|適用)")
_LABELLED = re.compile(rf"(?:施行|適用)(?:年月)?(?:期)?日[:：]?{_DATE}")
_FROM_DAY = re.compile(rf"{_DATE}(?:から|より)?(?:施行|適用)")
"""On a title page the day alone is followed by the word."""
_VERSION = re.compile(r"第[0-9]+(?:\.[0-9]+)*版|[Vv]er(?:sion)?\.?[0-9]+(?:\.[0-9]+)*")


def _flat(text: str) -> str:
    """``text`` without blanks, its digits in half width."""
    return re.sub(r"\s", "", half_width_digits(text)).replace("．", ".")


def _dates(pattern: re.Pattern[str], text: str) -> list[datetime.date]:
    found = []
    for era, year, common, month, day in pattern.findall(_flat(text)):
        counted = int(common) if common else _ERAS[era] + (1 if year == "元" else int(year))
        try:
            found.append(datetime.date(counted, int(month), int(day)))
        except ValueError:
            continue  # no day of the calendar: it says nothing
    return found


def _before(source: SourceText, policy: ParsedPolicy) -> list[str]:
    """Lines of the title page and of the table of revisions."""
    wanted = [
        range(one.line, one.line_end + 1)
        for one in policy.artefacts
        if one.kind in (ArtefactKind.TITLE, ArtefactKind.REVISIONS)
    ]
    return [line.text for line in source.lines if any(line.number in lines for lines in wanted)]


def edition_of(source: SourceText, policy: ParsedPolicy) -> str:
    """The number of the edition as title page or table of revisions print it, the last of several; else empty."""
    found = [match[0] for line in _before(source, policy) for match in _VERSION.finditer(_flat(line))]
    return max(found, key=_order) if found else ""


def _order(version: str) -> list[int]:
    return [int(part) for part in re.findall(r"[0-9]+", version)]


def in_force_from(source: SourceText, policy: ParsedPolicy) -> str:
    """The day (ISO 8601) from which the text says that it is in force, the last of several; else empty.

    Of a supplementary provision its first day counts: later ones are those of single clauses.
    """
    dates = [date for line in _before(source, policy) for form in (_LABELLED, _FROM_DAY) for date in _dates(form, line)]
    within: set[str] = set()
    found: dict[str, datetime.date] = {}
    top = ""
    for node in policy.nodes:
        if node.level is Level.SUPPLEMENT:
            within.add(node.id)
            top = node.id
        elif node.parent in within:
            within.add(node.id)
        else:
            continue
        said = _dates(_FROM_THEN, node.text)
        if said:
            found.setdefault(top, said[0])
    dates += found.values()
    return max(dates).isoformat() if dates else ""
