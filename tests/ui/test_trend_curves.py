"""Which numbers are shown over time, and how they are written."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from nodeview.ui.widgets.trend_curves import SPOT, curves_of, curves_of_pool
from nodeview.views import Extent, PoolKey, Tone
from tests.ui.frames import a_frame
from tests.ui.test_trend_lines import a_story

POOL: PoolKey = ("karpenter", "api")


def test_the_cluster_has_a_chart_of_what_waits_and_a_pool_has_none() -> None:
    frame = a_story(3, 3, pools=True)
    assert [one.title for one in curves_of(frame, priced=True)] == [
        "nodes",
        "pending",
        "cpu",
        "money",
        "memory",
        "spot",
    ]
    assert [one.title for one in curves_of(frame, priced=False)] == ["nodes", "pending", "cpu", "memory", "spot"]
    assert [one.title for one in curves_of_pool(frame, POOL)] == ["nodes", "cpu", "memory", "money", "spot"]


@pytest.mark.parametrize(
    ("title", "low", "high", "words", "scale"),
    [
        ("nodes", 22, 29, " · 22–29", (22, 29)),
        ("nodes", 5, 5, "", (4, 6)),
        ("nodes", 0, 0, "", (0, 1)),
        ("pending", 0, 0, "", (0, 1)),
        ("pending", 2, 31, " · 2–31", (0, 31)),
        ("cpu", 0.431, 0.6, " · 43–60 %", (0, 1)),
        ("spot", 0.1, 0.2, " · 10–20 %", (0, 1)),
        ("money", 3.6, 12.5, " · 3.60–12.50", (3.6, 12.5)),
        ("money", 0.005, 0.2, " · 0.0050–0.200", (0.005, 0.2)),
    ],
)
def test_what_it_was_in_words_and_from_where_to_where_it_is_drawn(
    title: str, low: float, high: float, words: str, scale: tuple[float, float]
) -> None:
    (curve,) = [one for one in curves_of(a_story(3, 3), priced=True) if one.title == title]
    extent = Extent(low, high, None)
    assert curve.range(extent) == words
    assert curve.scale(extent) == scale
    assert curve.now(extent) == "–"
    assert curve.tone(extent) is (Tone.CAUTION if (title, high) == ("pending", 31) else Tone.PLAIN)


@pytest.mark.parametrize(("currency", "sign"), [("USD", "$"), ("EUR", "€"), ("CHF", "CHF ")])
def test_money_bears_its_currency_and_whether_all_of_it_is_known(currency: str, sign: str) -> None:
    frame = a_frame(3)
    (money,) = frame.view.totals.money
    for unpriced, mark in ((0, ""), (1, "≥")):
        sums = replace(money, currency=currency, unpriced_nodes=unpriced, estimated_nodes=0)
        view = replace(frame.view, totals=replace(frame.view.totals, money=(sums,)))
        curve = next(one for one in curves_of(replace(frame, view=view), priced=True) if one.title == "money")
        assert curve.write(31.2) == f"{mark}{sign}31.20/h"
        assert curve.edge(31.2) == "31.20"


def test_spot_is_one_curve_for_all() -> None:
    frame = a_story(3, 3, pools=True)
    assert curves_of(frame, priced=True)[-1] is curves_of_pool(frame, POOL)[-1] is SPOT
