"""How patient a stream is, and how it waits after failures: figures of client-go, where it has any."""

from __future__ import annotations

import random
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Pace:
    """All the durations of a reflector, in seconds. Tests make them short."""

    retry_first: float = 0.8
    retry_most: float = 30.0
    calm: float = 120.0
    """After so long without a failure, the next one is a first one again."""
    least_gap: float = 1.0
    """Between the starts of two watches; a watch that ends sooner without a word has failed."""
    watch_least: float = 300.0
    watch_most: float = 600.0
    """A watch is asked to last a random time between these."""
    watch_grace: float = 30.0
    """How much longer we wait before we end it ourselves."""
    spread: float = 1.0
    """Watches that a server ended before their time begin again within this: it ended all of them at once."""
    list_silence: float = 35.0
    page_most: float = 120.0
    page_quick: float = 5.0
    """A page that took less may be twice as large the next time."""
    page_slow: float = 20.0
    """A page that took more is half as large the next time: servers abort after 60 s."""
    idle: float = 90.0
    """The longest silence of a watch; bookmarks come every minute."""
    check_every: float = 2.0
    clock_jump: float = 30.0
    """When the wall clock runs ahead of ours by more, the machine has slept and all streams are dead."""
    rejected: float = 30.0
    forbidden_least: float = 60.0
    forbidden_most: float = 120.0
    absent: float = 60.0
    retry_after_most: float = 30.0
    read_pause: float = 0.05
    """A stream without a backlog is read this often: waking up costs more than the events."""
    probe_every: float = 2.8
    """In an outage the server is asked this often, ± 10 %: at most 25 times a minute, for all streams together."""
    probe_spread: float = 0.7
    """Once it answers, streams resume within this, so that all are current within 5 s."""


class Backoff:
    """Waits that grow twofold with each failure, with full jitter, and begin anew after a calm time."""

    def __init__(self, pace: Pace, rng: random.Random) -> None:
        self._pace = pace
        self._rng = rng
        self._last: float | None = None
        self.failures = 0
        """In a row."""

    def next(self, now: float) -> float:
        """Count a failure, and say how long to wait after it; `now` is of any steady clock."""
        if self._last is not None and now - self._last > self._pace.calm:
            self.failures = 0
        longest = min(self._pace.retry_most, self._pace.retry_first * 2.0 ** min(self.failures, 30))
        self.failures += 1
        wait = self._rng.uniform(0, longest)
        self._last = now + wait
        return wait

    def reset(self) -> None:
        """The next failure is a first one."""
        self.failures = 0
