"""Room that is left, judged by a loop that puts pods on a node one by one."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from nodeview.cluster import ClusterStore
from nodeview.records import (
    CAPACITY_BUFFERS,
    NODES,
    PODS,
    REPLICA_SETS,
    CapacityBuffer,
    Lagging,
    Listing,
    Node,
    NodeName,
    OwnerRef,
    Pod,
    Resource,
    Synced,
    Upserted,
    Workload,
)
from nodeview.views import Assumptions, ClusterView, HeadroomShape, Shape, parse_headroom_shape, view_cluster
from nodeview.views.headroom import Room, added, room_on
from tests.builders import NOW, a_node, a_pod, a_shape, amounts, taint
from tests.views.build import GIB, NANO, labels, view

MILLI = NANO // 1000
CORE_AND_GIB = Shape({"cpu": NANO, "memory": GIB}, "as asked for")


def is_balloon(pod: Pod) -> bool:
    return pod.shape.priority < 0


GIVEN = Assumptions(is_balloon=is_balloon, headroom_shape=parse_headroom_shape("cpu=1,memory=1Gi"))


def holding(count: int, cpu_milli: int, gib: int, priority: int = 0, **overrides: Any) -> list[Pod]:
    shape = a_shape(requests={"cpu": cpu_milli * MILLI, "memory": gib * GIB}, priority=priority)
    word = "balloon" if priority < 0 else "work"
    return [a_pod(f"{word}-{number}", shape=shape, **overrides) for number in range(count)]


def naive(cpu: int, gib: int, places: int, taken: list[tuple[int, int]], asked: tuple[int, int]) -> int:
    """How many more pods go onto a node, one by one, until one does not."""
    count = 0
    while True:
        all_there = [*taken, *[asked] * (count + 1)]
        over = sum(one for one, _ in all_there) > cpu or sum(one for _, one in all_there) > gib
        if over or len(all_there) > places:
            return count
        count += 1


pods_of = st.lists(st.tuples(st.integers(0, 3000), st.integers(0, 6)), max_size=6)


@given(
    work=pods_of,
    balloons=pods_of,
    cpu=st.integers(0, 16),
    gib=st.integers(0, 32),
    places=st.integers(0, 14),
    asked=st.tuples(st.integers(1, 4000), st.integers(1, 8)),
)
def test_it_is_as_many_pods_as_fit_one_by_one(
    work: list[tuple[int, int]],
    balloons: list[tuple[int, int]],
    cpu: int,
    gib: int,
    places: int,
    asked: tuple[int, int],
) -> None:
    pods = [pod for cpu_milli, memory in work for pod in holding(1, cpu_milli, memory)]
    pods += [pod for cpu_milli, memory in balloons for pod in holding(1, cpu_milli, memory, -10)]
    pods = [a_pod(f"{number}", shape=pod.shape) for number, pod in enumerate(pods)]
    seen = view(holds=tuple(pods), given=GIVEN, allocatable=amounts(cpu, gib, places))
    room = room_on(seen, Shape({"cpu": asked[0] * MILLI, "memory": asked[1] * GIB}, ""), ("cpu", "memory"), is_balloon)
    assert room.pods_beside_balloons == naive(cpu * 1000, gib, places, [*work, *balloons], asked)
    if any(balloon != (0, 0) for balloon in balloons) or not balloons:
        assert room.pods == naive(cpu * 1000, gib, places, work, asked)


def test_free_and_what_balloons_hold_are_told_apart() -> None:
    pods = [*holding(1, 2000, 4), *holding(1, 1500, 2, -10)]
    room = room_on(view(holds=tuple(pods), given=GIVEN), CORE_AND_GIB, ("cpu", "memory"), is_balloon)
    assert room == Room(1, {"cpu": NANO // 2, "memory": 10 * GIB}, {"cpu": 1500 * MILLI, "memory": 2 * GIB}, 2, 0)


def test_a_node_that_promises_more_than_it_has_takes_nothing_from_others() -> None:
    room = room_on(view(holds=tuple(holding(1, 9000, 4)), given=GIVEN), CORE_AND_GIB, ("cpu", "memory"), is_balloon)
    assert (room.free["cpu"], room.pods) == (0, 0)
    assert added([room, Room(1, {"cpu": NANO, "memory": GIB}, {"cpu": 0, "memory": 0}, 1, 1)]).pods == 1


def test_what_is_not_known_is_no_room_and_no_lack_of_it() -> None:
    pod = a_pod(unreadable=("cpu",))
    room = room_on(view(holds=(pod,), given=GIVEN), CORE_AND_GIB, ("cpu", "memory"), is_balloon)
    assert room == Room(unknown=1)


def test_a_resource_that_a_node_does_not_have_is_no_room() -> None:
    gpu = Shape({"nvidia.com/gpu": NANO}, "")
    assert room_on(view(given=GIVEN), gpu, ("cpu",), is_balloon).pods == 0


class Heard:
    """A store and the views that are derived of it, one after the other."""

    def __init__(self, assumed: Assumptions = GIVEN) -> None:
        self.store = ClusterStore(is_balloon)
        self.assumed = assumed
        self.view: ClusterView | None = None
        for resource in (NODES, PODS, REPLICA_SETS, CAPACITY_BUFFERS):
            self.store.follow(resource)

    def say(self, resource: Resource[Any], *records: Any) -> None:
        self.store.apply(Upserted(resource, records, range(1, len(records) + 1), Listing(1, 1)), NOW)
        self.store.apply(Synced(resource, Listing(1, 1)), NOW)

    def look(self) -> ClusterView:
        work = view_cluster(self.store.snapshot(), self.assumed, self.view, NOW, None)
        while True:
            try:
                next(work)
            except StopIteration as done:
                self.view = done.value[0]
                assert self.view is not None
                return self.view


def zoned(name: str, zone: str, **overrides: Any) -> Node:
    return a_node(name, labels=labels(zone=zone, pool="api"), **overrides)


def test_zones_and_pools_and_a_zone_that_is_full() -> None:
    heard = Heard()
    cordon = {"unschedulable": True, "taints": (taint("node.kubernetes.io/unschedulable"),)}
    heard.say(NODES, zoned("a-1", "1a"), zoned("a-2", "1a", **cordon), zoned("b-1", "1b"), zoned("c-1", "1c", **cordon))
    heard.say(PODS, *holding(1, 3500, 1, node=NodeName("b-1")), *holding(2, 1000, 1, -1, node=NodeName("a-1")))
    headroom = heard.look().headroom
    rooms = {one.name: (one.room.nodes, one.room.pods, one.room.pods_beside_balloons) for one in headroom.zones}
    assert rooms == {"1a": (1, 4, 2), "1b": (1, 0, 0), "1c": (0, 0, 0)}
    assert [(one.provisioner, one.name, one.room.pods) for one in headroom.pools] == [("karpenter", "api", 4)]
    assert [one.name for one in headroom.full] == ["1b"]


def test_it_is_the_same_value_until_something_differs_and_right_when_it_does() -> None:
    heard = Heard()
    heard.say(NODES, zoned("a-1", "1a"), zoned("b-1", "1b"))
    first = heard.look().headroom
    assert heard.look().headroom is first
    heard.say(PODS, *holding(1, 3000, 1, node=NodeName("a-1")))
    again = heard.look().headroom
    assert {one.name: one.room.pods for one in again.zones} == {"1a": 1, "1b": 4}


def test_the_largest_pod_that_is_work_is_the_shape_until_a_larger_one_comes() -> None:
    heard = Heard(Assumptions(is_balloon=is_balloon))
    heard.say(NODES, zoned("a-1", "1a"))
    assert (heard.look().headroom.shape, heard.look().headroom.why) == (None, "no pod is seen that is work")
    daemon = a_pod(
        "daemon", node=NodeName("a-1"), owner=OwnerRef("DaemonSet", "d"), shape=a_shape(requests={"cpu": 2 * NANO})
    )
    heard.say(PODS, daemon, *holding(1, 500, 1, node=NodeName("a-1")), *holding(1, 3000, 3, -1, node=NodeName("a-1")))
    headroom = heard.look().headroom
    assert headroom.shape == Shape({"cpu": NANO // 2, "memory": GIB}, "the largest pod, default/work-0")


def test_a_workloads_own_pods_are_the_shape_once_they_are_known_to_be_its() -> None:
    heard = Heard(Assumptions(is_balloon=is_balloon, headroom_shape=HeadroomShape(namespace="default", name="web")))
    heard.say(NODES, zoned("a-1", "1a"))
    heard.say(PODS, *holding(1, 1000, 2, node=NodeName("a-1")))
    assert heard.look().headroom.why == "no pod of default/web is seen"
    heard.say(REPLICA_SETS, Workload("default", "app-1", "u", "ReplicaSet", OwnerRef("Deployment", "web", "apps")))
    headroom = heard.look().headroom
    assert headroom.shape == Shape({"cpu": NANO, "memory": 2 * GIB}, "a pod of default/web")
    assert headroom.zones[0].room.pods == 3


def test_for_pods_that_push_nothing_aside_the_balloons_hold_no_room() -> None:
    heard = Heard(Assumptions(is_balloon=is_balloon, headroom_shape=HeadroomShape(namespace="default", name="app-1")))
    heard.say(NODES, zoned("a-1", "1a"))
    meek = a_pod("meek", node=NodeName("a-1"), shape=a_shape(requests={"cpu": NANO}, preempts=False))
    heard.say(PODS, meek, *holding(2, 1000, 1, -1, node=NodeName("a-1")))
    headroom = heard.look().headroom
    assert headroom.shape == Shape({"cpu": NANO}, "a pod of default/app-1, which pushes no balloon aside", pops=False)
    assert [(one.room.pods, one.room.pods_beside_balloons) for one in headroom.zones] == [(1, 1)]
    heard.say(
        PODS,
        a_pod("bold", node=NodeName("a-1"), shape=a_shape(requests={"cpu": NANO})),
        *holding(2, 1000, 1, -1, node=NodeName("a-1")),
    )
    assert [(one.room.pods, one.room.pods_beside_balloons) for one in heard.look().headroom.zones] == [(3, 1)]


def test_a_workload_that_only_waits_has_a_shape_too() -> None:
    heard = Heard(Assumptions(headroom_shape=HeadroomShape(namespace="default", name="app-1")))
    heard.say(NODES, zoned("a-1", "1a"))
    heard.say(PODS, *holding(1, 8000, 2, node=None))
    headroom = heard.look().headroom
    assert headroom.shape == Shape({"cpu": 8 * NANO, "memory": 2 * GIB}, "a pod of default/app-1")
    assert [one.name for one in headroom.full] == ["1a"]


def test_without_pods_nothing_is_known() -> None:
    heard = Heard()
    heard.say(NODES, zoned("a-1", "1a"))
    heard.store.apply(Lagging(PODS, NOW, "you may not", "forbidden"), NOW)
    headroom = heard.look().headroom
    assert (headroom.why, headroom.zones, headroom.full) == ("pods are not known: you may not", (), ())


def test_buffers_have_their_own_name_and_are_in_no_sum() -> None:
    heard = Heard()
    heard.say(NODES, zoned("a-1", "1a"))
    before = heard.look().headroom
    buffer = CapacityBuffer("shop", "spare", "u", "Deployment/web", 3)
    heard.say(CAPACITY_BUFFERS, buffer)
    assert heard.store.stirred
    after = heard.look().headroom
    assert (after.buffers, after.zones) == ((buffer,), before.zones)


def test_oceans_nodes_are_marked() -> None:
    heard = Heard()
    heard.say(NODES, a_node(labels={"spotinst.io/ocean-vng-id": "ols-1"}), zoned("a-1", "1a"))
    assert {one.provisioner: one.ocean for one in heard.look().headroom.pools} == {"ocean": True, "karpenter": False}
