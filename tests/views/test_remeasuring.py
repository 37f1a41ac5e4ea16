"""A poll that moves a node's percents puts them into its view, and derives nothing else."""

from __future__ import annotations

from nodeview.cluster import ClusterStore
from nodeview.records import NODES, Listing, Measured, NodeName, Upserted, Usage
from nodeview.views import Assumptions, ClusterView, view_cluster
from tests.builders import NOW, a_node

N1, N2 = NodeName("n1"), NodeName("n2")


def look(store: ClusterStore, old: ClusterView | None = None) -> tuple[ClusterView, frozenset[NodeName]]:
    work = view_cluster(store.snapshot(), Assumptions(), old, NOW, None)
    while True:
        try:
            next(work)
        except StopIteration as done:
            seen: tuple[ClusterView, frozenset[NodeName]] = done.value
            return seen


def test_only_what_is_used_differs_and_sums_stay() -> None:
    store = ClusterStore()
    store.follow(NODES)
    store.apply(Upserted(NODES, [a_node("n1"), a_node("n2")], [1, 1], Listing(1, 1)), NOW)
    before, _ = look(store)
    usage = Usage(10**9, None)
    store.usage.heard("nodes", [Measured("", "n1", None, usage), Measured("", "unknown", None, usage)])
    store.usage.complete("nodes", NOW)
    assert store.stirred
    after, touched = look(store, before)
    assert touched == {"n1"}
    assert after.nodes[N1].used == usage
    assert after.nodes[N1].standing is before.nodes[N1].standing
    assert after.nodes[N2] is before.nodes[N2]
    assert after.totals is before.totals
    assert after.usage.nodes[N1] == usage
    store.apply(Upserted(NODES, [a_node("n1", unschedulable=True)], [2]), NOW)
    again, _ = look(store, after)
    assert again.nodes[N1].used == usage, "a node that is derived anew knows its use still"
