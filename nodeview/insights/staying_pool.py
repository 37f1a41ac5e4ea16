"""What Karpenter's pools allow: policy, budgets as they stand, and which of their nodes are going already."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from nodeview.insights.staying_reason import Stay
from nodeview.provisioners import karpenter_pool
from nodeview.records import NodeClaim, NodePool
from nodeview.scheduling import REASONS, Allowed, DisruptionReason, allowed, next_change, opens_at
from nodeview.views import NodeView, printable


class Share(msgspec.Struct, frozen=True, gc=False):
    """How one node counts for the budgets of its pool."""

    pool: str
    counted: bool
    """Initialised, and its instance not being terminated."""
    disrupting: bool
    """Of the counted: not Ready, or going."""


class PoolStay(msgspec.Struct, frozen=True, eq=False):
    """One NodePool at one moment, as far as it decides what stays."""

    record: NodePool
    nodes: int
    disrupting: int
    allowed: Mapping[DisruptionReason, Allowed]
    opens: Mapping[DisruptionReason, int | None]
    """Where nothing is allowed now: when something is again, epoch seconds; None where that is not in sight."""
    next_change: int | None
    """When a window of its budgets opens or closes next."""

    def is_due(self, now: float) -> bool:
        """Whether one has, by now."""
        return self.next_change is not None and now >= self.next_change


def share_of_pool(view: NodeView) -> Share | None:
    """How this node counts for the budgets of its NodePool; None where it has none."""
    claim, record = view.claim, view.record
    pool = karpenter_pool(record.labels) or (karpenter_pool(claim.labels) if claim is not None else None)
    if pool is None:
        return None
    counted = is_initialised(view) and not _has(claim, "InstanceTerminating")
    going = record.deleted is not None or (claim is not None and claim.deleted is not None)
    going = going or view.standing.phase in ("draining", "deleting")
    return Share(pool, counted, counted and (going or view.standing.ready is not True))


def is_initialised(view: NodeView) -> bool:
    """Whether Karpenter has called the node usable once."""
    if view.claim is None:
        return view.record.labels.get("karpenter.sh/initialized") == "true"
    return _has(view.claim, "Initialized")


def pool_stay(record: NodePool, nodes: int, disrupting: int, now: float) -> PoolStay:
    """What the budgets of this pool allow at this moment, which count so many nodes, so many of them going."""
    budgets = record.disruption.budgets
    known = {reason: allowed(budgets, nodes, reason, now) for reason in REASONS}
    opens = {
        reason: opens_at(budgets, nodes, reason, now, disrupting)
        for reason, one in known.items()
        if one.nodes <= disrupting
    }
    return PoolStay(record, nodes, disrupting, known, opens, next_change(budgets, now))


def budget_reason(pool: PoolStay, reason: DisruptionReason) -> Stay | None:
    """What of the pool's budgets keeps a node that would be disrupted for this reason; None where nothing does."""
    said = pool.allowed[reason]
    if said.nodes > pool.disrupting:
        return None
    name = printable(pool.record.name)
    if said.unreadable:
        return Stay("budget", f"pool {name}: its budget cannot be read ({printable(said.unreadable)}), so it is closed")
    binding = said.binding
    text = printable(binding.nodes) if binding is not None else ""
    if said.nodes:
        going = f"{pool.disrupting} going already, {said.nodes} allowed at a time"
        return Stay("budget_in_use", f"budget {text} of pool {name}: {going}")
    if not pool.nodes:
        return None
    opens = pool.opens.get(reason)
    if opens is None:
        return Stay("budget", f"budget {text} of pool {name} allows no disruption")
    return Stay("budget", f"budget {text} of pool {name}: closed until", until=float(opens))


def policy_reason(pool: NodePool, movable: int, balloons: int) -> Stay | None:
    """What of the pool's policy keeps a node with so many pods that would have to move; None where nothing does."""
    name, said = printable(pool.name), pool.disruption
    if said.policy == "Never":
        return Stay("policy", f"pool {name} has consolidation disabled")
    if said.said_after and said.after is None:
        return Stay("policy", f"pool {name}: consolidateAfter is Never")
    if said.policy != "WhenEmpty" or not movable:
        return None
    if balloons == movable:
        count = f"{balloons} balloon{'s' if balloons > 1 else ''}"
        return Stay("balloons", f"{count} and nothing else on it, and pool {name} takes empty nodes only (WhenEmpty)")
    pods = f"{movable} pod{'s' if movable > 1 else ''}"
    return Stay("not_empty", f"{pods} on it, and pool {name} takes empty nodes only (WhenEmpty)")


def quiet_reason(view: NodeView, pool: NodePool) -> Stay | None:
    """Karpenter waits for `consolidateAfter` to pass since a pod came or went; None where it does not."""
    claim, after = view.claim, pool.disruption.after
    if claim is None or not after or _has(claim, "Consolidatable"):
        return None
    began = claim.last_pod_at
    if began is None:
        initialised = claim.condition("Initialized")
        began = initialised.since if initialised is not None else None
    if began is None:
        return None
    return Stay(
        "quiet", f"consolidateAfter of pool {printable(pool.name)} runs (a pod came or went) until", began + after
    )


def _has(claim: NodeClaim | None, type_: str) -> bool:
    said = claim.condition(type_) if claim is not None else None
    return said is not None and said.status == "True"
