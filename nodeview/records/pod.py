"""What Kubernetes said of a pod: a compact row, whose shape is shared with its like."""

from __future__ import annotations

from typing import Literal

import msgspec

from nodeview.records.node import Amounts, OwnerRef
from nodeview.records.pod_shape import PodShape
from nodeview.records.resource import NodeName, ObjectKey

PodPhase = Literal["Pending", "Running", "Succeeded", "Failed", "Unknown"]


class Waiting(msgspec.Struct, frozen=True, gc=False):
    """The condition `PodScheduled` where it is not True: the scheduler's own words."""

    reason: str
    """`Unschedulable`, `SchedulingGated`, `SchedulerError`, …"""
    message: str
    since: int | None


class PodExtras(msgspec.Struct, frozen=True, gc=False):
    """What few pods say, kept apart so that the rows of all others stay small: see `Pod`."""

    claims: tuple[str, ...] = ()
    local_volumes: tuple[str, ...] = ()
    wishes: tuple[tuple[str, str], ...] = ()
    began_at: int | None = None
    fargate_capacity: str = ""


NO_EXTRAS = PodExtras()


class Pod(msgspec.Struct, frozen=True, gc=False):
    """One pod. Equal pods say the same; resource versions are kept beside, not in, the row."""

    namespace: str
    name: str
    uid: str
    created: int
    deleted: int | None
    """`deletionTimestamp`, epoch seconds: terminating, and still holding its room."""
    node: NodeName | None
    phase: PodPhase
    ready: bool
    restarts: int
    turned_at: int | None
    """When it took its last turn, epoch seconds by the cluster's clocks: since when it has its `disruption`, or without
    one, when the last of its containers started; None until all have. One field for both, since rows are many."""
    owner: OwnerRef | None
    """The owner reference with `controller: true`."""
    labels: tuple[tuple[str, str], ...]
    """Sorted by key; shared between pods that bear the same."""
    shape: PodShape
    requests: Amounts
    """Effective requests by the algorithm of component-helpers; shared; `shape.requests` unless resized."""
    unreadable: tuple[str, ...]
    """Resources whose quantity could not be read: their sum is unknown."""
    waiting: Waiting | None
    gated: bool
    nominated: NodeName | None
    """`status.nominatedNodeName`."""
    disruption: str
    """Reason of the condition `DisruptionTarget` while it is True, else empty.

    `PreemptionByScheduler`, `EvictionByEvictionAPI`, …
    """
    mirror: bool
    """A static pod's mirror (annotation `kubernetes.io/config.mirror`)."""
    reason: str
    """Why it is not running (`ImagePullBackOff`, `CrashLoopBackOff`, `Evicted`), else empty."""
    extras: PodExtras = NO_EXTRAS
    """What few pods say."""

    @property
    def claims(self) -> tuple[str, ...]:
        """PersistentVolumeClaims of its namespace that it mounts, those made for it alone among them."""
        return self.extras.claims

    @property
    def local_volumes(self) -> tuple[str, ...]:
        """Names of its `emptyDir` volumes that lie on the node's disk."""
        return self.extras.local_volumes

    @property
    def wishes(self) -> tuple[tuple[str, str], ...]:
        """Annotations, and one label, by which it asks autoscalers to let it be or not; by key, shared."""
        return self.extras.wishes

    @property
    def began_at(self) -> int | None:
        """`status.startTime`, epoch seconds; of pods with wishes only, which may hold for some time from then on."""
        return self.extras.began_at

    @property
    def fargate_capacity(self) -> str:
        """What Fargate provisioned for it (annotation `CapacityProvisioned`): `0.25vCPU 0.5GB`; else empty."""
        return self.extras.fargate_capacity

    @property
    def key(self) -> ObjectKey:
        return ObjectKey(self.namespace, self.name)

    @property
    def finished(self) -> bool:
        """It holds no room any more, and is in no count."""
        return self.phase in ("Succeeded", "Failed")
