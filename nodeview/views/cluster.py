"""What a cluster amounts to at one moment."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Mapping

import msgspec

from nodeview.cluster import (
    Arrivals,
    EventIndex,
    Histories,
    Owners,
    Preemptions,
    Snapshot,
    Stream,
    UsageIndex,
    WorkloadKey,
)
from nodeview.pricing import EMPTY_BOOK, PriceBook
from nodeview.provisioners import interruption_of, karpenter_pool
from nodeview.records import AutoscalerStatus, Node, NodeName, ObjectKey, ServerVersion, VerticalPodAutoscaler
from nodeview.views.claim import NO_CLAIMS, Claims, view_claims
from nodeview.views.headroom import NO_HEADROOM, Headroom, view_headroom
from nodeview.views.node import Assumptions, NodeView, view_node
from nodeview.views.pod import PendingView, waiting_views
from nodeview.views.pool import PoolView, view_pools
from nodeview.views.remeasuring import used_again
from nodeview.views.repricing import book_of, price_again
from nodeview.views.tallies import INFINITY, Kind, Leaf, Tally, kind_of, leaf_of, total

SLICE = 16
"""Nodes derived between two yields: well under a millisecond of work."""
LINGER = 6.0
"""Seconds for which a node that joined or left is marked."""


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
    waits: Mapping[ObjectKey, PendingView] = msgspec.field(default_factory=dict)
    """The same pods by their keys, in the same order."""
    leaves: Mapping[Kind, Leaf] = msgspec.field(default_factory=dict)
    """What all sums are made of."""
    no_pods: str = ""
    """Why pods are not known; empty where they are, and while they are listed first: sums are "so far" then."""
    next_moment: float | None = None
    """When time alone changes the picture, ages aside; epoch seconds."""
    remeasured: frozenset[NodeName] = frozenset()
    """Nodes of which nothing differs from the moment before but what they use."""
    given: Assumptions = Assumptions()
    """What it was derived with. Where `given.priced` is False, there is to be no trace of prices."""
    preemptions: Preemptions = Preemptions()
    """All since we watch."""
    usage: UsageIndex = UsageIndex()
    """What nodes and pods really use, as far as it is measured."""
    headroom: Headroom = NO_HEADROOM
    claims: Claims = NO_CLAIMS
    """NodeClaims without a node; no sum counts them."""
    arrivals: Arrivals = Arrivals()
    """How nodes came."""
    history: Histories = msgspec.field(default_factory=Histories)
    """What nodes went through since we watch, to be asked by name."""
    events: EventIndex = msgspec.field(default_factory=EventIndex)
    """What was said of nodes, claims and pods, to be asked by uid."""
    autoscaler: AutoscalerStatus | None = None
    """What the Cluster Autoscaler says of its groups, where it runs."""
    recommendations: Mapping[WorkloadKey, VerticalPodAutoscaler] = {}
    """What workloads should request, by the VerticalPodAutoscaler, where somebody asked it."""
    prices: PriceBook = EMPTY_BOOK
    """The price book that was given."""
    book: PriceBook = EMPTY_BOOK
    """The same with the cluster's own overlays: what the nodes are priced by, and can explain it."""

    @property
    def out_of_sight(self) -> str:
        """Which pods are in no sum here, for a person to read; empty where there are none."""
        count = self.pods_elsewhere
        return f"{count:,} pod{'' if count == 1 else 's'} on nodes that are not shown" if count else ""


