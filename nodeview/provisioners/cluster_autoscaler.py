"""The Cluster Autoscaler: it leaves taints on nodes, and no label that says a node is its own."""

from __future__ import annotations

from nodeview.provisioners.contract import Provisioner, TaintMark

CLUSTER_AUTOSCALER = Provisioner(
    "Cluster Autoscaler",
    taints=(
        TaintMark(
            "ToBeDeletedByClusterAutoscaler",
            "draining",
            "the Cluster Autoscaler is removing it",
            value_is_time=True,
        ),
        TaintMark("DeletionCandidateOfClusterAutoscaler", "candidate", value_is_time=True),
        TaintMark("startup-taint.cluster-autoscaler.kubernetes.io/", "arriving"),
        TaintMark("ignore-taint.cluster-autoscaler.kubernetes.io/", "arriving"),
    ),
    stay=("cluster-autoscaler.kubernetes.io/scale-down-disabled",),
)
