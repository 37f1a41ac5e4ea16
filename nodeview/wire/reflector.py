"""One resource of one cluster, listed once and then watched, whatever the server does."""

from __future__ import annotations

import asyncio
import logging
import random
import time
from collections.abc import Callable
from typing import Generic, TypeVar

from nodeview.records import Change, Record, Resource, ServerVersion
from nodeview.wire.followed import Followed
from nodeview.wire.gate import Gate
from nodeview.wire.health import Health
from nodeview.wire.listing import Lister, Relist
from nodeview.wire.pace import Backoff, Pace
from nodeview.wire.transport import Transport
from nodeview.wire.watching import Watcher

R = TypeVar("R", bound=Record)

log = logging.getLogger(__name__)


class Reflector(Generic[R]):
    """Lists one resource, then watches it, for ever. The watch starts with the first page of the list."""

    def __init__(
        self,
        transport: Transport,
        resource: Resource[R],
        server: ServerVersion,
        emit: Callable[[Change], None],
        gate: Gate,
        *,
        field_selector: str = "",
        label_selector: str = "",
        pace: Pace | None = None,
        wall: Callable[[], float] = time.time,
        rng: random.Random | None = None,
    ) -> None:
        """`emit` is called on the loop and must not raise; `gate` is that of the cluster.

        Without a `field_selector` the resource's own is used. `wall` is the clock of the epoch, in seconds.
        """
        self.resource = resource
        self.relists = 0
        self._pace = pace or Pace()
        self._rng = rng or random.Random()
        self._health = Health(resource, emit, gate, self._pace, self._rng, wall, transport.renewed)
        asked = {"fieldSelector": field_selector or resource.field_selector, "labelSelector": label_selector}
        selectors = {name: text for name, text in asked.items() if text}
        self._followed = Followed(transport, resource, server, emit, self._health, selectors, self._pace, self._rng)
        self._lister = Lister(self._followed)
        self._watcher = Watcher(self._followed, wall)

    @property
    def events(self) -> int:
        """Objects told by watches."""
        return self._watcher.events

    @property
    def bookmarks_seen(self) -> bool:
        """Whether its watches send bookmarks, so that a silence means something."""
        return self._watcher.rhythm.bookmarks

    @property
    def unread(self) -> int:
        """Objects that could not be read; the log says why."""
        return self._followed.unread

    @property
    def heard_at(self) -> float | None:
        """When the last byte came, in seconds since the epoch."""
        return self._health.heard_at

    @property
    def last_reason(self) -> str:
        """Why it lagged the last time; empty when it never did."""
        return self._health.last_reason

    async def run(self) -> None:
        """List and watch until cancelled. Nothing that a server does ends this, or raises."""
        backoff = Backoff(self._pace, self._rng)
        cause = Relist("", "anew")
        while True:
            try:
                await self._session(cause)
            except Relist as again:
                cause = Relist(again.reason, again.scope)  # its frames hold the one before, and so on
            except Exception as error:
                # A defect of ours, which must not leave the screen without this resource.
                log.exception("%s: the stream failed and starts again", self.resource.id)
                cause = Relist(f"An error of nodeview itself ({type(error).__name__}); see the log.")
            self.relists += 1
            self._health.lagging(cause.reason)
            await asyncio.sleep(backoff.next(self._followed.now()))

    async def _session(self, cause: Relist) -> None:
        """One listing and its watch, until one of them fails; raises what that raised.

        Not a TaskGroup, which loses a cancellation when a task of it fails at that moment (until Python 3.13).
        """
        opened = asyncio.Event()
        tasks = [
            asyncio.create_task(self._lister.run(cause, opened), name=f"list {self.resource.id}"),
            asyncio.create_task(self._watcher.run(opened), name=f"watch {self.resource.id}"),
        ]
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_EXCEPTION)
        finally:
            for task in tasks:
                task.cancel()
            results = await asyncio.gather(*tasks, return_exceptions=True)
        for result in results:
            if isinstance(result, Exception):
                raise result
