"""What pods of one template share: read once, kept once."""

from __future__ import annotations

import msgspec

from nodeview.records.node import Amounts
from nodeview.records.placement import ANYWHERE, Placement


class PodShape(msgspec.Struct, frozen=True, weakref=True):
    """The spec of a pod without what is its own."""

    requests: Amounts
    """Effective requests of the spec alone, in nano-units."""
    unreadable: tuple[str, ...]
    priority: int
    priority_class: str
    scheduler: str
    images: tuple[str, ...]
    node_selector: tuple[tuple[str, str], ...]
    host_network: bool
    sidecars: tuple[str, ...] = ()
    """Names of the init containers with `restartPolicy: Always`, which run beside the others."""
    placement: Placement = ANYWHERE
    """Where it may run: tolerations, affinities, spread, host ports."""
    preempts: bool = True
    """False with `preemptionPolicy: Never`: it waits rather than have others removed."""
    volumes: bool = False
    """It mounts claims, whose volumes may bind it to nodes that only they know."""
    devices: bool = False
    """It asks for devices by resource claims."""
    unasked: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """The containers that serve (sidecars among them) without a request of cpu or memory, and of which they lack it."""
    grace_s: int = 30
    """`terminationGracePeriodSeconds`."""
    probed: bool = False
    """One of its containers has a readiness probe: without any, *ready* says little."""
    host_paths: bool = False
    """It mounts paths of its node."""
