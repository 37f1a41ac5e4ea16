"""kubectl takes the demo for a cluster."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.control_plane import need_assets
from tests.demo.test_process import start

pytestmark = pytest.mark.cluster


class Kubectl:
    """kubectl against one demo."""

    def __init__(self, program: Path, kubeconfig: Path):
        self.program, self.kubeconfig = program, kubeconfig

    def __call__(self, *arguments: str) -> str:
        command = [str(self.program), f"--kubeconfig={self.kubeconfig}", *arguments]
        environment = {"HOME": str(self.kubeconfig.parent)}
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, env=environment, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout


@pytest.fixture
def kubectl(tmp_path: Path) -> Iterator[Kubectl]:
    program = need_assets() / "kubectl"
    config = tmp_path / "config"
    child, _ = start("quiet", "--kubeconfig", str(config))
    yield Kubectl(program, config)
    child.communicate(timeout=10)


def test_reading(kubectl: Kubectl) -> None:
    assert len(kubectl("get", "nodes", "--no-headers").splitlines()) > 15
    assert "checkout-" in kubectl("get", "pods", "-n", "shop")
    assert "api" in kubectl("get", "nodepools")
    assert "Allocated resources" in kubectl("describe", kubectl("get", "nodes", "-o", "name").split()[0])


def test_cordoning_and_patching(kubectl: Kubectl) -> None:
    node = kubectl("get", "nodes", "-l", "karpenter.sh/nodepool=api", "-o", "name").split()[0]
    assert "cordoned" in kubectl("cordon", node)
    kubectl("wait", node, "--for=jsonpath={.spec.taints[0].key}=node.kubernetes.io/unschedulable", "--timeout=10s")
    assert "uncordoned" in kubectl("uncordon", node)
    kubectl("patch", node, "-p", '{"metadata": {"labels": {"tried": "yes"}}}')
    assert kubectl("get", "nodes", "-l", "tried=yes", "-o", "name").split() == [node]


@pytest.mark.slow
def test_a_restart_and_a_drain(kubectl: Kubectl) -> None:
    kubectl("-n", "shop", "rollout", "restart", "deployment/inventory")
    said = kubectl("-n", "shop", "rollout", "status", "deployment/inventory", "--timeout=50s")
    assert "successfully rolled out" in said
    node = kubectl("get", "nodes", "-l", "karpenter.sh/nodepool=web", "-o", "name").split()[0]
    drained = kubectl("drain", node, "--dry-run=server", "--ignore-daemonsets", "--force", "--delete-emptydir-data")
    assert "drained (server dry run)" in drained
