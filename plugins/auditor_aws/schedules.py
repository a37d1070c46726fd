"""How often an AWS schedule expression fires.

The syntax is that of Amazon EventBridge (User Guide, "Cron expressions"): ``rate(value unit)`` and
``cron(minutes hours day-of-month month day-of-week year)`` with ``*  ?  ,  -  /  L  W  #``.
Days of the week run from 1 (Sunday) to 7.
"""

from __future__ import annotations

import calendar
import datetime
import functools
import itertools
import re
from collections.abc import Callable, Mapping

_RATE = re.compile(r"rate\(\s*(\d+)\s+(minute|hour|day)s?\s*\)")
_CRON = re.compile(r"cron\(\s*(.*?)\s*\)")
_UNIT_HOURS = {"minute": 1 / 60, "hour": 1.0, "day": 24.0}
_MONTHS = {name.upper(): number for number, name in enumerate(calendar.month_abbr) if name}
_WEEKDAYS = {"SUN": 1, "MON": 2, "TUE": 3, "WED": 4, "THU": 5, "FRI": 6, "SAT": 7}
_NO_NAMES: Mapping[str, int] = {}

_FIRST = datetime.date(2023, 1, 1)
_LAST = datetime.date(2028, 12, 31)
"""Days that are walked through: they hold two leap years, so every yearly pattern occurs several times."""

_DayTest = Callable[[datetime.date], bool]


def _number(text: str, names: Mapping[str, int], low: int, high: int) -> int:
    value = names.get(text.upper())
    if value is None:
        if not text.isascii() or not text.isdigit():
            raise ValueError(text)
        value = int(text)
    if not low <= value <= high:
        raise ValueError(text)
    return value


def _values(field: str, low: int, high: int, names: Mapping[str, int] = _NO_NAMES) -> frozenset[int]:
    """Numbers that a field without day wildcards stands for.  Raises ValueError."""
    found: set[int] = set()
    for part in field.split(","):
        span, slash, step_text = part.partition("/")
        step = _number(step_text, _NO_NAMES, 1, high) if slash else 1
        if span in ("*", "?"):
            first, last = low, high
        elif "-" in span:
            left, _, right = span.partition("-")
            first, last = _number(left, names, low, high), _number(right, names, low, high)
            if first > last:
                # FRI-MON runs over the end of the range.
                found.update(range(first, high + 1, step))
                first = low
        else:
            first = _number(span, names, low, high)
            last = high if slash else first
        found.update(range(first, last + 1, step))
    return frozenset(found)


def _last_day(day: datetime.date) -> int:
    return calendar.monthrange(day.year, day.month)[1]


def _nearest_weekday(day: datetime.date, wanted: int) -> int:
    """Day of the month nearest to ``wanted`` that is no weekend, within the same month."""
    last = _last_day(day)
    wanted = min(wanted, last)
    weekday = day.replace(day=wanted).weekday()
    if weekday == 5:
        return wanted - 1 if wanted > 1 else wanted + 2
    if weekday == 6:
        return wanted + 1 if wanted < last else wanted - 2
    return wanted


def _aws_weekday(day: datetime.date) -> int:
    return day.isoweekday() % 7 + 1


def _month_day_test(field: str) -> _DayTest:
    if field == "L":
        return lambda day: day.day == _last_day(day)
    if field in ("LW", "WL"):
        return lambda day: day.day == _nearest_weekday(day, 31)
    if field.endswith("W"):
        wanted = _number(field[:-1], _NO_NAMES, 1, 31)
        return lambda day: wanted <= _last_day(day) and day.day == _nearest_weekday(day, wanted)
    days = _values(field, 1, 31)
    return lambda day: day.day in days


def _week_day_test(field: str) -> _DayTest:
    if "#" in field:
        left, _, right = field.partition("#")
        weekday, nth = _number(left, _WEEKDAYS, 1, 7), _number(right, _NO_NAMES, 1, 5)
        return lambda day: _aws_weekday(day) == weekday and (day.day - 1) // 7 + 1 == nth
    if field == "L":
        return lambda day: _aws_weekday(day) == 7
    if field.endswith("L"):
        weekday = _number(field[:-1], _WEEKDAYS, 1, 7)
        return lambda day: _aws_weekday(day) == weekday and day.day + 7 > _last_day(day)
    days = _values(field, 1, 7, _WEEKDAYS)
    return lambda day: _aws_weekday(day) in days


def _longest_gap(minutes: list[int], days: list[int]) -> float:
    """Longest time in minutes between two firings; ``minutes`` of the day on ``days`` (ordinals), both sorted."""
    within = max((b - a for a, b in itertools.pairwise(minutes)), default=0)
    between = max((b - a for a, b in itertools.pairwise(days)), default=0)
    return max(within, between * 1440 - (minutes[-1] - minutes[0]))


def _cron_hours(text: str) -> float | None:
    fields = text.split()
    if len(fields) != 6:
        return None
    minute, hour, month_day, month, week_day, year = fields
    if year not in ("*", "?"):
        return None
    minutes = sorted(h * 60 + m for h in _values(hour, 0, 23) for m in _values(minute, 0, 59))
    months = _values(month, 1, 12, _MONTHS)
    if month_day in ("*", "?") and week_day in ("*", "?") and len(months) == 12:
        return _longest_gap(minutes, [0, 1]) / 60
    in_month, in_week = _month_day_test(month_day), _week_day_test(week_day)
    days = [
        ordinal
        for ordinal in range(_FIRST.toordinal(), _LAST.toordinal() + 1)
        if (day := datetime.date.fromordinal(ordinal)).month in months and in_month(day) and in_week(day)
    ]
    return _longest_gap(minutes, days) / 60 if len(days) > 1 else None


@functools.lru_cache(maxsize=512)
def interval_hours(expression: str) -> float | None:
    """Longest time in hours between two firings of a schedule expression.

    ``None`` for an expression that cannot be read, or that does not go on for ever (a year is given).
    """
    text = expression.strip()
    rate = _RATE.fullmatch(text)
    if rate is not None:
        return int(rate[1]) * _UNIT_HOURS[rate[2]] or None
    cron = _CRON.fullmatch(text)
    if cron is None:
        return None
    try:
        return _cron_hours(cron[1])
    except ValueError:
        return None
