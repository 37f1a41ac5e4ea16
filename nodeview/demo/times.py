"""Instants as Kubernetes writes them, of seconds since the epoch."""

from __future__ import annotations

import calendar
import functools
import time


@functools.lru_cache(maxsize=4096)
def _second(whole: int) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(whole))


def stamp(seconds: float) -> str:
    """A metav1.Time: whole seconds, UTC."""
    return _second(int(seconds)) + "Z"


def micro_stamp(seconds: float) -> str:
    """A metav1.MicroTime: six decimals, UTC."""
    whole = int(seconds)
    return f"{_second(whole)}.{int((seconds - whole) * 1_000_000):06d}Z"


def seconds(text: str) -> float:
    """Seconds since the epoch of a metav1.Time."""
    return float(calendar.timegm(time.strptime(text, "%Y-%m-%dT%H:%M:%SZ")))
