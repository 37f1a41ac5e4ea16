"""Pools for tests, derived as the program derives them: frames of reports have all that they need."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from nodeview.records import Disruption, Node, NodeBudget, NodePool, ServerVersion
from nodeview.views import NO_POOLS, ClusterView, Pools, pools_of
from tests.builders import NOW, a_node, a_pool
from tests.report.frames import a_frame

NANO = 10**9
CONTROL_PLANE = ServerVersion(1, 34, "v1.34.2")


def a_karpenter_node(name: str, pool: str = "api", type_: str = "m7g.xlarge", **overrides: Any) -> Node:
    """A Ready, initialised node of a NodePool."""
    labels = {
        "karpenter.sh/nodepool": pool,
        "karpenter.sh/initialized": "true",
        "karpenter.sh/capacity-type": "spot",
        "node.kubernetes.io/instance-type": type_,
        "topology.kubernetes.io/zone": "eu-west-1a",
        "topology.kubernetes.io/region": "eu-west-1",
        "karpenter.k8s.aws/instance-ami-id": "ami-1",
        **overrides.pop("labels", {}),
    }
    return a_node(name, labels=labels, provider_id=f"aws:///eu-west-1a/i-{name}", **overrides)


def derived(
    nodes: Sequence[Node], pools: Sequence[NodePool] = (), before: Pools = NO_POOLS, now: float = NOW, **frame: Any
) -> Pools:
    """The pools of these objects."""
    view = a_frame(nodes, (), pools, **frame).view
    return of_view(view, before, now)


def of_view(view: ClusterView, before: Pools = NO_POOLS, now: float = NOW) -> Pools:
    """The pools of this view."""
    work = pools_of(view, CONTROL_PLANE, before, now)
    while True:
        try:
            next(work)
        except StopIteration as done:
            pools: Pools = done.value
            return pools


def a_budgeted_pool(*budgets: NodeBudget, **overrides: Any) -> NodePool:
    """The NodePool `api` with these budgets."""
    disruption = Disruption("WhenEmptyOrUnderutilized", 30, True, budgets)
    return a_pool("api", **{"disruption": disruption, **overrides})
