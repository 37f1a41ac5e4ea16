"""R4 to R8, R23 and R25, each both ways."""

from __future__ import annotations

from typing import Any

import pytest

from nodeview.records import Condition, OwnerRef
from tests.actions.world import World, message, said
from tests.builders import a_shape

WEB = "shop/web"
STUCK = (Condition("Progressing", "False", "ProgressDeadlineExceeded"),)


def test_a_plain_deployment_has_nothing_against_it() -> None:
    plan = World().deployment("web").plan()
    assert plan.blockers == plan.warnings == ()
    assert plan.runnable


@pytest.mark.parametrize(
    ("id_", "severity", "how"),
    [
        ("R5", "block", {"paused": True}),
        ("R6", "block", {"conditions": STUCK}),
        ("R6", "info", {"updated": 0}),
        ("R7", "warn", {"strategy": "Recreate"}),
        ("R7", "warn", {"max_surge": 0, "max_unavailable": 1}),
        ("R7", "warn", {"replicas": 3, "max_surge": 0, "max_unavailable": 3}),
        ("R8", "block", {"replicas": 3, "available": 2}),
        ("R23", "warn", {"template": a_shape()}),
        ("R25", "warn", {"managers": ("argocd-controller",)}),
        ("R25", "warn", {"managers": ("kustomize-controller",)}),
        ("R25", "warn", {"record": {"owner": OwnerRef("Prometheus", "main", "monitoring.coreos.com")}}),
        ("R25", "warn", {"record": {"annotations": {"argocd.argoproj.io/tracking-id": "x"}}}),
        ("R25", "warn", {"record": {"labels": {"kustomize.toolkit.fluxcd.io/name": "x"}}}),
    ],
)
def test_it_fires(id_: str, severity: str, how: dict[str, Any]) -> None:
    assert said(World().deployment("web", **how).plan(), id_) == [(severity, WEB)]


@pytest.mark.parametrize(
    "how",
    [
        {"replicas": 1},
        {"replicas": 4, "max_surge": 0, "max_unavailable": 3},
        {"managers": ("kubectl", "kube-controller-manager")},
        {"record": {"labels": {"app.kubernetes.io/instance": "web"}}},
    ],
)
def test_it_does_not_fire(how: dict[str, Any]) -> None:
    plan = World().deployment("web", **how).plan()
    assert [one.id for one in (*plan.blockers, *plan.warnings)] == []


def test_one_that_is_rolling_is_joined_and_not_called_unhealthy() -> None:
    plan = World().deployment("web", replicas=3, updated=1, available=2).plan()
    assert said(plan, "R6") == [("info", WEB)]
    assert said(plan, "R8") == []
    verbs = [(one.verb, one.if_needed) for one in plan.steps if one.subject.kind == "Deployment"]
    assert verbs == [("await-rollout", False), ("restart", True), ("await-rollout", True)]


@pytest.mark.parametrize("how", [{"strategy": "OnDelete"}, {"partition": 1, "tuned": True}])
def test_r4_a_statefulset_that_replaces_nothing(how: dict[str, Any]) -> None:
    plan = World().owned("store", "StatefulSet", **how).plan()
    assert said(plan, "R4") == [("block", "shop/store")]
    assert said(World().owned("store", "StatefulSet").plan(), "R4") == []
    assert said(World().owned("store", "StatefulSet", **how).plan(evict_rest=True), "R4") == []


def test_r4_covers_only_the_ordinals_below_the_partition() -> None:
    world = World().owned("store", "StatefulSet", on=("node-2", "node-1"), partition=1, tuned=True)
    assert said(world.plan(), "R4") == []


def test_a_statefulset_of_one_has_nothing_while_it_restarts() -> None:
    assert said(World().owned("store", "StatefulSet").plan(), "R7") == [("warn", "shop/store")]
    assert said(World().owned("store", "StatefulSet", on=("node-1", "node-2")).plan(), "R7") == []


def test_a_blocker_is_accepted_by_name_and_by_nothing_else() -> None:
    world = World().owned("store", "StatefulSet", strategy="OnDelete")
    assert not world.plan().runnable
    for wrong in ("R4", "R4:*", "R4:shop/other", "shop/store"):
        assert not world.plan(accept=(wrong,)).runnable
    plan = world.plan(accept=("R4:shop/store",))
    assert plan.runnable
    assert plan.blockers[0].accepted


def test_both_verdicts_of_namesakes_of_two_kinds_are_told() -> None:
    world = World().owned("web", "StatefulSet").deployment("web", strategy="Recreate", pod={"name": "web-x"})
    assert len(said(world.plan(), "R7")) == 1
    assert "Recreate" in message(world.plan(), "R7")
    assert "one replica" in message(world.plan(), "R7")
