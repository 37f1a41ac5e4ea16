"""The CapacityBuffers of one cluster."""

from __future__ import annotations

from collections.abc import Mapping

from nodeview.records import CapacityBuffer, ObjectKey, Record


class Buffers:
    """Room that is kept without pods, by the keys of what asks for it."""

    def __init__(self) -> None:
        self.told: Mapping[ObjectKey, CapacityBuffer] = {}
        """Never changed in place: what was handed out stays as it is."""

    def moved(self, before: Record | None, after: Record | None) -> bool:
        """Follow a row that moved; False where it is no buffer."""
        row = after if after is not None else before
        if not isinstance(row, CapacityBuffer):
            return False
        others = {key: one for key, one in self.told.items() if key != row.key}
        self.told = {**others, row.key: after} if isinstance(after, CapacityBuffer) else others
        return True
