"""All insights of a moment."""

from __future__ import annotations

from tests.builders import a_node
from tests.insights.build import Cluster, waiting


def test_insights_are_those_of_before_where_nothing_differs() -> None:
    cluster = Cluster().listed(nodes=[a_node("a")], pods=[waiting("pod")])
    first = cluster.frame()
    second = cluster.frame()
    third = cluster.frame()
    assert second.insights.pending.groups is first.insights.pending.groups
    assert third.insights is second.insights
    assert third.quiet_since(second)
