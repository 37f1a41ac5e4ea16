"""What Kubernetes said happened: an Event of core/v1 or events.k8s.io/v1, the same thing in two shapes."""

from __future__ import annotations

import msgspec

from nodeview.records.resource import ObjectKey


class ObjectRef(msgspec.Struct, frozen=True, gc=False):
    """Which object an Event is about; any part may be missing, and is empty then."""

    kind: str = ""
    namespace: str = ""
    name: str = ""
    uid: str = ""

    @property
    def key(self) -> ObjectKey:
        return ObjectKey(self.namespace, self.name)


class ClusterEvent(msgspec.Struct, frozen=True, gc=False):
    """One Event. Writers leave out duplicates and drop some: a hint, never to be counted."""

    namespace: str
    name: str
    uid: str
    about: ObjectRef
    """`involvedObject`, or `regarding`."""
    related: ObjectRef | None
    """The other object of it; of a preemption the preemptor, where the scheduler says it."""
    reason: str
    message: str
    """`message`, or `note`; no more than its first thousand characters."""
    source: str
    """Who said it: `default-scheduler`, `karpenter`, `cluster-autoscaler`."""
    warning: bool
    began: int | None
    """When it happened first, epoch seconds by the writer's clock."""
    at: int | None
    """When it happened last."""

    @property
    def key(self) -> ObjectKey:
        return ObjectKey(self.namespace, self.name)
