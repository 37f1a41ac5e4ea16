"""Nodes that Karpenter buys and sells again, as nodeview tells it, against what the cluster itself says."""

from __future__ import annotations

import statistics
from datetime import datetime
from typing import Any

import pytest

from tests.karpenter.conftest import Watching, apply
from tests.karpenter.objects import PRICE, Json, deployment

pytestmark = [pytest.mark.cluster, pytest.mark.slow]
MANY, FEW = 20, 2


def of_pool(report: Json, name: str) -> list[Json]:
    return [one for one in report["nodes"] if one["pool"] == name]


def moment(text: str) -> float:
    return datetime.fromisoformat(text).timestamp()


def turned(thing: Any, type_: str) -> float:
    return next(moment(one["lastTransitionTime"]) for one in thing["status"]["conditions"] if one["type"] == type_)


def words_of(watching: Watching, node: str) -> set[str]:
    """Karpenter's reasons to leave a node alone, by its own Events."""
    reasons = ("Unconsolidatable", "DisruptionBlocked")
    events = [one for one in watching.items("events") if one["involvedObject"].get("name") == node]
    return {f"Karpenter: {one['message']}" for one in events if one["reason"] in reasons}


def test_nodes_that_come_and_go(watching: Watching) -> None:
    plane = watching.plane
    watching.until(lambda report: len(report["pools"]) == 2, "both pools")
    apply(plane, [deployment("app", "work", MANY), deployment("cold", "frozen", 1)])

    def all_ready(report: Json) -> bool:
        nodes = of_pool(report, "work")
        return len(nodes) == MANY and all(one["phase"] == "ready" for one in nodes) and not report["claims"]

    watching.until(all_ready, "all nodes are ready")
    claimed_before_they_joined(watching)
    time_to_ready(watching)
    plane.kubectl("scale", "deployment/app", f"--replicas={FEW}")
    watching.until(
        lambda report: len(of_pool(report, "work")) == FEW and all(one["over"] for one in report["episodes"]),
        "all but a few are gone",
    )
    told_as_episodes(watching)
    survivors_say_what_karpenter_says(watching)
    a_budget_of_none(watching)


def claimed_before_they_joined(watching: Watching) -> None:
    claims: set[str] = set()
    joined: set[str] = set()
    names = {one["status"]["nodeName"]: one["metadata"]["name"] for one in watching.items("nodeclaims")}
    for report in watching.reports():
        for node in report["nodes"]:
            assert node["name"] in joined or names[node["name"]] in claims, node["name"]
            joined.add(node["name"])
        claims |= {one["name"] for one in report["claims"]}
    assert len(joined) == MANY + 1


def time_to_ready(watching: Watching) -> None:
    took = [
        turned(one, "Initialized") - moment(one["metadata"]["creationTimestamp"])
        for one in watching.items("nodeclaims")
        if one["metadata"]["labels"]["karpenter.sh/nodepool"] == "work"
    ]
    said = next(one for one in watching.reports()[-1]["pools"] if one["name"] == "work")["ready_s"]
    assert said["worst"] == max(took)
    assert said["median"] == statistics.median(took)


def told_as_episodes(watching: Watching) -> None:
    report = watching.reports()[-1]
    gone = [source["node"] for story in report["episodes"] for source in story["sources"]]
    assert len(gone) == len(set(gone)) == MANY - FEW, "each is in one episode"
    for story in report["episodes"]:
        assert (story["by"], story["cause"], story["targets"]) == ("karpenter", "empty", [])
        worth = len(story["sources"]) * PRICE
        assert story["realised"]["hourly"] == pytest.approx(worth)
        assert story["predicted"]["hourly"] == pytest.approx(worth)
        assert 0 <= story["watched_s"] < 60
    assert not [one for one in report["findings"] if one["id"] == "node-swaps"], "nothing gave way to its like"


def survivors_say_what_karpenter_says(watching: Watching) -> None:
    def said(report: Json) -> list[Json] | None:
        nodes = of_pool(report, "work")
        return nodes if {one["staying"]["reason"] for one in nodes} <= {"karpenter", "nominated"} else None

    for node in watching.until(said, "Karpenter's word on each survivor"):
        assert node["staying"]["proof"] in words_of(watching, node["name"])


def a_budget_of_none(watching: Watching) -> None:
    report = watching.reports()[-1]
    (node,) = of_pool(report, "frozen")
    assert node["staying"] == {
        "reason": "budget",
        "proof": "budget 0 of pool frozen allows no disruption",
        "since": None,
    }
    pool = next(one for one in report["pools"] if one["name"] == "frozen")
    assert {one["allowed"] for one in pool["may_go"]["reasons"].values()} == {0}
