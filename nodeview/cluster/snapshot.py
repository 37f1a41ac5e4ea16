"""What a derivation may read of the state, and what was touched since the one before."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from nodeview.cluster.happening import Happening, Stream
from nodeview.pricing import EMPTY_BOOK, Overlay, PriceBook
from nodeview.provisioners import ClaimIndex
from nodeview.records import Node, NodeName, NodePool, ObjectKey, OwnerRef, Pod

Owners = Mapping[tuple[str, ObjectKey], OwnerRef]
"""(kind, key) of a ReplicaSet or Job → the Deployment, Rollout or CronJob that owns it."""


class Touched(msgspec.Struct, frozen=True, eq=False):
    """What was heard since the snapshot before."""

    nodes: frozenset[NodeName]
    joined: Mapping[NodeName, float]
    """Nodes that appeared, and when; not those of the first listing."""
    left: Mapping[NodeName, float]
    waiting: bool
    pools: bool


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
