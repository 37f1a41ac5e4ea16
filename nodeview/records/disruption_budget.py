"""What Kubernetes said of a PodDisruptionBudget: how many of its pods may be evicted."""

from __future__ import annotations

import msgspec

from nodeview.records.node import Condition
from nodeview.records.placement import Selector
from nodeview.records.resource import ObjectKey


class PodDisruptionBudget(msgspec.Struct, frozen=True, gc=False):
    """One budget (policy/v1) and what the disruption controller last worked out of it."""

    namespace: str
    name: str
    uid: str
    generation: int
    observed_generation: int
    selector: Selector
    """Empty selects every pod of the namespace, None nothing."""
    min_available: int | str | None = None
    """Pods, or a share as `50%`."""
    max_unavailable: int | str | None = None
    evicts_unready: bool = False
    """`unhealthyPodEvictionPolicy: AlwaysAllow`."""
    current_healthy: int = 0
    desired_healthy: int = 0
    expected_pods: int = 0
    disruptions_allowed: int = 0
    conditions: tuple[Condition, ...] = ()

    @property
    def key(self) -> ObjectKey:
        return ObjectKey(self.namespace, self.name)
