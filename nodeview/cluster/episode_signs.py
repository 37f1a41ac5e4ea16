"""What says that a node is being taken away, why and by whom, in every generation of those who do it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

from nodeview.cluster.episode import Author, Cause
from nodeview.records import ClusterEvent, Node, NodeClaim

TO_BE_DELETED = "ToBeDeletedByClusterAutoscaler"
_DISRUPTED = ("karpenter.sh/disrupted", "karpenter.sh/disruption")
_INTERRUPTED = ("aws-node-termination-handler/spot-itn", "aws-node-termination-handler/asg-lifecycle-termination")
_INTERRUPTIONS = {
    "SpotInterrupted",
    "InstanceStopping",
    "InstanceUnhealthy",
    "InstanceTerminating",
    "CapacityReservationInstanceInterrupted",
}
_CAUSES: Mapping[str, Cause] = {
    "underutilized": "underutilised",
    "consolidation": "underutilised",
    "empty": "empty",
    "emptiness": "empty",
    "drifted": "drifted",
    "drift": "drifted",
    "expired": "expired",
    "expiration": "expired",
    "interrupted": "interrupted",
    "interruption": "interrupted",
}
_TAKEN = re.compile(r"(?:disrupting|deprovisioning) (?:node|nodeclaim|machine): ([^/]+)(?:/(\w+))?", re.IGNORECASE)
_MADE = re.compile(r"launching (?:nodeclaim|machine|node): ([^/]+)(?:/(\w+))?", re.IGNORECASE)
_SAVES = re.compile(r"\(savings: \$(\d{1,9})(?:\.(\d{1,9}))?\)")
_NANO = 10**9


class Sign(NamedTuple):
    """A node is to go: why, by whom, and since when by the cluster's clocks."""

    cause: Cause
    author: Author
    at: int | None


class Word(NamedTuple):
    """What an Event says of the end of a node, or of the beginning of another."""

    cause: Cause
    at: int | None
    replaces: bool | None = None
    """Whether another is made in its place; None where that is not said."""


def sign_of(node: Node | None, claim: NodeClaim | None) -> Sign | None:
    """What a node and its claim bear; None where neither is to go."""
    if node is not None and node.taints:
        marked = node.taint(TO_BE_DELETED)
        if marked is not None:
            at = int(marked.value) if marked.value.isdecimal() and len(marked.value) < 12 else marked.time_added
            return Sign("scaled_down", "cluster-autoscaler", at)
        for key in _INTERRUPTED:
            if (notice := node.taint(key)) is not None:
                return Sign("interrupted", "other", notice.time_added)
    moments = _moments(node, claim)
    if not moments:
        return None
    author: Author = "karpenter" if claim is not None or _is_karpenters(node) else "other"
    known = [one for one in moments if one is not None]
    return Sign(_cause(node, claim), author, min(known) if known else None)


def _moments(node: Node | None, claim: NodeClaim | None) -> list[int | None]:
    found: list[int | None] = []
    if node is not None:
        found += [one.time_added for one in node.taints if one.key in _DISRUPTED]
        found += [node.deleted] if node.deleted is not None else []
    if claim is not None:
        found += [one.since for one in claim.conditions if one.type == "DisruptionReason" and one.status == "True"]
        found += [claim.deleted] if claim.deleted is not None else []
    return found


def _is_karpenters(node: Node | None) -> bool:
    return node is not None and any(key.startswith("karpenter.sh/") for key in node.labels)


def _cause(node: Node | None, claim: NodeClaim | None) -> Cause:
    if claim is None:
        return "unknown"
    said = {one.type: one for one in claim.conditions if one.status == "True"}
    reason = said.get("DisruptionReason")
    if reason is not None:
        return _CAUSES.get(reason.reason.lower(), "unknown")
    if "Expired" in said:  # v1beta1, whose conditions are the reason
        return "expired"
    if "Empty" in said:
        return "empty"
    if claim.deleted is not None and claim.expire_after is not None:
        return "expired" if claim.deleted >= claim.created + claim.expire_after else "unknown"
    return "unknown"


def taken_word(event: ClusterEvent) -> Word | None:
    """Why the node or claim that the Event is about is taken away; None where it says nothing of that."""
    if event.reason in ("DisruptionTerminating", "DeprovisioningTerminating"):
        found = _TAKEN.fullmatch(event.message)
        return _word(found, event.at) if found else Word("unknown", event.at)
    return Word("interrupted", event.at) if event.reason in _INTERRUPTIONS and event.warning else None


def made_word(event: ClusterEvent) -> Word | None:
    """What the claim that the Event is about was made for, in place of others; None where that is not what it says."""
    if event.reason not in ("DisruptionLaunching", "DeprovisioningLaunching"):
        return None
    found = _MADE.fullmatch(event.message)
    return _word(found, event.at) if found else Word("unknown", event.at)


def saving_said(event: ClusterEvent) -> int | None:
    """What Karpenter says that a consolidation would save an hour, nano-units; None where it says nothing of that."""
    if event.reason != "ConsolidationCandidate" or (found := _SAVES.search(event.message)) is None:
        return None
    return int(found[1]) * _NANO + int((found[2] or "0").ljust(9, "0"))


def _word(found: re.Match[str], at: int | None) -> Word:
    how = (found[2] or "").lower()
    return Word(_CAUSES.get(found[1].strip().lower(), "unknown"), at, None if not how else how == "replace")
