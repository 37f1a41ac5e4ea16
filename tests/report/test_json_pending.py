"""Groups of pods that wait, in a Report; that they keep to the schema is judged with the whole report."""

from __future__ import annotations

from typing import Any

import pytest
from jsonschema import Draft202012Validator
from msgspec import json

from nodeview.records import Waiting
from nodeview.report.json_report import report_of, without_ages
from nodeview.report.schema import schema_text
from tests.builders import NOW, a_node, a_pod, a_pool, a_shape, taint
from tests.report.frames import GIB, NANO, NO_ROOM, a_frame


@pytest.fixture
def report() -> dict[str, Any]:
    shape = a_shape(requests={"cpu": 4_500 * NANO // 1000, "memory": GIB})
    said: dict[str, Any] = {
        "node": None,
        "phase": "Pending",
        "shape": shape,
        "waiting": Waiting("Unschedulable", NO_ROOM, NOW),
    }
    pods = [a_pod(f"pod-{one}", created=NOW - one, **said) for one in range(2)]
    nodes = [a_node(f"node-{one}") for one in range(3)]
    pools = [a_pool("api"), a_pool("gpu", taints=(taint("dedicated", value="gpu"),))]
    return report_of(a_frame(nodes, pods, pools))


def test_a_group_has_words_and_what_would_help(report: dict[str, Any]) -> None:
    (group,) = report["pending_groups"]
    assert (group["owner"], group["pods"], group["kind"], group["balloon"]) == (
        "ReplicaSet/app-1",
        2,
        "unschedulable",
        False,
    )
    assert group["words"] == "no node has 4.5 vCPU free"
    outlook = group["outlook"]
    assert outlook["near"] == [{"pool": None, "missing": {"cpu": 0.5}}]
    assert [(one["name"], one["could"], one["reasons"]) for one in outlook["node_pools"]] == [
        ("api", True, []),
        ("gpu", False, ["its nodes have the taint dedicated=gpu"]),
    ]
    assert "would fit a node of no pool with 0.5 vCPU less" in outlook["words"]
    assert {one["words"] for one in report["pending"]} == {group["words"]}


def test_it_keeps_to_the_schema_and_ages_change_nothing_else(report: dict[str, Any]) -> None:
    schema = json.decode(schema_text("report"))
    assert not [*Draft202012Validator(schema).iter_errors(report)]
    assert "age_s" not in str(without_ages(report)["pending_groups"])
