"""Section 8 of the design, field by field: units, nulls, and sums that are known or said not to be."""

from __future__ import annotations

import json
from typing import Any

import msgspec.structs
import pytest

from nodeview.cluster import Happening, Stream
from nodeview.records import NODES, PODS, Usage
from nodeview.report.json_report import report_of, without_ages
from nodeview.report.json_values import instant
from tests.builders import NOW, a_node, a_pod
from tests.report.frames import NO_ROOM, a_cluster, a_frame


@pytest.fixture(scope="module")
def report() -> dict[str, Any]:
    return report_of(a_frame(*a_cluster()), extra_labels=("team", "node-age", "node-cpu-usage"))


def node(report: dict[str, Any], name: str) -> dict[str, Any]:
    found: dict[str, Any] = next(one for one in report["nodes"] if one["name"] == name)
    return found


def test_it_is_json_without_nan(report: dict[str, Any]) -> None:
    assert json.loads(json.dumps(report, allow_nan=False)) == report


def test_the_moment_and_the_place(report: dict[str, Any]) -> None:
    assert report["apiVersion"] == "nodeview/v1"
    assert report["kind"] == "Report"
    assert report["context"] == "prod-blue"
    assert report["at"] == "2027-01-15T08:00:00.250Z"
    assert report["complete"] is True
    assert report["streams"]["pods"] == {"state": "synced", "age_s": None, "reason": None}


def test_a_node_says_cores_bytes_seconds_and_money(report: dict[str, Any]) -> None:
    one = node(report, "node-1")
    assert one["allocatable"] == {"cpu": 4, "memory": 16 * 2**30, "pods": 58}
    assert one["requested"] == {"cpu": 0.75, "memory": 3 * 2**30, "pods": 3}
    assert one["pods"] == 3
    assert one["age_s"] == 3 * 86_400 + 0.25
    assert one["created"] == "2027-01-12T08:00:00Z"
    assert (one["provisioner"], one["pool"], one["capacity_type"]) == ("karpenter", "api", "spot")
    assert (one["instance_type"], one["zone"], one["region"]) == ("m7g.2xlarge", "eu-west-1a", "eu-west-1")
    assert one["price"]["hourly"] == 0.131
    assert one["price"]["source"] == "override"
    assert (one["phase"], one["ready"], one["unschedulable"]) == ("ready", True, False)
    assert one["labels"] == {"team": None, "node-age": "3d", "node-cpu-usage": "19 %"}


def test_what_is_unknown_is_null_and_never_zero(report: dict[str, Any]) -> None:
    odd = node(report, "node-3")
    assert odd["allocatable"] == {"cpu": 4, "memory": None, "pods": 58}
    assert odd["requested"] == {"cpu": None, "memory": 2**30, "pods": 1}
    assert odd["provider_id"] is None
    assert odd["price"]["hourly"] is None
    assert odd["price"]["reason"]
    assert odd["used"] is None
    assert odd["capacity_type"] is None
    # A sum over an unknown amount is unknown, and no other is.
    assert report["totals"]["requested"] == {"cpu": None, "memory": 6 * 2**30}
    assert report["totals"]["allocatable"] == {"cpu": 12, "memory": None}


def test_pods_are_counted_by_state(report: dict[str, Any]) -> None:
    pods = report["totals"]["pods"]
    assert pods == {"total": 7, "pending": 1, "bound": 6, "starting": 1, "running": 4, "terminating": 1}


def test_pending_lists_the_pending_and_the_starting_the_oldest_first(report: dict[str, Any]) -> None:
    stuck, starting = report["pending"]
    assert stuck == {
        "namespace": "default",
        "name": "stuck",
        "owner": "StatefulSet/stuck",
        "node": None,
        "age_s": 120.25,
        "kind": "unschedulable",
        "reason": NO_ROOM,
        "requests": {"cpu": 1, "memory": 2**30, "pods": 1},
        "nominated": None,
        "words": "no node has 1 vCPU free",
    }
    assert (starting["name"], starting["kind"], starting["node"]) == ("starting", "starting", "node-2")
    assert starting["reason"] == "ImagePullBackOff"


def test_pools_have_their_limits_and_zones_their_nodes(report: dict[str, Any]) -> None:
    pools = {one["name"]: one for one in report["pools"]}
    assert pools["api"]["limits"] == {"cpu": 10, "memory": 0}
    assert pools["api"]["used_of_limits"] == {"cpu": 0.4, "memory": None}
    assert pools["api"]["versions"] == {"v1.33.1-eks-1a2b3c4": 1}
    assert pools["api"]["requested"]["cpu"] == 0.75
    assert pools[None]["limits"] is None
    assert {(one["name"], one["nodes"]) for one in report["zones"]} == {("eu-west-1a", 1), (None, 2)}


