"""What else is to be said of a node beside its phase."""

from __future__ import annotations

from functools import lru_cache
from typing import Literal

from nodeview.provisioners.catalogue import STAY_ANNOTATIONS, marks_of
from nodeview.provisioners.expiry import expires_at, expiring_from
from nodeview.provisioners.karpenter import DO_NOT_DISRUPT
from nodeview.records import Node, NodeClaim, NodePool, ServerVersion

Badge = Literal[
    "drifted",
    "expiring",
    "expired",
    "consolidatable",
    "candidate",
    "do_not_disrupt",
    "pressure",
    "behind_control_plane",
]

_PRESSURES = frozenset(("MemoryPressure", "DiskPressure", "PIDPressure", "NetworkUnavailable"))
_NOTHING: frozenset[str] = frozenset()


def badges_of(
    node: Node, claim: NodeClaim | None, pool: NodePool | None, now: float, control_plane: ServerVersion | None
) -> tuple[Badge, ...]:
    """The badges of a node, always in the same order.

    *expiring* is the last tenth of its life, a day at most; *candidate*: Karpenter has chosen it, or the Cluster
    Autoscaler (or kops) has it in mind; *do_not_disrupt*: an annotation asks to leave it alone, whoever obeys it;
    *behind_control_plane*: its kubelet is a minor version or more below the API server.
    """
    said = _NOTHING if claim is None else {one.type for one in claim.conditions if one.status == "True"}
    marks = marks_of(node.taints)
    badges: list[Badge] = []
    if "Drifted" in said:
        badges.append("drifted")
    age = _age_badge(node, claim, pool, now, "Expired" in said)
    if age is not None:
        badges.append(age)
    if "Consolidatable" in said or "Empty" in said:
        badges.append("consolidatable")
    if "candidate" in marks or "DisruptionReason" in said:
        badges.append("candidate")
    if _asks_to_stay(node, claim, "Registered" in said):
        badges.append("do_not_disrupt")
    if "pressure" in marks or any(one.type in _PRESSURES and one.status == "True" for one in node.conditions):
        badges.append("pressure")
    if control_plane is not None and is_behind(node.kubelet_version, control_plane.major, control_plane.minor):
        badges.append("behind_control_plane")
    return tuple(badges)


def badges_change_at(node: Node, claim: NodeClaim | None, pool: NodePool | None, now: float) -> float | None:
    """The epoch second at which time alone will change this node's badges; None where it will not."""
    expires = expires_at(node, claim, pool)
    if expires is None or now >= expires:
        return None
    begins = expiring_from(expires, node, claim, pool)
    return begins if now < begins else expires


def _age_badge(node: Node, claim: NodeClaim | None, pool: NodePool | None, now: float, expired: bool) -> Badge | None:
    if expired:
        return "expired"
    expires = expires_at(node, claim, pool)
    if expires is None:
        return None
    if now >= expires:
        return "expired"
    return "expiring" if now >= expiring_from(expires, node, claim, pool) else None


def _asks_to_stay(node: Node, claim: NodeClaim | None, registered: bool) -> bool:
    annotations = node.annotations
    for key in STAY_ANNOTATIONS:
        if annotations.get(key) == "true":
            return True
    # The NodeClaim's annotation is copied to the Node at registration, and counts only until then.
    return claim is not None and not registered and claim.annotations.get(DO_NOT_DISRUPT) == "true"


@lru_cache(maxsize=512)
def is_behind(kubelet: str, major: int, minor: int) -> bool:
    """Whether a kubelet of this version is a minor version or more below a control plane of that one."""
    parts = kubelet.removeprefix("v").split(".")
    if len(parts) < 2 or not (parts[0].isdigit() and parts[1].isdigit()):
        return False
    return (int(parts[0]), int(parts[1])) < (major, minor)
