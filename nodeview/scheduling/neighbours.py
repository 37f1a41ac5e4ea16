"""Pod affinity and anti-affinity: who must be near, and who must not."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence

import msgspec

from nodeview.records import Pod, PodTerm
from nodeview.scheduling.reason import Reason
from nodeview.scheduling.requirements import selects
from nodeview.scheduling.room import SLICE, Room

Domain = tuple[str, str]
"""A topology key and its value."""


class Neighbours(msgspec.Struct, frozen=True, eq=False):
    """Where those are whom a pod's rules, or the rules of others, speak of."""

    affinity: tuple[str, ...]
    """Topology keys of its terms."""
    anti_affinity: tuple[str, ...]
    sought: frozenset[Domain]
    shunned: frozenset[Domain]
    closed: frozenset[Domain]
    """Domains where somebody wants no such pod as this."""
    first: bool
    """Nobody whom its affinity seeks is anywhere, and it is such a one itself: then it may begin."""


def neighbours_of(pod: Pod, rooms: Sequence[Room]) -> Generator[None, None, Neighbours]:
    """What the rooms hold for and against this pod; yields often."""
    affinity = [_Meant(term, pod) for term in pod.shape.placement.affinity]
    anti_affinity = [_Meant(term, pod) for term in pod.shape.placement.anti_affinity]
    sought: set[Domain] = set()
    shunned: set[Domain] = set()
    closed: set[Domain] = set()
    for number, room in enumerate(rooms):
        if affinity and any(all(term.means(other) for term in affinity) for other in room.pods):
            sought.update(domain for term in affinity for domain in _domain(term.key, room))
        for term in anti_affinity:
            if any(map(term.means, room.pods)):
                shunned.update(_domain(term.key, room))
        for other in room.averse:
            closed.update(_closed_by(other, pod, room))
        if number % SLICE == SLICE - 1:
            yield
    return Neighbours(
        tuple([one.key for one in affinity]),
        tuple([one.key for one in anti_affinity]),
        frozenset(sought),
        frozenset(shunned),
        frozenset(closed),
        not sought and all(term.means(pod) for term in affinity),
    )


class _Meant:
    """Whom a term of its owner speaks of. A selector of namespaces that asks for labels is taken to select none, since
    namespaces are not known: see `unjudged`."""

    def __init__(self, term: PodTerm, owner: Pod) -> None:
        self.key = term.topology_key
        self._selector = term.selector
        self._everywhere = term.namespace_selector == ()
        own = not term.namespaces and term.namespace_selector is None
        self._namespaces = (owner.namespace,) if own else term.namespaces
        # By identity: pods of a template share their labels, and to hash those takes longer than all else.
        self._known: dict[int, bool] = {}

    def means(self, other: Pod) -> bool:
        """Whether this pod is one of them."""
        if not self._everywhere and other.namespace not in self._namespaces:
            return False
        known = self._known.get(id(other.labels))
        if known is None:
            known = self._known[id(other.labels)] = selects(self._selector, dict(other.labels))
        return known


def _domain(key: str, room: Room) -> tuple[Domain, ...]:
    value = room.node.labels.get(key)
    return () if value is None else ((key, value),)


def _closed_by(other: Pod, pod: Pod, room: Room) -> Iterator[Domain]:
    for term in other.shape.placement.anti_affinity:
        if _Meant(term, other).means(pod):
            yield from _domain(term.topology_key, room)


def against_neighbours(neighbours: Neighbours, room: Room) -> Reason | None:
    """What the first rule about neighbours that fails on this node has to say."""
    labels = room.node.labels
    lonely = ""
    for key in neighbours.affinity:
        if key not in labels:
            return Reason("pod-affinity", key)
        if (key, labels[key]) not in neighbours.sought:
            lonely = lonely or key
    if lonely and not neighbours.first:
        return Reason("pod-affinity", lonely)
    for key in neighbours.anti_affinity:
        if key in labels and (key, labels[key]) in neighbours.shunned:
            return Reason("anti-affinity", key)
    for key, value in neighbours.closed:
        if labels.get(key) == value:
            return Reason("others-anti-affinity", key)
    return None
