"""Could this NodePool make a node for the pod, and which of its rules forbids it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import msgspec

from nodeview.records import NANO, Amounts, Node, NodePool, Pod, Requirement
from nodeview.scheduling.allowance import Allowance, allowances, refused
from nodeview.scheduling.mounts import NO_MOUNTS, Mounts, mounts_against_pool
from nodeview.scheduling.reason import Reason
from nodeview.scheduling.requirements import meets, taint_in_words, untolerated
from nodeview.scheduling.room import Room, asked

_TYPE = "node.kubernetes.io/instance-type"
_OF_TYPES = (_TYPE, "kubernetes.io/arch", "kubernetes.io/os")
_OF_FAMILIES = ("karpenter.k8s.aws/instance-", "eks.amazonaws.com/instance-", "karpenter.kwok.sh/instance-")
_BOUNDS = {
    "karpenter.k8s.aws/instance-cpu": ("cpu", NANO),
    "eks.amazonaws.com/instance-cpu": ("cpu", NANO),
    "karpenter.kwok.sh/instance-cpu": ("cpu", NANO),
    "karpenter.k8s.aws/instance-memory": ("memory", NANO << 20),
    "eks.amazonaws.com/instance-memory": ("memory", NANO << 20),
    "karpenter.kwok.sh/instance-memory": ("memory", NANO << 20),
}
"""Labels that bound a machine: whose number stands for how much of what."""


OF_EVERY_MACHINE = ("nodes", "cpu", "memory", "pods", "ephemeral-storage")
"""What a limit of nothing forbids all machines; of others, such as GPUs, it keeps out only those that have some."""


class Size(msgspec.Struct, frozen=True, eq=False):
    """An instance type that was seen."""

    name: str
    labels: Mapping[str, str]
    """Those that belong to the type, not to one node."""
    capacity: Amounts
    """What counts against a pool's limits."""
    free: Amounts
    """What DaemonSets leave of an empty one, nano-units."""


class PoolVerdict(msgspec.Struct, frozen=True):
    """What speaks against a pool; no reasons: nothing that we know of."""

    reasons: tuple[Reason, ...]
    unjudged: tuple[str, ...] = ()
    """What could not be known: `sizes`."""


def sizes_of(rooms: Iterable[Room]) -> tuple[Size, ...]:
    """The instance types of these nodes, by name; of several nodes of a type, the one that leaves most cores."""
    sizes: dict[str, Size] = {}
    for room in rooms:
        name = room.node.labels.get(_TYPE)
        if name and room.node.allocatable:
            size = _size(name, room)
            if name not in sizes or size.free.get("cpu", 0) > sizes[name].free.get("cpu", 0):
                sizes[name] = size
    return tuple(sizes[name] for name in sorted(sizes))


def types_of(nodes: Iterable[Node]) -> tuple[Size, ...]:
    """The instance types of these nodes, by name, with no regard to daemons: `free` is all that a node offers."""
    sizes: dict[str, Size] = {}
    for node in nodes:
        name = node.labels.get(_TYPE)
        if name and name not in sizes and node.capacity:
            sizes[name] = Size(name, _labels_of_type(node), node.capacity, node.allocatable)
    return tuple(sizes[name] for name in sorted(sizes))


def _size(name: str, room: Room) -> Size:
    free = dict(room.offered)
    for pod in room.pods:
        if pod.owner is not None and pod.owner.kind == "DaemonSet":
            for resource, amount in {**asked(pod), "pods": NANO}.items():
                free[resource] = free.get(resource, 0) - amount
    return Size(name, _labels_of_type(room.node), room.node.capacity, free)


def _labels_of_type(node: Node) -> Mapping[str, str]:
    return {key: value for key, value in node.labels.items() if _of_a_type(key)}


def reasons_against_pool(pod: Pod, pool: NodePool, sizes: Iterable[Size], mounts: Mounts = NO_MOUNTS) -> PoolVerdict:
    """What forbids this pool to make a node for the pod, as far as instance types were seen.

    Spread and neighbours are not looked at: a new node may be in any zone. Taints that a node loses when it has
    started forbid nothing.
    """
    reasons = [*_said_by_pool(pod, pool), *_said_by_labels(pod, pool)]
    unmounted = mounts_against_pool(mounts, _given(pool)) if mounts.bound else None
    if unmounted is not None:
        reasons.append(unmounted)
    if reasons:
        return PoolVerdict(tuple(reasons))
    return _said_by_sizes(pod, pool, tuple(sizes))


def _said_by_pool(pod: Pod, pool: NodePool) -> Iterator[Reason]:
    if pool.deleted is not None:
        yield Reason("deleted")
    if pool.ready is False:
        yield Reason("not-ready")
    taint = untolerated(pool.taints, pod.shape.placement.tolerations)
    if taint is not None:
        yield Reason("taint", taint_in_words(taint))


def _said_by_labels(pod: Pod, pool: NodePool) -> Iterator[Reason]:
    given = _given(pool)
    refusals = [refused(given, wish) for wish in _wishes(pod)]
    if all(refusals):
        yield Reason("node-affinity", " or ".join(dict.fromkeys(word for word in refusals if word)))


