"""R2, R3, R9, R10, R12 and R20, each both ways."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from nodeview.cluster import Snapshot, VolumeIndex
from nodeview.records import NodeTerm, ObjectKey, OwnerRef, Requirement, Volume, VolumeClaim
from tests.actions.world import SHOP, World, a_budget, message, said
from tests.builders import NOW, a_shape

WEB = "shop/web"
OF_WEB = (Requirement("app", "In", ("web",)),)
BALLOON = a_shape(priority=-10, images=("registry.k8s.io/pause:3.9",), probed=True)


def test_r2_a_pod_that_nothing_would_bring_back() -> None:
    world = World()
    world.having(pods=[world.pod("shell"), world.pod("elsewhere", "node-2")])
    plan = world.plan()
    assert said(plan, "R2") == [("block", "shop/shell")]
    assert "nothing would bring it back" in message(plan, "R2")
    assert said(World().deployment("web").plan(), "R2") == []


def test_r2_a_controller_that_takes_no_restart_and_the_way_out() -> None:
    world = World()
    world.having(pods=[world.pod("k-0", owner=OwnerRef("Kafka", "events", "kafka.strimzi.io"))])
    assert said(world.plan(), "R2") == [("block", "shop/events")]
    assert "--evict-rest" in message(world.plan(), "R2")
    assert said(world.plan(evict_rest=True), "R2") == []


def test_r3_work_that_ends_by_itself() -> None:
    world = World()
    world.having(pods=[world.pod(f"j-{one}", owner=OwnerRef("Job", "sums", "batch")) for one in range(2)])
    plan = world.plan()
    assert said(plan, "R3") == [("warn", "shop/sums")]
    assert message(plan, "R3").startswith("2 pods of Job shop/sums: waited for until they have ended")
    assert said(World().deployment("web").plan(), "R3") == []


def budgeted(**how: Any) -> World:
    return World().deployment("web").having(budgets=[a_budget(selector=OF_WEB, **how)])


def test_r9_a_restart_does_not_ask_a_budget_and_an_eviction_does() -> None:
    plan = budgeted().plan()
    assert said(plan, "R9") == [("warn", WEB)]
    assert "a restart does not ask it" in message(plan, "R9")
    assert said(budgeted(disruptions_allowed=1, desired_healthy=2).plan(), "R9") == []
    evicted = World().owned("web", "StatefulSet", strategy="OnDelete").having(budgets=[a_budget(selector=OF_WEB)])
    assert said(evicted.plan(evict_rest=True), "R9") == [("block", WEB)]


@pytest.mark.parametrize(
    "how",
    [
        {"observed_generation": 0},
        {"max_unavailable": "0%", "min_available": None, "disruptions_allowed": 1},
        {"min_available": "100%"},
        {"disruptions_allowed": 0, "desired_healthy": 2, "current_healthy": 2},
    ],
)
def test_r9_all_ways_in_which_a_budget_says_no(how: dict[str, Any]) -> None:
    assert said(budgeted(**how).plan(), "R9") == [("warn", WEB)]


def test_r9_more_than_one_budget() -> None:
    loose = {"selector": OF_WEB, "disruptions_allowed": 1, "desired_healthy": 1, "min_available": 1}
    world = World().deployment("web").having(budgets=[a_budget("a", **loose), a_budget("b", **loose)])
    assert "more than one PDB" in message(world.plan(), "R9")


def test_r9_argo_restarts_by_eviction() -> None:
    world = World().owned("web", "Rollout", group="argoproj.io", strategy="Canary")
    world.having(budgets=[a_budget(selector=OF_WEB)])
    assert said(world.plan(), "R9") == [("block", WEB)]


def test_r9_balloons_are_evicted_too() -> None:
    world = World().deployment("web", template=BALLOON).having(budgets=[a_budget(selector=OF_WEB)])
    assert said(world.plan(), "R9") == [("block", WEB)]


@pytest.mark.parametrize(
    ("key", "value", "asks"),
    [
        ("karpenter.sh/do-not-disrupt", "true", True),
        ("karpenter.sh/do-not-disrupt", "30m", True),
        ("karpenter.sh/do-not-disrupt", "5m", False),
        ("karpenter.sh/do-not-disrupt", "never", False),
        ("karpenter.sh/do-not-disrupt", "false", False),
        ("karpenter.sh/do-not-evict", "true", True),
        ("cluster-autoscaler.kubernetes.io/safe-to-evict", "false", True),
        ("cluster-autoscaler.kubernetes.io/safe-to-evict", "true", False),
        ("spotinst.io/restrict-scale-down", "true", True),
    ],
)
def test_r10_pods_that_ask_to_be_left_alone(key: str, value: str, asks: bool) -> None:
    pod = {"wishes": ((key, value),), "began_at": NOW - 10 * 60}
    assert said(World().deployment("web", pod=pod).plan(), "R10") == ([("warn", WEB)] if asks else [])


def test_r10_none_that_asks_is_evicted_and_none_that_stays_may_keep_a_node_that_is_awaited_to_go() -> None:
    pod = {"wishes": (("karpenter.sh/do-not-disrupt", "true"),)}
    evicted = World().owned("web", "StatefulSet", strategy="OnDelete", pod=pod)
    assert ("block", "shop/web-0") in said(evicted.plan(evict_rest=True), "R10")
    daemon = World().owned("agent", "DaemonSet", pod=pod)
    assert said(daemon.plan(until="removed"), "R10") == [("block", "shop/agent-0")]
    assert said(daemon.plan(until="empty"), "R10") == []


@pytest.mark.parametrize(
    ("how", "words"),
    [
        ({"pod": {"local_volumes": ("cache",)}}, "emptyDir cache is lost"),
        ({"template": a_shape(host_paths=True, probed=True)}, "paths of its node"),
    ],
)
def test_r12_data_on_the_node(how: dict[str, Any], words: str) -> None:
    plan = World().deployment("web", **how).plan()
    assert said(plan, "R12") == [("warn", WEB)]
    assert words in message(plan, "R12")
    assert said(World().deployment("web").plan(), "R12") == []


class Stored(World):
    """With one claim of the pods bound to a volume."""

    volume = Volume("pv", "u")

    def snapshot(self) -> Snapshot:
        claim = VolumeClaim(SHOP, "data", "u", "pv", access_modes=("ReadWriteOnce",))
        volumes = VolumeIndex({ObjectKey(SHOP, "data"): claim}, {"pv": self.volume})
        return replace(super().snapshot(), volumes=volumes)


def zonal(*zones: str) -> Volume:
    return Volume("pv", "u", (NodeTerm((Requirement("topology.kubernetes.io/zone", "In", zones),)),))


def test_r12_volumes_that_bind() -> None:
    pod = {"claims": ("data",)}
    stored = Stored().deployment("web", pod=pod)
    assert "ReadWriteOnce" in message(stored.plan(), "R12")
    stored.volume = zonal("us-east-1a")  # type: ignore[attr-defined]
    assert "us-east-1a only" in message(stored.plan(), "R12")
    stored.volume = replace(zonal("a"), local=True)  # type: ignore[attr-defined]
    assert "own disk" in message(stored.plan(), "R12")
    assert said(Stored().owned("web", "StatefulSet", on=("node-1", "node-2"), pod=pod).plan(), "R12") == []


def test_r20_what_the_rotation_hangs_on_comes_last_and_alone() -> None:
    critical = a_shape(priority_class="system-cluster-critical", probed=True)
    plan = World().deployment("a-dns", template=critical).deployment("web").plan()
    assert said(plan, "R20") == [("warn", "shop/a-dns")]
    restarts = [one for one in plan.steps if one.verb == "restart"]
    assert [one.subject.name for one in restarts] == ["web", "a-dns"]
    assert restarts[0].stage < restarts[1].stage
    assert said(World().deployment("web").plan(), "R20") == []


def test_r20_what_no_restart_moves_is_told_too() -> None:
    shape = a_shape(priority_class="system-cluster-critical")
    world = World().owned("dns", "StatefulSet", strategy="OnDelete", pod={"shape": shape})
    assert said(world.plan(evict_rest=True), "R20") == [("warn", "shop/dns-0")]
