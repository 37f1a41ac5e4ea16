"""The collector rests while all is listed, and finds afterwards what was lost."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Iterator

import pytest

from nodeview.live.collector import PAUSE_S, PERIOD_S, Collector


class Lost:
    """A cycle, as a TLS connection is one."""

    def __init__(self) -> None:
        self.itself = self


@pytest.fixture(autouse=True)
def _kept() -> Iterator[None]:
    """What the whole process has is put back."""
    thresholds = gc.get_threshold()
    yield
    gc.set_threshold(*thresholds)
    gc.unfreeze()
    gc.enable()


class Clock:
    """Seconds that pass when they are told to."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_it_rests_until_all_is_listed() -> None:
    collector = Collector(Clock())
    collector.rest()
    collector.look(listed=False)
    assert not gc.isenabled()
    collector.look(listed=True)
    assert gc.isenabled()


def test_a_listing_that_takes_for_ever_does_not_keep_it_from_looking() -> None:
    clock = Clock()
    collector = Collector(clock)
    collector.rest()
    clock.now += PAUSE_S + 1
    collector.look(listed=False)
    assert gc.isenabled()


def test_what_was_lost_is_found_within_a_period_however_little_happens() -> None:
    clock = Clock()
    collector = Collector(clock)
    collector.rest()
    collector.look(listed=True)
    lost = Lost()
    gc.collect(1)  # as old as the young generations make it
    there = weakref.ref(lost)
    del lost
    clock.now += PERIOD_S / 2
    collector.look(listed=True)
    assert there() is not None
    clock.now += PERIOD_S
    collector.look(listed=True)
    assert there() is None
