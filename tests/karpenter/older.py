"""What clusters with an older Karpenter, or the Cluster Autoscaler, say: written by hand, with the fields of then."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import Any

from tests.karpenter.objects import Json, crd

STATUS = """
time: 2026-11-21 12:00:00 +0000 UTC
autoscalerStatus: Running
clusterWide:
  health: {status: Healthy}
nodeGroups:
- name: workers
  health:
    status: Healthy
    nodeCounts: {registered: {total: 2, ready: 2, notStarted: 0, beingDeleted: 0}, longUnregistered: 0, unregistered: 0}
    cloudProviderTarget: 2
    minSize: 1
    maxSize: 4
  scaleUp:
    status: Backoff
    backoffInfo: {errorCode: QuotaExceeded, errorMessage: no more of them}
  scaleDown: {status: CandidatesPresent, candidates: 1}
"""

_INFO = "machineID systemUUID bootID kernelVersion osImage containerRuntimeVersion kubeProxyVersion operatingSystem"


def written(at: float) -> str:
    """A moment as the API server writes it."""
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def stamp(ago: float) -> str:
    """A moment so many seconds ago."""
    return written(time.time() - ago)


def condition(type_: str, status: str = "True", ago: float = 60, **more: str) -> Json:
    """A condition that turned so long ago."""
    return {"type": type_, "status": status, "reason": "", "message": "", "lastTransitionTime": stamp(ago)} | more


def crds() -> list[Json]:
    """Karpenter v0.32: both generations side by side."""
    return [
        crd("karpenter.sh", "NodePool", "v1beta1"),
        crd("karpenter.sh", "NodeClaim", "v1beta1"),
        crd("karpenter.sh", "Provisioner", "v1alpha5"),
        crd("karpenter.sh", "Machine", "v1alpha5"),
    ]


def named(kind: str, version: str, name: str, labels: dict[str, str] | None = None, **body: Any) -> Json:
    """An object of Karpenter's, of this version."""
    metadata = {"name": name, "labels": labels or {}}
    return {"apiVersion": f"karpenter.sh/{version}", "kind": kind, "metadata": metadata, **body}


def node(name: str, labels: dict[str, str], taints: list[Json] | None = None) -> Json:
    """A node that is Ready."""
    room = {"cpu": "4", "memory": "8Gi", "pods": "58"}
    return {
        "apiVersion": "v1",
        "kind": "Node",
        "metadata": {"name": name, "labels": labels},
        "spec": {"taints": taints or [], "providerID": f"aws:///eu-west-1a/{name}"},
        "status": {
            "allocatable": room,
            "capacity": room,
            "nodeInfo": dict.fromkeys([*_INFO.split(), "architecture"], "") | {"kubeletVersion": "v1.27.9"},
            "conditions": [condition("Ready")],
        },
    }


def karpenters() -> list[Json]:
    """A NodePool, a Provisioner and what they made."""
    old, new = {"karpenter.sh/provisioner-name": "old"}, {"karpenter.sh/nodepool": "beta"}
    kind = {"node.kubernetes.io/instance-type": "m5.xlarge", "karpenter.sh/capacity-type": "spot"}
    budget: Json = {"nodes": "20%"}
    disruption = {"consolidationPolicy": "WhenUnderutilized", "expireAfter": "720h", "budgets": [budget]}
    launched, registered = condition("Launched"), condition("Registered")
    return [
        named("NodePool", "v1beta1", "beta", spec={"disruption": disruption, "limits": {"cpu": "100"}}),
        named(
            "NodeClaim",
            "v1beta1",
            "beta-fails",
            new | kind,
            spec={},
            status={
                "conditions": [
                    condition("Launched", "Unknown", reason="LaunchFailed", message="no capacity in eu-west-1a")
                ]
            },
        ),
        named(
            "NodeClaim",
            "v1beta1",
            "beta-goes",
            new | kind,
            spec={},
            status={
                "nodeName": "beta-goes",
                "providerID": "aws:///eu-west-1a/beta-goes",
                "conditions": [launched, registered, condition("Initialized"), condition("Expired")],
            },
        ),
        named(
            "Provisioner",
            "v1alpha5",
            "old",
            spec={
                "limits": {"resources": {"cpu": "10"}},
                "ttlSecondsUntilExpired": 7200,
                "consolidation": {"enabled": True},
            },
            status={"resources": {"cpu": "4"}},
        ),
        named(
            "Machine",
            "v1alpha5",
            "old-comes",
            old | kind,
            spec={},
            status={"conditions": [condition("MachineLaunched"), condition("MachineRegistered", "Unknown")]},
        ),
        named(
            "Machine",
            "v1alpha5",
            "old-drifts",
            old | kind,
            spec={},
            status={
                "nodeName": "old-drifts",
                "providerID": "aws:///eu-west-1a/old-drifts",
                "conditions": [
                    condition(f"Machine{one}") for one in ("Launched", "Registered", "Initialized", "Drifted")
                ],
            },
        ),
        node(
            "beta-goes",
            new | kind | {"karpenter.sh/initialized": "true"},
            [{"key": "karpenter.sh/disruption", "value": "disrupting", "effect": "NoSchedule"}],
        ),
        node("old-drifts", old | kind | {"karpenter.sh/initialized": "true"}),
    ]


def autoscalers(now: int) -> list[Json]:
    """Two nodes of a managed group, one unneeded and one that goes, and the autoscaler's own words."""
    group = {"eks.amazonaws.com/nodegroup": "workers", "node.kubernetes.io/instance-type": "m5.xlarge"}
    candidate = {"key": "DeletionCandidateOfClusterAutoscaler", "value": str(now - 300), "effect": "PreferNoSchedule"}
    going = {"key": "ToBeDeletedByClusterAutoscaler", "value": str(now - 30), "effect": "NoSchedule"}
    return [
        node("workers-a", group, [candidate]),
        node("workers-b", group, [going]),
        {
            "apiVersion": "v1",
            "kind": "ConfigMap",
            "metadata": {"name": "cluster-autoscaler-status", "namespace": "kube-system"},
            "data": {"status": STATUS},
        },
        {
            "apiVersion": "v1",
            "kind": "Event",
            "metadata": {"name": "workers-b.1", "namespace": "default"},
            "involvedObject": {"kind": "Node", "apiVersion": "v1", "name": "workers-b", "uid": "workers-b"},
            "reason": "ScaleDown",
            "type": "Normal",
            "message": "marked the node as toBeDeleted/unschedulable",
            "source": {"component": "cluster-autoscaler"},
            "firstTimestamp": stamp(30),
            "lastTimestamp": stamp(30),
            "count": 1,
        },
    ]
