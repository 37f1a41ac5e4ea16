"""What the pods of one node come to: how many they are, what they request, and which part of it is whose."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping

import msgspec

from nodeview.records import NANO, Amounts, Pod
from nodeview.views.split import is_daemon, weight_of

_NONE: Amounts = {}


class PodCounts(msgspec.Struct, frozen=True):
    """Pods that hold room: total = pending + bound, bound = starting + running + terminating."""

    pending: int = 0
    starting: int = 0
    running: int = 0
    terminating: int = 0

    @property
    def bound(self) -> int:
        return self.starting + self.running + self.terminating

    @property
    def total(self) -> int:
        return self.pending + self.bound


NO_PODS = PodCounts()


class PodSums(msgspec.Struct, frozen=True, eq=False):
    """Sums over the pods that hold room on a node. A resource whose sum is not known is in `unknown`, and in no sum."""

    pods: tuple[Pod, ...]
    counts: PodCounts | None
    """None where pods are not known."""
    requested: Amounts
    balloon: Amounts
    """The part of `requested` that placeholders hold."""
    daemons: Amounts
    """The part of `requested` that daemons and static pods hold."""
    only_daemons: bool
    """There is no other pod, as far as is known."""
    unknown: Mapping[str, str]
    largest: Pod | None = None
    """Of those that are work: what the price is split by decides, and the later name where two ask for as much."""


def sum_pods(
    pods: Iterable[Pod], resources: Collection[str], is_balloon: Callable[[Pod], bool], no_pods: str = ""
) -> PodSums:
    """Sum pods; finished ones hold no room. `no_pods` says why they are not known, where they are not."""
    holding = tuple([pod for pod in pods if pod.phase != "Succeeded" and pod.phase != "Failed"])
    if no_pods:
        return PodSums(holding, None, _NONE, _NONE, _NONE, False, dict.fromkeys((*resources, "pods"), no_pods))
    requested = dict.fromkeys(resources, 0)
    balloon: dict[str, int] = {}
    daemons: dict[str, int] = {}
    unknown: dict[str, str] = {}
    only_daemons = True
    largest: Pod | None = None
    for pod in holding:
        for name, amount in pod.requests.items():
            requested[name] = requested.get(name, 0) + amount
        if pod.unreadable:
            for name in pod.unreadable:
                unknown[name] = f"the {name} request of {pod.namespace}/{pod.name} is not a quantity"
        if is_daemon(pod):
            _add(daemons, pod.requests)
        else:
            only_daemons = False
            if is_balloon(pod):
                _add(balloon, pod.requests)
            elif largest is None or size_of(pod) > size_of(largest):
                largest = pod
    requested["pods"] = len(holding) * NANO
    for name in unknown:
        for sums in (requested, balloon, daemons):
            sums.pop(name, None)
    return PodSums(holding, _count(holding), requested, balloon, daemons, only_daemons, unknown, largest)


def size_of(pod: Pod) -> tuple[int, str, str]:
    """How large a pod is, and by name where that is the same."""
    return weight_of(pod.requests), pod.namespace, pod.name


def _add(sums: dict[str, int], amounts: Amounts) -> None:
    for name, amount in amounts.items():
        sums[name] = sums.get(name, 0) + amount


def _count(pods: tuple[Pod, ...]) -> PodCounts:
    starting = running = terminating = 0
    for pod in pods:
        if pod.deleted is not None:
            terminating += 1
        elif pod.phase == "Pending":
            starting += 1
        else:
            running += 1
    return PodCounts(0, starting, running, terminating)
