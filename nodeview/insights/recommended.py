"""Requests beside what the VerticalPodAutoscaler recommends, where somebody asked it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Generator, Sequence

import msgspec

from nodeview.records import Amounts, ObjectKey, OwnerRef, Pod, VerticalPodAutoscaler
from nodeview.views import ClusterView, owner_of

SLICE = 16
"""Nodes looked at between two yields."""
RESOURCES = ("cpu", "memory")


class Recommended(msgspec.Struct, frozen=True, eq=False):
    """A workload whose pods request less of a resource than would do, or more than they could use. Nano-units a pod."""

    namespace: str
    owner: OwnerRef
    resource: str
    pods: int
    """Those that request this."""
    requested: int
    target: int
    lower: int
    upper: int

    @property
    def apart(self) -> int:
        """How far all of them together are from the target, nano-units."""
        return abs(self.requested - self.target) * self.pods


def beside_recommendations(view: ClusterView) -> Generator[None, None, tuple[Recommended, ...]]:
    """The workloads whose requests lie outside the bounds of a recommendation, the farthest first; yields often.

    Only where it speaks of every container of the pods: what the others should request nobody said.
    """
    asked: dict[tuple[str, ObjectKey], Counter[tuple[int, int, int]]] = {}
    if not view.recommendations:
        return ()
    for count, node in enumerate(view.nodes.values(), start=1):
        for pod in node.pods:
            maker = _maker(pod, view)
            if maker in view.recommendations:
                request = (*(pod.requests.get(name, 0) for name in RESOURCES), _containers(pod))
                asked.setdefault(maker, Counter())[request] += 1  # type: ignore[index]
        if count % SLICE == 0:
            yield
    found = [
        one
        for (kind, key), requests in asked.items()
        for one in _outside(OwnerRef(kind, key.name), view.recommendations[kind, key], requests)
    ]
    return tuple(sorted(found, key=lambda one: (one.resource, -one.apart, one.namespace, one.owner.name)))


def _maker(pod: Pod, view: ClusterView) -> tuple[str, ObjectKey]:
    owner = owner_of(pod, view.owners)
    return (owner.kind, ObjectKey(pod.namespace, owner.name)) if owner is not None else ("", pod.key)


def _containers(pod: Pod) -> int:
    return len(pod.shape.images) + len(pod.shape.sidecars)


def _outside(
    owner: OwnerRef, said: VerticalPodAutoscaler, requests: Counter[tuple[int, int, int]]
) -> Sequence[Recommended]:
    (*amounts, containers), pods = requests.most_common(1)[0]
    if len(said.containers) != containers or any(one.unreadable for one in said.containers):
        return ()
    found = []
    for resource, requested in zip(RESOURCES, amounts, strict=True):
        if not all(resource in one.target for one in said.containers):
            continue
        target = _sum([one.target for one in said.containers], resource)
        lower = _sum([one.lower or one.target for one in said.containers], resource)
        upper = _sum([one.upper or one.target for one in said.containers], resource)
        if not lower <= requested <= upper:
            found.append(Recommended(said.namespace, owner, resource, pods, requested, target, lower, upper))
    return found


def _sum(amounts: Sequence[Amounts], resource: str) -> int:
    return sum(one.get(resource, 0) for one in amounts)
