"""The fold: Changes go in, in any order of resources, and the state of one cluster is what they come to."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, assert_never

from msgspec.structs import replace

from nodeview.cluster.buffers import Buffers
from nodeview.cluster.chronicle import Chronicle
from nodeview.cluster.event_index import EventIndex
from nodeview.cluster.event_lines import EventLines
from nodeview.cluster.event_rows import EventRows
from nodeview.cluster.preemptions import PreemptionFold
from nodeview.cluster.snapshot import Snapshot, Touched
from nodeview.cluster.streams import Streams
from nodeview.cluster.table import Table
from nodeview.cluster.usage import UsageFold
from nodeview.pricing import EMPTY_BOOK, PriceBook
from nodeview.provisioners import ClaimIndex
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
    OwnerRef,
    Pod,
    Record,
    Resource,
    Synced,
    Upserted,
    Workload,
)

NOTHING = Listing(0, 0, new_epoch=True)
"""What stands for the listing of a resource that is not served: there is none of it."""


class ClusterStore:
    """The only mutable state. Pods are kept under their node's name whether or not the node is known yet,

    so that arrival order cannot matter; nothing is ever added up here.
    """

    def __init__(self, is_balloon: Callable[[Pod], bool] = lambda pod: pod.shape.priority < 0) -> None:
        """`is_balloon` says whose preemption is what it is there for, and whose is an alarm."""
        self.chronicle = Chronicle()
        self._event_lines = EventLines(self.chronicle)
        self._events = EventIndex()
        self._preemptions = PreemptionFold(self.chronicle, is_balloon, self._pod_at, self._node_at)
        self._tables: dict[Resource[Any], Table[Any]] = {}
        self._streams = Streams(self.chronicle)
        self.usage = UsageFold(self._tables, self.chronicle)
        self._pods: dict[NodeName, dict[ObjectKey, Pod]] = {}
        self._waiting: dict[ObjectKey, Pod] = {}
        self._nodes: dict[ObjectKey, Node] = {}
        self._claims: dict[str, NodeClaim] = {}
        self._claim_index = ClaimIndex()
        self._by_provider_id: dict[str, NodeName] = {}
        self._node_pools: dict[str, NodePool] = {}
        self._owners: dict[tuple[str, ObjectKey], OwnerRef] = {}
        self._overlays: dict[str, NodeOverlay] = {}
        self._buffers = Buffers()
        self._prices = EMPTY_BOOK
        self._forget_touched()

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
                    self._moved(resource, before, after, at)
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
        if self._claims_touched:
            self._claim_index = ClaimIndex(self._claims.values())
        nodes, waiting = frozenset(self._touched), frozenset(self._waiting_touched)
        touched = Touched(nodes, self._joined, self._left, waiting, self._owners_touched, self._pools_touched)
        touched = replace(touched, events=self._events_touched, usage=self.usage.take())
        self._forget_touched()
        return Snapshot(
            nodes=self._nodes,
            pods=self._pods,
            waiting=self._waiting,
            claims=self._claim_index,
            node_pools=self._node_pools,
            owners=self._owners,
            streams=self._streams.told(),
            feed=self.chronicle.lines(),
            touched=touched,
            prices=self._prices,
            overlays=tuple(self._overlays.values()),
            buffers=self._buffers.told,
            events=self._events,
            preemptions=self._preemptions.told(),
            usage=self.usage.told(),
        )

    @property
    def stirred(self) -> bool:
        """Something differs from the last snapshot, the age of streams aside."""
        others = self._pools_touched or self._streams.touched or self._prices_touched or self._owners_touched
        return bool(self._touched or self._waiting_touched or self.usage.touched) or others or self.chronicle.stirred

    @property
    def settled(self) -> bool:
        """No stream lists or lags: what can be known is."""
        return self._streams.settled

    # -- what a row that moved touches ------------------------------------------------------

    def _moved(self, resource: Resource[Any], before: Record | None, after: Record | None, at: float) -> None:
        row = after if after is not None else before
        if isinstance(row, Pod):
            self._pod_moved(before, after)  # type: ignore[arg-type]
            self._pod_told(before, after, at, live=self._streams.of(resource).synced_once)  # type: ignore[arg-type]
        elif isinstance(row, ClusterEvent):
            self._event_told(row, at, news=before is None)
        elif isinstance(row, Node):
            self._node_moved(resource, before, after, at)  # type: ignore[arg-type]
        elif isinstance(row, NodeClaim):
            self._claim_moved(before, after)  # type: ignore[arg-type]
        elif isinstance(row, NodePool):
            self._pool_moved(before, after)  # type: ignore[arg-type]
        elif isinstance(row, Workload):
            self._workload_moved(before, after)  # type: ignore[arg-type]
        elif self._buffers.moved(before, after):
            self._pools_touched = True
        elif isinstance(row, NodeOverlay):
            self._overlays.pop(row.name, None)
            if isinstance(after, NodeOverlay):
                self._overlays[after.name] = after
            self._prices_touched = True

    def _pod_moved(self, before: Pod | None, after: Pod | None) -> None:
        if before is not None and (after is None or after.node != before.node):
            self._drop_pod(before)
        if after is None:
            return
        if after.node is None:
            self._waiting[after.key] = after
            self._waiting_touched.add(after.key)
            return
        pods = self._pods.get(after.node)
        if pods is None:
            pods = self._pods[after.node] = {}
        pods[after.key] = after
        self._touched.add(after.node)

    def _pod_told(self, before: Pod | None, after: Pod | None, at: float, *, live: bool) -> None:
        self._preemptions.pod(before, after, at, live=live)
        if after is None:
            if before is not None:
                self._events.forget(before.uid)
        elif live and after.disruption:
            self._event_lines.pod(before, after, at)

    def _event_told(self, event: ClusterEvent, at: float, *, news: bool) -> None:
        self._events.put(event)
        self._events_touched = True
        if news and event.reason == "Preempted":
            self._preemptions.event(event, at)
        elif news:
            self._event_lines.event(event, at)

    def _pod_at(self, key: ObjectKey, node: NodeName | None) -> Pod | None:
        """By its key, on the node that is named; without a name, wherever it is, which few ask for."""
        places = self._pods.values() if node is None else [self._pods.get(node, {})]
        return self._waiting.get(key) or next((pods[key] for pods in places if key in pods), None)

    def _node_at(self, name: NodeName) -> Node | None:
        return self._nodes.get(ObjectKey("", name))

    def _drop_pod(self, pod: Pod) -> None:
        if pod.node is None:
            self._waiting.pop(pod.key, None)
            self._waiting_touched.add(pod.key)
            return
        pods = self._pods.get(pod.node, {})
        pods.pop(pod.key, None)
        if not pods:
            self._pods.pop(pod.node, None)
        self._touched.add(pod.node)

    def _node_moved(self, resource: Resource[Any], before: Node | None, after: Node | None, at: float) -> None:
        name = after.name if after is not None else before.name if before is not None else NodeName("")
        if before is not None:
            self._by_provider_id.pop(before.provider_id, None)
        if after is None:
            self._nodes.pop(ObjectKey("", name), None)
        else:
            self._nodes[after.key] = after
            if after.provider_id:
                self._by_provider_id[after.provider_id] = name
            self._preemptions.node(after)
        self._touched.add(name)
        if self._streams.of(resource).synced_once:
            self.chronicle.node(before, after, at)
            if after is None:
                self._left[name] = at
            elif before is None or before.uid != after.uid:
                self._joined[name] = at

    def _claim_moved(self, before: NodeClaim | None, after: NodeClaim | None) -> None:
        self._claims_touched = True
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

    def _workload_moved(self, before: Workload | None, after: Workload | None) -> None:
        self._owners_touched = True
        if before is not None:
            self._owners.pop((before.kind, before.key), None)
        if after is not None and after.owner is not None:
            self._owners[after.kind, after.key] = after.owner

    def _forget_touched(self) -> None:
        self._touched: set[NodeName] = set()
        self._joined: dict[NodeName, float] = {}
        self._left: dict[NodeName, float] = {}
        self._waiting_touched: set[ObjectKey] = set()
        self._pools_touched = self._streams.touched = self._claims_touched = False
        self._prices_touched = self._owners_touched = self._events_touched = False


def _names(claim: NodeClaim | None) -> list[str]:
    """What a node may know this claim by: its provider id and its name."""
    return [name for name in (claim.provider_id, claim.node) if name] if claim is not None else []
