"""Parts of a price, and what they are together."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from nodeview.pricing.money import adjustment_of
from nodeview.pricing.part import LAYERS, Part, added, adjusted, noted

amounts = st.integers(0, 10**13)
layers = st.sampled_from(LAYERS)
parts = st.builds(Part, amounts, st.just("USD"), layers, st.just("2026-07-20"), st.just("it"), estimated=st.booleans())


@given(parts, parts)
def test_a_sum_is_the_sum_and_as_good_as_its_weaker_part(one: Part, other: Part) -> None:
    both = added(one, other)
    assert isinstance(both, Part)
    assert both.hourly == one.hourly + other.hourly
    assert LAYERS.index(both.layer) == max(LAYERS.index(one.layer), LAYERS.index(other.layer))
    assert both.estimated == (one.estimated or other.estimated)
    assert (both.price().source == "estimate") == (both.estimated or both.layer == "estimate")


def test_currencies_are_never_added() -> None:
    both = added(Part(1, "USD", "live", "", "a machine"), Part(1, "CNY", "live", "", "a fee"))
    assert both == "a machine is in USD and a fee in CNY"


def test_what_is_adjusted_stays_an_estimate_and_tells_what_was_done() -> None:
    change = adjustment_of("-50%")
    assert change is not None
    half = adjusted(Part(100, "USD", "estimate", "2026", "spot", ("about",), True), change, "file", "rule 1")
    assert isinstance(half, Part)
    price = half.price()
    assert (price.hourly, price.source, price.reason) == (50, "estimate", "spot, -50% by rule 1; about")


def test_an_amount_of_another_currency_adjusts_nothing() -> None:
    change = adjustment_of("+0.01")
    assert change is not None
    answer = adjusted(Part(100, "CNY", "table", "", "on-demand"), change, "file", "rule 1", "USD")
    assert answer == "rule 1 changes the price by +0.01 USD, and it is in CNY"


def test_a_note_is_added_and_an_estimate_stays_one() -> None:
    part = noted(noted(Part(1, "USD", "live", "", "spot"), "old", estimated=True), "dear")
    assert (part.price().source, part.price().reason) == ("estimate", "spot; old; dear")
