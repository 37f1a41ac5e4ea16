"""What Kubernetes said: objects as values, and how they are read from bytes."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from nodeview.records import quantity
from nodeview.records.autoscaler import AutoscalerStatus, NodeGroup
from nodeview.records.capacity_buffer import CapacityBuffer
from nodeview.records.change import Change, Current, Deleted, Lagging, LagState, Listing, Synced, Upserted
from nodeview.records.disruption_budget import PodDisruptionBudget
from nodeview.records.event import ClusterEvent, ObjectRef
from nodeview.records.instant import duration_seconds, epoch_seconds
from nodeview.records.karpenter import Disruption, NodeBudget, NodeClaim, NodeOverlay, NodePool, Requirement
from nodeview.records.node import Amounts, Condition, Node, OwnerRef, Taint
from nodeview.records.placement import HostPort, NodeTerm, Placement, PodTerm, Selector, Spread, Toleration
from nodeview.records.pod import Pod, PodExtras, PodPhase, Waiting
from nodeview.records.pod_shape import PodShape
from nodeview.records.quantity import NANO, Quantity, QuantityError, as_scheduled, parse_quantity
from nodeview.records.resource import Batch, NodeName, ObjectKey, Reader, Record, Resource, ServerVersion
from nodeview.records.storage import Volume, VolumeAttachment, VolumeClaim
from nodeview.records.usage import USED, Measured, Usage
from nodeview.records.vertical_pod_autoscaler import ContainerTarget, VerticalPodAutoscaler
from nodeview.records.workload import Rolling, Workload

if TYPE_CHECKING:
    from nodeview.records.autoscaler_reader import AUTOSCALER_STATUS
    from nodeview.records.capacity_buffer_reader import CAPACITY_BUFFERS
    from nodeview.records.disruption_budget_reader import DISRUPTION_BUDGETS
    from nodeview.records.event_reader import EVENT_STREAMS
    from nodeview.records.karpenter_reader import MACHINES, NODE_CLAIMS, NODE_POOLS, PROVISIONERS
    from nodeview.records.node_reader import NODES
    from nodeview.records.overlay_reader import NODE_OVERLAYS
    from nodeview.records.pod_reader import PODS
    from nodeview.records.rolling_reader import DAEMON_SETS, DEPLOYMENTS, ROLLOUTS, STATEFUL_SETS
    from nodeview.records.storage_reader import VOLUME_ATTACHMENTS, VOLUME_CLAIMS, VOLUMES
    from nodeview.records.usage_reader import NODE_USAGE, POD_USAGE
    from nodeview.records.vertical_pod_autoscaler_reader import VERTICAL_POD_AUTOSCALERS
    from nodeview.records.workload_reader import JOBS, REPLICA_SETS

_READ_BY = {
    "AUTOSCALER_STATUS": "autoscaler_reader",
    "CAPACITY_BUFFERS": "capacity_buffer_reader",
    "DAEMON_SETS": "rolling_reader",
    "DEPLOYMENTS": "rolling_reader",
    "DISRUPTION_BUDGETS": "disruption_budget_reader",
    "EVENT_STREAMS": "event_reader",
    "JOBS": "workload_reader",
    "MACHINES": "karpenter_reader",
    "NODES": "node_reader",
    "NODE_CLAIMS": "karpenter_reader",
    "NODE_OVERLAYS": "overlay_reader",
    "NODE_POOLS": "karpenter_reader",
    "NODE_USAGE": "usage_reader",
    "PODS": "pod_reader",
    "POD_USAGE": "usage_reader",
    "PROVISIONERS": "karpenter_reader",
    "REPLICA_SETS": "workload_reader",
    "ROLLOUTS": "rolling_reader",
    "STATEFUL_SETS": "rolling_reader",
    "VERTICAL_POD_AUTOSCALERS": "vertical_pod_autoscaler_reader",
    "VOLUMES": "storage_reader",
    "VOLUME_ATTACHMENTS": "storage_reader",
    "VOLUME_CLAIMS": "storage_reader",
}
"""Resources and the modules that read them: loaded when first asked for, since a screen paints without reading."""


def __getattr__(name: str) -> Any:
    if name not in _READ_BY:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_READ_BY[name]}"), name)


__all__ = [
    "AUTOSCALER_STATUS",
    "CAPACITY_BUFFERS",
    "DAEMON_SETS",
    "DEPLOYMENTS",
    "DISRUPTION_BUDGETS",
    "EVENT_STREAMS",
    "JOBS",
    "MACHINES",
    "NANO",
    "NODES",
    "NODE_CLAIMS",
    "NODE_OVERLAYS",
    "NODE_POOLS",
    "NODE_USAGE",
    "PODS",
    "POD_USAGE",
    "PROVISIONERS",
    "REPLICA_SETS",
    "ROLLOUTS",
    "STATEFUL_SETS",
    "USED",
    "VERTICAL_POD_AUTOSCALERS",
    "VOLUMES",
    "VOLUME_ATTACHMENTS",
    "VOLUME_CLAIMS",
    "Amounts",
    "AutoscalerStatus",
    "Batch",
    "CapacityBuffer",
    "Change",
    "ClusterEvent",
    "Condition",
    "ContainerTarget",
    "Current",
    "Deleted",
    "Disruption",
    "HostPort",
    "LagState",
    "Lagging",
    "Listing",
    "Measured",
    "Node",
    "NodeBudget",
    "NodeClaim",
    "NodeGroup",
    "NodeName",
    "NodeOverlay",
    "NodePool",
    "NodeTerm",
    "ObjectKey",
    "ObjectRef",
    "OwnerRef",
    "Placement",
    "Pod",
    "PodDisruptionBudget",
    "PodExtras",
    "PodPhase",
    "PodShape",
    "PodTerm",
    "Quantity",
    "QuantityError",
    "Reader",
    "Record",
    "Requirement",
    "Resource",
    "Rolling",
    "Selector",
    "ServerVersion",
    "Spread",
    "Synced",
    "Taint",
    "Toleration",
    "Upserted",
    "Usage",
    "VerticalPodAutoscaler",
    "Volume",
    "VolumeAttachment",
    "VolumeClaim",
    "Waiting",
    "Workload",
    "as_scheduled",
    "duration_seconds",
    "epoch_seconds",
    "parse_quantity",
    "quantity",
]
