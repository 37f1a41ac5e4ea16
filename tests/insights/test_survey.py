"""When outlooks are worked out."""

from __future__ import annotations

from nodeview.insights.survey import AGAIN_S, ROOMS_A_FRAME
from nodeview.records import NODES, PODS, OwnerRef
from tests.builders import NOW, a_node, a_shape, amounts
from tests.insights.build import Cluster, waiting


def judged(cluster: Cluster, at: float) -> int:
    return sum(one.outlook is not None for one in cluster.groups(at))


def test_an_outlook_holds_for_some_seconds_and_is_worked_out_again_only_when_something_differs() -> None:
    cluster = Cluster().listed(nodes=[a_node("a")], pods=[waiting("pod")])
    first = cluster.groups()[0].outlook
    assert cluster.groups(NOW + 60)[0].outlook is first
    cluster.put(NODES, a_node("a", allocatable=amounts(6)))
    assert cluster.groups(NOW + 61)[0].outlook is not first
    second = cluster.groups(NOW + 61)[0].outlook
    cluster.put(NODES, a_node("a", allocatable=amounts(7)))
    assert cluster.groups(NOW + 62)[0].outlook is second
    third = cluster.groups(NOW + 61 + AGAIN_S)[0].outlook
    assert third is not None
    assert third.near[0].missing == {"cpu": 10**9}


def test_of_many_groups_and_nodes_so_many_are_judged_a_frame_and_the_next_frame_comes_by_itself() -> None:
    nodes = [a_node(f"node-{one}") for one in range(1000)]
    pods = [waiting(f"pod-{one}", owner=OwnerRef("Job", f"job-{one}")) for one in range(12)]
    cluster = Cluster().listed(nodes=nodes, pods=pods)
    a_frame = ROOMS_A_FRAME // 1000
    assert judged(cluster, NOW) == a_frame
    moment = cluster.frame(NOW).next_moment
    assert moment is not None
    assert NOW < moment < NOW + 1
    assert judged(cluster, NOW) == a_frame
    assert judged(cluster, moment) == 2 * a_frame
    assert judged(cluster, NOW + 5) == 12
    assert cluster.frame(NOW + 6).next_moment is None


def test_a_clock_that_is_set_back_stops_nothing() -> None:
    pods = [waiting(f"pod-{one}", owner=OwnerRef("Job", f"job-{one}")) for one in range(2)]
    cluster = Cluster().listed(nodes=[a_node("a")], pods=pods)
    cluster.frame(NOW + 10_000)
    new = waiting("new", owner=OwnerRef("Job", "new"), shape=a_shape())
    cluster.put(PODS, new)
    assert judged(cluster, NOW) == 3


def test_without_candidates_all_is_forgotten() -> None:
    pod = waiting("pod")
    cluster = Cluster().listed(nodes=[a_node("a")], pods=[pod])
    assert cluster.frame().insights.pending.outlooks.rooms
    assert not cluster.gone(pod).frame().insights.pending.outlooks.rooms
