"""Awkward nodes and pods, as a real API server takes them: what to write, and what to say of their status after."""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]
NAMESPACE = "awkward"
HOLD = "tests.nodeview/hold"
"""A finalizer that keeps a deleted pod until somebody takes it away."""
NODES = 12
PODS = 80
STAMP = "2026-11-20T10:00:00Z"


def node(number: int) -> Json:
    """A node as its kubelet would report it; every fourth without a provider id, the quantities in many spellings."""
    cpu, memory = [("4", "16Gi"), ("3920m", "15896732Ki"), ("7.91", "31e9"), ("1930m", "3.5Gi")][number % 4]
    labels = {"topology.kubernetes.io/zone": f"eu-west-1{'abc'[number % 3]}", "kubernetes.io/os": "linux"}
    labels |= {"karpenter.sh/nodepool": "api", "karpenter.sh/capacity-type": "spot"} if number % 2 else {}
    ready = {"type": "Ready", "reason": "KubeletReady", "lastTransitionTime": STAMP, "lastHeartbeatTime": STAMP}
    return {
        "apiVersion": "v1",
        "kind": "Node",
        "metadata": {"name": f"awkward-{number}", "labels": labels},
        "spec": {"providerID": f"aws:///eu-west-1a/i-{number:08x}"} if number % 4 else {},
        "status": {
            "allocatable": {"cpu": cpu, "memory": memory, "pods": "58", "ephemeral-storage": "47Gi"},
            "capacity": {"cpu": "8", "memory": "32Gi", "pods": "58"},
            "conditions": [ready | {"status": "True" if number != 7 else "False"}],
            "nodeInfo": dict.fromkeys(NODE_INFO, "") | {"kubeletVersion": "v1.34.2", "architecture": "arm64"},
        },
    }


NODE_INFO = (
    "machineID",
    "systemUUID",
    "bootID",
    "kernelVersion",
    "osImage",
    "containerRuntimeVersion",
    "kubeProxyVersion",
    "operatingSystem",
)


def container(name: str, cpu: str | None, memory: str | None = None, **more: Any) -> Json:
    """A container that requests so much."""
    asked = {key: value for key, value in (("cpu", cpu), ("memory", memory)) if value is not None}
    return {"name": name, "image": "none", "resources": {"requests": asked}, **more}


def _status(phase: str, **more: Any) -> Json:
    return {"status": {"phase": phase, **more}}


def resized(actual: str, given: str, *conditions: Json) -> Json:
    """The status of a pod whose container was resized in place."""
    said = {"name": "app", "ready": True, "restartCount": 0, "image": "none", "imageID": "none", "started": True}
    said |= {"allocatedResources": {"cpu": given}, "resources": {"requests": {"cpu": actual}}}
    return _status("Running", containerStatuses=[said], conditions=list(conditions))


UNSCHEDULABLE = {
    "type": "PodScheduled",
    "status": "False",
    "reason": "Unschedulable",
    "message": "0/12 nodes are available: 12 Insufficient cpu.",
    "lastTransitionTime": STAMP,
}
INFEASIBLE = {"type": "PodResizePending", "status": "True", "reason": "Infeasible", "lastTransitionTime": STAMP}
APP = container("app", "250m", "128Mi")
SIDECAR = container("proxy", "100m", "64Mi", restartPolicy="Always")

SHAPES: tuple[tuple[str, Json, Json], ...] = (
    ("plain", {"containers": [APP, container("log", "50m", "32Mi")]}, _status("Running")),
    ("init", {"initContainers": [container("init", "2", "16Mi")], "containers": [APP]}, _status("Running")),
    (
        "sidecar",
        {"initContainers": [SIDECAR, container("init", "300m", "1Gi")], "containers": [APP]},
        _status("Running"),
    ),
    ("overhead", {"runtimeClassName": "awkward", "containers": [APP]}, _status("Running")),
    ("whole", {"resources": {"requests": {"cpu": "1500m", "memory": "1Gi"}}, "containers": [APP]}, _status("Running")),
    ("nothing", {"containers": [container("app", None)]}, _status("Running")),
    ("starting", {"containers": [APP]}, _status("Pending")),
    ("done", {"containers": [APP]}, _status("Succeeded")),
    ("failed", {"containers": [APP]}, _status("Failed", reason="Evicted")),
    ("grown", {"containers": [container("app", "1")]}, resized("250m", "250m")),
    ("shrunk", {"containers": [container("app", "100m")]}, resized("700m", "500m")),
    ("infeasible", {"containers": [container("app", "64")]}, resized("400m", "300m", INFEASIBLE)),
    ("small", {"containers": [container("app", "1u", "1500m")]}, _status("Running")),
    ("large", {"containers": [container("app", "0.001k", "1.5G")]}, _status("Running")),
    ("leaving", {"containers": [APP]}, _status("Running")),
    ("waiting", {"containers": [container("app", "900")]}, _status("Pending", conditions=[UNSCHEDULABLE])),
)


def pod(number: int, owner: Json | None = None) -> tuple[Json, Json]:
    """A pod to write, and the status to patch it with; those called waiting have no node."""
    name, spec, status = SHAPES[number % len(SHAPES)]
    where = {} if name == "waiting" else {"nodeName": f"awkward-{number % NODES}"}
    metadata: Json = {"name": f"{name}-{number}", "namespace": NAMESPACE, "labels": {"app": name}}
    metadata |= {"finalizers": [HOLD]} if name == "leaving" else {}
    metadata |= {"ownerReferences": [owner]} if owner else {}
    body = {"apiVersion": "v1", "kind": "Pod", "metadata": metadata}
    return body | {"spec": {"terminationGracePeriodSeconds": 5, **spec, **where}}, status


def runtime_class() -> Json:
    """What makes the API server add an overhead to a pod."""
    overhead = {"podFixed": {"cpu": "130m", "memory": "120Mi"}}
    return {
        "apiVersion": "node.k8s.io/v1",
        "kind": "RuntimeClass",
        "metadata": {"name": "awkward"},
        "handler": "runc",
        "overhead": overhead,
    }


def workload(kind: str, name: str, owner: Json | None = None) -> Json:
    """A Deployment or a ReplicaSet of nothing: no controller is there to act on it."""
    labels = {"app": name}
    metadata: Json = {"name": name, "namespace": NAMESPACE}
    metadata |= {"ownerReferences": [owner]} if owner else {}
    template = {"metadata": {"labels": labels}, "spec": {"containers": [APP]}}
    spec = {"replicas": 0, "selector": {"matchLabels": labels}, "template": template}
    return {"apiVersion": "apps/v1", "kind": kind, "metadata": metadata, "spec": spec}


def owner_of(body: Json) -> Json:
    """The reference by which an object controls another."""
    return {
        "apiVersion": body["apiVersion"],
        "kind": body["kind"],
        "name": body["metadata"]["name"],
        "uid": body["metadata"]["uid"],
        "controller": True,
    }
