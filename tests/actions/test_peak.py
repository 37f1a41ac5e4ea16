"""What the restarts need at their peak, against what there is."""

from __future__ import annotations

from typing import Any

import pytest

from nodeview.actions.peak import amounts as words_of
from nodeview.actions.peak import new_words
from nodeview.records import NANO
from tests.actions.world import World
from tests.builders import a_claim, a_node, a_pool, a_shape

GIB = 2**30 * NANO


@pytest.mark.parametrize(
    ("on", "how", "cores"),
    [
        # here + surge, never more than the workload wants at most: all new
        (4 * ("node-1",), {"max_surge": 1, "max_unavailable": 0}, 4),
        (("node-1", "node-2", "node-2", "node-2"), {"max_surge": 1, "max_unavailable": 0}, 2),
        (("node-1", "node-2", "node-2", "node-2"), {"max_surge": "100%", "max_unavailable": 0}, 4),
        (("node-1", "node-2", "node-2", "node-2"), {"max_surge": 0, "max_unavailable": 1}, 1),
        (("node-1", "node-2"), {"strategy": "Recreate"}, 1),
    ],
)
def test_needs_of_a_deployment(on: tuple[str, ...], how: dict[str, Any], cores: int) -> None:
    assert World().deployment("web", on=on, **how).plan().surge.needs["cpu"] == cores * NANO


def most_beside(replicas: int, here: int, surge: int, unavailable: int) -> int:
    """By walking through every state that the Deployment controller may come to: how many more of its pods than before
    are on nodes that stay, at most. New pods are ready at once, and only there; old ones go in any order."""
    begun = (0, here, replicas - here)
    states, open_ = {begun}, [begun]
    while open_:
        new, leaving, staying = open_.pop()
        total = new + leaving + staying
        steps = [(new + 1, leaving, staying)] if total < replicas + surge and new < replicas else []
        if total > replicas - unavailable:
            steps += [(new, leaving - 1, staying)] if leaving else []
            steps += [(new, leaving, staying - 1)] if staying else []
        open_ += [state for state in steps if state not in states]
        states.update(steps)
    assert (replicas, 0, 0) in states
    return max(new + staying for new, _, staying in states) - (replicas - here)


@pytest.mark.parametrize("surge", [0, 1, 2, 5])
@pytest.mark.parametrize("unavailable", [0, 1, 3])
def test_the_peak_is_that_of_every_order_in_which_a_rollout_may_go(surge: int, unavailable: int) -> None:
    if not surge and not unavailable:
        return
    for replicas in range(1, 7):
        for here in range(1, replicas + 1):
            on = ["node-1"] * here + ["node-2"] * (replicas - here)
            world = World().deployment("web", on=on, max_surge=surge, max_unavailable=unavailable)
            (one,) = world.scope().affected
            assert one.peak == most_beside(replicas, here, surge, unavailable), (replicas, here)


def test_a_statefulset_surges_nothing() -> None:
    world = World().owned("store", "StatefulSet", on=("node-1", "node-2", "node-2"), max_surge="100%")
    assert world.plan().surge.needs["cpu"] == NANO


def test_only_so_many_surge_beside_each_other() -> None:
    world = World()
    for name in ("a", "b", "c"):
        world.deployment(name, on=("node-1", "node-2"), max_surge=1, max_unavailable=0)
    assert world.plan(max_restarts=1).surge.needs["cpu"] == 4 * NANO
    assert world.plan(max_restarts=3).surge.needs["cpu"] == 6 * NANO


def test_free_is_of_nodes_that_stay_and_take_these_pods() -> None:
    nodes = [a_node("node-1"), a_node("node-2"), a_node("node-3", unschedulable=True)]
    surge = World(*nodes).deployment("web").deployment("other", on=("node-2",)).plan().surge
    assert surge.free == {"cpu": 3 * NANO, "memory": 15 * GIB}
    assert surge.balloon == {"cpu": 0, "memory": 0}
    assert (surge.new_nodes, surge.new_hourly) == (0, 0)
    assert surge.words == "needs 1 vCPU, 1 GiB at its peak; 3 vCPU, 15 GiB free on nodes that stay; no new node"


def test_balloons_are_told_apart() -> None:
    balloon = a_shape(priority=-10, images=("registry.k8s.io/pause:3.9",))
    surge = World().deployment("web").deployment("room", on=("node-2",), template=balloon).plan().surge
    assert surge.balloon["cpu"] == NANO
    assert "1 vCPU, 1 GiB held by balloons" in surge.words


def test_new_nodes_and_their_price() -> None:
    labels = {
        "karpenter.sh/nodepool": "default",
        "node.kubernetes.io/instance-type": "m5.xlarge",
        "eks-node-viewer/instance-price": "0.192",
    }
    world = World(a_node("node-1", labels=labels)).having(claims=[a_claim()], pools=[a_pool()])
    surge = world.deployment("web", on=5 * ("node-1",)).plan().surge
    assert surge.new_nodes == 2
    assert surge.new_hourly == 2 * 192 * NANO // 1000
    assert surge.addable is None
    limited = World(a_node("node-1", labels=labels)).having(claims=[a_claim()])
    limited.having(pools=[a_pool(limits={"cpu": 12 * NANO}, resources={"cpu": 4 * NANO})])
    assert limited.deployment("web").plan().surge.addable == {"cpu": 8 * NANO, "memory": 32 * GIB}


def test_nothing_to_restart_needs_nothing() -> None:
    assert World().plan().surge.needs == {}


def test_words() -> None:
    assert words_of({"cpu": 3 * NANO // 2, "memory": 2 * GIB}) == "1.5 vCPU, 2 GiB"
    assert words_of({"cpu": NANO, "nvidia.com/gpu": 2 * NANO}) == "1 vCPU, 2 nvidia.com/gpu"
    assert new_words(2, 262 * NANO // 1000, "USD") == "2 new nodes, $0.262/h"
    assert new_words(1, None, "USD", True) == "1 new node, price unknown, and that is not enough"
    assert new_words(None, None, "USD") == "how many new nodes, cannot be said"
    assert new_words(0, 0, "USD", True) == "not enough room"
