"""Keeps the price book true: asks AWS for what the cluster has and the cache does not, and hands out each answer.

What is known is shown first: the table, the cache. Then only what is present is asked for, spot every ten
minutes, the rest once a week. An answer replaces its own offers alone; a failure removes nothing.
"""

from __future__ import annotations

import asyncio
import logging
import os
import random
import time
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from contextlib import suppress
from functools import partial
from typing import NamedTuple, Protocol, TypeVar

from nodeview.live.price_holds import BACK_OFF_S, Holds
from nodeview.pricing import Offer, PriceBook, Quote
from nodeview.wire.aws_files import credentials_stamp
from nodeview.wire.price_cache import PriceCache
from nodeview.wire.price_protocol import OF_CREDENTIALS, Answer, Failure

DEBOUNCES = 5
"""New wishes are waited for until none came for a debounce, but for no more of them than this."""

log = logging.getLogger(__name__)

T = TypeVar("T")
OnChange = Callable[[PriceBook], None]


class Asks(Protocol):
    """Who asks AWS: `wire.price_child.PriceChild`."""

    def ask(self, offers: Iterable[Offer]) -> AsyncIterator[Answer]:
        """One answer for each call as it comes back, the last of them `done`."""

    async def close(self) -> None:
        """Leave nothing behind."""


class PricesPace(NamedTuple):
    """How patient to be, in seconds."""

    debounce_s: float = 0.3
    look_s: float = 20.0
    """How often we look for what has grown old; the cache says what is."""
    watch_s: float = 5.0
    """How often we look for a new sign-in, while prices wait for one."""
    back_off_s: tuple[float, ...] = BACK_OFF_S


class PricesStatus(NamedTuple):
    """How it stands with asking AWS."""

    sentence: str
    """For the one status line; empty when there is nothing to say."""
    as_of: str | None
    """When AWS last answered, RFC 3339; None when it has not."""
    asking: bool


