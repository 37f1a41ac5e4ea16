"""Several streams of one resource are told as one."""

from __future__ import annotations

import pytest

from nodeview.cluster import ClusterStore, Stream
from nodeview.cluster.happening import ASIDE
from nodeview.cluster.streams import together
from nodeview.diagnosis import WANTS
from nodeview.records import EVENT_STREAMS, JOBS, PODS, Current, Lagging, Listing, Resource, Synced, Workload
from tests.builders import NOW


def a_stream(state: str, **said: object) -> Stream:
    return Stream("events", state, NOW, **said)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("states", "worst"),
    [
        (("synced", "synced"), "synced"),
        (("synced", "listing"), "listing"),
        (("listing", "lagging"), "lagging"),
        (("forbidden", "forbidden"), "forbidden"),
        (("synced", "forbidden"), "forbidden"),
        (("absent", "synced"), "absent"),
    ],
)
def test_the_worst_speaks_for_all(states: tuple[str, ...], worst: str) -> None:
    assert together([a_stream(one) for one in states]).state == worst


def test_the_oldest_counts_and_what_is_counted_is_added() -> None:
    parts = [
        a_stream("synced", bookmarked=True, synced_once=True, unread=1, rate=2.0, relists=3),
        Stream("events", "lagging", NOW - 60, since=NOW - 50, reason="cut", synced_once=True, rate=None, relists=1),
    ]
    one = together(parts)
    assert (one.state, one.reason, one.heard_at, one.since) == ("lagging", "cut", NOW - 60, NOW - 50)
    assert (one.bookmarked, one.synced_once, one.unread, one.rate, one.relists) == (False, True, 1, 2.0, 4)
    assert together([*parts, Stream("events", "listing", None)]).heard_at is None


def test_a_refusal_of_all_parts_is_one_stream_one_line_and_settled() -> None:
    store = ClusterStore()
    store.follow(PODS)
    for resource in EVENT_STREAMS:
        store.follow(resource)
    store.apply(Synced(PODS, Listing(1, 1)), NOW)
    assert not store.settled
    for resource in EVENT_STREAMS:
        store.apply(Lagging(resource, NOW, "events is forbidden", "forbidden"), NOW)
    assert store.settled
    pods, events = store.snapshot().streams
    assert (pods.resource, events.resource, events.state, events.reason) == (
        "pods",
        "events",
        "forbidden",
        "events is forbidden",
    )
    assert [(one.subject, one.message) for one in store.chronicle.lines()] == [
        ("events", "forbidden: events is forbidden")
    ]


def test_an_outage_of_all_parts_is_told_once_and_its_end_once() -> None:
    store = ClusterStore()
    for resource in EVENT_STREAMS:
        store.follow(resource)
        store.apply(Synced(resource, Listing(1, 1)), NOW)
    for resource in EVENT_STREAMS:
        store.apply(Lagging(resource, NOW, "cut"), NOW)
    for resource in EVENT_STREAMS:
        store.apply(Current(resource), NOW)
    assert [one.message for one in store.chronicle.lines()] == ["lagging: cut", "heard again"]


def test_who_may_not_read_what_is_aside_is_told_so_in_its_stream_alone() -> None:
    store = ClusterStore()
    budgets: Resource[Workload] = Resource("policy", ("v1",), "poddisruptionbudgets", JOBS.reader)
    for resource in (budgets, JOBS):
        store.follow(resource)
        store.apply(Lagging(resource, NOW, "you may not", "forbidden"), NOW)
    assert [(one.state, one.aside) for one in store.snapshot().streams] == [("forbidden", True), ("forbidden", False)]
    assert [one.subject for one in store.chronicle.lines()] == ["jobs.batch"]
    store.apply(Synced(budgets, Listing(1, 1)), NOW)
    store.apply(Lagging(budgets, NOW, "you may no more", "forbidden"), NOW)
    assert [one.subject for one in store.chronicle.lines()] == ["jobs.batch", "poddisruptionbudgets.policy"]


def test_what_is_aside_is_wanted() -> None:
    assert {want.id for want in WANTS} >= ASIDE
