"""Requests beside what the VerticalPodAutoscaler recommends."""

from __future__ import annotations

from msgspec.structs import replace

from nodeview.insights.recommended import Recommended, beside_recommendations
from nodeview.records import ObjectKey, OwnerRef, Pod, VerticalPodAutoscaler
from nodeview.records.vertical_pod_autoscaler import ContainerTarget
from nodeview.report.audit_report import audit_text
from nodeview.report.rendering import json_of
from nodeview.views import ClusterView
from tests.builders import a_node, a_pod, a_shape
from tests.report.frames import a_frame
from tests.report.test_audit_report import AUDITED, errors

NANO, MIB = 10**9, 2**20 * 10**9
API = OwnerRef("StatefulSet", "api")


def asking(cpu: int, mebibytes: int, images: int = 1, name: str = "api-0") -> Pod:
    shape = a_shape(requests={"cpu": cpu * NANO // 1000, "memory": mebibytes * MIB}, images=("web",) * images)
    return a_pod(name, shape=shape, owner=API)


def target(container: str = "web", cpu: int = 500, mebibytes: int = 700) -> ContainerTarget:
    def of(share: float) -> dict[str, int]:
        return {"cpu": int(cpu * share) * NANO // 1000, "memory": int(mebibytes * share) * MIB}

    return ContainerTarget(container, of(1), of(0.5), of(2))


def view_of(pods: list[Pod], *targets: ContainerTarget) -> ClusterView:
    said = VerticalPodAutoscaler("default", "api", "v", API, "Off", targets)
    told = {("StatefulSet", ObjectKey("default", "api")): said}
    return replace(a_frame([a_node("node-1")], pods).view, recommendations=told)


def found(view: ClusterView) -> tuple[Recommended, ...]:
    work = beside_recommendations(view)
    while True:
        try:
            next(work)
        except StopIteration as done:
            some: tuple[Recommended, ...] = done.value
            return some


def test_what_lies_outside_of_the_bounds_is_told_with_them() -> None:
    pods = [asking(500, 3000, name="api-0"), asking(500, 3000, name="api-1"), asking(200, 700, name="api-2")]
    [one] = found(view_of(pods, target()))
    assert (one.owner, one.resource, one.pods, one.requested) == (API, "memory", 2, 3000 * MIB)
    assert (one.target, one.lower, one.upper, one.apart) == (700 * MIB, 350 * MIB, 1400 * MIB, 4600 * MIB)
    assert [one.resource for one in found(view_of([asking(200, 700)], target()))] == ["cpu"], "and what starves"
    assert found(view_of([asking(600, 800)], target())) == ()


def test_a_recommendation_that_leaves_out_a_container_compares_nothing() -> None:
    assert found(view_of([asking(4000, 9000, images=2)], target())) == ()
    assert len(found(view_of([asking(4000, 9000, images=2)], target(), target("proxy")))) == 2
    assert found(view_of([asking(4000, 9000)])) == (), "it has not seen enough yet"


def test_the_report_has_it() -> None:
    frame = a_frame([a_node("node-1")], [])
    frame = replace(frame, view=view_of([asking(500, 3000)], target()))
    report = json_of(frame, AUDITED)
    assert errors(report) == []
    [one] = report["audit"]["recommended"]
    assert (one["requested"], one["target"]) == (3000 * 2**20, 700 * 2**20)
    words = "memory: 3,000 MiB requested each, 700 MiB recommended (350 MiB to 1,400 MiB)"
    assert words in audit_text(frame, known=True)
