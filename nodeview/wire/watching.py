"""Watch after watch of one resource, from what is known of it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Generic, TypeVar

from nodeview.errors import ApiError, Expired, Forbidden, Incomplete, NodeviewError, NotFound, Unauthorized
from nodeview.records import Record
from nodeview.wire.answers import is_too_large
from nodeview.wire.body import Body
from nodeview.wire.events import Event, read_events
from nodeview.wire.followed import Followed
from nodeview.wire.listing import Relist
from nodeview.wire.pace import Backoff
from nodeview.wire.patience import Patience, Rhythm, Tired
from nodeview.wire.splitter import MALFORMED, LineSplitter

R = TypeVar("R", bound=Record)

BACKLOG_BYTES = 128 * 1024
LARGEST_LINE = 64 * 1024 * 1024
"""A bound for memory, far beyond any object."""
AWAY = "The API server was away and is back; all is listed again."
"""It may be of another time: one restored from a backup watches from a version of its future, and says nothing."""
FRUITLESS = 3
"""After so many watches in a row without an event we list again, lest the version be what is wrong."""


class Watcher(Generic[R]):
    """Watches one resource; it remembers from one session to the next what signs of life its watches give."""

    def __init__(self, followed: Followed[R], wall: Callable[[], float] = time.time) -> None:
        """`wall` is the clock of the epoch, in seconds."""
        self.events = 0
        """Objects told by watches."""
        self.rhythm = Rhythm(followed.pace, followed.rng)
        self._followed = followed
        self._wall = wall

    async def run(self, opened: asyncio.Event) -> None:
        """Watch after watch, once a listing has `opened` them. Raises `Relist` when that cannot be continued."""
        one = self._followed
        await opened.wait()
        backoff = Backoff(one.pace, one.rng)
        fruitless, outages = 0, one.health.outages
        while True:
            if one.health.outages != outages:
                raise Relist(AWAY)
            began, known = one.now(), one.known
            try:
                early = await self._watch()
                if one.known == known and one.now() - began < one.pace.least_gap:
                    raise Incomplete("The watch ended as soon as it began.")
                if early:
                    await asyncio.sleep(one.rng.uniform(0, one.pace.spread))
            except MALFORMED as error:
                raise Relist(f"The watch sent something that is not JSON: {error}.") from error
            except NodeviewError as error:
                one.health.watch_broken = True
                if isinstance(error, Expired | NotFound):
                    raise Relist(error.sentence) from error
                if is_too_large(error):
                    raise Relist(error.sentence, "anew") from error
                fruitless = fruitless + _counts(error) if one.known == known else 0
                if fruitless >= FRUITLESS:
                    raise Relist(error.sentence) from error
                await one.health.wait_out(error, backoff)
            await asyncio.sleep(max(0.0, began + one.pace.least_gap - one.now()))

    async def _watch(self) -> bool:
        """One watch, to its end or that of our patience; whether the server ended it before its time."""
        one = self._followed
        asked = self.rhythm.ask()
        began = one.now()
        try:
            async with Patience(self.rhythm, one.pace, self._wall) as patience:
                await self._listen(asked, patience)
        except Tired as tired:
            if tired.why == "slept":
                raise Incomplete("This machine was asleep, and the watch did not outlive that.") from None
            if tired.why == "silent":
                self.rhythm.silent()
            return False
        return one.now() - began < asked

    async def _listen(self, asked: int, patience: Patience) -> None:
        one = self._followed
        params = one.selectors | {
            "watch": "1",
            "allowWatchBookmarks": "true",
            "resourceVersion": one.known,
            "timeoutSeconds": f"{asked}",
        }
        began = one.now()
        async with one.transport.stream(one.path, params) as body:
            # An idle watch is in order as well, once it has lasted longer than a broken one would.
            timer = asyncio.get_running_loop().call_later(one.pace.least_gap, one.health.watch_mended)
            try:
                self.rhythm.answered(one.now() - began)
                one.health.watch_answered()
                patience.heard()
                await self._read(body, patience)
            finally:
                timer.cancel()

    async def _read(self, body: Body, patience: Patience) -> None:
        """Hand on all events until the server ends the stream. An unfinished last line is never told."""
        lines = LineSplitter()
        pace = self._followed.pace
        while chunk := await body.read():
            backlog = len(chunk) >= BACKLOG_BYTES
            for event in read_events(lines.feed(chunk), self._followed.read, self._followed.resource.plural):
                self._told(event)
                if backlog:
                    await asyncio.sleep(0)
            self._followed.health.watch_heard()  # an ERROR is no sign of health
            if not backlog and pace.read_pause:
                body.pause()
                await asyncio.sleep(pace.read_pause)
                body.resume()
            if lines.held > LARGEST_LINE:
                raise Relist(f"The watch sent a line of more than {LARGEST_LINE >> 20} MB.")
            patience.heard()
        if lines.held:
            raise Incomplete("The watch was cut off in the middle of an event.")

    def _told(self, event: Event[R]) -> None:
        """One event of the watch."""
        one = self._followed
        if event.error is not None:
            waits = event.error.code == 429 or is_too_large(event.error)
            if waits or isinstance(event.error, Expired | Unauthorized | Forbidden):
                raise event.error  # as if it had been the answer
            raise Relist(event.error.sentence)
        if event.kind == "bookmark":
            if one.goes_back(event.version):
                raise Relist(f"The watch went back in time, from version {one.known} to {event.version}.")
            self.rhythm.bookmarked()
        elif event.batch is not None:
            self.events += len(event.batch.records)
            tell = one.tell_gone if event.kind == "gone" else one.tell
            tell(event.batch)
        if event.version and not one.goes_back(event.version):
            one.known = event.version


def _counts(error: NodeviewError) -> bool:
    """Whether a failed watch speaks against the version it started from: nothing was heard in an outage."""
    if isinstance(error, Incomplete):
        return True
    return isinstance(error, ApiError) and error.code not in (401, 403, 429, 502, 503, 504)
