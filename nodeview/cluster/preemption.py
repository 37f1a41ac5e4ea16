"""The story of one preemption, and what all of them come to."""

from __future__ import annotations

import re
from collections import Counter
from typing import NamedTuple

import msgspec

from nodeview.records import ClusterEvent, NodeName, ObjectKey, OwnerRef, Pod

BY_SCHEDULER = "PreemptionByScheduler"
"""Reason of the condition `DisruptionTarget` of a pod that is preempted."""

_NAME = r"[a-z0-9][a-z0-9.-]{0,252}"
_BY_UID = re.compile(rf"Preempted by pod (?P<uid>[0-9a-f-]{{36}}) on node (?P<node>{_NAME})")
_BY_A_POD = re.compile(rf"Preempted by a pod on node (?P<node>{_NAME})")
_BY_NAME = re.compile(rf"Preempted by (?P<ns>{_NAME})/(?P<name>{_NAME}) on node (?P<node>{_NAME})")


class Said(NamedTuple):
    """What an Event tells of a preemption; what it does not is None or empty."""

    node: NodeName | None
    by_uid: str = ""
    by: ObjectKey | None = None


def read_preempted(event: ClusterEvent) -> Said:
    """The preemptor and the node, of any generation of the scheduler's Event: `related` counts most, then the words."""
    related = event.related
    uid = related.uid if related is not None and related.kind in ("Pod", "") else ""
    key = related.key if related is not None and related.name and uid else None
    if found := _BY_UID.fullmatch(event.message):
        return Said(NodeName(found["node"]), uid or found["uid"], key)
    if found := _BY_A_POD.fullmatch(event.message):
        return Said(NodeName(found["node"]), uid, key)
    if found := _BY_NAME.fullmatch(event.message):
        return Said(NodeName(found["node"]), uid, key or ObjectKey(found["ns"], found["name"]))
    return Said(None, uid, key)


class Preemption(msgspec.Struct, frozen=True):
    """One pod that had to go for another, as far as it is known; completed as it unfolds.

    All moments are epoch seconds by the cluster's clocks.
    """

    victim: ObjectKey
    victim_uid: str
    at: int | None
    node: NodeName | None = None
    seen: bool = False
    """The victim itself was seen: what follows of it is known."""
    priority: int | None = None
    owner: OwnerRef | None = None
    balloon: bool | None = None
    by: ObjectKey | None = None
    by_uid: str = ""
    by_priority: int | None = None
    guessed: bool = False
    """Nobody said who preempted it; this one was nominated to its node at that time."""
    ran_at: int | None = None
    """Since when the preemptor runs."""
    by_gone: bool = False
    """The preemptor went before it was seen running."""
    refill: ObjectKey | None = None
    """The pod that its owner made in its place."""
    refilled_at: int | None = None
    refill_node: NodeName | None = None
    on_new_node: bool | None = None
    """Whether that node is younger than the preemption; None while it is not known."""

    @property
    def to_run_s(self) -> int | None:
        """Seconds until the preemptor ran."""
        return between(self.at, self.ran_at)

    @property
    def to_refill_s(self) -> int | None:
        """Seconds until its successor ran."""
        return between(self.at, self.refilled_at)

    @property
    def alarm(self) -> bool:
        """It was no balloon: somebody's work was ended."""
        return self.balloon is False


def between(began: int | None, ended: int | None) -> int | None:
    """Whole seconds; None where one end is not known, or the clocks of those who wrote them disagree."""
    if began is None or ended is None or ended < began - 1:
        return None
    return max(0, ended - began)


def runs_since(pod: Pod) -> int | None:
    """When it began to run; None while it does not, or that is not said."""
    return pod.turned_at if pod.phase == "Running" and pod.node is not None and not pod.disruption else None


class Times(NamedTuple):
    """Of many durations, in seconds; None where there is none."""

    median: float | None = None
    worst: int | None = None


class Durations:
    """Whole seconds, counted, so that a long watch needs no more memory than a short one."""

    def __init__(self) -> None:
        self._counts: Counter[int] = Counter()

    def replace(self, before: int | None, after: int | None) -> None:
        """One that was this is that now; None for none."""
        if before is not None:
            self._counts -= Counter({before: 1})
        if after is not None:
            self._counts[after] += 1

    def times(self) -> Times:
        """Median and worst of all."""
        total = self._counts.total()
        if not total:
            return Times()
        lower = upper = None
        passed = 0
        for seconds in sorted(self._counts):
            passed += self._counts[seconds]
            if lower is None and passed >= (total + 1) // 2:
                lower = seconds
            if passed >= total // 2 + 1:
                upper = seconds
                break
        assert lower is not None
        assert upper is not None
        return Times((lower + upper) / 2, max(self._counts))


class Preemptions(msgspec.Struct, frozen=True):
    """All that happened since we watch; the stories of the newest of them, in the order in which they were heard."""

    count: int = 0
    alarms: int = 0
    """Of pods that are no balloons."""
    to_run: Times = Times()
    to_refill: Times = Times()
    stories: tuple[Preemption, ...] = ()
