"""Usage is folded poll by poll, and touches what reads differently only."""

from __future__ import annotations

from nodeview.cluster import ClusterStore
from nodeview.cluster.usage import KEPT_S
from nodeview.records import NODES, PODS, Listing, Measured, NodeName, Record, Upserted, Usage
from tests.builders import NOW, a_node, a_pod

CORE, GIB = 10**9, 2**30 * 10**9
PERCENT = 4 * CORE // 100
"""Of the four cores that a node of these tests offers."""
N1 = NodeName("n1")


def a_store(*pods: Record) -> ClusterStore:
    store = ClusterStore()
    for resource in (NODES, PODS):
        store.follow(resource)
    nodes = [a_node("n1"), a_node("n2")]
    store.apply(Upserted(NODES, nodes, [1, 1], Listing(1, 1)), NOW)
    store.apply(Upserted(PODS, pods, [1] * len(pods), Listing(1, 1)), NOW)
    store.snapshot()
    return store


def node(name: str, cpu: int) -> Measured:
    return Measured("", name, int(NOW), Usage(cpu, GIB))


def poll(store: ClusterStore, plural: str, *measured: Measured, at: float = NOW) -> frozenset[NodeName]:
    """One poll; gives the nodes it touched."""
    store.usage.begin(plural)
    store.usage.heard(plural, measured)
    store.usage.complete(plural, at)
    return store.snapshot().touched.usage


def test_a_poll_touches_the_nodes_whose_percent_differs() -> None:
    store = a_store()
    assert store.snapshot().usage.why_nodes == "usage has not been heard yet"
    assert poll(store, "nodes", node("n1", 10 * PERCENT), node("n2", 10 * PERCENT)) == {"n1", "n2"}
    assert not store.stirred
    assert poll(store, "nodes", node("n1", 10 * PERCENT + PERCENT // 5), node("n2", 12 * PERCENT)) == {"n2"}
    usage = store.snapshot().usage
    assert usage.nodes[N1].cpu == 10 * PERCENT
    assert usage.why_nodes == ""


def test_small_steps_add_up_to_one_that_is_shown() -> None:
    store, step = a_store(), PERCENT // 5
    poll(store, "nodes", node("n1", 10 * PERCENT))
    touched = [bool(poll(store, "nodes", node("n1", 10 * PERCENT + step * count))) for count in range(1, 6)]
    assert touched.count(True) == 1


def test_a_node_that_is_measured_no_more_is_not_known() -> None:
    store = a_store()
    poll(store, "nodes", node("n1", CORE), node("n2", CORE))
    assert poll(store, "nodes", node("n2", CORE)) == {"n1"}
    assert N1 not in store.snapshot().usage.nodes


def test_pods_are_told_from_older_namesakes_and_touch_nothing() -> None:
    store = a_store(a_pod("old"), a_pod("young", created=int(NOW) + 5))
    said = [Measured("default", name, int(NOW), Usage(CORE, GIB)) for name in ("old", "young", "stranger")]
    before = store.snapshot().usage.pods
    assert poll(store, "pods", *said) == frozenset()
    usage = store.snapshot().usage
    assert dict(usage.pods) == {"uid-old": Usage(CORE, GIB)}
    assert usage.pods is not before
    assert not store.stirred


def test_an_unfinished_poll_counts_for_nothing() -> None:
    store = a_store()
    store.usage.begin("nodes")
    store.usage.heard("nodes", [node("n1", CORE)])
    assert poll(store, "nodes", node("n2", CORE)) == {"n2"}


def test_after_a_failure_usage_is_shown_for_a_while() -> None:
    store = a_store()
    poll(store, "nodes", node("n1", CORE))
    store.usage.failed("nodes", "no answer", NOW + KEPT_S, "lagging")
    assert N1 in store.snapshot().usage.nodes
    store.usage.failed("nodes", "no answer", NOW + KEPT_S + 1, "lagging")
    seen = store.snapshot()
    assert (dict(seen.usage.nodes), seen.usage.why_nodes) == ({}, "no answer")
    assert seen.touched.usage == {"n1"}


def test_a_refusal_counts_at_once_and_is_said_once() -> None:
    store = a_store()
    for _ in range(3):
        store.usage.failed("nodes", "nodes is forbidden", NOW, "forbidden")
        store.usage.failed("pods", "pods is forbidden", NOW, "forbidden")
    assert [line.message for line in store.chronicle.lines()] == ["forbidden: nodes is forbidden"]
    usage = store.snapshot().usage
    assert (usage.why_nodes, usage.why_pods) == ("nodes is forbidden", "pods is forbidden")


def test_a_cluster_without_the_metrics_api_is_an_ordinary_one() -> None:
    store = a_store()
    store.usage.failed("nodes", "not served", NOW, "absent")
    assert not store.chronicle.lines()
    assert store.snapshot().usage.why_nodes == "not served"
