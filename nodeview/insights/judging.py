"""Every place is looked at for a pod that waits: what speaks against it, how much lacks, who could make another."""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping, Sequence

import msgspec

from nodeview.cluster import VolumeIndex
from nodeview.insights.outlook import Held, Maker, NearMiss, Outlook
from nodeview.records import Amounts, NodeName, NodePool, Pod
from nodeview.scheduling import (
    Attempt,
    Mounts,
    Reason,
    Room,
    Size,
    all_reasons_against,
    attempting,
    mounts_of,
    reaches,
    reasons_against,
    reasons_against_pool,
    room_of,
    unjudged,
    untolerated,
    where_of,
)
from nodeview.views import Cause, CauseKind, NodeView

SLICE = 64
"""Rooms looked at between two yields: about a millisecond of work."""
MOST_NAMED = 3
"""Nodes that are named where more would do as well."""
MOST_TAINTED = 64
"""Nodes with a taint that are looked at again for what else speaks against them."""
_PASSING = ("node.kubernetes.io/", "node.cloudprovider.kubernetes.io/", "karpenter.sh/", "node-role.kubernetes.io/")
_LEAVING = ("ToBeDeletedByClusterAutoscaler", "DeletionCandidateOfClusterAutoscaler")
"""How the keys of taints begin that no pod should tolerate for the sake of room."""

_KINDS: Mapping[str, tuple[CauseKind, str]] = {
    "unschedulable": ("unschedulable", ""),
    "ports": ("ports", ""),
    "too-many-pods": ("pods", ""),
    "volume": ("volume", "elsewhere"),
    "spread": ("spread", ""),
    "spread-label": ("spread", "label"),
    "pod-affinity": ("affinity", ""),
    "anti-affinity": ("anti-affinity", ""),
    "others-anti-affinity": ("anti-affinity", "theirs"),
}


class Field(msgspec.Struct, frozen=True, eq=False):
    """All places where a pod could go, as they are now."""

    rooms: Sequence[Room]
    nodes: Mapping[NodeName, NodeView]
    coming: Sequence[Room]
    """Nodes and claims on their way, without the taints that go when they have started."""
    node_pools: Sequence[NodePool]
    sizes: tuple[Size, ...]
    volumes: VolumeIndex
    is_balloon: Callable[[Pod], bool]


class _Tally:
    """What the rooms came to so far."""

    def __init__(self, attempt: Attempt) -> None:
        self.attempt = attempt
        self.fits: list[NodeName] = []
        self.causes: dict[tuple[str, str], int] = {}
        self.near: dict[str | None, tuple[float, Amounts]] = {}
        self.tainted: list[Room] = []

    def take(self, room: Room, nodes: Mapping[NodeName, NodeView]) -> None:
        reasons = reasons_against(self.attempt, room)
        if not reasons:
            self.fits.append(room.node.name)
            return
        for one in reasons:
            self.causes[one.kind, one.about] = self.causes.get((one.kind, one.about), 0) + 1
        if reasons[0].kind == "taint" and len(self.tainted) < MOST_TAINTED:
            self.tainted.append(room)
        if reasons[0].missing is not None:
            self._miss(reasons, room, nodes[room.node.name].pool)

    def _miss(self, lacking: Sequence[Reason], room: Room, pool: str | None) -> None:
        asked, share = self.attempt.asked, 0.0
        for one in lacking:
            wanted, missing = asked.get(one.about, 0), one.missing or 0
            if missing >= wanted:
                return  # to ask for nothing is no advice
            share += missing / wanted
        if pool in self.near and share >= self.near[pool][0]:
            return
        if len(all_reasons_against(self.attempt, room)) == len(lacking):
            self.near[pool] = share, {one.about: one.missing or 0 for one in lacking}

    def but_for_taints(self) -> dict[str, list[NodeName]]:
        """Nodes against which nothing but one taint speaks, by that taint; looked for where nothing else is near."""
        found: dict[str, list[NodeName]] = {}
        if self.fits or self.near:
            return found
        tolerations = self.attempt.pod.shape.placement.tolerations
        for room in self.tainted:
            kept = [one for one in room.node.taints if untolerated((one,), tolerations) is not None]
            lasting = not kept[0].key.startswith((*_PASSING, *_LEAVING))
            if len(kept) == 1 and lasting and len(all_reasons_against(self.attempt, room)) == 1:
                taint = f"{kept[0].key}={kept[0].value}" if kept[0].value else kept[0].key
                found.setdefault(taint, []).append(room.node.name)
        return found


