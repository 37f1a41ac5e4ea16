"""The fold, and how streams are told of."""

from __future__ import annotations

from typing import Any

from nodeview.cluster import ClusterStore, Stream
from nodeview.pricing import EMPTY_BOOK, NO_TABLE, PriceBook
from nodeview.records import (
    EVENT_STREAMS,
    NODE_CLAIMS,
    NODE_POOLS,
    NODES,
    PODS,
    REPLICA_SETS,
    Current,
    Lagging,
    Listing,
    NodeName,
    ObjectKey,
    ObjectRef,
    OwnerRef,
    Record,
    Resource,
    Synced,
    Upserted,
    Workload,
)
from tests.builders import NOW, a_claim, a_node, a_pod, a_pool
from tests.cluster.events import an_event


def a_store(*resources: Resource[Any]) -> ClusterStore:
    store = ClusterStore()
    for resource in (NODES, PODS, NODE_CLAIMS, NODE_POOLS, REPLICA_SETS):
        store.follow(resource)
    return store


def say(store: ClusterStore, resource: Resource[Any], *records: Record, version: int = 0, at: float = NOW) -> None:
    store.apply(Upserted(resource, records, [version] * len(records)), at)


def stream_of(store: ClusterStore, resource: Resource[Any]) -> Stream:
    return next(one for one in store.snapshot().streams if one.resource == resource.id)


def kinds(store: ClusterStore) -> list[tuple[str, str]]:
    return [(line.kind, line.subject) for line in store.chronicle.lines()]


def test_a_pod_is_kept_under_its_nodes_name_before_the_node_is_known() -> None:
    store = a_store()
    say(store, PODS, a_pod("p", node=NodeName("later")))
    snapshot = store.snapshot()
    assert list(snapshot.pods[NodeName("later")]) == [ObjectKey("default", "p")]
    assert snapshot.touched.nodes == {"later"}


def test_a_pod_that_gets_its_node_waits_no_more() -> None:
    store = a_store()
    say(store, PODS, a_pod("p", node=None, phase="Pending"))
    assert store.snapshot().touched.waiting
    say(store, PODS, a_pod("p", node=NodeName("n")))
    snapshot = store.snapshot()
    assert not snapshot.waiting
    assert snapshot.touched.waiting
    assert snapshot.touched.nodes == {"n"}


def test_a_node_without_pods_keeps_no_entry() -> None:
    store = a_store()
    say(store, PODS, a_pod("p", node=NodeName("n")))
    say(store, PODS, a_pod("p", node=NodeName("m")))
    assert list(store.snapshot().pods) == ["m"]


def test_what_says_the_same_stirs_nothing() -> None:
    store = a_store()
    say(store, NODES, a_node("n"))
    store.snapshot()
    say(store, NODES, a_node("n"))
    assert not store.stirred


def test_a_claim_touches_its_node_by_provider_id_before_it_says_a_name() -> None:
    store = a_store()
    node = a_node("n", provider_id="aws:///a/i-1")
    say(store, NODES, node)
    store.snapshot()
    say(store, NODE_CLAIMS, a_claim("c", provider_id="aws:///a/i-1", node=None))
    snapshot = store.snapshot()
    assert snapshot.touched.nodes == {"n"}
    claim = snapshot.claims.of(node)
    assert claim is not None
    assert claim.name == "c"


def test_a_pool_whose_expiry_changed_touches_all_nodes_and_one_whose_usage_changed_none() -> None:
    store = a_store()
    say(store, NODES, a_node("n"))
    say(store, NODE_POOLS, a_pool("api"))
    store.snapshot()
    say(store, NODE_POOLS, a_pool("api", resources={"cpu": 5}))
    snapshot = store.snapshot()
    assert snapshot.touched.pools
    assert not snapshot.touched.nodes
    say(store, NODE_POOLS, a_pool("api", expire_after=600))
    assert store.snapshot().touched.nodes == {"n"}


def test_the_deployment_behind_a_replica_set_is_known() -> None:
    store = a_store()
    deployment = OwnerRef("Deployment", "web", "apps")
    say(store, REPLICA_SETS, Workload("shop", "web-1", "u", "ReplicaSet", deployment))
    assert store.snapshot().owners == {("ReplicaSet", ObjectKey("shop", "web-1")): deployment}


