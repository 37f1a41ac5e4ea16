"""What namespaces and workloads cost: to the last nano-unit, in any order of events, and only touched nodes again."""

from __future__ import annotations

import gc
from collections import Counter
from fractions import Fraction
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from nodeview.cluster import ClusterStore
from nodeview.records import (
    NODES,
    PODS,
    REPLICA_SETS,
    Deleted,
    Node,
    NodeName,
    OwnerRef,
    Pod,
    Upserted,
    Workload,
)
from nodeview.views import Assumptions, ClusterView, Costs, CostsBy, cost_rows, tally, view_cluster
from nodeview.views.costs import SLICE
from tests.builders import NOW, a_node, a_pod, a_shape, amounts

NANO = 10**9
DAEMON = OwnerRef("DaemonSet", "proxy", "apps")


def node(name: str = "n1", price: str | None = "0.052", **more: Any) -> Node:
    """Four cores and 16 GiB: a core is 9 thousandths of the price in dollars, a GiB one."""
    return a_node(name, **({"labels": {"nodeview/instance-price": price} if price else {}} | more))


def pod(name: str, on: str = "n1", cpu: int = 1, gib: int = 4, namespace: str = "shop", **more: Any) -> Pod:
    shape = a_shape(requests=amounts(cpu, gib, 0), **more.pop("shape", {}))
    return a_pod(name, namespace=namespace, node=NodeName(on), shape=shape, **more)


class Cluster:
    """A store, its view, and its costs, which are carried on as a screen does."""

    def __init__(self, *records: Node | Pod | Workload) -> None:
        self.store = ClusterStore()
        for resource in (NODES, PODS, REPLICA_SETS):
            self.store.follow(resource)
        self.version = 0
        self.view: ClusterView | None = None
        self.costs: Costs | None = None
        self.say(*records)

    def say(self, *records: Node | Pod | Workload) -> None:
        kinds: dict[type, Any] = {Node: NODES, Pod: PODS, Workload: REPLICA_SETS}
        self.version += 1
        for one in records:
            self.store.apply(Upserted(kinds[type(one)], [one], [self.version], None), NOW)

    def gone(self, record: Node | Pod) -> None:
        self.version += 1
        resource: Any = NODES if isinstance(record, Node) else PODS
        self.store.apply(Deleted(resource, record.key, record.uid, self.version), NOW)

    def look(self) -> ClusterView:
        self.view = drained(view_cluster(self.store.snapshot(), Assumptions(), self.view, NOW, None))[0]
        assert self.view is not None
        return self.view

    def by(self, by: CostsBy = "namespace") -> Costs:
        self.costs = drained(cost_rows(self.look(), by, self.costs))
        assert self.costs is not None
        return self.costs


def drained(work: Any) -> Any:
    while True:
        try:
            next(work)
        except StopIteration as done:
            return done.value


def said(costs: Costs) -> dict[str, int]:
    """What each row costs in dollars, in nano-units."""
    named = [(f"{row.owner.kind}/{row.owner.name}" if row.owner else row.namespace, row) for row in costs.rows]
    named += [(row.kind, row) for row in costs.rest]
    return {name: row.hourly.get("USD", 0) for name, row in named}


def test_each_namespace_pays_for_what_it_requests() -> None:
    costs = Cluster(node(), pod("a"), pod("b"), pod("c", namespace="web", cpu=0, gib=2)).by()
    assert said(costs) == {"shop": 26_000_000, "web": 2_000_000, "idle": 24_000_000}
    assert [(row.pods, row.share) for row in costs.rows] == [(2, 0.5), (1, 2 / 52)]
    assert costs.total == {"USD": 52_000_000}


def test_owners_are_those_that_a_person_would_name() -> None:
    costs = Cluster(
        node("n1"),
        node("n2"),
        Workload("shop", "web-5f9", "u", "ReplicaSet", OwnerRef("Deployment", "web", "apps", "uid-web")),
        pod("web-5f9-a", owner=OwnerRef("ReplicaSet", "web-5f9", "apps")),
        pod("web-5f9-b", "n2", owner=OwnerRef("ReplicaSet", "web-5f9", "apps")),
        pod("bare", owner=None),
        pod("proxy-a", owner=DAEMON, cpu=0, gib=1),
        pod("proxy-b", "n2", owner=DAEMON, cpu=0, gib=1),
        pod("static-n1", owner=OwnerRef("Node", "n1"), mirror=True, cpu=0, gib=1),
        pod("static-n2", "n2", owner=OwnerRef("Node", "n2"), mirror=True, cpu=0, gib=1),
    ).by("owner")
    assert said(costs) == {
        "Deployment/web": 26_000_000,
        "Pod/bare": 13_000_000,
        "DaemonSet/proxy": 2_000_000,
        "StaticPod/static": 2_000_000,
        "idle": 61_000_000,
    }


