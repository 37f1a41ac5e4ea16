"""Writes that are done once: each is in the journal before it is sent and after it was answered.

Every write is such that the same one twice changes nothing, and still none is repeated before the object was read: an
answer that did not come, or a 500, says nothing of what the server did.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Protocol, TypeVar

from nodeview.actions import Subject
from nodeview.errors import ApiError, Incomplete, NodeviewError, Unreachable
from nodeview.live.executor_state import Stopped
from nodeview.live.journal import Entry

T = TypeVar("T")

SLOTS = 8
"""Writes that are under way together."""
FIRST_PAUSE_S, LONGEST_PAUSE_S = 0.5, 8.0
TOO_MANY_S = 5.0
"""Between two tries after a 429 that names no time."""
PATIENCE_S = 120.0
"""How long a write is tried that the server neither takes nor refuses."""


class Keeps(Protocol):
    """What keeps a record of what is sent."""

    def write(self, entry: Entry) -> None:
        """Keep it; it is safe when this returns."""
        ...


class Sender:
    """Sends what the journal knows of, a few at a time. A write that was begun is finished, whatever is asked of us."""

    def __init__(
        self,
        journal: Keeps,
        stopping: asyncio.Event,
        now: Callable[[], float],
        *,
        slots: int = SLOTS,
        patience_s: float = PATIENCE_S,
    ) -> None:
        """`now` is epoch seconds."""
        self._journal = journal
        self._stopping = stopping
        self._now = now
        self._slots = asyncio.Semaphore(slots)
        self._patience_s = patience_s

    async def send(
        self,
        step: int,
        what: str,
        subject: Subject,
        attempt: Callable[[], Awaitable[T]],
        taken: Callable[[], Awaitable[T | None]],
        *,
        when: str = "",
        generation: Callable[[T], int | None] = lambda _: None,
        final: Callable[[ApiError], bool] = lambda _: False,
    ) -> T:
        """Write it, and give back what the server answered.

        `taken` looks whether an earlier attempt was taken; None where it was not. `final` names failures that come
        again each time. Raises what the server refused it with, `Unreachable` where it never answered, `Stopped`.
        """
        self._journal.write(Entry("intent", self._now(), step, subject.text, what, when))
        begun = asyncio.create_task(self._through(attempt, taken, final))
        try:
            answer = await _finish(begun)
        except (NodeviewError, Stopped) as error:
            words = "stopped before it was taken" if isinstance(error, Stopped) else str(error)
            self._journal.write(Entry("answer", self._now(), step, subject.text, what, ok=False, words=words))
            raise
        said = Entry("answer", self._now(), step, subject.text, what, when, generation=generation(answer))
        self._journal.write(said)
        return answer

    async def steady(self, ask: Callable[[], Awaitable[T]]) -> T:
        """Ask for something, again while the server does not answer or stumbles. Raises as `send` does."""
        until, pause = self._now() + self._patience_s, FIRST_PAUSE_S
        while True:
            try:
                return await ask()
            except (ApiError, Unreachable, Incomplete) as error:
                if (isinstance(error, ApiError) and _refused(error)) or self._now() + pause > until:
                    raise
            await self._rest(pause)
            pause = min(LONGEST_PAUSE_S, pause * 2)

    async def _through(
        self,
        attempt: Callable[[], Awaitable[T]],
        taken: Callable[[], Awaitable[T | None]],
        final: Callable[[ApiError], bool],
    ) -> T:
        """Until it is taken or refused."""
        until, pause, unsure = self._now() + self._patience_s, FIRST_PAUSE_S, False
        while True:
            try:
                async with self._slots:
                    if unsure and (found := await taken()) is not None:
                        return found
                    return await attempt()
            except (ApiError, Unreachable, Incomplete) as error:
                if isinstance(error, ApiError) and (_refused(error) or final(error)):
                    raise
                wait = pause
                if isinstance(error, ApiError) and error.code == 429:
                    wait = TOO_MANY_S if error.retry_after is None else error.retry_after
                else:
                    unsure = True
                if self._now() + wait > until:
                    raise
            await self._rest(wait)
            pause = min(LONGEST_PAUSE_S, pause * 2)

    async def _rest(self, seconds: float) -> None:
        """Between two tries; raises `Stopped` when that is asked for."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._stopping.wait()
        if self._stopping.is_set():
            raise Stopped


def _refused(error: ApiError) -> bool:
    """Whether the server says no for good: trying again is no use, or is another's to decide."""
    return error.code < 500 and error.code not in (408, 429)


async def _finish(task: asyncio.Task[T]) -> T:
    """Its result; a cancellation of ours waits for its end, since a write is under way."""
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        if not task.done():
            await asyncio.wait([task])
        raise
