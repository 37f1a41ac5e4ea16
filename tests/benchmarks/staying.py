"""What it costs to say why each of 5,000 nodes is still here: by value, in this process, without a screen."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence

from msgspec.structs import replace

from nodeview.cluster import Snapshot, Touched
from nodeview.insights import Moment, Staying
from nodeview.insights.staying import NOTHING_STAYS, view_staying
from nodeview.records import (
    Condition,
    Disruption,
    Node,
    NodeBudget,
    NodeClaim,
    NodeName,
    NodePool,
    ObjectKey,
    OwnerRef,
    Pod,
    PodDisruptionBudget,
    Requirement,
)
from nodeview.views import EMPTY, Assumptions, ClusterView, NodeView, view_node
from tests.benchmarks.figures import Figure, NotRun
from tests.builders import NOW, a_claim, a_node, a_pod, a_pool, a_shape

NODES, CLAIMS, PODS, BUDGETS, WORKLOADS, POOLS = 5_000, 2_000, 20, 500, 3_000, 50
TOUCHED = 200
SECOND = 1.0
"""CPU, for all nodes from nothing."""
_NONE = Touched(frozenset(), {}, {}, frozenset(), False, False)


def staying() -> list[Figure | NotRun]:
    """The sentence for all, then for those that were touched."""
    given = Assumptions(priced=False)
    claims, budgets, pools = _claims(), _budgets(), _pools()
    nodes = {view.name: view for view in _nodes(claims, given)}
    view = replace(EMPTY, nodes=nodes, given=given)
    snapshot = _snapshot(budgets, pools)
    beside = f"{NODES} nodes of {PODS} pods, {CLAIMS} NodeClaims, {BUDGETS} PDBs, {WORKLOADS} Deployments, by value"
    everything = replace(_NONE, budgets=frozenset(budgets), pools=True)
    seen, whole, longest = _run(view, replace(snapshot, touched=everything), frozenset(nodes), NOTHING_STAYS)
    begun = time.process_time()
    said = [seen.first(name, NOW) for name in nodes]
    whole += time.process_time() - begun
    some = frozenset(list(nodes)[:TOUCHED])
    seen, part, _ = _run(view, snapshot, some, seen)
    begun = time.process_time()
    said += [seen.first(name, NOW) for name in some]
    part += time.process_time() - begun
    assert all(said), "a node without a sentence"
    return [
        Figure("why they stay: all from nothing", whole, "s CPU", SECOND, beside),
        Figure("why they stay: longest slice", longest * 1000, "ms", None, "of all from nothing"),
        Figure(f"why they stay: {TOUCHED} touched nodes", part * 1000, "ms CPU", None, "the others are not looked at"),
    ]


def _run(
    view: ClusterView, snapshot: Snapshot, touched: frozenset[NodeName], before: Staying
) -> tuple[Staying, float, float]:
    """The insight, its CPU seconds, and its longest slice."""
    begun, longest, last = time.process_time(), 0.0, time.perf_counter()
    work = view_staying(Moment(snapshot, view, touched, float(NOW)), before)
    while True:
        try:
            next(work)
        except StopIteration as done:
            return done.value, time.process_time() - begun, longest
        longest, last = max(longest, time.perf_counter() - last), time.perf_counter()


def _nodes(claims: list[NodeClaim], given: Assumptions) -> Iterator[NodeView]:
    shape = a_shape()
    labels = [(("app", f"app-{number}"), ("pod-template-hash", "5d8c")) for number in range(WORKLOADS)]
    for number in range(NODES):
        claim = claims[number] if number < CLAIMS else None
        pods = [_pod(number * PODS + place, number, labels, shape) for place in range(PODS)]
        yield view_node(_node(number, claim), claim, None, pods, given, NOW, None)


def _node(number: int, claim: NodeClaim | None) -> Node:
    if claim is not None:
        return a_node(f"node-{number}", labels={"karpenter.sh/nodepool": f"pool-{number % POOLS}"})
    return a_node(f"node-{number}", labels={"eks.amazonaws.com/nodegroup": f"group-{number % POOLS}"})


def _pod(serial: int, node: int, labels: Sequence[tuple[tuple[str, str], ...]], shape: object) -> Pod:
    workload = serial * 7 % WORKLOADS
    owner = OwnerRef("DaemonSet", "agent", "apps") if serial % PODS < 3 else OwnerRef("ReplicaSet", "app-5d8c", "apps")
    wishes = (("karpenter.sh/do-not-disrupt", "30m"),) if serial % 97 == 0 else ()
    return a_pod(
        f"pod-{serial}", namespace=f"team-{workload % 100}", node=NodeName(f"node-{node}"), owner=owner,
        labels=labels[workload], shape=shape, wishes=wishes, began_at=NOW - 600,
    )  # fmt: skip


def _claims() -> list[NodeClaim]:
    conditions = tuple(Condition(one, "True", since=NOW - 900) for one in ("Initialized", "Consolidatable"))
    return [
        a_claim(
            f"claim-{number}",
            node=NodeName(f"node-{number}"),
            conditions=conditions,
            labels={"karpenter.sh/nodepool": f"pool-{number % POOLS}"},
        )
        for number in range(CLAIMS)
    ]


def _budgets() -> dict[ObjectKey, PodDisruptionBudget]:
    found = {}
    for number in range(BUDGETS):
        selector = (Requirement("app", "In", (f"app-{number}",)),)
        one = PodDisruptionBudget(
            f"team-{number % 100}", f"budget-{number}", f"uid-{number}", 1, 1, selector, min_available=3,
            current_healthy=3, desired_healthy=3, expected_pods=4, disruptions_allowed=number % 2,
        )  # fmt: skip
        found[one.key] = one
    return found


def _pools() -> dict[str, NodePool]:
    night = NodeBudget("0", schedule="0 9 * * mon-fri", duration="8h")
    disruption = Disruption("WhenEmptyOrUnderutilized", 30, True, (NodeBudget("10%"), night))
    return {f"pool-{number}": a_pool(f"pool-{number}", disruption=disruption) for number in range(POOLS)}


def _snapshot(budgets: dict[ObjectKey, PodDisruptionBudget], pools: dict[str, NodePool]) -> Snapshot:
    from nodeview.cluster import ClusterStore

    return replace(ClusterStore().snapshot(), budgets=budgets, node_pools=pools, touched=_NONE)
