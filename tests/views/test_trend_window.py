"""What each column of dots holds."""

from __future__ import annotations

import pytest

from nodeview.views import Point, Trend, columns_of, extent_of, trend_of, window_of
from nodeview.views.trend import EVERY_S
from tests.builders import NOW
from tests.views.test_trend import a_view

T = 1_800_000_000.0


def points(*said: tuple[float, float | None]) -> list[Point]:
    return [Point(T + at, value) for at, value in said]


def every_ten(*values: float | None) -> list[Point]:
    return points(*((EVERY_S * place, value) for place, value in enumerate(values)))


def test_a_column_holds_the_last_of_its_samples_or_the_greatest() -> None:
    said = every_ten(1, 5, 2, 3, 9, 4)
    now = T + 59
    assert list(columns_of(said, Trend(), now, 60, 2)) == [2, 4]
    assert list(columns_of(said, Trend(), now, 60, 2, peaks=True)) == [5, 9]
    assert list(columns_of(said, Trend(), now, 60, 6)) == [1, 5, 2, 3, 9, 4]


def test_between_two_samples_in_time_the_earlier_stands_and_after_a_sleep_nothing_does() -> None:
    said = points((0, 7), (10, 8), (110, 3))
    columns = list(columns_of(said, Trend(), T + 119, 120, 12))
    assert columns == [7, 8, *[None] * 9, 3]
    assert list(columns_of(every_ten(7, 8), Trend(), T + 29, 30, 6)) == [7, 7, 8, 8, 8, 8]


def test_what_was_not_known_is_a_gap_and_what_was_nothing_is_none() -> None:
    assert list(columns_of(every_ten(0, None, 4), Trend(), T + 29, 30, 3)) == [0, None, 4]


def test_the_end_stays_empty_when_nothing_came_for_long() -> None:
    assert list(columns_of(every_ten(5), Trend(), T + 59, 60, 6)) == [5, None, None, None, None, None]


def test_old_samples_may_be_further_apart() -> None:
    said = points((0, 1), (60, 2), (120, 3))
    assert None not in columns_of(said, Trend(), T + 3599, 3600, 60)[:3]


def test_a_curve_moves_by_whole_dots_and_keeps_its_shape() -> None:
    said = every_ten(*range(30))
    now = T + 290
    before = list(columns_of(said, Trend(), now, 300, 100))
    for later in (0.4, 1.1, 2.9):
        after = list(columns_of(said, Trend(), now + later, 300, 100))
        shift = int((now + later) // 3 - now // 3)
        assert after[: 98 - shift] == before[shift:98]


def test_of_no_columns_there_are_none() -> None:
    assert list(columns_of(every_ten(1), Trend(), T, 60, 0)) == []


@pytest.mark.parametrize(("known", "window"), [(0, 60), (61, 120), (299, 300), (1801, 3600), (90_000, 7200)])
def test_the_window_holds_what_is_known_and_no_more_than_is_kept(known: float, window: float) -> None:
    trend = trend_of(a_view(1), Trend(), NOW)
    assert window_of(trend, NOW + known) == window
    assert window_of(Trend(), NOW) == 60


def test_the_extent_is_of_the_window_and_now_is_unknown_when_it_was_long_ago() -> None:
    said = every_ten(9, 1, None, 4)
    extent = extent_of(said, Trend(), T + 31, 25)
    assert extent is not None
    assert (extent.low, extent.high, extent.now) == (1, 4, 4)
    late = extent_of(said, Trend(), T + 100, 100)
    assert late is not None
    assert late.now is None
    assert (late.low, late.high) == (1, 9)
    assert extent_of(every_ten(None), Trend(), T, 60) is None
    assert extent_of([], Trend(), T, 60) is None
