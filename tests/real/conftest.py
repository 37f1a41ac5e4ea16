"""A real API server with awkward objects in it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.cli.running import environment
from tests.control_plane import ControlPlane, running
from tests.real.objects import (
    HOLD,
    NAMESPACE,
    NODES,
    PODS,
    Json,
    node,
    owner_of,
    pod,
    runtime_class,
    workload,
)

MERGE = "application/merge-patch+json"
STRATEGIC = "application/strategic-merge-patch+json"
OF_PODS = f"/api/v1/namespaces/{NAMESPACE}/pods"


@dataclass(slots=True)
class Awkward:
    """The control plane, and ways to write to it; what was written is taken away again."""

    plane: ControlPlane
    home: Path
    made: list[str] = field(default_factory=list)

    def must(self, method: str, path: str, body: Any = None, content: str = "application/json") -> Json:
        """One request that succeeds."""
        code, answer = self.plane.request(method, path, body, **{"Content-Type": content})
        assert code < 300, (method, path, code, answer)
        answered: Json = answer
        return answered

    def create(self, path: str, body: Json) -> Json:
        """Write an object."""
        made = self.must("POST", path, body)
        self.made.append(f"{path}/{body['metadata']['name']}")
        return made

    def write_pod(self, number: int, owner: Json | None = None) -> str:
        """Write a pod and its status; gives its name."""
        body, status = pod(number, owner)
        name: str = self.create(OF_PODS, body)["metadata"]["name"]
        self.must("PATCH", f"{OF_PODS}/{name}/status", status, STRATEGIC)
        if HOLD in body["metadata"].get("finalizers", ()):
            self.must("DELETE", f"{OF_PODS}/{name}")
        return name

    def drop_pod(self, name: str) -> None:
        """Take a pod away at once, whatever holds it."""
        self.plane.request("PATCH", f"{OF_PODS}/{name}", {"metadata": {"finalizers": None}}, **{"Content-Type": MERGE})
        self.plane.request("DELETE", f"{OF_PODS}/{name}?gracePeriodSeconds=0")

    def items(self, resource: str) -> list[Json]:
        """All objects of a core resource."""
        found: list[Json] = self.must("GET", f"/api/v1/{resource}")["items"]
        return found

    def nodeview(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run the real program, with nobody's settings."""
        command = [sys.executable, "-m", "nodeview", *arguments]
        return subprocess.run(
            command, env=environment(self.home), stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60
        )

    def fill(self) -> None:
        """Write all of it."""
        # It stays: without its controller a namespace that is deleted is never gone, and takes nothing new.
        code, _ = self.plane.request("POST", "/api/v1/namespaces", {"metadata": {"name": NAMESPACE}})
        assert code in (201, 409)
        self.create("/apis/node.k8s.io/v1/runtimeclasses", runtime_class())
        apps = f"/apis/apps/v1/namespaces/{NAMESPACE}"
        deployment = self.create(f"{apps}/deployments", workload("Deployment", "web"))
        replicas = self.create(f"{apps}/replicasets", workload("ReplicaSet", "web-5d9c7", owner_of(deployment)))
        for number in range(NODES):
            self.create("/api/v1/nodes", node(number))
        for number in range(PODS):
            self.write_pod(number, owner_of(replicas) if number % 3 == 0 else None)

    def clear(self) -> None:
        """Take it all away, so that others find the control plane as it was."""
        for path in reversed(self.made):
            if path.startswith(OF_PODS):
                self.drop_pod(path.rpartition("/")[2])
            else:
                self.plane.request("DELETE", path)


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Awkward]:
    """The control plane with everything written."""
    awkward = Awkward(running(), tmp_path_factory.mktemp("home"))
    try:
        awkward.fill()
        yield awkward
    finally:
        awkward.clear()
