"""The derived cluster, judged by the oracle, whatever the order in which it was heard."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nodeview.cluster import ClusterStore
from nodeview.records import (
    NODES,
    PODS,
    Deleted,
    Listing,
    NodeName,
    ObjectKey,
    Resource,
    ServerVersion,
    Synced,
    Upserted,
)
from nodeview.views import Assumptions, ClusterView, PodCounts, view_cluster
from tests import oracle
from tests.raw import raw_node, raw_pod

VERSION = ServerVersion(1, 34, "v1.34.2")
NOW = 1_900_000_000.0


class Heard:
    """A store that hears raw objects through the real readers, and derives a view when asked."""

    def __init__(self) -> None:
        self.store = ClusterStore()
        self.readers: dict[Resource[Any], Any] = {one: one.reader(VERSION) for one in (NODES, PODS)}
        for resource in self.readers:
            self.store.follow(resource)
        self.view: ClusterView | None = None
        self.touched: frozenset[NodeName] = frozenset()

    def say(self, resource: Resource[Any], *objects: dict[str, Any], listing: Listing | None = None) -> None:
        batch = self.readers[resource](json.dumps(objects).encode())
        self.store.apply(Upserted(resource, batch.records, batch.versions, listing), NOW)

    def gone(self, resource: Resource[Any], raw: dict[str, Any], version: int) -> None:
        meta = raw["metadata"]
        key = ObjectKey(meta.get("namespace", ""), meta["name"])
        self.store.apply(Deleted(resource, key, meta["uid"], version), NOW)

    def synced(self) -> None:
        for resource in self.readers:
            self.store.apply(Synced(resource, Listing(1, 1)), NOW)

    def look(self, now: float = NOW) -> ClusterView:
        work = view_cluster(self.store.snapshot(), Assumptions(), self.view, now, VERSION)
        while True:
            try:
                next(work)
            except StopIteration as done:
                self.view, self.touched = done.value
                assert self.view is not None
                return self.view


def agrees(view: ClusterView, nodes: list[Any], pods: list[Any]) -> None:
    """Every figure of the view is the oracle's."""
    expected = oracle.by_node(nodes, pods)
    assert {str(name) for name in view.nodes} == set(expected)
    for name, (count, sums) in expected.items():
        node = view.nodes[NodeName(name)]
        assert len(node.pods) == count
        for resource in ("cpu", "memory"):
            assert node.requested[resource] == sums.get(resource, 0) * 10**9
    states = oracle.states(nodes, pods)
    counts = view.totals.pods
    assert counts is not None
    assert {"pending": counts.pending, "starting": counts.starting, "running": counts.running} | {
        "terminating": counts.terminating
    } == states
    for resource in ("cpu", "memory"):
        assert view.totals.allocatable.get(resource, 0) == oracle.allocatable(nodes, resource) * 10**9
        assert view.totals.requested.get(resource, 0) == sum(
            sums.get(resource, 0) * 10**9 for _, sums in expected.values()
        )
    for parts in (view.pools, view.zones):
        assert sum(one.tally.nodes for one in parts) == len(nodes)
        assert sum(one.tally.requested.get("cpu", 0) for one in parts) == view.totals.requested.get("cpu", 0)


PODS_SAID = st.builds(
    raw_pod,
    st.sampled_from(["p1", "p2", "p3", "p4"]),
    node=st.sampled_from(["n1", "n2", "n3", None]),
    cpu=st.sampled_from(["100m", "1", "250m", "0", "1500u"]),
    memory=st.sampled_from(["64Mi", "1Gi", "1.5Gi", "100M"]),
    phase=st.sampled_from(["Running", "Pending", "Succeeded", "Failed"]),
    deleting=st.booleans(),
    born=st.integers(0, 1),
)
NODES_SAID = st.builds(
    raw_node,
    st.sampled_from(["n1", "n2", "n3"]),
    cpu=st.sampled_from(["4", "3920m"]),
    memory=st.sampled_from(["16Gi", "7000Mi"]),
    labels=st.fixed_dictionaries({"karpenter.sh/nodepool": st.sampled_from(["api", "web"])}),
)
EVENTS = st.lists(
    st.one_of(
        st.tuples(st.just("pod"), PODS_SAID),
        st.tuples(st.just("node"), NODES_SAID),
        st.tuples(st.just("drop pod"), st.sampled_from(["p1", "p2", "p3", "p4"])),
        st.tuples(st.just("drop node"), st.sampled_from(["n1", "n2", "n3"])),
        st.tuples(st.just("look"), st.none()),
    ),
    max_size=40,
)


@settings(max_examples=200)
@given(EVENTS)
def test_any_sequence_of_events_agrees_with_the_oracle(events: list[tuple[str, Any]]) -> None:
    heard, nodes, pods = Heard(), dict[str, Any](), dict[str, Any]()
    for version, (verb, said) in enumerate(events, start=1):
        if verb in ("pod", "node"):
            table, resource = (pods, PODS) if verb == "pod" else (nodes, NODES)
            said["metadata"]["resourceVersion"] = str(version)
            table[said["metadata"]["name"]] = said
            heard.say(resource, said)
        elif verb == "look":
            agrees(heard.look(), list(nodes.values()), list(pods.values()))
        else:
            table, resource = (pods, PODS) if verb == "drop pod" else (nodes, NODES)
            if said in table:
                heard.gone(resource, table.pop(said), version)
    agrees(heard.look(), list(nodes.values()), list(pods.values()))


