"""Long work leaves the loop free."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Generator

from nodeview.ui.slices import SLICE_S, in_slices


def work(steps: int) -> Generator[None, None, int]:
    for _ in range(steps):
        end = time.perf_counter() + SLICE_S / 2
        while time.perf_counter() < end:
            pass
        yield
    return steps


async def test_others_run_between_the_slices_and_the_result_comes() -> None:
    turns = 0

    async def other() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    beside = asyncio.create_task(other())
    assert await in_slices(work(20)) == 20
    beside.cancel()
    assert turns > 5
