"""The fold: Changes go in, in any order of resources, and the state of one cluster is what they come to."""

from __future__ import annotations

from typing import Any, assert_never

from msgspec.structs import replace

from nodeview.cluster.chronicle import Chronicle
from nodeview.cluster.event_rate import EventRate
from nodeview.cluster.happening import Stream, StreamState
from nodeview.cluster.snapshot import Snapshot, Touched
from nodeview.cluster.table import Table
from nodeview.pricing import EMPTY_BOOK, PriceBook
from nodeview.provisioners import ClaimIndex
from nodeview.records import (
    Change,
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

    def __init__(self) -> None:
        self.chronicle = Chronicle()
        self._tables: dict[Resource[Any], Table[Any]] = {}
        self._streams: dict[Resource[Any], Stream] = {}
        self._rates: dict[Resource[Any], EventRate] = {}
        self._pods: dict[NodeName, dict[ObjectKey, Pod]] = {}
        self._waiting: dict[ObjectKey, Pod] = {}
        self._nodes: dict[ObjectKey, Node] = {}
        self._claims: dict[str, NodeClaim] = {}
        self._claim_index = ClaimIndex()
        self._by_provider_id: dict[str, NodeName] = {}
        self._node_pools: dict[str, NodePool] = {}
        self._owners: dict[tuple[str, ObjectKey], OwnerRef] = {}
        self._overlays: dict[str, NodeOverlay] = {}
        self._prices = EMPTY_BOOK
        self._forget_touched()

    def follow(self, resource: Resource[Any]) -> None:
        """This resource is going to be heard; until then its stream is said to be listing."""
        self._tables[resource] = Table()
        self._streams[resource] = Stream(resource.id, "listing", None)
        self._rates[resource] = EventRate()

    def apply(self, change: Change, at: float) -> None:
        """Fold one change in; `at` is when it was heard, epoch seconds."""
        resource = change.resource
        table = self._tables[resource]
        match change:
            case Upserted(records=records, versions=versions, listing=listing):
                if listing is not None:
                    table.begin(listing)
                    if self._streams[resource].state != "lagging":
                        self._set_stream(resource, "listing", at)
                for before, after in table.put(records, versions, listing):
                    self._moved(resource, before, after, at)
            case Deleted(key=key, uid=uid, version=version):
                gone = table.remove(key, uid, version)
                if gone is not None:
                    self._moved(resource, gone, None, at)
            case Synced(listing=listing):
                for gone in table.finish(listing):
                    self._moved(resource, gone, None, at)
                self._recovered(resource, at)
                self._set_stream(resource, "synced", at, synced_once=True)
            case Lagging(state=state, since=since, reason=reason):
                self._lags(resource, state, since, reason, at)
            case Current():
                self._recovered(resource, at)
                self._set_stream(resource, "synced" if self._streams[resource].synced_once else "listing", at)
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

        A server that has sent bookmarks once goes on sending them: a silence keeps its meaning over watches.
        """
        old = self._streams[resource]
        self._streams[resource] = replace(
            old,
            heard_at=at,
            bookmarked=bookmarked or old.bookmarked,
            unread=unread,
            rate=self._rates[resource].after(events, now) if now is not None else None,
            relists=relists,
        )

    def priced(self, book: PriceBook) -> None:
        """From now on this is what is known of prices."""
        self._prices, self._prices_touched = book, True

    def snapshot(self) -> Snapshot:
        """The state to derive from; what was touched is handed over with it, and forgotten here."""
        if self._claims_touched:
            self._claim_index = ClaimIndex(self._claims.values())
        touched = Touched(
            frozenset(self._touched), self._joined, self._left, self._waiting_touched, self._pools_touched
        )
        self._forget_touched()
        return Snapshot(
            nodes=self._nodes,
            pods=self._pods,
            waiting=self._waiting,
            claims=self._claim_index,
            node_pools=self._node_pools,
            owners=self._owners,
            streams=tuple(self._streams.values()),
            feed=self.chronicle.lines(),
            touched=touched,
            prices=self._prices,
            overlays=tuple(self._overlays.values()),
        )

    @property
    def stirred(self) -> bool:
        """Something differs from the last snapshot, the age of streams aside."""
        others = self._waiting_touched or self._pools_touched or self._streams_touched or self._prices_touched
        return bool(self._touched) or others

    @property
    def settled(self) -> bool:
        """No stream lists or lags: what can be known is."""
        return all(one.state in ("synced", "forbidden", "absent") for one in self._streams.values())

    # -- what a row that moved touches ------------------------------------------------------

    def _moved(self, resource: Resource[Any], before: Record | None, after: Record | None, at: float) -> None:
        row = after if after is not None else before
        if isinstance(row, Pod):
            self._pod_moved(before, after)  # type: ignore[arg-type]
        elif isinstance(row, Node):
            self._node_moved(resource, before, after, at)  # type: ignore[arg-type]
        elif isinstance(row, NodeClaim):
            self._claim_moved(before, after)  # type: ignore[arg-type]
        elif isinstance(row, NodePool):
            self._pool_moved(before, after)  # type: ignore[arg-type]
        elif isinstance(row, Workload):
            self._workload_moved(before, after)  # type: ignore[arg-type]
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
            self._waiting_touched = True
            return
        pods = self._pods.get(after.node)
        if pods is None:
            pods = self._pods[after.node] = {}
        pods[after.key] = after
        self._touched.add(after.node)

    def _drop_pod(self, pod: Pod) -> None:
        if pod.node is None:
            self._waiting.pop(pod.key, None)
            self._waiting_touched = True
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
        self._touched.add(name)
        if self._streams[resource].synced_once:
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
        self._waiting_touched = True
        if before is not None:
            self._owners.pop((before.kind, before.key), None)
        if after is not None and after.owner is not None:
            self._owners[after.kind, after.key] = after.owner

    def _forget_touched(self) -> None:
        self._touched: set[NodeName] = set()
        self._joined: dict[NodeName, float] = {}
        self._left: dict[NodeName, float] = {}
        self._waiting_touched = self._pools_touched = self._streams_touched = self._claims_touched = False
        self._prices_touched = False

    # -- streams --------------------------------------------------------------------------------

    def _set_stream(
        self,
        resource: Resource[Any],
        state: StreamState,
        at: float,
        *,
        since: float | None = None,
        reason: str = "",
        synced_once: bool = False,
    ) -> None:
        old = self._streams[resource]
        new = replace(
            old,
            state=state,
            since=since,
            reason=reason,
            synced_once=old.synced_once or synced_once,
            state_since=old.state_since if state == old.state else at,
        )
        if new != old:
            self._streams[resource] = new
            self._streams_touched = True

    def _lags(self, resource: Resource[Any], state: StreamState, since: float, reason: str, at: float) -> None:
        told = state != "absent" or self._streams[resource].synced_once
        if told and self._streams[resource].state != state:
            self.chronicle.tell(at, "stream", resource.id, f"{state}: {reason}" if reason else state)
        if state == "absent":
            for gone in self._tables[resource].finish(NOTHING):
                self._moved(resource, gone, None, at)
        self._set_stream(resource, state, at, since=since, reason=reason)
        self._streams[resource] = replace(self._streams[resource], last_at=at, last_reason=reason)

    def _recovered(self, resource: Resource[Any], at: float) -> None:
        if self._streams[resource].state == "lagging":
            self.chronicle.tell(at, "stream", resource.id, "heard again")


def _names(claim: NodeClaim | None) -> list[str]:
    """What a node may know this claim by: its provider id and its name."""
    return [name for name in (claim.provider_id, claim.node) if name] if claim is not None else []
