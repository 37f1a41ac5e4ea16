"""What a cluster amounts to at one moment."""

from __future__ import annotations

from collections import Counter
from collections.abc import Generator, Iterable, Mapping

import msgspec

from nodeview.cluster import Owners, Snapshot, Stream
from nodeview.records import Node, NodeName, NodePool, ObjectKey, ServerVersion
from nodeview.views.node import Assumptions, NodeView, view_node
from nodeview.views.pod import PendingView, view_pending
from nodeview.views.tallies import Tally, merge, tally

SLICE = 16
"""Nodes derived between two yields: well under a millisecond of work."""
LINGER = 6.0
"""Seconds for which a node that joined or left is marked."""
INFINITY = float("inf")
KARPENTERS = ("karpenter", "eks-auto", "kwok")

LeafKey = tuple[str, str | None, str | None, str | None]
"""(provisioner, pool, zone, region)."""


class Leaf(msgspec.Struct, frozen=True, eq=False):
    """Nodes of one pool in one zone, and their sums: what pools, zones and totals are made of."""

    names: tuple[NodeName, ...]
    tally: Tally


class PoolView(msgspec.Struct, frozen=True, eq=False):
    """One pool: its nodes' sums and its limits, if it has any. `name` None gathers the nodes of no known pool."""

    name: str | None
    provisioner: str
    tally: Tally
    versions: Mapping[str, int]
    """Kubelet version → nodes."""
    record: NodePool | None


class ZoneView(msgspec.Struct, frozen=True, eq=False):
    """One zone and its nodes' sums."""

    name: str | None
    tally: Tally


class Departed(msgspec.Struct, frozen=True, eq=False):
    """A node that left a moment ago, as it was last seen."""

    view: NodeView
    at: float


class ClusterView(msgspec.Struct, frozen=True, eq=False):
    """All that is derived of one cluster. Immutable; views of untouched nodes are those of the moment before."""

    nodes: Mapping[NodeName, NodeView]
    joined: Mapping[NodeName, float]
    """Nodes that joined a moment ago, and when; those of the first listing did not join."""
    departed: Mapping[NodeName, Departed]
    totals: Tally
    """Of the shown nodes; `totals.pods.pending` counts the cluster's pending pods."""
    pools: tuple[PoolView, ...]
    zones: tuple[ZoneView, ...]
    pending: tuple[PendingView, ...]
    """Pods without a node, the oldest first. Starting ones are in their nodes' views."""
    owners: Owners
    pods_elsewhere: int
    """Bound to nodes that are not shown: left out by the node selector, or gone before their pods."""
    streams: tuple[Stream, ...]
    leaves: Mapping[LeafKey, Leaf] = msgspec.field(default_factory=dict)
    no_pods: str = ""
    """Why pods are not known; empty where they are, and while they are listed first: sums are "so far" then."""
    next_moment: float | None = None
    """When time alone changes the picture, ages aside; epoch seconds."""


NOTHING = merge([])
EMPTY = ClusterView({}, {}, {}, NOTHING, (), (), (), {}, 0, ())


def view_cluster(
    snapshot: Snapshot,
    given: Assumptions,
    previous: ClusterView | None,
    now: float,
    control_plane: ServerVersion | None,
) -> Generator[None, None, tuple[ClusterView, frozenset[NodeName]]]:
    """Derive the cluster's view, and the names of the nodes that were derived again.

    Yields after every few nodes, so that its driver can let others run; touched nodes only are derived, and what is
    touched meanwhile is in the next snapshot.
    """
    old = previous or EMPTY
    nodes = dict(old.nodes)
    no_pods = why_unheard(snapshot.streams, "pods")
    due = _due(old, now) if no_pods == old.no_pods else frozenset(old.nodes)
    touched = snapshot.touched.nodes | due if due else snapshot.touched.nodes
    departed = {name: one for name, one in old.departed.items() if now < one.at + LINGER}
    for count, name in enumerate(touched):
        record = snapshot.nodes.get(ObjectKey("", name))
        if record is None:
            gone = nodes.pop(name, None)
            if gone is not None and name in snapshot.touched.left:
                departed[name] = Departed(gone, snapshot.touched.left[name])
            continue
        departed.pop(name, None)
        nodes[name] = _view_node(snapshot, record, given, now, control_plane, no_pods)
        if count % SLICE == SLICE - 1:
            yield
    leaves = _leaves(old, nodes, touched, given)
    yield
    waiting = snapshot.touched.waiting or previous is None
    owners = dict(snapshot.owners) if waiting else old.owners
    pending = _pending(snapshot, owners) if waiting else old.pending
    totals = merge([leaf.tally for leaf in leaves.values()])
    totals = totals.without_pods(no_pods) if no_pods else totals.with_pending(len(pending))
    regroup = bool(touched) or snapshot.touched.pools or previous is None
    joined = {name: at for name, at in {**old.joined, **snapshot.touched.joined}.items() if now < at + LINGER}
    view = ClusterView(
        nodes=nodes,
        joined={name: at for name, at in joined.items() if name in nodes},
        departed=departed,
        totals=totals,
        pools=_pools(leaves, nodes, snapshot) if regroup else old.pools,
        zones=_zones(leaves) if regroup else old.zones,
        pending=pending,
        owners=owners,
        pods_elsewhere=_elsewhere(snapshot, nodes),
        streams=snapshot.streams,
        leaves=leaves,
        no_pods=no_pods,
        next_moment=_next_moment(nodes, joined, departed, old, touched),
    )
    return view, touched


