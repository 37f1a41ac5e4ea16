"""Records for tests: plausible ones, of which a test names only what it is about."""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace

from nodeview.records import Condition, Node, NodeClaim, NodeName, NodePool, OwnerRef, Pod, PodExtras, PodShape, Taint

NOW = 1_800_000_000
"""The moment at which tests happen, epoch seconds."""
HOUR = 3_600
DAY = 24 * HOUR

_NANO = 10**9


def amounts(cpu: int = 4, memory_gib: int = 16, pods: int = 58) -> dict[str, int]:
    """A machine's room, in nano-units."""
    return {"cpu": cpu * _NANO, "memory": memory_gib * 2**30 * _NANO, "pods": pods * _NANO}


def taint(key: str, effect: str = "NoSchedule", value: str = "", added: int | None = None) -> Taint:
    """A taint."""
    return Taint(key, effect, value, added)


def condition(
    type_: str, status: str = "True", reason: str = "", message: str = "", since: int | None = NOW - HOUR
) -> Condition:
    """A condition, an hour old and True."""
    return Condition(type_, status, reason, message, since)


def owner(kind: str, name: str, group: str = "") -> OwnerRef:
    """An owner reference."""
    return OwnerRef(kind, name, group)


def a_node(name: str = "node-1", **overrides: Any) -> Node:
    """A Ready node, two days old, of which nobody says who brought it."""
    said: dict[str, Any] = {
        "uid": f"uid-{name}",
        "created": NOW - 2 * DAY,
        "deleted": None,
        "labels": {},
        "annotations": {},
        "provider_id": f"aws:///us-east-1a/i-{name}",
        "unschedulable": False,
        "taints": (),
        "conditions": (condition("Ready", reason="KubeletReady", since=NOW - 2 * DAY + 30),),
        "owners": (),
        "finalizers": (),
        "capacity": amounts(),
        "allocatable": amounts(),
        "unreadable": (),
        "kubelet_version": "v1.33.1-eks-1a2b3c4",
        "os_image": "Amazon Linux 2023",
        "kernel": "6.1.0",
        "container_runtime": "containerd://1.7.27",
        "architecture": "amd64",
        "operating_system": "linux",
    }
    return Node(name=NodeName(name), **(said | overrides))


def a_claim(name: str = "default-abcde", **overrides: Any) -> NodeClaim:
    """A NodeClaim of v1, initialised, with a node of its own."""
    said: dict[str, Any] = {
        "uid": f"uid-{name}",
        "created": NOW - 2 * DAY,
        "deleted": None,
        "labels": {"karpenter.sh/nodepool": "default"},
        "annotations": {},
        "provider_id": "aws:///us-east-1a/i-node-1",
        "node": NodeName("node-1"),
        "conditions": tuple(condition(one) for one in ("Launched", "Registered", "Initialized", "Ready")),
        "taints": (),
        "startup_taints": (),
        "requests": amounts(1, 1, 5),
        "allocatable": amounts(),
        "expire_after": None,
    }
    return NodeClaim(name=name, **(said | overrides))


def a_pool(name: str = "default", **overrides: Any) -> NodePool:
    """A NodePool of Karpenter on AWS without limits."""
    said: dict[str, Any] = {
        "uid": f"uid-{name}",
        "created": NOW - 30 * DAY,
        "limits": {},
        "resources": {},
        "weight": 0,
        "node_class_group": "karpenter.k8s.aws",
        "expire_after": None,
    }
    return NodePool(name=name, **(said | overrides))


def a_shape(**overrides: Any) -> PodShape:
    """The shape of a pod that asks for one core and one GiB."""
    said: dict[str, Any] = {
        "requests": amounts(1, 1, 1),
        "unreadable": (),
        "priority": 0,
        "priority_class": "",
        "scheduler": "default-scheduler",
        "images": ("app:1",),
        "node_selector": (),
        "host_network": False,
    }
    return PodShape(**(said | overrides))


def a_pod(name: str = "pod-1", **overrides: Any) -> Pod:
    """A running pod on `node-1`; its requests are those of its shape."""
    shape = overrides.get("shape") or a_shape()
    said: dict[str, Any] = {
        "namespace": "default",
        "uid": f"uid-{name}",
        "created": NOW - DAY,
        "deleted": None,
        "node": NodeName("node-1"),
        "phase": "Running",
        "ready": True,
        "restarts": 0,
        "turned_at": NOW - DAY,
        "owner": OwnerRef("ReplicaSet", "app-1", "apps"),
        "labels": (),
        "shape": shape,
        "requests": shape.requests,
        "unreadable": (),
        "waiting": None,
        "gated": False,
        "nominated": None,
        "disruption": "",
        "mirror": False,
        "reason": "",
    }
    seldom = {field: overrides.pop(field) for field in PodExtras.__struct_fields__ if field in overrides}
    return Pod(name=name, **(said | overrides), extras=PodExtras(**seldom))


def saying(pod: Pod, **said: Any) -> Pod:
    """The same pod with other fields, those that few pods have among them."""
    seldom = {field: said.pop(field) for field in PodExtras.__struct_fields__ if field in said}
    return replace(pod, **said, extras=replace(pod.extras, **seldom))
