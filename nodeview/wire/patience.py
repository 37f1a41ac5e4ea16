"""How long a watch may say nothing.

A watch must give a sign of life every 90 s: an event, a bookmark, or its end. Servers send bookmarks once a
minute, but not for every resource, and some proxies hold back even the headers of an answer until the first
event. So a watch that was silent for so long is asked for again to last no longer than that: where it ends in
time the server is there, and nothing is said of it. `Rhythm` knows which of the two can be expected.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from typing import Literal

from nodeview.errors import Incomplete
from nodeview.wire.listing import Relist
from nodeview.wire.pace import Pace

PROMPT = 0.5
"""An answer that took more than this share of the longest silence was held back on its way."""


class Rhythm:
    """What is known of the signs of life of one stream. Pure.

    state    known                                             silence then means
    unknown  nothing yet                                       quiet: no failure
    regular  the last watch was answered promptly, and sent    lost: the watch has failed
             bookmarks
    lost     bookmarks came, and came no more                  quiet: what we know may be of another time,
                                                               so all is listed
    quiet    no bookmarks: watches are short, and end in time  the watch has failed
    """

    def __init__(self, pace: Pace, rng: random.Random) -> None:
        self.state: Literal["unknown", "regular", "lost", "quiet"] = "unknown"
        self._pace = pace
        self._rng = rng
        self._prompt = True
        self._asked = 0.0

    @property
    def bookmarks(self) -> bool:
        """Whether bookmarks can be expected, so that their absence means something."""
        return self.state in ("regular", "lost")

    def ask(self) -> int:
        """A watch begins: for how many seconds it is asked to last."""
        if self.state == "regular" and not self._prompt:
            self.state = "unknown"
        least, most = self._pace.watch_least, self._pace.watch_most
        if self.state == "quiet":
            least, most = min(least, self._pace.idle * 0.9), min(most, self._pace.idle)
        self._asked = max(1, round(self._rng.uniform(least, most)))
        return self._asked

    @property
    def longest_silence(self) -> float:
        """Of the watch that was asked for last, in seconds."""
        overdue = self._asked + self._pace.watch_grace / 2
        return overdue if self.state == "quiet" else min(overdue, self._pace.idle)

    @property
    def longest(self) -> float:
        """That the watch may take before we end it, in seconds."""
        return self._asked + self._pace.watch_grace

    def answered(self, after: float) -> None:
        """The headers of the watch came, so many seconds after it was asked for."""
        self._prompt = after < self._pace.idle * PROMPT

    def bookmarked(self) -> None:
        """A bookmark came."""
        if self._prompt or self.state != "quiet":
            self.state = "regular"

    def silent(self) -> None:
        """The longest silence has passed. Raises what that amounts to; does nothing where it means nothing."""
        was, longest = self.state, self.longest_silence
        self.state = "lost" if was == "regular" else "quiet"
        if was == "regular":
            raise Incomplete(f"Nothing was heard on the watch for {longest:.0f} s, not even a bookmark.")
        if was == "lost":
            raise Relist("The watch sends no bookmarks any more.")
        if was == "quiet":
            raise Incomplete(f"Nothing was heard on the watch for {longest:.0f} s, and it did not end in time.")


class Tired(Exception):
    """The patience with a watch is at its end."""

    def __init__(self, why: Literal["silent", "overdue", "slept"]) -> None:
        super().__init__(why)
        self.why = why


class Patience:
    """Ends its block with `Tired`: nothing was heard for too long, it did not end in time, or this machine slept."""

    def __init__(self, rhythm: Rhythm, pace: Pace, wall: Callable[[], float]) -> None:
        """For the watch that `rhythm` has just asked for.

        `wall` is the clock of the epoch: it runs on while the machine sleeps, which the loop's does not.
        """
        self._rhythm = rhythm
        self._pace = pace
        self._wall = wall
        self._loop = asyncio.get_running_loop()
        self._limit = asyncio.timeout(None)
        self._tired: Tired | None = None
        self._heard_at = self._loop.time()
        self._ends_at = self._heard_at + rhythm.longest
        self._offset = wall() - self._heard_at
        self._timer = self._loop.call_later(pace.check_every, self._check)

    def heard(self) -> None:
        """Something came."""
        self._heard_at = self._loop.time()

    async def __aenter__(self) -> Patience:
        await self._limit.__aenter__()
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        self._timer.cancel()
        try:
            await self._limit.__aexit__(kind, error, None)
        except TimeoutError:
            if self._tired is None:
                raise
            raise self._tired from None

    def _check(self) -> None:
        now = self._loop.time()
        offset = self._wall() - now
        if offset - self._offset > self._pace.clock_jump:
            self._tired = Tired("slept")
        elif now - self._heard_at >= self._rhythm.longest_silence:
            self._tired = Tired("silent")
        elif now >= self._ends_at:
            self._tired = Tired("overdue")
        if self._tired is not None:
            self._limit.reschedule(now)
            return
        self._offset = offset
        self._timer = self._loop.call_later(self._pace.check_every, self._check)
