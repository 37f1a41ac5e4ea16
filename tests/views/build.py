"""Views of nodes for tests, derived as the program derives them from plausible records."""

from __future__ import annotations

from typing import Any

from nodeview.pricing import PriceBook
from nodeview.records import NodeClaim, NodePool, Pod
from nodeview.views import Assumptions, Cell, Column, NodeView, node_columns, view_node
from tests.builders import NOW, a_node, a_pod, a_shape

NANO = 10**9
GIB = 2**30 * NANO
RESOURCES = ("cpu", "memory")


def labels(**well_known: str) -> dict[str, str]:
    """Labels by short words: pool, type, zone, region, cap, price; others under their own name."""
    keys = {
        "pool": "karpenter.sh/nodepool",
        "type": "node.kubernetes.io/instance-type",
        "zone": "topology.kubernetes.io/zone",
        "region": "topology.kubernetes.io/region",
        "cap": "karpenter.sh/capacity-type",
        "price": "nodeview/instance-price",
    }
    return {keys.get(word, word): value for word, value in well_known.items()}


def pods(count: int, cpu_milli: int = 500, **overrides: Any) -> tuple[Pod, ...]:
    """Running pods that request so much cpu and one GiB each."""
    shape = a_shape(requests={"cpu": cpu_milli * NANO // 1000, "memory": GIB})
    return tuple(a_pod(f"pod-{number}", shape=shape, **overrides) for number in range(count))


def view(
    name: str = "node-1",
    holds: tuple[Pod, ...] = (),
    *,
    claim: NodeClaim | None = None,
    pool: NodePool | None = None,
    given: Assumptions | None = None,
    now: float = NOW,
    **node: Any,
) -> NodeView:
    """A node's view: four cores, 16 GiB, 58 pods, Ready; `node` overrides its record."""
    return view_node(a_node(name, **node), claim, pool, holds, given or Assumptions(), now, None)


def priced_view(name: str, book: PriceBook, holds: tuple[Pod, ...] = (), **node: Any) -> NodeView:
    """The same priced by a book: an EKS node of EC2 unless said otherwise."""
    node.setdefault("provider_id", "aws:///us-east-1a/i-0123456789abcdef0")
    return view_node(a_node(name, **node), None, None, holds, Assumptions(), NOW, None, book=book)


def column(identity: str, extra: tuple[str, ...] = (), resources: tuple[str, ...] = RESOURCES) -> Column[NodeView]:
    """The column of the node table with this id."""
    return next(one for one in node_columns(resources, extra) if one.id == identity)


def cell(identity: str, node: NodeView, **asked: Any) -> Cell:
    """What a node's cell in this column says now."""
    return column(identity, **asked).cell(node, NOW)
