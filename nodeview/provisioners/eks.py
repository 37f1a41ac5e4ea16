"""Amazon EKS: managed node groups, Auto Mode, Fargate and hybrid nodes."""

from __future__ import annotations

from nodeview.provisioners.contract import (
    CapacityType,
    Labels,
    Ownership,
    Provisioner,
    capacity_by_label,
    owned_by_label,
)
from nodeview.provisioners.karpenter import claim_pool, karpenter_pool
from nodeview.records import Node, NodeClaim

COMPUTE_TYPE = "eks.amazonaws.com/compute-type"
NODE_CLASS_GROUP = "eks.amazonaws.com"
"""Of the NodePools of Auto Mode; Karpenter's own are of `karpenter.k8s.aws`."""
FARGATE_PROFILE = "eks.amazonaws.com/fargate-profile"
"""The label on the one *pod* of a Fargate node that names its pool; the node does not know it."""


def is_auto_claim(claim: NodeClaim) -> bool:
    """A NodeClaim of Auto Mode: its node class is EKS's."""
    return claim.labels.get(COMPUTE_TYPE) == "auto" or "eks.amazonaws.com/nodeclass" in claim.labels


def is_fargate(node: Node) -> bool:
    """A node of Fargate, by its label or else by its name."""
    return node.labels.get(COMPUTE_TYPE) == "fargate" or node.name.startswith("fargate-")


def _fargate(node: Node, claim: NodeClaim | None) -> Ownership | None:
    return Ownership("fargate", None) if is_fargate(node) else None


def _fargate_capacity(labels: Labels) -> CapacityType | None:
    return "fargate" if labels.get(COMPUTE_TYPE) == "fargate" else None


def _auto(node: Node, claim: NodeClaim | None) -> Ownership | None:
    if node.labels.get(COMPUTE_TYPE) == "auto" or (claim is not None and is_auto_claim(claim)):
        return Ownership("eks-auto", karpenter_pool(node.labels) or (claim_pool(claim) if claim else None))
    return None


def _hybrid(node: Node, claim: NodeClaim | None) -> Ownership | None:
    return Ownership("eks-hybrid", None) if node.labels.get(COMPUTE_TYPE) == "hybrid" else None


FARGATE = Provisioner("AWS Fargate", owns=_fargate, capacity_type=_fargate_capacity)
AUTO_MODE = Provisioner("EKS Auto Mode", owns=_auto)  # its labels and taints are Karpenter's
HYBRID = Provisioner("EKS Hybrid Nodes", owns=_hybrid)
MANAGED = Provisioner(
    "EKS managed node groups",
    owns=owned_by_label("eks-managed", "eks.amazonaws.com/nodegroup"),
    capacity_type=capacity_by_label("eks.amazonaws.com/capacityType"),
)
