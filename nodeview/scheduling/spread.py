"""Topology spread: how many like it each domain has, and whether one more would lean too far."""

from __future__ import annotations

from collections.abc import Generator, Mapping, Sequence

import msgspec

from nodeview.records import Pod, Spread
from nodeview.scheduling.reason import Reason
from nodeview.scheduling.requirements import selects, unmet, untolerated
from nodeview.scheduling.room import SLICE, Room

Labels = tuple[tuple[str, str], ...]


class Leaning(msgspec.Struct, frozen=True, eq=False):
    """One constraint with what all nodes have of it."""

    spread: Spread
    counts: Mapping[str, int]
    """Domain → pods like it."""
    least: int
    """What the emptiest domain has; 0 where there are fewer domains than there should be."""
    itself: int
    """1 where the pod counts among those it is spread against."""


def leanings_of(pod: Pod, rooms: Sequence[Room]) -> Generator[None, None, tuple[Leaning, ...]]:
    """The pod's constraints, counted over all rooms; yields often."""
    spreads = pod.shape.placement.spreads
    if not spreads:
        return ()
    keys = {one.topology_key for one in spreads}
    tallies = [_Tally(pod, one) for one in spreads]
    for number, room in enumerate(rooms):
        if keys <= room.node.labels.keys():
            allowed = unmet(pod, room.node) is None
            for tally in tallies:
                tally.take(room, allowed)
        if number % SLICE == SLICE - 1:
            yield
    return tuple([tally.leaning() for tally in tallies])


class _Tally:
    """Pods like the new one by domain: by the constraint's selector, and the values that it has of some labels."""

    def __init__(self, pod: Pod, spread: Spread) -> None:
        own = dict(pod.labels)
        self._pod = pod
        self._spread = spread
        self._same = tuple((key, own[key]) for key in spread.match_label_keys if key in own)
        self._counts: dict[str, int] = {}
        # By identity: pods of a template share their labels, and to hash those takes longer than all else.
        self._known: dict[int, bool] = {}

    def take(self, room: Room, allowed: bool) -> None:
        """Count in a room that has all the labels; `allowed` by the pod's node affinity and selector."""
        if self._spread.honours_affinity and not allowed:
            return
        tolerations = self._pod.shape.placement.tolerations
        if self._spread.honours_taints and untolerated(room.node.taints, tolerations) is not None:
            return
        domain = room.node.labels[self._spread.topology_key]
        self._counts[domain] = self._counts.get(domain, 0) + self._alike(room)

    def _alike(self, room: Room) -> int:
        # The scheduler takes an empty selector to count nobody, though it means everybody.
        if self._spread.selector == () and not self._same:
            return 0
        namespace, known, count = self._pod.namespace, self._known, 0
        for other in room.pods:
            if other.namespace == namespace and other.deleted is None:
                means = known.get(id(other.labels))
                if means is None:
                    means = known[id(other.labels)] = self._means(other.labels)
                count += means
        return count

    def _means(self, labels: Labels) -> bool:
        said = dict(labels)
        return all(said.get(key) == value for key, value in self._same) and selects(self._spread.selector, said)

    def leaning(self) -> Leaning:
        """What was counted."""
        # Where no node is a domain the scheduler's least is 0 too: there are fewer than one.
        few = len(self._counts) < self._spread.min_domains
        least = 0 if few else min(self._counts.values())
        return Leaning(self._spread, self._counts, least, int(self._means(self._pod.labels)))


def against_spread(leanings: tuple[Leaning, ...], room: Room) -> Reason | None:
    """The first constraint that the pod would break on this node."""
    for one in leanings:
        key = one.spread.topology_key
        domain = room.node.labels.get(key)
        if domain is None:
            return Reason("spread-label", key)
        if one.counts.get(domain, 0) + one.itself - one.least > one.spread.max_skew:
            return Reason("spread", key)
    return None
