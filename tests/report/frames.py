"""Frames for reports, derived as the program derives them from records in a store."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from nodeview.cluster import ClusterStore
from nodeview.frame import Frame, Identity, derive
from nodeview.pricing import EMPTY_BOOK, PriceBook
from nodeview.records import (
    NODE_CLAIMS,
    NODE_POOLS,
    NODES,
    PODS,
    Lagging,
    Listing,
    Node,
    NodeName,
    NodePool,
    OwnerRef,
    Pod,
    Resource,
    ServerVersion,
    Synced,
    Upserted,
    Waiting,
)
from nodeview.views import Assumptions
from tests.builders import DAY, HOUR, NOW, a_node, a_pod, a_pool, a_shape

NANO = 10**9
GIB = 2**30 * NANO
NO_ROOM = "0/3 nodes are available: 3 Insufficient cpu."


def a_frame(
    nodes: Sequence[Node],
    pods: Sequence[Pod] = (),
    pools: Sequence[NodePool] = (),
    *,
    listing: Iterable[Resource[Any]] = (),
    forbidden: Iterable[Resource[Any]] = (),
    resources: tuple[str, ...] = ("cpu", "memory"),
    at: float = NOW + 0.25,
    priced: bool = True,
    prices: PriceBook = EMPTY_BOOK,
) -> Frame:
    """One moment of these objects; what is `listing` has not ended, what is `forbidden` never came."""
    store = ClusterStore()
    heard: dict[Resource[Any], Sequence[Any]] = {NODES: nodes, PODS: pods, NODE_POOLS: pools, NODE_CLAIMS: ()}
    for resource, records in heard.items():
        store.follow(resource)
        if resource in forbidden:
            words = f'{resource.id} is forbidden: User "viewer" cannot list resource "{resource.id}".'
            store.apply(Lagging(resource, NOW, words, "forbidden"), NOW)
            continue
        store.apply(Upserted(resource, records, [1] * len(records), Listing(1, 1)), NOW)
        if resource not in listing:
            store.apply(Synced(resource, Listing(1, 1)), NOW)
    identity = Identity("prod-blue", "prod", "https://example.invalid", ServerVersion(1, 34, "v1.34.2"))
    store.priced(prices)
    given = Assumptions(resources=resources, priced=priced)
    return drained(derive(store.snapshot(), given, identity, None, at))


def drained(work: Any) -> Frame:
    """What a derivation returns at its end."""
    while True:
        try:
            next(work)
        except StopIteration as done:
            frame: Frame = done.value
            return frame


def a_cluster() -> tuple[list[Node], list[Pod], list[NodePool]]:
    """Three nodes, of which one is priced, one drains and one offers memory that cannot be read; seven pods."""
    karpenter = {
        "karpenter.sh/nodepool": "api",
        "node.kubernetes.io/instance-type": "m7g.2xlarge",
        "topology.kubernetes.io/zone": "eu-west-1a",
        "topology.kubernetes.io/region": "eu-west-1",
        "karpenter.sh/capacity-type": "spot",
        "nodeview/instance-price": "0.131",
    }
    nodes = [
        a_node("node-1", labels=karpenter, created=NOW - 3 * DAY),
        a_node("node-2", labels={"team": "שלום|*<b>"}, deleted=NOW - 60, created=NOW - HOUR),
        a_node("node-3", allocatable={"cpu": 4 * NANO, "pods": 58 * NANO}, unreadable=("memory",), provider_id=""),
    ]
    shape = a_shape(requests={"cpu": NANO // 4, "memory": GIB, "pods": NANO})
    on_one = [a_pod(f"web-{number}", shape=shape) for number in range(3)]
    pods = [
        *on_one,
        a_pod("leaving", node=NodeName("node-2"), deleted=NOW - 5),
        a_pod("starting", node=NodeName("node-2"), phase="Pending", reason="ImagePullBackOff", created=NOW - 90),
        a_pod("odd", node=NodeName("node-3"), unreadable=("cpu",), requests={"memory": GIB}),
        a_pod("done", phase="Succeeded"),
        a_pod(
            "stuck",
            node=None,
            phase="Pending",
            owner=OwnerRef("StatefulSet", "stuck", "apps"),
            waiting=Waiting("Unschedulable", NO_ROOM, NOW - 120),
            created=NOW - 120,
        ),
    ]
    pools = [a_pool("api", limits={"cpu": 10 * NANO, "memory": 0}, resources={"cpu": 4 * NANO, "memory": 16 * GIB})]
    return nodes, pods, pools
