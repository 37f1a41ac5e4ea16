"""Where a node stands in its life, the most pressing answer first."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal

import msgspec

from nodeview.provisioners.catalogue import Marks, marks_of
from nodeview.provisioners.contract import Meaning
from nodeview.provisioners.karpenter import INITIALIZED
from nodeview.records import Condition, Node, NodeClaim, Taint

Phase = Literal["arriving", "ready", "not_ready", "unknown", "cordoned", "interrupted", "draining", "deleting"]

YOUNG = 15 * 60
"""Seconds a node may take to become Ready for the first time before that is a failure."""
_FIRST_WORD = 60
"""A Ready=False that began within so many seconds of the node's creation is its first: it has never been Ready."""
_AGO = re.compile(r"\S*\d\S* ago")


class Standing(msgspec.Struct, frozen=True, gc=False):
    """A node's phase at one moment."""

    phase: Phase
    reason: str | None
    """A short phrase; it holds no age, for that is `since`."""
    ready: bool | None
    """The Ready condition; None while it is Unknown or absent."""
    since: float | None
    """Epoch seconds."""
    next_moment: float | None
    """The epoch second at which time alone changes the phase."""


def phase_of(node: Node, claim: NodeClaim | None, now: float, *, evicting: bool = False) -> Standing:
    """Where this node stands; `evicting` says that pods are leaving it by eviction.

    deleting → draining → interrupted → arriving → not_ready, unknown → cordoned → ready. A node that is not
    initialised yet is arriving and never not_ready: every joining node would raise an alarm otherwise.
    """
    ready = _find(node.conditions, "Ready")
    marks = marks_of(node.taints)
    return (
        _deleting(node, claim, ready)
        or _draining(node, claim, ready, marks, evicting)
        or _interrupted(claim, ready, marks)
        or _arriving(node, claim, ready, marks, now)
        or _failing(node, ready, marks)
        or _serving(node, ready)
    )


def phase_of_claim(claim: NodeClaim) -> Standing:
    """Where a NodeClaim stands that has no node yet: arriving, by what it waits for, or deleting."""
    if claim.deleted is not None:
        return Standing("deleting", _last_stage(claim), None, float(claim.deleted), None)
    launched = _find(claim.conditions, "Launched")
    if launched is None or launched.status != "True":
        failed = launched is not None and launched.reason not in ("", "AwaitingReconciliation")
        reason = f"not launched: {_words(launched)}" if launched and failed else "waiting for its instance to launch"
    else:
        reason = "waiting for its node to join"
    return Standing("arriving", reason, None, float(claim.created), None)


def _deleting(node: Node, claim: NodeClaim | None, ready: Condition | None) -> Standing | None:
    if node.deleted is None:
        return None
    reason = _last_stage(claim)
    if reason is None and node.finalizers:
        reason = f"waiting for its finalizer {node.finalizers[0]}"
    return Standing("deleting", reason, _is_ready(ready), float(node.deleted), None)


def _draining(
    node: Node, claim: NodeClaim | None, ready: Condition | None, marks: Marks, evicting: bool
) -> Standing | None:
    stage = _last_stage(claim)
    marked = marks.get("draining")
    if marked is not None:
        why = _find(claim.conditions, "DisruptionReason") if claim else None
        parts = (marked[1].reason, why.reason if why and why.status == "True" else None, stage)
        return Standing("draining", ", ".join(filter(None, parts)), _is_ready(ready), _since(marks, "draining"), None)
    if claim is not None and claim.deleted is not None:
        reason = stage or "its NodeClaim is being deleted"
        return Standing("draining", reason, _is_ready(ready), float(claim.deleted), None)
    if node.unschedulable and evicting:
        return Standing("draining", "its pods are being evicted", _is_ready(ready), _cordoned_since(node), None)
    return None


def _interrupted(claim: NodeClaim | None, ready: Condition | None, marks: Marks) -> Standing | None:
    marked = marks.get("interrupted")
    if marked is not None:
        reason, since = marked[1].reason, _since(marks, "interrupted")
        return Standing("interrupted", reason, _is_ready(ready), since, None)
    going = _find(claim.conditions, "InstanceTerminating") if claim else None
    if going is None or going.status != "True":
        return None
    return Standing("interrupted", "its instance is being terminated", _is_ready(ready), _moment(going), None)


