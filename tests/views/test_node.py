"""One node's view: what holds room, and what of it is unknown."""

from __future__ import annotations

import pytest

from nodeview.records import OwnerRef, Pod
from nodeview.views import Assumptions, PodCounts, view_node
from tests.builders import NOW, a_node, a_pod, a_shape, amounts

CORE = 10**9


def test_every_pod_that_holds_room_counts_and_finished_ones_do_not() -> None:
    view = view_node(
        a_node(),
        None,
        None,
        [
            a_pod("running"),
            a_pod("starting", phase="Pending"),
            a_pod("leaving", deleted=NOW),
            a_pod("static", mirror=True),
            a_pod("done", phase="Succeeded"),
            a_pod("failed", phase="Failed"),
        ],
        Assumptions(),
        NOW,
        None,
    )
    assert view.counts == PodCounts(0, starting=1, running=2, terminating=1)
    assert view.requested["cpu"] == 4 * CORE
    assert view.requested["pods"] == 4 * CORE


def test_an_empty_node_requests_nothing_of_what_is_asked_for() -> None:
    view = view_node(a_node(), None, None, [], Assumptions(resources=("cpu", "nvidia.com/gpu")), NOW, None)
    assert view.requested == {"cpu": 0, "nvidia.com/gpu": 0, "pods": 0}
    assert view.share("cpu") == 0
    assert view.share("nvidia.com/gpu") is None, "it offers none"


def test_an_unreadable_request_is_unknown_for_its_resource_only() -> None:
    broken = a_pod("odd", requests={"memory": 5}, unreadable=("cpu",))
    view = view_node(a_node(), None, None, [broken, a_pod("fine")], Assumptions(), NOW, None)
    assert "cpu" not in view.requested
    assert "default/odd" in view.unknown["cpu"]
    assert view.requested["memory"] == 5 + 2**30 * CORE


def test_balloons_are_told_apart_and_counted_in() -> None:
    given = Assumptions(is_balloon=lambda pod: pod.name == "balloon")
    view = view_node(a_node(), None, None, [a_pod("balloon"), a_pod("app")], given, NOW, None)
    assert (view.requested["cpu"], view.balloon["cpu"]) == (2 * CORE, CORE)


def test_a_cordoned_node_whose_pods_are_evicted_is_draining() -> None:
    leaving = a_pod("p", disruption="EvictionByEvictionAPI")
    cordoned = a_node(unschedulable=True)
    assert view_node(cordoned, None, None, [a_pod()], Assumptions(), NOW, None).standing.phase == "cordoned"
    assert view_node(cordoned, None, None, [leaving], Assumptions(), NOW, None).standing.phase == "draining"


def test_a_node_without_a_provider_id_is_a_node() -> None:
    view = view_node(a_node(provider_id=""), None, None, [a_pod()], Assumptions(), NOW, None)
    assert view.counts == PodCounts(running=1)


@pytest.mark.parametrize(("priced", "hourly"), [(True, CORE // 2), (False, None)])
def test_disabled_prices_leave_no_trace(priced: bool, hourly: int | None) -> None:
    node = a_node(labels={"nodeview/instance-price": "0.5"})
    view = view_node(node, None, None, [], Assumptions(priced=priced), NOW, None)
    assert view.price.hourly == hourly


def test_the_share_can_exceed_one() -> None:
    big = a_shape(requests=amounts(6, 1, 0))
    view = view_node(a_node(), None, None, [a_pod(shape=big)], Assumptions(), NOW, None)
    assert view.share("cpu") == 1.5


def test_the_profile_of_a_fargate_node_is_said_by_its_pod() -> None:
    fargate = a_node(labels={"eks.amazonaws.com/compute-type": "fargate"})
    pod = a_pod(labels=(("app", "x"), ("eks.amazonaws.com/fargate-profile", "jobs")))
    assert view_node(fargate, None, None, [pod], Assumptions(), NOW, None).pool == "jobs"
    assert view_node(fargate, None, None, [], Assumptions(), NOW, None).pool is None


def test_a_drain_is_seen_by_its_evictions_and_is_over_when_only_daemons_are_left() -> None:
    leaving = a_pod("a", disruption="EvictionByEvictionAPI", deleted=NOW)
    daemon = a_pod("d", owner=OwnerRef("DaemonSet", "d", "apps"))
    cordoned = a_node(unschedulable=True)

    def phase(*pods: Pod, evicted_at: float | None = None, now: float = NOW) -> str:
        made = view_node(cordoned, None, None, pods, Assumptions(), now, None, evicted_at=evicted_at)
        return made.standing.phase

    assert phase(leaving, daemon) == "draining"
    assert phase(a_pod("b"), daemon, evicted_at=NOW - 5) == "draining"
    assert phase(a_pod("b"), daemon, evicted_at=NOW - 61) == "cordoned"
    assert phase(daemon, evicted_at=NOW - 5) == "cordoned"
    assert phase(a_pod("b"), daemon) == "cordoned"
