"""Pools and their sums: every one that has a node or is a NodePool, made again only where something differs."""

from __future__ import annotations

import json
from typing import Any

from nodeview.cluster import ClusterStore
from nodeview.records import NODE_POOLS, NODES, PODS, Listing, NodePool, Synced, Upserted
from nodeview.views import Assumptions, ClusterView, view_cluster
from nodeview.views.pool import PoolView
from tests.builders import NOW, a_node, a_pod, a_pool
from tests.report.frames import a_frame
from tests.views.pools import a_karpenter_node


class Heard:
    """A store that is told records, and derives views one after another."""

    def __init__(self) -> None:
        self.store = ClusterStore()
        self.view: ClusterView | None = None
        self.version = 1
        for resource in (NODES, PODS, NODE_POOLS):
            self.store.follow(resource)
            self.store.apply(Synced(resource, Listing(1, 1)), NOW)

    def say(self, resource: Any, *records: Any) -> None:
        self.version += 1
        self.store.apply(Upserted(resource, records, [self.version] * len(records), None), NOW)

    def pools(self) -> tuple[PoolView, ...]:
        work = view_cluster(self.store.snapshot(), Assumptions(), self.view, NOW, None)
        while True:
            try:
                next(work)
            except StopIteration as done:
                self.view, _ = done.value
                assert self.view is not None
                return self.view.pools


def names(pools: tuple[PoolView, ...]) -> list[tuple[str, str | None, int]]:
    return [(one.provisioner, one.name, one.tally.nodes) for one in pools]


def test_a_node_pool_without_nodes_is_a_pool() -> None:
    auto = a_pool("auto", node_class_group="eks.amazonaws.com")
    view = a_frame([a_karpenter_node("n-1"), a_node("bare")], (), [a_pool("api"), a_pool("gpu"), auto]).view
    assert names(view.pools) == [
        ("karpenter", "api", 1),
        ("eks-auto", "auto", 0),
        ("karpenter", "gpu", 0),
        ("self-managed", None, 1),
    ]
    assert [one.record.name if one.record else None for one in view.pools] == ["api", "auto", "gpu", None]


def test_a_pool_without_nodes_knows_no_pods_where_nobody_does() -> None:
    pool = a_frame([], (), [a_pool("gpu")], forbidden=[PODS]).view.pools[0]
    assert pool.tally.pods is None
    assert "pods are not known" in pool.tally.unknown["pods"]


def test_what_did_not_change_is_the_very_same_object() -> None:
    heard = Heard()
    heard.say(NODES, a_karpenter_node("n-1"), a_karpenter_node("n-2", "web"))
    heard.say(NODE_POOLS, a_pool("api"), a_pool("web"), a_pool("gpu"))
    first = heard.pools()
    assert heard.pools() is first
    heard.say(PODS, a_pod(node="n-2"))
    second = heard.pools()
    assert [now is then for now, then in zip(second, first, strict=True)] == [True, True, False]
    assert second[2].tally.requested["cpu"] == 10**9
    heard.say(NODE_POOLS, a_pool("gpu", weight=7))
    third = heard.pools()
    assert [now is then for now, then in zip(third, second, strict=True)] == [True, False, True]
    assert third[1].record is not None
    assert third[1].record.weight == 7
    heard.say(NODE_POOLS, a_pool("gpu", weight=7))
    assert heard.pools() is third


def test_versions_are_counted() -> None:
    nodes = [a_karpenter_node(f"n-{place}", kubelet_version=f"v1.3{3 + place % 2}.0") for place in range(5)]
    pool = a_frame(nodes, (), [a_pool("api")]).view.pools[0]
    assert pool.versions == {"v1.33.0": 3, "v1.34.0": 2}
    assert json.dumps(dict(pool.versions))
    assert isinstance(pool.record, NodePool)
