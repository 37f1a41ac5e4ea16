"""Long work on the loop, in slices, so that a key finds it free."""

from __future__ import annotations

from asyncio import sleep
from collections.abc import Generator
from time import perf_counter
from typing import TypeVar

T = TypeVar("T")

SLICE_S, BREATH_S = 0.002, 0.002
"""Work so long, and then leave the loop to others."""


async def in_slices(work: Generator[None, None, T]) -> T:
    """What this work, which yields often, comes to."""
    begun = perf_counter()
    while True:
        try:
            next(work)
        except StopIteration as done:
            result: T = done.value
            return result
        if perf_counter() - begun > SLICE_S:
            await sleep(BREATH_S)
            begun = perf_counter()
