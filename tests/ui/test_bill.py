"""What the cluster costs, in words: sums that are not whole are never without their mark."""

from __future__ import annotations

import pytest

from nodeview.ui.widgets.bill import bill_wordings, capacity_of, sum_words
from nodeview.views import Tally, Tone, tally
from tests.pricing.priced import BOOK
from tests.ui.frames import a_node_view
from tests.views.build import labels, priced_view

CPU = ("cpu",)


def words(said: list[tuple[str, Tone]]) -> str:
    return "".join(text for text, _ in said)


def wordings(totals: Tally, width: int = 120) -> list[str]:
    return [words(one) for one in bill_wordings(totals, width)]


def test_money_is_a_lower_bound_where_prices_are_missing() -> None:
    views = [a_node_view(1), a_node_view(4)]
    assert wordings(tally(views, CPU)) == [
        "≥ $0.13/h  $95.63/mo  1 unpriced",
        "≥ $0.13/h  $95.63/mo",
        "≥ $0.13/h",
    ]
    assert wordings(tally(views[:1], CPU))[0] == "$0.13/h  $95.63/mo"
    assert wordings(tally(views[1:], CPU)) == ["1 unpriced"]
    assert wordings(tally([], CPU)) == []


def test_the_day_is_said_where_there_is_room() -> None:
    assert wordings(tally([a_node_view(1)], CPU), 200)[0] == "$0.13/h  $3.14/d  $95.63/mo"


def estimated(region: str = "us-east-1") -> Tally:
    known = labels(type="m5.large", zone=f"{region}a", region=region, cap="spot")
    return tally([priced_view("n", BOOK, labels=known)], CPU)


def test_estimates_are_marked_and_counted() -> None:
    assert wordings(estimated())[0].startswith("~ $0.0")
    assert wordings(estimated())[0].endswith("1 estimated")


def test_currencies_are_never_added_and_none_is_left_out_however_short() -> None:
    abroad = a_node_view(2, labels=labels(price="1.5", region="cn-north-1", zone="cn-north-1a"))
    said = wordings(tally([a_node_view(1), abroad], CPU))
    assert said[-1] == "¥1.50/h  $0.13/h"
    assert all("¥1.50/h" in one and "$0.13/h" in one for one in said)


@pytest.mark.parametrize(
    ("nano", "said"),
    [(31_200_000_000, "$31.20"), (1_234_560_000_000, "$1,234.56"), (4_200_000, "$0.0042"), (0, "$0.00")],
)
def test_sums_have_cents_and_small_ones_keep_their_meaning(nano: int, said: str) -> None:
    assert sum_words("USD", nano) == said


def test_capacity_types_are_counted_and_priced_each_with_its_own_mark() -> None:
    totals = tally([a_node_view(1), a_node_view(2), a_node_view(4), a_node_view(8)], CPU)
    assert words(capacity_of(totals)) == "spot 3 · od 1"
    assert words(capacity_of(totals, with_money=True)) == "spot 3 ≥ $0.13/h · od 1 $0.13/h"
    unpriced = tally([a_node_view(4)], CPU)
    assert words(capacity_of(unpriced, with_money=True)) == "spot 1 –"
