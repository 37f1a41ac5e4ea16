"""What Kubernetes said of a node."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from nodeview.records.resource import NodeName, ObjectKey

Amounts = Mapping[str, int]
"""Resource name → exact amount in nano-units (nano-cores, nano-bytes, nano-pods): see quantity."""


class Taint(msgspec.Struct, frozen=True, gc=False):
    """A taint, as the node bears it."""

    key: str
    effect: str
    value: str = ""
    time_added: int | None = None
    """Epoch seconds."""


class Condition(msgspec.Struct, frozen=True, gc=False):
    """A condition as its author set it; heartbeat times are left out, since they change nothing."""

    type: str
    status: str
    reason: str = ""
    message: str = ""
    since: int | None = None
    """`lastTransitionTime`, epoch seconds."""


class OwnerRef(msgspec.Struct, frozen=True, gc=False):
    """Who made an object. `group` is that of the apiVersion, empty for core."""

    kind: str
    name: str
    group: str = ""
    uid: str = ""


class Node(msgspec.Struct, frozen=True, gc=False):
    """One node, without what changes nothing (heartbeats, images, managedFields)."""

    name: NodeName
    uid: str
    created: int
    deleted: int | None
    """`deletionTimestamp`, epoch seconds."""
    labels: Mapping[str, str]
    annotations: Mapping[str, str]
    provider_id: str
    unschedulable: bool
    taints: tuple[Taint, ...]
    conditions: tuple[Condition, ...]
    owners: tuple[OwnerRef, ...]
    finalizers: tuple[str, ...]
    capacity: Amounts
    allocatable: Amounts
    """A resource whose quantity could not be read is absent here and named in `unreadable`."""
    unreadable: tuple[str, ...]
    kubelet_version: str
    os_image: str
    kernel: str
    container_runtime: str
    architecture: str
    operating_system: str
    addresses: tuple[tuple[str, str], ...] = ()
    """(`InternalIP`, address) and the like, in the order given."""
    cordoned_by: str = ""
    """The field manager that owns `spec.unschedulable`; empty where nobody is told."""
    cordoned_at: int | None = None
    """When that manager wrote last, epoch seconds."""

    @property
    def key(self) -> ObjectKey:
        return ObjectKey("", self.name)

    def condition(self, type_: str) -> Condition | None:
        """The condition of this type, if the node bears it."""
        return next((one for one in self.conditions if one.type == type_), None)

    def taint(self, key: str) -> Taint | None:
        """The first taint with this key, whatever its effect."""
        return next((one for one in self.taints if one.key == key), None)
