"""What spread and neighbours of a pod that is to come say of the nodes that stay."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec.structs import replace

from nodeview.actions.places import Seeker, Where
from nodeview.actions.scope import SLICE, Scope
from nodeview.records import OwnerRef, Pod, Spread
from nodeview.scheduling import Reason, Room, attempt_of, reasons_against, room_of

_WORDS = {
    "spread": "its spread over {}",
    "spread-label": "its spread over {}, a label that they lack,",
    "pod-affinity": "its affinity to others in the same {}",
    "anti-affinity": "its anti-affinity within one {}",
    "others-anti-affinity": "others' anti-affinity within one {}",
}


def leaning_on_targets(one: Seeker, where: Where, scope: Scope) -> tuple[Spread, int] | None:
    """A spread that will count the emptied targets as empty domains, and how many pods it leaves places for.

    Cordoned nodes count while they are there, unless the constraint honours taints; so each of the others takes no
    more than the skew.
    """
    for spread in one.pod.shape.placement.spreads:
        if spread.honours_taints or one.affected is None:
            continue
        key = spread.topology_key
        open_ = {scope.rooms[place].node.labels.get(key) for place in where.rooms} - {None}
        emptied = {target.record.labels.get(key) for target in scope.targets} - open_ - {None}
        places = len(open_) * spread.max_skew
        if emptied and places < one.affected.replicas:
            return spread, places
    return None


class Nearby:
    """The nodes that stay, and the targets as they will be, by namespace: rules mostly look no further than that."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope
        self._emptied = [room_of(target.record, ()) for target in scope.targets]
        self._rooms: dict[str | None, list[Room]] = {}
        self._of_owner: dict[tuple[str, OwnerRef | None], dict[int, None]] = {}
        self._at_home: dict[str, dict[int, None]] = {}
        self._looked = False

    def look_around(self) -> Iterator[None]:
        """Find out who is where, before anything is asked; yields often."""
        if self._looked:
            return
        self._looked = True
        for place, room in enumerate(self._scope.rooms):
            for pod in room.pods:
                self._of_owner.setdefault((pod.namespace, pod.owner), {})[place] = None
                self._at_home.setdefault(pod.namespace, {})[place] = None
            if place % SLICE == SLICE - 1:
                yield

    def against_all(self, one: Seeker, where: Where) -> str:
        """The rule that closes every node that stays to the next pod of a workload; empty where some is open to it."""
        if not has_rules(one.pod) or not where.rooms:
            return ""
        rooms = self._without_those_that_make_way(one)
        attempt = attempt_of(replace(one.pod, requests={}), self._telling(one, rooms))
        first: Reason | None = None
        for place in where.rooms:
            reasons = [reason for reason in reasons_against(attempt, rooms[place]) if reason.kind in _WORDS]
            if not reasons:
                return ""
            first = first or reasons[0]
        return _WORDS[first.kind].format(first.about) if first is not None else ""

    def _without_those_that_make_way(self, one: Seeker) -> list[Room]:
        """A workload that may lack pods stops an old one before it needs the place; one that may not, does not."""
        rooms = self._seen_from(None if _looks_abroad(one.pod) else one.pod.namespace)
        affected = one.affected
        if affected is None or (affected.surges and not affected.posts.unavailable):
            return rooms
        owner = affected.here[0].owner
        rooms = list(rooms)
        for place in self._of_owner.get((one.pod.namespace, owner), ()):
            room = rooms[place]
            kept = tuple([pod for pod in room.pods if pod.owner != owner])
            averse = tuple([pod for pod in room.averse if pod.owner != owner])
            rooms[place] = Room(room.node, kept, room.free, room.ports, averse)
        return rooms

    def _seen_from(self, namespace: str | None) -> list[Room]:
        """The rooms with the pods of one namespace only, or with all."""
        known = self._rooms.get(namespace)
        if known is None:
            here = self._at_home.get(namespace, {}) if namespace is not None else {}
            found = [
                room if namespace is None else _of(room, namespace if place in here else None)
                for place, room in enumerate(self._scope.rooms)
            ]
            known = self._rooms[namespace] = found
        return known

    def _telling(self, one: Seeker, rooms: Sequence[Room]) -> Sequence[Room]:
        """The rooms that say anything of its rules: empty ones only of a spread, whose domains they are."""
        if one.pod.shape.placement.spreads:
            return [*rooms, *self._emptied]
        return [room for room in rooms if room.pods]


def has_rules(pod: Pod) -> bool:
    """Whether it is spread, or seeks or shuns others."""
    placement = pod.shape.placement
    return bool(placement.spreads or placement.affinity or placement.anti_affinity)


def _of(room: Room, namespace: str | None) -> Room:
    if namespace is None:
        return Room(room.node, (), room.free, room.ports, ())
    pods = tuple([pod for pod in room.pods if pod.namespace == namespace])
    averse = tuple([pod for pod in room.averse if pod.namespace == namespace])
    return Room(room.node, pods, room.free, room.ports, averse)


def _looks_abroad(pod: Pod) -> bool:
    placement = pod.shape.placement
    terms = (*placement.affinity, *placement.anti_affinity)
    return any(term.namespaces or term.namespace_selector is not None for term in terms)
