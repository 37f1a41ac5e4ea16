"""Why each node is still here, in the frames of a cluster to which things happen."""

from __future__ import annotations

from nodeview.records import NODE_CLAIMS, NODE_POOLS, NODES, PODS, NodeName
from nodeview.scheduling import NO_BUDGETS
from tests.builders import NOW
from tests.insights.build import Cluster
from tests.insights.stays import karpenters, pool, shop, usable


def test_a_frame_knows_why_its_nodes_stay() -> None:
    cluster = Cluster().listed(nodes=[karpenters()], pods=[shop()], pools=[pool()], claims=[usable()])
    staying = cluster.frame().insights.staying
    assert [one.reason for one in staying.of(NodeName("node-1"), NOW)] == ["nothing"]
    assert staying.first(NodeName("gone"), NOW) is None
    cluster.put(PODS, shop(wishes=(("karpenter.sh/do-not-disrupt", "true"),)))
    assert cluster.frame().insights.staying.first(NodeName("node-1"), NOW).reason == "pod_annotation"  # type: ignore[union-attr]


def test_without_nodes_nothing_is_loaded_or_looked_at() -> None:
    cluster = Cluster().listed(pools=[pool()])
    first = cluster.frame().insights.staying
    assert first.budgets is NO_BUDGETS
    assert cluster.frame().insights.staying is first
    cluster.put(NODE_CLAIMS, usable()).put(NODES, karpenters()).put(NODE_POOLS, pool("Never"))
    assert cluster.frame().insights.staying.first(NodeName("node-1"), NOW).reason == "policy"  # type: ignore[union-attr]
