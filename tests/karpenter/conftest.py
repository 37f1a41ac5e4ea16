"""A cluster with a scheduler, controllers, nodes that kwok plays and Karpenter, and nodeview watching it."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import pytest

from tests.cli.running import environment
from tests.control_plane import ASSETS, ControlPlane, free_ports, need_assets
from tests.karpenter.objects import INSTANCE_TYPES, Json, crds, node_class, pool
from tests.karpenter.stages import configuration

PROGRAMS = ("kube-scheduler", "kube-controller-manager", "kwok", "karpenter-kwok")
PATIENCE_S = 90.0
Found = TypeVar("Found")


class Watching:
    """`nodeview report --watch` on a cluster; all that it printed."""

    def __init__(self, plane: ControlPlane, home: Path) -> None:
        self.plane = plane
        self.printed = home / "reports.jsonl"
        command = [sys.executable, "-m", "nodeview", "report", "-o", "json", "--watch", "--every", "0.3"]
        with self.printed.open("wb") as out:
            self.process = subprocess.Popen(
                [*command, "--kubeconfig", str(plane.kubeconfig)],
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.DEVNULL,
                env=environment(home),
            )

    def reports(self) -> list[Json]:
        """All reports so far; a line that is half written is none."""
        lines = self.printed.read_bytes().split(b"\n")
        return [json.loads(line) for line in lines[:-1]]

    def until(self, found: Callable[[Json], Found | None], what: str) -> Found:
        """What is found in the newest report, as soon as it is."""
        until = time.monotonic() + PATIENCE_S
        while time.monotonic() < until:
            reports = self.reports()
            if reports and (said := found(reports[-1])):
                return said
            assert self.process.poll() is None, "it ended"
            time.sleep(0.2)
        newest = json.dumps(self.reports()[-1:])[:4000]
        raise AssertionError(f"{what}: not within {PATIENCE_S:.0f} s; {newest}; {self.plane.log()[-3000:]}")

    def items(self, resource: str) -> list[Any]:
        """All of a resource, as kubectl prints it."""
        found: list[Any] = json.loads(self.plane.kubectl("get", resource, "-A", "-o", "json"))["items"]
        return found


@pytest.fixture(scope="module")
def watching(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Watching]:
    """A cluster of its own, since controllers would change what others write."""
    folder = need_assets()
    missing = [name for name in PROGRAMS if not (folder / name).exists()]
    if missing:
        pytest.skip(f"the folder that {ASSETS} names has no {', '.join(missing)}: Karpenter is not tried here")
    with ControlPlane(folder) as plane:
        apply(plane, crds())
        plane.kubectl("wait", "--for=condition=Established", "crd", "--all", "--timeout=30s")
        _start(plane)
        apply(plane, [node_class(), pool("work", "100%"), pool("frozen", "0")])
        seen = Watching(plane, tmp_path_factory.mktemp("home"))
        try:
            yield seen
        finally:
            seen.process.terminate()
            seen.process.wait(10)


def apply(plane: ControlPlane, objects: list[Json]) -> None:
    """Write objects as kubectl does."""
    plane.kubectl("apply", "-f", "-", stdin=json.dumps({"apiVersion": "v1", "kind": "List", "items": objects}))


def _start(plane: ControlPlane) -> None:
    scheduler, manager, kubelet, metrics, health = free_ports(5)
    quiet = ("--bind-address=127.0.0.1", "--leader-elect=false", f"--kubeconfig={plane.kubeconfig}")
    fast = ("--kube-api-qps=500", "--kube-api-burst=1000")
    plane.run_beside("kube-scheduler", f"--secure-port={scheduler}", *quiet, *fast)
    plane.run_beside(
        "kube-controller-manager",
        f"--secure-port={manager}",
        f"--cert-dir={plane.dir}/certs",
        f"--service-account-private-key-file={plane.dir}/certs/apiserver.key",
        "--node-monitor-grace-period=10m",
        *quiet,
        *fast,
    )
    stages = plane.dir / "kwok.yaml"
    stages.write_text(configuration())
    plane.run_beside(
        "kwok",
        f"--kubeconfig={plane.kubeconfig}",
        f"--config={stages}",
        "--manage-nodes-with-annotation-selector=kwok.x-k8s.io/node=fake",
        "--manage-all-nodes=false",
        "--node-lease-duration-seconds=40",
        "--node-ip=127.0.0.1",
        f"--server-address=127.0.0.1:{kubelet}",
        f"--node-port={kubelet}",
    )
    types = plane.dir / "instance-types.json"
    types.write_text(json.dumps(INSTANCE_TYPES))
    plane.run_beside(
        "karpenter-kwok",
        "--disable-leader-election",
        f"--metrics-port={metrics}",
        f"--health-probe-port={health}",
        "--batch-idle-duration=1s",
        "--batch-max-duration=5s",
        f"--instance-types-file-path={types}",
        KUBECONFIG=str(plane.kubeconfig),
        SYSTEM_NAMESPACE="kube-system",
    )
