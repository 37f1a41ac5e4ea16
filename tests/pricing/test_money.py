"""How amounts of money are read, written and adjusted."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nodeview.pricing.money import adjustment_of, nano_of, plainly, share_of

NANO = 10**9
amounts = st.integers(0, 10_000 * NANO)


@pytest.mark.parametrize(("text", "nano"), [("0.096", 96_000_000), ("2", 2 * NANO), ("0", 0), ("0.0000000019", 1)])
def test_a_plain_decimal_is_read_exactly(text: str, nano: int) -> None:
    assert nano_of(text) == nano


@pytest.mark.parametrize(
    "text", ["", "-1", "+1", "$0.10", "1e9", "NaN", "inf", ".5", "1.", " 1", "1\n", "0,1", "٣", "1_000", "9" * 70]
)
def test_anything_else_is_no_amount(text: str) -> None:
    assert nano_of(text) is None


@given(amounts)
def test_what_is_written_is_read_back(hourly: int) -> None:
    assert nano_of(plainly(hourly)) == hourly


@pytest.mark.parametrize(
    ("text", "after"),
    [("-28%", 72_000_000), ("+10%", 110_000_000), ("+0.01", 110_000_000), ("-0.05", 50_000_000), ("+.5", 600_000_000)],
)
def test_an_adjustment_of_ten_cents(text: str, after: int) -> None:
    change = adjustment_of(text)
    assert change is not None
    assert change.of(100_000_000) == after


@pytest.mark.parametrize(
    "text", ["28%", "", "+", "-%", "+1%%", "-100.1%", "-150%", "+1e3", "+99999", "±1", "+ 1%", "-1\n"]
)
def test_anything_else_is_no_adjustment(text: str) -> None:
    assert adjustment_of(text) is None


@given(amounts, st.integers(0, 100 * NANO))
def test_a_percentage_is_exact_to_half_a_nano(hourly: int, billionths: int) -> None:
    text = plainly(billionths)
    up, down = adjustment_of(f"+{text}%"), adjustment_of(f"-{text}%")
    assert up is not None
    assert down is not None
    exact = Decimal(hourly) * Decimal(text) / 100
    assert abs(Decimal(up.of(hourly) - hourly) - exact) <= Decimal("0.5")
    assert abs(Decimal(hourly - down.of(hourly)) - exact) <= Decimal("0.5")
    assert up.of(hourly) + down.of(hourly) - 2 * hourly in (0, 1)


@given(amounts, amounts)
def test_nothing_is_adjusted_below_0(hourly: int, by: int) -> None:
    change = adjustment_of(f"-{plainly(by)}")
    assert change is not None
    assert change.of(hourly) == max(hourly - by, 0)


@given(amounts, st.integers(0, 100))
def test_two_shares_that_make_a_whole_make_the_whole(hourly: int, percent: int) -> None:
    assert abs(share_of(hourly, percent, 100) + share_of(hourly, 100 - percent, 100) - hourly) <= 1