def test_what_the_system_keeps_is_a_line_of_its_own() -> None:
    costs = Cluster(node(capacity=amounts(4, 16), allocatable=amounts(3, 16)), pod("a")).by()
    assert said(costs) == {"shop": 13_000_000, "reserved": 9_000_000, "idle": 30_000_000}


def test_pods_without_a_price_are_counted_and_cost_nothing_known() -> None:
    costs = Cluster(node("n1"), node("n2", None), pod("a"), pod("b", "n2"), pod("c", "n2", namespace="web")).by()
    shop, web = costs.rows
    assert (shop.hourly, shop.pods, shop.unpriced_pods, shop.complete) == ({"USD": 13_000_000}, 2, 1, False)
    assert (web.hourly, web.unpriced_pods, web.share) == ({}, 1, None)
    assert costs.unpriced_pods == 2


def test_a_node_that_cannot_be_split_is_a_line_of_its_own() -> None:
    costs = Cluster(node("n1"), node("n2", unreadable=("memory",)), pod("a"), pod("b", "n2")).by()
    assert said(costs) == {"shop": 13_000_000, "idle": 39_000_000, "unsplit": 52_000_000}
    assert costs.unpriced_pods == 1


def test_balloons_are_marked() -> None:
    low = {"priority": -5, "images": ("registry.k8s.io/pause:3.9",)}
    costs = Cluster(node(), pod("a"), pod("b", shape=low), pod("c", shape=low, namespace="spare")).by()
    assert {row.namespace: (row.pods, row.balloons) for row in costs.rows} == {"shop": (2, 1), "spare": (1, 1)}


def test_fargate_bills_its_pod_whatever_it_requests() -> None:
    labels = {"eks.amazonaws.com/compute-type": "fargate", "nodeview/instance-price": "0.01"}
    costs = Cluster(node(labels=labels, capacity={}, allocatable={}), pod("a", cpu=0, gib=0)).by()
    assert said(costs) == {"shop": 10_000_000}


def test_an_owner_that_becomes_known_later_renames_its_row() -> None:
    cluster = Cluster(node(), pod("a", owner=OwnerRef("ReplicaSet", "web-5f9", "apps")))
    assert "ReplicaSet/web-5f9" in said(cluster.by("owner"))
    cluster.say(Workload("shop", "web-5f9", "u", "ReplicaSet", OwnerRef("Deployment", "web", "apps")))
    assert said(cluster.by("owner")) == {"Deployment/web": 13_000_000, "idle": 39_000_000}


def test_pods_and_nodes_that_are_gone_cost_nothing() -> None:
    web, shop, there = pod("a", namespace="web"), pod("b"), node("n2")
    cluster = Cluster(node("n1"), there, web, shop, pod("c", "n2", namespace="far"))
    cluster.by()
    cluster.gone(web)
    assert said(cluster.by()) == {"shop": 13_000_000, "far": 13_000_000, "idle": 78_000_000}
    cluster.gone(there)
    assert said(cluster.by("owner")) == {"ReplicaSet/app-1": 13_000_000, "idle": 39_000_000}


def test_only_touched_nodes_are_split_again() -> None:
    names = [f"n{number}" for number in range(50)]
    cluster = Cluster(*map(node, names), *[pod(f"p{name}", name) for name in names])
    before = cluster.by()
    cluster.say(pod("more", "n7"))
    after = cluster.by()
    assert said(after) == {"shop": 51 * 13_000_000, "idle": 149 * 13_000_000}
    ((maker, old),) = before.parts.items()
    fresh = [name for name, part in after.parts[maker].items() if part is not old[name]]
    assert fresh == ["n7"]
    assert cluster.by("owner").parts[maker] is after.parts[maker]


def test_who_is_asked_in_slices_can_be_left_alone() -> None:
    names = [f"n{number}" for number in range(100)]
    cluster = Cluster(*map(node, names), *[pod(f"p{name}", name) for name in names])
    before = cluster.by()
    kept = {maker: dict(parts) for maker, parts in before.parts.items()}
    cluster.say(*[pod("more", name, cpu=2) for name in names[:50]])
    work = cost_rows(cluster.look(), "namespace", before)
    for _ in range(3):
        next(work)
    work.close()
    assert {maker: dict(parts) for maker, parts in before.parts.items()} == kept
    slices = len(list(cost_rows(cluster.look(), "namespace", None)))
    assert slices >= len(names) // SLICE


def test_currencies_are_apart() -> None:
    cluster = Cluster(node("n1"), node("n2"), pod("a"), pod("b", "n2"))
    view = cluster.look()
    yuan = view.nodes[NodeName("n2")]
    yuan = replace(yuan, price=replace(yuan.price, currency="CNY", source="estimate"))
    nodes = dict(view.nodes) | {NodeName("n2"): yuan}
    costs = drained(
        cost_rows(replace(view, nodes=nodes, totals=tally(nodes.values(), ("cpu", "memory"))), "namespace", None)
    )
    (shop,) = costs.rows
    assert shop.hourly == {"USD": 13_000_000, "CNY": 13_000_000}
    assert (shop.share, shop.estimated) == (None, True)
    assert costs.total == {"USD": 52_000_000, "CNY": 52_000_000}


