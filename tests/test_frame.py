"""The one value that goes up: numbered, immutable, and honest about what is not complete."""

from __future__ import annotations

import pytest

from nodeview.cluster import Stream
from nodeview.cluster.happening import StreamState
from nodeview.frame import Frame, Identity, PriceStatus, derive
from nodeview.records import NODES, PODS, Current, Lagging, Listing, NodeName, ServerVersion, Synced
from nodeview.views import Assumptions
from tests.raw import raw_node, raw_pod
from tests.ui.frames import a_frame
from tests.views.test_cluster import NOW, Heard

IDENTITY = Identity("prod", "prod", "https://example.invalid", ServerVersion(1, 34, "v1.34.2"))


def frame_of(heard: Heard, previous: Frame | None = None, now: float = NOW) -> Frame:
    """The next frame, derived without a pause."""
    work = derive(heard.store.snapshot(), Assumptions(), IDENTITY, previous, now)
    while True:
        try:
            next(work)
        except StopIteration as done:
            frame: Frame = done.value
            return frame


def test_frames_are_numbered_from_one_and_carry_what_was_touched() -> None:
    heard = Heard()
    heard.say(NODES, raw_node("n1"), raw_node("n2"))
    first = frame_of(heard)
    heard.say(PODS, raw_pod("p1", node="n2"))
    second = frame_of(heard, first, NOW + 1)
    assert (first.number, second.number) == (1, 2)
    assert (sorted(first.touched), sorted(second.touched)) == (["n1", "n2"], ["n2"])
    assert (first.at, second.at) == (NOW, NOW + 1)
    assert second.identity is IDENTITY
    assert second.view.nodes[NodeName("n1")] is first.view.nodes[NodeName("n1")]


def test_a_frame_stays_as_it_was_whatever_happens_later() -> None:
    heard = Heard()
    heard.say(NODES, raw_node("n1"))
    heard.say(PODS, raw_pod("p1"))
    first = frame_of(heard)
    heard.gone(NODES, raw_node("n1"), 9)
    heard.gone(PODS, raw_pod("p1"), 9)
    frame_of(heard, first)
    assert set(first.view.nodes) == {"n1"}
    assert len(first.view.nodes[NodeName("n1")].pods) == 1
    assert first.view.totals.nodes == 1


def test_the_feed_and_the_next_moment_go_up() -> None:
    heard = Heard()
    heard.say(NODES, raw_node("n1"), listing=Listing(1, 1))
    heard.synced()
    first = frame_of(heard)
    heard.say(NODES, raw_node("n2", 5))
    second = frame_of(heard, first)
    assert [(one.kind, one.subject) for one in second.feed] == [("joined", "n2")]
    assert second.next_moment is not None
    assert second.next_moment > NOW
    assert not first.feed


def test_a_frame_is_complete_once_nodes_and_pods_are() -> None:
    heard = Heard()
    assert not frame_of(heard).complete
    heard.store.apply(Synced(NODES, Listing(1, 1)), NOW)
    assert not frame_of(heard).complete
    heard.store.apply(Synced(PODS, Listing(1, 1)), NOW)
    assert frame_of(heard).complete


@pytest.mark.parametrize(
    ("state", "complete"),
    [("synced", True), ("absent", True), ("forbidden", True), ("listing", False), ("lagging", False)],
)
def test_what_is_not_essential_may_be_absent_or_forbidden(state: StreamState, complete: bool) -> None:
    essential = [Stream(one, "synced", NOW) for one in ("nodes", "pods")]
    assert a_frame(streams=[*essential, Stream("jobs.batch", state, None)]).complete is complete


@pytest.mark.parametrize("resource", ["nodes", "pods"])
def test_what_is_essential_may_not(resource: str) -> None:
    streams = [Stream(one, "forbidden" if one == resource else "synced", NOW) for one in ("nodes", "pods")]
    assert not a_frame(streams=streams).complete


def test_a_frame_is_quiet_until_something_but_the_streams_age_differs() -> None:
    heard = Heard()
    heard.synced()
    first = frame_of(heard)
    heard.store.heard(PODS, NOW + 1, bookmarked=True, unread=0)
    second = frame_of(heard, first)
    assert second.quiet_since(first)
    assert not second.quiet_since(None)
    heard.store.apply(Lagging(PODS, NOW - 5, "The connection was refused."), NOW)
    assert not frame_of(heard, second).quiet_since(second)
    heard.store.apply(Current(PODS), NOW)
    heard.say(NODES, raw_node("n1"))
    assert not frame_of(heard, second).quiet_since(second)


def test_the_status_of_prices_goes_up_and_another_one_is_no_quiet() -> None:
    heard = Heard()
    heard.say(NODES, raw_node("n1"))

    def said(previous: Frame | None, status: PriceStatus) -> Frame:
        work = derive(heard.store.snapshot(), Assumptions(), IDENTITY, previous, NOW, status)
        while True:
            try:
                next(work)
            except StopIteration as done:
                frame: Frame = done.value
                return frame

    first = said(None, PriceStatus())
    asking = said(first, PriceStatus(asking=True))
    again = said(asking, PriceStatus(asking=True))
    assert (first.prices, asking.prices) == (PriceStatus(), PriceStatus(asking=True))
    assert not asking.quiet_since(first)
    assert again.quiet_since(asking)


def test_what_matters_most_of_prices_is_one_line() -> None:
    assert PriceStatus().line == ""
    assert PriceStatus("b", mistake="a", warnings=("c",)).line == "a"
    assert PriceStatus("b", warnings=("c", "d")).line == "b"
    assert PriceStatus(warnings=("c", "d")).line == "c"


def test_a_sample_of_the_trend_is_taken_when_it_is_time_and_makes_no_frame_differ() -> None:
    heard = Heard()
    heard.say(NODES, raw_node("n1"), listing=Listing(1, 1))
    heard.synced()
    first = frame_of(heard)
    second = frame_of(heard, first, NOW + 1)
    third = frame_of(heard, second, NOW + 10)
    assert second.trend is first.trend
    assert [point.value for point in third.trend.series("nodes")] == [1, 1]
    assert third.quiet_since(second)


def test_what_was_said_and_what_a_node_went_through_go_up() -> None:
    heard = Heard()
    heard.say(NODES, raw_node("n1"), listing=Listing(1, 1))
    heard.synced()
    heard.say(NODES, raw_node("n2", 5))
    frame = frame_of(heard)
    assert [line.at for line in frame.view.history.of(NodeName("n2")).lines]
    assert not frame.view.history.of(NodeName("n1")).lines
    assert frame.view.events.about("nobody") == ()
