"""Why Karpenter, Auto Mode among it, leaves a node where it is."""

from __future__ import annotations

from collections.abc import Iterator

from nodeview.insights.staying_last_word import Word
from nodeview.insights.staying_pdb import karpenter_evicts, pdb_reasons
from nodeview.insights.staying_pods import DO_NOT_EVICT, FOREVER, Tenants, called, kept_until, wish
from nodeview.insights.staying_pool import PoolStay, budget_reason, is_initialised, policy_reason, quiet_reason
from nodeview.insights.staying_reason import Stay
from nodeview.records import NodePool, Pod
from nodeview.scheduling import BudgetIndex, DisruptionReason
from nodeview.views import NodeView, printable

DO_NOT_DISRUPT = "karpenter.sh/do-not-disrupt"
DO_NOT_CONSOLIDATE = "karpenter.sh/do-not-consolidate"
PROVISIONER_NAME = "karpenter.sh/provisioner-name"


def karpenter_reasons(
    view: NodeView, tenants: Tenants, pool: PoolStay | None, budgets: BudgetIndex, word: Word | None, now: float
) -> Iterator[Stay]:
    """All that keeps this node from being disrupted, in no order; `nothing` where nothing is known to."""
    found = [one for one in _reasons(view, tenants, pool, budgets, now) if one.holds(now)]
    yield from found
    while word is not None and not (word.holds(budgets, now) and (tenants.movable or not word.of_pods)):
        word = word.before
    if word is not None:
        yield word.stay
    elif not found:
        yield _nothing(view, tenants, pool)


def mode_of(view: NodeView, tenants: Tenants) -> DisruptionReason:
    """What Karpenter would disrupt it for."""
    if "drifted" in view.badges:
        return "Drifted"
    return "Underutilized" if tenants.movable else "Empty"


def _reasons(
    view: NodeView, tenants: Tenants, pool: PoolStay | None, budgets: BudgetIndex, now: float
) -> Iterator[Stay]:
    mode, old = mode_of(view, tenants), _is_old(view, pool.record if pool else None)
    if not is_initialised(view):
        yield Stay("arriving", "it is not initialised yet", since=float(view.record.created))
    yield from _annotations(view, old=old)
    # With a grace period, drift asks no pod: they have their time, and go.
    asks_pods = mode != "Drifted" or view.claim is None or view.claim.grace_s is None
    if asks_pods:
        yield from _asking_pods(tenants, now, old=old)
        yield from pdb_reasons([pod for pod in tenants.guarded if karpenter_evicts(pod, now)], budgets)
    if pool is None:
        return
    if pool.record.static_replicas is not None and mode != "Drifted":
        text = f"pool {printable(pool.record.name)} is static: {pool.record.static_replicas} nodes, never consolidated"
        yield Stay("static_pool", text)
    elif mode != "Drifted":
        for one in (policy_reason(pool.record, tenants.movable, tenants.balloons), quiet_reason(view, pool.record)):
            if one is not None:
                yield one
    closed = budget_reason(pool, mode)
    if closed is not None:
        yield closed


def _annotations(view: NodeView, *, old: bool) -> Iterator[Stay]:
    if "do_not_disrupt" in view.badges and view.record.annotations.get(DO_NOT_DISRUPT) == "true":
        yield Stay("node_annotation", f"{DO_NOT_DISRUPT} on the node")
    elif "do_not_disrupt" in view.badges and view.claim is not None and DO_NOT_DISRUPT in view.claim.annotations:
        yield Stay("node_annotation", f"{DO_NOT_DISRUPT} on its NodeClaim")
    if old and view.record.annotations.get(DO_NOT_CONSOLIDATE) == "true":
        yield Stay("node_annotation", f"{DO_NOT_CONSOLIDATE} on the node")


def _asking_pods(tenants: Tenants, now: float, *, old: bool) -> Iterator[Stay]:
    """Pods that are not to be disrupted: for good, or for some time yet, the one that asks for most first."""
    for_good: list[Pod] = []
    for_a_time: list[tuple[float, Pod]] = []
    for pod in tenants.wishing:
        until = kept_until(pod)
        if until is None:
            if old and pod.deleted is None and wish(pod, DO_NOT_EVICT) == "true":
                yield Stay("pod_annotation", f"{DO_NOT_EVICT} on {called([pod])}")
        elif until == FOREVER:
            for_good.append(pod)
        elif until > now:
            for_a_time.append((until, pod))
    if for_good:
        yield Stay("pod_annotation", f"{DO_NOT_DISRUPT} on {called(for_good)}")
    if for_a_time:
        for_a_time.sort(key=lambda one: (-one[0], one[1].key))
        pods = [pod for _, pod in for_a_time]
        yield Stay("pod_annotation", f"{DO_NOT_DISRUPT} on {called(pods)} until", until=for_a_time[0][0])


def _is_old(view: NodeView, pool: NodePool | None) -> bool:
    """Whether this is a Karpenter before v1, which still obeys the annotations of v1alpha5."""
    if PROVISIONER_NAME in view.record.labels:
        return True
    return pool is not None and (pool.disruption.policy == "WhenUnderutilized" or pool.expire_after is not None)


def _nothing(view: NodeView, tenants: Tenants, pool: PoolStay | None) -> Stay:
    if pool is None:
        return Stay("unknown", "its NodePool is not known")
    mode = mode_of(view, tenants)
    if mode == "Drifted":
        return Stay("nothing", "nothing keeps it: drifted, it is replaced next")
    if "candidate" in view.badges:
        return Stay("nothing", "nothing keeps it: Karpenter has chosen it")
    if mode == "Empty":
        return Stay("nothing", "nothing keeps it: empty, next consolidation", since=view.consolidatable_since)
    if "consolidatable" in view.badges:
        pods = f"{tenants.movable} pod{'s' if tenants.movable > 1 else ''}"
        return Stay("nothing", f"nothing keeps it but its {pods}: next consolidation", since=view.consolidatable_since)
    if view.claim is None:
        return Stay("unknown", "its NodeClaim is not known")
    return Stay("unknown", "Karpenter does not call it consolidatable, and did not say why")
