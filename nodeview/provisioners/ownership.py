"""Who brought a node, a NodeClaim, a NodePool."""

from __future__ import annotations

from collections.abc import Sequence

from nodeview.provisioners.catalogue import OWNERS
from nodeview.provisioners.contract import Ownership
from nodeview.provisioners.eks import NODE_CLASS_GROUP, is_auto_claim
from nodeview.provisioners.karpenter import claim_pool
from nodeview.records import Node, NodeClaim, NodePool

_NOBODY = Ownership("self-managed", None)


def ownership_of(node: Node, *, custom_labels: Sequence[str] = (), claim: NodeClaim | None = None) -> Ownership:
    """Who brought this node, by its name, labels, annotations and owner references.

    `custom_labels` are label keys of the user's own, asked in their order after everything that is known; the value
    is the pool. The pool of a Fargate node is unknown here: the label `FARGATE_PROFILE` of its one pod says it.
    """
    for owns in OWNERS:
        owned = owns(node, claim)
        if owned is not None:
            return owned
    for key in custom_labels:
        pool = node.labels.get(key)
        if pool is not None:
            return Ownership("custom", pool or None)
    return _NOBODY


def ownership_of_claim(claim: NodeClaim) -> Ownership:
    """Whose NodeClaim this is, whether or not its node has come."""
    return Ownership("eks-auto" if is_auto_claim(claim) else "karpenter", claim_pool(claim))


def ownership_of_pool(pool: NodePool) -> Ownership:
    """Whose NodePool this is; it may have no node."""
    return Ownership("eks-auto" if pool.node_class_group == NODE_CLASS_GROUP else "karpenter", pool.name)
