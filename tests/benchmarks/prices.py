"""How fast prices are, what they take, and whether the loop feels them arrive."""

from __future__ import annotations

import asyncio
import statistics
import tempfile
import time
import tracemalloc
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import suppress
from pathlib import Path

from nodeview.live.informer import Informer, Watched
from nodeview.live.price_desk import PriceDesk
from nodeview.live.prices import Prices, PricesPace
from nodeview.live.resources import FOLLOWED
from nodeview.pricing import Goods, Offer, PriceBook, Quote, offers_of
from nodeview.records import NODES, Listing, Node, Synced, Upserted
from nodeview.views import Assumptions
from nodeview.wire.connection import connection_of
from nodeview.wire.price_cache import PriceCache
from nodeview.wire.price_protocol import Answer
from nodeview.wire.price_table import shipped_table
from tests.benchmarks.figures import Figure
from tests.builders import NOW, a_node

NODE_COUNT, TYPE_COUNT, QUOTE_COUNT = 5_000, 300, 400
RUNS = 7
TICK_S = 0.001
ZONES = {"a": "use1-az4", "b": "use1-az6", "c": "use1-az1"}
FAMILIES = (
    "m5 m5a m6i m6a m7i m7g c5 c5a c6i c6a c7i c7g r5 r5a r6i r6a r7i r7g m5d c5d r5d m6id c6id r6id m6g c6g r6g m7a"
)
SIZES = "large xlarge 2xlarge 4xlarge 8xlarge 12xlarge 16xlarge 24xlarge 48xlarge medium metal"


def prices() -> list[Figure]:
    """Prices of 5,000 nodes of 300 types."""
    with tempfile.TemporaryDirectory() as folder:
        cache = PriceCache(Path(folder))
        cache.store(dict(quotes(half_of(offers()))), time.time())
        return [*_speed(cache), _memory(cache), *asyncio.run(_lag(cache))]


def types() -> list[str]:
    """300 names; the table has some of them, the family rule most, and a few are known to nobody."""
    return [f"{family}.{size}" for family in FAMILIES.split() for size in SIZES.split()][:TYPE_COUNT]


