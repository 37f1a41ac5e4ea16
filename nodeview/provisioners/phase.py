"""Where a node stands in its life, the most pressing answer first."""

from __future__ import annotations

from typing import Literal

import msgspec

from nodeview.provisioners.catalogue import Marks, marks_of
from nodeview.provisioners.conditions import find, last_stage, moment_of, words_of
from nodeview.provisioners.contract import Meaning
from nodeview.provisioners.interruption import Interruption
from nodeview.provisioners.karpenter import INITIALIZED
from nodeview.provisioners.proofs import (
    Proof,
    Proofs,
    of_condition,
    of_cordon,
    of_leaving_claim,
    of_taint,
    sentence,
)
from nodeview.records import Condition, Node, NodeClaim, Taint

Phase = Literal["arriving", "ready", "not_ready", "unknown", "cordoned", "interrupted", "draining", "deleting"]

YOUNG = 15 * 60
"""Seconds a node may take to become Ready for the first time before that is a failure."""
_FIRST_WORD = 60
"""A Ready=False that began within so many seconds of the node's creation is its first: it has never been Ready."""


_READY = "condition Ready is True"
_EVICTING: Proof = ("pods on it are being evicted (DisruptionTarget, EvictionByEvictionAPI)", None)

_EVICTED: Proof = ("a pod was evicted from it a moment ago", None)


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
    proofs: Proofs = ()
    """Which taints, conditions and fields say so."""

    @property
    def evidence(self) -> str:
        """The proofs as a sentence: `taint karpenter.sh/disrupted:NoSchedule since 2026-11-21 14:02:11 UTC; …`."""
        return sentence(self.proofs)


def phase_of(
    node: Node,
    claim: NodeClaim | None,
    now: float,
    *,
    evicting: bool = False,
    evicting_until: float | None = None,
    interruption: Interruption | None = None,
) -> Standing:
    """Where this node stands; `evicting` says that pods are leaving it by eviction.

    `evicting_until`: one left it so a moment ago, and until then the next may follow, in epoch seconds.

    deleting → draining → interrupted → arriving → not_ready, unknown → cordoned → ready. A node that is not
    initialised yet is arriving and never not_ready: every joining node would raise an alarm otherwise.
    """
    if interruption is not None and now >= interruption.until:
        interruption = None
    ready = find(node.conditions, "Ready")
    marks = marks_of(node.taints)
    return (
        _deleting(node, claim, ready)
        or _draining(node, claim, ready, marks, interruption)
        or _evicting(node, ready, now, evicting, evicting_until)
        or _interrupted(claim, ready, marks, interruption)
        or _arriving(node, claim, ready, marks, now)
        or _failing(node, ready, marks)
        or _serving(node, ready)
    )


def _deleting(node: Node, claim: NodeClaim | None, ready: Condition | None) -> Standing | None:
    if node.deleted is None:
        return None
    reason = last_stage(claim)
    if reason is None and node.finalizers:
        reason = f"waiting for its finalizer {node.finalizers[0]}"
    since = float(node.deleted)
    proofs = (("the Node is being deleted", since), *of_leaving_claim(claim))
    return Standing("deleting", reason, _is_ready(ready), since, None, proofs)


def _draining(
    node: Node, claim: NodeClaim | None, ready: Condition | None, marks: Marks, interruption: Interruption | None
) -> Standing | None:
    stage = last_stage(claim)
    if interruption is not None:
        stage = ", ".join(filter(None, (interruption.words, stage)))
    marked = marks.get("draining")
    if marked is not None:
        why = find(claim.conditions, "DisruptionReason") if claim else None
        said = ", ".join(filter(None, (why.reason if why and why.status == "True" else None, stage)))
        reason, since = said or marked[1].reason, _since(marks, "draining")
        proofs = (of_taint(marked[0], since), *of_leaving_claim(claim))
        return Standing("draining", reason, _is_ready(ready), since, None, proofs)
    if claim is not None and claim.deleted is not None:
        reason = stage or "its NodeClaim is being deleted"
        return Standing("draining", reason, _is_ready(ready), float(claim.deleted), None, of_leaving_claim(claim))
    return None


def _evicting(node: Node, ready: Condition | None, now: float, evicting: bool, until: float | None) -> Standing | None:
    """Whoever drains it: a cordoned node whose pods leave by eviction."""
    lasts = until if not evicting and until is not None and now < until else None
    if not node.unschedulable or not (evicting or lasts is not None):
        return None
    since = _cordoned_since(node)
    proofs = (of_cordon(node, since), _EVICTING if evicting else _EVICTED)
    return Standing("draining", "its pods are being evicted", _is_ready(ready), since, lasts, proofs)


