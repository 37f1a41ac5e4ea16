"""What runs beside a control plane where pods are to come and go as in life: a scheduler, controllers, and kwok.

kwok plays the kubelets of nodes that bear the annotation `kwok.x-k8s.io/node: fake`.
"""

from __future__ import annotations

import json

import pytest

from tests.control_plane import ASSETS, ControlPlane, free_ports, need_assets
from tests.karpenter.objects import INSTANCE_TYPES, crds, node_class
from tests.karpenter.stages import configuration

CONTROLLERS = ("kube-scheduler", "kube-controller-manager", "kwok")
KARPENTER = (*CONTROLLERS, "karpenter-kwok")


def need_programs(*names: str) -> None:
    """Skip the test that asks where one of these is not in the folder."""
    folder = need_assets()
    missing = [name for name in names if not (folder / name).exists()]
    if missing:
        pytest.skip(f"the folder that {ASSETS} names has no {', '.join(missing)}: pods do not come and go there")


def run_controllers(plane: ControlPlane) -> None:
    """Start the three; they are ready a moment later."""
    scheduler, manager, kubelet = free_ports(3)
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
        "--node-lease-duration-seconds=40",  # or its nodes are taken for dead after a minute
        "--node-ip=127.0.0.1",
        f"--server-address=127.0.0.1:{kubelet}",
        f"--node-port={kubelet}",
    )


def run_karpenter(plane: ControlPlane) -> None:
    """Start Karpenter with its kwok provider, its custom resources and a node class, `default`."""
    metrics, health = free_ports(2)
    _apply(plane, crds())
    plane.kubectl("wait", "--for=condition=Established", "crd", "--all", "--timeout=30s")
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
    _apply(plane, [node_class()])


def _apply(plane: ControlPlane, objects: list[dict[str, object]]) -> None:
    plane.kubectl("apply", "-f", "-", stdin=json.dumps({"apiVersion": "v1", "kind": "List", "items": objects}))