PODS_SAID = st.builds(
    lambda name, on, cpu, gib, namespace, owner, phase, low: pod(
        name, on, cpu, gib, namespace, owner=owner, phase=phase,
        shape={"priority": -1 if low else 0, "images": ("pause",)},
    ),
    st.sampled_from(["p1", "p2", "p3", "p4", "p5"]),
    st.sampled_from(["n1", "n2", "n3"]),
    st.integers(0, 5),
    st.integers(0, 20),
    st.sampled_from(["shop", "web"]),
    st.sampled_from([OwnerRef("ReplicaSet", "r", "apps"), OwnerRef("ReplicaSet", "s", "apps"), DAEMON, None]),
    st.sampled_from(["Running", "Pending", "Failed"]),
    st.booleans(),
)  # fmt: skip
NODES_SAID = st.builds(
    lambda name, price, kept: node(name, price, capacity=amounts(4 + kept, 16 + kept)),
    st.sampled_from(["n1", "n2", "n3"]),
    st.sampled_from([None, "0", "0.131", "3.000000001"]),
    st.integers(0, 2),
)
EVENTS = st.lists(
    st.one_of(
        st.tuples(st.just("say"), st.one_of(PODS_SAID, NODES_SAID)),
        st.tuples(st.just("gone"), st.integers(0, 9)),
        st.tuples(st.just("look"), st.sampled_from(["namespace", "owner"])),
    ),
    max_size=40,
)


@settings(max_examples=100, deadline=None)
@given(EVENTS)
def test_any_sequence_of_events_costs_what_plain_arithmetic_says(events: list[tuple[str, Any]]) -> None:
    cluster = Cluster()
    nodes: dict[str, Node] = {}
    pods: dict[Any, Pod] = {}
    for verb, what in events:
        if verb == "say":
            table: dict[Any, Any] = nodes if isinstance(what, Node) else pods
            table[what.key] = what
            cluster.say(what)
        elif verb == "gone" and (there := [*nodes.values(), *pods.values()]):
            gone = there[what % len(there)]
            (nodes if isinstance(gone, Node) else pods).pop(gone.key)
            cluster.gone(gone)
        elif verb == "look":
            cluster.by(what)
    for by in ("namespace", "owner"):
        agrees(cluster.by(by), list(nodes.values()), list(pods.values()))


def agrees(costs: Costs, nodes: list[Node], pods: list[Pod]) -> None:
    """Rows and rest add up to all priced nodes exactly, and each namespace pays what Fractions say."""
    known = {one.name: one for one in nodes if "nodeview/instance-price" in one.labels}
    there = [one for one in pods if one.node in {node.name for node in nodes} and one.phase != "Failed"]
    paid: dict[str, Fraction] = {}
    for name, one in known.items():
        hourly = Fraction(one.labels["nodeview/instance-price"])
        mine = [pod for pod in there if pod.node == name]
        kept = 9 * (one.capacity["cpu"] - 4 * NANO) + (one.capacity["memory"] - 16 * 2**30 * NANO) // 2**30
        whole = 9 * one.capacity["cpu"] + one.capacity["memory"] // 2**30
        worth = {pod.key: 9 * pod.requests["cpu"] + pod.requests["memory"] // 2**30 for pod in mine}
        for pod_ in mine:
            share = hourly * worth[pod_.key] / max(whole, kept + sum(worth.values())) * NANO
            paid[pod_.namespace] = paid.get(pod_.namespace, Fraction(0)) + share
    hourly_of: Counter[str] = Counter()
    for row in costs.rows:
        hourly_of[row.namespace] += row.hourly.get("USD", 0)
    assert hourly_of.keys() == {pod.namespace for pod in there}
    assert all(abs(hourly_of[name] - paid.get(name, Fraction(0))) <= 3 * len(there) + 9 for name in hourly_of)
    spent = sum(row.hourly.get("USD", 0) for row in (*costs.rows, *costs.rest))
    assert spent == costs.total.get("USD", 0)
    assert spent == sum(Fraction(one.labels["nodeview/instance-price"]) * NANO for one in known.values())
    assert sum(row.pods for row in costs.rows) == len(there)
    assert costs.unpriced_pods == sum(pod.node not in known for pod in there)


def test_what_there_is_as_much_of_as_pods_is_nothing_for_the_collector_to_walk() -> None:
    costs = Cluster(node(), pod("a")).by()
    assert costs.parts
    for of_maker in costs.parts.values():
        assert of_maker
        assert not any(gc.is_tracked(one) for one in of_maker.values())