NOTHING = total([], ())
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
    no_pods = why_unheard(snapshot.streams, "pods")
    due = _due(old, now) if no_pods == old.no_pods else frozenset(old.nodes)
    touched = snapshot.touched.nodes | due if due else snapshot.touched.nodes
    nodes = dict(old.nodes)
    book = book_of(snapshot, old.prices, old.book)
    departed = {name: one for name, one in old.departed.items() if now < one.at + LINGER}
    for count, name in enumerate(touched):
        record = snapshot.nodes.get(ObjectKey("", name))
        if record is None:
            gone = nodes.pop(name, None)
            if gone is not None and name in snapshot.touched.left:
                departed[name] = Departed(gone, snapshot.touched.left[name])
            continue
        departed.pop(name, None)
        nodes[name] = _view_node(snapshot, record, given, now, control_plane, no_pods, book)
        if count % SLICE == SLICE - 1:
            yield
    yield
    if book is not old.book and given.priced:
        others = yield from price_again(nodes, touched, snapshot, old.book, book)
        touched |= {name for name, view in others.items() if view.price != nodes[name].price}
        nodes.update(others)
    owners_moved = snapshot.touched.owners or previous is None
    waiting = bool(snapshot.touched.waiting) or owners_moved
    owners = dict(snapshot.owners) if owners_moved else old.owners
    waits = old.waits
    if waiting:
        some = None if owners_moved else snapshot.touched.waiting
        waits = yield from waiting_views(snapshot.waiting, owners, old.waits, some)
    pending = tuple(waits.values()) if waiting else old.pending
    leaves = _leaves(old, nodes, touched, given) if touched else old.leaves
    pools, zones, totals = old.pools, old.zones, old.totals
    if touched or waiting or no_pods != old.no_pods:
        totals = total([*leaves.values()], given.resources)
        totals = totals.without_pods(no_pods) if no_pods else totals.with_pending(len(pending))
    if touched or snapshot.touched.pools or previous is None or no_pods != old.no_pods:
        pools = view_pools(leaves.values(), snapshot.node_pools, given.resources, old.pools, no_pods)
        zones = _zones(leaves, given.resources)
    headroom = yield from view_headroom(leaves, nodes, snapshot, owners, given, old.headroom, no_pods)
    moved = any((name in nodes) is not (name in old.nodes) for name in touched)
    claims = yield from view_claims(snapshot, nodes, given, book, old.claims, now, moved=moved)
    remeasured = yield from used_again(nodes, snapshot, touched)
    joined = {name: at for name, at in {**old.joined, **snapshot.touched.joined}.items() if now < at + LINGER}
    marks = [at + LINGER for at in joined.values()] + [one.at + LINGER for one in departed.values()]
    turning = [leaf.next_moment for leaf in leaves.values()]
    moment = min([*turning, *marks, claims.next_moment or INFINITY], default=INFINITY)
    view = ClusterView(
        nodes=nodes,
        joined={name: at for name, at in joined.items() if name in nodes},
        departed=departed,
        totals=totals,
        pools=pools,
        zones=zones,
        pending=pending,
        waits=waits,
        owners=owners,
        pods_elsewhere=_elsewhere(snapshot, nodes) if touched else old.pods_elsewhere,
        streams=snapshot.streams,
        leaves=leaves,
        no_pods=no_pods,
        next_moment=None if moment == INFINITY else moment,
        remeasured=remeasured,
        given=given,
        preemptions=snapshot.preemptions,
        usage=snapshot.usage,
        headroom=headroom,
        claims=claims,
        arrivals=snapshot.arrivals,
        history=snapshot.history,
        events=snapshot.events,
        autoscaler=snapshot.autoscaler,
        recommendations=snapshot.recommendations,
        prices=snapshot.prices,
        book=book,
    )
    return view, touched | remeasured if remeasured else touched


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
    book: PriceBook,
) -> NodeView:
    claim = snapshot.claims.of(record)
    pool = snapshot.node_pools.get(karpenter_pool(record.labels) or "")
    pods = snapshot.pods.get(record.name, {}).values()
    used = snapshot.usage.nodes.get(record.name)
    evicted_at = snapshot.evictions.get(record.name)
    notice = interruption_of(snapshot.events.about(record.uid))
    return view_node(record, claim, pool, pods, given, now, control_plane, no_pods, book, used, evicted_at, notice)


def _leaves(
    old: ClusterView, nodes: Mapping[NodeName, NodeView], touched: Iterable[NodeName], given: Assumptions
) -> Mapping[Kind, Leaf]:
    """Sum again the leaves that a touched node is in, or was."""
    stale: dict[Kind, dict[NodeName, None]] = {}

    def names(kind: Kind) -> dict[NodeName, None]:
        if kind not in stale:
            leaf = old.leaves.get(kind)
            stale[kind] = dict.fromkeys(leaf.names) if leaf is not None else {}
        return stale[kind]

    for name in touched:
        before, after = old.nodes.get(name), nodes.get(name)
        if before is not None:
            names(kind_of(before)).pop(name, None)
        if after is not None:
            names(kind_of(after))[name] = None
    leaves = dict(old.leaves)
    for kind, members in stale.items():
        if members:
            leaves[kind] = leaf_of(kind, [nodes[name] for name in members], given.resources)
        else:
            leaves.pop(kind, None)
    return leaves


def _zones(leaves: Mapping[Kind, Leaf], resources: tuple[str, ...]) -> tuple[ZoneView, ...]:
    by_zone: dict[str | None, list[Leaf]] = {}
    for kind, leaf in leaves.items():
        by_zone.setdefault(kind.zone, []).append(leaf)
    return tuple(
        ZoneView(zone, total(members, resources))
        for zone, members in sorted(by_zone.items(), key=lambda item: (item[0] is None, item[0] or ""))
    )


def _elsewhere(snapshot: Snapshot, nodes: Mapping[NodeName, NodeView]) -> int:
    strangers = snapshot.pods.keys() - nodes.keys()
    return sum(not pod.finished for name in strangers for pod in snapshot.pods[name].values())


def _due(old: ClusterView, now: float) -> frozenset[NodeName]:
    """Nodes whose picture time alone has changed."""
    if old.next_moment is None or now < old.next_moment:
        return frozenset()
    return frozenset(name for name, view in old.nodes.items() if (view.next_moment or INFINITY) <= now)
