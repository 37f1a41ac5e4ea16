"""Room that is left, in a report."""

from __future__ import annotations

from msgspec.structs import replace

from nodeview.frame import Frame
from nodeview.insights.finding_room import full_zones
from nodeview.records import PODS, CapacityBuffer
from nodeview.report.json_headroom import headroom_json
from nodeview.report.json_report import report_of
from nodeview.views import parse_headroom_shape
from tests.builders import a_node, a_pod, a_shape
from tests.report.frames import GIB, NANO, a_frame
from tests.report.test_schema import errors

ZONE = "topology.kubernetes.io/zone"
LARGE = a_shape(requests={"cpu": 3 * NANO, "memory": GIB})


def full() -> Frame:
    """Zone 1a holds a pod that it has no room for another of; 1b has."""
    nodes = [a_node("node-1", labels={ZONE: "1a"}), a_node("node-2", labels={ZONE: "1b"})]
    return a_frame(nodes, [a_pod(shape=LARGE)])


def test_zones_pools_and_what_it_is_counted_in() -> None:
    report = report_of(full())
    assert errors(report) == []
    assert report["headroom"]["shape"] == {"cpu": 3, "memory": 2**30}
    assert report["headroom"]["source"] == "the largest pod, default/pod-1"
    one, two = (zone["headroom"] for zone in report["zones"])
    assert (one["free"], one["pods"]) == ({"cpu": 1, "memory": 15 * 2**30}, 0)
    assert (two["nodes"], two["pods"], two["pods_beside_balloons"], two["not_visible"]) == (1, 1, 1, [])
    assert report["pools"][0]["headroom"]["pods"] == 1


def test_a_zone_without_room_is_a_finding() -> None:
    frame = full()
    (finding,) = report_of(frame)["findings"]
    assert finding == {
        "id": "no-headroom",
        "severity": "info",
        "subject": "zone/1a",
        "message": "no room in 1a for a pod of 3 vCPU and 1.0 GiB",
        "since": None,
    }
    chosen = replace(frame.view.given, headroom_shape=parse_headroom_shape("cpu=3"))
    (asked,) = full_zones(replace(frame.view, given=chosen))
    assert asked.severity == "caution"


def test_what_is_not_known_is_null_and_no_finding() -> None:
    report = report_of(a_frame([a_node()], forbidden=[PODS]))
    assert errors(report) == []
    assert report["zones"][0]["headroom"] is None
    assert report["pools"][0]["headroom"] is None
    assert report["headroom"]["shape"] is None
    assert "pods are not known" in report["headroom"]["reason"]
    assert report["findings"] == []


def test_buffers_are_told_under_their_own_name() -> None:
    headroom = replace(full().view.headroom, buffers=(CapacityBuffer("shop", "spare", "u", "Deployment/web", None),))
    assert headroom_json(headroom)["capacity_buffers"] == [
        {"namespace": "shop", "name": "spare", "of": "Deployment/web", "replicas": None, "remark": None}
    ]
