"""What the pods of a node come to, and which part is whose."""

from __future__ import annotations

from typing import Any

from nodeview.records import OwnerRef, Pod
from nodeview.views.pod_sums import PodCounts, sum_pods
from tests.builders import NOW, a_pod, a_shape

NANO = 10**9
DAEMON = OwnerRef("DaemonSet", "proxy", "apps")


def pod(name: str, cpu: int, **more: Any) -> Pod:
    return a_pod(name, shape=a_shape(requests={"cpu": cpu * NANO}), **more)


def none(_: Pod) -> bool:
    return False


def test_daemons_and_balloons_are_parts_of_what_is_requested() -> None:
    pods = [pod("a", 1), pod("b", 2, owner=DAEMON), pod("c", 4), pod("d", 8, mirror=True), pod("e", 16, phase="Failed")]
    sums = sum_pods(pods, ("cpu", "memory"), lambda one: one.name in ("b", "c"))
    assert sums.requested == {"cpu": 15 * NANO, "memory": 0, "pods": 4 * NANO}
    assert sums.balloon == {"cpu": 4 * NANO}
    assert sums.daemons == {"cpu": 10 * NANO}
    assert [one.name for one in sums.pods] == ["a", "b", "c", "d"]
    assert not sums.only_daemons


def test_pods_are_counted_by_where_they_are_in_their_life() -> None:
    pods = [pod("a", 1), pod("b", 1, phase="Pending"), pod("c", 1, deleted=NOW, phase="Pending")]
    assert sum_pods(pods, (), none).counts == PodCounts(starting=1, running=1, terminating=1)


def test_nothing_but_daemons_is_told() -> None:
    assert sum_pods([], (), none).only_daemons
    assert sum_pods([pod("b", 2, owner=DAEMON), pod("e", 1, phase="Succeeded")], (), none).only_daemons
    assert not sum_pods([pod("a", 0)], (), none).only_daemons


def test_what_cannot_be_read_is_in_no_sum() -> None:
    sums = sum_pods([pod("a", 1, unreadable=("cpu",)), pod("b", 2, owner=DAEMON)], ("cpu",), none)
    assert "cpu" in sums.unknown
    assert not {"cpu"} & (sums.requested.keys() | sums.daemons.keys())


def test_pods_that_are_not_known_are_no_empty_node() -> None:
    sums = sum_pods([], ("cpu",), none, "pods are forbidden")
    assert (sums.counts, sums.requested, sums.only_daemons) == (None, {}, False)
    assert sums.unknown == {"cpu": "pods are forbidden", "pods": "pods are forbidden"}
