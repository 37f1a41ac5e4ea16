"""Whose a pod is, where it is in its life, and what it waits for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from nodeview.records import NodeName, ObjectKey, OwnerRef, Pod, Waiting
from nodeview.views import PendingView, owner_of, state_of, view_pending
from nodeview.views.pod import waiting_views
from tests.builders import NOW, a_pod

DEPLOYMENT = OwnerRef("Deployment", "app", "apps")
OWNERS = {("ReplicaSet", ObjectKey("default", "app-1")): DEPLOYMENT}
NODE = NodeName("n")


def test_the_deployment_is_named_where_it_is_known_and_never_guessed() -> None:
    assert owner_of(a_pod(), OWNERS) == DEPLOYMENT
    assert owner_of(a_pod(), {}) == OwnerRef("ReplicaSet", "app-1", "apps")
    assert owner_of(a_pod(owner=None), OWNERS) is None
    assert owner_of(a_pod(namespace="other"), OWNERS) == OwnerRef("ReplicaSet", "app-1", "apps")


@pytest.mark.parametrize(
    ("said", "state"),
    [
        ({"node": None, "phase": "Pending"}, "pending"),
        ({"node": None, "phase": "Pending", "deleted": NOW}, "pending"),
        ({"node": NODE, "phase": "Pending"}, "starting"),
        ({"node": NODE, "phase": "Running"}, "running"),
        ({"node": NODE, "phase": "Unknown"}, "running"),
        ({"node": NODE, "phase": "Running", "deleted": NOW}, "terminating"),
        ({"node": NODE, "phase": "Succeeded"}, "finished"),
    ],
)
def test_the_word_for_where_a_pod_is(said: dict[str, Any], state: str) -> None:
    assert state_of(a_pod(**said)) == state


UNSCHEDULABLE = Waiting("Unschedulable", "0/1 nodes are available: 1 Insufficient cpu.", NOW)


@pytest.mark.parametrize(
    ("said", "kind", "reason"),
    [
        ({"waiting": UNSCHEDULABLE}, "unschedulable", UNSCHEDULABLE.message),
        ({"waiting": UNSCHEDULABLE, "nominated": NODE}, "nominated", UNSCHEDULABLE.message),
        ({"waiting": Waiting("SchedulingGated", "gates", NOW), "gated": True}, "gated", "gates"),
        ({"waiting": Waiting("SchedulerError", "", NOW)}, "waiting", "SchedulerError"),
        ({}, "waiting", None),
        ({"node": NODE, "reason": "ImagePullBackOff"}, "starting", "ImagePullBackOff"),
        ({"node": NODE}, "starting", None),
    ],
)
def test_what_it_waits_for_is_in_the_clusters_own_words(said: dict[str, Any], kind: str, reason: str | None) -> None:
    view = view_pending(a_pod(**{"node": None, "phase": "Pending"} | said), OWNERS)
    assert (view.kind, view.reason, view.owner) == (kind, reason, DEPLOYMENT)


def test_only_touched_pods_are_looked_at_again_and_the_order_stays() -> None:
    def pod(name: str, created: int, **said: Any) -> Pod:
        return a_pod(name, **{"node": None, "phase": "Pending", "created": created} | said)

    def views(
        waiting: list[Pod], old: Mapping[ObjectKey, PendingView], touched: list[str] | None
    ) -> dict[str, PendingView]:
        keys = None if touched is None else [ObjectKey("default", name) for name in touched]
        work = waiting_views({one.key: one for one in waiting}, OWNERS, old, keys)
        while True:
            try:
                next(work)
            except StopIteration as done:
                found: dict[ObjectKey, PendingView] = done.value
                return {key.name: view for key, view in found.items()}

    pods = [pod("b", 2), pod("a", 1), pod("c", 3), pod("z", 1)]
    first = views(pods, {}, None)
    assert list(first) == ["a", "z", "b", "c"]
    old = {view.key: view for view in first.values()}
    now = [pod("b", 2, nominated=NODE), pod("a", 1, phase="Failed"), pod("c", 0), pod("n", 2)]
    second = views(now, old, ["b", "a", "c", "n", "z"])
    assert list(second) == ["c", "b", "n"]
    assert second["b"].kind == "nominated"
    assert views(now, {view.key: view for view in second.values()}, [])["b"] is second["b"]
    many = [pod(f"pod-{one}", 500 - one) for one in range(300)]
    assert list(views(many, {}, None)) == [f"pod-{one}" for one in range(299, -1, -1)]
