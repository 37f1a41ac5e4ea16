"""What Kubernetes said of storage, as far as it binds pods to places and nodes to life."""

from __future__ import annotations

import msgspec

from nodeview.records.placement import NodeTerm
from nodeview.records.resource import NodeName, ObjectKey


class VolumeClaim(msgspec.Struct, frozen=True, gc=False):
    """A PersistentVolumeClaim."""

    namespace: str
    name: str
    uid: str
    volume: str = ""
    """The PersistentVolume that it is bound to; empty while it is not."""
    storage_class: str = ""
    access_modes: tuple[str, ...] = ()
    selected_node: NodeName | None = None
    """Where the scheduler wants its volume to be made (annotation `volume.kubernetes.io/selected-node`)."""

    @property
    def key(self) -> ObjectKey:
        return ObjectKey(self.namespace, self.name)


class Volume(msgspec.Struct, frozen=True, gc=False):
    """A PersistentVolume."""

    name: str
    uid: str
    node_terms: tuple[NodeTerm, ...] | None = None
    """`nodeAffinity.required`: where it can be mounted; None for anywhere."""
    claim: ObjectKey | None = None
    local: bool = False
    """Its data lies on one node's own disk (`local`, `hostPath`)."""

    @property
    def key(self) -> ObjectKey:
        return ObjectKey("", self.name)


class VolumeAttachment(msgspec.Struct, frozen=True, gc=False):
    """A volume that is attached to a node, or is to be."""

    name: str
    uid: str
    node: NodeName
    volume: str
    attached: bool = False
    deleted: int | None = None

    @property
    def key(self) -> ObjectKey:
        return ObjectKey("", self.name)