def goods() -> list[Goods]:
    """What 5,000 nodes are: types, zones and purchases in turn."""
    names, zones = types(), list(ZONES)
    return [
        Goods(
            "aws", "us-east-1", f"us-east-1{zone}", ZONES[zone], names[number % TYPE_COUNT], "linux", "shared",
            "spot" if number % 5 < 3 else "on-demand", purchase_said=True,
        )
        for number in range(NODE_COUNT)
        for zone in (zones[number // TYPE_COUNT % 3],)
    ]  # fmt: skip


def nodes() -> list[Node]:
    """The same as records."""
    return [
        a_node(
            f"node-{number}",
            labels={
                "node.kubernetes.io/instance-type": one.instance_type or "",
                "topology.kubernetes.io/region": "us-east-1",
                "topology.kubernetes.io/zone": one.zone or "",
                "topology.k8s.aws/zone-id": one.zone_id or "",
                "karpenter.sh/capacity-type": one.purchase,
            },
            provider_id=f"aws:///{one.zone}/i-{number}",
        )
        for number, one in enumerate(goods())
    ]


def offers() -> list[Offer]:
    """All that would have to be asked."""
    return list(dict.fromkeys(offer for one in goods() for offer in offers_of(one)))


def half_of(asked: list[Offer]) -> list[Offer]:
    """Every other one: the cache has them, the table and the rule are asked for the rest."""
    return asked[::2]


def quotes(asked: Iterable[Offer]) -> Iterator[tuple[Offer, Quote]]:
    """An answer to each, near what the book has already, as AWS's is."""
    book = PriceBook(shipped_table())
    bare = a_node()
    for offer in asked:
        of_offer = Goods("aws", offer.region, "us-east-1a", None, offer.item, "linux", "shared", "on-demand", True)
        known = book.price_of(bare, of_offer).hourly or 100_000_000
        yield offer, Quote(known * (4 if offer.service == "spot" else 11) // 10, "USD", "2026-11-21", "live")


def _speed(cache: PriceCache) -> list[Figure]:
    bare, wanted = a_node(), goods()
    loading, pricing, beside = [], [], ""
    for _ in range(RUNS):
        begun = time.perf_counter()
        book = PriceBook(shipped_table()).with_quotes(cache.load(time.time()))
        loaded = time.perf_counter()
        known = sum(book.price_of(bare, one).hourly is not None for one in wanted)
        pricing.append((time.perf_counter() - loaded) * 1000)
        loading.append((loaded - begun) * 1000)
        beside = f"{NODE_COUNT} nodes, {TYPE_COUNT} types, {len(book.quotes)} quotes, {known} priced, median of {RUNS}"
    both = [one + other for one, other in zip(loading, pricing, strict=True)]
    return [
        Figure("prices: table and cache read, all nodes priced", statistics.median(both), "ms", 50, beside),
        Figure("prices: of that, nodes priced", statistics.median(pricing), "ms", None, beside),
    ]


def _memory(cache: PriceCache) -> Figure:
    bare, wanted = a_node(), goods()
    tracemalloc.start()
    book = PriceBook(shipped_table()).with_quotes(cache.load(time.time()))
    for one in wanted:
        book.price_of(bare, one)
    held = tracemalloc.get_traced_memory()[0] / 2**20
    tracemalloc.stop()
    return Figure("prices: the whole book in memory", held, "MB", 10, f"table, {len(book.quotes)} quotes, memo")


class _Aws:
    """Answers ten quotes at a time, every 25 ms."""

    async def ask(self, asked: Iterable[Offer]) -> AsyncIterator[Answer]:
        told = list(quotes(list(asked)[:QUOTE_COUNT]))
        for place in range(0, len(told), 10):
            await asyncio.sleep(0.025)
            yield Answer(1, tuple(told[place : place + 10]))
        yield Answer(1, done=True)

    async def close(self) -> None:
        """Nothing is left behind."""


async def _lag(cache: PriceCache) -> list[Figure]:
    """A ticker beside an informer that hands frames to nobody: at rest, and while answers arrive."""
    keeper = Prices(PriceBook(shipped_table()), cache, _Aws(), pace=PricesPace(debounce_s=1.0), stamp=lambda: None)
    informer = Informer(
        connection_of("http://127.0.0.1:9", "", "none"), Assumptions(), Watched(), prices=PriceDesk(keeper=keeper)
    )
    store = informer._store
    informer._prices.open(store, informer._stirred.set)
    for resource in FOLLOWED:
        store.follow(resource)
        if resource is NODES:
            store.apply(Upserted(NODES, nodes(), [1] * NODE_COUNT, Listing(1, 1)), NOW)
        store.apply(Synced(resource, Listing(1, 1)), NOW)
    quiet = await _ticked(asyncio.sleep(2.0))
    await informer.next()
    following = asyncio.create_task(_follow(informer))
    busy = await _ticked(keeper.settled())
    following.cancel()
    with suppress(asyncio.CancelledError):
        await following
    await informer.close()
    beside = f"{QUOTE_COUNT} quotes in {QUOTE_COUNT // 10} answers, {NODE_COUNT} nodes, idle {_high(quiet):.1f} ms"
    above = _high(busy) - _high(quiet)
    return [Figure("prices: loop lag p99.9 while answers arrive, above idle", above, "ms", 25, beside)]


async def _follow(informer: Informer) -> None:
    while True:
        await informer.next()


async def _ticked(work: object) -> list[float]:
    """How late a ticker was, each time, in ms, until this work had ended."""
    lags: list[float] = []

    async def tick() -> None:
        while True:
            begun = time.perf_counter()
            await asyncio.sleep(TICK_S)
            lags.append((time.perf_counter() - begun - TICK_S) * 1000)

    ticking = asyncio.create_task(tick())
    await work  # type: ignore[misc]
    ticking.cancel()
    return lags


def _high(lags: list[float]) -> float:
    return sorted(lags)[min(len(lags) - 1, int(len(lags) * 0.999))]
