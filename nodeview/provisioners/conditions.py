"""What conditions say of a node's life: which one, since when, and its own words for a person."""

from __future__ import annotations

import re
from collections.abc import Sequence

from nodeview.records import Condition, NodeClaim

_AGO = re.compile(r"\S*\d\S* ago")


def find(conditions: Sequence[Condition], type_: str) -> Condition | None:
    """The condition of this type, if there is one."""
    for one in conditions:
        if one.type == type_:
            return one
    return None


def is_true(claim: NodeClaim | None, type_: str) -> bool:
    """Whether Karpenter says so of this claim."""
    said = find(claim.conditions, type_) if claim is not None else None
    return said is not None and said.status == "True"


def moment_of(said: Condition | None) -> float | None:
    """Since when it says what it says, epoch seconds."""
    return None if said is None or said.since is None else float(said.since)


def words_of(said: Condition) -> str:
    """Its own words for a person; where they count time (`last seen active 3m0.9s ago`), without it."""
    if said.reason == "NodeStatusUnknown":
        return "not heard of"
    if said.reason == "NodeStatusNeverUpdated":
        return "never heard of"
    return _AGO.sub("some time ago", said.message or said.reason)


def last_stage(claim: NodeClaim | None) -> str | None:
    """How far Karpenter has come in taking this claim's node away."""
    if claim is None:
        return None
    said = {one.type: one.status for one in claim.conditions}
    if said.get("InstanceTerminating") == "True":
        return "its instance is being terminated"
    if "VolumesDetached" in said and said.get("Drained") == "True" and said["VolumesDetached"] != "True":
        return "waiting for its volumes to detach"
    return "its pods are leaving" if said.get("Drained", "True") != "True" else None