def test_money_is_a_lower_bound_that_says_so(report: dict[str, Any]) -> None:
    (money,) = report["totals"]["money"]
    spot = {"capacity_type": "spot", "nodes": 1, "hourly": 0.131, "unpriced_nodes": 0, "estimated_nodes": 0}
    nobody = {"capacity_type": None, "nodes": 0, "hourly": None, "unpriced_nodes": 2, "estimated_nodes": 0}
    assert money == {
        "currency": "USD",
        "hourly": 0.131,
        "daily": 3.144,
        "monthly": 95.63,
        "complete": False,
        "unpriced_nodes": 2,
        "estimated_nodes": 0,
        "by_capacity": [spot, nobody],
    }


def test_nothing_priced_is_no_sum() -> None:
    (money,) = report_of(a_frame([a_node()]))["totals"]["money"]
    assert money["hourly"] is None
    assert money["unpriced_nodes"] == 1


def test_pods_that_are_forbidden_leave_no_zero() -> None:
    nodes, _, pools = a_cluster()
    report = report_of(a_frame(nodes, (), pools, forbidden=[PODS]), extra_labels=("node-cpu-usage",))
    one = node(report, "node-1")
    assert one["pods"] is None
    assert set(one["requested"].values()) == {None}
    assert one["allocatable"]["cpu"] == 4
    assert one["labels"] == {"node-cpu-usage": None}
    assert set(report["totals"]["pods"].values()) == {None}
    assert set(report["totals"]["requested"].values()) == {None}
    assert report["totals"]["nodes"] == 3
    assert report["pools"][0]["pods"] is None
    assert set(report["zones"][0]["requested"].values()) == {None}
    assert report["complete"] is False
    assert report["streams"]["pods"]["state"] == "forbidden"
    assert "cannot list" in report["streams"]["pods"]["reason"]


def test_a_listing_that_has_not_ended_has_no_totals() -> None:
    nodes, pods, _ = a_cluster()
    report = report_of(a_frame(nodes, pods, listing=[NODES]))
    assert report["complete"] is False
    assert report["totals"]["nodes"] is None
    assert set(report["totals"]["pods"].values()) == {None}
    assert set(report["totals"]["allocatable"].values()) == {None}
    assert report["totals"]["money"] == []
    assert len(report["nodes"]) == 3


def test_the_feed_is_what_came_after_a_number() -> None:
    told = tuple(Happening(number, NOW + number, "joined", f"node-{number}", "") for number in (1, 2, 3))
    frame = msgspec.structs.replace(a_frame([a_node()]), feed=told)
    assert [one["subject"] for one in report_of(frame)["feed"]] == ["node-1", "node-2", "node-3"]
    where = {"namespace": None, "node": None, "alarm": False}
    assert report_of(frame, after=2)["feed"] == [
        {"at": "2027-01-15T08:00:03Z", "kind": "joined", "subject": "node-3", "message": "", **where}
    ]


def test_time_alone_makes_no_difference_but_a_pod_does() -> None:
    def said(at: float, *pods: Any) -> Any:
        labels = ("node-age", "eks-node-viewer/node-age")
        return without_ages(report_of(a_frame([a_node()], pods, at=at), extra_labels=labels))

    assert said(NOW) == said(NOW + 90)
    assert said(NOW) != said(NOW, a_pod())


def test_clocks_that_disagree_make_no_negative_age() -> None:
    assert report_of(a_frame([a_node(created=NOW + 60)]))["nodes"][0]["age_s"] == 0


def test_an_instant_has_milliseconds_where_it_has_them() -> None:
    assert instant(0) == "1970-01-01T00:00:00Z"
    assert instant(1.5) == "1970-01-01T00:00:01.500Z"
    assert instant(None) is None


def test_what_could_not_be_read_is_told_with_its_stream() -> None:
    frame = a_frame([a_node()])
    broken = tuple(
        msgspec.structs.replace(one, unread=2) if one.resource == "pods" else one for one in frame.view.streams
    )
    frame = msgspec.structs.replace(frame, view=msgspec.structs.replace(frame.view, streams=broken))
    assert report_of(frame)["streams"]["pods"]["reason"] == "2 pods could not be read"
    assert report_of(frame)["streams"]["nodes"]["reason"] is None


def test_the_age_of_a_stream_that_lags_is_that_of_what_it_said_last() -> None:
    lagging = Stream("pods", "lagging", NOW - 1, since=NOW - 200, reason="410 Expired", synced_once=True)
    frame = a_frame([a_node()])
    frame = msgspec.structs.replace(frame, view=msgspec.structs.replace(frame.view, streams=(lagging,)))
    said = report_of(frame)["streams"]["pods"]
    assert said == {"state": "lagging", "age_s": frame.at - NOW + 200, "reason": "410 Expired"}


def test_what_is_used_is_beside_what_is_requested_and_null_where_nobody_measures() -> None:
    frame = a_frame(*a_cluster())
    measured, other, *_ = frame.view.nodes
    used = msgspec.structs.replace(frame.view.nodes[measured], used=Usage(1_500_000_000, None))
    report = report_of(frame, nodes=[used, frame.view.nodes[other]])
    assert [one["used"] for one in report["nodes"]] == [{"cpu": 1.5}, None]
