"""How long a node took, by the clocks of the cluster."""

from __future__ import annotations

from nodeview.cluster import Arrival, Arrivals
from nodeview.cluster.arrival import gap
from nodeview.records import NodeName

T = 1_800_000_000.0


def test_a_whole_way_in() -> None:
    arrival = Arrival("c", "api", T - 4, T, T + 3, T + 28, T + 31, T + 41, T + 44)
    assert arrival.words == "claimed, launched +3 s, registered +31 s, ready +41 s, first pod +44 s"
    assert arrival.news == "ready in 41 s (launched +3 s, registered +31 s, first pod +44 s)"
    assert (arrival.ready_s, arrival.waited_s) == (41, 4)


def test_without_a_claim_it_is_counted_from_the_node() -> None:
    arrival = Arrival(joined_at=T, ready_at=T + 25)
    assert arrival.words == "joined, ready +25 s"
    assert arrival.news == "ready in 25 s"
    assert (arrival.ready_s, arrival.waited_s) == (25, None)


def test_a_clock_that_contradicts_leaves_its_step_unknown() -> None:
    arrival = Arrival("c", claimed_at=T, launched_at=T - 1, registered_at=T + 2, ready_at=T - 9)
    assert arrival.words == arrival.news == "claimed, registered +2 s"
    assert arrival.ready_s is None
    assert gap(T, T) == 0
    assert gap(None, T) is None
    assert gap(T, None) is None


def test_median_and_worst_of_pools() -> None:
    arrivals = Arrivals(seconds={"api": (30.0, 50.0, 40.0), "web": (90.0,)})
    api = arrivals.by_pool("api")
    assert api is not None
    assert (api.count, api.median_s, api.worst_s) == (3, 40, 50)
    both = arrivals.by_pool("api", "web", "api", None)
    assert both is not None
    assert (both.count, both.median_s, both.worst_s) == (4, 45, 90)
    assert arrivals.by_pool("batch") is None
    assert arrivals.by_pool(None) is None
    assert arrivals.of(NodeName("n")) is None
