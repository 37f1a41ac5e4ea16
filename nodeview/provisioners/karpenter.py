"""Karpenter, from the Provisioners of v1alpha5 to v1, and its standalone NodeClaims."""

from __future__ import annotations

from nodeview.provisioners.contract import CapacityType, Labels, Ownership, Provisioner, TaintMark, capacity_word
from nodeview.records import Node, NodeClaim

NODEPOOL = "karpenter.sh/nodepool"
PROVISIONER_NAME = "karpenter.sh/provisioner-name"
INITIALIZED = "karpenter.sh/initialized"
DO_NOT_DISRUPT = "karpenter.sh/do-not-disrupt"


def karpenter_pool(labels: Labels) -> str | None:
    """The NodePool, or the Provisioner of v1alpha5, that these labels name."""
    return labels.get(NODEPOOL) or labels.get(PROVISIONER_NAME)


def claim_pool(claim: NodeClaim) -> str:
    """The pool a NodeClaim belongs to; a standalone one stands for itself."""
    return karpenter_pool(claim.labels) or claim.name


def _owns(node: Node, claim: NodeClaim | None) -> Ownership | None:
    pool = karpenter_pool(node.labels)
    if pool is not None:
        return Ownership("karpenter", pool)
    if claim is not None:  # a node that is not registered yet may lack every label of ours
        return Ownership("karpenter", claim_pool(claim))
    for owner in node.owners:
        if owner.kind in ("NodeClaim", "Machine") and owner.group == "karpenter.sh":
            return Ownership("karpenter", owner.name)
    return None


def _capacity_type(labels: Labels) -> CapacityType | None:
    said = capacity_word(labels.get("karpenter.sh/capacity-type"))
    if said == "reserved" and labels.get("karpenter.k8s.aws/capacity-reservation-type") == "capacity-block":
        return "capacity-block"
    return said


KARPENTER = Provisioner(
    "Karpenter",
    owns=_owns,
    capacity_type=_capacity_type,
    taints=(
        TaintMark("karpenter.sh/disrupted", "draining", "karpenter.sh/disrupted"),
        TaintMark("karpenter.sh/disruption", "draining", "karpenter.sh/disruption"),
        TaintMark("karpenter.sh/unregistered", "arriving", "waiting for Karpenter to register it"),
    ),
    stay=(DO_NOT_DISRUPT,),
)
