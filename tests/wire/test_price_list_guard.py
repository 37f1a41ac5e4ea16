"""A built table replaces the one before only if it differs as little as prices do."""

from __future__ import annotations

import pytest

from nodeview.pricing import PriceTable, Rate, TablePart
from nodeview.wire.price_list_guard import guarded


def part(prices: dict[str, str], as_of: str = "2026-11-20", estimated: bool = False) -> TablePart:
    return TablePart("on-demand", "eu-west-1", as_of, "a test", prices, estimated=estimated)


def types(count: int, price: str = "0.5") -> dict[str, str]:
    return {f"m{n}.large": price for n in range(count)}


@pytest.mark.parametrize(
    ("changed", "vanished", "said"),
    [
        (0, 0, ""),
        (20, 0, ""),
        (21, 0, "21 of 1000 known prices would change, which AWS's prices do not do."),
        (0, 10, ""),
        (0, 11, "11 of 1000 known types would vanish, which AWS's types do not do."),
    ],
)
def test_more_than_a_little_is_refused(changed: int, vanished: int, said: str) -> None:
    new = types(1000)
    for n in range(changed):
        new[f"m{n}.large"] = "0.7"
    for n in range(vanished):
        del new[f"m{999 - n}.large"]
    built = guarded([part(new)], PriceTable("2026-07-20", "", (part(types(1000), "2026-07-20"),)), (), "list")
    assert built.refusal == said
    assert len(built.differences) == changed + vanished


def test_of_a_small_table_three_may_change() -> None:
    before = PriceTable("2026-07-20", "", (part(types(20), "2026-07-20"),))
    assert not guarded([part({**types(20), **types(3, "0.7")})], before, (), "list").refusal
    assert guarded([part({**types(20), **types(4, "0.7")})], before, (), "list").refusal


def test_estimates_are_there_to_be_replaced() -> None:
    before = PriceTable("2026-07-20", "", (part(types(20), "2025-03-02", estimated=True),))
    built = guarded([part(types(20, "0.9"))], before, (), "list")
    assert not built.refusal
    assert [one.estimated for one in built.table.parts] == [False]


def test_the_same_price_in_other_digits_is_no_change() -> None:
    before = PriceTable("2026-07-20", "", (part({"m5.large": "0.5000"}),))
    assert guarded([part({"m5.large": "0.5"})], before, (), "list").differences == ()


def test_rates_and_dates_are_kept() -> None:
    rates = {"eks-cluster": Rate("0.10", "2026-09-25", "a test")}
    built = guarded([part(types(2))], PriceTable("2027-01-01", "before", (), rates), (), "list")
    assert (built.table.rates, built.table.as_of, built.table.source) == (rates, "2027-01-01", "list")