@settings(max_examples=100)
@given(EVENTS, st.randoms(use_true_random=False))
def test_the_order_between_streams_does_not_matter(events: list[tuple[str, Any]], random: Any) -> None:
    """Nodes and pods are two streams: each in its own order, merged in any."""
    streams: dict[str, list[tuple[int, str, Any]]] = {"pod": [], "node": []}
    for version, (verb, said) in enumerate(events, start=1):
        if verb in streams:
            said["metadata"]["resourceVersion"] = str(version)
            streams[verb].append((version, verb, said))
    nodes = {said["metadata"]["name"]: said for _, _, said in streams["node"]}
    pods = {said["metadata"]["name"]: said for _, _, said in streams["pod"]}
    heard = Heard()
    left = [list(streams["pod"]), list(streams["node"])]
    while any(left):
        queue = random.choice([one for one in left if one])
        _, verb, said = queue.pop(0)
        heard.say(PODS if verb == "pod" else NODES, said)
        if random.random() < 0.2:
            heard.look()
    agrees(heard.look(), list(nodes.values()), list(pods.values()))


def test_a_pod_heard_before_its_node_counts_at_once() -> None:
    heard = Heard()
    heard.say(PODS, raw_pod("p1", node="n1"))
    assert heard.look().pods_elsewhere == 1
    heard.say(NODES, raw_node("n1"))
    view = heard.look()
    assert view.nodes[NodeName("n1")].counts == PodCounts(running=1)
    assert view.pods_elsewhere == 0


def test_a_resize_never_drifts() -> None:
    heard = Heard()
    heard.say(NODES, raw_node("n1"))
    heard.say(PODS, raw_pod("p1", 1, cpu="1"))
    for version, cpu in enumerate(["2", "500m", "3"], start=2):
        heard.say(PODS, raw_pod("p1", version, cpu=cpu))
        assert heard.look().nodes[NodeName("n1")].requested["cpu"] == oracle.amount(cpu) * 10**9
    heard.gone(PODS, raw_pod("p1"), 9)
    assert heard.look().nodes[NodeName("n1")].requested["cpu"] == 0


def test_a_pod_made_again_elsewhere_counts_once() -> None:
    heard = Heard()
    heard.say(NODES, raw_node("n1"), raw_node("n2"))
    heard.say(PODS, raw_pod("p1", 1, node="n1"))
    heard.say(PODS, raw_pod("p1", 2, node="n2", born=1))
    view = heard.look()
    assert [len(view.nodes[NodeName(name)].pods) for name in ("n1", "n2")] == [0, 1]


def test_terminating_pods_count_and_are_told_apart() -> None:
    heard = Heard()
    heard.say(NODES, raw_node("n1"))
    heard.say(PODS, raw_pod("p1", deleting=True, cpu="2"))
    view = heard.look()
    assert view.nodes[NodeName("n1")].requested["cpu"] == 2 * 10**9
    assert view.totals.pods == PodCounts(terminating=1)


def test_a_quantity_that_cannot_be_read_is_unknown_with_its_reason() -> None:
    heard = Heard()
    heard.say(NODES, raw_node("n1"), raw_node("n2"))
    heard.say(PODS, raw_pod("p1", cpu="lots"), raw_pod("p2", cpu="1"))
    view = heard.look()
    node = view.nodes[NodeName("n1")]
    assert "cpu" not in node.requested
    assert "shop/p1" in node.unknown["cpu"]
    assert node.share("cpu") is None
    assert "cpu" not in view.totals.requested
    assert "n1" in view.totals.unknown["cpu"]
    assert node.requested["memory"] == 2 * 256 * 2**20 * 10**9


def test_only_touched_nodes_are_derived_again() -> None:
    heard = Heard()
    heard.say(NODES, raw_node("n1"), raw_node("n2"))
    before = heard.look().nodes
    heard.say(PODS, raw_pod("p1", node="n2"))
    after = heard.look().nodes
    assert heard.touched == {"n2"}
    assert after[NodeName("n1")] is before[NodeName("n1")]
    assert after[NodeName("n2")] is not before[NodeName("n2")]


def test_a_heartbeat_touches_nothing() -> None:
    heard = Heard()
    heard.say(NODES, raw_node("n1", 1))
    heard.look()
    beat = raw_node("n1", 2)
    beat["status"]["conditions"][0]["lastHeartbeatTime"] = "2026-11-20T11:11:11Z"
    heard.say(NODES, beat)
    assert not heard.store.stirred


def test_who_joined_and_left_is_marked_for_a_moment_and_the_first_listing_is_not() -> None:
    heard = Heard()
    heard.say(NODES, raw_node("n1"), raw_node("n2"), listing=Listing(1, 1))
    heard.synced()
    assert not heard.look().joined
    heard.say(NODES, raw_node("n3", 5))
    heard.gone(NODES, raw_node("n2"), 6)
    view = heard.look(NOW + 1)
    assert set(view.joined) == {"n3"}
    assert set(view.departed) == {"n2"}
    assert view.next_moment == pytest.approx(NOW + 6)
    later = heard.look(NOW + 7)
    assert not later.joined
    assert not later.departed


def test_a_node_turns_from_arriving_to_not_ready_by_time_alone() -> None:
    heard = Heard()
    node = raw_node("n1")
    node["status"]["conditions"] = [{"type": "Ready", "status": "False", "lastTransitionTime": oracle_stamp(0)}]
    node["metadata"]["creationTimestamp"] = oracle_stamp(0)
    heard.say(NODES, node)
    view = heard.look(BORN + 60)
    assert view.nodes[NodeName("n1")].standing.phase == "arriving"
    assert view.next_moment is not None
    assert heard.look(view.next_moment + 1).nodes[NodeName("n1")].standing.phase == "not_ready"
    assert heard.touched == {"n1"}


BORN = 1_795_946_400.0


def oracle_stamp(after: int) -> str:
    """RFC 3339 of a moment after BORN (2026-11-29T10:00:00Z), under a minute."""
    return f"2026-11-29T10:00:{after:02d}Z"
