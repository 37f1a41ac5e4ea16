"""How each pod leaves its node: by group and kind, and never by a guess."""

from __future__ import annotations

from typing import Any

import pytest

from nodeview.actions.paths import ordinal_of
from nodeview.records import OwnerRef, Workload
from tests.actions.world import SHOP, World
from tests.builders import NOW, a_pod, a_shape


def paths(world: World, **options: Any) -> dict[str, str]:
    return {one.pod.name: one.path for one in world.scope(**options).leaving}


def reason(world: World, **options: Any) -> str:
    return world.scope(**options).leaving[0].reason


def owned(group: str, kind: str, above: OwnerRef | None = None, **pod: Any) -> World:
    """A pod of some controller, which may have one of its own."""
    world = World()
    world.having(pods=[world.pod("pod", owner=OwnerRef(kind, "it", group), **pod)])
    if above is not None:
        world.having(**{"jobs" if kind == "Job" else "replica_sets": [Workload(SHOP, "it", "u", kind, above)]})
    return world


@pytest.mark.parametrize(
    ("world", "path", "evicted"),
    [
        (owned("apps", "DaemonSet"), "daemon", "daemon"),
        (owned("apps.kruise.io", "DaemonSet"), "blocked", "evict"),
        (owned("", "Node"), "static", "static"),
        (owned("apps", "ReplicaSet"), "blocked", "evict"),
        (owned("", "ReplicationController"), "blocked", "evict"),
        (owned("batch", "Job"), "job", "job"),
        (owned("batch", "Job", OwnerRef("CronJob", "nightly", "batch")), "job", "job"),
        (owned("argoproj.io", "Workflow"), "job", "job"),
        (owned("kafka.strimzi.io", "StrimziPodSet"), "blocked", "evict"),
        (owned("example.org", "Deployment"), "blocked", "evict"),
        (owned("apps", "ReplicaSet", OwnerRef("Deployment", "gone", "apps")), "blocked", "evict"),
        (owned("apps", "ReplicaSet", deleted=NOW), "leaving", "leaving"),
    ],
)
def test_by_group_and_kind(world: World, path: str, evicted: str) -> None:
    assert paths(world) == {"pod": path}
    assert paths(world, evict_rest=True) == {"pod": evicted}


def test_deployments_statefulsets_and_rollouts_are_restarted() -> None:
    world = World().deployment("web").owned("store", "StatefulSet").owned("roll", "Rollout", group="argoproj.io")
    assert paths(world) == {"web-0": "restart", "store-0": "restart", "roll-0": "restart"}
    assert {one.name for one in world.scope().affected} == {"shop/web", "shop/store", "shop/roll"}


def test_a_rollout_of_another_group_is_not_argos() -> None:
    world = World().owned("roll", "Rollout", group="example.org")
    assert paths(world) == {"roll-0": "blocked"}


def test_a_static_pod_stays() -> None:
    world = World()
    world.having(pods=[world.pod("etcd", mirror=True)])
    assert paths(world) == {"etcd": "static"}


def test_a_bare_pod_is_blocked_even_where_the_rest_is_evicted_unless_its_end_is_accepted() -> None:
    world = World()
    world.having(pods=[world.pod("shell")])
    assert paths(world) == paths(world, evict_rest=True) == {"shell": "blocked"}
    assert paths(world, accept=("R2:shop/shell",)) == {"shell": "blocked"}
    assert paths(world, evict_rest=True, accept=("R2:shop/shell",)) == {"shell": "evict"}


def test_a_job_is_evicted_only_where_that_is_accepted() -> None:
    world = owned("batch", "Job")
    assert paths(world, evict_rest=True, accept=("R3:shop/it",)) == {"pod": "evict"}


def test_what_a_statefulset_does_not_replace() -> None:
    held = World().owned("store", "StatefulSet", on=("node-1", "node-1", "node-1"), partition=2, tuned=True)
    assert paths(held) == {"store-0": "blocked", "store-1": "blocked", "store-2": "restart"}
    on_delete = World().owned("store", "StatefulSet", strategy="OnDelete")
    assert paths(on_delete) == {"store-0": "blocked"}
    assert paths(on_delete, evict_rest=True) == {"store-0": "evict"}


def test_a_paused_deployment_moves_nothing() -> None:
    world = World().deployment("web", paused=True)
    assert paths(world) == {"web-0": "blocked"}
    assert "paused" in reason(world)


def test_a_balloon_goes_last_whoever_made_it() -> None:
    balloon = a_shape(priority=-10, images=("registry.k8s.io/pause:3.9",))
    assert paths(World().deployment("room", template=balloon)) == {"room-0": "balloon"}


def test_a_deployment_is_not_guessed_where_replicasets_cannot_be_read() -> None:
    world = World().deployment("web")
    world.records["replica_sets"].clear()
    assert paths(world) == {"web-0": "blocked"}


def test_a_workload_that_is_not_known_is_not_restarted() -> None:
    world = World().deployment("web")
    world.records["deployments"].clear()
    assert paths(world) == {"web-0": "blocked"}
    assert "is not known" in reason(world)


def test_ordinals() -> None:
    assert ordinal_of(a_pod("store-12")) == 12
    assert ordinal_of(a_pod("store")) is None
