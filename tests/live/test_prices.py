"""The price book is kept true: what is asked, when, and that no failure takes anything away."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from nodeview.live.prices import Prices, PricesPace
from nodeview.pricing import NO_TABLE, Offer, PriceBook, PriceTable, Quote, TablePart
from nodeview.wire.price_cache import PriceCache
from nodeview.wire.price_protocol import Answer, Failure, FailureKind

NOW = 1_795_000_000.0
EU = "eu-west-1"
AT = "2026-11-21T12:00:00Z"
MILLI = 10**6
"""A tenth of a cent: prices near the truth, since others are disputed."""
M5, C5 = Offer("on-demand", EU, "m5.large"), Offer("on-demand", EU, "c5.large")
SPOT, OTHER_SPOT = Offer("spot", EU, "m5.large", zone="euw1-az1"), Offer("spot", EU, "c5.large", zone="euw1-az2")
TABLE = PriceTable("2026-07-20", "a test", (TablePart("on-demand", EU, "2026-07-20", "a test", {"m5.large": "0.107"}),))
QUICK = PricesPace(debounce_s=0.01, look_s=0.02, watch_s=0.01, back_off_s=(0.02, 0.04, 30.0))


@dataclass
class Clock:
    now: float = NOW

    def __call__(self) -> float:
        return self.now


@dataclass
class Aws:
    """A child that answers from its shelves, call by call, and fails where it is told to."""

    asked: list[tuple[Offer, ...]] = field(default_factory=list)
    hourly: int = 100 * MILLI
    failing: dict[str, Failure] = field(default_factory=dict)
    """By service."""
    open: asyncio.Event = field(default_factory=asyncio.Event)
    in_flight: list[Offer] = field(default_factory=list)
    closed: bool = False
    look: Callable[[], object] = field(default=lambda: None)
    """Called with each ask."""

    def __post_init__(self) -> None:
        self.open.set()

    async def ask(self, offers: Iterable[Offer]) -> AsyncIterator[Answer]:
        batch = tuple(offers)
        assert not set(batch) & set(self.in_flight), "asked twice at once"
        self.asked.append(batch)
        self.look()
        self.in_flight += batch
        try:
            await self.open.wait()
            for service in dict.fromkeys(offer.service for offer in batch):
                part = tuple(offer for offer in batch if offer.service == service)
                if (failure := self.failing.get(service)) is not None:
                    yield Answer(1, failure=Failure(failure.kind, failure.sentence, part, failure.retry_s))
                else:
                    yield Answer(1, tuple((offer, Quote(self.hourly, "USD", AT, "live")) for offer in part))
            yield Answer(1, done=True)
        finally:
            self.in_flight = [offer for offer in self.in_flight if offer not in batch]

    async def close(self) -> None:
        self.closed = True


@dataclass
class Stage:
    prices: Prices
    aws: Aws
    clock: Clock
    stamps: list[object]
    books: list[PriceBook]

    async def settled(self) -> None:
        async with asyncio.timeout(5):
            await self.prices.settled()

    async def until(self, happened: Callable[[], object]) -> None:
        async with asyncio.timeout(5):
            while not happened():
                await asyncio.sleep(0.005)

    def hourly(self, offer: Offer) -> int | None:
        quote = self.prices.book.quotes.get(offer)
        return quote.hourly if quote else None


@asynccontextmanager
async def staged(
    folder: Path, table: PriceTable = NO_TABLE, pace: PricesPace = QUICK, cache: PriceCache | None = None
) -> AsyncIterator[Stage]:
    aws, clock, stamps, books = Aws(), Clock(), list[object](["a"]), list[PriceBook]()
    prices = Prices(
        PriceBook(table), cache or PriceCache(folder), aws, clock, books.append, stamp=lambda: stamps[-1], pace=pace
    )
    try:
        yield Stage(prices, aws, clock, stamps, books)
    finally:
        await prices.close()
        assert aws.closed


def failure(kind: FailureKind, sentence: str, retry_s: float | None = 900.0) -> Failure:
    return Failure(kind, sentence, (), retry_s)


async def test_a_burst_of_wishes_is_one_ask(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        for offer in (M5, C5, SPOT, M5):
            stage.prices.want([offer])
            await asyncio.sleep(0)
        await stage.settled()
        assert [set(batch) for batch in stage.aws.asked] == [{M5, C5, SPOT}]
        assert stage.hourly(M5) == stage.hourly(SPOT) == 100 * MILLI
        assert stage.prices.status == ("", AT, False)
        assert len(stage.books) == 2, "one book a call"
        assert stage.books[-1] is stage.prices.book


async def test_what_is_fresh_in_the_cache_is_not_asked_and_is_there_at_once(tmp_path: Path) -> None:
    PriceCache(tmp_path).store({offer: Quote(70 * MILLI, "USD", AT, "live") for offer in (M5, SPOT)}, NOW - 60)
    async with staged(tmp_path) as stage:
        assert stage.hourly(M5) == stage.hourly(SPOT) == 70 * MILLI
        assert stage.prices.book.quotes[M5].source == "cache"
        stage.prices.want([M5, SPOT])
        await stage.settled()
        assert stage.aws.asked == []


async def test_wishes_that_are_known_cost_nothing(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        stage.prices.want([M5])
        await stage.settled()
        stage.prices.want([M5])
        await stage.settled()
        await asyncio.sleep(0.06)
        assert len(stage.aws.asked) == 1


async def test_unpriced_goes_before_spot_and_spot_before_what_the_table_has(tmp_path: Path) -> None:
    async with staged(tmp_path, TABLE) as stage:
        stage.prices.want([M5, SPOT])
        await stage.settled()
        stage.clock.now += 3600
        stage.prices.want([M5, C5])
        await stage.settled()
        stage.prices.refresh()
        await stage.settled()
    assert stage.aws.asked[0] == (SPOT, M5)
    # Now that spot has a price, it is unpriced no more; what the table does not have was answered meanwhile.
    assert stage.aws.asked[1] == (C5, SPOT)
    assert stage.aws.asked[2] == (SPOT, C5, M5)


async def test_spot_is_asked_again_after_ten_minutes_the_rest_after_a_week(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        stage.prices.want([M5, SPOT])
        await stage.settled()
        stage.clock.now += 599
        await asyncio.sleep(0.06)
        assert len(stage.aws.asked) == 1
        stage.clock.now += 2
        stage.aws.hourly = 300 * MILLI
        await stage.until(lambda: stage.hourly(SPOT) == 300 * MILLI)
        assert stage.aws.asked[1:] == [(SPOT,)]
        stage.clock.now += 7 * 86400
        await stage.until(lambda: len(stage.aws.asked) == 3)
        assert set(stage.aws.asked[2]) == {M5, SPOT}


async def test_spot_prices_of_a_region_are_refreshed_together(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        stage.prices.want([SPOT])
        await stage.settled()
        stage.clock.now += 300
        stage.prices.want([OTHER_SPOT])
        await stage.settled()
        assert set(stage.aws.asked[1]) == {SPOT, OTHER_SPOT}
        stage.clock.now += 400
        await asyncio.sleep(0.06)
        assert len(stage.aws.asked) == 2


async def test_what_left_is_not_refreshed(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        stage.prices.want([SPOT, OTHER_SPOT])
        await stage.settled()
        stage.prices.retain([SPOT])
        stage.clock.now += 601
        await stage.until(lambda: len(stage.aws.asked) == 2)
        assert stage.aws.asked[1] == (SPOT,)
        assert stage.hourly(OTHER_SPOT) == 100 * MILLI


async def test_never_two_asks_for_the_same_offer(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        stage.aws.open.clear()
        stage.prices.want([M5, SPOT])
        await stage.until(lambda: stage.aws.asked)
        assert stage.prices.status.asking
        stage.prices.want([C5])
        stage.prices.refresh()
        stage.clock.now += 700
        await stage.until(lambda: len(stage.aws.asked) == 2)
        assert stage.aws.asked[1] == (C5,)
        stage.aws.open.set()
        await stage.settled()
        assert stage.hourly(M5) == stage.hourly(C5) == 100 * MILLI
        assert not stage.prices.status.asking


@pytest.mark.parametrize(
    ("kind", "sentence", "said"),
    [
        ("no-credentials", "prices: no AWS credentials", "prices: offline table 2026-07 - no AWS credentials"),
        (
            "expired",
            "prices: AWS session expired - run: aws sso login --profile corp",
            "prices: AWS session expired - run: aws sso login --profile corp",
        ),
        ("unreachable", "prices: AWS unreachable", "prices: AWS unreachable"),
        ("denied", "prices: no permission pricing:GetProducts", "prices: no permission pricing:GetProducts"),
        ("clock", "prices: local clock is wrong by 900 s", "prices: local clock is wrong by 900 s"),
        ("throttled", "", ""),
    ],
)
async def test_a_failed_refresh_removes_nothing_and_is_said(
    tmp_path: Path, kind: FailureKind, sentence: str, said: str
) -> None:
    PriceCache(tmp_path).store({M5: Quote(70 * MILLI, "USD", AT, "live")}, NOW - 30 * 86400)
    async with staged(tmp_path, TABLE, QUICK._replace(back_off_s=(60.0,))) as stage:
        stage.aws.failing = {"on-demand": failure(kind, sentence)}
        stage.prices.want([M5, SPOT])
        await stage.settled()
        assert stage.hourly(M5) == 70 * MILLI
        assert stage.hourly(SPOT) == 100 * MILLI
        assert stage.prices.status.sentence == said
        assert set(stage.prices.failures) == {M5}
        assert [M5 in batch for batch in stage.aws.asked] == [True]


async def test_spot_alone_may_be_forbidden(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        sentence = "spot prices estimated: no permission ec2:DescribeSpotPriceHistory"
        stage.aws.failing = {"spot": failure("denied-spot", sentence, 3600.0)}
        stage.prices.want([M5, SPOT])
        await stage.settled()
        assert (stage.hourly(M5), stage.hourly(SPOT)) == (100 * MILLI, None)
        assert stage.prices.status.sentence == sentence


async def test_a_failure_that_passes_is_tried_again_and_forgotten(tmp_path: Path) -> None:
    sentence = "prices: AWS answers with errors"
    async with staged(tmp_path, pace=QUICK._replace(back_off_s=(0.02,))) as stage:
        said: list[str] = []
        stage.aws.look = lambda: said.append(stage.prices.status.sentence)
        stage.aws.failing = {"on-demand": failure("trouble", sentence, 60.0)}
        stage.prices.want([M5])
        await stage.until(lambda: len(said) == 3)
        assert said == ["", "", sentence], "one accident is not worth a word"
        stage.aws.failing = {}
        await stage.until(lambda: stage.hourly(M5) == 100 * MILLI)
        assert stage.prices.status.sentence == ""
        assert not stage.prices.failures


async def test_failures_in_a_row_are_asked_less_and_less(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        stage.aws.failing = {"on-demand": failure("unreachable", "prices: AWS unreachable", 60.0)}
        stage.prices.want([M5])
        await stage.until(lambda: len(stage.aws.asked) == 3)
        await asyncio.sleep(0.15)
        assert len(stage.aws.asked) == 3


async def test_a_new_sign_in_is_seen_and_prices_come(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        stage.aws.failing = {"on-demand": failure("expired", "prices: AWS session expired", 300.0)}
        stage.prices.want([M5])
        await stage.settled()
        await asyncio.sleep(0.06)
        assert len(stage.aws.asked) == 1
        stage.aws.failing = {}
        stage.stamps.append("b")
        await stage.until(lambda: stage.hourly(M5) == 100 * MILLI)
        assert stage.prices.status.sentence == ""


async def test_a_refresh_asks_for_all_however_fresh_and_whatever_failed(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        stage.aws.failing = {"spot": failure("denied-spot", "no", None)}
        stage.prices.want([M5, SPOT])
        await stage.settled()
        stage.aws.failing = {}
        stage.aws.hourly = 200 * MILLI
        stage.prices.refresh()
        await stage.settled()
        assert stage.hourly(M5) == stage.hourly(SPOT) == 200 * MILLI
        assert len(stage.aws.asked) == 2


async def test_what_another_process_was_told_is_taken_up_without_asking(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        stage.prices.want([M5, SPOT])
        await stage.settled()
        stage.clock.now += 500
        PriceCache(tmp_path).store({SPOT: Quote(444 * MILLI, "USD", AT, "live")}, stage.clock.now)
        await stage.until(lambda: stage.hourly(SPOT) == 444 * MILLI)
        stage.clock.now += 300
        await asyncio.sleep(0.06)
        assert len(stage.aws.asked) == 1


async def test_offers_that_get_no_word_are_a_failure(tmp_path: Path) -> None:
    class Silent(Aws):
        async def ask(self, offers: Iterable[Offer]) -> AsyncIterator[Answer]:
            self.asked.append(tuple(offers))
            yield Answer(1, done=True)

    aws = Silent()
    prices = Prices(PriceBook(NO_TABLE), PriceCache(tmp_path), aws, Clock(), pace=QUICK, stamp=lambda: None)
    prices.want([M5])
    await prices.settled()
    assert set(prices.failures) == {M5}
    await prices.close()


async def test_a_child_that_raises_is_a_failure_and_no_end(tmp_path: Path) -> None:
    class Broken(Aws):
        async def ask(self, offers: Iterable[Offer]) -> AsyncIterator[Answer]:
            self.asked.append(tuple(offers))
            raise ZeroDivisionError
            yield

    aws = Broken()
    prices = Prices(PriceBook(NO_TABLE), PriceCache(tmp_path), aws, Clock(), pace=QUICK, stamp=lambda: None)
    prices.want([M5])
    async with asyncio.timeout(5):
        while len(aws.asked) < 2:
            await asyncio.sleep(0.005)
    assert "see the log file" in prices.status.sentence
    await prices.close()


async def test_without_a_child_nothing_is_asked(tmp_path: Path) -> None:
    PriceCache(tmp_path).store({M5: Quote(70 * MILLI, "USD", AT, "live")}, NOW - 30 * 86400)
    prices = Prices(PriceBook(NO_TABLE), PriceCache(tmp_path), None, Clock())
    prices.want([M5, SPOT])
    prices.refresh()
    await prices.settled()
    assert prices.book.quotes[M5].hourly == 70 * MILLI
    assert prices.status == ("", None, False)
    await prices.close()


async def test_closing_while_asking_leaves_no_task(tmp_path: Path) -> None:
    before = asyncio.all_tasks()
    async with staged(tmp_path) as stage:
        stage.aws.open.clear()
        stage.prices.want([M5])
        await stage.until(lambda: stage.aws.asked)
        waiting = asyncio.create_task(stage.prices.settled())
    await waiting
    stage.prices.want([C5])
    with suppress(TimeoutError):
        async with asyncio.timeout(0.03):
            await asyncio.Event().wait()
    assert len(stage.aws.asked) == 1
    assert asyncio.all_tasks() == before


async def test_a_clock_set_back_by_a_day_costs_one_ask(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        stage.prices.want([M5])
        await stage.settled()
        stage.clock.now -= 86400
        await stage.until(lambda: len(stage.aws.asked) == 2)
        await asyncio.sleep(0.06)
        assert len(stage.aws.asked) == 2
        assert stage.hourly(M5) == 100 * MILLI


async def test_a_listener_may_come_later(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        late: list[PriceBook] = []
        stage.prices.listen(late.append)
        stage.prices.want([M5])
        await stage.settled()
        assert late == [stage.prices.book]
        assert stage.books == []
