"""Room that is left: free and held by balloons, per zone and per pool, and how many pods of a shape it takes.

Counted on each Ready node that takes pods, by requests alone: what taints, affinity or spread forbid is not looked at.
Room is kept per leaf, and counted again where the leaf differs.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Generator, Iterable, Mapping
from typing import NamedTuple

import msgspec

from nodeview.cluster import Owners, Snapshot
from nodeview.records import NANO, Amounts, CapacityBuffer, NodeName, Pod, as_scheduled
from nodeview.views.headroom_shape import HeadroomShape
from nodeview.views.node import Assumptions, NodeView
from nodeview.views.pod import owner_of
from nodeview.views.pod_sums import size_of
from nodeview.views.tallies import Kind, Leaf

SLICE = 512
"""Pods looked at between two yields, nodes counted with them: under a millisecond of work."""


class Shape(msgspec.Struct, frozen=True):
    """What room is counted in at this moment."""

    amounts: Amounts
    """Nano-units, those above 0, without `pods`: each takes one."""
    source: str
    """Whose shape it is, for a person: `as asked for`, `the largest pod, shop/checkout-1`."""
    pops: bool = True
    """False where its pods wait rather than push balloons aside (`preemptionPolicy: Never`)."""


class Room(msgspec.Struct, frozen=True):
    """What some nodes have left. Nodes of which an amount that counts is not known are in `unknown` only."""

    nodes: int = 0
    free: Amounts = {}
    """Nano-units that no pod requests; a node that promises more than it has counts 0."""
    balloon: Amounts = {}
    """What giving up the balloons would add to it."""
    pods: int = 0
    """Of the shape, once balloons give way."""
    pods_beside_balloons: int = 0
    """Of the shape, with all balloons left in their places."""
    unknown: int = 0


class Place(msgspec.Struct, frozen=True):
    """A zone or a pool, and what is left in it."""

    name: str | None
    provisioner: str
    """Of a pool; empty for a zone."""
    room: Room
    ocean: bool
    """Some of its nodes are Ocean's, whose own headroom no object tells."""


class _Part(NamedTuple):
    leaf: Leaf
    pod: Pod | None
    """Which of the leaf's pods the shape could be taken from."""
    room: Room


class _Steps:
    """Work since the last yield, over all leaves: many are small."""

    def __init__(self) -> None:
        self._done = 0

    def enough(self, pods: int) -> bool:
        """After so many more it is time to let others run."""
        self._done += pods + 1
        if self._done < SLICE:
            return False
        self._done = 0
        return True


class Headroom(msgspec.Struct, frozen=True, eq=False):
    """What is left in a cluster at one moment."""

    shape: Shape | None = None
    """None where it is not known: `why` says so, and pods count nothing."""
    why: str = ""
    zones: tuple[Place, ...] = ()
    pools: tuple[Place, ...] = ()
    parts: Mapping[Kind, _Part] = {}
    owners: Owners = {}
    buffers: tuple[CapacityBuffer, ...] = ()
    """Room that is kept without any pod to see it; in none of the sums, since its pods are only imagined."""

    @property
    def full(self) -> tuple[Place, ...]:
        """Zones without room for one more, of those in which all is known."""
        if self.shape is None:
            return ()
        return tuple(one for one in self.zones if one.room.nodes and not one.room.pods and not one.room.unknown)


NO_HEADROOM = Headroom()


def view_headroom(
    leaves: Mapping[Kind, Leaf],
    nodes: Mapping[NodeName, NodeView],
    snapshot: Snapshot,
    owners: Owners,
    given: Assumptions,
    before: Headroom,
    no_pods: str = "",
) -> Generator[None, None, Headroom]:
    """What is left; the value of the moment before where nothing differs. Yields often."""
    if no_pods:
        return before if before.why == no_pods else Headroom(why=no_pods)
    wish, old = given.headroom_shape, before.parts
    renewed = old is NO_HEADROOM.parts or (bool(wish.name) and owners is not before.owners)
    found: dict[Kind, Pod | None] = {}
    steps = _Steps()
    for kind, leaf in leaves.items():
        if not renewed and kind in old and old[kind].leaf is leaf:
            found[kind] = old[kind].pod
        else:
            found[kind] = yield from _sought([nodes[name] for name in leaf.names], wish, owners, steps)
    shape = shape_of(wish, [pod for pod in found.values() if pod], snapshot.waiting.values(), owners)
    same = shape == before.shape
    parts: dict[Kind, _Part] = {}
    for kind, leaf in leaves.items():
        if same and kind in old and old[kind].leaf is leaf:
            parts[kind] = old[kind]._replace(pod=found[kind])
        else:
            parts[kind] = _Part(leaf, found[kind], (yield from _room_in(leaf, nodes, shape, given, steps)))
    buffers = tuple(sorted(snapshot.buffers.values(), key=lambda one: one.key))
    if same and not renewed and parts == old and buffers == before.buffers:
        return before
    zones = _places(parts, lambda kind: ("", kind.zone))
    pools = _places(parts, lambda kind: (kind.provisioner, kind.pool))
    return Headroom(shape, "" if shape else _why(wish), zones, pools, parts, owners, buffers)


