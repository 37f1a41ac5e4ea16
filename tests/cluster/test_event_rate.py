"""Events a second, over a window that slides."""

from __future__ import annotations

import pytest

from nodeview.cluster import EventRate

START = 1_800_000_000.0


def rates(told: list[tuple[float, int]]) -> list[float | None]:
    """The rate after each (seconds since the start, total)."""
    rate = EventRate()
    return [rate.after(total, START + at) for at, total in told]


def test_it_cannot_be_told_before_a_second_has_passed() -> None:
    assert rates([(0, 0), (0.5, 10), (0.99, 20)]) == [None, None, None]


def test_a_steady_stream_has_its_rate_however_often_it_is_asked() -> None:
    for step in (0.1, 0.25, 1.0, 3.0):
        told = [(number * step, round(number * step * 20)) for number in range(int(40 / step))]
        last = rates(told)[-1]
        assert last == pytest.approx(20, rel=0.05), step


def test_what_was_before_the_window_is_forgotten() -> None:
    told = [(0.0, 0), (1.0, 1000)] + [(1.0 + second, 1000) for second in range(1, 12)]
    found = rates(told)
    assert found[1] == 1000
    assert found[5] == pytest.approx(200)
    assert found[-1] == 0.0


def test_the_window_is_ten_seconds_and_no_more_than_a_step_longer() -> None:
    """A burst is seen for as long as the window lasts, and then no more."""
    told = [(second / 2, 0 if second < 20 else 50) for second in range(60)]
    found = rates(told)
    assert found[20] == pytest.approx(5.0)
    assert found[39] == pytest.approx(5.0, rel=0.06)
    assert found[41] == 0.0


def test_after_a_long_time_without_a_question_it_is_the_mean_of_that_time() -> None:
    assert rates([(0, 0), (60, 600)])[-1] == pytest.approx(10)


def test_a_clock_that_is_set_back_or_a_total_that_falls_starts_anew() -> None:
    assert rates([(0, 0), (5, 50), (2, 60), (4, 80)])[2:] == [None, 10.0]
    assert rates([(0, 100), (5, 150), (6, 0), (8, 20)])[2:] == [None, 10.0]


def test_it_keeps_no_more_than_the_window_needs() -> None:
    rate = EventRate()
    for number in range(10_000):
        rate.after(number, START + number / 100)
    assert len(rate._told) <= 22
