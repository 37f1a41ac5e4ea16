"""Where pods are, and which nodes a move touches."""

from __future__ import annotations

from nodeview.cluster.pod_places import PodPlaces
from nodeview.records import NodeName, ObjectKey
from tests.builders import a_pod

A, B = NodeName("a"), NodeName("b")


def test_a_pod_that_moves_touches_both_nodes_and_leaves_no_empty_place() -> None:
    places = PodPlaces()
    touched: set[NodeName] = set()
    on_a, on_b = a_pod("p", node=A), a_pod("p", node=B)
    places.moved(None, on_a, touched)
    places.moved(on_a, on_b, touched)
    assert places.on == {B: {on_b.key: on_b}}
    assert touched == {A, B}
    places.moved(on_b, None, touched)
    assert not places.on


def test_one_that_waits_is_found_with_and_without_a_node_and_touches_none() -> None:
    places = PodPlaces()
    touched: set[NodeName] = set()
    waits, runs = a_pod("w", node=None, phase="Pending"), a_pod("r", node=A)
    places.moved(None, waits, touched)
    assert places.touched == {waits.key}
    assert not touched
    places.moved(None, runs, touched)
    assert places.at(waits.key, None) is places.at(waits.key, B) is waits
    assert places.at(runs.key, A) is places.at(runs.key, None) is runs
    assert places.at(runs.key, B) is None
    assert places.at(ObjectKey("default", "nobody"), None) is None
