"""That a node's instance is about to be taken away, as Events say before anything on the node does."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import msgspec

from nodeview.records import ClusterEvent

FRESH_S = 10 * 60
"""Seconds for which such a notice is believed: what it announces comes within minutes, or not at all."""
INTERRUPTIONS: Mapping[str, str] = {
    "SpotInterrupted": "spot interruption notice",
    "CapacityReservationInstanceInterrupted": "capacity reservation interruption notice",
    "InstanceStopping": "its instance is stopping",
    "InstanceTerminating": "its instance is being terminated",
}
"""Reasons of Karpenter's Events on Nodes, in words. `SpotRebalanceRecommendation` takes nothing away."""


class Interruption(msgspec.Struct, frozen=True, gc=False):
    """A notice that an instance is taken away."""

    reason: str
    words: str
    at: float
    """Epoch seconds by the writer's clock."""

    @property
    def until(self) -> float:
        """When it is believed no longer, epoch seconds."""
        return self.at + FRESH_S


def interruption_of(events: Iterable[ClusterEvent]) -> Interruption | None:
    """The last notice among the Events of a node."""
    notices = [one for one in events if one.reason in INTERRUPTIONS and one.at is not None]
    if not notices:
        return None
    last = max(notices, key=lambda one: one.at or 0)
    return Interruption(last.reason, INTERRUPTIONS[last.reason], float(last.at or 0))
