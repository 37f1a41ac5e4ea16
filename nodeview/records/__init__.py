"""What Kubernetes said: objects as values, and how they are read from bytes."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from nodeview.records import quantity
from nodeview.records.change import Change, Current, Deleted, Lagging, LagState, Listing, Synced, Upserted
from nodeview.records.instant import duration_seconds, epoch_seconds
from nodeview.records.karpenter import NodeClaim, NodeOverlay, NodePool, Requirement
from nodeview.records.node import Amounts, Condition, Node, OwnerRef, Taint
from nodeview.records.pod import Pod, PodPhase, Waiting
from nodeview.records.pod_shape import PodShape
from nodeview.records.quantity import NANO, Quantity, QuantityError
from nodeview.records.resource import Batch, NodeName, ObjectKey, Reader, Record, Resource, ServerVersion
from nodeview.records.workload import Workload

if TYPE_CHECKING:
    from nodeview.records.karpenter_reader import MACHINES, NODE_CLAIMS, NODE_POOLS, PROVISIONERS
    from nodeview.records.node_reader import NODES
    from nodeview.records.overlay_reader import NODE_OVERLAYS
    from nodeview.records.pod_reader import PODS
    from nodeview.records.workload_reader import JOBS, REPLICA_SETS

_READ_BY = {
    "JOBS": "workload_reader",
    "MACHINES": "karpenter_reader",
    "NODES": "node_reader",
    "NODE_CLAIMS": "karpenter_reader",
    "NODE_OVERLAYS": "overlay_reader",
    "NODE_POOLS": "karpenter_reader",
    "PODS": "pod_reader",
    "PROVISIONERS": "karpenter_reader",
    "REPLICA_SETS": "workload_reader",
}
"""Resources and the modules that read them: loaded when first asked for, since a screen paints without reading."""


def __getattr__(name: str) -> Any:
    if name not in _READ_BY:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_READ_BY[name]}"), name)


__all__ = [
    "JOBS",
    "MACHINES",
    "NANO",
    "NODES",
    "NODE_CLAIMS",
    "NODE_OVERLAYS",
    "NODE_POOLS",
    "PODS",
    "PROVISIONERS",
    "REPLICA_SETS",
    "Amounts",
    "Batch",
    "Change",
    "Condition",
    "Current",
    "Deleted",
    "LagState",
    "Lagging",
    "Listing",
    "Node",
    "NodeClaim",
    "NodeName",
    "NodeOverlay",
    "NodePool",
    "ObjectKey",
    "OwnerRef",
    "Pod",
    "PodPhase",
    "PodShape",
    "Quantity",
    "QuantityError",
    "Reader",
    "Record",
    "Requirement",
    "Resource",
    "ServerVersion",
    "Synced",
    "Taint",
    "Upserted",
    "Waiting",
    "Workload",
    "duration_seconds",
    "epoch_seconds",
    "quantity",
]
