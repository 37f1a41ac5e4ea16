"""One resource that cannot be watched, asked for again and again: the metrics API."""

from __future__ import annotations

import asyncio
import logging
import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

from nodeview.errors import Forbidden, NodeviewError, NotFound
from nodeview.records import Batch, LagState, Record, Resource, ServerVersion
from nodeview.wire.gate import Gate
from nodeview.wire.listing import read_page
from nodeview.wire.splitter import Head
from nodeview.wire.transport import Transport

R = TypeVar("R", bound=Record)

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Rhythm:
    """How often a resource is polled, in seconds. Tests make it short."""

    every: float = 30.0
    every_if_large: float = 60.0
    """Where an answer has more objects than `large`."""
    large: int = 5_000
    share: float = 0.02
    """Reading takes at most this share of the time."""
    refused: float = 90.0
    """After it was forbidden, or is not served."""
    silence: float = 15.0
    spread: float = 0.1


class Sink(Protocol):
    """What a poll is told to."""

    def begin(self, plural: str) -> None: ...
    def heard(self, plural: str, measured: Sequence[Any]) -> None: ...
    def complete(self, plural: str, at: float) -> None: ...
    def failed(self, plural: str, why: str, at: float, state: LagState) -> None: ...


class Poller(Generic[R]):
    """Asks for all of one resource, again and again. It never shuts the gate: an API that is aggregated may be gone

    while the server is well; while the gate is shut it waits with all others.
    """

    def __init__(
        self,
        transport: Transport,
        resource: Resource[R],
        server: ServerVersion,
        sink: Sink,
        gate: Gate,
        rhythm: Rhythm | None = None,
        wall: Callable[[], float] = time.time,
    ) -> None:
        """`sink` is called on the loop and must not raise; `wall` is the clock of the epoch, in seconds."""
        self.resource = resource
        self.answered = asyncio.Event()
        """The first poll has ended, well or not."""
        self._transport = transport
        self._read = resource.reader(server)
        self._sink = sink
        self._gate = gate
        self._rhythm = rhythm or Rhythm()
        self._wall = wall

    async def run(self) -> None:
        """Poll until cancelled. Nothing that a server does ends this, or raises."""
        while True:
            await self._gate.passed()
            try:
                pause = await self._poll()
            except Forbidden as error:
                pause = self._failed(error.message or error.sentence, "forbidden")
            except NotFound:
                pause = self._failed(f"This cluster does not serve {self.resource.group}.", "absent")
            except (NodeviewError, TimeoutError) as error:
                said = error.sentence if isinstance(error, NodeviewError) else "The metrics API did not answer in time."
                pause = self._failed(said, "lagging")
            except Exception as error:
                log.exception("%s: a poll failed", self.resource.id)
                pause = self._failed(f"nodeview failed on it: {type(error).__name__}; see the log", "lagging")
            self.answered.set()
            await asyncio.sleep(pause * random.uniform(1.0, 1.0 + self._rhythm.spread))

    async def _poll(self) -> float:
        """One answer; gives how long to wait before the next."""
        plural, rhythm, loop = self.resource.plural, self._rhythm, asyncio.get_running_loop()
        count, began = 0, loop.time()
        self._sink.begin(plural)

        def told(batch: Batch[R]) -> None:
            nonlocal count
            count += len(batch.records)
            self._sink.heard(plural, batch.records)

        path = self.resource.path(self.resource.versions[0])
        async with (
            asyncio.timeout(rhythm.silence * 4),
            self._transport.stream(path, {}, read_timeout=rhythm.silence, compress=True) as body,
        ):
            await read_page(body, self._read, self._transport.turn, on_bytes=_nothing, on_head=_no_head, on_batch=told)
        self._sink.complete(plural, self._wall())
        every = rhythm.every_if_large if count > rhythm.large else rhythm.every
        return max(every, (loop.time() - began) / rhythm.share)

    def _failed(self, why: str, state: LagState) -> float:
        self._sink.failed(self.resource.plural, why, self._wall(), state)
        return self._rhythm.every if state == "lagging" else self._rhythm.refused


def _nothing() -> None:
    pass


def _no_head(head: Head) -> None:
    pass


__all__ = ["Poller", "Rhythm", "Sink"]
