"""Why the Cluster Autoscaler leaves a node where it is, as far as its rules and its status tell."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from nodeview.insights.staying_pdb import pdb_reasons
from nodeview.insights.staying_pods import SAFE_TO_EVICT, SAFE_VOLUMES, Tenants, called, wish
from nodeview.insights.staying_reason import Stay
from nodeview.records import AutoscalerStatus, NodeGroup, Pod
from nodeview.scheduling import BudgetIndex
from nodeview.views import NodeView, percent, printable

SCALE_DOWN_DISABLED = "cluster-autoscaler.kubernetes.io/scale-down-disabled"
CANDIDATE = "DeletionCandidateOfClusterAutoscaler"
THRESHOLD = 0.5
"""Requested over allocatable, of cpu or memory: a node above it is in use (`--scale-down-utilization-threshold`)."""


def groups_of(status: AutoscalerStatus | None, pools: Iterable[str]) -> Mapping[str, NodeGroup]:
    """The autoscaler's group of each pool where one alone can be meant.

    An ASG bears more than its pool's name: `eks-api-3cc8…`, `eksctl-prod-nodegroup-api-NodeGroup-1A2B3C`.
    """
    found: dict[str, NodeGroup] = {}
    groups = status.groups if status is not None else ()
    for pool in pools:
        if not pool:
            continue
        exact = [one for one in groups if one.name == pool]
        likely = exact or [one for one in groups if pool in one.name and _is_part(pool, one.name)]
        if len(likely) == 1:
            found[pool] = likely[0]
    return found


def _is_part(pool: str, group: str) -> bool:
    return re.search(rf"(?:^|[-_./]){re.escape(pool)}(?:$|[-_./])", group) is not None


def autoscaler_reasons(
    view: NodeView, tenants: Tenants, group: NodeGroup | None, budgets: BudgetIndex
) -> Iterator[Stay]:
    """All that keeps this node from being scaled down, in no order; `nothing` where it is a candidate already."""
    found = list(_reasons(view, tenants, group, budgets))
    yield from found
    if found:
        return
    taint = view.record.taint(CANDIDATE)
    if taint is not None:
        since = float(taint.value) if taint.value.isdecimal() else None
        yield Stay("nothing", "nothing keeps it: a candidate of the Cluster Autoscaler", since=since)
    elif tenants.movable:
        yield Stay("unknown", "the Cluster Autoscaler does not call it a candidate: its pods may fit nowhere else")
    else:
        yield Stay("nothing", "nothing keeps it: empty, next scale-down")


def _reasons(view: NodeView, tenants: Tenants, group: NodeGroup | None, budgets: BudgetIndex) -> Iterator[Stay]:
    if view.record.annotations.get(SCALE_DOWN_DISABLED) == "true":
        yield Stay("node_annotation", f"{SCALE_DOWN_DISABLED} on the node")
    refusing = [pod for pod in tenants.wishing if pod.deleted is None and wish(pod, SAFE_TO_EVICT) == "false"]
    if refusing:
        yield Stay("pod_annotation", f"{SAFE_TO_EVICT}=false on {called(refusing)}")
    yield from _unmovable(tenants, budgets)
    yield from pdb_reasons((pod for pod in tenants.guarded if not _is_safe(pod)), budgets)
    if group is not None and group.min_size is not None:
        size = group.target if group.target is not None else group.ready
        if size is not None and size <= group.min_size:
            text = f"group {printable(group.name)} is at its minimum: {size} of {group.min_size}"
            yield Stay("minimum_size", text)
    used = [(share, name) for name in ("cpu", "memory") if (share := view.share(name)) is not None]
    most, name = max(used, default=(0.0, ""))
    if most >= THRESHOLD:
        text = (
            f"{percent(most)} of its {name} is requested; the Cluster Autoscaler takes nodes below {percent(THRESHOLD)}"
        )
        yield Stay("utilisation", f"{text}, unless told otherwise")


def _unmovable(tenants: Tenants, budgets: BudgetIndex) -> Iterator[Stay]:
    bare = _unsafe(tenants.bare)
    if bare:
        yield Stay("no_controller", f"{called(bare)} {_has(bare)} no controller: nothing would bring it back")
    local = [pod for pod in _unsafe(tenants.local) if _blocks_by_storage(pod)]
    if local:
        of_first = ", ".join(local[0].local_volumes) or "a path of the node"
        yield Stay("local_storage", f"{called(local)} {_has(local)} local storage ({of_first})")
    system = [pod for pod in _unsafe(tenants.system) if not budgets.keys_of(pod)]
    if system:
        yield Stay("system_pod", f"{called(system)} of kube-system {_has(system)} no PDB that would let it be moved")


def _unsafe(pods: Iterable[Pod]) -> list[Pod]:
    return [pod for pod in pods if pod.deleted is None and not _is_safe(pod)]


def _is_safe(pod: Pod) -> bool:
    return bool(pod.wishes) and wish(pod, SAFE_TO_EVICT) == "true"


def _blocks_by_storage(pod: Pod) -> bool:
    safe = wish(pod, SAFE_VOLUMES)
    if safe is None:
        return True
    listed = {one.strip() for one in safe.split(",")}
    return not listed.issuperset(pod.local_volumes)


def _has(pods: list[Pod]) -> str:
    return "has" if len(pods) == 1 else "have"
