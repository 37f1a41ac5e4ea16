"""Where the pods that leave could go: on nodes that stay, once balloons give way, and on nodes that are added."""

from __future__ import annotations

from collections.abc import Generator, Mapping, Sequence

import msgspec
from msgspec.structs import replace

from nodeview.actions.makers import Maker
from nodeview.actions.scope import Affected, Scope, next_pod
from nodeview.records import NANO, NodeTerm, ObjectKey, Placement, Pod, as_scheduled
from nodeview.scheduling import Reason, Room, all_reasons_against, attempt_of, reasons_against_pool, room_of

HOSTNAME = "kubernetes.io/hostname"
_RULES = ("node-affinity", "other-node")


class Seeker(msgspec.Struct, frozen=True, eq=False):
    """Pods of one kind that need a place elsewhere."""

    name: str
    """`shop/checkout`; of a pod that is evicted, its own."""
    pod: Pod
    """As the scheduler will see each of them."""
    settled: int
    """For good."""
    peak: int
    """While its workload rolls."""
    affected: Affected | None = None
    bound_to: str = ""
    """The volume that says where it may be mounted; empty where none does."""


class Where(msgspec.Struct, frozen=True, eq=False):
    """Places of which neither labels nor taints keep a pod away."""

    rooms: tuple[int, ...]
    """Places among the rooms of the scope."""
    labelled: bool
    """Some room has the labels that it asks for, whatever its taints."""
    demand: str = ""
    """What is asked of labels that no room has."""
    taints: tuple[str, ...] = ()
    """What keeps it from rooms that have the labels."""


def seekers_of(scope: Scope) -> tuple[Seeker, ...]:
    """Workloads that are restarted, then pods that are evicted and come again."""
    found: list[Seeker] = []
    for one in scope.affected:
        pod = next_pod(one)
        bound = _bound_pods(one, scope) if pod.shape.volumes else []
        for own, volume, terms in bound:
            found.append(Seeker(f"{own.namespace}/{own.name}", _bound(pod, terms), 1, 1, one, volume))
        settled = len(one.here) - len(bound)
        if settled:
            found.append(Seeker(one.name, pod, settled, max(one.peak - len(bound), settled), one))
    for gone in scope.on("evict"):
        if gone.lineage.manner != "bare":
            found.append(Seeker(gone.name, replace(gone.pod, node=None), 1, 1))
    return tuple(found)


def _bound_pods(one: Affected, scope: Scope) -> list[tuple[Pod, str, tuple[NodeTerm, ...]]]:
    """Those of its pods whose volumes say where they may run, the volume, and where that is."""
    found = ((pod, _terms(pod, scope)) for pod in one.here)
    return [(pod, *terms) for pod, terms in found if terms is not None]


def _terms(pod: Pod, scope: Scope) -> tuple[str, tuple[NodeTerm, ...]] | None:
    """The first of its volumes that can be mounted in some places only."""
    for claim in pod.claims:
        volume = scope.snapshot.volumes.of(ObjectKey(pod.namespace, claim))
        if volume is not None and volume.node_terms is not None:
            return volume.name, volume.node_terms
    return None


def _bound(pod: Pod, terms: tuple[NodeTerm, ...]) -> Pod:
    """The pod, asking for what its volume asks for; its own affinity, where it has one, is believed to agree."""
    placement = pod.shape.placement
    if placement.node_terms is not None:
        return pod
    return replace(pod, shape=replace(pod.shape, placement=placement._replace(node_terms=terms)))


class Ground:
    """The rooms that stay and the makers of more, asked about pods; answers are kept by rules, which few differ in."""

    def __init__(self, rooms: Sequence[Room], makers: Sequence[Maker]) -> None:
        self.rooms = rooms
        self.makers = makers
        self._known: dict[object, Where] = {}
        self._made: dict[object, tuple[int, ...]] = {}

    def where(self, pod: Pod) -> Where:
        """The rooms that neither labels nor taints close to this pod; room in them is not looked at."""
        key = _rules(pod)
        found = self._known.get(key)
        if found is None:
            found = self._known[key] = _where(pod, self.rooms)
        return found

    def makers_for(self, pod: Pod) -> tuple[int, ...]:
        """Makers whose nodes would have it, as far as is known, limits aside."""
        key = (_rules(pod), tuple(sorted(pod.requests.items())))
        found = self._made.get(key)
        if found is None:
            made = (place for place, one in enumerate(self.makers) if _would_have(pod, one))
            found = self._made[key] = tuple(made)
        return found


def _rules(pod: Pod) -> object:
    placement = pod.shape.placement
    return pod.shape.node_selector, placement.node_terms, placement.tolerations


def _plain(pod: Pod) -> Pod:
    """The pod with no rules but those of labels and taints, asking for nothing."""
    placement = pod.shape.placement
    rules = Placement(tolerations=placement.tolerations, node_terms=placement.node_terms)
    return replace(pod, shape=replace(pod.shape, placement=rules, requests={}), requests={})