def test_the_first_listing_is_no_story_and_what_comes_after_is() -> None:
    store = a_store()
    store.apply(Upserted(NODES, (a_node("a"),), (5,), Listing(1, 5)), NOW)
    store.apply(Synced(NODES, Listing(1, 5)), NOW)
    assert kinds(store) == []
    say(store, NODES, a_node("b"), version=6)
    say(store, NODES, a_node("b", unschedulable=True), version=7)
    say(store, NODES, a_node("b"), version=8)
    store.apply(Synced(NODES, Listing(2, 9)), NOW)
    assert kinds(store) == [("joined", "b"), ("cordoned", "b"), ("uncordoned", "b"), ("left", "a"), ("left", "b")]


def test_a_namesake_left_and_joined() -> None:
    store = a_store()
    store.apply(Synced(NODES, Listing(1, 1)), NOW)
    say(store, NODES, a_node("a"), version=2)
    say(store, NODES, a_node("a", uid="other"), version=3)
    assert kinds(store) == [("joined", "a"), ("left", "a"), ("joined", "a")]


def test_a_stream_lists_lags_and_is_heard_again() -> None:
    store = a_store()
    assert stream_of(store, PODS).state == "listing"
    store.apply(Synced(PODS, Listing(1, 1)), NOW)
    assert stream_of(store, PODS).state == "synced"
    store.apply(Lagging(PODS, NOW - 9, "connection refused"), NOW)
    lagging = stream_of(store, PODS)
    assert (lagging.state, lagging.since, lagging.reason) == ("lagging", NOW - 9, "connection refused")
    store.apply(Current(PODS), NOW)
    assert (stream_of(store, PODS).state, stream_of(store, PODS).reason) == ("synced", "")
    assert kinds(store) == [("stream", "pods"), ("stream", "pods")]


def test_a_relist_of_a_lagging_stream_lags_until_it_is_complete() -> None:
    store = a_store()
    store.apply(Lagging(PODS, NOW, "410"), NOW)
    store.apply(Upserted(PODS, (), (), Listing(2, 50)), NOW)
    assert stream_of(store, PODS).state == "lagging"
    store.apply(Synced(PODS, Listing(2, 50)), NOW)
    assert stream_of(store, PODS).state == "synced"


def test_a_resource_that_was_never_there_is_no_news() -> None:
    store = a_store()
    store.apply(Lagging(NODE_CLAIMS, NOW, "not served", "absent"), NOW)
    assert stream_of(store, NODE_CLAIMS).state == "absent"
    assert kinds(store) == []


def test_of_a_resource_that_is_served_no_more_nothing_is_left() -> None:
    store = a_store()
    say(store, NODE_POOLS, a_pool())
    store.snapshot()
    store.apply(Lagging(NODE_POOLS, NOW, "not served", "absent"), NOW)
    snapshot = store.snapshot()
    assert not snapshot.node_pools
    assert snapshot.touched.pools
    store.apply(Upserted(NODE_POOLS, (a_pool(),), (3,), Listing(9, 3)), NOW)
    assert store.snapshot().node_pools, "installed again, in an etcd whose versions are lower"


def test_a_stream_that_tries_again_in_vain_makes_nothing_younger() -> None:
    stream = Stream("pods", "lagging", NOW - 2, since=NOW - 60)
    assert stream.true_at == NOW - 60
    assert Stream("pods", "lagging", NOW - 70, since=NOW - 60).true_at == NOW - 70
    assert Stream("pods", "synced", NOW - 2).true_at == NOW - 2
    assert Stream("pods", "lagging", None, since=NOW - 60).true_at is None


def test_forbidden_is_a_state_and_news() -> None:
    store = a_store()
    store.apply(Lagging(PODS, NOW, 'User "viewer" cannot list pods', "forbidden"), NOW)
    assert stream_of(store, PODS).state == "forbidden"
    assert kinds(store) == [("stream", "pods")]


def test_what_was_touched_is_handed_over_once() -> None:
    store = a_store()
    say(store, NODES, a_node("n"))
    assert store.snapshot().touched.nodes == {"n"}
    assert store.snapshot().touched.nodes == frozenset()


