"""A store to which things happen, and the insights of its frames."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from msgspec.structs import replace

from nodeview.cluster import ClusterStore
from nodeview.frame import Frame, Identity, derive
from nodeview.insights import PendingGroup
from nodeview.records import (
    NODE_CLAIMS,
    NODE_POOLS,
    NODES,
    PODS,
    REPLICA_SETS,
    Deleted,
    Listing,
    NodeName,
    OwnerRef,
    Pod,
    Resource,
    Synced,
    Upserted,
    Waiting,
)
from nodeview.views import Assumptions
from tests.builders import NOW, a_pod, a_shape

NANO = 10**9
GIB = 2**30 * NANO
SHAPE = a_shape(requests={"cpu": 8 * NANO, "memory": GIB})
NO_CPU = "0/3 nodes are available: 3 Insufficient cpu."


def waiting(name: str, reason: str | None = NO_CPU, **overrides: Any) -> Pod:
    """A pod that nobody placed; eight cores is more than any node of the tests has."""
    said: dict[str, Any] = {
        "node": None,
        "phase": "Pending",
        "ready": False,
        "created": NOW - 120,
        "shape": SHAPE,
        "owner": OwnerRef("ReplicaSet", "worker-1", "apps"),
        "waiting": Waiting("Unschedulable", reason, NOW - 100) if reason is not None else None,
    }
    return a_pod(name, **(said | overrides))


def starting(name: str, node: str = "node-0", **overrides: Any) -> Pod:
    """A pod that has a node, and does not run."""
    return replace(waiting(name, None, node=NodeName(node)), **overrides)


class Cluster:
    """Objects come and go; each `frame` is derived from the one before."""

    def __init__(self, given: Assumptions | None = None) -> None:
        self.store = ClusterStore()
        self.given = given or Assumptions()
        self.last: Frame | None = None
        self.slices = 0
        self._version = 1
        for resource in (NODES, PODS, NODE_POOLS, NODE_CLAIMS, REPLICA_SETS):
            self.store.follow(resource)

    def listed(self, **records: Sequence[Any]) -> Cluster:
        """All resources are listed to their end: nodes, pods, pools, claims."""
        names: dict[str, Resource[Any]] = {"nodes": NODES, "pods": PODS, "pools": NODE_POOLS, "claims": NODE_CLAIMS}
        for name, resource in names.items():
            some = records.get(name, ())
            self.store.apply(Upserted(resource, some, [1] * len(some), Listing(1, 1)), NOW)
            self.store.apply(Synced(resource, Listing(1, 1)), NOW)
        return self

    def put(self, resource: Resource[Any], *records: Any) -> Cluster:
        """An event for each of these."""
        for record in records:
            self._version += 1
            self.store.apply(Upserted(resource, [record], [self._version], None), NOW)
        return self

    def gone(self, pod: Pod) -> Cluster:
        """The pod is deleted."""
        self._version += 1
        self.store.apply(Deleted(PODS, pod.key, pod.uid, self._version), NOW)
        return self

    def frame(self, at: float = NOW) -> Frame:
        """The next frame."""
        work = derive(self.store.snapshot(), self.given, Identity("a", "a", "x"), self.last, at)
        while True:
            try:
                next(work)
                self.slices += 1
            except StopIteration as done:
                self.last = done.value
                return self.last

    def groups(self, at: float = NOW) -> tuple[PendingGroup, ...]:
        """The groups of the next frame."""
        return self.frame(at).insights.pending.groups