def why_unheard(streams: Iterable[Stream], resource: str) -> str:
    """Why nothing is known of a resource that was never heard to the end; empty where it was, or is being listed."""
    for one in streams:
        if one.resource == resource and not one.synced_once and one.state not in ("synced", "listing"):
            return f"{resource} are not known: {one.reason or one.state}"
    return ""


def _view_node(
    snapshot: Snapshot,
    record: Node,
    given: Assumptions,
    now: float,
    control_plane: ServerVersion | None,
    no_pods: str,
) -> NodeView:
    claim = snapshot.claims.of(record)
    label = record.labels.get("karpenter.sh/nodepool") or record.labels.get("karpenter.sh/provisioner-name")
    pool = snapshot.node_pools.get(label) if label else None
    pods = snapshot.pods.get(record.name, {}).values()
    return view_node(record, claim, pool, pods, given, now, control_plane, no_pods)


def _leaf_key(view: NodeView) -> LeafKey:
    return view.ownership.provisioner, view.pool, view.traits.zone, view.traits.region


def _leaves(
    old: ClusterView, nodes: Mapping[NodeName, NodeView], touched: Iterable[NodeName], given: Assumptions
) -> Mapping[LeafKey, Leaf]:
    """Sum again the leaves that a touched node is in, or was."""
    stale: dict[LeafKey, dict[NodeName, None]] = {}

    def names(key: LeafKey) -> dict[NodeName, None]:
        if key not in stale:
            leaf = old.leaves.get(key)
            stale[key] = dict.fromkeys(leaf.names) if leaf is not None else {}
        return stale[key]

    for name in touched:
        before, after = old.nodes.get(name), nodes.get(name)
        if before is not None:
            names(_leaf_key(before)).pop(name, None)
        if after is not None:
            names(_leaf_key(after))[name] = None
    leaves = dict(old.leaves)
    for key, members in stale.items():
        if members:
            leaves[key] = Leaf(tuple(members), tally([nodes[name] for name in members], given.resources))
        else:
            leaves.pop(key, None)
    return leaves


def _pools(
    leaves: Mapping[LeafKey, Leaf], nodes: Mapping[NodeName, NodeView], snapshot: Snapshot
) -> tuple[PoolView, ...]:
    by_pool: dict[tuple[str, str | None], list[Leaf]] = {}
    for (provisioner, pool, _zone, _region), leaf in leaves.items():
        by_pool.setdefault((provisioner, pool), []).append(leaf)
    return tuple(
        PoolView(
            name=pool,
            provisioner=provisioner,
            tally=merge([leaf.tally for leaf in members]),
            versions=Counter([nodes[name].record.kubelet_version for leaf in members for name in leaf.names]),
            record=snapshot.node_pools.get(pool) if pool and provisioner in KARPENTERS else None,
        )
        for (provisioner, pool), members in sorted(
            by_pool.items(), key=lambda item: (item[0][1] is None, item[0][1] or "", item[0][0])
        )
    )


def _zones(leaves: Mapping[LeafKey, Leaf]) -> tuple[ZoneView, ...]:
    by_zone: dict[str | None, list[Tally]] = {}
    for (_provisioner, _pool, zone, _region), leaf in leaves.items():
        by_zone.setdefault(zone, []).append(leaf.tally)
    return tuple(
        ZoneView(zone, merge(tallies))
        for zone, tallies in sorted(by_zone.items(), key=lambda item: (item[0] is None, item[0] or ""))
    )


def _pending(snapshot: Snapshot, owners: Owners) -> tuple[PendingView, ...]:
    pods = [pod for pod in snapshot.waiting.values() if not pod.finished]
    return tuple(view_pending(pod, owners) for pod in sorted(pods, key=lambda pod: (pod.created, pod.key)))


def _elsewhere(snapshot: Snapshot, nodes: Mapping[NodeName, NodeView]) -> int:
    strangers = snapshot.pods.keys() - nodes.keys()
    return sum(not pod.finished for name in strangers for pod in snapshot.pods[name].values())


def _due(old: ClusterView, now: float) -> frozenset[NodeName]:
    """Nodes whose picture time alone has changed."""
    if old.next_moment is None or now < old.next_moment:
        return frozenset()
    return frozenset(name for name, view in old.nodes.items() if (view.next_moment or INFINITY) <= now)


def _next_moment(
    nodes: Mapping[NodeName, NodeView],
    joined: Mapping[NodeName, float],
    departed: Mapping[NodeName, Departed],
    old: ClusterView,
    touched: Iterable[NodeName],
) -> float | None:
    """When a node's phase turns, or a mark of who joined or left is taken away."""
    if touched or old.next_moment is None:
        turning = min((view.next_moment for view in nodes.values() if view.next_moment is not None), default=INFINITY)
    else:
        turning = old.next_moment
    marks = [at + LINGER for at in joined.values()] + [one.at + LINGER for one in departed.values()]
    moment = min([turning, *marks])
    return None if moment == INFINITY else moment
