"""What is free on a node."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from nodeview.records import NANO, HostPort, Placement, PodTerm
from nodeview.scheduling.room import asked, room_of
from tests.builders import a_node, a_pod, a_shape


def test_an_empty_node_has_what_it_offers() -> None:
    node = a_node(allocatable={"cpu": 4 * NANO, "pods": 10 * NANO})
    assert room_of(node, ()).free == {"cpu": 4 * NANO, "pods": 10 * NANO}


def test_pods_take_what_they_ask_for_and_a_place_each() -> None:
    node = a_node(allocatable={"cpu": 4 * NANO, "memory": 100 * NANO, "pods": 10 * NANO})
    pods = [a_pod(name, shape=a_shape(requests={"cpu": 3 * NANO, "example.com/gpu": NANO})) for name in "ab"]
    assert room_of(node, pods).free == {"cpu": -2 * NANO, "memory": 100 * NANO, "pods": 8 * NANO}


def test_a_node_that_says_nothing_of_pods_takes_none() -> None:
    assert room_of(a_node(allocatable={}), ()).free == {"pods": 0}


def test_amounts_are_counted_as_the_scheduler_counts() -> None:
    pod = a_pod(shape=a_shape(requests={"cpu": 1, "memory": NANO + 1, "hugepages-2Mi": 0, "pods": NANO}))
    assert asked(pod) == {"cpu": NANO // 1000, "memory": 2 * NANO}
    node = a_node(allocatable={"cpu": NANO, "memory": 5 * NANO, "pods": 2 * NANO})
    assert room_of(node, [pod]).free == {"cpu": NANO - NANO // 1000, "memory": 3 * NANO, "pods": NANO}


def test_ports_and_those_who_want_to_be_alone_are_known() -> None:
    port, term = HostPort(80), PodTerm("host", ())
    first = a_pod("a", shape=a_shape(placement=Placement(host_ports=(port,))))
    second = a_pod("b", shape=a_shape(placement=Placement(anti_affinity=(term,))))
    room = room_of(a_node(), [first, second, a_pod("c")])
    assert (room.ports, room.averse) == (frozenset({port}), (second,))


@given(st.lists(st.integers(0, 3 * NANO), max_size=8))
def test_the_order_of_pods_is_nothing(cores: list[int]) -> None:
    pods = [a_pod(str(n), shape=a_shape(requests={"cpu": cpu})) for n, cpu in enumerate(cores)]
    there, back = room_of(a_node(), pods), room_of(a_node(), reversed(pods))
    assert there.free == back.free
    assert 4 * NANO - sum(cores) - len(cores) * NANO // 1000 <= there.free["cpu"] <= 4 * NANO - sum(cores)
