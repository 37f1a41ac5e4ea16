"""What a silence means, by what is known of a stream."""

from __future__ import annotations

import asyncio
import dataclasses
import random

import pytest

from nodeview.errors import Incomplete
from nodeview.wire.listing import Relist
from nodeview.wire.pace import Pace
from nodeview.wire.patience import Patience, Rhythm, Tired

PACE = Pace()


def rhythm(state: str = "unknown", *, after: float = 0.0) -> Rhythm:
    """One that has got so far, whose watch was answered after so many seconds."""
    made = Rhythm(PACE, random.Random(1))
    made.ask()
    if state != "unknown":
        made.answered(0.0)
        made.bookmarked()
    if state == "quiet":
        made.state = "unknown"
        made.silent()
    if state == "lost":
        with pytest.raises(Incomplete):
            made.silent()
    made.ask()
    made.answered(after)
    assert made.state == state
    return made


def test_a_first_silence_means_nothing_but_short_watches() -> None:
    one = rhythm()
    assert one.longest_silence == 90
    assert 300 <= one.ask() <= 600
    one.silent()
    assert 81 <= one.ask() <= 90
    assert one.longest_silence <= 105, "its end in time is the sign of life"
    assert not one.bookmarks


def test_a_silence_after_bookmarks_is_a_failure_and_a_second_one_brings_a_list() -> None:
    one = rhythm("regular")
    assert one.bookmarks
    with pytest.raises(Incomplete, match="not even a bookmark"):
        one.silent()
    one.ask()
    one.answered(0.1)
    assert one.longest_silence == 90
    with pytest.raises(Relist, match="no bookmarks any more"):
        one.silent()
    assert 81 <= one.ask() <= 90


def test_a_short_watch_that_does_not_end_in_time_is_a_failure() -> None:
    one = rhythm("quiet")
    with pytest.raises(Incomplete, match="did not end in time"):
        one.silent()
    assert one.ask() <= 90


def test_a_bookmark_makes_the_watches_long_again() -> None:
    one = rhythm("quiet")
    one.bookmarked()
    assert one.bookmarks
    assert one.ask() >= 300


def test_a_way_that_holds_answers_back_keeps_its_watches_short() -> None:
    one = rhythm("quiet", after=60)
    one.bookmarked()
    assert not one.bookmarks
    assert one.ask() <= 90


def test_bookmarks_that_were_held_back_are_expected_of_this_watch_alone() -> None:
    one = rhythm(after=60)
    one.bookmarked()
    assert one.bookmarks
    one.ask()
    assert not one.bookmarks
    one.silent()


def test_a_watch_that_got_no_answer_changes_nothing() -> None:
    one = rhythm("regular")
    one.ask()
    one.ask()
    assert one.bookmarks


QUICK = dataclasses.replace(PACE, idle=0.1, watch_least=1.0, watch_most=1.0, watch_grace=-0.8, check_every=0.01)


async def tired(pace: Pace, jump: float = 0.0) -> str:
    """Why the patience with a watch that says nothing ends; meanwhile the clock of the epoch jumps."""
    loop = asyncio.get_running_loop()
    jumped = 0.0
    one = Rhythm(pace, random.Random(1))
    one.ask()
    try:
        async with Patience(one, pace, lambda: loop.time() + jumped):
            jumped = jump
            await asyncio.sleep(5)
    except Tired as tired:
        return tired.why
    return ""


async def test_patience_ends_for_a_silence_an_overdue_end_and_a_sleep() -> None:
    assert await tired(QUICK) == "silent"
    assert await tired(dataclasses.replace(QUICK, idle=5.0, watch_grace=-0.9)) == "overdue"
    assert await tired(QUICK, 31.0) == "slept"


async def test_a_clock_that_is_corrected_is_no_sleep() -> None:
    assert await tired(QUICK, 29.0) == "silent"
    assert await tired(QUICK, -3600.0) == "silent"


async def test_an_error_of_the_block_and_a_cancellation_go_through() -> None:
    one = Rhythm(QUICK, random.Random(1))
    one.ask()
    with pytest.raises(KeyError):
        async with Patience(one, QUICK, asyncio.get_running_loop().time):
            raise KeyError

    async def waiting() -> None:
        async with Patience(one, QUICK, asyncio.get_running_loop().time):
            await asyncio.sleep(5)

    task = asyncio.create_task(waiting())
    await asyncio.sleep(0.01)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
