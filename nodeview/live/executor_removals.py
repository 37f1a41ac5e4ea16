"""What takes things away: evictions by way of the Eviction API, and the deletion of an empty node's claim.

Each names its object by uid, so nothing is done to a namesake, and is over once that very object is gone.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import suppress

from nodeview.actions import Step
from nodeview.errors import ApiError, NotFound
from nodeview.live.executor_state import StepFailed
from nodeview.live.executor_waiting import Look, Waiting
from nodeview.live.executor_watch import Watch
from nodeview.live.executor_writes import TOO_MANY_S, Sender
from nodeview.wire.writer import Writer


class Removals:
    """Evicts pods and deletes claims."""

    def __init__(
        self, watch: Watch, waiting: Waiting, sender: Sender, writer: Writer, now: Callable[[], float]
    ) -> None:
        """`now` is epoch seconds."""
        self._watch = watch
        self._waiting = waiting
        self._sender = sender
        self._writer = writer
        self._now = now

    async def evict(self, step: Step) -> str:
        """Until this very pod is gone; a budget that allows none now is asked again every 5 s."""
        while True:
            pod = self._watch.pod(step.subject, step.node)
            if pod is None or pod.deleted is not None:
                break
            refused = await self._evict_once(step)
            if not refused:
                break
            again = self._now() + TOO_MANY_S
            await self._waiting.until(step, self._next_try(step, refused, again), keep_question=True)
        await self._waiting.until(step, lambda: self._gone(step))
        return "gone"

    async def delete_claim(self, step: Step) -> str:
        """Delete the claim of a node that is empty."""
        if step.node is not None and self._watch.leaving(step.node):
            raise StepFailed("its node is not empty any more")
        await self._once(step, "delete-claim", lambda: self._writer.delete_claim(step.subject))
        return "deleted"

    def _gone(self, step: Step) -> Look:
        pod = self._watch.pod(step.subject, step.node)
        if pod is not None and pod.deleted is not None:
            return Look(False, "is terminating")
        return Look(pod is None, "evicted, and still there")

    def _next_try(self, step: Step, refused: str, again: float) -> Callable[[], Look]:
        def look() -> Look:
            pod = self._watch.pod(step.subject, step.node)
            return Look(pod is None or pod.deleted is not None or self._now() >= again, refused)

        return look

    async def _evict_once(self, step: Step) -> str:
        """One request: why it is refused for now, or nothing where it was taken."""
        try:
            await self._once(step, "evict", lambda: self._writer.evict(step.subject))
        except ApiError as error:
            if error.code in (409, 429) or (error.code == 403 and "terminat" in error.message):
                return error.message.rstrip(".") or error.reason
            raise
        return ""

    async def _once(self, step: Step, what: str, write: Callable[[], Awaitable[None]]) -> None:
        """That the object is gone, or another has its name, is as good as taken."""

        async def attempt() -> bool:
            with suppress(NotFound):
                await write()
            return True

        async def taken() -> bool | None:
            standing = await self._sender.steady(lambda: self._writer.look(step.subject))
            return True if standing is None or standing.uid != step.subject.uid or standing.deleted else None

        try:
            await self._sender.send(step.number, what, step.subject, attempt, taken, final=_final)
        except ApiError as error:
            if error.code != 409 or await taken() is None:
                raise


def _final(error: ApiError) -> bool:
    """429 is for whoever waits; that two budgets speak of a pod comes as a 500 each time."""
    return error.code == 429 or (error.code == 500 and "PodDisruptionBudget" in error.message)
