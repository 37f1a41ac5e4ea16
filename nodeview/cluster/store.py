"""The fold: Changes go in, in any order of resources, and the state of one cluster is what they come to."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, assert_never

from msgspec.structs import replace

from nodeview.cluster.buffers import Buffers
from nodeview.cluster.chronicle import Chronicle
from nodeview.cluster.event_index import EventIndex
from nodeview.cluster.event_rows import EventRows
from nodeview.cluster.fold import Fold, Stories
from nodeview.cluster.pod_places import PodPlaces
from nodeview.cluster.snapshot import Snapshot, Touched
from nodeview.cluster.streams import Streams
from nodeview.cluster.surroundings import Surroundings
from nodeview.cluster.table import Table
from nodeview.cluster.usage import UsageFold
from nodeview.pricing import EMPTY_BOOK, PriceBook
from nodeview.provisioners import INTERRUPTIONS, ClaimIndex
from nodeview.records import (
    Change,
    ClusterEvent,
    Current,
    Deleted,
    Lagging,
    Listing,
    Node,
    NodeClaim,
    NodeName,
    NodeOverlay,
    NodePool,
    ObjectKey,
    Pod,
    Record,
    Resource,
    Synced,
    Upserted,
)

NOTHING = Listing(0, 0, new_epoch=True)
"""What stands for the listing of a resource that is not served: there is none of it."""
UNTOUCHED = Touched(frozenset(), {}, {}, frozenset(), owners=False, pools=False)


class ClusterStore:
    """The only mutable state: rows as they are said, and stories that are folded from them. Nothing is added up."""

    def __init__(self, is_balloon: Callable[[Pod], bool] = lambda pod: pod.shape.priority < 0) -> None:
        """`is_balloon` says whose preemption is what it is there for, and whose is an alarm."""
        self.chronicle = Chronicle()
        self._events = EventIndex()
        self._tables: dict[Resource[Any], Table[Any]] = {}
        self._streams = Streams(self.chronicle)
        self.usage = UsageFold(self._tables, self.chronicle)
        self._pods = PodPlaces()
        self._nodes: dict[ObjectKey, Node] = {}
        self._claims: dict[str, NodeClaim] = {}
        self._claim_index: ClaimIndex | None = None
        self._by_provider_id: dict[str, NodeName] = {}
        self._node_pools: dict[str, NodePool] = {}
        self._overlays: dict[str, NodeOverlay] = {}
        self._buffers = Buffers()
        self._around = Surroundings()
        self._prices = EMPTY_BOOK
        self._stories = Stories(self.chronicle, is_balloon, self._pods.at, self._node_at, self._pods.on)
        self._forget_touched()

    def listen(self, fold: Fold) -> Callable[[], None]:
        """From now on this fold sees every row, too; what is given back ends that."""
        return self._stories.listen(fold)

    def follow(self, resource: Resource[Any]) -> None:
        """This resource is going to be heard; until then its stream is said to be listing."""
        self._tables[resource] = EventRows() if resource.plural == "events" else Table()
        self._streams.follow(resource)

    def apply(self, change: Change, at: float) -> None:
        """Fold one change in; `at` is when it was heard, epoch seconds."""
        resource = change.resource
        table = self._tables[resource]
        match change:
            case Upserted(records=records, versions=versions, listing=listing):
                if listing is not None:
                    table.begin(listing)
                    self._streams.lists(resource, at)
                for before, after in table.put(records, versions, listing):
                    self._moved(resource, before, after, at, table.key)
            case Deleted(key=key, uid=uid, version=version):
                gone = table.remove(key, uid, version)
                if gone is not None:
                    self._moved(resource, gone, None, at)
            case Synced(listing=listing):
                for gone in table.finish(listing):
                    self._moved(resource, gone, None, at)
                for event in table.late() if isinstance(table, EventRows) else ():
                    self._moved(resource, None, event, at)
                self._streams.synced(resource, at)
            case Lagging(state=state, since=since, reason=reason):
                if state == "absent":
                    for gone in table.finish(NOTHING):
                        self._moved(resource, gone, None, at)
                self._streams.lags(resource, state, since, reason, at)
            case Current():
                self._streams.current(resource, at)
            case _:
                assert_never(change)

    def heard(
        self,
        resource: Resource[Any],
        at: float | None,
        *,
        bookmarked: bool,
        unread: int,
        events: int = 0,
        relists: int = 0,
        now: float | None = None,
    ) -> None:
        """The stream's own report, asked for once a frame: its last byte, how much of it could not be read, how many
        events and relists there were ever. Without `now` there is no rate.
        """
        self._streams.heard(resource, at, bookmarked=bookmarked, unread=unread, events=events, relists=relists, now=now)

    def priced(self, book: PriceBook) -> None:
        """From now on this is what is known of prices."""
        self._prices, self._prices_touched = book, True

    def snapshot(self) -> Snapshot:
        """The state to derive from; what was touched is handed over with it, and forgotten here."""
        nodes, waiting = frozenset(self._touched), frozenset(self._pods.touched)
        touched = Touched(nodes, self._joined, self._left, waiting, owners=False, pools=self._pools_touched)
        touched = replace(touched, events=self._events_touched, usage=self.usage.take(), claims=self._claims_touched)
        touched = self._around.take(touched)
        self._forget_touched()
        return self._state(touched)

    def read(self) -> Snapshot:
        """The state at any moment, to be looked at; nothing in it is said to be touched, and nothing is forgotten."""
        return self._state(UNTOUCHED)

    def _state(self, touched: Touched) -> Snapshot:
        if self._claim_index is None:
            self._claim_index = ClaimIndex(self._claims.values())
        around = self._around
        return Snapshot(
            nodes=self._nodes,
            pods=self._pods.on,
            waiting=self._pods.waiting,
            claims=self._claim_index,
            node_pools=self._node_pools,
            owners=around.workloads.owners,
            streams=self._streams.told(),
            feed=self.chronicle.lines(),
            touched=touched,
            prices=self._prices,
            overlays=tuple(self._overlays.values()),
            buffers=self._buffers.told,
            events=self._events,
            usage=self.usage.told(),
            workloads=around.workloads.rows,
            budgets=around.budgets,
            volumes=around.volumes.told(),
            autoscaler=around.autoscaler,
            recommendations=around.recommendations,
            **self._stories.told(),
        )

    @property
    def stirred(self) -> bool:
        """Something differs from the last snapshot, the age of streams aside."""
        nodes = bool(self._touched or self._pods.touched or self.usage.touched)
        others = self._pools_touched or self._claims_touched or self._prices_touched or self._around.stirred
        return nodes or others or self._streams.touched or self.chronicle.stirred

    @property
    def settled(self) -> bool:
        """No stream lists or lags: what can be known is."""
        return self._streams.settled

    # -- what a row that moved touches ------------------------------------------------------

    def _moved(
        self,
        resource: Resource[Any],
        before: Record | None,
        after: Record | None,
        at: float,
        key: ObjectKey | None = None,
    ) -> None:
        row = after if after is not None else before
        live = self._streams.of(resource).synced_once
        if isinstance(row, Pod):
            self._pods.moved(before, after, self._touched, key)  # type: ignore[arg-type]
            if after is None:
                self._events.forget(row.uid)
        elif isinstance(row, ClusterEvent):
            self._events.put(row)
            self._events_touched = True
            if row.reason in INTERRUPTIONS and row.about.kind == "Node":
                self._touched.add(NodeName(row.about.name))
        elif isinstance(row, Node):
            self._node_moved(before, after, at, live=live)  # type: ignore[arg-type]
        elif isinstance(row, NodeClaim):
            self._claim_moved(before, after)  # type: ignore[arg-type]
        elif isinstance(row, NodePool):
            self._pool_moved(before, after)  # type: ignore[arg-type]
        elif isinstance(row, NodeOverlay):
            self._overlay_moved(row, after)
        elif self._buffers.moved(before, after):
            self._pools_touched = True
        else:
            self._around.moved(before, after)
        self._stories.moved(before, after, at, live=live)

    def _overlay_moved(self, row: NodeOverlay, after: Record | None) -> None:
        self._prices_touched = True
        self._overlays.pop(row.name, None)
        if row is after:
            self._overlays[row.name] = row

    def _node_at(self, name: NodeName) -> Node | None:
        return self._nodes.get(ObjectKey("", name))

    def _node_moved(self, before: Node | None, after: Node | None, at: float, *, live: bool) -> None:
        name = after.name if after is not None else before.name if before is not None else NodeName("")
        if before is not None:
            self._by_provider_id.pop(before.provider_id, None)
        if after is None:
            self._nodes.pop(ObjectKey("", name), None)
        else:
            self._nodes[after.key] = after
            if after.provider_id:
                self._by_provider_id[after.provider_id] = name
        self._touched.add(name)
        if live:
            self.chronicle.node(before, after, at)
            if after is None:
                self._left[name] = at
            elif before is None or before.uid != after.uid:
                self._joined[name] = at

    def _claim_moved(self, before: NodeClaim | None, after: NodeClaim | None) -> None:
        self._claims_touched, self._claim_index = True, None
        if before is not None:
            self._claims.pop(before.uid, None)
        if after is not None:
            self._claims[after.uid] = after
        for name in (*_names(before), *_names(after)):
            self._touched.add(self._by_provider_id.get(name, NodeName(name)))

    def _pool_moved(self, before: NodePool | None, after: NodePool | None) -> None:
        self._pools_touched = True
        if after is None and before is not None:
            self._node_pools.pop(before.name, None)
        elif after is not None:
            self._node_pools[after.name] = after
        if (before and before.expire_after) != (after and after.expire_after):
            self._touched.update(node.name for node in self._nodes.values())

    def _forget_touched(self) -> None:
        self._touched: set[NodeName] = set()
        self._joined: dict[NodeName, float] = {}
        self._left: dict[NodeName, float] = {}
        self._pods.touched = set()
        self._pools_touched = self._claims_touched = self._prices_touched = self._events_touched = False
        self._streams.touched = self.chronicle.stirred = False


def _names(claim: NodeClaim | None) -> list[str]:
    """What a node may know this claim by: its provider id and its name."""
    return [name for name in (claim.provider_id, claim.node) if name] if claim is not None else []
