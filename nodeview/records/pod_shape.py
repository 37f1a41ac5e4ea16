"""What pods of one template share: read once, kept once."""

from __future__ import annotations

import msgspec

from nodeview.records.node import Amounts


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
