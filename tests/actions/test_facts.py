"""What carrying out a plan has to be allowed."""

from __future__ import annotations

from nodeview.actions.facts import accesses_of
from tests.actions.world import World
from tests.builders import a_claim, a_node, a_pool, a_shape


def test_each_permission_once_and_none_for_waiting() -> None:
    world = World().deployment("web").deployment("api").owned("store", "StatefulSet")
    assert [one.words for one in accesses_of(world.plan())] == [
        "patch nodes",
        "patch deployments.apps in shop",
        "patch statefulsets.apps in shop",
    ]


def test_evictions_claims_and_rollouts() -> None:
    balloon = a_shape(priority=-10, images=("registry.k8s.io/pause:3.9",))
    node = a_node("node-1", labels={"karpenter.sh/nodepool": "default"})
    world = World(node, a_node("node-2")).deployment("room", template=balloon)
    world.owned("roll", "Rollout", group="argoproj.io", strategy="Canary")
    world.having(claims=[a_claim("c")], pools=[a_pool()])
    assert {one.words for one in accesses_of(world.plan(delete_empty_claims=True))} == {
        "patch nodes",
        "delete nodeclaims.karpenter.sh",
        "create pods/eviction in shop",
        "patch rollouts.argoproj.io in shop",
    }
