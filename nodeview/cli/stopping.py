"""Stop signals: what runs ends as it would by itself, so that no exec plugin is left behind."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import Any, TypeVar

T = TypeVar("T")

SIGNALS = tuple(getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name))
"""Ask to end, and the terminal is gone; a SIGINT is Python's own."""


def on_stop(stop: Callable[[int], None]) -> None:
    """Call this on the running loop at a stop signal, with the exit code that a shell gives to whom it ended."""
    for number in SIGNALS:
        with suppress(NotImplementedError):  # Windows has no such signals
            asyncio.get_running_loop().add_signal_handler(number, stop, 128 + number)


def run_until_stopped(work: Coroutine[Any, Any, T]) -> T:
    """Run it to its end. A stop signal cancels it, and raises SystemExit with its code when all is cleared up."""
    codes: list[int] = []

    async def stoppable() -> T:
        task = asyncio.current_task()
        assert task is not None

        def stop(code: int) -> None:
            codes.append(code)
            task.cancel()

        on_stop(stop)
        return await work

    try:
        return asyncio.run(stoppable())
    except asyncio.CancelledError:
        if codes:
            raise SystemExit(codes[0]) from None
        raise
