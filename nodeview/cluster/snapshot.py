"""What a derivation may read of the state, and what was touched since the one before."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from nodeview.cluster.event_index import EventIndex
from nodeview.cluster.happening import Happening, Stream
from nodeview.cluster.preemption import Preemptions
from nodeview.cluster.usage import UsageIndex
from nodeview.pricing import EMPTY_BOOK, Overlay, PriceBook
from nodeview.provisioners import ClaimIndex
from nodeview.records import CapacityBuffer, Node, NodeName, NodePool, ObjectKey, OwnerRef, Pod

Owners = Mapping[tuple[str, ObjectKey], OwnerRef]
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
    usage: UsageIndex = UsageIndex()
    buffers: Mapping[ObjectKey, CapacityBuffer] = msgspec.field(default_factory=dict)
    """Room that is kept without pods."""
