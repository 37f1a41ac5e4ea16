"""What shows that a node is where it is said to be: the taint, condition or field, and since when."""

from __future__ import annotations

from datetime import UTC, datetime

from nodeview.provisioners.conditions import moment_of
from nodeview.records import Condition, Node, NodeClaim, Taint

Proof = tuple[str, float | None]
"""What shows it, and since when, in epoch seconds."""
Proofs = tuple[Proof, ...]


def utc(at: float) -> str:
    """A moment as a person reads it."""
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")


def sentence(proofs: Proofs) -> str:
    """`taint karpenter.sh/disrupted:NoSchedule since 2026-11-21 14:02:11 UTC; …`; empty where there is none."""
    return "; ".join(words if since is None else f"{words} since {utc(since)}" for words, since in proofs)


def of_taint(taint: Taint, since: float | None) -> Proof:
    """The node bears this taint."""
    value = f"={taint.value}" if taint.value and since is None else ""
    return f"taint {taint.key}{value}:{taint.effect}", since


def of_condition(said: Condition, whose: str = "") -> Proof:
    """A condition says so."""
    reason = f" ({said.reason})" if said.reason and said.reason != said.type else ""
    return f"{whose}condition {said.type} is {said.status}{reason}", moment_of(said)


def of_cordon(node: Node, since: float | None) -> Proof:
    """The node takes no new pods, and which program said so, as far as it is told."""
    return f"spec.unschedulable{f', set by {node.cordoned_by},' if node.cordoned_by else ''}", since


def of_leaving_claim(claim: NodeClaim | None) -> Proofs:
    """Karpenter takes this claim away, and how far it has come."""
    if claim is None:
        return ()
    found: list[Proof] = []
    for said in claim.conditions:
        if said.type == "DisruptionReason" and said.status == "True":
            found.append(of_condition(said, "NodeClaim "))
    if claim.deleted is not None:
        found.append((f"NodeClaim {claim.name} is being deleted", float(claim.deleted)))
    for said in claim.conditions:
        if said.type in ("Drained", "VolumesDetached", "InstanceTerminating"):
            found.append(of_condition(said, "NodeClaim "))
    return tuple(found)
