"""The informer of one cluster: streams in, one store, frames handed out when they are asked for."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import Callable, Generator
from dataclasses import dataclass
from typing import Any

from msgspec.structs import replace

from nodeview.cluster import ClusterStore, Fold, Snapshot
from nodeview.errors import Forbidden
from nodeview.frame import Frame, Identity, derive
from nodeview.live.collector import Collector
from nodeview.live.introduction import credential_of, identity_of
from nodeview.live.pace import FRAME_S, TICK_S, rest
from nodeview.live.price_desk import PriceDesk
from nodeview.live.resources import FOLLOWED
from nodeview.live.usage import UsageDesk
from nodeview.records import NODES, Change, Deleted, Lagging, ServerVersion, Upserted
from nodeview.views import Assumptions
from nodeview.wire.connection import Connection
from nodeview.wire.discovery import server_version
from nodeview.wire.gate import Gate
from nodeview.wire.pace import Pace
from nodeview.wire.reflector import Reflector
from nodeview.wire.transport import Transport

log = logging.getLogger(__name__)

UNTOLD = ServerVersion(0, 0, "")
"""The version of a server that keeps it to itself: the rules of servers before 1.37 are taken."""
SLICE_S = 0.002
"""Deriving lets others run after this much work."""


@dataclass(frozen=True, slots=True)
class Watched:
    """What of the cluster is watched."""

    node_selector: str = ""
    """A label selector for nodes, as kubectl's `-l`."""


