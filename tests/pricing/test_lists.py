"""How answers are merged: what is known is never removed, and what is not to be believed is kept apart."""

from __future__ import annotations

from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nodeview.pricing import Offer, PriceBook, Quote, QuoteSource
from nodeview.pricing.lists import Lists
from tests.pricing.priced import BOOK, NODE, SHIPPED, answering, goods, live, nano, offer_of, price

M5 = Offer("on-demand", "us-east-1", "m5.large")
R7G = Offer("on-demand", "us-gov-west-1", "r7g.large")

offers = st.builds(
    Offer,
    st.sampled_from(("on-demand", "spot", "auto-fee", "fargate")),
    st.sampled_from(("us-east-1", "ap-south-1", "cn-north-1")),
    st.sampled_from(("m5.large", "p5.48xlarge", "vcpu", "m99.large")),
    zone=st.sampled_from(("", "use1-az1", "use1-az2")),
)
quotes = st.builds(
    Quote,
    st.none() | st.integers(-(10**10), 10**14),
    st.sampled_from(("USD", "CNY")),
    st.just("2026-11-20"),
    st.sampled_from(get_args(QuoteSource)),
)
answers = st.dictionaries(offers, quotes, max_size=6)


@given(st.lists(answers, max_size=4))
def test_no_answer_removes_a_price(series: list[dict[Offer, Quote]]) -> None:
    book = BOOK
    for some in series:
        after = book.with_quotes(some)
        for offer, quote in book.quotes.items():
            if quote.hourly is not None:
                assert after.quotes[offer].hourly is not None
                if quote.source == "live" and some.get(offer, live("1")).source != "live":
                    assert after.quotes[offer] == quote
        book = after
    assert all(quote.hourly is None or 0 < quote.hourly <= nano("10000") for quote in book.quotes.values())


@given(answers, answers)
def test_a_book_is_not_changed_by_what_follows_it(first: dict[Offer, Quote], then: dict[Offer, Quote]) -> None:
    book = BOOK.with_quotes(first)
    before = dict(book.quotes), dict(book.disputed)
    book.with_quotes(then)
    assert (dict(book.quotes), dict(book.disputed)) == before


@given(answers)
def test_a_book_made_with_quotes_is_one_to_which_they_were_given(some: dict[Offer, Quote]) -> None:
    assert PriceBook(SHIPPED, some).quotes == BOOK.with_quotes(some).quotes


def test_a_live_answer_replaces_a_cached_one_and_not_the_other_way_round() -> None:
    cached = BOOK.with_quotes({M5: live("0.097", "cache")})
    assert price(goods(), cached).source == "cache"
    both = cached.with_quotes({M5: live("0.098")}).with_quotes({M5: live("0.099", "cache")})
    assert (price(goods(), both).hourly, price(goods(), both).source) == (nano("0.098"), "live")
    assert price(goods(), cached.with_quotes({M5: live("0.1", "cache")})).hourly == nano("0.1")


def test_a_failed_refresh_keeps_the_price() -> None:
    book = answering({M5: None}, answering({M5: "0.097"}))
    assert price(goods(), book).hourly == nano("0.097")


def test_a_price_replaces_the_news_that_there_is_none() -> None:
    new = goods(instance_type="m99.large")
    book = answering({offer_of(new): None})
    assert price(new, book).reason == "m99.large is not in the price list (new type?)"
    assert price(new, book.with_quotes({offer_of(new): live("0.2", "cache")})).hourly == nano("0.2")


@pytest.mark.parametrize("said", ["0", "-0.1", "10001"])
def test_what_is_no_price_is_no_answer(said: str) -> None:
    found = price(goods(), answering({M5: said}))
    assert (found.hourly, found.source) == (nano("0.096"), "table")


@pytest.mark.parametrize(("said", "believed"), [("0.96", False), ("0.2881", False), ("0.288", True), ("0.0319", False)])
def test_an_answer_three_times_off_the_table_is_disputed(said: str, believed: bool) -> None:
    book = answering({M5: said})
    found = price(goods(), book)
    if believed:
        assert (found.hourly, found.source, found.reason) == (nano(said), "live", "on-demand")
        return
    assert (found.hourly, found.source) == (nano("0.096"), "table")
    assert found.reason == f"on-demand; disputed: AWS says {said}"
    assert book.disputed[M5].hourly == nano(said)
    assert f"m5.large in us-east-1: {said} USD, which is disputed" in book.explain(NODE, goods())[3].said


def test_an_answer_ten_times_off_its_family_is_disputed_and_the_old_one_stays() -> None:
    """As GovCloud's list once had r7g."""
    kind = goods(region="us-gov-west-1", zone=None, zone_id=None, instance_type="r7g.large")
    estimate = price(kind)
    found = price(kind, answering({R7G: "1.283"}))
    assert (found.hourly, found.source) == (estimate.hourly, "estimate")
    assert found.reason == "on-demand; by the family rule; disputed: AWS says 1.283"
    known = BOOK.with_quotes({R7G: live("0.1283", "cache")})
    found = price(kind, answering({R7G: "1.283"}, known))
    assert (found.hourly, found.source, found.reason) == (
        nano("0.1283"),
        "cache",
        "on-demand; disputed: AWS says 1.283",
    )


def test_a_dispute_ends_with_an_answer_that_is_believed() -> None:
    book = answering({M5: "0.1"}, answering({M5: "0.96"}))
    assert (price(goods(), book).reason, book.disputed) == ("on-demand", {})


def test_a_disputed_answer_that_comes_back_from_the_cache_is_disputed_again() -> None:
    assert price(goods(), BOOK.with_quotes({M5: live("0.96", "cache")})).hourly == nano("0.096")


def test_a_dispute_is_told_where_estimates_are_not_wanted() -> None:
    book = answering({R7G: "1.283"}, PriceBook(SHIPPED, estimates=False))
    found = price(goods(region="us-gov-west-1", zone=None, instance_type="r7g.large"), book)
    assert found.hourly is None
    assert "disputed: AWS says 1.283" in found.reason


@pytest.mark.parametrize(
    "offer",
    [
        Offer("on-demand", "us-east-1", "p99.48xlarge"),
        Offer("on-demand", "ap-south-1", "m5.large"),
        Offer("on-demand", "us-east-1", "m5.large", "windows"),
        Offer("spot", "us-east-1", "m5.large", zone="use1-az1"),
    ],
)
def test_where_nothing_was_to_be_expected_every_answer_is_believed(offer: Offer) -> None:
    assert answering({offer: "99"}).quotes[offer].hourly == nano("99")


def test_an_answer_in_another_currency_is_not_compared() -> None:
    book = BOOK.with_quotes({M5: live("7", currency="CNY")})
    assert (price(goods(), book).hourly, price(goods(), book).currency) == (nano("7"), "CNY")


def test_what_is_known_of_a_quote_is_told() -> None:
    book = BOOK.with_quotes({M5: live("0.09", "cache", note="3 h old", estimated=True)})
    found = price(goods(), book)
    assert (found.source, found.as_of, found.reason) == ("estimate", "2026-11-20T10:00:00Z", "on-demand; 3 h old")


def test_the_table_has_no_prices_of_zones() -> None:
    assert Lists(SHIPPED).tabled(Offer("on-demand", "us-east-1", "m5.large", zone="use1-az1"), "") is None
