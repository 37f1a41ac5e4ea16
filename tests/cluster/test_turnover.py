"""Nodes that come and go, and pods that move."""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace

from nodeview.cluster.turnover import KEPT, MOVES, SWAP_S, TurnoverFold
from nodeview.records import Node, ObjectKey, OwnerRef, Taint
from tests.builders import HOUR, NOW, a_node, a_pod

EVICTED = "EvictionByEvictionAPI"


def like(name: str, type_: str = "m5.large", capacity: str = "spot", **overrides: Any) -> Node:
    labels = {
        "karpenter.sh/nodepool": "api",
        "karpenter.sh/capacity-type": capacity,
        "node.kubernetes.io/instance-type": type_,
    }
    return a_node(name, labels=labels, **overrides)


def test_a_node_that_gives_way_to_its_like_is_a_swap_whichever_comes_first() -> None:
    fold = TurnoverFold()
    going = like("a", taints=(Taint("karpenter.sh/disrupted", "", "NoSchedule", NOW - 1),))
    fold.moved(like("a"), going, NOW - 1, live=True)
    fold.moved(None, like("b"), NOW, live=True)
    fold.moved(going, None, NOW + 30, live=True)
    fold.moved(like("c"), None, NOW + 40, live=True)
    fold.moved(None, like("d"), NOW + 50, live=True)
    assert [(one.old, one.new, one.at) for one in fold.told().swaps] == [("a", "b", NOW + 30), ("c", "d", NOW + 50)]


def test_nodes_that_came_before_another_was_chosen_came_for_other_reasons() -> None:
    """Scaled up and down again: nothing was made in place of what is taken away."""
    fold = TurnoverFold()
    nodes = [like(name) for name in "abcd"]
    for node in nodes:
        fold.moved(None, node, NOW, live=True)
    for node in nodes[1:]:
        going = replace(node, taints=(Taint("karpenter.sh/disrupted", "", "NoSchedule", NOW + 40),))
        fold.moved(node, going, NOW + 40, live=True)
        fold.moved(going, None, NOW + 50, live=True)
    assert fold.told().swaps == ()
    fold.moved(None, like("e"), NOW + 60, live=True)
    assert [(one.old, one.new) for one in fold.told().swaps] == [("b", "e")], "and what comes afterwards does"


def test_a_node_that_was_to_go_and_stays_is_not_chosen_any_more() -> None:
    fold = TurnoverFold()
    going = like("a", unschedulable=True)
    fold.moved(None, going, NOW, live=False)
    fold.moved(going, like("a"), NOW + 10, live=True)
    fold.moved(None, like("b"), NOW + 20, live=True)
    fold.moved(like("a"), None, NOW + 30, live=True)
    assert fold.told().swaps == ()


def test_another_type_another_capacity_or_another_hour_is_no_swap() -> None:
    fold = TurnoverFold()
    fold.moved(like("a"), None, NOW, live=True)
    fold.moved(None, like("b", "m5.xlarge"), NOW, live=True)
    fold.moved(None, like("c", capacity="on-demand"), NOW, live=True)
    fold.moved(None, like("d"), NOW + SWAP_S + 1, live=True)
    assert fold.told().swaps == ()


def test_how_long_it_lived_and_a_clock_that_is_behind() -> None:
    fold = TurnoverFold()
    fold.moved(like("a", created=NOW - HOUR), None, NOW, live=True)
    fold.moved(like("b", created=NOW + 9), None, NOW, live=True)
    assert [(one.node, one.pool, one.lived_s) for one in fold.told().lives] == [("a", "api", HOUR), ("b", "api", 0)]


def test_a_fargate_node_lives_as_long_as_its_pod() -> None:
    fold = TurnoverFold()
    fargate = a_node("fargate-ip-10-0-1-7", labels={"eks.amazonaws.com/compute-type": "fargate"}, created=NOW - 9)
    fold.moved(None, fargate, NOW, live=True)
    fold.moved(fargate, None, NOW, live=True)
    assert fold.told().lives == ()


def test_a_namesake_is_another_node() -> None:
    fold = TurnoverFold()
    fold.moved(like("a"), like("a", uid="other"), NOW, live=True)
    assert len(fold.told().lives) == 1


def test_a_first_listing_is_no_news() -> None:
    fold = TurnoverFold()
    before = fold.told()
    fold.moved(like("a"), None, NOW, live=False)
    fold.moved(None, like("b"), NOW, live=False)
    assert fold.told() is before


def test_pods_that_have_to_move_are_counted_once_each_by_their_owner() -> None:
    fold = TurnoverFold()
    pod = a_pod("p")
    gone = replace(pod, disruption=EVICTED)
    fold.moved(pod, gone, NOW, live=True)
    fold.moved(gone, replace(gone, deleted=NOW), NOW + 1, live=True)
    said = fold.told()
    assert said.moves == {("ReplicaSet", ObjectKey("default", "app-1")): (NOW,)}
    daemon = a_pod("d", owner=OwnerRef("DaemonSet", "d", "apps"))
    fold.moved(daemon, replace(daemon, disruption=EVICTED), NOW, live=True)
    preempted = a_pod("e")
    fold.moved(preempted, replace(preempted, disruption="PreemptionByScheduler"), NOW, live=True)
    assert fold.told() is said


def test_it_is_bounded_and_forgets_what_is_an_hour_old() -> None:
    fold = TurnoverFold()
    pod = a_pod("p")
    for number in range(3 * MOVES):
        fold.moved(pod, replace(pod, disruption=EVICTED), NOW + number, live=True)
    for number in range(2 * KEPT):
        fold.moved(like(f"n{number}"), None, NOW, live=True)
    assert len(fold.told().lives) == KEPT
    assert len(*fold.told().moves.values()) == MOVES
    fold.moved(pod, replace(pod, disruption=EVICTED), NOW + 2 * HOUR, live=True)
    assert list(fold.told().moves.values()) == [(NOW + 2 * HOUR,)]