class Informer:
    """Follows one cluster and derives its frames; everything runs on the loop it was opened on."""

    def __init__(
        self,
        connection: Connection,
        given: Assumptions,
        watched: Watched,
        frame_s: float = FRAME_S,
        pace: Pace | None = None,
        prices: PriceDesk | None = None,
    ) -> None:
        """`pace` is how patient the streams are; without one, as they are by themselves.

        `prices` is closed with the informer; without it nodes are priced by what they say themselves, and no more.
        """
        self._prices = prices or PriceDesk()
        self._transport = Transport(connection)
        self._pace = pace
        self._given = given
        self._watched = watched
        self._frame_s = frame_s
        self._store = ClusterStore(given.is_balloon)
        self._identity = identity_of(connection)
        self._usage = UsageDesk()
        self._reflectors: list[Reflector[Any]] = []
        self._tasks: list[asyncio.Task[None]] = []
        self._stirred = asyncio.Event()
        self._settled = asyncio.Event()
        self._frame: Frame | None = None
        self._work: Generator[None, None, Frame] | None = None
        """A derivation under way; it holds what was touched, so one that is interrupted is taken up again."""
        self._begun = self._not_before = 0.0
        self._collector = Collector()

    async def open(self) -> None:
        """Learn the server's version, which some sums depend on, and start the streams.

        Raises what the first answer amounts to: Unreachable, Unauthorized, CredentialError.
        """
        try:
            version = await server_version(self._transport)
            self._identity = replace(self._identity, version=version)
        except Forbidden:
            version = UNTOLD
        self._collector.rest()
        self._prices.open(self._store, self._stirred.set)
        gate = Gate(self._transport, pace=self._pace)
        self._usage.open(self._transport, version, self._store, gate, self._stirred.set)
        for resource in FOLLOWED:
            self._store.follow(resource)
            selector = self._watched.node_selector if resource is NODES else ""
            reflector = Reflector(
                self._transport, resource, version, self._hear, gate, label_selector=selector, pace=self._pace
            )
            self._reflectors.append(reflector)
            self._tasks.append(asyncio.create_task(self._guard(reflector), name=f"reflector {resource.id}"))

    async def next(self) -> Frame:
        """The next frame: when something differs, when a moment has come, or after a second at the latest."""
        await self._until_due()
        self._settled.clear()  # what settles from here on is in no frame yet
        begun = self._begun = time.perf_counter()
        frame, spent = await self._derive()
        self._not_before = begun + rest(spent, complete=frame.complete, frame_s=self._frame_s)
        self._collector.look(listed=frame.complete)
        self._frame = frame
        self._prices.want(frame)
        return frame

    @property
    def transport(self) -> Transport:
        """The one way to this cluster, of which its credentials and its limits are."""
        return self._transport

    @property
    def identity(self) -> Identity:
        """Which cluster this is, and how it is reached."""
        return self._identity

    def read(self) -> Snapshot:
        """What is known at this moment, the streams' own reports included; frames lose nothing by that."""
        self._hear_of_streams()
        return self._store.read()

    def listen(self, fold: Fold) -> Callable[[], None]:
        """From now on this fold sees every row that comes, changes or goes; what is given back ends that."""
        return self._store.listen(fold)

    def refresh_prices(self) -> bool:
        """Ask for all prices anew, however fresh they are; False where there is nobody to ask."""
        return self._prices.refresh()

    async def prices_settled(self) -> bool:
        """Wait until all prices that the frames so far ask for are answered, or cannot be; the next frame has them.

        False where nobody was asked.
        """
        return await self._prices.settled()

    async def usage_settled(self) -> bool:
        """Wait until it is known whether what nodes use is to be had; True where the next frame has it."""
        await self._usage.settled()
        return bool(self._store.usage.told().nodes)

    async def close(self) -> None:
        """End every stream and connection."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, self._usage.close(), return_exceptions=True)
        try:
            await self._prices.close()
        finally:
            await self._transport.close()

    def _hear(self, change: Change) -> None:
        self._store.apply(change, time.time())
        if self._store.stirred:
            self._stirred.set()
        if not isinstance(change, Upserted | Deleted) and self._store.settled:
            self._settled.set()

    async def _guard(self, reflector: Reflector[Any]) -> None:
        """A fault of ours in one stream is said on the screen and logged; the others go on."""
        try:
            await reflector.run()
        except Exception as error:
            log.exception("the stream of %s ended", reflector.resource.id)
            reason = f"nodeview failed on this stream: {type(error).__name__}; see the log"
            self._hear(Lagging(reflector.resource, time.time(), reason))

    async def _until_due(self) -> None:
        pause = self._not_before - time.perf_counter()
        if self._frame is not None and not self._frame.complete:
            await _at_most(pause, self._settled)  # the first whole picture waits for no pace
        else:
            await asyncio.sleep(max(0.0, pause))
        if self._frame is None or self._work is not None or self._store.stirred:
            return
        self._stirred.clear()
        patience = self._begun + TICK_S - time.perf_counter()
        if self._frame.next_moment is not None:
            patience = min(patience, self._frame.next_moment - time.time())
        await _at_most(patience, self._stirred)

    async def _derive(self) -> tuple[Frame, float]:
        """The frame, and the seconds of work it took; others run between the slices."""
        self._hear_of_streams()
        if self._work is None:
            self._identity = replace(self._identity, credential=credential_of(self._transport.credential_state()))
            now = time.time()
            status = self._prices.look(self._store, now)
            self._work = derive(self._store.snapshot(), self._given, self._identity, self._frame, now, status)
        spent, begun = 0.0, time.perf_counter()
        while True:
            try:
                next(self._work)
            except StopIteration as done:
                frame: Frame = done.value
                self._work = None
                return frame, spent + time.perf_counter() - begun
            worked = time.perf_counter() - begun
            if worked > SLICE_S:
                await asyncio.sleep(0)
                spent, begun = spent + worked, time.perf_counter()

    def _hear_of_streams(self) -> None:
        now = time.time()
        for one in self._reflectors:
            self._store.heard(
                one.resource,
                one.heard_at,
                bookmarked=one.bookmarks_seen,
                unread=one.unread,
                events=one.events,
                relists=one.relists,
                now=now,
            )


async def _at_most(seconds: float, event: asyncio.Event) -> None:
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(max(0.0, seconds)):
            await event.wait()


async def open_informer(
    connection: Connection,
    given: Assumptions,
    watched: Watched,
    frame_s: float = FRAME_S,
    pace: Pace | None = None,
    prices: PriceDesk | None = None,
) -> Informer:
    """Follow the cluster behind this connection; the streams run until `close`."""
    informer = Informer(connection, given, watched, frame_s, pace, prices)
    try:
        await informer.open()
    except BaseException:
        await informer.close()
        raise
    return informer
