"""Numbers over time: sampled when it is time, coarser as they age, with gaps where nothing was known."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from msgspec.structs import replace

from nodeview.cluster import Stream
from nodeview.views import NO_TREND, WHOLE, Assumptions, ClusterView, Trend, trend_of, with_present
from nodeview.views.pool import PoolView
from nodeview.views.trend import COARSE, EVERY_S, FINE_S, POOLS
from tests.builders import NOW
from tests.ui.frames import a_frame, synced, waiting

NANO = 10**9


def a_view(nodes: int = 3, pending: int = 0, **overrides: Any) -> ClusterView:
    view = a_frame(nodes, pending=[waiting(f"w{one}") for one in range(pending)]).view
    return replace(view, **overrides)


def sampled(views: list[tuple[float, ClusterView]]) -> Trend:
    trend = NO_TREND
    for at, view in views:
        trend = trend_of(view, trend, at)
    return trend


def values(trend: Trend, *of: Any) -> list[float | None]:
    return [one.value for one in trend.series(*of)]


def test_a_sample_is_taken_when_it_is_time_and_until_then_it_is_the_very_same_value() -> None:
    view = a_view()
    first = trend_of(view, NO_TREND, NOW)
    assert len(first.moments) == 1
    assert trend_of(view, first, NOW + EVERY_S - 0.1) is first
    second = trend_of(view, first, NOW + EVERY_S)
    assert [one.at for one in second.moments] == [NOW, NOW + EVERY_S]
    assert len(first.moments) == 1


def test_every_figure_is_what_the_header_says() -> None:
    view = a_view(4, pending=2)
    trend = trend_of(view, NO_TREND, NOW)
    totals = view.totals
    assert values(trend, "nodes") == [4]
    assert values(trend, "pending") == [2]
    assert values(trend, "spot") == [totals.capacity_types["spot"] / 4]
    assert values(trend, "hourly") == [pytest.approx(totals.money[0].hourly / NANO)]
    assert values(trend, "real", WHOLE, "cpu") == [pytest.approx(totals.share("cpu"))]
    assert values(trend, "free", WHOLE, "memory") == [pytest.approx(1 - (totals.share("memory") or 0))]
    assert values(trend, "balloon", WHOLE, "cpu") == [0]
    assert values(trend, "real", WHOLE, "nvidia.com/gpu") == []


def test_balloons_are_no_work() -> None:
    view = a_view(2)
    totals = replace(view.totals, balloon={"cpu": view.totals.requested["cpu"] // 4})
    trend = trend_of(replace(view, totals=totals), NO_TREND, NOW)
    ((real,), (balloon,), (free,)) = (values(trend, one, WHOLE, "cpu") for one in ("real", "balloon", "free"))
    assert real == pytest.approx(3 * (balloon or 0))
    assert (real or 0) + (balloon or 0) + (free or 0) == pytest.approx(1)


@pytest.mark.parametrize("state", ["lagging", "forbidden", "listing"])
def test_while_nodes_are_not_heard_there_is_no_sample(state: Any) -> None:
    view = a_view(streams=(Stream("nodes", state, NOW), Stream("pods", "synced", NOW)))
    assert trend_of(view, NO_TREND, NOW).moments == ()
    known = trend_of(a_view(), NO_TREND, NOW)
    assert with_present(known, view, NOW + 5) is known


def test_while_pods_are_not_heard_what_they_request_is_unknown_and_never_nothing() -> None:
    trend = trend_of(a_view(streams=(synced()[0], Stream("pods", "lagging", NOW))), NO_TREND, NOW)
    assert values(trend, "pending") == [None]
    assert values(trend, "real", WHOLE, "cpu") == [None]
    assert values(trend, "nodes") == [3]


def test_money_of_no_priced_node_is_unknown_and_of_some_is_what_is_known() -> None:
    view = a_view(3)
    (money,) = view.totals.money
    none = replace(view, totals=replace(view.totals, money=(replace(money, hourly=0, unpriced_nodes=3),)))
    two = replace(view, totals=replace(view.totals, money=(money, replace(money, currency="EUR"))))
    some = replace(view, totals=replace(view.totals, money=(replace(money, unpriced_nodes=1),)))
    assert values(trend_of(none, NO_TREND, NOW), "hourly") == [None]
    assert values(trend_of(two, NO_TREND, NOW), "hourly") == [None], "two currencies are no sum"
    assert values(trend_of(some, NO_TREND, NOW), "hourly") == [pytest.approx(money.hourly / NANO)]


def test_spot_is_a_share_of_those_whose_capacity_is_known() -> None:
    view = a_view(3)
    unknown = replace(view, totals=replace(view.totals, capacity_types=Counter({None: 3})))
    assert values(trend_of(unknown, NO_TREND, NOW), "spot") == [None]
    half = replace(view, totals=replace(view.totals, capacity_types=Counter({None: 1, "spot": 1, "on-demand": 1})))
    assert values(trend_of(half, NO_TREND, NOW), "spot") == [0.5]


def pools(count: int, nodes: int = 2) -> tuple[PoolView, ...]:
    tally = a_view(nodes).totals
    return tuple(PoolView(f"p{one}", "karpenter", replace(tally, nodes=one), {}, None) for one in range(count))


def test_each_pool_has_its_own_numbers_from_when_it_is_there() -> None:
    trend = sampled([(NOW, a_view(pools=pools(1))), (NOW + 10, a_view(pools=pools(3))), (NOW + 20, a_view())])
    assert values(trend, "nodes", ("karpenter", "p2")) == [2]
    assert values(trend, "nodes", ("karpenter", "p0")) == [0, 0]
    assert values(trend, "nodes") == [3, 3, 3]
    same = sampled([(NOW, a_view(pools=pools(3))), (NOW + 10, a_view(pools=pools(3)))])
    assert same.moments[0].places is same.moments[1].places


def test_of_very_many_pools_the_largest_are_sampled() -> None:
    trend = trend_of(a_view(pools=pools(POOLS + 5)), NO_TREND, NOW)
    assert len(trend.moments[0].places) == POOLS + 1
    assert ("karpenter", "p4") not in trend.moments[0].places
    assert ("karpenter", f"p{POOLS + 4}") in trend.moments[0].places


def test_hours_of_fifty_pools_stay_small_and_what_is_too_old_goes() -> None:
    view, trend = a_view(pools=pools(50)), NO_TREND
    for number in range(1500):
        trend = trend_of(view, trend, NOW + EVERY_S * number)
    now = NOW + EVERY_S * 1499
    assert trend.size < 500_000
    assert len(trend.moments) <= COARSE + FINE_S / EVERY_S + 3
    assert now - trend.moments[0].at <= trend.span_s
    assert now - trend.moments[0].at > trend.span_s - 2 * trend.coarse_s
    fine = [one for one in trend.moments if one.at > now - FINE_S]
    assert len(fine) == FINE_S / EVERY_S


def test_of_a_stretch_that_is_made_coarser_the_worst_moment_stays() -> None:
    trend = NO_TREND
    for number in range(150):
        trend = trend_of(a_view(1, pending=40 if number == 8 else 0), trend, NOW + EVERY_S * number)
    old = [one.value for one in trend.series("pending") if one.at < NOW + EVERY_S * 20]
    assert max(one or 0 for one in old) == 40
    assert len(old) < 20


def test_another_span_and_other_resources_begin_anew_and_a_clock_that_is_set_back_forgets_what_is_to_come() -> None:
    trend = sampled([(NOW + 10.0 * one, a_view()) for one in range(5)])
    asked = a_view(given=Assumptions(trend_hours=6))
    assert len(trend_of(asked, trend, NOW + 60).moments) == 1
    assert trend_of(asked, trend, NOW + 60).span_s == 6 * 3600
    assert trend_of(a_view(given=Assumptions(("memory",))), trend, NOW + 60).resources == ("memory",)
    back = trend_of(a_view(), trend, NOW + 25)
    assert [one.at for one in back.moments] == [NOW, NOW + 10, NOW + 20, NOW + 25]


def test_the_present_is_added_for_the_eye_and_not_kept() -> None:
    trend = trend_of(a_view(3), NO_TREND, NOW)
    shown = with_present(trend, a_view(5), NOW + 4)
    assert values(shown, "nodes") == [3, 5]
    assert values(trend, "nodes") == [3]
    assert with_present(trend, a_view(5), NOW) is trend
    assert with_present(NO_TREND, a_view(5), NOW) is NO_TREND
