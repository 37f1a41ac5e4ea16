"""How fast a stream speaks: events a second, over a window that slides."""

from __future__ import annotations

from collections import deque

WINDOW_S = 10.0
LEAST_S = 1.0
"""A rate over less than this would be noise."""
STEP_S = 0.5
"""Totals that are told more often than this are not all kept."""


class EventRate:
    """Turns totals that are told now and then into events a second. Reads no clock: moments are given."""

    def __init__(self) -> None:
        self._told: deque[tuple[float, int]] = deque()

    def after(self, total: int, at: float) -> float | None:
        """The rate of the last ten seconds or a little more, at this total and moment (epoch seconds).

        None while too little time has passed to tell. A clock that was set back, or a total that fell, starts anew.
        """
        told = self._told
        if told and (at < told[-1][0] or total < told[-1][1]):
            told.clear()
        if not told or at - told[-1][0] >= STEP_S:
            told.append((at, total))
        while len(told) > 1 and at - told[1][0] >= WINDOW_S:
            told.popleft()
        began, before = told[0]
        return (total - before) / (at - began) if at - began >= LEAST_S else None
