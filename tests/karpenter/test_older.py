"""Older versions of Karpenter, the Cluster Autoscaler, and nonsense, all on a real API server, in one report."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.cli.running import nodeview
from tests.control_plane import ControlPlane, need_assets
from tests.karpenter import nonsense, older
from tests.karpenter.conftest import apply
from tests.karpenter.objects import Json

pytestmark = [pytest.mark.cluster, pytest.mark.slow]


@pytest.fixture(scope="module")
def plane() -> Iterator[ControlPlane]:
    """One of its own: its custom resources would be seen by all other tests."""
    with ControlPlane(need_assets()) as plane:
        yield plane


def write(plane: ControlPlane, crds: list[Json], objects: list[Json]) -> None:
    """Write them with what only their status holds."""
    apply(plane, crds)
    plane.kubectl("wait", "--for=condition=Established", "crd", "--all", "--timeout=30s")
    apply(plane, objects)
    for one in objects:
        if "status" in one and one["kind"] != "Node":
            kind, name, patch = one["kind"].lower(), one["metadata"]["name"], json.dumps({"status": one["status"]})
            plane.kubectl("patch", kind, name, "--subresource=status", "--type=merge", "-p", patch)


async def report(plane: ControlPlane, home: Path) -> Json:
    done = await nodeview(home, "report", "-o", "json", "--kubeconfig", str(plane.kubeconfig))
    assert (done.code, done.err) == (0, "")
    said: Json = json.loads(done.out)
    assert said["complete"] is True
    return said


def by_name(said: list[Any]) -> dict[str, Any]:
    return {one["name"]: one for one in said}


async def test_older_versions_and_the_cluster_autoscaler(plane: ControlPlane, tmp_path: Path) -> None:
    now = int(time.time())
    write(plane, older.crds(), [*older.karpenters(), *older.autoscalers(now)])
    said = await report(plane, tmp_path)
    claims, nodes, pools = by_name(said["claims"]), by_name(said["nodes"]), by_name(said["pools"])
    claims_and_machines(claims, nodes)
    pools_and_provisioners(pools)
    nodes_of_the_autoscaler(nodes, pools, said, now)


def claims_and_machines(claims: Json, nodes: Json) -> None:
    assert {name: one["reason"] for name, one in claims.items()} == {
        "beta-fails": "not launched: no capacity in eu-west-1a",
        "old-comes": "launched, waiting for its node",
    }
    goes, drifts = nodes["beta-goes"], nodes["old-drifts"]
    assert (goes["phase"], goes["phase_reason"]) == ("draining", "karpenter.sh/disruption")
    assert "expired" in goes["badges"]
    assert (drifts["phase"], drifts["pool"]) == ("ready", "old")
    assert drifts["staying"]["proof"] == "nothing keeps it: drifted, it is replaced next"
    assert drifts["expires_at"] is not None, "the Provisioner says when"


def pools_and_provisioners(pools: Json) -> None:
    beta, old = pools["beta"], pools["old"]
    assert (beta["policy"]["consolidation"], beta["policy"]["expire_after_s"]) == ("WhenUnderutilized", 720 * 3600)
    assert (beta["limits"], beta["used_of_limits"], beta["claims"]) == ({"cpu": 100}, {"cpu": None}, 1)
    assert [(one["nodes"], one["allows"]) for one in beta["budgets"]] == [("20%", 1)]
    assert beta["may_go"]["reasons"]["Underutilized"]["remaining"] == 0, "one goes already"
    assert (old["limits"], old["used_of_limits"], old["claims"]) == ({"cpu": 10}, {"cpu": 0.4}, 1)
    assert (old["policy"]["expire_after_s"], old["budgets"]) == (7200, [])


def nodes_of_the_autoscaler(nodes: Json, pools: Json, said: Json, now: int) -> None:
    unneeded, goes = nodes["workers-a"], nodes["workers-b"]
    assert (unneeded["phase"], "candidate" in unneeded["badges"]) == ("ready", True)
    assert unneeded["staying"]["proof"] == "nothing keeps it: a candidate of the Cluster Autoscaler"
    assert unneeded["staying"]["since"] == older.written(now - 300), "by the taint's own time"
    assert (goes["phase"], goes["phase_reason"]) == ("draining", "the Cluster Autoscaler is removing it")
    assert [(one["min"], one["target"], one["max"], one["backoff"]) for one in pools["workers"]["autoscaler"]] == [
        (1, 2, 4, "QuotaExceeded: no more of them")
    ]
    assert (said["autoscaler"]["running"], said["autoscaler"]["health"]) == (True, "Healthy")
    stories = {story["cause"]: story for story in said["episodes"]}
    assert stories["scaled_down"]["by"] == "cluster-autoscaler"
    assert [one["node"] for one in stories["scaled_down"]["sources"]] == ["workers-b"]
    assert stories["expired"]["began_before_watch"] is True


async def test_nonsense_is_shown_as_what_it_is_and_nothing_else_is_lost(plane: ControlPlane, tmp_path: Path) -> None:
    plane.kubectl("delete", "crd", "nodepools.karpenter.sh", "nodeclaims.karpenter.sh", "--ignore-not-found")
    write(plane, nonsense.crds(), nonsense.objects())
    said = await report(plane, tmp_path)
    claims, nodes, pools = by_name(said["claims"]), by_name(said["nodes"]), by_name(said["pools"])
    assert claims["bare"]["reason"] == "waiting for its instance to launch", "half of it missing"
    assert claims["elsewhere"]["reason"] == "its node nowhere is not there"
    assert ("twin-1" in claims) is not ("twin-2" in claims), "two that name the same node"
    assert claims["twin-1" if "twin-1" in claims else "twin-2"]["reason"].endswith("has the same instance")
    assert nodes["twin"]["phase"] == "ready"
    assert nodes["early"]["phase"] == "ready", "what turned in the future has turned"
    assert nodes["early"]["age_s"] >= 0
    whenever = pools["whenever"]
    assert [(one["allows"], bool(one["unreadable"])) for one in whenever["budgets"]] == [(0, True)]
    assert {one["allowed"] for one in whenever["may_go"]["reasons"].values()} == {0}, "closed, as for Karpenter"
    assert nodes["early"]["staying"]["reason"] == "budget"
    assert pools["empty-handed"]["nodes"] == 0
    assert said["streams"]["nodeclaims.karpenter.sh"]["state"] == "synced"
    assert said["streams"]["nodeoverlays.karpenter.sh"]["state"] != "synced", "a version that nobody knows"
