"""What differs between two rows of one node, in a line: a phase, a cordon, taints and conditions."""

from __future__ import annotations

from collections.abc import Iterator

from nodeview.cluster.past import Turn
from nodeview.provisioners import Phase, Standing
from nodeview.records import Condition, Node, Taint

_CORDON = "node.kubernetes.io/unschedulable"
_OF_PHASES = ("node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable")
"""Taints that say what the phase says."""
LONGEST = 200
"""Characters of a condition's message that are kept."""


def turn_of(before: Node, after: Node, was: Phase, standing: Standing, at: float) -> Turn | None:
    """What became of a node at this epoch second; None where nothing did that is worth a line."""
    phase = standing.phase if standing.phase != was else None
    words = (
        *_cordon(before, after),
        *_taints(before, after),
        *_conditions(before, after, phase),
        *_kubelet(before, after),
    )
    if phase is None and not words:
        return None
    reason = standing.reason or "" if phase is not None else ""
    return Turn(at, "changed" if phase is None else "phase", phase, reason, words)


def _cordon(before: Node, after: Node) -> Iterator[str]:
    if before.unschedulable == after.unschedulable:
        return
    if not after.unschedulable:
        yield "opened again"
    else:
        yield f"cordoned by {after.cordoned_by}" if after.cordoned_by else "cordoned"


def _taints(before: Node, after: Node) -> Iterator[str]:
    if before.taints is after.taints:
        return
    old, new = ({_named(one) for one in node.taints if _tells(one)} for node in (before, after))
    yield from (f"taint {one}" for one in sorted(new - old))
    yield from (f"taint {one} gone" for one in sorted(old - new))


def _tells(taint: Taint) -> bool:
    return taint.key != _CORDON and taint.key not in _OF_PHASES


def _named(taint: Taint) -> str:
    return f"{taint.key}{'=' + taint.value if taint.value else ''}:{taint.effect}"


def _conditions(before: Node, after: Node, phase: Phase | None) -> Iterator[str]:
    """Those that turned; of Ready the phase tells, where that turned with it."""
    if before.conditions is after.conditions:
        return
    old = {one.type: one for one in before.conditions}
    for one in after.conditions:
        earlier = old.pop(one.type, None)
        told = one.type == "Ready" and phase is not None
        if not told and (earlier is None or earlier.status != one.status):
            yield _turned(one, earlier)
    yield from (f"condition {one} gone" for one in old)


def _turned(one: Condition, earlier: Condition | None) -> str:
    said = (one.message or one.reason)[:LONGEST]
    status = one.status if earlier is None else f"{earlier.status} → {one.status}"
    return f"{one.type} {status}: {said}" if said else f"{one.type} {status}"


def _kubelet(before: Node, after: Node) -> Iterator[str]:
    if before.kubelet_version != after.kubelet_version:
        yield f"kubelet {before.kubelet_version} → {after.kubelet_version}"
