"""The polls of the metrics API beside the streams of one cluster."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

from nodeview.cluster import ClusterStore
from nodeview.records import NODE_USAGE, POD_USAGE, LagState, Measured, ServerVersion
from nodeview.wire.gate import Gate
from nodeview.wire.polling import Poller, Rhythm
from nodeview.wire.transport import Transport

LOOK_S = 0.25
"""How often it is looked whether pods are listed, before their usage is asked for."""


class UsageDesk:
    """Polls what nodes use from the start, and what pods use once they are listed: it is told by their names."""

    def __init__(self, rhythm: Rhythm | None = None) -> None:
        """Asks for nothing yet."""
        self._rhythm = rhythm
        self._tasks: list[asyncio.Task[None]] = []
        self._nodes: Poller[Measured] | None = None

    def open(
        self,
        transport: Transport,
        version: ServerVersion,
        store: ClusterStore,
        gate: Gate,
        stirred: Callable[[], None],
    ) -> None:
        """Begin to poll; `stirred` is called when a node's usage reads differently."""
        sink = _Sink(store, stirred)
        self._nodes = Poller(transport, NODE_USAGE, version, sink, gate, self._rhythm)
        pods = Poller(transport, POD_USAGE, version, sink, gate, self._rhythm)
        self._tasks = [
            asyncio.create_task(self._nodes.run(), name="usage of nodes"),
            asyncio.create_task(_once_listed(store, pods), name="usage of pods"),
        ]

    async def settled(self) -> None:
        """Wait until it is known whether nodes' usage is to be had."""
        if self._nodes is not None:
            await self._nodes.answered.wait()

    async def close(self) -> None:
        """End the polls."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)


class _Sink:
    """The store's fold, and word of what it touched."""

    def __init__(self, store: ClusterStore, stirred: Callable[[], None]) -> None:
        self._fold = store.usage
        self._stirred = stirred

    def begin(self, plural: str) -> None:
        self._fold.begin(plural)

    def heard(self, plural: str, measured: Sequence[Measured]) -> None:
        self._fold.heard(plural, measured)

    def complete(self, plural: str, at: float) -> None:
        self._fold.complete(plural, at)
        self._word()

    def failed(self, plural: str, why: str, at: float, state: LagState) -> None:
        self._fold.failed(plural, why, at, state)
        self._word()

    def _word(self) -> None:
        if self._fold.touched:
            self._stirred()


async def _once_listed(store: ClusterStore, pods: Poller[Measured]) -> None:
    while not store.settled:
        await asyncio.sleep(LOOK_S)
    await pods.run()
