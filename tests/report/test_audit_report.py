"""`report --audit`: in the schema, in the table, and left out unless asked for."""

from __future__ import annotations

import json
from typing import Any

import jsonschema
import pytest
from msgspec.structs import replace

from nodeview.cluster import UsageIndex
from nodeview.frame import Frame
from nodeview.records import PODS, NodeName, OwnerRef, Usage
from nodeview.report.audit_report import audit_text
from nodeview.report.rendering import ReportOptions, json_of, render
from nodeview.report.schema import schema_text
from tests.builders import a_node, a_pod, a_shape
from tests.report.frames import a_cluster, a_frame

NANO = 10**9
MIB = 2**20 * NANO
AUDITED = ReportOptions(audited=True)


def audited_frame() -> Frame:
    """Three pods of 5,010 MiB on each of four nodes of 20,000; one of them has a container without requests."""
    labels = {"karpenter.sh/nodepool": "api", "node.kubernetes.io/instance-type": "c6i.4xlarge"}
    room = {"cpu": 16 * NANO, "memory": 20_000 * MIB, "pods": 58 * NANO}
    nodes = [a_node(f"n{one}", labels=labels, allocatable=room) for one in range(4)]
    shape = a_shape(requests={"cpu": 2 * NANO, "memory": 5_010 * MIB}, unasked=(("proxy", ("cpu",)),))
    pods = [
        a_pod(f"api-{node}-{one}", node=NodeName(f"n{node}"), shape=shape, owner=OwnerRef("StatefulSet", "api"))
        for node in range(4)
        for one in range(3)
    ]
    frame = a_frame(nodes, pods)
    usage = UsageIndex(pods={pod.uid: Usage(NANO // 10, None) for pod in pods}, why_nodes="", why_pods="")
    return replace(frame, view=replace(frame.view, usage=usage))


def errors(report: Any) -> list[str]:
    schema = json.loads(schema_text("report"))
    return [error.message for error in jsonschema.Draft202012Validator(schema).iter_errors(report)]


def test_json_has_the_figures() -> None:
    report = json_of(audited_frame(), AUDITED)
    assert errors(report) == []
    audit = report["audit"]
    [one] = audit["oversized"]
    words = "4 default/api pods would fit a c6i.4xlarge with 10 MiB less each: today 3 do"
    assert (one["words"], one["owner"], one["fits"]) == (words, "StatefulSet/api", 3)
    assert (one["own_pods"], one["own_nodes"], one["needed"], one["needed_then"]) == (12, 4, 4, 3)
    memory = {"resource": "memory", "allocatable": 20_000 * 2**20, "daemons": 0}
    assert one["terms"][1] == memory | {"request": 5_010 * 2**20, "less": 10 * 2**20}
    for term in one["terms"]:
        assert (one["fits"] + 1) * (term["request"] - term["less"]) <= term["allocatable"] - term["daemons"]
    container = {"name": "proxy", "without": ["cpu"]}
    bare = {"namespace": "default", "owner": "StatefulSet/api", "pods": 12, "containers": [container]}
    assert audit["without_requests"] == [bare]
    [far] = audit["far_from_use"]
    assert (far["resource"], far["pods"], far["requested"], far["used"]) == ("cpu", 12, 24, 1.2)
    assert audit["use_unknown"] is None


@pytest.mark.parametrize("part", ["oversized", "without_requests", "far_from_use"])
def test_the_schema_demands_every_field(part: str) -> None:
    for name in json_of(audited_frame(), AUDITED)["audit"][part][0]:
        report = json_of(audited_frame(), AUDITED)
        del report["audit"][part][0][name]
        assert errors(report), name


def test_unless_asked_for_there_is_none() -> None:
    report = json_of(audited_frame(), ReportOptions())
    assert report["audit"] is None
    assert errors(report) == []


def test_the_table_is_of_nothing_else() -> None:
    text = render(audited_frame(), "table", AUDITED)
    assert text.startswith("prod-blue\n\na hair too large\n  4 default/api pods would fit")
    assert "    proxy requests no cpu\n" in text
    assert "STATE" not in text
    assert text.endswith("\n")
    assert not text.endswith("\n\n")


def test_without_pods_nothing_is_said_of_them() -> None:
    nodes, _, _ = a_cluster()
    frame = a_frame(nodes, forbidden=[PODS])
    assert json_of(frame, AUDITED)["audit"] is None
    assert "pods are not known: pods is forbidden" in render(frame, "table", AUDITED)
    assert "they are not all listed" in audit_text(a_frame(nodes), known=False)