def test_the_health_that_a_stream_reports_is_kept() -> None:
    store = a_store()
    store.heard(PODS, NOW - 1, bookmarked=True, unread=2)
    stream = stream_of(store, PODS)
    assert (stream.heard_at, stream.bookmarked, stream.unread) == (NOW - 1, True, 2)


def test_what_a_stream_reports_of_itself_becomes_its_rate_and_its_relists() -> None:
    store = a_store()
    store.heard(PODS, NOW, bookmarked=True, unread=0, events=0, relists=0, now=NOW)
    assert stream_of(store, PODS).rate is None
    store.heard(PODS, NOW + 5, bookmarked=False, unread=0, events=40, relists=1, now=NOW + 5)
    told = stream_of(store, PODS)
    assert (told.rate, told.relists) == (8.0, 1)
    assert told.bookmarked, "a server that sends bookmarks goes on sending them with the next watch"


def test_since_when_a_stream_is_in_its_state_and_what_broke_last_are_kept() -> None:
    store = a_store()
    assert stream_of(store, PODS).state_since is None
    store.apply(Upserted(PODS, (), (), Listing(1, 1)), NOW)
    store.apply(Synced(PODS, Listing(1, 1)), NOW + 1)
    store.apply(Synced(PODS, Listing(1, 1)), NOW + 2)
    assert stream_of(store, PODS).state_since == NOW + 1
    store.apply(Lagging(PODS, NOW + 3, "refused"), NOW + 4)
    store.apply(Lagging(PODS, NOW + 3, "no route"), NOW + 6)
    lagging = stream_of(store, PODS)
    assert (lagging.state_since, lagging.since, lagging.last_at) == (NOW + 4, NOW + 3, NOW + 6)
    store.apply(Current(PODS), NOW + 8)
    well = stream_of(store, PODS)
    assert (well.state, well.state_since, well.reason) == ("synced", NOW + 8, "")
    assert (well.last_reason, well.last_at) == ("no route", NOW + 6)


def test_another_price_book_stirs_and_touches_nobody() -> None:
    store = a_store()
    say(store, NODES, a_node())
    assert store.snapshot().prices is EMPTY_BOOK
    assert not store.stirred
    book = PriceBook(NO_TABLE)
    store.priced(book)
    assert store.stirred
    snapshot = store.snapshot()
    assert snapshot.prices is book
    assert not snapshot.touched.nodes
    assert not store.stirred
    assert store.snapshot().prices is book


def test_who_reads_between_frames_takes_nothing_from_them() -> None:
    store = a_store()
    store.apply(Synced(NODES, Listing(1, 1)), NOW)
    say(store, NODES, a_node("n", provider_id="p"), version=2)
    say(store, NODE_CLAIMS, a_claim("c", provider_id="p"))
    read = store.read()
    assert [one.name for one in read.nodes.values()] == ["n"]
    claim = read.claims.of(a_node("n", provider_id="p"))
    assert claim is not None
    assert claim.name == "c"
    assert [one.subject for one in read.feed] == ["n"]
    assert not read.touched.nodes
    assert store.stirred
    snapshot = store.snapshot()
    assert "n" in snapshot.touched.nodes
    assert snapshot.touched.claims
    assert not store.stirred


def test_a_claim_that_no_node_is_known_for_stirs() -> None:
    store = a_store()
    say(store, NODE_CLAIMS, a_claim("c", provider_id="", node=None))
    assert store.stirred
    snapshot = store.snapshot()
    assert snapshot.touched.claims
    assert not snapshot.touched.nodes


def test_a_notice_of_interruption_touches_its_node() -> None:
    store = a_store()
    store.follow(EVENT_STREAMS[-3])
    about = ObjectRef("Node", "", "n", "uid-n")
    say(store, EVENT_STREAMS[-3], an_event("Spot interruption warning was triggered", about, reason="SpotInterrupted"))
    assert store.snapshot().touched.nodes == {"n"}
    say(store, EVENT_STREAMS[-3], an_event("x", about, reason="Unconsolidatable", name="e.2", uid="e2"))
    assert store.snapshot().touched.nodes == frozenset()
