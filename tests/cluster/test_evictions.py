"""Which nodes a pod was evicted from a moment ago."""

from __future__ import annotations

from nodeview.cluster.evictions import EvictionFold
from nodeview.records import NodeName, Record
from tests.builders import NOW, a_node, a_pod

NAME = NodeName("node-1")
EVICTED = a_pod(disruption="EvictionByEvictionAPI")
CORDONED = a_node(unschedulable=True)


def folded(*moves: tuple[Record | None, Record | None], live: bool = True) -> EvictionFold:
    fold = EvictionFold()
    for later, (before, after) in enumerate(moves):
        fold.moved(before, after, NOW + later, live=live)
    return fold


def test_the_last_eviction_counts_whether_the_pod_is_there_or_gone() -> None:
    assert folded((a_pod(), EVICTED)).told() == {NAME: NOW}
    assert folded((a_pod(), EVICTED), (EVICTED, None)).told() == {NAME: NOW + 1}


def test_other_ends_are_no_evictions_and_the_first_listing_is_no_news() -> None:
    assert folded((a_pod(), None), (a_pod(), a_pod(disruption="PreemptionByScheduler"))).told() == {}
    assert folded((None, EVICTED), live=False).told() == {}
    assert folded((None, a_pod(node=None, disruption="EvictionByEvictionAPI"))).told() == {}


def test_a_node_that_takes_pods_again_or_goes_is_forgotten() -> None:
    evicted = (a_pod(), EVICTED)
    assert folded(evicted, (CORDONED, CORDONED)).told() == {NAME: NOW}
    assert folded(evicted, (CORDONED, a_node())).told() == {}
    assert folded(evicted, (CORDONED, None)).told() == {}


def test_told_is_the_same_until_something_differs() -> None:
    fold = folded((a_pod(), EVICTED))
    first = fold.told()
    fold.moved(a_pod("other"), a_pod("other", ready=False), NOW, live=True)
    assert fold.told() is first
    fold.moved(EVICTED, None, NOW + 9, live=True)
    assert first == {NAME: NOW}
    assert fold.told() == {NAME: NOW + 9}
