"""Raw Kubernetes objects, as an API server would send them, for tests that judge by the oracle."""

from __future__ import annotations

from typing import Any

STAMP = "2026-11-20T10:00:00Z"


def raw_node(name: str, version: int = 1, *, cpu: str = "4", memory: str = "16Gi", **more: Any) -> dict[str, Any]:
    """A Ready node."""
    ready = {"type": "Ready", "status": "True", "reason": "KubeletReady", "lastTransitionTime": STAMP}
    return {
        "metadata": {
            "name": name,
            "uid": f"node-{name}-{more.get('born', 0)}",
            "resourceVersion": str(version),
            "creationTimestamp": STAMP,
            "labels": {"karpenter.sh/nodepool": "api", "topology.kubernetes.io/zone": "eu-west-1a"}
            | more.get("labels", {}),
        },
        "spec": {"providerID": f"aws:///eu-west-1a/{name}", **more.get("spec", {})},
        "status": {
            "allocatable": {"cpu": cpu, "memory": memory, "pods": "58"},
            "conditions": [ready],
            "nodeInfo": {"kubeletVersion": "v1.34.1"},
        },
    }


def raw_pod(
    name: str,
    version: int = 1,
    *,
    node: str | None = "n1",
    cpu: str = "500m",
    memory: str = "256Mi",
    phase: str = "Running",
    deleting: bool = False,
    born: int = 0,
) -> dict[str, Any]:
    """A pod of one container, bound unless `node` is None."""
    metadata: dict[str, Any] = {
        "namespace": "shop",
        "name": name,
        "uid": f"pod-{name}-{born}",
        "resourceVersion": str(version),
        "creationTimestamp": STAMP,
    }
    if deleting:
        metadata["deletionTimestamp"] = STAMP
    spec: dict[str, Any] = {"containers": [{"name": "app", "resources": {"requests": {"cpu": cpu, "memory": memory}}}]}
    if node is not None:
        spec["nodeName"] = node
    return {"metadata": metadata, "spec": spec, "status": {"phase": phase if node else "Pending"}}
