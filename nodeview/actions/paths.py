"""How each pod leaves its node, and why in that way."""

from __future__ import annotations

import re
from typing import NamedTuple

from nodeview.actions.lineage import Lineage
from nodeview.actions.plan import Path
from nodeview.records import Pod, Rolling

_ORDINAL = re.compile(r"-(\d+)$")


class Way(NamedTuple):
    """A path, and the reason for it."""

    path: Path
    reason: str


def way_of(pod: Pod, lineage: Lineage, *, balloon: bool, evict_rest: bool, ends: bool = False) -> Way:
    """How this pod leaves. `ends`: a person accepted that it is evicted though that ends it, or its work."""
    if lineage.manner == "static":
        return Way("static", "static: it is there because its node is")
    if lineage.manner == "daemon":
        return Way("daemon", f"{lineage.words} runs it on every node")
    if pod.deleted is not None:
        return Way("leaving", "it is terminating already")
    if balloon:
        return Way("balloon", "a balloon: evicted once nothing else is left")
    if lineage.manner == "job":
        if evict_rest and ends:
            return Way("evict", f"{lineage.words} begins it anew, as accepted")
        return Way("job", f"{lineage.words}: it ends by itself")
    if lineage.manner == "bare":
        if evict_rest and ends:
            return Way("evict", "nothing brings it back, as accepted")
        return Way("blocked", "it has no controller: nothing would bring it back")
    obstacle = _obstacle(pod, lineage)
    if not obstacle:
        return Way("restart", f"restarts with {lineage.words}")
    return Way("evict", f"{obstacle}; its controller replaces it") if evict_rest else Way("blocked", obstacle)


def _obstacle(pod: Pod, lineage: Lineage) -> str:
    """Why no restart of its workload moves this pod."""
    if lineage.unknown:
        return lineage.unknown
    if lineage.manner == "custom":
        return f"its controller, {lineage.words}, takes no restart"
    workload = lineage.workload
    if workload is None or workload.rolling is None:
        return f"{lineage.words} is not known"
    if workload.kind == "StatefulSet":
        return held_back(pod, workload.rolling)
    return f"{lineage.words} is paused: a restart would move nothing" if workload.rolling.paused else ""


def held_back(pod: Pod, rolling: Rolling) -> str:
    """Why a StatefulSet does not replace this pod when it is restarted; empty where it does."""
    if rolling.strategy == "OnDelete":
        return "its StatefulSet replaces pods only once they are deleted (OnDelete)"
    ordinal = ordinal_of(pod)
    if rolling.partition and ordinal is not None and ordinal < rolling.partition:
        return f"its StatefulSet replaces only ordinals from {rolling.partition} on (partition)"
    return ""


def ordinal_of(pod: Pod) -> int | None:
    """Which pod of a StatefulSet this is; None where its name does not say."""
    found = _ORDINAL.search(pod.name)
    return int(found[1]) if found else None
