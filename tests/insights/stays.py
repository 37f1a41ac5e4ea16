"""A node by value, and why it stays."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from msgspec.structs import replace

from nodeview.cluster import ClusterStore, Stream
from nodeview.cluster.event_index import EventIndex
from nodeview.cluster.snapshot import Snapshot, Touched
from nodeview.cluster.volumes import VolumeIndex
from nodeview.insights import Moment, Staying, proof_of
from nodeview.insights.staying import NOTHING_STAYS, view_staying
from nodeview.provisioners import karpenter_pool
from nodeview.records import (
    AutoscalerStatus,
    ClusterEvent,
    Condition,
    Disruption,
    Node,
    NodeBudget,
    NodeClaim,
    NodeName,
    NodePool,
    ObjectRef,
    OwnerRef,
    Pod,
    PodDisruptionBudget,
    VolumeAttachment,
)
from nodeview.views import EMPTY, Assumptions, view_node
from tests.builders import NOW, a_claim, a_node, a_pod, a_pool, condition

LABELS = {"karpenter.sh/nodepool": "api", "karpenter.sh/initialized": "true"}
OPEN = (NodeBudget("100%"),)
DAEMON = OwnerRef("DaemonSet", "agent", "apps")
CLEANED = Touched(frozenset(), {}, {}, frozenset(), False, False)


def karpenters(name: str = "node-1", **overrides: Any) -> Node:
    """A node of the NodePool api."""
    return a_node(name, **({"labels": LABELS} | overrides))


def usable(*more: Condition, name: str = "api-1", **overrides: Any) -> NodeClaim:
    """The claim of it, consolidatable for some minutes."""
    said = (condition("Initialized"), condition("Consolidatable", since=NOW - 600), *more)
    return a_claim(name, **({"conditions": said, "labels": {"karpenter.sh/nodepool": "api"}} | overrides))


def pool(policy: str = "WhenEmptyOrUnderutilized", budgets: Sequence[NodeBudget] = OPEN, **overrides: Any) -> NodePool:
    """The NodePool api, which allows everything."""
    disruption = Disruption(policy, 30, True, tuple(budgets))
    return a_pool("api", **({"disruption": disruption} | overrides))


def shop(name: str = "cart-1", **overrides: Any) -> Pod:
    """A pod of the namespace shop."""
    return a_pod(name, **({"namespace": "shop", "labels": (("app", name.rpartition("-")[0]),)} | overrides))


def event(reason: str, message: str, uid: str, ago: int = 180) -> ClusterEvent:
    """Karpenter says something about the object of this uid."""
    about = ObjectRef("Node", "", "", uid)
    return ClusterEvent("default", "e", "e", about, None, reason, message, "karpenter", False, None, NOW - ago)


class World:
    """Nodes and what is around them; each `look` knows what the one before found."""

    def __init__(self, **around: Any) -> None:
        self.nodes: dict[NodeName, tuple[Node, NodeClaim | None, tuple[Pod, ...]]] = {}
        self.events = EventIndex()
        self.last: Staying = NOTHING_STAYS
        self.slices = 0
        self._touched: set[NodeName] = set()
        self._around: dict[str, Any] = {"budgets": {}, "node_pools": {}, "events": self.events}
        self._what = replace(CLEANED, pools=True)
        self.given = Assumptions(priced=False)
        self.streams: tuple[Stream, ...] = ()
        self.around(**around)

    def around(
        self,
        *,
        pools: Iterable[NodePool] | None = None,
        budgets: Iterable[PodDisruptionBudget] | None = None,
        autoscaler: AutoscalerStatus | None = None,
        attached: Iterable[VolumeAttachment] | None = None,
    ) -> World:
        """What is not on a node: pools, PDBs, the autoscaler, attached volumes."""
        if pools is not None:
            self._around["node_pools"] = {one.name: one for one in pools}
            self._what = replace(self._what, pools=True)
        if budgets is not None:
            before, self._around["budgets"] = self._around["budgets"], {one.key: one for one in budgets}
            self._what = replace(self._what, budgets=frozenset([*before, *self._around["budgets"]]))
        if autoscaler is not None:
            self._around["autoscaler"] = autoscaler
            self._what = replace(self._what, autoscaler=True)
        if attached is not None:
            by_node: dict[NodeName, tuple[VolumeAttachment, ...]] = {}
            for one in attached:
                by_node[one.node] = (*by_node.get(one.node, ()), one)
            self._around["volumes"] = VolumeIndex({}, {}, by_node)
            self._what = replace(self._what, volumes=True)
        return self

    def put(self, node: Node, claim: NodeClaim | None = None, pods: Iterable[Pod] = ()) -> World:
        """The node is so now."""
        self.nodes[node.name] = node, claim, tuple(pods)
        self._touched.add(node.name)
        return self

    def gone(self, name: str) -> None:
        """The node left."""
        del self.nodes[NodeName(name)]
        self._touched.add(NodeName(name))

    def look(self, now: float = NOW, *, no_pods: str = "") -> Staying:
        """Why they stay at this moment."""
        pools = self._around["node_pools"]
        views = {
            name: view_node(
                node, claim, pools.get(karpenter_pool(node.labels) or ""), pods, self.given, now, None, no_pods
            )
            for name, (node, claim, pods) in self.nodes.items()
        }
        kept = {name: self.last.nodes[name].view for name in views if name in self.last.nodes}
        views |= {name: kept[name] for name in kept if name not in self._touched}
        snapshot: Snapshot = replace(ClusterStore().snapshot(), touched=self._what, **self._around)
        view = replace(EMPTY, nodes=views, given=self.given, streams=self.streams)
        work = view_staying(Moment(snapshot, view, frozenset(self._touched), now), self.last)
        self._touched, self._what = set(), CLEANED
        while True:
            try:
                next(work)
                self.slices += 1
            except StopIteration as done:
                self.last = done.value
                return self.last

    def said(self, name: str = "node-1", now: float = NOW) -> list[tuple[str, str]]:
        """Reasons and proofs of a node, the strongest first, moments in seconds from NOW."""
        reasons = self.look(now).of(NodeName(name), now)
        return [(one.reason, proof_of(one, lambda at: f"+{at - NOW:g}", now)) for one in reasons]


def why(
    node: Node | None = None,
    claim: NodeClaim | None = None,
    pods: Iterable[Pod] = (),
    now: float = NOW,
    **around: Any,
) -> list[tuple[str, str]]:
    """Why one node stays."""
    node = node or karpenters()
    return World(**around).put(node, claim, pods).said(node.name, now)