def _interrupted(
    claim: NodeClaim | None, ready: Condition | None, marks: Marks, notice: Interruption | None
) -> Standing | None:
    marked = marks.get("interrupted")
    if marked is not None:
        reason, since = marked[1].reason, _since(marks, "interrupted")
        return Standing("interrupted", reason, _is_ready(ready), since, None, (of_taint(marked[0], since),))
    going = find(claim.conditions, "InstanceTerminating") if claim else None
    if going is None or going.status != "True":
        if notice is None:
            return None
        proof = (f"Event {notice.reason}", notice.at)
        return Standing("interrupted", notice.words, _is_ready(ready), notice.at, notice.until, (proof,))
    reason = "its instance is being terminated"
    proofs = (of_condition(going, "NodeClaim "),)
    return Standing("interrupted", reason, _is_ready(ready), moment_of(going), None, proofs)


def _arriving(
    node: Node, claim: NodeClaim | None, ready: Condition | None, marks: Marks, now: float
) -> Standing | None:
    if _is_initialised(node, claim):
        return None
    waits = _waits_for(node, claim, marks)
    if waits is not None:
        return Standing("arriving", waits[0], _is_ready(ready), float(node.created), None, (waits[1],))
    grown = float(node.created + YOUNG)
    if now >= grown or not _never_ready(node, ready):
        return None
    said = "" if ready is None else words_of(ready)
    reason = f"not Ready yet: {said}" if said else "not Ready yet"
    proof: Proof = ("it has no condition Ready", None) if ready is None else of_condition(ready)
    return Standing("arriving", reason, _is_ready(ready), float(node.created), grown, (proof,))


def _failing(node: Node, ready: Condition | None, marks: Marks) -> Standing | None:
    marked = marks.get("not_ready")
    if ready is None:
        reason = marked[1].reason if marked else "it has no Ready condition"
        return Standing("unknown", reason, None, float(node.created), None, (("it has no condition Ready", None),))
    if ready.status == "True":
        if marked is None:
            return None
        since = _since(marks, "not_ready")
        return Standing("not_ready", marked[1].reason, True, since, None, (of_taint(marked[0], since),))
    phase: Phase = "not_ready" if ready.status == "False" else "unknown"
    reason = marked[1].reason if marked else words_of(ready)
    return Standing(phase, reason or None, _is_ready(ready), moment_of(ready), None, (of_condition(ready),))


def _serving(node: Node, ready: Condition | None) -> Standing:
    if node.unschedulable:
        since = _cordoned_since(node)
        return Standing("cordoned", None, _is_ready(ready), since, None, (of_cordon(node, since),))
    since = moment_of(ready)
    return Standing("ready", None, _is_ready(ready), since, None, ((_READY, since),))


def _is_initialised(node: Node, claim: NodeClaim | None) -> bool:
    """Karpenter called it initialised: a startup taint or a NotReady after that is no arrival."""
    if claim is None:
        return node.labels.get(INITIALIZED) == "true"
    said = find(claim.conditions, "Initialized")
    return said is not None and said.status == "True"


def _waits_for(node: Node, claim: NodeClaim | None, marks: Marks) -> tuple[str, Proof] | None:
    marked = marks.get("arriving")
    if marked is not None:
        words = marked[1].reason or f"waiting for its startup taint {marked[0].key} to go"
        return words, of_taint(marked[0], _since(marks, "arriving"))
    if claim is None:
        return None
    for taint in claim.startup_taints:
        for mine in node.taints:
            if mine.key == taint.key and mine.effect == taint.effect:
                return f"waiting for its startup taint {taint.key} to go", of_taint(mine, _added(mine))
    said = find(claim.conditions, "Initialized")
    if said is None:
        return "not initialised yet", (f"NodeClaim {claim.name} has no condition Initialized", None)
    words = words_of(said) if said.reason != "AwaitingReconciliation" else ""
    return f"not initialised yet: {words}" if words else "not initialised yet", of_condition(said, "NodeClaim ")


def _never_ready(node: Node, ready: Condition | None) -> bool:
    if ready is None:
        return True
    if ready.status == "False":
        return ready.since is None or ready.since <= node.created + _FIRST_WORD
    return ready.reason == "NodeStatusNeverUpdated"


def _is_ready(ready: Condition | None) -> bool | None:
    if ready is None or ready.status not in ("True", "False"):
        return None
    return ready.status == "True"


def _since(marks: Marks, meaning: Meaning) -> float | None:
    taint, mark = marks[meaning]
    if mark.value_is_time and taint.value.isdecimal():
        return float(taint.value)
    return _added(taint)


def _cordoned_since(node: Node) -> float | None:
    return _added(node.taint("node.kubernetes.io/unschedulable"))


def _added(taint: Taint | None) -> float | None:
    return None if taint is None or taint.time_added is None else float(taint.time_added)