def shape_of(wish: HeadroomShape, found: Iterable[Pod], waiting: Iterable[Pod], owners: Owners) -> Shape | None:
    """The shape that a person chose, as it is now; `found` are the pods of nodes that it may be taken from."""
    if not wish.of_pods:
        return Shape(_asked(wish.amounts), "as asked for")
    pods = list(found)
    if not wish.name:
        largest = max(pods, key=size_of, default=None)
        return _shape_of(largest, f"the largest pod, {_named(largest)}") if largest else None
    newest = max(pods or [pod for pod in waiting if _is_of(pod, wish, owners)], key=_age, default=None)
    return _shape_of(newest, f"a pod of {wish.namespace}/{wish.name}") if newest else None


def _shape_of(pod: Pod, source: str) -> Shape:
    pops = pod.shape.preempts
    return Shape(_asked(pod.requests), source if pops else f"{source}, which pushes no balloon aside", pops)


def room_on(view: NodeView, shape: Shape | None, resources: Collection[str], is_balloon: Callable[[Pod], bool]) -> Room:
    """What one node has left, whatever its phase."""
    names = {*resources, *(shape.amounts if shape else ())}
    if any(view.why_unknown(name) for name in names):
        return Room(unknown=1)
    free, with_balloons = {}, {}
    for name in names:
        left = view.allocatable.get(name, 0) - view.requested.get(name, 0)
        free[name], with_balloons[name] = max(left, 0), max(left + view.balloon.get(name, 0), 0)
    balloon = {name: with_balloons[name] - free[name] for name in names}
    if shape is None:
        return Room(1, free, balloon)
    places = view.allocatable.get("pods", 0) // NANO - len(view.pods)
    balloons = sum(1 for pod in view.pods if is_balloon(pod)) if view.balloon else 0
    beside = _pods_in(free, places, shape.amounts)
    pods = _pods_in(with_balloons, places + balloons, shape.amounts) if shape.pops else beside
    return Room(1, free, balloon, pods, beside)


def added(rooms: Iterable[Room]) -> Room:
    """Several rooms as one."""
    nodes = pods = beside = unknown = 0
    free: dict[str, int] = {}
    balloon: dict[str, int] = {}
    for one in rooms:
        nodes, unknown = nodes + one.nodes, unknown + one.unknown
        pods, beside = pods + one.pods, beside + one.pods_beside_balloons
        for name, amount in one.free.items():
            free[name] = free.get(name, 0) + amount
            balloon[name] = balloon.get(name, 0) + one.balloon[name]
    return Room(nodes, free, balloon, pods, beside, unknown)


def _pods_in(free: Amounts, places: int, asked: Amounts) -> int:
    return max(min([places, *[free[name] // amount for name, amount in asked.items()]]), 0)


def _room_in(
    leaf: Leaf, nodes: Mapping[NodeName, NodeView], shape: Shape | None, given: Assumptions, steps: _Steps
) -> Generator[None, None, Room]:
    """What the nodes of a leaf have left; those that take no pods have none."""
    if leaf.kind.phase != "ready":
        return Room()
    rooms: list[Room] = []
    for name in leaf.names:
        rooms.append(room_on(nodes[name], shape, given.resources, given.is_balloon))
        if steps.enough(len(nodes[name].pods)):
            yield
    return added(rooms)


def _sought(
    views: Iterable[NodeView], wish: HeadroomShape, owners: Owners, steps: _Steps
) -> Generator[None, None, Pod | None]:
    """Of these nodes' pods the one that the shape may be taken from: the largest, or the newest of a workload."""
    if not wish.of_pods:
        return None
    if not wish.name:
        return max([view.largest for view in views if view.largest is not None], key=size_of, default=None)
    best: Pod | None = None
    for view in views:
        for pod in view.pods:
            if _is_of(pod, wish, owners) and (best is None or _age(pod) > _age(best)):
                best = pod
        if steps.enough(len(view.pods)):
            yield
    return best


def _is_of(pod: Pod, wish: HeadroomShape, owners: Owners) -> bool:
    if pod.namespace != wish.namespace or pod.owner is None:
        return False
    owner = owner_of(pod, owners)
    return owner is not None and owner.name == wish.name


def _age(pod: Pod) -> tuple[int, str]:
    return pod.created, pod.name


def _named(pod: Pod) -> str:
    return f"{pod.namespace}/{pod.name}"


def _asked(amounts: Amounts) -> Amounts:
    """As the scheduler counts it."""
    return {name: as_scheduled(name, amount) for name, amount in amounts.items() if amount > 0 and name != "pods"}


def _why(wish: HeadroomShape) -> str:
    return f"no pod of {wish.namespace}/{wish.name} is seen" if wish.name else "no pod is seen that is work"


def _places(parts: Mapping[Kind, _Part], by: Callable[[Kind], tuple[str, str | None]]) -> tuple[Place, ...]:
    gathered: dict[tuple[str, str | None], list[_Part]] = {}
    for kind, part in parts.items():
        gathered.setdefault(by(kind), []).append(part)
    return tuple(
        Place(name, provisioner, added(part.room for part in some), any(_is_oceans(part) for part in some))
        for (provisioner, name), some in sorted(
            gathered.items(), key=lambda item: (item[0][1] is None, item[0][1] or "", item[0][0])
        )
    )


def _is_oceans(part: _Part) -> bool:
    return part.leaf.kind.provisioner == "ocean"
