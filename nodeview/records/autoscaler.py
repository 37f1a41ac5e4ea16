"""What the Cluster Autoscaler says of itself, in its status ConfigMap."""

from __future__ import annotations

import msgspec

from nodeview.records.resource import ObjectKey


class NodeGroup(msgspec.Struct, frozen=True, gc=False):
    """One group (an ASG, mostly) as the Cluster Autoscaler sees it. What the status does not say is None or empty."""

    name: str
    health: str = ""
    """`Healthy`, `Unhealthy`."""
    ready: int | None = None
    target: int | None = None
    """`cloudProviderTarget`."""
    min_size: int | None = None
    max_size: int | None = None
    scale_up: str = ""
    """`NoActivity`, `InProgress`, `Backoff`, …"""
    backoff: str = ""
    """Why it is in backoff, in its own words."""
    scale_down: str = ""
    """`NoCandidates`, `CandidatesPresent`."""
    candidates: int | None = None


class AutoscalerStatus(msgspec.Struct, frozen=True, gc=False):
    """The ConfigMap `cluster-autoscaler-status`, YAML (since 1.30) or free text. Times of probes are left out."""

    namespace: str
    name: str
    uid: str
    running: bool = False
    health: str = ""
    scale_up: str = ""
    scale_down: str = ""
    groups: tuple[NodeGroup, ...] = ()
    unreadable: str = ""
    """Why it could not be read; empty where it could."""

    @property
    def key(self) -> ObjectKey:
        return ObjectKey(self.namespace, self.name)
