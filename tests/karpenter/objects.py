"""What Karpenter needs to know of, and what is asked of it: custom resources of our own writing, pools, pods."""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]
PRICE = 0.1
TYPE = "t.large"
INSTANCE_TYPES: list[Json] = [
    {
        "name": TYPE,
        "architecture": "amd64",
        "operatingSystems": ["linux"],
        "resources": {"cpu": "2", "memory": "4Gi", "ephemeral-storage": "80Gi", "pods": "29"},
        "offerings": [
            {
                "Price": PRICE,
                "Available": True,
                "Requirements": [
                    {"key": "karpenter.sh/capacity-type", "operator": "In", "values": ["on-demand"]},
                    {"key": "topology.kubernetes.io/zone", "operator": "In", "values": ["us-east-1a"]},
                ],
            }
        ],
    }
]
"""One type at one price: nothing is ever replaced by something cheaper."""


def crd(group: str, kind: str, *versions: str, status: bool = True, scope: str = "Cluster") -> Json:
    """A custom resource that takes anything; the last version is the one that is stored."""
    plural = f"{kind.lower()}{'es' if kind.endswith('s') else 's'}"
    names = {"kind": kind, "listKind": f"{kind}List", "plural": plural, "singular": kind.lower()}
    return {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": f"{plural}.{group}"},
        "spec": {
            "group": group,
            "names": names,
            "scope": scope,
            "versions": [
                {
                    "name": version,
                    "served": True,
                    "storage": version == versions[-1],
                    "schema": {
                        "openAPIV3Schema": {"type": "object", "x-kubernetes-preserve-unknown-fields": True},
                    },
                    **({"subresources": {"status": {}}} if status else {}),
                }
                for version in versions
            ],
        },
    }


def crds() -> list[Json]:
    """What Karpenter's kwok provider watches."""
    return [
        crd("karpenter.sh", "NodePool", "v1"),
        crd("karpenter.sh", "NodeClaim", "v1"),
        crd("karpenter.sh", "NodeOverlay", "v1alpha1"),
        crd("karpenter.kwok.sh", "KWOKNodeClass", "v1alpha1", status=False),
        crd("autoscaling.x-k8s.io", "CapacityBuffer", "v1beta1", scope="Namespaced"),
    ]


def node_class() -> Json:
    """Instances that take two seconds to boot; nobody says but this object itself that it is ready."""
    ready = {"type": "Ready", "status": "True", "reason": "Ready", "message": ""}
    return {
        "apiVersion": "karpenter.kwok.sh/v1alpha1",
        "kind": "KWOKNodeClass",
        "metadata": {"name": "default"},
        "spec": {"nodeRegistrationDelay": "2s"},
        "status": {"conditions": [ready | {"lastTransitionTime": "2024-01-01T01:01:01Z"}]},
    }


def pool(name: str, may_go: str) -> Json:
    """A NodePool whose nodes may go after a second, as many at once as its budget says."""
    requirements = [
        {"key": "karpenter.sh/capacity-type", "operator": "In", "values": ["on-demand"]},
        {"key": "node.kubernetes.io/instance-type", "operator": "In", "values": [TYPE]},
    ]
    reference = {"group": "karpenter.kwok.sh", "kind": "KWOKNodeClass", "name": "default"}
    return {
        "apiVersion": "karpenter.sh/v1",
        "kind": "NodePool",
        "metadata": {"name": name},
        "spec": {
            "template": {
                "spec": {"nodeClassRef": reference, "requirements": requirements, "expireAfter": "720h"},
            },
            "disruption": {
                "consolidationPolicy": "WhenEmptyOrUnderutilized",
                "consolidateAfter": "1s",
                "budgets": [{"nodes": may_go}],
            },
        },
    }


def deployment(name: str, pool: str, replicas: int) -> Json:
    """Pods of which each has a node of this pool to itself."""
    apart = {"labelSelector": {"matchLabels": {"app": name}}, "topologyKey": "kubernetes.io/hostname"}
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": name, "namespace": "default"},
        "spec": {
            "replicas": replicas,
            "selector": {"matchLabels": {"app": name}},
            "template": {
                "metadata": {"labels": {"app": name}},
                "spec": {
                    "nodeSelector": {"karpenter.sh/nodepool": pool},
                    "affinity": {"podAntiAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": [apart]}},
                    "terminationGracePeriodSeconds": 1,
                    "containers": [
                        {"name": "app", "image": "app:1", "resources": {"requests": {"cpu": "1", "memory": "1Gi"}}}
                    ],
                },
            },
        },
    }
