"""Groups are derived again where something was heard of their pods, and nowhere else."""

from __future__ import annotations

import random

from msgspec.structs import replace

from nodeview.insights import PendingGroup
from nodeview.records import NODES, PODS, REPLICA_SETS, NodeName, OwnerRef, Workload
from tests.builders import NOW, a_node, a_pod, a_shape
from tests.insights.build import NO_CPU, Cluster, starting, waiting

NODES_OF_THREE = [a_node(f"node-{number}") for number in range(3)]


def seen(groups: tuple[PendingGroup, ...]) -> dict[tuple[str, str], set[str]]:
    return {(one.name, one.kind): {key.name for key in one.members} for one in groups}


def test_pods_of_one_owner_and_one_cause_are_one_group_the_oldest_first() -> None:
    pods = [
        waiting("a"),
        waiting("b", "0/2 nodes are available: 2 Insufficient cpu."),
        waiting("c", "0/3 nodes are available: 3 Insufficient memory."),
        waiting("old", owner=OwnerRef("Job", "job"), created=NOW - 500),
        waiting("gate", None, gated=True),
        waiting("new", None),
        waiting("promised", nominated=NodeName("node-1")),
        starting("first"),
    ]
    groups = Cluster().listed(nodes=NODES_OF_THREE, pods=pods).groups()
    assert groups[0].name == "job"
    assert [{key.name for key in one.members} for one in groups if one.kind == "unschedulable"] == [
        {"old"},
        {"a", "b"},
        {"c"},
    ]
    assert {one.kind: one.words.lead for one in groups if one.kind != "unschedulable"} == {
        "gated": "held by its scheduling gates",
        "waiting": "not tried yet",
        "nominated": "a place is kept on node-1",
        "starting": "its node has not begun with it yet",
    }


def test_only_the_groups_that_something_was_heard_of_are_derived_again() -> None:
    other = waiting("other", owner=OwnerRef("Job", "job"))
    cluster = Cluster().listed(nodes=NODES_OF_THREE, pods=[waiting("a"), other])
    before = {one.name: one for one in cluster.groups()}
    cluster.put(PODS, waiting("b", created=NOW - 1))
    after = {one.name: one for one in cluster.groups(NOW + 1)}
    assert {key.name for key in after["worker-1"].members} == {"a", "b"}
    assert after["job"] is before["job"]
    frame = cluster.frame(NOW + 2)
    assert frame.insights.pending.groups is cluster.frame(NOW + 3).insights.pending.groups


def test_a_pod_that_gets_a_node_starts_and_then_waits_no_more() -> None:
    pod = waiting("a")
    cluster = Cluster().listed(nodes=NODES_OF_THREE, pods=[pod])
    assert seen(cluster.groups()) == {("worker-1", "unschedulable"): {"a"}}
    bound = replace(pod, node=NodeName("node-0"), waiting=None)
    assert seen(cluster.put(PODS, bound).groups()) == {("worker-1", "starting"): {"a"}}
    assert seen(cluster.put(PODS, replace(bound, phase="Running")).groups()) == {}
    assert not cluster.frame().insights.pending.starting


def test_pods_leave_with_their_node_and_when_they_are_deleted() -> None:
    pods = [waiting("a"), starting("b"), starting("c", "node-1")]
    cluster = Cluster().listed(nodes=NODES_OF_THREE, pods=pods)
    cluster.frame()
    assert seen(cluster.gone(pods[0]).groups()) == {("worker-1", "starting"): {"b", "c"}}
    assert seen(cluster.gone(pods[1]).groups()) == {("worker-1", "starting"): {"c"}}


def test_the_owner_behind_the_owner_is_learnt_later() -> None:
    cluster = Cluster().listed(nodes=NODES_OF_THREE, pods=[waiting("a")])
    assert [one.name for one in cluster.groups()] == ["worker-1"]
    cluster.put(REPLICA_SETS, Workload("default", "worker-1", "uid", "ReplicaSet", OwnerRef("Deployment", "worker")))
    assert [one.name for one in cluster.groups()] == ["worker"]


def test_nothing_is_worked_out_before_all_is_heard() -> None:
    cluster = Cluster().put(NODES, a_node()).put(PODS, waiting("a"))
    assert [one.outlook for one in cluster.groups()] == [None]
    (group,) = cluster.listed(nodes=[a_node()], pods=[waiting("a")]).groups()
    assert group.outlook is not None


def test_whatever_happens_groups_are_those_of_a_first_frame() -> None:
    rng = random.Random(7)
    shapes = [a_shape(requests={"cpu": 10**9}), a_shape(requests={"cpu": 2 * 10**9})]
    cluster = Cluster().listed(nodes=NODES_OF_THREE)
    alive: dict[str, object] = {}
    for _ in range(300):
        name = f"pod-{rng.randrange(12)}"
        pod = rng.choice(
            [
                waiting(name, rng.choice([NO_CPU, None, "odd"]), shape=rng.choice(shapes)),
                starting(name, f"node-{rng.randrange(3)}", shape=rng.choice(shapes)),
                a_pod(name, node=NodeName("node-2")),
            ]
        )
        if rng.random() < 0.2 and name in alive:
            cluster.gone(alive.pop(name))  # type: ignore[arg-type]
        else:
            alive[name] = pod
            cluster.put(PODS, pod)
        if rng.random() < 0.3:
            cluster.frame()
    cluster.frame()
    fresh = Cluster().listed(nodes=NODES_OF_THREE, pods=list(alive.values()))
    assert {one.key: set(one.members) for one in cluster.groups()} == {
        one.key: set(one.members) for one in fresh.groups()
    }


def test_a_burst_is_derived_in_slices() -> None:
    cluster = Cluster().listed(nodes=NODES_OF_THREE, pods=[waiting(f"pod-{one}") for one in range(2000)])
    (group,) = cluster.groups()
    assert len(group.members) == 2000
    assert cluster.slices > 20
