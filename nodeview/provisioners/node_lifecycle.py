"""Kubernetes itself: the taints of its node lifecycle controller and of cloud controller managers.

`not-ready` and `unreachable` are absent on purpose: they repeat the Ready condition, which says why.
"""

from __future__ import annotations

from nodeview.provisioners.contract import Provisioner, TaintMark

_CLOUD = "node.cloudprovider.kubernetes.io/"

NODE_LIFECYCLE = Provisioner(
    "Kubernetes",
    taints=(
        TaintMark(_CLOUD + "uninitialized", "arriving", "waiting for its cloud provider to initialise it"),
        TaintMark(_CLOUD + "shutdown", "not_ready", "its instance is stopped"),
        TaintMark("node.kubernetes.io/out-of-service", "not_ready", "declared out of service"),
        TaintMark("readiness.k8s.io/", "arriving"),
        TaintMark("node.kubernetes.io/memory-pressure", "pressure"),
        TaintMark("node.kubernetes.io/disk-pressure", "pressure"),
        TaintMark("node.kubernetes.io/pid-pressure", "pressure"),
        TaintMark("node.kubernetes.io/network-unavailable", "pressure"),
    ),
)
