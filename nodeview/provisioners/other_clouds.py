"""Node pools outside EKS: kops, GKE, AKS."""

from __future__ import annotations

from nodeview.provisioners.contract import (
    CapacityType,
    Labels,
    Provisioner,
    TaintMark,
    capacity_by_label,
    capacity_word,
    owned_by_label,
)


def _gke_capacity(labels: Labels) -> CapacityType | None:
    if labels.get("cloud.google.com/gke-spot") == "true" or labels.get("cloud.google.com/gke-preemptible") == "true":
        return "spot"
    return capacity_word(labels.get("cloud.google.com/gke-provisioning"))


KOPS = Provisioner(  # it has no word for capacity: people add labels of their own
    "kops",
    owns=owned_by_label("kops", "kops.k8s.io/instancegroup"),
    taints=(TaintMark("kops.k8s.io/scheduled-for-update", "candidate"),),
)
GKE = Provisioner(
    "Google Kubernetes Engine",
    owns=owned_by_label("gke", "cloud.google.com/gke-nodepool"),
    capacity_type=_gke_capacity,
)
AKS = Provisioner(
    "Azure Kubernetes Service",
    owns=owned_by_label("aks", "kubernetes.azure.com/agentpool", "agentpool"),
    capacity_type=capacity_by_label("kubernetes.azure.com/scalesetpriority", "kubernetes.azure.com/priority"),
)
