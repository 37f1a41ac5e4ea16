"""The audit of a whole cluster's requests."""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace

from nodeview.insights import Audit, audit_requests
from nodeview.records import Node, NodeName, ObjectKey, OwnerRef, Pod
from nodeview.views import ClusterView
from tests.builders import a_node, a_pod, a_shape
from tests.report.frames import a_frame

NANO = 10**9
MIB = 2**20 * NANO
BARE = (("app", ("cpu", "memory")), ("proxy", ("cpu",)))


def audited(view: ClusterView) -> Audit:
    work = audit_requests(view)
    while True:
        try:
            next(work)
        except StopIteration as done:
            audit: Audit = done.value
            return audit


def a_view(nodes: list[Node], pods: list[Pod]) -> ClusterView:
    return a_frame(nodes, pods).view


def a_machine(name: str, kind: str | None = "c6i.4xlarge", **overrides: Any) -> Node:
    labels = {"karpenter.sh/nodepool": "api"} | ({"node.kubernetes.io/instance-type": kind} if kind else {})
    room = {"cpu": 16 * NANO, "memory": 20_000 * MIB, "pods": 58 * NANO}
    return a_node(name, labels=labels, allocatable=room, **overrides)


def api(node: str, number: int, owner: str = "api-1", mebibytes: int = 5_010, **overrides: Any) -> Pod:
    """Four of them are 40 MiB too many for a machine."""
    shape = a_shape(requests={"cpu": NANO, "memory": mebibytes * MIB})
    ref = OwnerRef("ReplicaSet", owner)
    return a_pod(f"{owner}-{node}-{number}", node=NodeName(node), shape=shape, owner=ref, **overrides)


def test_two_replica_sets_of_a_deployment_are_one_workload() -> None:
    frame = a_frame(
        [a_machine(f"n{one}") for one in range(4)],
        [api(f"n{one}", two, f"api-{two % 2}") for one in range(4) for two in range(3)],
    )
    view = frame.view
    apart = audited(view)
    assert [one.own_nodes for one in apart.oversized] == []
    deployment = OwnerRef("Deployment", "api", "apps", "u")
    owners = {("ReplicaSet", ObjectKey("default", f"api-{one}")): deployment for one in range(2)}
    found = audited(replace(view, owners=owners))
    [one] = found.oversized
    assert (one.owner.kind, one.owner.name, one.pool, one.instance_type) == ("Deployment", "api", "api", "c6i.4xlarge")
    assert (one.fits, one.less, one.own_pods, one.saved) == (3, {"memory": 10 * MIB}, 12, 1)
    assert found.pods == 12


def test_only_nodes_that_take_pods_and_say_what_they_are_count() -> None:
    for overrides in ({"kind": None}, {"unschedulable": True}, {"unreadable": ("memory",)}):
        nodes = [a_machine(f"n{one}", **overrides) for one in range(4)]
        pods = [api(f"n{one}", two) for one in range(4) for two in range(3)]
        assert audited(a_view(nodes, pods)).oversized == (), overrides
    nodes = [a_machine(f"n{one}") for one in range(4)]
    assert len(audited(a_view(nodes, pods)).oversized) == 1


def test_balloons_are_no_work_and_keep_a_node_from_being_its_own() -> None:
    balloon = a_shape(
        requests={"cpu": NANO, "memory": MIB},
        priority=-5,
        priority_class="balloon",
        images=("registry.k8s.io/pause:3",),
    )
    nodes = [a_machine(f"n{one}") for one in range(4)]
    pods = [api(f"n{one}", two) for one in range(4) for two in range(3)]
    keeps = [
        a_pod(f"b{one}", node=NodeName(f"n{one}"), shape=balloon, owner=OwnerRef("ReplicaSet", "balloon"))
        for one in range(4)
    ]
    assert len(audited(a_view(nodes, pods)).oversized) == 1
    assert audited(a_view(nodes, pods + keeps)).oversized == ()


def test_containers_without_requests_by_owner_the_most_pods_first() -> None:
    bare = a_shape(unasked=BARE)
    less = a_shape(unasked=(("proxy", ("memory",)),))
    pods = [
        a_pod("a-1", shape=bare, owner=OwnerRef("ReplicaSet", "a")),
        a_pod("a-2", shape=less, owner=OwnerRef("ReplicaSet", "a")),
        a_pod("alone", shape=bare, owner=None),
        a_pod("kube-proxy-node-1", shape=less, owner=OwnerRef("Node", "node-1"), mirror=True),
        a_pod("fine"),
    ]
    found = audited(a_view([a_node("node-1")], pods)).bare
    assert [(one.owner.kind, one.owner.name, one.pods) for one in found] == [
        ("ReplicaSet", "a", 2),
        ("Pod", "alone", 1),
        ("StaticPod", "kube-proxy", 1),
    ]
    assert found[0].containers == {"app": ("cpu", "memory"), "proxy": ("cpu", "memory")}


def test_it_yields_often() -> None:
    nodes = [a_machine(f"n{one}") for one in range(200)]
    pods = [api(f"n{one}", two) for one in range(200) for two in range(3)]
    assert sum(1 for _ in audit_requests(a_view(nodes, pods))) > 200 // 8