class Prices:
    """Owns the quotes of the price book of one cluster. All methods are for the loop."""

    def __init__(
        self,
        book: PriceBook,
        cache: PriceCache,
        child: Asks | None,
        wall: Callable[[], float] = time.time,
        on_change: OnChange | None = None,
        *,
        stamp: Callable[[], object] | None = None,
        pace: PricesPace | None = None,
        rng: random.Random | None = None,
    ) -> None:
        """Read the cache, so that the first frame has it. Without a child AWS is never asked.

        `stamp` says whether the files of credentials changed: another value, another try.
        """
        self._pace = pace or PricesPace()
        self._cache, self._child, self._wall = cache, child, wall
        self._stamp = stamp or partial(credentials_stamp, os.environ)
        self._on_change = on_change
        self._book = book.with_quotes(cache.load(wall()))
        self._in_table = _offers_in_table(book)
        self._holds = Holds(self._pace.back_off_s, rng)
        self._wanted: set[Offer] = set()
        self._in_flight: set[Offer] = set()
        self._forced: set[Offer] = set()
        self._as_of: str | None = None
        self._signed: object = None
        self._wishes = asyncio.Event()
        self._settled = asyncio.Event()
        self._settled.set()
        self._disk = asyncio.Lock()
        self._task: asyncio.Task[None] | None = None
        self._asks: set[asyncio.Task[None]] = set()
        self._closed = False

    @property
    def book(self) -> PriceBook:
        """The best that is known now."""
        return self._book

    @property
    def status(self) -> PricesStatus:
        """How it stands."""
        sentence = self._holds.sentence(self._wanted, self._book.table.as_of)
        return PricesStatus(sentence, self._as_of, bool(self._in_flight))

    @property
    def failures(self) -> Mapping[Offer, str]:
        """For each offer whose last ask gave nothing: why."""
        return self._holds.reasons(self._wanted)

    @property
    def asks(self) -> bool:
        """Whether there is anybody to ask."""
        return self._child is not None

    def listen(self, on_change: OnChange) -> None:
        """Call this with each new book from now on."""
        self._on_change = on_change

    def want(self, offers: Iterable[Offer]) -> None:
        """These are needed; what is not known of them, or no longer fresh, will be asked for. Cheap to repeat."""
        new = [offer for offer in offers if offer not in self._wanted]
        if new:
            self._wanted.update(new)
            self._wake()

    def retain(self, offers: Iterable[Offer]) -> None:
        """Only these are still needed; the others are not refreshed any more, and stay known."""
        self._wanted.intersection_update(offers)

    def refresh(self) -> None:
        """Ask anew for all that is needed, however fresh it is and whatever failed before."""
        self._holds.forget()
        self._forced = set(self._wanted)
        self._wake()

    async def settled(self) -> None:
        """Wait until all that was wanted is answered, fresh, or failed."""
        await self._settled.wait()

    async def close(self) -> None:
        """Ask no more, and end the child."""
        self._closed = True
        tasks = [*self._asks, *([self._task] if self._task else [])]
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)
        if self._child is not None:
            await self._child.close()
        self._settled.set()

    def _wake(self) -> None:
        if self._child is None or self._closed:
            return
        self._settled.clear()
        self._wishes.set()
        if self._task is None:
            self._task = asyncio.create_task(self._run(), name="prices")

    async def _run(self) -> None:
        while True:
            if await self._woken():
                for _ in range(DEBOUNCES):
                    self._wishes.clear()
                    await asyncio.sleep(self._pace.debounce_s)
                    if not self._wishes.is_set():
                        break
            try:
                await self._look()
            except Exception:
                # One broad except per task: prices may fail, the screen may not be without them for ever.
                log.exception("looking for old prices failed")

    async def _woken(self) -> bool:
        """Wait for a wish, or until it is time to look again; whether there was a wish."""
        now = asyncio.get_running_loop().time()
        pause = min(self._pace.look_s, max(0.0, self._holds.until(self._wanted, now) - now))
        if self._holds.for_credentials:
            pause = min(pause, self._pace.watch_s)
        with suppress(TimeoutError):
            async with asyncio.timeout(pause):
                await self._wishes.wait()
                return True
        return False

    async def _look(self) -> None:
        """Ask for what is old or unknown, and may be asked."""
        if self._holds.for_credentials and (signed := await self._off_loop(self._stamp)) != self._signed:
            self._signed = signed
            self._holds.signed_in()
        batch = await self._due()
        if batch:
            self._in_flight.update(batch)
            task = asyncio.create_task(self._ask(batch), name="asking AWS")
            self._asks.add(task)
            task.add_done_callback(self._asks.discard)
        elif not self._in_flight and not self._wishes.is_set():
            self._settled.set()

    async def _due(self) -> list[Offer]:
        now = asyncio.get_running_loop().time()
        free = [offer for offer in self._wanted if offer not in self._in_flight and not self._holds.holds(offer, now)]
        forced, self._forced = self._forced.intersection(free), self._forced.difference(free)
        old = set(await self._off_loop(partial(self._cache.stale, free, self._wall()))) | forced
        self._take(self._cache.news(self._wall()))
        # The spot prices of a region are one call, so those that are not so old are asked along with the others.
        regions = {offer.region for offer in old if offer.service == "spot"}
        old.update(offer for offer in free if offer.service == "spot" and offer.region in regions)
        return sorted(old, key=self._priority)

    def _priority(self, offer: Offer) -> tuple[int, Offer]:
        """What has no price at all goes first, then spot, then what only wants to be verified."""
        quote = self._book.quotes.get(offer)
        if (quote is None or quote.hourly is None) and offer not in self._in_table:
            return 0, offer
        return (1 if offer.service == "spot" else 2), offer

    async def _ask(self, batch: list[Offer]) -> None:
        assert self._child is not None
        left = set(batch)
        try:
            async for answer in self._child.ask(batch):
                left -= await self._hear(answer, left)
            if left:
                self._fail(Failure("trouble", "prices: AWS answers with errors"), left)
        except Exception:
            log.exception("asking for prices failed")
            self._fail(Failure("trouble", "prices: asking AWS failed; see the log file"), left)
        finally:
            self._in_flight.difference_update(batch)
            # Whoever waits until all is settled waits for one more look, which finds nothing to ask.
            self._wishes.set()

    async def _hear(self, answer: Answer, left: set[Offer]) -> set[Offer]:
        """Take what one call came to; returns the offers that it settles."""
        heard = {offer for offer, _ in answer.quotes}
        if answer.quotes:
            quotes = dict(answer.quotes)
            self._holds.answered(quotes)
            self._as_of = max((quote.as_of for quote in quotes.values()), default=self._as_of) or self._as_of
            self._take(quotes)
            await self._off_loop(partial(self._cache.store, quotes, self._wall()))
        if answer.failure is not None:
            failed = left.intersection(answer.failure.offers)
            self._fail(answer.failure, failed)
            if answer.failure.kind in OF_CREDENTIALS:
                self._signed = await self._off_loop(self._stamp)
            heard |= failed
        return heard

    def _fail(self, failure: Failure, offers: Iterable[Offer]) -> None:
        self._holds.failed(failure, offers, asyncio.get_running_loop().time())

    def _take(self, quotes: Mapping[Offer, Quote]) -> None:
        if not quotes:
            return
        self._book = self._book.with_quotes(quotes)
        if self._on_change is not None:
            self._on_change(self._book)

    async def _off_loop(self, work: Callable[[], T]) -> T:
        """Files are read and written beside the loop, one at a time."""
        async with self._disk:
            return await asyncio.to_thread(work)


def _offers_in_table(book: PriceBook) -> frozenset[Offer]:
    return frozenset(
        Offer(part.service, part.region, item, part.os, part.tenancy)
        for part in book.table.parts
        for item in part.prices
    )
