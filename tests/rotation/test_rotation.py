"""Nodes rotated on a real API server, with scheduler, controllers and kwok, while an onlooker counts ready pods."""

from __future__ import annotations

import json
import signal

import pytest

from tests.rotation.grounds import Grounds, Onlooker
from tests.rotation.objects import (
    ONE_MORE,
    QUARTERS,
    RECREATE,
    SPACE,
    Json,
    bare_pod,
    budget,
    daemon_set,
    database,
    database_kind,
    deployment,
    job,
    node,
    owned_by,
    stateful_set,
)

pytestmark = [pytest.mark.slow, pytest.mark.cluster]
OLD = ("old-0", "old-1")


def _standing(grounds: Grounds, workloads: list[Json], pods: int) -> None:
    """These workloads on two old nodes, and two new ones that come afterwards."""
    grounds.apply([node(name, "old") for name in OLD])
    grounds.apply(workloads)
    grounds.running(pods)
    grounds.apply([node(name, "new") for name in ("new-0", "new-1")])
    grounds.until(lambda: all(_ready(one) for one in grounds.items("nodes")), "all nodes are ready")


def _ready(one: Json) -> bool:
    return any(said["type"] == "Ready" and said["status"] == "True" for said in one["status"].get("conditions", ()))


def _named(verdicts: list[Json]) -> set[str]:
    return {f"{one['id']}:{one['subject']}" for one in verdicts}


def test_two_of_four_nodes_are_rotated_and_nobody_falls_below_what_was_foretold(grounds: Grounds) -> None:
    _standing(
        grounds,
        [
            deployment("web", 4, ONE_MORE),
            deployment("wide", 6, QUARTERS),
            deployment("lone", 1, ONE_MORE),
            deployment("single", 1, RECREATE),
            deployment("never", 2, ONE_MORE),
            budget("never", maxUnavailable=0),
            stateful_set("store", 2),
        ],
        16,
    )
    assert len(grounds.on(*OLD)) == 16
    grounds.forget_asked()
    with Onlooker(grounds) as seen:
        done = grounds.rotate("--nodes", ",".join(OLD), "--execute", "--yes")
    assert done.returncode == 0, done.stdout + done.stderr
    assert grounds.on(*OLD) == []
    assert grounds.cordoned() == dict.fromkeys(OLD, "nodeview")
    assert grounds.restarts() == dict.fromkeys(("web", "wide", "lone", "single", "never", "store"), 1)
    assert seen.samples > 5
    for name, least in {"web": 4, "wide": 5, "lone": 1, "never": 2, "store": 1, "single": 0}.items():
        assert seen.lowest[name] >= least, f"{name}: {seen.lowest}"
        assert f"never below {least} of" in done.stdout or least == 0 or name == "wide", done.stdout
    asked = grounds.asked()
    assert asked["patch", "nodes"] == 2 * 5, asked  # tried twice, marked, cordoned, ended
    assert asked["patch", "deployments"] == 5 * 3, asked  # tried twice, and done
    assert asked["list", "pods"] <= 2, asked  # listed once, and followed by a watch
    moved = done.stdout.partition("Report: ")[2].strip()
    with open(moved) as file:
        assert " – " not in file.read().partition("## Pods")[2].partition("##")[0]  # each old pod has its successor


def test_each_kind_that_no_restart_moves_is_named_and_stays_or_is_evicted_as_it_was_accepted(grounds: Grounds) -> None:
    grounds.apply([database_kind()])
    grounds.plane.kubectl("wait", "--for=condition=Established", "crd/databases.example.com")
    grounds.apply([database("ledger")])
    uid = grounds.plane.kubectl("-n", SPACE, "get", "database", "ledger", "-o", "jsonpath={.metadata.uid}")
    paused = deployment("paused", 1, ONE_MORE)
    _standing(
        grounds,
        [
            paused,
            bare_pod("bare"),
            job("import"),
            daemon_set("agent"),
            stateful_set("ondelete", 2, {"type": "OnDelete"}),
            stateful_set("halfway", 3, {"type": "RollingUpdate", "rollingUpdate": {"partition": 2}}),
            stateful_set("ledger", 2, ownerReferences=owned_by("ledger", uid)),
        ],
        12,
    )
    grounds.plane.kubectl("-n", SPACE, "rollout", "pause", "deployment/paused")
    nodes = ("--nodes", ",".join(OLD))
    plan = grounds.plan(*nodes)
    assert _named(plan["blockers"]) == {"R2:shop/bare", "R4:shop/ondelete", "R4:shop/halfway", "R5:shop/paused"}
    assert {"R3:shop/import", "R25:shop/ledger"} <= _named(plan["warnings"])
    evicting = (*nodes, "--evict-rest")
    assert _named(grounds.plan(*evicting)["blockers"]) == {"R2:shop/bare"}
    assert grounds.rotate(*evicting, "--execute", "--yes").returncode == 4
    assert grounds.cordoned() == {}
    done = grounds.rotate(*evicting, "--accept", "R2:shop/bare,R3:shop/import", "--execute", "--yes")
    assert done.returncode == 0, done.stdout + done.stderr
    assert grounds.on(*OLD) == []
    assert {name for name, times in grounds.restarts().items() if times} == {"halfway", "ledger"}
    grounds.running(12 - len(("bare",)) + len(("daemon on new-0", "daemon on new-1")))
    assert "bare" not in {one["metadata"]["name"] for one in grounds.items("pods")}


def test_a_pod_that_took_the_name_of_another_is_left_alone(grounds: Grounds) -> None:
    _standing(grounds, [bare_pod("bare", nodeName=OLD[0])], 1)
    asked = ("--nodes", OLD[0], "--evict-rest", "--accept", "R2:shop/bare")
    plan = grounds.plan(*asked)
    assert [one["verb"] for one in plan["steps"]].count("evict") == 1
    first = grounds.items("pods")[0]["metadata"]["uid"]
    dead = grounds.rotate(*asked, "--execute", "--yes", dies="+begin evict")
    assert dead.returncode == -signal.SIGKILL, dead.stderr
    grounds.plane.kubectl("-n", SPACE, "delete", "pod", "bare", "--grace-period=0", "--force")
    grounds.apply([bare_pod("bare", nodeName=OLD[0])])
    grounds.running(1)
    (other,) = (one["metadata"]["uid"] for one in grounds.items("pods"))
    assert other != first
    (id_,) = grounds.known()[-1:]
    grounds.rotate("resume", id_, "--timeout", "20")
    assert [one["metadata"]["uid"] for one in grounds.items("pods")] == [other]
    assert json.loads(grounds.plane.kubectl("get", "node", OLD[0], "-o", "json"))["metadata"]["name"] == OLD[0]
