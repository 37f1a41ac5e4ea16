"""When a schedule strikes: cron in five fields or a macro, in UTC, as robfig/cron reads it for Karpenter."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from datetime import date, timedelta
from functools import lru_cache

import msgspec

MINUTE_S = 60
DAY_S = 86_400
_EPOCH = date(1970, 1, 1)
_YEARS = 5
"""A schedule that does not strike within so many years never does."""
_MACROS: Mapping[str, str] = {
    "@yearly": "0 0 1 1 *",
    "@annually": "0 0 1 1 *",
    "@monthly": "0 0 1 * *",
    "@weekly": "0 0 * * 0",
    "@daily": "0 0 * * *",
    "@midnight": "0 0 * * *",
    "@hourly": "0 * * * *",
}
_MONTHS = {
    name: number
    for number, name in enumerate(
        ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), start=1
    )
}
_WEEKDAYS = {name: number for number, name in enumerate(("sun", "mon", "tue", "wed", "thu", "fri", "sat"))}
_BOUNDS = ((0, 59), (0, 23), (1, 31), (1, 12), (0, 6))
_NAMES: tuple[Mapping[str, int], ...] = ({}, {}, {}, _MONTHS, _WEEKDAYS)
_MOST_DIGITS = 9


class Schedule(msgspec.Struct, frozen=True):
    """The moments of a schedule: the same seconds of the day, on the days that match."""

    seconds: tuple[int, ...]
    """Of a day, in order; whole minutes."""
    days: frozenset[int]
    months: frozenset[int]
    weekdays: frozenset[int]
    """0 is Sunday."""
    either: bool
    """The day of the month and of the week are both asked for: then one of them is enough."""

    @property
    def every_day(self) -> bool:
        """Whether there is no day without it."""
        return len(self.months) == 12 and not self.either and len(self.days) == 31 and len(self.weekdays) == 7


class _Unreadable(Exception):
    """No schedule: never leaves this module."""


@lru_cache(maxsize=1024)
def parse_schedule(text: str) -> Schedule | None:
    """The schedule that this is; None where nobody can parse it."""
    fields = _MACROS.get(text.strip(), text).split()
    if len(fields) != len(_BOUNDS):
        return None
    try:
        parts = [_field(field, *bounds, names) for field, bounds, names in zip(fields, _BOUNDS, _NAMES, strict=True)]
    except _Unreadable:
        return None
    (minutes, _), (hours, _), (days, any_day), (months, _), (weekdays, any_weekday) = parts
    seconds = tuple(hour * 3600 + minute * MINUTE_S for hour in sorted(hours) for minute in sorted(minutes))
    return Schedule(seconds, days, months, weekdays, not any_day and not any_weekday)


def next_after(schedule: Schedule, moment: float) -> int | None:
    """The first moment strictly later than this, epoch seconds; None where there is none within five years."""
    number, second = divmod(int(moment // 1), DAY_S)
    if not schedule.seconds:
        return None
    if _strikes_on(schedule, day := _EPOCH + timedelta(number)):
        place = bisect_right(schedule.seconds, second)
        if place < len(schedule.seconds):
            return number * DAY_S + schedule.seconds[place]
    later = next_day(schedule, day)
    return None if later is None else (later - _EPOCH).days * DAY_S + schedule.seconds[0]


def next_day(schedule: Schedule, day: date) -> date | None:
    """The first day after this on which the schedule strikes; None where there is none within five years."""
    last = day.year + _YEARS
    day += timedelta(1)
    while day.year <= last:
        if day.month not in schedule.months:
            day = (day.replace(day=1) + timedelta(32)).replace(day=1)
        elif _strikes_on(schedule, day):
            return day
        else:
            day += timedelta(1)
    return None


def _strikes_on(schedule: Schedule, day: date) -> bool:
    if day.month not in schedule.months:
        return False
    by_day, by_weekday = day.day in schedule.days, day.isoweekday() % 7 in schedule.weekdays
    return by_day or by_weekday if schedule.either else by_day and by_weekday


def _field(text: str, low: int, high: int, names: Mapping[str, int]) -> tuple[frozenset[int], bool]:
    """What a field allows, and whether it is a star; a star with a step is none."""
    values: set[int] = set()
    star = False
    for part in filter(None, text.split(",")):
        some, any_ = _range(part, low, high, names)
        values.update(some)
        star = star or any_
    return frozenset(values), star


def _range(text: str, low: int, high: int, names: Mapping[str, int]) -> tuple[range, bool]:
    ends, *steps = text.split("/")
    first, *others = ends.split("-")
    star = first in ("*", "?")
    if star:
        start, end = low, high
    else:
        start = _number(first, names)
        if len(others) > 1:
            raise _Unreadable
        end = _number(others[0], names) if others else start
    step = 1
    if steps:
        if len(steps) > 1:
            raise _Unreadable
        step = _number(steps[0], {})
        end = end if others else high  # `5/15` begins at 5 and goes on to the end
        star = star and step <= 1
    if start < low or end > high or start > end or step < 1:
        raise _Unreadable
    return range(start, end + 1, step), star


def _number(text: str, names: Mapping[str, int]) -> int:
    named = names.get(text.lower())
    if named is not None:
        return named
    digits = text.removeprefix("+")
    if not (digits.isascii() and digits.isdecimal()) or len(digits) > _MOST_DIGITS:
        raise _Unreadable
    return int(digits)