def _where(pod: Pod, rooms: Sequence[Room]) -> Where:
    attempt = attempt_of(_plain(pod), ())
    open_: list[int] = []
    taints: dict[str, None] = {}
    demand, labelled = "", False
    for place, room in enumerate(rooms):
        against = {one.kind: one for one in all_reasons_against(attempt, room)}
        rule = next((against[kind] for kind in _RULES if kind in against), None)
        if rule is not None:
            demand = demand or rule.about
            continue
        labelled = True
        if "taint" in against:
            taints[against["taint"].about] = None
        else:
            open_.append(place)
    return Where(tuple(open_), labelled, demand, tuple(taints))


def _would_have(pod: Pod, maker: Maker) -> bool:
    return not maker.closed and not why_not_made(pod, maker)


def why_not_made(pod: Pod, maker: Maker) -> tuple[Reason, ...]:
    """What of its rules, or of its size, speaks against a new node of this maker; limits aside."""
    if maker.pool is not None:
        sizes = () if maker.size is None else (maker.size,)
        reasons = reasons_against_pool(pod, replace(maker.pool, limits={}), ())
        if reasons.reasons or not sizes:
            return reasons.reasons
        lacking = [name for name, many in pod.requests.items() if many > maker.free.get(name, 0) and name != "pods"]
        # A pool makes other types too; only what it says itself keeps a pod from it.
        return tuple(Reason("size", name) for name in lacking) if _one_type(maker) else ()
    if maker.sample is None:
        return ()
    room = room_of(maker.sample, ())
    return tuple(all_reasons_against(attempt_of(replace(_plain(pod), requests=pod.requests), ()), room))


def _one_type(maker: Maker) -> bool:
    listed = [one for one in (maker.pool.requirements if maker.pool else ()) if one.key.endswith("/instance-type")]
    return any(one.operator == "In" and len(one.values) == 1 for one in listed)


def alone_on_its_node(pod: Pod) -> bool:
    """It shuns its own like on one node."""
    return any(term.topology_key == HOSTNAME for term in pod.shape.placement.anti_affinity)


class Packing(msgspec.Struct, frozen=True, eq=False):
    """What became of the attempt to put everybody somewhere."""

    new_nodes: Mapping[int, int]
    """Maker, by its place → nodes that it has to add."""
    over: Mapping[int, int]
    """Seeker, by its place → pods without a place."""
    unsure: frozenset[int]
    """Seekers who need a maker of which nobody knows what it makes, or how many."""


def pack(
    seekers: Sequence[Seeker], counts: Sequence[int], ground: Ground, balloons: Sequence[Mapping[str, int]]
) -> Generator[None, None, Packing]:
    """Put so many pods of each seeker somewhere, the largest first: by requests, labels and taints alone."""
    boxes = [_box(room, given) for room, given in zip(ground.rooms, balloons, strict=True)]
    added: dict[int, list[dict[str, int]]] = {}
    over: dict[int, int] = {}
    unsure: set[int] = set()
    order = sorted(range(len(seekers)), key=lambda place: _weight(seekers[place].pod), reverse=True)
    for count, place in enumerate(order):
        seeker, left = seekers[place], counts[place]
        asks = {name: as_scheduled(name, many) for name, many in seeker.pod.requests.items() if many > 0}
        asks["pods"] = NANO
        cap = 1 if alone_on_its_node(seeker.pod) else left
        for room in ground.where(seeker.pod).rooms:
            if left <= 0:
                break
            left -= _put(boxes[room], asks, min(left, cap))
        if left > 0:
            left = _add(seeker, left, cap, asks, ground, added, unsure, place)
        if left > 0:
            over[place] = left
        if count % 64 == 63:
            yield
    return Packing({maker: len(made) for maker, made in added.items()}, over, frozenset(unsure))


def _add(
    seeker: Seeker,
    left: int,
    cap: int,
    asks: Mapping[str, int],
    ground: Ground,
    added: dict[int, list[dict[str, int]]],
    unsure: set[int],
    place: int,
) -> int:
    """Fill nodes that are added; returns how many pods still have no place."""
    for number in ground.makers_for(seeker.pod):
        maker, made = ground.makers[number], added.get(number, [])
        if maker.size is None:
            unsure.add(place)
            return 0
        for box in made:
            if left > 0:
                left -= _put(box, asks, min(left, cap))
        while left > 0 and (maker.most is None or len(made) < maker.most):
            box = {"pods": 110 * NANO, **maker.free}
            fits = _put(box, asks, min(left, cap))
            if not fits:
                unsure.add(place)  # another type than the one that was seen would be made
                return 0
            made.append(box)
            added[number] = made
            left -= fits
    return left


def _box(room: Room, balloon: Mapping[str, int]) -> dict[str, int]:
    return {name: free + balloon.get(name, 0) for name, free in room.free.items()}


def _put(box: dict[str, int], asks: Mapping[str, int], most: int) -> int:
    """Take room for as many as fit, and return how many that are."""
    fits = most
    for name, amount in asks.items():
        here = box.get(name, 0) // amount
        if here < fits:
            if here <= 0:
                return 0
            fits = here
    for name, amount in asks.items():
        box[name] -= amount * fits
    return fits


def _weight(pod: Pod) -> tuple[int, int]:
    return pod.requests.get("cpu", 0), pod.requests.get("memory", 0)
