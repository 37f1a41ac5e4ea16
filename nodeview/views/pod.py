"""What a pod amounts to for a person: whose it is, and what it waits for."""

from __future__ import annotations

from bisect import insort
from collections.abc import Generator, Iterable, Mapping
from typing import Literal

import msgspec

from nodeview.cluster import Owners
from nodeview.records import Amounts, NodeName, ObjectKey, OwnerRef, Pod

PodState = Literal["pending", "starting", "running", "terminating", "finished"]
WaitKind = Literal["waiting", "unschedulable", "nominated", "gated", "starting"]
SLICE = 256
"""Pods looked at between two yields: under a millisecond of work."""
FEW = 64
"""So many new pods are put in their places one by one; more are sorted with all the others."""


def owner_of(pod: Pod, owners: Owners) -> OwnerRef | None:
    """The workload a person would name: the Deployment behind the ReplicaSet where that is known, never guessed."""
    if pod.owner is None:
        return None
    return owners.get((pod.owner.kind, ObjectKey(pod.namespace, pod.owner.name)), pod.owner)


def state_of(pod: Pod) -> PodState:
    """One word for where a pod is in its life; terminating pods still hold their room."""
    if pod.finished:
        return "finished"
    if pod.node is None:
        return "pending"
    if pod.deleted is not None:
        return "terminating"
    return "starting" if pod.phase == "Pending" else "running"


class PendingView(msgspec.Struct, frozen=True):
    """A pod that does not run yet, and the cluster's own words for why."""

    key: ObjectKey
    uid: str
    owner: OwnerRef | None
    node: NodeName | None
    """Where it starts; None while it has no node."""
    created: int
    kind: WaitKind
    reason: str | None
    """The scheduler's or the kubelet's own words."""
    requests: Amounts
    nominated: NodeName | None


def view_pending(pod: Pod, owners: Owners) -> PendingView:
    """Say what a pod waits for; the pod is pending or starting."""
    waiting = pod.waiting
    kind: WaitKind
    if pod.node is not None:
        kind, reason = "starting", pod.reason or None
    elif pod.gated:
        kind, reason = "gated", waiting.message if waiting else None
    elif pod.nominated is not None:
        kind, reason = "nominated", waiting.message if waiting else None
    elif waiting is not None and waiting.reason == "Unschedulable":
        kind, reason = "unschedulable", waiting.message
    else:
        kind, reason = "waiting", (waiting.message or waiting.reason) if waiting else None
    return PendingView(
        pod.key,
        pod.uid,
        owner_of(pod, owners),
        pod.node,
        pod.created,
        kind,
        reason,
        pod.requests,
        pod.nominated,
    )


def waiting_views(
    waiting: Mapping[ObjectKey, Pod],
    owners: Owners,
    old: Mapping[ObjectKey, PendingView],
    touched: Iterable[ObjectKey] | None,
) -> Generator[None, None, dict[ObjectKey, PendingView]]:
    """The pods without a node, the oldest first; only those touched are looked at again, or all where that is None.

    Yields often: a burst may be of thousands.
    """
    views = {} if touched is None else dict(old)
    new: list[PendingView] = []
    for count, key in enumerate(list(waiting) if touched is None else touched):
        pod = waiting.get(key)
        before = views.get(key)
        if pod is None or pod.finished:
            views.pop(key, None)
        else:
            view = view_pending(pod, owners)
            if before is not None and before.created == view.created:
                views[key] = view
            else:
                views.pop(key, None)
                new.append(view)
        if count % SLICE == SLICE - 1:
            yield
    return _in_order(views, new) if new else views


def _in_order(views: dict[ObjectKey, PendingView], new: list[PendingView]) -> dict[ObjectKey, PendingView]:
    rows = list(views.values())
    if len(new) > FEW:
        rows = sorted(rows + new, key=_oldest_first)
    else:
        for view in new:
            insort(rows, view, key=_oldest_first)
    return {view.key: view for view in rows}


def _oldest_first(view: PendingView) -> tuple[int, ObjectKey]:
    return view.created, view.key
