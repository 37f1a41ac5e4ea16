"""Where pods that leave could go."""

from __future__ import annotations

from nodeview.actions.makers import makers_of
from nodeview.actions.places import Ground, Packing, pack, seekers_of
from nodeview.records import NANO, Placement, PodTerm, Requirement
from tests.actions.world import World, run
from tests.builders import a_claim, a_node, a_pool, a_shape, amounts


def packed(world: World, counts: list[int] | None = None) -> Packing:
    scope = world.scope()
    ground, seekers = Ground(scope.rooms, makers_of(scope)), seekers_of(scope)
    every = counts or [one.peak for one in seekers]
    return run(pack(seekers, every, ground, [one.balloon for one in scope.staying]))


def small(cpu: int = 1) -> World:
    return World(a_node("node-1"), a_node("node-2", allocatable=amounts(cpu), capacity=amounts(cpu)))


def test_those_without_a_place_are_counted() -> None:
    world = small(2).deployment("web", on=("node-1",) * 4, max_surge=0)
    assert (packed(world).new_nodes, packed(world).over) == ({}, {0: 2})
    assert packed(world, [2]).over == {}


def test_nobody_goes_to_nodes_that_leave_or_are_cordoned() -> None:
    cordoned = World(a_node("node-1"), a_node("node-2", unschedulable=True)).deployment("web")
    assert packed(cordoned).over == {0: 1}


def test_new_nodes_are_filled_before_more_are_made() -> None:
    labels = {"karpenter.sh/nodepool": "default", "node.kubernetes.io/instance-type": "m5.xlarge"}
    world = World(a_node("node-1", labels=labels)).having(claims=[a_claim()], pools=[a_pool()])
    assert packed(world.deployment("web", on=("node-1",) * 9)).new_nodes == {0: 3}


def test_pods_that_shun_their_like_take_a_node_each() -> None:
    term = PodTerm("kubernetes.io/hostname", (Requirement("app", "In", ("web",)),))
    alone = a_shape(requests={"cpu": NANO // 10}, placement=Placement(anti_affinity=(term,)))
    world = World().deployment("web", on=("node-1",) * 3, template=alone, max_surge=0)
    assert packed(world).over == {0: 1}


def test_a_pool_of_which_nothing_is_known_is_no_blocker() -> None:
    world = small().having(pools=[a_pool("unseen")]).deployment("web", on=("node-1",) * 3)
    assert packed(world).unsure == {0}
    assert world.plan().surge.new_nodes is None


def test_evicted_pods_come_again_and_bare_ones_do_not() -> None:
    world = World().owned("store", "StatefulSet", strategy="OnDelete")
    world.having(pods=[world.pod("shell")])
    scope = world.scope(evict_rest=True, accept=("R2:shop/shell",))
    assert [one.path for one in scope.leaving] == ["evict", "evict"]
    assert [one.name for one in seekers_of(scope)] == ["shop/store-0"]
