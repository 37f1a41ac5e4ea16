"""Nodes that came and went since we watch, and pods that had to move: what churn is made of."""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Mapping
from typing import NamedTuple

import msgspec

from nodeview.cluster.episode_signs import sign_of
from nodeview.provisioners import capacity_type_of, ownership_of, traits_of
from nodeview.records import Node, NodeName, ObjectKey, Pod, Record

KEPT = 500
WORKLOADS = 500
MOVES = 64
"""Moves that are remembered of one owner's pods; more are no worse."""
HOUR_S = 3600.0
SWAP_S = 600.0
"""Seconds between the end of a node and the beginning of the one that takes its place, either first."""
_MOVED = frozenset(("EvictionByEvictionAPI", "DeletionByTaintManager", "DeletionByPodGC"))


class Kind(NamedTuple):
    """What two nodes have in common of which one is no better than the other."""

    pool: str
    instance_type: str
    capacity_type: str


_Seen = tuple[NodeName, Kind, float]
"""A node that came or went, and when."""


class Life(msgspec.Struct, frozen=True):
    """A node that is gone. `at` is by our clock, epoch seconds."""

    node: NodeName
    pool: str | None
    lived_s: int
    at: float


class Swap(msgspec.Struct, frozen=True):
    """A node that was replaced by its like."""

    kind: Kind
    old: NodeName
    new: NodeName
    at: float


class Turnover(msgspec.Struct, frozen=True):
    """The newest of each, the newest last."""

    lives: tuple[Life, ...] = ()
    swaps: tuple[Swap, ...] = ()
    moves: Mapping[tuple[str, ObjectKey], tuple[float, ...]] = {}
    """When pods had to leave their nodes, by the kind and key of their owner."""


NO_TURNOVER = Turnover()


class TurnoverFold:
    """What was seen of the last hours; bounded."""

    def __init__(self) -> None:
        self._lives: deque[Life] = deque(maxlen=KEPT)
        self._swaps: deque[Swap] = deque(maxlen=KEPT)
        self._came: deque[_Seen] = deque(maxlen=KEPT)
        self._went: deque[_Seen] = deque(maxlen=KEPT)
        self._chosen: OrderedDict[NodeName, float] = OrderedDict()
        """Nodes that are to go, and when that was seen first."""
        self._moves: OrderedDict[tuple[str, ObjectKey], tuple[float, ...]] = OrderedDict()
        self._told: Turnover | None = NO_TURNOVER

    def told(self) -> Turnover:
        """All of it; the same value until something differs."""
        if self._told is None:
            self._told = Turnover(tuple(self._lives), tuple(self._swaps), dict(self._moves))
        return self._told

    def moved(self, before: Record | None, after: Record | None, at: float, *, live: bool) -> None:
        """A row came, changed or went."""
        if isinstance(after, Node):
            self._marked(after, at)
        if not live:
            return
        if isinstance(after, Pod):
            if after.disruption in _MOVED and isinstance(before, Pod) and before.disruption != after.disruption:
                self._left(after, at)
        elif isinstance(after, Node) or (after is None and isinstance(before, Node)):
            if isinstance(before, Node) and (after is None or after.uid != before.uid):
                self._ended(before, at)
                before = None
            if before is None and isinstance(after, Node):
                self._began(after, at)

    def _marked(self, node: Node, at: float) -> None:
        if not node.unschedulable and sign_of(node, None) is None:
            self._chosen.pop(node.name, None)
        elif node.name not in self._chosen:
            self._chosen[node.name] = at
            if len(self._chosen) > KEPT:
                self._chosen.popitem(last=False)

    def _left(self, pod: Pod, at: float) -> None:
        owner = pod.owner
        if owner is None or owner.kind in ("DaemonSet", "Job", "Node"):
            return
        place = owner.kind, ObjectKey(pod.namespace, owner.name)
        recent = [one for one in self._moves.get(place, ()) if one > at - HOUR_S]
        self._moves[place] = (*recent, at)[-MOVES:]
        self._moves.move_to_end(place)
        if len(self._moves) > WORKLOADS:
            self._moves.popitem(last=False)
        self._told = None

    def _ended(self, node: Node, at: float) -> None:
        if capacity_type_of(node) == "fargate":
            return  # it lives as long as its one pod
        pool = ownership_of(node).pool
        chosen = self._chosen.pop(node.name, at)
        self._lives.append(Life(node.name, pool, max(0, int(at) - node.created), at))
        self._told = None
        if (kind := _kind(node, pool)) is None:
            return
        # What came before it was to go came for other reasons: for pods that are gone by now, most likely.
        if not self._swap(node.name, kind, self._came, at, since=chosen, gone=True):
            self._went.append((node.name, kind, at))

    def _began(self, node: Node, at: float) -> None:
        kind = _kind(node, ownership_of(node).pool)
        if (
            kind is not None
            and kind.capacity_type != "fargate"
            and not self._swap(node.name, kind, self._went, at, since=at - SWAP_S, gone=False)
        ):
            self._came.append((node.name, kind, at))

    def _swap(self, name: NodeName, kind: Kind, others: deque[_Seen], at: float, *, since: float, gone: bool) -> bool:
        """Pair it with the oldest of its like that was seen since then and has no pair yet."""
        since = max(since, at - SWAP_S)
        found = next((one for one in others if one[1] == kind and one[0] != name and one[2] >= since), None)
        if found is None:
            return False
        others.remove(found)
        old, new = (name, found[0]) if gone else (found[0], name)
        self._swaps.append(Swap(kind, old, new, at))
        self._told = None
        return True


def _kind(node: Node, pool: str | None) -> Kind | None:
    """None where something is not known."""
    instance_type, capacity_type = traits_of(node).instance_type, capacity_type_of(node)
    if pool is None or instance_type is None or capacity_type is None:
        return None
    return Kind(pool, instance_type, capacity_type)
