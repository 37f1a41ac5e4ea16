"""What is found in a cluster, by the frames of one."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

import pytest
from msgspec.structs import replace

from nodeview.insights import Finding, Findings
from nodeview.insights.contract import Moment
from nodeview.insights.finding import MOST, Part, at_most, renewed
from nodeview.insights.finding_budgets import find_budgets
from nodeview.insights.finding_churn import HOUR_S
from nodeview.insights.finding_rotation import AGAIN_S
from nodeview.insights.findings import find_all
from nodeview.records import (
    DEPLOYMENTS,
    DISRUPTION_BUDGETS,
    NODES,
    Deleted,
    Listing,
    Node,
    NodeName,
    ObjectKey,
    OwnerRef,
    PodDisruptionBudget,
    Requirement,
    Rolling,
    Synced,
    Upserted,
    Workload,
)
from nodeview.views import Assumptions
from tests.builders import NOW, a_claim, a_node, a_pod, a_pool, a_shape, condition
from tests.insights.build import Cluster

LABELS = {
    "karpenter.sh/nodepool": "default",
    "karpenter.sh/capacity-type": "on-demand",
    "node.kubernetes.io/instance-type": "m5.large",
}
MAY_GO = a_claim(conditions=(condition("Initialized"), condition("Consolidatable")))
APP = OwnerRef("Deployment", "app", "apps")


def kinds(cluster: Cluster, at: float = NOW) -> list[str]:
    return [one.id for one in found(cluster, at).all]


def found(cluster: Cluster, at: float = NOW) -> Findings:
    return cluster.frame(at).insights.findings


def only(cluster: Cluster, at: float = NOW) -> Finding:
    (one,) = [one for one in found(cluster, at).all if one.id != "no-headroom"]
    return one


def like(name: str, **overrides: Any) -> Node:
    return a_node(name, labels=LABELS, **overrides)


def left(cluster: Cluster, node: Node, at: float = NOW) -> None:
    cluster.store.apply(Deleted(NODES, node.key, node.uid, 10_000), at)


def a_budget(**overrides: Any) -> PodDisruptionBudget:
    said: dict[str, Any] = {"min_available": 3, "expected_pods": 3, "desired_healthy": 3, "current_healthy": 3}
    return PodDisruptionBudget("shop", "ledger", "u", 1, 1, (), **(said | overrides))


def a_workload(replicas: int) -> Workload:
    rolling = Rolling(1, 1, (), a_shape(), replicas=replicas)
    return Workload("default", "app", "u", "Deployment", None, rolling)


def test_nothing_is_found_where_nothing_is_and_it_stays_the_same_value() -> None:
    cluster = Cluster().listed(nodes=[a_node()])
    first = found(cluster, NOW)
    assert first.all == ()
    assert found(cluster, NOW + 1) is found(cluster, NOW + 2)


def test_on_demand_nodes_where_the_pool_allows_spot() -> None:
    spot = {**LABELS, "karpenter.sh/capacity-type": "spot"}
    allows = Requirement("karpenter.sh/capacity-type", "In", ("spot", "on-demand"))
    nodes = [like("a"), like("b"), a_node("c", labels=spot)]
    cluster = Cluster().listed(nodes=nodes, pools=[a_pool(requirements=(allows,))])
    one = only(cluster)
    assert (one.id, one.severity, one.subject) == ("on-demand", "info", "pool/default")
    assert one.message == "2 of its 3 nodes are on-demand though it allows spot"
    assert found(cluster).of_node == {"a": ("on-demand",), "b": ("on-demand",)}


@pytest.mark.parametrize(
    "requirements",
    [
        (),
        (Requirement("karpenter.sh/capacity-type", "In", ("on-demand",)),),
        (Requirement("karpenter.sh/capacity-type", "NotIn", ("spot",)),),
    ],
)
def test_a_pool_that_does_not_name_spot_is_no_finding(requirements: tuple[Requirement, ...]) -> None:
    assert kinds(Cluster().listed(nodes=[like("a")], pools=[a_pool(requirements=requirements)])) == []


def test_same_for_same_is_churn_once_it_happens_again() -> None:
    cluster = Cluster().listed(nodes=[like("a"), like("b")])
    cluster.frame()
    for old, new in (("a", "c"), ("b", "d")):
        left(cluster, like(old))
        cluster.put(NODES, like(new, created=NOW))
        assert [one.id for one in found(cluster).all] == (["node-swaps"] if old == "b" else [])
    one = only(cluster)
    assert (one.severity, one.subject, one.since) == ("caution", "pool/default", NOW)
    assert one.message == "2 times in an hour a node of m5.large (on-demand) gave way to its like"
    assert one.nodes == ("c", "d")
    assert found(cluster, NOW + 60) is found(cluster, NOW + 61)
    assert kinds(cluster, NOW + HOUR_S + 1) == []


def test_nodes_that_do_not_live_long() -> None:
    nodes = [like("a", created=NOW - 41), like("b", created=NOW - 80), like("c", created=NOW - 1000)]
    cluster = Cluster().listed(nodes=nodes)
    cluster.frame()
    for node in nodes:
        left(cluster, node)
    one = only(cluster)
    assert (one.id, one.subject) == ("short-lived-nodes", "pool/default")
    assert one.message == "2 nodes in an hour lived less than 15m, the shortest 41s"
    patient = Cluster(Assumptions(churn_minutes=1)).listed(nodes=nodes)
    for node in nodes:
        left(patient, node)
    assert kinds(patient) == []


def moved(cluster: Cluster, times: int) -> None:
    from nodeview.records import PODS

    for number in range(times):
        pod = a_pod(f"p{number}", owner=APP)
        cluster.put(PODS, pod, replace(pod, disruption="EvictionByEvictionAPI"))


def test_pods_that_find_no_rest() -> None:
    cluster = Cluster(Assumptions(churn_moves=3)).listed(nodes=[a_node()])
    cluster.store.follow(DEPLOYMENTS)
    moved(cluster, 3)
    assert "pods-move" not in kinds(cluster)
    moved(cluster, 1)
    one = only(cluster)
    assert (one.id, one.subject, one.message) == ("pods-move", "default/app", "its pods had to move 4 times in an hour")
    cluster.put(DEPLOYMENTS, a_workload(2))
    assert "pods-move" not in kinds(cluster)


def test_a_budget_that_never_gives() -> None:
    cluster = Cluster().listed(nodes=[a_node()])
    cluster.store.follow(DISRUPTION_BUDGETS)
    cluster.put(DISRUPTION_BUDGETS, a_budget())
    one = only(cluster)
    assert (one.id, one.severity, one.subject) == ("pdb-never", "caution", "pdb/shop/ledger")
    assert one.message.startswith("none of its pods can ever be evicted: needs 3 healthy")
    cluster.put(DISRUPTION_BUDGETS, a_budget(min_available=2, desired_healthy=2))
    assert kinds(cluster) == []
    cluster.put(DISRUPTION_BUDGETS, a_budget(expected_pods=0))
    assert kinds(cluster) == []


def rotation(claim: Any = MAY_GO, replicas: int = 3) -> Cluster:
    cluster = Cluster().listed(nodes=[a_node()], claims=[claim], pods=[a_pod(owner=APP)])
    for resource, rows in ((DISRUPTION_BUDGETS, []), (DEPLOYMENTS, [a_workload(replicas)])):
        cluster.store.follow(resource)
        cluster.store.apply(Upserted(resource, rows, [1] * len(rows), Listing(1, 1)), NOW)
        cluster.store.apply(Synced(resource, Listing(1, 1)), NOW)
    return cluster


def test_what_would_stand_in_the_way_of_a_rotation_informs() -> None:
    said = {one.id: one for one in found(rotation()).all}
    assert set(said) == {"no-pdb", "no-probe"}
    assert {one.severity for one in said.values()} == {"info"}
    assert said["no-pdb"].subject == "default/app"
    assert said["no-pdb"].nodes == (NodeName("node-1"),)
    assert kinds(rotation(replicas=1)) == ["single-replica", "no-probe"]
    assert kinds(rotation(a_claim())) == []


def test_it_looks_again_after_a_while_and_says_when() -> None:
    cluster = rotation()
    assert kinds(cluster) == ["no-pdb", "no-probe"]
    means = PodDisruptionBudget("default", "app", "u", 1, 1, (), 1, expected_pods=3, desired_healthy=1)
    cluster.put(DISRUPTION_BUDGETS, means)
    assert kinds(cluster, NOW + 1) == ["no-pdb", "no-probe"]
    assert found(cluster, NOW + 2).next_moment == NOW + AGAIN_S
    assert kinds(cluster, NOW + AGAIN_S) == ["no-probe"]


def test_of_many_of_one_kind_the_rest_is_counted() -> None:
    many = [Finding("no-pdb", "info", f"ns/{number}", "no PDB") for number in range(MOST + 7)]
    assert at_most(many)[-1].message == "and 7 more"
    assert len(at_most(many)) == MOST + 1
    assert at_most(many[:MOST]) == many[:MOST]
    before = Part(tuple(many))
    assert renewed(before, many, None).findings is before.findings


def test_the_worst_comes_first_and_each_finder_yields() -> None:
    cluster = rotation()
    cluster.put(DISRUPTION_BUDGETS, a_budget())
    assert [one.severity for one in found(cluster).all] == ["caution", "info", "info"]
    frame = cluster.frame()
    moment = Moment(cluster.store.read(), frame.view, frozenset(), NOW)
    assert isinstance(find_budgets(moment, Part()), Generator)
    assert sum(1 for _ in find_all(moment, Findings())) >= 5
    assert ObjectKey("shop", "ledger") in cluster.store.read().budgets
