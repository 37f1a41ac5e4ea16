"""Schedules against a reading of their own, minute by minute."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nodeview.scheduling.cron import next_after, parse_schedule

START = datetime(2026, 1, 1, tzinfo=UTC)


def at(text: str) -> float:
    return datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()


def strike(schedule: str, after: str) -> str | None:
    known = parse_schedule(schedule)
    assert known is not None, schedule
    moment = next_after(known, at(after))
    return None if moment is None else datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%d %H:%M:%S")


@pytest.mark.parametrize(
    ("schedule", "after", "strikes"),
    [
        ("* * * * *", "2026-11-21 12:00:00", "2026-11-21 12:01:00"),
        ("* * * * *", "2026-11-21 11:59:59.500000", "2026-11-21 12:00:00"),
        ("*/15 * * * *", "2026-11-21 12:46:10", "2026-11-21 13:00:00"),
        ("7/20 * * * *", "2026-11-21 12:00:00", "2026-11-21 12:07:00"),
        ("7/20 * * * *", "2026-11-21 12:47:00", "2026-11-21 13:07:00"),
        ("0 0-6/2 * * *", "2026-11-21 06:00:00", "2026-11-22 00:00:00"),
        ("0 9 * * mon-fri", "2026-11-20 09:00:00", "2026-11-23 09:00:00"),
        ("0 9 * * MON-Fri", "2026-11-20 08:59:59", "2026-11-20 09:00:00"),
        ("5 4 * * sun", "2026-11-21 00:00:00", "2026-11-22 04:05:00"),
        ("0 0 * * 0,3", "2026-11-22 00:00:00", "2026-11-25 00:00:00"),
        ("59 23 31 12 *", "2026-11-21 00:00:00", "2026-12-31 23:59:00"),
        ("0 0 31 * *", "2026-11-01 00:00:00", "2026-12-31 00:00:00"),
        ("0 0 29 feb ?", "2026-03-01 00:00:00", "2028-02-29 00:00:00"),
        ("0 0 30 2 *", "2026-03-01 00:00:00", None),
        ("0 12 * 6-8 1-5", "2026-08-31 12:00:00", "2027-06-01 12:00:00"),
        ("@hourly", "2026-11-21 12:00:00", "2026-11-21 13:00:00"),
        ("@midnight", "2026-12-31 00:00:00", "2027-01-01 00:00:00"),
        ("@weekly", "2026-11-21 12:00:00", "2026-11-22 00:00:00"),
        ("@monthly", "2026-11-21 12:00:00", "2026-12-01 00:00:00"),
        ("@annually", "2026-11-21 12:00:00", "2027-01-01 00:00:00"),
        ("  0 22 *  * *  ", "2026-11-21 12:00:00", "2026-11-21 22:00:00"),
    ],
)
def test_it_strikes(schedule: str, after: str, strikes: str | None) -> None:
    assert strike(schedule, after) == strikes


def test_a_day_of_the_month_and_of_the_week_are_alternatives() -> None:
    assert strike("30 4 1,15 * 5", "2026-11-02 00:00:00") == "2026-11-06 04:30:00"  # a Friday
    assert strike("30 4 1,15 * 5", "2026-11-13 05:00:00") == "2026-11-15 04:30:00"  # a Sunday


def test_a_star_with_a_step_is_no_star() -> None:
    # robfig/cron: `*/2` among the days of the month makes the two alternatives, `*` makes both necessary
    assert strike("0 0 */2 * mon", "2026-11-21 12:00:00") == "2026-11-23 00:00:00"
    assert strike("0 0 */2 * mon", "2026-11-23 12:00:00") == "2026-11-25 00:00:00"
    assert strike("0 0 * * mon", "2026-11-23 12:00:00") == "2026-11-30 00:00:00"
    assert strike("0 0 */1 * mon", "2026-11-23 12:00:00") == "2026-11-30 00:00:00"


@pytest.mark.parametrize(
    "text",
    [
        "", "not a schedule", "61 * * * *", "* 24 * * *", "* * 0 * *", "* * 32 * *", "* * * 13 *", "* * * * 7",
        "5-1 * * * *", "*/0 * * * *", "1/2/3 * * * *", "1-2-3 * * * *", "-1 * * * *", "a * * * *", "* * * foo *",
        "* * * *", "* * * * * *", "@reboot", "@every 5m", "@Daily", "1.5 * * * *", "² * * * *", "* * mon * *",
    ],
)  # fmt: skip
def test_what_nobody_can_parse_is_none(text: str) -> None:
    assert parse_schedule(text) is None


_FIELDS = (
    st.sampled_from(["*", "0", "30", "*/20", "5-50/9", "59", "1,31"]),
    st.sampled_from(["*", "0", "22", "*/7", "9-17", "3,23"]),
    st.sampled_from(["*", "1", "31", "*/10", "28-31", "13,15"]),
    st.sampled_from(["*", "2", "6-8", "*/5", "jan,dec"]),
    st.sampled_from(["*", "0", "mon-fri", "*/3", "sat"]),
)


@settings(max_examples=60, deadline=None)
@given(st.tuples(*_FIELDS).map(" ".join), st.integers(0, 3 * 365 * 1440), st.integers(0, 59))
def test_it_strikes_as_one_who_looks_at_every_minute_finds(schedule: str, minute: int, second: int) -> None:
    known = parse_schedule(schedule)
    assert known is not None
    after = START + timedelta(minutes=minute, seconds=second)
    found = next_after(known, after.timestamp())
    moment = after.replace(second=0)
    horizon = moment + timedelta(days=3)
    while moment < horizon:
        moment += timedelta(minutes=1)
        if _matches(schedule, moment):
            assert found == moment.timestamp()
            return
    assert found is None or found > horizon.timestamp()


def _matches(schedule: str, moment: datetime) -> bool:
    minute, hour, day, month, weekday = schedule.split()
    ands = _in(minute, moment.minute, 0, 59) and _in(hour, moment.hour, 0, 23) and _in(month, moment.month, 1, 12)
    by_day, by_weekday = _in(day, moment.day, 1, 31), _in(weekday, (moment.weekday() + 1) % 7, 0, 6)
    return ands and (by_day and by_weekday if "*" in (day, weekday) else by_day or by_weekday)


def _in(field: str, value: int, low: int, high: int) -> bool:
    for name, number in (("jan", 1), ("dec", 12), ("mon", 1), ("fri", 5), ("sat", 6)):
        field = field.replace(name, str(number))
    for part in field.split(","):
        span, _, step = part.partition("/")
        first, _, last = span.partition("-")
        start, end = (low, high) if first == "*" else (int(first), int(last or first))
        if start <= value <= end and (value - start) % int(step or 1) == 0:
            return True
    return False
