"""What of a cluster is followed."""

from __future__ import annotations

from typing import Any

from nodeview.records import (
    AUTOSCALER_STATUS,
    CAPACITY_BUFFERS,
    DAEMON_SETS,
    DEPLOYMENTS,
    DISRUPTION_BUDGETS,
    EVENT_STREAMS,
    JOBS,
    MACHINES,
    NODE_CLAIMS,
    NODE_OVERLAYS,
    NODE_POOLS,
    NODES,
    PODS,
    PROVISIONERS,
    REPLICA_SETS,
    ROLLOUTS,
    STATEFUL_SETS,
    VERTICAL_POD_AUTOSCALERS,
    VOLUME_ATTACHMENTS,
    VOLUME_CLAIMS,
    VOLUMES,
    Resource,
)

FOLLOWED: tuple[Resource[Any], ...] = (
    NODES,
    PODS,
    NODE_POOLS,
    NODE_CLAIMS,
    MACHINES,
    PROVISIONERS,
    NODE_OVERLAYS,
    CAPACITY_BUFFERS,
    REPLICA_SETS,
    JOBS,
    *EVENT_STREAMS,
    DEPLOYMENTS,
    STATEFUL_SETS,
    DAEMON_SETS,
    ROLLOUTS,
    DISRUPTION_BUDGETS,
    VOLUME_CLAIMS,
    VOLUMES,
    VOLUME_ATTACHMENTS,
    VERTICAL_POD_AUTOSCALERS,
    AUTOSCALER_STATUS,
)
"""In the order in which their streams start, and are told of: without the first two there is no picture."""
