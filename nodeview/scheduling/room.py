"""What a node has to give: what is free on it, and who is there already."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import msgspec

from nodeview.records import NANO, Amounts, HostPort, Node, Pod, as_scheduled

SLICE = 64
"""Rooms whose pods are looked at between two yields: under a millisecond of work."""


class Room(msgspec.Struct, frozen=True, eq=False):
    """A node with the pods that hold room on it."""

    node: Node
    pods: tuple[Pod, ...]
    free: Amounts
    """Nano-units, `pods` among them; below 0 where more is asked for than the node has. As the scheduler counts:
    of each pod, thousandths of a core and whole units of the rest."""
    ports: frozenset[HostPort]
    averse: tuple[Pod, ...]
    """The pods that want no such others near them: those with a required anti-affinity."""

    @property
    def offered(self) -> Amounts:
        """Nano-units that the node has when nothing runs on it."""
        return self.node.allocatable


def room_of(node: Node, pods: Iterable[Pod]) -> Room:
    """The room on a node. Pods are those that hold room: not the finished, but the terminating and, if they shall
    count, those that the scheduler means to put there."""
    here = tuple(pods)
    free = {name: as_scheduled(name, amount) for name, amount in node.allocatable.items()}
    for pod in here:
        for name, amount in pod.requests.items():
            if name in free and name != "pods":
                free[name] -= as_scheduled(name, amount)
    free["pods"] = free.get("pods", 0) - len(here) * NANO
    taken = [pod.shape.placement.host_ports for pod in here if pod.shape.placement.host_ports]
    averse = tuple([pod for pod in here if pod.shape.placement.anti_affinity])
    return Room(node, here, free, frozenset(port for ports in taken for port in ports), averse)


def asked(pod: Pod) -> Mapping[str, int]:
    """What the pod asks for, counted as the scheduler does, without what it asks nothing of."""
    return {name: as_scheduled(name, amount) for name, amount in pod.requests.items() if amount > 0 and name != "pods"}
