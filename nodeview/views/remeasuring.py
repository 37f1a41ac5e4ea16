"""Nodes that are derived already, and of which nothing differs but what they use."""

from __future__ import annotations

from collections.abc import Generator, Set

from msgspec.structs import replace

from nodeview.cluster import Snapshot
from nodeview.records import NodeName
from nodeview.views.node import NodeView

SLICE = 256
"""Nodes between two yields: under a millisecond of work."""


def used_again(
    nodes: dict[NodeName, NodeView], snapshot: Snapshot, but: Set[NodeName]
) -> Generator[None, None, frozenset[NodeName]]:
    """Put what the snapshot's touched nodes use now into their views, but for these; gives the names of those changed.

    No sum hangs on what is used, so nothing else of them is derived again. Yields often.
    """
    changed = [name for name in snapshot.touched.usage if name not in but and name in nodes]
    for count, name in enumerate(changed, start=1):
        nodes[name] = replace(nodes[name], used=snapshot.usage.nodes.get(name))
        if count % SLICE == 0:
            yield
    return frozenset(changed)
