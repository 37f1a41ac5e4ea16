"""Requests far from use."""

from __future__ import annotations

from msgspec.structs import replace

from nodeview.cluster import UsageIndex
from nodeview.insights.use_audit import FarFromUse, far_from_use
from nodeview.records import OwnerRef, Pod, Usage
from tests.builders import a_node, a_pod, a_shape
from tests.report.frames import a_frame

NANO = 10**9
GIB = 2**30 * NANO


def far(pods: list[Pod], usage: dict[str, Usage]) -> tuple[FarFromUse, ...]:
    view = replace(a_frame([a_node("node-1")], pods).view, usage=UsageIndex(pods=usage, why_nodes="", why_pods=""))
    work = far_from_use(view)
    while True:
        try:
            next(work)
        except StopIteration as done:
            found: tuple[FarFromUse, ...] = done.value
            return found


def asking(name: str, owner: str, cpu: int, gib: int) -> Pod:
    shape = a_shape(requests={"cpu": cpu * NANO, "memory": gib * GIB})
    return a_pod(name, shape=shape, owner=OwnerRef("Deployment", owner))


def test_less_than_half_or_more_than_all_by_owner_the_farthest_first() -> None:
    pods = [asking("a-1", "a", 2, 4), asking("a-2", "a", 2, 4), asking("b-1", "b", 1, 2), asking("c-1", "c", 1, 1)]
    usage = {
        "uid-a-1": Usage(NANO // 2, 3 * GIB),
        "uid-a-2": Usage(NANO // 4, 3 * GIB),
        "uid-b-1": Usage(NANO // 2, 3 * GIB),
        "uid-c-1": Usage(0, GIB // 4),
    }
    found = far(pods, usage)
    a, b, c = (OwnerRef("Deployment", name) for name in "abc")
    assert [(one.owner, one.resource, one.pods, one.requested, one.used) for one in found] == [
        (a, "cpu", 2, 4 * NANO, NANO * 3 // 4),
        (b, "memory", 1, 2 * GIB, 3 * GIB),
        (c, "cpu", 1, NANO, 0),
    ]


def test_what_is_not_measured_is_in_neither_sum() -> None:
    pods = [asking("a-1", "a", 4, 1), asking("a-2", "a", 4, 1)]
    [one] = far(pods, {"uid-a-1": Usage(NANO, None)})
    assert (one.pods, one.requested, one.used) == (1, 4 * NANO, NANO)
    assert far(pods, {}) == ()


def test_a_balloon_uses_nothing_on_purpose() -> None:
    shape = a_shape(requests={"cpu": 4 * NANO}, priority=-5, images=("registry.k8s.io/pause:3.10",))
    assert far([a_pod("b", shape=shape)], {"uid-b": Usage(0, 0)}) == ()
