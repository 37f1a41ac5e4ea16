"""R1, R11, R17, R18, R19, R26 and nodes that another rotation holds, each both ways."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from nodeview.actions.marks import ID
from nodeview.actions.scope import About
from nodeview.cluster import EventIndex, Snapshot
from nodeview.records import (
    AutoscalerStatus,
    ClusterEvent,
    Condition,
    Disruption,
    Node,
    NodeBudget,
    NodeGroup,
    ObjectRef,
    Waiting,
)
from tests.actions.world import World, message, said
from tests.builders import NOW, a_claim, a_node, a_pod, a_pool, taint

POOL = {"karpenter.sh/nodepool": "default"}


def one(**how: Any) -> World:
    """A target that is `how`, and another node."""
    return World(a_node("node-1", **how), a_node("node-2"))


def karpenter(pool: dict[str, Any] | None = None, **how: Any) -> World:
    nodes = [a_node(name, labels=POOL, provider_id=f"aws:///a/{name}", **how) for name in ("node-1", "node-2")]
    claims = [a_claim(f"c-{node.name}", provider_id=node.provider_id, node=node.name) for node in nodes]
    return World(*nodes).having(claims=claims, pools=[a_pool(**(pool or {}))])


def grouped(group: NodeGroup | None, **how: Any) -> World:
    labels = {"alpha.eksctl.io/nodegroup-name": "ng-a"}
    world = World(*[a_node(f"node-{number}", labels=labels, **how) for number in (1, 2)])
    groups = (group,) if group is not None else ()
    world.autoscaler = AutoscalerStatus("kube-system", "status", "u", running=True, groups=groups)
    return world


GROUP = NodeGroup("eksctl-shop-nodegroup-ng-a-NodeGroup-X", "Healthy", 2, 2, 0, 5)


@pytest.mark.parametrize(
    "how", [{"deleted": NOW, "finalizers": ("x",)}, {"taints": (taint("karpenter.sh/disrupted"),)}]
)
def test_r1_a_node_that_goes_already_is_left_alone(how: dict[str, Any]) -> None:
    plan = one(**how).plan()
    assert ("info", "node-1") in said(plan, "R1")
    assert plan.steps == ()
    assert not plan.runnable
    assert plan.targets[0].skipped


def test_r1_a_cordon_of_another_is_told_and_not_undone() -> None:
    plan = one(unschedulable=True, cordoned_by="kubectl-cordon").plan()
    assert said(plan, "R1") == [("info", "node-1")]
    assert "by kubectl-cordon" in message(plan, "R1")
    assert plan.targets[0].cordoned_before
    assert plan.undo == ()
    assert said(one().plan(), "R1") == []
    assert [step.verb for step in one().plan().undo] == ["uncordon"]


def test_a_node_that_another_rotation_holds_is_refused_by_its_name() -> None:
    held: Node = a_node("node-1", annotations={ID: "20261121-150000-api-aaaa"})
    plan = World(held, a_node("node-2")).plan()
    assert said(plan, "busy") == [("block", "node-1")]
    assert "20261121-150000-api-aaaa" in message(plan, "busy")
    own = About("c", "c", id="20261121-150000-api-aaaa")
    assert said(World(held, a_node("node-2")).plan(about=own), "busy") == []
    assert said(World().plan(), "busy") == []


@pytest.mark.parametrize("key", ["karpenter.sh/do-not-disrupt", "cluster-autoscaler.kubernetes.io/scale-down-disabled"])
def test_r11_a_node_that_asks_to_be_kept(key: str) -> None:
    assert said(one(annotations={key: "true"}).plan(), "R11") == [("warn", "node-1")]
    assert said(one(annotations={key: "false"}).plan(), "R11") == []


def condition(type_: str, message_: str = "") -> tuple[Condition, ...]:
    return (Condition(type_, "False", "Reason", message_),)


@pytest.mark.parametrize(
    ("pool", "words"),
    [
        ({"conditions": condition("NodeClassReady", "no such class")}, "NodeClassReady is False: no such class"),
        ({"conditions": condition("NodeRegistrationHealthy")}, "NodeRegistrationHealthy is False: Reason"),
        ({"ready": False}, "it is not Ready"),
        ({"deleted": NOW}, "it is being deleted"),
    ],
)
def test_r17_a_pool_that_makes_no_nodes(pool: dict[str, Any], words: str) -> None:
    plan = karpenter(pool).plan()
    assert said(plan, "R17") == [("warn", "default")]
    assert message(plan, "R17") == words
    assert said(karpenter().plan(), "R17") == []


def test_r17_blocks_where_its_nodes_are_needed() -> None:
    world = karpenter({"ready": False}).deployment("web", on=("node-1",) * 4).deployment("api", on=("node-2",))
    assert said(world.plan("node-1", "node-2"), "R17") == [("block", "default")]


class Heard(World):
    """With one Event about the pool."""

    minutes = 5

    def snapshot(self) -> Snapshot:
        taken = super().snapshot()
        index = EventIndex()
        about = ObjectRef("NodePool", "", "default", "uid-default")
        said_at = NOW - 60 * self.minutes
        words = ("no-types", "u", about, None, "NoCompatibleInstanceTypes", "filtered out all", "karpenter")
        index.put(ClusterEvent("default", *words, warning=True, began=said_at, at=said_at))
        return replace(taken, events=index)


def test_r17_machines_that_karpenter_could_not_have_of_late() -> None:
    heard = Heard(*karpenter().records["nodes"])
    heard.records = karpenter().records
    assert said(heard.plan(), "R17") == [("warn", "default")]
    assert message(heard.plan(), "R17") == "NoCompatibleInstanceTypes of late: filtered out all"
    heard.deployment("web", on=("node-1",) * 4)
    assert said(heard.plan("node-1", "node-2"), "R17") == [("block", "default")]
    heard.minutes = 30
    assert said(heard.plan(), "R17") == []


def test_r17_pods_that_wait_already() -> None:
    waiting = a_pod("w", node=None, phase="Pending", waiting=Waiting("Unschedulable", "no", NOW))
    assert said(World().having(pods=[waiting]).plan(), "R17") == [("warn", "pending")]


@pytest.mark.parametrize(
    ("group", "fires"),
    [
        (GROUP, False),
        (NodeGroup(GROUP.name, "Healthy", 2, 5, 0, 5), True),
        (NodeGroup(GROUP.name, "Unhealthy", 2, 2, 0, 5), True),
        (NodeGroup(GROUP.name, "Healthy", 2, 2, 0, 5, scale_up="Backoff", backoff="out of capacity"), True),
    ],
)
def test_r18_a_group_that_cannot_grow(group: NodeGroup, fires: bool) -> None:
    assert said(grouped(group).plan(), "R18") == ([("warn", "ng-a")] if fires else [])


def test_r18_blocks_where_it_would_have_to_grow() -> None:
    full = NodeGroup(GROUP.name, "Healthy", 2, 5, 0, 5)
    world = grouped(full).deployment("web", on=("node-1", "node-2"))
    assert said(world.plan("node-1", "node-2"), "R18") == [("block", "ng-a")]


def test_r19_budgets_that_let_no_empty_node_go_now() -> None:
    shut = Disruption("WhenEmpty", 30, said_after=True, budgets=(NodeBudget("0"),))
    plan = karpenter({"disruption": shut}).plan()
    assert said(plan, "R19") == [("info", "default")]
    assert "opens at no time in sight" in message(plan, "R19")
    open_ = Disruption("WhenEmpty", 30, said_after=True, budgets=(NodeBudget("1"),))
    assert said(karpenter({"disruption": open_}).plan(), "R19") == []


NEVER = {"disruption": Disruption("WhenEmpty", None, said_after=True)}


def test_r26_nobody_takes_the_empty_node_away() -> None:
    assert said(karpenter(NEVER).plan(until="removed"), "R26") == [("block", "default")]
    assert said(karpenter(NEVER).plan(until="empty"), "R26") == [("info", "default")]
    assert said(karpenter(NEVER).plan(until="removed", delete_empty_claims=True), "R26") == []
    after = {"disruption": Disruption("WhenEmpty", 30, said_after=True)}
    assert said(karpenter(after).plan(until="removed"), "R26") == []
    assert said(karpenter({"static_replicas": 2}).plan(until="removed"), "R26") == [("block", "default")]
    assert said(one().plan(), "R26") == [("info", "nodes of no pool")]
    assert said(one().plan(until="removed"), "R26") == [("block", "nodes of no pool")]


def test_r26_a_group_at_its_minimum() -> None:
    least = NodeGroup(GROUP.name, "Healthy", 2, 2, 2, 5)
    assert said(grouped(least).plan(), "R26") == [("info", "ng-a")]
    assert said(grouped(GROUP).plan(), "R26") == []
    assert said(grouped(None).plan(), "R26") == [("info", "ng-a")]
    assert grouped(GROUP).plan().targets[0].removed_by == "cluster-autoscaler"
