"""How a trend is laid out over the dots of a screen: how far back it is shown, and what each dot's stretch held."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from nodeview.views.trend import Point, Trend

WINDOWS_S = tuple(60.0 * one for one in (1, 2, 5, 10, 15, 30, 60, 120, 240, 480, 720, 1440, 2880))
"""Stretches of time that are shown, the shortest that holds all that is known."""

Columns = Sequence[float | None]
"""A value for each column of dots, the oldest first; None for a gap."""


class Extent(msgspec.Struct, frozen=True):
    """What a figure was over the time that is shown."""

    low: float
    high: float
    now: float | None
    """None where it is not known at present."""


def window_of(trend: Trend, now: float) -> float:
    """Seconds to show: since we watch, rounded up, and no further than the trend goes back."""
    if not trend.moments:
        return WINDOWS_S[0]
    known = now - trend.moments[0].at
    return min(next((one for one in WINDOWS_S if one >= known), WINDOWS_S[-1]), trend.span_s)


def columns_of(
    points: Sequence[Point], trend: Trend, now: float, window: float, count: int, *, peaks: bool = False
) -> Columns:
    """What the figure was in each of `count` stretches of the window that ends now.

    A stretch with several samples has the last of them, or with `peaks` the greatest. One without has what was said
    before, as long as another sample was in time: a laptop that slept leaves a gap.
    """
    columns: list[float | None] = [None] * max(count, 0)
    step = window / max(count, 1)
    begin = (now // step + 1) * step - window  # in whole steps, so that a curve moves and does not shimmer
    for point, until in _held(points, trend, now):
        first = int((point.at - begin) // step)
        last = min(max(int(-(-(until - begin) // step)) - 1, first), count - 1)
        if last < 0 or point.value is None:
            continue
        for place in range(max(first, 0), last + 1):
            before = columns[place] if peaks and place == first else None
            columns[place] = point.value if before is None else max(point.value, before)
    return columns


def extent_of(points: Sequence[Point], trend: Trend, now: float, window: float) -> Extent | None:
    """The least and the greatest of the window, and the last; None where nothing is known."""
    values = [one.value for one in points if one.value is not None and one.at >= now - window]
    if not values:
        return None
    last = points[-1]
    current = last.value if now - last.at <= trend.reach(last.at, now) else None
    return Extent(min(values), max(values), current)


def _held(points: Sequence[Point], trend: Trend, now: float) -> Iterator[tuple[Point, float]]:
    """Each point and until when it stands: until the next, unless that came late."""
    for place, point in enumerate(points):
        after = points[place + 1].at if place + 1 < len(points) else now
        yield point, after if after - point.at <= trend.reach(point.at, now) else point.at
