"""Plans of a step or two."""

from __future__ import annotations

from typing import Any

from nodeview.actions.marks import ID
from nodeview.actions.plan import Plan
from nodeview.actions.single import plan_cordon, plan_protect, plan_restart, plan_uncordon, plan_unprotect
from nodeview.records import NodeName, ObjectKey
from nodeview.views import ClusterView
from tests.actions.world import ABOUT, SHOP, World, a_budget, said
from tests.builders import NOW, a_claim, a_node, a_shape

ONE, TWO = NodeName("node-1"), NodeName("node-2")
DISRUPT = "karpenter.sh/do-not-disrupt"
SCALE = "cluster-autoscaler.kubernetes.io/scale-down-disabled"


def viewed(world: World) -> ClusterView:
    return world.view(world.snapshot())


def commands(plan: Plan) -> list[str]:
    return [one.kubectl for one in plan.steps]


def test_cordon_leaves_out_what_is_cordoned_already() -> None:
    view = viewed(World(a_node("node-1"), a_node("node-2", unschedulable=True)))
    plan = plan_cordon(view, [ONE, TWO], ABOUT, NOW)
    assert commands(plan) == ["kubectl cordon node-1"]
    assert [one.kubectl for one in plan.undo] == ["kubectl uncordon node-1"]
    assert said(plan, "R1") == [("info", "node-2")]
    assert plan.title == "cordon node-1, node-2"
    assert plan.runnable
    assert not plan_cordon(view, [TWO], ABOUT, NOW).runnable


def test_uncordon_is_refused_where_a_rotation_holds_the_node() -> None:
    held = a_node("node-2", unschedulable=True, annotations={ID: "20261121-150000-api-aaaa"})
    view = viewed(World(a_node("node-1", unschedulable=True), held))
    assert commands(plan_uncordon(view, [ONE], ABOUT, NOW)) == ["kubectl uncordon node-1"]
    assert said(plan_uncordon(view, [ONE, TWO], ABOUT, NOW), "busy") == [("block", "node-2")]
    assert not plan_uncordon(view, [TWO], ABOUT, NOW).runnable


def test_a_node_is_protected_by_what_its_owner_obeys() -> None:
    labels = {"karpenter.sh/nodepool": "default"}
    view = viewed(World(a_node("node-1", labels=labels), a_node("node-2")).having(claims=[a_claim()]))
    karpenters = plan_protect(view, ONE, ABOUT, NOW)
    assert commands(karpenters) == [f"kubectl annotate node node-1 {DISRUPT}=true"]
    assert karpenters.options == {"annotation": f"{DISRUPT}=true"}
    assert commands(plan_protect(view, TWO, ABOUT, NOW)) == [f"kubectl annotate node node-2 {SCALE}=true"]


def test_protection_ends_where_there_is_any() -> None:
    view = viewed(World(a_node("node-1", annotations={SCALE: "true"}), a_node("node-2")))
    assert commands(plan_unprotect(view, ONE, ABOUT, NOW)) == [f"kubectl annotate node node-1 {SCALE}-"]
    assert plan_unprotect(view, ONE, ABOUT, NOW).undo[0].kubectl.endswith(f"{SCALE}=true")
    assert not plan_protect(view, ONE, ABOUT, NOW).runnable
    assert not plan_unprotect(view, TWO, ABOUT, NOW).runnable


def restart(world: World, kind: str = "Deployment", name: str = "web") -> Plan:
    snapshot = world.snapshot()
    return plan_restart(world.view(snapshot), snapshot, kind, ObjectKey(SHOP, name), ABOUT, NOW)


def test_a_restart_is_two_steps() -> None:
    plan = restart(World().deployment("web", on=("node-1", "node-2")))
    assert [(one.verb, one.why) for one in plan.steps] == [
        ("restart", "2 pods restart"),
        ("await-rollout", "surge first: 1 more at a time, never below 2"),
    ]
    assert plan.runnable
    assert plan.warnings == ()


def test_a_restart_is_judged_as_in_a_rotation() -> None:
    strict = a_budget("web")
    how: dict[str, Any] = {"strategy": "Recreate", "template": a_shape(), "available": 0}
    plan = restart(World().deployment("web", **how).having(budgets=[strict]))
    assert said(plan, "R7") == said(plan, "R23") == [("warn", "shop/web")]
    assert said(plan, "R8") == [("block", "shop/web")]
    assert said(restart(World().deployment("web", paused=True)), "R5") == [("block", "shop/web")]


def test_daemonsets_and_what_replaces_nothing() -> None:
    world = World().owned("agent", "DaemonSet", on=("node-1", "node-2"), max_surge=None, max_unavailable=None)
    assert restart(world, "DaemonSet", "agent").steps[1].why == "1 fewer at a time: never below 1 of 2"
    lazy = World().owned("agent", "DaemonSet", strategy="OnDelete")
    assert said(restart(lazy, "DaemonSet", "agent"), "R4") == [("block", "shop/agent")]
    held = World().owned("store", "StatefulSet", partition=1, tuned=True)
    assert said(restart(held, "StatefulSet", "store"), "R4") == [("block", "shop/store")]


def test_what_is_not_there_has_no_steps() -> None:
    plan = restart(World(), "Deployment", "gone")
    assert not plan.runnable
    assert plan.steps == ()
    assert not restart(World(), "Job", "sums").runnable
