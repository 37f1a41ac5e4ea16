"""When Karpenter will replace a node for its age, or may for its emptiness."""

from __future__ import annotations

from nodeview.provisioners.karpenter import PROVISIONER_NAME
from nodeview.records import Node, NodeClaim, NodePool, epoch_seconds

TERMINATION_TIMESTAMP = "karpenter.sh/nodeclaim-termination-timestamp"
_DAY = 86_400


def expires_at(node: Node, claim: NodeClaim | None, pool: NodePool | None) -> float | None:
    """The epoch second at which this node expires; None where it never does, or nobody says.

    v1 counts from the NodeClaim and ignores later changes of the NodePool; v1beta1 reads the NodePool live; v1alpha5
    counts from the older of Machine and Node. Without a readable NodeClaim it is an approximation, from the Node.
    """
    after = _expires_after(claim, pool)
    if after is None:
        return None
    if claim is None:
        return float(node.created + after)
    if PROVISIONER_NAME in claim.labels:
        return float(min(node.created, claim.created) + after)
    return float(claim.created + after)


def expiring_from(expires: float, node: Node, claim: NodeClaim | None, pool: NodePool | None) -> float:
    """When a node that expires at `expires` begins to be expiring: the last tenth of its life, a day at most."""
    return expires - min(_DAY, (_expires_after(claim, pool) or 0) / 10)


def consolidatable_since(claim: NodeClaim | None) -> float | None:
    """Since when Karpenter may consolidate this node (`Consolidatable`; `Empty` of v1beta1), epoch seconds."""
    if claim is None:
        return None
    for said in claim.conditions:
        if said.type in ("Consolidatable", "Empty") and said.status == "True":
            return None if said.since is None else float(said.since)
    return None


def forced_at(claim: NodeClaim | None) -> float | None:
    """When the drain of a claim that is being deleted is forced, epoch seconds; None where it may take for ever.

    The annotation that Karpenter writes (node repair sets it to now), else what its grace comes to.
    """
    if claim is None or claim.deleted is None:
        return None
    said = epoch_seconds(claim.annotations.get(TERMINATION_TIMESTAMP))
    if said is not None:
        return float(said)
    return None if claim.grace_s is None else float(claim.deleted + claim.grace_s)


def _expires_after(claim: NodeClaim | None, pool: NodePool | None) -> int | None:
    after = claim.expire_after if claim is not None else None
    if after is not None or pool is None:
        return after
    if claim is None and pool.expire_after is None:
        return pool.template_expire_after
    return pool.expire_after
