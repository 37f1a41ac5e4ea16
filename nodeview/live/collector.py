"""When Python's collector of reference cycles looks: not while all is listed first, and then by the clock."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable

THRESHOLDS = (10_000, 20, 50)
"""Rows hold nothing that the collector must follow, so it need not look as often as it would by default."""
PAUSE_S = 60.0
"""It rests until all is listed, or so long: it would walk what is built, again and again, and find nothing."""
PERIOD_S = 60.0
"""By its thresholds alone it would look at what is old once in hours, and a TLS connection that was lost is a cycle of
a quarter of a megabyte."""


class Collector:
    """The collector while one cluster is followed. What is there when all is listed stays for long, and is frozen."""

    def __init__(self, clock: Callable[[], float] = time.perf_counter) -> None:
        """`clock` counts seconds."""
        self._clock = clock
        self._looked_at = 0.0

    def rest(self) -> None:
        """The first listing begins."""
        gc.disable()
        self._looked_at = self._clock()

    def look(self, *, listed: bool) -> None:
        """Between two frames: wake when all is listed, and look at everything once a minute (some milliseconds)."""
        now = self._clock()
        if not gc.isenabled():
            if not listed and now - self._looked_at <= PAUSE_S:
                return
            gc.freeze()
            gc.set_threshold(*THRESHOLDS)
            gc.enable()
        elif now - self._looked_at > PERIOD_S:
            gc.collect()
        else:
            return
        self._looked_at = now
