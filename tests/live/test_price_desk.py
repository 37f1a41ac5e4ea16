"""What an informer has of prices: the first frame is priced, answers follow, and it is said how that stands."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from msgspec.structs import replace

from nodeview.cluster import ClusterStore
from nodeview.frame import Frame, PriceStatus
from nodeview.live.informer import Informer, Watched, open_informer
from nodeview.live.price_desk import PriceDesk
from nodeview.live.prices import Prices, PricesPace
from nodeview.pricing import EMPTY_BOOK, Offer, PriceBook, Quote
from nodeview.views import Assumptions
from nodeview.wire.price_cache import PriceCache
from nodeview.wire.price_protocol import Answer, Failure
from tests.demo_child import DemoChild, demo_child
from tests.pricing.priced import SHIPPED

QUICK = PricesPace(debounce_s=0.01, look_s=0.05, watch_s=0.05, back_off_s=(60.0,))
NEW = Offer("on-demand", "us-east-1", "r9g.xlarge")
"""What the demo cluster has and no table does."""


class Aws:
    """Answers in the place of the child; `failure` is its answer to everything once it is set."""

    def __init__(self, hourly: int | None = 250_000_000, failure: Failure | None = None) -> None:
        self.hourly, self.failure, self.asked, self.closed = hourly, failure, list[Offer](), False

    async def ask(self, offers: Iterable[Offer]) -> AsyncIterator[Answer]:
        asked = tuple(offers)
        self.asked += asked
        if self.failure is not None:
            yield Answer(1, failure=Failure(self.failure.kind, self.failure.sentence, asked, 60.0))
        else:
            at = "2026-11-21T10:00:00Z"
            yield Answer(
                1, tuple((one, Quote(self.hourly if one == NEW else None, "USD", at, "live")) for one in asked)
            )
        yield Answer(1, done=True)

    async def close(self) -> None:
        self.closed = True


@pytest.fixture(scope="module")
def demo() -> Iterator[DemoChild]:
    with demo_child("quiet", "--speed=0.01") as child:
        yield child


@asynccontextmanager
async def following(demo: DemoChild, desk: PriceDesk | None, *, priced: bool = True) -> AsyncIterator[Informer]:
    given = Assumptions(priced=priced)
    informer = await open_informer(demo.connection(), given, Watched(), frame_s=0.02, prices=desk)
    try:
        yield informer
    finally:
        await informer.close()


async def complete(informer: Informer) -> Frame:
    async with asyncio.timeout(20):
        while not (frame := await informer.next()).complete:
            pass
    return frame


def sources(frame: Frame, instance_type: str) -> set[str | None]:
    return {view.price.source for view in frame.view.nodes.values() if view.traits.instance_type == instance_type}


async def test_the_first_complete_frame_has_all_that_needs_no_network(demo: DemoChild) -> None:
    async with following(demo, PriceDesk(PriceBook(SHIPPED))) as informer:
        frame = await complete(informer)
    assert sources(frame, "m5.large") == {"table"}
    assert sources(frame, "r9g.xlarge") == {None}
    unpriced = [view.price for view in frame.view.nodes.values() if view.price.hourly is None]
    assert unpriced
    assert all("new type?" in price.reason for price in unpriced)
    assert frame.prices == PriceStatus()
    assert not [line for line in frame.feed if line.kind == "price"]


async def test_without_a_desk_nothing_but_labels_has_a_price(demo: DemoChild) -> None:
    async with following(demo, None) as informer:
        frame = await complete(informer)
        assert not informer.refresh_prices()
        assert not await informer.prices_settled()
    assert {view.price.hourly for view in frame.view.nodes.values()} == {None}
    assert frame.view.book is EMPTY_BOOK


async def test_an_answer_is_in_the_next_frame_and_only_its_nodes_are_touched(demo: DemoChild, tmp_path: Path) -> None:
    aws = Aws()
    desk = PriceDesk(keeper=Prices(PriceBook(SHIPPED), PriceCache(tmp_path), aws, pace=QUICK, stamp=lambda: None))
    async with following(demo, desk) as informer:
        assert aws.asked == []
        before = await complete(informer)
        assert sources(before, "m5.large") == {"table"}
        async with asyncio.timeout(10):
            assert await informer.prices_settled()
            after = await informer.next()
            while sources(after, "r9g.xlarge") != {"live"}:
                after = await informer.next()
        assert NEW in aws.asked
        assert not after.view.totals.money[0].unpriced_nodes
        assert after.prices.as_of == "2026-11-21T10:00:00Z"
        assert sources(after, "m5.large") == {"table"}, "what AWS does not have is no reason to forget"
        asked = len(aws.asked)
        assert informer.refresh_prices()
        async with asyncio.timeout(10):
            await informer.prices_settled()
        assert len(aws.asked) == 2 * asked
    assert aws.closed


async def test_a_failure_is_said_once_in_the_feed_and_takes_nothing_away(demo: DemoChild, tmp_path: Path) -> None:
    aws = Aws(failure=Failure("no-credentials", "prices: no AWS credentials", (), 60.0))
    keeper = Prices(PriceBook(SHIPPED), PriceCache(tmp_path), aws, pace=QUICK, stamp=lambda: None)
    async with following(demo, PriceDesk(keeper=keeper)) as informer:
        before = await complete(informer)
        async with asyncio.timeout(10):
            await informer.prices_settled()
            frames = [await informer.next()]
            while not frames[-1].prices.sentence:
                frames.append(await informer.next())
            frames.append(await informer.next())
    last = frames[-1]
    assert last.prices.sentence == "prices: offline table 2026-07 - no AWS credentials"
    assert last.prices.line == last.prices.sentence
    said = [line.message for line in last.feed if line.kind == "price"]
    assert said == [last.prices.sentence]
    assert {name: one.price for name, one in last.view.nodes.items()} == {
        name: one.price for name, one in before.view.nodes.items()
    }


async def test_a_mistake_in_the_price_file_goes_before_all_else(demo: DemoChild, tmp_path: Path) -> None:
    said = PriceStatus(mistake="prices.toml, line 3: no", warnings=("prices.toml: x is not known",))
    keeper = Prices(PriceBook(SHIPPED), PriceCache(tmp_path), None)
    async with following(demo, PriceDesk(keeper=keeper, said=said)) as informer:
        frame = await complete(informer)
        assert not informer.refresh_prices()
    assert frame.prices == said
    assert frame.prices.line == said.mistake
    assert [line.message for line in frame.feed if line.kind == "price"] == [said.mistake]


async def test_with_prices_disabled_there_is_no_trace(demo: DemoChild) -> None:
    async with following(demo, PriceDesk(), priced=False) as informer:
        frame = await complete(informer)
    assert {view.goods for view in frame.view.nodes.values()} == {None}
    assert frame.prices == PriceStatus()


async def test_what_left_is_not_asked_for_any_more_and_comes_back_when_it_does(demo: DemoChild, tmp_path: Path) -> None:
    keeper = Prices(PriceBook(SHIPPED), PriceCache(tmp_path), aws := Aws(), pace=QUICK, stamp=lambda: None)
    desk = PriceDesk(keeper=keeper)
    async with following(demo, None) as informer:
        frame = await complete(informer)
    try:
        store = ClusterStore()
        desk.open(store, lambda: None)
        desk.want(frame)
        async with asyncio.timeout(10):
            await desk.settled()
        first = len(aws.asked)
        gone = {name: one for name, one in frame.view.nodes.items() if one.traits.instance_type != "r9g.xlarge"}
        smaller = replace(frame, at=frame.at + 61, view=replace(frame.view, nodes=gone))
        desk.want(smaller)
        desk.refresh()
        async with asyncio.timeout(10):
            await desk.settled()
        assert NEW not in aws.asked[first:]
        desk.want(replace(frame, at=frame.at + 62))
        desk.refresh()
        async with asyncio.timeout(10):
            await desk.settled()
        assert NEW in aws.asked[first:]
    finally:
        await desk.close()
