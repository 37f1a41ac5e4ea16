"""All that nodeview may ask of an API server: by permission, for what, and what is lost without it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import msgspec

Purpose = Literal["watching", "explaining", "acting", "usage"]
PURPOSES: Mapping[Purpose, str] = {
    "watching": "the picture itself",
    "explaining": "the reasons behind it",
    "usage": "what is really used",
    "acting": "not needed for looking",
}
"""In the order in which they are told."""
READING: tuple[Purpose, ...] = ("watching", "explaining", "usage")
ESSENTIAL = ("nodes", "pods")
"""Without these there is no picture at all."""

FOLLOW = ("list", "watch")
READ = ("get", "list")


class Want(msgspec.Struct, frozen=True):
    """One resource, what nodeview does with it, and what is lost where it may not."""

    purpose: Purpose
    group: str
    resource: str
    """The plural, with its subresource if that is meant: `pods/eviction`."""
    verbs: tuple[str, ...]
    lost: str
    """What there is not without it, as the rest of a line."""
    versions: tuple[str, ...] = ("v1",)
    """Those that nodeview understands, the newest first."""
    optional: bool = False
    """Of an extension that may not be installed: its absence is a state, not a fault."""
    namespace: str = ""
    """Only there; empty for all namespaces."""
    name: str = ""
    """Only this object; empty for all."""

    @property
    def id(self) -> str:
        """`pods/eviction`, `nodeclaims.karpenter.sh`: as kubectl and RBAC messages name it."""
        return f"{self.resource}.{self.group}" if self.group else self.resource

    @property
    def plural(self) -> str:
        """The resource without its subresource."""
        return self.resource.partition("/")[0]


def _follow(
    purpose: Purpose, group: str, resource: str, lost: str, versions: tuple[str, ...] = ("v1",), optional: bool = False
) -> Want:
    return Want(purpose, group, resource, FOLLOW, lost, versions, optional)


_KARPENTER = ("v1", "v1beta1")
_OLD_KARPENTER = ("v1alpha5",)

WANTS: tuple[Want, ...] = (
    _follow("watching", "", "nodes", "everything"),
    _follow("watching", "", "pods", "what is requested, how full nodes are, what waits"),
    _follow("watching", "karpenter.sh", "nodepools", "limits and expiry of Karpenter's pools", _KARPENTER, True),
    _follow("watching", "karpenter.sh", "nodeclaims", "nodes on their way, and why nodes go", _KARPENTER, True),
    _follow("watching", "karpenter.sh", "machines", "nodes on their way, before Karpenter 0.32", _OLD_KARPENTER, True),
    _follow("watching", "karpenter.sh", "provisioners", "limits of pools before Karpenter 0.32", _OLD_KARPENTER, True),
    _follow("watching", "karpenter.sh", "nodeoverlays", "prices that Karpenter is told", ("v1alpha1",), True),
    _follow(
        "watching", "autoscaling.x-k8s.io", "capacitybuffers", "room that is kept free", ("v1beta1", "v1alpha1"), True
    ),
    _follow("watching", "apps", "replicasets", "which Deployment or Rollout a pod belongs to"),
    _follow("watching", "batch", "jobs", "which CronJob a pod belongs to"),
    _follow("explaining", "", "events", "preemptions, and the scheduler's and Karpenter's words on nodes"),
    _follow("explaining", "apps", "deployments", "what a restart of a workload would move"),
    _follow("explaining", "apps", "statefulsets", "what a restart of a workload would move"),
    _follow("explaining", "apps", "daemonsets", "which pods a new node will hold from the start"),
    _follow("explaining", "policy", "poddisruptionbudgets", "which pods may not be evicted, and why a drain waits"),
    _follow("explaining", "scheduling.k8s.io", "priorityclasses", "what preempts what"),
    _follow("explaining", "", "persistentvolumes", "which zone or node a pod's volumes tie it to"),
    _follow("explaining", "", "persistentvolumeclaims", "which zone or node a pod's volumes tie it to"),
    _follow("explaining", "storage.k8s.io", "volumeattachments", "which volume a leaving node waits for"),
    Want("explaining", "", "services", READ, "which Service would be left without a pod"),
    Want("explaining", "discovery.k8s.io", "endpointslices", READ, "which Service would be left without a pod"),
    _follow("explaining", "karpenter.k8s.aws", "ec2nodeclasses", "why a node has drifted", _KARPENTER, True),
    _follow("explaining", "eks.amazonaws.com", "nodeclasses", "why a node of EKS Auto Mode has drifted", ("v1",), True),
    _follow("explaining", "argoproj.io", "rollouts", "what a restart of a Rollout would move", ("v1alpha1",), True),
    _follow(
        "explaining",
        "autoscaling.k8s.io",
        "verticalpodautoscalers",
        "what its pods are advised to ask for",
        ("v1",),
        True,
    ),
    Want(
        "explaining",
        "",
        "configmaps",
        FOLLOW,
        "which groups of nodes the Cluster Autoscaler cannot scale, and why",
        namespace="kube-system",
        name="cluster-autoscaler-status",
    ),
    Want("usage", "metrics.k8s.io", "nodes", READ, "what nodes use", ("v1beta1",), True),
    Want("usage", "metrics.k8s.io", "pods", READ, "what pods use", ("v1beta1",), True),
    Want("acting", "", "nodes", ("patch",), "cordoning and uncordoning"),
    Want("acting", "", "pods/eviction", ("create",), "evicting pods that no restart would move"),
    Want("acting", "apps", "deployments", ("patch",), "restarting Deployments"),
    Want("acting", "apps", "statefulsets", ("patch",), "restarting StatefulSets"),
    Want("acting", "apps", "daemonsets", ("patch",), "restarting DaemonSets"),
    Want("acting", "karpenter.sh", "nodeclaims", ("delete",), "having Karpenter take a node away", _KARPENTER, True),
    Want("acting", "argoproj.io", "rollouts", ("patch",), "restarting Rollouts", ("v1alpha1",), True),
)
"""Every permission once, in the order in which it is told within its purpose."""
