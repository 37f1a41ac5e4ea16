"""Checks of the nodes themselves and of whoever makes and removes them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from nodeview.actions.makers import group_of
from nodeview.actions.marks import holder
from nodeview.actions.verdict import Found, Sight, counted
from nodeview.records import NodePool
from nodeview.scheduling import allowed, opens_at
from nodeview.views import NodeView, duration, shorten_end

RECENT_S = 900
"""So long an Event of a failed launch is believed."""
_LAUNCHES = ("InsufficientCapacityError", "NoCompatibleInstanceTypes", "NodeClassNotReady")

_STAY = {
    "karpenter.sh/do-not-disrupt": "Karpenter",
    "karpenter.sh/do-not-consolidate": "Karpenter (to v0.37)",
    "cluster-autoscaler.kubernetes.io/scale-down-disabled": "the Cluster Autoscaler",
}


def going(sight: Sight) -> Iterator[Found]:
    """R1: nodes that are left alone, and cordons that are another's."""
    for one, why in sight.scope.skipped:
        yield Found("info", one.name, f"{why}: left alone")
    for target in sight.scope.targets:
        if sight.scope.cordoned_before(target):
            by = f" by {target.record.cordoned_by}" if target.record.cordoned_by else ""
            yield Found("info", target.name, f"it was cordoned before{by}: it stays so, whatever becomes of this")


def busy(sight: Sight) -> Iterator[Found]:
    """Nodes that another rotation holds."""
    for target in sight.scope.targets:
        mark = holder(target.record.annotations)
        if mark is not None and mark.id != sight.scope.about.id:
            by = f", begun by {mark.by}" if mark.by else ""
            yield Found("block", target.name, f"rotation {mark.id}{by}, holds it: finish or abort that one first")


def annotated(sight: Sight) -> Iterator[Found]:
    """R11: nodes that ask to be kept."""
    for target in sight.scope.targets:
        for key, who in _STAY.items():
            if target.record.annotations.get(key) == "true":
                words = f"{key} asks {who} to keep it: emptied, it will stay and cost money"
                yield Found("warn", target.name, words)


def unhealthy_pools(sight: Sight) -> Iterator[Found]:
    """R17: NodePools that make no nodes, and pods that wait already."""
    own = {one.pool for one in sight.scope.targets}
    for place, maker in enumerate(sight.makers):
        pool = maker.pool
        if pool is None or maker.name not in own or pool.static_replicas is not None:
            continue
        trouble = _launch_trouble(pool, sight)
        if maker.closed:
            yield Found("block" if sight.packing.over else "warn", maker.name, maker.closed)
        elif trouble:
            yield Found("block" if place in sight.packing.new_nodes else "warn", maker.name, trouble)
    waiting = [one for one in sight.scope.view.pending if one.kind == "unschedulable"]
    if waiting:
        words = f"{counted(len(waiting), 'pod')} wait for a node already, and will take what becomes free"
        yield Found("warn", "pending", words)


def _launch_trouble(pool: NodePool, sight: Sight) -> str:
    """What Karpenter said of late of machines that it could not have for this pool; empty where it said nothing."""
    snapshot = sight.scope.snapshot
    awaiting = snapshot.claims.awaiting(snapshot.nodes.values())
    claims = [one.uid for one in awaiting if one.labels.get("karpenter.sh/nodepool") == pool.name]
    for uid in (pool.uid, *claims):
        for event in reversed(snapshot.events.about(uid)):
            recent = event.at is None or sight.scope.now - event.at < RECENT_S
            if event.reason in _LAUNCHES and recent:
                return f"{event.reason} of late: {shorten_end(event.message, 120)}"
    return ""


def groups(sight: Sight) -> Iterator[Found]:
    """R18: groups that the Cluster Autoscaler cannot make larger."""
    own = {one.pool for one in sight.scope.targets}
    for maker in sight.makers:
        if maker.pool is None and maker.closed and maker.name in own:
            yield Found("block" if sight.packing.over else "warn", maker.name, maker.closed)


def closed_budgets(sight: Sight) -> Iterator[Found]:
    """R19: disruption budgets that let no empty node go now."""
    for name, targets in _by_pool(sight).items():
        pool = sight.scope.snapshot.node_pools.get(name)
        if pool is None:
            continue
        members = [one for one in sight.scope.view.nodes.values() if one.pool == name]
        nodes = len([one for one in members if _counts(one)])
        going_ = len([one for one in members if one.standing.ready is not True or one.record.deleted is not None])
        now = allowed(pool.disruption.budgets, nodes, "Empty", sight.scope.now)
        if now.unlimited or now.nodes > going_:
            continue
        opens = opens_at(pool.disruption.budgets, nodes, "Empty", sight.scope.now, going_)
        then = f"opens in {duration(opens - sight.scope.now)}" if opens is not None else "opens at no time in sight"
        words = f"its budgets let no empty node go now ({then}): {counted(len(targets), 'emptied node')} would wait"
        yield Found("info", name, words)


def _counts(one: NodeView) -> bool:
    claim = one.claim
    if claim is None:
        return True
    said = {condition.type for condition in claim.conditions if condition.status == "True"}
    return "Initialized" in said and "InstanceTerminating" not in said


def lasting(sight: Sight) -> Iterator[Found]:
    """R26: nodes that nobody will take away once they are empty."""
    for name, targets in _by_pool(sight).items():
        why = _why_lasting(name, targets, sight)
        if why and not sight.scope.options.delete_empty_claims:
            awaited = any(one.name in sight.removal for one in targets)
            advice = "; --until empty does not wait for that" if awaited else ""
            emptied = f"{counted(len(targets), 'emptied node')} will stay"
            yield Found("block" if awaited else "info", name or "nodes of no pool", f"{why}: {emptied}" + advice)


def _why_lasting(name: str, targets: Sequence[NodeView], sight: Sight) -> str:
    pool = sight.scope.snapshot.node_pools.get(name)
    if pool is not None:
        return _kept_by_pool(pool)
    if any(one.name not in sight.removers for one in targets):
        return "nobody is known to take empty nodes away"
    status = sight.scope.snapshot.autoscaler
    group = group_of(name, status.groups) if status is not None else None
    if group is not None and group.target is not None and group.target <= (group.min_size or 0):
        return f"the group is at its minimum of {group.min_size} nodes"
    return ""


def _kept_by_pool(pool: NodePool) -> str:
    if pool.static_replicas is not None:
        return f"the pool is static, of {counted(pool.static_replicas, 'node')}"
    disruption = pool.disruption
    if disruption.said_after and disruption.after is None:
        return "consolidateAfter is Never"
    return ""


def _by_pool(sight: Sight) -> dict[str, list[NodeView]]:
    found: dict[str, list[NodeView]] = {}
    for one in sight.scope.targets:
        found.setdefault(one.pool or "", []).append(one)
    return found
