"""What a derivation may read of the state, and what was touched since the one before."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from nodeview.cluster.arrival import Arrivals
from nodeview.cluster.episode import NO_EPISODES, Episodes
from nodeview.cluster.event_index import EventIndex
from nodeview.cluster.happening import Happening, Stream
from nodeview.cluster.history import Histories
from nodeview.cluster.preemption import Preemptions
from nodeview.cluster.turnover import NO_TURNOVER, Turnover
from nodeview.cluster.usage import UsageIndex
from nodeview.cluster.volumes import VolumeIndex
from nodeview.cluster.workload_rows import WorkloadKey
from nodeview.pricing import EMPTY_BOOK, Overlay, PriceBook
from nodeview.provisioners import ClaimIndex
from nodeview.records import (
    AutoscalerStatus,
    CapacityBuffer,
    Node,
    NodeName,
    NodePool,
    ObjectKey,
    OwnerRef,
    Pod,
    PodDisruptionBudget,
    VerticalPodAutoscaler,
    Workload,
)

Owners = Mapping[WorkloadKey, OwnerRef]
"""(kind, key) of a ReplicaSet or Job → the Deployment, Rollout or CronJob that owns it."""


class Touched(msgspec.Struct, frozen=True, eq=False):
    """What was heard since the snapshot before."""

    nodes: frozenset[NodeName]
    joined: Mapping[NodeName, float]
    """Nodes that appeared, and when; not those of the first listing."""
    left: Mapping[NodeName, float]
    waiting: frozenset[ObjectKey]
    """Pods without a node that came, changed, got one or went."""
    owners: bool
    pools: bool
    events: bool = False
    """What is said in `Snapshot.events`."""
    usage: frozenset[NodeName] = frozenset()
    """Nodes whose usage reads differently; no sum hangs on that."""
    claims: bool = False
    """Of Karpenter: one came, changed or went, which may be known of no node yet."""
    workloads: frozenset[WorkloadKey] = frozenset()
    budgets: frozenset[ObjectKey] = frozenset()
    volumes: bool = False
    """Claims, volumes or attachments; `Snapshot.volumes` is another value then."""
    autoscaler: bool = False
    recommendations: bool = False


class Snapshot(msgspec.Struct, frozen=True, eq=False):
    """The state as it stands, to be read and not kept.

    The mappings are the store's own and move on with it; whatever moves after this was taken is in the next one's
    `touched`, so a reader that is interrupted catches up by itself.
    """

    nodes: Mapping[ObjectKey, Node]
    pods: Mapping[NodeName, Mapping[ObjectKey, Pod]]
    """By node name, whether the node is known or not."""
    waiting: Mapping[ObjectKey, Pod]
    claims: ClaimIndex
    node_pools: Mapping[str, NodePool]
    owners: Owners
    streams: tuple[Stream, ...]
    feed: tuple[Happening, ...]
    touched: Touched
    prices: PriceBook = EMPTY_BOOK
    """What is known of prices; the cluster's own overlays are not in it yet."""
    overlays: tuple[Overlay, ...] = ()
    """What the cluster's owner told Karpenter of prices."""
    events: EventIndex = msgspec.field(default_factory=EventIndex)
    """What was said of pods, nodes and claims, of late."""
    preemptions: Preemptions = Preemptions()
    evictions: Mapping[NodeName, float] = {}
    """When we heard of a node's last eviction, epoch seconds of our clock; nodes that take pods are not in it."""
    arrivals: Arrivals = Arrivals()
    """How each node came, and how long its pool's nodes take."""
    episodes: Episodes = NO_EPISODES
    turnover: Turnover = NO_TURNOVER
    history: Histories = msgspec.field(default_factory=Histories)
    """What each node went through since we watch."""
    usage: UsageIndex = UsageIndex()
    buffers: Mapping[ObjectKey, CapacityBuffer] = msgspec.field(default_factory=dict)
    """Room that is kept without pods."""
    workloads: Mapping[WorkloadKey, Workload] = {}
    """Deployments, StatefulSets, DaemonSets and Rollouts by kind and key."""
    budgets: Mapping[ObjectKey, PodDisruptionBudget] = {}
    volumes: VolumeIndex = VolumeIndex()
    autoscaler: AutoscalerStatus | None = None
    """What the Cluster Autoscaler says of itself; None where it says nothing, or may not be heard."""
    recommendations: Mapping[WorkloadKey, VerticalPodAutoscaler] = {}
    """By what each of them is for, whether that is known or not."""
