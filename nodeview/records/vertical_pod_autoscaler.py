"""What the VerticalPodAutoscaler recommends for the pods of a workload."""

from __future__ import annotations

import msgspec

from nodeview.records.node import Amounts, OwnerRef
from nodeview.records.resource import ObjectKey


class ContainerTarget(msgspec.Struct, frozen=True, gc=False):
    """What it would have one container request; a resource that it does not speak of is absent."""

    container: str
    target: Amounts
    lower: Amounts
    """`lowerBound`: with less, the container would be starved."""
    upper: Amounts
    """`upperBound`: with more, room would be wasted."""
    unreadable: tuple[str, ...] = ()
    """Resources whose quantity could not be read in any of the three."""


class VerticalPodAutoscaler(msgspec.Struct, frozen=True, gc=False):
    """One recommendation (autoscaling.k8s.io/v1)."""

    namespace: str
    name: str
    uid: str
    of: OwnerRef | None
    """`spec.targetRef`: the workload of its namespace; None where not said."""
    mode: str = ""
    """`updatePolicy.updateMode`: `Off`, `Initial`, `Recreate`, `Auto`, `InPlaceOrRecreate`; empty where not said."""
    containers: tuple[ContainerTarget, ...] = ()
    """Empty until it has seen enough."""

    @property
    def key(self) -> ObjectKey:
        return ObjectKey(self.namespace, self.name)
