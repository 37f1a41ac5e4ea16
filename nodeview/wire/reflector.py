"""One resource of one cluster, listed once and then watched, whatever the server does."""

from __future__ import annotations

import asyncio
import logging
import random
import time
from collections.abc import Callable
from typing import Generic, TypeVar

from nodeview.errors import (
    ApiError,
    Expired,
    Incomplete,
    NodeviewError,
    NotFound,
)
from nodeview.records import Batch, Change, Deleted, Listing, Record, Resource, ServerVersion, Upserted
from nodeview.wire.answers import is_too_large
from nodeview.wire.gate import Gate
from nodeview.wire.health import Health
from nodeview.wire.listing import FIRST_PAGE, LARGEST_PAGE, Relist, read_page
from nodeview.wire.pace import Backoff, Pace
from nodeview.wire.splitter import MALFORMED, Head
from nodeview.wire.transport import Transport
from nodeview.wire.watching import Event, Watch

R = TypeVar("R", bound=Record)

FRUITLESS = 3
"""After so many watches in a row without an event we list again, lest the version be what is wrong."""

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
        self.bookmarks_seen = False
        """Whether this watch sends bookmarks, so that a silence means something."""
        self.events = 0
        """Objects told by watches."""
        self.relists = 0
        self.unread = 0
        """Objects that could not be read; the log says why."""
        self._transport = transport
        self._reader = resource.reader(server)
        self._emit = emit
        self._pace = pace or Pace()
        self._wall = wall
        self._rng = rng or random.Random()
        self._health = Health(resource, emit, gate, self._pace, self._rng, wall)
        selectors = {"fieldSelector": field_selector or resource.field_selector, "labelSelector": label_selector}
        self._selectors = {name: text for name, text in selectors.items() if text}
        self._served = 0
        self._known = ""
        """The resource version that all we told amounts to; empty before the first listing."""
        self._number = 0
        self._listing: Listing | None = None
        self._versions_compare = True

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
                cause = again
            except Exception as error:
                # A defect of ours, which must not leave the screen without this resource.
                log.exception("%s: the stream failed and starts again", self.resource.id)
                cause = Relist(f"An error of nodeview itself ({type(error).__name__}); see the log.")
            self.relists += 1
            self._health.lagging(cause.reason)
            await asyncio.sleep(backoff.next(self._now()))

    async def _session(self, cause: Relist) -> None:
        """One listing and its watch, until one of them fails; raises what that raised.

        Not a TaskGroup, which loses a cancellation when a task of it fails at that moment (until Python 3.13).
        """
        opened = asyncio.Event()
        tasks = [
            asyncio.create_task(self._list(cause, opened), name=f"list {self.resource.id}"),
            asyncio.create_task(self._watch(opened), name=f"watch {self.resource.id}"),
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

    # Listing

    async def _list(self, cause: Relist, opened: asyncio.Event) -> None:
        """All pages of one listing. Its watch may start once it is `opened`, which the first head does."""
        self._listing = None
        self._number += 1
        self._health.listing()
        backoff = Backoff(self._pace, self._rng)
        first = dict(self._selectors)
        if self._known and cause.scope != "anew":
            first |= {"resourceVersion": self._known, "resourceVersionMatch": "NotOlderThan"}
        limit, params, token = FIRST_PAGE, first, ""
        while True:
            if cause.scope != "newer whole":
                params = params | {"limit": str(limit)}
            began = self._now()
            try:
                head = await self._page(params, opened, new_epoch=cause.scope == "anew" and bool(self._known))
            except NodeviewError as error:
                await self._page_failed(error, token, bool(self._known) and cause.scope != "anew", backoff)
                limit = max(FIRST_PAGE, limit // 2)
                continue
            if not head.token:
                break
            token = head.token
            params = {**self._selectors, "continue": token}
            if self._now() - began < self._pace.page_quick:
                limit = min(limit * 2, LARGEST_PAGE)
        assert self._listing is not None  # no page ends without its head
        self._health.synced(self._listing)
        opened.set()

    async def _page(self, params: dict[str, str], opened: asyncio.Event, *, new_epoch: bool) -> Head:
        """One page, told while it arrives. Raises `Incomplete` when it takes too long."""
        began = self._now()

        def on_head(head: Head) -> None:
            if self._listing is None:
                self._open(head, opened, new_epoch)

        path = self.resource.path(self.resource.versions[self._served])
        silence, heard = self._pace.list_silence, self._health.heard
        try:
            async with (
                asyncio.timeout(self._pace.page_most),
                self._transport.stream(path, params, read_timeout=silence, compress=True) as body,
            ):
                head = await read_page(body, self._read, on_bytes=heard, on_head=on_head, on_batch=self._listed)
                self._transport.note_speed(body.wire_bytes, self._now() - began)
                return head
        except TimeoutError:
            raise Incomplete(f"A page of the list took more than {self._pace.page_most:.0f} s.") from None

    def _open(self, head: Head, opened: asyncio.Event, new_epoch: bool) -> None:
        """The version of a listing is known: say so, and watch from there while its pages come."""
        self._versions_compare = head.version.isascii() and head.version.isdecimal()
        self._listing = Listing(self._number, int(head.version) if self._versions_compare else 0, new_epoch)
        self._known = head.version
        self._emit(Upserted(self.resource, (), (), self._listing))
        if self._versions_compare:
            opened.set()

    def _listed(self, batch: Batch[R]) -> None:
        self._emit(Upserted(self.resource, batch.records, batch.versions, self._listing))

    async def _page_failed(self, error: NodeviewError, token: str, asked_newer: bool, backoff: Backoff) -> None:
        """Wait out the failure of a page, so that it can be asked for again; or give up the whole listing."""
        if isinstance(error, Expired) and token:
            raise Relist(error.sentence, "newer whole")
        if asked_newer and not token and (isinstance(error, Expired) or is_too_large(error)):
            raise Relist(error.sentence, "anew")
        if not token and self._listing is not None:
            raise Relist(error.sentence)
        if isinstance(error, NotFound):
            self._served = (self._served + 1) % len(self.resource.versions)
            if self._served:
                return
        await self._health.wait_out(error, backoff)

    # Watching

    async def _watch(self, opened: asyncio.Event) -> None:
        """Watch after watch, from what is known. Raises `Relist` when that cannot be continued."""
        await opened.wait()
        backoff = Backoff(self._pace, self._rng)
        fruitless = 0
        while True:
            began, known = self._now(), self._known
            try:
                await self._watch_once()
                if self._known == known and self._now() - began < self._pace.least_gap:
                    raise Incomplete("The watch ended as soon as it began.")
            except MALFORMED as error:
                raise Relist(f"The watch sent something that is not JSON: {error}.") from error
            except NodeviewError as error:
                self._health.watch_broken = True
                if isinstance(error, Expired | NotFound):
                    raise Relist(error.sentence) from error
                if is_too_large(error):
                    raise Relist(error.sentence, "anew") from error
                fruitless = fruitless + _counts(error) if self._known == known else 0
                if fruitless >= FRUITLESS:
                    raise Relist(error.sentence) from error
                await self._health.wait_out(error, backoff)
            await asyncio.sleep(max(0.0, began + self._pace.least_gap - self._now()))

    async def _watch_once(self) -> None:
        lasting = self._rng.uniform(self._pace.watch_least, self._pace.watch_most)
        params = self._selectors | {
            "watch": "1",
            "allowWatchBookmarks": "true",
            "resourceVersion": self._known,
            "timeoutSeconds": f"{max(1, round(lasting))}",
        }
        self.bookmarks_seen = False
        path = self.resource.path(self.resource.versions[self._served])
        watch = Watch(self._read, self._told, self._health.watch_heard, self._pace, self._rng, self._wall)
        timer: asyncio.TimerHandle | None = None
        try:
            async with (
                asyncio.timeout(lasting + self._pace.watch_grace),
                self._transport.stream(path, params) as body,
            ):
                # An idle watch is in order as well, once it has lasted longer than a broken one would.
                timer = asyncio.get_running_loop().call_later(self._pace.least_gap, self._health.watch_mended)
                self._health.heard()
                await watch.listen(body)
        except TimeoutError:
            return  # as if the server had ended it in time
        finally:
            if timer is not None:
                timer.cancel()

    def _told(self, event: Event[R]) -> None:
        """One event of the watch."""
        if event.error is not None:
            if isinstance(event.error, Expired) or event.error.code == 429 or is_too_large(event.error):
                raise event.error
            raise Relist(event.error.sentence)
        if event.kind == "bookmark":
            self.bookmarks_seen = True
        elif event.batch is not None:
            self.events += len(event.batch.records)
            self._tell(event.kind == "gone", event.batch)
        self._known = event.version or self._known

    def _tell(self, gone: bool, batch: Batch[R]) -> None:
        versions = batch.versions if self._versions_compare else [0] * len(batch.records)
        if not gone:
            self._emit(Upserted(self.resource, batch.records, versions))
            return
        for record, version in zip(batch.records, versions, strict=True):
            self._emit(Deleted(self.resource, record.key, record.uid, version))

    def _read(self, array: bytes) -> Batch[R]:
        batch = self._reader(array)
        if batch.unread:
            self.unread += len(batch.unread)
            log.warning("%s", " ".join(batch.unread)[:2000])
        return batch

    @staticmethod
    def _now() -> float:
        return asyncio.get_running_loop().time()


def _counts(error: NodeviewError) -> bool:
    """Whether a failed watch speaks against the version it started from: nothing was heard in an outage."""
    if isinstance(error, Incomplete):
        return True
    return isinstance(error, ApiError) and error.code not in (401, 403, 429, 502, 503, 504)
