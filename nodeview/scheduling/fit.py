"""Would this pod run on this node, and why not: the scheduler's filters, in its order."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping, Sequence

import msgspec

from nodeview.records import NANO, HostPort, Pod, Taint
from nodeview.scheduling.mounts import NO_MOUNTS, Mounts, against_mounts
from nodeview.scheduling.neighbours import Neighbours, against_neighbours, neighbours_of
from nodeview.scheduling.reason import Reason
from nodeview.scheduling.requirements import named_nodes, taint_in_words, tolerates, unmet, untolerated
from nodeview.scheduling.room import Room, asked
from nodeview.scheduling.spread import Leaning, against_spread, leanings_of

_CORDON = Taint("node.kubernetes.io/unschedulable", "NoSchedule")
_ORDER = {"cpu": 0, "memory": 1, "ephemeral-storage": 2}


class Attempt(msgspec.Struct, frozen=True, eq=False):
    """A pod that looks for a node, and what of all the nodes its rules hang on."""

    pod: Pod
    asked: Mapping[str, int]
    """Nano-units by resource, in the order in which they are said."""
    ignores_cordons: bool
    named: frozenset[str] | None
    """The only nodes that its affinity names; None where it names none."""
    leanings: tuple[Leaning, ...]
    neighbours: Neighbours
    mounts: Mounts = NO_MOUNTS


def attempting(pod: Pod, rooms: Sequence[Room], mounts: Mounts = NO_MOUNTS) -> Generator[None, None, Attempt]:
    """What a pod's verdicts need of all rooms: of those where it may not run, too. Yields often.

    The pod itself must not be in any of them.
    """
    resources = sorted(asked(pod).items(), key=lambda item: (_ORDER.get(item[0], 3), item[0]))
    return Attempt(
        pod,
        dict(resources),
        any(tolerates(one, _CORDON) for one in pod.shape.placement.tolerations),
        named_nodes(pod),
        (yield from leanings_of(pod, rooms)),
        (yield from neighbours_of(pod, rooms)),
        mounts,
    )


def attempt_of(pod: Pod, rooms: Sequence[Room], mounts: Mounts = NO_MOUNTS) -> Attempt:
    """The same at one go: for few rooms."""
    steps = attempting(pod, rooms, mounts)
    while True:
        try:
            next(steps)
        except StopIteration as end:
            attempt: Attempt = end.value
            return attempt


def reasons_against(attempt: Attempt, room: Room) -> tuple[Reason, ...]:
    """Why the pod cannot run here; empty where it can. As the scheduler says it: of the first filter that fails,
    which is one reason, or one for each resource that does not suffice."""
    return next(_failures(attempt, room), ())


def all_reasons_against(attempt: Attempt, room: Room) -> tuple[Reason, ...]:
    """The same of every filter: what would still speak against the node if the first were set right."""
    return tuple([reason for reasons in _failures(attempt, room) for reason in reasons])


def unjudged(pod: Pod, mounts: Mounts | None = None) -> tuple[str, ...]:
    """What the scheduler looks at, and a verdict of ours does not: to be said beside it.

    Without `mounts` nobody looked at its volumes.
    """
    shape = pod.shape
    terms = (*shape.placement.affinity, *shape.placement.anti_affinity)
    missed = {
        "volumes": shape.volumes and mounts is None,
        **dict.fromkeys(mounts.unsettled if mounts else (), True),
        "devices": shape.devices,
        "labels of namespaces": any(term.namespace_selector for term in terms),
        "quantities that could not be read": bool(pod.unreadable),
        f"the rules of {shape.scheduler}": shape.scheduler not in ("", "default-scheduler"),
    }
    return tuple([what for what, true in missed.items() if true])


def _failures(attempt: Attempt, room: Room) -> Iterator[tuple[Reason, ...]]:
    """What each failing filter says, in the scheduler's order."""
    pod, node = attempt.pod, room.node
    if attempt.named is not None and node.name not in attempt.named:
        # The scheduler drops these before it asks any filter.
        yield (Reason("other-node", ", ".join(sorted(attempt.named))),)
    if node.unschedulable and not attempt.ignores_cordons:
        yield (Reason("unschedulable"),)
    taint = untolerated(node.taints, pod.shape.placement.tolerations) if node.taints else None
    if taint is not None:
        yield (Reason("taint", taint_in_words(taint)),)
    demand = unmet(pod, node)
    if demand is not None:
        yield (Reason("node-affinity", demand),)
    port = _taken(pod.shape.placement.host_ports, room.ports)
    if port is not None:
        yield (Reason("ports", f"{port.port}/{port.protocol}"),)
    lacking = _lacking(attempt.asked, room)
    if lacking:
        yield lacking
    unmounted = against_mounts(attempt.mounts, node)
    if unmounted is not None:
        yield (unmounted,)
    for reason in (against_spread(attempt.leanings, room), against_neighbours(attempt.neighbours, room)):
        if reason is not None:
            yield (reason,)


def _lacking(asked: Mapping[str, int], room: Room) -> tuple[Reason, ...]:
    free, offered = room.free, room.offered
    reasons: list[Reason] = []
    if free["pods"] < NANO:
        reasons.append(Reason("too-many-pods", "pods", NANO - free["pods"], offered.get("pods", 0)))
    for name, amount in asked.items():
        if amount > free.get(name, 0) and name not in room.node.unreadable:
            reasons.append(Reason("insufficient", name, amount - free.get(name, 0), offered.get(name, 0)))
    return tuple(reasons)


def _taken(wanted: tuple[HostPort, ...], taken: frozenset[HostPort]) -> HostPort | None:
    """The first port that somebody has already, on the same address or on every one."""
    for one in wanted:
        for other in taken:
            same = one.port == other.port and one.protocol == other.protocol
            if same and (one.address == other.address or not one.address or not other.address):
                return one
    return None
