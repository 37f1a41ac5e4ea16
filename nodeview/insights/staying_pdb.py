"""What PodDisruptionBudgets do to a node that somebody would empty."""

from __future__ import annotations

from collections.abc import Iterable

from nodeview.insights.staying_pods import kept_until
from nodeview.insights.staying_reason import Stay, StayReason
from nodeview.records import ObjectKey, Pod, Taint
from nodeview.scheduling import BudgetIndex, Eviction, tolerates

_DISRUPTED = Taint("karpenter.sh/disrupted", "NoSchedule")
_REASONS: dict[str, StayReason] = {
    "arithmetic": "pdb_never",
    "several": "several_pdbs",
    "spent": "pdb",
    "processing": "pdb",
}


def blocked_by(pods: Iterable[Pod], budgets: BudgetIndex) -> dict[tuple[ObjectKey, ...], tuple[Eviction, list[Pod]]]:
    """By budgets, those of the pods that the eviction API would not let go now, and why."""
    found: dict[tuple[ObjectKey, ...], tuple[Eviction, list[Pod]]] = {}
    for pod in pods:
        said = budgets.eviction_of(pod)
        if said.block:
            found.setdefault(tuple([one.key for one in said.budgets]), (said, []))[1].append(pod)
    return found


def pdb_reasons(pods: Iterable[Pod], budgets: BudgetIndex) -> list[Stay]:
    """A reason for each budget that blocks one of the pods."""
    found: list[Stay] = []
    for said, blocked in blocked_by(pods, budgets).values():
        first = f"{blocked[0].namespace}/{blocked[0].name}"
        whom = f"pod {first}" if len(blocked) == 1 else f"{len(blocked)} pods here, {first} among them"
        when = "never" if said.evictable == "never" else "not now"
        found.append(Stay(_REASONS[said.block], f"{said.proof} · {when} for {whom}"))
    return found


def karpenter_evicts(pod: Pod, now: float) -> bool:
    """Whether Karpenter's drain would evict this pod, and so asks its budgets."""
    if pod.mirror or pod.deleted is not None or pod.finished or (kept_until(pod) or 0.0) > now:
        return False
    return not any(tolerates(one, _DISRUPTED) for one in pod.shape.placement.tolerations)
