"""`nodeview rotate` as a person runs it; without `--execute` it writes nothing."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema

from nodeview.report.schema import schema_text
from tests.cli.api_server import ApiServer, serving
from tests.cli.running import Done, nodeview

LABELS = {"app": "web"}


def meta(name: str, **more: Any) -> dict[str, Any]:
    return {
        "name": name,
        "uid": f"uid-{name}",
        "creationTimestamp": "2026-01-01T00:00:00Z",
        "resourceVersion": "1",
    } | more


def node(name: str) -> dict[str, Any]:
    room = {"cpu": "4", "memory": "16Gi", "pods": "58"}
    status = {"allocatable": room, "capacity": room, "conditions": [{"type": "Ready", "status": "True"}]}
    return {"metadata": meta(name, labels={"pool": "api"}), "spec": {}, "status": status}


def owned(kind: str, name: str) -> list[dict[str, Any]]:
    return [{"apiVersion": "apps/v1", "kind": kind, "name": name, "uid": f"uid-{name}", "controller": True}]


def pod(name: str, where: str, owners: list[dict[str, Any]]) -> dict[str, Any]:
    containers = [{"name": "c", "image": "web:1", "readinessProbe": {}, "resources": {"requests": {"cpu": "1"}}}]
    about = meta(name, namespace="shop", labels=LABELS, ownerReferences=owners)
    return {"metadata": about, "spec": {"nodeName": where, "containers": containers}, "status": {"phase": "Running"}}


def a_server(*more: dict[str, Any]) -> ApiServer:
    """Two nodes; a Deployment of two with a pod on each."""
    containers = [{"name": "c", "image": "web:1", "readinessProbe": {}, "resources": {"requests": {"cpu": "1"}}}]
    deployment = {
        "metadata": meta("web", namespace="shop", generation=1),
        "spec": {
            "replicas": 2,
            "selector": {"matchLabels": LABELS},
            "template": {"metadata": {"labels": LABELS}, "spec": {"containers": containers}},
        },
        "status": {"observedGeneration": 1, "replicas": 2, "updatedReplicas": 2, "availableReplicas": 2},
    }
    replicas = {"metadata": meta("web-1", namespace="shop", ownerReferences=owned("Deployment", "web"))}
    pods = [pod(f"web-1-{name}", name, owned("ReplicaSet", "web-1")) for name in ("a", "b")]
    return ApiServer(
        nodes=[node("a"), node("b")], pods=[*pods, *more], replicasets=[replicas], deployments=[deployment]
    )


async def rotate(home: Path, server: ApiServer, *arguments: str) -> Done:
    async with serving(server):
        return await nodeview(home, "rotate", *arguments, "--kubeconfig", str(server.kubeconfig(home)))


async def test_a_plan_that_can_be_run_is_told_and_nothing_is_changed(tmp_path: Path) -> None:
    done = await rotate(tmp_path, a_server(), "--nodes", "a", "-o", "json", "--read-only")
    plan = json.loads(done.out)
    jsonschema.validate(plan, json.loads(schema_text("plan")))
    assert (done.code, plan["runnable"], plan["blockers"]) == (0, True, [])
    assert [one["verb"] for one in plan["steps"]] == ["cordon", "restart", "await-rollout", "await-empty"]
    assert plan["options"]["nodes"] == "a"


async def test_a_blocked_plan_ends_with_4_and_says_what_to_accept(tmp_path: Path) -> None:
    server = a_server(pod("shell", "a", []))
    done = await rotate(tmp_path, server, "--selector", "pool=api", "--accept", "R15:shop/web")
    assert done.code == 4
    assert "R2   shop/shell" in done.out
    assert done.out.endswith("each can be accepted by name: --accept R2:shop/shell\n")


async def test_a_node_that_is_not_there(tmp_path: Path) -> None:
    done = await rotate(tmp_path, a_server(), "--nodes", "a,gone")
    assert (done.code, done.out) == (1, "")
    assert done.err == 'nodeview: There is no node "gone". See `nodeview report` for what there is.\n'


async def test_without_workloads_nothing_is_guessed(tmp_path: Path) -> None:
    server = a_server()
    server.refused = {"deployments"}
    done = await rotate(tmp_path, server, "--nodes", "a")
    assert done.code == 4
    assert "is not known" in done.out
    assert "restart  " not in done.out
