"""Pools in a report: the names that were promised, what was added, and the schema that demands it."""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace

from nodeview.cluster import Arrivals
from nodeview.records import PODS, AutoscalerStatus, NodeBudget, NodeGroup
from nodeview.report.json_pools import derived_pools
from nodeview.report.json_report import report_of, without_ages
from tests.builders import NOW, a_node, a_pool, condition
from tests.report.frames import a_frame
from tests.report.test_schema import errors
from tests.views.pools import NANO, a_budgeted_pool, a_karpenter_node

MIDNIGHT = NOW // 86_400 * 86_400


def reported(**frame: Any) -> dict[str, Any]:
    """A pool at its limit and in a closed window, one without nodes, and a node group."""
    api = a_budgeted_pool(
        NodeBudget("50%"),
        NodeBudget("0", ("Drifted",), "@daily", "10h"),
        limits={"cpu": 10 * NANO},
        resources={"cpu": 8 * NANO},
        conditions=(condition("Ready", since=NOW - 60),),
        weight=3,
        grace_s=600,
        template_expire_after=86_400,
    )
    nodes = [
        a_karpenter_node("n-1"),
        a_karpenter_node("n-2", kubelet_version="v1.34.0"),
        a_node("n-3", labels={"eks.amazonaws.com/nodegroup": "system"}),
    ]
    seen = a_frame(nodes, (), [api, a_pool("gpu")], at=MIDNIGHT + 3_600, **frame)
    status = AutoscalerStatus(
        "kube-system", "x", "u", True, "Healthy", groups=(NodeGroup("system", "Healthy", 1, 1, 1, 5), NodeGroup("odd"))
    )
    arrivals = Arrivals({}, {"api": (30.0, 50.0)}, {})
    report = report_of(replace(seen, view=replace(seen.view, autoscaler=status, arrivals=arrivals)))
    assert errors(report) == []
    return report


def test_what_was_promised_and_what_was_added() -> None:
    pools = {one["name"]: one for one in reported()["pools"]}
    assert list(pools) == ["api", "gpu", "system"]
    api = pools["api"]
    assert (api["nodes"], api["versions"]) == (2, {"v1.33.1-eks-1a2b3c4": 1, "v1.34.0": 1})
    assert api["used_of_limits"] == {"cpu": 0.8}
    assert api["ready_s"] == {"median": 40.0, "worst": 50.0}
    assert api["instance_types"] == {"m7g.xlarge": 2}
    assert (api["mixed"], api["behind_control_plane"], api["phases"]) == (True, 1, {"ready": 2})
    assert api["next_step"] == {
        "left": {"cpu": 2},
        "closed": True,
        "smallest": None,
        "least": {"instance_type": "m7g.xlarge", "capacity": {"cpu": 4, "memory": 16 * 2**30}},
        "over": {"cpu": 2},
        "complete": False,
    }
    assert api["policy"]["consolidation"] == "WhenEmptyOrUnderutilized"
    assert (api["policy"]["consolidate_after_s"], api["policy"]["expire_after_s"]) == (30, 86_400)
    assert api["conditions"][0] == {
        "type": "Ready", "status": "True", "reason": None, "message": None, "since": "2027-01-15T07:59:00Z",
    }  # fmt: skip


def test_budgets_say_what_they_allow_now_and_until_when() -> None:
    api = reported()["pools"][0]
    tenth, night = api["budgets"]
    assert (tenth["nodes"], tenth["allows"], tenth["active"], tenth["until"], tenth["default"]) == (
        "50%", 1, True, None, False,
    )  # fmt: skip
    assert (night["reasons"], night["schedule"], night["active"]) == (["Drifted"], "@daily", True)
    assert night["until"] == "2027-01-15T10:00:00Z"
    assert (api["may_go"]["of_nodes"], api["may_go"]["disrupting"]) == (2, 0)
    assert {key: (one["remaining"], one["opens_at"]) for key, one in api["may_go"]["reasons"].items()} == {
        "Empty": (1, None),
        "Drifted": (0, "2027-01-15T10:00:00Z"),
        "Underutilized": (1, None),
    }


def test_a_pool_without_a_node_pool_says_nothing_of_budgets_and_one_without_nodes_is_there() -> None:
    _, gpu, system = reported()["pools"]
    assert (gpu["nodes"], gpu["money"], gpu["instance_types"]) == (0, [], {})
    assert gpu["budgets"][0]["default"]
    assert (system["budgets"], system["next_step"], system["may_go"], system["policy"]) == (None, None, None, None)
    assert system["instance_types"] == {"": 1}


def test_groups_of_the_autoscaler_are_joined_by_name_or_told_apart() -> None:
    report = reported()
    (group,) = report["pools"][2]["autoscaler"]
    assert (group["name"], group["min"], group["target"], group["max"], group["health"]) == (
        "system", 1, 1, 5, "Healthy",
    )  # fmt: skip
    assert report["autoscaler"]["running"]
    assert [one["name"] for one in report["autoscaler"]["other_groups"]] == ["odd"]
    assert report_of(a_frame([a_node()]))["autoscaler"] is None


def test_versions_of_all_nodes_against_the_control_plane() -> None:
    assert reported()["versions"] == {
        "control_plane": "v1.34.2",
        "nodes": {"v1.33.1-eks-1a2b3c4": 2, "v1.34.0": 1},
        "behind": 2,
        "mixed_pools": ["api"],
    }


def test_sums_are_null_while_pods_are_not_known() -> None:
    pool = reported(forbidden=[PODS])["pools"][0]
    assert (pool["pods"], pool["headroom"]) == (None, None)
    assert pool["requested"].keys() >= {"cpu", "memory"}
    assert set(pool["requested"].values()) == {None}


def test_time_alone_changes_nothing_in_it() -> None:
    frame = a_frame([a_karpenter_node("n-1")], (), [a_budgeted_pool(NodeBudget("0", (), "@daily", "10h"))])
    later = replace(frame, at=frame.at + 30)
    assert without_ages(report_of(frame)["pools"]) == without_ages(report_of(later)["pools"])
    assert [one.pool.name for one in derived_pools(frame).rows] == ["api"]
