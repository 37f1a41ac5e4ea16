"""The badges of a node in words: what each means here, and since when or until when."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from nodeview.provisioners.badges import Badge, badges_of
from nodeview.provisioners.catalogue import STAY_ANNOTATIONS, marks_of
from nodeview.provisioners.conditions import find, moment_of
from nodeview.provisioners.expiry import consolidatable_since, expires_at
from nodeview.provisioners.karpenter import DO_NOT_DISRUPT
from nodeview.records import Node, NodeClaim, NodePool, ServerVersion

PRESSURES = ("MemoryPressure", "DiskPressure", "PIDPressure", "NetworkUnavailable")
_DRIFTS: Mapping[str, str] = {
    "AMIDrift": "AMI",
    "NodePoolDrifted": "NodePool",
    "RequirementsDrifted": "requirements",
    "InstanceTypeNotFound": "instance type not found",
    "SubnetDrift": "subnet",
    "SecurityGroupDrift": "security group",
    "CapacityReservationDrift": "capacity reservation",
    "PlacementGroupDrift": "placement group",
    "NodeClassDrift": "node class",
}


class BadgeWords(msgspec.Struct, frozen=True, gc=False):
    """One badge as it is told: `drifted: AMI` since so long."""

    badge: Badge
    words: str
    """A short phrase; it holds no age, for that is `at`."""
    at: float | None
    """Since when; of *expiring* and *expired*, when it expires. Epoch seconds."""


def tell_badges(
    node: Node, claim: NodeClaim | None, pool: NodePool | None, now: float, control_plane: ServerVersion | None
) -> tuple[BadgeWords, ...]:
    """All badges of a node in words, in the order of `badges_of`."""
    told: list[BadgeWords] = []
    for badge in badges_of(node, claim, pool, now, control_plane):
        if badge == "drifted":
            told.append(BadgeWords(badge, f"drifted: {drift_of(claim) or 'no reason given'}", _since(claim, "Drifted")))
        elif badge in ("expiring", "expired"):
            near = "≈ " if claim is None else ""
            expires = expires_at(node, claim, pool)
            told.append(BadgeWords(badge, f"{near}{badge}", expires or _since(claim, "Expired")))
        elif badge == "consolidatable":
            told.append(BadgeWords(badge, "consolidatable", consolidatable_since(claim)))
        elif badge == "candidate":
            told.append(_candidate(node, claim))
        elif badge == "do_not_disrupt":
            told.append(BadgeWords(badge, f"do not disrupt: {_asks(node, claim)}", None))
        elif badge == "pressure":
            told.append(_pressure(node))
        elif badge == "behind_control_plane" and control_plane is not None:
            told.append(BadgeWords(badge, behind_words(minors_behind(node.kubelet_version, control_plane)), None))
    return tuple(told)


def drift_of(claim: NodeClaim | None) -> str:
    """By what it has drifted, as Karpenter's reason says: `AMI`; empty where it has not, or nothing is said."""
    said = find(claim.conditions, "Drifted") if claim is not None else None
    if said is None or said.status != "True" or said.reason in ("", "Drifted"):
        return ""
    return _DRIFTS.get(said.reason, said.reason)


def minors_behind(kubelet: str, control_plane: ServerVersion) -> int | None:
    """How many minor versions the kubelet is below the API server; None where it cannot be read, or another major."""
    parts = kubelet.removeprefix("v").split(".")
    if len(parts) < 2 or not (parts[0].isdigit() and parts[1].isdigit()) or int(parts[0]) != control_plane.major:
        return None
    return control_plane.minor - int(parts[1])


def behind_words(minors: int | None) -> str:
    """`2 minors behind the control plane`."""
    if minors is None:
        return "behind the control plane"
    return f"{minors} minor{'' if minors == 1 else 's'} behind the control plane"


def _candidate(node: Node, claim: NodeClaim | None) -> BadgeWords:
    """Karpenter says for what it chose the node; the Cluster Autoscaler and kops leave a taint."""
    chosen = find(claim.conditions, "DisruptionReason") if claim is not None else None
    if chosen is not None and chosen.status == "True":
        return BadgeWords("candidate", f"chosen by Karpenter: {chosen.reason}".rstrip(": "), moment_of(chosen))
    taint, mark = marks_of(node.taints)["candidate"]
    since: float | None = None if taint.time_added is None else float(taint.time_added)
    if mark.value_is_time and taint.value.isdecimal():
        since = float(taint.value)
    whose = "the Cluster Autoscaler" if "ClusterAutoscaler" in taint.key else taint.key
    return BadgeWords("candidate", f"candidate for removal by {whose}", since)


def _asks(node: Node, claim: NodeClaim | None) -> str:
    key = next((key for key in STAY_ANNOTATIONS if node.annotations.get(key) == "true"), None)
    if key is not None:
        return f"annotation {key}"
    return f"annotation {DO_NOT_DISRUPT} of NodeClaim {claim.name}" if claim is not None else "an annotation"


def _pressure(node: Node) -> BadgeWords:
    felt = [one for one in node.conditions if one.type in PRESSURES and one.status == "True"]
    if felt:
        return BadgeWords("pressure", f"pressure: {', '.join(one.type for one in felt)}", moment_of(felt[0]))
    taint, _ = marks_of(node.taints)["pressure"]
    return BadgeWords(
        "pressure", f"pressure: taint {taint.key}", None if taint.time_added is None else float(taint.time_added)
    )


def _since(claim: NodeClaim | None, type_: str) -> float | None:
    return moment_of(find(claim.conditions, type_)) if claim is not None else None