def judge(pod: Pod, field: Field, now: float, heard: int) -> Generator[None, None, Outlook]:
    """Look at every place for this pod; yields often."""
    mounts = mounts_of(pod, field.volumes.claims, field.volumes.volumes)
    attempt = yield from attempting(pod, field.rooms, mounts)
    yield
    tally = _Tally(attempt)
    for count, room in enumerate(field.rooms):
        tally.take(room, field.nodes)
        if count % SLICE == SLICE - 1:
            yield
    makers = [Maker(one.name, *_verdict(pod, one, field.sizes, mounts)) for one in field.node_pools]
    yield
    tainted = tally.but_for_taints()
    yield
    held = yield from _held(mounts, field.rooms)
    yielding = () if pod.shape.preempts else (yield from _yielding(attempt, field))
    yield
    near = sorted(tally.near.items(), key=lambda item: (item[1][0], item[0] or ""))
    return Outlook(
        at=now,
        heard=heard,
        nodes=len(field.rooms),
        fits=len(tally.fits),
        fits_on=tuple(tally.fits[:MOST_NAMED]),
        causes=tuple(_cause(kind, about, count) for (kind, about), count in tally.causes.items()),
        near=tuple(NearMiss(pool, missing, share) for pool, (share, missing) in near),
        nowhere=tuple(name for name in attempt.asked if field.rooms and not _offered(name, field.rooms)),
        makers=tuple(makers),
        coming=tuple(one.node.name for one in field.coming if not reasons_against(attempt, one)),
        unjudged=unjudged(pod, mounts),
        held=held,
        yielding=yielding,
        but_for_taints=tuple((taint, tuple(names[:MOST_NAMED])) for taint, names in sorted(tainted.items())),
    )


def _offered(resource: str, rooms: Sequence[Room]) -> bool:
    """Whether some node has it: nearly always the first one."""
    return any(room.offered.get(resource) for room in rooms)


def _held(mounts: Mounts, rooms: Sequence[Room]) -> Generator[None, None, tuple[Held, ...]]:
    """The volumes that some of these nodes cannot mount."""
    found: list[Held] = []
    for claim, terms in mounts.bound:
        nodes = 0
        for first in range(0, len(rooms), SLICE):
            nodes += sum(reaches(terms, room.node) for room in rooms[first : first + SLICE])
            yield
        if nodes < len(rooms):
            found.append(Held(claim, where_of(terms), nodes))
    return tuple(found)


def _yielding(attempt: Attempt, field: Field) -> Generator[None, None, tuple[NodeName, ...]]:
    """Some of the nodes where a pod that pushes nothing aside would fit if the balloons below it were gone."""
    found: list[NodeName] = []
    priority = attempt.pod.shape.priority
    for count, room in enumerate(field.rooms):
        if field.nodes[room.node.name].balloon and reasons_against(attempt, room):
            kept = [one for one in room.pods if one.shape.priority >= priority or not field.is_balloon(one)]
            if len(kept) < len(room.pods) and not all_reasons_against(attempt, room_of(room.node, kept)):
                found.append(room.node.name)
        if len(found) == MOST_NAMED:
            break
        if count % SLICE == SLICE - 1:
            yield
    return tuple(found)


def _verdict(
    pod: Pod, pool: NodePool, sizes: tuple[Size, ...], mounts: Mounts
) -> tuple[tuple[Reason, ...], tuple[str, ...]]:
    verdict = reasons_against_pool(pod, pool, sizes, mounts)
    return verdict.reasons, verdict.unjudged


def _cause(kind: str, about: str, count: int) -> Cause:
    if kind == "insufficient":
        return Cause(count, "resource", about)
    if kind == "taint":
        return Cause(count, "taint", about.rpartition(":")[0] or about)
    if kind in ("node-affinity", "other-node"):
        return Cause(count, "selector", about)
    return Cause(count, *_KINDS.get(kind, ("other", about)))
