"""How often a cron expression fires, in the five fields of unix-cron that Google Cloud uses.

https://cloud.google.com/scheduler/docs/configuring/cron-job-schedules
"""

from __future__ import annotations

import calendar
import datetime
import functools
import itertools

_START = datetime.date(2023, 1, 1)
_DAYS = 365 * 5 + 2
"""Days that are walked through; a leap day is among them."""
_MONTHS = {name.upper(): number for number, name in enumerate(calendar.month_abbr) if name}
_WEEKDAYS = {"SUN": 0, "MON": 1, "TUE": 2, "WED": 3, "THU": 4, "FRI": 5, "SAT": 6}


def _values(field: str, low: int, high: int, names: dict[str, int]) -> set[int]:
    found: set[int] = set()
    for part in field.upper().split(","):
        span, _, step = part.partition("/")
        if span == "*":
            first, last = low, high
        else:
            begin, dash, end = span.partition("-")
            first = names.get(begin, -1) if begin in names else int(begin)
            last = (names[end] if end in names else int(end)) if dash else (high if step else first)
        if not low <= first <= last <= high or (step and int(step) < 1):
            raise ValueError(field)
        found.update(range(first, last + 1, int(step) if step else 1))
    return found


@functools.lru_cache(maxsize=256)
def longest_gap(expression: str) -> float | None:
    """Longest time in hours between two firings; ``None`` if the expression cannot be read or never fires."""
    fields = expression.split()
    if len(fields) != 5:
        return None
    try:
        minutes = _values(fields[0], 0, 59, {})
        hours = _values(fields[1], 0, 23, {})
        days = _values(fields[2], 1, 31, {})
        months = _values(fields[3], 1, 12, _MONTHS)
        weekdays = {day % 7 for day in _values(fields[4], 0, 7, _WEEKDAYS)}
    except ValueError:
        return None
    times = sorted(hour * 60 + minute for hour in hours for minute in minutes)
    # With both day fields restricted, either one suffices.
    either = fields[2] != "*" and fields[4] != "*"
    fires: list[int] = []
    for offset in range(_DAYS):
        date = _START + datetime.timedelta(days=offset)
        of_month, of_week = date.day in days, date.isoweekday() % 7 in weekdays
        if date.month in months and ((of_month or of_week) if either else (of_month and of_week)):
            fires.append(offset * 1440)
    if not fires:
        return None
    within = max((later - earlier for earlier, later in itertools.pairwise(times)), default=0)
    across = max((later - earlier for earlier, later in itertools.pairwise(fires)), default=_DAYS * 1440)
    return max(within, across - times[-1] + times[0]) / 60
