"""Findings and episodes in a report."""

from __future__ import annotations

from msgspec.structs import replace

from nodeview.insights import EpisodeSight, EpisodeSights, Finding, Findings, Saving
from nodeview.records import NodeName
from nodeview.report.json_findings import episodes_json, findings_json, node_findings
from nodeview.report.json_report import report_of
from tests.builders import NOW, a_node, taint
from tests.cluster.test_episode import a_source, a_target, an_episode
from tests.report.frames import a_frame
from tests.report.test_schema import errors

FOUND = Finding("on-demand", "info", "pool/api", "2 of its 3 nodes", NOW - 60, (NodeName("a"),))
OVER = an_episode(a_source(gone_heard=NOW + 75.5, gone_at=NOW + 74), targets=(a_target(),))
SIGHT = EpisodeSight(OVER, None, Saving(140_000_000), Saving(130_000_000))


def test_a_finding_and_the_nodes_it_is_about() -> None:
    frame = a_frame([a_node("a"), a_node("b")])
    found = Findings((FOUND,), {NodeName("a"): ("on-demand",)})
    frame = replace(frame, insights=replace(frame.insights, findings=found))
    (one,) = findings_json(frame)
    assert one["since"] == "2027-01-15T07:59:00Z"
    assert (one["id"], one["severity"], one["subject"], one["message"]) == FOUND_WORDS
    assert (node_findings(frame, NodeName("a")), node_findings(frame, NodeName("b"))) == (["on-demand"], [])
    report = report_of(frame)
    assert errors(report) == []
    assert {node["name"]: node["findings"] for node in report["nodes"]} == {"a": ["on-demand"], "b": []}


FOUND_WORDS = ("on-demand", "info", "pool/api", "2 of its 3 nodes")


def test_an_episode_with_what_it_saved() -> None:
    frame = a_frame([a_node()])
    frame = replace(frame, insights=replace(frame.insights, episodes=EpisodeSights((SIGHT,))))
    assert errors(report_of(frame)) == []
    (one,) = episodes_json(frame)
    assert (one["cause"], one["by"], one["over"], one["took_s"]) == ("underutilised", "karpenter", True, 74)
    assert one["sources"][0] == {
        "node": "a",
        "claim": None,
        "pool": "api",
        "instance_type": "m5.large",
        "capacity_type": "spot",
        "zone": "1a",
        "gone": True,
    }
    assert (one["targets"][0]["claim"], one["targets"][0]["node"], one["targets"][0]["said"]) == ("new", None, True)
    assert one["predicted"] == {"hourly": 0.14, "currency": "USD"}
    assert one["realised"] == {"hourly": 0.13, "currency": "USD"}


def test_a_node_that_is_going_is_in_the_report() -> None:
    report = report_of(a_frame([a_node("a", taints=(taint("ToBeDeletedByClusterAutoscaler", value=str(NOW)),))]))
    assert errors(report) == []
    (one,) = report["episodes"]
    assert (one["by"], one["over"], one["began_before_watch"]) == ("cluster-autoscaler", False, True)
