"""What a rotation itself hangs on: names are resolved, addresses given, disks attached and nodes made by these."""

from __future__ import annotations

import re

from nodeview.actions.plan import Subject
from nodeview.records import Pod

_NAMES = re.compile(
    r"(^|-)(coredns|kube-dns|aws-node|cilium(-operator)?|calico[\w-]*|kube-proxy|vpc-resource-controller|[\w-]*csi[\w-]*"
    r"|karpenter|cluster-autoscaler|metrics-server|aws-load-balancer-controller|cert-manager[\w-]*)(-|$)"
)
_CRITICAL = ("system-cluster-critical", "system-node-critical")


def is_system(subject: Subject, pod: Pod) -> bool:
    """Whether the cluster would miss this workload while it rolls: by its name, its place or its priority."""
    if pod.shape.priority_class in _CRITICAL:
        return True
    return subject.namespace in ("kube-system", "karpenter") and _NAMES.search(subject.name) is not None
