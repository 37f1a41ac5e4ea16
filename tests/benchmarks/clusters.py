"""Clusters to measure against: the demo's large one, and a real API server that a loader fills."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.control_plane import ControlPlane

POD_KB, NODE_KB = 10, 15


@dataclass(frozen=True, slots=True)
class Cluster:
    """A cluster under measurement."""

    kubeconfig: Path
    nodes: int
    pods: int
    beside: str
    """Transport and object sizes, to be told beside each figure."""
    loader: Path | None = None
    churn: int = 0
    """Events a second that it makes by itself: as many pods may be on their way."""

    @contextlib.contextmanager
    def churning(self, rate: int, seconds: int) -> Iterator[None]:
        """So many watch events a second, from the loader; the demo churns by itself."""
        if self.loader is None:
            yield
            return
        command = [str(self.loader), "churn", "--rate", str(rate), "--seconds", str(seconds)]
        environment = {**os.environ, "KUBECONFIG": str(self.kubeconfig)}
        churn = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        try:
            yield
            print(f"    loader: {churn.communicate()[0].strip().splitlines()[-1]}", file=sys.stderr)
        finally:
            churn.kill()
            churn.wait()


@contextlib.contextmanager
def demo(
    nodes: int, pods: int, churn: int = 0, *, heartbeats: bool = False, pending: int = 0, phases: float = 0.0
) -> Iterator[Cluster]:
    """The demo server's `large` scenario, over plain HTTP on loopback."""
    with tempfile.TemporaryDirectory() as folder:
        kubeconfig = Path(folder) / "kubeconfig"
        command = [sys.executable, "-m", "nodeview.demo", "large", "--nodes", str(nodes), "--pods", str(pods)]
        command += ["--churn", str(churn), "--kubeconfig", str(kubeconfig)]
        command += ["--pending", str(pending), "--phases", str(phases)]
        command += [] if heartbeats else ["--no-heartbeats"]
        server = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        try:
            assert server.stdout is not None
            json.loads(server.stdout.readline())
            yield Cluster(
                kubeconfig, nodes, pods + pending, f"plain, pods {POD_KB} KB, nodes {NODE_KB} KB", churn=churn
            )
        finally:
            server.kill()
            server.wait()


def loader() -> Path | None:
    """A loader of nodes and pods, where one lies beside etcd and kube-apiserver."""
    path = Path(os.environ.get("KUBEBUILDER_ASSETS", ""), "load")
    return path if os.environ.get("KUBEBUILDER_ASSETS") and path.exists() else None


@contextlib.contextmanager
def real(nodes: int, pods: int) -> Iterator[Cluster]:
    """A real kube-apiserver over TLS, filled by the loader."""
    load = loader()
    assert load is not None
    with ControlPlane(load.parent) as plane:
        environment = {**os.environ, "KUBECONFIG": str(plane.kubeconfig)}
        for what, many in (("nodes", nodes), ("pods", pods)):
            subprocess.run([load, what, str(many)], env=environment, check=True, stdout=subprocess.DEVNULL)
        yield Cluster(plane.kubeconfig, nodes, pods, "TLS, pods 6.2 KB, nodes 6.7 KB", load)
