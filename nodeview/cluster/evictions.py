"""Which nodes a pod was evicted from a moment ago: between two evictions nothing else says that a drain goes on."""

from __future__ import annotations

from collections.abc import Mapping

from nodeview.records import Node, NodeName, Pod, Record

EVICTED = "EvictionByEvictionAPI"


class EvictionFold:
    """By node, when we heard of its last eviction; forgotten when the node takes pods again, or goes."""

    def __init__(self) -> None:
        """Nothing was evicted yet."""
        self._last: dict[NodeName, float] = {}
        self._told: Mapping[NodeName, float] | None = {}

    def told(self) -> Mapping[NodeName, float]:
        """Epoch seconds of our clock; the same value until something differs."""
        if self._told is None:
            self._told = dict(self._last)
        return self._told

    def moved(self, before: Record | None, after: Record | None, at: float, *, live: bool) -> None:
        """See `Fold`."""
        row = after if after is not None else before
        if isinstance(row, Pod):
            if row.disruption == EVICTED and live and row.node is not None:
                self._last[row.node], self._told = at, None
        elif isinstance(row, Node) and row.name in self._last and (after is None or not row.unschedulable):
            del self._last[row.name]
            self._told = None
