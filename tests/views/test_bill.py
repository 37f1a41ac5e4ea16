"""What nodes cost together, in words: never more than is known, never across currencies."""

from __future__ import annotations

from nodeview.views import Money, bill_lines, bound_mark

NANO = 10**9


def test_an_hour_a_day_and_a_month_of_730_hours() -> None:
    money = Money("USD", 31_200_000_000, 0, 0)
    assert (money.daily, money.monthly) == (748_800_000_000, 22_776 * NANO)
    assert bill_lines([money], 42) == ["$31.20/h · $748.80/d · $22.8k/mo"]


def test_what_is_missing_or_estimated_is_said() -> None:
    assert bill_lines([Money("USD", 31_200_000_000, 3, 5)], 42) == [
        "≥ $31.20/h · $748.80/d · $22.8k/mo · 3 unpriced · 5 estimated"
    ]
    assert bill_lines([Money("USD", NANO, 0, 5)], 42) == ["~ $1.000/h · $24.00/d · $730.00/mo · 5 estimated"]
    assert bill_lines([Money("USD", 0, 1200, 0)], 1200) == ["1,200 unpriced"]
    assert bill_lines([], 0) == []


def test_each_currency_has_its_line() -> None:
    lines = bill_lines([Money("CNY", NANO, 1, 0), Money("USD", 2 * NANO, 1, 1)], 9)
    assert lines == [
        "≥ ¥1.000/h · ¥24.00/d · ¥730.00/mo · 1 unpriced",
        "≥ $2.000/h · $48.00/d · $1.5k/mo · 1 unpriced · 1 estimated",
    ]


def test_a_free_machine_is_a_price_and_not_unknown() -> None:
    assert bill_lines([Money("USD", 0, 0, 0)], 1) == ["$0.000/h · $0.000/d · $0.000/mo"]


def test_a_sum_that_lacks_nodes_is_a_bound_whatever_else_it_is() -> None:
    assert [bound_mark(Money("USD", 1, *counts)) for counts in ((0, 0), (0, 1), (1, 0), (1, 1))] == [
        "",
        "~ ",
        "≥ ",
        "≥ ",
    ]
