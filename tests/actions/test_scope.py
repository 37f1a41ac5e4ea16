"""What a rotation is about."""

from __future__ import annotations

from msgspec.structs import replace

from nodeview.actions.scope import next_pod
from tests.actions.world import World
from tests.builders import NOW, a_node, a_shape, amounts, taint


def test_targets_those_left_alone_and_those_that_stay() -> None:
    nodes = [
        a_node("node-1"),
        a_node("node-2", deleted=NOW, finalizers=("x",)),
        a_node("node-3"),
        a_node("node-4", unschedulable=True),
        a_node("node-5", taints=(taint("karpenter.sh/disrupted"),)),
    ]
    scope = World(*nodes).scope("node-1", "node-2")
    assert [one.name for one in scope.targets] == ["node-1"]
    assert [one.name for one, _ in scope.skipped] == ["node-2"]
    assert [one.name for one in scope.staying] == ["node-3"]
    assert [one.node.name for one in scope.rooms] == ["node-3"]


def test_the_next_pod_is_of_the_template_and_nowhere_yet() -> None:
    newer = a_shape(requests=amounts(2, 2, 1))
    world = World().deployment("web", template=newer, pod={"requests": amounts(1, 1, 1), "shape": a_shape()})
    (one,) = world.scope().affected
    pod = next_pod(one)
    assert (pod.node, pod.requests, pod.shape) == (None, newer.requests, newer)


def test_replicas_that_are_not_said_are_one() -> None:
    world = World().deployment("web")
    (work,) = world.records["deployments"]
    world.records["deployments"] = [replace(work, rolling=replace(work.rolling, replicas=None))]
    assert world.scope().affected[0].replicas == 1