def _given(pool: NodePool) -> dict[str, Allowance]:
    labels = {**pool.labels, "karpenter.sh/nodepool": pool.name}
    return allowances((*pool.requirements, *(Requirement(key, "In", (value,)) for key, value in labels.items())))


def _wishes(pod: Pod) -> list[tuple[Requirement, ...]]:
    """The alternatives that would do for the pod."""
    selector = tuple(Requirement(key, "In", (value,)) for key, value in pod.shape.node_selector)
    terms = pod.shape.placement.node_terms
    if terms is None:
        return [selector]
    # A node that is not there yet has no name that somebody could ask for.
    return [(*selector, *one.labels) for one in terms if one.labels and not one.fields] or [_IMPOSSIBLE]


_IMPOSSIBLE = (Requirement("metadata.name", "Exists"),)


def _said_by_sizes(pod: Pod, pool: NodePool, sizes: tuple[Size, ...]) -> PoolVerdict:
    wanted, given = {**asked(pod), "pods": NANO}, _given(pool)
    left = {name: limit - pool.resources.get(name, 0) for name, limit in pool.limits.items()}
    sure = (*_beyond(wanted, given), *_spent(wanted, left))
    if sure:
        return PoolVerdict(sure)
    makeable, complete = _makeable(pod, given, sizes)
    doubt = () if complete else ("sizes",)
    if not makeable:
        return PoolVerdict((), doubt or ("sizes",))
    large = [one for one in makeable if not _short(one, wanted)]
    if not large:
        return PoolVerdict(_least_short(makeable, wanted), doubt)
    if any(not over_limits(one, left) for one in large):
        return PoolVerdict(())
    return PoolVerdict(min((over_limits(one, left) for one in large), key=_total), doubt)


def _beyond(wanted: Mapping[str, int], given: Mapping[str, Allowance]) -> Iterator[Reason]:
    """Resources of which the pool's own bounds on machines let no machine have enough."""
    for key, (name, unit) in _BOUNDS.items():
        most = given[key].most() if key in given else None
        if most is not None and wanted.get(name, 0) > most * unit:
            yield Reason("size", name, wanted[name] - most * unit, most * unit)


def _spent(wanted: Mapping[str, int], left: Mapping[str, int]) -> Iterator[Reason]:
    """Limits that leave less than the pod asks for, or nothing of what every machine has some of."""
    for name, rest in left.items():
        least = NANO if name == "nodes" else max(wanted.get(name, 0), int(name in OF_EVERY_MACHINE))
        if rest < least:
            yield Reason("limit", name, least - rest, rest)


def _makeable(pod: Pod, given: Mapping[str, Allowance], sizes: tuple[Size, ...]) -> tuple[list[Size], bool]:
    """The types that pool and pod agree on; and whether these are all that the pool may make."""
    wishes = [[one for one in wish if _of_a_type(one.key)] for wish in _wishes(pod)]
    allowed, complete = _allowed(given, sizes)
    agreed = [one for one in allowed if any(all(meets(one.labels, asks) for asks in wish) for wish in wishes)]
    return agreed, complete


def sizes_for(pool: NodePool, sizes: Iterable[Size]) -> tuple[list[Size], bool]:
    """The types among these that the pool's own rules allow; and whether these are all that it may make."""
    return _allowed(_given(pool), tuple(sizes))


def _allowed(given: Mapping[str, Allowance], sizes: tuple[Size, ...]) -> tuple[list[Size], bool]:
    keys = {key for key in given if _of_a_type(key)}
    known = {one.name: one for one in sizes if keys <= one.labels.keys()}
    fitting = [one for one in known.values() if all(given[key].allows(one.labels[key]) for key in keys)]
    listed = given[_TYPE].listed() if _TYPE in given else None
    return fitting, listed is not None and all(name in known for name in listed)


def _of_a_type(key: str) -> bool:
    return key in _OF_TYPES or key.startswith(_OF_FAMILIES)


def _short(size: Size, wanted: Mapping[str, int]) -> tuple[Reason, ...]:
    return tuple(
        [
            Reason("size", name, amount - size.free.get(name, 0), size.free.get(name, 0))
            for name, amount in wanted.items()
            if amount > size.free.get(name, 0)
        ]
    )


def _least_short(sizes: Iterable[Size], wanted: Mapping[str, int]) -> tuple[Reason, ...]:
    """What lacks on the type that comes nearest, by the share of what is asked for."""

    def share(reasons: tuple[Reason, ...]) -> float:
        return sum((one.missing or 0) / wanted[one.about] for one in reasons)

    return min((_short(one, wanted) for one in sizes), key=share)


def over_limits(size: Size, left: Mapping[str, int]) -> tuple[Reason, ...]:
    """Limits that one more machine of this type would exceed."""
    needed = {**size.capacity, "nodes": NANO}
    return tuple(
        [Reason("limit", name, needed[name] - rest, rest) for name, rest in left.items() if needed.get(name, 0) > rest]
    )


def _total(reasons: tuple[Reason, ...]) -> int:
    return sum(one.missing or 0 for one in reasons)