def _arriving(
    node: Node, claim: NodeClaim | None, ready: Condition | None, marks: Marks, now: float
) -> Standing | None:
    if _is_initialised(node, claim):
        return None
    waits = _waits_for(node, claim, marks)
    if waits is not None:
        return Standing("arriving", waits, _is_ready(ready), float(node.created), None)
    grown = float(node.created + YOUNG)
    if now >= grown or not _never_ready(node, ready):
        return None
    said = "" if ready is None else _words(ready)
    reason = f"not Ready yet: {said}" if said else "not Ready yet"
    return Standing("arriving", reason, _is_ready(ready), float(node.created), grown)


def _failing(node: Node, ready: Condition | None, marks: Marks) -> Standing | None:
    marked = marks.get("not_ready")
    if ready is None:
        reason = marked[1].reason if marked else "it has no Ready condition"
        return Standing("unknown", reason, None, float(node.created), None)
    if ready.status == "True":
        if marked is None:
            return None
        return Standing("not_ready", marked[1].reason, True, _since(marks, "not_ready"), None)
    phase: Phase = "not_ready" if ready.status == "False" else "unknown"
    reason = marked[1].reason if marked else _words(ready)
    return Standing(phase, reason or None, _is_ready(ready), _moment(ready), None)


def _serving(node: Node, ready: Condition | None) -> Standing:
    if node.unschedulable:
        return Standing("cordoned", None, _is_ready(ready), _cordoned_since(node), None)
    return Standing("ready", None, _is_ready(ready), _moment(ready), None)


def _is_initialised(node: Node, claim: NodeClaim | None) -> bool:
    """Karpenter called it initialised: a startup taint or a NotReady after that is no arrival."""
    if claim is None:
        return node.labels.get(INITIALIZED) == "true"
    said = _find(claim.conditions, "Initialized")
    return said is not None and said.status == "True"


def _waits_for(node: Node, claim: NodeClaim | None, marks: Marks) -> str | None:
    marked = marks.get("arriving")
    if marked is not None:
        return marked[1].reason or f"waiting for its startup taint {marked[0].key} to go"
    if claim is None:
        return None
    for taint in claim.startup_taints:
        if any(one.key == taint.key and one.effect == taint.effect for one in node.taints):
            return f"waiting for its startup taint {taint.key} to go"
    said = _find(claim.conditions, "Initialized")
    words = _words(said) if said is not None and said.reason != "AwaitingReconciliation" else ""
    return f"not initialised yet: {words}" if words else "not initialised yet"


def _never_ready(node: Node, ready: Condition | None) -> bool:
    if ready is None:
        return True
    if ready.status == "False":
        return ready.since is None or ready.since <= node.created + _FIRST_WORD
    return ready.reason == "NodeStatusNeverUpdated"


def _last_stage(claim: NodeClaim | None) -> str | None:
    """How far Karpenter has come in taking this node away."""
    if claim is None:
        return None
    said = {one.type: one.status for one in claim.conditions}
    if said.get("InstanceTerminating") == "True":
        return "its instance is being terminated"
    if "VolumesDetached" in said and said.get("Drained") == "True" and said["VolumesDetached"] != "True":
        return "waiting for its volumes to detach"
    return "its pods are leaving" if said.get("Drained", "True") != "True" else None


def _words(said: Condition) -> str:
    """A condition's own words for a person; where they count time (`last seen active 3m0.9s ago`), without it."""
    if said.reason == "NodeStatusUnknown":
        return "not heard of"
    if said.reason == "NodeStatusNeverUpdated":
        return "never heard of"
    return _AGO.sub("some time ago", said.message or said.reason)


def _find(conditions: Sequence[Condition], type_: str) -> Condition | None:
    for one in conditions:
        if one.type == type_:
            return one
    return None


def _is_ready(ready: Condition | None) -> bool | None:
    if ready is None or ready.status not in ("True", "False"):
        return None
    return ready.status == "True"


def _moment(said: Condition | None) -> float | None:
    return None if said is None or said.since is None else float(said.since)


def _since(marks: Marks, meaning: Meaning) -> float | None:
    taint, mark = marks[meaning]
    if mark.value_is_time and taint.value.isdecimal():
        return float(taint.value)
    return _added(taint)


def _cordoned_since(node: Node) -> float | None:
    return _added(node.taint("node.kubernetes.io/unschedulable"))


def _added(taint: Taint | None) -> float | None:
    return None if taint is None or taint.time_added is None else float(taint.time_added)
