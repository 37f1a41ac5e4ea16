"""What autoscalers said of a pod that waits: which node they mean it for, or that they make none."""

from __future__ import annotations

import re
from collections.abc import Iterable

import msgspec

from nodeview.records import ClusterEvent
from nodeview.views import printable, shorten_end

_NOMINATED = re.compile(r"(?P<kind>nodeclaim|node|machine)/(?P<name>[a-z0-9.-]{1,253})")
_GROUPS = re.compile(r"\[\{(?P<group>\S+) (?P<old>\d+)->(?P<new>\d+)")
_NOT = "pod didn't trigger scale-up: "
_NOMINATION_S = 600
"""Seconds after which nobody believes in a nomination that came to nothing."""
_OF_AUTOSCALERS = ("Nominated", "TriggeredScaleUp", "NotTriggerScaleUp", "FailedScheduling")
_FAILED = "Failed to schedule pod, "
_LISTED = re.compile(r", (?:requirements|resources)=.*?(?=; |$)", re.DOTALL)
"""What Karpenter goes on to list of pool and pod, at such length that the next pool's reason is lost."""
_LONGEST = 200


class Hint(msgspec.Struct, frozen=True):
    """The newest word of an autoscaler on a pod. `place` is the node or NodeClaim it means it for."""

    words: str = ""
    place: str = ""


NO_HINT = Hint()


def hint_of(events: Iterable[ClusterEvent], now: float) -> Hint:
    """What the newest of these says; nothing where none is of an autoscaler, or it is too old to be true."""
    said = [one for one in events if one.reason in _OF_AUTOSCALERS]
    newest = max(said, key=lambda one: one.at or 0, default=None)
    if newest is None or (newest.at is not None and now - newest.at > _NOMINATION_S):
        return NO_HINT
    if newest.reason == "Nominated":
        places = {found["kind"]: found["name"] for found in _NOMINATED.finditer(newest.message)}
        claim = places.get("nodeclaim") or places.get("machine")
        place = places.get("node") or claim or ""
        kind = "" if "node" in places else "NodeClaim "
        return Hint(f"Karpenter means it for {kind}{place}", place) if place else NO_HINT
    if newest.reason == "TriggeredScaleUp":
        group = _GROUPS.search(newest.message)
        if group is None:
            return Hint("the autoscaler is making a node")
        return Hint(f"the autoscaler grows {printable(group['group'])} from {group['old']} to {group['new']}")
    if newest.reason == "FailedScheduling":
        reasons = _LISTED.sub("", newest.message.removeprefix(_FAILED)).split("; ")
        why = "; ".join(dict.fromkeys(reasons))
        return Hint(f"Karpenter makes no node: {shorten_end(printable(why), _LONGEST)}")
    why = newest.message.removeprefix(_NOT)
    return Hint(f"the autoscaler makes no node: {shorten_end(printable(why), _LONGEST)}")
