"""Who may add nodes, how many, and at which price."""

from __future__ import annotations

from typing import Any

import pytest

from nodeview.actions.makers import group_of, makers_of
from nodeview.records import NANO, AutoscalerStatus, NodeGroup
from tests.actions.world import World
from tests.builders import a_claim, a_node, a_pool, taint

TYPE = "node.kubernetes.io/instance-type"


def karpenter(**pool: Any) -> World:
    labels = {"karpenter.sh/nodepool": "default", TYPE: "m5.xlarge"}
    return World(a_node("node-1", labels=labels)).having(claims=[a_claim()], pools=[a_pool(**pool)])


@pytest.mark.parametrize(
    ("pool", "most"),
    [
        ({}, None),
        ({"limits": {"cpu": 12 * NANO}, "resources": {"cpu": 4 * NANO}}, 2),
        ({"limits": {"cpu": 7 * NANO}, "resources": {"cpu": 4 * NANO}}, 0),
        ({"limits": {"cpu": 2 * NANO}, "resources": {"cpu": 4 * NANO}}, 0),
        ({"node_limit": 4}, 3),
        ({"node_limit": 4, "limits": {"cpu": 12 * NANO}, "resources": {"cpu": 4 * NANO}}, 2),
    ],
)
def test_limits_leave_whole_machines(pool: dict[str, object], most: int | None) -> None:
    (maker,) = makers_of(karpenter(**pool).scope())
    assert maker.most == most
    assert maker.size is not None
    assert maker.size.name == "m5.xlarge"


def test_the_weightier_pool_comes_first() -> None:
    world = karpenter().having(pools=[a_pool("spare", weight=10)])
    assert [one.name for one in makers_of(world.scope())] == ["spare", "default"]


def test_daemons_are_on_a_new_node_too_and_cordons_and_passing_taints_are_not() -> None:
    world = karpenter(taints=(taint("team"),)).owned("agent", "DaemonSet")
    (maker,) = makers_of(world.scope())
    assert maker.free["cpu"] == 3 * NANO
    assert maker.sample is not None
    assert [one.key for one in maker.sample.taints] == ["team"]
    assert not maker.sample.unschedulable


def test_a_static_pool_adds_none() -> None:
    (maker,) = makers_of(karpenter(static_replicas=3).scope())
    assert maker.closed.startswith("it is static")


def test_a_group_adds_up_to_its_maximum_and_nobody_adds_where_no_autoscaler_runs() -> None:
    labels = {"eks.amazonaws.com/nodegroup": "ng"}
    marks = (taint("ToBeDeletedByClusterAutoscaler"), taint("dedicated"))
    world = World(a_node("node-1", labels=labels, taints=marks, unschedulable=True))
    assert makers_of(world.scope()) == ()
    groups = (NodeGroup("eks-ng-1234-abcd", "Healthy", 1, 2, 1, 5),)
    world.autoscaler = AutoscalerStatus("kube-system", "s", "u", running=True, groups=groups)
    (maker,) = makers_of(world.scope())
    assert (maker.name, maker.most, maker.closed) == ("ng", 3, "")
    assert maker.sample is not None
    assert [one.key for one in maker.sample.taints] == ["dedicated"]
    world.autoscaler = AutoscalerStatus("kube-system", "s", "u", groups=groups)
    assert makers_of(world.scope()) == ()


def test_the_group_behind_a_pool() -> None:
    groups = [NodeGroup("eksctl-shop-nodegroup-ng-a-NodeGroup-X"), NodeGroup("eks-ng-ab-12"), NodeGroup("ng")]
    assert group_of("ng-a", groups) is groups[0]
    assert group_of("ng-ab", groups) is groups[1]
    assert group_of("ng", groups) is groups[2]
    assert group_of("other", groups) is None
    assert group_of("a", [NodeGroup("x-a-1"), NodeGroup("x-a-2")]) is None
