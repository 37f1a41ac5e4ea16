"""Whose a pod is, where it is in its life, and what it waits for."""

from __future__ import annotations

from typing import Any

import pytest

from nodeview.records import NodeName, ObjectKey, OwnerRef, Waiting
from nodeview.views import owner_of, state_of, view_pending
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
