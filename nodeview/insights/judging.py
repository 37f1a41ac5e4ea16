"""Every place is looked at for a pod that waits: what speaks against it, how much lacks, who could make another."""

from __future__ import annotations

from collections.abc import Generator, Mapping, Sequence

import msgspec

from nodeview.insights.outlook import Maker, NearMiss, Outlook
from nodeview.records import Amounts, NodeName, NodePool, Pod
from nodeview.scheduling import (
    Attempt,
    Reason,
    Room,
    Size,
    all_reasons_against,
    attempt_of,
    reasons_against,
    reasons_against_pool,
    unjudged,
)
from nodeview.views import Cause, CauseKind, NodeView

SLICE = 64
"""Rooms looked at between two yields: about a millisecond of work."""
MOST_NAMED = 3
"""Nodes that are named where more would do as well."""

_KINDS: Mapping[str, tuple[CauseKind, str]] = {
    "unschedulable": ("unschedulable", ""),
    "ports": ("ports", ""),
    "too-many-pods": ("pods", ""),
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
    offered: frozenset[str]
    """Resources that some node has."""


class _Tally:
    """What the rooms came to so far."""

    def __init__(self, attempt: Attempt) -> None:
        self.attempt = attempt
        self.fits: list[NodeName] = []
        self.causes: dict[tuple[str, str], int] = {}
        self.near: dict[str | None, tuple[float, Amounts]] = {}

    def take(self, room: Room, nodes: Mapping[NodeName, NodeView]) -> None:
        reasons = reasons_against(self.attempt, room)
        if not reasons:
            self.fits.append(room.node.name)
            return
        for one in reasons:
            self.causes[one.kind, one.about] = self.causes.get((one.kind, one.about), 0) + 1
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


def judge(pod: Pod, field: Field, now: float, heard: int) -> Generator[None, None, Outlook]:
    """Look at every place for this pod; yields often."""
    attempt = attempt_of(pod, field.rooms)
    yield
    tally = _Tally(attempt)
    for count, room in enumerate(field.rooms):
        tally.take(room, field.nodes)
        if count % SLICE == SLICE - 1:
            yield
    makers = [Maker(one.name, *_verdict(pod, one, field.sizes)) for one in field.node_pools]
    yield
    near = sorted(tally.near.items(), key=lambda item: (item[1][0], item[0] or ""))
    return Outlook(
        at=now,
        heard=heard,
        nodes=len(field.rooms),
        fits=len(tally.fits),
        fits_on=tuple(tally.fits[:MOST_NAMED]),
        causes=tuple(_cause(kind, about, count) for (kind, about), count in tally.causes.items()),
        near=tuple(NearMiss(pool, missing) for pool, (_, missing) in near),
        nowhere=tuple(name for name in attempt.asked if field.rooms and name not in field.offered),
        makers=tuple(makers),
        coming=tuple(one.node.name for one in field.coming if not reasons_against(attempt, one)),
        unjudged=unjudged(pod),
    )


def _verdict(pod: Pod, pool: NodePool, sizes: tuple[Size, ...]) -> tuple[tuple[Reason, ...], tuple[str, ...]]:
    verdict = reasons_against_pool(pod, pool, sizes)
    return verdict.reasons, verdict.unjudged


def _cause(kind: str, about: str, count: int) -> Cause:
    if kind == "insufficient":
        return Cause(count, "resource", about)
    if kind == "taint":
        return Cause(count, "taint", about.rpartition(":")[0] or about)
    if kind in ("node-affinity", "other-node"):
        return Cause(count, "selector", about)
    return Cause(count, *_KINDS.get(kind, ("other", about)))
